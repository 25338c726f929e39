"""What a list promises and does not give is said when it is loaded, with a shape and never with a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lists.loading import load_text
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.lists.loaded import Loaded
from tracer.lists.unread_columns import commonest_shape, shape


def load(folder: Path, text: str) -> Loaded:
    """A list loaded into a case of its own, as by the command: nobody has said its region."""
    return load_text(memory_case(), folder / "list.csv", text, find_region=True)


def test_a_shape_says_nothing_of_the_cell() -> None:
    assert shape("(212) 555-0142") == "(###) ###-####"
    assert shape("Anna Example 7") == "aaa… aaa… #"
    assert len(shape("1-" * 100)) < 40
    assert commonest_shape(["12", "34", "a"]) == "##"
    assert commonest_shape([]) == ""


def test_a_column_of_numbers_that_are_not_read_is_said(tmp_path: Path) -> None:
    rows = "".join(f"a{at}@mail.example,{at}-99\n" for at in range(30))
    loaded = load(tmp_path, f"email,手机号\n{rows}")
    (note,) = [note for note in loaded.notes if note.startswith("NOT READ")]
    assert all(said in note for said in ("column 2, '手机号'", "##-##", "--region", "--map other=2")), note
    assert "99" not in note


def test_whether_and_how_many_under_a_heading_of_addresses_or_numbers_is_no_shortfall(tmp_path: Path) -> None:
    rows = "".join(f"1420000{at:04d},{'yn'[at % 2]},{'FALSE' if at % 3 else ''},{at}\n" for at in range(30))
    notes = load(tmp_path, f"手机号,Email OK,Accepts Email Marketing,Number of Gifts\n{rows}").notes
    assert not [note for note in notes if note.startswith("NOT READ")]


def test_a_column_that_is_read_is_not_spoken_of(tmp_path: Path) -> None:
    rows = "".join(f"1420000{at:04d},N/A\n" for at in range(30))
    assert not load(tmp_path, f"手机号,邮箱\n{rows}").notes


def test_many_rejected_rows_are_said_with_their_reason(tmp_path: Path) -> None:
    rows = "".join(f"1420000{at:04d}\n" if at % 3 else "12-34\n" for at in range(30))
    notes = load(tmp_path, f"手机号\n{rows}").notes
    assert any("10 of 30 rows (33 %) are rejected: 10 too short ('##-##')" in note for note in notes)
    assert any("10 of 30 cells" in note and not note.startswith("NOT READ") for note in notes)


def test_numbers_of_a_country_are_read_and_it_is_said(tmp_path: Path) -> None:
    rows = "".join(f"Käthe;0171 39200{at:02d};k{at}@mail.example\n" for at in range(60))
    loaded = load(tmp_path, f"Vorname;Handy;E-Mail\n{rows}")
    assert (loaded.rejected, loaded.identifiers) == (0, 120)
    assert "column 2, 'Handy': read as numbers of Germany (DE); --region overrides" in loaded.notes
    columns: Any = loaded.to_json()["columns"]
    assert columns[1]["region"] == "DE"


_UNCLEAR = [f"2{at:07d}" for at in range(1_000_000, 9_000_000, 300_000)]


def test_a_list_of_numbers_alone_whose_country_is_unclear_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as error:
        load(tmp_path, "Phone\n" + "\n".join(_UNCLEAR))
    assert "may be those of" in error.value.what
    assert error.value.remedy.count("--region") == 3


def test_with_other_identifiers_the_column_is_left_and_said(tmp_path: Path) -> None:
    rows = "".join(f"{number},u{at}@mail.example\n" for at, number in enumerate(_UNCLEAR))
    loaded = load(tmp_path, f"Phone,Email\n{rows}")
    assert loaded.identifiers == len(_UNCLEAR)
    (note,) = [note for note in loaded.notes if note.startswith("NOT READ")]
    assert "their country is not clear" in note
    assert note.count("--region") == 3


def test_two_countries_in_one_list_are_read_column_by_column(tmp_path: Path) -> None:
    rows = "".join(f"张三,1420000{at:04d},+49 171 39200{at % 100:02d}\n" for at in range(60))
    loaded = load(tmp_path, f"姓名,手机号,电话2\n{rows}")
    assert (loaded.rejected, loaded.identifiers) == (0, 120)


def test_a_file_without_identifiers_names_the_column_that_should_have_some(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as error:
        load(tmp_path, "name,Cell Phone\n" + "".join(f"a,x-{at}-y\n" for at in range(20)))
    assert "column 2, 'Cell Phone', as in" in error.value.what
    assert "--region" in error.value.remedy
