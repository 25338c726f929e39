"""G4: an independent second dataset that names the same release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import duckdb
import networkx as nx

from tracer.findings.attribution.score import Attribution
from tracer.findings.marks import Marks
from tracer.findings.near_copies import one_list

_LINKED = 0.05
"""A derivation of this probability or more makes two datasets one witness: many copies of one origin count once."""


def second_witness(con: duckdb.DuckDBPyConnection, marks: Marks, found: Sequence[Attribution]) -> list[Attribution]:
    """Raise G3 to G4 where two datasets of different holders name a release and neither comes from the other.

    Nor may both come from one further dataset, other than those that the release's client holds: then it is one
    leak that was seen twice. Nor may they be near-copies: a list that is hosted in two places is one witness.
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
    releases = {release.id: release for release in marks.releases}
    confirmed: dict[tuple[str, str], str] = {}
    for release, datasets in sorted(named.items()):
        client = releases[release].client
        for a, b in combinations(sorted(datasets), 2):
            numbers = marks.datasets[a].no, marks.datasets[b].no
            if _independent(graph, marks, a, b, client) and not one_list(con, *numbers):
                confirmed.setdefault((release, a), b)
                confirmed.setdefault((release, b), a)
    return [_raise(row, confirmed.get((row.release, row.dataset))) for row in found]


def _independent(graph: nx.DiGraph[str], marks: Marks, a: str, b: str, client: str | None) -> bool:
    if marks.datasets[a].holder == marks.datasets[b].holder:
        return False
    above_a, above_b = nx.ancestors(graph, a) | {a}, nx.ancestors(graph, b) | {b}
    return all(marks.datasets[common].holder == client for common in above_a & above_b if common in marks.datasets)


def _raise(row: Attribution, second: str | None) -> Attribution:
    if second is None:
        return row
    text = f"Dataset {second}, of another holder and not derived from this one, names the same release."
    return replace(row, grade="G4", reasons=(*row.reasons, text))


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
    text = (
        f"Campaign {campaign} of calls or messages names the same release (probability {probability:.3f}), and its"
        f" callers knew the persona of {content} of its canaries."
    )
    return replace(row, grade="G4", reasons=(*row.reasons, text))
