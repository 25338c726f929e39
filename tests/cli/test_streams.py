"""Standard streams that the caller has closed, or that cannot show a letter: no command fails by it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, World
from tracer.cli.main import COMMANDS

_EVERY = """
import os, sys
for number in {closed}:
    os.close(number)
for number, name in enumerate(("stdin", "stdout", "stderr")):
    if number in {closed}:
        setattr(sys, name, None)
from tracer.cli.main import COMMANDS, _open_streams, run
_open_streams()
with open(sys.argv[1], "w") as told:
    assert told.fileno() > 2
    for command in [["--help"], *([name, "--help"] for name in COMMANDS), ["nonsense"], ["query", "--nonsense"]]:
        print(command[0], run(command), file=told)
"""


@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
def test_every_command_does_without_its_streams(tmp_path: Path, closed: tuple[int, ...]) -> None:
    told = tmp_path / "told"
    done = subprocess.run(
        [sys.executable, "-c", _EVERY.format(closed=closed), str(told)], capture_output=True, check=False
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0
    lines = told.read_text(encoding="utf-8").splitlines()
    assert lines == ["--help 0", *(f"{name} 0" for name in COMMANDS), "nonsense 2", "query 2"]


def test_what_prints_does_without_a_place_for_it(tracer: Tracer, world: World) -> None:
    case, key = world.folder / "case", world.folder / "key"
    assert tracer("init", case, "--key-file", key).code == 0
    at = ["--case", str(case), "--key-file", str(key)]
    assert tracer("load", world.file("client"), "--id", "l", "--holder", "a", *at).code == 0
    for command, redirect in (
        (["findings"], ">&-"), (["query", "datasets"], ">&- 2>&-"), (["show", "l"], "<&- >&-"),
        (["sql", "SELECT 1"], ">&-"), (["findings"], "2>&-"),
    ):  # fmt: skip
        line = f'exec "$0" -m tracer "$@" {redirect}'
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(
            ["sh", "-c", line, sys.executable, *command, *at], capture_output=True, check=False, env=environment
        )
        assert done.returncode == 0, (command, done.stderr)
        assert b"Traceback" not in done.stderr
