"""Formats of the graph that plug-ins add: they write what has been through the gate, and what they write is scanned."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

from tracer.errors import InputRefused
from tracer.export.outgoing import Outgoing
from tracer.plugins import GraphWriter, Plugin, fault, leave_out, load

_SUFFIX = re.compile(r"(?:\.[a-z0-9]{1,16}){1,3}\Z")


def graph_writer(plugin: Plugin) -> GraphWriter | None:
    """What a plug-in writes the graph with; None where it cannot be used, which is reported."""
    given = load(plugin, GraphWriter)
    if isinstance(given, GraphWriter) and _SUFFIX.match(given.suffix) is None:
        leave_out(plugin, f"{given.suffix!r} is not the ending of a file's name")
        return None
    return given if isinstance(given, GraphWriter) else None


def file_by(plugin: Plugin, writer: GraphWriter) -> Callable[[Outgoing], dict[str, bytes]]:
    """Writes the one file of a graph by a plug-in.

    Raises:
        InputRefused: the plug-in raises, or gives something other than bytes.
    """

    def write(leaving: Outgoing) -> dict[str, bytes]:
        try:
            content = writer.write(copy.deepcopy(leaving.graph))
        except Exception as error:  # noqa: BLE001 - whatever it raises may quote a row, so its words are left out
            raise InputRefused(
                f"the plug-in fails: {fault(error)}", where=str(plugin), remedy="report it to its makers"
            ) from None
        if not isinstance(content, bytes):
            raise InputRefused(
                f"the plug-in gives {type(content).__name__}, not bytes", where=str(plugin),
                remedy="report it to its makers",
            )  # fmt: skip
        return {"": content}

    return write
