"""Settings of the peers, tuned: `python -m tests.bench.tuned_peers [--markets N]`; tuning seeds alone, all settings.

Prints, for each peer, the directed F1 of every point of its grid, mean of all settings of the bench, best first.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

from tests.bench.peers import PEERS, Peer
from tests.bench.seen_lists import SeenList, seen
from tests.bench.settings import SETTINGS, TUNING_SEEDS
from tests.simulate import score
from tracer.simulate.market import Truth
from tracer.simulate.trade import make_market

SHARES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7)
GRIDS: Mapping[str, Mapping[str, Sequence[float]]] = {
    "Jaccard tree": {"least": SHARES},
    "Edmonds": {"least": SHARES, "dates": (0, 1)},
    "pairwise copying": {"rate": (0.05, 0.1, 0.2, 0.3, 0.5), "dates": (0, 1), "reduced": (0, 1)},
    "MinHash ensemble": {"least": SHARES, "reduced": (0, 1)},
}
"""Peer → setting → values that are tried."""


def tuned(peer: Peer, worlds: Mapping[str, Sequence[tuple[tuple[SeenList, ...], Truth]]]) -> list[tuple[float, str]]:
    """(mean over settings of directed F1, settings) of every point of the peer's grid, best first."""
    grid = GRIDS[peer.name]
    found = []
    for point in product(*grid.values()):
        chosen = dict(zip(grid, point, strict=True))
        figures = []
        for markets in worlds.values():
            counts = [score.counts_of(peer.find(lists, **chosen), truth.edges) for lists, truth in markets]
            figures.append(sum(counts, score.ConfusionCounts()).f1)
        found.append((sum(figures) / len(figures), ", ".join(f"{key} {value:g}" for key, value in chosen.items())))
    return sorted(found, reverse=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every peer's grid."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=5)
    parser.add_argument("--peer", action="append", choices=sorted(GRIDS))
    given = parser.parse_args(arguments)
    worlds = {}
    for name, spec in SETTINGS.items():
        markets = [make_market(replace(spec, seed=seed)) for seed in TUNING_SEEDS[: given.markets]]
        worlds[name] = [(seen(market), market.truth) for market in markets]
    for peer in (peer for peer in PEERS if given.peer is None or peer.name in given.peer):
        for figure, chosen in tuned(peer, worlds):
            print(f"{peer.name:18} {figure:.3f}  {chosen}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
