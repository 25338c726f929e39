"""The hand-made market as a case and as a graph."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.graph.market_case import market_case
from tracer.case.case import Case
from tracer.case.protected import keyed_pseudonym
from tracer.graph.build import build_graph
from tracer.graph.model import Graph


@pytest.fixture
def market() -> Case:
    """The market in memory."""
    return market_case()


@pytest.fixture(scope="session")
def built() -> Graph:
    """Its graph, not yet redacted, built once."""
    return build_graph(market_case().con, keyed_pseudonym(b"tests"))


@pytest.fixture
def graph(built: Graph) -> Graph:
    """Its graph, a test's own."""
    return deepcopy(built)
