"""How telephone numbers are written where bare numbers are of a country: what can be read by rule, and what looks like
one.

A country whose numbers have no forms of their own here is read by libphonenumber's plan (`ELSEWHERE`). To give one
forms means to write one `NumberForms` and to name it in `_FORMS`: nothing else asks which country it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tracer.documents import toml_of
from tracer.errors import UsageError

# The patterns of the phone rules, in the subset that Python's `re` and SQL engines' RE2 read alike. All are matched
# against folded text (`cell.fold`): ASCII digits and punctuation, plain spaces. They take digits apart only where the
# whole text agrees, so that two numbers never become one.

SEP = r"[ .()\[\]_-]{0,3}"
"""What may separate the groups of one number."""
LEAD = r"[^0-9+]*"
"""A label, a name, quotes: anything in front that is neither digit nor plus."""
TRAIL = r"(?:\.0+)?[^0-9]*"
"""What may follow: the `.0` of a number that was a float, remarks without digits."""
_86 = rf"\+?{SEP}(?:00)?{SEP}86{SEP}"
"""+86, 86, 0086, (0086), +0086, 00 86."""
_MOBILE = rf"1{SEP}[3-9](?:{SEP}[0-9]){{9}}"
MOBILE_CN = rf"^{LEAD}(?:{_86})?(?:0{SEP})?({_MOBILE}){TRAIL}$"
"""A mobile number where the region is CN; group 1 is the number without country code, with its separators."""
MOBILE_ABROAD = rf"^{LEAD}\+{SEP}86{SEP}(?:0{SEP})?({_MOBILE}){TRAIL}$"
"""A Chinese mobile number where the region is another: only behind +86 is it certain."""
MOBILE_86 = rf"^{LEAD}{_86}(?:0{SEP})?({_MOBILE}){TRAIL}$"
"""Behind any form of 86; abroad it counts where libphonenumber finds no number of the region."""

HASH = r"^(?:(?:md5|sha-?1|sha-?256|sha-?512|sm3)[ :=]*)?([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$"
"""MD5, SHA-1, SHA-256 or SM3 in hexadecimal, lower case; one with letters, else it may be a very long number."""
SCIENTIFIC = r"^[+-]?([0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})$"
"""Mantissa's first digit, its further digits, exponent."""
_MASKS = r"(?:[*•●○■□█▇×✱∗※◆◇]|[xX]{3}|[#?_]{3}|-{3}|\.{3}|…)"
MASKED = rf"^{LEAD}[+0-9() .-]*{_MASKS}[0-9*•●○■□█▇×✱∗※◆◇xX#?_… .()-]*$"
"""Digits hidden behind stars, dots or crosses; the text must hold two digits as well (`TWO_DIGITS`)."""
TWO_DIGITS = r"[0-9].*[0-9]"
DECIMAL = r"^(\+?[0-9]{5,15})\.0*$"
"""A number that was a float."""
THOUSANDS = r"^[0-9]{1,3}(?:,[0-9]{3}){2,4}(?:\.0+)?$"
"""A number that was shown with thousands separators."""
DIGITS_ONLY = r"^[0-9 .()+-]+$"
SEQUENCES = tuple(
    """
    12345 123456 1234567 12345678 123456789 1234567890 12345678901 0123456789 01234567890 9876543210 987654321
    87654321 7654321 654321 54321
    """.split()
)
"""What people type to get past a form."""

_SERVICE = rf"[48]{SEP}0{SEP}0(?:{SEP}[0-9]){{7}}"
_SUBSCRIBER = r"[1-9](?:[ -]?[0-9]){6,7}"
_AREA_8 = r"(?:1[ -]?0|2[0-9])"
_AREA_9 = r"[3-9][0-9]{2}"
_LINE = rf"(?:{_AREA_8}|{_AREA_9}){SEP}{_SUBSCRIBER}"
AT_HOME = rf"(?:(?:{_86})\(?0?|\(?0){_LINE}|(?:{_86})?{_SERVICE}|(?:{_86})?(?:0{SEP})?{_MOBILE}"
"""A complete Chinese number where bare numbers are Chinese, landlines and 400/800 included."""
ABROAD = rf"\+{SEP}86{SEP}(?:\(?0?{_LINE}|{_SERVICE}|(?:0{SEP})?{_MOBILE})"
"""The same where the region is another."""
_DASHED_SUBSCRIBER = r"(?:[1-9][0-9]{6,7}|[1-9][0-9]{2,3}[ -][0-9]{4})"
_DASHED_LINE = rf"(?:{_AREA_8}|{_AREA_9}){SEP}{_DASHED_SUBSCRIBER}"
_DASHED_SERVICE = r"[48]00[ -]?[0-9]{3}[ -]?[0-9]{4}"
_DASHED_MOBILE = r"1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"
DASHED_AT_HOME = rf"(?:(?:{_86})\(?0?|\(?0){_DASHED_LINE}|(?:{_86})?{_DASHED_SERVICE}|(?:{_86})?{_DASHED_MOBILE}"
DASHED_ABROAD = rf"\+{SEP}86{SEP}(?:\(?0?{_DASHED_LINE}|{_DASHED_SERVICE}|{_DASHED_MOBILE})"
EXTENSION_WORDS = r"(?:转|轉|分机|分機|内线|內線|extension|ext|EXT|Ext|x|X|#|,|;ext=|;)"

SEVERAL = r"[/、,;|&\n\r]|:::|或|和|及|  +"
"""What parts several numbers in one cell."""
_LOOSE_MOBILE = rf"[^0-9+]*(?:{_86})?1[3-9][0-9][ -]?[0-9]{{4}}[ -]?[0-9]{{4}}"
SEVERAL_MOBILES = rf"^{_LOOSE_MOBILE}(?:(?:{SEVERAL}){_LOOSE_MOBILE})+[^0-9]*$"
"""Only mobile numbers, parted by what parts several numbers: every token reads by `MOBILE_CN`."""


@cache
def allocated_numbers() -> str:
    """Chinese national numbers (without trunk 0) that libphonenumber holds for valid, landlines and 400/800 alike."""
    from phonenumbers import PhoneMetadata

    china = PhoneMetadata.metadata_for_region("CN", None)
    if china is None:
        raise LookupError("libphonenumber has no metadata for CN")
    kinds = (china.fixed_line, china.toll_free, china.shared_cost, china.premium_rate)
    patterns = [kind.national_number_pattern for kind in kinds if kind is not None and kind.national_number_pattern]
    return "^(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")$"


@dataclass(frozen=True)
class NumberForms:
    """The forms of one country's numbers. Patterns are in the subset that `re` and RE2 read alike."""

    by_rule: bool
    """Whether bare numbers are read by the rules of `phone`, not by libphonenumber alone."""
    mobile: str
    """A complete Chinese mobile number; group 1 is the number without country code, with its separators."""
    number: str
    """A complete Chinese number, landlines and 400/800 included."""
    dashed: str
    """One that is written together, or in groups of four at its end: an extension may follow behind a dash."""
    several: str
    front: str
    prefix: str
    """The country code in front of eleven digits and nothing else."""
    bare: bool
    within: str
    """A mobile number amid other text; group 1 is the number. Empty where none is certain."""
    without_area: str
    """A subscriber's number that lacks its area code. Empty where its digits do not show that."""
    cell: str
    """The digits of a cell, separators taken off, that look like a number."""
    prose: str
    enough: float
    """Share of a column's cells that must look like numbers where no heading says so."""
    masks: bool
    """Whether `138****1234` is a masked number without anything in front."""
    at_a_look: str
    """A number, separators taken off, that no other country in `rivals` writes so. Empty where none is."""
    areas: bool = False
    """Whether each area code has subscribers of one length: then landlines of several areas tell the country."""
    rivals: tuple[str, ...] = ()
    script: str = ""
    """The script of its lists (`region.scripts_of`), in which no other country's are written."""

    @cached_property
    def whole(self) -> str:
        """A complete number by itself; group 1, here and below, has it with its separators."""
        return rf"^{LEAD}({self.number}){TRAIL}$"

    @cached_property
    def extension(self) -> str:
        """A complete number and an extension behind a word or sign for it."""
        return rf"^{LEAD}({self.number}){SEP}{EXTENSION_WORDS}[ :.号]*[0-9]{{1,6}}[^0-9]*$"

    @cached_property
    def second_dash(self) -> str:
        """A complete number and an extension behind a dash."""
        return rf"^{LEAD}({self.dashed})-{{1,2}}[0-9]{{1,6}}[^0-9]*$"


_LABEL = r"[^\p{Nd}+＋]*"
"""Unlike folded text, a raw cell may hold digits of other scripts: they must not pass for a label."""
_BEHIND_86 = r"\+?[ (]{0,2}(?:00)?86[ )-]{0,3}"
_INTERNATIONAL = r"\+\d[\d \-]{7,16}\d"

CHINA = NumberForms(
    by_rule=True,
    mobile=MOBILE_CN,
    number=AT_HOME,
    dashed=DASHED_AT_HOME,
    several=SEVERAL_MOBILES,
    front=rf"{_LABEL}(?:{_BEHIND_86})?",
    prefix=r"(?:\+|00)?86",
    bare=True,
    within=r"(?<![0-9+])(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9]{9})(?![0-9])",
    without_area=r"[2-9][0-9]{6,7}",
    cell=r"(?:\+|00)?(?:86)?(?:1[3-9]\d{9}|0\d{9,11}|[48]00\d{7})(?:(?:转|#|x|ext|分机)\d{1,6})?",
    prose=(
        rf"{_INTERNATIONAL}|(?:\(?\+?86\)?[ \-]?)?1[3-9]\d(?:[ \-]?\d){{8}}|1[3-9]\d\*{{4}}\d{{4}}"
        r"|\(?0\d{2,3}\)?[ \-]?\d{7,8}(?:(?:转|-|#)\d{1,5})?|[48]00[ \-]?\d{3}[ \-]?\d{4}"
    ),
    enough=0.5,
    masks=True,
    at_a_look=r"(?:\+?86|0086)?1[3-9]\d{9}(?:\.0)?",
    areas=True,
    rivals=("US", "BR"),
    script="simplified",
)
ELSEWHERE = NumberForms(
    by_rule=False,
    mobile=MOBILE_ABROAD,
    number=ABROAD,
    dashed=DASHED_ABROAD,
    several="^$",  # they are left to the rules for one cell
    front=rf"{_LABEL}\+86[ -]?",
    prefix=r"\+86",
    bare=False,
    within="",
    without_area="",
    cell=r"0?\d{7,11}",
    prose=rf"{_INTERNATIONAL}|\(?\d{{2,4}}\)?[ \-]\d{{2,4}}[ \-]\d{{3,4}}|\d{{9,11}}",
    enough=0.8,  # a local number has no distinctive form: more of the cells must look like one
    masks=False,
    at_a_look="",
)
_FORMS = {"CN": CHINA}


def forms_of(region: str) -> NumberForms:
    """The forms of a country's (ISO 3166 alpha-2) numbers."""
    return _FORMS.get(region, ELSEWHERE)


# A country as lists know it: what is plain data of it is in `countries.toml`. One that is not there, and has no forms
# above, is read by its numbering plan alone.


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
    people: int = 1
    """Millions of them."""

    @property
    def name(self) -> str:
        """As people call it in English; its code where it is not known."""
        return self.names[0] if self.names else self.code


@cache
def countries() -> dict[str, Country]:
    """The countries that are distinguished, by code."""
    found = {}
    for code, facts in toml_of((Path(__file__).parent / "countries.toml").read_text("utf-8"))["countries"].items():
        languages, towns, names, people = facts.split("|")
        named = tuple(names.split(";"))
        found[code] = Country(code, tuple(languages.split()), tuple(towns.split(";")), named, int(people))
    return found


def country(code: str) -> Country:
    """One country by its code."""
    return countries().get(code) or Country(code)
