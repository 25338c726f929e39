"""Beyond the single pair: through how many hands a list came, what else may explain a pair, and lists never obtained.

Steps are taken to err independently of one another, which held on makers left out: a way is as likely as all its steps.
With every pair's two edges as they are stated, the ways through loaded lists, common sources, and what no loaded list
explains sum to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import networkx as nx
import numpy as np

from tracer.disclosure import Reason
from tracer.findings.derivation.evidence import PairEvidence
from tracer.findings.overlap.close import are_near, witnesses
from tracer.findings.tails import Floats, Ints
from tracer.policy import SHOWN_FROM

MOST_HANDS = 6
"""Steps of the longest way that is stated; of the makers' ways of seven steps none is as likely as one in a hundred."""
EXCHANGED, ROWS_BOTH_WAYS, BOTH_RECORDED = 0.02, 0.15, 0.9
"""The share of makers' copies in which each of two lists took from the other; the same where so many rows came in first
here and so many first there; and where a copy each way is on record. What overlaps cannot tell a swap from a copy: it
was tried on makers with swaps (no better than chance on the one left out). Makers that record swaps would change them.
"""
EITHER_WAY = 0.25
"""Share of the dated common rows that came in first in one of two lists, from which they may have gone that way."""
REGISTERED = 0.3
"""The share of pairs that no loaded list explains which was collected from one register and not copied from one list
that was never obtained, where nothing sets the two apart. Makers that record which it was would change it."""
LEAST_PROPOSED, LEAST_OVERLAP = 0.5, 0.1
"""Probability from which a list that was never obtained is proposed, and the share of the shorter list that its copies
must have in common: two that have less may share popular contacts alone."""
LEAST_TOLD, LEAST_RELATED = 1e-4, 0.02
"""Explanations that are less likely are left out, and pairs that are less likely to have more than chance in common."""
COPIED, EXCHANGE, THROUGH, COMMON, STATES = "copied", "exchange", "through", "common", "states"
REGISTER, HIDDEN, CHANCE = "register", "hidden", "chance"
APART = frozenset({REGISTER, CHANCE})
"""Kinds by which nothing came from one list to the other, by whatever way."""
Hands: TypeAlias = Mapping[int, Floats]
"""Steps → [ancestor, dataset]: probability that the shortest way has so many."""


def hands(edge: Floats) -> Hands:
    """edge: [parent, child]. The steps of a pair sum to 1 at most."""
    direct = edge.copy()
    np.fill_diagonal(direct, 0.0)
    found, reached, left = {1: direct}, direct, 1.0 - direct
    for steps in range(2, MOST_HANDS + 1):
        missed = np.ones_like(direct)
        for between in range(len(direct)):
            missed *= 1.0 - np.outer(reached[:, between], direct[between])
        reached = 1.0 - missed
        np.fill_diagonal(reached, 0.0)
        found[steps] = reached * left
        left = left * (1.0 - reached)
    return found


def descent(found: Hands) -> Floats:
    """[ancestor, dataset]: probability of a way from the one to the other, through however many lists."""
    return np.asarray(np.minimum(sum(found.values()), 1.0))


@dataclass(frozen=True)
class Explanation:
    """One way in which two lists may have come to have contacts in common."""

    kind: str
    """copied: `giver` → `taker` directly, and only so; exchange: each from the other; through: by way of `through`;
    common: both from `through`, which is loaded; states: `giver` from an older state of `through`, `taker` from it;
    register: collected independently from one register or public source; hidden: both from a list that was never
    obtained (`through`, where it is proposed); chance."""
    giver: int
    taker: int
    """The pair, in this direction; where the kind has none, the smaller first."""
    through: int | None
    """The list in between, or the common source."""
    probability: float


def exchanges(evidence: PairEvidence, p: Floats) -> Floats:
    """pairs: probability that each of the two took from the other, which versions of one list do not. p: pairs x 2, as
    the model states them: of an exchange each way has one half."""
    c = evidence.columns
    dated = c["before"] + c["same"] + c["after"]
    rows = np.minimum(c["before"], c["after"]) >= np.maximum(SHOWN_FROM, EITHER_WAY * dated)
    even = 4 * p.prod(axis=1) / np.maximum(p.sum(axis=1), 1e-12) ** 2
    recorded = c["released_ab"] * c["released_ba"] > 0
    share = np.where(recorded, BOTH_RECORDED, np.where(rows, ROWS_BOTH_WAYS, EXCHANGED) * even)
    return np.asarray(np.where(c["version"] > 0, 0.0, share * p.sum(axis=1)))


def explain(
    evidence: PairEvidence, edge: Floats, exchange: Floats, whole: Floats, related: Floats
) -> dict[tuple[int, int], list[Explanation]]:
    """Pair a < b → all its explanations, likeliest first, of pairs that are more than chance. edge: as stated; whole:
    `descent`; related: datasets x datasets, probability of more than chance in common."""
    a, b = evidence.pairs.T
    one_way = np.where(exchange >= 0.5, 0.0, edge)
    either = one_way + one_way.T + exchange
    chosen = np.flatnonzero(np.maximum(related, either)[a, b] >= LEAST_RELATED)
    a, b = a[chosen], b[chosen]
    through, between = _best(whole, whole)
    common, source = _best(whole.T, whole)
    renewed, newer = _from_states(evidence, whole, chosen)
    room = np.maximum(0.0, 1.0 - either[a, b])
    # Ways and common sources share the room that the edges leave, with as much of it for what no loaded list explains
    # as none of them takes.
    indirect = np.stack([through[a, b], through[b, a], common[a, b], *renewed])
    missed = room * np.prod(1.0 - indirect, axis=0)
    indirect *= (room - missed) / np.maximum(indirect.sum(axis=0), 1e-300)
    public = (evidence.columns["public_a"] + evidence.columns["public_b"] + evidence.columns["strangers"])[chosen] > 0
    register = np.where(public, 1.0, REGISTERED)
    unseen = missed * related[a, b]
    nobody = np.full(chosen.size, -1)
    kinds = (
        (COPIED, False, nobody, one_way[a, b]),
        (COPIED, True, nobody, one_way[b, a]),
        (EXCHANGE, False, nobody, exchange[a, b]),
        (THROUGH, False, between[a, b], indirect[0]),
        (THROUGH, True, between[b, a], indirect[1]),
        (COMMON, False, source[a, b], indirect[2]),
        (STATES, False, newer[0], indirect[3]),
        (STATES, True, newer[1], indirect[4]),
        (REGISTER, False, nobody, unseen * register),
        (HIDDEN, False, nobody, unseen * (1.0 - register)),
        (CHANCE, False, nobody, missed - unseen),
    )
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    found: dict[tuple[int, int], list[Explanation]] = {pair: [] for pair in pairs}
    for kind, turned, by, probability in kinds:
        for at in np.flatnonzero(probability >= LEAST_TOLD).tolist():
            giver, taker = pairs[at][::-1] if turned else pairs[at]
            passed = int(by[at]) if by[at] >= 0 else None
            found[pairs[at]].append(Explanation(kind, giver, taker, passed, float(probability[at])))
    for ways in found.values():
        ways.sort(key=lambda one: (-one.probability, one.kind, one.giver))
    return found


def _best(into: Floats, out: Floats) -> tuple[Floats, Ints]:
    """For each two datasets the largest product into[one, third] · out[third, other] over third ones, and which."""
    most, which = np.zeros(into.shape), np.full(into.shape, -1)
    for third in range(len(into)):
        product = np.outer(into[:, third], out[third])
        product[third] = product[:, third] = 0.0
        better = product > most
        most[better], which[better] = product[better], third
    return most, which


def _from_states(evidence: PairEvidence, whole: Floats, chosen: Ints) -> tuple[Floats, Ints]:
    """2 x chosen pairs: how likely the second list came from a newer state of the list that the first came from, the
    likeliest newer one, and the same for the first; -1 where there is none."""
    a, b = evidence.pairs[chosen].T
    most, which = np.zeros((2, chosen.size)), np.full((2, chosen.size), -1)
    for x, y in evidence.pairs[evidence.columns["version"] > 0].tolist():
        for older, newer in ((x, y), (y, x)):
            apart = (a != older) & (b != older) & (a != newer) & (b != newer)
            for at, (one, other) in enumerate(((a, b), (b, a))):
                likely = whole[older, one] * whole[newer, other] * whole[older, newer] * apart
                better = likely > most[at]
                most[at, better], which[at, better] = likely[better], newer
    return most, which


@dataclass(frozen=True)
class Hidden:
    """A proposed dataset that was never obtained."""

    id: str
    parents: tuple[int, ...]
    children: tuple[int, ...]
    contacts: int
    """Contacts that it must have held: those that two of its children have in common, near-copies taken as one."""
    probability: float


def propose(
    evidence: PairEvidence, explained: Mapping[tuple[int, int], Sequence[Explanation]], edge: Floats, taken: int
) -> list[Hidden]:
    """One hidden dataset for each connected group of lists that probably come from one; its parents are what they have
    in common. Near-copies are one witness: two of them alone show no third list. taken: the highest number that an
    older proposal keeps."""
    compared = evidence.compared
    size, shared = compared.traced.contacts, compared.shared
    graph: nx.Graph[int] = nx.Graph()
    for (a, b), ways in explained.items():
        unseen = sum(one.probability for one in ways if one.kind == HIDDEN)
        if unseen >= LEAST_PROPOSED and shared[a, b] >= LEAST_OVERLAP * min(size[a], size[b]):
            graph.add_edge(a, b, probability=unseen)
    found: list[Hidden] = []
    for group in sorted(tuple(sorted(group)) for group in nx.connected_components(graph)):
        seen_by = witnesses(group, lambda a, b: are_near(int(shared[a, b]), int(size[a]), int(size[b])))
        if len(seen_by) < 2:
            continue
        above = [set(np.flatnonzero(edge[:, child] >= LEAST_PROPOSED).tolist()) for child in group]
        holders = sum(compared.sets.with_any(one).astype(np.int64) for one in seen_by)
        contacts = int(compared.sets.totals[np.asarray(holders) > 1].sum())
        surest = max(float(p) for _, _, p in graph.edges(group, data="probability", default=0.0))
        parents = tuple(sorted(set.intersection(*above) - set(group)))
        found.append(Hidden(f"hidden-{taken + 1 + len(found)}", parents, group, contacts, surest))
    return found


# The derivations as a graph without cycles, and what the data of a list may have reached.

LEAST_SHOWN = 0.05
"""Derivations less likely than this are left out, as in the answers of the tool."""


@dataclass(frozen=True)
class DerivationStep:
    """A derivation."""

    parent: str
    probability: float
    """That data went from it to the child through no third loaded dataset."""
    grade: str
    by_lists: float
    """The same without a person's judgement."""
    judged: Reason | None = None
    """By whom it was judged."""


def acyclic(derivations: Iterable[tuple[Any, ...]]) -> nx.DiGraph[str]:
    """The derivations, strongest first, each that closes no cycle.

    derivations: parent, child, probability, grade; then, where they are known, the probability without a judgement and
    by whom it was judged.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for parent, child, probability, grade, *more in sorted(derivations, key=lambda d: (-d[2], d[0], d[1])):
        if probability < LEAST_SHOWN or parent == child:
            continue
        graph.add_nodes_from((parent, child))
        without, judged = (*more, None, None)[:2]
        by_lists = probability if without is None else without
        if not nx.has_path(graph, child, parent):
            graph.add_edge(parent, child, step=DerivationStep(parent, probability, grade, by_lists, judged))
    return graph


def steps_into(graph: nx.DiGraph[str], dataset: str) -> list[DerivationStep]:
    """The derivations into a dataset, by parent."""
    if dataset not in graph:
        return []
    return [graph.edges[parent, dataset]["step"] for parent in sorted(graph.predecessors(dataset))]


def reachability(graph: nx.DiGraph[str], datasets: Iterable[str], sources: frozenset[str]) -> dict[str, float]:
    """Probability that a dataset holds data copied from one of `sources`, through whatever loaded datasets."""
    order = list(nx.lexicographical_topological_sort(graph))
    found = dict.fromkeys((*order, *datasets), 0.0)
    for dataset in order:
        if dataset in sources:
            found[dataset] = 1.0
            continue
        missed = 1.0
        for step in steps_into(graph, dataset):
            missed *= 1.0 - step.probability * found[step.parent]
        found[dataset] = 1.0 - missed
    return found | dict.fromkeys(sources, 1.0)
