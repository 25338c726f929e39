"""Progress on stderr: quiet where nobody looks, and for anything under a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def stages(verb: str) -> Iterator[Callable[[str], None]]:
    """Tell the stages of a longer job; each with the time it took, where it took over a second."""
    began = time.monotonic()
    current: list[tuple[str, float]] = []

    def close() -> None:
        if current:
            name, since = current.pop()
            took = time.monotonic() - since
            if took >= 1:
                click.echo(f"{verb}: {name} took {took:.1f} s", err=True)

    def tell(name: str) -> None:
        close()
        current.append((name, time.monotonic()))
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{verb}: {name} …", err=True, nl=False)

    try:
        yield tell
    finally:
        if sys.stderr.isatty() and current:
            click.echo("\r\x1b[K", err=True, nl=False)
        close()
        total = time.monotonic() - began
        if total >= 1:
            click.echo(f"{verb} took {total:.1f} s", err=True)
