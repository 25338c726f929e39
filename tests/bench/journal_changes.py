"""Is a journal that was cut, reordered, replaced or appended to by hand noticed by `verify` and by every command?

Usage: `python -m tests.bench.journal_changes [CHANGES] [SEED]`, 500 changes by default. Each takes a copy of one case,
changes its journal as somebody without the key can, runs `verify` (exit code 5), the next of all commands that write
(exit code 4), which must leave the journal as it found it, and `verify` again (5). Every tenth is then accepted, with a
reason: commands write again, and `verify` keeps reporting it. The bar: all are noticed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

from tests.bench.small_world import write_world
from tests.doors.commands import leaves
from tracer.case.journal_line import chained_line, dump
from tracer.cli.main import run
from tracer.errors import ExitCode

Lines = list[bytes]

WRITING: dict[str, Sequence[str]] = {
    "run": ["{world}/case.toml"], "load": ["{world}/other.csv", "--holder", "x"], "trace": [],
    "judge": ["client", "mixed", "confirm", "--note", "seen"], "release": ["client", "--to", "v0", "-o", "{out}"],
    "register stamp": ["x", "{world}/other.csv"], "canary import": ["{world}/canaries.csv", "--kind", "canary"],
    "signals load": ["{world}/other.csv"], "signals watch": ["{world}", "--once"],
    "cluster export": ["{out}"], "cluster import": ["{world}"],
    "party add": ["q"], "party merge": ["v0", "v1"], "evidence add": ["e", "--text", "t"],
    "claim add": ["--party", "v0", "--kind", "random"], "relation add": ["owns", "v0", "v1"],
    "reply add": ["v0"], "key rotate": [], "anchor stamp": ["{world}/other.csv"], "backup": ["{out}/backup"],
    "purge": ["client", "--yes", "--reason", "a court ordered it"],
}  # fmt: skip
"""What writes to a case, with arguments that go as far as opening it."""
BLIND = ("blind offer", "blind answer", "blind fingerprints", "blind finish")
"""Write too, once both sides agree on more than fits here; they open the case as the others do."""
NO_WRITING = (
    "demo", "init", "findings", "query", "sql", "why", "show", "attribute", "persons", "refusals", "verify", "doctor",
    "restore", "simulate", "help", "canary list", "register check", "register list", "register print",
    "register request", "register reveal", "export evidence", "export figure", "export findings", "export graph",
    "export handover", "export report", "key export", "key import", "key show", "evidence extract", "anchor check",
    "anchor print", "anchor request", "cluster run", "blind key", "blind match",
)  # fmt: skip
"""What makes a case, or only reads one (and journals it)."""


def by_hand(lines: Lines, at: int, draw: random.Random) -> None:
    """Append a line with number, link and hash right: all that can be computed without the key."""
    last = json.loads(lines[-1])
    entry = {name: last[name] for name in ("uid", "at", "who", "version", "inputs", "result", "detail")}
    line = chained_line(draw.randbytes(32), last["no"] + 1, last["hash"], {**entry, "command": "verify"})
    lines.append(dump(line) + b"\n")


def reorder(lines: Lines, at: int, draw: random.Random) -> None:
    """Swap a line with another."""
    other = draw.choice([number for number in range(len(lines)) if number != at])
    lines[at], lines[other] = lines[other], lines[at]


def replace(lines: Lines, at: int, draw: random.Random) -> None:
    """Put another line in the place of one: changed a little, of another time, or anything."""
    other = draw.choice([number for number in range(len(lines)) if number != at])
    lines[at] = draw.choice([lines[at].replace(b'"version":"', b'"version":"1', 1), lines[other], b"anything\n"])


def cut(lines: Lines, at: int, _: random.Random) -> None:
    """Cut the end off, from a line on."""
    del lines[at:]


def cut_inside(lines: Lines, at: int, draw: random.Random) -> None:
    """Cut the end off, within a line."""
    del lines[at + 1 :]
    lines[at] = lines[at][: draw.randrange(1, len(lines[at]))]


def drop(lines: Lines, at: int, _: random.Random) -> None:
    """Take a line out."""
    del lines[at]


CHANGES: tuple[Callable[[Lines, int, random.Random], None], ...] = (cut, cut_inside, drop, reorder, replace, by_hand)


def command(*arguments: str) -> tuple[int, str]:
    """(exit code, what a command printed), in this process."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run(list(arguments))
    out.seek(0)
    return code, out.read()


def first_case(root: Path) -> Path:
    """A case with a few commands behind it, some that write and some that read."""
    world, case = root / "world", root / "first"
    write_world(world, people=60)
    (world / "case.toml").write_text('[case]\nname = "x"\n', encoding="utf-8")
    for words in (
        ("init", str(case)), ("party", "add", "v0", "--case", str(case)), ("party", "add", "v1", "--case", str(case)),
        ("load", f"{world}/client.csv", "--holder", "client", "--case", str(case)),
        ("load", f"{world}/mixed.csv", "--holder", "trader", "--case", str(case)),
        ("query", "datasets", "--case", str(case)), ("sql", "SELECT 1", "--case", str(case)),
        ("relation", "add", "owns", "v1", "v0", "--case", str(case)), ("query", "parties", "--case", str(case)),
    ):  # fmt: skip
        code, said = command(*words)
        assert code == 0, f"{words}: {said}"
    return case


def one_change(root: Path, first: Path, number: int, words: str, draw: random.Random) -> str:
    """Change a copy, look whether all notice; the fault, or nothing."""
    case, out = root / "case", root / "out"
    for path in (case, out):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(first, case)
    journal = case / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    change, at = CHANGES[number % len(CHANGES)], draw.randrange(len(lines))
    change(lines, at, draw)
    journal.write_bytes(b"".join(lines))
    changed, where = journal.read_bytes(), f"{change.__name__} at line {at + 1}"
    arguments = [word.format(world=root / "world", out=out) for word in WRITING[words]]
    for words_of, wanted in ((["verify"], ExitCode.FOUND), ([*words.split(" "), *arguments], 4), (["verify"], 5)):
        code, said = command(*words_of, "--case", str(case))
        if code != wanted or (wanted == ExitCode.FOUND and "FAILED\tjournal" not in said):
            return f"{where}: {' '.join(words_of)} ended with {code}: {said[-300:]}"
        if journal.read_bytes() != changed:
            return f"{where}: {' '.join(words_of)} wrote to the journal"
    return _accepted(case, where) if number % 10 == 0 else ""


def _accepted(case: Path, where: str) -> str:
    reason = ("--reason", "restored from a copy by hand")
    for words, wanted in (
        (("doctor", "--accept-journal", *reason), 0), (("party", "add", "new"), 0), (("verify",), ExitCode.FOUND),
        (("doctor",), 0), (("query", "datasets"), 0), (("verify",), ExitCode.FOUND),
    ):  # fmt: skip
        code, said = command(*words, "--case", str(case))
        if code != wanted or (words == ("verify",) and "restored from a copy" not in said):
            return f"{where}, accepted: {' '.join(words)} ended with {code}: {said[-300:]}"
    return ""


def main(arguments: Sequence[str]) -> int:
    """Print what came of the changes; 1 where the bar is missed."""
    unknown = leaves().keys() ^ {*WRITING, *BLIND, *NO_WRITING}
    if unknown:
        print(f"commands of which it is not said whether they write: {', '.join(sorted(unknown))}")
        return 1
    changes = int(arguments[0]) if arguments else 500
    draw = random.Random(f"journal {arguments[1] if len(arguments) > 1 else 1}")
    faults, tried, writing = list[str](), Counter[str](), cycle(WRITING)
    with tempfile.TemporaryDirectory(prefix="tracer-journal-") as folder:
        root = Path(folder)
        os.environ |= {"TRACER_KEY": "5a" * 32, "HOME": folder}
        first = first_case(root)
        for number in range(changes):
            words = next(writing)
            fault = one_change(root, first, number, words, draw)
            tried[CHANGES[number % len(CHANGES)].__name__] += 1
            faults += [fault] if fault else []
            if number % 10 == 9:
                print(f"{number + 1 - len(faults)} of {number + 1} noticed so far", file=sys.stderr, flush=True)
    for what, count in sorted(tried.items()):
        print(f"{count:5}  {what}")
    for fault in faults:
        print(f"FAULT  {fault}")
    print(
        f"{changes - len(faults)} of {changes} changes were noticed by verify and by the command, and went on being so"
    )
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
