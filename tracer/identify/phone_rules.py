"""The phone rules for one cell: the definition that the SQL of `phone.py` must agree with.

Selection rule: a complete Chinese mobile number wins (it can be nothing else); then hashes, scientific notation, masks,
`.0`, placeholders; then numbers whole, valid ones first; then numbers with an extension; then several numbers in the
cell; then libphonenumber; then numbers found inside other text. The key is the base number: an extension is a desk
behind it and stays in the raw cell.
"""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberMatcher, PhoneNumberType

from tracer.identify import number_forms as pattern
from tracer.identify.cell import EMPTY, PLACEHOLDER, PLACEHOLDERS, Reading, fold, plain_digits, unwrap
from tracer.identify.digests import reading_of
from tracer.identify.keys import is_mobile
from tracer.identify.number_forms import forms_of

SAME_DIGIT = Reading(None, "junk", "", "one digit repeated")
SEQUENCE = Reading(None, "junk", "", "digits in sequence")
MASKED = Reading(None, "masked", "", "masked")
LOSSY = Reading(None, "lossy", "", "scientific notation lost digits")
_LONGEST_TEXT = 300
"""Characters of a cell that are searched for numbers: a phone cell longer than that is prose."""
INTERNATIONAL = "ZZ"
"""In place of a region: bare numbers begin with their country's code."""
_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "landline",
    PhoneNumberType.TOLL_FREE: "service",
    PhoneNumberType.SHARED_COST: "service",
    PhoneNumberType.PREMIUM_RATE: "service",
    PhoneNumberType.UAN: "service",
}
_TOWNS = (113, 114, 115, 116, 117, 118, 121, 131, 141, 151, 161, 191)
_FOR_STORIES: dict[int, tuple[str, ...]] = {
    44: ("7700900", "1632960", "1914980", *(f"{town}4960" for town in _TOWNS)),
    33: ("63998",),
    353: ("2091",),
}
"""Country code to the beginnings of numbers that regulators keep for films and examples (Ofcom, ARCEP, ComReg) and
libphonenumber holds for invalid, unlike those of other countries. No telephone has them; test lists do."""


_GIVEN_UP = {"PL": "0", "GR": "0", "UA": "8"}
"""What a number had in front within living memory, and still has in many lists (`8 050 …`)."""


def as_today(digits: str, region: str) -> str | None:
    """A number without what its country has given up; None where nothing of that is in front."""
    front = _GIVEN_UP.get(region)
    return digits[1:] if front and digits.startswith(front) else None


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text)


def read_phone_cell(raw: str, region: str) -> tuple[Reading, ...]:
    """All that one cell says, at least one reading; `region` (ISO 3166 alpha-2) is that of bare numbers.

    Equal numbers in one cell are given once.
    """
    # A star behind a space is a footnote, not a mask.
    text = plain_digits(unwrap(fold(raw)).removesuffix(" *"))
    if not text:
        return (EMPTY,)
    if text.lower() in PLACEHOLDERS:
        return (PLACEHOLDER,)
    found = _special(text, region) or _chinese(text, region)
    return (found,) if found is not None else _beyond(text, region)


def _beyond(text: str, region: str) -> tuple[Reading, ...]:
    """Several numbers, foreign ones, numbers inside other text."""
    several = _several(text, region)
    if several is not None and all(each.status == "ok" for each in several):
        return several
    found = _by_libphonenumber(text, region)
    if found is not None:
        return (found,)
    if several is not None and any(each.status == "ok" for each in several):
        return several
    return _embedded(text, region) or (_why_not(text, region),)


def phone_key(raw: str, region: str) -> int | None:
    """The key of a cell that holds exactly one number, otherwise None."""
    readings = read_phone_cell(raw, region)
    return readings[0].key if len(readings) == 1 and readings[0].status == "ok" else None


def _special(text: str, region: str) -> Reading | None:
    """What is decided by the form of the text alone, and numbers that a spreadsheet has rewritten."""
    match = _compiled(forms_of(region).mobile).match(text)
    mobile = None if match is None else _chinese_reading("86" + re.sub("[^0-9]", "", match[1]))
    if mobile is not None:
        return mobile
    hashed = _compiled(pattern.HASH).match(text.lower())
    if hashed is not None and re.search("[a-f]", hashed[1]):
        return reading_of(hashed[1], "a number")
    scientific = _compiled(pattern.SCIENTIFIC).match(text)
    if scientific is not None:
        return _scientific(scientific[1], scientific[2] or "", int(scientific[3]), region)
    if _compiled(pattern.MASKED).match(text) and _compiled(pattern.TWO_DIGITS).search(text):
        return MASKED
    return _from_spreadsheet(text, region) or _junk(text)


def _scientific(first: str, further: str, exponent: int, region: str) -> Reading:
    """Scientific notation: a number where all its digits are there, never filled up with zeros."""
    if len(further) < exponent or further[exponent:].strip("0"):
        return LOSSY
    return _one(first + further[:exponent], region)


def _from_spreadsheet(text: str, region: str) -> Reading | None:
    decimal = _compiled(pattern.DECIMAL).match(text)
    if decimal is not None:
        return _one(decimal[1], region)
    if _compiled(pattern.THOUSANDS).match(text):
        return _one(text.partition(".")[0].replace(",", ""), region)
    return None


def _junk(text: str) -> Reading | None:
    if not _compiled(pattern.DIGITS_ONLY).match(text):
        return None
    digits = re.sub("[^0-9]", "", text)
    if len(set(digits)) == 1 and (len(digits) >= 5 or digits[0] == "0"):
        return SAME_DIGIT
    return SEQUENCE if digits in pattern.SEQUENCES else None


def _chinese_reading(digits: str) -> Reading:
    key = int(digits)
    kind = "mobile" if is_mobile(key) else "service" if digits[2:5] in {"400", "800"} else "landline"
    return Reading(key, "ok", kind, "")


def _chinese(text: str, region: str) -> Reading | None:
    """A complete Chinese number: valid as a whole, with an extension, or complete by its length."""
    whole = _compiled(forms_of(region).whole).match(text)
    national = None if whole is None else _national(whole[1])
    if national is not None and _compiled(pattern.allocated()).match(national):
        return _chinese_reading("86" + national)
    for form in (forms_of(region).extension, forms_of(region).second_dash):
        match = _compiled(form).match(text)
        if match is not None:
            return _chinese_reading("86" + _national(match[1]))
    return None if national is None else _chinese_reading("86" + national)


def _national(number: str) -> str:
    """Digits without country code and trunk 0."""
    digits = re.sub("[^0-9]", "", number)
    return re.sub("^(?:(?:00)?86)?0?", "", digits)


def _several(text: str, region: str) -> tuple[Reading, ...] | None:
    """Readings of the parts of a cell that holds several numbers; None where it does not look like that."""
    tokens = [token for token in _compiled(pattern.SEVERAL).split(text) if re.search("[0-9]", token)]
    spaced = text.split()
    if len(tokens) < 2 and len(spaced) > 1 and all(len(re.sub("[^0-9]", "", token)) >= 7 for token in spaced):
        tokens = spaced
    if len(tokens) < 2:
        return None
    readings = (_one(token.strip(), region) for token in tokens)
    return tuple(dict.fromkeys(readings))


def _one(text: str, region: str) -> Reading:
    """A text that holds one number: one of several in a cell, or what a spreadsheet had turned into another form."""
    found = _special(text, region) or _chinese(text, region) or _by_libphonenumber(text, region)
    return found or _why_not(text, region)


def _by_libphonenumber(text: str, region: str) -> Reading | None:
    """A number that libphonenumber holds for valid: as written, with 00 for the plus, or a Chinese one after 86."""
    if len(text) > _LONGEST_TEXT:
        return None
    found = _parse(text, region)
    digits = re.sub("[^0-9+]", "", text)
    if found is None and digits.startswith("00"):
        found = _parse("+" + digits[2:], region)
    elif found is None and (today := as_today(digits, region)) is not None:
        found = _parse(today, region)
    if found is not None:
        return found
    behind = _compiled(pattern.MOBILE_86).match(text)
    return None if behind is None else _chinese_reading("86" + re.sub("[^0-9]", "", behind[1]))


def _parse(text: str, region: str) -> Reading | None:
    number = parsed(text, region)
    return None if number is None else _valid(number)


def parsed(text: str, region: str) -> PhoneNumber | None:
    """The number that a text is, valid or not. Digits that begin with the region's own code and go on as a mobile
    number are meant so: plans of numbers of any length take them whole as well."""
    digits = "".join(re.findall("[0-9]", text))
    try:
        if region == INTERNATIONAL and not digits.startswith("00"):
            return phonenumbers.parse(f"+{digits}", None)
        number = phonenumbers.parse(text, region)
        code = str(number.country_code)
        if "+" not in text and digits.startswith(code) and str(number.national_number).startswith(code):
            other = phonenumbers.parse(f"+{digits}", None)
            return other if phonenumbers.number_type(other) == PhoneNumberType.MOBILE else number
    except NumberParseException:
        return None
    return number


@cache
def trunk_of(region: str) -> str:
    """What a number has in front at home; empty for nothing."""
    plan = PhoneMetadata.metadata_for_region(region, None)
    return (plan and plan.national_prefix) or ""


def is_valid(number: PhoneNumber) -> bool:
    """Whether the number is one of its country's plan, or one that is kept for stories."""
    if phonenumbers.is_valid_number(number):
        return True
    begins = _FOR_STORIES.get(number.country_code or 0, ())
    return str(number.national_number).startswith(begins) and phonenumbers.is_possible_number(number)


def _valid(number: PhoneNumber) -> Reading | None:
    if not is_valid(number):
        return None
    key = int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])
    return Reading(key, "ok", _KINDS.get(phonenumbers.number_type(number), "phone"), "")


def _embedded(text: str, region: str) -> tuple[Reading, ...]:
    """Numbers inside other text, in their order: Chinese mobiles with no digit next to them, and valid numbers."""
    text = text[:_LONGEST_TEXT]
    found: list[tuple[int, Reading]] = []
    within = forms_of(region).within
    if within:
        for match in _compiled(within).finditer(text):
            found.append((match.start(), _chinese_reading("86" + match[1])))
    for hit in PhoneNumberMatcher(text, region):
        reading = _valid(hit.number)
        if reading is not None:
            found.append((hit.start, reading))
    return tuple(dict.fromkeys(reading for _, reading in sorted(found, key=lambda each: each[0])))


def _why_not(text: str, region: str) -> Reading:
    digits, local = re.sub("[^0-9]", "", text), forms_of(region).without_area
    if not digits:
        reason = "no number"
    elif local and _compiled(local).fullmatch(digits):
        reason = "no area code"
    elif len(digits) < 7:
        reason = "too short"
    elif len(digits) > 15:
        reason = "too long"
    else:
        reason = "no valid number"
    return Reading(None, "invalid", "", reason)
