"""A list of hashes that holds a client's rows and names no copy: whose list it is can be told, which copy cannot.

Null: the dataset's numbers fall at random into the blocks that the client's list uses, all its hashes too
(`chance_overlap`, which bounds the overlap from above). Three deviations above it are above chance, as for grade G1.
It accuses no copy: every recipient's copy holds these rows, and so does the client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracer.disclosure import Count
from tracer.findings.attribution.score import Attribution, Look
from tracer.findings.marks import Release, chance_overlap
from tracer.findings.patterns import LEAST_CONTACTS

COPY_UNKNOWN = "The client's list, copy unknown:"
"""How the sentence begins; who reads rows knows them by it."""


def tell_unmarked(looks: Sequence[Look], found: Sequence[Attribution]) -> list[Attribution]:
    """`found`, with the sentence and what would tell on the rows of clients of whose copies none is named.

    Lists in clear have derivations for this; hashes take no part in these.
    """
    told: dict[tuple[str, str], tuple[str, str]] = {}
    for look in looks:
        if look.dataset.no not in look.seen.unplaced:
            continue
        named = {row.release for row in found if row.dataset == look.dataset.id and row.accused}
        clients = {release.client for release in look.marks.releases if release.id in named}
        for release in look.marks.releases:
            if release.client not in clients and look.dataset.holder != release.client and _above(look, release):
                told[look.dataset.id, release.id] = _sentence(look, release), _would_tell(release)
    rows = []
    for row in found:
        sentence, would_tell = told.get((row.dataset, row.release), (None, None))
        if sentence is None or would_tell is None:
            rows.append(row)
            continue
        grade = "G1" if row.grade == "G0" else row.grade
        reasons, against = (sentence, *row.reasons), (*row.against, would_tell)
        rows.append(replace(row, grade=grade, reasons=reasons, against=against))
    return rows


def _matched(look: Look, release: Release) -> int:
    return 0 if release.source is None else look.seen.matched.get((look.dataset.no, release.source), 0)


def _above(look: Look, release: Release) -> bool:
    matched = _matched(look, release)
    if matched < LEAST_CONTACTS or release.source is None:
        return False
    expected = chance_overlap(look.con, look.dataset.no, release.source)
    return bool(matched > expected + 3.0 * max(expected, 1.0) ** 0.5)


def _sentence(look: Look, release: Release) -> str:
    ordinary = 0 if release.source is None else look.seen.ordinary.get(release.source, 0)
    matched, whole = Count(_matched(look, release)), Count(ordinary, across_lists=False)
    return (
        f"{COPY_UNKNOWN} {matched} of the {whole} contacts of {release.dataset} stand hashed in"
        f" {look.dataset.id}. Every copy of it holds them, and {release.client} itself."
    )


def _would_tell(release: Release) -> str:
    ways = []
    if not release.canaries:
        ways.append("canaries in the next copies")
    if not release.withheld:
        ways.append("the file of each copy as it was handed over")
    ways.append("the list in clear, or its names beside the hashes")
    return f"What would tell the copy: {'; '.join(ways)}."
