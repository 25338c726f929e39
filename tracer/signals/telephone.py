"""Whose log is it? A telephone's own number, from the text around its records."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_NUMBER = re.compile(r"(?<!\d)\+?\d{8,15}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86)?1\d{10}(?!\d)")
_TITLE_WORDS = ("号码", "手机", "number", "用户")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?:年|[-/.]?(?:0[1-9]|1[0-2])(?!\d))")


def number_in_name(path: Path) -> str | None:
    """The number in the file's name (`sms-8613….xml`), or in that of its folder (`8613…/CallHistory.storedata`)."""
    for name in (path.stem, path.parent.name):
        # A backup's time stamp (sms-20260618124519.xml) has 14 digits and begins with a year.
        numbers = [found for found in _NUMBER.findall(name) if not re.fullmatch(r"20\d{6}(\d{6})?", found)]
        if numbers:
            return str(numbers[0])
    return None


def number_above(rows: Sequence[Sequence[str | None]]) -> str | None:
    """The number in the title rows of a bill: `手机号码：138…`, or alone in a cell next to such a word."""
    for row in rows:
        text = " ".join(cell for cell in row if cell)
        found = _MOBILE.search(text)
        if found is not None and any(word in text.casefold() for word in _TITLE_WORDS):
            return found[0]
    return None


def year_around(rows: Sequence[Sequence[str | None]], path: Path) -> int | None:
    """The year of a bill whose times have none: in its title rows (`2026年05月`), else in the file's name."""
    for text in (*(" ".join(cell for cell in row if cell) for row in rows), path.stem):
        found = _YEAR.search(text)
        if found is not None:
            return int(found[1])
    return None
