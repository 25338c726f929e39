"""The hand-made market as a case and as a graph."""

from __future__ import annotations

import pytest

from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.case.pseudonym import keyed_pseudonym
from tracer.graph.build import build_graph
from tracer.graph.model import Graph


@pytest.fixture
def market() -> Case:
    """The market in memory."""
    return market_case()


@pytest.fixture
def graph(market: Case) -> Graph:
    """Its graph, not yet redacted."""
    return build_graph(market.con, keyed_pseudonym(b"tests"))
