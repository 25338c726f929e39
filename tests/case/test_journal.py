"""The journal's chain: what is appended stays, and what is changed shows, by what store and key know."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tracer.case.journal import GENESIS, Journal, Kept, chained_line, dump, make_entry
from tracer.errors import CaseUnavailable

KEY = b"k" * 32
COUNT = 6


def opened(path: Path, kept: Kept | None = None, key: bytes = KEY) -> Journal:
    return Journal(path, key, kept or Kept())


def thing(number: int, **more: str) -> dict[str, object]:
    return make_entry("load", {"f": "00"}, None, {"number": number, "name": "名单", **more})


def commit(journal: Journal, *entries: dict[str, object]) -> Kept:
    """What the store would know of a transaction with these entries; the lines are not written yet."""
    lines, mark = journal.chain(entries)
    return Kept(mark, lines)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Four lines of transactions, then two of commands that only read."""
    journal = opened(tmp_path / "journal.jsonl")
    journal.begin()
    for number in range(4):
        journal.write(commit(journal, thing(number)))
    for number in (4, 5):
        journal.append(thing(number, long="x" * 70_000 * number))
    return journal


def test_the_chain_holds(journal: Journal) -> None:
    entries, check = list(journal.entries()), journal.check()
    assert (check.problem, check.entries, check.head) == (None, COUNT, entries[-1]["hash"])
    assert [entry["no"] for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0]["previous"] == GENESIS
    assert {"who", "at", "version", "command", "inputs", "result", "detail", "uid"} <= set(entries[0])
    again = opened(journal.path, journal.kept)
    assert (again.look().fault, again.settle().entries) == ("", COUNT)


def appended_by_hand(lines: list[bytes], _: int) -> list[bytes]:
    """A line with number, link and hash right: all that can be computed without the key."""
    last = json.loads(lines[-1])
    line = chained_line(b"guess" * 8, last["no"] + 1, last["hash"], thing(99))
    return [*lines, dump(line) + b"\n"]


def without_code(lines: list[bytes], line: int) -> list[bytes]:
    """As an earlier version would have written it, with all that follows chained anew."""
    said = [json.loads(raw) for raw in lines[line:]]
    head = json.loads(lines[line])["previous"]
    for entry in said:
        del entry["hash"], entry["code"]
        entry["previous"] = head
        entry["hash"] = head = hashlib.sha256(dump(entry)).hexdigest()
    return lines[:line] + [dump(entry) + b"\n" for entry in said]


Change = Callable[[list[bytes], int], list[bytes]]


def rewritten(old: bytes, new: bytes) -> Change:
    return lambda lines, at: [*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]


CHANGES: dict[str, Change] = {
    "edited": rewritten(b'"load"', b'"lead"'),
    "spaced": rewritten(b":", b": "),
    "dropped": lambda lines, at: lines[:at] + lines[at + 1 :],
    "swapped": lambda lines, at: [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]] if at else lines[::-1],
    "cut": lambda lines, at: lines[:at],
    "cut inside": lambda lines, at: [*lines[:at], lines[at][:-1]],
    "put in": lambda lines, at: [*lines[:at], b"anything\n", *lines[at:]],
    "copied": lambda lines, at: [*lines, lines[at]],
    "appended by hand": appended_by_hand,
    "without code": without_code,
}


@pytest.mark.parametrize("line", [0, 3, COUNT - 1])
@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_found_and_goes_on_being_found(journal: Journal, line: int, change: str) -> None:
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join(CHANGES[change](lines, line)))
    for _ in range(2):
        again = opened(journal.path, journal.kept)
        assert again.look().fault
        with pytest.raises(CaseUnavailable, match="was changed"):
            again.append(thing(7))
        with pytest.raises(CaseUnavailable, match="was changed"):
            again.chain([thing(7)])


def test_the_mark_beside_it_is_missed_and_cannot_be_made_without_the_key(journal: Journal) -> None:
    mark = journal.path.with_name("journal.head")
    for left in (lambda: mark.write_bytes(b"\xff{"), mark.unlink, opened(journal.path, key=b"x" * 32).begin):
        left()
        assert "journal.head" in opened(journal.path, journal.kept).look().fault


def test_lines_of_the_last_transaction_that_were_cut_with_an_old_mark_are_written_again(journal: Journal) -> None:
    before, whole = journal.path.with_name("journal.head").read_bytes(), journal.path.read_bytes()
    journal.write(commit(journal, thing(7), thing(8)))
    complete = journal.path.read_bytes()
    journal.path.write_bytes(whole)
    journal.path.with_name("journal.head").write_bytes(before)
    again = opened(journal.path, journal.kept)
    assert again.look().missing == complete[len(whole) :]
    again.settle()
    assert journal.path.read_bytes() == complete


@pytest.mark.parametrize("written", [0, 1, 40, -1, None])
def test_a_crash_after_the_commit_loses_nothing_whatever_was_written(journal: Journal, written: int | None) -> None:
    whole = journal.path.read_bytes()
    kept = commit(journal, thing(7), thing(8))
    journal.path.write_bytes(whole + kept.pending.encode()[:written])
    again = opened(journal.path, kept)
    assert again.look().fault == ""
    again.append(thing(9))
    assert journal.path.read_bytes().startswith(whole + kept.pending.encode())
    check = opened(journal.path, kept)
    assert (check.look().fault, check.check().problem, check.check().entries) == ("", None, COUNT + 3)


def test_a_line_that_a_killed_reader_left_half_was_never_acknowledged(journal: Journal) -> None:
    with journal.path.open("ab") as file:
        file.write(b'{"no":7,"comm')
    again = opened(journal.path, journal.kept)
    assert (again.look().fault, again.look().torn) == ("", 13)
    again.append(thing(7))
    assert (again.check().problem, again.check().entries) == (None, COUNT + 1)


def test_a_line_that_a_killed_reader_did_not_mark_is_a_line(journal: Journal) -> None:
    mark = journal.path.with_name("journal.head")
    before = mark.read_bytes()
    journal.append(thing(7))
    mark.write_bytes(before)
    again = opened(journal.path, journal.kept)
    assert (again.look().fault, again.settle().entries) == ("", COUNT + 1)


@pytest.mark.parametrize("change", [*CHANGES, "gone"])
def test_what_is_accepted_as_it_is_goes_on_from_there(journal: Journal, change: str) -> None:
    lines = journal.path.read_bytes().splitlines(keepends=True)
    if change == "gone":
        journal.path.unlink()
    else:
        journal.path.write_bytes(b"".join(CHANGES[change](lines, 3)))
    again = opened(journal.path, journal.kept)
    again.write(again.accepting(make_entry("doctor accept-journal", {}, None, {"reason": "a reason"})))
    again.append(thing(9))
    kept = again.kept
    again = opened(journal.path, kept)
    assert (again.look().fault, again.check().problem) == ("", None)
    accepted = next(entry for entry in again.entries() if entry["command"] == "doctor accept-journal")
    assert accepted["no"] > COUNT, "no line ever had this number"
    assert all(entry["detail"].get("number") != 99 for entry in again.entries()), "what was put in by hand is no entry"
    content = journal.path.read_bytes()
    journal.path.write_bytes(content.replace(b'"load"', b'"lead"', 1) if b'"load"' in content else content[:-1])
    assert opened(journal.path, kept).look().fault


def test_processes_that_append_at_once_keep_the_chain(journal: Journal) -> None:
    code = (
        "import sys; from pathlib import Path; from tracer.case.journal import Journal, Kept, make_entry\n"
        "journal = Journal(Path(sys.argv[1]), b'k' * 32, Kept())\n"
        "for n in range(20): journal.append(make_entry('query', {}, None, {'n': n}))"
    )
    children = [subprocess.Popen([sys.executable, "-c", code, str(journal.path)]) for _ in range(3)]
    assert [child.wait() for child in children] == [0, 0, 0]
    again = opened(journal.path, journal.kept)
    assert (again.look().fault, again.check().problem, again.check().entries) == ("", None, COUNT + 60)
