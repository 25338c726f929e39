"""A list of hashes that holds a client's rows and names no copy: whose list it is can be told, which copy cannot.

Null: the dataset's numbers fall at random into the blocks that the client's list uses, all its hashes too
(`chance_overlap`, which bounds the overlap from above). Three deviations above it are above chance, as for grade G1.
It accuses no copy: every recipient's copy holds these rows, and so does the client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracer.disclosure import Count, DatasetRef, PartyRef, Reason
from tracer.findings.attribution.score import Attribution, SeenDataset
from tracer.findings.sightings import Release, chance_overlap
from tracer.policy import SHOWN_FROM


def tell_unmarked(looks: Sequence[SeenDataset], found: Sequence[Attribution]) -> list[Attribution]:
    """`found`, with that and what would tell on the rows of clients of whose copies none is named.

    Lists in clear have derivations for this; hashes take no part in these.
    """
    known: dict[tuple[str, str], tuple[Reason, Reason]] = {}
    for look in looks:
        if look.dataset.no not in look.seen.unplaced:
            continue
        named = {row.release for row in found if row.dataset == look.dataset.id and row.accused}
        clients = {release.client for release in look.marks.releases if release.id in named}
        for release in look.marks.releases:
            if release.client not in clients and look.dataset.holder != release.client and _above(look, release):
                known[look.dataset.id, release.id] = _copy_unknown(look, release), _would_tell(release)
    return [_with(row, known.get((row.dataset, row.release))) for row in found]


def _with(row: Attribution, known: tuple[Reason, Reason] | None) -> Attribution:
    if known is None:
        return row
    unknown, would_tell = known
    grade = "G1" if row.grade == "G0" else row.grade
    return replace(row, grade=grade, reasons=(unknown, *row.reasons), against=(*row.against, would_tell))


def _matched(look: SeenDataset, release: Release) -> int:
    return 0 if release.source is None else look.seen.matched.get((look.dataset.no, release.source), 0)


def _above(look: SeenDataset, release: Release) -> bool:
    matched = _matched(look, release)
    if matched < SHOWN_FROM or release.source is None:
        return False
    expected = chance_overlap(look.case, look.dataset.no, release.source)
    return bool(matched > expected + 3.0 * max(expected, 1.0) ** 0.5)


def _copy_unknown(look: SeenDataset, release: Release) -> Reason:
    ordinary = 0 if release.source is None else look.seen.ordinary.get(release.source, 0)
    return Reason.of(
        "attribution-copy-unknown",
        matched=Count(_matched(look, release)),
        whole=Count(ordinary, across_lists=False),
        source=DatasetRef(release.dataset),
        dataset=DatasetRef(look.dataset.id),
        client=None if release.client is None else PartyRef(release.client),
    )


def _would_tell(release: Release) -> Reason:
    ways = []
    if not release.canaries:
        ways.append(Reason.of("attribution-way-canaries"))
    if not release.withheld:
        ways.append(Reason.of("attribution-way-file"))
    ways.append(Reason.of("attribution-way-clear"))
    return Reason.of("attribution-would-tell", ways=tuple(ways))
