"""The journal's chain: what is appended stays, and what is changed shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tracer.case.journal import GENESIS, Journal, make_entry
from tracer.errors import CaseUnavailable


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.jsonl")
    for number in range(5):
        journal.append(make_entry("load", {"f": "00"}, None, {"number": number, "name": "名单"}).to_json())
    return journal


def test_the_chain_holds(journal: Journal) -> None:
    check = journal.check()
    assert check.problem is None
    assert check.entries == 5
    entries = list(journal.entries())
    assert [entry["no"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[0]["previous"] == GENESIS
    assert entries[-1]["hash"] == check.head


@pytest.mark.parametrize("line", range(5))
@pytest.mark.parametrize("change", ["edit", "drop", "swap", "space"])
def test_every_change_is_found(journal: Journal, line: int, change: str) -> None:
    lines = journal.path.read_bytes().splitlines(keepends=True)
    if change == "edit":
        lines[line] = lines[line].replace(b'"load"', b'"lead"')
    elif change == "drop":
        del lines[line]
    elif change == "space":
        lines[line] = lines[line].replace(b":", b": ", 1)
    else:
        other = (line + 1) % 5
        lines[line], lines[other] = lines[other], lines[line]
    journal.path.write_bytes(b"".join(lines))
    check = journal.check()
    # Cutting off the end is all that a chain alone cannot show: its head must be anchored elsewhere.
    assert check.problem is not None or (change == "drop" and line == 4 and check.entries == 4)


def test_a_torn_last_line_was_never_acknowledged_and_is_cut_off(journal: Journal) -> None:
    with journal.path.open("ab") as file:
        file.write(b'{"no":6,"comm')
    journal.append(make_entry("trace", {}, None, {}).to_json())
    assert journal.check().problem is None
    assert [entry["command"] for entry in journal.entries()] == ["load"] * 5 + ["trace"]


def test_a_damaged_last_line_is_not_built_upon(journal: Journal) -> None:
    with journal.path.open("ab") as file:
        file.write(b"garbage\n")
    with pytest.raises(CaseUnavailable, match="verify"):
        journal.append(make_entry("trace", {}, None, {}).to_json())


def test_long_lines_are_chained_too(journal: Journal) -> None:
    journal.append(make_entry("load", {}, None, {"long": "x" * 300_000}).to_json())
    journal.append(make_entry("load", {}, None, {"long": "y" * 300_000}).to_json())
    assert journal.check().entries == 7
    assert journal.check().problem is None


def test_processes_that_append_at_once_keep_the_chain(journal: Journal) -> None:
    code = (
        "import sys; from pathlib import Path; from tracer.case.journal import Journal, make_entry\n"
        "for n in range(20): Journal(Path(sys.argv[1])).append(make_entry('query', {}, None, {'n': n}).to_json())"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(journal.path)]) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    assert journal.check().problem is None
    assert journal.check().entries == 65


def test_an_entry_says_who_when_and_with_which_version(journal: Journal) -> None:
    entry = next(journal.entries())
    assert {"who", "at", "version", "command", "inputs", "result", "detail", "uid"} <= set(entry)
    assert json.loads(journal.path.read_text(encoding="utf-8").splitlines()[0])["detail"]["name"] == "名单"
