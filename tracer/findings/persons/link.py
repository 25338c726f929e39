"""Do two lists without a common identifier hold the same people? Links between people, and how far they can be trusted.

A link says that two rows are probably one person. It makes no contact, enters no overlap and no derivation: names and
organisations never link by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.findings.persons.blocks import CandidatePairs, candidate_pairs
from tracer.findings.persons.calibrate import Links, link
from tracer.findings.persons.compare import levels_of
from tracer.findings.persons.fields import Field, PersonRecords, make_records
from tracer.findings.persons.model import field_weights, learn, random_levels, start

LEAST_PROBABILITY = 0.5
"""Links are stated from here on: more likely right than wrong."""


@dataclass(frozen=True)
class Linkage:
    """Links between the people of two tables, best first; arrays have one element a link."""

    records: PersonRecords
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    probability: NDArray[np.float64]
    """That both are one person; those under `LEAST_PROBABILITY` are not stated."""
    links: Links
    pairs: CandidatePairs
    weights: NDArray[np.float64]
    """pairs x fields, nats."""


def link_tables(con: duckdb.DuckDBPyConnection, a: pa.Table, b: pa.Table, fields: Sequence[Field]) -> Linkage:
    """Link the people of two tables that have a column of texts for each field. The same tables, the same links.

    Raises:
        KeyError: a table lacks a field's column.
    """
    records = make_records(a, b, fields)
    pairs = candidate_pairs(con, records)
    levels = levels_of(records, pairs.i, pairs.j)
    model = learn(start(records, random_levels(records)), records, levels, pairs)
    weights = field_weights(model, records, levels, pairs)
    found = link(pairs, weights.sum(axis=1))
    i, j = pairs.i[found.pair], pairs.j[found.pair]
    return Linkage(
        records, records.rows[i], records.rows[j], found.probability, found, pairs, weights
    )  # fmt: skip
