"""The findings on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.printer import in_colours, pass_on_lines
from tracer.cli.rows import terminal_width
from tracer.visible import visible

if TYPE_CHECKING:
    from tracer.ask.story_parts import StoryFinding, StorySection

_WIDEST = 120
"""Cells of a line that is still read with ease."""
_LONGEST = 30
"""Letters of a case's folder that is written out in a command; a longer one is called DIR."""

_STYLES: Mapping[str, Mapping[str, Any]] = {
    "dim": {"dim": True}, "bold": {"bold": True}, "mark": {"bold": True, "fg": "cyan"},
    "for": {"fg": "green"}, "against": {"fg": "yellow"},
}  # fmt: skip
"""What `click.style` is given."""
_INDENT = "   "
"""Before the lines of a finding, whose first has its grade there."""
_Styled = Callable[[str, str], str]
"""A text and its style -> the text in it, or as it is where colours are not wanted."""


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
    from tracer.disclosure import Reason
    from tracer.wording import say
    from tracer.wording.terminal import folded

    width, colours = min(terminal_width(), _WIDEST), in_colours()

    def styled(text: str, style: str) -> str:
        return click.style(text, **_STYLES[style]) if colours and text and style else text

    lines = [line for section in sections for line in _section(section, lang, width, styled)]
    end = [styled(line, "dim") for line in folded(say(Reason.of("story-end"), lang), "", width)]
    pass_on_lines([*lines, "", *end])


def _section(section: StorySection, lang: str, width: int, styled: _Styled) -> Iterator[str]:
    from rich.cells import cell_len

    from tracer.disclosure import Reason, Ref
    from tracer.wording import say
    from tracer.wording.terminal import folded

    title = visible(section.title)
    yield ""
    yield title + " " + styled("─" * max(0, width - cell_len(title) - 1), "dim")
    for finding in section.findings:
        mark = f"{finding.grade or '·':{len(_INDENT)}}"
        for style, first, text in _rows(finding, lang):
            top, *rest = folded(visible(text), f"{_INDENT}{first}", width)
            yield styled(mark, "mark") + styled(top.removeprefix(_INDENT), style)
            yield from (styled(line, style) for line in rest)
            mark = _INDENT
    if section.more:
        more = say(Reason.of("story-more", n=section.more, query=Ref(section.query)), lang)
        yield from (styled(line, "dim") for line in folded(more, _INDENT, width))
    if section.note:
        yield from folded(visible(section.note), _INDENT, width)


def _rows(finding: StoryFinding, lang: str) -> Iterator[tuple[str, str, str]]:
    """Style, what the first line begins with, and text of each row of a finding."""
    from tracer.ask.story import told

    yield "bold", "", finding.headline
    yield from (("bold", "  ", item) for item in finding.items)
    if finding.sureness:
        yield "", "", finding.sureness
    yield from (("for", "+ ", sentence) for sentence in told(finding.reasons, lang))
    yield from (("against", "− ", sentence) for sentence in told(finding.against, lang))
