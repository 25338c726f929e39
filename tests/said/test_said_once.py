"""The same statement in every place where it is shown: grade, probability, direction, counts, days, judgement.

The sample and a hand-made case in three countries; markets of other makers are `python -m tests.bench.said`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.said.walk import judged_case, loaded, table, walked

SAMPLE = Path(__file__).parents[2] / "sample_data" / "case.toml"


@pytest.mark.slow("some 500 commands and files of one case are read, in two languages")
def test_the_sample_says_the_same_in_every_outlet(tmp_path: Path) -> None:
    found = walked(loaded(tmp_path, SAMPLE), SAMPLE, tmp_path / "out")
    assert found == [], "\n" + table(found)


@pytest.mark.slow("some 300 commands and files of one case are read, in two languages")
def test_three_countries_and_a_judgement_say_the_same_in_every_outlet(tmp_path: Path) -> None:
    case, manifest, judged = judged_case(tmp_path)
    assert len(judged) > 1, "the judgement moves more than the pair that it is of"
    found = walked(case, manifest, tmp_path / "out", judged)
    assert found == [], "\n" + table(found)
