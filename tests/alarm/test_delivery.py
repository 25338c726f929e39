"""Messages arrive: signed, encrypted, in order, again under the same id where it is not known whether they did."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from tests.alarm.desk import Desk
from tests.alarm.receivers import Hook, hook, post_office
from tracer.alarm import folder, follow, outbox
from tracer.alarm.channels import Command
from tracer.alarm.mailing import Mail, mail_server
from tracer.alarm.webhook import Webhook, checked_url, secret_of
from tracer.errors import UsageError

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - of the specification's example


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = datetime(2026, 5, 6, 8)
        monkeypatch.setattr(outbox, "now", lambda: self.at)

    def later(self, desk: Desk, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        desk.alarm._due = 0.0
        desk.step()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def of_copies(folder: Path, receiver: Hook, *copies: str) -> Desk:
    """A desk that posts to a receiver, and mails to canaries of these copies."""
    desk = Desk(folder, [Webhook(receiver.url, secret_of(SECRET))])
    for copy in copies:
        desk.mails(copy, desk.copies[copy])
    desk.step()
    return desk


def test_a_post_is_signed_as_another_librarys_receiver_checks_it(tmp_path: Path) -> None:
    with hook() as receiver:
        of_copies(tmp_path, receiver, "r1")
        ((body, headers),) = receiver.got
    got = Verifier(SECRET).verify(body, headers)
    assert (got["thread"], got["version"], headers["webhook-id"]) == ("copy:r1", 1, got["id"])
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body.replace(b"r1", b"r2"), headers)
    assert b"trap.example" not in body


def test_a_receiver_that_is_down_is_asked_once_in_a_while_and_gets_all_in_order(tmp_path: Path, clock: Clock) -> None:
    with hook() as receiver:
        receiver.status = [503, 503, 500]
        desk = of_copies(tmp_path, receiver, "r0", "r1")
        clock.later(desk, 1)
        clock.later(desk, 60)
        assert len(receiver.got) == 1, "the receiver asked to be left alone for two minutes; one message was tried"
        clock.later(desk, 121)
        clock.later(desk, 10_000)
        clock.later(desk, 10_000)
    ids = [headers["webhook-id"] for _, headers in receiver.got]
    assert ids == ["case-1", "case-1", "case-1", "case-1", "case-2"]
    assert len(desk.lines) == 2, "other channels do not wait for it"


def test_a_message_that_is_refused_for_good_does_not_hold_up_the_next(tmp_path: Path, clock: Clock) -> None:
    with hook() as receiver:
        receiver.status = [302]
        desk = of_copies(tmp_path, receiver, "r0", "r1")
        clock.later(desk, 10_000)
    assert [headers["webhook-id"] for _, headers in receiver.got] == ["case-1", "case-2"]
    assert outbox.waiting(desk.con) == [("url", 0, 1)]
    assert any("answered 302 (case-1)" in line for line in desk.said)


def test_mail_goes_out_encrypted_after_a_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (tmp_path / "in").mkdir()
    with post_office(keys) as office:
        server = mail_server(f"smtp://desk%40shop.example@127.0.0.1:{office.port}", "geheim")
        desk = Desk(tmp_path / "in", [Mail(server, "desk@shop.example", ("dpo@shop.example",))])
        desk.mails("a", desk.copies["r1"])
        desk.step()
        assert office.got == [], "its certificate is not trusted"
        assert any("SSLCertVerificationError" in line for line in desk.said)
        monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
        monkeypatch.setattr(outbox, "now", lambda: datetime(2030, 1, 1))
        desk.alarm._due = 0.0
        desk.step()
    (mail,) = office.got
    assert (office.encrypted, office.logins) == ([True], [(b"desk@shop.example", b"geheim")])
    subject = " ".join(str(make_header(decode_header(str(mail["Subject"])))).split())
    assert subject.startswith("tracer: v1’s copy r1 was leaked or used again: 8 mails in 2 days.")
    assert (mail["Message-ID"], mail["To"]) == ("<case-1@tracer.invalid>", "dpo@shop.example")
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert json.loads(text.decode().replace("\r", "").partition("\n\n")[2])["thread"] == "copy:r1"


def test_a_command_gets_a_line_on_its_standard_input(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "log"
    folder = tmp_path / "in"
    folder.mkdir()
    once = "f.write(sys.stdin.read()); f.seek(0); sys.exit(len(f.readlines()) < 2)"
    program = f"import sys; f = open({str(log)!r}, 'a+'); {once}"
    desk = Desk(folder, [Command((sys.executable, "-c", program))])
    desk.mails("a", desk.copies["r1"])
    desk.step()
    clock.later(desk, 10)
    clock.later(desk, 10_000)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["case-1", "case-1"], "it ended with 1, and was asked again"


@pytest.mark.parametrize("where", ["take_in", "conclusions", "report", "sum_up", "pending", "delivered"])
@pytest.mark.parametrize("after", [False, True])
def test_a_watch_that_dies_anywhere_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, after: bool
) -> None:
    """Killed before or after each step: a new watch reports the same, under the same ids, and each of them once."""
    desk = Desk(tmp_path)
    desk.mails("a", desk.copies["r1"])
    room = folder if where == "take_in" else follow
    whole: Callable[..., object] = getattr(room, where)

    def dies(*arguments: object, **named: object) -> object:
        if after:
            whole(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(room, where, dies)
        desk.alarm.step()
    for _ in range(2):  # another process: nothing is remembered but what the case holds
        desk.alarm = follow.Alarm(tmp_path, desk.open, desk.said.append, desk.alarm.channels, rest=0.0, traces=False)
        desk.step()
    ids = [json.loads(line)["id"] for line in desk.lines]
    sent_twice = where == "delivered" and not after  # it had gone out, and could not be marked
    assert ids == ["case-1"] * (2 if sent_twice else 1)
    assert desk.con.execute("SELECT count(*) FROM signal").fetchone() == (8,)
    assert desk.con.execute("SELECT count(*), count(delivered_at) FROM delivery").fetchone() == (1, 1)


def test_what_cannot_work_is_refused_at_once() -> None:
    for text in ("", "whsec_", "whsec_c2hvcnQ=", "not base64!"):
        with pytest.raises(UsageError, match="signs messages"):
            secret_of(text)
    for url in ("ftp://x/y", "hook.example", "file:///etc/passwd"):
        with pytest.raises(UsageError, match="invalid URL"):
            checked_url(url)
    for url, told in (
        ("smtps://u:secret@mail.example", "can be read by others"),
        ("mail.example", "invalid mail server"),
    ):
        with pytest.raises(UsageError, match=told):
            mail_server(url, None)
