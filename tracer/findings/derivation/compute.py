"""The stage: reads memberships, dates and documents, writes `derivation`, `generation`, `hidden`, `explanation` and
`unexplained`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln

from tracer.disclosure import Count, DatasetRef, PValue, Reason, Share, Word, ratio, told
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.composition import COMPOSED, FILLED, NAMES, composition
from tracer.findings.derivation.counts import MembershipCounts, gather, neighbours
from tracer.findings.derivation.dates import DossierFacts, read_facts, weigh_dates, weigh_origins, weigh_releases
from tracer.findings.derivation.edges import LEAST_PROBABILITY, DerivationRow, tell_edges
from tracer.findings.derivation.explain import explain, write_explanations
from tracer.findings.derivation.generations import Hands, hands
from tracer.findings.derivation.hidden import propose, write_hidden
from tracer.findings.derivation.model import DerivationModel, fit
from tracer.findings.derivation.row_facts import RowFacts, read_row_facts
from tracer.findings.derivation.versions import succession, weigh_versions
from tracer.findings.derivation.weights import EdgeWeights
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.frozen import highest_frozen_hidden
from tracer.findings.overlap.compared import Comparison, compare
from tracer.findings.tails import binomial_at_least
from tracer.resources import statements_beside

# What the rows themselves say about direction: cells mistyped, repeats, days and ids that run on, and what sets the
# common rows of a list apart from its other rows; and whether the common contacts are the same people at all.
# Information is lost downstream: slips of the pen pile up, repeats are dropped. That a cell is filled in one list and
# empty in the other says nothing: a copier fills blanks as often as he loses cells. What a file merely looks like
# (its columns, its order, how all its numbers are written) was chosen for that file and says nothing; where the
# common rows look otherwise than the rest, they came from somewhere. Each signal gives log odds for one direction;
# what they are worth `calibration` has learnt, each for itself.

CAPS = {
    "errors": 2.5, "repeats": 2.5, "days of rows": 2.5, "ids run on": 4.0,
    "ways of writing numbers": 1.5, "ways of writing names": 1.5, "cells filled": 1.5,
}  # fmt: skip
"""Most nats that each signal adds in the search over graphs. How much it counts in the stated probability is fitted:
see `calibration`. (`python -m tests.bench.zoo.fit --signals` counts how often each is right, maker by maker.)"""
PER_WITNESS, PER_REPEAT = 1.6, 0.5
"""Nats of a differing cell with an independent witness, of a lost repeat."""
MERGED = 0.02
"""Share of rows from elsewhere, from which repeats may come of adding to what was copied, and say nothing."""
BY_LUCK = 3.0
"""Nats of newest rows that are missing by luck: of as many days as lists have, some stretch is always empty."""


def weigh_rows(
    rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts],
    pairs: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    """Add the signals of the raw rows for all pairs a < b."""
    weights.other_people.update(rows.other_people)
    _slips(rows, weights, counts, facts)
    _repeats(rows, weights, counts)
    _newest(rows, weights, counts, facts)
    for name in COMPOSED:
        _composition(rows, weights, counts, pairs, name)


def _slips(rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts]) -> None:
    """Slips. Who keeps a list up corrects them: of his lists the one with more is not the later."""
    lists = _lists(counts)
    for a, b, differ, for_a, for_b in rows.slips:
        odds = _capped("errors", PER_WITNESS * _surplus(for_a, for_b))
        if odds and facts[a].holder != facts[b].holder:
            mine, theirs, all_ = Count(for_a), Count(for_b), Count(differ)
            reason = Reason.of("derivation-errors", one=lists[a], other=lists[b], mine=mine, theirs=theirs, differ=all_)
            weights.turn(a, b, "errors", f"{ratio(mine, theirs)} of {told(all_)}", odds, reason)


def _repeats(rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts) -> None:
    lists = _lists(counts)
    for a, b, of_a, of_b in rows.repeats:
        odds = _capped("repeats", PER_REPEAT * _surplus(of_a, of_b))
        if _merged(counts, *((a, b) if odds > 0 else (b, a))):
            continue
        if odds:
            mine, theirs = Count(of_a), Count(of_b)
            reason = Reason.of("derivation-repeats", one=lists[a], other=lists[b], mine=mine, theirs=theirs)
            weights.turn(a, b, "repeats", ratio(mine, theirs), odds, reason)


def _newest(rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, facts: Sequence[DossierFacts]) -> None:
    """The one of two versions of one holder's list that lacks the newest rows of the other is likely to be the older.

    k rows newer than all of the other's, of which a share r of the rest has: (1 - r)^k. Between two holders this shows
    nothing: the older rows taken out of a list, and a list that somebody carried on, are the same picture. A
    client's own list goes on growing after a copy has left it.
    """
    lists = _lists(counts)
    for value, name in (("day", "days of rows"), ("inner_id", "ids run on")):
        for a, b, common, newer_a, older_a, newer_b, older_b in rows.newest[value]:
            if facts[a].holder != facts[b].holder:
                continue
            for old, new, newer, older in ((a, b, newer_b, older_b), (b, a, newer_a, older_a)):
                if older == 0 or (facts[new].own and not facts[old].own):
                    continue
                odds = -newer * float(np.log1p(-min(0.99, common / older))) - BY_LUCK
                if odds > 0:
                    more = Count(newer)
                    by = Word("day" if value == "day" else "id")
                    reason = Reason.of("derivation-newest", newer=lists[new], older=lists[old], rows=more, by=by)
                    weights.turn(old, new, name, f"{told(more)}:{common / older:.2f}", _capped(name, odds), reason)


def _composition(
    rows: RowFacts, weights: EdgeWeights, counts: MembershipCounts, pairs: Sequence[tuple[int, int]], name: str
) -> None:
    lists = _lists(counts)
    for (a, b), evidence in composition(rows.parted, pairs, name).items():
        odds = _capped(name, evidence)
        if abs(odds) >= 0.2:
            source, copy = (a, b) if odds > 0 else (b, a)
            what = Word("cells" if name == FILLED else "names" if name == NAMES else "numbers")
            reason = Reason.of("derivation-alike", what=what, source=lists[source], copy=lists[copy])
            weights.turn(a, b, name, f"{odds:.2f}", odds, reason)


def _lists(counts: MembershipCounts) -> list[DatasetRef]:
    return [DatasetRef(name) for name in counts.traced.ids]


def _merged(counts: MembershipCounts, a: int, b: int) -> bool:
    """Whether a has rows that b has not: it may have added them to a copy of b, and with them what b lacks."""
    mine = int(counts.traced.contacts[a])
    return mine - int(counts.shared[a, b]) > MERGED * mine


def _surplus(more: int, fewer: int) -> float:
    """Difference of two counts less two standard deviations of it: a few of each say nothing."""
    difference = float(more - fewer)
    slack = 1.0 + 1.5 * float(np.sqrt(min(more, fewer)))
    return float(np.sign(difference)) * max(0.0, abs(difference) - slack)


def _capped(name: str, odds: float) -> float:
    return float(np.clip(odds, -CAPS[name], CAPS[name]))


# Writing derivations, generations and unexplained rows for a run.


def write_edges(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, edges: Sequence[DerivationRow]
) -> None:
    """Insert into `derivation`."""
    ids, contacts = counts.traced.ids, counts.traced.contacts
    columns = (
        "parent child probability grade kind direction shared parent_contacts child_contacts share_of_child via"
        " reasons against weights"
    )
    put_rows(con, "derivation", run, columns, (
        (
            ids[e.parent], ids[e.child], round(e.probability, 6), e.grade, e.kind, "told" if e.told else "not_told",
            e.shared, int(contacts[e.parent]), int(contacts[e.child]), e.share_of_child, e.via, kept(e.reasons),
            kept(e.against), e.weights,
        )
        for e in edges
    ))  # fmt: skip


def write_generations(con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, found: Hands) -> None:
    """Insert into `generation`: through how many hands a dataset came from an ancestor, by the shortest way.

    A pair has a row for every number of hands that is likely enough.
    """
    ids = counts.traced.ids
    likely = [(key, p) for key, p in sorted(found.items()) if p >= LEAST_PROBABILITY]
    rows = [(ids[a], ids[d], steps, round(p, 6)) for (a, d, steps), p in likely]
    put_rows(con, "generation", run, "ancestor dataset hands probability", rows)


def write_unexplained(
    con: duckdb.DuckDBPyConnection, run: int, counts: MembershipCounts, edges: Iterable[DerivationRow]
) -> None:
    """Insert into `unexplained`: contacts of each dataset that no parent of probability .5 or more holds."""
    parents: dict[int, list[int]] = {}
    for edge in edges:
        if edge.probability >= 0.5:
            parents.setdefault(edge.child, []).append(edge.parent)
    sets = counts.sets
    rows = []
    for dataset, contacts in enumerate(counts.traced.contacts.tolist()):
        mine = sets.of(dataset)
        both = mine[sets.with_any(parents.get(dataset, []))[mine]]
        explained = min(int(sets.totals[both].sum()), contacts)
        rows.append((counts.traced.ids[dataset], contacts, explained, contacts - explained))
    put_rows(con, "unexplained", run, "dataset contacts explained unexplained", rows)


# How the rows that a copy took lie in its parent: all over it, or in some places only. A sub-sample at random says
# nothing about place. Where the taken rows depend on it, a copy is likelier than the binomial alone says; by how much
# is a gain in nats for parent → child, and counts against the reverse. Runs of consecutive rows are no such gain: a
# lot cut from a list, and a part put into a merge, look the same.

PLACES_ONLY = 0.06
"""Before looking: six copies in a hundred take some places only."""


def selection_gain(counts: MembershipCounts) -> NDArray[np.float64]:
    """[parent, child]: nats by which a choice by place explains the taken rows better than one at random.

    ln of the Beta-binomial of each place's taken rows less that of all together, with uniform priors on the rates.
    """
    n = counts.singles.shape[0]
    gain = np.zeros((n, n))
    common = counts.sets.common
    whole = np.stack([of_place.diagonal() for of_place in common], axis=1) + counts.singles
    for parent in range(n):
        others = np.flatnonzero(counts.related[parent])
        if others.size == 0:
            continue
        taken = np.minimum(np.ascontiguousarray(common[:, parent, others].T), whole[parent]).astype(np.float64)
        left = whole[parent][None, :] - taken
        # A set of holders is seen whole where one of the two is.
        unit = np.minimum(counts.unit[parent], counts.unit[others])[:, None]
        taken, left = taken / unit, left / unit
        apart = betaln(taken + 1, left + 1).sum(axis=1) - betaln(taken.sum(axis=1) + 1, left.sum(axis=1) + 1)
        gain[parent, others] = np.logaddexp(apart + np.log(PLACES_ONLY), np.log1p(-PLACES_ONLY))
    return gain


# How often the people of two lists have the same secret in both, where keyed hashes of secrets were kept. People use
# a secret again on other sites: about two in five of those whose secrets are known from two independent sources have
# the same in both (Das et al., The Tangled Web of Password Reuse, NDSS 2014: 43 %). `USUAL` is above that. Many more
# that agree show that both lists go back to one source. They do not show which is the copy, so this weighs nothing
# for a direction. Entries of one site are left out: there the secret is the same in any list.

USUAL = 0.5
"""Share of the people of two independent lists who have the same secret in both, at most."""
LEAST_COMPARED = 20
"""People who are compared; with fewer nothing is said."""
CLEAR = 1e-4
"""Chance of so many equal ones in independent lists from which they are a reason."""
_statement = statements_beside(__file__)
_HASHED = "[a-z2-7]{16}"


@dataclass(frozen=True)
class SharedSecrets:
    """The people of two lists who have a secret in both."""

    compared: int
    """People with a secret in both, of sites that are not known to be one."""
    equal: int

    @property
    def chance(self) -> float:
        """How often independent lists would have so many equal ones."""
        return binomial_at_least(self.equal, self.compared, USUAL)

    def reason(self) -> Reason | None:
        """What they show; None where they show nothing that independent lists would not."""
        if self.equal < LEAST_COMPARED or self.chance > CLEAR:
            return None
        return Reason.of(
            "derivation-secrets", equal=Count(self.equal), compared=Count(self.compared), usual=Share(USUAL),
            chance=PValue(self.chance),
        )  # fmt: skip


def shared_secrets(
    con: duckdb.DuckDBPyConnection, counts: MembershipCounts, pairs: Sequence[tuple[int, int]]
) -> Mapping[tuple[int, int], SharedSecrets]:
    """How many agree, for each of the pairs a < b whose lists both have secrets of `LEAST_COMPARED` common people."""
    columns: dict[int, list[tuple[str, int, int, int | None]]] = {}
    for number, table, first, secret, site in con.execute(_statement("secret_columns")).fetchall():
        columns.setdefault(number, []).append((table, first, secret, site))
    held = {at: columns[no] for at, no in enumerate(counts.traced.numbers) if no in columns}
    wanted = [(a, b) for a, b in pairs if a in held and b in held]
    if not wanted:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE secret_held (position INTEGER, key BIGINT, secret VARCHAR, site VARCHAR)")
    try:
        for at in sorted({at for pair in wanted for at in pair}):
            for table, first, secret, site in held[at]:
                text = _statement("secret_held").replace("{raw}", table).replace("{secret}", f"c{secret}")
                text = text.replace("{site}", f"r.c{site}" if site is not None else "CAST(NULL AS VARCHAR)")
                bound = {"position": at, "number": counts.traced.numbers[at], "before": first - 1, "form": _HASHED}
                con.execute(text, bound)
        found = {}
        for a, b in wanted:
            compared, equal = con.execute(_statement("secret_pairs"), {"a": a, "b": b}).fetchall()[0]
            if compared >= LEAST_COMPARED:
                found[a, b] = SharedSecrets(compared, equal)
        return found
    finally:
        con.execute("DROP TABLE temp.secret_held")


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
