"""Which of the two tests decides about a release, and with what error: one number, so that two are never compared.

Not in `attribution`: who reads findings needs nothing that computes them, which takes long to load.
"""

from __future__ import annotations

DRAW, CANARIES = "draw", "canaries"
COPY_UNKNOWN = "attribution-copy-unknown"
COMPARED = "attribution-compared"
DAYS = "attribution-days"
UNNAMED = (COPY_UNKNOWN, COMPARED, DAYS)
"""Codes of reasons that are an answer though no copy is named, by which readers know rows: a client's rows are there as
hashes; they are all there without a planted record; a copy's marks are in a list that is dated before the copy."""


def deciding(p_value: float | None, chance: float | None) -> tuple[str | None, float | None]:
    """The test that speaks louder, and its error; (None, None) where neither says anything.

    `draw`: the code null over what the tool drew; `canaries`: the block null of canaries that no other release has.
    Each has the same alpha over all releases, so the smaller number is the smaller after its own alpha too. Equals
    `views._test` and `views._error`.
    """
    p, c = (1.0 if number is None else number for number in (p_value, chance))
    if min(p, c) >= 1.0:
        return None, None
    return (CANARIES, c) if c < p else (DRAW, p)
