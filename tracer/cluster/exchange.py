"""A case's memberships leave for a cluster as Parquet, keys under pseudonyms, in Spark's buckets; its answers come back
into the encrypted store, for the stages to take instead of computing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from tracer.case.case import Case
from tracer.case.store import CATALOG, files_connection, registered_tables, sql_literal
from tracer.clock import now
from tracer.cluster.job import ANSWERS, BLINDED, DONE, JOB, TABLE_COLUMNS, TABLES, ClusterJob, questions_of
from tracer.errors import InputRefused, UsageError
from tracer.findings.case_facts import CaseFacts, Relation, drop_answers, facts_of
from tracer.findings.overlap.patterns import read_traced
from tracer.findings.sightings import held_identifiers, read_marks, sources_of
from tracer.identify.keys import PHONE_END
from tracer.input_files import text_of
from tracer.resources import sql_next_to

# Keys under pseudonyms: a keyed permutation that keeps what statements compute with, so that no number leaves.
#
# Phone numbers keep all but their last seven digits. Of these, the first three (which block of 10,000) are permuted
# under the digits before them, the last four under the whole block: what shares a block still does, and blocks are
# whole. All other keys keep their range and permute its 60 bits. A permutation has no collisions: counts come out
# exactly the same.
#
# Each permutation is a Feistel network over two halves with AES-256 as round function and as many rounds as FF1 has
# (NIST SP 800-38G, algorithm 7). Domains of 1,000 and 10,000 are small: who knows many numbers of one block with their
# pseudonyms learns others of that block. Pseudonymous data are still personal data.

Keys = NDArray[np.int64]

_BLOCK = 10_000
_BLOCKS = 1_000
"""Blocks that are permuted among themselves: those that share all but their last three digits."""
_BITS = 60
_ROUNDS = 10
_THREE, _FOUR, _WIDE = (10, 100), (100, 100), (1 << 30, 1 << 30)
"""The sizes of the two halves."""


class Blinding:
    """Pseudonyms of keys and of blocks under one secret (32 bytes), and back."""

    def __init__(self, secret: bytes) -> None:
        # Every input of the round function differs from every other, so that ECB is AES itself, one block at a time.
        self._cipher = Cipher(algorithms.AES256(secret), modes.ECB())  # noqa: S305 - a round function, not a mode

    def keys(self, keys: Keys, *, back: bool = False) -> Keys:
        """Pseudonyms of identifier keys, element by element; `back`: the keys of pseudonyms."""
        changed = np.empty_like(keys)
        phone = keys < PHONE_END
        block, last = np.divmod(keys[phone], _BLOCK)
        other = self.blocks(block, back=back)
        last = self._permute(last, other if back else block, _FOUR, back=back)
        changed[phone] = other * _BLOCK + last
        others = keys[~phone]
        kind = others >> _BITS
        changed[~phone] = (kind << _BITS) + self._permute(others - (kind << _BITS), kind, _WIDE, back=back)
        return changed

    def blocks(self, blocks: Keys, *, back: bool = False) -> Keys:
        """Pseudonyms of blocks (phone key // 10,000), or `back`: `keys(k) // 10_000 == blocks(k // 10_000)`."""
        head, own = np.divmod(blocks, _BLOCKS)
        return head * _BLOCKS + self._permute(own, head, _THREE, back=back)

    def column(self, column: pa.Array, kind: str, *, back: bool) -> pa.Array:
        """An Arrow column of `kind` "key" or "block", forth or `back`; empty cells stay empty."""
        values = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        change = {"key": self.keys, "block": self.blocks}[kind]
        empty = None if column.null_count == 0 else np.asarray(column.is_null())
        return pa.array(change(values, back=back), pa.int64(), mask=empty)

    def _permute(self, values: Keys, tweak: Keys, sizes: tuple[int, int], *, back: bool) -> Keys:
        """values below sizes[0] * sizes[1], permuted within each tweak."""
        left, right = np.divmod(values, sizes[1])
        for step in range(_ROUNDS):
            number = _ROUNDS - 1 - step if back else step
            sign = -1 if back else 1
            if number % 2 == 0:
                left = (left + sign * self._round_keys(right, tweak, number, sizes, sizes[0])) % sizes[0]
            else:
                right = (right + sign * self._round_keys(left, tweak, number, sizes, sizes[1])) % sizes[1]
        return left * sizes[1] + right

    def _round_keys(self, half: Keys, tweak: Keys, number: int, sizes: tuple[int, int], below: int) -> Keys:
        """AES of (tweak, half, which permutation and round), below `below`."""
        given = np.empty((half.size, 4), dtype=np.uint32)
        given[:, :2] = tweak.astype(np.uint64).reshape(-1, 1).view(np.uint32)
        given[:, 2] = half
        given[:, 3] = number + 16 * (_THREE, _FOUR, _WIDE).index(sizes)
        mixed = np.frombuffer(self._cipher.encryptor().update(given.tobytes()), dtype=np.uint64)
        return (mixed[::2] % np.uint64(below)).astype(np.int64)


_SEED = 42
"""Spark's (org.apache.spark.sql.catalyst.expressions.Murmur3Hash)."""
_BATCH = 1 << 19
"""Rows that are blinded at a time: some 50 MB."""
_statement = sql_next_to(__file__)


def bucket_of(keys: NDArray[np.int64], buckets: int) -> NDArray[np.int32]:
    """`pmod(hash(key), buckets)` as Spark computes it: Murmur3 (x86, 32 bits) of the key's eight bytes. A table that
    is bucketed by it is read there without being shuffled again."""
    halves = keys.astype(np.int64).view(np.uint32).reshape(-1, 2)
    state = np.full(keys.size, _SEED, dtype=np.uint32)
    for half in (halves[:, 0], halves[:, 1]):
        mixed = _rotate_left(half * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)
        state = _rotate_left(state ^ mixed, 13) * np.uint32(5) + np.uint32(0xE6546B64)
    state ^= np.uint32(8)
    state = (state ^ (state >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    state = (state ^ (state >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    state ^= state >> np.uint32(16)
    return np.mod(state.view(np.int32).astype(np.int64), buckets).astype(np.int32)


def _rotate_left(words: NDArray[np.uint32], by: int) -> NDArray[np.uint32]:
    return (words << np.uint32(by)) | (words >> np.uint32(32 - by))


def _blinding_of(case: Case, facts: str) -> Blinding:
    """The pseudonyms of one state of the case: lists that were loaded since have others."""
    return Blinding(case.secret(b"cluster pseudonyms " + facts.encode()))


def export_job(case: Case, folder: Path, buckets: int) -> ClusterJob:
    """Write tables and description to a new or empty `folder`; journaled. `buckets`: files of the membership table.

    Raises `UsageError` where the folder holds something, or the case has no two lists to compare."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("not an empty folder", where=str(folder), remedy="name a new one")
    con = case.con
    with CaseFacts(con) as read:
        traced = read_traced(read)
        if len(traced) < 2:
            raise UsageError("the case has fewer than two lists to compare", remedy="load another one first")
        facts, register = facts_of(con), read_marks(con)
        asked = tuple(questions_of(con, register))
        tables = folder / TABLES
        tables.mkdir(parents=True, mode=0o700)
        blinding = _blinding_of(case, facts)
        with held_identifiers(con, register.numbers, sources_of(register.releases)):
            for name in TABLE_COLUMNS:
                _write(con, name, tables / name, blinding, buckets, traced.relation)
    memberships = int(con.execute("SELECT count(*) FROM membership").fetchall()[0][0])
    job = ClusterJob(facts, memberships, buckets, asked)
    (folder / JOB).write_text(job.to_json(), encoding="utf-8")
    detail = {"memberships": memberships, "questions": len(asked)}
    case.journal.append(command="cluster export", inputs={"facts": facts}, detail=detail)
    return job


def _write(
    con: duckdb.DuckDBPyConnection, name: str, folder: Path, blinding: Blinding, buckets: int, traced: Relation
) -> None:
    """One table. Rows are put into the order of pseudonyms: the order of keys would tell about them."""
    whole = name == "membership"
    columns = ", ".join(TABLE_COLUMNS[name])
    if name in ("canary", "junk", "segment"):
        text = _statement(name)
    else:
        text = f"SELECT {columns} FROM {({'traced': traced, 'hash_match': 'temp.hash_match'}).get(name, name)}"
    reader = con.cursor() if name in ("membership", "contact_alias") else con
    reader.execute(f"USE {CATALOG}")
    source = reader.execute(text).to_arrow_reader(_BATCH)
    schema = source.schema.append(pa.field("bucket", pa.int32())) if whole else source.schema
    blinded = _with_pseudonyms(source, blinding, buckets if whole else None, back=False)
    if reader is con:  # small, and the connection has one result at a time
        batches: pa.Table | pa.RecordBatchReader = pa.Table.from_batches(list(blinded), schema)
    else:
        batches = pa.RecordBatchReader.from_batches(schema, blinded)
    order = "bucket, key, dataset" if whole else columns
    with registered_tables(con, leaving_rows=batches):
        con.execute(f"CREATE OR REPLACE TEMP TABLE leaving AS SELECT * FROM leaving_rows ORDER BY {order}")
    folder.mkdir(mode=0o700)
    for bucket in range(buckets if whole else 1):
        where = f"WHERE bucket = {bucket}" if whole else ""
        # Spark reads the bucket's number from the end of the name.
        target = folder / f"part-{bucket:05}_{bucket:05}.parquet"
        rows = con.execute(f"SELECT {columns} FROM leaving {where} ORDER BY {order}").to_arrow_reader(_BATCH)
        # The case's own connection writes no file.
        with files_connection() as writer, registered_tables(writer, leaving_part=rows):
            writer.execute(f"COPY (FROM leaving_part) TO {sql_literal(target)} (FORMAT parquet)")
    con.execute("DROP TABLE leaving")


def _with_pseudonyms(
    batches: Iterable[pa.RecordBatch], blinding: Blinding, buckets: int | None = None, *, back: bool
) -> Iterator[pa.RecordBatch]:
    """The batches with pseudonyms in the place of keys, or `back`; with the bucket of the key as a further column."""
    for batch in batches:
        schema, columns = batch.schema, batch.columns
        for at, field in enumerate(schema):
            if field.name in BLINDED:
                columns[at] = blinding.column(columns[at], BLINDED[field.name], back=back)
        if buckets is not None:
            keys = np.asarray(columns[schema.get_field_index("key")], dtype=np.int64)
            columns.append(pa.array(bucket_of(keys, buckets)))
            schema = schema.append(pa.field("bucket", pa.int32()))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def import_answers(case: Case, folder: Path) -> int:
    """Take in all answers of `folder`, in the place of earlier ones; journaled. Returns how many relations came.

    All or nothing. Raises `InputRefused` where the work is not done, answers are missing, or the case has changed."""
    con, where = case.con, str(folder)
    try:
        job = ClusterJob.from_json(text_of(folder / JOB))
    except (OSError, ValueError, TypeError, KeyError):
        remedy = "name the folder that tracer cluster export wrote"
        raise InputRefused("no exported case in this folder", where=where, remedy=remedy) from None
    done = [line for path in (folder / DONE).glob("part-*") for line in text_of(path).split()]
    if done != [job.facts]:
        raise InputRefused("the work in this folder is not finished", where=where, remedy="run tracer cluster run")
    if job.facts != facts_of(con):
        raise InputRefused("the case has changed since this was exported", where=where, remedy="export it again")
    wanted = [
        (question, relation, folder / ANSWERS / question.digest / relation)
        for question in job.questions
        for relation in question.back
    ]
    missing = [
        InputRefused(f"the answer of {question.name} is missing", where=where, remedy="run it again")
        for question, _, path in wanted
        if not path.is_dir()
    ]
    if missing:
        raise InputRefused.many(missing)
    blinding = _blinding_of(case, job.facts)
    with case.transaction():
        drop_answers(con, stale_only=False)
        con.execute("CREATE SCHEMA IF NOT EXISTS answer")
        for number, (question, relation, path) in enumerate(wanted):
            held_in = f"answer.a{number}"
            source = pads.dataset(path, format="parquet", exclude_invalid_files=True)
            clear = _with_pseudonyms(source.to_batches(), blinding, back=True)
            with registered_tables(con, coming_rows=pa.RecordBatchReader.from_batches(source.schema, clear)):
                con.execute(f"CREATE OR REPLACE TABLE {held_in} AS SELECT * FROM coming_rows ORDER BY ALL")
            rows = int(con.execute(f"SELECT count(*) FROM {held_in}").fetchall()[0][0])
            con.execute(
                "INSERT INTO cluster_answer VALUES (?, ?, ?, ?, ?, ?, ?)",
                [question.digest, question.name, relation, held_in, job.facts, rows, now()],
            )
        case.journal.append(command="cluster import", inputs={"facts": job.facts}, detail={"answers": len(wanted)})
    return len(wanted)
