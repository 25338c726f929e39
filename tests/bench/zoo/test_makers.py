"""The truth of `charities` and `recruiters`, counted again from the log of deliveries and from what the tool reads.

The replay shares no code with `market_truth`: it plays the log forward on row numbers, while the truth walks ways back.
It takes one thing from the ways: the day of a row's first collection, which no delivery tells.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import phonenumbers
import pytest
from phonenumbers import carrier

from tests.bench.zoo.cases import Keeper, Kind
from tests.bench.zoo.makers.charities import Charities
from tests.bench.zoo.makers.charities import Setting as Charity
from tests.bench.zoo.makers.market_case import COUNTRIES, Numbers, slip
from tests.bench.zoo.makers.market_play import Market
from tests.bench.zoo.makers.market_truth import Specimen
from tests.bench.zoo.makers.recruiters import Recruiters
from tests.bench.zoo.makers.recruiters import Setting as Recruiter
from tests.bench.zoo.rivals import read_held

Chain: TypeAlias = tuple[int, ...]
Owners: TypeAlias = dict[int, str]
Ways: TypeAlias = dict[int, dict[Chain, int]]  # a row's ways, with the day on which they came
First: TypeAlias = dict[int, Chain]


def replayed(market: Market[Any]) -> Iterator[tuple[Specimen, Owners, Ways, First]]:
    """Each specimen with whose row is which, its ways and its first way, as they stood at the end of its day."""
    owner, ways, first = Owners(), Ways(), First()
    for line in (line for x in market.specimens for line in x.lines):
        for way in line.ways:
            *_, root = way.back()
            owner[root.row], ways[root.row], first[root.row] = root.holder, {(root.row,): root.day}, (root.row,)
    log = iter([*market.deliveries, None])
    due = next(log)
    for x in sorted(market.specimens, key=lambda x: x.day):
        while due is not None and due.day <= x.day:
            for theirs, mine, what in due.rows:
                owner[mine] = due.taker
                for chain in ways.get(theirs, {(theirs,): due.day}):
                    if mine not in chain:
                        ways.setdefault(mine, {}).setdefault((mine, *chain), due.day)
                if what in ("new", "first"):
                    first[mine] = (mine, *first.get(theirs, (theirs,)))
            due = next(log)
        yield x, owner, ways, first


@pytest.mark.slow("two markets are played through")
@pytest.mark.parametrize("maker", ["charities", "recruiters"])
def test_truth_agrees_with_the_log(maker: str, tmp_path: Path) -> None:
    busy = Charity(charities=7, swaps=7, mergers=2, twice=0.4)
    market: Market[Any] = Charities(1, busy) if maker == "charities" else Recruiters(3, Recruiter(twice=0.4))
    truth = market.play().publish(tmp_path)
    exports, shown = defaultdict[str, list[Specimen]](list), defaultdict[tuple[str, int], frozenset[str]](frozenset)
    for x in market.specimens:
        exports[x.holder].append(x)
        for line in x.lines:
            shown[x.id, line.row] |= line.shown
    edge, above = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for x, owner, ways, first in replayed(market):

        def held(chain: Chain, x: Specimen = x, owner: Owners = owner, ways: Ways = ways) -> list[Specimen]:
            """The other exports that show a row as it came by this way."""
            same = [p for p in exports[owner[chain[0]]] if p.day >= ways[chain[0]][chain] and p is not x]
            return [p for p in same if p.holder != x.holder or p.day < x.day]

        for row in {line.row for line in x.lines}:
            rests = [chain[k:] for chain in ways[row] for k in range(len(chain))]
            above.update({(p.id, x.id) for rest in rests for p in held(rest)})
            left = x.day
            for k in range(len(first[row])):
                rest = first[row][k:]
                if can := held(rest):
                    early = [p for p in can if p.day <= left]
                    p = max(early, key=lambda p: p.day) if early else min(can, key=lambda p: p.day)
                    edge[p.id, x.id] += not shown[p.id, rest[0]].isdisjoint(shown[x.id, row])
                    break
                left = ways[rest[0]][rest]
    size = market.truth["rows"]
    edges = {(p, c) for (p, c), n in edge.items() if n >= 40 and (n >= 0.05 * size[c] or n >= 0.25 * size[p])}
    assert edges == truth.edges
    assert {pair for pair, n in above.items() if n >= 3} | edges == set(market.truth["ancestors"])
    assert not {frozenset(pair) for pair in market.truth["unrelated"]} & {frozenset(pair) for pair in above}


@pytest.mark.slow("loads a market")
def test_the_tool_reads_what_is_shown(tmp_path: Path) -> None:
    market = Charities(1, Charity()).play()
    market.publish(tmp_path)
    with Keeper(tmp_path).case(Kind("charities", "standard"), 1) as (con, _):
        held = read_held(con)
    for x, keys in zip(sorted(market.specimens, key=lambda x: x.id), held.keys, strict=True):
        told = {one for line in x.lines for one in line.shown}
        assert len(told) == keys.size
        assert {int(one[1:]) for one in told if "@" not in one} <= set(keys.tolist())


@pytest.mark.parametrize("country", COUNTRIES)
def test_nobody_has_the_numbers(country: str) -> None:
    numbers = Numbers(Random(1), country)
    for one in (phonenumbers.parse(slip(numbers.rng, numbers.draw())) for _ in range(150)):
        assert phonenumbers.is_valid_number(one)
        assert not carrier.name_for_number(one, "en")


@pytest.mark.slow("starts the bench twice")
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for salt in ("1", "2"):
        words = f"-m tests.bench.zoo --only charities/standard --first 5 --seeds 1 --lists {tmp_path / salt}".split()
        surroundings = {**os.environ, "PYTHONHASHSEED": salt}
        subprocess.run([sys.executable, *words], check=True, env=surroundings, stdout=subprocess.DEVNULL)
    one, other = ({p.name: p.read_bytes() for p in (tmp_path / salt).rglob("*.*")} for salt in ("1", "2"))
    assert one == other
    assert len(one) > 10
