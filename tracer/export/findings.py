"""Findings as rows: of all named queries that print findings, for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from tracer.export.data_package import data_package
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.schema import columns_of
from tracer.export.tables import BOM, spreadsheet_cell


def findings_json(leaving: Outgoing) -> dict[str, bytes]:
    """One object: query → its rows, with the contract's keys; `left_out` says what is withheld."""
    whole = {
        "title": leaving.title,
        "generated": leaving.generated,
        **{name: value for name, value in leaving.graph.items() if name.startswith("left_out")},
        "findings": {name: list(rows) for name, rows in leaving.findings.items()},
    }
    return {"": json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "replace") + b"\n"}


def findings_ndjson(leaving: Outgoing) -> dict[str, bytes]:
    """One row a line, its query under `finding`."""
    lines = [
        json.dumps({"finding": name, **row}, ensure_ascii=False, allow_nan=False)
        for name, rows in leaving.findings.items()
        for row in rows
    ]
    return {"": "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")}


def findings_csv(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with a byte order mark; lists are one text, formulas defused. A data package describes them."""
    files, tables = {}, {}
    for name, rows in leaving.findings.items():
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerows(_table(rows))
        files[f"-{name}"] = BOM + text.getvalue().encode("utf-8", "replace")
        tables[name] = columns_of(rows, leaving.schema.get(name), _columns(rows))
    return files | data_package(leaving, tables, files)


def findings_parquet(leaving: Outgoing) -> dict[str, bytes]:
    """One file a query, with typed columns; what has no type of its own is JSON text."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = {}
    for name, rows in leaving.findings.items():
        columns = _columns(rows)
        table = pa.table({column: _column([row.get(column) for row in rows]) for column in columns})
        sink = io.BytesIO()
        pq.write_table(table, sink)
        files[f"-{name}"] = sink.getvalue()
    return files


def _columns(rows: Sequence[FindingRow]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _table(rows: Sequence[FindingRow]) -> list[list[str]]:
    columns = _columns(rows)
    return [columns, *([spreadsheet_cell(row.get(column)) for column in columns] for row in rows)]


def _column(values: list[object]) -> object:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    for kind, arrow in ((bool, pa.bool_()), (int, pa.int64()), (float, pa.float64()), (str, pa.string())):
        if kinds == {kind}:
            return pa.array(values, arrow)
    if kinds == {int, float}:
        return pa.array([None if value is None else float(str(value)) for value in values], pa.float64())
    if kinds == {list}:
        lists = [[str(one) for one in value] if isinstance(value, list) else None for value in values]
        return pa.array(lists, pa.list_(pa.string()))
    texts = [value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
             for value in values]  # fmt: skip
    return pa.array(texts, pa.string())
