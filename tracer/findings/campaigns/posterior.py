r"""Where do the numbers of a campaign come from? A posterior over copies, clients' databases, the register, background.

Given that a campaign reached d controlled numbers, which ones shows the source. A list that was made from source S
holds the controlled numbers of S and no others: those that it called are drawn from them without replacement. A number
may also have been put into the campaign wrongly, with probability e; then it comes from the background, whose spread
over all controlled numbers is b. So, T being the numbers that truly come from S,

    P(D | S) = sum over T of  (1 - e)^|T| / (|S| (|S| - 1) ... (|S| - |T| + 1))  *  product over D \ T of e b_i
    P(D | background) = product over D of b_i, corrected for drawing without replacement

with e unknown and summed over a grid. A canary that is in several copies belongs to each of their sources: nothing
is said of uniqueness. Numbers, not calls, are counted: a redialled number counts for its source once.

What the caller knew of the persona multiplies a number of T by P(said | has the row) / P(said by chance), or by the
probability that one who has the row does not say it, where there is a text.

A home canary among the numbers takes every copy of its client out: home canaries are in the client's own database and
in no copy. The prior of anything but background is spread over all campaigns that are looked at.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import combinations

import duckdb
import numpy as np

from tracer.disclosure import Count, Measure, PartyRef, Probability, Reason, ReleaseRef, Share, Word
from tracer.findings.campaigns.content import (
    AGREED,
    ASKED,
    BURN_IN,
    BURN_IN_MARK,
    EARLY,
    STORM,
    Campaign,
    Content,
)
from tracer.findings.campaigns.facts import Hit, Key, Number, SignalFacts, statement
from tracer.findings.campaigns.pool import Pool
from tracer.findings.sightings import Release
from tracer.findings.tails import count_interval
from tracer.identify.callers import segment_of
from tracer.identify.normalise import normalise_as
from tracer.signals.records import region_of_calls

# The background of unsolicited calls: what reaches numbers that were given to no one, and how it spreads over numbers.

MONTH = 365.25 / 12
"""Days."""
SHAPE = 2.0
"""Shape of the gamma prior of a number's rate: rates of never-published numbers differ by about their mean (methods 1:
about 2 calls a month on the average number)."""
_DEFAULT = 2.0
"""Calls a month that are assumed where there are no controls (methods 1)."""
RECYCLED = 3.0
"""How much more a number that another person had before is called, until its own record is long enough."""


@dataclass(frozen=True)
class ControlRate:
    """Hits on controls, a month and number."""

    medium: str
    numbers: int
    months: float
    hits: int
    low: float
    high: float

    @property
    def mean(self) -> float | None:
        """Hits a month and number; None without controls."""
        return self.hits / self.months if self.months > 0 else None


def _months_watched(number: Number, span: tuple[datetime, datetime] | None) -> float:
    """Months in which records could tell of this number: the observed span, cut to the number's life."""
    if span is None:
        return 0.0
    first = max(span[0].date(), number.since or date.min)
    last = min(span[1].date(), number.until or date.max)
    return max(0.0, ((last - first) + timedelta(days=1)).days / MONTH)


def control_rates(facts: SignalFacts) -> list[ControlRate]:
    """The background rate by medium, from the controls alone."""
    rates = []
    for medium, span in sorted(facts.observed.items()):
        controls = [n for n in facts.numbers.values() if n.kind == "control" and n.has(medium)]
        months = sum(_months_watched(number, span) for number in controls)
        hits = sum(hit.medium == medium and hit.number.kind == "control" for hit in facts.hits)
        low, high = (end / months for end in count_interval(hits)) if months > 0 else (0.0, math.inf)
        rates.append(ControlRate(medium, len(controls), months, hits, low, high))
    return rates


def spread(facts: SignalFacts, rates: Sequence[ControlRate], noise: Iterable[Hit], medium: str) -> dict[int, float]:
    """Number → its share of the background of a medium, among the numbers that can be reached by it; sums to 1.

    A number's rate is that of the controls, corrected by what reached it as `noise` (gamma–Poisson: (a + n) /
    (a / mean + months)): hits that cannot come from any copy. A recycled number so explains its own hits."""
    rate = next((rate.mean for rate in rates if rate.medium == medium and rate.mean), None) or _DEFAULT
    counts = Counter(hit.number.no for hit in noise if hit.medium == medium)
    span = facts.observed.get(medium)
    weights: dict[int, float] = {}
    for number in facts.numbers.values():
        if not number.has(medium):
            continue
        months = _months_watched(number, span)
        mean = rate * (RECYCLED if number.recycled else 1.0)
        weights[number.no] = (SHAPE + counts[number.no]) / (SHAPE / mean + months) * max(months, 1.0 / MONTH)
    total = sum(weights.values())
    return {no: weight / total for no, weight in weights.items()}


# The posterior.

STRAYS = {
    True: ((0.02, 0.6), (0.1, 0.3), (0.3, 0.08), (0.6, 0.02)),
    False: ((0.02, 0.35), (0.1, 0.35), (0.3, 0.2), (0.6, 0.1)),
}
"""Whether one script joins the campaign → (e, its prior): how many of its numbers do not come from its source.
Strangers rarely read the same script; calls without a word are joined by their callers' numbers alone."""
NAMED = ((0.01, 0.5), (0.3, 0.25), (0.8, 0.25))
"""(probability that a caller who has the persona's row uses it, prior): robots mostly do not, agents mostly do."""
_SUSPECTED = 1.0
"""Campaigns of a case that are expected to come from a copy, a database or the register, where few are looked at:
signals are looked at where a leak is suspected. Shared by all campaigns, so that more of them name no more copies by
chance."""
_LEAST = 0.1
"""The least prior of one campaign: where very many are looked at, more than one leak is expected."""
KINDS = {"release": 0.7, "merge": 0.1, "intersection": 0.03, "client": 0.1, "register": 0.07}
"""How that prior is shared out; within a kind evenly."""
_MERGED = 4
"""Copies that are looked at as merged, at most."""
_TOUCHED = 60
"""Copies of which a pair is looked at: those with the most numbers reached."""


@dataclass(frozen=True)
class Reached:
    """One controlled number that a campaign reached."""

    number: Number
    day: date
    content: Content


@dataclass(frozen=True)
class CampaignSource:
    """Where a campaign's numbers may come from."""

    kind: str
    releases: tuple[str, ...]
    client: str | None
    probability: float


@dataclass(frozen=True)
class World:
    """What a posterior is computed against."""

    numbers: Mapping[int, Number]
    releases: Sequence[Release]
    owners: Sequence[str]
    spread: Mapping[int, float]
    campaigns: int
    scripted: bool = True

    def share_of(self, reached: Reached) -> float:
        """A number's share of the background, never 0."""
        return max(self.spread.get(reached.number.no, 0.0), 1e-9)


def sources(reached: Sequence[Reached], world: World) -> list[CampaignSource]:
    """The posterior, the likeliest first, then by kind and ids; copies that no number reached belongs to, and what has
    under 1 in a million, are left out."""
    shares = [world.share_of(item) for item in reached]
    drawn = sum(math.log1p(-min(j / max(len(world.numbers), 1), 0.99)) for j in range(len(shares)))
    by_chance = math.fsum(math.log(share) for share in shares) - drawn
    prior = max(_SUSPECTED / (1 + max(1, world.campaigns)), _LEAST)
    weights = [(CampaignSource("background", (), None, 0.0), math.log1p(-prior) + by_chance)]
    owned = owned_by(world.numbers.values(), world.owners)
    kinds = kinds_of(world.releases, owned)
    weights += _of_copies(reached, world, {kind: prior * share for kind, share in kinds.items()})
    for source, support in owned:
        share = prior * kinds[source.kind] / sum(other.kind == source.kind for other, _ in owned)
        weights.append((source, math.log(share) + _log_likelihood(reached, support, None, world)))
    return normalised_sources(weights)


def normalised_sources(weights: Sequence[tuple[CampaignSource, float]]) -> list[CampaignSource]:
    """Sources with their probability, of ln weights."""
    top = max(weight for _, weight in weights)
    total = sum(math.exp(weight - top) for _, weight in weights)
    found = [CampaignSource(s.kind, s.releases, s.client, math.exp(weight - top) / total) for s, weight in weights]
    found = [source for source in found if source.probability >= 1e-6]
    return sorted(found, key=lambda s: (-s.probability, s.kind, s.releases, s.client or ""))


def owned_by(numbers: Iterable[Number], owners: Iterable[str]) -> list[tuple[CampaignSource, frozenset[int]]]:
    """What an owner has of his own: the database (home canaries), and the register (all that is planted for him). Where
    both hold the same, only the database: nothing can tell the two apart."""
    numbers, found = list(numbers), []
    for owner in owners:
        ours = [n for n in numbers if (owner in n.clients if n.clients else n.kind in ("home", "canary", "reserve"))]
        home = frozenset(n.no for n in ours if n.kind == "home")
        planted = frozenset(n.no for n in ours if n.kind != "control")
        for kind, held in (("client", home), ("register", planted)):
            if held and not (kind == "register" and held == home):
                found.append((CampaignSource(kind, (), owner, 0.0), held))
    return found


def kinds_of(releases: Sequence[Release], owned: Iterable[tuple[CampaignSource, object]]) -> dict[str, float]:
    """The prior of kinds of sources, shared out over those that exist; it sums to 1 unless none does."""
    exist = {source.kind for source, _ in owned}
    exist |= {"release"} if releases else set()
    exist |= {"merge", "intersection"} if len(releases) > 1 else set()
    whole = math.fsum(KINDS[kind] for kind in sorted(exist))
    return {kind: KINDS[kind] / whole for kind in exist}


def home_of(number: Number) -> set[str | None]:
    """The owners whose copies cannot explain that this number was reached; None: any owner's."""
    return set[str | None](number.clients or {None}) if number.kind == "home" else set()


def probability_involved(found: Iterable[CampaignSource], release: str) -> float:
    """Probability that this copy is the campaign's source, alone, merged, or compared with another."""
    return math.fsum(source.probability for source in found if release in source.releases)


def _of_copies(
    reached: Sequence[Reached], world: World, prior: Mapping[str, float]
) -> list[tuple[CampaignSource, float]]:
    """Copies alone, merged, and compared, with their ln weights; a copy that no number reached belongs to is none."""
    home = set[str | None]().union(*(home_of(item.number) for item in reached))
    members = {r.id: frozenset(n.no for n in world.numbers.values() if r.id in n.releases) for r in world.releases}
    dates = {r.id: r.date for r in world.releases}
    blamable = [r for r in world.releases if not home & {r.client, None}]
    counts = {r.id: sum(item.number.no in members[r.id] for item in reached) for r in blamable}
    touched = sorted((r for r in counts if counts[r]), key=lambda r: (-counts[r], r))[:_TOUCHED]
    n = len(world.releases)
    alone = math.log(prior["release"] / n) if n else 0.0
    found = []
    for r in touched:
        likelihood = _log_likelihood(reached, members[r], dates[r], world)
        found.append((CampaignSource("release", (r,), None, 0.0), alone + likelihood))
    pairs = max(1, n * (n - 1) // 2)
    merged = math.log(prior.get("merge", 1.0) / pairs)
    compared = math.log(prior.get("intersection", 1.0) / pairs)
    best: tuple[float, tuple[str, ...]] = (-math.inf, ())
    for a, b in combinations(sorted(touched), 2):
        weight = merged + _log_likelihood(reached, members[a] | members[b], None, world)
        found.append((CampaignSource("merge", (a, b), None, 0.0), weight))
        best = max(best, (weight, (a, b)))
        both = members[a] & members[b]
        if both:
            later = max((day for day in (dates[a], dates[b]) if day is not None), default=None)
            weight = compared + _log_likelihood(reached, both, later, world)
            found.append((CampaignSource("intersection", (a, b), None, 0.0), weight))
    while 2 <= len(best[1]) < _MERGED:  # a third and a fourth copy, each at the price of one more choice among n
        held = best[1]
        union = frozenset[int]().union(*(members[r] for r in held))
        price = merged - (len(held) - 1) * math.log(n)
        grown = [
            (price + _log_likelihood(reached, union | members[r], None, world), tuple(sorted((*held, r))))
            for r in touched
            if r not in held
        ]
        if not grown or max(grown)[0] <= best[0]:
            break
        best = max(grown)
        found.append((CampaignSource("merge", best[1], None, 0.0), price + (best[0] - price)))
    return found


def _log_likelihood(reached: Sequence[Reached], support: frozenset[int], since: date | None, world: World) -> float:
    """ln P(these numbers | a list with `support` that exists `since`), strays summed out."""
    mine = [item.number.no in support and not (since is not None and item.day < since) for item in reached]
    base = [world.share_of(item) for item in reached]
    inside = [item for item, is_mine in zip(reached, mine, strict=True) if is_mine]
    terms = []
    for stray, weight in STRAYS[world.scripted]:
        outside = math.fsum(math.log(stray * b) for b, is_mine in zip(base, mine, strict=True) if not is_mine)
        strays = [stray * b for b, is_mine in zip(base, mine, strict=True) if is_mine]
        for named, likely in NAMED:
            # How much likelier what was said is from one who has the row than from one who has not.
            ratios = [
                named / item.content.by_chance if item.content.kind else 1.0 - named if item.content.silent else 1.0
                for item in inside
            ]
            terms.append(math.log(weight * likely) + outside + _log_drawn(ratios, strays, stray, len(support)))
    top = max(terms)
    return top + math.log(math.fsum(math.exp(term - top) for term in terms))


def _log_drawn(ratios: Sequence[float], strays: Sequence[float], stray: float, size: int) -> float:
    """ln of the sum over subsets T of the numbers in the support: coefficient k of a polynomial is that of |T| = k."""
    # Each number's factors are scaled by the larger, so that a hundred numbers do not underflow.
    scale, ways = 0.0, np.ones(1)
    for likelihood, false in zip(ratios, strays, strict=True):
        true = likelihood * (1.0 - stray) / size
        larger = max(true, false)
        ways = np.append(ways * (false / larger), 0.0) + np.append(0.0, ways * (true / larger))
        scale += math.log(larger)
    # size^k / (size)_k for k truly drawn numbers; more than the support holds cannot be drawn.
    steps = [size / (size - k) if k < size else 0.0 for k in range(ways.size - 1)]
    total = float((ways * np.append(1.0, np.cumprod(np.array(steps)))).sum())
    return scale + math.log(total)


# Were ordinary people of a copy called as well? Complaints about a campaign's callers tell; without them somebody may
# have planted a copy's canaries to frame its recipient, and signals alone cannot exclude it.

PLANTED = 0.01
"""Prior share of framing among campaigns that look like a copy's."""


@dataclass(frozen=True)
class ComplaintsOfCopy:
    """Complaints about a campaign's callers, held against one copy."""

    called: int
    held: int
    by_chance: float
    """Share of them that would by chance, from how densely the copy fills their blocks."""

    @property
    def planted(self) -> float:
        """Probability that the canaries were planted, given that they are a copy's.

        A campaign that is made from the copy calls its people in an unknown share (uniform: 1 / (m + 1) for
        any number of m); one that only calls its canaries does so by chance."""
        if self.called == 0:
            return PLANTED
        # Never surer than a thousandth of a hit by chance: the blocks are an estimate.
        chance = min(max(self.by_chance, 1e-3), 0.999)
        k, m = self.held, self.called
        log_planted = math.log(math.comb(m, k)) + k * math.log(chance) + (m - k) * math.log1p(-chance)
        odds = PLANTED / (1.0 - PLANTED) * math.exp(min(log_planted + math.log(m + 1), 50.0))
        return odds / (1.0 + odds)


class Complaints:
    """The complaints of a case by the callers' segments; read once."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._called: dict[str, set[int]] = defaultdict(set)
        self.callers: dict[str, list[str]] = defaultdict(list)
        con.execute(statement("complaint_cells"))
        normalise_as(con, "complaint_cell", "raw", "complaint_key", "phone", region_of_calls(con))
        for caller, key in con.execute(statement("complaint_calls")).fetchall():
            segment = segment_of(caller)
            if segment is None:
                continue
            self.callers[segment].append(caller)
            if key is not None:
                self._called[segment].add(key)
        for table in ("complaint_cell", "complaint_key"):
            con.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def hold_against(self, hits: Iterable[Hit], release: str) -> ComplaintsOfCopy:
        """Hold the complaints about callers of the hits' segments against a copy."""
        segments = {segment for hit in hits if (segment := segment_of(hit.caller)) is not None}
        keys = sorted(set[int]().union(*(self._called.get(segment, set()) for segment in segments)))
        if not keys:
            return ComplaintsOfCopy(0, 0, 0.0)
        rows = self._con.execute(statement("ordinary"), {"keys": keys, "release": release}).fetchall()
        return ComplaintsOfCopy(len(keys), *rows[0])


# What hits and campaigns show, what that rests on, and what speaks against it. A copy is named, never its recipient;
# what is counted is controlled numbers and calls to them, which belong to no person.

SURE = 0.95
"""Probability from which a copy is said to be behind a campaign."""
_LIKELY = 0.5
_SOURCES = 3
"""Sources that are named with their probability."""
KNEW = ("name", "firm", "client", "greeted")
"""What only somebody says who knows the persona: the kinds of `Content` but for a surname, which is common."""
_MARKED: Mapping[str, Reason] = {
    BURN_IN_MARK: Reason.of("hit-new-number", days=BURN_IN.days),
    EARLY: Reason.of("hit-before-copy"),
    AGREED: Reason.of("hit-planned"),
    STORM: Reason.of("hit-storm"),
    ASKED: Reason.of("hit-asked"),
}


@dataclass(frozen=True)
class CampaignVerdict:
    """One campaign, read."""

    id: str
    campaign: Campaign
    evidence: tuple[Hit, ...]
    agreed: str | None
    sequential: bool
    found: tuple[CampaignSource, ...]
    complaints: Mapping[str, ComplaintsOfCopy]
    """Copy → what complaints say of its ordinary people."""
    content: Mapping[Key, Content]
    same_province: float | None
    facts: SignalFacts
    copies: Mapping[str, float] = field(default_factory=dict)
    """Copy → probability that it is the campaign's source, planting taken off."""

    @property
    def numbers(self) -> int:
        """Distinct controlled numbers that say anything."""
        return len({hit.number.no for hit in self.evidence})


@dataclass(frozen=True)
class SignalReadings:
    """What the signals of a case say."""

    facts: SignalFacts
    rates: tuple[ControlRate, ...]
    marks: Mapping[Key, str]
    """Hit → why it does not count as evidence."""
    verdicts: tuple[CampaignVerdict, ...]
    """Campaigns of two hits or more, and single hits that used the persona."""
    pools: tuple[Pool, ...]
    content: Mapping[Key, Content]
    complaints: Complaints

    @cached_property
    def by_hit(self) -> Mapping[Key, CampaignVerdict]:
        """Hit → its campaign; single hits are in none."""
        return {hit.key: verdict for verdict in self.verdicts for hit in verdict.campaign.hits}


def hit_shows(reading: SignalReadings, hit: Hit) -> Reason:
    """What one hit shows, in the light of its campaign."""
    mark, verdict = reading.marks.get(hit.key), reading.by_hit.get(hit.key)
    if mark is not None:
        return _MARKED[mark]
    if hit.number.kind == "control":
        return Reason.of("hit-background-control")
    if verdict is not None and (verdict.agreed is not None or verdict.sequential):
        return campaign_shows(verdict)
    if verdict is not None and verdict.found:
        found = campaign_shows(verdict)
    elif hit.number.kind == "home":
        found = Reason.of("hit-alone-home")
    else:
        found = Reason.of("hit-alone" if hit.number.releases else "hit-no-release")
    controls = any(rate.numbers for rate in reading.rates if rate.medium == hit.medium)
    unknown = hit.number.kind == "canary" and hit.number.releases and not controls
    return Reason.of("hit-no-controls", reading=found) if unknown else found


def campaign_shows(verdict: CampaignVerdict) -> Reason:
    """What a campaign shows: the rows of the diagnosis matrix, by the posterior."""
    if verdict.agreed is not None:
        return Reason.of("campaign-agreed-use", release=ReleaseRef(verdict.agreed))
    top = verdict.found[0] if verdict.found else None
    if verdict.sequential or (top is not None and top.kind == "background" and top.probability >= _LIKELY):
        return Reason.of("campaign-background")
    if top is None or top.probability < _LIKELY:
        return Reason.of("campaign-no-evidence" if top is None else "campaign-undecided")
    if top.releases:
        sure = tuple(release for release, probability in sorted(verdict.copies.items()) if probability >= SURE)
        named = top.releases if top.kind == "intersection" else sure or top.releases
        copies, word = tuple(map(ReleaseRef, named)), Word("yes" if sure else "no")
        code = "campaign-merge" if top.kind == "merge" else "campaign-copy"
        code = "campaign-intersection" if top.kind == "intersection" else code
        return Reason.of(code, releases=copies, sure=word)
    client = PartyRef(top.client) if top.client else None
    if top.kind != "client":
        return Reason.of("campaign-register", client=client)
    hits = [hit for hit in verdict.evidence if hit.number.kind == "home"]
    days, numbers, medium = {hit.day for hit in hits}, {hit.number.no for hit in hits}, verdict.evidence[0].medium
    by_channel = sorted(Counter(hit.channel for hit in hits).items())
    return Reason.of(
        "campaign-client",
        client=client,
        numbers=len(numbers),
        planted=sum(n.kind == "home" and n.has(medium) for n in verdict.facts.numbers.values()),
        seen=tuple(Reason.of("alarm-hits", channel=Word(channel), n=n) for channel, n in by_channel),
        days=(max(days) - min(days)).days + 1 if days else 0,
        copies=len(verdict.facts.marks.releases),
    )


def reasons(verdict: CampaignVerdict, rates: Mapping[str, ControlRate]) -> Iterator[Reason]:
    """What a campaign's reading rests on."""
    hits, numbers = verdict.campaign.hits, {hit.number.no for hit in verdict.campaign.hits}
    first, last = hits[0].at.date(), hits[-1].at.date()
    until = None if last == first else last
    joined = Word("nothing" if len(hits) == 1 else "script" if verdict.campaign.script else "callers")
    yield Reason.of("campaign-hits", hits=len(hits), numbers=len(numbers), first=first, last=until, joined=joined)
    reached = Counter(kind for kind, _ in {(hit.number.kind, hit.number.no) for hit in verdict.evidence})
    order = ("canary", "home", "control", "reserve")
    kinds = tuple(Reason.of("campaign-kind", kind=Word(kind), n=reached[kind]) for kind in order if reached[kind])
    if kinds:
        yield Reason.of("campaign-reached", kinds=kinds)
    said = Counter(verdict.content[hit.key].kind for hit in verdict.evidence)
    for what in ("name", "firm", "client"):
        if said[what]:
            yield Reason.of("campaign-knew", n=said[what], what=Word(what))
    rate = rates.get(hits[0].medium)
    if rate is not None and rate.mean is not None:
        names = {"months": rate.months, "rate": rate.mean, "low": rate.low, "high": rate.high}
        measured = {name: Measure(value) for name, value in names.items()}
        yield Reason.of("campaign-background-rate", hits=rate.hits, controls=rate.numbers, **measured)
    for source in verdict.found[:_SOURCES]:
        copies, client = tuple(map(ReleaseRef, source.releases)), PartyRef(source.client) if source.client else None
        chance, kind = Probability(source.probability), Word(source.kind)
        yield Reason.of("campaign-source", probability=chance, kind=kind, releases=copies, client=client)
    for release, seen in sorted(verdict.complaints.items()):
        if seen.called:
            called, held = Count(seen.called, across_lists=False), Count(seen.held)
            copy, share = ReleaseRef(release), Share(seen.by_chance)
            yield Reason.of("campaign-complaints", called=called, held=held, release=copy, chance=share)


def against(verdict: CampaignVerdict, controls: int) -> Iterator[Reason]:
    """What speaks against a campaign's reading."""
    if not controls:
        yield Reason.of("campaign-no-controls")
    yield Reason.of("campaign-callers-forged", hidden=sum(hit.caller is None for hit in verdict.campaign.hits))
    if verdict.numbers == 1:
        yield Reason.of("campaign-one-number")
    if any(hit.number.kind == "home" for hit in verdict.evidence):
        yield Reason.of("campaign-home-reached")
    if any(seen.called == 0 for seen in verdict.complaints.values()):
        yield Reason.of("campaign-people-unknown")
    for release, seen in sorted(verdict.complaints.items()):
        if seen.called and seen.planted > 0.5:
            yield Reason.of("campaign-people-not-in-copy", release=ReleaseRef(release))
    if verdict.evidence and not any(verdict.content[hit.key].kind in KNEW for hit in verdict.evidence):
        yield Reason.of("campaign-nobody-knew")
