"""Names that people of a list's language have and the list has not, for personas whose name is to be a new one.

Halves of two Latin names make no name (`Rernd`), which a reader sees at once. Tables of real names by language are
Faker's (MIT).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules

_LIKE = 0.3
"""Share of a list's names that a table must have for its language to be the list's. A guess: a table of 500 surnames
has two in three of an English list's; a wrong language's has one in twenty."""
_FURTHER = ("en_US", "en_GB")
_APART = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts in which characters of two names make a third."""
_LOOKED_AT = 200
_PARTS = {"given_name": "first_names", "family_name": "last_names", "middle_name": "first_names"}


def made_of_halves(texts: Sequence[str]) -> bool:
    """Whether new names may be made of the halves of two: in scripts whose characters mean something by themselves."""
    looked_at = texts[:_LOOKED_AT]
    return sum(_APART.search(text) is not None for text in looked_at) * 2 > len(looked_at)


def fresh_names(texts: Sequence[str], piece: str, region: str) -> list[str]:
    """Names like `texts` (one a row) that are not among them, in the list's case; empty where its language is unknown.

    piece: `given_name`, `middle_name` or `family_name`; region: the list's country.
    """
    counts = Counter(text.casefold() for text in texts)
    best, covered = list[str](), _LIKE * counts.total()
    for locale in _locales(region):
        provider = import_module(f"faker.providers.person.{locale}").Provider
        names = [str(name) for name in getattr(provider, _PARTS[piece], ())]
        known = sum(counts[name.casefold()] for name in {*names})
        if known >= covered and known:
            best, covered = names, known
    write = _case_of(texts)
    return sorted({write(name) for name in best if name.casefold() not in counts and "{" not in name})


def _locales(region: str) -> list[str]:
    """Faker's languages of a country, and English."""
    path = import_module("faker.providers.person").__path__
    own = [module.name for module in iter_modules(path) if module.name.endswith(f"_{region}")]
    return [*own, *(name for name in _FURTHER if name not in own)]


def _case_of(texts: Sequence[str]) -> Callable[[str], str]:
    """How the list writes: in capitals, in small letters, or as the name is."""
    for write in (str.upper, str.lower):
        if sum(text == write(text) for text in texts) * 2 > len(texts):
            return write
    return str
