"""How a market of `charities` or `recruiters` reaches the disk: numbers as people write them, files, days of the lists.

Every number lies where no operator has one (see `markets.toml`), mail is at `.example`. Same seed, same bytes: a zip
carries no clock, and nothing is iterated that is not ordered.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.zoo.makers.market_truth import Specimen
from tests.bench.zoo.truth import Edge, write_table

DAY0 = date(2024, 3, 1)
COUNTRIES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("markets.toml").read_text(encoding="utf-8")
)
KINDS = "csv csv csv bom latin tsv xlsx xlsx json ndjson"
STYLES = ("plain", "grouped", "international", "00")
DATES = {"iso": "%Y-%m-%d", "slash": "%d/%m/%Y", "dot": "%d.%m.%Y", "us": "%m/%d/%Y"}


def free(country: str) -> list[str]:
    """Beginnings of national numbers that nobody has."""
    told = COUNTRIES[country]
    ends = [one.split("-") for one in told["free"]]
    return [f"{n}{told['then']}" for one in ends for n in range(int(one[0]), int(one[-1]) + 1)]


class Numbers:
    """Draws numbers of one country, as E.164, each once."""

    def __init__(self, rng: Random, country: str) -> None:
        self.rng, self.prefixes, self.used = rng, free(country), set[str]()
        self.code, self.digits = COUNTRIES[country]["code"], int(COUNTRIES[country]["digits"])

    def draw(self, town: int | None = None) -> str:
        """People of one town share a ninth of the prefixes, most of them."""
        while True:
            near = self.prefixes[town % 9 :: 9] if town is not None and self.rng.random() < 0.8 else self.prefixes
            number = f"+{self.code}{self.rng.choice(near)}{self.rng.randrange(10**self.digits):0{self.digits}d}"
            if number not in self.used:
                self.used.add(number)
                return number


def slip(rng: Random, number: str) -> str:
    """A wrong digit among the last two: the range stays one that nobody holds."""
    at = len(number) - rng.choice((1, 2))
    return number[:at] + str((int(number[at]) + rng.randrange(1, 10)) % 10) + number[at + 1 :]


def written(number: str, country: str, style: str) -> str:
    """An E.164 number as a list of that country has it; nothing where there is none."""
    told = COUNTRIES[country]
    digits = number[1 + len(told["code"]) :]
    if not number or (style == "international" and country != "FR"):
        return number
    if style == "00" and country != "US":
        return f"00{told['code']}{digits}"
    if style in {"grouped", "international"}:
        left = iter(digits)
        grouped = "".join(next(left) if sign == "#" else sign for sign in told["grouped"])
        return grouped if style == "grouped" else grouped.replace("0", "+33 ", 1)
    return f"{told['trunk']}{digits}"


def calendar(day: int | None) -> date | None:
    """The date of a day of the market."""
    return None if day is None else DAY0 + timedelta(day)


def date_text(day: int, style: str) -> str:
    """A day of the market in one of `DATES`."""
    return (DAY0 + timedelta(day)).strftime(DATES[style])


def write_list(x: Specimen, folder: Path, rng: Random) -> None:
    """Write the specimen's file, set its `path`."""
    rows = [line.text for line in x.lines]
    bare = len(x.header) == 1
    kind = "txt" if bare else rng.choice(KINDS.split())
    x.path = f"lists/{x.id}.{'csv' if kind in ('bom', 'latin') else kind}"
    if bare or kind in ("json", "ndjson"):
        lines = [
            row[0] if bare else json.dumps(dict(zip(x.header, row, strict=True)), ensure_ascii=False) for row in rows
        ]
        text = "[\n" + ",\n".join(lines) + "\n]\n" if kind == "json" else "\n".join(lines) + "\n"
        (folder / x.path).write_text(text, encoding="utf-8")
        return
    separator = "," if kind == "xlsx" else rng.choice((",", ",", ";"))
    form = {"bom": "utf-8-sig", "latin": "cp1252", "xlsx": "xlsx"}.get(kind, "utf-8")
    write_table(folder / x.path, [x.header, *rows], form, {"tsv": "\t", "latin": ";"}.get(kind, separator))


@dataclass(frozen=True, slots=True)
class Dating:
    """What the manifest says about days. Shares between 0 and 1; `lag`: mean days from the export to the obtaining."""

    lag: float = 20
    one_day: bool = False
    unknown: float = 0.08  # nobody knows when the list was obtained
    exported: float = 0.3
    created: float = 0.35
    turned: float = 0.0  # of the edges: the child was obtained before the parent
    straight: float = 0.5  # of the others: the child was obtained after the parent, whatever the days of the exports
    lives: float = 0.3  # the manifest says whether the list goes on


def set_days(rng: Random, specimens: Sequence[Specimen], edges: Collection[Edge], dating: Dating) -> None:
    """Days for the manifest. A list is never obtained before the day of its export; of lots `created` is firm."""
    last, by_id = max(x.day for x in specimens), {x.id: x for x in specimens}
    got = {x.id: last + 40 if dating.one_day else x.day + int(rng.expovariate(1 / dating.lag)) for x in specimens}
    forced = {pair: rng.random() for pair in edges}
    for _ in range(5):  # one list may stand in several edges, so once is not enough
        for (p, c), u in forced.items():
            if by_id[p].holder == by_id[c].holder or (c, p) in forced or dating.one_day:
                continue
            if u < dating.turned and got[p] <= got[c]:
                got[p] = got[c] + rng.randrange(4, 60)
            elif dating.turned <= u < dating.turned + dating.straight and got[p] >= got[c]:
                got[c] = got[p] + rng.randrange(4, 60)
    for x in specimens:
        x.obtained = None if rng.random() < dating.unknown else got[x.id]
        x.exported = x.day if rng.random() < dating.exported else None
        x.created = x.founded if rng.random() < dating.created else None
