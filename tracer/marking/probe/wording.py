"""What to type into a service: a number as it is written at home, and as abroad."""

from __future__ import annotations


def dialled(key: int, region: str) -> str:
    """A number as people of the region type it: the national form for one of theirs, else with its country code.

    >>> dialled(8614200001234, "CN"), dialled(447700900123, "CN")
    ('142 0000 1234', '+44 7700 900123')
    """
    import phonenumbers

    number = phonenumbers.parse(f"+{key}")
    at_home = number.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def international(key: int) -> str:
    """A number with its country code, digits alone.

    >>> international(8614200001234)
    '+8614200001234'
    """
    return f"+{key}"
