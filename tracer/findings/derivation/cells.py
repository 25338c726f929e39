"""The raw cells of related datasets, brought to a form in which they can be compared: the TEMP table `cell`.

Large cases are sampled by identifier, so that the same contacts are taken from every dataset. The table goes with the
trace, and what of it is spilled is encrypted as the store is.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import temp_table
from tracer.findings.derivation.counts import MembershipCounts
from tracer.lists.read.identifiers import FURTHER_ROLES
from tracer.resources import statements_beside

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
_JOINING = frozenset(("phone", "email", "key", *FURTHER_ROLES))
MOST_ROWS = 1_500_000
"""Rows that are looked at; above it a share of the identifiers is drawn."""
SLOTS = {
    "phone": "phone",
    "name": "name",
    "organisation": "organisation",
    "address": "address",
    "inner": "id",
    "day": "date",
    "added": "created",
}
"""Place in `sql/cells.sql` → role of the column that goes there."""


def read_cells(con: duckdb.DuckDBPyConnection, counts: MembershipCounts, pairs: Sequence[tuple[int, int]]) -> bool:
    """Fill the TEMP tables `cell`, `relative` and `stranger`; whether there is a raw table at all.

    pairs: related datasets a < b. Strangers are close pairs (both ways) without anything in common beyond chance.
    """
    con.execute(statement("cell_table"))
    percent = looked_at_percent(counts)
    used = sorted({x for pair in pairs for x in pair})
    columns = columns_of(con)
    filled = False
    for position in used:
        number = counts.traced.numbers[position]
        for part, raw, first in con.execute(
            "SELECT part, raw_table, first_row FROM part WHERE dataset = $number ORDER BY part", {"number": number}
        ).fetchall():
            roles = columns.get((number, part), {})
            if not roles.keys() & _JOINING:
                continue
            text = statement("cells")
            for slot, role in SLOTS.items():
                text = text.replace("{" + slot + "}", f"r.c{roles[role]}" if role in roles else "CAST(NULL AS VARCHAR)")
            values = {"position": position, "number": number, "before": first - 1, "percent": percent}
            con.execute(text.replace("{raw}", str(raw)), values)
            filled = True
    text = statement("cell").replace("{holders_by_key}", counts.holders_by_key)
    con.execute(text.replace("{datasets}", counts.traced.relation))
    relatives = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    for name, found in (("relative", relatives), ("stranger", strangers_of(counts))):
        temp_table(con, name, pa.table({"a": found[:, 0], "b": found[:, 1]}))
    return filled


def looked_at_percent(counts: MembershipCounts) -> int:
    """Share of the identifiers whose rows are looked at."""
    total = max(1, int(counts.traced.contacts.sum()))
    # The sets of holders are known of identifiers that are looked at, which are drawn in the same way.
    return min(counts.traced.share.percent, max(1, 100 * MOST_ROWS // total))


def strangers_of(counts: MembershipCounts) -> NDArray[np.int64]:
    """Pairs of strangers, both ways: they have no more in common than chance, and are independent witnesses of a cell.
    What lists that are not close write is not known."""
    return np.argwhere(~counts.related & (counts.shared > 0))


def columns_of(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, int], dict[str, int]]:
    """(dataset number, part) → role → position of its first column."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for dataset, part, position, role in con.execute(
        # What is in the key agrees wherever rows are joined by it, and so says nothing.
        "SELECT dataset, part, position,"
        " CASE WHEN how = 'key' AND role NOT IN ('phone', 'email') THEN 'key' ELSE role END"
        " FROM dataset_column ORDER BY dataset, part, position"
    ).fetchall():
        found.setdefault((dataset, part), {}).setdefault(str(role), int(position))
    return found
