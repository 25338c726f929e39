"""The one way to the screen: everything that writes to stdout or stderr writes through a `Printer`.

Click's messages, errors, notes, progress, prompts and tracebacks go the same way as rows, because the streams
themselves are replaced. Bytes of a format that is not text, and the tool's own colours, go around it by name (`put`,
`print_rich`).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

import click

from tracer.visible import label, visible

if TYPE_CHECKING:
    from rich.console import RenderableType


UNASKED = 80
"""Cells of a line where neither a terminal nor COLUMNS says how many: what is kept in a file is read as well."""


class Printer(io.TextIOBase):
    """A text stream through which no control character passes; what its encoding lacks becomes an escape too."""

    def __init__(self, stream: TextIO, *, folds: bool = False) -> None:
        self.stream = stream
        """Where it leads."""
        self.folds = folds
        """Whether lines that are too wide are folded between words: narration, never data."""

    def write(self, text: str, /) -> int:
        """Write `text`, made visible."""
        shown = visible(text)
        self.pass_on(wrapped(shown, terminal_width()) if self.folds else shown)
        return len(text)

    def pass_on(self, text: str) -> None:
        """Write `text` as it is: it is the tool's own, colours and all."""
        try:
            self.stream.write(text)
        except UnicodeEncodeError:
            encoding = self.stream.encoding
            self.stream.write(text.encode(encoding, "backslashreplace").decode(encoding))

    @property
    def buffer(self) -> BinaryIO:
        """The stream of bytes below it."""
        return self.stream.buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]  # read-only here
        """UTF-8 where it is ASCII: Click would go around a stream of ASCII."""
        named = getattr(self.stream, "encoding", None) or "utf-8"
        return "utf-8" if named.lower() in ("ascii", "ansi_x3.4-1968", "us-ascii") else named

    @property
    def errors(self) -> str:  # type: ignore[override]  # read-only here
        """How it treats what cannot be written."""
        return "backslashreplace"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def isatty(self) -> bool:
        """Whether somebody looks."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The descriptor below it."""
        return self.stream.fileno()

    def flush(self) -> None:
        """Pass on what is held back."""
        if not self.stream.closed:
            self.stream.flush()


def guarded(stream: TextIO, *, folds: bool = False) -> TextIO:
    """`stream` wrapped in a printer; a printer, or None, stays as it is."""
    return stream if stream is None or isinstance(stream, Printer) else cast(TextIO, Printer(stream, folds=folds))


def terminal_width() -> int:
    """Cells of the terminal, or those that COLUMNS asks for; a page's width where there is neither."""
    return shutil.get_terminal_size((UNASKED, 40)).columns


def wrapped(text: str, columns: int) -> str:
    """`text` with lines of at most `columns` cells, broken between words; continuation lines are indented by two
    cells."""
    if len(text) <= columns // 2:  # no character is wider than two cells
        return text
    return "\n".join(part for line in text.split("\n") for part in _wrapped_line(line, columns))


def _wrapped_line(line: str, columns: int) -> list[str]:
    if line.isascii() and len(line) <= columns:
        return [line]
    from rich.cells import cell_len

    from tracer.wording.terminal import wrapped as folded_text

    if cell_len(line) <= columns:
        return [line]
    body = line.lstrip(" ")
    first, *rest = folded_text(body, " " * (len(line) - len(body)), columns - 2)
    return [first, *(f"  {part}" for part in rest)]


@contextmanager
def printing() -> Iterator[None]:
    """stdout and stderr are printers within."""
    with redirect_stdout(guarded(sys.stdout)), redirect_stderr(guarded(sys.stderr, folds=True)):
        yield


def tell_check(state: str, what: str, detail: str) -> None:
    """One line of a check: its state, what was looked at, what was found. What was found cannot make another line."""
    line = f"{state}\t{label(what)}\t{label(detail)}"
    click.echo(wrapped(line.replace("\t", "  "), terminal_width()) if sys.stdout.isatty() else line, color=True)


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind a printer, for what draws on a terminal; its texts must have been made visible."""
    return stream.stream if isinstance(stream, Printer) else stream


def rich_lines(what: Iterable[RenderableType], width: int, *, colours: bool) -> list[str]:
    """Tables and trees of rich as lines of at most `width` cells: texts made visible, colours where they are wanted."""
    from rich.color import ColorSystem
    from rich.console import Console

    console = Console(
        file=io.StringIO(), width=width, markup=False, highlight=False, emoji=False, force_terminal=colours
    )
    system = ColorSystem.STANDARD if colours and not console.no_color else None
    lines = []
    for one in what:
        for segments in console.render_lines(one, pad=False):
            pieces = [(visible(segment.text), segment.style) for segment in segments if not segment.is_control]
            line = "".join(
                text if style is None or system is None else style.render(text, color_system=system)
                for text, style in pieces
            )
            lines.append(line.rstrip())
    return lines


def print_rich(what: Iterable[RenderableType], width: int) -> None:
    """Tables and trees of rich on stdout, in colours where somebody looks."""
    pass_on_lines(rich_lines(what, width, colours=sys.stdout.isatty()))


def in_colours() -> bool:
    """Whether somebody looks at stdout who has not asked for no colours (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def pass_on_lines(lines: Iterable[str]) -> None:
    """Lines that were made visible, on stdout with their colours."""
    text = "".join(f"{line}\n" for line in lines)
    if isinstance(sys.stdout, Printer):
        sys.stdout.pass_on(text)
    else:
        sys.stdout.write(text)
    sys.stdout.flush()
