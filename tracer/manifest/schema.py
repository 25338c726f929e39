"""The tables and keys of a manifest, as data: what each key holds, and which are required."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from tracer.dossier.vocabulary import (
    CANARY_KINDS,
    CHANNELS,
    CLAIM_KINDS,
    EVIDENTIAL_BASES,
    LAWFUL_BASES,
    ORIGINS,
    RELATION_KINDS,
    ROLES,
)


class Kind(Enum):
    """What a key holds."""

    TEXT = "a text"
    """Any text that is not empty."""
    ID = "an id"
    """An id of the table's own."""
    PARTY = "a party's id"
    """Names a party, declared or not."""
    DATASET = "a dataset's id"
    """Names a dataset of the manifest or the case."""
    EVIDENCE = "a list of evidence ids"
    """Names evidence of the manifest or the case."""
    DATE = "a date like 2026-05-01, without quotes (1900 to 2200)"
    """A TOML date."""
    BOOLEAN = "true or false"
    """A TOML boolean."""
    INTEGER = "a whole number up to 2,147,483,647"
    """A TOML integer."""
    SCALAR = "a number, a text, or true or false (numbers up to 10^15)"
    """The value of a claim."""
    ROWS = "a list of row numbers from 1, like [12, 380]"
    """A TOML array of positive integers."""
    TEXTS = "a list of texts"
    """A TOML array of strings."""
    MAPPING = 'a table like { phone = "手机号" }'
    """Column roles to headers: strings, or arrays of strings."""
    FILE = "a path"
    """A file that must be there."""
    FILES = "a path or a glob"
    """One file, or several where the table has no id."""


@dataclass(frozen=True)
class Key:
    """One key of a table."""

    kind: Kind
    """What it holds."""
    required: bool = False
    """Whether the table is refused without it."""
    words: tuple[str, ...] = ()
    """The only words allowed, where there is a list."""
    of: str = ""
    """What such a word is called in a refusal."""


_EVIDENCE = Key(Kind.EVIDENCE)
_BASIS = Key(Kind.TEXT, words=LAWFUL_BASES, of="lawful basis")

TABLES: Mapping[str, Mapping[str, Key]] = {
    "case": {
        "name": Key(Kind.TEXT), "region": Key(Kind.TEXT), "segments": Key(Kind.FILE), "rules": Key(Kind.FILE),
    },
    "party": {
        "id": Key(Kind.ID, True), "name": Key(Kind.TEXT, True), "name_en": Key(Kind.TEXT),
        "name_zh": Key(Kind.TEXT), "role": Key(Kind.TEXT, words=ROLES, of="party role"),
        "aliases": Key(Kind.TEXTS), "province": Key(Kind.TEXT), "industry": Key(Kind.TEXT),
        "protected": Key(Kind.BOOLEAN), "evidence": _EVIDENCE,
    },
    "dataset": {
        "id": Key(Kind.ID), "path": Key(Kind.FILES, True), "holder": Key(Kind.PARTY), "obtained": Key(Kind.DATE),
        "created": Key(Kind.DATE), "origin": Key(Kind.TEXT, words=ORIGINS, of="origin"), "columns": Key(Kind.MAPPING),
        "encoding": Key(Kind.TEXT), "region": Key(Kind.TEXT), "sheet": Key(Kind.TEXT), "table": Key(Kind.TEXT),
        "collected_under": _BASIS,
        "used_under": _BASIS, "evidence": _EVIDENCE, "title": Key(Kind.TEXT), "title_en": Key(Kind.TEXT),
        "title_zh": Key(Kind.TEXT), "keep_secret_hash": Key(Kind.BOOLEAN), "keep_original": Key(Kind.BOOLEAN),
    },
    "canaries": {"path": Key(Kind.FILE, True), "kind": Key(Kind.TEXT, words=CANARY_KINDS, of="kind of canary")},
    "release": {
        "id": Key(Kind.ID), "dataset": Key(Kind.DATASET, True), "to": Key(Kind.PARTY, True), "date": Key(Kind.DATE),
        "ends": Key(Kind.DATE), "purpose": Key(Kind.TEXT), "use_basis": _BASIS, "path": Key(Kind.FILE),
        "canary_rows": Key(Kind.ROWS), "evidence": _EVIDENCE,
    },
    "claim": {
        "id": Key(Kind.ID), "party": Key(Kind.PARTY, True), "about": Key(Kind.PARTY), "speaker": Key(Kind.TEXT),
        "channel": Key(Kind.TEXT, words=CHANNELS, of="channel"),
        "kind": Key(Kind.TEXT, True, words=CLAIM_KINDS, of="claim kind"), "value": Key(Kind.SCALAR),
        "dataset": Key(Kind.DATASET), "said": Key(Kind.DATE), "quote": Key(Kind.TEXT), "evidence": _EVIDENCE,
    },
    "relation": {
        "kind": Key(Kind.TEXT, True, words=RELATION_KINDS, of="relation kind"), "from": Key(Kind.PARTY, True),
        "to": Key(Kind.PARTY, True), "date": Key(Kind.DATE),
        "basis": Key(Kind.TEXT, words=EVIDENTIAL_BASES, of="basis"), "evidence": _EVIDENCE,
    },
    "line": {
        "id": Key(Kind.ID, True), "numbers": Key(Kind.TEXTS), "path": Key(Kind.FILE), "vendor": Key(Kind.PARTY),
        "carrier": Key(Kind.PARTY), "province": Key(Kind.TEXT), "hand": Key(Kind.INTEGER),
    },
    "signals": {"path": Key(Kind.FILE, True), "format": Key(Kind.TEXT)},
    "complaints": {"path": Key(Kind.FILE, True)},
    "reply": {
        "party": Key(Kind.PARTY, True), "asked": Key(Kind.DATE), "deadline": Key(Kind.DATE),
        "answered": Key(Kind.DATE), "text": Key(Kind.TEXT),
    },
    "evidence": {
        "id": Key(Kind.ID, True), "path": Key(Kind.FILE), "text": Key(Kind.TEXT), "kind": Key(Kind.TEXT),
        "acquired": Key(Kind.DATE), "by": Key(Kind.TEXT),
    },
}  # fmt: skip
"""Table → key → what it holds. `case` occurs once, every other table as often as needed."""
