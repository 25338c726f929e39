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
from tracer.marking.register.registers import page, registers


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
    said = tracer("anchor", "print").done()
    head = " ".join(re.findall(r"^  ([0-9a-f]{4}(?: [0-9a-f]{4}){7})$", said.out, re.MULTILINE))
    assert tracer("trace").code == 0
    assert tracer("anchor", "check", "--head", head).code == 0
    rewrite_history(case)
    assert tracer("verify").code == 0, "without an anchor nobody could tell"
    tracer("anchor", "check", "--head", head).ends(5, "rewritten")
    assert tracer("anchor", "check", "--head", "12ab").code == 3
    assert tracer("anchor", "check").code == 2


def test_a_stamp_is_taken_in_and_checked_by_every_verify(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    assert tracer("anchor", "request", "-o", tmp_path / "head.tsq").code == 0
    answer = authority.answer(tmp_path / "head.tsq")
    assert authority.verifies(tmp_path / "head.txt", answer), "openssl agrees on the bytes that are stamped"
    (tmp_path / "x.tsr").write_bytes(b"\x30\x03\x02\x01\x02")
    tracer("anchor", "stamp", tmp_path / "x.tsr").ends(3, "not to a request of this case", "x.tsr", "anchor request")
    for _ in range(2):
        said = tracer("anchor", "stamp", answer, "--ca", authority.ca).done()
    assert "entry 5 at" in said.out
    assert "signature verified" in said.out
    said = tracer("verify").done()
    assert re.search(r"^ok\tanchor\t1 time stamps, the last over entry 5", said.out, re.MULTILINE)
    assert tracer("anchor", "check", answer, "--ca", authority.ca).code == 0
    shutil.copy(answer, tmp_path / "kept.tsr")
    rewrite_history(case)
    tracer("verify").ends(5, "is not the one that was stamped")
    with open_case(case) as opened:
        opened.con.execute("DELETE FROM journal_stamp")
    tracer("verify").ends(5, "is gone")
    assert tracer("anchor", "check", tmp_path / "kept.tsr", "--ca", authority.ca).code == 5


def handing(made: Made) -> None:
    """The four lists traced, a document and a protected source, and the folder that is handed over."""
    lists, folder = write_lists(made.folder / "world"), made.folder
    (folder / "receipt.txt").write_text("a receipt", encoding="utf-8")
    made.run("init", folder / "case")
    for words in (
        *(("load", lists.file(name), "--holder", name) for name in ("client", "vendor", "trader", "other")),
        ("evidence", "add", "ev1", folder / "receipt.txt", "--kind", "receipt"),
        ("party", "add", "mole", "--name", "甲乙丙", "--role", "source", "--protected"),
        ("trace",), ("export", "handover", "-o", folder / "handed"),
    ):  # fmt: skip
        made.run(*words, "--case", folder / "case")


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


@pytest.mark.parametrize("name", ["journal.jsonl", "findings.json", "README.txt"])
def test_the_verifier_finds_what_was_changed_even_where_the_sums_were_made_again(handed: Path, name: str) -> None:
    path, sums = handed / name, handed / "SHA256SUMS"
    before, content = hashlib.sha256(path.read_bytes()).hexdigest(), path.read_bytes()
    path.write_bytes(content.replace(b"trader", b"tradar", 1) if b"trader" in content else content + b" ")
    code, out = verified(handed)
    assert (code, f"{name} was changed" in out) == (5, True)
    sums.write_text(sums.read_text().replace(before, hashlib.sha256(path.read_bytes()).hexdigest()))
    assert verified(handed)[0] == (0 if name == "README.txt" else 5)


def test_originals_are_handed_over_for_a_reason_alone(tracer: Tracer, case: Path, world: World, tmp_path: Path) -> None:
    assert tracer("export", "handover", "-o", tmp_path / "h", "--originals").code == 2
    assert not (tmp_path / "h").exists()
    revealed = ("--reveal", "--reason", "asked for by the court")
    tracer("export", "handover", "-o", tmp_path / "h", "--originals", *revealed).done()
    digest = hashlib.sha256(world.file("vendor").read_bytes()).hexdigest()
    assert (tmp_path / "h" / "originals" / digest).read_bytes() == world.file("vendor").read_bytes()
    assert verified(tmp_path / "h")[0] == 0
    last = json.loads(Layout(case).journal.read_text(encoding="utf-8").splitlines()[-1])
    assert last["detail"]["revealed"] == {"reason": "asked for by the court", "originals": 4}
    assert last["previous"] != GENESIS
    assert tracer("export", "handover", "-o", tmp_path / "h").code == 3
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
    (row,) = tracer.rows("register", "list")
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
    with open_case(marked / "case") as case:
        case.con.execute("UPDATE party SET protected = true WHERE id = 'v1'")
        text = page(case, registers(case.con)[0])
    assert "v1" not in text
    assert "(recipient protected): 3 canaries" in text


def test_the_way_to_an_authority_and_back(marked: Path, tracer: Tracer, authority: Authority) -> None:
    draw = tracer.rows("register", "list")[0]["draw"]
    said = tracer("register", "request", draw, "-o", "root.tsq")
    assert (said.code, said.out) == (0, "")
    assert "root.txt holds the bytes that it stamps" in said.err
    answer = authority.answer(marked / "root.tsq")
    assert authority.verifies(marked / "root.txt", answer)
    assert "signature NOT verified" in tracer("register", "stamp", draw, answer).out
    assert "signature verified" in tracer("register", "stamp", draw, answer, "--ca", authority.ca).out
    assert tracer.rows("register", "list")[0]["stamped"] is not None
    assert tracer("register", "stamp", draw, marked / "root.tsq").code == 3
    tracer("verify").ends(0, "1 committed, 2 releases and 1 time stamps as they were")
    assert tracer("register", "reveal", "own@v0@2026-05-01", "--reason", "court", "-o", "leaf.json").code == 0
    checked = tracer("register", "check", "leaf.json", "--ca", authority.ca).ends(0, "signature verified")
    assert "own word" not in checked.err
    assert tracer("register", "request", draw, "-o", "root.txt").code == 3, "the statement would overwrite it"


def test_opened_leaves_are_checked_without_case(marked: Path, tracer: Tracer, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tracer.rows("register", "list")[0]["root"]
    assert tracer("register", "reveal", "own@v0@2026-05-01", "-o", "leaf.json").code == 2, "a reason is asked for"
    words = ("register", "reveal", "own@v0@2026-05-01", "--recipient-only", "--reason", "court", "-o", "leaf.json")
    tracer(*words).done()
    assert tracer(*words, "--withheld").code == 2
    monkeypatch.delenv("TRACER_CASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(marked / "nowhere"))
    said = tracer("register", "check", "leaf.json").ends(0, "this file's own word")
    assert said.out == "ok\tleaf\trelease own@v0@2026-05-01: to v0 on 2026-05-01, until 2026-12-31\n"
    assert tracer("register", "check", "leaf.json", "--root", root).code == 0
    tracer("register", "check", "leaf.json", "--root", "00" * 32).ends(5, "FAILED")
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


def test_a_manifest_may_name_the_copy_that_was_committed_and_no_other(marked: Path, tracer: Tracer) -> None:
    lines = copy_of(marked / "out", "v0").read_bytes().split(b"\r\n")
    (marked / "other.csv").write_bytes(b"\r\n".join(lines[:300]) + b"\r\n")
    (marked / "case.toml").write_text(MANIFEST + 'path = "other.csv"\n', encoding="utf-8")
    before = tracer("query", "releases", "-f", "json").out
    tracer("run", "case.toml").ends(3, "own@v0@2026-05-01: the file has changed")
    committed = "the tool made this release and committed its register"
    tracer("run", "case.toml", "--replace").ends(3, committed, "own@v0@2026-05-01")
    assert tracer("query", "releases", "-f", "json").out == before
    copy = f'path = "out/{copy_of(marked / "out", "v0").name}"\n'
    (marked / "case.toml").write_text(MANIFEST + copy, encoding="utf-8")
    tracer("run", "case.toml").done()
    assert tracer("verify").code == 0
    (marked / "case.toml").write_text(MANIFEST + "ends = 2026-06-30\n", encoding="utf-8")
    tracer("run", "case.toml").done()
    tracer("verify").ends(0, "own@v0@2026-05-01: ends was 2026-12-31 when committed and is 2026-06-30 now")


def test_copies_are_not_written_over_those_that_were_committed(marked: Path, tracer: Tracer) -> None:
    before = {path.name: path.read_bytes() for path in (marked / "out").iterdir()}
    first = copy_of(marked / "out", "v0")
    tracer("release", "own", "--to", "v0", "-o", "out", "--unique", "1", "--accept-detectable").done()
    after = {path.name: path.read_bytes() for path in (marked / "out").iterdir()}
    assert after.keys() - before.keys() == {copy_of(marked / "out", "v0").name}
    assert before.items() <= after.items()
    first.write_bytes(first.read_bytes()[:-100])
    tracer("verify").ends(5, "its copy was changed after it was written")
