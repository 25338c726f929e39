"""The claim `random`: "these numbers were generated, nobody's list is in them".

The headline is the block-stratified test of `blocks` against the lists that the claimed one cannot have fed
(`witness.sql`). Random numbers that were scrubbed by number status are a real alternative, and liveness alone decides
nothing: a list is contradicted only where its overlap also exceeds what any scrubbing gives, or where names or canaries
agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy import stats

from tracer.findings.claims.blocks import BLOCK, Counts, OverlapNull, overlap_null
from tracer.findings.near_copies import NEAR

ALPHA = 0.001
"""Error at which a list is contradicted; a hundred true lists in a case are then called false once in ten cases."""
ALLOTTED_NUMBERS = 4.995e9
"""Chinese mobile numbers in allotted segments (methods 3): the population of the uniform test."""
ALLOTTED_SHARE = 0.714
"""Share of 1[3-9] segments that are allotted (methods 3): what numbers without any knowledge of segments show."""
LIVE_LEAST = 1_000
"""Live numbers that any block in use is taken to have at least: scrubbing raises an overlap tenfold at most."""
KNOWN_OF_LIVE = 0.5
"""Share of a block's live numbers that the case is taken to know at most."""
SAME_NAME = 1e-3
"""Chance that a random number bears the name a list gives it (methods 3: 10^-3 to 10^-4 a row)."""
LEAST_CONTACTS = 20
"""Lists under this take part in no comparison (contract: What goes out)."""

_SQL = Path(__file__).parent / "sql"
_SCRUBBED = (
    "random numbers that were scrubbed by number status: they meet real lists more often, because both hold live "
    "numbers"
)


@dataclass(frozen=True)
class Verdict:
    """What the data say of one claim."""

    verdict: str
    """supported, contradicted, consistent, untestable or untested."""
    p_value: float | None = None
    """Of the headline test; valid as printed: P(p ≤ a) ≤ a."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """What was counted; cross-dataset counts under 20 as `<20`."""
    alternatives: tuple[str, ...] = ()
    """Other explanations, and what was taken for granted."""
    grade: str = "G0"
    """G1: the contradiction stands on an overlap above chance."""


@dataclass(frozen=True)
class _Overlap:
    null: OverlapNull
    known: Counts
    drawn: Counts
    shared: int
    rows: int
    known_numbers: int


def assess_random(con: duckdb.DuckDBPyConnection, dataset: str) -> Verdict:
    """Test whether the mobile numbers of `dataset` (an id) are random in their blocks of 10^4."""
    row = con.execute(
        "SELECT no, contacts, purged_at FROM dataset WHERE id = $id AND current", {"id": dataset}
    ).fetchone()
    if row is None:
        return Verdict("untestable", alternatives=("the case does not hold the dataset",))
    no, contacts, purged = row
    if purged is not None:
        return Verdict("untestable", alternatives=("the dataset's contents were removed",))
    if contacts < LEAST_CONTACTS:
        return Verdict("untestable", alternatives=("the dataset has fewer than 20 contacts",))
    witnesses = con.execute(_sql("witness"), {"dataset": dataset, "near": NEAR}).fetchall()
    overlap = _overlap(con, no, [number for number, _, _ in witnesses])
    numbers = _shape(con, no)
    if overlap.rows < LEAST_CONTACTS:
        return Verdict("untestable", numbers=numbers, alternatives=("it has fewer than 20 Chinese mobile numbers",))
    if overlap.known_numbers == 0:
        why = "the case has no list that is known to be real and not copied from this one"
        return Verdict("untestable", numbers=numbers, alternatives=(why,))
    return _judge(con, no, witnesses, overlap, numbers)


def _judge(
    con: duckdb.DuckDBPyConnection,
    no: int,
    witnesses: list[tuple[Any, ...]],
    overlap: _Overlap,
    numbers: dict[str, Any],
) -> Verdict:
    p_block = _printed(overlap.null.tail(overlap.shared))
    p_scrubbed = _scrubbed(overlap).tail(overlap.shared)
    p_names, names = _names(con, no, [number for number, _, _ in witnesses])
    p_canaries, canaries = _canaries(con, no)
    power = overlap.null.power(0.01, 0.01)
    numbers |= {
        "witnesses": [name for _, name, _ in witnesses],
        "known": overlap.known_numbers,
        "shared": _told(overlap.shared),
        "expected": _round(overlap.null.mean),
        "p_block": p_block,
        "p_uniform": _round(
            float(stats.poisson.sf(overlap.shared - 1, overlap.rows * overlap.known_numbers / ALLOTTED_NUMBERS))
        ),
        "p_scrubbed": _round(p_scrubbed),
        "density": _round(float((overlap.known * overlap.drawn).sum() / overlap.drawn.sum() / BLOCK)),
        "power_at_1_percent": _round(power),
        **names,
        **canaries,
    }
    # Three tests of one claim: each has a third of the error.
    decisive = min(p_scrubbed, p_names, p_canaries)
    if decisive <= ALPHA / 3:
        alternatives = ["this is inconsistent with random generation; it does not say whose list it is"]
        if p_scrubbed > ALPHA / 3:
            alternatives.append(_SCRUBBED + "; they do not bear the right names, nor ring numbers nobody uses")
        alternatives.append("a part of the list may be random numbers all the same")
        return Verdict("contradicted", p_block, numbers, tuple(alternatives), "G1")
    if p_block <= ALPHA:
        return Verdict(
            "consistent", p_block, numbers, (f"inconsistent with plain random generation, but not with {_SCRUBBED}",)
        )
    unseen = (
        f"a list that took 1 % of its numbers from known lists would be found with probability {power:.2f}",
        "a list copied from sources that the case does not hold would look the same",
    )
    # Never more than consistent: a list that was copied from elsewhere would look the same.
    return Verdict("consistent", p_block, numbers, unseen)


def _sql(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def _overlap(con: duckdb.DuckDBPyConnection, no: int, witnesses: list[int]) -> _Overlap:
    table = con.execute(_sql("blocks"), {"dataset": no, "witnesses": witnesses}).fetchnumpy()
    drawn, known = (np.asarray(table[name], dtype=np.int64) for name in ("drawn", "known"))
    meet = (drawn > 0) & (known > 0)
    shared, rows = int(np.sum(table["shared"])), int(drawn.sum())
    return _Overlap(overlap_null(known[meet], drawn[meet]), known, drawn, shared, rows, int(known.sum()))


def _scrubbed(overlap: _Overlap) -> OverlapNull:
    """The null of numbers drawn among a block's live ones only: at least `LIVE_LEAST`, at most half of them known."""
    known, drawn = overlap.null.known, overlap.null.drawn
    live = np.clip(
        np.maximum(LIVE_LEAST, np.ceil(known / KNOWN_OF_LIVE).astype(np.int64)), np.maximum(known, drawn), BLOCK
    )
    return overlap_null(known, drawn, live)


def _shape(con: duckdb.DuckDBPyConnection, no: int) -> dict[str, Any]:
    """Segments, runs and last two digits: reported, they decide nothing (any live list can look even)."""
    row = con.execute(_sql("shape"), {"dataset": no}).fetchone()
    assert row is not None  # noqa: S101 - a query without FROM always gives a row
    count, allotted, segments, followed, endings = row
    p_endings = float(stats.chisquare(endings).pvalue) if count >= 500 else 1.0  # five in each cell, as the test asks
    shape: dict[str, Any] = {
        "mobiles": count,
        "p_last_two": _round(p_endings),
        "in_sequence": _round(followed / max(count, 1)),
    }
    if segments:
        shape |= {
            "in_allotted_segments": _round(allotted / max(count, 1)),
            "in_allotted_segments_by_chance": ALLOTTED_SHARE,
        }
    return shape


def _canaries(con: duckdb.DuckDBPyConnection, no: int) -> tuple[float, dict[str, Any]]:
    table = con.execute(_sql("canaries"), {"dataset": no}).fetchall()
    seen, late = sum(row[2] for row in table), sum(row[3] for row in table)
    if not seen:
        return 1.0, {"canaries_seen": 0, "p_canaries": 1.0}
    drawn = dict(
        con.execute(
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
    return p_value, {"canaries_seen": seen if late == 0 else _told(seen), "p_canaries": _round(p_value)}


def _names(con: duckdb.DuckDBPyConnection, no: int, witnesses: list[int]) -> tuple[float, dict[str, Any]]:
    """Names and firms on shared numbers: how many agree, against the chance that a random number bears the name."""
    parts = con.execute(
        "SELECT c.dataset, c.role, c.position, p.first_row, p.raw_table FROM dataset_column c "
        "JOIN part p ON p.dataset = c.dataset AND p.part = c.part WHERE c.role IN ('name', 'organisation') "
        "AND list_contains(list_append($witnesses, $no), c.dataset) ORDER BY ALL",
        {"witnesses": witnesses, "no": no},
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE claim_text (dataset INTEGER, row BIGINT, role VARCHAR, text VARCHAR)")
    for dataset, role, position, first_row, raw_table in parts:
        others = [no] if dataset != no else witnesses
        con.execute(
            _sql("texts").replace("raw.list", raw_table).replace("c_text", f"c{position}"),
            {"dataset": dataset, "shift": first_row - 1, "role": role, "others": others},
        )
    rows = con.execute(_sql("names"), {"dataset": no, "witnesses": witnesses}).fetchall()
    con.execute("DROP TABLE temp.claim_text")
    p_value, told = 1.0, dict[str, Any]()
    for role, compared, agree, chance, tries in rows:
        # Common names agree by luck more often; a number in several lists has several tries.
        luck = min(1.0, max(SAME_NAME, chance) * tries)
        p_role = float(stats.binom.sf(agree - 1, compared, luck))
        told |= {f"{role}s_compared": _told(compared), f"{role}s_agree": _told(agree), f"p_{role}s": _round(p_role)}
        p_value = min(p_value, p_role * len(rows))
    return min(1.0, p_value), told


def _told(count: int) -> int | str:
    return count if count >= LEAST_CONTACTS else "<20"


def _round(value: float) -> float:
    """Four significant digits: what is printed, and the same on every machine."""
    return float(f"{value:.4g}")


def _printed(p_value: float) -> float:
    """A p-value as it is printed: four significant digits, rounded up, so that P(p ≤ a) ≤ a still holds."""
    rounded = _round(max(p_value, 1e-300))
    return min(1.0, rounded if rounded >= p_value else float(f"{rounded * 1.001:.4g}"))
