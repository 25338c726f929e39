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
from collections.abc import Collection
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa

from tracer.case.store import registered_tables, sql_literal
from tracer.identify.cell import Reading, fold, unwrap
from tracer.identify.keys import HASH_BASE, MOBILE_FIRST, MOBILE_LAST

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


_DIGESTS = [
    hashlib.new(name, text.encode()).digest()
    for name in sorted(hashlib.algorithms_available & ALGORITHMS.keys())
    for text in _NOTHING
]
_EMPTY = {digest.hex(): base64.b64encode(digest).decode() for digest in _DIGESTS}
"""Hexadecimal hash -> base64, of everything in `_NOTHING`."""
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


# Hashing a case's own identifiers in the forms a seller would use, to see which of them a list of hashes holds. A
# phone number's hash hides nothing: all mobile numbers can be hashed in a minute. So the caller says which
# identifiers are hashed (its own canaries, the members of lists that it released), only those whose hash was asked
# for are kept, and no hash is stored.

_SQL_FUNCTIONS = ("md5", "sha1", "sha256")
_BATCH = 100_000
"""Texts a batch for functions that SQL engines lack: bounds memory."""


def phone_texts_sql(key: str) -> str:
    """SQL: the list of forms in which a seller would hash the phone number `key`.

    The number as it is dialled at home (11 digits for a Chinese mobile number, 0 and the area code for a landline; of
    other countries with and without what is dialled in front there), its international form behind nothing, + or 00,
    and the last ten digits of that, as California's DROP has them of every country.
    """
    digits = f"CAST({key} AS VARCHAR)"
    abroad = f"{digits}, '+' || {digits}, '00' || {digits}, right({digits}, 10)"
    plan = f"{_plans_sql()}[1 + CAST(substr({digits}, 1, 3) AS INTEGER)]"
    own = f"substr({digits}, 1 + CAST(substr({plan}, 1, 1) AS INTEGER))"
    return (
        f"list_distinct(CASE WHEN {key} BETWEEN {MOBILE_FIRST} AND {MOBILE_LAST} THEN [substr({digits}, 3), {abroad}]"
        f" WHEN {digits} LIKE '86%' THEN ['0' || substr({digits}, 3), {abroad}]"
        f" WHEN strlen({plan}) = 1 THEN [{own}, {abroad}] ELSE [{own}, substr({plan}, 2) || {own}, {abroad}] END)"
    )


@cache
def _plans_sql() -> str:
    """SQL: a list, by a number's first three digits: how many of them are the country code, and what is dialled at
    home in front of the others.

    Source: the metadata of libphonenumber. No code begins with another (ITU-T E.164).
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    fronts: dict[str, str] = {}
    for code, (first, *_) in COUNTRY_CODE_TO_REGION_CODE.items():
        metadata = PhoneMetadata.metadata_for_region(first, None)
        front = (metadata.national_prefix if metadata is not None else None) or ""
        fronts[str(code)] = front if front.isdigit() and front != str(code) else ""
    plans = []
    for start in (f"{number:03}" for number in range(1_000)):
        own = next((start[:length] for length in (1, 2, 3) if start[:length] in fronts), "")
        plans.append(f"'{len(own)}{fronts.get(own, '')}'")
    return f"[{', '.join(plans)}]"


def match_digests(con: duckdb.DuckDBPyConnection, texts: str, wanted: str, found: str, widths: Collection[int]) -> None:
    """Hash texts; insert into `found` those whose hash is wanted.

    `texts`: relation (key BIGINT, text VARCHAR); `wanted`: relation (hash BIGINT) of hash keys, each once; `found`:
    table (key BIGINT, hash BIGINT). `widths`: digits of the wanted hashes (`digests.WIDTHS`), so that nothing is
    computed in vain. SM3 is left out where Python's OpenSSL lacks it; SM3 and SHA-512 are computed outside SQL.
    """
    for name, width in ALGORITHMS.items():
        if width in widths and name in _SQL_FUNCTIONS:
            con.execute(
                f"INSERT INTO {found} SELECT t.key, t.hash FROM"
                f" (SELECT key, {digest_key_sql(f'{name}(text)', width)} AS hash FROM {texts}) AS t"
                f" JOIN {wanted} AS w ON w.hash = t.hash"
            )
        elif width in widths and name in hashlib.algorithms_available:
            _match_by_library(con, name, texts, wanted, found)


def _match_by_library(con: duckdb.DuckDBPyConnection, name: str, texts: str, wanted: str, found: str) -> None:
    """SM3 (GB/T 32905) or SHA-512 by OpenSSL, a batch of Arrow at a time; only what is wanted outlives its batch."""
    asked = np.sort(con.execute(f"SELECT hash FROM {wanted}").to_arrow_table()["hash"].to_numpy())
    base, fresh = digest_base(ALGORITHMS[name]), hashlib.new(name)
    keys, hashes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for batch in con.execute(f"SELECT key, text FROM {texts}").to_arrow_reader(_BATCH):
        made = np.empty(batch.num_rows, np.int64)
        for i, text in enumerate(batch["text"].to_pylist()):
            state = fresh.copy()
            state.update(text.encode())
            made[i] = base + int(state.hexdigest()[8:23], 16)
        at = np.minimum(np.searchsorted(asked, made), max(len(asked) - 1, 0))
        hit = asked[at] == made if len(asked) else np.zeros(len(made), bool)
        keys.append(batch["key"].to_numpy()[hit])
        hashes.append(made[hit])
    with registered_tables(con, sm3_hit=pa.table({"key": np.concatenate(keys), "hash": np.concatenate(hashes)})):
        con.execute(f"INSERT INTO {found} SELECT key, hash FROM sm3_hit")
