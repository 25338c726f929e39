"""`tracer canary`: controlled numbers and addresses."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate, rows_options


@click.group(epilog="Example: tracer canary import canaries.csv --kind canary")
def canary() -> None:
    """Import canaries (controlled identities), and list which can be used."""


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
    from tracer.identify.regions import checked_region
    from tracer.marking.canary.intake import take_in

    with session.open() as case:
        imported = take_in(case, file, kind=kind, region=checked_region(region) if region is not None else None)
    print_records([imported.to_json()], format_, output)
    for warning in imported.warnings:
        narrate(f"Warning: {warning}")
    for note in imported.notes:
        narrate(f"Note: {note}")


@canary.command("list", epilog="Example: tracer canary list --each --case my-case")
@click.option("--each", is_flag=True, help="One row for each identity, masked, not for each kind and state.")
@rows_options
@case_options
def list_(session: Session, each: bool, format_: str, output: Path | None) -> None:
    """List identities by kind and state: how many there are, how many a release can use today, and why not the rest."""
    from tracer.clock import today
    from tracer.marking.canary.identity_register import identities, summary

    with session.open(read_only=True) as case:
        rows = (identities if each else summary)(case.con, today())
    if not rows and format_ == "table":
        narrate("No identities yet; import them: tracer canary import")
        return
    print_records(rows, format_, output)
