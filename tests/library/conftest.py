"""The four lists of the command line's tests, and a case of them."""

from __future__ import annotations

from tests.cli.conftest import case, made_loaded, made_traced, traced, tracer, use, world

__all__ = ["case", "made_loaded", "made_traced", "traced", "tracer", "use", "world"]
