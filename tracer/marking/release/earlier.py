"""Copies that the recipients have of the same rows already: who compares two copies sees what came and what went."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.marking.persona.source_list import SourceList

_NAMED = 5


def compared_with_earlier(con: duckdb.DuckDBPyConnection, source: SourceList, to: Sequence[str]) -> tuple[str, ...]:
    """What is said where recipients have a copy of a list of which most contacts are in this one too.

    Planted records of the copy before are gone then, and those of the new one are rows that were not there although
    they look old. Rows that copies lack by a code come and go in the same way.
    """
    found = con.execute(
        "WITH held AS (SELECT DISTINCT r.recipient, d.no FROM release AS r JOIN dataset AS d ON d.id = r.dataset"
        " AND d.current WHERE r.recipient IN (SELECT unnest($to))),"
        " alike AS (SELECT m.dataset AS no FROM membership AS m SEMI JOIN held ON held.no = m.dataset"
        " GROUP BY m.dataset HAVING 2 * count(*) FILTER (m.key IN (SELECT key FROM membership WHERE dataset = $no))"
        " >= count(*))"
        " SELECT DISTINCT recipient FROM held SEMI JOIN alike USING (no) ORDER BY recipient",
        {"to": list(to), "no": source.no},
    ).fetchall()
    if not found:
        return ()
    named = ", ".join(recipient for (recipient,) in found[:_NAMED])
    if len(found) > _NAMED:
        named += f" and {len(found) - _NAMED} more"
    return (
        f"with an earlier copy of these rows: {named}; who compares the two finds planted records among those that came"
        " and went; rows that each copy lacks by a code (--withhold) still tell whose copy it is",
    )
