"""Which cells of a list can carry a choice: those that it writes in two ways, independently of all else; and the rows
as copies have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from math import sqrt

import duckdb
import numpy as np
import numpy.typing as npt

from tracer.lists.read.words import shown_headings
from tracer.lists.write.computed import ComputedColumn, compute
from tracer.lists.write.model import NewRow, PartEdit
from tracer.marking.choices.forms import FormPair, form_pairs
from tracer.marking.persona.source_list import SourceList
from tracer.marking.salts.persons import identifying_keys

# Whether the two forms of a column follow anything else in the list, and the strata within which they do not. A form
# that is drawn again for each copy would show where the list's own forms go with a street, a town, a time or another
# form: so they are drawn within strata, at each stratum's own share, and what follows something all the same is not
# used.

Bools = npt.NDArray[np.bool_]

SURE = 4.5
"""Standard errors above which agreement is not chance: many columns of many lists are looked at."""
_LEAST, _OF_EACH = 8, 2
"""Rows of a stratum, and rows of each form in it, at least."""
_ROUNDS = 3
ORDER = "order"
"""Name of the grouping by rows that are near each other."""


@dataclass(frozen=True)
class Strata:
    """Rows whose form may be drawn, and how often each form is there."""

    usable: Bools
    """(n,): rows of strata with both forms."""
    share: Floats
    """(n,): share of form 1 in the row's stratum."""
    follows: str | None
    """What the forms follow all the same; None: nothing."""


def stratified(forms: Ints, groups: Mapping[str, Ints]) -> Strata:
    """Split rows until their forms follow none of the groups. `forms`: (n,) 0 or 1, in the list's order; `groups`: name
    -> (n,) number of the group of each row."""
    everything = {**groups, ORDER: np.arange(len(forms), dtype=np.int64) // 50}
    strata = np.zeros(len(forms), dtype=np.int64)
    follows: str | None = None
    for left in range(_ROUNDS, -1, -1):
        usable, share = _shares(forms, strata)
        residual = np.zeros(len(forms))
        spread = np.sqrt(share * (1.0 - share))
        residual[usable] = (forms[usable] - share[usable]) / spread[usable]
        scores = {name: agreement(residual, usable, group) for name, group in everything.items()}
        scores[ORDER] = max(scores[ORDER], _neighbours(residual[usable]))
        follows = max(scores, key=lambda name: (scores[name], name))
        if scores[follows] <= SURE:
            return Strata(usable, share, None)
        if left:
            _, strata = np.unique(np.stack([strata, everything[follows]]), axis=1, return_inverse=True)
            strata = strata.reshape(-1).astype(np.int64)
    return Strata(usable, share, follows)


def _shares(forms: Ints, strata: Ints) -> tuple[Bools, Floats]:
    """Rows of strata that have both forms, and the share of form 1 in each row's stratum."""
    size = np.bincount(strata)
    ones = np.bincount(strata, weights=forms.astype(np.float64))
    able = (size >= _LEAST) & (ones >= _OF_EACH) & (size - ones >= _OF_EACH)
    return able[strata], (ones / np.maximum(size, 1))[strata]


def agreement(residual: Floats, usable: Bools, group: Ints) -> float:
    """Standard errors by which rows of one group agree more than chance.

    The sum over all pairs of rows in a group of the product of their standardised residuals: mean 0, and variance half
    the number of ordered pairs, where forms are drawn independently.
    """
    _, number = np.unique(group[usable], return_inverse=True)
    number = number.reshape(-1)
    inside = residual[usable]
    size = np.bincount(number).astype(np.float64)
    whole = np.bincount(number, weights=inside)
    squares = np.bincount(number, weights=inside**2)
    pairs = float((size * (size - 1.0)).sum())
    return float((whole**2 - squares).sum()) / sqrt(2.0 * pairs) if pairs else 0.0


def _neighbours(residual: Floats) -> float:
    """Standard errors by which each row agrees with the next one more than chance."""
    if len(residual) < 2:
        return 0.0
    return float((residual[1:] * residual[:-1]).sum()) / sqrt(len(residual) - 1)


Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ROLES = ("name", "organisation", "address", "date", "other")
"""Columns whose cells may be written otherwise. Numbers, ids and moments of changes are read by programs."""
_SAMPLE = 4_000
_RARE = 0.04
"""Share of a pair's cells that the rarer form must have, and of all rows that the pair must be open in."""
_FEW = 20
"""Cells of the rarer form at least."""
_CATEGORIES = 60
"""Distinct cells of a column by which forms are looked at."""
_GRID = 20
"""Shares are rounded to this many steps: so copies' bits have few probabilities, and tails are exact and quick."""
MOST = 200_000
"""Choices that are used at most: more name no copy any better."""


@dataclass(frozen=True)
class Choices:
    """Cells that can carry a choice, in the order of their rows."""

    rows: Ints
    """(n,): data row in the main part."""
    keys: Ints
    """(n,): strongest identifier of the row's contact."""
    positions: Ints
    """(n,): column."""
    pairs: tuple[str, ...]
    """(n,): name of the pair of forms."""
    forms: Ints
    """(n,): form that the list has, 0 or 1."""
    bias: Floats
    """(n,): probability with which each copy has form 1."""
    refused: tuple[str, ...] = ()


def find_choices(con: duckdb.DuckDBPyConnection, source: SourceList) -> Choices:
    """Look for all cells that are open to a pair of forms, one pair a cell."""
    keyed = {i for key in identifying_keys(con, source) for i in key}
    roles = source.roles[source.main.part]
    found: list[tuple[Ints, Ints, int, list[str], Ints, Floats]] = []
    refused: list[str] = []
    groups: dict[str, Ints] | None = None
    order = _rows_with_keys(con, source)
    for i, role in enumerate(roles):
        pairs = _offered(con, source, i, folding=i in keyed) if role in _ROLES else []
        if not pairs or not len(order[0]):
            continue
        groups = groups or _groups(con, source, order[0])
        for pair, at, forms, base in _open_cells(con, source, i, pairs, order[0]):
            others = {name: group[at] for name, group in groups.items() if name != str(i)} | {"text": base}
            strata = stratified(forms, others)
            heading = shown_headings(source.main.headers)[i] or f"no. {i + 1}"
            named = f"column {i + 1}, {heading}: {pair.sort}"
            if strata.follows is not None:
                what = {ORDER: "the order of the rows", "text": "what the cell says"}.get(strata.follows)
                what = what or f"column {int(strata.follows.split(maxsplit=1)[0]) + 1}"
                refused.append(f"{named} go with {what}, so that other forms would show; they carry no choice")
                continue
            use = strata.usable
            bias = np.clip(np.round(strata.share[use] * _GRID), 1, _GRID - 1) / _GRID
            found.append((order[0][at[use]], order[1][at[use]], i, [pair.name] * int(use.sum()), forms[use], bias))
            group = np.zeros(len(order[0]), dtype=np.int64)  # 0 where a row is not open to the pair
            group[at] = forms + 1
            groups[f"{i} {pair.name}"] = group
    return _joined(found, tuple(refused))


def _joined(found: Sequence[tuple[Ints, Ints, int, list[str], Ints, Floats]], refused: tuple[str, ...]) -> Choices:
    nothing = np.zeros(0, dtype=np.int64)
    rows = np.concatenate([nothing, *(part[0] for part in found)])
    positions = np.concatenate([nothing, *(np.full(len(part[0]), part[2], dtype=np.int64) for part in found)])
    order = np.lexsort((positions, rows))[:MOST]
    pairs = [name for part in found for name in part[3]]
    return Choices(
        rows[order],
        np.concatenate([nothing, *(part[1] for part in found)])[order],
        positions[order],
        tuple(pairs[at] for at in order),
        np.concatenate([nothing, *(part[4] for part in found)])[order],
        np.concatenate([np.zeros(0), *(part[5] for part in found)])[order],
        refused,
    )


def _rows_with_keys(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[Ints, Ints]:
    """Data rows of the main part that alone name one contact that is not a canary, rising, and the contact of each."""
    first = source.first_rows[source.main.part]
    table = con.execute(
        "WITH named AS ("
        " SELECT key, row FROM membership WHERE dataset = $no"
        " UNION ALL SELECT key, row FROM duplicate WHERE dataset = $no"
        "), contact AS ("
        " SELECT DISTINCT coalesce(a.contact, n.key) AS contact, n.row FROM named AS n"
        " LEFT JOIN contact_alias AS a ON a.dataset = $no AND a.key = n.key"
        "), once AS (SELECT contact, min(row) AS row FROM contact GROUP BY contact HAVING count(*) = 1),"
        " marked AS (SELECT phone AS key FROM canary UNION SELECT email FROM canary UNION SELECT key FROM canary_key)"
        " SELECT min(contact) AS contact, row FROM once WHERE row >= $first AND row < $first + $rows"
        " AND contact NOT IN (SELECT key FROM marked WHERE key IS NOT NULL)"
        " GROUP BY row HAVING count(*) = 1 ORDER BY row",
        {"no": source.no, "first": first, "rows": source.main.rows},
    ).to_arrow_table()
    return table["row"].to_numpy().astype(np.int64) - first + 1, table["contact"].to_numpy().astype(np.int64)


def _offered(con: duckdb.DuckDBPyConnection, source: SourceList, i: int, *, folding: bool) -> list[FormPair]:
    """Pairs of which a sample of the column has both forms, that with the most cells first."""
    cells = [
        cell
        for (cell,) in con.execute(
            f"SELECT c{i} FROM {source.tables[source.main.part]} WHERE c{i} <> ''"
            f" ORDER BY md5('choices ' || CAST(row AS VARCHAR)), row LIMIT {_SAMPLE}"
        ).fetchall()
    ]
    whole = "\n".join(cells)
    able = [
        pair
        for pair in form_pairs().values()
        if (pair.folds or not folding) and all(hint in whole for hint in pair.hints)
    ]
    if not able or not cells:
        return []
    counted = con.execute(
        "SELECT "
        + ", ".join(
            f"count(*) FILTER ({pair.open_sql('c')} AND {pair.form_sql('c')} = {form})"
            for pair in able
            for form in (0, 1)
        )
        + " FROM (SELECT unnest($cells::VARCHAR[]) AS c)",
        {"cells": cells},
    ).fetchone()
    counts = list(counted or ())
    offered = []
    for at, pair in enumerate(able):
        rarer, commoner = sorted((counts[2 * at], counts[2 * at + 1]))
        both = rarer + commoner
        if rarer >= max(_FEW * len(cells) // max(source.main.rows, 1), 2) and rarer >= _RARE * both >= _RARE**2 * len(
            cells
        ):
            offered.append((-both * min(1.0, 4.0 * rarer / both), at, pair))
    return [pair for _, _, pair in sorted(offered, key=lambda item: item[:2])]


def _open_cells(
    con: duckdb.DuckDBPyConnection, source: SourceList, i: int, pairs: Sequence[FormPair], rows: Ints
) -> list[tuple[FormPair, Ints, Ints, Ints]]:
    """For each pair the places (in `rows`) of its cells, their forms, and numbers that are equal where the text without
    digits is: a cell goes to the first pair that it is open to."""
    cell = f"c{i}"
    which = " ".join(f"WHEN {pair.open_sql(cell)} THEN {at}" for at, pair in enumerate(pairs))
    form = " ".join(f"WHEN {at} THEN {pair.form_sql(cell)}" for at, pair in enumerate(pairs))
    first = " ".join(f"WHEN {at} THEN {pair.as_first(cell)}" for at, pair in enumerate(pairs))
    table = con.execute(
        f"SELECT row, pair, CASE pair {form} END AS form,"
        f" dense_rank() OVER (ORDER BY regexp_replace(CASE pair {first} END, '[0-9]+', '', 'g')) AS base"
        f" FROM (SELECT row, {cell}, CASE {which} END AS pair FROM {source.tables[source.main.part]}"
        f" WHERE {cell} <> '')"
        " WHERE pair IS NOT NULL ORDER BY row"
    ).to_arrow_table()
    row, pair_of, form_of, base = (table[name].to_numpy().astype(np.int64) for name in ("row", "pair", "form", "base"))
    place = np.minimum(np.searchsorted(rows, row), len(rows) - 1)
    known = rows[place] == row
    found = []
    for at, pair in enumerate(pairs):
        mine = known & (pair_of == at)
        forms = form_of[mine]
        if min(int(forms.sum()), int((1 - forms).sum())) >= _FEW:
            found.append((pair, place[mine], forms, base[mine]))
    return found


def _groups(con: duckdb.DuckDBPyConnection, source: SourceList, rows: Ints) -> dict[str, Ints]:
    """Column number -> group of each row, for columns with few distinct cells."""
    table = source.tables[source.main.part]
    width = len(source.main.headers)
    distinct = con.execute(
        f"SELECT {', '.join(f'approx_count_distinct(c{i})' for i in range(width))} FROM {table}"
    ).fetchone()
    found = {}
    for i, count in enumerate(distinct or ()):
        if 1 < count <= _CATEGORIES:
            number = con.execute(
                f"SELECT dense_rank() OVER (ORDER BY coalesce(c{i}, '')) AS number FROM {table} ORDER BY row"
            ).to_arrow_table()["number"]
            found[str(i)] = number.to_numpy().astype(np.int64)[rows - 1]
    return found


def counted(choices: Choices) -> Mapping[str, int]:
    """How many choices there are of each sort, in the order of `forms.SORTS`."""
    pairs = form_pairs()
    counts: dict[str, int] = {}
    for name in choices.pairs:
        counts[pairs[name].sort] = counts.get(pairs[name].sort, 0) + 1
    return counts


class Rewriting:
    """Makes the changed rows of one list; rows that several copies have alike are made once."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        source: SourceList,
        choices: Choices,
        computed: Mapping[int, ComputedColumn] | None = None,
    ) -> None:
        self.choices, self._computed = choices, computed or {}
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
            compute(self._computed, cells, taken, [int(self.choices.positions[number]) for number in at])
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
