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
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Any, NewType, Self, TypeVar, cast

import duckdb
import pyarrow as pa

from tracer.case.store import registered_tables, temp_table
from tracer.disclosure import Reason, Text, stored_reason
from tracer.documents import json_of
from tracer.resources import sql_next_to

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
        with registered_tables(self._con, names_asked=names, questions_asked=asked):
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
            with registered_tables(self._con, answers_found=pa.table(table)):
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

    def enter(self, question: Hashable, context: Callable[[], AbstractContextManager[object]]) -> None:
        """Enter what several stages need, once, until the trace ends."""
        self.once(("entered", question), lambda: self._entered.enter_context(context()))

    def computed_once(self, name: str, rests_on: object, lists: Collection[int], compute: Callable[[], Any]) -> Any:
        """What `compute` gives, or gave in an earlier trace, as JSON holds it: tuples come back as lists, keys of
        objects as text.

        name: which question it is. rests_on: all that the answer depends on but the contents of lists of these numbers,
        which never change; JSON. lists: those whose contents it rests on; it goes when one of them is purged.
        """
        return self.computed_once_each(name, [(rests_on, lists)], lambda _: [compute()])[0]

    def computed_once_each(
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
    with registered_tables(con, found_rows=pa.table(dict(columns))):
        con.execute(f"INSERT INTO {table} BY NAME SELECT $run AS run, * FROM found_rows", {"run": run})


def kept(reasons: Iterable[Reason | str]) -> list[dict[str, str]]:
    """Reasons as a finding table holds them."""
    return [
        stored_reason(one if isinstance(one, Reason) else Reason.of("as-written", text=Text(one))) for one in reasons
    ]


# Answers to the stages' statements that were computed elsewhere: taken where they fit the case as it is now.
#
# An answer belongs to a question (a statement and what is bound in it) and to the facts it was computed from. Where
# facts or question differ, the statement is executed here, so that an answer can spare work but never outlive its case.

ROWS = "rows"
"""Name of the relation that a statement without CREATE gives."""
_statement = sql_next_to(__file__)
_KEY_STATEMENTS = Path(__file__).parent / "overlap" / "sql"


def question_of(name: str, text: str, bound: Mapping[str, Any]) -> str:
    """The digest of a question; the order of numbers in a list does not matter."""
    plain = {key: sorted(value) if isinstance(value, list | tuple) else value for key, value in bound.items()}
    return hashlib.sha256(json.dumps([name, text, plain], sort_keys=True).encode()).hexdigest()


def facts_of(con: duckdb.DuckDBPyConnection) -> str:
    """The digest of all that answers depend on: the loaded datasets, what is marked, segments, and how keys are put
    together by holder (the statements of `overlap/`)."""
    rows = con.execute(_statement("answer_facts")).fetchall()
    texts = [path.read_text(encoding="utf-8") for path in sorted(_KEY_STATEMENTS.glob("*.sql"))]
    return hashlib.sha256(repr((rows, texts)).encode()).hexdigest()


def ask(facts: CaseFacts, name: str, text: str, bound: Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
    """Execute the statement, or read its answer; `name` says which one it is ("sightings/seen")."""
    held_in = kept_answer(facts, name, text, bound or {}).get(ROWS)
    return facts.con.execute(text, bound) if held_in is None else answer_rows(facts, held_in)


def answer_rows(facts: CaseFacts, held_in: Relation) -> duckdb.DuckDBPyConnection:
    """All rows of an answer, in order."""
    return facts.con.execute(f"SELECT * FROM {held_in} ORDER BY ALL")


def kept_answer(facts: CaseFacts, name: str, text: str, bound: Mapping[str, Any]) -> dict[str, Relation]:
    """Relation -> the table that holds it, of an answer that fits; empty where there is none."""
    if facts.from_scratch:
        return {}
    rows = facts.con.execute(
        "SELECT relation, held_in, facts FROM cluster_answer WHERE question = $question",
        {"question": question_of(name, text, bound)},
    ).fetchall()
    if not rows or any(of != facts_of(facts.con) for of in {row[2] for row in rows}):
        return {}
    return {relation: Relation(held_in) for relation, held_in, _ in rows}


def drop_answers(con: duckdb.DuckDBPyConnection, *, stale_only: bool) -> None:
    """Remove kept answers, or those that do not fit the case any more: they hold keys of lists that may be gone."""
    rows = con.execute("SELECT held_in, facts FROM cluster_answer ORDER BY ALL").fetchall()
    if not rows:
        return
    facts = facts_of(con)
    for held_in, of in rows:
        if not (stale_only and of == facts):
            con.execute(f"DROP TABLE IF EXISTS {held_in}")
            con.execute("DELETE FROM cluster_answer WHERE held_in = $name", {"name": held_in})


# Findings that cannot be computed again because contents were purged: they stay as they were.
#
# A finding stays where it names a purged dataset or a release of one, where it is of a pair of lists that a purged one
# may have been between, where it is the verdict on a claim about a holder of one, or a part of a list of which another
# part was first in one. What a later trace finds about the same is dropped: without the contents it would not be the
# same question.


def _by_table(text: str) -> dict[str, list[str]]:
    return {name: columns for name, *columns in (one.split("/") for one in text.split())}


_NAMES = _by_table(
    "overlap/a/b pair_evidence/a/b derivation/parent/child generation/ancestor/dataset explanation/giver/taker/through"
    " unexplained/dataset alias_origin/dataset novelty/dataset/first vintage/source/dataset attribution/dataset"
    " retention/dataset/seen_in claim_verdict/dataset after_refusal/refusals/released refused_inside/dataset/refusals"
    " legal_count/list"
)
"""Finding tables, each with its columns that hold the id of a dataset."""
_LISTS: Mapping[str, tuple[str, ...]] = {"hidden": ("parents", "children"), "chain": ("datasets",)}
"""Finding table → its columns that hold the ids of several."""
_RELEASES = {"attribution": "release", "retention": "release", "after_refusal": "of", "legal_count": "list"}
"""Finding table → its column that holds the id of a release."""
_SUBJECT = _by_table(
    "alias_origin/dataset/origin novelty/dataset attribution/dataset/release retention/vendor/release/dataset/seen_in"
    " claim_verdict/claim after_refusal/refusals/what/of legal_count/scope/list"
)
"""Finding tables, each with the columns that say what a finding is about."""
_PAIRS = ("pair_evidence", "derivation", "generation", "explanation")
"""Finding tables whose first two columns of `_NAMES` are a pair of datasets between which others may be."""
_PURGED = "SELECT id FROM dataset WHERE current AND purged_at IS NOT NULL"


def any_purged(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a dataset of the case has no contents any more."""
    return con.execute(f"{_PURGED} LIMIT 1").fetchone() is not None


def is_frozen_sql(table: str) -> str:
    """SQL over the columns of a finding table: the finding cannot be computed again. False of every other table."""
    tests = [_names_purged(table)]
    if table in _RELEASES:
        tests.append(f"{_RELEASES[table]} IN (SELECT id FROM release WHERE dataset IN ({_PURGED}))")
    if table in _PAIRS:
        tests.append(_next_to_purged(table))
    if table == "novelty":
        tests.append(
            f"dataset IN (SELECT p.dataset FROM novelty AS p WHERE p.superseded IS NULL AND p.first IN ({_PURGED}))"
        )
    if table == "claim_verdict":
        tests.append(
            "claim IN (SELECT c.id FROM claim AS c JOIN dataset AS d ON d.holder = coalesce(c.about, c.party)"
            " WHERE d.current AND d.purged_at IS NOT NULL)"
        )
    return f"coalesce({' OR '.join(f'({test})' for test in tests)}, false)"


def _next_to_purged(table: str) -> str:
    a, b = _NAMES[table][:2]
    return f"EXISTS (SELECT 1 FROM views._beside_purged AS q WHERE q.a = {table}.{a} AND q.b = {table}.{b})"


def _names_purged(table: str) -> str:
    tests = [f"{column} IN ({_PURGED})" for column in _NAMES.get(table, [])]
    tests += [
        f"len(list_intersect({column}, (SELECT list(id) FROM ({_PURGED})))) > 0" for column in _LISTS.get(table, ())
    ]
    return " OR ".join(tests) or "false"


def drop_answered(con: duckdb.DuckDBPyConnection, table: str, run: int) -> None:
    """Delete what run `run` found about things of which an older finding stays, or about purged datasets."""
    same = f" OR {_next_to_purged(table)}" if table in _PAIRS else ""
    subject = _SUBJECT.get(table, [])
    if subject:
        joined = " AND ".join(f"old.{column} IS NOT DISTINCT FROM {table}.{column}" for column in subject)
        same = (
            f" OR EXISTS (SELECT 1 FROM (FROM {table} WHERE superseded IS NULL AND run < $run"
            f" AND {is_frozen_sql(table)}) AS old WHERE {joined})"
        )
    con.execute(
        f"DELETE FROM {table} WHERE run = $run AND (coalesce({_names_purged(table)}, false){same})", {"run": run}
    )


def highest_frozen_hidden(con: duckdb.DuckDBPyConnection) -> int:
    """The highest number of a proposed hidden dataset that stays; 0 where none does."""
    row = con.execute(
        "SELECT max(TRY_CAST(regexp_extract(id, '[0-9]+$') AS INTEGER)) FROM hidden"
        f" WHERE superseded IS NULL AND {is_frozen_sql('hidden')}"
    ).fetchone()
    return 0 if row is None or row[0] is None else int(row[0])
