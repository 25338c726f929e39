"""`tracer canary`: controlled numbers and addresses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracer.cli.dates import DAY
from tracer.cli.rows import print_table
from tracer.cli.session import Session, case_options, narrate, rows_options


@click.group(epilog="Example: tracer canary import canaries.csv --kind canary")
def canary() -> None:
    """Import canaries (controlled identities) or make some, and list which can be used."""


@canary.command("import", epilog="Example: tracer canary import canaries.csv --kind canary --case my-case")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice(["canary", "home", "control", "reserve"]), default=None,
    help="What they are, where the file's kind column says nothing (default: canary).",
)  # fmt: skip
@click.option("--region", help="Country of numbers without a country code (default: found out).")
@rows_options
@case_options
def import_(
    session: Session, file: Path, kind: str | None, region: str | None, format_: str, output: Path | None
) -> None:
    """Import a file of controlled identities; a phone column is enough.

    Columns: phone and/or email; name, organisation, address, kind, state (new, ageing, live, silent, burnt, expired),
    since, until, consent, note. An identity that the case has is not doubled: it gets the state, dates, consent and
    note that the file gives it. Use only numbers and addresses that you control, with their owners' consent.
    """
    print_table(session.case().canaries.import_(file, kind=kind, region=region), format_, output)


@canary.command("make", epilog="Example: tracer canary make --domain mail.example.com --count 40 --case my-case")
@click.option("--domain", "domains", multiple=True, metavar="DOMAIN", help="Takes mail for every address; repeatable.")
@click.option("--mailbox", metavar="ADDRESS", help="Instead: the mailbox whose tags (name+tag@…) are used.")
@click.option("--count", type=click.IntRange(min=1), required=True, help="How many addresses.")
@click.option("--like", metavar="DATASET", help="The list that they are to fit (default: your only own list).")
@click.option(
    "--kind", type=click.Choice(["canary", "home", "control", "reserve"]), default="canary", help="What they are."
)
@click.option("--until", type=DAY, help="The last day on which they take mail.")
@rows_options
@case_options
def make(
    session: Session, domains: tuple[str, ...], mailbox: str | None, count: int, like: str | None, kind: str,
    until: date | None, format_: str, output: Path | None,
) -> None:  # fmt: skip
    """Add mail addresses of a domain or mailbox of your own as canaries.

    Names and forms (anna.keller@, akeller72@) are those of your list. The mail server must take mail for every
    address of the domain (a catch-all), or for every tag of the mailbox; a mail to one address is the test.
    """
    made = session.case().canaries.make(count, domains=domains, mailbox=mailbox, like=like, kind=kind, until=until)
    print_table(made, format_, output)


@canary.command("export", epilog="Example: tracer canary export customers -f csv -o home.csv --case my-case")
@click.argument("dataset")
@rows_options
@case_options
def export(session: Session, dataset: str, format_: str, output: Path | None) -> None:
    """Write home canaries as rows of a list, to be entered into your own database.

    They are controlled identities with personas that fit the list, in its columns, in clear.
    """
    print_table(session.case().canaries.export(dataset), format_, output)


@canary.command("list", epilog="Example: tracer canary list --each --case my-case")
@click.option("--each", is_flag=True, help="One row for each identity, masked, not for each kind and state.")
@rows_options
@case_options
def list_(session: Session, each: bool, format_: str, output: Path | None) -> None:
    """List identities by kind and state: how many there are, how many a release can use today, and why not the rest."""
    table = session.case().canaries.list(each=each)
    if not len(table) and format_ == "table":
        narrate("No identities yet; import them: tracer canary import")
        return
    print_table(table, format_, output)
