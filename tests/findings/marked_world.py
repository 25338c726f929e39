"""Hand-made worlds: lists, releases and canaries whose truth is known, put straight into the tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import numpy as np

from tests.inserted import append, insert, insert_canary, insert_cells, insert_derivation, insert_list
from tracer.case.memory import memory_case
from tracer.identify.digests import digest_key

# 86 140 0…: a segment that is not allocated.
SPACE = 86_140_0000_0000
AT = datetime(2026, 1, 1)


def digest_of(key: int, function: str, prefix: str = "") -> int:
    """The key of a Chinese mobile number's hash: of its 11 digits behind `prefix`."""
    return digest_key(hashlib.new(function, f"{prefix}{str(key)[2:]}".encode()).hexdigest())


class World:
    """A case in memory with a few lines to fill it."""

    def __init__(self, seed: int = 1) -> None:
        self.case = memory_case()
        self.con = self.case.con
        self.rng = np.random.default_rng(seed)
        self._datasets = self._canaries = self.signals = 0

    def people(self, count: int, *, blocks: int = 1000) -> list[int]:
        """Numbers of `count` people who live in the first `blocks` blocks of the segment."""
        return [SPACE + int(n) for n in self.rng.choice(blocks * 10_000, count, replace=False)]

    def sample(self, keys: Sequence[int], share: float) -> list[int]:
        return [int(k) for k in self.rng.choice(np.array(keys), round(len(keys) * share), replace=False)]

    def dataset(
        self,
        identity: str,
        holder: str,
        keys: Iterable[int],
        *,
        obtained: date | None = None,
        created: date | None = None,
        origin: str = "obtained",
        names: Mapping[int, str] | None = None,
        hashed: str | None = None,
        prefix: str = "",
    ) -> int:
        """A list of `holder`. With `names`, a name stands beside each number that has one.

        `hashed`: the function that its numbers went through, written as 11 digits behind `prefix`.
        """
        self._datasets += 1
        no = self._datasets
        clear = sorted(set(keys))
        unique = clear if hashed is None else [digest_of(key, hashed, prefix) for key in clear]
        facts = {"obtained": obtained, "created": created, "origin": origin, "loaded_at": AT}
        insert_list(self.con, no, identity, unique, holder, hashes=0 if hashed is None else len(unique), **facts)
        if names is not None:
            insert_cells(self.con, no, {"name": [names.get(key) for key in clear], "phone": list(map(str, clear))}, 0)
        return no

    def masked(self, identity: str, holder: str, masks: Sequence[str], names: Sequence[str] | None = None) -> int:
        """A list of masked numbers, with a name beside each where there are `names`."""
        no = self.dataset(identity, holder, [])
        self.con.execute("UPDATE dataset SET rows = $n, masked = $n WHERE no = $no", {"n": len(masks), "no": no})
        append(self.con, "mask", {"dataset": [no] * len(masks), "row": range(1, len(masks) + 1), "mask": list(masks)})
        if names is not None:
            insert_cells(self.con, no, {"name": names, "phone": [str(row + 1) for row in range(len(masks))]}, 0)
        return no

    def canaries(self, keys: Iterable[int], kind: str = "canary", name: str | None = None) -> list[int]:
        """Controlled identities for the numbers `keys`."""
        numbers = []
        for key in keys:
            self._canaries += 1
            numbers.append(self._canaries)
            named = None if name is None else f"{name}{self._canaries}"
            insert_canary(self.con, self._canaries, key, kind, name=named, imported_at=AT)
        return numbers

    def release(
        self,
        identity: str,
        dataset: str,
        recipient: str,
        canaries: Iterable[int] = (),
        *,
        day: date | None = None,
        ends: date | None = None,
        draw: str | None = None,
        withheld: Iterable[int] = (),
    ) -> None:
        """A copy handed to `recipient`."""
        facts = {"dataset": dataset, "recipient": recipient, "date": day, "ends": ends, "drawn": draw is not None}
        design = None if draw is None else json.dumps({"draw": draw})
        insert(self.con, "release", id=identity, **facts, design=design, registered_at=AT)
        for no in canaries:
            insert(self.con, "release_canary", release=identity, canary=no, scheme="unique")
        for key in withheld:
            insert(self.con, "withheld", release=identity, key=key, drawn=False)

    def phones(self, canaries: Iterable[int]) -> list[int]:
        asked = "SELECT phone FROM canary WHERE no IN (SELECT unnest($w)) ORDER BY no"
        return [phone for (phone,) in self.con.execute(asked, {"w": list(canaries)}).fetchall()]

    def derivation(self, parent: str, child: str, probability: float) -> None:
        """What the derivation stage would have found."""
        insert_derivation(self.con, parent, child, probability)

    def watch(self, first: datetime, last: datetime, kind: str = "csv") -> None:
        """Records of calls or mails cover these days."""
        self.con.execute("DELETE FROM signal_file")
        days = {"loaded_at": first, "first_at": first, "last_at": last}
        insert(self.con, "signal_file", no=1, path="x", sha256="x", format=kind, rows=1, rejected=0, **days)

    def signal(self, canary: int, at: datetime, caller: str, text: str, channel: str = "call", **facts: object) -> None:
        """A call or message to a canary."""
        self.signals += 1
        said = {"zone": "UTC", "channel": channel, "caller": caller, "canary": canary, "text": text} | facts
        insert(self.con, "signal", file=1, row=self.signals, at=at, **said)
