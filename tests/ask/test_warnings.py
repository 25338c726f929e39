"""Warnings: each kind where it must be, and nowhere else; whoever is contradicted is asked for a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.ask.test_views import FIRST
from tests.graph.market_case import market_case
from tests.inserted import insert, insert_derivation, insert_list
from tracer.ask.named import find_query, run_query
from tracer.ask.noticed import cautions
from tracer.ask.result import json_rows
from tracer.ask.story import story
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.disclosure import DatasetRef, Reason
from tracer.errors import UsageError
from tracer.wording import say


def add_list(case: Case, name: str, holder: str | None = None, *, contacts: int = 100, **facts: Any) -> None:
    """A list of a file and a holder of its own, unless the facts say otherwise."""
    no = len(case.con.execute("SELECT no FROM dataset").fetchall()) + 1
    keys = range(FIRST, FIRST + contacts)
    insert_list(case.con, no, name, keys, holder or f"holder-{name}", **({"sha256": name} | facts))


def told(case: Case) -> list[tuple[str, tuple[str, ...]]]:
    return [(caution["kind"], tuple(caution["datasets"])) for caution in cautions(case.con)]


@pytest.fixture
def case() -> Case:
    return memory_case()


Facts = dict[str, Any]


@pytest.mark.parametrize(
    ("parent", "child", "kinds"),
    [
        ({"created": "2026-04-01"}, {"created": "2026-03-01"}, ["impossible_dates"]),
        ({"created": "2026-04-01"}, {"obtained": "2026-03-01"}, ["impossible_dates"]),
        ({"created": "2026-04-01", "obtained": "2026-05-01"}, {"created": "2026-04-02"}, []),
        ({"obtained": "2026-04-01"}, {"obtained": "2026-03-01"}, ["reversed_dates"]),
        ({"obtained": "2026-04-01"}, {"created": "2026-03-01", "obtained": "2026-05-01"}, ["reversed_dates"]),
        ({"obtained": "2026-04-01"}, {"obtained": "2026-04-01"}, []),
        ({}, {"created": "2026-03-01"}, []),
        ({"created": "2026-04-01"}, {}, []),
    ],
)
def test_a_copy_that_is_older_than_its_source(case: Case, parent: Facts, child: Facts, kinds: list[str]) -> None:
    add_list(case, "source", **parent)
    add_list(case, "copy", **child)
    insert_derivation(case.con, "source", "copy", 0.5)
    assert told(case) == [(kind, ("source", "copy")) for kind in kinds]
    case.con.execute("UPDATE derivation SET shared = 19")
    assert told(case) == [], "of lists with few contacts in common nothing is said"
    case.con.execute("UPDATE derivation SET shared = 100, probability = .49")
    assert told(case) == []
    insert_derivation(case.con, "copy", "source", 0.5)
    case.con.execute("UPDATE derivation SET probability = .5")
    assert [kind for kind, _ in told(case)] == ["direction_open"], "neither direction is told"


def test_a_clients_own_list_that_comes_from_an_obtained_one(case: Case) -> None:
    add_list(case, "bought")
    add_list(case, "own", origin="own")
    add_list(case, "earlier", origin="own")
    insert_derivation(case.con, "bought", "own", 0.83)
    insert_derivation(case.con, "earlier", "own", 0.9)
    (found,) = cautions(case.con)
    assert (found["kind"], tuple(found["datasets"]), found["grade"], found["probability"]) == (
        "own_copied", ("bought", "own"), "G2", 0.83,
    )  # fmt: skip
    assert say(found["reason"]).startswith("own is loaded as a client’s own list")
    assert "自有名单" in say(found["reason"], "zh")


def test_the_same_bytes_under_two_ids(case: Case) -> None:
    add_list(case, "a")
    add_list(case, "b", sha256="a")
    add_list(case, "short", contacts=19)
    add_list(case, "short-again", contacts=19, sha256="short")  # too few contacts: not even this is told
    add_list(case, "purged", sha256="a", purged_at="2026-05-01")
    case.con.execute("UPDATE dataset SET sha256 = '' WHERE id = 'purged'")
    add_list(case, "no-file", sha256="")
    assert told(case) == [("same_bytes", ("a", "b"))]
    add_list(case, "c", "trader")
    add_list(case, "d", "trader", sha256="c")
    insert_derivation(case.con, "c", "d", 0.5)
    insert_derivation(case.con, "d", "c", 0.45)
    assert told(case) == [("same_bytes", one) for one in (("a", "b"), ("c", "d"))], "no versions without days"


def asked(found: Mapping[str, Any]) -> list[str]:
    """What would settle it, as codes."""
    ask = found["reason"].numbers["ask"]
    assert isinstance(ask, tuple)
    return [one.code for one in ask if isinstance(one, Reason)]


def test_versions_without_days_and_versions_whose_days_say_the_contrary(case: Case) -> None:
    add_list(case, "jan", "trader")
    add_list(case, "feb", "trader", created="2026-02-01")
    insert_derivation(case.con, "jan", "feb", 0.3)
    insert_derivation(case.con, "feb", "jan", 0.2)
    (found,) = cautions(case.con)
    assert (found["kind"], tuple(found["datasets"])) == ("undated_versions", ("feb", "jan"))
    assert found["reason"].numbers["undated"] == (DatasetRef("jan"),)
    assert found["probability"] == 0.5
    case.con.execute("UPDATE dataset SET created = '2026-03-01' WHERE id = 'jan'")
    assert told(case) == [("direction_open", ("feb", "jan"))]
    case.con.execute("UPDATE derivation SET probability = .8 WHERE parent = 'jan'")
    assert told(case) == [("versions_reversed", ("jan", "feb"))]
    case.con.execute("UPDATE dataset SET created = NULL, obtained = '2026-05-01'")
    assert told(case) == [("undated_versions", ("feb", "jan"))], "obtained on one day"
    case.con.execute("UPDATE dataset SET created = '2026-02-01'")
    assert told(case) == []


def test_related_lists_of_which_the_source_cannot_be_told(case: Case) -> None:
    add_list(case, "a", obtained="2026-05-01")
    add_list(case, "b", obtained="2026-05-02", created="2026-04-01")
    insert_derivation(case.con, "a", "b", 0.45, "G1")
    insert_derivation(case.con, "b", "a", 0.35, "G1")
    (found,) = cautions(case.con)
    assert (found["kind"], tuple(found["datasets"]), found["grade"]) == ("direction_open", ("a", "b"), "G1")
    assert found["probability"] == pytest.approx(0.8)
    assert asked(found) == ["ask-created", "ask-origin", "ask-release", "ask-third"]
    case.con.execute("INSERT INTO release (id, dataset, recipient, registered_at) VALUES ('r', 'a', 'v', '2026-05-01')")
    case.con.execute("UPDATE dataset SET origin = 'own', created = '2026-04-01'")
    assert asked(cautions(case.con)[0]) == ["ask-third"]
    case.con.execute("UPDATE derivation SET probability = .04 WHERE parent = 'b'")
    assert told(case) == []


def test_the_query_says_it_in_two_languages_and_is_narrowed_by_list_and_kind(case: Case) -> None:
    add_list(case, "source", created="2026-04-01")
    add_list(case, "copy", created="2026-03-01", origin="own")
    add_list(case, "other")
    insert_derivation(case.con, "source", "copy")

    def asked(**given: str) -> list[dict[str, object]]:
        return list(json_rows(run_query(case.con, find_query("warnings"), given)))

    assert list(asked()[0]) == ["kind", "datasets", "grade", "probability", "numbers", "text", "text_code"]
    assert [row["kind"] for row in asked(kind="own_copied")] == ["own_copied"]
    assert asked(dataset="other") == []
    assert "1 March 2026" in str(asked()[0]["text"])
    assert "2026年3月1日" in str(asked(lang="zh")[0]["text"])
    with pytest.raises(UsageError, match="en or zh"):
        asked(lang="fr")


def test_the_story_has_them_under_a_heading_and_counts_the_rest(case: Case) -> None:
    for number in range(10):
        add_list(case, f"source-{number}", created="2026-04-01")
        add_list(case, f"copy-{number}", created="2026-03-01")
        insert_derivation(case.con, f"source-{number}", f"copy-{number}")
    section = next(one for one in story(case.con) if one.query == "warnings")
    assert (section.title.split(":")[0], len(section.findings), section.more) == ("Warnings", 8, 2)
    assert section.findings[0].grade == "G2"


def sale(
    case: Case, seller: str, buyer: str, *evidence: str, basis: str = "documented", day: str | None = None
) -> None:
    """`seller` sold to `buyer`, as stated."""
    for party in (seller, buyer):
        case.con.execute("INSERT OR IGNORE INTO party (id, name, role) VALUES ($id, $id, 'data_trader')", {"id": party})
    (no,) = case.con.execute("SELECT count(*) + 1 FROM relation").fetchall()[0]
    sold = {"kind": "sold_to", "from_party": seller, "to_party": buyer, "date": day, "basis": basis}
    insert(case.con, "relation", no=no, **sold, evidence=list(evidence))


def states(case: Case) -> list[tuple[object, ...]]:
    rows = json_rows(run_query(case.con, find_query("sales")))
    return [(row["state"], row["parent"], row["child"]) for row in rows]


@pytest.mark.parametrize(
    ("along", "back", "state"),
    [
        (0.6, 0.3, ("agrees", "stock", "pack")),
        (0.2, 0.4, ("disagrees", "pack", "stock")),
        (None, 0.7, ("disagrees", "pack", "stock")),
        (0.4, 0.3, ("open", "stock", "pack")),
        (0.2, 0.25, ("no tie", None, None)),
        (None, None, ("no tie", None, None)),
    ],
)
def test_a_sale_is_held_against_the_lists(
    case: Case, along: float | None, back: float | None, state: tuple[str, str, str]
) -> None:
    add_list(case, "stock", "north", obtained="2026-05-01")
    add_list(case, "pack", "south", obtained="2026-05-02")
    for parent, child, probability in (("stock", "pack", along), ("pack", "stock", back)):
        if probability is not None:
            insert_derivation(case.con, parent, child, probability, "G1")
    sale(case, "north", "south", "bill-7", day="2026-04-03")
    assert states(case) == [state]
    found = [caution for caution in cautions(case.con) if caution["kind"] == "sale_reversed"]
    assert [tuple(caution["datasets"]) for caution in found] == ([state[1:]] if state[0] == "disagrees" else [])
    for caution in found:
        assert say(caution["reason"]).startswith(
            "bill-7: north sold to south on 3 April 2026. The contents do not agree"
        )
        assert "2026年4月3日" in say(caution["reason"], "zh")


def test_a_pair_that_agrees_settles_a_sale_and_one_of_which_nothing_is_known_is_none(case: Case) -> None:
    add_list(case, "stock", "north")
    add_list(case, "pack", "south")
    add_list(case, "other", "south")
    insert_derivation(case.con, "pack", "stock", 0.8)
    sale(case, "north", "south")
    assert states(case) == []
    sale(case, "north", "south", "bill-8")
    insert_derivation(case.con, "stock", "other", 0.9)
    assert states(case) == [("agrees", "stock", "other")]
    sale(case, "south", "north", "bill-9")
    assert [row[0] for row in states(case)] == ["agrees", "agrees"]
    assert "sale_reversed" not in [kind for kind, _ in told(case)]


def test_an_alleged_sale_is_told_as_alleged_and_merged_parties_are_one_seller(case: Case) -> None:
    add_list(case, "stock", "north")
    add_list(case, "pack", "south")
    insert_derivation(case.con, "pack", "stock", 0.8)
    sale(case, "north", "south", basis="alleged")
    (row,) = json_rows(run_query(case.con, find_query("sales")))
    assert (row["state"], row["basis"]) == ("disagrees", "alleged")
    assert row["text"].startswith("Alleged, without a document: north sold to south")
    assert "sale_reversed" not in [kind for kind, _ in told(case)]
    case.con.execute("DELETE FROM relation")
    sale(case, "north-old", "south", "bill-1")
    assert states(case) == [("no tie", None, None)]
    case.con.execute("UPDATE party SET merged_into = 'north' WHERE id = 'north-old'")
    assert states(case) == [("disagrees", "pack", "stock")]


def test_a_party_whose_claim_is_contradicted_has_its_right_of_reply_told() -> None:
    case = market_case()
    case.con.execute("INSERT INTO party (id, name, role) VALUES ('says-so', '言之有据公司', 'data_trader')")
    case.con.execute("INSERT INTO claim (id, party, kind, said) VALUES ('c-new', 'says-so', 'random', '2026-05-01')")

    def asked() -> list[str]:
        sections = [one for one in story(case.con) if one.title.startswith("Right of reply")]
        return [finding.headline for section in sections for finding in section.findings]

    assert not any("says-so" in line for line in asked())
    case.con.execute(
        "INSERT INTO claim_verdict (run, claim, verdict, numbers, alternatives, grade)"
        " VALUES (1, 'c-new', 'contradicted', '{}', [], 'G1')"
    )
    assert any(line.startswith("言之有据公司 (says-so)") and line.endswith("not asked") for line in asked())
