"""Ways by which a message goes out: `--tell mail:…`, `slack:…`, `teams:…`, `syslog:…`, `post:…`, `command:…`.

A channel sends, or says why it could not; it keeps nothing and tries nothing again: the outbox does. Addresses that are
secrets (a Slack URL is one) may lie in a file: `slack:@FILE`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import shlex
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tracer.alarm.mailing import Mail, MailServer, addresses
from tracer.alarm.outbox import CouldNotSend, Message
from tracer.alarm.words import Writer
from tracer.errors import UsageError
from tracer.input_files import secret_in
from tracer.version import __version__

_PATIENCE_S = 15.0
"""A receiver that takes longer is left: one that hangs must not stop the watch."""
_COMMAND_S = 30.0
_THIS_ONE = (400, 404, 405, 410, 413, 415, 422)
"""Answers that are about this message or this address: the messages after it are tried all the same."""


class Channel(Protocol):
    """One way out."""

    @property
    def name(self) -> str:
        """Under it the outbox keeps what has gone out."""
        ...

    def send(self, message: Message, writer: Writer) -> None:
        """Send a message.

        Raises:
            CouldNotSend: it did not arrive, or it is not known whether it did.
        """
        ...


@dataclass(frozen=True)
class Printed:
    """Standard output: a JSON line each, or text for a person who looks at a terminal."""

    emit: Callable[[str], None]
    as_text: bool = False
    name: str = "print"

    def send(self, message: Message, writer: Writer) -> None:
        """Print it."""
        self.emit(writer.text(message) + "\n" if self.as_text else writer.line(message))


@dataclass(frozen=True)
class Command:
    """A command, which gets the message as a JSON line on its standard input; nothing of it is in the process list."""

    command: tuple[str, ...]
    name: str = "command"

    def send(self, message: Message, writer: Writer) -> None:
        """Run it; it must end with 0."""
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
    read.

    Raises:
        CouldNotSend: it could not be run, took too long, or did not end with 0.
    """
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
        return


@dataclass(frozen=True)
class Hook:
    """A receiver of HTTP posts: any that reads JSON, Slack, or Teams.

    A post is signed by the Standard Webhooks specification (standardwebhooks.com, 1.0.0) where there is a secret:
    `webhook-signature: v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, so that a receiver can tell who
    sent it, that it was not changed, and that it is not an old one sent again; by `webhook-id` it knows one that it
    has. Slack and Teams know nothing of signatures: their address is the secret.
    """

    kind: str
    """post, slack or teams."""
    url: str = field(repr=False)
    secret: bytes | None = field(default=None, repr=False)
    clock: Callable[[], float] = time.time

    @property
    def name(self) -> str:
        """Its kind and host; never its path, which may be a secret."""
        return f"{self.kind}:{urlsplit(self.url).hostname}#{hashlib.sha256(self.url.encode()).hexdigest()[:4]}"

    def send(self, message: Message, writer: Writer) -> None:
        """Post it; any status from 200 to 299 is taken for an answer."""
        body = json.dumps(self._body(message, writer), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": f"tracer/{__version__}"}
        if self.secret is not None:
            headers |= signed(self.secret, writer.id_of(message), body, int(self.clock()))
        request = Request(self.url, body, headers)  # noqa: S310 - http and https alone, see `checked_url`
        try:
            with build_opener(_NoRedirect).open(request, timeout=_PATIENCE_S) as answer:
                answer.read(1)
        except HTTPError as refused:
            with refused:
                after = refused.headers.get("Retry-After") or ""
                raise CouldNotSend(
                    f"the receiver answered {refused.code}{_why(refused)}",
                    alone=refused.code in _THIS_ONE,
                    wait=float(after) if after.isdigit() else None,
                ) from None
        except (OSError, HTTPException, ValueError) as problem:
            raise CouldNotSend(f"the receiver did not answer ({type(problem).__name__})") from None

    def _body(self, message: Message, writer: Writer) -> Mapping[str, Any]:
        text = writer.text(message)
        if self.kind == "slack":
            return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
        if self.kind == "teams":
            lines = [{"type": "TextBlock", "text": line, "wrap": True} for line in text.split("\n") if line]
            card = {"type": "AdaptiveCard", "version": "1.4", "body": lines}
            kind = "application/vnd.microsoft.card.adaptive"
            return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}
        return {**writer.body(message), "text": text}


def _why(refused: HTTPError) -> str:
    """The beginning of the answer, in which Slack says `no_text` or `channel_not_found`; one word, or nothing."""
    try:
        text = refused.read(60).decode("ascii")
    except (OSError, HTTPException, ValueError):
        return ""
    return f": {text}" if text.replace("_", "").isalnum() else ""


def signed(secret: bytes, identity: str, body: bytes, at: int) -> dict[str, str]:
    """The headers that sign a body; `at`: seconds since 1970.

    >>> secret = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', 1614265330)["webhook-signature"]
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    content = f"{identity}.{at}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {"webhook-id": identity, "webhook-timestamp": str(at), "webhook-signature": f"v1,{signature}"}


_LEAST = 24
"""Bytes of a secret, by the specification; at most 64."""


def secret_of(text: str) -> bytes:
    """The bytes of a secret as receivers write it: `whsec_` and base64.

    Raises:
        UsageError: not base64, or shorter than 24 bytes.
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) < _LEAST:
        raise UsageError(
            "the secret that signs messages is none", remedy="make one: echo whsec_$(openssl rand -base64 32)"
        )
    return secret


def checked_url(url: str, where: str = "--tell") -> str:
    """The URL. Raises `UsageError` for all but http and https."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:  # it may be a secret, and is not repeated
        raise UsageError("the address is not a URL", where=where, remedy="write it like https://hook.example/x")
    return url


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
        """Send it."""
        priority = 10 * 8 + _SEVERITY.get(writer.event(message), 5)
        head = f"<{priority}>1 {message.at:%Y-%m-%dT%H:%M:%SZ} {socket.gethostname()} tracer - {message.thread} -"
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


@dataclass(frozen=True)
class TellSettings:
    """What channels need in addition to their address, from options and the environment."""

    server: MailServer | None = None
    sender: str | None = None
    secret: bytes | None = field(default=None, repr=False)


def channel_of(text: str, settings: TellSettings) -> Channel:
    """The channel that `mail:dpo@firm.example`, `slack:@FILE`, `syslog:tls://log.example` … names.

    Raises:
        UsageError: it names none, or lacks what it needs, such as a mail server.
    """
    kind, _, target = text.partition(":")
    if target.startswith("@") and kind != "command":
        target = secret_in(Path(target[1:])).strip()
    if kind == "command":
        return Command(split_command(target))
    if not target or kind not in ("mail", "slack", "teams", "post", "syslog"):
        raise UsageError(
            f"invalid receiver {kind if target else text!r}",
            where="--tell",
            remedy="write it like mail:dpo@firm.example, slack:@FILE, teams:@FILE, syslog:HOST, post:URL, command:CMD",
        )
    if kind == "mail":
        server = settings.server
        if server is None:
            raise UsageError(
                "no mail server was named",
                where="--tell mail",
                remedy="give --smtp smtps://user@mail.firm.example, or set TRACER_SMTP",
            )
        to = addresses(target.split(","), "--tell mail")
        user = server.user if server.user is not None and "@" in server.user else None
        sender = addresses([settings.sender], "--mail-from")[0] if settings.sender else user or to[0]
        return Mail(server, sender, to)
    if kind == "syslog":
        how, separator, rest = target.partition("://")
        parts = urlsplit(f"//{rest if separator else target}")
        how = how if separator else "udp"
        if how not in _SYSLOG_PORTS or not parts.hostname:
            raise UsageError(
                f"invalid syslog server {target!r}", where="--tell", remedy="write it like syslog:tls://log.example"
            )
        return Syslog(how, parts.hostname, parts.port or _SYSLOG_PORTS[how])
    return Hook(kind, checked_url(target), settings.secret if kind == "post" else None)
