"""On what a benchmark ran: versions, cores, memory, load, commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("duckdb", "numpy", "scipy", "pyarrow", "pandas", "phonenumbers", "datasketch", "networkx")
"""What the figures depend on, the peers in the same Python included."""


def machine() -> dict[str, object]:
    """What is known of it; None where something is not."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else None
    return {
        "commit": _commit(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gib": None if memory is None else round(memory, 1),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "packages": {name: _version(name) for name in PACKAGES},
    }


def told(known: dict[str, object]) -> str:
    """The same in a line."""
    packages = known["packages"]
    duckdb = packages["duckdb"] if isinstance(packages, dict) else None
    return (
        f"commit {known['commit'] or 'unknown'}, Python {known['python']}, DuckDB {duckdb}, {known['cores']} cores,"
        f" {known['memory_gib']} GiB, load {known['load']}"
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of these files, with a `+` where they were changed since."""
    folder = Path(__file__).parent
    try:
        asked = [
            subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
            for words in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain"))
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    return asked[0] + ("+" if asked[1] else "")
