"""What reading a large traced case takes: named queries from kept results, and exports."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tests.bench.scale_spent import Line, peak, spent
from tracer.ask.named import find_query, run_query
from tracer.ask.render import json_rows
from tracer.case.case import open_case
from tracer.publish import Wanted, prepare

QUERY = 1.0
"""Seconds: bar of the queries for datasets and retention."""
QUERIES = ("datasets", "retention", "derivations")
EXPORTS = (("findings", "parquet"), ("findings", "xlsx"), ("graph", "json"), ("graph", "html"), ("report", "html"))
FINDINGS = ("dataset", "derivation", "vintage", "attribution", "retention", "claim_verdict")
"""The tables whose rows the findings' Parquet files have, masked and looked through."""


def queries(folder: Path, repeat: int) -> list[Line]:
    """Each query's rows as they are printed, the case opened before."""
    lines = []
    with open_case(folder / "case", key_file=folder / "key", read_only=True) as case:
        for name in QUERIES:
            query, rows = find_query(name), list[object]()
            cost = spent(lambda: rows.extend(json_rows(run_query(case.con, query))), repeat)  # noqa: B023 - used at once
            barred = name in ("datasets", "retention")
            lines.append(
                Line(f"query {name}, {len(rows) // repeat:,} rows", *cost, peak(), None,
                     f"< {QUERY:.0f} s" if barred else "", cost[0] < QUERY if barred else None)
            )  # fmt: skip
    return lines


def exports(folder: Path, repeat: int) -> list[Line]:
    """Each export in memory, redacted and looked through; the findings beside a bare copy of their tables."""
    lines = []
    with open_case(folder / "case", key_file=folder / "key", read_only=True) as case:
        hand = spent(lambda: _copied(case.con, folder), repeat)[0]
        for noun, to in EXPORTS:
            files: dict[str, bytes] = {}
            cost = spent(lambda: files.update(prepare(case, Wanted(to, noun)).files), repeat)  # noqa: B023 - used at once
            size = sum(map(len, files.values())) / 1e9
            first = (noun, to) == EXPORTS[0]
            what = f"export {noun}, {to}" + (" (beside a bare copy of its tables)" if first else "")
            lines.append(Line(what, *cost, peak(), hand if first else None, disk=size))
    return lines


def _copied(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name in FINDINGS:
        pq.write_table(con.execute(f"FROM {name}").to_arrow_table(), folder / f"{name}.parquet")
        (folder / f"{name}.parquet").unlink()
