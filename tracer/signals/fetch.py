"""Fetches the mail of a mailbox by IMAP, each message once, and leaves it there as it is.

How far a mailbox was fetched (its UIDVALIDITY and the last UID) is kept in the transaction that loads its messages, so
a fetch that is killed goes on where it was. Where a server numbers its messages again, or a message lies in two
folders, it is known by its bytes: one message to two canaries, which the server wrote for each, is two.

The network side (`fetch`) knows no case: it asks how far it came, and hands on what it has fetched, so that both can
run in a process that anybody's mail may end.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import ExitCode, TracerError, UsageError
from tracer.signals.load import LoadedMails, batches, load_messages
from tracer.signals.mail import RawMail as RawMail  # noqa: PLC0414 - a batch is made of them

if TYPE_CHECKING:
    from imapclient import IMAPClient

_WHOLE = 25 << 20
"""Bytes of a message that are fetched; the text that matters comes first."""
_SIZES = 1_000
"""Messages of which the size is asked at a time."""
_PATIENCE_S = 60.0
_PORTS = {True: 143, False: 993}


class MailboxUnavailable(TracerError):
    """The server was not reached, or refused the login or the folder; waiting may help."""

    exit_code = ExitCode.REFUSED


@dataclass(frozen=True)
class Mailbox:
    """A mailbox and how to get at it."""

    host: str
    port: int
    user: str
    folders: tuple[str, ...]
    password: str = field(repr=False)
    starttls: bool = False
    """Whether the connection begins in the clear; it is encrypted before the login."""

    def name(self, folder: str) -> str:
        """What the case calls a folder of it; the password is in no name."""
        return f"imap://{self.user}@{self.host}:{self.port}/{folder}"


class MailBatch(NamedTuple):
    """Messages of a folder in the order of their numbers."""

    name: str
    """What the case calls the folder (`Mailbox.name`)."""
    validity: int
    messages: tuple[RawMail, ...]


def parts_of(url: str) -> SplitResult | None:
    """The parts of a URL that may hold a secret; None where it is none, and then it is not repeated."""
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def mailbox_of(url: str, password: str | None, *, folders: Sequence[str] = (), starttls: bool = False) -> Mailbox:
    """The mailbox that `imap://user@host:port/FOLDER` names.

    Raises `UsageError`: not such a URL, no password, or one in the URL, where other users of the machine could read it.
    """
    parts = parts_of(url)
    if parts is None or parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise UsageError("invalid mailbox", where="--mailbox", remedy="write it like imaps://user@mail.example/INBOX")
    if parts.password is not None:
        raise UsageError("a password in a URL can be read by others", remedy="give it with --password-file")
    if password is None:
        raise UsageError("no password was given", remedy="give --password-file or set TRACER_IMAP_PASSWORD")
    named = tuple(folders) or (unquote(parts.path.strip("/")) or "INBOX",)
    return Mailbox(parts.hostname, parts.port or _PORTS[starttls], unquote(parts.username), named, password, starttls)


@contextmanager
def explained_faults(mailbox: Mailbox) -> Iterator[None]:
    """What a server or the way to it brings about becomes an error that says what helps.

    Raises `MailboxUnavailable`: not reached, not trusted, or the login refused."""
    from imapclient.exceptions import IMAPClientError, LoginError

    try:
        yield
    except (OSError, IMAPClientError) as problem:
        # What the server says may repeat what it was sent.
        what, remedy = f"no connection ({type(problem).__name__})", "check host, port and network"
        if isinstance(problem, LoginError):
            what = "the login was refused"
            remedy = "check user and password; some providers want one that is made for programs"
        elif isinstance(problem, ssl.SSLCertVerificationError):
            what = f"the server's certificate is not trusted ({problem.verify_message})"
            remedy = "name the host as in its certificate; for an authority of your own, set SSL_CERT_FILE to its file"
        elif isinstance(problem, ssl.SSLError):
            what = f"the server does not encrypt on port {mailbox.port} ({problem.reason})"
            remedy = "try another port, or --starttls"
        raise MailboxUnavailable(what, where=mailbox.host, remedy=remedy) from None


@contextmanager
def logged_in(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """A connection after the login, always encrypted. Raises as `explained_faults`."""
    from imapclient import IMAPClient

    secure = ssl.create_default_context()
    with explained_faults(mailbox):
        client = IMAPClient(
            mailbox.host, mailbox.port, ssl=not mailbox.starttls, ssl_context=secure, timeout=_PATIENCE_S
        )
        with client:
            if mailbox.starttls:
                client.starttls(secure)
            client.login(mailbox.user, mailbox.password)
            client.normalise_times = False  # INTERNALDATE with the server's zone
            yield client


def fetch(client: IMAPClient, mailbox: Mailbox, last_uid: Callable[[str, int], int]) -> Iterator[MailBatch]:
    """The messages that are new in all its folders, so many at a time.

    `last_uid`: (name of a folder, its UIDVALIDITY) → how far it was fetched. Who keeps a batch keeps that as well.

    Raises as `explained_faults`, and where there is no such folder."""
    from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

    # What becomes of a batch that was handed on is not raised here: it is the network alone.
    with explained_faults(mailbox):
        for folder in mailbox.folders:
            try:
                name, validity = mailbox.name(folder), int(client.select_folder(folder, readonly=True)[b"UIDVALIDITY"])
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                what = f"no folder {folder!r}, or it may not be read"
                raise MailboxUnavailable(what, where=mailbox.host, remedy="check its name, as in INBOX/Spam") from None
            last = last_uid(name, validity)
            uids = sorted(uid for uid in client.search(f"UID {last + 1}:*") if uid > last)
            for batch in batches(_message_sizes(client, uids)):
                found = client.fetch(batch, [f"BODY.PEEK[]<0.{_WHOLE}>", "INTERNALDATE"])
                yield MailBatch(name, validity, tuple(_mail_of(uid, found.get(uid, {})) for uid in batch))


def _mail_of(uid: int, answer: dict[bytes, Any]) -> RawMail:
    """The message in an answer, whose key repeats the question in the server's way; empty where it was deleted."""
    data = next((value for key, value in answer.items() if key.startswith(b"BODY[]") and value), b"")
    arrived = answer.get(b"INTERNALDATE")
    return RawMail(uid, arrived.astimezone(UTC) if isinstance(arrived, datetime) else None, data)


def _message_sizes(client: IMAPClient, uids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The numbers with their messages' bytes."""
    for start in range(0, len(uids), _SIZES):
        sizes = client.fetch(uids[start : start + _SIZES], ["RFC822.SIZE"])
        for uid in uids[start : start + _SIZES]:
            yield uid, min(int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)), _WHOLE)


def load_mail(case: Case, batch: MailBatch) -> LoadedMails:
    """Load fetched messages, and keep how far they go, in one transaction. Each is loaded once; one that cannot be read
    is rejected with its reason, and the others are loaded. They lie nowhere in the clear."""
    name, validity, messages = batch
    with case.transaction():
        last = last_fetched(case, name, validity)  # somebody else may have fetched them meanwhile
        came = now().replace(tzinfo=UTC)  # where nothing else says when
        new = (mail._replace(written=came) for mail in messages if mail.uid > last and mail.data)
        pass_over(case, batch)
        return load_messages(case, Path(hashlib.sha256(name.encode()).hexdigest()[:12]), new)


def pass_over(case: Case, batch: MailBatch) -> None:
    """Keep how far the messages go: they are not fetched again. Call it in a transaction."""
    name, validity, messages = batch
    last = max([last_fetched(case, name, validity), *(mail.uid for mail in messages)])
    case.con.execute("DELETE FROM mailbox WHERE name = $name", {"name": name})
    case.con.execute("INSERT INTO mailbox VALUES (?, ?, ?, ?)", [name, validity, last, now()])


def last_fetched(case: Case, name: str, validity: int) -> int:
    """How far a folder was fetched; 0 where it was not, or where its messages were numbered again."""
    found = case.con.execute("SELECT last_uid FROM mailbox WHERE name = ? AND uidvalidity = ?", [name, validity])
    return next((int(uid) for (uid,) in found.fetchall()), 0)
