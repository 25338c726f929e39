"""The formats of call, SMS and mail records, read from `formats.toml`: a new table format is a description, no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tracer.documents import toml_of

FIELDS = (
    "at", "date", "clock", "caller", "called", "other", "own", "channel", "direction", "duration", "text",
)  # fmt: skip
"""What a record may say. `date` and `clock` together are `at`; `other` and `own` are a telephone's view."""
CHANNELS = ("call", "sms", "flash_sms", "email")
"""How a signal may have come."""


@dataclass(frozen=True)
class SignalFormat:
    """One format; `formats.toml` explains the keys."""

    name: str
    """As in `format = "…"` and `--as`."""
    title: str
    reader: str = "table"
    """`table`, `xml`, `sqlite`, `mail` or `allowed`."""
    view: str = "switch"
    """`switch`: records name the called number; `telephone`: the log of one telephone, with the other side's number."""
    columns: Mapping[str, int] = field(default_factory=dict)
    """Field → column, from 0, in a format without a header."""
    at_least: int = 0
    """Columns of such a table, at least."""
    at_most: int = 0
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field → folded header words or JSON paths, in order of preference."""
    needs: tuple[str, ...] = ()
    """Fields without which it is another format."""
    marks: tuple[str, ...] = ()
    """Folded header words of which one must be there, whatever it says."""
    channel: str = "call"
    """The channel of records that do not tell."""
    texts: str | None = None
    """The channel of tables that have a column of texts; None: `channel` as well."""
    times: tuple[str, ...] = ()
    """Time formats of DuckDB's strptime, tried in order."""
    zone: str | None = None
    """IANA zone of times that name none; None: the region's."""
    zone_names: Mapping[str, str] = field(default_factory=dict)
    """Zone as its times name it → offset like `+08:00`."""
    incoming: tuple[str, ...] = ()
    """Folded words for a record that the telephone received."""
    outgoing: tuple[str, ...] = ()
    """Folded words for one that it made itself: no signal."""
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Channel → folded words by which records name it."""
    directed: bool = False
    """Whether what a switch's `direction` column calls outgoing does not count as a signal."""
    percent: bool = False
    """Whether values are percent-encoded."""


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


@cache
def formats() -> tuple[SignalFormat, ...]:
    """All formats; of several that fit, the earlier is taken."""
    described = toml_of((Path(__file__).parent / "formats.toml").read_text(encoding="utf-8"))
    return tuple(SignalFormat(**_tuples({**described["common"], **entry})) for entry in described["format"])


def format_names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(form.name for form in formats())


def format_named(name: str) -> SignalFormat:
    """The format of this name; the caller has checked it. Raises `KeyError`."""
    return {form.name: form for form in formats()}[name]


def fold_heading(header: str) -> str:
    """A header as the formats write it: lower case, no blanks, `_` and `-`; full-width signs narrowed."""
    return header.casefold().translate(str.maketrans("（）／：", "()/:", " _-\t\n\ufeff　")).removesuffix("(元)")
