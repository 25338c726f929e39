"""A newcomer's path, timed: from a clone and an empty environment, by the README and the first tutorial alone.

Installed, the sample traced, the first own list loaded and explained: at most ten minutes. Each block is taken from the
documents, in their order, and run in a shell; then the same tutorial as a notebook, in a real kernel.

    python -m tests.bench.newcomer [--no-notebook]

Exit code 1 where the bar is missed or a block fails.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tracer.site.notebooks import parts, write_notebooks

ROOT = Path(__file__).parents[2]
BAR = 600.0
"""Seconds, for the shell and for the notebook."""
TUTORIAL = ROOT / "tracer" / "site" / "pages" / "tutorials" / "investigator.md"


@dataclass(frozen=True)
class Step:
    """One block, and how long it took."""

    what: str
    wall: float
    cpu: float


def first_blocks() -> Iterator[str]:
    """The README's blocks up to the one that puts `tracer` on the path; `make test` is not for newcomers."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL):
        if block.startswith("make test"):
            return
        yield block


def tutorial_blocks() -> list[str]:
    """The blocks of the tutorial for a shell."""
    return [code for language, code in parts(TUTORIAL.read_text(encoding="utf-8")) if language == "sh"]


def timed(block: str, folder: Path, environment: Mapping[str, str]) -> Step:
    """Run one block; a block that fails ends the bench."""
    used, began = _children(), time.perf_counter()
    command = ["bash", "-euo", "pipefail", "-c", block]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    step = Step(" ".join(block.split())[:76], time.perf_counter() - began, _children() - used)
    print(f"{step.wall:8.1f} s {step.cpu:7.1f} s of processor  {step.what}", flush=True)
    return step


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def ended(name: str, steps: list[Step]) -> bool:
    """Print a path's sum; whether it keeps the bar."""
    wall, cpu = sum(step.wall for step in steps), sum(step.cpu for step in steps)
    print(f"{name}: {wall:.0f} s, {cpu:.0f} s of processor; at most {BAR:.0f} s: {'kept' if wall <= BAR else 'MISSED'}")
    return wall <= BAR


def main() -> int:
    """Follow both ways."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-notebook", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tracer-newcomer-") as made:
        home, clone = Path(made), Path(made) / "tracer"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        left = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRACER_", "VIRTUAL"))
        }
        bare = {**left, "HOME": made, "XDG_DATA_HOME": str(home / "data"), "PATH": os.defpath + ":/usr/local/bin"}
        bare["PYTHON"] = getattr(sys, "_base_executable", sys.executable)  # the README's `PYTHON=/path/to/python3.11`
        steps = [timed(block, clone, bare) for block in first_blocks()]
        environment = {**bare, "PATH": f"{clone / '.venv' / 'bin'}:{bare['PATH']}"}
        installed = list(steps)
        steps += [timed(block, clone, environment) for block in tutorial_blocks()]
        kept = ended("in a shell", steps)
        if not asked.no_notebook:
            write_notebooks(clone)
            blocks = ("pip install --quiet nbclient ipykernel", f"jupyter execute {TUTORIAL.stem}.ipynb")
            kept &= ended("in a notebook", installed + [timed(block, clone, environment) for block in blocks])
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
