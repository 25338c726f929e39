"""Files that none of us made, through the real load: DIR… [--files 5000] [--seconds 10] [--largest MIB].

Each file is loaded into a case on disk as `tracer load --map key=1` does: the first column as key, so that lists of
anything are kept and their accounts looked at. Bar: no traceback, no file over 10 s of processor time or 60 s in all,
and an account that adds up, and agrees with a count of our own, in every file that loads.

Where to get such files, none of which is committed: check out `tafia/calamine`, `SheetJS/test_files`, `apache/poi`
(test-data), `PHPOffice/PhpSpreadsheet`, `frictionlessdata/frictionless-py`, `alan-turing-institute/CleverCSV`,
`max-mapper/csv-spectrum`, `mangstadt/ez-vcard`, `nst/JSONTestSuite`, `apache/parquet-testing`, `chardet/chardet`;
`apt-get source pandas openpyxl python3.13 libreoffice` (their folders of test data); and `/etc`, `/usr/share` and
`site-packages` as they lie there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import resource
import signal
import sys
import tempfile
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.small_world import forked
from tracer.case.case import Case, create_case
from tracer.errors import TracerError
from tracer.lists.load import load_files
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.model import ReadOptions

_KEPT = ("lines", "header", "title", "rows", "blank", "continued", "further", "left_out")
_MEMORY, _WALL = 12 << 30, 60.0


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


def judged(path: Path) -> dict[str, Any]:
    """Load one file into a new case and look at its account: how it ended, seconds of processor, and why."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    end, why = "read", ""
    with tempfile.TemporaryDirectory() as name, create_case(Path(name) / "case", key_file=Path(name) / "key") as case:
        start = _processor()
        try:
            loaded = load_files(
                case,
                [path],
                DatasetFacts("f", "somebody"),
                ReadOptions(columns={"key": "1"}),
                replace=False,
                dry_run=False,
            )[0]
            why = disagreement(loaded, path, case)
            end = "ACCOUNT" if why else "read"
        except TracerError as refusal:
            end, why = "refused", refusal.line()[:300]
        except Exception:  # noqa: BLE001 - whatever else is raised is what is looked for
            end, why = "TRACEBACK", traceback.format_exc(limit=-6)[-3000:]
        return {"end": end, "seconds": round(_processor() - start, 2), "why": why}


def _processor() -> float:
    """Seconds of processor time of this process and of children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def judge_all(paths: Sequence[Path], seconds: float) -> Iterator[Verdict]:
    """A verdict on each file, each in a process of its own."""
    for path in paths:
        code, found = forked(partial(judged, path), patience=_WALL)
        if found is None:
            yield Verdict(str(path), "HANG" if code == -signal.SIGKILL else "DIED", _WALL, f"ended with {code}")
        else:
            late = found["seconds"] > seconds
            yield Verdict(str(path), "HANG" if late else found["end"], found["seconds"], found["why"])


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


def disagreement(loaded: Loaded, path: Path, case: Case) -> str:
    """How a loaded file's account disagrees with itself, the store or a count of our own; '' where it does not."""
    told = loaded.account
    if told is None:
        return "no account"
    row = case.con.execute(
        f"SELECT {', '.join(_KEPT)}, rejected, duplicates FROM views.datasets WHERE dataset = $id",
        {"id": loaded.dataset},
    ).fetchone()
    kept = dict(zip((*_KEPT, "rejected", "duplicates"), row or (), strict=True))
    sums = told.header + told.title + told.rows + told.blank + told.continued + told.left_out
    if told.lines + told.further != sums or any(kept[name] != getattr(told, name) for name in _KEPT):
        return f"{told.told()}; kept {kept}"
    if told.rows != loaded.rows or not 0 <= kept["duplicates"] <= kept["rows"] - kept["rejected"]:
        return f"{loaded.rows} rows, {kept}"
    tables = case.con.execute("SELECT raw_table FROM part WHERE dataset = $no", {"no": loaded.no}).fetchall()
    in_tables = sum(case.con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for (table,) in tables)
    if in_tables != told.rows:
        return f"{in_tables} rows in the store, {told.rows} told"
    own = _own_count(loaded, path)
    return f"{own} lines counted a second way, {told.lines} told" if own not in (None, told.lines) else ""


def _own_count(loaded: Loaded, path: Path) -> int | None:
    """Lines or records of the file; None for formats that nothing else here can count."""
    if loaded.format in ("csv", "tsv", "txt", "ndjson") and loaded.encoding is not None:
        text = path.read_bytes().decode(loaded.encoding, "replace").removeprefix("\ufeff")
        return len(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text))
    if loaded.format == "parquet":
        with duckdb.connect() as con:
            try:
                return int(
                    con.execute("SELECT count(*) FROM read_parquet($path)", {"path": str(path)}).fetchall()[0][0]
                )
            except duckdb.Error:
                return None
    if loaded.format == "vcf" and loaded.encoding is not None:
        text = path.read_bytes().decode(loaded.encoding, "replace")
        return len(re.findall(r"^(?:[\w-]+\.)?(?:AGENT:)?BEGIN[ \t]*:[ \t]*VCARD[ \t]*\r*$", text, re.M | re.I))
    if loaded.format == "json":
        document = json.loads(path.read_bytes().decode(loaded.encoding or "utf-8", "replace").removeprefix("\ufeff"))
        return len(document) if isinstance(document, list) else None
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what became of them, and the bar."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--largest", type=int, default=16, help="MiB of a file")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    paths = chosen(asked.folders, asked.files, asked.largest << 20, asked.seed)
    held = _print(judge_all(paths, asked.seconds))
    print("bar held" if held else "BAR MISSED")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
