"""`tracer attribute` tells what the view `attributions` tells after a trace, and withholds what it withholds."""

from __future__ import annotations

import pytest

from tests.ask.test_views import FIRST, add_dataset
from tracer.ask.attributing import attributions_of
from tracer.ask.named import find_query, run_query
from tracer.ask.render import json_rows
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import UsageError
from tracer.findings.attribution import compute
from tracer.findings.case_facts import CaseFacts


@pytest.fixture
def case() -> Case:
    """Two copies of one list, with a canary each; a leak of the first one's, and a leak of two rows."""
    made = memory_case()
    con = made.con
    add_dataset(con, 1, "a", range(FIRST, FIRST + 100), "client")
    add_dataset(con, 2, "leak", [*range(FIRST, FIRST + 60), FIRST + 5_000_000], "stranger")
    add_dataset(con, 3, "two", [FIRST, FIRST + 5_000_000], "stranger")
    con.execute("INSERT INTO party (id) VALUES ('client'), ('stranger'), ('v1'), ('v2')")
    for number, release in ((1, "r1"), (2, "r2")):
        con.execute(
            "INSERT INTO canary (no, phone, kind, imported_at) VALUES ($no, $key, 'canary', '2026-01-01')",
            {"no": number, "key": FIRST + 5_000_000 * number},
        )
        con.execute(
            "INSERT INTO release (id, dataset, recipient, date, rows, registered_at) "
            "VALUES ($id, 'a', $to, '2026-01-10', 101, '2026-01-10')",
            {"id": release, "to": f"v{number}"},
        )
        con.execute(
            "INSERT INTO release_canary (release, canary, scheme) VALUES ($id, $no, 'unique')",
            {"id": release, "no": number},
        )
    return made


def test_it_agrees_with_the_view(case: Case) -> None:
    for dataset in ("leak", "two"):
        case.con.execute("DELETE FROM attribution")
        compute(CaseFacts(case.con), 1)
        viewed = list(json_rows(run_query(case.con, find_query("attributions"), {"dataset": dataset})))
        asked = list(json_rows(attributions_of(case.con, dataset)))
        assert {row["release"]: row for row in asked} == {row["release"]: row for row in viewed}
    assert [(row["release"], row["canaries_seen"], row["rows_matched"]) for row in asked] == [("r1", 1, "<20")]


def test_an_unknown_dataset_is_named(case: Case) -> None:
    with pytest.raises(UsageError, match="did you mean 'leak'"):
        attributions_of(case.con, "laek")
