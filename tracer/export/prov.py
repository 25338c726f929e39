"""W3C PROV: lists, copies and documents as entities, parties as agents, and one relation for every edge.

A copying is a derivation (`prov:wasDerivedFrom`), a holding or a receipt is attributed to its party
(`prov:wasAttributedTo`), and what PROV has no word for is an influence (`prov:wasInfluencedBy`), with the edge's own
kind as `tracer:kind`. PROV's relations run from the taker back to the giver. Written after PROV-DM, PROV-JSON (W3C
member submission of 24 April 2013) and PROV-N (W3C recommendation of 30 April 2013).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from tracer.export.graph_files import json_file, xml_text
from tracer.export.outgoing import Outgoing
from tracer.graph.model import Edge, Graph, Node

SPACE = "urn:tracer:"
"""Namespace of the case's own names."""
_VOCABULARY = "urn:tracer:vocabulary:"
Value: TypeAlias = str | int | float | bool
_AGENTS = frozenset({"party", "caller"})
_PLAIN = re.compile(r"[A-Za-z0-9-]")


def qualified_name(prefix: str, ref: str) -> str:
    """A qualified name whose local part holds letters, digits and `-` only; all else as `_xx`, its UTF-8 bytes.

    PROV-N would take other signs escaped, but readers differ in what they undo.
    """
    local = "".join(
        sign if _PLAIN.fullmatch(sign) else "".join(f"_{byte:02x}" for byte in sign.encode("utf-8", "replace"))
        for sign in ref
    )
    if local.startswith("-"):  # no local part begins so (PROV-N, production PN_LOCAL)
        local = f"_2d{local[1:]}"
    return f"{prefix}:{local}"


_ENDS = {
    "wasDerivedFrom": ("prov:generatedEntity", "prov:usedEntity"),
    "wasAttributedTo": ("prov:entity", "prov:agent"),
    "actedOnBehalfOf": ("prov:delegate", "prov:responsible"),
    "wasInfluencedBy": ("prov:influencee", "prov:influencer"),
}
"""Relation of PROV -> what it calls its two ends."""


def relation_of(edge: Edge, nodes: Mapping[str, Node]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The relation that stands for `edge`, and both its ends by the names that it gives them."""
    ends = [qualified_name("node", edge["target"]), qualified_name("node", edge["source"])]
    things = all(nodes[edge[end]]["kind"] not in _AGENTS for end in ("source", "target"))
    if things and edge["kind"] in ("derived", "retained", "passed_on", "held", "attributed", "released"):
        name = "wasDerivedFrom"
    elif edge["kind"] in ("holds", "released"):
        name = "wasAttributedTo"
    else:
        name = "actedOnBehalfOf" if edge["kind"] == "calls_for" else "wasInfluencedBy"
    if name != "wasDerivedFrom" and edge["kind"] in ("released", "calls_for"):
        ends.reverse()  # all others say what came of something first
    return name, tuple(zip(_ENDS[name], ends, strict=True))


def _attributes(thing: Mapping[str, object], skip: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    for name, value in thing.items():
        if name in skip or value is None:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool | int | float):
                yield f"tracer:{name}", one
            else:
                yield f"tracer:{name}", xml_text(str(one))


def _records(graph: Graph) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...], list[tuple[str, Value]]]]:
    """(PROV record, id, ends, attributes) of every node, document and edge."""
    for node in graph["nodes"]:
        record = "agent" if node["kind"] in _AGENTS else "entity"
        own: list[tuple[str, Value]] = [("prov:label", xml_text(node["label"]))]
        yield record, qualified_name("node", node["id"]), (), [*own, *_attributes(node, ("label", "id", "ref"))]
    for document in graph["evidence"]:
        yield "entity", qualified_name("evidence", document["id"]), (), list(_attributes(document, ("id",)))
    nodes = {node["id"]: node for node in graph["nodes"]}
    for edge in graph["edges"]:
        relation, ends = relation_of(edge, nodes)
        yield relation, qualified_name("edge", edge["id"]), ends, [*_attributes(edge, ("id", "source", "target"))]


def prov_json(leaving: Outgoing) -> bytes:
    """The graph as PROV-JSON."""

    def typed(value: Value) -> object:
        if isinstance(value, bool):
            return {"$": str(value).lower(), "type": "xsd:boolean"}
        if isinstance(value, int):
            return {"$": str(value), "type": "xsd:long"}
        return {"$": repr(value), "type": "xsd:double"} if isinstance(value, float) else value

    prefixes: dict[str, object] = {kind: f"{SPACE}{kind}:" for kind in ("node", "edge", "evidence")}
    whole: dict[str, dict[str, object]] = {"prefix": {**prefixes, "tracer": _VOCABULARY}}
    for record, name, ends, attributes in _records(leaving.graph):
        fields: dict[str, object] = dict(ends)
        for attribute, value in attributes:  # of several values a list
            before = fields.get(attribute)
            if isinstance(before, list):
                before.append(typed(value))
            else:
                fields[attribute] = typed(value) if before is None else [before, typed(value)]
        whole.setdefault(record, {})[name] = fields
    return json_file(whole)


def prov_n(leaving: Outgoing) -> bytes:
    """The graph as PROV-N."""
    lines = ["document", f"  prefix tracer <{_VOCABULARY}>"]
    lines += [f"  prefix {kind} <{SPACE}{kind}:>" for kind in ("node", "edge", "evidence")]
    lines.append("")
    for record, name, ends, attributes in _records(leaving.graph):
        shown = ", ".join(f"{attribute}={_literal(value)}" for attribute, value in attributes)
        if record in ("entity", "agent"):
            lines.append(f"  {record}({name}{f', [{shown}]' if shown else ''})")
            continue
        # A derivation's and a delegation's further places (activity, generation, usage) are not known.
        unknown = {"wasDerivedFrom": ", -, -, -", "actedOnBehalfOf": ", -"}.get(record, "")
        named = ", ".join(end for _, end in ends)
        lines.append(f"  {record}({name}; {named}{unknown}{f', [{shown}]' if shown else ''})")
    return "\n".join([*lines, "endDocument", ""]).encode("utf-8", "replace")


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return f'"{str(value).lower()}" %% xsd:boolean'
    if isinstance(value, int):
        return f'"{value}" %% xsd:long'
    if isinstance(value, float):
        return f'"{value!r}" %% xsd:double'
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{text}"""' if "\n" in text else f'"{text}"'
