"""A number as people normalise it who use phonenumbers. Imported where it is timed: to load the library is theirs."""

from __future__ import annotations

import phonenumbers


def number(text: object) -> str | None:
    """The number in E.164; None where it is none."""
    try:
        parsed = phonenumbers.parse(str(text), "CN")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
