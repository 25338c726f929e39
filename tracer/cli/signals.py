"""`tracer watch`, `aside` and `signals`: what arrives, what of it could not be read, and records of files."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.cli import completing
from tracer.cli.rows import print_table, prints_rows
from tracer.cli.session import (
    ANY,
    FILE,
    FOLDER,
    LANG,
    Session,
    case_options,
    language,
    narrate,
    options,
    rows_options,
)
from tracer.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from tracer.alarm.channels import TellSettings
    from tracer.library.table import Table
    from tracer.signals.fetch import Mailbox

_READING = options(
    click.option(
        "--as", "form", metavar="FORMAT", help="asterisk-cdr, twilio, china-mobile, mbox … (detected; help signals).",
        shell_complete=completing.signal_formats,
    ),
    click.option(
        "--zone", help="Time zone of times that name none, such as Asia/Shanghai (default: the format's, the region's)."
    ),
)  # fmt: skip
_MINUTE_S = 60.0
_PROVIDERS = click.Choice(["plivo", "telnyx", "twilio", "vonage"])
_LOOKS = options(
    click.option(
        "--interval", type=click.FloatRange(min=0.2), default=5.0, show_default=True, help="Seconds between looks."
    ),
    click.option(
        "--rest", type=click.FloatRange(min=0.0), default=2.0, show_default=True, help="Seconds a file must rest."
    ),
)


@click.group(epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr")
def signals() -> None:
    """Load call, SMS and mail records that reached canaries."""


@signals.command("load", epilog="Example: tracer signals load calls/cdr.csv --as asterisk-cdr --case my-case")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@_READING
@click.option("--canary", type=int, help="The canary whose telephone's log it is, where neither file nor name says.")
@click.option("--region", help="Country of numbers without a code, such as FR (default: that of the case's lists).")
@rows_options
@case_options
def load(session: Session, /, files: tuple[Path, ...], format_: str, output: Path | None, **asked: Any) -> None:
    """Load records; what reached a canary or a control is kept as a signal, in UTC, the rest is counted.

    A Maildir folder is loaded as its messages. A file that cannot be read keeps no other from being loaded.
    """
    print_table(session.case().signals.load(files, **asked), format_, output)
    narrate("What the signals say: tracer trace, then tracer query signals and tracer query campaigns")


@click.command(epilog="Example: tracer watch --folder inbox --tell 'command:./page-me' --once --case my-case")
@click.argument("folder", required=False, type=ANY)
@click.option(
    "--mailbox", "mailboxes", multiple=True, metavar="URL",
    help="imaps://user@mail.firm.example/INBOX; may be repeated.",
)  # fmt: skip
@click.option(
    "--password-file", type=FILE,
    help="The mailbox's password (default: TRACER_IMAP_PASSWORD, or the keyring's for service imap://HOST).",
)  # fmt: skip
@click.option("--folder", "folders", multiple=True, type=ANY, metavar="DIR", help="Lists and records arrive here.")
@click.option(
    "--listen", metavar="PROVIDER[:PORT]",
    help="Receive webhooks of plivo, telnyx, twilio or vonage; needs --url and --folder.",
)  # fmt: skip
@click.option("--url", help="How the provider calls: https://hook.example, without the path.")
@click.option(
    "--provider-secret-file", type=FILE, help="The provider's token or key (default: TRACER_PROVIDER_SECRET)."
)
@click.option(
    "--tell", "told", multiple=True, metavar="WHOM",
    help="mail:ADDRESS, slack:@FILE, teams:@FILE, syslog:HOST, post:URL or command:CMD; may be repeated. @FILE holds"
    " an address that is a secret.",
)  # fmt: skip
@click.option("--smtp", metavar="URL", help="The mail server: smtps://user@mail.example (default: TRACER_SMTP).")
@click.option("--smtp-password-file", type=FILE, help="Its password (default: TRACER_SMTP_PASSWORD).")
@click.option("--mail-from", metavar="ADDRESS", help="The sender (default: the user of --smtp, the first address).")
@click.option(
    "--post-secret-file",
    "--notify-secret-file",
    "post_secret_file",
    type=FILE,
    help="What signs posts (default: TRACER_NOTIFY_SECRET).",
)
@click.option("--notify-command", hidden=True, help="Formerly; now --tell command:CMD.")
@click.option("--notify-url", hidden=True, help="Formerly; now --tell post:URL.")
@click.option("--notify-mail", multiple=True, hidden=True, help="Formerly; now --tell mail:ADDRESS.")
@click.option("--test", is_flag=True, help="Send a marked test to all, look into the mailboxes, and end.")
@click.option("--once", is_flag=True, help="Do what can be done now, and end.")
@click.option("--holder", metavar="PARTY", help="Who held lists that have no file LIST.toml of their own to say it.")
@_READING
@_LOOKS
@click.option("--no-trace", is_flag=True, help="Attribute and tell; leave the rest to `tracer trace`.")
@LANG
@case_options
def watch(
    session: Session, /, folder: Path | None, mailboxes: tuple[str, ...], password_file: Path | None,
    folders: tuple[Path, ...], listen: str | None, url: str | None, provider_secret_file: Path | None,
    told: tuple[str, ...], notify_command: str | None, notify_url: str | None, notify_mail: tuple[str, ...],
    test: bool, form: str | None, no_trace: bool, lang: str | None, **asked: Any,
) -> None:  # fmt: skip
    """Watch mailboxes and folders, and tell when a list gets out.

    Mail, calls, messages and lists are loaded as they arrive, each once. A leak is reported once, with an update when
    more is known; once a week comes a sign of life; otherwise there is silence. What cannot be read is set aside; what
    cannot be sent is kept and tried again. See help signals.
    """
    from tracer.alarm.channels import Printed, channel_of
    from tracer.signals.load import checked_format

    checked_format(form)
    settings = _settings(asked)
    former = (("command", notify_command), ("post", notify_url), *(("mail", one) for one in notify_mail))
    told = (*told, *(f"{kind}:{target}" for kind, target in former if target))
    printed = Printed(_echo_folded, as_text=True) if sys.stdout.isatty() else Printed(click.echo)
    channels = [printed, *(channel_of(text, settings) for text in told)]
    watched = (*([folder] if folder is not None else []), *folders)
    if not (watched or mailboxes or test):
        raise UsageError(
            "nothing to watch", remedy="give --mailbox imaps://user@mail.firm.example/INBOX, --folder DIR, or --test"
        )
    boxes = [_mailbox(text, password_file) for text in mailboxes]
    case = session.case()
    with _listening(listen, url, provider_secret_file, watched):
        refused = case.watch(
            watched, channels, mailboxes=boxes, form=form, test=test, traces=not no_trace, lang=language(lang),
            tell=narrate, **asked,
        )  # fmt: skip
    if refused:
        raise click.exceptions.Exit(ExitCode.FOUND)


def _echo_folded(text: str) -> None:
    """Text for a person, in lines that fit."""
    from tracer.cli.printer import folded, terminal_width

    click.echo(folded(text, terminal_width()))


def _settings(asked: dict[str, Any]) -> TellSettings:
    """What channels need in addition to their address; removed from what was asked."""
    from tracer.alarm.channels import TellSettings, secret_of
    from tracer.alarm.mailing import mail_server

    smtp = asked.pop("smtp") or _secret(None, "TRACER_SMTP")
    password = _secret(asked.pop("smtp_password_file"), "TRACER_SMTP_PASSWORD")
    secret = _secret(asked.pop("post_secret_file"), "TRACER_NOTIFY_SECRET")
    return TellSettings(
        mail_server(smtp, password) if smtp else None, asked.pop("mail_from"), secret_of(secret) if secret else None
    )


def _secret(file: Path | None, variable: str) -> str | None:
    """From the file, or the environment; never from the command line, which others can see."""
    from tracer.regular import secret_in

    if file is not None:
        return secret_in(file).strip()
    return os.environ.get(variable, "").strip() or None


def _mailbox(
    text: str, password_file: Path | None, *, folders: tuple[str, ...] = (), starttls: bool = False
) -> Mailbox:
    from tracer.signals.fetch import mailbox_of

    return mailbox_of(text, _password(text, password_file), folders=folders, starttls=starttls)


def _password(mailbox: str, file: Path | None) -> str | None:
    """The password of a mailbox: from the file, the environment, or the keyring."""
    from urllib.parse import unquote

    from tracer.case.key import stored_password
    from tracer.signals.fetch import parts_of

    password = _secret(file, "TRACER_IMAP_PASSWORD")
    if password is None and file is None:
        parts = parts_of(mailbox)
        if parts is not None:
            password = stored_password(f"imap://{parts.hostname}", unquote(parts.username or ""))
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
            "what is received needs an address and a folder", where="--listen",
            remedy="write it like --listen twilio:8080 --url https://hook.example --folder inbox",
        )  # fmt: skip
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


@click.group(epilog="Example: tracer aside list --case my-case")
def aside() -> None:
    """List what arrived and could not be read, and read it again."""


@aside.command("list", epilog="Example: tracer aside list --case my-case")
@prints_rows("Nothing is set aside.")
@case_options
def aside_list(session: Session) -> Table:
    """List what is set aside: its number, when and where it came from, and why it could not be read.

    Its bytes are kept encrypted among the originals.
    """
    return session.case().aside()


@aside.command("read", epilog="Example: tracer aside read 3 --case my-case")
@click.argument("numbers", nargs=-1, type=int, metavar="[NO]…")
@prints_rows("Nothing is set aside.")
@case_options
def aside_read(session: Session, numbers: tuple[int, ...]) -> Table:
    """Read again what was set aside, all of it or these numbers: after an update, say. Then: tracer watch --once."""
    return session.case().aside(numbers, again=True)


@aside.command("remove", epilog="Example: tracer aside remove 3 --reason 'a broken scan, sent again' --case my-case")
@click.argument("numbers", nargs=-1, type=int, required=True, metavar="NO…")
@click.option("--reason", required=True, help="Why it is of no use; it is journaled.")
@prints_rows()
@case_options
def aside_remove(session: Session, numbers: tuple[int, ...], reason: str) -> Table:
    """Remove from the list what is of no use; its bytes stay among the originals."""
    return session.case().aside(numbers, remove=reason)


def _now(command: str) -> None:
    narrate(f"Note: this is `tracer watch {command}` now, and goes with version 1.0.")


@signals.command("watch", hidden=True, epilog="Example: tracer signals watch calls --once --case my-case")
@click.argument("folder", type=ANY)
@_READING
@click.option("--once", is_flag=True, help="Load what is there and rests, and end.")
@_LOOKS
@click.option("--notify-command", metavar="CMD", help="Run for each hit on anything but a control.")
@click.option("--notify-per-minute", type=click.IntRange(min=1), default=30, show_default=True, help="At most.")
@case_options
def watch_records(
    session: Session, /, folder: Path, form: str | None, notify_command: str | None, notify_per_minute: int,
    **asked: Any,
) -> None:  # fmt: skip
    """Load records of a folder as they arrive, and print every hit as a JSON line."""
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
    session.case().signals.watch(folder, hit=hit, form=form, tell=narrate, **asked)


@signals.command("fetch", hidden=True, epilog="Example: tracer signals fetch Maildir --case my-case")
@click.argument("mailbox")
@click.option("--folder", "folders", multiple=True, metavar="NAME", help="Folders, in place of the one in the URL.")
@click.option("--starttls", is_flag=True, help="Encrypt by STARTTLS (port 143), not from the start (port 993).")
@click.option("--password-file", type=FILE, help="Its password (default: TRACER_IMAP_PASSWORD, or the keyring's).")
@click.option("--follow", is_flag=True, help="Go on as mail arrives, until Ctrl-C.")
@prints_rows()
@case_options
def fetch(session: Session, /, mailbox: str, password_file: Path | None, **asked: Any) -> Table:
    """Load the mail of a mailbox, each message once; nothing is concluded from it."""
    _now(f"--mailbox {mailbox}")
    password = _password(mailbox, password_file) if "://" in mailbox else None
    return session.case().signals.fetch(mailbox, password=password, tell=narrate, **asked)


@signals.command(
    "receive", hidden=True,
    epilog="Example: tracer signals receive inbox/records --provider twilio --url https://hook.example --port 8080",
)  # fmt: skip
@click.argument("folder", type=FOLDER)
@click.option("--provider", type=_PROVIDERS, required=True, help="Whose webhooks these are.")
@click.option("--url", "base", required=True, help="How the provider calls: https://hook.example, without the path.")
@click.option("--secret-file", type=FILE, help="Its token, secret or key (default: TRACER_PROVIDER_SECRET).")
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on: this machine alone.")
def receive(folder: Path, provider: str, base: str, secret_file: Path | None, port: int, host: str) -> None:
    """Write the calls and messages that a provider reports by webhooks into FOLDER; no case is opened."""
    from tracer.signals.receive import receiving

    _now(f"--listen {provider}")
    with receiving(folder, provider, base, narrate, secret_file=secret_file, at=(host, port)) as server:
        narrate(f"listening on {host}:{server.server_address[1]} (Ctrl-C ends it)")
        server.serve_forever()
