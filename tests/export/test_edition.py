"""An edition in what leaves: who is hidden or renamed is in no file by any name, and what is left out is counted."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TypeAlias

import pyarrow.parquet as pq
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.export.market_findings import PSEUDONYM, TITLE, found, leaving
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.disclosure import DatasetRef, PartyRef, Reason, stored_reason
from tracer.errors import InputRefused
from tracer.export.editing import EditedNames, edited_outgoing
from tracer.export.edition import EditedList, EditedParty, EditedQuote, EditedReply, EditedStory, Edition
from tracer.export.formats import NOUNS, Outgoing, outgoing_case, render
from tracer.publish import FACTS
from tracer.publish.editions import refuse_names

Shown: TypeAlias = tuple[Outgoing, Outgoing, EditedNames]
RENAMED = ("cti-x", "易卓", "Yizhuo.Network")
HIDDEN = ("trader-q", "老秦", "d8-trade")
EDITION = Edition(
    title="Who kept the list?",
    parties=(
        EditedParty("cti-x", {"en": "Vendor A", "zh": "甲公司"}),
        EditedParty("trader-q", hide=True),
    ),
    lists=(EditedList("d5-oem", {"en": "a list of leads", "zh": "一份线索名单"}),),
    replies=(EditedReply("cti-x", {"zh": "合同结束后我们删除全部客户数据。"}),),
    quotes=(EditedQuote("c1", {"en": "In other words."}),),
    languages=("en", "zh"),
)
FILES = [
    (noun, to) for noun in ("graph", "findings", "report") for to in sorted(NOUNS[noun]) if to not in ("png", "pdf")
]


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """The market as it is and as the edition shows it."""
    with market_case() as case:
        case.con.execute("""
            UPDATE dataset SET title_en = 'leads of Yizhuo Network and others' WHERE id = 'd7-random';
            UPDATE claim SET quote = 'Yizhuo Network deletes all.' WHERE id = 'c1';
            UPDATE party SET registration = '91320000MA1EXAMPLE' WHERE id = 'cti-x';
            UPDATE evidence SET path = 'evidence/contract-yizhuo-network.pdf' WHERE id = 'ev-d6';
        """)
        doubt = Reason.of("retention-holds-itself", vendor=PartyRef("trader-q"), dataset=DatasetRef("d8-trade"))
        against = "UPDATE retention SET against = $of WHERE seen_in = 'd6-backend'"
        case.con.execute(against, {"of": [stored_reason(doubt)]})
        whole = outgoing_case(case.con, found(case), PSEUDONYM, TITLE, facts=FACTS["report"] + ("overlaps",))
        yield whole, *edited_outgoing(whole, EDITION, case.con)


def texts(name: str, content: bytes) -> str:
    if name.endswith("xlsx"):
        with zipfile.ZipFile(BytesIO(content)) as book:
            return "\n".join(book.read(one).decode() for one in book.namelist())
    if name.endswith("parquet"):
        return str(pq.read_table(BytesIO(content)).to_pylist())
    return content.decode()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("noun", "to"), FILES)
def test_no_file_holds_a_name_of_who_is_hidden_or_renamed(noun: str, to: str, lang: str, shown: Shown) -> None:
    whole, out, names = shown
    sought = re.compile("|".join((*RENAMED, *HIDDEN, "d5-oem", "91320000MA1EXAMPLE")), re.IGNORECASE)
    was = "".join(texts(to, one) for one in render(whole.in_language(lang), to, noun).values())
    files = render(out.in_language(lang), to, noun)
    said = "".join(texts(to, one) for one in files.values())
    assert {"cti-x", "trader-q"} <= {*sought.findall(was)}, "the search finds them where nothing is edited"
    assert sought.findall(said) == []
    assert "vendor-a" in said or "Vendor A" in said or "甲公司" in said
    refuse_names({f"x.{to}": one for one in files.values()}, names)


@pytest.mark.parametrize("of", [("story",), ("sankey",), ("overlaps",), ("flow",), ("time",), ("lineage",)])
def test_figures_hold_none_either_and_say_what_is_left_out(of: tuple[str, ...], shown: Shown) -> None:
    said = render(replace(shown[1], of=of), "svg", "figure")[""].decode()
    assert re.findall("|".join((*RENAMED, *HIDDEN)), said, re.IGNORECASE) == []
    assert "This edition leaves out one party, with its lists and all that is said of it." in said


def test_ids_go_together_and_nothing_hangs_on_who_is_left_out(shown: Shown) -> None:
    whole, out, _ = shown
    ids = {node["id"] for node in out.graph["nodes"]}
    assert {"vendor-a", "a-vendor-a", "a-list-of-leads"} <= ids
    assert {end for edge in out.graph["edges"] for end in (edge["source"], edge["target"])} <= ids
    kept = [one for one in whole.graph["edges"] if not {"trader-q", "d8-trade"} & {one["source"], one["target"]}]
    assert 0 <= len(kept) - len(out.graph["edges"]) <= 3, "a planted record of nothing else goes as well"
    assert {str(row["recipient"]) for row in out.rows["attributions"]} <= ids
    assert {row["dataset"] for row in out.rows["datasets"]} == {
        node["ref"] for node in out.graph["nodes"] if node["kind"] == "dataset"
    }


def test_a_reason_of_something_else_names_nobody_who_is_left_out(shown: Shown) -> None:
    out = shown[1]
    text = str(out.coded_tables.findings if out.coded_tables else "")
    assert "(…)" in text
    said = [text for edge in out.graph["edges"] for text in edge["against"]]
    assert any("a party that is not named here" in text and "a list that is not shown here" in text for text in said)
    assert out.names_in("en").of(DatasetRef("(…)")) == "a list that is not shown here"
    assert out.names_in("zh").of(PartyRef("vendor-a")) == "甲公司"


def test_replies_and_quotes_are_in_other_languages_with_names_in_brackets(
    shown: Shown,
) -> None:
    out = shown[1]
    assert "合同结束后我们删除全部客户数据。" in out.answers("zh")["vendor-a"]
    assert "We delete all client data" in out.answers("en")["vendor-a"]
    quotes = [row["quote"] for row in out.rows["claims"] if row["claim"] == "c1"]
    assert quotes == ["[Vendor A] deletes all. [en: In other words.]"]


def test_an_edition_that_says_nothing_changes_nothing(read_market: Case, leaving_once: Outgoing) -> None:
    same, names = edited_outgoing(leaving_once, Edition(parties=(EditedParty("cti-x"),)), read_market.con)
    assert not names
    assert render(same, "json") == render(leaving_once, "json")
    assert same.edits == ()


def test_a_public_name_may_hold_a_name_that_readers_know(read_market: Case, leaving_once: Outgoing) -> None:
    """Who is called more fully is not hidden: its own name stays."""
    edition = Edition(parties=(EditedParty("cti-y", {"en": "Harbour Dialler Systems of Shanghai"}),))
    out, names = edited_outgoing(leaving_once, edition, read_market.con)
    assert (
        out.names_in("en").of(PartyRef("harbour-dialler-systems-of-shanghai")) == "Harbour Dialler Systems of Shanghai"
    )
    refuse_names({"a.txt": b"Harbour Dialler Systems"}, names)
    with pytest.raises(InputRefused, match="still says 'cti-y'"):
        refuse_names({"a.txt": b"it was cti-y"}, names)


def test_who_is_called_like_somebody_goes_along_unless_the_edition_names_it() -> None:
    with market_case() as case:
        case.con.execute("UPDATE party SET name = '易卓分公司' WHERE id = 'trader-q'")
        case.con.execute("INSERT INTO party_alias (party, alias) VALUES ('cti-x', '易卓分公司')")
        whole = leaving(case)
        for own, stays in ((EditedParty("trader-q", {"en": "Broker B"}), True), (EditedParty("trader-q"), False)):
            out, _ = edited_outgoing(whole, Edition(parties=(EditedParty("cti-x", hide=True), own)), case.con)
            assert ("broker-b" in {node["ref"] for node in out.graph["nodes"]}) == stays
            assert len(out.graph["nodes"]) < len(whole.graph["nodes"])
            assert stays or "trader-q" not in str(out.graph["nodes"])


def test_rows_are_in_the_order_of_their_public_ids(shown: Shown) -> None:
    whole, out, _ = shown
    for tables, ids in ((whole.facts, "d5-oem"), (out.facts, "a-list-of-leads")):
        known = [str(row["dataset"]) for row in tables["lists"]]
        named = known[:-1]  # the last is a protected party's
        assert ids in named
        assert named == sorted(named)
    refs = [node["ref"] for node in out.graph["nodes"] if node["kind"] == "party"]
    assert refs == sorted(refs)


def test_packed_bytes_are_no_text_and_a_place_is_named_once(shown: Shown) -> None:
    """Compressed bytes hold any letters: only what is read out of a workbook or a PDF can name somebody."""
    names = shown[2]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as book:  # stored, as a compressor does with what it cannot make smaller
        book.writestr("noise.png", b"\x89PNG\r\n\x1a\n" + b"\0\0 trader-q \xff")
    refuse_names({"findings.xlsx": packed.getvalue()}, names)
    with zipfile.ZipFile(packed, "a") as book:
        book.writestr("xl/strings.xml", "<t>trader-q</t>")
    with pytest.raises(InputRefused) as refused:
        refuse_names({"findings.xlsx": packed.getvalue()}, names)
    assert [(one.where, one.what.split(",")[0]) for one in refused.value.problems] == [
        ("findings.xlsx/xl/strings.xml", "still says 'trader-q'")
    ]


def test_a_story_is_told_in_the_editors_words_with_the_tools_own_next_to_them(
    read_market: Case, leaving_once: Outgoing
) -> None:
    """On the page; for figures see `story/test_story.py`."""

    def headline(page: str) -> str:
        tree = LexborHTMLParser(page)
        first = tree.css_first("h1 .only-en") or tree.css_first("h1")
        assert first is not None
        return first.text().strip()

    own = headline(render(leaving_once, "html")[""].decode())
    story = EditedStory(("a-cti-x",), headline={"en": "A vendor kept it"})
    out, _ = edited_outgoing(leaving_once, Edition((story,)), read_market.con)
    page = render(out, "html")[""].decode()
    assert "A vendor kept it" in headline(page)
    assert own[:30] in page.partition("The finding in the tool’s words:")[2]
    hidden = replace(out, edition=Edition((replace(story, hide=True),)))
    assert "A vendor kept it" not in render(hidden, "html")[""].decode()
