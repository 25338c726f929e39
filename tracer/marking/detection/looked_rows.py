"""What is looked at in a list's rows: the rows, features of them as numbers, and how often values are in the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import given_values
from tracer.lists.read.words import shown_headings
from tracer.lists.write.model import NewRow
from tracer.marking.persona.source_list import SourceList

_PLACES = 4
"""Places for each row up to which empty ones cost less than sorting."""
IDENTITIES = (
    "import identities whose numbers or addresses are like the list's, or leave the column out of all copies with"
    " --without"
)
_NAMES = "import identities without a name or organisation, or with such as the list has"
_ADVICE = {"phone": IDENTITIES, "email": IDENTITIES, "name": _NAMES, "organisation": _NAMES}
"""What helps, by the role of the column that gives canaries away; leaving it out in others."""

FormsOf = Callable[[int | NewRow], tuple[str, ...]]
"""A data row of the main part, or a new row -> how each cell is written, and the row."""


@dataclass(frozen=True)
class Counted:
    """How often values are in the list, and which canaries' values are alike."""

    listed: NDArray[np.int64]
    """For each row looked at, in how many of the list's rows its value is."""
    codes: NDArray[np.int64]
    """The value as a number from 1; 0 where it is blank."""

    def with_own(self, own: NDArray[np.bool_]) -> NDArray[np.float64]:
        """In how many rows of a copy with these canaries (true) and the list's rows each value is."""
        counts = np.bincount(self.codes[own], minlength=int(self.codes.max()) + 1)
        return np.where(self.codes == 0, 0, self.listed + counts[self.codes]).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Feature:
    """One number for every row looked at."""

    what: str
    column: str | None
    known: NDArray[np.float64] | Counted
    """The numbers, or what they are counted from where they depend on which canaries a copy has."""
    advice: str
    columns: tuple[int, ...] = ()
    """Positions of the columns that it is of; none for the row as a whole."""
    whole: tuple[int, int] | None = None
    """In how many of the list's rows it is 0 and 1, where canaries are compared with all of these."""

    def values(self, own: NDArray[np.bool_]) -> NDArray[np.float64]:
        """The numbers in a copy that has these canaries (true)."""
        return self.known.with_own(own) if isinstance(self.known, Counted) else self.known

    def places(self, own: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The same as places among all numbers, rising."""
        if not isinstance(self.known, Counted):
            return self._places
        counts = self.known.with_own(own)
        # Counts are places as they are, but where they leave most of these empty.
        if counts.max() > _PLACES * len(counts):
            return np.unique(counts, return_inverse=True)[1].astype(np.int64)
        return counts.astype(np.int64)

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        return np.unique(self.values(np.zeros(0, dtype=np.bool_)), return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class FeatureRow:
    """A row that is looked at, and those around it."""

    place: float
    """Its place in the copy, from 0 to 1."""
    cells: tuple[str, ...]
    before: tuple[str, ...]
    behind: tuple[str, ...]


def heading_of(source: SourceList, i: int) -> str:
    """What a column is called where it may be shown, its number otherwise."""
    return shown_headings(source.main.headers)[i] or f"no. {i + 1}"


def leave_out(source: SourceList, *columns: int) -> str:
    """What helps against what one of these columns shows."""
    asked = " or ".join(f'--without "{heading_of(source, i)}"' for i in columns)
    return f"leave {'it' if len(columns) == 1 else 'one of the two'} out of all copies with {asked}"


def advice_on(source: SourceList, i: int) -> str:
    """What helps where a column gives canaries away."""
    return _ADVICE.get(source.roles[source.main.part][i]) or leave_out(source, i)


def often(con: duckdb.DuckDBPyConnection, source: SourceList, cell: str, cells: Sequence[str]) -> Counted:
    """In how many rows each value is, `cell` being SQL for it."""
    table = source.tables[source.main.part]
    with given_values(con, pa.array(sorted(set(cells)), pa.string())) as wanted:
        found = dict(
            con.execute(f"SELECT {cell} AS cell, count(*) FROM {table} WHERE {cell} IN {wanted} GROUP BY 1").fetchall()
        )
    numbers = {value: at for at, value in enumerate(sorted(set(cells) - {""}), start=1)}
    listed = np.array([found.get(value, 0) for value in cells], dtype=np.int64)
    return Counted(listed, np.array([numbers.get(value, 0) for value in cells], dtype=np.int64))


def counted_among(values: Sequence[str], canaries: int) -> Counted:
    """In how many of the ordinary rows looked at each value is."""
    held = Counter(values[canaries:])
    numbers = {value: at for at, value in enumerate(sorted(set(values) - {""}), start=1)}
    listed = np.array([held[value] for value in values], dtype=np.int64)
    return Counted(listed, np.array([numbers.get(value, 0) for value in values], dtype=np.int64))


def floats(values: Sequence[float]) -> NDArray[np.float64]:
    """Numbers as an array."""
    return np.array(values, dtype=float)
