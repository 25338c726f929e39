"""Where a list has its people's names, and the name that a row says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.identify.person import whole_name
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.texts import split_name


@dataclass(frozen=True)
class ListNames:
    """Columns of the main part; None where it has none of the kind."""

    given: int | None
    family: int | None
    whole: int | None

    @classmethod
    def of(cls, source: SourceList) -> ListNames:
        given, family = (next(iter(source.holding(piece)), None) for piece in ("given_name", "family_name"))
        parts = {given, family} - {None}
        return cls(given, family, next((i for i in source.places("name") if i not in parts), None))

    def of_row(self, cells: Sequence[str | None]) -> tuple[str | None, str, str]:
        """The whole name, the given name and the family name; empty where a row has none."""
        given, family = ("" if i is None else (cells[i] or "").strip() for i in (self.given, self.family))
        if (given or family) and (self.whole is None or None not in (self.given, self.family)):
            return whole_name(given, family), given, family
        whole = "" if self.whole is None else (cells[self.whole] or "").strip()
        if not whole:
            return None, "", ""
        last, comma, first = whole.partition(",")
        if comma:
            return whole, first.strip(), last.strip()
        if " " not in whole:
            family, given = ("", whole) if whole.isascii() else split_name(whole)
            return whole, given, family
        first, _, last = whole.rpartition(" ")
        return whole, first.partition(" ")[0], last
