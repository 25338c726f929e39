"""Files that none of us made, through the real load: DIR… [--files 5000] [--seconds 10] [--state FILE] [--largest MIB].

Each file is loaded into a case on disk as `tracer load --map key=1` does: the first column as key, so that lists of
anything are kept and their accounts looked at. Bar: no traceback, no file over 10 s of processor time or 60 s in all,
and an account that adds up, and agrees with a count of our own, in every file that loads.

Where to get such files, none of which is committed: check out `tafia/calamine`, `SheetJS/test_files`, `apache/poi`
(test-data), `PHPOffice/PhpSpreadsheet`, `frictionlessdata/frictionless-py`, `alan-turing-institute/CleverCSV`,
`max-mapper/csv-spectrum`, `mangstadt/ez-vcard`, `nst/JSONTestSuite`, `apache/parquet-testing`, `chardet/chardet`;
`apt-get source pandas openpyxl python3.13 libreoffice` (their folders of test data); and `/etc`, `/usr/share` and
`site-packages` as they lie there. With `--state` what was judged is not judged again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.foreign_counts import disagreement
from tracer.case.case import Case, create_case
from tracer.errors import TracerError
from tracer.lists.intake import load_files
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions

_BATCH, _MEMORY, _WALL = 40, 12 << 30, 60.0


@dataclass(frozen=True)
class Verdict:
    """What became of one file."""

    path: str
    end: str
    """`read`, `refused`, `TRACEBACK`, `HANG`, `DIED` or `ACCOUNT`."""
    seconds: float
    told: str = ""
    """The refusal, the traceback, or how the account does not add up."""


def chosen(folders: Sequence[Path], count: int, largest: int, seed: int) -> list[Path]:
    """So many files, the same ones each time: in turn from each folder and ending, no content twice."""
    groups: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            plain = path.is_file() and not path.is_symlink()
            if plain and 0 < path.stat().st_size <= largest:
                groups[(str(folder), path.suffix.lower())].append(path)
    rng = random.Random(seed)
    for group in groups.values():
        rng.shuffle(group)
    queues = [groups[name] for name in sorted(groups)]
    found: list[Path] = []
    seen: set[bytes] = set()
    while queues and len(found) < count:
        for queue in queues:
            path = queue.pop()
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest not in seen and len(found) < count:
                seen.add(digest)
                found.append(path)
        queues = [queue for queue in queues if queue]
    return found


def judged(path: Path, case: Case, number: int) -> Verdict:
    """Load one file and look at its account."""
    start = _processor()
    end, told = "read", ""
    try:
        loaded = load_files(
            case, [path], DatasetFacts(f"f{number}", "somebody"), ReadOptions(columns={"key": "1"}),
            replace=False, dry_run=False,
        )[0]  # fmt: skip
        told = disagreement(loaded, path, case)
        end = "ACCOUNT" if told else "read"
    except TracerError as refusal:
        end, told = "refused", refusal.line()[:300]
    except Exception:  # noqa: BLE001 - whatever else is raised is what is looked for
        end, told = "TRACEBACK", traceback.format_exc(limit=-6)[-3000:]
    return Verdict(str(path), end, round(_processor() - start, 2), told)


def _processor() -> float:
    """Seconds of processor time of this process and of children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _work(paths: Sequence[Path], out: int) -> None:
    """In a child: judge files and write each verdict as a line; a file that is begun is told first."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    quiet = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(quiet, descriptor)
    with tempfile.TemporaryDirectory() as name, create_case(Path(name) / "case", key_file=Path(name) / "key") as case:
        for number, path in enumerate(paths):
            os.write(out, b"begun\n")
            os.write(out, json.dumps(vars(judged(path, case, number))).encode() + b"\n")


def _lines(reading: int, seconds: float) -> Iterator[bytes | None]:
    """Lines of a pipe; None where none came in that time, nothing more at its end."""
    held = b""
    while True:
        if not select.select([reading], [], [], seconds)[0]:
            yield None
            return
        piece = os.read(reading, 1 << 16)
        if not piece:
            return
        held += piece
        *whole, held = held.split(b"\n")
        yield from whole


def _batch(paths: Sequence[Path]) -> Iterator[Verdict]:
    """The verdicts on the first of these files, up to one that ends the child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            os.close(reading)
            _work(paths, writing)
        finally:
            os._exit(0)
    os.close(writing)
    done, begun, late = 0, False, False
    for line in _lines(reading, _WALL):
        if line is None:
            late = True
        elif line == b"begun":
            begun = True
        else:
            yield Verdict(**json.loads(line))
            done, begun = done + 1, False
    os.close(reading)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    if begun:
        yield Verdict(str(paths[done]), "HANG" if late else "DIED", _WALL if late else 0, f"status {status}")


def judge_all(paths: Sequence[Path], seconds: float) -> Iterator[Verdict]:
    """A verdict on each file."""
    left = list(paths)
    while left:
        count = 0
        for verdict in _batch(left[:_BATCH]):
            count += 1
            yield replace(verdict, end="HANG") if verdict.seconds > seconds else verdict
        if not count:
            raise RuntimeError("a child ended before it began; is there room for a case?")
        left = left[count:]


def _known(state: Path | None) -> dict[str, Verdict]:
    if state is None or not state.exists():
        return {}
    verdicts = (Verdict(**json.loads(line)) for line in state.read_text(encoding="utf-8").splitlines())
    return {verdict.path: verdict for verdict in verdicts}


def _print(verdicts: Iterable[Verdict]) -> bool:
    kinds, bad, slowest = Counter[str](), [], 0.0
    for verdict in verdicts:
        kinds[verdict.end] += 1
        slowest = max(slowest, verdict.seconds)
        if verdict.end not in ("read", "refused"):
            bad.append(verdict)
    print(f"{sum(kinds.values()):,} foreign files, slowest {slowest:.1f} s")
    for end, count in sorted(kinds.items()):
        print(f"  {end:12} {count:7,}")
    for verdict in bad[:60]:
        print(f"{verdict.end} {verdict.path} {verdict.seconds} s\n{verdict.told}", file=sys.stderr)
    return not bad


def main() -> int:
    """Print what became of them, and the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--largest", type=int, default=16, help="MiB of a file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, help="JSON lines, one a file: what was judged")
    asked = parser.parse_args()
    paths = chosen(asked.folders, asked.files, asked.largest << 20, asked.seed)
    known = _known(asked.state)
    verdicts = [known[str(path)] for path in paths if str(path) in known]
    for verdict in judge_all([path for path in paths if str(path) not in known], asked.seconds):
        verdicts.append(verdict)
        if asked.state is not None:
            with asked.state.open("a", encoding="utf-8") as out:
                out.write(json.dumps(vars(verdict), ensure_ascii=True) + "\n")
    held = _print(verdicts)
    print("bar held" if held else "BAR MISSED")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
