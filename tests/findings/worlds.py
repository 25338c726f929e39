"""Small cases made from lists of numbers alone, loaded directly."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.memory import memory_case
from tracer.findings import derivation, overlap
from tracer.findings.case_facts import CaseFacts
from tracer.simulate.segments import UNALLOCATED

Numbers = NDArray[np.int64]


def fresh(rng: np.random.Generator, n: int) -> Numbers:
    """Distinct keys of Chinese numbers in segments that are nobody's."""
    prefix = np.array(UNALLOCATED, dtype=np.int64) * 10**8
    keys = np.unique(86 * 10**11 + rng.choice(prefix, 2 * n) + rng.integers(0, 10**8, 2 * n))
    return rng.permutation(keys)[:n]


@dataclass
class World:
    """Lists by id, in the order of their rows, and what is known about them."""

    lists: Mapping[str, Numbers]
    obtained: Mapping[str, date] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    holders: Mapping[str, str] = field(default_factory=dict)
    raw: bool = True
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """List → a name for each of its rows, where it has a column of names."""

    def load(self) -> duckdb.DuckDBPyConnection:
        """A store that holds them."""
        con = memory_case().con
        for number, (name, keys) in enumerate(self.lists.items(), start=1):
            found, first = np.unique(keys, return_index=True)
            con.execute(
                "INSERT INTO dataset (no, id, version, current, holder, obtained, origin, path, sha256, bytes, format,"
                " region, rows, identifiers, contacts, rejected, duplicates, loaded_at)"
                " VALUES (?, ?, 1, true, ?, ?, ?, '', '', 0, 'csv', 'CN', ?, ?, ?, 0, 0, ?)",
                [
                    number, name, self.holders.get(name, name), self.obtained.get(name),
                    "own" if name in self.own else "obtained", keys.size, found.size, found.size, datetime(2026, 1, 1),
                ],
            )  # fmt: skip
            append(
                con, "membership", {"dataset": np.full(found.size, number, np.int32), "key": found, "row": first + 1}
            )
            if self.raw:
                self._raw(con, number, keys, self.names.get(name))
        return con

    def trace(
        self, *decisions: derivation.Decision, without: Collection[str] = ()
    ) -> dict[tuple[str, str], tuple[float, str]]:
        """Edges of probability .05 or more: (parent, child) → probability, grade."""
        con = self.load()
        overlap.compute(CaseFacts(con), 1)
        derivation.compute(CaseFacts(con), 1, decisions, without=without)
        rows = con.execute(
            "SELECT parent, child, probability, grade FROM derivation WHERE probability >= 0.05"
        ).fetchall()
        return {(row[0], row[1]): (float(row[2]), str(row[3])) for row in rows}

    @staticmethod
    def _raw(con: duckdb.DuckDBPyConnection, number: int, keys: Numbers, names: Sequence[str] | None) -> None:
        name = f"raw.d{number}_p1"
        columns: dict[str, object] = {
            "row": np.arange(1, keys.size + 1),
            "c0": np.array([str(key - 86 * 10**11) for key in keys.tolist()], dtype=np.str_),
        }
        if names is not None:
            columns["c1"] = list(names)
        con.execute(f"CREATE TABLE {name} (row BIGINT, {', '.join(f'{c} VARCHAR' for c in list(columns)[1:])})")
        append(con, name, columns)
        con.execute(
            "INSERT INTO part VALUES (?, 1, NULL, NULL, false, 'csv', 'utf-8', ',', 1, 1, ?, ?, NULL)",
            [number, keys.size, name],
        )
        con.execute("INSERT INTO dataset_column VALUES (?, 1, 0, '手机号', 'phone', 'header', NULL)", [number])
        if names is not None:
            con.execute("INSERT INTO dataset_column VALUES (?, 1, 1, '姓名', 'name', 'header', NULL)", [number])


def append(con: duckdb.DuckDBPyConnection, target: str, columns: Mapping[str, object]) -> None:
    """Put columns, in the order of the table's, into it: a row at a time would take most of a test."""
    con.register("incoming", pa.table({name: pa.array(values) for name, values in columns.items()}))
    con.execute(f"INSERT INTO {target} SELECT * FROM incoming")
    con.unregister("incoming")
