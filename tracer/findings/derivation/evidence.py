"""The table of evidence: one row for each pair of lists with contacts in common, the same columns for every case.

Each column is a plain quantity that an investigator could count without a computer; what it is worth is the model's
affair (`model`). `_a` and `_b` are the sides of a pair a < b, `_ab` and `_ba` what is asked of b as a copy of a and of
a as a copy of b. A row rests on the lists of its own family alone: lists that share nothing with it do not move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.counts import Cells, MembershipCounts, candidates_of, cells_of, neighbours, pairs_of
from tracer.findings.derivation.dossier import DossierFacts, listed_by, read_facts, releases, with_living
from tracer.findings.derivation.rows import read_rows
from tracer.findings.derivation.versions import succession, versions_of

STRAY = 0.02
"""Share of rows that two lists have in common without either being a source: of the makers' unrelated lists with common
contacts the middle one. What a source explains is measured against it."""
ROUNDS = 40
"""Rounds of expectation and maximisation; from thirty on no share moves by a hundredth."""
LEAST_REST = 20
"""Rows of a rest from which it is asked whether it looks like the common rows."""


@dataclass(frozen=True)
class PairEvidence:
    """The table, and what its rows were made from."""

    pairs: NDArray[np.int64]
    """pairs x 2: positions a < b."""
    columns: Mapping[str, NDArray[np.float64]]
    """Name → one value a pair; NaN where nothing is known of a day."""
    cells: Mapping[int, Cells]
    """List → its contacts by who else holds them, of lists with relatives."""
    counts: MembershipCounts
    facts: Sequence[DossierFacts]
    released: Mapping[tuple[int, int], tuple[str, date | None]]
    """(parent, child) → the release on record and its day."""
    index: Mapping[tuple[int, int], int] = field(init=False, repr=False)
    """Pair a < b → its row."""

    @property
    def family(self) -> NDArray[np.int64]:
        """datasets: the family of lists that each belongs to."""
        return self.counts.family

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", {(a, b): at for at, (a, b) in enumerate(self.pairs.tolist())})


NEARLY_ALL = 0.9
"""Share of the common rows that counts as all: a few days are always those of something else."""


def gather_evidence(case: CaseFacts, counts: MembershipCounts) -> PairEvidence:
    """Fill the table for a case with at least one dataset."""
    pairs = pairs_of(counts)
    near = neighbours(counts, pairs)
    facts = read_facts(case.con, counts.traced)
    told, grown = read_rows(case, counts, facts, pairs[near])
    facts = with_living(facts, counts.shared, counts.traced.contacts, grown)
    cells = {x: cells_of(counts, x, candidates_of(counts, x)) for x in np.unique(pairs).tolist()}
    released = releases(case.con, counts.traced, facts)
    columns = _dossier(counts, facts, released, pairs)
    for name, values in told.items():
        columns[name] = np.zeros(len(pairs))
        columns[name][near] = values
    undated = pairs[_forget_days(columns)]
    columns |= _memberships(counts, _may_be_first(facts, undated), pairs, cells)
    return PairEvidence(pairs, columns, cells, counts, facts, released)


def day_of(fact: DossierFacts) -> date | None:
    """The day that comes nearest to the making of a list."""
    return fact.created or fact.exported or fact.obtained


def _memberships(
    counts: MembershipCounts, first: NDArray[np.bool_], pairs: NDArray[np.int64], cells: Mapping[int, Cells]
) -> Mapping[str, NDArray[np.float64]]:
    a, b = pairs.T
    n, size = len(counts.traced), np.maximum(counts.traced.contacts, 1).astype(np.float64)
    shared = counts.shared.astype(np.float64)
    near, share = counts.shared > 0, shared / size[:, None]
    usual, low = (_quantile(share, near, q) for q in (0.5, 0.25))
    found = {name: np.zeros((n, n)) for name in ("rate", "rows", "gain", "early", "unlike")}
    for child, of_child in cells.items():
        among = of_child.candidates
        every = cover(of_child)
        early = cover(of_child, first[among, child], gains=False)
        for name, values in (
            ("rate", every.rate), ("rows", every.rows), ("gain", every.gain),
            ("early", early.rows), ("unlike", _unlike(of_child)),
        ):  # fmt: skip
            found[name][among, child] = values
    inside = counts.sets.shared.astype(np.float64)
    rest = np.maximum(size[:, None] - shared, 1.0)
    elsewhere = np.clip((np.diag(inside)[:, None] - inside) / rest, 0.0, 1.0)
    columns = {
        "shared": shared[a, b], "size_a": size[a], "size_b": size[b], "two": counts.sets.in_two[a, b] / shared[a, b],
        "family": np.bincount(counts.family)[counts.family[a]].astype(np.float64),
        "third": _thirds(shared, size, pairs), "thirds": (near[a] | near[b]).sum(axis=1) - 2.0,
    }  # fmt: skip
    for side, x, y in (("a", a, b), ("b", b, a)):
        columns |= {f"usual_{side}": usual[x], f"low_{side}": low[x], f"unlike_{side}": found["unlike"][y, x]}
        columns[f"elsewhere_{side}"] = elsewhere[x, y]
    for way, parent, child in (("ab", a, b), ("ba", b, a)):
        for name in ("rate", "gain"):
            columns[f"{name}_{way}"] = found[name][parent, child]
        for name in ("rows", "early"):
            columns[f"{name}_{way}"] = found[name][parent, child] / shared[a, b]
        columns[f"rank_{way}"] = (found["rows"][:, child] > found["rows"][parent, child]).sum(axis=0).astype(np.float64)
    return columns


def _quantile(share: NDArray[np.float64], near: NDArray[np.bool_], q: float) -> NDArray[np.float64]:
    """lists: this quantile of the shares of a list that its relatives hold."""
    known = np.where(near, share, np.nan)
    known[~near.any(axis=1)] = 0.0
    return np.asarray(np.nanquantile(known, q, axis=1))


def _may_be_first(facts: Sequence[DossierFacts], undated: NDArray[np.int64]) -> NDArray[np.bool_]:
    """[parent, child]: whether the days allow this order. undated: pairs whose days say nothing."""
    days = [day_of(fact) for fact in facts]
    first = np.array([[one is None or other is None or one <= other for other in days] for one in days])
    for a, b in undated.tolist():
        first[a, b] = first[b, a] = True
    return first


@dataclass(frozen=True)
class Cover:
    """What each candidate explains of the rows of a list, one element a candidate."""

    rate: NDArray[np.float64]
    """Share of its rows that the list took."""
    rows: NDArray[np.float64]
    """Rows of the list that are put down to it."""
    gain: NDArray[np.float64]
    """Nats that the rows would be less likely without it, whatever the others then explain."""


def cover(cells: Cells, among: NDArray[np.bool_] | None = None, *, gains: bool = True) -> Cover:
    """The most likely shares r of P(a contact is in the list) = 1 - (1 - STRAY) · Π(1 - r of its holders), by
    expectation and maximisation (of the candidates `among`; the others explain nothing): what only this parent explains
    is put down to it, and what several explain is divided."""
    k = cells.candidates.size
    chosen = np.ones(k, dtype=np.bool_) if among is None else among
    rate, rows, gain = np.zeros(k), np.zeros(k), np.zeros(k)
    holds = cells.holds[:, chosen]
    some = holds.any(axis=1)
    holds, own = holds[some], cells.own[some]
    size = np.maximum(cells.size[some], own)
    n = holds.shape[1]
    if n == 0 or not some.any():
        return Cover(rate, rows, gain)
    total = np.maximum(holds.T @ size, 1e-9)
    whole = _rates(holds, own, total, np.full((1, n), 0.3), ROUNDS)
    rate[chosen] = whole[0]
    rows[chosen] = (holds * whole[0]).T @ (own / (STRAY + holds @ whole[0]))
    if gains:
        # All problems of one left out at once, each started where the whole one ended; the last line leaves out none.
        rates = _rates(holds, own, total, np.maximum(whole, 1e-3) * (1.0 - np.eye(n)), ROUNDS // 3)
        missed = (1.0 - STRAY) * np.exp(np.log1p(-np.concatenate([rates, whole])) @ holds.T)
        likelihood = np.log1p(-missed) @ own + np.log(missed) @ (size - own)
        gain[chosen] = np.maximum(0.0, likelihood[-1] - likelihood[:-1])
    return Cover(rate, rows, gain)


def _rates(
    holds: NDArray[np.float64], own: NDArray[np.float64], total: NDArray[np.float64], rates: NDArray[np.float64],
    rounds: int
) -> NDArray[np.float64]:  # fmt: skip
    """problems x candidates: the shares after so many rounds; those that are 0 stay so."""
    for _ in range(rounds):
        there = 1.0 - (1.0 - STRAY) * np.exp(np.log1p(-rates) @ holds.T)
        rates = np.minimum(rates * ((own / there) @ holds) / total, 1.0 - 1e-6)
    return rates


def _unlike(cells: Cells) -> NDArray[np.float64]:
    """candidates: how much the rows that the list has in common with one differ from its other rows, by who else holds
    them: of each third list the difference of the two shares less two standard deviations, in the middle."""
    common = cells.holds.T @ (cells.holds * cells.own[:, None])
    mine = common.diagonal()
    whole = float(cells.own.sum())
    rest = whole - mine
    p = common / np.maximum(mine, 1.0)[:, None]
    q = (mine[None, :] - common) / np.maximum(rest, 1.0)[:, None]
    mean = mine[None, :] / max(whole, 1.0)
    noise = np.sqrt(mean * (1 - mean) * (1 / np.maximum(mine, 1.0) + 1 / np.maximum(rest, 1.0))[:, None])
    differ = np.maximum(0.0, np.abs(p - q) - 2 * noise)
    np.fill_diagonal(differ, 0.0)
    told = np.minimum(mine, rest) >= LEAST_REST
    return np.where(told, differ.sum(axis=1) / max(1, len(mine) - 1), 0.0)


def _thirds(shared: NDArray[np.float64], size: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """pairs: share of the common contacts that two independent samples of the third list that explains most would not
    have in common."""
    left = np.ones(len(pairs))
    for at, (a, b) in enumerate(pairs.tolist()):
        explained = shared[a] * shared[b] / size
        explained[[a, b]] = 0.0
        left[at] = 1.0 - explained.max() / shared[a, b]
    return np.maximum(left, -1.0)


def _dossier(
    counts: MembershipCounts, facts: Sequence[DossierFacts], released: Mapping[tuple[int, int], object],
    pairs: NDArray[np.int64],
) -> dict[str, NDArray[np.float64]]:  # fmt: skip
    a, b = pairs.T
    versions = versions_of(counts.shared, counts.traced.contacts, listed_by(facts))
    follow = succession(versions, counts.traced.contacts, [day_of(fact) for fact in facts])
    listed = [(int(x), int(y)) for x, y in pairs]
    holder = np.array([fact.holder for fact in facts])
    known = set(versions)
    columns = {
        "one_holder": (holder[a] == holder[b]).astype(np.float64),
        "version": np.array([pair in known for pair in listed], dtype=np.float64),
        "follows": np.array([pair in follow for pair in listed], dtype=np.float64),
        "released_ab": np.array([pair in released for pair in listed], dtype=np.float64),
        "released_ba": np.array([pair[::-1] in released for pair in listed], dtype=np.float64),
    }
    ordinal = {
        what: np.array([np.nan if (day := getattr(fact, what)) is None else day.toordinal() for fact in facts])
        for what in ("created", "exported", "obtained", "last")
    }
    for what in ("created", "exported", "obtained"):
        columns[what] = ordinal[what][b] - ordinal[what][a]
    living = np.array([{None: 0.0, True: 1.0, False: -1.0}[fact.living] for fact in facts])
    for side, x in (("a", a), ("b", b)):
        columns[f"own_{side}"] = np.array([fact.own for fact in facts], dtype=np.float64)[x]
        columns[f"public_{side}"] = np.array([fact.public for fact in facts], dtype=np.float64)[x]
        columns[f"living_{side}"] = living[x]
    # Days from the first day of the parent to the last on which anything came into the child. A client's own list is
    # older than what is known of it: the day is that of an export.
    first = np.where([fact.own for fact in facts], np.nan, ordinal["created"])
    columns["room_ab"] = ordinal["last"][b] - first[a]
    columns["room_ba"] = ordinal["last"][a] - first[b]
    return columns


def _forget_days(columns: dict[str, NDArray[np.float64]]) -> NDArray[np.bool_]:
    """The younger of two lists may have had the rows in common before the older one was there, and have gone on: then
    its day, and the one on which it was obtained, are those of a file, and say nothing about its age. The later of
    two versions always looks like that. Gives the pairs that lost their days."""
    undated = np.zeros_like(columns["created"], dtype=np.bool_)
    for younger, sign, room in (("a", -1.0, "room_ab"), ("b", 1.0, "room_ba")):
        by, late = columns[f"by_{younger}"], columns[f"late_{younger}"]
        kept_up = (by >= NEARLY_ALL * (by + late)) & (by >= LEAST_REST) & (columns[f"further_{younger}"] >= LEAST_REST)
        void = kept_up & (sign * np.nan_to_num(columns["created"]) > 0) & (columns["one_holder"] == 0)
        for name in ("created", "obtained", room):
            columns[name] = np.where(void, np.nan, columns[name])
        undated |= void
    return undated
