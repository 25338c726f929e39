"""Putting a market into a store directly, without files: what reading and normalising them would have left there."""

from __future__ import annotations

from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa

from tests.inserted import append, insert, insert_cells
from tracer.simulate.market import Market, SimList
from tracer.simulate.rows import HEADERS, as_table

LOADED = datetime(2026, 1, 1)
CHINA = 86 * 10**11
"""Added to eleven digits it gives the key: E.164 digits with the country code."""


def insert_market(con: duckdb.DuckDBPyConnection, market: Market, *, raw: bool = True) -> None:
    """Fill the base tables with a market's parties, loaded lists, memberships, segments and releases.

    `raw=False` leaves the raw tables out (for speed, where only memberships matter). Current schema: schema.sql's.
    """
    for party in market.parties:
        insert(con, "party", id=party.id, name=party.name, role=party.role, province=party.province)
    segments = market.population.segments
    places = {name: getattr(segments, name).tolist() for name in ("province", "city", "carrier")}
    prefixes = [f"86{prefix}" for prefix in segments.prefix.tolist()]
    append(con, "segment", {"prefix": prefixes, **places, "kind": pa.nulls(len(prefixes), pa.string())})
    for number, entry in enumerate(market.loaded_lists, start=1):
        _insert_list(con, market, number, entry, raw=raw)
    for one in market.releases:
        facts = {"dataset": one.dataset, "recipient": one.to, "date": one.date, "ends": one.ends}
        insert(con, "release", id=one.id, drawn=True, registered_at=LOADED, **facts)


def _insert_list(con: duckdb.DuckDBPyConnection, market: Market, number: int, entry: SimList, *, raw: bool) -> None:
    keys, readable = entry.rows.number + CHINA, entry.rows.readable
    position = np.arange(1, len(entry.rows) + 1, dtype=np.int64)
    found, first = np.unique(keys[readable], return_index=True)
    where = position[readable]
    later = np.setdiff1d(np.arange(where.size), first)
    counts = {"rows": len(entry.rows), "identifiers": found.size, "contacts": found.size}
    counts |= {"rejected": int((~readable).sum()), "duplicates": later.size}
    about = {"path": f"{entry.id}.csv", "sha256": "", "bytes": 0, "format": "csv", "region": "CN", "loaded_at": LOADED}
    days = {"obtained": entry.obtained, "created": entry.created if entry.created_told else None}
    named = {"id": entry.id, "version": 1, "current": True, "holder": entry.holder, "origin": entry.origin}
    insert(con, "dataset", no=number, **named, **days, **about, **counts)
    for target, key, row in (("membership", found, where[first]), ("duplicate", keys[readable][later], where[later])):
        append(con, target, {"dataset": np.full(key.size, number, np.int32), "key": key, "row": row})
    if raw:
        table = as_table(entry.rows, market.population, entry.layout)
        cells = [column.combine_chunks() for column in table.columns]
        headers = [HEADERS[entry.layout.headers][role] for role in entry.layout.columns]
        insert_cells(con, number, dict(zip(entry.layout.columns, cells, strict=True)), headers=headers)
