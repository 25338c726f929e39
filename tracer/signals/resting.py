"""Files of a folder that have arrived whole: they rest.

Polling, because network shares and recordings of other machines report no changes. A file is left while its size or
time changes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tracer.signals.mail import is_maildir

_IGNORED = (".part", ".tmp", ".crdownload", ".swp")
FileShape = tuple[int, int]
"""Size and time of change (ns)."""


@dataclass
class RestingFiles:
    """What was seen of one folder. One object for one folder; ask again and again."""

    folder: Path
    rest: float
    """Seconds for which a file must not have changed."""
    _seen: dict[Path, tuple[FileShape, float]] = field(default_factory=dict)
    # file → its shape, and since when it has had it
    _done: dict[Path, FileShape] = field(default_factory=dict)

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
            if rested and self._done.get(path) != shape:
                yield path, shape

    def done(self, path: Path, shape: FileShape) -> None:
        """The file is not ready again until it changes."""
        self._done[path] = shape

    def waiting(self) -> list[Path]:
        """Files that are not done yet."""
        return sorted(path for path, shape in self._files() if self._done.get(path) != shape)

    def _files(self) -> Iterator[tuple[Path, FileShape]]:
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
