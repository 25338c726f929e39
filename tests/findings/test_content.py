"""What cells and the order of rows say about which list another was copied from."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from scipy.special import gammaln

from tests.findings.worlds import World, fresh
from tracer.findings.compared import compare
from tracer.findings.derivation.beside import read_content
from tracer.findings.derivation.cells import read_cells
from tracer.findings.derivation.counts import gather
from tracer.findings.derivation.lots import STRETCHES, among_one_another, lot_gain, stretches

DATES = {name: date(2026, 1 + 2 * k, 1) for k, name in enumerate(("client", "one", "two", "copy"))}


def _twins(rng: np.random.Generator) -> World:
    """Two whole copies of a client's list, and a sample of the second: the numbers alone cannot tell of which."""
    client = fresh(rng, 600)
    one, two = rng.permutation(client), rng.permutation(client)
    lists = {"client": client, "one": one, "two": two, "copy": two[rng.random(600) < 0.6], "other": fresh(rng, 500)}
    return World(lists, obtained=DATES, own=("client",))


def test_the_order_of_rows_tells_of_which_of_two_equal_lists_a_copy_is() -> None:
    world = _twins(np.random.default_rng(11))
    found = world.trace()
    assert found["two", "copy"] >= (0.9, "G2")
    assert ("one", "copy") not in found
    blind = world.trace(without=("order",))
    assert max(blind.get((twin, "copy"), (0.0, ""))[0] for twin in ("one", "two")) < 0.7


def test_slips_of_the_pen_tell_of_which_of_two_equal_lists_a_copy_is() -> None:
    rng = np.random.default_rng(12)
    world = _twins(rng)
    written = {int(key): f"name {k}" for k, key in enumerate(world.lists["client"].tolist())}
    slips = {}
    for twin in ("one", "two"):
        mistyped = set(rng.choice(world.lists[twin], 15, replace=False).tolist())
        slips[twin] = {key: f"{name} {twin}" if key in mistyped else name for key, name in written.items()}
    by_list = {"client": written, "one": slips["one"], "two": slips["two"], "copy": slips["two"]}
    names = {name: [by_list[name][key] for key in world.lists[name].tolist()] for name in by_list}
    lists = {**world.lists, "copy": rng.permutation(world.lists["copy"])}
    names["copy"] = [slips["two"][key] for key in lists["copy"].tolist()]
    told = World(lists, obtained=DATES, own=("client",), names=names)
    found = told.trace()
    assert found["two", "copy"] >= (0.9, "G2")
    assert ("one", "copy") not in found
    blind = told.trace(without=("cells",))
    assert max(blind.get((twin, "copy"), (0.0, ""))[0] for twin in ("one", "two")) < 0.7


def _cells_of_either(world: World) -> list[float]:
    """Nats that the cells of each of two lists pay with the other as its source."""
    con = world.load()
    compared = compare(con)
    keys = compared.patterns.keys
    where = np.arange(keys.size), np.zeros(keys.size, dtype=np.int64)
    counts = gather(compared, sparse.csr_matrix((keys, where), (keys.size, compared.places.size.size)))
    assert read_cells(con, counts, [(0, 1)])
    content = read_content(con, counts, [(0, 1)])
    return [float(content.cells_and_order(counts, x, [1 - x], np.array([0, 1]))[0][1]) for x in (0, 1)]


def test_rows_in_one_stretch_gain_what_it_takes_to_choose_them() -> None:
    size = np.diff(np.append(0, stretches(3_200))).astype(np.float64)
    chosen = np.where(np.arange(STRETCHES) < 8, size, 0.0)[None, :]
    ways = gammaln(3_201) - gammaln(801) - gammaln(2_401)
    gain = lot_gain(chosen, size)[0]
    assert ways - STRETCHES * np.log(100) < gain < ways


@given(st.integers(0, 2**32), st.floats(0.05, 0.95))
def test_rows_all_over_the_list_gain_next_to_nothing(seed: int, share: float) -> None:
    size = np.diff(np.append(0, stretches(4_000))).astype(np.float64)
    chosen = np.random.default_rng(seed).binomial(size.astype(int), share).astype(np.float64)[None, :]
    assert 0.0 <= lot_gain(chosen, size)[0] < 15.0


def test_sources_put_one_behind_the_other_take_less_to_tell_than_mixed_ones() -> None:
    size, half = 100.0, np.arange(STRETCHES) < STRETCHES // 2
    behind = np.stack([np.where(half, size, 0.0), np.where(half, 0.0, size)])
    mixed = np.full((2, STRETCHES), size / 2)
    alone = np.stack([mixed.sum(axis=0), np.zeros(STRETCHES)])
    told = among_one_another(np.stack([behind, mixed, alone]))
    ways = gammaln(3_201) - 2 * gammaln(1_601)
    assert told[1] == pytest.approx(ways)
    assert 0.0 < told[0] < 0.1 * ways
    assert told[2] == 0.0


def test_a_shuffled_list_is_not_a_merge_of_the_lots_that_were_cut_from_it() -> None:
    rng = np.random.default_rng(13)
    client = fresh(rng, 900)
    shuffled = rng.permutation(client)[:800]
    parts = {f"part{k}": shuffled[np.sort(rng.choice(800, 500, replace=False))] for k in range(3)}
    dates = {name: date(2026, 6, 1) for name in ("client", "shuffled", *parts)}
    found = World(
        {"client": client, "shuffled": shuffled, **parts, "other": fresh(rng, 500)}, obtained=dates, own=("client",)
    ).trace()
    assert all(found["shuffled", part][0] >= 0.9 for part in parts)
    assert not any((part, "shuffled") in found for part in parts)


@pytest.mark.parametrize("list_is_sorted", [True, False])
def test_slips_against_a_list_sorted_by_number_say_nothing_of_the_direction(list_is_sorted: bool) -> None:
    rng = np.random.default_rng(14)
    one = fresh(rng, 400)
    two = np.sort(one) if list_is_sorted else rng.permutation(one)
    mistyped = set(rng.choice(one, 40, replace=False).tolist())
    names = {
        "one": [f"name {key}" for key in one.tolist()],
        "two": [f"name {key} x" if key in mistyped else f"name {key}" for key in two.tolist()],
    }
    cells = _cells_of_either(World({"one": one, "two": two}, names=names))
    assert cells[0] == pytest.approx(cells[1])


@pytest.mark.parametrize("n", [0, 1, 31, 32, 33, 1_000])
def test_stretches_cover_every_row_once(n: int) -> None:
    ends = stretches(n)
    assert ends[-1] == n
    assert np.all(np.diff(np.append(0, ends)) >= 0)
