"""Which country's numbers a column holds, where none was given: the numbers' plans together with all signs of the case.

A column of Chinese mobile numbers in a table that says nothing else is Chinese at a look. For any other, each country
gets nats for the numbers, for the table's signs, for what the lists around it are, and for its size; one that leads
clearly is used and shown, else the likeliest are asked about. It is better to ask than to read the numbers of one
country as those of another.
"""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module
from math import log
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple

import opencc
import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, PhoneNumberType

from tracer.documents import toml_of
from tracer.identify.number_forms import allocated_numbers, countries, forms_of
from tracer.identify.phone import INTERNATIONAL, as_today, candidates, is_valid, phone_key
from tracer.lists.read import cells
from tracer.lists.read.cells import numbers_in, unlabelled_cell
from tracer.lists.read.encoding import letters_of
from tracer.lists.read.model import ColumnRole, ReadOptions
from tracer.lists.read.words import heading_meaning, is_contact, is_vague, languages_of, plain

# How well the numbers of a column fit each country: by libphonenumber's plans, and by how the country writes them. A
# country whose plan takes nearly any digits gains little by taking these: each cell is also tried with other digits
# after its first ones, and what a plan takes of those counts against it.

_LOOKS = re.compile(
    r"[(\[]?\+?[\d(\[][\d\s()\[\].+/\u00a0\u2010-\u2015'\u2019-]{4,24}\d(?:\s*(?:ext|x|доб|int|app|poste|dw)\.?\s*\d{1,5})?",
    re.IGNORECASE,
)
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_EXPONENT = re.compile(r"(\d)[.,](\d{7,14})E\+?(\d\d)", re.IGNORECASE)
_FLOAT = re.compile(r"^(\+?\d{6,15})\.0+$")
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
_LEAST = 0.03  # the smallest share of other digits that a plan is held to take
_DENSITY = 8  # cells whose narrowness of plan counts
_GROUPED, _EXACT = 4.0, 2.0
_NO_TRUNK = 2.0
_CODED_NUMBER = 3.0
_OF_AREAS = 0.95  # share of the cells that must be landlines with the length of their area
_AREA = 1.2
"""Nats of an area code that is followed by as many digits as belong to it: elsewhere a third of all numbers look so."""
_OF_NOBODY = frozenset(
    (
        *(PhoneNumberType.PREMIUM_RATE, PhoneNumberType.TOLL_FREE, PhoneNumberType.SHARED_COST),
        *(PhoneNumberType.UAN, PhoneNumberType.PAGER, PhoneNumberType.VOICEMAIL),
    )
)
"""Kinds of numbers that no list of people is made of: that they fit says nothing for a country."""
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN)
_SEVERAL = 0.03  # share of a column's numbers that must be of other countries than most
_AREAS, _REGIONS = 10, 3
"""Area codes that count at most, and first digits of them that there must be: one town may be of another country."""


class PlanFit(NamedTuple):
    """How a column's bare numbers fit a country: the weight of all, and the share that is valid."""

    nats: float
    valid: float


def looks_like_number(cell: str) -> bool:
    """Whether a cell may be a telephone number of some country: 7 to 15 digits with what divides them; no IP address,
    no date.
    """
    text = _plain_number(cell)
    digits = sum(char.isdigit() for char in text)
    if not 7 <= digits <= 20 or _LOOKS.fullmatch(text) is None or _DATE.fullmatch(text):
        return False
    return _IPV4.fullmatch(text) is None or _PAIRS.fullmatch(text) is not None


def _plain_number(cell: str) -> str:
    """The number of a cell, without the `.0` of one that was a float, and without an exponent that has lost nothing."""
    text = _FLOAT.sub(r"\1", unlabelled_cell(cell))
    found = _EXPONENT.fullmatch(text)
    return found[1] + found[2] if found is not None and len(found[2]) == int(found[3]) else text


def is_bare(cell: str) -> bool:
    """Whether a number is written without a plus or 00 in front of a country code."""
    return not unlabelled_cell(cell).lstrip("(").startswith(("+", "00"))


def _coded_country(cell: str) -> str | None:
    """The country of a number that is written with its country code, as the first region that has the code."""
    text = unlabelled_cell(cell).lstrip("(")
    text = "+" + text[2:] if text.startswith("00") else text
    number = _parsed_number(text, "ZZ") if text.startswith("+") else None
    return phonenumbers.region_code_for_country_code(number.country_code or 0) if number is not None else None


@lru_cache(maxsize=1024)
def _fits(bare: tuple[str, ...], home: str) -> dict[str, PlanFit]:
    """How bare cells fit each country in which half of some of them are valid; and home."""
    few, looked = spread_evenly(bare, _FIRST), spread_evenly(bare, CELLS)
    possible = [home, *(code for code in COUNTRIES if code != home and valid_share(few, code) >= _HALF)]
    return {region: fit(looked, region) for region in possible}


def fit(cells: Sequence[str], region: str) -> PlanFit:
    """How bare cells fit a region. The same cells give the same answer."""
    cells = [_plain_number(cell) for cell in cells]
    digits = [re.sub(r"\D", "", cell) for cell in cells]
    own = [_own(cell, region) for cell in cells]
    valid = sum(number is not None for number in own) / len(cells)
    if valid == 0:
        return PlanFit(_EFFECTIVE * _INVALID, 0.0)
    prefixes = len({text[:6] for text in digits})
    nats = min(len(cells), _EFFECTIVE, 4 + 2 * prefixes) * (valid * _VALID + (1 - valid) * _INVALID)
    others = [_own(other, region) is not None for cell in cells for other in _others(cell)]
    taken = max(sum(others) / len(others), _LEAST) if others else 1.0
    nats -= min(prefixes, _DENSITY) * valid * log(taken)
    nats += _habits(cells, own, region)
    if forms_of(region).areas:
        # Landlines of several areas, each as long as its area's are; mobile numbers among them do not matter.
        lines = [text for text in digits if not re.fullmatch(r"(?:86)?1[3-9]\d{9}", text)]
        right = {text for text in lines if text.startswith("0") and re.match(allocated_numbers(), text[1:])}
        regions = len({text[1] for text in right})
        if sum(text in right for text in lines) >= _OF_AREAS * len(lines) and regions >= _REGIONS:
            nats += _AREA * min(_AREAS, len({text[:4] for text in right}))
    return PlanFit(nats, valid)


def valid_share(cells: Sequence[str], region: str) -> float:
    """The share of the cells that are valid numbers of a region."""
    return sum(_own(_plain_number(cell), region) is not None for cell in cells) / len(cells)


def _own(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number of the region's own country that a text is, by the rules that read it where there are some."""
    code = str(_code(region))
    if forms_of(region).by_rule:
        key = phone_key(text, region)
        return _parsed_number(f"+{key}", "ZZ", possible=True) if str(key or "").startswith(code) else None
    digits = re.sub(r"\D", "", text)
    number = _parsed_number(text, region)
    if number is None and (today := as_today(digits, region)) is not None:
        number = _parsed_number(today, region)
    if number is None or number.country_code != _code(region):
        return None
    coded = _parsed_number(f"+{digits}", "ZZ") if digits.startswith(code) else None
    if coded is None or coded.national_number == number.national_number:
        return number
    return coded if phonenumbers.number_type(coded) == PhoneNumberType.MOBILE else None  # either may be meant


@lru_cache(maxsize=512)
def _code(region: str) -> int:
    return int(phonenumbers.country_code_for_region(region))


def _habits(cells: Sequence[str], numbers: Sequence[phonenumbers.PhoneNumber | None], region: str) -> float:
    """Nats for grouping digits as the country does, against leaving out the 0 in front, and for country codes."""
    grouped = alike = exact = trunkless = coded = 0
    metadata = PhoneMetadata.metadata_for_region(region, None)
    trunk = metadata.national_prefix if metadata is not None else None
    for text, number in zip(cells, numbers, strict=True):
        if number is None:
            continue
        digits = re.sub(r"\D", "", text)
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        if len(digits) < len(text):
            grouped += 1
            one, other = ([len(run) for run in re.findall(r"\d+", written)] for written in (text, national))
            alike += one == other
            exact += text == national
        if digits.startswith(str(number.country_code)) and len(digits) > len(re.sub(r"\D", "", national)):
            coded += 1
        elif trunk == "0" and national.lstrip("(").startswith("0") and not digits.startswith("0"):
            trunkless += 1
    good = sum(number is not None for number in numbers)
    nats = (_GROUPED * alike + _EXACT * exact) / grouped if grouped else 0.0
    nats -= _NO_TRUNK * trunkless / good
    return nats + (_CODED_NUMBER if coded >= 0.9 * good else 0.0)


def _others(text: str) -> list[str]:
    """The text with other digits after its first three, twice."""
    rng = random.Random(text)  # noqa: S311 - the same cells give the same answer
    made = []
    for _ in range(2):
        seen = itertools.count(1)
        made.append("".join(rng.choice("0123456789") if char.isdigit() and next(seen) > 3 else char for char in text))
    return made


@lru_cache(maxsize=20_000)
def _parsed_number(text: str, region: str, *, possible: bool = False) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, None if region == "ZZ" else region)
    except NumberParseException:
        return None
    if possible:
        return number
    kind = phonenumbers.number_type(number)
    return number if (is_valid(number) if kind == PhoneNumberType.UNKNOWN else kind not in _OF_NOBODY) else None


# What a table says about its country apart from the numbers: headings, letters, towns, names of countries, mails.
# Each sign weighs for or against a country, in nats and with a bound, so that no single habit outweighs the numbers.

COUNTRIES: tuple[str, ...] = tuple(countries())
"""The countries that are distinguished (ISO 3166 alpha-2); each stands for those that share its numbering plan."""
_LANGUAGES = {code: own.languages for code, own in countries().items()}
_COUNTRY_NAMES = {plain(name): code for code, own in countries().items() for name in own.names}
_COUNTRY_NAMES |= {code.lower(): code for code in COUNTRIES}
_TABLE: dict[str, Any] = toml_of((Path(__file__).parent / "country_signs.toml").read_text("utf-8"))
_OWN_USE, _MONEY = frozenset(_TABLE["own_use"].split()), _TABLE["money"]
_MAIL = re.compile(r"@[^\s@,;<>]+\.([a-z]{2,})$", re.IGNORECASE)
_MOST = 8  # nats that one kind of sign may weigh
_ACCENT = 0.5  # nats against a language for each cell with a letter that it lacks
_JAPANESE, _BOTH_FORMS = frozenset(_TABLE["japanese"]), dict.fromkeys(map(ord, _TABLE["both_forms"]))
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SCRIPTS = {
    "ko": re.compile(r"[\uac00-\ud7a3]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "hi": re.compile(r"[\u0900-\u097f]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
}
"""Languages that are known by their script."""
_EVERY = frozenset(language for own in _LANGUAGES.values() for language in own)
_SIGN = "|".join(map(re.escape, _MONEY))
_AMOUNT = re.compile(rf"(?:\b([A-Z]{{2}})[A-Z]|({_SIGN}))\.?\s?\d|\d\s?(?:([A-Z]{{2}})[A-Z]\b|({_SIGN}))")
"""An amount in some country's money: ISO 4217 begins with the country's code."""
_PEOPLE = (
    "first_names",
    "first_names_male",
    "first_names_female",
    "last_names",
    "last_names_male",
    "last_names_female",
)
_LIKE_OTHERS = 0.8
"""Worth of names known in a country that speaks the same language, for a country whose own names are not known."""


def _signs(headings: Sequence[str], cells: Sequence[str], place: str) -> dict[str, float]:
    """Nats for each country of `COUNTRIES`: `cells` are of the columns that hold no numbers, `place` is what the file
    and the sheet are called."""
    words = [word for word in re.split(r"[\W\d_]+", place) if len(word) > 2]
    spoken = languages_of((*headings, *words))
    unheard = min(spoken.values(), default=0.0)
    written = _letters((*headings, *words, *cells))
    mails: defaultdict[str, float] = defaultdict(float)
    for found, cell in ((_MAIL.search(cell.strip()), cell) for cell in cells):
        if found is not None:
            code = _TABLE["providers"].get(cell.rpartition("@")[2].strip().lower(), found[1].upper())
            code = _TABLE["twins"].get(code, code)
            mails[code] += 0.3 if code in _OWN_USE else 1.0
    money: Counter[str] = Counter(
        code or after or _MONEY[sign or sign_after]
        for cell in (*headings, *cells)
        for code, sign, after, sign_after in _AMOUNT.findall(cell)
    )
    weights: dict[str, float] = {}
    for code in COUNTRIES:
        own = _LANGUAGES[code]
        weights[code] = max(*(spoken.get(language, unheard) for language in own), -_MOST)
        weights[code] += max(*(written.get(language, 0.0) for language in own), -_MOST)
    for sign in (_towns(cells), _towns(words), _shares(mails), _shares(money)):
        for code, weight in sign.items():
            weights[code] += min(weight, _MOST)
    return weights


def scripts_of(texts: Iterable[str]) -> frozenset[str]:
    """The scripts beyond Latin in some texts: `han`, `kana`, `traditional`, `simplified`, or `other`."""
    found: set[str] = set()
    for text in texts:
        if text.isascii():
            continue
        if _KANA.search(text):
            found.add("kana")
        if _HAN.search(text):
            found |= {"han", *_chinese_forms(text)}
        elif any(ord(char) > 0x24F and char.isalpha() for char in text):
            found.add("other")
    return frozenset(found)


_converter = cache(opencc.OpenCC)


def _chinese_forms(text: str) -> set[str]:
    text = text.translate(_BOTH_FORMS)
    ways = (("traditional", "t2s"), ("simplified", "s2t"))
    return {form for form, way in ways if _converter(way).convert(text) != text}


def _letters(texts: Sequence[str]) -> dict[str, float]:
    """Nats against languages that lack letters of the texts; for Chinese and Japanese also by their characters."""
    against = dict.fromkeys(_EVERY, 0.0)
    looked = [unicodedata.normalize("NFC", text).casefold() for text in texts if not text.isascii()]
    for text in looked[:200]:
        letters = {char for char in text if char.isalpha() and char > "\x7f"} - {"ª", "º"}
        if not letters:
            continue
        if _HAN.search(text) or _KANA.search(text):
            forms = _chinese_forms(text)
            lacking = dict.fromkeys(_EVERY - {"ja", "zh-hans", "zh-hant"}, _ACCENT)
            if _KANA.search(text) or _JAPANESE & set(text) or forms == {"traditional", "simplified"}:
                lacking |= {"zh-hans": _ACCENT, "zh-hant": _ACCENT}
            elif forms:
                lacking |= {"zh-hans" if "traditional" in forms else "zh-hant": _ACCENT, "ja": _ACCENT / 2}
        else:
            own = next((language for language, script in _SCRIPTS.items() if script.search(text)), None)
            known = {own} if own is not None else {one for one in _EVERY if letters <= letters_of(one)}
            lacking = dict.fromkeys(_EVERY - known, _ACCENT)
        for language, nats in lacking.items():
            against[language] = against.get(language, 0.0) + nats
    least = min((against[language] for language in _EVERY), default=0.0)
    return {language: least - against[language] for language in _EVERY}


@cache
def _places() -> dict[str, frozenset[str]]:
    """Plain name of a town or country to the countries that have it."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for code, own in countries().items():
        for place in (*own.towns, *own.names):
            known[plain(place)].add(code)
    return {place: frozenset(codes) for place, codes in known.items()}


def _towns(cells: Sequence[str]) -> dict[str, float]:
    """Countries and the weight of their towns and names, by the share of cells, so that a foreign customer costs
    little."""
    counted: Counter[str] = Counter()
    seen = 0
    for cell in cells:
        pieces = {plain(cell), *(plain(piece) for piece in re.split(r"[,;/]|\s+\d+", cell))} - {""}
        codes = set().union(*(_places().get(piece, frozenset()) for piece in pieces))
        seen += bool(codes)
        counted.update(codes)
    return {code: _MOST * n / seen * min(1.0, seen / 8) for code, n in counted.items()}


def _shares(counted: Mapping[str, float]) -> dict[str, float]:
    """Countries and the weight of a sign by its share; less where few say so."""
    known = {code: n for code, n in counted.items() if code in _LANGUAGES}
    total = sum(known.values())
    return {code: _MOST * n / total * min(1.0, n / 4) for code, n in known.items()}


@cache
def _people() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Name of a person in lower case to the countries where people are called so; and all these countries."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    arabic = [code for code in COUNTRIES if _LANGUAGES[code][0] == "ar"]
    for module in iter_modules(import_module("faker.providers.person").__path__):
        _, _, code = module.name.partition("_")
        codes = arabic if code == "AA" else [code] if code in _LANGUAGES else []
        provider = import_module(f"faker.providers.person.{module.name}").Provider if codes else None
        for part in _PEOPLE:
            names = getattr(provider, part, ())
            for name in () if isinstance(names, property) else names:
                known[name.casefold()].update(codes)
    return {name: frozenset(codes) for name, codes in known.items()}, frozenset().union(*known.values())


def _names(cells: Sequence[str]) -> dict[str, float]:
    """Nats for each country whose people are called as people in these cells are."""
    known, countries_known = _people()
    words = {word for cell in cells for word in re.findall(r"[^\W\d_]{2,}", cell.casefold())}
    named = [known[word] for word in words if known.get(word)]
    counted = Counter(code for codes in named for code in codes)
    nats: dict[str, float] = {}
    for code in COUNTRIES if named else ():
        share: float = counted[code]
        if code not in countries_known:
            alike = (counted[other] for other in countries_known if {*_LANGUAGES[other]} & {*_LANGUAGES[code]})
            share = _LIKE_OTHERS * max(alike, default=0)
        nats[code] = _MOST * share / len(named) * min(1.0, len(named) / 8)
    return nats


CLEAR = 4.5
"""Nats by which a country must lead the next: 99 : 1; and twice what the signs say more for another one."""
_FITS = 0.8  # share of the cells that must be valid in the country that leads
_FAR_AHEAD = 12.0  # nats by which one must lead where it is half of them: some are of other countries
_BY_CONTENT = 0.9  # the same where no heading says that the column holds numbers
_LONG = 9  # digits from which a column under no heading may be one of numbers
_HALF = 0.5
_HOME = 1.5  # nats for the case's own region
_SAME_TABLE = 3.0  # nats for the region of another column of the table
_SIZE = 0.5  # nats for a country that has e times as many people: as many more lists are of it
_SELDOM = 0.05  # lists around that a country without any counts as having
_CODED, _CODED_MOST = 2.0, 6.0
_CONTRARY = 6.0  # nats of signs for another country from which numbers alone do not decide
_FIRST = 12  # cells by which countries are left out at first
_SIGNS = 150  # cells of a column that are looked through for signs
_ASKED = 3  # countries that are named in a question


def with_regions(
    roles: Sequence[ColumnRole],
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    options: ReadOptions,
    place: str = "",
) -> tuple[ColumnRole, ...]:
    """The columns with the region of each column of numbers, or with the likeliest ones where that is in doubt; one
    whose cells are clearly a country's numbers is taken for numbers where nothing else identifies, though no heading
    says so.

    The case's own region needs no sign. Columns whose numbers all have a country code need none.
    """
    home, found = options.region, list(roles)
    asked = {at: one for at, one in _bare_numbers(roles, header, sample, home).items() if one[0]}
    if not asked:
        return tuple(roles)
    # Nats for each country by everything but the bare numbers: by the table itself (its cells without a number, of the
    # columns that hold none, and the codes of other numbers); and by other lists, by being home, and by its size.
    looked = [(column.role == "phone", cell) for column in roles for cell in sample[column.position][:_SIGNS]]
    texts = [cell for phone, cell in looked if not phone and not looks_like_number(cell)]
    table = _signs([heading for heading in header if heading], texts, place)
    coded = Counter(_coded_country(cell) for phone, cell in looked if phone and not is_bare(cell))
    table |= {code: table.get(code, 0.0) + min(_CODED_MOST, _CODED * n) for code, n in coded.items() if code}
    around = defaultdict[str, float](float, {code: log(1 + n / _SELDOM) for code, n in options.around().items()})
    around[home] += _HOME
    for code, own in countries().items():
        around[code] += _SIZE * log(own.people)
    for step in (1, 2, 3):  # what one column says of the table helps the next, and so do people's names
        for at, (bare, least) in asked.items():
            if found[at].region is None:
                region, likely = _decided_region(bare, table, around, home, least)
                if _are_international(bare, region):
                    region, likely = INTERNATIONAL, ()
                phone, of_some = roles[at].role == "phone", region is not None or bool(likely)
                named = (phone or of_some) if least == _FITS else (len(roles) == 1 and bool(likely))
                if named or (region is not None and (len(roles) == 1 or _can_be_called(bare, region))):
                    how = roles[at].how if phone else "content"
                    found[at] = replace(roles[at], role="phone", how=how, region=region, doubt=likely)
        if all(found[at].region is not None for at in asked):
            break
        known = {column.region for column in found if column.region not in (None, INTERNATIONAL)}
        more = dict.fromkeys(filter(None, known), _SAME_TABLE) if step == 1 else _names(texts)
        table |= {code: table.get(code, 0.0) + nats for code, nats in more.items()}
    # A few bare numbers among others with a code are of the country of these.
    for at, column in enumerate(found):
        held = [cell for cell in sample[column.position] if looks_like_number(cell)] if column.doubt else []
        coded = Counter(filter(None, (_coded_country(cell) for cell in held if not is_bare(cell))))
        if held and coded.total() >= _HALF * len(held):
            found[at] = replace(column, region=max(coded, key=lambda code: (coded[code], code)), doubt=())
    # Where the rows say their country themselves, it is that of most of them; those of others are read by their own.
    for column_cells in sample if any(found[at].doubt for at in asked) else ():
        counted = Counter(map(country_named, column_cells))
        if len(counted) > 1 and counted[None] < (1 - _BY_CONTENT) * len(column_cells):
            most = max(filter(None, counted), key=lambda code: (counted[code], code))
            found = [replace(column, region=most, doubt=()) if column.doubt else column for column in found]
    return tuple(found)


def country_named(cell: str) -> str | None:
    """The country that a cell names, by its code or its name."""
    return _COUNTRY_NAMES.get(plain(cell))


def _bare_numbers(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> dict[int, tuple[list[str], float]]:
    """The bare numbers of each column whose country is to be found, and the share of them that must be its numbers."""
    asked: dict[int, tuple[list[str], float]] = {}
    for at, column in enumerate(roles):
        if column.role != "phone":
            continue
        numbers = [one for cell in sample[column.position] if not cells.is_mask(cell) for one in numbers_in(cell)]
        like = [cell for cell in numbers if looks_like_number(cell)]
        if len(like) < _HALF * len(numbers):  # they are amid words: these numbers are of some country, too
            like += [one for cell in numbers if not looks_like_number(cell) for one in candidates(cell)]
        bare = list(dict.fromkeys(cell for cell in like if is_bare(cell)))
        if bare and not _is_home_at_a_look(bare, numbers, header, sample, home):
            asked[at] = bare, _FITS
    called = any(column.role in ("phone", "phone_mask") for column in roles)
    asked |= _under_open_words(roles, sample, called=called)
    if called:
        return asked
    for at, column in enumerate(roles):
        held = sample[column.position]
        unnamed = column.role in ("other", "id") and column.how == "content" and heading_meaning(column.header) is None
        if not held or not unnamed or at in asked:
            continue
        # Nearly all cells must look like numbers, and most like telephone numbers: not like ids, if not alone.
        texts = [_plain_number(cell) for cell in held]
        like_numbers = sum(map(looks_like_number, texts)) >= _BY_CONTENT * len(held)
        written = sum(not text.isdigit() or text.startswith("0") or len(text) >= _LONG for text in texts)
        if like_numbers and (len(roles) == 1 or written >= _HALF * len(held)):
            asked[at] = [cell for cell in dict.fromkeys(held) if is_bare(cell)], _BY_CONTENT
    return asked


_DISTINCT = 0.9  # share of a column's cells that differ, where they are a number each
_EVEN, _DENSE = 8, 100
"""Steps of ids: the longest by the middle one, and their mean, up to which numbers were given one after the other."""


def are_no_ids(held: Sequence[str]) -> bool:
    """Whether nearly all cells look like telephone numbers, few come twice, and none was given after the other."""
    numbers = [int(re.sub(r"\D", "", _plain_number(cell))) for cell in held if looks_like_number(cell)]
    if len(numbers) < _BY_CONTENT * len(held) or len(set(numbers)) < max(2, _DISTINCT * len(numbers)):
        return False
    steps = sorted(later - first for first, later in itertools.pairwise(numbers))
    upwards, even = steps[0] >= 0, steps[-1] <= _EVEN * steps[len(steps) // 2]
    return not (upwards and even) and max(numbers) - min(numbers) >= _DENSE * len(numbers)


def regions_speaking(languages: Collection[str]) -> list[str]:
    """The countries that speak one of these languages."""
    return [code for code in COUNTRIES if {*_LANGUAGES[code]} & {*languages}]


def could_be_called(held: Sequence[str], regions: Iterable[str]) -> bool:
    """Whether most cells are as long as telephone numbers of one of these regions are, and are not ids."""

    def fits(cell: str, region: str) -> bool:
        if forms_of(region).by_rule:
            return cells.is_phone(cell, region)
        number = _parsed_number(_plain_number(cell), region, possible=True)
        if number is None or number.country_code != _code(region):
            return False
        return phonenumbers.is_possible_number(number)

    looked = spread_evenly(held, CELLS)
    return are_no_ids(held) and any(
        sum(fits(cell, region) for cell in looked) >= _FITS * len(looked) for region in regions
    )


def _under_open_words(
    roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]], *, called: bool
) -> dict[int, tuple[list[str], float]]:
    """Columns as `_bare_numbers` gives them, of numbers that are not ids under a word for a contact, and under a
    word for any number unless the table has a column of numbers to call (`called`)."""
    asked: dict[int, tuple[list[str], float]] = {}
    for at, column in enumerate(roles):
        if column.role not in ("id", "name", "other") or column.how not in ("header", "content"):
            continue
        held = sample[column.position]
        contact = is_contact(column.header)
        if (contact or (not called and column.role == "id" and is_vague(column.header))) and are_no_ids(held):
            bare = [cell for cell in dict.fromkeys(held) if looks_like_number(cell) and is_bare(cell)]
            asked[at] = bare, _FITS if contact else _BY_CONTENT
    return asked


def _is_mobile(number: phonenumbers.PhoneNumber | None) -> bool:
    return number is not None and phonenumbers.number_type(number) in _MOBILE


def _can_be_called(bare: Sequence[str], region: str) -> bool:
    """Whether digits under no heading can hardly be anything but numbers: with signs between them, or mobile ones."""
    looked = [_plain_number(cell) for cell in spread_evenly(bare, CELLS)]
    sure = sum(
        not cell.isdigit()
        or cell.startswith("0")
        or (len(cell) > _LONG + 1 and cell.startswith(str(_code(region))))
        or _is_mobile(_own(cell, region))
        for cell in looked
    )
    return sure >= _HALF * len(looked)


def _are_international(bare: Sequence[str], region: str | None) -> bool:
    """Whether bare numbers are full ones of several countries that lack their plus: nearly all are valid so, most of
    them mobile, and no one country is meant by nearly all; nor are nearly all mobile numbers of the region."""
    looked = [_plain_number(cell) for cell in spread_evenly(bare, CELLS)]
    if region is not None and sum(_is_mobile(_own(cell, region)) for cell in looked) >= _OF_AREAS * len(looked):
        return False
    texts = (re.sub(r"\D", "", cell) for cell in looked)
    numbers = [None if text.startswith("0") else _parsed_number(f"+{text}", "ZZ") for text in texts]
    mobile = Counter(number.country_code for number in numbers if number is not None and _is_mobile(number))
    valid = sum(number is not None for number in numbers)
    several = mobile.total() - max(mobile.values(), default=0) >= _SEVERAL * len(looked)
    return several and valid >= _OF_AREAS * len(looked) and mobile.total() >= _FITS * len(looked)


def _decided_region(
    bare: Sequence[str], table: Mapping[str, float], around: Mapping[str, float], home: str, least: float
) -> tuple[str | None, tuple[str, ...]]:
    """The region of bare numbers; where it is in doubt, None and the likeliest ones."""
    fits = _fits(tuple(bare), home)
    nats = {region: fits[region].nats + (table.get(region, 0.0) + around.get(region, 0.0)) for region in fits}
    ranked = sorted(fits, key=lambda region: (-nats[region], region))
    best = ranked[0]
    favoured = max(table, key=lambda region: (table[region], region))
    against = table[favoured] - table.get(best, 0.0)
    if against >= _CONTRARY and favoured == home:
        return None, ()  # home's own numbers, written without what makes them whole
    lead = nats[best] - nats[ranked[1]] if len(ranked) > 1 else CLEAR
    least = _HALF if least == _FITS and lead >= _FAR_AHEAD else least
    if fits[best].valid >= least and lead >= CLEAR + 2 * against and against < _CONTRARY:
        return best, ()
    return None, tuple(region for region in ranked if fits[region].valid >= _HALF)[:_ASKED]


def spread_evenly(held: Sequence[str], most: int) -> list[str]:
    """At most so many of the cells, evenly from all."""
    step = max(1, len(held) // most)
    return list(held[::step][:most])


def _is_home_at_a_look(
    bare: Sequence[str], numbers: Sequence[str], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> bool:
    """Whether the numbers are home's, and nothing in the table is of another country: then no other is tried."""
    forms = forms_of(home)
    if not forms.at_a_look:
        return False
    # The numbers that have a form, separators taken off.
    compiled = re.compile(forms.at_a_look)
    mobiles = [cell for cell in bare if compiled.fullmatch(re.sub(r"[\s\-.()]", "", unlabelled_cell(cell)))]
    scripts = scripts_of((*header, *(cell for column in sample for cell in column[:20])))
    if len(mobiles) < _HALF * len(bare):
        own = forms.script in scripts and not scripts & {"traditional", "kana", "other"}
        return own and sum(cells.is_phone(cell, home) for cell in numbers) >= _HALF * len(numbers)
    foreign = [found for text in header if (found := heading_meaning(text)) is not None and "en" not in found.languages]
    if any(found.languages for found in foreign) or scripts & {"kana", "other"}:
        return False
    tried = spread_evenly(mobiles, CELLS)
    return "han" in scripts or not any(fit(tried, other).valid >= _FITS for other in forms.rivals)
