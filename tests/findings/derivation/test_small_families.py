"""Cases of one family, lists that are kept up, cut into lots or put together, and contacts with several identifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from tests.findings.listed import load_list, phones
from tests.findings.worlds import World, fresh
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts

Edges = Mapping[tuple[str, str], tuple[float, str]]


def _traced(case: Case) -> Edges:
    overlap.compute(CaseFacts(case.con), 1)
    derivation.compute(CaseFacts(case.con), 1)
    rows = case.con.execute("SELECT parent, child, probability, grade FROM derivation").fetchall()
    return {(parent, child): (float(p), str(grade)) for parent, child, p, grade in rows}


def _stated(found: Edges, parent: str, child: str) -> float:
    return found.get((parent, child), (0.0, ""))[0]


@pytest.mark.parametrize("further", [0, 1, 2, 3])
def test_chance_is_not_measured_on_the_one_family_that_a_case_consists_of(further: int) -> None:
    rng = np.random.default_rng(71)
    own = fresh(rng, 3_000)
    copy = rng.permutation(own)[:2_700]
    sold = np.concatenate([rng.permutation(copy)[:1_600], fresh(rng, 700)])
    resold = np.concatenate([rng.permutation(sold)[:1_200], fresh(rng, 300)])
    lists = {"own": own, "copy": copy, "sold": sold, "resold": resold, "thin": rng.permutation(own)[:750]}
    world = World({name: lists[name] for name in [*lists][: 2 + further]}, own=("own",), raw=False)
    con = world.load()
    overlap.compute(CaseFacts(con), 1)
    for a, b, shared, expected in con.execute("SELECT a, b, shared, expected FROM overlap").fetchall():
        assert expected < 0.1 * shared, (a, b)


def test_a_part_of_an_own_list_is_seen_among_as_many_rows_from_elsewhere() -> None:
    rng = np.random.default_rng(72)
    own = fresh(rng, 3_000)
    mixed = np.concatenate([rng.permutation(own)[:300], fresh(rng, 600)])
    found = World({"own": own, "mixed": mixed}, own=("own",), raw=False).trace()
    assert found["own", "mixed"][0] > 2 * found.get(("mixed", "own"), (0.01, ""))[0]


def _days(first: date, count: int, last: date) -> list[str]:
    step = (last - first) / max(1, count - 1)
    return [str(first + step * n) for n in range(count)]


def _kept_up(rng: np.random.Generator) -> tuple[dict[str, Sequence[str]], Sequence[str]]:
    """A database's rows with the days on which they came in, and the numbers that it had in the middle of that time."""
    numbers = phones(rng, 4_000)
    days = _days(date(2021, 1, 1), 4_000, date(2025, 11, 1))
    return {"phone": numbers, "created": days}, [n for n, day in zip(numbers, days, strict=True) if day < "2024-07-01"]


def test_a_later_export_of_a_list_that_was_kept_up_is_no_copy_of_what_its_buyer_has() -> None:
    rng = np.random.default_rng(73)
    export, then = _kept_up(rng)
    case = memory_case()
    load_list(case, "export", export, obtained=date(2025, 12, 1), created=date(2025, 11, 2))
    taken = [n for n in then if rng.random() < 0.95] + phones(rng, 300)
    load_list(case, "buyer", {"phone": taken}, obtained=date(2024, 8, 1), created=date(2024, 7, 1))
    found = _traced(case)
    assert _stated(found, "buyer", "export") < 0.5
    assert _stated(found, "export", "buyer") >= _stated(found, "buyer", "export")


def test_days_in_its_rows_do_not_undo_the_order_of_two_states_of_a_clients_own_list() -> None:
    rng = np.random.default_rng(73)
    later, then = _kept_up(rng)
    earlier = [n for n in then if rng.random() < 0.95] + phones(rng, 100)
    case = memory_case()
    for name, columns, day in (("earlier", {"phone": earlier}, date(2024, 7, 1)), ("later", later, date(2025, 11, 2))):
        load_list(case, name, columns, "client", origin="own", **_on(day))
    found = _traced(case)
    assert _stated(found, "earlier", "later") > 0.9
    assert _stated(found, "later", "earlier") < 0.05


@pytest.mark.parametrize("own", [False, True])
def test_rows_that_came_in_after_another_list_was_there_were_not_taken_from_them(own: bool) -> None:
    rng = np.random.default_rng(74)
    bought = phones(rng, 600)
    export = {
        "phone": phones(rng, 2_400) + bought,
        "created": _days(date(2021, 1, 1), 2_400, date(2025, 6, 1)) + ["2025-09-20"] * 600,
    }
    case = memory_case()
    load_list(case, "client", export, obtained=date(2026, 1, 26), origin="own" if own else "obtained")
    load_list(case, "leads", {"phone": bought}, created=date(2025, 9, 7))
    found = _traced(case)
    assert _stated(found, "leads", "client") > 0.8
    # That it is a client's own list speaks for the client, and is not enough.
    assert _stated(found, "client", "leads") < (0.2 if own else 0.05)


def test_a_list_without_addresses_does_not_lack_the_contacts_whose_numbers_it_has() -> None:
    rng = np.random.default_rng(75)
    numbers = phones(rng, 3_000)
    addresses = [f"p{n}@example.org" if n % 5 < 2 else "" for n in range(3_000)]

    def rows(which: Sequence[int], *, mail: bool = True) -> dict[str, Sequence[str]]:
        more = phones(rng, 130)
        kept: dict[str, Sequence[str]] = {"phone": [numbers[n] for n in which] + more}
        if mail:
            kept["email"] = [addresses[n] for n in which] + [""] * 130
        return kept

    case = memory_case()
    day = date(2024, 3, 1)
    load_list(case, "source", rows(range(2_900), mail=False), **_on(day))
    load_list(case, "one", rows(rng.permutation(2_900)[:1_500].tolist()), **_on(day + timedelta(180)))
    load_list(case, "two", rows(rng.permutation(2_900)[:1_800].tolist()), **_on(day + timedelta(360)))
    for name in ("x", "y"):
        load_list(case, name, {"phone": phones(rng, 2_500)}, **_on(day - timedelta(60)))
    found = _traced(case)
    assert _stated(found, "source", "one") > 0.5
    assert _stated(found, "source", "two") > 0.5
    assert _stated(found, "one", "two") < 0.2


def _on(day: date) -> dict[str, Any]:
    return {"obtained": day, "created": day}


def test_extracts_that_overlap_as_samples_do_are_not_what_a_list_was_put_together_from() -> None:
    rng = np.random.default_rng(76)
    whole = fresh(rng, 5_000)
    parts = {f"part{n}": rng.permutation(whole)[:size] for n, size in enumerate((3_400, 1_900, 1_100))}
    found = World({"whole": whole, **parts}).trace()
    assert all(found.get((name, "whole"), (0.0, ""))[0] < 0.6 for name in parts)
    assert all(found["whole", name][0] > 0.8 for name in ("part1", "part2"))


def _cut(rng: np.random.Generator) -> World:
    whole = rng.permutation(fresh(rng, 2000))
    return World({"whole": whole, "one": whole[:700], "two": whole[700:1400], "three": whole[1400:]})


def test_without_days_nobody_is_sure_whether_a_list_was_cut_into_lots_or_put_together_of_them() -> None:
    found = _cut(np.random.default_rng(31)).trace()
    for lot in ("one", "two", "three"):
        assert max(found[lot, "whole"][0], found["whole", lot][0]) < 0.8
        assert found[lot, "whole"][1] == found["whole", lot][1] == "G1"
        assert found[lot, "whole"][0] + found["whole", lot][0] > 0.9


def test_days_tell_which_way_it_was() -> None:
    world = _cut(np.random.default_rng(32))
    undated = world.trace()
    world.obtained = {"whole": date(2025, 1, 1), **dict.fromkeys(("one", "two", "three"), date(2025, 9, 1))}
    found = world.trace()
    for lot in ("one", "two", "three"):
        assert found["whole", lot][0] >= 0.5
        assert found["whole", lot][0] > undated["whole", lot][0]
        assert found["whole", lot][0] > 2 * found[lot, "whole"][0]


def test_days_tell_that_a_list_was_put_together_of_two_with_people_in_common() -> None:
    rng = np.random.default_rng(33)
    common = fresh(rng, 30)
    parts = {name: np.concatenate([fresh(rng, 900), common]) for name in ("one", "two")}
    world = World({**parts, "both": np.unique(np.concatenate(list(parts.values())))})
    found = world.trace()
    for name in parts:
        assert found["both", name][0] <= found[name, "both"][0] < 0.8, "cut into two it would look the same"
        assert found[name, "both"][0] + found["both", name][0] > 0.9
    world.obtained = {**dict.fromkeys(parts, date(2025, 1, 1)), "both": date(2025, 9, 1)}
    found = world.trace()
    assert all(found[name, "both"][0] >= 0.7 for name in parts)
