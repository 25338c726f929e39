"""The rows of a list as copies have them: those whose form differs go out, and come in again with the other form."""

from __future__ import annotations

from collections.abc import Set

import duckdb
import numpy as np
import numpy.typing as npt

from tracer.lists.write.model import NewRow, PartEdit
from tracer.marking.choices.finding import Choices
from tracer.marking.choices.forms import form_pairs
from tracer.marking.persona.source_list import SourceList


class Rewriting:
    """Makes the changed rows of one list; rows that several copies have alike are made once."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: SourceList, choices: Choices) -> None:
        self.choices = choices
        self._other = _other_forms(con, source, choices)
        table = source.tables[source.main.part]
        names = ", ".join(f"c{i}" for i in range(len(source.main.headers)))
        rows = con.execute(
            f"SELECT row, {names} FROM {table} WHERE row IN (SELECT unnest($rows::BIGINT[]))",
            {"rows": np.unique(choices.rows).tolist()},
        ).fetchall()
        self._cells: dict[int, tuple[str | None, ...]] = {row[0]: tuple(row[1:]) for row in rows}
        self._made: dict[tuple[int, ...], NewRow] = {}

    def edit(self, edit: PartEdit, bits: npt.NDArray[np.bool_]) -> PartEdit:
        """An edit with the choices of one copy as well. `bits`: (n,) whether the copy has form 1 of each."""
        changed: dict[int, list[int]] = {}
        for at in np.flatnonzero(bits != (self.choices.forms == 1)).tolist():
            changed.setdefault(int(self.choices.rows[at]), []).append(at)
        rows = sorted(changed.keys() - edit.removed)
        return PartEdit(
            edit.removed | frozenset(rows), (*edit.added, *(self._row(row, tuple(changed[row])) for row in rows))
        )

    def _row(self, row: int, at: tuple[int, ...]) -> NewRow:
        if at not in self._made:
            cells: list[str | None] = list(self._cells[row])
            taken: list[int | None] = [row] * len(cells)
            for number in at:
                position = int(self.choices.positions[number])
                cells[position], taken[position] = self._other[number], None
            self._made[at] = NewRow(row, row, tuple(cells), tuple(taken))
        return self._made[at]

    def rows(self) -> Set[int]:
        """Rows that carry a choice."""
        return self._cells.keys()


def _other_forms(con: duckdb.DuckDBPyConnection, source: SourceList, choices: Choices) -> dict[int, str]:
    """Number of a choice -> its cell in the form that the list does not have."""
    table = source.tables[source.main.part]
    pairs, names = form_pairs(), np.array(choices.pairs, dtype=object)
    found: dict[int, str] = {}
    for position in sorted(set(choices.positions.tolist())):
        for name in sorted({str(each) for each in names[choices.positions == position]}):
            at = np.flatnonzero((choices.positions == position) & (names == name))
            pair, cell = pairs[name], f"r.c{position}"
            rows = con.execute(
                f"SELECT w.at, CASE WHEN {pair.form_sql(cell)} = 0 THEN {pair.as_second(cell)}"
                f" ELSE {pair.as_first(cell)} END FROM (SELECT unnest($at::BIGINT[]) AS at,"
                f" unnest($rows::BIGINT[]) AS row) AS w JOIN {table} AS r ON r.row = w.row",
                {"at": at.tolist(), "rows": choices.rows[at].tolist()},
            ).fetchall()
            found |= dict(rows)
    return found
