"""What the rows themselves say about direction: cells lost and mistyped, forms of numbers, repeats, ids, columns.

Information is lost downstream: cells go blank, slips of the pen pile up, mixed ways of writing become one, repeats and
columns are dropped. Each signal gives log odds for one direction; they are capped, because a reseller can also mend.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from tracer.findings.derivation.cells import TEXTS, statement
from tracer.findings.derivation.counts import Counts
from tracer.findings.derivation.dates import Facts
from tracer.findings.derivation.weights import EdgeWeights

CAP = 6.0
"""Most nats of one signal."""
PER_LOST, PER_WITNESS, PER_REPEAT = 0.8, 1.6, 0.5
"""Nats of a cell that one side alone has lost, of a differing cell with an independent witness, of a lost repeat."""
MIXED, UNIFORM = 0.03, 0.005
"""Shares of numbers not written in the commonest way: above the one a side is mixed, below the other uniform."""
FORMS_LOST = 4.0
MERGED, REPEATS_OF_MERGED = 0.02, 1.0
"""Share of rows from elsewhere, from which repeats may come of adding to what was copied; most nats of them then."""
MORE_COLUMNS, COLUMNS_OF_MERGED = 1.5, 0.7
"""Nats of columns that one side alone has; where it has rows from elsewhere, the columns may be from there."""
KINDS = {1: "ways of writing numbers", 2: "kinds of company"}
BY_LUCK = 3.0
"""Nats of newest rows that are missing by luck: of as many days as lists have, some stretch is always empty."""
FIRST_LOT = 2.0
"""Most nats of that between two holders: the first lot of a list that stands by day has none of its newest rows."""
TEMPER = 0.25
"""Power to which the likelihood of categories is raised: rows of one batch are not independent."""


def weigh_rows(
    con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts, facts: Sequence[Facts],
    pairs: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    """Add the signals of the raw rows for all pairs a < b. Needs the TEMP tables of `cells.read_cells`."""
    _changed(con, weights, counts)
    _forms(con, weights, counts)
    _repeats(con, weights, counts)
    _newest(con, weights, counts, facts)
    _ids(con, weights, counts)
    _columns(con, weights, counts, pairs)
    _categories(con, weights, counts, pairs)


def _changed(con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts) -> None:
    ids = counts.traced.ids
    for a, b, lost_a, lost_b, differ, for_a, for_b in con.execute(statement("changed")).fetchall():
        weights.pair(a, b, _two_sided(lost_a, lost_b, PER_LOST) + _two_sided(for_a, for_b, PER_WITNESS))
        odds = _capped(PER_LOST * _surplus(lost_b, lost_a))
        if odds:
            value = f"{lost_b}:{lost_a}"
            text = f"{lost_b:,} cells that {ids[a]} fills are empty in {ids[b]}, {lost_a:,} the other way round"
            weights.turn(a, b, "cells lost", value, odds, text)
        odds = _capped(PER_WITNESS * _surplus(for_a, for_b))
        if odds:
            value = f"{for_a}:{for_b} of {differ}"
            text = (
                f"of {differ:,} cells that differ, unrelated lists write {for_a:,} as {ids[a]} does"
                f" and {for_b:,} as {ids[b]} does"
            )
            weights.turn(a, b, "errors", value, odds, text)


def _forms(con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts) -> None:
    ids = counts.traced.ids
    for a, b, rows, _alike, others_a, others_b in con.execute(statement("forms")).fetchall():
        share_a, share_b = others_a / rows, others_b / rows
        for first, second, mixed, uniform in ((a, b, share_a, share_b), (b, a, share_b, share_a)):
            if rows >= 20 and mixed >= MIXED and uniform <= UNIFORM:
                text = (
                    f"numbers of the common rows are written in several ways in {ids[first]} ({mixed:.0%})"
                    f" and in one way in {ids[second]}"
                )
                weights.turn(first, second, "format", f"{mixed:.3f}:{uniform:.3f}", FORMS_LOST, text)


def _repeats(con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts) -> None:
    ids = counts.traced.ids
    for a, b, of_a, of_b in con.execute(statement("repeats")).fetchall():
        odds = _capped(PER_REPEAT * _surplus(of_a, of_b))
        if _merged(counts, *((a, b) if odds > 0 else (b, a))):
            odds = float(np.clip(odds, -REPEATS_OF_MERGED, REPEATS_OF_MERGED))
        if odds:
            text = f"{of_a:,} contacts are repeated in {ids[a]} alone, {of_b:,} in {ids[b]} alone"
            weights.turn(a, b, "repeats", f"{of_a}:{of_b}", odds, text)


def _newest(con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts, facts: Sequence[Facts]) -> None:
    """A copy taken at random has some of its source's newest rows; where it has none, it is likely to be the older one.

    k rows newer than all of the other's, of which a share r of the rest has: (1 - r)^k. A client's own list, which goes
    on growing after a copy has left it, tells nothing of the kind.
    """
    ids = counts.traced.ids
    for value, name in (("day", "days of rows"), ("inner_id", "ids run on")):
        for a, b, rows, newer_a, older_a, newer_b, older_b in con.execute(
            statement("newest").replace("{value}", value)
        ).fetchall():
            one_holder = facts[a].holder == facts[b].holder
            for old, new, newer, older in ((a, b, newer_b, older_b), (b, a, newer_a, older_a)):
                if older == 0 or (facts[new].own and not facts[old].own) or not (one_holder or value == "day"):
                    continue
                odds = -newer * float(np.log1p(-min(0.99, rows / older))) - BY_LUCK
                if odds > 0:
                    text = f"{newer:,} rows of {ids[new]} come after the last of {ids[old]} by their {name.split()[0]}"
                    weight = min(CAP if one_holder else FIRST_LOT, odds)
                    weights.turn(old, new, name, f"{newer}:{rows / older:.2f}", weight, text)


def _ids(con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts) -> None:
    ids = counts.traced.ids
    for a, b, rows, alike, of_a, of_b in con.execute(statement("inner_ids"), {"widest": 3}).fetchall():
        if rows >= 20 and alike >= 0.5 * rows and abs(of_a - of_b) > 0.1:
            odds = float(np.clip(8 * (of_a - of_b), -CAP, CAP))
            text = (
                f"{alike:,} common rows keep their id; ids run on without gaps in {of_a:.0%} of {ids[a]}"
                f" and {of_b:.0%} of {ids[b]}"
            )
            weights.turn(a, b, "ids", f"{of_a:.2f}:{of_b:.2f}", odds, text)


def _columns(
    con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts, pairs: Sequence[tuple[int, int]]
) -> None:
    names = {kind: role for role, kind in TEXTS.items()}
    has: dict[int, set[str]] = {}
    for position, kind in con.execute("SELECT position, kind FROM has_column ORDER BY ALL").fetchall():
        if kind in names:
            has.setdefault(position, set()).add(names[kind])
    for a, b in pairs:
        only_a, only_b = has.get(a, set()) - has.get(b, set()), has.get(b, set()) - has.get(a, set())
        if bool(only_a) != bool(only_b):
            first, second, more = (a, b, only_a) if only_a else (b, a, only_b)
            ids = counts.traced.ids
            text = f"{ids[first]} has columns that {ids[second]} lacks: {', '.join(sorted(more))}"
            odds = COLUMNS_OF_MERGED if _merged(counts, first, second) else MORE_COLUMNS
            weights.turn(first, second, "columns", str(len(more)), odds, text)


def _categories(
    con: duckdb.DuckDBPyConnection, weights: EdgeWeights, counts: Counts, pairs: Sequence[tuple[int, int]]
) -> None:
    """In a source the taken rows look like the rest; in a copy they differ from what was added."""
    rows = con.execute(statement("categories")).fetchall()
    table: dict[tuple[int, int], list[tuple[int, str, int]]] = {}
    for position, pattern, kind, category, n in rows:
        table.setdefault((position, kind), []).append((pattern, category, n))
    differ: dict[tuple[int, int, int], float] = {}
    for (position, kind), entries in table.items():
        names = sorted({entry[1] for entry in entries})
        index = {name: number for number, name in enumerate(names)}
        pattern = np.array([entry[0] for entry in entries])
        category = np.array([index[entry[1]] for entry in entries])
        size = np.array([entry[2] for entry in entries], dtype=np.float64)
        for other in {x for pair in pairs if position in pair for x in pair if x != position}:
            inside = counts.sets.with_any([other])[pattern] & (pattern >= 0)
            differ[position, other, kind] = _apart(
                np.bincount(category[inside], size[inside], len(names)).astype(np.float64),
                np.bincount(category[~inside], size[~inside], len(names)).astype(np.float64),
            )
    for a, b in pairs:
        for kind, name in KINDS.items():
            one, two = differ.get((a, b, kind)), differ.get((b, a, kind))
            if one is None and two is None:
                continue
            # Brothers' rest is like the common rows on both sides; a copy's is unlike them on one.
            if one is not None and two is not None:
                weights.pair(a, b, float(np.clip(-TEMPER * max(one, two), -CAP, 2.0)))
            odds = _capped(TEMPER * ((two or 0.0) - (one or 0.0)))
            if abs(odds) >= 0.2:
                source, copy = (a, b) if odds > 0 else (b, a)
                ids = counts.traced.ids
                text = f"{name}: the common rows are like the rest of {ids[source]} and unlike the rest of {ids[copy]}"
                weights.turn(a, b, name, f"{odds:.2f}", odds, text)


def _apart(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """ln Bayes factor that two counts over categories come from two distributions and not from one.

    Dirichlet priors of total 4, with the pooled shares as their centre.
    """
    if x.sum() < 5 or y.sum() < 5:
        return 0.0
    prior = 4 * (x + y + 0.5) / (x + y + 0.5).sum()
    return _evidence(x, prior) + _evidence(y, prior) - _evidence(x + y, prior)


def _evidence(counts: NDArray[np.float64], prior: NDArray[np.float64]) -> float:
    value = gammaln(prior.sum()) - gammaln(prior.sum() + counts.sum())
    return float(value + np.sum(gammaln(prior + counts) - gammaln(prior)))


def _merged(counts: Counts, a: int, b: int) -> bool:
    """Whether a has rows that b has not: it may have added them to a copy of b, and with them what b lacks."""
    mine = int(counts.traced.contacts[a])
    return mine - int(counts.shared[a, b]) > MERGED * mine


def _two_sided(of_a: int, of_b: int, each: float) -> float:
    """Nats for brothers of losses on both sides; losses on one side alone speak for parent and child."""
    fewer, more = min(of_a, of_b), max(of_a, of_b)
    if fewer >= 3:
        return min(CAP, each * (fewer - 2))
    return max(-CAP / 2, -0.25 * (more - fewer)) if more >= 5 and fewer <= 1 else 0.0


def _surplus(more: int, fewer: int) -> float:
    """Difference of two counts less two standard deviations of it: a few of each say nothing."""
    difference = float(more - fewer)
    slack = 1.0 + 1.5 * float(np.sqrt(min(more, fewer)))
    return float(np.sign(difference)) * max(0.0, abs(difference) - slack)


def _capped(odds: float) -> float:
    return float(np.clip(odds, -CAP, CAP))
