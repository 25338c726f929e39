"""Names and firms on shared numbers: an agreement settles what an overlap of live numbers leaves open."""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.findings.claims.verdict import statement, told
from tracer.findings.intervals import rounded
from tracer.findings.overlap.close import close_to
from tracer.findings.tails import binomial_at_least

SAME_NAME = 1e-3
"""Chance that a random number bears the name a list gives it (methods 3: 10^-3 to 10^-4 a row)."""


def names_agree(con: duckdb.DuckDBPyConnection, no: int, witnesses: list[int]) -> tuple[float, dict[str, Any]]:
    """Names and firms on shared numbers: how many agree, against the chance that a random number bears the name."""
    bound = {"dataset": no, "others": close_to(con, no, witnesses)}
    columns = con.execute(statement("text_columns"), bound).fetchall()
    if not columns:
        return 1.0, {}
    con.execute(statement("shared_rows"), bound | {"others": sorted({row[0] for row in columns} - {no})})
    con.execute("CREATE OR REPLACE TEMP TABLE claim_text (dataset INTEGER, row BIGINT, role VARCHAR, text VARCHAR)")
    for dataset, role, position, first_row, raw_table in columns:
        con.execute(
            statement("texts").replace("raw.list", raw_table).replace("c_text", f"c{position}"),
            {"dataset": dataset, "shift": first_row - 1, "role": role},
        )
    rows = con.execute(statement("names"), {"dataset": no}).fetchall()
    con.execute("DROP TABLE temp.claim_text; DROP TABLE temp.claim_row")
    p_value, shown = 1.0, dict[str, Any]()
    for role, compared, agree, chance, tries in rows:
        # Common names agree by luck more often; a number in several lists has several tries.
        luck = min(1.0, max(SAME_NAME, chance) * tries)
        p_role = binomial_at_least(agree, compared, luck)
        shown |= {f"{role}s_compared": told(compared), f"{role}s_agree": told(agree), f"p_{role}s": rounded(p_role)}
        p_value = min(p_value, p_role * len(rows))
    return min(1.0, p_value), shown
