"""What writing a copy takes: the source's parts as they were read, and the rows that go out and in."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from tracer.errors import InputRefused

GBK_NAMES = "gb18030"
"""Names in archives that are not marked as UTF-8 are read and written in it, as the reader does."""


@dataclass(frozen=True)
class SourcePart:
    """One part of a loaded dataset."""

    part: int
    member: str | None
    sheet: str | None
    format: str
    """csv, tsv, txt, xlsx, xls, ods, html, xml, vcf, json, ndjson, parquet."""
    encoding: str | None
    delimiter: str | None
    rows: int
    headers: tuple[str, ...]


@dataclass(frozen=True)
class NewRow:
    """A data row that the copy has and the source has not."""

    before: int
    """Data row of the source (from 1) before which it goes; rows + 1 puts it at the end."""
    like: int
    """Data row of the source whose way of writing it follows."""
    cells: tuple[str | None, ...]
    taken: tuple[int | None, ...]
    """For each cell the data row from which it is taken over as it is written there; None for a new text."""


@dataclass(frozen=True)
class PartEdit:
    """What changes in one part."""

    removed: frozenset[int] = frozenset()
    added: tuple[NewRow, ...] = ()
    """Rows that are put in; those before the same row come in this order."""


class Template(Protocol):
    """A source that is ready to be copied many times."""

    suffix: str
    notes: tuple[str, ...] = ()

    def check(self, edits: Sequence[Mapping[int, PartEdit]]) -> None:
        """Raise `InputRefused`, all reasons together, where copies with these edits cannot be written safely."""
        del edits

    def listed(self, part: int) -> int | None:
        """How many data rows there are above the totals under the list; None where there are none under it."""
        del part
        return None

    def computed(self, part: int) -> Mapping[int, str]:
        """Columns with a formula that names cells of its own row alone -> the formula as SQL over the row's columns:
        `n3` is column 3 as a number, `t3` as a text. Blank where it has no like in SQL."""
        del part
        return {}

    def give_up(self, part: int, columns: Collection[int]) -> None:
        """Write only the values of these formulas: what they give for a new row is not known."""
        del part, columns

    def as_written(self, part: int, row: NewRow) -> NewRow:
        """A new row as a copy has it: above the totals under the list."""
        del part
        return row

    def forms(self, part: int, row: int | NewRow) -> tuple[str, ...]:
        """How each cell of a data row or of a new row is written in the file apart from its content, and behind them
        the row itself. Nothing for formats that have content alone."""
        del part, row
        return ()

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """The copy with these edits, by part number; parts without an edit stay as they are."""

    def without(self, gone: frozenset[int]) -> bytes:
        """The source without these columns, where a format has it (`source.without_columns`): what is left is as it
        was written."""
        raise TypeError(f"columns are not left out of {self.suffix}: {gone}")


Record = TypeVar("Record")
Offsets = npt.NDArray[np.int64]


def stretches(
    edit: PartEdit, starts: Sequence[int] | Offsets, ends: Sequence[int] | Offsets, behind: int, length: int
) -> Iterator[slice | NewRow]:
    """A copy in its order: the stretches of the source that stay, and the rows that come in between.

    `starts`, `ends`: of each data row in a source of this `length`; `behind`: where rows go that follow the last one.
    """
    added = defaultdict[int, list[NewRow]](list)
    for new in edit.added:
        added[new.before].append(new)
    position = 0
    for row in sorted(edit.removed | added.keys()):
        at = int(starts[row - 1]) if row <= len(starts) else behind
        yield slice(position, at)
        yield from added[row]
        position = int(ends[row - 1]) if row in edit.removed else at
    yield slice(position, length)


def spliced(records: Sequence[Record], edit: PartEdit, written: Callable[[NewRow], Record]) -> list[Record]:
    """The records of a part's data rows without those that go out, and with those that come in."""
    added = defaultdict[int, list[Record]](list)
    for new in edit.added:
        added[new.before].append(written(new))
    kept = list[Record]()
    for row, record in enumerate(records, 1):
        kept += added[row]
        if row not in edit.removed:
            kept.append(record)
    return kept + added[len(records) + 1]


def places(edits: Mapping[int, PartEdit]) -> dict[tuple[int, int], int]:
    """(part, index of the added row) -> its data row in the copy, from 1."""
    found = {}
    for part, edit in edits.items():
        removed = sorted(edit.removed)
        order = sorted(range(len(edit.added)), key=lambda i: (edit.added[i].before, i))
        gone = 0
        for rank, i in enumerate(order):
            before = edit.added[i].before
            while gone < len(removed) and removed[gone] < before:
                gone += 1
            found[part, i] = before - gone + rank
    return found


def has_plausible_head(above: int, part: SourcePart) -> bool:
    """Whether so many rows above the data are plausible: a header where there are names, few titles."""
    return (1 if any(part.headers) else 0) <= above <= 50


def unwritable(what: str, where: str, remedy: str) -> InputRefused:
    """The refusal of a source that cannot be copied row by row."""
    return InputRefused(what, where=where, remedy=remedy)


def rewritten_zip(content: bytes, changed: Mapping[str, bytes], dropped: Collection[str] = ()) -> bytes:
    """A zip with the contents of some members changed and some left out; order, names, dates and compression stay."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content), metadata_encoding=GBK_NAMES) as source,
        zipfile.ZipFile(sink, "w") as target,
    ):
        target.comment = source.comment
        for info in source.infolist():
            if info.filename in dropped:
                continue
            data = changed[info.filename] if info.filename in changed else source.read(info)
            utf8 = bool(info.flag_bits & 0x800) or info.filename.isascii()
            kept = (zipfile.ZipInfo if utf8 else _RawName)(info.filename, info.date_time)
            for name in ("compress_type", "external_attr", "create_system", "comment", "internal_attr"):
                setattr(kept, name, getattr(info, name))
            target.writestr(kept, data)
    return sink.getvalue()


class _RawName(zipfile.ZipInfo):
    """An entry whose name is written in the bytes it had: zipfile would mark every Chinese name as UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the name that zipfile calls
        return self.filename.encode(GBK_NAMES), self.flag_bits & ~0x800
