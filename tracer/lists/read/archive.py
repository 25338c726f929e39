"""Opens zip archives: names in GBK unless marked as UTF-8, bytes counted while they are unpacked, one level of
nesting.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from tracer.errors import InputRefused
from tracer.lists.read.kind import refuse_bomb
from tracer.lists.read.model import Limits
from tracer.lists.read.source import Source

_JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)"
    r"|\.(jpe?g|png|gif|bmp|webp|tiff?|heic|ico|pdf|docx?|pptx?|mp[34]|wav|md|url|lnk|exe|ini|log)$"
    r"|(^|/)(readme|read me|说明|使用说明|説明|说明书|license|licence)[^/]*$",
    re.IGNORECASE,
)
ENCRYPTED = 0x1


class Budget:
    """Unpacked bytes still allowed over all members of one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.total_bytes


class _Counted(io.RawIOBase):
    """A member's stream that refuses to unpack more than the directory promised: the promise has been checked."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> None:
        super().__init__()
        self.where, self.promised, self.given = where, info.file_size, 0
        self.stream = _opened(archive, info, where)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is wider
        try:
            data = self.stream.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise _damaged(self.where) from error
        self.given += len(data)
        if self.given > self.promised:
            raise InputRefused("unpacks to more than its directory says: a zip bomb", where=self.where)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.stream.close()
        super().close()


def _damaged(where: str) -> InputRefused:
    return InputRefused("the archive is damaged or cut off", where=where, remedy="get it again")


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> IO[bytes]:
    if info.flag_bits & ENCRYPTED:
        raise InputRefused(
            "the archive is protected by a password", where=where, remedy="unpack it and load what is in it"
        )
    try:
        return archive.open(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise _damaged(where) from error


def open_archive(stream: IO[bytes], where: str) -> zipfile.ZipFile:
    """The archive, its names read as GB18030 where they are not marked as UTF-8. Raises InputRefused when damaged."""
    try:
        return zipfile.ZipFile(stream, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        stream.seek(0)
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise _damaged(where) from error


def members(
    archive: zipfile.ZipFile, outer: Source, limits: Limits, budget: Budget, notes: list[str]
) -> Iterator[Source]:
    """The members that may be lists, in the archive's order; notes those that are skipped.

    Raises InputRefused for too many, too large, too dense or locked members. `outer`: the archive itself.
    """
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > limits.archive_members:
        raise InputRefused(
            f"{len(infos):,} members, more than {limits.archive_members:,}", where=outer.where, remedy="unpack it first"
        )
    skipped = [info.filename for info in infos if _JUNK.search(info.filename)]
    if skipped:
        more = f" and {len(skipped) - 5:,} more" if len(skipped) > 5 else ""
        notes.append(f"{outer.where}: skipped {', '.join(skipped[:5])}{more}: no lists")
    for info in infos:
        if _JUNK.search(info.filename):
            continue
        where = f"{outer.where}:{info.filename}"
        if info.file_size == 0:
            notes.append(f"{where}: empty; skipped")
            continue
        refuse_bomb(info, limits, where)
        budget.left -= info.file_size
        if budget.left < 0:
            raise InputRefused(
                f"unpacks to more than {limits.total_bytes >> 30:,} GiB: a zip bomb",
                where=where,
                remedy="unpack it first",
            )
        yield member_source(archive, info, outer, where)


def member_source(archive: zipfile.ZipFile, info: zipfile.ZipInfo, outer: Source, where: str) -> Source:
    """A member as a source; it can be opened as long as the archive is open."""
    if info.flag_bits & ENCRYPTED:
        _opened(archive, info, outer.where)
    member = info.filename if outer.member is None else f"{outer.member}/{info.filename}"
    return Source(
        where=where,
        name=info.filename,
        member=member,
        path=None,
        size=info.file_size,
        opener=lambda: io.BufferedReader(_Counted(archive, info, where), 1 << 20),
    )
