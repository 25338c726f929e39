"""What nobody else may read: files' modes, names of files and people in the journal, protected sources."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone
from tests.doors.commands import leaves, takes_file
from tests.manifests import entry
from tests.spellings.test_names import SPELLED
from tracer.case.case import open_case
from tracer.case.memory import memory_case
from tracer.case.protected import protected_in
from tracer.dossier.parties import add_party
from tracer.dossier.statements import add_statement
from tracer.errors import InputRefused
from tracer.export.gate import Protection, redact_text
from tracer.export.scan import Scan, refuse
from tracer.records import Claim, Party
from tracer.spellings.names import NameFinder

NUMBER, PERSON = "14212345678", "王晓彤"
TOLD = f"{NUMBER} {PERSON}"
ELSEWHERE = {
    "makes a case of its own": "demo, init, simulate, restore",
    "journals a fingerprint alone": "key import, key export",
    "opens no case": "blind key, blind match, register check, anchor check, manifest new, manifest check, "
    "manifest schema, manpages, plugins, signals receive",
    "loads as `signals load` does": "signals watch",
    "journals hashes and ids": "blind offer, blind answer, blind fingerprints, blind finish, check",
    "tested with an authority (marking/register, test_anchor)": "register stamp, anchor stamp",
    "needs a draw": "register list, register print, register request, register reveal",
    "-o is not journaled": "refusals, persons, attribute, why, show, canary list, status, journal, party list, "
    "evidence list, claim list, relation list, reply list, dataset list, aside list, verify",
    "needs a sheet with answers (marking/probe)": "probe load, probe show",
    "needs a mail server (signals/test_fetch)": "signals fetch",
    "needs a cluster's answers": "cluster import",
    "journals numbers of its own": "aside read, aside remove",
}
"""Why a command that names files is not walked through by `doors`: those commands."""


def doors(folder: Path, out: Path) -> Iterator[tuple[str, list[str | Path]]]:
    """A call of every command that journals and is given a file, each file named after a person."""
    rows = "姓名,手机号,邮箱\n" + "".join(f"甲{number},{phone(number)},p{number}@m.example\n" for number in range(30))
    files = {
        f"{TOLD}.csv": rows, f"{TOLD} again.csv": rows + f"甲,{phone(77)},\n", f"{TOLD}.txt": "a statement\n",
        f"canaries {TOLD}.csv": f"phone\n{phone(90_000)}\n", f"mistaken {TOLD}.csv": f"phone\n{phone(90_001)}\n",
        f"calls {TOLD}.csv": f"at,caller,called,channel\n2026-05-01 10:00:00,02566660000,{phone(90_000)},call\n",
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    manifest = folder / f"{TOLD}.toml"
    manifest.write_text(f'[[canaries]]\npath = "canaries {TOLD}.csv"\nkind = "canary"\n', encoding="utf-8")
    yield "load", [folder / f"{TOLD}.csv", folder / f"{TOLD} again.csv", "--holder", "trader"]
    yield "run", [manifest]
    yield "evidence add", ["ev1", folder / f"{TOLD}.txt"]
    yield "evidence extract", ["ev1", out / f"{TOLD}.txt"]
    yield "canary import", [folder / f"canaries {TOLD}.csv", "--kind", "canary"]
    yield "canary import", [folder / f"mistaken {TOLD}.csv"]
    yield "canary remove", [folder / f"mistaken {TOLD}.csv"]
    yield "signals load", [folder / f"calls {TOLD}.csv", "--as", "csv"]
    yield "release write", ["list", "--to", "v0", "--unique", "1", "-o", out / TOLD]
    yield "release add", ["list", "--to", "v0", "--date", "2026-05-01", "--path", folder / f"{TOLD}.csv"]
    made: list[str | Path] = ["-f", "csv", "-o", out / f"{TOLD}-m.csv"]
    yield "canary make", ["--domain", "m.example", "--kind", "home", "--count", "3", *made]
    yield "canary export", ["list", "-f", "csv", "-o", out / f"{TOLD}-e.csv"]
    watched = folder / f"watched {TOLD}"
    watched.mkdir()
    (watched / f"{TOLD} third.csv").write_text(rows + f"乙,{phone(78)},\n", encoding="utf-8")
    yield "watch", [watched, "--once", "--rest", "0", "--holder", "trader"]
    sheet: list[str | Path] = ["-o", out / f"{TOLD}-p.csv"]
    yield "probe plan", ["list@*", "--service", "trader", "--ordinary", "0", "--withheld", "0", *sheet]
    yield "query", ["datasets", "-o", out / f"{TOLD}-q.csv", "-f", "csv"]
    yield "sql", [f"SELECT 1 AS n WHERE '{NUMBER}' = ''", "-o", out / f"{TOLD}-s.csv", "-f", "csv"]
    edition = folder / f"edition {TOLD}.toml"
    yield "edition new", [edition]
    yield "edition check", [edition]
    yield "export graph", ["--to", "json", "-o", out / f"{TOLD}.json", "--edition", edition]
    yield "export findings", ["--to", "csv", "-o", out / f"{TOLD}-f.csv"]
    yield "export report", ["--to", "md", "-o", out / f"{TOLD}.md"]
    yield "export figure", ["overlaps", "--to", "svg", "-o", out / f"{TOLD}.svg"]
    yield "export evidence", ["--to", "zip", "-o", out / f"{TOLD}.zip"]
    yield "export handover", ["-o", out / f"h {TOLD}"]
    yield "anchor print", ["-o", out / f"{TOLD}-a.txt"]
    yield "anchor request", ["-o", out / f"{TOLD}.tsq"]
    yield "cluster export", [out / f"c {TOLD}"]
    yield "backup", [out / f"{TOLD}.backup"]
    yield "purge", ["list", "--yes", "--reason", f"{NUMBER} asked for it", "-o", out / f"{TOLD}-p.json"]


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A machine where new files are everybody's."""
    had = os.umask(0)
    yield
    os.umask(had)


@pytest.mark.slow("every command that is given a file")
@pytest.mark.usefixtures("open_umask")
def test_no_files_name_is_in_the_journal_and_every_file_is_its_owners(tracer: Tracer, tmp_path: Path) -> None:
    folder, out, case = tmp_path / "in", tmp_path / "out", tmp_path / "case"
    folder.mkdir()
    out.mkdir()
    os.umask(0)
    assert tracer("init", case).code == 0
    assert tracer("party", "add", "v0").code == 0
    walked = set()
    for words, arguments in doors(folder, out):
        os.umask(0)
        said = tracer(*words.split(), *arguments)
        assert said.code == 0, f"{words}: {said.err}"
        walked.add(words)
        journal = (case / "journal.jsonl").read_text(encoding="utf-8")
        for told in (NUMBER, PERSON, *re.findall(r"\d{5,}", TOLD)):
            assert told not in journal, f"{words}: {told} stands in the journal"
    named = {words for words, command in leaves().items() if takes_file(command)}
    assert named == walked | set(", ".join(ELSEWHERE.values()).split(", ")), (
        "every command that is given a file is walked through, or told why not"
    )
    for path in (*case.rglob("*"), *out.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), f"{path.name}: {mode:o}"


def test_the_store_knows_what_stands_for_what(
    tracer: Tracer, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, path = tmp_path / "case", tmp_path / f"canaries {TOLD}.csv"
    path.write_text(f"phone\n{phone(90_000)}\n", encoding="utf-8")
    monkeypatch.setattr("tracer.case.case.secrets.token_hex", lambda _: "ab123456789cdef0")
    tracer("init", case).done()
    first = json.loads((case / "journal.jsonl").read_text("utf-8").splitlines()[0])
    assert first["detail"]["case"] == "ab123456789cdef0", "the case's own id is no number of a person"
    tracer("load", world.file("other"), "--holder", "x", "--id", "list-20260501").done()
    tracer("canary", "import", path, "--kind", "canary").done()
    assert "20260501" not in (case / "journal.jsonl").read_text("utf-8")
    with open_case(case, read_only=True) as opened:
        inputs = [name for entry in opened.journal.entries() for name in entry["inputs"]]
    assert inputs == ["list-20260501", str(path)]
    assert tracer("verify").code == 0
    (case / "journal.jsonl").chmod(0o644)
    tracer("doctor").ends(5, "FOUND\tmodes")
    assert tracer("doctor", "--repair").code == 0
    assert stat.S_IMODE((case / "journal.jsonl").stat().st_mode) == 0o600


def test_a_file_that_was_open_to_others_stays_so_where_they_may_enter(
    tracer: Tracer, tmp_path: Path, case: Path
) -> None:
    for folder_mode, wanted in ((0o755, 0o644), (0o750, 0o640), (0o700, 0o600)):
        folder = tmp_path / f"shared-{folder_mode:o}"
        folder.mkdir()
        folder.chmod(folder_mode)
        target = folder / "datasets.csv"
        target.write_text("earlier", encoding="utf-8")
        target.chmod(0o644)
        assert tracer("query", "datasets", "-f", "csv", "-o", target).code == 0
        assert stat.S_IMODE(target.stat().st_mode) == wanted


def test_protected_parties_have_pseudonyms_from_the_first_line_on(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    """Named twice and more: the scan once kept the first place of each name alone."""
    for words in (
        ("party", "add", "shenyuan", "--name", "沈予安", "--alias", "Shen Yuan", "--role", "source", "--protected"),
        ("party", "add", "nan", "--role", "data_trader"),
        ("relation", "add", "owns", "nan", "shenyuan"), ("relation", "add", "refers_to", "shenyuan", "nan"),
        ("reply", "add", "nan", "--text", "沈予安 is known to us"),
        ("claim", "add", "--party", "shenyuan", "--kind", "other", "--quote", "as Shen-Yuan says"),
        ("evidence", "add", "shenyuan-1", "--text", "a word of ShenYuan"),
        ("judge", "client", "vendor", "confirm", "--note", "shenyuan的名单"), ("trace",),
    ):  # fmt: skip
        tracer(*words).done()
    journal = (case / "journal.jsonl").read_text(encoding="utf-8")
    tracer("export", "handover", "-o", tmp_path / "h").done()
    for where, text in [("journal", journal)] + [
        (path.name, path.read_text("utf-8")) for path in sorted((tmp_path / "h").rglob("*")) if path.is_file()
    ]:
        assert not re.search("shen[ _-]?yuan|沈予安", text, re.IGNORECASE), where
    lines = [json.loads(line) for line in (tmp_path / "h" / "journal.jsonl").read_text("utf-8").splitlines()]
    assert not any("withheld" in line for line in lines)


def test_a_party_that_is_protected_later_is_withheld_in_every_line(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    for words in (
        ("party", "add", "shenyuan"), ("party", "add", "nan"), ("relation", "add", "owns", "nan", "shenyuan"),
        ("relation", "add", "refers_to", "shenyuan", "nan"), ("party", "add", "shenyuan", "--protected"),
    ):  # fmt: skip
        said = tracer(*words).done()
    said = tracer("export", "handover", "-o", tmp_path / "h")
    handed = (tmp_path / "h" / "journal.jsonl").read_text("utf-8")
    assert said.code == 0
    assert handed.count('"withheld":') == 3
    assert "3 of them withheld" in said.err + said.out
    assert "shenyuan" not in handed


def test_a_changed_journal_stops_what_writes_until_it_is_accepted(tracer: Tracer, case: Path) -> None:
    journal = case / "journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-2]))
    changed = journal.read_bytes()
    for _ in range(2):
        tracer("party", "add", "q").ends(4, "the journal was changed")
        assert tracer("query", "datasets").code == 4, "what reads is journaled, too"
        assert tracer("verify").code == 5
        assert journal.read_bytes() == changed
    assert tracer("doctor", "--accept-journal", "--reason", "because").code == 2
    assert tracer("doctor", "--accept-journal", "--reason", "copied back by hand").code == 0
    assert tracer("doctor", "--accept-journal", "--reason", "copied back by hand").code == 3
    assert tracer("party", "add", "q").code == 0
    for _ in range(2):
        tracer("verify").ends(5, "copied back by hand")


NAME, ALIAS = "旧友（苏州）", "Ｒｏｓａ Ｌｕｎｄ"
EXPORTS = (("findings", "json"), ("report", "md"), ("graph", "json"), ("graph", "svg"), ("graph", "html"))


@pytest.fixture
def sourced(tracer: Tracer, case: Path) -> Path:
    """A case with a source that is not protected yet, and is named in many ways."""
    said = "We met 旧友 (苏州), i.e. Rosa\u200bLund &amp; rosa&nbsp;lund, or SRC 7"
    for words in (
        ("party", "add", "src-7", "--name", NAME, "--role", "source"), ("party", "add", "src-7", "--alias", ALIAS),
        ("claim", "add", "--party", "vendor", "--kind", "other", "--quote", said, "--speaker", "rosa-lund"),
        ("reply", "add", "vendor", "--asked", "2026-05-01", "--answered", "2026-05-02", "--text", said),
        ("evidence", "add", "paper-9", "--text", "as ROSA–LUND wrote"),
        ("judge", "client", "vendor", "confirm", "--note", said),
    ):  # fmt: skip
        tracer(*words).done()
    return case


def everything_out(tracer: Tracer, out: Path) -> dict[str, str]:
    out.mkdir()
    for noun, to in EXPORTS:
        shown = ["--with-sources"] if noun != "findings" else []
        tracer("export", noun, "--to", to, *shown, "-o", out / f"{noun}.{to}").done()
    tracer("export", "handover", "-o", out / "handover").done()
    return {str(path.relative_to(out)): path.read_text("utf-8") for path in sorted(out.rglob("*")) if path.is_file()}


def test_a_party_is_protected_later_and_then_everywhere(tracer: Tracer, sourced: Path, tmp_path: Path) -> None:
    said = tracer("party", "add", "src-7", "--protected").done()
    assert (said.json()["outcome"], said.json()["protected"]) == ("changed", True)
    assert "src-7" not in (sourced / "journal.jsonl").read_text("utf-8").splitlines()[-1]
    assert tracer("party", "add", "src-7", "--protected").json()["outcome"] == "same"
    assert tracer("trace").code == 0
    finder = NameFinder(["src-7", NAME, ALIAS, "paper-9"])
    files = everything_out(tracer, tmp_path / "out")
    assert {name: finder.find(text) for name, text in files.items() if finder.stand_in(text)} == {}
    graph = json.loads(files["graph.json"])
    assert [node["label"] for node in graph["nodes"] if node["protected"]] != []
    assert "(protected)" in tracer("query", "parties", "-f", "json").out
    before = len((sourced / "journal.jsonl").read_text("utf-8").splitlines())
    tracer("sql", "SELECT 'Src-7' AS a, 'SRC_7', '旧友 苏州', 'Rosa’Lund'").done()
    lines = (sourced / "journal.jsonl").read_text("utf-8").splitlines()
    names = NameFinder(["src-7", NAME, ALIAS])
    assert not names.stand_in("\n".join(lines[before:])), "what is journaled afterwards names nobody"
    with open_case(sourced, read_only=True) as opened:
        text = "14200007919 met rosa lund, src-7 and 旧友(苏州): all of them."
        leaks = Scan(opened.con, secrets=names).leaks({"a.txt": text.encode()})
    assert len([leak for leak in leaks if leak.names_protected]) == 3
    refused = refuse(leaks)
    assert isinstance(refused, InputRefused)
    assert ("use other words there" in refused.line(), names.stand_in(refused.line())) == (True, False)


def test_a_name_that_no_text_can_be_searched_for_is_refused(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    where = ("--role", "source", "--protected")
    for words in (
        ("k",), ("src-8", "--name", "禾"), ("src-8", "--alias", "z."), ("src-8", "--name", "7 7"), ("source",),
        ("src-8", "--name", "数据"), ("src-8", "--alias", "an"),
    ):  # fmt: skip
        said = tracer("party", "add", *words, *where)
        assert (said.code, "cannot be protected" in said.err, "protect it under" in said.err) == (3, True, True), words
    assert tracer("party", "add", "k", "--role", "source").code == 0
    assert tracer("party", "add", "src-8", *where).code == 0
    tracer("party", "merge", "k", "src-8", "--yes").ends(3, "'k' is too short")
    manifest = tmp_path / "m.toml"
    manifest.write_text('[[party]]\nid = "k"\nname = "K"\nrole = "source"\nprotected = true\n', encoding="utf-8")
    assert "cannot be protected" in tracer("run", manifest).err
    # A case that has such a name from before says so to who exports, and not in the file.
    with open_case(case) as opened:
        opened.con.execute("UPDATE party SET name = '禾', protected = true WHERE id = 'k'")
        add_statement(opened.con, Claim("k", "other", quote="k"))
    said = tracer("export", "graph", "--to", "json", "-o", tmp_path / "graph.json")
    said.ends(0, "2 names of protected sources are too short to be searched for.")
    assert "too short" not in (tmp_path / "graph.json").read_text("utf-8")


def test_an_error_names_no_source_and_says_what_to_do(tracer: Tracer, sourced: Path) -> None:
    assert tracer("party", "add", "src-7", "--protected").code == 0
    with open_case(sourced, read_only=True) as opened:
        finder = NameFinder(["src-7", NAME, ALIAS])
        leaks = Scan(opened.con, secrets=finder).leaks(
            {"a.txt": "14200007919 met rosa lund, src-7 and 旧友(苏州): all of them.".encode()}
        )
    assert len([leak for leak in leaks if leak.names_protected]) == 3
    told = refuse(leaks).line()
    assert not finder.stand_in(told), told
    assert "use other words there" in told
    assert isinstance(refuse(leaks), InputRefused)


def test_of_a_source_s_document_no_id_path_or_hash_leaves(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    """Its id is two everyday words, so no sentence is searched for it; with its hash a statement could be tried out."""
    paper = tmp_path / "insider-statement.txt"
    paper.write_text("They copied it in March.", encoding="utf-8")
    (tmp_path / "open.txt").write_text("Open to all.", encoding="utf-8")
    mole = entry("party", id="mole-1", name="Mole", role="source", protected=True, evidence=["insider-statement"])
    statement = {"id": "insider-statement", "kind": "interview", "path": paper.name, "acquired": date(2026, 3, 17)}
    papers = entry("evidence", **statement) + entry("evidence", id="open", kind="letter", path="open.txt")
    (tmp_path / "m.toml").write_text(mole + papers, encoding="utf-8")
    tracer("run", tmp_path / "m.toml", "--case", case).done()
    told = ("insider-statement", hashlib.sha256(paper.read_bytes()).hexdigest(), "mole", "2026-03-17")
    out, file = everything_out(tracer, tmp_path / "out"), tmp_path / "out" / "rows.csv"
    hashed = "SELECT sha256(party), evidence FROM views.parties ORDER BY party"
    for asked in (("sql", "SELECT * FROM views.evidence"), ("sql", hashed), ("query", "timeline")):
        tracer(*asked, "-f", "csv", "-o", file).done()
        out[asked[1]] = file.read_text("utf-8")
        file.unlink()
    assert {name: [word for word in told if word in text] for name, text in out.items()} == {name: [] for name in out}
    assert hashlib.sha256(b"mole-1").hexdigest() not in out[hashed]
    rows = {row["of"]: row for row in csv.DictReader(io.StringIO(out["handover/originals.csv"]))}
    assert (rows["open"]["journaled"], rows["(protected)"]["journaled"]) == ("yes", "yes")
    checked = subprocess.run(
        [sys.executable, "-I", tmp_path / "out" / "handover" / "verify.py"], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert tracer("verify").code == 0
    assert told[0] in tracer("sql", "FROM views.evidence").out  # the owner of the key reads its own case


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
    clear = tracer("trace").out.split()[-1]
    assert re.fullmatch("[0-9a-f]{64}", clear)
    out = everything_out(tracer, tmp_path / "out")
    assert [name for name, text in out.items() if clear in text] == []
    (keyed,) = re.findall("under the case's key ([0-9a-f]{64})", tracer("verify").out)
    assert keyed in out["report.md"]
    assert "hashes are masked" not in out["report.md"]
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
        said = tracer("export", noun, "--to", to, "-o", tmp_path / "out")
        assert said.code == 0, (noun, to, said.err)
    for name in ("Gray", "August", "2026-05", "Roman"):
        refused = tracer("party", "add", "src-9", "--name", name, "--role", "source", "--protected")
        assert (refused.code, "that the tool itself writes" in refused.err) == (3, True), name


def test_what_is_a_name_in_a_drawing_and_in_packed_bytes() -> None:
    finder = NameFinder(["lot7", "Rosa Lund"])
    for found, text in (
        (False, '<text><tspan x="1">my lot</tspan><tspan x="1" dy="16">7</tspan></text>'),
        (False, "7q3X5lot7Zk3Ab9QwE4rT8yU1"),
        (True, '<text><tspan x="1">by Rosa</tspan><tspan x="1" dy="16">Lund</tspan></text>'), (True, "<b>lo</b>t7"),
        (True, "a file called 2026-05-lot7-final-version.csv"), (True, "rosalund20260501alllists"),
    ):  # fmt: skip
        with memory_case() as case:
            leaks = Scan(case.con, secrets=finder).leaks({"a.svg": text.encode()})
        assert [leak.names_protected for leak in leaks] == [True] * found, text


def test_the_gate_masks_every_spelling_that_the_scan_finds() -> None:
    for name, spelled in SPELLED:
        with memory_case() as case:
            add_party(case.con, Party("somebody", name, "source", protected=True))
            protection = Protection(str, protected_in(case.con, lambda _: "x"))
            scan, text = Scan(case.con, secrets=NameFinder(protection.names)), f"It was {spelled}, they said."
            for packed in (text, json.dumps([text])):
                assert [leak.names_protected for leak in scan.leaks({"a.json": packed.encode()})] == [True], spelled
            gone = redact_text(text, protection)
            assert "source-x" in gone, spelled
            assert scan.leaks({"a.json": json.dumps([gone]).encode()}) == [], spelled


def test_parts_of_a_protected_name_are_listed_and_masked(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    for words in (
        ("party", "add", "chenyu-7", "--name", "沈予安", "--alias", "Rosalind Quell", "--role", "source"),
        ("claim", "add", "--party", "vendor-a", "--kind", "other", "--quote", "ask 老沈, or Rosalind, about the list"),
        ("reply", "add", "vendor-a", "--asked", "2026-05-01", "--answered", "2026-05-02", "--text", "予安 left in May"),
        ("judge", "client", "vendor", "confirm", "--note", "seen with Mr Quell and 沈予安"),
        ("dataset", "edit", "other", "--title", "Quell’s leads"),
        ("evidence", "add", "paper-9", "--text", "Chenyu was there"),
    ):  # fmt: skip
        tracer(*words).done()
    added = tracer("party", "add", "chenyu-7", "--protected").done()
    found = {(one["place"], one["field"], one["part"]) for one in added.json()["mentions"]}
    assert {part for _, _, part in found} == {"老沈", "Rosalind", "予安", "Quell", "chenyu"}
    assert ("list other", "title", "Quell") in found
    assert ("judgement of client and vendor", "note", "Quell") in found
    assert "--mask-mentions" in added.err
    masked = tracer("party", "add", "chenyu-7", "--protected", "--mask-mentions").done().json()
    assert set(masked["masked"]) == {"老沈", "Rosalind", "予安", "Quell", "chenyu"}
    assert tracer("party", "add", "chenyu-7", "--protected").done().json()["mentions"] == []
    tracer("trace").done()
    files = everything_out(tracer, tmp_path / "out")
    finder = NameFinder(["老沈", "Rosalind", "予安", "Quell", "chenyu"])
    assert {name: finder.find(text) for name, text in files.items() if finder.stand_in(text)} == {}
    rows = tracer("query", "claims", "-f", "json").json()
    assert "ask 老沈" in str(rows), "the owner of the key reads what was written"
    last = (case / "journal.jsonl").read_text("utf-8").splitlines()[-3:]
    assert not any(finder.stand_in(line) for line in last)
    tracer("party", "add", "vendor-a", "--mask-mentions").ends(2, "--protected")
