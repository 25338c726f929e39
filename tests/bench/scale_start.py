"""How long a command takes to begin, and a named query on the sample case to answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.scale_spent import Line, spent

HELP, QUERY = 0.15, 0.5
"""Seconds: bars."""
QUERIES = ("datasets", "derivations", "retention")


def start(folder: Path, repeat: int) -> list[Line]:
    """Every command in a process of its own, Python's start included; beside it a Python that does nothing."""
    sample = str(folder / "sample")
    key = ("--key-file", str(folder / "sample-key"))
    _run("-m", "tracer", *key, "demo", sample)
    bare = spent(lambda: _run("-c", "pass"), repeat)[0]
    help_ = spent(lambda: _run("-m", "tracer", "--help"), repeat)
    lines = [Line("tracer --help (beside bare Python)", *help_, 0.0, bare, f"< {HELP} s", help_[0] < HELP)]
    for name in QUERIES:
        asked = spent(lambda: _run("-m", "tracer", "--case", sample, *key, "query", name, "-f", "json"), repeat)  # noqa: B023 - the loop's own name, used at once
        lines.append(Line(f"query {name} on the sample", *asked, 0.0, bare, f"< {QUERY} s", asked[0] < QUERY))
    return lines


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
