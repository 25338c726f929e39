"""`tracer run`, `trace`, `findings` and `demo`: the main job, and its findings on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click

from tracer.cli.operations import operation
from tracer.cli.printer import in_colours, pass_on_lines, terminal_width
from tracer.cli.session import Session, narrate
from tracer.library.arguments import FolderPath, Option
from tracer.visible import visible

if TYPE_CHECKING:
    from tracer.ask.story import StorySection
    from tracer.library.findings import Run

_DEFAULT_CASE = Path("tracer-case")
_WIDEST = 120
"""Cells of a line that is still read with ease."""
_LONGEST = 30
"""Letters of a case's folder that is written out in a command; a longer one is called DIR."""

_STYLES: Mapping[str, Mapping[str, Any]] = {
    "dim": {"dim": True},
    "bold": {"bold": True},
    "mark": {"bold": True, "fg": "cyan"},
    "for": {"fg": "green"},
    "against": {"fg": "yellow"},
}
"""What `click.style` is given."""
_INDENT = "   "
"""Before the lines of a finding, whose first has its grade there."""
_Styled = Callable[[str, str], str]
"""A text and its style -> the text in it, or as it is where colours are not wanted."""


def _narrate_run(run: Run) -> None:
    """What a trace did, on stderr: what came of it, what it moved and what does not fit together."""
    narrate(run.summary())
    for line in run.noticed:
        narrate(line)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(visible(line))


def _main_job(session: Session, manifest: Path, folder: Path, lang: str, *, called: str = "", **asked: Any) -> None:
    """Load what the manifest asks for and the case lacks, trace, and print the strongest findings.

    called: the case's folder, where commands have to name it.
    """
    from tracer.cli.progress import stages
    from tracer.library.base import Access
    from tracer.library.case import run_in

    access = Access.of(folder, session.key_file, stages)
    done = run_in(access, manifest, lang, tell=narrate, compare=False, called=called, **asked)
    _narrate_run(done)
    _print_lines(done.lead)


def _called(session: Session, folder: Path) -> str:
    """How commands that are given now call the case in a folder; empty where they need not name it."""
    from tracer.case.layout import is_case

    if session.case_dir is None and (os.environ.get("TRACER_CASE", "").strip() or is_case(Path())):
        return ""
    shown = min(str(folder), os.path.relpath(folder), key=len)
    return shown if len(shown) <= _LONGEST and " " not in shown else "DIR"


@operation("run", "case.toml --case my-case", of="run")
def run(session: Session, manifest: Path, lang: str, **asked: Any) -> None:
    folder = session.folder(default=_DEFAULT_CASE)
    _main_job(session, manifest, folder, lang, called=_called(session, folder), **asked)
    narrate(f"The case is {folder}. Ask it: tracer query --case {folder}")


@operation("trace", "--case my-case", of="trace")
def trace(session: Session, lang: str) -> None:
    done = session.case().trace(lang=lang, compare=False)
    _narrate_run(done)
    narrate("Hash of all findings (the same case gives the same):")
    click.echo(done.result)


@operation("findings", "--case my-case", of="story")
def findings(session: Session, lang: str) -> None:
    """Print the findings of the last trace: the strongest in a few lines, then all, with what speaks against them."""
    with session.case() as case:
        lead, sections = case.lead(lang, called=_called(session, case.folder)), case.story(lang)
    _print_lines(lead)
    print_sections(sections, lang)


def print_sections(sections: Iterable[StorySection], lang: str) -> None:
    """Print the story of a case to stdout: all findings, with why and what speaks against them."""
    from tracer.disclosure import Reason
    from tracer.wording import say
    from tracer.wording.terminal import wrapped

    width, colours = min(terminal_width(), _WIDEST), in_colours()

    def styled(text: str, style: str) -> str:
        return click.style(text, **_STYLES[style]) if colours and text and style else text

    lines = [line for section in sections for line in _section(section, lang, width, styled)]
    end = [styled(line, "dim") for line in wrapped(say(Reason.of("story-end"), lang), "", width)]
    pass_on_lines([*lines, "", *end])


def _section(section: StorySection, lang: str, width: int, styled: _Styled) -> Iterator[str]:
    from rich.cells import cell_len

    from tracer.ask.story import first_sentences
    from tracer.disclosure import Reason, Ref
    from tracer.wording import say
    from tracer.wording.terminal import wrapped

    title = visible(section.title)
    yield ""
    yield title + " " + styled("─" * max(0, width - cell_len(title) - 1), "dim")
    for finding in section.findings:
        mark = f"{finding.grade or '·':{len(_INDENT)}}"
        rows = [("bold", "", finding.headline), *(("bold", "  ", item) for item in finding.items)]
        rows += [("", "", finding.sureness)] if finding.sureness else []
        rows += [("for", "+ ", sentence) for sentence in first_sentences(finding.reasons, lang)]
        rows += [("against", "− ", sentence) for sentence in first_sentences(finding.against, lang)]
        for style, first, text in rows:
            top, *rest = wrapped(visible(text), f"{_INDENT}{first}", width)
            yield styled(mark, "mark") + styled(top.removeprefix(_INDENT), style)
            yield from (styled(line, style) for line in rest)
            mark = _INDENT
    if section.more:
        more = say(Reason.of("story-more", n=section.more, query=Ref(section.query)), lang)
        yield from (styled(line, "dim") for line in wrapped(more, _INDENT, width))
    if section.note:
        yield from wrapped(visible(section.note), _INDENT, width)


@operation("demo", "my-demo", of="run", without=("manifest", "replace", "allow_outside"))
def demo(session: Session, folder: Annotated[FolderPath | None, Option("", "[DIR]")] = None, *, lang: str) -> None:
    """Load, trace and explain the bundled sample case in DIR (default: tracer-demo/), and write its graph.

    Everybody and every number in it is invented. Running it again uses what is there.
    """
    from tracer.disclosure import Reason, Ref
    from tracer.resources import sample_dir
    from tracer.wording import say

    home = Path(folder) if folder else session.case_dir or Path("tracer-demo")
    narrate("The sample case is invented: no party, person or number in it exists.")
    manifest, called = sample_dir() / "case.toml", _called(Session(home), home)
    _main_job(session, manifest, home, lang, called=called, replace=False, allow_outside=False)
    page = home / "graph.html"
    session.case(home).export("graph", to="html", path=page, lang=lang)
    click.echo(f"\n{say(Reason.of('lead-graph', path=Ref(os.path.relpath(page))), lang)}")
    narrate(f"Go on: tracer query --case {home}")
    narrate(f"       tracer why chenxi-2026-01 huaixu-lot7 --case {home}")
