"""Invented people, firms, addresses and e-mail addresses for synthetic markets, drawn by a seeded generator.

Nothing here is looked up anywhere: names are put together from characters, firms from rare characters, mail lies under
the reserved top-level domains of RFC 2606. The same generator state gives the same names.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Texts: TypeAlias = NDArray[np.str_]

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江"
)
_GIVEN = (
    "伟芳娜敏静丽强磊洋艳勇军杰娟涛明超秀霞平刚桂英华玉兰红建文斌波辉宇浩轩涵雨婷欣怡"
    "佳琪子墨思远晨曦梓睿博雅诗彤俊锋志鹏海燕春梅冬雪晓东振国庆福安宁康乐"
)
_CORE_FIRST = "珩砚澜屿朔岚桁荃渡漪翎榭棠樾槐沅汀苇鹭鸢浔淅蕴岑岫峤屹崤烨煦煜焱垚垣埕筠篁笙箬蘅芷荇蓼薇藜"
_CORE_SECOND = "荼途桥苇谷圃禾屿栈舟篷檐埠亭塘泽坞砾岩峪棹帆桅缆锚矶湾汊汐澍霁霭霖岱峦隅坊庐榻砧锦缎绫绡纨"
_HOUSE_FIRST = (
    "珩Heng 砚Yan 澜Lan 屿Yu 朔Shuo 荃Quan 渡Du 漪Yi 翎Ling 棠Tang 槐Huai 汀Ting 鹭Lu 浔Xun 淅Xi 岑Cen 岫Xiu 烨Ye "
    "垚Yao 笙Sheng 芷Zhi 蓼Liao 薇Wei"
)
_HOUSE_SECOND = (
    "途tu 桥qiao 苇wei 谷gu 圃pu 禾he 栈zhan 舟zhou 篷peng 檐yan 埠bu 亭ting 塘tang 泽ze 坞wu 砾li 棹zhao 帆fan 缆lan "
    "锚mao 湾wan 汐xi"
)
_INDUSTRIES = (
    "网络科技 信息技术 教育咨询 装饰设计 商贸 机械设备 财税咨询 文化传媒 物流 餐饮管理 医疗器械 建材 服饰 农业发展 软件"
    " 环保工程 人力资源 汽车服务"
)
_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "合伙企业(有限合伙)", "工作室")
_FORM_SHARES = (0.72, 0.12, 0.06, 0.04, 0.06)
_BRANCHES = ("城东分公司", "城西分公司", "高新区分公司", "第二营业部", "开发区办事处")
_BRANCH_SHARE = 0.04
_DISTRICTS = ("城东区", "城西区", "滨河区", "高新区", "开发区", "新港区", "云溪县", "石桥县")
_ROADS = ("望澜", "栖云", "青箬", "白榆", "听潮", "石矶", "槐荫", "银杏", "春汀", "松隅", "菱湖", "竹坞")
_ROAD_KINDS = ("路", "街", "大道", "巷")
_SYLLABLES = ("chen", "xi", "lan", "heng", "yu", "shuo", "qing", "mo", "su", "yan", "ting", "wei", "an", "ruo", "zhi")
_MAIL_DOMAINS = ("mail.example", "youxiang.example", "post.invalid", "corp.example", "xinxiang.test")


def house_name(number: int) -> tuple[str, str]:
    """What the party of this number in a market is called, in Chinese and in Latin letters; 506 names, then with a
    number behind.

    >>> house_name(0), house_name(1), house_name(506)
    (('珩谷', 'Henggu'), ('砚埠', 'Yanbu'), ('珩谷2', 'Henggu 2'))
    """
    firsts, seconds = _HOUSE_FIRST.split(), _HOUSE_SECOND.split()
    first, second = firsts[number % len(firsts)], seconds[(7 * number + 3) % len(seconds)]
    round_ = number // (len(firsts) * len(seconds)) + 1
    more = f" {round_}" if round_ > 1 else ""
    return f"{first[0]}{second[0]}{more.strip()}", f"{first[1:]}{second[1:]}{more}"


def person_names(rng: np.random.Generator, n: int) -> Texts:
    """`n` Chinese personal names: one of 80 surnames (earlier ones more often) and one or two characters."""
    surnames = _characters(_SURNAMES)
    weights = 1.0 / (np.arange(surnames.size) + 5.0)
    surname = rng.choice(surnames, n, p=weights / weights.sum())
    given = _characters(_GIVEN)
    second = np.where(rng.random(n) < 0.82, rng.choice(given, n), "")
    return np.char.add(np.char.add(surname, rng.choice(given, n)), second)


def firms(rng: np.random.Generator, n: int, regions: Texts, kinds: NDArray[np.int64] | None = None) -> Texts:
    """`n` firms as they are registered: region, core, industry, legal form and branch in one text.

    `regions` has one region for each of them, or a pool of another length to draw from; `kinds`, where they are given,
    say which firms have the same industry."""
    region = regions if regions.size == n else rng.choice(regions, n)
    core = np.char.add(rng.choice(_characters(_CORE_FIRST), n), rng.choice(_characters(_CORE_SECOND), n))
    industry = rng.choice(np.array(_INDUSTRIES.split()), n)
    if kinds is not None:
        industries = np.unique(industry)
        industry = industries[kinds % industries.size]
    form = rng.choice(np.array(_FORMS), n, p=_FORM_SHARES)
    branch = np.where(rng.random(n) < _BRANCH_SHARE, rng.choice(np.array(_BRANCHES), n), "")
    full = region
    for piece in (core, industry, form, branch):
        full = np.char.add(full, piece)
    return full


def addresses(rng: np.random.Generator, provinces: Texts, cities: Texts) -> Texts:
    """One address for each pair of province and city: district, road, house and room are invented."""
    n = provinces.size
    text = np.char.add(np.char.add(provinces, cities), rng.choice(np.array(_DISTRICTS), n))
    text = np.char.add(np.char.add(text, rng.choice(np.array(_ROADS), n)), rng.choice(np.array(_ROAD_KINDS), n))
    text = np.char.add(np.char.add(text, rng.integers(1, 400, n).astype(str)), "号")
    room = np.char.add(rng.integers(101, 2800, n).astype(str), "室")
    return np.char.add(text, np.where(rng.random(n) < 0.5, room, ""))


def emails(rng: np.random.Generator, n: int) -> Texts:
    """`n` e-mail addresses under `.example`, `.invalid` and `.test`; six digits make repeats rare, not impossible."""
    syllables = np.array(_SYLLABLES)
    local = np.char.add(rng.choice(syllables, n), rng.choice(syllables, n))
    local = np.char.add(local, np.char.zfill(rng.integers(0, 1_000_000, n).astype(str), 6))
    return np.char.add(np.char.add(local, "@"), rng.choice(np.array(_MAIL_DOMAINS), n))


def _characters(text: str) -> Texts:
    return np.array(list(text))
