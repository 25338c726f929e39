"""The blocks of the tutorials and how-to pages, run as a reader runs them, in one folder."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from tracer.cli.main import run
from tracer.site import sources

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "tracer" / "site" / "pages"
TUTORIALS = [PAGES / "tutorials" / f"{name}.md" for name in sources.TUTORIALS]
HOW_TO = [PAGES / "how-to" / f"{name}.md" for name in
          ("load", "marked-copies", "who-leaked", "watch", "newspaper", "python", "court", "purge")]  # fmt: skip
"""In an order in which they can be followed."""


_SHELL = re.compile(r"[|&;<>$*()`]|\bcd\b")
"""What only a shell understands."""


def run_block(block: str, folder: Path) -> None:
    """Run a block: commands of `tracer` in this process, which spares their start, all else in a shell."""
    lines = block.splitlines()
    if not all(line.startswith("tracer ") for line in lines) or _SHELL.search(block):
        in_shell(block, folder)
        return
    for line in lines:
        said, narrated = io.StringIO(), io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(said), contextlib.redirect_stderr(narrated):
            code = run(shlex.split(line)[1:])
        assert code == 0, f"{line}\n{said.getvalue()[-2000:]}\n{narrated.getvalue()[-2000:]}"


def in_shell(block: str, folder: Path) -> None:
    """Run a block in a shell; the first line that fails ends it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block], cwd=folder, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{block}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def shown(code: str, names: dict[str, Any]) -> object:
    """Run a cell; what its last line gives, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        tree.body.pop()
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102 - our own pages
        if not isinstance(last, ast.Expr):
            return None
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307 - our own pages
        as_page = getattr(value, "_repr_html_", None)
        return as_page() if as_page is not None else repr(value)


def follow(page: Path, folder: Path, followed: set[str]) -> None:
    """Run every block of a page but Python twins, which the notebooks run, and blocks that other pages have, too."""
    names, before = dict[str, Any](), ""
    for language, text in sources.parts(page.read_text(encoding="utf-8")):
        if language == "sh" and text not in followed:
            run_block(text, folder)
            followed.add(text)
        elif language == "python" and before != "sh":
            with contextlib.chdir(folder):
                shown(text, names)
        before = language
