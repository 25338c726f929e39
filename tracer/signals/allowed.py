"""Planned campaigns of the client: agreed calls are not a leak.

A table with the columns release (a copy's id), from, until (days, both inside), and channel and note where wanted.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from tracer.errors import InputRefused
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions
from tracer.signals.formats import CHANNELS, fold_heading

_HEADINGS = {
    "release": ("release", "copy", "发放", "副本"),
    "first": ("from", "first", "start", "since", "开始", "开始日期", "起"),
    "last": ("until", "last", "end", "to", "结束", "结束日期", "止"), "channel": ("channel", "渠道", "方式"),
    "note": ("note", "备注", "purpose", "用途"),
}  # fmt: skip


def load_windows(con: duckdb.DuckDBPyConnection, file: int, path: Path) -> tuple[int, int]:
    """Take in the windows of a file, in the caller's transaction; returns how many, and 0 rejected.

    Raises:
        InputRefused: every bad row at once: unknown releases, days that are none, a window that ends before it begins.
    """
    part = read_file(con, path, ReadOptions(has_header=True)).parts[0]
    folded = [fold_heading(header) for header in part.header]
    at = {
        name: next((folded.index(word) for word in words if word in folded), None) for name, words in _HEADINGS.items()
    }
    missing = [
        name for name, shown in (("release", "release"), ("first", "from"), ("last", "until")) if at[name] is None
    ]
    names = ", ".join(f"c{column.position}" for column in part.columns)
    rows = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
    con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if missing:
        raise InputRefused(
            f"missing column {' and '.join(missing)}", where=str(path), remedy="head its columns release, from, until"
        )
    held = {row[0] for row in con.execute("SELECT id FROM release").fetchall()}
    problems: list[InputRefused] = []
    windows = []
    for number, row in enumerate(rows, start=1):
        cells = {name: None if i is None else (row[i] or "").strip() or None for name, i in at.items()}
        where = f"{path}, row {number}"
        try:
            windows.append((file, number, *_window(cells, held, where)))
        except InputRefused as problem:
            problems.append(problem)
    if problems:
        raise InputRefused.many(problems)
    for window in windows:
        con.execute("INSERT INTO allowed_window VALUES (?, ?, ?, ?, ?, ?, ?)", window)
    return len(windows), 0


def _window(
    cells: dict[str, str | None], releases: set[str], where: str
) -> tuple[str, str | None, date, date, str | None]:
    release, channel = cells["release"], cells["channel"]
    if release not in releases:
        raise InputRefused(
            f"the case has no release {release!r}", where=where, remedy="list them: tracer query releases"
        )
    if channel is not None and channel not in CHANNELS:
        raise InputRefused(f"invalid channel {channel!r}", where=where, remedy=f"one of: {', '.join(CHANNELS)}")
    try:
        first, last = (date.fromisoformat((cells[name] or "")[:10]) for name in ("first", "last"))
    except ValueError:
        raise InputRefused("from and until must be days", where=where, remedy="write them like 2026-05-01") from None
    if last < first:
        raise InputRefused("the window ends before it begins", where=where, remedy="check both days")
    return release or "", channel, first, last, cells["note"]
