"""What a caller may hand over, as the rooms below take it: days, paths, words of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from os import PathLike, fspath
from pathlib import Path
from typing import TypeAlias, TypeVar

from tracer.errors import UsageError

Day: TypeAlias = date | str
"""A day, or its text: `2026-05-01`."""
N = TypeVar("N", int, float)
AnyPath: TypeAlias = str | PathLike[str]
"""A path as Python takes it."""


def day(value: Day | None, name: str) -> date | None:
    """The day that is meant; `name`: of the argument.

    Raises:
        UsageError: none of 1900 to 2200.

    >>> day("2026-05-01", "obtained")
    datetime.date(2026, 5, 1)
    """
    from tracer.dossier.vocabulary import FIRST_DAY, LAST_DAY, is_day

    if value is None:
        return None
    try:
        meant = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
        meant = meant or date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"invalid day {value!r}", where=name, remedy="write it like 2026-05-01") from None
    if not is_day(meant):
        raise UsageError(
            f"invalid day {value!r}", where=name, remedy=f"it must be from {FIRST_DAY.year} to {LAST_DAY.year}"
        )
    return meant


def path(value: AnyPath) -> Path:
    """The path that is meant.

    Raises:
        UsageError: it is not a path.
    """
    try:
        return Path(fspath(value))
    except TypeError:
        raise UsageError(f"not a path: {value!r}", remedy="give a text or a pathlib.Path") from None


def path_or_none(value: AnyPath | None) -> Path | None:
    """The path that is meant, where one is given."""
    return None if value is None else path(value)


def paths(value: AnyPath | Iterable[AnyPath]) -> tuple[Path, ...]:
    """One path or several.

    >>> [str(one) for one in paths(["a.csv", "b.csv"])]
    ['a.csv', 'b.csv']
    """
    several = (value,) if isinstance(value, str | PathLike) else value
    return tuple(path(one) for one in several)


def texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    """One text or several.

    >>> texts("v1"), texts(["v1", "v2"]), texts(None)
    (('v1',), ('v1', 'v2'), ())
    """
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def columns_of(value: Mapping[str, str | Sequence[str]] | None) -> Mapping[str, str | Sequence[str]]:
    """What a column is -> its name, or the names of several.

    Raises:
        UsageError: names that are not texts.

    >>> columns_of({"phone": "手机号"})
    {'phone': '手机号'}
    """
    for role, named in (value or {}).items():
        several = [named] if isinstance(named, str) else list(named) if isinstance(named, Iterable) else [named]
        wrong = next((one for one in (role, *several) if not isinstance(one, str)), None)
        if wrong is not None:
            raise UsageError(
                f"invalid column {wrong!r} for {role!r}", where="columns",
                remedy="give each by its heading, as a text: {'phone': '手机号'}",
            )  # fmt: skip
    return value or {}


def one_of(value: str, words: Iterable[str], name: str) -> str:
    """One of a closed set of words.

    Raises:
        UsageError: it is another; names the nearest.
    """
    from tracer.dossier.vocabulary import did_you_mean

    known = tuple(words)
    if value not in known:
        near = did_you_mean(str(value), known)
        raise UsageError(f"invalid value {value!r}", where=name, remedy=near or f"one of: {', '.join(known)}")
    return value


def above_zero(value: N | None, name: str) -> N | None:
    """A number above 0, where one is given.

    Raises:
        UsageError: it is 0, less, or not a number.

    >>> above_zero(20, "last")
    20
    """
    if value is not None and not value > 0:
        raise UsageError(f"invalid number {value!r}", where=name, remedy="give one above 0")
    return value


def share(value: float, name: str) -> float:
    """A number from 0 to 1.

    Raises:
        UsageError: it is another.

    >>> share(0.5, "least")
    0.5
    """
    if not 0 <= value <= 1:
        raise UsageError(f"invalid share {value!r}", where=name, remedy="give a number from 0 to 1")
    return value


def language(lang: str) -> str:
    """`en` or `zh`."""
    return one_of(lang, ("en", "zh"), "lang")
