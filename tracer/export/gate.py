"""The redaction gate: what leaves a case passes through here, and what is withheld is said.

Phone numbers, addresses and hashes are masked in every text, ids among them; protected parties become pseudonyms
wherever they are named; documents that could show who they are are left out. Control and bidirectional characters are
written out, and each text is one line, so that no label steers what it is read with. Values are read, never changed in
place.
What is revealed for a reason goes through here too: numbers stay then, and protected parties are protected as ever.

Informants are not even pseudonyms in what is published. A protected party that received copies, sold, supplied, or has
a role in the trade is a part of what is shown. One that only gave a list, a document or a statement is a source: its
node, its lines, what it said and its documents go, without a number of them, because a reader of a published file may
look for exactly this. So does what would betray it: edges rest on what is left (a list is documented by the documents
that may be named), and the lists that it gave have no holder and the last day of the month for the day on which they
came, which is still an upper bound.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, TypeAlias, cast

import duckdb

from tracer.case.protected import Protected, Substitution, documents_naming, protected_in
from tracer.disclosure import PLAIN, REASON_KEYS, SCALARS, Reason
from tracer.graph.model import KINDS, Document, Edge, Graph, Node, coded_reasons
from tracer.policy import mask_text
from tracer.resources import sql_next_to
from tracer.visible import label, visible
from tracer.wording.names import UNNAMED

Value: TypeAlias = object
FindingRow: TypeAlias = Mapping[str, Value]
Findings: TypeAlias = Mapping[str, Sequence[FindingRow]]
"""Rows of the named queries by the query's name, with the contract's keys."""

_statement = sql_next_to(__file__)
KEPT = frozenset({"sha256", "commitment", "findings_digest", "registration"})
"""Hashes of files and of all findings, which the reader needs to check them, and companies' numbers in registers; none
of them is a person's number."""
WORDS = frozenset(
    ["what", "kind", "scope", "origin", "role", "basis", "verdict", "channel", "format", "reading", "relation", "state"]
)
"""Columns of words of the tool's own."""
_FIGURES = frozenset({"reasons", "against", "numbers", "alternatives"})
"""Sentences of the tool's own, whose bare figures are counts."""
MASKED = Reason.of("left-out-masked")
"""Said in every export in which they are."""
_LINE_ENDS = re.compile(r"(\r\n|\n)")
SAID = ("quote", "speaker", "said", "channel", "text", "language", "translation")
"""Columns that could show who a protected party is when it speaks."""


@dataclass(frozen=True)
class Protection:
    """Who is protected in a case, and by what they are replaced."""

    pseudonym: Callable[[str], str]
    """Keyed, per case: also keeps ids apart that only differ in what is masked."""
    protected: Protected = field(default_factory=Protected)
    revealed: bool = False
    """Numbers and addresses stay as they are, because somebody has said why they must."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Where revealed: node id of a caller or canary -> its number or address."""

    @cached_property
    def hide(self) -> Substitution:
        """Puts pseudonyms in the place of names."""
        return Substitution(self.protected)

    @cached_property
    def masked_texts(self) -> dict[tuple[str, bool], str]:
        """Texts that went through the gate, and whether they are the tool's own → as they may leave: an id, a name or
        a sentence is in many rows."""
        return {}

    @cached_property
    def names(self) -> dict[str, str]:
        """Every id, name and alias of a protected party -> its pseudonym."""
        return {name: self.protected.shown[name] for name in self.protected.parties}

    @cached_property
    def documents(self) -> frozenset[str]:
        """Ids, files and hashes of the documents that are left out, but for names of parties."""
        return frozenset(self.protected.shown) - self.protected.parties

    @property
    def evidence(self) -> frozenset[str]:
        """Ids of documents that are left out."""
        return self.protected.documents

    def of_document(self, row: Mapping[str, object]) -> bool:
        """Whether a row is about a document that is left out: its day and kind would tell of it."""
        told = [value for name, value in row.items() if isinstance(value, str) and name != "kind"]
        return not self.evidence.isdisjoint(told) and (
            "evidence" in told or any(isinstance(row.get(name), str) for name in ("evidence", "document"))
        )


def protection_of(
    con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str], *, revealed: bool = False
) -> Protection:
    """Reads from the case who is protected; `pseudonym` is keyed (`case.protected.keyed_pseudonym`)."""
    labels = {}
    for kind, ref, number in con.execute(_statement("numbers")).fetchall() if revealed else ():
        node = f"caller-{pseudonym(f'caller {number}')}" if kind == "caller" else f"canary-{ref}"
        labels[node] = str(number)
    return Protection(pseudonym, protected_in(con, pseudonym), revealed, labels)


def redact_graph(graph: Graph, protection: Protection) -> Graph:
    """The graph as it may leave. Ids stay unique: an id that had to be masked gets a keyed ending."""

    def redacted(node: Node, hidden: str) -> str:
        if node["kind"] == "party" and node["protected"]:
            return protection.names.get(node["ref"], f"source-{protection.pseudonym('party ' + node['ref'])}")
        masked = hidden if protection.revealed else mask_text(hidden)
        return label(masked if masked == hidden else f"{masked}-{protection.pseudonym('id ' + node['id'])}")

    plain = [node["id"] for node in graph["nodes"]]
    hidden = protection.hide.each(plain)
    ids = distinct((node["id"], redacted(node, one)) for node, one in zip(graph["nodes"], hidden, strict=True))
    refs = {node["ref"]: ids[node["id"]] for node in graph["nodes"] if node["ref"] == node["id"]}
    gate = _Gate(protection, {**refs, **ids})
    gate.learn(_texts("", [graph["nodes"], graph["edges"], graph["evidence"]]))
    nodes = [cast(Node, gate.mapping(node)) for node in graph["nodes"]]
    for node, original in zip(nodes, graph["nodes"], strict=True):
        if original["protected"]:
            node["registration"] = node["province"] = node["industry"] = node["reply_text"] = None
            node["reply_language"] = node["reply_translation"] = None
            node["label"] = node["id"]
        node["label"] = label(protection.labels.get(original["id"], node["label"]))
    edges = [cast(Edge, gate.mapping(edge)) for edge in graph["edges"]]
    documents = [cast(Document, gate.mapping(one)) for one in graph["evidence"] if one["id"] not in protection.evidence]
    protected, said = sum(node["protected"] for node in graph["nodes"]), list[Reason]()
    if protected:  # how many documents they gave would tell of them
        said = [Reason.of("left-out-sources", n=protected), Reason.of("left-out-documents")]
    if not protection.revealed:
        said.append(MASKED)
    return in_order(nodes, edges, documents, [*graph["left_out"], *coded_reasons(said)])


def in_order(nodes: list[Node], edges: list[Edge], documents: list[Document], left_out: list[Any]) -> Graph:
    """Sorted by what is shown: the place of a pseudonym between two names would say how the party's own id begins."""
    edges.sort(key=lambda edge: (edge["source"], edge["target"], edge["kind"], edge["date"] or ""))
    for number, edge in enumerate(edges, start=1):
        edge["id"] = f"e{number}"
    nodes.sort(key=lambda node: (KINDS.index(node["kind"]), node["ref"]))
    return Graph(nodes=nodes, edges=edges, evidence=documents, left_out=left_out)


def redact_findings(
    findings: Findings, protection: Protection, *, sort: bool = True
) -> dict[str, list[dict[str, Value]]]:
    """Rows of named queries as they may leave; `sort`: those that name a protected party behind the others."""
    gate, sort = _Gate(protection, {}), sort and bool(protection.names)
    shown = {UNNAMED, *protection.protected.shown.values()} if sort else set()
    gate.learn(_texts("", findings))
    redacted = {name: [gate.row(row) for row in rows] for name, rows in findings.items()}
    return {
        name: named_last(rows, [any(one in str(row) for one in shown) for row in rows]) if sort else rows
        for name, rows in redacted.items()
    }


def named_last(rows: list[dict[str, Value]], named: Sequence[bool]) -> list[dict[str, Value]]:
    """Rows that name somebody protected behind the others and by what they show: their place would say how the id
    begins."""
    kept = [row for row, moved in zip(rows, named, strict=True) if not moved]
    return kept + sorted((row for row, moved in zip(rows, named, strict=True) if moved), key=str)


def redact_answer(answer: Mapping[str, Value], protection: Protection) -> dict[str, Value]:
    """An answer of several sections as it may leave; documents of protected parties are in none of them."""
    gate = _Gate(protection, {})
    found: dict[str, Value] = {}
    for name, section in answer.items():
        if not isinstance(section, Sequence) or isinstance(section, str | bytes):
            found[name] = gate.value(name, section)
            continue
        kept = section
        if name == "evidence":
            rows = cast(Sequence[FindingRow], section)
            kept = [row for row in rows if row["evidence"] not in protection.evidence]
        if kept and all(isinstance(one, Mapping) for one in kept):
            found |= redact_findings({name: cast(Sequence[FindingRow], kept)}, protection)
        else:
            found[name] = [gate.row(one) if isinstance(one, Mapping) else gate.value(name, one) for one in kept]
    return found


def redact_text(text: str, protection: Protection) -> str:
    """A single text, such as a title, as it may leave."""
    return _Gate(protection, {}).text(text, figures=False)


def redact_document(text: str, protection: Protection) -> str:
    """A document of several lines as it may leave: each keeps its end and its tabs."""
    pieces = _LINE_ENDS.split(text)
    gate = _Gate(protection, {})
    return "".join(piece if at % 2 else visible(gate.mask(piece, figures=False)) for at, piece in enumerate(pieces))


_NUMBERS = SCALARS - {str}
"""Types of values in which nothing is hidden."""


class _Gate:
    """Redacts mappings, lists and texts; ids of nodes as `ids` says."""

    def __init__(self, protection: Protection, ids: Mapping[str, str]) -> None:
        self._protection, self._ids = protection, ids

    def row(self, row: FindingRow) -> dict[str, Value]:
        """One row; what a protected party said is left out with where and through whom it said it."""
        result = self.mapping(row)
        if str(row.get("party")) in self._protection.names:
            result.update({name: None for name in SAID if name in result})
        return result

    def mapping(self, values: Mapping[str, Value]) -> dict[str, Value]:
        if values.keys() == REASON_KEYS:  # its code is the tool's own word
            return {"code": values["code"], "numbers": self.value("numbers", values["numbers"])}
        return {
            _name(name): value if type(value) in _NUMBERS else self.value(name, value) for name, value in values.items()
        }

    def value(self, name: str, value: Value) -> Value:
        if isinstance(value, str):
            if name in KEPT:
                return label(self._protection.hide(value))
            own = name in WORDS and value in self._protection.documents  # a document called `list` is not meant
            return value if own else self._ids.get(value) or self.text(value, figures=name in _FIGURES)
        if isinstance(value, PLAIN):
            return value
        if isinstance(value, Mapping):
            return self.mapping(value)
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            kept = [one for one in value if name != "evidence" or one not in self._protection.evidence]
            return [self.value(name, one) for one in kept]
        return value

    def learn(self, texts: Iterable[tuple[str, bool]]) -> None:
        """Masks texts before they are asked for: names are looked for in all of them at once."""
        known = self._protection.masked_texts
        fresh = [one for one in dict.fromkeys(texts) if one not in known]
        hidden = self._protection.hide.each([text for text, _ in fresh])
        for (text, figures), shown in zip(fresh, hidden, strict=True):
            masked = shown if self._protection.revealed else mask_text(shown, figures=figures)
            known[text, figures] = label(masked)

    def text(self, text: str, *, figures: bool) -> str:
        known = self._protection.masked_texts
        if (text, figures) not in known:
            self.learn([(text, figures)])
        return known[text, figures]

    def mask(self, text: str, *, figures: bool) -> str:
        hidden = self._protection.hide(text)
        return hidden if self._protection.revealed else mask_text(hidden, figures=figures)


def _texts(name: str, value: Value) -> Iterator[tuple[str, bool]]:
    """Every text in a value, and whether its bare figures are counts."""
    if isinstance(value, str):
        yield value, name in _FIGURES
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if type(one) not in _NUMBERS:
                yield from _texts(key, one)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for one in value:
            yield from _texts(name, one)


_name = cache(label)
"""A column's name as it may leave."""


def distinct(plain_of: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Id -> its plain form; ids of the same plain form get `#2`, `#3`, …"""
    result: dict[str, str] = {}
    taken: set[str] = set()
    for name, plain in plain_of:
        candidate, number = plain, 1
        while candidate in taken:
            number += 1
            candidate = f"{plain}#{number}"
        taken.add(candidate)
        result[name] = candidate
    return result


# Sources: protected parties that only helped the case.

_TRADE = "oem_of refers_to provides_system_to supplies_line_to calls_for scrapes sold_to".split()
"""Relations that make both ends a part of the trade."""
_STATEMENTS = frozenset({"claims", "contradictions", "counts", "replies"})
"""Rows that are about a party, and go with it."""
_PARTIES = frozenset(
    "party counterparty party_a party_b about holder seen_with vendor client recipient seller buyer speaker speaker_a"
    " speaker_b".split()
)
"""Columns of ids of parties."""


@dataclass(frozen=True)
class Sources:
    """Who is left out, and what is known through them alone."""

    parties: frozenset[str] = frozenset()
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Each list that one of them gave → the days on which it came → the last days of their months."""
    documents: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.parties)


def sources_of(con: duckdb.DuckDBPyConnection) -> Sources:
    """Reads from the case who is a source."""
    parties = frozenset(str(party) for (party,) in con.execute(_statement("sources"), {"trade": _TRADE}).fetchall())
    if not parties:
        return Sources()

    def month_end(day: date) -> str:
        return day.replace(day=calendar.monthrange(day.year, day.month)[1]).isoformat()

    lists = con.execute(_statement("source_lists"), {"sources": sorted(parties)}).fetchall()
    coarse = {str(name): {day.isoformat(): month_end(day) for day in days} for name, days in lists}
    return Sources(parties, coarse, documents_naming(con, parties))


def without_source_links(protection: Protection, sources: Sources) -> Protection:
    """The same, where what names a source in a text or an id is not linked to its pseudonym in other files."""
    known = protection.protected
    pseudonyms = {known.shown[party] for party in sources.parties if party in known.shown}
    shown = {
        name: f"withheld-{protection.pseudonym(f'withheld {pseudonym}')}" if pseudonym in pseudonyms else pseudonym
        for name, pseudonym in known.shown.items()
    }
    return replace(protection, protected=replace(known, shown=shown))


def graph_without(graph: Graph, sources: Sources) -> Graph:
    """The graph, not gone through the gate yet, without the sources; says that something is left out."""
    gone = {node["id"] for node in graph["nodes"] if node["kind"] == "party" and node["ref"] in sources.parties}
    lists = {node["id"]: node["ref"] for node in graph["nodes"] if node["kind"] == "dataset"}
    given = {name: sources.lists[ref] for name, ref in lists.items() if ref in sources.lists}
    nodes, edges = [], []
    for node in graph["nodes"]:
        if node["id"] not in gone:
            changed = _without(node, given.get(node["id"], {}), frozenset())
            changed["party"] = None if node["party"] in gone else node["party"]
            if node["protected"] and node["role"] == "source":  # of the trade: that it helped as well is not said
                changed["role"] = None
            nodes.append(cast(Node, changed))
    for edge in graph["edges"]:
        if edge["source"] not in gone and edge["target"] not in gone:
            days = {**given.get(edge["source"], {}), **given.get(edge["target"], {})}
            changed = _without(edge, days, sources.parties)
            changed["evidence"] = [one for one in edge["evidence"] if one not in sources.documents]
            if edge["evidence"] and not changed["evidence"]:
                # What an edge says that would have no document if the case had none of a source.
                codes = {reason["code"] for reason in edge["reasons"]}
                alleged, against = {"basis": "alleged", "grade": "G0"}, "graph-no-evidence"
                if edge["kind"] == "holds":
                    against = "" if codes & {"graph-own-list", "graph-register"} else "graph-origin-undocumented"
                elif edge["kind"] == "released":
                    against = "" if codes & {"graph-registered", "graph-copy-kept"} else "graph-release-undocumented"
                else:
                    alleged = {}
                changed |= (
                    {**alleged, "against": [*edge["against"], *coded_reasons([Reason.of(against)])]} if against else {}
                )
            edges.append(cast(Edge, changed))
    documents = [one for one in graph["evidence"] if one["id"] not in sources.documents]
    said = [Reason.of("left-out-unnamed"), *([Reason.of("left-out-days")] if given else [])]
    return Graph(nodes=nodes, edges=edges, evidence=documents, left_out=[*graph["left_out"], *coded_reasons(said)])


def findings_without(findings: Findings, sources: Sources) -> dict[str, list[dict[str, Any]]]:
    """Rows, not gone through the gate yet, without what sources said and without their ids."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, rows in findings.items():
        found[name] = []
        for row in rows:
            stated = name in _STATEMENTS and any(row.get(column) in sources.parties for column in _PARTIES)
            if stated or row.get("document") in sources.documents:
                continue
            kept: dict[str, Any] = dict(row)
            if "chain" in kept:
                kept["chain"] = [party for party in kept["chain"] if party not in sources.parties]
                if len(kept["chain"]) < 2:
                    continue
            named = [one for value in kept.values() for one in (value if isinstance(value, list | tuple) else [value])]
            days = dict[str, str]()
            for one in named:
                if isinstance(one, str):
                    days |= sources.lists.get(one, {})
            found[name].append(_without(kept, days, sources.parties))
    return found


def _without(values: Mapping[str, Any], days: Mapping[str, str], parties: frozenset[str]) -> dict[str, Any]:
    """Values with coarser days, and without the names of these parties."""

    def changed(name: str, value: Any) -> Any:
        if isinstance(value, str):
            return UNNAMED if name in _PARTIES and value in parties else days.get(value, value)
        if isinstance(value, Mapping):
            return _without(value, days, parties)
        return [changed(name, one) for one in value] if isinstance(value, list | tuple) else value

    return {name: changed(name, value) for name, value in values.items()}
