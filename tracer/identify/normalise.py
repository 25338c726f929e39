"""Normalising a column of cells into keys: SQL at sight, then distinct texts, then the rules for one cell.

Three steps, each a temp table that can be looked at: `_seen` (every cell, with its key where SQL reads it at sight),
`_reading` (the readings of the distinct texts that it did not), and the result, joined back. The cost of Python is
bounded by the number of distinct odd texts, not by the number of rows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from tracer.case.store import insert_read, rows_of_parts, sql_literal
from tracer.identify import devices, email, national_ids, phone
from tracer.identify.cell import EMPTY, PLACEHOLDER, PLACEHOLDERS, ZERO_WIDTH, Reading
from tracer.identify.digests import WIDTHS, digest_key_sql, placeholder_sql, read_digest
from tracer.identify.email import read_email_cell
from tracer.identify.keys import KEY_BASE, text_key, text_key_sql
from tracer.identify.phone import read_phone_cell
from tracer.resources import sql_next_to

# Values of columns mapped as `key`: domains, member numbers, and other values that distinguish contacts.

_UNSEEN = dict.fromkeys(map(ord, ZERO_WIDTH + "\0"))


def key_fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a value in printable ASCII that is not a placeholder, otherwise NULL."""
    folded = f"lower(trim({text}))"
    words = ", ".join(sql_literal(word) for word in sorted(PLACEHOLDERS) if word.isascii())
    plain = f"regexp_full_match({text}, '[ -~]+') AND {folded} <> '' AND {folded} NOT IN ({words})"
    zeros = f"regexp_full_match({folded}, '0+')"
    return f"CASE WHEN {plain} AND NOT {zeros} THEN {text_key_sql(KEY_BASE, folded)} END"


def read_key_cell(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """One reading: a cell holds one value."""
    # NFKC, without invisible characters, trimmed, in lower case.
    text = unicodedata.normalize("NFKC", raw.translate(_UNSEEN)).strip().lower()
    if not text:
        return (EMPTY,)
    if text in PLACEHOLDERS or not text.strip("0"):
        return (PLACEHOLDER,)
    return (Reading(text_key(KEY_BASE, text), "ok", "key", ""),)


# Columns of hashed numbers or addresses: what SQL reads at sight, and the rules for one cell. In such a column any
# text of a hash's form is one, letters or not; clear text in it is read by the rules of its kind.


def hash_fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a hash in hexadecimal or padded base64 that is the whole cell, otherwise NULL."""
    cases = [
        f"WHEN strlen({text}) = {width} AND regexp_full_match({text}, '[0-9a-fA-F]{{{width}}}')"
        f" THEN {digest_key_sql(text, width)}"
        for width in (*WIDTHS, 16)
    ]
    decoded = f"lower(hex(from_base64({text})))"
    cases += [
        f"WHEN strlen({text}) = {length} AND regexp_full_match({text}, '[0-9A-Za-z+/]{form}')"
        f" THEN {digest_key_sql(decoded, width)}"
        for length, width, form in ((24, 32, "{22}=="), (28, 40, "{27}="), (44, 64, "{43}="), (88, 128, "{86}=="))
    ]
    return f"CASE WHEN {placeholder_sql(text)} THEN NULL {' '.join(cases)} END"


def read_phone_hash(raw: str, region: str) -> tuple[Reading, ...]:
    """A cell of a column of hashed numbers; a number in clear is read as one."""
    found = read_digest(raw, "a number")
    return read_phone_cell(raw, region) if found is None else (found,)


def read_email_hash(raw: str, region: str) -> tuple[Reading, ...]:
    """A cell of a column of hashed addresses; an address in clear is read as one."""
    found = read_digest(raw, "an address")
    return read_email_cell(raw, region) if found is None else (found,)


def read_hash(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """A cell of a column of hashes that does not say of what."""
    found = read_digest(raw, "an identifier")
    return (found or (Reading(None, "invalid", "", "no hash") if raw.strip() else EMPTY),)


_statement = sql_next_to(__file__)
_SCHEMA = pa.schema(
    [(name, pa.int64() if name == "key" else pa.string()) for name in "raw key status kind reason".split()]
)


@dataclass(frozen=True)
class IdentifierKind:
    """One kind of identifier."""

    role: str
    plain_kind: str
    fast_sql: Callable[[str, str], str]
    """(SQL of the text, region) → SQL of the key, NULL where the text needs more than a look."""
    read_cell: Callable[[str, str], tuple[Reading, ...]]
    """(text, region) → its readings, at least one."""
    form_literals: Callable[[str], dict[str, str]] | None = None
    """What `sql/phone_forms.sql` is filled with, where the kind has SQL for distinct texts."""


def _never_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: no text is read at sight."""
    return f"CASE WHEN {text} IS NULL THEN CAST(NULL AS BIGINT) END"


KINDS = (
    IdentifierKind("phone", "mobile", phone.fast_sql, read_phone_cell, phone.form_literals),
    IdentifierKind("phone_mask", "mobile", phone.fast_sql, read_phone_cell, phone.form_literals),
    IdentifierKind("email", "email", email.fast_sql, email.read_email_cell),
    IdentifierKind("phone_hash", "hash", hash_fast_sql, read_phone_hash),
    IdentifierKind("email_hash", "hash", hash_fast_sql, read_email_hash),
    IdentifierKind("hash", "hash", hash_fast_sql, read_hash),
    IdentifierKind("key", "key", key_fast_sql, read_key_cell),
    IdentifierKind("imei", "imei", devices.imei_fast_sql, devices.read_imei),
    IdentifierKind("ad_id", "ad_id", devices.ad_id_fast_sql, devices.read_ad_id),
    IdentifierKind("vin", "vin", _never_sql, devices.read_vin),
    IdentifierKind("plate", "plate", _never_sql, devices.read_plate),
    IdentifierKind("handle", "handle", _never_sql, devices.read_handle),
    IdentifierKind("national_id", "national_id", national_ids.seal_fast_sql("national_id"), national_ids.read_seal),
    IdentifierKind("iban", "iban", national_ids.seal_fast_sql("iban"), national_ids.read_seal),
)
"""The registry."""


def kind_of(role: str) -> IdentifierKind:
    """The kind of identifier that columns of this role hold; raises `KeyError` for any other role."""
    return {kind.role: kind for kind in KINDS}[role]


def normalise_as(
    con: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str, role: str, region: str
) -> None:
    """Make temp table `target`(row, position, raw, key, status, kind, reason) from relation `source`.

    `source` has row BIGINT, position INTEGER and the cell in `text_column`. A cell that holds several identifiers gives
    several lines, a cell without one gives one line that says why (`cell.STATUSES`); an e-mail address that means
    another mailbox gives a second line of kind `email_folded`. `role`: one of the registry; `region`: of bare numbers,
    or the service of accounts.
    """
    kind = kind_of(role)
    con.execute(f"DROP TABLE IF EXISTS temp.{target}")
    if not con.execute(f"SELECT 1 FROM {source} LIMIT 1").fetchall():
        # The planning of the statements below alone takes longer than most stages of a small case.
        con.execute(
            f"CREATE TEMP TABLE {target} AS SELECT row, position, CAST({text_column} AS VARCHAR) AS raw,"
            f" CAST(NULL AS BIGINT) AS key, '' AS status, '' AS kind, '' AS reason FROM {source} LIMIT 0"
        )
        return
    read_column(con, source, text_column, target, kind, region, keep_raw=True)
    con.execute(
        f"CREATE TEMP TABLE {target} AS"
        f" SELECT row, position, raw, key, 'ok' AS status, '{kind.plain_kind}' AS kind, '' AS reason"
        f" FROM {target}_seen WHERE key IS NOT NULL"
        f" UNION ALL SELECT row, position, raw, key, status, kind, reason FROM {target}_read"
    )
    drop_reading(con, target)


def read_column(
    con: duckdb.DuckDBPyConnection,
    source: str,
    text_column: str,
    target: str,
    kind: IdentifierKind,
    region: str,
    *,
    keep_raw: bool = False,
) -> None:
    """Make temp tables `target`_seen(row, position, key, raw) and `target`_read(row, position, raw, key, status, …).

    `_seen` has a line for every cell; where SQL read it at sight `key` is set (and `raw` is left out unless
    `keep_raw`). All other cells are in `_read`, with at least one line each. For callers that cannot afford to
    write every row twice.
    """
    drop_reading(con, target)
    raw = "raw" if keep_raw else "CASE WHEN key IS NULL THEN raw END"
    con.execute(
        f"CREATE TEMP TABLE {target}_seen AS SELECT row, position, key, {raw} AS raw FROM"
        f" (SELECT row, position, raw, {kind.fast_sql('raw', region)} AS key FROM"
        # In front of a sort, all pieces of the source are read at the same time; else they are one by one.
        f" (SELECT row, position, CAST({text_column} AS VARCHAR) AS raw FROM {source})) ORDER BY row, position"
    )
    con.execute(
        f"CREATE TEMP TABLE {target}_rest AS"
        f" SELECT DISTINCT coalesce(raw, '') AS raw FROM {target}_seen WHERE key IS NULL"
    )
    texts = _rows(con, f"{target}_rest")
    if kind.form_literals is None or not texts:  # as above: to plan how forms are read takes long, with nothing to read
        con.execute(f"CREATE TEMP TABLE {target}_residue AS SELECT raw FROM {target}_rest")
        con.execute(
            f"CREATE TEMP TABLE {target}_reading"
            " (raw VARCHAR, key BIGINT, status VARCHAR, kind VARCHAR, reason VARCHAR)"
        )
    else:
        rest = rows_of_parts(con, "raw", f"{target}_rest", texts)
        unread = rows_of_parts(con, "raw", f"{target}_folded", texts, "key IS NULL")
        forms = _statement("phone_forms")
        con.execute(forms.format(target=target, rest=rest, unread=unread, **kind.form_literals(region)))

    def read(texts: list[str]) -> pa.Table:
        lines = [
            (raw, each.key, each.status, each.kind, each.reason)
            for raw in texts
            for each in kind.read_cell(raw, region)
        ]
        return pa.table(
            [pa.array(*each) for each in zip(zip(*lines, strict=True), _SCHEMA.types, strict=True)], _SCHEMA
        )

    # The rules for one cell, on the distinct texts that no SQL rule knows.
    residue = con.execute(f"SELECT raw FROM {target}_residue ORDER BY raw").to_arrow_table()["raw"]
    insert_read(con, f"{target}_reading", residue, read)
    odd = rows_of_parts(con, "row, position, raw", f"{target}_seen", _rows(con, f"{target}_seen"), "key IS NULL")
    con.execute(
        f"CREATE TEMP TABLE {target}_read AS"
        " SELECT row, position, seen.raw, reading.key, reading.status, reading.kind, reading.reason"
        f" FROM ({odd}) AS seen JOIN {target}_reading AS reading ON reading.raw = coalesce(seen.raw, '')"
        " ORDER BY row, position"
    )


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def drop_reading(con: duckdb.DuckDBPyConnection, target: str) -> None:
    """Drop what `read_column` has made."""
    for step in ("seen", "rest", "folded", "form", "residue", "reading", "read"):
        con.execute(f"DROP TABLE IF EXISTS temp.{target}_{step}")
