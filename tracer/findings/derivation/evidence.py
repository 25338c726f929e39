"""The table of evidence: one row for each pair of lists with contacts in common, the same columns for every case.

Each column is a plain quantity that an investigator could count without a computer; what it is worth is the model's
affair (`model`). `_a` and `_b` are the sides of a pair a < b, `_ab` and `_ba` what is asked of b as a copy of a and of
a as a copy of b. A row rests on the lists of its own family alone: lists that share nothing with it do not move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.derivation.dossier import DossierFacts, read_facts, releases, succession, versions_of
from tracer.findings.derivation.rows import read_rows
from tracer.findings.overlap import Comparison
from tracer.findings.tails import Bools, Floats, Ints

CANDIDATES = 12
"""Lists that are asked together who of them explains the rows of one: 2^12 cells at most. With more the rarest are left
out, which explain least."""
NEIGHBOURS = 40
"""Lists that one list is compared with row by row; more would only take longer."""
GROWN = 0.1
"""Share of its rows that came in after a list was made, by its own column, from which it is known to live. Clocks and
late corrections make a few; of makers' lots none has a twentieth."""
STRAY = 0.02
"""Share of rows that two lists have in common without either being a source: of the makers' unrelated lists with common
contacts the middle one. What a source explains is measured against it."""
ROUNDS = 40
"""Rounds of expectation and maximisation; from thirty on no share moves by a hundredth."""
LEAST_REST = 20
"""Rows of a rest from which it is asked whether it looks like the common rows."""
NEARLY_ALL = 0.9
"""Share of the common rows that compared as all: a few days are always those of something else."""


@dataclass(frozen=True)
class Cells:
    """The contacts of one list and its candidates by which of these hold them."""

    candidates: Ints
    holds: Floats
    """cells x candidates: whether the candidate holds the contacts of the cell."""
    size: Floats
    """cells: contacts, whether or not the list has them."""
    own: Floats
    """cells: of these, the list's."""


@dataclass(frozen=True)
class PairTable:
    """The table, as the model reads it."""

    pairs: Ints
    """pairs x 2: positions a < b."""
    columns: Mapping[str, Floats]
    """Name → one value a pair; NaN where nothing is known of a day."""
    cells: Mapping[int, Cells]
    """List → its contacts by who else holds them, of lists with relatives."""
    family: Ints
    """datasets: the family of lists that each belongs to."""


@dataclass(frozen=True)
class PairEvidence(PairTable):
    """The table, and what its rows were made from."""

    compared: Comparison
    facts: Sequence[DossierFacts]
    released: Mapping[tuple[int, int], tuple[str, date | None]]
    """(parent, child) → the release on record and its day."""

    @cached_property
    def index(self) -> Mapping[tuple[int, int], int]:
        """Pair a < b → its row."""
        return {(a, b): at for at, (a, b) in enumerate(self.pairs.tolist())}


def gather_evidence(case: CaseFacts, compared: Comparison) -> PairEvidence:
    """Fill the table for a case with at least one dataset."""
    shared, contacts = compared.shared, compared.traced.contacts
    pairs = np.argwhere(np.triu(shared > 0, 1)).astype(np.int64)
    # Row by row are compared the lists of which either is among those with most contacts in common with the other.
    nearest = np.zeros(shared.shape, dtype=np.bool_)
    for x, row in enumerate(shared):
        nearest[x, np.lexsort((np.arange(row.size), -row))[:NEIGHBOURS]] = True
    near = (nearest | nearest.T)[pairs[:, 0], pairs[:, 1]]
    facts = read_facts(case.con, compared.traced)
    of_rows, grown = read_rows(case, compared, facts, pairs[near])
    # An own list and a public source live on by what they are; so does a list of which there are several versions, and
    # one into which rows came after the day on which it was made.
    versions = versions_of(shared, contacts, facts)
    living = {x for pair in versions for x in pair} | {x for x, share in grown.items() if share >= GROWN}
    facts = [
        replace(fact, living=True) if fact.living is None and (fact.own or fact.public or x in living) else fact
        for x, fact in enumerate(facts)
    ]
    released = releases(case.con, compared.traced, facts)
    follow = succession(versions, contacts, facts)
    listed = [(a, b) for a, b in pairs.tolist()]
    columns = {
        name: np.array([pair in among for pair in ways], dtype=np.float64)
        for name, ways, among in (
            ("version", listed, set(versions)),
            ("follows", listed, follow),
            ("released_ab", listed, released),
            ("released_ba", [(b, a) for a, b in listed], released),
        )
    }
    columns |= _columns_of_facts(facts, pairs)
    for name, values in of_rows.items():
        columns[name] = np.zeros(len(pairs))
        columns[name][near] = values
    undated = pairs[_forget_days(columns)]
    days = [fact.day for fact in facts]
    may_be_first = np.array([[one is None or other is None or one <= other for other in days] for one in days])
    for a, b in undated.tolist():
        may_be_first[a, b] = may_be_first[b, a] = True
    cells = {x: cells_of(compared, x) for x in np.unique(pairs).tolist()}
    columns |= _columns_of_memberships(compared, may_be_first, pairs, cells)
    return PairEvidence(pairs, columns, cells, compared.family, compared, facts, released)


def _columns_of_facts(facts: Sequence[DossierFacts], pairs: Ints) -> dict[str, Floats]:
    a, b = pairs.T
    holder = np.array([fact.holder for fact in facts])
    columns = {"one_holder": (holder[a] == holder[b]).astype(np.float64)}
    ordinal = {
        what: np.array([np.nan if (day := getattr(fact, what)) is None else day.toordinal() for fact in facts])
        for what in ("created", "exported", "obtained", "last")
    }
    for what in ("created", "exported", "obtained"):
        columns[what] = ordinal[what][b] - ordinal[what][a]
    living = np.array([{None: 0.0, True: 1.0, False: -1.0}[fact.living] for fact in facts])
    own, public = (np.array(which, dtype=np.float64) for which in zip(*((f.own, f.public) for f in facts), strict=True))
    for side, x in (("a", a), ("b", b)):
        columns |= {f"own_{side}": own[x], f"public_{side}": public[x], f"living_{side}": living[x]}
    # Days from the first day of the parent to the last on which anything came into the child. A client's own list is
    # older than what is known of it: the day is that of an export.
    first = np.where(own > 0, np.nan, ordinal["created"])
    return columns | {"room_ab": ordinal["last"][b] - first[a], "room_ba": ordinal["last"][a] - first[b]}


def _forget_days(columns: dict[str, Floats]) -> Bools:
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


def _columns_of_memberships(
    compared: Comparison, may_be_first: Bools, pairs: Ints, cells: Mapping[int, Cells]
) -> Mapping[str, Floats]:
    """may_be_first: [parent, child], whether the days allow this order."""
    a, b = pairs.T
    n, size = len(compared.traced), np.maximum(compared.traced.contacts, 1).astype(np.float64)
    shared, near = compared.shared.astype(np.float64), compared.shared > 0
    # The middle one and the lower quartile of the shares of each list that its relatives hold.
    known = np.where(near, shared / size[:, None], np.nan)
    known[~near.any(axis=1)] = 0.0
    usual, low = np.nanquantile(known, 0.5, axis=1), np.nanquantile(known, 0.25, axis=1)
    rate, rows, gain, early, unlike = np.zeros((5, n, n))
    for child, of_child in cells.items():
        among = of_child.candidates
        rate[among, child], rows[among, child], gain[among, child] = cover(of_child)
        early[among, child] = cover(of_child, may_be_first[among, child], gains=False).rows
        unlike[among, child] = _unlike(of_child)
    together = compared.sets.shared.astype(np.float64)
    rest = np.maximum(size[:, None] - shared, 1.0)
    elsewhere = np.clip((np.diag(together)[:, None] - together) / rest, 0.0, 1.0)
    # Share of the common contacts that two independent samples of the third list that explains most would not have in
    # common.
    third = np.ones(len(pairs))
    for at, (x, y) in enumerate(pairs.tolist()):
        explained = shared[x] * shared[y] / size
        explained[[x, y]] = 0.0
        third[at] = max(1.0 - explained.max() / shared[x, y], -1.0)
    columns = {"shared": shared[a, b], "size_a": size[a], "size_b": size[b], "third": third}
    columns["two"] = compared.sets.in_two[a, b] / shared[a, b]
    columns["family"] = np.bincount(compared.family)[compared.family[a]].astype(np.float64)
    columns["thirds"] = (near[a] | near[b]).sum(axis=1) - 2.0
    for side, x, y in (("a", a, b), ("b", b, a)):
        columns |= {f"usual_{side}": usual[x], f"low_{side}": low[x]}
        columns |= {f"unlike_{side}": unlike[y, x], f"elsewhere_{side}": elsewhere[x, y]}
    for way, parent, child in (("ab", a, b), ("ba", b, a)):
        columns |= {f"rate_{way}": rate[parent, child], f"gain_{way}": gain[parent, child]}
        for name, found in (("rows", rows), ("early", early)):
            columns[f"{name}_{way}"] = found[parent, child] / shared[a, b]
        columns[f"rank_{way}"] = (rows[:, child] > rows[parent, child]).sum(axis=0).astype(np.float64)
    return columns


def cells_of(compared: Comparison, dataset: int) -> Cells:
    """Split the contacts of a list and of the relatives that may explain its rows: those with most in common first, and
    of these those that have more in common than usual. Contacts of no candidate are left out."""
    shared, size = compared.shared[dataset].astype(np.float64), np.maximum(compared.traced.contacts, 1)
    some = np.flatnonzero(shared)
    share = shared[some] / size[some]
    worth = shared[some] * np.log1p(share / np.median(share)) if some.size else share
    candidates = np.array(sorted(some[np.lexsort((some, -worth))][:CANDIDATES].tolist()), dtype=np.int64)
    # A cell is a number: bit i says whether candidate i holds its contacts.
    sets, bits = compared.sets, np.arange(candidates.size)
    code = np.zeros(sets.totals.size, dtype=np.int32)
    for bit, candidate in enumerate(candidates.tolist()):
        code[sets.of[candidate]] |= 1 << bit
    whole = np.bincount(code, sets.totals, 1 << bits.size)
    # Contacts that no other dataset has are in no set.
    contacts, together = compared.traced.contacts[candidates], sets.shared.diagonal()[candidates]
    whole[1 << bits] += np.maximum(0.0, contacts - together.astype(np.float64))
    mine = sets.of[dataset]
    own = np.bincount(code[mine], sets.totals[mine], 1 << bits.size)
    cells = np.flatnonzero(whole)
    cells = cells[cells > 0]
    holds = ((cells[:, None] >> bits) & 1).astype(np.float64)
    return Cells(candidates, holds, whole[cells].astype(np.float64), own[cells].astype(np.float64))


class Cover(NamedTuple):
    """What each candidate explains of the rows of a list, one element a candidate."""

    rate: Floats
    """Share of its rows that the list took."""
    rows: Floats
    """Rows of the list that are put down to it."""
    gain: Floats
    """Nats that the rows would be less likely without it, whatever the others then explain."""


def cover(cells: Cells, among: Bools | None = None, *, gains: bool = True) -> Cover:
    """The most likely shares r of P(a contact is in the list) = 1 - (1 - STRAY) · Π(1 - r of its holders), by
    expectation and maximisation (of the candidates `among`; the others explain nothing): what only this parent explains
    is put down to it, and what several explain is divided."""
    k = cells.candidates.size
    chosen = np.ones(k, dtype=np.bool_) if among is None else among
    rate, rows, gain = np.zeros((3, k))
    holds = cells.holds[:, chosen]
    some = holds.any(axis=1)
    holds, own = holds[some], cells.own[some]
    size = np.maximum(cells.size[some], own)
    n = holds.shape[1]
    if n == 0 or not some.any():
        return Cover(rate, rows, gain)
    total = np.maximum(holds.T @ size, 1e-9)

    def likeliest(rates: Floats, rounds: int) -> Floats:
        """problems x candidates: the shares after so many rounds; those that are 0 stay so."""
        for _ in range(rounds):
            there = 1.0 - (1.0 - STRAY) * np.exp(np.log1p(-rates) @ holds.T)
            rates = np.minimum(rates * ((own / there) @ holds) / total, 1.0 - 1e-6)
        return rates

    whole = likeliest(np.full((1, n), 0.3), ROUNDS)
    rate[chosen] = whole[0]
    rows[chosen] = (holds * whole[0]).T @ (own / (STRAY + holds @ whole[0]))
    if gains:
        # All problems of one left out at once, each started where the whole one ended; the last line leaves out none.
        rates = likeliest(np.maximum(whole, 1e-3) * (1.0 - np.eye(n)), ROUNDS // 3)
        missed = (1.0 - STRAY) * np.exp(np.log1p(-np.concatenate([rates, whole])) @ holds.T)
        likelihood = np.log1p(-missed) @ own + np.log(missed) @ (size - own)
        gain[chosen] = np.maximum(0.0, likelihood[-1] - likelihood[:-1])
    return Cover(rate, rows, gain)


def _unlike(cells: Cells) -> Floats:
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
    enough = np.minimum(mine, rest) >= LEAST_REST
    return np.where(enough, differ.sum(axis=1) / max(1, len(mine) - 1), 0.0)
