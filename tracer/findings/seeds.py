"""The fixed seeds of draws behind findings, by themselves: a report names them and needs no search for it."""

from __future__ import annotations

GRAPH_SEED = 4
"""Seed of the search over graphs of lists."""
CODE_SEED = 20_190_315
"""Seed of the codes of rows: any fixed number, the codes only have to be the same in every run."""
HANDS_SEED = 5
"""Draws which edges of a sampled graph survive, where hands are counted."""
