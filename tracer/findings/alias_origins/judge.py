"""Which services the addresses of each list name, and which of them it was collected by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
from scipy.special import betainc, betaincinv, betaln, gammaln

from tracer.findings.case_facts import CaseFacts, Relation
from tracer.identify.email import name_in_addresses, service_names
from tracer.identify.person import person_words
from tracer.policy import SHOWN_FROM
from tracer.resources import statements_beside

# Which share of a list comes from each service that its addresses name, with a range. Votes are counted; the
# customers of one service write such addresses more often than those of another, and write the service's own name in
# more or fewer of them. Both are drawn from what is usual, and the range is that of all draws. What the votes leave
# over may be customers' other names for the same services, or a part from somewhere else.

DRAWS, SEED = 4000, 20
RATES_DIFFER = 0.45
"""Standard deviation of the logarithm of how often customers of a service write such addresses."""
OWN_NAME = (5.0, 3.0)
"""Beta distribution of the share of them that name the service itself and not another, or nothing that is known."""
_ENDS = (0.0125, 0.9875)
"""A little wider than 95 %: the draws do not hold all ways in which services differ."""


@dataclass(frozen=True)
class ShareOfList:
    """A share with its range."""

    share: float
    low: float
    high: float


def shares(votes: Sequence[float], addresses: int) -> list[ShareOfList]:
    """The shares of the services that are stated, from their votes above what is usual; one element each."""
    rng = np.random.default_rng(SEED)
    counts = np.array([*votes, max(0.0, addresses - sum(votes))])
    drawn = rng.dirichlet(counts + 0.5, DRAWS)[:, :-1]
    named = rng.beta(*OWN_NAME, (DRAWS, len(votes)))
    of_service = drawn / named
    whole = of_service.sum(axis=1, keepdims=True)
    of_service = np.where(whole > 1.0, of_service / whole, of_service)
    elsewhere = np.clip(1.0 - whole[:, 0], 0.0, None) * rng.uniform(0.0, 1.0, DRAWS)
    rates = np.exp(RATES_DIFFER * rng.standard_normal((DRAWS, len(votes) + 1)))
    people = of_service / rates[:, :-1]
    parts = people / (people.sum(axis=1) + elsewhere / rates[:, -1])[:, None]
    low, middle, high = np.quantile(parts, [_ENDS[0], 0.5, _ENDS[1]], axis=0)
    # No surer than the votes by themselves (Clopper and Pearson 1934): 40 of 40 may be nine tenths of all.
    counted = np.maximum(np.asarray(votes, dtype=np.float64), 1e-9)
    low = np.minimum(low, betaincinv(counted, np.maximum(0.0, addresses - counted) + 1.0, _ENDS[0]))
    return [ShareOfList(*(round(float(x), 4) for x in one)) for one in zip(middle, low, high, strict=True)]


# How often addresses name a service in lists that were not collected there. People use one address in several places,
# and services with many customers have some in every list: a name is found where it does not come from. How often
# differs between lists more than chance alone makes it, since the customers of one service go to the same others:
# counts are beta-binomial about the usual share.

EVERYWHERE, ELSEWHERE = 0.04, 0.004
"""Usual share of a service that is everywhere, and of any other, among addresses that name one: before looking."""
PRIOR_ADDRESSES = 60.0
"""What these are worth, in addresses."""
SCATTER = 18.0
"""How alike lists are: the share of one list is worth so many addresses drawn from the usual share (a + b of the beta
distribution)."""
MOST = 0.12
"""Usual share at most. A case of lists from one service must not make that service look usual."""
SURELY_FROM = 1e-3
"""Tail under the usual share from which a list counts as collected there and says nothing of the usual share."""


@dataclass(frozen=True)
class ListVotes:
    """What addresses of one list name."""

    addresses: int
    votes: Mapping[str, int]
    """Name -> people who write it."""


def tail(votes: int, addresses: int, usual: float) -> float:
    """P(so many or more of the addresses name a service), in a list that was not collected there."""
    if votes <= 0:
        return 1.0
    k = np.arange(votes, addresses + 1, dtype=np.float64)
    a, b = usual * SCATTER, (1.0 - usual) * SCATTER
    ways = gammaln(addresses + 1.0) - gammaln(k + 1.0) - gammaln(addresses - k + 1.0)
    return float(min(1.0, np.exp(ways + betaln(k + a, addresses - k + b) - betaln(a, b)).sum()))


def usual_share(name: str, everywhere: bool, others: Sequence[ListVotes]) -> float:
    """The usual share of a name, from what is known of it and from lists that have nothing to do with the one asked."""
    prior = EVERYWHERE if everywhere else ELSEWHERE
    votes, addresses = prior * PRIOR_ADDRESSES, PRIOR_ADDRESSES
    for one in others:
        found = one.votes.get(name, 0)
        if tail(found, one.addresses, prior) >= SURELY_FROM:
            votes, addresses = votes + found, addresses + one.addresses
    return float(np.clip(votes / addresses, prior / 4, MOST))


LEAST_ADDRESSES = 20
"""Addresses that name a service, under which nothing is stated."""
LEAST_VOTES = 5
"""People who name a service, under which it is not listed at all."""
ALPHA = 0.01
"""How often a list from elsewhere may have a service stated, over all names in it."""
_SHORTEST = 3
_CLOSE_TOGETHER = 1e-3
_ELSEWHERE = 10
_statement = statements_beside(__file__)


@dataclass(frozen=True)
class NamedOrigin:
    """A service that addresses of a list name."""

    name: str
    party: str | None
    votes: int
    usual: float
    p_value: float
    share: ShareOfList | None = None
    rows: tuple[int, int] | None = None
    """First and last row between which most of the addresses are, where they are closer together than others."""


@dataclass(frozen=True)
class ListOrigins:
    """What the addresses of one list say."""

    dataset: str
    addresses: int
    rows: int
    kept: bool
    hashed: bool
    origins: tuple[NamedOrigin, ...] = ()


@dataclass(frozen=True)
class _Names:
    ways: list[str] = field(default_factory=list)
    means: list[str] = field(default_factory=list)
    parties: dict[str, str | None] = field(default_factory=dict)
    """Name -> the party that it is; None where it may be several."""


def judge(facts: CaseFacts) -> Iterator[ListOrigins]:
    """Every list that has addresses, in order of id."""
    con = facts.con
    lists = con.execute(_statement("lists")).fetchall()
    if not lists:
        return
    names = _names(con)
    voted = _voted(facts, names)
    counted = con.execute(_statement("counted").format(voted=voted), {"several": SHOWN_FROM}).fetchall()
    found: dict[str, ListVotes] = {}
    shown: dict[str, bool] = {}
    for dataset, word, may, votes, addresses in counted:
        found.setdefault(dataset, ListVotes(addresses, {})).votes[word] = votes  # type: ignore[index]  # being filled
        shown[word] = may
    related = _related(con)
    for dataset, labels, hashed, rows in lists:
        mine = found.get(dataset, ListVotes(0, {}))
        others = [one for other, one in found.items() if other != dataset and (dataset, other) not in related]
        origins = _origins(mine, others, shown, names.parties)
        yield ListOrigins(
            dataset, mine.addresses, rows, labels is not None, hashed,
            tuple(_placed(con, voted, dataset, one) for one in origins),
        )  # fmt: skip
    facts.drop(voted)


def _origins(
    mine: ListVotes, others: list[ListVotes], shown: Mapping[str, bool], parties: Mapping[str, str | None]
) -> list[NamedOrigin]:
    """The names of a list that can be shown, the surest first; shares of those that are stated."""
    everywhere, known = service_names().everywhere, []
    for name, votes in mine.votes.items():
        if votes >= LEAST_VOTES and shown[name]:
            usual = usual_share(name, name in everywhere, others)
            chance = min(1.0, tail(votes, mine.addresses, usual) * max(1, len(mine.votes)))
            known.append(NamedOrigin(name, parties.get(name), votes, usual, chance))
    known.sort(key=lambda one: (one.p_value, -one.votes, one.name))
    stated = [one for one in known if is_stated(one, mine.addresses)]
    above = [max(0.5, one.votes - one.usual * mine.addresses) for one in stated]
    parted = iter(shares(above, mine.addresses) if stated else [])
    return [
        NamedOrigin(one.name, one.party, one.votes, one.usual, one.p_value, next(parted)) if one in stated else one
        for one in known
    ]


def is_stated(origin: NamedOrigin, addresses: int) -> bool:
    """Whether a service is stated to be where a list was collected, of which so many addresses name something."""
    return addresses >= LEAST_ADDRESSES and origin.p_value <= ALPHA


def _placed(con: duckdb.DuckDBPyConnection, voted: Relation, dataset: str, origin: NamedOrigin) -> NamedOrigin:
    """With the rows in which the addresses that name it are close together, where they are.

    The middle four fifths of them are held against all addresses with a tag: the distance between two of k uniform
    places is beta distributed.
    """
    if origin.share is None:
        return origin
    places = con.execute(_statement("places").format(voted=voted), {"dataset": dataset, "word": origin.name}).fetchall()
    its = np.array([one for _, one in places], dtype=np.bool_)
    k = int(its.sum())
    if k < LEAST_VOTES or its.size - k < _ELSEWHERE:
        return origin
    at = np.nonzero(its)[0]
    first, last = int(0.1 * k), k - 1 - int(0.1 * k)
    span = (at[last] - at[first]) / its.size
    if betainc(last - first, k - (last - first) + 1, span) > _CLOSE_TOGETHER:
        return origin
    return NamedOrigin(
        origin.name, origin.party, origin.votes, origin.usual, origin.p_value, origin.share,
        (int(places[at[first]][0]), int(places[at[last]][0])),
    )  # fmt: skip


def _voted(facts: CaseFacts, names: _Names) -> Relation:
    table = service_names()
    select = _statement("voted")
    bound = {
        "names": names.ways, "services": names.means, "endings": list(table.endings), "shortest": _SHORTEST,
        "unnamed": "\n".join(sorted((table.generic | person_words()) - set(names.ways))),
    }  # fmt: skip
    return facts.make("voted", select, bound)


def _names(con: duckdb.DuckDBPyConnection) -> _Names:
    """Ways to write services and the parties of the case; a protected party has no name."""
    known = dict(service_names().names)
    parties: dict[str, str | None] = {}
    rows = con.execute(
        "SELECT coalesce(p.merged_into, p.id), w.name FROM party AS p JOIN"
        " (SELECT id, unnest([id, name, name_en]) AS name FROM party UNION SELECT party, alias FROM party_alias) AS w"
        " ON w.id = p.id WHERE NOT p.protected AND w.name IS NOT NULL ORDER BY ALL"
    ).fetchall()
    for party, written in rows:
        way = name_in_addresses(written)
        if way is None or way in person_words():
            continue
        name = known.setdefault(way, way)
        parties[name] = party if parties.get(name, party) == party else None
    return _Names(list(known), list(known.values()), parties)


def _related(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Pairs of lists, both ways, that have more in common than by chance."""
    rows = con.execute("SELECT a, b FROM overlap WHERE superseded IS NULL AND p_value < 0.01").fetchall()
    return {pair for a, b in rows for pair in ((a, b), (b, a))}
