"""Names of documents' files that name somebody: `王小明.pdf` becomes `withheld.pdf`, and nothing is stopped by it.

They are looked up as the scan looks up the finished file, so that what is left is what the scan lets through.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import PurePath

import duckdb

from tracer.disclosure import Reason
from tracer.export.allowlist import allowlist_text
from tracer.export.gate import Findings
from tracer.export.scan import Scan
from tracer.graph.model import Document, Graph

WITHHELD = "withheld"
"""What such a file is called; its ending stays."""


def without_named_files(
    con: duckdb.DuckDBPyConnection, graph: Graph, facts: Findings
) -> tuple[Graph, Findings, list[Reason]]:
    """Graph and facts with such names replaced, and what is said of it; nothing of it is looked up without files."""
    documents, rows = graph["evidence"], facts.get("evidence", ())
    files = {str(one["file"]) for one in (*documents, *rows) if one.get("file")}
    named = _naming(con, files)
    if not named:
        return graph, facts, []
    kept = [Document(**{**one, "file": named.get(one["file"] or "", one["file"])}) for one in documents]
    changed = {"evidence": [{**row, "file": named.get(str(row["file"]), row["file"])} for row in rows]} if rows else {}
    said = [Reason.of("left-out-file-names", n=len(named))]
    return Graph(**{**graph, "evidence": kept}), {**facts, **changed}, said


def _naming(con: duckdb.DuckDBPyConnection, files: Iterable[str]) -> dict[str, str]:
    """Those that name somebody -> what they are called instead."""
    looked_at = {f"{number}.txt": name for number, name in enumerate(sorted(files))}
    if not looked_at:
        return {}
    leaks = Scan(con, own=partial(allowlist_text, con)).leaks({at: name.encode() for at, name in looked_at.items()})
    found = {looked_at[leak.file] for leak in leaks}
    return {name: f"{WITHHELD}{PurePath(name).suffix}" for name in found}
