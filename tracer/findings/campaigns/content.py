"""Did the caller know whom he called? The persona's name, the persona's firm, or whose customer the persona is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from tracer.findings.campaigns.facts import Hit
from tracer.findings.campaigns.greetings import greets
from tracer.identify.organisation import parse
from tracer.identify.person import simplified

_ALIKE = 90.0
"""Partial likeness (rapidfuzz, 0 to 100) at which a name is in a transcript: one sign in ten may be misheard."""
_TITLES = ("先生", "女士", "小姐", "总", "老师", "经理", "老板")
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "司徒")
_SHORTEST = 2
"""Signs of a name or core that can be looked for."""


@dataclass(frozen=True)
class Content:
    """What of the persona the caller used."""

    kind: str
    """name, firm, client, greeted (by a part of the name), surname, or empty: nothing."""
    by_chance: float
    """Probability that a caller who does not know the persona says it."""


NOTHING = Content("", 1.0)
_CHANCE = {
    "name": 1e-3,  # methods 3: a name agrees by chance once in 1,000 to 10,000 rows
    "firm": 1e-3,
    "client": 0.02,  # a well-known client's name is also said to people who are not its customers
    "greeted": 0.03,  # the share of the commonest first names, and of surnames outside China
    "surname": 0.07,  # the share of the commonest surnames
}


def _folded(text: str) -> str:
    return re.sub(r"[\s,，。.!！?？:：;；、\"'“”‘’()（）\[\]【】<>《》-]", "", simplified(text).casefold())


def _said(wanted: str | None, text: str) -> bool:
    name = _folded(wanted or "")
    if len(name) < _SHORTEST or len(text) < len(name):
        return False
    if name in text:
        return True
    # A short name must be there whole: one sign of three makes it another person's.
    return len(name) > 4 and fuzz.partial_ratio(name, text) >= _ALIKE


def _core(firm: str | None) -> str | None:
    """What distinguishes the firm, without region, industry and legal form."""
    parsed = parse(firm) if firm else None
    return parsed.core if parsed is not None and len(parsed.core) >= _SHORTEST else firm


def surname_of(name: str | None) -> str | None:
    """The surname of a Chinese name."""
    plain = _folded(name or "")
    if not re.fullmatch(r"[\u4e00-\u9fff]{2,4}", plain):
        return None
    return plain[:2] if plain.startswith(_COMPOUND) and len(plain) > 2 else plain[0]


def content_of(hit: Hit, client_names: Sequence[str]) -> Content:  # noqa: PLR0911 - one way for each kind
    """The strongest of what the hit's text says of the persona. `client_names`: of whose customer it is."""
    text = _folded(hit.text)
    if not text:
        return NOTHING
    for name, firm in hit.number.personas:
        if _said(name, text):
            return Content("name", _CHANCE["name"])
        if firm and (_said(firm, text) or _said(_core(firm), text)):
            return Content("firm", _CHANCE["firm"])
    if any(_said(name, text) or _said(_core(name), text) for name in client_names):
        return Content("client", _CHANCE["client"])
    address = hit.number.address if hit.medium == "email" else None
    if any(greets(hit.text, name, address) for name, _ in hit.number.personas):
        return Content("greeted", _CHANCE["greeted"])
    for name, _ in hit.number.personas:
        surname = surname_of(name)
        if surname is not None and any(surname + title in text for title in _TITLES):
            return Content("surname", _CHANCE["surname"])
    return NOTHING


def script_of(hit: Hit) -> str:
    """The hit's text without what changes from call to call: the persona, how it is addressed, digits and signs."""
    text = _folded(hit.text)
    for name, firm in hit.number.personas:
        for part in (name, firm, _core(firm)):
            if part:
                text = text.replace(_folded(part), "")
        surname = surname_of(name)
        if surname is not None:
            for title in _TITLES:
                text = text.replace(surname + title, title)
    return re.sub(r"\d+", "", text)


_CALL_BACK = re.compile(
    r"(?<![\d])(?:\+?86)?(1\d{10}|400\d{7}|0\d{9,11}|95\d{3,6})(?!\d)|https?://([^/\s一-鿿]+)", re.IGNORECASE
)


def call_backs(hit: Hit) -> tuple[str, ...]:
    """Numbers and hosts that the text asks to call or open."""
    found = [number or host.casefold() for number, host in _CALL_BACK.findall(hit.text.replace("-", ""))]
    return tuple(sorted(set(found)))
