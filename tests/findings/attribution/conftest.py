"""What tests of attribution share."""

from __future__ import annotations

import pytest

from tests.findings.attribution.test_attribution import marked
from tests.findings.marked_world import World


@pytest.fixture(scope="module")
def handed_out() -> tuple[World, dict[str, list[int]]]:
    """Five copies, and lists that were made of them: a list of another name does not touch what is said of one."""
    world = World()
    return world, marked(world)
