"""A Python that has the packages of a peer which the project does not depend on: one that is given, or a new one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def peer_python(given: Path | None, folder: Path, packages: tuple[str, ...]) -> Path:
    """`given`, or the Python of an environment made in `folder` with these packages from the registry.

    Raises:
        SystemExit: they cannot be installed; the line says how to do it by hand.
    """
    if given is not None:
        return given
    python = folder / "peer" / "bin" / "python"
    made = subprocess.run([sys.executable, "-m", "venv", str(folder / "peer")], check=False, capture_output=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    if made.returncode != 0 or subprocess.run(install, check=False, capture_output=True).returncode != 0:
        raise SystemExit(
            "the peer is missing and cannot be installed here: python -m venv PEER && PEER/bin/pip install "
            f"{' '.join(packages)}, then --peer PEER/bin/python"
        )
    return python


def ask_peer(python: Path, script: str, *arguments: str) -> Any:
    """What a script beside this one prints, read as JSON. Raises `SystemExit` with its last words where it fails."""
    command = [str(python), str(Path(__file__).parent / script), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        raise SystemExit(f"{script} failed under {python}: {last}")
    return json.loads(done.stdout.splitlines()[-1])
