"""Cases to walk through, and lists that somebody builds around people: invented numbers with the people or others."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from tests.doors.walk import said
from tests.manifests import entry
from tests.sample.reading import SAMPLE
from tracer.case.case import open_case
from tracer.dossier.vocabulary import CLAIM_KINDS, ORIGINS
from tracer.identify.keys import EMAIL_BASE
from tracer.simulate.files import simulate_dir
from tracer.simulate.market import market_spec

ABOUT = (*(f"probe-{origin}" for origin in ORIGINS), "probe-copy")
"""Ids of the probes: a dataset of each origin, and a copy of the first."""


@dataclass(frozen=True)
class Numbers:
    """Identifiers as digits, with their country's code."""

    invented: tuple[int, ...]
    victims: tuple[int, ...]
    """People of the case's lists, each of another list as far as there are."""
    instead: tuple[int, ...]
    """For each of them a number of the same block that stands in no list."""
    bearing: tuple[tuple[str, str], ...] = ()
    """Name and mail address of each of them, as a list of the case writes them."""


_VALUES: dict[str, object] = {"complaint_rate": 0.5, "stopped": date(2026, 2, 1)}
"""Kind of claim -> what it may say, where that is no count."""


def pick(case: Path, victims: int, invented: int) -> Numbers:
    """Numbers of the case: people who are no canaries, in turn from every list, and numbers beside them."""
    with open_case(case, read_only=True) as opened:
        con = opened.con
        rows = con.execute(
            "SELECT key FROM (SELECT m.key, m.dataset,"
            " row_number() OVER (PARTITION BY m.dataset ORDER BY md5(m.key::VARCHAR)) AS turn"
            " FROM main.membership m JOIN main.dataset d ON d.no = m.dataset AND d.current"
            " WHERE m.key < $mails AND m.key NOT IN (SELECT phone FROM main.canary WHERE phone IS NOT NULL))"
            " ORDER BY turn, dataset",
            {"mails": EMAIL_BASE},
        ).fetchall()
        people = _apart([int(key) for (key,) in rows])[:victims]
        bearing = tuple(_row_of(con, person) for person in people)
        known = {
            int(key)
            for (key,) in con.execute(
                "SELECT key FROM main.membership WHERE key < $mails", {"mails": EMAIL_BASE}
            ).fetchall()
        }
    chosen = set(people)

    def free(block: int, like: int) -> int:
        """A number of the block that is in no list, and follows none of the probes': that is a list's own shape."""
        numbers = (block + end for end in _ends(like))
        found = next(n for n in numbers if n not in known | chosen and not {n - 1, n + 1} & chosen)
        chosen.add(found)
        return found

    beside = [free(person // 10_000 * 10_000, person) for person in people]
    blocks = [people[step % len(people)] // 10_000 * 10_000 for step in range(invented)]
    fresh = [free(block, block + step) for step, block in enumerate(blocks)]
    return Numbers(tuple(fresh), tuple(people), tuple(beside), bearing)


def _apart(numbers: Iterable[int]) -> list[int]:
    """Each number once, without those that are next to one before."""
    found = dict[int, None]()
    for number in numbers:
        if not {number - 1, number + 1} & found.keys():
            found[number] = None
    return list(found)


def _row_of(con: duckdb.DuckDBPyConnection, person: int) -> tuple[str, str]:
    """Name and mail address that stand beside a number in the first list that holds it; empty where it has none."""
    columns = con.execute(
        "SELECT c.role, c.position, p.raw_table, m.row - p.first_row + 1 FROM main.membership m"
        " JOIN main.part p ON p.dataset = m.dataset AND m.row BETWEEN p.first_row AND p.first_row + p.rows - 1"
        " JOIN main.dataset_column c ON c.dataset = p.dataset AND c.part = p.part AND c.role IN ('name', 'email')"
        " WHERE m.key = $person ORDER BY m.dataset DESC, c.role, c.position DESC",
        {"person": person},
    ).fetchall()
    texts = {}
    for role, position, raw_table, row in columns:
        found = con.execute(f"SELECT c{position} FROM {raw_table} WHERE row = $row", {"row": row}).fetchone()
        texts[role] = str(found[0] or "") if found else ""
    return texts.get("name", ""), texts.get("email", "")


def _ends(number: int) -> list[int]:
    """The last digits of numbers beside it. Of the United States only 555-01XX are nobody's."""
    if 10_000_000_000 <= number < 20_000_000_000:
        return [*range(100, 200), *range(200, 1000)]
    return [(number + 37 * step) % 10_000 for step in range(1, 10_000)]


def write_probe(folder: Path, numbers: Numbers, sharing: int, rows: int) -> Path:
    """A manifest with probes of so many rows that share so many people with the case's lists; with none, others stand
    in their places. Each row has a number and an address: a few people are as many identifiers as lists are close from.
    They bear their names in both. A claim of every kind is about them."""
    folder.mkdir()
    people = []
    for place, (name, mail) in enumerate(numbers.bearing):
        stands = place < sharing
        key = numbers.victims[place] if stands else numbers.instead[place]
        other = f"{'y' if mail[0] == 'x' else 'x'}{mail[1:]}" if mail else ""  # as long: the file's size is told
        people.append((key, name, mail if stands else other))
    others = numbers.invented[: rows - len(people)]
    keys = [*((key, f"甲{place}", f"q{key}@mail.example.com") for place, key in enumerate(others)), *people]
    # The same places among the others in every probe.
    keys = [key for _, key in sorted(enumerate(keys), key=lambda item: (item[0] * 7919 % 1009, item[0]))]
    blocks = ["[case]\n"]
    for origin in ORIGINS:
        with (folder / f"{origin}.csv").open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(("手机号", "姓名", "邮箱", "日期"))
            table.writerows((f"+{key}", name, mail, "2025-12-01") for key, name, mail in keys)
        holder, list_ = f"holder-{origin}", {"path": f"{origin}.csv", "origin": origin, "obtained": date(2026, 2, 1)}
        blocks.append(entry("party", id=holder, name=f"Probe {origin.title()} Trading", role="other"))
        blocks.append(entry("dataset", id=f"probe-{origin}", holder=holder, **list_))
        for kind in CLAIM_KINDS:
            said = {"value": _VALUES.get(kind, 100_000), "dataset": f"probe-{origin}", "said": date(2026, 2, 2)}
            blocks.append(entry("claim", id=f"{origin}-{kind}", party=holder, kind=kind, **said))
    copy = {"dataset": "probe-own", "to": "holder-obtained", "date": date(2026, 2, 1), "ends": date(2026, 2, 20)}
    blocks.append(entry("release", id="probe-copy", **copy))
    manifest = folder / "case.toml"
    manifest.write_text("\n".join(blocks), encoding="utf-8")
    return manifest


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
