"""Retention: from whose copy of a client's list did a dataset come that another party holds?

`retained`: the recipient itself holds it after the end date. `passed_on`: a third party holds it. `held`: the recipient
holds it before the end, or no end was agreed. The client itself and every other recipient are always alternatives.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import networkx as nx

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason, Ref, ReleaseRef, Times, Word
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.findings.deciding import NOTICED
from tracer.findings.derivation.edges import FAINT
from tracer.findings.derivation.ways import LEAST_SHOWN, acyclic, reachability
from tracer.findings.retention.origins import (
    UNRECORDED,
    CaseMarks,
    ClientMarks,
    ClientView,
    OriginPosterior,
    Window,
    is_own,
    posterior,
    read_client,
    statement,
)
from tracer.findings.sightings import Dataset, Release, read_background, read_marks, read_sightings
from tracer.findings.statements import headlines
from tracer.findings.vintage import exported_reason
from tracer.findings.vintage.history import lineages
from tracer.policy import SHOWN_FROM

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


_SHOWN = 20
"""Other sources that are listed one by one."""
LIKELIER = 0.5
"""From this probability a list is said to be a copy of another, a release to be behind it, a link to be part of a
chain: it is likelier than not."""
NAMED = 0.995
"""Probability that a dataset holds data of a release that attribution names at G3: its error, 2 alpha over all
releases, is shared with those compared; another alpha would change it. From it on no unrelated source is shown."""
_TELLING = 3.0
"""Marks that favour a release by this many nats (20 to 1) over every other single origin tell it apart. Wrong vendors
at G2 on recorded cases would raise it."""
_MILLION = 13.8
"""Nats of a million times: beyond it a number says no more to a reader."""


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


class MarkedDataset(NamedTuple):
    """A dataset that holds a client's rows, with what is known of their origins."""

    marks: ClientMarks
    reach: float
    """That it holds the client's data by copying at all."""
    found: OriginPosterior


@dataclass(frozen=True)
class RetentionFacts:
    """Everything that the reasons of a row are made of."""

    item: MarkedDataset
    release: Release
    share: float
    """That the release is a source, given that it holds the client's data."""
    reading: str
    after_end: bool | None
    canaries: int
    named: str | None
    passed: frozenset[str]
    """Parties that are on every path from the client to the dataset."""
    only: tuple[tuple[str, int], ...]
    """Lists that it was copied from, with its contacts that are there and in no other loaded list."""
    window: Window | None

    @property
    def probability(self) -> float:
        """That the dataset came from the release in the way of the reading."""
        return self.item.reach * self.share

    @property
    def margin(self) -> float:
        """Nats by which the marks favour this release over the best other single origin."""
        return self.item.found.evidence.get(self.release.id, 0.0)


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


# Grade, reasons and alternatives of a row.


def grade_of(facts: RetentionFacts) -> str:
    """G3 and above only with an attribution of that grade; without marks that tell copies apart, at most G1."""
    if facts.named in ("G3", "G4") and facts.probability >= LIKELIER:
        return facts.named
    if facts.item.marks.homes[1] > 0 and facts.canaries > 0:
        return "G1"
    if facts.probability < LEAST_SHOWN:
        return "G0"
    told_apart = facts.margin >= _TELLING or facts.release.recipient in facts.passed
    dated = any(step.grade not in ("G0", "G1") for step in facts.item.marks.steps) or facts.named is not None
    return "G2" if facts.probability >= LIKELIER and told_apart and dated else "G1"


def speaks_for(facts: RetentionFacts) -> Iterator[Reason]:
    """What speaks for the release."""
    release, listed, view = facts.release, facts.item.marks.dataset, facts.item.marks.view
    dataset, vendor = DatasetRef(listed.id), PartyRef(release.recipient)
    if facts.canaries > 0:
        n = Count(facts.canaries, across_lists=facts.named is None)
        yield Reason.of("retention-canaries", n=n, vendor=vendor, dataset=dataset)
    if facts.margin >= _TELLING:
        # What distinguishes this client's copies: planted records, withheld ones, rows that come and go with time.
        there = {
            "planted": any(one.canaries for one in view.releases),
            "withheld": any(one.withheld for one in view.releases),
            "dates": len(view.totals) > 1,
        }
        marks = Word("-".join(kind for kind, is_there in there.items() if is_there) or "rows")
        times = None if facts.margin > _MILLION else Times(math.exp(facts.margin))
        yield Reason.of("retention-fits-best", marks=marks, vendor=vendor, times=times)
    first, last, releases = facts.window or (None, None, [])
    if release.id in releases:
        exported = exported_reason(first, last)
        yield Reason.of("retention-exported-then", dataset=dataset, exported=exported, vendor=vendor)
    for step in facts.item.marks.steps:
        sure, likely = headlines.firmness(step.by_lists).code, step.judged or Probability(step.probability)
        copied = headlines.related("copied", DatasetRef(step.parent), dataset, sure=sure)
        yield Reason.of("retention-step", relation=copied, probability=likely, grade=Ref(step.grade))
    for parent, contacts in facts.only:
        if contacts >= SHOWN_FROM:
            yield Reason.of("retention-only-source", n=Count(contacts), dataset=dataset, parent=DatasetRef(parent))
    if release.recipient in facts.passed and listed.holder != release.recipient:
        yield Reason.of("retention-every-path", client=PartyRef(view.client), dataset=dataset, vendor=vendor)
    if listed.holder == release.recipient:
        yield Reason.of("retention-holds-itself", vendor=vendor, dataset=dataset)
    seen, ends = listed.seen, release.ends
    if facts.reading == "retained" and seen is not None and ends is not None:
        days = (seen - ends).days
        yield Reason.of("retention-after-end", vendor=vendor, dataset=dataset, seen=seen, ends=ends, days=days)
    elif facts.reading == "passed_on" and facts.after_end is False:
        had = listed.obtained is not None and ends is not None and listed.obtained <= ends
        how, day, holder = Word("had" if had else "made"), listed.obtained if had else listed.created, listed.holder
        yield Reason.of(
            "retention-left-before-end", how=how, holder=PartyRef(holder), dataset=dataset, day=day, ends=ends
        )


def speaks_against(facts: RetentionFacts) -> Iterator[Reason]:
    """What speaks against the release, the weightiest first, as those who show only some of it take the first.

    What does not fit the copy comes first, then other sources by their probability, then what is not known, and last
    the sources that are hardly possible. Of these there are two, kept apart: a source instead of this copy (with the
    copy's own probability these sum to one), and one in addition to it, which does not clear the copy.
    """
    marks, release, window = facts.item.marks, facts.release, facts.window
    dataset, vendor, others = DatasetRef(marks.dataset.id), PartyRef(release.recipient), _other_sources(facts)
    if marks.homes[1] > 0:
        yield Reason.of("retention-home", client=PartyRef(marks.view.client))
    if release.id in marks.planted:
        yield Reason.of("retention-framing", vendor=vendor)
    if window is not None and release.id not in window[2] and release.date is not None:
        exported, day = exported_reason(*window[:2]), release.date
        yield Reason.of("retention-exported-otherwise", dataset=dataset, exported=exported, vendor=vendor, day=day)
    if facts.canaries == 0 and release.canaries:
        yield Reason.of("retention-no-canaries", n=len(release.canaries), vendor=vendor, dataset=dataset)
    yield from (reason for probability, reason in others if probability >= FAINT)
    if facts.reading == "passed_on" and release.recipient not in facts.passed:
        yield Reason.of("retention-other-paths", dataset=dataset, vendor=vendor)
    if facts.reading == "held" and facts.after_end is None:
        unknown = Reason.of("retention-day-unknown", dataset=dataset)
        yield Reason.of("retention-no-end") if release.ends is None else unknown
    if facts.reading == "passed_on" and facts.after_end is None and release.ends is not None:
        yield Reason.of("retention-later-proves-nothing", vendor=vendor)
    yield from (reason for probability, reason in others if probability < FAINT)


def _other_sources(facts: RetentionFacts) -> list[tuple[float, Reason]]:
    """The client, every other recipient and other copies of the same one, with their probabilities: instead of this
    copy, the client always among those that are named, and in addition."""
    item, release, view = facts.item, facts.release, facts.item.marks.view
    groups: dict[tuple[str, str], list[str]] = {
        ("client", view.client): [origin for origin in item.found.inclusion if is_own(origin)],
        ("unrecorded", view.client): [UNRECORDED],
    }
    for other in view.releases:
        if other.recipient != release.recipient:
            groups.setdefault(("recipient", other.recipient), []).append(other.id)
        elif other.id != release.id:
            groups["release", other.id] = [other.id]

    def alternative(code: str, kind: str, identity: str, probability: float) -> tuple[float, Reason]:
        named: Number = ReleaseRef(identity) if kind == "release" else PartyRef(identity)
        numbers = {"other": None if kind == "unrecorded" else named, "probability": Probability(probability)}
        return probability, Reason.of(code, kind=Word(kind), vendor=PartyRef(release.recipient), **numbers)

    # What the client's home canaries take off the copy, they put on the client.
    moved = {"client": item.found.inclusion.get(release.id, 0.0) - facts.share}
    instead = [
        (*of, item.reach * (item.found.instead(release.id, origins) + moved.get(of[0], 0.0)))
        for of, origins in groups.items()
    ]
    instead.sort(key=lambda other: (other[0] != "client", -other[2], other[0], other[1]))
    found = [alternative("retention-instead", *other) for other in instead[:_SHOWN]]
    if len(instead) > _SHOWN:
        n, rest = len(instead) - _SHOWN, sum(probability for *_, probability in instead[_SHOWN:])
        found.append((rest, Reason.of("retention-instead-rest", n=n, probability=Probability(rest))))
    if item.reach < NAMED:
        client, unrelated = PartyRef(view.client), 1.0 - item.reach
        unknown = Reason.of("retention-instead-unrelated", client=client, probability=Probability(unrelated))
        found.append((unrelated, unknown))
    as_well = [(*of, item.found.as_well(release.id, origins)) for of, origins in groups.items()]
    as_well.sort(key=lambda other: (-other[2], other[0], other[1]))
    found += [alternative("retention-as-well", *other) for other in as_well[:_SHOWN] if other[2] >= FAINT]
    return sorted(found, key=lambda other: -other[0])
