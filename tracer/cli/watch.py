"""`tracer watch`: what arrives in a folder is loaded, attributed and traced, and what it shows is reported once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.cli import completing
from tracer.cli.language import LANG, language
from tracer.cli.session import Session, case_options, narrate
from tracer.errors import UsageError

if TYPE_CHECKING:
    from tracer.alarm.channels import Channel


@click.command(epilog="Example: tracer watch inbox --notify-command './page-me' --once --case my-case")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--holder", metavar="PARTY", help="Who held lists that have no file LIST.toml of their own to say it.")
@click.option(
    "--as", "form", metavar="FORMAT", help="Format of all records (detected; help signals).",
    shell_complete=completing.signal_formats,
)  # fmt: skip
@click.option("--zone", help="Time zone of times that name none (default: the format's, the region's).")
@click.option("--once", is_flag=True, help="Do what can be done now, and end.")
@click.option(
    "--interval", type=click.FloatRange(min=0.2), default=5.0, show_default=True, help="Seconds between looks."
)
@click.option(
    "--rest", type=click.FloatRange(min=0.0), default=2.0, show_default=True, help="Seconds a file must rest."
)
@click.option("--notify-command", metavar="CMD", help="Run for each conclusion: a JSON line on its standard input.")
@click.option("--notify-url", metavar="URL", help="Post each conclusion there as signed JSON.")
@click.option(
    "--notify-secret-file", type=click.Path(path_type=Path, dir_okay=False),
    help="The secret that signs posts (default: TRACER_NOTIFY_SECRET).",
)  # fmt: skip
@click.option("--notify-mail", metavar="ADDRESS", multiple=True, help="Mail each conclusion there; may be repeated.")
@click.option("--smtp", metavar="URL", help="The mail server: smtps://user@mail.example (default: TRACER_SMTP).")
@click.option(
    "--smtp-password-file", type=click.Path(path_type=Path, dir_okay=False),
    help="Its password (default: TRACER_SMTP_PASSWORD).",
)  # fmt: skip
@click.option("--mail-from", metavar="ADDRESS", help="The sender (default: the user of --smtp, the first address).")
@click.option("--no-trace", is_flag=True, help="Attribute and report; leave the rest to `tracer trace`.")
@LANG
@case_options
def watch(
    session: Session, folder: Path, holder: str | None, form: str | None, zone: str | None, once: bool, interval: float,
    rest: float, notify_command: str | None, notify_url: str | None, notify_secret_file: Path | None,
    notify_mail: tuple[str, ...], smtp: str | None, smtp_password_file: Path | None, mail_from: str | None,
    no_trace: bool, lang: str | None,
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
    session.case().watch(
        folder, channels, holder=holder, form=form, zone=zone, once=once, interval=interval, rest=rest,
        traces=not no_trace, lang=language(lang), tell=narrate,
    )  # fmt: skip


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
    from tracer.regular import secret_in

    if file is not None:
        return secret_in(file).strip()
    return os.environ.get(variable, "").strip() or None
