"""Ids made from files' names: exports show them, so they keep no person's number or name.

A name that held neither gives the same id on every machine. One that did keeps only the rest, without a hash: a guess
of the number or the name could be tried out. Such ids are numbered.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Container, Mapping
from datetime import date
from functools import cache
from itertools import count, pairwise
from pathlib import PurePath

from tracer.identify.organisation import parse, province_of
from tracer.identify.person import personal_names

# A file's name in Latin letters, for ids that can be read: pinyin for Chinese, transliteration for other scripts.
# Only where it gives no person's name away: an id is shown in exports, and a name in pinyin is still a name. What may
# be one stays unread, and the id has a hash in its place.

_WORDS = personal_names()
_HAN_SURNAMES = frozenset(_WORDS["han_surnames"].split())
_SURNAME = re.compile("|".join(_WORDS["han_surnames"].split()))
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
_FOREIGN = re.compile(r"[^\W\d_]+")
_READ = re.compile(r"[A-Za-z\u00c0-\u024f\u0300-\u052f\u1e00-\u1fff\u3040-\u30ff]+")
"""Words of scripts that have capitals, by which two parts of a name are seen, and kana, in which few names are."""
_LONGEST_CORE = 4  # characters of a firm's own name; a longer one may hold a person's
_FIRMS = ("公司", "集团", "企业")  # words for lists that end firms' names
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
    if not all(_may_be_read(run) for run in _HAN_RUN.findall(name)) or not _foreign_words_may(_HAN_RUN.sub(" ", name)):
        return None
    from pypinyin import lazy_pinyin

    read = _HAN_RUN.sub(lambda run: f"-{'-'.join(lazy_pinyin(run.group(0)))}-", name)
    if not read.isascii():
        from anyascii import anyascii

        read = anyascii(read)
    return re.sub(r"-{2,}", "-", re.sub(r"-+(?=[\s._]|$)|(?<=[\s._])-+|^-+", "", read))


@cache
def _words() -> re.Pattern[str]:
    words = {*_WORDS["han_words"].split(), *_FURTHER.split(), *province_of()}
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


def _may_be_read(run: str) -> bool:
    """Whether a run of Chinese characters is made of words for lists and places, and one firm's name at most."""
    end = re.search(rf"(?:(?!{'|'.join(_FIRMS)})(?:{_words().pattern}))*$", run)
    if _is_firm(run[: end.start()] if end is not None else run):
        return True
    left = [piece for piece in _words().split(run) if piece]
    return all(len(piece) > _LONGEST_CORE and _SURNAME.search(piece) is None for piece in left)


def _is_firm(name: str) -> bool:
    """Whether it is a firm's name, and not a person's with a trade after it."""
    firm = parse(name) if name else None
    if firm is None or firm.branch or not (firm.form or firm.industry) or len(firm.core) > _LONGEST_CORE:
        return False
    return _words().search(firm.core) is None and (bool(firm.form) or _SURNAME.match(firm.core) is None)


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


_GIVEN = frozenset(_WORDS["given"].split())
_SURNAMES = frozenset(_WORDS["surnames"].split())
_PLAIN_HAN = re.compile("|".join(_WORDS["han_words"].split()))
_SYLLABLES = re.compile(
    "(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v))"
    "{1,3}"
)
_DAY = re.compile(r"(?<!\d)(20\d\d)[-._]?(0[1-9]|1[0-2])(?:[-._]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[\s._-]?)?1[3-9]\d[\s._-]?\d{4}[\s._-]?\d{4}(?!\d)")
_DIGITS = re.compile(r"\d{5,}|(?<!\d)\d(?:[\s._()-]{1,2}?\d|\d){8,}(?!\d)")
_HAN = re.compile(r"[\u3400-\u9fff·]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")
_LATIN = re.compile(r"[^\W\d_]+")
_ACCENTED = re.compile(
    r"[A-Za-z\u00c0-\u024f\u0300-\u036f]*[\u00c0-\u024f\u0300-\u036f][A-Za-z\u00c0-\u024f\u0300-\u036f]*"
)
"""A word of Latin letters with accents: without them it could be read all the same."""
_LONGEST = 64


def id_from_name(path: PurePath) -> str:
    """An id made from a file's name: its letters and digits in Latin script, pinyin for Chinese.

    What may be somebody's name is not read (`latin`): a short hash is in its place.
    Digits of five and more, digits that read as a telephone number, and personal names are left out, with the hash.
    """
    stem, kept = _stem(path), _without_people(_stem(path))
    read: str | None = kept
    if not kept.isascii():
        # Pinyin is like names in pinyin; what it was made from has been looked at.
        others = latin(_HAN.sub(" ", kept))
        read = latin(kept) if others is not None and _without_latin_names(others) == others else None
    text = _ACCENTED.sub("-", kept) if read is None else read
    slug = re.sub(r"-*\.(?=-|$)", "", re.sub(r"[^A-Za-z0-9._-]+", "-", text)).strip("-._")
    if kept != stem:
        return re.sub(r"-{2,}", "-", slug)[:50].strip("-._") or "list"
    if read is not None and 0 < len(slug) <= _LONGEST:
        return slug
    return f"{re.sub(r'-{2,}', '-', slug)[:50].rstrip('-._') or 'list'}-{short_hash(stem)}"


def id_among(path: PurePath, held: Mapping[str, str], made: Collection[str]) -> str:
    """The id of a file among others: that which it was loaded under; else made from its name, and its own.

    held: id → path of what the case holds; made: further ids that are taken. A name that is an id already is its own,
    whatever is held; names with blanks or in other scripts may read alike.
    """
    if id_from_name(path) == _stem(path):
        return _stem(path)
    for had, where in held.items():
        if where == str(path):
            return had
    own = id_from_name(path)
    if is_personal(path):
        return numbered_id(own, {*held, *made})
    taken = own in made or (own in held and _stem(PurePath(held[own])) != _stem(path))
    return f"{own[:57]}-{short_hash(_stem(path))}" if taken else own


def id_with_folder(path: PurePath, held: Mapping[str, str], made: Collection[str]) -> str:
    """The id of a file of which another has the name: that which it was loaded under; else with its folder's name."""
    for had, where in held.items():
        if where == str(path) and had not in made:
            return had
    return numbered_id(id_from_name(PurePath(f"{path.parent.name}-{path.name}"))[:60], made)


def is_personal(path: PurePath) -> bool:
    """Whether a file's name held what its id does not keep."""
    return _without_people(_stem(path)) != _stem(path)


def day_in_name(path: PurePath) -> str | None:
    """The day that a file's name gives as people write it: `2026-05-01`, or `2026-05`; None for none or several."""
    days = {"-".join(part for part in day.groups() if part) for day in _DAY.finditer(_stem(path))}
    try:
        found = days.pop() if len(days) == 1 else ""
        return found if date.fromisoformat(f"{found}-01"[:10]) else None
    except ValueError:
        return None


def numbered_id(made: str, taken: Container[str]) -> str:
    """`made`, or the first of `made-2`, `made-3` … that is free."""
    return next(own for number in count(1) if (own := made if number == 1 else f"{made}-{number}") not in taken)


def short_hash(text: str) -> str:
    """Six hexadecimal digits of a text's SHA-256, of which no five figures are consecutive."""
    mark = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:6]
    return f"{mark[:2]}x{mark[3:]}" if re.search(r"\d{5}", mark) else mark


def _stem(path: PurePath) -> str:
    """The name without its endings, in one Unicode form, days as people write them."""
    stem = unicodedata.normalize("NFC", path.name)
    while PurePath(stem).suffix and _ENDING.fullmatch(PurePath(stem).suffix):
        stem = PurePath(stem).stem
    return re.sub(
        r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])?(?!\d)",
        lambda day: "-".join(filter(None, day.groups())),
        stem,
    )


def _without_people(stem: str) -> str:
    pieces, at = list[str](), 0
    text = _MOBILE.sub("-", stem)
    for day in _DAY.finditer(text):
        pieces += [_DIGITS.sub("-", text[at : day.start()]), day.group(0)]
        at = day.end()
    text = "".join([*pieces, _DIGITS.sub("-", text[at:])])

    def without_name(run: re.Match[str]) -> str:
        # Characters that read as a whole name: a surname and one or two more, none of them a word for lists.
        text = run.group(0)
        double = text[:2] in _HAN_SURNAMES
        name = 2 <= len(text) <= (4 if double else 3) and (double or text[0] in _HAN_SURNAMES)
        return "-" if name and not _PLAIN_HAN.search(text) else text

    return _HAN.sub(without_name, _without_latin_names(text))


def _without_latin_names(text: str) -> str:
    """Two consecutive words of which one is a given name, or a surname next to Chinese syllables."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    words = list(_LATIN.finditer(spaced))
    gone = set[int]()
    for one, other in pairwise(words):
        between = spaced[one.end() : other.start()]
        first, second = one.group(0).lower(), other.group(0).lower()
        if len(between) <= 2 and not re.search(r"\w", between.replace("_", "")) and _is_name(first, second):
            gone |= {*range(one.start(), other.end())}
    return text if not gone else "".join("-" if at in gone else letter for at, letter in enumerate(spaced))


def _is_name(first: str, second: str) -> bool:
    if first in _GIVEN or second in _GIVEN:
        return len(first) > 1 and len(second) > 1
    return any(
        surname in _SURNAMES and len(given) > 2 and _SYLLABLES.fullmatch(given) is not None
        for surname, given in ((first, second), (second, first))
    )
