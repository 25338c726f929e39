"""`tracer signals`: calls, messages and mail that reached canaries."""

from __future__ import annotations

from pathlib import Path

import click

from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate, pass_session, rows_options


@click.group(epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr")
def signals() -> None:
    """Take in call, SMS and mail records that reached canaries."""


@signals.command("load", epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr --case my-case")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "form", metavar="FORMAT", help="asterisk-cdr, sms-backup, mbox, csv (detected otherwise).")
@click.option("--zone", help="Time zone of times that name none, such as Asia/Shanghai (default: the region's).")
@rows_options
@case_options
@pass_session
def load(
    session: Session, files: tuple[Path, ...], form: str | None, zone: str | None, format_: str, output: Path | None
) -> None:
    """Load records; what reached a canary or a control is kept as a signal, in UTC, the rest is counted."""
    from tracer.signals.load import load_signals

    with session.open() as case, case.transaction():
        loaded = [load_signals(case, path, form, zone=zone).to_json() for path in files]
    print_records(loaded, format_, output)
    narrate("What the signals say: tracer query signals")
