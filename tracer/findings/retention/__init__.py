"""Retention: from whose copy of a client's list did a dataset come that another party holds?

`retained`: the recipient itself holds it after the end date. `passed_on`: a third party holds it. `held`: the recipient
holds it before the end, or no end was agreed. The client itself and every other recipient are always alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import networkx as nx

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.edges import FAINT
from tracer.findings.derivation.ways import LEAST_SHOWN, acyclic, reachability
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.retention.client import CaseMarks, ClientMarks, ClientView, read_client, statement
from tracer.findings.retention.origins import UNRECORDED, posterior
from tracer.findings.retention.reasons import NAMED, MarkedDataset, RetentionFacts, grade_of, speaks_against, speaks_for
from tracer.findings.sightings import Dataset, Release, read_background, read_marks, read_sightings
from tracer.findings.statements import headlines
from tracer.findings.unjudged import NOTICED
from tracer.findings.vintage.history import lineages

_CLIENT = 0.15
"""Prior share of the client's own list among the origins of a list that has got out. Recorded leaks would change it."""
_UNRECORDED = 0.35
"""Prior share of a recipient who is not on record among the origins of a list that has got out: of the makers' copies
that had left a client's recipients, about one in three had done so by a copy that no document names. A trade that
records its copies better would lower it."""
_WAY = 0.2
"""Probability of a copy that is not on record, from which it is a way round every recipient who is. A recipient who is
said to be on every path, and was not, would lower it."""
_OWN_COPY = 30.0
"""How much likelier a recipient's dataset comes from the recipient's own release than from another's. Vendors that
swap a client's copies among one another would lower it."""
_ACCUSED = 0.9
"""Probability that a dataset holds data of a release that attribution accuses below G3: how often it is right there."""
_STRAIGHT = 0.02
"""Share that always stays open for the direct way: a loaded parent may have been one of several ways. How often copies
came by a second way would tell it."""
_CONFIRMED = 1.0 - 1e-6
"""What a person has confirmed, as of derivations."""
_CLIENT_LEAKED = 0.2
"""Bound on a release whose canaries are seen with the client's home canaries: who has these may have the register. A
recorded leak of a copy together with the client's own list would raise it."""


class Retention(NamedTuple):
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
    without_judgement: float | None = None
    """Where it rests on what persons have judged: the probability without that."""
    judgement: int | None = None
    """Number of the newest judgement that took part."""


def compute(facts: CaseFacts, run: int) -> list[Retention]:
    """Read releases, marks, and current derivations and attributions; write and return the retention rows of `run`, by
    client, dataset, falling probability and release.

    Rows that are hardly possible (`FAINT`) are not written.
    """
    con, marks = facts.con, read_marks(facts.con)
    clients = sorted({release.client for release in marks.releases if release.client is not None})
    if not clients:
        return []
    seen = read_sightings(facts, marks, sorted(dataset.no for dataset in marks.datasets.values()))
    names = "derivations", "apart", "named", "vintages", "judged"
    derivations, apart, named, windows, decided = (con.execute(statement(name)).fetchall() for name in names)
    derivations = [row for row in derivations if row[0] in marks.datasets and row[1] in marks.datasets]
    expected = con.execute("SELECT a, b, expected FROM overlap WHERE superseded IS NULL").fetchall()
    # By whom a derivation was judged is said with it.
    judgement = "without_judgement", "no", "judgement", "judged_by", "judged_on", "note"
    steps = [(*row[:5], headlines.judged(dict(zip(judgement, row[4:], strict=True)))) for row in derivations]
    known = CaseMarks(
        facts,
        marks,
        seen,
        read_background(facts, marks, seen),
        {pair: contacts for a, b, contacts in expected for pair in ((a, b), (b, a))},
        acyclic(steps),
        {(dataset, release): (grade, sure) for dataset, release, grade, sure in named},
        {(client, dataset): (first, last, releases) for client, dataset, first, last, releases in windows},
        {pair: 1.0 - p for a, b, p, _ in apart for pair in ((a, b), (b, a))},
    )
    unjudged = None
    if any(row[5] is not None for row in derivations):
        plain = acyclic((a, b, p if without is None else without, grade) for a, b, p, grade, without, *_ in derivations)
        tied = {pair: 1.0 - p for a, b, _, p in apart for pair in ((a, b), (b, a))}
        unjudged = replace(known, graph=plain, tied=tied)
    judged = {(release, dataset): (sure, no) for release, dataset, sure, no in decided}
    lines, found = lineages(con), list[Retention]()
    for client in clients:
        view = read_client(con, marks, client, lines)
        rows = _of_client(known, view)
        if unjudged is not None:
            rows = _with_unjudged(rows, _of_client(unjudged, view), known.graph, derivations)
        for row in rows:
            if (row.release, row.seen_in) not in judged:
                found.append(row)
                continue
            # What persons have decided on the copy and the list themselves. The grade stays that of the data.
            confirmed, no = judged[row.release, row.seen_in]
            without = row.probability if row.without_judgement is None else row.without_judgement
            sure = _CONFIRMED if confirmed else 0.0
            found.append(row._replace(probability=sure, without_judgement=without, judgement=no))
    table = ((*row[:11], kept(row.reasons), kept(row.against), *row[13:]) for row in found)
    put_rows(con, "retention", run, " ".join(Retention._fields), table)
    return found


def _with_unjudged(
    rows: Sequence[Retention],
    otherwise: Sequence[Retention],
    graph: nx.DiGraph[str],
    derivations: Sequence[tuple[Any, ...]],
) -> list[Retention]:
    """The rows, with what they would be without judgements on derivations where these moved probability or grade."""
    without, found = {(row.release, row.seen_in): (row.probability, row.grade) for row in otherwise}, []
    for row in rows:
        # The newest judgement on a step into the dataset, or into one that it was copied from.
        into = {row.seen_in, *(nx.ancestors(graph, row.seen_in) if row.seen_in in graph else ())}
        newest = max((step[5] for step in derivations if step[5] is not None and step[1] in into), default=None)
        probability, grade = without.get((row.release, row.seen_in), (0.0, "G0"))
        if newest is not None and (abs(row.probability - probability) >= NOTICED or grade != row.grade):
            found.append(row._replace(without_judgement=probability, judgement=newest))
        else:
            found.append(row)
    return found


def _of_client(known: CaseMarks, view: ClientView) -> list[Retention]:
    datasets = known.marks.datasets
    reached = reachability(known.graph, datasets, view.own)
    order = [*nx.lexicographical_topological_sort(known.graph)]
    order += sorted(datasets.keys() - set(order))
    found: dict[str, MarkedDataset] = {}
    for identity in order:
        dataset = datasets[identity]
        eligible = tuple(release for release in view.releases if not release.later_than(dataset))
        if dataset.holder == view.client or not eligible:
            continue
        tied = max((known.tied.get((identity, own), 0.0) for own in view.own), default=0.0)
        named = [known.named[identity, r.id] for r in eligible if (identity, r.id) in known.named]
        by_marks = max((NAMED if sure else 0.0 if grade is None else _ACCUSED for grade, sure in named), default=0.0)
        reach = max(reached[identity], tied, by_marks)
        marks = ClientMarks(known, view, dataset, eligible)
        if reach >= FAINT and marks.there():
            found[identity] = MarkedDataset(marks, reach, posterior(_prior(marks, found, reached), marks.groups()))
    passed = _on_every_path(found)
    return [row for identity in sorted(found) for row in _rows(found[identity], passed.get(identity, frozenset()))]


def _prior(marks: ClientMarks, found: Mapping[str, MarkedDataset], reached: Mapping[str, float]) -> dict[str, float]:
    """Prior weight of each origin: from the client's hands directly, and through each loaded dataset."""
    # Straight from a recipient or the client; each recipient counts once.
    holder, own = marks.dataset.holder, sorted(marks.view.own_origins)
    recipients = [release.recipient for release in marks.eligible]
    odds = {recipient: _OWN_COPY if recipient == holder else 1.0 for recipient in sorted(set(recipients))}
    total, recorded, others = sum(odds.values()), 1.0 - _CLIENT - _UNRECORDED, _OWN_COPY if holder in odds else 1.0
    base = {r.id: recorded * odds[r.recipient] / total / recipients.count(r.recipient) for r in marks.eligible}
    base |= {origin: _CLIENT / others / len(own) for origin in own} | {UNRECORDED: _UNRECORDED / others}
    straight, mixed = 1.0, dict.fromkeys(base, 0.0)
    for step in marks.steps:
        if step.parent in marks.view.own:
            straight *= 1.0 - step.probability
        elif step.parent in found:
            weight = step.probability * reached[step.parent]
            inclusion = found[step.parent].found.inclusion
            whole = sum(inclusion.values())
            for origin in inclusion.keys() & mixed.keys():
                mixed[origin] += weight * inclusion[origin] / whole
    # Where no derivation says how the data came, it came from the client's hands through no loaded dataset.
    direct = max(1.0 - straight if any(mixed.values()) or straight < 1.0 else 1.0, _STRAIGHT)
    return {origin: direct * base[origin] + mixed[origin] for origin in base}


def _on_every_path(found: Mapping[str, MarkedDataset]) -> dict[str, frozenset[str]]:
    """Dataset -> parties that are on every path from the client to it: the recipient of a copy, and the holder through
    whose hands went what was copied from a dataset. In `found` parents come before what was copied from them."""
    passed: dict[str, frozenset[tuple[str, str]]] = {}
    for identity, item in found.items():
        inclusion = item.found.inclusion
        through = {
            release.recipient for release in item.marks.eligible if inclusion.get(release.id, 0.0) >= LEAST_SHOWN
        }
        if inclusion.get(UNRECORDED, 0.0) >= _WAY:
            through.add(UNRECORDED)
        ways = [frozenset({("party", recipient)}) for recipient in through]
        ways += [passed[one.parent] | {("held", one.parent)} for one in item.marks.steps if one.parent in passed]
        if ways:
            passed[identity] = frozenset.intersection(*ways)
    return {
        identity: frozenset(found[one].marks.dataset.holder if kind == "held" else one for kind, one in nodes)
        for identity, nodes in passed.items()
    }


def _rows(item: MarkedDataset, passed: frozenset[str]) -> list[Retention]:
    marks, rows = item.marks, []
    known, client, dataset = marks.known, marks.view.client, marks.dataset
    # Lists that the dataset was copied from, the client's own left out, with its contacts that are there and in no
    # other loaded list.
    parents, only = (
        [step.parent for step in marks.steps if step.parent not in marks.view.own],
        tuple[tuple[str, int], ...](),
    )
    if parents:
        bound = {"child": dataset.no, "parents": parents}
        only = known.case.once(
            ("only_source", dataset.no, *parents),
            lambda: tuple(known.case.con.execute(statement("only_source"), bound).fetchall()),
        )
    for release in marks.eligible:
        share, canaries = item.found.inclusion.get(release.id, 0.0), len(marks.canaries & release.canaries)
        if marks.homes[1] > 0 and canaries:
            share = min(share, _CLIENT_LEAKED)
        reading, after = _reading(release, dataset)
        named, _ = known.named.get((dataset.id, release.id), (None, False))
        window = known.windows.get((client, dataset.id))
        facts = RetentionFacts(item, release, share, reading, after, canaries, named, passed, only, window)
        if facts.probability >= FAINT:
            named_by = release.recipient, client, release.id, release.dataset
            seen, likely = (dataset.id, dataset.holder, dataset.seen), round(facts.probability, 6)
            why = tuple(speaks_for(facts)), tuple(speaks_against(facts))
            rows.append(Retention(*named_by, *seen, reading, after, likely, grade_of(facts), *why))
    return sorted(rows, key=lambda row: (-row.probability, row.release))


def _reading(release: Release, dataset: Dataset) -> tuple[str, bool | None]:
    """Reading and `after_end`, as the contract defines them."""
    dates = [day for day in (dataset.obtained, dataset.created) if day is not None]
    if dataset.holder != release.recipient:
        before = release.ends is not None and any(day <= release.ends for day in dates)
        return "passed_on", False if before else None
    if release.ends is None or dataset.seen is None:
        return "held", None
    return ("retained", True) if dataset.seen > release.ends else ("held", False)
