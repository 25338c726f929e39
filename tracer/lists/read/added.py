"""Files of formats that plug-ins read, by the ending of their names. Their rows are landed as those of any format."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import PurePath

from tracer.errors import InputRefused, TracerError
from tracer.lists.read.landing import Landing, SourceReading, refuse_width, table_of_rows
from tracer.lists.read.model import Account, PartRead
from tracer.lists.read.roles import door_of
from tracer.plugins import Plugin, PluginGroup, ReadTable, fault, find, load

BUILT_IN = (
    "csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "vcf", "json", "ndjson", "jsonl", "parquet",
    "sql", "dump", "db", "sqlite", "sqlite3", "dbf", "pdf", "html", "htm", "xml", "zip", "gz", "tgz", "bz2", "tbz2",
    "xz", "txz", "zst", "tar", "7z", "log",
)  # fmt: skip
"""Endings of files that are read without a plug-in."""
_BATCH = 20_000


def plugin_for(name: str) -> Plugin | None:
    """The plug-in that reads files of this name, if their ending is not one that is built in."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return find(PluginGroup.READERS, ending, BUILT_IN) if ending else None


def plugin_of(parts: Sequence[PartRead]) -> Plugin | None:
    """The plug-in by which a file was read, if it was one."""
    found = (find(PluginGroup.READERS, part.format, BUILT_IN) for part in parts)
    return next((plugin for plugin in found if plugin is not None), None)


def read_added(reading: SourceReading, plugin: Plugin) -> list[PartRead] | None:
    """The tables that a plug-in gives, a part each; None where it cannot be loaded.

    Raises:
        InputRefused: the plug-in finds fault with the file, or fails.
    """
    function = load(plugin)
    if function is None:
        return None
    with reading.source.open() as stream:
        try:
            return [_part(reading, plugin, table) for table in function(stream)]
        except TracerError as error:
            if error.where or len(getattr(error, "problems", ())) > 1:
                raise
            raise InputRefused(
                f"{plugin} cannot read it: {error.what}", where=reading.source.where,
                remedy=error.remedy or "save it as csv, or ask its makers",
            ) from None  # fmt: skip
        except Exception as error:  # noqa: BLE001 - whatever it raises may quote a row, so its words are left out
            raise InputRefused(
                f"{plugin} cannot read it: {fault(error)}", where=reading.source.where,
                remedy="save it as csv, or ask its makers",
            ) from None  # fmt: skip


def _part(reading: SourceReading, plugin: Plugin, given: ReadTable) -> PartRead:
    header = tuple(str(name) for name in given.header)
    refuse_width(len(header), reading.limits, reading.place(given.name))
    table, seen = reading.namer(), 0
    landing = Landing(reading.con, table, len(header), door_of(header, reading.options))
    waiting = iter(given.rows)
    while rows := list(islice(waiting, _BATCH)):
        seen += len(rows)
        landing.append(table_of_rows([_cells(row, len(header), plugin) for row in rows]))
    account = Account(seen, rows=landing.rows, blank=landing.blank)
    return reading.part(table, landing, header, plugin.name, account, sheet=given.name)


def _cells(row: Sequence[str | None], width: int, plugin: Plugin) -> list[str | None]:
    """A row of as many texts as there are headings."""
    if len(row) > width or not all(cell is None or isinstance(cell, str) for cell in row):
        raise InputRefused(
            "a row is longer than the header, or holds something other than texts", where=str(plugin),
            remedy="report it to its makers",
        )  # fmt: skip
    return [*row, *[None] * (width - len(row))]
