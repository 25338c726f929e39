"""What rests on a person's judgement says so, with the value that the data alone give, and goes back to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Tracer
from tracer.errors import ExitCode

NOTE = "a delivery note of 8 July"
Rows = dict[tuple[str, ...], dict[str, Any]]


@pytest.fixture
def case(countries: Path) -> Path:
    return countries


def found(tracer: Tracer, case: Path) -> Rows:
    """Derivations, retention and chains, by what they are about."""
    rows: Rows = {}
    for query, names in (
        ("derivations", ("parent", "child")), ("retention", ("release", "seen_in")), ("resale-chains", ("chain",)),
    ):  # fmt: skip
        for row in tracer.rows("query", query, "--case", case):
            rows[query, *(str(row[name]) for name in names)] = row
    return rows


def judged(tracer: Tracer, case: Path, *words: str) -> Rows:
    tracer("judge", *words, "--note", NOTE, "--case", case).done()
    tracer("trace", "--case", case).done()
    return found(tracer, case)


@pytest.mark.parametrize("words", [("backup", "leads", "confirm"), ("lindner-qingmo", "leads", "reject")])
def test_what_a_judgement_moved_has_its_value_without_it(tracer: Tracer, case: Path, words: tuple[str, ...]) -> None:
    before = found(tracer, case)
    after = judged(tracer, case, *words)
    moved = {
        key
        for key in before.keys() & after.keys()
        if abs(before[key]["probability"] - after[key]["probability"]) > 0.01
    }
    assert {key[0] for key in moved} >= ({"derivations", "resale-chains"} if words[2] == "confirm" else set())
    for key, row in after.items():
        if key in moved:
            assert row["without_judgement"] == pytest.approx(before[key]["probability"], abs=1e-5), key
            assert (row["note"], row["judgement"]) == (NOTE, words[2]), key
            assert None not in (row["judged_by"], row["judged_on"]), key
        else:
            assert row["without_judgement"] in (None, pytest.approx(row["probability"], abs=0.01)), key
    if words[2] == "reject":
        assert ("retention", "lindner-qingmo", "leads") in before.keys() - after.keys()


def test_retention_that_rests_on_a_judged_step_says_so(tracer: Tracer, case: Path) -> None:
    before = found(tracer, case)["retention", "lindner-qingmo", "raffle"]
    after = judged(tracer, case, "leads", "raffle", "confirm")["retention", "lindner-qingmo", "raffle"]
    assert after["probability"] > 0.5 > before["probability"]
    assert after["without_judgement"] == pytest.approx(before["probability"], abs=1e-5)
    assert (after["judgement"], after["note"]) == ("confirm", NOTE)


def test_independent_rules_out_both_directions_and_withdraw_brings_the_data_back(tracer: Tracer, case: Path) -> None:
    before, grades = tracer("trace").done().out, _grades(found(tracer, case))
    apart = judged(tracer, case, "leads", "backup", "independent")
    assert not {("derivations", "backup", "leads"), ("derivations", "leads", "backup")} & apart.keys()
    assert _grades(apart) == grades, "two lists that a person calls independent are no two witnesses"
    said = tracer("judge", "backup", "leads", "withdraw").done()
    assert said.json()["withdraws"] == 1
    assert "the data alone count again" in said.err
    assert tracer("trace").done().out == before
    assert tracer("verify").code == 0
    assert tracer("judge", "backup", "leads", "withdraw").code == ExitCode.REFUSED


def _grades(rows: Rows) -> dict[tuple[str, ...], str]:
    return {key: row["grade"] for key, row in rows.items() if key[0] == "retention"}


def test_parties_are_not_judged_and_their_lists_are_named(tracer: Tracer, case: Path) -> None:
    tracer("judge", "qingmo", "harlow", "confirm").ends(
        ExitCode.REFUSED, "of qingmo: backup; of harlow: leads, raffle", "tracer judge backup leads confirm"
    )


def test_a_copy_and_a_list_that_are_judged_have_an_effect(tracer: Tracer, case: Path) -> None:
    row = judged(tracer, case, "raffle", "lindner-qingmo", "confirm")["retention", "lindner-qingmo", "raffle"]
    assert row["probability"] > 0.99
    assert row["without_judgement"] == pytest.approx(0.156, abs=0.01)
    assert row["grade"] == "G1", "a person's word is no evidence: the grade is that of the data"


def test_moved_tells_new_findings_and_what_changed_since_a_day(tracer: Tracer, case: Path) -> None:
    judged(tracer, case, "leads", "raffle", "confirm")
    rows = tracer.rows("query", "moved", "-p", "since=2020-01-01")
    assert {row["finding"] for row in rows} >= {"derivation", "retention", "chain", "claim"}
    assert {row["what"] for row in rows} == {"new"}, "nothing was traced before that day"
    assert {row["finding"] for row in tracer.rows("query", "moved")} >= {"retention"}
    assert tracer.rows("query", "moved", "-p", "since=2199-01-01") == []


def test_a_chain_that_a_rejection_has_shortened_says_that_it_rests_on_it(tracer: Tracer, case: Path) -> None:
    key = "resale-chains", "['qingmo', 'harlow', 'brightwell']"
    assert key not in found(tracer, case), "it goes on from the client"
    tracer("judge", "customers", "backup", "reject", "--note", NOTE).done()
    chain = judged(tracer, case, "lindner-qingmo", "backup", "reject")[key]
    assert (chain["judgement"], chain["without_judgement"], chain["note"]) == ("reject", None, NOTE)
    said = " ".join(tracer("why", "backup", "prospects").out.split())
    assert f"rejected by {chain['judged_by']}" in said
    assert f"(“{NOTE}”); without that: the lists tell another way" in said


def test_a_verdict_and_a_sale_that_rest_on_a_judgement_say_what_they_would_be(tracer: Tracer, case: Path) -> None:
    tracer("evidence", "add", "invoice", "--text", "An invoice for leads.").done()
    tracer(
        "relation", "add", "sold_to", "harlow", "brightwell", "--basis", "documented", "--evidence", "invoice",
    ).done()  # fmt: skip
    claim = tracer.rows("query", "claims")[0]
    assert (claim["claim"], claim["verdict"]) == ("qingmo-deleted", "contradicted")
    tracer("judge", "lindner-qingmo", "backup", "reject", "--note", NOTE).done()
    judged(tracer, case, "leads", "prospects", "reject")
    claim = tracer.rows("query", "claims")[0]
    assert claim["verdict"] == "consistent"
    assert "rests on a person’s judgement" in claim["alternatives"][0]
    assert "without that: the data contradict it" in claim["alternatives"][0]
    sale = tracer.rows("query", "sales")[0]
    assert (sale["state"], sale["state_without_judgement"], sale["note"]) == ("no tie", "agrees", NOTE)
