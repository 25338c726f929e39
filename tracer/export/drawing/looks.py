"""What colours, dashes, heads and order mean: one table for page, figures and files of other tools.

Colour says what was done with a list, dashes say what a line rests on, a head says that the direction is known. Nothing
else is said by them: how sure something is, words next to it say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracer.findings.statements import LIKELY
from tracer.graph.model import Edge

if TYPE_CHECKING:
    from tracer.export.outgoing import Outgoing


@dataclass(frozen=True)
class Paint:
    """How a line or a bar looks: a role of `Theme`, and its width in pixels."""

    colour: str
    line: float


PAINTS: Mapping[str, Paint] = {
    "beyond": Paint("beyond", 2.8),
    "copied": Paint("copied", 1.8),
    "handed": Paint("handed", 1.8),
    "known": Paint("known", 1.2),
}
"""`beyond`: kept or passed on beyond what was permitted; red. `copied`: copied, whether permitted is not known; ink.
`handed`: handed over, or held as permitted; grey. `known`: what is merely known of two parties; grey and thin.
The order in which they are drawn over one another is the reverse."""

_PAINT_OF = {
    **dict.fromkeys(("retained", "passed_on"), "beyond"),
    **dict.fromkeys(("attributed", "derived"), "copied"),
    **dict.fromkeys(("held", "released"), "handed"),
}
"""Kind of an edge -> its paint; all others are `known`."""

DASHES: Mapping[str, str] = {"documented": "", "inferred": "7 3", "alleged": "1.5 4"}
"""What a line rests on -> lengths of dashes and gaps; empty where it is whole: a document or the register, the lists
themselves, somebody's word."""


def paint_of(kind: str) -> str:
    """The paint of an edge of this kind: a key of `PAINTS`.

    >>> paint_of("passed_on"), paint_of("supplies")
    ('beyond', 'known')
    """
    return _PAINT_OF.get(kind, "known")


_OWN = frozenset({"own", "register"})
"""Where lists come from that are their holder's own business."""


def is_likely(edge: Edge) -> bool:
    """Whether something is drawn at all: it is likelier than not, or documented."""
    return edge["probability"] is None or edge["probability"] >= LIKELY


def paints_of_lists(leaving: Outgoing) -> dict[str, str]:
    """Node of a list -> its paint, the same in all pictures: `beyond` where a copy's records are in it that were kept
    or passed on; `handed` where its holder might have them, or it is his own or a register; else `copied`."""
    nodes = {node["id"]: node for node in leaving.graph["nodes"]}
    found: dict[str, str] = {}
    for node in nodes.values():
        if node["kind"] == "dataset":
            holder = nodes.get(node["party"] or "")
            own = node["role"] in _OWN or (holder is not None and holder["role"] == "client")
            found[node["id"]] = "handed" if own else "copied"
    told = [edge for edge in leaving.graph["edges"] if edge["target"] in found and is_likely(edge)]
    found |= {edge["target"]: "handed" for edge in told if edge["kind"] == "held"}
    return found | {edge["target"]: "beyond" for edge in told if paint_of(edge["kind"]) == "beyond"}


_GIVE_NO_LIST = "owns sanctions commits_to blocks_line reviews_script supplies_line_to calls_for".split()
"""Relations along which no contacts go."""


def has_head(edge: Edge) -> bool:
    """Whether a line has a head: contacts may have gone along it, and its direction is known."""
    return edge["direction"] != "not_told" and edge["kind"] not in _GIVE_NO_LIST


@dataclass(frozen=True)
class Theme:
    """Role of a colour -> the colour, as SVG has it."""

    ink: str
    soft: str
    """Second text, at least 4.5 : 1 on `paper`."""
    rule: str
    paper: str
    tint: str
    beyond: str
    copied: str
    handed: str
    known: str
    bar: str
    """The time for which a copy might be held."""
    families: str = ""
    """Fonts before the tool's own, as CSS lists them."""

    def of(self, role: str) -> str:
        """The colour of a role, or a colour that is none."""
        return str(getattr(self, role, role))

    @property
    def fonts(self) -> str:
        """All fonts in their order, as CSS lists them."""
        quoted = (f"'{family}'" if " " in family else family for family in FAMILIES)
        return ", ".join(filter(None, (self.families, *quoted)))


# In the order of the roles: ink, soft, rule, paper, tint, beyond, copied, handed, known, bar.
LIGHT = Theme(*"#1c1b19 #5b574f #d8d2c6 #ffffff #f1ede4 #b3340f #3f3b35 #8c8578 #8c8578 #cfc8ba".split())
DARK = Theme(*"#ece8df #aaa499 #3b3832 #161513 #24221f #ff8a5c #d6d0c4 #857e72 #857e72 #57524a".split())
GREY = Theme(*"#000000 #4d4d4d #d0d0d0 #ffffff #f0f0f0 #000000 #5a5a5a #8c8c8c #8c8c8c #d0d0d0".split())
"""For print without colour: what is red is black, and its lines are wider than all others in any theme."""
PAGE = Theme(**{role: f"var(--{role})" for role in Theme.__dataclass_fields__ if role != "families"})
"""The page's variables, which its dark scheme changes."""
PRINTED: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK, "grey": GREY}

FAMILIES = (
    "Noto Sans CJK SC, Source Han Sans SC, Noto Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei,"
    " DejaVu Sans, sans-serif"
).split(", ")
"""Fonts that a viewer is to use, the first that it has."""
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def with_house(theme: Theme, colours: Mapping[str, str], families: str = "") -> Theme:
    """The theme with a publication's colours and fonts in place of ours.

    colours: role -> `#rrggbb`; others are refused where an edition is read.
    """
    known = {role: colour for role, colour in colours.items() if role in Theme.__dataclass_fields__}
    return replace(
        theme, **{role: colour for role, colour in known.items() if _HEX.fullmatch(colour)}, families=families
    )


def contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2.2, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
