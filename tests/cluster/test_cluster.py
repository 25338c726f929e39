"""The way to a cluster and back, with a real Spark in local mode; left out where Java or pyspark is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow.dataset as pads
import pytest

import tracer
from tests.cluster.statements import compare_statements
from tracer.case.case import Case, open_case
from tracer.cluster.exchange import export_job, import_answers
from tracer.cluster.job import ClusterJob
from tracer.errors import InputRefused, UsageError
from tracer.findings.overlap import patterns
from tracer.manifest import apply_manifest, open_or_create, read_manifest
from tracer.resources import sample_dir
from tracer.trace import findings_digest, recompute_digest, trace

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or (shutil.which("java") is None and "JAVA_HOME" not in os.environ),
    reason="needs Spark (the extra `spark`), and Java 17 (Debian: openjdk-17-jre-headless)",
)
"""The whole way there and back."""


@pytest.mark.parametrize("package", ["pyspark", "sqlglot"])
def test_a_missing_package_is_named_with_what_installs_it(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith((f"{package}.", "tracer.cluster"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)  # its import fails
    monkeypatch.setattr("tracer.optional.find_spec", lambda name: None if name == package else find_spec(name))
    with pytest.raises(UsageError, match=rf"needs {package}.*pip install .*\[spark\]"):
        tracer.run_cluster("there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample case, loaded and traced (`case`), and what leaves of it (`there`)."""
    place = tmp_path_factory.mktemp("cluster")
    asked = read_manifest(sample_dir() / "case.toml")
    with open_or_create(place / "case", asked, key_file=place / "key") as case:
        apply_manifest(case, asked)
        trace(case)
        export_job(case, place / "there", buckets=3)
    return place


def _open(folder: Path) -> Case:
    return open_case(folder / "case", key_file=folder / "key")


@pytest.mark.slow("traces the whole sample, and Spark starts")
def test_no_key_leaves_and_what_is_wrong_with_a_folder_is_said(folder: Path) -> None:
    with _open(folder) as case:
        with pytest.raises(UsageError, match="not an empty folder"):
            export_job(case, folder / "there", buckets=3)
        with pytest.raises(InputRefused, match="not finished"):
            import_answers(case, folder / "there")
        with pytest.raises(InputRefused, match="no exported case"):
            import_answers(case, folder)
        for table, column in (("membership", "key"), ("canary", "phone"), ("withheld", "key"), ("junk", "key")):
            here = dict(case.con.execute(f"SELECT {column}, 1 FROM {table} WHERE {column} IS NOT NULL").fetchall())
            there = pads.dataset(folder / "there" / "tables" / table).to_table()[column].drop_null().to_pylist()
            assert len(set(there)) == len(here)
            # One in 10^4 numbers is its own pseudonym's in the last four digits, and one in 10^3 in the block's.
            assert sum(key in here for key in there) <= 0.02 * len(there) + 1, table


@pytest.mark.slow("traces the whole sample, and Spark starts")
@needs_spark
def test_spark_gives_the_same_findings_statement_by_statement(folder: Path, tmp_path: Path) -> None:
    there = folder / "there"
    done = subprocess.run(
        [sys.executable, "-m", "tracer", "cluster", "run", str(there), "--master", "local[2]", "--memory", "1g"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with _open(folder) as case:
        before = findings_digest(case.con)
        import_answers(case, there)
        job = ClusterJob.from_json((there / "job.json").read_text(encoding="utf-8"))
        compared = compare_statements(case, job.questions)
        assert {one.name for one in compared} >= {"overlap/pattern", "sightings/seen", "claims/blocks"}
        assert all(one.rows > 0 for one in compared)
        assert [one for one in compared if one.different] == []
        # What is verified is computed here; what is traced takes the answers.
        assert recompute_digest(case) == before
        case.con.execute("DELETE FROM meta WHERE name LIKE 'stage:%'")
    with _open(folder) as case, pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "merge_keys", None)
        assert trace(case).result == before
        patch.undo()
        _as_a_large_case(case)
    _changed(folder)
    with _open(folder) as case, pytest.raises(InputRefused, match="has changed since"):
        import_answers(case, there)


def _as_a_large_case(case: Case) -> None:
    """Its contacts in common are taken from the answers, and nothing is counted at home but the share looked at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(patterns, "MOST_MEMBERSHIPS", 100)
        patch.setattr(patterns, "MOST_DRAWN", 2_000)
        patch.setattr(patterns, "LEAST_DRAWN", 50)
        case.con.execute("DELETE FROM meta WHERE name LIKE 'stage:%'")
        traced = trace(case)
        assert case.con.execute("SELECT count(*) FROM pair_counted").fetchall() == [(0,)]
        assert recompute_digest(case) == traced.result
    case.con.execute("DELETE FROM meta WHERE name LIKE 'stage:%'")
    trace(case)


def _changed(folder: Path) -> None:
    """A fact on which answers rest changes; the next trace drops them."""
    with _open(folder) as case:
        case.con.execute(
            "INSERT INTO canary (no, phone, kind, imported_at)"
            " SELECT max(no) + 1, 8614299999999, 'canary', TIMESTAMP '2026-07-01' FROM canary"
        )
        trace(case)
        assert case.con.execute("SELECT count(*) FROM cluster_answer").fetchall() == [(0,)]
        assert not case.con.execute("SELECT 1 FROM duckdb_tables() WHERE schema_name = 'answer'").fetchall()
