"""Check digits of id columns: which scheme a column's ids keep, and the check of a new id.

Only schemes that take the digits before the check; a letter before them is not part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

LEAST = 30
"""Ids that must all agree: by chance 30 ids keep one of a dozen schemes of a tenth each once in 10^29 columns."""


def _luhn(body: str) -> str:
    """ISO/IEC 7812-1, annex B."""
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(body))]
    return str(-sum(d // 10 + d % 10 for d in doubled) % 10)


def _gs1(body: str) -> str:
    """GS1 General Specifications 7.9: weights 3 and 1 from the right."""
    return str(-sum(int(d) * (3 - 2 * (i % 2)) for i, d in enumerate(reversed(body))) % 10)


def _digit_sum(body: str) -> str:
    return str(sum(map(int, body)) % 10)


def _sum_to_ten(body: str) -> str:
    return str(-sum(map(int, body)) % 10)


def _mod_11_2(body: str) -> str:
    """ISO/IEC 7064, MOD 11-2 (GB 11643)."""
    value = 0
    for digit in body:
        value = (value + int(digit)) * 2 % 11
    return "0123456789X"[(12 - value) % 11]


def _mod_11_10(body: str) -> str:
    """ISO/IEC 7064, MOD 11,10."""
    value = 10
    for digit in body:
        value = ((value + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - value) % 10)


def _isbn(body: str) -> str:
    """ISO 2108 (1972): weights 2, 3, … from the right."""
    return "0123456789X"[-sum(int(d) * (i + 2) for i, d in enumerate(reversed(body))) % 11]


def _mod_97_10(body: str) -> str:
    """ISO/IEC 7064, MOD 97-10."""
    return f"{98 - int(body) * 100 % 97:02d}"


def _mod_11(top: int) -> Callable[[str], str]:
    """Weights 2 to `top` from the right and again from 2 (Brazil's CNPJ, PIS and CPF, bank references): 11 less the
    rest, 0 where that has two digits."""

    def check(body: str) -> str:
        weighted = sum(int(d) * (2 + at % (top - 1)) for at, d in enumerate(reversed(body)))
        return str((11 - weighted % 11) % 11 % 10)

    return check


SCHEMES: Mapping[str, Callable[[str], str]] = {
    "luhn": _luhn, "gs1": _gs1, "sum": _digit_sum, "sum to ten": _sum_to_ten, "mod 11-2": _mod_11_2,
    "mod 11,10": _mod_11_10, "isbn": _isbn, "mod 97-10": _mod_97_10, "mod 7": lambda body: str(int(body) % 7),
    "mod 9": lambda body: str(int(body) % 9), "mod 11": lambda body: "0123456789X"[int(body) % 11],
    "mod 97": lambda body: f"{int(body) % 97:02d}", "mod 11 to 9": _mod_11(9), "mod 11 to 10": _mod_11(10),
    "mod 11 to 7": _mod_11(7),
}  # fmt: skip
"""Name → the check of a string of digits."""
WIDTH: Mapping[str, int] = {name: 2 if "97" in name else 1 for name in SCHEMES}
"""Name → characters of the check."""


def scheme_of(tails: Sequence[str]) -> str | None:
    """The first scheme that all ids (their digits and check, without a prefix) keep; None where there is none."""
    distinct = set(tails)
    if len(distinct) < LEAST:
        return None
    return next((name for name in SCHEMES if all(_keeps(tail, name) for tail in distinct)), None)


def _keeps(tail: str, name: str) -> bool:
    body = tail[: -WIDTH[name]]
    return body.isascii() and body.isdigit() and SCHEMES[name](body) == tail[-WIDTH[name] :]


_VIN = {sign: at % 10 for at, sign in enumerate("0123456789")} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_CHECK = 8
"""Place of the check in the number of a vehicle."""


def vin_check(number: str) -> str | None:
    """The check of a vehicle's number (49 CFR 565.15); None for what is none."""
    if len(number) != len(_VIN_WEIGHTS) or any(sign not in _VIN for sign in number):
        return None
    return "0123456789X"[sum(_VIN[sign] * weight for sign, weight in zip(number, _VIN_WEIGHTS, strict=True)) % 11]
