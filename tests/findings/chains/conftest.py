"""The hand-made market as a case."""

from __future__ import annotations

import pytest

from tests.graph.market_case import market_case
from tracer.case.case import Case


@pytest.fixture
def market() -> Case:
    """The market in memory."""
    return market_case()
