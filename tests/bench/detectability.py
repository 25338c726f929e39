"""Do canaries stand out to learners that know half of them? Beside real rows in the canaries' place.

Usage: `python -m tests.bench.detectability [FIRST LAST] [LIST …]`. By default the seeds that were kept for testing, and
all lists. A list exceeds where the best of its learners finds canaries beyond what chance gives one list in a hundred.
The bar: canaries exceed no more often than stated, and no more often than real rows do; the mean AUC of each learner
is within its interval of ½ (99 % over the learners, from the spread over seeds and lists).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest, fisher_exact, norm, t

from tests.marking.attack import attack
from tests.marking.codes.test_attack import LEARNERS, TESTING
from tests.marking.marked_lists import ALL, Marked, with_canaries, with_real_rows

ALPHA = 0.01
"""Rate at which a list of perfect canaries exceeds, over its learners."""
_SURE = 0.01
KINDS: Mapping[str, Callable[[str, int], Marked]] = {"canaries": with_canaries, "real rows": with_real_rows}
Areas = dict[str, float]


def measured(name: str, seed: int, kind: str) -> tuple[Areas, bool]:
    """AUC by learner, and whether the best is beyond the stated rate."""
    marked = KINDS[kind](name, seed)
    found = attack(marked.copy, marked.marks, marked.usable, seed)
    return found, max(found.values()) > 0.5 + float(norm.isf(ALPHA / LEARNERS)) * marked.spread


def main(arguments: Sequence[str]) -> int:
    """Print a line for each list and the verdict; 1 where the bar is missed."""
    digits = [int(word) for word in arguments if word.isdigit()]
    seeds = range(digits[0], digits[1] + 1) if len(digits) == 2 else TESTING
    names = [word for word in arguments if not word.isdigit()] or list(ALL)
    areas: dict[str, list[Areas]] = defaultdict(list)
    beyond: dict[str, list[bool]] = defaultdict(list)
    print(f"seeds {seeds[0]} to {seeds[-1]}; mean AUC over them, and lists that exceed at {ALPHA:.0%}")
    for name in names:
        for kind in KINDS:
            rows = [measured(name, seed, kind) for seed in seeds]
            areas[kind] += [found for found, _ in rows]
            beyond[kind] += [exceeds for _, exceeds in rows]
            means = {learner: np.mean([found[learner] for found, _ in rows]) for learner in rows[0][0]}
            figures = "  ".join(f"{learner} {mean:.3f}" for learner, mean in means.items())
            print(f"{name:24} {kind:9} {figures}  exceed {sum(b for _, b in rows)}/{len(rows)}", flush=True)
    return 0 if _verdict(areas, beyond) else 1


def _verdict(areas: Mapping[str, list[Areas]], beyond: Mapping[str, list[bool]]) -> bool:
    """Print it; whether the bar is held."""
    held = True
    for kind, found in beyond.items():
        p = float(binomtest(sum(found), len(found), ALPHA, alternative="greater").pvalue)
        print(f"{kind}: {sum(found)} of {len(found)} exceed; exact binomial test against {ALPHA:.0%}: p = {p:.3g}")
        held &= kind != "canaries" or p > _SURE
    table = [[sum(found), len(found) - sum(found)] for found in (beyond["canaries"], beyond["real rows"])]
    p = float(fisher_exact(np.array(table), alternative="greater").pvalue)
    print(f"canaries exceed more often than real rows: Fisher's exact test p = {p:.3g}")
    held &= p > _SURE
    for kind, rows in areas.items():
        for learner in rows[0]:
            low, high = _interval(np.array([row[learner] for row in rows]))
            print(f"{kind:9} {learner:14} mean AUC {(low + high) / 2:.4f}, interval {low:.4f} to {high:.4f}")
            held &= kind != "canaries" or low <= 0.5
    # Learners that are tested out of fold are a little below ½ on what cannot be told: real rows show by how much.
    pairs = list(zip(areas["canaries"], areas["real rows"], strict=True))
    for learner in pairs[0][0]:
        low, high = _interval(np.array([canaries[learner] - real[learner] for canaries, real in pairs]))
        print(f"canaries less real rows, {learner:14} {(low + high) / 2:+.4f}, interval {low:+.4f} to {high:+.4f}")
    print("the bar is held" if held else "the bar is missed")
    return held


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """Of the mean, by Student's t, shared by the learners (Bonferroni)."""
    mean = float(values.mean())
    if len(values) < 2:
        return mean, mean
    reach = float(t.isf(_SURE / 2 / LEARNERS, len(values) - 1)) * float(values.std(ddof=1)) / len(values) ** 0.5
    return mean - reach, mean + reach


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
