"""Retention: hand-made worlds with known answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.findings.marked_world import SPACE, World
from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason
from tracer.findings import attribution, retention
from tracer.findings.case_facts import CaseFacts
from tracer.findings.retention import Retention
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
    world = World()
    people = client_list(world)
    copies = {vendor: give(world, people, vendor, i) for i, vendor in enumerate(["cti-a", "cti-b", "cti-c"])}
    world.dataset("kept", "cti-a", world.sample(copies["cti-a"], 0.8), obtained=LATER)
    world.derivation("own", "kept", 0.99)
    rows = trace(world)
    assert set(rows) == {("cti-a", "kept")}
    row = rows["cti-a", "kept"]
    assert (row.reading, row.after_end, row.grade) == ("retained", True, "G3")
    assert (row.client, row.release, row.dataset, row.seen_with) == ("client", "r-cti-a", "own", "cti-a")
    assert row.first_seen == LATER
    assert row.probability > 0.98
    instead = list(instead_of(row))
    assert instead[0][0] == PartyRef("client")
    assert {other for other, _ in instead[1:]} == {PartyRef("cti-b"), PartyRef("cti-c")}, (
        "every other recipient is an alternative"
    )
    (after,) = [reason for reason in row.reasons if reason.code == "retention-after-end"]
    assert say(after) == (
        "cti-a had kept on 1 September 2026, 63 days after the permitted use of the copy ended (30 June 2026)."
    )
    assert say(after, "zh") == "cti-a 在副本到期（2026年6月30日）63 天后仍持有 kept（2026年9月1日）。"


def test_before_the_end_and_without_one_a_vendor_holds_it() -> None:
    for ends, after in ((ENDS, False), (None, None)):
        world = World()
        copy = give(world, client_list(world), "cti-a", 0, ends=ends)
        world.dataset("kept", "cti-a", copy, obtained=BEFORE)
        world.derivation("own", "kept", 0.99)
        row = trace(world)["cti-a", "kept"]
        assert (row.reading, row.after_end) == ("held", after)


def test_what_a_third_party_had_before_the_end_left_before_the_end() -> None:
    for obtained, after in ((BEFORE, False), (LATER, None), (None, None)):
        world = World()
        people = client_list(world)
        copies = {vendor: give(world, people, vendor, i) for i, vendor in enumerate(["cti-a", "cti-b"])}
        world.dataset("resold", "trader", world.sample(copies["cti-a"], 0.6), obtained=obtained)
        world.derivation("own", "resold", 0.97)
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
    world = World()
    copy = give(world, client_list(world), "cti-a", 0)
    world.dataset("resold", "trader", world.sample(copy, 0.6), **days)
    world.derivation("own", "resold", 0.97)
    (left,) = [one for one in trace(world)["cti-a", "resold"].reasons if one.code == "retention-left-before-end"]
    assert say(left).startswith(english)
    assert say(left, "zh").startswith(chinese)
    assert "2026年6月30日" in say(left, "zh")


def test_equal_copies_share_the_probability_and_the_grade_is_low() -> None:
    world = World()
    people = client_list(world)
    for i, vendor in enumerate(["cti-a", "cti-b"]):
        give(world, people, vendor, i, each=0)
    world.dataset("resold", "trader", world.sample(people, 0.6), obtained=LATER)
    world.derivation("own", "resold", 0.97)
    rows = trace(world)
    a, b = rows["cti-a", "resold"], rows["cti-b", "resold"]
    assert abs(a.probability - b.probability) < 1e-6
    assert 0.35 < a.probability < 0.55
    assert a.grade == b.grade == "G1"
    assert 0.4 <= dict(instead_of(a))[PartyRef("cti-b")] < 0.5


def test_the_only_recipient_is_passed_on_every_path() -> None:
    world = World()
    people = client_list(world)
    give(world, people, "cti-a", 0, each=0)
    world.dataset("resold", "trader", world.sample(people, 0.6), obtained=LATER)
    world.derivation("own", "resold", 0.97)
    row = trace(world)["cti-a", "resold"]
    assert row.grade == "G2"
    assert 0.7 < row.probability < 0.96, "the client itself stays an alternative"
    assert "retention-every-path" in [reason.code for reason in row.reasons]


def test_a_client_that_leaked_itself_has_no_vendor_to_blame() -> None:
    world = World()
    people = client_list(world)
    for i, vendor in enumerate(["cti-a", "cti-b"]):
        give(world, people, vendor, i)
    world.dataset("leak", "trader", [*people, SPACE + 99_000_0000, SPACE + 99_000_0001], obtained=LATER)
    world.derivation("own", "leak", 0.99)
    assert trace(world) == {}


def test_home_canaries_beside_a_vendors_canaries_point_at_the_client() -> None:
    world = World()
    copy = give(world, client_list(world), "cti-a", 0)
    world.dataset("leak", "trader", [*copy, SPACE + 99_000_0000, SPACE + 99_000_0001], obtained=LATER)
    world.derivation("own", "leak", 0.99)
    row = trace(world)["cti-a", "leak"]
    assert row.probability <= 0.2
    assert row.grade == "G1"
    assert "retention-home" in [reason.code for reason in row.against]


def test_the_way_through_a_vendors_own_dataset_is_the_vendors() -> None:
    world = World()
    people = client_list(world)
    for i, vendor in enumerate(["cti-a", "cti-b", "cti-c"]):
        give(world, people, vendor, i, each=0)
    kept = world.sample(people, 0.7)
    world.dataset("kept", "cti-a", kept, obtained=BEFORE)
    world.dataset("resold", "trader", world.sample(kept, 0.7), obtained=LATER)
    world.derivation("own", "kept", 0.98)
    world.derivation("kept", "resold", 0.95)
    rows = trace(world)
    assert rows["cti-a", "kept"].reading == "held"
    assert rows["cti-a", "kept"].probability > 0.8
    assert rows["cti-a", "resold"].reading == "passed_on"
    assert rows["cti-a", "resold"].probability > 0.8
    assert rows["cti-a", "resold"].grade == "G2"


def test_planted_canaries_make_no_retention() -> None:
    world = World()
    people = client_list(world)
    copy = give(world, people, "cti-a", 0)
    planted = set(copy) - set(people)
    world.dataset("foreign", "trader", [*world.people(2000, blocks=90_000), *planted], obtained=LATER)
    assert trace(world) == {}


def test_planted_canaries_do_not_outweigh_the_way_the_rows_came() -> None:
    world = World()
    people = client_list(world)
    framed = give(world, people, "cti-a", 0, each=30)
    copy = give(world, people, "cti-b", 4, each=30)
    few = world.sample(copy, 0.05)
    world.dataset("leak", "trader", [*few, *(set(framed) - set(people))], obtained=LATER)
    world.derivation("own", "leak", 0.95)
    rows = trace(world)
    assert ("cti-a", "leak") not in rows or rows["cti-a", "leak"].grade in ("G0", "G1")


def test_a_list_merged_from_two_vendors_names_both() -> None:
    world = World()
    people = client_list(world)
    copies = {vendor: give(world, people, vendor, i) for i, vendor in enumerate(["cti-a", "cti-b", "cti-c", "cti-d"])}
    merged = [*world.sample(copies["cti-a"], 0.7), *world.sample(copies["cti-c"], 0.7)]
    world.dataset("merged", "trader", merged, obtained=LATER)
    world.derivation("own", "merged", 0.97)
    rows = trace(world)
    assert set(rows) == {("cti-a", "merged"), ("cti-c", "merged")}
    assert all(row.probability > 0.9 for row in rows.values())


def test_withheld_rows_tell_unmarked_copies_apart() -> None:
    world = World()
    people = client_list(world)
    for i, vendor in enumerate(["cti-a", "cti-b", "cti-c"]):
        world.release(f"r-{vendor}", "own", vendor, day=RELEASED, ends=ENDS, withheld=people[i * 20 : i * 20 + 20])
    world.dataset("resold", "trader", world.sample(people[:20] + people[40:], 0.8), obtained=LATER)
    world.derivation("own", "resold", 0.97)
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
    world.dataset("kept", "cti-a", world.sample(people[:2500], 0.7), obtained=LATER)
    world.derivation("own-1", "kept", 0.9)
    attribution.compute(CaseFacts(world.con), 1)
    rows = {row.release: row for row in retention.compute(CaseFacts(world.con), 1)}
    assert rows["first"].probability > 0.8
    assert rows["first"].reading == "retained"
    assert rows.get("second") is None or rows["second"].probability < 0.05


def test_a_release_younger_than_the_dataset_is_no_source() -> None:
    world = World()
    people = client_list(world)
    copy = give(world, people, "cti-a", 0)
    world.dataset("older", "trader", copy, obtained=date(2026, 1, 20))
    world.derivation("own", "older", 0.97)
    assert trace(world) == {}


@pytest.mark.parametrize(("vendors", "each"), [(1, 0), (2, 6), (5, 0), (26, 6)])
def test_what_stands_instead_of_a_copy_sums_to_one_with_it(vendors: int, each: int) -> None:
    world = World()
    people = client_list(world)
    copies = [give(world, people, f"cti-{i}", i, each=each) for i in range(vendors)]
    world.dataset("resold", "trader", world.sample(copies[0], 0.6), obtained=LATER)
    world.derivation("own", "resold", 0.9)
    attribution.compute(CaseFacts(world.con), 1)
    rows = retention.compute(CaseFacts(world.con), 1)
    assert rows
    for row in rows:
        assert row.probability + sum(probability for _, probability in instead_of(row)) == pytest.approx(1.0, abs=0.03)


def test_a_second_source_is_told_as_one_in_addition_and_takes_nothing_off_the_first() -> None:
    """Half of one copy and half of another: neither stands in the place of the other."""
    world = World()
    people = client_list(world)
    copies = [give(world, people, f"cti-{i}", i) for i in range(3)]
    world.dataset("resold", "trader", [*world.sample(copies[0], 0.5), *world.sample(copies[1], 0.5)], obtained=LATER)
    world.derivation("own", "resold", 0.99)
    row = trace(world)["cti-0", "resold"]
    assert row.probability > 0.95
    (second,) = [
        reason
        for reason in row.against
        if reason.code == "retention-as-well" and reason.numbers["other"] == PartyRef("cti-1")
    ]
    assert say(second).endswith("That would not clear cti-0's copy.")
    assert probability_of(second) > 0.9
    assert max(probability for _, probability in instead_of(row)) < 0.05


def _vendor_list(world: World, each: int) -> tuple[list[int], list[int]]:
    """`backend`, held by cti-0: its copy of the client's list and 2,000 rows of its own; the people of both."""
    people = client_list(world)
    copy, *_ = [give(world, people, f"cti-{i}", i, each=each) for i in range(3)]
    other = [SPACE + 70_000_0000 + i for i in range(2000)]
    world.dataset("backend", "cti-0", [*copy, *other], obtained=BEFORE)
    world.derivation("own", "backend", 0.99)
    return people, other


@pytest.mark.parametrize("each", [0, 6])
def test_the_only_source_of_another_list_is_told(each: int) -> None:
    world = World()
    people, other = _vendor_list(world, each)
    world.dataset("resold", "trader", [*world.sample(people, 0.3), *other[:700]], obtained=LATER)
    world.derivation("backend", "resold", 0.97)
    row = trace(world)["cti-0", "resold"]
    assert (row.reading, row.grade) == ("passed_on", "G2")
    assert row.probability > 0.8
    resold, backend = DatasetRef("resold"), DatasetRef("backend")
    assert Reason.of("retention-only-source", n=Count(700), dataset=resold, parent=backend) in row.reasons


@pytest.mark.parametrize("each", [0, 6])
def test_a_copy_is_not_behind_a_list_that_holds_none_of_the_clients_rows(each: int) -> None:
    """What was copied from the vendor's list were the vendor's own rows, and further on as well."""
    world = World()
    _, other = _vendor_list(world, each)
    world.dataset("resold", "trader", other[:700], obtained=LATER)
    world.dataset("further", "trader-2", other[:300], obtained=LATER)
    world.derivation("backend", "resold", 0.99)
    world.derivation("resold", "further", 0.99)
    attribution.compute(CaseFacts(world.con), 1)
    assert {row.seen_in for row in retention.compute(CaseFacts(world.con), 1)} == {"backend"}
