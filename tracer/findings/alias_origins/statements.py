"""What is said of the services that addresses name, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, Text
from tracer.findings.alias_origins.judge import LEAST_ADDRESSES, ListOrigins, NamedOrigin


def speaks_for(found: ListOrigins, origin: NamedOrigin) -> Iterator[Reason]:
    """How many addresses name a service, how many would in any list, and which share of the list that is."""
    name = PartyRef(origin.party) if origin.party else Text(origin.name)
    yield Reason.of(
        "alias-names", votes=_own(origin.votes), addresses=_own(found.addresses), dataset=DatasetRef(found.dataset),
        origin=name,
    )  # fmt: skip
    yield Reason.of("alias-usual", share=Share(origin.usual), origin=name)
    if origin.share is not None:
        low, high = Share(origin.share.low), Share(origin.share.high)
        yield Reason.of("alias-share", low=low, high=high, origin=name)


def speaks_against(found: ListOrigins, origin: NamedOrigin) -> Iterator[Reason]:
    """What would make it wrong."""
    name = PartyRef(origin.party) if origin.party else Text(origin.name)
    if origin.share is None:
        yield why_none(found)
        return
    if origin.rows is not None:
        first, last = origin.rows
        yield Reason.of("alias-block", origin=name, first=first, last=last, rows=found.rows)
    yield Reason.of("alias-planted", origin=name, votes=_own(origin.votes))
    yield Reason.of("alias-where", origin=name)
    yield Reason.of("alias-silent")


def why_none(found: ListOrigins) -> Reason:
    """Why no service is stated, and what would help."""
    dataset = DatasetRef(found.dataset)
    if not found.kept:
        return Reason.of("alias-not-kept", dataset=dataset)
    if found.hashed and not found.addresses:
        return Reason.of("alias-hashed", dataset=dataset)
    if found.addresses < LEAST_ADDRESSES:
        return Reason.of("alias-few", dataset=dataset, n=_own(found.addresses), least=LEAST_ADDRESSES)
    return Reason.of("alias-none", dataset=dataset, n=_own(found.addresses))


def _own(n: int) -> Count:
    """A list's own count."""
    return Count(n, across_lists=False)
