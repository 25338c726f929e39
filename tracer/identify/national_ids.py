"""Numbers of people that states give out, and of their accounts: check digits, and the keyed hashes that are kept.

`national_ids.toml` has the forms, one line a scheme: a country, with a word behind it where the country has several.
The number itself is never kept. Numbers without a check digit need a heading that names them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import mul
from pathlib import Path
from typing import TypeAlias

import duckdb

from tracer.case.store import insert_read
from tracer.documents import toml_of
from tracer.identify.cell import EMPTY, PLACEHOLDER, PLACEHOLDERS, Reading, fold, unwrap
from tracer.identify.keys import FURTHER

# Check digits of published numbers, over a text of digits (and letters): True where it checks. Sources: ISO/IEC 7064
# (mod 11-2, mod 11,10, mod 97-10), ISO/IEC 7812-1 (Luhn), Verhoeff 1969, ISO 3779 and 49 CFR 565 (cars), and the
# publications of the offices that issue the numbers, as `national_ids.toml` names them.

Check: TypeAlias = Callable[[str], bool]
_TURN = ("0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258")
"""Verhoeff's permutation, applied as many times as the place says."""


def luhn(text: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right doubled, its digits summed."""
    doubled = "0246813579"
    return sum(int(doubled[int(d)] if place % 2 else d) for place, d in enumerate(reversed(text))) % 10 == 0


def luhn_sql(text: str, length: int) -> str:
    """SQL: the same of a text of `length` digits."""
    digits = [f"(ascii(substr({text}, {length - place}, 1)) - 48)" for place in range(length)]
    terms = [f"(2 * {d} // 10 + 2 * {d} % 10)" if place % 2 else d for place, d in enumerate(digits)]
    return f"(({' + '.join(terms)}) % 10 = 0)"


def verhoeff(text: str) -> bool:
    """The dihedral group of order ten (Verhoeff, Error Detecting Decimal Codes, 1969)."""
    a = 0
    for place, digit in enumerate(reversed(text)):
        b = int(_TURN[place % 8][int(digit)])
        turned = a + b if a < 5 else a - b
        a = turned % 5 + (0 if (a < 5) == (b < 5) else 5)
    return a == 0


def mod_11_2(text: str) -> bool:
    """ISO/IEC 7064, mod 11-2; the last sign may be X."""
    check = 0
    for digit in text[:-1]:
        check = (check + int(digit)) * 2 % 11
    return "0123456789X"[(12 - check) % 11] == text[-1]


def mod_11_10(text: str) -> bool:
    """ISO/IEC 7064, mod 11,10."""
    check = 10
    for digit in text[:-1]:
        check = ((check + int(digit)) % 10 or 10) * 2 % 11
    return (11 - check) % 10 == int(text[-1])


def mod_97_10(text: str) -> bool:
    """ISO/IEC 7064, mod 97-10: letters are 10 to 35."""
    return int("".join(str(int(char, 36)) for char in text)) % 97 == 1


def car(text: str) -> bool:
    """The ninth sign of a vehicle identification number (49 CFR 565.15; GB 16735)."""
    values = text.translate(str.maketrans("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789"))
    return "0123456789X"[_sum(values, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)) % 11] == text[8]


def _sum(text: str, weights: Iterable[int]) -> int:
    """Digits times weights, as far as there are weights."""
    return sum(map(mul, (int(char, 36) for char in text), weights))


def _check_sign_fits(text: str, weights: Sequence[int], signs: str) -> bool:
    """Whether the sign behind the digits that have weights is the one that their sum asks for."""
    sign = text[len(weights)]  # a digit of any script
    return signs[_sum(text, weights) % len(signs)] == (str(int(sign)) if sign.isdecimal() else sign)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _cn(given: str) -> bool:
    text = _cn_fold(given)
    return _is_day(int(text[6:10]), int(text[10:12]), int(text[12:14])) and mod_11_2(text)


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


def _fr(text: str) -> bool:
    body = text[:13].replace("2A", "19").replace("2B", "18")  # the departments of Corsica
    return 97 - int(body) % 97 == int(text[13:])


def _fi(text: str) -> bool:
    day = _is_day(2000, int(text[2:4]), int(text[:2]))
    return day and "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(text[:6] + text[7:10]) % 31] == text[10]


def _cl(text: str) -> bool:
    return _check_sign_fits(text.zfill(9), (3, 2, 7, 6, 5, 4, 3, 2), "0K987654321")


def _be(text: str) -> bool:
    return any(97 - int(front + text[:9]) % 97 == int(text[9:]) for front in ("", "2"))  # 2: born from 2000 on


def _de(text: str) -> bool:
    # One of the first ten digits comes twice or three times, all others once at most.
    return sorted(Counter(text[:10]).values())[-2:] in ([1, 2], [1, 3]) and mod_11_10(text)


def _cz(text: str) -> bool:
    if not _is_day(2000, int(text[2:4]) % 50 % 20, int(text[4:6])):
        return False
    return len(text) == 9 or int(text) % 11 == 0 or (int(text[:9]) % 11 == 10 and text[9] == "0")


def _baltic(text: str) -> bool:
    rests = (_sum(text, weights) % 11 for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)))
    return int(text[10]) == next((rest for rest in rests if rest < 10), 0)


def _ru(text: str) -> bool:
    return _sum(text, range(9, 0, -1)) % 101 % 100 == int(text[9:])


def _sg(text: str) -> bool:
    total = _sum(text[1:], (2, 7, 6, 5, 4, 3, 2)) + (4 if text[0] in "TG" else 0)
    return ("JZIHGFEDCBA" if text[0] in "ST" else "XWUTRQPNMLK")[total % 11] == text[8]


def _tw(text: str) -> bool:
    front = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    return _check_sign_fits(f"{front}{text[1:]}", (1, *range(9, 0, -1)), "0987654321")


def _hk(given: str) -> bool:
    text = _without_brackets(given)
    values = [36 if char == " " else int(char, 36) for char in text[:-1].rjust(8)]
    return "0A987654321"[sum(map(mul, values, range(9, 1, -1))) % 11] == text[-1]


def _mx(text: str) -> bool:
    values = map("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".index, text[:17])
    total = sum(value * (18 - place) for place, value in enumerate(values))
    return -total % 10 == int(text[17])


def _last_ten(text: str) -> str:
    return re.sub(r"\D", "", text)[-10:]


def _se(text: str) -> bool:
    short = _last_ten(text)
    return luhn(short) and _is_day(2000, int(short[2:4]), int(short[4:6]) % 60)  # 60: a coordination number


def _without_brackets(text: str) -> str:
    return re.sub(r"[()]", "", text)


_RULES: Mapping[str, Check] = {
    **{"luhn": luhn, "verhoeff": verhoeff, "mod_11_10": mod_11_10, "baltic": _baltic},
    **{"cn": _cn, "tw": _tw, "hk": _hk, "sg": _sg, "es": _es, "it": _it, "fr": _fr, "be": _be, "de": _de},
    **{"cz": _cz, "se": _se, "fi": _fi, "ru": _ru, "cl": _cl, "mx": _mx},
}
_FOLDS: Mapping[str, Callable[[str], str]] = {"CN": _cn_fold, "HK": _without_brackets, "SE": _last_ten}


@dataclass(frozen=True)
class Scheme:
    """One kind of number, as `national_ids.toml` describes it."""

    form: str
    length: int = 0
    born: int = 0
    months: int = 100
    weights: tuple[tuple[int, ...], ...] = ()
    signs: str = ""
    check: str = ""
    strong: bool = False

    @property
    def has_check(self) -> bool:
        """Whether it has a check digit."""
        return bool(self.check or self.weights)

    def is_right(self, text: str) -> bool:
        """Whether day and check digit of a number of this form are."""
        month, day = text[self.born : self.born + 2], text[self.born + 2 : self.born + 4]
        if self.born and not _is_day(2000, int(month) % self.months, int(day)):
            return False
        weighed = all(_check_sign_fits(text, weights, self.signs) for weights in self.weights)
        return weighed and (not self.check or _RULES[self.check](text))


SCHEMES = {
    name: Scheme(**{**scheme, "weights": tuple(tuple(map(int, one.split())) for one in scheme.get("weights", ()))})
    for name, scheme in toml_of((Path(__file__).parent / "national_ids.toml").read_text("utf-8")).items()
}
_SIGNS = re.compile(r"[\s.\-/_·]+")
_TAIL = re.compile(r"\.0+$")


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
    return _FOLDS.get(scheme, str)(text) if kind.is_right(text) else None


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


# Numbers of people's documents and accounts are kept as keyed hash alone. Before a list is linked, each cell of such a
# column is replaced by the hash of its number under a key of the case, or by the reason why it has none. What follows,
# the raw cells, the rejects and all findings, knows the hashes only; two cases have different ones, and without the
# case's key no number can be tried against them. The sealed original has the numbers still, encrypted.

PURPOSE = b"sealed identifiers"
"""The purpose under which the case derives the key: `case.secret(PURPOSE)`."""
_DIGITS = 14
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
LONGEST_SEAL = 20
"""Bytes of the longest text that replaces a cell."""
LOST = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")


def iban_of(raw: str) -> str | None:
    """An IBAN in capitals, without blanks; None where it does not check (ISO 13616)."""
    text = re.sub(r"[\s.\-]+", "", unwrap(fold(raw)).upper()).removeprefix("IBAN").lstrip(":")
    return text if _IBAN.fullmatch(text) and mod_97_10(text[4:] + text[:4]) else None


def seal_column(con: duckdb.DuckDBPyConnection, table: str, position: int, role: str, scheme: str, key: bytes) -> None:
    """Replace the filled cells of a column by their hashes, or by `?` and a reason.

    role: `national_id` or `iban`; scheme: whose number a `national_id` is.
    """
    import pyarrow as pa

    column = f"c{position}"
    texts = con.execute(f"SELECT DISTINCT {column} AS raw FROM {table} WHERE {column} <> ''").to_arrow_table()["raw"]
    con.execute("CREATE OR REPLACE TEMP TABLE sealed_cell (raw VARCHAR, seal VARCHAR)")

    def sealed(raw: list[str]) -> pa.Table:
        return pa.table({"raw": raw, "seal": [seal_of(text, role, scheme, key) for text in raw]})

    insert_read(con, "sealed_cell", texts, sealed)
    con.execute(f"UPDATE {table} AS t SET {column} = s.seal FROM sealed_cell AS s WHERE s.raw = t.{column}")
    con.execute("DROP TABLE temp.sealed_cell")


def seal_of(raw: str, role: str, scheme: str, key: bytes) -> str:
    """`#` and fourteen hexadecimal digits, or `?` and why there are none."""
    text = iban_of(raw) if role == "iban" else folded_id(raw, scheme)
    if text is None:
        if is_filled_in(raw):
            return "?placeholder"
        return "?digits are lost" if LOST.fullmatch(raw.strip()) else "?no valid number"
    named = f"{role}:{scheme}:{text}" if role == "national_id" else f"{role}:{text}"
    return f"#{hmac.digest(key, named.encode(), hashlib.sha256).hex()[:_DIGITS]}"


def key_of_seal(seal: str, role: str) -> int | None:
    """The key that a seal is in memberships; None for a reason in its place."""
    return FURTHER[role] + int(seal[1:], 16) if seal.startswith("#") else None


def seal_fast_sql(kind: str) -> Callable[[str, str], str]:
    """For cells with seals of a kind, (SQL of the text, region) → SQL: the key of a seal, otherwise NULL."""
    form, base = f"'#[0-9a-f]{{{_DIGITS}}}'", FURTHER[kind]
    return lambda text, _: (
        f"CASE WHEN regexp_full_match({text}, {form}) THEN {base} + TRY_CAST('0x' || substr({text}, 2) AS BIGINT) END"
    )


def read_seal(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """Why a cell has no seal."""
    reason = raw.removeprefix("?")
    if not raw.strip():
        return (EMPTY,)
    if reason == "placeholder":
        return (PLACEHOLDER,)
    return (Reading(None, "lossy" if reason == "digits are lost" else "invalid", "", reason),)
