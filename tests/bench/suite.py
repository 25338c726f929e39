"""The suite: every stage by size, beside its floor and its peers, in one run: `python -m tests.bench`.

It composes the benches beside it. The default sizes end in some minutes; `--full` has those of the aims (10^5 to 5·10^8
memberships, 10 to 1,000 lists) and takes hours, 12 GiB of memory and 10 GB of disk. A bar is judged at the sizes for
which it is stated (`STATED`), elsewhere it is only told. A bench that fails says so in its line and stops no other.
Exit code 1 where a bar is missed or a bench failed.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tests.bench import (
    copies,
    curves,
    derivation_scale,
    half_billion,
    hashed,
    links,
    load,
    normalise,
    persons,
    random_claim_store,
    scale_ask,
    scale_overlaps,
    scale_start,
    scale_trace,
)
from tests.bench.derivation_scale import Size
from tests.bench.machine import machine, told
from tests.bench.peer_polars import POLARS
from tests.bench.peer_python import peer_python
from tests.bench.scale_spent import HEAD, Line, apart, disk

SIZES, DATASETS, REPEAT = (100_000, 1_000_000), (10, 200), 3
FULL_SIZES, FULL_DATASETS, FULL_REPEAT = (100_000, 1_000_000, 5_000_000, 20_000_000, 500_000_000), (10, 200, 1_000), 5
MOST_ROWS, MOST_LINKED, MOST_CASE, MOST_LEAKED, MOST_CURVES = 5_000_000, 1_000_000, 100_000_000, 100_000, 20_000_000
"""Rows of a file, and of a list that is linked; memberships of a case, above which `half_billion` measures; rows of a
list that is released; memberships of the largest case of the curves."""
LEAST_LIST = 1_000
"""Memberships a list: cases of smaller lists are left out."""
CLAIM_LISTS, ATTACKS, DAY = 20, 4, 5_000_000
STATED: Mapping[str, tuple[int, int, int]] = {
    "load": (5_000_000, sys.maxsize, 0),
    "overlaps": (20_000_000, sys.maxsize, 200),
    "links": (1_000_000, sys.maxsize, 0),
    "derivation": (0, 20_000_000, 200),
    "trace": (0, 20_000_000, 200),
}
"""Stage → the sizes between which its bars are stated, and for how many lists at most; any where a stage is missing."""
STAGES = (
    "load", "normalise", "links", "persons", "attribution", "claim", "overlaps", "derivation", "trace", "query",
    "export", "day", "start", "curves",
)  # fmt: skip
NEEDED = {"build": ("overlaps", "derivation", "trace", "query", "export"), "trace": ("query", "export")}
"""Stage → those that need it to have run."""
PACKAGES = (*persons.PACKAGES, f"polars=={POLARS}")


@dataclass(frozen=True)
class Step:
    """One bench at one size."""

    stage: str
    size: int
    """Rows or memberships; 0 where there is no size."""
    datasets: int
    """Lists of the case; 0 where there is none."""
    work: Callable[[], list[Line]]

    def head(self) -> str:
        """A line above its lines."""
        size = f", {self.size:,} {'memberships' if self.datasets else 'rows'}" if self.size else ""
        return f"{self.stage}{size}{f', {self.datasets:,} lists' if self.datasets else ''}"


@dataclass(frozen=True)
class Told:
    """What a step gave: lines, or why there are none."""

    step: Step
    lines: Sequence[Line]
    error: str = ""

    def text(self) -> str:
        """Its part of the table."""
        failed = [f"{self.step.stage:64} FAILED: {self.error}"] if self.error else []
        return "\n".join([*(line.text() for line in self.lines), *failed])

    def rows(self) -> list[dict[str, object]]:
        """The same for machines, a dictionary a line."""
        about = {"stage": self.step.stage, "size": self.step.size, "datasets": self.step.datasets}
        failed = [{**about, "error": self.error}] if self.error else []
        return [*({**about, **line.told()} for line in self.lines), *failed]

    @property
    def bad(self) -> bool:
        """Whether a bar is missed, or the bench failed."""
        return bool(self.error) or any(line.within is False for line in self.lines)


@dataclass(frozen=True)
class Asked:
    """What is to be measured."""

    sizes: Sequence[int]
    datasets: Sequence[int]
    repeat: int
    python: Path | None
    """One that has the peers' packages, or None: without them."""


def steps(asked: Asked, folder: Path) -> Iterator[Step]:
    """Every bench at every size, smallest first; cases are made in `folder`."""
    repeat, python = asked.repeat, asked.python
    for rows in _capped(asked.sizes, MOST_ROWS):
        yield Step("load", rows, 0, partial(load.lines, rows, "none", repeat))
        yield Step("normalise", rows, 0, partial(normalise.lines, rows, python, repeat))
    if python is not None:
        for rows in _capped(asked.sizes, MOST_LINKED):
            yield Step("links", rows, 0, partial(_apart, partial(links.lines, rows, python, repeat)))
        yield Step("persons", persons.PEOPLE, 0, partial(_apart, partial(persons.lines, python, repeat)))
    for size in _capped(asked.sizes, hashed.HASHES):
        rows = max(LEAST_LIST, size // 10)
        yield Step("attribution", size, 0, partial(_apart, partial(hashed.lines, rows, size, repeat)))
    for rows in _capped([size // 10 for size in asked.sizes], MOST_LEAKED):
        yield Step("attribution", rows, 0, partial(copies.lines, rows, ATTACKS))
    for size in _capped(asked.sizes, MOST_CASE):
        claimed = min(random_claim_store.CLAIMED, size // 10)
        made = random_claim_store.Size(CLAIM_LISTS, size, claimed)
        yield Step("claim", size, CLAIM_LISTS, partial(random_claim_store.lines, made, repeat))
    for size in sorted(set(asked.sizes)):
        if size > MOST_CASE:
            whole = half_billion.sized(min(200, max(asked.datasets)), size)
            place = folder / f"whole-{size}"
            yield Step("day", size, whole.datasets, partial(half_billion.days, place, whole, DAY, again=False))
            continue
        for datasets in sorted(set(asked.datasets)):
            if size >= datasets * LEAST_LIST:
                yield from case_steps(Size(datasets, size, cells=False), folder / f"{size}-{datasets}", asked)
    yield Step("start", 0, 0, partial(scale_start.start, folder, repeat))


def case_steps(size: Size, folder: Path, asked: Asked) -> Iterator[Step]:
    """The benches of one case, in the order in which they may change it."""
    works: Sequence[tuple[str, Callable[[], list[Line]]]] = (
        ("build", partial(_built, folder, size)),
        ("overlaps", partial(scale_overlaps.overlaps, folder, asked.repeat, True, asked.python)),
        ("derivation", partial(derivation_scale.derive, folder)),
        ("trace", partial(scale_trace.scratch, folder, asked.repeat)),
        ("trace", partial(scale_trace.newcomer, folder, asked.repeat)),
        ("trace", partial(scale_trace.released, folder, asked.repeat)),
        ("query", partial(scale_ask.queries, folder, asked.repeat)),
        ("export", partial(scale_ask.exports, folder, asked.repeat)),
    )
    for stage, work in works:
        yield Step(stage, size.memberships, size.datasets, partial(_apart, work))


def _built(folder: Path, size: Size) -> list[Line]:
    folder.mkdir()
    derivation_scale.build(folder, size)
    return [Line("the store as it is built", 0.0, 0.0, 0.0, disk=disk(folder / "case"))]


def _apart(work: Callable[[], list[Line]]) -> list[Line]:
    return apart(work)


def _capped(sizes: Sequence[int], most: int) -> list[int]:
    return sorted({min(size, most) for size in sizes})


def run(step: Step) -> Told:
    """Its lines, bars judged where they are stated; or why it failed."""
    try:
        lines = step.work()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a bench that fails, in whatever way, stops no other
        return Told(step, (), f"{type(error).__name__}: {error}".splitlines()[0])
    return Told(step, [_where_stated(step, line) for line in lines])


def _where_stated(step: Step, line: Line) -> Line:
    least, most, lists = STATED.get(step.stage, (0, sys.maxsize, 0))
    if not line.bar or (least <= step.size <= most and (not lists or step.datasets <= lists)):
        return line
    size = f"from {least:,} on" if step.size < least else f"to {most:,}" if step.size > most else f"to {lists} lists"
    return replace(line, within=None, bar=f"{line.bar} {size}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print as it comes, write."""
    given = _given(arguments)
    known = machine()
    print(f"{told(known)}\nmedians of {given.repeat} runs; {', '.join(PACKAGES)} in an environment of their own")
    found: list[Told] = []
    with tempfile.TemporaryDirectory(prefix="tracer-suite-") as temporary:
        folder = Path(temporary)
        python, without = (None, None) if given.no_peers else _peer(given.peer, folder)
        if without is not None:
            found.append(without)
            print(without.text())
        for step in steps(Asked(given.sizes, given.datasets, given.repeat, python), folder):
            if given.only and not {step.stage, *NEEDED.get(step.stage, ())} & set(given.only):
                continue
            one = run(step)
            print("\n".join(([HEAD] if not found else []) + [f"-- {step.head()}", one.text()]), flush=True)
            found.append(one)
    fitted: dict[str, object] = {}
    if not given.only or "curves" in given.only:
        fitted = _curves(min(max(given.sizes), MOST_CURVES))
    rows = [row for one in found for row in one.rows()]
    counts = {verdict: sum(row.get("within") is verdict for row in rows) for verdict in (True, False)}
    failed = sum(bool(one.error) for one in found) + ("error" in fitted)
    print(f"{counts[True]} bars met, {counts[False]} missed, {failed} benches failed")
    if given.json is not None:
        whole = {"machine": known, "repeat": given.repeat, "sizes": [*given.sizes], "datasets": [*given.datasets],
                 "peers": PACKAGES, "lines": rows, "curves": fitted}  # fmt: skip
        given.json.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(any(one.bad for one in found) or failed > 0)


def _given(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="tell the single benches instead")
    parser.add_argument("--full", action="store_true", help="the sizes of the aims: hours")
    parser.add_argument("--sizes", type=int, nargs="+", help=f"rows and memberships (default {_words(SIZES)})")
    parser.add_argument("--datasets", type=int, nargs="+", help=f"lists of a case (default {_words(DATASETS)})")
    parser.add_argument("--repeat", type=int, help=f"runs, of which medians are told (default {REPEAT}, 5 if full)")
    parser.add_argument("--only", nargs="+", choices=STAGES, help="these stages, and what they need")
    parser.add_argument("--peer", type=Path, help=f"a Python that has {' '.join(PACKAGES)}; else one is made")
    parser.add_argument("--no-peers", action="store_true", help="without those that need an environment of their own")
    parser.add_argument("--json", type=Path, help="write everything there, too")
    given = parser.parse_args(arguments)
    given.sizes = given.sizes or (FULL_SIZES if given.full else SIZES)
    given.datasets = given.datasets or (FULL_DATASETS if given.full else DATASETS)
    given.repeat = given.repeat or (FULL_REPEAT if given.full else REPEAT)
    return given


def _words(numbers: Sequence[int]) -> str:
    return " ".join(map(str, numbers))


def _peer(given: Path | None, folder: Path) -> tuple[Path | None, Told | None]:
    try:
        return peer_python(given, folder, PACKAGES), None
    except SystemExit as error:
        return None, Told(Step("peers", 0, 0, list), (), str(error))


def _curves(most: int) -> dict[str, object]:
    """Print the curves; the points, exponents and explanations for machines."""
    try:
        points = curves.measured(most)
        if not points:
            return {}
        why = curves.explained(points, most)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - as above
        print(f"{'curves':64} FAILED: {error}")
        return {"error": str(error)}
    print("\n".join(["-- time against size", curves.table(points), *why]), flush=True)
    exponents = {series: power if math.isfinite(power) else None for series, power in curves.fits(points).items()}
    return {"points": [vars(one) for one in points], "exponents": exponents, "explained": why}
