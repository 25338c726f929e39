"""What masked numbers add to an attribution: a reason for every release; with names next to them, an accusation too.

Masks alone accuse no copy: many people share one. A mask next to a persona's name is another matter, as far as chance
allows: of the rows that agree with the name, whose visible endings are at random, so many would fit so many canaries of
the release alone. That is the `chance` of such a list; the family is corrected for as in lists in clear, and the
copy's ordinary contacts must be there by mask and name as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from tracer.disclosure import Measure, PValue, Reason, ReleaseRef
from tracer.findings.attribution.nulls import MatchedRows, is_planted
from tracer.findings.attribution.score import ALPHA, Attribution
from tracer.findings.attribution.verdict import G3_ALPHA
from tracer.findings.sightings import Dataset, RegisteredMarks, Release
from tracer.findings.sightings.masked import (
    Masked,
    MaskedDataset,
    MaskedRows,
    OwnNamed,
    named_masks,
    read_masked,
    rows_in_common,
    with_masks,
)
from tracer.marking.codes.needed import HeldAlike, needed

TELLING = 0.01
"""At or under this p-value it is among the reasons, else among what speaks against."""
ON_MASKS = "masked-"
"""How the codes of what masks say begin; the views know them by it."""


def tell_masks(
    con: duckdb.DuckDBPyConnection,
    marks: RegisteredMarks,
    datasets: Sequence[Dataset],
    found: Sequence[Attribution],
    alpha: float = ALPHA,
) -> list[Attribution]:
    """`found` with a reason about the masks of each of `datasets` that has some, and accused where names allow it.

    Every release with a canary to look for gets a row there, whether it shares anything or not: a row must not tell
    that it does. New rows follow those of their dataset, ordered by p-value and id.
    """
    rows: list[Attribution] = []
    some = with_masks(con)
    for dataset in sorted(datasets, key=lambda item: item.id):
        own = [row for row in found if row.dataset == dataset.id]
        if dataset.no not in some:
            rows += own
            continue
        masked = read_masked(con, marks, dataset)
        evidence = masked.releases
        named = _named(con, marks, dataset, masked, alpha)
        known = {row.release for row in own}
        missing = [release for release in marks.releases if release.id in evidence and release.id not in known]
        missing.sort(key=lambda release: (evidence[release.id].p_value, release.id))
        for row in (*own, *(_bare(dataset, release) for release in missing)):
            told = _told(row, evidence[row.release]) if row.release in evidence else row
            rows.append(_with_names(told, named[row.release]) if row.release in named else told)
    return rows


def _told(row: Attribution, masked: Masked) -> Attribution:
    reason = _on_masks(row.release, masked)
    if masked.p_value <= TELLING:
        return replace(row, reasons=(*row.reasons, reason))
    return replace(row, against=(*row.against, reason))


def _on_masks(release: str, masked: Masked) -> Reason:
    """How many of a release's canaries fit a mask, against chance."""
    return Reason.of(
        "masked-fit",
        fit=masked.fit,
        planted=masked.looked_for,
        release=ReleaseRef(release),
        agreeing=masked.agreeing,
        expected=Measure(masked.expected),
        chance=PValue(masked.p_value),
    )


@dataclass(frozen=True)
class NamedByMasks:
    """A release whose own canaries are there by mask and name beyond chance."""

    release: Release
    own: OwnNamed
    rows: MaskedRows
    bound: float
    barred: bool
    planted: bool
    """Without its ordinary contacts in proportion, or inside the list of another copy."""
    grade: str


def _named(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, dataset: Dataset, masked: MaskedDataset, alpha: float
) -> dict[str, NamedByMasks]:
    bound = alpha / max(1, len(marks.releases))
    telling = [
        (release, own)
        for release in marks.releases
        if release.id in masked.releases
        and (own := masked.releases[release.id].own) is not None
        and own.fit
        and own.chance <= bound
    ]
    if not telling:
        return {}
    rows: dict[int, MaskedRows] = {}
    with named_masks(con, dataset.no):
        for source in sorted({release.source for release, _ in telling if release.source is not None}):
            rows[source] = rows_in_common(con, source, masked.kinds)
    at_home, listed = (
        one is not None and one.fit > 0 and one.chance <= TELLING for one in (masked.homes, masked.unused)
    )
    grade = "G1" if at_home else "G2" if alpha > G3_ALPHA else "G3"
    found = {}
    for release, own in telling:
        there = MaskedRows(0, 0, 0.0) if release.source is None else rows[release.source]
        barred = dataset.own or dataset.holder == release.client or release.later_than(dataset)
        matched = MatchedRows(there.shown, there.contacts, there.expected, there.expected)
        # Who shows canaries that were never handed out has a list of the canaries.
        planted = listed or is_planted(own.fit, own.looked_for, matched)
        found[release.id] = NamedByMasks(release, own, there, bound, barred, planted, grade)
    return _needed(found)


def _needed(found: dict[str, NamedByMasks]) -> dict[str, NamedByMasks]:
    """Those without which other copies of the same list explain it are planted, as far as masks show."""
    by_source: dict[int | None, list[NamedByMasks]] = defaultdict(list)
    for one in found.values():
        if not one.planted and not one.barred:
            by_source[one.release.source].append(one)
    for group in by_source.values():
        if len(group) > 1:
            rows = group[0].rows
            counts = HeldAlike(frozenset(range(len(group))), rows.contacts, rows.shown)
            stray = (rows.expected + 1.0) / max(rows.contacts, 2)
            told = needed([(one.own.fit, one.own.looked_for) for one in group], [counts], min(0.5, stray))
            found |= {group[i].release.id: replace(group[i], planted=True) for i in told.superfluous}
    return found


def _with_names(row: Attribution, named: NamedByMasks) -> Attribution:
    """The row with what masks and names say of its release; a row that lists in clear accuse stays as it is."""
    reason = Reason.of(
        "masked-named",
        fit=named.own.fit,
        planted=named.own.looked_for,
        chance=PValue(named.own.chance),
        bound=PValue(named.bound),
    )
    if row.accused:
        return replace(row, reasons=(*row.reasons, reason))
    if named.barred or named.planted:
        against = (*row.against, Reason.of("masked-planted")) if named.planted else row.against
        return replace(row, reasons=(*row.reasons, reason), against=against)
    chance = min(row.chance, named.own.chance)
    return replace(row, accused=True, chance=chance, grade=named.grade, reasons=(*row.reasons, reason))


def _bare(dataset: Dataset, release: Release) -> Attribution:
    return Attribution(
        dataset=dataset.id, release=release.id, recipient=release.recipient, accused=False, p_value=1.0, chance=1.0,
        e_value=1.0, canaries_seen=0, canaries_planted=len(release.canaries), rows_matched=0, grade="G0",
        reasons=(), against=(), planted=False,
    )  # fmt: skip
