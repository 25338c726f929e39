"""The stages' own sentences in Chinese. They are stored in English; a report in Chinese says them in Chinese.

Each pair is the sentence as a stage writes it, with `{…}` where it fills something in, and the same in Chinese. A
sentence that is none of these (a person's note, a quotation) stays as it is. A test holds the table to the stages.
"""

from __future__ import annotations

import re
from functools import cache

from tracer.export.report.stated_sentences import STATED_PAIRS

PAIRS = (
    # ------------------------------------------------------------------ derivation
    (
        "{k} of {n} contacts are also in {d}; {e} expected by chance",
        "{n} 个联系人中有 {k} 个也在 {d} 中；偶然预期 {e} 个",
    ),
    ("the overlap is {n} times what chance gives", "重合为偶然情形的 {n} 倍"),
    (
        "{n} rows of the child are in no other likely source besides {d}",
        "派生名单中有 {n} 行除 {d} 外不在其他可能来源中",
    ),
    ("{n} rows of the child are in no other likely source", "派生名单中有 {n} 行不在其他可能来源中"),
    (
        "about {n} rows of the child are in no other likely source besides {d}",
        "派生名单中约有 {n} 行除 {d} 外不在其他可能来源中",
    ),
    ("about {n} rows of the child are in no other likely source", "派生名单中约有 {n} 行不在其他可能来源中"),
    ("dates: made {a} and {b}", "日期：分别生成于 {a} 与 {b}"),
    ("dates: made {a}, obtained {b}", "日期：生成于 {a}，取得于 {b}"),
    ("dates: obtained {a}, made {b}", "日期：取得于 {a}，生成于 {b}"),
    ("dates: obtained {a} and {b}", "日期：分别取得于 {a} 与 {b}"),
    (
        "one of the two is the client's own list: a source unless the contents say otherwise",
        "其中一份是委托方自有名单：除非内容另有表明，它就是来源",
    ),
    ("the two are successive versions of one holder's list", "两者是同一持有者名单的前后两个版本"),
    (
        "{a} has {n} contacts that {b} of the same holder lacks, and nearly all of its contacts",
        "{a} 比同一持有者的 {b} 多 {n} 个联系人，并包含其几乎全部联系人",
    ),
    (
        "other lists show the direction: in the opposite one they would not share what they share",
        "方向由其他名单表明：若方向相反，它们不会有现在这些共同联系人",
    ),
    (
        "the source of {a} is known: a list that shares its contacts came later",
        "{a} 的来源已知：与其有共同联系人的名单产生在后",
    ),
    ("nothing shows which of {a} and {b} is the older one", "没有依据表明 {a} 与 {b} 中哪一份更早"),
    (
        "both may have been collected independently from one register or public source",
        "两者也可能各自独立取自同一登记册或公开来源",
    ),
    ("the child is another client's own list", "派生名单是另一委托方的自有名单"),
    (
        "documented: release {r} gave the parent to the child's holder on {a}",
        "有文件：副本 {r} 于 {a} 将来源名单交给派生名单的持有者",
    ),
    (
        "documented: release {r} gave the parent to the child's holder",
        "有文件：副本 {r} 将来源名单交给派生名单的持有者",
    ),
    (
        "{m} cells that {a} fills are empty in {b}, {n} the other way round",
        "{a} 有值而 {b} 为空的单元格 {m} 个，反之 {n} 个",
    ),
    (
        "of {k} cells that differ, unrelated lists write {m} as {a} does and {n} as {b} does",
        "在 {k} 个不同的单元格中，无关名单与 {a} 写法相同的 {m} 个，与 {b} 相同的 {n} 个",
    ),
    ("{m} contacts are repeated in {a} alone, {n} in {b} alone", "仅在 {a} 中重复的联系人 {m} 个，仅在 {b} 中 {n} 个"),
    ("{n} rows of {a} come after the last of {b} by their days", "按日期，{a} 有 {n} 行晚于 {b} 的最后一行"),
    ("{n} rows of {a} come after the last of {b} by their ids", "按编号，{a} 有 {n} 行排在 {b} 的最后一行之后"),
    (
        "ways of writing names: the common rows are like the rest of {a} and unlike the rest of {b}",
        "姓名写法：共同行与 {a} 的其余部分相似，与 {b} 的其余部分不同",
    ),
    (
        "cells filled: the common rows are like the rest of {a} and unlike the rest of {b}",
        "有值的单元格：共同行与 {a} 的其余部分相似，与 {b} 的其余部分不同",
    ),
    (
        "ways of writing numbers: the common rows are like the rest of {a} and unlike the rest of {b}",
        "号码写法：共同行与 {a} 的其余部分相似，与 {b} 的其余部分不同",
    ),
    ("the best alternative: {a} copied from {b} through {d} ({o})", "最可能的其他解释：{a} 经由 {d} 复制自 {b}（{o}）"),
    ("the best alternative: both copied from {d} ({o})", "最可能的其他解释：两者都复制自 {d}（{o}）"),
    (
        "the best alternative: popular contacts or a common public source ({o})",
        "最可能的其他解释：常见联系人或共同的公开来源（{o}）",
    ),
    ("the best alternative: another way that no list shows ({o})", "最可能的其他解释：没有名单可见的其他途径（{o}）"),
    (
        "the best alternative: both copied from a source that nobody has obtained ({o})",
        "最可能的其他解释：两者都复制自尚无人取得的来源（{o}）",
    ),
    (
        "the best alternative: both collected from one register or public source ({o})",
        "最可能的其他解释：两者都收集自同一名册或公开来源（{o}）",
    ),
    ("the best alternative: {a} copied from {b} ({o})", "最可能的其他解释：{a} 复制自 {b}（{o}）"),
    ("{n} contacts are in two or more of {d}", "{n} 个联系人同时在 {d} 中的两份以上"),
    ("none of them explains what the others have in common", "其中没有一份能解释其余名单的共同部分"),
    *STATED_PAIRS,
)

_WORDS = (
    ("under 0.1 %", "不足 0.1 %"), ("fewer than 20", "不足 20"),
    (" times", " 倍"), (" and ", "；"),
)  # fmt: skip
_COLUMNS = {
    "name": "姓名", "organisation": "单位", "address": "地址", "email": "邮箱",
    "phone": "电话", "date": "日期", "id": "编号",
    "key": "键", "created": "创建日期", "deleted": "删除日期",
}  # fmt: skip


def in_language(sentence: str, lang: str) -> str:
    """`sentence` in `lang`: as it is in English, in Chinese where it is one of `PAIRS`."""
    found = None if lang == "en" else _found(sentence)
    if found is None:
        return sentence
    match, told = found
    for name, value in match.groupdict().items():
        told = told.replace(f"{{{name}}}", _filling(name, value))
    return told


def known(sentence: str) -> bool:
    """Whether `sentence` is one of `PAIRS`."""
    return _found(sentence) is not None


def _found(sentence: str) -> tuple[re.Match[str], str] | None:
    for pattern, chinese in _patterns():
        match = pattern.fullmatch(sentence)
        if match is not None:
            return match, chinese
    return None


def _filling(name: str, value: str) -> str:
    for english, chinese in _WORDS:
        value = value.replace(english, chinese)
    if name == "c" and all(word in _COLUMNS for word in value.split(", ")):
        return "、".join(_COLUMNS[word] for word in value.split(", "))
    return value


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    # The sentence with the most words of its own comes first: what a shorter one fills in could be the rest of it.
    ordered = sorted(PAIRS, key=lambda pair: (-len(re.sub(r"{\w}", "", pair[0])), pair[0]))
    return tuple(
        (re.compile(re.sub(r"\\\{(\w)\\\}", r"(?P<\1>.+?)", re.escape(english))), chinese)
        for english, chinese in ordered
    )
