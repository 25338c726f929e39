"""`tracer signals`: calls, messages and mail that reached canaries."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from tracer.cli import completing
from tracer.cli.rows import print_table
from tracer.cli.session import Session, case_options, narrate, rows_options

F = TypeVar("F", bound=Callable[..., object])


def _reading(command: F) -> F:
    """`--as` and `--zone`, for every command that reads records."""
    command = click.option(
        "--zone", help="Time zone of times that name none, such as Asia/Shanghai (default: the format's, the region's)."
    )(command)
    return click.option(
        "--as",
        "form",
        metavar="FORMAT",
        help="asterisk-cdr, twilio, china-mobile, mbox … (detected; help signals).",
        shell_complete=completing.signal_formats,
    )(command)


@click.group(epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr")
def signals() -> None:
    """Load call, SMS and mail records that reached canaries."""


@signals.command("load", epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr --case my-case")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@_reading
@click.option("--canary", type=int, help="The canary whose telephone's log it is, where neither file nor name says.")
@rows_options
@case_options
def load(
    session: Session, files: tuple[Path, ...], form: str | None, zone: str | None, canary: int | None, format_: str,
    output: Path | None,
) -> None:  # fmt: skip
    """Load records; what reached a canary or a control is kept as a signal, in UTC, the rest is counted.

    A Maildir folder is loaded as its messages. A file that cannot be read keeps no other from being loaded.
    """
    print_table(session.case().signals.load(files, form=form, zone=zone, canary=canary), format_, output)
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
    from tracer.alarm.channels import split_command
    from tracer.alarm.hits import Notifier
    from tracer.signals.load import checked_format

    checked_format(form)
    notifier = None if notify_command is None else Notifier(split_command(notify_command), notify_per_minute, narrate)
    session.case().signals.watch(
        folder, hit=click.echo, form=form, zone=zone, once=once, interval=interval, rest=rest, notifier=notifier,
        tell=narrate,
    )  # fmt: skip


@signals.command(
    "fetch", epilog="Example: tracer signals fetch imap://desk@mail.example/INBOX --password-file imap.txt --follow"
)
@click.argument("mailbox")
@click.option("--folder", "folders", multiple=True, metavar="NAME", help="Folders, in place of the one in the URL.")
@click.option("--starttls", is_flag=True, help="Encrypt by STARTTLS (port 143), not from the start (port 993).")
@click.option(
    "--password-file", type=click.Path(path_type=Path, dir_okay=False),
    help="Its password (default: TRACER_IMAP_PASSWORD, or the keyring's for service imap://HOST).",
)  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on as mail arrives, until Ctrl-C.")
@rows_options
@case_options
def fetch(
    session: Session, mailbox: str, folders: tuple[str, ...], starttls: bool, password_file: Path | None, follow: bool,
    format_: str, output: Path | None,
) -> None:  # fmt: skip
    """Load the mail of a mailbox, each message once; it stays there, unread as it was.

    MAILBOX: imap://user@host/FOLDER, always encrypted; or a folder of this machine with messages (a Maildir).
    """
    password = _password(mailbox, password_file) if "://" in mailbox else None
    found = session.case().signals.fetch(
        mailbox, password=password, folders=folders, starttls=starttls, follow=follow, tell=narrate
    )
    print_table(found, format_, output)


def _password(url: str, file: Path | None) -> str | None:
    """From the file, the environment, or the keyring; never from the command line."""
    import os
    from urllib.parse import unquote, urlsplit

    from tracer.case.key import stored_password
    from tracer.regular import secret_in

    if file is not None:
        return secret_in(file)
    given = os.environ.get("TRACER_IMAP_PASSWORD")
    if given:
        return given
    parts = urlsplit(url)
    return stored_password(f"imap://{parts.hostname}", unquote(parts.username or ""))


@signals.command(
    "receive",
    epilog="Example: tracer signals receive inbox/records --provider twilio --url https://hook.example --port 8080",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--provider", type=click.Choice(["plivo", "telnyx", "twilio", "vonage"]), required=True,
    help="Whose webhooks these are.",
)  # fmt: skip
@click.option("--url", "base", required=True, help="How the provider calls: https://hook.example, without the path.")
@click.option(
    "--secret-file", type=click.Path(path_type=Path, dir_okay=False),
    help="Auth token, signature secret, or public key of Telnyx (default: TRACER_PROVIDER_SECRET).",
)  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on: this machine alone.")
def receive(folder: Path, provider: str, base: str, secret_file: Path | None, port: int, host: str) -> None:
    """Write the calls and messages that a provider reports by webhooks into FOLDER, where `tracer watch` loads them.

    Each is kept before the provider has its answer. What is not signed by the provider is refused. No case is opened.
    """
    from tracer.signals.receive import receiving

    with receiving(folder, provider, base, narrate, secret_file=secret_file, at=(host, port)) as server:
        narrate(f"listening on {host}:{server.server_address[1]} (Ctrl-C ends it)")
        server.serve_forever()
