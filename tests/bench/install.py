"""Installs the wheel into clean environments by pip, uv and pipx, and runs it there: [--by pip uv pipx].

Each gets an environment of its own in a temporary folder, with the versions that the index has today. Times are wall
clock, of installing and of the bundled sample case. Exit code 1 where one does not work.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracer.optional import DISTRIBUTION
from tracer.version import __version__

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """Where a tool put the command, and how it adds an extra."""

    command: Path
    seconds: float
    with_print: list[str]


def _run(
    *arguments: str | Path, check: bool = True, **environment: str
) -> tuple[subprocess.CompletedProcess[str], float]:
    begun = time.perf_counter()
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([str(one) for one in arguments], capture_output=True, text=True, env=clean | environment,
                          check=False)  # fmt: skip
    if check and done.returncode:
        raise SystemExit(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done, time.perf_counter() - begun


def _tools(folder: Path, name: str) -> Path:
    """The installer itself, in an environment that is not looked at."""
    _run(sys.executable, "-m", "venv", folder / f"{name}-itself")
    _run(folder / f"{name}-itself/bin/pip", "install", "--quiet", name)
    return folder / f"{name}-itself/bin/{name}"


def by_pip(wheel: Path, folder: Path) -> Installed:
    """A virtual environment."""
    _run(sys.executable, "-m", "venv", folder / "venv")
    pip = folder / "venv/bin/pip"
    _, seconds = _run(pip, "install", "--quiet", wheel)
    return Installed(folder / "venv/bin/tracer", seconds, [str(pip), "install", "--quiet", f"{wheel}[print]"])


def by_uv(wheel: Path, folder: Path) -> Installed:
    """`uv tool install`."""
    uv = _tools(folder, "uv")
    os.environ.update(UV_TOOL_DIR=str(folder / "uv-tools"), UV_TOOL_BIN_DIR=str(folder / "uv-bin"))
    arguments = [str(uv), "tool", "install", "--quiet", "--python", sys.executable]
    _, seconds = _run(*arguments, wheel)
    return Installed(
        folder / "uv-bin/tracer", seconds, [*arguments, "--force", f"{DISTRIBUTION}[print] @ {wheel.as_uri()}"]
    )


def by_pipx(wheel: Path, folder: Path) -> Installed:
    """`pipx install`."""
    pipx = _tools(folder, "pipx")
    os.environ.update(PIPX_HOME=str(folder / "pipx"), PIPX_BIN_DIR=str(folder / "pipx-bin"),
                      PIPX_MAN_DIR=str(folder / "pipx-man"))  # fmt: skip
    _, seconds = _run(pipx, "install", "--python", sys.executable, wheel)
    again = [str(pipx), "install", "--force", "--python", sys.executable, f"{DISTRIBUTION}[print] @ {wheel.as_uri()}"]
    return Installed(folder / "pipx-bin/tracer", seconds, again)


_BY: dict[str, Callable[[Path, Path], Installed]] = {"pip": by_pip, "uv": by_uv, "pipx": by_pipx}


def _tried(name: str, wheel: Path, folder: Path) -> str:
    made = _BY[name](wheel, folder)
    about, _ = _run(made.command, "--version")
    if __version__ not in about.stdout:
        raise SystemExit(f"{name}: {about.stdout!r} is not {__version__}")
    where = folder / "demo"
    told, demo = _run(made.command, "demo", where)
    case = ("--case", next(path.parent for path in where.rglob("case.json")) if (where / "case").is_dir() else where)
    lacking, _ = _run(made.command, "export", "graph", "--to", "png", "-o", folder / "a.png", *case, check=False)
    if lacking.returncode != 2 or "[print]" not in lacking.stderr:
        raise SystemExit(f"{name}: without print it says {lacking.stderr}")
    _, more = _run(*made.with_print)
    _run(made.command, "export", "graph", "--to", "png", "-o", folder / "a.png", *case)
    if not (folder / "a.png").read_bytes().startswith(b"\x89PNG"):
        raise SystemExit(f"{name}: no picture")
    lines = len(told.stdout.splitlines())
    return f"{name:5} install {made.seconds:6.1f} s   demo {demo:5.1f} s ({lines} lines)   with print {more:5.1f} s"


def main() -> int:
    """Build, install, run, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by", nargs="*", default=list(_BY), choices=list(_BY))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="install-") as temporary:
        folder = Path(temporary)
        os.environ["XDG_DATA_HOME"] = str(folder / "data")
        subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=_ROOT, check=True,
                       capture_output=True)  # fmt: skip
        wheel = next(folder.glob("*.whl"))
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        for name in asked.by:
            (folder / name).mkdir()
            print(_tried(name, wheel, folder / name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
