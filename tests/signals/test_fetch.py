"""Mail is fetched from a real server: each message once, through crashes, new numbers and a second folder."""

from __future__ import annotations

import io
import socket
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.alarm.desk import HereReader
from tests.alarm.receivers import free_port, hook
from tests.signals.dovecot import PASSWORD, Server, dovecot, missing
from tests.signals.hostile import MAILS, UNDATED, good, raw
from tests.signals.register import MAIL, case_with_numbers, full_disk, signals
from tracer.alarm.intake import Read
from tracer.alarm.watch import MailSource, Watch
from tracer.case.case import Case
from tracer.errors import InputRefused, UsageError
from tracer.signals import fetch as fetching
from tracer.signals import load as loading
from tracer.signals.fetch import MailBatch, Mailbox, RawMail, load_mail, mailbox_of

HEAD = "From: shop@spam.example\nTo: {to}\nSubject: {n}\nMessage-ID: <{id}@x>\n"
TEXT = HEAD + "Date: Thu, 18 Jun 2026 12:{n:02}:00 +0000\n\nhi\n"
WITHOUT = missing()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    if WITHOUT:
        pytest.skip(WITHOUT)
    with dovecot() as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.cert))
        yield running


class Desk:
    def __init__(self, server: Server) -> None:
        self.case, self.server, self.said = case_with_numbers(), server, list[str]()
        self.watch = self.watching(mailbox_of(f"imaps://lin@127.0.0.1:{server.port}/INBOX", PASSWORD))

    def watching(self, mailbox: Mailbox, *, once: bool = True) -> Watch:
        here = HereReader(self.open)
        return Watch(self.open, here, (), self.said.append, mailboxes=[MailSource(mailbox)], traces=False, once=once)

    @contextmanager
    def open(self) -> Iterator[Case]:
        yield self.case

    def fetch(self) -> tuple[int, int, int]:
        """(mails, hits, set aside) of a look."""
        self.watch.total = Read()
        self.watch.mailboxes[0].due = 0.0
        self.watch.step()
        return self.watch.total.mails, self.watch.total.hits, self.watch.total.aside

    def mail(self, n: int, *, to: str = MAIL, identity: object = None) -> None:
        self.server.deliver(f"{n}.m.x", TEXT.format(to=to, n=n, id=n if identity is None else identity))


@pytest.fixture
def desk(server: Server) -> Iterator[Desk]:
    made = Desk(server)
    yield made
    made.watch.mailboxes[0].close()


@pytest.mark.slow("Dovecot starts")
def test_each_message_is_loaded_once_as_it_came_and_stays_unread(desk: Desk, server: Server) -> None:
    for n in range(3):
        desk.mail(n)
    strange = f"To: {MAIL}\r\nDate: x\r\n\r\n\xff\r\n.\r\nFrom x\r\n".encode("latin-1")
    server.deliver("1781786719.strange.x", strange)
    desk.mail(5, to="else@post.example")
    assert desk.fetch() == (5, 4, 0)
    assert desk.fetch() == (0, 0, 0)
    desk.mail(6)
    assert desk.fetch() == (1, 1, 0)
    server.renumber()
    assert desk.fetch() == (0, 0, 0), "the server numbers its messages again"
    assert len(signals(desk.case)) == 5
    kept = list[bytes]()
    for (sha256,) in desk.case.con.execute("SELECT sha256 FROM original").fetchall():
        with tarfile.open(fileobj=io.BytesIO(desk.case.vault.files.read(sha256))) as tar:
            kept += [member.read() for name in tar.getnames() if (member := tar.extractfile(name))]
    assert len(kept) == 6
    assert strange in kept
    assert not list(desk.case.spill.iterdir())
    with fetching.logged_in(desk.watch.mailboxes[0].mailbox) as client:
        client.select_folder("INBOX", readonly=True)
        assert len(client.search("UNSEEN")) == 6
    # One message to two canaries is two, and its arrival is the server's.
    desk.mail(7, identity="same")
    desk.mail(7, identity="same", to="other@post.example")
    server.deliver("twice.m.x", TEXT.format(to=MAIL, n=7, id="same"))
    for n, to in enumerate((MAIL, "other@post.example")):  # blind copies
        date = "Date: Tue, 19 Jan 2038 03:14:07 +0000"
        server.deliver(f"{n}.blind.x", f"Received: from x by mx for <{to}>; x\nMessage-ID: <blind@x>\n{date}\n\nhi\n")
    began = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    assert desk.fetch() == (4, 2, 0)
    ((at,),) = desk.case.con.execute("SELECT \"at\" FROM signal WHERE timed = 'arrival' AND text = 'hi'").fetchall()
    assert abs((at - began).total_seconds()) < 60


@pytest.mark.slow("Dovecot starts")
def test_a_fetch_that_dies_goes_on_and_loads_nothing_twice(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)
    for n in range(7):
        desk.mail(n)
    load, calls = loading.load_messages, list[int]()

    def dies(*arguments: Any) -> object:
        calls.append(1)
        done = load(*arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(fetching, "load_messages", dies)
        desk.fetch()
    assert len(signals(desk.case)) == 2, "the batch that was being loaded is rolled back"
    assert desk.fetch() == (5, 5, 0)
    assert len(signals(desk.case)) == 7


@pytest.mark.slow("Dovecot starts")
def test_hostile_mails_do_not_keep_good_ones_from_being_read(desk: Desk, server: Server) -> None:
    hostile = {**MAILS, **UNDATED, "no-mail": "\nhello\n"}
    for n, text in enumerate(hostile.values()):
        server.deliver(f"{2 * n}.m.x", raw(text))
        server.deliver(f"{2 * n + 1}.m.x", good(n))
    assert desk.fetch() == (2 * len(hostile), 2 * len(hostile) - 1, 1)
    ((source, reason),) = desk.case.con.execute("SELECT source, reason FROM set_aside").fetchall()
    assert ("INBOX;UID=" in source, "not mail: it has no headers" in reason) == (True, True)
    assert desk.fetch() == (0, 0, 0), "none is asked for again"
    assert len([row for row in signals(desk.case) if str(row[7]).startswith("good")]) == len(hostile)


def test_a_full_disk_loses_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_with_numbers()
    batch = MailBatch("imap://lin@x/INBOX", 7, (RawMail(1, None, f"To: {MAIL}\n\nhi\n".encode()),))
    with monkeypatch.context() as full, pytest.raises(InputRefused, match="No space left"):
        full.setattr("tracer.case.vault.os.fsync", full_disk)
        load_mail(case, batch)
    assert fetching.last_fetched(case, "imap://lin@x/INBOX", 7) == 0
    assert (loaded := load_mail(case, batch).loaded)
    assert loaded.signals == 1
    assert [fetching.last_fetched(case, batch.name, validity) for validity in (7, 8)] == [1, 0], "numbered again"


@pytest.mark.slow("Dovecot starts")
def test_who_it_is_and_whether_it_is_encrypted_is_not_left_to_chance(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(told: str, port: int, folder: str = "INBOX", password: str = PASSWORD) -> None:
        with pytest.raises(fetching.MailboxUnavailable, match=told):
            desk.watching(Mailbox("127.0.0.1", port, "lin", (folder,), password)).step()

    refused(r"login was refused.*check user and password", server.port, password="falsch")  # noqa: S106 - a wrong one
    refused("no folder 'Nowhere'", server.port, "Nowhere")
    monkeypatch.delenv("SSL_CERT_FILE")
    refused(r"not trusted .*set SSL_CERT_FILE", server.port)
    with hook() as web:
        refused("does not encrypt on port", urlsplit(web.url).port or 0)


@pytest.mark.slow("Dovecot starts")
def test_a_lost_connection_is_made_again(desk: Desk, server: Server) -> None:
    desk.watch.once = False
    desk.mail(1)
    assert desk.fetch() == (1, 1, 0)
    desk.mail(2)
    source = desk.watch.mailboxes[0]
    source._client.socket().shutdown(socket.SHUT_RDWR)
    assert desk.fetch() == (1, 1, 0)
    source.close()
    source.mailbox = Mailbox("127.0.0.1", free_port(), "lin", ("INBOX",), PASSWORD)
    desk.mail(3)
    assert desk.fetch() == desk.fetch() == (0, 0, 0)
    assert [line for line in desk.said if "no connection" in line and "tried again" in line] == desk.said[-1:]
    desk.watch._due = 0.0
    desk.watch.step()
    assert "no connection" in desk.case.meta("alarm:fault")
    assert source.due > time.monotonic(), "a server that is down is left alone for a while"
    source.mailbox = Mailbox("127.0.0.1", server.port, "lin", ("INBOX",), PASSWORD)
    assert desk.fetch() == (1, 1, 0)
    assert desk.said[-1].endswith("works again")
    desk.watch._due = 0.0
    desk.watch.step()
    assert desk.case.meta("alarm:fault") == ""
    assert desk.case.meta("alarm:fetched") != ""


def test_a_password_is_on_no_command_line() -> None:
    for url, password, told in (
        ("imap://u:secret@mail.example", "x", "can be read by others"),
        ("imap://u@mail.example", None, "no password"),
        ("mail.example", "x", "invalid mailbox"),
    ):
        with pytest.raises(UsageError, match=told):
            mailbox_of(url, password)
    made = mailbox_of("imap://u%40x.example@mail.example", "geheim", folders=["a", "b"])
    assert (made.user, made.port, made.folders) == ("u@x.example", 993, ("a", "b"))
    assert "geheim" not in repr(made) + made.name("a")
