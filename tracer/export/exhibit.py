"""One document of an annex."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from tracer.visible import label


@dataclass(frozen=True)
class Exhibit:
    """One document that leaves."""

    id: str
    kind: str
    acquired: str
    name: str
    sha256: str
    content: bytes

    @property
    def file(self) -> str:
        """Its name in the archive."""
        return label(f"{self.id}{PurePath(self.name).suffix.lower() or '.txt'}")
