"""Cuts rows out of bytes and puts rows in, everything between left unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tracer.lists.write.model import PartEdit

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TextRecords:
    """The data records of a text, as spans of its bytes that end behind their line end."""

    data: bytes
    starts: Offsets
    ends: Offsets
    newline: bytes
    closed: bool
    """Whether the source itself ended with a line end; if not, the copy does not either."""
    unit: int = 1
    """Bytes of a line feed: 2 in UTF-16."""

    def record(self, row: int) -> bytes:
        """The bytes of a data row (from 1) without its line end."""
        record = self.data[self.starts[row - 1] : self.ends[row - 1]]
        for end in (self.newline, self.newline[-self.unit :]):
            if record.endswith(end):
                return record[: -len(end)]
        return record

    def spliced(self, edit: PartEdit, written: Sequence[bytes]) -> bytes:
        """The text with `edit` applied; `written` are the added rows in bytes, without line ends."""
        cuts: dict[int, list[tuple[int, bytes]]] = {}
        for row in edit.removed:
            cuts.setdefault(int(self.starts[row - 1]), []).append((int(self.ends[row - 1]), b""))
        end = int(self.ends[-1])
        for new, record in zip(edit.added, written, strict=True):
            at = int(self.starts[new.before - 1]) if new.before <= len(self.starts) else end
            cuts.setdefault(at, []).append((at, record + self.newline))
        copy = _assembled(self.data, cuts)
        return copy if self.closed or not copy.endswith(self.newline) else copy[: -len(self.newline)]


def _assembled(data: bytes, cuts: Mapping[int, Sequence[tuple[int, bytes]]]) -> bytes:
    """`data` with each cut (at: (resume, instead)) made; what is put in comes before what is taken out."""
    pieces: list[bytes | memoryview] = []
    view, position = memoryview(data), 0
    for at in sorted(cuts):
        pieces.append(view[position:at])
        pieces += [instead for _, instead in cuts[at]]
        position = max(resume for resume, _ in cuts[at])
    pieces.append(view[position:])
    return b"".join(pieces)
