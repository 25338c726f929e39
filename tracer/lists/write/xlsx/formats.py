"""What the formats of a workbook's cells are for: dates, times, or plain numbers."""

from __future__ import annotations

import datetime as dt
import re

_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_CODE = re.compile(rb'<(?:\w+:)?numFmt\b[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"')
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Formats of dates and times that need no code (ECMA-376, 18.8.30)."""
_EPOCHS = {False: dt.datetime(1899, 12, 30), True: dt.datetime(1904, 1, 1)}
_LAST_DIGITS = 15


class NumberFormats:
    """The number formats of a workbook's cell formats."""

    def __init__(self, styles: bytes, *, from_1904: bool) -> None:
        self.from_1904 = from_1904
        block = _FORMATS.search(styles)
        xfs = [] if block is None else _FORMAT.findall(block.group())
        self._ids = [int(found.group(1)) if (found := re.search(rb'numFmtId="(\d+)"', xf)) else 0 for xf in xfs]
        self._codes = {int(number): code for number, code in _CODE.findall(styles)}

    def same(self, one: bytes | None, other: bytes | None) -> bool:
        """Whether two cell formats show a number alike."""
        return self._id(one) == self._id(other)

    def is_date(self, style: bytes | None) -> bool:
        """Whether a cell format shows a number as a date or time."""
        number = self._id(style)
        if number in _DATES:
            return True
        code = re.sub(rb'"[^"]*"|&quot;.*?&quot;|\\.|\[(?![hms]+\])[^\]]*\]', b"", self._codes.get(number, b""))
        return re.search(rb"[ymdhs]", code, re.IGNORECASE) is not None and b"General" not in code

    def number(self, text: str, style: bytes | None) -> bytes | None:
        """A text as the number that a cell of this format holds; None where it is none."""
        if self.is_date(style):
            try:
                if re.fullmatch(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?", text):
                    time = dt.time.fromisoformat(text.zfill(5))
                    seconds = time.hour * 3600 + time.minute * 60 + time.second
                    return repr(seconds / 86_400).encode()
                moment = dt.datetime.fromisoformat(text)
            except ValueError:
                return None
            days = (moment.replace(tzinfo=None) - _EPOCHS[self.from_1904]) / dt.timedelta(days=1)
            return (str(int(days)) if days == int(days) else repr(days)).encode()
        if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", text) is None:
            return None
        digits = re.sub(r"[eE].*|\D", "", text).strip("0")
        return text.encode() if len(digits) <= _LAST_DIGITS or float(text) == float(repr(float(text))) else None

    def _id(self, style: bytes | None) -> int:
        at = int(style or 0)
        return self._ids[at] if at < len(self._ids) else 0
