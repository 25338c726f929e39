"""The code null: over what the tool drew, how likely an innocent copy would match one dataset, or several, so well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from tracer.disclosure import Reason, Share, Word
from tracer.findings.attribution.shown_choices import ShownChoices
from tracer.findings.sightings import DrawnCode, read_shown_contacts
from tracer.marking.codes import weigh
from tracer.marking.codes.channel import Move


@dataclass(frozen=True)
class CodeEvidence:
    """What the draw says about one release."""

    p_value: float
    """The smallest 2^k p_k over the rounds k, at most 1."""
    e_value: float
    """Mixture likelihood ratio; mean at most 1 for a release that is not the source."""
    moves: tuple[Reason, ...] = ()
    choices: ShownChoices | None = None
    """What the spellings say, where the draw has keyed choices."""


NOTHING = CodeEvidence(1.0, 1.0)
"""A release whose marks the tool did not draw, or that the dataset shows nothing of."""


def code_evidence(
    con: duckdb.DuckDBPyConnection,
    drawn: DrawnCode,
    datasets: Sequence[tuple[int, frozenset[int]]],
    alpha: float,
    compared: int,
) -> dict[str, CodeEvidence]:
    """Score all releases of one draw against one dataset, or against several as leaks of the same releases.

    `datasets`: number and canaries seen of each. One that shows no mark of the draw says nothing and is left out.
    `compared`: releases tested, over all draws. Several leaks share the innocent releases' bits, so they have one
    likelihood and one tail, not a product (methods 1).
    """
    leaks = []
    for number, canaries in datasets:
        contacts = drawn.contacts[:0]
        if len(drawn.contacts) and drawn.source is not None:
            contacts = read_shown_contacts(con, number, drawn.source)
        if drawn.touched(canaries) or len(contacts):
            leaks.append(drawn.leak(canaries, contacts))
    if not leaks:
        return {}
    together = frozenset[int]().union(*(canaries for _, canaries in datasets))
    own = np.array([len(mine & together) for mine in drawn.own], dtype=np.int64)
    found = weigh(drawn.code, leaks, alpha, compared, own)
    moves = tuple(_best(move) for move in found.moves)
    return {
        release: CodeEvidence(float(found.p_values[j]), float(found.e_values[j]), moves)
        for j, release in enumerate(drawn.code.releases)
    }


def _best(move: Move) -> Reason:
    how = Word("-".join(move.name.replace(",", "").split()))
    rate = None if move.rate == 1.0 else Share(move.rate)
    return Reason.of("attribution-move", copies=move.sources, how=how, rate=rate)
