"""Exact links of two lists beside Splink, as lines of the suite; `exact_link` is the bench of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from tests.bench.exact_link import BAR, by_splink, by_tool, fill_case, write_lists
from tests.bench.scale_spent import Line, peak


def lines(rows: int, python: Path, repeat: int) -> list[Line]:
    """Pairs and overlaps, both sides by turns; raises `AssertionError` where they do not count the same."""
    with tempfile.TemporaryDirectory(prefix="links-") as temporary:
        folder = Path(temporary)
        lists = write_lists(folder, rows)
        fill_case(folder, lists, rows)
        runs = [(by_tool(folder), by_splink(python, lists)) for _ in range(repeat)]
    counts = {one.pairs for run in runs for side in run for one in side.values()}
    if len(counts) != 1:
        raise AssertionError(f"not the same count: {counts}")
    found = []
    for what in ("pairs", "overlaps"):
        (clock, processor), (theirs, used) = (
            [float(np.median([getattr(run[side][what], of) for run in runs])) for of in ("seconds", "processor")]
            for side in (0, 1)
        )
        within = theirs >= BAR * clock
        found += [
            Line(f"exact {what} of two lists (beside Splink)", clock, processor, peak(), theirs,
                 f"<= 1 / {BAR:.0f}", within),
            Line("  Splink itself", theirs, used, 0.0),
        ]  # fmt: skip
    return found
