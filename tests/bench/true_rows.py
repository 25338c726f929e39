"""How likely a list's rows are, given its parents, under the simulator's own moves and parameters (for the oracle).

Rows of a parent are kept independently with an unknown share (or whole, as one lot, by place); a kept row's cells slip
and go blank at the market's rates, its inner id, day and form stay; own rows are a Poisson process of popularity with
fresh cells; what is nobody's number is a slip or padding. So for a list B with parents A_1…A_p and shares s,

    ln L = sum over rows i of B: ln( sum_j s_j prod_{k<j}(1-s_k) c_ij + prod_j(1-s_j) m q_i ) - m
           + sum_j (rows of A_j, of those it could give, that B lacks) ln(1-s_j),

c_ij: probability of i's visible cells when it is copied from A_j; q_i: that an unrelated collector has such a row.
The shares are the likeliest ones (expectation-maximisation), with a Laplace approximation of the integral over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from tracer.simulate.market import Market, MarketSpec, SimList
from tracer.simulate.population import KINDS
from tracer.simulate.rows import BLANK, CELLS, FORM_NAMES, NO_DAY
from tracer.simulate.segments import PLACES
from tracer.simulate.written import EVERYDAY

NEVER = -15.0
"""ln of what the moves cannot do but for rare coincidences (the second of two repeated rows was kept)."""
WHOLE = 0.985
"""Share of a parent's rows from which it counts as taken whole (numbers slip)."""
_COLUMN = {"name": "name", "firm": "organisation", "address": "address"}
_LOG_FORM = np.log(np.maximum([EVERYDAY.get(form, 0.0) for form in FORM_NAMES], np.exp(NEVER)))


@dataclass(frozen=True)
class Shown:
    """A list as its readers see it; rows of readable numbers, each number once, by number."""

    entry: SimList
    number: NDArray[np.int64]
    person: NDArray[np.int64]
    position: NDArray[np.int64]
    cells: Mapping[str, NDArray[np.int64]]
    """Visible columns alone; `inner` and `day` beside the texts."""
    form: NDArray[np.int64]
    uniform: bool


@dataclass(frozen=True)
class Given:
    """What one parent could have given to a list."""

    has: NDArray[np.bool_]
    log_copy: NDArray[np.float64]
    """child's rows: ln c_ij."""
    where: NDArray[np.int64]
    missing: int
    """Rows of the parent that could have been given and are not in the child."""
    log_choice: float
    """ln of the probability of this way of choosing, without the share itself."""
    free: bool
    """The share is unknown (a sub-sample)."""


def shown(entry: SimList) -> Shown:
    """What a reader sees of a list."""
    readable = np.flatnonzero(entry.rows.readable)
    number, first = np.unique(entry.rows.number[readable], return_index=True)
    rows = entry.rows.take(readable[first])
    cells = {cell: getattr(rows, cell).astype(np.int64) for cell in CELLS if _COLUMN[cell] in entry.layout.columns}
    if "id" in entry.layout.columns and not entry.layout.renumbered:
        cells["inner"] = rows.inner
    if "date" in entry.layout.columns:
        cells["day"] = rows.day.astype(np.int64)
    form = rows.form.astype(np.int64)
    uniform = bool((form == form[0]).all()) if form.size else True
    return Shown(entry, number, rows.person, readable[first], cells, form, uniform)


def given(child: Shown, parent: Shown, market: Market) -> Given:
    """Compare the rows of two lists, the one read as a copy of the other."""
    spec = market.spec
    index = np.minimum(np.searchsorted(parent.number, child.number), max(parent.number.size - 1, 0))
    has = parent.number[index] == child.number
    log_copy = np.zeros(child.number.size)
    for cell, now in child.cells.items():
        lost = NO_DAY if cell == "day" else BLANK
        before = parent.cells[cell][index] if cell in parent.cells else np.full(now.size, lost)
        if cell in CELLS:
            log_copy += _log_changed(before, now, spec)
        else:
            log_copy += np.where(before == now, 0.0, NEVER)
    if not child.uniform:
        log_copy += np.where(parent.form[index] == child.form, 0.0, NEVER)
    inside = np.isin(parent.number, child.number, assume_unique=True)
    missing, log_choice, free = _choice(parent, inside, market)
    return Given(has, np.where(has, log_copy, -np.inf), parent.position[index], missing, log_choice, free)


def log_own(child: Shown, market: Market) -> NDArray[np.float64]:
    """child's rows: ln q_i; minus infinity for numbers that are nobody's."""
    spec, people = market.spec, market.population
    popular = people.popularity
    q = popular / popular.sum()
    for source in people.public:
        q = q * (1 - spec.public_share / len(people.public))
        q[source] += spec.public_share / len(people.public) * popular[source] / popular[source].sum()
    with np.errstate(divide="ignore"):
        told: NDArray[np.float64] = np.log(q[child.person])
        told[people.number[child.person] != child.number] = -np.inf
    for cell, now in child.cells.items():
        if cell in CELLS:
            slip = np.where((now > 0) & (now <= 30), np.log(spec.first_slips / 30), NEVER)
            told += np.where(now == 0, np.log1p(-spec.first_slips), np.where(now == BLANK, np.log(spec.blanks), slip))
        elif cell == "day":
            told += np.where(now == NO_DAY, NEVER, -np.log(60))
        else:
            told += np.where(now == BLANK, NEVER, -np.log(max(now.size, 1)))
    if not child.uniform:
        told += _LOG_FORM[child.form]
    return told


def rows_given(
    child: Shown, own: NDArray[np.float64], parents: Sequence[Given], market: Market
) -> tuple[float, NDArray[np.int64]]:
    """ln L of the child's rows, and from which of the parents (else -1) each most likely came."""
    covered = np.zeros(own.size, dtype=np.bool_)
    for parent in parents:
        covered |= parent.has
    nobody = np.isneginf(own)
    alone = ~covered & ~nobody
    m = float(alone.sum())
    log_rate = np.log(max(m, 0.5)) + own
    told = float(log_rate[alone].sum()) - m
    origin = np.full(own.size, -1, dtype=np.int64)
    if parents:
        explained, origin[covered] = _copied(log_rate[covered], [p.log_copy[covered] for p in parents], parents, market)
        told += explained
    told += _log_profile(child.person[alone], market)
    told += _log_nobody(int((~covered & nobody).sum()), own.size, market, copied=bool(parents))
    return told + _log_size(m, float(covered.sum()), market.spec, copied=bool(parents)), origin


def _copied(
    log_rate: NDArray[np.float64], log_copies: Sequence[NDArray[np.float64]], parents: Sequence[Given], market: Market
) -> tuple[float, NDArray[np.int64]]:
    """The part of ln L that hangs on the shares, and the likeliest parent of each covered row."""
    low, high = market.spec.keep
    free = np.array([p.free for p in parents])
    parts = np.stack(log_copies, axis=1)
    has = np.isfinite(parts)
    total = has.sum(axis=0) + np.array([p.missing for p in parents])
    most = min(max(low, high), 0.999)
    shares = np.where(free, np.clip(has.sum(axis=0) / total, low, most), 1 - market.spec.wrong_numbers)
    for _ in range(4 if low < high and len(parents) > 1 else 0):
        weight, _ = _mixed(parts, has, shares, log_rate)
        # A row that an earlier parent gave may have been kept from a later one, too.
        before = np.cumsum(weight, axis=1) - weight
        kept = (weight + has * before * shares[None, :]).sum(axis=0)
        shares = np.where(free, np.clip(kept / total, low, most), shares)
    weight, log_row = _mixed(parts, has, shares, log_rate)
    told = float(log_row.sum())
    for parent, share, rows in zip(parents, shares.tolist(), total.tolist(), strict=True):
        told += parent.missing * float(np.log1p(-share)) + parent.log_choice
        if parent.free and low < high:
            told += 0.5 * float(np.log(2 * np.pi * share * (1 - share) / (rows + 2))) - float(np.log(high - low))
    return told, weight.argmax(axis=1)


def _mixed(
    parts: NDArray[np.float64], has: NDArray[np.bool_], shares: NDArray[np.float64], log_rate: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(rows x parents: probability that the row came from it; rows: ln of the bracket in the formula)."""
    log_not = np.where(has, np.log1p(-shares)[None, :], 0.0)
    before = np.cumsum(log_not, axis=1) - log_not
    terms = np.concatenate(
        [np.log(shares)[None, :] + before + parts, (log_not.sum(axis=1) + log_rate)[:, None]], axis=1
    )
    top = terms.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    weight = np.exp(terms - top)
    total = weight.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):
        log_row: NDArray[np.float64] = (top + np.log(total))[:, 0]
    return weight[:, :-1] / np.maximum(total, 1e-300), log_row


def _log_changed(before: NDArray[np.int64], now: NDArray[np.int64], spec: MarketSpec) -> NDArray[np.float64]:
    slip = (now - before * 31) % 30_000
    slipped = (slip >= 1) & (slip <= 30)
    stayed = np.log1p(-spec.slips) + np.log1p(-spec.blanks)
    told = np.where(now == before, stayed, np.where(slipped, np.log(spec.slips / 30), NEVER))
    told = np.where(now == BLANK, np.log(spec.blanks), told)
    return np.where(before == BLANK, np.where(now == BLANK, 0.0, NEVER), told)


def _choice(parent: Shown, inside: NDArray[np.bool_], market: Market) -> tuple[int, float, bool]:
    """(rows that could have been given and were not, ln probability of the way, whether the share is free)."""
    spec, n, x = market.spec, inside.size, int(inside.sum())
    ways = [(n - x, float(np.log1p(-spec.lots - spec.regional)), True)]
    high = spec.keep[1]
    if x >= WHOLE * n and high > 0.97:
        ways.append((n - x, float(np.log((high - 0.97) / (high - spec.keep[0]))), False))
    order = np.argsort(parent.position)
    run = np.flatnonzero(inside[order])
    if run.size > 20:
        cut = np.flatnonzero(np.diff(run) > 8)
        edges = np.concatenate([[0], cut + 1, [run.size]])
        longest = int(np.argmax(np.diff(edges)))
        lot = run[edges[longest] : edges[longest + 1]]
        length = int(lot[-1] - lot[0] + 1)
        if lot.size >= 0.9 * x and lot.size >= 0.97 * length:
            ways.append((length - int(lot.size), float(np.log(spec.lots) - 2 * np.log(n)), False))
    place = market.population.place[parent.person]
    held, total = np.bincount(place[inside], minlength=len(PLACES)), np.bincount(place, minlength=len(PLACES))
    kept = (held >= 0.97 * total) & (total > 0)
    if kept.any() and held[kept].sum() >= 0.9 * x:
        cost = np.log(spec.regional) - kept.sum() * np.log(len(PLACES))
        ways.append((int((total - held)[kept].sum()), float(cost), False))
    # A way is as likely as its rows: those that it had to give and that are missing slipped.
    share = np.clip(x / max(n, 1), *spec.keep)
    return max(ways, key=lambda way: way[1] + (
        way[0] * np.log1p(-min(share, 0.999)) + x * np.log(share) if way[2] else way[0] * np.log(spec.wrong_numbers)
    ))  # fmt: skip


def _log_profile(person: NDArray[np.int64], market: Market) -> float:
    """Gain of the own rows' places and kinds over the population's: Dirichlet-multinomial with the prior's moments."""
    people, told = market.population, 0.0
    some = people.popularity[: people.people : 10]
    for of, cells, draw in ((people.place, len(PLACES), 0.4), (people.kind, KINDS, 0.5)):
        # A tenth of the people gives the population's shares well enough.
        base = np.maximum(np.bincount(of[: people.people : 10], some, cells), 1e-9)
        base /= base.sum()
        total = max((draw * cells + 1) / max(market.spec.profile, 1e-3) ** 2 - 1, 0.5)
        counts, prior = np.bincount(of[person], minlength=cells), total * base
        told += float(gammaln(total) - gammaln(total + person.size))
        told += float((gammaln(prior + counts) - gammaln(prior) - counts * np.log(base)).sum())
    return told


def _log_nobody(found: int, rows: int, market: Market, *, copied: bool) -> float:
    """Numbers that are nobody's and in no parent: slips and padding in a copy, impossible in a collected list."""
    if not copied:
        return NEVER * found
    spec = market.spec
    padding = rows * spec.padding / (1 + spec.padding)
    expected = padding + spec.wrong_numbers * rows
    spread = np.sqrt(spec.wrong_numbers * rows + (0.03 * padding) ** 2 + 1)
    return float(-0.5 * ((found - expected) / spread) ** 2 - np.log(spread)) - found * float(
        np.log(market.population.ghosts)
    )


def _log_size(own: float, copied_rows: float, spec: MarketSpec, *, copied: bool) -> float:
    """How many own rows such a list has."""
    if not copied:
        return -float(np.log(max(own, 1.0) * np.log(spec.rows[1] / spec.rows[0])))
    share, most = spec.own_rows
    if own <= 2:
        return float(np.log(1 - share))
    excess = max(0.0, own - 1.03 * most * copied_rows) + max(0.0, 0.03 * copied_rows - own)
    return float(np.log(share) - np.log(most * max(copied_rows, 1.0))) + NEVER * min(1.0, excess) - excess
