"""Simulated calls whose truth is known: a client with many copies, a background on every number, and one leak.

Every number gets two unsolicited calls a month. Half of them are silent; the rest read one of thirty scripts, and each
of those callers has a segment of its own. The leak's callers sit in a SIM pool; a fifth of all calls shows a forged
number. Transcripts have errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from tests.inserted import append, insert, insert_list
from tracer.case.memory import memory_case
from tracer.findings.campaigns import SignalReadings, read_signals

START = datetime(2026, 5, 1)
_SPACE = 86_140_0000_0000  # a segment that is not allocated
_SIGNS = "您好我们这边是专业装修贷款教育投资保险课程免费试听额度申请利息优惠活动名额有限先到先得请问需要了解一下吗"
_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"


_COPIES, _HOMES, _CONTROLS, _DAYS = 20, 8, 20, 60
_FORGED = 0.2
"""Share of calls that show a forged number."""


@dataclass(frozen=True)
class Setting:
    """What a simulated case is like."""

    unique: int = 6
    pool: int = 40
    hits: int = 5
    """Controlled numbers that the leak's callers call, of each copy that leaked."""
    segments: int = 2
    """Segments of 10,000 cards of their pool."""
    texts: bool = True
    source: str = "release"
    """release, merge, client, register or none."""


Call = tuple[datetime, str, int, str]
"""When, from which number, to which canary, and what was said."""


class Simulator:
    """Simulates case after case in one store."""

    def __init__(self) -> None:
        self.con = memory_case().con

    def run(self, setting: Setting, seed: int) -> tuple[frozenset[str], SignalReadings]:
        """The copies that leaked, and what is read."""
        rng = np.random.default_rng(seed)
        for table in ("canary", "release", "release_canary", "signal", "signal_file", "dataset", "membership"):
            self.con.execute(f"DELETE FROM {table}")
        where = self._register(setting, rng)
        calls = _background(setting, rng, where)
        truth, leak = self._leak(setting, rng, where)
        at, callers, numbers, texts = zip(*sorted(calls + leak), strict=True)
        n = len(at)
        what = {"file": [1] * n, "row": range(1, n + 1), "at": pa.array(at, pa.timestamp("us")), "zone": ["UTC"] * n}
        who = {"channel": ["call"] * n, "caller": callers, "canary": numbers, "duration_s": [20.0] * n, "text": texts}
        append(self.con, 'signal (file, row, "at", zone, channel, caller, canary, duration_s, text)', what | who)
        self.con.execute(
            "INSERT INTO signal_file (no, path, sha256, format, rows, rejected, loaded_at, first_at, last_at)"
            " SELECT 1, 'x', 'x', 'csv', count(*), 0, $now, min(\"at\"), max(\"at\") FROM signal",
            {"now": START},
        )
        return truth, read_signals(self.con)

    def _register(self, setting: Setting, rng: np.random.Generator) -> dict[str, list[int]]:
        """Canaries by where they stand: a copy's id, `home`, `control`. Their numbers are scattered over blocks."""
        planted = _COPIES * setting.unique + setting.pool
        total = planted + _HOMES + _CONTROLS
        phones = _SPACE + rng.choice(100_000, total, replace=False) * 997
        kinds = np.repeat(["canary", "home", "control"], [planted, _HOMES, _CONTROLS])
        names = ["".join(rng.choice(list(_NAMES), 1)) + "".join(rng.choice(list(_SIGNS), 2)) for _ in range(total)]
        given = {"no": range(1, total + 1), "phone": phones, "name": names, "kind": kinds}
        append(self.con, "canary (no, phone, name, kind, imported_at)", given | {"imported_at": [START] * total})
        insert_list(self.con, 1, "own", phones[kinds == "home"].tolist(), "client", origin="own", loaded_at=START)
        nos = np.arange(1, total + 1)
        where: dict[str, list[int]] = {kind: nos[kinds == kind].tolist() for kind in ("home", "control")}
        shared = nos[planted - setting.pool : planted]
        for copy in range(_COPIES):
            own = nos[copy * setting.unique : (copy + 1) * setting.unique].tolist()
            where[f"r{copy}"] = own + shared[rng.random(setting.pool) < 0.2].tolist()
            facts = {"dataset": "own", "recipient": f"v{copy}", "date": "2026-03-01", "drawn": True}
            insert(self.con, "release", id=f"r{copy}", **facts, registered_at=START)
        rows = [(f"r{copy}", no) for copy in range(_COPIES) for no in where[f"r{copy}"]]
        columns = {"release": [r for r, _ in rows], "canary": [no for _, no in rows], "scheme": ["unique"] * len(rows)}
        append(self.con, "release_canary (release, canary, scheme)", columns)
        return where

    def _leak(
        self, setting: Setting, rng: np.random.Generator, where: dict[str, list[int]]
    ) -> tuple[frozenset[str], list[Call]]:
        copies = [f"r{i}" for i in rng.choice(_COPIES, 2, replace=False)]
        copies = {"release": copies[:1], "merge": copies}.get(setting.source, [])
        everywhere = sorted(set[int]().union(*where.values()) - set(where["control"]))
        reach = {"client": where["home"], "register": everywhere}.get(setting.source, [])
        if not reach and not copies:
            return frozenset(), []
        names = dict(self.con.execute("SELECT no, name FROM canary ORDER BY no").fetchall())
        script = "".join(rng.choice(list(_SIGNS), 24))
        segments = int(rng.integers(1_300_000, 1_999_990)) + np.arange(setting.segments)  # cards are bought in bulk
        first = rng.uniform(0, _DAYS - 14)
        calls = []
        # One pass over a sample of the list: every number of it is called once.
        called = [no for copy in copies for no in rng.choice(where[copy], setting.hits, replace=False).tolist()]
        for no in called or rng.choice(reach, setting.hits, replace=False).tolist():
            at = START + timedelta(days=first + rng.uniform(0, 14))
            segment = int(rng.integers(1_300_000, 1_999_999)) if rng.random() < _FORGED else rng.choice(segments)
            text = ""
            if setting.texts and rng.random() < 0.7:
                text = (f"{names[no]}," if rng.random() < 0.3 else "") + heard(rng, script)
            calls.append((at.replace(microsecond=0), f"{segment}{rng.integers(0, 10_000):04d}", no, text))
        return frozenset(copies), calls


def _background(setting: Setting, rng: np.random.Generator, where: dict[str, list[int]]) -> list[Call]:
    """Two calls a month to every number."""
    scripts = ["".join(rng.choice(list(_SIGNS), 24)) for _ in range(30)]
    segments = rng.integers(1_300_000, 1_999_999, 30)
    weights = 1.0 / np.arange(1, 31)
    calls = []
    for no in sorted(set[int]().union(*where.values())):
        for _ in range(rng.poisson(2.0 * _DAYS / 30.4)):
            which = int(rng.choice(30, p=weights / weights.sum()))
            spoken = setting.texts and rng.random() < 0.5
            # One in five of those who call at random has a desk of its own; the others call from anywhere.
            forged = rng.random() < (_FORGED if spoken else 0.8)
            segment = int(rng.integers(1_300_000, 1_999_999)) if forged else int(segments[which])
            text = heard(rng, scripts[which]) if spoken else ""
            at = START + timedelta(days=float(rng.uniform(0, _DAYS)))
            calls.append((at.replace(microsecond=0), f"{segment}{rng.integers(0, 10_000):04d}", no, text))
    return calls


def heard(rng: np.random.Generator, script: str) -> str:
    """A transcript: one sign in twenty is misheard."""
    signs = list(script)
    for i in np.flatnonzero(rng.random(len(signs)) < 0.05).tolist():
        signs[i] = str(rng.choice(list(_SIGNS)))
    return "".join(signs)


@dataclass(frozen=True)
class Tally:
    """How often a setting was read rightly, and wrongly."""

    cases: int
    right: int
    """Cases in which every copy that leaked is named at 95 % or more."""
    wrong: int
    blamed: int
    """Cases in which a campaign that reached a home canary names a copy."""


def tally(setting: Setting, seeds: range, sure: float = 0.95) -> Tally:
    simulator, right, wrong, blamed = Simulator(), 0, 0, 0
    for seed in seeds:
        leaked, reading = simulator.run(setting, seed)
        named = {copy for verdict in reading.verdicts for copy, chance in verdict.copies.items() if chance >= sure}
        right += bool(leaked) and leaked <= named
        wrong += bool(named - leaked)
        reached_home = [v for v in reading.verdicts if any(hit.number.kind == "home" for hit in v.evidence)]
        blamed += any(max(verdict.copies.values(), default=0) >= 0.05 for verdict in reached_home)
    return Tally(len(seeds), right, wrong, blamed)
