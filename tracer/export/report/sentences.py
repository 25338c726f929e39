"""The stages' own sentences in Chinese. They are stored in English; a report in Chinese says them in Chinese.

Each pair is the sentence as a stage writes it, with `{…}` where it fills something in, and the same in Chinese. A
sentence that is none of these (a person's note, a quotation) stays as it is. A test holds the table to the stages.
"""

from __future__ import annotations

import re
from functools import cache

from tracer.export.report.stated_sentences import STATED_PAIRS

PAIRS = (*STATED_PAIRS,)

_WORDS = (
    ("under 0.1 %", "不足 0.1 %"), ("fewer than 20", "不足 20"),
    (" and ", "；"),
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
