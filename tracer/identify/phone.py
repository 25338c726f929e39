"""Telephone numbers: the rules for one cell, the SQL that agrees with them, and numbers amid other text.

Selection rule: a complete Chinese mobile number wins (it can be nothing else); then hashes, scientific notation, masks,
`.0`, placeholders; then numbers whole, valid ones first; then numbers with an extension; then several numbers in the
cell; then libphonenumber; then numbers found inside other text. The key is the base number: an extension is a desk
behind it and stays in the raw cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberMatcher, PhoneNumberType

from tracer.case.store import sql_literal
from tracer.identify import cell
from tracer.identify import number_forms as pattern
from tracer.identify.digests import any_digest_key_sql, placeholder_sql, reading_of
from tracer.identify.keys import MOBILE_FIRST, MOBILE_LAST, is_mobile
from tracer.identify.number_forms import forms_of

SAME_DIGIT = cell.Reading(None, "junk", "", "one digit repeated")
SEQUENCE = cell.Reading(None, "junk", "", "digits in sequence")
MASKED = cell.Reading(None, "masked", "", "masked")
LOSSY = cell.Reading(None, "lossy", "", "scientific notation lost digits")
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
def _compiled_pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def read_phone_cell(raw: str, region: str) -> tuple[cell.Reading, ...]:
    """All that one cell says, at least one reading; `region` (ISO 3166 alpha-2) is that of bare numbers.

    Equal numbers in one cell are given once.
    """
    # A star behind a space is a footnote, not a mask.
    text = cell.plain_digits(cell.unwrap(cell.fold(raw)).removesuffix(" *"))
    if not text:
        return (cell.EMPTY,)
    if text.lower() in cell.PLACEHOLDERS:
        return (cell.PLACEHOLDER,)
    found = _special(text, region) or _chinese(text, region)
    if found is not None:
        return (found,)
    # Several numbers, if all of them can be read; a foreign one; several of which some are; numbers inside other text.
    several = _several(text, region)
    if not several or any(each.status != "ok" for each in several):
        found = _by_libphonenumber(text, region)
        if found is not None:
            return (found,)
    if any(each.status == "ok" for each in several):
        return several
    return _embedded_numbers(text, region) or (_why_not(text, region),)


def phone_key(raw: str, region: str) -> int | None:
    """The key of a cell that holds exactly one number, otherwise None."""
    readings = read_phone_cell(raw, region)
    return readings[0].key if len(readings) == 1 and readings[0].status == "ok" else None


def _special(text: str, region: str) -> cell.Reading | None:
    """What is decided by the form of the text alone, and numbers that a spreadsheet has rewritten."""
    match = _compiled_pattern(forms_of(region).mobile).match(text)
    mobile = None if match is None else _chinese_reading("86" + re.sub("[^0-9]", "", match[1]))
    if mobile is not None:
        return mobile
    hashed = _compiled_pattern(pattern.HASH).match(text.lower())
    if hashed is not None and re.search("[a-f]", hashed[1]):
        return reading_of(hashed[1], "a number")
    if _compiled_pattern(pattern.MASKED).match(text) and _compiled_pattern(pattern.TWO_DIGITS).search(text):
        return MASKED
    return _from_spreadsheet(text, region) or _junk(text)


def _from_spreadsheet(text: str, region: str) -> cell.Reading | None:
    scientific = _compiled_pattern(pattern.SCIENTIFIC).match(text)
    if scientific is not None:  # a number where all its digits are there; zeros are not filled in
        further, exponent = scientific[2] or "", int(scientific[3])
        lost = len(further) < exponent or further[exponent:].strip("0")
        return LOSSY if lost else _one(scientific[1] + further[:exponent], region)
    decimal = _compiled_pattern(pattern.DECIMAL).match(text)
    if decimal is not None:
        return _one(decimal[1], region)
    if _compiled_pattern(pattern.THOUSANDS).match(text):
        return _one(text.partition(".")[0].replace(",", ""), region)
    return None


def _junk(text: str) -> cell.Reading | None:
    if not _compiled_pattern(pattern.DIGITS_ONLY).match(text):
        return None
    digits = re.sub("[^0-9]", "", text)
    if len(set(digits)) == 1 and (len(digits) >= 5 or digits[0] == "0"):
        return SAME_DIGIT
    return SEQUENCE if digits in pattern.SEQUENCES else None


def _chinese_reading(digits: str) -> cell.Reading:
    key = int(digits)
    kind = "mobile" if is_mobile(key) else "service" if digits[2:5] in {"400", "800"} else "landline"
    return cell.Reading(key, "ok", kind, "")


def _chinese(text: str, region: str) -> cell.Reading | None:
    """A complete Chinese number: valid as a whole, with an extension, or complete by its length."""
    whole = _compiled_pattern(forms_of(region).whole).match(text)
    national = None if whole is None else _national(whole[1])
    if national is not None and _compiled_pattern(pattern.allocated_numbers()).match(national):
        return _chinese_reading("86" + national)
    for form in (forms_of(region).extension, forms_of(region).second_dash):
        match = _compiled_pattern(form).match(text)
        if match is not None:
            return _chinese_reading("86" + _national(match[1]))
    return None if national is None else _chinese_reading("86" + national)


_NATIONAL = "^(?:(?:00)?86)?0?"


def _national(number: str) -> str:
    """Digits without country code and trunk 0."""
    digits = re.sub("[^0-9]", "", number)
    return re.sub(_NATIONAL, "", digits)


def _several(text: str, region: str) -> tuple[cell.Reading, ...]:
    """Readings of the parts of a cell that holds several numbers; none where it does not look like that."""
    tokens = [token for token in _compiled_pattern(pattern.SEVERAL).split(text) if re.search("[0-9]", token)]
    spaced = text.split()
    if len(tokens) < 2 and all(len(re.sub("[^0-9]", "", token)) >= 7 for token in spaced):
        tokens = spaced
    return tuple(dict.fromkeys(_one(token.strip(), region) for token in tokens)) if len(tokens) > 1 else ()


def _one(text: str, region: str) -> cell.Reading:
    """A text that holds one number: one of several in a cell, or what a spreadsheet had turned into another form."""
    found = _special(text, region) or _chinese(text, region) or _by_libphonenumber(text, region)
    return found or _why_not(text, region)


def _by_libphonenumber(text: str, region: str) -> cell.Reading | None:
    """A number that libphonenumber holds for valid: as written, with 00 for the plus, or a Chinese one after 86."""
    if len(text) > _LONGEST_TEXT:
        return None
    digits = re.sub("[^0-9+]", "", text)
    found = _valid(parsed_number(text, region))
    if found is None and digits.startswith("00"):
        found = _valid(parsed_number("+" + digits[2:], region))
    elif found is None and (today := as_today(digits, region)) is not None:
        found = _valid(parsed_number(today, region))
    behind_86 = None if found is not None else _compiled_pattern(pattern.MOBILE_86).match(text)
    return found if behind_86 is None else _chinese_reading("86" + re.sub("[^0-9]", "", behind_86[1]))


def parsed_number(text: str, region: str) -> PhoneNumber | None:
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


def _valid(number: PhoneNumber | None) -> cell.Reading | None:
    if number is None or not is_valid(number):
        return None
    key = int(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])
    return cell.Reading(key, "ok", _KINDS.get(phonenumbers.number_type(number), "phone"), "")


def _embedded_numbers(text: str, region: str) -> tuple[cell.Reading, ...]:
    """Numbers inside other text, in their order: Chinese mobiles with no digit next to them, and valid numbers."""
    text, within = text[:_LONGEST_TEXT], forms_of(region).within
    mobiles = _compiled_pattern(within).finditer(text) if within else ()
    found: list[tuple[int, cell.Reading | None]] = [
        (each.start(), _chinese_reading("86" + each[1])) for each in mobiles
    ]
    found += [(hit.start, _valid(hit.number)) for hit in PhoneNumberMatcher(text, region)]
    found.sort(key=lambda each: each[0])
    return tuple(dict.fromkeys(reading for _, reading in found if reading is not None))


def _why_not(text: str, region: str) -> cell.Reading:
    digits, local = re.sub("[^0-9]", "", text), forms_of(region).without_area
    if not digits:
        reason = "no number"
    elif local and _compiled_pattern(local).fullmatch(digits):
        reason = "no area code"
    elif len(digits) < 7:
        reason = "too short"
    elif len(digits) > 15:
        reason = "too long"
    else:
        reason = "no valid number"
    return cell.Reading(None, "invalid", "", reason)


# Set-based: what SQL reads at sight, and what it reads on distinct texts. It takes the common forms out of the way and
# must give the answers of the rules above (a test holds it to that); only texts that no SQL rule knows go to Python.

_COUNTRY = 86_000_0000_0000
_TAIL = r"(?:\.0)?[^\p{Nd}]*"
_TOGETHER = "1[3-9][0-9]{9}"
_GROUPED = "1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}"


def fast_sql(text: str, region: str) -> str:
    """SQL: the key of a Chinese mobile number in one of its common forms, otherwise NULL. No folding, one look.

    The cheapest form comes first. A match as a whole (no groups) lets RE2 run its automaton; what is cut out
    afterwards is the leftmost match, and nothing in front of it can begin with 1. All are cases of `MOBILE_CN`.
    """
    forms = forms_of(region)
    front, prefix, clean = forms.front, forms.prefix, ""
    if forms.bare:
        clean = f"WHEN strlen({text}) = 11 AND regexp_full_match({text}, '{_TOGETHER}') THEN CAST({text} AS BIGINT)"
    return (
        f"({_COUNTRY} + CASE {clean}"
        f" WHEN regexp_full_match({text}, '{prefix}{_TOGETHER}') THEN CAST(right({text}, 11) AS BIGINT)"
        f" WHEN regexp_full_match({text}, '{front}{_TOGETHER}{_TAIL}')"
        f" THEN CAST(regexp_extract({text}, '{_TOGETHER}') AS BIGINT)"
        f" WHEN regexp_full_match({text}, '{front}{_GROUPED}{_TAIL}')"
        f" THEN CAST(replace(replace(regexp_extract({text}, '{_GROUPED}'), ' ', ''), '-', '') AS BIGINT) END)"
    )


def fold_sql(text: str) -> str:
    """SQL for `cell.fold`, the quotes of `cell.unwrap`, and the footnote's star."""
    wide = cell.SPACES + cell.DASHES + cell.FULL_WIDTH
    plain = " " * len(cell.SPACES) + "-" * len(cell.DASHES) + cell.ASCII_TWIN
    # DuckDB rebuilds the table of `translate` for each text: the long one is kept from texts that need none.
    folded = (
        f"CASE WHEN regexp_full_match({text}, '[ -~]*') THEN {text}"
        f" ELSE translate({text}, {sql_literal(wide + cell.ZERO_WIDTH)}, {sql_literal(plain)}) END"
    )
    ends = " \n\r\x1c\x1d\x1e\x1f"
    quotes = "'\"`\u2018\u2019\u201c\u201d "
    return f"regexp_replace(trim(trim({folded}, {sql_literal(ends)}), {sql_literal(quotes)}), ' \\*$', '')"


def form_literals(region: str) -> dict[str, str]:
    """What `sql/phone_forms.sql` is filled with: the patterns as SQL literals, and expressions made from them."""
    forms = forms_of(region)
    literals = {
        **{name: getattr(forms, name) for name in ("mobile", "whole", "extension", "second_dash")},
        **{
            name: getattr(pattern, name.upper())
            for name in "hash scientific masked two_digits decimal thousands digits_only several".split()
        },
        "allocated": pattern.allocated_numbers(),
        "several_mobiles": forms.several,
        "national": _NATIONAL,
    }
    digest = f"regexp_extract(lower(text), {sql_literal(pattern.HASH)}, 1)"
    return {
        **{name: sql_literal(text) for name, text in literals.items()},
        "folded": fold_sql("raw"),
        # Full-width digits and the punctuation of numbers made plain: a part of `fold_sql`, and cheap.
        "ascii_digits": "translate(raw, '０１２３４５６７８９＋－（）', '0123456789+-()')",
        "fast": fast_sql("text", region),
        "placeholders": ", ".join(sql_literal(word) for word in sorted(cell.PLACEHOLDERS)),
        "sequences": ", ".join(sql_literal(digits) for digits in pattern.SEQUENCES),
        "hash_key": any_digest_key_sql(digest),
        "hash_of_nothing": placeholder_sql(digest),
        "country": str(_COUNTRY),
        "first_mobile": str(MOBILE_FIRST),
        "last_mobile": str(MOBILE_LAST),
    }


# Numbers amid other text: in the national forms of a country's plan, and with a country code. What looks like a number
# and is another thing is taken out first: addresses, IBANs, days, years and hours, amounts, what follows a word for an
# order, digits that touch letters. A run of digits is then read whole, else in the largest pieces between its blanks
# that are valid numbers.

_TIME = r"(?:[ T,]{1,3}(?:um |às |at |à )?\d{1,2}[:h]\d\d(?::\d\d)?)?"
_NOT_NUMBERS = re.compile(
    r"(?:https?://|www\.)\S+|\S+@\S+"
    r"|\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?\b"
    r"|(?<!\d)\d{4}(?:[ -]\d{4}){3}(?!\d)"
    rf"|(?<![\d.])(?:19|20)\d\d([-/.])\d{{1,2}}\1\d{{1,2}}(?!\d){_TIME}"
    rf"|(?<![\d.])\d{{1,2}}([-/.])\d{{1,2}}\2(?:(?:19|20)\d\d|\d\d(?![-/.]?\d)){_TIME}"
    r"|(?<![\d.])(?<!\d[ -/])(?:19|20)\d\d(?:[-/–, ]{1,2}(?:19|20)\d\d)+(?![ -/]?\d)"
    r"|(?<![\d:])\d{1,2}:\d\d(?::\d\d)?(?!\d)"
    r"|(?:[€$£¥₹₺₽₴₫₩₦₱฿]|\b(?:R\$|Rp|RM|EUR|USD|GBP|INR|TL))\.? ?\d[\d.,]*(?: \d{3}(?!\d))*"
    r"|(?<![\d.,])\d{1,3}(?:[., ]\d{3})*(?:[.,]\d{1,2})? ?"
    r"(?:[€$£¥₹₺₽₴₫₩₦%]|(?:EUR|USD|GBP|zł|грн|руб|TL|VND|Kč|Ft|kr)\b)"
    r"|(?i:\b(?:order|ref|invoice|inv|ticket|case|tracking|parcel|id|bestell\w*|auftrag\w*|rechnung\w*|kunden-?n\w*"
    r"|commande|facture|dossier|colis|r[ée]f[ée]rence|pedido|protocolo|fatura|factura|nota fiscal|sipariş|kargo|fatura"
    r"|zam[óo]wieni\w*|faktura|paczka|замовлення|заказ\w*|накладна|ттн|счет|рахунок|đơn|mã|ordine|fattura|bestelling"
    r"|factuur|pesanan|resi|注文|訂單|订单|单号|주문|طلب)\b)"
    r"[\w.]{0,3}[ :#№°.-]{0,3}(?:(?:n[°ºo]|nr|no|num)\.?[ :#]{0,2})?[A-Z]{0,4}[ -]?\d[\d/-]*"
    r"|[#№]\s?\d[\d-]*"
)
_RUN = re.compile(r"(?<![\d+*])[+(]{0,2}\d(?:[\d()]|[ .\-/\u00a0\u2011\u2013]{1,3}(?=[\d(]))*\d")
_LABEL = re.compile(r"(?i)(?:^|[^a-z])(?:tel|hp|wa|mob|cel|fon|ph|t|m|p|whatsapp)[.:-]?$")
_BLANK = re.compile(r"[ \u00a0]+|/")
_SHORTEST, _LONGEST = 7, 15
_CALLED = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.UNKNOWN)
"""Kinds that are numbers without a sign of it; what is valid and of no kind is kept for stories."""


def candidates(text: str) -> Iterator[str]:
    """The runs of digits in a text that may be numbers of some country."""
    text = _NOT_NUMBERS.sub(lambda found: "\n" * len(found[0]), text)
    for run in _RUN.finditer(text):
        before, after = text[max(0, run.start() - 9) : run.start()], text[run.end() : run.end() + 1]
        glued = before[-1:].isascii() and (before[-1:].isalpha() or before[-1:] in ("_", "-"))
        if sum(map(str.isdigit, run[0])) < _SHORTEST or (after.isascii() and (after.isalpha() or after in ("_", "*"))):
            continue
        if not (glued and before) or _LABEL.search(before):
            yield run[0]


def numbers_in_text(text: str, region: str) -> list[str]:
    """The numbers in a text as they are written, in their order; bare ones are of `region`."""
    found: list[str] = []
    for run in candidates(text):
        ends = [0, *(blank.end() for blank in _BLANK.finditer(run)), len(run)]
        at = 0
        while at < len(ends) - 1:
            pieces = ((end, run[ends[at] : ends[end]].strip(" \u00a0/")) for end in range(len(ends) - 1, at, -1))
            best = next(((end, piece) for end, piece in pieces if _is_number(piece, region)), None)
            at = best[0] if best is not None else at + 1
            found += [best[1]] if best is not None else []
    return found


def _is_number(text: str, region: str) -> bool:
    """Whether a whole text is a number, written as one: digits alone must be a mobile number's, or have what a number
    at home has in front."""
    digits = re.sub(r"\D", "", text)
    if not _SHORTEST <= len(digits) <= _LONGEST + 2:
        return False
    international = text.lstrip("(").startswith("+") or digits.startswith("00")
    try:
        number = phonenumbers.parse("+" + digits.removeprefix("00") if international else text, region)
    except NumberParseException:
        return False
    if not is_valid(number):
        return False
    if international:
        return True
    if number.country_code != phonenumbers.country_code_for_region(region):
        return False
    whole = digits.startswith((trunk_of(region) or "0", "0")) or not text.isdigit()
    return whole or phonenumbers.number_type(number) in _CALLED
