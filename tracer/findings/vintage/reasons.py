"""Reasons of a vintage: which rows bound the window, which releases are dated in it, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracer.disclosure import Count, DatasetRef, PartyRef, Reason, ReleaseRef, Share, Times
from tracer.findings.vintage.fence import CHOSEN
from tracer.findings.vintage.history import as_date
from tracer.findings.vintage.judge import DatedRelease, Vintage

_STRAY = 0.05
"""Share of rows of another time, from which one day of leaving does not explain the copy."""


def exported_reason(first: date | None, last: date | None) -> Reason:
    """That rows were exported in the days from `first` to `last`, as a part of a sentence; None: an open end."""
    if first is not None and last is not None and (last - first).days < 2:
        if first == last:
            return Reason.of("vintage-exported-on", day=first)
        return Reason.of("vintage-exported-on-either", first=first, last=last)
    return Reason.of("vintage-exported", first=first, last=last)


def speaks_for(row: Vintage) -> Iterator[Reason]:
    """What bounds the window, and which releases are dated then."""
    client, dataset = PartyRef(row.client), DatasetRef(row.dataset)
    first = None if row.open_from else as_date(row.fence.first)
    last = None if row.open_to else as_date(row.fence.last)
    yield Reason.of("vintage-window", client=client, dataset=dataset, exported=exported_reason(first, last))
    if not row.open_from:
        yield Reason.of("vintage-newest", client=client, dataset=dataset, day=as_date(row.fence.first + 1))
    if row.later:
        yield Reason.of(
            "vintage-later",
            all=_own(row.later),
            client=client,
            day=as_date(row.fence.last),
            dataset=dataset,
            seen=Count(row.later_seen),
            rate=Share(row.fence.rate),
        )
    if row.gone:
        yield Reason.of(
            "vintage-deleted",
            all=_own(row.gone),
            client=client,
            day=as_date(row.fence.first),
            dataset=dataset,
            seen=Count(row.gone_seen),
        )
    for release in row.releases:
        if release.inside:
            yield _dated(release)


def speaks_against(row: Vintage) -> Iterator[Reason]:
    """What would make the window wrong, and which releases lie outside it."""
    for release in row.releases:
        if not release.inside:
            yield _dated(release)
    if row.fence.uneven >= CHOSEN:
        yield Reason.of("vintage-chosen-by-age", times=Times(row.fence.uneven))
    strays = Count(row.later_seen + row.gone_seen)
    if strays.n >= _STRAY * max(1, row.matched):
        share = None if strays.few else Share(strays.n / max(1, row.matched))
        yield Reason.of("vintage-of-another-time", n=strays, share=share)
    if row.hashed:
        yield Reason.of("vintage-hashed", dataset=DatasetRef(row.dataset), client=PartyRef(row.client))
    yield Reason.of("vintage-would-look-the-same")


def _dated(release: DatedRelease) -> Reason:
    """Whether a release's day fits the window; `made`: of which day its rows are, where that is earlier."""
    return Reason.of(
        "vintage-copy-fits" if release.inside else "vintage-copy-misfits",
        release=ReleaseRef(release.release),
        recipient=PartyRef(release.recipient),
        day=as_date(release.day),
        made=None if release.made[1] >= release.day else as_date(release.made[1]),
    )


def _own(count: int) -> Count:
    """A count of the client's own list."""
    return Count(count, across_lists=False)
