"""The findings on the screen."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from tracer.cli.rows import terminal_width

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from tracer.ask.story_parts import Finding, Section
    from tracer.case.case import Case

_WIDEST = 120
"""Cells of a line that is still read with ease."""


def print_findings(case: Case) -> None:
    """Print the story of a case to stdout: headlines, how sure, why, and what speaks against it."""
    from rich.console import Console

    from tracer.ask.story import story
    from tracer.stages import untraced

    page = io.StringIO()
    colours = sys.stdout.isatty()
    console = Console(file=page, width=min(terminal_width(), _WIDEST), highlight=False, force_terminal=colours)
    for section in story(case.con, untraced=untraced(case.con)):
        _print_section(console, section)
    console.print()
    console.print(
        "A copy is named before a party is. Grades: tracer help grades. Details: tracer why A B.", style="dim"
    )
    for line in page.getvalue().splitlines():
        sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def _print_section(console: Console, section: Section) -> None:
    from rich.rule import Rule
    from rich.table import Table

    console.print()
    console.print(Rule(section.title, align="left", style="dim"))
    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=2)
    rows.add_column(overflow="fold")
    for finding in section.findings:
        _add(rows, finding)
    console.print(rows)
    if section.more:
        console.print(f"   … and {section.more} more: tracer query {section.query}", style="dim")
    if section.note:
        console.print(f"   {section.note}", markup=False)


def _add(rows: Table, finding: Finding) -> None:
    from rich.text import Text

    from tracer.ask.render import printable
    from tracer.ask.story import told

    def row(text: str, style: str = "", mark: str = "") -> None:
        rows.add_row(Text(mark, style="bold cyan"), Text(printable(text), style=style))

    row(finding.headline, "bold", finding.grade or "·")
    for item in finding.items:
        row(f"  {item}", "bold")
    if finding.sureness:
        row(finding.sureness)
    for sentence in told(finding.reasons):
        row(f"+ {sentence}", "green")
    for sentence in told(finding.against):
        row(f"− {sentence}", "yellow")
