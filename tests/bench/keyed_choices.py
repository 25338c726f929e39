"""Keyed choices: how often one of 1,000 copies is named by what a leak shows of its spellings, and a wrong one.

Two makers: lists whose choices have one share, as a typed roll has, and lists whose shares differ by group. A leak is
read as it is, with a tenth of the cells rewritten, merged from two copies, or written in one way, partly or wholly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.bench import frame
from tracer.marking.choices.finding import bits_of
from tracer.marking.codes.evidence import score_choices

ALPHA, COPIES, SHOWN, LEAKS, SEED = 0.01, 1_000, 230, 100, 33
"""Family-wise error, copies, choices that 200 leaked rows show, leaks of each kind, seed."""
KINDS = ("as it is", "a tenth rewritten", "two copies merged", "one form for half the groups", "one form throughout")
MAKERS = ("typed roll", "shares by group")


def leaked(kind: str, rng: np.random.Generator, bits: npt.NDArray[np.bool_], group: npt.NDArray[np.int64]) -> tuple[
    npt.NDArray[np.int64], frozenset[int]
]:  # fmt: skip
    """The forms that a leak shows, and the copies that it comes from."""
    first, second = (int(j) for j in rng.choice(len(bits), 2, replace=False))
    shown = bits[first].astype(np.int64)
    if kind == "two copies merged":
        return np.where(rng.random(len(shown)) < 0.5, shown, bits[second]).astype(np.int64), frozenset({first, second})
    if kind == "a tenth rewritten":
        shown = np.where(rng.random(len(shown)) < 0.1, 1 - shown, shown).astype(np.int64)
    elif kind.startswith("one form"):
        shown = np.where((group % 2 == 0) | kind.endswith("throughout"), 0, shown).astype(np.int64)
    return shown, frozenset({first})


def measure(maker: str, kind: str, leaks: int) -> tuple[float, float]:
    """Share of the leaks that name a source, and of those that name a copy that is none."""
    rng = np.random.default_rng([SEED, MAKERS.index(maker), KINDS.index(kind)])
    group = np.arange(SHOWN, dtype=np.int64) % 6
    right = wrong = 0
    for leak in range(leaks):
        bias = np.full(SHOWN, 0.4) if maker == "typed roll" else np.array([0.1, 0.3, 0.5, 0.5, 0.7, 0.9])[group]
        bits = np.stack([bits_of(leak.to_bytes(32, "big"), f"copy {j}", bias) for j in range(COPIES)])
        shown, sources = leaked(kind, rng, bits, group)
        named = {int(j) for j in np.flatnonzero(score_choices(shown, group, bias, bits).p_values <= ALPHA / COPIES)}
        right += bool(named & sources)
        wrong += bool(named - sources)
    return right / leaks, wrong / leaks


def main(*, leaks: int = 100) -> bool:
    """Print a line for each maker and kind of leak."""
    bad = False
    for maker in MAKERS:
        for kind in KINDS:
            right, wrong = measure(maker, kind, leaks)
            bad |= wrong > 3 * ALPHA or (kind == "as it is" and right < 0.99)
            print(f"{maker:16} {kind:30} named {right:.2f}  wrongly {wrong:.2f}", flush=True)
    return not bad


if __name__ == "__main__":
    frame.run(main)
