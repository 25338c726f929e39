"""All datasets compared with one another: what overlaps and derivations both rest on, read once in a trace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.findings.case_facts import CaseFacts
from tracer.findings.overlap.background import Background, estimate_background, similarity
from tracer.findings.overlap.close import CloseSets, close_sets, only_close
from tracer.findings.overlap.pair_counts import counted_pairs
from tracer.findings.overlap.patterns import Patterns, answered_patterns, read_patterns, shared_contacts
from tracer.findings.overlap.places import IdentifierPlaces, read_places
from tracer.findings.overlap.traced import ComparedDatasets, read_traced


@dataclass(frozen=True)
class Comparison:
    """The datasets of a case, compared with one another."""

    traced: ComparedDatasets
    patterns: Patterns
    """Who holds an identifier, whether or not these lists are close."""
    sets: CloseSets
    """What is computed with: who holds it as far as close lists show."""
    shared: NDArray[np.int64]
    """datasets x datasets: contacts in common of close lists; of others none."""
    places: IdentifierPlaces
    background: Background


def compare(facts: CaseFacts) -> Comparison:
    """Compare all current datasets. Its relations are there until the trace ends."""
    return facts.once("compared", lambda: _compare(facts))


def _compare(facts: CaseFacts) -> Comparison:
    traced = read_traced(facts)
    shared = None if traced.share.all else _counted_whole(facts, traced)
    patterns = read_patterns(facts, traced)
    shared = only_close(shared_contacts(facts, traced, patterns) if shared is None else shared)
    close = (shared > 0) | np.eye(len(traced), dtype=np.bool_)
    sets = close_sets(patterns.held, close, traced.codes)
    places = read_places(facts, traced, patterns, sets, close)
    return Comparison(
        traced, patterns, sets, shared, places, estimate_background(shared, traced.contacts, similarity(places))
    )  # fmt: skip


def _counted_whole(facts: CaseFacts, traced: ComparedDatasets) -> NDArray[np.int64]:
    """datasets x datasets of a large case: contacts in common over all identifiers."""
    answered = answered_patterns(facts, traced)
    return counted_pairs(facts, traced) if answered is None else shared_contacts(facts, traced, answered)
