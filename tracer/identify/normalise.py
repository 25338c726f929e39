"""Normalising a column of cells into keys: SQL at sight, then distinct texts, then the rules for one cell.

Three steps, each a temp table that can be looked at: `_seen` (every cell, with its key where SQL reads it at sight),
`_reading` (the readings of the distinct texts that it did not), and the result, joined back. The cost of Python is
bounded by the number of distinct odd texts, not by the number of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from tracer.case.pieces import united
from tracer.case.registered import registered
from tracer.identify import devices, email, handle, hash_column, mapped_key, phone, plate, sealed
from tracer.identify.cell import Reading
from tracer.identify.phone_rules import read_phone_cell
from tracer.resources import statements_beside

_statement = statements_beside(__file__)
_BATCH = 50_000
"""Distinct texts a batch for Python: bounds memory."""
_SCHEMA = pa.schema([
    ("raw", pa.string()), ("key", pa.int64()), ("status", pa.string()), ("kind", pa.string()), ("reason", pa.string()),
])  # fmt: skip


@dataclass(frozen=True)
class IdentifierKind:
    """One kind of identifier."""

    role: str
    plain_kind: str
    fast_sql: Callable[[str, str], str]
    """(SQL of the text, region) → SQL of the key, NULL where the text needs more than a look."""
    read_cell: Callable[[str, str], tuple[Reading, ...]]
    """(text, region) → its readings, at least one."""
    form_literals: Callable[[str], dict[str, str]] | None = None
    """What `sql/phone_forms.sql` is filled with, where the kind has SQL for distinct texts."""


KINDS = (
    IdentifierKind("phone", "mobile", phone.fast_sql, read_phone_cell, phone.form_literals),
    IdentifierKind("phone_mask", "mobile", phone.fast_sql, read_phone_cell, phone.form_literals),
    IdentifierKind("email", "email", email.fast_sql, email.read_email_cell),
    IdentifierKind("phone_hash", "hash", hash_column.fast_sql, hash_column.read_phone_hash),
    IdentifierKind("email_hash", "hash", hash_column.fast_sql, hash_column.read_email_hash),
    IdentifierKind("key", "key", mapped_key.fast_sql, mapped_key.read_key_cell),
    IdentifierKind("imei", "imei", devices.imei_fast_sql, devices.read_imei),
    IdentifierKind("ad_id", "ad_id", devices.ad_id_fast_sql, devices.read_ad_id),
    IdentifierKind("vin", "vin", devices.never_fast_sql, devices.read_vin),
    IdentifierKind("plate", "plate", devices.never_fast_sql, plate.read_plate),
    IdentifierKind("handle", "handle", devices.never_fast_sql, handle.read_handle),
    IdentifierKind("national_id", "national_id", sealed.national_id_fast_sql, sealed.read_seal),
    IdentifierKind("iban", "iban", sealed.iban_fast_sql, sealed.read_seal),
)
"""The registry."""


def kind_of(role: str) -> IdentifierKind:
    """The kind of identifier that columns of this role hold; raises `KeyError` for any other role."""
    return {kind.role: kind for kind in KINDS}[role]


def normalise_phones(con: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str, region: str) -> None:
    """Make temp table `target`(row, position, raw, key, status, kind, reason) from relation `source`.

    `source` has row BIGINT, position INTEGER and the cell in `text_column`. A cell that holds several numbers gives
    several lines, a cell without one gives one line that says why (`cell.STATUSES`). `region` is that of bare numbers.
    """
    _normalise(con, source, text_column, target, kind_of("phone"), region)


def normalise_emails(con: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str) -> None:
    """The same for e-mail addresses; one that means another mailbox gives a second line of kind `email_folded`."""
    _normalise(con, source, text_column, target, kind_of("email"), "")


def normalise_keys(con: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str) -> None:
    """The same for the values of columns mapped as `key`."""
    _normalise(con, source, text_column, target, kind_of("key"), "")


def normalise_as(
    con: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str, role: str, region: str
) -> None:
    """The same for columns of any role in the registry; `region`: of bare numbers, or the service of accounts."""
    _normalise(con, source, text_column, target, kind_of(role), region)


def _normalise(
    con: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str, kind: IdentifierKind, region: str
) -> None:
    con.execute(f"DROP TABLE IF EXISTS temp.{target}")
    if not con.execute(f"SELECT 1 FROM {source} LIMIT 1").fetchall():
        # The planning of the statements below alone takes longer than most stages of a small case.
        con.execute(
            f"CREATE TEMP TABLE {target} AS SELECT row, position, CAST({text_column} AS VARCHAR) AS raw,"
            f" CAST(NULL AS BIGINT) AS key, '' AS status, '' AS kind, '' AS reason FROM {source} LIMIT 0"
        )
        return
    read_column(con, source, text_column, target, kind, region, keep_raw=True)
    con.execute(
        f"CREATE TEMP TABLE {target} AS"
        f" SELECT row, position, raw, key, 'ok' AS status, '{kind.plain_kind}' AS kind, '' AS reason"
        f" FROM {target}_seen WHERE key IS NOT NULL"
        f" UNION ALL SELECT row, position, raw, key, status, kind, reason FROM {target}_read"
    )
    drop_reading(con, target)


def read_column(
    con: duckdb.DuckDBPyConnection,
    source: str,
    text_column: str,
    target: str,
    kind: IdentifierKind,
    region: str,
    *,
    keep_raw: bool = False,
) -> None:
    """Make temp tables `target`_seen(row, position, key, raw) and `target`_read(row, position, raw, key, status, …).

    `_seen` has a line for every cell; where SQL read it at sight `key` is set (and `raw` is left out unless
    `keep_raw`). All other cells are in `_read`, with at least one line each. For callers that cannot afford to
    write every row twice.
    """
    drop_reading(con, target)
    raw = "raw" if keep_raw else "CASE WHEN key IS NULL THEN raw END"
    con.execute(
        f"CREATE TEMP TABLE {target}_seen AS SELECT row, position, key, {raw} AS raw FROM"
        f" (SELECT row, position, raw, {kind.fast_sql('raw', region)} AS key FROM"
        # In front of a sort, all pieces of the source are read at the same time; else they are one by one.
        f" (SELECT row, position, CAST({text_column} AS VARCHAR) AS raw FROM {source})) ORDER BY row, position"
    )
    con.execute(
        f"CREATE TEMP TABLE {target}_rest AS"
        f" SELECT DISTINCT coalesce(raw, '') AS raw FROM {target}_seen WHERE key IS NULL"
    )
    if kind.form_literals is None:
        con.execute(f"CREATE TEMP TABLE {target}_residue AS SELECT raw FROM {target}_rest")
        con.execute(
            f"CREATE TEMP TABLE {target}_reading"
            " (raw VARCHAR, key BIGINT, status VARCHAR, kind VARCHAR, reason VARCHAR)"
        )
    else:
        texts = _rows(con, f"{target}_rest")
        rest = united(con, "raw", f"{target}_rest", texts)
        unread = united(con, "raw", f"{target}_folded", texts, "key IS NULL")
        forms = _statement("phone_forms")
        con.execute(forms.format(target=target, rest=rest, unread=unread, **kind.form_literals(region)))
    _read_residue(con, target, kind, region)
    odd = united(con, "row, position, raw", f"{target}_seen", _rows(con, f"{target}_seen"), "key IS NULL")
    con.execute(
        f"CREATE TEMP TABLE {target}_read AS"
        " SELECT row, position, seen.raw, reading.key, reading.status, reading.kind, reading.reason"
        f" FROM ({odd}) AS seen JOIN {target}_reading AS reading ON reading.raw = coalesce(seen.raw, '')"
        " ORDER BY row, position"
    )


def _rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def drop_reading(con: duckdb.DuckDBPyConnection, target: str) -> None:
    """Drop what `read_column` has made."""
    for step in ("seen", "rest", "folded", "form", "residue", "reading", "read"):
        con.execute(f"DROP TABLE IF EXISTS temp.{target}_{step}")


def _read_residue(con: duckdb.DuckDBPyConnection, target: str, kind: IdentifierKind, region: str) -> None:
    """The rules for one cell on the distinct texts that no SQL rule knows, a batch at a time."""
    texts = con.execute(f"SELECT raw FROM {target}_residue ORDER BY raw").to_arrow_table()["raw"]
    for start in range(0, len(texts), _BATCH):
        lines = [
            (raw, each.key, each.status, each.kind, each.reason)
            for raw in texts.slice(start, _BATCH).to_pylist()
            for each in kind.read_cell(raw, region)
        ]
        columns = [list(column) for column in zip(*lines, strict=True)]
        arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
        with registered(con, readings_now=pa.table(arrays, _SCHEMA)):
            con.execute(f"INSERT INTO {target}_reading SELECT * FROM readings_now")
