"""Which candidates are in the case's lists: set-based, so that a list of millions costs one pass.

The candidates of a file are a few thousand; they go into DuckDB as one Arrow table and are joined with the memberships.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import duckdb
import phonenumbers
import pyarrow as pa

from tracer.case.registered import registered
from tracer.identify.email import normalise as normalise_email
from tracer.identify.keys import EMAIL_BASE, HASH_BASE, KEY_BASE, text_key
from tracer.identify.mailbox import mailbox
from tracer.resources import statements_beside

FEW_BEARERS = 20
"""A name that is in as many rows or more points at no single person."""

_statement = statements_beside(__file__)


def country_code(region: str) -> str:
    """The digits that come before a national number of `region` (ISO 3166 alpha-2), `86` for CN."""
    return str(phonenumbers.country_code_for_region(region) or "")


def phone_keys(digits: str, country: str) -> set[int]:
    """The keys that digits written in a text can mean: with and without exit code, country code and trunk zero."""
    national = digits.removeprefix("00")
    forms = {national, national.removeprefix(country) if country else national}
    texts = {form.lstrip("0") for form in forms} | {country + form.lstrip("0") for form in forms}
    return {int(text) for text in texts if 8 <= len(text) <= 15}


def email_keys(address: str) -> set[int]:
    """The keys of an address as written, and of the mailbox that it means."""
    plain = normalise_email(address)
    return set() if plain is None else {text_key(EMAIL_BASE, form) for form in {plain, mailbox(plain)}}


def value_key(value: str) -> int:
    """The key of a value in a column mapped as `key`."""
    return text_key(KEY_BASE, value)


def hash_key(digits: str) -> int:
    """The key of a hash that a list holds in place of a number or address."""
    return text_key(HASH_BASE, digits)


def identifiers(con: duckdb.DuckDBPyConnection, keys: Iterable[int]) -> dict[int, str]:
    """Which keys the case holds → what they are."""
    table = pa.table({"key": pa.array(sorted(set(keys)), pa.int64())})
    return dict(_asked(con, "identifiers", table))


def callers(con: duckdb.DuckDBPyConnection, digits: Iterable[str]) -> set[str]:
    """Which digits (see `national`) are the number of a caller or of somebody who complained."""
    table = pa.table({"digits": pa.array(sorted(set(digits)), pa.string())})
    return {row[0] for row in _asked(con, "callers", table)}


def national(digits: str) -> str:
    """Digits without exit code, the code 86 and trunk zero, as callers are compared."""
    return digits.removeprefix("00").removeprefix("86").lstrip("0")


def hashed(con: duckdb.DuckDBPyConnection, found: Collection[str]) -> set[str]:
    """Which hashes, none of the case's own files, are those of a number in a list."""
    known = {str(row[0]).lower() for row in con.execute(_statement("known_hashes")).fetchall()}
    leaking: set[str] = set()
    for length, method in _METHODS.items():
        unknown = sorted({digits for digits in found if len(digits) == length} - known)
        if unknown:
            table = pa.table({"hash": pa.array(unknown, pa.string())})
            with registered(con, candidate=table):
                rows = con.execute(_statement("hashed").replace("{hash}", method)).fetchall()
            leaking |= {row[0] for row in rows}
    return leaking


_METHODS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hexadecimal digits of a hash → what makes it."""


def bearers(con: duckdb.DuckDBPyConnection, candidates: Iterable[str]) -> set[str]:
    """Which candidates are a name or an address of fewer than `FEW_BEARERS` rows of the current lists."""
    table = pa.table({"text": pa.array(sorted(set(candidates)), pa.string())})
    cells = _cells(con)
    if not cells or not table.num_rows:
        return set()
    every = " UNION ALL ".join(f"SELECT c{position} AS cell FROM {raw}" for raw, places in cells for position in places)
    folded = "lower(trim(regexp_replace(translate(cell, '\u3000', ' '), '\\s+', ' ', 'g')))"
    with registered(con, candidate=table):
        rows = con.execute(
            f"SELECT c.text FROM ({every}) JOIN candidate c ON c.text = {folded}"
            " GROUP BY c.text HAVING count(*) < $few ORDER BY c.text",
            {"few": FEW_BEARERS},
        ).fetchall()
    return {row[0] for row in rows}


def _cells(con: duckdb.DuckDBPyConnection) -> list[tuple[str, Sequence[int]]]:
    there: Mapping[str, bool] = {
        f"raw.{name}": True
        for (name,) in con.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'raw'"
            " AND table_catalog = current_database()"
        ).fetchall()
    }
    return [(raw, places) for raw, places in con.execute(_statement("cells")).fetchall() if raw in there]


def _asked(con: duckdb.DuckDBPyConnection, name: str, candidates: pa.Table) -> list[tuple[Any, ...]]:
    if not candidates.num_rows:
        return []
    with registered(con, candidate=candidates):
        return con.execute(_statement(name)).fetchall()
