"""The stage: reads memberships, dates and documents, writes `derivation`, `generation`, `hidden`, `explanation` and
`unexplained`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.counts import MembershipCounts, gather, neighbours
from tracer.findings.derivation.dates import (
    DossierFacts,
    read_facts,
    weigh_dates,
    weigh_origins,
    weigh_releases,
)
from tracer.findings.derivation.edges import tell_edges
from tracer.findings.derivation.explain import explain, write_explanations
from tracer.findings.derivation.generations import Hands, hands
from tracer.findings.derivation.hidden import propose, write_hidden
from tracer.findings.derivation.model import DerivationModel, fit
from tracer.findings.derivation.row_facts import read_row_facts
from tracer.findings.derivation.rowwise import weigh_rows
from tracer.findings.derivation.secrets_shared import shared_secrets
from tracer.findings.derivation.selection import selection_gain
from tracer.findings.derivation.tables import write_edges, write_generations, write_unexplained
from tracer.findings.derivation.versions import succession, weigh_versions
from tracer.findings.derivation.weights import EdgeWeights
from tracer.findings.frozen import highest_frozen_hidden
from tracer.findings.overlap.compared import Comparison, compare


@dataclass(frozen=True)
class Decision:
    """A person's judgement on parent → child, by dataset ids."""

    parent: str
    child: str
    confirmed: bool


def read_decisions(con: duckdb.DuckDBPyConnection) -> list[Decision]:
    """The newest judgement on each ordered pair, where it decides."""
    rows = con.execute(
        "SELECT a, b, verdict = 'confirm' FROM ("
        " SELECT *, row_number() OVER (PARTITION BY a, b ORDER BY no DESC) AS newest FROM judgement)"
        " WHERE newest = 1 AND verdict <> 'unsure' ORDER BY a, b"
    ).fetchall()
    return [Decision(*row) for row in rows]


def compute(
    facts: CaseFacts, run: int, decisions: Iterable[Decision] | None = None,
    *, without: Collection[str] = (),
) -> None:  # fmt: skip
    """Trace all current datasets and insert the findings of this run.

    The case has the base tables in its current schema. `decisions` are those of the case where none are given; those on
    datasets that are not traced are passed over. `without`: names of `SIGNALS` that are left out, for study.
    """
    con = facts.con
    if decisions is None:
        decisions = read_decisions(con)
    compared = compare(facts)
    if len(compared.traced) == 0:
        return
    made = fitted(facts, compared, decisions, without)
    counts, weights, model = made.counts, made.weights, made.model
    brother = model.stated.brother
    proposed = propose(counts, model, brother, highest_frozen_hidden(con))
    steps = hands(model.posterior.graphs, model.edge)
    explained = explain(counts, model, brother, proposed, steps)
    edges = tell_edges(counts, model, weights, explained, proposed)
    write_hidden(con, run, counts, proposed)
    write_edges(con, run, counts, edges)
    write_generations(con, run, counts, _with_direction(model, steps))
    write_explanations(con, run, counts, explained)
    write_unexplained(con, run, counts, edges)


def _with_direction(model: DerivationModel, steps: Hands) -> Hands:
    """The hands through which a list came from another, by steps whose direction is known: no descent without one."""
    told = np.where(model.stated.told, model.edge, 0.0)
    return steps if np.array_equal(told, model.edge) else hands(model.posterior.graphs, told)


@dataclass(frozen=True)
class Fitted:
    """The model with what it was made from."""

    counts: MembershipCounts
    weights: EdgeWeights
    facts: Sequence[DossierFacts]
    model: DerivationModel


def fitted(
    case: CaseFacts, compared: Comparison, decisions: Iterable[Decision] = (), without: Collection[str] = ()
) -> Fitted:
    """Count, weigh and average over graphs; see `compute`. There is at least one dataset."""
    traced = compared.traced
    facts = read_facts(case.con, traced)
    follow = succession(compared.shared, traced.contacts, facts)
    position = {name: index for index, name in enumerate(traced.ids)}
    fixed = [
        (position[d.parent], position[d.child], d.confirmed)
        for d in decisions
        if d.parent in position and d.child in position
    ]
    confirmed = frozenset((min(a, b), max(a, b)) for a, b, true in fixed if true)
    counts = gather(compared, follow, confirmed)
    if "rarity" in without:
        counts = replace(counts, log_popular=np.zeros_like(counts.log_popular))
    gain = selection_gain(counts) * ("places" not in without)
    weights = _weigh(case, counts, facts, without)
    return Fitted(counts, weights, facts, fit(counts, compared.background, gain, weights, facts, fixed))


def _weigh(
    case: CaseFacts, counts: MembershipCounts, facts: Sequence[DossierFacts], without: Collection[str]
) -> EdgeWeights:
    con, n = case.con, len(counts.traced)
    weights = EdgeWeights(n, without)
    pairs = [(int(a), int(b)) for a, b in np.argwhere(np.triu(counts.related, 1))]
    near = neighbours(counts)
    rows = read_row_facts(case, counts, facts, near)
    weigh_dates(weights, facts, pairs, {} if rows is None else rows.entries, counts.traced.ids)
    weigh_origins(weights, facts, pairs, counts.traced.ids)
    weigh_releases(con, weights, counts.traced, facts, pairs)
    weigh_versions(weights, counts, facts)
    reasons = ((pair, secrets.reason()) for pair, secrets in shared_secrets(con, counts, pairs).items())
    weights.secrets.update({pair: reason for pair, reason in reasons if reason is not None})
    if rows is not None:
        weigh_rows(rows, weights, counts, facts, near)
    return weights
