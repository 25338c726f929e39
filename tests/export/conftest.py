"""The market's case and what it lets out."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest

from tests.export.market_findings import leaving
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.export.formats import Outgoing

NOW = "2026-08-01T12:00:00"
WEIGHTS = '[{"signal": "overlap", "value": "x", "weight": 60.5, "text": "the overlap is 30 times what chance gives"}, \
{"signal": "dates", "value": "d", "weight": -3.25, "text": "dates: obtained 2026-05-01 and 2026-03-01"}]'


@pytest.fixture(scope="package", autouse=True)
def stopped_clock_of_cases() -> Iterator[None]:
    """The day of what several tests share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        yield


@pytest.fixture(autouse=True)
def stopped_clock(own_surroundings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of every test here."""
    monkeypatch.setenv("TRACER_NOW", NOW)


@pytest.fixture(scope="package")
def read_market() -> Iterator[Case]:
    """The market in memory with its chains, made once: to be read, and not to be changed."""
    with market_case() as case:
        leaving(case)
        yield case


@pytest.fixture
def market(read_market: Case) -> Iterator[Case]:
    """The same, for a test that changes it: what it changes is undone."""
    read_market.con.execute("BEGIN")
    yield read_market
    read_market.con.execute("ROLLBACK")


@pytest.fixture(scope="package")
def leaving_once(read_market: Case) -> Outgoing:
    """The market through the gate, once."""
    return leaving(read_market)


@pytest.fixture(scope="package")
def compared() -> Outgoing:
    """The market with what lists have in common and what each observation of a copying weighs, as figures show it."""
    with market_case() as case:
        case.con.execute("UPDATE derivation SET weights = $w WHERE child = 'd6-backend'", {"w": WEIGHTS})
        case.con.execute(
            "INSERT INTO overlap (run, a, b, shared, a_contacts, b_contacts, expected, excess, p_value)"
            " VALUES (1, 'a-2026-01', 'd6-backend', 38204, 41000, 52000, 12.0, 1, 0),"
            " (1, 'd1-jobs', 'd2-tenders', 7, 90000, 20000, 1.0, 1, 0)"
        )
        return leaving(case, noun="figure")


@pytest.fixture
def out(leaving_once: Outgoing) -> Outgoing:
    """The market through the gate, a test's own."""
    return deepcopy(leaving_once)
