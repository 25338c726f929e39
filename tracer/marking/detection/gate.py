"""The gate of a release: canaries that can be told from ordinary rows are not handed out.

What is drawn is looked at before anything is kept: no identity is used and nothing is committed. Refused is what is
both sure (at `detectability.ALPHA` over all copies and columns of a call, half of it for columns, a quarter each for
the score over all of them and for a learner: a clean release is refused once in a hundred times) and of use to an
attacker (`detectability.BOUND`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.errors import InputRefused
from tracer.marking.detection.copy_reports import CopyReports, learns
from tracer.marking.detection.detectability import ALPHA, BOUND, Detectability, DetectableFeature, two
from tracer.marking.detection.mail_fit import MailFit
from tracer.marking.detection.number_fit import NumberFit
from tracer.marking.detection.row_features import heading_of
from tracer.marking.persona.source_list import SourceList

SHOWN = 3
"""Reasons that are given; the first ones are those that an attacker would see first."""


def gaps_left(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[DetectableFeature, ...]:
    """Columns of ids without gaps, in which each withheld row leaves one that anybody can see."""
    found = []
    for i in source.places("id"):
        row = con.execute(
            f"SELECT count(*), count(DISTINCT id), max(id) - min(id) + 1 FROM"
            f" (SELECT TRY_CAST(regexp_extract(c{i}, '[0-9]+$') AS BIGINT) AS id FROM"
            f" {source.tables[source.main.part]} WHERE c{i} <> '')"
        ).fetchone()
        if row is not None and row[0] == source.main.rows and row[0] == row[1] == row[2]:
            what = "its numbers have no gaps, so that withheld rows show"
            advice = "leave --withhold out, or the column"
            found.append(DetectableFeature(what, heading_of(source, i), 1.0, 0.0, advice, 1.0, (i,)))
    return tuple(found)


def giveaways(reports: CopyReports, gaps: Sequence[DetectableFeature] = ()) -> tuple[DetectableFeature, ...]:
    """What gives canaries away, over the copies of a call and all together: the worst of each column, and of each two
    columns together, worst first.

    `gaps`: of `gaps_left`, where rows are withheld.
    """
    worst = {_about(found): found for found in gaps}
    learner = reports.learner
    if learner is not None and learns(learner.auc, learner.p_value):
        worst[_about(learner)] = learner
    for report in (reports.together, *reports.copies.values()):
        for found in (*report.strong_features, *_by_score(report)):
            known = worst.get(_about(found))
            if known is None or _rank(found) < _rank(known):
                worst[_about(found)] = found
    return tuple(sorted(worst.values(), key=_rank))


def _about(found: DetectableFeature) -> tuple[int, ...] | str | None:
    """What a sign is about: parts of cells and whole ones of the same columns are one."""
    return tuple(sorted(found.columns)) or found.column


def refuse_detectable(
    found: Sequence[DetectableFeature],
    dataset: str,
    fit: MailFit | None = None,
    way_out: str | None = None,
    numbers: NumberFit | None = None,
) -> None:
    """Raise `InputRefused` where canaries stand out, with the reasons that matter most (of `found`) and what helps.

    `fit`: how the identities' addresses fit a list of firms' contacts; `way_out`: what helps against all signs at once;
    `numbers`: which kind of numbers the identities lack.
    """
    if not found:
        return
    anyway = "write the copies all the same with --accept-detectable, which is journaled"
    signs = f"{len(found)} signs, the worst {SHOWN} of which are here" if len(found) > SHOWN else "what is named here"
    whole = InputRefused(
        f"canaries can be told from ordinary rows by {signs}: nothing was written, and no identity was used",
        where=dataset, remedy=anyway if way_out is None else f"{way_out}; or {anyway}",
    )  # fmt: skip
    each = (
        InputRefused(told(sign), where=dataset, remedy=sign.advice if way_out is None else "") for sign in found[:SHOWN]
    )
    remedy = fit.advice() if fit is not None and way_out is None else ""
    mails = [] if fit is None else [InputRefused(fit.what(), where=dataset, remedy=remedy)]
    kinds = [] if numbers is None else [InputRefused(numbers.what(), where=dataset, remedy=numbers.advice())]
    raise InputRefused.many((whole, *mails, *kinds, *each))


def told(found: DetectableFeature) -> str:
    """What a sign is, and how well it finds canaries."""
    where = "their place" if found.column is None else f"column {found.column}"
    caught = f", {found.caught:.0%} found among 0.5% of the others" if found.caught >= BOUND else ""
    return f"{where} gives canaries away: {found.what} (AUC {two(found.auc)}{caught}, p = {found.p_value:.2g})"


def _by_score(report: Detectability) -> tuple[DetectableFeature, ...]:
    """The score over all columns, where no column by itself stands out but they do together."""
    whole = report.outlier
    if report.strong_features or whole.p_value > ALPHA / 4 or not whole.is_strong:
        return ()
    return (DetectableFeature("all columns together", None, whole.auc, whole.p_value, "leave out columns, or rows"),)


def _rank(found: DetectableFeature) -> tuple[float, float]:
    return found.p_value, -abs(found.auc - 0.5)
