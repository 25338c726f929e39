"""Seeded people, in whose list a canary must not stand out. Every number lies in a segment that is not allocated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.lists.loading import own_list
from tracer.case.case import Case
from tracer.identify.phone import phone_key
from tracer.marking.persona.maker import Identity
from tracer.simulate import names
from tracer.simulate.segments import Segments, draw_numbers, make_segments

Table = list[list[str]]
ROWS = 3_000
CANARIES = 200


@dataclass
class Material:
    """What lists are made of: seeded people with numbers in segments, and canaries' numbers among them."""

    rng: np.random.Generator
    segments: Segments
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    where: np.ndarray[tuple[int], np.dtype[np.int64]]
    people: list[str]
    firms: list[str]
    addresses: list[str]
    mails: list[str]

    def city(self, i: int) -> str:
        return str(self.segments.city[self.where[i]])


def material(seed: int) -> Material:
    """`ROWS` people, and after them `CANARIES` more, who share blocks with them."""
    rng = np.random.default_rng(seed)
    segments = make_segments(rng, 60)
    n = ROWS + CANARIES
    numbers, where = draw_numbers(rng, segments, n)
    # One number in five was handed out elsewhere.
    home = np.where(rng.random(n) < 0.8, where, rng.integers(0, 60, n))
    firms = names.firms(rng, n, segments.city[home])
    return Material(
        rng, segments, numbers, where, names.person_names(rng, n).tolist(), firms.tolist(),
        names.addresses(rng, segments.province[home], segments.city[home]).tolist(), names.emails(rng, n).tolist(),
    )  # fmt: skip


def load_table(folder: Path, table: Table, encoding: str = "utf-8", m: Material | None = None) -> Case:
    """A case with the table as dataset `own`, and the segments' places."""
    case = own_list(folder, map(",".join, table), encoding)
    if m is not None:
        case.con.execute("DELETE FROM segment")
        places = zip(m.segments.prefix, m.segments.province, m.segments.city, strict=True)
        case.con.executemany(
            "INSERT INTO segment (prefix, province, city) VALUES (?, ?, ?)",
            [[str(prefix), str(province), str(city)] for prefix, province, city in places],
        )
    return case


def identities(m: Material, *, mails: bool = True) -> list[Identity]:
    """Canaries whose numbers lie among the list's."""
    return [
        Identity(i, phone_key(str(m.numbers[i]), "CN"), str(m.numbers[i]), m.mails[i] if mails else None)
        for i in range(ROWS, ROWS + CANARIES)
    ]
