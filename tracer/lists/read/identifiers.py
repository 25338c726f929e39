"""Columns of further identifiers: telephones' and advertising ids, cars and plates, accounts, numbers of people, IBANs.

A heading that names one is believed where half of the cells are valid. Without a heading only what cannot be anything
else is taken for one: nearly all cells valid, with a check digit that would be right by chance in one cell of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from tracer.documents import toml_of
from tracer.identify.devices import (
    IMEI_FRONTS,
    ad_id_of,
    chinese_plate,
    handle_of,
    imei_of,
    plain,
    plate_of,
    says_nothing,
    vin_of,
)
from tracer.identify.national_ids import SCHEMES, likeliest_scheme
from tracer.identify.sealed import iban_of
from tracer.lists.read.model import ColumnRole
from tracer.lists.read.words import plain as as_plain

FURTHER_ROLES = ("imei", "ad_id", "vin", "plate", "handle", "national_id", "iban")
"""Roles of this room's columns."""
SEALED_ROLES = ("national_id", "iban")
"""Those whose cells are kept as keyed hash alone."""
_PROMISED = 0.5
_BY_CONTENT = 0.9
_FEWEST = 8  # cells from which content alone says what a column is
_LOOKED_AT = 300
_STRONG = tuple(scheme for scheme, kind in SCHEMES.items() if kind.strong)
_CHECKED = tuple(scheme for scheme, kind in SCHEMES.items() if kind.check is not None)
_VALID: Mapping[str, Callable[[str], object]] = {
    **{"imei": imei_of, "ad_id": ad_id_of, "vin": vin_of},
    **{"plate": plate_of, "iban": iban_of},
}


class FoundKind(NamedTuple):
    """What a column holds: one of `FURTHER_ROLES`, by `header` or `content`."""

    role: str
    variant: str | None
    how: str


def with_further(
    roles: Sequence[ColumnRole], sample: Sequence[Sequence[str]], mapped: Collection[str]
) -> tuple[ColumnRole, ...]:
    """The columns, with those that hold one of these kinds; `mapped`: roles that the user gave to certain columns."""
    return tuple(_with_kind(column, sample[column.position], mapped) for column in roles)


def _with_kind(column: ColumnRole, sample: Sequence[str], mapped: Collection[str]) -> ColumnRole:
    heading = as_plain(column.header)
    if column.how == "map" and column.role in FURTHER_ROLES:  # the service, or the scheme of most cells
        variant = None
        if column.role == "handle":
            variant = next((own for role, own in _headings().get(heading, ()) if role == "handle"), "wechat")
        elif column.role == "national_id":
            variant = likeliest_scheme(sample[:_LOOKED_AT], SCHEMES, 0.0) or "CN"
        return replace(column, variant=variant)
    held = [cell for cell in sample[:_LOOKED_AT] if says_nothing(cell) is None]
    named = _headings().get(heading) or _headings().get(heading.rstrip("0123456789"))
    by_content = column.role in ("other", "id") or (column.role == "phone" and column.how == "content")
    found = None
    if named is not None:
        found = _promised(named, held) if held else None
    elif by_content and column.how != "map" and len(held) >= _FEWEST:
        found = _by_content(held)
    if found is None or found.role in mapped:
        return column
    if column.how in ("map", "key"):
        # Whatever it is to be used for, the number of a person is not kept in clear.
        sealed = found.role in SEALED_ROLES and (column.role == "key" or column.how == "key")
        return replace(column, role=found.role, variant=found.variant) if sealed else column
    return replace(column, role=found.role, how=found.how, variant=found.variant)


def promised_kind(heading: str) -> str | None:
    """The kind that a heading names and that nothing else is called by; None for any other heading."""
    named = _headings().get(as_plain(heading), ())
    roles = {role for role, _ in named}
    return next(iter(roles)) if roles and roles <= {"imei", "vin", "iban"} else None


def _promised(named: Sequence[tuple[str, str]], held: Sequence[str]) -> FoundKind | None:
    for role in dict.fromkeys(role for role, _ in named):
        variants = [variant for own, variant in named if own == role]
        if role == "national_id":
            scheme = likeliest_scheme(held, _CHECKED if "any" in variants else variants, _PROMISED)
            if scheme is not None:
                return FoundKind(role, scheme, "header")
        elif _share(held, _VALID.get(role) or partial(handle_of, service=variants[0])) >= _PROMISED:
            return FoundKind(role, variants[0] or None, "header")
    return None


def _by_content(held: Sequence[str]) -> FoundKind | None:
    def sure_imei(cell: str) -> bool:
        text = plain(cell)
        return len(text) == 15 and text[:2] in IMEI_FRONTS and imei_of(cell) is not None

    def sure_vin(cell: str) -> bool:
        return plain(cell)[:1].upper() in "12345L" and vin_of(cell) is not None

    tests: tuple[tuple[str, Callable[[str], object]], ...] = (
        *(("imei", sure_imei), ("iban", iban_of)),
        *(("plate", chinese_plate), ("vin", sure_vin)),
    )
    for role, test in tests:
        if _share(held[:_FEWEST], test) >= _PROMISED and _share(held, test) >= _BY_CONTENT:
            return FoundKind(role, None, "content")
    scheme = likeliest_scheme(held[:_FEWEST], _STRONG, _PROMISED) and likeliest_scheme(held, _STRONG, _BY_CONTENT)
    return None if scheme is None else FoundKind("national_id", scheme, "content")


def _share(held: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(1 for cell in held if test(cell)) / len(held)


@cache
def _headings() -> dict[str, tuple[tuple[str, str], ...]]:
    """Plain heading → the roles it may name, each with its variant."""
    table = toml_of((Path(__file__).parent / "identifier_headings.toml").read_text("utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    for role, words in table.items():
        for variant, listed in words.items() if isinstance(words, dict) else (("", words),):
            for phrase in listed.split(","):
                found.setdefault(as_plain(phrase), []).append((role, variant))
    return {word: tuple(named) for word, named in found.items() if word}
