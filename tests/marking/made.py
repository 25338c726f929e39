"""Personas made for a list in a case, without writing a copy; and names of nobody."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracer.case.case import Case
from tracer.lists.write.model import NewRow
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.source_list import RowsOfList, SourceList, read_sample, read_source_list
from tracer.marking.persona.written_numbers import NumberRegions

GIVEN = ("Ana", "Luca", "Petra", "Iris", "Jonas", "Marta", "Pavel", "Nora", "Omar", "Lena", "Tibor", "Runa")
FAMILY = ("Vellmar", "Ostrik", "Dunkova", "Harrand", "Belotti", "Kesmar", "Ruprand", "Ilvane", "Torsell", "Querido")


def in_new_york(count: int) -> list[Identity]:
    return [Identity(no, 19175550100 + no, f"+1 917 555 01{no:02d}") for no in range(count)]


def made_rows(
    case: Case, identities: Sequence[Identity], secret: bytes, spare: Sequence[Identity] = ()
) -> tuple[SourceList, list[NewRow]]:
    """A row for each identity, by the secret, in the order in which they stand in a copy. `spare` ones lend."""
    source = read_source_list(case.con, "own")
    regions = NumberRegions(case.con.execute("SELECT prefix, coalesce(city, province) FROM segment").fetchall())
    sample = read_sample(case.con, source, secret.decode())
    maker = PersonaMaker(source, sample, KeyedDraw(secret, "test"), regions, RowsOfList(case.con, source))
    return source, list(maker.rows_for(identities, spare).values())


def raw_rows(case: Case, source: SourceList) -> list[tuple[str | None, ...]]:
    table = source.tables[source.main.part]
    return case.con.execute(f"SELECT * EXCLUDE (row) FROM {table} ORDER BY row").fetchall()


def copy_of(
    source: Sequence[tuple[str | None, ...]], rows: Sequence[NewRow]
) -> tuple[list[tuple[str, ...]], NDArray[np.bool_]]:
    """The copy's rows in order, and which of them are canaries."""
    made: list[tuple[str, ...]] = []
    marks: list[bool] = []
    by_place: dict[int, list[NewRow]] = {}
    for row in rows:
        by_place.setdefault(row.before, []).append(row)
    for at in range(1, len(source) + 2):
        for new in by_place.get(at, []):
            made.append(tuple(cell or "" for cell in new.cells))
            marks.append(True)
        if at <= len(source):
            made.append(tuple(cell or "" for cell in source[at - 1]))
            marks.append(False)
    return made, np.array(marks)
