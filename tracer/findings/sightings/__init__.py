"""What marks a release: its canaries, its withheld rows, and where they are seen. Attribution and retention read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from tracer.documents import json_of
from tracer.findings.sightings.facts import Canary, Dataset, RegisteredMarks, Release, read_marks
from tracer.findings.sightings.hashed import held_identifiers
from tracer.findings.sightings.sightings import (
    CanaryChance,
    Sightings,
    chance_overlap,
    read_background,
    read_sightings,
    read_withheld_together,
)
from tracer.findings.sightings.statements import statement
from tracer.marking.codes import Code, Leak
from tracer.marking.persona.draws import flags_of

# The codes that the tool drew, as numbers, and what a dataset shows of them.

Ints = npt.NDArray[np.int64]


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

    def touched(self, canaries: frozenset[int]) -> bool:
        """Whether one of the draw's canaries is among these."""
        return bool(canaries & {*self.pool, *self.pairs, *frozenset[int]().union(*self.own)})


def read_codes(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks) -> Mapping[str, DrawnCode]:
    """All draws of the register, by what names them."""
    drawn: dict[str, list[Release]] = {}
    for release in marks.releases:
        if release.draw is not None:
            drawn.setdefault(release.draw, []).append(release)
    shared: dict[str, list[tuple[int, str, float]]] = {}
    for draw, canary, scheme, bias in con.execute(
        "SELECT draw, canary, scheme, bias FROM code_position WHERE scheme IN ('pool', 'pair') ORDER BY draw, canary"
    ).fetchall():
        shared.setdefault(draw, []).append((canary, scheme, bias))
    return {draw: _code(con, releases, shared.get(draw, [])) for draw, releases in sorted(drawn.items())}


def _code(
    con: duckdb.DuckDBPyConnection, releases: Sequence[Release], shared: Sequence[tuple[int, str, float]]
) -> DrawnCode:
    pool = [(canary, bias) for canary, scheme, bias in shared if scheme == "pool"]
    held = np.array([[canary in release.canaries for canary, _ in pool] for release in releases], dtype=np.bool_)
    pairs = [
        (canary, holders)
        for canary, scheme, _ in shared
        if scheme == "pair"
        and len(holders := [j for j, release in enumerate(releases) if canary in release.canaries]) == 2
    ]
    own = tuple(release.unique - {canary for canary, _, _ in shared} for release in releases)
    design = _design(con, releases[0].id)
    share = float(design.get("withhold", 0.0))
    source = releases[0].source
    contacts, of, numbers = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
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
        np.array([holders for _, holders in pairs], dtype=np.int64).reshape(-1, 2),
        share,
        len(contacts),
        of,
        numbers,
    )
    return DrawnCode(code, source, own, tuple(c for c, _ in pool), tuple(c for c, _ in pairs), contacts)


def _design(con: duckdb.DuckDBPyConnection, release: str) -> dict[str, Any]:
    row = con.execute("SELECT design FROM release WHERE id = $id", {"id": release}).fetchone()
    return dict(json_of(row[0])) if row is not None and row[0] else {}


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


__all__ = [
    "Canary",
    "CanaryChance",
    "Dataset",
    "DrawnCode",
    "RegisteredMarks",
    "Release",
    "Sightings",
    "chance_overlap",
    "held_identifiers",
    "read_background",
    "read_codes",
    "read_marks",
    "read_shown_contacts",
    "read_sightings",
    "read_withheld_together",
]
