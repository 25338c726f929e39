"""The findings on the screen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.printer import print_rich
from tracer.cli.rows import terminal_width
from tracer.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from tracer.ask.story_parts import StoryFinding, StorySection

_WIDEST = 120
"""Cells of a line that is still read with ease."""
_LONGEST = 30
"""Letters of a case's folder that is written out in a command; a longer one is called DIR."""


def print_lines(lines: Iterable[str]) -> None:
    """Print the first lines of a case's findings to stdout."""
    for line in lines:
        click.echo(visible(line))


def named(folder: Path | None) -> str:
    """How commands call the case; nothing where they need not name it."""
    if folder is None:
        return ""
    shown = min(str(folder), os.path.relpath(folder), key=len)
    return shown if len(shown) <= _LONGEST and " " not in shown else "DIR"


def print_sections(sections: Iterable[StorySection], lang: str) -> None:
    """Print the story of a case to stdout: all findings, with why and what speaks against them."""
    from rich.text import Text

    from tracer.disclosure import Reason
    from tracer.wording import say

    page: list[RenderableType] = []
    for section in sections:
        page += _section(section, lang)
    page += [Text(), Text(say(Reason.of("story-end"), lang), style="dim")]
    print_rich(page, min(terminal_width(), _WIDEST))


def _section(section: StorySection, lang: str) -> Iterator[RenderableType]:
    from rich.rule import Rule
    from rich.table import Table
    from rich.text import Text

    from tracer.disclosure import Reason, Ref
    from tracer.wording import say

    yield Text()
    yield Rule(section.title, align="left", style="dim")
    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=2)
    rows.add_column(overflow="fold")
    for finding in section.findings:
        _add(rows, finding, lang)
    yield rows
    if section.more:
        more = Reason.of("story-more", n=section.more, query=Ref(section.query))
        yield Text(f"   {say(more, lang)}", style="dim")
    if section.note:
        yield Text(f"   {section.note}")


def _add(rows: Table, finding: StoryFinding, lang: str) -> None:
    from rich.text import Text

    from tracer.ask.story import told

    def row(text: str, style: str = "", mark: str = "") -> None:
        rows.add_row(Text(mark, style="bold cyan"), Text(visible(text), style=style))

    row(finding.headline, "bold", finding.grade or "·")
    for item in finding.items:
        row(f"  {item}", "bold")
    if finding.sureness:
        row(finding.sureness)
    for sentence in told(finding.reasons, lang):
        row(f"+ {sentence}", "green")
    for sentence in told(finding.against, lang):
        row(f"− {sentence}", "yellow")
