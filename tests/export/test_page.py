"""The page without a browser: policy, completeness without JavaScript, languages, size, unique ids."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from collections import Counter
from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tracer.errors import UsageError
from tracer.export.choice import ExportChoice
from tracer.export.drawing.text import shortened, width, wrap
from tracer.export.formats import Outgoing, render
from tracer.export.page.render import render_page
from tracer.wording import LANGUAGES, templates, word


def first(page: str, selector: str) -> LexborNode:
    """The first element that `selector` finds; there must be one."""
    found = LexborHTMLParser(page).css_first(selector)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def page(leaving_once: Outgoing) -> str:
    return render(leaving_once, "html")[""].decode("utf-8")


@pytest.fixture(scope="module")
def chinese(leaving_once: Outgoing) -> str:
    return render(leaving_once.in_language("zh"), "html")[""].decode("utf-8")


def test_nothing_can_be_loaded(page: str) -> None:
    policy = first(page, 'meta[http-equiv="Content-Security-Policy"]').attributes["content"] or ""
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, directive in (("style", "style-src"), ("script:not([type])", "script-src")):
        (element,) = LexborHTMLParser(page).css(tag)
        digest = base64.b64encode(hashlib.sha256(element.text(strip=False).encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "style=" not in page
    assert len(page.encode()) < 400_000, "the file is small"


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    tree = LexborHTMLParser(page)
    ids = Counter(node.attributes["id"] for node in tree.css("[id]"))
    assert [name for name, count in ids.items() if count > 1] == []
    targets = {(node.attributes["href"] or "")[1:] for node in tree.css("a[href]")}
    assert targets <= set(ids)


def test_all_findings_stand_in_the_text(page: str, out: Outgoing) -> None:
    text = first(page, "body").text()
    for edge in out.graph["edges"]:
        if edge["kind"] in {"retained", "passed_on", "derived", "attributed"}:
            assert all(str(reason) in text for reason in [*edge["reasons"], *edge["against"]])
    for node in out.graph["nodes"]:
        if node["kind"] in {"party", "dataset", "release"}:
            assert node["label"] in text
    assert "claim against data" in text
    assert "no reply by" in text
    order = [text.index(word(f"page-section-{name}", "en")) for name in ("retention", "resale-chains", "attributions")]
    assert order == sorted(order)


def test_an_answer_says_in_which_language_it_is(out: Outgoing) -> None:
    assert "（原文为外语，未翻译）" in render_page(out, "zh")
    answered = [node for node in out.graph["nodes"] if node["reply_text"]]
    for translation, said in (
        (None, "“我们已删除全部客户数据。” (in Chinese, not translated)"),
        (
            json.dumps({"en": "We have deleted all data."}),
            "“我们已删除全部客户数据。” (translation: “We have deleted all data.”)",
        ),
    ):
        for node in answered:
            node["reply_text"], node["reply_translation"] = "我们已删除全部客户数据。", translation
        assert render_page(replace(out), "en").count(said) > 1, "cards too"


def test_a_copy_is_named_before_a_party_and_nobody_is_guilty(page: str) -> None:
    said = first(page, ".headlines .sentence .only-en").text()
    assert said.startswith(
        "These lists came from copy a-cti-x, which 江苏安禾家装贷款有限公司 home-loans "
        "gave to 江苏易卓网络科技有限公司 cti-x"
    )
    assert "guilty" not in page.replace(word("page-caveat-guilt", "en").split(".")[0], "")


def test_both_languages(chinese: str) -> None:
    page = chinese
    assert '<html lang="zh">' in page
    assert "主要结论" in first(page, "#headlines h2").text()
    table = json.loads(first(page, "#words").text())
    assert all(templates("page-", lang)[key] == text for lang, words in table.items() for key, text in words.items())
    filled = [{key: sorted(re.findall(r"{\w+}", text)) for key, text in words.items()} for words in table.values()]
    assert filled[0] == filled[1]
    keys = {node.attributes["data-t"] for node in LexborHTMLParser(page).css("[data-t]")}
    script = first(page, "script:not([type])").text(strip=False)
    keys |= set(re.findall(r'(?:say\(|worded\("[a-z0-9]+", )"([a-z-]+)"', script))
    assert keys <= set(table["en"])
    assert len(json.loads(first(page, "#said").text())) == max(map(int, re.findall(r'data-s="(\d+)"', page))) + 1


def test_what_was_claimed_and_left_out_is_said_in_chinese_too(chinese: str) -> None:
    caveats, tables = first(chinese, "#caveats").text(), first(chinese, "#findings").text()
    assert {"受保护信源", "已脱敏"} == {one for one in ("受保护信源", "已脱敏") if one in caveats}
    assert not re.search("protected source|masked", caveats)
    assert {"陈述与数据", "随机生成"} == {one for one in ("陈述与数据", "随机生成") if one in tables}
    assert not re.search("claim against data|not_retained|public_sources|contradicted|shared: ", tables)


ORDER = (
    'id="h-story"', 'class="lead"', "<figure", 'class="speaks"', 'class="speaks replied"', 'id="also"',
    'class="dateline"', 'id="graph"', 'id="caveats"', 'id="experts"',
)  # fmt: skip


def test_it_is_a_story_first_and_all_that_experts_need_is_one_folded_part(page: str) -> None:
    places = [page.index(mark) for mark in ORDER]
    assert places == sorted(places)
    experts = first(page, "#experts")
    assert "open" not in experts.attributes
    within = experts.html or ""
    assert [name for name in ("headlines", "findings", "details") if f'id="{name}"' not in within] == []
    also = LexborHTMLParser(page).css("#also .also > li")
    assert 0 < len(also) <= 6
    assert all(one.css_first("details.small figure") is not None for one in also)


def test_each_party_and_step_of_the_map_leads_to_its_card(page: str) -> None:
    tree = LexborHTMLParser(page)
    for link in tree.css("#map a"):
        card = tree.css_first(link.attributes["href"] or "")
        assert card is not None
        assert "about" in (card.attributes["class"] or "")
        (title,) = link.css("title")
        assert (title.attributes["data-o"] or "").strip()
    steps = [one for one in tree.css("#map a.step title") if "covers" not in one.text()]
    assert any(re.search(r" \(\S+%\), G\d, inferred from the lists$", one.text()) for one in steps)
    views = json.loads(first(page, "#views").text())["views"]
    assert {"strongest", "whole"} < set(views)
    assert len(views["strongest"]["down"][2]) <= 12
    drawn = {(one.attributes["href"] or "")[1:] for one in tree.css("#map a")}
    shown = {name for view in views.values() for form in view.values() for places in form[2:] for name in places}
    assert shown == drawn


def test_a_page_for_readers_has_no_part_for_experts_and_no_ids(out: Outgoing) -> None:
    page = render_page(replace(out, choice=ExportChoice(audience="readers")))
    tree = LexborHTMLParser(page)
    assert tree.css_first("#experts, #findings, #headlines, #matrix, small.ref") is None
    assert "SHA-256" not in page
    seen = "".join(one.text() for one in tree.css("#story, #also, #map title, #details :is(h3, h4, a, dd)"))
    assert [node["id"] for node in out.graph["nodes"] if node["kind"] == "release" and node["id"] in seen] == []
    ids = {one.attributes["id"] for one in tree.css("[id]")}
    assert {(one.attributes["href"] or "")[1:] for one in tree.css("a[href]")} <= ids
    assert all(tree.css_first(one) is not None for one in ("#map", "#details .about", "#caveats"))


def test_a_link_to_it_is_shown_with_its_headline_and_a_picture(out: Outgoing) -> None:
    at = "https://news.example/2026/list.png"
    page = render_page(replace(out, choice=ExportChoice(image=at)))
    tree = LexborHTMLParser(page)
    meta = {
        one.attributes.get("property") or one.attributes.get("name"): one.attributes["content"]
        for one in tree.css("meta[content]")
    }
    headline = first(page, "h1 bdi").text()
    assert (meta["og:title"], meta["og:image"], meta["og:image:alt"]) == (headline, at, headline)
    assert meta["twitter:card"] == "summary_large_image"
    assert meta["og:description"] == meta["description"] == first(page, ".lead").text()
    assert "og:image" not in render_page(out)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_picture_for_a_link_has_the_size_that_services_ask_for(out: Outgoing, lang: str) -> None:
    made = render(replace(out, of=("card",)).in_language(lang), "png", "figure")[""]
    assert struct.unpack(">II", made[16:24]) == (1200, 630)
    drawn = render(replace(out, of=("card",)).in_language(lang), "svg", "figure")[""].decode()
    headline = "合同到期" if lang == "zh" else "still had"
    assert headline in drawn
    assert "scale(" in drawn, "with the figure of the story"
    least = min(float(size) for size in re.findall(r'font-size="([\d.]+)"', drawn))
    assert least * float(re.search(r"scale\(([\d.]+)\)", drawn)[1]) * 1200 / 576 >= 11  # type: ignore[index]  # it is there


def test_another_language_is_refused(out: Outgoing) -> None:
    with pytest.raises(UsageError, match="en, zh"):
        render_page(Outgoing(out.graph), "fr")


def test_fields_of_unknown_rows_are_shown(out: Outgoing) -> None:
    page = render_page(Outgoing(out.graph, {"new-query": [{"some_key": 3, "other": ["a", "b"]}]}))
    assert "new-query" in page
    assert "some_key" in page


def test_text_is_broken_within_its_room_and_ids_that_differ_at_their_ends_are_not_cut_alike() -> None:
    for text in (
        "江苏安禾家装贷款有限公司南京分公司第二营业部",
        "Bright Path Tutoring International Holdings",
        "x" * 90,
    ):
        lines = wrap(text, 188, 13.5, lines=2, bold=True)
        assert 1 <= len(lines) <= 2
        assert all(width(line, 13.5, bold=True) <= 188 for line in lines)
    assert wrap("", 188, 13.5, lines=2) == []
    assert shortened("short", 188, 13.5) == "short"
    assert shortened("A name of several words", 60, 12.0).endswith("…")
    months = [shortened(f"members-of-the-north-2031-{month:02d}", 130, 12.0, bold=True) for month in range(1, 13)]
    assert all(text.startswith("mem") and text.endswith(f"-{n:02d}") for n, text in enumerate(months, 1))
    assert all(width(text, 12.0, bold=True) <= 130 for text in months)
