"""Marked copies for an attacker: of lists made by hand, of simulated markets and of the sample case.

And the same lists with nothing in them but their own rows, some of which are called canaries: what a perfect canary is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.marking.attack import ORDINARY, copy_of
from tests.marking.hand_lists import CANARIES, LISTS, Material, identities, listed, material
from tests.marking.made import made_rows, raw_rows
from tests.marking.market_lists import could_be, held_out, market_case, sample_case
from tracer.case.case import Case
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import SourceList, read_source_list

Flags = NDArray[np.bool_]
Copy = list[tuple[str, ...]]
MARKET = "simulated market"
SAMPLES = (
    "hesong-2026-06.vcf", "chenxi-2026-01.csv", "tender-2026-04.tsv", "luyan-2026-02.xlsx", "yigu-leads-2026-04.json",
)  # fmt: skip
"""Lists of the sample case: a vCard file, and four other formats with different columns, orders and forms."""
ALL = (*LISTS, MARKET, *SAMPLES)
"""Names of all lists."""
_SHARE = 12
"""One row in so many at most is a canary."""


@dataclass(frozen=True)
class Marked:
    copy: Copy
    marks: Flags
    usable: Flags

    @property
    def spread(self) -> float:
        """Standard error of the AUC where canaries are like ordinary rows (Mann and Whitney 1947)."""
        ordinary = min(ORDINARY, int((self.usable & ~self.marks).sum()))
        return float(((1 / int(self.marks.sum()) + 1 / ordinary) / 12) ** 0.5)


def canaries_for(name: str, m: Material) -> list[Identity]:
    """With addresses where the list has them, without numbers where it has none."""
    return identities(m, phones=name != "mail only", mails=name in ("mail only", "checked ids"))


def with_canaries(name: str, seed: int) -> Marked:
    """A list's copy with the tool's canaries. The seed makes the list, as far as it is made, and draws all else."""
    with tempfile.TemporaryDirectory() as folder:
        case, wanted = _list(name, seed, Path(folder))
        source, rows = made_rows(case, wanted, f"canaries {seed}".encode())
        copy, marks = copy_of(raw_rows(case, source), rows)
        return Marked(copy, marks, _usable(name, source, copy))


def with_real_rows(name: str, seed: int) -> Marked:
    """The same list without canaries; as many of its own rows, drawn at random, stand for them."""
    with tempfile.TemporaryDirectory() as folder:
        if name in LISTS:
            case, count = listed(name, Path(folder), material(seed)), CANARIES
        else:
            case = market_case(seed) if name == MARKET else sample_case(name)
            count = _count(case)
        source = read_source_list(case.con, "own")
        copy, marks = copy_of(raw_rows(case, source), [])
        usable = _usable(name, source, copy)
        drawn = np.random.default_rng([seed, 1]).choice(np.flatnonzero(usable), count, replace=False)
        marks[drawn] = True
        return Marked(copy, marks, usable)


def _list(name: str, seed: int, folder: Path) -> tuple[Case, list[Identity]]:
    if name in LISTS:
        m = material(seed)
        return listed(name, folder, m), canaries_for(name, m)
    case = market_case(seed) if name == MARKET else sample_case(name)
    return case, held_out(case, seed, _count(case))


def _count(case: Case) -> int:
    return min(CANARIES, read_source_list(case.con, "own").main.rows // _SHARE)


def _usable(name: str, source: SourceList, copy: Sequence[tuple[str, ...]]) -> Flags:
    """All rows of the lists made by hand: what an attacker gains by the few that hold two numbers counts as found."""
    return np.array([name in LISTS or could_be(source, row) for row in copy])
