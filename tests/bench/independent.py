"""Lists that nobody copied: `python -m tests.bench.independent [--pairs 1000]`.

Collectors alone, with popular contacts and public sources in common, in cases of two, five and thirty lists: every
edge is false. Printed: how many were stated, at which probability and grade, in so many pairs. Bar: none at grade G2 or
above in 1,000 pairs. Tuning seeds by default; the figure that is stated is that of `--test`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import comb

from tests.bench.reliability import wilson
from tests.bench.settings import TEST_SEEDS, TUNING_SEEDS
from tests.simulate.loading import insert_market
from tracer.case.memory import memory_case
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.market import MarketSpec
from tracer.simulate.trade import make_market

CASES = {30: 0.55, 5: 0.3, 2: 0.15}
"""Lists of a case → share of the pairs that lie in such cases."""
BASE = MarketSpec(
    seed=0, people=60_000, clients=0, copies=0, vendors=0, retainers=0, random_true=0, random_false=0, versions=0.0
)
"""A market of collectors alone."""
KINDS = {
    "as they come": BASE,
    "very popular": replace(BASE, popularity=1.5),
    "alike": replace(BASE, profile=0.05),
    "public": replace(BASE, public_share=0.4, public_sources=1),
    "undated": replace(BASE, dates="none"),
}
"""What the collectors have in common; the cases of one size take turns."""


def stated(spec: MarketSpec) -> list[tuple[float, str]]:
    """(probability, grade) of every edge of probability .05 or more in a case that has none."""
    market = make_market(spec)
    case = memory_case()
    insert_market(case.con, market)
    derivation.compute(CaseFacts(case.con), 1)
    rows = case.con.execute("SELECT probability, grade FROM derivation WHERE probability >= 0.05").fetchall()
    case.con.close()
    return [(float(p), str(grade)) for p, grade in rows]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was stated, by size of case; exit code 1 where an edge has grade G2."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--test", action="store_true", help="test seeds")
    given = parser.parse_args(arguments)
    seeds, total, all_pairs = TEST_SEEDS if given.test else TUNING_SEEDS, 0, 0
    for lists, share in CASES.items():
        cases = max(1, round(given.pairs * share / comb(lists, 2)))
        grades: Counter[str] = Counter()
        likely: Counter[str] = Counter()
        for number in range(cases):
            kind = list(KINDS)[number % len(KINDS)]
            found = stated(replace(KINDS[kind], collectors=lists, seed=seeds[number % len(seeds)]))
            grades.update(grade for _, grade in found)
            likely[kind] += sum(p >= 0.5 for p, _ in found)
        pairs = cases * comb(lists, 2)
        high = sum(n for grade, n in grades.items() if grade >= "G2")
        total, all_pairs = total + high, all_pairs + pairs
        print(
            f"{lists:3} lists: {cases:4} cases, {pairs:5} pairs: {sum(grades.values())} edges stated, "
            f"{likely.total()} at .5 or more {dict(+likely)}, {high} at grade G2 or above",
            flush=True,
        )
    print(
        f"together: {total} at grade G2 or above in {all_pairs} pairs (95 %: up to {wilson(total, all_pairs)[1]:.2%})"
    )
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main())
