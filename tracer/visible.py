"""The one place that knows which characters may not be shown as they are, and what stands for them.

Column headings, names and notes are other people's words: an escape sequence in one writes to the clipboard of a reader
at a terminal, a bidirectional mark turns a name around, a character without width makes two names look alike.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe"
    "\uffff\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)
"""Unicode's control, format, surrogate and line separating characters, and those that have no width; but for line feed
and tab, with which the tool itself sets lines and columns."""
_LONGEST = 24
"""Signs of a shape: more say nothing of what is wrong."""
_LINE = re.compile("[\t\n\r\u000b\u000c\u0085\u2028\u2029]+")
_FORMULA = re.compile(r"^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n|%]")
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d \-.*()]*")
"""`+86 138****5678`, `-5`: a spreadsheet reads them as text or number, never as a formula that acts."""


def visible(text: str) -> str:
    r"""`text` with each character that steers a terminal or cannot be seen written as JSON writes it.

    What is JSON stays JSON of the same meaning; what is visible already stays as it is.

    >>> visible("a\x1b]52;c;eA==\x07")
    'a\\u001b]52;c;eA==\\u0007'
    """
    return _UNSEEN.sub(_escaped_match, text)


def label(text: str) -> str:
    """`text` as a name, heading or sentence that leaves a case: visible, and on one line.

    >>> label("one\\r\\ntwo")
    'one two'
    """
    return visible(_LINE.sub(" ", text))


def shape(text: str) -> str:
    """What a text looks like, for an error about a file that may be a list of people: letters x, digits *.

    >>> shape("Bela Lofthouse,(352) 555-0188")
    'xxxx xxxxxxxxx,(***) ***…'
    """
    plain = label(text)
    signs = ("x" if sign.isalpha() else "*" if sign.isdigit() else sign for sign in plain[:_LONGEST])
    return "".join(signs) + ("…" if len(plain) > _LONGEST else "")


def _escaped_match(match: re.Match[str]) -> str:
    units = match.group(0).encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def defused(text: str) -> str:
    """`text` as a spreadsheet may have it; NUL, which no CSV reader takes, becomes U+FFFD."""
    text = text.replace("\x00", "\ufffd")
    acts = _FORMULA.match(text) is not None and _PLAIN_NUMBER.fullmatch(text) is None
    return f"'{text}" if acts or text.startswith("'") else text


def undefused(text: str) -> str:
    """The text that `defused` was given."""
    return text.removeprefix("'")


def written_in_chinese(text: str) -> bool:
    """Whether somebody wrote it in Chinese: at least a quarter of its letters are, none are kana or Hangul.

    >>> written_in_chinese("我们已删除"), written_in_chinese("We deleted it, 张"), written_in_chinese("削除しました")
    (True, False, False)
    """
    letters = [sign for sign in text if sign.isalpha()]
    if any("\u3040" <= sign <= "\u30ff" or "\uac00" <= sign <= "\ud7af" for sign in letters):
        return False
    return 4 * sum("\u3400" <= sign <= "\u9fff" for sign in letters) >= max(len(letters), 1)
