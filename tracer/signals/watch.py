"""Watches a folder: files of records are loaded once they rest, and every hit is reported.

Polling, because network shares and recordings of other machines tell of no changes. A file is left while its size or
time changes. The case is opened for a batch and closed again, so that others can work on it meanwhile.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.errors import CaseUnavailable, TracerError
from tracer.signals.load import LoadedSignals, load_signals
from tracer.signals.mail import is_maildir

_IGNORED = (".part", ".tmp", ".crdownload", ".swp")
Print = tuple[int, int]
"""Size and time of change (ns)."""


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
    _seen: dict[Path, tuple[Print, float]] = field(default_factory=dict)
    # file → its shape, and since when it has had it
    _done: dict[Path, Print] = field(default_factory=dict)

    def poll(self) -> list[dict[str, object]]:
        """Load what rests; returns the new hits, in order of files and rows. A bad file is reported, and left."""
        ready = list(self._ready())
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
        return sorted(path for path, shape in self._files() if self._done.get(path) != shape)

    def _take(self, case: Case, path: Path, shape: Print) -> list[dict[str, object]]:
        try:
            loaded = load_signals(case, path, self.form, zone=self.zone)
        except TracerError as problem:
            self._done[path] = shape
            self.tell(f"left out: {problem.line()}")
            return []
        self._done[path] = shape
        if not loaded.new:
            return []
        self.tell(_account(loaded))
        return list(hits_of(case, loaded.file))

    def _ready(self) -> Iterator[tuple[Path, Print]]:
        """Files that are new or changed and have rested: by their own time of change, or under our eyes, because the
        clock of another machine may be wrong.
        """
        now, seen_at = time.time(), time.monotonic()
        for path, shape in self._files():
            had = self._seen.get(path)
            since = had[1] if had is not None and had[0] == shape else seen_at
            self._seen[path] = (shape, since)
            rested = now - shape[1] / 1e9 >= self.rest or seen_at - since >= self.rest > 0
            if rested and self._done.get(path) != shape:
                yield path, shape

    def _files(self) -> Iterator[tuple[Path, Print]]:
        """Every regular file below the folder, in order; hidden and unfinished ones left out."""
        for path in sorted(self.folder.rglob("*")):
            hidden = any(part.startswith(".") for part in path.relative_to(self.folder).parts)
            if hidden or path.suffix.lower() in _IGNORED or path.is_symlink():
                continue
            try:
                facts = path.stat()
            except OSError:
                continue  # gone since it was listed
            arriving = path.parent.name == "tmp" and is_maildir(path.parent.parent)
            if path.is_file() and facts.st_size > 0 and not arriving:
                yield path, (facts.st_size, facts.st_mtime_ns)


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
