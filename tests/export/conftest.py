"""The market's case and what it lets out."""

from __future__ import annotations

import pytest

from tests.export.market_findings import leaving
from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.export.formats import Outgoing


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Case:
    """The market in memory, on a stopped clock."""
    monkeypatch.setenv("TRACER_NOW", "2026-08-01T12:00:00")
    return market_case()


@pytest.fixture
def out(market: Case) -> Outgoing:
    """The market through the gate."""
    return leaving(market)
