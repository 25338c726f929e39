"""Which tables are below the picture, with which columns: data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class SectionColumn:
    """One column: a key of the rows and how its values are shown."""

    key: str
    shown: str = "text"
    """`party`, `dataset`, `release` (links), `parties`, `datasets`, `releases` (lists of labels), `grade`, `number`,
    `text`, or the first part of words (`kind`: the value v is the word `kind-v`)."""
    head: str = ""
    """What its heading says where the key's own word is another table's."""


@dataclass(frozen=True)
class PageSection:
    """One table."""

    name: str
    columns: tuple[SectionColumn, ...]
    brief_without: str | None = None
    """A key of truth: rows in which it is false are shown in one line each, their reasons being reasons against."""


_COLUMNS = """
retention: grade:grade reading:kind vendor:party client:party release:release seen_in:dataset seen_with:party
    first_seen after_end:truth probability:chance
resale-chains: grade:grade chain:parties datasets:datasets first_seen last_seen
attributions: grade:grade dataset:dataset release:release recipient:party accused:truth canaries_seen:number
    canaries_planted:number rows_matched:number error:number test:by
derivations: grade:grade parent:dataset child:dataset shared:number share_of_child:number via:dataset
    probability:chance
vintage: client:party source:dataset dataset:dataset from_day to_day best matched:number rate:number:taken
    releases:releases probability:chance
claims: verdict:verdict party:party about:party kind:claim value dataset:dataset p_value:number
after-refusal: what:refused client:party refusals:dataset of:release party:party people:number events:number first_day
    last_day
complaint-rates: dimension:dimension name:party calls:number complaints:number rate:number low:number high:number
    p_value:number needed:number
lines: line vendor:party carrier:party province hand:number inferred:number rule bound examined:number
    violations:number
counts: scope:scope party:party counterparty:party list:dataset lists:number raw:number repeated:number untrue:number
    people:number together:number
consent: what:listed list:dataset party:party client:party collected_under:basis used_under:basis state:consent
    refused:number purged
sales: state:sale seller:party buyer:party date evidence parent:dataset child:dataset probability:chance
    opposite:chance
contradictions: what:contradiction about:party kind:claim party_a:party value_a said_a party_b:party value_b:verdict
    said_b
"""
"""Section, then its columns as `key:shown:head`, the last two where they are not `text` and the key's own word."""


def _sections() -> Iterator[PageSection]:
    for line in _COLUMNS.strip().replace("\n    ", " ").splitlines():
        name, _, columns = line.partition(": ")
        brief = "accused" if name == "attributions" else None
        yield PageSection(name, tuple(SectionColumn(*column.split(":")) for column in columns.split()), brief)


SECTIONS = tuple(_sections())
