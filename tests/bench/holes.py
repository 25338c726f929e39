"""Small cases with holes in every column, all formats mixed: [--cases 1000] [--seed 1] [--first 0] [--keep DIR].

Each is loaded through its manifest, traced, and asked all that can be asked: every named query, the findings, the
graph, and why between some pairs. A refusal is an answer; anything else that is raised is a fault. Where a trace fails,
its stages are tried one by one, so that one fault does not hide another. Bar: no fault.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.bench.holes_case import Made, make_case, pairs
from tracer.ask.attributing import attributions_of
from tracer.ask.named import load_queries, run_query
from tracer.ask.query_header import NamedQuery
from tracer.ask.show import show
from tracer.ask.story import story
from tracer.ask.why import why
from tracer.ask.why_text import why_json, why_text
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.dossier.calling_rules import ensure_rules
from tracer.errors import TracerError
from tracer.findings.case_facts import CaseFacts
from tracer.identify.segments import ensure_segments
from tracer.manifest import apply_manifest, read_manifest
from tracer.publish import graph_files
from tracer.stages import STAGES, Stage
from tracer.trace import run_stage, trace

_ROUNDS = 6
"""How often what a refusal names is left out before a case is given up."""


@dataclass
class Tally:
    """What became of the cases."""

    ends: Counter[str] = field(default_factory=Counter)
    """Step and how it ended -> how often."""
    faults: dict[str, list[str]] = field(default_factory=dict)
    """Where a fault was raised and its kind -> the cases and steps."""
    told: dict[str, str] = field(default_factory=dict)
    """Fault -> the last lines of its first traceback."""

    def watch(self, case: str, step: str, what: Callable[[], object]) -> bool:
        """Run one step and put its end down; whether it ended well."""
        kind, end = step.split(maxsplit=1)[0], "done"
        try:
            what()
        except TracerError:
            end = "refused"
        except Exception as error:  # noqa: BLE001 - whatever else is raised is what is looked for
            end = "FAULT"
            last = traceback.extract_tb(error.__traceback__)
            ours = next((frame for frame in reversed(last) if "/tracer/" in frame.filename), last[-1])
            # The head of DuckDB's message tells one fault of a statement from another.
            place = "tracer/" + ours.filename.rpartition("/tracer/")[2]
            fault = f"{place}:{ours.lineno} {ours.name}: {type(error).__name__}: {str(error)[:60]}"
            self.faults.setdefault(fault, []).append(f"{case} {step}")
            self.told.setdefault(fault, "".join(traceback.format_exc(limit=-6)))
        self.ends[f"{kind}: {end}"] += 1
        return end == "done"


def loaded(made: Made) -> Case | None:
    """The case with all that is not refused; None where nothing is left.

    What a refusal names is left out, as a person would do: a list without one identifier is refused.
    """
    for _ in range(_ROUNDS):
        case = memory_case(made.region)
        try:
            apply_manifest(case, read_manifest(made.manifest))
        except TracerError as refusal:
            case.close()
            if not made.drop(refusal.line()):
                raise
            continue
        return case
    return None


def run_case(name: str, folder: Path, tally: Tally) -> None:
    """Make, load, trace and ask one case. name: `seed-number`, which draws it."""
    rng = random.Random(name)
    made, held = make_case(rng, folder), list[Case | None]()
    if not tally.watch(name, "load", lambda: held.append(loaded(made))) or held[0] is None:
        return
    case = held[0]
    try:
        if rng.random() < 0.1:
            tally.watch(name, "story untraced", lambda: story(case.con))
        if not tally.watch(name, "trace", lambda: trace(case)):
            _by_stages(name, case, tally)
        _ask(name, rng, made, case, tally)
    finally:
        case.close()


def _by_stages(name: str, case: Case, tally: Tally) -> None:
    """Each stage by itself; what one has found is kept for the next."""
    with case.transaction():
        ensure_segments(case.con)
        ensure_rules(case.con)

    def alone(stage: Stage) -> None:
        with case.transaction(), CaseFacts(case.con) as facts:
            run_stage(facts, stage, 1)

    for stage in STAGES:
        tally.watch(name, f"stage {stage.name}", partial(alone, stage))


def _ask(name: str, rng: random.Random, made: Made, case: Case, tally: Tally) -> None:
    con, lists = case.con, made.ids("dataset")

    def asked(query: NamedQuery) -> None:
        required = {one.name: rng.choice(lists or ["none"]) for one in query.parameters if one.required}
        list(run_query(con, query, required).rows())

    def explained(a: str, b: str) -> None:
        answer = why(con, a, b)
        why_text(answer, 100)
        why_json(answer)

    for query in load_queries().values():
        tally.watch(name, f"query {query.name}", partial(asked, query))
    for a, b in pairs(rng, made):
        tally.watch(name, f"why {a} {b}", partial(explained, a, b))
    tally.watch(name, "story", lambda: story(con))
    tally.watch(name, "graph", lambda: graph_files(case, "json"))
    for one in lists[:2]:
        tally.watch(name, f"attribute {one}", partial(attributions_of, con, one))
        tally.watch(name, f"show {one}", partial(show, con, one))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases; 1 where there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case: one can be made again alone")
    parser.add_argument("--keep", type=Path, help="an empty folder that keeps the files of every case")
    asked = parser.parse_args(arguments)
    tally, start = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="holes-") as temporary:
        for number in range(asked.first, asked.first + asked.cases):
            name = f"{asked.seed}-{number}"
            folder = (asked.keep or Path(temporary)) / name
            folder.mkdir(parents=True)
            run_case(name, folder, tally)
            if asked.keep is None:
                for path in folder.iterdir():
                    path.unlink()
    return _report(tally, asked.cases, time.monotonic() - start)


def _report(tally: Tally, cases: int, seconds: float) -> int:
    with suppress(BrokenPipeError):
        print(f"{cases:,} cases in {seconds:.0f} s")
        for end, count in sorted(tally.ends.items()):
            print(f"  {end:30} {count:8,}")
        for fault, where in sorted(tally.faults.items(), key=lambda item: -len(item[1])):
            print(f"\n{len(where):,} times {fault}\n  first: {', '.join(where[:6])}\n{tally.told[fault]}")
        print("bar held" if not tally.faults else f"BAR MISSED: {len(tally.faults)} faults")
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
