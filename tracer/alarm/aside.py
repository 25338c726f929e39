"""What arrived and could not be read: kept encrypted, with the reason, until somebody reads it again or drops it.

Whatever an input brings about (an error of a reader, foreseen or not; a reader that died or took too long), it ends
here, and the inputs behind it are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import TracerError, UsageError
from tracer.input_files import sha256_of
from tracer.visible import label

_REASON = 300
"""Characters of a reason that are kept: an error may repeat what it was given."""


@dataclass(frozen=True)
class Aside:
    """One input that was set aside."""

    no: int
    at: datetime
    source: str
    """Where it came from: a path below the watched folder, or a mailbox and the number of the message."""
    sha256: str
    reason: str


def reason_of(problem: BaseException, path: Path | None = None) -> str:
    """Why an input could not be read, in a line; `path`: its own, which is said anyway."""
    if isinstance(problem, TracerError):
        where = "" if path is None or problem.where in ("", str(path)) else f"{Path(problem.where).name}: "
        return where + (f"{problem.what}; {problem.remedy}" if problem.remedy else problem.what)
    fault = (isinstance(problem, OSError) and problem.strerror) or type(problem).__name__
    return f"it cannot be read ({fault})"


def set_aside(case: Case, source: str, reason: str, path: Path, data: bytes | None = None) -> Aside:
    """Keep an input that cannot be read: the file `path`, or `data`, which is in none. Journaled.

    Raises:
        InputRefused: it cannot even be copied.
    """
    with case.transaction():
        stored = case.vault.store(path, data)
        row = case.con.execute("SELECT coalesce(max(no), 0) + 1 FROM set_aside").fetchone()
        one = Aside(int(row[0]) if row else 1, now(), source, stored.sha256, label(reason)[:_REASON])
        case.con.execute(
            "INSERT INTO set_aside VALUES ($no, $at, $source, $sha256, $bytes, $reason, NULL)",
            {
                "no": one.no,
                "at": one.at,
                "source": one.source,
                "sha256": one.sha256,
                "bytes": stored.bytes,
                "reason": one.reason,
            },
        )
        case.journal.append(command="watch", inputs={path: stored.sha256}, detail={"set aside": one.no})
    return one


def is_aside(con: duckdb.DuckDBPyConnection, source: str, path: Path) -> bool:
    """Whether this file, at this place, was set aside already: it is not read again and again."""
    known = con.execute(
        "SELECT sha256 FROM set_aside WHERE source = $source AND done_at IS NULL", {"source": source}
    ).fetchall()
    return bool(known) and (sha256_of(path),) in known


def waiting(con: duckdb.DuckDBPyConnection) -> list[Aside]:
    """What lies aside, by number."""
    rows = con.execute(
        'SELECT no, "at", source, sha256, reason FROM set_aside WHERE done_at IS NULL ORDER BY no'
    ).fetchall()
    return [Aside(*row) for row in rows]


def done(case: Case, one: Aside, how: str) -> None:
    """It lies aside no more: it was read, or dropped. Call it in a transaction."""
    case.con.execute("UPDATE set_aside SET done_at = $at WHERE no = $no", {"at": now(), "no": one.no})
    case.journal.append(command="aside", detail={"set aside": one.no, "now": how})


def chosen(con: duckdb.DuckDBPyConnection, numbers: tuple[int, ...]) -> list[Aside]:
    """Those of these numbers; all where none is given.

    Raises:
        UsageError: an unknown number.
    """
    found = waiting(con)
    unknown = sorted(set(numbers) - {one.no for one in found})
    if unknown:
        raise UsageError(
            f"nothing is set aside under {', '.join(map(str, unknown))}", remedy="list what is: tracer aside list"
        )
    return [one for one in found if not numbers or one.no in numbers]


@contextmanager
def laid_out(case: Case, one: Aside) -> Iterator[Path]:
    """The bytes as a file under its own name, in the case's own folder for work in progress, and gone afterwards."""
    with TemporaryDirectory(dir=case.spill) as folder:
        row = case.con.execute("SELECT name FROM original WHERE sha256 = $sha256", {"sha256": one.sha256}).fetchone()
        path = Path(folder) / Path(str(row[0]) if row is not None else "item").name
        case.vault.files.extract(one.sha256, path)
        yield path
