"""What is true in the sample case, in the terms of the findings; `tracer` never reads it."""

from __future__ import annotations

import json

import numpy as np

from making.story import RELEASES, Story

EDGES = (
    ("chenxi-2026-01", "chenxi-2026-04"),
    ("chenxi-2026-01", "lanheng-audit-2026-05"),
    ("chenxi-2026-01", "hengtu-backend-2026-05"),
    ("chenxi-2026-01", "tongyao-2026-03"),
    ("chenxi-2026-04", "hesong-2026-06"),
    ("luyan-2026-02", "hengtu-backend-2026-05"),
    ("luyan-2026-02", "shuoyu-hosted-2026-06"),
    ("luyan-2026-02", "heyu-decor-2026-06"),
    ("hengtu-backend-2026-05", "huaixu-lot7"),
    ("hengtu-backend-2026-05", "huaixu-teaser"),
    ("huaixu-lot7", "lianqiu-lot2"),
    ("lianqiu-lot2", "beiling-2026-07"),
    ("registry-2026-03", "yigu-leads-2026-04"),
    ("miaopu-users-2026-01", "yigu-leads-2026-04"),
    ("yigu-leads-2026-04", "quandu-2026-05"),
    ("quandu-2026-05", "beiling-2026-07"),
)
"""Parent and child: through no third list of the case."""
_HELD = (
    ("cti-lanheng", "chenxi-lanheng", "lanheng-audit-2026-05", False),
    ("cc-hesong", "chenxi-hesong", "hesong-2026-06", False),
    ("bot-shuoyu", "luyan-shuoyu", "shuoyu-hosted-2026-06", None),  # that contract has no end
    ("cti-hengtu", "luyan-hengtu", "hengtu-backend-2026-05", False),
)
_AFTER = ("huaixu-lot7", "huaixu-teaser", "lianqiu-lot2", "beiling-2026-07")
"""With third parties, after Chenxi's contract with Hengtu had ended and before Luyan's does."""
RANDOM = {"random-tongyao": False, "random-lingque": True}


def truth(story: Story) -> str:
    """The truth as JSON text."""
    document = {
        "edges": sorted(EDGES),
        "same_people": [["chenxi-2026-04", "chenxi-refusals"]],  # customers who refused: an overlap, hardly a copy
        "retention": _retention(),
        "canaries": _canaries_seen(story),
        "random": RANDOM,
        "chains": [
            ["chenxi", "cti-hengtu", "huaixu", "lianqiu", "cc-beiling"],
            ["luyan", "cti-hengtu", "huaixu", "lianqiu", "cc-beiling"],
            ["chenxi", "cti-hengtu", "cc-tongyao"],
            ["registry", "yigu", "quandu", "cc-beiling"],
            ["miaopu", "yigu", "quandu", "cc-beiling"],
        ],
        "padded": {"tongyao-2026-03": 500},
        "not_from_a_vendor": ["heyu-decor-2026-06"],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _retention() -> list[dict[str, object]]:
    rows: list[tuple[str, str, str, str, bool | None]] = [
        ("cti-hengtu", "chenxi-hengtu", "hengtu-backend-2026-05", "retained", True),
        ("cti-hengtu", "chenxi-hengtu", "tongyao-2026-03", "passed_on", False),
    ]
    rows += [("cti-hengtu", "chenxi-hengtu", seen_in, "passed_on", None) for seen_in in _AFTER]
    rows += [("cti-hengtu", "luyan-hengtu", seen_in, "passed_on", False) for seen_in in _AFTER]
    rows += [(vendor, release, seen_in, "held", after) for vendor, release, seen_in, after in _HELD]
    keys = ("vendor", "client", "release", "seen_in", "reading", "after_end")
    return [
        dict(zip(keys, (vendor, release.split("-")[0], release, seen_in, reading, after), strict=True))
        for vendor, release, seen_in, reading, after in rows
    ]


def _canaries_seen(story: Story) -> list[dict[str, object]]:
    """How many canaries of which release (or which home canaries) stand in which list."""
    seen: list[dict[str, object]] = []
    for dataset, people in sorted(story.lists.items()):
        for release in (*RELEASES, "home-chenxi", "home-luyan"):
            number = int(np.isin(story.canaries[release].phone, people.phone).sum())
            readable = int(np.isin(story.canaries[release].phone, people.phone[_readable(people.raw)]).sum())
            if number:
                seen.append({"dataset": dataset, "of": release, "canaries": number, "readable": readable})
    return seen


def _readable(raw: np.ndarray[tuple[int, ...], np.dtype[np.str_]]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return (np.char.find(raw, "*") < 0) & (np.char.find(raw, "E+") < 0)
