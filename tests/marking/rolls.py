"""A roll of names, streets and birthdays, as a club keeps it: no number, no mail address. All persons are invented."""

from __future__ import annotations

import csv
import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.marking.own_list import asked
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.lists.load import load_dataset
from tracer.lists.loaded import DatasetFacts
from tracer.lists.read.model import ReadOptions
from tracer.marking.release.copies import Copy, release_copies

HEAD = ("Name", "Vorname", "Straße", "PLZ", "Ort", "Geburtsdatum", "Mitglied seit")
KEY = ("Name", "Vorname", "Geburtsdatum")
_FAMILY = """
    Albers Brandt Conrad Dietz Ebner Faber Gerlach Hauser Ihle Jansen Kessler Lindner Maurer Nolte Opitz Pohl
    Quast Reuter Seidel Thiel Ullrich Vogt Wendt Zeller Böhme Förster Günzel Hölzer Kühn Löffler Müllner Rößler
    Schürer Thöne
"""
_GIVEN = """
    Anke Bernd Carla Detlef Elke Fritz Gerda Holger Ilse Jochen Katja Lothar Magda Norbert Olga Paul Rita Sven
    Tanja Udo Vera Willi Heike Jörg Käthe Sören
"""
_STREETS = ("Amsel", "Birken", "Drossel", "Erlen", "Finken", "Garten", "Hasel", "Iltis", "Lerchen", "Nelken", "Tannen")
_TOWNS = (("35037", "Marburg"), ("35390", "Gießen"), ("36037", "Fulda"), ("34117", "Kassel"))

Rows = list[list[str]]


def roll(rows: int, seed: int) -> Rows:
    """Rows of one club: streets are written out or cut, with a blank before the letter of a house or without."""
    rng = random.Random(seed)
    found = []
    for _ in range(rows):
        street = rng.choice(_STREETS) + rng.choice(("straße", "str."))
        house = str(rng.randint(1, 90)) + rng.choice(("", "", "", "a", " a", "b", " b"))
        born = date(1940, 1, 1) + timedelta(days=rng.randrange(24_000))
        since = date(1990, 1, 1) + timedelta(days=rng.randrange(12_000))
        family = rng.choice(_FAMILY.split())
        if rng.random() < 0.1:
            family = rng.choice(("von ", "Von ")) + family
        found.append(
            [
                family,
                rng.choice(_GIVEN.split()),
                f"{street} {house}",
                *rng.choice(_TOWNS),
                f"{born:%d.%m.%Y}",
                f"{since:%d.%m.%Y}",
            ]
        )
    return sorted(found, key=lambda row: (row[0].lower(), row[1]))


def write(path: Path, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def load(case: Case, path: Path, name: str, *, own: bool = False) -> None:
    facts = DatasetFacts(name, "client" if own else "finder", None, None, "own" if own else "obtained")
    load_dataset(case, path, facts, ReadOptions(region="DE", columns={"key": KEY}))


def released(case: Case, folder: Path, copies: int, **design: Any) -> list[Copy]:
    return release_copies(case, asked(folder, *(f"v{i}" for i in range(copies)), dataset="roll", **design))


def roll_case(folder: Path, rows: int, copies: int, seed: int = 1) -> Case:
    case = memory_case()
    load(case, write(folder / "roll.csv", roll(rows, seed)), "roll", own=True)
    case.con.execute("INSERT INTO party (id) SELECT 'v' || i FROM range($copies) AS r(i)", {"copies": copies})
    return case
