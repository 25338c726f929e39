"""Mail is fetched from a real server: each message once, through crashes, new numbers and a second folder."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.signals.dovecot import PASSWORD, Server, dovecot, missing
from tests.signals.hostile import MAILS, UNDATED, good, raw
from tests.signals.register import MAIL, case_with_numbers, signals
from tracer.case.case import Case
from tracer.errors import UsageError
from tracer.signals import fetch as fetching
from tracer.signals.fetch import Fetched, Mailbox, MailboxUnavailable, connected, fetch, follow_mailbox, mailbox_of
from tracer.signals.load import load_signals

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
        self.mailbox = mailbox_of(f"imap://lin@127.0.0.1:{server.port}/INBOX", PASSWORD)

    @contextmanager
    def open(self) -> Iterator[Case]:
        yield self.case

    def fetch(self) -> Fetched:
        with connected(self.mailbox) as client:
            return fetch(client, self.mailbox, self.open, self.said.append)

    def mail(self, n: int, *, to: str = MAIL, identity: object = None) -> None:
        self.server.deliver(f"{n}.m.x", TEXT.format(to=to, n=n, id=n if identity is None else identity))


@pytest.mark.slow("Dovecot starts")
def test_each_message_is_loaded_once_as_it_came_and_stays_unread(server: Server) -> None:
    desk = Desk(server)
    for n in range(3):
        desk.mail(n)
    desk.mail(3, to="else@post.example")
    assert desk.fetch() == Fetched(4, 3, 0)
    assert desk.fetch() == Fetched(0, 0, 0)
    desk.mail(4)
    assert desk.fetch() == Fetched(1, 1, 0)
    server.renumber()
    assert desk.fetch() == Fetched(0, 0, 0), "the server numbers its messages again"
    assert len(signals(desk.case)) == 4
    assert desk.case.con.execute("SELECT count(*) FROM original").fetchone() == (5,)
    assert not list(desk.case.spill.glob("*.eml"))
    with connected(desk.mailbox) as client:
        client.select_folder("INBOX", readonly=True)
        assert len(client.search("UNSEEN")) == 5


@pytest.mark.slow("Dovecot starts")
def test_one_message_to_two_canaries_is_two(server: Server) -> None:
    desk = Desk(server)
    desk.mail(1, identity="same")
    desk.mail(2, identity="same", to="other@post.example")
    desk.mail(3, identity="same")
    assert desk.fetch().messages == 2


@pytest.mark.slow("Dovecot starts")
def test_a_fetch_that_dies_goes_on_and_loads_nothing_twice(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "BATCH", 2)
    desk = Desk(server)
    for n in range(7):
        desk.mail(n)
    calls = 0

    def dies(case: Case, path: Path, form: str, data: bytes) -> object:
        nonlocal calls
        calls += 1
        done = load_signals(case, path, form, data=data)
        if calls == 4:
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(fetching, "load_signals", dies)
        desk.fetch()
    assert len(signals(desk.case)) == 2, "the batch that was being loaded is rolled back"
    assert desk.fetch() == Fetched(5, 5, 0)
    assert len(signals(desk.case)) == 7


@pytest.mark.slow("Dovecot starts")
def test_hostile_mails_do_not_keep_good_ones_from_being_read(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(server)
    hostile = {**MAILS, **UNDATED, "no-mail": "\nhello\n"}
    for n, text in enumerate(hostile.values()):
        server.deliver(f"{2 * n}.m.x", raw(text))
        server.deliver(f"{2 * n + 1}.m.x", good(n))

    def spied(case: Case, path: Path, form: str, data: bytes) -> object:
        done = load_signals(case, path, form, data=data)
        assert not list(case.spill.iterdir()), "a message is nowhere in the clear while it is loaded"
        return done

    monkeypatch.setattr(fetching, "load_signals", spied)
    assert desk.fetch() == Fetched(2 * len(hostile) - 1, len(hostile) + len(MAILS), 1, len(UNDATED))
    assert [line for line in desk.said if "not mail: it has no headers" in line] == desk.said
    assert len(desk.said) == 1
    assert desk.fetch() == Fetched(0, 0, 0), "none is asked for again"
    assert len([row for row in signals(desk.case) if str(row[7]).startswith("good")]) == len(hostile)


@pytest.mark.slow("Dovecot starts")
def test_the_server_says_when_mail_comes(server: Server) -> None:
    desk = Desk(server)
    said: list[str] = []

    class Stopped(Exception):
        pass

    @contextmanager
    def open_case() -> Iterator[Case]:
        yield desk.case
        if len(signals(desk.case)) == 2:
            raise Stopped

    def later() -> None:
        while not said:
            time.sleep(0.05)
        time.sleep(0.5)  # the watch idles
        desk.mail(2)

    desk.mail(1)
    thread = threading.Thread(target=later)
    thread.start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        follow_mailbox(desk.mailbox, open_case, said.append, once=False, sleep=time.sleep)
    thread.join()
    assert time.monotonic() - began < 60, "IDLE waits for nine minutes, unless the server says something"
    assert said == ["1 messages, 1 hits, 0 not mail"]


@pytest.mark.slow("Dovecot starts")
def test_who_it_is_and_whether_it_is_encrypted_is_not_left_to_chance(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(server)
    wrong = Mailbox("127.0.0.1", server.port, "lin", ("INBOX",), "falsch")
    with pytest.raises(MailboxUnavailable, match="login was refused"), connected(wrong):
        pass
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxUnavailable, match="SSLCertVerificationError"), connected(desk.mailbox):
        pass


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
