"""Names of organisations, taken apart: region, core, industry, form, branch.

Two names are *candidates* for one organisation where their cores agree and nothing else speaks against it; a person
decides. Core and region distinguish firms: 浙江易卓 and 江苏易卓 are two firms, and so are 江苏易卓 and
江苏卓易, however much of the names is alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from tracer.identify.cell import PLACEHOLDERS, fold
from tracer.identify.person import simplified
from tracer.identify.places import leading_place, province_of

_FORMS = tuple(
    """
    股份有限公司 有限责任公司 集团股份有限公司 集团有限公司 集团有限责任公司 有限公司 总公司 集团公司 控股集团
    集团 公司 合伙企业 个人独资企业 个体工商户 专业合作社 合作社 事务所 工作室 经营部 商行 商店 店 厂 研究院 研究所
    协会 中心 株式会社 有限会社
    """.split()
)
_LATIN_FORMS = tuple(
    "company limited|co ltd|co limited|coltd|limited|ltd|incorporated|inc|corporation|corp|company|co|llc|llp|plc|gmbh"
    "|ag|sa|srl|bv|pte ltd|pte|pty ltd|pty|kk".split("|")
)
_INDUSTRIES = {
    "technology": "网络科技 信息科技 信息技术 电子科技 智能科技 数字科技 软件科技 通信技术 通讯技术 网络技术 计算机 "
    "互联网 大数据 云计算 人工智能 科技 网络 信息 技术 软件 数据 通信 通讯 电讯 智能 数字 数码 电子 系统 云",
    "trade": "国际贸易 进出口 电子商务 供应链 贸易 商贸 商务 商业 百货 超市 经贸 工贸 物资",
    "media": "文化传媒 文化传播 广告传媒 传媒 广告 文化 传播 影视 策划 营销 市场营销 品牌 会展 设计",
    "consulting": (
        "企业管理咨询 企业管理 管理咨询 商务咨询 信息咨询 咨询 管理 顾问 人力资源 劳务 服务外包 外包 服务 呼叫"
    ),
    "finance": (
        "投资管理 资产管理 融资租赁 金融服务 投资 资产 金融 保险 保险代理 小额贷款 贷款 担保 证券 基金 银行 信贷 财务"
    ),
    "building": (
        "建筑工程 建筑装饰 装饰工程 房地产开发 房地产 置业 地产 物业管理 物业 建筑 建设 工程 装饰 装修 建材 家居"
    ),
    "industry": (
        "机械制造 实业 制造 机械 设备 机电 电器 仪器 材料 化工 五金 塑料 模具 汽车 能源 电力 环保 "
        "包装 印刷 纺织 服饰 服装"
    ),
    "health": "医疗器械 生物科技 生物技术 医疗 医药 药业 生物 健康 大药房 医院 美容",
    "education": "教育科技 教育咨询 教育 培训 学校 幼儿园",
    "hospitality": "餐饮管理 餐饮 酒店管理 酒店 旅游 食品 饮食 旅行社 国际旅行社 农业 农业科技 畜牧 茶业 酒业",
    "transport": "物流 运输 货运 快递 国际货运代理 货运代理",
    "general": "国际 发展 控股 企业 实业发展 开发 产业 平台",
}
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


@cache
def _industry_words() -> dict[str, str]:
    return {word: family for family, words in _INDUSTRIES.items() for word in words.split()}


@cache
def _industry_by_length() -> tuple[str, ...]:
    return tuple(sorted(_industry_words(), key=lambda word: (-len(word), word)))


def parse(name: str) -> Organisation | None:
    """A name in its parts; None for a text that is not a name. Region, then form and branch, then industry words from
    the end, as long as at least two characters of core remain."""
    if len(name) > _LONGEST:
        return None
    text = simplified(fold(name)).lower()
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
    rest, industry = _split_industry(rest)
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


def _cut_end(text: str, endings: tuple[str, ...]) -> tuple[str, str]:
    for ending in sorted(endings, key=lambda each: (-len(each), each)):
        if text.endswith(ending) and len(text) >= len(ending) + 2:
            return text[: -len(ending)], ending
    return text, ""


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


def _split_industry(text: str) -> tuple[str, str]:
    industry = ""
    while True:
        for word in _industry_by_length():
            if text.endswith(word) and len(text) >= len(word) + 2:
                text, industry = text[: -len(word)], word + industry
                break
        else:
            return text, industry


def _parse_latin(text: str) -> Organisation:
    words = re.sub(r"[^\w&+]+", " ", re.sub(r"[.']", "", text)).split()
    whole, form = " ".join(words), ""
    core = whole
    for ending in sorted(_LATIN_FORMS, key=lambda each: (-len(each), each)):
        if core.endswith(" " + ending):
            core, form = core[: -len(ending) - 1], ending
            break
    return Organisation("", core, "", form, "", whole)


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
    return {family for word, family in _industry_words().items() if word in industry and family != "general"}
