"""Overlaps of a list with known numbers under the block null, also where both hold live numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.block_counts import block_counts, far_block_counts
from tracer.findings.claims.blocks import BLOCK, Counts, OverlapNull, overlap_null
from tracer.findings.claims.verdict import statement
from tracer.findings.intervals import rounded
from tracer.findings.overlap.close import LEAST_SHARED, all_close, read_close
from tracer.findings.precomputed import ROWS, ask, kept_answer

LIVE_LEAST = 1_000
"""Live numbers that any block in use is taken to have at least: scrubbing raises an overlap tenfold at most."""
KNOWN_OF_LIVE = 0.5
"""Share of a block's live numbers that the case is taken to know at most."""


@dataclass(frozen=True)
class Overlap:
    """How a list meets known numbers."""

    null: OverlapNull
    known: Counts
    """Known numbers in each block."""
    drawn: Counts
    """Numbers of the list in each block."""
    shared: int
    rows: int
    """Chinese mobile numbers of the list."""
    known_numbers: int

    def among_live(self) -> OverlapNull:
        """The null of numbers drawn among a block's live ones only: at least `LIVE_LEAST`, at most half of them known.

        Everybody in a real list has a live number, so two lists of unrelated people meet more often than random
        numbers.
        """
        known, drawn = self.null.known, self.null.drawn
        live = np.clip(
            np.maximum(LIVE_LEAST, np.ceil(known / KNOWN_OF_LIVE).astype(np.int64)), np.maximum(known, drawn), BLOCK
        )
        return overlap_null(known, drawn, live)


def overlap_with(facts: CaseFacts, no: int, others: Sequence[int], without: Sequence[int] = ()) -> Overlap:
    """How dataset `no` meets the datasets `others`, leaving out numbers that are in one of `without`.

    What lists have in common counts where they are close: of two that are not, each is taken to have its own.
    """
    con = facts.con
    bound = {"dataset": no, "witnesses": list(others), "without": list(without)}
    close = read_close(con, [no], others, without)
    table: Mapping[str, Any]
    answer = kept_answer(facts, "claims/blocks", statement("blocks"), bound)
    if not all_close(close, [no, *others, *without]):
        table = far_block_counts(con, no, others, without, close)
    elif ROWS in answer:
        table = con.execute(f"SELECT * FROM {answer[ROWS]} ORDER BY block").fetchnumpy()
    else:
        table = block_counts(con, no, others, without)
    drawn, known = (np.asarray(table[name], dtype=np.int64) for name in ("drawn", "known"))
    meet = (drawn > 0) & (known > 0)
    shared, rows = int(np.sum(table["shared"])), int(drawn.sum())
    return Overlap(overlap_null(known[meet], drawn[meet]), known, drawn, shared, rows, int(known.sum()))


def canaries_inside(facts: CaseFacts, no: int, *, consumers: bool = False) -> tuple[float, dict[str, Any]]:
    """(chance of so many canaries in a list that holds live numbers at random, what is said of them).

    `consumers`: only canaries whose persona has no firm. Fewer than 20 that were imported after the list count as none.
    """
    table = ask(facts, "claims/canaries", statement("canaries"), {"dataset": no, "consumers": consumers}).fetchall()
    seen, late = sum(row[2] for row in table), sum(row[3] for row in table)
    seen -= late if late < LEAST_SHARED else 0
    if not seen:
        return 1.0, {"canaries_seen": 0, "p_canaries": 1.0}
    drawn = dict(
        facts.con.execute(
            "SELECT key // 10000, count(*) FROM membership WHERE dataset = $no "
            "AND key BETWEEN 8613000000000 AND 8619999999999 GROUP BY ALL",
            {"no": no},
        ).fetchall()
    )
    planted = np.array([row[1] for row in table], dtype=np.int64)
    taken = np.array([drawn.get(row[0], 0) for row in table], dtype=np.int64)
    # Canaries are live as well: among live numbers only, a random list would meet them more often.
    live = np.clip(np.full(planted.shape, LIVE_LEAST), np.maximum(planted, taken), BLOCK)
    p_value = overlap_null(planted, taken, live).tail(seen)
    return p_value, {"canaries_seen": seen, "p_canaries": rounded(p_value)}
