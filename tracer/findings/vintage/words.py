"""A vintage in words: which rows bound the window, which releases are dated in it, what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tracer.disclosure import Count
from tracer.findings.vintage.fence import CHOSEN
from tracer.findings.vintage.history import as_date
from tracer.findings.vintage.judge import DatedRelease, Vintage

_STRAY = 0.05
"""Share of rows of another time, from which one day of leaving does not explain the copy."""


def window(row: Vintage) -> str:
    """The window in words; an end that nothing bounds is left open."""
    return window_of(
        None if row.open_from else as_date(row.fence.first), None if row.open_to else as_date(row.fence.last)
    )


def window_of(first: date | None, last: date | None) -> str:
    """The days from `first` to `last` in words; None: an open end."""
    if first is None:
        return "on a day that nothing bounds" if last is None else f"by {last}"
    if last is None:
        return f"on {first} or later"
    return f"on {first}" if first == last else f"between {first} and {last}"


def speaks_for(row: Vintage) -> Iterator[str]:
    """What bounds the window, and which releases are dated then."""
    yield f"The rows of {row.client} in {row.dataset} left it {window(row)} (95 %)."
    if not row.open_from:
        yield f"It holds rows that {row.client} added shortly before {as_date(row.fence.first + 1)}."
    if row.later:
        yield (
            f"Of {_own(row.later)} contacts that {row.client} added after {as_date(row.fence.last)} it holds"
            f" {Count(row.later_seen)}; a copy made later would hold {row.fence.rate:.0%} of them."
        )
    if row.gone:
        yield (
            f"Of {_own(row.gone)} contacts that {row.client} had deleted before {as_date(row.fence.first)} it holds"
            f" {Count(row.gone_seen)}."
        )
    for release in row.releases:
        if release.inside:
            yield f"Release {release.release} to {release.recipient} is dated then ({_made(release)})."


def speaks_against(row: Vintage) -> Iterator[str]:
    """What would make the window wrong, and which releases lie outside it."""
    for release in row.releases:
        if not release.inside:
            yield f"Release {release.release} to {release.recipient} is not dated then ({_made(release)})."
    if row.fence.uneven >= CHOSEN:
        yield (
            f"Older and newer rows were taken in different shares, {row.fence.uneven:.0f} times more unlike than chance"
            " gives: somebody chose by time, so later rows that are missing bound nothing."
        )
    strays = Count(row.later_seen + row.gone_seen)
    if strays.n >= _STRAY * max(1, row.matched):
        share = f"{strays}" if strays.few else f"{strays.n / max(1, row.matched):.0%}"
        yield (
            f"{share} of the rows in common are of another time: more than one copy, or one that was kept up to"
            " date; the window is that of most rows."
        )
    if row.hashed:
        yield (
            f"{row.dataset} holds hashes: that its rows were copied from the list of {row.client} is supposed at even"
            " odds and not shown."
        )
    yield "A copy that was cut off at its newest rows, or brought up to date by somebody else, would look the same."


def _made(release: DatedRelease) -> str:
    day = as_date(release.day)
    return f"{day}" if release.made[1] >= release.day else f"{day}, rows of {as_date(release.made[1])}"


def _own(count: int) -> Count:
    """Of the client's own list."""
    return Count(count, across_lists=False)
