"""Which hits can say anything about a copy, and how hits become campaigns: by their script, else by call-back number,
caller, or the callers' segment, near in time.

A caller's number is an attribute: it can be forged, so it groups only what has no script of its own, and a group is
never named by it. Scripts are compared with a group's first script, so that likeness does not drift along a chain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rapidfuzz import fuzz, process

from tracer.findings.campaigns.content import call_backs, script_of
from tracer.findings.campaigns.facts import Hit, Key, Number, SignalFacts

BURN_IN = timedelta(days=30)
"""A number newly in service is called for its former owner."""
_STORM_CALLERS = 8
"""Callers in a day, from as many segments, none of whom reached another controlled number: people who call back because
the number was forged as a caller's. At 2 unsolicited calls a month so many in a day are as good as impossible."""
BURN_IN_MARK, EARLY, AGREED, STORM = "burn-in", "before the copy", "agreed use", "call-back storm"
ASKED = "asked of a service"
"""Why a hit does not count as evidence."""
_ALIKE = 80.0
"""Likeness (rapidfuzz ratio, 0 to 100) of two transcripts of one script."""
_SHORTEST = 6
"""Signs of a text that can be a script; less says nothing."""
_PAUSE = timedelta(days=45)
"""A campaign that pauses for longer is another one."""
_NEAR = timedelta(days=14)
"""Within so long a caller's segment joins hits without a script."""
_ANONYMOUS = ("anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "")


def segment_of(caller: str | None) -> str | None:
    """The block of 10,000 numbers of a caller (its number but the last four digits); a sender's domain for mail."""
    text = (caller or "").strip().casefold()
    if text in _ANONYMOUS:
        return None
    if "@" in text:
        return text.rpartition("@")[2]
    digits = re.sub(r"\D", "", text)
    digits = digits.removeprefix("00")
    digits = digits[2:] if digits.startswith("86") and len(digits) > 11 else digits
    return digits[:-4] if len(digits) > 7 else digits or None


def screen(facts: SignalFacts) -> dict[Key, str]:
    """Key of a hit → why it does not count as evidence; all other hits are not in it."""
    dates = {release.id: release.date for release in facts.marks.releases}
    storms = _storms(facts.hits)
    marks: dict[Key, str] = {}
    for hit in facts.hits:
        handed = [dates[release] for release in hit.number.releases]
        if in_burn_in(hit.number, hit.medium, hit.day):
            marks[hit.key] = BURN_IN_MARK
        elif handed and all(day is not None and hit.day < day for day in handed):
            marks[hit.key] = EARLY
        elif any(window.stated and window.covers(hit) for window in facts.windows):
            marks[hit.key] = AGREED
        elif any(no in facts.asked and hit.at >= facts.asked[no] for no in hit.canaries):
            marks[hit.key] = ASKED
        elif hit.key in storms:
            marks[hit.key] = STORM
    return marks


def in_burn_in(number: Number, medium: str, day: date) -> bool:
    """Whether what comes may be for somebody who had it before: telephone numbers are given out again, mail addresses
    only where their state says so."""
    had_before = medium == "phone" or number.recycled
    return had_before and number.since is not None and number.since <= day < number.since + BURN_IN


def _storms(hits: Sequence[Hit]) -> set[Key]:
    reached: dict[str, set[int]] = defaultdict(set)
    calls: dict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.channel == "call" and not hit.text.strip():
            calls[hit.number.no].append(hit)
        if hit.caller is not None:
            reached[hit.caller].add(hit.number.no)
    found: set[Key] = set()
    for members in calls.values():
        start = 0
        for end, hit in enumerate(members):
            while hit.at - members[start].at > timedelta(days=1):
                start += 1
            day = [h for h in members[start : end + 1] if h.caller is not None and len(reached[h.caller]) == 1]
            if len({segment_of(h.caller) for h in day}) >= _STORM_CALLERS:
                found.update(h.key for h in day)
    return found


@dataclass(frozen=True)
class Campaign:
    """Hits that belong together."""

    hits: tuple[Hit, ...]
    script: str
    """Its script, folded; empty where it has none."""


def _block_of(caller: str | None) -> str | None:
    """The block of 100,000 numbers of a mobile caller, in which the cards of a pool are bought; else its segment."""
    segment = segment_of(caller)
    return segment[:-1] if segment is not None and re.fullmatch(r"1[3-9]\d{5}", segment) else segment


def _in_time(hit: Hit) -> tuple[datetime, int, int, int]:
    return hit.at, *hit.key


def group(hits: Sequence[Hit]) -> list[Campaign]:
    """All hits as campaigns, in order of their first hit; a single one is a campaign of one."""
    scripted = _by_script(hits)
    groups = [(script, members) for script, members in scripted if len(members) > 1]
    rest = [hit for hit in hits if len(script_of(hit)) < _SHORTEST]
    left = _join_scripted(rest, [members for _, members in groups])
    # A text used once contradicts no other of its kind: the sender may decide.
    alone = [members[0] for _, members in scripted if len(members) == 1]
    campaigns = []
    for script, members in [*groups, *(("", found) for found in _by_caller([*left, *alone]))]:
        first, *others = sorted(members, key=_in_time)
        parts = [[first]]
        for hit in others:
            if hit.at - parts[-1][-1].at > _PAUSE:
                parts.append([])
            parts[-1].append(hit)
        campaigns += [Campaign(tuple(part), script) for part in parts]
    return sorted(campaigns, key=lambda campaign: _in_time(campaign.hits[0]))


def _by_script(hits: Sequence[Hit]) -> list[tuple[str, list[Hit]]]:
    """Leader clustering of the distinct scripts of a medium, the commonest first; ties in the order of the text."""
    by_text: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        script = script_of(hit)
        if len(script) >= _SHORTEST:
            by_text[hit.medium, script].append(hit)
    groups: list[tuple[str, list[Hit]]] = []
    leaders: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (medium, script), members in sorted(by_text.items(), key=lambda item: (-len(item[1]), item[0])):
        # A mail and a call do not share a script; a message may read what a robot says.
        had = leaders[medium]
        best = process.extractOne(script, [text for text, _ in had], scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best is not None:
            groups[had[best[2]][1]][1].extend(members)
        else:
            had.append((script, len(groups)))
            groups.append((script, list(members)))
    return groups


def _join_scripted(rest: Sequence[Hit], groups: Sequence[list[Hit]]) -> list[Hit]:
    """Give hits without a script to the scripted group that has most callers in their block, one of them near in time;
    returns those that found none.
    """
    times: dict[tuple[str, str | None], dict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for index, members in enumerate(groups):
        for hit in sorted(members, key=lambda h: h.at):
            block = _block_of(hit.caller)
            if block is not None:
                times[hit.medium, block][index].append(hit.at)
    left, joined = [], []
    for hit in rest:
        near = []
        for index, at in times.get((hit.medium, _block_of(hit.caller)), {}).items():
            after = bisect_left(at, hit.at)
            if any(abs(hit.at - moment) <= _NEAR for moment in at[max(0, after - 1) : after + 1]):
                near.append((len(at), -index))
        if near:
            joined.append((-max(near)[1], hit))
        else:
            left.append(hit)
    for index, hit in joined:
        groups[index].append(hit)
    return left


def _by_caller(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits without a script: joined by a call-back number or by the callers' segment, one after the other in time."""
    found: list[list[Hit]] = []
    last: dict[tuple[str, str], int] = {}
    for hit in sorted(hits, key=_in_time):
        block = _block_of(hit.caller)
        marks = [(hit.medium, mark) for mark in (*call_backs(hit), *([block] if block is not None else []))]
        known = (last[mark] for mark in marks if mark in last)
        index = next((one for one in known if hit.at - found[one][-1].at <= _NEAR), None)
        if index is None:
            index = len(found)
            found.append([])
        found[index].append(hit)
        last.update(dict.fromkeys(marks, index))
    return found
