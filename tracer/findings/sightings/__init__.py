"""What marks a release: its canaries, its withheld rows, and where they are seen, in clear or hashed, and how dense the
surroundings are in which they were seen. Attribution and retention read it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - a field of the contract is called `date`
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.store import registered_tables, temp_table
from tracer.documents import json_of
from tracer.findings.case_facts import CaseFacts, ask
from tracer.identify.digests import match_digests, phone_texts_sql, width_of
from tracer.identify.email import folded_pattern, mailbox, normalise
from tracer.identify.keys import (
    EMAIL_BASE,
    HASH_BASE,
    HASH_END,
    KEY_BASE,
    PHONE_END,
    further_key_sql,
    further_kind,
    text_key_sql,
)
from tracer.identify.number_plans import block_of, block_sql, size_sql
from tracer.marking.codes.evidence import SECOND
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

statement = sql_next_to(__file__)


@dataclass(frozen=True)
class Dataset:
    """The current version of a dataset."""

    no: int
    id: str
    holder: str
    obtained: Day | None
    created: Day | None
    own: bool
    contacts: int
    loaded_at: datetime
    """When it, or a former version of it, was first loaded: canaries imported later are looked up, and their counts are
    not shown."""

    @property
    def day_seen(self) -> Day | None:
        """The day on which the holder is known to have had it: obtained, otherwise created."""
        return self.obtained if self.obtained is not None else self.created

    @property
    def born(self) -> Day | None:
        """The latest day on which it can have come into being: created, otherwise obtained."""
        return self.created if self.created is not None else self.obtained


@dataclass(frozen=True)
class Canary:
    """A controlled identity."""

    no: int
    kind: str
    phone: int | None
    """Key of its number."""
    email: int | None
    """Key of its mail address."""
    name: str | None
    organisation: str | None
    imported_at: datetime
    keys: tuple[int, ...] = ()
    """Its keys of other kinds: an invented person's, in lists without numbers."""

    @property
    def identifiers(self) -> tuple[int, ...]:
        """All its keys."""
        return tuple(key for key in (self.phone, self.email, *self.keys) if key is not None)

    @property
    def texts(self) -> list[tuple[int, str, str]]:
        """Its number, role and text of the persona's name and firm, as far as it has them."""
        texts = (("name", self.name), ("organisation", self.organisation))
        return [(self.no, role, text) for role, text in texts if text is not None and text.strip()]


@dataclass(frozen=True)
class Release:
    """One copy of a dataset, handed to one recipient."""

    id: str
    dataset: str
    source: int | None
    """Number of that dataset's current version; None where the case does not hold it (any more)."""
    client: str | None
    recipient: str
    date: Day | None
    ends: Day | None
    draw: str | None
    """What the copies of one random draw have in common; None where the tool did not draw the canaries."""
    canaries: frozenset[int]
    """Its marks: without identities that only lend another's persona a number or an address."""
    unique: frozenset[int]
    withheld: int

    def later_than(self, dataset: Dataset) -> bool:
        """Whether the release was made only after `dataset` had come into being, so that it cannot be its source."""
        return self.date is not None and dataset.born is not None and self.date > dataset.born


@dataclass(frozen=True)
class RegisteredMarks:
    """The whole register of a case."""

    datasets: Mapping[str, Dataset]
    releases: tuple[Release, ...]
    canaries: Mapping[int, Canary]
    standing: Mapping[int, frozenset[str]]
    """Canary -> releases that hold its number or address."""

    clients: Mapping[str | None, frozenset[str]]
    withdrawn: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def of_client(self, client: str | None) -> frozenset[str]:
        """Ids of all releases of a client."""
        return self.clients.get(client, frozenset())

    @property
    def numbers(self) -> list[int]:
        """Numbers of all datasets, rising."""
        return sorted(dataset.no for dataset in self.datasets.values())

    @property
    def own_lists(self) -> dict[int, str]:
        """Numbers of lists that are their holders' own, as was stated or as a client's are, each with its holder."""
        return {item.no: item.holder for item in self.datasets.values() if item.own or item.holder in self.clients}

    def any_late(self, canaries: Collection[int], dataset: Dataset) -> bool:
        """Whether one of them was imported after the dataset was first loaded: then few of them are not counted out."""
        return any(self.canaries[no].imported_at > dataset.loaded_at for no in canaries)


def sources_of(releases: Iterable[Release]) -> list[int]:
    """Numbers of the datasets that these are copies of, rising, as far as the case holds them."""
    return sorted({release.source for release in releases if release.source is not None})


def read_marks(con: duckdb.DuckDBPyConnection) -> RegisteredMarks:
    """Read the register. Ties and orders are by id, so that the same case gives the same findings."""
    datasets = {row[1]: Dataset(*row) for row in con.execute(statement("datasets")).fetchall()}
    rows = con.execute(statement("canaries")).fetchall()
    canaries = {row[0]: Canary(*(*row[:7], tuple(row[7]))) for row in rows}
    members: dict[str, set[int]] = defaultdict(set)
    by_key: dict[int, set[str]] = defaultdict(set)
    rows = con.execute("SELECT release, canary, scheme FROM release_canary ORDER BY ALL").fetchall()
    for release, canary, scheme in rows:
        for key in canaries[canary].identifiers:
            by_key[key].add(release)
        # A number lent to another's persona is in the same row: the two are one mark.
        if scheme != SECOND:
            members[release].add(canary)
    # The releases that hold a canary's number or its address, be it as another persona.
    standing = {
        no: frozenset[str]().union(*(by_key[key] for key in canary.identifiers)) for no, canary in canaries.items()
    }
    withheld = dict(con.execute("SELECT release, count(*) FROM withheld GROUP BY release ORDER BY ALL").fetchall())
    releases: list[Release] = []
    clients: dict[str | None, set[str]] = defaultdict(set)
    rows = con.execute(statement("releases")).fetchall()
    for identity, dataset, recipient, day, ends, drawn, commitment, design in rows:
        source = datasets.get(dataset)
        own = frozenset(members.get(identity, set()))
        # The draw is named in the release's design, otherwise by the register's root.
        named = json_of(design).get("draw") if drawn and design else None
        release = Release(
            id=identity,
            dataset=dataset,
            source=None if source is None else source.no,
            client=None if source is None else source.holder,
            recipient=recipient,
            date=day,
            ends=ends,
            draw=None if not drawn else str(named) if named is not None else commitment,
            canaries=own,
            unique=frozenset(no for no in own if standing[no] == {identity}),
            withheld=withheld.get(identity, 0),
        )
        releases.append(release)
        clients[release.client].add(release.id)
    of_client = {client: frozenset(ids) for client, ids in clients.items()}
    gone = con.execute("SELECT canary, list(DISTINCT release ORDER BY release) FROM withdrawn_canary GROUP BY canary")
    withdrawn = {int(no): frozenset(copies) for no, copies in gone.fetchall()}
    return RegisteredMarks(datasets, tuple(releases), canaries, standing, of_client, withdrawn)


# Lists of hashes are compared with what the case itself controls: its canaries and the members of datasets that it
# released are hashed, on demand, while a list of hashes is looked at. What they match lies in temporary relations and
# goes with them: there is no reverse table. No other party's list is compared with hashes but those of people who
# refused, who want to be found in it. The result of a blind comparison (`tracer.blind`) is read as a match too.

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
    compared apart from these."""
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
    with registered_tables(con, hash_mailbox=pa.table({"key": foldable["key"], "text": pa.array(folded, pa.string())})):
        con.execute(
            "INSERT INTO temp.hash_mail SELECT key, text FROM hash_mailbox ANTI JOIN temp.hash_mail USING (key, text)"
        )


@dataclass(frozen=True)
class Sightings:
    """Canaries and ordinary rows of all releases, as found in the datasets looked at (by dataset number)."""

    rows: Mapping[int, Mapping[int, int]]
    """Dataset -> canary -> first row that holds it."""
    matched: Mapping[tuple[int, int], int]
    """(dataset, released dataset) -> ordinary contacts in common, of pairs that are close by them."""
    ordinary: Mapping[int, int]
    withheld: Mapping[tuple[int, str], int]
    """(dataset, release) -> rows seen that the release never had."""
    homes: Mapping[int, frozenset[str]]
    """Home canary -> clients whose own lists hold it."""
    unplaced: Mapping[int, int] = field(default_factory=dict)
    """Dataset with hashes -> its hashes that are of no ordinary contact of a released dataset."""

    def canaries(self, dataset: int) -> frozenset[int]:
        """The canaries seen in a dataset."""
        return frozenset(self.rows.get(dataset, {}))


@dataclass(frozen=True)
class MatchedRows:
    """Ordinary contacts of a copy in a dataset, and what would bring them there without the copy."""

    matched: int
    ordinary: int
    expected: float
    in_blocks: float
    """Contacts in common if the dataset's numbers fell at random into the blocks that it uses."""


@dataclass(frozen=True)
class CanaryChance:
    """What chance would do to canaries in one dataset."""

    blocks: Mapping[int, int]
    """Block (`number_plans.block_of`) of a canary -> numbers of it in the dataset, at most where it holds hashes."""
    mails: int
    """Mail addresses in the dataset, at most where it holds hashes."""
    named: bool
    agreeing: frozenset[int]
    likeness: Mapping[int, float]
    """Canary -> probability that a chance row of the dataset agrees with its persona."""
    persons: Mapping[int, float] = field(default_factory=dict)
    """Invented person -> bound on the probability that so many strangers have one with its key among them."""


def read_sightings(facts: CaseFacts, marks: RegisteredMarks, targets: Sequence[int]) -> Sightings:
    """Look for all marks in the datasets `targets` (numbers of loaded versions), in clear or hashed."""
    return facts.once(("sightings", frozenset(targets)), lambda: _read_sightings(facts, marks, targets))


def _read_sightings(facts: CaseFacts, marks: RegisteredMarks, targets: Sequence[int]) -> Sightings:
    sources, own = sources_of(marks.releases), marks.own_lists
    with held_identifiers(facts.con, sorted({*targets, *own}), sources):
        rows = _rows(facts, marks, targets)
        home_of: dict[int, frozenset[str]] = {}
        for dataset, seen in _rows(facts, marks, sorted(own)).items():
            for canary in seen:
                if marks.canaries[canary].kind == "home":
                    home_of[canary] = home_of.get(canary, frozenset()) | {own[dataset]}
        # Hashes that no ordinary member of a released dataset has: their blocks are unknown.
        hashes = {"targets": list(targets), "first": HASH_BASE, "end": HASH_END}
        unplaced = dict(facts.con.execute(statement("unplaced"), hashes).fetchall())
        if not sources:
            return Sightings(rows, {}, {}, {}, home_of, unplaced)
        both = {"targets": list(targets), "sources": sources}
        matched = ask(facts, "sightings/matched", statement("matched"), both).fetchall()
        ordinary = ask(facts, "sightings/ordinary", statement("ordinary"), {"sources": sources}).fetchall()
        withheld = ask(facts, "sightings/withheld_seen", statement("withheld_seen"), both).fetchall()
    close = {(dataset, source): contacts for dataset, source, contacts in matched if contacts >= SHOWN_FROM}
    source_of = {release.id: release.source for release in marks.releases}
    lacking = {(dataset, release): n for dataset, release, n in withheld if (dataset, source_of[release]) in close}
    return Sightings(rows, close, dict(ordinary), lacking, home_of, unplaced)


def _rows(facts: CaseFacts, marks: RegisteredMarks, targets: Sequence[int]) -> dict[int, dict[int, int]]:
    """Too few canaries that were imported after a dataset was first loaded are none there: a person may have been
    entered as a canary to find out which lists hold that person."""
    rows: dict[int, dict[int, int]] = defaultdict(dict)
    late: dict[int, set[int]] = defaultdict(set)
    first = dict(facts.con.execute("SELECT no, first_at FROM views._first_load").fetchall())
    for dataset, canary, row in ask(facts, "sightings/seen", statement("seen"), {"targets": list(targets)}).fetchall():
        rows[dataset][canary] = row
        if dataset in first and marks.canaries[canary].imported_at > first[dataset]:
            late[dataset].add(canary)
    for dataset, canaries in late.items():
        if len(canaries) < SHOWN_FROM:
            rows[dataset] = {canary: row for canary, row in rows[dataset].items() if canary not in canaries}
    return rows


def read_withheld_together(
    con: duckdb.DuckDBPyConnection, target: int, source: int, releases: Sequence[str]
) -> list[tuple[frozenset[int], int, int]]:
    """Ordinary contacts of `source` that some of the copies lack: (copies that lack them, by their place in `releases`;
    how many such contacts; how many of these `target` shows)."""
    with held_identifiers(con, [target], [source]):
        bound = {"target": target, "source": source, "copies": list(releases)}
        rows = con.execute(statement("withheld_together"), bound).fetchall()
    return [(frozenset(lacking), contacts, shown) for lacking, contacts, shown in rows]


def read_background(facts: CaseFacts, marks: RegisteredMarks, seen: Sightings) -> Mapping[int, CanaryChance]:
    """The surroundings of canaries, for every dataset in which one is seen.

    The blocks of a list's hashes are unknown. Those of ordinary contacts of a released dataset are not a
    canary's; all others may lie in any canary's block, and each block is taken to hold them all (10,000 at most), each
    to be an address. That bounds the block null from above: a list of hashes that has little in addition to the
    released rows can still be distinguished from chance by its canaries, a padded one only by names, or by the code
    null."""
    targets = frozenset(seen.rows)
    return facts.once(("background", targets), lambda: _read_background(facts, marks, seen)) if targets else {}


def _read_background(facts: CaseFacts, marks: RegisteredMarks, seen: Sightings) -> Mapping[int, CanaryChance]:
    con, targets = facts.con, sorted(seen.rows)
    bound: dict[str, Any] = {"targets": targets}
    blocks: dict[int, dict[int, int]] = defaultdict(dict)
    text = statement("blocks").format(block=block_sql("key"))
    for dataset, block, numbers in con.execute(text, bound | {"phone_end": PHONE_END}).fetchall():
        blocks[dataset][block] = numbers
    mails = dict(con.execute(statement("mails"), bound | {"email_base": EMAIL_BASE, "key_base": KEY_BASE}).fetchall())
    columns: dict[int, list[_Column]] = defaultdict(list)
    for dataset, *column in con.execute(statement("personas"), bound).fetchall():
        columns[dataset].append(tuple(column))
    personas = [
        text
        for _, canary in sorted(marks.canaries.items())
        if not any(further_kind(key) == "composite" for key in canary.keys)  # their keys have the name in them
        for text in canary.texts
    ]
    # Invented persons with the probability that one stranger has a key of theirs; people of each dataset who are known
    # by keys of several columns or mapped ones, at most.
    rates = dict(con.execute("SELECT canary, max(rate) FROM canary_key GROUP BY canary ORDER BY canary").fetchall())
    strangers: dict[int, int] = {}
    if rates:
        keys = {"hashes": HASH_BASE, "numbers": PHONE_END}
        strangers = dict(con.execute(statement("keyed"), bound | keys).fetchall())
    found = {}
    for dataset in targets:
        agreeing, likeness = _agreement(facts, dataset, seen.rows[dataset], columns[dataset], personas)
        hidden, around = seen.unplaced.get(dataset, 0), blocks[dataset]
        if hidden:  # further numbers that may lie in any canary's block
            used = {block_of(canary.phone) for canary in marks.canaries.values() if canary.phone is not None}
            around = {block: min(size, around.get(block, 0) + hidden) for block, size in sorted(used)}
        persons = {no: min(1.0, strangers.get(dataset, 0) * rate) for no, rate in rates.items()}
        named = bool(columns[dataset]) and bool(likeness)
        found[dataset] = CanaryChance(around, mails.get(dataset, 0) + hidden, named, agreeing, likeness, persons)
    return found


def chance_overlap(facts: CaseFacts, target: int, source: int) -> float:
    """Contacts that `target` would share with `source` if its numbers fell at random into the blocks it uses.

    Its hashes are taken to lie in the blocks that `source` uses."""
    both = [target, source]

    def compute() -> float:
        bound = {"target": target, "source": source, "phone_end": PHONE_END}
        text = statement("block_overlap").format(block=block_sql("key"), size=size_sql("key"))
        row = facts.con.execute(text, bound | {"hash_base": HASH_BASE, "hash_end": HASH_END}).fetchone()
        return 0.0 if row is None else float(row[0])

    kept = facts.once(
        ("chance_overlap", *both), lambda: facts.computed_once("sightings/chance-overlap", both, both, compute)
    )
    return float(kept)


def expected_overlap(facts: CaseFacts, a: str, b: str) -> float | None:
    """Contacts that chance alone would put into two datasets (ids), as the overlaps of all lists with one another say;
    None where they were not compared."""
    asked = "SELECT a, b, expected FROM overlap WHERE superseded IS NULL ORDER BY run, a, b"
    known = facts.once("expected overlaps", lambda: {row[:2]: row[2] for row in facts.con.execute(asked).fetchall()})
    return known.get((a, b), known.get((b, a)))


_Column = tuple[Any, ...]
"""(table, first row, rows, position, role) of a column of names or firms."""


def _plain(text: str) -> str:
    """SQL for a cell without white space and case."""
    return f"lower(regexp_replace({text}, '\\s+', '', 'g'))"


def _agreement(
    facts: CaseFacts,
    dataset: int,
    rows: Mapping[int, int],
    columns: Sequence[_Column],
    personas: Sequence[tuple[int, str, str]],
) -> tuple[frozenset[int], dict[int, float]]:
    """Which seen canaries are with their persona, and how likely that would be by chance, for every persona."""
    totals = Counter[str]()
    for _, _, column_rows, _, role in columns:
        totals[role] += column_rows
    wanted = [(no, role, text, rows.get(no, 0)) for no, role, text in personas if role in totals]

    def compute() -> list[tuple[int, str, int, int]]:
        """canary, role, rows that have its text in a column of that role, and how often in the row of its number."""
        cells = " UNION ALL ".join(
            f"SELECT '{role}' AS role, row + {first_row - 1} AS row, {_plain(f'c{position}')} AS text FROM {table}"
            for table, first_row, _, position, role in columns
        )
        query = (
            "SELECT w.canary, w.role, count(*), count(*) FILTER (r.row = w.row)"
            f" FROM (SELECT canary, role, {_plain('text')} AS text, row FROM texts_wanted) AS w"
            f" JOIN ({cells}) AS r ON r.role = w.role AND r.text = w.text GROUP BY ALL ORDER BY ALL"
        )
        names = "canary", "role", "text", "row"
        with registered_tables(
            facts.con, texts_wanted=pa.table(dict(zip(names, zip(*wanted, strict=True), strict=True)))
        ):
            return facts.con.execute(query).fetchall()

    rests_on = [[list(column) for column in columns], wanted]
    found = facts.computed_once("sightings/agreement", rests_on, [dataset], compute) if wanted else []
    counts = {(no, role): (count, here > 0) for no, role, count, here in found}
    likeness: dict[int, float] = {}
    for no, role, _, _ in wanted:
        count, agrees = counts.get((no, role), (0, False))
        # A canary agrees where its name or its firm does: the union bound over both.
        # The rule of succession keeps a value that the dataset has nowhere else from counting as impossible.
        likeness[no] = min(1.0, likeness.get(no, 0.0) + (count - agrees + 1) / (totals[role] + 1))
    return frozenset(no for (no, _), (_, agrees) in counts.items() if agrees), likeness
