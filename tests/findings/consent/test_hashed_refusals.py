"""Deletion lists that hold hashes, and hashed lists held against refusals in clear, count as they would in clear."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest

from tests.findings.listed import load_list, meet, phones
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent import compute

PEOPLE = sorted(set(phones(np.random.default_rng(7), 400)))[:300]
MAILS = [f"anna.{at}@gmail.com" for at in range(120)]


def _hashed(function: str, text: str) -> str:
    return hashlib.new(function, text.encode()).hexdigest()


def _counts(case: Case) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    meet(case)
    compute(CaseFacts(case.con), 1)
    inside = case.con.execute("SELECT dataset, people, before FROM views.refused_inside ORDER BY dataset").fetchall()
    after = case.con.execute("SELECT what, of, people, events FROM views.after_refusal ORDER BY ALL").fetchall()
    return inside, after


def _case(refused: dict[str, list[str]]) -> Case:
    """A client's list of 200 and a copy of it; 60 of its people and 30 others have refused, all in March."""
    case = memory_case()
    load_list(case, "own", {"phone": PEOPLE[:200]}, "client", origin="own", created=date(2026, 4, 1))
    load_list(
        case, "no", refused | {"date": ["2026-03-02"] * 90}, "registry", origin="refusals", obtained=date(2026, 6, 1)
    )
    case.con.execute(
        "INSERT INTO release (id, dataset, recipient, date, registered_at)"
        " VALUES ('r', 'own', 'v', '2026-04-10', now())"
    )
    for number in [*PEOPLE[:25], *PEOPLE[250:280]]:
        case.con.execute(
            "INSERT INTO call_record VALUES (1, '2026-03-20 02:00:00', 'call', '16355500001', $called)",
            {"called": int(f"86{number}")},
        )
    return case


@pytest.mark.parametrize(("function", "front"), [("md5", ""), ("sha1", "+86"), ("sha512", ""), ("sm3", "+86")])
def test_a_deletion_list_of_hashes_counts_like_one_in_clear(function: str, front: str) -> None:
    refused = [*PEOPLE[:60], *PEOPLE[250:280]]
    clear = _counts(_case({"phone": refused}))
    hashed = _counts(_case({"phone_hash": [_hashed(function, front + number) for number in refused]}))
    assert hashed == clear
    assert clear[0] == [("own", 60, 60)]
    assert ("called", None, 55, 55) in clear[1]


def test_nothing_is_undone_that_the_case_does_not_hold() -> None:
    case = _case({"phone_hash": [_hashed("md5", number) for number in [*PEOPLE[:60], *PEOPLE[200:230]]]})
    load_list(case, "lot", {"phone": PEOPLE[200:300]}, "trader", created=date(2026, 5, 1))
    inside, _ = _counts(case)
    assert [row[0] for row in inside] == ["own"], "a list that is neither own nor handed out is not hashed"


def test_a_list_of_hashes_is_held_against_refusals_in_clear() -> None:
    case = memory_case()
    load_list(case, "no", {"email": MAILS[:80], "date": ["2026-03-02"] * 80}, "client", origin="refusals")
    lot = [_hashed("sha256", address.replace(".", "", 1)) for address in MAILS[20:]]
    load_list(case, "lot", {"email_hash": lot}, "trader", created=date(2026, 5, 1))
    inside, _ = _counts(case)
    assert inside == [("lot", 60, 60)]
