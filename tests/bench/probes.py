"""Look-up services asked sheet by sheet: [--runs 1000] [--seed 3].

Services whose truth is known answer the sheets that `tracer probe plan` would draw: half of one of 200 copies, nothing,
another copy or other people with stolen planted records. Printed: how often the copy is named, or an innocent one, and
how many questions that took. 5 % of the answers are wrong; a wrong answer shows another name, which agrees by chance in
one of 100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from tests.bench import frame
from tracer.marking.probe import AnswerErrors, ProbeDesign, ProbeService, play

COPIES, STATED, SPENT = 200, 0.01, 0.008
BY_NAME, YES_NO = AnswerErrors(0.0025, 0.05), AnswerErrors(0.05, 0.05)
CHANCE_NAME, HALF = 0.0005, 0.475


def design(own: int = 14, pool: int = 128, most: int = 60, ordinary: int = 12, withheld: int = 8) -> ProbeDesign:
    """A design of 200 copies."""
    return ProbeDesign(np.full(COPIES, own), [0.5] * pool, most, 2, ordinary, withheld)


@dataclass(frozen=True)
class Kind:
    """One kind of service."""

    name: str
    design: ProbeDesign
    errors: AnswerErrors
    service: ProbeService
    source: int | None
    least: float | None
    """How often copy 0 should be named at least; None: never should it be."""


KINDS = (
    Kind("half of a copy", design(), BY_NAME, ProbeService(HALF, CHANCE_NAME, HALF, CHANCE_NAME), 0, 0.95),
    Kind("half of a copy, 90", design(most=90, ordinary=16, withheld=16), BY_NAME,
         ProbeService(HALF, CHANCE_NAME, HALF, CHANCE_NAME), 0, 0.95),
    Kind("half, yes or no, 110", design(20, 128, 110, 18), YES_NO, ProbeService(0.5, 0.05, 0.5, 0.05), 0, 0.72),
    Kind("half, yes or no, 200", design(30, 128, 200, 18), YES_NO, ProbeService(0.5, 0.05, 0.5, 0.05), 0, 0.9),
    Kind("nothing, wrong as stated", design(), BY_NAME, ProbeService(0.0025, 0.0025, 0.0025, 0.0025), None, None),
    Kind("nothing, yes or no", design(20, 128, 110, 18), YES_NO, ProbeService(0.05, 0.05, 0.05, 0.05), None, None),
    *(
        Kind(f"yes to {rate:.0%} of anybody", design(20, 128, 110, 18), YES_NO, ProbeService(rate, rate, rate, rate),
             None, None)
        for rate in (0.15, 0.3, 0.5)
    ),
    Kind("stolen marks alone", design(), BY_NAME, ProbeService(0.95, CHANCE_NAME, CHANCE_NAME, CHANCE_NAME), 0, None),
    Kind("stolen marks, another copy", design(), BY_NAME, ProbeService(0.95, CHANCE_NAME, HALF, HALF), 0, None),
    Kind("stolen marks, a fifth of the people", design(), BY_NAME, ProbeService(0.95, CHANCE_NAME, 0.2, 0.2), 0, None),
)  # fmt: skip


def main(*, runs: int = 1000, seed: int = 3) -> bool:
    """Run all kinds; 1 where a bar is missed."""
    missed = False
    for kind in KINDS:
        rng = np.random.default_rng(seed)
        ends = [play(rng, kind.design, kind.errors, kind.service, SPENT, kind.source) for _ in range(runs)]
        named = sum(0 in end.named for end in ends)
        settled = sum(0 in end.named and end.settled for end in ends)
        wrong = sum(any(j != kind.source for j in end.named) for end in ends)
        too_often = binomtest(wrong, runs, STATED, alternative="greater").pvalue < 0.01
        missed |= too_often or (kind.least is not None and named < kind.least * runs)
        print(
            f"{kind.name:36} named {named / runs:.3f}  at G3 {settled / runs:.3f}  "
            f"others {wrong / runs:.4f}  questions {np.mean([end.asked for end in ends]):.1f}  "
            f"sheets {np.mean([end.sheets for end in ends]):.1f}"
        )
    return not missed


if __name__ == "__main__":
    frame.run(main)
