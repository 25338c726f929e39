"""Standard streams: closed ones, narrow terminals, bars where somebody looks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Tracer, World
from tracer.cli.main import COMMANDS
from tracer.cli.printer import Printer, print_check, stages

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
    at = ["--key-file", str(key)]
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


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


LONG = "Warning: " + "one list is a copy of another, says a very long sentence that goes on and on, " * 4


def test_only_narration_is_folded_wherever_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for stream, folds, lines in ((Terminal(), True, 5), (Terminal(), False, 1), (io.StringIO(), True, 5)):
        Printer(stream, folds=folds).write(LONG + "\n")
        assert stream.getvalue().count("\n") == lines


def test_a_check_fits_a_terminal_or_has_tabs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    print_check("ok", "original of leads", f"sha256 {'0f' * 32}")
    assert capsys.readouterr().out.count("\t") == 2
    monkeypatch.setenv("COLUMNS", "80")
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    print_check("ok", "original of leads", f"sha256 {'0f' * 32}")
    assert max(map(cell_len, screen.getvalue().split("\n"))) <= 80
    assert "\t" not in screen.getvalue()


def test_where_nobody_looks_nothing_is_drawn_and_what_was_slow_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with stages("loading") as meter:
        meter.begin("quick.csv", 10)
        meter.begin("slow.csv", 10)
        time.sleep(1.05)
    told = capsys.readouterr()
    assert told.out == ""
    assert "\x1b" not in told.err
    assert "slow.csv took" in told.err
    assert "quick.csv" not in told.err
