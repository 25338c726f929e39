"""Printing rows: one way for every command, to a file or to the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import click

from tracer.cli.printer import terminal_width
from tracer.cli.session import narrate, rows_options
from tracer.whole_file import put_file

if TYPE_CHECKING:
    from tracer.library.base import Changed
    from tracer.library.table import Table


class AnswerTarget(TypedDict):
    """Where an answer goes."""

    path: Path | None
    to: str
    width: int


def prints_rows(empty: str = "") -> Callable[[Callable[..., Table]], Callable[..., None]]:
    """`-f/--format` and `-o`: the rows that a command returns are printed; `empty` is said where there are none."""

    def decorate(command: Callable[..., Table]) -> Callable[..., None]:
        @wraps(command)
        def printed(*given: Any, format_: str, output: Path | None, **named: Any) -> None:
            table = command(*given, **named)
            if empty and not len(table) and format_ == "table":
                narrate(empty)
            else:
                print_table(table, format_, output)

        return rows_options(printed)

    return decorate


def print_table(table: Table, format_: str, output: Path | None = None) -> None:
    """Write the rows of an answer of the library in one of the formats, and its notes to stderr."""
    if table.records is not None:
        print_records(table.records, format_, output)
    else:
        from tracer.ask.render import rendered

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


def print_records(records: Sequence[Mapping[str, object]], format_: str, output: Path | None = None) -> None:
    """Write plain records, which all have the same keys, as a result."""
    if format_ == "json":
        put(json.dumps(list(records), ensure_ascii=False, indent=2, default=str) + "\n", output)
        return
    from tracer.ask.render import flat_records, rendered

    put(rendered(flat_records(records), format_, width=terminal_width(), lang="en"), output)


def put(content: str | bytes, output: Path | None) -> None:
    """Write to a file in one step, or to stdout (`-` or nothing): text made visible, bytes as they are."""
    file = file_of(output)
    if file is not None:
        put_file(content, file)
        return
    if isinstance(content, str):
        sys.stdout.write(content)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
    sys.stdout.flush()


def print_change(changed: Changed) -> None:
    """The object that a change gives, and that findings do not know it yet."""
    click.echo(json.dumps(changed.to_json(), ensure_ascii=False))
    for note in changed.notes:
        narrate(note)
    if changed.to_trace:
        narrate("Run `tracer trace` to bring the findings up to date.")
