"""What masked numbers add to an attribution: a reason for every release, and never an accusation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from tracer.disclosure import Measure, PValue, Reason, ReleaseRef
from tracer.findings.attribution.score import Attribution
from tracer.findings.sightings import Dataset, Marks, Release
from tracer.findings.sightings.masked import Masked, masked_evidence

TELLING = 0.01
"""At or under this p-value it is among the reasons, else among what speaks against."""
ON_MASKS = "masked-"
"""How the codes of what masks say begin; the views know them by it."""


def tell_masks(
    con: duckdb.DuckDBPyConnection, marks: Marks, datasets: Sequence[Dataset], found: Sequence[Attribution]
) -> list[Attribution]:
    """`found` with a reason about the masks of each of `datasets` that has some; other fields stay as they are.

    Every release with a canary to look for gets a row there, whether it shares anything or not: a row must not tell
    that it does. New rows follow those of their dataset, ordered by p-value and id.
    """
    rows: list[Attribution] = []
    for dataset in sorted(datasets, key=lambda item: item.id):
        own = [row for row in found if row.dataset == dataset.id]
        evidence = masked_evidence(con, marks, dataset)
        rows += [_told(row, evidence[row.release]) if row.release in evidence else row for row in own]
        known = {row.release for row in own}
        missing = [release for release in marks.releases if release.id in evidence and release.id not in known]
        missing.sort(key=lambda release: (evidence[release.id].p_value, release.id))
        rows += [_told(_bare(dataset, release), evidence[release.id]) for release in missing]
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


def _bare(dataset: Dataset, release: Release) -> Attribution:
    return Attribution(
        dataset=dataset.id, release=release.id, recipient=release.recipient, accused=False, p_value=1.0, chance=1.0,
        e_value=1.0, canaries_seen=0, canaries_planted=len(release.canaries), rows_matched=0, grade="G0",
        reasons=(), against=(), planted=False,
    )  # fmt: skip
