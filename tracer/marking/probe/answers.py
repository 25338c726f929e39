"""What is typed into a service, and answers as people and scripts write them: yes or no, and names."""

from __future__ import annotations

import re
import unicodedata

from tracer.identify.person import agree


def dialled(key: int, region: str) -> str:
    """A number as people of the region type it: the national form for one of theirs, else with its country code.

    >>> dialled(8614200001234, "CN"), dialled(447700900123, "CN")
    ('142 0000 1234', '+44 7700 900123')
    """
    import phonenumbers

    number = phonenumbers.parse(f"+{key}")
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


_YES_WORDS = """
y yes yep true t 1 + ✓ ✔ ☑ found hit known shown listed 是 有 对 查到 找到 有结果 存在 命中 能查到 查得到 已查到
はい あり ある 예 네 있음 ja j oui si sí sì sim s da да д tak ano igen áno kyllä on evet e ναι כן نعم हाँ हां ใช่ có ya
jah já taip jā بله হ্যাঁ bəli gefunden trouvé encontrado encontrada trovato найден найдено gevonden znaleziono nalezeno
"""
_NO_WORDS = """
n no nope false f 0 - – — ✗ ✘ ☒ none nothing 否 无 無 没有 沒有 没 不是 未查到 查不到 未找到 没查到 查无
查无此人 无结果 不存在 未命中 いいえ なし ない 아니오 아니요 없음
nein nee non não nao nej nei ne нет н nie nem ei hayır hayir όχι לא لا नहीं ไม่
ไม่ใช่ không tidak nu nē نه না yox не
"""
_YES = frozenset(_YES_WORDS.split())
_NO = frozenset(_NO_WORDS.split()) | {
    "not found",
    "no result",
    "no results",
    "no record",
    "no match",
    "nicht gefunden",
    "non trouvé",
    "no encontrado",
    "non trovato",
    "não encontrado",
    "не найден",
    "не найдено",
    "niet gevonden",
    "nie znaleziono",
}
_MASK = re.compile(r"[*•●某×○]+|x{2,}")
FULL, MASKED, OTHER = "full", "masked", "other"
"""How a name that was shown compares with the one that the list has."""


def read_answer(text: str | None) -> bool | None:
    """Whether an answer says that somebody was found; None for a blank. Raises `ValueError` for anything else.

    >>> [read_answer(text) for text in ("Yes", "未查到", " NEIN ", None)]
    [True, False, False, None]
    """
    word = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text or "")).strip().casefold()
    word = word if len(word) == 1 else word.strip(" .。!！,，;；")
    if not word:
        return None
    if word in _YES or re.fullmatch(r"1\.0", word):
        return True
    if word in _NO or re.fullmatch(r"0\.0", word):
        return False
    raise ValueError(text)


def compare_names(shown: str, known: str) -> str | None:
    """full, masked (a part is shown, and it agrees) or other; None where one of them does not say enough.

    >>> compare_names("SCHMIDT, Anna", "Anna Schmidt"), compare_names("王*", "王小明"), compare_names("李四", "王小明")
    ('full', 'masked', 'other')
    """
    verdict = agree(shown, known)
    if verdict is True or (_words(shown) and sorted(_words(shown)) == sorted(_words(known))):
        return FULL
    words, wanted = _words(shown), _words(known)
    if not words or not wanted:
        return None
    if _is_part(words, wanted) or _is_part(wanted, words):
        return MASKED
    hidden = bool(_MASK.search(shown)) or any(len(word) == 1 and word.isascii() for word in words)
    return MASKED if hidden and _fits(words, wanted) else OTHER


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFKC", name).casefold()
    return [word for word in re.split(r"[\s,.·•・'’-]+", text) if word]


def _is_part(few: list[str], many: list[str]) -> bool:
    """Whether a name is a part of the other: a given name of the whole one, whole words of it."""
    if len(few) == len(many) == 1 and not few[0].isascii():
        return len(few[0]) > 1 and (many[0].endswith(few[0]) or many[0].startswith(few[0]))
    return len(few) < len(many) and all(len(word) > 1 for word in few) and set(few) <= set(many)


def _fits(shown: list[str], known: list[str]) -> bool:
    """Whether each word that was shown is the beginning and end of a word of the name, in any order."""
    left = list(known)
    for word in shown:
        pieces = [re.escape(piece) for piece in _MASK.split(word)]
        initial = len(word) == 1 and word.isascii()
        pattern = f"{pieces[0]}.*" if initial else ".*".join(pieces)
        hit = next((one for one in left if re.fullmatch(pattern, one)), None)
        if hit is None:
            return False
        left.remove(hit)
    return any(_MASK.sub("", word) for word in shown)
