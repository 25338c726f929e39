"""Fits the model on the zoo, and tells what it is worth: `python -m tests.bench.zoo.fit --cache DIR [--write]`.

Each maker's line is what a model that was fitted on all other makers does on its cases: that is what may be expected on
the lists of a maker that nobody here knows. Below it, what came of the edges that were stated in each band of
probability, with a 95 % interval from drawing cases again. The last line is the largest likelihood ratio that so many
cases can carry. Pairs of one case are not independent (false pairs with a ratio over 100 vary 1.6 times as much from
case to case as they would), and makers differ more: kept is what 19 of 20 draws of makers carry. `--write` fits on all
of them and keeps `model.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from tests.bench import frame
from tests.bench.zoo.__main__ import HEADER, TUNING, line
from tests.bench.zoo.cases import Keeper, Kind, kinds
from tests.bench.zoo.earlier import earlier_cases
from tests.bench.zoo.fitting import KnownCase, fit, to_json
from tests.bench.zoo.measure import BANDS, Measured, Score, largest_carried, rivals_of, score
from tests.bench.zoo.truth import Edge, Truth
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.evidence import PairTable, gather_evidence
from tracer.findings.derivation.model import FILE, Stated
from tracer.findings.overlap import compare
from tracer.findings.tails import Floats as Values

SEEDS = {"families": 8, "marketb": 8}
"""Cases of each kind of makers that are nearest to what people hold; of the others there are four."""


@dataclass(frozen=True)
class Known:
    """The evidence of a case, the truth about its lists, and what the rivals come to."""

    case: KnownCase
    ids: Sequence[str]
    truth: Truth
    rivals: Mapping[str, Score]

    @staticmethod
    def of(maker: str, table: PairTable, ids: Sequence[str], truth: Truth, rivals: Mapping[str, Score]) -> Known:
        """Name its pairs, and tell what is true of each."""
        named = [(ids[a], ids[b]) for a, b in table.pairs.tolist()]
        forward, backward = (
            np.array([pair[::way] in truth.edges for pair in named], dtype=np.bool_) for way in (1, -1)
        )
        undecided = np.array([{pair, pair[::-1]} & truth.allowed != set() for pair in named], dtype=np.bool_)
        read = table.pairs, table.columns, table.cells, table.family
        return Known(KnownCase(*read, maker, forward, backward, undecided), ids, truth, rivals)

    def scored(self, stated: Stated) -> Measured:
        """What is stated, against the truth."""
        p = stated.probability.tolist()
        pairs = [(self.ids[a], self.ids[b]) for a, b in self.case.pairs.tolist()]
        edges: dict[Edge, float] = {pair[::way]: p[at][way < 0] for at, pair in enumerate(pairs) for way in (1, -1)}
        return Measured(score(edges, self.truth), self.rivals, 0.0, 1)

    def ratios(self, stated: Stated) -> tuple[Values, NDArray[np.bool_]]:
        """Of each ordered pair that counts, log10 of how much likelier the evidence makes it; whether it is true."""
        true = np.stack([self.case.forward, self.case.backward], axis=1)
        counts = true | ~self.case.undecided[:, None]
        return ((logit(stated.probability) - stated.before) / np.log(10))[counts], true[counts]


def known(keeper: Keeper, kind: Kind, seed: int) -> Known:
    """Make a case, or take the one that is kept, and gather its evidence."""
    with keeper.case(kind, seed) as (con, truth):
        facts, rivals = CaseFacts(con), rivals_of(con, truth)
        compared = compare(facts)
        table = gather_evidence(facts, compared)
        return Known.of(kind.maker, table, compared.traced.ids, truth, rivals)


def bands(scores: Sequence[Score]) -> str:
    """For every band that has edges: how many, the mean that was stated, the share that is right."""
    of_case, told = np.array([one.banded for one in scores]), []
    drawn = np.random.default_rng(0).multinomial(len(scores), [1 / len(scores)] * len(scores), 2_000)
    count, right, mass = of_case.sum(axis=0).T
    counts, rights, _ = np.tensordot(drawn, of_case, 1).transpose(2, 0, 1)
    for at in np.flatnonzero(count):
        low, high = np.quantile((rights / np.maximum(counts, 1))[counts[:, at] > 0, at], [0.025, 0.975])
        share = f"{right[at] / count[at]:.3f} right [{low:.2f}, {high:.2f}]"
        told.append(f"{BANDS[at]:.2f}: {count[at]:.0f} at {mass[at] / count[at]:.3f}, {share}")
    return "; ".join(told) or "nothing stated"


def tell(found: Sequence[Known]) -> Mapping[str, object]:
    """Print what each maker's cases come to by the others; what the model is worth."""
    print(HEADER)
    every, told = list[Measured](), list[tuple[Values, NDArray[np.bool_]]]()
    for maker in sorted({one.case.maker for one in found}):
        model = fit([one.case for one in found if one.case.maker != maker])
        own = [(one, model.state(one.case)) for one in found if one.case.maker == maker]
        scored = [one.scored(stated) for one, stated in own]
        ratio, true = (np.concatenate(one) for one in zip(*(one.ratios(stated) for one, stated in own), strict=True))
        told.append((ratio, true))
        every += scored
        print(f"{line(maker, Measured.sum(scored))}\n    {bands([one.tool for one in scored])}", flush=True)
    whole, draw = Measured.sum(every), np.random.default_rng(0)
    carried = []
    for makers in (range(len(told)), *draw.integers(0, len(told), (1_000, len(told)))):
        ratio, true = (np.concatenate([told[maker][at] for maker in makers]) for at in (0, 1))
        carried.append(largest_carried(ratio[true > 0], ratio[true == 0]))
    most = float(np.quantile(carried[1:], 0.05))
    print(f"{line('all', whole)}\n    {bands([one.tool for one in every])}")
    print(f"likelihood ratios up to {most:.0f} (all makers once: {carried[0]:.0f})")
    banded = [[low, count, right] for low, (count, right, _) in zip(BANDS, whole.tool.banded, strict=True)]
    return {"bands": banded, "most": round(most)}


def main(
    *,
    cache: Path,
    foreign: tuple[Path, ...] = (),
    families: Path | None = None,
    write: bool = False,
    processes: int = 2,
) -> None:
    """Print the table; with --write, keep the model. cache: where cases are kept from one run to the next; the others
    as in `tests.bench.zoo`."""
    keeper = Keeper(cache, foreign, families)
    asked = [(kind, TUNING + n) for kind in kinds(foreign, families) for n in range(SEEDS.get(kind.maker, 4))]
    with ProcessPoolExecutor(processes) as pool:
        found = [one.result() for one in [pool.submit(known, keeper, *one) for one in asked]]
    # In another order of cases the fit ends a few thousandths elsewhere.
    found = sorted([*found, *(Known.of(*one) for one in earlier_cases())], key=lambda one: one.case.maker)
    worth = tell(found)
    if write:
        FILE.write_text(to_json(fit([one.case for one in found], worth)), encoding="utf-8")


if __name__ == "__main__":
    frame.run(main)
