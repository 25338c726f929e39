"""Which dataset was copied from which: edges with probabilities, several parents, direction, lists that were never
obtained.

One row of evidence a pair (`evidence`, from memberships, from rows in `rows` and from the dossier in `dossier`), one
model that reads it (`model`), what follows for ways and other explanations (`ways`), and how it is stated (`edges`).
Here all of it is put together, and written as `pair_evidence`, `derivation`, `generation`, `hidden`, `explanation` and
`unexplained`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import expit

from tracer.disclosure import Count, DatasetRef, PValue, Reason, Share
from tracer.findings.case_facts import CaseFacts, kept, put_rows, put_table
from tracer.findings.derivation.edges import EdgeWriter
from tracer.findings.derivation.evidence import PairEvidence, gather_evidence
from tracer.findings.derivation.model import Stated, model
from tracer.findings.derivation.ways import APART, Explanation, Hidden, descent, exchanges, explain, hands, propose
from tracer.findings.frozen import highest_frozen_hidden
from tracer.findings.overlap import compare
from tracer.findings.tails import binomial_at_least
from tracer.policy import SHOWN_FROM
from tracer.resources import statements_beside

LEAST_KEPT = 0.02
"""Edges below it are not kept; the queries leave out those under .05."""
UNRELATED = 2.0
"""Log odds before looking that two lists have nothing to do with one another: of the makers' pairs with contacts in
common about one in eight has."""
_statement = statements_beside(__file__)


@dataclass(frozen=True)
class Decision:
    """A person's judgement on parent → child, by dataset ids."""

    parent: str
    child: str
    confirmed: bool


def compute(facts: CaseFacts, run: int, decisions: Iterable[Decision] | None = None) -> None:
    """Trace all current datasets and insert the findings of this run.

    The case has the base tables in its current schema. `decisions` are those of the case where none are given; those on
    datasets that are not traced are passed over. What people have decided counts for its own pair alone.
    """
    con = facts.con
    compared = compare(facts)
    ids = compared.traced.ids
    if len(ids) == 0:
        return
    position = {name: at for at, name in enumerate(ids)}
    if decisions is None:
        rows = con.execute(
            "SELECT a, b, verdict = 'confirm' FROM views._judged WHERE verdict <> 'unsure' ORDER BY a, b"
        ).fetchall()
        decisions = [Decision(*row) for row in rows]
    judged = {
        (position[one.parent], position[one.child]): one.confirmed
        for one in decisions
        if one.parent in position and one.child in position
    }
    evidence = gather_evidence(facts, compared)
    stated = model().state(evidence)
    unjudged, swapped, edge, exchange = _edges(evidence, stated, judged)
    related = expit(compared.background.related - UNRELATED)
    explained = explain(evidence, edge, exchange, descent(hands(edge)), related)
    proposed = propose(evidence, explained, edge, highest_frozen_hidden(con))
    plain = explain(evidence, unjudged, swapped, descent(hands(unjudged)), related) if judged else explained
    expected = compared.background.expected
    writer = EdgeWriter(evidence, stated, plain, proposed, edge, exchange, judged, unjudged, expected, model())
    # What a person has ruled out, or confirmed the reverse of, is kept with what it would be otherwise: what rests on
    # it is given without that too.
    ruled_out = np.zeros(edge.shape, dtype=bool)
    for parent, child in judged:
        for pair in ((parent, child), (child, parent)):
            ruled_out[pair] = unjudged[pair] >= LEAST_KEPT > edge[pair]
    secrets, edges = _shared_secrets(con, evidence), []
    for parent, child in np.argwhere((edge >= LEAST_KEPT) | ruled_out).tolist():
        row = writer.row(parent, child)
        of_secrets = secrets.get((min(parent, child), max(parent, child)), [])
        row["reasons"] = kept([*row["reasons"], *of_secrets])  # type: ignore[misc]  # a row holds values of many types
        row["against"] = kept(row["against"])  # type: ignore[arg-type]  # as above
        row["weights"] = json.dumps(row["weights"], ensure_ascii=False)
        edges.append(row)
    if edges:
        put_rows(con, "derivation", run, " ".join(edges[0]), (list(row.values()) for row in edges))
    _write_evidence(con, run, evidence)
    hidden = []
    for one in proposed:
        parents, children = [ids[p] for p in one.parents], [ids[c] for c in one.children]
        lists = tuple(DatasetRef(child) for child in children)
        reasons = [
            Reason.of("derivation-hidden-contacts", contacts=Count(one.contacts), datasets=lists),
            Reason.of("derivation-hidden-unexplained"),
        ]
        hidden.append((one.id, parents, children, one.contacts, round(one.probability, 6), kept(reasons)))
    put_rows(con, "hidden", run, "id parents children contacts probability reasons", hidden)
    # Through how many hands a dataset came from an ancestor, by the shortest way; no descent without a direction. A
    # pair has a row for every number of hands that is likely enough.
    generations = [
        (ids[x], ids[y], steps, round(float(share[x, y]), 6))
        for steps, share in hands(np.where(edge > edge.T, edge, 0.0)).items()
        for x, y in np.argwhere(share >= LEAST_KEPT).tolist()
    ]
    put_rows(con, "generation", run, "ancestor dataset hands probability", generations)
    _write_explanations(con, run, ids, explained, plain, proposed)
    # Contacts of each dataset that no parent of probability .5 or more holds.
    sets, unexplained = evidence.compared.sets, []
    for dataset, contacts in enumerate(compared.traced.contacts.tolist()):
        mine = sets.of[dataset]
        held = mine[sets.with_any(np.flatnonzero(edge[:, dataset] >= 0.5).tolist())[mine]]
        known = min(int(sets.totals[held].sum()), contacts)
        unexplained.append((ids[dataset], contacts, known, contacts - known))
    put_rows(con, "unexplained", run, "dataset contacts explained unexplained", unexplained)


def _edges(
    evidence: PairEvidence, stated: Stated, judged: Mapping[tuple[int, int], bool]
) -> tuple[NDArray[np.float64], ...]:
    """[parent, child]: probabilities as they are stated, and that of an exchange, which is stated in their place where
    it is likelier than not; then both with what persons say of a pair. A register copies no list, and no list is a copy
    of it: see `ways.REGISTER`."""
    n = len(evidence.compared.traced)
    unjudged, swapped, (a, b) = np.zeros((n, n)), np.zeros((n, n)), evidence.pairs.T
    both = exchanges(evidence, stated.probability)
    swapped[a, b] = swapped[b, a] = both
    unjudged[a, b], unjudged[b, a] = np.where(both >= 0.5, both, stated.probability.T - both / 2)
    public = [fact.public for fact in evidence.facts]
    unjudged[:, public] = unjudged[public] = swapped[:, public] = swapped[public] = 0.0
    edge, exchange = unjudged.copy(), swapped.copy()
    for (parent, child), confirmed in judged.items():
        exchange[parent, child] = exchange[child, parent] = 0.0
        edge[parent, child] = 1.0 - 1e-6 if confirmed else 0.0
        if confirmed:
            edge[child, parent] = 0.0
    return unjudged, swapped, edge, exchange


_OF_PEOPLE = (
    "shared filled differ varied alike alone slip_a slip_b repeats_a repeats_b before same after dated_a dated_b"
    " by_a late_a further_a by_b late_b further_b strangers"
)
_SHARES = (
    "two/shared rows_ab/shared rows_ba/shared early_ab/shared early_ba/shared batch_a/dated_a batch_b/dated_b"
    " rate_ab/size_a rate_ba/size_b newer_a/size_a newer_b/size_b elsewhere_a/rest_a elsewhere_b/rest_b"
)
"""Columns of the table that count people, and those that are shares, and of what: they give their counts away."""


def _write_evidence(con: duckdb.DuckDBPyConnection, run: int, evidence: PairEvidence) -> None:
    """Insert into `pair_evidence`: what is known of no people, or of too few to be shown, is empty."""
    ids = evidence.compared.traced.ids
    table: dict[str, pa.Array] = {
        side: pa.array([ids[x] for x in column], pa.string())
        for side, column in zip("ab", evidence.pairs.T.tolist(), strict=True)
    }
    whole, shares = dict(evidence.columns), dict(pair.split("/") for pair in _SHARES.split())
    whole |= {f"rest_{x}": whole[f"size_{x}"] - whole["shared"] for x in "ab"}
    for name, values in evidence.columns.items():
        people = values if name in _OF_PEOPLE.split() else values * whole[shares[name]] if name in shares else None
        hidden = np.isnan(values) if people is None else (people > 0) & (people < SHOWN_FROM)
        table[name] = pa.array(np.round(values, 4), pa.float64(), mask=hidden)
    put_table(con, "pair_evidence", run, table)


def _write_explanations(
    con: duckdb.DuckDBPyConnection,
    run: int,
    ids: tuple[str, ...],
    explained: Mapping[tuple[int, int], list[Explanation]],
    unjudged: Mapping[tuple[int, int], list[Explanation]],
    proposed: list[Hidden],
) -> None:
    """Insert into `explanation`; that nothing came from one to the other also as it would be without judgements."""
    names = {(x, y): one.id for one in proposed for x in one.children for y in one.children}
    rows: list[tuple[str, str, str, str | None, float, float | None]] = []
    for pair in sorted(explained.keys() | unjudged.keys()):
        otherwise = {one.kind: one for one in unjudged.get(pair, ()) if one.kind in APART}
        if unjudged is explained:
            otherwise.clear()
        for one in explained.get(pair, ()):
            through = ids[one.through] if one.through is not None else names.get(pair) if one.kind == "hidden" else None
            without = None
            if unjudged is not explained and one.kind in APART:
                known = otherwise.pop(one.kind, None)
                without = 0.0 if known is None else round(known.probability, 6)
            rows.append((ids[one.giver], ids[one.taker], one.kind, through, round(one.probability, 6), without))
        for one in otherwise.values():
            rows.append((ids[one.giver], ids[one.taker], one.kind, None, 0.0, round(one.probability, 6)))
    put_rows(con, "explanation", run, "giver taker kind through probability without_judgement", rows)


# How often the people of two lists have the same secret in both, where keyed hashes of secrets were kept. People use
# a secret again on other sites: about two in five of those whose secrets are known from two independent sources have
# the same in both (Das et al., The Tangled Web of Password Reuse, NDSS 2014: 43 %). `USUAL` is above that. Many more
# that agree show that both lists go back to one source. They do not show which is the copy, so this weighs nothing
# for a direction. Entries of one site are left out: there the secret is the same in any list.

USUAL = 0.5
"""Share of the people of two independent lists who have the same secret in both, at most."""
LEAST_COMPARED = 20
"""People with a secret in both lists; with fewer, or with fewer equal ones, nothing is said."""
CLEAR = 1e-4
"""Chance of so many equal ones in independent lists from which they are a reason."""
_HASHED = "[a-z2-7]{16}"


def _shared_secrets(con: duckdb.DuckDBPyConnection, evidence: PairEvidence) -> Mapping[tuple[int, int], list[Reason]]:
    """The reason of each pair a < b whose lists have more equal secrets than independent ones would."""
    columns: dict[int, list[tuple[str, int, int, int | None]]] = {}
    for number, table, first, secret, site in con.execute(_statement("secret_columns")).fetchall():
        columns.setdefault(number, []).append((table, first, secret, site))
    numbers = evidence.compared.traced.numbers
    held = {at: columns[no] for at, no in enumerate(numbers) if no in columns}
    wanted = [(a, b) for a, b in evidence.index if a in held and b in held]
    if not wanted:
        return {}
    con.execute("CREATE OR REPLACE TEMP TABLE secret_held (position INTEGER, key BIGINT, secret VARCHAR, site VARCHAR)")
    for at in sorted({at for pair in wanted for at in pair}):
        for table, first, secret, site in held[at]:
            text = _statement("secret_held").replace("{raw}", table).replace("{secret}", f"c{secret}")
            text = text.replace("{site}", f"r.c{site}" if site is not None else "CAST(NULL AS VARCHAR)")
            con.execute(text, {"position": at, "number": numbers[at], "before": first - 1, "form": _HASHED})
    found: dict[tuple[int, int], list[Reason]] = {}
    for a, b in wanted:
        compared, equal = con.execute(_statement("secret_pairs"), {"a": a, "b": b}).fetchall()[0]
        chance = binomial_at_least(equal, compared, USUAL)
        if compared >= LEAST_COMPARED <= equal and chance <= CLEAR:
            counts = {"equal": Count(equal), "compared": Count(compared)}
            found[a, b] = [Reason.of("derivation-secrets", usual=Share(USUAL), chance=PValue(chance), **counts)]
    con.execute("DROP TABLE temp.secret_held")
    return found
