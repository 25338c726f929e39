"""What is said beside the work: warnings, files loaded twice, columns not understood, a case not traced."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World, phone
from tracer.ask.noticed import cautions
from tracer.case.case import open_case
from tracer.disclosure import Reason
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
    said = tracer("show", "client")
    assert plain(NEVER["en"]) in plain(said.out.replace("│", "").replace("├──", ""))
    assert json.loads(tracer("show", "client", "-f", "json").out)["branches"][0]["text"] == NEVER["en"]
    folder = tmp_path / "handed"
    said = tracer("export", "handover", "-o", folder)
    assert NEVER["en"] in said.err
    assert NEVER["en"] in (folder / "README.txt").read_text(encoding="utf-8")
    for name in ("findings.json", "graph.json"):
        assert json.loads((folder / name).read_text(encoding="utf-8"))["left_out"][0] == NEVER["en"]
    assert tracer("trace").code == 0
    assert NEVER["en"] not in tracer("show", "client").out


def test_every_export_of_it_says_so(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    """In the formats that people read, and in one of the others: stderr is told before there is a format."""
    for noun, formats in NOUNS.items():
        read = [to for to in formats if (noun, to) in PEOPLE]
        other = [] if noun == "evidence" else [next(to for to in formats if to not in read)]
        for to, lang in (*product(read, LANGUAGES), *product(other, ["en"])):
            output, words = tmp_path / f"{noun}-{lang}.{to}", ["sankey"] if noun == "figure" else []
            tracer("export", noun, *words, "--to", to, "--lang", lang, "-o", output).ends(0, NEVER[lang])
            if to in read:
                told = output.read_text(encoding="utf-8")
                drawn = re.sub(r"<[^>]*>", "", told.replace("</tspan>", ""))
                assert plain(NEVER[lang]) in plain(drawn if to == "svg" else told), (noun, to, lang)
                assert "No copy" not in _before_words(told)


def _before_words(page: str) -> str:
    """The page without the words that its script may say."""
    return page.partition("</main>")[0]


def test_warnings_stand_in_report_and_page(tracer: Tracer, world: World, tmp_path: Path) -> None:
    case = tmp_path / "odd"
    assert tracer("init", case).code == 0
    again = world.folder / "again.csv"
    again.write_bytes(world.file("vendor").read_bytes())
    for path, holder in ((world.file("vendor"), "vendor-a"), (again, "trader")):
        assert tracer("load", path, "--holder", holder, "--obtained", "2026-03-01").code == 0
    assert tracer("trace").code == 0
    with open_case(case, read_only=True) as opened:
        found = cautions(opened.con)
    assert found
    for noun, to in (("graph", "html"), ("report", "html"), ("report", "md")):
        for lang in LANGUAGES:
            output = tmp_path / f"{noun}-{lang}.{to}"
            tracer("export", noun, "--to", to, "--lang", lang, "-o", output).done()
            told = plain(_before_words(output.read_text(encoding="utf-8")))
            for caution in found:
                assert plain(say(caution["reason"], lang)) in told, (noun, to, lang)


def test_a_file_that_is_loaded_twice_is_told_at_once_and_later(tracer: Tracer, case: Path, world: World) -> None:
    again = tracer("load", world.file("vendor"), "--holder", "trader", "--id", "again", "-f", "json").ends(
        0, "again: these bytes are already loaded as vendor"
    )
    assert again.json()[0]["notes"] == ["these bytes are already loaded as vendor: one source, not several"]
    rows = tracer.rows("query", "warnings", "-p", "kind=same_bytes")
    assert [row["datasets"] for row in rows] == [["again", "vendor"]]
    newer = tracer("load", world.file("vendor"), "--holder", "vendor-a", "--id", "vendor", "--replace")
    assert "already loaded as again" in newer.err, "its own former version is not another list"


def test_of_a_list_of_few_not_even_its_bytes_are_compared(tracer: Tracer, case: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("手机号\n" + "".join(f"{phone(n)}\n" for n in range(19)), encoding="utf-8")
    for name in ("few", "few-again"):
        said = tracer("load", few, "--holder", "x", "--id", name).done()
        assert "already" not in said.err


def test_warnings_after_a_trace_and_among_the_findings(tracer: Tracer, case: Path, world: World) -> None:
    assert "Warning" not in tracer("query", "datasets").err
    tracer("load", world.file("vendor"), "--holder", "trader", "--id", "again")
    said = tracer("trace").done()
    told = "again and vendor are the same file, byte for byte. They are one source, not several."
    assert f"Warning: {told}" in said.err.splitlines()
    assert said.out.count("\n") == 1, "stdout stays the digest alone"
    found = tracer("findings").out
    assert found.index("Warnings: what does not fit together") < found.index("again and vendor are the same file")
    assert "Warnings: " in tracer("trace").err


def test_a_judgement_says_what_brings_it_into_effect_and_the_trace_what_it_moved(tracer: Tracer, case: Path) -> None:
    assert "Moved" not in tracer("trace").err
    said = tracer("judge", "client", "vendor", "reject")
    assert said.json()["judgement"] == 1
    assert "tracer trace" in said.err
    traced = tracer("trace")
    assert "  Nothing changed but judgement 1 (client → vendor: rejected)." in traced.err.splitlines()
    rows = tracer.rows("query", "moved")
    judged = [row for row in rows if row["judged"]]
    assert ("client", "vendor") in {(row["parent"], row["child"]) for row in judged}
    moved = [row for row in rows if row["finding"] == "derivation"]
    assert f"Moved since the last run: {len(moved)} derivation" in traced.err
    again = tracer("trace")
    assert "Moved" not in again.err
    assert tracer.rows("query", "moved") == rows


def part(*columns: tuple[str, str, str]) -> PartRead:
    """A part of a list with these columns: heading, role, how it was found."""
    roles = tuple(ColumnRole(at, heading, role, how) for at, (heading, role, how) in enumerate(columns))
    made = PartRead.__new__(PartRead)
    object.__setattr__(made, "columns", roles)
    return made


def test_a_column_that_is_not_understood_is_named() -> None:
    known = [("phone", "phone", "header"), ("email", "email", "header")]
    for columns, named in (
        ([("Simu", "phone", "content"), ("Anwani", "other", "content")], "column 2"),
        ([*known, ("Jina", "other", "content")], "Jina"), ([known[0], ("备注", "other", "header")], None),
        ([known[0], ("", "other", "content")], None),
        ([*known, *((f"Campo {sign}", "other", "content") for sign in "abcdefgh")],
         "Campo a, Campo b, Campo c, Campo d, Campo e and 3 more"),
    ):  # fmt: skip
        notes = not_understood((part(*columns),))
        assert len(notes) == (named is not None)
        for note in notes:
            assert note.startswith(f"not understood: {named};")
            assert "--map name=" in note


def test_a_column_of_ids_that_may_be_called_is_said_with_the_option(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    """Also where nothing else identifies, and the list is refused."""
    numbers = [f"450{at * 7919 % 1000 * 977 % 1000000:06d}" for at in range(1, 60)]
    said = "column 1, 'Klient': not read as telephone numbers, though most cells have the length of one; if they are,"
    option = '--map phone=Klient, or columns = { phone = "Klient" } in a manifest'
    path = tmp_path / "shop.csv"
    rows = (f"{number},Łódź,a{at}@mail.example\n" for at, number in enumerate(numbers))
    path.write_text("Klient,Miasto,E-mail\n" + "".join(rows), encoding="utf-8")
    for more in ([], ["--dry-run"]):
        loaded = tracer("load", path, "--holder", "shop", "--id", f"shop{len(more)}", "-f", "json", *more).done()
        notes = [*loaded.json()[0]["notes"]] if not more else [loaded.err]
        assert any(said in note and option in note for note in (" ".join(note.split()) for note in notes))
    path.write_text("Klient,Miasto\n" + "".join(f"{number},Łódź\n" for number in numbers), encoding="utf-8")
    refused = tracer("load", path, "--holder", "shop", "--id", "bare")
    assert refused.code != 0
    assert said in " ".join(refused.err.split())


@pytest.mark.parametrize(("day", "told"), [("2026-05-02", True), ("2026-05-01", False), (None, False)])
def test_a_day_in_the_future_is_told(monkeypatch: pytest.MonkeyPatch, day: str | None, told: bool) -> None:
    monkeypatch.setenv("TRACER_NOW", "2026-05-01T12:00:00")
    when = None if day is None else date.fromisoformat(day)
    no_day = DatasetFacts("d", "p")
    for facts in (replace(no_day, obtained=when), replace(no_day, created=when), replace(no_day, exported=when)):
        assert bool(later_than_today(facts)) == told
