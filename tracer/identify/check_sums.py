"""Check digits of published numbers: small functions over a text of digits (and letters), True where it checks.

Sources: ISO/IEC 7064 (mod 11-2, mod 11,10, mod 97-10), ISO/IEC 7812-1 (Luhn), Verhoeff 1969, ISO 3779 and 49 CFR 565
(cars), and the publications of the offices that issue the numbers, as `national_ids.py` names them.
"""

from __future__ import annotations

from collections.abc import Sequence

_TURN = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")
"""Verhoeff's permutation, applied as many times as the place says."""


def digits_of(text: str) -> list[int]:
    """The digits of a text of digits."""
    return [int(char) for char in text]


def weighted(text: str, weights: Sequence[int]) -> int:
    """The sum of digits times weights, as far as there are weights."""
    return sum(digit * weight for digit, weight in zip(digits_of(text[: len(weights)]), weights, strict=True))


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right doubled, its digits summed."""
    total = 0
    for place, digit in enumerate(reversed(digits_of(text))):
        total += digit if place % 2 == 0 else (2 * digit) // 10 + (2 * digit) % 10
    return total % 10 == 0


def luhn_sql(text: str, length: int) -> str:
    """SQL: the same of a text of `length` digits."""
    terms = []
    for place in range(length):
        digit = f"(ascii(substr({text}, {length - place}, 1)) - 48)"
        terms.append(digit if place % 2 == 0 else f"(2 * {digit} // 10 + 2 * {digit} % 10)")
    return f"(({' + '.join(terms)}) % 10 = 0)"


def verhoeff(text: str) -> bool:
    """The dihedral group of order ten (Verhoeff, Error Detecting Decimal Codes, 1969)."""
    sum_ = 0
    for place, digit in enumerate(reversed(text)):
        sum_ = _composed(sum_, int(_TURN[place % 8][int(digit)]))
    return sum_ == 0


def _composed(a: int, b: int) -> int:
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b) % 5
    return 5 + (a - b) % 5 if b < 5 else (a - b) % 5


def mod_11_2(text: str) -> bool:
    """ISO/IEC 7064, mod 11-2; the last sign may be X."""
    check = 0
    for digit in digits_of(text[:-1]):
        check = (check + digit) * 2 % 11
    return "0123456789X"[(12 - check) % 11] == text[-1]


def mod_11_10(text: str) -> bool:
    """ISO/IEC 7064, mod 11,10."""
    check = 10
    for digit in digits_of(text[:-1]):
        check = ((check + digit) % 10 or 10) * 2 % 11
    return (11 - check) % 10 == int(text[-1])


def mod_97_10(text: str) -> bool:
    """ISO/IEC 7064, mod 97-10: letters are 10 to 35."""
    return int("".join(str(int(char, 36)) for char in text)) % 97 == 1


_CAR = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
                strict=True))  # fmt: skip
_CAR_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def car(text: str) -> bool:
    """The ninth sign of a vehicle identification number (49 CFR 565.15; GB 16735)."""
    values = [int(char) if char.isdigit() else _CAR[char] for char in text]
    return "0123456789X"[sum(v * w for v, w in zip(values, _CAR_WEIGHTS, strict=True)) % 11] == text[8]
