"""What the stages of one trace read, and what of it is computed once for all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from secrets import token_hex
from types import TracebackType
from typing import Any, NewType, Self, TypeVar, cast

import duckdb
import pyarrow as pa

from tracer.case.registered import temp_table
from tracer.documents import json_of
from tracer.findings.earlier import EarlierAnswers

T = TypeVar("T")
Relation = NewType("Relation", str)
"""A relation by its name in SQL, handed from what made it to what reads it."""


class CaseFacts:
    """The facts of a case, which stay as they are during a trace.

    Stages are handed this instead of the connection alone. Some forty functions lead from a stage to a question that
    another stage asks too, or to an answer from a cluster; a second argument would be in the signatures of all of them.
    Functions that only read the case take `con`.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, *, from_scratch: bool = False, earlier: EarlierAnswers | None = None
    ) -> None:
        self.con = con
        self._earlier = earlier
        self.from_scratch = from_scratch
        """Whether nothing that was computed before may be taken: what is checked must be computed."""
        self._known: dict[Hashable, object] = {}
        self._made: list[Relation] = []
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._entered.__exit__(kind, error, at)
        if kind is None:  # an error undoes them with its transaction, in which nothing more can be executed
            self.drop(*self._made)

    def once(self, question: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` returns, which several stages ask by the same `question`."""
        if question not in self._known:
            self._known[question] = compute()
        return cast(T, self._known[question])

    def entered(self, question: Hashable, context: Callable[[], AbstractContextManager[object]]) -> None:
        """Enter what several stages need, once, until the trace ends."""
        self.once(("entered", question), lambda: self._entered.enter_context(context()))

    def kept(self, name: str, rests_on: object, lists: Collection[int], compute: Callable[[], Any]) -> Any:
        """What `compute` gives, or gave in an earlier trace: see `EarlierAnswers.ask`."""
        if self._earlier is None:
            return json_of(json.dumps(compute()))
        return self._earlier.ask(name, rests_on, lists, compute)

    def kept_each(
        self, name: str, asked: Sequence[tuple[object, Collection[int]]], compute: Callable[[Sequence[int]], list[Any]]
    ) -> list[Any]:
        """The same of several questions (what each rests on, its lists); `compute` gives those at these places."""
        if self._earlier is None:
            return [json_of(json.dumps(one)) for one in compute(range(len(asked)))] if asked else []
        return self._earlier.ask_each(name, asked, compute)

    def make(self, what: str, rows: str | pa.Table, bound: Mapping[str, Any] | None = None) -> Relation:
        """A TEMP table of the rows of a SELECT or of an Arrow table, until it is dropped or the trace ends.

        what: the beginning of its name, which an error of DuckDB shows.
        """
        made = Relation(f"{what}_{token_hex(6)}")
        if isinstance(rows, str):
            self.con.execute(f"CREATE TEMP TABLE {made} AS {rows}", bound)
        else:
            temp_table(self.con, made, rows)
        self._made.append(made)
        return made

    def drop(self, *relations: Relation) -> None:
        """Drop relations that were made here, where nothing reads them any more."""
        for relation in relations:
            self.con.execute(f"DROP TABLE temp.{relation}")
            self._made.remove(relation)
