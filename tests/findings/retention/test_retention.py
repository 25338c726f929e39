"""Retention: hand-made worlds with known answers, and simulated markets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest

from tests.findings.marked_world import AT, SPACE, World
from tests.inserted import insert, insert_canary
from tests.simulate import score
from tests.simulate.loading import CHINA, insert_market
from tracer.ask.story import story
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


def computed(world: World) -> list[Retention]:
    """Both stages."""
    attribution.compute(CaseFacts(world.con), 1)
    return list(retention.compute(CaseFacts(world.con), 1))


def trace(world: World) -> dict[tuple[str, str], Retention]:
    """Rows of .05 and more by (vendor, dataset)."""
    return {(row.vendor, row.seen_in): row for row in computed(world) if row.probability >= 0.05}


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
    assert {other for other, _ in instead_of(row)} == {
        PartyRef("client"),
        PartyRef("cti-b"),
        PartyRef("cti-c"),
        None,
    }, "every other recipient is an alternative, and one who is not on record"
    (after,) = [reason for reason in row.reasons if reason.code == "retention-after-end"]
    assert say(after) == (
        "cti-a had kept on 1 September 2026, 63 days after the permitted use of the copy ended (30 June 2026)."
    )
    assert say(after, "zh") == "cti-a 在副本到期（2026年6月30日）63 天后仍持有 kept（2026年9月1日）。"


@pytest.mark.parametrize(("ends", "after"), [(ENDS, False), (None, None)])
def test_before_the_end_and_without_one_a_vendor_holds_it(ends: date | None, after: bool | None) -> None:
    world, _, copies = handed("cti-a", ends=ends)
    copied(world, "kept", copies["cti-a"], "cti-a", days={"obtained": BEFORE})
    copied(world, "older", copies["cti-a"], days={"obtained": date(2026, 1, 20)})
    (row,) = trace(world).values()
    assert (row.seen_in, row.reading, row.after_end) == ("kept", "held", after), "what is older came from elsewhere"


@pytest.mark.parametrize(
    ("created", "obtained", "after", "english", "chinese"),
    [
        (None, BEFORE, False, "trader had resold on 1 April 2026,", "trader 在2026年4月1日已持有 resold，"),
        (BEFORE, LATER, False, "resold was made on 1 April 2026,", "resold 生成于2026年4月1日，"),
        (None, LATER, None, "", ""),
        (None, None, None, "", ""),
    ],
)
def test_what_a_third_party_had_before_the_end_left_before_the_end(
    created: date | None, obtained: date | None, after: bool | None, english: str, chinese: str
) -> None:
    world, _, copies = handed("cti-a", "cti-b")
    copied(world, "resold", world.sample(copies["cti-a"], 0.6), days={"created": created, "obtained": obtained})
    rows = trace(world)
    assert set(rows) == {("cti-a", "resold")}
    row = rows["cti-a", "resold"]
    assert (row.reading, row.after_end, row.grade) == ("passed_on", after, "G3")
    left = [one for one in row.reasons if one.code == "retention-left-before-end"]
    assert len(left) == (after is False)
    for reason in left:
        assert say(reason).startswith(english)
        assert "If the records came from this copy" in say(reason)
        assert say(reason, "zh").startswith(chinese)
        assert "2026年6月30日" in say(reason, "zh")


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


def test_home_canaries_point_at_the_client_also_beside_a_vendors() -> None:
    world, people, copies = handed("cti-a")
    homes = [SPACE + 99_000_0000, SPACE + 99_000_0001]
    copied(world, "of the client", [*people, *homes])
    copied(world, "of both", [*copies["cti-a"], *homes])
    ((_, seen_in),) = rows = trace(world)
    assert seen_in == "of both"
    row = rows["cti-a", "of both"]
    assert row.probability <= 0.2
    assert row.grade == "G1"
    assert "retention-home" in [reason.code for reason in row.against]


def test_planted_canaries_make_no_retention_and_do_not_outweigh_the_way_the_rows_came() -> None:
    world, people, copies = handed("cti-a", each=30)
    copy = give(world, people, "cti-b", 4, each=30)
    planted = set(copies["cti-a"]) - set(people)
    world.dataset("foreign", "trader", [*world.people(2000, blocks=90_000), *planted], obtained=LATER)
    copied(world, "leak", [*world.sample(copy, 0.05), *planted], p=0.95)
    rows = trace(world)
    assert "foreign" not in {seen_in for _, seen_in in rows}
    assert ("cti-a", "leak") not in rows or rows["cti-a", "leak"].grade in ("G0", "G1")


def test_few_planted_records_are_counted_where_all_were_imported_before_the_list_was_ever_loaded() -> None:
    """Loading a list again makes no question about a person of what was imported in between."""
    world = World()
    people, planted = client_list(world), list[int]()
    for pair in range(3):  # two copies have the same records, so that none of them is named
        numbers = world.canaries([SPACE + 50_000_0000 + (pair * 10 + k) * 10_000 for k in range(8)])
        for side in "xy":
            world.release(f"r-{pair}{side}", "own", f"v{pair}{side}", numbers, day=RELEASED, ends=ENDS)
        planted += world.phones(numbers)
    copied(world, "leak", [*world.sample(people, 0.3), *planted])

    def shown() -> set[object]:
        world.con.execute("DELETE FROM attribution")
        reasons = [reason for row in computed(world) if row.seen_in == "leak" for reason in row.reasons]
        return {str(one.numbers["n"]) for one in reasons if one.code == "retention-canaries"}

    assert shown() == {"8"}
    world.con.execute("UPDATE canary SET imported_at = $at WHERE kind = 'canary'", {"at": AT + timedelta(1)})
    assert shown() == {"<20"}
    world.con.execute(
        "INSERT INTO dataset SELECT * REPLACE (99 AS no, false AS current) FROM dataset WHERE id = 'leak' AND current"
    )
    world.con.execute("UPDATE dataset SET loaded_at = $at WHERE id = 'leak' AND current", {"at": AT + timedelta(2)})
    assert shown() == {"<20"}


def test_withheld_rows_tell_unmarked_copies_apart() -> None:
    world = World()
    people = client_list(world)
    for i, vendor in enumerate(["cti-a", "cti-b", "cti-c"]):
        world.release(f"r-{vendor}", "own", vendor, day=RELEASED, ends=ENDS, withheld=people[i * 20 : i * 20 + 20])
    copied(world, "resold", world.sample(people[:20] + people[40:], 0.8))
    ((who, row),) = trace(world).items()
    assert who == ("cti-b", "resold")
    assert row.probability > 0.8


def test_vintages_tell_two_releases_to_one_vendor_apart() -> None:
    world = World()
    people = world.people(3000)
    world.dataset("own-1", "client", people[:2500], origin="own", created=date(2026, 1, 1))
    world.dataset("own-2", "client", people[300:], origin="own", created=date(2026, 3, 1))
    world.release("first", "own-1", "cti-a", day=date(2026, 1, 5), ends=date(2026, 2, 28))
    world.release("second", "own-2", "cti-a", day=date(2026, 3, 5), ends=date(2026, 12, 31))
    copied(world, "kept", world.sample(people[:2500], 0.7), "cti-a", of="own-1", p=0.9)
    rows = {row.release: row for row in computed(world)}
    assert rows["first"].probability > 0.8
    assert rows["first"].reading == "retained"
    assert rows.get("second") is None or rows["second"].probability < 0.05


@pytest.mark.parametrize(("vendors", "each"), [(1, 0), (2, 6), (5, 0), (26, 6)])
def test_what_stands_instead_of_a_copy_sums_to_one_with_it(vendors: int, each: int) -> None:
    world, _, copies = handed(*(f"cti-{i}" for i in range(vendors)), each=each)
    copied(world, "resold", world.sample(copies["cti-0"], 0.6), p=0.9)
    rows = computed(world)
    assert rows
    for row in rows:
        assert row.probability + sum(probability for _, probability in instead_of(row)) == pytest.approx(1.0, abs=0.03)


def test_a_second_source_is_told_as_one_in_addition_and_takes_nothing_off_the_first() -> None:
    """Half of one copy and half of another: neither stands in the place of the other."""
    world, _, copies = handed("cti-0", "cti-1", "cti-2")
    copied(world, "resold", [*world.sample(copies["cti-0"], 0.5), *world.sample(copies["cti-1"], 0.5)])
    rows = trace(world)
    assert set(rows) == {("cti-0", "resold"), ("cti-1", "resold")}
    assert min(row.probability for row in rows.values()) > 0.95
    row = rows["cti-0", "resold"]
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
def test_the_way_through_a_vendors_list_is_the_vendors_and_its_only_source_is_told(each: int) -> None:
    world, people, other = _vendor_list(each)
    copied(world, "resold", [*world.sample(people, 0.3), *other[:700]], of="backend")
    rows = trace(world)
    assert (rows["cti-0", "backend"].reading, rows["cti-0", "backend"].probability > 0.8) == ("held", True)
    row = rows["cti-0", "resold"]
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
    assert {row.seen_in for row in computed(world)} == {"backend"}


def put_canaries(con: duckdb.DuckDBPyConnection, market: Market) -> None:
    """Enter the market's canaries as the client knows them, in place of any that are there."""
    con.execute("DELETE FROM release_canary")
    con.execute("DELETE FROM canary")
    planted = [(release.id, person) for release in market.releases for person in release.canaries]
    for no, (release, person) in enumerate([*((None, one) for one in market.home_canaries), *planted], 1):
        kind = "home" if release is None else "canary"
        insert_canary(con, no, int(market.population.number[person]) + CHINA, kind)
        if release is not None:
            insert(con, "release_canary", release=release, canary=no, scheme="unique")
    con.execute('UPDATE release SET drawn = true, design = \'{"draw": "simulated"}\'')


@pytest.mark.slow("three simulated markets")
def test_retention_is_found_on_markets_with_merges() -> None:
    right = wrong = missed = 0
    for seed in range(9202, 9205):
        market = make_market(MarketSpec(seed, people=50_000, clients=2, collectors=3, copies=10, rows=(1_000, 2_500)))
        with memory_case() as case:
            insert_market(case.con, market)
            put_canaries(case.con, market)
            for stage in (overlap, derivation, attribution):
                stage.compute(CaseFacts(case.con), 1)
            rows = retention.compute(CaseFacts(case.con), 1)
        found = {(row.vendor, row.release, row.seen_in): (row.reading, row.probability) for row in rows}
        counts = score.retention(found, market.truth)
        right, wrong, missed = right + counts.right, wrong + counts.wrong, missed + counts.missed
    assert right >= 5, "the markets hold something to be found"
    assert 2 * right / (2 * right + wrong + missed) >= 0.9, missed
    assert wrong == 0


@pytest.mark.parametrize(("share", "probability"), [(0.85, 0.879), (0.5, 0.4885)])
def test_a_list_of_hashes_that_its_recipient_holds_after_the_end(share: float, probability: float) -> None:
    """No derivation compares it with a clear list: nearly all of the shorter is a copy with .9, less at even odds."""
    world = World()
    people = client_list(world)
    world.release("r-a", "own", "a", [], day=RELEASED, ends=ENDS)
    foreign = [] if share > 0.5 else range(SPACE + 60_000_0000, SPACE + 60_000_3000)
    world.dataset("kept", "a", [*world.sample(people, share), *foreign], hashed="sha256", obtained=LATER)
    row = trace(world)["a", "kept"]
    assert (row.reading, row.after_end, row.grade) == ("retained", True, "G1")
    assert row.probability == pytest.approx(probability, abs=0.003)
    assert say(row.reasons[0]) == f"{round(3000 * share):,} of the 3,000 contacts of own are in kept as hashes."
    told = [finding.headline for part in story(world.con) for finding in part.findings]
    unnamed = "kept contains client’s list as hashes. Which copy it came from cannot be told."
    assert told.count(unnamed) == (share <= 0.5)
