"""Reads what thieves of passwords trade: stealers' logs and combination lists, one row an entry, no secret kept."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from tracer.errors import InputRefused
from tracer.lists.read.combinations import ListWalk, first_lines, separator_of
from tracer.lists.read.encoding import public_name
from tracer.lists.read.landing import Landing
from tracer.lists.read.logins import COLUMNS, tables, with_roles
from tracer.lists.read.model import PartRead
from tracer.lists.read.reading import SourceReading
from tracer.lists.read.stolen_log import LogWalk, is_stolen_log
from tracer.lists.read.text import Decoded, find_encoding, text_head

LOG, COMBINATIONS = "stealer-log", "combinations"
_SAMPLE = 1 << 17


def read_stolen(reading: SourceReading) -> PartRead | None:
    """A text as one part where it is a stealer's log or a combination list; None where it is neither."""
    if reading.options.has_header is not None:  # who speaks of a header means a table
        return None
    encoding = find_encoding(reading.source, reading.options.encoding)
    head, _ = text_head(reading.source, encoding)
    lines = first_lines(head[:_SAMPLE])
    is_log = is_stolen_log(lines)
    separator = None if is_log else separator_of(lines)
    if not is_log and separator is None:
        return None
    options, table = reading.options, reading.namer()
    decoded = Decoded(reading.source, encoding, strict=options.encoding is not None)
    walk = (
        LogWalk(_lines(decoded), options.secret_key, options.region)
        if separator is None
        else ListWalk(_lines(decoded), separator, options.secret_key, options.region)
    )
    landing = Landing(reading.con, table, len(COLUMNS))
    for batch in tables(walk):
        landing.append(batch)
    if decoded.replaced * 100 > reading.source.size:
        raise InputRefused(
            f"{decoded.replaced:,} bytes cannot be decoded as {public_name(encoding.name)}",
            where=reading.source.where, remedy="name its encoding with --encoding",
        )  # fmt: skip
    _note(reading, walk, decoded.replaced, public_name(encoding.name))
    part = reading.part(
        table, landing, COLUMNS, LOG if is_log else COMBINATIONS, walk.account,
        encoding=public_name(encoding.name), delimiter=separator,
    )  # fmt: skip
    return replace(part, columns=with_roles(part.columns))


def _lines(decoded: Decoded) -> Iterator[str]:
    r"""The lines of a text without their ends; `\r` alone ends one too."""
    held = ""
    for piece in decoded:
        text = held + piece
        rows = io.StringIO(text, newline="").readlines()
        held = rows.pop() if rows else ""
        for row in rows:
            yield row.rstrip("\r\n").replace("\0", "")
    if held:
        yield from (row.rstrip("\r\n").replace("\0", "") for row in io.StringIO(held, newline="").readlines())


def _note(reading: SourceReading, walk: LogWalk | ListWalk, replaced: int, encoding: str) -> None:
    where = reading.source.where
    if isinstance(walk, LogWalk):
        reading.notes.append(f"{where}: read as a stealer's log, one row an entry")
    else:
        shown = {"\t": "tab"}.get(walk.separator, f"'{walk.separator}'")
        reading.notes.append(
            f"{where}: read as a combination list of logins and secrets, separated by {shown};"
            " --no-header reads it as a table"
        )
        unread = walk.counts["unread"]
        if unread:
            reading.notes.append(f"{where}: {unread:,} lines are not entries; their shape alone is kept")
    if replaced:
        reading.notes.append(f"{where}: {replaced:,} places are not {encoding} and were replaced by U+FFFD")
