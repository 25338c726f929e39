"""What a picture shows is said to who does not see it: in the statement's words, how sure, in the export's language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from defusedxml.ElementTree import fromstring

from tests.export.market_findings import TITLE
from tracer.export.formats import Outgoing, render
from tracer.wording import Voice

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = (
    ("story",), ("flow",), ("time",), ("lineage",), ("matrix",), ("sankey",), ("timeline", "a-cti-x"),
    ("waterfall", "a-2026-01", "d6-backend"), (),
)  # fmt: skip
"""What `export figure` is asked for; nothing: the graph's picture."""


@pytest.fixture(scope="module", params=["en", "zh"])
def leaving(compared: Outgoing, request: pytest.FixtureRequest) -> Outgoing:
    return compared.in_language(request.param)


def told(svg: bytes) -> tuple[str, str, str | None]:
    """Title, description and language."""
    root = fromstring(svg)
    title, text = root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")
    assert title
    assert text
    return title, text, root.get("lang")


@pytest.mark.parametrize("of", FIGURES)
def test_a_figure_says_what_is_stated_and_how_sure(of: tuple[str, ...], leaving: Outgoing) -> None:
    title, text, lang = told(render(replace(leaving, of=of), "svg", "figure")[""])
    assert lang == leaving.lang
    first = text.partition("\n")[0]
    own = of[:1] in {("story",), ("time",)}  # their headline is the statement in fewer words, which the title has
    voice = Voice(leaving.lang, leaving.names_in())
    assert own or any(first.startswith(voice.say(one.said).rstrip(".。")) for one in leaving.statements), first
    sure = r"practically certain|likely|cannot be told" if lang == "en" else "几乎可以确定|可能|无法判断"
    assert of == ("time",) or re.search(sure, first, re.IGNORECASE), first
    assert re.search("2026年" if lang == "zh" else r"\b\d+ [A-Z][a-z]+ 2026\b", text), "days as people write them"
    if lang == "zh":
        assert re.search("[\u4e00-\u9fff]{2}", title.removeprefix(TITLE)), title
    assert title.removeprefix(TITLE).strip(" —")


def test_so_does_the_picture_of_a_report(leaving: Outgoing) -> None:
    (text,) = re.findall(r"!\[([^\]]*)\]", render(leaving, "md", "report")[""].decode())
    voice = Voice(leaving.lang, leaving.names_in())
    assert any(voice.say(one.said).rstrip(".。") in text for one in leaving.statements), text
