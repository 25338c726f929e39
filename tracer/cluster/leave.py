"""A case's memberships leave for a cluster: keys under pseudonyms, bucketed as Spark does it, as Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.case import Case
from tracer.case.registered import registered
from tracer.case.store import CATALOG, files_connection, quoted
from tracer.cluster.blind import Blinding
from tracer.cluster.job import BLINDED, JOB, TABLE_COLUMNS, TABLES, ClusterJob
from tracer.cluster.questions import Question, claim_questions, mark_questions, pattern_questions
from tracer.errors import UsageError
from tracer.findings.case_facts import CaseFacts, Relation
from tracer.findings.overlap.patterns import read_traced
from tracer.findings.precomputed import facts_of
from tracer.findings.sightings import held_identifiers, read_marks
from tracer.resources import statements_beside

# In which of Spark's buckets a key lies, so that a table bucketed here is read there without being shuffled again.

_SEED = 42
"""Spark's (org.apache.spark.sql.catalyst.expressions.Murmur3Hash)."""


def bucket_of(keys: NDArray[np.int64], buckets: int) -> NDArray[np.int32]:
    """`pmod(hash(key), buckets)` as Spark computes it: Murmur3 (x86, 32 bits) of the key's eight bytes."""
    halves = keys.astype(np.int64).view(np.uint32).reshape(-1, 2)
    state = np.full(keys.size, _SEED, dtype=np.uint32)
    for half in (halves[:, 0], halves[:, 1]):
        mixed = _turned(half * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)
        state = _turned(state ^ mixed, 13) * np.uint32(5) + np.uint32(0xE6546B64)
    state ^= np.uint32(8)
    state = (state ^ (state >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    state = (state ^ (state >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    state ^= state >> np.uint32(16)
    return np.mod(state.view(np.int32).astype(np.int64), buckets).astype(np.int32)


def _turned(words: NDArray[np.uint32], by: int) -> NDArray[np.uint32]:
    return (words << np.uint32(by)) | (words >> np.uint32(32 - by))


_BATCH = 1 << 19
"""Rows that are blinded at a time: some 50 MB."""
_statement = statements_beside(__file__)


def blinding_for(case: Case, facts: str) -> Blinding:
    """The pseudonyms of one state of the case: lists that were loaded since have others."""
    return Blinding(case.secret(b"cluster pseudonyms " + facts.encode()))


def export_job(case: Case, folder: Path, buckets: int, progress: Callable[[str], None] = lambda _: None) -> ClusterJob:
    """Write tables and description to a new or empty `folder`; journaled. `buckets`: files of the membership table.

    Raises `UsageError` where the folder holds something, or the case has no two lists to compare.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("not an empty folder", where=str(folder), remedy="name a new one")
    with CaseFacts(case.con) as read:
        traced = read_traced(read)
        if len(traced) < 2:
            raise UsageError("the case has fewer than two lists to compare", remedy="load another one first")
        return _export(case, folder, buckets, traced.relation, progress)


def _export(case: Case, folder: Path, buckets: int, traced: Relation, progress: Callable[[str], None]) -> ClusterJob:
    con = case.con
    facts = facts_of(con)
    register = read_marks(con)
    sources = sorted({release.source for release in register.releases if release.source is not None})
    asked: list[Question] = [*pattern_questions(), *mark_questions(register, sources), *claim_questions(con)]
    tables = folder / TABLES
    tables.mkdir(parents=True, mode=0o700)
    blinding = blinding_for(case, facts)
    targets = sorted(dataset.no for dataset in register.datasets.values())
    with held_identifiers(con, targets, sources):
        for name in TABLE_COLUMNS:
            progress(name)
            _write(con, name, tables, blinding, buckets, traced)
    memberships = int(con.execute("SELECT count(*) FROM membership").fetchall()[0][0])
    job = ClusterJob(facts, memberships, buckets, tuple(asked))
    (folder / JOB).write_text(job.to_json(), encoding="utf-8")
    case.journal.append(
        command="cluster export", inputs={"facts": facts}, detail={"memberships": memberships, "questions": len(asked)}
    )
    return job


def _write(
    con: duckdb.DuckDBPyConnection, name: str, tables: Path, blinding: Blinding, buckets: int, traced: Relation
) -> None:
    """One table. Rows are put into the order of pseudonyms: the order of keys would tell about them."""
    whole = name == "membership"
    columns = ", ".join(TABLE_COLUMNS[name])
    reader = con.cursor() if name in ("membership", "contact_alias") else con
    reader.execute(f"USE {CATALOG}")
    source = reader.execute(_statement(name).format(traced=traced)).to_arrow_reader(_BATCH)
    schema = source.schema.append(pa.field("bucket", pa.int32())) if whole else source.schema
    if reader is con:  # small, and the connection has one result at a time
        batches: pa.Table | pa.RecordBatchReader = pa.Table.from_batches(list(_blinded(source, blinding, None)), schema)
    else:
        batches = pa.RecordBatchReader.from_batches(schema, _blinded(source, blinding, buckets if whole else None))
    order = "bucket, key, dataset" if whole else columns
    with registered(con, leaving_rows=batches):
        con.execute(f"CREATE OR REPLACE TEMP TABLE leaving AS SELECT * FROM leaving_rows ORDER BY {order}")
    (tables / name).mkdir(mode=0o700)
    for bucket in range(buckets if whole else 1):
        where = f"WHERE bucket = {bucket}" if whole else ""
        # Spark reads the bucket's number from the end of the name.
        target = tables / name / f"part-{bucket:05}_{bucket:05}.parquet"
        rows = con.execute(f"SELECT {columns} FROM leaving {where} ORDER BY {order}").to_arrow_reader(_BATCH)
        # The case's own connection writes no file.
        with files_connection() as writer, registered(writer, leaving_part=rows):
            writer.execute(f"COPY (FROM leaving_part) TO {quoted(target)} (FORMAT parquet)")
    con.execute("DROP TABLE leaving")


def _blinded(source: pa.RecordBatchReader, blinding: Blinding, buckets: int | None) -> Iterator[pa.RecordBatch]:
    for batch in source:
        columns = [
            blinding.column(batch.column(field.name), BLINDED[field.name], back=False)
            if field.name in BLINDED
            else batch.column(field.name)
            for field in batch.schema
        ]
        schema = batch.schema
        if buckets is not None:
            keys = np.asarray(columns[batch.schema.get_field_index("key")], dtype=np.int64)
            columns.append(pa.array(bucket_of(keys, buckets)))
            schema = schema.append(pa.field("bucket", pa.int32()))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
