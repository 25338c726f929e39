"""Examples hold: every command block of the README, in the order in which a reader would run them, and docstrings."""

from __future__ import annotations

import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import tracer
from tests.cli.conftest import Made, made_loaded, made_traced

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(block: str, folder: Path, home: Path) -> None:
    surroundings = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_DATA_HOME": str(home / "data"),
    }
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block],
        cwd=folder, env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


@pytest.mark.slow("loads and traces the whole sample, each command in a process")
def test_the_blocks_work_in_their_order(tmp_path: Path, own_surroundings: Path) -> None:
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    tool_blocks = [block for block in BLOCKS if not block.startswith("make ")]
    assert len(tool_blocks) >= 8
    for block in tool_blocks:
        run(block, tmp_path, own_surroundings)
    assert (tmp_path / "my-graph.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert len(list((tmp_path / "copies").glob("copy-*.csv"))) == 2


@pytest.mark.parametrize("block", [block for block in BLOCKS if block.startswith("make ")])
def test_the_make_blocks_name_targets_that_exist(block: str) -> None:
    """`make test` runs this test, so the targets are resolved and not run here; a clean clone's `.ci/run` runs them."""
    done = subprocess.run(
        ["make", "--dry-run", *block.split()[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


__all__ = ["made_loaded", "made_traced"]

_ROOT = Path(tracer.__file__).parent
_MODULES = sorted(
    ".".join(path.relative_to(_ROOT.parent).with_suffix("").parts)
    for path in _ROOT.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


_LIBRARY = "tracer.library."


@pytest.mark.parametrize("name", [name for name in _MODULES if not name.startswith(_LIBRARY)])
def test_the_examples_hold(name: str) -> None:
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted
    assert not tried.failed


@pytest.mark.slow("every example of the library, each on a case of its own")
@pytest.mark.parametrize("name", [name for name in _MODULES if name.startswith(_LIBRARY)])
def test_the_examples_of_the_library_hold(
    name: str, tmp_path: Path, own_surroundings: Path, made_loaded: Made, made_traced: Made
) -> None:
    """Each example has the same case to begin with, whatever the examples before it did to theirs."""
    made_traced.copy(tmp_path / "made" / "case", own_surroundings)
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for number, example in enumerate(one for one in doctest.DocTestFinder().find(module) if one.examples):
        work = tmp_path / str(number)
        shutil.copytree(tmp_path / "made" / "case", work / "case")
        lists = made_loaded.folder / "world"
        example.globs |= {"tracer": tracer, "case": tracer.open(work / "case"), "work": work, "lists": lists}
        runner.run(example)
    assert runner.tries
    assert not runner.failures
