"""Renders the page: one HTML file with its style, script and picture inside, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from markupsafe import Markup

from tracer.disclosure import Number, Reason
from tracer.errors import UsageError
from tracer.export.figure.overlaps import SHARES, families_of, pair_rows, pairs_of, that_fit
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing, warnings_of
from tracer.export.page.behind import Behind
from tracer.export.page.details import address_key, line_cards, node_cards
from tracer.export.page.drawing import draw, shown_closed
from tracer.export.page.facts import Cell, Index
from tracer.export.page.saying import environment, words_json
from tracer.export.page.sections import strongest, tables
from tracer.export.page.text import clean
from tracer.export.page.walks import Walk, walks_of
from tracer.export.palette import BASES
from tracer.export.picture.cards import deal, merged_bundles
from tracer.export.picture.deck import STRENGTH, Deck
from tracer.export.picture.edge_labels import ALONG, ANYWHERE, APART, BESIDE, CLEAR
from tracer.export.picture.lanes import place_in_time
from tracer.export.picture.placement import CARD, CHIP, HEAD, TOGGLE, Picture, place
from tracer.export.story.front import front_of, replies_in
from tracer.findings.statements import Statement, conclusions
from tracer.findings.statements.conclusions import by_copy
from tracer.graph.model import GRADES, Graph, Node, at_least, day_of
from tracer.wording import LANGUAGES, Voice, say

# The matrix of lists for the page's script: each pair that has contacts in common, kin next to kin. A pair of which
# too few contacts agree to be shown is not in it, and looks like one that shares nothing.

MOST = 160
"""Lists that a screen has room for, and their pairs a page."""


@dataclass(frozen=True)
class ListMatrix:
    """What the page draws of it."""

    data: str
    """Lists and pairs as JSON that can be put into a page."""
    more: int


def shares() -> list[str]:
    """The least share of each colour, for the legend."""
    return [f"{least:.1%}".replace(".0%", "%") for least in SHARES]


def matrix_of(leaving: Outgoing, graph: Graph, index: Index) -> ListMatrix | None:
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
    return ListMatrix(text.replace("<", "\\u003c"), len(lists) - len(order))


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


# The picture's coordinates in its three states, for the script: it moves what is drawn and lays out nothing itself.
# `parties`: all cards closed, with a road for each pair. `lists`: all cards open. `time`: a swim lane for each party.

UPRIGHT = 1.5
"""Width to height below which the picture is larger on an upright A4 page than on one that lies: what title and legend
leave is 184 x 185 mm of the one, 277 x 122 mm of the other."""


def scene(
    graph: Graph,
    deck: Deck,
    anchors: Mapping[str, str],
    walks: Sequence[Walk],
    closed: Picture,
    opened: Picture | None,
) -> str:
    """All states and the chains as JSON that can be put into a page; `opened` is None where that would be too much."""
    time = place_in_time(graph, deck)
    # A road of one line is that line.
    alone = {road: within[0] for road, (_, within) in merged_bundles(deck).items() if len(within) == 1}
    whole = {
        "sizes": {"card": CARD, "chip": CHIP, "head": HEAD, "toggle": TOGGLE, "upright": UPRIGHT},
        # What `graph.marks` says of places and distances, and the order in which lines choose theirs.
        "marks": {
            "along": ALONG,
            "anywhere": ANYWHERE,
            "beside": BESIDE,
            "apart": APART,
            "clear": CLEAR,
            "first": STRENGTH,
        },
        "parties": _columns(closed, anchors, alone),
        "lists": _columns(opened, anchors, {}) if opened is not None else None,
        "time": {
            "w": round(time.width),
            "h": round(time.height),
            "cards": {anchors[name]: [round(lane.top), round(lane.height)] for name, lane in time.lanes.items()},
            "chips": {anchors[name]: [round(x), round(y)] for name, (x, y) in time.chips.items()},
            "axis": list(time.axis) if time.axis is not None else None,
            "ticks": [[round(x), month] for x, month in time.ticks],
            "out": time.left_out,
        },
        "walks": [[walk.nodes, walk.steps] for walk in walks],
    }
    return json.dumps(whole, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")


def _columns(picture: Picture, anchors: Mapping[str, str], alone: Mapping[str, str]) -> dict[str, object]:
    layer_of = {card.node["id"]: card.layer for card in picture.deck.cards}
    return {
        "w": round(picture.width),
        "h": round(picture.height),
        "x": [round(x) for x in picture.layers],
        "cards": {anchors[name]: [layer_of[name], round(y, 1)] for name, y in picture.top.items()},
        "bends": {
            alone.get(name, name): [[layer, round(y, 1)] for layer, y in way] for name, way in picture.bends.items()
        },
        "band": None if picture.band is None else round(picture.band),
        "columns": {column: [round(left), round(right)] for column, left, right in picture.columns},
    }


# What was found, first of all: each copy that a list came from that should not have, and where it was seen.

Voices: TypeAlias = Sequence[Voice]
"""One for English and one for Chinese."""


@dataclass(frozen=True)
class Sighting:
    """One list that came from the copy."""

    reading: str
    grade: str
    seen_in: Cell
    seen_with: Cell
    date: tuple[str, str]
    after_end: bool
    sure: tuple[str, str]
    reasons: list[tuple[str, str]]
    against: list[tuple[str, str]]


@dataclass(frozen=True)
class Headline:
    """One copy, who gave it to whom, and the lists that came from it, by date."""

    conclusions: list[tuple[str, str]]
    release: Cell
    client: Cell
    vendor: Cell
    replies: list[tuple[str, str]]
    """The right of reply of each party that it names."""
    kind: str
    """`retained` where the vendor itself held it, else `passed_on`."""
    sightings: list[Sighting]
    opened: int
    """Which of the sightings is shown with its reasons at first: what the vendor kept, else the best founded."""


def headlines(leaving: Outgoing, index: Index) -> list[Headline]:
    """Retentions that are more than lawful holding, at G2 or better, by copy: those that the vendor kept first."""
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    retentions = [one for one in leaving.statements if one.kind == "retention"]
    quoted = set[str]()
    return [_headline(leaving, seen, index, voices, quoted) for seen in by_copy(retentions, "G2")]


def _headline(leaving: Outgoing, ordered: list[Statement], index: Index, voices: Voices, quoted: set[str]) -> Headline:
    first = ordered[0].row
    found = [*conclusions.kept(ordered), *conclusions.passed_on(ordered)]
    return Headline(
        [_said(voices, reason, *(() if how is None else (how,))) for reason, how in found],
        index.link(first["release"], "release"),
        index.link(first["client"], "party"),
        index.link(first["vendor"], "party"),
        replies_in(leaving, (party for one in ordered for party in one.parties), quoted),
        "retained" if any(one.row["reading"] == "retained" for one in ordered) else "passed_on",
        [_sighting(one, index, voices) for one in ordered],
        max(
            range(len(ordered)),
            key=lambda place: (ordered[place].row["reading"] == "retained", ordered[place].grade, -place),
        ),
    )


def _sighting(one: Statement, index: Index, voices: Voices) -> Sighting:
    row = one.row
    return Sighting(
        str(row["reading"]),
        one.grade,
        index.link(row["seen_in"], "dataset"),
        index.link(row["seen_with"], "party"),
        _day(row.get("first_seen"), voices),
        row.get("after_end") is True,
        _said(voices, *one.sure),
        [_shown(voices, said) for said in one.reasons],
        [_shown(voices, said) for said in one.against],
    )


def _said(voices: Voices, *reasons: Reason) -> tuple[str, str]:
    """Sentences in English and in Chinese."""
    english, chinese = voices
    return " ".join(map(english.say, reasons)), "".join(map(chinese.say, reasons))


def _shown(voices: Voices, number: Number) -> tuple[str, str]:
    """The same of what may be a sentence already."""
    english, chinese = voices
    return english.show(number), chinese.show(number)


def _day(value: object, voices: Voices) -> tuple[str, str]:
    if not value:
        return "–", "–"
    english, chinese = (voice.show(date.fromisoformat(str(value)[:10])) for voice in voices)
    return english, chinese


_HERE = Path(__file__).parent
_SCRIPTS = ("words", "cards", "shapes", "scene", "filters", "walk", "zoom", "matrix", "take", "address")
"""Parts of the script, in their order in the page."""
_KINDS = ("retained", "passed_on", "held", "attributed", "derived", "released", "relation")
_FIRST = 4
"""Headlines on the first printed page, and twice as many lists of each; the tables after it have all."""
_IN_HEADLINES = "retention"
"""Findings all of whose rows are shown; of others those in their table."""
_CAVEATS = ("guilt", "alleged", "through", "absence", "client", "people")


def render_page(leaving: Outgoing, lang: str = "en") -> str:
    """The page as HTML text.

    `leaving` is in the first language; its facts are rows of `sql/facts/weights` and `overlaps`. The same input gives
    the same bytes. Both languages are in the page; `lang` (`en`, `zh`) is the one it opens in. Raises UsageError for
    another language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}", remedy=f"one of: {', '.join(LANGUAGES)}")
    graph, chinese = [leaving.labelled(language) for language in LANGUAGES]
    deck = deal(graph)
    anchors = _anchors(deck)
    answers = {node["id"]: leaving.answers(node["id"]) for node in graph["nodes"] if node["kind"] == "party"}
    index = Index(graph, anchors, _derived(deck, graph, anchors), chinese, answers)
    behind = Behind(leaving.rows, leaving.facts, index)
    walks = walks_of(leaving.rows, graph, deck, index)
    front = front_of(leaving)
    style = _source("page.css") + _dashes() + front.style
    parts = [_unspoken(_source(f"script/{name}.js")) for name in (*_SCRIPTS, "unpack")]
    script = "\n".join(['"use strict";', "const run = () => {", *parts[:-1], "};", parts[-1]])
    closed = place(deck, closed=True)
    opened = None if shown_closed(deck) else place(deck)
    drawn = {
        language: draw(named, deck, anchors, opened or closed)
        for language, named in zip(LANGUAGES, (graph, chinese), strict=True)
    }
    drawing = drawn[lang]
    dates = [day for day in [*(line.date for line in drawing.lines + drawing.others), *_days(graph)] if day]
    shown_as = LANGUAGES.index(lang)
    lists = None if leaving.choice.embed else matrix_of(leaving, graph, index)
    shown = {name: rows if name == _IN_HEADLINES else strongest(rows) for name, rows in leaving.rows.items()}
    return environment(lang, leaving.translations(shown), _ids(leaving)).get_template("page.html.j2").render(
        lang=lang,
        embed=leaving.choice.embed,
        title=clean(leaving.title),
        generated=[_date(leaving.generated, language) for language in LANGUAGES],
        tally=_tally(graph),
        drawing=drawing,
        drawings=drawn,
        languages=LANGUAGES,
        tall=drawing.width < UPRIGHT * drawing.height,
        first=_FIRST,
        scene=Markup(scene(graph, deck, anchors, walks, closed, opened)),  # noqa: S704 - ours, `<` escaped
        shares=shares(),
        unmatched=0 if lists is None else lists.more,
        matrix=None if lists is None else Markup(lists.data),  # noqa: S704 - ours, `<` escaped
        walks=walks,
        too_many=opened is None,
        dates=(min(dates), max(dates)) if dates else None,
        front=front,
        shared=(front.headline[shown_as], front.sure[shown_as]),
        headlines=headlines(leaving, index),
        nothing=[say(leaving.no_copy(), language) for language in LANGUAGES],
        untraced=None if leaving.untraced is None else [leaving.not_up_to_date(language) for language in LANGUAGES],
        judged=list(zip(*(leaving.judged_said(language) for language in LANGUAGES), strict=True)),
        warnings=list(zip(*(warnings_of(leaving, language) for language in LANGUAGES), strict=True)),
        sections=tables(leaving, index, frozenset(walk.number for walk in walks)),
        parties=[node for node in graph["nodes"] if node["kind"] == "party"],
        lists=[node for node in graph["nodes"] if node["kind"] == "dataset"],
        documents=graph["evidence"],
        left_out=[clean(text) for text in graph["left_out"]],
        line_cards=line_cards(deck, graph, index, behind),
        node_cards=node_cards(leaving, deck, index),
        index=index,
        grades=GRADES,
        bases=tuple(BASES),
        kinds=_KINDS,
        caveats=_CAVEATS,
        style=Markup(style),  # noqa: S704 - the page's own file, hashed for the policy
        script=Markup(script),  # noqa: S704 - the page's own file, hashed for the policy
        words=Markup(words_json()),  # noqa: S704 - made of the catalogues only, `<` escaped
        policy=_policy(style, script),
    )  # fmt: skip


def _ids(leaving: Outgoing) -> frozenset[str]:
    """What follows names in sentences."""
    called = [leaving.called(language) for language in LANGUAGES]
    return frozenset(name for names in called for known in (names.parties, names.lists) for name in known)


def _date(generated: str, lang: str) -> str:
    return Voice(lang).show(date.fromisoformat(generated)) if generated else ""


def _source(name: str) -> str:
    """A part of the style or script, without its indentation and lines of comment."""
    lines = (line.strip() for line in (_HERE / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("// ", "/* ---")))


def _unspoken(script: str) -> str:
    """A part of the script without its comments and the blanks before its lines, none of which is within a text."""
    lines = (line.lstrip() for line in script.splitlines())
    return "\n".join(line for line in lines if not line.startswith("//"))


def _dashes() -> str:
    """The style of lines by what they rest on."""
    return "".join(
        f"\n.b-{basis} .stroke {{ stroke-dasharray: {look.dash}; }}" for basis, look in BASES.items() if look.dash
    )


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded or sent; only this very style and script apply."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") for text in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _derived(deck: Deck, graph: Graph, anchors: dict[str, str]) -> dict[tuple[str, str, str], str]:
    """Rows of derivations -> the card of the line that they lie on."""
    refs = {node["id"]: node["ref"] for node in graph["nodes"]}
    return {
        ("derivations", refs[edge["source"]], refs[edge["target"]]): anchors[bundle.id]
        for bundle in deck.bundles
        for edge in bundle.edges
        if edge["kind"] == "derived"
    }


def _days(graph: Graph) -> list[str]:
    return [day_of(node) or "" for node in graph["nodes"] if node["kind"] in {"dataset", "release"}]


def _anchors(deck: Deck) -> dict[str, str]:
    """Node, chip, bundle or road id -> the id of its card in the page; made by us, so that no id of a case is one."""
    names = [card.node["id"] for card in deck.cards]
    names += [name for card in deck.cards for chip in card.chips for name in (chip.id, *chip.nodes)]
    anchors = {name: f"n{number}" for number, name in enumerate(dict.fromkeys(names), start=1)}
    anchors |= {bundle.id: f"l{number}" for number, bundle in enumerate(deck.bundles, start=1)}
    # A road of one line has that line's card.
    roads_of = merged_bundles(deck).values()
    return anchors | {road.id: anchors[within[0]] if len(within) == 1 else f"m{road.id}" for road, within in roads_of}


def _tally(graph: Graph) -> dict[str, int]:
    kinds = [node["kind"] for node in graph["nodes"]]
    found = [e for e in graph["edges"] if e["basis"] == "inferred" and at_least(e["grade"], "G2")]
    return {
        "parties": kinds.count("party"),
        "lists": sum(node["kind"] == "dataset" and node["purged"] is None for node in graph["nodes"]),
        "purged": sum(node["purged"] is not None for node in graph["nodes"]),
        "releases": kinds.count("release"),
        "findings": len(found),
    }
