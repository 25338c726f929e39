"""A crash between the commitment and the copies: `verify` names the releases, and they can be withdrawn."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.marking.own_list import asked, own_case
from tests.marking.register.drawn_case import faults_of, released_case
from tracer.case.case import create_case, open_case
from tracer.custody.verify import verify_case
from tracer.errors import InputRefused
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.marking.canary.intake import import_canaries
from tracer.marking.register.registers import unwritten, withdraw_unwritten
from tracer.marking.release.copies import release_copies

_KILLED = """
import os, signal, sys
from pathlib import Path
from tracer.case.case import open_case
from tracer.marking.release import copies as release
from tracer.marking.release.request import Design
from tracer.marking.release.request import ReleaseRequest

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
    command = [sys.executable, "-c", textwrap.dedent(_KILLED), str(folder / "case"), str(folder / "out")]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return folder / "case"


def test_a_killed_release_is_found_withdrawn_and_made_again(tmp_path: Path) -> None:
    with open_case(crashed_case(tmp_path)) as case:
        (lost,) = unwritten(case.con)
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
        assert (unwritten(case.con), faults_of(case)) == ([], [])
        again = release_copies(case, asked(tmp_path, "v0", "v1", unique=3))
        assert [copy.release for copy in again] == list(lost.releases)
        assert faults_of(case) == []
        assert unwritten(case.con) == []


def test_what_was_written_is_not_withdrawn(tmp_path: Path) -> None:
    case, register = released_case(tmp_path)
    assert unwritten(case.con) == []
    with pytest.raises(InputRefused, match="3 copies of draw"):
        withdraw_unwritten(case, register.draw)
    with pytest.raises(InputRefused, match="no register of a draw"):
        withdraw_unwritten(case, "none")
    assert faults_of(case) == []
