"""Campaigns: what calls, messages and mail that reached canaries say about the copies of a list.

Hits are screened, grouped, and held against every source that could have given the numbers; the outcome is a posterior,
joined with attribution from lists only where what the caller said agrees as well.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from tracer.findings.campaigns import words
from tracer.findings.campaigns.background import ControlRate
from tracer.findings.campaigns.grouping import segment_of
from tracer.findings.campaigns.judge import pattern_of, read_signals, reading_of
from tracer.findings.campaigns.screening import key_of
from tracer.findings.campaigns.verdict import CampaignVerdict, SignalReadings
from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows

# Writes readings, campaigns, their sources, caller pools and the background as findings.

_SHOWN = 3
"""Controlled numbers that a script must have reached before its text is shown: less may be a personal message."""


def write(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    """Write all of it with the number of the run."""
    _hits(con, run, reading)
    _campaigns(con, run, reading)
    _sources(con, run, reading)
    _pools(con, run, reading)
    _rates(con, run, reading)


def _hits(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    shown = reading_of(reading)
    by_hit = {key_of(hit): verdict for verdict in reading.verdicts for hit in verdict.campaign.hits}
    put_rows(con, "signal_reading", run, "file row canary campaign content pattern reading", (
        (
            hit.file, hit.row, canary, None if verdict is None else verdict.id,
            reading.content[key_of(hit)].kind or None, pattern_of(hit, verdict, reading.marks.get(key_of(hit))),
            kept([shown[key_of(hit)]])[0],
        )
        for hit in reading.facts.hits for verdict in (by_hit.get(key_of(hit)),) for canary in hit.canaries
    ))  # fmt: skip


def _campaigns(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    rates = {rate.medium: rate for rate in reading.rates}
    of_pool = {campaign: pool.id for pool in reading.pools for campaign in pool.campaigns}
    columns = (
        "id channels hits numbers evidence callers hidden first_at last_at script pool content same_province reading"
        " releases probability reasons against"
    )
    put_rows(con, "campaign", run, columns, (_campaign(v, of_pool, rates) for v in reading.verdicts))


def _campaign(
    verdict: CampaignVerdict, of_pool: Mapping[str, str], rates: Mapping[str, ControlRate]
) -> tuple[object, ...]:
    hits = verdict.campaign.hits
    numbers = {hit.number.no for hit in hits}
    likely = [release for release, probability in sorted(verdict.copies.items()) if probability >= 0.5]
    top = verdict.found[0].probability if verdict.found else None
    probability = min(verdict.copies[release] for release in likely) if likely else top
    rate = rates.get(hits[0].medium)
    return (
        verdict.id, sorted({hit.channel for hit in hits}), len(hits), len(numbers), verdict.numbers,
        len({hit.caller for hit in hits if segment_of(hit.caller) is not None}),
        sum(segment_of(hit.caller) is None for hit in hits), hits[0].at, hits[-1].at,
        verdict.campaign.script[:80] if verdict.campaign.script and len(numbers) >= _SHOWN else None,
        of_pool.get(verdict.id),
        len({h.number.no for h in verdict.evidence if verdict.content[key_of(h)].kind in ("name", "firm", "client")}),
        verdict.same_province, kept([words.reading(verdict)])[0], likely, probability,
        kept(words.reasons(verdict, rates)), kept(words.against(verdict, 0 if rate is None else rate.numbers)),
    )  # fmt: skip


def _sources(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    rows: list[tuple[object, ...]] = []
    for verdict in reading.verdicts:
        planted: dict[str, float] = {}
        for source in verdict.found:
            # A part of what looks like a copy's may be planted: signals alone cannot tell, complaints can.
            share = max((verdict.ordinary[r].planted for r in source.releases if r in verdict.ordinary), default=0.0)
            rows.append((
                verdict.id, source.kind, list(source.releases), source.client, source.probability * (1.0 - share),
            ))  # fmt: skip
            for release in source.releases if source.kind == "release" else ():
                planted[release] = planted.get(release, 0.0) + source.probability * share
        rows += [(verdict.id, "planted", [r], None, p) for r, p in sorted(planted.items()) if p >= 1e-6]
    put_rows(con, "campaign_source", run, "campaign kind releases client probability", rows)


def _pools(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    columns = "id segments calls callers complaints low estimate high first_at last_at campaigns same_province"
    put_rows(con, "caller_pool", run, columns, (
        (
            pool.id, list(pool.segments), pool.size.calls, pool.size.callers, pool.complaints, pool.size.low,
            pool.size.estimate, pool.size.high, pool.first_at, pool.last_at, list(pool.campaigns), pool.same_province,
        )
        for pool in reading.pools
    ))  # fmt: skip


def _rates(con: duckdb.DuckDBPyConnection, run: int, reading: SignalReadings) -> None:
    put_rows(con, "signal_background", run, "medium numbers months hits rate low high", (
        (
            rate.medium, rate.numbers, rate.months, rate.hits, rate.mean, rate.low,
            None if rate.high == float("inf") else rate.high,
        )
        for rate in reading.rates
    ))  # fmt: skip


__all__ = ["SignalReadings", "compute", "read_signals"]


def compute(facts: CaseFacts, run: int) -> SignalReadings:
    """Read the signals of the case and write the findings of `run`."""
    reading = read_signals(facts.con)
    write(facts.con, run, reading)
    return reading
