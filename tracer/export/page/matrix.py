"""The matrix of lists for the page's script: each pair that has contacts in common, kin next to kin.

A pair of which too few contacts agree to be shown is not in it, and looks like one that shares nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from tracer.export.drawing.matrix import SHARES, families_of, pair_rows, pairs_of, that_fit
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.cards import address_key
from tracer.export.page.facts import Index, Shown
from tracer.graph.model import Graph, Node

MOST = 160
"""Lists that a screen has room for, and their pairs a page."""


def matrix_of(leaving: Outgoing, graph: Graph, index: Index) -> Shown | None:
    """Lists and pairs; None where no two lists have anything in common.

    graph: with the labels of the first language.
    """
    lists = {node["id"]: node for node in graph["nodes"] if node["kind"] == "dataset"}
    rows = leaving.facts.get("overlaps", ())
    pairs = {pair: one for pair, one in pairs_of(rows, lists).items() if one.shared is not None}
    if not any(one.shared for one in pairs.values()):
        return None
    families = families_of(graph, lists, pairs)
    order = that_fit(families, pairs, MOST, frozenset())
    at = {name: number for number, name in enumerate(order)}
    contacts, expected = _counted(rows, lists)
    told: dict[int, list[list[object]]] = {}
    for (a, b), one in sorted(pairs.items(), key=lambda pair: [at.get(name, -1) for name in pair[0]]):
        if a in at and b in at and at[a] < at[b] and one.shared:
            told.setdefault(at[a], []).append([at[b], one.shared, expected.get(frozenset((a, b)))])
    whole = {
        "lists": [_list(lists[name], index, contacts.get(name)) for name in order],
        "families": [len(kin) for family in families if (kin := [name for name in family if name in at])],
        "pairs": [told.get(row, []) for row in range(len(order))],
        "shares": SHARES,
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = Markup(text.replace("<", "\\u003c"))  # noqa: S704 - ours, `<` escaped
    shares = [f"{least:.1%}".replace(".0%", "%") for least in SHARES]
    return {"data": data, "shares": shares, "more": len(lists) - len(order)}


def _list(node: Node, index: Index, contacts: int | None) -> list[object]:
    """What names it in the address, its card, its name in both languages, its contacts."""
    cell = index.name(node)
    key, card = address_key(node["id"]), index.anchors.get(node["id"], "")
    return [key, card, cell.text, cell.chinese or cell.text, contacts or node["contacts"]]


def _counted(
    rows: Sequence[FindingRow], lists: Mapping[str, Node]
) -> tuple[dict[str, int], dict[frozenset[str], float]]:
    """Contacts of each list as they were compared, and what each pair would share by chance."""
    contacts: dict[str, int] = {}
    expected: dict[frozenset[str], float] = {}
    for a, b, row in pair_rows(rows, lists):
        contacts |= {a: int(str(row["a_contacts"])), b: int(str(row["b_contacts"]))}
        chance = row.get("expected")
        if isinstance(chance, int | float):
            expected[frozenset((a, b))] = round(chance) if chance >= 100 else round(chance, 1)
    return contacts, expected
