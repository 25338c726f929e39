"""`tracer watch`, `aside` and `signals`: what arrives, what of it could not be read, and records of files."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tracer.cli.operations import CommandGroup, operation
from tracer.cli.session import FILE, ROWS, Session, narrate, options, print_table, secret
from tracer.errors import ExitCode, UsageError
from tracer.library.elsewhere import receive_signals

_MINUTE_S = 60.0
_MAILBOX_HELP = "The mailbox's password (default: TRACER_IMAP_PASSWORD, or the keyring's for service imap://HOST)."
_TELL = (
    "mail:ADDRESS, slack:@FILE, teams:@FILE, syslog:HOST, post:URL or command:CMD; may be repeated. @FILE holds an"
    " address that is a secret."
)
signals = CommandGroup(
    "signals",
    "signals",
    "load calls/cdr.csv --as asterisk-cdr",
    "Load call, SMS and mail records that reached canaries.",
)


signals.calls(
    "load",
    "calls/cdr.csv --as asterisk-cdr --case my-case",
    says="What the signals say: tracer trace, then tracer query signals and tracer query campaigns",
)
PASSWORD = click.option("--password-file", type=FILE, help=_MAILBOX_HELP)
_SOURCES = options(
    click.argument("folder", required=False, type=click.Path(path_type=Path)),
    click.option(
        "--mailbox",
        "mailboxes",
        multiple=True,
        metavar="URL",
        help="imaps://user@mail.firm.example/INBOX; may be repeated.",
    ),
    PASSWORD,
    click.option(
        "--folder",
        "folders",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Lists and records arrive here.",
    ),
    click.option(
        "--listen",
        metavar="PROVIDER[:PORT]",
        help="Receive webhooks of plivo, telnyx, twilio or vonage; needs --url and --folder.",
    ),
    click.option("--url", help="How the provider calls: https://hook.example, without the path."),
    click.option(
        "--provider-secret-file", type=FILE, help="The provider's token or key (default: TRACER_PROVIDER_SECRET)."
    ),
)
_CHANNELS = options(
    click.option("--tell", "channels", multiple=True, metavar="WHOM", help=_TELL),
    click.option("--smtp", metavar="URL", help="The mail server: smtps://user@mail.example (default: TRACER_SMTP)."),
    click.option("--smtp-password-file", type=FILE, help="Its password (default: TRACER_SMTP_PASSWORD)."),
    click.option("--mail-from", metavar="ADDRESS", help="The sender (default: the user of --smtp, the first address)."),
    click.option(
        "--post-secret-file",
        "--notify-secret-file",
        "post_secret_file",
        type=FILE,
        help="What signs posts (default: TRACER_NOTIFY_SECRET).",
    ),
    click.option("--notify-command", hidden=True, help="Formerly; now --tell command:CMD."),
    click.option("--notify-url", hidden=True, help="Formerly; now --tell post:URL."),
    click.option("--notify-mail", multiple=True, hidden=True, help="Formerly; now --tell mail:ADDRESS."),
)


@operation(
    "watch",
    "--folder inbox --tell 'command:./page-me' --once --case my-case",
    _SOURCES,
    _CHANNELS,
    click.option(
        "--no-trace",
        "traces",
        flag_value=False,
        default=True,
        help="Attribute and tell; leave the rest to `tracer trace`.",
    ),
    of="watch",
    without=("folders", "channels", "mailboxes"),
)
def watch(session: Session, folder: Path | None, folders: tuple[Path, ...], form: str | None, **asked: Any) -> None:
    from tracer.alarm.channels import Printed, TellSettings, channel_of, secret_of
    from tracer.alarm.mailing import mail_server
    from tracer.signals.fetch import mailbox_of
    from tracer.signals.load import checked_format

    checked_format(form)
    smtp, smtp_password = asked.pop("smtp") or secret(None, "TRACER_SMTP"), asked.pop("smtp_password_file")
    server = mail_server(smtp, secret(smtp_password, "TRACER_SMTP_PASSWORD")) if smtp else None
    signs = secret(asked.pop("post_secret_file"), "TRACER_NOTIFY_SECRET")
    settings = TellSettings(server, asked.pop("mail_from"), secret_of(signs) if signs else None)
    former = [("command", asked.pop("notify_command")), ("post", asked.pop("notify_url"))]
    former += [("mail", one) for one in asked.pop("notify_mail")]
    whom = [*asked.pop("channels"), *(f"{kind}:{target}" for kind, target in former if target)]
    printed = Printed(_echo_folded, as_text=True) if sys.stdout.isatty() else Printed(click.echo)
    channels = [printed, *(channel_of(text, settings) for text in whom)]
    watched = (*([folder] if folder is not None else []), *folders)
    mailboxes, password_file = asked.pop("mailboxes"), asked.pop("password_file")
    if not (watched or mailboxes or asked["test"]):
        raise UsageError(
            "nothing to watch", remedy="give --mailbox imaps://user@mail.firm.example/INBOX, --folder DIR, or --test"
        )
    boxes = [mailbox_of(text, _password(text, password_file)) for text in mailboxes]
    listen, url, provider_secret = (asked.pop(name) for name in ("listen", "url", "provider_secret_file"))
    case = session.case()
    with _listening(listen, url, provider_secret, watched):
        refused = case.watch(watched, channels, mailboxes=boxes, form=form, tell=narrate, **asked)
    if refused:
        raise click.exceptions.Exit(ExitCode.FOUND)


def _echo_folded(text: str) -> None:
    """Text for a person, in lines that fit."""
    from tracer.cli.printer import folded, terminal_width

    click.echo(folded(text, terminal_width()))


def _password(mailbox: str, file: Path | None) -> str | None:
    """The password of a mailbox: from the file, the environment, or the keyring."""
    from urllib.parse import unquote

    from tracer.case.key import stored_password
    from tracer.signals.fetch import parts_of

    password = secret(file, "TRACER_MAILBOX_HELP")
    parts = parts_of(mailbox) if password is None and file is None else None
    if parts is not None:
        return stored_password(f"imap://{parts.hostname}", unquote(parts.username or ""))
    return password


@contextmanager
def _listening(
    listen: str | None, url: str | None, secret_file: Path | None, folders: tuple[Path, ...]
) -> Iterator[None]:
    """A server that keeps what a provider reports in the folder `records` of the first that is watched."""
    if listen is None:
        yield
        return
    from tracer.signals.receive import receiving

    provider, _, port = listen.partition(":")
    if url is None or not folders or not (port or "8080").isdigit():
        raise UsageError(
            "what is received needs an address and a folder",
            where="--listen",
            remedy="write it like --listen twilio:8080 --url https://hook.example --folder inbox",
        )
    records = folders[0] / "records"
    if folders[0].is_dir():
        records.mkdir(exist_ok=True)
    server = receiving(records, provider, url, narrate, secret_file=secret_file, at=("127.0.0.1", int(port or "8080")))
    narrate(f"listening on 127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


aside = CommandGroup("aside", "", "list --case my-case", "List what arrived and could not be read, and read it again.")
aside.calls("list", "--case my-case", of="aside", empty="Nothing is set aside.", numbers=())
aside.calls(
    "read",
    "3 --case my-case",
    of="aside",
    empty="Nothing is set aside.",
    said="Read again what was set aside, all of it or these numbers: after an update, say. Then: tracer watch --once.",
    again=True,
)


@aside.operation(
    "remove",
    "3 --reason 'a broken scan, sent again' --case my-case",
    click.argument("numbers", nargs=-1, type=int, required=True, metavar="NO…"),
    click.option("--reason", required=True, help="Why it is of no use; it is journaled."),
    ROWS,
    of="aside",
    without=("numbers",),
)
def aside_remove(session: Session, format_: str, output: Path | None, numbers: tuple[int, ...], reason: str) -> None:
    """Remove from the list what is of no use; its bytes stay among the originals."""
    print_table(session.case().aside(numbers, remove=reason), format_, output)


def _now(command: str) -> None:
    narrate(f"Note: this is `tracer watch {command}` now, and goes with version 1.0.")


@signals.operation(
    "watch",
    "calls --once --case my-case",
    click.option("--notify-command", metavar="CMD", help="Run for each hit on anything but a control."),
    click.option("--notify-per-minute", type=click.IntRange(min=1), default=30, show_default=True, help="At most."),
    hidden=True,
)
def watch_records(
    session: Session, folder: Path, notify_command: str | None, notify_per_minute: int, **asked: Any
) -> None:
    from tracer.alarm.channels import run_command, split_command
    from tracer.alarm.outbox import CouldNotSend

    command = None if notify_command is None else split_command(notify_command)
    left = [notify_per_minute, 0.0]  # alerts that may go out in this minute, and when it began

    def hit(one: dict[str, Any]) -> None:
        line = json.dumps(one, ensure_ascii=False)
        click.echo(line)
        if time.monotonic() - left[1] >= _MINUTE_S:
            left[:] = notify_per_minute, time.monotonic()
        if command is None or one["kind"] == "control" or left[0] <= 0:
            return
        left[0] -= 1
        try:
            run_command(command, line)
        except CouldNotSend as problem:
            narrate(f"{problem.fault}; the hit is recorded")

    _now(f"--folder {folder}")
    session.case().signals.watch(folder, hit=hit, tell=narrate, **asked)


@signals.operation("fetch", "Maildir --case my-case", PASSWORD, ROWS, hidden=True)
def fetch(
    session: Session, mailbox: str, password_file: Path | None, format_: str, output: Path | None, **asked: Any
) -> None:
    _now(f"--mailbox {mailbox}")
    password = _password(mailbox, password_file) if "://" in mailbox else None
    table = session.case().signals.fetch(mailbox, password=password, tell=narrate, **asked)
    print_table(table, format_, output)


@signals.operation(
    "receive", "inbox/records --provider twilio --url https://hook.example --port 8080", of=receive_signals, hidden=True
)
def receive(_session: Session, host: str, provider: str, **asked: Any) -> None:
    _now(f"--listen {provider}")
    with receive_signals(host=host, provider=provider, tell=narrate, **asked) as server:
        narrate(f"listening on {host}:{server.server_address[1]} (Ctrl-C ends it)")
        server.serve_forever()
