"""What dates and documents say about direction.

`created` and release dates are firm. `obtained` bounds a list's making from above only: how much earlier it was made is
spread exponentially, with the mean that those lists of the case show of which both dates are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import duckdb
import numpy as np

from tracer.disclosure import Count, DatasetRef, Reason, ReleaseRef, Word, told
from tracer.findings.derivation.cells import statement
from tracer.findings.derivation.weights import EdgeWeights, Signal
from tracer.findings.overlap.traced import ComparedDatasets

FIRM = 400.0
"""Nats that two firm dates weigh. A list was not copied from one that did not exist; where the date that was given is
wrong, the rows must say so very clearly."""
LOOSE = 0.1
"""Probability that an `obtained` date says nothing at all (the list lay about for years)."""
PRIOR_DELAY, PRIOR_DELAY_LISTS = 45.0, 3.0
"""Mean days from making to obtaining, before looking, worth so many lists."""
YOUNGER_SOURCE, YOUNGER_SOURCE_FIRM = 2.0, 6.0
"""Most nats against a client's own list as the source of an older one: copies are taken from the living list, of which
the file that was loaded is a later export; the second where both dates are firm."""
LEAST_ENTRIES, NEARLY_ALL = 20, 0.9
"""Rows in common of which a list says when they came in, from which they are looked at, and the share of them that
counts as all: a few days are always those of something else."""
OWN_FROM_OBTAINED = 4.0
"""Log odds that of a client's own list and one that was obtained elsewhere the own one is the source."""
OWN_FROM_OTHERS = -2.0
"""Nats against a client's own list being made from another client's."""
RELEASED = 8.0
"""Nats for a documented release of the parent to the child's holder, before the child was obtained."""


@dataclass(frozen=True)
class DossierFacts:
    """What the dossier says about one dataset."""

    holder: str
    obtained: date | None
    created: date | None
    own: bool
    living: bool = False
    """A client's only list, or its first, which says when its rows came and went: that it is younger than a copy says
    nothing at all."""


@dataclass(frozen=True)
class Entries:
    """When the rows of a list came into it, by its own column, and the day by which another list was there."""

    common_by: int
    common_after: int
    """Rows in common that came in after it: the other list cannot have them from there."""
    other_after: int
    """Further rows that came in after it: the list was kept up, and the day of its file says nothing about its age."""

    @property
    def too_late(self) -> bool:
        """Whether the other list had the rows in common before this one."""
        return self._nearly_all(self.common_after)

    @property
    def kept_up(self) -> bool:
        """Whether the list had the rows in common by then, and went on."""
        return self._nearly_all(self.common_by) and self.other_after >= LEAST_ENTRIES

    def _nearly_all(self, rows: int) -> bool:
        """Whether so many are nearly all of the rows in common."""
        common = self.common_by + self.common_after
        return common >= LEAST_ENTRIES and rows >= NEARLY_ALL * common


def first_days(facts: Sequence[DossierFacts]) -> list[int | None]:
    """lists: the first day on which each is known to have been there, such as 20260131."""
    days = (min((d for d in (f.created, f.obtained) if d is not None), default=None) for f in facts)
    return [None if day is None else int(f"{day:%Y%m%d}") for day in days]


def read_entries(con: duckdb.DuckDBPyConnection, facts: Sequence[DossierFacts]) -> list[tuple[int, ...]]:
    """list, other, and the values of `Entries`: when the list's rows came in. Needs the TEMP tables of `read_cells`."""
    con.execute("CREATE OR REPLACE TEMP TABLE there (position INTEGER, day BIGINT)")
    known = [(position, day) for position, day in enumerate(first_days(facts)) if day is not None]
    con.execute(
        "INSERT INTO there SELECT unnest($positions), unnest($days)",
        {"positions": [position for position, _ in known], "days": [day for _, day in known]},
    )
    return con.execute(statement("entries")).fetchall()


def read_facts(con: duckdb.DuckDBPyConnection, traced: ComparedDatasets) -> tuple[DossierFacts, ...]:
    """The facts of each traced dataset, in their order; parties that were merged count as one."""
    rows = con.execute(statement("facts")).fetchall()
    by_number = {row[0]: DossierFacts(str(row[1]), row[2], row[3], bool(row[4]), bool(row[5])) for row in rows}
    return tuple(by_number[number] for number in traced.numbers)


def weigh_dates(
    weights: EdgeWeights, facts: Sequence[DossierFacts], pairs: Sequence[tuple[int, int]],
    entries: Mapping[tuple[int, int], Entries], ids: Sequence[str],
) -> None:  # fmt: skip
    """Add what the dates of each pair a < b say about direction, and the days on which their rows came in."""
    known = [float((f.obtained - f.created).days) for f in facts if f.obtained is not None and f.created is not None]
    delay = (PRIOR_DELAY * PRIOR_DELAY_LISTS + sum(max(d, 0.0) for d in known)) / (PRIOR_DELAY_LISTS + len(known))
    for a, b in pairs:
        odds, seen = _earlier(facts[a], facts[b], max(delay, 1.0))
        late = [(x, y) for x, y in ((a, b), (b, a)) if (x, y) in entries and entries[x, y].too_late]
        if len(late) == 1 and odds * (1 if late[0] == (b, a) else -1) > -FIRM:  # not against two firm days
            ((child, parent),) = late
            rows = Count(entries[child, parent].common_after)
            reason = Reason.of(
                "derivation-entered-later", rows=rows, child=DatasetRef(ids[child]), parent=DatasetRef(ids[parent])
            )
            weights.turn(parent, child, "dates", f"came in later: {told(rows)}", FIRM, reason)
            continue
        x, y = (a, b) if odds < 0 else (b, a)
        younger, older = facts[x], facts[y]
        if younger.holder != older.holder and (x, y) in entries and entries[x, y].kept_up:
            # It had the rows before the older list was there, and was kept up: its day says nothing about its age. The
            # later of two states of one holder's list always looks like that, so their days count.
            continue
        if younger.own and not older.own and younger.holder != older.holder:
            firm = younger.created is not None and older.created is not None
            most = 0.0 if younger.living else YOUNGER_SOURCE_FIRM if firm else YOUNGER_SOURCE
            odds = float(np.clip(odds, -most, most))
        if odds != 0.0:
            reason = Reason.of(
                "derivation-dates",
                one=DatasetRef(ids[a]),
                one_event=Word(seen[0].event),
                one_day=seen[0].day,
                other=DatasetRef(ids[b]),
                other_event=Word(seen[1].event),
                other_day=seen[1].day,
            )
            joint = " and" if seen[0].event == seen[1].event else f", {seen[1].event}"
            weights.turn(a, b, "dates", f"{seen[0].event} {seen[0].day}{joint} {seen[1].day}", odds, reason)


class _Dated(NamedTuple):
    """What is known of one list."""

    event: str
    day: date | None


_UNDATED = _Dated("obtained", None)


def _earlier(a: DossierFacts, b: DossierFacts, delay: float) -> tuple[float, tuple[_Dated, _Dated]]:
    """Log odds that a was made before b, and the days that say so."""
    if a.created is not None and b.created is not None:
        days = (b.created - a.created).days
        return FIRM * float(np.sign(days)), (_Dated("made", a.created), _Dated("made", b.created))
    if a.created is not None and b.obtained is not None:
        odds = _before_bound((b.obtained - a.created).days, delay)
        return odds, (_Dated("made", a.created), _Dated("obtained", b.obtained))
    if a.obtained is not None and b.created is not None:
        odds = -_before_bound((a.obtained - b.created).days, delay)
        return odds, (_Dated("obtained", a.obtained), _Dated("made", b.created))
    if a.obtained is not None and b.obtained is not None:
        days = (b.obtained - a.obtained).days
        tail = 0.5 * float(np.exp(-abs(days) / delay))
        p = (1 - tail) if days > 0 else tail
        p = (1 - LOOSE) * p + LOOSE * 0.5
        return float(np.log(p / (1 - p))), (_Dated("obtained", a.obtained), _Dated("obtained", b.obtained))
    return 0.0, (_UNDATED, _UNDATED)


def _before_bound(days: int, delay: float) -> float:
    """Log odds that a list obtained `days` after a firm day was made after that day."""
    if days < 0:
        return -FIRM
    p = (1 - LOOSE) * (1 - float(np.exp(-(days + 0.5) / delay))) + LOOSE * 0.5
    return float(np.log(p / (1 - p)))


def weigh_origins(
    weights: EdgeWeights, facts: Sequence[DossierFacts], pairs: Sequence[tuple[int, int]], ids: Sequence[str]
) -> None:
    """A client's own list is a source, unless the numbers say otherwise."""
    for a, b in pairs:
        for parent, child in ((a, b), (b, a)):
            if not facts[child].own:
                continue
            if not facts[parent].own:
                reason = Reason.of("derivation-own-list", own=DatasetRef(ids[child]))
                weights.turn(child, parent, "own list", "own", OWN_FROM_OBTAINED, reason)
            elif facts[parent].holder != facts[child].holder:
                reason = Reason.of("derivation-other-client", child=DatasetRef(ids[child]))
                weights.add(parent, child, Signal("own list", "own", OWN_FROM_OTHERS, reason))


def weigh_releases(
    con: duckdb.DuckDBPyConnection, weights: EdgeWeights, traced: ComparedDatasets, facts: Sequence[DossierFacts],
    pairs: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    """A release of the parent to the child's holder, unless the child was there before it."""
    rows = con.execute(
        "SELECT r.id, r.dataset, coalesce(p.merged_into, r.recipient), r.date"
        " FROM release AS r LEFT JOIN party AS p ON p.id = r.recipient ORDER BY r.date NULLS LAST, r.id"
    ).fetchall()
    given: dict[tuple[str, str], list[tuple[str, date | None]]] = {}
    for release, dataset, recipient, day in rows:
        given.setdefault((str(dataset), str(recipient)), []).append((str(release), day))
    for a, b in pairs:
        for parent, child in ((a, b), (b, a)):
            bounds = [d for d in (facts[child].obtained, facts[child].created) if d is not None]
            for release, day in given.get((traced.ids[parent], facts[child].holder), ()):
                if day is None or not any(bound < day for bound in bounds):
                    reason = Reason.of(
                        "derivation-release",
                        release=ReleaseRef(release),
                        parent=DatasetRef(traced.ids[parent]),
                        child=DatasetRef(traced.ids[child]),
                        day=day,
                    )
                    weights.turn(parent, child, "release", release, RELEASED, reason)
                    break
