"""`tracer signals`: calls, messages and mail that reached canaries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from tracer.cli.rows import print_records
from tracer.cli.session import Session, case_options, narrate, rows_options

F = TypeVar("F", bound=Callable[..., object])


def _reading(command: F) -> F:
    """`--as` and `--zone`, for every command that reads records."""
    command = click.option(
        "--zone", help="Time zone of times that name none, such as Asia/Shanghai (default: the format's, the region's)."
    )(command)
    return click.option(
        "--as", "form", metavar="FORMAT", help="asterisk-cdr, twilio, china-mobile, mbox … (detected; help signals)."
    )(command)


@click.group(epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr")
def signals() -> None:
    """Load call, SMS and mail records that reached canaries."""


@signals.command("load", epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr --case my-case")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_reading
@click.option("--canary", type=int, help="The canary whose telephone's log it is, where neither file nor name says.")
@rows_options
@case_options
def load(
    session: Session, files: tuple[Path, ...], form: str | None, zone: str | None, canary: int | None, format_: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Load records; what reached a canary or a control is kept as a signal, in UTC, the rest is counted.

    A Maildir folder is loaded as its messages.
    """
    from tracer.signals.load import checked_format, load_signals, number_of_canary, spread_folders

    checked_format(form)
    with session.open() as case, case.transaction():
        own = None if canary is None else number_of_canary(case.con, canary)
        loaded = [load_signals(case, path, form, zone=zone, own=own).to_json() for path in spread_folders(files)]
    print_records(loaded, format_, output)
    narrate("What the signals say: tracer trace, then tracer query signals and tracer query campaigns")


@signals.command(
    "watch", epilog="Example: tracer signals watch calls --notify-command 'curl -sd @- https://hook.example' --once"
)
@click.argument("folder", type=click.Path(path_type=Path))
@_reading
@click.option("--once", is_flag=True, help="Load what is there and rests, and end.")
@click.option(
    "--interval", type=click.FloatRange(min=0.2), default=5.0, show_default=True, help="Seconds between looks."
)
@click.option(
    "--rest", type=click.FloatRange(min=0.0), default=2.0, show_default=True, help="Seconds a file must rest."
)
@click.option(
    "--notify-command", metavar="CMD", help="Run for each hit, which it gets as a JSON line on standard input."
)
@click.option("--notify-per-minute", type=click.IntRange(min=1), default=30, show_default=True, help="Alerts, at most.")
@case_options
def watch(
    session: Session, folder: Path, form: str | None, zone: str | None, once: bool, interval: float, rest: float,
    notify_command: str | None, notify_per_minute: int,
) -> None:  # fmt: skip
    """Watch a folder and load files of records as they arrive, until Ctrl-C.

    A file that still grows is left until it rests. Every hit is recorded; alerts are rate-limited, and hits on controls
    give none. Hits are printed as JSON lines.
    """
    from tracer.signals.follow import follow
    from tracer.signals.load import checked_format
    from tracer.signals.notify import Notifier, split_command
    from tracer.signals.watch import Watch

    checked_format(form)
    notifier = None if notify_command is None else Notifier(split_command(notify_command), notify_per_minute, narrate)
    with session.open(read_only=True):
        pass  # a wrong case or key is reported at once, not with the first file
    follow(Watch(folder, session.open, narrate, form, zone, rest), notifier, click.echo, interval=interval, once=once)
