"""Whether a name that is to be protected is a word of the tool's own: every export would be stopped by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import duckdb

from tracer.case.protected import unsought
from tracer.dossier.parties import protected_names
from tracer.dossier.vocabulary import CHANNELS, CLAIM_KINDS, RELATION_KINDS, ROLES, refuse
from tracer.errors import InputRefused
from tracer.export.allowlist import tool_words
from tracer.graph.model import Document, Edge, Graph, Node
from tracer.spelled.names import NameFinder

_PAGE = Path(__file__).parent / "page"
_PARTS = ("*.j2", "*.css", "script/*.js")


def refuse_ordinary(con: duckdb.DuckDBPyConnection, party: str) -> None:
    """Raises `InputRefused` where a party is protected under an id, name or alias that is in every export."""
    refuse(
        InputRefused(
            f"cannot be protected: its id, name or alias {name!r} is a word that the tool itself writes",
            where=f"party {party}",
            remedy="protect it under an id and its name in full that are not everyday words",
        )
        for name in ordinary(protected_names(con, party))
    )


def ordinary(names: Iterable[str]) -> list[str]:
    """Those names that are found in the tool's own words, as a finished file is looked through for them."""
    return sorted({name for name in names if not unsought(name) and NameFinder([name]).stand_in(_everything())})


@cache
def _everything() -> str:
    return " | ".join(_words())


def _words() -> Iterator[str]:
    yield from tool_words()
    for pattern in _PARTS:
        for own_file in sorted(_PAGE.glob(pattern)):
            yield own_file.read_text(encoding="utf-8")
    for kinds in (ROLES, CLAIM_KINDS, RELATION_KINDS, CHANNELS):
        yield from kinds
    for shape in (Node, Edge, Document, Graph):
        yield from shape.__annotations__
