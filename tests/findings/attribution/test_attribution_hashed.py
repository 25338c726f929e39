"""Attribution of lists of hashes: like that of clear ones, by hashing only what the case itself controls."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest

from tests.findings.attribution.test_attribution import by_release, marked
from tests.findings.marked_world import AT, SPACE, World, digest_of
from tracer.ask.attributing import attributions_of
from tracer.ask.render import json_rows
from tracer.ask.story import story
from tracer.findings.attribution import attribute, compute
from tracer.findings.case_facts import CaseFacts
from tracer.findings.deciding import COPY_UNKNOWN
from tracer.findings.retention.origins import read_client
from tracer.findings.sightings import held_identifiers, read_background, read_marks, read_sightings
from tracer.findings.vintage.history import lineages
from tracer.identify.digests import digest_key
from tracer.wording import say

FORMS = [("md5", ""), ("sha1", "+86"), ("sha256", "0086"), ("sm3", "86")]


@pytest.mark.parametrize(("function", "prefix"), FORMS)
def test_a_hashed_sample_names_the_same_copy_as_a_clear_one(function: str, prefix: str) -> None:
    world = World()
    copies = marked(world)
    leak = world.sample(copies["r2"], 0.9)
    world.dataset("clear", "trader", leak, obtained=date(2026, 5, 1))
    world.dataset("hashed", "trader", leak, obtained=date(2026, 5, 1), hashed=function, prefix=prefix)
    clear, hashed = (by_release(attribute(world.con, name)) for name in ("clear", "hashed"))
    for release, row in clear.items():
        other = hashed[release]
        for field in ("accused", "p_value", "e_value", "canaries_seen", "rows_matched", "grade"):
            assert getattr(other, field) == getattr(row, field), (release, field)
        assert other.chance >= row.chance, "what cannot be seen is not held against a release"
    assert [r for r, row in hashed.items() if row.accused] == ["r2"]


def test_nothing_of_it_stays() -> None:
    world = World()
    copies = marked(world)
    world.dataset("hashed", "trader", copies["r1"], hashed="md5")
    before = world.con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
    members = world.con.execute("SELECT count(*) FROM membership").fetchone()
    attribute(world.con, "hashed")
    assert world.con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall() == before
    assert world.con.execute("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal").fetchall() == []
    assert world.con.execute("SELECT count(*) FROM membership").fetchone() == members


def test_only_released_lists_are_hashed() -> None:
    """A list that was obtained from somebody is never compared with hashes, nor is an own list without a release."""
    world = World()
    copies = marked(world)
    strangers = [SPACE + 70_000_0000 + i for i in range(500)]
    world.dataset("obtained", "trader", strangers)
    world.dataset("unreleased", "client", strangers, origin="own")
    no = world.dataset("hashed", "trader", [*strangers, *copies["r1"]], hashed="md5")
    marks = read_marks(world.con)
    sources = sorted({release.source for release in marks.releases if release.source is not None})
    with held_identifiers(world.con, [no], sources):
        found = world.con.execute("SELECT key FROM hash_match").fetchall()
    assert {key for (key,) in found} == set(copies["r1"])


def test_withheld_rows_speak_in_a_hashed_list_too() -> None:
    world = World()
    people = world.people(2000)
    world.dataset("own", "client", people, origin="own")
    canaries = world.canaries([SPACE + 50_000_0000 + k * 10_000 for k in range(4)])
    world.release("r0", "own", "a", canaries[:2], draw="d", withheld=people[:100])
    world.release("r1", "own", "b", canaries[2:], draw="d", withheld=people[100:200])
    no = world.dataset("hashed", "trader", [*people[:1500], *world.phones(canaries[:1])], hashed="sha256")
    seen = read_sightings(CaseFacts(world.con), read_marks(world.con), [no])
    assert seen.withheld == {(no, "r0"): 100, (no, "r1"): 100}
    assert seen.canaries(no) == {canaries[0]}
    assert list(seen.matched.values()) == [1500]


def test_numbers_hashed_in_two_forms_count_once() -> None:
    world = World()
    copies = marked(world)
    no = world.dataset("hashed", "trader", copies["r1"][:1000], hashed="md5")
    twice = [digest_of(key, "md5", "+86") for key in copies["r1"][:1000]]
    world.con.execute("INSERT INTO membership SELECT $no, unnest($k::BIGINT[]), 5000", {"no": no, "k": sorted(twice)})
    marks = read_marks(world.con)
    assert list(read_sightings(CaseFacts(world.con), marks, [no]).matched.values()) == [1000]
    view = read_client(world.con, marks, "client", lineages(world.con))
    assert sum(view.seen[no].values()) == 1000


def test_names_are_read_beside_hashes() -> None:
    world = World()
    people = world.people(2000)
    world.dataset("own", "client", people, origin="own")
    canaries = world.canaries([SPACE + k * 10_000 for k in range(5)], name="张三")
    world.release("r0", "own", "a", canaries)
    phones = dict(zip(world.phones(canaries), canaries, strict=True))
    names = {key: f"李{key}" for key in people} | {key: f"张三{no}" for key, no in phones.items()}
    strangers = [SPACE + 60_000_0000 + i for i in range(20_000)]
    world.dataset("padded", "trader", [*people, *strangers, *phones], names=names, hashed="sm3")
    (row,) = attribute(world.con, "padded")
    assert row.chance < 1e-6
    assert row.accused


def test_the_block_null_of_a_padded_list_says_nothing_without_names() -> None:
    """Nobody sees in which blocks 20,000 foreign hashes lie: they could fill every canary's."""
    world = World()
    copies = marked(world, draw=None)
    strangers = [SPACE + 60_000_0000 + i for i in range(20_000)]
    world.dataset("padded", "trader", [*copies["r1"], *strangers], hashed="md5")
    world.dataset("whole", "trader", copies["r1"], hashed="md5")
    padded, whole = (by_release(attribute(world.con, name))["r1"] for name in ("padded", "whole"))
    assert (padded.canaries_seen, padded.chance, padded.accused) == (6, 1.0, False)
    assert whole.chance < 1e-10
    assert whole.accused


def test_the_bound_holds_where_the_padding_is_dense() -> None:
    """20 lists of released rows, hashed, padded in the very blocks of the canaries: `chance` stays a p-value."""
    world = World(7)
    people = world.people(3000)
    world.dataset("own", "client", people, origin="own")
    blocks = [SPACE // 10_000 + 50_000 + k for k in range(3)]
    world.release("r0", "own", "a", world.canaries([block * 10_000 + 1234 for block in blocks]))
    chances = []
    for i in range(20):
        padding = [
            block * 10_000 + int(ending) for block in blocks for ending in world.rng.choice(10_000, 1500, replace=False)
        ]
        world.dataset(f"d{i}", "trader", [*people[:500], *padding], hashed="md5")
        chances += [row.chance for row in attribute(world.con, f"d{i}")]
    assert len(chances) == 20
    assert min(chances) < 1.0
    assert sum(chance <= 0.05 for chance in chances) <= 5  # binomial(20, .05): P(X > 5) = 0.0003


def test_canaries_without_the_rows_are_planted_in_hashes_too() -> None:
    world = World()
    copies = marked(world)
    canaries = set(copies["r2"]) - set(copies["r1"])
    world.dataset("framed", "trader", [*canaries, *(SPACE + 60_000_0000 + i for i in range(5000))], hashed="sha1")
    row = by_release(attribute(world.con, "framed"))["r2"]
    assert row.planted
    assert not row.accused


def test_a_canary_that_came_later_asks_no_question_of_hashes() -> None:
    """Anybody's number, imported as a canary afterwards, must not tell whether its hash is there."""
    world = World()
    world.dataset("own", "client", world.people(100), origin="own")
    held, absent = world.canaries([SPACE + 50_000_0000, SPACE + 50_001_0000])
    world.release("r0", "own", "a", [held])
    world.release("r1", "own", "b", [absent])
    keys = [SPACE + 60_000_0000 + i for i in range(50)]
    world.dataset("hashed", "trader", [*keys, *world.phones([held])], hashed="md5")
    compute(CaseFacts(world.con), 1)
    view = "SELECT release, canaries_seen FROM views.attributions WHERE dataset = 'hashed'"
    early = json_rows(attributions_of(world.con, "hashed"))
    assert [(row["release"], row["canaries_seen"]) for row in early] == [("r0", 1)]
    assert world.con.execute(view).fetchall() == [("r0", 1)]
    world.con.execute("UPDATE canary SET imported_at = $at", {"at": AT + timedelta(days=1)})
    assert list(json_rows(attributions_of(world.con, "hashed"))) == []
    assert world.con.execute(view).fetchall() == []


def test_home_canaries_are_seen_in_hashes() -> None:
    world = World()
    marked(world)
    own = world.con.execute("SELECT key FROM membership").fetchall()
    world.dataset("hashed", "trader", [key for (key,) in own], hashed="sha256")
    seen = read_sightings(CaseFacts(world.con), read_marks(world.con), [2])
    assert len(seen.canaries(2) & set(seen.homes)) == 2


def test_mail_addresses_are_hashed_as_sellers_do() -> None:
    world = World()
    con = world.con
    people = world.people(200)
    source = world.dataset("own", "client", people, origin="own", names={key: f"a{key}@m.example" for key in people})
    con.execute("UPDATE dataset_column SET role = 'email' WHERE role = 'name'")
    con.execute(
        "INSERT INTO membership SELECT $no, (1::BIGINT << 60) + CAST('0x' || substr(md5(c0), 1, 15) AS BIGINT), row"
        " FROM raw.d1_p0",
        {"no": source},
    )
    (canary,) = world.canaries([SPACE + 50_000_0000])
    con.execute(
        "UPDATE canary SET email_raw = 'Li.Si+x1@M.example', phone = NULL,"
        " email = (1::BIGINT << 60) + CAST('0x' || substr(md5('li.si+x1@m.example'), 1, 15) AS BIGINT)"
    )
    world.release("r0", "own", "a", [canary])
    addresses = ["li.si+x1@m.example", *(f"a{key}@m.example" for key in people[:50])]
    no = world.dataset("hashed", "trader", [])
    con.execute(
        "INSERT INTO membership SELECT $no, unnest($k::BIGINT[]), 1",
        {"no": no, "k": [digest_key(hashlib.sha256(text.encode()).hexdigest()) for text in addresses]},
    )
    marks = read_marks(con)
    seen = read_sightings(CaseFacts(con), marks, [no])
    assert seen.canaries(no) == {canary}
    assert list(seen.matched.values()) == [50]
    assert seen.unplaced == {no: 1}
    assert read_background(CaseFacts(con), marks, seen)[no].mails == 1


@pytest.mark.parametrize(("releases", "canaries", "padding"), [(1, 0, 0), (3, 6, 0), (3, 0, 20_000)])
def test_a_hashed_list_of_a_client_that_names_no_copy_is_told_as_that(
    releases: int, canaries: int, padding: int
) -> None:
    """Rows that every copy has, without a canary: neither silence nor a copy."""
    world = World()
    people = world.people(3000)
    world.dataset("own", "client", people, origin="own")
    for i in range(releases):
        keys = [SPACE + 50_000_0000 + (i * 10 + k) * 10_000 for k in range(canaries)]
        world.release(f"r{i}", "own", f"v{i}", world.canaries(keys), draw="d")
    strangers = [SPACE + 60_000_0000 + i for i in range(padding)]
    world.dataset("leak", "trader", [*world.sample(people, 0.5), *strangers], hashed="sha256")
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
        "No copy is named: whether leak comes from one of the copies on record cannot be told.",
    )
    compute(CaseFacts(world.con), 1)
    told = [finding.headline for part in story(world.con) for finding in part.findings]
    assert told.count("leak contains client’s list as hashes. Which copy it came from cannot be told.") == 1


def test_a_hashed_list_whose_copy_is_named_and_an_innocent_one_say_no_such_thing() -> None:
    world = World()
    copies = marked(world)
    strangers = [SPACE + 60_000_0000 + i for i in range(3000)]
    world.dataset("named", "trader", copies["r1"], hashed="md5")
    world.dataset("innocent", "trader", [*strangers, *copies["r1"][:10]], hashed="md5")
    world.dataset("clear", "trader", world.sample(copies["r1"][:2000], 0.5))
    for name in ("named", "innocent", "clear"):
        rows = attribute(world.con, name)
        assert not any(reason.code == COPY_UNKNOWN for row in rows for reason in row.reasons), name
    world.dataset("foreign", "trader", strangers, hashed="md5")
    found = attributions_of(world.con, "foreign")
    assert found.table.num_rows == 0
    assert "compared with planted records and with lists that have a recorded release" in found.notes[0]


def test_unrelated_hashed_lists_of_the_same_blocks_are_nobodys_list() -> None:
    """20 lists drawn at random from the client's own blocks: above chance in one of a thousand."""
    world = World(11)
    world.dataset("own", "client", world.people(4000, blocks=4), origin="own")
    world.release("r0", "own", "a", [])
    told = 0
    for i in range(20):
        world.dataset(f"d{i}", "trader", world.people(1000, blocks=4), hashed="md5")
        found = attribute(world.con, f"d{i}")
        told += any(reason.code == COPY_UNKNOWN for row in found for reason in row.reasons)
    assert told <= 1


@pytest.mark.parametrize(
    ("shared", "grades"),
    [(1.0, {"G3"}), (0.7, {"G3"}), (0.1, {"G4"})],
)
def test_a_list_of_hashes_is_a_second_witness_only_where_it_is_another_sample(shared: float, grades: set[str]) -> None:
    """No derivation looks at hashes: one that holds most of what the first has is not shown to be independent of it."""
    world = World()
    copy = marked(world)["r2"]
    half = len(copy) // 2
    canaries = copy[-6:]
    first = copy[:half]
    common = int(half * shared)
    second = [*first[:common], *copy[half : 2 * half - common]]
    world.dataset("clear", "trader", [*first, *canaries])
    world.dataset("hashes", "contractor", [*second, *canaries], hashed="md5")
    found = compute(CaseFacts(world.con), 1)
    assert {row.grade for row in found if row.release == "r2" and row.accused} == grades


def test_two_lists_of_hashes_are_compared_by_what_they_hash() -> None:
    world = World()
    copy = marked(world)["r2"]
    leaked = [*copy[:2400], *copy[-6:]]
    world.dataset("one", "trader", leaked, hashed="sha256")
    world.dataset("two", "contractor", leaked, hashed="md5")
    rows = compute(CaseFacts(world.con), 1)
    assert {(row.dataset, row.grade) for row in rows if row.accused} == {("one", "G3"), ("two", "G3")}
