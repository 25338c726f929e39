"""What is said of how new a list is, and what may make it wrong."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.disclosure import Count, DatasetRef, Number, Reason, Share, Word
from tracer.findings.novelty.parts import DatedList, ListNovelty, NoveltyPart


def said(found: ListNovelty, part: NoveltyPart, ids: tuple[str, ...], dated: list[DatedList]) -> Reason:
    """One sentence for a part of a list."""
    dataset = DatasetRef(ids[found.dataset])
    share = Share(part.least / found.whole), Share(part.most / found.whole)
    n = Count(0 if part.contacts is None else part.contacts)
    whole = Count(found.whole, across_lists=False)
    hidden = Word("range" if part.contacts is None else "exact")
    numbers: dict[str, Number] = {
        "n": n, "whole": whole, "dataset": dataset, "low": share[0], "high": share[1], "hidden": hidden,
    }  # fmt: skip
    if isinstance(part.owner, int):
        first = dated[part.owner]
        return Reason.of(
            "novelty-recycled", first=DatasetRef(ids[part.owner]), day=first.day,
            by=Word("made" if first.made else "obtained"), **numbers,
        )  # fmt: skip
    if part.owner == "several":
        return Reason.of("novelty-several", **numbers)
    return Reason.of("novelty-open", **numbers) if part.owner == "open" else Reason.of("novelty-new", **numbers)


def doubts(found: ListNovelty, part: NoveltyPart, dated: list[DatedList]) -> Iterator[Reason]:
    """What else it could be."""
    if found.masked:
        yield Reason.of("novelty-masked", n=Count(found.masked, across_lists=False))
    if found.unmatched:
        yield Reason.of("novelty-hashed")
    if found.estimated:
        yield Reason.of("novelty-estimated")
    if part.owner == "new":
        yield Reason.of("novelty-only-here")
    if isinstance(part.owner, int) and not dated[part.owner].made:
        yield Reason.of("novelty-obtained")
