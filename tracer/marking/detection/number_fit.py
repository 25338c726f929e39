"""Whether identities have the kinds of numbers of a list: all mobiles show where a third are fixed lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.written_numbers import kind_of, number_form

_LEAST = 0.2
"""Share, or difference of shares, below which few records can be told by it."""
_ROWS = 1_000
"""Rows whose numbers are looked at."""
_CALLED = {"mobile": "mobiles", "fixed": "fixed lines"}


@dataclass(frozen=True)
class NumberFit:
    """A kind of numbers that the list has and identities lack."""

    kind: str
    of_list: float
    having: int
    identities: int

    def what(self) -> str:
        """What is the matter, in a sentence."""
        return (
            f"{self.of_list:.0%} of the list's numbers are {self.kind}; {self.having:,} of the {self.identities:,}"
            " identities with a number have one"
        )

    def advice(self) -> str:
        """What helps."""
        return f"import identities with {self.kind} as well, about {self.of_list:.0%} of them"


def number_fit(con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]) -> NumberFit | None:
    """The kind that identities lack most; None where they have each kind about as often as the list."""
    columns = [f"c{i}" for i in source.places("phone")]
    if not columns:
        return None
    drawn = con.execute(
        f"SELECT {', '.join(columns)} FROM {source.tables[source.main.part]} ORDER BY md5('{source.no} ' || CAST(row AS"
        f" VARCHAR)), row LIMIT {_ROWS}"
    ).fetchall()
    forms = [number_form(cell, source.region) for row in drawn for cell in row if cell]
    held = Counter(kind_of(form[1]) for form in forms if form is not None)
    own = Counter(each.kind for each in identities if each.phone is not None)
    if not held.total() or not own.total():
        return None
    shares = {kind: (held[kind] / held.total(), own[kind] / own.total()) for kind in _CALLED}
    most = max(shares, key=lambda kind: shares[kind][0] - shares[kind][1])
    if shares[most][0] - shares[most][1] < _LEAST:
        return None
    return NumberFit(_CALLED[most], shares[most][0], own[most], own.total())
