"""The questions on Spark: `tracer cluster run`, or `spark-submit` of this file's `main` on a cluster's own machine.

Needs no case and no key: it reads the exported folder, which may lie wherever Spark reads and writes Parquet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.cluster.job import ANSWERS, DONE, JOB, TABLE_COLUMNS, TABLES, WORK, ClusterJob, Question
from tracer.errors import InputRefused, TracerError, UsageError
from tracer.findings.case_facts import ROWS
from tracer.optional import SPARK, require

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
    from sqlglot import exp

_PACKAGES = ("pyspark", "sqlglot")
"""What the extra brings; loaded where they are used, so that `session` can say that they are missing."""
_CROSS = ("CartesianProduct", "BroadcastNestedLoopJoin")
"""Operators that compare every row with every row."""


@dataclass(frozen=True)
class Ran:
    """One statement that Spark executed."""

    name: str
    relation: str
    seconds: float
    plan: str


def session(master: str | None, settings: dict[str, str] | None = None) -> SparkSession:
    """A Spark session at `master` (by default what `spark-submit` or the environment says).

    Raises `UsageError` where pyspark, sqlglot or Java is missing."""
    import shutil
    from os import environ

    for package in _PACKAGES:
        require(package, SPARK, "running the statements")
    from pyspark.sql import SparkSession

    if "JAVA_HOME" not in environ and shutil.which("java") is None:
        raise UsageError("Java is missing", remedy="install Java 17 (Debian: openjdk-17-jre-headless)")
    builder = SparkSession.builder.appName("tracer").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    if master is not None:
        builder = builder.master(master)
    for name, value in (settings or {}).items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def run_job(spark: SparkSession, folder: str, progress: Callable[[Ran], None] = lambda _: None) -> list[Ran]:
    """Answer every question of the exported `folder` (a path or a URI that Spark reads); answers go next to the tables.

    Nothing is brought to the driver but the description of the work. Raises `InputRefused` where the folder is none, or
    memberships are missing, and `TracerError` for a plan with a cross join."""
    from pyspark.errors import PySparkException

    folder = folder.rstrip("/") if "://" in folder else Path(folder).resolve().as_uri()
    try:
        row = spark.read.text(f"{folder}/{JOB}", wholetext=True).first()
        job = ClusterJob.from_json(row[0] if row is not None else "")
    except (PySparkException, ValueError, TypeError, KeyError):
        remedy = "make one with tracer cluster export"
        raise InputRefused("no exported case in this folder", where=folder, remedy=remedy) from None
    spark.conf.set("spark.sql.shuffle.partitions", str(job.buckets))
    for name, columns in TABLE_COLUMNS.items():
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        path = f"{folder}/{TABLES}/{name}"
        if name == "membership":
            spark.sql(f"DROP TABLE IF EXISTS {name}")
            literal = path.replace("\\", "\\\\").replace("'", "\\'")
            spark.sql(
                f"CREATE TABLE {name} ({listed}) USING parquet"
                f" CLUSTERED BY (key) INTO {job.buckets} BUCKETS LOCATION '{literal}'"
            )
            continue
        rows = spark.read.schema(listed).parquet(path)
        if name == "segment":  # the statement that reads segments knows them by their digits
            rows = rows.selectExpr("CAST(block AS STRING) AS prefix", "province", "city")
        rows.createOrReplaceTempView(name)
    held = "SELECT dataset, key, row FROM membership UNION ALL SELECT dataset, key, row FROM hash_match"
    spark.sql(held).createOrReplaceTempView("held_identifier")
    found = spark.table("membership").count()
    if found != job.memberships:
        what = f"{found} memberships instead of {job.memberships}"
        raise InputRefused(what, where=folder, remedy="copy the folder again")
    ran = []
    for question in job.questions:
        for makes, query in spark_steps(question.text, question.bound):
            ran.append(_run(spark, folder, question, makes, query))
            progress(ran[-1])
    spark.sql(f"SELECT '{job.facts}' AS value").write.mode("overwrite").text(f"{folder}/{DONE}")
    return ran


def _run(spark: SparkSession, folder: str, question: Question, makes: str | None, query: str) -> Ran:
    """Execute one statement and write what it gives, as an answer or for the statements after it."""
    start = time.perf_counter()
    relation = makes or ROWS
    rows = spark.sql(query)
    plan = rows._jdf.queryExecution().executedPlan().toString()
    crossing = [operator for operator in _CROSS if operator in plan]
    if crossing:
        raise TracerError(f"the plan of {question.name} has a {crossing[0]}", remedy="report it, with Spark's version")
    home = ANSWERS if relation in question.back else WORK
    target = f"{folder}/{home}/{question.digest}/{relation}"
    rows.write.mode("overwrite").parquet(target)
    if makes is not None:
        spark.read.schema(rows.schema).parquet(target).createOrReplaceTempView(makes)
    return Ran(question.name, relation, time.perf_counter() - start, plan)


def spark_steps(text: str, bound: Mapping[str, Any]) -> list[tuple[str | None, str]]:
    """The statements of a file of DuckDB's dialect in Spark's, value by value bound: the relation that each creates
    (None where its rows are the answer), and the query. The translation is sqlglot's.

    Raises `KeyError` for a parameter that is not bound."""
    import sqlglot
    from sqlglot import exp

    def change(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Placeholder):
            value = bound[node.name]
            if isinstance(value, bool):
                return exp.true() if value else exp.false()
            if not isinstance(value, list | tuple):
                return exp.Literal.number(int(value))
            whole = exp.Array(expressions=[exp.Literal.number(int(one)) for one in value])
            return exp.cast(whole, "ARRAY<INT>", dialect="spark")  # an empty one needs its type
        if isinstance(node, exp.Table) and node.db == "temp":
            node.set("db", None)  # Spark's relations have no schema here
        return node

    steps: list[tuple[str | None, str]] = []
    for parsed in filter(None, sqlglot.parse(text, read="duckdb")):
        makes = parsed.this.name if isinstance(parsed, exp.Create) else None
        query = parsed.expression if isinstance(parsed, exp.Create) else parsed
        steps.append((makes, query.transform(change).sql("spark", comments=False)))
    return steps
