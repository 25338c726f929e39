"""`tracer run`, `tracer trace` and `tracer findings`: the main job, and its findings on the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.language import LANG, language
from tracer.cli.session import Session, case_options, narrate

if TYPE_CHECKING:
    from tracer.library.running import Run

DEFAULT_CASE = Path("tracer-case")


def tell_run(run: Run) -> None:
    """What a trace did, on stderr: what came of it, what it moved and what does not fit together."""
    narrate(run.summary())
    for line in run.noticed:
        narrate(line)


def main_job(
    manifest: Path, home: Path, folder: Path | None, key_file: Path | None, lang: str, *, replace: bool = False,
    allow_outside: bool = False,
) -> None:  # fmt: skip
    """Load what the manifest asks for and the case in `home` lacks, trace, and print the strongest findings.

    folder: the case's, where commands have to name it.
    """
    from tracer.cli.progress import stages
    from tracer.cli.story import named, print_lines
    from tracer.library.case import run_in

    done = run_in(
        manifest, home, key_file, stages, replace=replace, allow_outside=allow_outside, lang=lang, tell=narrate,
        compare=False, called=named(folder),
    )  # fmt: skip
    tell_run(done)
    print_lines(done.lead)


def named_folder(session: Session, folder: Path) -> Path | None:
    """The folder of a case, where a command that is given now must name it; None where it is the one in use."""
    from tracer.case.layout import is_case

    in_use = session.case_dir is None and (os.environ.get("TRACER_CASE", "").strip() or is_case(Path()))
    return None if in_use else folder


@click.command(epilog="Example: tracer run case.toml --case my-case")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Load changed files as new versions of their datasets.")
@click.option("--allow-outside", is_flag=True, help="Let paths of the manifest lead out of its folder.")
@LANG
@case_options
def run(session: Session, manifest: Path, replace: bool, allow_outside: bool, lang: str | None) -> None:
    """Load all that MANIFEST names and the case lacks, trace, and print the strongest findings.

    Safe to repeat: what is loaded is not loaded again. The case is made where there is none.
    """
    folder = session.folder(default=DEFAULT_CASE)
    main_job(
        manifest, folder, named_folder(session, folder), session.key_file, language(lang), replace=replace,
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
    tell_run(done)
    narrate("Hash of all findings (the same case gives the same):")
    click.echo(done.result)


@click.command(epilog="Example: tracer findings --case my-case")
@LANG
@case_options
def findings(session: Session, lang: str | None) -> None:
    """Print the findings of the last trace: the strongest in a few lines, then all, with what speaks against them."""
    from tracer.cli.story import named, print_lines, print_sections

    spoken = language(lang)
    with session.case() as case:
        lead = case.lead(spoken, called=named(named_folder(session, case.folder)))
        sections = case.story(spoken)
    print_lines(lead)
    print_sections(sections, spoken)
