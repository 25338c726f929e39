"""Callers' numbers: what was shown as the caller becomes one text, once, by which callers are compared.

A number of a country is a plus and its E.164 digits, however it was shown: with a plus or an exit code it says its
country itself, without one it is of the region whose records show it. What is no such number (a hotline, a port of
messages, an extension) stays as its digits, without a country; a name has none. A caller's number can be
forged, so it need not be one that exists, and it never identifies anybody.
"""

from __future__ import annotations

import re

import duckdb
import phonenumbers
import pyarrow as pa

from tracer.case.store import insert_read
from tracer.identify.keys import is_mobile
from tracer.identify.normalise import normalise_as
from tracer.identify.phone import INTERNATIONAL, parsed_number, trunk_of
from tracer.resources import sql_next_to

_statement = sql_next_to(__file__)
_CHINA = "86"
_SHORTEST = 7
"""Digits from which a number can be one of a country that is called from elsewhere."""
_IN_NAME = re.compile(r"(?<!\d)\d{5,}(?!\d)")
_AT_HOME = re.compile(r"1[3-9]\d{9}|[48]00|95|10\d{3}")
"""How Chinese numbers begin that have no 0 in front at home."""
ANONYMOUS = frozenset(("anonymous", "unknown", "private", "restricted", "unavailable", "withheld", ""))


def read_callers(con: duckdb.DuckDBPyConnection, source: str, target: str, region: str) -> None:
    """Make temp table `target` (shown, number) of the distinct texts of the query `source`, whose column is `shown`.

    `region`: of numbers without a country code. Numbers are empty where nothing of the text is one.
    """
    con.execute(_statement("caller_cells").format(source=source, target=target))
    normalise_as(con, f"{target}_cell", "raw", f"{target}_key", "phone", region)
    con.execute(_statement("caller_numbers").format(target=target), {"china": region == "CN"})
    unread = f"SELECT raw FROM {target}_cell WHERE raw NOT IN (SELECT shown FROM {target}) ORDER BY raw"

    def read(texts: list[str]) -> pa.Table:
        return pa.table({"shown": texts, "number": [number_without_plan(text, region) for text in texts]})

    insert_read(con, target, con.execute(unread).to_arrow_table()["raw"], read)
    con.execute(f"DROP TABLE {target}_cell")
    con.execute(f"DROP TABLE {target}_key")


def number_without_plan(shown: str, region: str) -> str:
    """The number of a caller that is in no country's plan: forged, short, or none.

    >>> number_without_plan("+1 555 555 0100", "GB"), number_without_plan("(555) 555-0100", "US")
    ('+15555550100', '+15555550100')
    >>> number_without_plan("95500", "CN"), number_without_plan("+86 95500", "CN"), number_without_plan("AMAZON", "US")
    ('95500', '95500', '')
    """
    text = "".join(char if not char.isdecimal() else str(int(char)) for char in shown).replace("＋", "+").strip()
    if re.search(r"[^\W\d_]", text):
        runs = _IN_NAME.findall(text)
        return str(runs[0]) if len(runs) == 1 else ""
    digits, code = re.sub(r"\D", "", text), _calling_code(region)
    if text.startswith("+"):
        abroad = digits
    elif digits.startswith("00") and len(digits) >= _SHORTEST + 2:
        abroad = digits[2:]
    else:
        number = parsed_number(digits, region) if len(digits) >= _SHORTEST and code != _CHINA else None
        possible = phonenumbers.ValidationResult.IS_POSSIBLE
        if number is None or phonenumbers.is_possible_number_with_reason(number) != possible:
            return digits
        abroad = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    own = abroad.removeprefix(code) if code else abroad
    return own if own != abroad and (len(own) < _SHORTEST or code == _CHINA) else f"+{abroad}" if abroad else ""


def _calling_code(region: str) -> str:
    return "" if region == INTERNATIONAL else str(phonenumbers.country_code_for_region(region) or "")


def beginnings(pattern: str, region: str) -> tuple[str, ...]:
    """How the numbers begin that `pattern` stands for, the beginning of a number as somebody writes it, in the forms of
    `read_callers`: as a number of a country, and as digits without one.

    >>> beginnings("025-83", "CN"), beginnings("+1 415", "CN"), beginnings("415", "US")
    (('+862583', '02583'), ('+1415',), ('+1415', '415'))
    """
    digits, code = re.sub(r"[^0-9]", "", pattern), _calling_code(region)
    if pattern.strip().startswith(("+", "＋", "00")):
        abroad = digits.removeprefix("00")
        own = abroad.removeprefix(code) if code else abroad
        return (f"+{abroad}", *([own] if own != abroad else []))
    if not digits:
        return ()
    return (f"+{code}{digits.removeprefix(trunk_of(region))}", digits)


def is_chinese_mobile(number: str) -> bool:
    """Whether a caller's number is a Chinese mobile one: only these have the segments of China's table."""
    return number.startswith("+86") and is_mobile(int(number[1:]))


def segment_of(caller: str | None) -> str | None:
    """The block of 10,000 numbers of a caller (`read_callers`), its number but the last four digits: a Chinese one as
    it is written at home, others behind a plus and their country code. For mail, the sender's domain; a name is whole.

    >>> segment_of("+8613000000001"), segment_of("+862583000001"), segment_of("+13105550142"), segment_of("95500")
    ('1300000', '0258300', '+1310555', '95500')
    """
    if not caller:
        return None
    if "@" in caller:
        return caller.rpartition("@")[2]
    if caller.startswith("+86"):
        national = caller[3:]
        caller = national if len(national) < 9 or _AT_HOME.match(national) else f"0{national}"
    digits = caller.removeprefix("+")
    return caller[:-4] if digits.isdigit() and len(digits) > 7 else caller


def place_numbers(con: duckdb.DuckDBPyConnection, source: str, target: str) -> None:
    """Make temp table `target` (number, province, carrier) of the numbers of the query `source` whose block is in the
    case's table of segments; NULL where the table is silent. China's segments are those of Chinese mobile numbers; any
    other number is placed by the longest prefix behind its country code.
    """
    con.execute(_statement("number_places").format(source=source, target=target))
