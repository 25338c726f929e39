"""What loading tells of columns that it does not understand, and of days that have not come yet."""

from __future__ import annotations

from datetime import date

import pytest

from tracer.ask.what_if import _loaded
from tracer.disclosure import DatasetRef, Reason
from tracer.lists.loaded import DatasetFacts, later_than_today, not_understood
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.wording import say


def part(*columns: tuple[str, str, str]) -> PartRead:
    """A part of a list with these columns: heading, role, how it was found."""
    roles = tuple(ColumnRole(at, heading, role, how) for at, (heading, role, how) in enumerate(columns))
    made = PartRead.__new__(PartRead)
    object.__setattr__(made, "columns", roles)
    return made


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ([("Simu", "phone", "content"), ("Anwani", "other", "content")], ["column 2"]),
        (
            [("phone", "phone", "header"), ("email", "email", "header"), ("Jina", "other", "content")],
            ["Jina"],
        ),
        ([("phone", "phone", "header"), ("备注", "other", "header")], None),
        ([("phone", "phone", "header"), ("", "other", "content")], None),
    ],
)
def test_a_column_that_is_not_understood_is_named(columns: list[tuple[str, str, str]], told: list[str] | None) -> None:
    notes = not_understood((part(*columns),))
    assert len(notes) == (told is not None)
    for note in notes:
        assert note.startswith(f"not understood: {', '.join(told or ())};")
        assert "--map name=" in note


def test_many_of_them_are_counted() -> None:
    columns = [("phone", "phone", "header"), ("email", "email", "header")]
    notes = not_understood((part(*columns, *((f"Campo {chr(97 + n)}", "other", "content") for n in range(8))),))
    assert "Campo e and 3 more;" in notes[0]


@pytest.mark.parametrize(("day", "told"), [("2026-05-02", True), ("2026-05-01", False), (None, False)])
def test_a_day_in_the_future_is_told(monkeypatch: pytest.MonkeyPatch, day: str | None, told: bool) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-05-01T12:00:00")
    when = None if day is None else date.fromisoformat(day)
    for facts in (DatasetFacts("d", "p", obtained=when), DatasetFacts("d", "p", created=when)):
        assert bool(later_than_today(facts)) == told


def test_why_says_what_is_loaded_of_a_list_without_texts() -> None:
    row = {"has_others": False, "has_phones": False, "has_mails": True}

    def said(**also: bool) -> str:
        return say(Reason.of("what-if-ask-texts", dataset=DatasetRef("d"), loaded=_loaded(row | also)))

    assert "only its e-mail addresses are loaded" in said()
    assert "only its numbers and e-mail addresses are loaded" in said(has_phones=True)
    assert "only its numbers are loaded" in said(has_phones=True, has_mails=False)
    assert "none are loaded" in said(has_mails=False)
    assert "no column is known to hold any" in said(has_others=True)
