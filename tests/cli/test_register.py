"""`tracer register` as its user has it: list, print, request, stamp, reveal, check; and what `run` refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.marking.own_list import own_case
from tests.marking.register.authority import Authority, authority
from tracer.marking.register.registers import page

__all__ = ["authority"]


@pytest.fixture
def marked(tmp_path: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A case with two marked copies of its list; the current folder is theirs."""
    own_case(tmp_path)  # writes the list and the canaries' files
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRACER_CASE", str(tmp_path / "case"))
    monkeypatch.setenv("TRACER_NOW", "2026-05-01T10:00:00")
    for words in (
        "init case", "load own.csv --id own --holder client --origin own", "party add v0", "party add v1",
        "canary import home.csv --kind home", "canary import canary.csv",
        "release own --to v0 --to v1 -o out --unique 3 --ends 2026-12-31",
    ):  # fmt: skip
        tracer(*words.split()).done()
    return tmp_path


def test_list_and_print_tell_the_root_and_nothing_personal(marked: Path, tracer: Tracer) -> None:
    (row,) = tracer("register", "list", "-f", "json").json()
    assert list(row) == ["draw", "dataset", "day", "releases", "canaries", "withheld", "root", "stamped", "withdrawn"]
    assert (row["dataset"], row["day"], row["releases"], row["canaries"], row["stamped"]) == (
        "own", "2026-05-01", 2, 6, None,
    )  # fmt: skip
    shown = tracer("register", "print", "own@v1@2026-05-01").done()
    assert shown.out == tracer("register", "print", row["draw"][:6]).out
    assert row["root"] in shown.out.replace(" ", "").replace("\n", "")
    assert f"draw {row['draw']}\n  root {row['root']}\n" in shown.out
    assert "own@v0@2026-05-01: 3 canaries" in shown.out
    assert "committed  2026-05-01T10:00:00Z, journal entry" in shown.out
    assert "1400030" not in shown.out
    assert max(map(len, shown.out.splitlines())) <= 120
    assert tracer("register", "print", "none").code == 3


def test_a_protected_recipient_is_not_printed(marked: Path, tracer: Tracer) -> None:
    from tracer.case.case import open_case
    from tracer.marking.register.registers import registers

    with open_case(marked / "case") as case:
        case.con.execute("UPDATE party SET protected = true WHERE id = 'v1'")
        text = page(case, registers(case.con)[0])
    assert "v1" not in text
    assert "(recipient protected): 3 canaries" in text


def test_the_way_to_an_authority_and_back(marked: Path, tracer: Tracer, authority: Authority) -> None:
    draw = tracer("register", "list", "-f", "json").json()[0]["draw"]
    said = tracer("register", "request", draw, "-o", "root.tsq")
    assert (said.code, said.out) == (0, "")
    assert "root.txt holds the bytes that it stamps" in said.err
    answer = authority.answer(marked / "root.tsq")
    assert authority.verifies(marked / "root.txt", answer)
    assert "signature NOT verified" in tracer("register", "stamp", draw, answer).out
    assert "signature verified" in tracer("register", "stamp", draw, answer, "--ca", authority.ca).out
    assert tracer("register", "list", "-f", "json").json()[0]["stamped"] is not None
    assert tracer("register", "stamp", draw, marked / "root.tsq").code == 3
    verified = tracer("verify")
    assert (verified.code, "1 committed, 2 releases and 1 time stamps as they were" in verified.out) == (0, True)
    assert tracer("register", "reveal", "own@v0@2026-05-01", "--reason", "court", "-o", "leaf.json").code == 0
    checked = tracer("register", "check", "leaf.json", "--ca", authority.ca)
    assert (checked.code, "signature verified" in checked.out) == (0, True)
    assert "own word" not in checked.err
    assert tracer("register", "request", draw, "-o", "root.txt").code == 3, "the statement would overwrite it"


def test_leaves_are_opened_and_checked_without_case_or_key(
    marked: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tracer("register", "list", "-f", "json").json()[0]["root"]
    assert tracer("register", "reveal", "own@v0@2026-05-01", "-o", "leaf.json").code == 2, "a reason is asked for"
    words = ("register", "reveal", "own@v0@2026-05-01", "--recipient-only", "--reason", "court", "-o")
    assert tracer(*words, "leaf.json").code == 0
    assert tracer(*words, "leaf.json", "--withheld").code == 2
    monkeypatch.delenv("TRACER_CASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(marked / "nowhere"))
    said = tracer("register", "check", "leaf.json")
    assert (said.code, said.out) == (
        0, "ok\tleaf\trelease own@v0@2026-05-01: to v0 on 2026-05-01, until 2026-12-31\n",
    )  # fmt: skip
    assert "this file's own word" in said.err
    assert tracer("register", "check", "leaf.json", "--root", root).code == 0
    assert tracer("register", "check", "leaf.json", "--root", "00" * 32).code == 5
    doctored = json.loads((marked / "leaf.json").read_text())
    doctored["leaves"][0]["entry"] = doctored["leaves"][0]["entry"].replace("2026-12-31", "2027-12-31")
    (marked / "doctored.json").write_text(json.dumps(doctored))
    said = tracer("register", "check", "doctored.json")
    assert (said.code, said.out[:6]) == (5, "FAILED")
    (marked / "junk.json").write_text("{}")
    assert tracer("register", "check", "junk.json").code == 3
    assert tracer("register", "check", "none.json").code == 3


MANIFEST = """\
[[party]]
id = "v0"
name = "v0"
[[dataset]]
id = "own"
path = "own.csv"
holder = "client"
origin = "own"
[[release]]
dataset = "own"
to = "v0"
date = 2026-05-01
"""
"""Its release has the id that `tracer release` gave the copy for v0."""


def test_a_committed_release_with_other_contents_is_refused(marked: Path, tracer: Tracer) -> None:
    lines = (marked / "out" / "own-v0.csv").read_bytes().split(b"\r\n")
    (marked / "other.csv").write_bytes(b"\r\n".join(lines[:300]) + b"\r\n")
    (marked / "case.toml").write_text(MANIFEST + 'path = "other.csv"\n', encoding="utf-8")
    before = tracer("query", "releases", "-f", "json").out
    said = tracer("run", "case.toml")
    assert (said.code, "own@v0@2026-05-01: the file has changed" in said.err) == (3, True)
    said = tracer("run", "case.toml", "--replace")
    assert said.code == 3
    assert "the tool made this release and committed its register" in said.err
    assert "own@v0@2026-05-01" in said.err
    assert tracer("query", "releases", "-f", "json").out == before
    assert tracer("verify").code == 0


def test_the_copy_that_was_committed_may_be_named(marked: Path, tracer: Tracer) -> None:
    (marked / "case.toml").write_text(MANIFEST + 'path = "out/own-v0.csv"\n', encoding="utf-8")
    tracer("run", "case.toml").done()
    assert tracer("verify").code == 0


def test_an_end_date_that_is_put_right_is_told_by_verify(marked: Path, tracer: Tracer) -> None:
    (marked / "case.toml").write_text(MANIFEST + "ends = 2026-06-30\n", encoding="utf-8")
    assert tracer("run", "case.toml").code == 0
    said = tracer("verify").done()
    assert "own@v0@2026-05-01: ends was 2026-12-31 when committed and is 2026-06-30 now" in said.out


def test_copies_are_not_written_over_those_that_were_committed(marked: Path, tracer: Tracer) -> None:
    before = {path.name: path.read_bytes() for path in (marked / "out").iterdir()}
    said = tracer("release", "own", "--to", "v0", "-o", "out")
    assert (said.code, "the file already exists" in said.err) == (3, True)
    assert {path.name: path.read_bytes() for path in (marked / "out").iterdir()} == before
    assert tracer("register", "list", "-f", "json").json()[0]["releases"] == 2
    path = marked / "out" / "own-v0.csv"
    path.write_bytes(path.read_bytes()[:-100])
    said = tracer("verify")
    assert (said.code, "its copy was changed after it was written" in said.out) == (5, True)
