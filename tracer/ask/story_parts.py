"""What a story is made of: findings, sections, and rows of views as mappings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tracer.export.spoken import masked_row
from tracer.wording import Voice, in_words

_ITEMS = 8
"""Findings that are told of one kind; the rest is counted."""


@dataclass(frozen=True)
class Finding:
    """One finding: a headline and what stands behind it."""

    headline: str
    grade: str = ""
    """G0 to G5, where it has one."""
    sureness: str = ""
    """How sure, in words and numbers."""
    items: Sequence[str] = ()
    """What the headline speaks of, one line each."""
    reasons: Sequence[str] = ()
    against: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    """Findings of one kind."""

    title: str
    findings: Sequence[Finding]
    more: int = 0
    """How many were left out."""
    query: str = ""
    """The named query that gives all of them."""
    note: str = ""
    """What a reader must know of the section."""


def rows_of(con: duckdb.DuckDBPyConnection, statement: str, lang: str = "en") -> list[dict[str, Any]]:
    """The rows of a statement over the views."""
    cursor = con.execute(statement)
    columns = [column[0] for column in cursor.description or []]
    voice = Voice(lang)
    return [in_words(masked_row(dict(zip(columns, row, strict=True))), voice) for row in cursor.fetchall()]


def section(title: str, findings: Sequence[Finding], query: str, note: str = "") -> Section:
    """A section of the first findings, with how many more there are."""
    return Section(title, findings[:_ITEMS], max(0, len(findings) - _ITEMS), query, note)
