"""Small cases made from lists of numbers alone, loaded directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import duckdb
import numpy as np
from numpy.typing import NDArray

from tests.inserted import insert_cells, insert_judgements, insert_list
from tracer.case.memory import memory_case
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.segments import UNALLOCATED

Numbers = NDArray[np.int64]
Edges = Mapping[tuple[str, str], tuple[float, str]]
"""(parent, child) → probability, grade."""


def derived(con: duckdb.DuckDBPyConnection) -> Edges:
    """All edges, after a run of the two stages."""
    overlap.compute(CaseFacts(con), 1)
    derivation.compute(CaseFacts(con), 1)
    rows = con.execute("SELECT parent, child, probability, grade FROM derivation").fetchall()
    return {(parent, child): (float(p), str(grade)) for parent, child, p, grade in rows}


def fresh(rng: np.random.Generator, n: int) -> Numbers:
    """Distinct keys of Chinese numbers in segments that are nobody's."""
    prefix = np.array(UNALLOCATED, dtype=np.int64) * 10**8
    keys = np.unique(86 * 10**11 + rng.choice(prefix, 2 * n) + rng.integers(0, 10**8, 2 * n))
    return rng.permutation(keys)[:n]


@dataclass
class World:
    """Lists by id, in the order of their rows, and what is known about them."""

    lists: Mapping[str, Numbers]
    obtained: Mapping[str, date] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    holders: Mapping[str, str] = field(default_factory=dict)
    raw: bool = True
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """List → a name for each of its rows, where it has a column of names."""

    def load(self) -> duckdb.DuckDBPyConnection:
        """A store that holds them."""
        con = memory_case().con
        for number, (name, keys) in enumerate(self.lists.items(), start=1):
            facts = {"obtained": self.obtained.get(name), "origin": "own" if name in self.own else "obtained"}
            insert_list(con, number, name, keys, self.holders.get(name, name), rows=keys.size, **facts)
            if self.raw:
                cells: dict[str, Sequence[str]] = {"phone": [str(key - 86 * 10**11) for key in keys.tolist()]}
                insert_cells(con, number, cells | ({"name": self.names[name]} if name in self.names else {}))
        return con

    def trace(self, *judged: tuple[str, str, str]) -> Edges:
        """Edges of probability .05 or more. judged: (a, b, verdict)."""
        con = self.load()
        insert_judgements(con, *judged)
        return {edge: (p, grade) for edge, (p, grade) in derived(con).items() if p >= 0.05}
