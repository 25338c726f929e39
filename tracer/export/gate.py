"""The redaction gate: what leaves a case passes through here, and what is withheld is said.

Phone numbers, addresses and hashes are masked in every text, ids among them; protected parties become pseudonyms
wherever they are named; documents that could show who they are are left out. Control and bidirectional characters are
written out, and each text is one line, so that no label steers what it is read with. Values are read, never changed in
place.
What is revealed for a reason goes through here too: numbers stay then, and protected parties are protected as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, TypeAlias, cast

import duckdb

from tracer.case.protected import Protected, Substitution, protected_in
from tracer.disclosure import PLAIN, SCALARS, Reason, is_reason
from tracer.graph.model import KINDS, Document, Edge, Graph, Node, coded_reasons
from tracer.policy import mask_text
from tracer.resources import statements_beside
from tracer.spelled.names import NameFinder
from tracer.visible import label, visible
from tracer.wording.names import UNNAMED

Value: TypeAlias = object
FindingRow: TypeAlias = Mapping[str, Value]
Findings: TypeAlias = Mapping[str, Sequence[FindingRow]]
"""Rows of the named queries by the query's name, with the contract's keys."""

_statement = statements_beside(__file__)
KEPT = frozenset({"sha256", "commitment", "findings_digest", "registration"})
"""Hashes of files and of all findings, which the reader needs to check them, and companies' numbers in registers; none
of them is a person's number."""
WORDS = frozenset(
    {"what", "kind", "scope", "origin", "role", "basis", "verdict", "channel", "format", "reading", "relation", "state"}
)
"""Columns of words of the tool's own."""
_FIGURES = frozenset({"reasons", "against", "numbers", "alternatives"})
"""Sentences of the tool's own, whose bare figures are counts."""
MASKED = Reason.of("left-out-masked")
"""Said in every export in which they are."""
_LINE_ENDS = re.compile(r"(\r\n|\n)")
SAID = frozenset({"quote", "speaker", "said", "channel", "text", "language", "translation"})
"""What could show who a protected party is when it speaks."""


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
    def masked(self) -> dict[tuple[str, bool], str]:
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

    def named(self) -> NameFinder | None:
        """Finds what names protected parties and their documents; None where there is nothing to find."""
        return self.protected.finder()


def protection_of(
    con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str], *, revealed: bool = False
) -> Protection:
    """Reads from the case who is protected; `pseudonym` is keyed (`case.pseudonym.keyed_pseudonym`)."""
    labels = _numbers(con, pseudonym) if revealed else {}
    return Protection(pseudonym, protected_in(con, pseudonym), revealed, labels)


def _numbers(con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str]) -> dict[str, str]:
    """Node ids of callers and canaries -> what they are in clear."""
    rows = con.execute(_statement("numbers")).fetchall()
    return {
        f"caller-{pseudonym(f'caller {number}')}" if kind == "caller" else f"canary-{ref}": str(number)
        for kind, ref, number in rows
    }


def redact_graph(graph: Graph, protection: Protection) -> Graph:
    """The graph as it may leave. Ids stay unique: an id that had to be masked gets a keyed ending."""
    hide = protection.hide
    ids = distinct((node["id"], _redact_id(node, protection, hide)) for node in graph["nodes"])
    refs = {node["ref"]: ids[node["id"]] for node in graph["nodes"] if node["ref"] == node["id"]}
    gate = _Gate(protection, {**refs, **ids})
    nodes = [cast(Node, gate.mapping(node)) for node in graph["nodes"]]
    for node, original in zip(nodes, graph["nodes"], strict=True):
        if original["protected"]:
            node["registration"] = node["province"] = node["industry"] = node["reply_text"] = None
            node["reply_language"] = node["reply_translation"] = None
            node["label"] = node["id"]
        node["label"] = label(protection.labels.get(original["id"], node["label"]))
    edges = [cast(Edge, gate.mapping(edge)) for edge in graph["edges"]]
    documents = [
        cast(Document, gate.mapping(document))
        for document in graph["evidence"]
        if document["id"] not in protection.evidence
    ]
    return in_order(nodes, edges, documents, _left_out(graph, protection))


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
        if isinstance(section, Sequence) and not isinstance(section, str | bytes):
            kept = section
            if name == "evidence":
                rows = cast(Sequence[Mapping[str, Value]], section)
                kept = [row for row in rows if row["evidence"] not in protection.evidence]
            if kept and all(isinstance(one, Mapping) for one in kept):
                found |= redact_findings({name: cast(Sequence[FindingRow], kept)}, protection)
            else:
                found[name] = [gate.row(one) if isinstance(one, Mapping) else gate.value(name, one) for one in kept]
        else:
            found[name] = gate.value(name, section)
    return found


def redact_text(text: str, protection: Protection) -> str:
    """A single text, such as a title, as it may leave."""
    return _Gate(protection, {}).text(text, figures=False)


def redact_document(text: str, protection: Protection) -> str:
    """A document of several lines as it may leave: each keeps its end and its tabs."""
    pieces = _LINE_ENDS.split(text)
    gate = _Gate(protection, {})
    return "".join(piece if at % 2 else visible(gate.masked(piece, figures=False)) for at, piece in enumerate(pieces))


def _redact_id(node: Node, protection: Protection, hide: Substitution) -> str:
    if node["kind"] == "party" and node["protected"]:
        return protection.names.get(node["ref"], f"source-{protection.pseudonym('party ' + node['ref'])}")
    hidden = hide(node["id"])
    masked = hidden if protection.revealed else mask_text(hidden)
    return label(masked if masked == hidden else f"{masked}-{protection.pseudonym('id ' + node['id'])}")


def _left_out(graph: Graph, protection: Protection) -> list[Any]:
    protected = sum(1 for node in graph["nodes"] if node["protected"])
    said = [  # how many documents they gave would tell of them
        *([Reason.of("left-out-sources", n=protected), Reason.of("left-out-documents")] if protected else []),
        *([] if protection.revealed else [MASKED]),
    ]
    return [*graph["left_out"], *coded_reasons(said)]


_NUMBERS = SCALARS - {str}
"""Types of values in which nothing is hidden."""


class _Gate:
    """Redacts mappings, lists and texts; ids of nodes as `ids` says."""

    def __init__(self, protection: Protection, ids: Mapping[str, str]) -> None:
        self._protection, self._ids = protection, ids
        self._sources = frozenset(protection.names)

    def row(self, row: FindingRow) -> dict[str, Value]:
        """One row; what a protected party said is left out with where and through whom it said it."""
        result = self.mapping(row)
        if str(row.get("party")) in self._sources:
            result.update({name: None for name in SAID if name in result})
        return result

    def mapping(self, values: Mapping[str, Value]) -> dict[str, Value]:
        if is_reason(values):  # its code is the tool's own word
            numbers = values["numbers"]
            return {"code": values["code"], "numbers": self.value("numbers", numbers)}
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

    def text(self, text: str, *, figures: bool) -> str:
        known = self._protection.masked
        if (text, figures) not in known:
            known[text, figures] = label(self.masked(text, figures=figures))
        return known[text, figures]

    def masked(self, text: str, *, figures: bool) -> str:
        hidden = self._protection.hide(text)
        return hidden if self._protection.revealed else mask_text(hidden, figures=figures)


@cache
def _name(name: str) -> str:
    """A column's name as it may leave."""
    return label(name)


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
