"""What is true between the lists of a market, counted from the way that each row went.

`charities` and `recruiters` play their markets row by row. Whenever a row enters a holder's database it gets a `Step`,
which points to the step that it was copied from. The truth looks at nothing else: no plan, no date on which a list was
obtained, no file, no trade.

- A specimen stands for its holder's database from the row's entry on; of several specimens of one holder the last
  before the row left stands for it, else the first after.
- `edges` (p, c): p is the nearest observed holder on the first way (where the cells come from) of at least 40 rows of c
  which p shows with an identifier that c shows too, and these are at least 5 % of c or 25 % of p.
- `possible`: nearest on any way but fewer, or unseen in p, or another specimen of the right holder: neither required
  nor false.
- `ancestors`: p's database lies on a way of at least 3 rows of c; everything else that is stated is wrong.
- `siblings`: no ancestors of each other, at least 20 rows from a common row of holders of whom nothing was obtained;
  `cousins`: the same, an observed holder among them; `unrelated`: not one row in common by copying.
- `versions` (older, newer): two specimens of one holder, next to each other in time, edge or not.
- `chains`: at least 20 rows of the last list came through all lists in this order, each next to each an edge, three
  holders or more.
- `swaps`: edges both ways. Whoever may state one direction of a pair can reach only one of the two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, TypeAlias

from tests.bench.zoo.truth import Edge

Place: TypeAlias = tuple[str, int]  # a holder and the row of its database


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One row's stay in one holder's database: `row` is the database's own, `day` the day it came in there."""

    holder: str
    row: int
    day: int
    before: Step | None = None

    def back(self) -> Iterator[Step]:
        """This step, the one it was copied from, and so on to the first collection."""
        step: Step | None = self
        while step is not None:
            yield step
            step = step.before


@dataclass(frozen=True, slots=True)
class Line:
    """One row of an exported list: `shown` are the identifiers that can be read there, `text` the cells as written."""

    row: int
    ways: tuple[Step, ...]
    shown: frozenset[str]
    text: tuple[str, ...]


@dataclass(slots=True)
class Specimen:
    """One export of one holder's database; days count from the market's first."""

    holder: str
    day: int
    lines: list[Line]
    header: list[str]
    founded: int  # the first day of the database; of a lot, the day it was put together
    lives: bool = True
    origin: str | None = None
    id: str = ""
    path: str = ""
    obtained: int | None = None
    created: int | None = None
    exported: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A client's list handed to a vendor for a time; `documented`: the case has it as a release."""

    client: str
    vendor: str
    day: int
    ends: int
    documented: bool


Told: TypeAlias = dict[str, Any]
"""What is defined above, as it is written to `truth.json`: sorted pairs, (parent, child) where they have a direction;
`retention` pairs are (vendor, client). `names`: holder and day of each list; `visible`: the rows behind each edge."""


class Observed:
    """The specimens by holder, and which of them stands for a step."""

    def __init__(self, specimens: Sequence[Specimen]) -> None:
        self.all = list(specimens)
        self.of: dict[str, list[Specimen]] = defaultdict(list)
        for x in sorted(self.all, key=lambda x: (x.day, x.id)):
            self.of[x.holder].append(x)
        self.shows: dict[tuple[str, int], frozenset[str]] = defaultdict(frozenset)
        for x in self.all:
            for line in x.lines:
                self.shows[x.id, line.row] |= line.shown

    def sees(self, x: Specimen, step: Step, line: Line) -> bool:
        """Whether a specimen shows the row as it was at a step with an identifier that the line shows."""
        return not line.shown.isdisjoint(self.shows.get((x.id, step.row), ()))

    def above(self, step: Step, child: Specimen) -> list[Specimen]:
        """Every specimen whose database held the row first: a later export, too, stands for a living list."""
        return [
            x for x in self.of.get(step.holder, ())
            if x.day >= step.day and x is not child and (x.holder != child.holder or x.day < child.day)
        ]  # fmt: skip

    def way(self, way: Step, child: Specimen) -> Iterator[tuple[Specimen, Step]]:
        """The observed lists on one way, nearest first, each with the step it stands for."""
        until = child.day
        for step in way.back():
            can = self.above(step, child)
            before = [x for x in can if x.day <= until or x.holder == child.holder]
            if can:
                yield max(before, key=lambda x: x.day) if before else min(can, key=lambda x: x.day), step
            until = step.day


def trace(specimens: Sequence[Specimen], uploads: Iterable[Upload]) -> Told:
    """The truth between specimens; see the head of this file. Ids must be set."""
    seen = Observed(specimens)
    edge, above, above_seen = Counter[Edge](), Counter[Edge](), Counter[Edge]()
    near: set[Edge] = set()
    handed: Counter[tuple[str, str, str]] = Counter()
    paths: Counter[tuple[str, ...]] = Counter()
    places: dict[str, set[Place]] = {}
    for child in seen.all:
        mine = places[child.id] = set[Place]()
        for line in child.lines:
            steps = [(step, p) for way in line.ways for step in way.back() for p in seen.above(step, child)]
            above.update({(p.id, child.id) for _, p in steps})
            above_seen.update({(p.id, child.id) for step, p in steps if seen.sees(p, step, line)})
            for n, way in enumerate(line.ways):
                mine.update((step.holder, step.row) for step in way.back())
                found = [(x.id, seen.sees(x, step, line)) for x, step in seen.way(way, child)]
                visible = [name for name, sees in found if sees]
                near |= {(name, child.id) for name in (*[name for name, _ in found[:1]], *visible[:1])}
                if n == 0:
                    edge.update((name, child.id) for name, sees in found[:1] if sees)
                    paths.update(tuple([child.id, *visible][:k]) for k in range(3, len(visible) + 2))
                    handed.update({(s.before.holder, s.holder, child.id) for s in way.back() if s.before is not None})
    size, holder = {x.id: len(x.lines) for x in seen.all}, {x.id: x.holder for x in seen.all}

    def enough(n: int, p: str, c: str) -> bool:
        return n >= 40 and (n >= 0.05 * size[c] or n >= 0.25 * size[p])

    edges = {pair for pair, n in edge.items() if enough(n, *pair)}
    ancestors = {pair for pair, n in above.items() if n >= 3} | edges
    visible_too = {pair for pair, n in above_seen.items() if enough(n, *pair)} & ancestors
    others = {(q.id, c) for p, c in edges for q in seen.of[holder[p]] if q.holder != holder[c]} & ancestors
    kin: dict[str, list[Edge]] = {"siblings": [], "cousins": [], "unrelated": []}
    for a, b in combinations(sorted(size), 2):
        if not above[a, b] and not above[b, a] and holder[a] != holder[b]:
            both = places[a] & places[b]
            if not both or len(both) >= 20:
                known = any(h in seen.of for h, _ in both)
                kin["cousins" if known else "siblings" if both else "unrelated"].append((a, b))
    required, maybe = set[Edge](), set[Edge]()
    for u in uploads:
        for x in seen.all:
            n = handed[u.client, u.vendor, x.id]
            shown = any(enough(above_seen[c.id, x.id], c.id, x.id) for c in seen.of.get(u.client, ()))
            kept = u.documented and x.holder == u.vendor and x.day > u.ends and n >= max(40, 0.05 * size[x.id])
            maybe |= {(u.vendor, u.client)} if n else set()
            required |= {(u.vendor, u.client)} if kept and shown else set()
    down = [(path[::-1], n) for path, n in sorted(paths.items())]
    return Told(
        edges=sorted(edges), possible=sorted((near | others) - edges), ancestors=sorted(ancestors),
        ancestors_visible=sorted(visible_too), siblings=kin["siblings"], cousins=kin["cousins"],
        unrelated=kin["unrelated"], swaps=sorted(e for e in edges if e[::-1] in edges and e < e[::-1]),
        versions=sorted((a.id, b.id) for xs in seen.of.values() for a, b in pairwise(xs)),
        retention=sorted(required), retention_possible=sorted(maybe - required),
        chains=[[*p] for p, n in down if n >= 20 and len({holder[i] for i in p}) > 2 and edges.issuperset(pairwise(p))],
        names={x.id: f"{x.holder}@{x.day}" for x in seen.all}, rows=size,
        visible={f"{p}>{c}": n for (p, c), n in sorted(edge.items())},
    )  # fmt: skip
