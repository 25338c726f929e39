"""The graph for formats that know only flat values: text, numbers and truth; nothing empty, no lists.

networkx's writers raise on None and lists, and a GEXF attribute that is an integer here and a fraction there cannot be
read back: so a field has one type in all nodes or edges, decided over the whole graph. Characters that XML forbids
become U+FFFD, because a file that holds one is not well-formed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from tracer.export.gate import distinct
from tracer.graph.model import Graph

if TYPE_CHECKING:
    import networkx as nx

    from tracer.export.outgoing import Outgoing

Flat: TypeAlias = str | int | float | bool

JOINER = " | "
"""Between the members of a list, such as reasons."""

# XML 1.0, production 2 (Char), with the discouraged control characters of C1.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """`text` with each character that XML 1.0 forbids or discourages, and each carriage return, replaced by U+FFFD.

    A carriage return would be read back as a line feed (XML 1.0, 2.11).
    """
    return _FORBIDDEN.sub("\ufffd", text).replace("\r", "\ufffd")


def flat_value(value: object) -> Flat | None:
    """One value: lists joined, None stays None (the field is left out), all else as it is."""
    if isinstance(value, str | bool | int | float):
        return xml_text(value) if isinstance(value, str) else value
    if isinstance(value, list | tuple):
        return xml_text(JOINER.join(str(one) for one in value)) if value else None
    return None if value is None else xml_text(str(value))


def flat_rows(rows: Iterable[Mapping[str, object]]) -> list[dict[str, Flat]]:
    """Rows with empty fields left out and each field of one type throughout: truth, integer, fraction or text."""
    given = [{name: flat_value(value) for name, value in row.items()} for row in rows]
    kinds: dict[str, set[type]] = {}
    for row in given:
        for name, value in row.items():
            if value is not None:
                kinds.setdefault(name, set()).add(type(value))

    def of_one_type(name: str, value: Flat) -> Flat:
        if len(kinds[name]) == 1:
            return value
        return float(value) if kinds[name] == {int, float} else str(value)

    return [{name: of_one_type(name, value) for name, value in row.items() if value is not None} for row in given]


def flat_networkx(graph: Graph) -> nx.MultiDiGraph[str]:
    """The graph with flat attributes; an edge's id is its key. Ids are made safe for XML, and stay unique."""
    import networkx as nx

    result: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    safe = safe_ids(node["id"] for node in graph["nodes"])
    for node, row in zip(graph["nodes"], flat_rows(graph["nodes"]), strict=True):
        row.pop("id")
        result.add_node(safe[node["id"]], **row)
    for edge, row in zip(graph["edges"], flat_rows(graph["edges"]), strict=True):
        for name in ("id", "source", "target"):
            row.pop(name)
        result.add_edge(safe[edge["source"]], safe[edge["target"]], key=edge["id"], **row)
    return result


def graphml(leaving: Outgoing) -> bytes:
    """The graph as GraphML, as networkx writes it."""
    import networkx as nx

    buffer = io.BytesIO()
    nx.write_graphml_xml(flat_networkx(leaving.graph), buffer, named_key_ids=True, edge_id_from_attribute=None)
    return buffer.getvalue() + b"\n"


def safe_ids(ids: Iterable[str]) -> dict[str, str]:
    """Id -> the id that XML can hold."""
    return distinct((name, xml_text(name)) for name in ids)
