"""Masked numbers, as statistics: how many of a release's canaries fit a mask of the list, and how many would by chance.

A mask is never undone and names no person. The first seven digits of a number are its block, which people of one region
and one carrier share; what separates canaries from chance is what a mask shows of the last four. Null: of the N = 10^t
endings that a mask with t of them visible can have, the D that the list holds under the same seven first characters are
a random D. The number that fit of a release's K canaries with that beginning is then hypergeometric (N, D, K); the sum
over all beginnings and kinds of mask is convolved exactly. Abroad a mask may be shorter than its number (`+4930…567`),
and endings are given out unevenly: there N is no larger than what two rows' endings agree by. Where the list has
names or firms (masked ones like 张** too), the same is asked of the rows that agree with the persona, and twice the
smaller tail is the p-value.

A name agrees in clear or as lists mask it: 张*, 张某, 张先生, *三, J*** S****, J. Smith, the surname or the given name
alone. How long a mask is says nothing: rows of all lengths agree, which makes chance larger, never smaller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import duckdb
import numpy as np
import pyarrow as pa

from tracer.case.store import registered_tables, temp_table
from tracer.findings.sightings import Canary, Dataset, MatchedRows, RegisteredMarks, statement
from tracer.findings.tails import Floats
from tracer.marking.codes import masses
from tracer.policy import SHOWN_FROM

_KINDS = 32
"""Kinds of mask of a list that are looked at, the most frequent first."""
_ENDING = 4
"""Last characters of a mask, as far as nothing uncertain lies before them; what precedes is the block, which says
nothing of a canary."""
_GAP = "…"
"""So many hidden digits as there may be."""
_TITLES = ("先生", "女士", "小姐", "总", "经理", "老师")
_ENDING_SQL = "CASE WHEN contains(mask, '…') THEN regexp_extract(mask, '[0-9*]{0,4}$') ELSE right(mask, 4) END"
"""The last characters of the column `mask`, four at most, as far as nothing uncertain lies before them."""
_MOBILE, _MOBILE_END = 86_130_0000_0000, 86_199_9999_9999
"""Keys of Chinese mobile numbers."""
_LONGEST = 15
"""Digits of a number with its country's code."""


@dataclass(frozen=True)
class Masked:
    """What the masks of one dataset say about one release."""

    looked_for: int
    """Canaries of the release with a number, imported before the dataset was first loaded."""
    fit: int
    expected: float
    agreeing: int | None
    """Those that fit a mask with their persona's name or firm; None where the list has no such column."""
    p_value: float
    """Probability under the null of so many; for this release alone, whatever others are looked at."""
    own: OwnNamed | None = None
    """The canaries that no other release has, by mask and name; None where the list has no names."""


@dataclass(frozen=True)
class OwnNamed:
    """Canaries of one release alone, of none, or at home, that fit a mask next to their persona's name."""

    looked_for: int
    fit: int
    chance: float


@dataclass(frozen=True)
class MaskedDataset:
    """What the masks of one dataset say."""

    releases: Mapping[str, Masked]
    homes: OwnNamed | None = None
    unused: OwnNamed | None = None
    kinds: Mapping[str, float] = field(default_factory=dict)
    """Kinds of mask, the most frequent first, each with the endings that it can have."""


@dataclass(frozen=True)
class _CanaryMask:
    """A canary's number behind one kind of mask."""

    canary: int
    mask: str
    endings: float
    """N: endings that such a mask can have, as far as the list's differ."""

    @property
    def stratum(self) -> tuple[str, str]:
        """What comes first, and which of the last four digits are visible."""
        ending = _mask_ending(self.mask)
        visible = "".join("*" if char == "*" else "9" for char in ending)
        return self.mask[: len(self.mask) - len(ending)], visible


@dataclass(frozen=True)
class _Counts:
    """How the list looks around the canaries' masks."""

    density: Mapping[_CanaryMask, int]
    there: frozenset[_CanaryMask]

    def next_to_names(self, masks: Sequence[_CanaryMask]) -> tuple[int, Floats]:
        """How many of these masks are next to their persona, and the distribution of that number by chance."""
        law = np.ones(1)
        for one in masks:
            chance = min(1.0, self.density.get(one, 0) / one.endings)
            law = np.convolve(law, np.array([1.0 - chance, chance]))
        return sum(one in self.there for one in masks), law


def with_masks(con: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """Numbers of the datasets with masked rows enough to be shown: `read_masked` finds nothing in others, which are
    nearly questions about single people."""
    return frozenset(no for (no,) in con.execute("SELECT no FROM dataset WHERE views._enough(masked)").fetchall())


def read_masked(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, dataset: Dataset) -> MaskedDataset:
    """What the masks of `dataset` say; nothing where its masked rows are too few, or its clear contacts ten
    times as many: next to these, masks say nothing that is worth a sentence.

    Canaries that were imported after the dataset was first loaded are left out: with them anybody's number could be
    asked about."""
    row = con.execute(statement("masks_of"), {"dataset": dataset.no, "id": dataset.id}).fetchone()
    if row is None or row[0] < max(SHOWN_FROM, dataset.contacts / 10):
        return MaskedDataset({})
    early = {no: c for no, c in marks.canaries.items() if c.phone is not None and c.imported_at <= row[1]}
    kinds: dict[str, float] = {}
    text = statement("mask_kinds").format(ending=_ENDING_SQL)
    for kind, alike in con.execute(text, {"dataset": dataset.no, "most": _KINDS}).fetchall():
        room = 10.0 ** _mask_ending(kind).count("9")
        kinds[kind] = min(room, 1.0 / alike) if alike else room
    hidden = con.execute(
        f"SELECT c.no, k.kind, {_hidden_sql('k.kind', 'c.phone')} AS mask"
        " FROM canary AS c CROSS JOIN (SELECT unnest($kinds::VARCHAR[]) AS kind) AS k"
        " WHERE c.phone IS NOT NULL AND mask IS NOT NULL ORDER BY c.no, list_position($kinds::VARCHAR[], k.kind)",
        {"kinds": [kind for kind in kinds if "9" in _mask_ending(kind)]},  # others show nothing of its ending
    ).fetchall()
    asked = [_CanaryMask(no, mask, kinds[kind]) for no, kind, mask in hidden if no in early]
    plain = _count(con, asked, f"(SELECT NULL::INTEGER AS canary, mask FROM mask WHERE dataset = {dataset.no})")
    named = _count_named(con, dataset.no, early, asked)
    found = {}
    for release in marks.releases:
        own = release.canaries & early.keys()
        mine = [one for one in asked if one.canary in own]
        if mine:
            alone = _own_named(release.unique & early.keys(), mine, named)
            found[release.id] = replace(_evidence(len(own), mine, plain, named), own=alone)
    homes = frozenset(no for no in early if marks.canaries[no].kind == "home")
    unused = early.keys() - homes - frozenset[int]().union(*(release.canaries for release in marks.releases))
    return MaskedDataset(found, _own_named(homes, asked, named), _own_named(unused, asked, named), kinds)


def _mask_ending(mask: str) -> str:
    return mask.rpartition(_GAP)[2][-_ENDING:]


def _own_named(canaries: Set[int], asked: Sequence[_CanaryMask], named: _Counts | None) -> OwnNamed | None:
    """Each canary counts once, by the kind of mask that shows most of it: a second kind is not a second witness."""
    best: dict[int, _CanaryMask] = {}
    if named is None:
        return None
    for mask in asked:
        if mask.canary in canaries:
            known = best.get(mask.canary, mask)
            best[mask.canary] = max(known, mask, key=lambda one: (one in named.density, one.endings, one.mask))
    fit, law = named.next_to_names(list(best.values()))
    return OwnNamed(len(best), fit, _upper(law, fit)) if best else None


def _count(con: duckdb.DuckDBPyConnection, asked: Sequence[_CanaryMask], masks: str) -> _Counts:
    """masks: SQL of the masks of the list (canary, mask), each of one canary or, where that is NULL, of any."""
    types = {"canary": pa.int64(), "mask": pa.string(), "head": pa.string(), "kind": pa.string()}
    rows = [dict(zip(types, (one.canary, one.mask, *one.stratum), strict=True)) for one in asked]
    with registered_tables(con, asked_mask=pa.Table.from_pylist(rows, schema=pa.schema(types))):
        found = con.execute(statement("mask_density").format(ending=_ENDING_SQL, masks=masks)).fetchall()
    by_mask = {(one.canary, one.mask): one for one in asked}
    return _Counts(
        {by_mask[canary, mask]: density for canary, mask, density, _ in found},
        frozenset(by_mask[canary, mask] for canary, mask, _, there in found if there),
    )


def _count_named(
    con: duckdb.DuckDBPyConnection, dataset: int, canaries: Mapping[int, Canary], asked: Sequence[_CanaryMask]
) -> _Counts | None:
    """The same among the rows that agree with each persona; None where the list has neither names nor firms."""
    wanted = [text for _, canary in sorted(canaries.items()) for text in canary.texts]
    with named_masks(con, dataset) as there:
        if not there or not wanted:
            return None
        ids, roles, texts = (list(column) for column in zip(*wanted, strict=True))
        temp_table(con, "persona", pa.table({"id": pa.array(ids, pa.int32()), "role": roles, "text": texts}))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE name_form AS SELECT id, role, unnest({_forms('w')}) AS form"
            f" FROM (SELECT id, role, {_words('text')} AS w FROM temp.persona WHERE role = 'name')"
            f" UNION ALL SELECT id, role, {_plain('text')} FROM temp.persona WHERE role <> 'name'"
        )
        con.execute(f"CREATE OR REPLACE TEMP TABLE agreeing_mask AS {statement('agreeing_mask')}")
        counts = _count(con, asked, "temp.agreeing_mask")
        con.execute("DROP TABLE temp.persona; DROP TABLE temp.name_form; DROP TABLE temp.agreeing_mask")
    return counts


def _evidence(looked_for: int, mine: Sequence[_CanaryMask], plain: _Counts, named: _Counts | None) -> Masked:
    fit = {one.canary for one in mine if one in plain.there}
    # One number may be two canaries, and two numbers one mask: what counts is masks.
    strata: dict[tuple[str, str], dict[str, _CanaryMask]] = defaultdict(dict)
    for one in mine:
        strata[one.stratum][one.mask] = one
    total, hits, expected = np.ones(1), 0, 0.0
    for _, masks in sorted(strata.items()):
        some = next(iter(masks.values()))
        density = plain.density.get(some, 0)
        room = max(round(some.endings), density, len(masks))
        counts = masses.hypergeometric(np.arange(len(masks) + 1), room, density, len(masks))
        total = np.convolve(total, counts)
        hits += sum(one in plain.there for one in masks.values())
        expected += len(masks) * density / room
    bare = _upper(total, hits)
    if named is None:
        return Masked(looked_for, len(fit), expected, None, bare)
    agreeing = {one.canary for one in mine if one in named.there}
    beside, law = named.next_to_names(mine)
    return Masked(looked_for, len(fit), expected, len(agreeing), min(1.0, 2.0 * min(bare, _upper(law, beside))))


def _upper(probabilities: Floats, at_least: int) -> float:
    """P(X >= at_least): the tail is added up, so that nothing cancels."""
    return 1.0 if at_least <= 0 else float(min(1.0, probabilities[at_least:].sum()))


# Names next to masked numbers.


@contextmanager
def named_masks(con: duckdb.DuckDBPyConnection, dataset: int) -> Iterator[bool]:
    """While it lasts, masked_row(row, mask, role, text) holds the masks of a dataset with what is written next to them;
    whether there is such a column."""
    con.execute("CREATE OR REPLACE TEMP TABLE masked_row (row BIGINT, mask VARCHAR, role VARCHAR, text VARCHAR)")
    try:
        cells = _cells(con, dataset)
        for table, first_row, role, text in cells:
            con.execute(
                f"INSERT INTO temp.masked_row SELECT m.row, m.mask, '{role}', {_plain(text)} FROM {table} AS r"
                " JOIN mask AS m ON m.dataset = $dataset AND m.row = r.row + $first_row - 1",
                {"dataset": dataset, "first_row": first_row},
            )
        yield bool(cells)
    finally:
        con.execute("DROP TABLE temp.masked_row")


def rows_in_common(con: duckdb.DuckDBPyConnection, source: int, kinds: Mapping[str, float]) -> MatchedRows:
    """The contacts of a released list (its number) of which the masked list has the mask with the name; needs
    `named_masks`. `kinds`: of the masks, each with the endings that it can have."""
    con.execute("CREATE OR REPLACE TEMP TABLE source_row (key BIGINT, form VARCHAR)")
    for table, first_row, role, text in _cells(con, source):
        if role == "name":
            con.execute(
                f"INSERT INTO temp.source_row SELECT key, unnest({_forms('w')}) FROM ("
                f"SELECT m.key, {_words(text)} AS w FROM {table} AS r"
                " JOIN membership AS m ON m.dataset = $source AND m.row = r.row + $first_row - 1"
                " WHERE m.key BETWEEN 1 AND $end"
                " AND NOT EXISTS (SELECT 1 FROM canary AS c WHERE c.phone = m.key))",
                {"source": source, "first_row": first_row, "end": 10**_LONGEST},
            )
    schema = pa.schema({"kind": pa.string(), "room": pa.float64()})
    temp_table(con, "mask_kind", pa.table([list(kinds), list(kinds.values())], schema=schema))
    text = statement("masked_rows_in_common").format(mask=_hidden_sql("k.kind", "s.key"), ending=_ENDING_SQL)
    contacts, shown, expected = con.execute(text).fetchall()[0]
    con.execute("DROP TABLE temp.source_row; DROP TABLE temp.mask_kind")
    return MatchedRows(int(shown), int(contacts), float(expected), float(expected))


def _hidden_sql(kind: str, key: str) -> str:
    """SQL: the number `key` as a kind of mask shows it; NULL where that is none of such a number."""
    digits = f"{key}::VARCHAR"
    starred = " || ".join(
        f"CASE substr({kind}, {at}, 1) WHEN '9' THEN substr(n.digits, {at} + n.before, 1)"
        f" ELSE substr({kind}, {at}, 1) END"
        for at in range(1, _LONGEST + 2)
    )
    return (
        f"(SELECT CASE WHEN contains({kind}, '…') THEN CASE WHEN length({kind}) - 2 < length(n.digits)"
        f" THEN '+' || left(n.digits, n.head) || '…' || right(n.digits, n.tail) END"
        f" WHEN length({kind}) = length(n.digits) - n.before"
        f" AND (n.abroad OR {key} BETWEEN {_MOBILE} AND {_MOBILE_END})"
        f" THEN {starred} END"
        f" FROM (SELECT {digits} AS digits, starts_with({kind}, '+') AS abroad,"
        f" CASE WHEN starts_with({kind}, '+') THEN -1 ELSE 2 END AS before,"
        f" strpos({kind}, '…') - 2 AS head, length({kind}) - strpos({kind}, '…') AS tail) AS n)"
    )


def _cells(con: duckdb.DuckDBPyConnection, dataset: int) -> list[tuple[str, int, str, str]]:
    """(table, first row, role, SQL of the text) of a dataset's names and firms; parts of a name are joined."""
    parts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    found = []
    rows = con.execute(statement("name_columns"), {"dataset": dataset}).fetchall()
    for table, first_row, position, role, piece in rows:
        if piece in ("given_name", "family_name"):
            parts[table, first_row].setdefault(piece, position)
        elif piece is None and role in ("name", "organisation"):
            found.append((table, first_row, role, f"r.c{position}"))
    for (table, first_row), pieces in sorted(parts.items()):
        names = [f"coalesce(r.c{pieces[piece]}, '')" for piece in ("given_name", "family_name") if piece in pieces]
        found.append((table, first_row, "name", " || ' ' || ".join(names)))
    return found


def _plain(text: str) -> str:
    """SQL: without case, white space and points, each run of hidden letters as one star."""
    plain = f"regexp_replace(translate(lower({text}), '＊●○×•某', '******'), '[\\s,，.]+', '', 'g')"
    return f"regexp_replace({plain}, '\\*+', '*', 'g')"


def _words(text: str) -> str:
    """SQL: a list of the words of a name, in small letters."""
    return f"list_filter(string_split_regex(lower(trim({text})), '[\\s,，.]+'), lambda word: word <> '')"


def _forms(w: str) -> str:
    """SQL: a list of the forms in which the name of the words `w` (a column) is written, folded, each once."""
    one = [f"{w}[1]", f"{w}[1][1] || '*'", f"{w}[1][1]", f"'*' || {w}[1][2:]", f"'*' || {w}[1][-1:]"]
    one += [f"{w}[1][1] || '*' || {w}[1][-1:]", *(f"{w}[1][1] || '{title}'" for title in _TITLES)]
    first, last = ([f"{w}[{at}]", f"{w}[{at}][1] || '*'", f"{w}[{at}][1]"] for at in (1, -1))
    many = [*(f"{a} || {b}" for a in first for b in last), *(f"{b} || {a}" for a in first for b in last), *first, *last]
    return (
        f"list_distinct(CASE len({w}) WHEN 0 THEN []::VARCHAR[] WHEN 1 THEN [{', '.join(one)}]"
        f" ELSE [{', '.join(many)}] END)"
    )
