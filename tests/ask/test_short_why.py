"""The short answer of `why`: a sentence, how sure, three reasons, what speaks against it, what would settle it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.ask.test_views import FIRST
from tests.ask.test_why import RARE, WEIGHTS
from tests.inserted import insert_derivation, insert_list
from tracer.ask.short_why import REASONS, short_why
from tracer.ask.why import tied
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.parties import add_party
from tracer.dossier.records import Claim, Party, Relation
from tracer.dossier.statements import add_claim, add_relation
from tracer.findings.finding_tables import kept
from tracer.wording.sections import Block, Points
from tracer.wording.terminal import terminal_text

MORE = {"en": "Add --details", "zh": "加上 --details"}


@pytest.fixture
def case() -> Case:
    made = memory_case()
    add_party(made.con, Party("seller", "卖方公司", name_en="Seller Ltd"))
    add_party(made.con, Party("buyer", "买方公司", name_en="Buyer Ltd"))
    insert_list(made.con, 1, "a", range(FIRST, FIRST + 100), "seller")
    insert_list(made.con, 2, "b", [*range(FIRST + 60, FIRST + 90), *range(FIRST + 500, FIRST + 520)], "buyer")
    made.con.execute("UPDATE dataset SET obtained = DATE '2026-05-20' WHERE id = 'b'")
    made.con.execute("INSERT INTO overlap VALUES (1, NULL, 'a', 'b', 30, 100, 50, .5, 60, 1e-30)")
    insert_derivation(made.con, "a", "b", 0.9, **RARE, weights=WEIGHTS, against=kept(["b may come from c"]))
    return made


def explained(case: Case, *rows: tuple[str, str, str, str | None, float]) -> None:
    for row in rows:
        case.con.execute("INSERT INTO explanation VALUES (1, NULL, ?, ?, ?, ?, ?)", list(row))


def answer(case: Case, a: str = "a", b: str = "b", lang: str = "en", untraced: str = "") -> str:
    text = terminal_text(blocks(case, a, b, lang, untraced))
    assert MORE[lang] in text
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    return " ".join(text.split())


def blocks(case: Case, a: str, b: str, lang: str = "en", untraced: str = "") -> tuple[Block, ...]:
    return short_why(case.con, tied(case.con, a, b, untraced=untraced), lang, untraced=untraced)


def test_who_copied_from_whom_is_one_sentence_with_names_days_and_ids(case: Case) -> None:
    explained(case, ("a", "b", "copied", None, 0.97), ("a", "b", "hidden", None, 0.02))
    said = answer(case)
    assert said.startswith("b, held by Buyer Ltd (buyer) on 20 May 2026, was copied from a, held by Seller Ltd")
    assert "How sure: very likely, 97%." in said
    assert "What it rests on · rare rows in common · 30 of the 50 contacts of b are also in a." in said
    assert "was made on 1 March 2026" not in said, "what weighs against it is no reason for it"
    assert "· b may come from c" in said
    assert "The next explanation is 48 times less likely: a and b both came from a list that was never" in said
    assert "the answer of Buyer Ltd, which has not been asked yet" in said
    chinese = answer(case, lang="zh")
    assert chinese.startswith("买方公司（buyer）于2026年5月20日持有的 b 复制自卖方公司（seller）")
    for word in ("把握程度：极有可能，97%。", "依据", "相反的可能", "可据以判断的材料"):
        assert word in chinese


def test_what_no_list_explains_is_named_where_it_is_likelier_than_the_next_explanation(case: Case) -> None:
    explained(case, ("a", "b", "copied", None, 0.69), ("a", "b", "other", None, 0.3), ("a", "b", "hidden", None, 0.01))
    said = answer(case)
    assert "With 30% they are linked in a way that no list of this case shows, or the method is wrong." in said
    assert "另有 30% 的可能" in answer(case, lang="zh")
    case.con.execute("UPDATE explanation SET probability = 0.005 WHERE kind = 'other'")
    assert "in a way that no list" not in answer(case)


def test_a_later_version_is_no_copy(case: Case) -> None:
    explained(case, ("a", "b", "copied", None, 0.97), ("a", "b", "hidden", None, 0.02))
    case.con.execute("UPDATE derivation SET kind = 'version'")
    assert answer(case).startswith("b is a later version of a.")


def test_it_cannot_be_told_is_an_answer_without_a_probability(case: Case) -> None:
    explained(case, ("a", "b", "copied", None, 0.5), ("b", "a", "copied", None, 0.45))
    said = answer(case)
    assert said.startswith("It cannot be told which of a and b was copied from the other.")
    assert "How sure: both are about equally likely." in said
    assert "the day on which a was made" in said
    case.con.execute("DELETE FROM explanation")
    explained(case, ("a", "b", "hidden", None, 0.5), ("a", "b", "copied", None, 0.3))
    said = answer(case)
    assert said.startswith("It cannot be told whether a and b both came from a list that was never obtained, or b was")
    assert "the odds are only 1.7 to 1" in said


def test_what_is_said_of_two_parties_and_of_a_list_is_no_finding(case: Case) -> None:
    case.con.execute("DELETE FROM derivation")
    case.con.execute("DELETE FROM overlap")
    assert answer(case).startswith("No finding and no statement ties a to b.")
    add_relation(case.con, Relation("sold_to", "seller", "buyer", basis="alleged"))
    said = answer(case, "seller", "buyer")
    assert said.startswith("Alleged: Seller Ltd (seller) sold data to Buyer Ltd (buyer).")
    assert "How sure" not in said
    add_claim(case.con, Claim("seller", "random", dataset="a", quote="随机 \x1b[2J"))
    said = answer(case, "claim-1", "a")
    assert said.startswith("Seller Ltd (seller) says that the numbers in a were generated at random.")
    assert "\x1b" not in said


def test_few_reasons_are_given_and_the_rest_is_counted(case: Case) -> None:
    case.con.execute("DELETE FROM derivation")
    insert_derivation(case.con, "a", "b", 0.9, **RARE, against=kept([f"doubt {n}" for n in range(6)]))
    explained(case, ("a", "b", "copied", None, 0.97))
    points = [block for block in blocks(case, "a", "b") if isinstance(block, Points)]
    assert len(points[0].items) <= REASONS
    assert "· (and 3 more)" in answer(case)
