"""Brothers and children by third lists: what `findings.derivation.hidden.CLOSED` and its prior rest on.

Among the pairs that the search joins, how many are copies of a list that nobody has obtained, and how many parent and
child, by how many third lists are joined to both. On tuning seeds only: `python -m tests.bench.brothers [--markets N]`.
Printed with the nats that each count is worth.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from math import log

import numpy as np

from tests.bench.settings import SETTINGS, TUNING_SEEDS
from tracer.case.memory import memory_case
from tracer.findings.compared import compare
from tracer.findings.derivation.compute import fitted
from tracer.findings.derivation.hidden import CLOSED, joined_to_both
from tracer.simulate.loading import insert_market
from tracer.simulate.trade import make_market


def counted(setting: str, seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """(brothers, parent and child) x third lists (the last: that many or more): pairs joined in one market."""
    market = make_market(replace(SETTINGS[setting], seed=seed))
    case = memory_case()
    insert_market(case.con, market)
    compared = compare(case.con)
    edge = fitted(case.con, compared).model.posterior.edge
    case.con.close()
    ids, third = compared.traced.ids, joined_to_both(edge)
    found = np.zeros((2, len(CLOSED)), dtype=np.int64)
    for a, b in np.argwhere(edge >= 0.5).tolist():
        at = min(int(third[a, b]), len(CLOSED) - 1)
        found[0, at] += (min(ids[a], ids[b]), max(ids[a], ids[b])) in market.truth.siblings
        found[1, at] += (ids[a], ids[b]) in market.truth.edges
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the counts of every setting and of all, and the nats."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=20)
    given = parser.parse_args(arguments)
    whole = np.zeros((2, len(CLOSED)), dtype=np.int64)
    print("setting    brothers by third lists 0, 1, 2 or more    parent and child")
    for setting in SETTINGS:
        found = sum((counted(setting, seed) for seed in TUNING_SEEDS[: given.markets]), np.zeros_like(whole))
        whole += found
        print(f"{setting:10} {found[0].tolist()!s:42} {found[1].tolist()}", flush=True)
    share = (whole + 0.5) / (whole + 0.5).sum(axis=1, keepdims=True)
    before = log((whole[0].sum() + 0.5) / (whole[1].sum() + 0.5))
    print(f"nats: {' '.join(f'{x:+.1f}' for x in np.log(share[0] / share[1]))}; before looking {before:+.1f}")


if __name__ == "__main__":
    main()
