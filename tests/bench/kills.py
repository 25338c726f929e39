"""Does a case survive kill -9 at any moment of load, release, watch, trace, judge, export, backup, rotate and purge?

`python -m tests.bench.kills [--runs 300] [--seed 1] [--steps STEP …] [--short]`. Each run takes a case as it was before
one step of an investigation, kills that step at a random moment, opens the case, mends it as `tracer doctor` says,
verifies it, repeats the step, goes on to the end (not with `--short`), and compares findings, copies, reports and graph
with those of a run that nobody disturbed. The bar: all of them open, verify, and end the same, nothing that a command
had acknowledged is lost, no second store is left, and nobody's number lies in the clear. A report that had gone out
when the watch was killed before noting it goes out again under the same id; how often is printed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import frame
from tests.bench.small_world import forked, phone, write_world
from tracer.cli.main import run
from tracer.errors import ExitCode

STEPS = (
    "load client", "load found", "canaries", "release", "watch", "load leak", "trace", "judge", "export", "backup",
    "rotate", "purge",
)  # fmt: skip


@dataclass
class Tally:
    """What came of the runs."""

    same: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    """What `doctor` found after a kill, and reports that went out twice."""


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

    @property
    def log(self) -> Path:
        """Where the reports of the watch go, a line each."""
        return self.folder / "log"

    def arguments(self, step: str) -> list[str]:
        """The command of one step."""
        case, world = ["--case", str(self.case), "--key-file", str(self.folder / "key")], self.world
        hook = f"{sys.executable} -c \"import sys; open('{self.log}', 'a').write(sys.stdin.read())\""
        return {
            "load client": ["load", f"{world}/client.csv", "--holder", "client", "--origin", "own", *case],
            "load found": ["load", f"{world}/mixed.csv", f"{world}/other.csv", "--holder", "trader", *case],
            "canaries": ["canary", "import", f"{world}/canaries.csv", "--kind", "canary", *case],
            "release": [
                "release", "client", "--to", "v0", "--to", "v1", "-o", str(self.out), "--unique", "3", *case,
            ],
            "watch": [
                "watch", "--folder", str(world / "inbox"), "--once", "--rest", "0", "--holder", "trader",
                "--tell", f"command:{hook}",
                *case,
            ],
            "load leak": ["load", str(self.out / "copy-01.csv"), "--holder", "trader", "--id", "leak", *case],
            "trace": ["trace", *case],
            "judge": ["judge", "client", "mixed", "confirm", "--note", "seen in the contract", *case],
            "export": ["export", "graph", "--to", "json", "-o", str(self.out / "graph.json"), *case],
            "rotate": ["key", "rotate", *case],
            "backup": ["backup", str(self.folder / "backup"), *case],
            "purge": ["purge", "other", "--reason", "ordered by the court", "--yes", *case],
        }[step]  # fmt: skip

    def done(self, step: str) -> bool:
        """Whether the case, or the folder, has what the step makes: a user looks before repeating it."""
        file = {"export": self.out / "graph.json", "backup": self.folder / "backup"}.get(step)
        if file is not None:
            return file.exists()
        held: dict[str, Any] = forked(lambda: facts(self.case, self.folder / "key"))[1] or {}
        return bool({
            "load client": "client" in held["datasets"],
            "load found": {"mixed", "other"} <= held["datasets"].keys(),
            "canaries": held["canaries"] > 0,
            "release": len(held["releases"]) == 2,
            "load leak": "leak" in held["datasets"],
            "trace": held["digest"] is not None,
            "judge": bool(held["judgements"]),
            "rotate": False,  # what is asked twice is done twice
            "watch": False,  # it is safe to start again, and is what notices what has not been reported
            "purge": held["purged"] > 0,
        }[step])  # fmt: skip


def facts(case: Path, key: Path) -> dict[str, Any]:
    """What a case holds, as far as it must come out the same."""
    from tracer.case.case import open_case
    from tracer.trace import findings_digest

    with open_case(case, key_file=key, read_only=True) as opened:
        con = opened.con
        digest = con.execute("SELECT result FROM trace_run ORDER BY run DESC LIMIT 1").fetchone()
        return {
            "datasets": dict(con.execute("SELECT id, sha256 FROM dataset ORDER BY id").fetchall()),
            "members": con.execute("SELECT count(*), bit_xor(key) FROM membership").fetchone(),
            "canaries": con.execute("SELECT count(*) FROM canary").fetchall()[0][0],
            "releases": con.execute("SELECT id, sha256, commitment FROM release ORDER BY id").fetchall(),
            "judgements": con.execute("SELECT DISTINCT a, b, verdict FROM judgement ORDER BY ALL").fetchall(),
            "signals": con.execute(
                'SELECT f.sha256, s.row, s.canary, s."at" FROM signal s JOIN signal_file f ON f.no = s.file'
                " ORDER BY ALL"
            ).fetchall(),
            "reports": con.execute("SELECT thread, version, state FROM conclusion ORDER BY ALL").fetchall(),
            "unsent": con.execute("SELECT count(*) FROM delivery WHERE delivered_at IS NULL").fetchall(),
            "purged": con.execute("SELECT count(*) FROM dataset WHERE purged_at IS NOT NULL").fetchall()[0][0],
            "files of the case": sorted(path.name for path in case.iterdir()),
            "spilled": sorted(path.name for path in opened.spill.glob("*")) if opened.spill.is_dir() else [],
            "digest": None if digest is None else findings_digest(con),
            "originals": sorted(opened.vault.files.names()),
        }


def command(arguments: Sequence[str], kill_after: float | None = None) -> tuple[int, bool]:
    """(exit code, whether it had answered) of a tracer command in a process of its own."""
    code, answer = forked(lambda: run(list(arguments)), kill_after)
    return code, answer is not None


def undisturbed(root: Path) -> tuple[dict[str, Any], dict[str, float]]:
    """Run every step; leaves the case as it was before each under its name. (what came out, seconds a step)"""
    world, seconds = root / "world", dict[str, float]()
    write_world(world)
    (world / "inbox").mkdir()
    for n in range(8):
        mail = f"From: s{n}@spam.example\nTo: c{n}@trap.example\nSubject: {n}\nMessage-ID: <m{n}@spam.example>\n"
        mail += f"Date: Thu, 18 Jun 2026 10:{n:02}:00 +0000\n\n您好林晓{n},您的订单\n"
        (world / "inbox" / f"m{n}.eml").write_text(mail, encoding="utf-8")
    calls = [f"2026-06-{1 + n:02} 09:00:00,1411{n:07},{phone(900_000 + n % 12)}\n" for n in range(24)]
    (world / "inbox" / "calls.csv").write_text("at,caller,called\n" + "".join(calls), encoding="utf-8")
    bench = Bench(root / "first", world)
    bench.folder.mkdir()
    key = ["--key-file", str(bench.folder / "key")]
    assert command(["init", str(bench.case), *key])[0] == 0
    for party in ("v0", "v1"):
        assert command(["party", "add", party, "--role", "contractor", "--case", str(bench.case), *key])[0] == 0
    for step in STEPS:
        shutil.copytree(bench.folder, root / "before" / step)
        began = time.perf_counter()
        code, _ = command(bench.arguments(step))
        seconds[step] = time.perf_counter() - began
        assert code == 0, f"{step} ended with {code}"
    return outcome(bench), seconds


def outcome(bench: Bench) -> dict[str, Any]:
    """All that must be the same at the end."""
    held: dict[str, Any] = forked(lambda: facts(bench.case, bench.folder / "key"))[1]
    files = {path.name: path.read_bytes().hex() for path in sorted(bench.out.iterdir())}
    return {**held, "files": files, "reported": sorted({*reported(bench)})}


def reported(bench: Bench) -> list[str]:
    """Ids of the reports that went out."""
    return [json.loads(line)["id"] for line in bench.log.read_text("utf-8").splitlines()] if bench.log.exists() else []


class Fault(Exception):
    """Something that must not be, which ends a run."""


def killed(
    root: Path, step: str, wanted: dict[str, Any], moment: float, tally: Tally, *, short: bool = False
) -> None:  # fmt: skip
    """One run: kill one step, mend, repeat, go on, compare. Raises `Fault`."""
    shutil.rmtree(root / "run", ignore_errors=True)
    shutil.copytree(root / "before" / step, root / "run")
    bench = Bench(root / "run", root / "world")
    code, answered = command(bench.arguments(step), moment)
    tally.moments[f"{step}, {'killed' if code < 0 else 'done before'}"] += 1
    case = ["--case", str(bench.case), "--key-file", str(bench.folder / "key")]
    opened, _ = command(["query", "datasets", *case])
    if opened != 0:
        raise Fault(f"the case does not open ({opened})")
    if answered and step not in ("watch", "rotate") and not bench.done(step):
        tally.faults.append(f"{step} killed after {moment:.3f} s: it had answered, and what it did is lost")
    looked, _ = command(["doctor", *case])
    tally.told["doctor had something to mend" if looked == ExitCode.FOUND else "nothing to mend"] += 1
    mended, verified = (command([*words, *case])[0] for words in (["doctor", "--repair"], ["verify"]))
    if (mended, verified) != (0, 0):
        raise Fault(f"doctor --repair ended with {mended}, verify with {verified}")
    if not bench.done(step):
        # What doctor and the help say before a repeat: delete what a release that was never written left.
        if step == "release":
            shutil.rmtree(bench.out, ignore_errors=True)
        if (code := command(bench.arguments(step))[0]) != 0:
            raise Fault(f"the repeat ended with {code}")
    clear = [path.name for path in bench.case.rglob("*") if path.is_file() and _is_clear(path)]
    stores = [path.name for path in bench.case.rglob("*.duckdb*")]
    if clear or len(stores) != 1:
        raise Fault(f"in the clear: {', '.join(clear)}; stores: {', '.join(stores)}")
    for later in () if short else STEPS[STEPS.index(step) + 1 :]:
        if (code := command(bench.arguments(later))[0]) != 0:
            raise Fault(f"{later} ended with {code}")
    last, _ = command(["verify", *case])
    differing = list[str]()
    if not short:
        got, sent = outcome(bench), reported(bench)
        tally.told["reports sent again, under the same id"] += len(sent) - len({*sent})
        differing = [name for name in wanted if got[name] != json.loads(json.dumps(wanted[name]))]
    if last != 0 or differing:
        raise Fault(f"verify ended with {last}, other than undisturbed: {', '.join(differing)}")


_CLEAR = (phone(3).encode(), phone(900_001).encode(), "路3号".encode(), b"@trap.example")
"""What no file of a case may hold: people, planted records."""


def _is_clear(path: Path) -> bool:
    data = path.read_bytes()
    return any(piece in data for piece in _CLEAR)


def main(*, runs: int = 300, seed: int = 1, steps: tuple[str, ...] = tuple(STEPS), short: bool = False) -> bool:
    """Print what came of the runs; 1 where the bar is missed."""
    draw = random.Random(f"kills {seed}")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="tracer-kills-") as folder:
        root = Path(folder)
        # One key and one clock: what is drawn at random is then drawn the same again.
        os.environ |= {"TRACER_NOW": "2026-06-01T12:00:00", "HOME": folder}
        os.environ.pop("TRACER_KEY", None)
        wanted, seconds = undisturbed(root)
        for number in range(1, runs + 1):
            step = steps[number % len(steps)]
            moment = draw.uniform(0, seconds[step])
            try:
                killed(root, step, wanted, moment, tally, short=short)
                tally.same += 1
            except Fault as found:
                tally.faults.append(f"{step} killed after {moment:.3f} s: {found}")
            if number % 10 == 0:
                print(f"{tally.same} of {number} so far", file=sys.stderr, flush=True)
    for what, count in sorted((tally.moments + tally.told).items()):
        print(f"{count:5}  {what}")
    for fault in tally.faults:
        print(f"FAULT  {fault}")
    print(f"{tally.same} of {runs} runs opened, verified and ended as the undisturbed one")
    return tally.same >= runs


if __name__ == "__main__":
    frame.run(main)
