"""What lists have in common, pair by pair, and the order in which kin are next to kin: for the matrix of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracer.export.figure.lineage import kinships
from tracer.export.gate import FindingRow
from tracer.graph.model import Graph, Node, day_of

SHARES = (0.001, 0.01, 0.05, 0.2, 0.5, 0.9)
"""Least share of the smaller list of each of the colours."""


@dataclass(frozen=True)
class ListPair:
    """What two lists have in common."""

    shared: int | None
    share: float
    """As a part of the smaller list: 0 to 1."""


def pair_rows(rows: Sequence[FindingRow], lists: Mapping[str, Node]) -> Iterator[tuple[str, str, FindingRow]]:
    """Rows of overlaps of which both lists are among `lists`, after the ids of these."""
    refs = {node["ref"]: name for name, node in lists.items()} | {name: name for name in lists}
    for row in rows:
        a, b = refs.get(str(row["a"])), refs.get(str(row["b"]))
        if a is not None and b is not None:
            yield a, b, row


def pairs_of(rows: Sequence[FindingRow], lists: Mapping[str, Node]) -> dict[tuple[str, str], ListPair]:
    """Both orders of each pair of lists -> what they have in common."""
    found = {}
    for a, b, row in pair_rows(rows, lists):
        shared = int(row["shared"]) if isinstance(row["shared"], int) else None
        smaller = min(int(str(row["a_contacts"])), int(str(row["b_contacts"])))
        found[a, b] = found[b, a] = ListPair(shared, shared / smaller if shared is not None and smaller else 0.0)
    return found


def families_of(graph: Graph, lists: Mapping[str, Node], pairs: Mapping[tuple[str, str], ListPair]) -> list[list[str]]:
    """Lists in families of those that came from one another, the largest first; in each, older before younger.

    Lists that only have contacts in common are next to each other, in a family of their own kind at the end.
    """
    came_from: dict[str, str] = {}
    children: dict[str, list[str]] = {name: [] for name in lists}
    for one in sorted(kinships(graph), key=lambda one: (-one.forth, one.older, one.younger)):
        known = one.older in lists and one.younger in lists and one.younger not in came_from
        if known and one.younger not in _lineage(one.older, came_from):
            came_from[one.younger] = one.older
            children[one.older].append(one.younger)
    common: dict[str, int] = defaultdict(int)
    for (name, _), pair in pairs.items():
        common[name] += pair.shared or 0

    def age(name: str) -> tuple[str, str]:
        return day_of(lists[name]) or "9999", name

    families = [_below(children, root, age) for root in sorted(lists) if root not in came_from]
    return sorted(families, key=lambda one: (-len(one), -sum(common[name] for name in one), one[0]))


def _lineage(name: str | None, came_from: Mapping[str, str]) -> list[str]:
    """A list and all that it came from."""
    found = []
    while name is not None:
        found.append(name)
        name = came_from.get(name)
    return found


def _below(children: Mapping[str, list[str]], root: str, age: Callable[[str], tuple[str, str]]) -> list[str]:
    """A list and all that came from it, depth first, the older branch first."""
    order, todo = [], [root]
    while todo:
        here = todo.pop()
        order.append(here)
        todo += sorted(children[here], key=age, reverse=True)
    return order


def that_fit(
    families: Sequence[Sequence[str]], pairs: Mapping[tuple[str, str], ListPair], most: int, marked: frozenset[str]
) -> list[str]:
    """The lists in their order; of too many those with the most kin and contacts in common."""
    order = [name for family in families for name in family]
    if len(order) <= most:
        return order
    common: dict[str, int] = defaultdict(int)
    for (name, _), pair in pairs.items():
        common[name] += pair.shared is not None
    place = {name: at for at, name in enumerate(order)}
    kept = sorted(order, key=lambda name: (name not in marked, -common[name], place[name]))[:most]
    return sorted(kept, key=place.__getitem__)
