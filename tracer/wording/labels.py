"""Words outside findings: headings, labels and the data's own words, by key, with plain texts filled in."""

from __future__ import annotations

from functools import cache

from tracer.wording.catalogue_files import LINES, pattern_of, written
from tracer.wording.pattern import BrokenCatalogue, Call, Choice, Place
from tracer.wording.voice import spoken_by


def word(key: str, lang: str, /, **filled: object) -> str:
    """The words of `key` in `lang`; see `Voice.word`.

    >>> word("page-hits", "en", n=1200), word("page-hits", "zh", n=1200)
    ('1,200 found', '找到 1,200 项')

    Raises:
        BrokenCatalogue: no catalogue has the key, or it needs more than `filled`.
    """
    return spoken_by(lang).word(key, **filled)


def key_of(table: str, value: object) -> str | None:
    """The key of a word of the data in a table of words; None where the table does not have it.

    >>> key_of("page-role", "system_vendor"), key_of("page-role", "wizard")
    ('page-role-system-vendor', None)
    """
    key = f"{table}-{str(value).replace('_', '-').replace(' ', '-')}"
    return key if key in written() else None


def data_word(table: str, value: object, lang: str, /, **filled: object) -> str:
    """A word of the data in `lang`; what no catalogue has, because a person wrote it, stays as it is."""
    key = key_of(table, value)
    return str(value) if key is None else word(key, lang, **filled)


@cache
def templates(beginning: str, lang: str) -> dict[str, str]:
    """Key without its `beginning` -> words with `{name}` where something is filled in, for who fills them in himself.

    Raises:
        BrokenCatalogue: an entry chooses between words, which he cannot.
    """
    return {
        code.removeprefix(beginning): LINES[lang].join(
            "".join(_plain(element, code) for element in pattern_of(lang, code)).splitlines()
        )
        for code in written(lang)
        if code.startswith(beginning)
    }


def _plain(element: str | Place | Call | Choice, key: str) -> str:
    if isinstance(element, str):
        return element
    if isinstance(element, Place):
        return f"{{{element.name}}}"
    raise BrokenCatalogue(f"{key!r} may only have places to fill in", where="wording")
