"""The questions on Spark: `tracer cluster run`, or `spark-submit` of this file's `main` on a cluster's own machine.

Needs no case and no key: it reads the exported folder, which may lie wherever Spark reads and writes Parquet.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.cluster.job import ANSWERS, DONE, JOB, TABLE_COLUMNS, TABLES, WORK, ClusterJob
from tracer.cluster.questions import Question
from tracer.errors import InputRefused, TracerError, UsageError
from tracer.findings.precomputed import ROWS
from tracer.optional import SPARK, require

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from tracer.cluster.dialect import SparkStep

_PACKAGES = ("pyspark", "sqlglot")
"""What the extra brings; nothing above imports them, so that `session` can say that they are missing."""
CROSS = ("CartesianProduct", "BroadcastNestedLoopJoin")
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

    Raises `UsageError` where pyspark, sqlglot or Java is missing.
    """
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
    memberships are missing, and `TracerError` for a plan with a cross join.
    """
    from tracer.cluster.dialect import spark_steps

    folder = folder.rstrip("/") if "://" in folder else Path(folder).resolve().as_uri()
    job = _read_job(spark, folder)
    spark.conf.set("spark.sql.shuffle.partitions", str(job.buckets))
    _declare(spark, folder, job)
    found = spark.table("membership").count()
    if found != job.memberships:
        raise InputRefused(
            f"{found} memberships instead of {job.memberships}", where=folder, remedy="copy the folder again"
        )
    ran = []
    for question in job.questions:
        for step in spark_steps(question.text, question.bound):
            ran.append(_run(spark, folder, question, step))
            progress(ran[-1])
    spark.sql(f"SELECT '{job.facts}' AS value").write.mode("overwrite").text(f"{folder}/{DONE}")
    return ran


def _read_job(spark: SparkSession, folder: str) -> ClusterJob:
    from pyspark.errors import PySparkException

    try:
        row = spark.read.text(f"{folder}/{JOB}", wholetext=True).first()
        return ClusterJob.from_json(row[0] if row is not None else "")
    except (PySparkException, ValueError, TypeError, KeyError):
        raise InputRefused(
            "no exported case in this folder", where=folder, remedy="make one with tracer cluster export"
        ) from None


def _declare(spark: SparkSession, folder: str, job: ClusterJob) -> None:
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
        else:
            rows = spark.read.schema(listed).parquet(path)
            if name == "segment":  # the statement that reads segments knows them by their digits
                rows = rows.selectExpr("CAST(block AS STRING) AS prefix", "province", "city")
            rows.createOrReplaceTempView(name)
    spark.sql(
        "SELECT dataset, key, row FROM membership UNION ALL SELECT dataset, key, row FROM hash_match"
    ).createOrReplaceTempView("held_identifier")


def _run(spark: SparkSession, folder: str, question: Question, step: SparkStep) -> Ran:
    """Execute one statement and write what it gives, as an answer or for the statements after it."""
    start = time.perf_counter()
    relation = step.makes or ROWS
    rows = spark.sql(step.query)
    plan = rows._jdf.queryExecution().executedPlan().toString()
    crossing = [operator for operator in CROSS if operator in plan]
    if crossing:
        raise TracerError(f"the plan of {question.name} has a {crossing[0]}", remedy="report it, with Spark's version")
    home = ANSWERS if relation in question.back else WORK
    target = f"{folder}/{home}/{question.digest}/{relation}"
    rows.write.mode("overwrite").parquet(target)
    if step.makes is not None:
        spark.read.schema(rows.schema).parquet(target).createOrReplaceTempView(step.makes)
    return Ran(question.name, relation, time.perf_counter() - start, plan)
