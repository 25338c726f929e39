"""Derivations on simulated markets, with peers and an oracle: `python -m tests.bench.derivation [--markets N]`.

Markets of the test seeds were not looked at while the model was tuned; `--tuning` uses the others. Printed with 95 %
bootstrap intervals over markets; under each setting the peers on the same markets, the oracle (on the first few: it is
slow) beside the tool on these alone, and last the reliability of the stated probabilities.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from tests.bench.oracle import oracle
from tests.bench.peers import PEERS
from tests.bench.reliability import table
from tests.bench.seen_lists import seen
from tests.bench.settings import SETTINGS, TEST_SEEDS, TUNING_SEEDS
from tests.simulate import score
from tests.simulate.loading import insert_market
from tests.simulate.score import ConfusionCounts, StatedProbabilities
from tracer.case.memory import memory_case
from tracer.findings import derivation
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.market import Market
from tracer.simulate.trade import make_market


@dataclass(frozen=True)
class Found:
    """How near stated edges come to the truth of one market."""

    directed: ConfusionCounts
    undirected: ConfusionCounts
    ancestry: ConfusionCounts
    roots: ConfusionCounts


@dataclass(frozen=True)
class Result(Found):
    """The tool's figures on one market."""

    stated: StatedProbabilities
    false_grades: Mapping[str, int]


def measure(setting: str, seed: int) -> Result:
    """Make a market, trace it and score the derivations found."""
    return traced(make_market(replace(SETTINGS[setting], seed=seed)))


def beside(setting: str, seed: int, ask_oracle: bool) -> tuple[Result, dict[str, Found]]:
    """The tool's figures on a market, and those of the peers (and of the oracle, where it is asked) on the same."""
    market = make_market(replace(SETTINGS[setting], seed=seed))
    lists = seen(market)
    others = {peer.name: compare(dict.fromkeys(peer(lists), 1.0), market) for peer in PEERS}
    if ask_oracle:
        others["oracle"] = compare(dict.fromkeys(oracle(market), 1.0), market)
    return traced(market), others


def traced(market: Market) -> Result:
    """Trace a market and score what is found."""
    case = memory_case()
    insert_market(case.con, market)
    derivation.compute(CaseFacts(case.con), 1)
    rows = case.con.execute(
        "SELECT parent, child, probability, grade FROM derivation ORDER BY parent, child"
    ).fetchall()
    case.con.close()
    found = {(row[0], row[1]): float(row[2]) for row in rows}
    grades = {(row[0], row[1]): str(row[3]) for row in rows}
    near = compare(found, market)
    return Result(
        directed=near.directed,
        undirected=near.undirected,
        ancestry=near.ancestry,
        roots=near.roots,
        stated=score.stated(found, market.truth),
        false_grades=score.false_by_grade(grades, found, market.truth),
    )


def compare(found: Mapping[score.Edge, float], market: Market) -> Found:
    """Score edges with their probabilities against the truth."""
    either = {(min(e), max(e)) for e, p in found.items() if p + found.get((e[1], e[0]), 0.0) >= 0.5}
    return Found(
        directed=score.directed(found, market.truth),
        undirected=score.counts_of(either, {(min(e), max(e)) for e in market.truth.edges}),
        ancestry=score.ancestry(found, market.truth),
        roots=score.roots(found, market.truth, [entry.id for entry in market.loaded]),
    )


def line(name: str, found: Sequence[Found]) -> str:
    """One line of the table."""
    directed, ancestry = [f.directed for f in found], [f.ancestry for f in found]
    whole = sum(directed, ConfusionCounts())
    low, high = score.interval(directed, lambda c: c.f1)
    alow, ahigh = score.interval(ancestry, lambda c: c.f1)
    return (
        f"{name:27} {len(found):3}  {whole.f1:.3f} [{low:.3f}, {high:.3f}]  {whole.precision:.3f}/{whole.recall:.3f}"
        f"  {sum((f.undirected for f in found), ConfusionCounts()).f1:.3f}"
        f"  {sum(ancestry, ConfusionCounts()).f1:.3f} [{alow:.3f}, {ahigh:.3f}]"
        f"  {sum((f.roots for f in found), ConfusionCounts()).precision:.3f}"
    )


def report(setting: str, results: Sequence[tuple[Result, Mapping[str, Found]]]) -> str:
    """The tool's line of one setting, the peers' and the oracle's under it."""
    lines = [line(setting, [tool for tool, _ in results])]
    lines += [line(f"  {peer.name}", [others[peer.name] for _, others in results]) for peer in PEERS]
    asked = [(tool, others["oracle"]) for tool, others in results if "oracle" in others]
    if asked:
        lines.append(line("  tracer, as many as oracle", [tool for tool, _ in asked]))
        lines.append(line("  oracle", [best for _, best in asked]))
    false = sum(n for tool, _ in results for grade, n in tool.false_grades.items() if grade >= "G2")
    return "\n".join([*lines, f"  false edges at grade G2 or above: {false}"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of all settings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--markets", type=int, default=20)
    parser.add_argument("--oracle", type=int, default=8, help="markets a setting on which the oracle is asked")
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--setting", action="append", choices=sorted(SETTINGS))
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    seeds = list((TUNING_SEEDS if given.tuning else TEST_SEEDS)[: given.markets])
    print(f"{len(seeds)} markets a setting, {'tuning' if given.tuning else 'test'} seeds from {seeds[0]} on")
    print(f"{'setting':27} markets directed F1    prec./recall undirected ancestry F1      roots")
    told: dict[str, StatedProbabilities] = {}
    with ProcessPoolExecutor(given.processes) as pool:
        for setting in given.setting or SETTINGS:
            ask = [number < given.oracle for number in range(len(seeds))]
            results = list(pool.map(beside, [setting] * len(seeds), seeds, ask))
            print(report(setting, results), flush=True)
            told[setting] = sum((tool.stated for tool, _ in results), StatedProbabilities())
    print(table(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
