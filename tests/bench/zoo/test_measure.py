"""What the zoo counts, on edges that can be counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.bench.zoo.__main__ import TEST, read_answers
from tests.bench.zoo.cases import SIMULATED, Keeper, Kind
from tests.bench.zoo.earlier import earlier_cases
from tests.bench.zoo.fit import Known
from tests.bench.zoo.measure import Measured, Score, largest_carried, measured, score
from tests.bench.zoo.rivals import Held, smaller_is_older
from tests.bench.zoo.truth import Truth
from tracer.findings.derivation.model import model


def test_edges_are_counted_by_truth_direction_and_band() -> None:
    truth = Truth(edges=frozenset({("a", "b"), ("b", "c"), ("a", "d")}), allowed=frozenset({("b", "d")}))
    found = {("a", "b"): 0.99, ("c", "b"): 0.7, ("b", "c"): 0.3, ("a", "d"): 0.91, ("b", "d"): 0.97, ("c", "d"): 0.6}
    one = score(found, truth, {("c", "d"): "G2"})
    assert (one.right, one.wrong, one.missed) == (2, 2, 1), "what is undecided counts for nothing"
    assert (one.sure, one.sure_wrong, one.turned) == (1, 0, 1)
    assert one.direction == pytest.approx(2 / 3)
    assert (one.graded, one.graded_wrong, one.unrelated) == (1, 1, 1)
    assert [count for count, _, _ in one.banded] == [1, 1, 1, 1]
    assert (one + Score()).bands() == one.bands()
    assert ".90-0.95: 1 at 0.91, 1.00 right" in one.bands()


def test_who_gives_to_each_other_is_turned_round_neither_way() -> None:
    edges = frozenset({("a", "b"), ("b", "a"), ("b", "c")})
    one = score(dict.fromkeys(edges, 0.9), Truth(edges))
    assert (one.f1, one.ancestry_f1, one.direction) == (1, 1, 1)


def test_the_smaller_is_the_parent_of_the_nearest_larger_that_has_half_of_it() -> None:
    keys = tuple(np.arange(start, end, dtype=np.int64) for start, end in ((0, 100), (0, 60), (0, 200), (190, 500)))
    held = Held(("middle", "small", "large", "other"), keys, (date(2024, 1, 1),) * 4)
    assert smaller_is_older(held) == {("small", "middle"), ("middle", "large")}


def test_answers_of_another_tool_are_read_by_case(tmp_path: Path) -> None:
    file = tmp_path / "answers.csv"
    file.write_text("maker,setting,seed,parent,child,probability\ncharities,thin,3,a,b,.9\ncharities,thin,3,b,c,.2\n")
    assert read_answers(file) == {("charities", "thin", 3): {("a", "b"): 0.9, ("b", "c"): 0.2}}
    file.write_text("maker,setting,seed,parent,child\ncharities,thin,3,a,b\n")
    with pytest.raises(SystemExit, match="line 2: KeyError\\('probability'\\)"):
        read_answers(file)


@pytest.mark.parametrize(("shift", "bound"), [((0.0, 0.0), 0.55), ((6.0, 0.0), 2.46), ((-1.0, 1.0), 0.0)])
def test_the_largest_ratio_that_cases_carry_is_what_lir_says(shift: tuple[float, float], bound: float) -> None:
    true, false = np.linspace(-0.5, 3.4, 40), np.linspace(1.189, -2.1, 300)
    found = largest_carried(true + shift[0], false + shift[1])
    assert np.log10(found) == pytest.approx(bound, abs=1e-6), "lir 1.3.1, lir.algorithms.bayeserror.elub"


def test_the_tables_of_earlier_makers_hold_what_the_model_reads() -> None:
    known = Known.of(*next(earlier_cases()))
    assert known.scored(model().state(known.case)).tool.f1 > 0.5


SAMPLE = {
    "simulated": [*zip(SIMULATED, [TEST] * len(SIMULATED), strict=True), ("merges", TEST + 1)],
    "charities": [("standard", TEST), ("undated", TEST)],
    "recruiters": [("standard", TEST), ("wrong-order", TEST)],
}
"""Maker → settings and seeds."""


@pytest.mark.slow("ten cases of three makers")
def test_a_sample_of_the_bars_holds(tmp_path: Path) -> None:
    found = {
        maker: Measured.sum(measured(Keeper(tmp_path), Kind(maker, setting), seed) for setting, seed in cases)
        for maker, cases in SAMPLE.items()
    }
    assert sum(one.tool.sure for one in found.values()) >= 20
    assert sum(one.tool.sure_wrong for one in found.values()) <= 1
    assert found["simulated"].tool.f1 >= 0.85
    for maker, one in found.items():
        assert one.rivals
        for rival, theirs in one.rivals.items():
            assert theirs.f1 <= one.tool.f1 + 0.02, f"{rival} on {maker}"
