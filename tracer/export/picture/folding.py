"""What is grouped where a picture would be a hairball: parties of one role in one column that have the least to say.

Those with the best founded lines keep cards of their own. Nothing is lost: the group's card names its members, and each
of them keeps its text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from tracer.export.picture.deck import Bundle
from tracer.graph.model import GRADES, Node, make_node

MOST_CARDS = 120
"""Cards of a picture that are drawn one by one; with the lists in them that is some 300 boxes."""

KEPT = 48
"""Cards that keep a place of their own where there are more: what is left can be read."""


def grouped(
    nodes: Mapping[str, Node], places: Mapping[str, tuple[int, str]], bundles: Sequence[Bundle], most: int = MOST_CARDS
) -> dict[str, tuple[Node, tuple[int, str], tuple[str, ...]]]:
    """Group id → its node, its place, the ids of its members; none where there are no more than `most` cards.

    The better the best grade of a party's lines the sooner it stays, then the more lines it has, then by id.
    """
    if len(places) <= most:
        return {}
    best: dict[str, int] = defaultdict(int)
    lines: Counter[str] = Counter()
    for bundle in bundles:
        for name in {bundle.source.card, bundle.target.card}:
            best[name] = max(best[name], GRADES.index(bundle.best))
            lines[name] += 1
    ranked = sorted(places, key=lambda name: (-best[name], -lines[name], name))
    kinds = {(places[name][1], nodes[name]["role"], nodes[name]["kind"]) for name in places}
    rest = set(ranked[max(min(most, KEPT) - len(kinds), 1) :])
    members: dict[tuple[str, str | None, str], list[str]] = defaultdict(list)
    for name in places:
        if name in rest:
            members[(places[name][1], nodes[name]["role"], nodes[name]["kind"])].append(name)
    found = {}
    for (column, role, kind), names in sorted(members.items(), key=lambda item: tuple(map(str, item[0]))):
        if len(names) > 1:
            group = f"+{column}.{role or kind}"
            layers = Counter(places[name][0] for name in names)
            layer = min(layers, key=lambda one: (-layers[one], one))
            node = make_node("group", group, f"+ {len(names)}", role=role)
            found[group] = (node, (layer, column), tuple(sorted(names)))
    return found
