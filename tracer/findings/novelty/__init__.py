"""How new a list is: which of its contacts no earlier list of the case has, and which were first in which of them."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows
from tracer.findings.novelty.parts import DatedList, ListNovelty, novelty
from tracer.findings.novelty.statements import doubts, said
from tracer.findings.overlap.compared import compare

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
