"""What a graph can be written as: a table of data. Each writer is a pure function from a redacted graph to bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import networkx as nx

from tracer.clock import today
from tracer.errors import UsageError
from tracer.export.flat import flat_networkx
from tracer.export.gate import Findings, protection_of, redact_findings, redact_graph, redact_text
from tracer.export.gexf import gexf
from tracer.export.page.render import render_page
from tracer.export.tables import csv_pair
from tracer.graph.build import build_graph
from tracer.graph.model import Graph


@dataclass(frozen=True)
class Outgoing:
    """What is written: it has gone through the gate."""

    graph: Graph
    findings: Findings = field(default_factory=dict)
    """Rows of named queries, for formats that print them."""
    title: str = "tracer"
    generated: str = ""
    """The date that is printed."""
    lang: str = "en"


@dataclass(frozen=True)
class Format:
    """One way to write a graph."""

    about: str
    """One line for the help: what opens it, what it loses."""
    suffix: str
    """Of the file's name, with its dot."""
    write: Callable[[Outgoing], dict[str, bytes]]
    """Ending of the file's stem (empty where one file is all) -> contents."""


def _json(outgoing: Outgoing) -> dict[str, bytes]:
    text = json.dumps(outgoing.graph, ensure_ascii=False, indent=1, allow_nan=False)
    return {"": text.encode("utf-8", "replace") + b"\n"}


def _graphml(outgoing: Outgoing) -> dict[str, bytes]:
    buffer = io.BytesIO()
    nx.write_graphml_xml(flat_networkx(outgoing.graph), buffer, named_key_ids=True, edge_id_from_attribute=None)
    return {"": buffer.getvalue() + b"\n"}


def _page(outgoing: Outgoing) -> dict[str, bytes]:
    page = render_page(outgoing.graph, outgoing.findings, outgoing.title, outgoing.generated, outgoing.lang)
    return {"": page.encode("utf-8", "replace")}


FORMATS: Mapping[str, Format] = {
    "json": Format("the contract's nodes and edges; loses nothing", ".json", _json),
    "csv": Format("two files, -nodes and -edges, for Gephi, Flourish, Kumu; lists become one text", ".csv",
                  lambda outgoing: csv_pair(outgoing.graph)),
    "gexf": Format("GEXF 1.3 with positions, colours and dates, for Gephi; lists become one text", ".gexf",
                   lambda outgoing: {"": gexf(outgoing.graph)}),
    "graphml": Format("GraphML for networkx, yEd, igraph; no positions or colours, lists become one text", ".graphml",
                      _graphml),
    "html": Format("one page with the picture and all findings, for browsers without a network", ".html", _page),
}  # fmt: skip
"""Formats of `tracer export graph --to`."""


def outgoing(
    con: duckdb.DuckDBPyConnection,
    findings: Findings,
    pseudonym: Callable[[str], str],
    title: str,
    lang: str = "en",
) -> Outgoing:
    """The case in `con` as it may leave: graph, rows of named queries and title gone through the gate, today's date.

    `findings`: rows by query name with the contract's keys. `pseudonym` is keyed per case
    (`keyed_pseudonym(case.secret(PURPOSE))`).
    """
    protection = protection_of(con, pseudonym)
    return Outgoing(
        redact_graph(build_graph(con, pseudonym), protection),
        redact_findings(findings, protection),
        redact_text(title, protection),
        today().isoformat(),
        lang,
    )


def render(leaving: Outgoing, to: str) -> dict[str, bytes]:
    """The files of format `to`: ending of the stem -> contents. Raises UsageError for a format that is none."""
    chosen = FORMATS.get(to)
    if chosen is None:
        raise UsageError(f"no format {to!r}", where="--to", remedy=f"choose one of {', '.join(FORMATS)}")
    return chosen.write(leaving)


def write_files(files: Mapping[str, bytes], target: Path) -> list[Path]:
    """Writes `files` beside each other at `target`: `graph.csv` becomes `graph-nodes.csv` and `graph-edges.csv`.

    Each file is there whole or not at all. Returns the paths; raises UsageError where the folder is none.
    """
    if not target.parent.is_dir():
        raise UsageError(f"no folder {target.parent}", where="-o", remedy="make it first")
    paths = []
    for ending, contents in sorted(files.items()):
        path = target.with_name(f"{target.stem}{ending}{target.suffix}")
        draft = path.with_name(f".{path.name}.part")
        draft.write_bytes(contents)
        draft.replace(path)
        paths.append(path)
    return paths
