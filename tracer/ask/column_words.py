"""Headings of columns and the data's own words in a reader's language, where the catalogues have them.

English keeps the keys of JSON, by which parameters are given and fields are found.
"""

from __future__ import annotations

from functools import cache

from tracer.wording import key_of, word
from tracer.wording.columns import SECTIONS

ALWAYS = {"reading": "kind", "verdict": "verdict", "role": "role", "basis": "basis", "event": "event"}
"""Column -> table of words, in whatever rows it is."""


def heading(column: str, lang: str) -> str:
    """What a column is called.

    >>> heading("seen_in", "zh"), heading("seen_in", "en"), heading("no_such", "zh")
    ('出现于', 'seen_in', 'no_such')
    """
    key = None if lang == "en" else key_of("page-col", column)
    return column if key is None else word(key, lang)


def cell(of: str, column: str, text: str, lang: str) -> str:
    """A word of the data in a column of the query or section `of`; anything else as it is.

    >>> cell("retention", "reading", "passed_on", "zh"), cell("datasets", "format", "csv", "zh")
    ('转出', 'csv')
    """
    table = None if lang == "en" else _tables().get((of, column), ALWAYS.get(column))
    key = None if table is None else key_of(f"page-{table}", text)
    return text if key is None else word(key, lang)


def truth(value: bool, lang: str) -> str:
    """Yes or no."""
    return word("page-yes" if value else "page-no", lang) if lang != "en" else "yes" if value else "no"


@cache
def _tables() -> dict[tuple[str, str], str]:
    return {
        (section.name, column.key): column.shown
        for section in SECTIONS for column in section.columns if column.shown not in ("grade", "text")
    }  # fmt: skip
