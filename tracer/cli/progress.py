"""Progress on stderr: one bar on a terminal, after a second; elsewhere a line for what took over a second."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tracer.cli.printer import unguarded
from tracer.visible import label, visible

if TYPE_CHECKING:
    import duckdb
    from rich.progress import Progress, TaskID

_AFTER_S = 1.0
"""Whatever takes less than this is not worth a bar or a line."""
_EVERY_S = 0.2


class Bar:
    """A meter that draws: what is done now, how far, how fast, and the time left."""

    def __init__(self, verb: str, con: duckdb.DuckDBPyConnection | None, total: int) -> None:
        self._verb, self._con, self._total = verb, con, total
        self._began = self._since = time.monotonic()
        self._what, self._size, self._behind = "", 0, 0
        self._from, self._to = 0.0, 1.0
        self._shown = 0.0

    def begin(self, what: str, size: int = 0) -> None:
        """The job turns to `what`."""
        self._tell_last()
        self._behind += self._size
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
        self._tell_last()
        total = time.monotonic() - self._began
        if total >= _AFTER_S:
            click.echo(f"{self._verb} took {total:.1f} s", err=True)

    def _tell_last(self) -> None:
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
        return min(1.0, (self._behind + self._size * of_this) / self._total)

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
    console = Console(file=unguarded(sys.stderr))
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as progress:
        task = progress.add_task("", total=1.0, rate="", left="")
        while not done.wait(_EVERY_S):
            bar.draw(progress, task)
