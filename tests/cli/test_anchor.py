"""Anchors, registers and the folder for handing over: the past cannot be rewritten unseen, and outsiders can tell."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.case.rewriting import Entries, rewrite_journal
from tests.cli.conftest import Made, Once, Tracer, World, write_lists
from tests.marking.own_list import copy_of, own_case
from tests.marking.register.authority import Authority, authority
from tracer.case.case import open_case
from tracer.case.journal import GENESIS
from tracer.case.layout import Layout
from tracer.marking.register.registers import page


def rewrite_history(case: Path) -> None:
    """What an owner who has the key could do: write the whole journal anew, every hash right, one entry another."""

    def change(entries: Entries) -> Entries:
        for entry in entries:
            if entry["command"] == "load" and "vendor" in entry["inputs"]:
                entry["at"] = "2025-01-01T00:00:00Z"
        return entries

    with open_case(case) as opened:
        rewrite_journal(opened, change)


def test_a_printed_head_tells_a_journal_that_was_written_anew(tracer: Tracer, case: Path) -> None:
    said = tracer("anchor", "print", "--case", case).done()
    head = " ".join(re.findall(r"^  ([0-9a-f]{4}(?: [0-9a-f]{4}){7})$", said.out, re.MULTILINE))
    assert tracer("trace", "--case", case).code == 0
    assert tracer("anchor", "check", "--head", head, "--case", case).code == 0
    rewrite_history(case)
    assert tracer("verify", "--case", case).code == 0, "without an anchor nobody could tell"
    said = tracer("anchor", "check", "--head", head, "--case", case)
    assert said.code == 5
    assert "rewritten" in said.out
    assert tracer("anchor", "check", "--head", "12ab", "--case", case).code == 3
    assert tracer("anchor", "check", "--case", case).code == 2


def test_a_stamp_is_taken_in_and_checked_by_every_verify(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    assert tracer("anchor", "request", "-o", tmp_path / "head.tsq", "--case", case).code == 0
    answer = authority.answer(tmp_path / "head.tsq")
    assert authority.verifies(tmp_path / "head.txt", answer), "openssl agrees on the bytes that are stamped"
    for _ in range(2):
        said = tracer("anchor", "stamp", answer, "--ca", authority.ca, "--case", case).done()
    assert "entry 5 at" in said.out
    assert "signature verified" in said.out
    said = tracer("verify", "--case", case).done()
    assert re.search(r"^ok\tanchor\t1 time stamps, the last over entry 5", said.out, re.MULTILINE)
    assert tracer("anchor", "check", answer, "--ca", authority.ca, "--case", case).code == 0
    shutil.copy(answer, tmp_path / "kept.tsr")
    rewrite_history(case)
    said = tracer("verify", "--case", case)
    assert said.code == 5
    assert "is not the one that was stamped" in said.out
    with open_case(case) as opened:
        opened.con.execute("DELETE FROM journal_stamp")
    said = tracer("verify", "--case", case)
    assert said.code == 5
    assert "is gone" in said.out
    assert tracer("anchor", "check", tmp_path / "kept.tsr", "--ca", authority.ca, "--case", case).code == 5


def test_an_answer_to_something_else_is_refused(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tsr").write_bytes(b"\x30\x03\x02\x01\x02")
    said = tracer("anchor", "stamp", tmp_path / "x.tsr", "--case", case)
    assert said.code == 3
    assert "not to a request" in said.err


def handing(made: Made) -> None:
    """The four lists traced, a document and a protected source, and the folder that is handed over."""
    lists, case = write_lists(made.folder / "world"), made.folder / "case"
    made.run("init", case)
    for name in ("client", "vendor", "trader", "other"):
        made.run("load", lists.file(name), "--holder", name, "--case", case)
    (made.folder / "receipt.txt").write_text("a receipt", encoding="utf-8")
    made.run("evidence", "add", "ev1", made.folder / "receipt.txt", "--kind", "receipt", "--case", case)
    made.run("party", "add", "mole", "--name", "甲乙丙", "--role", "source", "--protected", "--case", case)
    made.run("trace", "--case", case)
    made.run("export", "handover", "-o", made.folder / "handed", "--case", case)


@pytest.fixture
def handed(once: Once, tmp_path: Path) -> Path:
    """The folder that was handed over."""
    return Path(shutil.copytree(once(handing).folder / "handed", tmp_path / "handed"))


def verified(folder: Path) -> tuple[int, str]:
    """The verifier in a clean interpreter: no site packages, no environment, no tracer."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", folder / "verify.py"], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_folder_that_was_handed_over_checks_with_python_alone(handed: Path) -> None:
    code, out = verified(handed)
    assert code == 0, out
    with (handed / "originals.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["of"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {"client", "vendor", "trader", "other", "ev1"}
    assert {row["journaled"] for row in rows.values()} == {"yes"}
    assert rows["ev1"]["sha256"] == hashlib.sha256(b"a receipt").hexdigest()
    for path in handed.rglob("*"):
        if path.is_file() and path.name != "verify.py":
            text = path.read_text(encoding="utf-8")
            assert "mole" not in text, path
            assert "甲乙丙" not in text, path
    assert "withheld" not in out, "the line that names it has its pseudonym and keeps its words"
    assert "source-" in (handed / "journal.jsonl").read_text("utf-8")


@pytest.mark.parametrize("name", ["journal.jsonl", "findings.json", "originals.csv", "README.txt"])
def test_the_verifier_finds_what_was_changed_even_where_the_sums_were_made_anew(handed: Path, name: str) -> None:
    path = handed / name
    content = path.read_bytes()
    path.write_bytes(content.replace(b"trader", b"tradar", 1) if b"trader" in content else content + b" ")
    code, out = verified(handed)
    assert code == 5
    assert f"{name} was changed" in out
    sums = (handed / "SHA256SUMS").read_text().splitlines(keepends=True)
    (handed / "SHA256SUMS").write_text(
        "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" if line.endswith(f"  {name}\n") else line
            for line in sums
        )
    )
    code, out = verified(handed)
    if name in ("journal.jsonl", "findings.json"):
        assert code == 5, out


def test_originals_are_handed_over_for_a_reason_alone(tracer: Tracer, case: Path, world: World, tmp_path: Path) -> None:
    assert tracer("export", "handover", "-o", tmp_path / "h", "--originals", "--case", case).code == 2
    assert not (tmp_path / "h").exists()
    tracer(
        "export", "handover", "-o", tmp_path / "h", "--originals", "--reveal", "--reason", "asked for by the court",
        "--case", case,
    ).done()  # fmt: skip
    digest = hashlib.sha256(world.file("vendor").read_bytes()).hexdigest()
    assert (tmp_path / "h" / "originals" / digest).read_bytes() == world.file("vendor").read_bytes()
    assert verified(tmp_path / "h")[0] == 0
    last = json.loads(Layout(case).journal.read_text(encoding="utf-8").splitlines()[-1])
    assert last["detail"]["revealed"] == {"reason": "asked for by the court", "originals": 4}
    assert last["previous"] != GENESIS
    assert tracer("export", "handover", "-o", tmp_path / "h", "--case", case).code == 3
    (tmp_path / "h" / "originals" / digest).write_bytes(b"another")
    assert verified(tmp_path / "h")[0] == 5


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
    lines = copy_of(marked / "out", "v0").read_bytes().split(b"\r\n")
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
    name = copy_of(marked / "out", "v0").name
    (marked / "case.toml").write_text(f'{MANIFEST}path = "out/{name}"\n', encoding="utf-8")
    tracer("run", "case.toml").done()
    assert tracer("verify").code == 0


def test_an_end_date_that_is_put_right_is_told_by_verify(marked: Path, tracer: Tracer) -> None:
    (marked / "case.toml").write_text(MANIFEST + "ends = 2026-06-30\n", encoding="utf-8")
    assert tracer("run", "case.toml").code == 0
    said = tracer("verify").done()
    assert "own@v0@2026-05-01: ends was 2026-12-31 when committed and is 2026-06-30 now" in said.out


def test_copies_are_not_written_over_those_that_were_committed(marked: Path, tracer: Tracer) -> None:
    before = {path.name: path.read_bytes() for path in (marked / "out").iterdir()}
    first = copy_of(marked / "out", "v0")
    tracer("release", "own", "--to", "v0", "-o", "out", "--unique", "1", "--accept-detectable").done()
    after = {path.name: path.read_bytes() for path in (marked / "out").iterdir()}
    assert after.keys() - before.keys() == {copy_of(marked / "out", "v0").name}
    assert before.items() <= after.items()
    path = first
    path.write_bytes(path.read_bytes()[:-100])
    said = tracer("verify")
    assert (said.code, "its copy was changed after it was written" in said.out) == (5, True)
