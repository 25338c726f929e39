"""The right of reply travels: in its language and with its translation, wherever a headline names a party."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import ENGLISH, QUOTE, Tracer
from tracer.errors import ExitCode


@pytest.fixture
def case(countries: Path) -> Path:
    return countries


def written(tracer: Tracer, case: Path, *words: str) -> str:
    file = case.parent / "written"
    tracer("export", *words, "-o", file, "--case", case).done()
    return file.read_text(encoding="utf-8")


def test_each_party_that_is_named_has_its_reply_or_none(tracer: Tracer, case: Path) -> None:
    replied = f"Qingmo: replied on 6 August 2026: “{QUOTE}” (translation: “{ENGLISH}”)"
    for words in ("graph --to html", "graph --to html --embed", "report --to md",
                  "figure story --to svg --fonts none --width 1080"):  # fmt: skip
        english = " ".join(written(tracer, case, *words.split(), "--lang", "en").split())
        if words.startswith("figure"):  # broken into lines
            assert (QUOTE in english, "former employee" in english) == (True, True)
        else:
            assert (replied in english, "Harlow: no reply by 10 August 2026" in english) == (True, True)
            assert re.search(r"Brightwell[^:]{0,40}: not asked", english)
        chinese = written(tracer, case, *words.split(), "--lang", "zh")
        assert QUOTE in chinese
        assert f"“{QUOTE}”（译文" not in chinese, "a reader of Chinese reads it as it was written"
    tracer("findings").ends(0, ENGLISH, "Harlow (harlow): no reply by 10 August 2026")


def test_a_reply_has_its_translations_by_hand(tracer: Tracer, case: Path) -> None:
    tracer(
        "reply", "add", "brightwell", "--asked", "2026-08-01", "--answered", "2026-08-02",
        "--text", "Wir wissen nichts.",
        "--language", "de", "--translation", "en=We know nothing.",
    ).done()  # fmt: skip
    listed = {row["party"]: row for row in tracer.rows("reply", "list")}
    assert listed["brightwell"]["language"] == "de"
    assert json.loads(listed["brightwell"]["translation"]) == {"en": "We know nothing."}
    assert "(translation: “We know nothing.”)" in written(tracer, case, "report", "--to", "md")
    assert "原文为外语" in written(tracer, case, "report", "--to", "md", "--lang", "zh")
    tracer("reply", "edit", "brightwell", "--language", "German!").ends(ExitCode.REFUSED, "invalid language")
    assert tracer("reply", "edit", "brightwell", "--translation", "nothing").code == ExitCode.USAGE


def test_no_headline_names_who_was_not_asked_unless_it_is_said_why(tracer: Tracer, case: Path) -> None:
    file = case.parent / "page.html"
    for words in (("graph", "--to", "html"), ("report", "--to", "md"), ("figure", "story")):
        refused = tracer("export", *words, "-o", file, "--check-reply").ends(ExitCode.REFUSED, "brightwell")
        assert "harlow" not in refused.err, "it was asked"
        assert not file.exists()
    assert tracer("export", "graph", "--to", "json", "-o", file, "--check-reply").code == 0
    why = "a search is planned for May"
    assert f"Brightwell: not asked (“{why}”)" in written(tracer, case, "report", "--to", "md", "--unasked-because", why)
    journal = json.loads((case / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert journal["detail"]["unasked"] == {"parties": ["brightwell", "osterweg"], "reason": why}
    assert tracer("export", "report", "-o", file, "--unasked-because", "so").code == ExitCode.USAGE
    for party in ("brightwell", "osterweg"):
        tracer("reply", "add", party, "--asked", "2026-08-01", "--deadline", "2026-08-10").done()
    tracer("export", "report", "--to", "md", "-o", file, "--check-reply").done()
