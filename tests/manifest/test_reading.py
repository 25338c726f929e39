"""`tracer manifest check` reads what `run` reads: columns that are not there, tables of another kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.errors import InputRefused
from tracer.manifest.apply import check_manifest

_PRICES = "goods,price\nred,3\nblue,4\n"
_LIST = "name,phone\nA. Example,+12125550101\nB. Example,+12125550102\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[dataset]]\npath = "a.csv"\ncolumns = { phone = "Handy" }', "'Handy'"),
        ('[[dataset]]\npath = "a.csv"\nencoding = "utf-16"', "utf-16"),
        ('[case]\nsegments = "a.csv"', "missing column segment"),
        ('[case]\nrules = "a.csv"', "cannot be read as TOML"),
        ('[[complaints]]\npath = "a.csv"', "this is not complaints"),
        ('[[signals]]\npath = "a.csv"', "unknown format of signals"),
        ('[[signals]]\npath = "a.csv"\nformat = "csv"', "this is not csv"),
        ('[[canaries]]\npath = "b.csv"\n[case]\nregion = "US"', "missing column of numbers or mail addresses"),
    ],
)  # fmt: skip
def test_what_run_would_refuse_of_a_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.csv").write_text(_LIST)
    (tmp_path / "b.csv").write_text(_PRICES)
    (tmp_path / "case.toml").write_text(text)
    with pytest.raises(InputRefused, match=problem) as refused:
        check_manifest(tmp_path / "case.toml")
    for one in refused.value.problems:
        assert one.where.startswith("case.toml, ")
        assert str(tmp_path) not in one.line()
        assert "csva.csv" not in one.what


def test_a_check_reads_all_that_run_reads_and_says_it_together(tmp_path: Path) -> None:
    """Lists of which nothing is said, copies of lists, planted records, rules: `run` would read each to its end."""
    numbers = "".join(f"A{at},+1212555{at:04d}\n" for at in range(100, 140))
    files = {
        "good.csv": f"name,phone\n{numbers}",
        "empty.csv": "",
        "prices.csv": _PRICES,
        "copy.csv": "name,phone\nB,+12125550199\nC,+12125550198\n",
        "canaries.csv": "phone,kind\n+12125550155,decoy\n",
        "windows.csv": "release,from,until\nin-the-case,2026-05-01,2026-05-31\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    manifest = tmp_path / "case.toml"
    manifest.write_text(
        "".join(f'[[dataset]]\nid = "{name}"\npath = "{name}.csv"\n' for name in ("good", "empty", "prices"))
        + '[[release]]\ndataset = "good"\nto = "a"\npath = "copy.csv"\n'
        '[[release]]\ndataset = "prices"\nto = "a"\npath = "empty.csv"\n'
        '[[signals]]\npath = "windows.csv"\nformat = "allowed"\n'
    )
    with pytest.raises(InputRefused) as refused:
        check_manifest(manifest)
    told = [(one.where, one.what, one.remedy) for one in refused.value.problems]
    assert [(where, what.partition(":")[0]) for where, what, _ in told] == [
        ("case.toml, line 4, [[dataset]]", "empty.csv"), ("case.toml, line 7, [[dataset]]", "prices.csv"),
        ("case.toml, line 10, [[release]]", "copy.csv"), ("case.toml, line 14, [[release]]", "empty.csv"),
    ]  # fmt: skip
    assert all(remedy and "--map" not in remedy for _, _, remedy in told)
    kept = sorted(path.name for path in tmp_path.iterdir())
    manifest.write_text('[[canaries]]\npath = "canaries.csv"\n[[signals]]\npath = "windows.csv"\nformat = "allowed"\n')
    with pytest.raises(InputRefused, match="row 1: invalid kind of canary 'decoy'"):
        check_manifest(manifest)
    manifest.write_text(
        '[[dataset]]\npath = "good.csv"\nevidence = ["e1"]\n[[signals]]\npath = "windows.csv"\nformat = "allowed"\n'
        '[[claim]]\nparty = "a"\nkind = "random"\ndataset = "d7"\nevidence = ["e2"]\n'
    )
    assert sum("left to the case" in note for note in check_manifest(manifest).notes) == 4
    assert kept == sorted(path.name for path in tmp_path.iterdir())


def test_one_slip_in_the_manifest_hides_nothing_of_the_files(tmp_path: Path) -> None:
    """The same notes and refusals as `run` has, in one round; a list that is not said how to read is left out."""
    numbers = "".join(f"A{at},06 12 34 {at // 100:02d} {at % 100:02d}\n" for at in range(1_100, 1_140))
    for name, text in {"fr.csv": f"nom,portable\n{numbers}", "empty.csv": "", "prices.csv": "goods\nred\n"}.items():
        (tmp_path / name).write_text(text)
    manifest = tmp_path / "case.toml"
    french = '[[dataset]]\npath = "fr.csv"\nobtained = 2026-02-01\nregion = "FR"\n'
    manifest.write_text(
        french
        + 'created = 2026-03-01\n[[dataset]]\npath = "empty.csv"\n[[dataset]]\npath = "prices.csv"\nregion = 33\n'
    )
    with pytest.raises(InputRefused) as refused:
        check_manifest(manifest)
    assert [one.where.removeprefix("case.toml, ") for one in refused.value.problems] == [
        "line 3, [[dataset]] obtained", "line 10, [[dataset]] region", "line 6, [[dataset]]",
    ]  # fmt: skip
    (tmp_path / "fr.csv").write_text(
        f"nom,portable\n{numbers}" + "".join(f"B,+336123499{at}\n" for at in range(10, 30))
    )
    manifest.write_text(french.replace("FR", "US"))
    assert any(note.startswith("fr: NOT READ: ") for note in check_manifest(manifest).notes)


def test_columns_are_those_of_the_files_of_a_glob_that_have_them(tmp_path: Path) -> None:
    for name, heading in (("a", "Rufnummer"), ("b", "Handy")):
        rows = "".join(f"{at},+1212555{at:04d}\n" for at in range(100, 140))
        (tmp_path / f"{name}.csv").write_text(f"name,{heading}\n{rows}")
    text = '[[dataset]]\npath = "*.csv"\ncolumns = { phone = ["Rufnummer", "Handy"] }\n'
    (tmp_path / "case.toml").write_text(text)
    assert check_manifest(tmp_path / "case.toml").files == 2
    (tmp_path / "case.toml").write_text(text.replace("Rufnummer", "Telefon"))
    with pytest.raises(InputRefused, match="unknown column 'Telefon'") as refused:
        check_manifest(tmp_path / "case.toml")
    assert "its columns are name, " in refused.value.line() or "did you mean" in refused.value.line()


def test_lists_without_a_holder_are_named_once(tmp_path: Path) -> None:
    tables = ""
    for name in "abcdef":
        (tmp_path / f"{name}.csv").write_text(_LIST)
        tables += f'[[dataset]]\npath = "{name}.csv"\ncolumns = {{ phone = "phone" }}\n'
    (tmp_path / "case.toml").write_text(tables + 'holder = "f-trader"\n')
    assert check_manifest(tmp_path / "case.toml").notes == (
        "party f-trader is named but not declared: it has no name and no role yet",
        "holder is not given for a, b, c and 2 more lists: each gets a party of its own (unknown-a)",
    )


def test_a_day_of_a_claim_needs_no_quotes_and_values_fit_their_kind(tmp_path: Path) -> None:
    manifest = tmp_path / "case.toml"
    claims = '[[claim]]\nparty = "p"\nkind = "{}"\nvalue = 2026-06-15\n'
    manifest.write_text(claims.format("stopped"))
    assert [claim.value.value for claim in check_manifest(manifest).manifest.claims] == ["2026-06-15"]
    manifest.write_text(claims.format("size") * 2)
    with pytest.raises(InputRefused) as refused:
        check_manifest(manifest)
    assert [(one.where, one.what) for one in refused.value.problems] == [
        (f"case.toml, line {line}, [[claim]] value", "invalid value '2026-06-15' of size") for line in (4, 8)
    ]
