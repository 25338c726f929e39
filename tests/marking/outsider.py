"""What an outsider can look at in any list: parts of cells, what goes with what, gaps, order, the nearest row.

Written by somebody who had not read how planted records are made or looked for. Nothing here knows a column by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

Cells = list[tuple[str, ...]]
Codes = NDArray[np.int64]
Values = NDArray[np.float64]

MOMENTS = ("%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%m/%Y")


@lru_cache(maxsize=1_000_000)
def moment(text: str) -> datetime | None:
    """The moment that a cell shows."""
    text = re.sub(r" [+-]\d{4}$", "", text)
    for form in MOMENTS if text[:1].isdigit() else ():
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


@lru_cache(maxsize=1_000_000)
def parts(text: str) -> Mapping[str, str]:
    """Parts of one cell by name."""
    form = re.sub(r"[a-zà-ÿ]+", "a", re.sub(r"[A-ZÀ-Þ]+", "A", re.sub(r"\d", "9", text)))
    words = re.split(r"[\s@,;]+", text)
    found = {"": text, "begins": text[:2], "form": form, "first word": words[0], "last word": words[-1]}
    found |= {"words": str(len(words)), "end": text[-1:], "begins 3": text[:3]}
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 5:
        back = [int(d) for d in reversed(digits)]
        doubled = [d * (2 - k % 2) for k, d in enumerate(back)]
        sums = {
            "luhn": sum(v // 10 + v % 10 for v in doubled) % 10,
            "mod 11": sum(d * (k % 8 + 1 + k // 8) for k, d in enumerate(back)) % 11,
            "mod 11 b": (sum(d * (k % 8 + 2) for k, d in enumerate(back[1:])) + back[0]) % 11,
            "mod 97": int(digits) % 97,
        }
        found |= {"digits 3": digits[:3], "digits 5": digits[:5]} | {name: str(rest) for name, rest in sums.items()}
    if "@" in text:
        found |= {"domain": text.partition("@")[2], "local form": form.partition("@")[0]}
    day = moment(text)
    if day:
        found |= {part: str(getattr(day, part)) for part in ("year", "month", "day")}
        found |= {"weekday": str(day.weekday()), "hour": str(day.hour), "minute": str(day.minute)}
    return found if text else {"": text}


def amounts(column: Sequence[str]) -> Values:
    """Numbers of a column, NaN where there is none."""
    comma = sum(bool(re.fullmatch(r"-?[\d.]*,\d{1,2}( %)?", text)) for text in column) > len(column) / 50

    def number(text: str) -> float:
        plain = text.removesuffix("%").strip()
        plain = plain.replace(".", "").replace(",", ".") if comma else plain.replace(",", "")
        return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) and len(plain) < 11 else np.nan

    return np.array([number(text) for text in column])


def serials(column: Sequence[str]) -> tuple[list[str], Values]:
    """(what comes before, the number) of cells that end in digits."""
    found = [re.fullmatch(r"(.*?)(\d{1,15})", text) for text in column]
    return [one[1] if one else "?" for one in found], np.array([float(one[2]) if one else np.nan for one in found])


def codes_of(column: Sequence[str]) -> Codes:
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in column], dtype=np.int64)


def counts(codes: Codes) -> Codes:
    """How often each row's value is met."""
    if int(codes.max(initial=0)) < 50 * len(codes):
        return np.asarray(np.bincount(codes)[codes], dtype=np.int64)
    _, inverse, times = np.unique(codes, return_inverse=True, return_counts=True)
    return np.asarray(times[inverse], dtype=np.int64)


def joined(a: Codes, b: Codes) -> Codes:
    return a * (int(b.max(initial=0)) + 1) + b


def grouped(codes: Mapping[str, Codes], names: Sequence[str]) -> Codes:
    """A code for each combination of values."""
    return codes_of([str(row) for row in zip(*(codes[name].tolist() for name in names), strict=True)])


def surprise(a: Codes, b: Codes) -> Values:
    """Bits of b given a, the row itself left out; what is new gets its share of the list."""
    n = len(a)
    single = (counts(b) - 0.5) / n
    return np.asarray(-np.log2((counts(joined(a, b)) - 1 + single) / counts(a)))


def breaks(a: Codes, b: Codes) -> Values:
    """1 where the others with this a have mostly another b, 0 where they agree or there are none."""
    pair = joined(a, b)
    found, inverse, times = np.unique(pair, return_inverse=True, return_counts=True)
    owner = found // (int(b.max(initial=0)) + 1)
    most = np.zeros(int(a.max(initial=0)) + 1, dtype=np.int64)
    np.maximum.at(most, owner, times)
    return np.asarray((times[inverse] < most[a]) & (counts(a) > 2), dtype=np.float64)


@dataclass
class Table:
    """One copy as the attacker looks at it."""

    head: tuple[str, ...]
    rows: Cells
    columns: list[list[str]] = field(init=False)
    codes: dict[str, Codes] = field(init=False)
    numbers: dict[str, Values] = field(init=False)

    def __post_init__(self) -> None:
        self.columns = [list(column) for column in zip(*self.rows, strict=True)]
        self.codes, self.numbers = {}, {}
        for name, column in zip(self.head, self.columns, strict=True):
            split = [parts(text) for text in column]
            for part in dict.fromkeys(key for one in split[:400] for key in one):
                self.codes[f"{name}/{part}" if part else name] = codes_of([one.get(part, "") for one in split])
            days = [moment(text) for text in column]
            filled = sum(bool(text) for text in column)
            if sum(day is not None for day in days) > 0.7 * filled > 0:
                self.numbers[f"{name}*"] = np.array([day.timestamp() / 86_400 if day else np.nan for day in days])
            elif filled and np.isfinite(values := amounts(column)).sum() > 0.7 * filled:
                self.numbers[name] = values
                ranks = np.unique(values[np.isfinite(values)])
                if len(ranks) > 12:
                    cuts = np.quantile(values[np.isfinite(values)], np.linspace(0, 1, 11)[1:-1])
                    sizes = np.searchsorted(cuts, np.nan_to_num(values))
                    self.codes[f"{name}/size"] = np.where(np.isfinite(values), sizes, 10)
                    cents = [f"{value % 1:.2f}" if np.isfinite(value) else "" for value in values]
                    self.codes[f"{name}/fraction"] = codes_of(cents)
        self.codes["filled"] = codes_of(["".join("x" if cell else "-" for cell in row) for row in self.rows])

    def held(self, part: int, whole: int, step: int = 1, shift: int = 0) -> list[str]:
        """How much of each (or each n-th) cell of one column the other has; with a shift, that of another row."""
        theirs = self.columns[part][shift:] + self.columns[part][:shift]
        return [within(a, b) for a, b in zip(theirs[::step], self.columns[whole][::step], strict=True)]


@lru_cache(maxsize=1_000_000)
def within(part: str, whole: str) -> str:
    """How much of one cell the other has: the words of it, the first letters, its last two digits."""
    if not part or not whole:
        return "-"
    low, words = whole.lower(), [word for word in re.split(r"[\W_]+", part.lower()) if len(word) > 2]
    held = "".join("w" if word in low else "." for word in words[:3])
    begin = "3" if low[:3] == part.lower()[:3] else "1" if low[:1] == part.lower()[:1] else ""
    year = (re.findall(r"\d+", part) or [""])[-1]
    has_year = len(year) in (2, 4) and re.search(rf"(?<!\d)\d{{0,2}}{year[-2:]}(?!\d)", whole)
    return f"{held}{begin}{'y' if has_year else ''}"


RELATIONS: Mapping[str, Callable[[Values, Values], Values]] = {
    "{a} × {b}": lambda a, b: a * b, "{a} ÷ {b}": lambda a, b: a / b, "{a} × (1 − {b})": lambda a, b: a * (1 - b),
    "{a} × (1 − {b} %)": lambda a, b: a * (1 - b / 100), "{a} + {b}": lambda a, b: a + b,
    "{a} − {b}": lambda a, b: a - b,
}  # fmt: skip


def ratio(table: Table, a: str, b: str) -> Codes:
    """Which ratio of two numbers a row has, to two parts in a thousand; 0 where there is none."""
    with np.errstate(all="ignore"):
        value = np.log(table.numbers[a] / table.numbers[b]) * 500
    return codes_of([f"{one:.0f}" if np.isfinite(one) else "" for one in value])


class View:
    """Which features the attacker looks at: chosen once, on one copy; then computed on each."""

    def __init__(self, table: Table, pairs: int = 260) -> None:
        n = len(table.rows)
        self.names: list[str] = []
        plain = [name for name in table.numbers if name[-1] != "*"]
        self.ratios = [pair for pair in combinations(plain, 2) if counts(ratio(table, *pair)).mean() > 8]
        self.times = [pair for pair in combinations(table.numbers, 2) if pair[0][-1] == pair[1][-1] == "*"]
        self.held = list[tuple[int, int]]()
        for part, whole in permutations(range(len(table.head)), 2):
            step = max(1, n // 400)
            looks = (table.held(part, whole, step, shift) for shift in (0, n // 2))
            here, elsewhere = (sum(len(word) > 1 or word in "w3y" for word in look if word) for look in looks)
            if here > elsewhere + n / step / 20:
                self.held.append((part, whole))
        self.prepare(table)
        seen = set[bytes]()
        for name, codes in table.codes.items():
            shape = codes_of([str(c) for c in codes]).tobytes()
            if len(np.unique(codes)) > 1 and shape not in seen:
                seen.add(shape)
                self.names.append(name)
        usable = {name: table.codes[name] for name in self.names if len(np.unique(table.codes[name])) < 0.6 * n}
        alone = {name: float(surprise(np.zeros(n, dtype=np.int64), codes).mean()) for name, codes in usable.items()}
        gains, functions = list[tuple[float, str, str]](), list[tuple[float, str, str]]()
        rng = np.random.default_rng(0)
        shuffled = rng.permutation(n)
        for a, b in permutations(usable, 2):
            if a.split("/")[0] == b.split("/")[0]:
                continue
            shared = counts(joined(usable[a], usable[b]))
            if shared.mean() < 1.2:
                continue
            gain = alone[b] - float(surprise(usable[a], usable[b]).mean())
            if gain > 0.03 and gain > alone[b] - float(surprise(usable[a][shuffled], usable[b]).mean()) + 0.03:
                gains.append((gain / (alone[b] + 0.3), a, b))
                common = counts(usable[b]).max() / n
                broken = float(breaks(usable[a], usable[b]).mean())
                if broken < 0.4 * (1 - common):
                    functions.append((broken / (1 - common + 1e-9), a, b))
        self.pairs = [(a, b) for _, a, b in sorted(gains, reverse=True)[:pairs]]
        self.functions = [(a, b) for _, a, b in sorted(functions)[:120]]
        self.relations = list(self._relations(table))
        self.determined = list(self._determined(usable))
        each = dict(zip(table.head, table.columns, strict=True))
        many = {name: len(set(column)) / n for name, column in each.items()}
        self.serials = [
            name for name, column in each.items()
            if many[name] > 0.9 and np.isfinite(serials(column)[1]).mean() > 0.9 and "@" not in column[0]
        ]  # fmt: skip
        self.texts = [
            name for name, column in each.items() if many[name] > 0.2 and np.isnan(amounts(column)).mean() > 0.7
        ]
        self.main = [name for name in table.head if name in usable]

    def prepare(self, table: Table) -> None:
        """Codes that take a second column."""
        for a, b in self.held:
            table.codes[f"{table.head[a]} in {table.head[b]}"] = codes_of(table.held(a, b))
        for one, other in self.times:
            apart = table.numbers[other] - table.numbers[one]
            size = np.sign(apart) * np.floor(np.log2(np.abs(apart) + 1))
            table.codes[f"{one} to {other}"] = codes_of([f"{far:.0f}" for far in np.where(apart == 0, 99, size)])
        for one, other in self.ratios:
            table.codes[f"{one} ÷ {other}"] = ratio(table, one, other)

    @staticmethod
    def _relations(table: Table) -> Iterator[tuple[str, str, str, str]]:
        """Sums, products, ratios that hold in a fifth of the rows or more, where a and b are not trivial."""
        plain = [name for name in table.numbers if name[-1] != "*"]
        for a, b in permutations(plain, 2):
            for form, work in RELATIONS.items():
                if form in ("{a} × {b}", "{a} + {b}") and a > b:
                    continue
                with np.errstate(all="ignore"):
                    value = work(table.numbers[a], table.numbers[b])
                for c in plain:
                    if c in (a, b):
                        continue
                    right = table.numbers[c]
                    free = (np.abs(right) > 1) & np.isfinite(value)
                    for part in (a, b):
                        free &= np.abs(value - table.numbers[part]) > 0.02
                    near = np.abs(value - right)[free] <= 0.006 + 1e-6 * np.abs(right[free])
                    if free.sum() > len(free) / 20 and near.mean() > 0.2:
                        yield form.format(a=a, b=b), a, b, c

    @staticmethod
    def _determined(usable: Mapping[str, Codes]) -> Iterator[tuple[tuple[str, ...], str]]:
        """Cells that two or three others fix, which no single one does."""
        plain = [name for name in usable if "/" not in name and " in " not in name and name != "filled"]
        for target in plain:
            y, chosen, best = usable[target], list[str](), 0.0
            if counts(y).max() > 0.8 * len(y):
                continue
            others = [name for name in plain if name != target and breaks(usable[name], y).mean() > 0.1]
            for _ in range(3):
                scored = []
                for name in others:
                    if name not in chosen:
                        group = grouped(usable, (*chosen, name))
                        fixed = float((counts(joined(group, y)) > 1).mean() - 0.5 * breaks(group, y).mean())
                        scored.append((fixed, name))
                if not scored or max(scored)[0] < best + 0.03:
                    break
                best, name = max(scored)
                chosen.append(name)
            if len(chosen) > 1:
                yield tuple(chosen), target

    def features(self, table: Table, chosen: Codes) -> dict[str, Values]:
        """Feature -> a number for each of the chosen rows."""
        self.prepare(table)
        n, found = len(table.rows), dict[str, Values]()
        zero = np.zeros(n, dtype=np.int64)
        for name in self.names:
            found[f"frequency of {name}"] = -surprise(zero, table.codes[name])
        lone, bits = np.zeros(n), np.zeros(n)
        for a, b in self.pairs:
            left, right = table.codes[a], table.codes[b]
            value = surprise(left, right)
            found[f"{b} given {a}"] = value
            lone += (counts(joined(left, right)) == 1) & (counts(left) > 3) & (counts(right) > 3)
            bits += value
        found |= {"pairs that are met once": lone, "bits of all pairs": bits}
        broken = np.zeros(n)
        for a, b in self.functions:
            value = breaks(table.codes[a], table.codes[b])
            found[f"{a} → {b} broken"] = value
            broken += value * -np.log2(value.mean() + 1e-9)
        found["rules broken, by weight"] = broken
        for sources, target in self.determined:
            group = grouped(table.codes, sources)
            found[f"{', '.join(sources)} → {target} broken"] = breaks(group, table.codes[target])
            found[f"{target} given {', '.join(sources)}"] = surprise(group, table.codes[target])
        for said, a, b, c in self.relations:
            work = next(work for form, work in RELATIONS.items() if form.format(a=a, b=b) == said)
            with np.errstate(all="ignore"):
                off = np.abs(work(table.numbers[a], table.numbers[b]) - table.numbers[c])
            found[f"{c} ≠ {said}"] = np.where(np.isfinite(off), np.log10(0.005 + off), -3)
        for name, values in table.numbers.items():
            found[f"{name} itself"] = np.where(np.isfinite(values), values, np.nanmin(values) - 1)
        for a, b in self.times:
            apart = table.numbers[b] - table.numbers[a]
            found[f"{a} to {b}"] = np.where(np.isfinite(apart), apart, -1e6)
            found[f"usual {a} to {b}"] = -surprise(zero, codes_of([f"{day:.0f}" for day in apart]))
            far = np.where(np.isfinite(apart) & (apart != 0), apart, np.arange(n) * 1e6)
            near = np.minimum(np.abs(far - np.roll(far, 1)), np.abs(far - np.roll(far, -1)))
            found[f"{a} to {b} as in the row next to it"] = np.log10(near + 1e-5)
            order = np.argsort(far, kind="stable")
            steps = np.diff(far[order], prepend=-1e9, append=1e12)
            found[f"{a} to {b} exactly as elsewhere"] = np.empty(n)
            found[f"{a} to {b} exactly as elsewhere"][order] = np.log10(np.minimum(steps[:-1], steps[1:]) + 1e-5)
        for name in [*self.serials, *(name for name in table.numbers if name[-1] == "*")]:
            found |= self._gaps(table, name)
        columns = dict(zip(table.head, table.columns, strict=True))
        for name, column in columns.items():
            found[f"{name} out of order"] = _disorder(column)
        for name in self.texts:
            found |= _substrings(name, columns[name])
        return {name: values[chosen] for name, values in found.items()} | self._nearest(table, chosen)

    def _gaps(self, table: Table, name: str) -> dict[str, Values]:
        """Distances to the numbers before and after, within what comes before the number; other moments out of step."""
        if name[-1] == "*":
            before, values = [""] * len(table.rows), table.numbers[name]
        else:
            before, values = serials(table.columns[table.head.index(name)])
        group = codes_of(before)
        order = np.lexsort((values, group))
        value, same = values[order], np.diff(group[order]) == 0
        steps = np.where(same & np.isfinite(np.diff(value)), np.diff(value), np.nan)
        low, high = np.r_[np.nan, steps], np.r_[steps, np.nan]
        found = {
            f"{name}: gap before": low, f"{name}: gap after": high, f"{name}: smaller gap": np.fmin(low, high),
            f"{name}: both gaps": low + high, f"{name}: place in the gap": np.abs(low / (low + high + 1e-9) - 0.5),
        }  # fmt: skip
        for other, times in table.numbers.items():
            if other != name and not name.endswith("*"):
                t = times[order]
                off = np.zeros(len(t))
                off[1:-1] = np.fmax(t[1:-1] - np.fmax(t[:-2], t[2:]), np.fmin(t[:-2], t[2:]) - t[1:-1])
                found[f"{other} out of step with {name}"] = off
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        return {key: np.nan_to_num(column[back], nan=-1.0, posinf=1e12, neginf=-1e12) for key, column in found.items()}

    def _nearest(self, table: Table, chosen: Codes) -> dict[str, Values]:
        """Bits and cells in common with the row that is most alike."""
        n = len(table.rows)
        alike, number = np.zeros((len(chosen), n), dtype=np.float32), np.zeros((len(chosen), n), dtype=np.int8)
        for name in self.main:
            codes = table.codes[name]
            same = codes[chosen][:, None] == codes[None, :]
            alike += same * -np.log2(counts(codes) / n).astype(np.float32)
            number += same
        alike[np.arange(len(chosen)), chosen] = 0
        number[np.arange(len(chosen)), chosen] = 0
        two = np.partition(alike, n - 2, axis=1)[:, -2:].astype(np.float64)
        return {
            "nearest row": two[:, 1],
            "nearest row, cells": number.max(axis=1).astype(np.float64),
            "nearest before the next": two[:, 1] - two[:, 0],
        }


def _disorder(column: Sequence[str]) -> Values:
    """Whether a cell lies outside its neighbours' where these are in order; 0 in columns that have none."""
    values = amounts(column)
    days = [moment(text) for text in column]
    if sum(day is not None for day in days) > 0.7 * len(days):
        values = np.array([day.timestamp() if day else np.nan for day in days])
    elif np.isnan(values).mean() > 0.3:
        ranks = {text: at for at, text in enumerate(sorted(set(column)))}
        values = np.array([ranks[text] for text in column], dtype=np.float64)
    if not np.isfinite(values).all():
        return np.zeros(len(column))
    rises = np.diff(values) >= 0
    values = values if rises.mean() > 0.5 else -values
    if (np.diff(values) >= 0).mean() < 0.8:
        return np.zeros(len(column))
    off = np.zeros(len(values))
    off[1:-1] = (values[:-2] <= values[2:]) & ((values[1:-1] < values[:-2]) | (values[1:-1] > values[2:]))
    return off


def _substrings(name: str, column: Sequence[str]) -> dict[str, Values]:
    """How rare the rarest three letters of a cell are, and the mean of them."""
    grams = [[text[k : k + 3] for k in range(len(text) - 2)] for text in (f"^{cell}$" for cell in column)]
    times = Counter(gram for one in grams for gram in set(one))
    rare = [min((times[gram] for gram in one), default=0) for one in grams]
    mean = [float(np.mean([np.log2(times[gram]) for gram in one])) if one else 0.0 for one in grams]
    return {f"rarest letters of {name}": np.log2(np.array(rare) + 1.0), f"letters of {name}": np.array(mean)}
