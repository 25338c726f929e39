"""The evidence cards: one for each step between two parties, and one for each party, list, copy and inferred list."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from tracer.export.drawing.figures import cut_stops, weights_of
from tracer.export.drawing.scene import Step
from tracer.export.drawing.text import SENTENCES, clean
from tracer.export.gate import FindingRow
from tracer.export.graph_files import folded_counts
from tracer.export.outgoing import Outgoing
from tracer.export.page.words import Cell, Index, PageWord, Shown, claim_number, figure, figure_of, times
from tracer.findings.statements import headlines
from tracer.findings.statements.headlines import firm
from tracer.graph.build import REVERSED
from tracer.graph.model import GRADES, Edge, Node
from tracer.policy import FEW
from tracer.wording import LANGUAGES, Voice, data_word, key_of, say, word
from tracer.wording.claims import number_labels
from tracer.wording.columns import SECTIONS, PageSection, SectionColumn
from tracer.wording.voice import percent

Both = tuple[str, str]
"""In English and in Chinese."""
Fact = tuple[PageWord, Cell]
_OF_COPY = {"retained": "retention", "passed_on": "retention", "held": "retention", "attributed": "attributions"}
ROWS_OF = {**_OF_COPY, "derived": "derivations"}
"""Kind of an edge -> the query whose row it was made of."""
_OF_LISTS = ("version", "exchange", "hidden")
"""Relations of lists that are not called copying."""
_STATED = {drawn: stated for stated, drawn in REVERSED.items()}
"""Relation as it is drawn, from giver to taker -> as it is stated."""


def address_key(*names: str) -> str:
    """What names a node, or a step between two, in the page's address."""
    return "~".join("/".join(name.split()) for name in names)


# ---------------------------------------------------------------- steps
class StepCards:
    """Makes the cards of steps, with the rows that each statement was made of."""

    def __init__(self, leaving: Outgoing, index: Index) -> None:
        rows, facts = leaving.rows, leaving.facts
        self._index = index
        self._keyed: dict[str, str] = {}
        self._documents = {document["id"]: document for document in leaving.graph["evidence"]}
        self._weights = {(str(row["parent"]), str(row["child"])): row for row in facts.get("weights", ())}
        self._overlaps = {frozenset((str(row["a"]), str(row["b"]))): row for row in facts.get("overlaps", ())}
        self._retention = {(str(row["release"]), str(row["seen_in"])): row for row in rows.get("retention", ())}
        self._named = {(str(row["release"]), str(row["dataset"])): row for row in rows.get("attributions", ())}

    def of(self, step: Step) -> Shown:
        """The card of a step, its statements in the order of their weight."""
        index, edges = self._index, (*step.edges, *step.also)
        link, nodes, anchors = index.link, index.nodes, index.anchors
        # The weightiest of several steps between two has the key of its ends, the others add what was done.
        key = address_key(step.source, step.target)
        if self._keyed.setdefault(key, step.id) != step.id:
            key = address_key(step.source, step.target, step.paint)
        # Whom it says something about, clients of copies too: those who were asked, and the others.
        parties = []
        for edge in edges:
            for name in filter(None, (edge["source"], edge["target"], nodes[edge["source"]]["dataset"])):
                owner = nodes[name] if nodes[name]["kind"] == "party" else nodes.get(nodes[name]["party"] or "")
                parties += [] if owner is None else [owner["id"]]
        replies = {name: reply for name in parties if (reply := nodes[name]["reply"]) is not None}
        touched = [step.source, step.target, *(end for edge in edges for end in (edge["source"], edge["target"]))]
        return {
            "anchor": anchors[f"step:{step.id}"],
            "key": key,
            "ends": (link(step.source), link(step.target)),
            "touches": " ".join(dict.fromkeys(anchors[name] for name in touched if name in anchors)),
            "grade": step.grade,
            "sure": "" if step.probability is None else percent(step.probability),
            "open": not step.directed,
            "count": len(step.edges),  # what the line stands for; what else is known of the two follows it
            "statements": [self._statement(edge) for edge in edges],
            "replies": [
                (link(one), index.answers[one]) for one, reply in replies.items() if reply not in (None, "not_asked")
            ],
            "unasked": [link(one) for one, reply in replies.items() if reply == "not_asked"],
        }

    def _statement(self, edge: Edge) -> Shown:
        compared, fall = self._compared_facts(edge), self._waterfall(edge)
        facts: list[Fact] = []
        if edge["probability"] is not None:
            facts.append((PageWord("probability"), Cell(percent(edge["probability"]))))
        if edge["shared"] is not None and not any(name.key == "shared" for name, _ in compared):
            facts.append((PageWord("shared"), Cell(figure(edge["shared"]))))
        if edge["date"] is not None or edge["until"] is not None:
            day, until = edge["date"] or "?", edge["until"]
            spans = Cell(word=PageWord("period", {"date": day, "until": until})) if until else Cell(day)
            facts.append((PageWord("date"), spans))
        if edge["after_end"] is not None:
            facts.append((PageWord("col-after-end"), Cell(word=PageWord("yes" if edge["after_end"] else "no"))))
        if edge["judgement"] is not None:
            facts.append((PageWord("judgement"), _judgement_cell(edge, edge["judgement"])))
        said = {one["text"] for one in fall}

        def further(reasons: Sequence[object]) -> list[str]:
            return [text for one in reasons if (text := clean(str(one), SENTENCES)) not in said]

        return {
            "said": said_of(edge, self._index),
            "kind": kind_word(edge),
            "ends": (self._index.link(edge["source"]), self._index.link(edge["target"])),
            "grade": edge["grade"],
            "basis": PageWord.of("basis", edge["basis"]),
            "facts": facts,
            "compared": compared,
            "waterfall": fall,
            "reasons": further(edge["reasons"]),
            "against": further(edge["against"]),
            "evidence": [self._documents[ref] for ref in edge["evidence"] if ref in self._documents],
        }

    def _compared_facts(self, edge: Edge) -> list[Fact]:
        """What was compared, and how much of it agreed."""
        nodes = self._index.nodes
        source, target = nodes[edge["source"]], nodes[edge["target"]]
        ends, parent, found = (source["ref"], target["ref"]), source["ref"], list[tuple[str, str]]()
        if edge["kind"] in _OF_COPY:
            parent = nodes[source["dataset"]]["ref"] if source["dataset"] is not None else ""
            if (named := self._named.get(ends)) is not None:
                seen = f"{figure_of(named['canaries_seen'])} / {named['canaries_planted']}"
                found.append(("canaries-of-planted", seen))
                found.append(("col-rows-matched", figure_of(named["rows_matched"])))
                found += [] if named.get("test") is None else [(f"test-{named['test']}", figure(named["error"]))]
            if (kept := self._retention.get(ends)) is not None:
                found.append(("col-first-seen", str(kept.get("first_seen") or "")))
        elif edge["kind"] != "derived":
            return []
        overlap, row = self._overlaps.get(frozenset((parent, ends[1]))), self._weights.get((parent, ends[1]))
        if overlap is not None:
            sizes = {str(overlap["a"]): overlap["a_contacts"], str(overlap["b"]): overlap["b_contacts"]}
            found.append(("contacts-of-parent", figure_of(sizes.get(parent))))
            found.append(("contacts-of-child", figure_of(sizes.get(ends[1]))))
            found.append(("shared", FEW if overlap["shared"] is None else figure_of(overlap["shared"])))
            found.append(("expected", figure_of(overlap["expected"])))
        if row is not None:
            found.append(("col-share-of-child", figure_of(row["share_of_child"])))
        return [(PageWord(name), Cell(value)) for name, value in found if value not in ("", "None")]

    def _waterfall(self, edge: Edge) -> list[Shown]:
        """The signals of a copying, on one scale; none of other edges."""
        ends = self._index.nodes[edge["source"]]["ref"], self._index.nodes[edge["target"]]["ref"]
        row = self._weights.get(ends) if edge["kind"] == "derived" else None
        weights = [one for one in weights_of(row) if one[1]] if row is not None else []
        stops = cut_stops(weights)
        totals = accumulate(nats for _, nats, _ in weights)
        scale = 100.0 / max(max(stops) - min(stops), 1e-9)
        return [
            {
                "signal": clean(signal),
                "times": times(nats),
                "total": times(total),
                "text": clean(text, SENTENCES),
                "left": round((min(begin, end) - min(stops)) * scale, 1),
                "width": round(max(abs(end - begin) * scale, 0.8), 1),
                "adds": nats >= 0,
            }
            for (signal, nats, text), total, (begin, end) in zip(weights, totals, pairwise(stops), strict=True)
        ]


def kind_word(edge: Edge) -> PageWord:
    """What an edge is called; where the direction of a copying is not known, that as well."""
    if edge["direction"] == "not_told":
        return PageWord("kind-derived-open")
    return PageWord.of("kind", edge["relation"] if edge["relation"] in _OF_LISTS else edge["kind"])


def said_of(edge: Edge, index: Index) -> Both:
    """A statement in words: `X was copied from Y`, no firmer than it is."""
    if edge["id"] not in index.said:
        index.said[edge["id"]] = _edge_in_words(edge, index)
    return index.said[edge["id"]]


def _edge_in_words(edge: Edge, index: Index) -> Both:
    ends = index.names_in_sentence(edge["source"]), index.names_in_sentence(edge["target"])
    kinds = [index.nodes[edge[end]]["kind"] for end in ("source", "target")]
    firmly = "" if firm(edge).code == "firm" else "-perhaps"
    found = edge["kind"] in ("released", "derived", *_OF_COPY)
    stated = None if found else key_of("relation", _STATED.get(edge["kind"], edge["kind"]))
    said = []
    for at, lang in enumerate(LANGUAGES):
        giver, taker = (one[at] for one in ends)
        if edge["kind"] == "derived" and "party" not in kinds:
            # What came from an inferred list was copied from it.
            kind = edge["relation"] if edge["relation"] in _OF_LISTS and kinds[0] != "hidden" else "copied"
            open_ = edge["direction"] == "not_told" and kind in ("copied", "version")
            doubt = firmly if kind != "hidden" and not (kind == "version" and open_) else ""
            said.append(word(f"lists-{kind}{'-open' if open_ else ''}{doubt}", lang, giver=giver, taker=taker))
        elif stated is None:
            of = {"source": giver, "target": taker, "kind": kind_word(edge).words_in(lang)}
            if edge["kind"] == "released":
                of["target"] = index.names_in_sentence(index.nodes[edge["target"]]["party"] or edge["target"])[at]
                said.append(word("page-line-found", lang, **of))
            elif edge["kind"] in ROWS_OF:
                said.append(word(f"page-line-found{firmly}", lang, **of))
            else:
                said.append(word("page-line-relation", lang, **of))
        else:
            a, b = (taker, giver) if edge["kind"] in _STATED else (giver, taker)
            said.append(word(stated, lang, a=a, b=b))
    return said[0], said[1]


def _judgement_cell(edge: Edge, judgement: str) -> Cell:
    """A person's decision in both languages, with the note as it was written; where it took part, by whom and when it
    was, and how likely the statement is without it."""
    verdict, colon, note = clean(judgement).partition(": ")
    reason = headlines.judgement_said({**edge, "judgement": verdict})
    if reason is not None:
        return Cell(say(reason, LANGUAGES[0]), chinese=say(reason, LANGUAGES[1]))
    english, chinese = (data_word("page-judged", verdict, lang) for lang in LANGUAGES)
    return Cell(f"{english}{colon}{note}", chinese=f"{chinese}{'：' if colon else ''}{note}")


# ---------------------------------------------------------------- nodes
def node_cards(leaving: Outgoing, index: Index) -> list[Shown]:
    """One card per party, list and copy, a party before what it holds."""
    graph, (found, reached, signals) = leaving.graph, folded_counts(leaving.graph)
    full = {node["id"]: clean(node["label"]) for node in graph["nodes"] if node["kind"] == "party"}
    claims: dict[str, list[Both]] = defaultdict(list)  # what each party says, with the result of the test
    rows = leaving.rows.get("claims", ())
    reasons = [headlines.claim(row) for row in rows]
    english, chinese = (Voice(lang, leaving.names_in(lang)).show_each(reasons) for lang in LANGUAGES)
    for row, one, other in zip(rows, english, chinese, strict=True):
        claims[str(row.get("party"))].append((one, other))
    documents = {document["id"]: document for document in graph["evidence"]}
    canaries: dict[str, list[str]] = defaultdict(list)
    for edge in graph["edges"]:
        if edge["kind"] in {"seen_in", "planted_in"}:
            label, calls = clean(index.nodes[edge["source"]]["label"]), reached[edge["source"]]
            canaries[edge["target"]].append(f"{label} ({calls})" if calls else label)
    members: dict[str, list[str]] = defaultdict(list)
    for node in graph["nodes"]:
        if node["party"] is not None and node["kind"] in ("dataset", "release"):
            members[node["party"]].append(node["id"])
    cards: list[Shown] = []
    for name in index.anchors:
        if name not in index.nodes:
            continue
        node = index.nodes[name]
        party = node["kind"] == "party"
        cards.append(
            {
                "anchor": index.anchors[name],
                "key": address_key(name),
                "home": index.anchors.get(node["party"] or "", "") if not party else "",
                "kind": PageWord.of("node", node["kind"]),
                "title": replace(index.name(node), anchor=None),
                "facts": _facts(node, index, full.get(name, ""), found[name], signals[name]),
                "canaries": canaries.get(name, []),
                "reply": index.answers[name] if party and node["reply"] is not None else (),
                "members": [index.link(one) for one in members[name]],
                "claims": [one for who in dict.fromkeys((node["ref"], node["id"])) if party for one in claims[who]],
                "evidence": [documents[ref] for ref in node["evidence"] if ref in documents],
            }
        )
    return cards


def _facts(node: Node, index: Index, full: str, found: int, signals: int) -> list[Fact]:
    """full: a party's name; found: planted records found in a list; signals: what reached those of a copy."""
    of_list, party = node["kind"] == "dataset", node["kind"] == "party"
    known: Mapping[str, object] = {
        "full-name": None if full in ("", clean(node["label"]), clean(node["ref"])) else full,
        "col-role": Cell(word=PageWord.of("role", node["role"] or "none")) if party else None,
        "province": node["province"],
        "industry": node["industry"],
        "holder" if of_list else "recipient": index.link(node["party"]) if node["party"] is not None else None,
        "copy-of": index.link(node["dataset"]) if node["dataset"] is not None else None,
        "obtained" if of_list else "handed-over": node["date"],
        "created": node["created"],
        "ends": node["until"],
        "rows": node["rows"],
        "contacts": node["contacts"],
        "purged": node["purged"],
        "canaries-planted": node["canaries"] or None,
        "canaries-found": found or None,
        "calls-reached": signals or None,
    }
    given = {key: one for key, one in known.items() if one is not None}
    return [(PageWord(key), one if isinstance(one, Cell) else Cell(figure(one))) for key, one in given.items()]


# ---------------------------------------------------------------- tables
MOST_ROWS = 100
"""Rows of one table, the best founded; `tracer query` prints all."""
_IN_SECTIONS = frozenset({"datasets", "parties", "warnings"})
"""Queries whose rows the page shows in sections of their own."""
_ENDS = {
    "derivations": ("parent", "child"),
    "retention": ("release", "seen_in"),
    "attributions": ("release", "dataset"),
}
"""Query -> the columns that name both ends of what a step's card says."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SEVERAL = {
    "parties": ("party", " → ", "chain"),
    "datasets": ("dataset", ", ", ""),
    "releases": ("release", ", ", "id"),
}
"""Columns of several → kind, joint, style."""
_OWN_WORDS = "refused dimension scope listed basis consent sale kind".split()
_OR_AS_WRITTEN = ("verdict", "claim", "contradiction")
"""Columns of words of the tool's own, and those in which a person may have written others."""


def tables(leaving: Outgoing, index: Index) -> list[Shown]:
    """All tables in order, then those queries' rows that none of them knows, with the columns they have."""
    known = {section.name for section in SECTIONS} | _IN_SECTIONS
    sections = [*SECTIONS]
    for name in sorted(set(leaving.rows) - known):
        keys = dict.fromkeys(key for row in leaving.rows[name] for key in row)
        sections.append(PageSection(name, tuple(SectionColumn(key) for key in keys)))
    shown: list[Shown] = []
    for section in sections:
        rows = leaving.rows.get(section.name, ())
        heads = [PageWord.of("col", column.head or column.key) for column in section.columns]
        first = [_row(section, row, index) for row in leaving.in_words(strongest_rows(rows))]
        shown.append({"name": section.name, "heads": heads, "rows": first, "more": max(len(rows) - MOST_ROWS, 0)})
    return shown


def strongest_rows(rows: Sequence[FindingRow]) -> list[FindingRow]:
    """The rows of a table that the page shows: best grade first, then the most probable, of chains the longest; rows
    that have none of it keep their order."""

    def strength(row: FindingRow) -> tuple[int, float, int]:
        grade, probability = row.get("grade"), row.get("probability")
        place = GRADES.index(grade) if isinstance(grade, str) and grade in GRADES else -1
        return (-place, -probability if isinstance(probability, float) else 0.0, -len(_texts(row.get("chain"))))

    return sorted(rows, key=strength)[:MOST_ROWS]


def _row(section: PageSection, row: FindingRow, index: Index) -> Shown:
    ends = _ENDS.get(section.name, ("", ""))
    card = index.lines.get((section.name, str(row.get(ends[0])), str(row.get(ends[1]))), "")
    brief = bool(card) or (section.brief_without is not None and not row.get(section.brief_without))
    return {
        "cells": [_cell(column.shown, row.get(column.key), index) for column in section.columns],
        "grade": str(row.get("grade") or ""),
        "reasons": [] if brief else _texts(row.get("reasons")),
        "numbers": [] if brief or _texts(row.get("reasons")) else _counted_facts(row.get("numbers"), index),
        "against": [] if brief else _texts(row.get("against")) or _texts(row.get("alternatives")),
        "quote": clean(str(row["quote"])) if row.get("quote") else "",
        "card": card,
    }


def _cell(shown: str, value: object, index: Index) -> Cell:
    """A value as its column shows it: a link, a word, a figure, or as it was written."""
    found = Cell(clean(str(value)), style="grade") if shown == "grade" else None
    if value is None:
        found = Cell("–")
    elif shown in ("party", "dataset", "release"):
        found = index.link(value, shown)
    elif shown in ("parties", "datasets", "releases"):
        kind, joint, style = _SEVERAL[shown]
        found = index.names(_texts(value), kind, joint, style)
    elif shown == "number":
        english, chinese = figure_of(value, "en"), figure_of(value, "zh")
        found = Cell(english, style="number", chinese="" if chinese == english else chinese)
    elif shown == "chance":
        found = Cell(percent(value), style="number")
    elif shown == "truth":
        found = Cell(word=PageWord("yes" if value else "no"))
    elif shown in _OWN_WORDS:
        found = Cell(word=PageWord.of(shown, value))
    elif shown in _OR_AS_WRITTEN and (known := PageWord.find(shown, value)) is not None:
        found = Cell(word=known)
    if found is None and isinstance(value, list | tuple):
        found = Cell(", ".join(_texts(value)))
    return found or Cell(text := figure(value), style="day" if _DAY.fullmatch(text) else "")


def _texts(value: object) -> list[str]:
    return [clean(str(one), SENTENCES) for one in value] if isinstance(value, list | tuple) else []


def _counted_facts(value: object, index: Index) -> list[Both]:
    """What a test counted."""
    if not isinstance(value, Mapping):
        return []

    counted = {clean(str(name)): one for name, one in value.items() if one is not None}
    found = []
    for lang, colon in zip(LANGUAGES, (": ", "："), strict=True):

        def called(kind: str, ref: object, chinese: bool = lang == "zh") -> str:
            named = index.link(ref, kind)
            return named.chinese or named.text if chinese else named.text

        labels = number_labels(counted, lang)
        numbers = [claim_number(name, one, lang, called) for name, one in counted.items()]
        found.append([f"{label}{colon}{number}" for label, number in zip(labels, numbers, strict=True)])
    return list(zip(*found, strict=True))
