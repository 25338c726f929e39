"""What the rows about one copy come to, each as one sentence with how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracer.disclosure import Reason
from tracer.wording import headlines
from tracer.wording.headlines import Row
from tracer.wording.voice import sure_word


def kept(rows: Sequence[Row]) -> Iterator[tuple[Reason, float]]:
    """What the recipient itself had after the end, where it is surest."""
    found = [row for row in rows if row["reading"] == "retained"]
    if found:
        best = max(found, key=_probability)
        yield headlines.retention(best), _probability(best)


def passed_on(rows: Sequence[Row]) -> Iterator[tuple[Reason, float]]:
    """Everybody else who had it, of those of whom it is as sure as of the surest; no surer than of each of them."""
    others: dict[str, Row] = {}
    for row in rows:
        if row["reading"] == "passed_on":
            had = others.setdefault(str(row["seen_with"]), row)
            others[str(row["seen_with"])] = max(had, row, key=_probability)
    if not others:
        return
    word = sure_word(max(map(_probability, others.values())))
    named = [row for row in others.values() if sure_word(_probability(row)) == word]
    yield headlines.passed_on(named), min(map(_probability, named))


def _probability(row: Row) -> float:
    return float(str(row["probability"]))
