"""Mutated files through every reader: [--files 10000] [--others 5000] [--manifests 10000] [--seed 1] [--only NAME].

A list is read and linked in this process, as `tracer load --dry-run` does; workbooks in the tool's own child process.
Others are records of calls, canaries, segments, rules, backups and the like, each through what takes it in. A refusal
is an answer; anything else that is raised is a fault. Bar: no fault, nothing over 10 s, no child over 2 GiB.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.bench import frame
from tests.lists.read.mutants import mutated, seeds
from tests.signals.other_readers import case_for_others, others
from tracer.case.memory import memory_case
from tracer.errors import TracerError
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.manifest.read import read_manifest
from tracer.resources import sample_dir

MOST_SECONDS, MOST_CHILD = 10.0, 2 << 30


@dataclass
class Tally:
    """What became of the mutants."""

    ends: Counter[str] = field(default_factory=Counter)
    """`format: read`, `format: refused`, `format: FAULT` -> how many."""
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    """Seconds of the slowest."""
    slow: list[str] = field(default_factory=list)
    """Those over 10 s."""

    def watch(self, name: str, what: Callable[[], object]) -> None:
        """Run one; put its end down."""
        start, end = _processor(), "read"
        try:
            what()
        except TracerError:
            end = "refused"
        except Exception:  # noqa: BLE001 - whatever else is raised is what is looked for
            end = "FAULT"
            self.faults.append(f"{name}\n{''.join(traceback.format_exc(limit=-4))}")
        took = _processor() - start
        self.slowest = max(self.slowest, took)
        self.slow += [f"{name} {took:.0f} s"] if took > MOST_SECONDS else []
        self.ends[f"{name.split(maxsplit=1)[0]}: {end}"] += 1


def _processor() -> float:
    """Seconds of the processor so far, children's included: what stays the same while others use the machine."""
    return sum(os.times()[:4])


def mutants(count: int, seed: str, pool: Mapping[str, bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Number, name of the file and bytes of `count` mutants of these files in turn."""
    names, others = sorted(pool), list(pool.values())
    for number in range(count):
        name = names[number % len(names)]
        yield number, name, mutated(pool[name], random.Random(f"{seed}-{number}"), others)


def fuzz_files(count: int, seed: int, folder: Path, *, only: str = "") -> Tally:
    """`count` mutants of all formats in turn (or of those whose name holds `only`) through read and link."""
    tally, case, facts = Tally(), memory_case(), DatasetFacts("fuzz", "somebody")
    pool = {name: data for name, data in seeds().items() if only in name}
    for number, name, data in mutants(count, f"{seed}", pool):
        path = folder / f"{number % 4}-{name}"
        path.write_bytes(data)
        tally.watch(f"{name} {seed}-{number}", partial(load_dataset, case, path, facts, ReadOptions(), dry_run=True))
    return tally


def fuzz_others(count: int, seed: int, folder: Path, *, only: str = "") -> Tally:
    """`count` mutants of all that is read beside lists, in turn; now and then into a new case."""
    tally = Tally()
    (folder / "made").mkdir()
    pool = {name: other for name, other in others(folder / "made").items() if only in name}
    case = case_for_others()
    for number, name, data in mutants(count, f"other {seed}", {name: other.data for name, other in pool.items()}):
        if number % 500 == 499:
            case = case_for_others()
        path = folder / name
        path.write_bytes(data)
        tally.watch(f"{name} {seed}-{number}", partial(pool[name].read, case, path))
    return tally


def fuzz_manifests(count: int, seed: int, folder: Path) -> Tally:
    """`count` mutants of the sample's manifest, among the sample's files."""
    tally, path = Tally(), shutil.copytree(sample_dir(), folder / "sample") / "case.toml"
    data = path.read_bytes()
    read_manifest(path)  # the seed itself is a good one
    for number in range(count):
        rng = random.Random(f"manifest {seed}-{number}")
        path.write_bytes(_mutated_lines(data, rng) if rng.random() < 0.5 else mutated(data, rng, [data]))
        tally.watch(f"case.toml {seed}-{number}", lambda: read_manifest(path))
    return tally


def _mutated_lines(data: bytes, rng: random.Random) -> bytes:
    """Lines swapped, doubled, left out; values in the place of others: mostly TOML still."""
    lines = data.decode().splitlines()
    values = [line.partition(" = ")[2] for line in lines if " = " in line]
    values += """[] {} nan -0.0 '' [[[]]] 1979-05-27T07:32:00Z {a={b=1}} 10e400 "../../x" true""".split()
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(lines))
        move = rng.randrange(4)
        if move == 0:
            lines[place], lines[rng.randrange(len(lines))] = lines[rng.randrange(len(lines))], lines[place]
        elif move == 1:
            lines.insert(place, rng.choice(lines))
        elif move == 2 and len(lines) > 5:
            del lines[place]
        elif " = " in lines[place]:
            lines[place] = f"{lines[place].partition(' = ')[0]} = {rng.choice(values)}"
    return "\n".join(lines).encode()


def main(*, files: int = 10_000, others: int = 5_000, manifests: int = 10_000, seed: int = 1, only: str = "") -> bool:
    """Print what became of them, and the bar."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        of_manifests = fuzz_manifests(manifests, seed, folder)
        of_lists = fuzz_files(files, seed, folder, only=only)
        beside = fuzz_others(others, seed, folder, only=only)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    tallies = ((of_manifests, "manifests"), (of_lists, "lists"), (beside, "files of other kinds"))
    for tally, what in tallies:
        print(f"{sum(tally.ends.values()):,} mutated {what}: {len(tally.faults)} faults, slowest {tally.slowest:.1f} s")
        for end, count in sorted(tally.ends.items()):
            print(f"  {end:24} {count:7,}")
        for told in (*tally.slow, *tally.faults[:20]):
            print(told, file=sys.stderr)
    print(f"largest child process {child / (1 << 20):,.0f} MiB (bar 2,048)")
    held = child <= MOST_CHILD and not any(tally.faults or tally.slow for tally, _ in tallies)
    print("bar held" if held else "BAR MISSED")
    return held


if __name__ == "__main__":
    frame.run(main)
