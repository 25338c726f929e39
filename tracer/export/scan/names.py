"""Stretches of a text that can be somebody's name, address or key, to be looked up among the cells of the lists.

The selection rule. Chinese: a stretch of two to four characters between other signs, or before a form of address
(`王小明先生`); within longer stretches every three and four characters. Latin: two to four consecutive words.
What the tool itself says (its words, the parties' names) is none, should it be in a list. A name of two characters
within a sentence, and one Latin word alone, are not looked for: they are words of the language as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from tracer.spelled.stretches import SeenStretches

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af·]{2,}")
_ADDRESSED = re.compile(r"(先生|女士|小姐|太太|老师|同学|经理|总监|师傅|医生|律师|阿姨|叔叔)")
_WORD = r"[^\W\d_]++(?:[-'’][^\W\d_]++)*+"
_LATIN = re.compile(rf"{_WORD}(?:[ \u00a0]{_WORD})++")
_LONGEST_LOCAL = 64
"""Characters before the `@` of an address."""
_LOCAL_SIGN = r"[\w.+%&'*/=?^`{|}~!#$-]"
_LOCAL = re.compile(rf"{_LOCAL_SIGN}+\Z")
_EMAIL = re.compile(rf"{_LOCAL_SIGN}{{1,{_LONGEST_LOCAL}}}@(?:[\w-]+\.)+[\w-]{{2,}}")
_PIECES = re.compile(r"[^\n\r\t\"'<>|;；。！？!?“”]+")
_TOKENS = re.compile(r"[^\s\"'<>|;；。！？“”,，()（）\[\]{}=]{6,64}")
_SHORT, _SEVERAL = (2, 3, 4), (2, 3, 4)
"""Characters of a Chinese name, and words of a Latin one."""
LEAST_DIGITS_OF_KEY = 9
"""Digits of a member number that is looked for: fewer are counts and days."""


def normalised(text: str) -> str:
    """A name as it is compared: lower case, blanks as one space."""
    return " ".join(text.split()).lower()


class OwnText:
    """A text whose parts are not taken for names; made when the first is asked for."""

    def __init__(self, text: str | Callable[[], str]) -> None:
        self._given = text

    @cached_property
    def _text(self) -> str:
        return (self._given if isinstance(self._given, str) else self._given()).lower()

    def __contains__(self, part: object) -> bool:
        return isinstance(part, str) and part in self._text


def emails(text: str) -> Iterator[re.Match[str]]:
    """Addresses, the longest that each `@` can be part of; texts have few of these signs."""
    behind, at = 0, text.find("@")
    while at >= 0:
        local = _LOCAL.search(text, max(behind, at - _LONGEST_LOCAL), at)
        match = None if local is None else _EMAIL.match(text, local.start())
        if match is not None:
            yield match
            behind = match.end()
        at = text.find("@", max(at + 1, behind))


def names(text: str, seen: SeenStretches) -> Iterator[tuple[str, int]]:
    """Candidates (normalised) and where they begin."""
    for match in seen.new(_HAN, text):
        run = match.group(0)
        pieces = [run] if len(run) <= 4 else [run[i : i + n] for n in (3, 4) for i in range(len(run) - n + 1)]
        for form in _ADDRESSED.finditer(run):
            pieces += [run[max(0, form.start() - n) : form.start()] for n in _SHORT]
        yield from ((piece, match.start()) for piece in pieces if len(piece) >= 2)
    for match in seen.new(_LATIN, text):
        words = normalised(match.group(0)).split(" ")
        for n in _SEVERAL:
            for i in range(len(words) - n + 1):
                name = " ".join(words[i : i + n])
                if len(name) >= 6:
                    yield name, match.start()


def pieces(text: str, seen: SeenStretches) -> Iterator[tuple[str, int]]:
    """Stretches that can be a whole cell: an address."""
    for match in seen.new(_PIECES, text):
        name = normalised(match.group(0))
        if 8 <= len(name) <= 120:
            yield name, match.start()


def tokens(text: str, seen: SeenStretches) -> Iterator[tuple[str, int]]:
    """Stretches without blanks that can be the value of a key column: a domain, a member number."""
    for match in seen.new(_TOKENS, text):
        token = match.group(0).strip(".:").lower()
        if token.isdigit() and len(token) < LEAST_DIGITS_OF_KEY:
            continue
        if "." in token or any(map(str.isdigit, token)):
            yield token, match.start()
