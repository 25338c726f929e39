"""Messages arrive: signed, encrypted, in order, again under the same id where it is not known whether they did."""

from __future__ import annotations

import json
import re
import socket
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from tests.alarm import desk as desk_of_tests
from tests.alarm.desk import Desk
from tests.alarm.receivers import Hook as Received
from tests.alarm.receivers import hook, post_office
from tracer.alarm import outbox, watch
from tracer.alarm.channels import Command, Hook, Mail, Syslog, TellSettings, channel_of, mail_server, secret_of
from tracer.alarm.words import Writer
from tracer.disclosure import Reason, Text
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
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def of_copies(folder: Path, receiver: Received, *copies: str) -> Desk:
    """A desk that posts to a receiver, and mails to canaries of these copies."""
    desk = Desk(folder, [Hook("post", receiver.url, secret_of(SECRET))])
    for copy in copies:
        desk.mails(copy, desk.copies[copy])
    desk.step()
    return desk


def test_a_receiver_that_is_down_is_asked_once_in_a_while_and_gets_all_signed_and_in_order(
    tmp_path: Path, clock: Clock
) -> None:
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
    body, headers = receiver.got[0]
    said = Verifier(SECRET).verify(body, headers)  # as another library's receiver checks it
    assert (said["thread"], said["version"], headers["webhook-id"]) == ("copy:r0", 1, said["id"])
    assert b"trap.example" not in body
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(body.replace(b"r0", b"r2"), headers)


def test_what_a_receiver_refuses_is_kept_and_tried_for_days_and_holds_up_no_other(tmp_path: Path, clock: Clock) -> None:
    """As Slack does, which answers 400 to what it cannot read, and 404 where a hook was removed."""
    with hook() as receiver:
        receiver.status = [400, 204, 404, 404]
        desk = of_copies(tmp_path, receiver, "r0", "r1")
        assert [headers["webhook-id"] for _, headers in receiver.got] == ["case-1", "case-2"]
        ((channel, messages, fault),) = desk.con.execute("SELECT channel, messages, fault FROM views.untold").fetchall()
        assert (channel.partition("#")[0], messages, fault) == ("post:127.0.0.1", 1, "the receiver answered 400")
        assert any("400" in line and "kept and tried again" in line for line in desk.said)
        for _ in range(6):
            clock.later(desk, 50_000)
    assert [headers["webhook-id"] for _, headers in receiver.got][2:] == ["case-1"] * 3, "until it is taken"
    assert desk.con.execute("FROM views.untold").fetchall() == []


@pytest.mark.parametrize("older", [400, 503])
def test_a_test_does_not_depend_on_what_failed_before_it(tmp_path: Path, clock: Clock, older: int) -> None:
    with hook() as receiver:
        receiver.status = [older]
        desk = of_copies(tmp_path, receiver, "r0")
        clock.at += timedelta(seconds=200)
        receiver.status = [204, older, older]
        assert desk.alarm.test() == 0, desk.said
        assert desk.alarm.test() == 1, "this one was refused itself"
        clock.later(desk, 10_000)
        clock.later(desk, 10_000)
    assert [headers["webhook-id"] for _, headers in receiver.got] == ["case-1", "case-2", "case-3", "case-1", "case-1"]


def test_a_receiver_that_never_ends_its_answer_does_not_stop_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Trickling:
        name = "trickling"

        def send(self, *_: object) -> None:
            time.sleep(5)

    monkeypatch.setattr(watch, "_SENDING_S", 0.1)
    desk = Desk(tmp_path, [Trickling()])
    desk.mails("a", desk.copies["r1"])
    assert len(desk.step()) == 1
    assert desk.con.execute("SELECT channel, fault FROM views.untold").fetchall() == [
        ("trickling", "the receiver took more than 0 seconds")
    ]


def test_slack_teams_syslog_and_a_command_get_what_they_read(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "log"
    (tmp_path / "in").mkdir()
    once = "f.write(sys.stdin.read()); f.seek(0); sys.exit(len(f.readlines()) < 2)"
    command = Command((sys.executable, "-c", f"import sys; f = open({str(log)!r}, 'a+'); {once}"))
    with hook() as receiver, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        posts = [Hook(kind, f"{receiver.url}/{kind}") for kind in ("slack", "teams")]
        desk = Desk(tmp_path / "in", [*posts, Syslog("udp", "127.0.0.1", server.getsockname()[1]), command])
        desk.mails("a <b>&", desk.copies["r1"])
        desk.step()
        line = server.recv(9_000).decode()
        clock.later(desk, 10)
        clock.later(desk, 10_000)
    slack, teams = (json.loads(body) for body, _ in receiver.got)
    assert slack["text"].startswith("v1’s copy r1 was leaked or used again: 8 mails")
    assert "a  b &amp;" in slack["text"], "no markup of a stranger"
    card = teams["attachments"][0]
    assert (teams["type"], card["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert card["content"]["body"][0]["text"] == slack["text"].splitlines()[0]
    assert re.match(r"<81>1 \d{4}-\d\d-\d\dT[\d:]+Z \S+ tracer - copy:r1 - \ufeffv1’s copy r1 was leaked", line)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["case-1", "case-1"], "it ended with 1, and was asked again"


@pytest.mark.parametrize(
    "thread",
    ["copy:r1", "copy:客户名单@某公司@2026-03-01", "copy:" + "long" * 20, "copy:two words", "client:" + "x" * 25],
)
def test_a_line_of_syslog_is_one_of_rfc_5424_whatever_a_list_is_called(desk: Desk, thread: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        log = Syslog("udp", "127.0.0.1", server.getsockname()[1])
        with desk.world.case.transaction():
            outbox.keep(desk.world.case, thread, {}, Reason.of("alarm-test", case=Text("c")), [log.name])
        (message,) = outbox.pending_messages(desk.con, log.name)
        log.send(message, Writer(desk.con, "en", "case"))
        line = server.recv(9_000).decode()
    said = re.match(r"<\d+>1 \S+ \S+ tracer - (?P<msgid>[!-~]{1,32}) - \ufeff", line)
    assert said, line
    assert said["msgid"] == thread or re.fullmatch(r"(copy|client):[0-9a-f]{16}", said["msgid"])


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
        assert any("certificate is not trusted" in line for line in desk.said)
        monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
        monkeypatch.setattr(outbox, "now", lambda: datetime(2030, 1, 1))
        desk.alarm._due = 0.0
        desk.step()
    (mail,) = office.got
    assert (office.encrypted, office.logins) == ([True], [(b"desk@shop.example", b"geheim")])
    subject = " ".join(str(make_header(decode_header(str(mail["Subject"])))).split())
    assert subject.startswith("tracer: v1’s copy r1 was leaked or used again: 8 mails in 2 days,")
    assert (mail["Message-ID"], mail["To"]) == ("<case-1@tracer.invalid>", "dpo@shop.example")
    text, attached = (part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart())
    assert isinstance(text, bytes)
    assert isinstance(attached, bytes)
    assert "It rests on these" in text.decode()
    assert json.loads(attached)["thread"] == "copy:r1"


@pytest.mark.parametrize("where", ["take", "conclusions", "report", "give_sign", "pending_messages", "mark_delivered"])
@pytest.mark.parametrize("after", [False, True])
def test_a_watch_that_dies_anywhere_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, after: bool
) -> None:
    """Killed before or after each step: a new watch reports the same, under the same ids, and each of them once."""
    desk = Desk(tmp_path)
    desk.mails("a", desk.copies["r1"])
    room = desk_of_tests if where == "take" else watch
    whole: Callable[..., object] = getattr(room, where)

    def dies(*arguments: object, **named: object) -> object:
        if after:
            whole(*arguments, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(room, where, dies)
        desk.alarm.step()
    for _ in range(2):  # another process: nothing is remembered but what the case holds
        desk.alarm = desk.watch()
        desk.step()
    ids = [json.loads(line)["id"] for line in desk.lines]
    sent_twice = where == "mark_delivered" and not after  # it had gone out, and could not be marked
    assert ids == ["case-1"] * (2 if sent_twice else 1)
    assert desk.con.execute("SELECT count(*) FROM signal").fetchone() == (8,)
    assert desk.con.execute("SELECT count(*), count(delivered_at) FROM delivery").fetchone() == (2, 2)


def test_what_cannot_work_is_refused_at_once() -> None:
    for text in ("", "whsec_", "whsec_c2hvcnQ=", "not base64!"):
        with pytest.raises(UsageError, match="signs messages"):
            secret_of(text)
    for url in ("ftp://x/y", "hook.example", "file:///etc/passwd"):
        with pytest.raises(UsageError, match="not a URL"):
            channel_of(f"post:{url}", TellSettings())
    for text in (*"slack slack: fax:1 slack:ftp://x/y mail:dpo@firm.example syslog:x://y command:".split(), ""):
        with pytest.raises(UsageError):
            channel_of(text, TellSettings())
    with pytest.raises(UsageError) as problem:
        channel_of("slack:hooks.example/T0/SECRET", TellSettings())
    assert "SECRET" not in str(problem.value)
    with pytest.raises(UsageError, match="can be read by others"):
        mail_server("smtps://u:secret@mail.example", None)
    with pytest.raises(UsageError, match="invalid mail server"):
        mail_server("mail.example", None)
