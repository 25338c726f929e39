"""Figures: title, legend, source and date; numbers and letters as they are; PNG and PDF from the same drawing."""

from __future__ import annotations

import base64
import io
import re
import struct
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pypdf
import pytest
from defusedxml.ElementTree import fromstring
from fontTools.ttLib import TTFont

from tests.export.market_findings import TITLE
from tracer.errors import InputRefused, UsageError
from tracer.export.drawing import lettering
from tracer.export.drawing.figures import FIGURES, figure_svg
from tracer.export.drawing.lettering import LARGEST_SIDE, check, folders, lettered_svg, pdf, png
from tracer.export.formats import Outgoing, render
from tracer.wording import say
from tracer.wording.catalogue_files import entries, text_of

OF = {
    "graph": ("graph",), "sankey": ("sankey",), "timeline": ("timeline", "a-cti-x"), "overlaps": ("overlaps",),
    "waterfall": ("waterfall", "a-2026-01", "d6-backend"), "story": ("story",),
}  # fmt: skip


def texts(svg: str) -> list[str]:
    root: Element = fromstring(svg)
    return [element.text or "" for element in root.iter() if element.tag.endswith(("text", "tspan"))]


@pytest.mark.parametrize("kind", [kind for kind in FIGURES if kind != "card"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_figure_has_title_source_and_date(kind: str, lang: str, compared: Outgoing) -> None:
    svg = figure_svg(replace(compared, of=OF.get(kind, (kind,)), lang=lang))
    told = texts(svg)
    assert any("2026-08-01" in text and "tracer" in text for text in told)
    assert any(TITLE in text for text in told)
    assert fromstring(svg).findtext("{http://www.w3.org/2000/svg}title")
    check("".join(told), None)
    left = [text for text in told if text in entries(text_of(lang)) or re.search(r"\{ ?\$?\w+ ?\}", text)]
    assert left == []
    assert figure_svg(replace(compared, of=OF.get(kind, (kind,)), lang=lang)) == svg


def test_overlaps_under_20_are_not_told_and_a_waterfall_adds_up(compared: Outgoing) -> None:
    told = texts(figure_svg(replace(compared, of=("overlaps",))))
    assert {"38.2k", "93%", "<20"} <= set(told)
    assert not any("7" in re.findall(r"\d+", text) for text in told if "d1-jobs – d2" in text)
    told = texts(figure_svg(replace(compared, of=OF["waterfall"])))
    assert {"×10²⁶", "÷26"} <= set(told)
    assert any(text.startswith("all together ×10²⁴; probability 97%, grade G3") for text in told)


def test_a_wrong_id_is_told(compared: Outgoing) -> None:
    for of, said in (
        (("timeline", "a-cti-xx"), "did you mean"),
        (("waterfall", "d6-backend"), "exactly one copying"),
        (("waterfall", "d6-backend", "d1-jobs"), "no copying between"),
        (("pie",), "unknown figure 'pie'"),
    ):
        with pytest.raises(UsageError, match=said):
            figure_svg(replace(compared, of=of))


def test_pixels_and_pages_are_of_the_figures_size(compared: Outgoing) -> None:
    svg = figure_svg(replace(compared, of=("sankey",)))
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', svg)
    assert size is not None
    wide, high = float(size[1]), float(size[2])
    picture = png(svg)
    assert png(svg) == picture
    pixels = struct.unpack(">II", picture[16:24])
    assert pixels[0] / pixels[1] == pytest.approx(wide / high, rel=0.01)
    assert 1_000 < pixels[0] <= LARGEST_SIDE
    page = pypdf.PdfReader(io.BytesIO(pdf(svg))).pages[0]
    assert float(page.mediabox.width) == pytest.approx(wide * 72 / 96, abs=1)
    assert "江苏" in page.extract_text() or "a-2026-01" in page.extract_text()
    assert pdf(svg) == pdf(svg)


def test_a_pdf_embeds_its_fonts_and_says_nothing_of_whom_made_it(compared: Outgoing) -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(replace(compared, of=("graph",)), "pdf")[""]))
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]  # a page's dictionary
    assert {"+" in str(font["/BaseFont"]) for font in fonts} == {True}, "a cut-down font has a prefix"
    assert set(reader.metadata or {}) <= {"/Title", "/Creator"}


def test_a_font_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "font.ttf"
    path.write_text("no font", encoding="utf-8")
    with pytest.raises(InputRefused, match="not a font"):
        folders(path)


_FONT = re.compile(r"font-family:'Figure (\d)';font-weight:(\d+);src:url\(data:font/woff;base64,([^)]*)\)")


@pytest.fixture(scope="module")
def story(leaving_once: Outgoing) -> str:
    return figure_svg(replace(leaving_once, of=("story",), lang="zh"))


def lettering_of(svg: str) -> list[tuple[bool, str]]:
    """Each text with whether it is bold."""
    return [
        (one.get("font-weight") == "700", "".join(one.itertext()))
        for one in fromstring(svg).iter()
        if one.tag.endswith("}text")
    ]


def test_a_small_font_of_its_signs_goes_along(story: str) -> None:
    svg, said = lettered_svg(story, "")
    assert said is None
    assert lettering_of(svg) == lettering_of(story)
    fonts = _FONT.findall(svg)
    assert {weight for _, weight, _ in fonts} == {"400", "700"}
    assert "font-family=\"'Figure 0', " in svg
    has: dict[str, set[int]] = {"400": set(), "700": set()}
    for _, weight, content in fonts:
        font = TTFont(io.BytesIO(base64.b64decode(content)))
        assert font.flavor == "woff"
        has[weight] |= set(font.getBestCmap())
    for bold, weight in ((False, "400"), (True, "700")):
        assert has[weight] == {ord(sign) for heavy, text in lettering_of(story) if heavy is bold for sign in text}
    assert len(svg) - len(story) < 1.4 * lettering.MOST_EMBEDDED
    assert lettered_svg(story, "embed")[0] == svg  # the same bytes each time


def test_outlines_are_where_the_texts_were(story: str) -> None:
    svg, said = lettered_svg(story, "outline")
    assert said is None
    assert lettering_of(svg) == []
    drawn = [one for one in fromstring(svg).iter() if one.get("aria-label")]
    labels = ["".join(str(one.get("aria-label")).split()) for one in drawn]
    assert labels == ["".join(text.split()) for _, text in lettering_of(story)]
    assert min(len(re.findall(r"-?\d+(?:\.\d+)?", one.get("d") or "")) for one in drawn) > 10


def test_an_anchor_is_kept() -> None:
    text = '<svg font-family="x"><text x="100" y="20" font-size="10" fill="#000000" text-anchor="{}">mm</text></svg>'
    left, right = (
        [float(x) for x in re.findall(r"[ML](-?[\d.]+)", lettered_svg(text.format(anchor), "outline")[0])]
        for anchor in ("start", "end")
    )
    assert 100 <= min(left) < max(left) < 130
    assert 70 < min(right) < max(right) <= 100


def test_what_cannot_go_along_is_said(story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = story.replace("</desc>", '</desc><text x=\'0\'>-</text><text x="0" y="0">\U0010fffd</text>', 1)
    for limit, given, words in ((None, odd, "no font on this machine has"), (1_000, story, "--fonts outline")):
        if limit is not None:
            monkeypatch.setattr(lettering, "MOST_EMBEDDED", limit)
        svg, said = lettered_svg(given, "")
        assert svg == given
        assert said is not None
        assert words in say(said, "en")
    for how in ("embed", "outline"):
        with pytest.raises(InputRefused, match="U\\+10FFFD"):
            lettered_svg(odd, how)
    assert lettered_svg(story, "none") == (story, None)
