"""The findings on the screen."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tracer.cli.rows import terminal_width

if TYPE_CHECKING:
    from rich.console import Console

    from tracer.ask.story import Finding, Section
    from tracer.case.case import Case


def print_findings(case: Case) -> None:
    """Print the story of a case to stdout: headlines, how sure, why, and what speaks against it."""
    from rich.console import Console

    from tracer.ask.story import story

    console = Console(file=sys.stdout, width=min(terminal_width(), 120), highlight=False, soft_wrap=False)
    sections = story(case.con)
    for section in sections:
        _print_section(console, section)
    console.print()
    console.print(
        "A copy is named before a party is. Grades: tracer help grades. Details: tracer why A B.", style="dim"
    )


def _print_section(console: Console, section: Section) -> None:
    from rich.rule import Rule

    console.print()
    console.print(Rule(section.title, align="left", style="dim"))
    for finding in section.findings:
        _print_finding(console, finding)
    if section.more:
        console.print(f"… and {section.more} more: tracer query {section.query}", style="dim")
    if section.note:
        console.print(section.note, markup=False)


def _print_finding(console: Console, finding: Finding) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from tracer.ask.render import printable
    from tracer.ask.story import told

    head = Text()
    head.append(f"{finding.grade:3} " if finding.grade else "  · ", style="bold cyan")
    head.append(printable(finding.headline), style="bold" if finding.reasons else "")
    console.print(Padding(head, (0, 0)))
    if finding.sureness:
        console.print(Padding(Text(printable(finding.sureness)), (0, 0, 0, 4)))
    for sentence in told(finding.reasons):
        console.print(Padding(Text("+ " + printable(sentence), style="green"), (0, 0, 0, 4)))
    for sentence in told(finding.against):
        console.print(Padding(Text("− " + printable(sentence), style="yellow"), (0, 0, 0, 4)))
