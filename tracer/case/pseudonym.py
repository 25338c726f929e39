"""Keyed pseudonyms: the same party or caller has the same one in every export of a case, and none outside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

import duckdb

from tracer.case.key import derive
from tracer.case.schema import read_meta

PURPOSE = b"export pseudonyms"
"""The purpose under which the case derives the key: `case.secret(PURPOSE)`."""
_LETTERS = 8


def keyed_pseudonym(secret: bytes) -> Callable[[str], str]:
    """A function from a text to eight letters and digits (40 bits of HMAC-SHA256 under `secret`).

    Without the secret names cannot be tried out against it, which a plain hash would allow.
    """

    def pseudonym(text: str) -> str:
        digest = hmac.new(secret, text.encode("utf-8"), hashlib.sha256).digest()
        return base64.b32encode(digest).decode("ascii").lower()[:_LETTERS]

    return pseudonym


def keyed_digest(con: duckdb.DuckDBPyConnection, digest: str) -> str:
    """What stands for a hash over findings or facts in what leaves and in the journal (HMAC-SHA-256, hexadecimal).

    The hash itself is over the ids of protected parties too: who knows all the rest could try them out.
    """
    secret = derive(bytes.fromhex(read_meta(con, "root_secret")), b"digests")
    return hmac.new(secret, digest.encode(), hashlib.sha256).hexdigest()
