"""Display names of a case's parties and lists, masked where somebody has entered a number in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from tracer.export.spoken import masked_row
from tracer.wording.names import Names, names_of_rows

_PARTIES = "SELECT party, name, name_en, name_zh, protected FROM views.parties ORDER BY party"
_LISTS = "SELECT dataset, list_title, title_en, title_zh FROM views.datasets ORDER BY dataset"


def names_of(
    con: duckdb.DuckDBPyConnection,
    lang: str,
    narrowed: Callable[[dict[str, Any]], dict[str, Any]] = dict,
    *,
    protected: bool = True,
) -> Names:
    """What readers of `lang` see of parties and lists; of protected parties what the views show of their names.

    narrowed: takes out of a row what must stay hidden, for an answer that leaves; protected: whether protected parties
    are among them, by their pseudonyms.
    """

    def rows(statement: str) -> list[dict[str, Any]]:
        cursor = con.execute(statement)
        columns = [column[0] for column in cursor.description or []]
        return [narrowed(masked_row(dict(zip(columns, row, strict=True)))) for row in cursor.fetchall()]

    parties = [row for row in rows(_PARTIES) if protected or not row["protected"]]
    return names_of_rows(parties, rows(_LISTS), lang)
