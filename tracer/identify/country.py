"""A country as lists know it: one value, in which everything is looked up that differs from country to country.

What is plain data is in `countries.toml`; how its numbers are written is in `number_forms`. A country that is in
neither is read by its numbering plan alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracer.documents import toml_of
from tracer.errors import UsageError
from tracer.identify.number_forms import NumberForms, forms_of

# Countries as numbers know them.


def checked_region(region: str) -> str:
    """`region` as an upper-case ISO 3166 alpha-2 code that has a numbering plan.

    Raises `UsageError` where there is no such region.
    """
    import phonenumbers

    code = region.strip().upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise UsageError(f"invalid region {region!r}", remedy="give a two-letter country code such as CN, US or JP")
    return code


@dataclass(frozen=True)
class Country:
    """One country (ISO 3166 alpha-2), which stands for those that share its numbering plan."""

    code: str
    languages: tuple[str, ...] = ()
    """Those of the headings of its lists, the commonest first; Chinese by its script."""
    towns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """How the country is called in lists; the first in English."""

    @property
    def forms(self) -> NumberForms:
        """How its numbers are written."""
        return forms_of(self.code)

    @property
    def name(self) -> str:
        """As people call it in English; its code where it is not known."""
        return self.names[0] if self.names else self.code


@cache
def countries() -> dict[str, Country]:
    """The countries that are distinguished, by code."""
    table = toml_of((Path(__file__).parent / "countries.toml").read_text("utf-8"))["countries"]
    return {code: _country(code, *facts.split("|")) for code, facts in table.items()}


def _country(code: str, languages: str, towns: str, names: str) -> Country:
    return Country(code, tuple(languages.split()), tuple(towns.split(";")), tuple(names.split(";")))


def country(code: str) -> Country:
    """One country by its code."""
    return countries().get(code) or Country(code)
