"""Cases to walk through: the sample, a simulated market, and lists of the United States."""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path

from tests.doors.walk import said
from tests.manifests import entry
from tests.sample.reading import SAMPLE
from tracer.simulate.asked import market_spec
from tracer.simulate.files import simulate_dir

NOW = "2026-08-01T12:00:00"
_FIRST = ("Ada", "Bea", "Cal", "Dov", "Eli", "Fay", "Gus", "Hal", "Ida", "Jon", "Kit", "Lou", "Max", "Ned", "Ola")
_LAST = ("Ashdown", "Birkby", "Colefax", "Dunmere", "Eastlake", "Farrowby", "Glenrose", "Hartwick", "Ingleby", "Jarrow")
_CODES = ("212", "310", "312", "404", "415", "512", "602", "617", "702", "713", "206", "303", "305", "202", "216")


def make(name: str, folder: Path) -> Path:
    """Write what the case is loaded from, and load and trace it: the case's folder."""
    manifest = {"sample": lambda: SAMPLE / "case.toml", "market": lambda: _market(folder), "us": lambda: _us(folder)}
    case = folder / "case"
    code, _, err = said("run", manifest[name](), "--case", case)
    assert code == 0, err
    return case


def _market(folder: Path) -> Path:
    return simulate_dir(folder / "market", market_spec(11, lists=12, rows=300, shares={}))


def _us(folder: Path) -> Path:
    """A shop's list, a mailer's copy, a broker's mix of it, and another shop's. Every number is one of 555-01XX."""
    draw = random.Random(3)
    people = [
        (f"{draw.choice(_FIRST)} {draw.choice(_LAST)}", f"({code}) 555-01{end:02d}", f"p{code}{end}@example.com")
        for code in _CODES for end in range(100)
    ]  # fmt: skip
    draw.shuffle(people)
    shop = people[:700]
    mailer = draw.sample(shop, 420)
    broker = draw.sample(mailer, 300) + people[700:900]
    lists = {"shop": shop, "mailer": mailer, "broker": broker, "other": people[900:1300] + shop[:7]}
    root = folder / "us"
    root.mkdir()
    blocks = ['[case]\nname = "Who sold the list?"\nregion = "US"\n']
    for month, (name, rows) in enumerate(lists.items(), start=1):
        with (root / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("Name", "Phone", "Email"), *rows])
        origin = "own" if name in {"shop", "other"} else "obtained"
        blocks.append(entry("party", id=name, name=f"{name.title()} Holdings LLC", role="other"))
        facts = {"path": f"{name}.csv", "holder": name, "origin": origin, "obtained": date(2026, month, 5)}
        blocks.append(entry("dataset", id=f"{name}-list", **facts))
    term = {"date": date(2026, 1, 20), "ends": date(2026, 1, 30)}
    blocks.append(entry("release", id="shop-mailer", dataset="shop-list", to="mailer", **term))
    (root / "case.toml").write_text("\n".join(blocks), encoding="utf-8")
    return root / "case.toml"
