"""All that the tool itself may say, and the parties' names: in a file these are not names of people in a list."""

from __future__ import annotations

import duckdb

from tracer.export.scan.names import normalised
from tracer.resources import statements_beside
from tracer.wording import LANGUAGES
from tracer.wording.catalogue_files import unbroken

_statement = statements_beside(__file__)


def tool_words() -> list[str]:
    """The words of findings, page, figures and report."""
    return [unbroken(lang) for lang in LANGUAGES]


def allowlist_text(con: duckdb.DuckDBPyConnection) -> str:
    """The words of page and report, and every name, alias, province and id of the case, as names are compared."""
    said = tool_words()
    said += [str(row[0]) for row in con.execute(_statement("allowlist")).fetchall()]
    return "\n".join(normalised(text) for text in said)
