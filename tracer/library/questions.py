"""What a case answers: named queries, SQL, findings, why an edge is there, which releases a dataset came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

from tracer.late_imports import imported_when_used
from tracer.library import arguments as read
from tracer.library.answers import (
    Attribution,
    Chain,
    Explanation,
    Finding,
    Status,
    Table,
    explanation_of,
    findings_of,
    lead_lines,
    teller_of,
)
from tracer.library.arguments import AnyPath, Day, Option
from tracer.library.base import CasePart

with imported_when_used():
    from tracer.ask.attributing import attributions_of, same_people_in
    from tracer.ask.bounds import FREE, NAMED, Bounds
    from tracer.ask.named import all_queries, bind, find_query, run_query
    from tracer.ask.result import Result
    from tracer.ask.sandbox import run_sql
    from tracer.ask.show import Branch, show
    from tracer.ask.status import status
    from tracer.ask.story import StorySection, story
    from tracer.ask.table import rendered
    from tracer.case.case import Case as OpenStore
    from tracer.clock import today
    from tracer.disclosure import Reason
    from tracer.documents import json_of
    from tracer.errors import UsageError
    from tracer.file_writing import put_file
    from tracer.plugins import by_plugin
    from tracer.publish import Wanted, prepare
    from tracer.publish.answers import Leaving
    from tracer.stages import not_up_to_date
    from tracer.stages import what_is_not_traced as sentence
    from tracer.wording import Voice, say, terminal
    from tracer.wording.terminal import terminal_text

if TYPE_CHECKING:
    import networkx

A = TypeVar("A")
Timeout: TypeAlias = Annotated[float | None, Option("Stop it then (default: 600; SQL: 60).", "SECONDS", above=0)]
Most: TypeAlias = Annotated[int | None, Option("Rows to give at most (default: 100,000).", "NUMBER", "--rows", least=1)]

_GRAPH_ANSWERS = "The whole provenance graph: nodes and edges, as JSON."
_FORMS = ("json", "ndjson", "csv", "parquet", "table")
"""The formats of rows that are written to a file."""
_DIGITS = re.compile(r"\d{7,}")


class Asking(CasePart):
    """The questions of a `Case`. They open the store for reading, and each is journaled."""

    def query(
        self,
        name: str | None = None,
        /,
        params: Mapping[str, object] | None = None,
        *,
        lang: str = "en",
        timeout: Timeout = None,
        most: Most = None,
        path: AnyPath | None = None,
        to: str = "csv",
        width: int = 100,
        **given: object,
    ) -> Table:
        """Run a named query; without a name, list them.

        `tracer query NAME --case DIR -p key=value`; a mistyped parameter names the valid ones.

        In Python, parameters are given by keyword, or in `params` where they are called like an argument of this
        method. timeout: seconds (600 by default); most: rows (100,000 by default). path: write the rows to this file,
        too, in the format `to` (json, ndjson, csv, parquet, table): what leaves goes through the gate, and protected
        parties have pseudonyms in it. Keys of the rows: `tracer query NAME` prints them. Raises `UsageError`: no such
        query; an unknown, missing or malformed parameter; an id that the case does not have; a bound that is not above
        0; `InputRefused`: it takes longer than it may; something must not leave.

        >>> case.query("overlaps", dataset="vendor").rows()[0]["shared"]
        600
        """
        if name is None:
            return queries()
        found = find_query(name)
        said = {key: value for key, value in {**(params or {}), **given}.items() if value is not None}
        texts = {key: value.isoformat() if isinstance(value, date) else str(value) for key, value in said.items()}
        texts |= {key: str(value).lower() for key, value in said.items() if isinstance(value, bool)}
        asked = bind(found, texts)  # a mistyped parameter is reported before the case is opened
        spoken = str(asked["lang"]) if "lang" in texts else read.language(lang)
        voice = Voice(spoken)
        bounds = Bounds(
            read.above_zero(timeout, "timeout") or NAMED.seconds, read.above_zero(most, "most") or NAMED.rows
        )
        detail = {"query": name, "parameters": {key: without_numbers(value) for key, value in texts.items()}}
        detail |= by_plugin(found.plugin)
        with self._access.reading() as store:
            table = _rows(
                store,
                lambda _: run_query(store.con, found, texts, bounds, voice=voice),
                "query",
                lambda result: {**detail, "rows": result.table.num_rows},
                path,
                to,
                width,
                spoken,
            )
            warning = not_up_to_date(store.con, found.sql)
        if warning is not None:
            table.notes = (*table.notes, voice.say(warning))
        return table

    def sql(
        self,
        statement: str,
        *,
        lang: str = "en",
        timeout: Timeout = None,
        most: Most = None,
        path: AnyPath | None = None,
        to: str = "csv",
        width: int = 100,
    ) -> Table:
        """Run read-only SQL over the documented views.

        `SHOW TABLES` lists the views and `DESCRIBE views.NAME` their columns. Files and the network are out of reach.

        In Python, timeout: seconds (60 by default); the rest as for `query`. Raises `UsageError`: the statement does
        not only read, or names something else than a documented view; `InputRefused`: it takes longer than it may;
        something must not leave.

        >>> case.sql("SELECT dataset, rows FROM views.datasets ORDER BY rows LIMIT 1").rows()
        [{'dataset': 'vendor', 'rows': 600}]
        """
        bounds = Bounds(read.above_zero(timeout, "timeout") or FREE.seconds, read.above_zero(most, "most") or FREE.rows)
        with self._access.reading() as store:
            return _rows(
                store,
                lambda way: run_sql(
                    store.con, statement, bounds, lang=read.language(lang), narrowed=way.masked_view if way else None
                ),
                "sql",
                lambda result: {"statement": without_numbers(statement), "rows": result.table.num_rows},
                path,
                to,
                width,
                lang,
            )

    def findings(self, kind: str | None = None, *, least: float = 0.5) -> list[Finding]:
        """The findings of the last trace, the weightiest kind first.

        kind: `retention`, `chain`, `attribution` (those that name a copy), `derivation` or `claim`; all by default.
        least: probability, 0 to 1, of those that have one.

        Raises `UsageError`: the kind is unknown, or the probability none.

        >>> [finding.subjects for finding in case.findings("derivation")]
        [(('parent', 'client'), ('child', 'vendor')), (('parent', 'vendor'), ('child', 'trader'))]
        """
        with self._access.reading() as store:
            found = findings_of(store.con, kind, read.share(least, "least"))
            store.journal.append(command="findings", detail={} if kind is None else {"kind": kind})
        return found

    def story(self, lang: str = "en") -> list[StorySection]:
        """All that `tracer findings` prints after its first lines: sections with a title, findings and a note.

        >>> [section.query for section in case.story() if section.findings]
        ['resale-chains', 'derivations']
        """
        with self._access.reading() as store:
            teller, stale = teller_of(store, read.language(lang))
            told = story(store.con, untraced=stale, lang=lang, teller=teller)
            store.journal.append(command="findings")
        return told

    def lead(self, lang: str = "en", *, called: str = "") -> list[str]:
        """The strongest findings in at most 15 lines of 80 cells.

        called: how the commands that it names call the case (`--case DIR`).

        >>> case.lead()[0]
        '4 lists, 3,150 records.'
        """
        with self._access.reading() as store:
            return lead_lines(store, read.language(lang), called)

    def why(
        self,
        a: str,
        b: str,
        *,
        lang: str = "en",
        path: AnyPath | None = None,
        to: str = "text",
        width: int = 100,
        only: frozenset[str] = frozenset({"en", "zh", "codes"}),
    ) -> Explanation:
        """Explain what ties A and B (datasets, releases, parties or claims).

        In a few lines: the answer, how sure it is, what it rests on, what speaks against it, and what would settle it.
        "Cannot be told" is an answer. `--details` and JSON have everything behind it.

        In Python, ids or names in either order. path: write it to this file, too, through the gate; to: `text` (the
        short answer), `details` or `json`. only: what is made of it; not public. Raises `UsageError`: the case does not
        have one of them; names the nearest; `InputRefused`: something must not leave.

        >>> print(case.why("client", "vendor"))
        vendor, held by vendor-a on 1 March 2026, was copied from client, held by client
        on 1 January 2026.
        ...
        """
        read.one_of(to, ("text", "details", "json"), "to")
        with self._access.reading() as store:
            return _journaled_answer(
                store,
                lambda way: explanation_of(store.con, a, b, read.language(lang), way, wanted=only),
                "why",
                lambda _: {"a": a, "b": b},
                path,
                lambda answer: explanation_text(answer, to, width),
            )

    def show(
        self,
        name: Annotated[str, Option("", "PARTY|DATASET")],
        *,
        least: Annotated[float, Option("Leave out findings under this probability.", least=0, most=1)] = 0.5,
        lang: str = "en",
        path: AnyPath | None = None,
        to: str = "text",
        drawn: Callable[[Branch], str] | None = None,
    ) -> Chain:
        """Draw the chain of a party, dataset or copy as a tree: where it came from and where it went.

        In Python, path: write it to this file, too, through the gate; to: `text` or `json`. drawn: how a tree becomes
        text; not public. Raises `UsageError`: the case has nothing of that name; `InputRefused`: something must not
        leave.

        >>> case.show("vendor").tree.kind
        'dataset'
        """
        if path is not None:
            read.one_of(to, ("text", "json"), "to")
        read.share(least, "least")

        def chain(way: Leaving | None) -> Chain:
            narrowed, untraced = dict if way is None else way.row, not_up_to_date(store.con)
            tree = show(store.con, name, least=least, untraced=untraced, narrowed=narrowed, lang=read.language(lang))
            return Chain(tree) if way is None else Chain(way.tree(tree), way.notes)

        def written(chain: Chain) -> str:
            if to == "json":
                return chain.json_text()
            return f"{chain}\n" if drawn is None else drawn(chain.tree)

        with self._access.reading() as store:
            return _journaled_answer(store, chain, "show", lambda _: {"of": name, "least": least}, path, written)

    def attribute(
        self,
        dataset: str,
        *others: Annotated[str, Option("", "[DATASET]…")],
        alpha: Annotated[float, Option("Family-wise error of each of the two nulls.", above=0, most=0.5)] = 0.01,
        lang: str = "en",
        path: AnyPath | None = None,
        to: str = "csv",
        width: int = 100,
    ) -> Attribution:
        """Attribute a dataset to the releases it came from: a row for every release that shares rows, accused or not.

        Computed on demand, needs no `tracer trace`. The family of the error rate is the one dataset: over all releases
        compared, an innocent recipient is accused with a chance of at most ALPHA for the code null and ALPHA for the
        block null, together at most twice ALPHA. Several datasets are scored together, as leaks of the same releases:
        one family, one tail. The last line says which copy it is, and how often that is wrong.

        In Python, path, to: as for `query`. Raises `UsageError`: the case does not have one of the datasets; an alpha
        that is not above 0 and at most .5.

        >>> case.attribute("trader").accused  # nothing was released
        []
        """
        if not 0 < alpha <= 0.5:
            raise UsageError(f"invalid error rate {alpha!r}", where="alpha", remedy="give one above 0 and at most 0.5")
        answers: list[str] = []

        with self._access.reading() as store:

            def made(_: object) -> Result:
                result = attributions_of(store.con, dataset, *others, alpha=alpha, voice=Voice(read.language(lang)))
                answers.append(result.notes[-1])
                return result

            detail = {"datasets": [dataset, *others], "alpha": alpha}
            table = _rows(store, made, "attribute", lambda _: detail, path, to, width, lang)
        return Attribution(table.result, answers[0], lang=lang)

    def persons(self, a: str, b: str, *, lang: str = "en") -> Table:
        """Estimate how many people the datasets A and B share where no identifier joins them.

        It compares names and the columns next to them (addresses, birthdays, places, sex): an estimate with its
        interval, and how many of the links are right. No person is listed, and nothing is kept: see
        `tracer help persons`.

        Raises `UsageError`: the case does not have one of them; `InputRefused`: the lists have nothing to compare, or
        too few rows.
        """
        with self._access.reading() as store:
            result = same_people_in(store.con, a, b, read.language(lang))
            store.journal.append(command="persons", detail={"a": a, "b": b})
        return Table(result, notes=(*result.notes, say(Reason.of("persons-estimated"), lang)), lang=lang)

    def graph(self, *, lang: str = "en") -> networkx.MultiDiGraph[str]:
        """The provenance graph, masked: nodes and edges with the keys of `tracer query graph` as attributes.

        `graph.graph["notes"]`: what is left out of it, and that it is not up to date.

        >>> sorted(node["label"] for _, node in case.graph().nodes.items() if node["kind"] == "dataset")
        ['client', 'other', 'trader', 'vendor']
        """
        import networkx

        text, notes = self.graph_json(lang=lang)
        document = json_of(text)
        graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
        graph.graph.update({name: value for name, value in document.items() if name not in ("nodes", "edges")})
        graph.graph["notes"] = notes
        for node in document["nodes"]:
            graph.add_node(node.pop("id"), **node)
        for edge in document["edges"]:
            graph.add_edge(edge.pop("source"), edge.pop("target"), **edge)
        return graph

    def graph_json(self, *, lang: str = "en") -> tuple[str, tuple[str, ...]]:
        """The graph as the JSON text that `tracer query graph` prints, and notes.

        >>> case.graph_json()[0][:1]
        '{'
        """
        with self._access.reading() as store:
            files = prepare(store, Wanted("json", lang=read.language(lang))).files
            content, warning = files[""], not_up_to_date(store.con)
            store.journal.append(command="query", detail={"query": "graph"})
        return content.decode(), () if warning is None else (say(warning, lang),)

    def status(self) -> Status:
        """Show a case at a glance: lists, parties, the last trace, what changed since, what waits for a person.

        >>> case.status().lists, case.status().run
        (4, 1)
        """
        with self._access.reading() as store:
            return Status(status(store, today()))

    def not_up_to_date(self, lang: str = "en") -> str:
        """That the findings are not those of the case as it is now, in one sentence; empty where they are.

        >>> case.not_up_to_date()
        ''
        """
        with self._access.reading() as store:
            return sentence(store.con, lang=read.language(lang))

    def journal(
        self,
        *,
        last: Annotated[int | None, Option("So many entries.", least=1)] = 20,
        since: Annotated[Day | None, "All entries from this day on."] = None,
        command: Annotated[str | None, "Only entries of this command: load, trace, release …"] = None,
    ) -> Table:
        """Show what was done in the case, by whom and when, newest last.

        The journal is chained: `tracer verify` checks that it is as it was written.

        In Python, each entry is whole, and `last=None` gives all. Raises `UsageError`: `last` is not above 0.

        >>> case.journal(last=1, command="load").rows()[0]["command"]
        'load'
        """
        with self._access.reading() as store:
            read.above_zero(last, "last")
            first = read.day(since, "since")
            entries = [
                {
                    "entry": one["no"],
                    "at": str(one["at"])[:19],
                    "who": one.get("who"),
                    "command": one.get("command"),
                    "of": ", ".join(map(str, one.get("inputs") or {})),
                    "inputs": one.get("inputs"),
                    "detail": dict(one.get("detail") or {}),
                    "result": one.get("result"),
                    "hash": one["hash"],
                }
                for one in store.journal.entries()
                if command in (None, one.get("command")) and (first is None or str(one["at"])[:10] >= str(first))
            ]
        shown = entries if first is not None or last is None else entries[-last:]
        earlier = len(entries) - len(shown)
        notes = (f"{earlier:,} earlier entries: --last {len(entries)}",) if earlier else ()
        return Table.of_rows(shown, notes=notes)


def queries() -> Table:
    """The named queries and what each answers; no case is needed.

    >>> queries().columns
    ('query', 'answers')
    """
    listed = [{"query": one.name, "answers": one.answers} for one in all_queries().values()]
    return Table.of_rows([*listed, {"query": "graph", "answers": _GRAPH_ANSWERS}])


def explanation_text(answer: Explanation, to: str, width: int) -> str:
    """An explanation as a file or a screen has it, in lines of at most `width` cells."""
    if to == "text":
        return terminal_text(answer.blocks(), min(width, terminal.COLUMNS))
    return answer.json_text() if to == "json" else answer.details(width)


def _journaled_answer(
    store: OpenStore,
    make: Callable[[Leaving | None], A],
    command: str,
    detail: Callable[[A], dict[str, Any]],
    file: AnyPath | None,
    written: Callable[[A], str | bytes],
) -> A:
    """An answer, journaled; where it is written to a file, which others may get, it goes the way of every export.

    make: is given the gate where the answer leaves, None where the owner of the key reads it. written: the file.
    """
    target = read.path_or_none(file)
    if target is None:
        answer = make(None)
        store.journal.append(command=command, detail=detail(answer))
        return answer
    way = Leaving.of(store)
    answer = make(way)
    content = written(answer)
    store.journal.append(command=command, detail=detail(answer) | way.look_through(content, target))
    put_file(content, target)
    return answer


def _rows(
    store: OpenStore,
    make: Callable[[Leaving | None], Result],
    command: str,
    detail: Callable[[Result], dict[str, Any]],
    path: AnyPath | None,
    to: str,
    width: int,
    lang: str,
) -> Table:
    """The same for rows, in one of the formats."""
    if path is not None:
        read.one_of(to, _FORMS, "to")
    result = _journaled_answer(
        store,
        lambda way: make(way) if way is None else way.result(make(way)),
        command,
        detail,
        path,
        lambda result: rendered(result, to, width=width, lang=lang),
    )
    return Table(result, lang=lang)


def without_numbers(text: str) -> str:
    """Text for the journal: what may be a person's number is not in it.

    >>> without_numbers("call 14000001234")
    'call [number]'
    """
    return _DIGITS.sub("[number]", text)
