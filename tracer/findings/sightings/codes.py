"""The codes that the tool drew, as numbers, and what a dataset shows of them and of keyed choices.

A choice shows for each contact of the released list the form that its row has. The list's own cell is written in both
forms, and the dataset's row of that contact is searched for either: as it is, then without regard to capitals and
spaces, then to signs, then within a longer cell. A cell that was rewritten, so that both forms are one, says nothing,
and so does one that is not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from tracer.documents import json_of
from tracer.findings.sightings import RegisteredMarks, Release, held_identifiers, statement
from tracer.findings.tails import Ints
from tracer.marking.choices.finding import form_pairs
from tracer.marking.codes import Code, Leak
from tracer.marking.persona.draws import flags_of

_WITHIN = 8
"""Characters of a cell that is looked for within a longer one, at least."""


@dataclass(frozen=True)
class DrawnCode:
    """One draw: its code, and which canaries and contacts its marks are."""

    code: Code
    source: int | None
    """Number of the released dataset's current version; None where the case does not hold it."""
    own: tuple[frozenset[int], ...]
    pool: tuple[int, ...]
    pairs: tuple[int, ...]
    contacts: Ints
    """(contacts,): keys of the ordinary contacts that might have been withheld, rising: a part of all, or all in draws
    of earlier versions."""

    def leak(self, canaries: frozenset[int], contacts: Ints) -> Leak:
        """What a dataset shows that holds these canaries and these ordinary contacts of the source (keys)."""
        return Leak(
            np.array([no in canaries for no in self.pool], dtype=np.bool_),
            np.array([len(own & canaries) for own in self.own], dtype=np.int64),
            np.array([no in canaries for no in self.pairs], dtype=np.bool_),
            np.isin(self.contacts, contacts),
        )

    def touches(self, canaries: frozenset[int]) -> bool:
        """Whether one of the draw's canaries is among these."""
        return bool(canaries & {*self.pool, *self.pairs, *frozenset[int]().union(*self.own)})


def read_codes(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks) -> Mapping[str, DrawnCode]:
    """All draws of the register, by what names them."""
    drawn: dict[str, list[Release]] = defaultdict(list)
    for release in marks.releases:
        if release.draw is not None:
            drawn[release.draw].append(release)
    shared: dict[str, list[tuple[int, str, float]]] = defaultdict(list)
    for draw, canary, scheme, bias in con.execute(
        "SELECT draw, canary, scheme, bias FROM code_position WHERE scheme IN ('pool', 'pair') ORDER BY draw, canary"
    ).fetchall():
        shared[draw].append((canary, scheme, bias))
    return {draw: _code(con, releases, shared[draw]) for draw, releases in sorted(drawn.items())}


def _code(
    con: duckdb.DuckDBPyConnection, releases: Sequence[Release], shared: Sequence[tuple[int, str, float]]
) -> DrawnCode:
    pool = [(canary, bias) for canary, scheme, bias in shared if scheme == "pool"]
    held = np.array([[canary in release.canaries for canary, _ in pool] for release in releases], dtype=np.bool_)
    pairs = {}
    for canary, scheme, _ in shared:
        holders = [j for j, release in enumerate(releases) if canary in release.canaries]
        if scheme == "pair" and len(holders) == 2:
            pairs[canary] = holders
    own = tuple(release.unique - {canary for canary, _, _ in shared} for release in releases)
    row = con.execute("SELECT design FROM release WHERE id = $id", {"id": releases[0].id}).fetchone()
    design = json_of(row[0]) if row is not None and row[0] else {}
    share, source = float(design.get("withhold", 0.0)), releases[0].source
    contacts, of, numbers = (np.zeros(0, dtype=np.int64) for _ in range(3))
    if share > 0.0 and source is not None:
        contacts = _keys(con.execute(statement("contacts"), {"source": source}))
        if "part" in design:
            denied = float(design["denied"])
            contacts = contacts[flags_of(contacts, bytes.fromhex(design["part"]), share / denied)]
            share = denied
        of, numbers = _withheld(con, releases, contacts)
    code = Code(
        tuple(release.id for release in releases),
        np.array([len(mine) for mine in own], dtype=np.int64),
        np.array([bias for _, bias in pool]),
        held.reshape(len(releases), len(pool)),
        np.array(list(pairs.values()), dtype=np.int64).reshape(-1, 2),
        share,
        len(contacts),
        of,
        numbers,
    )
    return DrawnCode(code, source, own, tuple(canary for canary, _ in pool), tuple(pairs), contacts)


def _withheld(con: duckdb.DuckDBPyConnection, releases: Sequence[Release], contacts: Ints) -> tuple[Ints, Ints]:
    """(copy, contact number) of the contacts that were withheld."""
    table = con.execute(
        "SELECT list_position($ids, release) - 1 AS place, key FROM withheld WHERE drawn"
        " AND release IN (SELECT unnest($ids)) ORDER BY place, key",
        {"ids": [release.id for release in releases]},
    ).to_arrow_table()
    keys, of = table["key"].to_numpy().astype(np.int64), table["place"].to_numpy().astype(np.int64)
    numbers = np.searchsorted(contacts, keys)
    # A contact that the current version lacks, or that has become a canary, is not an ordinary contact any more.
    known = contacts[np.minimum(numbers, len(contacts) - 1)] == keys if len(contacts) else np.zeros(len(keys), bool)
    return of[known], numbers[known]


def read_shown_contacts(con: duckdb.DuckDBPyConnection, dataset: int, source: int) -> Ints:
    """Keys of the ordinary contacts of `source` that are in `dataset` under any of their identifiers, rising."""
    with held_identifiers(con, [dataset], [source]):
        return _keys(con.execute(statement("shown_contacts"), {"target": dataset, "source": source}))


def _keys(found: duckdb.DuckDBPyConnection) -> Ints:
    return np.asarray(found.to_arrow_table()["contact"].to_numpy(), dtype=np.int64)


@dataclass(frozen=True)
class ChoicesSeen:
    """One draw's choices in one dataset."""

    asked: int
    numbers: Ints
    shown: Ints
    group: Ints


def read_shown_choices(con: duckdb.DuckDBPyConnection, draw: str, dataset: int, source: int) -> ChoicesSeen:
    """Look for the choices of a draw of the released list `source` in a dataset (numbers of loaded versions)."""
    found: list[tuple[int, int, int]] = []
    asked = _make_forms(con, draw, dataset, source)
    for table, first, rows, columns in _parts(con, dataset) if asked else ():
        found += _read_part(con, table, first, rows, len(columns))
    con.execute("DROP TABLE temp.choice_form")
    found.sort()
    return ChoicesSeen(asked, *(np.array([row[at] for row in found], dtype=np.int64) for at in range(3)))


def _parts(con: duckdb.DuckDBPyConnection, dataset: int) -> list[tuple[str, int, int, list[int]]]:
    """(raw table, first row, rows, positions of its columns)."""
    return con.execute(
        "SELECT raw_table, first_row, rows, (SELECT coalesce(list(c.position), []) FROM dataset_column AS c"
        " WHERE c.dataset = p.dataset AND c.part = p.part) FROM part AS p WHERE p.dataset = $no ORDER BY part",
        {"no": dataset},
    ).fetchall()


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
    tables, pairs = _parts(con, source), form_pairs()
    for group, (position, name) in enumerate(kinds):
        for table, first, rows, columns in tables:
            if name in pairs and position in columns:
                pair, cell = pairs[name], f"r.c{int(position)}"
                con.execute(
                    f"INSERT INTO choice_form SELECT w.no, $grp, w.row, {pair.as_first(cell)}, {pair.as_second(cell)}"
                    f" FROM temp.choice_row AS w JOIN {table} AS r ON r.row = w.source_row - $first + 1"
                    f" WHERE w.position = $position AND w.pair = $pair AND w.source_row >= $first"
                    f" AND w.source_row < $first + $rows AND {pair.open_sql(cell)}",
                    {"grp": group, "first": first, "rows": rows, "position": position, "pair": name},
                )
    asked = int(con.execute("SELECT count(*) FROM temp.choice_row").fetchall()[0][0])
    con.execute("DROP TABLE temp.choice_row")
    return asked


def _read_part(
    con: duckdb.DuckDBPyConnection, table: str, first: int, rows: int, width: int
) -> list[tuple[int, int, int]]:
    """(number, form, group) of the choices that the rows of a part show."""
    cells = [f"t.c{i}" for i in range(width)]
    # Where one form is within the other, a longer cell shows the longer one.
    a, b = "contains({cell}, f.fa)", "contains({cell}, f.fb)"
    within = (
        f"CASE WHEN f.fa = f.fb OR least(length(f.fa), length(f.fb)) < {_WITHIN} THEN NULL"
        f" WHEN {a} AND {b} THEN CASE WHEN contains(f.fa, f.fb) THEN 0 WHEN contains(f.fb, f.fa) THEN 1 END"
        f" WHEN {a} THEN 0 WHEN {b} THEN 1 END"
    )
    levels = [
        *(f"CASE WHEN {cell} = f.a THEN 0 WHEN {cell} = f.b THEN 1 END" for cell in cells),
        *(f"CASE WHEN f.fa <> f.fb THEN CASE {_plain(c)} WHEN f.fa THEN 0 WHEN f.fb THEN 1 END END" for c in cells),
        *(
            f"CASE WHEN f.sa <> f.sb THEN CASE {_letters_and_digits(c)} WHEN f.sa THEN 0 WHEN f.sb THEN 1 END END"
            for c in cells
        ),
        *(within.format(cell=_plain(cell)) for cell in cells),
    ]
    return con.execute(
        f"SELECT no, form, grp FROM (SELECT f.no, f.grp, coalesce({', '.join(levels)}) AS form FROM"
        f" (SELECT *, {_plain('a')} AS fa, {_plain('b')} AS fb,"
        f" {_letters_and_digits('a')} AS sa, {_letters_and_digits('b')} AS sb"
        " FROM temp.choice_form) AS f"
        f" JOIN {table} AS t ON t.row = f.row - $first + 1 WHERE f.row >= $first AND f.row < $first + $rows)"
        " WHERE form IS NOT NULL ORDER BY no",
        {"first": first, "rows": rows},
    ).fetchall()


def _plain(cell: str) -> str:
    """SQL for a cell without regard to capitals, accents and to how many spaces are where."""
    return f"strip_accents(replace(lower(trim(regexp_replace({cell}, '\\s+', ' ', 'g'))), 'ß', 'ss'))"


def _letters_and_digits(cell: str) -> str:
    """SQL for the letters and digits of a cell."""
    return f"regexp_replace({_plain(cell)}, '[^\\pL\\pN]+', '', 'g')"
