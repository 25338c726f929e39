"""Anchors and the folder for handing over: the past cannot be rewritten unseen, and outsiders can tell."""

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
from tests.marking.register.authority import Authority
from tracer.case.case import open_case
from tracer.case.journal import GENESIS
from tracer.case.layout import Layout


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
