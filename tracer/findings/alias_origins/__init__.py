"""Where lists were collected, by what their addresses say: people give each service an address of its own
(`anna+shop@…`, `shop@anna.example`), and many that say the same show whose customers they are.

Words are shown only where they are the name of a service or of a party of the case, or where many people of the case
write them: any other may be a person's name.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracer.findings.alias_origins.judge import ListOrigins, judge
from tracer.findings.alias_origins.statements import speaks_against, speaks_for, why_none
from tracer.findings.case_facts import CaseFacts
from tracer.findings.finding_tables import kept, put_rows

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
