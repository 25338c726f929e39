"""Where lists were collected, by what their addresses say: people give each service an address of its own
(`anna+shop@…`, `shop@anna.example`), and many that say the same show whose customers they are.

Words are shown only where they are the name of a service or of a party of the case, or where many people of the case
write them: any other may be a person's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import duckdb
import numpy as np
from scipy.special import betainc, betaincinv, betaln, gammaln

from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, Text
from tracer.findings.case_facts import CaseFacts, Relation, kept, put_rows
from tracer.identify.email import name_in_addresses, service_names
from tracer.identify.person import person_words
from tracer.policy import SHOWN_FROM
from tracer.resources import sql_next_to

LEAST_ADDRESSES = 20
"""Addresses that name a service, under which nothing is stated."""
LEAST_VOTES = 5
"""People who name a service, under which it is not listed at all."""
ALPHA = 0.01
"""How often a list from elsewhere may have a service stated, over all names in it."""
_SHORTEST = 3
_CLOSE_TOGETHER = 1e-3
_ELSEWHERE = 10
_COLUMNS = "dataset origin party votes addresses share low high background p_value stated reasons against"
_statement = sql_next_to(__file__)


class ShareOfList(NamedTuple):
    """A share with its range."""

    share: float
    low: float
    high: float


class ListVotes(NamedTuple):
    """What addresses of one list name."""

    addresses: int
    votes: dict[str, int]
    """Name -> people who write it."""


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
    origins: tuple[NamedOrigin, ...]


def compute(facts: CaseFacts, run: int) -> None:
    """Write the `alias_origin` rows of `run`: one for each service, and one without a service where none is stated."""
    rows: list[tuple[object, ...]] = []
    for found in judge(facts):
        # Why no service is stated, and what would help.
        dataset, n = DatasetRef(found.dataset), Count(found.addresses, across_lists=False)
        if not found.kept:
            why_none = Reason.of("alias-not-kept", dataset=dataset)
        elif found.hashed and not found.addresses:
            why_none = Reason.of("alias-hashed", dataset=dataset)
        elif found.addresses < LEAST_ADDRESSES:
            why_none = Reason.of("alias-few", dataset=dataset, n=n, least=LEAST_ADDRESSES)
        else:
            why_none = Reason.of("alias-none", dataset=dataset, n=n)
        for one in found.origins:
            name, share = PartyRef(one.party) if one.party else Text(one.name), one.share
            votes = Count(one.votes, across_lists=False)
            # How many addresses name the service, how many would in any list, and which share of the list that is.
            why = [Reason.of("alias-names", votes=votes, addresses=n, dataset=dataset, origin=name)]
            why.append(Reason.of("alias-usual", share=Share(one.usual), origin=name))
            against = [why_none]
            if share is not None:
                why.append(Reason.of("alias-share", low=Share(share.low), high=Share(share.high), origin=name))
                against = [Reason.of("alias-planted", origin=name, votes=votes), Reason.of("alias-where", origin=name)]
                against.append(Reason.of("alias-silent"))
                if one.rows is not None:
                    place = {"first": one.rows[0], "last": one.rows[1], "rows": found.rows}
                    against.insert(0, Reason.of("alias-block", origin=name, **place))
            named = found.dataset, one.name, one.party, one.votes, found.addresses, *(share or (None, None, None))
            numbers = round(one.usual, 6), float(f"{one.p_value:.3g}"), share is not None
            rows.append((*named, *numbers, kept(why), kept(against)))
        if not any(one.share for one in found.origins):
            none = found.dataset, None, None, 0, found.addresses, *(None,) * 5, False
            rows.append((*none, kept([why_none]), []))
    put_rows(facts.con, "alias_origin", run, _COLUMNS, rows)


def judge(facts: CaseFacts) -> Iterator[ListOrigins]:
    """Every list that has addresses, in order of id."""
    con, services = facts.con, service_names()
    lists = con.execute(_statement("lists")).fetchall()
    if not lists:
        return
    # Ways to write services and the parties of the case, and what they mean; a protected party has no name.
    known, parties = dict(services.names), dict[str, str | None]()
    for party, written in con.execute(
        "SELECT coalesce(p.merged_into, p.id), w.name FROM party AS p JOIN"
        " (SELECT id, unnest([id, name, name_en]) AS name FROM party UNION SELECT party, alias FROM party_alias) AS w"
        " ON w.id = p.id WHERE NOT p.protected AND w.name IS NOT NULL ORDER BY ALL"
    ).fetchall():
        way = name_in_addresses(written)
        if way is not None and way not in person_words():
            name = known.setdefault(way, way)
            # None where it may be several
            parties[name] = party if parties.get(name, party) == party else None
    unnamed = "\n".join(sorted((services.generic | person_words()) - known.keys()))
    bound: dict[str, object] = {"names": list(known), "services": list(known.values()), "unnamed": unnamed}
    bound |= {"endings": list(services.endings), "shortest": _SHORTEST}
    voted = facts.make("voted", _statement("voted"), bound)
    found: dict[str, ListVotes] = {}
    shown: dict[str, bool] = {}
    counted = con.execute(_statement("counted").format(voted=voted), {"several": SHOWN_FROM}).fetchall()
    for dataset, word, may, votes, addresses in counted:
        found.setdefault(dataset, ListVotes(addresses, {})).votes[word] = votes
        shown[word] = may
    # Lists that have more in common than by chance say nothing of what is usual for one another.
    overlaps = con.execute("SELECT a, b FROM overlap WHERE superseded IS NULL AND p_value < 0.01").fetchall()
    related = {pair for a, b in overlaps for pair in ((a, b), (b, a))}
    for dataset, labels, hashed, rows in lists:
        mine, named = found.get(dataset, ListVotes(0, {})), list[NamedOrigin]()
        others = [one for other, one in found.items() if other != dataset and (dataset, other) not in related]
        for name, votes in mine.votes.items():
            if votes >= LEAST_VOTES and shown[name]:
                usual = usual_share(name, name in services.everywhere, others)
                chance = min(1.0, tail(votes, mine.addresses, usual) * max(1, len(mine.votes)))
                named.append(NamedOrigin(name, parties.get(name), votes, usual, chance))
        # The surest first; shares and places of those of which it is stated that the list was collected there.
        named.sort(key=lambda one: (one.p_value, -one.votes, one.name))
        stated = [at for at, one in enumerate(named) if mine.addresses >= LEAST_ADDRESSES and one.p_value <= ALPHA]
        above = [max(0.5, named[at].votes - named[at].usual * mine.addresses) for at in stated]
        for at, share in zip(stated, shares(above, mine.addresses) if stated else (), strict=True):
            places = _places(con, voted, dataset, named[at].name)
            named[at] = replace(named[at], share=share, rows=places)
        yield ListOrigins(dataset, mine.addresses, rows, labels is not None, hashed, tuple(named))
    facts.drop(voted)


def _places(con: duckdb.DuckDBPyConnection, voted: Relation, dataset: str, name: str) -> tuple[int, int] | None:
    """First and last row in which the addresses that name a service are close together, where they are.

    The middle four fifths of them are held against all addresses with a tag: the distance between two of k uniform
    places is beta distributed.
    """
    places = con.execute(_statement("places").format(voted=voted), {"dataset": dataset, "word": name}).fetchall()
    at = np.flatnonzero([its for _, its in places])
    if at.size < LEAST_VOTES or len(places) - at.size < _ELSEWHERE:
        return None
    first, last = int(0.1 * at.size), at.size - 1 - int(0.1 * at.size)
    span = (at[last] - at[first]) / len(places)
    if betainc(last - first, at.size - (last - first) + 1, span) > _CLOSE_TOGETHER:
        return None
    return int(places[at[first]][0]), int(places[at[last]][0])


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
