"""Plug-ins: what packages add by entry points. Looked for only where a name is asked that is not built in.

A package declares entry points in its `pyproject.toml`: the name is what people write, and `PluginGroup` says what the
object is:

    [project.entry-points."tracer.readers"]
    ldif = "my_package:read_ldif"          # the ending of files

A plug-in never takes the place of something that is built in, and one that does not load is reported once, with its
package, and left out. Their results go where those of the tool go: through masks, gates and scans. They run as the tool
does: install only what you trust.
"""

from __future__ import annotations

import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tracer import input_files
from tracer.errors import InputRefused
from tracer.visible import label

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


class PluginWarning(UserWarning):
    """A plug-in is left out, and why. The command line prints it as one line."""


class PluginGroup(Enum):
    """What can be added, by the name of its group of entry points."""

    READERS = "tracer.readers"
    """`ReadTables`; the name is the ending of its files."""
    SIGNAL_FORMATS = "tracer.signal_formats"
    """A mapping with the keys of a table of `tracer/signals/formats.toml`; the name is that of the format."""
    CLAIM_KINDS = "tracer.claim_kinds"
    """`ClaimTest`; the name is the kind of claim."""
    EXPORTS = "tracer.exports"
    """`GraphWriter`; the name is the format of `tracer export graph --to`."""
    QUERIES = "tracer.queries"
    """The text of a query with its header, as in `queries/*.sql`, or the path of a file with it."""


@dataclass(frozen=True)
class ReadTable:
    """A table of a file: its headings and its rows, in texts."""

    header: Sequence[str]
    rows: Iterator[Sequence[str | None]]
    """As long as the header each, or shorter."""
    name: str | None = None
    """Its name, in a file with several tables."""


ReadTables = Callable[[IO[bytes]], Iterator[ReadTable]]
"""A reader: the tables of an open file, in order. An `InputRefused` says what is wrong with the file; of any other
error only its class and place are shown, since its words may quote a row."""


@dataclass(frozen=True)
class GraphWriter:
    """A format of the graph."""

    suffix: str
    """Ending of the file's name, with its dot."""
    write: Callable[[Mapping[str, Any]], bytes]
    """The file of a graph: `nodes` and `edges` as `tracer export graph --to json` has them, masked."""
    loses: str = "not said"
    """What a reader of it cannot get back."""


@dataclass(frozen=True)
class AssertedClaim:
    """A claim, as its test is given it."""

    party: str
    """Id of the party that says it."""
    about: str
    """Id of the party whose lists or lines it is about."""
    value: str | None
    dataset: str | None
    quote: str | None


@dataclass(frozen=True)
class ClaimResult:
    """What the data say of a claim."""

    verdict: str
    """supported, contradicted, consistent, untestable."""
    says: Mapping[str, str]
    """Why, a sentence in each language (`en`, `zh`); `{name}` is the number of that name as it may be shown."""
    p_value: float | None = None
    people: Mapping[str, int] = field(default_factory=dict)
    """Counts of people or rows that two lists have in common: small ones are hidden."""
    numbers: Mapping[str, float | str] = field(default_factory=dict)
    """Other numbers."""


Ask = Callable[..., list[dict[str, Any]]]
"""`ask("SELECT … FROM views.signals WHERE party = $party", party="x")`: rows of the documented views."""
ClaimTest = Callable[[Ask, AssertedClaim], ClaimResult]
"""The test of a kind of claim."""


@dataclass(frozen=True)
class Plugin:
    """An entry point of an installed package."""

    group: PluginGroup
    name: str
    package: str
    version: str
    entry: EntryPoint = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.package} {self.version}"


def installed_plugins(group: PluginGroup) -> tuple[Plugin, ...]:
    """The plug-ins of a group by name, of several packages with one name that of the first; none is loaded."""
    return tuple(_found(group).values())


@cache
def _found(group: PluginGroup) -> Mapping[str, Plugin]:
    from importlib.metadata import entry_points  # a tenth of what `--help` takes

    found: dict[str, Plugin] = {}
    for entry in sorted(
        entry_points(group=group.value), key=lambda each: (each.name, str(each.dist and each.dist.name))
    ):
        package = entry.dist.name if entry.dist is not None else "unknown"
        version = entry.dist.version if entry.dist is not None else "unknown"
        if entry.name in found:
            _warn(f"plug-in {entry.name!r} of {package} is left out: {found[entry.name].package} has one of that name")
        else:
            found[entry.name] = Plugin(group, entry.name, package, version, entry)
    return found


def by_plugin(plugin: Plugin | None) -> dict[str, str]:
    """What the journal says of a plug-in that took part; nothing where none did."""
    return {} if plugin is None else {"plugin": str(plugin)}


def names(group: PluginGroup, built_in: Collection[str]) -> tuple[str, ...]:
    """The names that plug-ins add to those that are built in; one that would take the place of another is reported."""
    for plugin in installed_plugins(group):
        if plugin.name in built_in:
            leave_out(plugin, "the name is built in")
    return tuple(plugin.name for plugin in installed_plugins(group) if plugin.name not in built_in)


def find(group: PluginGroup, name: str, built_in: Collection[str] = ()) -> Plugin | None:
    """The plug-in of this name, if there is one and the name is not built in."""
    return None if name in built_in else _found(group).get(name)


@cache
def load(plugin: Plugin, shape: type | None = None) -> Any:
    """What a plug-in gives; None where it does not load or is not a `shape`, which is reported once."""
    try:
        given = plugin.entry.load()
    except Exception as error:  # noqa: BLE001 - whatever a stranger's package raises must not end the tool
        leave_out(plugin, f"{type(error).__name__}: {error}")
        return None
    if shape is not None and not isinstance(given, shape):
        leave_out(plugin, f"it gives {type(given).__name__}, not {shape.__name__}")
        return None
    if shape is None and not callable(given):
        leave_out(plugin, f"it gives {type(given).__name__}, which cannot be called")
        return None
    return given


def text_of(plugin: Plugin) -> str | None:
    """The text that a plug-in gives, itself or as the path of a file."""
    given = load(plugin, object)
    try:
        text = input_files.text_of(given) if isinstance(given, Path) else given
    except (OSError, UnicodeDecodeError, InputRefused) as error:
        leave_out(plugin, str(error))
        return None
    if given is not None and not isinstance(text, str):
        leave_out(plugin, f"it gives {type(given).__name__}, not a text or a path")
        return None
    return text


def fault(error: Exception) -> str:
    """What failed and where, without the error's words: those of `int(cell)` quote the cell.

    >>> try:
    ...     int("(212) 555-0101")
    ... except ValueError as error:
    ...     fault(error).partition(" (")[0]
    'ValueError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{place}"


_LEFT_OUT = defaultdict[Plugin, list[str]](list)


def reasons(plugin: Plugin) -> tuple[str, ...]:
    """Why a plug-in is left out, as far as that has been reported."""
    return tuple(_LEFT_OUT[plugin])


@cache
def leave_out(plugin: Plugin, why: str) -> None:
    """Report once that what a plug-in gives cannot be used."""
    _LEFT_OUT[plugin].append(why)
    _warn(f"plug-in {plugin.name!r} of {plugin.package} {plugin.version} ({plugin.group.value}) is left out: {why}")


def _warn(text: str) -> None:
    warnings.warn(label(text), PluginWarning, stacklevel=2)
