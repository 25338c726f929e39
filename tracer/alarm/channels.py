"""Ways by which a message goes out: `--tell mail:…`, `slack:…`, `teams:…`, `syslog:…`, `post:…`, `command:…`.

A channel sends, or says why it could not; it keeps nothing and tries nothing again: the outbox does. Addresses that are
secrets (a Slack URL is one) may lie in a file: `slack:@FILE`. Mail goes over TLS: a server on another machine never
sees a password or a conclusion in the clear.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import shlex
import smtplib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tracer.alarm.outbox import CouldNotSend, Message
from tracer.alarm.words import Writer
from tracer.errors import UsageError
from tracer.input_files import secret_in
from tracer.signals.fetch import parts_of
from tracer.version import __version__

_PATIENCE_S, _COMMAND_S, _MAIL_S = 15.0, 30.0, 30.0
"""A receiver that takes longer is left: one that hangs must not stop the watch."""
_THIS_ONE = (400, 404, 405, 410, 413, 415, 422)
"""Answers that are about this message or this address: the messages after it are tried all the same."""


class Channel(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """Under it the outbox keeps what has gone out."""
        ...

    def send(self, message: Message, writer: Writer) -> None:
        """Send a message. Raises `CouldNotSend`: it did not arrive, or it is not known whether it did."""
        ...


@dataclass(frozen=True)
class Printed:
    """Standard output: a JSON line each, or text for a person who looks at a terminal."""

    emit: Callable[[str], None]
    as_text: bool = False
    name: str = "print"

    def send(self, message: Message, writer: Writer) -> None:
        self.emit(writer.text(message) + "\n" if self.as_text else writer.line(message))


@dataclass(frozen=True)
class Command:
    """A command, which gets the message as a JSON line on its standard input; nothing of it is in the process list."""

    command: tuple[str, ...]
    name: str = "command"

    def send(self, message: Message, writer: Writer) -> None:
        run_command(self.command, writer.line(message))


def split_command(text: str) -> tuple[str, ...]:
    """A command line as program and arguments. Raises `UsageError` for an empty or unbalanced one."""
    try:
        parts = tuple(shlex.split(text))
    except ValueError as problem:
        raise UsageError(f"the command cannot be read ({problem})", remedy="close its quotes") from None
    if not parts:
        raise UsageError("the command is empty", remedy="give it like --tell 'command:./page-me'")
    return parts


def run_command(command: tuple[str, ...], line: str) -> None:
    """Run a command with a line on its standard input, never in its arguments, which every user of the machine can
    read. Raises `CouldNotSend`: it could not be run, took too long, or did not end with 0."""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            command, input=(line + "\n").encode(), capture_output=True, timeout=_COMMAND_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise CouldNotSend(f"the command failed ({type(problem).__name__})") from None
    if done.returncode:
        raise CouldNotSend(f"the command ended with {done.returncode}")


class _NoRedirect(HTTPRedirectHandler):
    """A message goes to the address that was named, and to no other."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Redirects are not followed."""


@dataclass(frozen=True)
class Hook:
    """A receiver of HTTP posts: any that reads JSON, Slack, or Teams.

    A post is signed by the Standard Webhooks specification (standardwebhooks.com, 1.0.0) where there is a secret:
    `webhook-signature: v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, so that a receiver can tell who
    sent it, that it was not changed, and that it is not an old one sent again; by `webhook-id` it knows one that it
    has. Slack and Teams know nothing of signatures: their address is the secret."""

    kind: str
    """post, slack or teams."""
    url: str = field(repr=False)
    secret: bytes | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its kind and host; never its path, which may be a secret."""
        return f"{self.kind}:{urlsplit(self.url).hostname}#{_address_fingerprint(self.url)}"

    def send(self, message: Message, writer: Writer) -> None:
        """Post it; any status from 200 to 299 is taken for an answer."""
        text = writer.text(message)
        said: Mapping[str, Any] = {**writer.body(message), "text": text}
        if self.kind == "slack":
            said = {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
        elif self.kind == "teams":
            lines = [{"type": "TextBlock", "text": line, "wrap": True} for line in text.split("\n") if line]
            card = {"type": "AdaptiveCard", "version": "1.4", "body": lines}
            kind = "application/vnd.microsoft.card.adaptive"
            said = {"type": "message", "attachments": [{"contentType": kind, "content": card}]}
        body = json.dumps(said, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": f"tracer/{__version__}"}
        if self.secret is not None:
            headers |= signature_headers(self.secret, writer.id_of(message), body, int(time.time()))
        request = Request(self.url, body, headers)  # noqa: S310 - http and https alone, see `channel_of`
        try:
            with build_opener(_NoRedirect).open(request, timeout=_PATIENCE_S) as answer:
                answer.read(1)
        except HTTPError as refused:
            with refused:
                try:  # Slack answers with a word: `no_text`, `channel_not_found`
                    word = refused.read(60).decode("ascii")
                except (OSError, HTTPException, ValueError):
                    word = ""
                why = f": {word}" if word.replace("_", "").isalnum() else ""
                after = refused.headers.get("Retry-After") or ""
                raise CouldNotSend(
                    f"the receiver answered {refused.code}{why}",
                    alone=refused.code in _THIS_ONE,
                    wait=float(after) if after.isdigit() else None,
                ) from None
        except (OSError, HTTPException, ValueError) as problem:
            raise CouldNotSend(f"the receiver did not answer ({type(problem).__name__})") from None


def _address_fingerprint(address: str) -> str:
    """What distinguishes a receiver in its channel's name without saying its address."""
    return hashlib.sha256(address.encode()).hexdigest()[:4]


def signature_headers(secret: bytes, identity: str, body: bytes, at: int) -> dict[str, str]:
    """The headers that sign a body; `at`: seconds since 1970.

    >>> secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> headers = signature_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330)
    >>> headers["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    content = f"{identity}.{at}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}"}


def secret_of(text: str) -> bytes:
    """The bytes of a secret as receivers write it: `whsec_` and base64. Raises `UsageError`: not base64, or shorter
    than the 24 bytes that the specification asks for."""
    try:
        secret = base64.b64decode(text.strip().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < 24:
        remedy = "make one: echo whsec_$(openssl rand -base64 32)"
        raise UsageError("the secret that signs messages is none", remedy=remedy)
    return secret


_SYSLOG_PORTS = {"udp": 514, "tcp": 514, "tls": 6514}
_SEVERITY = {"conclusion": 1, "test": 5, "alive": 6}
"""RFC 5424: alert, notice, informational; the facility is 10, security."""


@dataclass(frozen=True)
class Syslog:
    """A syslog server, by RFC 5424: one line and the text of the conclusion. By UDP it is not known whether it came."""

    how: str
    """udp, tcp or tls."""
    host: str
    port: int

    @property
    def name(self) -> str:
        """Its host."""
        return f"syslog:{self.host}"

    def send(self, message: Message, writer: Writer) -> None:
        priority = 10 * 8 + _SEVERITY.get(writer.event(message), 5)
        head = (
            f"<{priority}>1 {message.at:%Y-%m-%dT%H:%M:%SZ} {socket.gethostname()} tracer - {msgid(message.thread)} -"
        )
        data = f"{head} \ufeff{writer.sentence(message)}".encode()
        try:
            if self.how == "udp":
                found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)[0]
                with socket.socket(found[0], socket.SOCK_DGRAM) as out:
                    out.sendto(data, found[4])
                return
            with socket.create_connection((self.host, self.port), timeout=_PATIENCE_S) as plain:
                framed = b"%d %b" % (len(data), data)  # RFC 6587: length first
                if self.how == "tcp":
                    plain.sendall(framed)
                    return
                with ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) as secure:
                    secure.sendall(framed)
        except OSError as problem:
            raise CouldNotSend(f"the syslog server was not reached ({type(problem).__name__})") from None


def msgid(thread: str) -> str:
    """A thread as RFC 5424 allows a MSGID, 1 to 32 characters from ! to ~: its kind and a hash where it is not such.

    >>> msgid("copy:list@v1@2026-03-01"), msgid("copy:客户@某公司@2026-03-01")
    ('copy:list@v1@2026-03-01', 'copy:6ee9003465e82266')
    """
    if re.fullmatch(r"[!-~]{1,32}", thread):
        return thread
    return f"{thread.partition(':')[0]}:{hashlib.sha256(thread.encode()).hexdigest()[:16]}"


_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAIL_PORTS = {"smtp": 587, "smtps": 465}
_SUBJECT = 120
"""Characters of the sentence that a subject shows."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in."""

    scheme: str
    """smtps: TLS from the start; smtp: STARTTLS, which only a server on this machine may lack."""
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def connection(self) -> smtplib.SMTP:
        """A connection, encrypted. Raises `CouldNotSend`, `OSError` and `smtplib.SMTPException`."""
        secure = ssl.create_default_context()
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=_MAIL_S, context=secure)
        smtp = smtplib.SMTP(self.host, self.port, timeout=_MAIL_S)
        try:
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=secure)
                smtp.ehlo()
            elif self.host not in _LOOPBACK:
                raise CouldNotSend("the mail server offers no TLS")
        except BaseException:
            smtp.close()
            raise
        return smtp


def mail_server(url: str, password: str | None) -> MailServer:
    """The server that `smtps://user@host:port` names. The password comes from elsewhere.

    Raises `UsageError`: not such a URL, or one with a password in it, which other users of the machine could read."""
    parts = parts_of(url)
    if parts is None or parts.scheme not in _MAIL_PORTS or not parts.hostname or "@" in parts.path:
        raise UsageError("invalid mail server", where="--smtp", remedy="write smtps://user@mail.example")
    if parts.password is not None:
        raise UsageError("a password in a URL can be read by others", where="--smtp", remedy="give it in a file")
    user = None if parts.username is None else unquote(parts.username)
    return MailServer(parts.scheme, parts.hostname, parts.port or _MAIL_PORTS[parts.scheme], user, password)


@dataclass(frozen=True)
class Mail:
    """Mail to some addresses."""

    server: MailServer
    sender: str
    to: tuple[str, ...]

    @property
    def name(self) -> str:
        """Where its addressees are; their addresses are theirs."""
        return f"mail:{self.to[0].rpartition('@')[2]}#{_address_fingerprint(','.join(self.to))}"

    def send(self, message: Message, writer: Writer) -> None:
        """Hand it in: what is to be known in text, and the JSON as a file for programs. Its Message-ID is the message's
        id, so that a copy of it is known."""
        said = writer.sentence(message).replace("\n", " ")
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, ", ".join(self.to)
        mail["Subject"] = "tracer: " + (said if len(said) <= _SUBJECT else said[: _SUBJECT - 1] + "…")
        mail["Date"] = format_datetime(message.at.replace(tzinfo=UTC))
        mail["Message-ID"] = f"<{writer.id_of(message)}@tracer.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(writer.text(message) + "\n")
        line = writer.line(message).encode()
        mail.add_attachment(line, maintype="application", subtype="json", filename="tracer.json")
        try:
            with self.server.connection() as smtp:
                if self.server.user is not None:
                    smtp.login(self.server.user, self.server.password or "")
                smtp.send_message(mail, self.sender, self.to)
        except smtplib.SMTPResponseException as problem:
            raise CouldNotSend(f"the mail server answered {problem.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused:  # it went to no one; a 421 ends the list before all are asked
            raise CouldNotSend("the mail server refused the address", alone=True) from None
        except smtplib.SMTPNotSupportedError:
            raise CouldNotSend("the mail server takes no login: leave the user out of --smtp") from None
        except ssl.SSLCertVerificationError:
            raise CouldNotSend("the mail server's certificate is not trusted (SSLCertVerificationError)") from None
        except (OSError, smtplib.SMTPException) as problem:
            raise CouldNotSend(f"the mail server did not answer ({type(problem).__name__})") from None


@dataclass(frozen=True)
class TellSettings:
    """What channels need in addition to their address, from options and the environment."""

    server: MailServer | None = None
    sender: str | None = None
    secret: bytes | None = field(default=None, repr=False)


def channel_of(text: str, settings: TellSettings) -> Channel:
    """The channel that `mail:dpo@firm.example`, `slack:@FILE`, `syslog:tls://log.example` … names.

    Raises `UsageError`: it names none, or lacks what it needs, such as a mail server."""
    kind, _, target = text.partition(":")
    if kind == "command":
        return Command(split_command(target))
    if target.startswith("@"):
        target = secret_in(Path(target[1:])).strip()
    if not target or kind not in ("mail", "slack", "teams", "post", "syslog"):
        remedy = "write it like mail:dpo@firm.example, slack:@FILE, teams:@FILE, syslog:HOST, post:URL, command:CMD"
        raise UsageError(f"invalid receiver {kind if target else text!r}", where="--tell", remedy=remedy)
    if kind == "mail":
        server = settings.server
        if server is None:
            remedy = "give --smtp smtps://user@mail.firm.example, or set TRACER_SMTP"
            raise UsageError("no mail server was named", where="--tell mail", remedy=remedy)
        to = _addresses(target.split(","), "--tell mail")
        user = server.user if server.user is not None and "@" in server.user else None
        return Mail(server, _addresses([settings.sender], "--mail-from")[0] if settings.sender else user or to[0], to)
    if kind == "syslog":
        how, separator, rest = target.partition("://")
        parts = urlsplit(f"//{rest if separator else target}")
        how = how if separator else "udp"
        if how not in _SYSLOG_PORTS or not parts.hostname:
            remedy = "write it like syslog:tls://log.example"
            raise UsageError(f"invalid syslog server {target!r}", where="--tell", remedy=remedy)
        return Syslog(how, parts.hostname, parts.port or _SYSLOG_PORTS[how])
    address = parts_of(target)
    if address is None or address.scheme not in ("http", "https") or not address.hostname or address.port == 0:
        # It may be a secret, and is not repeated.
        raise UsageError("the address is not a URL", where="--tell", remedy="write it like https://hook.example/x")
    return Hook(kind, target, settings.secret if kind == "post" else None)


def _addresses(texts: Sequence[str], where: str) -> tuple[str, ...]:
    """Bare addresses. Raises `UsageError` for what is none."""
    found = tuple(address for _, address in getaddresses(list(texts)) if "@" in address)
    if len(found) < len(texts):
        raise UsageError("not a mail address", where=where, remedy="write it like desk@example.com")
    return found
