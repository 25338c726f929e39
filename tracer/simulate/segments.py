"""Number segments that no carrier has been given, with an invented assignment to provinces, cities and carriers; and
numbers as people write them.

Synthetic numbers must never be anybody's. The three-digit prefixes below are rejected as mobile numbers by
libphonenumber (a test holds them to the installed version) and are not used for machine-to-machine cards either.
A segment is a seven-digit prefix: a block of 10,000 numbers.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracer.simulate.names import Texts

UNALLOCATED = (142, 143, 154, 160, 163, 164, 168, 169, 179)
"""Three-digit prefixes of no subscriber."""
BLOCK = 10_000
"""Numbers in a segment."""
_PLACES = (
    "江苏:南京 江苏:苏州 江苏:扬州 浙江:杭州 浙江:宁波 河南:郑州 河南:洛阳 安徽:合肥 山东:济南 山东:青岛"
    " 广东:深圳 广东:广州 四川:成都 北京:北京 福建:厦门 湖北:武汉 湖南:长沙 河北:石家庄 陕西:西安 辽宁:沈阳"
)
PLACES = tuple((province, city) for province, _, city in (place.partition(":") for place in _PLACES.split()))
"""Province and city; the weight of a place falls with its position."""
CARRIERS = ("甲运营商", "乙运营商", "丙运营商", "丁虚拟运营商")
_CARRIER_SHARES = (0.5, 0.25, 0.2, 0.05)


@dataclass(frozen=True)
class Segments:
    """A segment table; all arrays have one element a segment, ordered by prefix."""

    prefix: NDArray[np.int64]
    province: Texts
    city: Texts
    carrier: Texts

    def __len__(self) -> int:
        return int(self.prefix.size)


def make_segments(rng: np.random.Generator, n: int) -> Segments:
    """`n` distinct segments (at most 90,000), each with an invented place and carrier."""
    everything = (np.array(UNALLOCATED, dtype=np.int64)[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    prefix = np.sort(rng.choice(everything, n, replace=False))
    weights = 1.0 / (np.arange(len(PLACES)) + 4.0)
    place = rng.choice(len(PLACES), n, p=weights / weights.sum())
    places = np.array(PLACES)
    carrier = rng.choice(np.array(CARRIERS), n, p=_CARRIER_SHARES)
    return Segments(prefix=prefix, province=places[place, 0], city=places[place, 1], carrier=carrier)


def draw_numbers(rng: np.random.Generator, segments: Segments, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`n` distinct eleven-digit numbers in the segments, in random order, and the index of the segment of each.

    Raises `ValueError` when the segments cannot hold `n` distinct numbers."""
    if n > BLOCK * len(segments):
        raise ValueError(f"{n} distinct numbers do not fit into {len(segments)} segments")
    slots = np.empty(0, dtype=np.int64)
    while slots.size < n:
        index = rng.choice(len(segments), 2 * (n - slots.size) + 16, p=np.full(len(segments), 1 / len(segments)))
        drawn = index * BLOCK + rng.integers(0, BLOCK, index.size)
        _, first = np.unique(np.concatenate([slots, drawn]), return_index=True)
        slots = np.concatenate([slots, drawn])[np.sort(first)][:n]  # in order of drawing, so that no number is favoured
    where = slots // BLOCK
    return segments.prefix[where] * BLOCK + slots % BLOCK, where


def write_segments(segments: Segments, path: Path) -> None:
    """Write the table as UTF-8 CSV with the columns of the contract: segment, province, city, carrier."""
    columns = (segments.prefix, segments.province, segments.city, segments.carrier)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("segment", "province", "city", "carrier"))
        writer.writerows(zip(*(column.tolist() for column in columns), strict=True))


# The forms of one and the same mobile number in lists. A form never changes which number is meant, except `lossy`
# (scientific notation that lost digits) and `masked`.

_FULL_WIDTH = 0xFEE0  # the distance in Unicode from a digit to its full-width form


def _cut(digits: Texts, start: int, stop: int) -> Texts:
    """Characters `start` to `stop` of eleven-character strings."""
    wide = digits.astype("<U11").view("<U1").reshape(-1, 11)
    return np.ascontiguousarray(wide[:, start:stop]).view(f"<U{stop - start}").ravel()


def _joined_texts(*pieces: Texts | str) -> Texts:
    text: Texts = np.array("")
    for piece in pieces:
        text = np.char.add(text, piece)
    return text


FORMS: Mapping[str, Callable[[Texts], Texts]] = {
    "plain": lambda d: d,
    "plus": lambda d: _joined_texts("+86", d),
    "plus_spaced": lambda d: _joined_texts("+86 ", _cut(d, 0, 3), " ", _cut(d, 3, 7), " ", _cut(d, 7, 11)),
    "86": lambda d: _joined_texts("86", d),
    "0086": lambda d: _joined_texts("0086", d),
    "zero": lambda d: _joined_texts("0", d),
    "dashed": lambda d: _joined_texts(_cut(d, 0, 3), "-", _cut(d, 3, 7), "-", _cut(d, 7, 11)),
    "spaced": lambda d: _joined_texts(_cut(d, 0, 3), " ", _cut(d, 3, 7), " ", _cut(d, 7, 11)),
    "float": lambda d: _joined_texts(d, ".0"),
    "full_width": lambda d: (d.view(np.uint32) + np.uint32(_FULL_WIDTH)).view("<U11"),
    "tabbed": lambda d: _joined_texts(d, "\t"),
    "quoted": lambda d: _joined_texts("'", d),
    "labelled": lambda d: _joined_texts("手机:", d),
    "lossy": lambda d: _joined_texts(_cut(d, 0, 1), ".", _cut(d, 1, 3), "E+10"),
    "masked": lambda d: _joined_texts(_cut(d, 0, 3), "****", _cut(d, 7, 11)),
}
"""Form → how eleven-digit strings are written in it."""
_PLACES_OF_FORMS = {form: place for place, form in enumerate(FORMS)}
EVERYDAY: Mapping[str, float] = {
    "plain": 0.80,
    "plus": 0.03,
    "86": 0.03,
    "0086": 0.01,
    "dashed": 0.04,
    "spaced": 0.03,
    "float": 0.02,
    "full_width": 0.01,
    "tabbed": 0.01,
    "quoted": 0.01,
    "labelled": 0.005,
    "lossy": 0.005,
}
"""Shares of forms in a list that several hands have kept."""


def written_numbers(rng: np.random.Generator, numbers: NDArray[np.int64], shares: Mapping[str, float]) -> Texts:
    """Each eleven-digit number as text, in a form drawn by `shares` (form → share; they are scaled to sum to 1).

    Raises `KeyError` for a form that is not in `FORMS`."""
    weights = np.array(list(shares.values()))
    drawn = rng.choice(len(shares), numbers.size, p=weights / weights.sum())
    return in_forms(numbers, np.array([_PLACES_OF_FORMS[form] for form in shares])[drawn])


def in_forms(numbers: NDArray[np.int64], form: NDArray[np.integer[Any]]) -> Texts:
    """Each eleven-digit number as text, in the form whose place in `FORMS` is given."""
    digits, result = numbers.astype("<U11"), np.empty(numbers.size, dtype="<U20")
    for place, write in enumerate(FORMS.values()):
        chosen = form == place
        if chosen.any():
            result[chosen] = write(digits[chosen])
    return result
