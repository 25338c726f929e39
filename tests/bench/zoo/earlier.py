"""136 cases of seven makers that are no longer here: markets in Brazil and Britain, American mail files, lists under
new hosts, growing lists, registers, extracts, lists handed on. Without the first four the model knows less of living
databases: F1 .55 for .58 on one of another maker.

`earlier_makers.npz` holds their evidence and truth, no identifier of anybody. What single precision cannot hold exactly
stands in `wide`, for steps of the model begin where two lists are alike to the last digit. It is packed by LZMA: with
deflate it is half as large again. A new column of evidence cannot be filled in for them: then they go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tests.bench.zoo.measure import Score
from tests.bench.zoo.rivals import RIVALS
from tests.bench.zoo.truth import Truth
from tracer.findings.derivation.evidence import Cells, PairTable

FILE = Path(__file__).with_name("earlier_makers.npz")


Case: TypeAlias = tuple[str, PairTable, Sequence[str], Truth, Mapping[str, Score]]
"""Maker, evidence, lists, truth, what the rivals came to."""


def earlier_cases() -> Iterator[Case]:
    """Read them."""
    with np.load(FILE) as kept:
        at = {name: kept[name] for name in kept.files}
    counts = ("lists", "pairs", "edges", "allowed", "candidates", "rows")
    ends = {of: [0, *accumulate(at[of].tolist())] for of in counts}

    def part(name: str, of: str, number: int) -> NDArray[np.int64]:
        return np.asarray(at[name][ends[of][number] : ends[of][number + 1]], dtype=np.int64)

    number = 0
    for case, maker in enumerate(at["maker"].tolist()):
        pairs, cells = part("pair", "pairs", case), dict[int, Cells]()
        for x in np.unique(pairs).tolist():
            # Who holds the contacts of a cell: one bit a candidate, as the difference to the cell before.
            among, bits = part("candidate", "candidates", number), np.cumsum(part("bits", "rows", number))
            holds = ((bits[:, None] >> np.arange(among.size)) & 1).astype(np.float64)
            size, own = (part(name, "rows", number).astype(np.float64) for name in ("size", "own"))
            cells[x], number = Cells(among, holds, size, own), number + 1
        which = slice(*ends["pairs"][case : case + 2])
        values = (row[which].astype(np.float64) for of in ("columns", "wide") for row in at[of])
        columns = dict(zip(at["names"].tolist(), values, strict=True))
        edges, allowed = (
            frozenset((str(a), str(b)) for a, b in part(name, of, case).tolist())
            for name, of in (("edge", "edges"), ("allow", "allowed"))
        )
        rivals = {name: Score(*counts) for name, counts in zip(RIVALS, at["rivals"][case].tolist(), strict=True)}
        ids = [str(x) for x in range(int(at["lists"][case]))]
        yield maker, PairTable(pairs, columns, cells, part("family", "lists", case)), ids, Truth(edges, allowed), rivals
