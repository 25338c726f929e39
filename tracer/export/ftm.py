"""FollowTheMoney entities, one JSON object a line: for Aleph, OpenAleph and whatever else reads them.

Parties are companies (a regulator a public body, a source a legal entity), lists, copies and proposed lists are tables,
evidence is documents, signals are calls, and every other edge is an UnknownLink whose proof is the documents that it
names. Entity ids are digests under a prefix, because Aleph takes no other signs. Written after FollowTheMoney 4
(followthemoney.tech); the tests validate with that library where it is installed, and with its schema otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Literal, TypeAlias

from tracer.disclosure import Reason, Text, Word
from tracer.export.flat import xml_text
from tracer.findings.statements import headlines
from tracer.graph.model import Document, Edge, Graph, Node
from tracer.wording import say
from tracer.wording.voice import joined

Entity: TypeAlias = dict[str, object]
Properties: TypeAlias = Mapping[str, object]

_SCHEMATA = {
    "party": "Company",
    "dataset": "Table",
    "release": "Table",
    "hidden": "Table",
    "canary": "LegalEntity",
    "caller": "LegalEntity",
}
_CODES: tuple[Literal["reasons_codes"], Literal["against_codes"]] = ("reasons_codes", "against_codes")
"""Next to an entity's properties, whose names are the schema's: readers keep such keys as its context."""
_SPOKEN = "call"
"""The channel that is a call; every other carries messages."""
_LONGEST = 1_000
"""Characters of a name; a longer one is not a name, and is in the notes."""


def ftm(graph: Graph, lang: str = "en") -> bytes:
    """All nodes, documents and edges as entities, one a line; nodes first, so that every reference leads back.

    lang: of the words around the numbers; the graph's sentences are said already.
    """
    lines = [
        json.dumps(entity, ensure_ascii=False, sort_keys=True, allow_nan=False) for entity in entities(graph, lang)
    ]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def entities(graph: Graph, lang: str = "en") -> Iterator[Entity]:
    """The entities of `graph`."""
    documents = {document["id"] for document in graph["evidence"]}
    for document in graph["evidence"]:
        yield _document(document)
    for node in graph["nodes"]:
        yield _node(node, lang)
    for edge in graph["edges"]:
        entity = _signal(edge, documents, lang) if edge["kind"] == "called" else _link(edge, documents, lang)
        yield entity | {name: edge[name] for name in _CODES if name in edge}
    for node in graph["nodes"]:
        for ref in node["evidence"]:
            if ref in documents:
                yield _documentation(node, ref)


def entity_id(kind: str, ref: str) -> str:
    """`tracer-` and 32 letters and digits: the same for the same thing in every export.

    Not in hexadecimal digits, which the scan would have to hold against the hash of every number of the case.
    """
    digest = hashlib.sha1(f"{kind}:{ref}".encode("utf-8", "replace"), usedforsecurity=False).digest()
    return f"tracer-{base64.b32encode(digest).decode('ascii').lower()}"


def _entity(kind: str, ref: str, schema: str, properties: Properties) -> Entity:
    values = {}
    for name, value in properties.items():
        given = value if isinstance(value, list) else [value]
        texts = [text for text in (_text(one) for one in given if one is not None) if text]
        if texts:
            values[name] = list(dict.fromkeys(texts))
    return {"id": entity_id(kind, ref), "schema": schema, "properties": values}


def _text(value: object) -> str:
    return " ".join(xml_text(str(value)).split())


def _node(node: Node, lang: str) -> Entity:
    kind = node["kind"]
    schema = "LegalEntity" if node["protected"] or node["role"] == "source" else _SCHEMATA[kind]
    schema = "PublicBody" if schema == "Company" and node["role"] == "regulator" else schema
    label = _text(node["label"])
    shared: dict[str, object] = {
        "name": label[:_LONGEST],
        "notes": [node["id"], label if len(label) > _LONGEST else None],
    }
    if schema in ("Company", "PublicBody", "LegalEntity"):
        return _entity("node", node["id"], schema, {**shared, **_of_party(node, lang)})
    return _entity("node", node["id"], schema, {**shared, **_of_list(node, lang)})


def _of_party(node: Node, lang: str) -> Properties:
    reply = node["reply"]
    return {
        "status": node["role"],
        "registrationNumber": node["registration"],
        "sector": node["industry"],
        "address": node["province"],
        "country": "cn" if node["province"] else None,
        "summary": say(Reason.of("ftm-reply", state=headlines.reply_state(reply)), lang) if reply else None,
        "description": node["reply_text"],
    }


def _size(node: Node, lang: str) -> str | None:
    if node["contacts"] is None:
        return None
    purged = Text(node["purged"]) if node["purged"] is not None else None
    return say(Reason.of("ftm-contacts", contacts=Text(str(node["contacts"])), purged=purged), lang)


def _of_list(node: Node, lang: str) -> Properties:
    return {
        "title": _text(node["label"])[:_LONGEST],
        "date": node["date"],
        "authoredAt": node["created"],
        "rowCount": node["rows"],
        "summary": node["role"],
        "description": _size(node, lang),
        "keywords": node["kind"],
    }


def _document(document: Document) -> Entity:
    fields = {
        "title": document["id"],
        "name": document["id"],
        "keywords": document["kind"],
        "date": document["acquired"],
        "fileName": document["file"],
        "extension": PurePath(document["file"] or "").suffix.removeprefix(".").lower() or None,
        # `contentHash` is an SHA-1 there; its validation refuses a longer one.
        "notes": f"sha256 {document['sha256']}" if document["sha256"] else None,
    }
    return _entity("evidence", document["id"], "Document", fields)


def _proof(edge: Edge, documents: set[str]) -> list[str]:
    return [entity_id("evidence", ref) for ref in edge["evidence"] if ref in documents]


def _interval(edge: Edge) -> dict[str, object]:
    return {"startDate": edge["date"], "endDate": edge["until"]} if edge["until"] else {"date": edge["date"]}


def _numbers(edge: Edge, lang: str) -> str | None:
    numbers = (
        (edge["probability"], Reason.of("ftm-probability", value=Text(str(edge["probability"])))),
        (edge["shared"], Reason.of("ftm-shared", value=Text(str(edge["shared"])))),
        (edge["after_end"], Reason.of("ftm-after-end", value=Word(str(edge["after_end"]).lower()))),
        (edge["direction"] == "not_told" or None, Reason.of("ftm-direction-open")),
        (edge["judgement"], Reason.of("ftm-judgement", value=Text(str(edge["judgement"])))),
        (edge["without_judgement"], Reason.of("ftm-without-judgement", value=Text(str(edge["without_judgement"])))),
    )
    return joined([say(reason, lang) for value, reason in numbers if value is not None], lang) or None


def _description(edge: Edge, lang: str) -> list[str]:
    return [*edge["reasons"], *(say(Reason.of("ftm-against", text=Text(text)), lang) for text in edge["against"])]


def _link(edge: Edge, documents: set[str], lang: str) -> Entity:
    return _entity(
        "edge",
        f"{edge['source']}>{edge['target']}>{edge['kind']}>{edge['id']}",
        "UnknownLink",
        {
            "subject": entity_id("node", edge["source"]),
            "object": entity_id("node", edge["target"]),
            "role": edge["kind"],
            "status": f"{edge['grade']} {edge['basis']}",
            "proof": _proof(edge, documents),
            "summary": _numbers(edge, lang),
            "description": _description(edge, lang),
            "recordId": edge["id"],
            **_interval(edge),
        },
    )


def _written(edge: Edge) -> bool:
    """Whether signals were messages, not calls."""
    said = [one["numbers"].get("channel") for one in edge.get("reasons_codes", ())]
    return any(isinstance(channel, dict) and channel.get("word") != _SPOKEN for channel in said if channel)


def _signal(edge: Edge, documents: set[str], lang: str) -> Entity:
    schema, giver, taker = ("Message", "sender", "recipients") if _written(edge) else ("Call", "caller", "receiver")
    return _entity(
        "edge",
        f"{edge['source']}>{edge['target']}>{edge['kind']}>{edge['id']}",
        schema,
        {
            giver: entity_id("node", edge["source"]),
            taker: entity_id("node", edge["target"]),
            "proof": _proof(edge, documents),
            "summary": say(Reason.of("ftm-signals", n=edge["count"]), lang) if edge["count"] is not None else None,
            "description": _description(edge, lang),
            "recordId": edge["id"],
            **_interval(edge),
        },
    )


def _documentation(node: Node, ref: str) -> Entity:
    return _entity(
        "documentation",
        f"{node['id']}>{ref}",
        "Documentation",
        {"document": entity_id("evidence", ref), "entity": entity_id("node", node["id"])},
    )
