"""A manifest that was read and found whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day  # noqa: N812 - fields are named `date`, as in the manifest
from pathlib import Path
from typing import Generic, TypeVar

from tracer.dossier.records import Claim, Evidence, Line, Party, Relation, Reply

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Placed(Generic[T_co]):
    """A value and where it is written."""

    value: T_co
    where: str
    """File, table and line, for messages."""
    file: Path | None = None
    """The file it names, if it names one."""


@dataclass(frozen=True)
class DatasetEntry:
    """A dataset to be loaded, or its facts."""

    id: str
    """Given, or made from the file's name."""
    path: Path
    holder: str
    """A party; a bare one of the dataset's own where none is named."""
    obtained: Day | None = None
    """An upper bound on when it came into being."""
    created: Day | None = None
    origin: str | None = None
    """own, obtained, refusals; None: not said, `obtained` for a new dataset."""
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """Role → header."""
    encoding: str | None = None
    region: str | None = None
    """Region of numbers without a country code; the case's when None."""
    sheet: str | None = None
    collected_under: str | None = None
    used_under: str | None = None
    evidence: tuple[str, ...] = ()
    title: str | None = None
    """As readers see it; its id otherwise."""
    title_en: str | None = None
    """As readers of English see it."""
    title_zh: str | None = None
    """As readers of Chinese see it."""


@dataclass(frozen=True)
class CanariesEntry:
    """A file of controlled identities."""

    path: Path
    kind: str | None = None
    """canary, home, control, reserve; None: the file's `kind` column, else canary."""


@dataclass(frozen=True)
class ReleaseEntry:
    """A copy that was handed over."""

    id: str
    """Given, or `dataset@recipient@date`."""
    dataset: str
    recipient: str
    """To which party."""
    date: Day | None = None
    ends: Day | None = None
    """The day after which the recipient may hold nothing."""
    purpose: str | None = None
    use_basis: str | None = None
    path: Path | None = None
    """The copy that was handed over; None: all rows that the dataset had."""
    evidence: tuple[str, ...] = ()
    canary_rows: tuple[int, ...] = ()
    """Data rows of the copy, from 1, that are canaries without having been imported."""


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
    """Whether its paths may leave its folder."""
    name: str | None = None
    region: str | None = None
    """Region of numbers without a country code; None: not said."""
    segments: Path | None = None
    """A segment table in place of the built-in one."""
    rules: Path | None = None
    """Carriers' calling rules."""
    parties: tuple[Placed[Party], ...] = ()
    datasets: tuple[Placed[DatasetEntry], ...] = ()
    """[[dataset]], globs spelled out."""
    canaries: tuple[Placed[CanariesEntry], ...] = ()
    releases: tuple[Placed[ReleaseEntry], ...] = ()
    claims: tuple[Placed[Claim], ...] = ()
    relations: tuple[Placed[Relation], ...] = ()
    lines: tuple[Placed[Line], ...] = ()
    """[[line]], files of numbers read."""
    signals: tuple[Placed[SignalsEntry], ...] = ()
    complaints: tuple[Placed[SignalsEntry], ...] = ()
    replies: tuple[Placed[Reply], ...] = ()
    evidence: tuple[Placed[Evidence], ...] = ()
    bare_parties: tuple[str, ...] = ()
    """Parties that are named but not declared: made without name and role, and reported."""

    def bytes_of_files(self) -> int:
        """Bytes of all files of rows that it names: how much there may be to read."""
        paths = [
            *(entry.value.path for entry in self.datasets), *(entry.value.path for entry in self.releases),
            *(entry.value.path for entry in self.canaries), *(entry.value.path for entry in self.signals),
            *(entry.value.path for entry in self.complaints),
        ]  # fmt: skip
        return sum(path.stat().st_size for path in paths if path is not None and path.is_file())


@dataclass(frozen=True)
class Known:
    """The ids that a case holds already, so that a manifest may name them."""

    parties: tuple[str, ...] = ()
    datasets: Mapping[str, str] = field(default_factory=dict)
    """Ids of current datasets → the path each was loaded from."""
    evidence: tuple[str, ...] = ()
