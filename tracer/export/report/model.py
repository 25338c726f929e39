"""The whole report: its title and its blocks. HTML, Markdown and PDF set the same."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.wording.sections import Block


@dataclass(frozen=True)
class Report:
    """The whole report."""

    title: str
    lang: str
    generated: str
    blocks: tuple[Block, ...]
    ids: tuple[str, ...] = ()
    """Ids of parties and lists: after a name they are in small type."""
