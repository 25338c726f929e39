"""What really happened in a market, reduced to the lists that are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tracer.simulate.market import Retained, SimClaim, SimList, SimRelease, Truth


def find_truth(lists: Sequence[SimList], releases: Sequence[SimRelease], claims: Iterable[SimClaim]) -> Truth:
    """Contract the hidden lists: A → B is an edge where a path leads from A to B through hidden lists only.

    Only paths along which numbers really went count: a chain of sub-samples may have lost everything on the way.
    """
    by_id = {entry.id: entry for entry in lists}
    sources = {entry.id: ancestors_of(entry, by_id, past_loaded=False) for entry in lists}
    edges = {
        (parent, entry.id)
        for entry in lists
        if not entry.hidden
        for parent in sources[entry.id]
        if not by_id[parent].hidden and _shares(by_id[parent], entry)
    }
    ancestors = _closure(edges)
    loaded = [entry.id for entry in lists if not entry.hidden]
    siblings = {
        (min(a, b), max(a, b))
        for i, a in enumerate(loaded)
        for b in loaded[i + 1 :]
        if (a, b) not in ancestors and (b, a) not in ancestors
        and any(by_id[source].hidden for source in sources[a] & sources[b])
    }  # fmt: skip
    return Truth(
        edges=frozenset(edges),
        ancestors=frozenset(ancestors),
        siblings=frozenset(siblings),
        retained=frozenset(_retained(by_id, lists, releases)),
        random={claim.dataset: claim.true for claim in claims if claim.kind == "random"},
    )


def ancestors_of(entry: SimList, by_id: Mapping[str, SimList], *, past_loaded: bool = True) -> set[str]:
    """Ids of the lists above one; without `past_loaded` no further up than the first that is loaded on each way."""
    found: set[str] = set()
    todo = list(entry.parents)
    while todo:
        parent = todo.pop()
        if parent not in found:
            found.add(parent)
            if past_loaded or by_id[parent].hidden:
                todo += by_id[parent].parents
    return found


def _shares(parent: SimList, child: SimList) -> bool:
    return bool(np.intersect1d(parent.linking, child.linking, assume_unique=True).size >= 5)


def _closure(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    children: dict[str, set[str]] = {}
    for parent, child in sorted(edges):
        children.setdefault(parent, set()).add(child)
    closure: set[tuple[str, str]] = set()
    for start in children:
        todo = [start]
        while todo:
            for child in children.get(todo.pop(), ()):
                if (start, child) not in closure:
                    closure.add((start, child))
                    todo.append(child)
    return closure


def _retained(by_id: dict[str, SimList], lists: Sequence[SimList], releases: Sequence[SimRelease]) -> set[Retained]:
    """A release is a source of every loaded list that has it among its ancestors and holds some of its rows."""
    found: set[Retained] = set()
    for entry in lists:
        if entry.hidden or entry.origin == "own":
            continue
        above = ancestors_of(entry, by_id)
        for release in releases:
            if release.copy not in above or not _shares(by_id[release.copy], entry):
                continue
            if entry.holder != release.to:
                reading = "passed_on"
            else:
                seen = entry.obtained or entry.created
                reading = "retained" if seen > release.ends else "held"
            client = by_id[release.dataset].holder
            found.add(Retained(release.to, client, release.id, entry.id, reading))
    return found
