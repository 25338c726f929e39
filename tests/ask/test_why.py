"""Why an edge stands: numbers, positions, the waterfall, documents, alternatives, and what speaks against it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.ask.test_views import FIRST, add_dataset, add_derivation
from tracer.ask.why import why
from tracer.ask.why_text import why_json, why_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.parties import add_party
from tracer.dossier.records import Claim, Evidence, Party, Relation
from tracer.dossier.statements import add_claim, add_judgement, add_relation
from tracer.errors import UsageError

WEIGHTS = json.dumps(
    [
        {"signal": "rare rows", "value": "45", "weight": 120.5, "text": "rare rows in common"},
        {"signal": "dates", "value": "", "weight": -2.25, "text": "the copy was obtained earlier"},
    ]
)


@pytest.fixture
def case() -> Case:
    made = memory_case()
    con = made.con
    for party in ("seller", "buyer"):
        add_party(con, Party(party, party))
    add_dataset(con, 1, "a", range(FIRST, FIRST + 100), "seller")
    add_dataset(con, 2, "b", [*range(FIRST + 60, FIRST + 90), *range(FIRST + 500, FIRST + 520)], "buyer")
    add_dataset(con, 3, "c", range(FIRST, FIRST + 100), "buyer")
    con.execute("INSERT INTO overlap VALUES (1, NULL, 'a', 'b', 30, 100, 50, .5, 60, 1e-30)")
    add_derivation(con, "a", "b", 30, weights=WEIGHTS, against=["b may come from c"])
    add_derivation(con, "c", "b", 30)
    with made.transaction():
        from tracer.dossier.evidence import add_evidence

        add_evidence(con, made.vault, Evidence("ev1", "interview", text="they sold it"))
    add_relation(con, Relation("sold_to", "seller", "buyer", basis="alleged", evidence=("ev1",)))
    add_claim(con, Claim("seller", "random", dataset="a", quote="随机"))
    return made


def test_everything_behind_an_edge(case: Case) -> None:
    add_judgement(case.con, "a", "b", "confirm", note="seen", at=datetime(2026, 6, 1), who="me")
    answer = why(case.con, "a", "b")
    assert answer["derivations"][0]["probability"] == 0.9
    assert answer["derivations"][0]["judgement"] == "confirm"
    assert answer["derivations"][0]["weights"][0]["weight"] == 120.5
    assert answer["positions"] == [
        {
            "a": "a",
            "b": "b",
            "a_rows": 30,
            "a_runs": [[61, 90]],
            "a_more_runs": 0,
            "b_rows": 30,
            "b_runs": [[1, 30]],
            "b_more_runs": 0,
        }
    ]
    assert answer["other_sources"][0]["parent"] == "c"
    assert answer["against"] == ["b may come from c"]
    assert [piece["evidence"] for piece in answer["evidence"]] == ["ev1"]
    assert "text" not in answer["evidence"][0]
    assert why(case.con, "b", "a")["derivations"] == answer["derivations"]
    assert json.loads(why_json(answer))["judgements"][0]["at"] == "2026-06-01T00:00:00Z"
    text = why_text(answer)
    for said in ("+120.50 ████", "-2.25 ░", "− b may come from c", "rows: 61–90", "confirm", "What speaks against it"):
        assert said in text, text


def test_parties_are_tied_by_their_lists_and_what_is_said(case: Case) -> None:
    answer = why(case.con, "seller", "buyer")
    assert answer["relations"][0]["kind"] == "sold_to"
    assert answer["derivations"][0]["child"] == "b"


def test_a_claim_and_its_dataset(case: Case) -> None:
    assert why(case.con, "claim-1", "a")["claims"][0]["quote"] == "随机"


def test_nothing_is_said_where_nothing_ties(case: Case) -> None:
    add_dataset(case.con, 4, "d", range(FIRST + 900, FIRST + 930))
    text = why_text(why(case.con, "a", "d"))
    assert "No finding and no statement ties them" in text
    with pytest.raises(UsageError, match="did you mean 'seller'"):
        why(case.con, "sellr", "a")


def test_small_overlaps_have_no_positions(case: Case) -> None:
    case.con.execute("UPDATE overlap SET shared = 19")
    answer = why(case.con, "a", "b")
    assert "positions" not in answer
    assert "shared <20" in why_text(answer)


def test_names_cannot_steer_the_terminal(case: Case) -> None:
    add_claim(case.con, Claim("seller", "other", dataset="a", quote="\x1b[2J\u202eevil"))
    text = why_text(why(case.con, "seller", "a"))
    assert "\x1b" not in text
    assert "\u202e" not in text
