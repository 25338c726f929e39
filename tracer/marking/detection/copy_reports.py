"""A detectability report for each copy of a call, and one for all of its canaries together.

The features are computed once; each copy's canaries are then compared with the same ordinary rows. A recipient sees one
copy; several who compare theirs see more. `ALPHA` is kept over all reports of a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from tracer.lists.write.model import NewRow
from tracer.marking.detection.detectability import (
    ALPHA,
    LEAST,
    Detectability,
    DetectableFeature,
    looked_at,
    too_few,
    two,
)
from tracer.marking.detection.learner import learned
from tracer.marking.detection.row_features import FormsOf, features
from tracer.marking.persona.source_list import SourceList

_LEARNER = "an attacker who knows the canaries of other copies learns what these are like"
_LESS = "leave one of these columns out of all copies with --without, or import identities that are like the list's"


@dataclass(frozen=True)
class CopyReports:
    """What was found out about the canaries of a call."""

    together: Detectability
    """All canaries, as recipients who pool their copies would see them."""
    copies: Mapping[str, Detectability]
    """Release -> its copy's."""
    learner: DetectableFeature | None = None
    """How well one finds canaries who has learned from those of other copies; None with too few of them."""

    def notes(self) -> tuple[str, ...]:
        """The verdict on all canaries, one line each, and how the worst copy does."""
        able = {release: report for release, report in self.copies.items() if report.canaries >= LEAST}
        if not able or len(self.copies) == 1:
            return self.together.notes()
        worst = min(able, key=lambda release: (_least(able[release]), -able[release].outlier.auc, release))
        report = able[worst]
        bad = sum(_least(each) <= ALPHA / 2 for each in able.values())
        looked = f"{len(able)} of {len(self.copies)} copies have {LEAST} canaries or more and were looked at one by one"
        if not bad:
            return (*self.together.notes(), f"{looked}: none stands out, the nearest is {worst}, {_figures(report)}")
        return (*self.together.notes(), f"{looked}: {bad} stand out, most of all {worst}", *report.notes())


def looks(canaries: Sequence[int]) -> int:
    """How many reports are made for copies with so many canaries each: those that have enough, and one for all."""
    return sum(count >= LEAST for count in canaries) + (len(canaries) > 1) or 1


def copy_reports(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, NewRow],
    copies: Mapping[str, Sequence[int]],
    forms: FormsOf | None = None,
) -> CopyReports:
    """Compare each copy's canaries with ordinary rows. `rows`: canary -> row; `copies`: release -> its canaries;
    `forms`: how the cells of a row are written in the file."""
    if len(rows) < LEAST:
        return CopyReports(too_few(len(rows)), {release: too_few(len(nos)) for release, nos in copies.items()})
    numbers = list(rows)
    found, canaries = features(con, source, [rows[no] for no in numbers], forms)
    count = looks([len(nos) for nos in copies.values()])
    reports = {}
    for release, nos in copies.items():
        own = np.zeros(len(canaries), dtype=np.bool_)
        own[: len(numbers)] = np.isin(numbers, list(nos))
        reports[release] = too_few(len(nos)) if len(nos) < LEAST else looked_at(found, canaries, own, count)
    owner = {no: at for at, nos in enumerate(copies.values()) for no in nos}
    learner = learned(found, canaries, [owner.get(no, 0) for no in numbers])
    sign = None if learner is None else DetectableFeature(_LEARNER, f"{learner[2]} together", *learner[:2], _LESS)
    return CopyReports(looked_at(found, canaries, canaries, count), reports, sign)


def _least(report: Detectability) -> float:
    """The smallest p-value that would be reported: of the score, or of what gives canaries away."""
    return min([report.outlier.p_value, *(found.p_value for found in report.detectable_features)])


def _figures(report: Detectability) -> str:
    return f"AUC {two(report.outlier.auc)}, p = {report.outlier.p_value:.2g}"
