"""What copies leave out of a list: columns that are named, rows without number or address, contacts by a code.

Every canary has a number or address. Where rows have none, or lose the only one that they have with a column, these are
surely no canaries, and an attacker has fewer rows to look through: so they can be left out. Contacts that a copy lacks
by a code mark it; they cost no identity, and cannot be seen in one copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.registered import registered
from tracer.errors import InputRefused
from tracer.lists.read.words import shown_headings
from tracer.marking.detection.gate import gaps_left
from tracer.marking.persona.draws import KeyedDraw, flags_of
from tracer.marking.persona.source_list import SourceList
from tracer.marking.release.request import DENIED, ReleaseRequest, withheld_by_default
from tracer.resources import statements_beside

Ints = NDArray[np.int64]

statement = statements_beside(__file__)
"""Name -> text of `sql/<name>.sql`."""
EVERYBODY = "what everybody must get, a recall say, goes out by your own list, or by copies with --withhold 0"
"""What the sender must know, since people are missing from the copies."""


def as_handed_out(con: duckdb.DuckDBPyConnection, source: SourceList, request: ReleaseRequest) -> SourceList:
    """The list without the columns and rows that a request leaves out. Raises `InputRefused` where nothing is left."""
    source = without(con, source, request.without)
    return reachable(con, source) if request.only_reachable else source


def without(con: duckdb.DuckDBPyConnection, source: SourceList, columns: Sequence[str]) -> SourceList:
    """The list without the columns that have these headings, in all of its parts.

    Raises `InputRefused` for a heading that the list has not, and where no column of numbers or addresses is left.
    """
    if not columns:
        return source
    held = {name.strip().casefold() for part in source.parts for name in part.headers}
    remedy = f"one of: {', '.join(name for name in shown_headings(source.main.headers) if name)}"
    unknown = [name for name in columns if name.strip().casefold() not in held or not name.strip()]
    if unknown:
        raise InputRefused.many(
            InputRefused(f"the list has no column {name!r}", where=source.id, remedy=remedy) for name in unknown
        )
    wanted = {name.strip().casefold() for name in columns}
    kept, gone = dict[int, list[int]](), dict[int, tuple[int, ...]]()
    tables, parts = {}, []
    for part in source.parts:
        gone[part.part] = tuple(i for i, name in enumerate(part.headers) if name.strip().casefold() in wanted)
        kept[part.part] = [i for i in range(len(part.headers)) if i not in gone[part.part]]
        view = f"left_of_{source.no}_{part.part}"
        cells = "".join(f", c{i} AS c{at}" for at, i in enumerate(kept[part.part]))
        con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT row{cells} FROM {source.tables[part.part]}")
        tables[part.part] = f"temp.{view}"
        parts.append(replace(part, headers=tuple(part.headers[i] for i in kept[part.part])))
    roles = {no: tuple(found[i] for i in kept[no]) for no, found in source.roles.items()}
    pieces = {no: tuple(found[i] for i in kept[no]) for no, found in source.pieces.items()}
    if not {"phone", "email"} & set(roles[source.main.part]):
        what = "no column of numbers or addresses would be left"
        raise InputRefused(what, where=source.id, remedy="leave fewer columns out")
    left = replace(source, parts=tuple(parts), tables=tables, roles=roles, pieces=pieces)
    return replace(left, whole=tuple(source.parts), left_out=gone)


def reachable(con: duckdb.DuckDBPyConnection, source: SourceList) -> SourceList:
    """The list without the rows that have neither number nor address, of parts with columns of such."""
    tables, kept, parts = dict(source.tables), dict[int, Ints](), []
    for part in source.parts:
        held = [i for i, role in enumerate(source.roles[part.part]) if role in ("phone", "email")]
        table, name = source.tables[part.part], f"reachable_of_{source.no}_{part.part}"
        some = " OR ".join(f"coalesce(c{i}, '') <> ''" for i in held)
        rows = con.execute(f"SELECT row FROM {table} WHERE {some or 'true'} ORDER BY row").fetchnumpy()["row"]
        if len(rows) == part.rows:
            parts.append(part)
            continue
        cells = "".join(f", c{i}" for i in range(len(part.headers)))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT CAST(row_number() OVER (ORDER BY row) AS BIGINT) AS row"
            f"{cells} FROM {table} WHERE {some} ORDER BY 1"
        )
        tables[part.part], kept[part.part] = f"temp.{name}", np.asarray(rows, dtype=np.int64)
        parts.append(replace(part, rows=len(rows)))
    if not kept:
        return source
    if not sum(part.rows for part in parts):
        raise InputRefused("no row has a number or address", where=source.id, remedy="leave --only-reachable out")
    whole = source.whole or tuple(source.parts)
    return replace(source, parts=tuple(parts), tables=tables, kept_rows=kept, all_rows=source.tables, whole=whole)


def unreachable_rows(source: SourceList) -> dict[int, frozenset[int]]:
    """Part -> data rows of the original that no copy has."""
    sizes = {part.part: part.rows for part in source.whole}
    return {
        part: frozenset(np.setdiff1d(np.arange(1, sizes[part] + 1), rows, assume_unique=True).tolist())
        for part, rows in source.kept_rows.items()
    }


def dataset_rows(source: SourceList) -> Ints | None:
    """Rows of the dataset that copies have, rising; None where they have all."""
    if not source.kept_rows:
        return None
    every = [
        source.first_rows[part.part] - 1 + source.kept_rows.get(part.part, np.arange(1, part.rows + 1))
        for part in source.parts
    ]
    return np.sort(np.concatenate(every))


@dataclass(frozen=True)
class Contacts:
    """The ordinary contacts of a dataset, those of canaries left out."""

    keys: Ints
    """(contacts,): strongest identifier of each, rising."""
    row: Ints
    """(rows,): data rows of the dataset that name an ordinary contact …"""
    of_row: Ints
    """(rows,): … and the number of that contact."""

    def rows_of(self, numbers: Ints) -> Ints:
        """Rows that name one of these contacts."""
        chosen = np.zeros(len(self.keys), dtype=np.bool_)
        chosen[numbers] = True
        return np.unique(self.row[chosen[self.of_row]])


def read_contacts(con: duckdb.DuckDBPyConnection, source: SourceList) -> Contacts:
    """Read the ordinary contacts of a list, of the rows that copies have."""
    table = con.execute(statement("contact_rows"), {"no": source.no}).to_arrow_table()
    contact, row = table["contact"].to_numpy(), table["row"].to_numpy().astype(np.int64)
    rows = dataset_rows(source)
    if rows is not None:
        held = np.isin(row, rows)
        contact, row = contact[held], row[held]
    keys, of_row = np.unique(contact, return_inverse=True)
    return Contacts(keys.astype(np.int64), row, of_row.astype(np.int64))


def with_design(con: duckdb.DuckDBPyConnection, source: SourceList, request: ReleaseRequest) -> ReleaseRequest:
    """The request with how many rows are withheld, where it does not say: none where their absence would show, be it as
    gaps in ids or as rows of other sheets that refer to them."""
    if request.design.withhold is not None:
        return request
    share = 0.0
    if len(source.whole or source.parts) == 1 and not gaps_left(con, source):
        share = withheld_by_default(len(request.recipients), len(read_contacts(con, source).keys))
    return replace(request, design=replace(request.design, withhold=share))


@dataclass(frozen=True)
class Withheld:
    """What copies lack by a code."""

    of_copy: tuple[Ints, ...]
    """For each copy the numbers of the contacts, rising."""
    seed: bytes = b""
    """Which contacts might have been withheld (`flags_of`)."""


def draw_withheld(draw: KeyedDraw, share: float, copies: int, contacts: Contacts | None) -> Withheld:
    """For each copy the contacts that it lacks: of a random part of all, each with probability `DENIED`, independently
    of all else."""
    if contacts is None:
        return Withheld((np.zeros(0, dtype=np.int64),) * copies)
    seed = draw.seed()
    part = np.flatnonzero(flags_of(contacts.keys, seed, share / DENIED))
    return Withheld(tuple(part[draw.flags(len(part), DENIED)] for _ in range(copies)), seed)


def enter_withheld(
    con: duckdb.DuckDBPyConnection, releases: Sequence[str], withheld: Sequence[Ints], contacts: Contacts
) -> None:
    """Put on record which contacts each release lacks."""
    if not any(len(numbers) for numbers in withheld):
        return
    of = np.repeat(np.arange(len(releases)), [len(numbers) for numbers in withheld])
    names = pa.DictionaryArray.from_arrays(pa.array(of), pa.array(list(releases))).cast(pa.string())
    with registered(con, withheld_now=pa.table([names, contacts.keys[np.concatenate(withheld)]], ["release", "key"])):
        con.execute("INSERT INTO withheld SELECT release, key, true FROM withheld_now ORDER BY release, key")
