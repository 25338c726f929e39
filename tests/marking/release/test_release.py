"""Marked copies on files: what is in them, what the register says, and what is refused."""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lists.loading import load_text, own_list
from tests.marking.own_list import asked as asked_of
from tests.marking.own_list import import_file, lines_of, own_case
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.findings.attribution import attribute
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.lists.write.delimited import DelimitedTemplate
from tracer.marking.register import REGISTER, changed_registers
from tracer.marking.release.copies import Copy, release_copies
from tracer.marking.release.forecast import forecast
from tracer.marking.release.plan import plan_release
from tracer.marking.release.request import Design, ReleaseRequest

GERMAN, SURNAMES = ("Jörg", "Uwe", "Käthe", "Anna", "Lena"), ("Müller", "Groß", "Schäfer", "Weiß", "Kühn", "Lang")


def request(folder: Path, *to: str, unique: int = 3, dataset: str = "own") -> ReleaseRequest:
    return asked_of(folder, *to, dataset=dataset, unique=unique)


def added(folder: Path, copy: Copy) -> list[list[str]]:
    source = set(lines_of(folder / "own.csv"))
    return [line.split(",") for line in lines_of(Path(copy.path)) if line not in source]


def test_a_copy_is_the_source_with_its_own_canaries_and_without_home(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    copies = release_copies(case, request(tmp_path, "v0", "v1", "v2"))
    source = lines_of(tmp_path / "own.csv")
    seen: Counter[str] = Counter()
    for copy in copies:
        lines = lines_of(Path(copy.path))
        rows = added(tmp_path, copy)
        assert len(rows) == copy.canaries == 3
        assert [line for line in lines if line in set(source)] == [line for line in source if "0900-000" not in line]
        assert copy.rows == len(lines) - 1 == len(source) - 1 - 2 + 3
        seen.update(row[2] for row in rows)
    assert max(seen.values()) == 1, "a unique canary stands in one copy"
    assert not any("1400900000" in line.replace("-", "") for copy in copies for line in lines_of(Path(copy.path)))


def test_the_same_case_draws_the_same_and_another_draw_differs(tmp_path: Path) -> None:
    drawn = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        case = own_case(folder)
        first, second = (release_copies(case, request(folder / at, "v0"))[0] for at in ("x", "y"))
        drawn.append((Path(first.path).read_bytes(), Path(second.path).read_bytes()))
        assert second.release == f"{first.release}#2"
        assert {row[2] for row in added(folder, first)}.isdisjoint(row[2] for row in added(folder, second))
    assert drawn[0] == drawn[1]


def test_the_register_is_committed_and_shows_a_change(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    copies = release_copies(case, request(tmp_path, "v0", "v1"))
    assert len({copy.commitment for copy in copies}) == 1
    secret = case.secret(REGISTER)
    assert changed_registers(case.con, secret) == []
    commands = [json.loads(line)["command"] for line in case.layout.journal.read_text().splitlines()]
    assert commands[-2:] == ["release", "release written"]
    case.con.execute("UPDATE release_canary SET row = row + 1 WHERE release = $id", {"id": copies[1].release})
    assert changed_registers(case.con, secret) == [copy.release for copy in copies]


def untouched(case: Case, folder: Path) -> None:
    assert not list((folder / "out").glob("*"))
    assert case.con.execute("SELECT count(*) FROM release").fetchone() == (0,)
    assert case.con.execute("SELECT count(*) FROM release_canary").fetchone() == (0,)
    assert case.con.execute("SELECT count(name) FROM canary").fetchone() == (0,)


def test_canaries_that_stand_out_are_refused_and_none_is_used(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    asked = replace(request(tmp_path, "v0", "v1", unique=12), accept_detectable=False)
    with pytest.raises(InputRefused) as refused:
        release_copies(case, asked)
    told = refused.value.line()
    assert "nothing was written, and no identity was used" in told
    assert "手机号: " in told
    assert "--accept-detectable" in told
    untouched(case, tmp_path)
    plan = plan_release(case, asked)
    assert any("would be refused" in line and "手机号" in line for line in plan.lines())
    untouched(case, tmp_path)
    release_copies(case, replace(asked, accept_detectable=True))
    entry = next(line for line in case.journal.entries() if line["command"] == "release")
    assert "手机号: " in str(entry["detail"]["detectable"])


def test_too_few_identities_say_how_many_are_missing(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=5)
    with pytest.raises(InputRefused, match="6 unused canaries are needed; 5 can be used in this list, 1 is missing"):
        release_copies(case, request(tmp_path, "v0", "v1"))
    untouched(case, tmp_path)


def test_a_double_recipient_and_a_stranger_are_refused(tmp_path: Path) -> None:
    case = own_case(tmp_path, home=0)
    with pytest.raises(InputRefused) as refused:
        release_copies(case, request(tmp_path, "v0", "v0", "nobody"))
    assert refused.value.line().splitlines() == [
        "v0 is named twice; name each recipient once",
        "unknown party 'nobody'; add it with `tracer party add`",
    ]
    untouched(case, tmp_path)


def test_an_identity_that_the_list_holds_already_is_left_out_with_its_row_and_others_mark_the_copy(
    tmp_path: Path,
) -> None:
    case = own_case(tmp_path, home=0, canaries=4)
    held = case.con.execute("SELECT key FROM membership ORDER BY key LIMIT 1").fetchall()[0][0]
    import_file(case, tmp_path, [str(held)[2:]], "canary")
    said = "identities that are not used: 1 is in own already, and in no copy (no. 5)"
    assert said in plan_release(case, request(tmp_path, "v0", unique=4)).lines()
    why = said.partition(": ")[2]
    with pytest.raises(InputRefused, match=re.escape(f"4 can be used in this list, 1 is missing; of the others {why}")):
        release_copies(case, request(tmp_path, "v0", unique=5))
    untouched(case, tmp_path)
    (copy,) = release_copies(case, request(tmp_path, "v0", unique=4))
    assert said in copy.notes
    assert len(added(tmp_path, copy)) == 4
    # With that row in every copy each leak would look as if somebody had the list of identities.
    assert str(held)[2:] not in Path(copy.path).read_text("gb18030").replace("-", "")
    load_dataset(case, Path(copy.path), DatasetFacts("leak", "v0", None, None, "obtained"), ReadOptions())
    (row,) = attribute(case.con, "leak")
    assert (row.accused, row.grade) == (True, "G3")


def test_an_identity_whose_name_the_list_cannot_write_is_left_out(tmp_path: Path) -> None:
    rng = random.Random(3)
    people = [f"{rng.choice(GERMAN)} {rng.choice(SURNAMES)}" for _ in range(400)]
    lines = [f"{name};0176 0406{n:04d}" for n, name in enumerate(people)]
    case = own_list(tmp_path, ["Name;Telefon", *lines], "cp1252", region="DE", encoding="cp1252")
    named = ["Ayşe Yılmaz", "Jörg Schäfer", "Łukasz Wójcik", "Uwe Groß"]
    rows = [f"+49176040650{n:02d},{name}" for n, name in enumerate(named)]
    import_file(case, tmp_path, rows, "canary", "phone,name")
    why = "2 have names that cannot be written in windows-1252, as own is (no. 1, 3)"
    with pytest.raises(InputRefused, match=re.escape(f"2 can be used in this list, 1 is missing; of the others {why}")):
        release_copies(case, request(tmp_path, "v0"))
    (copy,) = release_copies(case, request(tmp_path, "v0", unique=2))
    assert f"identities that are not used: {why}" in copy.notes
    assert "2 identities can be used in own, 2 of them are needed" in copy.notes
    written = Path(copy.path).read_text("cp1252")
    assert [name for name in named if name in written] == ["Jörg Schäfer", "Uwe Groß"]


def test_file_names_say_nothing_of_recipients_and_no_number_is_used_twice(tmp_path: Path) -> None:
    case, out = own_case(tmp_path), tmp_path / "out"
    out.mkdir()
    (out / "copy-3.xlsx").write_text("mine")
    to = [f"v{at}" for at in range(5)]
    first = release_copies(case, request(tmp_path, *to, unique=1))
    numbers = [int(Path(copy.path).stem.removeprefix("copy-")) for copy in first]
    assert sorted(numbers) == [1, 2, 4, 5, 6]
    assert numbers != sorted(numbers), "the place in the command shows"
    assert {Path(copy.path).suffix for copy in first} == {".csv"}
    assert (out / "copy-3.xlsx").read_text() == "mine"
    Path(first[0].path).unlink()
    (second,) = release_copies(case, request(tmp_path, "v0", unique=1))
    (elsewhere,) = release_copies(case, replace(request(tmp_path, "v0", unique=1), folder=tmp_path / "other"))
    assert [Path(copy.path).name for copy in (second, elsewhere)] == ["copy-07.csv", "copy-03.csv"]


def test_the_key_to_the_copies_is_next_to_their_folder_and_for_its_owner_alone(tmp_path: Path) -> None:
    case, key = own_case(tmp_path), tmp_path / "out-key.csv"
    key.write_text("name,phone\n")
    with pytest.raises(InputRefused, match=r"out-key\.csv: is not a key to copies, .*; rename it, or name another"):
        release_copies(case, request(tmp_path, "v0"))
    untouched(case, tmp_path)
    key.unlink()
    first = release_copies(case, request(tmp_path, "v0", "v1"))
    second = release_copies(case, request(tmp_path, "v2"))
    head, *lines = key.read_text("utf-8").splitlines()
    assert head == "recipient,file,release,sha256"
    digests = [hashlib.sha256(Path(copy.path).read_bytes()).hexdigest() for copy in (*first, *second)]
    assert lines == [
        f"{copy.recipient},{Path(copy.path).name},{copy.release},{digest}"
        for copy, digest in zip((*first, *second), digests, strict=True)
    ]
    assert key.stat().st_mode & 0o777 == 0o600
    assert f"whose copy is which, for you alone: {key}" in second[0].notes
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".csv"}
    assert not list((tmp_path / "out").glob("*key*"))


def test_purged_contents_are_refused(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    case.con.execute("UPDATE dataset SET purged_at = loaded_at")
    with pytest.raises(InputRefused, match="were purged"):
        release_copies(case, request(tmp_path, "v0"))


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = own_case(tmp_path)
    render = DelimitedTemplate.render
    calls = []

    def fail(self: DelimitedTemplate, edits: object) -> bytes:
        calls.append(1)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return render(self, edits)  # type: ignore[arg-type]  # what the caller gave is passed on

    monkeypatch.setattr(DelimitedTemplate, "render", fail)
    with pytest.raises(InputRefused, match="No space left"):
        release_copies(case, request(tmp_path, "v0", "v1"))
    untouched(case, tmp_path)


def test_a_leak_of_a_written_copy_is_attributed(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    copies = release_copies(case, request(tmp_path, *(f"v{i}" for i in range(5)), unique=5))
    lines = lines_of(Path(copies[3].path))
    load_text(case, tmp_path / "leak.csv", [lines[0], *lines[:0:-2]])
    rows = attribute(case.con, "leak")
    assert [row.release for row in rows if row.accused] == [copies[3].release]
    assert rows[0].grade == "G3"


def test_a_plan_costs_nothing(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=5)
    plan = plan_release(case, request(tmp_path, "v0", "v1"))
    assert (plan.needed, plan.ready, plan.missing, plan.home) == (6, 5, 1, 2)
    assert any("1 identities are missing" in line for line in plan.lines())
    untouched(case, tmp_path)
    assert plan.lines()[0] == "2 copies cost 6 identities; 5 unused ones fit the list"
    assert plan.rows()[1] == {
        "move": "one copy", "colluders": 1, "rate": 0.5, "caught": 0.875, "share_caught": 0.875, "identities": 6,
    }  # fmt: skip
    five = {(c.move, c.colluders, c.rate): c.caught for c in forecast(Design(unique=5), 3, 0)}
    assert five["one copy", 1, 0.5] == pytest.approx(1 - 0.5**5)
    assert five["merge", 3, 0.1] == pytest.approx(1 - 0.9**15)
    assert five["keep common rows", 2, 1.0] == 0.0


def test_a_plan_says_when_a_design_cannot_work(tmp_path: Path) -> None:
    case = own_case(tmp_path)

    def lines(design: Design) -> str:
        to = ("v0", "v1", "v2")
        return "\n".join(plan_release(case, ReleaseRequest("own", to, tmp_path / "out", design)).lines())

    assert "no copy can be named" in lines(Design(unique=0))
    assert "lose all own canaries" in lines(Design(unique=3))
    few = lines(Design(unique=0, pool=8))
    assert "keep common rows: caught less than 1 time in 2 from 2 colluders" in few
    assert "no copy can be named" not in few


def test_all_kinds_of_marks_go_into_copies_and_into_the_register(tmp_path: Path) -> None:
    case = own_case(tmp_path, rows=3000, canaries=60)
    import_file(case, tmp_path, [str(14000700000 + i) for i in range(8)], "reserve")
    design = Design(unique=2, reserve=1, pool=20, pairs=True, withhold=0.02)
    to = tuple(f"v{i}" for i in range(5))
    copies = release_copies(case, ReleaseRequest("own", to, tmp_path / "out", design, accept_detectable=True))
    source = lines_of(tmp_path / "own.csv")
    holders: Counter[str] = Counter()
    for copy in copies:
        lines = set(lines_of(Path(copy.path)))
        rows = added(tmp_path, copy)
        holders.update(",".join(row) for row in rows)
        assert len(rows) == copy.canaries
        assert 20 < copy.withheld < 110, "2 % of 2,998"
        assert len(source) - 2 - copy.withheld == len(lines & set(source))
        denied = case.con.execute(
            "SELECT count(*) FROM withheld WHERE release = $id AND drawn", {"id": copy.release}
        ).fetchone()
        assert denied == (copy.withheld,)
    by_scheme = dict(
        case.con.execute("SELECT scheme, count(*) FROM code_position GROUP BY scheme ORDER BY scheme").fetchall()
    )
    assert by_scheme == {"pair": 10, "pool": 20, "reserve": 5, "unique": 10}
    assert Counter(holders.values())[1] >= 15, "own and reserve canaries"
    assert Counter(holders.values())[2] >= 10, "pair canaries"
    kinds = case.con.execute(
        "SELECT DISTINCT k.scheme, c.kind FROM release_canary AS k JOIN canary AS c ON c.no = k.canary ORDER BY ALL"
    ).fetchall()
    assert kinds == [("pair", "canary"), ("pool", "canary"), ("reserve", "reserve"), ("unique", "canary")]
    assert changed_registers(case.con, case.secret(REGISTER)) == []
    case.con.execute("DELETE FROM withheld WHERE key = (SELECT min(key) FROM withheld)")
    assert changed_registers(case.con, case.secret(REGISTER)) == [copy.release for copy in copies]


def test_a_number_is_used_again_only_where_no_rows_are_shared(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=0)
    phones = [str(14000300000 + 7919 * i) for i in range(3)]
    for persona in ("第一", "第二"):
        import_file(case, tmp_path, [f"{phone},{persona}" for phone in phones], "canary", "phone,name")
    first = release_copies(case, request(tmp_path, "v0", unique=3))[0]
    with pytest.raises(InputRefused, match="3 unused canaries are needed; 0 can be used"):
        release_copies(case, request(tmp_path / "again", "v1", unique=3))
    lines = ["姓名,手机号", *(f"无名{i % 7},{14008000000 + 3 * i}" for i in range(200))]
    load_text(case, tmp_path / "other.csv", lines, "own")
    second = release_copies(case, request(tmp_path / "other", "v1", unique=3, dataset="other"))[0]
    used = case.con.execute(
        "SELECT release, list(canary ORDER BY canary) FROM release_canary GROUP BY release ORDER BY release"
    ).fetchall()
    assert {release for release, _ in used} == {first.release, second.release}
    assert not set(used[0][1]) & set(used[1][1]), "a canary is used in one design only"


def test_what_is_wrong_with_a_design_is_told_at_once(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    design = Design(unique=-1, pool=-2, bias="0.3", pairs=True, withhold=0.5)
    with pytest.raises(InputRefused) as refused:
        release_copies(case, ReleaseRequest("own", ("v0",), tmp_path / "out", design))
    assert len(refused.value.line().splitlines()) == 5
    with pytest.raises(InputRefused, match="2 unused identities of kind reserve are needed; 0 can be used"):
        release_copies(case, ReleaseRequest("own", ("v0", "v1"), tmp_path / "out", Design(unique=1, reserve=1)))
    untouched(case, tmp_path)


def test_a_column_that_is_left_out_is_in_no_copy_and_copies_are_named_all_the_same(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    asked = replace(request(tmp_path, "v0", "v1"), without=("公司", "编号"))
    copies = release_copies(case, asked)
    gone = {cell for line in lines_of(tmp_path / "own.csv") for cell in line.split(",")[::3][:2]}
    text = Path(copies[0].path).read_bytes().decode("gb18030")
    assert text.startswith("姓名,手机号,地址,日期\r\n")
    assert not {cell for line in text.split("\r\n") for cell in line.split(",")} & gone
    row = case.con.execute("SELECT design FROM release WHERE id = $id", {"id": copies[0].release}).fetchone()
    assert row is not None
    assert json.loads(row[0])["without"] == ["公司", "编号"]
    load_dataset(case, Path(copies[0].path), DatasetFacts("leak", "v9", None, None), ReadOptions())
    assert [found.release for found in attribute(case.con, "leak") if found.accused] == [copies[0].release]
    with pytest.raises(InputRefused, match="no column '邮箱'"):
        release_copies(case, replace(asked, without=("邮箱",)))
    with pytest.raises(InputRefused, match="no column of numbers"):
        release_copies(case, replace(asked, without=("手机号",)))


def test_where_nothing_is_said_recipients_who_compare_their_copies_are_named(tmp_path: Path) -> None:
    """A copy lacks rows by a code. A list that is short, or numbered without gaps, is handed out whole."""
    case = own_case(tmp_path, rows=3_000)
    copies = release_copies(case, asked_of(tmp_path, *(f"v{i}" for i in range(5)), unique=3, withhold=None))
    assert all(10 < copy.withheld <= 60 for copy in copies)
    assert any("goes out by your own list" in note for note in copies[0].notes)
    held = [set(lines_of(Path(copy.path))) for copy in copies]
    common = [line for line in lines_of(Path(copies[0].path)) if line in held[1]]
    most = [line for line in lines_of(tmp_path / "own.csv") if sum(line in lines for lines in held[:3]) > 1]
    for name, lines in (("common", common), ("most", most)):
        path = tmp_path / f"{name}.csv"
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))
        load_dataset(case, path, DatasetFacts(name, "trader", None, None, "obtained"), ReadOptions())
    named = {
        name: {row.recipient for row in attribute(case.con, name) if row.accused and row.grade == "G3"}
        for name in ("common", "most")
    }
    assert named["common"] == {"v0", "v1"}
    assert named["most"]
    assert named["most"] <= {"v0", "v1", "v2"}
    short = own_case(tmp_path)
    assert not release_copies(short, replace(request(tmp_path, "v0", "v1"), folder=tmp_path / "s"))[0].withheld
