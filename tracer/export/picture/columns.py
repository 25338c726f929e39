"""Columns of the picture: where a party is on the way of the data, by its role and by whom it feeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush

COLUMNS = ("sources", "collectors", "vendors", "other", "traders", "callers")
"""From where people give their data to where they are called."""

LINES = "lines"
"""No column but a band below all of them: who supplies lines or oversees the trade, and touches no data."""

_STEPS_LEFT = {"line_vendor": 1, "carrier": 2, "regulator": 3}
"""How far left of the first callers' layer they are."""

_COLUMN_OF_ROLE = {
    "client": "sources",
    "public_source": "sources",
    "platform": "sources",
    "source": "sources",
    "data_platform": "collectors",
    "oem_reseller": "collectors",
    "system_vendor": "vendors",
    "channel_integrator": "vendors",
    "data_trader": "traders",
    "contractor": "callers",
    "sms_provider": "callers",
}
OTHER = "other"
"""The column of every other role, and of none: nothing is said of what such a party does."""

_STEPS = {"traders": 3, "callers": 2}
"""Steps within one column: a trader who sells to a trader is left of him, up to third hand."""


def column_of(role: str | None) -> str:
    """The column for a party of this role."""
    return LINES if role in _STEPS_LEFT else _COLUMN_OF_ROLE.get(role or "", OTHER)


def layers(roles: Mapping[str, str | None], flows: Iterable[tuple[str, str]]) -> dict[str, tuple[int, str]]:
    """Per party its layer (0 is leftmost, none empty) and the column it belongs to, or `LINES`.

    Within a column a party is a step right of those of the same column that feed it (longest path, as many steps
    as the column has); in a cycle the later flow in order of ids is not counted.
    """
    within: dict[str, dict[str, list[str]]] = {column: {} for column in (*COLUMNS, LINES)}
    for party in sorted(roles):
        within[column_of(roles[party])][party] = []
    for giver, taker in sorted(set(flows)):
        column = column_of(roles[giver])
        inner = within[column]
        if giver != taker and column == column_of(roles[taker]) and not _leads(inner, taker, giver):
            inner[giver].append(taker)
    steps: dict[str, tuple[int, int]] = {}
    for place, column in enumerate(COLUMNS):
        inner, reached = within[column], dict[str, int]()
        for party in _in_order(inner):
            steps[party] = (place, min(reached.get(party, 0), _STEPS.get(column, 1) - 1))
            for taker in inner[party]:
                reached[taker] = max(reached.get(taker, 0), steps[party][1] + 1)
    used = {step: layer for layer, step in enumerate(sorted(set(steps.values())))}
    placed = {party: (used[step], COLUMNS[step[0]]) for party, step in sorted(steps.items())}
    callers = COLUMNS.index("callers")
    first = min((used[step] for step in used if step[0] == callers), default=len(used))
    for party in within[LINES]:
        placed[party] = (max(first - _STEPS_LEFT[roles[party] or ""], 0), LINES)
    return placed


def _leads(takers: Mapping[str, list[str]], start: str, end: str) -> bool:
    """Whether there is a way from one party to another."""
    seen, left = {start}, [start]
    while left:
        for taker in takers[left.pop()]:
            if taker == end:
                return True
            if taker not in seen:
                seen.add(taker)
                left.append(taker)
    return start == end


def _in_order(takers: Mapping[str, list[str]]) -> Iterator[str]:
    """Every party after all that feed it, of several that may come next the first by its id."""
    waits = dict.fromkeys(takers, 0)
    for found in takers.values():
        for taker in found:
            waits[taker] += 1
    ready = [party for party, before in waits.items() if not before]
    heapify(ready)
    while ready:
        party = heappop(ready)
        yield party
        for taker in takers[party]:
            waits[taker] -= 1
            if not waits[taker]:
                heappush(ready, taker)
