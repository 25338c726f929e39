"""How the library's arguments are declared, once for Python and the command line, and how they are read.

A parameter that a command has too is `Annotated` with its help text, or with an `Option` where the command line calls
or bounds it in a way of its own. `tracer.cli.operations` makes options, help and completion of that. Parameters that
several methods share are a `TypedDict`, which `with_fields` writes into the signature that Python shows.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache
from os import PathLike, fspath
from pathlib import Path
from types import SimpleNamespace, UnionType
from typing import Annotated, Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from tracer.errors import UsageError
from tracer.late_imports import imported_when_used

with imported_when_used():
    from tracer import records
    from tracer.dossier import vocabulary
    from tracer.dossier.vocabulary import did_you_mean, is_day, words_named
    from tracer.lists.read.model import Limits

F = TypeVar("F", bound=Callable[..., Any])
N = TypeVar("N", int, float)


@dataclass(frozen=True)
class Option:
    """What a command line must know of a parameter where name, type and default do not say it."""

    help: str
    """Empty for an argument, which is shown by its name alone."""
    metavar: str | None = None
    name: str = ""
    """How it is written, former names too: `--alias`; by default as the parameter is called."""
    words: tuple[str, ...] | str = ()
    """All that it may be, or the vocabulary that has them (`origin`)."""
    completes: str | Callable[[Any], Iterable[tuple[str, str]]] = ""
    """Words for a shell: a vocabulary (`channel`), a function below `tracer`, or what gives words with a line of help
    from what was typed before."""
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    read: Callable[[tuple[str, ...]], object] | None = None
    """What texts like `ROLE=COLUMN` come to; it raises `ValueError` or `UsageError`."""
    hidden: bool = False
    default: object = None
    """What a key of a `TypedDict`, which can have none itself, is where nothing is said."""


class PathKind(Enum):
    """What a path may lead to: a file, a folder, or a file or `-` for a standard stream."""

    FILE = "file"
    FOLDER = "folder"
    STREAM = "stream"


Day: TypeAlias = date | str
"""A day, or its text: `2026-05-01`."""
AnyPath: TypeAlias = str | PathLike[str]
"""A path as Python takes it."""
FilePath: TypeAlias = Annotated[AnyPath, PathKind.FILE]
FolderPath: TypeAlias = Annotated[AnyPath, PathKind.FOLDER]
StreamPath: TypeAlias = Annotated[AnyPath, PathKind.STREAM]


@dataclass(frozen=True)
class Annotation:
    """What the annotation of a parameter says."""

    option: Option | None
    """None where no command has it."""
    path: PathKind | None
    types: frozenset[type]
    several: bool
    """Whether it may be one value or several."""
    optional: bool
    """Whether it may be None."""

    @property
    def default(self) -> object:
        """What it is where a caller says nothing, as a key of a `TypedDict`."""
        usual = None if self.optional else () if self.several else False if self.types == {bool} else None
        return usual if self.option is None or self.option.default is None else self.option.default


def annotation(hint: Any) -> Annotation:
    """Read the annotation of a parameter.

    >>> annotation(Annotated[str | Iterable[str], "Id of what backs this."]).several
    True
    """
    options, kinds, types = list[Option](), list[PathKind](), set[type]()
    several = optional = False
    rest = [hint]
    while rest:
        one = rest.pop()
        origin, inner = get_origin(one), get_args(one)
        if origin is Annotated:
            for note in inner[1:]:
                if isinstance(note, PathKind):
                    kinds.append(note)
                else:
                    options.append(Option(note) if isinstance(note, str) else note)
            rest.append(inner[0])
        elif origin in (Union, UnionType):
            rest += inner
        elif origin in (Iterable, Sequence):
            several = True
            rest.append(inner[0])
        elif one is type(None):
            optional = True
        else:
            types.add(origin or one)
    return Annotation(next(iter(options), None), next(iter(kinds), None), frozenset(types), several, optional)


def parameters(method: Callable[..., Any]) -> dict[str, tuple[inspect.Parameter, Annotation]]:
    """The parameters of a function or method by name, with what their annotations say.

    What is annotated for type checkers alone, with a name that is not imported, is left out: no command has it.
    """
    kind, record = getattr(method, "__keywords__", (None, ""))
    found, keywords = {}, {} if kind is None else _fields(kind, record)
    for name, one in inspect.signature(method).parameters.items():
        if name in keywords:
            found[name] = (one, keywords[name])
            continue
        try:
            hints = SimpleNamespace(__annotations__={name: one.annotation})
            hint = get_type_hints(hints, inspect.unwrap(method).__globals__, include_extras=True)[name]
        except NameError:
            continue
        found[name] = (one, annotation(hint))
    return found


@cache
def _fields(kind: type, record: str = "") -> dict[str, Annotation]:
    """The keys of a `TypedDict`; what they lack of help and words is taken from the fields of a record."""
    found = {name: annotation(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}
    if not record:
        return found
    for field in records.declared_fields(getattr(records, record)).values():
        own = found.get(field.key)
        if own is not None and (own.option is None or not own.option.help):
            words = words_named(field.words) if field.words else ()
            shown = f": {', '.join(words[:3])} …" if words and words[0] not in field.says else "."
            text = f"{field.says[0].upper()}{field.says[1:]}{shown}"
            option = replace(own.option or Option(""), help=text, completes=field.words)
            found[field.key] = replace(own, option=option)
    return found


def with_fields(kind: type, record: str = "") -> Callable[[F], F]:
    """Write the keys of a `TypedDict`, which a method has as `**keywords`, into the signature that Python shows.

    record: of `tracer.records`, whose fields say what keys of the same name are.
    """

    def decorate(method: F) -> F:
        signature = inspect.signature(method)
        texts = {name: one.__forward_arg__ for name, one in kind.__annotations__.items()}
        own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        keys = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=texts[name])
            for name, one in _fields(kind).items()
        ]
        method.__signature__ = signature.replace(parameters=[*own, *keys])  # type: ignore[attr-defined]  # read by inspect
        method.__keywords__ = (kind, record)  # type: ignore[attr-defined]  # read by `parameters`
        return method

    return decorate


def plain(kind: type, given: Mapping[str, object]) -> dict[str, Any]:
    """All keys of a `TypedDict` as the rooms below take them: days as dates, paths as such, one or several as a tuple.

    Raises `TypeError`: it has no such key; `UsageError`: a day or path that cannot be.
    """
    unknown = given.keys() - _fields(kind).keys()
    if unknown:
        raise TypeError(f"unexpected keyword argument {min(unknown)!r}")
    found = dict[str, Any]()
    for name, one in _fields(kind).items():
        value: Any = given.get(name, one.default)
        if date in one.types:
            value = day(value, name)
        elif one.several:
            value = texts(value)
        elif PathLike in one.types:
            value = path_or_none(value)
        found[name] = value
    return found


def pairs(written: Iterable[str], what: str, where: str, remedy: str) -> list[tuple[str, str]]:
    """`KEY=VALUE`, each. Raises `UsageError`: a text that is not.

    >>> pairs(["phone=手机号"], "mapping", "--map", "write --map phone=手机号")
    [('phone', '手机号')]
    """
    found = []
    for text in written:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageError(f"invalid {what} {text!r}", where=where, remedy=remedy)
        found.append((key, value))
    return found


def columns_written(written: tuple[str, ...]) -> dict[str, list[str]]:
    """`ROLE=COLUMN`, each; of a role that is given several times, keys make one together."""
    columns: dict[str, list[str]] = {}
    for role, column in pairs(written, "mapping", "--map", "write --map phone=手机号"):
        if not column:
            raise UsageError(f"invalid mapping {role + '='!r}", where="--map", remedy="write --map phone=手机号")
        columns.setdefault(role, []).append(column)
    return columns


def limits_written(written: tuple[str, ...]) -> dict[str, int | str]:
    """`NAME=NUMBER`, each."""
    Limits.with_settings(written)  # a setting without a number is reported as it was written
    return {name: number for name, _, number in (one.partition("=") for one in written)}


def translation_written(written: tuple[str, ...]) -> dict[str, str] | None:
    """`LANG=TEXT`, each."""
    parts = [one.partition("=") for one in written]
    if not all(language and text.strip() for language, _, text in parts):
        raise ValueError('write LANG=TEXT, as in: en="We know nothing of it."')
    return {language.strip(): text.strip() for language, _, text in parts} or None


Backing: TypeAlias = Annotated[str | Iterable[str], Option("Id of what backs this.", "ID", "--evidence")]
Columns: TypeAlias = Mapping[str, str | Sequence[str]] | None
"""What a column is → its heading, or those of several: `{"phone": "手机号"}`."""


def day(value: Day | None, name: str) -> date | None:
    """The day that is meant; `name`: of the argument. Raises `UsageError`: none of 1900 to 2200.

    >>> day("2026-05-01", "obtained")
    datetime.date(2026, 5, 1)
    """
    if value is None:
        return None
    try:
        meant = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
        meant = meant or date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"invalid day {value!r}", where=name, remedy="write it like 2026-05-01") from None
    if not is_day(meant):
        raise UsageError(
            f"invalid day {value!r}",
            where=name,
            remedy=f"it must be from {vocabulary.FIRST_DAY.year} to {vocabulary.LAST_DAY.year}",
        )
    return meant


def path(value: AnyPath) -> Path:
    """The path that is meant. Raises `UsageError`: it is not a path."""
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
    """What a column is -> its name, or the names of several. Raises `UsageError`: names that are not texts.

    >>> columns_of({"phone": "手机号"})
    {'phone': '手机号'}
    """
    for role, named in (value or {}).items():
        several = [named] if isinstance(named, str) else list(named) if isinstance(named, Iterable) else [named]
        wrong = next((one for one in (role, *several) if not isinstance(one, str)), None)
        if wrong is not None:
            raise UsageError(
                f"invalid column {wrong!r} for {role!r}",
                where="columns",
                remedy="give each by its heading, as a text: {'phone': '手机号'}",
            )
    return value or {}


def one_of(value: str, words: Iterable[str], name: str) -> str:
    """One of a closed set of words. Raises `UsageError`: it is another; names the nearest."""
    known = tuple(words)
    if value not in known:
        near = did_you_mean(str(value), known)
        raise UsageError(f"invalid value {value!r}", where=name, remedy=near or f"one of: {', '.join(known)}")
    return value


def above_zero(value: N | None, name: str) -> N | None:
    """A number above 0, where one is given. Raises `UsageError`: it is 0, less, or not a number.

    >>> above_zero(20, "last")
    20
    """
    if value is not None and not value > 0:
        raise UsageError(f"invalid number {value!r}", where=name, remedy="give one above 0")
    return value


def share(value: float, name: str) -> float:
    """A number from 0 to 1. Raises `UsageError`: it is another.

    >>> share(0.5, "least")
    0.5
    """
    if not 0 <= value <= 1:
        raise UsageError(f"invalid share {value!r}", where=name, remedy="give a number from 0 to 1")
    return value


def language(lang: str) -> str:
    """`en` or `zh`."""
    return one_of(lang, ("en", "zh"), "lang")
