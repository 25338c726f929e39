"""`tracer watch`, `aside` and `signals`: what arrives, what of it could not be read, and records of files."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import click

from tracer.cli.operations import CommandGroup, Output, RowsFormat, operation
from tracer.cli.session import Session, narrate, print_table, secret
from tracer.errors import ExitCode, UsageError
from tracer.late_imports import imported_when_used
from tracer.library.arguments import AnyPath, FilePath, Option, path_or_none
from tracer.library.without_case import receive_signals

with imported_when_used():
    from tracer.alarm import outbox
    from tracer.alarm.channels import (
        Printed,
        TellSettings,
        channel_of,
        mail_server,
        run_command,
        secret_of,
        split_command,
    )
    from tracer.case.key import stored_password
    from tracer.cli.printer import terminal_width, wrapped
    from tracer.signals.fetch import mailbox_of, parts_of
    from tracer.signals.load import checked_format
    from tracer.signals.receive import receiving_server

_MINUTE_S = 60.0
_TELL = "mail:ADDRESS, slack:@FILE, teams:@FILE, syslog:HOST, post:URL or command:CMD; @FILE holds a secret address"
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
PasswordFile: TypeAlias = Annotated[
    FilePath | None, "The mailbox's password (default: TRACER_IMAP_PASSWORD, or the keyring's for service imap://HOST)."
]


@operation(
    "watch",
    "--folder inbox --tell 'command:./page-me' --once --case my-case",
    click.option(
        "--no-trace", "traces", flag_value=False, default=True, help="Attribute and tell; leave the rest to `trace`."
    ),
    of="watch",
    without=("channels",),
)
def watch(
    session: Session,
    folder: Annotated[AnyPath | None, Option("")] = None,
    *,
    mailboxes: Annotated[Iterable[str], Option("imaps://user@mail.firm.example/INBOX.", "URL", "--mailbox")] = (),
    password_file: PasswordFile = None,
    folders: Annotated[Iterable[AnyPath], Option("Lists and records arrive here.", "DIR", "--folder")] = (),
    listen: Annotated[
        str | None, Option("Receive webhooks: plivo, telnyx, twilio, vonage; with --url, --folder.", "PROVIDER[:PORT]")
    ] = None,
    url: Annotated[str | None, "How the provider calls: https://hook.example, without the path."] = None,
    provider_secret_file: Annotated[
        FilePath | None, "The provider's token or key (default: TRACER_PROVIDER_SECRET)."
    ] = None,
    channels: Annotated[Iterable[str], Option(_TELL, "WHOM", "--tell")] = (),
    smtp: Annotated[
        str | None, Option("The mail server: smtps://user@mail.example (default: TRACER_SMTP).", "URL")
    ] = None,
    smtp_password_file: Annotated[FilePath | None, "Its password (default: TRACER_SMTP_PASSWORD)."] = None,
    mail_from: Annotated[
        str | None, Option("The sender (default: the user of --smtp, the first address).", "ADDRESS")
    ] = None,
    post_secret_file: Annotated[
        FilePath | None,
        Option("What signs posts (default: TRACER_NOTIFY_SECRET).", name="--post-secret-file --notify-secret-file"),
    ] = None,
    notify_command: Annotated[str | None, Option("Formerly; now --tell command:CMD.", hidden=True)] = None,
    notify_url: Annotated[str | None, Option("Formerly; now --tell post:URL.", hidden=True)] = None,
    notify_mail: Annotated[Iterable[str], Option("Formerly; now --tell mail:ADDRESS.", hidden=True)] = (),
    form: str | None,
    **asked: Any,
) -> None:
    checked_format(form)
    smtp = smtp or secret(None, "TRACER_SMTP")
    server = mail_server(smtp, secret(smtp_password_file, "TRACER_SMTP_PASSWORD")) if smtp else None
    signs = secret(post_secret_file, "TRACER_NOTIFY_SECRET")
    settings = TellSettings(server, mail_from, secret_of(signs) if signs else None)
    former = [("command", notify_command), ("post", notify_url), *(("mail", one) for one in notify_mail)]
    whom = [*channels, *(f"{kind}:{target}" for kind, target in former if target)]
    printed = Printed(click.echo)
    if sys.stdout.isatty():  # for a person, in lines that fit
        printed = Printed(lambda text: click.echo(wrapped(text, terminal_width())), as_text=True)
    outlets = [printed, *(channel_of(text, settings) for text in whom)]
    watched = [Path(one) for one in (*([] if folder is None else [folder]), *folders)]
    boxes = [mailbox_of(text, _password(text, password_file)) for text in mailboxes]
    if not (watched or boxes or asked["test"]):
        raise UsageError(
            "nothing to watch", remedy="give --mailbox imaps://user@mail.firm.example/INBOX, --folder DIR, or --test"
        )
    case = session.case()
    with _record_server(listen, url, provider_secret_file, watched):
        refused = case.watch(watched, outlets, mailboxes=boxes, form=form, tell=narrate, **asked)
    if refused:
        raise click.exceptions.Exit(ExitCode.FOUND)


def _password(mailbox: str, file: AnyPath | None) -> str | None:
    """The password of a mailbox: from the file, the environment, or the keyring."""
    from urllib.parse import unquote

    password = secret(file, "TRACER_IMAP_PASSWORD")
    parts = parts_of(mailbox) if password is None and file is None else None
    if parts is not None:
        return stored_password(f"imap://{parts.hostname}", unquote(parts.username or ""))
    return password


@contextmanager
def _record_server(
    listen: str | None, url: str | None, secret_file: AnyPath | None, folders: Sequence[Path]
) -> Iterator[None]:
    """A server that keeps what a provider reports in the folder `records` of the first that is watched."""
    if listen is None:
        yield
        return
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
    server = receiving_server(
        records, provider, url, narrate, secret_file=path_or_none(secret_file), at=("127.0.0.1", int(port or "8080"))
    )
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


@aside.operation("remove", "3 --reason 'a broken scan, sent again' --case my-case", of="aside")
def aside_remove(
    session: Session,
    numbers: Annotated[Iterable[int], Option("", "NO…")],
    *,
    reason: Annotated[str, "Why it is of no use; it is journaled."],
    format_: RowsFormat = "table",
    output: Output = None,
) -> None:
    """Remove from the list what is of no use; its bytes stay among the originals."""
    print_table(session.case().aside(numbers, remove=reason), format_, output)


def _now(command: str) -> None:
    narrate(f"Note: this is `tracer watch {command}` now, and goes with version 1.0.")


@signals.operation("watch", "calls --once --case my-case", hidden=True)
def watch_records(
    session: Session,
    folder: Path,
    *,
    notify_command: Annotated[str | None, Option("Run for each hit on anything but a control.", "CMD")] = None,
    notify_per_minute: Annotated[int, Option("At most.", least=1)] = 30,
    **asked: Any,
) -> None:
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
        except outbox.CouldNotSend as problem:
            narrate(f"{problem.fault}; the hit is recorded")

    _now(f"--folder {folder}")
    session.case().signals.watch(folder, hit=hit, tell=narrate, **asked)


@signals.operation("fetch", "Maildir --case my-case", hidden=True)
def fetch(
    session: Session,
    mailbox: str,
    *,
    password_file: PasswordFile = None,
    format_: RowsFormat = "table",
    output: Output = None,
    **asked: Any,
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
