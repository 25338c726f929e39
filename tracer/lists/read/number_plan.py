"""How well the numbers of a column fit each country: by libphonenumber's plans, and by how the country writes them.

A country whose plan takes nearly any digits gains little by taking these: each cell is also tried with other digits
behind its first ones, and what a plan takes of those counts against it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from tracer.identify.number_forms import forms_of
from tracer.identify.phone_patterns import allocated
from tracer.identify.phone_rules import is_valid, phone_key
from tracer.lists.read.cells import narrow

_LOOKS = re.compile(
    r"[(\[]?\+?[\d(\[][\d\s()\[\].+/\u00a0\u2010-\u2015'\u2019-]{4,24}\d(?:\s*(?:ext|x|доб|int|app|poste|dw)\.?\s*\d{1,5})?",
    re.IGNORECASE,
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_PAIRS = re.compile(r"\d\d(?:\.\d\d){3}")
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?:{_DAY}[-/. ]{_MONTH}[-/. ]{_YEAR}|{_MONTH}[-/. ]{_DAY}[-/. ]{_YEAR}|{_YEAR}[-/. ]{_MONTH}[-/. ]{_DAY}"
    rf"|{_YEAR}{_MONTH}{_DAY})(?:[ T]\d{{1,2}}:.*)?"
)
CELLS = 40
"""Cells of a column that are tried."""
_EFFECTIVE = 20
"""Cells that count as independent at most; fewer where all begin alike: what is true of one is true of all."""
_VALID, _INVALID = log(0.97), log(0.04)
_LEAST = 0.03
"""The smallest share of other digits that a plan is held to take."""
_DENSITY = 8
"""Cells whose narrowness of plan counts."""
_GROUPED, _EXACT = 4.0, 2.0
_NO_TRUNK = 2.0
_CODED = 3.0
_OF_AREAS = 0.95
"""Share of the cells that must be landlines with the length of their area."""
_AREA = 1.2
"""Nats of an area code that is followed by as many digits as belong to it: elsewhere a third of all numbers look so."""
_AREAS, _REGIONS = 10, 3
"""Area codes that count at most, and first digits of them that there must be: one town may be of another country."""


@dataclass(frozen=True)
class PlanFit:
    """How a column's bare numbers fit a country."""

    nats: float
    valid: float


def looks_like_number(cell: str) -> bool:
    """Whether a cell may be a telephone number of some country: 7 to 15 digits with what divides them; no IP address,
    no date.
    """
    text = narrow(cell)
    digits = sum(char.isdigit() for char in text)
    if not 7 <= digits <= 20 or _LOOKS.fullmatch(text) is None or _DATE.fullmatch(text):
        return False
    return _IPV4.fullmatch(text) is None or _PAIRS.fullmatch(text) is not None


def is_bare(cell: str) -> bool:
    """Whether a number is written without a plus or 00 in front of a country code."""
    return not narrow(cell).lstrip("(").startswith(("+", "00"))


def coded_country(cell: str) -> str | None:
    """The country of a number that is written with its country code, as the first region that has the code."""
    text = narrow(cell).lstrip("(")
    text = "+" + text[2:] if text.startswith("00") else text
    number = _parsed(text, "ZZ") if text.startswith("+") else None
    return phonenumbers.region_code_for_country_code(number.country_code or 0) if number is not None else None


def fit(cells: Sequence[str], region: str) -> PlanFit:
    """How bare cells fit a region. The same cells give the same answer."""
    own = [_own(narrow(cell), region) for cell in cells]
    valid = sum(number is not None for number in own) / len(cells)
    if valid == 0:
        return PlanFit(_EFFECTIVE * _INVALID, 0.0)
    prefixes = len({re.sub(r"\D", "", narrow(cell))[:6] for cell in cells})
    weight = min(len(cells), _EFFECTIVE, 4 + 2 * prefixes)
    nats = weight * (valid * _VALID + (1 - valid) * _INVALID)
    others = [_own(other, region) is not None for cell in cells for other in _others(narrow(cell))]
    taken = max(sum(others) / len(others), _LEAST) if others else 1.0
    nats -= min(prefixes, _DENSITY) * valid * log(taken)
    nats += _habits(cells, own, region) + (_areas(cells) if forms_of(region).areas else 0.0)
    return PlanFit(nats, valid)


def valid_share(cells: Sequence[str], region: str) -> float:
    """The share of the cells that are valid numbers of a region."""
    return sum(_own(narrow(cell), region) is not None for cell in cells) / len(cells)


def _own(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number of the region's own country that a text is, by the rules that read it where there are some."""
    if forms_of(region).by_rule:
        key = phone_key(text, region)
        return (
            _parsed(f"+{key}", "ZZ", possible=True)
            if key is not None and str(key).startswith(str(_code(region)))
            else None
        )
    number = _parsed(text, region)
    if number is None or number.country_code != _code(region):
        return None
    digits = re.sub(r"\D", "", text)
    coded = _parsed(f"+{digits}", "ZZ") if digits.startswith(str(_code(region))) else None
    return number if coded is None or coded.national_number == number.national_number else None  # either may be meant


@lru_cache(maxsize=512)
def _code(region: str) -> int:
    return int(phonenumbers.country_code_for_region(region))


def _habits(cells: Sequence[str], numbers: Sequence[phonenumbers.PhoneNumber | None], region: str) -> float:
    """Nats for grouping digits as the country does, against leaving out the 0 in front, and for country codes."""
    grouped = alike = exact = trunkless = coded = 0
    metadata = PhoneMetadata.metadata_for_region(region, None)
    trunk = metadata.national_prefix if metadata is not None else None
    for cell, number in zip(cells, numbers, strict=True):
        if number is None:
            continue
        text = narrow(cell)
        digits = re.sub(r"\D", "", text)
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        if len(digits) < len(text):
            grouped += 1
            alike += _groups(text) == _groups(national)
            exact += text == national
        if digits.startswith(str(number.country_code)) and len(digits) > len(re.sub(r"\D", "", national)):
            coded += 1
        elif trunk == "0" and national.lstrip("(").startswith("0") and not digits.startswith("0"):
            trunkless += 1
    good = sum(number is not None for number in numbers)
    nats = (_GROUPED * alike + _EXACT * exact) / grouped if grouped else 0.0
    nats -= _NO_TRUNK * trunkless / good
    return nats + (_CODED if coded >= 0.9 * good else 0.0)


def _areas(cells: Sequence[str]) -> float:
    """Nats for landlines of several areas, each as long as its area's are; mobile numbers among them do not matter."""
    digits = [re.sub(r"\D", "", narrow(cell)) for cell in cells]
    lines = [text for text in digits if not re.fullmatch(r"(?:86)?1[3-9]\d{9}", text)]
    right = {text for text in lines if text.startswith("0") and re.match(allocated(), text[1:])}
    if sum(text in right for text in lines) < _OF_AREAS * len(lines) or len({text[1] for text in right}) < _REGIONS:
        return 0.0
    return _AREA * min(_AREAS, len({text[:4] for text in right}))


def _groups(text: str) -> tuple[int, ...]:
    return tuple(len(run) for run in re.findall(r"\d+", text))


def _others(text: str) -> list[str]:
    """The text with other digits behind its first three."""
    rng = random.Random(text)  # noqa: S311 - the same cells give the same answer
    places = [at for at, char in enumerate(text) if char.isdigit()][3:]
    made = []
    for _ in range(2):
        chars = list(text)
        for at in places:
            chars[at] = rng.choice("0123456789")
        made.append("".join(chars))
    return made


@lru_cache(maxsize=20_000)
def _parsed(text: str, region: str, *, possible: bool = False) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, None if region == "ZZ" else region)
    except NumberParseException:
        return None
    return number if possible or is_valid(number) else None
