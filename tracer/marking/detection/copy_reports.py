"""A detectability report for each copy of a call, and one for all of its canaries together.

The features are computed once; each copy's canaries are then compared with the same ordinary rows. A recipient sees one
copy; several who compare theirs see more. `ALPHA` is kept over all reports of a call: one half of it for that on all
canaries, which sees most, the other for the copies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from tracer.lists.write.model import NewRow
from tracer.marking.detection.detectability import (
    ALPHA,
    BOUND,
    LEAST,
    Detectability,
    DetectableFeature,
    looked_at,
    too_few,
    two,
)
from tracer.marking.detection.learner import LearnedSigns, learned_signs
from tracer.marking.detection.row_features import Feature, FormsOf, features
from tracer.marking.persona.source_list import SourceList

_LEARNER = "an attacker who knows the canaries of other copies learns what these are like"
_LESS = "leave one of these columns out of all copies with --without, or import identities that are like the list's"


@dataclass(frozen=True)
class _Looked:
    """What was looked at."""

    features: Sequence[Feature]
    canaries: NDArray[np.bool_]
    copy_of: Sequence[int]


@dataclass(frozen=True)
class CopyReports:
    """What was found out about the canaries of a call."""

    together: Detectability
    """All canaries, as recipients who pool their copies would see them."""
    copies: Mapping[str, Detectability]
    """Release -> its copy's."""
    learner: DetectableFeature | None = None
    """How well one finds canaries who has learned from those of other copies; None with too few of them."""
    looked: _Looked | None = None

    def learned_without(self, columns: Collection[int]) -> LearnedSigns | None:
        """What a learner goes by that does not see these columns; None where it is of no use to an attacker."""
        if self.looked is None:
            return None
        seen = [feature for feature in self.looked.features if not set(columns) & set(feature.columns)]
        found = learned_signs(seen, self.looked.canaries, self.looked.copy_of)
        if found is None or not learns(_among_all(found.auc, seen, self.looked.canaries), found.p_value):
            return None
        return found

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
    looks_of_copy, looks_together = (1, 1) if count == 1 else (2 * (count - 1), 2)
    reports = {}
    for release, nos in copies.items():
        own = np.zeros(len(canaries), dtype=np.bool_)
        own[: len(numbers)] = np.isin(numbers, list(nos))
        reports[release] = too_few(len(nos)) if len(nos) < LEAST else looked_at(found, canaries, own, looks_of_copy)
    owner = {no: at for at, nos in enumerate(copies.values()) for no in nos}
    looked = _Looked(found, canaries, [owner.get(no, 0) for no in numbers])
    learner = learned_signs(found, canaries, looked.copy_of)
    sign = None
    if learner is not None:
        area = _among_all(learner.auc, found, canaries)
        sign = DetectableFeature(_LEARNER, f"{learner.named()} together", area, learner.p_value, _LESS)
    return CopyReports(looked_at(found, canaries, canaries, looks_together), reports, sign, looked)


def _among_all(area: float, found: Sequence[Feature], canaries: NDArray[np.bool_]) -> float:
    """An area among the rows that could be canaries, as that among all rows of the list: an attacker leaves out those
    without what all canaries have, a number or address."""
    apart = 0.0
    for feature in found:
        if feature.whole is not None and feature.values(canaries)[canaries].all():
            apart = max(apart, feature.whole[0] / max(1, sum(feature.whole)))
    return apart + (1 - apart) * area


def learns(area: float, p_value: float) -> bool:
    """Whether a learner is surely of use to an attacker."""
    return area - 0.5 >= BOUND and p_value <= ALPHA / 4


def _least(report: Detectability) -> float:
    """The smallest p-value that would be reported: of the score, or of what gives canaries away."""
    return min([report.outlier.p_value, *(found.p_value for found in report.detectable_features)])


def _figures(report: Detectability) -> str:
    return f"AUC {two(report.outlier.auc)}, p = {report.outlier.p_value:.2g}"
