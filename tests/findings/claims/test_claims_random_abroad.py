"""The claim `random` for lists of other countries: calibrated for each plan, and untestable where no block is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.bench.random_claim import contradicted, copied, counted, generated, market, range_of
from tests.findings.listed import meet
from tests.findings.worlds import append
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.random import assess_random
from tracer.findings.claims.verdict import ClaimVerdict
from tracer.identify.segments import load_segments
from tracer.wording import LANGUAGES, say

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


def _keep(case: Case, no: int, keys: np.ndarray[tuple[int], np.dtype[np.int64]], origin: str) -> None:
    keys = np.unique(keys)
    append(case.con, "membership", {"dataset": np.full(keys.size, no), "key": keys, "row": np.arange(keys.size)})
    case.con.execute(
        "INSERT INTO dataset (no, id, version, current, holder, origin, path, sha256, bytes, format, region, rows,"
        " identifiers, contacts, rejected, duplicates, loaded_at) VALUES"
        " ($no, 'd' || $no, 1, true, 'p' || $no, $origin, '', '', 0, 'csv', 'US', $n, $n, $n, 0, 0, '2026-01-01')",
        {"no": no, "n": keys.size, "origin": origin},
    )


Draw = Callable[[int], "np.ndarray[tuple[int], np.dtype[np.int64]]"]


@pytest.fixture
def draw() -> Callable[[str], Draw]:
    rng = np.random.default_rng(3)
    return lambda country: lambda count: RESERVED[country] + rng.integers(0, 400_000, count)


def _assessed(case: Case, dataset: str) -> ClaimVerdict:
    meet(case)
    found = assess_random(CaseFacts(case.con), dataset)
    assert all(len(say(reason, lang)) > 5 for reason in found.alternatives for lang in LANGUAGES)
    return found


@pytest.mark.parametrize("country", ["US", "GB"])
def test_a_verdict_names_its_plans(country: str, draw: Callable[[str], Draw]) -> None:
    case, numbers = memory_case(country), draw(country)
    own = numbers(2_000)
    _keep(case, 1, own, "own")
    _keep(case, 2, numbers(2_000), "obtained")
    _keep(case, 3, np.concatenate([own[:900], numbers(500)]), "obtained")
    true, false = _assessed(case, "d2"), _assessed(case, "d3")
    assert (true.verdict, false.verdict) == ("consistent", "contradicted")
    assert true.numbers["plans"] == [country]
    # In the plan's own blocks: 2,000 known numbers of 400,000, and as many drawn.
    assert true.numbers["expected"] == pytest.approx(10, rel=0.15)


def test_without_known_blocks_a_segment_table_makes_it_testable(draw: Callable[[str], Draw], tmp_path: Path) -> None:
    case, numbers = memory_case("JP"), draw("JP")
    own = numbers(2_000)
    _keep(case, 1, own, "own")
    _keep(case, 2, own[:900], "obtained")
    verdict = _assessed(case, "d2")
    assert (verdict.verdict, [reason.code for reason in verdict.alternatives]) == ("untestable", ["claim-no-blocks"])
    path = tmp_path / "segments.csv"
    path.write_text("segment,province,city,carrier\n090-0,,,甲\n+81 80,,,乙\n", encoding="utf-8")
    load_segments(case.con, path)
    assert _assessed(case, "d2").verdict == "contradicted"
