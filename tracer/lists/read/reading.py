"""What every format's reader is given, and what it makes of the rows that it has landed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import duckdb
import pyarrow as pa

from tracer.lists.read.header import HeaderPlan
from tracer.lists.read.landing import Landing, TableNamer, doubtful_titles, land_batches, sample_columns
from tracer.lists.read.model import Account, ColumnRole, Limits, PartRead, ReadOptions, Source
from tracer.lists.read.roles import assign_roles


class LandedRows(Protocol):
    """Rows that are in a raw table."""

    @property
    def rows(self) -> int:
        """How many."""

    @property
    def width(self) -> int:
        """Columns."""


@dataclass(frozen=True)
class SourceReading:
    """One source that is being read."""

    con: duckdb.DuckDBPyConnection
    source: Source
    options: ReadOptions
    namer: TableNamer
    limits: Limits
    notes: list[str]

    def place(self, sheet: str | None) -> str:
        """The source, or a sheet of it, for messages."""
        return self.source.where if sheet is None else f"{self.source.where}:{sheet}"

    def land(self, batches: Iterable[pa.Table], table: str, sheet: str | None) -> tuple[Landing, HeaderPlan, Account]:
        """Land batches as `land_batches` does, and note lines above the header that look like rows."""
        where = self.place(sheet)
        landing, plan, account = land_batches(self.con, batches, table, self.options, self.limits, where)
        self.notes.extend(doubtful_titles(plan, where))
        return landing, plan, account

    def part(
        self,
        table: str,
        landed: LandedRows,
        header: tuple[str, ...],
        format_name: str,
        account: Account,
        *,
        encoding: str | None = None,
        sheet: str | None = None,
        hidden: bool = False,
        delimiter: str | None = None,
        header_row: int | None = None,
        longest_cell: int | None = None,
    ) -> PartRead:
        """A raw table as a part: its columns have roles, and those without a heading an empty one."""
        header += ("",) * (landed.width - len(header))
        columns: tuple[ColumnRole, ...] = ()
        if landed.rows:
            sample = sample_columns(self.con, table, landed.rows, landed.width)
            columns = assign_roles(header, sample, self.options, self.place(sheet))
        return PartRead(
            self.source.member, sheet, hidden, format_name, encoding, delimiter, header, header_row, landed.rows, table,
            columns, longest_cell, account,
        )  # fmt: skip
