"""Whether a name is a word of the tool's own, which is in every export.

A party is not protected under such a name. Where one is, from before, the name stops no export: what a case says has
gone through the gate, which replaces it there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from tracer.case.memory import memory_case
from tracer.case.protected import too_short_to_find
from tracer.dossier.parties import protected_names
from tracer.dossier.vocabulary import CHANNELS, CLAIM_KINDS, RELATION_KINDS, ROLES, refuse
from tracer.errors import InputRefused
from tracer.export.formats import NOUNS, render
from tracer.export.outgoing import outgoing_case
from tracer.export.scan import tool_words
from tracer.export.scan.unpack import texts_in
from tracer.graph.model import Document, Edge, Graph, Node
from tracer.spellings.names import NameFinder, joined_words
from tracer.wording.voice import day_of

_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?")
_PAGE = Path(__file__).parent / "page"


def refuse_tool_word(con: duckdb.DuckDBPyConnection, party: str) -> None:
    """Raises `InputRefused` where a party is protected under an id, name or alias that is in every export."""
    refuse(
        InputRefused(
            f"cannot be protected: its id, name or alias {name!r} is a word that the tool itself writes",
            where=f"party {party}",
            remedy="protect it under an id and its name in full that are not everyday words",
        )
        for name in tool_words_among(protected_names(con, party))
    )


def tool_words_among(names: Iterable[str]) -> list[str]:
    """Those names that are found in the tool's own words, as a finished file is looked through for them."""
    return sorted(
        {
            name
            for name in names
            if not too_short_to_find(name)
            and (_DAY.fullmatch(joined_words(name)) or NameFinder([name]).stand_in(_own_words()))
        }
    )


@cache
def _own_words() -> str:
    """All that the tool itself writes: sentences, the page's files, fields, and every format of an empty case."""
    words = tool_words()
    for pattern in ("*.j2", "*.css", "script/*.js"):
        words += [own_file.read_text(encoding="utf-8") for own_file in sorted(_PAGE.glob(pattern))]
    words += [*ROLES, *CLAIM_KINDS, *RELATION_KINDS, *CHANNELS]
    words += [name for shape in (Node, Edge, Document, Graph) for name in shape.__annotations__]
    words += [day_of(date(2026, month, 1), "en") for month in range(1, 13)]
    with memory_case() as blank:
        leaving = outgoing_case(blank.con, {}, str, "")
    for noun in ("graph", "findings", "report"):
        for to in NOUNS[noun].keys() - {"png", "pdf"}:
            for name, content in render(leaving, to, noun).items():
                words += [text.content for text in texts_in(name, content) if text.running]
    return " | ".join(words)
