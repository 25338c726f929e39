"""The findings on the screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
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
    from tracer.case.case import Case

_WIDEST = 120
"""Cells of a line that is still read with ease."""
_LONGEST = 30
"""Letters of a case's folder that is written out in a command; a longer one is called DIR."""


def print_lead(case: Case, folder: Path | None, lang: str) -> None:
    """Print the strongest findings of a case to stdout, a sentence each, and how to see more.

    folder: how the commands that it names call the case; None where they need not.
    """
    from tracer.ask.lead import lead

    for line in lead(case.con, lang, case=_named(folder), untraced=_untraced(case, lang)):
        click.echo(visible(line))


def _untraced(case: Case, lang: str) -> str:
    """That the findings are not those of the case as it is now; empty where they are."""
    from tracer.stages import not_up_to_date
    from tracer.wording import say

    reason = not_up_to_date(case.con)
    return "" if reason is None else say(reason, lang)


def _named(folder: Path | None) -> str:
    if folder is None:
        return ""
    shown = min(str(folder), os.path.relpath(folder), key=len)
    return shown if len(shown) <= _LONGEST and " " not in shown else "DIR"


def print_findings(case: Case, folder: Path | None, lang: str) -> None:
    """Print the story of a case to stdout: the strongest findings, then all, with why and what speaks against them."""
    from rich.text import Text

    from tracer.ask.story import story
    from tracer.disclosure import Reason
    from tracer.wording import say

    print_lead(case, folder, lang)
    page: list[RenderableType] = []
    for section in story(case.con, untraced=_untraced(case, lang), lang=lang):
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
