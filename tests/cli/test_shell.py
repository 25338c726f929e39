"""Manual pages and help topics are whole, and a shell completes by the scripts that ship."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from rich.cells import cell_len

from tests.cli.conftest import Tracer
from tests.doors.commands import leaves
from tracer.cli.main import cli
from tracer.cli.without_case import page_lines
from tracer.resources import help_dir

_ASKS = {
    "bash": "source {script}; COMP_WORDS=(tracer man); COMP_CWORD=1; {function} tracer man tracer;"
            " printf '%s\\n' \"${{COMPREPLY[@]}}\"",
    "fish": "source {script}; complete -C 'tracer man'",
}  # fmt: skip


def test_every_command_has_a_page_that_man_shows_without_a_warning(tracer: Tracer, tmp_path: Path) -> None:
    assert tracer("manpages", tmp_path).code == 0
    names = {f"tracer-{name.replace(' ', '-')}.1" for name in leaves()} | {"tracer.1"}
    assert names <= {page.name for page in tmp_path.iterdir()}
    assert "\\-\\-origin" in (tmp_path / "tracer-load.1").read_text(encoding="utf-8")
    if shutil.which("groff"):
        pages = sorted(tmp_path.iterdir())
        done = subprocess.run(["groff", "-man", "-Kutf8", "-Tutf8", "-ww", *pages], capture_output=True, check=True)
        assert [line for line in done.stderr.decode().splitlines() if "cannot break line" not in line] == []


@pytest.mark.parametrize("shell", _ASKS)
def test_a_shell_completes_commands(tracer: Tracer, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = tmp_path / "script"
    script.write_text(tracer("completion", shell).out, encoding="utf-8")
    (tmp_path / "tracer").write_text(f'#!/bin/sh\nexec {sys.executable} -m tracer "$@"\n', encoding="utf-8")
    (tmp_path / "tracer").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(Path.cwd())}
    asked = _ASKS[shell].format(script=script, function="_tracer_completion")
    done = subprocess.run([shell, "-c", asked], capture_output=True, text=True, check=True, env=environment)
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} == {"manifest", "manpages"}
    assert "_tracer_completion" in tracer("completion", "zsh").out


@pytest.mark.parametrize(
    ("before", "begun", "word"),
    [
        (["query"], "overl", "overlaps"), (["query", "overlaps", "-p"], "data", "dataset="),
        (["help"], "gra", "grades"),
        (["query", "claims", "-p"], "kind=ra", "kind=random"), (["claim", "add", "--kind"], "daily", "daily_growth"),
        (["party", "add", "--role"], "line", "line_vendor"), (["claim", "edit", "--kind"], "stop", "stopped"),
        (["relation", "add"], "sold", "sold_to"), (["signals", "load", "--as"], "mb", "mbox"),
    ],
)  # fmt: skip
def test_a_shell_completes_the_words_that_the_tool_knows(before: list[str], begun: str, word: str) -> None:
    asked = ShellComplete(cli, {}, "tracer", "_TRACER_COMPLETE")
    assert word in {item.value for item in asked.get_completions(before, begun)}


PAGES = sorted(help_dir().glob("*.md"))


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.stem)
def test_a_topic_fits_the_terminal_and_keeps_its_words(file: Path) -> None:
    page = file.read_text(encoding="utf-8")
    lines = list(page_lines(page, 80))
    wide = [line for line in lines if cell_len(line) > 80 and not line.startswith("    ")]
    assert wide == []
    words = re.compile(r"[a-z]{3,}")
    tables = {word for row in re.findall(r"^\\|.*", page, re.MULTILINE) for word in words.findall(row)}
    assert set(words.findall(page)) - tables <= set(words.findall(" ".join(lines)))
