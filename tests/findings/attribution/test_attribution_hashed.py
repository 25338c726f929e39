"""Attribution of lists of hashes: like that of clear ones, by hashing only what the case itself controls."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tests.findings.attribution.test_attribution import NAMES, Given, accused, by_release, marked, rows_of
from tests.findings.marked_world import AT, SPACE, World, digest_of
from tracer.ask.attributing import attributions_of
from tracer.ask.result import json_rows
from tracer.ask.short_why import short_why
from tracer.ask.show import show
from tracer.ask.story import story
from tracer.ask.why import explained_edge
from tracer.findings.attribution import Attribution, attribute, compute
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import COPY_UNKNOWN
from tracer.findings.retention import read_client
from tracer.findings.sightings import (
    Sightings,
    held_identifiers,
    read_background,
    read_marks,
    read_sightings,
    sources_of,
)  # fmt: skip
from tracer.findings.vintage import lineages
from tracer.identify.digests import digest_key
from tracer.wording import say
from tracer.wording.terminal import terminal_text


def rows_hashed(world: World, keys: Iterable[int], function: str = "md5", prefix: str = "") -> dict[str, Attribution]:
    name = next(NAMES)
    world.dataset(name, "trader", keys, obtained=date(2026, 5, 1), hashed=function, prefix=prefix)
    return by_release(attribute(world.con, name))


def seen_in(world: World, no: int) -> Sightings:
    return read_sightings(CaseFacts(world.con), read_marks(world.con), [no])


def foreign(count: int) -> list[int]:
    return [SPACE + 60_000_0000 + i for i in range(count)]


def own_list(people: int, seed: int = 1) -> tuple[World, list[int]]:
    """A client's list."""
    world = World(seed)
    keys = world.people(people)
    world.dataset("own", "client", keys, origin="own")
    return world, keys


@pytest.mark.parametrize(("function", "prefix"), [("md5", ""), ("sha1", "+86"), ("sha256", "0086"), ("sm3", "86")])
def test_a_hashed_sample_names_the_same_copy_as_a_clear_one(function: str, prefix: str, handed_out: Given) -> None:
    world, copies = handed_out
    leaked = world.sample(copies["r2"], 0.9)
    clear, hashed = rows_of(world, leaked), rows_hashed(world, leaked, function, prefix)
    for release, row in clear.items():
        other = hashed[release]
        for field in ("accused", "p_value", "e_value", "canaries_seen", "rows_matched", "grade"):
            assert getattr(other, field) == getattr(row, field), (release, field)
        assert other.chance >= row.chance, "what cannot be seen is not held against a release"
    assert [*accused(hashed)] == ["r2"]


def test_nothing_of_it_stays(handed_out: Given) -> None:
    world, copies = handed_out
    world.dataset("stays", "trader", copies["r1"], hashed="md5")
    there = "SELECT list(table_name ORDER BY table_name), (SELECT count(*) FROM membership) FROM duckdb_tables()"
    before = world.con.execute(there).fetchall()
    attribute(world.con, "stays")
    assert world.con.execute(there).fetchall() == before
    assert world.con.execute("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal").fetchall() == []


def test_only_released_lists_are_hashed() -> None:
    """A list that was obtained from somebody is never compared with hashes, nor is an own list without a release."""
    world = World()
    copies = marked(world)
    world.dataset("obtained", "trader", foreign(500))
    world.dataset("unreleased", "client", foreign(500), origin="own")
    no = world.dataset("hashed", "trader", [*foreign(500), *copies["r1"]], hashed="md5")
    marks = read_marks(world.con)
    with held_identifiers(world.con, [no], sources_of(marks.releases)):
        found = world.con.execute("SELECT key FROM hash_match").fetchall()
    assert {key for (key,) in found} == set(copies["r1"])


def test_withheld_rows_and_home_canaries_are_seen_in_a_hashed_list_too() -> None:
    world, people = own_list(2000)
    canaries, homes = (
        world.canaries([SPACE + 50_000_0000 + k * 10_000 for k in range(4)]),
        world.canaries([SPACE], "home"),
    )
    world.dataset("more", "client", world.phones(homes), origin="own")
    world.release("r0", "own", "a", canaries[:2], draw="d", withheld=people[:100])
    world.release("r1", "own", "b", canaries[2:], draw="d", withheld=people[100:200])
    no = world.dataset("hashed", "trader", [*people[:1500], *world.phones([*canaries[:1], *homes])], hashed="sha256")
    seen = seen_in(world, no)
    assert seen.withheld == {(no, "r0"): 100, (no, "r1"): 100}
    assert seen.canaries(no) == {canaries[0], *homes}
    assert set(homes) == set(seen.homes)
    assert list(seen.matched.values()) == [1500]


def test_numbers_hashed_in_two_forms_count_once(handed_out: Given) -> None:
    world, copies = handed_out
    no = world.dataset("two forms", "trader", copies["r1"][:1000], hashed="md5")
    twice = [digest_of(key, "md5", "+86") for key in copies["r1"][:1000]]
    world.con.execute("INSERT INTO membership SELECT $no, unnest($k::BIGINT[]), 5000", {"no": no, "k": sorted(twice)})
    assert list(seen_in(world, no).matched.values()) == [1000]
    view = read_client(world.con, read_marks(world.con), "client", lineages(world.con))
    assert sum(view.seen[no].values()) == 1000


def test_names_are_read_beside_hashes() -> None:
    world, people = own_list(2000)
    canaries = world.canaries([SPACE + k * 10_000 for k in range(5)], name="张三")
    world.release("r0", "own", "a", canaries)
    phones = dict(zip(world.phones(canaries), canaries, strict=True))
    names = {key: f"李{key}" for key in people} | {key: f"张三{no}" for key, no in phones.items()}
    world.dataset("padded", "trader", [*people, *foreign(20_000), *phones], names=names, hashed="sm3")
    (row,) = attribute(world.con, "padded")
    assert row.chance < 1e-6
    assert row.accused


def test_the_block_null_of_a_padded_list_says_nothing_without_names() -> None:
    """Nobody sees in which blocks 20,000 foreign hashes lie: they could fill every canary's."""
    world = World()
    copy = marked(world, draw=None)["r1"]
    padded, whole = rows_hashed(world, [*copy, *foreign(20_000)])["r1"], rows_hashed(world, copy)["r1"]
    assert (padded.canaries_seen, padded.chance, padded.accused) == (6, 1.0, False)
    assert whole.chance < 1e-10
    assert whole.accused


def test_the_bound_holds_where_the_padding_is_dense() -> None:
    """12 lists of released rows, hashed, padded in the very blocks of the canaries: `chance` stays a p-value."""
    world, people = own_list(3000, 7)
    blocks = [SPACE // 10_000 + 50_000 + k for k in range(3)]
    world.release("r0", "own", "a", world.canaries([block * 10_000 + 1234 for block in blocks]))
    chances = []
    for _ in range(12):
        padding = [b * 10_000 + int(end) for b in blocks for end in world.rng.choice(10_000, 1500, replace=False)]
        chances += [row.chance for row in rows_hashed(world, [*people[:500], *padding]).values()]
    assert len(chances) == 12
    assert min(chances) < 1.0
    assert sum(chance <= 0.05 for chance in chances) <= 4  # binomial(12, .05): P(X > 4) = 0.0002


def test_canaries_without_the_rows_are_planted_in_hashes_too(handed_out: Given) -> None:
    world, copies = handed_out
    row = rows_hashed(world, [*set(copies["r2"]) - set(copies["r1"]), *foreign(5000)], "sha1")["r2"]
    assert (row.planted, row.accused) == (True, False)


def test_a_canary_that_came_later_asks_no_question_of_hashes() -> None:
    """Anybody's number, imported as a canary afterwards, must not tell whether its hash is there."""
    world, _ = own_list(100)
    held, absent = world.canaries([SPACE + 50_000_0000, SPACE + 50_001_0000])
    world.release("r0", "own", "a", [held])
    world.release("r1", "own", "b", [absent])
    world.dataset("hashed", "trader", [*foreign(50), *world.phones([held])], hashed="md5")
    compute(CaseFacts(world.con), 1)
    view = "SELECT release, canaries_seen FROM views.attributions WHERE dataset = 'hashed'"
    for days, shown in ((0, [("r0", 1)]), (1, [])):
        world.con.execute("UPDATE canary SET imported_at = $at", {"at": AT + timedelta(days)})
        found = json_rows(attributions_of(world.con, "hashed"))
        assert [(row["release"], row["canaries_seen"]) for row in found] == shown
        assert world.con.execute(view).fetchall() == shown


def test_mail_addresses_are_hashed_as_sellers_do() -> None:
    world = World()
    con, people = world.con, world.people(200)
    source = world.dataset("own", "client", people, origin="own", names={key: f"a{key}@m.example" for key in people})
    con.execute("UPDATE dataset_column SET role = 'email' WHERE role = 'name'")
    key = "(1::BIGINT << 60) + CAST('0x' || substr(md5({}), 1, 15) AS BIGINT)"
    con.execute(f"INSERT INTO membership SELECT {source}, {key.format('c0')}, row FROM raw.d1_p0")
    (canary,) = world.canaries([SPACE + 50_000_0000])
    written = key.format("'li.si+x1@m.example'")
    con.execute(f"UPDATE canary SET email_raw = 'Li.Si+x1@M.example', phone = NULL, email = {written}")
    world.release("r0", "own", "a", [canary])
    addresses = ["li.si+x1@m.example", *(f"a{key}@m.example" for key in people[:50])]
    digests = [digest_key(hashlib.sha256(text.encode()).hexdigest()) for text in addresses]
    no = world.dataset("hashed", "trader", [])
    con.execute("INSERT INTO membership SELECT $no, unnest($k::BIGINT[]), 1", {"no": no, "k": digests})
    seen = seen_in(world, no)
    assert seen.canaries(no) == {canary}
    assert list(seen.matched.values()) == [50]
    assert seen.unplaced == {no: 1}
    assert read_background(CaseFacts(con), read_marks(con), seen)[no].mails == 1


@pytest.mark.parametrize(("releases", "canaries", "padding"), [(1, 0, 0), (3, 6, 0), (3, 0, 20_000)])
def test_a_hashed_list_of_a_client_that_names_no_copy_is_told_as_that(
    releases: int, canaries: int, padding: int
) -> None:
    """Rows that every copy has, without a canary: neither silence nor a copy."""
    world, people = own_list(3000)
    for i in range(releases):
        keys = [SPACE + 50_000_0000 + (i * 10 + k) * 10_000 for k in range(canaries)]
        world.release(f"r{i}", "own", f"v{i}", world.canaries(keys), draw="d")
    world.dataset("leak", "trader", [*world.sample(people, 0.5), *foreign(padding)], hashed="sha256")
    rows = attribute(world.con, "leak")
    assert len(rows) == releases
    for row in rows:
        assert (row.accused, row.grade) == (False, "G1")
        assert "1,500 of the 3,000 contacts of own are in leak as hashes." in say(row.reasons[0])
        assert row.reasons[0].code == COPY_UNKNOWN
        assert row.against[-1].code == "attribution-would-tell"
        assert ("planted records in future copies" in say(row.against[-1])) == (canaries == 0)
    assert attributions_of(world.con, "leak").notes == (
        "leak: these are client’s records. Which copy they came from is not known (G1).",
        "No copy is named: within the error that is kept, it cannot be told whether leak comes from one of the copies"
        " on record.",
    )
    compute(CaseFacts(world.con), 1)
    sections = list(story(world.con))
    told = [finding.headline for part in sections for finding in part.findings]
    assert told.count("leak contains client’s list as hashes. Which copy it came from cannot be told.") == 1
    titles = [part.title for part in sections if part.findings]
    assert "Lists with a client’s records that name no copy" in titles
    assert "Copies named by their planted records" not in titles


def test_a_hashed_list_whose_copy_is_named_and_an_innocent_one_say_no_such_thing(handed_out: Given) -> None:
    world, copies = handed_out
    for rows in (
        rows_hashed(world, copies["r1"]), rows_hashed(world, [*foreign(3000), *copies["r1"][:10]]),
        rows_of(world, world.sample(copies["r1"][:2000], 0.5)),
    ):  # fmt: skip
        assert not any(reason.code == COPY_UNKNOWN for row in rows.values() for reason in row.reasons)
    world.dataset("foreign", "trader", foreign(3000), hashed="md5")
    found = attributions_of(world.con, "foreign")
    assert found.table.num_rows == 0
    assert "compared with planted records and with lists that have a recorded release" in found.notes[0]


def test_unrelated_hashed_lists_of_the_same_blocks_are_nobodys_list() -> None:
    """12 lists drawn at random from the client's own blocks: above chance in one of a thousand."""
    world = World(11)
    world.dataset("own", "client", world.people(4000, blocks=4), origin="own")
    world.release("r0", "own", "a", [])
    found = [rows_hashed(world, world.people(1000, blocks=4)).values() for _ in range(12)]
    assert sum(any(reason.code == COPY_UNKNOWN for row in rows for reason in row.reasons) for rows in found) <= 1


@pytest.mark.parametrize(("shared", "grade"), [(1.0, "G3"), (0.7, "G3"), (0.1, "G4")])
@pytest.mark.parametrize("first_hashed", [None, "sha256"])
def test_a_list_of_hashes_is_a_second_witness_only_where_it_is_another_sample(
    shared: float, grade: str, first_hashed: str | None
) -> None:
    """No derivation looks at hashes: one that holds most of what the first has is not shown to be independent of it."""
    world = World()
    copy = marked(world)["r2"]
    half, canaries = len(copy) // 2, copy[-6:]
    common = int(half * shared)
    world.dataset("first", "trader", [*copy[:half], *canaries], hashed=first_hashed)
    second = [*copy[:common], *copy[half : 2 * half - common]]
    world.dataset("second", "contractor", [*second, *canaries], hashed="md5")
    rows = compute(CaseFacts(world.con), 1)
    assert {(row.dataset, row.grade) for row in rows if row.accused} == {("first", grade), ("second", grade)}


def test_every_outlet_says_whose_records_hashes_are() -> None:
    """`why`, of lists and copies, and `show` know what `findings` says, and nothing of the client's own list."""
    world, people = own_list(3000)
    for vendor in ("a", "b"):
        world.release(f"r-{vendor}", "own", vendor, [], day=date(2026, 2, 1))
    world.dataset("leak", "a", [*world.sample(people, 0.5), *foreign(1500)], hashed="sha256", obtained=date(2026, 5, 1))
    compute(CaseFacts(world.con), 1)
    said = "leak contains client’s list as hashes. Which copy it came from cannot be told."
    for end in ("own", "r-b"):
        found = explained_edge(world.con, end, "leak", details=True)
        assert terminal_text(short_why(world.con, found, "en"), 400).startswith(said), end
        assert {row["dataset"] for row in found["attributions"]} == {"leak"}
    for name in ("own", "leak"):
        assert said in str(show(world.con, name)), name
