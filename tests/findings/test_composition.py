"""What sets the common rows of two lists apart tells the copy; what a file leaves out or was chosen for does not."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from tests.findings.worlds import Numbers, World, fresh
from tracer.findings import derivation

FILLED, NAMES, LOST = "cells filled", "ways of writing names", "cells lost"


class Lists:
    """A source of 1,200 rows, a copy of half of it, and rows that the copy has from elsewhere."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(5)
        self.source, self.more = fresh(self.rng, 1_200), fresh(self.rng, 1_000)
        self.named = self.rng.random(1_200) < 0.6

    def people(self, n: int, share: float = 1.0, style: str = "Aino Berg") -> list[str]:
        """Names, of a share of the rows."""
        return [style if told else "" for told in self.rng.random(n) < share]

    def signals(self, source: Sequence[str], copy: Numbers, of_copy: Sequence[str]) -> dict[str, float]:
        """Signal → nats for source → copy."""
        con = World({"source": self.source, "copy": copy}, names={"source": source, "copy": of_copy}).load()
        derivation.compute(con, 1)
        told = con.execute("SELECT weights FROM derivation WHERE parent = 'source' AND child = 'copy'").fetchone()
        assert told is not None
        return {one["signal"]: one["weight"] for one in json.loads(told[0])}


def test_common_rows_that_are_filled_as_the_rest_of_one_list_came_from_it() -> None:
    lists = Lists()
    names = [("Aino Berg" if told else "") for told in lists.named.tolist()]
    copy = np.concatenate([lists.source[:600], lists.more[:500]])
    told = lists.signals(names, copy, names[:600] + lists.people(500, 0.1))
    assert told[FILLED] >= 1.0
    assert LOST not in told


@pytest.mark.parametrize("padded", [12, 300])
def test_rows_that_may_have_been_chosen_because_they_are_filled_tell_nothing(padded: int) -> None:
    lists = Lists()
    names = [("Aino Berg" if told else "") for told in lists.named.tolist()]
    taken = lists.source[lists.named]
    told = lists.signals(names, np.concatenate([taken, lists.more[:padded]]), lists.people(taken.size + padded))
    assert FILLED not in told


def test_common_rows_whose_names_are_written_as_the_rest_of_one_list_came_from_it() -> None:
    lists = Lists()
    copy = np.concatenate([lists.source[:600], lists.more[:500]])
    written = lists.people(600) + lists.people(500, style="BERG, AINO")
    assert lists.signals(lists.people(1_200), copy, written)[NAMES] >= 1.0
    # How a whole file is written was chosen for the file.
    assert NAMES not in lists.signals(lists.people(1_200), copy, lists.people(1_100, style="BERG, AINO"))


def test_a_cell_lost_now_and_then_tells_the_copy_and_a_column_that_was_left_out_does_not() -> None:
    lists = Lists()
    copy = np.concatenate([lists.source[:600], lists.more[:500]])
    assert lists.signals(lists.people(1_200), copy, lists.people(1_100, 0.95))[LOST] >= 1.0
    for share in (0.7, 0.3, 0.0):
        assert LOST not in lists.signals(lists.people(1_200), copy, lists.people(1_100, share))
