"""Attribution of a list of 1,000,000 hashes against 50 releases of 100,000 rows: under 10 s. Fixed seeds.

Run: python -m tests.bench.hashed
"""

from __future__ import annotations

import sys
import time

from tests.findings.marked_world import SPACE, World
from tracer.findings.attribution import attribute

BAR = 10.0
"""Seconds."""
RELEASES, EACH, ROWS, HASHES = 50, 5, 100_000, 1_000_000


def seconds(function: str | None, prefix: str = "") -> float:
    """Time of `attribute` on half of one copy, padded to `HASHES`; raises where it names another copy or none."""
    world = World(1)
    people = world.people(ROWS, blocks=2_000)
    world.dataset("own", "client", people, origin="own")
    canaries = world.canaries([SPACE + 20_000_000 + i * 37 for i in range(RELEASES * EACH)])
    for i in range(RELEASES):
        world.release(f"r{i}", "own", f"v{i}", canaries[i * EACH : (i + 1) * EACH], draw="d")
    leak = [*world.sample(people, 0.5), *world.phones(canaries[:EACH])]
    padding = range(SPACE + 30_000_000, SPACE + 30_000_000 + HASHES - len(leak))
    world.dataset("leak", "trader", [*leak, *padding], hashed=function, prefix=prefix)
    began = time.perf_counter()
    named = [row.release for row in attribute(world.con, "leak") if row.accused]
    taken = time.perf_counter() - began
    if named != ["r0"]:
        raise AssertionError(f"names {named}")
    return taken


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
