"""Reads a file of any format into raw tables: the one door of this room."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from itertools import islice
from pathlib import Path, PurePath

import duckdb

from tracer.case.store import is_of_input
from tracer.errors import InputRefused, TracerError
from tracer.identify.digests import read_digest
from tracer.identify.drop import DOWNLOAD, LIST_TYPES, NOT_MATCHED
from tracer.lists.read.archives import Budget, unpacked, zip_members
from tracer.lists.read.dbf import read_dbf
from tracer.lists.read.delimited import read_delimited
from tracer.lists.read.encoding import doubts, find_encoding, public_name, text_head
from tracer.lists.read.kind import ARCHIVES, FileKind, kind_of
from tracer.lists.read.landing import (
    AREA_AND_NUMBER,
    SourceReading,
    TableNamer,
    cells_of,
    drop_raw,
    parted_region,
    refuse_long_cells,
    sample_columns,
    table_of_rows,
    temp_namer,
)
from tracer.lists.read.model import (
    CHUNK,
    Account,
    ColumnRole,
    FileRead,
    PartRead,
    ReadOptions,
    Source,
    bytes_source,
    file_source,
)
from tracer.lists.read.records import read_parquet, read_records
from tracer.lists.read.region import with_regions
from tracer.lists.read.roles import missing_columns
from tracer.lists.read.stray_lines import has_colons, is_prose, spread_numbers, with_strays
from tracer.lists.read.tables import read_database, read_dump
from tracer.lists.read.theft import read_stolen
from tracer.lists.read.vcard import read_vcards
from tracer.lists.read.words import names_a_column
from tracer.lists.read.workbook import read_html, read_pdf, read_workbook, read_xml_sheets
from tracer.plugins import Plugin, PluginGroup, ReadTable, fault, find, load

_WORKBOOKS = {f".{ending}": FileKind.XLSX for ending in ("xlsx", "xlsm", "xlsb")}
_WORKBOOKS |= {".xls": FileKind.XLS, ".ods": FileKind.ODS}
_SISTERS = 60
"""How many times as likely as of any list around it a part is of the country of another part of the same file."""
_ARCHIVE, _ONE_FILE, _DEEPEST = 2, 1, 3
"""Steps down that an archive and a single packed file take, and how deep one may be: an archive within another, each
perhaps packed once more."""
BUILT_IN = (
    *("csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "vcf", "json", "ndjson", "jsonl", "parquet"),
    *("sql", "dump", "db", "sqlite", "sqlite3", "dbf", "pdf", "html", "htm", "xml", "log"),
    *("zip", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "zst", "tar", "7z"),
)
"""Endings of files that are read without a plug-in."""
_ADDED_BATCH = 20_000


def read_file(
    con: duckdb.DuckDBPyConnection, path: Path, options: ReadOptions, *, namer: TableNamer | None = None
) -> FileRead:
    """Reads a file into raw tables, one per part.

    `con`: gets the tables; temporary ones with names unique within the process, unless `namer` gives each the name
    of a table to create (`raw.d3_p1`): then the rows go straight where they are to stay. Raises InputRefused for
    anything that is not read whole; the tables made by then are dropped.
    """
    check_path(path)
    reading = _Reading(con, options, namer or temp_namer())
    try:
        found = reading.file(file_source(path))
        rows = sum(part.rows for part in found.parts)
        if rows > options.limits.rows:
            what = f"{rows:,} rows, more than {options.limits.rows:,}"
            raise InputRefused(what, where=str(path), remedy="raise the limit: --limit rows=…")
        if options.sheet is not None and all(part.sheet is None for part in found.parts):
            what = f"it has no sheets or tables, and so no {options.sheet!r}"
            raise InputRefused(what, where=str(path), remedy="leave --sheet out")
        if not options.among_several and (missing := missing_columns(options.columns, reading.headers, path.name)):
            raise InputRefused.many(missing)
        return found
    except InputRefused:
        for table in reading.tables:
            drop_raw(con, table)
        raise


def check_path(path: Path) -> None:
    """Raises InputRefused unless the path is a file that can be read."""
    where = str(path)
    try:
        if path.is_dir():
            raise InputRefused("this is a folder", where=where, remedy="name the files in it")
        if not path.exists():
            siblings = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
            near = get_close_matches(path.name, sorted(siblings), 1, cutoff=0.6)
            raise InputRefused(
                "no such file", where=where, remedy=f"did you mean {near[0]!r}?" if near else "check the path"
            )
        if not path.is_file():
            raise InputRefused("not a regular file", where=where, remedy="copy it to a file first")
        if not os.access(path, os.R_OK):
            raise InputRefused("you may not read the file", where=where, remedy="ask for permission to read it")
    except OSError as error:
        raise InputRefused(
            f"the file cannot be opened ({error.strerror})", where=where, remedy="check path and permissions"
        ) from error


class _Reading:
    """One file being read: what all its parts share."""

    def __init__(self, con: duckdb.DuckDBPyConnection, options: ReadOptions, namer: TableNamer) -> None:
        self.con, self.options, self.limits, self._namer = con, options, options.limits, namer
        self.budget = Budget(options.limits)
        self.notes, self.tables, self.headers = list[str](), list[str](), list[tuple[str, ...]]()
        self.empty: list[Account] = []
        self.aside: list[tuple[str, str]] = []
        self.withdrawn: list[int] = []

    def namer(self) -> str:
        """The next table's name, remembered."""
        self.tables.append(self._namer())
        return self.tables[-1]

    def file(self, source: Source) -> FileRead:
        """The file's parts. Raises InputRefused when there is none with a data row, but for the lists of a
        download that cannot be matched or that take requests back.
        """
        # An archive is called one; anything else after its first part.
        kind = None if plugin_for(source.name) is not None else kind_of(source, self.limits, self.options.encoding)
        parts = [
            part
            for each in self.parts(source, 0)
            if self._holds_rows(part := _of_download(self, source.name, each), source.where)
        ]
        if self.options.find_region and any(column.doubt for part in parts for column in part.columns):
            parts = self._decided_together(parts)
        if not (parts or self.withdrawn or DOWNLOAD.search(source.name)):
            why = "; ".join(note.removeprefix(f"{source.where}: ") for note in self.notes)
            raise InputRefused(
                f"no data rows ({why})" if why else "no data rows",
                where=source.where,
                remedy="check that it is the right file and has more than a header",
            )
        encodings = {part.encoding for part in parts}
        return FileRead(
            format=kind.value if kind in ARCHIVES or (not parts and kind is not None) else parts[0].format,
            encoding=encodings.pop() if len(encodings) == 1 else None,
            parts=tuple(parts),
            notes=tuple(self.notes),
            empty=tuple(self.empty),
            aside=tuple(self.aside),
            withdrawn=tuple(self.withdrawn),
        )

    def _decided_together(self, parts: Sequence[PartRead]) -> list[PartRead]:
        """The parts, with columns of numbers whose country is in doubt decided by those of the other parts."""
        phones = [column for part in parts for column in part.columns if column.role == "phone"]
        known = {column.region or self.options.region for column in phones if not column.doubt}

        def around() -> dict[str, float]:
            others = Counter(self.options.around())
            most = max((1.0, *others.values()))
            return dict(others + Counter(dict.fromkeys(known, _SISTERS * most)))

        def decided(part: PartRead) -> tuple[ColumnRole, ...]:
            sample = sample_columns(self.con, part.raw_table, part.rows, len(part.header))
            found = with_regions(part.columns, part.header, sample, replace(self.options, around=around), part.place)
            # Parts of a file are of one country: the likeliest one is enough then.
            return tuple(
                replace(column, region=column.doubt[0], doubt=())
                if column.doubt and {column.doubt[0]} == known
                else column
                for column in found
            )

        return [
            replace(part, columns=decided(part)) if known and any(column.doubt for column in part.columns) else part
            for part in parts
        ]

    def _holds_rows(self, part: PartRead, where: str) -> bool:
        """Whether a part holds rows. Its account is checked; one without rows is dropped, its account kept."""
        self.headers.append(part.header)
        account = part.account
        if account is None:
            raise LookupError(f"the reader of {part.format} gives no account of its lines")
        place = ":".join(name for name in (where, part.place) if name)
        account.checked(place)
        if part.rows:
            if part.longest_cell is None or part.longest_cell > self.limits.cell_bytes:
                refuse_long_cells(self.con, part.raw_table, len(part.header), self.limits, place)
            return True
        drop_raw(self.con, part.raw_table)
        self.empty.append(account)
        if not account.left_out:  # else its reader has said so
            self.notes.append(f"{place}: no data rows; skipped")
        return False

    def parts(self, source: Source, depth: int) -> list[PartRead]:
        """The parts of one source, an archive's members included; a doubt about its encoding is noted."""
        parts = self._parts(source, depth)
        texts = {part.encoding for part in parts if part.member == source.member} - {None}
        if self.options.encoding is not None or not texts:
            return parts
        encoding = find_encoding(source, None)
        if texts != {public_name(encoding.name)}:  # a page has named its own
            return parts
        self.notes += doubts(source, encoding)
        return [replace(part, encoding_sure=encoding.sure) for part in parts]

    def _parts(self, source: Source, depth: int) -> list[PartRead]:
        options = self.options
        named = DOWNLOAD.search(source.name)
        if named is not None and not options.columns and source.head(7).lower() == b"id,hash":
            # A deletion list of California's DROP: its name says what its hashes are of.
            options = replace(options, columns={LIST_TYPES.get(named[2].lower(), "hash"): "Hash"}, has_header=True)
        reading = SourceReading(self.con, source, options, self.namer, self.limits, self.notes)
        plugin = plugin_for(source.name)
        added = None if plugin is None else _read_added(reading, plugin)
        if added is not None:
            return added
        kind = kind_of(source, self.limits, self.options.encoding)
        if kind in ARCHIVES:
            return self._members(source, kind, depth)
        ending = Path(source.name).suffix.lower()
        if kind in (*_WORKBOOKS.values(), FileKind.HTML, FileKind.TEXT):
            if ending in _WORKBOOKS and _WORKBOOKS[ending] is not kind:
                self.notes.append(f"{source.where}: named {ending} but is {kind.value}")
            elif ending not in _WORKBOOKS and kind in _WORKBOOKS.values():
                self.notes.append(f"{source.where}: is {kind.value}, whatever its name says")
        read = _READERS[kind](reading)
        return read if isinstance(read, list) else [read]

    def _members(self, source: Source, kind: FileKind, depth: int) -> list[PartRead]:
        if depth > _DEEPEST:
            what = "archives nested more than one deep"
            raise InputRefused(what, where=source.where, remedy="unpack the inner ones and load them")
        parts: list[PartRead] = []
        problems: list[InputRefused] = []
        of = (self.limits, self.budget, self.notes)
        inner = zip_members(source, *of) if kind is FileKind.ZIP else unpacked(source, kind.value, *of)
        with closing(inner):
            for member in inner:
                deeper = _ONE_FILE if member.where == source.where else _ARCHIVE
                held, made = member, len(self.tables)
                try:
                    # Nested archives and workbooks have their directory at the end; what is small is held anyway.
                    if kind is FileKind.ZIP and (member.size <= CHUNK or member.head(2).startswith(b"PK")):
                        held = bytes_source(member.held(self.limits), member.where, member.name, member.member)
                    parts += self.parts(held, depth + deeper)
                except Exception as problem:
                    refused = problem if isinstance(problem, InputRefused) else None
                    if self.options.part_by_part and (refused is not None or is_of_input(problem)):
                        why = refused.what if refused is not None else f"it cannot be read ({type(problem).__name__})"
                        self.aside.append((member.member or member.name, why))
                        while len(self.tables) > made:
                            drop_raw(self.con, self.tables.pop())
                    elif refused is not None:
                        problems.append(refused)
                    else:
                        raise
        if not problems and self.aside and not parts:
            problems = [
                InputRefused(f"{name}: {why}", where=source.where, remedy="send it again, or leave it out")
                for name, why in self.aside
            ]
        if problems:
            raise InputRefused.many(problems)
        return parts


def _of_download(reading: _Reading, file: str, part: PartRead) -> PartRead:
    """The part of a deletion list of California's DROP; without rows where its list type cannot be matched, and a note
    says why. The keys of requests that were taken back are added to `withdrawn`.
    """
    named = DOWNLOAD.search(part.member or file)
    kind = "" if named is None else named[2].lower()
    if named is None or kind in LIST_TYPES or not part.rows or part.columns[1].role != "hash":
        return part
    if kind in NOT_MATCHED:
        reading.notes.append(f"{named[2]}: {part.rows:,} requests are not loaded: {NOT_MATCHED[kind]}")
    else:
        cells = reading.con.execute(f"SELECT c1 FROM {part.raw_table} WHERE c1 IS NOT NULL ORDER BY row").fetchall()
        digests = [read_digest(cell, "") for (cell,) in cells]
        reading.withdrawn += [one.key for one in digests if one is not None and one.key is not None]
        reading.notes.append(
            f"{named[2]}: {part.rows:,} requests were taken back: these people count as not having refused"
        )
    account = part.account and replace(part.account, rows=0, left_out=part.account.left_out + part.rows)
    return replace(part, rows=0, account=account)


def _text(reading: SourceReading) -> PartRead:
    """A text as a table, or line by line where it is none; also where the table it was taken for gives nothing."""
    stolen = read_stolen(reading)
    if stolen is not None:
        return stolen
    con = reading.con
    text_file = Path(reading.source.name).suffix.lower() not in (".csv", ".tsv", ".tab", ".xls", ".xlsx")
    text, _ = text_head(reading.source, find_encoding(reading.source, reading.options.encoding))
    prose = is_prose(text[:100_000], reading.options.region) if text_file else has_colons(text[:100_000])
    part = _with_joined_numbers(con, read_delimited(reading, "txt" if text_file else None, lines=prose))
    if prose:
        return spread_numbers(reading, part)
    if part.delimiter != " " or any(column.identifies for column in part.columns):  # blanks part sentences as well
        part = with_strays(reading, part)
    # Who speaks of a header means a table.
    headed = sum(map(names_a_column, part.header)) > 1 or reading.options.has_header is not None
    if not part.rows or headed or reading.options.columns or any(column.identifies for column in part.columns):
        return part
    found = spread_numbers(reading, read_delimited(reading, "txt", lines=True))
    gives = con.execute(f"SELECT 1 FROM {found.raw_table} WHERE coalesce(c0, c1) IS NOT NULL LIMIT 1").fetchone()
    dropped, kept = (part, found) if gives is not None else (found, part)
    drop_raw(con, dropped.raw_table)
    return kept


def _with_joined_numbers(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part; where it is nothing but area codes and numbers in two columns, as do-not-call registries deliver them,
    with both joined in the first."""
    if len(part.columns) != 2 or not part.rows or any(column.how == "map" for column in part.columns):
        return part
    cells = cells_of(con, part.raw_table)
    region = parted_region(con, cells)
    if region is None:
        return part
    con.execute(f"UPDATE {cells} SET c0 = trim(c0) || replace(trim(c1), '-', ''), c1 = NULL")
    joined, rest = (replace(column, how="format", doubt=()) for column in part.columns)
    joined = replace(joined, role="phone", region=region, variant=AREA_AND_NUMBER)
    return replace(part, columns=(joined, replace(rest, role="other", region=None)))


_READERS: dict[FileKind, Callable[[SourceReading], PartRead | list[PartRead]]] = {
    **{kind: partial(read_workbook, format_name=kind.value) for kind in _WORKBOOKS.values()},
    **{kind: partial(read_records, kind=kind) for kind in (FileKind.JSON, FileKind.NDJSON)},
    FileKind.PARQUET: read_parquet,
    FileKind.HTML: read_html,
    FileKind.XML_SHEET: read_xml_sheets,
    FileKind.VCARD: read_vcards,
    FileKind.SQL: read_dump,
    FileKind.SQLITE: read_database,
    FileKind.DBF: read_dbf,
    FileKind.PDF: read_pdf,
    FileKind.TEXT: _text,
}


# Files of formats that plug-ins read, by the ending of their names. Their rows are landed as those of any format.


def plugin_for(name: str) -> Plugin | None:
    """The plug-in that reads files of this name, if their ending is not one that is built in."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    return find(PluginGroup.READERS, ending, BUILT_IN) if ending else None


def plugin_of(parts: Sequence[PartRead]) -> Plugin | None:
    """The plug-in by which a file was read, if it was one."""
    found = (find(PluginGroup.READERS, part.format, BUILT_IN) for part in parts)
    return next((plugin for plugin in found if plugin is not None), None)


def _read_added(reading: SourceReading, plugin: Plugin) -> list[PartRead] | None:
    """The tables that a plug-in gives, a part each; None where it cannot be loaded.

    Raises InputRefused where the plug-in finds fault with the file, or fails.
    """
    function = load(plugin)
    if function is None:
        return None
    with reading.source.open() as stream:
        try:
            return [_added_part(reading, plugin, table) for table in function(stream)]
        except TracerError as error:
            if error.where or len(getattr(error, "problems", ())) > 1:
                raise
            what, remedy = error.what, error.remedy
        except Exception as error:  # noqa: BLE001 - whatever it raises may quote a row, so its words are left out
            what, remedy = fault(error), ""
    remedy = remedy or "save it as csv, or ask its makers"
    raise InputRefused(f"{plugin} cannot read it: {what}", where=reading.source.where, remedy=remedy)


def _added_part(reading: SourceReading, plugin: Plugin, given: ReadTable) -> PartRead:
    header = tuple(str(name) for name in given.header)
    width, seen = len(header), 0
    landing = reading.landing(header, given.name)
    waiting = iter(given.rows)
    while rows := list(islice(waiting, _ADDED_BATCH)):
        seen += len(rows)
        for row in rows:
            if len(row) > width or not all(cell is None or isinstance(cell, str) for cell in row):
                what = "a row is longer than the header, or holds something other than texts"
                raise InputRefused(what, where=str(plugin), remedy="report it to its makers")
        landing.append(table_of_rows([[*row, *[None] * (width - len(row))] for row in rows]))
    account = Account(seen, rows=landing.rows, blank=landing.blank)
    return reading.part(landing, header, plugin.name, account, sheet=given.name)
