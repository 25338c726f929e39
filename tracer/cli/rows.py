"""Printing rows: one way for every command, to a file or to the screen."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.cli.session import narrate
from tracer.visible import visible
from tracer.whole_file import write_whole

if TYPE_CHECKING:
    from tracer.ask.result import Result
    from tracer.case.case import Case
    from tracer.publish.answers import Leaving

BINARY = frozenset({"parquet"})
"""Formats of rows that are not text."""


def print_result(result: Result, format_: str, output: Path | None, lang: str = "en") -> None:
    """Write a result in one of the formats to `output`, or to stdout; its notes go to stderr."""
    put(rendered(result, format_, lang), output)
    for note in result.notes:
        narrate(note)


def rendered(result: Result, format_: str, lang: str = "en") -> str | bytes:
    """A result in one of the formats; bytes where it is not text."""
    from io import BytesIO

    from tracer.ask.render import write

    buffer = BytesIO()
    write(result, format_, buffer, width=terminal_width(), lang=lang)
    content = buffer.getvalue()
    return content if format_ in BINARY else content.decode()


def way_out(case: Case, output: Path | None) -> Leaving | None:
    """The gate where an answer is written to a file, which others may get; None where the owner of the key reads it."""
    if output is None or str(output) == "-":
        return None
    from tracer.publish.answers import Leaving

    return Leaving.of(case)


def answer_with(
    case: Case, make: Callable[[Leaving | None], Result], format_: str, output: Path | None,
    command: str, detail: Callable[[Result], dict[str, object]], lang: str = "en",
) -> Callable[[], None]:  # fmt: skip
    """Make an answer's rows and journal it; what prints them or writes the file, for when the case is closed.

    make: given the way out where the rows are to leave (`publish.answers`), None where they are shown.
    """
    way = way_out(case, output)
    if way is None or output is None:
        shown = make(None)
        case.journal.append(command=command, detail=detail(shown))
        return lambda: print_result(shown, format_, output, lang)
    result = way.result(make(way))
    content = rendered(result, format_, lang)
    case.journal.append(command=command, detail=detail(result) | way.look_through(content, output))

    def hand_over() -> None:
        put(content, output)
        for note in result.notes:
            narrate(note)

    return hand_over


def print_records(records: Sequence[Mapping[str, object]], format_: str, output: Path | None) -> None:
    """Write plain records, which all have the same keys, as a result."""
    import pyarrow as pa

    from tracer.ask.result import untyped

    if format_ == "json":
        put(json.dumps(list(records), ensure_ascii=False, indent=2, default=str) + "\n", output)
        return
    flat = [{key: _flat(value) for key, value in record.items()} for record in records]
    print_result(untyped(pa.Table.from_pylist(flat)), format_, output)


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


def _flat(value: Any) -> Any:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in value]
    return value
