"""What the stages of one trace are handed and how they write: facts, what is computed once for all of them, answers of
earlier traces that hold as they are, and rows of findings with the number of their run.

An answer of an earlier trace is found by its name, the version of the code that gave it, and what it was computed from.
Where any of these differs it is another question, and is computed. So a kept answer can spare work but never change a
finding.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from secrets import token_hex
from types import TracebackType
from typing import Any, NewType, Self, TypeVar, cast

import duckdb
import pyarrow as pa

from tracer.case.registered import registered, temp_table
from tracer.disclosure import Reason, Text, stored
from tracer.documents import json_of

T = TypeVar("T")
Relation = NewType("Relation", str)
"""A relation by its name in SQL, handed from what made it to what reads it."""


class EarlierAnswers:
    """What earlier traces have left, and what this one leaves."""

    def __init__(self, con: duckdb.DuckDBPyConnection, method: str) -> None:
        """method: the version of the code that computes."""
        self._con, self._method = con, f"{method} {duckdb.__version__}"
        self._had: dict[str, str] = dict(con.execute("SELECT question, answer FROM earlier_answer").fetchall())
        self._contents: dict[int, str] = dict(
            con.execute("SELECT no, concat_ws('|', sha256, loaded_at, purged_at, options) FROM dataset").fetchall()
        )
        self._asked = dict[str, str]()
        self._new = dict[str, tuple[str, str, Collection[int]]]()

    def ask_each(
        self, name: str, asked: Sequence[tuple[object, Collection[int]]], compute: Callable[[Sequence[int]], list[Any]]
    ) -> list[Any]:
        """The answers of several questions of one name; `compute` gives those at these places of `asked`, in order."""
        questions = []
        for rests_on, lists in asked:
            contents = [(number, self._contents[number]) for number in sorted(lists)]
            question = json.dumps([self._method, name, rests_on, contents], sort_keys=True)
            questions.append(hashlib.sha256(question.encode()).hexdigest())
        self._asked |= dict.fromkeys(questions, name)
        missing = [at for at, question in enumerate(questions) if question not in self._had]
        for at, answer in zip(missing, compute(missing) if missing else [], strict=True):
            self._had[questions[at]] = json.dumps(answer)
            self._new[questions[at]] = (name, self._had[questions[at]], asked[at][1])
        return [json_of(self._had[question]) for question in questions]

    def keep(self) -> None:
        """Keep what was computed, in place of what was kept under the same names and not asked for."""
        names, asked = (
            pa.table({"value": pa.array(sorted(values), pa.string())})
            for values in (set(self._asked.values()), self._asked)
        )
        with registered(self._con, names_asked=names, questions_asked=asked):
            self._con.execute(
                "DELETE FROM earlier_answer WHERE name IN (SELECT value FROM names_asked)"
                " AND question NOT IN (SELECT value FROM questions_asked)"
            )
        if self._new:
            rows = [(question, *kept) for question, kept in sorted(self._new.items())]
            questions, of, answers, lists = (list(column) for column in zip(*rows, strict=True))
            table = {"question": pa.array(questions, pa.string()), "name": pa.array(of, pa.string())}
            table["answer"] = pa.array(answers, pa.string())
            table["lists"] = pa.array([sorted(numbers) for numbers in lists], pa.list_(pa.int32()))
            with registered(self._con, answers_found=pa.table(table)):
                self._con.execute("INSERT INTO earlier_answer BY NAME FROM answers_found")


def forget_lists(con: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> None:
    """Remove the answers that rest on the contents of datasets with these numbers."""
    con.execute(
        "DELETE FROM earlier_answer WHERE len(list_intersect(lists, $numbers::INTEGER[])) > 0",
        {"numbers": sorted(numbers)},
    )


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
        """What `compute` gives, or gave in an earlier trace, as JSON holds it: tuples come back as lists, keys of
        objects as text.

        name: which question it is. rests_on: all that the answer depends on but the contents of lists of these numbers,
        which never change; JSON. lists: those whose contents it rests on; it goes when one of them is purged.
        """
        return self.kept_each(name, [(rests_on, lists)], lambda _: [compute()])[0]

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


def put_rows(
    con: duckdb.DuckDBPyConnection, table: str, run: int, columns: str, rows: Iterable[Sequence[object]]
) -> None:
    """Insert rows into a finding table, whose types they take.

    columns: names between spaces, in the order of a row's values. Names are the code's own.
    """
    listed = list(rows)
    if not listed:
        return
    names = ", ".join(f'"{name}"' for name in columns.split())
    schema = con.execute(f"SELECT {names} FROM {table} LIMIT 0").to_arrow_table().schema
    arrays = [pa.array(values, field.type) for values, field in zip(zip(*listed, strict=True), schema, strict=True)]
    put_table(con, table, run, dict(zip(schema.names, arrays, strict=True)))


def put_table(con: duckdb.DuckDBPyConnection, table: str, run: int, columns: Mapping[str, pa.Array]) -> None:
    """The same by columns; those that are not given are empty."""
    with registered(con, found_rows=pa.table(dict(columns))):
        con.execute(f"INSERT INTO {table} BY NAME SELECT $run AS run, * FROM found_rows", {"run": run})


def kept(reasons: Iterable[Reason | str]) -> list[dict[str, str]]:
    """Reasons as a finding table holds them."""
    return [stored(one if isinstance(one, Reason) else Reason.of("as-written", text=Text(one))) for one in reasons]
