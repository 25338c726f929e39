"""Files of a folder that have arrived whole: they rest.

Polling, because network shares and recordings of other machines report no changes. A file is left while its size or
time changes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from tracer.signals.mail import is_maildir

_DEEPEST = 20
"""Folders in one another that are looked into: more have names that are too long."""
_IGNORED = (".part", ".tmp", ".crdownload", ".swp")
_AGAIN_S = 600.0
"""Seconds after which a file is tried again that failed by no fault of its own, as far as can be told."""
FileShape = tuple[int, int, int]
"""Size, time of change, and time at which anything about it changed, such as who may read it (ns)."""


@dataclass
class RestingFiles:
    """What was seen of one folder. One object for one folder; ask again and again."""

    folder: Path
    rest: float
    """Seconds for which a file must not have changed."""
    _seen: dict[Path, tuple[FileShape, float]] = field(default_factory=dict)
    # file → its shape, and since when it has had it
    _done: dict[Path, FileShape] = field(default_factory=dict)
    _again: dict[Path, float] = field(default_factory=dict)
    # file → when it is tried again

    def ready(self) -> Iterator[tuple[Path, FileShape]]:
        """Files that are new or changed and have rested: by their own time of change, or under our eyes, because the
        clock of another machine may be wrong.
        """
        now, seen_at = time.time(), time.monotonic()
        for path, shape in self._files():
            had = self._seen.get(path)
            since = had[1] if had is not None and had[0] == shape else seen_at
            self._seen[path] = (shape, since)
            rested = now - shape[1] / 1e9 >= self.rest or seen_at - since >= self.rest > 0
            if rested and (self._done.get(path) != shape or seen_at >= self._again.get(path, seen_at + 1)):
                yield path, shape

    def done(self, path: Path, shape: FileShape, *, again: bool = False) -> None:
        """The file is not ready again until it changes; where it is to be tried `again`, for ten minutes."""
        self._done[path] = shape
        self._again.pop(path, None)
        if again:
            self._again[path] = time.monotonic() + _AGAIN_S

    def waiting(self) -> list[Path]:
        """Files that are not done yet."""
        return sorted(path for path, shape in self._files() if self._done.get(path) != shape)

    def _files(self) -> Iterator[tuple[Path, FileShape]]:
        """Every regular file below the folder, in order; hidden and unfinished ones left out."""
        found = list[Path]()
        for folder, inner, files in os.walk(self.folder):
            depth = len(Path(folder).relative_to(self.folder).parts)
            inner[:] = [] if depth >= _DEEPEST else [name for name in inner if not name.startswith(".")]
            found += [Path(folder, name) for name in files if not name.startswith(".")]
        for path in sorted(found):
            if path.suffix.lower() in _IGNORED:
                continue
            try:
                facts = path.lstat()
                arriving = path.parent.name == "tmp" and is_maildir(path.parent.parent)
            except OSError:
                continue  # gone since it was listed, or in a folder that may be listed and not entered
            if S_ISREG(facts.st_mode) and facts.st_size > 0 and not arriving:
                yield path, (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
