"""What an attacker can count in a copy: one number for each row and each thing that he may look at.

A cell is taken whole and in parts (its beginning, its end, a word, a domain, a year, how it is written); numbers and
days also by their size. Rows are looked at by how often what they hold is in the list, alone and two by two, by what
the numbers of a row have to do with one another, by the rows around them, and by the row that is most like them.
Each is counted as in a copy of its own:
a planted record counts itself, as each of the list's rows does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import given_values
from tracer.lists.read.words import shown_headings
from tracer.lists.write.model import NewRow
from tracer.marking.persona.source_list import SourceList

ORDINARY = 3_000
"""Rows of the list that planted records are compared with."""
_PAIRS = 150  # Pairs of values that are looked at one by one: those that tell most of one another.
_CODES = 90  # Cells and parts of cells of which pairs are made, those with the most different values last.
_OWN = 0.95  # Different numbers as a share of the rows, from which on each row has its own.
_RECURRING = 0.5  # Different values as a share of the rows, above which they do not recur.
_NUMBERS = 0.8  # Share of a column's filled cells that are numbers or days, from which they are looked at as such.
_HOLDS = 0.6  # Share of the rows in which two numbers give a third, from which that is a rule of the list.

Values = NDArray[np.float64]
Ints = NDArray[np.int64]
FormsOf = Callable[[int | NewRow], tuple[str, ...]]
"""A data row of the main part, or a new row -> how each cell is written, and the row."""


@dataclass(frozen=True)
class Sign:
    """One thing that is looked at."""

    what: str
    columns: tuple[int, ...] = ()
    """Positions of the columns that it is of; none for the row as a whole."""

    def named(self, source: SourceList) -> str:
        """As a person would name it: with the headings of columns that may be shown, the numbers of others."""
        headings = shown_headings(source.main.headers)
        names = [headings[i] or f"no. {i + 1}" for i in self.columns]
        return f"{' with '.join(names)}: {self.what}" if names else self.what


@dataclass(frozen=True)
class Looked:
    """All that is looked at."""

    signs: list[Sign]
    planted: Values
    """(records, signs)."""
    ordinary: Values
    """(rows, signs)."""


UNLIKE = Sign("how much of it no row has")


def look(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Sequence[NewRow],
    copies: Ints,
    forms: FormsOf | None = None,
) -> Looked:
    """Look at planted records (`rows`) and at rows of the list that could be such: always the same ones of a list.

    `copies`: for each record the number of a copy that has it, from 0; each row is looked at as in one of these.
    `forms`: how the cells of a row are written in the file, where that is more than their content.
    """
    planted = [source.in_copies(row) for row in rows]
    table, width = source.tables[source.main.part], len(source.main.headers)
    names = ", ".join(f"coalesce(c{i}, '')" for i in range(width))
    held = " OR ".join(f"c{i} <> ''" for role in ("phone", "email") for i in source.places(role)) or "true"
    drawn = con.execute(
        f"SELECT row, {names} FROM {table} WHERE {held}"
        f" ORDER BY md5('{source.no} ' || CAST(row AS VARCHAR)), row LIMIT {ORDINARY}"
    ).fetchall()
    numbers = [int(row[0]) for row in drawn]
    cells = [tuple(cell or "" for cell in row.cells) for row in planted] + [tuple(row[1:]) for row in drawn]
    # The rows before and after each planted record, by its place, and each row.
    ends = [*((row.before - 1, row.before) for row in planted), *((row - 1, row + 1) for row in numbers)]
    with given_values(con, pa.array(sorted({at for pair in ends for at in pair}), pa.int64())) as wanted:
        near = con.execute(f"SELECT row, {names} FROM {table} WHERE row IN {wanted}").fetchall()
    known, blank = {int(row[0]): tuple(row[1:]) for row in near}, ("",) * width
    around = [(known.get(one, blank), known.get(other, blank)) for one, other in ends]
    in_turn = np.arange(len(drawn)) % (int(copies.max()) + 1)
    seen = _Rows(source, cells, len(planted), around, np.concatenate((copies, in_turn)))
    for i in range(width):
        seen.column(i)
    seen.pairs()
    seen.figures()
    seen.words()
    seen.nearest()
    if forms is not None:
        kept = source.kept_rows.get(source.main.part)
        of_list = [number if kept is None else int(kept[number - 1]) for number in numbers]
        seen.written([*map(forms, rows), *map(forms, of_list)])
    matrix = np.column_stack(list(seen.found.values()))
    return Looked(list(seen.found), matrix[: len(planted)], matrix[len(planted) :])


class _Rows:
    """Rows, the planted ones first, and what has been counted of them."""

    def __init__(
        self,
        source: SourceList,
        cells: Sequence[tuple[str, ...]],
        planted: int,
        around: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
        copy: Ints,
    ) -> None:
        self.source, self.cells, self.planted, self.around, self.copy = source, cells, planted, around, copy
        self.own = np.arange(len(cells)) < planted
        self.found: dict[Sign, Values] = {}
        self.codes: list[tuple[int, str, Ints]] = []
        """Column, which part of its cells, and a number for each different one."""
        self.numbers: list[tuple[int, Values]] = []
        """Columns of numbers and days, with their values."""
        self.phones = set(source.places("phone"))

    def column(self, i: int) -> None:
        """One column, by itself and among the rows around."""
        texts = [row[i] for row in self.cells]
        codes = _coded(texts)
        self._add("how often the value is in the list", (i,), self._counted(codes))
        self._add("its length", (i,), np.array([len(text) for text in texts]))
        for part, cut in _PARTS.items():
            of_part = _coded([cut(text) for text in texts])
            # Numbers go by what comes first: parts that tell the same cells apart have the same.
            if of_part.any() and not np.array_equal(of_part, codes):
                self._add(f"how often {part} is in the list", (i,), self._counted(of_part))
                self.codes.append((i, part, of_part))
        self.codes.append((i, "", codes))
        same = [(text == one[i]) + (text == other[i]) for text, (one, other) in zip(texts, self.around, strict=True)]
        self._add("whether the rows around it have the same", (i,), np.array(same))

        # Numbers or days: how large, how round, and where among the list's and the rows' around.
        read = _reader([text for text in texts if text])
        if read is None:
            numbers = np.array([float(re.sub(r"\D", "", text)[:15] or "nan") for text in texts])
            listed = np.sort(numbers[~self.own & ~np.isnan(numbers)])
            if len(np.unique(listed)) > _OWN * len(texts):
                gap = numbers - np.r_[np.nan, listed][np.searchsorted(listed, numbers)]
                self._add("how far the number before it is", (i,), np.nan_to_num(gap, nan=-1.0))
            return
        values = np.array([read(text) for text in texts])
        if i not in self.phones:
            self.numbers.append((i, values))
        self._add("how large it is", (i,), np.nan_to_num(values, nan=-1.0))
        ends = np.array([[read(one[i]), read(other[i])] for one, other in self.around])
        low, high = np.fmin(ends[:, 0], ends[:, 1]), np.fmax(ends[:, 0], ends[:, 1])
        with np.errstate(invalid="ignore"):
            self._add("its order with the rows around it", (i,), 1.0 * (values < low) + 2.0 * (values > high))
            gap = np.fmin(np.abs(values - ends[:, 0]), np.abs(values - ends[:, 1]))
            self._add("how near it is to those around it", (i,), np.nan_to_num(gap, nan=-1.0))
        listed = np.sort(values[~self.own & ~np.isnan(values)])
        if len(listed) and len(np.unique(listed)) > _RECURRING * len(listed):
            near = _nearest_gap(values, listed)
            self._add("how near it is to another of the list", (i,), np.nan_to_num(near, nan=-1.0))
        # How many of these divide it.
        ratios = [np.nan_to_num(values, nan=0.0) / step for step in (1000, 100, 10, 5, 1, 0.1)]
        divided = [np.abs(ratio - np.round(ratio)) < 1e-6 for ratio in ratios]
        self._add("how round it is", (i,), np.asarray(np.sum(divided, axis=0), dtype=np.float64))

    def pairs(self) -> None:
        """Two cells or parts of cells: how often they come together, next to how often each is there."""
        n = len(self.cells)
        usable = [one for one in self.codes if 1 < len(np.unique(one[2])) <= _RECURRING * n]
        usable.sort(key=lambda one: (len(np.unique(one[2])), one[0], one[1]))
        usable = usable[:_CODES]
        counts = [self._counted(codes) for _, _, codes in usable]
        scored: list[tuple[float, int, int]] = []
        single, broken = np.zeros(n), np.zeros(n)

        def met(a: int, b: int) -> tuple[Values, Values]:
            other = usable[b][2]
            both = self._counted(usable[a][2] * (int(other.max()) + 1) + other)
            return both, np.log(both * (n - self.planted) / (counts[a] * counts[b]))

        for a, b in combinations(range(len(usable)), 2):
            if usable[a][0] == usable[b][0]:
                continue
            both, lift = met(a, b)
            # Mutual information of the list's rows, less what as many different pairs would have by chance.
            scored.append((float(lift[~self.own].mean()) - len(np.unique(both)) / (2.0 * n), a, b))
            single += (both == 1) & (counts[a] * counts[b] / (n - self.planted) < 1)
            broken += np.maximum(0.0, -lift)
        for _, a, b in sorted(scored, key=lambda one: -one[0])[:_PAIRS]:
            (i, part, _), (j, other_part, _) = usable[a], usable[b]
            both, lift = met(a, b)
            what = f"how often {' and '.join(filter(None, (part, other_part))) or 'the two'} come together"
            of_one = Sign(f"{what}, of those with the one", (i, j))
            self.found.setdefault(Sign(what, (i, j)), lift)
            self.found.setdefault(of_one, both / np.minimum(counts[a], counts[b]))
        self._add("how many pairs of its values are nowhere else", (), single)
        self._add("how much its values are unlike to come together", (), broken)

    def figures(self) -> None:
        """Columns of numbers and days: what two or three of them have to do with one another."""
        kept = self.numbers[:16]
        for (i, one), (j, other) in combinations(kept, 2):
            with np.errstate(all="ignore"):
                difference = one - other
                ratio = np.where(other == 0, np.nan, one / other)
                larger = np.nan_to_num(np.sign(difference), nan=-2.0)
            self._add("which of the two is larger", (i, j), larger)
            often = self._counted(_coded([f"{x:.2f}" for x in difference]))
            self._add("how often that difference is there", (i, j), often)
            self._add("how often that ratio is there", (i, j), self._counted(_coded([f"{x:.4g}" for x in ratio])))
        for k, result in kept:
            for (i, one), (j, other) in combinations([each for each in kept if each[0] != k], 2):
                usable = ~self.own & (result != 0) & (one != 0) & (other != 0)
                for how, given in _RELATIONS.items() if usable.sum() > 50 else ():
                    for x, y in ((one, other), (other, one)):
                        with np.errstate(all="ignore"):
                            off = np.abs(given(x, y) - result) <= 0.011 + 1e-4 * np.abs(result)
                        if off[usable].mean() >= _HOLDS:
                            self._add(f"whether {how} of the two others gives it", (k, i, j), 1.0 * off)

    def words(self) -> None:
        """Whether words of a name or an organisation are in other cells of the row."""
        roles = self.source.roles[self.source.main.part]
        lowered = [tuple(cell.casefold() for cell in row) for row in self.cells]
        for i in (at for at, role in enumerate(roles) if role in ("name", "organisation")):
            mine = [[word for word in re.split(r"[\W_]+", row[i]) if len(word) > 1] for row in lowered]
            for j in range(len(roles)):
                if i != j:
                    shared = [sum(word in row[j] for word in words) for words, row in zip(mine, lowered, strict=True)]
                    self._add("how many of its words the other has", (i, j), np.array(shared))

    def nearest(self) -> None:
        """How much of the row another one has, in bits: a copy of a row shows by it, and so does what is like none."""
        n, whole, bits = len(self.cells), list[Ints](), list[NDArray[np.float32]]()
        for codes in (codes for _, part, codes in self.codes if not part):
            is_filled = np.array([bool(row[len(whole)]) for row in self.cells])
            whole.append(codes)
            bits.append(np.where(is_filled, -np.log2(self._counted(codes) / n), 0.0).astype(np.float32))
        best, second = np.zeros(n), np.zeros(n)
        for start in range(0, n, 500):
            stop = min(n, start + 500)
            alike = np.zeros((stop - start, n), dtype=np.float32)
            for codes, weight in zip(whole, bits, strict=True):
                alike += (codes[start:stop, None] == codes[None, :]) * weight[start:stop, None]
            alike[:, self.own] = -1.0
            alike[np.arange(stop - start), np.arange(start, stop)] = -1.0
            top = np.partition(alike, n - 2, axis=1)[:, -2:]
            best[start:stop], second[start:stop] = top[:, 1], top[:, 0]
        whole_bits = np.sum(bits, axis=0)
        self._add("how much of it the nearest row has", (), best)
        self._add(UNLIKE.what, (), whole_bits - best)
        self._add("how much nearer the nearest row is than the next", (), best - second)
        self._add("how rare its values are", (), whole_bits)
        self._add("how many columns are filled", (), np.array([sum(map(bool, row)) for row in self.cells]))

    def written(self, forms: Sequence[tuple[str, ...]]) -> None:
        """How often a cell, and a row, is written that way in the file: with such a format, kind, formula."""
        for i in range(len(forms[0])):
            of_cell = i < len(self.source.main.headers)
            what = "how a cell is written in the file" if of_cell else "how the row is written in the file"
            self._add(what, (i,) if of_cell else (), self._counted(_coded([row[i] for row in forms])))

    def _add(self, what: str, columns: tuple[int, ...], values: NDArray[np.generic]) -> None:
        numbers = values.astype(np.float64)
        if np.ptp(numbers) > 0:
            self.found[Sign(what, columns)] = numbers

    def _counted(self, codes: Ints) -> Values:
        """In how many rows of its copy each is: those of the list that are looked at, and its planted records."""
        codes = np.unique(codes, return_inverse=True)[1]
        different, copies = int(codes.max()) + 1, int(self.copy.max()) + 1
        listed = np.bincount(codes[~self.own], minlength=different)
        held = codes * copies + self.copy
        planted = np.bincount(held[self.own], minlength=different * copies)
        return np.asarray(listed[codes] + planted[held], dtype=np.float64)


def _coded(texts: Sequence[str]) -> Ints:
    """A number for each different text, by when it comes first."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)


def _words(text: str) -> list[str]:
    return re.split(r"[\s,;/]+", text.strip()) if text else [""]


_PARTS: dict[str, Callable[[str], str]] = {
    "its beginning": lambda text: text[:3].casefold(),
    "its first digits": lambda text: re.sub(r"\D", "", text)[:6],
    "its end": lambda text: text[-2:].casefold(),
    "its first word": lambda text: _words(text)[0].casefold(),
    "its last word": lambda text: _words(text)[-1].casefold(),
    "its domain": lambda text: text.rpartition("@")[2].casefold() if "@" in text else "",
    "its year": lambda text: found[0] if (found := re.search(r"(?:19|20)\d\d", text)) else "",
    "its form": lambda text: re.sub(r"[^\W\d_]+", "a", re.sub(r"\d", "9", text)),
}
"""Parts of a cell that are looked at by themselves."""
_RELATIONS: dict[str, Callable[[Values, Values], Values]] = {
    "the sum": lambda x, y: x + y,
    "the difference": lambda x, y: x - y,
    "the product": lambda x, y: x * y,
    "the quotient": lambda x, y: x / y,
    "the one less a share that is the other": lambda x, y: x * (1 - y),
    "the one less a percentage that is the other": lambda x, y: x * (1 - y / 100),
    "the one and a percentage of it that is the other": lambda x, y: x * (1 + y / 100),
    "a percentage that is the one of the other": lambda x, y: x * y / 100,
}
_DAY = re.compile(r"(\d{1,4})[-./年](\d{1,2})[-./月](\d{1,4})日?(?:[T ](\d{1,2}):(\d\d)(?::(\d\d))?)?")
_FIGURE = re.compile(r"[^\d-]*(-?\d[\d.,'  ]*)[^\d]*")


def _reader(texts: Sequence[str]) -> Callable[[str], float] | None:
    """How a column's cells are read as numbers or days; None where most are neither."""
    days = [found for text in texts if (found := _DAY.match(text))]
    if len(days) >= _NUMBERS * len(texts) > 0:
        month_first = any(int(one[2]) > 12 for one in days) and not any(int(one[1]) > 12 for one in days)
        return lambda text: _day(text, month_first=month_first)
    figures = [found for text in texts if (found := _FIGURE.fullmatch(text))]
    if len(figures) < _NUMBERS * len(texts) or not texts:
        return None
    comma = sum(bool(re.search(r",\d{1,2}$", one[1])) for one in figures)
    point = sum(bool(re.search(r"\.\d{1,2}$", one[1])) for one in figures)
    return lambda text: _figure(text, comma=comma > point)


def _day(text: str, *, month_first: bool) -> float:
    found = _DAY.match(text)
    if found is None:
        return float("nan")
    one, two, three = (int(found[at]) for at in (1, 2, 3))
    year, month, day = (one, two, three) if one > 31 else (three, one, two) if month_first else (three, two, one)
    try:
        start = date(year + 2000 * (year < 100), month, day).toordinal()
    except ValueError:
        return float("nan")
    return start + (int(found[4] or 0) * 3600 + int(found[5] or 0) * 60 + int(found[6] or 0)) / 86_400


def _figure(text: str, *, comma: bool) -> float:
    found = _FIGURE.fullmatch(text)
    if found is None:
        return float("nan")
    plain = found[1].replace("'", "").replace(" ", "").replace(" ", "")
    plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return float("nan")


def _nearest_gap(values: Values, listed: Values) -> Values:
    """Distance to the nearest other value of the list."""
    at = np.searchsorted(listed, values)
    n, gaps = len(listed), []
    for step in (-2, -1, 0, 1):
        near = listed[np.clip(at + step, 0, n - 1)]
        gaps.append(np.where(near == values, np.inf, np.abs(near - values)))
    same = np.searchsorted(listed, values, "right") - at > 1
    return np.where(same, 0.0, np.minimum.reduce(gaps))
