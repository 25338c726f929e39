"""`tracer release`: marked copies of a dataset."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracer.cli.dates import DAY
from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate


@click.command(
    epilog="Example: tracer release customers --to cti-x --to cti-y -o out --unique 3 --pool 64 --plan --case my-case"
)
@click.argument("dataset")
@click.option("--to", "recipients", multiple=True, required=True, metavar="PARTY", help="Recipient; may be repeated.")
@click.option(
    "-o", "--output", "folder", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the copies.",
)  # fmt: skip
@click.option(
    "--unique", type=click.IntRange(0), default=5, show_default=True, help="Canaries that are in one copy alone."
)
@click.option(
    "--pool", type=click.IntRange(0), default=0, show_default=True,
    help="Canaries that copies share by a code, over all copies.",
)  # fmt: skip
@click.option(
    "--bias", type=click.Choice(["mix", "0.2", "0.5"]), default="mix", show_default=True,
    help="How many copies share one: 0.2 where copies will be merged, 0.5 where compared.",
)  # fmt: skip
@click.option("--pairs", is_flag=True, help="A further canary for every two copies, in no third.")
@click.option(
    "--reserve", type=click.IntRange(0), default=0, show_default=True,
    help="Canaries of kind reserve, known to few, in one copy alone.",
)  # fmt: skip
@click.option(
    "--withhold", type=click.FloatRange(0.0), default=0.0, metavar="SHARE",
    help="Share of ordinary rows that each copy lacks, by a code: 0.005, say.",
)  # fmt: skip
@click.option("--ends", type=DAY, help="Day after which the recipients may hold nothing.")
@click.option("--purpose", help="What the copies are for.")
@click.option("--use", "use_basis", help="Lawful basis of use: customer, explicit, bundled_in_terms, …")
@click.option(
    "--accept-detectable", is_flag=True, help="Write the copies even where canaries can be told from ordinary rows."
)
@click.option("--plan", is_flag=True, help="Show what it would cost and catch; draw and write nothing.")
@click.option(
    "-f", "--format", "format_", type=click.Choice(["table", "json", "ndjson", "csv"]), default="table",
    show_default=True, help="How the rows are printed.",
)  # fmt: skip
@case_options
def release(
    session: Session,
    /,
    *,
    dataset: str,
    recipients: tuple[str, ...],
    folder: Path,
    unique: int,
    pool: int,
    bias: str,
    pairs: bool,
    reserve: int,
    withhold: float,
    ends: date | None,
    purpose: str | None,
    use_basis: str | None,
    accept_detectable: bool,
    plan: bool,
    format_: str,
) -> None:
    """Write one marked copy of DATASET per recipient, in the source's own format.

    The register (which canary is in which copy, which rows each lacks) is committed and journaled before a copy leaves.
    A canary has one persona in all copies, and no copy has a home canary. Where canaries can be told from ordinary rows
    nothing is written and no identity is used. Run `--plan` first: it shows what a design costs, what it will catch and
    whether its canaries would stand out.
    """
    from tracer.marking.release.copies import release_copies
    from tracer.marking.release.design import Design
    from tracer.marking.release.plan import plan_release
    from tracer.marking.release.request import ReleaseRequest

    design = Design(unique, reserve, pool, bias, pairs, withhold)
    request = ReleaseRequest(
        dataset, recipients, folder, design, ends, purpose, use_basis, accept_detectable=accept_detectable
    )
    with session.open(read_only=plan) as case:
        if plan:
            planned = plan_release(case, request)
            print_records(planned.rows(), format_, None)
            for line in planned.lines():
                narrate(line)
            return
        released = release_copies(case, request)
    print_records([copy.to_json() for copy in released], format_, None)
    for note in dict.fromkeys(note for copy in released for note in copy.notes):
        narrate(note)
