"""A file's name in Latin letters, for ids that can be read: pinyin for Chinese, transliteration for other scripts.

Only where it gives no person's name away: an id is shown in exports, and a name in pinyin is still a name. What may be
one stays unread, and the id has a hash in its place.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from tracer.identify.organisation import parse
from tracer.identify.person import personal_names
from tracer.identify.places import province_of

_HAN = re.compile(r"[\u3400-\u9fff]+")
_FOREIGN = re.compile(r"[^\W\d_]+")
_READ = re.compile(r"[A-Za-z\u00c0-\u024f\u0300-\u052f\u1e00-\u1fff\u3040-\u30ff]+")
"""Words of scripts that have capitals, by which two parts of a name are seen, and kana, in which few names are."""
_LONGEST_CORE = 4
"""Characters of a firm's own name; a longer one may hold a person's."""
_FIRMS = ("公司", "集团", "企业")
"""Words for lists that end firms' names."""
_FURTHER = (
    "的 和 与 第 份 全国 本地 外地 业主 家长 学员 学生 车主 客源 线索 顾客 顧客 买家 卖家 商家 商户 企业主 老板 法人 "
    "手机 手機 手机号 微信 邮箱 通讯录 通訊錄 联系人 聯絡人 联系方式 导出 導出 更新 最新 合并 去重 整理 汇总 汇總 "
    "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月 上半年 下半年 季度 日 号 号楼 期 版 第一 第二 "
    "测试 测試 投诉 拒绝 退订 黑名单 白名单 回访 外呼 拨打 呼叫 贷款 保险 房产 教育 装修 医美 招生 招聘 求职 采购"
)
"""More words for lists and their contents, in names of files."""


def latin(name: str) -> str | None:
    """The name with every word in Latin letters and `-` between those that were not; None where one may be a name.

    >>> latin("江苏云呼科技 2026-05"), latin("重庆客户名单"), latin("客户 v2")
    ('jiang-su-yun-hu-ke-ji 2026-05', 'chong-qing-ke-hu-ming-dan', 'ke-hu v2')
    >>> latin("给老王的名单"), latin("Иван Петров")
    (None, None)
    """
    if not all(_may_be_read(run) for run in _HAN.findall(name)) or not _foreign_words_may(_HAN.sub(" ", name)):
        return None
    read = _HAN.sub(_pinyin, name)
    if not read.isascii():
        from anyascii import anyascii

        read = anyascii(read)
    return re.sub(r"-{2,}", "-", re.sub(r"-+(?=[\s._]|$)|(?<=[\s._])-+|^-+", "", read))


def _pinyin(run: re.Match[str]) -> str:
    from pypinyin import lazy_pinyin

    return f"-{'-'.join(lazy_pinyin(run.group(0)))}-"


@cache
def _words() -> re.Pattern[str]:
    words = {*personal_names()["han_words"].split(), *_FURTHER.split(), *province_of()}
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


@cache
def _surnames() -> re.Pattern[str]:
    return re.compile("|".join(personal_names()["han_surnames"].split()))


def _may_be_read(run: str) -> bool:
    """Whether a run of Chinese characters is made of words for lists and places, and one firm's name at most."""
    end = re.search(rf"(?:(?!{'|'.join(_FIRMS)})(?:{_words().pattern}))*$", run)
    if _is_firm(run[: end.start()] if end is not None else run):
        return True
    left = [piece for piece in _words().split(run) if piece]
    return all(len(piece) > _LONGEST_CORE and _surnames().search(piece) is None for piece in left)


def _is_firm(name: str) -> bool:
    """Whether it is a firm's name, and not a person's with a trade behind it."""
    firm = parse(name) if name else None
    if firm is None or firm.branch or not (firm.form or firm.industry) or len(firm.core) > _LONGEST_CORE:
        return False
    return _words().search(firm.core) is None and (bool(firm.form) or _surnames().match(firm.core) is None)


def _foreign_words_may(text: str) -> bool:
    """Whether the words that are not plain Latin are of scripts in which a whole name is seen, and none is."""
    words = _FOREIGN.findall(text)
    if any(not word.isascii() and _READ.fullmatch(word) is None for word in words):
        return False
    capital = [not word.islower() and word[:1] != word[:1].lower() for word in words]
    return not any(
        one and other and not (words[at].isascii() and words[at + 1].isascii())
        for at, (one, other) in enumerate(pairwise(capital))
    )
