"""The list that is to be marked, as far as personas need it: columns, a sample of rows, what it is sorted by."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tracer.case.registered import given_values
from tracer.errors import InputRefused
from tracer.lists.read.identifiers import FURTHER_ROLES
from tracer.lists.write.model import NewRow, SourcePart
from tracer.marking.persona.list_order import Order, is_behind, is_clustered, order_of
from tracer.marking.persona.numbering import Numbering, find_moments, find_numbering
from tracer.marking.persona.record_codes import RandomCodes, random_codes
from tracer.marking.persona.timed_codes import TimedCodes, timed_codes

SAMPLE = 6_000
"""Rows from which values are recombined."""
_CODED = ("id", "key", "other")
"""Roles of columns that may hold a program's codes."""
_REFERRED = 0.2
"""Distinct ids as a share of the rows, from which on they may be of something that has several rows."""
_OWN = 0.98
"""Distinct moments as a share of the rows: above it each row has a moment of its own."""
POSTCODE = re.compile(
    r"邮编|郵遞|郵便|zip|post ?(?:al )?code|postleitzahl|\bplz\b|\bcep\b|\bpin ?code\b|code postal", re.IGNORECASE
)
"""Columns whose codes are a table of their own: half of one and half of another is none."""
PERSONAL = re.compile(r"身份证|证件号|护照|银行卡|卡号|微信|QQ|wechat|passport", re.IGNORECASE)
"""Headings of values that would be somebody's if they were made up: a persona has none."""


@dataclass(frozen=True)
class SourceList:
    """A dataset's parts, and the part that canaries go into."""

    no: int
    id: str
    sha256: str
    path: str
    region: str
    parts: tuple[SourcePart, ...]
    tables: Mapping[int, str]
    """Part -> raw table."""
    first_rows: Mapping[int, int]
    """Part -> the dataset's row number of its first row."""
    roles: Mapping[int, tuple[str, ...]]
    """Part -> role of each column."""
    pieces: Mapping[int, tuple[str | None, ...]]
    """Part -> what part of its role each column holds: a given name, a town."""
    whole: tuple[SourcePart, ...] = ()
    """The parts as they are in the original, where copies leave columns out."""
    left_out: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Part -> positions in the original of the columns that copies leave out."""
    kept_rows: Mapping[int, NDArray[np.int64]] = field(default_factory=dict, compare=False)
    """Part -> its data rows in the original, rising, where copies leave rows out: row n here is the n-th of them."""
    all_rows: Mapping[int, str] = field(default_factory=dict)
    """Part -> table of all rows, where copies leave rows out."""

    @cached_property
    def main(self) -> SourcePart:
        """The part that canaries go into: that with the most rows of those with numbers or addresses."""
        able = [part for part in self.parts if {"phone", "email"} & set(self.roles[part.part])]
        return max(able or list(self.parts), key=lambda part: (part.rows, -part.part))

    def in_original(self, row: NewRow) -> NewRow:
        """A row that goes into the main part, by the original's row numbers."""
        kept = self.kept_rows.get(self.main.part)
        if kept is None:
            return row
        last = next(part.rows for part in self.whole if part.part == self.main.part)
        before = int(kept[row.before - 1]) if row.before <= len(kept) else last + 1
        taken = tuple(None if at is None else int(kept[at - 1]) for at in row.taken)
        return replace(row, before=before, like=int(kept[row.like - 1]), taken=taken)

    def in_copies(self, row: NewRow) -> NewRow:
        """The same by the row numbers here."""
        kept = self.kept_rows.get(self.main.part)
        if kept is None:
            return row
        before, like = (int(np.searchsorted(kept, at)) + 1 for at in (row.before, row.like))
        taken = tuple(None if at is None else int(np.searchsorted(kept, at)) + 1 for at in row.taken)
        return replace(row, before=before, like=like, taken=taken)

    def places(self, role: str) -> list[int]:
        """Positions of the columns with this role in the main part."""
        return [i for i, found in enumerate(self.roles[self.main.part]) if found == role]

    def holding(self, piece: str) -> list[int]:
        """Positions of the columns with this part of a name or an address in the main part."""
        return [i for i, found in enumerate(self.pieces[self.main.part]) if found == piece]


def read_source_list(con: duckdb.DuckDBPyConnection, dataset: str) -> SourceList:
    """Read what the case knows of a dataset's layout. Raises `InputRefused` where it has none, or has purged it."""
    row = con.execute(
        "SELECT no, sha256, path, region, purged_at IS NOT NULL, json_extract(options, '$.original_kept') IS NOT NULL"
        " FROM dataset WHERE id = $id AND current",
        {"id": dataset},
    ).fetchone()
    if row is None:
        known = [r[0] for r in con.execute("SELECT id FROM dataset WHERE current ORDER BY id LIMIT 6").fetchall()]
        raise InputRefused(f"the case holds no dataset {dataset!r}", remedy=f"it holds {', '.join(known)}")
    no, sha256, path, region, purged, left = row
    if purged:
        raise InputRefused(f"the contents of {dataset} were purged", remedy="load the list again under a new id")
    if left:
        raise InputRefused(
            f"the original of {dataset} holds secrets and was not kept, so no copy of it can be written",
            remedy="take the secrets out of the file and load it again with --replace",
        )
    parts, tables, firsts, roles, pieces = [], {}, {}, {}, {}
    for part, member, sheet, kind, encoding, delimiter, first, rows, table in con.execute(
        "SELECT part, member, sheet, format, encoding, delimiter, first_row, rows, raw_table FROM part"
        " WHERE dataset = $no ORDER BY part",
        {"no": no},
    ).fetchall():
        columns = con.execute(
            "SELECT header, role, piece FROM dataset_column WHERE dataset = $no AND part = $part ORDER BY position",
            {"no": no, "part": part},
        ).fetchall()
        headers = tuple(header for header, _, _ in columns)
        parts.append(SourcePart(part, member, sheet, kind, encoding, delimiter, rows, headers))
        tables[part], firsts[part] = table, first
        # A town goes with what else the row has, unlike a street: it is not newly made.
        roles[part] = tuple("other" if piece in ("city", "province") else role for _, role, piece in columns)
        pieces[part] = tuple(piece for _, _, piece in columns)
    return SourceList(no, dataset, sha256, path, region, tuple(parts), tables, firsts, roles, pieces)


@dataclass(frozen=True)
class Sample:
    """Rows of the main part, drawn at random, and what is true of all its rows."""

    rows: Mapping[int, tuple[str | None, ...]]
    """Row number -> cells; None for a blank one."""
    orders: Mapping[int, Order]
    """Columns by which the list is sorted, wholly or piece by piece."""
    clustered: frozenset[int]
    """Columns whose like values are together; for numbers, the ways in which they are written."""
    numbering: Mapping[int, Numbering]
    """Columns of ids -> their pattern."""
    counts: Mapping[int, Mapping[str, int]]
    """Column -> in how many rows of the list each cell of the sample is."""
    codes: Mapping[int, RandomCodes]
    timed: Mapping[int, TimedCodes]
    distinct: Mapping[int, float]
    """Column -> distinct values of the list as a share of its filled cells."""
    references: Mapping[int, Numbering] = field(default_factory=dict)
    """Columns of ids of something that several rows may be of, an account -> their pattern."""

    @cached_property
    def local(self) -> frozenset[int]:
        """Columns in which neighbours are alike."""
        return self.clustered | set(self.orders)


def read_sample(con: duckdb.DuckDBPyConnection, source: SourceList, seed: str) -> Sample:
    """Draw the sample by `seed` and look at order, repeats and numbering."""
    table, width = source.tables[source.main.part], len(source.main.headers)
    cells = ", ".join(f"nullif(c{i}, '')" for i in range(width))
    rows = con.execute(
        f"SELECT row, {cells} FROM {table} ORDER BY md5($seed || CAST(row AS VARCHAR)), row LIMIT {SAMPLE}",
        {"seed": seed},
    ).fetchall()
    roles = source.roles[source.main.part]
    orders = {i: order for i in range(width) if (order := order_of(con, table, i, roles[i])) is not None}
    distinct = {i: _distinct(con, table, i) for i in range(width)}
    numberings = _numberings(con, source, table, distinct, orders, seed)
    own = {i for i in range(width) if distinct[i] > _OWN} - numberings.keys()
    references = {
        i: found
        for i in range(width)
        if roles[i] not in ("phone", "email", "address")
        and _REFERRED < distinct[i] <= _OWN
        and PERSONAL.search(source.main.headers[i] or "") is None
        and (found := find_numbering(con, table, i, seed)) is not None
        and found.follows
    }
    kept = {row[0]: tuple(row[1:]) for row in rows}
    timed = _timed(source, kept, own)
    return Sample(
        kept,
        orders,
        frozenset(i for i in range(width) if i not in orders and is_clustered(con, table, _likeness(i, roles[i]))),
        numberings,
        {i: _counts(con, table, i, [row[0] for row in rows]) for i in range(width)},
        _codes(source, rows, own - timed.keys()),
        timed,
        distinct,
        references,
    )


def _codes(source: SourceList, rows: Sequence[tuple[Any, ...]], able: Collection[int]) -> dict[int, RandomCodes]:
    """The columns of random codes, among those that have a value of its own in each row."""
    found = {}
    for i in sorted(able):
        if source.roles[source.main.part][i] in _CODED:
            codes = random_codes([row[i + 1] for row in rows if row[i + 1] is not None])
            if codes is not None and not PERSONAL.search(source.main.headers[i] or ""):
                found[i] = codes
    return found


def _timed(
    source: SourceList, rows: Mapping[int, tuple[str | None, ...]], able: Collection[int]
) -> dict[int, TimedCodes]:
    """The columns of ids that say when they were made, among those that have a value of its own in each row."""
    roles = source.roles[source.main.part]
    found = {}
    for i in sorted(able):
        if roles[i] in _CODED and not PERSONAL.search(source.main.headers[i] or ""):
            codes = timed_codes(rows, i, [j for j in range(len(roles)) if j != i])
            if codes is not None:
                found[i] = codes
    return found


def _likeness(position: int, role: str) -> str:
    """SQL for what neighbours are compared by: numbers differ, but the way they are written may not."""
    column = f"c{position}"
    return f"regexp_replace({column}, '[0-9]', '9', 'g')" if role == "phone" else column


def _distinct(con: duckdb.DuckDBPyConnection, table: str, position: int) -> float:
    found = con.execute(
        f"SELECT count(DISTINCT c{position}) / greatest(count(*), 1) FROM {table} WHERE c{position} <> ''"
    ).fetchone()
    return 0.0 if found is None else float(found[0])


def _counts(con: duckdb.DuckDBPyConnection, table: str, position: int, rows: list[int]) -> dict[str, int]:
    column = f"c{position}"
    with given_values(con, pa.array(rows, pa.int64())) as wanted:
        found = con.execute(
            f"SELECT {column}, count(*) FROM {table} WHERE {column} IN (SELECT {column} FROM {table} WHERE row IN"
            f" {wanted}) AND {column} <> '' GROUP BY {column}"
        ).fetchall()
    return dict(found)


def _numberings(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    table: str,
    distinct: Mapping[int, float],
    orders: Mapping[int, Order],
    seed: str,
) -> dict[int, Numbering]:
    """Columns of ids: those that are said to be, and those in which no value comes twice; and the moments that a list
    is sorted by, where nothing else asks for a place."""
    found, roles = {}, source.roles[source.main.part]
    for i, role in enumerate(roles):
        personal = PERSONAL.search(source.main.headers[i] or "") is not None
        # An id that comes again is a reference to something else: an account, an owner.
        if not personal and (
            (role in ("id", "key") and distinct[i] > _OWN) or (role in ("other", *FURTHER_ROLES) and distinct[i] == 1.0)
        ):
            numbering = find_numbering(con, table, i, seed)
            if numbering is not None:
                found[i] = numbering
    given = any(roles[i] in ("phone", "email") and order.whole for i, order in orders.items())
    if given or any(numbering.follows for numbering in found.values()):
        return found
    for i, order in orders.items():
        if i not in found and order.whole and distinct[i] > _OWN:
            numbering = find_moments(con, table, i, order.sign, seed)
            if numbering is not None:
                return found | {i: numbering}
    return found


class RowsOfList:
    """Single cells and places of the main part; a column is fetched once, when it is first asked for."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: SourceList) -> None:
        self.con, self.table, self.count = con, source.tables[source.main.part], source.main.rows
        self._columns: dict[int, pa.Array] = {}
        self._filled: dict[int, NDArray[np.int64]] = {}
        self._pairs: dict[tuple[int, ...], NDArray[np.int64]] = {}

    def cell(self, row: int, position: int) -> str | None:
        """One cell; None where it is blank or there is no such row."""
        if not 1 <= row <= self.count:
            return None
        found = self._column(position)[row - 1].as_py()
        return found or None

    def places_of(self, position: int, cell: str, order: Order, near: int | None = None) -> tuple[int, int]:
        """The first and the last row before which `cell` can go in an ordered column: in the piece around row
        `near` where the order breaks."""
        column = self._column(position)
        filled, value = self._filled[position], order.value(cell)
        first, last = self._piece(order, near)
        begin, end = int(np.searchsorted(filled, first)), int(np.searchsorted(filled, last + 1))
        bounds = []
        for behind_equals in (False, True):
            low, high = begin, end
            while low < high:
                middle = (low + high) // 2
                other = order.value(column[int(filled[middle]) - 1].as_py())
                if is_behind(value, other, order.sign, equals=behind_equals):
                    low = middle + 1
                else:
                    high = middle
            if not behind_equals and low > begin:
                bounds.append(int(filled[low - 1]) + 1)  # rows without a value may be on both sides
            else:
                bounds.append(int(filled[low]) if low < end else int(filled[end - 1]) + 1 if end > begin else first)
        return bounds[0], bounds[1]

    def filled_around(self, position: int, place: int) -> tuple[str | None, str | None]:
        """The nearest filled cells of a column above and below the place before a row; None where there are none."""
        column = self._column(position)
        at = int(np.searchsorted(self._filled[position], place))
        filled = self._filled[position]
        above = column[int(filled[at - 1]) - 1].as_py() if at > 0 else None
        return above, column[int(filled[at]) - 1].as_py() if at < len(filled) else None

    def around(self, position: int, row: int, reach: int) -> list[str]:
        """The filled cells of a column within `reach` rows."""
        begin = max(0, row - 1 - reach)
        return [cell for cell in self._column(position).slice(begin, 2 * reach + 1).to_pylist() if cell]

    def holds(self, positions: tuple[int, ...], cells: tuple[str, ...]) -> bool:
        """Whether a row has these cells in these columns together (to within 60 bits of MD5)."""
        if positions not in self._pairs:
            text = " || chr(31) || ".join(f"coalesce(c{i}, '')" for i in positions)
            found = self.con.execute(
                f"SELECT DISTINCT CAST('0x' || substr(md5({text}), 1, 15) AS BIGINT) AS key FROM {self.table}"
            ).fetchnumpy()
            self._pairs[positions] = np.sort(np.asarray(found["key"], dtype=np.int64))
        keys = self._pairs[positions]
        key = int(hashlib.md5("\x1f".join(cells).encode(), usedforsecurity=False).hexdigest()[:15], 16)
        at = int(np.searchsorted(keys, key))
        return at < len(keys) and int(keys[at]) == key

    def _piece(self, order: Order, near: int | None) -> tuple[int, int]:
        """First and last row of the piece that holds row `near`."""
        if order.whole or near is None:
            return 1, self.count
        at = int(np.searchsorted(order.breaks, near, side="right"))
        first = int(order.breaks[at - 1]) if at > 0 else 1
        last = int(order.breaks[at]) - 1 if at < len(order.breaks) else self.count
        return first, last

    def _column(self, position: int) -> pa.Array:
        if position not in self._columns:
            table = self.con.execute(f"SELECT c{position} AS cell FROM {self.table} ORDER BY row").to_arrow_table()
            whole = table.column("cell").cast(pa.large_string()).combine_chunks()
            column = whole if isinstance(whole, pa.Array) else whole.chunk(0)
            filled = pc.fill_null(pc.not_equal(column, ""), False)
            self._columns[position] = column
            self._filled[position] = np.flatnonzero(filled.to_numpy(zero_copy_only=False)) + 1
        return self._columns[position]
