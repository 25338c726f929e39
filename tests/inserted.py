"""Rows put straight into the tables of a case, as loading and the stages leave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa

LOADED = datetime(2026, 5, 2)


def insert(con: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    """One row; columns that are not given have their defaults."""
    columns, places = (", ".join(form.format(name) for name in values) for form in ('"{}"', "${}_"))
    con.execute(
        f"INSERT INTO {table} ({columns}) VALUES ({places})", {f"{name}_": value for name, value in values.items()}
    )


def append(con: duckdb.DuckDBPyConnection, target: str, columns: Mapping[str, object]) -> None:
    """Put columns, in the order of the table's, into it: a row at a time would take most of a test."""
    con.register("incoming", pa.table({name: pa.array(values) for name, values in columns.items()}))
    con.execute(f"INSERT INTO {target} SELECT * FROM incoming")
    con.unregister("incoming")


def insert_list(
    con: duckdb.DuckDBPyConnection, no: int, name: str, keys: Iterable[int], holder: str = "h", **facts: object
) -> None:
    """A list of Chinese numbers and its memberships, a row each in the order of `keys` (a key's first row counts)."""
    found, first = np.unique(np.fromiter(keys, np.int64), return_index=True)
    counts = dict.fromkeys(("rows", "identifiers", "contacts"), found.size) | dict.fromkeys(
        ("rejected", "duplicates"), 0
    )
    about = {"path": "", "sha256": "", "bytes": 0, "format": "csv", "region": "CN", "loaded_at": LOADED}
    given = {"version": 1, "current": True, "origin": "obtained"} | about | counts | facts
    insert(con, "dataset", no=no, id=name, holder=holder, **given)
    append(con, "membership", {"dataset": np.full(found.size, no, np.int32), "key": found, "row": first + 1})


def insert_cells(
    con: duckdb.DuckDBPyConnection,
    no: int,
    columns: Mapping[str, Sequence[str | None] | pa.StringArray],
    part: int = 1,
    headers: Iterable[str] | None = None,
) -> None:
    """The cells of a list, by the roles of their columns, which are their headers too where none are given."""
    rows, name = len(next(iter(columns.values()))), f"raw.d{no}_p{part}"
    con.execute(f"CREATE TABLE {name} (row BIGINT, {', '.join(f'c{at} VARCHAR' for at in range(len(columns)))})")
    append(
        con, name, {"row": range(1, rows + 1)} | {role: pa.array(cells, pa.string()) for role, cells in columns.items()}
    )
    facts = {"format": "csv", "header_row": 1, "first_row": 1, "rows": rows, "raw_table": name}
    insert(con, "part", dataset=no, part=part, hidden=False, **facts)
    for at, (role, header) in enumerate(zip(columns, headers or columns, strict=True)):
        insert(con, "dataset_column", dataset=no, part=part, position=at, header=header, role=role, how="header")


def insert_derivation(
    con: duckdb.DuckDBPyConnection,
    parent: str,
    child: str,
    probability: float = 0.97,
    grade: str = "G2",
    **facts: object,
) -> None:
    """What the derivation stage would have found."""
    lists = {"shared": 50, "parent_contacts": 100, "child_contacts": 100, "share_of_child": 0.5}
    found = lists | {"run": 1, "reasons": [], "against": [], "weights": "[]"} | facts
    insert(con, "derivation", parent=parent, child=child, probability=probability, grade=grade, **found)


def insert_canary(con: duckdb.DuckDBPyConnection, no: int, phone: int, kind: str = "canary", **facts: object) -> None:
    """A controlled identity that was there before all lists."""
    insert(con, "canary", **({"no": no, "phone": phone, "kind": kind, "imported_at": datetime(2020, 1, 1)} | facts))


def insert_judgements(con: duckdb.DuckDBPyConnection, *judged: tuple[str, str, str]) -> None:
    """What persons have decided of pairs: (a, b, verdict)."""
    for no, (a, b, verdict) in enumerate(judged, start=1):
        insert(con, "judgement", no=no, a=a, b=b, verdict=verdict, at=LOADED)
