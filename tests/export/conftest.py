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


@pytest.fixture(autouse=True)
def stopped_clock(own_surroundings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day of every test here."""
    monkeypatch.setenv("TRACER_NOW", NOW)


@pytest.fixture
def market() -> Case:
    """The market in memory, for a test that changes it."""
    return market_case()


@pytest.fixture(scope="session")
def read_market() -> Iterator[Case]:
    """The market in memory with its chains, made once: to be read, and not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        case = market_case()
        leaving(case)
    with case:
        yield case


@pytest.fixture(scope="session")
def leaving_once(read_market: Case) -> Outgoing:
    """The market through the gate, once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", NOW)
        return leaving(read_market)


@pytest.fixture
def out(leaving_once: Outgoing) -> Outgoing:
    """The market through the gate, a test's own."""
    return deepcopy(leaving_once)
