"""Overlaps, tracing and queries at scale, beside floors and a peer: `python -m tests.bench.scale [--json FILE]`.

Makes the case of `derivation_scale` (200 datasets, 20 M memberships; `--cells` with raw cells), then measures on it, in
processes of their own: all overlaps beside the hand-written statement and beside MinHash sketches; the same with one
identifier in every list; a trace from scratch; a trace after a list of 10,000 rows came in, beside one from scratch.
Last, `tracer --help` and a named query on the sample case. Times are medians of `--repeat` runs, the machine's own
noise included; ratios within one run are what the bars on them are about. Exit code 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tests.bench.derivation_scale import Size, build
from tests.bench.scale_overlaps import overlaps
from tests.bench.scale_spent import Line, apart, table
from tests.bench.scale_start import start
from tests.bench.scale_trace import newcomer, scratch


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the case, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--memberships", type=int, default=20_000_000)
    parser.add_argument("--cells", action="store_true", help="numbers and names as raw cells, too")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, help="write the lines there, too")
    given = parser.parse_args(arguments)
    size = Size(given.datasets, given.memberships, given.cells)
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
        folder = Path(temporary)
        apart(partial(build, folder, size))
        measures: tuple[Callable[[Path, int], list[Line]], ...] = (overlaps, scratch, newcomer, start)
        for measure in measures:
            lines += apart(partial(measure, folder, given.repeat))
    print(table(lines))
    if given.json is not None:
        told = {**asdict(size), "lines": [line.told() for line in lines]}
        given.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return int(any(line.within is False for line in lines))


if __name__ == "__main__":
    sys.exit(main())
