"""The committed registers of a case: which there are, and the one that a name means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from tracer.errors import InputRefused
from tracer.marking.register.leaves import statement


@dataclass(frozen=True)
class Register:
    """One committed register."""

    draw: str
    dataset: str
    day: date | None
    releases: tuple[str, ...]
    root: str
    """Hexadecimal."""
    canaries: int
    withheld: int
    written: int
    stamped: datetime | None
    """The earliest stamp; UTC."""
    withdrawn: tuple[str, ...] = ()
    """Those of its releases that were taken back: the register keeps them, and no recipient has their copies."""

    def to_json(self) -> dict[str, object]:
        """The row that `tracer register list` prints."""
        return {
            "draw": self.draw, "dataset": self.dataset, "day": self.day, "releases": len(self.releases),
            "canaries": self.canaries, "withheld": self.withheld, "root": self.root,
            "stamped": None if self.stamped is None else f"{self.stamped.isoformat()}Z",
            "withdrawn": len(self.withdrawn),
        }  # fmt: skip


def registers(con: duckdb.DuckDBPyConnection) -> list[Register]:
    """All committed registers, by day, dataset and draw."""
    return [
        Register(
            draw, dataset, day, tuple(releases), root, canaries, withheld, written, stamped, tuple(withdrawn or ())
        )
        for draw, dataset, day, releases, root, canaries, withheld, written, stamped, withdrawn in con.execute(
            statement("registers")
        ).fetchall()
    ]


def find_register(held: Sequence[Register], name: str) -> Register:
    """The register that `name` means: a draw, the first digits of one, or a release. Raises `InputRefused`."""
    for register in held:
        if name == register.draw or name in register.releases:
            return register
    begins = [register for register in held if name and register.draw.startswith(name)]
    if len(begins) == 1:
        return begins[0]
    what = f"{len(begins)} draws begin with {name!r}" if begins else f"no register of a draw or release {name!r}"
    raise InputRefused(what, remedy="see `tracer register list`; only releases that tracer itself drew have one")
