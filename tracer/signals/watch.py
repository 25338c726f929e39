"""Watches a folder: files of records are loaded once they rest, and every hit is reported.

The case is opened for a batch and closed again, so that others can work on it meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.errors import CaseUnavailable, TracerError
from tracer.signals.load import LoadedSignals, load_signals
from tracer.signals.resting import FileShape, RestingFiles


@dataclass
class Watch:
    """What a watch has seen. One object for one folder; `poll` again and again."""

    folder: Path
    open_case: Callable[[], AbstractContextManager[Case]]
    """Opens the case for a batch."""
    tell: Callable[[str], None]
    """Receives what happens, a line each."""
    form: str | None = None
    """Format of all files; each is detected when None."""
    zone: str | None = None
    """Zone of times that name none."""
    rest: float = 2.0
    """Seconds for which a file must not have changed."""
    files: RestingFiles = field(init=False)

    def __post_init__(self) -> None:
        """The files of the folder."""
        self.files = RestingFiles(self.folder, self.rest)

    def poll(self) -> list[dict[str, object]]:
        """Load what rests; returns the new hits, in order of files and rows. A bad file is reported, and left."""
        ready = list(self.files.ready())
        if not ready:
            return []
        hits: list[dict[str, object]] = []
        try:
            with self.open_case() as case:
                for path, shape in ready:
                    hits += self._take(case, path, shape)
        except JournalChanged:
            raise  # it will not go away by waiting
        except CaseUnavailable as problem:
            # Somebody else works on the case: the files stay for the next poll.
            self.tell(f"waiting: {problem.line()}")
        return hits

    def growing(self) -> list[Path]:
        """Files that are not loaded yet."""
        return self.files.waiting()

    def _take(self, case: Case, path: Path, shape: FileShape) -> list[dict[str, object]]:
        try:
            loaded = load_signals(case, path, self.form, zone=self.zone)
        except TracerError as problem:
            self.files.done(path, shape)
            self.tell(f"left out: {problem.line()}")
            return []
        self.files.done(path, shape)
        if not loaded.new:
            return []
        self.tell(_account(loaded))
        return list(hits_of(case, loaded.file))


def _account(loaded: LoadedSignals) -> str:
    return (
        f"{Path(loaded.path).name}: {loaded.format}, {loaded.rows:,} records, {loaded.rejected:,} rejected,"
        f" {loaded.signals:,} hits"
    )


def hits_of(case: Case, file: int) -> Iterable[dict[str, object]]:
    """The hits of a file as an alert shows them: masked, with the copies that hold each canary."""
    rows = case.con.execute(
        "SELECT strftime(s.\"at\", '%Y-%m-%dT%H:%M:%SZ'), s.channel, s.caller, s.canary, c.kind, s.releases, s.file,"
        " s.row FROM views.signals s JOIN views.canaries c ON c.canary = s.canary WHERE s.file = $file"
        " ORDER BY s.row, s.canary",
        {"file": file},
    ).fetchall()
    names = ("at", "channel", "caller", "canary", "kind", "releases", "file", "row")
    return [dict(zip(names, row, strict=True)) for row in rows]


def alerting(hit: dict[str, object]) -> bool:
    """Whether a hit alerts: all but those on controls, which are called by chance."""
    return hit["kind"] != "control"


def line_of(hit: dict[str, object], suppressed: int) -> str:
    """One JSON line, ready for a webhook; `suppressed`: alerts that the rate has kept back since the last one."""
    return json.dumps({"event": "signal", **hit, "suppressed": suppressed}, ensure_ascii=False)
