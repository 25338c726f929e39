"""Renders the page: one HTML file with style, script and pictures inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from html import escape as escaped_text
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from tracer.disclosure import Number, Reason
from tracer.errors import UsageError
from tracer.export.drawing.looks import DARK, DASHES, LIGHT, PAGE, PAINTS, Theme, with_house
from tracer.export.drawing.map import MapView, PageMap, StepPlace, page_map
from tracer.export.drawing.matrix import SHARES, families_of, pair_rows, pairs_of, that_fit
from tracer.export.drawing.scene import Step
from tracer.export.drawing.story import (
    NEXT,
    Story,
    alt_of,
    dek_of,
    headline_of,
    in_words,
    nothing_found,
    own_words,
    sentences,
    stories,
)
from tracer.export.drawing.story_drawing import draw_story
from tracer.export.drawing.text import clean, shortened
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.cards import ROWS_OF, Both, StepCards, address_key, node_cards, said_of, strongest_rows, tables
from tracer.export.page.words import Index, PageWord, Shown, data_block, environment
from tracer.export.selection import members_of
from tracer.findings.statements import all_passed_on, best_kept, by_copy
from tracer.graph.model import GRADES, KINDS, Graph, Node
from tracer.wording import LANGUAGES, Voice, say, word
from tracer.wording.voice import percent

ACROSS, DOWN = (1080, 700), 350
"""Widths of the first figure, in pixels: where time runs to the right, and where it runs down."""
_WHOLE_STORY, _FIRST, _SMALL = 6, 5, 4
"""Parties of a story that the first figure shows whole, so that replies are on the first screen too; those that it
shows of more, and a later one of any."""
_AGAINST = 3
"""Counter-reasons of a story that are shown, the weightiest first."""


def first_screen(leaving: Outgoing) -> tuple[dict[str, Any], str]:
    """What is read first: headline and dek, the first story (None where nothing was found) and those that follow it, in
    both languages; and the style of their drawings."""
    voices = [Voice(lang, leaving.names_in(lang)) for lang in LANGUAGES]
    found = stories(leaving)
    if not found:
        first_said, then = nothing_found(leaving)
        return {"headline": _both(voices, first_said), "dek": _both(voices, then), "first": None, "following": []}, ""
    shown, drawings, quoted = list[dict[str, Any]](), list[str](), set[str]()
    for place, story in enumerate(found[: 1 + NEXT]):
        headline, own, dek = [
            (say(story, voices[0]), say(story, voices[1])) for say in (headline_of, own_words, dek_of)
        ]
        drawings += [_pictures(story, voice, (DOWN,) if place else (*ACROSS, DOWN)) for voice in voices]
        shown.append(
            {
                # Whether it is about a copy, which planted records tell apart.
                "of_copy": story.kind in ("retained", "passed_on"),
                "headline": headline,
                # The finding in the tool's words, where a publication has others in the headline.
                "own": own,
                # The language of headline and picture where it is none of the page's.
                "spoken": story.edited.own_language if story.edited.headline else "",
                "dek": dek,
                "against": [_both(voices, one) for one in story.against[:_AGAINST]],
                "steps": list(zip(in_words(story, voices[0]), in_words(story, voices[1]), strict=True)),
                "replies": replies_in(leaving, story.named(), quoted),
            }
        )
    classed_drawings, style = with_classes(drawings, ".drawn")
    pictures = [Markup(drawing) for drawing in classed_drawings]  # noqa: S704 - drawn by us, each text is escaped
    first, *following = [{**one, "drawn": pictures[2 * at : 2 * at + 2]} for at, one in enumerate(shown)]
    return {"headline": first["headline"], "dek": first["dek"], "first": first, "following": following}, style


def _pictures(story: Story, voice: Voice, widths: Sequence[int]) -> str:
    alt, lang = alt_of(story, voice)
    drawn, most = [], _FIRST if len(story.parties()) > _WHOLE_STORY else 0
    for wide in widths:
        marks, high = draw_story(story, voice, PAGE, wide, parties=_SMALL if len(widths) == 1 else most)
        drawn.append(
            f'<svg class="w{wide}" width="{wide}" height="{high:.0f}" viewBox="0 0 {wide} {high:.0f}" role="img"'
            f' lang="{lang}" aria-label="{escaped_text(alt)}">{marks.svg()}</svg>'
        )
    return "".join(drawn)


def replies_in(leaving: Outgoing, parties: Iterable[str], quoted: set[str]) -> list[Both]:
    """The right of reply of each of these, a line a party; the words of those in `quoted` were given before."""
    named, before = list(parties), {*quoted}
    english = leaving.reply_lines(named, LANGUAGES[0], quoted)
    return list(zip(english, leaving.reply_lines(named, LANGUAGES[1], before), strict=True))


def _both(voices: Sequence[Voice], *numbers: Number) -> Both:
    return sentences(numbers, voices[0]), sentences(numbers, voices[1])


# Looks of many shapes, written once: a page that draws one story at several widths says each look as a class.

_SHAPE = re.compile(r'<(path|rect|text)((?: [a-z-]+="[^"<>]*")*)(/?)>')
_LOOK = re.compile(
    r" (fill|stroke|stroke-width|stroke-dasharray|stroke-linejoin|paint-order|font-size|font-weight|text-anchor)"
    r'="([^"]*)"'
)
_WHOLE = re.compile(r"(\d)\.0\b")
_PIXELS = ("font-size", "stroke-width")


def with_classes(drawings: Iterable[str], within: str) -> tuple[list[str], str]:
    """Drawings of ours with a class for each look, and the style that goes with them, for elements in `within`."""
    names: dict[str, str] = {}

    def shape(found: re.Match[str]) -> str:
        look = ";".join(f"{name}:{value}{'px' if name in _PIXELS else ''}" for name, value in _LOOK.findall(found[2]))
        name = names.setdefault(look, f"y{len(names) + 1}")
        place = _WHOLE.sub(r"\1", _LOOK.sub("", found[2]))
        return f'<{found[1]} class="{name}"{place}{found[3]}>'

    changed = [_SHAPE.sub(shape, drawing) for drawing in drawings]
    style = "".join(f"\n{within} .{name} {{ {look}; }}" for look, name in names.items() if look)
    return changed, style


# For experts: every copy that a list came from which should not have, with the reasons for each list.


def headlines(leaving: Outgoing, index: Index) -> list[Shown]:
    """Copies that were kept or passed on, who gave each to whom, and the lists that came from it, by date: retentions
    that are more than lawful holding, at G2 or better, those that the vendor kept first."""
    english, chinese = (Voice(lang, leaving.names_in(lang)) for lang in LANGUAGES)
    retentions = [one for one in leaving.statements if one.kind == "retention"]

    def said(reasons: Iterable[Reason | None]) -> Both:
        known = [one for one in reasons if one is not None]
        return " ".join(map(english.say, known)), "".join(map(chinese.say, known))

    def each(numbers: Sequence[Number]) -> list[Both]:
        return list(zip(*(voice.show_each(numbers) for voice in (english, chinese)), strict=True))

    found, quoted = list[Shown](), set[str]()
    for seen in by_copy(retentions, "G2"):
        sightings = []
        for one in seen:
            day = date.fromisoformat(str(one.row["first_seen"])[:10]) if one.row.get("first_seen") else None
            sightings.append(
                {
                    "reading": str(one.row["reading"]),
                    "grade": one.grade,
                    "seen_in": index.link(one.row["seen_in"], "dataset"),
                    "seen_with": index.link(one.row["seen_with"], "party"),
                    "date": ("–", "–") if day is None else (english.show(day), chinese.show(day)),
                    "after_end": one.row.get("after_end") is True,
                    "sure": said(one.sure),
                    "reasons": each(one.reasons),
                    "against": each(one.against),
                }
            )
        first = seen[0].row
        found.append(
            {
                "conclusions": [said(pair) for pair in (*best_kept(seen), *all_passed_on(seen))],
                "release": index.link(first["release"], "release"),
                "client": index.link(first["client"], "party"),
                "vendor": index.link(first["vendor"], "party"),
                "replies": replies_in(leaving, (party for one in seen for party in one.parties), quoted),
                "sightings": sightings,
            }
        )
    return found


MOST_WALKS = 100
"""Chains that can be walked; the tables have all."""
_NAMED_ALONE = 20
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

    walks = _walks(leaving, made, index, key_of)
    # Why a step goes against the direction of reading, with places for its ends.
    ends = {"giver": "{giver}", "taker": "{taker}"}
    against = {
        why: [word("map-note-against", x, why=word(f"map-against-{why}", x), **ends) for x in LANGUAGES]
        for why in ("later", "back", "known")
    }
    found = {
        "views": {key_of(key): {x: in_short(view) for x, view in forms.items()} for key, forms in made.views.items()},
        "against": against,
        "wide": {"across": made.words.card, "down": made.words.row},
        "walks": [{"map": walk["map"], "steps": walk["steps"]} for walk in walks],
    }
    first, joined = len(made.start.cards), len(made.scene.cards) - len(made.scene.alone)
    begins = PageWord("map-of-all") if first >= joined else PageWord("map-of", {"n": first, "m": joined})
    # Who is not on the map, in words, and how many steps are not.
    alone = [card.id for card in made.scene.alone if card.node["kind"] == "party"]
    named, more, notes = index.names(alone[:_NAMED_ALONE], "party", ", "), max(len(alone) - _NAMED_ALONE, 0), []
    if alone:
        names = [named.text, named.chinese or named.text]
        if more:
            rest = PageWord("more", {"n": more})
            names = [f"{names[0]} {rest.words_in(LANGUAGES[0])}", f"{names[1]}，{rest.words_in(LANGUAGES[1])}"]
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
        "drawn": _linked_map(made, index, lang) if made.start.cards else Markup(""),
        "views": data_block(found),
        "all": "whole" in made.views and first < joined,
        "said": [begins.words_in(x) for x in LANGUAGES],
        "legend": legend,
        "notes": notes,
        "walks": walks,
    }


def _linked_map(made: PageMap, index: Index, lang: str) -> Markup:
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
            basis = PageWord.of("basis", step.basis).words_in(lang)
            of = {"said": text, "sure": sure, "without": without, "grade": step.grade, "basis": basis}
            if without:
                found.append(word("page-line-label-judged", lang, **of))
            else:
                found.append(word("page-line-label-sure" if sure else "page-line-label", lang, **of))
    return found[0], found[1]


def _walks(leaving: Outgoing, made: PageMap, index: Index, key_of: Callable[[str], str]) -> list[dict[str, Any]]:
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
        short = [shortened(clean(text), 420, 13.0) for text in (title.text, title.chinese or title.text)]
        steps = [
            (index.anchors[giver], index.anchors[taker], [index.anchors[f"step:{name}"] for name in names])
            for (giver, taker), names in hops
        ]
        best = min(keys, key=missing.__getitem__)
        found.append({"title": short, "grade": str(row["grade"]), "map": key_of(best), "steps": steps})
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


_HERE = Path(__file__).parent
_SCRIPTS = ("words", "panel", "map", "matrix", "take", "address", "frame")
_ALONE = ("words", "frame")
"""Parts of the script, in their order in the page, and in a story that is shown alone."""
MANY_LISTS = 40
"""Lists from which their matrix is among what everybody reads: a map of all of them could not be read."""
_IN_HEADLINES = "retention"
"""Findings all of whose rows are shown; of others those in their table."""
_UNSAFE = re.compile(r"[^\w ,'\".-]")
"""What no list of fonts has."""
_CAVEATS = ("guilt", "alleged", "through", "absence", "client", "people")


def render_page(leaving: Outgoing, lang: str = "en") -> str:
    """The page as HTML text.

    `leaving` is in the first language; its facts are rows of `sql/facts/weights` and `overlaps`. The same input gives
    the same bytes. Both languages are in the page; `lang` (`en`, `zh`) is the one it opens in. Raises UsageError for
    another language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}", remedy=f"one of: {', '.join(LANGUAGES)}")
    graph, chinese = [leaving.labelled_graph(language) for language in LANGUAGES]
    made = page_map(leaving, LANGUAGES)
    cards_of_map = made.scene.cards.values()
    # The steps of the map, then what is found of a party's own lists and copies, which its card on the map says.
    steps = [*made.scene.steps, *(step for card in cards_of_map for step in card.own)]
    # Node or step -> the id of its card in the page; made by us, so that no id of a case is one.
    names = [name for card in cards_of_map for name in (card.id, *(node["id"] for node in card.lists))]
    anchors = {name: f"n{number}" for number, name in enumerate(names, start=1)}
    anchors |= {f"step:{step.id}": f"l{number}" for number, step in enumerate(steps, start=1)}
    # Rows of findings -> the card of the step that they are part of, which says why.
    refs = {node["id"]: node["ref"] for node in graph["nodes"]}
    lines = {
        (ROWS_OF[edge["kind"]], refs[edge["source"]], refs[edge["target"]]): anchors[f"step:{step.id}"]
        for step in steps
        for edge in (*step.edges, *step.also)
        if edge["kind"] in ROWS_OF
    }
    nodes: dict[str, list[Node]] = {kind: [] for kind in KINDS}
    for node in graph["nodes"]:
        nodes[node["kind"]].append(node)
    said_of_each = [leaving.answers(language) for language in LANGUAGES]
    answers = {node["id"]: tuple(clean(said[node["id"]]) for said in said_of_each) for node in nodes["party"]}
    readers, embed = leaving.choice.audience == "readers", leaving.choice.embed
    index = Index(graph, anchors, lines, chinese, answers, plain=readers)
    told, looks = first_screen(leaving)
    style = _source("page.css") + _house(leaving) + looks
    parts = [_source(f"script/{name}.js") for name in (*(_ALONE if embed == "story" else _SCRIPTS), "unpack")]
    script = "\n".join(['"use strict";', "const run = () => {", *parts[:-1], "};", parts[-1]])
    shown = {name: rows if name == _IN_HEADLINES else strongest_rows(rows) for name, rows in leaving.rows.items()}
    called = [leaving.names_in(language) for language in LANGUAGES]
    ids = frozenset(name for one in called for known in (one.parties, one.lists) for name in known)
    step_cards = StepCards(leaving, index)
    day = date.fromisoformat(leaving.generated) if leaving.generated else None
    well_founded = GRADES[GRADES.index("G2") :]
    found = sum(one["basis"] == "inferred" and one["grade"] in well_founded for one in graph["edges"])
    purged = sum(node["purged"] is not None for node in graph["nodes"])
    unpurged = sum(node["purged"] is None for node in nodes["dataset"])
    tally = {"parties": len(nodes["party"]), "lists": unpurged, "purged": purged, "releases": len(nodes["release"])}
    shared = [told[what][LANGUAGES.index(lang)] for what in ("headline", "dek")]  # what services show for a link
    if embed == "graph":
        shared = [clean(leaving.title)] * 2
    said = environment(lang, leaving.translations(shown), ids, plain=readers)
    return said.get_template("page.html.j2").render(
        lang=lang,
        embed=embed,
        readers=readers,
        title=clean(leaving.title),
        credit=clean(leaving.edition.credit),
        edits=_in_both(leaving.edits_said),
        generated=["" if day is None else Voice(language).show(day) for language in LANGUAGES],
        tally=tally | {"findings": found},
        languages=LANGUAGES,
        told=told,
        shared=shared,
        image=leaving.choice.image or leaving.edition.image,
        map=drawn_map(leaving, made, index, lang),
        matrix=None if embed else matrix_of(leaving, graph, index),
        many=len(nodes["dataset"]) > MANY_LISTS,
        headlines=headlines(leaving, index),
        nothing=[say(leaving.no_copy(), language) for language in LANGUAGES],
        untraced=None if leaving.untraced is None else [leaving.not_up_to_date(language) for language in LANGUAGES],
        judged=_in_both(leaving.judged_said),
        warnings=_in_both(lambda language: warnings_of(leaving, language)),
        sections=[] if readers else tables(leaving, index),
        parties=nodes["party"],
        lists=nodes["dataset"],
        documents=graph["evidence"],
        left_out=[clean(text) for text in graph["left_out"]],
        step_cards=[step_cards.of(step) for step in steps],
        node_cards=node_cards(leaving, index),
        index=index,
        grades=GRADES,
        caveats=_CAVEATS,
        style=Markup(style),  # noqa: S704 - the page's own file, hashed for the policy
        script=Markup(script),  # noqa: S704 - the page's own file, hashed for the policy
        # Nothing may be loaded or sent; only this very style and script apply.
        policy=f"default-src 'none'; style-src 'sha256-{_hash(style)}'; script-src 'sha256-{_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
    )


def _in_both(said: Callable[[str], list[str]]) -> list[tuple[str, ...]]:
    """Sentences, each in both languages."""
    return list(zip(*map(said, LANGUAGES), strict=True))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _source(name: str) -> str:
    """A part of the style or script, without its indentation and lines of comment, none of which is within a text."""
    lines = (line.strip() for line in (_HERE / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("// ", "/* ---")))


def _house(leaving: Outgoing) -> str:
    """The colours of the table of looks as variables, in light and dark, with a publication's in place of ours."""
    house = leaving.edition

    def variables(theme: Theme) -> str:
        known = vars(with_house(theme, house.colours("dark" if theme is DARK else "light")))
        return " ".join(f"--{role}: {colour};" for role, colour in known.items() if role != "families")

    families = _UNSAFE.sub("", house.families)
    fonts = f"\n:root {{ --sans: {families}; --serif: {families}; }}" if families else ""
    dark = variables(DARK)
    return (
        f"\n:root {{ {variables(LIGHT)} }}"
        f'\n@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark} }} }}'
        f'\n@media screen {{ :root[data-theme="dark"] {{ {dark} }} }}{fonts}'
    )


def page_file(leaving: Outgoing) -> bytes:
    """The page as a file, under the title that was asked for."""
    titled = replace(leaving, title=leaving.choice.title or leaving.title).in_language(LANGUAGES[0])
    return render_page(titled, leaving.lang).encode("utf-8", "replace")


def packed_file(leaving: Outgoing, files: dict[str, bytes]) -> tuple[dict[str, bytes], None]:
    """A page that was looked through, packed where it is large."""
    return {"": packed_page(files[""], leaving.lang)}, None


_LARGE = 900_000
"""Bytes from which a page is packed: below, each word of it is also found by who reads the file itself."""
_PACKED_BEGIN, _PACKED_END = b'<div id="within">\n', b"\n</div>\n</details>\n</main>"


def packed_page(page: bytes, lang: str) -> bytes:
    """The page, its part for experts packed where it is large; `lang` is the one it opens in.

    The same input gives the same bytes.
    """
    head, begin, rest = page.partition(_PACKED_BEGIN)
    sections, end, tail = rest.rpartition(_PACKED_END)
    if len(page) < _LARGE or not begin or not end:
        return page
    held = base64.b64encode(gzip.compress(sections, 9, mtime=0))
    unread = f"<noscript><p>{Voice(lang).word('page-packed')}</p></noscript>".encode()
    script = b'<script type="application/octet-stream" id="packed">' + held + b"</script>"
    return b"".join((head, begin, script, unread, end, tail))
