"""Licence plates: Chinese ones by their form, new-energy ones too; those of other countries where a heading says so."""

from __future__ import annotations

import re

from tracer.identify.cell import Reading
from tracer.identify.devices import plain, says_nothing
from tracer.identify.keys import further_key

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHINESE = re.compile(
    rf"[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳使领]"
    r"|[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])"
)
_ELSEWHERE = re.compile(r"[^\W_]{3,10}")


def chinese_plate(raw: str) -> str | None:
    """A Chinese plate in capitals, without signs between; None for anything else."""
    text = plain(raw).upper().replace("•", "").replace("·", "")
    return text if _CHINESE.fullmatch(text) else None


def plate_of(raw: str) -> str | None:
    """A plate of any country where a heading promises plates."""
    text = plain(raw).upper().replace("•", "").replace("·", "")
    found = chinese_plate(raw)
    if found is not None or any(char in _PROVINCES for char in text[:1]):
        return found
    return text if _ELSEWHERE.fullmatch(text) and any(char.isdigit() for char in text) else None


def read_plate(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """The reading of a cell with a plate."""
    nothing = says_nothing(raw)
    if nothing is not None:
        return (nothing,)
    text = plate_of(raw)
    if text is None:
        return (Reading(None, "invalid", "", "no valid plate"),)
    return (Reading(further_key("plate", text), "ok", "plate", ""),)
