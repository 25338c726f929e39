"""The sample, loaded and traced once for all that read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sample.reading import SAMPLE
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.manifest import apply_manifest, read_manifest
from tracer.trace import trace


@pytest.fixture(scope="session")
def case() -> Iterator[Case]:
    """The sample in memory: to be read, and left as it was."""
    with memory_case() as case:
        apply_manifest(case, read_manifest(SAMPLE / "case.toml"))
        trace(case)
        yield case
