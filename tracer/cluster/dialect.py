"""A statement file in Spark's dialect, value by value bound: the translation is sqlglot's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp


@dataclass(frozen=True)
class SparkStep:
    """One statement for Spark."""

    makes: str | None
    """The relation that it creates; None where its rows are the answer."""
    query: str


def spark_steps(text: str, bound: Mapping[str, object]) -> list[SparkStep]:
    """The statements of a file in DuckDB's dialect. Raises `KeyError` for a parameter that is not bound."""
    return [_step(parsed, bound) for parsed in sqlglot.parse(text, read="duckdb") if parsed is not None]


def _step(parsed: exp.Expr, bound: Mapping[str, Any]) -> SparkStep:
    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            return _literal(bound[node.name])
        if isinstance(node, exp.Table) and node.db == "temp":
            node.set("db", None)  # Spark's relations have no schema here
        return node

    makes = parsed.this.name if isinstance(parsed, exp.Create) else None
    query = parsed.expression if isinstance(parsed, exp.Create) else parsed
    return SparkStep(makes, query.transform(change).sql("spark", comments=False))


def _literal(value: Any) -> exp.Expr:
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, list | tuple):
        whole = exp.Array(expressions=[exp.Literal.number(int(one)) for one in value])
        return exp.cast(whole, "ARRAY<INT>", dialect="spark")  # an empty one needs its type
    return exp.Literal.number(int(value))
