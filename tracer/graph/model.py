"""The graph as data: what a node and an edge carry. Values are JSON's own.

Ids of nodes are unique across kinds. A node has the id that the case uses; where two kinds use the same id, the later
kind in `KINDS` is prefixed (`dataset:d7`), which cannot clash again because ids hold no colon.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict, cast

from tracer.disclosure import Reason, number_json, with_reasons
from tracer.documents import json_of
from tracer.findings.statements import headlines

KINDS = ("party", "dataset", "release", "hidden", "canary", "caller")
"""Kinds of nodes; in a clash of ids the earlier kind keeps the plain id."""

GRADES = ("G0", "G1", "G2", "G3", "G4", "G5")
"""From asserted only to documented, ascending."""


class Node(TypedDict):
    """One party, dataset, release, proposed hidden dataset, canary or caller."""

    id: str
    kind: str
    ref: str
    """The id that the case's rows use for it; differs from `id` only in a clash."""
    label: str
    role: str | None
    party: str | None
    """Node id of whose it is: a dataset's holder, a release's recipient."""
    dataset: str | None
    """Node id of the dataset that a release is a copy of."""
    date: str | None
    until: str | None
    created: str | None
    rows: int | None
    contacts: int | None
    purged: str | None
    """Day on which a list's contents were removed: what is said of it is as it was found before."""
    canaries: int | None
    registration: str | None
    province: str | None
    industry: str | None
    protected: bool
    evidence: list[str]
    reply: str | None
    """Right of reply of a party: `answered`, `no_reply`, `asked`, `not_asked`."""
    reply_asked: str | None
    reply_deadline: str | None
    reply_answered: str | None
    reply_text: str | None
    reply_language: str | None
    reply_translation: str | None
    """JSON: language to the answer in it."""


class CodedReason(TypedDict):
    """A reason as the graph holds it, its numbers as they may be shown: `disclosure`."""

    code: str
    numbers: dict[str, Any]


class Edge(TypedDict):
    """One statement about two nodes, from giver to taker unless its kind says otherwise."""

    id: str
    source: str
    target: str
    kind: str
    basis: str
    grade: str
    probability: float | None
    date: str | None
    until: str | None
    shared: int | str | None
    """Contacts in common, or that they are too few to be shown."""
    count: int | None
    """Signals (`called`)."""
    via: str | None
    """Node id of the proposed hidden dataset a derivation goes through."""
    after_end: bool | None
    judgement: str | None
    """A person's decision on it: `confirm`, `reject`, `unsure`, with the note."""
    judged_by: str | None
    judged_on: str | None
    note: str | None
    """Why it was judged so."""
    without_judgement: float | None
    """Its probability without that decision, where the decision took part."""
    relation: str | None
    """What is stated: `copy`, `version` or `exchange` of lists, `hidden` by way of a proposed one; `retention`, `held`,
    `attribution` of a copy."""
    direction: str | None
    """`told`, or `not_told` where the lists do not show which of the two was copied from the other."""
    rank: int | None
    """Place among all that is stated, 1 the weightiest."""
    reasons: list[Any]
    evidence: list[str]
    against: list[Any]
    reasons_codes: NotRequired[Any]
    """In what leaves a case for programs, the statements next to their sentences: a list, or JSON of it."""
    against_codes: NotRequired[Any]


class Document(TypedDict):
    """One piece of evidence that nodes or edges name."""

    id: str
    kind: str | None
    acquired: str | None
    sha256: str | None
    file: str | None
    """Name of the file as it was acquired; None for a statement."""


class Graph(TypedDict):
    """The whole graph, sorted."""

    nodes: list[Node]
    edges: list[Edge]
    evidence: list[Document]
    left_out: list[Any]
    """What an export withholds: statements; in what leaves a case, sentences."""
    left_out_codes: NotRequired[Any]


def make_node(kind: str, ref: str, label: str | None = None, **known: Any) -> Node:
    """A node of `kind` that the case calls `ref`. known: other fields of `Node`; what is not known is None or empty."""
    node: Any = dict.fromkeys(Node.__annotations__) | {"protected": False} | known
    node |= {"id": ref, "kind": kind, "ref": ref, "label": label or ref, "evidence": list(known.get("evidence", ()))}
    return cast(Node, node)


def day_of(node: Node) -> str | None:
    """The day of a list wherever one is shown: the holder's own from when it was made, any other from when it was
    obtained; of a copy, when it was handed over."""
    if node["kind"] == "release":
        return node["date"]
    return headlines.day_of_list(node["role"], node["date"], node["created"])


def make_edge(source: str, target: str, kind: str, basis: str, grade: str, **known: Any) -> Edge:
    """An edge. known: other fields of `Edge`, reasons as values or as the store holds them; what it does not say is
    None or empty."""
    edge: Any = {name: None for name in Edge.__annotations__ if not name.endswith("_codes")} | known
    edge |= {"id": "", "source": source, "target": target, "kind": kind, "basis": basis, "grade": grade}
    edge |= {"evidence": list(known.get("evidence", ()))}
    return cast(Edge, edge | {name: coded_reasons(known.get(name, ())) for name in ("reasons", "against")})


def coded_reasons(reasons: Iterable[Reason | Mapping[str, Any]]) -> list[CodedReason]:
    """Reasons, or what the store holds of them, as the graph has them."""
    listed = with_reasons(list(reasons))
    # Their numbers in the order of names, as the store has them: files hold them in this order.
    return cast(list[CodedReason], json_of(json.dumps(number_json(tuple(listed)), sort_keys=True)))


def at_least(grade: str, least: str) -> bool:
    """Whether `grade` is `least` or better."""
    return GRADES.index(grade) >= GRADES.index(least)
