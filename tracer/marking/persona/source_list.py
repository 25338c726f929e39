"""The list that is to be marked, as far as personas need it: columns, a sample of rows, and its order: by which columns
it is sorted, wholly or piece by piece, and what comes in clusters."""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tracer.case.store import given_values
from tracer.errors import InputRefused
from tracer.lists.read.model import FURTHER_ROLES
from tracer.lists.write.model import NewRow, SourcePart
from tracer.marking.persona.ids import (
    Numbering,
    RandomCodes,
    TimedCodes,
    find_moments,
    find_numbering,
    random_codes,
    timed_codes,
)

SAMPLE = 6_000  # Rows from which values are recombined.
_CODED = ("id", "key", "other")  # Roles of columns that may hold a program's codes.
_REFERRED = 0.2  # Distinct ids as a share of the rows, from which on they may be of something that has several rows.
_OWN = 0.98  # Distinct moments as a share of the rows: above it each row has a moment of its own.
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
    tables: Mapping[int, str]  # Part -> raw table.
    first_rows: Mapping[int, int]  # Part -> the dataset's row number of its first row.
    roles: Mapping[int, tuple[str, ...]]  # Part -> role of each column.
    pieces: Mapping[int, tuple[str | None, ...]]
    """Part -> what part of its role each column holds: a given name, a town."""
    whole: tuple[
        SourcePart, ...
    ]  # The parts as they are in the original, of which copies may leave columns and rows out.
    all_rows: Mapping[int, str]  # Part -> table of all rows.
    left_out: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Part -> positions in the original of the columns that copies leave out."""
    kept_rows: Mapping[int, NDArray[np.int64]] = field(default_factory=dict, compare=False)
    """Part -> its data rows in the original, rising, where copies leave rows out: row n here is the n-th of them."""

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
        return _renumbered(row, lambda at: int(kept[at - 1]) if at <= len(kept) else last + 1)

    def in_copies(self, row: NewRow) -> NewRow:
        """The same by the row numbers here."""
        kept = self.kept_rows.get(self.main.part)
        if kept is None:
            return row
        return _renumbered(row, lambda at: int(np.searchsorted(kept, at)) + 1)

    def rows_of_parts(self, rows: NDArray[np.int64]) -> dict[int, frozenset[int]]:
        """Part -> which of these rows of the dataset are its own, counted from 1 in it."""
        found = dict[int, frozenset[int]]()
        for part in self.whole:
            first = self.first_rows[part.part]
            found[part.part] = frozenset((rows[(rows >= first) & (rows < first + part.rows)] - first + 1).tolist())
        return found

    def places(self, role: str) -> list[int]:
        """Positions of the columns with this role in the main part."""
        return [i for i, found in enumerate(self.roles[self.main.part]) if found == role]

    def columns_of(self, piece: str) -> list[int]:
        """Positions of the columns with this part of a name or an address in the main part."""
        return [i for i, found in enumerate(self.pieces[self.main.part]) if found == piece]


def _renumbered(row: NewRow, number: Callable[[int], int]) -> NewRow:
    """A row of which each row number is another one."""
    taken = tuple(None if at is None else number(at) for at in row.taken)
    return replace(row, before=number(row.before), like=number(row.like), taken=taken)


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
    whole = tuple(parts)
    return SourceList(no, dataset, sha256, path, region, whole, tables, firsts, roles, pieces, whole, tables)


# What a list is sorted by.

_DAY = r"([0-9]{1,2})[-./]([0-9]{1,2})[-./]([0-9]{4})(.*)"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")  # What a decimal of SQL is cast of.
_GROUPED = "[0-9]{1,3}(?:[%s' \u00a0\u202f’][0-9]{3})+"
_AMOUNTS = {
    key: f"[^0-9+-]{{0,5}}([+-]?(?:{_GROUPED % other}|[0-9]+)(?:[{sign}][0-9]+)?)[^0-9]{{0,6}}"
    for key, sign, other in (("decimal point", ".", ","), ("decimal comma", ",", "."))
}
"""Amounts as they are written for people, by their decimal sign: € 1,284.50; 1.284,50 and 1 284,50."""
_NO_DIGITS = {"decimal point": "[^0-9+.-]", "decimal comma": "[^0-9+,-]"}
_FIRST_ROWS = 3_000  # Rows that tell whether the others need be looked at.
_LEAST_STEPS = 3
_LEAST_CELLS = 20  # Cells with a value, under which no order is seen.
_SURE = 8.0  # Standard errors beyond which order is not chance: many columns of many lists are looked at.
_NO_BREAKS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Order:
    """A column by which the list is sorted, or by which pieces of it are."""

    key: str
    """How cells are compared, as in `order_of`; and gb18030: by their bytes in it, which is Pinyin for common
    characters."""
    sign: int  # 1 rising, -1 falling.
    breaks: NDArray[np.int64]  # Rows with which a new piece begins; none where the whole list is sorted.

    @property
    def whole(self) -> bool:
        """Whether the order never breaks."""
        return len(self.breaks) == 0

    def value(self, cell: str) -> int | Decimal | str | bytes | None:
        """What a cell is compared by, as SQL compares it in `order_of`; None where it has no such value."""
        value: int | Decimal | str | bytes | None = cell
        match self.key:
            case "number":
                plain = cell.strip()
                value = Decimal(plain) if _NUMBER.fullmatch(plain) else None
            case "phone":
                digits = re.sub(r"[^0-9]", "", cell)[-11:]
                value = int(digits) if digits else None
            case "decimal point" | "decimal comma":
                found = re.fullmatch(_AMOUNTS[self.key], cell)
                plain = "" if found is None else re.sub(_NO_DIGITS[self.key], "", found[1]).replace(",", ".")
                value = Decimal(plain) if plain else None
            case "natural":
                found = re.fullmatch(r"([0-9]{1,18})[^0-9]*", cell)
                value = None if found is None else int(found[1])
            case "day first" | "month first":
                found = re.fullmatch(_DAY, cell)
                day, month = (1, 2) if self.key == "day first" else (2, 1)
                value = None
                if found is not None and 1 <= int(found[month]) <= 12:
                    value = f"{found[3]}{found[month].zfill(2)}{found[day].zfill(2)}{found[4]}"
            case "caseless":
                value = cell.lower()
            case "gb18030":
                value = cell.encode("gb18030", "replace")
        return value


def order_of(con: duckdb.DuckDBPyConnection, table: str, position: int, role: str) -> Order | None:
    """The order of a column: at most one step in ten goes the other way. None where there is none."""
    c = f"c{position}"
    # A date with the year last, as text that sorts by time.
    first, second, year, rest = (f"regexp_extract({c}, '^{_DAY}$', {at})" for at in (1, 2, 3, 4))
    dated = {
        key: f"CASE WHEN TRY_CAST({month} AS INTEGER) BETWEEN 1 AND 12"
        f" THEN {year} || lpad({month}, 2, '0') || lpad({day}, 2, '0') || {rest} END"
        for key, day, month in (("day first", first, second), ("month first", second, first))
    }
    amounts = dict[str, str]()
    for key, form in _AMOUNTS.items():
        quoted = form.replace("'", "''")
        written = f"regexp_extract({c}, '^{quoted}$', 1)"
        plain = f"replace(regexp_replace({written}, '{_NO_DIGITS[key]}', '', 'g'), ',', '.')"
        amounts[key] = f"TRY_CAST({plain} AS DECIMAL(38, 9))"
    keys = {
        "number": f"TRY_CAST({c} AS DECIMAL(38, 9))",
        "phone": f"TRY_CAST(right(regexp_replace({c}, '[^0-9]', '', 'g'), 11) AS BIGINT)",
        "natural": f"TRY_CAST(regexp_extract({c}, '^([0-9]{{1,18}})[^0-9]*$', 1) AS BIGINT)",
        **dated,
        **amounts,
        "text": c,
        "caseless": f"lower({c})",
    }
    for key, sql in keys.items():
        if key == "phone" and role != "phone":
            continue
        for rows in (f"(SELECT row, {c} FROM {table} WHERE row <= {_FIRST_ROWS})", table):
            lagged = f"(SELECT row, {sql} AS key, lag({sql}) OVER (ORDER BY row) AS before FROM {rows} WHERE {c} <> '')"
            rises, falls, without = con.execute(
                "SELECT count(*) FILTER (key > before), count(*) FILTER (key < before), count(*) FILTER (key IS NULL)"
                f" FROM {lagged}"
            ).fetchall()[0]
            if without or min(rises, falls) > 0.2 * (rises + falls):
                break
        else:
            sign, against = 1 if rises >= falls else -1, min(rises, falls)
            if rises + falls == 0 or (rises + falls < _LEAST_STEPS and against) or against > 0.1 * (rises + falls):
                continue
            broken = f"SELECT row FROM {lagged} WHERE key {'<' if sign > 0 else '>'} before ORDER BY row"
            breaks = con.execute(broken).fetchnumpy()["row"] if against else _NO_BREAKS
            return Order(key, sign, np.asarray(breaks, dtype=np.int64))
    if role != "name":
        return None
    # Spreadsheets sort Chinese in GB18030's order: the first 2,000 and the last names show it.
    for direction in ("", " DESC"):
        cells = con.execute(f"SELECT {c} FROM {table} WHERE {c} <> '' ORDER BY row{direction} LIMIT 2000").fetchall()
        pairs = list(pairwise(cell.encode("gb18030", "replace") for (cell,) in cells))
        rises, falls = sum(a < b for a, b in pairs), sum(a > b for a, b in pairs)
        if rises if direction else falls:
            return None
    return Order("gb18030", 1, _NO_BREAKS) if rises + falls else None


def _is_clustered(con: duckdb.DuckDBPyConnection, table: str, position: int, role: str) -> bool:
    """Whether equal cells of a column are together, or like ones near each other; of numbers, which differ, the ways in
    which they are written."""
    cell = f"regexp_replace(c{position}, '[0-9]', '9', 'g')" if role == "phone" else f"c{position}"
    n, equal, correlation, squares = con.execute(
        f"WITH cells AS (SELECT row, {cell} AS cell FROM {table}),"
        " ranked AS (SELECT row, cell, dense_rank() OVER (ORDER BY cell) AS rank FROM cells),"
        " lagged AS (SELECT cell, rank, lag(cell) OVER (ORDER BY row) AS before,"
        " lag(rank) OVER (ORDER BY row) AS rank_before FROM ranked WHERE cell <> ''),"
        " counts AS (SELECT count(*) AS n FROM cells WHERE cell <> '' GROUP BY cell)"
        " SELECT count(before), count(*) FILTER (cell = before), corr(rank, rank_before),"
        " (SELECT sum(n * n) FROM counts) FROM lagged"
    ).fetchall()[0]
    if n < _LEAST_CELLS:
        return False
    expected = min(float(squares) / (n + 1) ** 2, 1.0) * n
    spread = math.sqrt(max(expected * (1 - expected / n), 1.0))
    if equal - expected > _SURE * spread and equal - expected > 0.01 * n:
        return True
    return correlation is not None and not math.isnan(correlation) and correlation > max(0.05, _SURE / math.sqrt(n))


@dataclass(frozen=True)
class Sample:
    """Rows of the main part, drawn at random, and what is true of all its rows."""

    rows: Mapping[int, tuple[str | None, ...]]  # Row number -> cells; None for a blank one.
    orders: Mapping[int, Order]  # Columns by which the list is sorted, wholly or piece by piece.
    clustered: frozenset[int]
    """Columns whose like values are together; for numbers, the ways in which they are written."""
    numbering: Mapping[int, Numbering]  # Columns of ids -> their pattern.
    counts: Mapping[int, Mapping[str, int]]  # Column -> in how many rows of the list each cell of the sample is.
    codes: Mapping[int, RandomCodes]
    timed: Mapping[int, TimedCodes]
    distinct: Mapping[int, float]  # Column -> distinct values of the list as a share of its filled cells.
    references: Mapping[int, Numbering]
    """Columns of ids of something that several rows may be of, an account -> their pattern."""


def read_sample(con: duckdb.DuckDBPyConnection, source: SourceList, seed: str) -> Sample:
    """Draw the sample by `seed` and look at order, repeats and numbering."""
    table, roles = source.tables[source.main.part], source.roles[source.main.part]
    every = range(len(roles))
    names = ", ".join(f"nullif(c{i}, '')" for i in every)
    drawn = con.execute(
        f"SELECT row, {names} FROM {table} ORDER BY md5($seed || CAST(row AS VARCHAR)), row LIMIT {SAMPLE}",
        {"seed": seed},
    ).fetchall()
    rows = {row[0]: tuple(row[1:]) for row in drawn}
    orders = {i: order for i in every if (order := order_of(con, table, i, roles[i])) is not None}
    distinct, counts = {}, {}
    with given_values(con, pa.array(list(rows), pa.int64())) as wanted:
        for i in every:
            ((share,),) = con.execute(
                f"SELECT count(DISTINCT c{i}) / greatest(count(*), 1) FROM {table} WHERE c{i} <> ''"
            ).fetchall()
            distinct[i] = float(share)
            counts[i] = dict(
                con.execute(
                    f"SELECT c{i}, count(*) FROM {table} WHERE c{i} <> '' AND c{i} IN"
                    f" (SELECT c{i} FROM {table} WHERE row IN {wanted}) GROUP BY c{i}"
                ).fetchall()
            )
    public = [i for i in every if PERSONAL.search(source.main.headers[i] or "") is None]

    # Ids are columns that are said to be, and those in which no value comes twice. One that comes again is a reference
    # to something else: an account, an owner.
    numbering, references = dict[int, Numbering](), dict[int, Numbering]()
    for i in public:
        if (roles[i] in ("id", "key") and distinct[i] > _OWN) or (
            roles[i] in ("other", *FURTHER_ROLES) and distinct[i] == 1.0
        ):
            found = find_numbering(con, table, i, seed)
            numbering |= {} if found is None else {i: found}
        if roles[i] not in ("phone", "email", "address") and _REFERRED < distinct[i] <= _OWN:
            found = find_numbering(con, table, i, seed)
            references |= {i: found} if found is not None and found.follows else {}
    # Moments that a list is sorted by give a record its place where nothing else does.
    placed = any(roles[i] in ("phone", "email") and order.whole for i, order in orders.items())
    if not placed and not any(each.follows for each in numbering.values()):
        for i, order in orders.items():
            if i not in numbering and order.whole and distinct[i] > _OWN:
                found = find_moments(con, table, i, order.sign, seed)
                if found is not None:
                    numbering[i] = found
                    break

    # Other columns that have a value of its own in each row may hold a program's codes.
    timed, codes = dict[int, TimedCodes](), dict[int, RandomCodes]()
    for i in public:
        if distinct[i] > _OWN and i not in numbering and roles[i] in _CODED:
            dated = timed_codes(rows, i, [j for j in every if j != i])
            random = None if dated else random_codes([cell for row in rows.values() if (cell := row[i]) is not None])
            timed |= {i: dated} if dated is not None else {}
            codes |= {i: random} if random is not None else {}
    clustered = frozenset(i for i in every if i not in orders and _is_clustered(con, table, i, roles[i]))
    return Sample(rows, orders, clustered, numbering, counts, codes, timed, distinct, references)


class RowsOfList:
    """Single cells and places of the main part; a column is fetched once, when it is first asked for."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: SourceList) -> None:
        self.con, self.table, self.count = con, source.tables[source.main.part], source.main.rows
        self._columns: dict[int, tuple[pa.Array, NDArray[np.int64]]] = {}
        self._pairs: dict[tuple[int, ...], NDArray[np.int64]] = {}

    def cell(self, row: int, position: int) -> str | None:
        """One cell; None where it is blank or there is no such row."""
        if not 1 <= row <= self.count:
            return None
        return self._column(position)[0][row - 1].as_py() or None

    def places_of(self, position: int, cell: str, order: Order, near: int | None = None) -> tuple[int, int]:
        """The first and the last row before which `cell` can go in an ordered column: in the piece around row
        `near` where the order breaks."""
        column, filled = self._column(position)
        value, first, last = order.value(cell), 1, self.count
        if not order.whole and near is not None:
            at = int(np.searchsorted(order.breaks, near, side="right"))
            first = int(order.breaks[at - 1]) if at > 0 else 1
            last = int(order.breaks[at]) - 1 if at < len(order.breaks) else self.count
        begin, end = int(np.searchsorted(filled, first)), int(np.searchsorted(filled, last + 1))

        def goes_after(at: int, *, equals: bool) -> bool:
            """Whether the cell goes after the filled one at a place; without a value it comes after all."""
            other = order.value(column[int(filled[at]) - 1].as_py())
            if value is None or other is None:
                return True
            if value == other:
                return equals
            return bool(other < value if order.sign > 0 else other > value)  # type: ignore[operator]  # of one type

        every = range(len(filled))
        low = bisect_left(every, True, begin, end, key=lambda at: not goes_after(at, equals=False))
        high = bisect_left(every, True, begin, end, key=lambda at: not goes_after(at, equals=True))
        after_all = int(filled[end - 1]) + 1 if end > begin else first
        highest = int(filled[high]) if high < end else after_all
        if low > begin:  # rows without a value may be on both sides
            return int(filled[low - 1]) + 1, highest
        return int(filled[low]) if low < end else after_all, highest

    def filled_around(self, position: int, place: int) -> tuple[str | None, str | None]:
        """The nearest filled cells of a column above and below the place before a row; None where there are none."""
        column, filled = self._column(position)
        at = int(np.searchsorted(filled, place))
        above = column[int(filled[at - 1]) - 1].as_py() if at > 0 else None
        return above, column[int(filled[at]) - 1].as_py() if at < len(filled) else None

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

    def _column(self, position: int) -> tuple[pa.Array, NDArray[np.int64]]:
        """The cells of a column, and the numbers of its filled rows."""
        if position not in self._columns:
            table = self.con.execute(f"SELECT c{position} AS cell FROM {self.table} ORDER BY row").to_arrow_table()
            whole = table.column("cell").cast(pa.large_string()).combine_chunks()
            column = whole if isinstance(whole, pa.Array) else whole.chunk(0)
            filled = pc.fill_null(pc.not_equal(column, ""), False)
            self._columns[position] = column, np.flatnonzero(filled.to_numpy(zero_copy_only=False)) + 1
        return self._columns[position]
