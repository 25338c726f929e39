"""Columns of the picture: where a party is on the way of the data, by its role and by whom it feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

if TYPE_CHECKING:
    Flow: TypeAlias = nx.DiGraph[str]
"""Only the type stubs of networkx know its graphs as generic."""

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
    within: dict[str, Flow] = {column: nx.DiGraph() for column in (*COLUMNS, LINES)}
    for party in sorted(roles):
        within[column_of(roles[party])].add_node(party)
    for giver, taker in sorted(set(flows)):
        column = column_of(roles[giver])
        inner = within[column]
        if giver != taker and column == column_of(roles[taker]) and not nx.has_path(inner, taker, giver):
            inner.add_edge(giver, taker)
    steps: dict[str, tuple[int, int]] = {}
    for place, column in enumerate(COLUMNS):
        inner = within[column]
        for party in nx.lexicographical_topological_sort(inner):
            before = [steps[giver][1] + 1 for giver in inner.predecessors(party)]
            steps[party] = (place, min(max(before, default=0), _STEPS.get(column, 1) - 1))
    used = {step: layer for layer, step in enumerate(sorted(set(steps.values())))}
    placed = {party: (used[step], COLUMNS[step[0]]) for party, step in sorted(steps.items())}
    callers = COLUMNS.index("callers")
    first = min((used[step] for step in used if step[0] == callers), default=len(used))
    for party in within[LINES].nodes:
        placed[party] = (max(first - _STEPS_LEFT[roles[party] or ""], 0), LINES)
    return placed
