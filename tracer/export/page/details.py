"""The cards on the page: one for each line of the picture and one for each party, list and release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.export.gate import Findings
from tracer.export.page.drawing import Word
from tracer.export.page.facts import Cell, Index, figure
from tracer.export.page.text import clean
from tracer.graph.cards import STRENGTH, Bundle, Deck
from tracer.graph.model import Document, Edge, Graph, Node


@dataclass(frozen=True)
class Statement:
    """One edge within a line's card."""

    kind: Word
    ends: tuple[Cell, Cell]
    grade: str
    facts: list[tuple[Word, Cell]]
    reasons: list[str]
    against: list[str]
    evidence: list[Document]


@dataclass(frozen=True)
class LineCard:
    """All that is known about one line."""

    anchor: str
    ends: tuple[Cell, Cell]
    grade: str
    statements: list[Statement]


@dataclass(frozen=True)
class NodeCard:
    """All that is known about one party, list or release."""

    anchor: str
    kind: Word
    title: str
    facts: list[tuple[Word, Cell]]
    reply: list[tuple[Word, Cell]]
    members: list[Cell]
    quotes: list[str]
    evidence: list[Document]
    lines: list[tuple[Word, Cell, str]]
    """Kind, the line as a link, its grade."""


def line_cards(deck: Deck, graph: Graph, index: Index) -> list[LineCard]:
    """One card per line, the strongest statements first."""
    documents = {document["id"]: document for document in graph["evidence"]}
    cards = []
    for bundle in deck.bundles:
        edges = sorted(bundle.edges, key=lambda edge: (_rank(edge), edge["id"]))
        cards.append(
            LineCard(
                index.anchors[bundle.id],
                line_ends(bundle, index),
                bundle.grade,
                [_statement(edge, documents, index) for edge in edges],
            )
        )
    return cards


def _rank(edge: Edge) -> int:
    return STRENGTH.index(edge["kind"]) if edge["kind"] in STRENGTH else len(STRENGTH)


def _ends(edge: Edge, index: Index) -> tuple[Cell, Cell]:
    return index.link(edge["source"]), index.link(edge["target"])


def line_ends(bundle: Bundle, index: Index) -> tuple[Cell, Cell]:
    """What a line joins: party, list or release; of lists that are grouped, the one that the line is about."""
    edge = bundle.drawn[0]
    names = [
        (port.chip or port.card, own)
        for port, own in ((bundle.source, edge["source"]), (bundle.target, edge["target"]))
    ]
    source, target = [index.link(name if name in index.nodes else own) for name, own in names]
    return source, target


def _statement(edge: Edge, documents: Mapping[str, Document], index: Index) -> Statement:
    facts: list[tuple[Word, Cell]] = [(Word("basis", {}), Cell(word=Word(f"basis.{edge['basis']}", {})))]
    if edge["probability"] is not None:
        facts.append((Word("probability", {}), Cell(figure(edge["probability"]))))
    if edge["shared"] is not None:
        facts.append((Word("shared", {}), Cell(figure(edge["shared"]))))
    if edge["date"] is not None or edge["until"] is not None:
        facts.append((Word("date", {}), Cell(word=_period(edge["date"], edge["until"]))))
    if edge["after_end"] is not None:
        facts.append((Word("col.after_end", {}), Cell(word=Word("yes" if edge["after_end"] else "no", {}))))
    if edge["judgement"] is not None:
        facts.append((Word("judgement", {}), Cell(clean(edge["judgement"]))))
    return Statement(
        Word(f"kind.{edge['kind']}", {}),
        _ends(edge, index),
        edge["grade"],
        facts,
        [clean(text) for text in edge["reasons"]],
        [clean(text) for text in edge["against"]],
        [documents[ref] for ref in edge["evidence"] if ref in documents],
    )


def _period(date: str | None, until: str | None) -> Word:
    if until is not None:
        return Word("period", {"date": date or "?", "until": until})
    return Word("day", {"date": date or "?"})


def node_cards(deck: Deck, graph: Graph, findings: Findings, index: Index) -> list[NodeCard]:
    """One card per party, list and release that the picture shows, in the picture's order."""
    documents = {document["id"]: document for document in graph["evidence"]}
    touching = _touching(deck)
    told = {bundle.id: _line_of(bundle, index) for bundle in deck.bundles}
    counts = _counts(graph)
    cards = []
    for card in deck.cards:
        inside = [index.nodes[name] for chip in card.chips for name in chip.nodes]
        for node in [card.node, *inside]:
            shown = index.anchors.get(node["id"])
            if shown is None:
                continue
            lines = touching[card.node["id"]] if node is card.node else touching[node["id"]]
            cards.append(
                NodeCard(
                    anchor=shown,
                    kind=Word(f"node.{node['kind']}", {}),
                    title=clean(node["label"]),
                    facts=_facts(node, counts, index),
                    reply=_reply(node),
                    members=[index.link(one["id"]) for one in inside] if node is card.node else [],
                    quotes=_quotes(node, findings),
                    evidence=[documents[ref] for ref in node["evidence"] if ref in documents],
                    lines=[told[name] for name in lines],
                )
            )
        cards += [_more(card.node, chip.id, chip.nodes, index) for chip in card.chips if chip.kind == "more"]
    return cards


def _more(owner: Node, chip: str, names: Sequence[str], index: Index) -> NodeCard:
    members = [index.link(name) for name in names]
    return NodeCard(index.anchors[chip], Word("node.more", {}), clean(owner["label"]), [], [], members, [], [], [])


def _touching(deck: Deck) -> dict[str, list[str]]:
    """Node id -> ids of the bundles that touch it; a party's card has those of its lists too."""
    found: dict[str, list[str]] = defaultdict(list)
    for bundle in deck.bundles:
        names = {bundle.source.card, bundle.target.card}
        names |= {name for edge in bundle.edges for name in (edge["source"], edge["target"])}
        for name in names:
            found[name].append(bundle.id)
    return found


def _line_of(bundle: Bundle, index: Index) -> tuple[Word, Cell, str]:
    source, target = line_ends(bundle, index)
    text = f"{source.text} → {target.text}"
    return Word(f"kind.{bundle.kind}", {}), Cell(text, anchor=index.anchors[bundle.id]), bundle.grade


def _counts(graph: Graph) -> dict[str, dict[str, int]]:
    """Per list the canaries found in it; per release the signals that reached its canaries."""
    found: dict[str, int] = defaultdict(int)
    signals: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "seen_in":
            found[edge["target"]] += 1
        elif edge["kind"] == "called":
            signals[edge["target"]] += edge["count"] or 0
    calls: dict[str, int] = defaultdict(int)
    for edge in graph["edges"]:
        if edge["kind"] == "planted_in":
            calls[edge["target"]] += signals[edge["source"]]
    return {"found": found, "calls": calls}


def _facts(node: Node, counts: Mapping[str, Mapping[str, int]], index: Index) -> list[tuple[Word, Cell]]:
    owner = "holder" if node["kind"] == "dataset" else "recipient"
    when = "obtained" if node["kind"] == "dataset" else "handed_over"
    known: list[tuple[str, Cell | None]] = [
        ("col.role", Cell(word=Word(f"role.{node['role'] or 'none'}", {})) if node["kind"] == "party" else None),
        ("province", _plain(node["province"])),
        ("industry", _plain(node["industry"])),
        (owner, index.link(node["party"]) if node["party"] is not None else None),
        ("copy_of", index.link(node["dataset"]) if node["dataset"] is not None else None),
        (when, _plain(node["date"])),
        ("created", _plain(node["created"])),
        ("ends", _plain(node["until"])),
        ("rows", _plain(node["rows"])),
        ("contacts", _plain(node["contacts"])),
        ("canaries_planted", _plain(node["canaries"] or None)),
        ("canaries_found", _plain(counts["found"].get(node["id"]))),
        ("calls_reached", _plain(counts["calls"].get(node["id"]) or None)),
    ]
    return [(Word(key, {}), cell) for key, cell in known if cell is not None]


def _plain(value: object) -> Cell | None:
    return None if value is None else Cell(figure(value))


def _reply(node: Node) -> list[tuple[Word, Cell]]:
    """Right of reply of a party: its state, the dates, what it answered."""
    if node["kind"] != "party" or node["reply"] is None:
        return []
    said = [(Word("reply", {}), Cell(word=Word(f"reply.{node['reply']}", {})))]
    if node["reply_asked"] is not None or node["reply_deadline"] is not None:
        dates = {name: node_date or "–" for name, node_date in _reply_dates(node)}
        said.append((Word("date", {}), Cell(word=Word("reply_dates", dates))))
    if node["reply_text"] is not None:
        said.append((Word("reply.answered", {}), Cell(f"“{clean(node['reply_text'])}”")))
    return said


def _reply_dates(node: Node) -> list[tuple[str, str | None]]:
    return [("asked", node["reply_asked"]), ("deadline", node["reply_deadline"]), ("answered", node["reply_answered"])]


def _quotes(node: Node, findings: Findings) -> list[str]:
    """What a party says, with the verdict."""
    if node["kind"] != "party":
        return []
    return [
        clean(" · ".join(str(row[key]) for key in ("claim", "kind", "value", "verdict") if row.get(key) is not None))
        for row in findings.get("claims", ())
        if row.get("party") in {node["ref"], node["id"]}
    ]
