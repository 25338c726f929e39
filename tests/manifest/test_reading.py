"""`tracer manifest check` reads what `run` reads: columns that are not there, tables of another kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.errors import InputRefused
from tracer.manifest.checked import check_manifest

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
    (tmp_path / "b.csv").write_text("goods,price\nred,3\nblue,4\n")
    (tmp_path / "case.toml").write_text(text)
    with pytest.raises(InputRefused, match=problem) as refused:
        check_manifest(tmp_path / "case.toml")
    for one in refused.value.problems:
        assert one.where.startswith("case.toml, ")
        assert str(tmp_path) not in one.line()
        assert "csva.csv" not in one.what


def test_lists_without_a_holder_are_named_once(tmp_path: Path) -> None:
    tables = ""
    for name in "abcdef":
        (tmp_path / f"{name}.csv").write_text(_LIST)
        tables += f'[[dataset]]\npath = "{name}.csv"\ncolumns = {{ phone = "phone" }}\n'
    (tmp_path / "case.toml").write_text(tables + 'holder = "f-trader"\n')
    assert check_manifest(tmp_path / "case.toml").notes == (
        "party f-trader is named but not declared: it will have no name and no role",
        "holder is not given for a, b, c and 2 more lists: each gets a party of its own (unknown-a)",
    )


def test_values_of_claims_fit_their_kind_and_a_day_needs_no_quotes(tmp_path: Path) -> None:
    claims = '[[claim]]\nparty = "p"\nkind = "stopped"\nvalue = 2026-06-15\n'
    (tmp_path / "case.toml").write_text(claims)
    (claim,) = check_manifest(tmp_path / "case.toml").manifest.claims
    assert claim.value.value == "2026-06-15"
    wrong = ('[[claim]]\nparty = "p"\nkind = "size"\nvalue = ' + value + "\n" for value in ("2026-06-15", "true"))
    (tmp_path / "case.toml").write_text("".join(wrong))
    with pytest.raises(InputRefused) as refused:
        check_manifest(tmp_path / "case.toml")
    assert [(one.where, one.what) for one in refused.value.problems] == [
        ("case.toml, line 4, [[claim]] value", "invalid value '2026-06-15' of size"),
        ("case.toml, line 8, [[claim]] value", "invalid value 'true' of size"),
    ]
