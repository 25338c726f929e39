"""Ordinary contacts that a copy lacks: marks that cost no identity and cannot be seen in one copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tracer.case.registered import registered
from tracer.marking.detection.gate import gaps_left
from tracer.marking.persona.draws import KeyedDraw, flags_of
from tracer.marking.persona.source_list import SourceList
from tracer.marking.release.design import DENIED, withheld_by_default
from tracer.marking.release.reachable import dataset_rows
from tracer.marking.release.request import ReleaseRequest
from tracer.marking.release.statements import statement

Ints = npt.NDArray[np.int64]


EVERYBODY = "what everybody must get, a recall say, goes out by your own list, or by copies with --withhold 0"
"""What who hands out copies must know, since people are missing from them."""


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


def read_contacts(con: duckdb.DuckDBPyConnection, dataset: int, rows: Ints | None = None) -> Contacts:
    """Read the ordinary contacts of a loaded version; `rows`: those that copies have, where they do not have all."""
    table = con.execute(statement("contact_rows"), {"no": dataset}).to_arrow_table()
    contact, row = table["contact"].to_numpy(), table["row"].to_numpy().astype(np.int64)
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
        contacts = len(read_contacts(con, source.no, dataset_rows(source)).keys)
        share = withheld_by_default(len(request.recipients), contacts)
    return replace(request, design=replace(request.design, withhold=share))


@dataclass(frozen=True)
class Withheld:
    """What copies lack."""

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
    names = np.repeat(np.arange(len(releases)), [len(numbers) for numbers in withheld])
    table = pa.table(
        {
            "release": pa.DictionaryArray.from_arrays(pa.array(names), pa.array(list(releases))).cast(pa.string()),
            "key": contacts.keys[np.concatenate(withheld)],
        }
    )
    with registered(con, withheld_now=table):
        con.execute("INSERT INTO withheld SELECT release, key, true FROM withheld_now ORDER BY release, key")
