"""Ids of programs that are not plain numbers: Salesforce's, which count in 62 letters and digits, and codes drawn at
random (UUIDs, hexadecimal and base64 keys)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from tracer.marking.persona.draws import KeyedDraw

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Digits of Salesforce's ids, in order."""
HEAD, BODY = 6, 9
"""Letters of a Salesforce id that tell its object and server, and those that count."""
_CHECKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_RECORD = re.compile(r"[A-Za-z0-9]{15}(?:[A-Z0-5]{3})?")
_LEAST = 50
"""Codes from which it can be said whether they are random."""
_SHORTEST, _LONGEST = 8, 256
_READ = 4_000
"""Codes that are looked at: places of a long one are many."""
_BITS = 40.0
"""Bits of a random code from which two are never alike."""
_UNLIKELY = 1e-6
"""Chance below which a place's letters are not taken to be even."""


def record_check(record: str) -> str:
    """The three letters behind the fifteen of an id, which say which of these are capitals.

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
    if len(cells) < _LEAST or len({len(cell) for cell in cells}) != 1 or not all(map(is_record, cells)):
        return False
    heads = Counter(cell[:HEAD] for cell in cells)
    # Fifteen digits are a plain number.
    return len(heads) <= max(1, len(cells) // 10) and any(char.isalpha() for cell in cells for char in cell[:15])


def record_numbers(cells: Sequence[str]) -> NDArray[np.int64]:
    """What the counting letters of ids say; -1 for a cell that is none."""
    value = {letter: at for at, letter in enumerate(LETTERS)}
    found = np.full(len(cells), -1, dtype=np.int64)
    for at, cell in enumerate(cells):
        if is_record(cell):
            number = 0
            for letter in cell[HEAD : HEAD + BODY]:
                number = number * 62 + value[letter]
            found[at] = number
    return found


def record_of(head: str, number: int, *, checked: bool) -> str:
    """The id of a number."""
    body = ""
    for _ in range(BODY):
        number, digit = divmod(number, 62)
        body = LETTERS[digit] + body
    return head + body + (record_check(head + body) if checked else "")


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
    if len(cells) < _LEAST or len(sizes) != 1 or not _SHORTEST <= min(sizes) <= _LONGEST:
        return None
    places, bits = [], 0.0
    for at in range(min(sizes)):
        counts = Counter(cell[at] for cell in cells)
        if len(counts) > 1 and not _even(counts, len(cells)):
            return None
        bits += float(np.log2(len(counts)))
        places.append("".join(sorted(counts)))
    return RandomCodes(tuple(places)) if bits >= _BITS else None


def _even(counts: Counter[str], total: int) -> bool:
    if total < 5 * len(counts):
        return True
    even = counts.total() / len(counts)
    return float(chdtrc(len(counts) - 1, sum((n - even) ** 2 for n in counts.values()) / even)) > _UNLIKELY
