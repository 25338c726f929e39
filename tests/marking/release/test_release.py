"""Marked copies on files: what is in them, what the register says, and what is refused."""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

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


@pytest.fixture(scope="module")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case for what writes nothing."""
    return own_case(tmp_path_factory.mktemp("unused"))


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


def test_what_cannot_be_released_is_refused_and_nothing_is_kept(unused: Case, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        release_copies(unused, request(tmp_path, "v0", "v0", "nobody"))
    assert refused.value.line().splitlines() == [
        "v0 is named twice; name each recipient once",
        "unknown party 'nobody'; add it with `tracer party add`",
    ]
    with pytest.raises(InputRefused) as refused:
        release_copies(unused, asked_of(tmp_path, "v0", unique=-1, pool=-2, bias="0.3", pairs=True, withhold=0.5))
    assert len(refused.value.line().splitlines()) == 5
    with pytest.raises(InputRefused, match="2 unused identities of kind reserve are needed; 0 can be used"):
        release_copies(unused, asked_of(tmp_path, "v0", "v1", unique=1, reserve=1))
    with unused.transaction():
        unused.con.execute("UPDATE dataset SET purged_at = loaded_at")
    with pytest.raises(InputRefused, match="were purged"):
        release_copies(unused, request(tmp_path, "v0"))
    unused.con.execute("UPDATE dataset SET purged_at = NULL")
    untouched(unused, tmp_path)


def test_a_plan_costs_nothing(unused: Case, tmp_path: Path) -> None:
    plan = plan_release(unused, request(tmp_path, "v0", "v1", unique=18))
    assert (plan.needed, plan.ready, plan.missing, plan.home) == (36, 30, 6, 2)
    assert any("6 identities are missing" in line for line in plan.lines())
    assert plan.lines()[0] == "2 copies cost 36 identities; 30 unused ones fit the list"
    plan = plan_release(unused, request(tmp_path, "v0", "v1"))
    assert plan.rows()[1] == {
        "move": "one copy", "colluders": 1, "rate": 0.5, "caught": 0.875, "share_caught": 0.875, "identities": 6,
    }  # fmt: skip
    untouched(unused, tmp_path)
    five = {(c.move, c.colluders, c.rate): c.caught for c in forecast(Design(unique=5), 3, 0)}
    assert five["one copy", 1, 0.5] == pytest.approx(1 - 0.5**5)
    assert five["merge", 3, 0.1] == pytest.approx(1 - 0.9**15)


def test_a_plan_says_when_a_design_cannot_work(unused: Case, tmp_path: Path) -> None:
    def lines(**design: Any) -> str:
        return "\n".join(plan_release(unused, asked_of(tmp_path, "v0", "v1", "v2", **design)).lines())

    assert "no copy can be named" in lines(unique=0)
    assert "lose all own canaries" in lines(unique=3)
    few = lines(unique=0, pool=8)
    assert "keep common rows: caught less than 1 time in 2 from 2 colluders" in few
    assert "no copy can be named" not in few


def test_an_identity_that_the_list_holds_is_left_out_with_its_row_and_others_mark_the_copy(tmp_path: Path) -> None:
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
    lines = [f"{rng.choice(GERMAN)} {rng.choice(SURNAMES)};0176 0406{n:04d}" for n in range(400)]
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


def test_file_names_say_nothing_of_recipients_and_the_key_is_next_to_the_folder_for_its_owner_alone(
    tmp_path: Path,
) -> None:
    case, out, key = own_case(tmp_path), tmp_path / "out", tmp_path / "out-key.csv"
    key.write_text("name,phone\n")
    with pytest.raises(InputRefused, match=r"out-key\.csv: is not a key to copies, .*; rename it, or name another"):
        release_copies(case, request(tmp_path, "v0"))
    untouched(case, tmp_path)
    key.unlink()
    out.mkdir()
    (out / "copy-3.xlsx").write_text("mine")
    first = release_copies(case, request(tmp_path, *(f"v{at}" for at in range(5)), unique=1))
    numbers = [int(Path(copy.path).stem.removeprefix("copy-")) for copy in first]
    assert sorted(numbers) == [1, 2, 4, 5, 6], "no number is used twice"
    assert numbers != sorted(numbers), "the place in the command shows"
    assert {path.suffix for path in out.iterdir() if path.name != "copy-3.xlsx"} == {".csv"}
    assert (out / "copy-3.xlsx").read_text() == "mine"
    digests = [hashlib.sha256(Path(copy.path).read_bytes()).hexdigest() for copy in first]
    Path(first[0].path).unlink()
    (second,) = release_copies(case, request(tmp_path, "v0", unique=1))
    (elsewhere,) = release_copies(case, replace(request(tmp_path, "v0", unique=1), folder=tmp_path / "other"))
    assert [Path(copy.path).name for copy in (second, elsewhere)] == ["copy-07.csv", "copy-03.csv"]
    head, *lines = key.read_text("utf-8").splitlines()
    assert head == "recipient,file,release,sha256"
    for line, copy, digest in zip(lines[:5], first, digests, strict=True):
        assert line == f"{copy.recipient},{Path(copy.path).name},{copy.release},{digest}"
    assert lines[5].startswith("v0,copy-07.csv,")
    assert key.stat().st_mode & 0o777 == 0o600
    assert f"whose copy is which, for you alone: {key}" in second.notes


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = own_case(tmp_path)
    results = iter([b"a copy", OSError(28, "No space left on device")])
    monkeypatch.setattr(DelimitedTemplate, "render", Mock(side_effect=results))
    with pytest.raises(InputRefused, match="No space left"):
        release_copies(case, request(tmp_path, "v0", "v1"))
    untouched(case, tmp_path)


def test_all_kinds_of_marks_go_into_copies_and_into_the_register(tmp_path: Path) -> None:
    case = own_case(tmp_path, rows=2000, canaries=60)
    import_file(case, tmp_path, [str(14000700000 + i) for i in range(8)], "reserve")
    to = (f"v{i}" for i in range(5))
    asked = asked_of(tmp_path, *to, unique=2, reserve=1, pool=20, pairs=True, withhold=0.02)
    copies = release_copies(case, asked)
    source = lines_of(tmp_path / "own.csv")
    drawn = dict(case.con.execute("SELECT release, count(*) FROM withheld WHERE drawn GROUP BY release").fetchall())
    holders: Counter[str] = Counter()
    for copy in copies:
        rows = added(tmp_path, copy)
        holders.update(",".join(row) for row in rows)
        assert len(rows) == copy.canaries
        assert 15 < copy.withheld == drawn[copy.release] < 75, "2 % of 1,998"
        assert len(source) - 2 - copy.withheld == len({*lines_of(Path(copy.path))} & set(source))
    held = Counter(holders.values())
    assert held[1] >= 15, "own and reserve canaries"
    assert held[2] >= 10, "pair canaries"
    schemes = "SELECT scheme, count(*) FROM code_position GROUP BY scheme ORDER BY scheme"
    assert case.con.execute(schemes).fetchall() == [("pair", 10), ("pool", 20), ("reserve", 5), ("unique", 10)]
    kinds = case.con.execute(
        "SELECT DISTINCT k.scheme, c.kind FROM release_canary AS k JOIN canary AS c ON c.no = k.canary ORDER BY ALL"
    ).fetchall()
    assert kinds == [("pair", "canary"), ("pool", "canary"), ("reserve", "reserve"), ("unique", "canary")]
    assert [entry["command"] for entry in case.journal.entries()][-2:] == ["release", "release written"]
    assert len({copy.commitment for copy in copies}) == 1
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
    used = case.con.execute("SELECT count(*), count(DISTINCT canary), count(DISTINCT release) FROM release_canary")
    assert used.fetchall() == [(6, 6, 2)], "a canary is used in one design only"
    assert first.release != second.release


def test_a_column_that_is_left_out_is_in_no_copy_and_copies_are_named_all_the_same(tmp_path: Path) -> None:
    case = own_case(tmp_path)
    asked = replace(request(tmp_path, "v0", "v1"), without=("公司", "编号"))
    copies = release_copies(case, asked)
    gone = {cell for line in lines_of(tmp_path / "own.csv") for cell in line.split(",")[::3][:2]}
    text = Path(copies[0].path).read_bytes().decode("gb18030")
    assert text.startswith("姓名,手机号,地址,日期\r\n")
    assert not {cell for line in text.split("\r\n") for cell in line.split(",")} & gone
    designs = case.con.execute("SELECT DISTINCT json_extract(design, '$.without')::VARCHAR[] FROM release").fetchall()
    assert designs == [(["公司", "编号"],)]
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
