"""Retention: from whose copy of a client's list did a dataset come that another party holds?

`retained`: the recipient itself holds it after the end date. `passed_on`: a third party holds it. `held`: the recipient
holds it before the end, or no end was agreed. The client itself and every other recipient are always alternatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    names = "derivations", "apart", "named", "vintages"
    derivations, apart, named, windows = (con.execute(statement(name)).fetchall() for name in names)
    expected = con.execute("SELECT a, b, expected FROM overlap WHERE superseded IS NULL").fetchall()
    known = CaseMarks(
        facts,
        marks,
        seen,
        read_background(facts, marks, seen),
        {pair: contacts for a, b, contacts in expected for pair in ((a, b), (b, a))},
        acyclic((*row[:5], _by(row)) for row in derivations if row[0] in marks.datasets and row[1] in marks.datasets),
        {(dataset, release): (grade, sure) for dataset, release, grade, sure in named},
        {(client, dataset): (first, last, releases) for client, dataset, first, last, releases in windows},
        {pair: 1.0 - p for a, b, p, _ in apart for pair in ((a, b), (b, a))},
    )
    judged = {
        (release, dataset): (sure, no) for release, dataset, sure, no in con.execute(statement("judged")).fetchall()
    }
    lines, found = lineages(con), list[Retention]()
    for client in clients:
        view = read_client(con, marks, client, lines)
        found += _decided(_by_judgements(known, view, derivations, apart), judged)
    rows = ((*row[:11], kept(row.reasons), kept(row.against), *row[13:]) for row in found)
    put_rows(con, "retention", run, " ".join(Retention._fields), rows)
    return found


def _by_judgements(
    known: CaseMarks, view: ClientView, derivations: Sequence[tuple[Any, ...]], apart: Sequence[tuple[Any, ...]]
) -> list[Retention]:
    """The rows of a client; those that judgements on derivations have moved with what they would be without."""
    rows = list(_of_client(known, view))
    steps = [row for row in derivations if row[5] is not None and row[0] in known.marks.datasets]
    if not steps:
        return rows
    unjudged = acyclic(
        (parent, child, p if without is None else without, grade)
        for parent, child, p, grade, without, *_ in derivations
        if parent in known.marks.datasets and child in known.marks.datasets
    )
    tied = {pair: 1.0 - p for a, b, _, p in apart for pair in ((a, b), (b, a))}
    without = {
        (row.release, row.seen_in): (row.probability, row.grade)
        for row in _of_client(replace(known, graph=unjudged, tied=tied), view)
    }
    return [
        _moved(row, without.get((row.release, row.seen_in), (0.0, "G0")), _newest(row.seen_in, steps, known))
        for row in rows
    ]


def _by(row: tuple[Any, ...]) -> Reason | None:
    """By whom a derivation was judged."""
    names = "without_judgement", "no", "judgement", "judged_by", "judged_on", "note"
    return headlines.judged(dict(zip(names, row[4:], strict=True)))


def _moved(row: Retention, unjudged: tuple[float, str], newest: int | None) -> Retention:
    """The row with what it would be without judgements, where they moved its probability or grade."""
    without, grade = unjudged
    if newest is None or (abs(row.probability - without) < NOTICED and grade == row.grade):
        return row
    return row._replace(without_judgement=without, judgement=newest)


def _newest(dataset: str, steps: Iterable[tuple[Any, ...]], known: CaseMarks) -> int | None:
    """The newest judgement on a step into the dataset, or into one that it was copied from."""
    before = {dataset, *(nx.ancestors(known.graph, dataset) if dataset in known.graph else ())}
    return max((step[5] for step in steps if step[1] in before), default=None)


def _decided(rows: Iterable[Retention], judged: Mapping[tuple[str, str], tuple[bool, int]]) -> Iterator[Retention]:
    """The rows with what persons have decided on the copy and the list themselves. The grade stays that of the data."""
    for row in rows:
        confirmed, no = judged.get((row.release, row.seen_in), (None, None))
        if confirmed is None:
            yield row
        else:
            without = row.probability if row.without_judgement is None else row.without_judgement
            known = _CONFIRMED if confirmed else 0.0
            yield row._replace(probability=known, without_judgement=without, judgement=no)


def _of_client(known: CaseMarks, view: ClientView) -> Iterator[Retention]:
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
        told = max((NAMED if sure else 0.0 if grade is None else _ACCUSED for grade, sure in named), default=0.0)
        reach = max(reached[identity], tied, told)
        marks = ClientMarks(known, view, dataset, eligible)
        if reach >= FAINT and marks.there():
            prior = _prior(marks, found, reached)
            found[identity] = MarkedDataset(marks, reach, posterior(prior, marks.groups()))
    passed = _on_every_path(found)
    for identity in sorted(found):
        yield from _rows(found[identity], passed.get(identity, frozenset()))


def _prior(marks: ClientMarks, found: Mapping[str, MarkedDataset], reached: Mapping[str, float]) -> dict[str, float]:
    """Prior weight of each origin: from the client's hands directly, and through each loaded dataset."""
    base = _direct(marks)
    straight, mixed = 1.0, dict.fromkeys(base, 0.0)
    for step in marks.steps:
        if step.parent in marks.view.own:
            straight *= 1.0 - step.probability
        elif step.parent in found:
            weight = step.probability * reached[step.parent]
            inclusion = found[step.parent].found.inclusion
            total = sum(inclusion.values())
            for origin in inclusion.keys() & mixed.keys():
                mixed[origin] += weight * inclusion[origin] / total
    # Where no derivation says how the data came, it came from the client's hands through no loaded dataset.
    direct = max(1.0 - straight if any(mixed.values()) or straight < 1.0 else 1.0, _STRAIGHT)
    return {origin: direct * base[origin] + mixed[origin] for origin in base}


def _direct(marks: ClientMarks) -> dict[str, float]:
    """Weights where the data came straight from a recipient or the client; each recipient counts once."""
    holder, own = marks.dataset.holder, sorted(marks.view.own_origins)
    recipients = [release.recipient for release in marks.eligible]
    odds = {recipient: _OWN_COPY if recipient == holder else 1.0 for recipient in sorted(set(recipients))}
    total, recorded = sum(odds.values()), 1.0 - _CLIENT - _UNRECORDED
    weights = {r.id: recorded * odds[r.recipient] / total / recipients.count(r.recipient) for r in marks.eligible}
    others = _OWN_COPY if holder in odds else 1.0
    return weights | {origin: _CLIENT / others / len(own) for origin in own} | {UNRECORDED: _UNRECORDED / others}


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
    known, client, dataset, only = marks.known, marks.view.client, marks.dataset, _only_sources(item)
    for release in marks.eligible:
        share, canaries = item.found.inclusion.get(release.id, 0.0), len(marks.canaries & release.canaries)
        if marks.homes[1] > 0 and canaries:
            share = min(share, _CLIENT_LEAKED)
        reading, after = _reading(release, dataset)
        named, _ = known.named.get((dataset.id, release.id), (None, False))
        window = known.windows.get((client, dataset.id))
        facts = RetentionFacts(item, release, share, reading, after, canaries, named, passed, only, window)
        if facts.probability >= FAINT:
            rows.append(
                Retention(
                    release.recipient, client, release.id, release.dataset, dataset.id, dataset.holder, dataset.seen,
                    reading, after, round(facts.probability, 6), grade_of(facts), tuple(speaks_for(facts)),
                    tuple(speaks_against(facts)),
                )
            )  # fmt: skip
    return sorted(rows, key=lambda row: (-row.probability, row.release))


def _only_sources(item: MarkedDataset) -> tuple[tuple[str, int], ...]:
    """Lists that a dataset was copied from, the client's own left out, with its contacts that are there and in no other
    loaded list."""
    facts, child = item.marks.known.case, item.marks.dataset.no
    parents = [step.parent for step in item.marks.steps if step.parent not in item.marks.view.own]
    bound, asked = {"child": child, "parents": parents}, ("only_source", child, *parents)
    if not parents:
        return ()
    return facts.once(asked, lambda: tuple(facts.con.execute(statement("only_source"), bound).fetchall()))


def _reading(release: Release, dataset: Dataset) -> tuple[str, bool | None]:
    """Reading and `after_end`, as the contract defines them."""
    dates = [day for day in (dataset.obtained, dataset.created) if day is not None]
    if dataset.holder != release.recipient:
        before = release.ends is not None and any(day <= release.ends for day in dates)
        return "passed_on", False if before else None
    if release.ends is None or dataset.seen is None:
        return "held", None
    return ("retained", True) if dataset.seen > release.ends else ("held", False)
