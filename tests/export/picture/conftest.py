"""The hand-made market as a graph, not yet redacted."""

from __future__ import annotations

import pytest

from tests.graph.market_case import market_case
from tracer.case.protected import keyed_pseudonym
from tracer.graph.build import build_graph
from tracer.graph.model import Graph


@pytest.fixture
def graph() -> Graph:
    """Of the market's case, on the clock as it runs."""
    return build_graph(market_case().con, keyed_pseudonym(b"tests"))
