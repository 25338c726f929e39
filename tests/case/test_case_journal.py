"""The journal of an open case: the store knows it in the same transaction, also where a process was killed between."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracer.case.case import create_case, open_case
from tracer.case.checks import accepted_journals, check_journal
from tracer.case.journal import GENESIS, dump
from tracer.case.layout import Layout
from tracer.case.rotation import rewrite
from tracer.errors import CaseUnavailable


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    monkeypatch.setenv("TRACER_KEY", "5a" * 32)
    with create_case(tmp_path / "case") as case:
        case.journal.append(command="thing")
    with open_case(tmp_path / "case", read_only=True) as case:
        case.journal.append(command="query")
    return Layout(tmp_path / "case")


def commands(layout: Layout) -> list[str]:
    return [json.loads(line)["command"] for line in layout.journal.read_text("utf-8").splitlines()]


KILLED = """
import os, sys
from pathlib import Path
from tracer.case import journal
from tracer.case.case import open_case
_, folder, moment, who = sys.argv
case = open_case(Path(folder), read_only=who == "reader")
if moment != "never":
    setattr(journal, moment, lambda *_: os.kill(os.getpid(), 9))
if who == "reader":
    case.journal.append(command="late")
else:
    with case.transaction():
        case.set_meta("late", "yes")
        case.journal.append(command="late")
        case.journal.append(command="later")
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("who", ["writer", "reader"])
@pytest.mark.parametrize("moment", ["_write", "keep_mark", "never"])
def test_a_process_that_is_killed_at_any_moment_changes_no_journal(layout: Layout, who: str, moment: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, layout.folder, moment, who], check=False)
    assert done.returncode == -signal.SIGKILL
    before = commands(layout)
    with open_case(layout.folder, read_only=True) as case:
        assert case.journal.file.look().fault == ""
        kept = case.meta("late") == "yes"
        case.journal.append(command="query again")
    late = ["late", "later"] if kept else before[3:]
    assert commands(layout) == ["init", "thing", "query", *late, "query again"]
    with open_case(layout.folder, thorough=True) as case:
        assert check_journal(case).passed
        case.journal.append(command="thing again")
    assert commands(layout)[-1] == "thing again"


def as_an_earlier_version_left_it(layout: Layout) -> None:
    """No codes, no mark, and a store that knows nothing of its journal."""
    head, lines = GENESIS, []
    for raw in layout.journal.read_text("utf-8").splitlines():
        line = {name: value for name, value in json.loads(raw).items() if name not in ("code", "hash")}
        line["previous"] = head
        head = hashlib.sha256(dump(line)).hexdigest()
        lines.append(dump({**line, "hash": head}) + b"\n")
    with open_case(layout.folder) as case:
        case.con.execute("DELETE FROM meta WHERE name IN ('journal', 'tables')")
        case.con.execute("DROP TABLE journal_name")
        lost = {**json.loads(lines[0]), "uid": "aa", "command": "lost in a crash"}
        kept = {name: value for name, value in lost.items() if name not in ("no", "previous", "hash")}
        case.set_meta("pending_entries", json.dumps([kept]))
    layout.journal.write_bytes(b"".join(lines))
    layout.journal_mark.unlink()


@pytest.mark.parametrize("read_only", [True, False])
def test_a_journal_of_an_earlier_version_is_taken_over(layout: Layout, read_only: bool) -> None:
    as_an_earlier_version_left_it(layout)
    with open_case(layout.folder, read_only=read_only) as case:
        case.journal.append(command="new")
    assert commands(layout) == ["init", "thing", "query", "lost in a crash", "new"]
    with open_case(layout.folder, thorough=True) as case:
        assert check_journal(case).passed
    content = layout.journal.read_bytes()
    layout.journal.write_bytes(content.replace(b'"thing"', b'"thong"'))
    with pytest.raises(CaseUnavailable, match="the journal was changed"):
        open_case(layout.folder)


def test_a_journal_of_an_earlier_version_that_breaks_is_not_taken_over(layout: Layout) -> None:
    as_an_earlier_version_left_it(layout)
    first, _, third = layout.journal.read_bytes().splitlines(keepends=True)
    layout.journal.write_bytes(first + third)
    for _ in range(2):
        with pytest.raises(CaseUnavailable, match="line 2 does not follow"):
            open_case(layout.folder)


def test_what_was_accepted_stays_so_after_a_rewriting(layout: Layout) -> None:
    layout.journal.write_bytes(layout.journal.read_bytes().splitlines(keepends=True)[0])
    with open_case(layout.folder, thorough=True) as case:
        assert case.journal.accept("copied back by hand") == "it ends after line 1, and 3 were written"
        secret = case.key.secret
    rewrite(layout, secret)
    with open_case(layout.folder, thorough=True) as case:
        assert check_journal(case).passed
        assert [(check.passed, "copied back" in check.detail) for check in accepted_journals(case)] == [(False, True)]
        assert [entry["no"] for entry in case.journal.entries()] == [1, 4]
