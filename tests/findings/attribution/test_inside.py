"""Planted records of one copy in the list of another accuse it where the list needs the copy; the scale is in
`tests.bench.framing_inside`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pytest

from tests.findings.marked_world import SPACE, World
from tests.inserted import append
from tracer.ask.attributing import attributions_of
from tracer.findings.attribution import Attribution, attribute
from tracer.marking.codes.needed import HeldAlike, comes_from_others, needed
from tracer.wording import say

OWN = 8


def handed(withheld: int) -> tuple[World, dict[str, list[int]], dict[str, list[int]]]:
    """A client's list with five copies, of which each lacks other rows: the copies, and their own canaries."""
    world = World(5)
    people = world.people(3000)
    world.dataset("own", "client", people, origin="own", created=date(2026, 1, 1))
    copies, canaries = {}, {}
    for i in range(5):
        own = world.canaries([SPACE + 50_000_0000 + (i * OWN + k) * 10_000 for k in range(OWN)])
        lacking = people[i * withheld : (i + 1) * withheld]
        world.release(f"r{i}", "own", f"v{i}", own, day=date(2026, 2, 1), draw="d", withheld=lacking)
        canaries[f"r{i}"] = world.phones(own)
        copies[f"r{i}"] = [*(key for key in people if key not in set(lacking)), *canaries[f"r{i}"]]
    return world, copies, canaries


def rows_of(world: World, keys: Iterable[int]) -> dict[str, Attribution]:
    world.dataset("leak", "trader", keys, obtained=date(2026, 5, 1))
    return {row.release: row for row in attribute(world.con, "leak")}


def against(row: Attribution) -> list[str]:
    return [reason.code for reason in row.against]


@pytest.mark.parametrize("added", [1, OWN])
@pytest.mark.parametrize("share", [1.0, 0.4])
def test_canaries_added_to_another_copy_accuse_nobody(added: int, share: float) -> None:
    world, copies, canaries = handed(60)
    rows = rows_of(world, [*world.sample(copies["r0"], share), *canaries["r1"][:added]])
    assert [name for name, row in rows.items() if row.accused] == ["r0"]
    assert rows["r1"].grade == "G1"
    if share == 1.0:
        assert rows["r0"].grade == "G3", "what was added explains itself"
        assert {"attribution-inside", "attribution-inside-lacking"} <= set(against(rows["r1"]))


@pytest.mark.parametrize("share", [1.0, 0.15])
def test_a_true_second_source_is_named(share: float) -> None:
    world, copies, canaries = handed(60)
    more = [*world.sample(copies["r1"], share), *canaries["r1"][:2]]
    rows = rows_of(world, [*copies["r0"], *more])
    assert {name: row.grade for name, row in rows.items() if row.accused} == {"r0": "G3", "r1": "G3"}


def test_copies_with_the_same_contacts_say_what_would_tell() -> None:
    world, copies, canaries = handed(0)
    rows = rows_of(world, [*copies["r0"], canaries["r1"][0]])
    assert [name for name, row in rows.items() if row.accused] == ["r0"]
    assert against(rows["r1"])[:2] == ["attribution-inside", "attribution-inside-tell"]


def test_of_equal_copies_neither_is_preferred() -> None:
    world, copies, canaries = handed(0)
    rows = rows_of(world, [*copies["r0"], *canaries["r1"]])
    assert {name for name, row in rows.items() if row.accused} == {"r0", "r1"}
    assert all("attribution-either" in against(rows[name]) for name in ("r0", "r1"))


def test_a_copy_in_whose_place_another_would_do_is_not_accused() -> None:
    """The copies differ by rows, so that a true source would show; which of the two it is, so few rows do not say."""
    everyone = frozenset(range(2))
    contacts = [HeldAlike(everyone, 4_000, 400), HeldAlike(frozenset({0}), 8, 1), HeldAlike(frozenset({1}), 8, 1)]
    found = needed([(2, 11), (2, 11)], contacts, 2e-2)
    assert found.told_apart
    assert found.instead == {0: frozenset({1}), 1: frozenset({0})}
    alike = needed([(2, 11), (2, 11)], contacts[:1], 2e-2)
    assert alike.instead
    assert not alike.told_apart


def test_any_of_many_equal_copies_would_do() -> None:
    found = needed([(5, 5)] * 12, [HeldAlike(frozenset(range(12)), 4_000, 4_000)], 2e-4)
    assert (found.always, found.superfluous) == (frozenset(), frozenset())
    assert set(found.instead) == set(range(12))


def test_the_answer_says_whose_records_were_added_and_of_which_copies_one_is_enough() -> None:
    """In its last sentences, and that planted records of a copy are there which was withdrawn."""
    world, copies, canaries = handed(60)
    rows_of(world, [*copies["r0"], *canaries["r1"], *canaries["r4"][:2]])
    world.con.execute(
        "INSERT INTO withdrawn_release BY NAME SELECT *, now()::TIMESTAMP AS withdrawn_at, '' AS reason FROM release"
        " WHERE id = 'r4'"
    )
    world.con.execute(
        "INSERT INTO withdrawn_canary SELECT release, canary, scheme, persona, row, true, NULL, NULL, NULL"
        " FROM release_canary WHERE release = 'r4'"
    )
    for table, column in (("withheld", "release"), ("release_canary", "release"), ("release", "id")):
        world.con.execute(f"DELETE FROM {table} WHERE {column} = 'r4'")
    notes = attributions_of(world.con, "leak").notes
    added, withdrawn, named = notes[-3:]
    assert re.search("r1 given to v1.*added|added.*r1 given to v1", added)
    assert re.match("2 records planted in r4.*withdrawn", withdrawn)
    assert "from copy r0" in named
    alike, copies, canaries = handed(0)
    rows_of(alike, [*copies["r0"], *canaries["r1"]])
    (said,) = attributions_of(alike.con, "leak").notes
    assert said.startswith("r0 given to v0 and r1 given to v1: at least one")


def test_rows_that_the_only_copy_never_had_clear_it() -> None:
    assert comes_from_others(19_900, 1_990, 100, 10, 5e-5)
    assert not comes_from_others(19_900, 1_990, 100, 0, 5e-5), "it alone explains them"
    assert not comes_from_others(19_900, 19_900, 100, 30, 5e-5), "its own are more frequent"
    assert not comes_from_others(19_900, 1_990, 100, 1, 5e-5, foreign=20_000), "lists were mixed in"


def test_three_copies_merged_need_each_other() -> None:
    everyone = frozenset(range(3))
    parts = [HeldAlike(everyone - {i}, 100, shown) for i, shown in enumerate((75, 75, 88))]
    own = [(5, 11), (6, 11), (6, 11)]
    found = needed(own, [HeldAlike(everyone, 4_700, 4_120), *parts], 2e-4)
    assert (found.always, found.superfluous) == (frozenset({0, 1}), frozenset({2})), "the third brings no rows"


def test_rows_that_a_copy_never_had_are_known_by_any_identifier_of_theirs() -> None:
    """A list of mail addresses holds rows that were left out by their numbers' contacts."""
    world, copies, canaries = handed(60)
    people = sorted(
        {key for keys in copies.values() for key in keys} - {key for own in canaries.values() for key in own}
    )
    others = [SPACE + 90_000_0000 + k for k in range(len(people))]
    own = [1] * len(people)
    append(world.con, "membership", {"dataset": own, "key": others, "row": own})
    append(world.con, "contact_alias", {"dataset": own, "key": others, "contact": people})
    rows = rows_of(world, others)
    assert {row.rows_matched for row in rows.values()} == {len(people) - 60}
    assert all("attribution-never-held" in against(row) for row in rows.values())
    for lang, withheld in (("en", "withheld from this copy"), ("zh", "该副本未交付的记录")):
        assert all(withheld in " ".join(say(one, lang) for one in row.against) for row in rows.values())
