"""Mails and records: watched, loaded, named by their canary; what one of them brings about is set aside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.signals.hostile import MAILS, UNDATED, good, raw
from tests.signals.register import CANARY

ALL = {**MAILS, **UNDATED}


def _rested(path: Path) -> None:
    os.utime(path, (time.time() - 60, time.time() - 60))


def _mbox(folder: Path) -> Path:
    box = folder / "all.mbox"
    mails = [mail for n, text in enumerate(ALL.values()) for mail in (raw(text), good(n))]
    box.write_bytes(b"".join(b"From x@x Mon May  4 09:00:00 2026\n" + mail.rstrip(b"\n") + b"\n\n" for mail in mails))
    return box


def _files(folder: Path) -> Path:
    folder.mkdir()
    for n, (name, text) in enumerate(ALL.items()):
        for path, data in ((f"{n:02}-{name}", raw(text)), (f"{n:02}-good", good(n))):
            (folder / f"{path}.eml").write_bytes(data)
            _rested(folder / f"{path}.eml")
    return folder


def _heard(tracer: Tracer) -> int:
    (row,) = tracer.rows("sql", "SELECT count(*) AS n FROM views.signals")
    return int(row["n"])


@pytest.mark.parametrize("kind", ["mbox", "folder"])
def test_good_mails_among_hostile_ones_are_read_twice(marked: Path, tmp_path: Path, tracer: Tracer, kind: str) -> None:
    watch = ("watch", _files(tmp_path / "inbox"), "--once", "--rest", "0")
    command = watch if kind == "folder" else ("signals", "load", _mbox(tmp_path))
    began = time.process_time()
    for _ in range(2):
        assert "Traceback" not in tracer(*command).done().err
        assert (_heard(tracer), tracer.rows("query", "signal-rejects")) == (2 * len(ALL), [])
    assert time.process_time() - began < 60, "one of them took 40 seconds, or more"
    assert tracer("trace").code == 0


def test_a_list_whose_charset_is_none_or_whose_name_is_not_utf8(marked: Path, tmp_path: Path, tracer: Tracer) -> None:
    card = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET={}:x\nN;CHARSET={};ENCODING=QUOTED-PRINTABLE:=E6=9E=97\n"
    labels = ["undefined", "idna", "punycode", "a\0b", "UTF-8"]
    cards = [f"{card.format(label, label)}EMAIL:lin{n}@post.example\nEND:VCARD\n" for n, label in enumerate(labels)]
    (tmp_path / "cards.vcf").write_text("".join(cards), encoding="utf-8")
    (row,) = tracer.rows("load", tmp_path / "cards.vcf", "--holder", "x")
    assert row["rows"] == row["identifiers"] == len(labels)
    strange = tmp_path / os.fsdecode(b"\xc3\xfb.csv")
    strange.write_text("name,email\nlin,lin@post.example\n", encoding="utf-8")
    tracer("load", strange, "--holder", "x").ends(3, "the file's name is not UTF-8")
    (tmp_path / "calls.csv").write_text("at,caller,called\n" + ROW, encoding="utf-8")
    loaded = tracer("signals", "load", strange, tmp_path / "calls.csv")
    loaded.ends(3, "the file's name is not UTF-8; rename it", "1 other files were loaded")
    for encoding in ("undefined", "idna"):
        tracer("load", tmp_path / "cards.vcf", "--id", "again", "--holder", "x", "--encoding", encoding).ends(
            3, "unknown encoding"
        )


ROW = f"2026-06-18 12:45:19,14100001234,{CANARY}\n"


def test_a_watch_takes_in_what_rests_and_tells_hits_as_json(marked: Path, tmp_path: Path, tracer: Tracer) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    (calls / "a.csv").write_text("at,caller,called\n" + ROW, encoding="utf-8")
    os.utime(calls / "a.csv", (time.time() - 60, time.time() - 60))
    log = tmp_path / "alerts"
    hook = f"{sys.executable} -c \"import sys; open('{log}', 'a').write(sys.stdin.read())\""
    said = tracer("signals", "watch", calls, "--once", "--notify-command", hook).done()
    hit = json.loads(said.out)
    assert (hit["canary"], hit["caller"], hit["kind"]) == (1, "141****1234", "canary")
    assert json.loads(log.read_text(encoding="utf-8")) == hit
    (row,) = tracer.rows("query", "signals")
    assert (row["caller"], row["reading"]) == ("141****1234", "Not read yet: run tracer trace.")
    assert tracer("trace").code == 0
    (row,) = tracer.rows("query", "signals")
    assert row["reading"] == "The planted record that was reached is in no copy, so it points to none."
    assert tracer("watch", "--folder", tmp_path / "nowhere", "--once").code == 3


def test_ctrl_c_ends_a_watch_with_130(marked: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "tracer", "watch", "--folder", str(calls), "--interval", "0.2"],
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


def test_records_loaded_again_and_rejected_ones_are_told(marked: Path, tmp_path: Path, tracer: Tracer) -> None:
    (tmp_path / "a.csv").write_text("at,caller,called\n" + ROW + "no day,1,2\n", encoding="utf-8")
    first, again = (tracer("signals", "load", tmp_path / "a.csv") for _ in range(2))
    assert "already loaded" not in first.err
    assert "tracer query signal-rejects" in first.err
    assert "already loaded as file 1; nothing was added" in again.err
