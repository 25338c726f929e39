"""Protected sources from outside: protected later, in any spelling, under names that cannot be found, in every door."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.spelled.test_names import SPELLED
from tracer.case.case import open_case
from tracer.case.memory import memory_case
from tracer.dossier.parties import add_party
from tracer.dossier.records import Claim, Party
from tracer.dossier.statements import add_claim
from tracer.errors import InputRefused
from tracer.export.scan import Scan, refuse
from tracer.spelled.names import NameFinder

NAME, ALIAS = "旧友（苏州）", "Ｒｏｓａ Ｌｕｎｄ"
EXPORTS = (("findings", "json"), ("report", "md"), ("graph", "json"), ("graph", "svg"), ("graph", "html"))


@pytest.fixture
def sourced(tracer: Tracer, case: Path) -> Path:
    """A case with a source that is not protected yet, and is named in many ways."""
    where = ("--case", case)
    said = "We met 旧友 (苏州), i.e. Rosa\u200bLund &amp; rosa&nbsp;lund, or SRC 7"
    for words in (
        ("party", "add", "src-7", "--name", NAME, "--role", "source"),
        ("party", "add", "src-7", "--alias", ALIAS),
        ("claim", "add", "--party", "vendor", "--kind", "other", "--quote", said, "--speaker", "rosa-lund"),
        ("reply", "add", "vendor", "--asked", "2026-05-01", "--answered", "2026-05-02", "--text", said),
        ("evidence", "add", "paper-9", "--text", "as ROSA–LUND wrote"),
        ("judge", "client", "vendor", "confirm", "--note", said),
    ):
        tracer(*words, *where).done()
    return case


def everything_out(tracer: Tracer, case: Path, out: Path) -> dict[str, str]:
    out.mkdir()
    for noun, to in EXPORTS:
        shown = ["--with-sources"] if noun != "findings" else []
        tracer("export", noun, "--to", to, *shown, "-o", out / f"{noun}.{to}", "--case", case).done()
    tracer("export", "handover", "-o", out / "handover", "--case", case).done()
    return {str(path.relative_to(out)): path.read_text("utf-8") for path in sorted(out.rglob("*")) if path.is_file()}


def test_a_party_is_protected_afterwards_and_from_then_on_everywhere(
    tracer: Tracer, sourced: Path, tmp_path: Path
) -> None:
    said = tracer("party", "add", "src-7", "--protected", "--case", sourced).done()
    assert (said.json()["outcome"], said.json()["protected"]) == ("changed", True)
    assert "src-7" not in (sourced / "journal.jsonl").read_text("utf-8").splitlines()[-1]
    assert tracer("party", "add", "src-7", "--protected", "--case", sourced).json()["outcome"] == "same"
    assert tracer("trace", "--case", sourced).code == 0
    finder = NameFinder(["src-7", NAME, ALIAS, "paper-9"])
    files = everything_out(tracer, sourced, tmp_path / "out")
    assert {name: finder.found(text) for name, text in files.items() if finder.stand_in(text)} == {}
    graph = json.loads(files["graph.json"])
    assert [node["label"] for node in graph["nodes"] if node["protected"]] != []
    assert "(protected)" in tracer("query", "parties", "-f", "json", "--case", sourced).out


def test_what_stands_in_the_journal_afterwards_names_nobody(tracer: Tracer, sourced: Path) -> None:
    assert tracer("party", "add", "src-7", "--protected", "--case", sourced).code == 0
    before = len((sourced / "journal.jsonl").read_text("utf-8").splitlines())
    assert tracer("sql", "SELECT 'Src-7' AS a, 'SRC_7', '旧友 苏州', 'Rosa’Lund'", "--case", sourced).code == 0
    lines = (sourced / "journal.jsonl").read_text("utf-8").splitlines()
    assert not NameFinder(["src-7", NAME, ALIAS]).stand_in("\n".join(lines[before:]))


@pytest.mark.parametrize(("name", "spelled"), SPELLED)
def test_gate_and_scan_know_the_same_spellings(name: str, spelled: str, tmp_path: Path) -> None:
    from tracer.case.protected import protected_in
    from tracer.export.gate import Protection, redact_text

    case = memory_case()
    add_party(case.con, Party("somebody", name, "source", protected=True))
    protection = Protection(str, protected_in(case.con, lambda _: "x"))
    text = f"It was {spelled}, they said."
    scan = Scan(case.con, secrets=protection.named())
    for packed in (text, json.dumps([text])):
        assert [leak.protected for leak in scan.leaks({"a.json": packed.encode()})] == [True]
    gone = redact_text(text, protection)
    assert "source-x" in gone
    assert scan.leaks({"a.json": json.dumps([gone]).encode()}) == []


def test_a_document_of_a_source_leaves_by_no_door_with_its_id_path_or_hash(
    tracer: Tracer, case: Path, tmp_path: Path
) -> None:
    """Its id is two everyday words, so no sentence is searched for it; with its hash a statement could be tried out."""
    where, paper = ("--case", case), tmp_path / "insider-statement.txt"
    paper.write_text("They copied it in March.", encoding="utf-8")
    (tmp_path / "open.txt").write_text("Open to all.", encoding="utf-8")
    manifest = tmp_path / "m.toml"
    manifest.write_text(
        '[[party]]\nid = "mole-1"\nname = "Mole"\nrole = "source"\nprotected = true\nevidence = ["insider-statement"]\n'
        '[[evidence]]\nid = "insider-statement"\nkind = "interview"\npath = "insider-statement.txt"\n'
        '[[evidence]]\nid = "open"\nkind = "letter"\npath = "open.txt"\n',
        encoding="utf-8",
    )
    assert tracer("run", manifest, *where).code == 0
    told = ("insider-statement", hashlib.sha256(paper.read_bytes()).hexdigest(), "mole")
    out = everything_out(tracer, case, tmp_path / "out")
    for statement in (
        "SELECT * FROM views.evidence",
        "SELECT sha256(party), evidence FROM views.parties ORDER BY party",
    ):
        said = tracer("sql", statement, "-f", "csv", "-o", tmp_path / "out" / "rows.csv", *where)
        assert said.code == 0, said.err
        out[statement] = (tmp_path / "out" / "rows.csv").read_text("utf-8")
        (tmp_path / "out" / "rows.csv").unlink()
    assert {name: [word for word in told if word in text] for name, text in out.items()} == {name: [] for name in out}
    assert hashlib.sha256(b"mole-1").hexdigest() not in out[statement]
    rows = {row["of"]: row for row in csv.DictReader(io.StringIO(out["handover/originals.csv"]))}
    assert (rows["open"]["journaled"], rows["(protected)"]["journaled"]) == ("yes", "yes")
    checked = subprocess.run(
        [sys.executable, "-I", tmp_path / "out" / "handover" / "verify.py"], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert tracer("verify", *where).code == 0
    assert told[0] in tracer("sql", "FROM views.evidence", *where).out  # the owner of the key reads its own case


def test_the_order_of_rows_says_nothing_of_a_source_s_id(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    orders = []
    for number, source in enumerate(("aardvark-1", "zebra-1")):
        made = Path(shutil.copytree(case, tmp_path / f"case-{number}"))
        assert tracer("party", "add", source, "--role", "source", "--protected", "--case", made).code == 0
        for asked in (["query", "parties"], ["sql", "SELECT party FROM views.parties"]):
            target = tmp_path / f"{number}-{asked[0]}.csv"
            assert tracer(*asked, "-f", "csv", "-o", target, "--case", made).code == 0
            orders.append([row["party"] for row in csv.DictReader(io.StringIO(target.read_text("utf-8")))])
    assert [order[-1].startswith("source-") for order in orders] == [True] * 4
    assert [order[:-1] for order in orders[:2]] == [order[:-1] for order in orders[2:]]


def test_the_hash_of_all_findings_is_keyed_where_it_leaves(tracer: Tracer, traced: Path, tmp_path: Path) -> None:
    """It is over the ids of sources, too: who knows all the rest could try out who it was."""
    clear = tracer("trace", "--case", traced).out.split()[-1]
    assert re.fullmatch("[0-9a-f]{64}", clear)
    out = everything_out(tracer, traced, tmp_path / "out")
    assert [name for name, text in out.items() if clear in text] == []
    (keyed,) = re.findall("under the case's key ([0-9a-f]{64})", tracer("verify", "--case", traced).out)
    assert keyed in out["report.md"]
    assert keyed in out["handover/journal.jsonl"]


def test_a_name_within_other_words_stops_no_export(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    """Ids that are a part of a list's id, and words that a format or chance writes."""
    with open_case(case) as opened:
        for name in ("trade", "Bright", "Gray", "August", "Roman"):  # the last three from before they were refused
            opened.con.execute(
                "INSERT INTO party (id, name, role, protected) VALUES ($n, $n, 'source', true)", {"n": name}
            )
        opened.con.execute("UPDATE dataset SET list_title = 'Brighton' WHERE id = 'client'")
    for noun, to in (("graph", "html"), ("findings", "xlsx"), ("report", "md")):
        said = tracer("export", noun, "--to", to, "-o", tmp_path / "out", "--case", case)
        assert said.code == 0, (noun, to, said.err)
    for name in ("Gray", "August", "2026-05", "Roman"):
        refused = tracer("party", "add", "src-9", "--name", name, "--role", "source", "--protected", "--case", case)
        assert (refused.code, "that the tool itself writes" in refused.err) == (3, True), name


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (False, '<text><tspan x="1">my lot</tspan><tspan x="1" dy="16">7</tspan></text>'),
        (False, "7q3X5lot7Zk3Ab9QwE4rT8yU1"),
        (True, '<text><tspan x="1">by Rosa</tspan><tspan x="1" dy="16">Lund</tspan></text>'), (True, "<b>lo</b>t7"),
        (True, "a file called 2026-05-lot7-final-version.csv"), (True, "rosalund20260501alllists"),
    ],
)  # fmt: skip
def test_what_is_a_name_in_a_drawing_and_in_packed_bytes(found: bool, text: str) -> None:
    with memory_case() as case:
        leaks = Scan(case.con, secrets=NameFinder(["lot7", "Rosa Lund"])).leaks({"a.svg": text.encode()})
    assert [leak.protected for leak in leaks] == [True] * found


def test_a_name_that_no_text_can_be_searched_for_is_refused(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    where = ("--role", "source", "--protected", "--case", case)
    for words in (
        ("k",), ("src-8", "--name", "禾"), ("src-8", "--alias", "z."), ("src-8", "--name", "7 7"), ("source",),
        ("src-8", "--name", "数据"), ("src-8", "--alias", "an"),
    ):  # fmt: skip
        said = tracer("party", "add", *words, *where)
        assert (said.code, "cannot be protected" in said.err, "protect it under" in said.err) == (3, True, True), words
    assert tracer("party", "add", "k", "--role", "source", "--case", case).code == 0
    assert tracer("party", "add", "src-8", *where).code == 0
    said = tracer("party", "merge", "k", "src-8", "--case", case)
    assert (said.code, "'k' is too short" in said.err) == (3, True)
    manifest = tmp_path / "m.toml"
    manifest.write_text('[[party]]\nid = "k"\nname = "K"\nrole = "source"\nprotected = true\n', encoding="utf-8")
    assert "cannot be protected" in tracer("run", manifest, "--case", case).err


def test_a_case_that_has_such_a_name_says_so_in_every_export(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    with open_case(case) as opened:
        opened.con.execute("INSERT INTO party (id, name, protected) VALUES ('k', '禾', true)")
        add_claim(opened.con, Claim("k", "other", quote="k"))
    out = tmp_path / "graph.json"
    assert tracer("export", "graph", "--to", "json", "-o", out, "--case", case).code == 0
    assert "2 names of protected sources are too short to be searched for." in out.read_text("utf-8")


def test_other_facts_are_not_changed_by_hand(tracer: Tracer, sourced: Path) -> None:
    said = tracer("party", "add", "src-7", "--name", "Somebody Else", "--protected", "--case", sourced)
    assert (said.code, "other facts (name)" in said.err) == (3, True)


def test_an_error_names_no_source_and_says_what_to_do(tracer: Tracer, sourced: Path) -> None:
    assert tracer("party", "add", "src-7", "--protected", "--case", sourced).code == 0
    with open_case(sourced, read_only=True) as opened:
        finder = NameFinder(["src-7", NAME, ALIAS])
        leaks = Scan(opened.con, secrets=finder).leaks(
            {"a.txt": "14200007919 met rosa lund, src-7 and 旧友(苏州): all of them.".encode()}
        )
    assert len([leak for leak in leaks if leak.protected]) == 3
    told = refuse(leaks).line()
    assert not finder.stand_in(told), told
    assert "use other words there" in told
    assert isinstance(refuse(leaks), InputRefused)


def test_the_init_line_holds_the_cases_own_id(tracer: Tracer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracer.case.case.new_case_id", lambda: "ab123456789cdef0")
    assert tracer("init", tmp_path / "c").code == 0
    assert json.loads((tmp_path / "c" / "journal.jsonl").read_text("utf-8").splitlines()[0])["detail"]["case"] == (
        "ab123456789cdef0"
    )
