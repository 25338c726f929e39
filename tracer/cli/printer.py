"""The one way to the screen: everything that writes to stdout or stderr writes through a `Printer`.

Click's messages, errors, notes, progress, prompts and tracebacks go the same way as rows, because the streams
themselves are replaced. Bytes of a format that is not text, and the tool's own colours, go around it by name
(`write_output`, `print_rich`).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

import click

from tracer.late_imports import imported_when_used
from tracer.visible import label, visible

with imported_when_used():
    from rich.cells import cell_len

    from tracer.wording.terminal import wrapped_lines as folded_text

if TYPE_CHECKING:
    import duckdb
    from rich.console import RenderableType
    from rich.progress import Progress, TaskID

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


def printer_of(stream: TextIO, *, folds: bool = False) -> TextIO:
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
    if cell_len(line) <= columns:
        return [line]
    body = line.lstrip(" ")
    first, *rest = folded_text(body, " " * (len(line) - len(body)), columns - 2)
    return [first, *(f"  {part}" for part in rest)]


@contextmanager
def printing_visibly() -> Iterator[None]:
    """stdout and stderr are printers within."""
    with redirect_stdout(printer_of(sys.stdout)), redirect_stderr(printer_of(sys.stderr, folds=True)):
        yield


def print_check(state: str, what: str, detail: str) -> None:
    """One line of a check: its state, what was looked at, what was found. What was found cannot make another line."""
    line = f"{state}\t{label(what)}\t{label(detail)}"
    click.echo(wrapped(line.replace("\t", "  "), terminal_width()) if sys.stdout.isatty() else line, color=True)


def stream_of(stream: TextIO) -> TextIO:
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


_AFTER_S = 1.0
"""Whatever takes less than this is not worth a bar or a line."""
_EVERY_S = 0.2


class Bar:
    """A meter that draws: what is done now, how far, how fast, and the time left."""

    def __init__(self, verb: str, con: duckdb.DuckDBPyConnection | None, total: int) -> None:
        self._verb, self._con, self._total = verb, con, total
        self._began = self._since = time.monotonic()
        self._what, self._size, self._done = "", 0, 0
        self._from, self._to = 0.0, 1.0
        self._shown = 0.0

    def begin(self, what: str, size: int = 0) -> None:
        """The job turns to `what`."""
        self._say_last()
        self._done += self._size
        self._what, self._size, self._since = what, size, time.monotonic()
        self._from, self._to = 0.0, 1.0

    def heading_for(self, share: float) -> None:
        """The running step ends at this share of `what`."""
        self._from = self._to if self._to < share else self._from
        self._to = share

    def narrate(self, line: str, /) -> bool:
        """Print it at once."""
        click.echo(label(line), err=True)
        return True

    def close(self) -> None:
        """The job is done, or has failed."""
        self._say_last()
        total = time.monotonic() - self._began
        if total >= _AFTER_S:
            click.echo(f"{self._verb} took {total:.1f} s", err=True)

    def _say_last(self) -> None:
        took = time.monotonic() - self._since
        if self._what and took >= _AFTER_S and not sys.stderr.isatty():
            click.echo(f"{self._verb}: {self._what} took {took:.1f} s", err=True)
        self._what = ""

    def share(self) -> float:
        """How much of the whole is done, 0 to 1, the running statement's own progress included."""
        running = 0.0
        if self._con is not None:
            running = min(max(self._con.query_progress(), 0.0), 100.0) / 100.0
        of_this = self._from + (self._to - self._from) * running
        if self._total <= 0:
            return of_this
        return min(1.0, (self._done + self._size * of_this) / self._total)

    def draw(self, progress: Progress, task: TaskID) -> None:
        """Bring the bar up to date."""
        share, took = max(self.share(), self._shown), time.monotonic() - self._began
        self._shown = share if self._total > 0 else 0.0  # over several files it never goes back
        rate = f"{share * self._total / took / 1e6:.1f} MB/s" if self._total > 0 and share > 0 else ""
        left = f"{took * (1 - share) / share:.0f} s left" if share > 0.02 else ""
        progress.update(task, completed=share, description=visible(f"{self._verb} {self._what}"), rate=rate, left=left)


@contextmanager
def stages(verb: str, con: duckdb.DuckDBPyConnection | None = None, total: int = 0) -> Iterator[Bar]:
    """A meter for a longer job: `con` runs its statements, `total` is the bytes of all files it will read."""
    bar = Bar(verb, con, total)
    done = threading.Event()
    drawing = None
    if sys.stderr.isatty():
        drawing = threading.Thread(target=_draw, args=(bar, done), daemon=True)
        drawing.start()
    try:
        yield bar
    finally:
        done.set()
        if drawing is not None:
            drawing.join()
        bar.close()


def _draw(bar: Bar, done: threading.Event) -> None:
    """Draw until the job is done; the bar goes away with it."""
    if done.wait(_AFTER_S):
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    texts = [TextColumn(f"{{task.{field}}}", markup=False) for field in ("description", "fields[rate]", "fields[left]")]
    columns = (texts[0], BarColumn(), TaskProgressColumn(), *texts[1:])
    # Rich would take over both streams, and print narration in its own way.
    console = Console(file=stream_of(sys.stderr))
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task("", total=1.0, rate="", left="")
        while not done.wait(_EVERY_S):
            bar.draw(progress, task)
