"""The market made without a trace, which tests of a module only ask."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.graph.market_case import market_case
from tracer.case.case import Case


@pytest.fixture(scope="module")
def market() -> Iterator[Case]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACER_NOW", "2026-08-01T12:00:00")
        with market_case() as case:
            yield case
