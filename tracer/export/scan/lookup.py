"""Which candidates are in the case's lists: set-based, so that a list of millions costs one pass.

The candidates of a file are a few thousand; they go into DuckDB as one JSON list and are joined with the memberships.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import duckdb
import phonenumbers

from tracer.case.registered import given
from tracer.identify.email import mailbox
from tracer.identify.email import normalise as normalise_email
from tracer.identify.keys import EMAIL_BASE, HASH_BASE, KEY_BASE, text_key
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


def identifiers(con: duckdb.DuckDBPyConnection, keys: Collection[int]) -> dict[int, str]:
    """Which keys the case holds → what they are."""
    return dict(_asked(con, _statement("identifiers"), keys))


def callers(con: duckdb.DuckDBPyConnection, digits: Collection[str]) -> set[str]:
    """Which digits (see `national`) are the number of a caller or of somebody who complained."""
    return {row[0] for row in _asked(con, _statement("callers"), digits)}


def national(digits: str) -> str:
    """Digits without exit code, the code 86 and trunk zero, as callers are compared."""
    return digits.removeprefix("00").removeprefix("86").lstrip("0")


def hashed(con: duckdb.DuckDBPyConnection, found: Collection[str]) -> set[str]:
    """Which hashes, none of the case's own files, are those of a number in a list."""
    known = {str(row[0]).lower() for row in con.execute(_statement("known_hashes")).fetchall()}
    leaking: set[str] = set()
    for length, method in _METHODS.items():
        unknown = {digits for digits in found if len(digits) == length} - known
        leaking |= {row[0] for row in _asked(con, _statement("hashed").replace("{hash}", method), unknown)}
    return leaking


_METHODS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hexadecimal digits of a hash → what makes it."""


def bearers(con: duckdb.DuckDBPyConnection, candidates: Collection[str]) -> set[str]:
    """Which candidates are a name or an address of fewer than `FEW_BEARERS` rows of the current lists."""
    cells = _cells(con) if candidates else []
    if not cells:
        return set()
    every = " UNION ALL ".join(f"SELECT c{position} AS cell FROM {raw}" for raw, places in cells for position in places)
    return {row[0] for row in _asked(con, _statement("bearers").replace("{cells}", every), candidates, few=FEW_BEARERS)}


def _cells(con: duckdb.DuckDBPyConnection) -> list[tuple[str, Sequence[int]]]:
    there: Mapping[str, bool] = {
        f"raw.{name}": True
        for (name,) in con.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'raw'"
            " AND table_catalog = current_database()"
        ).fetchall()
    }
    return [(raw, places) for raw, places in con.execute(_statement("cells")).fetchall() if raw in there]


def _asked(
    con: duckdb.DuckDBPyConnection, statement: str, candidates: Collection[int] | Collection[str], **bound: int
) -> list[tuple[Any, ...]]:
    if not candidates:
        return []
    return con.execute(statement, {"candidates": given(candidates), **bound}).fetchall()
