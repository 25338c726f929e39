"""`tracer signals`: a folder watched, a Maildir loaded, a log named by its canary; then trace and ask."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.conftest import Tracer
from tests.signals.register import CANARY, MAIL

ROW = f"2026-06-18 12:45:19,14100001234,{CANARY}\n"


def test_a_watch_takes_in_what_rests_and_tells_hits_as_json(marked: Path, tmp_path: Path, tracer: Tracer) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    (calls / "a.csv").write_text("at,caller,called\n" + ROW, encoding="utf-8")
    os.utime(calls / "a.csv", (time.time() - 60, time.time() - 60))
    log = tmp_path / "alerts"
    hook = f"{sys.executable} -c \"import sys; open('{log}', 'a').write(sys.stdin.read())\""
    said = tracer("signals", "watch", calls, "--once", "--notify-command", hook, "--case", marked).done()
    hit = json.loads(said.out)
    assert (hit["canary"], hit["caller"], hit["kind"]) == (1, "141****1234", "canary")
    assert json.loads(log.read_text(encoding="utf-8")) == hit
    assert tracer("trace", "--case", marked).code == 0
    (row,) = tracer("query", "signals", "-f", "json", "--case", marked).json()
    assert row["reading"] == "The planted record that was reached is in no copy, so it points to none."
    assert tracer("signals", "watch", tmp_path / "nowhere", "--once", "--case", marked).code == 3


def test_ctrl_c_ends_a_watch_with_130(marked: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tracer", "signals", "watch", str(calls), "--interval", "0.2", "--case", str(marked)],
        stderr=subprocess.PIPE, text=True,
        # A shell's background job ignores Ctrl-C and hands that down; a person's terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no threads yet
    ) as watch:  # fmt: skip
        try:
            assert watch.stderr is not None
            assert "watching" in watch.stderr.readline()
            watch.send_signal(signal.SIGINT)
            assert watch.wait(timeout=30) == 130
            assert "Traceback" not in watch.stderr.read()
        finally:
            watch.kill()


def test_a_maildir_and_a_log_that_does_not_tell_whose_it_is(marked: Path, tmp_path: Path, tracer: Tracer) -> None:
    box = tmp_path / "Maildir"
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    (box / "new" / "1.host").write_text(
        f"From: a@ads.example\nTo: {MAIL}\nDate: Thu, 18 Jun 2026 12:45:19 +0800\n\nhi\n", encoding="utf-8"
    )
    bill = tmp_path / "bill.csv"
    bill.write_text("呼叫类型,对方号码,开始时间,通话时长\n被叫,14100001234,2026-06-18 12:45:19,5\n", encoding="utf-8")
    assert tracer("signals", "load", bill, "--case", marked).code == 3
    said = tracer("signals", "load", box, bill, "--canary", "1", "-f", "json", "--case", marked)
    assert [(row["format"], row["signals"]) for row in said.json()] == [("mbox", 1), ("china-telecom", 1)]
    assert CANARY not in said.out + said.err
    assert tracer("signals", "load", bill, "--as", "china-telekom", "--case", marked).code == 2
    assert tracer("signals", "load", bill, "--canary", "9", "--case", marked).code == 3


def test_the_same_records_again_are_said_to_be_loaded_and_rejected_ones_where_to_look(
    marked: Path, tmp_path: Path, tracer: Tracer
) -> None:
    (tmp_path / "a.csv").write_text("at,caller,called\n" + ROW + "no day,1,2\n", encoding="utf-8")
    first, again = (tracer("signals", "load", tmp_path / "a.csv", "--case", marked) for _ in range(2))
    assert "already loaded" not in first.err
    assert "tracer query signal-rejects" in first.err
    assert "already loaded as file 1; nothing was added" in again.err
