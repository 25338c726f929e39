"""What the tests of signals share."""

from __future__ import annotations

import pytest

from tests.signals.register import case_with_numbers
from tracer.case.case import Case


@pytest.fixture
def case() -> Case:
    return case_with_numbers()
