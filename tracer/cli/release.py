"""`tracer release`: marked copies of a dataset."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracer.cli.dates import DAY
from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate, pass_session


@click.command(
    epilog="Example: tracer release customers --to cti-x --to cti-y -o out --unique 5 --ends 2026-12-31 --case my-case"
)
@click.argument("dataset")
@click.option("--to", "recipients", multiple=True, required=True, metavar="PARTY", help="Recipient; may be repeated.")
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the copies.",
)  # fmt: skip
@click.option(
    "--unique", type=click.IntRange(0), default=5, show_default=True, help="Canaries that stand in one copy alone."
)
@click.option("--ends", type=DAY, help="Day after which the recipients may hold nothing.")
@click.option("--purpose", help="For what.")
@click.option("--use", "use_basis", help="Lawful basis of use: customer, explicit, bundled_in_terms, …")
@click.option("--plan", is_flag=True, help="Show what it would cost and catch; draw and write nothing.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json", "ndjson", "csv"]), default="table",
    show_default=True, help="How the rows are printed.",
)  # fmt: skip
@case_options
@pass_session
def release(
    session: Session,
    /,
    *,
    dataset: str,
    recipients: tuple[str, ...],
    folder: Path,
    unique: int,
    ends: date | None,
    purpose: str | None,
    use_basis: str | None,
    plan: bool,
    format_: str,
) -> None:
    """Write one marked copy of DATASET per recipient, in the source's own format.

    The register (which canary stands in which copy) is committed and journaled before a copy leaves. A canary has one
    persona in all copies, and home canaries stand in none.
    """
    from tracer.marking.plan import plan_release
    from tracer.marking.release import ReleaseRequest, release_copies

    request = ReleaseRequest(
        dataset=dataset, recipients=recipients, folder=folder, unique=unique, ends=ends, purpose=purpose,
        use_basis=use_basis,
    )  # fmt: skip
    with session.open(read_only=plan) as case:
        if plan:
            planned = plan_release(case, request)
            print_records(planned.rows(), format_, None)
            for line in planned.lines():
                narrate(line)
            return
        released = release_copies(case, request)
    print_records([copy.to_json() for copy in released], format_, None)
    for copy in released:
        for note in copy.notes:
            narrate(f"{copy.release}: {note}")
