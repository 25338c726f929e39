"""Cases of the zoo's makers, loaded through the manifest and kept in a folder, so that only the model runs again."""

from __future__ import annotations

import importlib
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from tests.bench.zoo.truth import Truth
from tests.simulate.loading import insert_market
from tracer.case.memory import memory_case
from tracer.case.store import CATALOG, connect
from tracer.manifest import apply_manifest, read_manifest
from tracer.simulate.files import write_market
from tracer.simulate.market import MarketSpec
from tracer.simulate.trade import make_market

MAKERS = ("living", "charities", "recruiters")
"""Modules of `tests.bench.zoo.makers`."""
SIMULATED: Mapping[str, MarketSpec] = {
    "merges": MarketSpec(seed=0),
    "hidden": MarketSpec(seed=0, hidden=0.25),
    "alike": MarketSpec(seed=0, profile=0.05, horizon=14, wait=2.0, delay=2.0),
    "undated": MarketSpec(seed=0, dates="none"),
    "padded": MarketSpec(
        seed=0, padding=0.3, keep=(0.2, 0.2), numbers_only=1.0, shuffled=1.0, sorted=0.0, reformatted=0.5
    ),
}
"""Settings of the project's own simulator; the seed is replaced."""
FOREIGN: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "market_a": {
        "standard": {},
        "merges": {"merge": (2, 3), "dates": 40},
        "hidden": {"observe": 0.65, "dates": 40},
        "popular": {"steep": 0.7, "dates": 40},
        "bare": {"bare": True, "keep": (0.15, 0.5), "pad": (0.3,), "dates": 60},
        "undated": {"dates": None},
    },
    "marketb": {
        name: {"setting": name} for name in ("standard", "undated", "rendition", "absorbing", "public", "us-email")
    },
}
"""File of a maker that is not part of the project → its settings; of any other file, the standard one."""
_FOREIGN_SIZE: Mapping[str, Mapping[str, object]] = {"market_a": {"people": 30_000, "size": 2_500}}


@dataclass(frozen=True)
class Kind:
    """A maker and one of its settings."""

    maker: str
    setting: str

    def __str__(self) -> str:
        return f"{self.maker}/{self.setting}"


def kinds(foreign: Sequence[Path] = (), families: Path | None = None) -> tuple[Kind, ...]:
    """All that can be made. foreign: files of makers from elsewhere, whose kinds bear the file's name; families: where
    downloads are kept."""
    found = [Kind("simulated", setting) for setting in SIMULATED]
    for maker in MAKERS:
        found += [Kind(maker, setting) for setting in _maker(maker).SETTINGS]
    for file in foreign:
        found += [Kind(file.stem, setting) for setting in FOREIGN.get(file.stem, ("standard",))]
    if families is not None:
        found += [Kind("families", setting) for setting in ("dated", "undated", "wrong-order")]
    return tuple(found)


@dataclass(frozen=True)
class Keeper:
    """Where cases are kept, and where the makers that are not part of the project lie."""

    folder: Path
    foreign: Sequence[Path] = ()
    families: Path | None = None

    def path(self, kind: Kind, seed: int) -> Path:
        """Where a case is kept."""
        return self.folder / f"{kind.maker}-{kind.setting}-{seed}.duckdb"

    @contextmanager
    def case(self, kind: Kind, seed: int) -> Iterator[tuple[duckdb.DuckDBPyConnection, Truth]]:
        """The store of a case, with its truth; what is written into it is gone afterwards."""
        path = self.path(kind, seed)
        known = path.with_suffix(".truth")
        if not known.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            truth = self._make(kind, seed, path)
            known.write_bytes(pickle.dumps(truth))
        truth = pickle.loads(known.read_bytes())  # noqa: S301  # written by the line above
        con = connect(None, path)
        con.execute(f"ATTACH '{path}' AS {CATALOG}")
        con.execute(f"USE {CATALOG}")
        con.execute("BEGIN")
        try:
            yield con, truth
        finally:
            con.execute("ROLLBACK")
            con.close()

    def write(self, kind: Kind, seed: int, folder: Path) -> Truth:
        """The lists of a case and its manifest, as another tool reads them."""
        folder.mkdir(parents=True, exist_ok=True)
        if kind.maker != "simulated":
            return self._build(kind)(folder, seed)
        market = make_market(replace(SIMULATED[kind.setting], seed=seed))
        write_market(market, folder)
        return Truth(edges=market.truth.edges)

    def _make(self, kind: Kind, seed: int, path: Path) -> Truth:
        path.unlink(missing_ok=True)
        case = memory_case(stores=(path,))
        with tempfile.TemporaryDirectory(prefix="zoo-") as folder:
            if kind.maker == "simulated":
                market = make_market(replace(SIMULATED[kind.setting], seed=seed))
                insert_market(case.con, market)
                truth = Truth(edges=market.truth.edges)
            else:
                truth = self.write(kind, seed, Path(folder))
                apply_manifest(case, read_manifest(Path(folder) / "case.toml"))
            case.con.execute(f"ATTACH '{path}' AS kept")
            case.con.execute(f"COPY FROM DATABASE {CATALOG} TO kept")
            case.con.execute("DETACH kept")
        case.close()
        return truth

    def _build(self, kind: Kind) -> Callable[[Path, int], Truth]:
        for file in self.foreign:
            if kind.maker == file.stem:
                return partial(_of_foreign, file, kind.setting)
        if kind.maker == "families":
            families = importlib.import_module("tests.bench.zoo.families")
            return lambda folder, seed: families.build_nth(folder, seed, cache=self.families, days=kind.setting)
        maker = _maker(kind.maker)
        return lambda folder, seed: maker.build(folder, seed, **maker.SETTINGS[kind.setting])


def _maker(name: str) -> Any:
    return importlib.import_module(f"tests.bench.zoo.makers.{name}")


def _of_foreign(file: Path, setting: str, folder: Path, seed: int) -> Truth:
    """`build(folder, seed, **settings)` of the file; `edges` of what it returns are true, `possible` ones undecided."""
    sys.path.insert(0, str(file.parent))  # for what stands beside it
    try:
        module = importlib.import_module(file.stem)
    finally:
        sys.path.remove(str(file.parent))
    given = {**_FOREIGN_SIZE.get(file.stem, {}), **FOREIGN.get(file.stem, {}).get(setting, {})}
    told = module.build(str(folder), seed=seed, **given)
    edges, undecided = (frozenset((str(a), str(b)) for a, b in told.get(key, ())) for key in ("edges", "possible"))
    return Truth(edges, undecided - edges)
