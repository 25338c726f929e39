"""The two ends of a question, and the lists, copies and parties that an answer to it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from tracer.ask.why import ends_of
from tracer.disclosure import DatasetRef, Number, PartyRef, Reason, Word
from tracer.dossier.replies import reply_state
from tracer.policy import Narrowed, view_rows
from tracer.wording import headlines

Row = Mapping[str, Any]
"""A row of a view, by its columns."""


class Ends:
    """The two ends of a question, and what is known of the lists and copies that an answer names."""

    def __init__(self, con: duckdb.DuckDBPyConnection, found: Row, narrowed: Narrowed) -> None:
        self._con, self._narrowed = con, narrowed
        self.a, self.b = ends_of(con, found["a"], found["b"])
        self.lists = {row["dataset"]: row for row in self.rows("SELECT * FROM views.datasets ORDER BY dataset")}
        self.copies = {row["release"]: row for row in self.rows("SELECT * FROM views.releases ORDER BY release")}

    def rows(self, statement: str) -> list[dict[str, Any]]:
        return view_rows(self._con, statement, narrowed=self._narrowed)

    @property
    def refs(self) -> tuple[Number, Number]:
        """Both as they are named."""
        return self.a.ref, self.b.ref

    def held(self, dataset: str, *, inside: bool = True) -> Reason:
        """A list with its holder and its day; `inside`: the sentence goes on behind it."""
        row = self.lists.get(dataset, {})
        day: date | None = row.get("obtained") or row.get("created")
        holder = None if row.get("holder") is None else PartyRef(row["holder"])
        place = Word("inside" if inside else "end")
        return Reason.of("why-list", dataset=DatasetRef(dataset), holder=holder, day=day, place=place)

    def unanswered(self, parties: Sequence[str]) -> Iterator[Reason]:
        """Parties that were not heard yet."""
        states = {
            row["party"]: reply_state(row["asked"], row["deadline"], row["answered"])
            for row in self.rows("SELECT party, asked, deadline, answered FROM views.replies ORDER BY party, asked")
        }
        for party in dict.fromkeys(parties):
            state = states.get(party, "not_asked")
            if state in ("not_asked", "asked"):
                yield Reason.of("why-ask-party", party=PartyRef(party), state=Word(headlines.kebab(state)))
