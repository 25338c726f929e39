"""What the raw rows of related lists show, in numbers: counted where nothing is known of these lists yet.

The counts of a pair rest on the rows of both, on what lists unrelated to both write in the same cells, and on who else
has a row. Nothing of it changes while the lists that have relatives, and which of them are related, stay the same: a
list that has no relative leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.cells import columns_of, looked_at_percent, read_cells, statement, strangers_of
from tracer.findings.derivation.composition import COMPOSED, Parted, part
from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.dates import DossierFacts, Entries, first_days, read_entries

WRITTEN_ANEW = 0.3
"""Share of common cells of a kind that differ, from which that kind was rewritten on one side."""
NOT_ALIKE = 0.1
"""Share of cells, beyond what chance gives, that must be alike for the common contacts to be the same people. (More
than half of the copies that were rewritten, with the family name first or without the town, were.)"""
COMPARED, LOOKED_AT = 20, 300
"""Common contacts whose cells must be filled on both sides for this to be asked, and how many are looked at."""
DATED = ("day", "inner_id")
"""Columns of `cell` by which rows of two versions follow one another."""


@dataclass(frozen=True)
class RowFacts:
    """What the rows of related lists show; lists by their position, pairs a < b."""

    entries: Mapping[tuple[int, int], Entries]
    """(list, other) → when the list's rows came in."""
    other_people: Mapping[tuple[int, int], int]
    """Pairs whose common contacts are not the same people → cells that were compared."""
    slips: Sequence[tuple[int, ...]]
    """a, b, common cells that differ, and of these with how many witnesses agree with a, and with b."""
    repeats: Sequence[tuple[int, ...]]
    """a, b, common contacts that are in several rows of a alone, and of b alone."""
    newest: Mapping[str, Sequence[tuple[int, ...]]]
    """Column of `DATED` → a, b, common rows with the same value, newer and older rows of a, and those of b."""
    parted: Mapping[str, Mapping[tuple[int, int], Parted]]
    """What of a row is compared → (list, other) → its common rows against its other ones."""


def read_row_facts(
    case: CaseFacts, counts: MembershipCounts, facts: Sequence[DossierFacts], pairs: Sequence[tuple[int, int]]
) -> RowFacts | None:
    """Count what the rows of the related pairs a < b show; None where no list has rows with columns that are known."""
    used = sorted({x for pair in pairs for x in pair})
    if not used:
        return None
    place = {position: index for index, position in enumerate(used)}
    if counts.second_key is None:
        found = _counted(case.con, counts, facts, pairs, place)
        return None if found is None else _at_positions(found, used)
    numbers = [counts.traced.numbers[position] for position in used]
    columns = columns_of(case.con)
    rests_on = {
        "lists": numbers,
        "columns": [[*key, sorted(columns[key].items())] for key in sorted(columns) if key[0] in numbers],
        "pairs": [[place[a], place[b]] for a, b in pairs],
        "strangers": [[place[a], place[b]] for a, b in strangers_of(counts).tolist() if a in place and b in place],
        "days": [day for position, day in enumerate(first_days(facts)) if position in place],
        "percent": looked_at_percent(counts),
        "without": _left_out(case.con, counts),
    }
    found = case.kept("derivation/rows", rests_on, numbers, lambda: _counted(case.con, counts, facts, pairs, place))
    return None if found is None else _at_positions(found, used)


def _left_out(con: duckdb.DuckDBPyConnection, counts: MembershipCounts) -> list[str]:
    """A digest of the identifiers by which nothing is compared: junk of any list, and those that say nothing new."""
    row = con.execute(
        "SELECT count(*), bit_xor(key), sum(key) FROM ("
        f" SELECT DISTINCT key FROM junk JOIN {counts.traced.relation} ON no = dataset WHERE key IS NOT NULL"
        f" UNION ALL SELECT key FROM {counts.second_key})"
    ).fetchone()
    return [str(value) for value in row or ()]


def _counted(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, facts: Sequence[DossierFacts],
    pairs: Sequence[tuple[int, int]], place: Mapping[int, int],
) -> dict[str, Any] | None:  # fmt: skip
    """The counts as they are kept, lists by their place among those that are used."""
    if not read_cells(con, counts, pairs):
        return None
    entries = read_entries(con, facts)
    con.execute(statement("kinds"))
    asked = {"differ": 1.0 - WRITTEN_ANEW, "least": COMPARED, "most": LOOKED_AT, "alike": NOT_ALIKE}
    return {
        "entries": _placed(entries, place),
        "other_people": _placed(con.execute(statement("strangers"), asked).fetchall(), place),
        "slips": _placed(con.execute(statement("slips"), {"most": WRITTEN_ANEW}).fetchall(), place),
        "repeats": _placed(con.execute(_repeats(counts)).fetchall(), place),
        "newest": {
            value: _placed(con.execute(statement("newest").replace("{value}", value)).fetchall(), place)
            for value in DATED
        },
        "parted": {
            what: _placed(((*pair, *one) for pair, one in part(con, counts, pairs, what).items()), place)
            for compared in COMPOSED.values()
            for what in compared
        },
    }


def _repeats(counts: MembershipCounts) -> str:
    return statement("repeats").replace("{datasets}", counts.traced.relation)


def _placed(rows: Iterable[Sequence[Any]], place: Mapping[int, int]) -> list[list[Any]]:
    return [[place[a], place[b], *values] for a, b, *values in rows]


def _at_positions(found: Mapping[str, Any], used: Sequence[int]) -> RowFacts:
    def rows(kept: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        return [(used[a], used[b], *values) for a, b, *values in kept]

    def by_pair(kept: Iterable[Sequence[Any]]) -> dict[tuple[int, int], tuple[Any, ...]]:
        return {(a, b): tuple(values) for a, b, *values in rows(kept)}

    return RowFacts(
        entries={pair: Entries(*values) for pair, values in by_pair(found["entries"]).items()},
        other_people={pair: compared for pair, (compared,) in by_pair(found["other_people"]).items()},
        slips=rows(found["slips"]),
        repeats=rows(found["repeats"]),
        newest={value: rows(kept) for value, kept in found["newest"].items()},
        parted={
            what: {pair: Parted(*values) for pair, values in by_pair(kept).items()}
            for what, kept in found["parted"].items()
        },
    )
