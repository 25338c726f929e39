"""Reads a file of any format into raw tables: the one door of this room."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import duckdb

from tracer.case.store import is_of_input
from tracer.errors import InputRefused
from tracer.identify.drop import DOWNLOAD
from tracer.lists.read.added import plugin_for, read_added
from tracer.lists.read.dbf import read_dbf
from tracer.lists.read.delimited import read_delimited
from tracer.lists.read.encoding import Encoding, dense, find_encoding, public_name, sample_bytes, text_head
from tracer.lists.read.kind import ARCHIVES, FileKind, kind_of
from tracer.lists.read.landing import (
    SourceReading,
    TableNamer,
    drop_raw,
    refuse_long_cells,
    sample_columns,
    temp_namer,
)
from tracer.lists.read.markup import read_html, read_xml_sheets
from tracer.lists.read.model import (
    CHUNK,
    Account,
    ColumnRole,
    FileRead,
    Limits,
    PartRead,
    ReadOptions,
    Source,
    bytes_source,
    file_source,
)
from tracer.lists.read.opt_outs import of_download, options_for, with_joined_numbers
from tracer.lists.read.packed import unpacked
from tracer.lists.read.parquet import read_parquet
from tracer.lists.read.records import read_records
from tracer.lists.read.region import with_regions
from tracer.lists.read.roles import missing_columns
from tracer.lists.read.stray_lines import has_colons, is_prose, spread_numbers, with_strays
from tracer.lists.read.tables import read_database, read_dump
from tracer.lists.read.theft import read_stolen
from tracer.lists.read.vcard import read_vcards
from tracer.lists.read.words import names_a_column
from tracer.lists.read.workbook import read_pdf, read_workbook
from tracer.lists.read.zips import Budget, members, opened

# Says that a text could also be in another encoding: both, and the shape of one word by each, never the word.

SURE_ENOUGH = 0.9
"""How likely an encoding must be to be used without a word."""
_WORDS = 400


def doubts(source: Source, encoding: Encoding) -> list[str]:
    """The note on an encoding that is not sure enough, if it is not."""
    if encoding.sure >= SURE_ENOUGH or encoding.rival is None:
        return []
    name, other = public_name(encoding.name), public_name(encoding.rival)
    sample, _ = sample_bytes(source)
    shapes = shapes_by(dense(sample), encoding.name, encoding.rival)
    told = f": what reads {shapes[0]} would then read {shapes[1]}" if shapes is not None else ""
    return [
        f"{source.where}: encoding not certain; read as {name} ({encoding.sure:.0%} sure), which may also be "
        f"{other}{told}. If so, use --encoding {other}"
    ]


def shapes_by(sample: bytes, codec: str, other: str) -> tuple[str, str] | None:
    """One word's shape by two codecs: the first letter that differs, all others as x, X and □.

    The word is the one, among all that read differently, in which the commonest pair of letters differs.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    shapes: dict[tuple[str, str], tuple[str, str]] = {}
    for word in re.findall(rb"[A-Za-z\x80-\xff]{2,24}", sample)[:_WORDS]:
        one, two = word.decode(codec, "replace"), word.decode(other, "replace")
        at = next((i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), None)
        if at is not None:
            pair = (one[at], two[at])
            pairs[pair] += 1
            shapes.setdefault(pair, (_shape(one, at), _shape(two, at)))
    return shapes[pairs.most_common(1)[0][0]] if pairs else None


def _shape(word: str, at: int) -> str:
    """The word with every letter but one as what kind of letter it is."""
    return "".join(
        char if i == at and char.isprintable() else "X" if char.isupper() else "x" if char.islower() else "□"
        for i, char in enumerate(word)
    )


_WORKBOOKS = {
    ".xlsx": FileKind.XLSX, ".xlsm": FileKind.XLSX, ".xlsb": FileKind.XLSX, ".xls": FileKind.XLS, ".ods": FileKind.ODS,
}  # fmt: skip
_SISTERS = 60
"""How many times as likely as of any list around it a part is of the country of another part of the same file."""
_ARCHIVE, _ONE_FILE, _DEEPEST = 2, 1, 3
"""Steps down that an archive and a single packed file take, and how deep one may be: an archive within another, each
perhaps packed once more."""


def read_file(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    options: ReadOptions,
    *,
    limits: Limits | None = None,
    namer: TableNamer | None = None,
) -> FileRead:
    """Reads a file into raw tables, one per part.

    `con`: gets the tables; temporary ones with names unique within the process, unless `namer` gives each the name
    of a table to create (`raw.d3_p1`): then the rows go straight where they are to stay. `limits`: what a file may
    unpack to. Raises InputRefused for anything that is not read whole; the tables made by then are dropped.
    """
    check_path(path)
    reading = _Reading(con, options, limits or options.limits, namer or temp_namer())
    try:
        found = reading.file(file_source(path))
        rows = sum(part.rows for part in found.parts)
        if rows > reading.limits.rows:
            raise InputRefused(
                f"{rows:,} rows, more than {reading.limits.rows:,}",
                where=str(path),
                remedy="raise the limit: --limit rows=…",
            )
        if options.sheet is not None and all(part.sheet is None for part in found.parts):
            raise InputRefused(
                f"it has no sheets or tables, and so no {options.sheet!r}", where=str(path), remedy="leave --sheet out"
            )
        if not options.among_several and (missing := missing_columns(options.columns, reading.headers, path.name)):
            raise InputRefused.many(missing)
        return found
    except InputRefused:
        reading.drop_all()
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

    def __init__(self, con: duckdb.DuckDBPyConnection, options: ReadOptions, limits: Limits, namer: TableNamer) -> None:
        self.con, self.options, self.limits = con, options, limits
        self.notes: list[str] = []
        self.budget = Budget(limits)
        self.tables: list[str] = []
        self.headers: list[tuple[str, ...]] = []
        self.inner = namer
        self.empty: list[Account] = []
        self.aside: list[tuple[str, str]] = []
        self.withdrawn: list[int] = []

    def namer(self) -> str:
        """The next table's name, remembered."""
        self.tables.append(self.inner())
        return self.tables[-1]

    def drop_all(self) -> None:
        """Drops every table made so far."""
        for table in self.tables:
            drop_raw(self.con, table)

    def file(self, source: Source) -> FileRead:
        """The file's parts. Raises InputRefused when there is none with a data row, but for the lists of a
        download that cannot be matched or that take requests back.
        """
        # An archive is called one; anything else after its first part.
        kind = None if plugin_for(source.name) is not None else kind_of(source, self.limits, self.options.encoding)
        read = (of_download(self.con, source.name, each, self.notes, self.withdrawn) for each in self.parts(source, 0))
        parts = self.together([part for part in read if self._holds_rows(part, source.where)])
        if not (parts or self.withdrawn or DOWNLOAD.search(source.name)):
            told = "; ".join(note.removeprefix(f"{source.where}: ") for note in self.notes)
            raise InputRefused(
                f"no data rows ({told})" if told else "no data rows",
                where=source.where,
                remedy="check that it is the right file and has more than a header",
            )
        encodings = {part.encoding for part in parts}
        name = kind.value if kind in ARCHIVES or (not parts and kind is not None) else parts[0].format
        encoding = encodings.pop() if len(encodings) == 1 else None
        return FileRead(
            name, encoding, tuple(parts), tuple(self.notes), tuple(self.empty), tuple(self.aside), tuple(self.withdrawn)
        )

    def together(self, parts: Sequence[PartRead]) -> list[PartRead]:
        """The parts, with columns of numbers whose country is in doubt decided by their sisters'."""
        lists = {
            column.region or self.options.region
            for part in parts for column in part.columns if column.role == "phone" and not column.doubt
        }  # fmt: skip

        def around() -> dict[str, float]:
            others = Counter(self.options.around())
            most = max((1.0, *others.values()))
            return dict(others + Counter(dict.fromkeys(lists, _SISTERS * most)))

        def decided(part: PartRead) -> tuple[ColumnRole, ...]:
            sample = sample_columns(self.con, part.raw_table, part.rows, len(part.header))
            found = with_regions(part.columns, part.header, sample, replace(self.options, around=around), part.place)
            # Sisters are of one country: the likeliest one is enough then.
            return tuple(
                replace(column, region=column.doubt[0], doubt=())
                if column.doubt and {column.doubt[0]} == lists
                else column
                for column in found
            )

        return [
            replace(part, columns=decided(part))
            if self.options.find_region and lists and any(column.doubt for column in part.columns) else part
            for part in parts
        ]  # fmt: skip

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
        options = options_for(source, self.options)
        reading = SourceReading(self.con, source, options, self.namer, self.limits, self.notes)
        plugin = plugin_for(source.name)
        added = None if plugin is None else read_added(reading, plugin)
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
            raise InputRefused(
                "archives nested more than one deep", where=source.where, remedy="unpack the inner ones and load them"
            )
        parts: list[PartRead] = []
        problems: list[InputRefused] = []
        with ExitStack() as stack:
            # Each member can be read until the next is asked for.
            inner: Iterable[Source]
            if kind is FileKind.ZIP:
                archive = stack.enter_context(opened(source, self.limits))
                inner = members(archive, source, self.limits, self.budget, self.notes)
            else:
                inner = stack.enter_context(unpacked(source, kind.value, self.limits, self.budget, self.notes))
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


def _text(reading: SourceReading) -> PartRead:
    """A text as a table, or line by line where it is none; also where the table it was taken for gives nothing."""
    stolen = read_stolen(reading)
    if stolen is not None:
        return stolen
    text_file = Path(reading.source.name).suffix.lower() not in (".csv", ".tsv", ".tab", ".xls", ".xlsx")
    text, _ = text_head(reading.source, find_encoding(reading.source, reading.options.encoding))
    prose = is_prose(text[:100_000], reading.options.region) if text_file else has_colons(text[:100_000])
    part = with_joined_numbers(reading.con, read_delimited(reading, "txt" if text_file else None, lines=prose))
    if prose:
        return spread_numbers(reading, part)
    if part.delimiter != " " or any(column.identifies for column in part.columns):  # blanks part sentences as well
        part = with_strays(reading, part)
    # Who speaks of a header means a table.
    headed = sum(map(names_a_column, part.header)) > 1 or reading.options.has_header is not None
    if not part.rows or headed or reading.options.columns or any(column.identifies for column in part.columns):
        return part
    found = spread_numbers(reading, read_delimited(reading, "txt", lines=True))
    first, other = (part, found) if _gives(reading, found) else (found, part)
    drop_raw(reading.con, first.raw_table)
    return other


def _gives(reading: SourceReading, found: PartRead) -> bool:
    """Whether a text that was read line by line holds a number or an address."""
    held = reading.con.execute(f"SELECT 1 FROM {found.raw_table} WHERE coalesce(c0, c1) IS NOT NULL LIMIT 1")
    return held.fetchone() is not None


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
