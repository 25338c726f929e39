"""The formats of call, SMS and mail records, read from `formats.toml`: a new table format is a description, no code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    headings: Mapping[str, Sequence[str]] = field(default_factory=dict)
    needs: Sequence[str] = ()
    marks: Sequence[str] = ()
    channel: str = "call"
    texts: str | None = None
    times: Sequence[str] = ()
    zone: str | None = None
    """IANA name."""
    zone_names: Mapping[str, str] = field(default_factory=dict)
    incoming: Sequence[str] = ()
    outgoing: Sequence[str] = ()
    channels: Mapping[str, Sequence[str]] = field(default_factory=dict)
    directed: bool = False
    percent: bool = False


@cache
def format_tables() -> Mapping[str, Any]:
    """What `formats.toml` says."""
    return toml_of((Path(__file__).parent / "formats.toml").read_text(encoding="utf-8"))


FIELDS: tuple[str, ...] = tuple(format_tables()["fields"])
"""What a record may say; `formats.toml` explains them."""


@cache
def built_in_formats() -> tuple[SignalFormat, ...]:
    """The formats of `formats.toml`; of several that fit, the earlier is taken."""
    common = format_tables()["common"]
    return tuple(SignalFormat(**{**common, **entry}) for entry in format_tables()["format"])


@cache
def formats() -> tuple[SignalFormat, ...]:
    """All formats, those of plug-ins last."""
    built_in, group = built_in_formats(), PluginGroup.SIGNAL_FORMATS
    plugins = (find(group, name) for name in names(group, [form.name for form in built_in]))
    found = (added_format(plugin) for plugin in plugins if plugin is not None)
    return (*built_in, *(form for form in found if form is not None))


def added_format(plugin: Plugin) -> SignalFormat | None:
    """The format that a plug-in describes; None where it cannot be used, which is reported."""
    given = load(plugin, Mapping)
    if given is None:
        return None
    try:
        made = SignalFormat(**{**format_tables()["common"], "title": plugin.name, **given, "name": plugin.name})
        if made.reader == "table" and (made.headings or made.columns):
            ZoneInfo(made.zone or "UTC")
            return made
        why = "it describes no table: it needs `headings` or `columns`"
    except TypeError as error:
        why = str(error)
    except (KeyError, ValueError):
        why = f"invalid time zone {given.get('zone')!r}"
    leave_out(plugin, why)
    return None


def plugin_of(form: str) -> Plugin | None:
    """The plug-in that describes a format, if it is not built in."""
    return find(PluginGroup.SIGNAL_FORMATS, form, [each.name for each in built_in_formats()])


def format_names() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(form.name for form in formats())


def format_named(name: str) -> SignalFormat:
    """The format of this name; the caller has checked it. Raises `KeyError`."""
    built_in = {form.name: form for form in built_in_formats()}
    return built_in.get(name) or {form.name: form for form in formats()}[name]


def fold_heading(header: str) -> str:
    """A header as the formats write it: lower case, no blanks, `_` and `-`; full-width signs narrowed."""
    return header.casefold().translate(str.maketrans("（）／：", "()/:", " _-\t\n\ufeff　")).removesuffix("(元)")
