"""What a user asks of a market in few words, as a full spec: how many lists, how long, how they are traded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tracer.errors import UsageError
from tracer.simulate.market import MarketSpec

SHARES = (
    "merges", "intersections", "hidden", "padding", "profile", "public_share", "lots", "regional", "versions",
    "history",
    "slips",
    "shuffled", "sorted", "reformatted", "dropped", "numbers_only", "masked",
)  # fmt: skip
"""Fields of `MarketSpec` between 0 and 1 that can be asked for by name."""
LEAST_LISTS = 6


def market_spec(
    seed: int = 1, *, lists: int | None = None, rows: int | None = None, shares: dict[str, float] | None = None
) -> MarketSpec:
    """The spec of a market.

    `lists`: clients' own, collected, copied and random ones together, hidden ones included; a later version of a
    client's list may come on top. `rows`: the middle size of an independently collected list; sizes run from half to
    twice of it. `shares`: field of `SHARES` → value.

    Raises:
        UsageError: fewer than 6 lists, fewer than 40 rows, an unknown share, or one that is not between 0 and 1.
    """
    spec = MarketSpec(seed=seed)
    if lists is not None:
        spec = _with_lists(spec, lists)
    if rows is not None:
        if rows < 40:
            raise UsageError(f"lists of {rows} rows are too short", where="--rows", remedy="give 40 or more")
        # Forty times the rows in people: independent lists then share a few hundredths, as real ones do.
        spec = replace(spec, rows=(rows // 2, rows * 2), people=max(20_000, 40 * rows))
    return _with_shares(spec, shares or {})


def _with_lists(spec: MarketSpec, lists: int) -> MarketSpec:
    if lists < LEAST_LISTS:
        raise UsageError(
            f"{lists} lists are too few for a market", where="--lists", remedy=f"give {LEAST_LISTS} or more"
        )
    clients, collectors = max(1, lists // 10), max(2, lists // 6)
    copies = lists - clients - collectors - spec.random_true
    return replace(spec, clients=clients, collectors=collectors, copies=copies)


def _with_shares(spec: MarketSpec, shares: dict[str, float]) -> MarketSpec:
    for name, value in shares.items():
        if name not in SHARES:
            raise UsageError(f"invalid share of a market {name!r}", remedy=f"one of: {', '.join(SHARES)}")
        if not 0.0 <= value <= 1.0:
            raise UsageError(
                f"{value} is not between 0 and 1",
                where=f"--{name.replace('_', '-')}",
                remedy="give a share from 0 to 1",
            )
    values: dict[str, Any] = dict(shares)  # names checked above; all of them are floats in the spec
    return replace(spec, **values)
