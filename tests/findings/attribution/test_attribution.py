"""Attribution: hand-made worlds with known answers, and attempts to frame a vendor (the scale is in `tests.bench`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import pytest

from tests.bench import framing_inside
from tests.bench.framing import FRAMING, Kind, attempts, leak, whole
from tests.findings.marked_world import SPACE, World
from tests.inserted import append
from tracer.ask.attributing import attributions_of
from tracer.ask.render import json_rows
from tracer.ask.table import table_lines
from tracer.disclosure import Reason
from tracer.errors import InputRefused
from tracer.findings.attribution import Attribution, attribute, compute
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import deciding
from tracer.marking.codes.needed import HeldAlike, comes_from_others, needed
from tracer.wording import say


def marked(world: World, *, recipients: int = 5, each: int = 6, draw: str | None = "d1") -> dict[str, list[int]]:
    """A client's list with `recipients` copies of `each` canaries in blocks of their own, and two home canaries."""
    people = world.people(4000)
    home = world.canaries(range(SPACE + 99_000_0000, SPACE + 99_000_0002), "home")
    world.dataset("own", "client", [*people, *world.phones(home)], origin="own", created=date(2026, 1, 1))
    copies = {}
    for i in range(recipients):
        numbers = world.canaries([SPACE + 50_000_0000 + (i * each + k) * 10_000 for k in range(each)])
        world.release(f"r{i}", "own", f"vendor-{i}", numbers, day=date(2026, 2, 1), draw=draw)
        copies[f"r{i}"] = [*people, *world.phones(numbers)]
    return copies


def by_release(rows: list[Attribution]) -> dict[str, Attribution]:
    return {row.release: row for row in rows}


def test_a_sample_of_one_copy_names_that_copy_only() -> None:
    world = World()
    copies = marked(world)
    world.dataset("leak", "trader", world.sample(copies["r2"], 0.9), obtained=date(2026, 5, 1))
    rows = by_release(attribute(world.con, "leak"))
    assert len(rows) == 5, "a row for every release that shares rows, accused or not"
    assert [r for r, row in rows.items() if row.accused] == ["r2"]
    assert rows["r2"].grade == "G3"
    assert rows["r2"].p_value <= 0.01 / 5
    assert rows["r2"].e_value > 50
    assert rows["r0"].p_value == 1.0
    assert rows["r0"].chance == 1.0
    assert rows["r0"].rows_matched == rows["r2"].rows_matched > 3500


def test_what_the_tool_did_not_draw_has_no_p_value() -> None:
    world = World()
    copies = marked(world, draw=None)
    world.dataset("leak", "trader", world.sample(copies["r2"], 0.5))
    row = by_release(attribute(world.con, "leak"))["r2"]
    assert (row.p_value, row.e_value) == (1.0, 1.0)
    assert row.accused, "the block null names it: its canaries stand in sparse blocks"


def test_two_merged_copies_explain_each_other() -> None:
    world = World()
    copies = marked(world)
    world.dataset("leak", "trader", [*world.sample(copies["r1"], 0.6), *world.sample(copies["r3"], 0.6)])
    rows = by_release(attribute(world.con, "leak"))
    assert {r for r, row in rows.items() if row.accused} == {"r1", "r3"}
    assert rows["r1"].grade == rows["r3"].grade == "G3"


def test_planted_canaries_accuse_nobody() -> None:
    world = World()
    copies = marked(world)
    framed = set(copies["r2"]) - set(copies["r1"])
    world.dataset("foreign", "trader", [*world.people(3000, blocks=90_000), *framed])
    row = by_release(attribute(world.con, "foreign"))["r2"]
    assert row.canaries_seen == 6
    assert not row.accused
    assert row.grade in ("G0", "G1")
    assert "attribution-framing" in [reason.code for reason in row.against]


def test_home_canaries_point_at_the_client() -> None:
    world = World()
    copies = marked(world)
    world.dataset("leak", "trader", [*world.sample(copies["r2"], 0.9), SPACE + 99_000_0000, SPACE + 99_000_0001])
    row = by_release(attribute(world.con, "leak"))["r2"]
    assert row.grade == "G1"
    assert Reason.of("attribution-home", n=2) in row.against


def test_the_home_canaries_of_another_client_do_not_matter() -> None:
    world = World()
    copies = marked(world)
    other = world.canaries([SPACE + 99_500_0000], "home")
    world.dataset("theirs", "client-b", world.phones(other), origin="own")
    world.dataset("leak", "trader", [*world.sample(copies["r2"], 0.9), *world.phones(other)])
    assert by_release(attribute(world.con, "leak"))["r2"].grade == "G3"


def test_a_sibling_canary_that_nothing_explains_lowers_the_grade() -> None:
    world = World()
    copies = marked(world, recipients=20)
    stray = next(iter(set(copies["r4"]) - set(copies["r1"])))
    # The sibling's canary stands in a dense block, where a single hit names nobody.
    dense = [stray // 10_000 * 10_000 + k for k in range(5000)]
    world.dataset("leak", "trader", [*world.sample(copies["r2"], 0.9), *dense, stray])
    rows = by_release(attribute(world.con, "leak"))
    assert not rows["r4"].accused
    assert rows["r2"].accused
    assert rows["r2"].grade == "G2"


def test_the_client_and_the_past_are_no_leaks() -> None:
    world = World()
    copies = marked(world)
    world.dataset("kept", "client", copies["r2"])
    world.dataset("older", "trader", copies["r2"], obtained=date(2025, 12, 1))
    for dataset in ("own", "kept", "older"):
        assert not any(row.accused for row in attribute(world.con, dataset))
    assert "attribution-too-late" in [reason.code for reason in by_release(attribute(world.con, "older"))["r2"].against]


def test_a_canary_in_two_releases_names_neither() -> None:
    world = World()
    people = world.people(2000)
    world.dataset("own", "client", people, origin="own")
    numbers = world.canaries([SPACE + 50_000_0000 + k * 10_000 for k in range(4)])
    world.release("first", "own", "v", numbers)
    world.release("second", "own", "v", numbers)
    world.dataset("leak", "trader", [*people, *world.phones(numbers)])
    rows = by_release(attribute(world.con, "leak"))
    assert {row.canaries_seen for row in rows.values()} == {4}
    assert not any(row.accused for row in rows.values())
    elsewhere = next(reason for reason in rows["first"].against if reason.code == "attribution-elsewhere")
    assert say(elsewhere) == "4 of the planted records seen are also in other copies: second."


def test_an_agreeing_name_names_a_copy_on_dense_blocks() -> None:
    world = World()
    people = world.people(60_000, blocks=20)
    names = {key: f"无名{key % 997}" for key in people}
    world.dataset("own", "client", people, origin="own")
    for i in range(20):
        free = [SPACE + i * 10_000 + k for k in range(10_000) if SPACE + i * 10_000 + k not in names][:3]
        world.release(f"r{i}", "own", f"v{i}", world.canaries(free, name="线人"), draw="d")
    one = world.con.execute("SELECT canary FROM release_canary WHERE release = 'r7' ORDER BY 1 LIMIT 1").fetchall()
    seen = world.phones([one[0][0]])
    rows = world.sample(people, 0.4)
    world.dataset("bare", "trader", [*rows, *seen])
    world.dataset("named", "trader", [*rows, *seen], names={**names, seen[0]: f"线人{one[0][0]}"})
    world.dataset("renamed", "trader", [*rows, *seen], names={**names, seen[0]: "另一人"})
    assert [row.release for row in attribute(world.con, "named") if row.accused] == ["r7"]
    for dataset in ("bare", "renamed"):
        assert not any(row.accused for row in attribute(world.con, dataset)), "one hit in a dense block may be chance"


def test_a_second_independent_dataset_confirms() -> None:
    world = World()
    copies = marked(world)
    world.dataset("leak-a", "trader", world.sample(copies["r2"], 0.6))
    world.dataset("leak-b", "contractor", world.sample(copies["r2"], 0.6))
    world.dataset("leak-c", "reseller", world.sample(copies["r3"], 0.6))
    compute(CaseFacts(world.con), 1)
    asked = "SELECT dataset, grade FROM attribution WHERE accused AND run = 1 ORDER BY dataset"
    assert world.con.execute(asked).fetchall() == [("leak-a", "G4"), ("leak-b", "G4"), ("leak-c", "G3")]


def test_a_copy_of_a_copy_confirms_nothing() -> None:
    world = World()
    copies = marked(world)
    first = world.sample(copies["r2"], 0.9)
    world.dataset("leak-a", "trader", first)
    world.dataset("leak-b", "contractor", world.sample(first, 0.9))
    world.derivation("leak-a", "leak-b", 0.9)
    assert {row.grade for row in compute(CaseFacts(world.con), 1) if row.accused} == {"G3"}


def test_an_unknown_dataset_is_refused() -> None:
    with pytest.raises(InputRefused, match="no dataset 'nope'"):
        attribute(World().con, "nope")


def test_one_number_decides_in_the_library_and_in_the_views() -> None:
    world = World()
    for p in (1.0, 0.3, 1e-9, 1e-300):
        for chance in (1.0, 0.3, 1e-9, 1.7e-99):
            test, error = deciding(p, chance)
            assert error == (None if min(p, chance) == 1.0 else min(p, chance))
            assert test == (None if error is None else "canaries" if chance < p else "draw")
            row = world.con.execute(
                "SELECT views._test($p, $c), views._error($p, $c)", {"p": p, "c": chance}
            ).fetchone()
            assert row == (test, error)


def test_a_table_shows_the_number_that_decides_and_no_other() -> None:
    world = World()
    copies = marked(world, draw=None)
    world.dataset("leak", "trader", copies["r2"], obtained=date(2026, 5, 1))
    found = attributions_of(world.con, "leak")
    best = next(json_rows(found))
    assert (best["p_value"], best["test"]) == (1, "canaries")
    assert best["error"] == best["chance"] < 1e-9
    lines = table_lines(found, 60)
    heads = {fact.split()[0] for line in lines for fact in line.split(" · ") if fact.strip()}
    assert {"test", "error"} <= heads
    assert not {"p_value", "chance", "e_value"} & heads
    assert "(details with -f json or -f csv: p_value, chance, e_value)" in " ".join(lines)


def test_without_the_second_dataset_nothing_is_confirmed() -> None:
    world = World()
    copies = marked(world)
    for name, holder in (("leak-a", "trader"), ("leak-b", "contractor")):
        world.dataset(name, holder, world.sample(copies["r2"], 0.6))
    assert {row.grade for row in compute(CaseFacts(world.con), 1) if row.accused} == {"G4"}
    world.con.execute("UPDATE dataset SET purged_at = '2026-06-01' WHERE id = 'leak-b'")
    world.con.execute("DELETE FROM membership WHERE dataset = (SELECT no FROM dataset WHERE id = 'leak-b')")
    assert {(row.dataset, row.grade) for row in compute(CaseFacts(world.con), 2) if row.accused} == {("leak-a", "G3")}


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


@pytest.mark.parametrize("added", [1, 2])
def test_few_planted_records_in_all_rows_of_another_copy_accuse_nobody(added: int) -> None:
    """The one who held another copy has removed its own records."""
    world, copies, canaries = handed(0)
    rows = rows_of(world, [*set(copies["r0"]) - set(canaries["r0"]), *canaries["r1"][:added]])
    assert not any(row.accused for row in rows.values())
    assert rows["r1"].grade == "G1"
    rare = next(reason for reason in rows["r1"].against if reason.code == "attribution-rare")
    assert f"Only {'one' if added == 1 else added} of the 8 records" in say(rare)
    assert "100%" in say(rare)
    assert "attribution-rare" not in against(rows["r2"])
    (said,) = attributions_of(world.con, "leak").notes[:1]
    assert re.search("r1 given to v1.*added|added.*r1 given to v1", said)


def test_where_no_other_copy_is_on_record_few_planted_records_are_a_caution() -> None:
    world = World(5)
    people = world.people(3000)
    world.dataset("own", "client", people, origin="own", created=date(2026, 1, 1))
    own = world.canaries([SPACE + 50_000_0000 + k * 10_000 for k in range(OWN)])
    world.release("r0", "own", "v0", own, day=date(2026, 2, 1), draw="d")
    row = rows_of(world, [*people, *world.phones(own)[:2]])["r0"]
    assert row.accused
    assert "attribution-rare" in against(row)
    world.dataset("half", "trader", [*world.sample(people, 0.5), *world.phones(own)[:4]], obtained=date(2026, 5, 1))
    assert "attribution-rare" not in against(attribute(world.con, "half")[0])


@pytest.mark.parametrize("plan", framing_inside.DEFAULT[::2], ids=lambda plan: str(plan.people))
@pytest.mark.parametrize("kind", ["sample of half", "mix", "intersection", "majority of three"])
def test_copies_as_they_are_released_name_who_compared_them(plan: framing_inside.Plan, kind: str) -> None:
    count = framing_inside.leaks(plan, kind, 6, seed=41)
    assert count["named"] >= 5
    assert not count["innocent"]


@pytest.mark.parametrize("kind", framing_inside.FRAMINGS)
def test_two_planted_records_or_a_part_of_the_rows_frame_nobody(kind: str) -> None:
    assert not framing_inside.framings(framing_inside.DEFAULT[0], kind, 3, seed=41)["innocent"]


def test_what_one_of_two_lacks_is_missing_where_both_were_compared() -> None:
    """Merging brings the rows back, a sample would miss others as well."""
    kinds = [HeldAlike(frozenset({0, 1}), 4_940, 4_940), HeldAlike(frozenset({0}), 30, 0),
             HeldAlike(frozenset({1}), 30, 0)]  # fmt: skip
    assert needed([(0, 5), (0, 5)], kinds, 2e-4).always == {0, 1}
    alone = [HeldAlike(frozenset({0, 1}), 4_940, 4_940), HeldAlike(frozenset({0}), 30, 30)]
    assert needed([(5, 5), (0, 5)], alone, 2e-4).always == {0}


def test_a_record_of_two_copies_says_that_one_of_them_is_a_source() -> None:
    """Where they were compared it is all that is left; either of the two may also have removed the rest."""
    world = World(5)
    people = world.people(3000)
    world.dataset("own", "client", people, origin="own", created=date(2026, 1, 1))
    places = iter(range(SPACE + 50_000_0000, SPACE + 60_000_0000, 10_000))
    pairs = {pair: world.canaries([next(places)]) for pair in ((0, 1), (0, 2), (1, 2))}
    for i in range(3):
        shared = [no for pair, numbers in pairs.items() if i in pair for no in numbers]
        mine = world.canaries([next(places) for _ in range(3)])
        world.release(f"r{i}", "own", f"v{i}", [*mine, *shared], day=date(2026, 2, 1), draw="d")
    rows = rows_of(world, [*people, *world.phones(pairs[0, 1])])
    assert {name: row.grade for name, row in rows.items()} == {"r0": "G1", "r1": "G1", "r2": "G1"}
    said = {name: {reason.code for reason in row.reasons} for name, row in rows.items()}
    assert {name for name, codes in said.items() if "attribution-pair" in codes} == {"r0", "r1"}
    told = attributions_of(world.con, "leak").notes[-1]
    assert "r0 given to v0 and r1 given to v1. At least one of them is a source" in told


def test_two_days_that_cannot_both_be_right_are_the_answer() -> None:
    world, copies, _ = handed(60)
    world.dataset("early", "trader", copies["r1"], obtained=date(2026, 1, 20))
    row = next(row for row in attribute(world.con, "early") if row.release == "r1")
    assert (row.accused, row.grade) == (False, "G1")
    assert row.reasons[0].code == "attribution-days"
    assert "attribution-too-late" in against(row)
    told = attributions_of(world.con, "early").notes
    assert "r1 given to v1" in told[-1]
    assert "dated before" in told[-1]
    world.dataset("earlier", "trader", world.sample(copies["r1"], 0.01), obtained=date(2026, 1, 20))
    assert not any("dated before" in note for note in attributions_of(world.con, "earlier").notes), "few records decide"


def test_all_rows_without_a_planted_record_are_the_clients_list() -> None:
    world, copies, canaries = handed(60)
    planted = {key for own in canaries.values() for key in own}
    everyone = {key for keys in copies.values() for key in keys} - planted
    world.dataset("bare", "trader", everyone, obtained=date(2026, 5, 1))
    assert {row.reasons[0].code for row in attribute(world.con, "bare")} == {"attribution-compared"}
    told = attributions_of(world.con, "bare").notes[-1]
    assert "is client’s list without any planted record" in told
    world.dataset("part", "trader", world.sample(sorted(everyone), 0.5), obtained=date(2026, 5, 1))
    assert "cannot be told" in attributions_of(world.con, "part").notes[-1]


@pytest.mark.parametrize("kind", FRAMING, ids=lambda kind: str(kind.make.__name__))
def test_an_innocent_vendor_is_not_named(kind: Kind) -> None:
    ends = attempts(kind, 3, seed=77)
    assert len(ends) == 3
    assert not any(end & kind.innocent for end in ends)


def test_its_own_leak_names_it() -> None:
    """The same check accuses where it should."""
    assert attempts(Kind(leak, True, frozenset()), 2, seed=77) == [frozenset({"r3"})] * 2


def test_what_cannot_be_told_from_a_merger_is_taken_for_one() -> None:
    assert attempts(Kind(whole, True, frozenset()), 1, seed=77) == [frozenset({"r3", "r5"})]
