"""Attempts to frame a vendor V, through the real attribution: [--attempts 1000] [--seed 1].

A client hands marked copies of one list to ten vendors. V is innocent: its copy never left it. Somebody who got hold of
V's canaries (but not of V's rows), or who mixes them into rows of its own, makes lists that are to accuse V. For each
kind it prints how often V, or another innocent, stands at G3 or above. A true leak of V's stands beside them, so that
the check for planted canaries cannot pass by accusing nobody; what nobody can tell from a leak is printed as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
from scipy.stats import binomtest

from tests.bench import frame
from tests.findings.marked_world import SPACE, World
from tracer.findings.attribution import attribute, second_witness
from tracer.findings.sightings import read_marks

VENDORS, EACH, PEOPLE, STATED = 10, 24, 3_000, 0.01
_SURE = ("G3", "G4", "G5")


class Market(World):
    """A client's list with marked copies; lists that are attempts come and go."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.rows = self.people(PEOPLE)
        self.strangers = [key + 300_000_0000 for key in self.people(20_000, blocks=8000)]
        self.home = self.phones(self.canaries(range(SPACE + 99_000_0000, SPACE + 99_000_0004), "home"))
        self.dataset("own", "client", [*self.rows, *self.home], origin="own", created=date(2026, 1, 1))
        self.marks: dict[str, list[int]] = {}
        for vendor in range(VENDORS):
            numbers = self.canaries([SPACE + 50_000_0000 + (vendor * EACH + k) * 10_000 for k in range(EACH)])
            self.release(f"r{vendor}", "own", f"vendor-{vendor}", numbers, day=date(2026, 2, 1), draw="d")
            self.marks[f"r{vendor}"] = self.phones(numbers)
        self.first = self._datasets

    def some(self, keys: Sequence[int], count: int) -> list[int]:
        """So many of them, at random."""
        return [int(k) for k in self.rng.choice(np.array(keys), min(count, len(keys)), replace=False)]

    def forget(self) -> None:
        """Take the attempts out again."""
        for table, column in (("membership", "dataset"), ("dataset", "no")):
            self.con.execute(f"DELETE FROM {table} WHERE {column} > $first", {"first": self.first})
        self.con.execute("DELETE FROM derivation")
        self._datasets = self.first


def _add(market: Market, *lists: Sequence[int]) -> list[str]:
    names = [f"attempt-{i}" for i in range(len(lists))]
    for name, keys in zip(names, lists, strict=True):
        market.dataset(name, f"trader-{name}", keys, obtained=date(2026, 5, 1))
    return names


def bare(market: Market) -> list[str]:
    """V's canaries alone, all or some."""
    return _add(market, market.some(market.marks["r3"], int(market.rng.integers(1, EACH + 1))))


def planted(market: Market) -> list[str]:
    """V's canaries in a list of strangers."""
    count = int(market.rng.integers(2, EACH + 1))
    return _add(market, [*market.some(market.strangers, 3_000), *market.some(market.marks["r3"], count)])


def forged(market: Market) -> list[str]:
    """A forged specimen: strangers in the client's own blocks, as somebody who knows its region makes them up."""
    near = [SPACE + int(n) for n in market.rng.choice(10_000_000, 4_000, replace=False)]
    return _add(market, [*near, *market.some(market.marks["r3"], int(market.rng.integers(2, EACH + 1)))])


def sybils(market: Market) -> list[str]:
    """Five sybil copies of a planted list, held by five traders: many witnesses of one lie."""
    keys = [*market.some(market.strangers, 3_000), *market.marks["r3"]]
    return _add(market, *([key for key in keys if market.rng.random() < 0.95] for _ in range(5)))


def poisoned(market: Market) -> list[str]:
    """A poisoned refusal list: V's canaries among people who refused calls. It is held against lists, not traced."""
    names = _add(market, [*market.some(market.strangers, 1_000), *market.marks["r3"]])
    market.con.execute("UPDATE dataset SET origin = 'refusals' WHERE id = $id", {"id": names[0]})
    return names


def circular(market: Market) -> list[str]:
    """Circular evidence: two planted lists, said to be copies of one another and to confirm one another."""
    keys = [*market.some(market.strangers, 3_000), *market.marks["r3"]]
    names = _add(market, keys, market.some(keys, len(keys) - 200))
    market.derivation(names[0], names[1], 0.9)
    market.derivation(names[1], names[0], 0.1)
    return names


def other_copy(market: Market) -> list[str]:
    """W's own leak with all of V's canaries added: the true one is W."""
    return _add(market, [*market.some([*market.rows, *market.marks["r5"]], 2_000), *market.marks["r3"]])


def tenth(market: Market) -> list[str]:
    """All of V's canaries on a tenth of V's rows."""
    return _add(market, [*market.some(market.rows, PEOPLE // 10), *market.marks["r3"]])


def tenth_padded(market: Market) -> list[str]:
    """The same among strangers."""
    rows = [*market.some(market.rows, PEOPLE // 10), *market.some(market.strangers, 3_000)]
    return _add(market, [*rows, *market.marks["r3"]])


def few(market: Market) -> list[str]:
    """One or two of V's canaries in W's whole copy, from which W has removed its own."""
    return _add(market, [*market.rows, *market.some(market.marks["r3"], int(market.rng.integers(1, 3)))])


def leak(market: Market) -> list[str]:
    """V's own leak: a third to all of its copy."""
    copy = [*market.rows, *market.marks["r3"]]
    return _add(market, market.some(copy, int(len(copy) * market.rng.uniform(0.33, 1.0))))


def proportional(market: Market) -> list[str]:
    """A tenth of V's rows and a tenth of V's canaries: nobody can tell it from a tenth of V's copy."""
    return _add(market, [*market.some(market.rows, PEOPLE // 10), *market.some(market.marks["r3"], EACH // 10 + 1)])


def whole(market: Market) -> list[str]:
    """W's whole copy with all of V's canaries: what a merger of both copies is as well."""
    return _add(market, [*market.rows, *market.marks["r5"], *market.marks["r3"]])


@dataclass(frozen=True)
class Kind:
    """A way to frame V, or what stands beside it."""

    make: Callable[[Market], list[str]]
    has_rows: bool
    innocent: frozenset[str]


ALL = frozenset(f"r{i}" for i in range(VENDORS))
FRAMING = (
    Kind(bare, False, ALL), Kind(planted, False, ALL), Kind(forged, False, ALL), Kind(sybils, False, ALL),
    Kind(poisoned, False, ALL), Kind(circular, False, ALL), Kind(other_copy, True, ALL - {"r5"}),
    Kind(tenth, True, ALL), Kind(tenth_padded, True, ALL), Kind(few, True, ALL),
)  # fmt: skip
BESIDE = (
    Kind(leak, True, ALL - {"r3"}), Kind(proportional, True, ALL - {"r3"}), Kind(whole, True, ALL - {"r3", "r5"}),
)  # fmt: skip


def named(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> frozenset[str]:
    """Releases at G3 or above in any of the datasets, second witnesses counted."""
    traced = {name for (name,) in con.execute("SELECT id FROM dataset WHERE origin <> 'refusals'").fetchall()}
    found = [row for name in names if name in traced for row in attribute(con, name)]
    return frozenset(row.release for row in second_witness(con, read_marks(con), found) if row.grade in _SURE)


def tried(kind: Kind, count: int, seed: int) -> list[frozenset[str]]:
    """What each attempt named; a new market every 25 attempts."""
    ends, market = list[frozenset[str]](), Market(seed)
    for number in range(count):
        if number and number % 25 == 0:
            market = Market(seed + number)
        ends.append(named(market.con, kind.make(market)))
        market.forget()
    return ends


def main(*, attempts: int = 1_000, seed: int = 9_001) -> bool:
    """Print, for each kind, how often an innocent was named at G3 or above."""
    held = True
    for kind in FRAMING:
        ends = tried(kind, attempts, seed)
        wrong = sum(bool(end & kind.innocent) for end in ends)
        above = bool(binomtest(wrong, attempts, STATED, alternative="greater").pvalue < 0.01)
        missed = above if kind.has_rows else wrong > 0
        held = held and not missed
        bar = "at most 1 %" if kind.has_rows else "none"
        verdict = "MISSED" if missed else "held"
        print(
            f"{kind.make.__name__:14} {wrong:5} of {attempts:,} name an innocent at >= G3 ({bar} may): {verdict}",
            flush=True,
        )
    for kind in BESIDE:
        ends = tried(kind, attempts, seed)
        true = sum("r3" in end for end in ends)
        wrong = sum(bool(end & kind.innocent) for end in ends)
        print(f"{kind.make.__name__:14} V named in {true} of {attempts:,}, another in {wrong}", flush=True)
    print("`proportional` cannot be told from a tenth of V's own copy, nor `whole` from both copies merged.")
    print("bar held" if held else "BAR MISSED")
    return held


if __name__ == "__main__":
    frame.run(main)
