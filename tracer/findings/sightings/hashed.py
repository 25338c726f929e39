"""Lists of hashes, compared with what the case itself controls.

Only a case's own canaries and the members of datasets that it released are hashed, on demand, while a list of hashes is
looked at. What they match lies in temporary relations and goes with them: there is no reverse table. No other party's
list is compared with hashes but those of people who refused, who want to be found in it. The result of a blind
comparison (`tracer.blind`) is read as a match too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from tracer.case.registered import registered, temp_table
from tracer.findings.sightings.facts import statement
from tracer.identify.digests import match_digests, phone_texts_sql, width_of
from tracer.identify.email import folded_pattern, mailbox, normalise
from tracer.identify.keys import EMAIL_BASE, HASH_BASE, HASH_END, PHONE_END, further_key_sql, text_key_sql

Numbers = Sequence[int]
"""Numbers of loaded versions of datasets."""


@contextmanager
def held_identifiers(
    con: duckdb.DuckDBPyConnection,
    targets: Numbers,
    sources: Numbers,
    *,
    also: str = "",
    further: tuple[Numbers, Numbers] = ((), ()),
) -> Iterator[None]:
    """While it lasts, `held_identifier`(dataset, key, row) and `hash_match`(dataset, key, hash, row) can be read.

    `held_identifier`: the memberships, and for the lists of hashes among `targets` (numbers of loaded versions) the
    canaries, withheld rows and members of the released datasets `sources` whose hashes they hold. `hash_match`: these
    alone. `also`: SQL of further telephone numbers of the case to be hashed; `further`: targets and sources that are
    compared apart from these.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE hash_match (dataset INTEGER, key BIGINT, hash BIGINT, row BIGINT)")
    con.execute(
        "CREATE OR REPLACE TEMP VIEW held_identifier AS SELECT dataset, key, row FROM membership"
        " UNION ALL SELECT dataset, key, row FROM temp.hash_match"
    )
    try:
        _match(con, targets, sources, also)
        _match(con, *further, "")
        con.execute(f"INSERT INTO temp.hash_match {statement('blind_matches')}", {"targets": list(targets)})
        yield
    finally:
        con.execute("DROP VIEW IF EXISTS temp.held_identifier")
        con.execute("DROP TABLE IF EXISTS temp.hash_match")


def count_unplaced(con: duckdb.DuckDBPyConnection, targets: Sequence[int]) -> dict[int, int]:
    """Dataset -> its hashes that are of no ordinary member of a released dataset: their blocks are unknown. Only while
    `held_identifiers` lasts; datasets without hashes are left out."""
    bound = {"targets": list(targets), "first": HASH_BASE, "end": HASH_END}
    return dict(con.execute(statement("unplaced"), bound).fetchall())


def _match(con: duckdb.DuckDBPyConnection, targets: Numbers, sources: Numbers, also: str) -> None:
    if not targets:
        return
    bound = {"targets": list(targets), "first": HASH_BASE, "end": HASH_END}
    con.execute(f"CREATE OR REPLACE TEMP TABLE hash_wanted AS {statement('hashes_wanted')}", bound)
    lowest = con.execute("SELECT min(hash) FROM temp.hash_wanted GROUP BY hash >> 60 ORDER BY 1").fetchall()
    widths = {width_of(key) for (key,) in lowest}
    if widths:
        con.execute("CREATE OR REPLACE TEMP TABLE hash_found (key BIGINT, hash BIGINT)")
        listed = ", ".join(str(int(no)) for no in sources) or "NULL"
        _make_mails(con, listed)
        con.execute(
            f"CREATE OR REPLACE TEMP VIEW hash_text AS SELECT key, unnest({phone_texts_sql('key')}) AS text FROM"
            f" (SELECT key FROM membership WHERE dataset IN ({listed}) AND key < {PHONE_END}"
            f"{f' UNION {also}' if also else ''} UNION SELECT key FROM withheld WHERE key < {PHONE_END}"
            " UNION SELECT phone FROM canary WHERE phone IS NOT NULL)"
            " UNION ALL SELECT key, text FROM temp.hash_mail"
        )
        match_digests(con, "temp.hash_text", "temp.hash_wanted", "temp.hash_found", widths)
        con.execute(f"INSERT INTO temp.hash_match {statement('hash_match')}", {"targets": list(targets)})
        con.execute("DROP VIEW temp.hash_text; DROP TABLE temp.hash_found; DROP TABLE temp.hash_mail")
    con.execute("DROP TABLE temp.hash_wanted")


def _make_mails(con: duckdb.DuckDBPyConnection, sources: str) -> None:
    """Make hash_mail(key, text): addresses as a seller would hash them, trimmed and in lower case; of canaries also as
    they were written, and as their mailbox where no other canary has it: of several it would tell none. Ids of devices
    likewise. A member's address or id is read from its cell: its key does not tell it."""
    rows = con.execute("SELECT email, email_raw FROM canary WHERE email IS NOT NULL ORDER BY no").fetchall()
    given = [(key, address) for key, raw in rows if (address := normalise(raw or "")) is not None]
    boxes = Counter(mailbox(address) for address in {address for _, address in given})
    pairs = {(key, (raw or "").strip()) for key, raw in rows} | set(given)
    pairs |= {(key, mailbox(address)) for key, address in given if boxes[mailbox(address)] == 1}
    keys, texts = [key for key, _ in sorted(pairs)], [text for _, text in sorted(pairs)]
    temp_table(con, "hash_mail", pa.table({"key": pa.array(keys, pa.int64()), "text": pa.array(texts, pa.string())}))
    columns = con.execute(
        "SELECT c.dataset, p.raw_table, c.position, c.role FROM dataset_column AS c"
        " JOIN part AS p ON p.dataset = c.dataset AND p.part = c.part"
        f" WHERE c.role IN ('email', 'ad_id') AND c.dataset IN ({sources}) ORDER BY ALL"
    ).fetchall()
    for dataset, table, position, role in columns:
        # A device's id is hashed as the device writes it, and without its hyphens.
        bare = "regexp_replace(text, '[^0-9a-z]', '', 'g')"
        key, forms = text_key_sql(EMAIL_BASE, "text"), "text"
        if role == "ad_id":
            key, forms = further_key_sql("ad_id", bare), f"unnest([text, {bare}])"
        con.execute(
            f"INSERT INTO temp.hash_mail SELECT DISTINCT a.key, a.form FROM"
            f" (SELECT {forms} AS form, {key} AS key FROM"
            f" (SELECT lower(trim(c{position})) AS text FROM {table} WHERE c{position} <> '')) AS a"
            " JOIN membership AS m ON m.key = a.key WHERE m.dataset = $dataset",
            {"dataset": dataset},
        )
    # Addresses of providers who document that dots or tags make no difference also as their mailbox: a seller who
    # normalises before hashing writes them so.
    foldable = con.execute(
        "SELECT DISTINCT key, text FROM temp.hash_mail WHERE regexp_matches(text, $form)", {"form": folded_pattern()}
    ).to_arrow_table()
    folded = [mailbox(text) for text in foldable["text"].to_pylist()]
    with registered(con, hash_mailbox=pa.table({"key": foldable["key"], "text": pa.array(folded, pa.string())})):
        con.execute(
            "INSERT INTO temp.hash_mail SELECT key, text FROM hash_mailbox ANTI JOIN temp.hash_mail USING (key, text)"
        )
