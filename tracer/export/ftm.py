"""FollowTheMoney entities, one JSON object a line: for OpenAleph, Aleph and whatever else reads them.

Parties are companies (a regulator a public body, a source a legal entity), lists, copies and proposed lists are tables,
evidence is documents, signals are calls, and every other edge is an UnknownLink whose proof is the documents that it
names; a documented owner is an Ownership, which is read as a fact. Properties are in words, as people see them there.
Kind, grade, probability and the codes of reasons are next to them, under names that no schema has: readers keep such
keys as the context. All of them are plain values, because merging two files fails on any other.

Ids are digests under a prefix, because Aleph takes no other signs, and are made of what is stated, not of its place in
the file: the same thing has the same id when lists have come in meanwhile. Written after FollowTheMoney 4
(followthemoney.tech); the tests validate with that library where it is installed, and with its schema otherwise.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TypeAlias

from tracer.disclosure import Number, Reason, Text
from tracer.documents import json_of
from tracer.export.graph_files import xml_text
from tracer.export.outgoing import Outgoing
from tracer.findings.statements import headlines
from tracer.graph.model import Document, Edge, Node
from tracer.identify.organisation import leading_place
from tracer.wording import LANGUAGES, Voice, data_word, say, word
from tracer.wording.voice import joined_items

Entity: TypeAlias = dict[str, object]
Properties: TypeAlias = Mapping[str, object]

_STATED = {
    **dict.fromkeys(("retained", "passed_on"), "retention"),
    **{"held": "held", "attributed": "attribution", "derived": "derivation"},
}
"""Kind of an edge -> that of the statement about its two ends."""
_CONTEXT = (
    "kind basis grade probability shared after_end relation direction judgement without_judgement rank reasons_codes"
    " against_codes"
).split()
_OF_LISTS = ("version", "exchange", "hidden")
"""Relations of lists that have words of their own."""
_CALL = "call"
"""The channel that is a call; every other carries messages."""
_LONGEST = 1_000
"""Characters of a name; a longer one is not a name, and is in the notes."""


def ftm(leaving: Outgoing) -> bytes:
    """Documents, nodes, edges, and which document is about which node, as entities, one a line."""
    lines = [json.dumps(entity, ensure_ascii=False, sort_keys=True, allow_nan=False) for entity in _Entities(leaving)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


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


class _Entities:
    """The entities of what leaves, in the language of its words."""

    def __init__(self, leaving: Outgoing) -> None:
        self._graph, self._lang = leaving.graph, leaving.lang
        self._nodes = {node["id"]: node for node in self._graph["nodes"]}
        self._documents = {document["id"] for document in self._graph["evidence"]}
        self._names = {lang: leaving.names_in(lang) for lang in (self._lang, *LANGUAGES)}
        self._voice = Voice(self._lang, self._names[self._lang])
        self._stated = {(one.kind, *one.about): one for one in leaving.statements}
        self._met = Counter[tuple[object, ...]]()

    def __iter__(self) -> Iterator[Entity]:
        yield from map(_document, self._graph["evidence"])
        yield from map(self._node, self._graph["nodes"])
        yield from map(self._edge, self._graph["edges"])
        for node in self._graph["nodes"]:
            for ref in node["evidence"]:
                if ref in self._documents:
                    ends = {"document": entity_id("evidence", ref), "entity": entity_id("node", node["id"])}
                    yield _entity("documentation", f"{node['id']}>{ref}", "Documentation", ends)

    def _node(self, node: Node) -> Entity:
        # Its name in the language of the file, and its other names.
        label, called = _text(node["label"]), list[str]()
        if node["kind"] in ("party", "dataset"):
            known = [names.parties if node["kind"] == "party" else names.lists for names in self._names.values()]
            called = [_text(one.get(node["id"], label)) for one in known]
        schema, (name, *others) = _schema_of(node), list(dict.fromkeys([*called, label]))
        shared: dict[str, object] = {
            "name": name[:_LONGEST],
            "alias": [other[:_LONGEST] for other in others],
            "notes": [node["id"], *(other for other in (name, *others) if len(other) > _LONGEST)],
        }
        if schema == "Table":
            purged = None if node["purged"] is None else Text(node["purged"])
            contacts = None if node["contacts"] is None else Text(str(node["contacts"]))
            own: Properties = {
                "title": name[:_LONGEST],
                "date": node["date"],
                "authoredAt": node["created"],
                "rowCount": node["rows"],
                "summary": data_word("page-basis", node["role"], self._lang) if node["role"] else None,
                "description": self._say("ftm-contacts", contacts=contacts, purged=purged) if contacts else None,
                "keywords": word(f"page-node-{node['kind']}", self._lang),
            }
        else:
            reply, province = node["reply"], node["province"]
            own = {
                "status": data_word("page-role", node["role"], self._lang) if node["role"] else None,
                "registrationNumber": node["registration"],
                "sector": node["industry"],
                "address": province,
                "country": "cn" if province and leading_place(province) else None,
                "summary": self._say("ftm-reply", state=headlines.reply_state(reply)) if reply else None,
                "description": node["reply_text"],
            }
        return {**_entity("node", node["id"], schema, {**shared, **own}), "kind": node["kind"]}

    def _edge(self, edge: Edge) -> Entity:
        giver, taker = self._nodes[edge["source"]], self._nodes[edge["target"]]
        ends: tuple[str, str] = ("subject", "object")
        schema = "UnknownLink"
        if edge["kind"] == "called":
            codes = edge.get("reasons_codes") or []
            numbers = [one["numbers"] for one in (json_of(codes) if isinstance(codes, str) else codes)]
            channels = [one["channel"] for one in numbers if isinstance(one.get("channel"), dict)]
            written = any(channel.get("word") != _CALL for channel in channels)
            schema = "Message" if written else "Call"
            ends = ("sender", "recipients") if written else ("caller", "receiver")
        elif edge["kind"] == "owns" and edge["basis"] == "documented" and _schema_of(taker) == "Company":
            schema, ends = "Ownership", ("owner", "asset")
        shared = {
            ends[0]: entity_id("node", giver["id"]),
            ends[1]: entity_id("node", taker["id"]),
            "proof": [entity_id("evidence", ref) for ref in edge["evidence"] if ref in self._documents],
            "description": [*edge["reasons"], *(self._say("ftm-against", text=Text(one)) for one in edge["against"])],
            **({"startDate": edge["date"], "endDate": edge["until"]} if edge["until"] else {"date": edge["date"]}),
        }
        if edge["kind"] == "called":
            own: Properties = {"summary": None if edge["count"] is None else self._say("ftm-signals", n=edge["count"])}
        else:
            own = self._of_link(edge, giver, taker)
        same = (giver["id"], taker["id"], edge["kind"], edge["relation"] or "", edge["via"] or "")
        self._met[same] += 1
        ref = ">".join(map(str, (*same, self._met[same])))
        context = {name: edge[name] for name in _CONTEXT if edge.get(name) is not None}  # type: ignore[literal-required]  # of an edge
        return {**_entity("edge", ref, schema, {**shared, **own}), **context}

    def _of_link(self, edge: Edge, giver: Node, taker: Node) -> Properties:
        """What a link says in words: what it is, how sure, and in one sentence."""
        stated = self._stated.get((_STATED.get(edge["kind"], ""), giver["ref"], taker["ref"]))
        known = stated.sure_alone if stated else headlines.sure(edge) if edge["probability"] is not None else None
        of = edge["relation"] if edge["relation"] in _OF_LISTS else edge["kind"]
        role = "derived-open" if edge["direction"] == "not_told" else headlines.kebab(of)
        grade = [edge["grade"], word(f"page-basis-{edge['basis']}", self._lang)]
        shared = None if edge["shared"] is None else self._say("ftm-shared", value=Text(str(edge["shared"])))
        return {
            "role": word(f"page-kind-{role}", self._lang),
            "status": joined_items([*grade, *([self._voice.say(known)] if known else [])], self._lang),
            "summary": self._voice.say(stated.said) if stated else shared,
        }

    def _say(self, code: str, **numbers: Number) -> str:
        return say(Reason.of(code, **numbers), self._lang)


def _schema_of(node: Node) -> str:
    """A party is a company where its role says so; nothing more is claimed of the others."""
    if node["kind"] in ("dataset", "release", "hidden"):
        return "Table"
    if node["kind"] != "party" or node["protected"] or node["role"] in ("source", "other", None):
        return "LegalEntity"
    return "PublicBody" if node["role"] == "regulator" else "Company"


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
