"""Attribution: hand-made worlds with known answers, and attempts to frame a vendor (the scale is in `tests.bench`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import count, product

import pytest

from tests.bench import framing_inside
from tests.bench.framing import FRAMING, Kind, leak, tried, whole
from tests.findings.marked_world import SPACE, World
from tests.inserted import append
from tracer.ask.attributing import attributions_of
from tracer.ask.result import json_rows
from tracer.ask.table import table_lines
from tracer.disclosure import Reason
from tracer.errors import InputRefused
from tracer.findings.attribution import Attribution, attribute, compute
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import deciding_test
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


NAMES = map("list-{}".format, count())
"""A list of another name does not touch what is said of one: tests share a world."""


def rows_of(
    world: World, keys: Iterable[int], name: str = "", obtained: date | None = date(2026, 5, 1)
) -> dict[str, Attribution]:
    """What is said of each copy where a trader has these contacts."""
    name = name or next(NAMES)
    world.dataset(name, "trader", keys, obtained=obtained)
    return by_release(attribute(world.con, name))


def accused(rows: dict[str, Attribution]) -> dict[str, str]:
    """Copy -> grade."""
    return {name: row.grade for name, row in rows.items() if row.accused}


def against(row: Attribution) -> list[str]:
    return [reason.code for reason in row.against]


Given = tuple[World, dict[str, list[int]]]


def test_a_sample_of_one_copy_names_that_copy_only(handed_out: Given) -> None:
    world, copies = handed_out
    rows = rows_of(world, world.sample(copies["r2"], 0.9))
    assert len(rows) == 5, "a row for every release that shares rows, accused or not"
    assert accused(rows) == {"r2": "G3"}
    assert rows["r2"].p_value <= 0.01 / 5
    assert rows["r2"].e_value > 50
    assert (rows["r0"].p_value, rows["r0"].chance) == (1.0, 1.0)
    assert rows["r0"].rows_matched == rows["r2"].rows_matched > 3500


def test_planted_canaries_accuse_nobody(handed_out: Given) -> None:
    world, copies = handed_out
    row = rows_of(world, [*world.people(3000, blocks=90_000), *set(copies["r2"]) - set(copies["r1"])])["r2"]
    assert (row.canaries_seen, row.accused) == (6, False)
    assert row.grade in ("G0", "G1")
    assert "attribution-framing" in against(row)


def test_home_canaries_point_at_the_client_whose_they_are(handed_out: Given) -> None:
    world, copies = handed_out
    other = world.canaries([SPACE + 99_500_0000], "home")
    world.dataset("theirs", "client-b", world.phones(other), origin="own")
    row = rows_of(world, [*world.sample(copies["r2"], 0.9), SPACE + 99_000_0000, SPACE + 99_000_0001])["r2"]
    assert row.grade == "G1"
    assert Reason.of("attribution-home", n=2) in row.against
    assert rows_of(world, [*world.sample(copies["r2"], 0.9), *world.phones(other)])["r2"].grade == "G3"


def test_the_client_and_the_past_are_no_leaks(handed_out: Given) -> None:
    world, copies = handed_out
    world.dataset("kept", "client", copies["r2"])
    older = rows_of(world, copies["r2"], obtained=date(2025, 12, 1))
    assert not accused(older)
    assert "attribution-too-late" in against(older["r2"])
    for dataset in ("own", "kept"):
        assert not any(row.accused for row in attribute(world.con, dataset))


def test_a_sibling_canary_that_nothing_explains_lowers_the_grade() -> None:
    world = World()
    copies = marked(world, recipients=20)
    stray = next(iter(set(copies["r4"]) - set(copies["r1"])))
    # The sibling's canary stands in a dense block, where a single hit names nobody.
    dense = [stray // 10_000 * 10_000 + k for k in range(5000)]
    assert accused(rows_of(world, [*world.sample(copies["r2"], 0.9), *dense, stray])) == {"r2": "G2"}


def test_an_agreeing_name_names_a_copy_on_dense_blocks() -> None:
    world = World()
    people = world.people(60_000, blocks=20)
    names = {key: f"无名{key % 997}" for key in people}
    world.dataset("own", "client", people, origin="own")
    for i in range(20):
        free = [SPACE + i * 10_000 + k for k in range(10_000) if SPACE + i * 10_000 + k not in names][:3]
        world.release(f"r{i}", "own", f"v{i}", world.canaries(free, name="线人"), draw="d")
    ((one,),) = world.con.execute("SELECT min(canary) FROM release_canary WHERE release = 'r7'").fetchall()
    (seen,), rows = world.phones([one]), world.sample(people, 0.4)
    for name, named in (("bare", None), ("named", f"线人{one}"), ("renamed", "另一人")):
        world.dataset(name, "trader", [*rows, seen], names=None if named is None else {**names, seen: named})
        found = [row.release for row in attribute(world.con, name) if row.accused]
        assert found == (["r7"] if name == "named" else []), "one hit in a dense block may be chance"


def test_a_second_independent_dataset_confirms_as_long_as_it_is_there() -> None:
    world = World()
    copies = marked(world)
    samples = {name: world.sample(copies[copy], 0.6) for name, copy in (("a", "r2"), ("b", "r2"), ("c", "r3"))}
    samples["copy-of-c"] = world.sample(samples["c"], 0.9)
    for name, keys in samples.items():
        world.dataset(name, f"holder-{name}", keys)
    world.derivation("c", "copy-of-c", 0.9)  # a copy of a copy confirms nothing
    compute(CaseFacts(world.con), 1)
    asked = "SELECT dataset, grade FROM attribution WHERE accused AND run = 1"
    assert dict(world.con.execute(asked).fetchall()) == {"a": "G4", "b": "G4", "c": "G3", "copy-of-c": "G3"}
    world.con.execute("UPDATE dataset SET purged_at = '2026-06-01' WHERE id = 'b'")
    world.con.execute("DELETE FROM membership WHERE dataset = (SELECT no FROM dataset WHERE id = 'b')")
    found = {row.dataset: row.grade for row in compute(CaseFacts(world.con), 2) if row.accused}
    assert found == {"a": "G3", "c": "G3", "copy-of-c": "G3"}


def test_an_unknown_dataset_is_refused() -> None:
    with pytest.raises(InputRefused, match="no dataset 'nope'"):
        attribute(World().con, "nope")


def test_one_number_decides_in_the_library_and_in_the_views() -> None:
    con = World().con
    for p, chance in product((1.0, 0.3, 1e-9, 1e-300), (1.0, 0.3, 1e-9, 1.7e-99)):
        test, error = deciding_test(p, chance)
        assert error == (None if min(p, chance) == 1.0 else min(p, chance))
        assert test == (None if error is None else "canaries" if chance < p else "draw")
        row = con.execute("SELECT views._test($p, $c), views._error($p, $c)", {"p": p, "c": chance}).fetchone()
        assert row == (test, error)


def test_a_table_shows_the_number_that_decides_and_no_other() -> None:
    world = World()
    rows_of(world, marked(world, draw=None)["r2"], "leak")
    found = attributions_of(world.con, "leak")
    best = next(json_rows(found))
    assert (best["p_value"], best["test"]) == (1, "canaries")
    assert best["error"] == best["chance"] < 1e-9
    lines = table_lines(found, 60)
    heads = {fact.split()[0] for line in lines for fact in line.split(" · ") if fact.strip()}
    assert {"test", "error"} <= heads
    assert not {"p_value", "chance", "e_value"} & heads
    assert "(details with -f json or -f csv: p_value, chance, e_value)" in " ".join(lines)


OWN = 8
Handed = tuple[World, dict[str, list[int]], dict[str, list[int]]]


def handed(withheld: int, *, copies: int = 5, pairs: Iterable[tuple[int, int]] = ()) -> Handed:
    """A client's list with copies, of which each lacks other rows; the copies, and their own canaries. `pairs`: copies
    that have one more canary in common."""
    world = World(5)
    people = world.people(3000)
    world.dataset("own", "client", people, origin="own", created=date(2026, 1, 1))
    places = iter(range(SPACE + 50_000_0000, SPACE + 60_000_0000, 10_000))
    common = {pair: world.canaries([next(places)]) for pair in pairs}
    given, canaries = {}, {}
    for i in range(copies):
        own = world.canaries([next(places) for _ in range(OWN)])
        lacking = people[i * withheld : (i + 1) * withheld]
        both = [no for pair, numbers in common.items() if i in pair for no in numbers]
        world.release(f"r{i}", "own", f"v{i}", [*own, *both], day=date(2026, 2, 1), draw="d", withheld=lacking)
        canaries[f"r{i}"] = world.phones(own)
        given[f"r{i}"] = [*(key for key in people if key not in set(lacking)), *canaries[f"r{i}"]]
    return world, given, canaries | {f"r{a}r{b}": world.phones(numbers) for (a, b), numbers in common.items()}


def test_a_canary_in_two_releases_names_neither() -> None:
    world, copies, _ = handed(0, copies=1)
    world.release("second", "own", "v", range(1, OWN + 1))
    world.con.execute("UPDATE release SET drawn = false, design = NULL")
    rows = rows_of(world, copies["r0"])
    assert {row.canaries_seen for row in rows.values()} == {OWN}
    assert not accused(rows)
    elsewhere = next(reason for reason in rows["r0"].against if reason.code == "attribution-elsewhere")
    assert say(elsewhere) == "8 of the planted records seen are also in other copies: second."


@cache
def compared(withheld: int) -> Handed:
    """`handed`, for tests that add lists and nothing else."""
    return handed(withheld)


@pytest.mark.parametrize("added", [1, OWN])
@pytest.mark.parametrize("share", [1.0, 0.4])
def test_canaries_added_to_another_copy_accuse_nobody(added: int, share: float) -> None:
    world, copies, canaries = compared(60)
    rows = rows_of(world, [*world.sample(copies["r0"], share), *canaries["r1"][:added]])
    assert [*accused(rows)] == ["r0"]
    assert rows["r1"].grade == "G1"
    if share == 1.0:
        assert rows["r0"].grade == "G3", "what was added explains itself"
        assert {"attribution-inside", "attribution-inside-lacking"} <= set(against(rows["r1"]))


@pytest.mark.parametrize("share", [1.0, 0.15])
def test_a_true_second_source_is_named(share: float) -> None:
    world, copies, canaries = compared(60)
    rows = rows_of(world, [*copies["r0"], *world.sample(copies["r1"], share), *canaries["r1"][:2]])
    assert accused(rows) == {"r0": "G3", "r1": "G3"}


def test_of_copies_with_the_same_contacts_neither_is_preferred_and_what_would_tell_is_said() -> None:
    world, copies, canaries = compared(0)
    rows = rows_of(world, [*copies["r0"], canaries["r1"][0]])
    assert [*accused(rows)] == ["r0"]
    assert against(rows["r1"])[:2] == ["attribution-inside", "attribution-inside-tell"]
    rows = rows_of(world, [*copies["r0"], *canaries["r1"]], "both")
    assert {*accused(rows)} == {"r0", "r1"}
    assert all("attribution-either" in against(rows[name]) for name in ("r0", "r1"))
    (said,) = attributions_of(world.con, "both").notes
    assert said.startswith("r0 given to v0 and r1 given to v1: at least one")


def test_the_answer_says_whose_records_were_added_and_which_copy_was_withdrawn() -> None:
    world, copies, canaries = handed(60)
    rows_of(world, [*copies["r0"], *canaries["r1"], *canaries["r4"][:2]], "leak")
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
    added, withdrawn, named = attributions_of(world.con, "leak").notes[-3:]
    assert re.search("r1 given to v1.*added|added.*r1 given to v1", added)
    assert re.match("2 records planted in r4.*withdrawn", withdrawn)
    assert "from copy r0" in named


def test_rows_that_a_copy_never_had_are_known_by_any_identifier_of_theirs() -> None:
    """A list of mail addresses holds rows that were left out by their numbers' contacts."""
    world, copies, canaries = handed(60)
    people = sorted(
        {key for keys in copies.values() for key in keys} - {key for own in canaries.values() for key in own}
    )
    others, own = [SPACE + 90_000_0000 + k for k in range(len(people))], [1] * len(people)
    append(world.con, "membership", {"dataset": own, "key": others, "row": own})
    append(world.con, "contact_alias", {"dataset": own, "key": others, "contact": people})
    for row in rows_of(world, others).values():
        assert row.rows_matched == len(people) - 60
        assert "attribution-never-held" in against(row)
        for lang, withheld in (("en", "withheld from this copy"), ("zh", "该副本未交付的记录")):
            assert withheld in " ".join(say(one, lang) for one in row.against)


@pytest.mark.parametrize("added", [1, 2])
def test_few_planted_records_in_all_rows_of_another_copy_accuse_nobody(added: int) -> None:
    """The one who held another copy has removed its own records."""
    world, copies, canaries = compared(0)
    name = f"few {added}"
    rows = rows_of(world, [*set(copies["r0"]) - set(canaries["r0"]), *canaries["r1"][:added]], name)
    assert not accused(rows)
    assert rows["r1"].grade == "G1"
    rare = next(say(reason) for reason in rows["r1"].against if reason.code == "attribution-rare")
    assert f"Only {'one' if added == 1 else added} of the 8 records" in rare
    assert "100%" in rare
    assert "attribution-rare" not in against(rows["r2"])
    assert re.search("r1 given to v1.*added|added.*r1 given to v1", attributions_of(world.con, name).notes[0])


def test_where_no_other_copy_is_on_record_few_planted_records_are_a_caution() -> None:
    world, copies, canaries = handed(0, copies=1)
    people = copies["r0"][:-OWN]
    row = rows_of(world, [*people, *canaries["r0"][:2]])["r0"]
    assert row.accused
    assert "attribution-rare" in against(row)
    assert "attribution-rare" not in against(rows_of(world, [*world.sample(people, 0.5), *canaries["r0"][:4]])["r0"])


@pytest.mark.parametrize("kind", ["sample of half", "mix", "intersection", "majority of three"])
def test_copies_as_they_are_released_name_who_compared_them(kind: str) -> None:
    for plan in framing_inside.DEFAULT[::2]:
        found = framing_inside.leaks(plan, kind, 4, seed=41)
        assert found["named"] >= 3, plan.people
        assert not found["innocent"], plan.people


@pytest.mark.parametrize("kind", framing_inside.FRAMINGS)
def test_two_planted_records_or_a_part_of_the_rows_frame_nobody(kind: str) -> None:
    assert not framing_inside.framings(framing_inside.DEFAULT[0], kind, 2, seed=41)["innocent"]


def test_a_record_of_two_copies_says_that_one_of_them_is_a_source() -> None:
    """Where they were compared it is all that is left; either of the two may also have removed the rest."""
    world, copies, canaries = handed(0, copies=3, pairs=((0, 1), (0, 2), (1, 2)))
    rows = rows_of(world, [*copies["r0"][:-OWN], *canaries["r0r1"]], "pair")
    assert not accused(rows)
    assert {row.grade for row in rows.values()} == {"G1"}
    said = {name: {reason.code for reason in row.reasons} for name, row in rows.items()}
    assert {name for name, codes in said.items() if "attribution-pair" in codes} == {"r0", "r1"}
    told = attributions_of(world.con, "pair").notes[-1]
    assert "r0 given to v0 and r1 given to v1. At least one of them is a source" in told


def test_two_days_that_cannot_both_be_right_are_the_answer() -> None:
    world, copies, _ = compared(60)
    row = rows_of(world, copies["r1"], "early", date(2026, 1, 20))["r1"]
    assert (row.accused, row.grade) == (False, "G1")
    assert row.reasons[0].code == "attribution-days"
    assert "attribution-too-late" in against(row)
    told = attributions_of(world.con, "early").notes[-1]
    assert "r1 given to v1" in told
    assert "dated before" in told
    rows_of(world, world.sample(copies["r1"], 0.01), "earlier", date(2026, 1, 20))
    assert not any("dated before" in note for note in attributions_of(world.con, "earlier").notes), "few records decide"


def test_all_rows_without_a_planted_record_are_the_clients_list() -> None:
    world, copies, canaries = compared(60)
    planted = {key for own in canaries.values() for key in own}
    everyone = {key for keys in copies.values() for key in keys} - planted
    rows = rows_of(world, everyone, "bare")
    assert {row.reasons[0].code for row in rows.values()} == {"attribution-compared"}
    assert "is client’s list without any planted record" in attributions_of(world.con, "bare").notes[-1]
    rows_of(world, world.sample(sorted(everyone), 0.5), "part")
    assert "cannot be told" in attributions_of(world.con, "part").notes[-1]


@pytest.mark.parametrize("kind", FRAMING, ids=lambda kind: str(kind.make.__name__))
def test_an_innocent_vendor_is_not_named(kind: Kind) -> None:
    ends = tried(kind, 2, seed=77)
    assert len(ends) == 2
    assert not any(end & kind.innocent for end in ends)


def test_its_own_leak_names_it_and_what_looks_like_a_merger_is_taken_for_one() -> None:
    assert tried(Kind(leak, True, frozenset()), 2, seed=77) == [frozenset({"r3"})] * 2
    assert tried(Kind(whole, True, frozenset()), 1, seed=77) == [frozenset({"r3", "r5"})]
