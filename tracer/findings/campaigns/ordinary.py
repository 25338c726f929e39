"""Were ordinary people of a copy called as well? Complaints about a campaign's callers tell; without them somebody may
have planted a copy's canaries to frame its recipient, and signals alone cannot exclude it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from tracer.findings.campaigns.facts import statement
from tracer.findings.campaigns.grouping import segment_of
from tracer.identify.normalise import normalise_phones

PLANTED = 0.01
"""Prior share of framing among campaigns that look like a copy's."""


@dataclass(frozen=True)
class Ordinary:
    """Complaints about a campaign's callers, held against one copy."""

    called: int
    held: int
    by_chance: float
    """Share of them that would by chance, from how densely the copy fills their blocks."""

    @property
    def planted(self) -> float:
        """Probability that the canaries were planted, given that they are a copy's.

        A campaign that is made from the copy calls its people in an unknown share (uniform: 1 / (m + 1) for
        any number of m); one that only calls its canaries does so by chance.
        """
        if self.called == 0:
            return PLANTED
        # Never surer than a thousandth of a hit by chance: the blocks are an estimate.
        chance = min(max(self.by_chance, 1e-3), 0.999)
        k, m = self.held, self.called
        log_planted = math.log(math.comb(m, k)) + k * math.log(chance) + (m - k) * math.log1p(-chance)
        odds = PLANTED / (1.0 - PLANTED) * math.exp(min(log_planted + math.log(m + 1), 50.0))
        return odds / (1.0 + odds)


class Complaints:
    """The complaints of a case by the callers' segments; read once."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._called: dict[str, set[int]] = defaultdict(set)
        self.callers: dict[str, list[str]] = defaultdict(list)
        con.execute(statement("complaint_cells"))
        row = con.execute("SELECT value FROM meta WHERE name = 'region'").fetchone()
        normalise_phones(con, "complaint_cell", "raw", "complaint_key", str(row[0]) if row else "CN")
        for caller, key in con.execute(statement("complaint_calls")).fetchall():
            segment = segment_of(caller)
            if segment is None:
                continue
            self.callers[segment].append(caller)
            if key is not None:
                self._called[segment].add(key)
        for table in ("complaint_cell", "complaint_key"):
            con.execute(f"DROP TABLE IF EXISTS temp.{table}")

    def against(self, segments: Iterable[str], release: str) -> Ordinary:
        """Hold the complaints about callers of these segments against a copy."""
        keys = sorted(set[int]().union(*(self._called.get(segment, set()) for segment in segments)))
        if not keys:
            return Ordinary(0, 0, 0.0)
        row = self._con.execute(statement("ordinary"), {"keys": keys, "release": release}).fetchone()
        held, chance = (0, 0.0) if row is None else (int(row[0]), float(row[1]))
        return Ordinary(len(keys), held, chance)
