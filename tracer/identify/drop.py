"""California's Delete Request and Opt-out Platform (DROP): what its files are called, and how it hashes a person.

Each identifier is made plain by its rule and hashed (SHA-256 of UTF-8, in base64). A list of several fields has the
hash of the hashes of its fields, one behind another. Source: the agency's technical specifications for data brokers,
1.2.0 (privacy.ca.gov, July 2026). Names in letters other than Latin are spelled by a table that is not published: they
have no key here.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata

from tracer.identify.composite import DayOrder, folded_day

DOWNLOAD = re.compile(
    r"(?:^|/)(\d{8})_\d{4}_(NDZ|Email|Phone|MAID|NameVIN|CTVID|Removed)(?:_[A-Za-z0-9]{1,10})?\.csv$", re.IGNORECASE
)
"""The day and the list type in the name of a file."""
LIST_TYPES = {"email": "email_hash", "phone": "phone_hash", "maid": "hash", "ndz": "hash"}
"""List type -> role of its hashes."""
NOT_MATCHED = {
    "ctvid": "connected-TV identifiers cannot be matched: no list here holds them",
    "namevin": "names with the number of a car cannot be matched: no list here holds both as this list writes them",
}
"""List type -> why it is not loaded."""
_LATIN = str.maketrans("øđðłıħŧ", "oddliht") | str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})


def sha256_base64(text: str) -> str:
    """SHA-256 of a plain text, in base64: 44 characters."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def plain_name(name: str) -> str | None:
    """A given or family name as it is hashed: its letters and digits, small and without accents."""
    whole = unicodedata.normalize("NFKD", name.lower().translate(_LATIN))
    kept = "".join(sign for sign in whole if sign.isalnum())
    return kept if kept and kept.isascii() else None


def plain_zip(code: str) -> str | None:
    """A ZIP as it is hashed: its first five letters and digits behind leading zeros, without what follows a hyphen."""
    signs = "".join(sign for sign in code.split("-", maxsplit=1)[0].lower() if sign.isascii() and sign.isalnum())
    return signs.lstrip("0")[:5] or None


def hashed_text_of_person(given: str, family: str, born: str, code: str, order: DayOrder) -> str | None:
    """What is hashed of a person by name, day of birth and ZIP; None where a field says nothing."""
    day = folded_day(born, order)
    fields = (
        plain_name(given),
        plain_name(family),
        day.replace("-", "") if day is not None and len(day) == 10 else None,
        plain_zip(code),
    )
    told = [sha256_base64(field) for field in fields if field is not None]
    return "".join(told) if len(told) == len(fields) else None
