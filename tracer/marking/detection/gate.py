"""Whether planted records give themselves away: what an attacker can count in a copy, and what he gains by it.

The signs are one number for each row and each thing that he may look at.

A cell is taken whole and in parts (its beginning, its end, a word, a domain, a year, how it is written); numbers and
days also by their size. Rows are looked at by how often what they hold is in the list, alone and two by two, by what
the numbers of a row have to do with one another, by the rows around them, and by the row that is most like them.
Each is counted as in a copy of its own: a planted record counts itself, as each of the list's rows does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from tracer.case.store import given_values
from tracer.errors import InputRefused
from tracer.lists.read.model import SEALED_ROLES
from tracer.lists.read.words import shown_headings
from tracer.lists.write.model import NewRow
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.written import kind_of, number_form

ORDINARY = 3_000  # Rows of the list that planted records are compared with.
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
    columns: tuple[int, ...] = ()  # Positions of the columns that it is of; none for the row as a whole.

    def in_words(self, source: SourceList) -> str:
        """As a person would name it: with the headings of columns that may be shown, the numbers of others."""
        headings = shown_headings(source.main.headers)
        names = [headings[i] or f"no. {i + 1}" for i in self.columns]
        return f"{' with '.join(names)}: {self.what}" if names else self.what


UNLIKE = Sign("how much of it no row has")


def look(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Sequence[NewRow],
    copies: Ints,
    forms: FormsOf | None = None,
) -> tuple[list[Sign], Values, Values]:
    """Signs, and what they are of planted records (`rows`) and of rows of the list that could be such: always the same.

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
        seen.count_spellings([*map(forms, rows), *map(forms, of_list)])
    matrix = np.column_stack(list(seen.found.values()))
    return list(seen.found), matrix[: len(planted)], matrix[len(planted) :]


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
        self.numbers: list[tuple[int, Values]] = []  # Columns of numbers and days, with their values.
        self.phones = set(source.places("phone"))

    def column(self, i: int) -> None:
        """One column, by itself and among the rows around."""
        texts = [row[i] for row in self.cells]
        codes = _text_codes(texts)
        self._add("how often the value is in the list", (i,), self._row_counts(codes))
        self._add("its length", (i,), np.array([len(text) for text in texts]))
        for part, cut in _PARTS.items():
            of_part = _text_codes([cut(text) for text in texts])
            # Numbers go by what comes first: parts that tell the same cells apart have the same.
            if of_part.any() and not np.array_equal(of_part, codes):
                self._add(f"how often {part} is in the list", (i,), self._row_counts(of_part))
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
            self._add(
                "how near it is to another of the list", (i,), np.nan_to_num(_nearest_gap(values, listed), nan=-1.0)
            )
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
        counts = [self._row_counts(codes) for _, _, codes in usable]
        scored: list[tuple[float, int, int]] = []
        single, broken = np.zeros(n), np.zeros(n)

        def met(a: int, b: int) -> tuple[Values, Values]:
            other = usable[b][2]
            both = self._row_counts(usable[a][2] * (int(other.max()) + 1) + other)
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
            both = {"difference": [f"{x:.2f}" for x in difference], "ratio": [f"{x:.4g}" for x in ratio]}
            for what, texts in both.items():
                self._add(f"how often that {what} is there", (i, j), self._row_counts(_text_codes(texts)))
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
            bits.append(np.where(is_filled, -np.log2(self._row_counts(codes) / n), 0.0).astype(np.float32))
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

    def count_spellings(self, forms: Sequence[tuple[str, ...]]) -> None:
        """How often a cell, and a row, is written that way in the file: with such a format, kind, formula."""
        for i in range(len(forms[0])):
            of_cell = i < len(self.source.main.headers)
            what = "how a cell is written in the file" if of_cell else "how the row is written in the file"
            self._add(what, (i,) if of_cell else (), self._row_counts(_text_codes([row[i] for row in forms])))

    def _add(self, what: str, columns: tuple[int, ...], values: NDArray[np.generic]) -> None:
        numbers = values.astype(np.float64)
        if np.ptp(numbers) > 0:
            self.found[Sign(what, columns)] = numbers

    def _row_counts(self, codes: Ints) -> Values:
        """In how many rows of its copy each is: those of the list that are looked at, and its planted records."""
        codes = np.unique(codes, return_inverse=True)[1]
        different, copies = int(codes.max()) + 1, int(self.copy.max()) + 1
        listed = np.bincount(codes[~self.own], minlength=different)
        held = codes * copies + self.copy
        planted = np.bincount(held[self.own], minlength=different * copies)
        return np.asarray(listed[codes] + planted[held], dtype=np.float64)


def _text_codes(texts: Sequence[str]) -> Ints:
    """A number for each different text, by when it comes first."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int64)


def _words(text: str) -> list[str]:
    return re.split(r"[\s,;/]+", text.strip()) if text else [""]


def _letters(word: re.Match[str]) -> str:
    """How a word is written: in small letters, in capitals, or in both."""
    return "A" if word[0].isupper() else "Aa" if word[0] != word[0].lower() else "a"


_PARTS: dict[str, Callable[[str], str]] = {
    "its beginning": lambda text: text[:3].casefold(),
    "its first digits": lambda text: re.sub(r"\D", "", text)[:6],
    "its end": lambda text: text[-2:].casefold(),
    "its first word": lambda text: _words(text)[0].casefold(),
    "its last word": lambda text: _words(text)[-1].casefold(),
    "its domain": lambda text: text.rpartition("@")[2].casefold() if "@" in text else "",
    "its year": lambda text: found[0] if (found := re.search(r"(?:19|20)\d\d", text)) else "",
    "its form": lambda text: re.sub(r"[^\W\d_]+", _letters, re.sub(r"\d", "9", text)),
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
_FIGURE = re.compile(r"[^\d-]*(-?\d[\d.,' \u00a0\u202f’]*)[^\d]*")


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
    plain = re.sub(r"[' \u00a0\u202f’]", "", found[1])
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


# The gate of a release: whether an attacker gains anything by what planted records are like.
#
# He holds a copy and knows planted records of others, at most `KNOWN` of them. From these he learns rules of one or
# two conditions (`signs`), as many as cost him `LOST` of the rows, and strips by them what he does not know. The null
# is that planted records are such as the list's rows: the same is done with rows of the list in their place,
# `CONTROLS` times, which shows what he strips by chance. A release is refused where the lower end of the 95 %
# interval of what is stripped (Clopper and Pearson 1934) is more than `MORE` above the control's mean. A sign that is
# of no use to him refuses none.

KNOWN = 20  # Planted records of other copies that an attacker may know.
LOST = 0.01  # Share of the rows that he gives up.
MORE = 0.15
"""What he may strip above the control. A setting: of five records of which one in seven goes still name a copy."""
CONTROLS = 5  # Draws of rows in the records' place.
LEAST = 8  # Records of which anything can be said: half of them teach, half are looked for.
_BEST = 250  # Conditions of which pairs are made: those that catch more known records than rows.
_SHARES = (0.0, 0.0005, 0.002, 0.006, 0.01, 0.03, 0.1, 0.3)
"""Shares of the rows beyond the cuts of conditions, on either side."""
SHOWN = 3

Flags = NDArray[np.bool_]
Condition = tuple[int, float, bool]  # Number of a sign, a cut, and whether more than it (true) or less is meant.


@dataclass(frozen=True)
class Giveaway:
    """A sign by which records were stripped."""

    sign: Sign
    named: str
    stripped: float  # Share of the records that rules with it strip.


@dataclass(frozen=True)
class Verdict:
    """What an attacker gains."""

    records: int
    stripped: float = 0.0  # Share of the planted records that he strips.
    least: float = 0.0  # The lower end of its 95 % interval.
    control: float = 0.0  # Share of ordinary rows in their place that he strips, the mean over the draws.
    lost: float = 0.0  # Share of the rows that go with them.
    outlier: tuple[float, float] = (0.5, 1.0)
    """Chance that a planted record is more unlike the rest than a row of the list, and the p-value of that."""
    giveaways: tuple[Giveaway, ...] = ()  # What he goes by, the most useful first; none where he gains nothing.

    @property
    def refuses(self) -> bool:
        """Whether he gains more than a release may give away."""
        return self.least > self.control + MORE

    def note(self) -> str:
        """The verdict in a sentence."""
        if self.records < LEAST:
            few = f"with {self.records} planted records, or rows like them, nothing can be said on whether they"
            return f"{few} stand out; {LEAST} are needed"
        return (
            f"one who knows planted records of other copies strips {self.stripped:.0%} of these for {self.lost:.1%} of"
            f" the rows; of ordinary rows in their place {self.control:.0%}"
        )

    def figures(self) -> dict[str, object]:
        """The same for a machine; nulls with fewer than `LEAST` records."""
        known = self.records >= LEAST
        return {
            "outlier_auc": round(self.outlier[0], 4) if known else None,
            "outlier_p_value": self.outlier[1] if known else None,
            "stripped": round(self.stripped, 4) if known else None,
            "stripped_control": round(self.control, 4) if known else None,
            "gives_away": [each.named for each in self.giveaways] if self.refuses else [],
        }


def verdict_on(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, NewRow],
    copies: Mapping[str, Sequence[int]],
    forms: FormsOf | None = None,
) -> Verdict:
    """What an attacker gains. rows: record -> its row; copies: release -> its records; forms: see `signs.look`."""
    numbers = sorted(rows)
    if len(numbers) < LEAST:
        return Verdict(len(numbers))
    owner = {no: at for at, nos in enumerate(copies.values()) for no in nos}
    copy = np.array([owner.get(no, 0) for no in numbers], dtype=np.int64)
    signs, planted, ordinary = look(con, source, [rows[no] for no in numbers], copy, forms)
    if len(ordinary) < LEAST:
        return Verdict(len(ordinary))
    # Each third of the copies is attacked by what the others teach.
    third = copy % 3 if len(np.unique(copy)) > 2 else np.arange(len(numbers), dtype=np.int64) % 3
    n, count = len(planted), len(ordinary)

    # Conditions are cuts of each sign with few rows beyond them, and the next number on the other side of the cut.
    conditions: list[Condition] = []
    for at in range(ordinary.shape[1]):
        rising = np.sort(ordinary[:, at])
        for over in (True, False):
            cuts = set[float]()
            for share, strict in product(_SHARES, (False, True)):
                cut = rising[int(((1 - share) if over else share) * (count - 1))]
                cuts.add(float(np.nextafter(cut, cut - 1 if over else cut + 1)) if strict else float(cut))
            conditions += [(at, cut, over) for cut in sorted(cuts)]
    beyond = _meets(ordinary, conditions)
    few = beyond.mean(axis=0) <= max(_SHARES) + LOST
    conditions, beyond = [one for one, kept in zip(conditions, few, strict=True) if kept], beyond[:, few]
    stripped, lost, caught_by = _attack(_meets(planted, conditions), beyond, third)

    random, controls = np.random.default_rng(0), []
    for _ in range(CONTROLS):
        chosen = random.permutation(count)[: min(n, count // 2)]
        rest = np.ones(count, dtype=bool)
        rest[chosen] = False
        controls.append(_attack(beyond[chosen], beyond[rest], third[: len(chosen)])[0].mean())
    hits = int(stripped.sum())
    least = float(betaincinv(hits, n - hits + 1, 0.025)) if hits else 0.0
    by_sign = Counter[int]()
    for rule, caught in caught_by.items():
        by_sign.update(dict.fromkeys({conditions[one][0] for one in rule}, caught))
    ways = [(signs[at], times / n) for at, times in by_sign.most_common() if times]
    giveaways = tuple(Giveaway(sign, sign.in_words(source), share) for sign, share in ways)
    unlike = signs.index(UNLIKE) if UNLIKE in signs else 0
    area = _area(planted[:, unlike], ordinary[:, unlike])
    return Verdict(n, hits / n, least, float(np.mean(controls)), lost, area, giveaways)


def _area(planted: Values, ordinary: Values) -> tuple[float, float]:
    """The chance that one of the first is above one of the second, and the p-value of that being one half (Mann and
    Whitney 1947: the normal approximation, with ties)."""
    m, n = len(planted), len(ordinary)
    _, at, ties = np.unique(np.concatenate((planted, ordinary)), return_inverse=True, return_counts=True)
    above = ((np.cumsum(ties) - (ties - 1) / 2)[at[:m]].sum() - m * (m + 1) / 2) / (m * n)
    spread = np.sqrt((m + n + 1 - ((ties**3 - ties).sum() / ((m + n) * (m + n - 1)))) / (12 * m * n))
    return float(above), float(2 * ndtr(-abs(above - 0.5) / spread)) if spread > 0 else 1.0


def _meets(rows: Values, conditions: Sequence[Condition]) -> Flags:
    """(rows, conditions): which are met."""
    columns, found = np.ascontiguousarray(rows.T), np.empty((len(rows), len(conditions)), dtype=bool)
    for k, (at, cut, over) in enumerate(conditions):
        found[:, k] = columns[at] > cut if over else columns[at] < cut
    return found


def _attack(own: Flags, beyond: Flags, third: NDArray[np.int64]) -> tuple[Flags, float, dict[tuple[int, ...], int]]:
    """Which records are stripped by rules that were learnt from others, the rows that go, and what strips how many.

    own: (records, conditions), beyond: (rows, conditions): which are met. third: of each record.
    """
    stripped, lost, by = np.zeros(len(own), dtype=bool), [], dict[tuple[int, ...], int]()
    for at in range(3):
        known, sought = np.flatnonzero(third != at)[:KNOWN], third == at
        if len(known) < 2 or not sought.any():
            continue
        rules, cost = _learnt(own[known], beyond)
        lost.append(cost)
        for rule in rules:
            hit = np.logical_and.reduce(own[:, rule], axis=1) & sought & ~stripped
            if hit.any():
                by[tuple(rule)] = by.get(tuple(rule), 0) + int(hit.sum())
            stripped |= hit
    return stripped, float(np.mean(lost)) if lost else 0.0, by


def _learnt(known: Flags, beyond: Flags) -> tuple[list[list[int]], float]:
    """Rules that catch two known records or more each, and the share of the rows that they cost together."""
    k, n = known.shape[0], beyond.shape[0]
    caught, cost = known.sum(axis=0), beyond.sum(axis=0)
    with np.errstate(all="ignore"):
        lift = np.where(caught > 1, caught * np.log((caught / k) / ((cost + 1) / n)), -1.0)
    best = np.argsort(-lift, kind="stable")[:_BEST]
    best = best[lift[best] > 0]
    a, b = np.triu_indices(len(best))
    rows, own = beyond[:, best].astype(np.float32), known[:, best]
    costs = (rows.T @ rows)[a, b]
    able = np.flatnonzero(costs <= LOST * n)
    hits = own[:, a[able]] & own[:, b[able]]
    done, gone, rules = np.zeros(k, dtype=bool), np.zeros(n, dtype=bool), list[list[int]]()
    while len(able):
        new = (hits & ~done[:, None]).sum(axis=0)
        order = np.argsort(-(new / (costs[able] + 1 + 0.001 * n)), kind="stable")[:50]
        for one in order:
            rule = sorted({int(best[a[able[one]]]), int(best[b[able[one]]])})
            after = gone | np.logical_and.reduce(beyond[:, rule], axis=1)
            if new[one] >= 2 and after.sum() <= LOST * n:
                break
        else:
            break
        gone, done = after, done | hits[:, one]
        rules.append(rule)
    return rules, float(gone.mean())


def gaps_left(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[str, ...]:
    """Columns of ids without gaps, in which each withheld row leaves one that anybody can see."""
    found = []
    for i in source.places("id"):
        filled, distinct, span = con.execute(
            f"SELECT count(*), count(DISTINCT id), max(id) - min(id) + 1 FROM"
            f" (SELECT TRY_CAST(regexp_extract(c{i}, '[0-9]+$') AS BIGINT) AS id FROM"
            f" {source.tables[source.main.part]} WHERE c{i} <> '')"
        ).fetchall()[0]
        if filled == source.main.rows and filled == distinct == span:
            found.append(Sign("its numbers have no gaps, so that withheld rows show", (i,)).in_words(source))
    return tuple(found)


@dataclass(frozen=True)
class Examined:
    """What a release's planted records would give away, and what would help."""

    verdict: Verdict
    gaps: tuple[str, ...]  # See `gaps_left`: where rows are withheld.
    helps: tuple[str, ...]

    @property
    def objections(self) -> list[str]:
        """What is against the release, a sentence each; nothing where an attacker gains nothing."""
        said = [f"{each}; leave --withhold out" for each in self.gaps]
        if self.verdict.refuses:
            shown = "; ".join(f"{each.named} ({each.stripped:.0%})" for each in self.verdict.giveaways[:SHOWN])
            said.insert(0, f"{self.verdict.note()}, by {shown}")
        return said


def examined_release(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    planted: tuple[Mapping[int, NewRow], Mapping[str, Sequence[int]]],
    identities: Sequence[Identity],
    forms: FormsOf | None,
    *,
    withholds: bool,
) -> Examined:
    """Look at a release that was drawn. planted: rows and copies, as for `verdict_on`; withholds: whether copies lack
    rows."""
    verdict = verdict_on(con, source, *planted, forms)
    gaps = gaps_left(con, source) if withholds else ()
    roles, headings = source.roles[source.main.part], source.main.headers
    sealed = [i for each in verdict.giveaways for i in each.sign.columns if i < len(roles) and roles[i] in SEALED_ROLES]
    helps = [
        f'leave it out with --without "{headings[i]}": no planted record has one, as it might be somebody\'s'
        for i in dict.fromkeys(sealed)
    ]
    if verdict.refuses:
        helps += lacks(con, source, identities)
    return Examined(verdict, gaps, tuple(helps or ["import identities that are like the list's own contacts"]))


def refuse_detectable(found: Examined, dataset: str) -> None:
    """Raise `InputRefused` where an attacker gains, with what gives the records away, how much, and what helps."""
    if found.objections:
        anyway = "write the copies all the same with --accept-detectable, which is journaled"
        raise InputRefused(
            "planted records can be told from ordinary rows, so nothing was written, and no identity was used:"
            f" {'; '.join(found.objections)}",
            where=dataset,
            remedy="; or ".join([*found.helps, anyway]),
        )


# What identities lack to be like a list's rows, asked where planted records give themselves away.

_SEEN = 0.2  # Share, or difference of shares, below which few records can be told by it.
_FIRMS = 3  # Firms whose contacts have addresses of one domain from which on it is a provider's.
_ROWS = 1_000  # Rows whose numbers are looked at.
_CALLED = {"mobile": "mobiles", "fixed": "fixed lines"}


def lacks(con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]) -> list[str]:
    """Each thing that a list's rows have and identities have not, and what helps."""
    table, found = source.tables[source.main.part], list[str]()
    phones, mails, firms = (source.places(role) for role in ("phone", "email", "organisation"))
    if mails and firms:
        # In a list of firms' contacts most addresses are at the contact's own firm, where no canary has one.
        domain, firm = f"lower(split_part(c{mails[0]}, '@', -1))", f"c{firms[0]}"
        rows = con.execute(
            f"SELECT {domain} AS domain, count(*), count(DISTINCT {firm}) FROM {table}"
            f" WHERE c{mails[0]} LIKE '%@%' AND {firm} <> '' GROUP BY domain ORDER BY count(*) DESC, domain"
        ).fetchall()
        providers = [domain for domain, _, held in rows if held >= _FIRMS]
        at_firms = sum(count for _, count, held in rows if held < _FIRMS and count > 1)
        share = at_firms / max(1, sum(count for _, count, _ in rows))
        own = Counter(each.email_raw.rpartition("@")[2].strip().lower() for each in identities if each.email_raw)
        fitting = sum(count for domain, count in own.items() if domain in providers or count == 1)
        if share >= _SEEN and fitting <= (1 - _SEEN) * len(identities):
            some = f" ({', '.join(providers[:SHOWN])})" if providers else ""
            found.append(
                f"{share:.0%} of the list's addresses are at the contact's own firm; {fitting:,} of {len(identities):,}"
                f" identities have theirs at a domain of their own, or at a provider that its contacts use{some};"
                " give identities addresses at domains of their own, one for each, as of a firm"
            )
    if phones:
        # All mobiles show where a third are fixed lines.
        cells = con.execute(
            f"SELECT {', '.join(f'c{i}' for i in phones)} FROM {table}"
            f" ORDER BY md5('{source.no} ' || CAST(row AS VARCHAR)), row LIMIT {_ROWS}"
        ).fetchall()
        forms = [number_form(cell, source.region) for row in cells for cell in row if cell]
        held = Counter(kind_of(form[1]) for form in forms if form is not None)
        kinds = Counter(each.kind for each in identities if each.phone is not None)
        total = kinds.total()
        missing = {kind: held[kind] / held.total() - kinds[kind] / total for kind in _CALLED if held and total}
        most = max(missing, key=lambda kind: missing[kind], default="")
        if most and missing[most] >= _SEEN:
            called, share = _CALLED[most], held[most] / held.total()
            found.append(
                f"{share:.0%} of the list's numbers are {called}; {kinds[most]:,} of the {total:,} identities with a"
                f" number have one; import identities with {called} as well, about {share:.0%} of them"
            )
    return found
