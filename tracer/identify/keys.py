"""Keys: one BIGINT per identifier, so that memberships stay narrow and sort fast.

A phone number's key is its E.164 digits (country code included, at most 15 digits). Everything else is the first
60 bits of the MD5 of its normalised text, in a range of its own: MD5 because every SQL engine has it, and because a
key need only be equal where the text is; a hash that a seller delivers is cut to 60 bits of its own (`digests.py`).
Ranges do not overlap, so a key alone says what it is. Between the telephone numbers and the addresses lie the ranges of
further kinds, 56 bits each (`FURTHER`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tracer.policy import mask_digits

PHONE_END = 10**15
"""Phone keys are below: E.164 has at most 15 digits (ITU-T E.164, section 6)."""
_FURTHER_RANGE = 1 << 56
FURTHER: Mapping[str, int] = MappingProxyType(
    {
        kind: place * _FURTHER_RANGE
        for place, kind in enumerate(["composite", "imei", "ad_id", "vin", "plate", "handle", "national_id", "iban"], 1)
    }
)
"""Further kinds: base + 56 bits. Several columns taken together, devices, cars, accounts, documents."""
SEALED_BASE, SEALED_END = FURTHER["national_id"], FURTHER["iban"] + _FURTHER_RANGE
"""Keys of numbers that are kept as hashes keyed by the case: no other case has them."""
FURTHER_BASE = _FURTHER_RANGE
"""Keys of further kinds are from here to `EMAIL_BASE`."""
EMAIL_BASE = 1 << 60
"""E-mail addresses: EMAIL_BASE + 60 bits."""
KEY_BASE = 1 << 61
"""Values of columns mapped as `key`: KEY_BASE + 60 bits."""
HASH_BASE = 3 << 60
"""Hashes of numbers or addresses, as sellers deliver them, in four ranges by their length (`digests.WIDTHS`). They
link only among themselves."""
_RANGE = 1 << 60
HASH_END = HASH_BASE + 4 * _RANGE
"""Hash keys are below."""

MOBILE_FIRST = 86_130_0000_0000
MOBILE_LAST = 86_199_9999_9999
"""Chinese mobile numbers, 1[3-9] and nine digits behind the country code."""


def is_phone(key: int) -> bool:
    """Whether `key` is a phone number's."""
    return 0 <= key < PHONE_END


def is_mobile(key: int) -> bool:
    """Whether `key` is a Chinese mobile number's."""
    return MOBILE_FIRST <= key <= MOBILE_LAST


def further_kind(key: int) -> str | None:
    """Which of the further kinds `key` is of; None for any other key."""
    if not FURTHER_BASE <= key < EMAIL_BASE:
        return None
    return {base // _FURTHER_RANGE: kind for kind, base in FURTHER.items()}.get(key // _FURTHER_RANGE)


def text_key(base: int, normalised: str) -> int:
    """The key of a normalised text in the range that begins at `base`; equals `text_key_sql`."""
    # MD5 spreads texts over a range here; nothing is kept secret or signed with it.
    return base + int(hashlib.md5(normalised.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def text_keys(base: int, normalised: Iterable[str]) -> list[int]:
    """The keys of several."""
    return [text_key(base, text) for text in normalised]


def text_key_sql(base: int, text: str) -> str:
    """SQL for the key of the normalised text that the SQL expression `text` gives."""
    return f"({base} + CAST('0x' || substr(md5({text}), 1, 15) AS BIGINT))"


def further_key(kind: str, normalised: str) -> int:
    """The key of a normalised text of a further kind; equals `further_key_sql`."""
    return FURTHER[kind] + int(hashlib.md5(normalised.encode(), usedforsecurity=False).hexdigest()[:14], 16)


def further_key_sql(kind: str, text: str) -> str:
    """SQL for the key of the normalised text of a further kind that the SQL expression `text` gives."""
    return f"({FURTHER[kind]} + CAST('0x' || substr(md5({text}), 1, 14) AS BIGINT))"


def contact_rank_sql(key: str) -> str:
    """SQL: 0 to 4, how well the identifier `key` stands for the contact of its row.

    Chinese mobile numbers come before e-mail addresses, mapped keys and further kinds, other phone numbers and hashes:
    a landline or a foreign number may be a switchboard's. The rank depends on the key alone, so that it is the same in
    every row.
    """
    return (
        f"(CASE WHEN {key} BETWEEN {MOBILE_FIRST} AND {MOBILE_LAST} THEN 0 WHEN {key} < {PHONE_END} THEN 3"
        f" WHEN {key} < {EMAIL_BASE} THEN 2 WHEN {key} < {KEY_BASE} THEN 1 WHEN {key} < {HASH_BASE} THEN 2 ELSE 4 END)"
    )


CONTACT_RANKS = 5
"""How many values `contact_rank_sql` has."""


def mask(key: int) -> str:
    """What people may see of an identifier: `138****5678`, `+1310*****42`; of anything but a phone only its kind."""
    if is_mobile(key):
        return mask_digits(str(key))
    if is_phone(key):
        digits = str(key)
        hidden = max(len(digits) - 6, 3)
        return f"+{digits[: len(digits) - hidden - 2]}{'*' * hidden}{digits[-2:]}"
    kind = further_kind(key) or ("e-mail" if key < KEY_BASE else "key" if key < HASH_BASE else "hash")
    return f"{kind} ****".replace("_", " ")
