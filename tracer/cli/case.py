"""`tracer init` and `tracer verify`: a case is made, and checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from tracer.cli.dates import DAY
from tracer.cli.printer import tell_check
from tracer.cli.session import Session, case_options, narrate
from tracer.errors import ExitCode


@click.command(epilog="Example: tracer init my-case --region CN")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--region", help="Country of numbers without a country code (default: CN, or what a list speaks for).")
@click.option("--name", default="", help="Name of the case (default: the folder's).")
@case_options
def init(session: Session, folder: Path, region: str | None, name: str) -> None:
    """Create a new, encrypted case in DIR."""
    from tracer.case.case import DEFAULT_REGION
    from tracer.library.case import create

    place = create(folder, name=name, region=region, key_file=session.key_file).key_place
    narrate(f"Made {folder}. Its key is in the {place}: without it the case cannot be read.")
    if region is None:
        narrate(
            f"Region {DEFAULT_REGION}: numbers without a country code count as Chinese ones, unless a list shows"
            " another country. Name yours here with --region US, say, or for one list with `tracer load --region`."
        )
    narrate(f"Next: tracer load FILE --holder PARTY --case {folder}")


@click.command(epilog="Example: tracer verify --since 2026-05-01 --case my-case")
@click.option("--since", type=DAY, help="Only originals loaded on this day or later, and findings of traces since.")
@click.option(
    "--copies",
    type=click.Path(path_type=Path, file_okay=False),
    multiple=True,
    metavar="DIR",
    help="Look for handed-over copies in this folder, too (default: the folder that the case lies in).",
)
@case_options
def verify(session: Session, since: date | None, copies: tuple[Path, ...]) -> int:
    """Check that store, originals, journal and register are unchanged and that the findings come out the same again.

    Every bit of store, originals and journal is looked at. Exit code 5 where something is not as it was; findings that
    rest on purged contents are reported as `not recomputable`. More: tracer help custody
    """
    checks = session.case().verify(since=since, copies=copies, tell=narrate).checks
    for check in checks:
        tell_check("ok" if check.passed else "FAILED", check.what, check.detail)
    failed = sum(not check.passed for check in checks)
    narrate(f"{len(checks)} checks, {failed} failed.")
    return ExitCode.FOUND if failed else ExitCode.DONE
