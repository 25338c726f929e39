"""Mail addresses that are made, and rows of home canaries for one's own database."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.lists.loading import own_list
from tests.marking.own_list import NEW_FAMILY, NEW_GIVEN, asked, copy_of, own_case
from tests.marking.own_list import import_file as import_lines
from tests.marking.rolls import HEAD, Rows, load, read, released, roll, roll_case, write
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import InputRefused
from tracer.findings.attribution import attribute
from tracer.identify.email import normalise
from tracer.marking.canary.intake import advice, identities, import_file
from tracer.marking.canary.made import AddressRequest, home_rows_of, make_addresses, make_home
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.names import LocalParts
from tracer.marking.register import REGISTER, changed_registers
from tracer.marking.release.copies import Copy, release_copies
from tracer.marking.release.identities import forget_releases
from tracer.marking.release.plan import plan_release


def news_case(folder: Path, rows: int = 400) -> Case:
    """A newsletter's list: names apart and addresses, three in four as given.family, the rest as initial and family."""
    rng = random.Random(8)
    lines = ["Vorname,Nachname,E-Mail"]
    for at in range(rows):
        given, family = rng.choice((*NEW_GIVEN, "Jörg")), rng.choice(NEW_FAMILY)
        plain = given.lower().replace("ö", "oe")
        local = f"{plain}.{family.lower()}" if at % 4 else f"{plain[0]}{family.lower()}{rng.randrange(10, 99)}"
        lines.append(f"{given},{family},{local}@host{at}.example")
    return own_list(folder, lines, region="DE")


def test_made_addresses_have_the_names_and_forms_of_the_list(tmp_path: Path) -> None:
    case = news_case(tmp_path)
    done = make_addresses(case, AddressRequest(40, ("a.example", "B.example")))
    assert (done.made, done.like, done.seen_before) == (40, "own", 0)
    rows = case.con.execute("SELECT email_raw, name, consent FROM canary ORDER BY no").fetchall()
    assert len({address for address, _, _ in rows}) == 40
    assert {normalise(address) for address, _, _ in rows} == {address for address, _, _ in rows}
    assert Counter(address.partition("@")[2] for address, _, _ in rows) == {"a.example": 20, "b.example": 20}
    assert {consent for _, _, consent in rows} == {"own: a.example", "own: b.example"}
    dotted = 0
    for address, name, _ in rows:
        given, _, family = (part.lower().replace("ö", "oe") for part in name.partition(" "))
        local = address.partition("@")[0]
        dotted += local.startswith(f"{given}.{family}")
        assert local.startswith((f"{given}.{family}", f"{given[0]}{family}"))
    assert 18 <= dotted <= 39  # 30 of 40 at three in four, less those whose plain address another one has
    make_addresses(case, AddressRequest(120, ("a.example",)))
    count = case.con.execute("SELECT count(DISTINCT email), count(*) FROM canary").fetchone()
    assert count == (160, 160)


def test_a_mailbox_gives_its_tags_and_without_a_list_names_are_common_ones() -> None:
    case = memory_case()
    done = make_addresses(case, AddressRequest(10, mailbox="Leser@post.example", kind="home"))
    assert any("--like" in note for note in done.notes)
    for address, name, kind in case.con.execute("SELECT email_raw, name, kind FROM canary").fetchall():
        assert address.startswith("leser+")
        assert address.endswith("@post.example")
        assert (" " in name, kind) == (True, "home")


@pytest.mark.parametrize(
    ("request_", "what"),
    [
        (AddressRequest(3, ("gmail.com",)), "a provider's"),
        (AddressRequest(3, ("a b", "c@d.example")), "no domain is written"),
        (AddressRequest(3), "neither a domain nor a mailbox"),
        (AddressRequest(3, ("a.example",), "me@a.example"), "neither a domain nor a mailbox"),
        (AddressRequest(0, ("a.example",)), "0 addresses"),
        (AddressRequest(3, ("a.example",), like="nothing"), "holds no dataset"),
        (AddressRequest(3, mailbox="me+x@a.example"), "no mailbox"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_kept(request_: AddressRequest, what: str) -> None:
    case = memory_case()
    with pytest.raises(InputRefused, match=what):
        make_addresses(case, request_)
    assert case.con.execute("SELECT count(*) FROM canary").fetchone() == (0,)


def test_local_parts_that_names_do_not_explain_are_made_of_their_kind() -> None:
    draw = KeyedDraw(b"s", "t")
    people = [
        ("伟", "王", f"{a}{b}{n}@x.example") for a in ("sun", "rain", "wind") for b in ("king", "song") for n in (1, 22)
    ]
    taken: set[str] = set()
    made = [LocalParts(people, draw).invent("娜", "李", taken) for _ in range(5)]
    assert len(set(made)) == 5
    assert all(normalise(f"{local}@x.example") for local in made)


def test_home_rows_fit_the_list_and_leave_the_ids_to_the_database(tmp_path: Path) -> None:
    case = own_case(tmp_path, home=2)
    with pytest.raises(InputRefused, match="no home canary"):
        home_rows_of(case, "own")  # both are in the list already
    path = tmp_path / "more.csv"
    path.write_text("phone\n14009100001\n14009100002\n", encoding="utf-8")
    import_file(case, path, kind="home")
    rows, notes = home_rows_of(case, "own")
    assert [set(row) for row in rows] == [{"编号", "姓名", "手机号", "公司", "地址", "日期"}] * 2
    assert all(row["编号"] is None and row["姓名"] for row in rows)
    assert any("编号" in note for note in notes)
    names = {name for (name,) in case.con.execute("SELECT name FROM canary WHERE kind = 'home' AND no > 32").fetchall()}
    assert names == {row["姓名"] for row in rows}
    assert {row["姓名"] for row in home_rows_of(case, "own")[0]} == names


def test_home_rows_are_refused_where_the_list_cannot_hold_what_they_are_known_by(tmp_path: Path) -> None:
    case = own_case(tmp_path, home=0, canaries=0)  # numbers, and no addresses
    before = case.con.execute("SELECT count(*) FROM canary").fetchall()
    with pytest.raises(InputRefused, match="no column for mail addresses, by which home canaries are known; import"):
        make_home(case, AddressRequest(3, ("mail.example.com",), like="own"))
    assert case.con.execute("SELECT count(*) FROM canary").fetchall() == before
    import_lines(case, tmp_path, ["a@mail.example.com"], "home", "email")
    with pytest.raises(InputRefused, match="no column for mail addresses"):
        home_rows_of(case, "own")
    import_lines(case, tmp_path, ["14009000007"], "home")
    rows, notes = home_rows_of(case, "own")
    assert [row["手机号"] and row["手机号"].replace("-", "") for row in rows] == ["14009000007"]
    assert "1 home canary is not among them: the list has no column for what it is known by." in notes
    made, notes = make_home(case, AddressRequest(3, ("mail.example.com",)))  # not said to be for that list
    assert [(set(row), bool(row["email"])) for row in made] == [({"name", "email"}, True)] * 3
    assert "own has no column for mail addresses, so that the rows are not in its columns." in notes


def test_the_register_says_what_to_plant_next(tmp_path: Path) -> None:
    case = own_case(tmp_path, canaries=3, home=0)
    case.con.execute("UPDATE canary SET until = DATE '2026-02-10' WHERE no = 1")
    said = "\n".join(advice(case.con, date(2026, 2, 1)))
    for part in ("3 canaries can be used", "1 end within 30 days", "home", "control"):
        assert part in said
    assert identities(case.con, date(2026, 2, 1))[0]["health"] == "ends in 9 days"


def test_made_addresses_are_lent_to_numbers_where_every_row_has_both(tmp_path: Path) -> None:
    rng = random.Random(4)
    lines = ["Name,Phone,E-Mail"]
    for at in range(300):
        given, family = rng.choice((*NEW_GIVEN, "Jörg")), rng.choice(NEW_FAMILY)
        local = f"{given.lower().replace('ö', 'oe')}.{family.lower()}{at}"
        lines.append(f"{given} {family},({rng.choice((212, 415, 312))}) 555-01{at % 100:02d},{local}@a.example")
    (tmp_path / "numbers.csv").write_text("\n".join(("phone", *(f"(917) 555-01{at:02d}" for at in range(8)))))
    case = own_list(tmp_path, lines, region="US")
    import_file(case, tmp_path / "numbers.csv", region="US")
    make_addresses(case, AddressRequest(12, ("a.example",)))
    release_copies(case, asked(tmp_path, "v0", "v1", unique=4))
    rows = [line.split(",") for line in copy_of(tmp_path / "out", "v0").read_text(encoding="utf-8").splitlines()[1:]]
    planted = [row for row in rows if "917" in row[1]]
    assert len(planted) == 4
    for name, _, address in planted:
        held = case.con.execute("SELECT name FROM canary WHERE email_raw = $address", {"address": address}).fetchone()
        assert held == (name,)


def salts(folder: Path, copy: Copy) -> Rows:
    own = {tuple(row) for row in read(folder / "roll.csv")}
    return [row for row in read(Path(copy.path)) if tuple(row) not in own]


def test_the_copy_of_a_shuffled_half_in_capitals_is_named(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 12)
    plan = asked(tmp_path, "v0", "v1", "v2", dataset="roll", unique=2)
    assert plan_release(case, plan).missing == 0, "invented persons need no identities"
    copies = released(case, tmp_path, 12, unique=6, withhold=0.02)
    leaked, all_rows = copies[7], read(Path(copies[7].path))
    rows = random.Random(2).sample(all_rows, 450)
    order = [5, 2, 0, 4, 1, 3, 6]
    shuffled = [[row[i].upper() for i in order] for row in rows]
    load(case, write(tmp_path / "leak.csv", shuffled, [HEAD[i] for i in order]), "leak")
    found = attribute(case.con, "leak")
    assert [row.release for row in found if row.accused] == [leaked.release]
    assert found[0].grade == "G3"
    invented = salts(tmp_path, leaked)
    assert found[0].canaries_seen == sum(row in rows for row in invented)
    assert all(row.canaries_seen == 0 for row in found[1:]), "an invented person is in one copy alone"
    # Rows are withheld by key, which name the copy where its invented persons were found and taken out.
    assert all(copy.withheld > 5 for copy in copies)
    load(case, write(tmp_path / "cleaned.csv", [row for row in all_rows if row not in invented]), "cleaned")
    assert [row.release for row in attribute(case.con, "cleaned") if row.accused] == [leaked.release]
    assert changed_registers(case.con, case.secret(REGISTER)) == []
    case.con.execute("UPDATE canary_key SET key = key + 1 WHERE canary = (SELECT min(canary) FROM canary_key)")
    assert changed_registers(case.con, case.secret(REGISTER)), "the keys are part of what was committed"


def test_no_list_has_an_invented_person_and_words_of_names_are_names(tmp_path: Path) -> None:
    case = roll_case(tmp_path, 900, 4)
    first = {tuple(row) for copy in released(case, tmp_path, 4, unique=6) for row in salts(tmp_path, copy)}
    assert len(first) == 24
    forget_releases(case.con, [name for (name,) in case.con.execute("SELECT id FROM release").fetchall()])
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
    load(case, write(tmp_path / "strangers.csv", roll(8_000, 77)), "strangers")
    expected = case.con.execute("SELECT 8000 * sum(rate) FROM canary_key").fetchall()[0][0]
    met = case.con.execute(
        "SELECT count(*) FROM canary_key AS k JOIN membership AS m ON m.key = k.key"
        " JOIN dataset AS d ON d.no = m.dataset WHERE d.id = 'strangers'"
    ).fetchall()[0][0]
    assert met <= expected, "the bound is one from above"
    assert not any(row.accused for row in attribute(case.con, "strangers"))
