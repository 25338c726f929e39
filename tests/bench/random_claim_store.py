"""The claim `random` in a real case: `python -m tests.bench.random_claim_store [--lists 20] [--memberships 100000000]`.

Makes an encrypted case of clients' own lists with names, and a list of 1,000,000 random numbers; then asks for the
verdict in a process of its own, counting in the store included, once without that list's names and once with them,
beside the counts alone by a hand-written statement. The bar: under 10 s each.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.derivation_scale import SEGMENTS, add_segments
from tests.bench.scale_spent import Line, apart, peak, spent, table
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.segments import BLOCK

if TYPE_CHECKING:
    import duckdb

SECONDS, CLAIMED = 10.0, 1_000_000
_SQL = Path(__file__).parent / "sql"


@dataclass(frozen=True)
class Size:
    """How much the case knows."""

    lists: int
    memberships: int
    claimed: int = CLAIMED


def build(folder: Path, size: Size) -> None:
    """Make the case in `folder`: the claimed list is number 1."""
    from tracer.case.case import create_case

    with create_case(folder / "case", key_file=folder / "key") as case:
        add_segments(case.con)
        for no in range(1, size.lists + 2):
            rows = size.claimed if no == 1 else size.memberships // size.lists
            origin = "obtained" if no == 1 else "own"
            for statement in (_SQL / "random_claim.sql").read_text(encoding="utf-8").split(";\n"):
                values = {"no": no, "rows": rows, "slots": SEGMENTS * BLOCK, "origin": origin}
                case.con.execute(
                    statement.replace("{raw}", f"raw.d{no}_p1"),
                    {name: value for name, value in values.items() if f"${name}" in statement},
                )


def judge(folder: Path, repeat: int = 1) -> list[Line]:
    """The verdict on bare numbers and on names as well, beside the counts by hand."""
    from tracer.case.case import open_case
    from tracer.findings import overlap

    text = (_SQL / "random_claim_floor.sql").read_text(encoding="utf-8")
    with open_case(folder / "case", key_file=folder / "key") as case:
        con = case.con
        overlap.compute(CaseFacts(con), 1)  # tells which lists are close; the stage before all others
        bare = _judged(con, "random claim, numbers only", repeat)
        con.execute("INSERT INTO dataset_column VALUES (1, 1, 1, '姓名', 'name', 'header', NULL)")
        named = _judged(con, "random claim, with names", repeat)
        hand = spent(lambda: con.execute(text).fetchall(), repeat)[0]
    return [replace(bare, floor=hand, what=f"{bare.what} (beside the counts by hand)"), named]


def _judged(con: duckdb.DuckDBPyConnection, what: str, repeat: int) -> Line:
    from tracer.findings.claims.random import assess_random

    told: list[str] = []
    cost = spent(lambda: told.append(assess_random(CaseFacts(con), "d001").verdict), repeat)
    return Line(f"{what}: {told[0]}", *cost, peak(), None, f"< {SECONDS:.0f} s", cost[0] < SECONDS)


def lines(size: Size, repeat: int) -> list[Line]:
    """Build in one process, judge in another."""
    with tempfile.TemporaryDirectory(prefix="random-") as temporary:
        apart(partial(build, Path(temporary), size))
        return apart(partial(judge, Path(temporary), repeat))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=int, default=20)
    parser.add_argument("--memberships", type=int, default=100_000_000)
    parser.add_argument("--repeat", type=int, default=1)
    given = parser.parse_args(arguments)
    found = lines(Size(given.lists, given.memberships), given.repeat)
    print(table(found))
    return int(any(line.within is False for line in found))


if __name__ == "__main__":
    sys.exit(main())
