"""Derivations of small cases: resales, merges, lists that are kept up, cut into lots or put together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from tests.findings.listed import load_list, phones
from tests.findings.worlds import Edges, World, derived, fresh
from tests.inserted import insert_judgements
from tracer.ask.story import story
from tracer.case.memory import memory_case
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts


def _resale() -> dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    rng = np.random.default_rng(0)
    client = fresh(rng, 1000)
    vendor = rng.permutation(client)[:600]
    resold = rng.permutation(np.concatenate([vendor[:500], fresh(rng, 400)]))
    return {"client": client, "vendor": vendor, "resold": resold, "unrelated": fresh(rng, 700)}


def stated(found: Edges) -> set[tuple[str, str]]:
    return {edge for edge, (p, _) in found.items() if p >= 0.5}


def test_a_resold_list_is_traced_hand_by_hand() -> None:
    found = World(_resale(), own=("client",)).trace()
    assert stated(found) - {("vendor", "resold")} == {("client", "vendor")}
    assert found["client", "vendor"] >= (0.85, "G2")
    # Each of the two has many contacts that the other lacks, and nothing dates them: a third list may be behind both.
    assert found["vendor", "resold"] < (0.8, "G2")
    assert found["vendor", "resold"] > found["resold", "vendor"]


def test_dates_and_a_third_copy_tell_a_resold_list_hand_by_hand() -> None:
    lists = _resale()
    rng = np.random.default_rng(9)
    lists["again"] = rng.permutation(lists["resold"])[:500]
    dated = {name: date(2026, month, 1) for month, name in enumerate(("client", "vendor", "resold", "again"), start=1)}
    found = World(lists, own=("client",), obtained=dated).trace()
    assert stated(found) - {("vendor", "resold")} == {("client", "vendor"), ("resold", "again")}
    assert found["vendor", "resold"][0] > 2 * found["resold", "vendor"][0]


def test_without_dates_and_origins_no_direction_of_the_chain_is_sure() -> None:
    found = World(_resale()).trace()
    for a, b in (("client", "vendor"), ("vendor", "resold")):
        assert max(found[a, b][0], found[b, a][0]) < 0.8
        assert found[a, b][1] == found[b, a][1] == "G1"
        assert found[a, b][0] + found[b, a][0] > 0.5
    assert ("client", "resold") not in found
    assert not any("unrelated" in edge for edge in found)


def test_identical_copies_cannot_be_told_apart_but_by_dates() -> None:
    keys = fresh(np.random.default_rng(1), 300)
    found = World({"a": keys, "b": keys}).trace()
    assert found["a", "b"][0] == pytest.approx(found["b", "a"][0], abs=0.02)
    assert found["a", "b"][1] == found["b", "a"][1] == "G1"
    dated = World({"a": keys, "b": keys}, obtained={"a": date(2026, 1, 1), "b": date(2026, 7, 1)}).trace()
    assert dated["a", "b"][0] > 3 * dated["b", "a"][0]
    assert dated["a", "b"][0] > 0.5


def test_two_parents_of_a_merge_are_both_found() -> None:
    rng = np.random.default_rng(2)
    one, two = fresh(rng, 400), fresh(rng, 500)
    merged = rng.permutation(np.concatenate([one[:300], two[:350]]))
    found = World({"one": one, "two": two, "merged": merged, "other": fresh(rng, 300)}).trace()
    assert stated(found) == {("one", "merged"), ("two", "merged")}


def test_independent_lists_that_share_popular_numbers_have_no_edge() -> None:
    rng = np.random.default_rng(3)
    popular = fresh(rng, 30)
    lists = {name: np.concatenate([fresh(rng, 500), rng.permutation(popular)[:25]]) for name in "abcd"}
    assert not stated(World(lists).trace())
    pair = {name: np.concatenate([fresh(rng, 500), popular]) for name in "ab"}
    assert not any(p >= 0.5 or grade >= "G2" for p, grade in World(pair).trace().values())


@pytest.mark.parametrize("names", ["", "a", "ab"])
def test_empty_and_tiny_cases_are_traced(names: str) -> None:
    rng = np.random.default_rng(4)
    lists = {name: fresh(rng, 3 * number) for number, name in enumerate(names)}
    assert World(lists).trace() == {}


def test_lists_of_which_one_alone_has_cells_are_traced() -> None:
    con = World(_resale()).load()
    con.execute("DELETE FROM part WHERE dataset <> 1")
    derivation.compute(CaseFacts(con), 1)
    found = con.execute("SELECT parent, child FROM derivation WHERE probability >= 0.3").fetchall()
    assert {"client", "vendor"} in [set(edge) for edge in found]


def test_a_persons_decision_is_kept_whatever_the_lists_say() -> None:
    world = World(_resale())
    assert ("client", "vendor") not in world.trace(("client", "vendor", "reject"))
    con = world.load()
    insert_judgements(con, ("vendor", "client", "confirm"), ("client", "unrelated", "confirm"))
    derived(con)
    columns = "parent, child, probability, grade, without_judgement, list_transform(against, lambda x: x.code)"
    found = {tuple(row[:2]): row[2:] for row in con.execute(f"SELECT {columns} FROM derivation").fetchall()}
    p, grade, without, against = found["vendor", "client"]
    # The lists say what they said before: the grade is theirs, and the likelier explanation still speaks against it.
    assert (p >= 0.99, grade, without < 0.8, against[0]) == (True, "G1", True, "derivation-alternative")
    assert found["client", "unrelated"][0] >= 0.99, "though they share nothing"
    assert ("unrelated", "client") not in found


def test_the_same_case_gives_the_same_rows_and_directions_sum_to_one_at_most() -> None:
    tables = ("derivation", "generation", "unexplained", "hidden")
    results = []
    for _ in range(2):
        con = World(_resale()).load()
        derived(con)
        results.append([con.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables])
    assert results[0] == results[1]
    edges = {(row[2], row[3]): row[4] for row in results[0][0]}
    assert all(p + edges.get((b, a), 0.0) <= 1.0 + 1e-6 for (a, b), p in edges.items())
    assert {row[2]: (row[3], row[4] + row[5]) for row in results[0][2]}["vendor"] == (600, 600)
    assert all(
        {"signal", "value", "weight", "reason"} == set(step) for row in results[0][0] for step in json.loads(row[-4])
    )


@pytest.mark.parametrize("recorded", [True, False])
def test_an_exchange_is_one_statement_where_it_is_on_record_and_else_an_explanation(recorded: bool) -> None:
    rng = np.random.default_rng(11)
    one, two = fresh(rng, 1000), fresh(rng, 800)
    taken, given = rng.permutation(two)[:300], rng.permutation(one)[:300]
    lists = {"one": np.concatenate([one, taken]), "two": np.concatenate([two, given])}
    con = World({name: rng.permutation(keys) for name, keys in lists.items()}).load()
    if recorded:
        con.execute(
            "INSERT INTO release (id, dataset, recipient, date, registered_at) VALUES"
            " ('r1', 'one', 'two', '2025-01-01', '2025-01-01'), ('r2', 'two', 'one', '2025-01-01', '2025-01-01')"
        )
    derived(con)
    ways = dict(con.execute("SELECT kind, sum(probability) FROM explanation GROUP BY kind").fetchall())
    assert sum(ways.values()) == pytest.approx(1.0, abs=1e-3)
    if not recorded:
        assert 0.005 < ways["exchange"] < 0.05
        return
    rows = con.execute("SELECT parent, child, kind, probability, grade FROM derivation ORDER BY parent").fetchall()
    assert [row[:3] for row in rows] == [("one", "two", "exchange"), ("two", "one", "exchange")]
    assert rows[0][3:] == rows[1][3:]
    assert ways["exchange"] == rows[0][3] > 0.8
    said = [headline for section in story(con) for headline in section.findings if "took contacts" in str(headline)]
    assert len(said) == 1


def test_two_states_of_one_list_may_be_behind_two_copies() -> None:
    rng = np.random.default_rng(12)
    older = fresh(rng, 900)
    newer = np.concatenate([older[40:], fresh(rng, 300)])
    lists = {"s1": older, "s2": newer, "mine": rng.permutation(older)[:700], "mine2": rng.permutation(newer)[:900]}
    days = dict(zip(lists, (date(2024, 1, 1), date(2025, 6, 1), date(2024, 3, 1), date(2025, 8, 1)), strict=True))
    holders = {"s1": "source", "s2": "source", "mine": "firm", "mine2": "firm"}
    con = World(lists, own=("s1", "s2"), obtained=days, holders=holders).load()
    derived(con)
    ways = con.execute(
        "SELECT giver, taker, through, probability FROM explanation WHERE kind = 'states' AND probability >= .01"
    ).fetchall()
    assert ("mine", "mine2", "s2") in [row[:3] for row in ways]


def _likely(found: Edges, parent: str, child: str) -> float:
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
    assert found["own", "mixed"][0] > 2 * max(0.01, _likely(found, "mixed", "own"))


def _on(day: date) -> dict[str, Any]:
    return {"obtained": day, "created": day}


def _days(first: date, count: int, last: date) -> list[str]:
    return [str(first + (last - first) / (count - 1) * n) for n in range(count)]


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
    found = derived(case.con)
    assert _likely(found, "buyer", "export") < 0.5
    assert _likely(found, "export", "buyer") >= _likely(found, "buyer", "export")


def test_days_in_its_rows_do_not_undo_the_order_of_two_states_of_a_clients_own_list() -> None:
    rng = np.random.default_rng(73)
    later, then = _kept_up(rng)
    earlier = [n for n in then if rng.random() < 0.95] + phones(rng, 100)
    case = memory_case()
    for name, columns, day in (("earlier", {"phone": earlier}, date(2024, 7, 1)), ("later", later, date(2025, 11, 2))):
        load_list(case, name, columns, "client", origin="own", **_on(day))
    found = derived(case.con)
    assert _likely(found, "earlier", "later") > 0.9
    assert _likely(found, "later", "earlier") < 0.05


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
    found = derived(case.con)
    assert _likely(found, "leads", "client") > 0.8
    # That it is a client's own list speaks for the client, and is not enough.
    assert _likely(found, "client", "leads") < (0.2 if own else 0.05)


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
    found = derived(case.con)
    assert min(_likely(found, "source", name) for name in ("one", "two")) > 0.5
    assert _likely(found, "one", "two") < 0.2


def test_extracts_that_overlap_as_samples_do_are_not_what_a_list_was_put_together_from() -> None:
    rng = np.random.default_rng(76)
    whole = fresh(rng, 5_000)
    parts = {f"part{n}": rng.permutation(whole)[:size] for n, size in enumerate((3_400, 1_900, 1_100))}
    found = World({"whole": whole, **parts}).trace()
    assert all(_likely(found, name, "whole") < 0.6 for name in parts)
    assert all(found["whole", name][0] > 0.8 for name in ("part1", "part2"))


def test_only_days_tell_whether_a_list_was_cut_into_lots_or_put_together_of_them() -> None:
    rng = np.random.default_rng(32)
    whole = rng.permutation(fresh(rng, 2000))
    world = World({"whole": whole, "one": whole[:700], "two": whole[700:1400], "three": whole[1400:]})
    undated = world.trace()
    world.obtained = {"whole": date(2025, 1, 1), **dict.fromkeys(("one", "two", "three"), date(2025, 9, 1))}
    found = world.trace()
    for lot in ("one", "two", "three"):
        back, forth = undated[lot, "whole"], undated["whole", lot]
        assert max(back[0], forth[0]) < 0.8
        assert back[1] == forth[1] == "G1"
        assert back[0] + forth[0] > 0.9
        assert found["whole", lot][0] >= max(0.5, forth[0])
        assert found["whole", lot][0] > 2 * found[lot, "whole"][0]


def test_days_tell_that_a_list_was_put_together_of_two_with_people_in_common() -> None:
    rng = np.random.default_rng(33)
    common = fresh(rng, 30)
    parts = {name: np.concatenate([fresh(rng, 900), common]) for name in ("one", "two")}
    world = World({**parts, "both": np.unique(np.concatenate(list(parts.values())))})
    found = world.trace()
    for name in parts:
        assert found["both", name][0] <= found[name, "both"][0] < 0.8, "cut into two it would look the same"
    world.obtained = {**dict.fromkeys(parts, date(2025, 1, 1)), "both": date(2025, 9, 1)}
    found = world.trace()
    assert all(found[name, "both"][0] >= 0.7 for name in parts)
