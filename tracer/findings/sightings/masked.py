"""Masked numbers, as statistics: how many of a release's canaries fit a mask of the list, and how many would by chance.

A mask is never undone and names no person. The first seven digits of a number are its block, which people of one region
and one carrier share; what separates canaries from chance is what a mask shows of the last four. Null: of the N = 10^t
endings that a mask with t of them visible can have, the D that the list holds under the same seven first characters are
a random D. The number that fit of a release's K canaries with that beginning is then hypergeometric (N, D, K); the sum
over all beginnings and kinds of mask is convolved exactly. Abroad a mask may be shorter than its number (`+4930…567`),
and endings are given out unevenly: there N is no larger than what two rows' endings agree by. Where the list has
names or firms (masked ones like 张** too), the same is asked of the rows that agree with the persona, and twice the
smaller tail is the p-value.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tracer.case.registered import registered
from tracer.findings.sightings.facts import Canary, Dataset, RegisteredMarks
from tracer.findings.sightings.masked_names import ENDING_SQL, agreeing_masks, named_masks
from tracer.findings.sightings.statements import statement
from tracer.identify.keys import is_mobile
from tracer.marking.codes import masses
from tracer.policy import SHOWN_FROM

_KINDS = 32
"""Kinds of mask of a list that are looked at, the most frequent first."""
_ENDING = 4
"""Last characters of a mask, as far as nothing uncertain lies before them; what precedes is the block, which says
nothing of a canary."""
_GAP = "…"
"""So many hidden digits as there may be."""


@dataclass(frozen=True)
class Masked:
    """What the masks of one dataset say about one release."""

    looked_for: int
    """Canaries of the release with a number, imported before the dataset was first loaded."""
    fit: int
    """Those of them whose number fits a mask of the list."""
    expected: float
    agreeing: int | None
    """Those that fit a mask with their persona's name or firm; None where the list has no such column."""
    p_value: float
    """Probability under the null of so many; for this release alone, whatever others are looked at."""
    own: OwnNamed | None = None
    """The canaries that no other release has, by mask and name; None where the list has no names."""


@dataclass(frozen=True)
class OwnNamed:
    """Canaries of one release alone, of none, or at home, that fit a mask next to their persona's name."""

    looked_for: int
    fit: int
    chance: float
    """Probability under the null of so many; for these canaries alone."""


@dataclass(frozen=True)
class MaskedDataset:
    """What the masks of one dataset say."""

    releases: Mapping[str, Masked]
    homes: OwnNamed | None = None
    unused: OwnNamed | None = None
    """Canaries that are in no copy."""
    kinds: Mapping[str, float] = field(default_factory=dict)
    """Kinds of mask, the most frequent first, each with the endings that it can have."""


@dataclass(frozen=True)
class _Ending:
    """A canary's number behind one kind of mask."""

    canary: int
    mask: str
    endings: float
    """N: endings that such a mask can have, as far as the list's differ."""

    @property
    def stratum(self) -> tuple[str, str]:
        """What comes first, and which of the last four digits are visible."""
        ending = _ending(self.mask)
        return self.mask[: len(self.mask) - len(ending)], _kind(ending)


def masked_evidence(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, dataset: Dataset) -> Mapping[str, Masked]:
    """Release -> what the masks of `dataset` say about it, as `read_masked`."""
    return read_masked(con, marks, dataset).releases


def with_masks(con: duckdb.DuckDBPyConnection) -> frozenset[int]:
    """Numbers of the datasets with masked rows enough to be shown: `read_masked` finds nothing in others, which are
    nearly questions about single people."""
    rows = con.execute("SELECT no FROM dataset WHERE views._enough(masked) ORDER BY no").fetchall()
    return frozenset(no for (no,) in rows)


def read_masked(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, dataset: Dataset) -> MaskedDataset:
    """What the masks of `dataset` say; nothing where its masked rows are too few, or its clear contacts ten
    times as many: next to these, masks say nothing that is worth a sentence.

    Canaries that were imported after the dataset was first loaded are left out: with them anybody's number could be
    asked about.
    """
    row = con.execute(statement("masks_of"), {"dataset": dataset.no, "id": dataset.id}).fetchone()
    if row is None or row[0] < max(SHOWN_FROM, dataset.contacts / 10):
        return MaskedDataset({})
    early = {no: c for no, c in marks.canaries.items() if c.phone is not None and c.imported_at <= row[1]}
    kinds = _kinds(con, dataset.no)
    asked = [
        _Ending(no, hidden, room)
        for no, canary in sorted(early.items())
        for kind, room in kinds.items()
        if (hidden := _behind(canary, kind)) is not None
    ]
    plain = _count(con, dataset.no, asked, "mask_density")
    named = _named(con, dataset.no, early, asked)
    found = {}
    for release in marks.releases:
        own = release.canaries & early.keys()
        mine = [ending for ending in asked if ending.canary in own]
        if mine:
            alone = None if named is None else _own_named(release.unique & early.keys(), mine, named)
            found[release.id] = replace(_evidence(len(own), mine, plain, named), own=alone)
    homes = frozenset(no for no in early if marks.canaries[no].kind == "home")
    if named is None:
        return MaskedDataset(found, kinds=kinds)
    unused = early.keys() - homes - frozenset[int]().union(*(release.canaries for release in marks.releases))
    return MaskedDataset(found, _own_named(homes, asked, named), _own_named(unused, asked, named), kinds)


def _kinds(con: duckdb.DuckDBPyConnection, dataset: int) -> dict[str, float]:
    text = statement("mask_kinds").format(ending=ENDING_SQL)
    found = {}
    for kind, alike in con.execute(text, {"dataset": dataset, "most": _KINDS}).fetchall():
        room = 10.0 ** _ending(kind).count("9")
        found[kind] = min(room, 1.0 / alike) if alike else room
    return found


def _own_named(canaries: Set[int], asked: Sequence[_Ending], named: _Counts) -> OwnNamed | None:
    """Each canary counts once, by the kind of mask that shows most of it: a second kind is not a second witness."""
    best: dict[int, _Ending] = {}
    for ending in asked:
        if ending.canary in canaries:
            known = best.get(ending.canary, ending)
            best[ending.canary] = max(known, ending, key=lambda one: (one in named.density, one.endings, one.mask))
    fit, law = 0, np.ones(1)
    for ending in best.values():
        chance = min(1.0, named.density.get(ending, 0) / ending.endings)
        law = np.convolve(law, np.array([1.0 - chance, chance]))
        fit += ending in named.there
    return OwnNamed(len(best), fit, _upper(law, fit)) if best else None


def _ending(mask: str) -> str:
    return mask.rpartition(_GAP)[2][-_ENDING:]


def _kind(mask: str) -> str:
    return "".join("*" if char == "*" else "9" for char in mask)


def _behind(canary: Canary, kind: str) -> str | None:
    """The canary's number behind a kind of mask (`999****9999`, `+9999***9999`, `+9999…999`); None where that shows
    nothing of its ending, or is none of such a number."""
    if canary.phone is None or "9" not in _ending(kind):
        return None
    number = str(canary.phone)
    if not kind.startswith("+"):
        return _starred(number[2:], kind) if is_mobile(canary.phone) else None
    head, gap, tail = kind[1:].partition(_GAP)
    if not gap:
        return f"+{_starred(number, head)}" if len(head) == len(number) else None
    if len(head) + len(tail) >= len(number):
        return None
    return f"+{number[: len(head)]}{_GAP}{number[len(number) - len(tail) :]}"


def _starred(number: str, kind: str) -> str:
    return "".join("*" if hidden == "*" else digit for digit, hidden in zip(number, kind, strict=True))


@dataclass(frozen=True)
class _Counts:
    """How the list looks around the canaries' masks."""

    density: Mapping[_Ending, int]
    there: frozenset[_Ending]


def _count(con: duckdb.DuckDBPyConnection, dataset: int, asked: Sequence[_Ending], name: str) -> _Counts:
    table = pa.table({
        "canary": pa.array([ending.canary for ending in asked], pa.int64()),
        "mask": pa.array([ending.mask for ending in asked], pa.string()),
        "head": pa.array([ending.stratum[0] for ending in asked], pa.string()),
        "kind": pa.array([ending.stratum[1] for ending in asked], pa.string()),
    })  # fmt: skip
    with registered(con, asked_mask=table):
        rows = con.execute(statement(name).format(ending=ENDING_SQL), {"dataset": dataset}).fetchall()
    endings = {(ending.canary, ending.mask): ending for ending in asked}
    return _Counts(
        {endings[canary, mask]: masks for canary, mask, masks, _ in rows},
        frozenset(endings[canary, mask] for canary, mask, _, there in rows if there),
    )


def _named(
    con: duckdb.DuckDBPyConnection, dataset: int, canaries: Mapping[int, Canary], asked: Sequence[_Ending]
) -> _Counts | None:
    """The same among the rows that agree with each persona; None where the list has neither names nor firms."""
    wanted = [
        (no, role, text)
        for no, canary in sorted(canaries.items())
        for role, text in (("name", canary.name), ("organisation", canary.organisation))
        if text is not None and text.strip()
    ]
    with named_masks(con, dataset) as there:
        if not there or not wanted:
            return None
        agreeing_masks(con, wanted)
        counts = _count(con, dataset, asked, "mask_density_named")
        con.execute("DROP TABLE temp.agreeing_mask")
    return counts


def _evidence(looked_for: int, mine: Sequence[_Ending], plain: _Counts, named: _Counts | None) -> Masked:
    fit = frozenset(ending.canary for ending in mine if ending in plain.there)
    # One number may be two canaries, and two numbers one mask: what counts is masks.
    strata: dict[tuple[str, str], dict[str, _Ending]] = defaultdict(dict)
    for ending in mine:
        strata[ending.stratum][ending.mask] = ending
    total, hits, expected = np.ones(1), 0, 0.0
    for _, masks in sorted(strata.items()):
        some = next(iter(masks.values()))
        density = plain.density.get(some, 0)
        room = max(round(some.endings), density, len(masks))
        counts = masses.hypergeometric(np.arange(len(masks) + 1), room, density, len(masks))
        total = np.convolve(total, counts)
        hits += sum(ending in plain.there for ending in masks.values())
        expected += len(masks) * density / room
    bare = _upper(total, hits)
    if named is None:
        return Masked(looked_for, len(fit), expected, None, bare)
    beside, total = 0, np.ones(1)
    for ending in mine:
        chance = min(1.0, named.density.get(ending, 0) / ending.endings)
        total = np.convolve(total, np.array([1.0 - chance, chance]))
        beside += ending in named.there
    agreeing = frozenset(ending.canary for ending in mine if ending in named.there)
    return Masked(looked_for, len(fit), expected, len(agreeing), min(1.0, 2.0 * min(bare, _upper(total, beside))))


def _upper(probabilities: npt.NDArray[np.float64], at_least: int) -> float:
    """P(X >= at_least): the tail is added up, so that nothing cancels."""
    return 1.0 if at_least <= 0 else float(min(1.0, probabilities[at_least:].sum()))
