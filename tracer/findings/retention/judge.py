"""From marks, derivations and dates to one row for each release and dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import networkx as nx

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.descent import DerivationStep, acyclic, reachability, steps_into
from tracer.findings.retention.client import ClientEvidence, ClientView, Evidences, read_client
from tracer.findings.retention.origins import UNRECORDED, OriginPosterior, is_own, posterior
from tracer.findings.retention.reasons import (
    DepartureWindow,
    Other,
    RetentionFacts,
    grade_of,
    speaks_against,
    speaks_for,
)
from tracer.findings.sightings import Dataset, Marks, Release, read_background, read_marks, read_sightings
from tracer.findings.vintage.history import lineages
from tracer.resources import statements_beside

# Through whose hands a client's data must have gone to a dataset.


@dataclass(frozen=True)
class Holding:
    """How one dataset may have come by a client's data."""

    dataset: str
    holder: str
    recipients: frozenset[str]
    parents: frozenset[str]


def dominators(client: str, holdings: Mapping[str, Holding]) -> dict[str, frozenset[str]]:
    """Dataset -> parties that are on every path from the client to it (immediate dominators of the holders' graph).

    Nodes are parties and datasets, distinguished by a prefix, since ids of both may be the same.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    root = f"party {client}"
    graph.add_node(root)
    for holding in holdings.values():
        node = f"dataset {holding.dataset}"
        for recipient in holding.recipients:
            graph.add_edge(root, f"party {recipient}")
            graph.add_edge(f"party {recipient}", node)
        for parent in holding.parents & holdings.keys():
            # What is copied from a dataset went through its holder's hands.
            graph.add_edge(f"dataset {parent}", f"held {parent}")
            graph.add_edge(f"held {parent}", node)
    above = nx.immediate_dominators(graph, root)
    found = {}
    for dataset in holdings:
        passed = set()
        node = f"dataset {dataset}"
        while node in above and node != root:
            kind, _, name = node.partition(" ")
            if kind == "party":
                passed.add(name)
            elif kind == "held":
                passed.add(holdings[name].holder)
            parent_node = above[node]
            if parent_node is None or parent_node == node:
                break
            node = parent_node
        found[dataset] = frozenset(passed)
    return found


_statement = statements_beside(__file__)
_WRITTEN = 0.01
"""Rows less likely than this are not written."""
_CLIENT = 0.15
"""Prior share of the client's own list among the origins of a list that has got out."""
_UNRECORDED = 0.35
"""Prior share of a recipient who is not on record among the origins of a list that has got out: of the makers' copies
that had left a client's recipients, about one in three had done so by a copy that no document names."""
_WAY = 0.2
"""Probability of a copy that is not on record, from which it is a way round every recipient who is."""
_OWN_COPY = 30.0
"""How much likelier a recipient's dataset comes from the recipient's own release than from another's."""
_NAMED = 0.995
"""Probability that a dataset holds data of a release that attribution names at G3: its error, 2 alpha over all
releases, is shared with those compared."""
_CLIENT_LEAKED = 0.2
"""Bound on a release whose canaries are seen with the client's home canaries: who has these may have the register."""


@dataclass(frozen=True)
class Retention:
    """A release behind a dataset, as the contract's `retention` rows have it."""

    vendor: str
    client: str
    release: str
    dataset: str
    seen_in: str
    seen_with: str
    first_seen: date | None
    reading: str
    after_end: bool | None
    """Whether that is proven to be later than the end date."""
    probability: float
    """That the dataset came from the release in the way of the reading."""
    grade: str
    """G0 to G4."""
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    """Alternatives with their probabilities, and what else speaks against it."""


@dataclass(frozen=True)
class _Named:
    accused: bool
    grade: str
    one_of: bool
    """It or another copy is a source: which, cannot be said."""


@dataclass(frozen=True)
class _World:
    marks: Marks
    evidences: Evidences
    graph: nx.DiGraph[str]
    named: Mapping[tuple[str, str], _Named]
    """(dataset, release) -> what attribution says."""
    windows: Mapping[tuple[str, str], DepartureWindow]
    """(client, dataset) -> when its rows left the client."""
    tied: Mapping[tuple[str, str], float]
    """(dataset, dataset), both ways round -> probability that what they have in common is more than chance and a common
    register: that one's rows came to the other, by whatever way."""

    def only_sources(
        self, dataset: str, steps: Sequence[DerivationStep], own: frozenset[str]
    ) -> tuple[tuple[str, int], ...]:
        """Lists that a dataset was copied from, the client's own left out, with its contacts that are there and in no
        other loaded list."""
        numbers = {step.parent: self.marks.datasets[step.parent].no for step in steps if step.parent not in own}
        if not numbers:
            return ()
        facts, text = self.evidences.case, _statement("only_source")
        bound = {"child": self.marks.datasets[dataset].no, "parents": sorted(numbers.values())}
        asked = ("only_source", dataset, *sorted(numbers))
        found = facts.once(asked, lambda: dict(facts.con.execute(text, bound).fetchall()))
        return tuple((parent, found[no]) for parent, no in sorted(numbers.items()) if no in found)


def judge(facts: CaseFacts) -> list[Retention]:
    """All rows of a case, ordered by client, dataset, falling probability and release."""
    con = facts.con
    marks = read_marks(con)
    clients = sorted({release.client for release in marks.releases if release.client is not None})
    if not clients:
        return []
    seen = read_sightings(facts, marks, sorted(dataset.no for dataset in marks.datasets.values()))
    derivations = con.execute(_statement("derivations")).fetchall()
    named = con.execute(_statement("named")).fetchall()
    overlaps = {}
    for a, b, expected in con.execute("SELECT a, b, expected FROM overlap WHERE superseded IS NULL").fetchall():
        overlaps[a, b] = overlaps[b, a] = expected
    world = _World(
        marks,
        Evidences(facts, marks, seen, read_background(facts, marks, seen), overlaps),
        acyclic(row for row in derivations if row[0] in marks.datasets and row[1] in marks.datasets),
        {(dataset, release): _Named(*said) for dataset, release, *said in named},
        _windows(con),
        {pair: 1.0 - p for a, b, p in con.execute(_statement("apart")).fetchall() for pair in ((a, b), (b, a))},
    )
    lines = lineages(con)
    found: list[Retention] = []
    for client in clients:
        found += _of_client(world, read_client(con, marks, client, lines))
    return found


def _windows(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], DepartureWindow]:
    """The narrowest window of each client and dataset: successive lists of different things have one each."""
    found: dict[tuple[str, str], DepartureWindow] = {}
    for client, dataset, first, last, releases in con.execute(_statement("vintages")).fetchall():
        known = found.get((client, dataset))
        inside = frozenset(releases) | (known.releases if known is not None else frozenset())
        found[client, dataset] = DepartureWindow(first, last, inside)
    return found


@dataclass(frozen=True)
class _Traced:
    """A dataset with what is known of its origins."""

    dataset: Dataset
    reach: float
    eligible: tuple[Release, ...]
    evidence: ClientEvidence
    found: OriginPosterior
    steps: tuple[DerivationStep, ...]


def _of_client(world: _World, view: ClientView) -> list[Retention]:
    reached = reachability(world.graph, world.marks.datasets, view.own)
    order = [*nx.lexicographical_topological_sort(world.graph)]
    order += sorted(world.marks.datasets.keys() - set(order))
    traced: dict[str, _Traced] = {}
    for identity in order:
        dataset = world.marks.datasets[identity]
        if dataset.holder == view.client:
            continue
        eligible = tuple(release for release in view.releases if not release.later_than(dataset))
        tied = max((world.tied.get((identity, own), 0.0) for own in view.own), default=0.0)
        probability = max(reached[identity], tied, _by_canaries(world, identity, eligible))
        if probability >= _WRITTEN and eligible and world.evidences.holds(view, dataset, eligible):
            steps = tuple(steps_into(world.graph, identity))
            prior = _prior(view, dataset, eligible, steps, traced, reached)
            evidence = world.evidences.of(view, dataset, eligible)
            found = posterior(prior, evidence.groups)
            traced[identity] = _Traced(dataset, probability, eligible, evidence, found, steps)
    passed = dominators(view.client, {identity: _holding(item) for identity, item in traced.items()})
    rows = []
    for identity in sorted(traced):
        rows += _rows(world, view, traced[identity], passed[identity])
    return rows


def _by_canaries(world: _World, dataset: str, eligible: Sequence[Release]) -> float:
    """Probability that a dataset holds the client's data because attribution names a release."""
    named = [world.named[dataset, r.id] for r in eligible if (dataset, r.id) in world.named]
    if any(item.one_of or (item.accused and item.grade in ("G3", "G4")) for item in named):
        return _NAMED
    return 0.9 if any(item.accused for item in named) else 0.0


def _prior(
    view: ClientView,
    dataset: Dataset,
    eligible: Sequence[Release],
    steps: Sequence[DerivationStep],
    traced: Mapping[str, _Traced],
    reached: Mapping[str, float],
) -> dict[str, float]:
    """Prior weight of each origin: from the client's hands directly, and through each loaded dataset."""
    base = _direct(view, dataset, eligible)
    straight = 1.0
    mixed = dict.fromkeys(base, 0.0)
    for step in steps:
        if step.parent in view.own:
            straight *= 1.0 - step.probability
            continue
        if step.parent not in traced:
            continue
        weight = step.probability * reached[step.parent]
        inclusion = traced[step.parent].found.inclusion
        total = sum(inclusion.values())
        for origin, share in inclusion.items():
            if origin in mixed:
                mixed[origin] += weight * share / total
    # Where no derivation says how the data came, it came from the client's hands through no loaded dataset.
    direct = 1.0 - straight if any(mixed.values()) or straight < 1.0 else 1.0
    # A loaded parent may have been one of several ways: a small share of the direct way always stays open.
    direct = max(direct, 0.02)
    return {origin: direct * base[origin] + mixed[origin] for origin in base}


def _direct(view: ClientView, dataset: Dataset, eligible: Sequence[Release]) -> dict[str, float]:
    """Weights where the data came straight from a recipient or the client; each recipient counts once."""
    recipients = sorted({release.recipient for release in eligible})
    odds = {recipient: _OWN_COPY if recipient == dataset.holder else 1.0 for recipient in recipients}
    total = sum(odds.values())
    copies = {r: sum(release.recipient == r for release in eligible) for r in recipients}
    recorded = 1.0 - _CLIENT - _UNRECORDED
    weights = {r.id: recorded * odds[r.recipient] / total / copies[r.recipient] for r in eligible}
    own = sorted(view.own_origins)
    others = _OWN_COPY if dataset.holder in odds else 1.0
    weights |= {origin: _CLIENT / others / len(own) for origin in own}
    return weights | {UNRECORDED: _UNRECORDED / others}


def _holding(item: _Traced) -> Holding:
    likely = {r.recipient for r in item.eligible if item.found.inclusion.get(r.id, 0.0) >= 0.05}
    parents = frozenset(step.parent for step in item.steps)
    unseen = {UNRECORDED} if item.found.inclusion.get(UNRECORDED, 0.0) >= _WAY else set[str]()
    return Holding(item.dataset.id, item.dataset.holder, frozenset(likely | unseen), parents)


def _rows(world: _World, view: ClientView, item: _Traced, passed: frozenset[str]) -> list[Retention]:
    shares = {release.id: _share(world, item, release) for release in item.eligible}
    rows = []
    for release in item.eligible:
        probability = item.reach * shares[release.id]
        if probability < _WRITTEN:
            continue
        reading, after = _reading(release, item.dataset)
        named = world.named.get((item.dataset.id, release.id))
        canaries = world.evidences.seen.canaries(item.dataset.no) & release.canaries
        facts = RetentionFacts(
            view, release, item.dataset, reading, after, probability, item.reach,
            _others(view, item, release, shares[release.id]), item.evidence,
            item.found.evidence.get(release.id, 0.0), passed, item.steps, len(canaries),
            named.grade if named is not None and named.accused else None,
            world.only_sources(item.dataset.id, item.steps, view.own),
            world.windows.get((view.client, item.dataset.id)),
        )  # fmt: skip
        rows.append(
            Retention(
                release.recipient, view.client, release.id, release.dataset, item.dataset.id, item.dataset.holder,
                item.dataset.seen, reading, after, round(probability, 6), grade_of(facts),
                tuple(speaks_for(facts)), tuple(speaks_against(facts)),
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.probability, row.release))


def _others(view: ClientView, item: _Traced, release: Release, share: float) -> tuple[Other, ...]:
    """The client, every other recipient and other copies of the same one: instead of this copy, and in addition."""
    groups: dict[tuple[str, str], list[str]] = {
        ("client", view.client): [o for o in item.found.inclusion if is_own(o)],
        ("unrecorded", view.client): [UNRECORDED],
    }
    for other in view.releases:
        if other.recipient != release.recipient:
            groups.setdefault(("recipient", other.recipient), []).append(other.id)
        elif other.id != release.id:
            groups["release", other.id] = [other.id]
    # What the client's home canaries take off the copy, they put on the client.
    moved = {"client": item.found.inclusion.get(release.id, 0.0) - share}
    return tuple(
        Other(
            kind, identity, item.reach * (item.found.instead(release.id, origins) + moved.get(kind, 0.0)),
            item.found.as_well(release.id, origins),
        )
        for (kind, identity), origins in groups.items()
    )  # fmt: skip


def _share(world: _World, item: _Traced, release: Release) -> float:
    """Probability that a release is among the sources, bounded where the client's home canaries are seen too."""
    share = item.found.inclusion.get(release.id, 0.0)
    seen = world.evidences.seen.canaries(item.dataset.no) & release.canaries
    return min(share, _CLIENT_LEAKED) if item.evidence.homes_seen > 0 and seen else share


def _reading(release: Release, dataset: Dataset) -> tuple[str, bool | None]:
    """Reading and `after_end`, as the contract defines them."""
    dates = [day for day in (dataset.obtained, dataset.created) if day is not None]
    if dataset.holder != release.recipient:
        before = release.ends is not None and any(day <= release.ends for day in dates)
        return "passed_on", False if before else None
    if release.ends is None or dataset.seen is None:
        return "held", None
    return ("retained", True) if dataset.seen > release.ends else ("held", False)
