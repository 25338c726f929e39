"""`tracer refusals`: single people who were handed on or called after refusing; counts are a named query's."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.rows import print_table
from tracer.cli.session import Session, case_options, rows_options
from tracer.errors import UsageError


@click.command(epilog='Example: tracer refusals --reveal --reason "the client asked whom to write to" --case my-case')
@click.option("--reveal", is_flag=True, help="Print people's numbers in clear; needs --reason.")
@click.option("--reason", help="Who asked for the numbers, and why; it is journaled.")
@rows_options
@case_options
def refusals(session: Session, reveal: bool, reason: str | None, format_: str, output: Path | None) -> None:
    """Print single people who were handed on or called after they had refused.

    Without a reason there are counts only: tracer query after-refusal.
    """
    if not reveal or not reason:
        raise UsageError(
            "single rows show people's numbers and need a reason", where="refusals",
            remedy='give --reveal --reason "…", or ask for counts: tracer query after-refusal',
        )  # fmt: skip
    print_table(session.case().refusals(reason=reason), format_, output)
