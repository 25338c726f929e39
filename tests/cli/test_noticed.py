"""What is said beside the work: warnings, files loaded twice, columns not understood, a case not traced."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone
from tracer.ask.noticed import cautions
from tracer.ask.what_if import _loaded
from tracer.case.case import open_case
from tracer.disclosure import DatasetRef, Reason
from tracer.export.formats import NOUNS
from tracer.lists.loaded import DatasetFacts, later_than_today, not_understood
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.wording import LANGUAGES, say

NEVER = {lang: say(Reason.of("untraced-never"), lang) for lang in LANGUAGES}
PEOPLE = [("graph", "html"), ("graph", "svg"), ("report", "html"), ("report", "md")]
"""Formats of text that people read."""


def plain(text: str) -> str:
    """Without what breaks and escapes a sentence in a format."""
    return "".join(html.unescape(text).replace("\\", "").replace("</text>", "").split())


def test_what_is_shown_of_a_case_that_was_never_traced_says_so(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    said = tracer("show", "client", "--case", case)
    assert plain(NEVER["en"]) in plain(said.out.replace("│", "").replace("├──", ""))
    assert json.loads(tracer("show", "client", "-f", "json", "--case", case).out)["branches"][0]["text"] == NEVER["en"]
    folder = tmp_path / "handed"
    said = tracer("export", "handover", "-o", folder, "--case", case)
    assert NEVER["en"] in said.err
    assert NEVER["en"] in (folder / "README.txt").read_text(encoding="utf-8")
    for name in ("findings.json", "graph.json"):
        assert json.loads((folder / name).read_text(encoding="utf-8"))["left_out"][0] == NEVER["en"]
    assert tracer("trace", "--case", case).code == 0
    assert NEVER["en"] not in tracer("show", "client", "--case", case).out


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if noun != "evidence"])
def test_every_export_of_it_says_so(noun: str, case: Path, tracer: Tracer, tmp_path: Path) -> None:
    """In the formats that people read, and in one of the others: stderr is told before there is a format."""
    read = [to for to in NOUNS[noun] if (noun, to) in PEOPLE]
    for to in (*read, next(to for to in NOUNS[noun] if to not in read)):
        for lang in LANGUAGES if (noun, to) in PEOPLE else ("en",):
            output = tmp_path / f"x-{lang}.{to}"
            words = ["sankey"] if noun == "figure" else []
            said = tracer("export", noun, *words, "--to", to, "--lang", lang, "-o", output, "--case", case).done()
            assert NEVER[lang] in said.err, (noun, to)
            if (noun, to) in PEOPLE:
                told = output.read_text(encoding="utf-8")
                spans = told.replace("</tspan>", "")
                assert plain(NEVER[lang]) in plain(_without_tags(spans) if to == "svg" else told), (noun, to, lang)
                assert "No copy" not in _before_words(told)


def _without_tags(text: str) -> str:

    return re.sub(r"<[^>]*>", "", text)


def _before_words(page: str) -> str:
    """The page without the words that its script may say."""
    return page.partition("</main>")[0]


def test_warnings_stand_in_report_and_page(tracer: Tracer, world: World, tmp_path: Path) -> None:
    case = tmp_path / "odd"
    assert tracer("init", case).code == 0
    again = world.folder / "again.csv"
    again.write_bytes(world.file("vendor").read_bytes())
    for path, holder in ((world.file("vendor"), "vendor-a"), (again, "trader")):
        assert tracer("load", path, "--holder", holder, "--obtained", "2026-03-01", "--case", case).code == 0
    assert tracer("trace", "--case", case).code == 0
    with open_case(case, read_only=True) as opened:
        found = cautions(opened.con)
    assert found
    for noun, to in (("graph", "html"), ("report", "html"), ("report", "md")):
        for lang in LANGUAGES:
            output = tmp_path / f"{noun}-{lang}.{to}"
            tracer("export", noun, "--to", to, "--lang", lang, "-o", output, "--case", case).done()
            told = plain(_before_words(output.read_text(encoding="utf-8")))
            for caution in found:
                assert plain(say(caution["reason"], lang)) in told, (noun, to, lang)


def test_a_file_that_is_loaded_twice_is_told_at_once_and_later(tracer: Tracer, case: Path, world: World) -> None:
    again = tracer(
        "load", world.file("vendor"), "--holder", "trader", "--id", "again", "-f", "json", "--case", case
    ).done()
    assert "again: these bytes are already loaded as vendor" in again.err
    assert again.json()[0]["notes"] == ["these bytes are already loaded as vendor: one source, not several"]
    rows = tracer("query", "warnings", "-p", "kind=same_bytes", "-f", "json", "--case", case).json()
    assert [row["datasets"] for row in rows] == [["again", "vendor"]]
    newer = tracer("load", world.file("vendor"), "--holder", "vendor-a", "--id", "vendor", "--replace", "--case", case)
    assert "already loaded as again" in newer.err, "its own former version is not another list"


def test_of_a_list_of_few_not_even_its_bytes_are_compared(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("手机号\n" + "".join(f"{phone(n)}\n" for n in range(19)), encoding="utf-8")
    for name in ("few", "few-again"):
        said = tracer("load", few, "--holder", "x", "--id", name, "--case", case).done()
        assert "already" not in said.err


def test_warnings_after_a_trace_and_among_the_findings(tracer: Tracer, case: Path, world: World) -> None:
    assert "Warning" not in tracer("query", "datasets", "--case", case).err
    tracer("load", world.file("vendor"), "--holder", "trader", "--id", "again", "--case", case)
    said = tracer("trace", "--case", case).done()
    told = "again and vendor are the same file, byte for byte. They are one source, not several."
    assert f"Warning: {told}" in said.err.splitlines()
    assert said.out.count("\n") == 1, "stdout stays the digest alone"
    found = tracer("findings", "--case", case).out
    assert found.index("Warnings: what does not fit together") < found.index("again and vendor are the same file")
    assert "Warnings: " in tracer("trace", "--case", case).err


def test_a_judgement_says_what_brings_it_into_effect_and_the_trace_what_it_moved(tracer: Tracer, case: Path) -> None:
    assert "Moved" not in tracer("trace", "--case", case).err
    said = tracer("judge", "client", "vendor", "reject", "--case", case)
    assert said.json()["judgement"] == 1
    assert "tracer trace" in said.err
    traced = tracer("trace", "--case", case)
    assert "  Nothing changed but judgement 1 (client → vendor: rejected)." in traced.err.splitlines()
    rows = tracer("query", "moved", "-f", "json", "--case", case).json()
    judged = [row for row in rows if row["judged"]]
    assert ("client", "vendor") in {(row["parent"], row["child"]) for row in judged}
    moved = [row for row in rows if row["finding"] == "derivation"]
    assert f"Moved since the last run: {len(moved)} derivation" in traced.err
    again = tracer("trace", "--case", case)
    assert "Moved" not in again.err
    assert tracer("query", "moved", "-f", "json", "--case", case).json() == rows


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
    no_day = DatasetFacts("d", "p")
    for facts in (replace(no_day, obtained=when), replace(no_day, created=when), replace(no_day, exported=when)):
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
