"""Taking the graph away: findings from the named queries, through the redaction gate, into files, journaled."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracer.ask.named import load_queries, run_query
from tracer.ask.render import json_rows
from tracer.case.case import Case
from tracer.export.formats import outgoing, render, write_files
from tracer.export.pseudonym import PURPOSE, keyed_pseudonym

PRINTED = ("retention", "resale-chains", "attributions", "derivations", "claims", "contradictions", "datasets")
"""The named queries whose rows stand in formats that print findings."""


def graph_files(case: Case, to: str, *, lang: str = "en") -> dict[str, bytes]:
    """The provenance graph in format `to`, redacted: ending of the file's stem → contents.

    Raises `UsageError` for a format that is none.
    """
    pseudonym = keyed_pseudonym(case.secret(PURPOSE))
    return render(outgoing(case.con, _findings(case), pseudonym, case.name, lang), to)


def export_graph(case: Case, to: str, target: Path, *, lang: str = "en") -> list[Path]:
    """Write the provenance graph to `target` and journal it; returns the paths written.

    Raises `UsageError` for a format that is none, `InputRefused` where it cannot be written.
    """
    files = graph_files(case, to, lang=lang)
    paths = write_files(files, target)
    case.journal.append(
        command="export graph", result=digest(files), detail={"format": to, "files": [path.name for path in paths]}
    )
    return paths


def digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the contents of files, in the order of their names."""
    whole = hashlib.sha256()
    for name, contents in sorted(files.items()):
        whole.update(f"{name}:{len(contents)}\n".encode() + contents)
    return whole.hexdigest()


def _findings(case: Case) -> dict[str, list[dict[str, Any]]]:
    queries = load_queries()
    return {name: list(json_rows(run_query(case.con, queries[name]))) for name in PRINTED}
