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
from tracer.findings.attribution.score import G3_ALPHA, Attribution
from tracer.findings.sightings import Dataset, RegisteredMarks, Release
from tracer.findings.sightings.masked import (
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
    alpha: float,
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
        evidence, named = masked.releases, _named(con, marks, dataset, masked, alpha)
        known = {row.release for row in own}
        missing = [release for release in marks.releases if release.id in evidence and release.id not in known]
        missing.sort(key=lambda release: (evidence[release.id].p_value, release.id))
        own += [
            Attribution(
                dataset.id,
                release.id,
                release.recipient,
                False,
                1.0,
                1.0,
                1.0,
                0,
                len(release.canaries),
                0,
                "G0",
                (),
                (),
                False,
            )
            for release in missing
        ]
        for row in own:
            reasons, against = row.reasons, row.against
            if row.release in evidence:
                fit = evidence[row.release]
                reason = Reason.of(
                    "masked-fit",
                    fit=fit.fit,
                    planted=fit.looked_for,
                    release=ReleaseRef(row.release),
                    agreeing=fit.agreeing,
                    expected=Measure(fit.expected),
                    chance=PValue(fit.p_value),
                )
                if fit.p_value <= TELLING:
                    reasons = (*reasons, reason)
                else:
                    against = (*against, reason)
            with_masks_of = replace(row, reasons=reasons, against=against)
            rows.append(_with_names(with_masks_of, named[row.release]) if row.release in named else with_masks_of)
    return rows


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
    own_of = {release.id: one.own for release in marks.releases if (one := masked.releases.get(release.id)) is not None}
    close = [
        (release, own)
        for release in marks.releases
        if (own := own_of.get(release.id)) is not None and own.fit and own.chance <= bound
    ]
    if not close:
        return {}
    with named_masks(con, dataset.no):
        sources = sorted({release.source for release, _ in close if release.source is not None})
        rows = {source: rows_in_common(con, source, masked.kinds) for source in sources}
    at_home, listed = (
        one is not None and one.fit > 0 and one.chance <= TELLING for one in (masked.homes, masked.unused)
    )
    grade = "G1" if at_home else "G2" if alpha > G3_ALPHA else "G3"
    found = {}
    by_source: dict[int | None, list[NamedByMasks]] = defaultdict(list)
    for release, own in close:
        there = MaskedRows(0, 0, 0.0) if release.source is None else rows[release.source]
        barred = dataset.own or dataset.holder == release.client or release.later_than(dataset)
        matched = MatchedRows(there.shown, there.contacts, there.expected, there.expected)
        # Who shows canaries that were never handed out has a list of the canaries.
        planted = listed or is_planted(own.fit, own.looked_for, matched)
        found[release.id] = NamedByMasks(release, own, there, bound, barred, planted, grade)
        if not planted and not barred:
            by_source[release.source].append(found[release.id])
    # Those without which other copies of the same list explain it are planted, as far as masks show.
    for group in by_source.values():
        if len(group) > 1:
            common = group[0].rows
            counts = HeldAlike(frozenset(range(len(group))), common.contacts, common.shown)
            stray = min(0.5, (common.expected + 1.0) / max(common.contacts, 2))
            seen = needed([(one.own.fit, one.own.looked_for) for one in group], [counts], stray)
            found |= {group[i].release.id: replace(group[i], planted=True) for i in seen.superfluous}
    return found


def _with_names(row: Attribution, named: NamedByMasks) -> Attribution:
    """The row with what masks and names say of its release; a row that lists in clear accuse stays as it is."""
    fit, planted, chance = named.own.fit, named.own.looked_for, PValue(named.own.chance)
    reason = Reason.of("masked-named", fit=fit, planted=planted, chance=chance, bound=PValue(named.bound))
    reasons = (*row.reasons, reason)
    if row.accused:
        return replace(row, reasons=reasons)
    if named.barred or named.planted:
        against = (*row.against, Reason.of("masked-planted")) if named.planted else row.against
        return replace(row, reasons=reasons, against=against)
    chance_of_both = min(row.chance, named.own.chance)
    return replace(row, accused=True, chance=chance_of_both, grade=named.grade, reasons=reasons)
