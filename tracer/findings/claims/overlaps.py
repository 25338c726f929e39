"""Overlaps of a list with known numbers under the block null, also where both hold live numbers only; and which numbers
of a list have blocks that are known, and which are mobile: by the plans and the case's own table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.blocks import Counts, OverlapNull, block_counts, far_block_counts, limits_of, overlap_null
from tracer.findings.claims.verdict import statement
from tracer.findings.intervals import rounded_up
from tracer.findings.overlap.close import all_close, read_close
from tracer.findings.precomputed import ROWS, ask, kept_answer
from tracer.identify.keys import PHONE_END
from tracer.identify.number_plans import COARSE, LEAST_LIVE, NumberRange, mobile_sql
from tracer.identify.segments import plan_ranges
from tracer.policy import SHOWN_FROM

_UNTOLD = 0.01
"""Share of a list's numbers which may be of either kind where mobile numbers are still counted."""
_KNOWN_OF_LIVE = 0.5
"""Share of a block's live numbers that the case is taken to know at most."""


def ranges_in(facts: CaseFacts, no: int) -> Mapping[NumberRange, int]:
    """The ranges of which dataset `no` has numbers, in their order, and how many."""
    return facts.once(("number ranges", no), lambda: _counted(facts, no, _plan_ranges(facts)))


def other_ranges_in(facts: CaseFacts, no: int) -> list[NumberRange]:
    """Where dataset `no` has numbers between those ranges, whose blocks are not known: blocks that keep the last four
    digits together, with as few live numbers as in any plan. Nothing drawn evenly is tested on them."""
    gaps, first = list[NumberRange](), 0
    for each in (*sorted(_plan_ranges(facts), key=lambda one: one.first), None):
        last = PHONE_END - 1 if each is None else each.first - 1
        if first <= last:
            gaps.append(NumberRange("", first, last, COARSE, LEAST_LIVE, float(last - first + 1)))
        first = max(first, first if each is None else each.last + 1)
    return list(_counted(facts, no, gaps))


def _plan_ranges(facts: CaseFacts) -> tuple[NumberRange, ...]:
    return facts.once("ranges of plans", lambda: plan_ranges(facts.con))


def _counted(facts: CaseFacts, no: int, ranges: Sequence[NumberRange]) -> Mapping[NumberRange, int]:
    counts = ", ".join(f"count(*) FILTER (key BETWEEN {each.first} AND {each.last})" for each in ranges)
    row = facts.con.execute(f"SELECT {counts} FROM membership WHERE dataset = $no", {"no": no}).fetchone() or ()
    return {each: count for each, count in zip(ranges, row, strict=True) if count}


def mobiles_in(facts: CaseFacts, no: int) -> tuple[str, int | None]:
    """SQL for whether `key` of dataset `no` is a mobile number, and how many are; None where its plans do not tell."""

    def found() -> tuple[str, int | None]:
        bound = {"dataset": no, "end": PHONE_END}
        heads = [head for (head,) in facts.con.execute(statement("heads"), bound).fetchall()]
        mobile, either = mobile_sql("key", _plan_ranges(facts), heads)
        text = statement("mobiles").format(mobile=mobile, either=either)
        numbers, mobiles, untold = facts.con.execute(text, bound).fetchall()[0]
        return mobile, mobiles if untold <= _UNTOLD * numbers else None

    return facts.once(("mobiles", no), found)


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

    def among_live(self) -> OverlapNull:
        """The null of numbers drawn among a block's live ones only: at least `live`, at most half of them known.

        Everybody in a real list has a live number, so two lists of unrelated people meet more often than random
        numbers.
        """
        known, drawn = self.null.known, self.null.drawn
        meet = (self.known > 0) & (self.drawn > 0)
        live = np.maximum(self.live[meet], np.ceil(known / _KNOWN_OF_LIVE).astype(np.int64))
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
    counted = {}
    for within in [*ranges_in(facts, no), *(other_ranges_in(facts, no) if everywhere else ())]:
        # What a cluster may have answered: it is asked with these very parameters (`cluster`).
        bound = {"dataset": no, "witnesses": list(others), "without": list(without), **limits_of(within)}
        answer = kept_answer(facts, "claims/blocks", statement("blocks"), bound)
        table: Mapping[str, Any]
        if not all_close(close, [no, *others, *without]):
            table = far_block_counts(facts.con, no, others, without, within, close)
        elif ROWS in answer:
            table = facts.con.execute(f"SELECT * FROM {answer[ROWS]} ORDER BY block").fetchnumpy()
        else:
            table = block_counts(facts.con, no, others, without, within)
        names = ("block", "drawn", "known", "shared")
        counted[within] = {name: np.asarray(table[name], dtype=np.int64) for name in names}
    return overlap_of(counted)


def overlap_of(counted: Mapping[NumberRange, Mapping[str, Counts]]) -> Overlap:
    """The overlap by what `block_counts` gives for each range of numbers."""
    none = np.zeros(0, dtype=np.int64)
    known, drawn, shared = (
        np.concatenate([none, *(table[name] for table in counted.values())]) for name in ("known", "drawn", "shared")
    )
    times = [table["block"].size for table in counted.values()]
    sizes = np.repeat(np.array([within.block for within in counted], dtype=np.int64), times)
    live = np.repeat(np.array([round(within.live * within.block) for within in counted], dtype=np.int64), times)
    meet = (drawn > 0) & (known > 0)
    by_range = {w: (int(table["drawn"].sum()), int(table["known"].sum())) for w, table in counted.items()}
    null = overlap_null(known[meet], drawn[meet], sizes[meet])
    return Overlap(null, known, drawn, live, int(shared.sum()), int(drawn.sum()), int(known.sum()), by_range)


def canaries_inside(facts: CaseFacts, no: int, *, consumers: bool = False) -> tuple[float, dict[str, Any]]:
    """(chance of so many canaries in a list that holds live numbers at random, what is said of them).

    `consumers`: only canaries whose persona has no firm. Those imported after the list count as
    none where they are too few to be shown.
    """
    seen, late, blocks = 0, 0, list[tuple[int, int, int]]()
    for within in ranges_in(facts, no):
        limits = limits_of(within)
        rows = ask(
            facts, "claims/canaries", statement("canaries"), {"dataset": no, "consumers": consumers, **limits}
        ).fetchall()
        here = sum(row[2] for row in rows)
        seen, late = seen + here, late + sum(row[3] for row in rows)
        drawn: dict[int, int] = {}
        if here:
            drawn = dict(facts.con.execute(_DRAWN, {"no": no, **limits}).fetchall())
        # Canaries are live as well: among live numbers only, a random list would meet them more often.
        live = round(within.live * within.block)
        for block, planted, *_ in rows:
            taken = drawn.get(block, 0)
            blocks.append((planted, taken, min(max(live, planted, taken), within.block)))
    seen -= late if late < SHOWN_FROM else 0
    if not seen:
        return 1.0, {"canaries_seen": 0, "p_canaries": 1.0}
    planted_in, taken_in, among = np.array(blocks, dtype=np.int64).T
    p_value = overlap_null(planted_in, taken_in, among).tail(seen)
    return p_value, {"canaries_seen": seen, "p_canaries": rounded_up(p_value)}


_DRAWN = (
    "SELECT key // $size, count(*) FROM membership WHERE dataset = $no AND key BETWEEN $first AND $last GROUP BY ALL"
)
