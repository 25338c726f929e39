"""`tracer run`, `tracer trace` and `tracer findings`: the main job, and its findings on the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.language import LANG, language
from tracer.cli.session import Session, case_options, narrate

if TYPE_CHECKING:
    from tracer.case.case import Case
    from tracer.manifest import Manifest
    from tracer.trace import Traced

DEFAULT_CASE = Path("tracer-case")


def trace_and_tell(case: Case, lang: str) -> Traced:
    """Trace a case, with each stage on stderr, what came of it, what it moved and what does not fit together."""
    from tracer.cli.noticed import tell_what_is_noticed
    from tracer.cli.progress import stages
    from tracer.trace import trace as bring_up_to_date

    with stages("tracing", case.con) as meter:
        traced = bring_up_to_date(case, meter.begin)
    if traced.run is None:
        narrate("Nothing has changed since the last trace.")
    else:
        narrate(f"Run {traced.run}: {traced.added:,} findings new or changed, {traced.superseded:,} superseded.")
    tell_what_is_noticed(case, traced, lang)
    return traced


def main_job(case: Case, asked: Manifest, folder: Path | None, lang: str, *, replace: bool = False) -> None:
    """Load what the manifest asks for and the case lacks, trace, and print the strongest findings.

    folder: the case's, where commands have to name it.
    """
    from tracer.cli.progress import stages
    from tracer.cli.story import print_lead
    from tracer.manifest import apply_manifest

    with stages("loading", case.con, asked.bytes_of_files()) as meter:
        applied = apply_manifest(case, asked, replace=replace, meter=meter)
    for line in applied.lines():
        narrate(line)
    trace_and_tell(case, lang)
    print_lead(case, folder, lang)


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
    from tracer.manifest import open_or_create, read_manifest

    folder = session.folder(default=DEFAULT_CASE)
    asked = read_manifest(manifest, outside=allow_outside)
    with open_or_create(folder, asked, key_file=session.key_file) as case:
        main_job(case, asked, named_folder(session, folder), language(lang), replace=replace)
    narrate(f"The case is {folder}. Ask it: tracer query --case {folder}")


@click.command(epilog="Example: tracer trace --case my-case")
@LANG
@case_options
def trace(session: Session, lang: str | None) -> None:
    """Compute overlaps, derivations, attributions, retention, claim verdicts and resale chains.

    Only what changed since the last trace is computed again. A finding that no longer holds is superseded and kept.
    What a person's judgement moved, and what does not fit together, is reported on stderr.
    """
    with session.open() as case:
        traced = trace_and_tell(case, language(lang))
    narrate("Hash of all findings (the same case gives the same):")
    click.echo(traced.result)


@click.command(epilog="Example: tracer findings --case my-case")
@LANG
@case_options
def findings(session: Session, lang: str | None) -> None:
    """Print the findings of the last trace: the strongest in a few lines, then all, with what speaks against them."""
    from tracer.cli.story import print_findings

    with session.open(read_only=True) as case:
        print_findings(case, named_folder(session, session.folder()), language(lang))
        case.journal.append(command="findings")
