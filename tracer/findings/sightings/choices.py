"""What a dataset shows of keyed choices: for each contact of the released list the form that its row has.

The released list's own cell is written in both forms, and the dataset's row of that contact is searched for either: as
it is, then without regard to capitals and spaces, then to signs, then within a longer cell. A cell that was rewritten,
so that both forms are one, says nothing, and so does one that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt

from tracer.findings.sightings.statements import statement
from tracer.marking.choices.finding import form_pairs

Ints = npt.NDArray[np.int64]
_WITHIN = 8
"""Characters of a cell that is looked for within a longer one, at least."""


@dataclass(frozen=True)
class ChoicesSeen:
    """One draw's choices in one dataset."""

    asked: int
    numbers: Ints
    shown: Ints
    """(read,): … the form that the dataset has, 0 or 1 …"""
    group: Ints
    """(read,): … and a number for each column and pair of forms."""


def read_shown_choices(con: duckdb.DuckDBPyConnection, draw: str, dataset: int, source: int) -> ChoicesSeen:
    """Look for the choices of a draw of the released list `source` in a dataset (numbers of loaded versions)."""
    parts = con.execute(
        "SELECT p.part, p.raw_table, p.first_row, p.rows, count(c.position) FROM part AS p"
        " LEFT JOIN dataset_column AS c ON c.dataset = p.dataset AND c.part = p.part"
        " WHERE p.dataset = $no GROUP BY ALL ORDER BY p.part",
        {"no": dataset},
    ).fetchall()
    try:
        asked = _make_forms(con, draw, dataset, source)
        found: list[tuple[int, int, int]] = []
        for _, table, first, rows, width in parts if asked else ():
            found += _read_part(con, str(table), int(first), int(rows), int(width))
    finally:
        con.execute("DROP TABLE IF EXISTS temp.choice_form")
    found.sort()
    numbers, shown, group = (np.array([row[at] for row in found], dtype=np.int64) for at in range(3))
    return ChoicesSeen(asked, numbers, shown, group)


def _make_forms(con: duckdb.DuckDBPyConnection, draw: str, dataset: int, source: int) -> int:
    """Make choice_form(no, grp, row, a, b): both forms of each choice of a contact in the dataset, its row there."""
    con.execute("CREATE OR REPLACE TEMP TABLE choice_form (no INTEGER, grp INTEGER, row BIGINT, a VARCHAR, b VARCHAR)")
    kinds = con.execute(
        "SELECT DISTINCT position, pair FROM choice WHERE draw = $draw ORDER BY position, pair", {"draw": draw}
    ).fetchall()
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE choice_row AS {statement('choice_rows')}",
        {"draw": draw, "dataset": dataset, "source": source},
    )
    try:
        tables = con.execute(
            "SELECT raw_table, first_row, rows FROM part WHERE dataset = $no ORDER BY part", {"no": source}
        ).fetchall()
        pairs = form_pairs()
        for group, (position, name) in enumerate(kinds):
            pair = pairs.get(name)
            for table, first, rows in tables if pair is not None else ():
                has = con.execute(
                    "SELECT count(*) FROM dataset_column AS c JOIN part AS p ON p.dataset = c.dataset"
                    " AND p.part = c.part WHERE p.dataset = $no AND p.raw_table = $table AND c.position = $position",
                    {"no": source, "table": table, "position": position},
                ).fetchone()
                if pair is None or has is None or not has[0]:
                    continue
                cell = f"r.c{int(position)}"
                con.execute(
                    f"INSERT INTO choice_form SELECT w.no, $grp, w.row, {pair.as_first(cell)}, {pair.as_second(cell)}"
                    f" FROM temp.choice_row AS w JOIN {table} AS r ON r.row = w.source_row - $first + 1"
                    f" WHERE w.position = $position AND w.pair = $pair AND w.source_row >= $first"
                    f" AND w.source_row < $first + $rows AND {pair.open_sql(cell)}",
                    {"grp": group, "first": first, "rows": rows, "position": position, "pair": name},
                )
        row = con.execute("SELECT count(*) FROM temp.choice_row").fetchone()
        return 0 if row is None else int(row[0])
    finally:
        con.execute("DROP TABLE IF EXISTS temp.choice_row")


def _read_part(
    con: duckdb.DuckDBPyConnection, table: str, first: int, rows: int, width: int
) -> list[tuple[int, int, int]]:
    """(number, form, group) of the choices that the rows of a part show."""
    cells = [f"t.c{i}" for i in range(width)]
    levels = [
        *(f"CASE WHEN {cell} = f.a THEN 0 WHEN {cell} = f.b THEN 1 END" for cell in cells),
        *(
            f"CASE WHEN f.fa <> f.fb THEN CASE {_folded(cell)} WHEN f.fa THEN 0 WHEN f.fb THEN 1 END END"
            for cell in cells
        ),
        *(
            f"CASE WHEN f.sa <> f.sb THEN CASE {_squeezed(cell)} WHEN f.sa THEN 0 WHEN f.sb THEN 1 END END"
            for cell in cells
        ),
        *(_within(_folded(cell)) for cell in cells),
    ]
    return [
        (int(no), int(form), int(group))
        for no, form, group in con.execute(
            f"SELECT no, form, grp FROM (SELECT f.no, f.grp, coalesce({', '.join(levels)}) AS form FROM"
            f" (SELECT *, {_folded('a')} AS fa, {_folded('b')} AS fb, {_squeezed('a')} AS sa, {_squeezed('b')} AS sb"
            " FROM temp.choice_form) AS f"
            f" JOIN {table} AS t ON t.row = f.row - $first + 1 WHERE f.row >= $first AND f.row < $first + $rows)"
            " WHERE form IS NOT NULL ORDER BY no",
            {"first": first, "rows": rows},
        ).fetchall()
    ]


def _folded(cell: str) -> str:
    """SQL for a cell without regard to capitals, accents and to how many spaces are where."""
    return f"strip_accents(replace(lower(trim(regexp_replace({cell}, '\\s+', ' ', 'g'))), 'ß', 'ss'))"


def _squeezed(cell: str) -> str:
    """SQL for the letters and digits of a cell."""
    return f"regexp_replace({_folded(cell)}, '[^\\pL\\pN]+', '', 'g')"


def _within(folded: str) -> str:
    """SQL: the form that is within a longer cell; of two forms of which one is in the other, the longer one."""
    a, b = f"contains({folded}, f.fa)", f"contains({folded}, f.fb)"
    return (
        f"CASE WHEN f.fa = f.fb OR least(length(f.fa), length(f.fb)) < {_WITHIN} THEN NULL"
        f" WHEN {a} AND {b} THEN CASE WHEN contains(f.fa, f.fb) THEN 0 WHEN contains(f.fb, f.fa) THEN 1 END"
        f" WHEN {a} THEN 0 WHEN {b} THEN 1 END"
    )
