"""The map on the page: what the drawing has, as links to the cards; all its views, and chains to walk along."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

from markupsafe import Markup, escape

from tracer.export.drawing.looks import DASHES, PAINTS
from tracer.export.drawing.map import MapView, PageMap, StepPlace, page_map
from tracer.export.drawing.matrix import SHARES, families_of, pair_rows, pairs_of, that_fit
from tracer.export.drawing.scene import Step
from tracer.export.drawing.text import clean, shorten
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.cards import Both, address_key, said_of
from tracer.export.page.words import Index, PageWord, Shown
from tracer.export.selection import members_of
from tracer.graph.model import GRADES, Graph, Node
from tracer.wording import LANGUAGES, word
from tracer.wording.voice import percent

MOST_WALKS = 100
"""Chains that can be walked; the tables have all."""
_NAMED = 20
"""Parties without a step that are named below the map; of more their number is said."""


@dataclass(frozen=True)
class Walk:
    """One chain, holder by holder."""

    title: Both
    grade: str
    map: str
    """The view that has most of its steps."""
    steps: list[tuple[str, str, list[str]]]
    """Anchors of the giver's and the taker's card, and of the steps between them."""


def drawn_map(leaving: Outgoing, index: Index, lang: str) -> Shown:
    """The map of what leaves; `index` knows the anchors of all cards."""
    made = page_map(leaving, LANGUAGES)
    walks = _walks(leaving, made, index)
    found = json.dumps(
        {
            "views": {_key(key, index): _view(forms, index) for key, forms in made.views.items()},
            "against": {why: _against(why) for why in ("later", "back", "known")},
            "wide": {"across": made.words.card, "down": made.words.row},
            "walks": [{"map": walk.map, "steps": walk.steps} for walk in walks],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    first, every = len(made.start.cards), sum(bool(step) for step in (made.views.get("whole"),))
    joined = len(made.scene.cards) - len(made.alone)
    begins = PageWord("map-of-all") if first >= joined else PageWord("map-of", {"n": first, "m": joined})
    # Who is not on the map, in words, and how many steps are not.
    alone = [card.id for card in made.alone if card.node["kind"] == "party"]
    named, more, notes = index.names(alone[:_NAMED], "party", ", "), max(len(alone) - _NAMED, 0), []
    if alone:
        names = [named.text, named.chinese or named.text]
        if more:
            rest = PageWord("more", {"n": more})
            names = [f"{names[0]} {rest.said(LANGUAGES[0])}", f"{names[1]}，{rest.said(LANGUAGES[1])}"]
        notes.append((word("map-alone", LANGUAGES[0], names=names[0]), word("map-alone", LANGUAGES[1], names=names[1])))
    if unlikely := made.scene.unlikely:
        notes.append((word("map-unlikely", LANGUAGES[0], n=unlikely), word("map-unlikely", LANGUAGES[1], n=unlikely)))
    return {
        "drawn": _linked(made, index, lang) if made.start.cards else Markup(""),
        "views": Markup(found.replace("<", "\\u003c")),  # noqa: S704 - ours, `<` escaped
        "all": bool(every) and first < joined,
        "said": (begins.said(LANGUAGES[0]), begins.said(LANGUAGES[1])),
        "legend": _legend(made.used),
        "notes": notes,
        "walks": walks,
    }


def _against(why: str) -> Both:
    """Why a step goes against the direction of reading, with places for its ends."""
    said = [
        word("map-note-against", lang, giver="{giver}", taker="{taker}", why=word(f"map-against-{why}", lang))
        for lang in LANGUAGES
    ]
    return said[0], said[1]


def _key(key: str, index: Index) -> str:
    return index.anchors[key.removeprefix("at:")] if key.startswith("at:") else key


def _view(forms: Mapping[str, MapView], index: Index) -> dict[str, object]:
    def placed(place: StepPlace) -> list[object]:
        points = [None if one is None else [round(one[0]), round(one[1])] for one in (place.pill, place.said)]
        return [place.d, place.head, *points, place.against]

    return {
        form: [
            round(view.width),
            round(view.height),
            {index.anchors[name]: [round(one) for one in place] for name, place in view.cards.items()},
            {index.anchors[f"step:{name}"]: placed(place) for name, place in view.steps.items()},
        ]
        for form, view in forms.items()
    }


_PIECE = re.compile(r'(?=<g class="(?:step|card)[ "])')


def _linked(made: PageMap, index: Index, lang: str) -> Markup:
    """Each card and step as a link to what is known of it, cards before the steps that lie over them."""
    cards: list[str] = []
    steps: list[str] = []
    known = {step.id: step for step in made.scene.steps}
    for piece in _PIECE.split(made.svg):
        found = re.match(r'<g class="(step|card)([^"]*)"', piece)
        if found is None:
            continue
        named = re.search(r' data-(?:step|node)="([^"]*)"', piece)
        name = "" if named is None else unescape(named[1])
        said = label(known[name], index, made) if found[1] == "step" else _named(name, index)
        anchor = index.anchors[f"step:{name}" if found[1] == "step" else name]
        own, other = (said[1], said[0]) if lang == LANGUAGES[1] else said
        title = Markup('<title class="s" data-o="{}">{}</title>').format(other, own)
        whole = piece.rstrip().removesuffix("</g>")
        linked = re.sub(r' data-(?:step|node|from|to)="[^"]*"', "", whole.removeprefix("<g"), count=3)
        at = linked.index(">") + 1
        text = f'<a href="#{anchor}"{linked[:at]}{title}{linked[at:]}</a>'
        (steps if found[1] == "step" else cards).append(text)
    view, named_all = made.start, word("page-picture-label", lang)
    return Markup(  # noqa: S704 - drawn by us; texts and titles are escaped
        f'<svg id="map" class="form-{view.form}" width="{view.width + 3:.0f}" height="{view.height + 3:.0f}"'
        f' viewBox="-1.5 -1.5 {view.width + 3:.0f} {view.height + 3:.0f}" role="group" aria-label="{escape(named_all)}"'
        f' data-t-aria-label="picture-label">{"".join(cards)}{"".join(steps)}</svg>'
    )


def _named(name: str, index: Index) -> Both:
    cell = index.name(index.nodes[name])
    return cell.text, cell.chinese or cell.text


def label(step: Step, index: Index, made: PageMap) -> Both:
    """What a step is called: its statement in words, how sure, how well founded, and on what it rests; of several what
    the map says, as no sentence of one is as well founded as all."""
    if len(step.edges) > 1 and step.found:
        ends = made.scene.cards[step.source], made.scene.cards[step.target]
        several = [
            word("map-told", lang, giver=made.words.name(ends[0], lang), taker=made.words.name(ends[1], lang),
                 what=made.words.what(step, lang))
            for lang in LANGUAGES
        ]  # fmt: skip
        return several[0], several[1]
    said, told = said_of(step.leading, index), []
    known = step.leading["without_judgement"]
    sure, without = ("" if one is None else percent(one) for one in (step.probability, known))
    for text, lang in zip(said, LANGUAGES, strict=True):
        basis = PageWord.of("basis", step.basis).said(lang)
        told.append(word(
            "page-line-label-judged" if without else "page-line-label-sure" if sure else "page-line-label", lang,
            said=text, sure=sure, without=without, grade=step.grade, basis=basis,
        ))  # fmt: skip
    return told[0], told[1]


def _legend(used: set[tuple[str, str]]) -> list[Shown]:
    """What the steps use of the table of looks, in its order."""
    looks = [("paint", name, one.colour, 2 * one.line - 1, "") for name, one in PAINTS.items()]
    looks += [("rests", name, "ink", 2.0, dash) for name, dash in DASHES.items()]
    looks += [("mark", "no-head", "ink", 1.8, "")]
    return [
        {
            "look": look,
            "colour": colour,
            "line": line,
            "dash": dash,
            "said": (word(f"look-{look}", "en"), word(f"look-{look}", "zh")),
        }
        for kind, name, colour, line, dash in looks
        if (kind, name) in used and (look := f"{kind}-{name}")
    ]


def _walks(leaving: Outgoing, made: PageMap, index: Index) -> list[Walk]:
    """Chains by grade, then length; those of which the map has no step are left out."""
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

        def missing(key: str, wanted: set[str] = wanted) -> int:
            return len(wanted - made.views[key]["down"].steps.keys())

        keys = [key for key in ("strongest", *(f"at:{name}" for name in nodes), "whole") if key in made.views]
        title = index.names(parties, "party", " → ")
        short = [shorten(clean(text), 420, 13.0) for text in (title.text, title.chinese or title.text)]
        steps = [
            (index.anchors[giver], index.anchors[taker], [index.anchors[f"step:{name}"] for name in names])
            for (giver, taker), names in hops
        ]
        found.append(Walk((short[0], short[1]), str(row["grade"]), _key(min(keys, key=missing), index), steps))
    return found


MOST_IN_MATRIX = 160
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
    order = that_fit(families, pairs, MOST_IN_MATRIX, frozenset())
    at = {name: number for number, name in enumerate(order)}
    contacts, expected = _counted(rows, lists)
    told: dict[int, list[list[object]]] = {}
    for (a, b), one in sorted(pairs.items(), key=lambda pair: [at.get(name, -1) for name in pair[0]]):
        if a in at and b in at and at[a] < at[b] and one.shared:
            told.setdefault(at[a], []).append([at[b], one.shared, expected.get(frozenset((a, b)))])
    whole = {
        "lists": [_listed(lists[name], index, contacts.get(name)) for name in order],
        "families": [len(kin) for family in families if (kin := [name for name in family if name in at])],
        "pairs": [told.get(row, []) for row in range(len(order))],
        "shares": SHARES,
    }
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = Markup(text.replace("<", "\\u003c"))  # noqa: S704 - ours, `<` escaped
    shares = [f"{least:.1%}".replace(".0%", "%") for least in SHARES]
    return {"data": data, "shares": shares, "more": len(lists) - len(order)}


def _listed(node: Node, index: Index, contacts: int | None) -> list[object]:
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
