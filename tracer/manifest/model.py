"""The tables of a manifest: which record each one holds, and the manifest that was read and found whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from tracer.dossier.vocabulary import words_named
from tracer.records import (
    Claim,
    DatasetFacts,
    Declared,
    Evidence,
    Kind,
    Line,
    Party,
    Relation,
    ReleaseFacts,
    Reply,
    Text,
    declared_fields,
)
from tracer.signals.formats import format_names

T_co = TypeVar("T_co", covariant=True)
FilePath = Path | None
_COUNTRY = "write CN, JP, US …"


@dataclass(frozen=True, kw_only=True)
class CaseEntry:
    """The case itself."""

    name: Annotated[Text, Declared("name of the case")] = None
    region: Annotated[
        Text,
        Declared(
            "country of numbers without a country code; found out where it is not given",
            words="region",
            remedy=_COUNTRY,
        ),
    ] = None
    segments: Annotated[
        FilePath,
        Declared(
            "a table of number segments in place of the built-in one (segment, province, city, carrier)", Kind.FILE
        ),
    ] = None
    rules: Annotated[FilePath, Declared("calling rules in place of those that ship", Kind.FILE)] = None


@dataclass(frozen=True, kw_only=True)
class DatasetEntry(DatasetFacts):
    """One list, as it was obtained from one holder on one day."""

    path: Annotated[
        Path,
        Declared(
            "the file, relative to the manifest; a glob (lists/*.csv) where no id is given", Kind.FILES, required=True
        ),
    ]
    columns: Annotated[
        Mapping[str, str | tuple[str, ...]],
        Declared("which column is what, by its heading; detected otherwise", Kind.MAPPING),
    ] = field(default_factory=dict)
    encoding: Annotated[
        Text, Declared("text encoding, where it is detected wrongly: utf-8, gb18030, big5, utf-16 …")
    ] = None
    region: Annotated[
        Text, Declared("country of this list's numbers without a country code", words="region", remedy=_COUNTRY)
    ] = None
    """The case's when None."""
    sheet: Annotated[Text, Declared("the only sheet of a workbook to read")] = None
    """`table` as well: a dump has tables where a workbook has sheets."""
    table: Annotated[Text, Declared("the table of a database or dump to read; all with identifiers otherwise")] = None
    keep_secret_hash: Annotated[bool, Declared("true: keep keyed hashes of passwords, which are dropped otherwise")] = (
        False
    )
    keep_original: Annotated[bool, Declared("true: keep the file itself although it holds passwords")] = False


@dataclass(frozen=True)
class CanariesEntry:
    """A file of numbers and addresses that you control."""

    path: Annotated[
        Path,
        Declared(
            "a table with phone and/or email; also name, organisation, kind, state, since, until, consent, note",
            Kind.FILE,
            required=True,
        ),
    ]
    kind: Annotated[
        Text,
        Declared(
            "canary: in certain releases only; home: in the client's own database; control: given to no one",
            words="kind of canary",
        ),
    ] = None
    """None: the file's `kind` column, else canary."""


@dataclass(frozen=True)
class ReleaseEntry(ReleaseFacts):
    """One copy of a list, handed to one recipient on one day."""

    path: Annotated[FilePath, Declared("the copy itself; all rows of the list where absent", Kind.FILE)] = None


@dataclass(frozen=True)
class LineEntry(Line):
    """A line that calls are made from."""

    path: Annotated[FilePath, Declared("a file with its numbers, one a line", Kind.FILE)] = None


@dataclass(frozen=True)
class SignalsEntry:
    """A file of calls, SMS and mails that reached canaries."""

    path: Annotated[Path, Declared("call, SMS or mail records that reached canaries", Kind.FILE, required=True)]
    format: Annotated[Text, Declared("format of the records; detected otherwise", words="format of signals")] = None


@dataclass(frozen=True)
class ComplaintsEntry:
    """A file of complaints."""

    path: Annotated[Path, Declared("a table with at, caller, called, text", Kind.FILE, required=True)]


RECORDS: Mapping[str, type] = {
    "case": CaseEntry,
    "party": Party,
    "dataset": DatasetEntry,
    "canaries": CanariesEntry,
    "release": ReleaseEntry,
    "claim": Claim,
    "relation": Relation,
    "line": LineEntry,
    "signals": SignalsEntry,
    "complaints": ComplaintsEntry,
    "reply": Reply,
    "evidence": Evidence,
}
"""Table → what one holds. `case` occurs once, every other table as often as needed."""
LISTED = {
    "evidence": "evidence",
    "canaries": "canaries",
    "dataset": "datasets",
    "release": "releases",
    "signals": "signals",
    "complaints": "complaints",
    "party": "parties",
    "claim": "claims",
    "relation": "relations",
    "line": "lines",
    "reply": "replies",
}
"""Table → the field of a manifest that has its entries."""
TABLES = {table: {key.key: key for key in declared_fields(record).values()} for table, record in RECORDS.items()}
"""Table → key → what it is declared to hold."""
ONE_OF: Mapping[str, tuple[str, str]] = {"evidence": ("path", "text")}
"""Tables that have exactly one of two keys."""
ONCE = ("case",)
"""Tables that are there once; all others may be repeated."""


def allowed_words(key: Declared) -> tuple[str, ...]:
    """The only words that a key may have; none where every text is allowed."""
    if key.words == "format of signals":
        return tuple(sorted(format_names()))
    return words_named(key.words) if key.words else ()


@dataclass(frozen=True)
class Placed(Generic[T_co]):
    """A value and where it is written."""

    value: T_co
    where: str
    file: Path | None = None


def bare_holder(dataset: str) -> str:
    """The party of a dataset's own that is its holder where none is named."""
    return f"unknown-{dataset}"[:64]


@dataclass(frozen=True, kw_only=True)
class Manifest(CaseEntry):
    """All that a manifest asks for."""

    path: Path
    sha256: str
    outside: bool = False
    parties: tuple[Placed[Party], ...] = ()
    datasets: tuple[Placed[DatasetEntry], ...] = ()
    canaries: tuple[Placed[CanariesEntry], ...] = ()
    releases: tuple[Placed[ReleaseEntry], ...] = ()
    claims: tuple[Placed[Claim], ...] = ()
    relations: tuple[Placed[Relation], ...] = ()
    lines: tuple[Placed[Line], ...] = ()
    signals: tuple[Placed[SignalsEntry], ...] = ()
    complaints: tuple[Placed[ComplaintsEntry], ...] = ()
    replies: tuple[Placed[Reply], ...] = ()
    evidence: tuple[Placed[Evidence], ...] = ()
    bare_parties: tuple[str, ...] = ()
    """Parties that are named but not declared: made without name and role, and reported."""

    def entries(self) -> Iterator[Placed[Any]]:
        """All that is written in repeated tables."""
        for name in LISTED.values():
            yield from getattr(self, name)

    def bytes_of_files(self) -> int:
        """Bytes of all files that it names: how much there may be to read."""
        return sum(one.file.stat().st_size for one in self.entries() if one.file is not None and one.file.is_file())


@dataclass(frozen=True)
class Known:
    """The ids that a case holds already, so that a manifest may name them."""

    parties: tuple[str, ...] = ()
    datasets: Mapping[str, str] = field(default_factory=dict)
    """Ids of current datasets → the path each was loaded from."""
    evidence: tuple[str, ...] = ()
