"""The formats of call, SMS and mail records, read from `formats.toml`: a new table format is a description, no code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracer.documents import toml_of
from tracer.plugins import Plugin, PluginGroup, find, leave_out, load, names

CHANNELS = ("call", "sms", "flash_sms", "email")
"""How a signal may have come."""
OWN = "own"
"""In a plan of campaigns, in place of a copy: a mailing of the owner, from his own database, to home canaries."""


@dataclass(frozen=True)
class SignalFormat:
    """One format; `formats.toml` explains the keys. Words are folded as by `fold_heading`."""

    name: str
    """As in `format = "…"` and `--as`."""
    title: str
    reader: str = "table"
    view: str = "switch"
    columns: Mapping[str, int] = field(default_factory=dict)
    at_least: int = 0
    at_most: int = 0
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    channel: str = "call"
    texts: str | None = None
    times: tuple[str, ...] = ()
    zone: str | None = None
    """IANA name."""
    zone_names: Mapping[str, str] = field(default_factory=dict)
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    directed: bool = False
    percent: bool = False


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return value


@cache
def described() -> Mapping[str, Any]:
    """What `formats.toml` says."""
    return toml_of((Path(__file__).parent / "formats.toml").read_text(encoding="utf-8"))


FIELDS: tuple[str, ...] = tuple(described()["fields"])
"""What a record may say; `formats.toml` explains them."""


@cache
def built_in_formats() -> tuple[SignalFormat, ...]:
    """The formats of `formats.toml`; of several that fit, the earlier is taken."""
    common = described()["common"]
    return tuple(SignalFormat(**_tuples({**common, **entry})) for entry in described()["format"])


@cache
def formats() -> tuple[SignalFormat, ...]:
    """All formats, those of plug-ins last."""
    built_in = built_in_formats()
    added = (
        find(PluginGroup.SIGNAL_FORMATS, name)
        for name in names(PluginGroup.SIGNAL_FORMATS, [form.name for form in built_in])
    )
    found = (added_format(plugin) for plugin in added if plugin is not None)
    return (*built_in, *(form for form in found if form is not None))


def added_format(plugin: Plugin) -> SignalFormat | None:
    """The format that a plug-in describes; None where it cannot be used, which is reported."""
    given = load(plugin, Mapping)
    if given is None:
        return None
    try:
        made = SignalFormat(**_tuples({**described()["common"], "title": plugin.name, **given, "name": plugin.name}))
    except TypeError as error:
        leave_out(plugin, str(error))
        return None
    if made.reader != "table" or not (made.headings or made.columns):
        leave_out(plugin, "it describes no table: it needs `headings` or `columns`")
        return None
    try:
        ZoneInfo(made.zone or "UTC")
    except (KeyError, ValueError):
        leave_out(plugin, f"invalid time zone {made.zone!r}")
        return None
    return made


def plugin_of(form: str) -> Plugin | None:
    """The plug-in that describes a format, if it is not built in."""
    return find(PluginGroup.SIGNAL_FORMATS, form, [each.name for each in built_in_formats()])


def format_names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(form.name for form in formats())


def format_named(name: str) -> SignalFormat:
    """The format of this name; the caller has checked it. Raises `KeyError`."""
    built_in = {form.name: form for form in built_in_formats()}
    return built_in[name] if name in built_in else {form.name: form for form in formats()}[name]


def fold_heading(header: str) -> str:
    """A header as the formats write it: lower case, no blanks, `_` and `-`; full-width signs narrowed."""
    return header.casefold().translate(str.maketrans("（）／：", "()/:", " _-\t\n\ufeff　")).removesuffix("(元)")
