"""A manifest that was read and found whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from tracer.dossier.records import Claim, Evidence, Line, Party, Relation, Reply
from tracer.lists.loaded import DatasetFacts
from tracer.marking.release.handed_over import ReleaseFacts

T_co = TypeVar("T_co", covariant=True)


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
class DatasetEntry(DatasetFacts):
    """A dataset to be loaded, or its facts. Its id is given, or made from the file's name; its holder is a party, a
    bare one of the dataset's own where none is named.
    """

    path: Path
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Role → header."""
    encoding: str | None = None
    region: str | None = None
    """Region of numbers without a country code; the case's when None."""
    sheet: str | None = None
    keep_secret_hash: bool = False
    """Whether keyed hashes of its secrets are kept."""
    keep_original: bool = False


@dataclass(frozen=True)
class CanariesEntry:
    """A file of controlled identities."""

    path: Path
    kind: str | None = None
    """canary, home, control, reserve; None: the file's `kind` column, else canary."""


@dataclass(frozen=True)
class ReleaseEntry(ReleaseFacts):
    """A copy that was handed over. Its id is given, or `dataset@recipient@date`."""

    path: Path | None = None
    """The copy that was handed over; None: all rows that the dataset had."""


@dataclass(frozen=True)
class SignalsEntry:
    """A file of call, SMS or mail records, or of complaints."""

    path: Path
    format: str | None = None
    """Name of a format; detected when None."""


@dataclass(frozen=True)
class Manifest:
    """All that a manifest asks for."""

    path: Path
    sha256: str
    outside: bool = False
    name: str | None = None
    region: str | None = None
    """Region of numbers without a country code; None: not said."""
    segments: Path | None = None
    rules: Path | None = None
    parties: tuple[Placed[Party], ...] = ()
    datasets: tuple[Placed[DatasetEntry], ...] = ()
    canaries: tuple[Placed[CanariesEntry], ...] = ()
    releases: tuple[Placed[ReleaseEntry], ...] = ()
    claims: tuple[Placed[Claim], ...] = ()
    relations: tuple[Placed[Relation], ...] = ()
    lines: tuple[Placed[Line], ...] = ()
    signals: tuple[Placed[SignalsEntry], ...] = ()
    complaints: tuple[Placed[SignalsEntry], ...] = ()
    replies: tuple[Placed[Reply], ...] = ()
    evidence: tuple[Placed[Evidence], ...] = ()
    bare_parties: tuple[str, ...] = ()
    """Parties that are named but not declared: made without name and role, and reported."""

    def entries(self) -> Iterator[Placed[Any]]:
        """All that is written in repeated tables."""
        for table in (
            self.parties, self.evidence, self.canaries, self.datasets, self.releases, self.signals, self.complaints,
            self.lines, self.relations, self.claims, self.replies,
        ):  # fmt: skip
            yield from table

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
