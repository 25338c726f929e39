"""Keyed choices of a release: found in the list, drawn for each copy, put into its edits and on record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.lists.write.computed import ComputedColumn
from tracer.lists.write.model import PartEdit
from tracer.marking.choices.finding import SORTS, Choices, Rewriting, counted, find_choices
from tracer.marking.choices.kept import CHOICES, bits_of, enter_choices, seed_of
from tracer.marking.persona.source_list import SourceList

LEAST = 40
"""Choices of which a copy is worth having: fewer name none of several copies."""
_READ = 30
"""Choices that a leak must show, that one of a thousand copies is named."""


@dataclass(frozen=True)
class DrawnChoices:
    """The choices of one release."""

    choices: Choices
    seed: bytes
    rows: int

    def notes(self, rows: int) -> tuple[str, ...]:
        """What they are, and what takes them away. `rows`: of the list."""
        counts = counted(self.choices)
        sorts = ", ".join(f"{counts[sort]:,} of {sort}" for sort in SORTS if sort in counts)
        needed = min(rows, -(-_READ * rows // max(1, len(self.choices.rows))))
        return (
            f"{len(self.choices.rows):,} choices in {self.rows:,} of {rows:,} rows: {sorts}; about {needed:,} leaked"
            " rows name one of 1,000 copies, and a reader who writes all cells in one way takes them away",
            *self.choices.refused,
        )


def draw_name(releases: Sequence[str]) -> str:
    """What names a draw: the releases that were drawn together."""
    return hashlib.sha256("\n".join(releases).encode()).hexdigest()[:16]


def looked_for(con: duckdb.DuckDBPyConnection, source: SourceList) -> Choices:
    """The list's choices. Raises `InputRefused` where it has hardly any, with the reason."""
    choices = find_choices(con, source)
    if len(choices.rows) >= LEAST:
        return choices
    found = "no cells" if not len(choices.rows) else f"{len(choices.rows)} cells"
    why = "".join(f"; {line}" for line in choices.refused[:3])
    raise InputRefused(
        f"{found} that the list writes in two ways which mean the same ({LEAST} are needed){why}", where=source.id,
        remedy="leave --choices out; invented rows and --withhold mark such a list",
    )  # fmt: skip


def chosen(
    case: Case,
    source: SourceList,
    releases: Sequence[str],
    edits: Sequence[Mapping[int, PartEdit]],
    computed: Mapping[int, ComputedColumn],
) -> tuple[DrawnChoices, tuple[Mapping[int, PartEdit], ...]]:
    """The choices of copies, and the copies' edits with them. `computed`: what the file computes of a row's cells.
    Raises as `looked_for` does."""
    choices = looked_for(case.con, source)
    seed = seed_of(case.secret(CHOICES), draw_name(releases))
    rewriting, main = Rewriting(case.con, source, choices, computed), source.main.part
    changed = tuple(
        {**edit, main: rewriting.edit(edit.get(main, PartEdit()), bits_of(seed, release, choices.bias))}
        for release, edit in zip(releases, edits, strict=True)
    )
    return DrawnChoices(choices, seed, len(rewriting.rows())), changed


def enter(con: duckdb.DuckDBPyConnection, draw: str, drawn: DrawnChoices | None) -> None:
    """Put them on record, in the caller's transaction."""
    if drawn is not None:
        enter_choices(con, draw, drawn.seed, drawn.choices)
