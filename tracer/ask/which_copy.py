"""A release and a dataset: is this copy behind it, or another, and what would tell?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracer.ask.what_if import PLAIN, TELLING, odds_phrase
from tracer.disclosure import DatasetRef, Probability, Reason, ReleaseRef, Times, disclosed

Row = Mapping[str, Any]
_BOTH = 1.5
"""Two copies whose probabilities sum to this are both sources with .5 at least: no alternatives to one another."""


def which_copy(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The answer for a release and a dataset, in the form of `what_if.what_if`; empty for other pairs.

    The client itself and all other recipients are named in what speaks against the release; of these the likeliest
    other copy is compared here.
    """
    ends = {found["a"], found["b"]}
    release = next((row for row in found.get("releases", []) if row["release"] in ends), None)
    dataset = next(
        (row["dataset"] for row in found.get("dates", []) if release and row["dataset"] != release["dataset"]), None
    )
    if release is None or dataset is None:
        return []
    name = release["release"]
    mine = next((r for r in found.get("retention", []) if (r["release"], r["seen_in"]) == (name, dataset)), None)
    others = found.get("other_copies", [])
    p = float(mine["probability"]) if mine is not None else 0.0
    most = float(others[0]["probability"]) if others else 0.0
    both = p + most >= _BOTH
    odds = None if both or not others else max(p, most) / max(min(p, most), 1e-6)
    told = odds is None or odds >= TELLING
    asked = list(_would_tell(release, found)) if p < 0.5 or (odds is not None and odds < PLAIN) else []
    return [
        {
            "a": name, "b": dataset, "best": None if mine is None else _said(name, dataset, p),
            "next": _said(others[0]["release"], dataset, most) if others else None, "odds": odds, "told": told,
            "answer": disclosed(
                _both(name, dataset, p, others) if both else _answer(name, dataset, p, others, odds, told)
            ),
            "would_tell": [] if both else [disclosed(reason) for reason in asked],
        }
    ]  # fmt: skip


def _said(release: str, dataset: str, p: float) -> dict[str, Any]:
    said = Reason.of("which-copy-came-from", dataset=DatasetRef(dataset), release=ReleaseRef(release))
    return {"said": disclosed(said), "kind": "release", "through": release, "probability": p}


def _both(name: str, dataset: str, p: float, others: list[Row]) -> Reason:
    also = tuple(ReleaseRef(row["release"]) for row in others if p + float(row["probability"]) >= _BOTH)
    return Reason.of(
        "which-copy-both",
        dataset=DatasetRef(dataset),
        release=ReleaseRef(name),
        probability=Probability(p),
        also=also,
    )


def _answer(name: str, dataset: str, p: float, others: list[Row], odds: float | None, told: bool) -> Reason:
    seen, copy = DatasetRef(dataset), ReleaseRef(name)
    if p == 0.0 and not others:
        return Reason.of("which-copy-none", dataset=seen, release=copy)
    if not others or odds is None:
        return Reason.of("which-copy-only", dataset=seen, release=copy, probability=Probability(p))
    other, most = ReleaseRef(others[0]["release"]), float(others[0]["probability"])
    if not told:
        return Reason.of("which-copy-open", dataset=seen, release=copy, other=other, odds=odds_phrase(odds))
    if p > most:
        return Reason.of(
            "which-copy-told",
            dataset=seen,
            release=copy,
            probability=Probability(p),
            other=other,
            times=Times(odds),
        )
    if p == 0.0:
        return Reason.of(
            "which-copy-other-only", dataset=seen, release=copy, other=other, probability=Probability(most)
        )
    return Reason.of("which-copy-other", dataset=seen, release=copy, other=other, times=Times(odds))


def _would_tell(release: Row, found: Mapping[str, Any]) -> Iterator[Reason]:
    copy = ReleaseRef(release["release"])
    if not release["canaries"]:
        yield Reason.of("which-copy-ask-canaries", release=copy)
    if not found.get("vintages"):
        yield Reason.of("which-copy-ask-history")
    if release["date"] is None:
        yield Reason.of("which-copy-ask-day", release=copy)
    if not release["withheld"]:
        yield Reason.of("which-copy-ask-file", release=copy)
