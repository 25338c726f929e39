"""All that the tool itself may say, and the parties' names: what of it stands in a file is nobody's name in a list."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.export.page.words import WORDS
from tracer.export.scan.names import normalised

_SQL = Path(__file__).parent / "sql"


def own_words(con: duckdb.DuckDBPyConnection) -> str:
    """The words of the page and the report, and every name, alias, province and id of the case, as names are compared."""
    said = [text for texts in WORDS.values() for text in texts]
    said += [str(row[0]) for row in con.execute((_SQL / "own_words.sql").read_text(encoding="utf-8")).fetchall()]
    return "\n".join(normalised(text) for text in said)
