"""Which country's numbers a column holds, where none was given: the numbers' plans together with the table's signs.

A column of Chinese mobile numbers in a table that says nothing else is Chinese at a look. For any other, each country
gets nats for the numbers and for the signs; one that leads clearly is used and shown, else the two likeliest are asked
about. It is better to ask than to read the numbers of one country as those of another.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import log

import opencc
import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

from tracer.identify.number_forms import allocated, countries, forms_of
from tracer.identify.phone_rules import is_valid, phone_key
from tracer.lists.read import cells
from tracer.lists.read.cells import narrow, numbers_in
from tracer.lists.read.languages import languages_of, letters_of, meaning, plain
from tracer.lists.read.model import ColumnRole

# How well the numbers of a column fit each country: by libphonenumber's plans, and by how the country writes them. A
# country whose plan takes nearly any digits gains little by taking these: each cell is also tried with other digits
# behind its first ones, and what a plan takes of those counts against it.

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
_CODED_NUMBER = 3.0
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


def _areas(cells: Sequence[str]) -> float:
    """Nats for landlines of several areas, each as long as its area's are; mobile numbers among them do not matter."""
    digits = [re.sub(r"\D", "", narrow(cell)) for cell in cells]
    lines = [text for text in digits if not re.fullmatch(r"(?:86)?1[3-9]\d{9}", text)]
    right = {text for text in lines if text.startswith("0") and re.match(allocated(), text[1:])}
    if sum(text in right for text in lines) < _OF_AREAS * len(lines) or len({text[1] for text in right}) < _REGIONS:
        return 0.0
    return _AREA * min(_AREAS, len({text[:4] for text in right}))


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


# What a table says about its country apart from the numbers: headings, letters, towns, names of countries, mails.
# Each sign weighs for or against a country, in nats and with a bound, so that no single habit outweighs the numbers.

COUNTRIES: tuple[str, ...] = tuple(countries())
"""The countries that are distinguished (ISO 3166 alpha-2); each stands for those that share its numbering plan."""
_LANGUAGES = {code: own.languages for code, own in countries().items()}
_TWIN = {"CA": "US", "PR": "US", "KZ": "RU", "VA": "IT", "GG": "GB", "JE": "GB", "IM": "GB", "UK": "GB", "SU": "RU"}
"""Top-level domains of countries that share another's plan."""
_OWN_USE = frozenset({"CO", "IO", "ME", "TV", "AI", "CC", "WS", "FM", "LY", "GG", "IM"})
"""Country domains that the world uses as if they were none."""
_MAIL = re.compile(r"@[^\s@,;<>]+\.([a-z]{2,})$", re.IGNORECASE)
_PROVIDERS = {
    "qq.com": "CN", "163.com": "CN", "126.com": "CN", "sina.com": "CN", "foxmail.com": "CN", "naver.com": "KR",
    "hanmail.net": "KR", "gmx.net": "DE",
}  # fmt: skip
"""Mail providers of one country under domains of none."""
_MOST = 8
"""Nats that one kind of sign may weigh."""
_ACCENT = 0.5
"""Nats against a language for each cell with a letter that it lacks."""
_JAPANESE = frozenset("込畑働枠塀県駅円沢浜広桜渋斎辺徳恵売気塩齢歳児応観労竜栄単戦択薬")
_BOTH_FORMS = dict.fromkeys(map(ord, "台里后余松范谷面干么云"))
"""Characters that are traditional ones of their own, too."""
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_THAI = re.compile(r"[\u0e00-\u0e7f]")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_GEORGIAN = re.compile(r"[\u10a0-\u10ff]")
_EVERY = frozenset(language for own in _LANGUAGES.values() for language in own)
_SCRIPTS = (("ko", _HANGUL), ("th", _THAI), ("hi", _DEVANAGARI), ("ka", _GEORGIAN))


def signs(headings: Sequence[str], cells: Sequence[str]) -> dict[str, float]:
    """Nats for each country of `COUNTRIES`: `cells` are of the columns that hold no numbers."""
    weights: dict[str, float] = dict.fromkeys(COUNTRIES, 0.0)
    spoken = languages_of(headings)
    unheard = min(spoken.values(), default=0.0)
    written = _letters((*headings, *cells))
    for code in COUNTRIES:
        own = _LANGUAGES[code]
        weights[code] += max(*(spoken.get(language, unheard) for language in own), -_MOST)
        weights[code] += max(*(written.get(language, 0.0) for language in own), -_MOST)
    for code, weight in (*_towns(cells), *_mails(cells)):
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
            found.add("han")
            found |= _chinese_forms(text)
        elif any(ord(char) > 0x24F and char.isalpha() for char in text):
            found.add("other")
    return frozenset(found)


@cache
def _converters() -> tuple[opencc.OpenCC, opencc.OpenCC]:
    return opencc.OpenCC("t2s"), opencc.OpenCC("s2t")


def _chinese_forms(text: str) -> set[str]:
    to_simple, to_traditional = _converters()
    text = text.translate(_BOTH_FORMS)
    forms = set()
    if to_simple.convert(text) != text:
        forms.add("traditional")
    if to_traditional.convert(text) != text:
        forms.add("simplified")
    return forms


def _letters(texts: Sequence[str]) -> dict[str, float]:
    """Nats against languages that lack letters of the texts; for Chinese and Japanese also by their characters."""
    against: defaultdict[str, float] = defaultdict(float)
    looked = [unicodedata.normalize("NFC", text).casefold() for text in texts if not text.isascii()]
    for text in looked[:200]:
        letters = {char for char in text if char.isalpha() and char > "\x7f"} - {"ª", "º"}
        if not letters:
            continue
        if _HAN.search(text) or _KANA.search(text):
            _east_asian(text, against)
            continue
        own = next((language for language, script in _SCRIPTS if script.search(text)), None)
        for language in _EVERY:
            lacks = language != own if own is not None else not letters <= letters_of(language)
            against[language] += _ACCENT if lacks else 0.0
    least = min((against[language] for language in _EVERY), default=0.0)
    return {language: least - against[language] for language in _EVERY}


def _east_asian(text: str, against: defaultdict[str, float]) -> None:
    forms = _chinese_forms(text)
    kana = bool(_KANA.search(text)) or bool(_JAPANESE & set(text)) or forms == {"traditional", "simplified"}
    for language in _EVERY - {"ja", "zh-hans", "zh-hant"}:
        against[language] += _ACCENT
    if kana:
        against["zh-hans"] += _ACCENT
        against["zh-hant"] += _ACCENT
    elif "traditional" in forms:
        against["zh-hans"] += _ACCENT
        against["ja"] += _ACCENT / 2
    elif "simplified" in forms:
        against["zh-hant"] += _ACCENT
        against["ja"] += _ACCENT / 2


@cache
def _places() -> dict[str, frozenset[str]]:
    """Plain name of a town or country to the countries that have it."""
    known: dict[str, set[str]] = {}
    for code, own in countries().items():
        for place in (*own.towns, *own.names):
            known.setdefault(plain(place), set()).add(code)
    return {place: frozenset(codes) for place, codes in known.items()}


def _towns(cells: Sequence[str]) -> list[tuple[str, float]]:
    """Countries and the weight of their towns and names, in nats.

    It goes by the cells' shares, so that a foreign customer costs little.
    """
    counted: Counter[str] = Counter()
    seen = 0
    for cell in cells:
        pieces = {plain(cell), *(plain(piece) for piece in re.split(r"[,;/]|\s+\d+", cell))} - {""}
        codes = set().union(*(_places().get(piece, frozenset()) for piece in pieces))
        seen += bool(codes)
        for code in codes:
            counted[code] += 1
    return [(code, _MOST * n / seen * min(1.0, seen / 8)) for code, n in counted.items()] if seen else []


def _mails(cells: Sequence[str]) -> list[tuple[str, float]]:
    """Countries and the weight of the top-level domains of the mail addresses among the cells, in nats."""
    counted: defaultdict[str, float] = defaultdict(float)
    for cell in cells:
        found = _MAIL.search(cell.strip())
        if found is None:
            continue
        code = _PROVIDERS.get(cell.rpartition("@")[2].strip().lower(), found[1].upper())
        code = _TWIN.get(code, code)
        if code in _LANGUAGES:
            counted[code] += 0.3 if code in _OWN_USE else 1.0
    total = sum(counted.values())
    return [(code, _MOST * n / total * min(1.0, n / 4)) for code, n in counted.items()] if total else []


CLEAR = 4.5
"""Nats by which a country must lead the next: 99 : 1; and twice what the signs say more for another one."""
_FITS = 0.8
"""Share of the cells that must be valid in the country that leads."""
_BY_CONTENT = 0.9
"""The same where no heading says that the column holds numbers."""
_HALF = 0.5
_HOME = 1.5
"""Nats for the case's own region."""
_BESIDE = 3.0
"""Nats for the region of another column of the table."""
_CODED = 1.0
_CODED_MOST = 6.0
_CONTRARY = 6.0
"""Nats of signs for another country from which numbers alone do not decide."""
_FIRST = 12
"""Cells by which countries are left out at first."""
_SIGNS = 150
"""Cells of a column that are looked through for signs."""


def with_regions(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> tuple[ColumnRole, ...]:
    """The columns with the region of each column of numbers, or with the likeliest ones where that is in doubt.

    `home`: the case's region, which needs no sign. Columns whose numbers all have a country code need none.
    """
    found = list(roles)
    asked: dict[int, list[str]] = {}
    for at, column in enumerate(roles):
        if column.role != "phone":
            continue
        numbers = [one for cell in sample[column.position] if not cells.is_mask(cell) for one in numbers_in(cell)]
        bare = list(dict.fromkeys(cell for cell in numbers if is_bare(cell) and looks_like_number(cell)))
        if not bare or _is_home_at_a_look(bare, numbers, header, sample, home):
            continue
        asked[at] = bare
    if not asked:
        return tuple(found)
    weighed = _weighed(roles, header, sample, home)
    for _ in range(2):  # what one column says of the table helps the next
        for at, bare in asked.items():
            if found[at].region is None:
                region, likely = decide(bare, weighed, home)
                found[at] = replace(roles[at], region=region, doubt=likely)
        for region in {column.region for column in found if column.region is not None}:
            weighed = {**weighed, region: weighed.get(region, 0.0) + _BESIDE}
    return tuple(found)


def by_content(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> tuple[ColumnRole, ...]:
    """The columns, with one whose cells are clearly a country's numbers taken for numbers though no heading says so."""
    found = list(roles)
    weighed: dict[str, float] | None = None
    for at, column in enumerate(roles):
        held = sample[column.position]
        if column.role not in ("other", "id") or column.how != "content" or not held:
            continue
        alone = len(roles) == 1
        if meaning(column.header) is not None or not _all_like_numbers(held, alone=alone):
            continue
        if weighed is None:
            weighed = _weighed(roles, header, sample, home)
        region, likely = decide(list(dict.fromkeys(held)), weighed, home, least=_BY_CONTENT)
        if region is not None or (alone and likely):
            found[at] = replace(column, role="phone", region=region, doubt=likely)
    return tuple(found)


def _all_like_numbers(held: Sequence[str], *, alone: bool) -> bool:
    """Whether nearly all cells look like numbers, and most like telephone numbers: not like ids, if not alone."""
    like = sum(looks_like_number(cell) for cell in held)
    written = sum(not narrow(cell).isdigit() or narrow(cell).startswith("0") for cell in held)
    return like >= _BY_CONTENT * len(held) and (alone or written >= 0.5 * len(held))


def decide(
    bare: Sequence[str], weighed: dict[str, float], home: str, *, least: float = _FITS
) -> tuple[str | None, tuple[str, ...]]:
    """The region of bare numbers; where it is in doubt, None and the likeliest ones."""
    looked = spread(bare, CELLS)
    few = spread(bare, _FIRST)
    possible = [home, *(code for code in COUNTRIES if code != home and valid_share(few, code) >= _HALF)]
    fits = {region: fit(looked, region) for region in possible}
    ranked = sorted(fits, key=lambda region: (-(fits[region].nats + weighed.get(region, 0.0)), region))
    best = ranked[0]
    favoured = max(weighed, key=lambda region: (weighed[region], region))
    behind = weighed[favoured] - weighed.get(best, 0.0)
    spoken_against = behind >= _CONTRARY
    if spoken_against and favoured == home:
        return None, ()  # home's own numbers, written without what makes them whole
    lead = min(
        (fits[best].nats + weighed.get(best, 0.0) - fits[one].nats - weighed.get(one, 0.0) for one in ranked[1:]),
        default=CLEAR,
    )
    if fits[best].valid >= least and lead >= CLEAR + 2 * behind and not spoken_against:
        return best, ()
    return None, tuple(region for region in ranked if fits[region].valid >= _HALF)[:2]


def spread(held: Sequence[str], most: int) -> list[str]:
    """At most so many of the cells, evenly from all."""
    step = max(1, len(held) // most)
    return list(held[::step][:most])


def _weighed(
    roles: Sequence[ColumnRole], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> dict[str, float]:
    """Nats for each country by everything but the bare numbers."""
    texts = [
        cell
        for column in roles
        if column.role != "phone"
        for cell in sample[column.position][:_SIGNS]
        if not looks_like_number(cell)
    ]
    told = signs([heading for heading in header if heading], texts)
    told[home] = told.get(home, 0.0) + _HOME
    coded = [
        coded_country(cell)
        for column in roles
        if column.role == "phone"
        for cell in sample[column.position][:_SIGNS]
        if not is_bare(cell)
    ]
    for region in {code for code in coded if code is not None}:
        told[region] = told.get(region, 0.0) + min(_CODED_MOST, _CODED * coded.count(region))
    return told


def _is_home_at_a_look(
    bare: Sequence[str], numbers: Sequence[str], header: Sequence[str], sample: Sequence[Sequence[str]], home: str
) -> bool:
    """Whether the numbers are home's, and nothing in the table is of another country: then no other is tried."""
    forms = forms_of(home)
    if not forms.at_a_look:
        return False
    # The numbers that have a form, separators taken off.
    compiled = re.compile(forms.at_a_look)
    mobiles = [cell for cell in bare if compiled.fullmatch(re.sub(r"[\s\-.()]", "", narrow(cell)))]
    if len(mobiles) < _HALF * len(bare):
        texts = [cell for column in sample for cell in column[:20]]
        scripts = scripts_of((*header, *texts))
        own = forms.script in scripts and not scripts & {"traditional", "kana", "other"}
        return own and sum(cells.is_phone(cell, home) for cell in numbers) >= _HALF * len(numbers)
    foreign = [found for text in header if (found := meaning(text)) is not None and "en" not in found.languages]
    scripts = scripts_of((*header, *(cell for column in sample for cell in column[:20])))
    if any(found.languages for found in foreign) or scripts & {"kana", "other"}:
        return False
    if "han" in scripts:
        return True
    tried = spread(mobiles, CELLS)
    return not any(fit(tried, other).valid >= _FITS for other in forms.rivals)
