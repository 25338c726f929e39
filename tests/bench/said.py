"""Every statement of cases of many makers, through all outlets: [--markets 10] [--seed 1] [--only MAKER/SETTING …].

What an outlet says otherwise than the statement is printed as a table; none is the bar.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.zoo.cases import Keeper, Kind, kinds
from tests.said.walk import judged_case, loaded, table, walked

SAMPLE = Path(__file__).parents[2] / "sample_data" / "case.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk, print, and fail where anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.said", description=__doc__)
    parser.add_argument("--markets", type=int, default=10, help="of how many makers' settings, spread over the makers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", metavar="MAKER/SETTING", help="these, and neither sample nor made case")
    given = parser.parse_args(arguments)
    differing = 0
    with tempfile.TemporaryDirectory(prefix="said-") as where:
        folder = Path(where)
        if given.only is None:
            differing += _told("sample", walked(loaded(folder / "sample", SAMPLE), SAMPLE, folder / "sample" / "out"))
            case, manifest, judged = judged_case(folder / "three")
            differing += _told("three countries", walked(case, manifest, folder / "three" / "out", judged))
        for kind in _chosen(given.only, given.markets):
            market = folder / str(kind).replace("/", "-")
            Keeper(folder).write(kind, given.seed, market)
            manifest = market / "case.toml"
            differing += _told(
                str(kind), walked(loaded(folder / f"{market.name}-case", manifest), manifest, market / "out")
            )
    return int(differing > 0)


def _chosen(only: Sequence[str] | None, markets: int) -> list[Kind]:
    """Those that are named; else of each maker in turn, its settings in their order."""
    every = kinds()
    if only is not None:
        return [kind for kind in every if str(kind) in only]
    by_maker: dict[str, list[Kind]] = {}
    for kind in every:
        by_maker.setdefault(kind.maker, []).append(kind)
    rounds = max(map(len, by_maker.values()))
    turns = [settings[n] for n in range(rounds) for settings in by_maker.values() if n < len(settings)]
    return turns[:markets]


def _told(name: str, found: Sequence[object]) -> int:
    print(f"-- {name}: {len(found)} contradictions")
    if found:
        print(table(found))  # type: ignore[arg-type]  # a list of one kind
    sys.stdout.flush()
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
