"""What is said of a list's secrets that were dropped: how many, of which columns, and whether the original is kept.

Counted in the raw tables: of each secret a mark stays there, or its keyed hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracer.lists.read.model import PartRead
from tracer.lists.read.secret_columns import MARK
from tracer.lists.read.words import shown_headings
from tracer.lists.shortfall import place


@dataclass(frozen=True)
class DroppedSecrets:
    """The account of a list's secrets."""

    cells: int | None
    """How many were dropped; None where no column holds any."""
    hashed: bool
    """Whether keyed hashes of them stay."""
    notes: tuple[str, ...]


def dropped_secrets(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead], original_kept: bool) -> DroppedSecrets:
    """Count the secrets of a list that has been read. `original_kept`: whether its file stays with the case."""
    total, hashed, found, notes = 0, False, False, list[str]()
    numbered = [(part, 0) for part in parts]
    for number, part in enumerate(parts, 1):
        headings = shown_headings([column.header for column in part.columns])
        for column in part.columns:
            if column.role != "secret":
                continue
            found = True
            name = f"c{column.position}"
            counts = con.execute(
                f"SELECT count(*), count(*) FILTER ({name} <> $mark) FROM {part.raw_table} WHERE {name} <> ''",
                {"mark": MARK},
            ).fetchall()[0]
            total, hashed = total + counts[0], hashed or counts[1] > 0
            shown = f", {headings[column.position]!r}" if headings[column.position] else ""
            where = place(numbered, number)
            notes.append(
                f"SECRETS DROPPED: {where + ': ' if where else ''}column {column.position + 1}{shown}: {counts[0]:,}"
                " passwords or other secrets were not read in"
                + (", keyed hashes of them were" if counts[1] else "")
                + (
                    ""
                    if column.how in ("map", "format")
                    else f"; if it holds none, say so with --map other={column.position + 1}"
                )
            )
    if found:
        notes.append(
            "the original is kept, encrypted, with its secrets, as you asked"
            if original_kept
            else "the original holds secrets and is not kept, only its SHA-256; --keep-original keeps it, encrypted"
        )
    return DroppedSecrets(total if found else None, hashed, tuple(notes))
