"""What a table says about its country apart from the numbers: headings, letters, towns, names of countries, mails.

Each sign weighs for or against a country, in nats and with a bound, so that no single habit outweighs the numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

import opencc

from tracer.identify.country import countries
from tracer.lists.read.languages import languages_of, plain
from tracer.lists.read.letters import letters_of

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
