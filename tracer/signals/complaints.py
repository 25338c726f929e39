"""Loads complaints: a table with the columns at, caller, called, text (or their Chinese names)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.signals.formats import format_named
from tracer.signals.load import LoadedSignals, clear, keep_file, next_file
from tracer.signals.records import ZONES, make_records, read_sql
from tracer.signals.tables import land_table
from tracer.signals.texts import Piece, keep_raw, view_pieces

COMPLAINTS = replace(
    format_named("csv"), name="complaints", title="complaints with a time and the number that was called"
)  # fmt: skip
"""The form of a file of complaints."""


def load_complaints(case: Case, path: Path, *, zone: str | None = None) -> LoadedSignals:
    """Load a file of complaints in one transaction and journal it; the same bytes are loaded once.

    Times become UTC: those without a zone are read by `zone`, or the region's. `signals` of the account is the number
    of complaints kept; what has no readable time or no called number is kept as rejected.

    Raises:
        InputRefused: a file without a time and a called number in its header, or one that cannot be read.
    """
    path = path.absolute()
    if not path.is_file():
        raise InputRefused("no such file", where=str(path), remedy="check the path")
    con = case.con
    with case.transaction():
        stored = case.vault.store(path)
        had = con.execute(
            "SELECT no, path, format, rows, rejected, rows - rejected FROM signal_file "
            "WHERE sha256 = $sha256 AND format = 'complaints'",
            {"sha256": stored.sha256},
        ).fetchone()
        if had is not None:
            return replace(LoadedSignals(*had), new=False)
        pieces: list[Piece] = []
        try:
            _, pieces = land_table(con, path, COMPLAINTS)
            view_pieces(con, pieces)
            make_records(con, COMPLAINTS, zone or ZONES.get(case.region, "UTC"), str(path), own=None)
            loaded = _keep(case, pieces, path)
        finally:
            clear(con, pieces)
        keep_file(con, loaded, stored.sha256)
        detail = loaded.to_json() | {"path": path}
        case.journal.append(command="complaints load", inputs={path: stored.sha256}, detail=detail)
    return loaded


def _keep(case: Case, pieces: list[Piece], path: Path) -> LoadedSignals:
    con, file = case.con, next_file(case.con)
    con.execute(
        "INSERT INTO complaint SELECT $file, r.row, r.at_utc, t.caller, t.called, t.text, r.zone FROM signal_record r"
        " JOIN signal_text t ON t.row = r.row WHERE r.reason IS NULL ORDER BY r.row",
        {"file": file},
    )
    con.execute("CREATE OR REPLACE TEMP TABLE signal_cell AS SELECT row FROM signal_record WHERE reason IS NOT NULL")
    keep_raw(con, pieces, "signal_cell")
    con.execute(read_sql("keep_rejects"), {"file": file, "telephone": False})
    row = con.execute("SELECT count(*), count(reason) FROM signal_record").fetchone()
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return LoadedSignals(file, str(path), "complaints", row[0], row[1], row[0] - row[1])
