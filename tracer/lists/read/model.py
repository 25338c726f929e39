"""What reading a file takes and gives: sources, options, limits; parts, their columns and accounts."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import IO

from tracer.errors import InputRefused, TracerError, UsageError
from tracer.input_files import open_regular

# The account of a file's lines: each is a header, a title, a row or blank; the sum is checked before any is kept. The
# lines are counted apart from the parsing (the bytes' line ends, the sheet's height, the file's own count of
# records), so that a row which a parser loses shows.


def counted(number: int, what: str) -> str:
    """So many of something: `1 line`, `1,204 lines`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Account:
    """What became of the lines of a part or a file; of a sheet or a page its rows, of other formats the records."""

    lines: int
    header: int = 0
    title: int = 0
    """Above the header, or above the first row where there is no header; not blank."""
    rows: int = 0
    blank: int = 0
    """Rows of nothing but empty cells."""
    continued: int = 0
    """Lines of a cell that goes on over a line end."""
    further: int = 0
    left_out: int = 0
    """Records that are not read: a document's other arrays, the rows of a page that only lay it out."""

    @property
    def adds_up(self) -> bool:
        """Whether every line has become something, and none twice."""
        counts: dict[str, int] = asdict(self)
        return sum(counts.values()) == 2 * (self.lines + self.further) and min(counts.values()) >= 0

    def check(self, where: str) -> Account:
        """The account itself. Raises `TracerError` where it does not add up: then rows were lost, or counted twice."""
        if not self.adds_up:
            what = f"the account of its lines does not add up ({self.line()}): nothing was kept"
            remedy = "save it in another format, and report this fault with a file that shows it"
            raise TracerError(what, where=where, remedy=remedy)
        return self

    def line(self) -> str:
        """One line for people: `203 lines = 1 header + 2 titles + 200 rows`."""
        words = {
            **{"header": ("header", "headers"), "title": ("title", "titles"), "rows": ("row", "rows")},
            **{"blank": ("blank", "blank"), "continued": ("within a cell", "within cells")},
            **{"left_out": ("left out", "left out")},
        }
        counts = ((getattr(self, name), one, many) for name, (one, many) in words.items())
        parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
        less = f" - {self.further:,} further of the same line" if self.further else ""
        return f"{counted(self.lines, 'line')} = {' + '.join(parts) or '0'}{less}"


def summed_accounts(accounts: Iterable[Account]) -> Account:
    """The account of several parts together."""
    held = list(accounts)
    return Account(**{field.name: sum(getattr(one, field.name) for one in held) for field in fields(Account)})


SEALED_ROLES = ("national_id", "iban")
"""Those whose cells are kept as keyed hash alone."""
FURTHER_ROLES = ("imei", "ad_id", "vin", "plate", "handle", *SEALED_ROLES)
"""Identifiers of devices, of cars, of accounts and of people."""
IDENTIFYING = ("phone", "email", "key", "phone_hash", "email_hash", "hash", "phone_mask", *FURTHER_ROLES)
"""Roles whose columns identify contacts, or count as if."""
ROLES = (
    *IDENTIFYING,
    *["name", "organisation", "address", "date", "created", "deleted", "id", "site", "secret", "other"],
)
"""What a column can hold. `phone`, `email` and `key` identify contacts, `phone_hash`, `email_hash` and `hash` do so
among hashes, `phone_mask` counts and never links; of a `secret` a mark is kept; the rest describes contacts."""
PIECES = {
    **dict.fromkeys(("given_name", "middle_name", "family_name"), "name"),
    **dict.fromkeys(("city", "province"), "address"),
}
"""What a column can hold a part of, by the role of the whole."""


@dataclass(frozen=True)
class Limits:
    """How much a file may unpack to before it is refused as a bomb rather than read."""

    archive_members: int = 2_000
    archive_seconds: int = 3_600
    member_bytes: int = 8 << 30
    """Unpacked bytes of one member: five million rows are under 1 GiB."""
    total_bytes: int = 32 << 30
    held_bytes: int = 1 << 30
    """Bytes of a member or document that must be held in memory whole (workbooks, parquet, HTML, JSON, nested zips)."""
    ratio: int = 250
    """Unpacked to packed bytes of a member beyond `ratio_from`; lists pack about 1:5, sheets of one value 1:100."""
    ratio_from: int = 64 << 20
    """Members that unpack to less than this are read whatever their ratio."""
    cell_bytes: int = 8 << 20
    """Bytes of one cell: a spreadsheet's may have 32,767 characters."""
    columns: int = 4_000
    sheet_memory: int = 6 << 30
    """Address space of the child process that reads workbooks, bytes."""
    sheet_memory_ratio: int = 256
    """Bytes of that for each byte of the file, beyond the first 1.5 GiB: sheets pack about 1:30."""
    sheet_seconds: int = 900
    rows: int = 500_000_000

    @classmethod
    def with_settings(cls, settings: Iterable[str]) -> Limits:
        """The limits with some changed, each as `name=number`. Raises `UsageError` for an invalid limit."""
        known = {field.name for field in fields(cls)}
        changed: dict[str, int] = {}
        for setting in settings:
            name, _, number = setting.partition("=")
            value = number.replace("_", "")
            if name not in known or not value.isascii() or not value.isdigit() or not 0 < int(value) < 1 << 62:
                remedy = f"write NAME=NUMBER with one of: {', '.join(sorted(known))}"
                raise UsageError(f"invalid limit {setting!r}", where="--limit", remedy=remedy)
            changed[name] = int(value)
        return replace(cls(), **changed)


@dataclass(frozen=True)
class ReadOptions:
    """What the user says about a file; all of it is otherwise found out."""

    encoding: str | None = None
    """In place of the detected one; a file that does not decode by it is refused."""
    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    """Role to column: header text, number from 1, or letters as in a spreadsheet; several parted by `|`, or a list."""
    sheet: str | None = None
    region: str = "CN"
    find_region: bool = False
    """Whether no region was given: then a column may speak for another one."""
    around: Callable[[], Mapping[str, float]] = field(default=dict, repr=False, compare=False)
    """How many lists around this one are of each country; asked for only where a column is in doubt."""
    limits: Limits = Limits()
    among_several: bool = False
    """Whether a column that `columns` names may be in another file instead, which is read together with this one."""
    has_header: bool | None = None
    """Whether the first row that is not blank is a header; None: found out."""
    secret_key: bytes | None = field(default=None, repr=False)
    """Key of the hashes that are kept of secrets; None: none is."""
    keep_original: bool = False
    part_by_part: bool = False
    """Whether members of an archive that cannot be read are set aside, and the others are read: for what comes by
    itself. Otherwise the whole archive is refused."""


@dataclass(frozen=True)
class ColumnRole:
    """One column: its place, what it is called, what it holds, and how that was found."""

    position: int
    """From 0; the column `c<position>` of the raw table."""
    header: str = field(repr=False)  # of a table without headings it may be somebody's cell
    """Header text, empty where there is none."""
    role: str
    how: str
    """`header`, `content`, `map`, or `format` where the format says so; `key` where it identifies contacts together
    with others, whatever its role."""
    region: str | None = None
    """Region of its numbers without a country code, where the column speaks for one."""
    doubt: tuple[str, ...] = ()
    """The likeliest regions where it speaks for none clearly."""
    piece: str | None = None
    """One of `PIECES` where the column holds a part of its role: a given name, a town."""

    @property
    def holds(self) -> str:
        """What it holds, as a person names it in a map of columns."""
        return self.piece or self.role

    part_of: tuple[int, ...] = ()
    """Numbers of the keys that it makes together with other columns."""
    variant: str | None = None
    """The service of a column of accounts, the scheme of one of numbers of people."""
    perhaps_phone: bool = False
    """Whether it was not taken for numbers, though most of its cells could be some by their length."""

    @property
    def identifies(self) -> bool:
        """Whether contacts are identified by it, alone or with others."""
        return self.role in IDENTIFYING or bool(self.part_of)


@dataclass(frozen=True)
class PartRead:
    """One table of a file: a sheet, a member of an archive, or the file itself."""

    member: str | None
    """Name of the archive's member; nested ones as `inner.zip/name.csv`."""
    sheet: str | None
    hidden: bool
    format: str
    """csv, tsv, txt, xlsx, xls, ods, html, vcf, json, ndjson, parquet, sql, stealer-log or combinations: what it is,
    whatever its name says."""
    encoding: str | None
    delimiter: str | None
    header: tuple[str, ...] = field(repr=False)  # as in `ColumnRole`
    header_row: int | None
    """Line (record) or sheet row of the header's last row, from 1; None without a header."""
    rows: int
    raw_table: str
    """Table of (row BIGINT from 1, c0 VARCHAR, c1 VARCHAR …); empty and missing cells are NULL."""
    columns: tuple[ColumnRole, ...]
    longest_cell: int | None = None
    """Bytes that no cell is longer than; None where that is not known."""
    account: Account | None = None
    """None for a table that never was a file."""
    encoding_sure: float | None = None
    """How likely the encoding is; None where it was said, or for binary formats."""

    @property
    def place(self) -> str:
        """Member and sheet, as far as there are such."""
        return ":".join(name for name in (self.member, self.sheet) if name)


@dataclass(frozen=True)
class FileRead:
    """A file that was read: its parts and what a person should know about the reading."""

    format: str
    """Format of the file; that of the archive (zip, gz, …) where it is one."""
    encoding: str | None
    """Encoding of its text parts where they agree, else None."""
    parts: tuple[PartRead, ...]
    notes: tuple[str, ...]
    """One line each, without personal data: what was skipped, replaced or guessed."""
    empty: tuple[Account, ...] = ()
    """The accounts of parts without a data row, which are not among the parts."""
    aside: tuple[tuple[str, str], ...] = ()
    """(member, why) of those that could not be read, with `part_by_part`."""
    withdrawn: tuple[int, ...] = ()
    """Keys of people who took back what they had asked for."""

    @property
    def holds_secrets(self) -> bool:
        """Whether a column of it holds secrets, of which nothing in clear was read in."""
        return any(column.role == "secret" for part in self.parts for column in part.columns)

    @property
    def account(self) -> Account | None:
        """What became of all its lines; None for tables that never were a file."""
        held = [part.account for part in self.parts if part.account is not None]
        return summed_accounts((*held, *self.empty)) if held or self.empty else None


# Where bytes come from: a file, or a member of an archive; opened as often as a reader needs.

CHUNK = 1 << 20


@dataclass(frozen=True)
class Source:
    """Bytes with a name."""

    where: str
    """For messages: the file's name, and the member's after a colon."""
    name: str
    """Name by which its kind is guessed where its bytes do not tell."""
    member: str | None
    path: Path | None
    size: int
    """Bytes, as the directory or the archive says."""
    opener: Callable[[], IO[bytes]]

    def open(self) -> IO[bytes]:
        """A binary stream from the start."""
        return self.opener()

    def chunks(self) -> Iterator[bytes]:
        """The bytes in pieces of 1 MiB."""
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def head(self, size: int) -> bytes:
        """The first `size` bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read_all(self, limits: Limits) -> bytes:
        """All bytes. Raises InputRefused beyond `limits.held_bytes`."""
        data = self.head(limits.held_bytes + 1)
        if len(data) > limits.held_bytes:
            raise self.refusal(f"more than {limits.held_bytes >> 20:,} MiB in one document", "save it as csv")
        return data

    def refusal(self, what: str, remedy: str) -> InputRefused:
        """The error that says what is wrong with it."""
        return InputRefused(what, where=self.where, remedy=remedy)


def file_source(path: Path) -> Source:
    """A file on disk as a source; it must exist."""
    return Source(path.name, path.name, None, path, path.stat().st_size, lambda: open_regular(path))


def bytes_source(data: bytes, where: str, name: str, member: str | None) -> Source:
    """Bytes in memory as a source."""
    return Source(where, name, member, None, len(data), lambda: io.BytesIO(data))
