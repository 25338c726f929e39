"""How telephone numbers are written where bare numbers are of a country: what can be read by rule, and what looks like
one.

A country whose numbers have no forms of their own here is read by libphonenumber's plan (`ELSEWHERE`). To give one
forms means to write one `NumberForms` and to name it in `_FORMS`: nothing else asks which country it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracer.identify import phone_patterns as pattern


@dataclass(frozen=True)
class NumberForms:
    """The forms of one country's numbers. Patterns are in the subset that `re` and RE2 read alike."""

    by_rule: bool
    """Whether bare numbers are read by the rules of `phone_rules`, not by libphonenumber alone."""
    mobile: str
    """A complete Chinese mobile number; group 1 is the number without country code, with its separators."""
    whole: str
    """A complete Chinese number, landlines and 400/800 included; group 1 has it with its separators."""
    extension: str
    second_dash: str
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
    """The script of its lists (`country_signs.scripts_of`), in which no other country's are written."""


_LABEL = r"[^\p{Nd}+＋]*"
"""Unlike folded text, a raw cell may hold digits of other scripts: they must not pass for a label."""
_BEHIND_86 = r"\+?[ (]{0,2}(?:00)?86[ )-]{0,3}"
_INTERNATIONAL = r"\+\d[\d \-]{7,16}\d"

CHINA = NumberForms(
    by_rule=True,
    mobile=pattern.MOBILE_CN,
    whole=pattern.whole(pattern.AT_HOME),
    extension=pattern.with_extension(pattern.AT_HOME),
    second_dash=pattern.with_second_dash(pattern.DASHED_AT_HOME),
    several=pattern.SEVERAL_MOBILES,
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
)  # fmt: skip
ELSEWHERE = NumberForms(
    by_rule=False,
    mobile=pattern.MOBILE_ABROAD,
    whole=pattern.whole(pattern.ABROAD),
    extension=pattern.with_extension(pattern.ABROAD),
    second_dash=pattern.with_second_dash(pattern.DASHED_ABROAD),
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
