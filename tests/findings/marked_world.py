"""Hand-made worlds: lists, releases and canaries whose truth is known, put straight into the tables."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import numpy as np
import pyarrow as pa

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
        self._datasets = self._canaries = 0

    def people(self, count: int, *, blocks: int = 1000) -> list[int]:
        """Numbers of `count` people who live in the first `blocks` blocks of the segment."""
        return [SPACE + int(n) for n in self.rng.choice(blocks * 10_000, count, replace=False)]

    def sample(self, keys: Sequence[int], share: float) -> list[int]:
        """A random share of `keys`."""
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
        self.con.execute(
            "INSERT INTO dataset (no, id, version, current, holder, obtained, created, origin, path, sha256, bytes,"
            " format, region, rows, identifiers, contacts, rejected, duplicates, hashes, loaded_at)"
            " VALUES ($no, $id, 1, true, $holder, $obtained, $created, $origin, '', '', 0, 'csv', 'CN',"
            " $n, $n, $n, 0, 0, $hashes, $at)",
            {
                "no": no, "id": identity, "holder": holder, "obtained": obtained, "created": created,
                "origin": origin, "n": len(unique), "at": AT, "hashes": 0 if hashed is None else len(unique),
            },
        )  # fmt: skip
        table = pa.table({"key": pa.array(unique, pa.int64()), "row": pa.array(range(1, len(unique) + 1), pa.int64())})
        self.con.register("given", table)
        self.con.execute("INSERT INTO membership SELECT $no, key, row FROM given ORDER BY key", {"no": no})
        self.con.unregister("given")
        if names is not None:
            self._names(no, clear, names)
        return no

    def _names(self, no: int, keys: Sequence[int], names: Mapping[int, str]) -> None:
        table = pa.table(
            {
                "row": pa.array(range(1, len(keys) + 1), pa.int64()),
                "c0": [names.get(key) for key in keys],
                "c1": [str(key) for key in keys],
            }
        )
        self.con.register("given", table)
        self.con.execute(f"CREATE TABLE raw.d{no}_p0 AS SELECT * FROM given ORDER BY row")
        self.con.unregister("given")
        self.con.execute(
            "INSERT INTO part VALUES ($no, 0, NULL, NULL, false, 'csv', 'utf-8', ',', 1, 1, $rows, $raw_table, NULL)",
            {"no": no, "rows": len(keys), "raw_table": f"raw.d{no}_p0"},
        )
        self.con.execute(
            "INSERT INTO dataset_column VALUES ($no, 0, 0, '姓名', 'name', 'header', NULL),"
            " ($no, 0, 1, '手机', 'phone', 'header', NULL)",
            {"no": no},
        )

    def masked(self, identity: str, holder: str, masks: Sequence[str], names: Sequence[str] | None = None) -> int:
        """A list of masked numbers, with a name beside each where there are `names`."""
        no = self.dataset(identity, holder, [])
        self.con.execute("UPDATE dataset SET rows = $n, masked = $n WHERE no = $no", {"n": len(masks), "no": no})
        given = pa.table({"row": pa.array(range(1, len(masks) + 1), pa.int64()), "mask": pa.array(masks, pa.string())})
        self.con.register("given", given)
        self.con.execute("INSERT INTO mask SELECT $no, row, mask FROM given ORDER BY row", {"no": no})
        self.con.unregister("given")
        if names is not None:
            self._names(no, range(1, len(masks) + 1), dict(enumerate(names, 1)))
        return no

    def canaries(self, keys: Iterable[int], kind: str = "canary", name: str | None = None) -> list[int]:
        """Controlled identities for the numbers `keys`."""
        numbers = []
        for key in keys:
            self._canaries += 1
            numbers.append(self._canaries)
            self.con.execute(
                "INSERT INTO canary (no, phone, name, kind, imported_at) VALUES ($no, $phone, $name, $kind, $at)",
                {
                    "no": self._canaries, "phone": key, "kind": kind, "at": AT,
                    "name": None if name is None else f"{name}{self._canaries}",
                },
            )  # fmt: skip
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
        self.con.execute(
            "INSERT INTO release (id, dataset, recipient, date, ends, drawn, design, registered_at)"
            " VALUES ($id, $dataset, $to, $day, $ends, $drawn, $design, $at)",
            {
                "id": identity, "dataset": dataset, "to": recipient, "day": day, "ends": ends,
                "drawn": draw is not None, "design": None if draw is None else json.dumps({"draw": draw}), "at": AT,
            },
        )  # fmt: skip
        for no in canaries:
            self.con.execute(
                "INSERT INTO release_canary VALUES ($id, $no, 'unique', NULL, NULL)", {"id": identity, "no": no}
            )
        for key in withheld:
            self.con.execute("INSERT INTO withheld VALUES ($id, $key, false)", {"id": identity, "key": key})

    def phones(self, canaries: Iterable[int]) -> list[int]:
        """The numbers of canaries."""
        wanted = list(canaries)
        rows = self.con.execute("SELECT phone FROM canary WHERE no IN (SELECT unnest($w)) ORDER BY no", {"w": wanted})
        return [row[0] for row in rows.fetchall()]

    def derivation(self, parent: str, child: str, probability: float, grade: str = "G2") -> None:
        """What the derivation stage would have found."""
        self.con.execute(
            "INSERT INTO derivation VALUES (1, NULL, $parent, $child, $p, $grade, 1, 1, 1, 1.0, NULL, [], [], '[]',"
            " 'copy', 'told')",
            {"parent": parent, "child": child, "p": probability, "grade": grade},
        )
