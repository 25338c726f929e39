"""`tracer signals` and `watch`: calls, messages and mail that reached canaries, and what arrives in a folder."""

from __future__ import annotations

import os
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
from tracer.errors import UsageError

if TYPE_CHECKING:
    from tracer.alarm.channels import Channel
    from tracer.library.table import Table

_READING = options(
    click.option(
        "--as", "form", metavar="FORMAT", help="asterisk-cdr, twilio, china-mobile, mbox … (detected; help signals).",
        shell_complete=completing.signal_formats,
    ),
    click.option(
        "--zone", help="Time zone of times that name none, such as Asia/Shanghai (default: the format's, the region's)."
    ),
)  # fmt: skip
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
@rows_options
@case_options
def load(session: Session, /, files: tuple[Path, ...], format_: str, output: Path | None, **asked: Any) -> None:
    """Load records; what reached a canary or a control is kept as a signal, in UTC, the rest is counted.

    A Maildir folder is loaded as its messages. A file that cannot be read keeps no other from being loaded.
    """
    print_table(session.case().signals.load(files, **asked), format_, output)
    narrate("What the signals say: tracer trace, then tracer query signals and tracer query campaigns")


@signals.command(
    "watch", epilog="Example: tracer signals watch calls --notify-command 'curl -sd @- https://hook.example' --once"
)
@click.argument("folder", type=ANY)
@_READING
@click.option("--once", is_flag=True, help="Load what is there and rests, and end.")
@_LOOKS
@click.option(
    "--notify-command", metavar="CMD", help="Run for each hit, which it gets as a JSON line on standard input."
)
@click.option("--notify-per-minute", type=click.IntRange(min=1), default=30, show_default=True, help="Alerts, at most.")
@case_options
def watch_records(
    session: Session,
    /,
    folder: Path,
    form: str | None,
    notify_command: str | None,
    notify_per_minute: int,
    **asked: Any,
) -> None:
    """Watch a folder and load files of records as they arrive, until Ctrl-C.

    A file that still grows is left until it rests. Every hit is recorded; alerts are rate-limited, and hits on controls
    give none. Hits are printed as JSON lines.
    """
    from tracer.alarm.channels import split_command
    from tracer.alarm.hits import Notifier
    from tracer.signals.load import checked_format

    checked_format(form)
    notifier = None if notify_command is None else Notifier(split_command(notify_command), notify_per_minute, narrate)
    session.case().signals.watch(folder, hit=click.echo, form=form, notifier=notifier, tell=narrate, **asked)


@signals.command(
    "fetch", epilog="Example: tracer signals fetch imap://desk@mail.example/INBOX --password-file imap.txt --follow"
)
@click.argument("mailbox")
@click.option("--folder", "folders", multiple=True, metavar="NAME", help="Folders, in place of the one in the URL.")
@click.option("--starttls", is_flag=True, help="Encrypt by STARTTLS (port 143), not from the start (port 993).")
@click.option(
    "--password-file", type=FILE,
    help="Its password (default: TRACER_IMAP_PASSWORD, or the keyring's for service imap://HOST).",
)  # fmt: skip
@click.option("--follow", is_flag=True, help="Go on as mail arrives, until Ctrl-C.")
@prints_rows()
@case_options
def fetch(session: Session, /, mailbox: str, password_file: Path | None, **asked: Any) -> Table:
    """Load the mail of a mailbox, each message once; it stays there, unread as it was.

    MAILBOX: imap://user@host/FOLDER, always encrypted; or a folder of this machine with messages (a Maildir).
    """
    password = None
    if "://" in mailbox:
        from urllib.parse import unquote, urlsplit

        from tracer.case.key import stored_password
        from tracer.regular import secret_in

        password = os.environ.get("TRACER_IMAP_PASSWORD") if password_file is None else secret_in(password_file)
        if not password and password_file is None:
            parts = urlsplit(mailbox)
            password = stored_password(f"imap://{parts.hostname}", unquote(parts.username or ""))
    return session.case().signals.fetch(mailbox, password=password, tell=narrate, **asked)


@signals.command(
    "receive",
    epilog="Example: tracer signals receive inbox/records --provider twilio --url https://hook.example --port 8080",
)
@click.argument("folder", type=FOLDER)
@click.option(
    "--provider", type=click.Choice(["plivo", "telnyx", "twilio", "vonage"]), required=True,
    help="Whose webhooks these are.",
)  # fmt: skip
@click.option("--url", "base", required=True, help="How the provider calls: https://hook.example, without the path.")
@click.option(
    "--secret-file", type=FILE,
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


@click.command(epilog="Example: tracer watch inbox --notify-command './page-me' --once --case my-case")
@click.argument("folder", type=ANY)
@click.option("--holder", metavar="PARTY", help="Who held lists that have no file LIST.toml of their own to say it.")
@click.option(
    "--as", "form", metavar="FORMAT", help="Format of all records (detected; help signals).",
    shell_complete=completing.signal_formats,
)  # fmt: skip
@click.option("--zone", help="Time zone of times that name none (default: the format's, the region's).")
@click.option("--once", is_flag=True, help="Do what can be done now, and end.")
@_LOOKS
@click.option("--notify-command", metavar="CMD", help="Run for each conclusion: a JSON line on its standard input.")
@click.option("--notify-url", metavar="URL", help="Post each conclusion there as signed JSON.")
@click.option(
    "--notify-secret-file", type=FILE,
    help="The secret that signs posts (default: TRACER_NOTIFY_SECRET).",
)  # fmt: skip
@click.option("--notify-mail", metavar="ADDRESS", multiple=True, help="Mail each conclusion there; may be repeated.")
@click.option("--smtp", metavar="URL", help="The mail server: smtps://user@mail.example (default: TRACER_SMTP).")
@click.option(
    "--smtp-password-file", type=FILE,
    help="Its password (default: TRACER_SMTP_PASSWORD).",
)  # fmt: skip
@click.option("--mail-from", metavar="ADDRESS", help="The sender (default: the user of --smtp, the first address).")
@click.option("--no-trace", is_flag=True, help="Attribute and report; leave the rest to `tracer trace`.")
@LANG
@case_options
def watch(
    session: Session, /, folder: Path, form: str | None, notify_command: str | None, notify_url: str | None,
    notify_secret_file: Path | None, notify_mail: tuple[str, ...], smtp: str | None, smtp_password_file: Path | None,
    mail_from: str | None, no_trace: bool, lang: str | None, **asked: Any,
) -> None:  # fmt: skip
    """Watch a folder for lists and records, and report what they show.

    Calls, messages, mail and lists are loaded as they arrive. A leak is reported once, with an update when more is
    known; what background explains is summed up once a day. Conclusions are printed as JSON lines. See help signals.
    """
    from tracer.alarm.channels import Command, Printed, split_command
    from tracer.signals.load import checked_format

    checked_format(form)
    channels: list[Channel] = [Printed(click.echo)]
    if notify_command is not None:
        channels.append(Command(split_command(notify_command)))
    if notify_url is not None:
        channels.append(_webhook(notify_url, notify_secret_file))
    if notify_mail:
        channels.append(_mail(notify_mail, smtp, smtp_password_file, mail_from))
    session.case().watch(folder, channels, form=form, traces=not no_trace, lang=language(lang), tell=narrate, **asked)


def _webhook(url: str, file: Path | None) -> Channel:
    from tracer.alarm.webhook import Webhook, checked_url, secret_of

    secret = _secret(file, "TRACER_NOTIFY_SECRET")
    if secret is None:
        raise UsageError(
            "posts need a secret that signs them", where="--notify-url",
            remedy="make one (echo whsec_$(openssl rand -base64 32)) and give it with --notify-secret-file",
        )  # fmt: skip
    return Webhook(checked_url(url), secret_of(secret))


def _mail(to: tuple[str, ...], smtp: str | None, file: Path | None, sender: str | None) -> Channel:
    from tracer.alarm.mailing import Mail, addresses, mail_server

    url = smtp or os.environ.get("TRACER_SMTP", "").strip()
    if not url:
        raise UsageError("no mail server was named", where="--notify-mail", remedy="give --smtp smtps://user@mail.host")
    server = mail_server(url, _secret(file, "TRACER_SMTP_PASSWORD"))
    named = addresses(to, "--notify-mail")
    user = server.user if server.user is not None and "@" in server.user else None
    return Mail(server, addresses([sender], "--mail-from")[0] if sender else user or named[0], named)


def _secret(file: Path | None, variable: str) -> str | None:
    """From the file, or the environment; never from the command line, which others can see."""
    from tracer.regular import secret_in

    if file is not None:
        return secret_in(file).strip()
    return os.environ.get(variable, "").strip() or None
