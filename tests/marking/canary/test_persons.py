"""Copies of a roll without numbers: their invented persons name them, and are nobody whom a list has."""

from __future__ import annotations

import random
from pathlib import Path

from tests.marking.own_list import asked
from tests.marking.rolls import HEAD, Rows, load, read, released, roll, roll_case, write
from tracer.findings.attribution import attribute
from tracer.marking.register import REGISTER, changed_registers
from tracer.marking.release.copies import Copy
from tracer.marking.release.identities import erase
from tracer.marking.release.plan import plan_release


def salts(folder: Path, copy: Copy) -> Rows:
    own = {tuple(row) for row in read(folder / "roll.csv")}
    return [row for row in read(Path(copy.path)) if tuple(row) not in own]


def test_the_copy_of_a_shuffled_half_in_capitals_is_named(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 12)
    copies = released(case, tmp_path, 12, unique=6)
    rng = random.Random(2)
    rows = rng.sample(read(Path(copies[7].path)), 450)
    order = [5, 2, 0, 4, 1, 3, 6]
    shuffled = [[row[i].upper() for i in order] for row in rows]
    load(case, write(tmp_path / "leak.csv", shuffled, [HEAD[i] for i in order]), "leak")
    found = attribute(case.con, "leak")
    assert [row.release for row in found if row.accused] == [copies[7].release]
    assert found[0].grade == "G3"
    assert found[0].canaries_seen == sum(row in rows for row in salts(tmp_path, copies[7]))
    assert all(row.canaries_seen == 0 for row in found[1:]), "an invented person is in one copy alone"
    assert changed_registers(case.con, case.secret(REGISTER)) == []
    case.con.execute("UPDATE canary_key SET key = key + 1 WHERE canary = (SELECT min(canary) FROM canary_key)")
    assert changed_registers(case.con, case.secret(REGISTER)), "the keys are part of what was committed"


def test_no_list_has_an_invented_person_and_words_of_names_are_names(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 4)
    first = {tuple(row) for copy in released(case, tmp_path, 4, unique=6) for row in salts(tmp_path, copy)}
    assert len(first) == 24
    erase(case.con, [name for (name,) in case.con.execute("SELECT id FROM release").fetchall()])
    assert case.con.execute("SELECT count(*) FROM canary").fetchall() == [(0,)], "who was withdrawn is forgotten"
    neighbours = [list(row) for row in sorted(first)[:12]]
    other = tmp_path / "other"
    other.mkdir()
    load(case, write(tmp_path / "next.csv", [*neighbours, *roll(300, 9)]), "next")
    again = [row for copy in released(case, other, 4, unique=6) for row in salts(tmp_path, copy)]
    people = {(row[0].lower(), row[1], row[5]) for row in (*roll(900, 1), *roll(300, 9), *neighbours)}
    assert not people & {(row[0].lower(), row[1], row[5]) for row in again}
    names = {word for row in roll(900, 1) for cell in row[:2] for word in cell.split()}
    assert all(word in names for row in again for cell in row[:2] for word in cell.split())
    born = sorted(row[5][-4:] for row in again)
    assert (born[0] < "1955", born[-1] > "1985") == (True, True), "birthdays are of all ages"


def test_strangers_hold_invented_persons_no_oftener_than_said(tmp_path: Path) -> None:
    """Lists of other people of the same few names and years: the bound on one stranger holds, and no copy is named."""
    case = roll_case(tmp_path, 900, 8)
    released(case, tmp_path, 8, unique=6)
    load(case, write(tmp_path / "strangers.csv", roll(20_000, 77)), "strangers")
    expected = case.con.execute("SELECT 20000 * sum(rate) FROM canary_key").fetchall()[0][0]
    met = case.con.execute(
        "SELECT count(*) FROM canary_key AS k JOIN membership AS m ON m.key = k.key"
        " JOIN dataset AS d ON d.no = m.dataset WHERE d.id = 'strangers'"
    ).fetchall()[0][0]
    assert met <= expected, "the bound is one from above"
    assert not any(row.accused for row in attribute(case.con, "strangers"))


def test_a_plan_needs_no_identities_and_rows_are_withheld_by_key(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 3)
    plan = asked(tmp_path, "v0", "v1", "v2", dataset="roll", unique=2)
    assert plan_release(case, plan).missing == 0
    copies = released(case, tmp_path, 3, unique=2, withhold=0.02)
    assert all(copy.withheld > 5 for copy in copies)
    invented = salts(tmp_path, copies[1])
    ordinary = [row for row in read(Path(copies[1].path)) if row not in invented]
    load(case, write(tmp_path / "leak.csv", ordinary), "leak")
    assert [row.release for row in attribute(case.con, "leak") if row.accused] == [copies[1].release]
