"""The members of a zip that may be lists: junk is skipped, and bytes are counted over all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracer.errors import InputRefused
from tracer.lists.read.model import Limits
from tracer.lists.read.source import Source
from tracer.lists.read.zips import Archive, Member, refuse_bomb

JUNK = re.compile(
    r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)"
    r"|\.(jpe?g|png|gif|bmp|webp|tiff?|heic|ico|pdf|docx?|pptx?|mp[34]|wav|md|url|lnk|exe|ini|log)$"
    r"|(^|/)(readme|read me|说明|使用说明|説明|说明书|license|licence)[^/]*$",
    re.IGNORECASE,
)
"""Names of what is not a list."""

OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]")
"""A member's name that leads out of the archive. Nothing is unpacked by it, but who made it meant something else."""


class Budget:
    """Unpacked bytes still allowed over all members of one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.total_bytes


def members(archive: Archive, outer: Source, limits: Limits, budget: Budget, notes: list[str]) -> Iterator[Source]:
    """The members that may be lists, in the archive's order; notes those that are skipped.

    Raises InputRefused for too many, too large, too dense or locked members. `outer`: the archive itself.
    """
    infos = [info for info in archive.members if not info.folder]
    if len(infos) > limits.archive_members:
        raise InputRefused(
            f"{len(infos):,} members, more than {limits.archive_members:,}", where=outer.where, remedy="unpack it first"
        )
    astray = [info.name for info in infos if OUT.search(info.name)]
    notes += [f"{outer.where}: {name!r} is left out: its name leads out of the archive" for name in astray]
    infos = [info for info in infos if info.name not in astray]
    skipped = [info.name for info in infos if JUNK.search(info.name)]
    if skipped:
        notes.append(skipped_note(outer.where, skipped))
    for info in infos:
        if JUNK.search(info.name):
            continue
        where = f"{outer.where}:{info.name}"
        if info.size == 0:
            notes.append(f"{where}: empty; skipped")
            continue
        refuse_bomb(info, limits, where)
        budget.left -= info.size
        if budget.left < 0:
            raise InputRefused(
                f"unpacks to more than {limits.total_bytes >> 30:,} GiB: a zip bomb",
                where=where,
                remedy="unpack it first",
            )
        yield member_source(archive, info, outer, where)


def skipped_note(where: str, skipped: Sequence[str]) -> str:
    """The members that were passed over because of their names."""
    more = f" and {len(skipped) - 5:,} more" if len(skipped) > 5 else ""
    return f"{where}: skipped {', '.join(skipped[:5])}{more}: no lists"


def member_source(archive: Archive, info: Member, outer: Source, where: str) -> Source:
    """A member as a source; it can be opened as long as the archive is open."""
    if info.locked:
        archive.open(info, outer.where)
    member = info.name if outer.member is None else f"{outer.member}/{info.name}"
    return Source(
        where=where,
        name=info.name,
        member=member,
        path=None,
        size=info.size,
        opener=lambda: archive.open(info, where),
    )
