"""Names of services, as people write them into addresses of their own, by `services.toml`; and what is never one.

Only a name of this table, of a party of the case, or a word that many people write is ever shown: any other may be a
person's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracer.documents import toml_of

_LETTERS = re.compile(r"[^\W_]+")
_FORMS = frozenset((
    "ab", "ag", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "holding", "inc", "incorporated",
    "kg", "kk", "limited", "llc", "llp", "ltd", "nv", "oy", "plc", "pte", "pty", "sa", "sas", "sl", "srl", "spa",
    "the", "und", "and",
))  # fmt: skip
"""Words of a firm's name that people leave out of an address."""
_SHORTEST = 3
"""Letters of a name at least."""


@dataclass(frozen=True)
class ServiceNames:
    """What a word in an address may mean."""

    names: Mapping[str, str]
    """A way to write a service -> its name."""
    everywhere: frozenset[str]
    generic: frozenset[str]
    providers: tuple[str, ...]
    relays: Mapping[str, tuple[str, ...]]
    """`name`, `opaque`, `below` -> domains of services whose addresses forward."""
    endings: tuple[str, ...]


@cache
def service_names() -> ServiceNames:
    """The table of the tool."""
    table = toml_of((Path(__file__).parent / "services.toml").read_text(encoding="utf-8"))
    written = {
        way: name or way
        for group in ("everywhere", "known")
        for way, _, name in (word.partition("=") for word in table[group].split())
    }
    everywhere = {name or way for way, _, name in (word.partition("=") for word in table["everywhere"].split())}
    return ServiceNames(
        written, frozenset(everywhere), frozenset(table["generic"].split()),
        tuple(table["providers"]["domains"].split()),
        {group: tuple(domains.split()) for group, domains in table["relays"].items()},
        tuple(table["endings"]["domains"].split()),
    )  # fmt: skip


def name_in_addresses(organisation: str) -> str | None:
    """How people would write an organisation into an address; None where nothing is left of its name.

    >>> name_in_addresses("Gartenwelt Nord GmbH"), name_in_addresses("www.gartenwelt.example")
    ('gartenweltnord', 'gartenwelt')
    """
    bare = organisation.strip().lower().removeprefix("https://").removeprefix("www.")
    if re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+/?", bare):
        bare = bare.split(".")[0]
    words = [word for word in _LETTERS.findall(bare) if word not in _FORMS]
    name = "".join(words)
    if len(name) < _SHORTEST or name.isdigit() or name in service_names().generic:
        return None
    return name
