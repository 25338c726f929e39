"""Gaps of ids: an inserted one is seen where ids are evenly spaced, and is like any other where they are random."""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.marking.detection.test_detectability import HEAD, people, true_rows
from tests.marking.hand_lists import CANARIES, ROWS, load_table, material
from tracer.lists.write.model import NewRow
from tracer.marking.detection.copy_reports import copy_reports
from tracer.marking.detection.gate import giveaways
from tracer.marking.persona.record_codes import record_of
from tracer.marking.persona.source_list import read_source_list

COPIES = {f"v{k}": tuple(range(20 * k, 20 * k + 20)) for k in range(CANARIES // 20)}


def signs(folder: Path, seed: int, ids: Sequence[str], added: Sequence[str], *, shuffled: bool) -> list[str]:
    """The columns that give canaries with the ids `added` away, in a list that has `ids`."""
    m = material(seed)
    table = [[one, *row] for one, row in zip(ids, people(m, 0, ROWS), strict=True)]
    if shuffled:
        table = [table[at] for at in m.rng.permutation(ROWS)]
    case = load_table(folder, [["customer no", *HEAD], *table], "utf-8", m)
    rows = dict[int, NewRow]()
    for no, (row, one) in enumerate(zip(true_rows(m), added, strict=True)):
        place = row.before if shuffled else 1 + bisect_left(ids, one)
        rows[no] = replace(row, cells=(one, *row.cells), before=place, taken=(None, *row.taken))
    found = giveaways(copy_reports(case.con, read_source_list(case.con, "own"), rows, COPIES))
    assert all('--without "customer no"' in sign.advice for sign in found if sign.column == "customer no")
    return [str(sign.column) for sign in found]


def between(rng: np.random.Generator, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> list[int]:
    """Unused numbers among these, as many as there are canaries, each as likely as another."""
    free = np.setdiff1d(np.arange(int(numbers[0]), int(numbers[-1])), numbers)
    return [int(one) for one in rng.choice(free, CANARIES, replace=False)]


@pytest.mark.parametrize("shuffled", [False, True])
def test_an_id_put_among_evenly_spaced_ones_is_seen(tmp_path: Path, *, shuffled: bool) -> None:
    rng = np.random.default_rng(5)
    stepped = 4_000_000 + np.cumsum(rng.integers(1, 60, ROWS))
    added = [f"K{one:08d}" for one in between(rng, stepped)]
    assert "customer no" in ", ".join(signs(tmp_path, 61, [f"K{one:08d}" for one in stepped], added, shuffled=shuffled))


def test_an_id_put_into_every_second_place_is_seen_in_a_crms_ids(tmp_path: Path) -> None:
    rng = np.random.default_rng(6)
    numbers = 7_000_000_000 + 2 * np.arange(ROWS) + rng.integers(0, 2, ROWS)
    ids, added = ([record_of("0035g0", int(one), checked=True) for one in each]
                  for each in (numbers, between(rng, numbers)))  # fmt: skip
    assert "customer no" in ", ".join(signs(tmp_path, 62, ids, added, shuffled=True))


@pytest.mark.parametrize("kind", ["thinned out at random", "drawn at random"])
def test_an_id_among_random_ones_is_like_any_other(tmp_path: Path, kind: str) -> None:
    rng = np.random.default_rng(7)
    every = ROWS + CANARIES
    if kind == "drawn at random":
        ids = [str(uuid.UUID(bytes=rng.bytes(16), version=4)) for _ in range(every)]
        first, added = ids[:ROWS], ids[ROWS:]
    else:
        numbers = np.sort(rng.choice(12_000, ROWS, replace=False)) + 10_000
        first = [f"C-{one}" for one in numbers]
        added = [f"C-{one}" for one in between(rng, numbers)]
    assert signs(tmp_path, 63, first, added, shuffled=True) == []
