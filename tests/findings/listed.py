"""Lists put into a case in memory without files: columns of texts, each named by its role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tracer.case.case import Case
from tracer.findings import overlap
from tracer.findings.case_facts import CaseFacts
from tracer.lists.load import store_parts
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ColumnRole, FileRead, PartRead

BLOCKS = 1_400_000 + np.arange(400)
"""Blocks of 10,000 numbers in segments that nobody was given."""


def phones(rng: np.random.Generator, count: int) -> list[str]:
    """So many numbers at random in `BLOCKS`."""
    return [
        f"{block}{end:04d}"
        for block, end in zip(rng.choice(BLOCKS, count), rng.integers(0, 10_000, count), strict=True)
    ]


def load_list(case: Case, name: str, columns: Mapping[str, Sequence[str]], holder: str = "", **facts: Any) -> None:
    """Load a list whose columns are known by their role; its holder is `holder-NAME` where none is named."""
    count = len(next(iter(columns.values())))
    raw = pa.table(
        {"row": range(1, count + 1)}
        | {f"c{n}": pa.array(list(values), pa.string()) for n, values in enumerate(columns.values())}
    )
    case.con.register("arriving", raw)
    case.con.execute(
        f'CREATE OR REPLACE TEMP TABLE "raw_{name}" AS SELECT row::BIGINT AS row, * EXCLUDE (row) FROM arriving'
    )
    case.con.unregister("arriving")
    part = PartRead(
        member=None, sheet=None, hidden=False, format="csv", encoding="utf-8", delimiter=",",
        header=tuple(columns), header_row=1, rows=count, raw_table=f'temp."raw_{name}"',
        columns=tuple(ColumnRole(n, role, role, "header") for n, role in enumerate(columns)),
    )  # fmt: skip
    store_parts(
        case.con, FileRead("csv", "utf-8", (part,), ()), DatasetFacts(name, holder or f"holder-{name}", **facts)
    )


def meet(case: Case) -> None:
    """Compare all lists, as the stage before all others does: which of them are close is read from its rows."""
    case.con.execute("DELETE FROM overlap")
    overlap.compute(CaseFacts(case.con), 1)


def derive(case: Case, parent: str, child: str, probability: float = 0.97, grade: str = "G2") -> None:
    """Put a derivation in, as the stage would."""
    case.con.execute(
        "INSERT INTO derivation (run, parent, child, probability, grade, shared, parent_contacts, child_contacts, "
        "share_of_child, reasons, against, weights) "
        "VALUES (1, $parent, $child, $p, $grade, 50, 100, 100, .5, [], [], '[]')",
        {"parent": parent, "child": child, "p": probability, "grade": grade},
    )


def say(case: Case, kind: str, about: str = "p", **facts: Any) -> str:
    """Put a claim in and return its id."""
    number = case.con.execute("SELECT count(*) FROM claim").fetchall()[0][0]
    row = {"id": f"c{number}", "party": about, "about": about, "kind": kind, **facts}
    case.con.execute(f"INSERT INTO claim ({', '.join(row)}) VALUES ({', '.join(f'${name}' for name in row)})", row)
    return str(row["id"])
