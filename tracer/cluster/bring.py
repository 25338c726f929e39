"""Answers come back from a cluster, into the encrypted store, for the stages to take instead of computing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pads

from tracer.case.case import Case
from tracer.case.registered import registered
from tracer.clock import now
from tracer.cluster.blind import Blinding
from tracer.cluster.job import ANSWERS, BLINDED, DONE, JOB, ClusterJob
from tracer.cluster.leave import blinding_for
from tracer.errors import InputRefused
from tracer.findings.precomputed import drop_answers, facts_of
from tracer.regular import text_of

_INSERT = "INSERT INTO cluster_answer VALUES ($question, $name, $relation, $held_in, $facts, $rows, $at)"


def import_answers(case: Case, folder: Path) -> int:
    """Take in all answers of `folder`, in the place of earlier ones; journaled. Returns how many relations came.

    All or nothing. Raises `InputRefused` where the work is not done, answers are missing, or the case has changed.
    """
    job = _read(folder)
    con = case.con
    if job.facts != facts_of(con):
        raise InputRefused("the case has changed since this was exported", where=str(folder), remedy="export it again")
    wanted = [(question, relation) for question in job.questions for relation in question.back]
    missing = [
        InputRefused(f"the answer of {question.name} is missing", where=str(folder), remedy="run it again")
        for question, relation in wanted
        if not (folder / ANSWERS / question.digest / relation).is_dir()
    ]
    if missing:
        raise InputRefused.many(missing)
    blinding = blinding_for(case, job.facts)
    with case.transaction():
        drop_answers(con, stale_only=False)
        con.execute("CREATE SCHEMA IF NOT EXISTS answer")
        for number, (question, relation) in enumerate(wanted):
            held_in = f"answer.a{number}"
            rows = _bring(case, folder / ANSWERS / question.digest / relation, held_in, blinding)
            con.execute(
                _INSERT,
                {
                    "question": question.digest, "name": question.name, "relation": relation, "held_in": held_in,
                    "facts": job.facts, "rows": rows, "at": now(),
                },
            )  # fmt: skip
        case.journal.append(command="cluster import", inputs={"facts": job.facts}, detail={"answers": len(wanted)})
    return len(wanted)


def _read(folder: Path) -> ClusterJob:
    try:
        job = ClusterJob.from_json(text_of(folder / JOB))
    except (OSError, ValueError, TypeError, KeyError):
        raise InputRefused(
            "no exported case in this folder",
            where=str(folder),
            remedy="name the folder that tracer cluster export wrote",
        ) from None
    done = [line for path in (folder / DONE).glob("part-*") for line in text_of(path).split()]
    if done != [job.facts]:
        raise InputRefused(
            "the work in this folder is not finished", where=str(folder), remedy="run tracer cluster run"
        )
    return job


def _bring(case: Case, path: Path, held_in: str, blinding: Blinding) -> int:
    source = pads.dataset(path, format="parquet", exclude_invalid_files=True)
    batches = pa.RecordBatchReader.from_batches(source.schema, _clear(source, blinding))
    with registered(case.con, coming_rows=batches):
        case.con.execute(f"CREATE OR REPLACE TABLE {held_in} AS SELECT * FROM coming_rows ORDER BY ALL")
    return int(case.con.execute(f"SELECT count(*) FROM {held_in}").fetchall()[0][0])


def _clear(source: pads.Dataset, blinding: Blinding) -> Iterator[pa.RecordBatch]:
    for batch in source.to_batches():
        columns = [
            blinding.column(batch.column(field.name), BLINDED[field.name], back=True)
            if field.name in BLINDED
            else batch.column(field.name)
            for field in batch.schema
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=batch.schema)
