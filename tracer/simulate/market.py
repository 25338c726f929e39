"""What a synthetic market of contact lists is: how it is asked for, and what it holds with its truth.

`make_market(spec)` in `tracer.simulate.trade` makes one; `insert_market` in `tests.simulate.loading` puts it into a
store. A market is kept as columns of integers (who is in which row, with which slips of the pen); text is made only
when `Market.table` asks for it. Every number lies in a segment that no carrier has been given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.errors import UsageError
from tracer.simulate.rows import ListLayout, Population, Rows, as_table

SHARES = (
    *("merges", "intersections", "hidden", "padding", "profile", "public_share", "lots", "regional", "versions"),
    *("history", "slips", "shuffled", "sorted", "reformatted", "dropped", "numbers_only", "masked"),
)
"""Fields of `MarketSpec` between 0 and 1 that can be asked for by name."""
_LEAST_LISTS = 6


@dataclass(frozen=True)
class MarketSpec:
    """How a market is drawn. The same spec gives the same market."""

    seed: int
    people: int = 150_000
    popularity: float = 1.0
    """Spread (sigma of a log-normal) of how often a person is collected: popular contacts are in many lists."""
    clients: int = 3
    collectors: int = 5
    copies: int = 22
    rows: tuple[int, int] = (1_500, 6_000)
    profile: float = 0.8
    """0: everybody collects the same regions and kinds of company; 1: each has a profile of its own."""
    public_sources: int = 2
    public_share: float = 0.1
    """Share of a collector's rows that come from a public source."""
    merges: float = 0.3
    intersections: float = 0.0
    """Share of merges that keep only what two parents have in common."""
    keep: tuple[float, float] = (0.35, 1.0)
    """Least and most share of a parent's rows that a copy keeps."""
    lots: float = 0.1
    """Share of copies whose sub-sample is one run of consecutive rows (a lot)."""
    regional: float = 0.05
    own_rows: tuple[float, float] = (0.5, 0.6)
    """Share of copies to which the copier adds rows of his own, and the most such rows in ratio to the copied."""
    padding: float = 0.0
    """Random numbers added to every copy, in ratio to its rows; their numbers belong to no person."""
    hidden: float = 0.0
    versions: float = 0.3
    history: float = 0.0
    """Share of clients whose list is written out at the end and says when each row was added and deleted; a release
    holds the rows of its day. Such a list goes out by releases only, and has no other version."""
    slips: float = 0.006
    """Probability that a cell is mistyped when a row is copied; slips pile up downstream."""
    first_slips: float = 0.02
    wrong_numbers: float = 0.001
    """Probability that the number itself is mistyped when a row is copied."""
    blanks: float = 0.004
    shuffled: float = 0.35
    sorted: float = 0.2
    reformatted: float = 0.4
    """Share of copies whose numbers are all brought to one form."""
    dropped: float = 0.3
    """Probability that a copy drops a given column other than the number."""
    deduplicated: float = 0.5
    repeats: float = 0.01
    numbers_only: float = 0.1
    masked: float = 0.02
    """Share of copies in which a tenth of the numbers is masked."""
    dates: str = "both"
    """`both`: obtained always, created for `created_known` of the lists; `obtained`; `none`."""
    created_known: float = 0.3
    horizon: int = 500
    wait: float = 40.0
    """Mean days between a list and its copy, cut so that the horizon holds."""
    delay: float = 25.0
    vendors: int = 3
    retainers: int = 1
    canaries: int = 20
    home_canaries: int = 5
    random_true: int = 1
    random_false: int = 1


def market_spec(
    seed: int = 1, *, lists: int | None = None, rows: int | None = None, shares: Mapping[str, float] | None = None
) -> MarketSpec:
    """The spec of a market.

    `lists`: clients' own, collected, copied and random ones together, hidden ones included; a later version of a
    client's list may come on top. `rows`: the middle size of an independently collected list; sizes run from half to
    twice of it. `shares`: field of `SHARES` → value.

    Raises `UsageError`: fewer than 6 lists, fewer than 40 rows, an unknown share, or one that is not between 0 and 1.
    """
    spec = MarketSpec(seed=seed)
    if lists is not None:
        if lists < _LEAST_LISTS:
            remedy = f"give {_LEAST_LISTS} or more"
            raise UsageError(f"{lists} lists are too few for a market", where="--lists", remedy=remedy)
        clients, collectors = max(1, lists // 10), max(2, lists // 6)
        copies = lists - clients - collectors - spec.random_true
        spec = replace(spec, clients=clients, collectors=collectors, copies=copies)
    if rows is not None:
        if rows < 40:
            raise UsageError(f"lists of {rows} rows are too short", where="--rows", remedy="give 40 or more")
        # Forty times the rows in people: independent lists then share a few hundredths, as real ones do.
        spec = replace(spec, rows=(rows // 2, rows * 2), people=max(20_000, 40 * rows))
    for name, value in (shares or {}).items():
        if name not in SHARES:
            raise UsageError(f"invalid share of a market {name!r}", remedy=f"one of: {', '.join(SHARES)}")
        if not 0.0 <= value <= 1.0:
            where = f"--{name.replace('_', '-')}"
            raise UsageError(f"{value} is not between 0 and 1", where=where, remedy="give a share from 0 to 1")
    values: dict[str, Any] = dict(shares or {})  # names checked above; all of them are floats in the spec
    return replace(spec, **values)


@dataclass(frozen=True)
class SimList:
    """One list of the market, loaded or hidden."""

    id: str
    holder: str
    created: dt.date
    """When it came into being; given to the case only where `created_told`."""
    obtained: dt.date | None
    created_told: bool
    origin: str
    hidden: bool
    """It was never obtained (or it is the copy that a release handed over): it is not loaded."""
    parents: tuple[str, ...]
    moves: tuple[str, ...]
    rows: Rows
    layout: ListLayout

    @property
    def linking(self) -> NDArray[np.int64]:
        """Distinct numbers that can be read (masked ones can not), sorted; as eleven digits, without country code."""
        return np.unique(self.rows.number[self.rows.readable])


@dataclass(frozen=True)
class SimParty:
    """A party of the market."""

    id: str
    name: str
    name_en: str
    role: str
    province: str


@dataclass(frozen=True)
class SimRelease:
    """A marked copy that a client handed to a vendor."""

    id: str
    dataset: str
    to: str
    date: dt.date
    ends: dt.date
    copy: str
    """Id of the hidden `SimList` that is the copy."""
    canaries: tuple[int, ...]
    """Persons (indices into the population) that are in this copy and in no other."""


@dataclass(frozen=True)
class SimClaim:
    """What a party says about a dataset."""

    id: str
    party: str
    kind: str
    dataset: str
    true: bool


@dataclass(frozen=True)
class Retained:
    """A true retention: `vendor` had `release`, and `dataset` came from it."""

    vendor: str
    client: str
    release: str
    dataset: str
    reading: str


@dataclass(frozen=True)
class Truth:
    """What really happened, among the loaded lists."""

    edges: frozenset[tuple[str, str]]
    """(parent, child): data went from parent to child through no third loaded list."""
    ancestors: frozenset[tuple[str, str]]
    siblings: frozenset[tuple[str, str]]
    """Pairs a < b without an edge that have a hidden list as a common source."""
    retained: frozenset[Retained]
    random: dict[str, bool]
    """Dataset → whether it is random, for those said to be."""


@dataclass(frozen=True)
class Market:
    """A market: its people, its lists in order of making, its documents and its truth."""

    spec: MarketSpec
    population: Population
    lists: tuple[SimList, ...]
    parties: tuple[SimParty, ...]
    releases: tuple[SimRelease, ...]
    claims: tuple[SimClaim, ...]
    home_canaries: tuple[int, ...]
    """Persons that are in clients' own lists and in no release."""
    truth: Truth

    @property
    def loaded_lists(self) -> tuple[SimList, ...]:
        """The lists that the case gets, in order of making."""
        return tuple(entry for entry in self.lists if not entry.hidden)

    def list_of_id(self, list_id: str) -> SimList:
        """The list of that id. Raises `KeyError`."""
        return {entry.id: entry for entry in self.lists}[list_id]

    def table(self, list_id: str) -> pa.Table:
        """The list as text: VARCHAR columns under its own headers, rows in its own order."""
        entry = self.list_of_id(list_id)
        return as_table(entry.rows, self.population, entry.layout)


# What really happened in a market, reduced to the lists that are loaded.


def find_truth(lists: Sequence[SimList], releases: Sequence[SimRelease], claims: Iterable[SimClaim]) -> Truth:
    """Contract the hidden lists: A → B is an edge where a path leads from A to B through hidden lists only.

    Only paths along which numbers really went count: a chain of sub-samples may have lost everything on the way."""
    by_id = {entry.id: entry for entry in lists}
    sources = {entry.id: ancestors_of(entry, by_id, past_loaded=False) for entry in lists}
    loaded = [entry for entry in lists if not entry.hidden]
    edges = {
        (parent, entry.id)
        for entry in loaded
        for parent in sources[entry.id]
        if not by_id[parent].hidden and _shares(by_id[parent], entry)
    }
    ancestors = set(nx.transitive_closure(nx.DiGraph(edges)).edges)
    siblings = {
        (a, b)
        for a, b in combinations(sorted(entry.id for entry in loaded), 2)
        if not {(a, b), (b, a)} & ancestors and any(by_id[source].hidden for source in sources[a] & sources[b])
    }
    # A release is a source of every loaded list that has it among its ancestors and holds some of its rows.
    retained: set[Retained] = set()
    for entry in loaded:
        above = ancestors_of(entry, by_id)
        for release in () if entry.origin == "own" else releases:
            if release.copy in above and _shares(by_id[release.copy], entry):
                late = (entry.obtained or entry.created) > release.ends
                reading = "passed_on" if entry.holder != release.to else "retained" if late else "held"
                client = by_id[release.dataset].holder
                retained.add(Retained(release.to, client, release.id, entry.id, reading))
    random = {claim.dataset: claim.true for claim in claims if claim.kind == "random"}
    return Truth(frozenset(edges), frozenset(ancestors), frozenset(siblings), frozenset(retained), random)


def ancestors_of(entry: SimList, by_id: Mapping[str, SimList], *, past_loaded: bool = True) -> set[str]:
    """Ids of the lists above one; without `past_loaded` no further up than the first that is loaded on each way."""
    found: set[str] = set()
    todo = list(entry.parents)
    while todo:
        parent = todo.pop()
        if parent not in found:
            found.add(parent)
            if past_loaded or by_id[parent].hidden:
                todo += by_id[parent].parents
    return found


def _shares(parent: SimList, child: SimList) -> bool:
    return bool(np.intersect1d(parent.linking, child.linking, assume_unique=True).size >= 5)
