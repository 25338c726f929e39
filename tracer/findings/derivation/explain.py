"""How a pair of lists came to have contacts in common: all explanations with their probabilities, best first.

Direct copying either way, copying through a third loaded list, a common source that is loaded or was never obtained,
one register that both were collected from, or nothing but popular contacts and public sources. What the sampled graphs
say of ways and common sources is read off them; they are weighed so that, with the edges as they are stated, everything
sums to 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.findings.derivation.counts import MembershipCounts
from tracer.findings.derivation.generations import Hands, descent
from tracer.findings.derivation.hidden import Hidden
from tracer.findings.derivation.model import DerivationModel
from tracer.findings.derivation.sampled_paths import Ways
from tracer.findings.finding_tables import put_rows
from tracer.policy import SHOWN_FROM

COPIED, THROUGH, COMMON = "copied", "through", "common"
REGISTER, HIDDEN, CHANCE, OTHER = "register", "hidden", "chance", "other"
LEAST_TOLD = 1e-4
"""Explanations that are less likely are left out."""
LEAST_RELATED = 0.02
"""Probability of more than chance in common, from which it is."""


@dataclass(frozen=True)
class Explanation:
    """One way in which two lists may have come to have contacts in common."""

    kind: str
    """copied: `giver` → `taker` directly; through: by way of `through`; common: both from `through`, which is loaded;
    register: collected independently from one register or public source; hidden: both from a list that was never
    obtained (`through`, where it is proposed); chance; other."""
    giver: int
    taker: int
    """The pair, in this direction; where the kind has none, the smaller first."""
    through: str | None
    """Id of the list in between, or of the common source."""
    probability: float


Explained: TypeAlias = Mapping[tuple[int, int], tuple[Explanation, ...]]
"""Pair a < b → its explanations, likeliest first."""


def explain(
    counts: MembershipCounts,
    model: DerivationModel,
    brother: NDArray[np.float64],
    proposed: Sequence[Hidden],
    steps: Hands,
) -> Explained:
    """All pairs with enough in common. brother: of `stating.state`; steps: of `generations.hands`."""
    n = len(counts.traced)
    a, b = np.nonzero(np.triu((counts.shared >= SHOWN_FROM) & (model.related >= LEAST_RELATED), 1))
    ways, whole = Ways.of(model.posterior.graphs, n), descent(steps, n)
    there, back, apart = ways.between(a, b), ways.between(b, a), ways.apart(a, b)
    # That both come from one source is as likely as its share of the sampled graphs and the descents of both.
    common = apart.common * whole[apart.source, a] * whole[apart.source, b]
    joined = np.minimum(1.0, model.posterior.edge[a, b] + model.posterior.edge[b, a])
    traced = [
        _Kind(COPIED, model.edge[a, b]),
        _Kind(COPIED, model.edge[b, a], turned=True),
        _Kind(THROUGH, np.where(there >= 0, np.maximum(0.0, (whole - model.edge)[a, b]), 0.0), through=there),
        _Kind(THROUGH, np.where(back >= 0, np.maximum(0.0, (whole - model.edge)[b, a]), 0.0), True, back),
        _Kind(COMMON, np.where(apart.source >= 0, common, 0.0), through=apart.source),
    ]
    # Related, and tied by no loaded list: then by one that is not loaded.
    unseen = (brother[a, b] * joined + apart.unrelated) * model.related[a, b]
    # Such a list and a register look the same; the reader should think of the harmless one.
    register = model.stated.one_population[a, b]
    others = [
        _Kind(REGISTER, np.where(register, unseen, 0.0)),
        _Kind(HIDDEN, np.where(register, 0.0, unseen)),
        _Kind(CHANCE, 1.0 - model.related[a, b]),
    ]
    names = {(x, y): one.id for one in proposed for x in one.children for y in one.children if x != y}
    return _told(a, b, _normal(traced, others), counts.traced.ids, names)


@dataclass(frozen=True)
class _Kind:
    """One way of explaining all pairs; one element a pair."""

    kind: str
    probability: NDArray[np.float64]
    turned: bool = False
    through: NDArray[np.int64] | None = None


def _normal(traced: Sequence[_Kind], others: Sequence[_Kind]) -> list[_Kind]:
    """Edges stay as stated; ways and common sources have the room that these leave, the others what is left then."""
    edges = sum(kind.probability for kind in traced if kind.kind == COPIED)
    indirect = sum(kind.probability for kind in traced if kind.kind != COPIED)
    fits = np.minimum(1.0, np.maximum(0.0, 1.0 - edges) / np.maximum(indirect, 1e-300))
    traced = [kind if kind.kind == COPIED else replace(kind, probability=kind.probability * fits) for kind in traced]
    room = np.maximum(0.0, 1.0 - sum(kind.probability for kind in traced))
    rest = sum(kind.probability for kind in others) + np.zeros_like(room)
    factor = np.where(rest > 0, np.minimum(1.0, room / np.maximum(rest, 1e-300)), 0.0)
    fitted = [replace(kind, probability=kind.probability * factor) for kind in others]
    return [*traced, *fitted, _Kind(OTHER, np.maximum(0.0, room - rest))]


def _told(
    a: NDArray[np.int64], b: NDArray[np.int64], kinds: Sequence[_Kind], ids: Sequence[str],
    names: Mapping[tuple[int, int], str],
) -> Explained:  # fmt: skip
    """names: of the hidden list from which a pair comes, where one is proposed."""
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    found: dict[tuple[int, int], list[Explanation]] = {pair: [] for pair in pairs}
    for kind in kinds:
        for at in np.flatnonzero(kind.probability >= LEAST_TOLD).tolist():
            pair = pairs[at]
            giver, taker = pair[::-1] if kind.turned else pair
            through = names.get(pair) if kind.kind == HIDDEN else None
            if kind.through is not None:
                through = ids[int(kind.through[at])]
            found[pair].append(Explanation(kind.kind, giver, taker, through, float(kind.probability[at])))
    return {
        pair: tuple(sorted(parts, key=lambda part: (-part.probability, part.kind, part.giver)))
        for pair, parts in found.items()
    }


def write_explanations(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, explained: Explained
) -> None:
    """Insert into `explanation`."""
    ids = counts.traced.ids
    put_rows(con, "explanation", run, "giver taker kind through probability", (
        (ids[part.giver], ids[part.taker], part.kind, part.through, round(part.probability, 6))
        for pair in sorted(explained) for part in explained[pair]
    ))  # fmt: skip
