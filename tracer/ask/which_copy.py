"""A release and a dataset: is this copy behind it, or another, and what would tell?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tracer.ask.what_if import PLAIN, TELLING, even, times

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
            "answer": _both(name, dataset, p, others) if both else _answer(name, dataset, p, others, odds, told),
            "would_tell": [] if both else asked,
        }
    ]  # fmt: skip


def _said(release: str, dataset: str, p: float) -> dict[str, Any]:
    return {"said": f"{dataset} came from copy {release}", "kind": "release", "through": release, "probability": p}


def _both(name: str, dataset: str, p: float, others: list[Row]) -> str:
    also = " and ".join(str(row["release"]) for row in others if p + float(row["probability"]) >= _BOTH)
    return (
        f"{dataset} came from copy {name} ({p:.2f}), and in addition from copy {also}: each is a source of its own,"
        " and none clears another."
    )


def _answer(name: str, dataset: str, p: float, others: list[Row], odds: float | None, told: bool) -> str:
    if p == 0.0 and not others:
        return f"Nothing shows that {dataset} came from copy {name}, or from another copy of this client."
    if not others or odds is None:
        return f"{dataset} came from copy {name} with a probability of {p:.2f}; no other copy is likely."
    other = others[0]["release"]
    if not told:
        return f"It cannot be told whether {dataset} came from copy {name} or from copy {other} ({even(odds)})."
    if p > float(others[0]["probability"]):
        return f"{dataset} came from copy {name} ({p:.2f}). Next best: copy {other}, {times(odds)} less likely."
    if p == 0.0:
        most = float(others[0]["probability"])
        return f"{dataset} came from copy {other} ({most:.2f}); copy {name} is no likely source (under 1 %)."
    return f"{dataset} came from copy {other} rather than from copy {name}, which is {times(odds)} less likely."


def _would_tell(release: Row, found: Mapping[str, Any]) -> Iterator[str]:
    if not release["canaries"]:
        yield f"canaries: copy {release['release']} had none; the next copies can have them (`tracer release`)"
    if not found.get("vintages"):
        yield "the client's list with the days on which rows were added and deleted, or several lists in succession"
    if release["date"] is None:
        yield f"the day on which copy {release['release']} was handed over"
    if not release["withheld"]:
        yield f"the file of copy {release['release']} as it was handed over: rows that it lacks tell it from others"
