"""The settings of the derivation benchmark; which seeds are for tuning, which for the figures that are stated."""

from __future__ import annotations

from tracer.simulate.market import MarketSpec

SETTINGS = {
    "merges": MarketSpec(seed=0),
    "hidden": MarketSpec(seed=0, hidden=0.25),
    "alike": MarketSpec(seed=0, profile=0.05, horizon=14, wait=2.0, delay=2.0),
    "undated": MarketSpec(seed=0, dates="none"),
    "padded": MarketSpec(
        seed=0, padding=0.3, keep=(0.2, 0.2), numbers_only=1.0, shuffled=1.0, sorted=0.0, reformatted=0.5
    ),
}
"""Setting → its parameters; the seed is replaced."""
TUNING_SEEDS = range(200)
TEST_SEEDS = range(10_000, 10_200)
"""Never looked at while the model was tuned."""
