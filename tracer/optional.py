"""Packages that not everybody needs: what lacks them says which, and how to have them."""

from __future__ import annotations

from importlib.util import find_spec

from tracer.errors import TracerError, UsageError

DISTRIBUTION = "tracer-lists"
"""What the package index calls this tool; its command and its module are `tracer`."""
PRINT = "print"
"""The extra that pictures and reports as PNG and PDF need, and everything that reads a PDF."""
SPARK = "spark"
"""The extra by which a cluster runs the statements of a case."""
PNG_AND_PDF = "PNG or PDF"
"""What cannot be made without it; SVG, HTML and Markdown can."""


def remedy(extra: str) -> str:
    """The command that installs an extra."""
    return f"run: pip install '{DISTRIBUTION}[{extra}]'"


def require(package: str, extra: str, what: str, error: type[TracerError] = UsageError) -> None:
    """Raise `error` where a package of an extra is missing: `what` needs it."""
    if find_spec(package) is None:
        raise error(f"{what} needs {package}, which is not installed", remedy=remedy(extra))
