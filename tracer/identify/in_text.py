"""Telephone numbers amid other text: in the national forms of a country's plan, and with a country code.

What looks like a number and is another thing is taken out first: addresses, IBANs, days, years and hours, amounts, what
follows a word for an order, digits that touch letters. A run of digits is then read whole, else in the largest pieces
between its blanks that are valid numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from tracer.identify.phone_rules import is_valid, trunk_of

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
