"""The claim `random` on whole cases, of China and abroad: true and false lists are told apart, and what decides nothing
decides nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench.random_claim import contradicted, copied, counted, generated, market, range_of
from tests.findings.listed import assessed, load_list, meet
from tests.findings.listed import phones as random_phones
from tests.findings.listed import say as claimed
from tests.inserted import insert_canary, insert_derivation, insert_list
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims import compute
from tracer.identify.segments import load_segments
from tracer.wording import say


def _load(case: Case, name: str, numbers: list[str], names: list[str] | None = None, **facts: Any) -> None:
    load_list(case, name, {"phone": numbers} | ({"name": names} if names is not None else {}), **facts)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


@pytest.fixture
def case(rng: np.random.Generator) -> Case:
    """A client's own list of 8,000 (0.2 % of its blocks) with names."""
    made = memory_case()
    phones = random_phones(rng, 8_000)
    _load(made, "own", phones, [f"人{number}" for number in range(8_000)], origin="own")
    return made


def _own(case: Case, count: int) -> tuple[list[str], list[str]]:
    rows = case.con.execute("SELECT c0, c1 FROM raw.d1_p1 ORDER BY c0 LIMIT $n", {"n": count})
    phones, names = zip(*rows.fetchall(), strict=True)
    return list(phones), list(names)


def test_a_true_list_is_consistent_with_its_power(case: Case, rng: np.random.Generator) -> None:
    _load(case, "d", random_phones(rng, 10_000))
    verdict = assessed(case, "d")
    assert verdict.verdict == "consistent"
    assert verdict.numbers["power_at_1_percent"] >= 0.99
    assert [reason.code for reason in verdict.alternatives] == ["claim-power", "claim-unknown-source"]
    assert "with a probability of >99%" in say(verdict.alternatives[0])


def test_a_relabelled_list_is_contradicted(case: Case, rng: np.random.Generator) -> None:
    _load(case, "d", _own(case, 3_000)[0] + random_phones(rng, 3_000))
    verdict = assessed(case, "d")
    assert (verdict.verdict, verdict.grade) == ("contradicted", "G1")
    assert verdict.p_value == 1e-12  # none is printed below
    assert verdict.numbers["witnesses"] == verdict.numbers["found_in"] == ["own"]
    assert "are also in own" in say(verdict.alternatives[0])


@pytest.mark.parametrize("sellers", [("s", "s", "s"), ("s", "t", "u")])
def test_what_may_be_random_itself_is_no_witness(
    case: Case, rng: np.random.Generator, sellers: tuple[str, str, str]
) -> None:
    """Generated lists that are made of one another, with and without names: none is known to be real."""
    drawn, names = random_phones(rng, 3_000), [f"某{number}" for number in range(3_000)]
    first, second, third = sellers
    _load(case, "a", drawn, names, holder=first, obtained=date(2025, 3, 1))
    _load(case, "b", drawn[:300] + random_phones(rng, 1_700), holder=second)
    _load(case, "c", drawn[:300] + random_phones(rng, 1_700), names[:2_000], holder=third)
    for dataset in "abc":
        claimed(case, "random", dataset=dataset)
    for dataset in "abc":
        assert assessed(case, dataset).verdict == "consistent"
    # Where others show that one was not generated, it speaks against those of other sellers.
    _load(case, "d", _own(case, 2_000)[0], [f"甲{number}" for number in range(2_000)], holder=first)
    _load(case, "e", _own(case, 8_000)[0][1_000:2_000] + random_phones(rng, 1_000), holder=second)
    for dataset in "de":
        claimed(case, "random", dataset=dataset)
    assert assessed(case, "e").numbers["found_in"] == ["d", "own"][first == second :]


def test_an_obtained_list_is_a_witness_whether_there_are_names_or_not(case: Case, rng: np.random.Generator) -> None:
    people, names = random_phones(rng, 3_000), [f"乙{number}" for number in range(3_000)]
    _load(case, "theirs", people, names)
    others, theirs = random_phones(rng, 700), [f"丙{number}" for number in range(700)]
    _load(case, "named", people[:1_000] + others, names[:1_000] + theirs)
    _load(case, "bare", people[:1_000] + others)
    for dataset in ("named", "bare"):
        verdict = assessed(case, dataset)
        assert (verdict.verdict, verdict.numbers["found_in"][-1]) == ("contradicted", "theirs"), dataset
    # What most of the other list is in may have been resold as it.
    _load(case, "resold", people[:1_000] + others[:100], names[:1_000] + theirs[:100])
    _load(case, "source", people[:1_000] + random_phones(rng, 2_000), names)
    case.con.execute("DELETE FROM dataset WHERE id = 'theirs'")
    assert "resold" not in assessed(case, "source").numbers["witnesses"]


def test_random_numbers_scrubbed_by_status_are_not_called_a_resale(case: Case, rng: np.random.Generator) -> None:
    """Everybody in the client's list is live, and a tenth of all numbers: the overlap is ten times chance, no more."""
    live = set(_own(case, 8_000)[0]) | set(random_phones(rng, 400_000))
    drawn = rng.choice(sorted(live), 20_000, replace=False).tolist()
    _load(case, "d", drawn)
    verdict = assessed(case, "d")
    assert (verdict.p_value or 0.0) < 1e-6
    assert verdict.verdict == "consistent"
    assert verdict.alternatives[0].code == "claim-scrubbed-open"


def test_names_settle_it_where_no_blocks_are_known() -> None:
    """France has no plan here: the same people under the same numbers were not drawn."""
    case, names = memory_case("FR"), [f"Personne {number}" for number in range(1_000)]
    numbers = [f"+336000{number:05d}" for number in range(1_000)]
    _load(case, "own", numbers, names, origin="own")
    _load(case, "d", numbers[:600], names[:600])
    verdict = assessed(case, "d")
    assert verdict.verdict == "contradicted"
    assert [verdict.numbers[name] for name in ("names_agree", "mobiles")] == [600, 600]
    assert set(verdict.numbers["failed"]) == {"live", "names"}
    # Nor is there anything of China's table.
    assert not verdict.numbers.keys() & {"in_allotted_segments", "p_last_two", "p_block", "canaries_seen"}


def test_a_list_that_is_nearly_all_in_an_earlier_one_was_not_drawn_even_where_no_blocks_are_known(
    rng: np.random.Generator,
) -> None:
    """Numbers that were drawn, be it among few live ones alone, stay untestable."""
    case = memory_case("FR")
    drawn = rng.choice(4_000_000, 60_000, replace=False).tolist()
    own, live = drawn[:3_000], drawn
    numbers = {
        "own": own,
        "copied": [*own[:420], *rng.choice(4_000_000, 280).tolist()],
        "scrubbed": rng.choice(live, 2_000, replace=False).tolist(),
        "drawn": rng.choice(4_000_000, 2_000, replace=False).tolist(),
    }
    for name, given in numbers.items():
        _load(
            case, name, [f"+33600{number:07d}"[:12] for number in given], origin="own" if name == "own" else "obtained"
        )
    verdict = assessed(case, "copied")
    assert (verdict.verdict, verdict.grade, verdict.numbers["failed"]) == ("contradicted", "G1", ["live"])
    assert verdict.numbers["found_in"] == ["own"]
    assert "claim-live-numbers" in {one.code for one in verdict.alternatives}
    for name in ("scrubbed", "drawn"):
        verdict = assessed(case, name)
        assert (verdict.verdict, [one.code for one in verdict.alternatives]) == ("untestable", ["claim-no-blocks"])


@pytest.mark.parametrize(("first", "mobiles"), [("+3360000", 50), ("+331420000", 0), ("+121255501", None)])
def test_mobiles_are_counted_where_the_plan_tells_them(first: str, mobiles: int | None) -> None:
    case = memory_case("FR")
    numbers = [f"{first}{number:0{12 - len(first)}d}" for number in range(50)]
    _load(case, "d", numbers)
    assert assessed(case, "d").numbers.get("mobiles") == mobiles


def test_its_own_copy_is_no_witness_against_a_random_list(case: Case, rng: np.random.Generator) -> None:
    phones = random_phones(rng, 10_000)
    _load(case, "d", phones)
    _load(case, "copy", phones[:5_000])
    insert_derivation(case.con, "d", "copy", 0.9, shared=5_000)
    verdict = assessed(case, "d")
    assert verdict.verdict == "consistent"
    assert verdict.numbers["witnesses"] == ["own"]


def test_small_counts_are_not_told_and_what_cannot_be_tested_is_said(case: Case, rng: np.random.Generator) -> None:
    _load(case, "d", _own(case, 12)[0] + random_phones(rng, 500))
    assert assessed(case, "d").numbers["shared"] == "<20"
    _load(case, "small", _own(case, 10)[0])
    assert assessed(case, "small").verdict == "untestable"
    assert assessed(case, "nothing").verdict == "untestable"
    alone = memory_case()
    _load(alone, "d", random_phones(rng, 1_000))
    assert assessed(alone, "d").verdict == "untestable"
    _load(alone, "own", [f"+336000{number:05d}" for number in range(50)], origin="own")
    assert [one.code for one in assessed(alone, "d").alternatives] == ["claim-witness-elsewhere"]


def test_canaries_inside_and_names_that_agree_contradict(case: Case, rng: np.random.Generator) -> None:
    phones = random_phones(rng, 10_000)
    _load(case, "d", phones)
    for number, phone in enumerate(sorted({int(f"86{phone}") for phone in phones})[:3]):
        insert_canary(case.con, number, phone)
    verdict = assessed(case, "d")
    assert verdict.numbers["canaries_seen"] == 3
    # three canaries in 400 blocks of which a tenth may be live: what scrubbed numbers would seldom hold
    assert verdict.numbers["p_canaries"] < 0.01
    own, names = _own(case, 25)
    _load(case, "named", own + random_phones(rng, 5_000), names + ["某"] * 5_000)
    verdict = assessed(case, "named")
    assert (verdict.verdict, verdict.numbers["names_agree"]) == ("contradicted", 25)


def test_every_claim_gets_a_row(case: Case, rng: np.random.Generator) -> None:
    _load(case, "d", _own(case, 3_000)[0])
    for about, kind, facts in (
        ("holder-d", "random", {"dataset": "d"}), ("holder-d", "random", {}), ("p", "size", {"value": "5"}),
        ("p", "random", {}),
    ):  # fmt: skip
        claimed(case, kind, about, **facts)
    meet(case)
    compute(CaseFacts(case.con), 1)
    rows = case.con.execute("SELECT claim, verdict, numbers FROM claim_verdict ORDER BY claim").fetchall()
    assert [row[1] for row in rows] == ["contradicted", "contradicted", "untestable", "untestable"]
    assert json.loads(rows[1][2])["dataset"] == "d"
    shown = case.con.execute("SELECT claim, verdict FROM views.claims ORDER BY claim").fetchall()
    assert shown == [row[:2] for row in rows]


PLANS = ("US", "IN", "GB", "DE", "BR", "ID", "RU")
RESERVED = {"US": 19990000000, "GB": 447960000000, "JP": 819000000000}
"""Where the test's own numbers begin: no area or operator has these."""


@pytest.mark.parametrize("country", PLANS)
def test_generated_lists_are_not_contradicted_and_copies_are(country: str) -> None:
    """The bench at one market and a tenth of its size: every way of generating, every share of copying."""
    rng, within = np.random.default_rng(17), range_of(country)
    of = market(rng, within)
    known = of.people(rng, 4_000)
    for how, keys in generated(rng, of, 2_000).items():
        overlap = counted(within, keys, known)
        assert not contradicted(overlap), how
        assert how.startswith("scrubbed") or overlap.null.tail(overlap.shared) > 1e-4, how
    for how, keys in copied(rng, of, known, 2_000).items():
        assert contradicted(counted(within, keys, known)), how


def _market(country: str, share: int, more: int) -> Case:
    """A client's own list of 2,000 numbers of 400,000, one drawn alike, and one that holds `share` of the own list."""
    case, rng = memory_case(country), np.random.default_rng(3)
    own, drawn, rest = (RESERVED[country] + rng.integers(0, 400_000, n) for n in (2_000, 2_000, more))
    for no, keys in enumerate((own, drawn, np.concatenate([own[:share], rest])), start=1):
        origin = "own" if no == 1 else "obtained"
        insert_list(case.con, no, f"d{no}", np.unique(keys), f"p{no}", origin=origin, region="US")
    return case


@pytest.mark.parametrize("country", ["US", "GB"])
def test_a_verdict_names_its_plans(country: str) -> None:
    case = _market(country, 900, 500)
    true, false = assessed(case, "d2"), assessed(case, "d3")
    assert (true.verdict, false.verdict) == ("consistent", "contradicted")
    assert true.numbers["plans"] == [country]
    # In the plan's own blocks: 2,000 known numbers of 400,000, and as many drawn.
    assert true.numbers["expected"] == pytest.approx(10, rel=0.15)


def test_without_known_blocks_a_segment_table_makes_it_testable(tmp_path: Path) -> None:
    case = _market("JP", 900, 0)
    verdict = assessed(case, "d2")
    assert (verdict.verdict, [reason.code for reason in verdict.alternatives]) == ("untestable", ["claim-no-blocks"])
    path = tmp_path / "segments.csv"
    path.write_text("segment,province,city,carrier\n090-0,,,甲\n+81 80,,,乙\n", encoding="utf-8")
    load_segments(case.con, path)
    assert [assessed(case, name).verdict for name in ("d2", "d3")] == ["consistent", "contradicted"]
