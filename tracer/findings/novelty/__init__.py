"""How new a list is: which of its contacts no earlier list of the case has, and which were first in which of them."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.disclosure import Count, DatasetRef, Number, Reason, Share, Word
from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.novelty.parts import DatedList, ListNovelty, NoveltyPart, novelty
from tracer.findings.overlap import compare

# What is said of how new a list is, and what may make it wrong.


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


__all__ = ["compute"]


def compute(facts: CaseFacts, run: int) -> None:
    """Write the `novelty` rows of `run`."""
    compared = compare(facts)
    rows = facts.con.execute(
        "SELECT id, holder, coalesce(created, obtained), created IS NOT NULL, masked, hashes FROM dataset"
        " WHERE current AND purged_at IS NULL"
    ).fetchall()
    known = {row[0]: DatedList(*row[1:]) for row in rows}
    ids = compared.traced.ids
    dated = [known[one] for one in ids]
    columns = "dataset part first holder since since_by contacts few share low high reasons against"
    put_rows(
        facts.con, "novelty", run, columns,
        (row for one in novelty(compared, dated) for row in _rows(one, ids, dated)),
    )  # fmt: skip


def _rows(found: ListNovelty, ids: tuple[str, ...], dated: list[DatedList]) -> Iterator[tuple[object, ...]]:
    for part in found.parts:
        owner = dated[part.owner] if isinstance(part.owner, int) else None
        first = ids[part.owner] if isinstance(part.owner, int) else None
        name = part.owner if part.owner in ("new", "open") else "recycled"
        yield (
            ids[found.dataset], name, first, owner and owner.holder, owner and owner.day,
            owner and ("created" if owner.made else "obtained"), part.contacts, part.few,
            None if part.contacts is None else round(part.contacts / found.whole, 6),
            round(part.least / found.whole, 6), round(min(1.0, part.most / found.whole), 6),
            kept([said(found, part, ids, dated)]), kept(doubts(found, part, dated)),
        )  # fmt: skip
