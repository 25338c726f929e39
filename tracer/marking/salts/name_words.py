"""Whether an invented name is made of words that are names: a word that the list has nowhere shows to the eye."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import duckdb

from tracer.marking.persona.source_list import SourceList

_APART = r"[\s,.()\[\]/-]+"
_WRITTEN_TOGETHER = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts that part names by no blank: any of their characters is a name's."""


class NameWords:
    """The words of a list's names."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: SourceList) -> None:
        self.con, self.table, self.places = con, source.tables[source.main.part], source.places("name")

    def strange(self, rows: Mapping[int, Sequence[str | None]]) -> frozenset[int]:
        """Numbers of the rows with a word in a name that no name of the same column has."""
        found = set[int]()
        for i in self.places:
            words = {
                no: [word for word in re.split(_APART, (cells[i] or "").lower()) if word] for no, cells in rows.items()
            }
            asked = sorted({word for own in words.values() for word in own if not _WRITTEN_TOGETHER.search(word)})
            known = {
                word
                for (word,) in self.con.execute(
                    f"SELECT DISTINCT word FROM (SELECT unnest(string_split_regex(lower(c{i}), '{_APART}')) AS word"
                    f" FROM {self.table}) WHERE word IN (SELECT unnest($asked::VARCHAR[])) ORDER BY word",
                    {"asked": asked},
                ).fetchall()
            }
            strange = set(asked) - known
            found |= {no for no, own in words.items() if strange & set(own)}
        return frozenset(found)
