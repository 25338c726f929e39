"""Answers of earlier traces that hold as they are: kept in the case, and found by all that they rest on.

An answer is found by its name, the version of the code that gave it, and what it was computed from. Where any of these
differs it is another question, and is computed. So a kept answer can spare work but never change a finding.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.documents import json_of


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

    def ask(self, name: str, rests_on: object, lists: Collection[int], compute: Callable[[], Any]) -> Any:
        """What `compute` gives, as JSON holds it: tuples come back as lists, keys of objects as text.

        name: which question it is. rests_on: all that the answer depends on but the contents of lists of these numbers,
        which never change; JSON. lists: those whose contents it rests on; it goes when one of them is purged.
        """
        return self.ask_each(name, [(rests_on, lists)], lambda _: [compute()])[0]

    def ask_each(
        self, name: str, asked: Sequence[tuple[object, Collection[int]]], compute: Callable[[Sequence[int]], list[Any]]
    ) -> list[Any]:
        """The answers of several questions of one name; `compute` gives those at these places of `asked`, in order."""
        questions = []
        for rests_on, lists in asked:
            contents = [(number, self._contents[number]) for number in sorted(lists)]
            told = json.dumps([self._method, name, rests_on, contents], sort_keys=True)
            questions.append(hashlib.sha256(told.encode()).hexdigest())
        self._asked |= dict.fromkeys(questions, name)
        missing = [at for at, question in enumerate(questions) if question not in self._had]
        for at, answer in zip(missing, compute(missing) if missing else [], strict=True):
            self._had[questions[at]] = json.dumps(answer)
            self._new[questions[at]] = (name, self._had[questions[at]], asked[at][1])
        return [json_of(self._had[question]) for question in questions]

    def keep(self) -> None:
        """Keep what was computed, in place of what was kept under the same names and not asked for."""
        names, asked = sorted(set(self._asked.values())), sorted(self._asked)
        with registered(self._con, names_asked=_column(names), questions_asked=_column(asked)):
            self._con.execute(
                "DELETE FROM earlier_answer WHERE name IN (SELECT value FROM names_asked)"
                " AND question NOT IN (SELECT value FROM questions_asked)"
            )
        if self._new:
            rows = [(question, *kept) for question, kept in sorted(self._new.items())]
            questions, of, answers, lists = (list(column) for column in zip(*rows, strict=True))
            table = pa.table(
                {
                    "question": pa.array(questions, pa.string()),
                    "name": pa.array(of, pa.string()),
                    "answer": pa.array(answers, pa.string()),
                    "lists": pa.array([sorted(numbers) for numbers in lists], pa.list_(pa.int32())),
                }
            )
            with registered(self._con, answers_found=table):
                self._con.execute("INSERT INTO earlier_answer BY NAME FROM answers_found")


def forget_lists(con: duckdb.DuckDBPyConnection, numbers: Collection[int]) -> None:
    """Remove the answers that rest on the contents of datasets with these numbers."""
    con.execute(
        "DELETE FROM earlier_answer WHERE len(list_intersect(lists, $numbers::INTEGER[])) > 0",
        {"numbers": sorted(numbers)},
    )


def _column(values: Collection[str]) -> pa.Table:
    return pa.table({"value": pa.array(values, pa.string())})
