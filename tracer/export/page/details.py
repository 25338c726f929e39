"""The cards on the page: one for each line of the picture and one for each party, list and release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.export.folded import FoldedCounts, counts_of
from tracer.export.gate import Findings
from tracer.export.outgoing import Outgoing
from tracer.export.page.behind import Behind, WaterfallStep
from tracer.export.page.drawing import kind_word
from tracer.export.page.facts import Cell, Index, figure
from tracer.export.page.inside import PageWord
from tracer.export.page.text import clean
from tracer.export.picture.cards import merged_bundles
from tracer.export.picture.deck import Bundle, Deck, weight
from tracer.findings.statements import headlines
from tracer.graph.model import Document, Edge, Graph, Node
from tracer.wording import LANGUAGES, Voice, data_word, say
from tracer.wording.voice import percent


@dataclass(frozen=True)
class EdgeDetails:
    """One edge within a line's card."""

    kind: PageWord
    ends: tuple[Cell, Cell]
    grade: str
    basis: PageWord
    facts: list[tuple[PageWord, Cell]]
    compared: list[tuple[PageWord, Cell]]
    waterfall: list[WaterfallStep]
    reasons: list[str]
    against: list[str]
    evidence: list[Document]


@dataclass(frozen=True)
class LineCard:
    """All that is known about one line."""

    anchor: str
    ends: tuple[Cell, Cell]
    grade: str
    sure: str
    """The least probability of what it covers; empty where nothing measures one."""
    open: bool
    stands_for: int
    statements: list[EdgeDetails]
    replies: list[tuple[Cell, tuple[str, ...]]]
    """Parties of whom it says something, and what they answered, in each language."""
    unasked: list[Cell]
    """The others of whom it says something: they were not asked."""
    lines: list[tuple[PageWord, Cell, str]]


@dataclass(frozen=True)
class NodeCard:
    """All that is known about one party, list or release."""

    anchor: str
    key: str
    """What names it in the page's address, the same in every version of the page."""
    kind: PageWord
    title: Cell
    facts: list[tuple[PageWord, Cell]]
    reply: tuple[str, ...]
    """What it answered, in each language; of a party alone."""
    canaries: list[str]
    """Those planted in a copy or found in a list, by their pseudonyms, with the calls that reached them."""
    members: list[Cell]
    claims: list[tuple[str, str]]
    """What it says, with the result, in English and in Chinese."""
    evidence: list[Document]


def line_cards(deck: Deck, graph: Graph, index: Index, behind: Behind) -> list[LineCard]:
    """One card per line, what it covers in the order of the statements; then one for each road of several lines."""
    documents = {document["id"]: document for document in graph["evidence"]}
    cards = []
    for bundle in deck.bundles:
        cards.append(
            LineCard(
                index.anchors[bundle.id],
                line_ends(bundle, index),
                bundle.grade,
                *_least(bundle),
                [_statement(edge, documents, index, behind) for edge in sorted(bundle.edges, key=weight)],
                *_replies(bundle, index),
                [],
            )
        )
    told = {bundle.id: (bundle.order, _line_of(bundle, index)) for bundle in deck.bundles}
    for road, within in merged_bundles(deck).values():
        if len(within) > 1:
            lines = [line for _, line in sorted((told[name] for name in within), key=lambda one: one[0])]
            ends = index.link(road.source.card), index.link(road.target.card)
            cards.append(
                LineCard(index.anchors[road.id], ends, road.grade, *_least(road), [], *_replies(road, index), lines)
            )
    return cards


def _least(bundle: Bundle) -> tuple[str, bool, int]:
    open_ = any(edge["direction"] == "not_told" for edge in bundle.edges)
    return "" if bundle.probability is None else percent(bundle.probability), open_, len(bundle.edges)


def _replies(bundle: Bundle, index: Index) -> tuple[list[tuple[Cell, tuple[str, ...]]], list[Cell]]:
    """Whom it says something about, clients of copies too: those who were asked, and the others."""
    parties = []
    for edge in bundle.edges:
        of = index.nodes[edge["source"]]["dataset"]
        for name in filter(None, (edge["source"], edge["target"], of)):
            node = index.nodes[name]
            owner = node if node["kind"] == "party" else index.nodes.get(node["party"] or "")
            if owner is not None:
                parties.append(owner["id"])
    about = [index.nodes[name] for name in dict.fromkeys(parties) if index.nodes[name]["reply"] is not None]
    asked = [node for node in about if node["reply"] != "not_asked"]
    return (
        [(index.link(node["id"]), index.answers[node["id"]]) for node in asked],
        [index.link(node["id"]) for node in about if node["reply"] == "not_asked"],
    )


def _ends(edge: Edge, index: Index) -> tuple[Cell, Cell]:
    return index.link(edge["source"]), index.link(edge["target"])


def line_ends(bundle: Bundle, index: Index) -> tuple[Cell, Cell]:
    """What a line joins: party, list or release; of lists that are grouped, the one that the line is about."""
    edge = bundle.leading
    names = [
        (port.chip or port.card, own)
        for port, own in ((bundle.source, edge["source"]), (bundle.target, edge["target"]))
    ]
    source, target = [index.link(name if name in index.nodes else own) for name, own in names]
    return source, target


def _statement(edge: Edge, documents: Mapping[str, Document], index: Index, behind: Behind) -> EdgeDetails:
    compared, fall = behind.numbers(edge), behind.waterfall(edge)
    facts: list[tuple[PageWord, Cell]] = []
    if edge["probability"] is not None:
        facts.append((PageWord("probability"), Cell(percent(edge["probability"]))))
    if edge["shared"] is not None and not any(word.key == "shared" for word, _ in compared):
        facts.append((PageWord("shared"), Cell(figure(edge["shared"]))))
    if edge["date"] is not None or edge["until"] is not None:
        facts.append((PageWord("date"), Cell(word=_period(edge["date"], edge["until"]))))
    if edge["after_end"] is not None:
        facts.append((PageWord("col-after-end"), Cell(word=PageWord("yes" if edge["after_end"] else "no"))))
    if edge["judgement"] is not None:
        facts.append((PageWord("judgement"), _judged(edge, edge["judgement"])))
    return EdgeDetails(
        kind_word(edge),
        _ends(edge, index),
        edge["grade"],
        PageWord.of("basis", edge["basis"]),
        facts,
        compared,
        fall,
        [text for text in map(clean, map(str, edge["reasons"])) if text not in {step.text for step in fall}],
        [text for text in map(clean, map(str, edge["against"])) if text not in {step.text for step in fall}],
        [documents[ref] for ref in edge["evidence"] if ref in documents],
    )


def _judged(edge: Edge, judgement: str) -> Cell:
    """A person's decision in both languages, with the note as it was written; where it took part, by whom and when it
    was, and how likely the statement is without it."""
    verdict, colon, note = clean(judgement).partition(": ")
    reason = headlines.judged({**edge, "judgement": verdict})
    if reason is not None:
        return Cell(say(reason, LANGUAGES[0]), chinese=say(reason, LANGUAGES[1]))
    english, chinese = (data_word("page-judged", verdict, lang) for lang in LANGUAGES)
    return Cell(f"{english}{colon}{note}", chinese=f"{chinese}{'：' if colon else ''}{note}")


def _period(date: str | None, until: str | None) -> PageWord:
    if until is not None:
        return PageWord("period", {"date": date or "?", "until": until})
    return PageWord("day", {"date": date or "?"})


def node_cards(leaving: Outgoing, deck: Deck, index: Index) -> list[NodeCard]:
    """One card per party, list and release that the picture shows, in the picture's order."""
    graph, findings = leaving.graph, leaving.findings
    full = {node["id"]: clean(node["label"]) for node in graph["nodes"] if node["kind"] == "party"}
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    documents = {document["id"]: document for document in graph["evidence"]}
    counts = counts_of(graph)
    canaries = _canaries(graph, index)
    cards = []
    for card in deck.cards:
        inside = [index.nodes[name] for chip in card.chips for name in chip.nodes]
        if card.node["kind"] == "group":
            members = [index.link(node["id"]) for node in inside if node["kind"] == "party"]
            about = PageWord.of("role", card.node["role"] or "none")
            title = Cell(clean(card.node["label"]))
            cards.append(
                NodeCard(
                    index.anchors[card.node["id"]],
                    address_key(card.node["id"]),
                    about,
                    title,
                    [],
                    (),
                    [],
                    members,
                    [],
                    [],
                )
            )
        for node in [*([] if card.node["kind"] == "group" else [card.node]), *inside]:
            shown = index.anchors.get(node["id"])
            if shown is None:
                continue
            cards.append(
                NodeCard(
                    anchor=shown,
                    key=address_key(node["id"]),
                    kind=PageWord.of("node", node["kind"]),
                    title=replace(index.name(node), anchor=None),
                    facts=_facts(node, counts, index, full.get(node["id"], "")),
                    canaries=canaries.get(node["id"], []),
                    reply=index.answers[node["id"]] if node["kind"] == "party" and node["reply"] is not None else (),
                    members=[index.link(one["id"]) for one in inside] if node is card.node else [],
                    claims=_claims(node, findings, voices),
                    evidence=[documents[ref] for ref in node["evidence"] if ref in documents],
                )
            )
        cards += [_more(card.node, chip.id, chip.nodes, index) for chip in card.chips if chip.kind == "more"]
    return cards


def _more(owner: Node, chip: str, names: Sequence[str], index: Index) -> NodeCard:
    members = [index.link(name) for name in names]
    return NodeCard(
        index.anchors[chip], address_key(chip), PageWord("node-more"), replace(index.name(owner), anchor=None), [], (),
        [], members, [], [],
    )  # fmt: skip


def address_key(name: str) -> str:
    """What names a node in the page's address."""
    return "/".join(name.split())


def _line_of(bundle: Bundle, index: Index) -> tuple[PageWord, Cell, str]:
    source, target = line_ends(bundle, index)
    text, chinese = (
        f"{source.text} → {target.text}",
        f"{source.chinese or source.text} → {target.chinese or target.text}",
    )
    other = "" if chinese == text else chinese
    return (
        kind_word(bundle.leading),
        Cell(text, anchor=index.anchors[bundle.id], chinese=other),
        bundle.grade,
    )


def _canaries(graph: Graph, index: Index) -> dict[str, list[str]]:
    calls: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "called":
            calls[edge["target"]] += edge["count"] or 0
    found: dict[str, list[str]] = defaultdict(list)
    for edge in graph["edges"]:
        if edge["kind"] in {"seen_in", "planted_in"}:
            label = clean(index.nodes[edge["source"]]["label"])
            reached = calls.get(edge["source"])
            found[edge["target"]].append(f"{label} ({reached})" if reached else label)
    return found


def _facts(node: Node, counts: FoldedCounts, index: Index, full: str) -> list[tuple[PageWord, Cell]]:
    owner = "holder" if node["kind"] == "dataset" else "recipient"
    when = "obtained" if node["kind"] == "dataset" else "handed-over"
    known: list[tuple[str, Cell | None]] = [
        ("full-name", Cell(full) if full not in ("", clean(node["label"]), clean(node["ref"])) else None),
        ("col-role", Cell(word=PageWord.of("role", node["role"] or "none")) if node["kind"] == "party" else None),
        ("province", _plain(node["province"])),
        ("industry", _plain(node["industry"])),
        (owner, index.link(node["party"]) if node["party"] is not None else None),
        ("copy-of", index.link(node["dataset"]) if node["dataset"] is not None else None),
        (when, _plain(node["date"])),
        ("created", _plain(node["created"])),
        ("ends", _plain(node["until"])),
        ("rows", _plain(node["rows"])),
        ("contacts", _plain(node["contacts"])),
        ("purged", _plain(node["purged"])),
        ("canaries-planted", _plain(node["canaries"] or None)),
        ("canaries-found", _plain(counts.found.get(node["id"]))),
        ("calls-reached", _plain(counts.signals.get(node["id"]) or None)),
    ]
    return [(PageWord(key), cell) for key, cell in known if cell is not None]


def _plain(value: object) -> Cell | None:
    return None if value is None else Cell(figure(value))


def _claims(node: Node, findings: Findings, voices: Sequence[Voice]) -> list[tuple[str, str]]:
    """What a party says, with the result of the test."""
    if node["kind"] != "party":
        return []
    said = [headlines.claim(row) for row in findings.get("claims", ()) if row.get("party") in {node["ref"], node["id"]}]
    return [(voices[0].say(reason), voices[1].say(reason)) for reason in said]
