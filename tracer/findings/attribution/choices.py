"""Keyed choices in an attribution: what a dataset's spellings say about the copies of each draw that has choices.

It is a test of what the tool drew, as the code null is. Where a release has both, the smaller p-value is taken twice,
so that together they keep the error of one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb
import numpy as np

from tracer.findings.attribution.codes import CodeEvidence
from tracer.findings.attribution.shown_choices import ShownChoices
from tracer.findings.sightings.codes import ChoicesSeen, read_shown_choices
from tracer.marking.choices.kept import KeptChoices, bits_of, read_choices
from tracer.marking.codes.choice_score import ChoiceScores, score_choices


def choice_evidence(
    con: duckdb.DuckDBPyConnection, releases: Mapping[str, Sequence[str]], sources: Mapping[str, int], dataset: int
) -> dict[str, ShownChoices]:
    """Release -> what the dataset (a number) shows of its choices. `releases`: draw -> its releases; `sources`: draw ->
    number of the released list's current version. Draws without choices are left out."""
    found: dict[str, ShownChoices] = {}
    for draw, kept in read_choices(con).items():
        if draw not in sources or draw not in releases:
            continue
        seen = read_shown_choices(con, draw, dataset, sources[draw])
        if seen.asked:
            found |= _of_draw(kept, list(releases[draw]), seen)
    return found


def _of_draw(
    kept: KeptChoices,
    releases: list[str],
    seen: ChoicesSeen,
) -> dict[str, ShownChoices]:
    bits = np.stack([bits_of(kept.seed, release, kept.bias)[seen.numbers] for release in releases])
    scores: ChoiceScores = score_choices(seen.shown, seen.group, kept.bias[seen.numbers], bits)
    agree = (bits[:, scores.read] == (seen.shown[scores.read] == 1)).sum(axis=1)
    return {
        release: ShownChoices(
            float(scores.p_values[j]), float(scores.e_values[j]), seen.asked, len(scores.read), int(agree[j])
        )
        for j, release in enumerate(releases)
    }


def with_choices(codes: Mapping[str, CodeEvidence], shown: Mapping[str, ShownChoices]) -> dict[str, CodeEvidence]:
    """What the draw says about its releases, choices included."""
    found = dict(codes)
    for release, own in shown.items():
        code = codes.get(release)
        if code is None:
            found[release] = CodeEvidence(own.p_value, own.e_value, (), own)
        else:
            p_value = min(1.0, 2.0 * min(code.p_value, own.p_value))
            found[release] = replace(code, p_value=p_value, e_value=(code.e_value + own.e_value) / 2.0, choices=own)
    return found
