"""Reading a manifest: everything wrong is told at once, with its line and the nearest right word."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from tracer.errors import InputRefused
from tracer.manifest.model import Known
from tracer.manifest.read import read_manifest


def _write(folder: Path, text: str, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("phone\n14000000001\n", encoding="utf-8")
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _problems(path: Path, known: Known | None = None) -> list[str]:
    with pytest.raises(InputRefused) as refused:
        read_manifest(path, known)
    return [problem.line() for problem in refused.value.problems]


WHOLE = """
[case]
name = "Spring 2026"
[[party]]
id = "cti-x"
name = "云泽"
role = "system_vendor"
[[dataset]]
id = "d7"
path = "lists/d7.csv"
table = "users"
holder = "cti-x"
obtained = 2026-05-01
columns = { phone = "手机号", name = ["姓", "名"] }
[[dataset]]
path = "lists/*.csv"
[[release]]
dataset = "d7"
to = "cti-x"
date = 2026-01-10
[[release]]
dataset = "d7"
to = "cti-x"
date = 2026-01-10
[[claim]]
party = "trader"
kind = "daily_growth"
value = 10_000
"""


def test_a_whole_manifest(tmp_path: Path) -> None:
    path = _write(tmp_path, WHOLE, "lists/d7.csv", "lists/名单.csv", "lists/b.csv")
    manifest = read_manifest(path, Known())
    first, *others = (entry.value for entry in manifest.datasets)
    assert [entry.id for entry in others] == ["b", "ming-dan"]
    assert (first.id, first.obtained, first.sheet) == ("d7", date(2026, 5, 1), "users")
    assert first.columns == {"phone": "手机号", "name": ("姓", "名")}
    assert [entry.value.id for entry in manifest.releases] == ["d7@cti-x@2026-01-10", "d7@cti-x@2026-01-10#2"]
    (claim,) = manifest.claims
    assert (claim.value.value, claim.where) == ("10000", "case.toml, line 25, [[claim]]")
    assert manifest.bare_parties == ("trader",)


def test_five_errors_are_five_lines(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        """[case]
nme = "x"
[[party]]
id = "reseller"
name = "R"
role = "data_tradr"
[[dataset]]
path = "missing.csv"
holdr = "reseller"
[[dataset]]
id = "d1"
path = "a.csv"
obtained = "2026-05-01"
holder = "reseler"
""",
        "a.csv",
    )
    assert _problems(path) == [
        "case.toml, line 2, [case] nme: unknown key 'nme'; did you mean 'name'?",
        "case.toml, line 6, [[party]] role: invalid party role 'data_tradr'; did you mean 'data_trader'?",
        "case.toml, line 8, [[dataset]] path: no such file: 'missing.csv'; paths are relative to the manifest",
        "case.toml, line 9, [[dataset]] holdr: unknown key 'holdr'; did you mean 'holder'?",
        "case.toml, line 13, [[dataset]] obtained: "
        "obtained = '2026-05-01' is not a date like 2026-05-01, without quotes (1900 to 2200)",
        "case.toml, line 14, [[dataset]] holder: unknown party 'reseler'; did you mean 'reseller'? "
        "(declare it if both exist)",
    ]


def test_days_in_the_wrong_order_are_told_together(tmp_path: Path) -> None:
    days = "created = 2026-03-03\nexported = 2026-03-02\nobtained = 2026-03-01\n"
    path = _write(tmp_path, f'[[dataset]]\nid = "d"\npath = "a.csv"\n{days}', "a.csv")
    assert _problems(path) == [
        "case.toml, line 5, [[dataset]] exported: exported (2026-03-02) lies before created (2026-03-03)",
        "case.toml, line 6, [[dataset]] obtained: obtained (2026-03-01) lies before exported (2026-03-02)",
    ]


BROKEN = [
    ("[[dataset]\n", "line 1.*|not TOML"),
    ("[[datasets]]\npath = 'a.csv'", "did you mean 'dataset'"),
    ("[dataset]\npath = 'a.csv'", r"write \[\[dataset\]\]"),
    ("[[case]]\nname = 'x'", r"write \[case\]"),
    ("[[party]]\nid = 'x'", "the key 'name' is missing"),
    ("[[party]]\nid = 'x y'\nname = 'X'", "invalid id 'x y'"),
    ("[[party]]\nid = 'x'\nname = 'X'\n[[party]]\nid = 'x'\nname = 'Y'", "is used twice"),
    ("[[party]]\nid = 'x'\nname = 'X'\nprotected = 'no'", "true or false"),
    ("[[dataset]]\npath = '*.xlsx'", "no file matches"),
    ("[[dataset]]\npath = '*.csv'\nid = 'd'", "leave out the id"),
    ("[[dataset]]\npath = '.'", "is a folder"),
    ("[[dataset]]\npath = 'a.csv'\nencoding = 'gb-18031'", "unknown encoding"),
    ("[[dataset]]\npath = 'a.csv'\nregion = 'China'", "invalid region"),
    ("[[dataset]]\npath = 'a.csv'\ncolumns = { fone = 'x' }", "did you mean 'phone'"),
    ("[[dataset]]\npath = 'a.csv'\nliving = 'yes'", "true or false"),
    ("[[dataset]]\npath = 'a.csv'\norigin = 'registry'", "did you mean 'register'"),
    ("[[dataset]]\npath = 'a.csv'\nobtained = 2026-02-01T00:00:00", "is not a date"),
    ("[[dataset]]\npath = 'a.csv'\nobtained = 0001-01-01", "1900 to 2200"),
    ("[[line]]\nid = 'l'\nhand = 2147483648", "not a whole number up to"),
    (f"[[line]]\nid = 'l'\nhand = {'9' * 20_000}", "thousands of digits"),
    ("[[claim]]\nparty = 'x'\nkind = 'size'\nvalue = inf", "numbers up to"),
    ("[[claim]]\nparty = 'x'\nkind = 'size'\nvalue = nan", "numbers up to"),
    ("[[dataset]]\npath = 'a.csv'\n[[dataset]]\npath = 'a.csv'", "is used twice"),
    ("[[release]]\ndataset = 'd7'\nto = 'v'\ndate = 2026-01-02\nends = 2026-01-01", "lies before date"),
    ("[[release]]\ndataset = 'd7'\nto = 'v'\npath = 'a.csv'\ncanary_rows = [0]", "row numbers from 1"),
    ("[[release]]\ndataset = 'd7'\nto = 'v'\npath = 'a.csv'\ncanary_rows = [true]", "row numbers from 1"),
    ("[[release]]\ndataset = 'd7'\nto = 'v'\ncanary_row = [1]", "did you mean 'canary_rows'"),
    ("[[relation]]\nkind = 'owns'\nfrom = 'x'\nto = 'x'", "itself"),
    ("[[evidence]]\nid = 'e'", "exactly one"),
    ("[[evidence]]\nid = 'e'\ntext = 'x'\npath = 'a.csv'", "exactly one"),
    ("[[signals]]\npath = 'a.csv'\nformat = 'asterisk'", "did you mean 'asterisk-cdr'"),
    ("[[line]]\nid = 'l'\nnumbers = ['x*']", "invalid number"),
    ("[[claim]]\nparty = 'p'\nkind = 'random'\nvalue = []", "a number, a text"),
    ("[case]\nregion = 'cn'", "invalid region"),
    ("stray = 1", "unknown table or key 'stray'"),
]


@pytest.mark.parametrize(("text", "complaint"), BROKEN)
def test_each_kind_of_error_has_its_remedy(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_manifest(_write(tmp_path, text, "a.csv"), Known())
    assert re.search(complaint, refused.value.line())


def test_names_that_the_case_may_hold_are_left_open(tmp_path: Path) -> None:
    path = _write(tmp_path, "[[release]]\ndataset = 'd7'\nto = 'v'\nevidence = ['ev1']")
    assert read_manifest(path).releases[0].value.dataset == "d7"
    assert len(_problems(path, Known())) == 2
    assert read_manifest(path, Known(datasets={"d7": "x"}, evidence=("ev1",)))
    # with another error beside them, they are told together
    path.write_text(path.read_text() + "\ndte = 2026-01-01")
    assert len(_problems(path)) == 3


def test_a_file_keeps_the_id_that_the_case_gave_it(tmp_path: Path) -> None:
    path = _write(tmp_path, "[[dataset]]\npath = '**/*.csv'", "x/a.csv", "y/a.csv")
    apart = [entry.value.id for entry in read_manifest(path, Known()).datasets]
    assert len(set(apart)) == 2
    assert all(made.startswith("a-") for made in apart)
    known = Known(datasets={"a": str(tmp_path / "y/a.csv")})
    assert [entry.value.id for entry in read_manifest(path, known).datasets] == [apart[0], "a"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("**/*.csv", ["a.csv", "x/b.csv"]),
        ("*/*.csv", ["x/b.csv"]),
        (".hidden/*.csv", [".hidden/c.csv"]),
        (".hid*/**/*.csv", [".hidden/c.csv"]),
        ("x/../.hidden/*.csv", ["x/../.hidden/c.csv"]),
    ],
)
def test_a_glob_reads_hidden_folders_only_where_it_names_them(tmp_path: Path, pattern: str, found: list[str]) -> None:
    hidden = (".git/d.csv", "x/.trash/e.csv", ".hidden/c.csv", ".hidden/.git/f.csv", ".g.csv")
    path = _write(tmp_path, f"[[dataset]]\npath = '{pattern}'", "a.csv", "x/b.csv", *hidden)
    read = read_manifest(path, outside=True).datasets
    assert [str(entry.value.path.relative_to(tmp_path)) for entry in read] == found


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "case.toml"
    path.write_bytes("[case]\nname = '江'".encode("gb18030"))
    assert _problems(path) == ["case.toml, line 2: not UTF-8; save it as UTF-8"]
    path.write_bytes(b"\xef\xbb\xbf[case]\r\nname = 'x'\r\n")
    assert read_manifest(path).name == "x"
    assert _problems(tmp_path)[0].endswith("this is a folder; name the manifest in it")


def test_a_name_that_no_file_can_have_is_a_problem_like_others(tmp_path: Path) -> None:
    path = _write(
        tmp_path, f"[[dataset]]\nid = 'd'\npath = '{'a' * 400}.csv'\n[[dataset]]\npath = '{'b' * 400}*.csv'\n"
    )
    first, *others = _problems(path)
    assert first.startswith("case.toml, line 3, [[dataset]] path: ")
    assert "cannot be looked up: file name too long" in first
    assert others


def test_a_list_of_people_in_the_place_of_a_list_of_numbers_is_not_printed(tmp_path: Path) -> None:
    people = "".join(f"Bela Lofthouse,(352) 555-01{at:02}\n" for at in range(60))
    path = _write(tmp_path, '[[line]]\nid = "l"\npath = "a.csv"\n', "a.csv")
    (tmp_path / "a.csv").write_text("Name,Phone\n" + people, encoding="utf-8")
    (told,) = _problems(path)
    assert "a.csv: line 1 is not a number (xxxx,xxxxx) and 60 more lines; one number a line" in told
    (tmp_path / "a.csv").write_text(people, encoding="utf-8")
    (told,) = _problems(path)
    assert "(xxxx xxxxxxxxx,(***) ***…)" in told
