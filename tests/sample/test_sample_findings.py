"""What the tool finds in the sample is what is true there, and what is read first is easy to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from pyphen import Pyphen
from rich.cells import cell_len

from tests.sample.reading import SAMPLE
from tracer.ask.named import COPIED, CopiedViews, load_queries, query_rows, run_query
from tracer.ask.result import json_rows
from tracer.ask.short_why import short_why
from tracer.ask.story import LINES, lead, story
from tracer.ask.why import explained_edge, why, why_text
from tracer.case.case import Case
from tracer.cli.run import print_sections
from tracer.export.report.compose import compose
from tracer.policy import view_rows
from tracer.publish import Wanted, prepare
from tracer.wording.sections import Block, Break, Heading, Paragraph, Points, Table
from tracer.wording.terminal import COLUMNS

TRUTH: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


def rows(case: Case, sql: str) -> set[tuple[Any, ...]]:
    return set(case.con.execute(sql).fetchall())


TEASER = "huaixu-teaser"
"""A sample of 88 contacts: too few to show whose copy it is, of the larger of its two sources as well."""


def test_every_copy_is_found_and_no_other(case: Case) -> None:
    found = rows(case, "SELECT parent, child FROM derivation WHERE superseded IS NULL AND probability >= 0.7")
    public = {name for (name,) in rows(case, "SELECT id FROM dataset WHERE origin = 'register'")}
    assert found == {(a, b) for a, b in TRUTH["edges"] if b != TEASER and a not in public}


def test_a_register_and_a_list_of_refusals_are_in_no_derivation(case: Case) -> None:
    named = rows(case, "SELECT unnest([parent, child]) FROM derivation WHERE superseded IS NULL")
    assert named.isdisjoint(rows(case, "SELECT id FROM dataset WHERE origin IN ('register', 'refusals')"))


def test_who_kept_which_list_and_through_whom_it_went(case: Case) -> None:
    keys = ("vendor", "client", "release", "seen_in", "reading", "after_end")
    found = rows(case, f"SELECT {', '.join(keys)} FROM retention WHERE superseded IS NULL AND probability >= 0.5")
    true = {tuple(entry[key] for key in keys) for entry in TRUTH["retention"]}
    assert found <= true
    assert {(client, seen_in) for _, client, _, seen_in, *_ in true - found} <= {("chenxi", TEASER)}


def test_one_vendor_alone_kept_and_resold(case: Case) -> None:
    named = rows(
        case, "SELECT vendor FROM retention WHERE superseded IS NULL AND reading <> 'held' AND probability >= 0.05"
    )
    assert named == {("cti-hengtu",)}


def test_named_releases_are_those_whose_canaries_are_there(case: Case) -> None:
    found = rows(case, "SELECT dataset, release FROM attribution WHERE superseded IS NULL AND accused")
    seen = {(e["dataset"], e["of"]): e["readable"] for e in TRUTH["canaries"] if not e["of"].startswith("home")}
    # A single canary may be there by chance, as far as the numbers can tell; two or more are not.
    assert {pair for pair, canaries in seen.items() if canaries >= 2} <= found <= set(seen)
    assert not {dataset for dataset, _ in found} & set(TRUTH["not_from_a_vendor"])


def test_two_names_of_one_firm_are_suggested(case: Case) -> None:
    assert ("cti-hengtu", "hengtu-invoice") in rows(case, "SELECT a, b FROM party_suggestion")


def test_signals_reach_canaries_of_hengtus_copies_alone(case: Case) -> None:
    hit = rows(case, "SELECT DISTINCT c.release FROM signal s JOIN release_canary c ON c.canary = s.canary")
    assert hit == {("chenxi-hengtu",), ("luyan-hengtu",)}


def test_what_parties_say_is_held_against_the_data(case: Case) -> None:
    found = dict(rows(case, "SELECT claim, verdict FROM claim_verdict WHERE superseded IS NULL"))
    contradicted = {claim for claim, verdict in found.items() if verdict == "contradicted"}
    assert contradicted == {
        "hengtu-deleted", "quandu-business", "quandu-growth", "random-tongyao", "suheng-first-hand",
        "yigu-growth", "yigu-public", "zhuowei-stopped",
    }  # fmt: skip
    assert {claim for claim, verdict in found.items() if verdict == "untestable"} == {
        "hengtu-export", "shuoyu-deleted", "yigu-size", "zhuowei-complaints",
    }  # fmt: skip
    (source,) = {parent for parent, child in TRUTH["edges"] if child == "tongyao-2026-03"}
    answer = why(case.con, source, "tongyao-2026-03")
    assert "random-tongyao" in {row["claim"] for row in answer["said"]}
    assert re.search(r"generated at random\W.{0,60}The data contradict this\.", " ".join(why_text(answer, 80).split()))


def test_a_copying_that_is_only_very_likely_is_told_as_a_doubt(case: Case) -> None:
    of_own = "FROM claim_verdict WHERE superseded IS NULL AND claim = 'quandu-own'"
    assert rows(case, f"SELECT verdict, alternatives[1].code {of_own}") == {("consistent", "claim-perhaps-copied")}


def test_copies_that_hold_people_who_had_refused(case: Case) -> None:
    found = rows(case, "SELECT of FROM views.after_refusal WHERE what = 'released' AND own AND people >= 20")
    assert found == {("chenxi-hengtu",), ("chenxi-hesong",), ("chenxi-lanheng",)}


FIRST = {
    "en": "Hengtu still had Chenxi’s customer list on 20 May 2026, seven weeks after the contract ended."
    " Practically certain.",
    "zh": "2026年5月20日，珩途仍持有晨汐客户名单，此时合同到期已有七周。几乎可以肯定。",
}


@pytest.mark.parametrize("lang", FIRST)
def test_the_story_is_a_few_short_lines(case: Case, lang: str) -> None:
    lines = lead(case.con, lang, case="tracer-demo")
    assert 8 <= len(lines) <= LINES == 15
    assert max(map(cell_len, lines)) <= COLUMNS == 80
    joint = " " if lang == "en" else ""
    told = [one.strip() for one in re.split(r"\n· |\n(?! )", "\n".join(lines).replace("\n  ", joint))]
    assert told[1] == FIRST[lang]
    assert all(count in told[0] for count in ("43,699", "391"))
    assert any(re.search("contradict 3 more claims|另外 3 项说法", one) for one in told)
    assert "tracer findings --case tracer-demo" in told[-2]
    assert all(part in told[-1] for part in ("tracer show ID --case tracer-demo", "cti-hengtu"))
    assert not re.search("none|unknown|[{}$]", "\n".join(lines))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_sections_say_the_id_behind_each_name_once(case: Case, lang: str) -> None:
    sections = story(case.con, lang=lang)
    assert len(sections) > 8
    for section in sections:
        shown = [text for one in section.findings for text in (one.headline, one.sureness, *one.items)]
        named = re.findall(r"[(（](cti-hengtu|chenxi|huaixu|quandu)[)）]", "\n".join(shown))
        assert len(named) == len(set(named)), section.title
        assert lang == "zh" or not re.search("[\u4e00-\u9fff]", re.sub("“[^”]*”", "", "".join(shown)))


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """What the blocks say, each text for itself."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block.text
        elif isinstance(block, Points):
            yield from block.items
        elif isinstance(block, Table):
            yield from (cell for row in block.rows for cell in row)


def first_page(case: Case) -> list[str]:
    blocks = compose(prepare(case, Wanted("md", "report", "en")).leaving).blocks
    return list(texts(blocks[: next(at for at, block in enumerate(blocks) if isinstance(block, Break))]))


def test_what_is_read_first_is_easy_to_read(case: Case) -> None:
    names = [
        name
        for row in case.con.execute(
            "SELECT name, name_en, name_zh FROM views.parties"
            " UNION ALL SELECT list_title, title_en, title_zh FROM views.datasets"
        ).fetchall()
        for name in row if name
    ]  # fmt: skip
    said = {
        "demo": "\n".join(lead(case.con, "en")).replace("\n  ", " ").split("\n"),
        "why": list(texts(short_why(case.con, explained_edge(case.con, *STRONGEST), "en"))),
        "report": first_page(case),
    }
    for what, written in said.items():
        spoken = sentences(written, names)
        assert len(spoken) >= 7, what
        assert grade(spoken) <= 9, what
        assert [" ".join(words) for words in spoken if len(words) > 30] == [], what


STRONGEST = ("chenxi-2026-01", "huaixu-lot7")


def test_rows_without_arrow_are_those_of_the_queries(case: Case) -> None:
    copied = CopiedViews(case.con)
    compared = set()
    for name, query in load_queries().items():
        if any(parameter.required for parameter in query.parameters):
            continue
        own = [column.name for column in query.columns]
        whole = [{key: row[key] for key in own} for row in json_rows(run_query(case.con, query))]
        assert query_rows(case.con, query, copied=copied) == whole, name
        assert query_rows(case.con, query) == whole, name
        before = [{key: row[key] for key in own} for row in json_rows(run_query(case.con, query, entered=True))]
        assert query_rows(case.con, query, entered=True) == before, name
        compared |= {name} if whole else set()
    assert len(compared) > 20
    for view in COPIED:
        statement = f"SELECT * FROM views.{view} ORDER BY ALL"
        assert view_rows(case.con, copied.on_copies(statement)) == view_rows(case.con, statement) != []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_findings_are_lines_that_hang_below_their_marks(
    case: Case, lang: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    sections = story(case.con, lang=lang)
    print_sections(sections, lang)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= COLUMNS
    titles = [section.title for section in sections]
    assert [line.rstrip("─ ") for line in lines if line.endswith("──")] == titles
    marked = [line for line in lines if re.match(r"(G[0-5]|· ) \S", line)]
    assert len(marked) == sum(len(section.findings) for section in sections)
    body = [line for line in lines if line and line not in marked and not line.endswith("──")]
    body = body[: body.index(next(line for line in body if not line.startswith(" ")))]
    assert all(line.startswith("   ") for line in body)
    assert len(body) > 100
    spoken = {(line.split() or [""])[0] for line in body}
    assert {"+", "−"} <= spoken
    for at, line in enumerate(lines):  # a second line of a reason begins below the words of the first
        if line.startswith("   + ") and lines[at + 1].startswith("    "):
            assert lines[at + 1].startswith("     ")


_SYLLABLES = Pyphen(lang="en_GB", left=1, right=1)
_COMMAND = re.compile(r"`[^`]*`|\btracer (?:[a-z]+ )*(?:[A-Z]+\b)?(?: ?--\S+(?: \S+)?)*")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_ID = re.compile(r"\([\w.@#-]+\)|\b\w+(?:[-_.]\w+)*\d[\w.-]*|\b[a-z]+-[a-z0-9-]+\b")


def sentences(texts: Iterable[str], names: Iterable[str]) -> list[list[str]]:
    """The words of each sentence of several texts. Names go, and so do ids, numbers and commands."""
    found = []
    known = sorted((re.escape(name) for name in names if name), key=len, reverse=True)
    for text in texts:
        plain = _COMMAND.sub(" ", text)
        plain = re.sub("|".join(known), " ", plain) if known else plain
        for sentence in _SENTENCE.split(plain):
            words = _WORD.findall(_ID.sub(" ", sentence))
            if words:
                found.append(words)
    return found


def grade(spoken: list[list[str]]) -> float:
    """The school year in which it is read with ease."""
    words = [word for sentence in spoken for word in sentence]
    syllables = sum(len(_SYLLABLES.positions(word)) + 1 for word in words)
    return 0.39 * len(words) / len(spoken) + 11.8 * syllables / len(words) - 15.59
