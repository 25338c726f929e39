"""Which step of its column each card is in: the flow goes from left to right, and few lines cross.

Longest paths put a party as far left as those who feed it allow. Often it may as well be further right in its
column, nearer to those whom it feeds; the search that orders the cards tries that as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from tracer.export.picture.columns import LINES
from tracer.export.picture.crossing_reducer import MOST_WOVEN, CrossingReducer, searched
from tracer.export.picture.layered_order import BoxLine, Room

LOWEST = 2
"""The band of lines and oversight."""
MIDDLE = 0.4
"""Where lines leave a closed card: about the middle of its name."""


def balanced(
    places: Mapping[str, tuple[int, str]],
    roads: Iterable[tuple[str, str]],
    flows: Iterable[tuple[str, str]],
    free: Iterable[str],
) -> dict[str, tuple[int, str]]:
    """Card id → (layer, column), from the left, in each layer from the top; no layer is empty.

    `places`: the same, by longest paths. `roads`: pairs that a line joins; `flows`: those of them along which data
    goes. `free`: cards that belong to no column and go anywhere between those that they are joined with. What goes
    from left to right within a column keeps doing so, and every card stays in the layers of its column.
    """
    names = list(places)
    number = {name: at for at, name in enumerate(names)}
    roads = sorted(set(roads))
    lines = [BoxLine(number[a], MIDDLE, number[b], MIDDLE) for a, b in roads if a != b]
    depth = max((layer for layer, _ in places.values()), default=-1) + 1
    rows = [[number[name] for name in names if places[name][0] == layer] for layer in range(depth)]
    bands = [0] * len(names)
    joined = {end for line in lines for end in (line.one, line.other)}
    for name, (_, column) in places.items():
        bands[number[name]] = band_of(column, joined=number[name] in joined)
    rows = [sorted(row, key=bands.__getitem__) for row in rows]
    alone = set(free)
    if sum(abs(places[a][0] - places[b][0]) for a, b in roads) <= MOST_WOVEN:
        weave = CrossingReducer(rows, lines, bands, _rooms(places, number, set(flows), alone))
        rows = searched(weave, random.Random(len(lines))).rows  # noqa: S311 - steps of a search, not a secret
    found: dict[str, tuple[int, str]] = {}
    used = [[box for box in row if box < len(names)] for row in rows]
    for layer, row in enumerate(filter(None, used)):
        columns = [places[names[box]][1] for box in row if names[box] not in alone]
        for box in row:
            name = names[box]
            column = next((column for column in columns if column != LINES), places[name][1])
            found[name] = (layer, column if name in alone else places[name][1])
    return found


def band_of(column: str, *, joined: bool) -> int:
    """First those on the way of the data, then those of them without a line, then lines and oversight."""
    return LOWEST if column == LINES else int(not joined)


def _rooms(
    places: Mapping[str, tuple[int, str]], number: Mapping[str, int], flows: set[tuple[str, str]], free: set[str]
) -> dict[int, Room]:
    steps: dict[str, set[int]] = {}
    for name, (layer, column) in places.items():
        if name not in free:
            steps.setdefault(column, set()).add(layer)
    deepest = max((layer for layer, _ in places.values()), default=0)
    after: dict[str, list[int]] = {name: [] for name in places}
    before: dict[str, list[int]] = {name: [] for name in places}
    for giver, taker in sorted(flows):
        tied = places[giver][1] == places[taker][1] or {giver, taker} & free
        if tied and places[giver][0] < places[taker][0]:
            after[taker].append(number[giver])
            before[giver].append(number[taker])
    rooms = {}
    for name, (_, column) in places.items():
        if name in free:
            rooms[number[name]] = Room(0, deepest, tuple(after[name]), tuple(before[name]))
        elif column != LINES:
            rooms[number[name]] = Room(min(steps[column]), max(steps[column]), tuple(after[name]), tuple(before[name]))
    return rooms
