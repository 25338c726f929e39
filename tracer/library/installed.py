"""The plug-ins that are installed, each held to what its group asks for."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

from tracer.ask.named import all_queries, load_queries
from tracer.dossier.vocabulary import FIRST_NUMBERS
from tracer.export.added import graph_writer
from tracer.export.formats import GRAPH
from tracer.lists.read.added import BUILT_IN
from tracer.plugins import Plugin, PluginGroup, PluginWarning, installed, load, names, reasons
from tracer.signals.formats import added_format, built_in_formats

_BUILT_IN: Mapping[PluginGroup, Callable[[], tuple[str, ...]]] = {
    PluginGroup.READERS: lambda: BUILT_IN,
    PluginGroup.SIGNAL_FORMATS: lambda: tuple(form.name for form in built_in_formats()),
    PluginGroup.CLAIM_KINDS: lambda: tuple(FIRST_NUMBERS),
    PluginGroup.EXPORTS: lambda: tuple(GRAPH),
    PluginGroup.QUERIES: lambda: (*load_queries(), "graph"),
}
_USABLE: Mapping[PluginGroup, Callable[[Plugin], object]] = {
    PluginGroup.READERS: load,
    PluginGroup.SIGNAL_FORMATS: added_format,
    PluginGroup.CLAIM_KINDS: load,
    PluginGroup.EXPORTS: graph_writer,
    PluginGroup.QUERIES: lambda plugin: all_queries().get(plugin.name),
}


def installed_plugins() -> list[dict[str, object]]:
    """A row for each: what it adds, its name, package and version, and `yes`, or why it is left out."""
    rows = list[dict[str, object]]()
    for group in PluginGroup:
        for plugin in installed(group):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", PluginWarning)  # the rows say it
                usable = plugin.name in names(group, _BUILT_IN[group]()) and _USABLE[group](plugin) is not None
            why = "; ".join(reasons(plugin))
            rows.append({
                "adds": group.value.removeprefix("tracer."), "name": plugin.name, "package": plugin.package,
                "version": plugin.version, "usable": "yes" if usable else why or "no",
            })  # fmt: skip
    return rows
