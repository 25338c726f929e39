"""Overlaps of a list with known numbers under the block null, also where both hold live numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.block_counts import block_counts, far_block_counts, limits_of
from tracer.findings.claims.blocks import Counts, OverlapNull, overlap_null
from tracer.findings.claims.number_ranges import other_ranges_in, ranges_in
from tracer.findings.claims.verdict import statement
from tracer.findings.intervals import rounded_up
from tracer.findings.overlap.close import Pairs, all_close, read_close
from tracer.findings.precomputed import ROWS, ask, kept_answer
from tracer.identify.number_plans import NumberRange
from tracer.policy import SHOWN_FROM

KNOWN_OF_LIVE = 0.5
"""Share of a block's live numbers that the case is taken to know at most."""


@dataclass(frozen=True)
class Overlap:
    """How a list meets known numbers."""

    null: OverlapNull
    known: Counts
    drawn: Counts
    live: Counts
    """Live numbers that each block in use is taken to have at least (`NumberRange.live`)."""
    shared: int
    rows: int
    known_numbers: int
    by_range: Mapping[NumberRange, tuple[int, int]]
    """How many numbers of each range the list has, and how many are known."""

    def among_live(self) -> OverlapNull:
        """The null of numbers drawn among a block's live ones only: at least `live`, at most half of them known.

        Everybody in a real list has a live number, so two lists of unrelated people meet more often than random
        numbers.
        """
        known, drawn = self.null.known, self.null.drawn
        meet = (self.known > 0) & (self.drawn > 0)
        live = np.maximum(self.live[meet], np.ceil(known / KNOWN_OF_LIVE).astype(np.int64))
        return overlap_null(known, drawn, np.clip(live, np.maximum(known, drawn), self.null.size))

    @property
    def density(self) -> float:
        """Share of known numbers in the blocks that the list's numbers are in."""
        return float((self.null.known / self.null.size * self.null.drawn).sum()) / max(self.rows, 1)

    @property
    def mean_if_uniform(self) -> float:
        """Numbers in common if the list were drawn from all numbers that carriers have been given."""
        return sum(drawn * known / within.allotted for within, (drawn, known) in self.by_range.items())


def overlap_with(
    facts: CaseFacts, no: int, others: Sequence[int], without: Sequence[int] = (), *, everywhere: bool = False
) -> Overlap:
    """How dataset `no` meets the datasets `others`, leaving out numbers that are in one of `without`.

    everywhere: numbers of plans whose blocks are not known count, too, for what `among_live` gives.
    What lists have in common counts where they are close: of two that are not, each is taken to have its own.
    """
    close = read_close(facts.con, [no], others, without)
    ranges = [*ranges_in(facts, no), *(other_ranges_in(facts, no) if everywhere else ())]
    counted = {within: _counts(facts, no, others, without, within, close) for within in ranges}
    return overlap_of(counted)


def overlap_of(counted: Mapping[NumberRange, Mapping[str, Counts]]) -> Overlap:
    """The overlap by what `block_counts` gives for each range of numbers."""
    known, drawn, shared = (_joined(counted, name) for name in ("known", "drawn", "shared"))
    sizes, live = (
        np.repeat(np.array(each, dtype=np.int64), [table["block"].size for table in counted.values()])
        for each in ([w.block for w in counted], [round(w.live * w.block) for w in counted])
    )
    meet = (drawn > 0) & (known > 0)
    by_range = {w: (int(table["drawn"].sum()), int(table["known"].sum())) for w, table in counted.items()}
    null = overlap_null(known[meet], drawn[meet], sizes[meet])
    return Overlap(null, known, drawn, live, int(shared.sum()), int(drawn.sum()), int(known.sum()), by_range)


def _joined(counted: Mapping[NumberRange, Mapping[str, Counts]], name: str) -> Counts:
    return np.concatenate([np.zeros(0, dtype=np.int64), *(table[name] for table in counted.values())])


def _counts(
    facts: CaseFacts, no: int, others: Sequence[int], without: Sequence[int], within: NumberRange, close: Pairs
) -> Mapping[str, Counts]:
    """What `block_counts` gives for one range."""
    bound = {"dataset": no, "witnesses": list(others), "without": list(without), **limits_of(within)}
    answer = kept_answer(facts, "claims/blocks", statement("blocks"), bound)
    table: Mapping[str, Any]
    if not all_close(close, [no, *others, *without]):
        table = far_block_counts(facts.con, no, others, without, within, close)
    elif ROWS in answer:
        table = facts.con.execute(f"SELECT * FROM {answer[ROWS]} ORDER BY block").fetchnumpy()
    else:
        table = block_counts(facts.con, no, others, without, within)
    return {name: np.asarray(table[name], dtype=np.int64) for name in ("block", "drawn", "known", "shared")}


def canaries_inside(facts: CaseFacts, no: int, *, consumers: bool = False) -> tuple[float, dict[str, Any]]:
    """(chance of so many canaries in a list that holds live numbers at random, what is said of them).

    `consumers`: only canaries whose persona has no firm. Those imported after the list count as
    none where they are too few to be shown.
    """
    found = [_canaries_of(facts, no, within, consumers=consumers) for within in ranges_in(facts, no)]
    seen, late = sum(one.seen for one in found), sum(one.late for one in found)
    seen -= late if late < SHOWN_FROM else 0
    if not seen:
        return 1.0, {"canaries_seen": 0, "p_canaries": 1.0}
    # Canaries are live as well: among live numbers only, a random list would meet them more often.
    planted, taken, live, size = (np.concatenate([one.blocks[n] for one in found]) for n in range(4))
    among = np.clip(live, np.maximum(planted, taken), size)
    p_value = overlap_null(planted, taken, among).tail(seen)
    return p_value, {"canaries_seen": seen, "p_canaries": rounded_up(p_value)}


@dataclass(frozen=True)
class _CanaryBlocks:
    """Canaries of one range of numbers."""

    blocks: tuple[Counts, Counts, Counts, Counts]
    """For each block with a canary: planted, numbers of the list, live ones at least, size."""
    seen: int
    late: int


def _canaries_of(facts: CaseFacts, no: int, within: NumberRange, *, consumers: bool) -> _CanaryBlocks:
    bound = {"dataset": no, "consumers": consumers, **limits_of(within)}
    table = ask(facts, "claims/canaries", statement("canaries"), bound).fetchall()
    seen, late = sum(row[2] for row in table), sum(row[3] for row in table)
    drawn = dict(
        facts.con.execute(
            "SELECT key // $size, count(*) FROM membership WHERE dataset = $no "
            "AND key BETWEEN $first AND $last GROUP BY ALL",
            {"no": no, **limits_of(within)},
        ).fetchall()
        if seen
        else ()
    )
    planted = np.array([row[1] for row in table], dtype=np.int64)
    taken = np.array([drawn.get(row[0], 0) for row in table], dtype=np.int64)
    live, size = (np.full(planted.shape, each) for each in (round(within.live * within.block), within.block))
    return _CanaryBlocks((planted, taken, live, size), seen, late)
