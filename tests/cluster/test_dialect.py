"""Every statement that a cluster is asked translates, with its values bound."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from tracer.cluster.job import Question, pattern_questions
from tracer.cluster.spark import spark_steps
from tracer.findings.claims.verdict import statement as claim_statement
from tracer.findings.sightings import statement as mark_statement

NUMBERS = {"consumers": False, "first": 8613000000000, "last": 8619999999999, "size": 10_000, "dataset": 7}
LISTS = {"targets": [1, 2], "sources": [3], "witnesses": [1, 2], "without": list[int](), "late": [4], **NUMBERS}
ASKED = [
    *pattern_questions(),
    *(
        Question(f"sightings/{name}", mark_statement(name), LISTS)
        for name in ("seen", "matched", "ordinary", "withheld_seen")
    ),
    *(Question(f"claims/{name}", claim_statement(name), LISTS) for name in ("blocks", "canaries")),
]


@pytest.mark.parametrize("question", ASKED, ids=lambda question: question.name)
def test_no_parameter_is_left_and_nothing_is_compared_with_everything(question: Question) -> None:
    for _, query in spark_steps(question.text, question.bound):
        parsed = sqlglot.parse_one(query, read="spark")
        assert not list(parsed.find_all(exp.Placeholder, exp.Parameter))
        joins = [join for join in parsed.find_all(exp.Join) if not join.args.get("on")]
        assert not joins, "a join without a condition is a cross join"
        # NOT IN is a null-aware join, which Spark does by comparing every row with every row.
        assert not [
            node for node in parsed.find_all(exp.Not) if isinstance(node.this, exp.In) and node.this.args.get("query")
        ]


def test_values_are_bound_with_their_types() -> None:
    ((_, query),) = spark_steps("SELECT list_contains($lists, 1), $flag, $number // 10000, $none", {
        "lists": [1, 2], "flag": True, "number": 1 << 60, "none": [],
    })  # fmt: skip
    assert query == (
        "SELECT ARRAY_CONTAINS(CAST(ARRAY(1, 2) AS ARRAY<INT>), 1), TRUE, 1152921504606846976 DIV 10000,"
        " CAST(ARRAY() AS ARRAY<INT>)"
    )


def test_an_unbound_parameter_is_an_error() -> None:
    with pytest.raises(KeyError, match="missing"):
        spark_steps("SELECT $missing", {})
