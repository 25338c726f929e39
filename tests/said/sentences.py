"""What sentences say of statements, wherever they stand: read by their fixed words around the names of a case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from tests.said.statements import WORDS, Names, Saying

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_D, _D2, _P, _R = (
    rf"⟨{mark}:(?P<{name}>[\w.@#-]+)⟩" for mark, name in (("D", "d"), ("D", "e"), ("P", "p"), ("R", "r"))
)
_N = r"(?P<n><?[\d,]+)"
_EN_DAY = rf"(?P<day>\d{{1,2}} (?:{'|'.join(_MONTHS)}) \d{{4}})"
_ZH_DAY = r"(?P<day>\d{4}年\d{1,2}月\d{1,2}日)"
_EN_WORD = r"(?P<word>practically certain|very likely|likely|more likely than not|cannot be told)"
_ZH_WORD = r"(?P<word>几乎可以肯定|极有可能|很可能|可能性较大|无法判断)"
_PERCENT = r"(?P<percent>[<>]?\d+(?:\.\d+)?%)"
_HELD_EN = r"(?:, held by ⟨P:[\w.@#-]+⟩(?: on [\w ]+?)?,?)?"

COPIED = {
    "en": (
        rf"{_D}{_HELD_EN} (?P<how>was copied from|may have been copied from|is a later version of"
        rf"|may be a later version of) {_D2}"
    ),
    "zh": rf"(?<!若)(?<!若 ){_D} ?(?P<how>可能复制自|复制自|可能是|是) ?{_D2}(?:的后续版本|的后续版本)?",
}
"""Who was copied from whom, and whether it is said outright."""
_INLINE = {
    "en": rf" \((?:{_EN_WORD}, )?{_PERCENT}; (?P<grade>G\d)\)",
    "zh": rf"（(?:{_ZH_WORD}，)?{_PERCENT}；(?P<grade>G\d)）",
}
_SURE = {"en": rf"(?:{_EN_WORD}, )?{_PERCENT}", "zh": rf"(?:{_ZH_WORD}，)?{_PERCENT}"}
_DAYS = {
    "en": (
        (rf"{_D}, held by ⟨P:[\w.@#-]+⟩ on {_EN_DAY}", "seen"),
        (rf"⟨P:[\w.@#-]+⟩ (?:held|had) {_D} on {_EN_DAY}", "seen"),
        (rf"{_D} was (?P<event>made|exported|obtained) on {_EN_DAY}", "event"),
    ),
    "zh": (
        (rf"{_D}，由⟨P:[\w.@#-]+⟩持有（{_ZH_DAY}）", "seen"),
        (rf"⟨P:[\w.@#-]+⟩于{_ZH_DAY}持有的{_D}", "seen"),
        (rf"{_D}于{_ZH_DAY}(?P<event>生成|导出|取得)", "event"),
    ),
}
_EVENTS = {
    "made": "created", "exported": "exported", "obtained": "obtained",
    "生成": "created", "导出": "exported", "取得": "obtained",
}  # fmt: skip
_COUNTS = {
    "en": (
        (rf"{_N} of the (?P<whole>[\d,]+) contacts of {_D} are also in {_D2}", "shared"),
        (rf"{_N} contacts in {_D} are also in {_D2}(?! and in no)", "shared"),
        (rf"{_N} contacts of {_D} are in {_D2}", "shared"),
        (rf"{_D} has {_N} contacts that {_D2} lacks", "rest"),
        (rf"of the {_N} contacts that {_D} and {_D2} share", "shared"),
        (rf"{_D}, held by ⟨P:[\w.@#-]+⟩ on [\w ]+?, {_N} contacts", "contacts"),
        (rf"{_D} has {_N} contacts[,.]", "contacts"),
    ),
    "zh": (
        (rf"{_D} ?的 (?P<whole>[\d,]+) 个联系人中，有 {_N} 个也在 ?{_D2} ?中", "shared"),
        (rf"{_D} ?有 {_N} 个联系人是 ?{_D2} ?没有的", "rest"),
    ),
}
_NO_STATEMENT = (
    r"\b(?:if|whether|Was)\b|likely: |cannot be told|explanations?\b|Either |是否|若|解释|无法判断|可能性为|还是"
)
"""How sentences begin that ask, suppose, or give another explanation: they state no copying."""
_REPLIES = {
    "en": r"⟨P:([\w.@#-]+)⟩: (answered|no reply by the deadline|asked, not yet due|not asked)(?=[;.|\s])",
    "zh": r"⟨P:([\w.@#-]+)⟩：(已答复|逾期未答复|已询问，未到期|未询问)",
}
_STATES = {
    "answered": "answered", "no reply by the deadline": "no_reply", "asked, not yet due": "asked",
    "not asked": "not_asked", "已答复": "answered", "逾期未答复": "no_reply", "已询问，未到期": "asked",
    "未询问": "not_asked",
}  # fmt: skip


def folded(text: str, lang: str) -> str:
    """Text of several lines as one: the frame of a tree goes, and what was broken is put together."""
    text = re.sub(r"[│├└─┌┐┘┴┬]", " ", unicodedata.normalize("NFC", text))
    if lang == "zh":
        text = re.sub(r"(?<=[\u2e80-\uffef>\d,.%（）])\s*\n\s*(?=[\u2e80-\uffef>\d,.%（）])", "", text)
    return re.sub(r"\s+", " ", text)


def day_in(text: str) -> str:
    """A day as people write it, in ISO 8601."""
    if "年" in text:
        return date(*(int(one) for one in re.findall(r"\d+", text))).isoformat()
    number, month, year = text.split()
    return date(int(year), _MONTHS.index(month) + 1, int(number)).isoformat()


def sayings_in(outlet: str, text: str, lang: str, names: Names) -> Iterator[Saying]:
    """What the sentences of a text say of derivations, of counts and of days."""
    marked = names.marked(folded(text, lang))
    yield from _copied(outlet, marked, lang)
    yield from _counted(outlet, marked, lang)
    for found in re.finditer(_REPLIES[lang], marked):
        yield Saying(outlet, ("reply", found[1]), "reply", _STATES[found[2]])
    for pattern, kind in _DAYS[lang]:
        for found in re.finditer(pattern, marked):
            if kind == "seen" and re.search(r"(?:still|仍) ?\Z", marked[: found.start("d") - 3].rpartition("⟩")[2]):
                continue  # it still had the client's list: the day is that of what was seen
            field = "shown" if kind == "seen" else _EVENTS[found["event"]]
            yield Saying(outlet, ("list", found["d"]), field, day_in(found["day"]))


def _copied(outlet: str, marked: str, lang: str) -> Iterator[Saying]:
    for found in re.finditer(COPIED[lang] + rf"(?P<inline>{_INLINE[lang]})?", marked):
        if found["how"] in ("是", "可能是") and not found[0].endswith("后续版本"):
            continue
        sentence = re.split(r"。|\.(?!\d)", marked[: found.start()])[-1]
        if re.search(_NO_STATEMENT, sentence):
            continue
        key = ("derivation", found["e"], found["d"])
        if found["inline"]:
            yield Saying(outlet, key, "probability", found["percent"])
            yield Saying(outlet, key, "grade", found["grade"])
            if found["word"]:
                yield Saying(outlet, key, "word", WORDS[found["word"]])
        perhaps = found["how"].startswith(("may", "可能"))
        yield Saying(outlet, key, "firm", "perhaps" if perhaps else "firm")
        if not found["inline"]:
            yield Saying(outlet, key, "direction", "told")


def _counted(outlet: str, marked: str, lang: str) -> Iterator[Saying]:
    for pattern, kind in _COUNTS[lang]:
        for found in re.finditer(pattern, marked):
            a = found["d"]
            if kind == "contacts":
                yield Saying(outlet, ("list", a), "contacts", found["n"])
                continue
            b = found["e"]
            yield Saying(outlet, ("pair", a, b), kind, found["n"])
            if "whole" in found.groupdict():
                yield Saying(outlet, ("list", a), "contacts", found["whole"])


def sure_in(text: str, lang: str) -> tuple[str, str] | None:
    """The first `very likely, 97%` of a text: word and number; not what a judged one would be without the judgement."""
    found = re.search(_SURE[lang], re.sub(r"(?:without that: |若不计此判断：)[^;；。]*", "", text))
    return None if found is None else (WORDS.get(found["word"] or "", ""), found["percent"])
