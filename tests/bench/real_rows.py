"""How often is a release refused whose canaries are the list's own rows? And how far does the gate's learner scatter?

Usage: `python -m tests.bench.real_rows [TIMES] [CANARIES] [LIST …]`. Rows drawn at random are taken out of a list and
looked at as if they had been planted, as those of ten copies. The bar: at most as many refusals as one in a hundred
allows (binomial, 99 %).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import binom

from tests.marking.hand_lists import LISTS, load_table, material
from tracer.case.case import Case
from tracer.lists.write.model import NewRow
from tracer.marking.detection.copy_reports import copy_reports
from tracer.marking.detection.detectability import ALPHA
from tracer.marking.detection.gate import giveaways, told
from tracer.marking.persona.source_list import SourceList, read_source_list

COPIES = 10
NAMES = ("sorted by id", "newest first", "two phones", "companies")
_SURE = 0.99


def taken_out(case: Case, count: int, seed: int) -> tuple[SourceList, dict[int, NewRow]]:
    """The list without `count` of its rows, drawn at random, and these as rows that go back to their places."""
    source = read_source_list(case.con, "own")
    table, main = source.tables[source.main.part], source.main
    gone = np.sort(np.random.default_rng(seed).choice(main.rows, count, replace=False) + 1).tolist()
    cells = ", ".join(f"c{i}" for i in range(len(main.headers)))
    held = f"row IN (SELECT unnest({gone}))"
    rows = case.con.execute(f"SELECT row, {cells} FROM {table} WHERE {held} ORDER BY row").fetchall()
    case.con.execute(
        "CREATE OR REPLACE TEMP TABLE kept AS SELECT CAST(row_number() OVER (ORDER BY row) AS BIGINT) AS row,"
        f" {cells} FROM {table} WHERE NOT {held}"
    )
    nothing = (None,) * len(main.headers)
    planted = {
        at: NewRow(int(row[0]) - at, 1, tuple(cell or None for cell in row[1:]), nothing) for at, row in enumerate(rows)
    }
    # Ordinary rows are drawn by the list's number: another one each time.
    parts = tuple(replace(part, rows=part.rows - count) if part is main else part for part in source.parts)
    thinner = replace(source, no=source.no + 1000 + seed, parts=parts, tables={**source.tables, main.part: "temp.kept"})
    return thinner, planted


def main(arguments: Sequence[str]) -> int:
    """Print a line for each list; 1 where more are refused than the bar allows."""
    digits = [int(word) for word in arguments if word.isdigit()]
    times, count = (*digits, 25, 160)[0], (*digits[1:], 160)[0]
    refused = looked = 0
    for name in [word for word in arguments if not word.isdigit()] or NAMES:
        areas, signs = list[float](), list[str]()
        with tempfile.TemporaryDirectory() as folder:
            m = material(1)
            case = load_table(Path(folder), LISTS[name][0](m), LISTS[name][1], m)
            for seed in range(times):
                source, planted = taken_out(case, count, seed)
                order = np.random.default_rng([seed, 2]).permutation(count).tolist()
                copies = {f"copy {at}": order[at::COPIES] for at in range(COPIES)}
                reports = copy_reports(case.con, source, planted, copies)
                found = giveaways(reports)
                signs += [told(found[0])] if found else []
                areas += [] if reports.learner is None else [reports.learner.auc]
        independent = ((1 / count + 1 / min(4000, source.main.rows)) / 12) ** 0.5
        scatter = float(np.std(areas, ddof=1)) / independent
        print(f"{name:20} {len(signs)} of {times} refused; learner: mean {np.mean(areas):.3f}, largest"
              f" {max(areas):.3f}, scatters {scatter:.2f} times as much as independent parts", *signs, sep="\n  ",
              flush=True)  # fmt: skip
        refused, looked = refused + len(signs), looked + times
    allowed = int(binom.ppf(_SURE, looked, ALPHA))
    print(f"{refused} of {looked} releases of real rows refused; at {ALPHA:.0%} at most {allowed}")
    return 0 if refused <= allowed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
