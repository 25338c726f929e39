"""Hits become campaigns: by their script, else by call-back number, caller, or the callers' segment, near in time.

A caller's number is an attribute: it can be forged, so it groups only what has no script of its own, and a group is
never named by it. Scripts are compared with a group's first script, so that likeness does not drift along a chain.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process

from tracer.findings.campaigns.content import call_backs, script_of
from tracer.findings.campaigns.facts import Hit

_ALIKE = 80.0
"""Likeness (rapidfuzz ratio, 0 to 100) of two transcripts of one script."""
_SHORTEST = 6
"""Signs of a text that can be a script; less says nothing."""
_PAUSE = timedelta(days=45)
"""A campaign that pauses for longer is another one."""
_NEAR = timedelta(days=14)
"""Within so long a caller's segment joins hits without a script."""
_ANONYMOUS = ("anonymous", "unknown", "private", "restricted", "unavailable", "withheld", "")


@dataclass(frozen=True)
class Campaign:
    """Hits that belong together."""

    hits: tuple[Hit, ...]
    script: str
    """Its script, folded; empty where it has none."""


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


def number_block(caller: str | None) -> str | None:
    """The block of 100,000 numbers of a mobile caller, in which the cards of a pool are bought; else its segment."""
    segment = segment_of(caller)
    return segment[:-1] if segment is not None and re.fullmatch(r"1[3-9]\d{5}", segment) else segment


def group(hits: Sequence[Hit]) -> list[Campaign]:
    """All hits as campaigns, in order of their first hit; a single one is a campaign of one."""
    groups: list[list[Hit]] = []
    scripts: list[str] = []
    _by_script(hits, groups, scripts)
    alone = [members[0] for members in groups if len(members) == 1]
    scripts = [script for script, members in zip(scripts, groups, strict=True) if len(members) > 1]
    groups = [members for members in groups if len(members) > 1]
    rest = [hit for hit in hits if len(script_of(hit)) < _SHORTEST]
    left = _join_scripted(rest, groups)
    # A text used once contradicts no other of its kind: the sender may decide.
    for found in _by_caller([*left, *alone]):
        groups.append(found)
        scripts.append("")
    campaigns = []
    for members, script in zip(groups, scripts, strict=True):
        campaigns += [Campaign(tuple(part), script) for part in _by_time(members)]
    return sorted(campaigns, key=lambda c: (c.hits[0].at, c.hits[0].file, c.hits[0].row, c.hits[0].number.no))


def _by_script(hits: Sequence[Hit], groups: list[list[Hit]], scripts: list[str]) -> None:
    """Leader clustering of the distinct scripts of a medium, the commonest first; ties in the order of the text."""
    by_text: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    for hit in hits:
        script = script_of(hit)
        if len(script) >= _SHORTEST:
            by_text[hit.medium, script].append(hit)
    leaders: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for (medium, script), members in sorted(by_text.items(), key=lambda item: (-len(item[1]), item[0])):
        # A mail and a call do not share a script; a message may read what a robot says.
        had = leaders[medium]
        best = process.extractOne(script, [text for text, _ in had], scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best is not None:
            groups[had[best[2]][1]].extend(members)
            continue
        had.append((script, len(groups)))
        groups.append(list(members))
        scripts.append(script)


def _join_scripted(rest: Sequence[Hit], groups: list[list[Hit]]) -> list[Hit]:
    """Give hits without a script to the scripted group that has most callers in their block, one of them near in time;
    returns those that found none.
    """
    times: dict[tuple[str, str], dict[int, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for index, members in enumerate(groups):
        for hit in sorted(members, key=lambda h: h.at):
            block = number_block(hit.caller)
            if block is not None:
                times[hit.medium, block][index].append(hit.at)
    left, joined = [], []
    for hit in rest:
        block = number_block(hit.caller)
        near = [
            (len(at), -index)
            for index, at in times.get((hit.medium, block or ""), {}).items()
            if any(abs(hit.at - at[i]) <= _NEAR for i in _beside(at, hit.at))
        ]
        if block is not None and near:
            joined.append((-max(near)[1], hit))
        else:
            left.append(hit)
    for index, hit in joined:
        groups[index].append(hit)
    return left


def _beside(times: Sequence[datetime], at: datetime) -> list[int]:
    """The places of a moment's neighbours in a sorted list."""
    after = bisect_left(times, at)
    return [i for i in (after - 1, after) if 0 <= i < len(times)]


def _by_caller(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits without a script: joined by a call-back number or by the callers' segment, one after the other in time."""
    found: list[list[Hit]] = []
    last: dict[tuple[str, str], int] = {}
    for hit in sorted(hits, key=lambda h: (h.at, h.file, h.row, h.number.no)):
        segment = number_block(hit.caller)
        marks = [*call_backs(hit), *([segment] if segment is not None else [])]
        index = next(
            (last[hit.medium, m] for m in marks if (hit.medium, m) in last
             and hit.at - found[last[hit.medium, m]][-1].at <= _NEAR), None,
        )  # fmt: skip
        if index is None:
            index = len(found)
            found.append([])
        found[index].append(hit)
        last.update({(hit.medium, mark): index for mark in marks})
    return found


def _by_time(members: list[Hit]) -> list[list[Hit]]:
    """The members in order of time, cut where they pause."""
    members = sorted(members, key=lambda h: (h.at, h.file, h.row, h.number.no))
    parts = [[members[0]]]
    for hit in members[1:]:
        if hit.at - parts[-1][-1].at > _PAUSE:
            parts.append([])
        parts[-1].append(hit)
    return parts
