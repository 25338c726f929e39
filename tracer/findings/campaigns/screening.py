"""Which hits can say anything about a copy: not those on new numbers, before any copy, in agreed use, of a storm, or
after a look-up service was asked for the number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from tracer.findings.campaigns.background import RECYCLED_STATES
from tracer.findings.campaigns.facts import CallingWindow, Hit, Number, SignalFacts
from tracer.findings.campaigns.grouping import segment_of
from tracer.signals.formats import OWN

BURN_IN = timedelta(days=30)
"""A number newly in service is called for its former owner."""
_STORM_CALLERS = 8
"""Callers in a day, from as many segments, none of whom reached another controlled number: people who call back because
the number was forged as a caller's. At 2 unsolicited calls a month so many in a day are as good as impossible."""
_PROBE_S = 3.0
"""A call that ends by then, without a word, only asks whether the number lives."""

BURN_IN_MARK, EARLY, AGREED, STORM = "burn-in", "before the copy", "agreed use", "call-back storm"
ASKED = "asked of a service"
"""Why a hit does not count as evidence."""


def screen(facts: SignalFacts) -> dict[tuple[int, int, int], str]:
    """(file, row, number) → why the hit does not count as evidence; all other hits are not in it."""
    dates = {release.id: release.date for release in facts.marks.releases}
    storms = _storms(facts.hits)
    marks: dict[tuple[int, int, int], str] = {}
    for hit in facts.hits:
        number, key = hit.number, key_of(hit)
        if in_burn_in(number, hit.medium, hit.day):
            marks[key] = BURN_IN_MARK
        elif number.releases and all(_before(hit, dates[release]) for release in number.releases):
            marks[key] = EARLY
        elif any(window.stated and inside(window, hit) for window in facts.windows):
            marks[key] = AGREED
        elif any(no in facts.asked and hit.at >= facts.asked[no] for no in hit.canaries):
            marks[key] = ASKED
        elif key in storms:
            marks[key] = STORM
    return marks


def in_burn_in(number: Number, medium: str, day: date) -> bool:
    """Whether what comes may be for somebody who had it before: telephone numbers are given out again, mail addresses
    only where their state says so."""
    had_before = medium == "phone" or number.state in RECYCLED_STATES
    return had_before and number.since is not None and number.since <= day < number.since + BURN_IN


def _before(hit: Hit, handed_over: date | None) -> bool:
    return handed_over is not None and hit.day < handed_over


def key_of(hit: Hit) -> tuple[int, int, int]:
    """What distinguishes one hit from another."""
    return hit.file, hit.row, hit.number.no


def reaches(window: CallingWindow, number: Number) -> bool:
    """Whether a planned campaign reaches a number: of a copy its records, of the owner's own those at home."""
    return number.kind == "home" if window.release == OWN else window.release in number.releases


def inside(window: CallingWindow, hit: Hit) -> bool:
    """Whether the holder of the window's copy, or the owner, may have made this call as agreed."""
    channels = (window.channel, "flash_sms") if window.channel == "sms" else (window.channel,)
    return (
        reaches(window, hit.number)
        and (window.channel is None or hit.channel in channels)
        and window.first <= hit.day <= window.last
    )


def is_probe(hit: Hit) -> bool:
    """One ring, or a silent call."""
    return hit.channel == "call" and hit.duration is not None and hit.duration <= _PROBE_S and not hit.text.strip()


def _storms(hits: Sequence[Hit]) -> set[tuple[int, int, int]]:
    reached: dict[str, set[int]] = defaultdict(set)
    calls: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.channel == "call" and not hit.text.strip():
            calls[hit.number.no].append(hit)
        if hit.caller is not None:
            reached[hit.caller].add(hit.number.no)
    found: set[tuple[int, int, int]] = set()
    for members in calls.values():
        start = 0
        for end, hit in enumerate(members):
            while hit.at - members[start].at > timedelta(days=1):
                start += 1
            day = [h for h in members[start : end + 1] if h.caller is not None and len(reached[h.caller]) == 1]
            if len({segment_of(h.caller) for h in day}) >= _STORM_CALLERS:
                found.update(key_of(h) for h in day)
    return found
