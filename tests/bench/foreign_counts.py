"""Lines and records of foreign files counted a second way, apart from the readers of the project."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.lists.loaded import Loaded

_KEPT = ("lines", "header", "title", "rows", "blank", "continued", "further", "left_out")


def disagreement(loaded: Loaded, path: Path, case: Case) -> str:
    """How a loaded file's account disagrees with itself, the store or a count of our own; '' where it does not."""
    told = loaded.account
    if told is None:
        return "no account"
    row = case.con.execute(
        f"SELECT {', '.join(_KEPT)}, rejected, duplicates FROM views.datasets WHERE dataset = $id",
        {"id": loaded.dataset},
    ).fetchone()
    kept = dict(zip((*_KEPT, "rejected", "duplicates"), row or (), strict=True))
    sums = told.header + told.title + told.rows + told.blank + told.continued + told.left_out
    if told.lines + told.further != sums or any(kept[name] != getattr(told, name) for name in _KEPT):
        return f"{told.told()}; kept {kept}"
    if told.rows != loaded.rows or not 0 <= kept["duplicates"] <= kept["rows"] - kept["rejected"]:
        return f"{loaded.rows} rows, {kept}"
    tables = case.con.execute("SELECT raw_table FROM part WHERE dataset = $no", {"no": loaded.no}).fetchall()
    in_tables = sum(case.con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for (table,) in tables)
    if in_tables != told.rows:
        return f"{in_tables} rows in the store, {told.rows} told"
    own = _own_count(loaded, path)
    return f"{own} lines counted a second way, {told.lines} told" if own not in (None, told.lines) else ""


def _own_count(loaded: Loaded, path: Path) -> int | None:
    """Lines or records of the file; None for formats that nothing else here can count."""
    if loaded.format in ("csv", "tsv", "txt", "ndjson") and loaded.encoding is not None:
        text = path.read_bytes().decode(loaded.encoding, "replace").removeprefix("\ufeff")
        return len(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text))
    if loaded.format == "parquet":
        with duckdb.connect() as con:
            try:
                return int(
                    con.execute("SELECT count(*) FROM read_parquet($path)", {"path": str(path)}).fetchall()[0][0]
                )
            except duckdb.Error:
                return None
    if loaded.format == "vcf" and loaded.encoding is not None:
        text = path.read_bytes().decode(loaded.encoding, "replace")
        return len(re.findall(r"^(?:[\w-]+\.)?(?:AGENT:)?BEGIN[ \t]*:[ \t]*VCARD[ \t]*\r*$", text, re.M | re.I))
    if loaded.format == "json":
        document = json.loads(path.read_bytes().decode(loaded.encoding or "utf-8", "replace").removeprefix("\ufeff"))
        return len(document) if isinstance(document, list) else None
    return None
