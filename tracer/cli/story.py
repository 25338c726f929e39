"""The findings on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tracer.cli.printer import print_rich
from tracer.cli.rows import terminal_width
from tracer.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from tracer.ask.story_parts import Finding, Section
    from tracer.case.case import Case

_WIDEST = 120
"""Cells of a line that is still read with ease."""


def print_findings(case: Case) -> None:
    """Print the story of a case to stdout: headlines, how sure, why, and what speaks against it."""
    from rich.text import Text

    from tracer.ask.story import story
    from tracer.stages import untraced

    page: list[RenderableType] = []
    for section in story(case.con, untraced=untraced(case.con)):
        page += _section(section)
    end = "A copy is named before a party is. Grades: tracer help grades. Details: tracer why A B."
    print_rich([*page, Text(), Text(end, style="dim")], min(terminal_width(), _WIDEST))


def _section(section: Section) -> Iterator[RenderableType]:
    from rich.rule import Rule
    from rich.table import Table
    from rich.text import Text

    yield Text()
    yield Rule(section.title, align="left", style="dim")
    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=2)
    rows.add_column(overflow="fold")
    for finding in section.findings:
        _add(rows, finding)
    yield rows
    if section.more:
        yield Text(f"   … and {section.more} more: tracer query {section.query}", style="dim")
    if section.note:
        yield Text(f"   {section.note}")


def _add(rows: Table, finding: Finding) -> None:
    from rich.text import Text

    from tracer.ask.story import told

    def row(text: str, style: str = "", mark: str = "") -> None:
        rows.add_row(Text(mark, style="bold cyan"), Text(visible(text), style=style))

    row(finding.headline, "bold", finding.grade or "·")
    for item in finding.items:
        row(f"  {item}", "bold")
    if finding.sureness:
        row(finding.sureness)
    for sentence in told(finding.reasons):
        row(f"+ {sentence}", "green")
    for sentence in told(finding.against):
        row(f"− {sentence}", "yellow")
