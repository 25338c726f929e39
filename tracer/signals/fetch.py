"""Fetches the mail of a mailbox by IMAP, each message once, and leaves it there as it is.

How far a mailbox was fetched (its UIDVALIDITY and the last UID) is kept in the transaction that loads its messages, so
a fetch that is killed goes on where it was. Where a server numbers its messages again, or a message lies in two
folders, it is known by its Message-ID and its addressees: one message to two canaries is two. Each message is loaded as
it came, byte for byte, so that signatures of its servers (DKIM) can be checked later.
"""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from tracer.case.case import Case
from tracer.case.journal import JournalChanged
from tracer.clock import now
from tracer.errors import CaseUnavailable, InputRefused, TracerError, UsageError
from tracer.signals.load import BATCH, load_signals, load_together
from tracer.signals.mail import ADDRESSEES, headers_of

if TYPE_CHECKING:
    from imapclient import IMAPClient

_WHOLE = 25 << 20
"""Bytes of a message that are fetched; the text that matters comes first."""
_HELD, _SIZES = 64 << 20, 1_000
"""Bytes of messages that are held at a time; messages of which the size is asked at a time."""
_PATIENCE_S = 60.0
_IDLE_S = 9 * 60
"""Servers may end a connection that idles for half an hour (RFC 2177)."""
_PORTS = {True: 143, False: 993}


class MailboxUnavailable(TracerError):
    """The server was not reached, or refused the login or the folder; waiting may help."""


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


@dataclass(frozen=True)
class Fetched:
    """What came of a look at a mailbox."""

    messages: int
    signals: int
    """Those that reached a canary or a control, once for each."""
    refused: int
    """Messages that are none."""
    rejected: int = 0
    """Records that could not be read; the case says why."""


def mailbox_of(url: str, password: str | None, *, folders: Sequence[str] = (), starttls: bool = False) -> Mailbox:
    """The mailbox that `imap://user@host:port/FOLDER` names.

    Raises:
        UsageError: not such a URL, no password, or one in the URL, where other users of the machine could read it.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise UsageError(f"invalid mailbox {url!r}", remedy="write it like imap://user@mail.example/INBOX")
    if parts.password is not None:
        raise UsageError("a password in a URL can be read by others", remedy="give it with --password-file")
    if password is None:
        raise UsageError("no password was given", remedy="give --password-file or set TRACER_IMAP_PASSWORD")
    named = tuple(folders) or (unquote(parts.path.strip("/")) or "INBOX",)
    return Mailbox(parts.hostname, parts.port or _PORTS[starttls], unquote(parts.username), named, password, starttls)


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[IMAPClient]:
    """A connection after the login, always encrypted.

    Raises:
        MailboxUnavailable: not reached, not trusted, or the login refused.
    """
    from imapclient import IMAPClient
    from imapclient.exceptions import IMAPClientError, LoginError

    secure = ssl.create_default_context()
    try:
        client = IMAPClient(
            mailbox.host, mailbox.port, ssl=not mailbox.starttls, ssl_context=secure, timeout=_PATIENCE_S
        )
        with client:
            if mailbox.starttls:
                client.starttls(secure)
            client.login(mailbox.user, mailbox.password)
            yield client
    except LoginError:
        raise MailboxUnavailable(
            "the login was refused", where=mailbox.host, remedy="check user and password"
        ) from None
    except (OSError, IMAPClientError) as problem:
        # What the server says may repeat what it was sent.
        raise MailboxUnavailable(f"no connection ({type(problem).__name__})", where=mailbox.host) from None


def fetch(
    client: IMAPClient, mailbox: Mailbox, open_case: Callable[[], AbstractContextManager[Case]],
    say: Callable[[str], None],
) -> Fetched:  # fmt: skip
    """Load the messages that are new in all its folders. The case is opened for each batch of them."""
    total = Fetched(0, 0, 0)
    for folder in mailbox.folders:
        selected = client.select_folder(folder, readonly=True)
        validity, name = int(selected[b"UIDVALIDITY"]), mailbox.name(folder)
        with open_case() as case:
            last = _last_uid(case, name, validity)
        uids = sorted(uid for uid in client.search(f"UID {last + 1}:*") if uid > last)
        for batch in _batches(client, uids):
            found = client.fetch(batch, [f"BODY.PEEK[]<0.{_WHOLE}>"])
            with open_case() as case:
                # Somebody else may have fetched it meanwhile.
                last = _last_uid(case, name, validity)
                new = [(uid, _bytes_of(found.get(uid, {}))) for uid in batch if uid > last]
                for one in load_together(case, new, partial(_load, case, name, validity)):
                    if isinstance(one, InputRefused):
                        say(f"left out: {one.line()}")
                    total = _plus(total, Fetched(0, 0, 1) if isinstance(one, InputRefused) else one)
                with case.transaction():  # one that is refused is not asked for again
                    _keep(case, name, validity, max(last, batch[-1]))
    return total


def _batches(client: IMAPClient, uids: Sequence[int]) -> Iterator[list[int]]:
    """The messages to fetch at a time: as many as are loaded in one transaction, or fewer where they are long."""
    batch, held = list[int](), 0
    for start in range(0, len(uids), _SIZES):
        sizes = client.fetch(uids[start : start + _SIZES], ["RFC822.SIZE"])
        for uid in uids[start : start + _SIZES]:
            size = min(int(sizes.get(uid, {}).get(b"RFC822.SIZE", 0)), _WHOLE)
            if batch and (len(batch) == BATCH or held + size > _HELD):
                yield batch
                batch, held = [], 0
            batch.append(uid)
            held += size
    if batch:
        yield batch


def wait_for_mail(client: IMAPClient, seconds: float = _IDLE_S) -> None:
    """Wait until the server says that something has changed in the folder that was fetched last, at most so long."""
    if not client.has_capability("IDLE"):
        import time

        time.sleep(min(seconds, _PATIENCE_S))
        client.noop()
        return
    client.idle()
    try:
        client.idle_check(timeout=seconds)
    finally:
        client.idle_done()


def _bytes_of(answer: dict[bytes, Any]) -> bytes:
    """The message in an answer, whose key repeats the question in the server's way."""
    return next((value for key, value in answer.items() if key.startswith(b"BODY[]") and value), b"")


def _load(case: Case, folder: str, validity: int, message: tuple[int, bytes]) -> Fetched:
    """Load a message from memory: it lies nowhere in the clear."""
    uid, data = message
    _keep(case, folder, validity, uid)
    if not data or not _is_new(case, data):
        return Fetched(0, 0, 0)
    name = f"{hashlib.sha256(folder.encode()).hexdigest()[:12]}-{uid}.eml"
    loaded = load_signals(case, Path(name), "mbox", data=data)
    return Fetched(1, loaded.signals, 0, loaded.rejected)


def _is_new(case: Case, data: bytes) -> bool:
    """Whether the message was not fetched before; it is noted."""
    headers = [(name.casefold(), value.rstrip(b"\r\n")) for name, value in headers_of(data)[0]]
    message = next((value.strip() for name, value in headers if name == "message-id"), b"")
    to = [b"%b:%b" % (name.encode(), value) for name in ADDRESSEES for had, value in headers if had == name.casefold()]
    identity = hashlib.sha256(b"\n".join([message, *to]) if message else data).hexdigest()
    had = case.con.execute("SELECT 1 FROM fetched_mail WHERE identity = $identity", {"identity": identity}).fetchone()
    if had is None:
        case.con.execute("INSERT INTO fetched_mail VALUES ($identity)", {"identity": identity})
    return had is None


def _last_uid(case: Case, name: str, validity: int) -> int:
    row = case.con.execute(
        "SELECT last_uid FROM mailbox WHERE name = $name AND uidvalidity = $validity",
        {"name": name, "validity": validity},
    ).fetchone()
    return 0 if row is None else int(row[0])


def _keep(case: Case, name: str, validity: int, uid: int) -> None:
    case.con.execute("DELETE FROM mailbox WHERE name = $name", {"name": name})
    case.con.execute(
        "INSERT INTO mailbox VALUES ($name, $validity, $uid, $at)",
        {"name": name, "validity": validity, "uid": uid, "at": now()},
    )


def _plus(one: Fetched, other: Fetched) -> Fetched:
    return Fetched(*(a + b for a, b in zip(astuple(one), astuple(other), strict=True)))


def follow_mailbox(
    mailbox: Mailbox, open_case: Callable[[], AbstractContextManager[Case]], say: Callable[[str], None], *,
    once: bool, sleep: Callable[[float], None],
) -> Fetched:  # fmt: skip
    """Fetch, and go on whenever the server says that mail has come, until interrupted. A lost connection is made again,
    and a case that somebody else works on is waited for.

    Raises:
        MailboxUnavailable, CaseUnavailable: with `once` alone; JournalChanged: waiting does not help.
    """
    pause = 5.0
    while True:
        try:
            with connected(mailbox) as client:
                while True:
                    found = fetch(client, mailbox, open_case, say)
                    if found.messages or found.refused:
                        say(f"{found.messages:,} messages, {found.signals:,} hits, {found.refused:,} not mail")
                    if once:
                        return found
                    pause = 5.0
                    # Only one folder can be waited for; the others are looked at every minute.
                    wait_for_mail(client, _IDLE_S if len(mailbox.folders) == 1 else _PATIENCE_S)
        except (MailboxUnavailable, CaseUnavailable) as problem:
            if once or isinstance(problem, JournalChanged):
                raise
            say(f"{problem.line()}; tried again in {pause:.0f} s")
            sleep(pause)
            pause = min(pause * 2, 300.0)
