"""The sample goes out in every format without a false alarm, and a number put into it does not."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.measure import stumbles
from tracer.case.case import Case
from tracer.disclosure import reason_of
from tracer.errors import InputRefused
from tracer.export.drawing.story import stories
from tracer.export.formats import NOUNS
from tracer.publish import Wanted, prepare
from tracer.wording import Voice, say
from tracer.wording.claims import number_label
from tracer.wording.voice import percent

FIGURES = (
    ("sankey",), ("overlaps",), ("timeline", "chenxi-hengtu"), ("waterfall", "hengtu-backend-2026-05", "huaixu-lot7"),
)  # fmt: skip
SPOKEN = [("graph", "html"), ("graph", "svg"), ("report", "html"), ("report", "md")]
"""In Chinese too: what has a language, once each."""
AGAIN = pytest.mark.slow("the same drawings and texts as pixels, on sheets and in another language")
ALL = [
    *((noun, to, "en", ()) for noun in ("graph", "findings", "report", "evidence") for to in NOUNS[noun]),
    *((noun, to, "zh", ()) for noun, to in SPOKEN),
    *(("figure", "svg", lang, of) for of, lang in zip(FIGURES, ("en", "zh", "en", "zh"), strict=True)),
]


@pytest.mark.parametrize(
    ("noun", "to", "lang", "of"),
    [pytest.param(*one, marks=AGAIN if one[1] in ("png", "pdf") or one[2] != "en" else ()) for one in ALL],
)
def test_the_sample_leaves_without_an_alarm(noun: str, to: str, lang: str, of: tuple[str, ...], case: Case) -> None:
    prepared = prepare(case, Wanted(to, noun, lang, of))
    assert list(prepared.revealed) == []
    assert all(prepared.files.values())


@pytest.mark.slow("Chromium draws the page")
def test_nothing_overlaps_in_the_samples_picture(case: Case, browser: Browser, tmp_path: Path) -> None:
    """At three widths and in both languages: type of 12 pixels, nothing over anything, nothing out of its card."""
    wrong = {}
    for lang in ("en", "zh"):
        path = tmp_path / f"{lang}.html"
        path.write_bytes(prepare(case, Wanted("html", "graph", lang)).files[""])
        for across in (1440, 768, 390):
            context = browser.new_context(viewport={"width": across, "height": 900})
            page = context.new_page()
            page.goto(path.as_uri())
            for at in ("", "map=whole"):
                page.evaluate("(at) => { location.hash = at; }", at)
                assert page.locator("#map text:visible").count() > 20
                if trouble := stumbles(page):
                    wrong[lang, across, at] = trouble
            context.close()
    assert wrong == {}


def test_the_first_page_of_the_report_has_the_strongest_counter_reason(case: Case) -> None:
    report = prepare(case, Wanted("md", "report")).files[""].decode()
    first = report[report.index("## Summary") : report.index("## The picture")]
    against = first[first.index("**What speaks against it**") :].split("\n\n")[1].splitlines()
    assert against[0].startswith("- In addition, the client’s own database may have leaked (")


def test_the_words_at_an_arrow_are_those_of_the_step_that_it_draws(case: Case) -> None:
    leaving = prepare(case, Wanted("svg", "figure", of=("story",))).leaving
    first, voice = stories(leaving)[0], Voice("en", leaving.names_in())
    chances = {(row["parent"], row["child"]): row["probability"] for row in leaving.rows["derivations"]}
    steps = [event for event in first.events if event.source is not None and event.source > 1]
    assert [event.party for event in steps] == ["huaixu", "lianqiu", "cc-beiling"]
    for event in steps:
        source = first.events[event.source or 0]
        assert percent(float(str(chances[source.ref, event.ref]))) in voice.show(event.through)
        assert (source.day or date.max) <= (event.day or date.min)


def test_a_list_has_one_day_in_every_picture(case: Case) -> None:
    """Hengtu's export was made on 18 May and obtained on the 20th: it is dated where somebody is said to hold it."""
    for of in (("lineage",), ("time",), ("timeline", "chenxi-hengtu"), ("story",)):
        drawn = prepare(case, Wanted("svg", "figure", of=of)).files[""].decode()
        assert "2026-05-18" not in drawn, of
        assert "18 May" not in drawn, of
    assert "20 May 2026" in prepare(case, Wanted("svg", "figure", of=("lineage",))).files[""].decode()
    page = prepare(case, Wanted("html")).files[""].decode()
    assert 'data-date="2026-05-18"' not in page


def test_a_number_of_the_sample_does_not_leave(case: Case) -> None:
    (key,) = case.con.execute(
        "SELECT min(key) FROM membership WHERE key BETWEEN 8613000000000 AND 8619999999999"
    ).fetchall()[0]
    number = str(key)[2:]
    spoken = "转".join((number[:3], number[3:7], number[7:]))
    case.con.execute("UPDATE party SET industry = $text WHERE id = 'yigu'", {"text": f"电 {spoken}"})
    with pytest.raises(InputRefused, match="holds an identifier of a list"):
        prepare(case, Wanted("json"))
    case.con.execute("UPDATE party SET industry = NULL WHERE id = 'yigu'")


def test_every_reason_of_the_sample_is_said_in_chinese(case: Case) -> None:
    said = "".join(
        f" UNION SELECT unnest({column}) FROM views.{view}"
        for view, column in (
            ("derivations", "reasons"), ("derivations", "against"),
            ("attributions", "reasons"), ("attributions", "against"),
            ("retention", "reasons"), ("retention", "against"), ("claims", "alternatives"), ("hidden", "reasons"),
        )
    ).removeprefix(" UNION ")  # fmt: skip
    found = [reason_of(row[0]) for row in case.con.execute(f"SELECT DISTINCT * FROM ({said}) ORDER BY 1").fetchall()]
    assert len(found) > 50
    chinese = [say(reason, "zh") for reason in found]
    # Ids, commands and grades may stand in it; a sentence of English words does not.
    assert [text for text in chinese if re.search(r"(?<![\w-])(the|and|of|was|are|not)(?![\w-])", text)] == []
    assert all(text.endswith(("。", "？")) for text in chinese)


def test_every_number_of_a_claim_of_the_sample_has_a_name_in_either_language(case: Case) -> None:
    rows = case.con.execute("SELECT json_keys(numbers) FROM views.claims").fetchall()
    names = {name for (keys,) in rows for name in keys or ()}
    assert len(names) > 40
    assert [name for name in names if number_label(name, "zh").isascii()] == []
