"""Each way in which a register, the journal, a copy or a stamp can be tampered with is named by `verify`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.case.rewriting import Entries, rewrite_journal
from tests.marking.own_list import asked, own_case
from tests.marking.register.drawn_case import faults_of
from tracer.case.case import Case, create_case, open_case
from tracer.custody.verify import check_registers, verify_case
from tracer.errors import InputRefused
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.marking.canary.intake import import_canaries
from tracer.marking.register.registers import registers, unwritten_draws, withdraw_unwritten
from tracer.marking.release.copies import release_copies


def test_what_is_as_it_was_passes(case: Case) -> None:
    (check,) = check_registers(case)
    assert (check.passed, check.detail) == (True, "1 committed, 3 releases and 0 time stamps as they were")
    assert all(check.passed for check in verify_case(case, lambda _: None))


def rewritten(change: Callable[[Entries], Entries]) -> Callable[[Case], object]:
    """A whole new journal with a chain of its own: what somebody who has the key can do."""
    return lambda case: rewrite_journal(case, change)


def without(command: str) -> Callable[[Case], object]:
    return rewritten(lambda entries: [entry for entry in entries if entry["command"] != command])


def edit_copy(case: Case) -> None:
    with Path(case.con.execute("SELECT min(path) FROM release").fetchall()[0][0]).open("ab") as copy:
        copy.write(b"\n")


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        ("UPDATE canary SET phone = phone + 1", "changed after it was committed"),
        ("UPDATE release SET commitment = repeat('0', 64)", "changed after it was committed"),
        ("UPDATE release SET commitment = repeat('0', 64) WHERE recipient = 'v1'", "name different roots"),
        ("UPDATE release SET recipient = 'v4' WHERE recipient = 'v1'", "recipient was v1 when committed and is v4"),
        ("UPDATE release SET date = date - 1", "date was"),
        ("UPDATE release SET sha256 = repeat('0', 64)", "in the journal and 0000"),
        ("UPDATE release SET sha256 = NULL", "registered and never written"),
        ("DELETE FROM release WHERE recipient = 'v2'", "committed other releases"),
        ("DELETE FROM release", "the case no longer holds it"),
        (edit_copy, "its copy was changed after it was written"),
        (without("release"), "does not say that it was committed"),
        (without("release written"), "the journal does not say that the copy"),
        (rewritten(lambda entries: entries[::-1]), "before the register was committed"),
        (
            rewritten(lambda es: [e | {"result": "0" * 64} if e["command"] == "release" else e for e in es]),
            "committed the root 0000",
        ),
    ],
)
def test_a_fault_is_named(case: Case, tamper: str | Callable[[Case], object], told: str) -> None:
    if isinstance(tamper, str):
        case.con.execute(tamper)
    else:
        tamper(case)
    assert any(told in fault for fault in faults_of(case))
    failed = [check for check in verify_case(case, lambda _: None) if not check.passed]
    assert {check.what for check in failed} == {"register"}
    assert any(told in check.detail for check in failed)


def test_a_merged_recipient_and_a_copy_that_was_handed_over_are_no_fault(case: Case) -> None:
    case.con.execute("UPDATE party SET merged_into = 'v4' WHERE id = 'v1'")
    case.con.execute("UPDATE release SET recipient = 'v4' WHERE recipient = 'v1'")
    for (path,) in case.con.execute("SELECT path FROM release").fetchall():
        Path(path).unlink()
    (check,) = check_registers(case)
    assert check.passed


_KILLED = """
import os, signal, sys
from pathlib import Path
from tracer.case.case import open_case
from tracer.marking.release import copies as release
from tracer.marking.release.request import Design, ReleaseRequest

release._write = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with open_case(Path(sys.argv[1])) as case:
    release.release_copies(case, ReleaseRequest("own", ("v0", "v1"), Path(sys.argv[2]), Design(unique=3)))
"""


def crashed_case(folder: Path) -> Path:
    """A case on disk whose release was killed right after its register was committed."""
    own_case(folder)  # writes the list and the canaries' files
    with create_case(folder / "case") as case:
        load_dataset(case, folder / "own.csv", DatasetFacts("own", "client", None, None, "own"), ReadOptions())
        with case.transaction():
            case.con.execute("INSERT INTO party (id) VALUES ('v0'), ('v1')")
            import_canaries(case.con, folder / "home.csv", kind="home")
            import_canaries(case.con, folder / "canary.csv", kind="canary")
    command = [sys.executable, "-c", _KILLED, str(folder / "case"), str(folder / "out")]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return folder / "case"


def test_a_killed_release_is_found_withdrawn_and_made_again(tmp_path: Path) -> None:
    with open_case(crashed_case(tmp_path)) as case:
        (lost,) = unwritten_draws(case.con)
        assert len(lost.releases) == 2
        failed = [check for check in verify_case(case, lambda _: None) if not check.passed]
        assert [check.what for check in failed] == ["register"]
        assert (
            "registered and never written, so that no recipient holds a copy: " + ", ".join(lost.releases)
            in failed[0].detail
        )
        named = "SELECT count(name), count(organisation), count(address) FROM canary"
        assert case.con.execute(named).fetchone() == (6, 6, 6)
        assert withdraw_unwritten(case, lost.draw) == lost
        assert case.con.execute(named).fetchone() == (0, 0, 0), "another list asks for other names"
        for table in ("release", "release_canary", "withheld", "code_position"):
            assert case.con.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
        entry = json.loads(case.layout.journal.read_text().splitlines()[-1])
        assert (entry["command"], entry["result"]) == ("release withdrawn", lost.root)
        assert (unwritten_draws(case.con), faults_of(case)) == ([], [])
        again = release_copies(case, asked(tmp_path, "v0", "v1", unique=3))
        assert [copy.release for copy in again] == list(lost.releases)
        assert faults_of(case) == []
        assert unwritten_draws(case.con) == []


def test_what_was_written_is_not_withdrawn(case: Case) -> None:
    assert unwritten_draws(case.con) == []
    with pytest.raises(InputRefused, match="3 copies of draw"):
        withdraw_unwritten(case, registers(case.con)[0].draw)
    with pytest.raises(InputRefused, match="no register of a draw"):
        withdraw_unwritten(case, "none")
    assert faults_of(case) == []
