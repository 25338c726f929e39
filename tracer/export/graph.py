"""`tracer export graph`: the graph of an opened case through the gate, as bytes or as files, and in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tracer.case.case import Case
from tracer.case.schema import read_meta
from tracer.errors import UsageError
from tracer.export.findings import findings_of
from tracer.export.formats import FORMATS, Outgoing, outgoing, render, write_files
from tracer.export.pseudonym import PURPOSE, keyed_pseudonym


def leaving(case: Case, lang: str = "en") -> Outgoing:
    """What may leave of `case`: its graph and findings, redacted; the case's name is the title."""
    title = read_meta(case.con, "name") or case.folder.name
    return outgoing(case.con, findings_of(case.con), keyed_pseudonym(case.secret(PURPOSE)), title, lang)


def graph_bytes(case: Case, to: str, lang: str = "en") -> bytes:
    """The graph in format `to`, for standard output. Raises UsageError for a format of two files."""
    files = render(leaving(case, lang), to)
    if len(files) > 1:
        raise UsageError(f"{to} is {len(files)} files", where="-o", remedy=f"name a file: -o graph{FORMATS[to].suffix}")
    return files[""]


def export_graph(case: Case, to: str, target: Path, lang: str = "en") -> list[Path]:
    """Writes the graph in format `to` at `target` (a pair beside each other) and journals it; returns the paths.

    Raises UsageError for an unknown format or a folder that is none.
    """
    files = render(leaving(case, lang), to)
    paths = write_files(files, target)
    case.journal.append(
        command="export graph", result=_digest(files), detail={"to": to, "files": [path.name for path in paths]}
    )
    return paths


def _digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the one file, or over the pair's contents in order of their endings."""
    return hashlib.sha256(b"".join(contents for _, contents in sorted(files.items()))).hexdigest()
