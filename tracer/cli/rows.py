"""Printing rows: one way for every command, to a file or to the screen."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from tracer.cli.session import narrate
from tracer.visible import visible
from tracer.whole_file import write_whole

if TYPE_CHECKING:
    from tracer.ask.result import Result
    from tracer.library.base import Changed
    from tracer.library.table import Table


class AnswerTarget(TypedDict):
    """Where an answer goes."""

    path: Path | None
    to: str
    width: int


def print_result(result: Result, format_: str, output: Path | None, lang: str = "en") -> None:
    """Write a result in one of the formats to `output`, or to stdout; its notes go to stderr."""
    from tracer.ask.render import rendered

    put(rendered(result, format_, width=terminal_width(), lang=lang), output)
    for note in result.notes:
        narrate(note)


def print_table(table: Table, format_: str, output: Path | None = None) -> None:
    """Write the rows of an answer of the library, and its notes to stderr."""
    from tracer.ask.render import rendered

    if table.records is not None:
        print_records(table.records, format_, output)
    else:
        put(rendered(table.result, format_, width=terminal_width(), lang=table.lang), output)
    for note in table.notes:
        narrate(note)


def print_answer(table: Table, format_: str, output: Path | None) -> None:
    """The same for an answer that leaves: where it was written to a file by the call that made it, only the notes."""
    if file_of(output) is None:
        print_table(table, format_)
        return
    for note in table.notes:
        narrate(note)


def file_of(output: Path | None) -> Path | None:
    """The file of `-o`; None for standard output."""
    return None if output is None or str(output) == "-" else output


def leaving(output: Path | None, format_: str) -> AnswerTarget:
    """`path`, `to` and `width` of a question of the library whose answer goes to `-o`."""
    return {"path": file_of(output), "to": format_, "width": terminal_width()}


def print_records(records: Sequence[Mapping[str, object]], format_: str, output: Path | None) -> None:
    """Write plain records, which all have the same keys, as a result."""
    if format_ == "json":
        put(json.dumps(list(records), ensure_ascii=False, indent=2, default=str) + "\n", output)
        return
    from tracer.ask.render import flat_records

    print_result(flat_records(records), format_, output)


def put(content: str | bytes, output: Path | None) -> None:
    """Write to a file in one step, or to stdout (`-` or nothing): text made visible, bytes as they are."""
    if output is not None and str(output) != "-":
        write_whole(visible(content).encode() if isinstance(content, str) else content, output)
        return
    if isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    sys.stdout.flush()


def terminal_width() -> int:
    """Cells of the terminal, or those that COLUMNS asks for; else wide where there is none, so that nothing is cut."""
    asked = os.environ.get("COLUMNS", "").isdecimal()
    return shutil.get_terminal_size((100, 40)).columns if asked or sys.stdout.isatty() else 160


def print_change(changed: Changed) -> None:
    """The object that a change gives, and that findings do not know it yet."""
    click.echo(json.dumps(changed.to_json(), ensure_ascii=False))
    for note in changed.notes:
        narrate(note)
    if changed.to_trace:
        narrate("Run `tracer trace` to bring the findings up to date.")
