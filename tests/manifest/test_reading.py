"""`tracer manifest check` reads what `run` reads: columns that are not there, tables of another kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tracer.errors import InputRefused
from tracer.manifest.apply import CheckedManifest, check_manifest

_PRICES = "goods,price\nred,3\nblue,4\n"
_LIST = "name,phone\nA. Example,+12125550101\nB. Example,+12125550102\n"


Checked = Callable[..., CheckedManifest]


@pytest.fixture
def checked(tmp_path: Path) -> Checked:
    """Checks a manifest next to these lists, and those that were written before."""

    def check(text: str, **lists: str) -> CheckedManifest:
        for name, content in lists.items():
            (tmp_path / f"{name}.csv").write_text(content)
        (tmp_path / "case.toml").write_text(text)
        return check_manifest(tmp_path / "case.toml")

    return check


def numbers(first: int, last: int) -> str:
    return "".join(f"A{at},+1212555{at:04d}\n" for at in range(first, last))


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
def test_what_run_would_refuse_of_a_file_is_refused(checked: Checked, tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(InputRefused, match=problem) as refused:
        checked(text, a=_LIST, b=_PRICES)
    for one in refused.value.problems:
        assert one.where.startswith("case.toml, ")
        assert str(tmp_path) not in one.line()
        assert "csva.csv" not in one.what


def test_a_check_reads_all_that_run_reads_and_says_it_together(checked: Checked, tmp_path: Path) -> None:
    """Lists of which nothing is said, copies of lists, planted records, rules: `run` would read each to its end."""
    with pytest.raises(InputRefused) as refused:
        checked(
            "".join(f'[[dataset]]\nid = "{name}"\npath = "{name}.csv"\n' for name in ("good", "empty", "prices"))
            + '[[release]]\ndataset = "good"\nto = "a"\npath = "copy.csv"\n'
            '[[release]]\ndataset = "prices"\nto = "a"\npath = "empty.csv"\n'
            '[[signals]]\npath = "windows.csv"\nformat = "allowed"\n',
            good=f"name,phone\n{numbers(100, 140)}",
            empty="",
            prices=_PRICES,
            copy="name,phone\nB,+12125550199\nC,+12125550198\n",
            canaries="phone,kind\n+12125550155,decoy\n",
            windows="release,from,until\nin-the-case,2026-05-01,2026-05-31\n",
        )
    told = [(one.where, one.what, one.remedy) for one in refused.value.problems]
    assert [(where, what.partition(":")[0]) for where, what, _ in told] == [
        ("case.toml, line 4, [[dataset]]", "empty.csv"), ("case.toml, line 7, [[dataset]]", "prices.csv"),
        ("case.toml, line 10, [[release]]", "copy.csv"), ("case.toml, line 14, [[release]]", "empty.csv"),
    ]  # fmt: skip
    assert all(remedy and "--map" not in remedy for _, _, remedy in told)
    kept = sorted(path.name for path in tmp_path.iterdir())
    windows = '[[signals]]\npath = "windows.csv"\nformat = "allowed"\n'
    with pytest.raises(InputRefused, match="row 1: invalid kind of canary 'decoy'"):
        checked('[[canaries]]\npath = "canaries.csv"\n' + windows)
    claim = '[[claim]]\nparty = "a"\nkind = "random"\ndataset = "d7"\nevidence = ["e2"]\n'
    notes = checked('[[dataset]]\npath = "good.csv"\nevidence = ["e1"]\n' + windows + claim).notes
    assert sum("left to the case" in note for note in notes) == 4
    assert kept == sorted(path.name for path in tmp_path.iterdir())


def test_one_slip_in_the_manifest_hides_nothing_of_the_files(checked: Checked) -> None:
    """The same notes and refusals as `run` has, in one round; a list that is not said how to read is left out."""
    rows = "".join(f"A{at},06 12 34 {at // 100:02d} {at % 100:02d}\n" for at in range(1_100, 1_140))
    french = '[[dataset]]\npath = "fr.csv"\nobtained = 2026-02-01\nregion = "FR"\n'
    others = 'created = 2026-03-01\n[[dataset]]\npath = "empty.csv"\n[[dataset]]\npath = "prices.csv"\nregion = 33\n'
    with pytest.raises(InputRefused) as refused:
        checked(french + others, fr=f"nom,portable\n{rows}", empty="", prices="goods\nred\n")
    assert [one.where.removeprefix("case.toml, ") for one in refused.value.problems] == [
        "line 3, [[dataset]] obtained", "line 10, [[dataset]] region", "line 6, [[dataset]]",
    ]  # fmt: skip
    rows += "".join(f"B,+336123499{at}\n" for at in range(10, 30))
    notes = checked(french.replace("FR", "US"), fr=f"nom,portable\n{rows}").notes
    assert any(note.startswith("fr: NOT READ: ") for note in notes)


def test_columns_are_those_of_the_files_of_a_glob_that_have_them(checked: Checked) -> None:
    text = '[[dataset]]\npath = "*.csv"\ncolumns = { phone = ["Rufnummer", "Handy"] }\n'
    lists = {name: f"name,{heading}\n{numbers(100, 140)}" for name, heading in (("a", "Rufnummer"), ("b", "Handy"))}
    assert checked(text, **lists).files == 2
    with pytest.raises(InputRefused, match="unknown column 'Telefon'") as refused:
        checked(text.replace("Rufnummer", "Telefon"))
    assert "its columns are name, " in refused.value.line() or "did you mean" in refused.value.line()


def test_lists_without_a_holder_are_named_once(checked: Checked) -> None:
    tables = "".join(f'[[dataset]]\npath = "{name}.csv"\ncolumns = {{ phone = "phone" }}\n' for name in "abcdef")
    assert checked(tables + 'holder = "f-trader"\n', **dict.fromkeys("abcdef", _LIST)).notes == (
        "party f-trader is named but not declared: it has no name and no role yet",
        "holder is not given for a, b, c and 2 more lists: each gets a party of its own (unknown-a)",
    )


def test_a_day_of_a_claim_needs_no_quotes_and_values_fit_their_kind(checked: Checked) -> None:
    claims = '[[claim]]\nparty = "p"\nkind = "{}"\nvalue = 2026-06-15\n'
    found = checked(claims.format("stopped")).manifest.claims
    assert [claim.value.value for claim in found] == ["2026-06-15"]
    with pytest.raises(InputRefused) as refused:
        checked(claims.format("size") * 2)
    assert [(one.where, one.what) for one in refused.value.problems] == [
        (f"case.toml, line {line}, [[claim]] value", "invalid value '2026-06-15' of size") for line in (4, 8)
    ]
