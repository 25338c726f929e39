"""An officer's first hour: a test alarm, a leak without a copy on record, a receiver that is down."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.alarm.receivers import hook
from tests.cli.conftest import Tracer

START = datetime.fromisoformat("2026-11-01T09:00:00+00:00")


def mail(folder: Path, number: int, to: str, text: str, sender: str = "angebote@handel.example") -> None:
    at = START + timedelta(hours=7 * number)
    data = (
        f"Received: from a by mx.firm.example for <{to}>; {format_datetime(at)}\nFrom: {sender}\nTo: {to}\n"
        f"Subject: Angebot {number}\nMessage-ID: <{number}.{to}>\n\n{text}\n"
    )
    path = folder / f"{number}-{to}.eml"
    path.write_text(data, encoding="utf-8")
    os.utime(path, (time.time() - 60, time.time() - 60))


Rows = list[dict[str, str]]


@pytest.fixture
def rows(tmp_path: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> Rows:
    """What was to be entered in one's own database; the folder `in` is watched."""
    (tmp_path / "in").mkdir()
    monkeypatch.setenv("TRACER_NOW", "2026-06-01T09:00:00")
    tracer("init", tmp_path / "alarm", "--region", "DE").done()
    made = tracer.rows("canary", "make", "--home", "--domain", "post.firm.example")
    monkeypatch.setenv("TRACER_NOW", "2026-11-04T09:00:00")
    return made


def test_a_test_alarm_says_who_did_not_take_it(rows: Rows, tracer: Tracer) -> None:
    assert len(rows) == 8
    assert all(row["name"].split()[0].lower() not in row["email"] for row in rows), "a greeting is to tell something"
    with hook() as receiver:
        receiver.status = [204, 400]
        tell = ["--tell", f"post:{receiver.url}", "--tell", f"slack:{receiver.url}/slack"]
        tracer("watch", *tell, "--test").ends(5, "the test was taken", "NOT TAKEN: the receiver answered 400")
    assert json.loads(receiver.got[0][0])["event"] == "test"
    assert "8 home canaries are in no list of your own" in " ".join(tracer("status").done().out.split())


def test_a_leak_without_a_copy_on_record_is_kept_until_it_is_taken(
    rows: Rows, tracer: Tracer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    command = ("watch", "--folder", folder, "--once")
    for number in range(60):  # months of quiet, with a newsletter to somebody who mistyped an address
        foot = f"You get this because {rows[7]['email']} subscribed."
        mail(folder, number - 500, rows[7]["email"], f"News of the week.\n{foot}", "news@shop.example")
    assert tracer(*command).done().out == ""
    for number, row in enumerate(rows[:5]):
        mail(folder, number, row["email"], f"Hallo {row['name'].split()[0]},\nunser Angebot für Sie.")
    broken = f"command:{sys.executable} -c 'raise SystemExit(3)'"
    said = tracer(*command, "--tell", broken).done()
    (alarm,) = (json.loads(line) for line in said.out.splitlines())
    assert alarm["said"].startswith(
        "Records planted only in your own database are in use: 5 mails in 2 days, to 5 of 8."
    )
    assert "No copy is on record, so which of them cannot be told" in alarm["said"]
    assert [one["subject"] for one in alarm["mails"]] == [f"Angebot {n}" for n in range(5)]
    assert {one["from"] for one in alarm["mails"]} == {"handel.example"}
    assert "post.firm.example" not in said.out
    tracer("status").ends(0, "could not be sent", "Warning: an alarm of")
    assert tracer("doctor").code == 5
    log = folder.parent / "log"
    sound = f'command:{sys.executable} -c \'import sys; open("{log}", "a").write(sys.stdin.read())\''
    monkeypatch.setenv("TRACER_NOW", "2026-11-06T09:00:00")
    assert tracer(*command, "--tell", sound).code == 0
    assert json.loads(log.read_text(encoding="utf-8").splitlines()[0])["id"] == alarm["id"]
    assert "could not be sent" not in tracer("status").done().out


def test_the_password_of_a_mailbox_may_be_in_the_environment(
    rows: Rows, tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["watch", "--mailbox", "imaps://me@127.0.0.1:1/INBOX", "--test"]
    assert "no password was given" in tracer(*asked).err
    monkeypatch.setenv("TRACER_IMAP_PASSWORD", "word")
    assert "no password was given" not in tracer(*asked).err
