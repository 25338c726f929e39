"""G4: an independent second dataset that names the same release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import duckdb
import networkx as nx

from tracer.disclosure import DatasetRef, Probability, Reason, Ref
from tracer.findings.attribution.score import Attribution
from tracer.findings.overlap.near_copies import one_list
from tracer.findings.sightings import Marks, held_identifiers
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_LINKED = 0.05
"""A derivation of this probability or more makes two datasets one witness: many copies of one origin count once."""


_MOST = 0.5
"""Share of the smaller one's contacts from which two lists count as one witness where no derivation could say more."""


def second_witness(con: duckdb.DuckDBPyConnection, marks: Marks, found: Sequence[Attribution]) -> list[Attribution]:
    """Raise G3 to G4 where two datasets of different holders name a release and neither comes from the other.

    Nor may both come from one further dataset, other than those that the release's client holds: then it is one
    leak that was seen twice. Nor may they be near-copies: a list that is hosted in two places is one witness.
    Derivations leave out lists of hashes and short ones: of these it is counted what they share with the others.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(marks.datasets)
    graph.add_edges_from(
        con.execute(
            "SELECT parent, child FROM derivation WHERE superseded IS NULL AND probability >= $least ORDER BY ALL",
            {"least": _LINKED},
        ).fetchall()
    )
    named: dict[str, list[str]] = defaultdict(list)
    for row in found:
        if row.grade == "G3":
            named[row.release].append(row.dataset)
    left_out = _left_out(con)
    graph.add_edges_from(_alike(con, marks, [names for names in named.values() if len(names) > 1], left_out))
    releases = {release.id: release for release in marks.releases}
    confirmed: dict[tuple[str, str], str] = {}
    for release, datasets in sorted(named.items()):
        client = releases[release].client
        for a, b in combinations(sorted(datasets), 2):
            numbers = marks.datasets[a].no, marks.datasets[b].no
            if _independent(graph, marks, a, b, client) and not one_list(con, *numbers):
                confirmed.setdefault((release, a), b)
                confirmed.setdefault((release, b), a)
    return [_raise(row, confirmed.get((row.release, row.dataset)), left_out) for row in found]


def _left_out(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Datasets between which and others no derivation is looked for."""
    rows = con.execute(
        "SELECT id FROM dataset"
        " WHERE current AND (hashes > 0 OR NOT views._enough(contacts) OR format = 'blind') ORDER BY id"
    ).fetchall()
    return frozenset(row[0] for row in rows)


def _alike(
    con: duckdb.DuckDBPyConnection, marks: Marks, named: Sequence[Sequence[str]], left_out: frozenset[str]
) -> list[tuple[str, str]]:
    """Pairs, both ways round, of which one takes no part in derivations and which have most of the smaller in common.

    Hashes show only the contacts of released lists, and these alone are compared. It is unknown which of the two came
    from the other: where they have most in common, the one may well be all that there is of the other.
    """
    wanted = sorted({name for names in named for name in names})
    if left_out.isdisjoint(wanted):
        return []
    numbers = {marks.datasets[name].no: name for name in wanted}
    sources = sorted({release.source for release in marks.releases if release.source is not None})
    with held_identifiers(con, list(numbers), sources):
        shares = con.execute(_statement("in_common"), {"numbers": list(numbers), "sources": sources}).fetchall()
    pairs = [(numbers[a], numbers[b]) for a, b, share in shares if share > _MOST]
    told = [(a, b) for a, b in pairs if a in left_out or b in left_out]
    return [*told, *((b, a) for a, b in told)]


def _independent(graph: nx.DiGraph[str], marks: Marks, a: str, b: str, client: str | None) -> bool:
    if marks.datasets[a].holder == marks.datasets[b].holder:
        return False
    above_a, above_b = nx.ancestors(graph, a) | {a}, nx.ancestors(graph, b) | {b}
    return all(marks.datasets[common].holder == client for common in above_a & above_b if common in marks.datasets)


def _raise(row: Attribution, second: str | None, left_out: frozenset[str]) -> Attribution:
    if second is None:
        return row
    by_contacts = row.dataset in left_out or second in left_out
    reason = Reason.of(
        "attribution-second-by-contacts" if by_contacts else "attribution-second", dataset=DatasetRef(second)
    )
    return replace(row, grade="G4", reasons=(*row.reasons, reason))


_SURE = 0.95
"""Posterior from which a campaign of calls or messages is a witness."""


def signal_witness(con: duckdb.DuckDBPyConnection, found: Sequence[Attribution]) -> list[Attribution]:
    """Raise G3 to G4 where a campaign whose callers knew the personas names the same release.

    The campaign must be the copy's with 95 % or more, above the background of unsolicited calls by that, and have
    reached a canary of whose persona, firm or client the caller spoke. Attribution says where a list comes from,
    signals where called numbers come from: two observations of one copy.
    """
    witnesses: dict[str, tuple[str, int, float]] = {}
    for release, campaign, content, probability in con.execute(
        "SELECT release, id, content, probability FROM ("
        " SELECT unnest(releases) AS release, id, content, probability FROM campaign WHERE superseded IS NULL)"
        " WHERE content > 0 AND probability >= $sure ORDER BY release, probability DESC, length(id), id",
        {"sure": _SURE},
    ).fetchall():
        witnesses.setdefault(release, (campaign, content, probability))
    return [
        _by_signals(row, witnesses[row.release]) if row.grade == "G3" and row.release in witnesses else row
        for row in found
    ]


def _by_signals(row: Attribution, witness: tuple[str, int, float]) -> Attribution:
    campaign, content, probability = witness
    reason = Reason.of("attribution-campaign", campaign=Ref(campaign), probability=Probability(probability), n=content)
    return replace(row, grade="G4", reasons=(*row.reasons, reason))
