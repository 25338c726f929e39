"""What a case answers, as values that a notebook shows: rows, why an edge is there, a chain, which copies, the case."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from tracer.errors import UsageError
from tracer.library.arguments import language

if TYPE_CHECKING:
    import pandas
    import polars

    from tracer.ask.result import Result
    from tracer.ask.show import Branch
    from tracer.ask.status import CaseStatus
    from tracer.export.report.render import Report
    from tracer.publish.answers import Leaving
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
        self,
        result: Result | None,
        records: Sequence[Mapping[str, Any]] | None = None,
        *,
        notes: tuple[str, ...] = (),
        lang: str = "en",
    ) -> None:
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
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return len(self._records) if self._records is not None else self.result.table.num_rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def __getitem__(self, number: int) -> dict[str, Any]:
        return self.rows()[number]

    def __str__(self) -> str:
        from tracer.ask.table import table_lines

        return "\n".join(table_lines(self.result, _WIDTH, self.lang))

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    def blocks(self) -> Iterator[Block]:
        """The first rows under the headings of the command line; not public."""
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


@dataclass(frozen=True)
class Explanation(NotebookView):
    """Why an edge is there: the answer, how sure, what it rests on, what speaks against it, what would settle it."""

    a: str
    b: str
    """The two ends, as they were asked for."""
    lang: str
    """`en` or `zh`: language of the details."""
    _short: Mapping[str, tuple[Block, ...]] = field(repr=False)
    _answer: Mapping[str, Any] = field(repr=False)
    notes: tuple[str, ...] = ()
    """What stands for somebody in what was written to a file."""

    def text(self, lang: str | None = None) -> str:
        """The short answer in a few lines of at most 80 cells, in `en` or `zh`."""
        from tracer.visible import visible
        from tracer.wording.terminal import terminal_text

        return visible(terminal_text(self._short[language(lang or self.lang)])).rstrip("\n")

    def details(self, width: int = 100) -> str:
        """All numbers, rows' positions, dates and documents, in lines of at most `width` cells."""
        from tracer.ask.why_text import why_text

        return why_text(_without_codes(self._answer), width, self.lang)

    def to_json(self) -> dict[str, Any]:
        """Everything, as `tracer why A B -f json` prints it."""
        from tracer.documents import json_of

        answer: dict[str, Any] = json_of(self.json_text())
        return answer

    def json_text(self) -> str:
        """The same as text."""
        from tracer.ask.why_text import why_json

        return why_json(dict(self._answer)) + "\n"

    def __str__(self) -> str:
        return self.text()

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        return iter(self._short[self.lang])


def _without_codes(value: Any) -> Any:
    """An answer without the codes and numbers of its sentences, which are for programs."""
    if isinstance(value, Mapping):
        return {key: _without_codes(one) for key, one in value.items() if not key.endswith(("_code", "_codes"))}
    return [_without_codes(one) for one in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class ListCheck(NotebookView):
    """What a check of a list found that is offered: the page, and all of it for programs."""

    FORMS: ClassVar[tuple[str, ...]] = ("text", "txt", "json", "html", "pdf")
    _found: Mapping[str, Any] = field(repr=False)
    _page: Report = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Everything, as `tracer check FILE -f json` prints it."""
        from tracer.documents import json_of

        found: dict[str, Any] = json_of(self.written("json").decode())
        return found

    def text(self) -> str:
        """The page in lines of at most 80 cells."""
        from tracer.visible import visible
        from tracer.wording.sections import Heading
        from tracer.wording.terminal import terminal_text

        return visible(terminal_text([Heading(1, self._page.title), *self._page.blocks]))

    def written(self, to: str) -> bytes:
        """The page as one of `FORMS`. Raises `InputRefused` where print lacks a glyph."""
        if to == "html":
            from tracer.export.report.render import render_html

            return render_html(self._page).encode("utf-8", "replace")
        if to == "pdf":
            from tracer.export.report.render import render_pdf

            return render_pdf(self._page)
        text = json.dumps(self._found, ensure_ascii=False, indent=2, default=str) + "\n"
        return (text if to == "json" else self.text()).encode("utf-8", "replace")

    def leaving(self, way: Leaving) -> ListCheck:
        """The same as it may leave the case; not public."""
        from tracer.wording.sections import with_texts

        found = self.to_json()
        file = found["record"]["sha256"]  # a hash of the file, not of a person

        def text(one: str) -> str:
            return one if one.endswith(file) else way.text(one)

        answer = way.answer(found)
        answer["record"]["sha256"] = file
        return ListCheck(answer, replace(self._page, blocks=with_texts(self._page.blocks, text)))

    def __str__(self) -> str:
        return self.text()

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        return iter(self._page.blocks)


@dataclass(frozen=True)
class Chain(NotebookView):
    """The chain of a dataset, copy or party, as a tree: where it came from and where it went."""

    tree: Branch
    """The root: `text`, `grade`, `kind`, `branches`."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The tree as nested objects, as `tracer show NAME -f json` prints it."""
        from tracer.documents import json_of

        tree: dict[str, Any] = json_of(self.json_text())
        return tree

    def json_text(self) -> str:
        """The same as text."""
        return json.dumps(asdict(self.tree), ensure_ascii=False, indent=2) + "\n"

    def lines(self) -> list[str]:
        """The tree, each branch indented under its own."""
        return ["  " * deep + f"{of.grade} {of.text}".lstrip() for deep, of in _walked(self.tree)]

    def __str__(self) -> str:
        from tracer.visible import visible

        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.visible import visible
        from tracer.wording.sections import DrawnLines

        yield DrawnLines(tuple(visible(line) for line in self.lines()))


def _walked(branch: Branch, deep: int = 0) -> Iterator[tuple[int, Branch]]:
    yield deep, branch
    for inner in branch.branches:
        yield from _walked(inner, deep + 1)


def explained(con: Any, a: str, b: str, lang: str, way: Leaving | None, *, wanted: frozenset[str]) -> Explanation:
    """The explanation of an edge; `wanted`: `short` in which languages, and `text` or `codes` of the details."""
    from tracer.ask.short_why import short_why
    from tracer.ask.why import tied, why
    from tracer.stages import not_up_to_date
    from tracer.wording import Codes, say
    from tracer.wording.sections import with_texts

    stale = not_up_to_date(con)
    narrowed = dict if way is None else way.row
    short = {}
    for spoken in sorted(wanted & {"en", "zh"}):
        untraced = "" if stale is None else say(stale, spoken)
        found = tied(con, a, b, untraced=untraced, narrowed=narrowed)
        blocks = short_why(con, found, spoken, narrowed=narrowed, untraced=untraced)
        short[spoken] = blocks if way is None else with_texts(blocks, way.text)
    answer: dict[str, Any] = {}
    if wanted & {"text", "codes"}:
        codes = Codes.VALUES if "codes" in wanted else Codes.NONE
        answer = why(con, a, b, untraced=stale or "", lang=lang, narrowed=narrowed, codes=codes)
        answer = answer if way is None else way.answer(answer)
    return Explanation(a, b, lang, short, answer, () if way is None else way.notes)


class Attribution(Table):
    """A row for every release that shares rows with the dataset, and which copy it is in one sentence."""

    def __init__(self, result: Result, answer: str, *, lang: str = "en") -> None:
        super().__init__(result, lang=lang)
        self.answer = answer
        """Which copies are named, and how often that is wrong; or that none is."""

    @property
    def accused(self) -> list[dict[str, Any]]:
        """The rows of the releases that are named."""
        return [row for row in self.rows() if row["accused"]]

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import Paragraph

        yield Paragraph(self.answer)
        yield from super().blocks()


class Status(NotebookView):
    """The case at a glance; its fields are those of the row that `tracer status -f json` prints."""

    def __init__(self, found: CaseStatus) -> None:
        self._found = found

    def __getattr__(self, name: str) -> Any:
        """A field of the row: `lists`, `rows`, `parties`, `run`, `changed`, `waiting` …"""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._found, name)

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The row; lang: `en` or `zh`, of what waits for a person."""
        return self._found.to_json(lang)

    def lines(self, lang: str = "en") -> list[str]:
        """The screen of `tracer status`, in `en` or `zh`."""
        return list(self._found.lines(lang))

    def __str__(self) -> str:
        from tracer.visible import visible

        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        from tracer.wording.sections import DrawnLines

        yield DrawnLines(tuple(str(self).splitlines()))
