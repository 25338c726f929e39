"""Which devices, cars, accounts and documents a word of a file can be, where the case holds such kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import duckdb

from tracer.case.key import derive
from tracer.case.schema import read_meta
from tracer.identify.devices import ad_id_of, imei_of, vin_of
from tracer.identify.handle import FORMS, handle_of
from tracer.identify.keys import EMAIL_BASE, FURTHER, FURTHER_BASE, further_key
from tracer.identify.national_ids import SCHEMES
from tracer.identify.plate import plate_of
from tracer.identify.sealed import PURPOSE, key_of_seal, seal_of
from tracer.resources import statements_beside

SPACED = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?"
    r"|\d{2,6}(?:[ \-./]\d{2,8}){1,4}[A-Z0-9]?)"
)
"""IBANs and numbers of people in groups."""
_LEAST = 6
"""Digits of a number of a person, at least."""
_statement = statements_beside(__file__)


class FurtherKeys:
    """The keys that a word can mean, of the kinds that a case holds."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        bound = {"first": FURTHER_BASE, "end": EMAIL_BASE}
        held = {base for (base,) in con.execute(_statement("further_kinds"), bound).fetchall()}
        self.kinds = frozenset(kind for kind, base in FURTHER.items() if base in held)
        root = read_meta(con, "root_secret") if self.kinds & {"national_id", "iban"} else ""
        self._secret = derive(bytes.fromhex(root), PURPOSE) if root else b""

    def of(self, word: str) -> Iterator[int]:
        """The keys that a word, or groups of digits, can mean."""
        plain: tuple[tuple[str, Callable[[str], str | None]], ...] = (
            ("imei", imei_of), ("ad_id", ad_id_of), ("vin", vin_of), ("plate", plate_of),
        )  # fmt: skip
        for kind, read in plain:
            if kind in self.kinds and (text := read(word)) is not None and not (kind == "plate" and text.isdigit()):
                yield further_key(kind, text)
        if "handle" in self.kinds:
            yield from {further_key("handle", text) for service in FORMS if (text := handle_of(word, service))}
        if "iban" in self.kinds:
            yield from self._sealed(word, "iban", "")
        if "national_id" in self.kinds and sum(char.isdigit() for char in word) >= _LEAST:
            for scheme in SCHEMES:
                yield from self._sealed(word, "national_id", scheme)

    def _sealed(self, word: str, role: str, scheme: str) -> Iterator[int]:
        key = key_of_seal(seal_of(word, role, scheme, self._secret), role)
        if key is not None:
            yield key
