"""`tracer run`, `trace`, `findings` and `demo`: the main job, and its findings on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import click

from tracer.cli.operations import Lang, Output, RowsFormat, operation
from tracer.cli.printer import in_colours, pass_on_lines, terminal_width
from tracer.cli.session import Session, file_of, language, narrate, print_records, write_output
from tracer.late_imports import imported_when_used
from tracer.library.arguments import FolderPath, Option
from tracer.visible import visible

with imported_when_used():
    from rich.cells import cell_len

    from tracer.ask.story import StorySection, first_sentences
    from tracer.case.layout import is_case
    from tracer.cli.printer import stages
    from tracer.disclosure import Reason, Ref
    from tracer.library.answers import Run
    from tracer.library.base import Access
    from tracer.library.case import run_in
    from tracer.lists.loaded import Loaded
    from tracer.lists.read.words import shown_headings
    from tracer.resources import sample_dir
    from tracer.wording import say
    from tracer.wording.terminal import wrapped_lines

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
    access = Access.of(folder, session.key_file, stages)
    done = run_in(access, manifest, lang, tell=narrate, compare=False, called=called, **asked)
    _narrate_run(done)
    _print_lines(done.lead)


def _case_option(session: Session, folder: Path) -> str:
    """How commands that are given now call the case in a folder; empty where they need not name it."""
    if session.case_dir is None and (os.environ.get("TRACER_CASE", "").strip() or is_case(Path())):
        return ""
    shown = min(str(folder), os.path.relpath(folder), key=len)
    return shown if len(shown) <= _LONGEST and " " not in shown else "DIR"


@operation("run", "case.toml --case my-case", of="run")
def run(session: Session, manifest: Path, lang: str, **asked: Any) -> None:
    folder = session.folder(default=_DEFAULT_CASE)
    _main_job(session, manifest, folder, lang, called=_case_option(session, folder), **asked)
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
        lead, sections = case.lead(lang, called=_case_option(session, case.folder)), case.story(lang)
    _print_lines(lead)
    print_sections(sections, lang)


def print_sections(sections: Iterable[StorySection], lang: str) -> None:
    """Print the story of a case to stdout: all findings, with why and what speaks against them."""
    width, colours = min(terminal_width(), _WIDEST), in_colours()

    def styled(text: str, style: str) -> str:
        return click.style(text, **_STYLES[style]) if colours and text and style else text

    lines = [line for section in sections for line in _section(section, lang, width, styled)]
    end = [styled(line, "dim") for line in wrapped_lines(say(Reason.of("story-end"), lang), "", width)]
    pass_on_lines([*lines, "", *end])


def _section(section: StorySection, lang: str, width: int, styled: _Styled) -> Iterator[str]:
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
            top, *rest = wrapped_lines(visible(text), f"{_INDENT}{first}", width)
            yield styled(mark, "mark") + styled(top.removeprefix(_INDENT), style)
            yield from (styled(line, style) for line in rest)
            mark = _INDENT
    if section.more:
        more = say(Reason.of("story-more", n=section.more, query=Ref(section.query)), lang)
        yield from (styled(line, "dim") for line in wrapped_lines(more, _INDENT, width))
    if section.note:
        yield from wrapped_lines(visible(section.note), _INDENT, width)


@operation("demo", "my-demo", of="run", without=("manifest", "replace", "allow_outside"))
def demo(session: Session, folder: Annotated[FolderPath | None, Option("", "[DIR]")] = None, *, lang: str) -> None:
    """Load, trace and explain the bundled sample case in DIR (default: tracer-demo/), and write its graph.

    Everybody and every number in it is invented. Running it again uses what is there.
    """
    home = Path(folder) if folder else session.case_dir or Path("tracer-demo")
    narrate("The sample case is invented: no party, person or number in it exists.")
    manifest, called = sample_dir() / "case.toml", _case_option(Session(home), home)
    _main_job(session, manifest, home, lang, called=called, replace=False, allow_outside=False)
    page = home / "graph.html"
    session.case(home).export("graph", to="html", path=page, lang=lang)
    click.echo(f"\n{say(Reason.of('lead-graph', path=Ref(os.path.relpath(page))), lang)}")
    narrate(f"Go on: tracer query --case {home}")
    narrate(f"       tracer why chenxi-2026-01 huaixu-lot7 --case {home}")


_CERTAIN = 0.995
_PAGES = ("text", "json", "html", "pdf")
_COLUMNS = ("dataset", "format", "encoding", "rows", "identifiers", "contacts", "rejected", "duplicates")


@operation("load", "lists/d7.xlsx --holder cti-x --obtained 2026-05-01 --case my-case", of="load")
def load(
    session: Session, *, dry_run: bool, format_: RowsFormat = "table", output: Output = None, **facts: Any
) -> None:
    loaded = session.case().load(dry_run=dry_run, **facts)
    if dry_run:
        _show_columns(loaded)
    for one in loaded:
        notes = [*one.notes] if one.account is None else [one.account.line(), *one.notes]
        if one.hashes:
            notes.append(
                f"{one.hashes:,} identifiers are hashes: they link to equal hashes, and to copies you released"
            )
        if one.masked:
            notes.append(
                f"{one.masked:,} rows have masked numbers or addresses: counted, never un-masked, never linked"
            )
        for note in notes:
            narrate(f"{one.dataset}: {note}")
    records = [one.to_json() for one in loaded]
    if format_ == "table":
        records = [{name: record[name] for name in _COLUMNS} for record in records]
    print_records(records, format_, output)
    if dry_run:
        narrate("Dry run: nothing was kept.")
    elif any(one.rejected for one in loaded):
        narrate("Rejected rows and why: tracer query rejects")


def _show_columns(loaded: list[Loaded]) -> None:
    for one in loaded:
        for number, part in enumerate(one.parts, start=1):
            place = " ".join(name for name in (part.member, part.sheet) if name) or f"part {number}"
            doubted = part.encoding_sure is not None and part.encoding_sure < _CERTAIN
            sure = f" ({part.encoding_sure:.0%} sure)" if doubted else ""
            encoding = f"{part.encoding}{sure}" if part.encoding else "binary"
            narrate(f"{one.dataset}, {place} ({part.format}, {encoding}, {part.rows:,} rows):")
            headings = shown_headings([column.header for column in part.columns])
            for column, shown in zip(part.columns, headings, strict=True):
                header = shown or ("(heading not shown: not a known word)" if column.header else "(no header)")
                narrate(f"  {column.position + 1:3}  {column.holds:12} {header}  (by {column.how})")


@operation("check", "offer.xlsx --seller acme --claims fresh=2026-05,size=20000 --case my-case", of="check")
def check(
    session: Session,
    *,
    format_: Annotated[
        str | None, Option("What is printed (default: by the file's ending).", name="-f --format", words=_PAGES)
    ] = None,
    output: Output = None,
    lang: Lang = None,
    **said: Any,
) -> None:
    file = file_of(output)
    to = format_ or (file.suffix[1:] if file else "") or "text"
    found = session.case().check(lang=language(lang, to), path=file, to=to, **said)
    if file is None:
        write_output(found.written(to), None)
