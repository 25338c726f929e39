"""Where a case was not traced, or what it found does not fit together, every door says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World
from tracer.ask.warnings import cautions
from tracer.case.case import open_case
from tracer.disclosure import Reason
from tracer.export.formats import NOUNS
from tracer.wording import LANGUAGES, say

NEVER = {lang: say(Reason.of("untraced-never"), lang) for lang in LANGUAGES}
PEOPLE = [("graph", "html"), ("graph", "svg"), ("report", "html"), ("report", "md")]
"""Formats of text that people read."""


def plain(text: str) -> str:
    """Without what breaks and escapes a sentence in a format."""
    return "".join(text.replace("&#39;", "'").replace("\\", "").replace("</text>", "").split())


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
            said = tracer("export", noun, *words, "--to", to, "--lang", lang, "-o", output, "--case", case)
            assert said.code == 0, said.err
            assert NEVER[lang] in said.err, (noun, to)
            if (noun, to) in PEOPLE:
                told = output.read_text(encoding="utf-8")
                spans = told.replace("</tspan>", "")
                assert plain(NEVER[lang]) in plain(_without_tags(spans) if to == "svg" else told), (noun, to, lang)
                assert "No copy" not in _before_words(told)


def _without_tags(text: str) -> str:
    import re

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
            said = tracer("export", noun, "--to", to, "--lang", lang, "-o", output, "--case", case)
            assert said.code == 0, said.err
            told = plain(_before_words(output.read_text(encoding="utf-8")))
            for caution in found:
                assert plain(caution.said(lang)) in told, (noun, to, lang)


def test_the_hash_of_all_findings_is_whole(case: Path, tracer: Tracer, tmp_path: Path) -> None:
    traced = tracer("trace", "--case", case)
    output = tmp_path / "report.md"
    assert tracer("export", "report", "--to", "md", "-o", output, "--case", case).code == 0
    text = output.read_text(encoding="utf-8")
    assert traced.out.strip() in text
    assert "hashes are masked" not in text
