"""Attribution: hand-made worlds with known answers."""

from __future__ import annotations

from datetime import date

import pytest

from tests.findings.marked_world import SPACE, World
from tracer.ask.attributing import attributions_of
from tracer.ask.render import json_rows
from tracer.ask.table import table_lines
from tracer.disclosure import Reason
from tracer.errors import InputRefused
from tracer.findings.attribution import Attribution, attribute, compute
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import deciding
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
