"""The two ends of a question, and the lists, copies and parties that an answer to it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb

from tracer.ask.named import ValueRows
from tracer.ask.why import ends_of
from tracer.disclosure import DatasetRef, Number, PartyRef, Reason, Word
from tracer.findings.statements import Statement, headlines, statements
from tracer.findings.statements.replies import replied
from tracer.policy import Narrowed, view_rows

Row = Mapping[str, Any]
"""A row of a view, by its columns."""


class Ends:
    """The two ends of a question, and what is known of the lists and copies that an answer names."""

    def __init__(self, con: duckdb.DuckDBPyConnection, found: Row, narrowed: Narrowed) -> None:
        self._con, self._narrowed = con, narrowed
        self._queried, self._known = ValueRows(con, narrowed=narrowed), dict[str, dict[tuple[str, ...], Statement]]()
        self.a, self.b = ends_of(con, found["a"], found["b"])
        self.lists = {row["dataset"]: row for row in self.rows("SELECT * FROM views.datasets ORDER BY dataset")}
        self.copies = {row["release"]: row for row in self.rows("SELECT * FROM views.releases ORDER BY release")}

    def found(self, kind: str, *about: str) -> Statement | None:
        """The statement of a kind about these, likely or not; None where there is none."""
        if kind not in self._known:
            self._known[kind] = {one.about: one for one in statements(self._queried, (kind,), 0.0)}
        return self._known[kind].get(tuple(dict.fromkeys(about)))

    def stated(self, kind: str, *about: str) -> Statement:
        """One that is there, because its row is."""
        found = self.found(kind, *about)
        assert found is not None  # noqa: S101 - rows and statements are of one case
        return found

    def derived(self, parent: str, child: str) -> Statement | None:
        """That the one was copied from the other, in either order for an exchange; None where it is not stated."""
        found = (self.found("derivation", *pair) for pair in ((parent, child), (child, parent)))
        return next(
            (one for one in found if one is not None and (one.row["child"] == child or one.row["kind"] == "exchange")),
            None,
        )

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
        known = replied(self.rows("SELECT * FROM views.replies ORDER BY party, asked"))
        for party in dict.fromkeys(parties):
            state = known[party].state if party in known else "not_asked"
            if state in ("not_asked", "asked"):
                yield Reason.of("why-ask-party", party=PartyRef(party), state=Word(headlines.kebab(state)))
