"""Numbers of people that states give out: their forms and check digits, one line a scheme.

A scheme is a country, with a word behind it where the country has several. The number itself is never kept: what leaves
this room is its text for a keyed hash. Numbers without a check digit need a heading that names them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracer.identify.cell import PLACEHOLDERS, fold, unwrap

# Check digits of published numbers: small functions over a text of digits (and letters), True where it checks.
# Sources: ISO/IEC 7064 (mod 11-2, mod 11,10, mod 97-10), ISO/IEC 7812-1 (Luhn), Verhoeff 1969, ISO 3779 and 49 CFR
# 565 (cars), and the publications of the offices that issue the numbers, as `national_ids.py` names them.

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


_CAR = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)
_CAR_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def car(text: str) -> bool:
    """The ninth sign of a vehicle identification number (49 CFR 565.15; GB 16735)."""
    values = [int(char) if char.isdigit() else _CAR[char] for char in text]
    return "0123456789X"[sum(v * w for v, w in zip(values, _CAR_WEIGHTS, strict=True)) % 11] == text[8]


_SIGNS = re.compile(r"[\s.\-/_·]+")
_TAIL = re.compile(r"\.0+$")


@dataclass(frozen=True)
class Scheme:
    """One kind of number."""

    form: str
    check: Callable[[str], bool] | None
    """Whether its check digit is right; None where it has none."""
    length: int = 0
    """Digits to which a number that lost its zeros in front is filled up; 0: no zero may be in front."""
    fold: Callable[[str], str] | None = None
    strong: bool = False
    """Whether its form and check say without a heading what it is."""


def _day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _dated(text: str) -> bool:
    """Whether a text begins with a day as YYMMDD."""
    return _day(2000, int(text[2:4]), int(text[4:6]))


def _cn(given: str) -> bool:
    text = _cn_fold(given)
    return _day(int(text[6:10]), int(text[10:12]), int(text[12:14])) and mod_11_2(text)


def _cn_fold(text: str) -> str:
    """An old number of fifteen digits as the one of eighteen."""
    if len(text) == 18:
        return text
    body = f"{text[:6]}19{text[6:]}"
    return next(body + char for char in "0123456789X" if mod_11_2(body + char))


def _es(text: str) -> bool:
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == text[-1]


_IT_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _it(text: str) -> bool:
    values = [int(char) if char.isdigit() else ord(char) - 65 for char in text[:15]]
    return chr(65 + sum(_IT_ODD[v] if i % 2 == 0 else v for i, v in enumerate(values)) % 26) == text[15]


def _br(text: str) -> bool:
    first = weighted(text, range(10, 1, -1)) * 10 % 11 % 10
    return len(set(text)) > 1 and f"{first}{weighted(text, range(11, 1, -1)) * 10 % 11 % 10}" == text[9:]


def _fr(text: str) -> bool:
    body = text[:13].replace("2A", "19").replace("2B", "18")
    return 97 - int(body) % 97 == int(text[13:])


def _fi(text: str) -> bool:
    day = _day(2000 if text[6] in "A-FU-Y" else 1904, int(text[2:4]), int(text[:2]))
    return day and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31] == text[10]


def _cl(text: str) -> bool:
    total = sum(digit * (2 + i % 6) for i, digit in enumerate(reversed(digits_of(text[:-1]))))
    return "0K987654321"[total % 11] == text[-1]


def _kr(text: str) -> bool:
    return _dated(text) and (11 - weighted(text, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10 == int(text[12])


def _tr(text: str) -> bool:
    n = digits_of(text)
    return (7 * sum(n[0:9:2]) - sum(n[1:8:2])) % 10 == n[9] and sum(n[:10]) % 10 == n[10]


def _no(text: str) -> bool:
    first = weighted(text, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
    return first and weighted(text, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _be(text: str) -> bool:
    return any(97 - int(front + text[:9]) % 97 == int(text[9:]) for front in ("", "2"))


def _pt(text: str) -> bool:
    return (11 - weighted(text, range(9, 1, -1)) % 11) % 11 % 10 == int(text[8])


def _de(text: str) -> bool:
    counted = sorted((text[:10].count(char) for char in set(text[:10])), reverse=True)
    return counted[0] in (2, 3) and (len(counted) < 2 or counted[1] < 2) and mod_11_10(text)


def _cz(text: str) -> bool:
    if not _day(2000, int(text[2:4]) % 50 % 20 or 99, int(text[4:6])):
        return False
    return len(text) == 9 or int(text) % 11 == 0 or (int(text[:9]) % 11 == 10 and text[9] == "0")


def _ro(text: str) -> bool:
    return weighted(text, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 % 10 + (
        weighted(text, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 == 10
    ) == int(text[12]) and _dated(text[1:])


def _baltic(text: str) -> bool:
    check = weighted(text, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = weighted(text, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return check == int(text[10]) and _dated(text[1:])


def _ru(text: str) -> bool:
    return weighted(text, range(9, 0, -1)) % 101 % 100 == int(text[9:])


def _ua(text: str) -> bool:
    return weighted(text, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(text[9])


def _th(text: str) -> bool:
    return (11 - weighted(text, range(13, 1, -1)) % 11) % 10 == int(text[12])


def _sg(text: str) -> bool:
    total = weighted(text[1:8], (2, 7, 6, 5, 4, 3, 2)) + (4 if text[0] in "TG" else 0)
    return ("JZIHGFEDCBA" if text[0] in "ST" else "XWUTRQPNMLK")[total % 11] == text[8]


def _tw(text: str) -> bool:
    front = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    return (front // 10 + front % 10 * 9 + weighted(text[1:], (8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0


def _hk(given: str) -> bool:
    text = _bare(given)
    body = text[:-1].rjust(8, " ")
    values = [36 if char == " " else int(char, 36) for char in body]
    total = sum(value * weight for value, weight in zip(values, range(9, 1, -1), strict=True))
    return "0A987654321"[total % 11] == text[-1]


_CURP = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


def _mx(text: str) -> bool:
    total = sum(_CURP.index(char) * (18 - i) for i, char in enumerate(text[:17]))
    return (10 - total % 10) % 10 == int(text[17])


def _ch(text: str) -> bool:
    return weighted(text, (1, 3) * 6 + (1,)) % 10 == 0


def _jp(text: str) -> bool:
    rest = weighted(text, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return (0 if rest <= 1 else 11 - rest) == int(text[11])


def _au(text: str) -> bool:
    return weighted(text, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0


_ADVERTISED = ("078051120", "219099999", "123456789", "987654321")
"""American numbers that were printed in advertisements."""


def _last_ten(text: str) -> str:
    return re.sub(r"\D", "", text)[-10:]


def _nl(text: str) -> bool:
    return int(text) > 0 and (weighted(text, range(9, 1, -1)) - int(text[8])) % 11 == 0


def _pl(text: str) -> bool:
    right = weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0
    return right and _day(2000, int(text[2:4]) % 20 or 99, int(text[4:6]))


def _se(text: str) -> bool:
    short = _last_ten(text)
    return luhn(short) and _day(2000, int(short[2:4]), int(short[4:6]) % 60)


def _za(text: str) -> bool:
    return luhn(text) and _dated(text)


def _bare(text: str) -> str:
    return re.sub(r"[()]", "", text)


_IT_FORM = r"[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]"
SCHEMES: dict[str, Scheme] = {
    "CN": Scheme(r"[1-9]\d{16}[\dX]|[1-9]\d{5}\d{2}(?:0\d|1[0-2])[0-3]\d{4}", _cn, fold=_cn_fold, strong=True),
    "TW": Scheme(r"[A-Z][1289]\d{8}", _tw),
    "HK": Scheme(r"[A-Z]{1,2}\d{6}\(?[\dA]\)?", _hk, fold=_bare),
    "KR": Scheme(r"\d{6}[0-9]\d{6}", _kr, 13),
    "JP": Scheme(r"\d{12}", _jp, 12),
    "TH": Scheme(r"[1-8]\d{12}", _th),
    "SG": Scheme(r"[STFG]\d{7}[A-Z]", _sg),
    "IN": Scheme(r"[2-9]\d{11}", verhoeff),
    "IN PAN": Scheme(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", None),
    "ES": Scheme(r"(?:[XYZ]\d{7}|\d{8})[A-Z]", _es),
    "IT": Scheme(_IT_FORM, _it, strong=True),
    "PT": Scheme(r"[1-35-9]\d{8}", _pt),
    "FR": Scheme(r"[12]\d{4}(?:\d{2}|2[AB])\d{8}", _fr),
    "BE": Scheme(r"\d{11}", _be, 11),
    "NL": Scheme(r"\d{9}", _nl, 9),
    "DE": Scheme(r"[1-9]\d{10}", _de),
    "CH": Scheme(r"756\d{10}", _ch),
    "GB": Scheme(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]?", None),
    "PL": Scheme(r"\d{11}", _pl, 11),
    "CZ": Scheme(r"\d{9,10}", _cz),
    "RO": Scheme(r"[1-9]\d{12}", _ro),
    "HR": Scheme(r"\d{11}", mod_11_10, 11),
    "EE": Scheme(r"[1-8]\d{10}", _baltic),
    "SE": Scheme(r"(?:\d\d)?\d{6}\+?\d{4}", _se, 10, _last_ten),
    "FI": Scheme(r"\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y]", _fi, strong=True),
    "NO": Scheme(r"\d{11}", _no, 11),
    "DK": Scheme(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{6}", None, 10),
    "TR": Scheme(r"[1-9]\d{10}", _tr),
    "RU": Scheme(r"\d{11}", _ru, 11),
    "UA": Scheme(r"\d{10}", _ua, 10),
    "US": Scheme(r"(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}", None, 9),
    "CA": Scheme(r"[1-79]\d{8}", luhn),
    "AU": Scheme(r"\d{9}", _au, 9),
    "ZA": Scheme(r"\d{10}[012]\d{2}", _za, 13),
    "BR": Scheme(r"\d{11}", _br, 11),
    "CL": Scheme(r"\d{7,8}[\dK]", _cl),
    "MX": Scheme(r"[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d", _mx, strong=True),
}
"""All schemes. Sources: GB 11643, Órdenes INT/2058/2008, DM 23/12/1976, Receita Federal, UIDAI, PESEL Act, SSA, INSEE,
BRP, Skatteverket, DVV, Ley 19.880, MOIS, NVI, and the like; each is checked against python-stdnum in the tests."""


def folded_id(raw: str, scheme: str) -> str | None:
    """The number in the form that counts, without its signs; None where it is none of this scheme."""
    text = unwrap(unicodedata.normalize("NFKC", fold(raw)).upper())
    text = text.replace(" ", "") if scheme == "FI" else _SIGNS.sub("", _TAIL.sub("", text))
    kind = SCHEMES[scheme]
    text = text[2:] if text.startswith(scheme) and text[2:].isdigit() else text
    if kind.length and text.isascii() and text.isdigit() and kind.length - 2 <= len(text) < kind.length:
        text = text.zfill(kind.length)
    if not re.fullmatch(kind.form, text) or (text.isdigit() and len(set(text)) == 1):
        return None
    if (kind.check is not None and not kind.check(text)) or (scheme == "US" and text in _ADVERTISED):
        return None
    return kind.fold(text) if kind.fold is not None else text


def is_filled_in(raw: str) -> bool:
    """Whether a cell says that there is no number: a placeholder, one digit again and again."""
    text = fold(raw).lower()
    return text in PLACEHOLDERS or (len(text) > 3 and len(set(_SIGNS.sub("", text))) == 1)


def likeliest_scheme(cells: Iterable[str], schemes: Iterable[str], least: float) -> str | None:
    """The one of the schemes that most cells are numbers of, if at least `least` of them are; the first on a tie."""
    held = [cell for cell in cells if not is_filled_in(cell)]
    if not held:
        return None
    shares = {scheme: sum(folded_id(cell, scheme) is not None for cell in held) / len(held) for scheme in schemes}
    best = max(shares, key=lambda scheme: shares[scheme], default=None)
    return best if best is not None and shares[best] >= least else None
