"""A trace of a large case from scratch, and after one small list came in; the same where copies were released."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from tests.bench.marked_case import mark
from tests.bench.scale_spent import Line, disk, peak, spent
from tracer.case.case import Case, open_case
from tracer.trace import Traced, recompute_digest, trace

SECONDS, MEMORY, NEWCOMER = 60.0, 8.0, 2.0
"""Bars: seconds and GiB of a trace from scratch; seconds of one after a new list."""
ROWS, SHARE = 10_000, 10
"""Rows of the new list: so many, or a tenth of a list of the case, where that is less: a small change at every size."""
RELEASES, EACH, WITHHELD = 20, 6, 20
"""Copies of a case's first list; canaries of each, and rows that it lacks."""
_SQL = Path(__file__).parent / "sql"


def scratch(folder: Path, repeat: int) -> list[Line]:
    """The first trace of the case; it stays. Once, whatever `repeat`: the second one has nothing to do."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        clock, processor = spent(lambda: trace(case))
        most = peak()
        within = clock <= SECONDS and most <= MEMORY
        idle = spent(lambda: trace(case), repeat)
    left = disk(folder / "case")
    return [
        Line(
            "trace from scratch", clock, processor, most, None, f"< {SECONDS:.0f} s, < {MEMORY:.0f} GiB", within, left
        ),
        Line("  again, nothing has changed", *idle, peak()),
    ]


def newcomer(folder: Path, repeat: int) -> list[Line]:
    """A small list is put into the case, and the case traced. Once, whatever `repeat`."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        return [_newcomer(case, "beside from scratch")]


def released(folder: Path, repeat: int) -> list[Line]:
    """The first list was released to others: the stages that read marks have work. Once, whatever `repeat`."""
    with open_case(folder / "case", key_file=folder / "key") as case:
        (lists,) = case.con.execute("SELECT count(*) FROM dataset").fetchall()[0]
        copies = min(RELEASES, lists - 1)
        with case.transaction():
            mark(case.con, copies, EACH, WITHHELD)
        cost = spent(lambda: trace(case))
        line = Line(f"trace of {copies} released copies more", *cost, peak())
        return [line, _newcomer(case, f"among {copies} copies, beside from scratch")]


def _newcomer(case: Case, beside: str) -> Line:
    rows = _load(case)
    done: list[Traced] = []
    clock, processor = spent(lambda: done.append(trace(case)))
    most = peak()
    again: list[str] = []
    whole = spent(lambda: again.append(recompute_digest(case)))
    if done[0].result != again[0]:
        raise AssertionError("the findings are not those of a trace from scratch")
    what = f"trace of {rows:,} rows more ({beside})"
    return Line(what, clock, processor, most, whole[0], f"< {NEWCOMER:.0f} s", clock < NEWCOMER)


def _load(case: Case) -> int:
    """Its rows."""
    con = case.con
    (mean,) = con.execute("SELECT count(*) // count(DISTINCT dataset) FROM membership").fetchall()[0]
    rows = min(ROWS, int(mean) // SHARE)
    last = int(con.execute("SELECT max(no) FROM dataset").fetchall()[0][0])
    no, id_ = last + 1, f"d{last + 1:03}"
    copied = rows * 7 // 10
    values = {"no": no, "first": last * 3 // 4, "second": 1, "copied": copied, "own": rows - copied}
    with case.transaction():
        con.execute((_SQL / "scale_newcomer.sql").read_text(encoding="utf-8"), values)
        n = con.execute("SELECT count(*) FROM membership WHERE dataset = $no", {"no": no}).fetchall()[0][0]
        con.execute(
            "INSERT INTO dataset (no, id, version, current, holder, obtained, origin, path, sha256, bytes, format,"
            " region, rows, identifiers, contacts, rejected, duplicates, loaded_at)"
            " VALUES (?, ?, 1, true, ?, ?, 'obtained', '', '', 0, 'csv', 'CN', ?, ?, ?, 0, 0, ?)",
            [no, id_, f"party-{no}", date(2026, 12, 1), n, n, n, datetime(2026, 12, 2)],
        )
    return rows
