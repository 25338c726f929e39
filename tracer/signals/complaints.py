"""Loads complaints: a table with the columns at, caller, called, text (or their Chinese names)."""

from __future__ import annotations

from pathlib import Path

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.signals.formats import format_named
from tracer.signals.load import LoadedSignals, keep_file, land_delimited, next_file

_TABLE = format_named("csv")


def load_complaints(case: Case, path: Path) -> LoadedSignals:
    """Load a file of complaints in one transaction and journal it; the same bytes are loaded once.

    Times without a zone are read as UTC, and kept as they are written: a complaint's day is what counts. `signals` of
    the account is the number of complaints kept.

    Raises:
        InputRefused: a file without a time and a called number in its header, or one that cannot be read.
    """
    path = path.absolute()
    if not path.is_file():
        raise InputRefused("there is no such file", where=str(path))
    con = case.con
    with case.transaction():
        stored = case.vault.store(path)
        had = con.execute(
            "SELECT no, path, format, rows, rejected, rows - rejected FROM signal_file "
            "WHERE sha256 = $sha256 AND format = 'complaints'",
            {"sha256": stored.sha256},
        ).fetchone()
        if had is not None:
            return LoadedSignals(*had)
        land_delimited(con, path, _TABLE)
        file = next_file(con)
        con.execute(
            'INSERT INTO complaint SELECT $file, row, try_strptime(trim("at"), $times), caller, called, text '
            'FROM signal_text WHERE try_strptime(trim("at"), $times) IS NOT NULL ORDER BY row',
            {"file": file, "times": list(_TABLE.times)},
        )
        counts = con.execute(
            "SELECT (SELECT count(*) FROM signal_text), (SELECT count(*) FROM complaint WHERE file = $file)",
            {"file": file},
        ).fetchone()
        con.execute("DROP TABLE temp.signal_text")
        assert counts is not None  # noqa: S101 - an aggregate always gives a row
        loaded = LoadedSignals(file, str(path), "complaints", counts[0], counts[0] - counts[1], counts[1])
        keep_file(con, loaded, stored.sha256)
        case.journal.append(command="complaints load", inputs={path.name: stored.sha256}, detail=loaded.to_json())
    return loaded
