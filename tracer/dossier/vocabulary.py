"""The words of the contract that a dossier may use, and how a wrong one is answered: with the nearest right one.

Owns the closed vocabularies (roles, kinds, channels, bases), the form of ids, of languages and of claimed values.
Corrects nothing by itself.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from tracer.errors import InputRefused
from tracer.plugins import PluginGroup, names

ROLES = tuple(
    "client contractor system_vendor line_vendor carrier data_platform platform oem_reseller channel_integrator"
    " data_trader sms_provider public_source regulator source other".split()
)
RELATION_KINDS = tuple(
    "oem_of refers_to provides_system_to supplies_line_to calls_for scrapes sold_to owns sanctions commits_to"
    " blocks_line reviews_script".split()
)
FIRST_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "random": ("shared", "expected", "names_agree", "canaries_seen", "failed"),
    "business_only": ("shared_with_consumers", "expected", "share_of_mobiles", "firms", "canaries_seen"),
    "public_sources": ("explained", "residue", "shared_with_consumers", "expected", "canaries_seen"),
    "size": ("common", "expected_common", "low", "estimate", "high", "other_value", "other_party"),
    "daily_growth": ("new", "expected_new", "growth_low", "growth_high", "other_value", "other_party", "factor"),
    "first_hand": ("source", "holder", "hand", "stated_hand", "line", "probability"),
    "own_collection": ("source", "holder", "release", "probability"),
    "consented": ("collected_under", "used_under", "refused", "refused_before", "copies_without_basis"),
    "pool_size": ("calls", "callers", "low", "estimate", "high"),
    "complaint_rate": ("calls", "counted", "complaints", "rate", "low", "high", "calls_needed", "calls_to_support"),
    "not_retained": ("release", "ends", "seen_in", "first_seen", "copies_ended", "lists_held_later", "probability"),
    "stopped": ("day", "calls_before", "calls_after", "complaints_before", "complaints_after", "last"),
    "members_only": ("messages", "canaries", "messages_to_controls", "sms_of_the_same_sender"),
    "stated_origin": ("source", "holder", "release", "shared", "contacts", "probability", "day"),
    "other": (),
}
"""Every kind of claim, and the numbers of its verdict that a person looks at first: those that its test gives."""
CLAIM_KINDS = tuple(FIRST_NUMBERS)
"""Those that are built in."""
CHANNELS = ("phone", "chat", "website", "contract", "interview", "notice", "other")
EVIDENTIAL_BASES = ("documented", "alleged", "inferred")
LAWFUL_BASES = ("customer", "explicit", "bundled_in_terms", "public_only", "refused", "none", "unknown")
ORIGINS = ("own", "obtained", "refusals", "register", "offer")
CANARY_KINDS = ("canary", "home", "control", "reserve")
JUDGEMENTS = ("confirm", "reject", "unsure", "independent", "withdraw")
COLUMN_ROLES = tuple(
    "phone email phone_hash email_hash hash phone_mask name organisation address date created deleted id key given_name"
    " middle_name family_name city province site secret other imei ad_id vin plate handle national_id iban".split()
)

NAMED: Mapping[str, tuple[str, ...]] = {"roles": ROLES, "claim_kinds": CLAIM_KINDS, "canary_kinds": CANARY_KINDS}
"""Vocabularies that the header of a query names, instead of repeating their words."""

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")

# Two words are near when rapidfuzz calls them 65 % alike: "sytem_vendor", "platfrom" and "fone" pass;
# "price" for "phone" does not (60 %).
_NEAR = 65.0


_WORDS: Mapping[str, tuple[str, ...]] = {
    "party role": ROLES,
    "relation kind": RELATION_KINDS,
    "channel": CHANNELS,
    "basis": EVIDENTIAL_BASES,
    "lawful basis": LAWFUL_BASES,
    "origin": ORIGINS,
    "kind of canary": CANARY_KINDS,
    "judgement": JUDGEMENTS,
}


def claim_kinds() -> tuple[str, ...]:
    """Every kind of claim, those that plug-ins test included."""
    return (*CLAIM_KINDS, *names(PluginGroup.CLAIM_KINDS, CLAIM_KINDS))


def words_named(vocabulary: str) -> tuple[str, ...]:
    """The words of a vocabulary, by what one of them is called: `party role`, as a record's field declares it."""
    if vocabulary == "claim kind":
        return tuple(sorted(claim_kinds()))
    if vocabulary == "region":
        from phonenumbers import SUPPORTED_REGIONS  # takes long to load

        return tuple(sorted(SUPPORTED_REGIONS))
    return _WORDS[vocabulary]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` most like `word`, if any is near; the earlier in alphabet on a tie."""
    from rapidfuzz import fuzz, process  # for words that are not known alone

    found = process.extractOne(word.casefold(), sorted(words), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return None if found is None else str(found[0])


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`did you mean 'x'?`, or the list of valid words where none is near."""
    known = sorted(words)
    near = nearest(word, known)
    if near is not None:
        return f"did you mean {near!r}?"
    return f"one of: {', '.join(known)}" if 0 < len(known) <= 20 else ""


def listed_names(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> listed_names(["a", "b", "c"])
    'a, b and c'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def word_problem(value: str | None, words: Iterable[str], what: str, where: str = "") -> InputRefused | None:
    """The refusal of `value` as a `what`, or None where it is one of `words` (or absent)."""
    known = tuple(words)
    if value is None or value in known:
        return None
    return InputRefused(f"invalid {what} {value!r}", where=where, remedy=did_you_mean(value, known))


def id_problem(value: str, what: str = "", where: str = "") -> InputRefused | None:
    """The refusal of `value` as an id (of a `what`), or None where it is well formed."""
    if ID_PATTERN.match(value) is not None:
        return None
    called = f"{what} id" if what else "id"
    remedy = "use 1 to 64 letters, digits, '.', '_' or '-', and begin with a letter or digit"
    return InputRefused(f"invalid {called} {value!r}", where=where, remedy=remedy)


def refuse(problems: Iterable[InputRefused | None]) -> None:
    """Raise all problems together, if there is one.

    Raises `InputRefused`: the one problem, or all of them as one error.
    """
    found = [problem for problem in problems if problem is not None]
    if found:
        raise InputRefused.many(found)


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""Days beyond these are slips; days on from them would leave the calendar."""
MOST_WHOLE, MOST_NUMBER = (1 << 31) - 1, 1e15
"""The largest whole number of a count of hands or the like, and of a claim's value: counts of people and of calls."""


def is_day(value: object) -> bool:
    """Whether it is a day that a case can be about."""
    return isinstance(value, date) and not isinstance(value, datetime) and FIRST_DAY <= value <= LAST_DAY


def is_whole(value: object) -> bool:
    """Whether it is a whole number that the store can hold."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_WHOLE


def is_amount(value: object) -> bool:
    """Whether it is a finite number that can be reckoned with."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_NUMBER


LANGUAGE_PATTERN = "[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"
"""How a language is named: `en`, `zh`, `zh-Hant`."""
_LANGUAGE = re.compile(LANGUAGE_PATTERN)


def is_language(value: object) -> bool:
    """Whether it names a language as `en`, `zh` or `zh-Hant` does."""
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None


def kept_translation(translation: Mapping[str, str] | None) -> str | None:
    """Language to text as a case keeps it: the same text for the same translations."""
    return json.dumps(dict(sorted(translation.items())), ensure_ascii=False) if translation else None


def claimed_number(value: str | None) -> float | None:
    """The number that a claim's value is; thousands may be apart. None where it is none.

    >>> claimed_number("5_000"), claimed_number("5,000.5"), claimed_number("lots"), claimed_number("nan")
    (5000.0, 5000.5, None, None)
    """
    try:
        number = math.nan if value is None else float(value.replace("_", "").replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def claimed_day(value: str | None) -> date | None:
    """The first day that a claim's value names.

    >>> claimed_day("2026-06-15 江苏"), claimed_day("soon")
    (datetime.date(2026, 6, 15), None)
    """
    for word in (value or "").split():
        try:
            return date.fromisoformat(word)
        except ValueError:
            continue
    return None


def claimed_origin(value: str | None) -> str:
    """Whom, or which list, a claim's value names as the source: what it says but for a day.

    >>> claimed_origin("broker-b 2026-03-01")
    'broker-b'
    """
    return " ".join(word for word in (value or "").split() if claimed_day(word) is None)


_VALUES: Mapping[str, tuple[Any, Any, str]] = {
    "size": (1, MOST_NUMBER, "write a number from 1, like 500000"),
    "pool_size": (1, MOST_NUMBER, "write a number from 1, like 5000"),
    "daily_growth": (0, MOST_NUMBER, "write a number from 0, like 10000"),
    "complaint_rate": (0, 1, "write complaints a call, from 0 to 1, like 0.0001"),
    "stopped": (FIRST_DAY, LAST_DAY, "write the day, like 2026-06-15"),
}
"""Kind → the least and the most of its values, and what to write."""


def value_problem(kind: str, value: str | None, where: str = "") -> InputRefused | None:
    """The refusal of a value that no claim of this kind can have; None where it is right, or absent."""
    if value is None or kind not in _VALUES:
        return None
    least, most, remedy = _VALUES[kind]
    known = claimed_day(value) if isinstance(least, date) else claimed_number(value)
    if known is not None and least <= known <= most:
        return None
    return InputRefused(f"invalid value {value!r} of {kind}", where=where, remedy=remedy)
