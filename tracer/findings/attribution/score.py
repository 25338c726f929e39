"""Scores one dataset at a time against all releases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracer.findings.attribution.nulls import (
    CodeEvidence,
    Drawn,
    Rows,
    block_chance,
    by_draw,
    excluded_rate,
    is_planted,
)
from tracer.findings.attribution.verdict import Facts, grade_of, reasons_against, reasons_for
from tracer.findings.marks import (
    Background,
    Dataset,
    Marks,
    Release,
    Sightings,
    chance_overlap,
    read_background,
    read_sightings,
)

ALPHA = 0.01
"""Family-wise error of each null."""
_NOTHING = CodeEvidence(1.0, 1.0)


@dataclass(frozen=True)
class Attribution:
    """What one dataset says about one release."""

    dataset: str
    """Id of the dataset that was looked at."""
    release: str
    """Id of the release."""
    recipient: str
    """Who got the release."""
    accused: bool
    """Whether the release is named as a source at the family-wise error asked for."""
    p_value: float
    """Code null over what the tool drew; 1 where it drew nothing."""
    chance: float
    """Probability under the block null of holding so many of the release's canaries."""
    e_value: float
    """Audit figure, mean at most 1 for an innocent release; never accuses."""
    canaries_seen: int
    """The release's canaries in the dataset."""
    canaries_planted: int
    """The release's canaries."""
    rows_matched: int
    """Ordinary contacts of the copy in the dataset."""
    grade: str
    """G0 to G4."""
    reasons: tuple[str, ...]
    """What speaks for it."""
    against: tuple[str, ...]
    """What speaks against it."""
    planted: bool
    """Whether canaries are there without the release's ordinary rows."""
    home_seen: int
    """Home canaries of the client in the dataset."""


@dataclass(frozen=True)
class _Look:
    """One dataset with what was seen in it."""

    con: duckdb.DuckDBPyConnection
    marks: Marks
    seen: Sightings
    background: Background | None
    dataset: Dataset
    alpha: float


def score_datasets(
    con: duckdb.DuckDBPyConnection, marks: Marks, datasets: Sequence[Dataset], alpha: float
) -> list[Attribution]:
    """Rows for all `datasets`, ordered by dataset, then by how much speaks for the release, then by its id."""
    seen = read_sightings(con, marks, [dataset.no for dataset in datasets])
    backgrounds = read_background(con, marks, seen)
    found: list[Attribution] = []
    for dataset in sorted(datasets, key=lambda item: item.id):
        found += _score(_Look(con, marks, seen, backgrounds.get(dataset.no), dataset, alpha))
    return found


def _score(look: _Look) -> list[Attribution]:
    canaries = look.seen.canaries(look.dataset.no)
    touched = [release for release in look.marks.releases if _shares(look, release, canaries)]
    compared = len(look.marks.releases)
    draws: dict[str, list[Drawn]] = defaultdict(list)
    for release in look.marks.releases:
        if release.draw is not None and release.unique:
            draws[release.draw].append(Drawn(release.id, len(release.unique), len(release.unique & canaries)))
    codes = by_draw(draws, look.alpha, compared)
    expected = _expected(look, touched, canaries)
    facts = [_facts(look, release, codes.get(release.id, _NOTHING), compared, expected) for release in touched]
    named = frozenset(fact.release.id for fact in facts if fact.accused)
    rows = [_row(fact, named) for fact in facts]
    return sorted(rows, key=lambda row: (not row.accused, -row.canaries_seen, -row.rows_matched, row.release))


def _shares(look: _Look, release: Release, canaries: frozenset[int]) -> bool:
    return bool(release.canaries & canaries) or _matched(look, release) > 0


def _matched(look: _Look, release: Release) -> int:
    """Ordinary contacts of the copy in the dataset: the source's, less those that the copy never had."""
    if release.source is None:
        return 0
    both = look.seen.matched.get((look.dataset.no, release.source), 0)
    return max(0, both - look.seen.withheld.get((look.dataset.no, release.id), 0))


def _expected(look: _Look, touched: Sequence[Release], canaries: frozenset[int]) -> dict[int, float]:
    """Source -> ordinary contacts that chance alone would put into the dataset; asked only where canaries are seen."""
    if not canaries:
        return {}
    by_pair = {
        (a, b): expected
        for a, b, expected in look.con.execute(
            "SELECT a, b, expected FROM overlap WHERE superseded IS NULL AND (a = $id OR b = $id) ORDER BY run, a, b",
            {"id": look.dataset.id},
        ).fetchall()
    }
    expected: dict[int, float] = {}
    for release in touched:
        if release.source is None or release.source in expected or not release.canaries & canaries:
            continue
        a, b = sorted((release.dataset, look.dataset.id))
        known = by_pair.get((a, b))
        expected[release.source] = chance_overlap(look.con, look.dataset.no, release.source) if known is None else known
    return expected


def _facts(look: _Look, release: Release, code: CodeEvidence, compared: int, expected: dict[int, float]) -> Facts:
    canaries = look.seen.canaries(look.dataset.no)
    mine = release.canaries & canaries
    matched = _matched(look, release)
    source = release.source
    ordinary = 0 if source is None else max(0, look.seen.ordinary.get(source, 0) - release.withheld)
    by_chance = 0.0 if source is None else expected.get(source, 0.0)
    chance = 1.0
    if mine and look.background is not None:
        planted = [look.marks.canaries[no] for no in release.canaries]
        chance = block_chance(planted, canaries, look.background)
    in_blocks = 0.0 if source is None or not mine else chance_overlap(look.con, look.dataset.no, source)
    planted_here = is_planted(
        len(mine), len(release.canaries), Rows(matched, ordinary, max(by_chance, in_blocks), in_blocks)
    )
    held = look.dataset.own or look.dataset.holder == release.client
    impossible = held or release.later_than(look.dataset)
    level = look.alpha / compared
    by_code = code.p_value <= level
    by_block = bool(release.unique & canaries) and chance <= level
    late = any(look.marks.canaries[no].imported_at > look.dataset.loaded_at for no in mine)
    return Facts(
        look.marks, look.dataset, release, code, chance, mine, matched, ordinary, by_chance,
        planted=planted_here, held_by_client=held, alpha=look.alpha, compared=compared,
        accused=bool(mine) and (by_code or by_block) and not planted_here and not impossible,
        others=canaries - release.canaries, late=late, withheld_seen=look.seen.withheld.get(
            (look.dataset.no, release.id), 0
        ),
        excluded_rate=excluded_rate(len(release.canaries)), homes=_homes(look, release, canaries - release.canaries),
        of_client=look.marks.of_client(release.client),
    )  # fmt: skip


def _homes(look: _Look, release: Release, others: frozenset[int]) -> frozenset[int]:
    """Home canaries seen that are this client's, or whose client is not known."""
    return frozenset(
        no
        for no in others
        if look.marks.canaries[no].kind == "home"
        and release.client in look.seen.homes.get(no, frozenset({release.client}))
    )


def _row(facts: Facts, named: frozenset[str]) -> Attribution:
    release = facts.release
    return Attribution(
        facts.dataset.id, release.id, release.recipient, facts.accused, facts.code.p_value, facts.chance,
        facts.code.e_value, len(facts.mine), len(release.canaries), facts.matched, grade_of(facts, named),
        tuple(reasons_for(facts)), tuple(reasons_against(facts, named)), facts.planted, len(facts.homes),
    )  # fmt: skip
