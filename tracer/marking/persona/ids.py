"""Columns of ids: their pattern, and ids that no row has. Moments that no two rows share are ids as well.

A free number parts a gap g of the sequence into l and r. In a sequence whose gaps are independent with frequencies f,
an ordinary number lies between gaps (l, r) with probability f(l)·f(r); a gap g is met f(g) times as often as another.
So a free number is drawn with weight f(l)·f(r)/f(g): its own gaps are then distributed like an ordinary number's, as
far as the sequence has gaps that can be parted. For numbers that were thinned out at random the weights are all equal.

They are drawn in rounds, and each round sees those before it as part of the sequence: canaries that were never in one
gap would have wider gaps than others have.
"""

from __future__ import annotations

import hashlib
import math
import re
import uuid
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle, groupby, pairwise
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from tracer.identify.national_ids import car, luhn, mod_11_2, mod_11_10
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.written import moment_at, moment_of

POOL = 20_000  # Free numbers that are kept.
_ROUNDS = 40  # Each round draws as many of the sequence's gaps as it has rows, over this.
_HEAD = 500  # Ids by which the pattern is found.
_PREFIXES, _SEVERAL = 400, 4
"""With more different prefixes, and fewer ids of each, cells are codes, not numbers in order."""
_LEAST = 100  # Free ids of each prefix that are known, where there are many prefixes.
_MONTH = 6  # Digits of a year and a month.
_LONG, _LEFT = 12, 5  # Digits from which on a number has parts, and those of its last part with the check at least.
_CLUSTERED = 0.2  # Width of the clusters of numbers, as a share of all that they span.
_MONTHS = 240  # Months of a list at most: twenty years.
_MOMENTS = "moments"  # Key of the one series of a column of moments.

Integers = NDArray[np.int64]
_Found = dict[str, tuple[Integers, Integers, int]]
"""Prefix -> its numbers, rising, the first row of each, and their digits where all have as many, else 0."""
_NONE: Integers = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Series:
    """The ids with one prefix: a number of fixed or growing width after it, and a check where there is one."""

    prefix: str
    width: int  # Digits, filled with zeros; 0 where they are not filled.
    free: Integers  # Numbers that no row has; those that lie among their neighbours like others come first.
    after: Integers  # For each the row of the next lower number; 0 where there is none.
    numbers: Integers
    rows: Integers
    check: str | None = None
    like: str | None = None  # A moment of the list, where the numbers are moments' seconds: others are written like it.
    lead: str = ""  # Digits at the end of the prefix that the check is of, too.
    mask: str | None = None  # How digits are written in groups, with a 9 for each; None where they are not.
    record: bool | None = None
    """Whether Salesforce's ids have their check at the end; None where they are plain numbers."""

    def number(self, cell: str) -> int | None:
        """The number of an id of the series; None for a moment."""
        if self.like is not None:
            return None
        if self.record is not None:
            return int(record_numbers([cell])[0])
        cell = cell if self.mask is None else re.sub(r"[^0-9]", "", cell)
        body = cell[len(self.prefix) : len(cell) - (_width(self.check))]
        return int(body) if body.isascii() and body.isdigit() else None

    def id_of(self, number: int) -> str:
        """The id of a number."""
        if self.like is not None:
            return moment_at(number, self.like)
        if self.record is not None:
            return record_of(self.prefix, number, checked=self.record)
        body = f"{number:0{self.width}d}"
        made = self.prefix + body + ("" if self.check is None else SCHEMES[self.check](self.lead + body))
        digits = iter(made)
        return made if self.mask is None else "".join(next(digits) if sign == "9" else sign for sign in self.mask)


@dataclass(frozen=True)
class Numbering:
    """A column of ids."""

    series: Mapping[str, Series]
    lead: int  # First digits of the ids that are a part of the prefix: a year and a month, the branch of a long number.
    follows: int  # 1 where the list is in the ids' order, or nearly, -1 in falling order, 0 in neither.

    def of(self, cell: str) -> Series | None:
        """The series that an id of the list belongs to."""
        if _MOMENTS in self.series:
            return self.series[_MOMENTS] if moment_of(cell) is not None else None
        if any(series.record is not None for series in self.series.values()):
            return self.series.get(cell[:HEAD]) if is_record(cell) else None
        grouped = any(series.mask is not None for series in self.series.values())
        found = _split(re.sub(r"[^0-9]", "", cell) if grouped else cell, self.lead)
        return None if found is None else self.series.get(found[0])


def _split(cell: str, lead: int = 0) -> tuple[str, str] | None:
    """Prefix and the up to 15 digits (with an X as check) at the end; `lead`: of its digits as many are prefix."""
    found = re.fullmatch(rf"(.*?)([0-9]{{1,{15 + lead}}}|[0-9]{{1,{14 + lead}}}X)", cell, re.DOTALL)
    return None if found is None else (found[1] + found[2][:lead], found[2][lead:])


def _lead_of(heads: Sequence[str]) -> int:
    """How many first digits of numbers of one length say a branch or a kind: those of long ones that are few, and those
    by which others lie in clusters far from one another."""
    size = len(heads[0]) if len({len(cell) for cell in heads}) == 1 and all(map(str.isdigit, heads)) else 0
    if not 2 * _LONG >= size > _LEFT:
        return 0
    if size >= _LONG:
        few = max(1, len(heads) // _LONG)
        return max(k for k in range(size - _LEFT) if len({cell[:k] for cell in heads}) <= few)
    numbers = sorted(map(int, heads))
    for k in range(1, min(4, size - 2)):
        clusters = [list(own) for _, own in groupby(numbers, key=lambda number: number // 10 ** (size - k))]
        width = sum(own[-1] - own[0] for own in clusters)
        if 1 < len(clusters) <= _LONG and width < _CLUSTERED * (numbers[-1] - numbers[0]):
            return k
    return 0


def find_numbering(con: duckdb.DuckDBPyConnection, table: str, position: int, seed: str) -> Numbering | None:
    """The numbering of a column; None where its cells are not ids of few prefixes. Drawn by `seed`, the same again."""
    column, seed = f"c{position}", f"{seed} {position}"
    found = con.execute(
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} <> '' ORDER BY md5({column}), {column} LIMIT {_HEAD}"
    ).fetchall()
    heads = [str(cell) for (cell,) in found]
    if are_records(heads):
        return _numbering_of(_records(con, table, column), seed, POOL, 0, {"record": len(heads[0]) > HEAD + BODY})
    masks = {re.sub(r"[0-9]", "9", cell) for cell in heads}
    mask = next(iter(masks)) if len(masks) == 1 else ""
    grouped = re.fullmatch(r"9{1,8}(?:[ .-]9{1,8})+", mask) is not None and mask.count("9") >= _LONG
    if grouped:
        column = f"regexp_replace({column}, '[^0-9]', '', 'g')"
        heads = [re.sub(r"[^0-9]", "", cell) for cell in heads]
    # Numbers of one length may begin with a year and a month, of several, and count within it.
    tails = [parted[1] for cell in heads if (parted := _split(cell)) is not None]
    by_month = (
        1 < len({tail[:_MONTH] for tail in tails}) <= _MONTHS
        and len({len(tail) for tail in tails}) == 1
        and all(re.fullmatch(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2,}", tail) for tail in tails)
    )
    lead = _MONTH if by_month else _lead_of(heads)
    tails = [parted[1] for cell in heads if (parted := _split(cell, lead)) is not None]
    if not tails or len(tails) < len(heads):
        return None
    whole = scheme_of(heads) if lead else None
    check = whole or scheme_of(tails)
    if check is None and any(tail.endswith("X") for tail in tails):
        return None
    series = _numbers(con, table, column, lead, _width(check))
    count = sum(len(numbers) for numbers, _, _ in series.values())
    if not by_month and len(series) > max(_PREFIXES, count // _SEVERAL):
        return None
    form = {"check": check, "mask": mask if grouped else None}
    return _numbering_of(series, seed, max(_LEAST, POOL // max(1, len(series))), lead, form, leads=whole is not None)


def _numbering_of(
    found: _Found, seed: str, most: int, lead: int, form: Mapping[str, Any], *, leads: bool = False
) -> Numbering | None:
    """`form`: fields of each series; `leads`: whether the check is of the last `lead` digits of the prefix, too."""
    series, rising, every = dict[str, Series](), 0, 0
    for prefix, (numbers, rows, width) in found.items():
        rising += int((np.diff(rows) > 0).sum())
        every += len(rows) - 1
        free, after = free_numbers(numbers, rows, f"{seed} {prefix}", most)
        series[prefix] = Series(prefix, width, free, after, numbers, rows, lead=prefix[-lead:] if leads else "", **form)
    # In random order half of the steps rise.
    follows = 0 if every < 10 else 1 if rising > 0.9 * every else -1 if rising < 0.1 * every else 0
    return Numbering(series, lead, follows) if series else None


def _records(con: duckdb.DuckDBPyConnection, table: str, column: str) -> _Found:
    """Salesforce's ids, by object and server."""
    rows = con.execute(f"SELECT {column}, row FROM {table} WHERE {column} <> '' ORDER BY row").fetchall()
    cells = [str(cell) for cell, _ in rows]
    numbers, at = record_numbers(cells), np.array([row for _, row in rows], dtype=np.int64)
    heads = np.array([cell[:HEAD] for cell in cells])
    found = _Found()
    for head in sorted(set(heads[numbers >= 0].tolist())):
        own = (heads == head) & (numbers >= 0)
        values, first = np.unique(numbers[own], return_index=True)
        found[head] = values, at[own][first], 0
    return found


def _numbers(con: duckdb.DuckDBPyConnection, table: str, column: str, lead: int, cut: int) -> _Found:
    """Numbers by prefix, which ends with the first `lead` digits; the last `cut` signs are a check."""
    found = con.execute(
        f"WITH tailed AS (SELECT row, {column} AS cell,"
        f" regexp_extract({column}, '([0-9]{{1,{15 + lead}}}|[0-9]{{1,{14 + lead}}}X)$', 1) AS tail FROM {table}),"
        f" parted AS (SELECT row, substr(cell, 1, length(cell) - length(tail) + {lead}) AS prefix,"
        f" substr(tail, {lead + 1}, greatest(length(tail) - {lead + cut}, 0)) AS body FROM tailed WHERE tail <> '')"
        " SELECT prefix, TRY_CAST(body AS BIGINT) AS number, min(row) AS row, min(length(body)) AS shortest,"
        " max(length(body)) AS longest FROM parted GROUP BY ALL HAVING number IS NOT NULL ORDER BY ALL"
    ).fetchnumpy()
    prefixes, starts = np.unique(np.asarray(found["prefix"], dtype=str), return_index=True)
    bounds: list[int] = [*starts.tolist(), len(found["prefix"])]
    series = _Found()
    for at, prefix in enumerate(prefixes.tolist()):
        numbers, rows, shortest, longest = (
            np.asarray(found[name][bounds[at] : bounds[at + 1]], dtype=np.int64)
            for name in ("number", "row", "shortest", "longest")
        )
        sizes = {int(shortest.min()), int(longest.max())}
        series[prefix] = numbers, rows, sizes.pop() if len(sizes) == 1 else 0
    return series


def find_moments(con: duckdb.DuckDBPyConnection, table: str, position: int, sign: int, seed: str) -> Numbering | None:
    """The moments of a sorted column as a numbering by seconds; None where cells are not moments, in one way of
    writing.

    `sign`: 1 where they rise, -1 where they fall.
    """
    column = f"c{position}"
    found = con.execute(f"SELECT {column}, row FROM {table} WHERE {column} <> '' ORDER BY row").fetchall()
    at: dict[int, int] = {}
    for cell, row in found:
        seconds = moment_of(cell)
        if seconds is None or moment_at(seconds, found[0][0]) != cell:
            return None
        # Among rows with one moment, the one that is next to a later moment.
        at[seconds] = row if sign > 0 else at.get(seconds, row)
    numbers = np.array(sorted(at), dtype=np.int64)
    rows = np.array([at[int(number)] for number in numbers], dtype=np.int64)
    free, after = free_numbers(numbers, rows, f"{seed} {position} {_MOMENTS}")
    return Numbering({_MOMENTS: Series("", 0, free, after, _NONE, _NONE, like=found[0][0])}, 0, sign)


def free_numbers(numbers: Integers, rows: Integers, seed: str, most: int = POOL) -> tuple[Integers, Integers]:
    """Up to `most` numbers that are missing among `numbers` (rising), and the row of the next lower one of each.

    Where gaps run out, numbers after the last one follow, in steps like those before.
    """
    source = np.random.PCG64(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:16], "big"))
    gaps = np.diff(numbers)
    # The first thousand tell the step: the others are looked at only where these agree on more than 1.
    step = math.gcd(*gaps[:1000].tolist()) if len(gaps) else 1
    step = math.gcd(step, *gaps.tolist()) if step > 1 else max(1, step)
    gaps = gaps // step
    # How often a gap of a size is met: counts of single sizes up to 8, of sizes within 30 % of each other above.
    bounds = list(range(1, 10))
    while bounds[-1] <= (int(gaps.max()) if len(gaps) else 1):
        bounds.append(int(bounds[-1] * 1.3) + 1)
    edges = np.array(bounds, dtype=np.int64)
    often = np.maximum(np.histogram(gaps, bins=edges)[0] / np.diff(edges), 1e-9)

    def density(sizes: Integers) -> NDArray[np.float64]:
        return np.asarray(often[np.clip(np.searchsorted(edges, sizes, side="right") - 1, 0, len(often) - 1)])

    all_numbers, all_rows = numbers, rows
    found, after = [_NONE], [_NONE]
    missing = most
    for _ in range(_ROUNDS if len(gaps) else 0):
        units = np.diff(all_numbers) // step
        wide = np.flatnonzero(units > 1)
        if len(wide) > 10 * POOL:
            wide = wide[np.argsort(source.random_raw(len(wide)), kind="stable")[: 10 * POOL]]
        left = 1 + (_uniform(source, len(wide)) * (units[wide] - 1)).astype(np.int64)
        right = units[wide] - left
        weight = (units[wide] - 1) * density(left) * density(right) / density(units[wide])
        # Efraimidis and Spirakis 2006: the smallest -ln(u)/w are a weighted sample without replacement.
        keys = -np.log(_uniform(source, len(wide))) / np.maximum(weight, 1e-300)
        drawn = np.argsort(keys, kind="stable")[: min(missing, len(numbers) // _ROUNDS + 1)]
        made, below = all_numbers[wide[drawn]] + step * left[drawn], all_rows[wide[drawn]]
        if len(made) == 0:
            break
        found.append(made)
        after.append(below)
        missing -= len(made)
        order = np.argsort(np.concatenate([all_numbers, made]), kind="stable")
        all_numbers = np.concatenate([all_numbers, made])[order]
        all_rows = np.concatenate([all_rows, below])[order]
    # After the last number none that is too large for its column.
    steps = np.ones(missing, np.int64)
    if len(gaps):
        steps = gaps[(_uniform(source, missing) * len(gaps)).astype(np.int64)]
    later: Integers = numbers[-1] + step * np.cumsum(steps)
    later = later[later < max(10**15, 2 * int(numbers[-1]))]
    return np.concatenate([*found, later]), np.concatenate([*after, np.full(len(later), rows[-1], dtype=np.int64)])


def _uniform(source: np.random.PCG64, count: int) -> NDArray[np.float64]:
    """Numbers in (0, 1), the same for the same state in every version of NumPy."""
    raw = np.asarray(source.random_raw(count), dtype=np.uint64)
    return (np.asarray(raw >> np.uint64(11), dtype=np.float64) + 0.5) * 2.0**-53


# Ids that are not plain numbers: with check digits, Salesforce's, which count in 62 letters and digits, codes drawn at
# random (UUIDs, hexadecimal and base64 keys), and ids that say when they were made (UUIDs of versions 1, 6 and 7, the
# sequential ones of databases, and ULIDs).

# Check digits. Only schemes that take the digits before the check; a letter before them is not part of it.

LEAST = 30
"""Ids that must all agree: by chance 30 ids keep one of a dozen schemes of a tenth each once in 10^29 columns."""
_SIGNS = "0123456789X"


def _sign_by(keeps: Callable[[str], bool]) -> Callable[[str], str]:
    """The check of a string of digits, by a test of the whole."""
    return lambda body: next(sign for sign in _SIGNS if keeps(body + sign))


def _weighted_digits(body: str, *weights: int) -> int:
    """The digits from the right times the weights, which begin again where they end."""
    return sum(int(digit) * weight for digit, weight in zip(reversed(body), cycle(weights), strict=False))


def _mod_11_to(top: int) -> Callable[[str], str]:
    """Weights 2 to `top` (Brazil's CNPJ, PIS and CPF, bank references): 11 less the rest, 0 where that has two
    digits."""
    return lambda body: str((11 - _weighted_digits(body, *range(2, top + 1)) % 11) % 11 % 10)


SCHEMES: Mapping[str, Callable[[str], str]] = {
    "luhn": _sign_by(luhn),
    "gs1": lambda body: str(-_weighted_digits(body, 3, 1) % 10),  # GS1 General Specifications 7.9
    "sum": lambda body: str(_weighted_digits(body, 1) % 10),
    "sum to ten": lambda body: str(-_weighted_digits(body, 1) % 10),
    "mod 11-2": _sign_by(mod_11_2),
    "mod 11,10": _sign_by(mod_11_10),
    "isbn": lambda body: _SIGNS[-_weighted_digits(body, *range(2, len(body) + 2)) % 11],  # ISO 2108 (1972)
    "mod 97-10": lambda body: f"{98 - int(body) * 100 % 97:02d}",  # ISO/IEC 7064
    "mod 7": lambda body: str(int(body) % 7),
    "mod 9": lambda body: str(int(body) % 9),
    "mod 11": lambda body: _SIGNS[int(body) % 11],
    "mod 97": lambda body: f"{int(body) % 97:02d}",
    "mod 11 to 9": _mod_11_to(9),
    "mod 11 to 10": _mod_11_to(10),
    "mod 11 to 7": _mod_11_to(7),
}
"""Name -> the check of a string of digits: one sign, two of those modulo 97."""


def _width(scheme: str | None) -> int:
    return 0 if scheme is None else 2 if "97" in scheme else 1


def scheme_of(tails: Sequence[str]) -> str | None:
    """The first scheme that all ids (their digits and check, without a prefix) keep; None where there is none."""
    distinct = set(tails)
    for name, check in SCHEMES.items() if len(distinct) >= LEAST else ():
        parted = [(tail[: -_width(name)], tail[-_width(name) :]) for tail in distinct]
        if all(body.isascii() and body.isdigit() and check(body) == end for body, end in parted):
            return name
    return None


VIN_CHECK = 8  # Place of the check in the number of a vehicle.


def vin_check(number: str) -> str | None:
    """The check of a vehicle's number (49 CFR 565.15); None for what is none."""
    if re.fullmatch("[0-9A-HJ-NPR-Z]{17}", number) is None:
        return None
    return next(sign for sign in _SIGNS if car(number[:VIN_CHECK] + sign + number[VIN_CHECK + 1 :]))


# Salesforce's ids.

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # Digits of Salesforce's ids, in order.
HEAD, BODY = 6, 9  # Letters of a Salesforce id that tell its object and server, and those that count.
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_RECORD = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_ENOUGH = 50  # Ids of a column from which it can be said whether they are records, random, or of moments.


def record_check(record: str) -> str:
    """The three letters after the fifteen of an id, which say which of these are capitals.

    >>> record_check("0015g00000AbCdE")
    'AAV'
    """
    return "".join(
        _CHECKS[sum(1 << at for at, char in enumerate(record[k : k + 5]) if char.isascii() and char.isupper())]
        for k in (0, 5, 10)
    )


def is_record(cell: str) -> bool:
    """Whether a cell is a Salesforce id, with its check if it has one."""
    return _RECORD.fullmatch(cell) is not None and (len(cell) == 15 or record_check(cell[:15]) == cell[15:])


def are_records(cells: Sequence[str]) -> bool:
    """Whether a column's cells are Salesforce ids: of few objects and servers, all with the check or all without."""
    if len(cells) < _ENOUGH or len({len(cell) for cell in cells}) != 1 or not all(map(is_record, cells)):
        return False
    # Fifteen digits are a plain number.
    few = len({cell[:HEAD] for cell in cells}) <= max(1, len(cells) // 10)
    return few and any(char.isalpha() for cell in cells for char in cell[:15])


def record_numbers(cells: Sequence[str]) -> NDArray[np.int64]:
    """What the counting letters of ids say; -1 for a cell that is none."""
    value = {letter: at for at, letter in enumerate(LETTERS)}
    numbers = np.full(len(cells), -1, dtype=np.int64)
    for i, cell in enumerate(cells):
        if is_record(cell):
            number = 0
            for letter in cell[HEAD : HEAD + BODY]:
                number = number * 62 + value[letter]
            numbers[i] = number
    return numbers


def record_of(head: str, number: int, *, checked: bool) -> str:
    """The id of a number."""
    body = "".join(LETTERS[number // 62**at % 62] for at in reversed(range(BODY)))
    return head + body + (record_check(head + body) if checked else "")


# Random codes.

_SHORTEST, _LONGEST = 8, 256
_READ = 4_000  # Ids that are looked at: places of a long one are many.
_BITS = 40.0  # Bits of a random code from which two are never alike.
_UNLIKELY = 1e-6  # Chance below which a place's letters are not taken to be even.


@dataclass(frozen=True)
class RandomCodes:
    """Codes of one length, each place of which is one letter, or any of some alike often."""

    places: tuple[str, ...]

    def new(self, draw: KeyedDraw) -> str:
        """A code that no row has."""
        return "".join(letters if len(letters) == 1 else draw.choice(letters) for letters in self.places)


def random_codes(cells: Sequence[str]) -> RandomCodes | None:
    """The codes of a column; None where its cells are not drawn at random, place by place."""
    sizes = {len(cell) for cell in cells}
    cells = cells[:_READ]
    if len(cells) < _ENOUGH or len(sizes) != 1 or not _SHORTEST <= min(sizes) <= _LONGEST:
        return None
    places, bits = [], 0.0
    for at in range(min(sizes)):
        counts = Counter(cell[at] for cell in cells)
        if len(counts) > 1 and len(cells) >= 5 * len(counts):
            even = len(cells) / len(counts)
            if chdtrc(len(counts) - 1, sum((n - even) ** 2 for n in counts.values()) / even) <= _UNLIKELY:
                return None
        bits += float(np.log2(len(counts)))
        places.append("".join(sorted(counts)))
    return RandomCodes(tuple(places)) if bits >= _BITS else None


# Ids that say when they were made. A new one is of a moment near its model's: of the moment in another column of its
# row where that is the id's own, between its neighbours' where the list goes by it. What else it says (a network card,
# a sequence) is like other rows'; what is random in it is drawn.

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
_GREGORIAN = date(1582, 10, 15).toordinal() * 86_400
"""Seconds since the first day of the calendar at which the time of UUIDs begins (RFC 9562, 5.1)."""
_UNIX = date(1970, 1, 1).toordinal() * 86_400
_YEARS = (date(1990, 1, 1).toordinal() * 86_400, date(2101, 1, 1).toordinal() * 86_400)
"""Moments that an id of a list may have."""
_MOSTLY = 0.98
_OWN = 0.9  # Share of rows from which on two columns' moments are one, or the list is in order of the ids.
_SLACK = 2  # Seconds by which the moment of an id and that of its row may differ.
_NODE = 48  # Bits of a network card's number, at the end of versions 1 and 6.
_TRIES = 40


@dataclass(frozen=True)
class TimeForm:
    """One way to write a moment into an id of 128 bits: a UUID of a version, or (version 0) a ULID.

    Versions 1 and 6 count tenths of a microsecond from 1582, 7 and ULIDs milliseconds from 1970. `swapped`: a
    database's sequential id, a version 1 whose first three groups are written back to front.
    """

    version: int
    per_second: int  # Units of the moment in a second.
    begin: int  # The moment 0, in seconds since the first day of the calendar.
    bits: int  # How many bits follow the moment.
    pieces: tuple[tuple[int, int], ...]  # Where the moment is, lowest bits first: their first bit, and how many.
    swapped: bool = False

    def seconds(self, units: int) -> float:
        """A moment in seconds since the first day of the calendar."""
        return self.begin + units / self.per_second

    def read(self, cell: str) -> tuple[int, int] | None:
        """An id's moment in units, and the bits that follow it; None where it is none of this form."""
        if self.version == 0:
            if _ULID.fullmatch(cell) is None:
                return None
            number = sum(_CROCKFORD.index(letter) << 5 * at for at, letter in enumerate(reversed(cell.upper())))
        else:
            plain = uuid.UUID(cell) if _UUID.fullmatch(cell) else None
            if plain is not None and self.swapped:
                plain = uuid.UUID(bytes=plain.bytes_le)
            if plain is None or plain.version != self.version:
                return None
            number = plain.int
        units = at = 0
        for first, size in self.pieces:
            units |= (number >> first & ((1 << size) - 1)) << at
            at += size
        return units, number & ((1 << self.bits) - 1)

    def write(self, units: int, rest: int) -> str:
        """The id of a moment; the variant of a UUID is in the rest, where it was."""
        number = self.version << 76 | rest
        for first, size in self.pieces:
            number |= (units & ((1 << size) - 1)) << first
            units >>= size
        if self.version == 0:
            return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5)).lower()
        plain = uuid.UUID(int=number)
        return str(uuid.UUID(bytes=plain.bytes_le) if self.swapped else plain)


_FIRST, _SIXTH, _UNIX_TIME = ((96, 32), (80, 16), (64, 12)), ((64, 12), (80, 16), (96, 32)), ((80, 48),)
_FORMS = (
    TimeForm(1, 10_000_000, _GREGORIAN, 64, _FIRST),
    TimeForm(1, 10_000_000, _GREGORIAN, 64, _FIRST, swapped=True),
    TimeForm(6, 10_000_000, _GREGORIAN, 64, _SIXTH),
    TimeForm(7, 1_000, _UNIX, 76, _UNIX_TIME),
    TimeForm(0, 1_000, _UNIX, 80, _UNIX_TIME),
)


@dataclass(frozen=True)
class TimedCodes:
    """A column of ids that say when they were made."""

    form: TimeForm
    capital: bool
    units: tuple[int, ...]
    rests: tuple[int, ...]  # The bits that follow each of them.
    random: int  # Bits after the moment that differ from row to row.
    moments: int | None  # Column of the moments that are the ids' own, and `offset` seconds before them.
    offset: int
    follows: int  # 1 where the list is in order of the ids, -1 in falling order, 0 in neither.

    def new(self, own: str | None, moment: str | None, around: tuple[str | None, str | None], draw: KeyedDraw) -> str:
        """An id that no known row has, for a row like that of the id `own`.

        `moment`: the cell of the column `moments`; `around`: the ids of the rows before and after.
        """
        low, high = self._bounds(own, moment, around)
        at = min(bisect_left(self.units, low), len(self.units) - 1)
        for _ in range(_TRIES):
            units = low + draw.below(max(1, high - low))
            drawn = draw.below(1 << 40) << 40 | draw.below(1 << 40)
            rest = self.rests[at] & ~self.random | drawn & self.random
            if units not in self.units[at : at + 50]:
                break
        made = self.form.write(units, rest)
        return made.upper() if self.capital else made

    def _bounds(self, own: str | None, moment: str | None, around: tuple[str | None, str | None]) -> tuple[int, int]:
        """The moments from which the new id's is drawn: at least the first, below the second."""
        read = [None if cell is None else self.form.read(cell) for cell in (own, *around)]
        between = sorted(each[0] for each in read[1:] if each is not None) if self.follows else []
        seconds = None if moment is None else moment_of(moment)
        if seconds is not None:
            low = (seconds + self.offset - self.form.begin) * self.form.per_second
            high = low + self.form.per_second
            if len(between) == 2 and max(low, between[0] + 1) < min(high, between[1]):
                return max(low, between[0] + 1), min(high, between[1])
            return low, high
        if len(between) == 2 and between[1] - between[0] > 1:
            return between[0] + 1, between[1]
        begin = self.units[len(self.units) // 2] if read[0] is None else read[0][0]
        at = bisect_right(self.units, begin)
        end = self.units[at] if at < len(self.units) else begin + self.form.per_second
        return begin + 1, max(begin + 2, end)


def timed_codes(rows: Mapping[int, tuple[str | None, ...]], position: int, columns: Sequence[int]) -> TimedCodes | None:
    """The ids of a column of the sample, with the column among `columns` whose moments they have; None where they say
    no moments."""
    order = sorted(rows)[:: max(1, len(rows) // _READ)]
    cells = {row: cell for row in order if (cell := rows[row][position]) is not None}
    if len(cells) < _ENOUGH or len(next(iter(cells.values()))) not in (26, 36):
        return None
    for form in _FORMS:
        found = {row: read for row, cell in cells.items() if (read := form.read(cell)) is not None}
        dated = sum(_YEARS[0] <= form.seconds(units) < _YEARS[1] for units, _ in found.values())
        if len(found) == len(cells) and dated >= _MOSTLY * len(found):
            break
    else:
        return None
    units, rests = zip(*sorted(found.values()), strict=True)

    # Random are the bits that are set in about half of the rows. A network card or a sequence that rows share is none
    # of these: it is like that of the id next in time.
    random = 0
    if len(set(rests)) >= len(rests) / 2:
        shares = [sum(rest >> bit & 1 for rest in rests) / len(rests) for bit in range(form.bits)]
        random = sum(1 << bit for bit, share in enumerate(shares) if 0.4 < share < 0.6)
        if form.bits == _NODE + 16 and len({rest % (1 << _NODE) for rest in rests}) < len(rests) / 10:
            random &= ~((1 << _NODE) - 1)

    moments, offset = None, 0
    for i in columns:
        later = []
        for row, (at, _) in found.items():
            own = moment_of(rows[row][i] or "")
            if own is not None:
                later.append(int(form.seconds(at) // 1) - own)
        if len(later) >= _ENOUGH:
            # By quarters of an hour, as time zones differ.
            offset = round(sorted(later)[len(later) // 2] / 900) * 900
            if sum(abs(each - offset) <= _SLACK for each in later) >= _OWN * len(later):
                moments = i
                break
    in_turn = [at for at, _ in found.values()]
    rising = sum(a < b for a, b in pairwise(in_turn)) / max(1, len(in_turn) - 1)
    follows = 1 if rising > _OWN else -1 if rising < 1 - _OWN else 0
    capital = any(char.isupper() for char in next(iter(cells.values())))
    return TimedCodes(form, capital, units, rests, random, moments, offset if moments is not None else 0, follows)
