"""Stretches of a text that can be somebody's name, address or key, to be looked up among the cells of the lists.

The selection rule. Chinese: a stretch of two to four characters between other signs, or before a form of address
(`王小明先生`); within longer stretches every three and four characters. Latin: two to four consecutive words.
What the tool itself says (its words, the parties' names) is none, should it be in a list. A name of two characters
within a sentence, and one Latin word alone, are not looked for: they are words of the language as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.identify.cell import ZERO_WIDTH, plain_digits
from tracer.policy import DIGIT_WORDS
from tracer.spellings.escapes import SeenStretches

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


def normalised_name(text: str) -> str:
    """A name as it is compared: lower case, blanks as one space."""
    return " ".join(text.split()).lower()


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


def named_stretches(text: str, seen: SeenStretches) -> Iterator[tuple[str, int]]:
    """Candidates (normalised) and where they begin."""
    for match in seen.new(_HAN, text):
        run = match.group(0)
        pieces = [run] if len(run) <= 4 else [run[i : i + n] for n in (3, 4) for i in range(len(run) - n + 1)]
        for form in _ADDRESSED.finditer(run):
            pieces += [run[max(0, form.start() - n) : form.start()] for n in _SHORT]
        yield from ((piece, match.start()) for piece in pieces if len(piece) >= 2)
    for match in seen.new(_LATIN, text):
        words = normalised_name(match.group(0)).split(" ")
        for n in _SEVERAL:
            for i in range(len(words) - n + 1):
                name = " ".join(words[i : i + n])
                if len(name) >= 6:
                    yield name, match.start()


def whole_cells(text: str, seen: SeenStretches) -> Iterator[tuple[str, int]]:
    """Stretches that can be a whole cell: an address."""
    for match in seen.new(_PIECES, text):
        name = normalised_name(match.group(0))
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


LEAST, MOST = 7, 18
"""Digits of a candidate: a local landline, and 15 of E.164 behind an exit code."""
_SPOKEN = {ord(word): digit for word, digit in DIGIT_WORDS.items()}
_SIGNS = r"\s().\-\u2010-\u2015\u2212\u00b7\u2022·/_,*\u3001+=&;#\\'"
"""What may separate two groups of a number, up to four of it: ` -- `."""
_SPOKEN_RUN = re.compile(rf"[%s][%s{_SIGNS}]{{6,}}" % (("".join(map(chr, _SPOKEN)),) * 2))
_MIXED_RUN = re.compile(rf"[\d%s][\d%s{_SIGNS}]{{6,}}" % (("".join(map(chr, _SPOKEN)),) * 2))
_ENGLISH = {
    word: str(digit)
    for digit, words in enumerate(
        ("zero|oh|nought", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
    for word in words.split("|")
}
_ENGLISH_WORD = re.compile("|".join(_ENGLISH), re.IGNORECASE)
_ENGLISH_RUN = re.compile(
    rf"(?<![a-z])(?:(?:{'|'.join(_ENGLISH)})(?![a-z])[\s,.\-]{{0,3}}){{7,}}", re.IGNORECASE | re.ASCII
)
_LOOKALIKES = str.maketrans("lIOo", "1100")
_LOOKALIKE = re.compile(r"(?<![0-9A-Za-z])(?:[lIOo]+\d|\d+[lIOo])[0-9lIOo]*(?![0-9A-Za-z])")
_UNSEEN = re.compile(f"[{ZERO_WIDTH}]")
_HASH = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{32,128}(?![0-9A-Za-z])")
_SOLID = re.compile(r"\d{7,}")
_TOKEN = re.compile(r"\d+")
_FRACTION = re.compile(r"(?<!\d)0\.$")
# What may not come before is looked at behind the first sign: `re` skips all that cannot be one at once.
_EXPONENT = re.compile(r"(\d)(?<![\d.].)\.(\d{6,14})[eE]\+?(\d{1,2})(?!\d)", re.DOTALL)
_GAP = rf"(?:[{_SIGNS}]{{1,4}}|[|:~xX×转\[\]{{}}])"
_GROUPED = re.compile(rf"[+＋(\d](?<![\d.,].)(?:(?<=[+＋])\s?\(?\d+|(?<=\()\d+|(?<=\d)\d*)(?:{_GAP}\d+)+", re.DOTALL)
_GEOMETRY = re.compile(
    r"""\s(?:d|points|transform|viewBox|data-natural|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|width|height|stroke-[a-z]+
    |font-size|value|z)=(?:"[-\d.,\s%a-zA-Z()]*"|'[-\d.,\s%a-zA-Z()]*')""",
    re.VERBOSE,
)
_MOBILE = re.compile(r"(?:00)?(?:86)?0?(1[3-9]\d{9})")
_LIKELY = re.compile(r"00|86|0?1[3-9]")
"""What digits in many groups begin with, where they are a number."""
_GROUPS = frozenset(
    tuple(map(int, groups))
    for groups in (
        "344 38 74 443 434 335 353 56 65 47 533 3332 2333 1334 1433 32222 122222 22223 3233 3422 3224 11111111111"
    ).split()
) | {(1, 10)}
"""How people write the eleven digits of a mobile number in groups."""
_LANDLINE = frozenset(tuple(map(int, groups)) for groups in "38 47 48 37 344 444 443 434 343 4222".split())
_FEW = 4
"""Gaps of a landline's groups, at most."""
_AREA_CODE = frozenset(groups[0] for groups in _LANDLINE)
"""Digits of a landline's first group."""


@dataclass(frozen=True)
class Digits:
    """A candidate: its digits, and their start and end in the text that was looked through."""

    digits: str
    start: int
    end: int


def plain(text: str) -> str:
    """`text` with digits of every script and in words as 0 to 9, full-width forms plain, invisible signs away."""
    if not text.isascii():
        text = plain_digits(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)))
        text = _SPOKEN_RUN.sub(lambda match: match.group(0).translate(_SPOKEN), text)
    return _EXPONENT.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    """`1.4001234567E+10` as its digits; digits that were lost are not made up."""
    power, digits = int(match.group(3)), match.group(1) + match.group(2)
    return match.group(0) if power >= MOST else digits[: power + 1].ljust(power + 1, "0")


def hashes(text: str) -> Iterator[str]:
    """Hexadecimal digits that are as long as a hash, in lower case."""
    return (match.group(0).lower() for match in _HASH.finditer(text))


def numbers(text: str, *, running: bool, drawn: bool = False) -> Iterator[Digits]:
    """Candidates in a `plain` text, hashes apart; of digits in groups only where `running`.

    drawn: whether figures of drawings can be in it.
    """
    text = _HASH.sub(lambda match: " " * len(match.group(0)), text)
    if drawn:
        text = _GEOMETRY.sub(_only_solid, text)
    if running:  # words and letters that stand for digits, each in its place
        text = _LOOKALIKE.sub(lambda match: match.group(0).translate(_LOOKALIKES), text)
        if not text.isascii():
            text = _MIXED_RUN.sub(lambda match: match.group(0).translate(_SPOKEN), text)
        text = _ENGLISH_RUN.sub(_english, text)
    for match in _SOLID.finditer(text):
        yield from _solid(text, match)
    if running:
        for match in _GROUPED.finditer(text):
            yield from _grouped_digits(match)


def _english(match: re.Match[str]) -> str:
    said = match.group(0)
    digits = "".join(_ENGLISH[word.lower()] for word in _ENGLISH_WORD.findall(said))
    return f" {digits} ".ljust(len(said))


def _only_solid(match: re.Match[str]) -> str:
    """A drawing's figures are not groups of one number."""
    kept = re.sub(r"(?<!\d)\d{1,6}(?!\d)", lambda short: " " * len(short.group(0)), match.group(0))
    return re.sub(r"[.,]", " ", kept)


def _solid(text: str, match: re.Match[str]) -> Iterator[Digits]:
    start, digits = match.start(), match.group(0)
    if _FRACTION.search(text[max(0, start - 3) : start]) or (
        text[start - 2 : start].strip("0123456789") == "." and len(digits) != 11
    ):
        return  # the places behind a point; but `1.14001234567` is the first number of a list
    if len(digits) <= MOST:
        yield Digits(digits, start, match.end())
    if len(digits) > 11:  # run together with other digits
        for offset in range(len(digits) - 10):
            if _MOBILE.fullmatch(digits[offset : offset + 11]):
                yield Digits(digits[offset : offset + 11], start + offset, start + offset + 11)


def _grouped_digits(match: re.Match[str]) -> Iterator[Digits]:
    whole = match.group(0)
    tokens = list(_TOKEN.finditer(whole))
    texts = [token.group(0) for token in tokens]
    international = whole.lstrip().startswith(("+", "＋"))
    for first, digits in enumerate(texts):
        if digits == "0" and whole[tokens[first].end() : tokens[first].end() + 1] == ".":
            continue  # a fraction
        for last in range(first + 1, min(first + 18, len(tokens))):
            digits += texts[last]  # noqa: PLW2901 - the groups from the first on
            if len(digits) > MOST:
                break
            if len(digits) < LEAST:
                continue
            likely = (international and first == 0) or _LIKELY.match(digits)
            if not likely and (last - first > _FEW or len(texts[first]) not in _AREA_CODE):
                break  # a landline at most, and further groups make none of it
            groups = tuple(map(len, texts[first : last + 1]))
            gaps = [whole[a.end() : b.start()] for a, b in zip(tokens[first:last], tokens[first + 1 :], strict=False)]
            if _is_number(digits, groups, gaps, international=international and first == 0):
                yield Digits(digits, match.start() + tokens[first].start(), match.start() + tokens[last].end())


def _is_number(digits: str, groups: tuple[int, ...], gaps: list[str], *, international: bool) -> bool:
    if (international and not any("+" in gap for gap in gaps)) or digits.startswith("00"):
        return len(digits) >= 8  # `+102.3+85.0` is a sum
    mobile = _MOBILE.fullmatch(digits)
    if mobile is not None:
        # The groups without an exit or country code, which may be run together with the next.
        rest, ahead = list(groups), len(digits) - 11
        while ahead > 0 and rest:
            taken = min(ahead, rest[0])
            rest[0] -= taken
            ahead -= taken
            if rest[0] == 0:
                rest.pop(0)
        one_sign = len(set(gaps)) == 1 and gaps[0].strip() not in ("", ",")
        return tuple(rest) in _GROUPS or len(rest) == 1 or one_sign
    if digits.startswith("86") and groups[0] == 2:
        return 9 <= len(digits) - 2 <= 12
    return groups in _LANDLINE and (digits.startswith("0") or any(gap.strip() for gap in gaps))
