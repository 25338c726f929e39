"""Attribution of a list of 1,000,000 hashes against 50 releases of 100,000 rows: under 10 s. Fixed seeds.

Run: python -m tests.bench.hashed
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from tests.bench.scale_spent import Line, peak, spent
from tests.findings.marked_world import SPACE, World
from tracer.findings.attribution import attribute

BAR = 10.0
"""Seconds."""
RELEASES, EACH, ROWS, HASHES = 50, 5, 100_000, 1_000_000
_SQL = Path(__file__).parent / "sql"


def leaked(rows: int, hashes: int, function: str | None, prefix: str = "") -> World:
    """A world in which half of one copy of `rows` rows stands in the list `leak` of so many numbers."""
    world = World(1)
    people = world.people(rows, blocks=2_000)
    world.dataset("own", "client", people, origin="own")
    canaries = world.canaries([SPACE + 20_000_000 + i * 37 for i in range(RELEASES * EACH)])
    for i in range(RELEASES):
        world.release(f"r{i}", "own", f"v{i}", canaries[i * EACH : (i + 1) * EACH], draw="d")
    leak = [*world.sample(people, 0.5), *world.phones(canaries[:EACH])]
    padding = range(SPACE + 30_000_000, SPACE + 30_000_000 + hashes - len(leak))
    world.dataset("leak", "trader", [*leak, *padding], hashed=function, prefix=prefix)
    return world


def seconds(function: str | None, prefix: str = "") -> float:
    """Time of `attribute` on half of one copy, padded to `HASHES`; raises where it names another copy or none."""
    return _attributed(leaked(ROWS, HASHES, function, prefix))[0]


def _attributed(world: World) -> tuple[float, float]:
    named: list[str] = []
    cost = spent(lambda: named.extend(row.release for row in attribute(world.con, "leak") if row.accused))
    if named != ["r0"]:
        raise AssertionError(f"names {named}")
    return cost


def lines(rows: int, numbers: int, repeat: int) -> list[Line]:
    """Attribution of so many numbers in clear to `RELEASES` copies, beside the counts alone by hand."""
    world, text = leaked(rows, numbers, None), (_SQL / "attribution_floor.sql").read_text(encoding="utf-8")
    costs = [_attributed(world) for _ in range(repeat)]
    clock, processor = (statistics.median(one) for one in zip(*costs, strict=True))
    (leak,) = world.con.execute("SELECT no FROM dataset WHERE id = 'leak'").fetchall()[0]
    hand = spent(lambda: world.con.execute(text, {"leak": leak}).fetchall(), repeat)
    what = f"attribution to {RELEASES} copies of {rows:,} rows (beside the counts by hand)"
    return [Line(what, clock, processor, peak(), hand[0], f"< {BAR:.0f} s", clock < BAR)]


def main() -> None:
    """Print the table; exit 1 where the bar is missed."""
    print("numbers        seconds")
    worst = 0.0
    for function, prefix in ((None, ""), ("md5", ""), ("sha1", "+86"), ("sha256", ""), ("sm3", "86")):
        taken = seconds(function, prefix)
        worst = max(worst, taken)
        print(f"{function or 'in clear':12} {taken:8.2f}")
    sys.exit(worst >= BAR)


if __name__ == "__main__":
    main()
