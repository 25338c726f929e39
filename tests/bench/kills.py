"""Does a case survive kill -9 at any moment of load, release, trace, judge and export?

Usage: `python -m tests.bench.kills [RUNS] [SEED]`, 300 runs by default. Each run takes a case as it was before one
step of an investigation, kills that step at a random moment, opens the case, mends it as `tracer doctor` says,
verifies it, repeats the step, goes on to the end, and compares findings, copies and graph with those of a run that
nobody disturbed. The bar: all of them open, verify, and end the same, and nothing that a command had acknowledged is
lost.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.small_world import write_world
from tracer.cli.main import run
from tracer.errors import ExitCode, TracerError

STEPS = ("load client", "load found", "canaries", "release", "load leak", "trace", "judge", "export")


@dataclass
class Tally:
    """What came of the runs."""

    same: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """What `doctor` found after a kill."""


@dataclass(frozen=True)
class Bench:
    """One investigation in a folder of its own."""

    folder: Path
    world: Path

    @property
    def case(self) -> Path:
        """The case."""
        return self.folder / "case"

    @property
    def out(self) -> Path:
        """Where copies and exports go."""
        return self.folder / "out"

    def arguments(self, step: str) -> list[str]:
        """The command of one step."""
        case, world = ["--case", str(self.case)], self.world
        return {
            "load client": ["load", f"{world}/client.csv", "--holder", "client", "--origin", "own", *case],
            "load found": ["load", f"{world}/mixed.csv", f"{world}/other.csv", "--holder", "trader", *case],
            "canaries": ["canary", "import", f"{world}/canaries.csv", "--kind", "canary", *case],
            "release": [
                "release", "client", "--to", "v0", "--to", "v1", "-o", str(self.out), "--unique", "3", *case,
            ],
            "load leak": ["load", str(self.out / "client-v0.csv"), "--holder", "trader", "--id", "leak", *case],
            "trace": ["trace", *case],
            "judge": ["judge", "client", "mixed", "confirm", "--note", "seen in the contract", *case],
            "export": ["export", "graph", "--to", "json", "-o", str(self.out / "graph.json"), *case],
        }[step]  # fmt: skip

    def done(self, step: str) -> bool:
        """Whether the case, or the folder, has what the step makes: a user looks before repeating it."""
        if step == "export":
            return (self.out / "graph.json").exists()
        held: dict[str, Any] = forked(lambda: facts(self.case))[1] or {}
        return bool({
            "load client": "client" in held["datasets"],
            "load found": {"mixed", "other"} <= held["datasets"].keys(),
            "canaries": held["canaries"] > 0,
            "release": len(held["releases"]) == 2,
            "load leak": "leak" in held["datasets"],
            "trace": held["digest"] is not None,
            "judge": bool(held["judgements"]),
        }[step])  # fmt: skip


def facts(case: Path) -> dict[str, Any]:
    """What a case holds, as far as it must come out the same."""
    from tracer.case.case import open_case
    from tracer.trace import findings_digest

    with open_case(case, read_only=True) as opened:
        con = opened.con
        digest = con.execute("SELECT result FROM trace_run ORDER BY run DESC LIMIT 1").fetchone()
        return {
            "datasets": dict(con.execute("SELECT id, sha256 FROM dataset ORDER BY id").fetchall()),
            "members": con.execute("SELECT count(*), bit_xor(key) FROM membership").fetchone(),
            "canaries": con.execute("SELECT count(*) FROM canary").fetchall()[0][0],
            "releases": con.execute("SELECT id, sha256, commitment FROM release ORDER BY id").fetchall(),
            "judgements": con.execute("SELECT DISTINCT a, b, verdict FROM judgement ORDER BY ALL").fetchall(),
            "digest": None if digest is None else findings_digest(con),
            "originals": sorted(opened.vault.files.names()),
        }


def forked(work: Callable[[], Any], kill_after: float | None = None) -> tuple[int, Any]:
    """(exit status, what `work` returned) of a process of its own; killed with SIGKILL after so many seconds."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        try:
            answer = work()
        except TracerError as error:
            os._exit(error.exit_code)
        except BaseException:  # noqa: BLE001 - a forked child must not go on as its parent
            os._exit(ExitCode.FAULT)
        with os.fdopen(writing, "w") as pipe:
            json.dump(answer, pipe, default=str)
        os._exit(answer if isinstance(answer, int) else 0)
    os.close(writing)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(text) if text else None


def command(arguments: Sequence[str], kill_after: float | None = None) -> tuple[int, bool]:
    """(exit code, whether it had answered) of a tracer command in a process of its own."""
    code, answer = forked(lambda: run(list(arguments)), kill_after)
    return code, answer is not None


def undisturbed(root: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """Run every step; leaves the case as it was before each under its name. (what came out, seconds a step)"""
    world, seconds = root / "world", dict[str, float]()
    write_world(world)
    bench = Bench(root / "first", world)
    bench.folder.mkdir()
    assert command(["init", str(bench.case)])[0] == 0
    for party in ("v0", "v1"):
        assert command(["party", "add", party, "--role", "contractor", "--case", str(bench.case)])[0] == 0
    for step in STEPS:
        shutil.copytree(bench.folder, root / "before" / step)
        began = time.perf_counter()
        code, _ = command(bench.arguments(step))
        seconds[step] = time.perf_counter() - began
        assert code == 0, f"{step} ended with {code}"
    return outcome(bench), seconds


def outcome(bench: Bench) -> dict[str, Any]:
    """All that must be the same at the end."""
    held: dict[str, Any] = forked(lambda: facts(bench.case))[1]
    files = {path.name: path.read_bytes().hex() for path in sorted(bench.out.iterdir())}
    return {**held, "files": files}


def killed(root: Path, wanted: dict[str, Any], seconds: dict[str, float], draw: random.Random, tally: Tally) -> None:
    """One run: kill one step, mend, repeat, go on, compare."""
    step = draw.choice(STEPS)
    shutil.rmtree(root / "run", ignore_errors=True)
    shutil.copytree(root / "before" / step, root / "run")
    bench = Bench(root / "run", root / "world")
    moment = draw.uniform(0, seconds[step])
    code, answered = command(bench.arguments(step), moment)
    tally.moments[f"{step}, {'killed' if code < 0 else 'done before'}"] += 1
    where = f"{step} killed after {moment:.3f} s"
    opened, _ = command(["query", "datasets", "--case", str(bench.case)])
    if opened != 0:
        tally.faults.append(f"{where}: the case does not open ({opened})")
        return
    if answered and not bench.done(step):
        tally.faults.append(f"{where}: it had answered, and what it did is lost")
    looked, _ = command(["doctor", "--case", str(bench.case)])
    tally.told["doctor had something to mend" if looked == ExitCode.FOUND else "nothing to mend"] += 1
    mended, _ = command(["doctor", "--repair", "--case", str(bench.case)])
    verified, _ = command(["verify", "--case", str(bench.case)])
    if (mended, verified) != (0, 0):
        tally.faults.append(f"{where}: doctor --repair ended with {mended}, verify with {verified}")
        return
    if not bench.done(step):
        _as_told(bench, step)
        code, _ = command(bench.arguments(step))
        if code != 0:
            tally.faults.append(f"{where}: the repeat ended with {code}")
            return
    for later in STEPS[STEPS.index(step) + 1 :]:
        code, _ = command(bench.arguments(later))
        if code != 0:
            tally.faults.append(f"{where}: {later} ended with {code}")
            return
    last, _ = command(["verify", "--case", str(bench.case)])
    got = outcome(bench)
    differing = [name for name in wanted if got[name] != json.loads(json.dumps(wanted[name]))]
    if last != 0 or differing:
        tally.faults.append(f"{where}: verify ended with {last}, other than undisturbed: {', '.join(differing)}")
        return
    tally.same += 1


def _as_told(bench: Bench, step: str) -> None:
    """What doctor and the help say before a repeat: delete what a release that was never written left."""
    if step == "release" and bench.out.exists():
        shutil.rmtree(bench.out)


def main(arguments: Sequence[str]) -> int:
    """Print what came of the runs; 1 where the bar is missed."""
    runs = int(arguments[0]) if arguments else 300
    draw = random.Random(f"kills {arguments[1] if len(arguments) > 1 else 1}")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="tracer-kills-") as folder:
        root = Path(folder)
        # One key and one clock: what is drawn at random is then drawn the same again.
        os.environ |= {"TRACER_KEY": "5a" * 32, "TRACER_NOW": "2026-06-01T12:00:00", "HOME": folder}
        wanted, seconds = undisturbed(root)
        for number in range(1, runs + 1):
            killed(root, wanted, seconds, draw, tally)
            if number % 10 == 0:
                print(f"{tally.same} of {number} so far", file=sys.stderr, flush=True)
    for what, count in sorted((tally.moments + tally.told).items()):
        print(f"{count:5}  {what}")
    for fault in tally.faults:
        print(f"FAULT  {fault}")
    print(f"{tally.same} of {runs} runs opened, verified and ended as the undisturbed one")
    return int(tally.same < runs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
