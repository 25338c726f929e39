"""Mails and records: watched, loaded, named by their canary; what one of them brings about is set aside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.signals.hostile import MAILS, UNDATED, good, raw
from tests.signals.register import CANARY, MAIL
from tracer.signals import mail

CALL = f"at,caller,called\n2026-06-18 12:45:{{:02}},14100001234,{CANARY}\n"
ALL = {**MAILS, **UNDATED}


def _rested(path: Path) -> None:
    os.utime(path, (time.time() - 60, time.time() - 60))


def _mbox(folder: Path) -> Path:
    box = folder / "all.mbox"
    mails = [mail for n, text in enumerate(ALL.values()) for mail in (raw(text), good(n))]
    box.write_bytes(b"".join(b"From x@x Mon May  4 09:00:00 2026\n" + mail.rstrip(b"\n") + b"\n\n" for mail in mails))
    return box


def _files(folder: Path, part: str) -> Path:
    for name in (part, "cur", "tmp") if part == "new" else (part,):
        (folder / name).mkdir(parents=True)
    for n, (name, text) in enumerate(ALL.items()):
        for path, data in ((f"{n:02}-{name}", raw(text)), (f"{n:02}-good", good(n))):
            file = folder / part / (path if part == "new" else f"{path}.eml")
            file.write_bytes(data)
            _rested(file)
    return folder


def _heard(tracer: Tracer, case: Path) -> int:
    (row,) = tracer("sql", "SELECT count(*) AS n FROM views.signals", "-f", "json", "--case", case).json()
    return int(row["n"])


def _read(tracer: Tracer, case: Path) -> Mapping[str, int]:
    """How many mails were heard, and how many were rejected."""
    rejected = tracer("query", "signal-rejects", "-f", "json", "--case", case).json()
    return {"heard": _heard(tracer, case), "rejected": len(rejected)}


@pytest.mark.parametrize("kind", ["mbox", "Maildir", "folder"])
def test_good_mails_among_hostile_ones_are_read_twice(marked: Path, tmp_path: Path, tracer: Tracer, kind: str) -> None:
    expected = {"heard": 2 * len(ALL), "rejected": 0}
    if kind == "folder":
        command = ["watch", str(_files(tmp_path / "inbox", "x")), "--once", "--rest", "0"]
    else:
        box = _mbox(tmp_path) if kind == "mbox" else _files(tmp_path / "Maildir", "new")
        command = ["signals", "load", str(box)]
    began = time.process_time()
    for _ in range(2):
        said = tracer(*command, "--case", marked).done()
        assert "Traceback" not in said.err
        assert _read(tracer, marked) == expected
    assert time.process_time() - began < 60, "one of them took 40 seconds, or more"
    assert tracer("trace", "--case", marked).code == 0


def test_what_nobody_has_foreseen_is_set_aside_with_its_reason(
    marked: Path, tmp_path: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, body = _mbox(tmp_path), mail._body

    def fails(data: bytes, *more: object) -> str:
        if b"Subject: good 3\n" in data:
            raise ZeroDivisionError
        return body(data, *more)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(mail, "_body", fails)
    said = tracer("signals", "load", box, "-f", "json", "--case", marked)
    (row,) = said.json()
    assert (row["signals"], row["rejected"]) == (2 * len(ALL) - 1, 1)
    assert "tracer query signal-rejects" in said.err
    reasons = [row["reason"] for row in tracer("query", "signal-rejects", "-f", "json", "--case", marked).json()]
    assert reasons == ["the mail cannot be read (ZeroDivisionError)"]


def test_files_that_cannot_be_read_are_named_once_and_the_others_are_loaded(
    marked: Path, tmp_path: Path, tracer: Tracer
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    strange = inbox / os.fsdecode(b"a-\xc3\xfb.csv")
    locked, fine = inbox / "b-locked.csv", inbox / "c.csv"
    for n, path in enumerate((strange, locked, fine)):
        path.write_text(CALL.format(n), encoding="utf-8")
        _rested(path)
    locked.chmod(0)
    # Root may read everything, unless it gives that up.
    given_up = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    if given_up and shutil.which("setpriv") is None:
        pytest.skip("no setpriv here")
    command, wide = [*given_up, sys.executable, "-m", "tracer"], {**os.environ, "COLUMNS": "500"}
    for arguments in (["watch", str(inbox), "--once", "--rest", "0"], ["signals", "load", *map(str, inbox.iterdir())]):
        said = subprocess.run([*command, *arguments, "--case", str(marked)], capture_output=True, check=False, env=wide)
        told = said.stderr.decode()
        assert said.returncode == (0 if arguments[0] == "watch" else 3), told
        assert "the file's name is not UTF-8; rename it" in told
        assert "b-locked.csv" in told
        assert "Traceback" not in told
        assert _heard(tracer, marked) == 1
    assert "left out, because they could not be read" not in told
    assert "1 other files were loaded" in told


def test_a_list_whose_charset_is_none_or_whose_name_is_not_utf8(marked: Path, tmp_path: Path, tracer: Tracer) -> None:
    card = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET={}:x\nN;CHARSET={};ENCODING=QUOTED-PRINTABLE:=E6=9E=97\n"
    labels = ["undefined", "idna", "punycode", "a\0b", "UTF-8"]
    cards = [f"{card.format(label, label)}EMAIL:lin{n}@post.example\nEND:VCARD\n" for n, label in enumerate(labels)]
    (tmp_path / "cards.vcf").write_text("".join(cards), encoding="utf-8")
    (row,) = tracer("load", tmp_path / "cards.vcf", "--holder", "x", "-f", "json", "--case", marked).json()
    assert row["rows"] == row["identifiers"] == len(labels)
    strange = tmp_path / os.fsdecode(b"\xc3\xfb.csv")
    strange.write_text("name,email\nlin,lin@post.example\n", encoding="utf-8")
    refused = tracer("load", strange, "--holder", "x", "--case", marked)
    assert (refused.code, "the file's name is not UTF-8" in refused.err) == (3, True)
    for encoding in ("undefined", "idna"):
        again = tracer(
            "load", tmp_path / "cards.vcf", "--id", "again", "--holder", "x", "--encoding", encoding, "--case", marked
        )
        assert (again.code, "unknown encoding" in again.err) == (3, True)


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
    assert tracer("watch", "--folder", tmp_path / "nowhere", "--once", "--case", marked).code == 3


def test_ctrl_c_ends_a_watch_with_130(marked: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tracer", "watch", "--folder", str(calls), "--interval", "0.2", "--case", str(marked)],
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
