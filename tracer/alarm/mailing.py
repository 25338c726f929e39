"""Messages by mail, over TLS: a server on another machine never sees a password or a conclusion in the clear."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from urllib.parse import unquote

from tracer.alarm.outbox import CouldNotSend, Message
from tracer.alarm.words import Writer
from tracer.errors import UsageError
from tracer.signals.fetch import parts_of

_PATIENCE_S = 30.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 587, "smtps": 465}
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


@dataclass(frozen=True)
class Mail:
    """Mail to some addresses."""

    server: MailServer
    sender: str
    to: tuple[str, ...]

    @property
    def name(self) -> str:
        """Where its addressees are; their addresses are theirs."""
        known = hashlib.sha256(",".join(self.to).encode()).hexdigest()[:4]
        return f"mail:{self.to[0].rpartition('@')[2]}#{known}"

    def send(self, message: Message, writer: Writer) -> None:
        """Hand it in; its Message-ID is the message's id, so that a copy of it is known."""
        mail = self.compose(message, writer)
        try:
            with self._connection() as smtp:
                if self.server.user is not None:
                    smtp.login(self.server.user, self.server.password or "")
                refused = smtp.send_message(mail, self.sender, self.to)
        except smtplib.SMTPResponseException as problem:
            raise CouldNotSend(f"the mail server answered {problem.smtp_code}") from None
        except smtplib.SMTPRecipientsRefused:
            raise CouldNotSend("the mail server refused the address", alone=True) from None
        except smtplib.SMTPNotSupportedError:
            raise CouldNotSend("the mail server takes no login: leave the user out of --smtp") from None
        except ssl.SSLCertVerificationError:
            raise CouldNotSend("the mail server's certificate is not trusted (SSLCertVerificationError)") from None
        except (OSError, smtplib.SMTPException) as problem:
            raise CouldNotSend(f"the mail server did not answer ({type(problem).__name__})") from None
        if refused and len(refused) == len(self.to):
            raise CouldNotSend("the mail server refused the address", alone=True)

    def compose(self, message: Message, writer: Writer) -> EmailMessage:
        """The mail: what is to be known in text, and the JSON as a file for programs."""
        said = writer.sentence(message).replace("\n", " ")
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, ", ".join(self.to)
        mail["Subject"] = "tracer: " + (said if len(said) <= _SUBJECT else said[: _SUBJECT - 1] + "…")
        mail["Date"] = format_datetime(message.at.replace(tzinfo=UTC))
        mail["Message-ID"] = f"<{writer.id_of(message)}@tracer.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(writer.text(message) + "\n")
        mail.add_attachment(
            writer.line(message).encode(), maintype="application", subtype="json", filename="tracer.json"
        )
        return mail

    def _connection(self) -> smtplib.SMTP:
        server = self.server
        secure = ssl.create_default_context()
        if server.scheme == "smtps":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE_S, context=secure)
        smtp = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE_S)
        try:
            smtp.ehlo()
            if smtp.has_extn("starttls"):
                smtp.starttls(context=secure)
                smtp.ehlo()
            elif server.host not in _LOOPBACK:
                raise CouldNotSend("the mail server offers no TLS")
        except BaseException:
            smtp.close()
            raise
        return smtp


def mail_server(url: str, password: str | None) -> MailServer:
    """The server that `smtps://user@host:port` names. The password comes from elsewhere.

    Raises:
        UsageError: not such a URL, or one with a password in it, which other users of the machine could read.
    """
    parts = parts_of(url)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname or "@" in parts.path:
        raise UsageError("invalid mail server", where="--smtp", remedy="write smtps://user@mail.example")
    if parts.password is not None:
        raise UsageError("a password in a URL can be read by others", where="--smtp", remedy="give it in a file")
    user = None if parts.username is None else unquote(parts.username)
    return MailServer(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], user, password)


def addresses(texts: Sequence[str], where: str) -> tuple[str, ...]:
    """Bare addresses. Raises `UsageError` for what is none."""
    found = tuple(address for _, address in getaddresses(list(texts)) if "@" in address)
    if len(found) < len(texts):
        raise UsageError("not a mail address", where=where, remedy="write it like desk@example.com")
    return found
