"""The SQL files next to this module."""

from __future__ import annotations

from tracer.resources import statements_beside

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
