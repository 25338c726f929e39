"""Why an edge stands: its short answer, numbers, positions, the waterfall, documents, and what speaks against it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from rich.cells import cell_len

from tests.ask.test_views import FIRST
from tests.inserted import insert, insert_derivation, insert_list
from tracer.ask.named import id_called
from tracer.ask.short_why import REASONS, short_why
from tracer.ask.what_if import what_if
from tracer.ask.why import explained_edge, why, why_json, why_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import DatasetRef, Number, Reason, Word, number_json
from tracer.dossier.parties import add_party
from tracer.dossier.statements import add_evidence, add_judgement, add_statement
from tracer.errors import UsageError
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts, kept
from tracer.records import Claim, Evidence, Party, Relation
from tracer.wording import Voice, in_words
from tracer.wording.sections import Block, Points
from tracer.wording.terminal import terminal_text

DAY_OF_A: dict[str, Number] = {"one": DatasetRef("a"), "one_event": Word("obtained"), "one_day": date(2026, 5, 1)}
DAY_OF_B: dict[str, Number] = {"other": DatasetRef("b"), "other_event": Word("made"), "other_day": date(2026, 3, 1)}
DAYS = Reason.of("derivation-dates", **DAY_OF_A, **DAY_OF_B)
ROWS_SIGNAL = {"signal": "rare rows", "value": "45", "weight": 120.5, "text": "rare rows in common"}
DAYS_SIGNAL = {"signal": "dates", "value": "2026-05-01:2026-03-01", "weight": -2.25, "reason": number_json(DAYS)}
WEIGHTS = json.dumps([ROWS_SIGNAL, DAYS_SIGNAL])
RARE: dict[str, Any] = {"shared": 30, "reasons": kept(["30 rare rows agree"])}


@pytest.fixture
def pair_case() -> Case:
    """Two lists of two parties, and that b was copied from a."""
    made = memory_case()
    for party, name in (("seller", "卖方公司"), ("buyer", "买方公司")):
        add_party(made.con, Party(party, name, name_en=f"{party.title()} Ltd"))
    insert_list(made.con, 1, "a", range(FIRST, FIRST + 100), "seller")
    insert_list(made.con, 2, "b", [*range(FIRST + 60, FIRST + 90), *range(FIRST + 500, FIRST + 520)], "buyer")
    made.con.execute("UPDATE dataset SET obtained = DATE '2026-05-20' WHERE id = 'b'")
    made.con.execute("INSERT INTO overlap VALUES (1, NULL, 'a', 'b', 30, 100, 50, .5, 60, 1e-30)")
    insert_derivation(made.con, "a", "b", 0.97, **RARE, weights=WEIGHTS, against=kept(["b may come from c"]))
    return made


@pytest.fixture
def case(pair_case: Case) -> Case:
    """The same with a third list that b may come from, and what is said of them."""
    con = pair_case.con
    insert_list(con, 3, "c", range(FIRST, FIRST + 100), "buyer")
    insert_derivation(con, "c", "b", 0.9, **RARE)
    with pair_case.transaction():
        add_evidence(con, pair_case.vault, Evidence("ev1", "interview", text="they sold it"))
    add_statement(con, Relation("sold_to", "seller", "buyer", basis="alleged", evidence=("ev1",)))
    add_statement(con, Claim("seller", "random", dataset="a", quote="随机"))
    return pair_case


Explained = tuple[str, str, str, str | None, float]


def explain(case: Case, *rows: Explained) -> None:
    """The explanations of the pair: from, to, kind, by way of, probability."""
    case.con.execute("DELETE FROM explanation")
    for row in rows:
        case.con.execute("INSERT INTO explanation VALUES (1, NULL, ?, ?, ?, ?, ?, NULL)", list(row))


def test_everything_behind_an_edge(case: Case) -> None:
    add_judgement(case.con, "a", "b", "confirm", note="seen", at=datetime(2026, 6, 1), who="me")
    answer = why(case.con, "a", "b")
    derived = answer["derivations"][0]
    assert (derived["probability"], derived["judgement"]) == (0.97, "confirm")
    assert [(step["weight"], step["total"], step["text"]) for step in derived["weights"]] == [
        (120.5, 120.5, "rare rows in common"),
        (-2.25, 118.25, "a was obtained on 1 May 2026, and b was made on 1 March 2026."),
    ]
    chinese = why(case.con, "a", "b", lang="zh")["derivations"][0]["weights"]
    assert [(step["signal"], step["name"]) for step in chinese] == [("rare rows", "rare rows"), ("dates", "名单的日期")]
    assert chinese[1]["text"] == "a 于2026年5月1日取得，b 于2026年3月1日生成。"
    of_a, of_b = {"a_rows": 30, "a_runs": [[61, 90]], "a_more_runs": 0}, {"b_rows": 30, "b_runs": [[1, 30]]}
    assert answer["positions"] == [{"a": "a", "b": "b", **of_a, **of_b, "b_more_runs": 0}]
    assert answer["other_sources"][0]["parent"] == "c"
    assert answer["against"] == ["b may come from c"]
    assert [piece["evidence"] for piece in answer["evidence"]] == ["ev1"]
    assert "text" not in answer["evidence"][0]
    assert why(case.con, "b", "a")["derivations"] == answer["derivations"]
    assert json.loads(why_json(answer))["judgements"][0]["at"] == "2026-06-01T00:00:00Z"
    text = why_text(answer)
    said = ("+120.50    +120.50", "│████", "-2.25    +118.25  ░", "− b may come from c", "rows: 61–90", "confirm")
    assert [one for one in (*said, "What speaks against it") if one not in text] == []


def test_parties_are_tied_by_their_lists_and_what_is_said(case: Case) -> None:
    answer = why(case.con, "seller", "buyer")
    assert (answer["relations"][0]["kind"], answer["derivations"][0]["child"]) == ("sold_to", "b")
    assert why(case.con, "claim-1", "a")["claims"][0]["quote"] == "随机"


def test_nothing_is_said_where_nothing_ties(case: Case) -> None:
    insert_list(case.con, 4, "d", range(FIRST + 900, FIRST + 930))
    text = why_text(why(case.con, "a", "d"))
    assert "No finding and no statement ties them" in text
    with pytest.raises(UsageError, match="did you mean 'seller'"):
        why(case.con, "sellr", "a")


def test_small_overlaps_have_no_positions(case: Case) -> None:
    case.con.execute("UPDATE overlap SET shared = 19")
    case.con.execute("DELETE FROM derivation")
    answer = why(case.con, "a", "b")
    assert not {"positions", "overlaps", "what_if"} & {name for name, value in answer.items() if value}
    assert "19" not in why_text(answer)


def what_would_explain(case: Case, *rows: Explained) -> dict[str, Any]:
    explain(case, *rows)
    answer = why(case.con, "a", "b")
    found: dict[str, Any] = answer["what_if"][0]
    assert found["answer"] in " ".join(why_text(answer, 80).split())
    return found


def test_the_best_explanation_and_how_much_less_likely_the_next_one_is(case: Case) -> None:
    found = what_would_explain(
        case, ("a", "b", "copied", None, 0.9), ("a", "b", "through", "c", 0.06), ("a", "b", "other", None, 0.04)
    )
    assert (found["answer"], found["told"]) == (
        "b was copied from a. The next explanation is 15 times less likely: b came from a by way of c.", True
    )  # fmt: skip
    assert any("all of c as it was at the time" in str(text) for text in found["would_tell"]), "odds under 20 : 1"


@pytest.mark.parametrize(
    ("first", "second", "said", "told_by"),
    [
        (("a", "b", "copied", None, 0.5), ("b", "a", "copied", None, 0.45),
         "which of a and b was copied from the other", "the day on which a was made"),
        (("a", "b", "hidden", None, 0.5), ("a", "b", "copied", None, 0.4),
         "Either a and b both came from a list that was never obtained, or b", "another list of the same origin"),
        (("a", "b", "chance", None, 0.5), ("b", "a", "copied", None, 0.4),
         "a and b share only popular contacts", "more of either list"),
    ],
)  # fmt: skip
def test_cannot_be_told_is_an_answer(case: Case, first: Explained, second: Explained, said: str, told_by: str) -> None:
    found = what_would_explain(case, first, second)
    assert found["told"] is False
    assert found["answer"].startswith("It cannot be told")
    assert said in found["answer"]
    assert any(told_by in text for text in found["would_tell"]), found["would_tell"]


def test_a_pair_without_an_edge_and_siblings_of_a_third_are_answered(case: Case) -> None:
    case.con.execute("DELETE FROM derivation")
    said = what_would_explain(case, ("a", "b", "common", "c", 0.97), ("a", "b", "chance", None, 0.03))["answer"]
    assert said.startswith("a and b both came from c. The next explanation is")
    assert "a and b share only popular contacts" in said
    case.con.execute("DELETE FROM explanation")
    case.con.execute("UPDATE overlap SET expected = 28, p_value = .4")
    assert "There is nothing to explain" in why(case.con, "a", "b")["what_if"][0]["answer"]


def test_a_hidden_list_shows_what_it_must_have_held_by_child_and_position(case: Case) -> None:
    insert_list(case.con, 4, "d", range(FIRST + 60, FIRST + 85))
    case.con.execute("DELETE FROM overlap")
    overlap.compute(CaseFacts(case.con), 2)
    case.con.execute("INSERT INTO hidden VALUES (1, NULL, 'hidden-1', [], ['a', 'b', 'c', 'd'], 30, .8, [])")
    answer = why(case.con, "hidden-1", "a")
    assert why(case.con, "a", "b")["hidden_rows"] == answer["hidden_rows"], "siblings show it as well"
    told = answer["hidden_rows"][0]
    # a and c are near-copies: what they alone share is one witness's.
    assert told["held_by"] == {"2": "<20", "3": 25}
    assert {one["dataset"]: (one["contacts"], one["runs"]) for one in told["lists"]} == {
        "a": (30, [[61, 90]]), "b": (30, [[1, 30]]), "c": (30, [[61, 90]]), "d": (25, [[1, 25]]),
    }  # fmt: skip
    assert "hidden-1 must have held at least 30 contacts. Of these, <20 are in 2" in why_text(answer)


def test_every_line_fits_80_columns_and_shows_bars_without_colour(case: Case) -> None:
    case.con.execute(
        "UPDATE derivation SET reasons = $reasons", {"reasons": kept(["a long sentence of many words " * 12])}
    )
    text = why_text(why(case.con, "a", "b"), 80)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    bars = [line for line in text.splitlines() if "█" in line or "░" in line]
    assert [line.index("│") for line in bars] == [bars[0].index("│")] * len(bars), "one line between for and against"
    assert "\x1b" not in text


def _copies(mine: float, *others: float) -> dict[str, object]:
    return {
        "a": "r0", "b": "leak",
        "releases": [{"release": "r0", "dataset": "own", "canaries": 0, "date": None, "withheld": 0}],
        "dates": [{"dataset": "own"}, {"dataset": "leak"}],
        "retention": [{"release": "r0", "seen_in": "leak", "probability": mine}],
        "other_copies": [{"release": f"r{i}", "probability": p} for i, p in enumerate(others, 1)],
    }  # fmt: skip


def test_two_copies_that_are_both_sources_are_no_alternatives() -> None:
    (both,) = in_words(what_if(memory_case().con, _copies(0.99, 0.98, 0.97, 0.2)), Voice("en"))
    assert "came from copy r0 (99%), and also from copy r1 and r2" in both["answer"]
    assert (both["odds"], both["told"], both["would_tell"]) == (None, True, [])
    (even,) = in_words(what_if(memory_case().con, _copies(0.49, 0.49)), Voice("en"))
    assert even["answer"].startswith(
        "It cannot be told. Either leak came from copy r0 (cannot be told, 49%), or leak came"
    )
    (one,) = in_words(what_if(memory_case().con, _copies(0.9, 0.1)), Voice("en"))
    assert "The next explanation is 9.0 times less likely: leak came from copy r1" in one["answer"]


def test_names_and_titles_that_one_alone_has_are_taken_for_ids(case: Case) -> None:
    con = case.con
    con.execute("UPDATE dataset SET title_en = 'Spring list' WHERE id = 'a'")
    con.execute("UPDATE party SET name = 'Hengtu Ltd' WHERE id = 'seller'")
    assert id_called(con, "spring  LIST", "why") == "a"
    assert id_called(con, "Hengtu Ltd", "why") == "seller"
    assert why(con, "Spring list", "b") == why(con, "a", "b")
    con.execute("UPDATE dataset SET title_en = 'Spring list' WHERE id = 'b'")
    with pytest.raises(UsageError, match="2 are called 'Spring list'") as refused:
        id_called(con, "Spring list", "why")
    assert refused.value.remedy == "use an id: a, b"
    with pytest.raises(UsageError, match="did you mean 'seller'"):
        id_called(con, "Hengtu Lmt", "why")
    con.execute("UPDATE party SET protected = true WHERE id = 'seller'")
    with pytest.raises(UsageError, match="nothing called 'Hengtu Ltd'"):
        id_called(con, "Hengtu Ltd", "why")


@pytest.mark.parametrize(
    ("likely", "said"),
    [
        (
            0.67,
            "leak may have come from copy r1. That it came from copy r0 is less likely."
            " How sure: more likely than not, 67%.",
        ),
        (0.97, "leak came from copy r1, not from copy r0. How sure: very likely, 97%."),
    ],
)
def test_that_another_copy_is_the_source_is_said_as_surely_as_it_is(likely: float, said: str) -> None:
    con = memory_case().con
    insert_list(con, 1, "own", range(FIRST, FIRST + 100), "client")
    insert_list(con, 2, "leak", range(FIRST, FIRST + 60), "trader")
    for release, vendor, probability in (("r0", "x", 0.03), ("r1", "y", likely)):
        insert(con, "release", id=release, dataset="own", recipient=vendor, registered_at="2026-01-01")
        who = {"vendor": vendor, "client": "client", "release": release, "dataset": "own", "seen_in": "leak"}
        how = {"seen_with": "trader", "reading": "passed_on", "probability": probability, "grade": "G1"}
        insert(con, "retention", run=1, **who, **how, reasons=[], against=[])
    text = terminal_text(short_why(con, explained_edge(con, "r0", "leak"), "en"))
    assert " ".join(text.split()).startswith(said)


def test_beside_a_chain_is_how_sure_it_is_that_data_went_by_any_way() -> None:
    con = memory_case().con
    insert_list(con, 1, "own", range(FIRST, FIRST + 100), "client")
    insert_list(con, 2, "leak", range(FIRST, FIRST + 60), "trader")
    insert_list(con, 3, "mid", range(FIRST, FIRST + 80), "vendor")
    insert(con, "release", id="r", dataset="own", recipient="vendor", registered_at="2026-01-01")
    who = {"vendor": "vendor", "client": "client", "release": "r", "dataset": "own", "seen_in": "leak"}
    how = {"seen_with": "trader", "reading": "passed_on", "probability": 0.57, "grade": "G1"}
    insert(con, "retention", run=1, **who, **how, reasons=[], against=[])
    chain = {"parties": ["client", "vendor", "trader"], "datasets": ["own", "mid", "leak"], "grade": "G1"}
    insert(con, "chain", run=1, **chain, probability=0.34)
    said = {}
    for likelier in (0.25, 0.55):
        con.execute("DELETE FROM generation")
        for hands, probability in ((1, 0.2), (2, likelier)):
            insert(con, "generation", run=1, ancestor="own", dataset="leak", hands=hands, probability=probability)
        text = terminal_text(short_why(con, explained_edge(con, "own", "leak"), "en"))
        said[likelier] = " ".join(text.split())
    steps = "That all steps of the chain are true, copies on record included: cannot be told, 34%; by way of own, mid"
    way = "That data went from own to leak by any way: more likely than not, {}%."
    assert all(steps in text for text in said.values())
    assert way.format(57) in said[0.25]
    assert way.format(75) in said[0.55]


MORE = {"en": "Add --details", "zh": "加上 --details"}


def blocks(case: Case, a: str, b: str, lang: str = "en") -> tuple[Block, ...]:
    return short_why(case.con, explained_edge(case.con, a, b), lang)


def answer(case: Case, a: str = "a", b: str = "b", lang: str = "en") -> str:
    text = terminal_text(blocks(case, a, b, lang))
    assert MORE[lang] in text
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    return " ".join(text.split())


def test_who_copied_from_whom_is_one_sentence_with_names_days_and_ids(pair_case: Case) -> None:
    explain(pair_case, ("a", "b", "copied", None, 0.97), ("a", "b", "hidden", None, 0.02))
    said = answer(pair_case)
    assert said.startswith("b, held by Buyer Ltd (buyer) on 20 May 2026, was copied from a, held by Seller Ltd")
    assert "How sure: very likely, 97%." in said
    assert "What it rests on · 30 rare rows agree" in said
    assert "was made on 1 March 2026" not in said, "what weighs against it is no reason for it"
    assert "· b may come from c" in said
    assert "the answer of Buyer Ltd, which has not been asked yet" in said
    chinese = answer(pair_case, lang="zh")
    assert chinese.startswith("买方公司（buyer）于2026年5月20日持有的 b 复制自卖方公司（seller）")
    for word in ("把握程度：极有可能，97%。", "依据", "相反的可能", "可据以判断的材料"):
        assert word in chinese
    pair_case.con.execute("UPDATE derivation SET kind = 'version'")
    assert answer(pair_case).startswith("b is a later version of a.")


def test_it_cannot_be_told_is_an_answer_without_a_probability(pair_case: Case) -> None:
    explain(pair_case, ("a", "b", "copied", None, 0.5), ("b", "a", "copied", None, 0.45))
    said = answer(pair_case)
    assert said.startswith("One of a and b was copied from the other; which from which cannot be told.")
    assert "How sure: both are about equally likely." in said
    assert "the day on which a was made" in said
    explain(pair_case, ("a", "b", "hidden", None, 0.5), ("a", "b", "copied", None, 0.3))
    said = answer(pair_case)
    assert said.startswith("It cannot be told whether a and b both came from a list that was never obtained, or b was")
    assert "the odds are only 1.7 to 1" in said


def test_what_is_said_of_two_parties_and_of_a_list_is_no_finding(pair_case: Case) -> None:
    pair_case.con.execute("DELETE FROM derivation")
    pair_case.con.execute("DELETE FROM overlap")
    assert answer(pair_case).startswith("No finding and no statement ties a to b.")
    add_statement(pair_case.con, Relation("sold_to", "seller", "buyer", basis="alleged"))
    said = answer(pair_case, "seller", "buyer")
    assert said.startswith("Alleged: Seller Ltd (seller) sold data to Buyer Ltd (buyer).")
    assert "How sure" not in said
    add_statement(pair_case.con, Claim("seller", "random", dataset="a", quote="随机 \x1b[2J"))
    said = answer(pair_case, "claim-1", "a")
    assert said.startswith("Seller Ltd (seller) says that the numbers in a were generated at random.")
    assert "\x1b" not in said


def test_few_reasons_are_given_and_the_rest_is_counted(pair_case: Case) -> None:
    pair_case.con.execute("DELETE FROM derivation")
    insert_derivation(pair_case.con, "a", "b", 0.9, **RARE, against=kept([f"doubt {n}" for n in range(6)]))
    explain(pair_case, ("a", "b", "copied", None, 0.97))
    points = [block for block in blocks(pair_case, "a", "b") if isinstance(block, Points)]
    assert len(points[0].items) <= REASONS
    assert "· (and 3 more)" in answer(pair_case)
