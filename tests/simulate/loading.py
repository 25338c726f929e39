"""Putting a market into a store directly, without files: what reading and normalising them would have left there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from tracer.simulate.market import Market, SimList
from tracer.simulate.rows import HEADERS, as_table

CHINA = 86 * 10**11
"""Added to eleven digits it gives the key: E.164 digits with the country code."""


def insert_market(con: duckdb.DuckDBPyConnection, market: Market, *, raw: bool = True) -> None:
    """Fill the base tables with a market's parties, loaded lists, memberships, segments and releases.

    `raw=False` leaves the raw tables out (for speed, where only memberships matter). Current schema: schema.sql's.
    """
    for party in market.parties:
        con.execute(
            "INSERT INTO party (id, name, role, province) VALUES (?, ?, ?, ?)",
            [party.id, party.name, party.role, party.province],
        )
    segments = market.population.segments
    places = {name: getattr(segments, name).tolist() for name in ("province", "city", "carrier")}
    _append(con, "segment", {"prefix": [f"86{prefix}" for prefix in segments.prefix.tolist()], **places})
    for number, entry in enumerate(market.loaded, start=1):
        _insert_list(con, market, number, entry, raw=raw)
    for release in market.releases:
        con.execute(
            "INSERT INTO release (id, dataset, recipient, date, ends, drawn, registered_at)"
            " VALUES (?, ?, ?, ?, ?, true, ?)",
            [release.id, release.dataset, release.to, release.date, release.ends, datetime(2026, 1, 1)],
        )


def _insert_list(con: duckdb.DuckDBPyConnection, market: Market, number: int, entry: SimList, *, raw: bool) -> None:
    keys = entry.rows.number + CHINA
    position = np.arange(1, len(entry.rows) + 1, dtype=np.int64)
    readable = entry.rows.readable
    found, first = np.unique(keys[readable], return_index=True)
    where = position[readable]
    later = np.setdiff1d(np.arange(where.size), first)
    con.execute(
        "INSERT INTO dataset (no, id, version, current, holder, obtained, created, origin, path, sha256, bytes, format,"
        " region, rows, identifiers, contacts, rejected, duplicates, loaded_at)"
        " VALUES (?, ?, 1, true, ?, ?, ?, ?, ?, '', 0, 'csv', 'CN', ?, ?, ?, ?, ?, ?)",
        [
            number, entry.id, entry.holder, entry.obtained, entry.created if entry.created_told else None, entry.origin,
            f"{entry.id}.csv", len(entry.rows), found.size, found.size, int((~readable).sum()), later.size,
            datetime(2026, 1, 1),
        ],
    )  # fmt: skip
    for target, key, row in (("membership", found, where[first]), ("duplicate", keys[readable][later], where[later])):
        _append(con, target, {"dataset": np.full(key.size, number, np.int32), "key": key, "row": row})
    if raw:
        name = f"d{number}_p1"
        table = as_table(entry.rows, market.population, entry.layout)
        table = table.rename_columns([f"c{index}" for index in range(table.num_columns)])
        con.register("incoming", table.add_column(0, "row", pa.array(position)))
        con.execute(f"CREATE TABLE raw.{name} AS SELECT * FROM incoming")
        con.unregister("incoming")
        con.execute(
            "INSERT INTO part VALUES (?, 1, NULL, NULL, false, 'csv', 'utf-8', ',', 1, 1, ?, ?, NULL)",
            [number, len(entry.rows), f"raw.{name}"],
        )
        for index, role in enumerate(entry.layout.columns):
            column = [number, index, HEADERS[entry.layout.headers][role], role]
            con.execute("INSERT INTO dataset_column VALUES (?, 1, ?, ?, ?, 'header', NULL)", column)


def _append(con: duckdb.DuckDBPyConnection, target: str, columns: Mapping[str, Any]) -> None:
    con.register("incoming", pa.table(dict(columns)))
    con.execute(f"INSERT INTO {target} BY NAME SELECT * FROM incoming")
    con.unregister("incoming")
