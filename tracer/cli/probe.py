"""`tracer probe`: what to ask of a look-up service that shows no list, and what its answers prove."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

import click

from tracer.cli.language import LANG, language
from tracer.cli.rows import print_table
from tracer.cli.session import Session, case_options, narrate, rows_options


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
    notes = session.case().probes.plan(
        releases, out=output, service=service, after=after, by=by, names=names, most=most, ordinary=ordinary,
        withheld=withheld, wrong=wrong, alpha=alpha, agreed=agreed, reason=reason, lang=language(lang),
    )  # fmt: skip
    for note in notes:
        narrate(note)


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
    print_table(session.case().probes.load(file, **_said(format_, lang)), format_, output)


@probe.command("show", epilog="Example: tracer probe show p1 --case my-case")
@click.argument("sheet", metavar="PROBE")
@rows_options
@LANG
@case_options
def show(session: Session, sheet: str, format_: str, output: Path | None, lang: str | None) -> None:
    """Show again what the answers to a sheet, and to those that it goes on from, say."""
    print_table(session.case().probes.show(sheet, **_said(format_, lang)), format_, output)


class _Said(TypedDict):
    lang: str
    shown: int | None


def _said(format_: str, lang: str | None) -> _Said:
    """The language of the answer, and how many rows a table has."""
    from tracer.ask.probing import SHOWN

    table = format_ == "table"
    return {"lang": language(lang if table else lang or "en"), "shown": SHOWN if table else None}
