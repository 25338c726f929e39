"""A market of a size at which not everything can be drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.graph.simulated import simulated_leaving
from tracer.export.formats import Outgoing


@pytest.fixture(scope="package")
def large() -> Outgoing:
    """150 lists, in common what came from one another."""
    out = simulated_leaving(150, 3)
    sizes = {node["id"]: node["contacts"] for node in out.graph["nodes"]}
    common = [
        {"a": edge["source"], "b": edge["target"], "shared": 40, "a_contacts": sizes[edge["source"]],
         "b_contacts": sizes[edge["target"]]}
        for edge in out.graph["edges"] if edge["kind"] == "derived"
    ]  # fmt: skip
    return replace(out, facts={**out.facts, "overlaps": common})
