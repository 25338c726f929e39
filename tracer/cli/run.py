"""`tracer run`, `trace`, `findings` and `demo`: the main job, and its findings on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli.printer import in_colours, pass_on_lines, terminal_width
from tracer.cli.session import ANY, FOLDER, LANG, Session, case_options, language, narrate
from tracer.visible import visible

if TYPE_CHECKING:
    from tracer.ask.story import StorySection
    from tracer.library.running import Run

_DEFAULT_CASE = Path("tracer-case")
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


def _tell_run(run: Run) -> None:
    """What a trace did, on stderr: what came of it, what it moved and what does not fit together."""
    narrate(run.summary())
    for line in run.noticed:
        narrate(line)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(visible(line))


def _main_job(
    manifest: Path, home: Path, folder: Path | None, key_file: Path | None, lang: str, *, replace: bool = False,
    allow_outside: bool = False,
) -> None:  # fmt: skip
    """Load what the manifest asks for and the case in `home` lacks, trace, and print the strongest findings.

    folder: the case's, where commands have to name it.
    """
    from tracer.cli.progress import stages
    from tracer.library.case import run_in

    done = run_in(
        manifest, home, key_file, stages, replace=replace, allow_outside=allow_outside, lang=lang, tell=narrate,
        compare=False, called="" if folder is None else _named(folder),
    )  # fmt: skip
    _tell_run(done)
    _print_lines(done.lead)


def _named(folder: Path) -> str:
    """How commands call the case in a folder."""
    shown = min(str(folder), os.path.relpath(folder), key=len)
    return shown if len(shown) <= _LONGEST and " " not in shown else "DIR"


def _in_use(session: Session) -> bool:
    """Whether a command that is given now needs not name the case."""
    from tracer.case.layout import is_case

    return session.case_dir is None and (bool(os.environ.get("TRACER_CASE", "").strip()) or is_case(Path()))


@click.command(epilog="Example: tracer run case.toml --case my-case")
@click.argument("manifest", type=ANY)
@click.option("--replace", is_flag=True, help="Load changed files as new versions of their datasets.")
@click.option("--allow-outside", is_flag=True, help="Let paths of the manifest lead out of its folder.")
@LANG
@case_options
def run(session: Session, manifest: Path, replace: bool, allow_outside: bool, lang: str | None) -> None:
    """Load all that MANIFEST names and the case lacks, trace, and print the strongest findings.

    Safe to repeat: what is loaded is not loaded again. The case is made where there is none. Where a file cannot be
    loaded, the others are kept, nothing is traced (exit code 3), and the next run goes on from there.
    """
    folder = session.folder(default=_DEFAULT_CASE)
    _main_job(
        manifest, folder, None if _in_use(session) else folder, session.key_file, language(lang), replace=replace,
        allow_outside=allow_outside,
    )  # fmt: skip
    narrate(f"The case is {folder}. Ask it: tracer query --case {folder}")


@click.command(epilog="Example: tracer trace --case my-case")
@LANG
@case_options
def trace(session: Session, lang: str | None) -> None:
    """Compute overlaps, derivations, attributions, retention, claim verdicts and resale chains.

    Only what changed since the last trace is computed again. A finding that no longer holds is superseded and kept.
    What a person's judgement moved, and what does not fit together, is reported on stderr.
    """
    done = session.case().trace(lang=language(lang), compare=False)
    _tell_run(done)
    narrate("Hash of all findings (the same case gives the same):")
    click.echo(done.result)


@click.command(epilog="Example: tracer findings --case my-case")
@LANG
@case_options
def findings(session: Session, lang: str | None) -> None:
    """Print the findings of the last trace: the strongest in a few lines, then all, with what speaks against them."""
    spoken = language(lang)
    with session.case() as case:
        lead = case.lead(spoken, called="" if _in_use(session) else _named(case.folder))
        sections = case.story(spoken)
    _print_lines(lead)
    print_sections(sections, spoken)


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

    from tracer.ask.story import told
    from tracer.disclosure import Reason, Ref
    from tracer.wording import say
    from tracer.wording.terminal import folded

    title = visible(section.title)
    yield ""
    yield title + " " + styled("─" * max(0, width - cell_len(title) - 1), "dim")
    for finding in section.findings:
        mark = f"{finding.grade or '·':{len(_INDENT)}}"
        rows = [
            ("bold", "", finding.headline), *(("bold", "  ", item) for item in finding.items),
            *([("", "", finding.sureness)] if finding.sureness else []),
            *(("for", "+ ", sentence) for sentence in told(finding.reasons, lang)),
            *(("against", "− ", sentence) for sentence in told(finding.against, lang)),
        ]  # fmt: skip
        for style, first, text in rows:
            top, *rest = folded(visible(text), f"{_INDENT}{first}", width)
            yield styled(mark, "mark") + styled(top.removeprefix(_INDENT), style)
            yield from (styled(line, style) for line in rest)
            mark = _INDENT
    if section.more:
        more = say(Reason.of("story-more", n=section.more, query=Ref(section.query)), lang)
        yield from (styled(line, "dim") for line in folded(more, _INDENT, width))
    if section.note:
        yield from folded(visible(section.note), _INDENT, width)


@click.command(epilog="Example: tracer demo my-demo")
@click.argument("folder", metavar="[DIR]", required=False, type=FOLDER)
@LANG
@case_options
def demo(session: Session, folder: Path | None, lang: str | None) -> None:
    """Load, trace and explain the bundled sample case in DIR (default: tracer-demo/), and write its graph.

    Everybody and every number in it is invented. Running it again uses what is there.
    """
    from tracer.disclosure import Reason, Ref
    from tracer.resources import sample_dir
    from tracer.wording import say

    spoken = language(lang)
    home = folder or session.case_dir or Path("tracer-demo")
    narrate("The sample case is invented: no party, person or number in it exists.")
    _main_job(sample_dir() / "case.toml", home, home, session.key_file, spoken)
    page = home / "graph.html"
    session.case(home).export("graph", to="html", path=page, lang=spoken)
    click.echo(f"\n{say(Reason.of('lead-graph', path=Ref(os.path.relpath(page))), spoken)}")
    narrate(f"Go on: tracer query --case {home}")
    narrate(f"       tracer why chenxi-2026-01 huaixu-lot7 --case {home}")
