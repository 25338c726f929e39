"""Retention: hand-made worlds with known answers, and simulated markets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import duckdb
import pytest

from tests.findings.marked_world import SPACE, World
from tests.inserted import insert, insert_canary
from tests.simulate import score
from tests.simulate.loading import CHINA, insert_market
from tests.simulate.score import ConfusionCounts
from tracer.case.memory import memory_case
from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason
from tracer.findings import attribution, derivation, overlap, retention
from tracer.findings.case_facts import CaseFacts
from tracer.findings.retention import Retention
from tracer.simulate.market import Market, MarketSpec
from tracer.simulate.trade import make_market
from tracer.wording import say

RELEASED, ENDS, LATER, BEFORE = date(2026, 2, 1), date(2026, 6, 30), date(2026, 9, 1), date(2026, 4, 1)


def client_list(world: World, count: int = 3000) -> list[int]:
    """The client's own list with two home canaries; returns the people."""
    people = world.people(count)
    home = world.canaries(range(SPACE + 99_000_0000, SPACE + 99_000_0002), "home")
    world.dataset("own", "client", [*people, *world.phones(home)], origin="own", created=date(2026, 1, 1))
    return people


def give(
    world: World, people: list[int], vendor: str, at: int, *, ends: date | None = ENDS, each: int = 6
) -> list[int]:
    """A release to `vendor` with `each` canaries; returns its copy."""
    numbers = world.canaries([SPACE + 50_000_0000 + (at * 10 + k) * 10_000 for k in range(each)])
    world.release(f"r-{vendor}", "own", vendor, numbers, day=RELEASED, ends=ends, draw="d")
    return [*people, *world.phones(numbers)]


Days = Mapping[str, Any]
LATE: Days = {"obtained": LATER}


def handed(*vendors: str, each: int = 6, ends: date | None = ENDS) -> tuple[World, list[int], dict[str, list[int]]]:
    """A client's list and a release of it to each of the vendors: the people, and the copies."""
    world = World()
    people = client_list(world)
    copies = {vendor: give(world, people, vendor, at, ends=ends, each=each) for at, vendor in enumerate(vendors)}
    return world, people, copies


def copied(
    world: World,
    name: str,
    keys: list[int],
    holder: str = "trader",
    days: Days = LATE,
    of: str = "own",
    p: float = 0.97,
) -> None:
    """A list that came from another, as the derivations say."""
    world.dataset(name, holder, keys, **days)
    world.derivation(of, name, p)


def trace(world: World) -> dict[tuple[str, str], Retention]:
    """Both stages; rows of .05 and more by (vendor, dataset)."""
    attribution.compute(CaseFacts(world.con), 1)
    rows = retention.compute(CaseFacts(world.con), 1)
    return {(row.vendor, row.seen_in): row for row in rows if row.probability >= 0.05}


def probability_of(reason: Reason) -> float:
    probability = reason.numbers["probability"]
    assert isinstance(probability, Probability)
    return probability.value


def instead_of(row: Retention) -> Iterator[tuple[Number, float]]:
    """Each source instead of the row's copy, with its probability; None: several together, or an unrelated one."""
    for reason in row.against:
        if reason.code.startswith("retention-instead"):
            yield reason.numbers.get("other"), probability_of(reason)


def test_a_vendor_that_holds_its_copy_after_the_end_has_retained_it() -> None:
    world, _, copies = handed("cti-a", "cti-b", "cti-c")
    copied(world, "kept", world.sample(copies["cti-a"], 0.8), "cti-a")
    rows = trace(world)
    assert set(rows) == {("cti-a", "kept")}
    row = rows["cti-a", "kept"]
    assert (row.reading, row.after_end, row.grade) == ("retained", True, "G3")
    assert (row.client, row.release, row.dataset, row.seen_with) == ("client", "r-cti-a", "own", "cti-a")
    assert row.first_seen == LATER
    assert row.probability > 0.98
    instead = list(instead_of(row))
    assert {other for other, _ in instead} == {PartyRef("client"), PartyRef("cti-b"), PartyRef("cti-c"), None}, (
        "every other recipient is an alternative, and one who is not on record"
    )
    (after,) = [reason for reason in row.reasons if reason.code == "retention-after-end"]
    assert say(after) == (
        "cti-a had kept on 1 September 2026, 63 days after the permitted use of the copy ended (30 June 2026)."
    )
    assert say(after, "zh") == "cti-a 在副本到期（2026年6月30日）63 天后仍持有 kept（2026年9月1日）。"


def test_before_the_end_and_without_one_a_vendor_holds_it() -> None:
    for ends, after in ((ENDS, False), (None, None)):
        world, _, copies = handed("cti-a", ends=ends)
        copied(world, "kept", copies["cti-a"], "cti-a", days={"obtained": BEFORE})
        row = trace(world)["cti-a", "kept"]
        assert (row.reading, row.after_end) == ("held", after)


def test_what_a_third_party_had_before_the_end_left_before_the_end() -> None:
    for obtained, after in ((BEFORE, False), (LATER, None), (None, None)):
        world, _, copies = handed("cti-a", "cti-b")
        copied(world, "resold", world.sample(copies["cti-a"], 0.6), days={"obtained": obtained})
        rows = trace(world)
        assert set(rows) == {("cti-a", "resold")}
        row = rows["cti-a", "resold"]
        assert (row.reading, row.after_end, row.grade) == ("passed_on", after, "G3")


@pytest.mark.parametrize(
    ("days", "english", "chinese"),
    [
        ({"obtained": BEFORE}, "trader had resold on 1 April 2026,", "trader 在2026年4月1日已持有 resold，"),
        ({"created": BEFORE, "obtained": LATER}, "resold was made on 1 April 2026,", "resold 生成于2026年4月1日，"),
    ],
)
def test_what_was_passed_on_in_time_is_dated_by_the_day_it_was_seen(
    days: dict[str, Any], english: str, chinese: str
) -> None:
    world, _, copies = handed("cti-a")
    copied(world, "resold", world.sample(copies["cti-a"], 0.6), days=days)
    (left,) = [one for one in trace(world)["cti-a", "resold"].reasons if one.code == "retention-left-before-end"]
    assert say(left).startswith(english)
    assert say(left, "zh").startswith(chinese)
    assert "2026年6月30日" in say(left, "zh")


def test_equal_copies_share_the_probability_and_the_grade_is_low() -> None:
    world, people, _ = handed("cti-a", "cti-b", each=0)
    copied(world, "resold", world.sample(people, 0.6))
    rows = trace(world)
    a, b = rows["cti-a", "resold"], rows["cti-b", "resold"]
    assert abs(a.probability - b.probability) < 1e-6
    assert 0.2 < a.probability < 0.4
    assert a.grade == b.grade == "G1"
    assert dict(instead_of(a))[PartyRef("cti-b")] == pytest.approx(a.probability, abs=0.02)
    assert 0.25 < sum(probability for other, probability in instead_of(a) if other is None) < 0.5


def test_the_only_recipient_on_record_is_not_blamed_by_ordinary_rows_alone() -> None:
    world, people, _ = handed("cti-a", each=0)
    copied(world, "resold", world.sample(people, 0.6))
    row = trace(world)["cti-a", "resold"]
    assert row.grade == "G1"
    assert 0.4 < row.probability < 0.7, "the client itself, and a copy that is not on record, stay alternatives"
    assert "retention-every-path" not in [reason.code for reason in row.reasons]
    marked, people, copies = handed("cti-a")
    copied(marked, "resold", marked.sample(copies["cti-a"], 0.6))
    row = trace(marked)["cti-a", "resold"]
    assert (row.grade >= "G2", row.probability > 0.95) == (True, True), "its planted records tell"
    assert "retention-every-path" in [reason.code for reason in row.reasons]


def test_a_client_that_leaked_itself_has_no_vendor_to_blame() -> None:
    world, people, _ = handed("cti-a", "cti-b")
    copied(world, "leak", [*people, SPACE + 99_000_0000, SPACE + 99_000_0001])
    assert trace(world) == {}


def test_home_canaries_beside_a_vendors_canaries_point_at_the_client() -> None:
    world, _, copies = handed("cti-a")
    copied(world, "leak", [*copies["cti-a"], SPACE + 99_000_0000, SPACE + 99_000_0001])
    row = trace(world)["cti-a", "leak"]
    assert row.probability <= 0.2
    assert row.grade == "G1"
    assert "retention-home" in [reason.code for reason in row.against]


def test_the_way_through_a_vendors_own_dataset_is_the_vendors() -> None:
    world, people, _ = handed("cti-a", "cti-b", "cti-c", each=0)
    kept = world.sample(people, 0.7)
    copied(world, "kept", kept, "cti-a", days={"obtained": BEFORE}, p=0.98)
    copied(world, "resold", world.sample(kept, 0.7), of="kept", p=0.95)
    rows = trace(world)
    assert {seen_in: row.reading for (_, seen_in), row in rows.items()} == {"kept": "held", "resold": "passed_on"}
    assert min(rows["cti-a", "kept"].probability, rows["cti-a", "resold"].probability) > 0.8
    assert rows["cti-a", "resold"].grade == "G2"


def test_planted_canaries_make_no_retention() -> None:
    world, people, copies = handed("cti-a")
    planted = set(copies["cti-a"]) - set(people)
    world.dataset("foreign", "trader", [*world.people(2000, blocks=90_000), *planted], obtained=LATER)
    assert trace(world) == {}


def test_planted_canaries_do_not_outweigh_the_way_the_rows_came() -> None:
    world = World()
    people = client_list(world)
    framed = give(world, people, "cti-a", 0, each=30)
    copy = give(world, people, "cti-b", 4, each=30)
    few = world.sample(copy, 0.05)
    copied(world, "leak", [*few, *(set(framed) - set(people))], p=0.95)
    rows = trace(world)
    assert ("cti-a", "leak") not in rows or rows["cti-a", "leak"].grade in ("G0", "G1")


def test_a_list_merged_from_two_vendors_names_both() -> None:
    world, _, copies = handed("cti-a", "cti-b", "cti-c", "cti-d")
    copied(world, "merged", [*world.sample(copies["cti-a"], 0.7), *world.sample(copies["cti-c"], 0.7)])
    rows = trace(world)
    assert set(rows) == {("cti-a", "merged"), ("cti-c", "merged")}
    assert all(row.probability > 0.9 for row in rows.values())


def test_withheld_rows_tell_unmarked_copies_apart() -> None:
    world = World()
    people = client_list(world)
    for i, vendor in enumerate(["cti-a", "cti-b", "cti-c"]):
        world.release(f"r-{vendor}", "own", vendor, day=RELEASED, ends=ENDS, withheld=people[i * 20 : i * 20 + 20])
    copied(world, "resold", world.sample(people[:20] + people[40:], 0.8))
    rows = trace(world)
    assert rows["cti-b", "resold"].probability > 0.8
    assert set(rows) == {("cti-b", "resold")}


def test_vintages_tell_two_releases_to_one_vendor_apart() -> None:
    world = World()
    people = world.people(3000)
    world.dataset("own-1", "client", people[:2500], origin="own", created=date(2026, 1, 1))
    world.dataset("own-2", "client", people[300:], origin="own", created=date(2026, 3, 1))
    world.release("first", "own-1", "cti-a", day=date(2026, 1, 5), ends=date(2026, 2, 28))
    world.release("second", "own-2", "cti-a", day=date(2026, 3, 5), ends=date(2026, 12, 31))
    copied(world, "kept", world.sample(people[:2500], 0.7), "cti-a", of="own-1", p=0.9)
    attribution.compute(CaseFacts(world.con), 1)
    rows = {row.release: row for row in retention.compute(CaseFacts(world.con), 1)}
    assert rows["first"].probability > 0.8
    assert rows["first"].reading == "retained"
    assert rows.get("second") is None or rows["second"].probability < 0.05


def test_a_release_younger_than_the_dataset_is_no_source() -> None:
    world, _, copies = handed("cti-a")
    copied(world, "older", copies["cti-a"], days={"obtained": date(2026, 1, 20)})
    assert trace(world) == {}


@pytest.mark.parametrize(("vendors", "each"), [(1, 0), (2, 6), (5, 0), (26, 6)])
def test_what_stands_instead_of_a_copy_sums_to_one_with_it(vendors: int, each: int) -> None:
    world, _, copies = handed(*(f"cti-{i}" for i in range(vendors)), each=each)
    copied(world, "resold", world.sample(copies["cti-0"], 0.6), p=0.9)
    attribution.compute(CaseFacts(world.con), 1)
    rows = retention.compute(CaseFacts(world.con), 1)
    assert rows
    for row in rows:
        assert row.probability + sum(probability for _, probability in instead_of(row)) == pytest.approx(1.0, abs=0.03)


def test_a_second_source_is_told_as_one_in_addition_and_takes_nothing_off_the_first() -> None:
    """Half of one copy and half of another: neither stands in the place of the other."""
    world, _, copies = handed("cti-0", "cti-1", "cti-2")
    copied(world, "resold", [*world.sample(copies["cti-0"], 0.5), *world.sample(copies["cti-1"], 0.5)])
    row = trace(world)["cti-0", "resold"]
    assert row.probability > 0.95
    others = [reason for reason in row.against if reason.code == "retention-as-well"]
    (second,) = [reason for reason in others if reason.numbers["other"] == PartyRef("cti-1")]
    assert say(second).endswith("That would not clear cti-0’s copy.")
    assert probability_of(second) > 0.9
    assert max(probability for _, probability in instead_of(row)) < 0.05


def _vendor_list(each: int) -> tuple[World, list[int], list[int]]:
    """`backend`, held by cti-0: its copy of the client's list and 2,000 rows of its own; the people of both."""
    world, people, copies = handed("cti-0", "cti-1", "cti-2", each=each)
    other = [SPACE + 70_000_0000 + i for i in range(2000)]
    copied(world, "backend", [*copies["cti-0"], *other], "cti-0", days={"obtained": BEFORE}, p=0.99)
    return world, people, other


@pytest.mark.parametrize("each", [0, 6])
def test_the_only_source_of_another_list_is_told(each: int) -> None:
    world, people, other = _vendor_list(each)
    copied(world, "resold", [*world.sample(people, 0.3), *other[:700]], of="backend")
    row = trace(world)["cti-0", "resold"]
    assert (row.reading, row.grade) == ("passed_on", "G2")
    assert row.probability > 0.8
    resold, backend = DatasetRef("resold"), DatasetRef("backend")
    assert Reason.of("retention-only-source", n=Count(700), dataset=resold, parent=backend) in row.reasons


@pytest.mark.parametrize("each", [0, 6])
def test_a_copy_is_not_behind_a_list_that_holds_none_of_the_clients_rows(each: int) -> None:
    """What was copied from the vendor's list were the vendor's own rows, and further on as well."""
    world, _, other = _vendor_list(each)
    copied(world, "resold", other[:700], of="backend", p=0.99)
    copied(world, "further", other[:300], "trader-2", of="resold", p=0.99)
    attribution.compute(CaseFacts(world.con), 1)
    assert {row.seen_in for row in retention.compute(CaseFacts(world.con), 1)} == {"backend"}


SEEDS = range(9202, 9205)


def put_canaries(con: duckdb.DuckDBPyConnection, market: Market) -> None:
    """Enter the market's canaries as the client knows them, in place of any that are there."""
    con.execute("DELETE FROM release_canary")
    con.execute("DELETE FROM canary")
    rows: list[tuple[str, str | None, int]] = [("home", None, person) for person in market.home_canaries]
    rows += [("canary", release.id, person) for release in market.releases for person in release.canaries]
    for no, (kind, release, person) in enumerate(rows, 1):
        insert_canary(con, no, int(market.population.number[person]) + CHINA, kind)
        if release is not None:
            insert(con, "release_canary", release=release, canary=no, scheme="unique")
    con.execute('UPDATE release SET drawn = true, design = \'{"draw": "simulated"}\'')


@pytest.mark.slow("three simulated markets")
def test_retention_is_found_on_markets_with_merges() -> None:
    right = wrong = missed = 0
    for seed in SEEDS:
        spec = MarketSpec(seed=seed, people=50_000, clients=2, collectors=3, copies=10, rows=(1_000, 2_500))
        market = make_market(spec)
        case = memory_case()
        insert_market(case.con, market)
        put_canaries(case.con, market)
        overlap.compute(CaseFacts(case.con), 1)
        derivation.compute(CaseFacts(case.con), 1)
        attribution.compute(CaseFacts(case.con), 1)
        rows = retention.compute(CaseFacts(case.con), 1)
        found = {(row.vendor, row.release, row.seen_in): (row.reading, row.probability) for row in rows}
        counts = score.retention(found, market.truth)
        right, wrong, missed = right + counts.right, wrong + counts.wrong, missed + counts.missed
        case.con.close()
    total = ConfusionCounts(right=right, wrong=wrong, missed=missed)
    assert right >= 5, "the markets hold something to be found"
    assert 2 * right / (2 * right + wrong + missed) >= 0.9, total
    assert wrong == 0, total
