"""Personal names, for one question: do two rows that share a number also agree on the name?

A masked or partial name (张*, 张先生) neither agrees nor disagrees unless its surname already differs. Names never link
rows by themselves. The words that are names keep people out of ids and of what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tracer.documents import toml_of
from tracer.identify.cell import PLACEHOLDERS, fold

# Words that are people's names: what is written in an address, or in a file's name, may be one.


@cache
def personal_names() -> Mapping[str, Any]:
    """The table `personal_names.toml`: each a text of words."""
    return toml_of((Path(__file__).parent / "personal_names.toml").read_text(encoding="utf-8"))


@cache
def person_words() -> frozenset[str]:
    """Common given names and surnames in Latin letters; a rare name is not among them."""
    table = personal_names()
    return frozenset(word for group in ("given", "surnames", "further") for word in table[group].split())


# Chinese script: traditional characters as simplified ones, so that names compare.


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")


def simplified_characters(text: str) -> str:
    """The text in simplified characters; all else as it is."""
    return text if text.isascii() else str(_converter().convert(text))


_TITLES = re.compile(
    r"(?:先生|女士|小姐|太太|老师|老板|经理|总监|总经理|董事长|主任|医生|师傅|同学|总)$|^(?:mr|mrs|ms|miss|dr|prof)\.? "
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_MASK = re.compile(r"[*•●某×]|x{2,}")
_LONGEST = 200
"""Letters above which a text is not a name."""
_DOUBLE_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 独孤 南宫 西门 长孙 宇文 轩辕 百里".split()
)


def normalise(name: str) -> str | None:
    """A whole name: simplified, lower case, without titles, remarks in brackets, spaces and dots; None for anything
    less (masked, a surname alone, a placeholder, digits)."""
    text = _plain(name)
    if text is None or _MASK.search(text) or len(text) == 1 or text in _DOUBLE_SURNAMES:
        return None
    return text


def whole_name(given: str, family: str) -> str:
    """A name put together from its parts: the family name first, without a blank, where it is of Chinese characters
    (or kana), last elsewhere. Empty where both are."""
    given, family = given.strip(), family.strip()
    if family and _CHINESE.match(family):
        return family + given
    return f"{given} {family}".strip()


def agree(a: str, b: str) -> bool | None:
    """Whether two names are one: True, False, or None where one of them does not say enough."""
    one, other = normalise(a), normalise(b)
    if one is not None and other is not None:
        return one == other
    left, right = _plain(a), _plain(b)
    if left is None or right is None:
        return None
    first, second = _MASK.split(left)[0], _MASK.split(right)[0]
    shared = min(len(first), len(second))
    return None if first[:shared] == second[:shared] else False


def _plain(name: str) -> str | None:
    if len(name) > _LONGEST:
        return None
    text = simplified_characters(fold(name)).lower()
    text = re.sub(r"[(\[【<《].*?[)\]】>》]", "", text).strip()
    if not text or text in PLACEHOLDERS or re.search("[0-9]", text):
        return None
    text = _TITLES.sub("", text)
    text = re.sub(r"[\s.·•・,'-]+", "" if _CHINESE.search(text) else " ", text)
    return text.strip() or None
