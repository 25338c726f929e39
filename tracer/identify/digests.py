"""Hashes of identifiers, as sellers deliver them: MD5, SHA-1, SHA-256, SHA-512 and SM3, in hexadecimal
or base64.

A hash's key is 60 bits of the digest itself, in a range that shows its length: MD5 (128 bits), SHA-1 (160), SHA-256 or
SM3 (256; these two look alike), SHA-512. The bits are those from the ninth hexadecimal digit on, because the Chinese
trade also delivers MD5 cut to its middle sixteen digits: cut and whole link. Among n keys of a list and m that they are
compared with, n m / 2^60 pairs agree by accident: 0.00001 for a million against ten million.
"""

from __future__ import annotations

import base64
import hashlib
import re

from tracer.identify.cell import Reading, fold, sql_literal, unwrap
from tracer.identify.keys import HASH_BASE

WIDTHS = (32, 40, 64, 128)
"""Hexadecimal digits of a hash, in the order of the ranges of keys."""
ALGORITHMS = {"md5": 32, "sha1": 40, "sha256": 64, "sm3": 64, "sha512": 128}
"""Functions that are compared, by Python's names, and the width of their hashes."""
_RANGE = 1 << 60
_CUT = 16
"""Digits of an MD5 that was cut to its middle."""
_HEX = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}")
_BASE64 = {22: 32, 27: 40, 43: 64, 86: 128}
"""Characters of a hash in base64, without `=`, and the hexadecimal digits that they stand for."""
_LABEL = re.compile(
    r"\{?(?:md5|sha-?(?:1|256|512)|sha|sm3)\}?[ :=]+|\{(?:md5|sha-?(?:1|256|512)|sha|sm3)\}", re.IGNORECASE
)
_NOTHING = ("", "0", "null", "NULL", "None", "none", "nan", "NaN", "-", "\\N", "无", "undefined", "11111111111")
"""Texts that stand for no number; programs hash them like any other."""


def digest_base(width: int) -> int:
    """The first key of hashes of `width` hexadecimal digits; raises `ValueError` for a width that no hash has."""
    return HASH_BASE + WIDTHS.index(width) * _RANGE


def digest_key(digest: str) -> int:
    """The key of a hash in hexadecimal: 32, 40, 64 or 128 digits, or 16, the middle of an MD5."""
    if len(digest) == _CUT:
        return digest_base(32) + int(digest[:15], 16)
    return digest_base(len(digest)) + int(digest[8:23], 16)


def digest_key_sql(digest: str, width: int) -> str:
    """SQL for the key of a hash of `width` digits (16: a cut MD5); equals `digest_key`."""
    if width == _CUT:
        return f"({digest_base(32)} + CAST('0x' || substr({digest}, 1, 15) AS BIGINT))"
    return f"({digest_base(width)} + CAST('0x' || substr({digest}, 9, 15) AS BIGINT))"


def any_digest_key_sql(digest: str) -> str:
    """SQL for the key of a hash of any whole width; NULL where the text has no such width."""
    cases = " ".join(f"WHEN {width} THEN {digest_key_sql(digest, width)}" for width in WIDTHS)
    return f"(CASE strlen({digest}) {cases} END)"


def width_of(key: int) -> int:
    """Hexadecimal digits of the hash that the hash key `key` stands for."""
    return WIDTHS[(key - HASH_BASE) // _RANGE]


def _placeholder_digests() -> dict[str, str]:
    """Hexadecimal hash -> base64, of everything in `_NOTHING`."""
    available = sorted(hashlib.algorithms_available & ALGORITHMS.keys())
    digests = [hashlib.new(name, text.encode()).digest() for name in available for text in _NOTHING]
    return {digest.hex(): base64.b64encode(digest).decode() for digest in digests}


_EMPTY = _placeholder_digests()
_EMPTY_KEYS = frozenset(digest_key(digest) for digest in _EMPTY)
PLACEHOLDER = Reading(None, "junk", "", "hash of a placeholder")


def placeholder_sql(text: str) -> str:
    """SQL: whether a text is the whole hash, in hexadecimal or padded base64, of something that stands for nothing."""
    cut = [digest[8:24] for digest in _EMPTY if len(digest) == 32]
    hexadecimal = ", ".join(sql_literal(digest) for digest in (*sorted(_EMPTY), *sorted(cut)))
    others = ", ".join(sql_literal(digest) for digest in sorted(_EMPTY.values()))
    return f"(lower({text}) IN ({hexadecimal}) OR {text} IN ({others}))"


def reading_of(digest: str, what: str) -> Reading:
    """The reading of a hash in lower-case hexadecimal; `what` says of what it is one."""
    key = digest_key(digest)
    return PLACEHOLDER if key in _EMPTY_KEYS else Reading(key, "hash", "hash", f"hash of {what}")


def read_digest(raw: str, what: str) -> Reading | None:
    """What a cell of a hash column says: hexadecimal or base64, with or without the function's name in front.

    None where it is not a hash. Base64 may lack its `=` and may be in the alphabet of URLs.
    """
    text = _LABEL.sub("", unwrap(fold(raw)), count=1).strip()
    if _HEX.fullmatch(text.lower()):
        return reading_of(text.lower(), what)
    body = text.rstrip("=").replace("-", "+").replace("_", "/")
    if len(body) not in _BASE64 or not re.fullmatch(r"[0-9A-Za-z+/]+", body):
        return None
    return reading_of(base64.b64decode(body + "=" * (-len(body) % 4)).hex(), what)
