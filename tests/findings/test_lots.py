"""A list that was cut into lots, and lists that were put together: what their rows cannot tell, and what days can."""

from __future__ import annotations

from datetime import date

import numpy as np

from tests.findings.worlds import World, fresh


def _cut(rng: np.random.Generator) -> World:
    whole = rng.permutation(fresh(rng, 2000))
    return World({"whole": whole, "one": whole[:700], "two": whole[700:1400], "three": whole[1400:]})


def test_a_list_that_was_cut_into_lots_is_not_taken_for_what_was_put_together_of_them() -> None:
    found = _cut(np.random.default_rng(31)).trace()
    for lot in ("one", "two", "three"):
        assert max(found[lot, "whole"], found["whole", lot]) < (0.5, "G2")
        assert found[lot, "whole"][0] + found["whole", lot][0] > 0.5


def test_days_tell_which_way_it_was() -> None:
    world = _cut(np.random.default_rng(32))
    world.obtained = {"whole": date(2025, 1, 1), **dict.fromkeys(("one", "two", "three"), date(2025, 9, 1))}
    found = world.trace()
    for lot in ("one", "two", "three"):
        assert found["whole", lot][0] >= 0.5
        assert found["whole", lot][0] > 2 * found[lot, "whole"][0]


def test_lists_with_people_in_common_that_were_put_together_still_tell_the_direction() -> None:
    rng = np.random.default_rng(33)
    common = fresh(rng, 30)
    parts = {name: np.concatenate([fresh(rng, 900), common]) for name in ("one", "two")}
    found = World({**parts, "both": np.unique(np.concatenate(list(parts.values())))}).trace()
    assert all(found[name, "both"][0] >= 0.5 for name in parts)
