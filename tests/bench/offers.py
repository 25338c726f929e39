"""Offered lists that are checked, next to what is in them: [--seeds 40] [--worlds DIR …].

Five lists of each simulated market are offered, the others are known, and some people have refused, in clear or as
hashes. `--worlds`: folders by others, each with `known/case.toml`, `offers/` and `truth.json` (per offer `offer`,
`recycled.share_linkable`, and `refused` with `linkable`, one number or a pair). Bars: the recycled share within three
points in 95 % of the offers, all counts of refused people from 20 on exact, no number of a list in an answer. Exit code
1 where one is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from pyarrow import csv

import tracer
from tracer.errors import TracerError
from tracer.simulate.market import Market, MarketSpec, SimList
from tracer.simulate.rows import as_table
from tracer.simulate.trade import make_market

OFFERS, POINTS, MOST = 5, 0.03, 0.95
REFUSALS = 400


@dataclass
class Told:
    """What was measured of one maker."""

    offers: int = 0
    unread: int = 0
    near: int = 0
    refused: int = 0
    exact: int = 0
    shown: int = 0
    """Answers in which a number of a list is."""
    worst: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, found: dict[str, Any], share: float, refused: tuple[int, int]) -> None:
        """One offer."""
        self.offers += 1
        off = abs(found["recycled"]["share"] - share)
        self.worst.append(off)
        self.near += off <= POINTS
        people = found["refused"]["people"]
        if refused[1] >= 20 or isinstance(people, int):
            self.refused += 1
            self.exact += isinstance(people, int) and refused[0] <= people <= refused[1]

    def line(self, maker: str) -> str:
        """As it is printed."""
        return (
            f"{maker:12} {self.offers:4} offers ({self.unread} not read), share within 3 points {self.near}"
            f" (largest {max(self.worst, default=0):.3f}), refused exact {self.exact} of {self.refused},"
            f" {self.shown} answers with a number, {self.seconds / max(1, self.offers):.1f} s each"
        )

    @property
    def good(self) -> bool:
        """Whether the bars are met."""
        return self.near >= MOST * self.offers and self.exact == self.refused and not self.shown


def simulated(seeds: range) -> Told:
    """The project's own makers."""
    told = Told()
    for seed in seeds:
        market = make_market(MarketSpec(seed=seed, people=30_000, rows=(800, 4_000)))
        with tempfile.TemporaryDirectory() as folder:
            for offer, share, refused in _market(Path(folder), market, seed):
                _check(told, Path(folder) / "case", offer, share, refused)
    return told


def _market(folder: Path, market: Market, seed: int) -> Iterator[tuple[Path, float, tuple[int, int]]]:
    """A case in `folder` with the earlier lists, and each later one with its share and who refused in it."""
    draw = np.random.default_rng(seed)
    lists = sorted((one for one in market.loaded if one.obtained), key=lambda one: (str(one.obtained), one.id))
    known, offered = lists[:-OFFERS], lists[-OFFERS:]
    case = tracer.create(folder / "case", region="CN", key_file=folder / "key")
    for entry in known:
        path = _written(folder, market, entry)
        case.load(path, holder=entry.holder, id=entry.id, obtained=entry.obtained, origin=entry.origin)
    everybody = np.unique(np.concatenate([entry.linking for entry in lists]))
    clear, hashed = np.split(draw.permutation(everybody)[: 2 * REFUSALS], 2)
    (folder / "refusals.csv").write_text("phone\n" + "".join(f"{number}\n" for number in clear), encoding="utf-8")
    digests = (hashlib.sha256(f"+86{number}".encode()).hexdigest() for number in hashed)
    (folder / "hashed.csv").write_text("sha256_phone\n" + "\n".join(digests) + "\n", encoding="utf-8")
    for name in ("refusals", "hashed"):
        case.load(folder / f"{name}.csv", holder="registrar", origin="refusals")
    had = np.unique(np.concatenate([entry.linking for entry in known]))
    refusing = np.union1d(clear, hashed)
    for entry in offered:
        mine = entry.linking
        n = np.intersect1d(mine, refusing).size
        yield _written(folder, market, entry), np.intersect1d(mine, had).size / mine.size, (n, n)


def _written(folder: Path, market: Market, entry: SimList) -> Path:
    path = folder / f"{entry.id}.csv"
    csv.write_csv(as_table(entry.rows, market.population, entry.layout), path)
    return path


def worlds(folders: Sequence[Path]) -> Told:
    """Makers by others."""
    told = Told()
    for folder in folders:
        truth = json.loads((folder / "truth.json").read_text("utf-8"))
        with tempfile.TemporaryDirectory() as scratch:
            case = tracer.create(Path(scratch) / "case", key_file=Path(scratch) / "key")
            case.run(folder / "known" / "case.toml")
            for one in truth["offers"]:
                refused = one["refused"]["linkable"]
                low, high = refused if isinstance(refused, list) else (refused, refused)
                share = one["recycled"]["share_linkable"]
                share = sum(share) / len(share) if isinstance(share, list) else share
                _check(told, Path(scratch) / "case", folder / one["offer"], share, (low, high))
    return told


def _check(told: Told, case: Path, offer: Path, share: float, refused: tuple[int, int]) -> None:
    start = time.perf_counter()
    try:
        found = tracer.open(case, key_file=case.parent / "key", read_only=True).check(offer)
    except TracerError as error:
        told.unread += 1
        print(f"{offer}: {error.what}", flush=True)
        return
    told.seconds += time.perf_counter() - start
    before = told.exact, told.refused
    told.add(found.to_json(), share, refused)
    if told.worst[-1] > POINTS:
        print(f"{offer}: {found.to_json()['recycled']} for {share:.3f}", flush=True)
    if told.exact - before[0] < told.refused - before[1]:
        print(f"{offer}: refused {found.to_json()['refused']['people']} for {refused}", flush=True)
    cells = set("".join(sign if sign.isdecimal() else " " for sign in offer.read_bytes().decode("latin-1")).split())
    told.shown += any(cell in found.text() for cell in cells if len(cell) >= 9)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print a line for each maker."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.offers", description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--worlds", type=Path, nargs="*", default=[])
    given = parser.parse_args(arguments)
    found = {"simulated": simulated(range(given.first, given.first + given.seeds))} if given.seeds else {}
    if given.worlds:
        found["others"] = worlds(given.worlds)
    for maker, told in found.items():
        print(told.line(maker))
    return 0 if all(told.good for told in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
