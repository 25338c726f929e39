"""Reads a file of any format into raw tables: the one door of this room.

A file is recognised by its bytes, and anything but a list is refused. A kind is called by the usual ending of its
files, but a file's name only decides between texts: a workbook may be called .xls and be HTML, tab-separated text or
xlsx; a .csv may be a photograph.
"""

from __future__ import annotations

import os
import re
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
from tracer.lists.read.archives import Budget, opened_archive, refuse_bomb, unpacked_members
from tracer.lists.read.delimited import read_delimited
from tracer.lists.read.encoding import detect, doubts, text_head
from tracer.lists.read.landing import (
    AREA_AND_NUMBER,
    SourceReading,
    TableNamer,
    cells_of,
    drop_raw,
    parted_region,
    refuse_long_cells,
    sample_columns,
    scratch_name,
    table_of_rows,
)
from tracer.lists.read.model import Account, FileRead, Limits, PartRead, ReadOptions, Source, file_source
from tracer.lists.read.records import read_parquet, read_records, read_vcards
from tracer.lists.read.region import with_regions
from tracer.lists.read.roles import missing_columns
from tracer.lists.read.sql_values import is_dump
from tracer.lists.read.stray_lines import has_colons, is_prose, spread_numbers, with_strays
from tracer.lists.read.tables import header_of, read_database, read_dbf, read_dump
from tracer.lists.read.theft import read_stolen
from tracer.lists.read.unpack_process import begins_tar
from tracer.lists.read.words import names_a_column
from tracer.lists.read.workbook import read_html, read_pdf, read_workbook, read_xml_sheets
from tracer.plugins import Plugin, PluginGroup, fault, find, load

_WORKBOOKS = {"xlsx": "xlsx", "xlsm": "xlsx", "xlsb": "xlsx", "xls": "xls", "ods": "ods"}
"""Kind by the ending of a name."""
_SISTERS = 60
"""How many times as likely as of any list around it a part is of the country of another part of the same file."""
_ARCHIVE, _ONE_FILE, _DEEPEST = 2, 1, 3
"""Steps down that an archive and a single packed file take, and how deep one may be: an archive within another, each
perhaps packed once more."""
BUILT_IN = (
    *("csv", "tsv", "tab", "txt", *_WORKBOOKS, "vcf", "json", "ndjson", "jsonl", "parquet"),
    *("sql", "dump", "db", "sqlite", "sqlite3", "dbf", "pdf", "html", "htm", "xml", "log"),
    *("zip", "gz", "tgz", "bz2", "tbz2", "xz", "txz", "zst", "tar", "7z"),
)
"""Endings of files that are read without a plug-in."""
_ADDED_BATCH = 20_000


# What a file is, by its bytes.

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An xls without its OLE container, as some exporters write it.
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_BOF = re.compile(rb"\x09\x08\x08\x00\x00\x05|\x09\x08\x10\x00\x00\x06|\A\x09[\x00\x02\x04][\x04\x06]\x00")
"""The records that begin a stream of BIFF5 and of BIFF8, and of what older versions wrote without a container."""
_FOREIGN = {
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"MZ": "a Windows program",
    **dict.fromkeys((b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe"), "a program"),
    b"Rar!": "a RAR archive",
    b"\x1f\x9d": "a compress (.Z) archive",
    b"\x04\x22\x4d\x18": "an LZ4 archive",
    b"LZIP": "an lzip archive",
    b"MSCF": "a cabinet archive",
    b"PGDMP": "a PostgreSQL archive (pg_restore -f turns it into a dump that is read)",
    b"{\\rtf": "an RTF document",
    b"ID3": "a sound file",
    b"RIFF": "a sound or video file",
}
_PACKED = {
    "7z": re.compile(rb"7z\xbc\xaf\x27\x1c"),
    "gz": re.compile(rb"\x1f\x8b\x08"),
    "bz2": re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    "xz": re.compile(rb"\xfd7zXZ\0|\x5d\0\0[\0-\xff]{2}(?:\xff{8}|[\0-\xff]{5}\0{3})\0"),  # or lzma, which came before
    "zst": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
}
_BEGINNINGS = {
    **{"parquet": re.compile(rb"PAR1"), "sqlite": re.compile(rb"SQLite format 3\0"), "pdf": re.compile(rb"%PDF")},
    **_PACKED,
}
"""What the first bytes say without a doubt."""
ARCHIVES = frozenset({*_PACKED, "zip", "tar"})
_BOOKS, _PACKAGE = ("Workbook\0", "Book\0"), "EncryptedPackage"
_DOCUMENTS = {
    "__properties_version1.0\0": "an Outlook message",
    "WordDocument\0": "a Word document",
    "PowerPoint Document\0": "a presentation",
    "VisioDocument\0": "a drawing",
}
"""Streams that tell what an OLE container holds, [MS-CFB] 2.6.1; a workbook may hold documents, a message both."""
_HEAD = 65_536
_CHECK = "check that it is the right file"
_LOCKED = "the workbook is protected by a password", "save it without one and load that"


def kind_of(source: Source, limits: Limits, encoding: str | None = None) -> str:
    """What the source is: one of `ARCHIVES` or of `READERS`. Raises InputRefused for
    anything but a list, for locked workbooks, damaged archives and bombs."""
    head = source.head(_HEAD)
    if not head:
        raise source.refusal("the file is empty", "check that it was copied whole")
    if head.startswith(b"PK"):
        return _zip_kind(source, limits)
    if head.startswith(_OLE) or (head.startswith(_BIFF) and b"\0" in head[:16]):
        _refuse_locked_or_document(source)
        return "xls"
    begun = next((kind for kind, magic in _BEGINNINGS.items() if magic.match(head)), None)
    if begun is None and header_of(head) is not None:
        begun = "dbf"
    elif begun is None and b"\0" in head[:512] and begins_tar(head[:512]):
        begun = "tar"
    if begun is not None:
        return begun
    for magic, what in _FOREIGN.items():
        if head.startswith(magic) and (b"\0" in head[:4096] or len(magic) > 2):
            remedy = "unpack it and load what is in it" if "archive" in what else _CHECK
            raise source.refusal(f"this is {what}, not a list", remedy)
    return _text_kind(source, head, encoding)


def _zip_kind(source: Source, limits: Limits) -> str:
    """A zip, or the workbook that it is by what its members are called."""
    starts = {"mimetype": b"", "META-INF/manifest.xml": b""}
    try:
        with opened_archive(source, "zip", limits) as archive:
            members = []
            for member in archive:
                members.append(member)
                if member.name in starts:
                    starts[member.name] = next(archive.pieces(source.where), b"")[:_HEAD]
    except InputRefused as error:
        too_large = source.path is None and source.size > limits.held_bytes
        if too_large or not re.search(r"\.(xls[xmb]?|ods)$", source.name, re.IGNORECASE):
            raise
        raise source.refusal("the workbook is damaged or cut off", "get it again") from error
    folders = {(member.name or "").partition("/")[0] for member in members if "/" in (member.name or "")}
    mimetype, manifest = starts.values()
    if "xl" not in folders and b"opendocument.spreadsheet" not in mimetype:
        for folder, what in (("word", "a Word document"), ("ppt", "a presentation")):
            if folder in folders:
                raise source.refusal(f"this is {what}, not a list", "save its table as xlsx")
        return "zip"
    if mimetype and b"encryption-data" in manifest:
        raise source.refusal(*_LOCKED)
    for member in members:
        refuse_bomb(member, limits, source.where)
    return "ods" if mimetype else "xlsx"


def _refuse_locked_or_document(source: Source) -> None:
    """Raises InputRefused for an xls that is locked (a whole xlsx in a stream of its own, or a FILEPASS record in any
    of its streams), and for an OLE container without a workbook whose streams say what it is instead.

    The directory names streams in UTF-16. A workbook stream begins with a BOF record, of each version another; FILEPASS
    (0x2F) is among the first records after it, [MS-XLS] 2.1.7.20.1.
    """
    wanted = {name: name.encode("utf-16-le") for name in (_PACKAGE, *_BOOKS, *_DOCUMENTS)}
    longest = max(map(len, wanted.values()))
    found: set[str] = set()
    held = b""
    for chunk in source.chunks():
        data = held + chunk
        found |= {name for name, written in wanted.items() if written in data}
        if _PACKAGE in found or any(_leads_to_filepass(data, begun.start()) for begun in _BOF.finditer(data)):
            raise source.refusal(*_LOCKED)
        held = data[-longest:]
    what = next((what for stream, what in _DOCUMENTS.items() if stream in found), None)
    if what is not None and found.isdisjoint(_BOOKS):
        raise source.refusal(f"this is {what}, not a list", "save its table as xlsx")


def _leads_to_filepass(data: bytes, at: int) -> bool:
    """Whether FILEPASS is among the first records from here on."""
    for _ in range(6):
        if data[at : at + 2] == b"\x2f\x00":
            return True
        at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
        if at + 4 > len(data):
            return False
    return False


def _text_kind(source: Source, head: bytes, encoding: str | None) -> str:
    found = detect(head, len(head) < _HEAD)
    text = head[found.bom :].decode(found.name, "replace")
    start = text[:8_192]
    controls = sum((char < " " and char not in "\t\n\r\x01\0") or char == "\x7f" for char in start)
    # Lists have a few control characters and many NULs at worst; a binary file is full of both.
    if encoding is None and (controls > 20 + len(start) // 50 or start.count("\0") * 3 > len(start)):
        raise source.refusal("neither text nor a known format", _CHECK)
    if is_dump(text):
        return "sql"
    start = text.lstrip("\ufeff \t\r\n")
    lower = start[:4_096].lower()
    tests = {
        "vcf": lower.startswith("begin:vcard"),
        "xml": lower.startswith("<")
        and "urn:schemas-microsoft-com:office:spreadsheet" in lower
        and "<workbook" in lower,
        "html": lower.startswith("<") and re.search(r"<(!doctype html|html|table|head|body|div|meta|style)\b", lower),
        # Two objects in two lines; or one in a line so long that a second one is out of sight: records are written so.
        "ndjson": re.match(r"\{[^\r\n]*\}[ \t]*(\r?\n|\r)\s*\{", start)
        or (re.match(r"\{[^\[\r\n]*\}[ \t]*(\r?\n)", start) and start.count("\n") > 1),
        "json": re.match(r"\[\s*([\[{\]]|$)|\{", start),
    }
    return next((kind for kind, said in tests.items() if said), "text")


def read_file(
    con: duckdb.DuckDBPyConnection, path: Path, options: ReadOptions, *, namer: TableNamer | None = None
) -> FileRead:
    """Reads a file into raw tables, one per part.

    `con`: gets the tables; temporary ones with names unique within the process, unless `namer` gives each the name
    of a table to create (`raw.d3_p1`): then the rows go straight where they are to stay. Raises InputRefused for
    anything that is not read whole; the tables made by then are dropped.
    """
    check_path(path)
    reading = _Reading(con, options, namer or (lambda: f"temp.{scratch_name('part')}"))
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


def identifying_rows(con: duckdb.DuckDBPyConnection, source: Source, options: ReadOptions) -> int:
    """How many rows there are in those parts of a source that have columns which identify contacts; nothing of it is
    kept. Raises InputRefused for what is not a list."""
    reading = _Reading(con, options, lambda: f"temp.{scratch_name('part')}")
    try:
        parts = reading.parts(source, 0)
        return sum(part.rows for part in parts if any(column.identifies for column in part.columns))
    finally:
        for table in reading.tables:
            drop_raw(con, table)


def check_path(path: Path) -> None:
    """Raises InputRefused unless the path is a file that can be read."""
    try:
        if path.is_dir():
            what, remedy = "this is a folder", "name the files in it"
        elif not path.exists():
            siblings = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
            near = get_close_matches(path.name, sorted(siblings), 1, cutoff=0.6)
            what, remedy = "no such file", f"did you mean {near[0]!r}?" if near else "check the path"
        elif not path.is_file():
            what, remedy = "not a regular file", "copy it to a file first"
        elif not os.access(path, os.R_OK):
            what, remedy = "you may not read the file", "ask for permission to read it"
        else:
            return
    except OSError as error:
        what = f"the file cannot be opened ({error.strerror})"
        raise InputRefused(what, where=str(path), remedy="check path and permissions") from error
    raise InputRefused(what, where=str(path), remedy=remedy)


class _Reading:
    """One file being read: what all its parts share."""

    def __init__(self, con: duckdb.DuckDBPyConnection, options: ReadOptions, namer: TableNamer) -> None:
        self.con, self.options, self._namer = con, options, namer
        self.budget = Budget(options.limits.total_bytes)
        self.notes, self.tables, self.headers = list[str](), list[str](), list[tuple[str, ...]]()
        self.empty, self.aside, self.withdrawn = list[Account](), list[tuple[str, str]](), list[int]()
        self.kind: str | None = None

    def namer(self) -> str:
        """The next table's name, remembered."""
        self.tables.append(self._namer())
        return self.tables[-1]

    def file(self, source: Source) -> FileRead:
        """The file's parts. Raises InputRefused when there is none with a data row, but for the lists of a
        download that cannot be matched or that take requests back.
        """
        parts = []
        for each in self.parts(source, 0):
            part = self._of_download(source.name, each)
            if self._holds_rows(part, source.where):
                parts.append(part)
        if self.options.find_region and any(column.doubt for part in parts for column in part.columns):
            parts = self._decided_together(parts)
        if not (parts or self.withdrawn or DOWNLOAD.search(source.name)):
            why = "; ".join(note.removeprefix(f"{source.where}: ") for note in self.notes)
            what, remedy = f"no data rows ({why})" if why else "no data rows", "has more than a header"
            raise source.refusal(what, f"check that it is the right file and {remedy}")
        encodings = {part.encoding for part in parts}
        # An archive is called one; anything else after its first part.
        kind = self.kind if self.kind is not None and (self.kind in ARCHIVES or not parts) else parts[0].format
        return FileRead(
            format=kind,
            encoding=encodings.pop() if len(encodings) == 1 else None,
            parts=tuple(parts),
            notes=tuple(self.notes),
            empty=tuple(self.empty),
            aside=tuple(self.aside),
            withdrawn=tuple(self.withdrawn),
        )

    def _of_download(self, file: str, part: PartRead) -> PartRead:
        """The part of a deletion list of California's DROP; without rows where its list type cannot be matched, and a
        note says why. The keys of requests that were taken back are added to `withdrawn`.
        """
        named = DOWNLOAD.search(part.member or file)
        kind = "" if named is None else named[2].lower()
        if named is None or kind in LIST_TYPES or not part.rows or part.columns[1].role != "hash":
            return part
        requests = f"{named[2]}: {part.rows:,} requests"
        if kind in NOT_MATCHED:
            self.notes.append(f"{requests} are not loaded: {NOT_MATCHED[kind]}")
        else:
            cells = self.con.execute(f"SELECT c1 FROM {part.raw_table} WHERE c1 IS NOT NULL ORDER BY row").fetchall()
            digests = [read_digest(cell, "") for (cell,) in cells]
            self.withdrawn += [one.key for one in digests if one is not None and one.key is not None]
            self.notes.append(f"{requests} were taken back: these people count as not having refused")
        account = part.account and replace(part.account, rows=0, left_out=part.account.left_out + part.rows)
        return replace(part, rows=0, account=account)

    def _holds_rows(self, part: PartRead, where: str) -> bool:
        """Whether a part holds rows. Its account is checked; one without rows is dropped, its account kept."""
        self.headers.append(part.header)
        account = part.account
        if account is None:
            raise LookupError(f"the reader of {part.format} gives no account of its lines")
        place = ":".join(name for name in (where, part.place) if name)
        account.check(place)
        if part.rows:
            if part.longest_cell is None or part.longest_cell > self.options.limits.cell_bytes:
                refuse_long_cells(self.con, part.raw_table, len(part.header), self.options.limits, place)
            return True
        drop_raw(self.con, part.raw_table)
        self.empty.append(account)
        if not account.left_out:  # else its reader has said so
            self.notes.append(f"{place}: no data rows; skipped")
        return False

    def _decided_together(self, parts: Sequence[PartRead]) -> list[PartRead]:
        """The parts, with columns of numbers whose country is in doubt decided by those of the other parts."""
        phones = [column for part in parts for column in part.columns if column.role == "phone"]
        known = {column.region or self.options.region for column in phones if not column.doubt}

        def around() -> dict[str, float]:
            others = Counter(self.options.around())
            most = max((1.0, *others.values()))
            return dict(others + Counter(dict.fromkeys(known, _SISTERS * most)))

        def decided(part: PartRead) -> PartRead:
            if not known or not any(column.doubt for column in part.columns):
                return part
            sample = sample_columns(self.con, part.raw_table, part.rows, len(part.header))
            found = with_regions(part.columns, part.header, sample, replace(self.options, around=around), part.place)
            # Parts of a file are of one country: the likeliest one is enough then.
            columns = (
                replace(one, region=one.doubt[0], doubt=()) if one.doubt and {one.doubt[0]} == known else one
                for one in found
            )
            return replace(part, columns=tuple(columns))

        return [decided(part) for part in parts]

    def parts(self, source: Source, depth: int) -> list[PartRead]:
        """The parts of one source, an archive's members included; a doubt about its encoding is noted."""
        options = self.options
        named = DOWNLOAD.search(source.name)
        if named is not None and not options.columns and source.head(7).lower() == b"id,hash":
            # A deletion list of California's DROP: its name says what its hashes are of.
            options = replace(options, columns={LIST_TYPES.get(named[2].lower(), "hash"): "Hash"}, has_header=True)
        reading = SourceReading(self.con, source, options, self.namer, self.notes)
        plugin = plugin_for(source.name)
        added = None if plugin is None else _read_added(reading, plugin)
        if added is not None:
            return added
        kind = kind_of(source, options.limits, options.encoding)
        self.kind = kind if depth == 0 else self.kind
        if kind in ARCHIVES:
            return self._members(source, kind, depth)
        promised = _WORKBOOKS.get(Path(source.name).suffix.lower().removeprefix("."))
        if promised is not None and promised != kind and kind in ("html", "text", *_WORKBOOKS):
            reading.note(f"named {Path(source.name).suffix.lower()} but is {kind}")
        elif promised is None and kind in _WORKBOOKS:
            reading.note(f"is {kind}, whatever its name says")
        read = READERS[kind](reading)
        parts = read if isinstance(read, list) else [read]
        texts = {part.encoding for part in parts} - {None}
        if self.options.encoding is None and texts:
            encoding = reading.encoding
            if texts == {encoding.shown}:  # else a page has named its own
                self.notes += doubts(source, encoding)
                return [replace(part, encoding_sure=encoding.sure) for part in parts]
        return parts

    def _members(self, source: Source, kind: str, depth: int) -> list[PartRead]:
        if depth > _DEEPEST:
            raise source.refusal("archives nested more than one deep", "unpack the inner ones and load them")
        parts: list[PartRead] = []
        problems: list[InputRefused] = []
        with closing(unpacked_members(source, kind, self.options.limits, self.budget, self.notes)) as inner:
            for member in inner:
                made = len(self.tables)
                try:
                    parts += self.parts(member, depth + (_ONE_FILE if member.where == source.where else _ARCHIVE))
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
            problems = [source.refusal(f"{name}: {why}", "send it again, or leave it out") for name, why in self.aside]
        if problems:
            raise InputRefused.many(problems)
        return parts


def _text(reading: SourceReading) -> PartRead:
    """A text as a table, or line by line where it is none; also where the table it was taken for gives nothing."""
    stolen = read_stolen(reading)
    if stolen is not None:
        return stolen
    con = reading.con
    text_file = Path(reading.source.name).suffix.lower() not in (".csv", ".tsv", ".tab", ".xls", ".xlsx")
    text, _ = text_head(reading.source, reading.encoding)
    prose = is_prose(text[:100_000], reading.options.region) if text_file else has_colons(text[:100_000])
    part = read_delimited(reading, "txt" if text_file else None, lines=prose)
    if len(part.columns) == 2 and part.rows and not any(column.how == "map" for column in part.columns):
        # Nothing but area codes and numbers in two columns, as do-not-call registries deliver them: joined.
        cells = cells_of(con, part.raw_table)
        region = parted_region(con, cells)
        if region is not None:
            con.execute(f"UPDATE {cells} SET c0 = trim(c0) || replace(trim(c1), '-', ''), c1 = NULL")
            joined, rest = (replace(column, how="format", doubt=()) for column in part.columns)
            joined = replace(joined, role="phone", region=region, variant=AREA_AND_NUMBER)
            part = replace(part, columns=(joined, replace(rest, role="other", region=None)))
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


READERS: dict[str, Callable[[SourceReading], PartRead | list[PartRead]]] = {
    **{kind: partial(read_workbook, format_name=kind) for kind in ("xlsx", "xls", "ods")},
    **{kind: partial(read_records, kind=kind) for kind in ("json", "ndjson")},
    "parquet": read_parquet,
    "html": read_html,
    "xml": read_xml_sheets,
    "vcf": read_vcards,
    "sql": read_dump,
    "sqlite": read_database,
    "dbf": read_dbf,
    "pdf": read_pdf,
    "text": _text,
}
"""Kind, of those that are not archives, to its reader."""


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
    parts = []
    try:
        with reading.source.open() as stream:
            for given in function(stream):
                header = tuple(str(name) for name in given.header)
                landing, waiting, seen = reading.landing(header, given.name), iter(given.rows), 0
                while rows := list(islice(waiting, _ADDED_BATCH)):
                    seen += len(rows)
                    texts = all(cell is None or isinstance(cell, str) for row in rows for cell in row)
                    if not texts or max(map(len, rows)) > len(header):
                        what = "a row is longer than the header, or holds something other than texts"
                        raise InputRefused(what, where=str(plugin), remedy="report it to its makers")
                    landing.append(table_of_rows([[*row, *[None] * (len(header) - len(row))] for row in rows]))
                account = Account(seen, rows=landing.rows, blank=landing.blank)
                parts.append(reading.part(landing, header, plugin.name, account, sheet=given.name))
    except TracerError as error:
        if error.where or len(getattr(error, "problems", ())) > 1:
            raise
        what, remedy = error.what, error.remedy
    except Exception as error:  # noqa: BLE001 - whatever it raises may quote a row, so its words are left out
        what, remedy = fault(error), ""
    else:
        return parts
    raise reading.source.refusal(f"{plugin} cannot read it: {what}", remedy or "save it as csv, or ask its makers")
