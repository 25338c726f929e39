"""What a reader is told where findings are not those of the case as it is now."""

from __future__ import annotations

import pytest

from tests.findings.listed import load_list
from tracer import stages
from tracer.ask.named import load_queries
from tracer.ask.sandbox import run_sql
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.stages import STAGES, fact_digests, what_is_not_traced
from tracer.trace import ROOMS, trace
from tracer.version import __version__

PHONES = {"phone": [f"1420000{n:04d}" for n in range(30)]}
WITHOUT_FINDINGS = {
    "blind", "calling-rules", "canaries", "datasets", "parties", "rejects", "releases", "segments", "signal-rejects",
    "silence",
}  # fmt: skip
"""Named queries whose answers need no trace."""


@pytest.fixture
def case() -> Case:
    made = memory_case()
    load_list(made, "a", PHONES)
    return made


def test_a_case_that_was_never_traced_says_so_of_each_query_that_reads_findings(case: Case) -> None:
    silent = {name for name, query in load_queries().items() if not what_is_not_traced(case.con, query.sql)}
    assert silent == WITHOUT_FINDINGS
    assert "never traced" in what_is_not_traced(case.con)
    assert "tracer trace" in what_is_not_traced(case.con)


def test_after_a_trace_nothing_is_said_until_something_changes(case: Case) -> None:
    trace(case)
    assert what_is_not_traced(case.con) == ""
    load_list(case, "b", PHONES)
    assert "has changed since its last trace (run 1" in what_is_not_traced(case.con)
    assert what_is_not_traced(case.con, "SELECT * FROM views.datasets") == ""
    assert what_is_not_traced(case.con, "SELECT * FROM views.derivations") != ""
    for named in ("views.derivations", "Derivations", "datasets, views.derivations"):
        assert run_sql(case.con, f"SELECT * FROM {named}").notes == (what_is_not_traced(case.con),)
    assert (
        run_sql(case.con, "SELECT holder, derivations FROM (SELECT holder, 1 AS derivations FROM datasets)").notes == ()
    )


def test_what_is_said_of_a_list_later_makes_its_findings_old(case: Case) -> None:
    trace(case)
    for said in ("exported = DATE '2026-05-01'", "living = true", "origin = 'register'"):
        case.con.execute(f"BEGIN; UPDATE dataset SET {said}")
        assert "has changed since its last trace" in what_is_not_traced(case.con)
        case.con.execute("ROLLBACK")


def test_every_stage_has_a_digest_and_a_room_that_computes_it(case: Case) -> None:
    assert list(fact_digests(case.con)) == list(ROOMS) == [stage.name for stage in STAGES]


def test_another_build_of_the_same_version_makes_the_findings_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that `verify` says that tracer changed, and not that somebody altered the store."""
    case = memory_case()
    before = stages.fact_digests(case.con)
    assert stages.tool().startswith(f"{__version__} ")
    monkeypatch.setattr(stages, "tool", lambda: f"{__version__} another build")
    assert not set(before.values()) & set(stages.fact_digests(case.con).values())
