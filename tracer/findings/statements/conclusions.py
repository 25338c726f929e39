"""What the statements on one copy come to, each as one sentence with how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tracer.disclosure import Reason, sure_word
from tracer.findings.statements import Statement, headlines


def by_copy(found: Iterable[Statement], least: str = "G0") -> list[list[Statement]]:
    """Statements on copies at the grade `least` or better, copy by copy."""
    graded = (one for one in found if one.grade >= least)
    return [list(seen) for _, seen in groupby(graded, key=lambda one: one.copies)]


def kept(found: Sequence[Statement]) -> Iterator[tuple[Reason, Reason | None]]:
    """What the recipient itself had after the end, where it is surest."""
    mine = [one for one in found if one.row["reading"] == "retained"]
    if mine:
        best = max(mine, key=_probability)
        yield best.said, best.sureness


def passed_on(found: Sequence[Statement]) -> Iterator[tuple[Reason, Reason | None]]:
    """Everybody else who had it, of those of whom it is as sure as of the surest; no surer than of each of them."""
    others: dict[str, Statement] = {}
    for one in found:
        if one.row["reading"] == "passed_on":
            had = others.setdefault(str(one.row["seen_with"]), one)
            others[str(one.row["seen_with"])] = max(had, one, key=_probability)
    if not others:
        return
    word = sure_word(max(map(_probability, others.values())))
    named = [one for one in others.values() if sure_word(_probability(one)) == word]
    yield headlines.passed_on([one.row for one in named]), min(named, key=_probability).sureness


def _probability(one: Statement) -> float:
    return one.probability or 0.0
