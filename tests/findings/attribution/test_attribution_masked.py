"""Masked numbers: a calibrated statistic that accuses only next to names, and tells nothing of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from scipy.stats import binom

from tests.findings.marked_world import AT, SPACE, World
from tracer.ask.attributing import attributions_of
from tracer.ask.result import json_rows
from tracer.disclosure import Reason, stored_reason
from tracer.findings.attribution import ON_MASKS, Attribution, attribute, compute
from tracer.findings.case_facts import CaseFacts
from tracer.findings.sightings import read_marks
from tracer.findings.sightings.masked import Masked, read_masked
from tracer.wording import say

KIND = "999****9999"


def behind(key: int, kind: str = KIND) -> str:
    """A number behind a kind of mask."""
    if kind.startswith("+"):
        return kind.replace("9999", f"{key % 10_000:04}")
    return "".join("*" if hidden == "*" else digit for digit, hidden in zip(str(key)[2:], kind, strict=True))


def world_with(canaries: int = 10, names: str | None = None) -> tuple[World, list[int]]:
    """A client's list and one release of it; its canaries' numbers."""
    world = World(11)
    world.dataset("own", "client", world.people(500), origin="own")
    keys = [SPACE + 10_000 * k + 37 * k for k in range(canaries)]
    world.release("r0", "own", "vendor", world.canaries(keys, name=names), draw="d")
    return world, keys


def releases(world: World, identity: str) -> Mapping[str, Masked]:
    marks = read_marks(world.con)
    return read_masked(world.con, marks, marks.datasets[identity]).releases


def named(world: World, identity: str, rows: Sequence[tuple[int, str]], kind: str = KIND) -> list[Attribution]:
    """What is said of a list of these numbers, masked, and names."""
    world.masked(identity, "trader", [behind(key, kind) for key, _ in rows], [name for _, name in rows])
    return attribute(world.con, identity)


def random_masks(world: World, count: int, kind: str = KIND) -> list[str]:
    return [behind(SPACE + int(n), kind) for n in world.rng.integers(0, 10**8, count)]


def on_masks(rows: Sequence[Attribution]) -> list[Reason]:
    return [one for row in rows for one in (*row.reasons, *row.against) if one.code.startswith(ON_MASKS)]


def test_a_masked_copy_is_told_and_not_accused() -> None:
    world, keys = world_with()
    fits = {behind(key) for key in keys}
    others = [mask for mask in random_masks(world, 200) if mask not in fits]
    world.masked("leak", "trader", [*others, *(behind(key) for key in keys[:6])])
    found = releases(world, "leak")["r0"]
    assert (found.looked_for, found.fit, found.agreeing) == (10, 6, None)
    assert found.expected == pytest.approx(10 * 206 / 10_000, rel=0.05)
    assert found.p_value < 1e-7
    (row,) = attribute(world.con, "leak")
    assert (row.accused, row.p_value, row.chance, row.grade) == (False, 1.0, 1.0, "G0")
    said = row.reasons[-1]
    assert say(said).startswith(
        "6 of the 10 records planted in copy r0 fit a masked number in the list. By chance, 0.2 "
    )


@pytest.mark.parametrize("kind", ["9999999****", "999********", "9999999*999"])
def test_what_a_mask_hides_is_not_evidence(kind: str) -> None:
    """A whole block, or a prefix, fits any list of that region; only what is visible of the last four counts."""
    world, keys = world_with()
    world.masked("leak", "trader", [behind(key, kind) for key in keys] * 3)
    found = releases(world, "leak")
    if kind.endswith("****"):
        assert found == {}
    else:
        assert found["r0"].p_value == pytest.approx(10.0**-30), "10 canaries, each alone in its block: 1 in 1,000 each"


def test_the_p_value_is_calibrated() -> None:
    """50 lists of random endings, crowded enough that chance fits many: P(p <= a) <= a."""
    world, _ = world_with(30)
    no = world.masked("list", "trader", random_masks(world, 40))
    marks = read_marks(world.con)
    values = []
    for i in range(0, 400, 8):
        masks = random_masks(world, 1500 + 3 * i)
        world.con.execute("DELETE FROM mask")
        world.con.execute("INSERT INTO mask SELECT $no, 1, unnest($masks)", {"no": no, "masks": masks})
        values.append(read_masked(world.con, marks, marks.datasets["list"]).releases["r0"].p_value)
    for level in (0.5, 0.2, 0.05, 0.01):
        below = sum(value <= level for value in values)
        assert below <= binom.ppf(0.999, len(values), level), level
    assert sum(value <= 0.5 for value in values) > 0.25 * len(values), "nor is it far too large"


def test_names_beside_masks_are_much_stronger_and_calibrated() -> None:
    world, keys = world_with(8, names="张小")
    crowd = [behind(SPACE + n) for n in range(0, 10_000)]  # every ending fits
    names = ["李四"] * len(crowd)
    world.masked("plain", "trader", crowd, names)
    assert releases(world, "plain")["r0"].p_value == 1.0
    for i, key in enumerate(keys, 1):
        names[crowd.index(behind(key))] = f"张小{i}" if i % 2 else "张**"
    world.masked("agreeing", "trader", crowd, names)
    found = releases(world, "agreeing")["r0"]
    assert (found.fit, found.agreeing) == (8, 8)
    assert found.p_value < 1e-20
    shuffled = list(names)
    world.rng.shuffle(shuffled)
    world.masked("shuffled", "trader", crowd, shuffled)
    assert releases(world, "shuffled")["r0"].p_value > 0.01


def test_nothing_is_said_of_few_rows_or_of_canaries_that_came_later() -> None:
    world, keys = world_with()
    world.masked("few", "trader", [behind(key) for key in keys])
    world.masked("many", "trader", [behind(key) for key in keys] * 2)
    world.con.execute("UPDATE canary SET imported_at = $at WHERE no > 3", {"at": AT + timedelta(days=1)})
    assert releases(world, "few") == {}
    assert releases(world, "many")["r0"].looked_for == 3
    world.con.execute("UPDATE canary SET imported_at = $at", {"at": AT + timedelta(days=1)})
    assert releases(world, "many") == {}


def test_view_and_command_tell_the_masks_and_nothing_of_a_few_contacts() -> None:
    """Five clear numbers among 100 masks: that they stand in the client's list is not told."""
    world, keys = world_with()
    own = [key for (key,) in world.con.execute("SELECT key FROM membership ORDER BY key LIMIT 5").fetchall()]
    no = world.masked("leak", "trader", [*random_masks(world, 100), *(behind(key) for key in keys)])
    world.con.execute("INSERT INTO membership SELECT $no, unnest($k::BIGINT[]), 1", {"no": no, "k": own})
    world.con.execute("UPDATE dataset SET contacts = 5, identifiers = 5 WHERE no = $no", {"no": no})
    raw = attribute(world.con, "leak")
    assert raw[0].rows_matched == 0
    (told,) = json_rows(attributions_of(world.con, "leak"))
    assert (told["rows_matched"], told["grade"], told["e_value"]) == ("<20", "G0", None)
    assert [*told["reasons"], *told["against"]] == [say(one) for one in on_masks(raw)] != []
    compute(CaseFacts(world.con), 1)
    shown = world.con.execute(
        "SELECT reasons || against, rows_matched, grade, accused FROM views.attributions WHERE dataset = 'leak'"
    ).fetchall()
    assert shown == [([stored_reason(one) for one in on_masks(raw)], None, "G0", False)]


def test_rows_do_not_tell_what_is_shared() -> None:
    """Every release with a canary has a row beside a masked list, whether it shares anything or not."""
    world, _ = world_with()
    world.dataset("other", "client", world.people(50), origin="own")
    world.release("r1", "other", "b", world.canaries([SPACE + 77_777_777]))
    world.masked("leak", "trader", random_masks(world, 50))
    assert {row.release for row in attribute(world.con, "leak")} == {"r0", "r1"}


def personas(world: World, own: Sequence[tuple[int, str]]) -> list[int]:
    """Canaries of these numbers and names."""
    numbers = world.canaries([key for key, _ in own])
    world.con.executemany(
        "UPDATE canary SET name = ? WHERE no = ?", [[name, no] for no, (_, name) in zip(numbers, own, strict=True)]
    )
    return numbers


def named_copies() -> tuple[World, dict[str, list[tuple[int, str]]]]:
    """A client's list with names, and three copies of it with six canaries each."""
    world = World(12)
    people = [
        (key, f"{'王李张刘'[i % 4]}{'伟芳娜敏静丽强'[i % 7]}{'磊军洋'[i % 3]}")
        for i, key in enumerate(world.people(1500))
    ]
    world.dataset("own", "client", [key for key, _ in people], origin="own", names=dict(people))
    copies = {}
    for j in range(3):
        own = [(SPACE + 5_000_0000 + 10_007 * (6 * j + k), f"王芳{'磊军洋'[k % 3]}") for k in range(6)]
        world.release(f"r{j}", "own", f"v{j}", personas(world, own), draw="d")
        copies[f"r{j}"] = [*people, *own]
    return world, copies


@pytest.mark.parametrize("form", ["{name}", "{name[0]}**", "{name[0]}女士"])
def test_masks_next_to_names_name_the_copy(form: str) -> None:
    world, copies = named_copies()
    leaked = [(key, form.format(name=name)) for key, name in copies["r1"]]
    rows = {row.release: row for row in named(world, "leak", leaked)}
    assert {release: row.grade for release, row in rows.items() if row.accused} == {"r1": "G3"}
    assert rows["r1"].chance <= 0.01 / 3
    assert "masked-named" in [reason.code for reason in rows["r1"].reasons]
    told = {row["release"]: row for row in json_rows(attributions_of(world.con, "leak"))}["r1"]
    assert (told["accused"], told["grade"], told["test"]) == (True, "G3", "canaries")
    compute(CaseFacts(world.con), 1)
    shown = world.con.execute("SELECT release, grade FROM views.attributions WHERE accused").fetchall()
    assert shown == [("r1", "G3")]


def test_planted_masks_among_strangers_and_canaries_that_nobody_was_given_accuse_nobody() -> None:
    """Who shows canaries of no copy has a list of the canaries."""
    world, copies = named_copies()
    strangers = [(SPACE + 10_000_0000 + 7_919 * i, f"李娜{'磊军洋'[i % 3]}") for i in range(1500)]
    found = {row.release: row for row in named(world, "planted", [*strangers, *copies["r1"][-6:]])}
    assert not any(row.accused for row in found.values())
    assert "masked-planted" in [reason.code for reason in found["r1"].against]
    unused = [(SPACE + 7_000_0000 + 10_007 * k, f"王芳{'磊军洋'[k % 3]}") for k in range(6)]
    personas(world, unused)
    assert not any(row.accused for row in named(world, "all of them", [*copies["r1"], *unused]))


def test_names_of_two_words_agree_as_lists_mask_them() -> None:
    world, keys = world_with(4, names="John Smith")
    world.con.execute("UPDATE canary SET name = 'John Smith'")
    crowd = random_masks(world, 100)
    for form in ("John Smith", "Smith, John", "J*** S****", "J. Smith", "John S.", "SMITH"):
        world.masked(form, "trader", [*crowd, *(behind(key) for key in keys)], [*["Mary Ann Lee"] * 100, *[form] * 4])
        assert releases(world, form)["r0"].agreeing == 4, form


@pytest.mark.parametrize("kind", ["+1312***9999", "+1******9999", "+1…9999"])
def test_masks_of_other_countries_name_the_copy_next_to_names(kind: str) -> None:
    """A canary's number behind the mask, short or whole; where all endings are alike, nobody is named."""
    world = World(13)
    first, last = ["Ann", "Bob", "Cid", "Dora", "Eve", "Flo", "Gus"], ["Adams", "Brown", "Clark", "Davis"]
    people = [(1_312_000_0000 + int(n), f"{first[n % 7]} {last[n % 4]}") for n in world.rng.permutation(10**7)[:900]]
    world.dataset("own", "client", [key for key, _ in people], origin="own", names=dict(people))
    own = [(1_312_000_0000 + 1_000_003 * k + 17, f"{first[k]} {last[k % 4]}") for k in range(6)]
    world.release("r0", "own", "v0", personas(world, own), draw="d")

    leak = named(world, "leak", [*people, *own], kind)
    assert [(row.accused, row.grade) for row in leak] == [(True, "G3")]
    few = [(key // 10_000 * 10_000 + own[at % 6][0] % 10_000, name) for at, (key, name) in enumerate(people)]
    assert not any(row.accused for row in named(world, "alike", few, kind))
