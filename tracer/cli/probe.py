"""`tracer probe`: what to ask of a look-up service that shows no list, and what its answers prove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli.language import LANG, language
from tracer.cli.rows import print_records, put
from tracer.cli.session import Session, case_options, narrate, rows_options

if TYPE_CHECKING:
    from tracer.case.case import Case


@click.group(epilog="Example: tracer probe plan 'customers@*' --service lookup-x --reason 'leak of May' -o ask.csv")
def probe() -> None:
    """Attribute the answers of a look-up service: plan what to ask, load what it answered."""


@probe.command(
    "plan",
    epilog="Example: tracer probe plan 'list@*' --service lookup-x --reason 'leak of May' -o ask.csv --case my-case",
)
@click.argument("releases", nargs=-1, metavar="[RELEASE]…")
@click.option("--service", metavar="PARTY", help="The service, a party of the case.")
@click.option("--after", metavar="PROBE", help="Go on from the answers to this sheet.")
@click.option(
    "--by", type=click.Choice(["phone", "email", "name"]), help="What the service takes (default: what the marks have)."
)
@click.option("--names/--no-names", default=True, show_default=True, help="Whether the service shows a name.")
@click.option(
    "--most", type=click.IntRange(1, 1000), default=60, show_default=True, help="Questions in all sheets together."
)
@click.option(
    "--ordinary", type=click.IntRange(0, 100), default=12, show_default=True,
    help="People of the list to ask for, at most; 0 names no copy.",
)  # fmt: skip
@click.option(
    "--withheld", type=click.IntRange(0, 100), default=8, show_default=True,
    help="People whom the likeliest copy lacks to ask for, at most.",
)  # fmt: skip
@click.option(
    "--wrong", type=click.FloatRange(0.001, 0.3), default=0.05, show_default=True,
    help="Share of wrong answers, at most.",
)  # fmt: skip
@click.option(
    "--alpha", type=click.FloatRange(0, 0.5, min_open=True), default=0.01, show_default=True,
    help="Family-wise error over all probes of this service and list.",
)  # fmt: skip
@click.option("--agreed", type=click.Path(path_type=Path), metavar="FILE", help="Ask only for people in this file.")
@click.option("--reason", help="Why people of the list may be shown to the service; journaled.")
@click.option(
    "-o", "--output", "output", required=True, type=click.Path(path_type=Path), help="The sheet: .csv or .xlsx."
)
@LANG
@case_options
def plan(
    session: Session, /, *, releases: tuple[str, ...], service: str | None, after: str | None, by: str | None,
    names: bool, most: int, ordinary: int, withheld: int, wrong: float, alpha: float, agreed: Path | None,
    reason: str | None, output: Path, lang: str | None,
) -> None:  # fmt: skip
    """Draw what to ask of a service, as a sheet to fill in.

    RELEASE: copies that may be the source, by id or pattern ('list@*'). The sheet has planted records, people and
    controls in a random order, and does not say which is which. Several small sheets ask less than a large one: load
    the answers, then go on with --after. Each question shows the service whom it is about.
    """
    from tracer.ask.probing import plan_notes, sheet_file
    from tracer.findings.probes import ProbeRequest, plan_probe
    from tracer.findings.probes.agreement import read_agreed
    from tracer.wording import Voice

    voice = Voice(language(lang))
    with session.open() as case:
        request = ProbeRequest(
            releases, service, after, by, names, most, ordinary, withheld, wrong, alpha, reason,
            None if agreed is None else read_agreed(case, agreed),
        )  # fmt: skip
        with case.transaction():
            planned = plan_probe(case, request)
            put(sheet_file(planned, output, case.region, voice), output)
    for note in plan_notes(planned):
        narrate(voice.say(note))


@probe.command("load", epilog="Example: tracer probe load ask.csv --case my-case")
@click.argument("file", type=click.Path(path_type=Path))
@rows_options
@LANG
@case_options
def load(session: Session, file: Path, format_: str, output: Path | None, lang: str | None) -> None:
    """Load the filled-in sheet, and print what its answers say about each copy.

    Answers are yes or no in many languages; a blank was not asked. Names that the service showed are compared with the
    list's and not kept. A sheet may be loaded in pieces; what was answered stays.
    """
    from tracer.findings.probes import take_answers

    with session.open() as case:
        taken = take_answers(case, file)
        _print(case, taken.plan, format_, output, lang)
    narrate(f"{taken.answered} answers loaded, {taken.known} were known, {taken.blank} are blank.")


@probe.command("show", epilog="Example: tracer probe show p1 --case my-case")
@click.argument("sheet", metavar="PROBE")
@rows_options
@LANG
@case_options
def show(session: Session, sheet: str, format_: str, output: Path | None, lang: str | None) -> None:
    """Show again what the answers to a sheet, and to those that it goes on from, say."""
    with session.open(read_only=True) as case:
        _print(case, sheet, format_, output, lang)


def _print(case: Case, sheet: str, format_: str, output: Path | None, lang: str | None) -> None:
    """The rows of a campaign, then what they come to."""
    from tracer.ask.probing import SHOWN, findings_of
    from tracer.wording import Voice

    spoken = language(lang if format_ == "table" else lang or "en")
    rows, notes = findings_of(case.con, sheet, Voice(spoken), shown=SHOWN if format_ == "table" else None)
    print_records(rows, format_, output)
    for note in notes:
        narrate(note)
