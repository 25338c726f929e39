"""Hashing a case's own identifiers in the forms a seller would use, to see which of them a list of hashes holds.

A phone number's hash hides nothing: all mobile numbers can be hashed in a minute. So the caller says which identifiers
are hashed (its own canaries, the members of lists that it released), only those whose hash was asked for are kept, and
no hash is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from functools import cache

import duckdb
import numpy as np
import pyarrow as pa

from tracer.case.registered import registered
from tracer.identify.digests import ALGORITHMS, digest_base, digest_key_sql
from tracer.identify.keys import MOBILE_FIRST, MOBILE_LAST

_SQL_FUNCTIONS = ("md5", "sha1", "sha256")
_LIBRARY_FUNCTIONS = ("sm3", "sha512")
_BATCH = 100_000
"""Texts a batch for functions that SQL engines lack: bounds memory."""


def phone_texts_sql(key: str) -> str:
    """SQL: the list of forms in which a seller would hash the phone number `key`.

    The number as it is dialled at home (11 digits for a Chinese mobile number, 0 and the area code for a landline; of
    other countries with and without what is dialled in front there), and its international form behind nothing, + or
    00.
    """
    digits = f"CAST({key} AS VARCHAR)"
    abroad = f"{digits}, '+' || {digits}, '00' || {digits}"
    plan = f"{_plans_sql()}[1 + CAST(substr({digits}, 1, 3) AS INTEGER)]"
    own = f"substr({digits}, 1 + CAST(substr({plan}, 1, 1) AS INTEGER))"
    return (
        f"(CASE WHEN {key} BETWEEN {MOBILE_FIRST} AND {MOBILE_LAST} THEN [substr({digits}, 3), {abroad}]"
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
    for name in _SQL_FUNCTIONS:
        width = ALGORITHMS[name]
        if width in widths:
            con.execute(
                f"INSERT INTO {found} SELECT t.key, t.hash FROM"
                f" (SELECT key, {digest_key_sql(f'{name}(text)', width)} AS hash FROM {texts}) AS t"
                f" JOIN {wanted} AS w ON w.hash = t.hash"
            )
    for name in _LIBRARY_FUNCTIONS:
        if ALGORITHMS[name] in widths and name in hashlib.algorithms_available:
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
    with registered(con, sm3_hit=pa.table({"key": np.concatenate(keys), "hash": np.concatenate(hashes)})):
        con.execute(f"INSERT INTO {found} SELECT key, hash FROM sm3_hit")
