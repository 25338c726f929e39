"""Campaigns: what calls, messages and mail that reached canaries say about the copies of a list.

Hits are screened, grouped, and held against every source that could have given the numbers; the outcome is a posterior,
joined with attribution from lists only where what the caller said agrees as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import scipy

from tracer.findings.campaigns.content import (
    BURN_IN_MARK,
    EARLY,
    STORM,
    Campaign,
    Chances,
    Content,
    group,
    hits_screened_out,
)
from tracer.findings.campaigns.facts import Hit, Key, SignalFacts, read_facts, statement
from tracer.findings.campaigns.leaks import SourceInUse, leaks_of
from tracer.findings.campaigns.pool import pools, same_province
from tracer.findings.campaigns.posterior import (
    CampaignSource,
    CampaignVerdict,
    Complaints,
    ControlRate,
    Reached,
    SignalReadings,
    World,
    against,
    campaign_shows,
    control_rates,
    hit_shows,
    probability_involved,
    reasons,
    sources,
    spread,
)
from tracer.findings.case_facts import CaseFacts, kept, put_rows
from tracer.identify.callers import place_numbers

_NUMBERS = 6
"""Numbers that can show an order: by chance six are in order, up or down, once in 360."""
_TAU = 0.9
"""Kendall's tau of number against time from which dialling is sequential."""
_STRAY_USE = 0.1
"""Share of a campaign's numbers that may lie outside agreed use: one in ten is put into it wrongly."""
_SHARED = 0.5
"""Share of a campaign's hits on which a source in use rests from which it is that source's."""
_PROBE_S = 3.0
"""A call that ends by then, without a word, only asks whether the number lives: one ring, or a silent call."""
_TEXT_SHOWN = 3
"""Controlled numbers that a script must have reached before its text is shown: less may be a personal message."""

__all__ = ["SignalReadings", "compute", "read_signals"]


def compute(facts: CaseFacts, run: int) -> SignalReadings:
    """Read the signals of the case and write the findings of `run`."""
    reading = read_signals(facts.con)
    _write(facts.con, run, reading)
    return reading


def read_signals(con: duckdb.DuckDBPyConnection) -> SignalReadings:
    """Read all signals of the case: what each hit and each campaign shows, and how sure that is."""
    facts = read_facts(con)
    marks = hits_screened_out(facts)
    rates = control_rates(facts)
    # What each hit says of the persona. Texts to controls, and those that no copy can have brought, teach how often it
    # is said by chance.
    every = sorted({name for names in facts.names.values() for name in names})
    clients = {}
    for hit in facts.hits:
        owners = hit.number.clients or (() if hit.number.kind == "control" else facts.owners)
        clients[hit.number.no] = [name for client in sorted(owners) for name in facts.names.get(client, ())]
    chances = Chances.learnt(
        (hit, clients[hit.number.no] or every)
        for hit in facts.hits
        if hit.number.kind == "control" or marks.get(hit.key) in (BURN_IN_MARK, EARLY, STORM)
    )
    content = {hit.key: chances.of(hit, clients[hit.number.no]) for hit in facts.hits}
    complaints = Complaints(con)
    place_numbers(con, statement("numbers_called"), "campaign_place")
    places = "SELECT number, province FROM campaign_place WHERE province IS NOT NULL ORDER BY number"
    provinces = dict(con.execute(places).fetchall())
    for table in ("campaign_place", "campaign_caller"):
        con.execute(f"DROP TABLE temp.{table}")
    campaigns = [
        c for c in group(facts.hits, facts.region) if len(c.hits) > 1 or content[c.hits[0].key].kind in ("name", "firm")
    ]
    named = {f"c{number}": campaign for number, campaign in enumerate(campaigns, start=1)}
    grouped = {hit.key for campaign in campaigns for hit in campaign.hits}
    noise = [hit for hit in facts.hits if hit.key in marks or hit.key not in grouped]
    worlds = {}
    for medium in ("phone", "email"):
        reachable = {no: number for no, number in facts.numbers.items() if number.has(medium)}
        tested = sum(c.hits[0].medium == medium and len({h.number.no for h in c.hits}) > 1 for c in campaigns)
        share = spread(facts, rates, noise, medium)
        worlds[medium] = World(reachable, facts.marks.releases, facts.owners, share, tested)
    judge = _Judge(facts, marks, content, worlds, complaints, provinces)
    verdicts = tuple(judge.verdict(identity, campaign) for identity, campaign in named.items())
    found = pools(named, facts.hits, complaints.callers, provinces)
    reading = SignalReadings(facts, tuple(rates), marks, verdicts, tuple(found), content, complaints)
    leaks = leaks_of(reading)
    return replace(reading, verdicts=tuple(judge.as_part_of(leaks, verdict) for verdict in verdicts))


@dataclass(frozen=True)
class _Judge:
    """What campaigns are read with."""

    facts: SignalFacts
    marks: Mapping[Key, str]
    content: Mapping[Key, Content]
    worlds: Mapping[str, World]
    complaints: Complaints
    provinces: Mapping[str, str]

    def verdict(self, identity: str, campaign: Campaign) -> CampaignVerdict:
        """The campaign by itself."""
        evidence = tuple(hit for hit in campaign.hits if hit.key not in self.marks)
        agreed, sequential = self._agreed_use(evidence), is_sequential(evidence)
        found: list[CampaignSource] = []
        if evidence and agreed is None and not sequential:
            # Each number once: when first, and the strongest that was said to it.
            by_number, reached = defaultdict[int, list[Hit]](list), list[Reached]()
            for hit in evidence:
                by_number[hit.number.no].append(hit)
            for _, hits in sorted(by_number.items()):
                said = (self.content[hit.key] for hit in hits)
                best = min(said, key=lambda c: (c.by_chance, c.kind, not c.silent))
                reached.append(Reached(hits[0].number, min(hit.day for hit in hits), best))
            world = replace(self.worlds[campaign.hits[0].medium], scripted=bool(campaign.script))
            found = sources(reached, world)
        calls = [hit for hit in campaign.hits if hit.medium == "phone"]
        read = CampaignVerdict(
            id=identity,
            campaign=campaign,
            evidence=evidence,
            agreed=agreed,
            sequential=sequential,
            found=(),
            complaints={},
            content=self.content,
            same_province=same_province(calls, self.provinces),
            facts=self.facts,
        )
        return self._with_sources(read, found)

    def as_part_of(self, leaks: Sequence[SourceInUse], verdict: CampaignVerdict) -> CampaignVerdict:
        """The campaign, read as what it is a part of: where a source in use rests on its hits, it is that source's."""
        mine = {(hit.file, hit.row, no) for hit in verdict.evidence for no in hit.canaries}
        leak = max(leaks, key=lambda one: len(mine & set(one.hits)), default=None)
        if leak is None or not verdict.found or len(mine & set(leak.hits)) < _SHARED * len(mine):
            return verdict
        top = verdict.found[0]
        if top.probability >= _SHARED and leak.subject in (*top.releases, top.client) and top.kind != "background":
            return verdict
        return self._with_sources(verdict, leak.sources)

    def _with_sources(self, verdict: CampaignVerdict, found: Sequence[CampaignSource]) -> CampaignVerdict:
        """The campaign with these sources, and what complaints say of each copy among them."""
        named = sorted({release for source in found for release in source.releases if source.probability >= 0.01})
        said = {release: self.complaints.hold_against(verdict.campaign.hits, release) for release in named}
        copies = {release: probability_involved(found, release) * (1.0 - said[release].planted) for release in named}
        return replace(verdict, found=tuple(found), complaints=said, copies=copies)

    def _agreed_use(self, evidence: Sequence[Hit]) -> str | None:
        """The copy whose agreed use explains the campaign: nearly all numbers lie in it, in its days, by its channel.

        A campaign that also reaches numbers outside is not the one that was agreed, and all its hits count."""
        numbers = {hit.number.no for hit in evidence}
        every = self.facts.windows
        candidates = sorted({window.release for window in every if any(window.covers(hit) for hit in evidence)})
        for release in candidates:
            windows = [window for window in every if window.release == release]
            outside = {hit.number.no for hit in evidence if not any(window.covers(hit) for window in windows)}
            if len(outside) <= _STRAY_USE * len(numbers):
                return release
        return None


def is_sequential(hits: Sequence[Hit]) -> bool:
    """Whether the hits, in order of time, went up or down the numbers, a control among them: who dials one number after
    the other reaches controls as well."""
    first: dict[int, Hit] = {}
    for hit in hits:
        if hit.number.phone is not None:
            first.setdefault(hit.number.phone, hit)
    if len(first) < _NUMBERS or not any(hit.number.kind == "control" for hit in first.values()):
        return False
    times = [hit.at.timestamp() for hit in first.values()]
    return bool(abs(float(scipy.stats.kendalltau(list(first), times).statistic)) >= _TAU)


def _write(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    """Write readings, campaigns, their sources, caller pools and the background, with the number of the run."""
    hits = []
    for hit in reading.facts.hits:
        verdict, sequential = reading.by_hit.get(hit.key), "sequential dialling"
        pattern = reading.marks.get(hit.key) or (sequential if verdict is not None and verdict.sequential else None)
        if pattern is None and hit.channel == "call" and not hit.text.strip():
            pattern = "probe" if hit.duration is not None and hit.duration <= _PROBE_S else None
        campaign, said = verdict and verdict.id, reading.content[hit.key].kind or None
        shows = kept([hit_shows(reading, hit)])[0]
        hits += [(hit.file, hit.row, canary, campaign, said, pattern, shows) for canary in hit.canaries]
    put_rows(con, "signal_reading", run, "file row canary campaign content pattern reading", hits)

    columns = (
        "id channels hits numbers evidence callers hidden first_at last_at script pool content same_province reading"
        " releases probability reasons against"
    )
    rates = {rate.medium: rate for rate in reading.rates}
    of_pool = {campaign: pool.id for pool in reading.pools for campaign in pool.campaigns}
    put_rows(con, "campaign", run, columns, (_campaign(v, of_pool.get(v.id), rates) for v in reading.verdicts))

    rows: list[tuple[object, ...]] = []
    for verdict in reading.verdicts:
        planted: dict[str, float] = defaultdict(float)
        for source in verdict.found:
            # A part of what looks like a copy's may be planted: signals alone cannot tell, complaints can.
            complained = [verdict.complaints[release] for release in source.releases if release in verdict.complaints]
            share = max((one.planted for one in complained), default=0.0)
            copies, probability = list(source.releases), source.probability * (1.0 - share)
            rows.append((verdict.id, source.kind, copies, source.client, probability))
            for release in source.releases if source.kind == "release" else ():
                planted[release] += source.probability * share
        rows += [(verdict.id, "planted", [r], None, p) for r, p in sorted(planted.items()) if p >= 1e-6]
    put_rows(con, "campaign_source", run, "campaign kind releases client probability", rows)

    columns = "id segments calls callers complaints low estimate high first_at last_at campaigns same_province"
    rows = []
    for pool in reading.pools:
        size, campaigns = pool.size, list(pool.campaigns)
        counts = (size.calls, size.callers, pool.complaints, size.low, size.estimate, size.high)
        rows.append((pool.id, list(pool.segments), *counts, pool.first_at, pool.last_at, campaigns, pool.same_province))
    put_rows(con, "caller_pool", run, columns, rows)

    known = [
        (rate.medium, rate.numbers, rate.months, rate.hits, rate.mean, rate.low, rate.high if rate.months > 0 else None)
        for rate in reading.rates
    ]
    put_rows(con, "signal_background", run, "medium numbers months hits rate low high", known)


def _campaign(verdict: CampaignVerdict, pool: str | None, rates: Mapping[str, ControlRate]) -> tuple[object, ...]:
    """The row of one campaign."""
    hits = verdict.campaign.hits
    numbers = {hit.number.no for hit in hits}
    callers, hidden = {hit.caller for hit in hits if hit.caller}, sum(hit.caller is None for hit in hits)
    script = verdict.campaign.script[:80] if verdict.campaign.script and len(numbers) >= _TEXT_SHOWN else None
    knew = {h.number.no for h in verdict.evidence if verdict.content[h.key].kind in ("name", "firm", "client")}
    likely = [release for release, probability in sorted(verdict.copies.items()) if probability >= 0.5]
    top = verdict.found[0].probability if verdict.found else None
    probability = min(verdict.copies[release] for release in likely) if likely else top
    rate = rates.get(hits[0].medium)
    counts = (len(hits), len(numbers), verdict.numbers, len(callers), hidden)
    seen = (sorted({hit.channel for hit in hits}), *counts, hits[0].at, hits[-1].at, script, pool, len(knew))
    shows, why = kept([campaign_shows(verdict)])[0], kept(reasons(verdict, rates))
    doubts = kept(against(verdict, 0 if rate is None else rate.numbers))
    return (verdict.id, *seen, verdict.same_province, shows, likely, probability, why, doubts)
