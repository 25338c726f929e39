"""Bars of campaign posteriors (methods 1): the right copy named, no other, home canaries blame nobody. Fixed seeds.

Run: python -m tests.bench.campaigns [--cases 300] [--tuning]
"""

from __future__ import annotations

import time

from tests.bench import frame
from tests.findings.signal_world import Setting, tally

TUNING, TESTING = 1_000_000, 4_000_000
"""First seeds: what was looked at while the method was made, and what was not."""
SETTINGS = (
    ("one copy, 5 hits", Setting(), True),
    ("one copy, 5 hits, no texts", Setting(texts=False, segments=1), False),
    ("one copy, 5 hits, unique canaries only", Setting(unique=12, pool=0), True),
    ("one copy, 3 hits", Setting(hits=3), False),
    ("two copies merged, 5 hits each", Setting(source="merge"), False),
    ("the client's database, 5 hits", Setting(source="client"), False),
    ("the register, 5 hits", Setting(source="register"), False),
    ("background alone", Setting(source="none"), False),
)
"""What it is, its setting, and whether the bar of the right copy holds for it."""


def main(*, cases: int = 300, tuning: bool = False) -> bool:
    """Print the table; 1 where a bar is missed."""
    start, missed = TUNING if tuning else TESTING, False
    print(f"{'setting':42} right ≥ .95   wrong ≥ .95   home blames   seconds a case")
    for number, (what, setting, bar) in enumerate(SETTINGS):
        began = time.perf_counter()
        first = start + 10_000 * number
        found = tally(setting, range(first, first + cases))
        took = (time.perf_counter() - began) / cases
        right, wrong = found.right / found.cases, found.wrong / found.cases
        missed |= (bar and right < 0.9) or wrong > 0.01 or found.blamed > 0
        shown = f"{right:10.3f}" if setting.source in ("release", "merge") else f"{'–':>10}"
        print(
            f"{what + (' *' if bar else ''):42} {shown}    {wrong:10.4f}    {found.blamed:10}    {took:10.2f}",
            flush=True,
        )
    print("bars: right ≥ .90 (settings with *), wrong ≤ .01, home 0:", "MISSED" if missed else "met")
    return not missed


if __name__ == "__main__":
    frame.run(main)
