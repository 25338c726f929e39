"""Counting rows as courts do: raw, repeated, shown false, people; per recipient and summed.

After the interpretation of 2017 on crimes against personal data (法释〔2017〕10号, art. 11; orientation, not legal
advice): rows in bulk are counted as they were found, less those that are shown to be untrue or repeated; what is
handed to several recipients is added up over them; what was obtained and then handed on is not counted twice. So
lists that a party holds and copies that it handed out are told apart, and neither sum is added to the other.

Shown false are rows without a usable identifier, and canaries, which are nobody. The count is of contacts, each once.
"""

from __future__ import annotations

import duckdb

from tracer.findings.consent.refusals import statement


def write_counts(con: duckdb.DuckDBPyConnection, run: int) -> None:
    """Write `legal_count`: every list, every copy, and the sums by holder, recipient and client."""
    con.execute(statement("count_lists"), {"run": run})
    con.execute(statement("count_copies"), {"run": run})
    con.execute(statement("count_sums"), {"run": run})
