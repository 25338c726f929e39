"""One answer: its rows are made and journaled; where it is written to a file, it goes the way of every export."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.library.table import Table

if TYPE_CHECKING:
    from tracer.ask.result import Result
    from tracer.case.case import Case as OpenStore
    from tracer.publish.answers import Leaving


@dataclass(frozen=True)
class Target:
    """The file that an answer is written to."""

    path: Path
    to: str
    """One of `ask.render.WRITERS`."""
    width: int = 100
    """Cells of a line, where it is a table for people."""


def way_out(store: OpenStore, target: Target | None) -> Leaving | None:
    """The gate where an answer is written to a file, which others may get; None where the owner of the key reads it."""
    if target is None:
        return None
    from tracer.publish.answers import Leaving

    return Leaving.of(store)


def answered(
    store: OpenStore, make: Callable[[Leaving | None], Result], command: str,
    detail: Callable[[Result], dict[str, object]], target: Target | None, lang: str,
) -> Table:  # fmt: skip
    """The rows of an answer, journaled; written to `target` where one is given.

    make: is given the way out where the rows leave (`publish.answers`), None where they are shown.
    """
    way = way_out(store, target)
    if way is None or target is None:
        shown = make(None)
        store.journal.append(command=command, detail=detail(shown))
        return Table(shown, lang=lang)
    from tracer.ask.render import rendered

    result = way.result(make(way))
    content = rendered(result, target.to, width=target.width, lang=lang)
    store.journal.append(command=command, detail=detail(result) | way.look_through(content, target.path))
    put_file(content, target.path)
    return Table(result, lang=lang)


def put_file(content: str | bytes, path: Path) -> None:
    """Write a file in one step: text made visible, bytes as they are."""
    from tracer.visible import visible
    from tracer.whole_file import write_whole

    write_whole(visible(content).encode() if isinstance(content, str) else content, path)
