"""Countries as numbers know them."""

from __future__ import annotations

from tracer.errors import UsageError


def checked_region(region: str) -> str:
    """`region` as an upper-case ISO 3166 alpha-2 code that has a numbering plan.

    Raises `UsageError` where there is no such region.
    """
    import phonenumbers

    code = region.strip().upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(f"invalid region {region!r}", remedy="give a two-letter country code such as CN, US or JP")
    return code
