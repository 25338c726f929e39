"""Watching a folder: files are taken in when they rest, hits are told, alerts are limited, nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.signals.register import CANARY, CONTROL, case_with_numbers, signals
from tracer.alarm import intake
from tracer.alarm.channels import split_command
from tracer.alarm.hits import HitWatch, Notifier
from tracer.alarm.intake import FolderReading
from tracer.case.case import Case
from tracer.errors import CaseUnavailable, UsageError
from tracer.regular import sha256_of
from tracer.signals import resting

HEAD = "at,caller,called\n"
ROW = "2026-06-18 12:45:19,14100001234,{}\n"


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder, self.case = folder, case_with_numbers()
        self.told, self.shown = list[str](), list[str]()
        self.opened, self.locked, reading = 0, False, FolderReading(lists=False)
        self.watch = HitWatch(folder, self.open, self.told.append, self.shown.append, reading=reading, rest=1.0)

    def poll(self) -> list[dict[str, Any]]:
        had = len(self.shown)
        self.watch.step()
        return [json.loads(line) for line in self.shown[had:]]

    @contextmanager
    def open(self) -> Iterator[Case]:
        if self.locked:
            raise CaseUnavailable("another process works on the case")
        self.opened += 1
        yield self.case

    def put(self, name: str, text: str, *, age: float = 60.0) -> Path:
        """A file that was last changed `age` seconds ago."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (time.time() - age, time.time() - age))
        return path


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_file_is_taken_in_once(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    (hit,) = desk.poll()
    told = (hit["canary"], hit["kind"], hit["caller"], hit["at"])
    assert told == (1, "canary", "141****1234", "2026-06-18T04:45:19Z")
    assert desk.poll() == []
    assert desk.opened == 1, "nothing new: the case stays closed"
    assert len(signals(desk.case)) == 1


def test_a_file_that_grows_is_left_until_it_rests(desk: Desk) -> None:
    path = desk.put("a.csv", HEAD, age=0.0)
    assert desk.poll() == []
    assert desk.watch.files.waiting() == [path]
    desk.put("a.csv", HEAD + ROW.format(CANARY), age=0.0)
    assert desk.poll() == []
    desk.put("a.csv", HEAD + ROW.format(CANARY), age=5.0)
    assert len(desk.poll()) == 1


def test_the_clock_of_another_machine_may_be_wrong(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY), age=-9_999.0)
    assert desk.poll() == []
    time.sleep(1.1)  # it has rested under our eyes
    assert len(desk.poll()) == 1


def test_a_log_that_grew_tells_its_new_lines_alone(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.poll()
    desk.put("a.csv", HEAD + ROW.format(CANARY) + ROW.format(CONTROL), age=30.0)
    assert [hit["canary"] for hit in desk.poll()] == [2]


def test_a_bad_file_is_told_and_does_not_stop_the_others(desk: Desk) -> None:
    desk.put("a.csv", "colour,size\nred,1\n")
    desk.put("b.csv", HEAD + ROW.format(CANARY))
    desk.put("c.csv.part", HEAD + ROW.format(CANARY))
    desk.put(".hidden", HEAD + ROW.format(CANARY))
    assert len(desk.poll()) == 1
    assert any("a.csv" in line and "unknown format of signals" in line for line in desk.told)
    told = len(desk.told)
    assert desk.poll() == []
    assert len(desk.told) == told, "told once, until it changes"


def test_a_file_that_may_not_be_read_is_named_once_and_read_when_it_may(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.put("b.csv", HEAD + ROW.format(CONTROL))
    read = sha256_of

    def denied(file: Path) -> str:
        if file == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(file))
        return read(file)

    with monkeypatch.context() as locked:
        locked.setattr(intake, "sha256_of", denied)
        assert [hit["canary"] for hit in desk.poll()] == [2]
        assert desk.poll() == []
        locked.setattr(resting, "_AGAIN_S", 0.0)
        path.chmod(0o640)
        assert desk.poll() == desk.poll() == []
        assert len([line for line in desk.told if "a.csv: it cannot be read (Permission denied)" in line]) == 1
    assert [hit["canary"] for hit in desk.poll()] == [1], "it is tried again, though it is as it was"


def test_a_case_in_use_is_waited_for(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.locked = True
    assert desk.poll() == []
    assert "waiting" in desk.told[0]
    desk.locked = False
    assert len(desk.poll()) == 1


def test_alerts_are_limited_and_every_hit_is_recorded(desk: Desk, tmp_path: Path) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY) * 5 + ROW.format(CONTROL))
    log = tmp_path.parent / f"{tmp_path.name}-alerts"
    program = f"import sys; open({str(log)!r}, 'a').write(sys.stdin.read() + ' '.join(sys.argv[1:]) + '\\n')"
    notifier = Notifier((sys.executable, "-c", program), 2, desk.told.append, clock=lambda: 0.0)
    desk.watch.notifier = notifier
    desk.watch.follow(interval=0.1, once=True)
    assert len(desk.shown) == 6
    assert len(signals(desk.case)) == 6
    alerts = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(alerts) == 2
    assert all(alert["event"] == "signal" and CANARY not in json.dumps(alert) for alert in alerts)
    assert notifier.suppressed == 3, "five on the canary, two told; the control gives no alert"
    assert any("3 alerts were kept back" in line for line in desk.told)


def test_the_rate_recovers_and_tells_what_it_kept_back(tmp_path: Path) -> None:
    now, told = [0.0], list[str]()
    log = tmp_path / "alerts"
    program = f"import sys; open({str(log)!r}, 'a').write(sys.stdin.read())"
    notifier = Notifier((sys.executable, "-c", program), 1, told.append, clock=lambda: now[0])
    assert [notifier.alert({"canary": 1}), notifier.alert({"canary": 1})] == [True, False]
    now[0] = 60.0
    assert notifier.alert({"canary": 1})
    sent = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [alert["suppressed"] for alert in sent] == [0, 1]
    assert told == []


def test_a_command_that_fails_does_not_stop_the_watch(desk: Desk) -> None:
    for command in (("/nowhere/hook",), (sys.executable, "-c", "raise SystemExit(3)")):
        assert Notifier(command, 5, desk.told.append).alert({"canary": 1})
    assert "FileNotFoundError" in desk.told[0]
    assert "ended with 3" in desk.told[1]
    with pytest.raises(UsageError, match="empty"):
        split_command("  ")
    with pytest.raises(UsageError, match="cannot be read"):
        split_command("curl 'x")


def test_ctrl_c_between_two_looks_loses_nothing(desk: Desk) -> None:
    desk.put("a.csv", HEAD + ROW.format(CANARY))
    desk.put("b.csv", HEAD, age=0.0)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.watch.follow(interval=0.1, once=False, sleep=interrupt)
    assert len(signals(desk.case)) == 1
    assert any("b.csv" in line and "left" in line for line in desk.told)
