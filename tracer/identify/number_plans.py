"""Numbering plans whose numbers are handed out in blocks, by country: `number_plans.toml`.

A random list is even within blocks, whatever its seller knew about which of them are in use: that is what it is tested
by. Where no block is known there is no such test. A case's own table of segments names the blocks of further countries
(`segments.plan_ranges`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tracer.documents import toml_of

CHINA = "CN"
"""The plan whose table of segments is complete: its shares of them can be tested."""
FINE = 1_000
"""The smaller of the two sizes of blocks."""
COARSE = 10_000
"""That of all other numbers, whether their blocks are known or not."""
LEAST_LIVE = 0.03
"""What `NumberRange.live` is where nothing is known: the least of all plans."""


@dataclass(frozen=True)
class NumberRange:
    """Numbers of one length of one plan."""

    country: str
    """By which the plan is known (ISO 3166 alpha-2)."""
    first: int
    last: int
    block: int
    """Numbers of a block; block `b` has the keys from b · block on."""
    live: float
    """Share of a block in use that has a subscriber at least."""
    allotted: float
    mixed: bool = False
    """Whether landlines are among them, which cannot be distinguished from mobile numbers."""


@cache
def _plans() -> dict[str, dict[str, Any]]:
    return toml_of((Path(__file__).parent / "number_plans.toml").read_text("utf-8"))


@cache
def plan_prefixes() -> dict[str, str]:
    """Country -> what all numbers of its plan begin with: a plus and digits."""
    return {country: plan["prefix"] for country, plan in _plans().items()}


@cache
def built_in_ranges() -> tuple[NumberRange, ...]:
    """Those of all plans in the file, China's first."""
    return tuple(
        NumberRange(
            country, first, last, plan["block"], plan["live"], float(plan["allotted"]), plan.get("mixed", False)
        )
        for country, plan in _plans().items()
        for first, last in plan["ranges"]
    )


def ranges_of_prefixes(prefixes: Iterable[str]) -> tuple[NumberRange, ...]:
    """The ranges of further countries of which a table names prefixes (a plus and digits): of each country and each
    length of its numbers from the first prefix to the last.
    """
    named: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    for prefix in sorted(prefixes):
        for country, code, length in _lengths(prefix[1:]):
            named[country, code, length].append(prefix[1:])
    return tuple(_hull(country, length, digits) for (country, _, length), digits in sorted(named.items()))


def _lengths(digits: str) -> Iterator[tuple[str, int, int]]:
    """Country, calling code and number of digits of the numbers that begin with these."""
    import phonenumbers
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE as REGIONS

    code = next((int(digits[:n]) for n in (1, 2, 3) if int(digits[:n]) in REGIONS), None)
    metadata = None if code is None else phonenumbers.PhoneMetadata.metadata_for_region(REGIONS[code][0], None)
    if code is None or metadata is None or metadata.mobile is None:
        return
    for national in metadata.mobile.possible_length or ():
        if len(str(code)) + national > len(digits):
            yield REGIONS[code][0], code, len(str(code)) + national


def _hull(country: str, length: int, prefixes: Sequence[str]) -> NumberRange:
    """The range of the prefixes (in order) at a length of digits, in blocks no larger than what the longest names."""
    sizes = [10 ** (length - len(prefix)) for prefix in prefixes]
    spans = sorted((int(prefix) * size, (int(prefix) + 1) * size) for prefix, size in zip(prefixes, sizes, strict=True))
    allotted = end = 0
    for first, after in spans:  # where prefixes lie in each other, numbers count once
        allotted += max(0, after - max(first, end))
        end = max(end, after)
    return NumberRange(country, spans[0][0], end - 1, min(COARSE, *sizes), LEAST_LIVE, float(allotted))


def block_of(key: int) -> tuple[int, int]:
    """The block of a number and the block's size. Blocks of two plans never have one number: where sizes differ, so
    do the first digits.
    """
    size = next((r.block for r in built_in_ranges() if r.first <= key <= r.last), COARSE)
    return key // size, size


@cache
def _patterns() -> dict[str, tuple[str, str]]:
    """Calling code → patterns of its mobile numbers and of its landlines behind the code, by libphonenumber."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    found: dict[str, tuple[str, str]] = {}
    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        plans = [plan for one in regions if (plan := PhoneMetadata.metadata_for_region(one, None)) is not None]
        mobile, fixed = (
            "|".join({kind.national_number_pattern: None for kind in kinds if kind and kind.national_number_pattern})
            for kinds in ([plan.mobile for plan in plans], [plan.fixed_line for plan in plans])
        )
        if mobile:
            found[str(code)] = mobile, fixed or "-"
    return found


def mobile_sql(key: str, ranges: Iterable[NumberRange], heads: Iterable[str]) -> tuple[str, str]:
    """SQL: whether the number `key` is a mobile one, and whether it is one that its plan does not tell from a landline.

    By the ranges that hold mobile numbers alone, in all other plans by libphonenumber's patterns. `heads`: the first
    three digits of all numbers that are asked about.
    """
    mobile = [f"{key} BETWEEN {r.first} AND {r.last}" for r in ranges if not r.mixed]
    known, either = {code for r in built_in_ranges() if not r.mixed for code in [plan_prefixes()[r.country][1:]]}, []
    for code, (pattern, fixed) in sorted(_patterns().items()):
        if code in known or not any(head.startswith(code) for head in heads):
            continue
        behind = f"substr(CAST({key} AS VARCHAR), {len(code) + 1})"
        here = f"starts_with(CAST({key} AS VARCHAR), '{code}') AND regexp_full_match({behind}, '{pattern}')"
        landline = f"regexp_full_match({behind}, '{fixed}')"
        mobile.append(f"({here} AND NOT {landline})")
        either.append(f"({here} AND {landline})")
    return f"({' OR '.join(mobile)})", f"({' OR '.join(either) or 'false'})"


def size_sql(key: str) -> str:
    """SQL: the size of the block of the number `key`, as `block_of` has it."""
    fine = " OR ".join(f"{key} BETWEEN {r.first} AND {r.last}" for r in built_in_ranges() if r.block == FINE)
    return f"(CASE WHEN {fine} THEN {FINE} ELSE {COARSE} END)"


def block_sql(key: str) -> str:
    """SQL: the block of the number `key`."""
    return f"({key} // {size_sql(key)})"
