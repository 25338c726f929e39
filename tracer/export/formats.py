"""What can be written of a case: tables of data. Each writer is a pure function from what may leave to bytes."""

from __future__ import annotations

import copy
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any

from tracer.disclosure import Reason
from tracer.errors import InputRefused, UsageError
from tracer.export.outgoing import Outgoing, outgoing_case
from tracer.file_writing import write_whole
from tracer.plugins import GraphWriter, Plugin, PluginGroup, fault, find, leave_out, load, names, reasons
from tracer.policy import FEW
from tracer.wording import Codes

__all__ = ["NOUNS", "ExportFormat", "Outgoing", "format_of", "outgoing_case", "render", "write_files"]

Files = dict[str, bytes]
"""Ending of the file's stem (empty where one file is all) -> contents."""


@dataclass(frozen=True)
class ExportFormat:
    """One way to write something."""

    suffix: str
    write: Callable[[Outgoing], Files | bytes]
    """Its files; bytes where it is one."""
    loses: str
    """What a reader of it cannot get back; the help's table says the same."""
    pair: bool = False
    """Several files next to each other, which cannot go to standard output."""
    codes: Codes = Codes.TEXT
    """How the code and the numbers of each reason go along with its sentence: not where only people read."""
    picture: bool = False
    """It is a picture of its own: it has a width, a title and a look."""
    dressed: Callable[[Outgoing, Files], tuple[Files, Reason | None]] | None = None
    """What is put into files that were looked through, in which nothing can be read: fonts; and what is said of it."""
    drawn: Callable[[Outgoing], str] | None = None
    """The drawing that a picture or PDF is made from: the scan reads it, because it cannot read pixels."""


def _later(module: str, function: str) -> Callable[..., Any]:
    """A writer that is imported when it is used: what the others need takes longer to load than a graph to write."""

    def call(*given: Any) -> Any:
        return getattr(import_module(f"tracer.export.{module}"), function)(*given)

    return call


_ONE_TEXT, _PICTURE, _PLACES = "lists become one text", "all but what is drawn", "positions and colours"
_COUNTED = "the graph's canaries and callers"
_UNCODED = partial(ExportFormat, codes=Codes.NONE)
_DRAWN = partial(_UNCODED, loses=_PICTURE, picture=True)
_DRAWING = _later("drawing.figures", "figure_svg")
FIGURE: Mapping[str, ExportFormat] = {
    "svg": _DRAWN(".svg", _later("drawing.figures", "svg_file"), dressed=_later("drawing.figures", "with_letters")),
    "png": _DRAWN(".png", _later("drawing.figures", "png_file"), drawn=_DRAWING),
    "pdf": _DRAWN(".pdf", _later("drawing.figures", "pdf_file"), drawn=_DRAWING),
}
"""Formats of `tracer export figure --to`, and of the graph's picture."""

GRAPH: Mapping[str, ExportFormat] = {
    "json": ExportFormat(".json", _later("graph_files", "graph_json"), "nothing", codes=Codes.VALUES),
    "csv": ExportFormat(".csv", _later("tables", "csv_pair"), _ONE_TEXT, pair=True),
    "gexf": ExportFormat(".gexf", _later("graph_files", "gexf"), _ONE_TEXT),
    "graphml": ExportFormat(".graphml", _later("graph_files", "graphml"), f"{_PLACES}; {_ONE_TEXT}"),
    "cx2": ExportFormat(".cx2", _later("graph_files", "cx2"), _ONE_TEXT),
    "neo4j": ExportFormat(".csv", _later("graph_files", "neo4j"), "positions, colours, documents", pair=True),
    "ftm": ExportFormat(".ftm.json", _later("ftm", "ftm"), _PLACES),
    "prov-json": ExportFormat(".json", _later("prov", "prov_json"), _PLACES),
    "prov-n": ExportFormat(".provn", _later("prov", "prov_n"), _PLACES),
    "html": _UNCODED(
        ".html",
        _later("page.render", "page_file"),
        "nothing that is shown elsewhere",
        dressed=_later("page.render", "packed_file"),
    ),
    **FIGURE,
}
"""Formats of `tracer export graph --to`."""
GONE: Mapping[str, str] = {"cypher": "neo4j", "cytoscape": "cx2"}
"""Formats of the graph until 0.2, and what is read by the same programs."""

FINDINGS: Mapping[str, ExportFormat] = {
    "json": ExportFormat(".json", _later("tables", "findings_json"), "nothing", codes=Codes.VALUES),
    "ndjson": ExportFormat(".ndjson", _later("tables", "findings_ndjson"), "nothing", codes=Codes.VALUES),
    "csv": ExportFormat(".csv", _later("tables", "findings_csv"), _ONE_TEXT, pair=True),
    "xlsx": ExportFormat(".xlsx", _later("tables", "findings_xlsx"), _ONE_TEXT),
    "parquet": ExportFormat(".parquet", _later("tables", "findings_parquet"), "nothing", pair=True),
}
"""Formats of `tracer export findings --to`."""

REPORT: Mapping[str, ExportFormat] = {
    "html": _UNCODED(".html", _later("report.compose", "report_html"), _COUNTED),
    "md": _UNCODED(".md", _later("report.compose", "report_md"), _COUNTED),
    "pdf": _UNCODED(
        ".pdf", _later("report.compose", "report_pdf"), _COUNTED, drawn=_later("report.compose", "texts_of_pdf")
    ),
}
"""Formats of `tracer export report --to`."""

EVIDENCE: Mapping[str, ExportFormat] = {"zip": _UNCODED(".zip", _later("exhibits", "evidence_zip"), "metadata")}
"""Formats of `tracer export evidence --to`."""

NOUNS: Mapping[str, Mapping[str, ExportFormat]] = {
    "graph": GRAPH,
    "findings": FINDINGS,
    "figure": FIGURE,
    "report": REPORT,
    "evidence": EVIDENCE,
}
"""What can be exported, and as what."""


def format_names(noun: str) -> tuple[str, ...]:
    """The formats of `noun`, those for people first, those of plug-ins last."""
    built_in = NOUNS[noun]
    ours = sorted(built_in, key=lambda to: built_in[to].codes is not Codes.NONE)
    return (*ours, *(names(PluginGroup.EXPORTS, built_in) if noun == "graph" else ()))


def plugin_of(noun: str, to: str) -> Plugin | None:
    """The plug-in that adds the format, if it is not built in."""
    return find(PluginGroup.EXPORTS, to, NOUNS[noun]) if noun == "graph" else None


def format_of(noun: str, to: str) -> ExportFormat:
    """The format `to` of `noun`. Raises UsageError for a format that is none."""
    plugin = plugin_of(noun, to)
    if plugin is not None:
        writer = graph_writer(plugin)
        if writer is not None:
            return ExportFormat(writer.suffix, partial(file_by, plugin, writer), writer.loses, codes=Codes.VALUES)
        why = "; ".join(reasons(plugin))
        said = f"the format {to!r} of {plugin} cannot be used: {why}"
        raise UsageError(said, where="--to", remedy="see `tracer plugins`")
    if to in GONE and noun == "graph":
        raise UsageError(f"the format {to!r} is no longer written", where="--to", remedy=f"use {GONE[to]!r} instead")
    if to not in NOUNS[noun]:
        raise UsageError(f"invalid format {to!r}", where="--to", remedy=f"one of: {', '.join(format_names(noun))}")
    return NOUNS[noun][to]


def render(leaving: Outgoing, to: str, noun: str = "graph") -> Files:
    """The files of format `to`. Raises UsageError for a format that is none."""
    form = format_of(noun, to)
    made = form.write(leaving if form.codes is Codes.NONE else leaving.in_language(leaving.lang, form.codes))
    return {"": made} if isinstance(made, bytes) else made


def file_name(stem: str, ending: str, suffix: str) -> str:
    """The name of one file: an ending with a suffix of its own keeps it."""
    return f"{stem}{ending}{'' if PurePath(ending).suffix else suffix}"


def files_of(files: Mapping[str, bytes], target: Path) -> dict[Path, bytes]:
    """Where `files` go: `graph.csv` becomes `graph-nodes.csv` and `graph-edges.csv`; `-x.json` keeps its end."""
    return {
        target.with_name(file_name(target.stem, ending, target.suffix)): contents
        for ending, contents in sorted(files.items())
    }


def write_files(files: Mapping[str, bytes], target: Path) -> list[Path]:
    """Writes `files` next to each other at `target`; each is there whole or not at all.

    Returns the paths. Raises UsageError where the folder is none, InputRefused where it cannot be written.
    """
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent}", where="-o", remedy="make it first")
    paths = []
    for path, contents in files_of(files, target).items():
        write_whole(contents, path)
        paths.append(path)
    return paths


_SUFFIX = re.compile(r"(?:\.[a-z0-9]{1,16}){1,3}\Z")


def graph_writer(plugin: Plugin) -> GraphWriter | None:
    """What a plug-in writes the graph with; None where it cannot be used, which is reported."""
    given = load(plugin, GraphWriter)
    if isinstance(given, GraphWriter) and _SUFFIX.match(given.suffix) is None:
        leave_out(plugin, f"{given.suffix!r} is not the ending of a file's name")
        return None
    return given if isinstance(given, GraphWriter) else None


def file_by(plugin: Plugin, writer: GraphWriter, leaving: Outgoing) -> bytes:
    """The one file of a graph by a plug-in.

    Raises:
        InputRefused: the plug-in raises, or gives something other than bytes.
    """
    where, remedy = str(plugin), "report it to its makers"
    try:
        content = writer.write(copy.deepcopy(leaving.graph))
    except Exception as error:  # noqa: BLE001 - whatever it raises may quote a row, so its words are left out
        raise InputRefused(f"the plug-in fails: {fault(error)}", where=where, remedy=remedy) from None
    if not isinstance(content, bytes):
        given = type(content).__name__
        raise InputRefused(f"the plug-in gives {given}, not bytes", where=where, remedy=remedy)
    return content


def what_leaves(leaving: Outgoing, files: Mapping[str, bytes], names: Sequence[str]) -> list[tuple[str, str]]:
    """(what, text) in the order in which the person responsible would ask; `names`: of the files, in order."""

    def counted(counts: Mapping[str, int]) -> str:
        return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()) if count) or "none"

    graph, found = leaving.graph, list[tuple[str, str]]()
    for name, (_, content) in zip(names, sorted(files.items()), strict=True):
        found.append((f"file {name}", f"{len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}"))
    found.append(("nodes", counted(Counter(node["kind"] for node in graph["nodes"]))))
    found.append(("edges", counted(Counter(edge["kind"] for edge in graph["edges"]))))
    found.append(("findings", counted({name: len(rows) for name, rows in leaving.findings.items()})))
    parties = [node for node in graph["nodes"] if node["kind"] == "party"]
    for what, protected in (("parties by name", False), ("under a pseudonym", True)):
        found.append(
            (what, ", ".join(node["label"] for node in parties if bool(node["protected"]) is protected) or "none")
        )
    hidden = sum(edge["shared"] == FEW for edge in graph["edges"])
    found.append(("counts held back", f"{hidden} given as {FEW}"))
    found += [("left out", text) for text in graph["left_out"]]
    found.append(("numbers", f"IN CLEAR: {leaving.reason}" if leaving.reason is not None else "masked"))
    return found
