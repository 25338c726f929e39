"""Personas that go between the same two rows: in the list's own order among themselves.

Each persona is put where its own number, id or date belongs among the list's rows; two that become neighbours know
nothing of each other. Without this module half of such pairs would be the wrong way round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tracer.lists.write.model import NewRow
from tracer.marking.persona.list_order import Order
from tracer.marking.persona.source_list import RowsOfList, Sample


class LocalDuplicates:
    """Arranges the personas of one list."""

    def __init__(self, sample: Sample, rows: RowsOfList, given: Sequence[int], renewable: Collection[int]) -> None:
        """`given`: columns whose cells cannot be changed, numbers and addresses; `renewable`: dates. So are ids."""
        self.rows, self.orders = rows, sample.orders
        following = [i for i, numbering in sorted(sample.numbering.items()) if numbering.follows]
        first = [i for i in given if i in sample.orders and sample.orders[i].whole]
        self._sorted_by = list(dict.fromkeys(i for i in (*first, *following, *sorted(self.orders)) if i in self.orders))
        self._beside = sorted(sample.clustered)
        self._renewable = [i for i in self._sorted_by if i in following or i in renewable]

    def arranged(self, rows: Mapping[int, NewRow]) -> dict[int, NewRow]:
        """The rows in the order in which the copy has them; ids and dates change hands where two are out of order."""
        places: dict[int, list[int]] = defaultdict(list)
        for no, row in rows.items():
            places[row.before].append(no)
        found: dict[int, NewRow] = {}
        for place in sorted(places):
            ranked = sorted(places[place], key=lambda no: (self._rank(rows[no]), no))
            found |= zip(ranked, self._renewed([rows[no] for no in ranked]), strict=True)
        return found

    def _rank(self, row: NewRow) -> tuple[tuple[float, ...], ...]:
        """Like values are together: those of the row before come first, those of the row after last."""
        ranks = [_sized(self.orders[i], row.cells[i]) for i in self._sorted_by]
        for i in self._beside:
            cell = row.cells[i]
            before, behind = (self.rows.cell(at, i) == cell for at in (row.before - 1, row.before))
            ranks.append((-1.0 if before and not behind else 1.0 if behind and not before else 0.0,))
        return tuple(ranks)

    def _renewed(self, rows: Sequence[NewRow]) -> list[NewRow]:
        """The rows, with their sort values dealt out again in order."""
        made = list(rows)
        for i in self._renewable if len(rows) > 1 else ():
            filled = [at for at, row in enumerate(made) if row.cells[i] is not None]
            ranked = sorted(filled, key=lambda at: _sized(self.orders[i], made[at].cells[i]))
            dealt = {at: (made[donor].cells[i], made[donor].taken[i]) for at, donor in zip(filled, ranked, strict=True)}
            for at, (cell, taken) in dealt.items():
                cells, origin = list(made[at].cells), list(made[at].taken)
                cells[i], origin[i] = cell, taken
                made[at] = replace(made[at], cells=tuple(cells), taken=tuple(origin))
        return made


def _sized(order: Order, cell: str | None) -> tuple[float, ...]:
    """A key that rises down the list; cells without a value come last."""
    value = None if cell is None else order.value(cell)
    if value is None:
        return (1.0,)
    if isinstance(value, int):
        return (0.0, order.sign * value)
    symbols = value if isinstance(value, bytes) else [ord(char) for char in str(value)]
    # A text that is the beginning of another comes first where the list rises, last where it falls.
    return (0.0, *(float(order.sign * symbol) for symbol in symbols), float(-order.sign))
