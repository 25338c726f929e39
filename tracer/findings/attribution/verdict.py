"""Grade, reasons and what speaks against: the words that go with an attribution's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracer.disclosure import Count
from tracer.findings.attribution.codes import CodeEvidence
from tracer.findings.marks import Dataset, Marks, Release

G3_ALPHA = 0.01
"""The contract's family-wise error of G3: a laxer test does not reach it."""


@dataclass(frozen=True)
class Facts:
    """Everything that is known about one release in one dataset."""

    marks: Marks
    """The register."""
    dataset: Dataset
    """The dataset that was looked at."""
    release: Release
    """The release."""
    code: CodeEvidence
    """p-value and e-value of the draw."""
    chance: float
    """Tail of the block null."""
    mine: frozenset[int]
    """The release's canaries that are seen."""
    matched: int
    """Ordinary contacts of the copy in the dataset."""
    ordinary: int
    """Ordinary contacts of the copy."""
    by_chance: float
    """Ordinary contacts that chance alone would put there."""
    planted: bool
    """Canaries without the ordinary rows that should come with them."""
    held_by_client: bool
    """The client holds the dataset itself."""
    alpha: float
    """Family-wise error of each null."""
    compared: int
    """Releases compared, n."""
    accused: bool
    """The release is named."""
    others: frozenset[int]
    """Canaries seen that do not stand in the release."""
    late: bool
    """One of the canaries seen was imported after the dataset was loaded."""
    withheld_seen: int
    """Rows seen that the copy never had."""
    excluded_rate: float
    """Where no canary is seen: samples of the copy at this rate or above are excluded at 95 %."""
    homes: frozenset[int]
    """Home canaries of this client that are seen. One that stands in no client's list counts for every client."""
    of_client: frozenset[str]
    """Ids of all releases of the same client."""

    @property
    def strays(self) -> frozenset[int]:
        """Canaries seen that were never put into any release: the list of canaries itself has got out."""
        return frozenset(
            no
            for no in self.others
            if self.marks.canaries[no].kind in ("canary", "reserve") and not self.marks.standing[no]
        )

    def siblings(self, named: frozenset[str]) -> frozenset[int]:
        """Canaries of the client's other releases that are seen and that no other named release explains."""
        return frozenset(
            no for no in self.others if self.marks.standing[no] & self.of_client and not self.marks.standing[no] & named
        )


def grade_of(facts: Facts, named: frozenset[str]) -> str:
    """G3 as the contract defines it; less where one of its conditions fails."""
    above = facts.matched > facts.by_chance + 3.0 * max(facts.by_chance, 1.0) ** 0.5
    if not facts.accused:
        return "G1" if above else "G0"
    if facts.homes or facts.strays:
        return "G1"
    if facts.siblings(named) or facts.alpha > G3_ALPHA:
        return "G2"
    return "G3"


def reasons_for(facts: Facts) -> Iterator[str]:
    """What speaks for the release."""
    release, own = facts.release, facts.release.unique
    if facts.mine:
        count = "Fewer than 20" if facts.late and len(facts.mine) < 20 else f"{len(facts.mine)}"
        stand = _stand(facts.mine)
        yield f"{count} of the {len(release.canaries)} canaries of release {release.id} {stand} in the dataset."
    if facts.mine & own:
        count = "Fewer than 20" if facts.late and len(facts.mine & own) < 20 else f"{len(facts.mine & own)}"
        yield (
            f"{count} of its {len(own)} canaries that no other release has {_stand(facts.mine & own)} there; "
            f"by chance so many would with probability {facts.chance:.2g}."
        )
    if facts.code.moves and release.draw is not None:
        bound = facts.alpha / facts.compared
        yield (
            f"Over the random draw of the marks p = {facts.code.p_value:.2g} (bound {bound:.2g}); "
            f"they fit best to {' and '.join(facts.code.moves)}."
        )
    if facts.matched > 0 and facts.ordinary > 0:
        share = facts.matched / facts.ordinary
        yield f"{Count(facts.matched)} of the copy's ordinary contacts are there ({share:.1%})."


def reasons_against(facts: Facts, named: frozenset[str]) -> Iterator[str]:
    """What speaks against the release, and what would explain the dataset otherwise."""
    release, dataset = facts.release, facts.dataset
    if facts.held_by_client:
        yield "The client holds this dataset itself: nothing was passed on."
    if release.later_than(dataset):
        yield (
            f"The release is of {release.date}, after the dataset had come into being ({dataset.born}): "
            "it cannot be its source."
        )
    if facts.planted and release.source is None:
        yield "The release's ordinary rows are not in the case, so planted canaries cannot be ruled out."
    elif facts.planted:
        yield (
            "Canaries stand there without the release's ordinary rows in proportion: "
            "they may have been planted to frame the recipient."
        )
    if facts.homes:
        yield (
            f"{_number(facts.homes, 'home ')} of the client {_stand(facts.homes)} there: "
            "its own database or the register leaked, not this copy."
        )
    if facts.strays:
        strays = facts.strays
        yield f"{_number(strays)} of no release {_stand(strays)} there: the list of canaries may have leaked."
    unexplained = facts.siblings(named)
    if unexplained:
        yield (
            f"{_number(unexplained)} of the client's other releases {_stand(unexplained)} there, "
            f"and no other release that is named explains {'it' if len(unexplained) == 1 else 'them'}."
        )
    shared = facts.mine - release.unique
    if shared and release.draw is not None:
        are = "is" if len(shared) == 1 else "are"
        yield f"{len(shared)} of the canaries seen {are} shared with other releases by the code."
    elif shared:
        also = sorted(frozenset[str]().union(*(facts.marks.standing[no] for no in shared)) - {release.id})
        yield f"{len(shared)} of the canaries seen {_stand(shared)} in other releases too ({_some(also)})."
    if facts.withheld_seen > 0:
        yield f"{Count(facts.withheld_seen)} rows of the dataset were never in this copy: it cannot be the only source."
    if not facts.mine and release.canaries:
        yield _none_seen(facts)
    if facts.mine and not facts.accused and not (facts.planted or facts.held_by_client or release.later_than(dataset)):
        yield (
            f"The bound for naming a release is {facts.alpha / facts.compared:.2g} "
            f"({facts.compared} releases compared): on bare numbers in dense blocks a single hit does not reach it."
        )


def _none_seen(facts: Facts) -> str:
    """What it says that no canary of the copy is there; a sample larger than it excludes was no random one."""
    planted = f"None of the copy's {len(facts.release.canaries)} canaries is there"
    share = facts.matched / facts.ordinary if facts.ordinary else 0.0
    if share >= facts.excluded_rate:
        return (
            f"{planted}, although {share:.1%} of its ordinary contacts are: they were taken out, "
            "or these rows did not come from this copy alone."
        )
    return (
        f"{planted}: at 95 % this rules out that {facts.excluded_rate:.0%} or more of the copy, taken at random, "
        "went into the dataset."
    )


def _stand(canaries: frozenset[int]) -> str:
    return "stands" if len(canaries) == 1 else "stand"


def _number(canaries: frozenset[int], kind: str = "") -> str:
    return f"{len(canaries)} {kind}{'canary' if len(canaries) == 1 else 'canaries'}"


def _some(ids: list[str]) -> str:
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")
