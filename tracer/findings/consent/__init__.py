"""Consent: who was handed on or called after refusing, which lists hold people who refused, and how rows are counted.

The legal worth of a basis is not decided here: the bases are what the case states, the refusals what lists of
refusals show, and every count can be repeated.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.findings.case_facts import CaseFacts
from tracer.findings.consent.refusals import Refusals, refused_rows, statement, write_refusals
from tracer.findings.lines.events import enter_line_events
from tracer.findings.overlap.close import Pairs, all_close, parts_of, read_close

# Counting rows as courts do: raw, repeated, shown false, people; per recipient and summed. After the interpretation
# of 2017 on crimes against personal data (法释〔2017〕10号, art. 11; orientation, not legal advice): rows in bulk are
# counted as they were found, less those that are shown to be untrue or repeated; what is handed to several recipients
# is added up over them; what was obtained and then handed on is not counted twice. So lists that a party holds and
# copies that it handed out are kept apart, and neither sum is added to the other. Shown false are rows without a
# usable identifier, and canaries, which are not people. The count is of contacts, each once.

_SEVERAL = "SELECT list_sort(list(DISTINCT no)) FROM sum_inside GROUP BY scope, party HAVING count(*) > 1"


def write_counts(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `legal_count`: every list, every copy, and the sums by holder, recipient and client."""
    con.execute(statement("count_lists"), {"run": run})
    con.execute(statement("count_copies"), {"run": run})
    con.execute(statement("sum_parts"), {"run": run})
    con.execute(statement("sum_inside"))
    nos = sorted({tuple(row[0]) for row in con.execute(_SEVERAL).fetchall()})
    close = read_close(con, *nos)
    columns = {
        "nos": pa.array([list(one) for one in nos], pa.list_(pa.int32())),
        "contacts": pa.array([_united(con, one, close) for one in nos], pa.int64()),
    }
    with registered(con, sum_united=pa.table(columns)):
        con.execute(statement("count_sums"), {"run": run})
    con.execute("DROP TABLE temp.sum_part; DROP TABLE temp.sum_inside")


def _united(con: duckdb.DuckDBPyConnection, nos: tuple[int, ...], close: Pairs) -> int:
    """Distinct contacts of several lists; what those that are not close have in common counts in each."""
    if all_close(close, nos):
        return int(con.execute(statement("united"), {"nos": list(nos)}).fetchall()[0][0])
    rows = con.execute(statement("holders"), {"nos": list(nos)}).fetchall()
    return sum(contacts * sum(parts_of(holders, close).values()) for holders, contacts in rows)


__all__ = ["Refusals", "compute", "refused_rows"]


def compute(facts: CaseFacts, run: int) -> None:
    """Write what came after refusals, refusals inside lists, and the legal counts, as findings of `run`."""
    con = facts.con
    enter_line_events(facts)
    with Refusals(con):
        write_refusals(con, run)
    write_counts(con, run)
