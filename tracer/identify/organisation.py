"""Names of organisations, taken apart: region, core, industry, form, branch.

Two names are *candidates* for one organisation where their cores agree and nothing else speaks against it; a person
decides. Core and region distinguish firms: 浙江易卓 and 江苏易卓 are two firms, and so are 江苏易卓 and
江苏卓易, however much of the names is alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz

from tracer.documents import toml_of
from tracer.identify.cell import PLACEHOLDERS, fold
from tracer.identify.person import simplified_characters

# Chinese provinces and the cities by which firms and number segments are placed, in simplified characters, without
# the words for city, district or autonomous prefecture.

_TABLE = toml_of((Path(__file__).parent / "organisation.toml").read_text("utf-8"))
_CITIES: Mapping[str, str] = _TABLE["cities"]


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


_PROVINCE_ENDS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区", "省", "市")
_CITY_ENDS = ("市", "地区", "县", "区", "盟", "自治州")


def provinces() -> tuple[str, ...]:
    """All provinces, in the official order."""
    return tuple(_CITIES)


@cache
def province_of() -> dict[str, str]:
    """Province of every place, provinces themselves included."""
    placed = {city: province for province, cities in _CITIES.items() for city in cities.split()}
    return placed | {province: province for province in _CITIES}


_PLACES = _longest_first(province_of())


def leading_place(text: str) -> tuple[str, str] | None:
    """The place that a simplified text begins with and what follows it (the word for city or province taken off)."""
    for place in _PLACES:
        if text.startswith(place):
            rest = text[len(place) :]
            for end in _PROVINCE_ENDS if place in _CITIES else _CITY_ENDS:
                if rest.startswith(end):
                    return place, rest[len(end) :]
            return place, rest
    return None


def split_description(text: str) -> tuple[str, str]:
    """libphonenumber's description of a place (江苏省南京市) as province and city; a municipality is its own city."""
    found = leading_place(text)
    if found is None:
        return "", text
    place, rest = found
    province = province_of()[place]
    first = rest.partition("、")[0]
    city = leading_place(first)
    if city is not None and province_of()[city[0]] == province:
        return province, city[0]
    if place != province or not first:
        return province, place
    # The one prefecture that is named like a province: 海南藏族自治州 in 青海.
    return province, first if city is None else city[0]


# Names of organisations.

_FORMS = _longest_first(_TABLE["forms"].split())
_LATIN_FORMS = _longest_first(_TABLE["latin_forms"].split("|"))
_TRADES = {word: trade for trade, words in _TABLE["industries"].items() for word in words.split()}
_INDUSTRIES = _longest_first(_TRADES)
_BRANCH = re.compile(
    r"^(?P<name>.*?(?:公司|集团|厂|中心|银行|社))"
    r"(?P<branch>[^公司]{0,12}(?:分公司|子公司|分行|支行|分部|办事处|营业部|分店|门店|门市部|店))$"
)
_SHORT_BRANCH = re.compile(
    r"^(?P<name>.+?)(?P<branch>第?[一二三四五六七八九十0-9]*(?:分公司|分行|支行|分店|办事处|营业部))$"
)
_BRANDS = frozenset({"阿里"})
"""Places whose name is far more often the beginning of a firm's."""
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SHORTEST_FUZZY = 4
"""Cores of fewer characters must be equal: among two characters half of all pairs share one."""
_ALIKE = 86.0
"""Least rapidfuzz ratio of two longer cores."""
_LONGEST = 500
"""Letters above which a text is not a name; the parsing below takes the square of the length."""
_NUMBER = re.compile(r"[0-9]+")
_LEAST = 0.6
"""Below this two names are apart."""


@dataclass(frozen=True)
class Organisation:
    """A name of an organisation, taken apart. Parts that the name lacks are empty."""

    region: str
    """Province or city it begins with, or that is in brackets."""
    core: str
    industry: str
    form: str
    branch: str
    simplified: str
    """The whole name, folded, in simplified characters and lower case, without punctuation."""


def parse(name: str) -> Organisation | None:
    """A name in its parts; None for a text that is not a name. Region, then form and branch, then industry words from
    the end, as long as at least two characters of core remain."""
    if len(name) > _LONGEST:
        return None
    text = simplified_characters(fold(name)).lower()
    if not text or text in PLACEHOLDERS:
        return None
    return _parse_chinese(text) if _CHINESE.search(text) else _parse_latin(text)


def same(a: str, b: str) -> float | None:
    """How much two names look like one organisation's, from .6 to 1; None where they are apart.

    Cores decide; a region or industry that one name lacks costs .1 and .05, a branch of one .1, industries of different
    trades .45, those of one trade .1; different regions, and different numbers, are different firms.
    """
    one, other = parse(a), parse(b)
    if one is None or other is None:
        return None
    if one.simplified == other.simplified:
        return 1.0
    numbers, others = _NUMBER.findall(one.simplified), _NUMBER.findall(other.simplified)
    if numbers and others and numbers != others:
        return None
    cores = _cores_alike(one.core, other.core)
    regions = _region_penalty(one.region, other.region)
    if cores is None or regions is None:
        return None
    score = cores - regions - _industry_penalty(one.industry, other.industry)
    if one.branch != other.branch:
        score -= 0.1
    return round(score, 3) if score >= _LEAST else None


def _parse_chinese(text: str) -> Organisation:
    whole = re.sub(r"[^\w]|_", "", text)
    bracketed = [inner for inner in re.findall(r"[(\[【〔](.*?)[)\]】〕]", text) if leading_place(inner)]
    region = _leading_region(bracketed[0] + "××")[0] if bracketed else ""
    for inner in bracketed:
        text = text.replace(inner, "")
    rest = re.sub(r"[(\[【〔].*?[)\]】〕]", "", text)
    rest = re.sub(r"[^\w]|_", "", rest) or whole
    rest, branch = _split_branch(rest)
    rest, form = _cut_end(rest, _FORMS)
    first, rest = _leading_region(rest)
    industry = ""
    while (cut := _cut_end(rest, _INDUSTRIES))[1]:
        rest, industry = cut[0], cut[1] + industry
    return Organisation(region or first, rest, industry, form, branch, whole)


def _split_branch(text: str) -> tuple[str, str]:
    match = _BRANCH.match(text) or _SHORT_BRANCH.match(text)
    if match is None:
        return text, ""
    name, branch = match["name"], match["branch"]
    # 易卓网络南京分公司: the city belongs to the branch.
    for size in range(min(4, len(name) - 2), 1, -1):
        place = name[-size:]
        if place.removesuffix("市") in province_of():
            return name[:-size], place + branch
    return name, branch


def _cut_end(text: str, endings: Iterable[str]) -> tuple[str, str]:
    """The text without the first of these endings that leaves two characters, and that ending."""
    ending = next((each for each in endings if text.endswith(each) and len(text) >= len(each) + 2), "")
    return text.removesuffix(ending), ending


def _leading_region(text: str) -> tuple[str, str]:
    """The narrowest place that the name begins with (江苏南京…: 南京), and the rest without places and districts."""
    region = ""
    while (found := leading_place(text)) is not None and len(found[1]) >= 2 and found[0] not in _BRANDS:
        place, rest = found
        # 北京朝阳区 is not in Liaoning.
        if region and province_of()[place] != province_of()[region]:
            break
        region, text = place, rest
    if region:
        text = re.sub(r"^[\u3400-\u9fff]{2,3}[区县](?=.{2})", "", text)
    return region, text


def _parse_latin(text: str) -> Organisation:
    whole = " ".join(re.sub(r"[^\w&+]+", " ", re.sub(r"[.']", "", text)).split())
    form = next((form for form in _LATIN_FORMS if whole.endswith(f" {form}")), "")
    return Organisation("", whole.removesuffix(f" {form}") if form else whole, "", form, "", whole)


def _cores_alike(a: str, b: str) -> float | None:
    if not a or not b:
        return None
    if a == b:
        return 1.0
    if min(len(a), len(b)) < _SHORTEST_FUZZY:
        return None
    chinese = _CHINESE.search(a + b) is not None
    ratio = fuzz.ratio(a, b) if chinese else max(fuzz.ratio(a, b), fuzz.token_sort_ratio(a, b))
    # The same characters in another order are another firm in Chinese.
    if ratio < _ALIKE or (chinese and sorted(a) == sorted(b)):
        return None
    return ratio / 100


def _region_penalty(a: str, b: str) -> float | None:
    if a == b:
        return 0.0
    if not a or not b:
        return 0.1
    places = province_of()
    # A city within the province that the other names; two cities are two firms.
    return 0.05 if a == places[b] or b == places[a] else None


def _industry_penalty(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if not a or not b or a.startswith(b) or b.startswith(a):
        return 0.05
    return 0.1 if _trades(a) & _trades(b) else 0.45


def _trades(industry: str) -> set[str]:
    return {trade for word, trade in _TRADES.items() if word in industry and trade != "general"}
