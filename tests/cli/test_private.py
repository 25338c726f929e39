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
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone
from tests.doors.commands import leaves, takes_file
from tests.spellings.test_names import SPELLED
from tracer.case.case import open_case
from tracer.case.memory import memory_case
from tracer.dossier.parties import add_party
from tracer.dossier.statements import add_claim
from tracer.errors import InputRefused
from tracer.export.scan import Scan, refuse
from tracer.lists.made_id import id_from_name
from tracer.records import Claim, Party
from tracer.spellings.names import NameFinder

NUMBER, PERSON = "14212345678", "王晓彤"
TOLD = f"{NUMBER} {PERSON}"
ELSEWHERE = {
    **dict.fromkeys(("demo", "init", "simulate", "restore"), "makes a case of its own"),
    **dict.fromkeys(("key import", "key export"), "journals a fingerprint alone"),
    **dict.fromkeys(("blind key", "blind match", "register check", "anchor check", "manifest new"), "opens no case"),
    **dict.fromkeys(("manifest check", "manifest schema", "manpages", "plugins", "signals receive"), "opens no case"),
    "signals watch": "loads as `signals load` does",
    **dict.fromkeys(("blind offer", "blind answer", "blind fingerprints", "blind finish"), "journals hashes and ids"),
    **dict.fromkeys(("register stamp", "anchor stamp"), "tested with an authority (marking/register, test_anchor)"),
    **dict.fromkeys(("register list", "register print", "register request", "register reveal"), "needs a draw"),
    **dict.fromkeys(
        ("refusals", "persons", "attribute", "why", "show", "canary list", "status", "journal"), "-o is not journaled"
    ),
    **dict.fromkeys(
        (f"{kind} list" for kind in ("party", "evidence", "claim", "relation", "reply", "dataset")), "the same"
    ),
    **dict.fromkeys(("probe load", "probe show"), "needs a sheet with answers (findings/probes)"),
    "signals fetch": "needs a mail server (signals/test_fetch)",
    "cluster import": "needs a cluster's answers",
    "check": "journals a keyed hash of the file, and nothing of -o (publish/test_check)",
    "verify": "the folder of copies is not journaled",
    "aside list": "-o is not journaled",
    "aside read": "journals numbers",
    "aside remove": "journals numbers",
}
"""Commands that name files and do not stand in `doors`, and why not."""


def doors(folder: Path, out: Path) -> Iterator[tuple[str, list[str | Path]]]:
    """A call of every command that journals and is given a file, each file named after a person."""
    rows = "姓名,手机号\n" + "".join(f"甲{number},{phone(number)}\n" for number in range(30))
    files = {
        f"{TOLD}.csv": rows, f"{TOLD} again.csv": rows + f"甲,{phone(77)}\n", f"{TOLD}.txt": "a statement\n",
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
    (watched / f"{TOLD} third.csv").write_text(rows + f"乙,{phone(78)}\n", encoding="utf-8")
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


@pytest.mark.usefixtures("open_umask")
def test_no_door_lets_a_files_name_into_the_journal_and_every_file_is_its_owners(
    tracer: Tracer, tmp_path: Path
) -> None:
    folder, out, case = tmp_path / "in", tmp_path / "out", tmp_path / "case"
    folder.mkdir()
    out.mkdir()
    os.umask(0)
    assert tracer("init", case).code == 0
    assert tracer("party", "add", "v0", "--case", case).code == 0
    walked = set()
    for words, arguments in doors(folder, out):
        os.umask(0)
        said = tracer(*words.split(), *arguments, "--case", case)
        assert said.code == 0, f"{words}: {said.err}"
        walked.add(words)
        journal = (case / "journal.jsonl").read_text(encoding="utf-8")
        for told in (NUMBER, PERSON, *re.findall(r"\d{5,}", TOLD)):
            assert told not in journal, f"{words}: {told} stands in the journal"
    named = {words for words, command in leaves().items() if takes_file(command)}
    assert named == walked | ELSEWHERE.keys(), "every command that is given a file is walked through, or told why not"
    for path in (*case.rglob("*"), *out.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), f"{path.name}: {mode:o}"


def test_the_store_knows_what_stands_for_what(tracer: Tracer, tmp_path: Path, world: World) -> None:
    case = tmp_path / "case"
    path = tmp_path / f"canaries {TOLD}.csv"
    path.write_text(f"phone\n{phone(90_000)}\n", encoding="utf-8")
    assert tracer("init", case).code == 0
    assert tracer("load", world.file("other"), "--holder", "x", "--id", "list-20260501", "--case", case).code == 0
    assert tracer("canary", "import", path, "--kind", "canary", "--case", case).code == 0
    assert "20260501" not in (case / "journal.jsonl").read_text("utf-8")
    with open_case(case, read_only=True) as opened:
        inputs = [name for entry in opened.journal.entries() for name in entry["inputs"]]
    assert inputs == ["list-20260501", str(path)]
    assert tracer("verify", "--case", case).code == 0


def test_a_file_that_was_opened_to_others_stays_so_where_they_may_enter(
    tracer: Tracer, tmp_path: Path, case: Path
) -> None:
    for folder_mode, wanted in ((0o755, 0o644), (0o750, 0o640), (0o700, 0o600)):
        folder = tmp_path / f"shared-{folder_mode:o}"
        folder.mkdir()
        folder.chmod(folder_mode)
        target = folder / "datasets.csv"
        target.write_text("earlier", encoding="utf-8")
        target.chmod(0o644)
        assert tracer("query", "datasets", "-f", "csv", "-o", target, "--case", case).code == 0
        assert stat.S_IMODE(target.stat().st_mode) == wanted


def test_doctor_closes_files_that_others_may_read(tracer: Tracer, case: Path) -> None:
    (case / "journal.jsonl").chmod(0o644)
    said = tracer("doctor", "--case", case)
    assert (said.code, "FOUND\tmodes" in said.out) == (5, True)
    assert tracer("doctor", "--repair", "--case", case).code == 0
    assert stat.S_IMODE((case / "journal.jsonl").stat().st_mode) == 0o600


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
        tracer(*words, "--case", case).done()
    journal = (case / "journal.jsonl").read_text(encoding="utf-8")
    tracer("export", "handover", "-o", tmp_path / "h", "--case", case).done()
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
        said = tracer(*words, "--case", case).done()
    said = tracer("export", "handover", "-o", tmp_path / "h", "--case", case)
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
        said = tracer("party", "add", "q", "--case", case)
        assert (said.code, "the journal was changed" in said.err) == (4, True)
        assert tracer("query", "datasets", "--case", case).code == 4, "what reads is journaled, too"
        assert tracer("verify", "--case", case).code == 5
        assert journal.read_bytes() == changed
    assert tracer("doctor", "--accept-journal", "--reason", "because", "--case", case).code == 2
    assert tracer("doctor", "--accept-journal", "--reason", "copied back by hand", "--case", case).code == 0
    assert tracer("doctor", "--accept-journal", "--reason", "copied back by hand", "--case", case).code == 3
    assert tracer("party", "add", "q", "--case", case).code == 0
    for _ in range(2):
        said = tracer("verify", "--case", case)
        assert said.code == 5
        assert "copied back by hand" in said.out


@pytest.mark.parametrize(
    ("name", "made"),
    [
        (f"{NUMBER} {PERSON}.csv", "list"), (f"{PERSON}.xlsx", "list"), ("142-1234-5678 leads.csv", "leads"),
        ("list-20260501.csv", "list-2026-05-01"), ("lot7-2026-01-10.csv", "lot7-2026-01-10"), ("lot 123456.csv", "lot"),
        ("John Smith contacts.csv", "contacts"), ("JaneMiller.csv", "list"), ("wang_xiaotong.csv", "list"),
        ("Mary-Miller.csv.zip", "list"), ("１４２１２３４５６７８.csv", "list"), ("名单.csv", "ming-dan"),
        ("hengtu-backend-2026-05.parquet", "hengtu-backend-2026-05"),
    ],
)  # fmt: skip
def test_a_made_id_keeps_no_number_and_no_name(name: str, made: str) -> None:
    assert id_from_name(Path(name)) == made
    assert not re.search(r"\d{5}", id_from_name(Path(name)))


def test_files_whose_names_are_not_told_are_counted(tracer: Tracer, tmp_path: Path) -> None:
    case = tmp_path / "case"
    assert tracer("init", case).code == 0
    for number in range(3):
        path = tmp_path / f"1421234567{number} {PERSON}.csv"
        rows = "".join(f"甲,{phone(100 * number + row)}\n" for row in range(30))
        path.write_text("姓名,手机号\n" + rows, encoding="utf-8")
        assert tracer("load", path, "--holder", "x", "--case", case).code == 0
    rows = tracer("query", "datasets", "-f", "json", "--case", case).json()
    assert sorted(row["dataset"] for row in rows) == ["list", "list-2", "list-3"]


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
    from tracer.case.memory import memory_case
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
    said = tracer("party", "merge", "k", "src-8", "--yes", "--case", case)
    assert (said.code, "'k' is too short" in said.err) == (3, True)
    manifest = tmp_path / "m.toml"
    manifest.write_text('[[party]]\nid = "k"\nname = "K"\nrole = "source"\nprotected = true\n', encoding="utf-8")
    assert "cannot be protected" in tracer("run", manifest, "--case", case).err


def test_a_case_that_has_such_a_name_says_so_to_who_exports_and_not_in_the_file(
    tracer: Tracer, case: Path, tmp_path: Path
) -> None:
    with open_case(case) as opened:
        opened.con.execute("INSERT INTO party (id, name, protected) VALUES ('k', '禾', true)")
        add_claim(opened.con, Claim("k", "other", quote="k"))
    out = tmp_path / "graph.json"
    said = tracer("export", "graph", "--to", "json", "-o", out, "--case", case).done()
    assert "2 names of protected sources are too short to be searched for." in said.err
    assert "too short" not in out.read_text("utf-8")


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
    monkeypatch.setattr("tracer.case.case.secrets.token_hex", lambda _: "ab123456789cdef0")
    assert tracer("init", tmp_path / "c").code == 0
    assert json.loads((tmp_path / "c" / "journal.jsonl").read_text("utf-8").splitlines()[0])["detail"]["case"] == (
        "ab123456789cdef0"
    )


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
        "acquired = 2026-03-17\n"
        '[[evidence]]\nid = "open"\nkind = "letter"\npath = "open.txt"\n',
        encoding="utf-8",
    )
    assert tracer("run", manifest, *where).code == 0
    told = ("insider-statement", hashlib.sha256(paper.read_bytes()).hexdigest(), "mole", "2026-03-17")
    out = everything_out(tracer, case, tmp_path / "out")
    for statement in (
        "SELECT * FROM views.evidence",
        "SELECT sha256(party), evidence FROM views.parties ORDER BY party",
    ):
        said = tracer("sql", statement, "-f", "csv", "-o", tmp_path / "out" / "rows.csv", *where)
        assert said.code == 0, said.err
        out[statement] = (tmp_path / "out" / "rows.csv").read_text("utf-8")
        (tmp_path / "out" / "rows.csv").unlink()
    tracer("query", "timeline", "-f", "csv", "-o", tmp_path / "out" / "days.csv", *where).done()
    out["timeline"] = (tmp_path / "out" / "days.csv").read_text("utf-8")
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


def test_parts_of_a_protected_name_are_listed_and_masked_where_that_is_asked(
    tracer: Tracer, case: Path, tmp_path: Path
) -> None:
    where = ("--case", case)
    for words in (
        ("party", "add", "chenyu-7", "--name", "沈予安", "--alias", "Rosalind Quell", "--role", "source"),
        ("claim", "add", "--party", "vendor-a", "--kind", "other", "--quote", "ask 老沈, or Rosalind, about the list"),
        ("reply", "add", "vendor-a", "--asked", "2026-05-01", "--answered", "2026-05-02", "--text", "予安 left in May"),
        ("judge", "client", "vendor", "confirm", "--note", "seen with Mr Quell and 沈予安"),
        ("dataset", "edit", "other", "--title", "Quell’s leads"),
        ("evidence", "add", "paper-9", "--text", "Chenyu was there"),
    ):  # fmt: skip
        tracer(*words, *where).done()
    added = tracer("party", "add", "chenyu-7", "--protected", *where).done()
    found = {(one["place"], one["field"], one["part"]) for one in added.json()["mentions"]}
    assert {part for _, _, part in found} == {"老沈", "Rosalind", "予安", "Quell", "chenyu"}
    assert ("list other", "title", "Quell") in found
    assert ("judgement of client and vendor", "note", "Quell") in found
    assert "--mask-mentions" in added.err
    masked = tracer("party", "add", "chenyu-7", "--protected", "--mask-mentions", *where).done().json()
    assert set(masked["masked"]) == {"老沈", "Rosalind", "予安", "Quell", "chenyu"}
    assert tracer("party", "add", "chenyu-7", "--protected", *where).done().json()["mentions"] == []
    tracer("trace", *where).done()
    files = everything_out(tracer, case, tmp_path / "out")
    finder = NameFinder(["老沈", "Rosalind", "予安", "Quell", "chenyu"])
    assert {name: finder.found(text) for name, text in files.items() if finder.stand_in(text)} == {}
    rows = tracer("query", "claims", "-f", "json", *where).json()
    assert "ask 老沈" in str(rows), "the owner of the key reads what was written"
    last = (case / "journal.jsonl").read_text("utf-8").splitlines()[-3:]
    assert not any(finder.stand_in(line) for line in last)
    refused = tracer("party", "add", "vendor-a", "--mask-mentions", *where)
    assert (refused.code, "--protected" in refused.err) == (2, True)
