"""Each kind of finding has its headline, made from its row, in two languages; so has each signal of an edge."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pytest

from tests.ask.test_why import DAYS_SIGNAL
from tests.export.market_findings import PSEUDONYM, TITLE, leaving
from tests.graph.market_case import market_case
from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Reason, Ref, Text
from tracer.dossier.statements import STATES
from tracer.dossier.vocabulary import CLAIM_KINDS
from tracer.export.drawing.figures import weights_of
from tracer.export.outgoing import outgoing_case
from tracer.findings.deciding import UNNAMED
from tracer.findings.derivation.model import KINDS
from tracer.findings.statements import headlines
from tracer.findings.statements.headlines import claim, contradiction
from tracer.findings.statements.replies import Replied, lines
from tracer.wording import LANGUAGES, Voice, in_words, say, signals_of
from tracer.wording.catalogue_files import FOLDER, entries
from tracer.wording.claims import key_numbers, number_label, number_value
from tracer.wording.names import Introduced, Names, names_of_rows

Row = dict[str, Any]

KEPT: Row = {
    "vendor": "v", "client": "c", "release": "r", "dataset": "own", "seen_in": "found", "seen_with": "v",
    "first_seen": date(2026, 5, 20), "ends": date(2026, 3, 31), "reading": "retained", "after_end": True,
    "probability": 0.997, "grade": "G4",
}  # fmt: skip
PASSED: Row = KEPT | {"reading": "passed_on", "seen_with": "t", "after_end": None}
NAMED: Row = {
    "dataset": "found", "release": "r", "recipient": "v", "canaries_seen": 16, "canaries_planted": 16,
    "test": "canaries", "error": 1e-9,
    "holder": "v",
}  # fmt: skip
CHAIN: Row = {
    "chain": ["c", "v", "t"], "datasets": ["own", "found"], "first_seen": "2026-01-10", "last_seen": "2026-07-02",
}  # fmt: skip
COPIED: Row = {
    "parent": "own", "child": "found", "probability": 0.97, "shared": 2_789, "kind": "copy", "direction": "told",
}  # fmt: skip
JUDGED: Row = COPIED | {
    "without_judgement": 0.29, "judgement": "confirm", "judged_by": "N", "judged_on": "2026-07-03", "note": "seen",
}  # fmt: skip
DATED: Row = {"client": "c", "dataset": "found", "from_day": date(2026, 1, 10), "to_day": date(2026, 1, 11)}
CLAIM: Row = {
    "party": "v", "about": "v", "kind": "random", "dataset": "found", "value": None, "quote": None,
    "verdict": "contradicted", "numbers": "{}",
}  # fmt: skip
TWO: Row = {
    "what": "two values", "about": "p", "claim_kind": "daily_growth", "party_a": "p", "party_b": "q",
    "value_a": "5000000", "value_b": "10000", "factor": 500.0,
}  # fmt: skip
REFUSED: Row = {
    "what": "released", "people": 155, "events": None, "client": "c", "of": "r", "party": "v", "own": True,
    "first_day": date(2026, 4, 5),
}  # fmt: skip
CAMPAIGN: Row = {
    "channels": ["call"], "hits": 16, "numbers": 8, "first_at": datetime(2026, 6, 18, 9),
    "last_at": datetime(2026, 6, 29, 9), "reading": "It came from there.",
}  # fmt: skip
LINE: Row = {"line": "l", "vendor": "v", "hand": 2, "inferred": 3, "whole": True}
RATE: Row = {
    "rate": 0.0003, "low": 0.0001, "high": 0.001, "counted": 3, "calls": 10_000, "complaints": 3, "needed": 8_178,
}  # fmt: skip
RULE: Row = {"violations": 5, "examined": 100, "rule": "n1", "bound": "08:00-21:00"}
SALE: Row = {
    "seller": "s", "buyer": "b", "date": None, "evidence": ["bill"], "parent": None, "child": None, "probability": None,
    "opposite": None, "state": "no tie",
}  # fmt: skip


def every() -> Iterator[Reason]:
    """The headlines of rows of every kind, and of every form that a kind has."""
    held = KEPT | {"reading": "held"}
    for row in (KEPT, PASSED, PASSED | {"after_end": False}, held | {"after_end": False}, held | {"after_end": None}):
        for said in (headlines.retention, headlines.reading_sure, headlines.list_seen, headlines.copy_given):
            yield said(row)
    for days in (1, 40, 200):
        yield headlines.retention(KEPT | {"ends": date.fromordinal(KEPT["first_seen"].toordinal() - days)})
    yield from (headlines.no_copy_named(NAMED | {"client": "c"}, code) for code in UNNAMED)
    rejected = {"judgement": "reject", "without_judgement": None}
    yield from (
        headlines.passed_on([PASSED]), headlines.passed_on([PASSED, PASSED | {"seen_with": "u"}]),
        headlines.attribution(NAMED), *headlines.marks(NAMED), *headlines.marks(NAMED | {"test": "draw"}),
        headlines.derivation(COPIED), headlines.derivation(COPIED | {"direction": "not_told"}),
        headlines.derivation_sure(COPIED), headlines.sure(COPIED), headlines.sureness(COPIED),
        headlines.sureness(JUDGED), headlines.chain(CHAIN), headlines.chain_by(CHAIN),
        *headlines.against_chain(CHAIN | rejected), headlines.vintage(DATED), headlines.sale(SALE),
        *headlines.against_sale(SALE | rejected | {"state_without_judgement": "agrees"}),
        claim(CLAIM | {"kind": "complaint_rate", "value": "0.0001"}), contradiction(TWO),
        *filter(None, [headlines.times_apart(TWO)]), headlines.campaign(CAMPAIGN),
    )  # fmt: skip
    for kind in CLAIM_KINDS:
        for verdict in ("supported", "contradicted", "consistent", "untestable", "untested"):
            yield claim(CLAIM | {"kind": kind, "verdict": verdict, "value": "10000", "about": "p"})
        yield claim(CLAIM | {"kind": kind, "dataset": None})
        yield contradiction(TWO | {"what": "two origins", "value_a": kind, "value_b": "random"})
    for what in ("released", "called", "complained"):
        yield headlines.refusal(REFUSED | {"what": what, "events": 40})
    listed = REFUSED | {
        "refusals": "no", "of": "found", "refused_from": date(2026, 3, 1), "refused_to": date(2026, 3, 9),
        "used_under": "customer", "own": False, "known_by": "created",
    }  # fmt: skip
    for what in ("listed", "inside", "later"):
        yield headlines.refusal(listed | {"what": what})
        yield from headlines.refusal_bases(listed | {"what": what})
    yield headlines.refusal(listed | {"what": "listed", "refusals": None})
    for row, rate, rules in ((LINE, RATE, [RULE]), (LINE | {"whole": False}, RATE | {"rate": None}, [])):
        line = headlines.line(row, rate, rules)
        assert line is not None
        yield line
    for state in STATES:
        yield headlines.reply_state(state)
        replied = Replied("v", state, date(2026, 7, 3), date(2026, 7, 10), date(2026, 7, 9),
                          "我们不知情。" if state == "answered" else None, because="一审未结")  # fmt: skip
        yield from lines(["v"], {"v": replied}, {}, "en")


def codes(numbers: Iterable[Number]) -> Iterator[str]:
    for number in numbers:
        if isinstance(number, Reason):
            yield number.code
            yield from codes(number.numbers.values())
        elif isinstance(number, tuple):
            yield from codes(number)


def test_every_headline_is_that_of_some_row() -> None:
    written = set(entries((FOLDER / "en" / "headlines.ftl").read_text(encoding="utf-8")))
    reached = set(codes(every())) | {"list-of", "list-called"}  # said by LISTOF and LISTED
    assert written - reached == set()
    assert {code for code in reached if code.startswith(("headline-", "reading-", "reply-"))} <= written


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_headline_is_a_sentence(lang: str) -> None:
    for reason in every():
        text = say(reason, lang)
        assert not re.search(r"[{}$]|none|  | [.,;]", text), text
        own = text.replace("found", "").replace("It came from there.", "")
        assert lang == "en" or not re.search(r"[a-z]{5}", own), text


SAID = (
    (headlines.retention(KEPT), "v still had c’s list on 20 May 2026, seven weeks after the contract ended.",
     "2026年5月20日，v 仍持有 c 的名单，此时合同到期已有七周。"),
    (headlines.passed_on([PASSED, PASSED | {"seen_with": "u", "first_seen": date(2026, 7, 2)}]),
     "Lists held by t and u (20 May to 2 July 2026) come from the copy of c’s list given to v.",
     "t、u 持有的名单（2026年5月20日至7月2日）来自交给 v 的 c 的名单副本。"),
    (headlines.chain(CHAIN), "Data of c reached t through v (lists of 10 January to 2 July 2026).",
     "c 的数据经由 v 流入 t（名单日期为2026年1月10日至7月2日）。"),
    (headlines.chain(CHAIN | {"probability": 0.7}),
     "Data of c may have reached t through v (lists of 10 January to 2 July 2026).",
     "c 的数据可能经由 v 流入 t（名单日期为2026年1月10日至7月2日）。"),
    (headlines.derivation({"parent": "a", "child": "b", "kind": "copy", "direction": "told", "probability": 0.79}),
     "b may have been copied from a.", "b 可能复制自 a。"),
    (headlines.derivation({"parent": "a", "child": "b", "kind": "version", "direction": "told", "probability": 0.8}),
     "b is a later version of a.", "b 是 a 的后续版本。"),
    (headlines.retention(KEPT | {"probability": 0.6}),
     "v may still have had c’s list on 20 May 2026, seven weeks after the contract ended.",
     "2026年5月20日，v 可能仍持有 c 的名单，此时合同到期已有七周。"),
    (headlines.vintage(DATED), "c’s records in found were exported between 10 and 11 January 2026.",
     "found 中 c 的记录于2026年1月10日至11日之间导出。"),
    (claim(CLAIM), "v says that the numbers in found were generated at random. The data contradict this.",
     "v 称 found 中的号码是随机生成的。数据与此矛盾。"),
    (claim(CLAIM | {"kind": "daily_growth", "about": "p", "value": "10000", "numbers": {"against": "statement"}}),
     "v says that p gains 10,000 contacts a day. Another statement contradicts this.",
     "v 称 p 每日新增 10,000 个联系人。另一陈述与此矛盾。"),
    (headlines.refusal(REFUSED),
     "155 people who had refused c were still in the copy given to v on 5 April 2026 (r).",
     "155 名已拒绝 c 的人仍在2026年4月5日交给 v 的副本（r）中。"),
    (headlines.refusal(REFUSED | {"people": None}),
     "<20 people who had refused c were still in the copy given to v on 5 April 2026 (r).",
     "<20 名已拒绝 c 的人仍在2026年4月5日交给 v 的副本（r）中。"),
    (contradiction(TWO), "Statements about p differ (daily growth): p says 5,000,000, q says 10,000 (500 times apart).",
     "关于 p 的说法不一致（日增量）：p 称 5,000,000，q 称 10,000，相差 500 倍。"),
)  # fmt: skip


@pytest.mark.parametrize(("reason", "english", "chinese"), SAID, ids=[english for _, english, _ in SAID])
def test_headlines_as_they_are_said(reason: Reason, english: str, chinese: str) -> None:
    assert (say(reason), say(reason, "zh")) == (english, chinese)


def test_what_is_not_known_has_no_headline_and_hidden_counts_stay_hidden() -> None:
    assert headlines.line(LINE | {"inferred": None}, None, []) is None
    assert headlines.derivation_sure(COPIED | {"shared": "<20"}).numbers["shared"] == Count(0)
    assert "<20" in say(headlines.derivation_sure(COPIED | {"shared": None}))


PARTIES: list[Row] = [
    {"party": "v", "name": "南京珩途网络科技有限公司", "name_en": "Hengtu", "name_zh": "珩途"},
    {"party": "c", "name": "苏州晨汐教育科技有限公司", "name_en": None, "name_zh": None},
]  # fmt: skip
LISTS: list[Row] = [{"dataset": "own", "list_title": "clients", "title_en": "the customer list", "title_zh": None}]


def test_display_names_are_of_the_language_or_of_any() -> None:
    english, chinese = (names_of_rows(PARTIES, LISTS, lang) for lang in LANGUAGES)
    assert (english.of(PartyRef("v")), chinese.of(PartyRef("v"))) == ("Hengtu", "珩途")
    assert english.of(PartyRef("c")) == "苏州晨汐教育科技有限公司"
    assert (english.of(DatasetRef("own")), chinese.of(DatasetRef("own"))) == ("the customer list", "clients")
    assert english.of(PartyRef("own")) == "own"  # a party and a list may have one id


def test_the_id_follows_a_name_the_first_time() -> None:
    names = Names({"v": "Hengtu", "c": "Chenxi"}, {"own": "Chenxi’s customer list"})
    voice = Voice("en", Introduced(names, "en"))
    assert voice.say(headlines.retention(KEPT)).startswith("Hengtu (v) still had Chenxi’s customer list (own) on")
    assert voice.say(headlines.retention(KEPT)).startswith("Hengtu still had Chenxi’s customer list on")
    chinese = Voice("zh", Introduced(Names({"v": "珩途"}), "zh"))
    assert "珩途（v）仍持有 c 的名单" in chinese.say(headlines.retention(KEPT))
    voice = Voice("en", Introduced(Names({"v": "Hengtu"}, {"found": "lot 7"}), "en"))
    assert "lot 7" not in voice.say(headlines.retention(KEPT)), "`found` is not in this sentence"
    assert "lot 7 (found)" in voice.say(headlines.retention(PASSED))


def test_names_fit_into_the_sentence() -> None:
    ids = Reason.of("lead-show", command=Ref("tracer show ../ID"), names=(PartyRef("d"),))
    said = Voice("en", Names({"d": "Dialer Co. S.A."})).say(ids)
    assert said == "One party’s chain: tracer show ../ID. Ids: Dialer Co. S.A."
    text = Voice("zh", Names({"v": "珩途"}, {"found": "第7批"})).say(claim(CLAIM | {"quote": "随机 生成"}))
    assert text == "珩途称第7批中的号码是随机生成的：“随机 生成”。数据与此矛盾。"


def test_numbers_of_claims_are_labelled() -> None:
    row = CLAIM | {"numbers": {"shared": 1402, "expected": 9.41312, "failed": ["last_two"], "canaries_seen": None}}
    assert key_numbers(row, Voice("en")) == (
        "contacts in common: 1,402", "expected by chance: 9.413", "tests not passed: last two digits",
    )  # fmt: skip
    assert key_numbers(row, Voice("zh"))[2] == "未通过的检验：尾号"
    assert number_label("of_no_catalogue", "zh") == "of no catalogue"
    assert number_value("dataset", "canaries", "en") == "canaries"  # an id, though it is a word elsewhere


@pytest.mark.parametrize(("value", "shown"), [("inf", "inf"), ("1e30", "1e+30"), ("many", "many"), ("12.5", "12.5")])
def test_a_claimed_value_that_is_no_whole_number_stays(value: str, shown: str) -> None:
    says = claim(CLAIM | {"kind": "size", "value": value}).numbers["says"]
    assert isinstance(says, Reason)
    assert says.numbers["value"] == Text(shown)


STORED = json.dumps([DAYS_SIGNAL])
OLD = '[{"signal": "rare rows", "value": "45", "weight": 1.5, "text": "rare rows in common"}, {"signal": "dates", \
"weight": 1}]'


def test_sentences_of_an_earlier_version_stay_as_they_are() -> None:
    for lang in LANGUAGES:
        first, second = in_words(signals_of(OLD), Voice(lang))
        assert (first["name"], first["text"]) == ("rare rows", "rare rows in common")
        assert (second["value"], second["text"]) == ("", "")


def test_every_signal_has_a_name_in_both_languages() -> None:
    for signal in ("before", *KINDS, "judgement"):
        (step,) = signals_of(json.dumps([{"signal": signal, "weight": 1.0}]))
        step["name"]["numbers"]["written"] = {"text": "unnamed"}  # type: ignore[index] # JSON of a reason
        english, chinese = (in_words(step, Voice(lang))["name"] for lang in LANGUAGES)
        assert "unnamed" not in (english, chinese), signal
        assert chinese.isascii() is False, signal


def test_what_leaves_a_case_has_its_signals_in_the_language_of_the_export() -> None:
    case = market_case()
    case.con.execute("UPDATE derivation SET weights = $weights WHERE child = 'd6-backend'", {"weights": STORED})
    out = outgoing_case(case.con, leaving(case).findings, PSEUDONYM, TITLE, facts=("weights",))
    row = next(at for at, row in enumerate(out.facts["weights"]) if row["child"] == "d6-backend")
    said = {lang: weights_of(out.in_language(lang).facts["weights"][row])[0] for lang in LANGUAGES}
    assert {lang: step[:2] for lang, step in said.items()} == {
        "en": ("dates of lists", -2.25),
        "zh": ("名单的日期", -2.25),
    }
    translated = out.translations(out.rows)
    assert (translated["dates of lists"], translated[said["en"][2]]) == ("名单的日期", said["zh"][2])
