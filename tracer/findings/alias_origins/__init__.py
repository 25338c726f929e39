"""Where lists were collected, by what their addresses say: people give each service an address of its own
(`anna+shop@…`, `shop@anna.example`), and many that say the same show whose customers they are.

Words are shown only where they are the name of a service or of a party of the case, or where many people of the case
write them: any other may be a person's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, Share, Text
from tracer.findings.alias_origins.judge import LEAST_ADDRESSES, ListOrigins, NamedOrigin, judge
from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows

# What is said of the services that addresses name, and what speaks against it.


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


__all__ = ["compute", "judge"]


def compute(facts: CaseFacts, run: int) -> None:
    """Write the `alias_origin` rows of `run`."""
    columns = "dataset origin party votes addresses share low high background p_value stated reasons against"
    put_rows(facts.con, "alias_origin", run, columns, (row for one in judge(facts) for row in _rows(one)))


def _rows(found: ListOrigins) -> Iterator[tuple[object, ...]]:
    """A row for each service, and one without a service where none is stated."""
    for origin in found.origins:
        share = origin.share
        yield (
            found.dataset, origin.name, origin.party, origin.votes, found.addresses,
            *((None, None, None) if share is None else (share.share, share.low, share.high)), round(origin.usual, 6),
            float(f"{origin.p_value:.3g}"), share is not None, kept(speaks_for(found, origin)),
            kept(speaks_against(found, origin)),
        )  # fmt: skip
    if not any(origin.share for origin in found.origins):
        none = (None,) * 5
        yield (found.dataset, None, None, 0, found.addresses, *none, False, kept([why_none(found)]), [])
