"""The map on the page: what the drawing has, as links to the cards; all its views, chains to walk along; the matrix."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from tracer.export.drawing.looks import DASHES, PAINTS
from tracer.export.drawing.map import MapView, PageMap, StepPlace
from tracer.export.drawing.matrix import SHARES, families_of, pair_rows, pairs_of, that_fit
from tracer.export.drawing.scene import Step
from tracer.export.drawing.text import clean, shorten
from tracer.export.outgoing import Outgoing
from tracer.export.page.cards import Both, address_key, said_of
from tracer.export.page.words import Index, PageWord, Shown, data_block
from tracer.export.selection import members_of
from tracer.graph.model import GRADES, Graph, Node
from tracer.wording import LANGUAGES, word
from tracer.wording.voice import percent

MOST_WALKS = 100
"""Chains that can be walked; the tables have all."""
_NAMED = 20
"""Parties without a step that are named below the map; of more their number is said."""


def drawn_map(leaving: Outgoing, made: PageMap, index: Index, lang: str) -> Shown:
    """The map of what leaves; `index` knows the anchors of all cards."""

    def key_of(key: str) -> str:
        return index.anchors[key.removeprefix("at:")] if key.startswith("at:") else key

    def placed(place: StepPlace) -> list[object]:
        points = [None if one is None else [round(one[0]), round(one[1])] for one in (place.pill, place.said)]
        return [place.d, place.head, *points, place.against]

    def in_short(view: MapView) -> list[object]:
        cards = {index.anchors[name]: [round(one) for one in place] for name, place in view.cards.items()}
        steps = {index.anchors[f"step:{name}"]: placed(place) for name, place in view.steps.items()}
        return [round(view.width), round(view.height), cards, steps]

    def against(why: str) -> list[str]:
        """Why a step goes against the direction of reading, with places for its ends."""
        ends = {"giver": "{giver}", "taker": "{taker}"}
        return [word("map-note-against", x, why=word(f"map-against-{why}", x), **ends) for x in LANGUAGES]

    walks = _walks(leaving, made, index)
    for walk in walks:
        walk["map"] = key_of(walk["map"])
    found = {
        "views": {key_of(key): {x: in_short(view) for x, view in forms.items()} for key, forms in made.views.items()},
        "against": {why: against(why) for why in ("later", "back", "known")},
        "wide": {"across": made.words.card, "down": made.words.row},
        "walks": [{"map": walk["map"], "steps": walk["steps"]} for walk in walks],
    }
    first, joined = len(made.start.cards), len(made.scene.cards) - len(made.scene.alone)
    begins = PageWord("map-of-all") if first >= joined else PageWord("map-of", {"n": first, "m": joined})
    # Who is not on the map, in words, and how many steps are not.
    alone = [card.id for card in made.scene.alone if card.node["kind"] == "party"]
    named, more, notes = index.names(alone[:_NAMED], "party", ", "), max(len(alone) - _NAMED, 0), []
    if alone:
        names = [named.text, named.chinese or named.text]
        if more:
            rest = PageWord("more", {"n": more})
            names = [f"{names[0]} {rest.said(LANGUAGES[0])}", f"{names[1]}，{rest.said(LANGUAGES[1])}"]
        notes.append([word("map-alone", x, names=name) for x, name in zip(LANGUAGES, names, strict=True)])
    if unlikely := made.scene.unlikely:
        notes.append([word("map-unlikely", x, n=unlikely) for x in LANGUAGES])
    # What the steps use of the table of looks, in its order.
    looks = [("paint", name, one.colour, 2 * one.line - 1, "") for name, one in PAINTS.items()]
    looks += [("rests", name, "ink", 2.0, dash) for name, dash in DASHES.items()]
    looks += [("mark", "no-head", "ink", 1.8, "")]
    legend = []
    for kind, name, colour, line, dash in looks:
        if (kind, name) in made.used:
            said = [word(f"look-{kind}-{name}", x) for x in LANGUAGES]
            legend.append({"look": f"{kind}-{name}", "colour": colour, "line": line, "dash": dash, "said": said})
    return {
        "drawn": _linked(made, index, lang) if made.start.cards else Markup(""),
        "views": data_block(found),
        "all": "whole" in made.views and first < joined,
        "said": [begins.said(x) for x in LANGUAGES],
        "legend": legend,
        "notes": notes,
        "walks": walks,
    }


def _linked(made: PageMap, index: Index, lang: str) -> Markup:
    """Each card and step as a link to what is known of it, cards before the steps that lie over them."""
    links: dict[str, list[str]] = {"card": [], "step": []}
    steps = {step.id: step for step in made.scene.steps}
    for piece in re.split(r'(?=<g class="(?:step|card)[ "])', made.svg):
        found = re.match(r'<g class="(step|card)', piece)
        named = re.search(r' data-(?:step|node)="([^"]*)"', piece)
        if found is None or named is None:
            continue
        name, anchor = unescape(named[1]), index.anchors[("step:" if found[1] == "step" else "") + unescape(named[1])]
        if found[1] == "step":
            said = label(steps[name], index, made)
        else:
            cell = index.name(index.nodes[name])
            said = cell.text, cell.chinese or cell.text
        own, other = (said[1], said[0]) if lang == LANGUAGES[1] else said
        title = Markup('<title class="s" data-o="{}">{}</title>').format(other, own)
        inner = piece.rstrip().removesuffix("</g>").removeprefix("<g")
        inner = re.sub(r' data-(?:step|node|from|to)="[^"]*"', "", inner, count=3)
        at = inner.index(">") + 1
        links[found[1]].append(f'<a href="#{anchor}"{inner[:at]}{title}{inner[at:]}</a>')
    view, named_all = made.start, word("page-picture-label", lang)
    return Markup(  # noqa: S704 - drawn by us; texts and titles are escaped
        f'<svg id="map" class="form-{view.form}" width="{view.width + 3:.0f}" height="{view.height + 3:.0f}"'
        f' viewBox="-1.5 -1.5 {view.width + 3:.0f} {view.height + 3:.0f}" role="group" aria-label="{escape(named_all)}"'
        f' data-t-aria-label="picture-label">{"".join(links["card"])}{"".join(links["step"])}</svg>'
    )


def label(step: Step, index: Index, made: PageMap) -> Both:
    """What a step is called: its statement in words, how sure, how well founded, and on what it rests; of several what
    the map says, as no sentence of one is as well founded as all."""
    found, said = [], said_of(step.leading, index)
    sure, without = ("" if x is None else percent(x) for x in (step.probability, step.leading["without_judgement"]))
    for text, lang in zip(said, LANGUAGES, strict=True):
        if len(step.edges) > 1 and step.found:
            giver, taker = (made.words.name(made.scene.cards[end], lang) for end in (step.source, step.target))
            found.append(word("map-told", lang, giver=giver, taker=taker, what=made.words.what(step, lang)))
        else:
            basis = PageWord.of("basis", step.basis).said(lang)
            of = {"said": text, "sure": sure, "without": without, "grade": step.grade, "basis": basis}
            if without:
                found.append(word("page-line-label-judged", lang, **of))
            else:
                found.append(word("page-line-label-sure" if sure else "page-line-label", lang, **of))
    return found[0], found[1]


def _walks(leaving: Outgoing, made: PageMap, index: Index) -> list[dict[str, Any]]:
    """Chains by grade, then length; those of which the map has no step are left out.

    `steps`: anchors of the giver's and the taker's card, and of the steps between them; `map`: the view that has most
    of these steps.
    """
    rows = leaving.rows.get("resale-chains", ())
    ordered = sorted(rows, key=lambda row: (-GRADES.index(str(row["grade"])), -len(members_of(row["chain"]))))
    between: dict[tuple[str, str], list[str]] = {}
    for step in made.scene.steps:
        between.setdefault((step.source, step.target), []).append(step.id)
    found = []
    for row in ordered[:MOST_WALKS]:
        parties = members_of(row["chain"])
        nodes = [node["id"] for party in parties if (node := index.node(party, "party")) is not None]
        hops = [(pair, between[pair]) for pair in pairwise(nodes) if pair in between]
        if not hops:
            continue
        wanted = {name for _, names in hops for name in names}
        keys = [key for key in ("strongest", *(f"at:{name}" for name in nodes), "whole") if key in made.views]
        missing = {key: len(wanted - made.views[key]["down"].steps.keys()) for key in keys}
        title = index.names(parties, "party", " → ")
        short = [shorten(clean(text), 420, 13.0) for text in (title.text, title.chinese or title.text)]
        steps = [
            (index.anchors[giver], index.anchors[taker], [index.anchors[f"step:{name}"] for name in names])
            for (giver, taker), names in hops
        ]
        best = min(keys, key=missing.__getitem__)
        found.append({"title": short, "grade": str(row["grade"]), "map": best, "steps": steps})
    return found


MOST_IN_MATRIX = 160
"""Lists that a screen has room for, and their pairs a page."""


def matrix_of(leaving: Outgoing, graph: Graph, index: Index) -> Shown | None:
    """The matrix of lists for the page's script: each pair that has contacts in common, kin next to kin; None where no
    two lists have anything in common. A pair of which too few agree to be shown looks like one that shares nothing.

    graph: with the labels of the first language.
    """
    lists = {node["id"]: node for node in graph["nodes"] if node["kind"] == "dataset"}
    rows = leaving.facts.get("overlaps", ())
    pairs = {pair: one for pair, one in pairs_of(rows, lists).items() if one.shared is not None}
    if not any(one.shared for one in pairs.values()):
        return None
    families = families_of(graph, lists, pairs)
    order = that_fit(families, pairs, MOST_IN_MATRIX, frozenset())
    at = {name: number for number, name in enumerate(order)}
    # Contacts of each list as they were compared, and what each pair would share by chance.
    contacts, expected = dict[str, int](), dict[frozenset[str], float]()
    for a, b, row in pair_rows(rows, lists):
        contacts |= {a: int(str(row["a_contacts"])), b: int(str(row["b_contacts"]))}
        chance = row.get("expected")
        if isinstance(chance, int | float):
            expected[frozenset((a, b))] = round(chance) if chance >= 100 else round(chance, 1)
    shared: dict[int, list[list[object]]] = {}
    for (a, b), one in sorted(pairs.items(), key=lambda pair: [at.get(name, -1) for name in pair[0]]):
        if a in at and b in at and at[a] < at[b] and one.shared:
            shared.setdefault(at[a], []).append([at[b], one.shared, expected.get(frozenset((a, b)))])

    def listed(node: Node) -> list[object]:
        """What names it in the address, its card, its name in both languages, its contacts."""
        cell, card = index.name(node), index.anchors.get(node["id"], "")
        counted = contacts.get(node["id"]) or node["contacts"]
        return [address_key(node["id"]), card, cell.text, cell.chinese or cell.text, counted]

    whole = {
        "lists": [listed(lists[name]) for name in order],
        "families": [len(kin) for family in families if (kin := [name for name in family if name in at])],
        "pairs": [shared.get(row, []) for row in range(len(order))],
        "shares": SHARES,
    }
    shares = [f"{least:.1%}".replace(".0%", "%") for least in SHARES]
    return {"data": data_block(whole), "shares": shares, "more": len(lists) - len(order)}
