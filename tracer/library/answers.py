"""What a case answers, as values that a notebook shows: rows, why an edge is there, a chain, which copies, the case."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakKeyDictionary

from tracer.errors import UsageError
from tracer.late_imports import imported_when_used
from tracer.library.arguments import language, one_of
from tracer.library.base import Listener

with imported_when_used():
    from tracer import manifest
    from tracer.ask.named import ValueRows, find_query, run_query
    from tracer.ask.noticed import noticed_lines
    from tracer.ask.result import ColumnType, Result, flat_records, json_rows
    from tracer.ask.short_why import short_why
    from tracer.ask.show import Branch
    from tracer.ask.status import CaseStatus
    from tracer.ask.story import Teller, lead
    from tracer.ask.table import column_heading, table_lines, table_text
    from tracer.ask.why import explained_edge, why, why_json, why_text
    from tracer.case.case import Case as OpenStore
    from tracer.disclosure import Number, Reason
    from tracer.documents import json_of
    from tracer.export.report.compose import Report, render_html, render_pdf
    from tracer.findings.statements import Statement, statements
    from tracer.library.base import Meters
    from tracer.lists.loaded import Loaded
    from tracer.manifest import Manifest, apply_manifest
    from tracer.publish.answers import Leaving
    from tracer.stages import not_up_to_date, what_is_not_traced
    from tracer.trace import trace
    from tracer.visible import visible
    from tracer.wording import Codes, Voice, say, word
    from tracer.wording.html import html_blocks
    from tracer.wording.markdown import markdown_blocks
    from tracer.wording.names import Introduced, Names, names_of
    from tracer.wording.sections import Block, DrawnLines, Heading, Paragraph, Points, with_texts
    from tracer.wording.sections import Table as Rows
    from tracer.wording.terminal import terminal_text

if TYPE_CHECKING:
    import duckdb
    import pandas
    import polars

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
        return iter(with_texts(self.blocks(), visible))

    def _repr_html_(self) -> str:
        """For notebooks; every text of the case is escaped."""
        return f'<div class="tracer">{html_blocks(self._visible())}</div>'

    def _repr_markdown_(self) -> str:
        """For notebooks and pages; every text of the case stays text."""
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
            plain: list[dict[str, Any]] = json_of(json.dumps(list(self._records), default=str))
            return plain
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

        Raises `UsageError`: pandas is not installed.

        >>> Table.of_rows([{"rows": 600}]).to_pandas()["rows"].sum()
        np.int64(600)
        """
        self._require_package("pandas")
        frame: pandas.DataFrame = self.to_arrow().to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars data frame, on the same memory where polars can.

        Raises `UsageError`: polars is not installed.

        >>> Table.of_rows([{"rows": 600}]).to_polars()  # doctest: +SKIP
        shape: (1, 1)
        """
        self._require_package("polars")
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)  # noqa: S101 - polars gives a series for an array alone
        return frame

    @staticmethod
    def _require_package(package: str) -> None:
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
        return "\n".join(table_lines(self.result, _WIDTH, self.lang))

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    def blocks(self) -> Iterator[Block]:
        """The first rows under the headings of the command line; not public."""
        result = replace(self.result, table=self.result.table.slice(0, _SHOWN))
        shown = [one for one in result.columns if not one.detail and one.type is not ColumnType.CODES]
        if not len(self):
            yield Paragraph(word("table-no-rows", self.lang))
        else:
            head = tuple(column_heading(one.name, self.lang) for one in shown)
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
        return visible(terminal_text(self._short[language(lang or self.lang)])).rstrip("\n")

    def details(self, width: int = 100) -> str:
        """All numbers, rows' positions, dates and documents, in lines of at most `width` cells."""
        return why_text(_without_codes(self._answer), width, self.lang)

    def to_json(self) -> dict[str, Any]:
        """Everything, as `tracer why A B -f json` prints it."""
        answer: dict[str, Any] = json_of(self.json_text())
        return answer

    def json_text(self) -> str:
        """The same as text."""
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
        found: dict[str, Any] = json_of(self.written("json").decode())
        return found

    def text(self) -> str:
        """The page in lines of at most 80 cells."""
        return visible(terminal_text([Heading(1, self._page.title), *self._page.blocks]))

    def written(self, to: str) -> bytes:
        """The page as one of `FORMS`. Raises `InputRefused` where print lacks a glyph."""
        if to == "html":
            return render_html(self._page).encode("utf-8", "replace")
        if to == "pdf":
            return render_pdf(self._page)
        text = json.dumps(self._found, ensure_ascii=False, indent=2, default=str) + "\n"
        return (text if to == "json" else self.text()).encode("utf-8", "replace")

    def leaving(self, way: Leaving) -> ListCheck:
        """The same as it may leave the case; not public."""
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
        tree: dict[str, Any] = json_of(self.json_text())
        return tree

    def json_text(self) -> str:
        """The same as text."""
        return json.dumps(asdict(self.tree), ensure_ascii=False, indent=2) + "\n"

    def lines(self) -> list[str]:
        """The tree, each branch indented under its own."""
        return ["  " * deep + f"{of.grade} {of.text}".lstrip() for deep, of in _walked_branches(self.tree)]

    def __str__(self) -> str:
        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        yield DrawnLines(tuple(visible(line) for line in self.lines()))


def _walked_branches(branch: Branch, deep: int = 0) -> Iterator[tuple[int, Branch]]:
    yield deep, branch
    for inner in branch.branches:
        yield from _walked_branches(inner, deep + 1)


def explanation_of(con: Any, a: str, b: str, lang: str, way: Leaving | None, *, wanted: frozenset[str]) -> Explanation:
    """The explanation of an edge; `wanted`: `short` in which languages, and `text` or `codes` of the details."""
    stale = not_up_to_date(con)
    narrowed = dict if way is None else way.row
    short = {}
    for spoken in sorted(wanted & {"en", "zh"}):
        untraced = "" if stale is None else say(stale, spoken)
        found = explained_edge(con, a, b, untraced=untraced, narrowed=narrowed)
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
        return visible("\n".join(self.lines()))

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        yield DrawnLines(tuple(str(self).splitlines()))


_KINDS: Mapping[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "retention": ("retention", ("release", "seen_in"), ("retention", "held")),
    "chain": ("resale-chains", ("chain", "datasets"), ("chain",)),
    "attribution": ("attributions", ("dataset", "release"), ("attribution",)),
    "derivation": ("derivations", ("parent", "child"), ("derivation",)),
    "claim": ("claims", ("claim",), ("claim",)),
}
"""Kind of finding, the weightiest first → the named query of its rows, the keys of what it is about, and the kinds of
statements that it holds."""


@dataclass(frozen=True)
class Finding(NotebookView):
    """One finding: what it says, how sure it is, what it rests on and what speaks against it.

    Two findings are equal where they say the same of the same.
    """

    kind: str
    """`retention`, `chain`, `attribution`, `derivation` or `claim`."""
    subjects: tuple[tuple[str, str], ...]
    """What it is about, as pairs of a key and an id: `(("parent", "d1"), ("child", "d7"))`."""
    grade: str
    """G0 to G5 (`tracer help grades`)."""
    probability: float | None
    """0 to 1; None for what has no probability of its own (an attribution, a claim)."""
    row: Mapping[str, Any] = field(repr=False)
    """The row of the named query, with the keys and values of `-f json` in English."""
    _statement: Statement = field(repr=False, compare=False)
    _names: Mapping[str, Names] = field(repr=False, compare=False)

    def __hash__(self) -> int:
        return hash((self.kind, self.subjects))

    def headline(self, lang: str = "en") -> str:
        """Who, what and when, in one sentence; `lang`: `en` or `zh`."""
        return self._voice(lang).say(self._statement.said)

    def sureness(self, lang: str = "en") -> str:
        """How sure that is, in words and numbers; empty where nothing measures it."""
        voice = self._voice(lang)
        return (" " if lang == "en" else "").join(voice.say(one) for one in self._statement.sure)

    def reasons(self, lang: str = "en") -> tuple[str, ...]:
        """What it rests on, a sentence each, the strongest first."""
        return self._sentences(self._statement.reasons, lang)

    def against(self, lang: str = "en") -> tuple[str, ...]:
        """What speaks against it, a sentence each."""
        return self._sentences(self._statement.against, lang)

    def text(self, lang: str = "en") -> str:
        """All of it as lines of at most 80 cells: headline, how sure, what for it, what against it."""
        return visible(terminal_text(self.blocks(lang))).rstrip("\n")

    def to_json(self) -> dict[str, Any]:
        """The row of the named query, as `tracer query NAME -f json` prints it."""
        return dict(self.row)

    def __str__(self) -> str:
        return self.text()

    def blocks(self, lang: str = "en") -> Iterator[Block]:
        """What is shown; not public."""
        yield Heading(2, self.headline(lang), self.grade)
        if sure := self.sureness(lang):
            yield Paragraph(sure)
        if reasons := self.reasons(lang):
            yield Paragraph(say(Reason.of("why-rests-on"), lang), "label")
            yield Points(reasons, "for")
        if against := self.against(lang):
            yield Paragraph(say(Reason.of("why-speaks-against"), lang), "label")
            yield Points(against, "against")

    def _voice(self, lang: str) -> Voice:
        return Voice(lang, Introduced(self._names[language(lang)], lang))

    def _sentences(self, said: Sequence[Number], lang: str) -> tuple[str, ...]:
        voice = self._voice(lang)
        return tuple(voice.show(one) for one in said)


def findings_of(con: duckdb.DuckDBPyConnection, kind: str | None, least: float) -> list[Finding]:
    """The findings of a case, the weightiest kind first; `least`: probability of those that have one.

    Raises `UsageError`: a kind that there is not.
    """
    kinds = tuple(_KINDS) if kind is None else (one_of(kind, _KINDS, "kind"),)
    names = {lang: names_of(con, lang) for lang in ("en", "zh")}
    rows, found = ValueRows(con), []
    for each in kinds:
        query, keys, stated = _KINDS[each]
        said = {_about(row, keys): row for row in json_rows(run_query(con, find_query(query)))}
        for one in statements(rows, stated, least):
            about = _about(one.row, keys)
            found.append(Finding(each, about, one.grade, one.probability, said[about], one, names))
    return found


def _about(row: Mapping[str, Any], keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple((key, " ".join(map(str, row[key])) if isinstance(row[key], list) else str(row[key])) for key in keys)


_LEAST = 0.05
"""Findings under this probability are in no answer."""


@dataclass(frozen=True)
class Run(NotebookView):
    """What a trace did.

    >>> run = case.trace()
    >>> run.number, run.added, run.new  # nothing has changed since the last one
    (None, 0, ())
    """

    number: int | None
    """Number of the run; None where nothing had changed."""
    stages: tuple[str, ...]
    """What was computed again, in order."""
    added: int
    """Findings of all kinds that are new or changed, also those that no answer shows."""
    removed: int
    """Findings that no longer hold; they are superseded, not erased."""
    result: str
    """SHA-256 over all current findings: the same case gives the same."""
    new: tuple[Finding, ...] = ()
    """Findings about something of which there was none before."""
    changed: tuple[Finding, ...] = ()
    """Findings that say something else than before, as they are now."""
    superseded: tuple[Finding, ...] = ()
    """Findings of which none is left, as they were."""
    noticed: tuple[str, ...] = ()
    """What a judgement moved, and what does not fit together, in sentences."""
    lead: tuple[str, ...] = ()
    """The strongest findings in a few lines; after `run` alone."""
    loaded: tuple[Loaded, ...] = ()
    """The datasets that a manifest added; after `run` alone."""
    applied: tuple[str, ...] = field(default=(), repr=False)
    """What became of a manifest, a line each; after `run` alone."""

    def summary(self) -> str:
        """One line: how many findings are new or changed, and how many are superseded."""
        if self.number is None:
            return "Nothing has changed since the last trace."
        results = "1 result" if self.added == 1 else f"{self.added:,} results"
        return f"Run {self.number}: {results} new or changed, {self.removed:,} superseded."

    def __str__(self) -> str:
        return self.summary()

    def blocks(self) -> Iterator[Block]:
        """What is shown; not public."""
        yield Paragraph(self.summary())
        for title, found in (("New", self.new), ("Changed", self.changed), ("Superseded", self.superseded)):
            if found:
                yield Paragraph(title, "label")
                yield Points(tuple(f"{one.grade} {one.headline()}".strip() for one in found))
        if self.noticed:
            yield Points(self.noticed)


def trace_store(store: OpenStore, meters: Meters, lang: str, *, compare: bool) -> Run:
    """Bring the findings of a store up to date; compare: whether findings before and after are compared."""
    before = findings_of(store.con, None, _LEAST) if compare else []
    with meters("tracing", store.con, 0) as meter:
        done = trace(store, meter.begin)
    after = before if done.run is None or not compare else findings_of(store.con, None, _LEAST)
    was = {(one.kind, one.subjects): one for one in before}
    now = {(one.kind, one.subjects): one for one in after}
    return Run(
        done.run,
        done.stages,
        done.added,
        done.superseded,
        done.result,
        new=tuple(one for about, one in now.items() if about not in was),
        changed=tuple(one for about, one in now.items() if about in was and one != was[about]),
        superseded=tuple(one for about, one in was.items() if about not in now),
        noticed=tuple(noticed_lines(store.con, done.run, lang)),
    )


def main_job(
    store: OpenStore,
    asked: Manifest,
    meters: Meters,
    lang: str,
    *,
    replaces: bool,
    compare: bool,
    tell: Listener,
    called: str = "",
) -> Run:
    """Load what a manifest asks for and the store lacks, trace, and put the strongest findings into words."""
    try:
        with meters("loading", store.con, asked.bytes_of_files()) as meter:
            done = apply_manifest(store, asked, replace=replaces, meter=meter)
    except manifest.FilesRefused as refused:
        for line in refused.done.lines():
            tell(line)
        raise
    lines = done.lines()
    for line in lines:
        tell(line)
    run = trace_store(store, meters, lang, compare=compare)
    return replace(run, lead=tuple(lead_lines(store, lang, called)), loaded=tuple(done.loaded), applied=tuple(lines))


def lead_lines(store: OpenStore, lang: str, called: str = "") -> list[str]:
    """The strongest findings, a sentence each, and how to see more; `called`: how commands name the case."""
    teller, stale = teller_of(store, lang)
    return lead(store.con, lang, case=called, untraced=stale, teller=teller)


def teller_of(store: OpenStore, lang: str) -> tuple[Teller, str]:
    """What says a store's findings, and that they are not up to date: the same while one that is only read is open."""
    kept = _OPEN.setdefault(store, {}) if store.read_only else {}
    if lang not in kept:
        kept[lang] = Teller(store.con, lang), what_is_not_traced(store.con, lang=lang)
    return kept[lang]


_OPEN: WeakKeyDictionary[OpenStore, dict[str, tuple[Teller, str]]] = WeakKeyDictionary()
