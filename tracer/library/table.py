"""Rows as an answer gives them, and what an answer looks like in a notebook: the same blocks as in a terminal."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tracer.errors import UsageError

if TYPE_CHECKING:
    import pandas
    import polars

    from tracer.ask.result import Result
    from tracer.wording.sections import Block

_SHOWN = 20
"""Rows that a notebook shows of a table; the rest is counted."""
_WIDTH = 100
"""Cells of a line of text."""


class NotebookView(ABC):
    """Something that a notebook shows by itself."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """What is shown, apart from how it is set; not public."""

    def _visible(self) -> Iterator[Block]:
        """The blocks without control characters and invisible signs."""
        from tracer.visible import visible
        from tracer.wording.sections import with_texts

        return iter(with_texts(self.blocks(), visible))

    def _repr_html_(self) -> str:
        """For notebooks; every text of the case is escaped."""
        from tracer.wording.html import html_blocks

        return f'<div class="tracer">{html_blocks(self._visible())}</div>'

    def _repr_markdown_(self) -> str:
        """For notebooks and pages; every text of the case stays text."""
        from tracer.wording.markdown import markdown_blocks

        return "\n\n".join(markdown_blocks(self._visible()))


class Table(NotebookView):
    """The rows of an answer, in memory: what a command prints, with typed columns.

    People's numbers and addresses are masked in it as on the screen. It is read as a list of rows, or handed on:

    >>> import tracer
    >>> table = tracer.Table.of_rows([{"dataset": "d1", "rows": 1000}, {"dataset": "d7", "rows": 600}])
    >>> len(table), table.columns, table[1]["rows"]
    (2, ('dataset', 'rows'), 600)
    >>> table.to_arrow().num_rows
    2
    """

    def __init__(
        self, result: Result | None, records: Sequence[Mapping[str, Any]] | None = None, *,
        notes: tuple[str, ...] = (), lang: str = "en",
    ) -> None:  # fmt: skip
        self._result, self._records = result, records
        self.notes = notes or (() if result is None else result.notes)
        """What the reader must know: that rows were cut, that the findings are not up to date, how to get more."""
        self.lang = lang
        """`en` or `zh`: of the sentences in it."""
        self.to_trace = False
        """Whether `trace` has to run before findings know what was changed."""

    @classmethod
    def of_rows(cls, rows: Sequence[Mapping[str, Any]], *, notes: tuple[str, ...] = (), lang: str = "en") -> Table:
        """A table of rows that all have the same keys.

        >>> Table.of_rows([{"party": "cti-x"}]).rows()
        [{'party': 'cti-x'}]
        """
        return cls(None, rows, notes=notes, lang=lang)

    @cached_property
    def result(self) -> Result:
        """The rows as the writers of formats take them; not public."""
        if self._result is not None:
            return self._result
        from tracer.ask.render import flat_records

        return flat_records(self._records or (), self.notes)

    @property
    def records(self) -> Sequence[Mapping[str, Any]] | None:
        """The rows where they are plain records; not public."""
        return self._records

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in their order.

        >>> Table.of_rows([{"a": 1, "b": 2}]).columns
        ('a', 'b')
        """
        if self._records is not None:
            return tuple(self._records[0]) if self._records else ()
        return tuple(column.name for column in self.result.columns)

    def rows(self) -> list[dict[str, Any]]:
        """The rows as `-f json` prints them: days and moments as ISO 8601, lists as lists, None where there is nothing.

        >>> from datetime import date
        >>> Table.of_rows([{"obtained": date(2026, 5, 1)}]).rows()
        [{'obtained': '2026-05-01'}]
        """
        if self._records is not None:
            from tracer.documents import json_of

            plain: list[dict[str, Any]] = json_of(json.dumps(list(self._records), default=str))
            return plain
        from tracer.ask.render import json_rows

        return list(json_rows(self.result))

    def to_arrow(self) -> Any:
        """The rows as a `pyarrow.Table` (which ships no types for checkers); nothing is copied.

        Days are date32, moments timestamps in UTC, counts that may be hidden are text.

        >>> Table.of_rows([{"rows": 600}]).to_arrow().schema.field("rows").type
        DataType(int64)
        """
        return self.result.table

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas data frame; days are `datetime.date`.

        Raises:
            UsageError: pandas is not installed.

        >>> Table.of_rows([{"rows": 600}]).to_pandas()["rows"].sum()
        np.int64(600)
        """
        self._need("pandas")
        frame: pandas.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars data frame, on the same memory where polars can.

        Raises:
            UsageError: polars is not installed.

        >>> Table.of_rows([{"rows": 600}]).to_polars()  # doctest: +SKIP
        shape: (1, 1)
        """
        self._need("polars")
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)  # noqa: S101 - polars gives a series for an array alone
        return frame

    @staticmethod
    def _need(package: str) -> None:
        from importlib.util import find_spec

        if find_spec(package) is None:
            remedy = f"pip install {package}, or use to_arrow"
            raise UsageError(f"{package} is not installed", where=f"Table.to_{package}", remedy=remedy)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The Arrow C stream (PyCapsule), by which duckdb, polars and others read it without a copy."""
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        """How many rows."""
        return len(self._records) if self._records is not None else self.result.table.num_rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows of `rows()`."""
        return iter(self.rows())

    def __getitem__(self, number: int) -> dict[str, Any]:
        """One row of `rows()`."""
        return self.rows()[number]

    def __str__(self) -> str:
        """The table as the command line prints it."""
        from tracer.ask.table import table_lines

        return "\n".join(table_lines(self.result, _WIDTH, self.lang))

    def __repr__(self) -> str:
        """How large it is, then its first rows."""
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    def blocks(self) -> Iterator[Block]:
        """The first rows under the headings of the command line; not public."""
        from dataclasses import replace

        from tracer.ask.result import ColumnType
        from tracer.ask.table import heading, table_text
        from tracer.wording import word
        from tracer.wording.sections import Paragraph
        from tracer.wording.sections import Table as Rows

        result = replace(self.result, table=self.result.table.slice(0, _SHOWN))
        shown = [one for one in result.columns if not one.detail and one.type is not ColumnType.CODES]
        if not len(self):
            yield Paragraph(word("table-no-rows", self.lang))
        else:
            head = tuple(heading(one.name, self.lang) for one in shown)
            rows = (
                tuple(table_text(one, row[one.name], result.of, self.lang).replace("\n", " ") for one in shown)
                for row in result.rows()
            )
            yield Rows(head, tuple(rows))
            if len(self) > _SHOWN:
                yield Paragraph(word("table-more", self.lang, n=len(self) - _SHOWN), "note")
        for note in self.notes:
            yield Paragraph(note, "note")
