"""E-mail addresses.

An address links exactly as written, in lower case and without full-width forms: plus-tags are kept, because a tag may
be the only thing that distinguishes one copy's canary from another's. Where its provider documents that it is another
way to write a mailbox (a tag, dots of Gmail, googlemail.com), the mailbox is a second identifier, so that copies with
another spelling still join. Where no provider says so, two addresses are two people's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracer.documents import toml_of
from tracer.identify.cell import EMPTY, PLACEHOLDER, PLACEHOLDERS, Reading, fold, unwrap
from tracer.identify.digests import reading_of
from tracer.identify.keys import EMAIL_BASE, text_key, text_key_sql
from tracer.identify.number_forms import HASH

# Names of services, as people write them into addresses of their own, by `services.toml`; and what is never one. Only
# a name of this table, of a party of the case, or a word that many people write is ever shown: any other may be a
# person's name.

_LETTERS = re.compile(r"[^\W_]+")
_FORMS = frozenset(
    """
    ab ag as bv co company corp corporation gmbh holding inc incorporated kg kk limited llc llp ltd nv oy plc pte
    pty sa sas sl srl spa the und and
    """.split()
)
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
    groups = {
        group: {way: name or way for way, _, name in (word.partition("=") for word in table[group].split())}
        for group in ("everywhere", "known")
    }
    return ServiceNames(
        groups["everywhere"] | groups["known"],
        frozenset(groups["everywhere"].values()),
        frozenset(table["generic"].split()),
        tuple(table["providers"]["domains"].split()),
        {group: tuple(domains.split()) for group, domains in table["relays"].items()},
        tuple(table["endings"]["domains"].split()),
    )


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


# Which addresses mean one mailbox, by `mailboxes.toml`: only for comparing, never in what is kept.


@dataclass(frozen=True)
class Rule:
    """How the addresses of one domain are folded."""

    domain: str
    """The domain that stands for all domains of the same mailboxes."""
    tags: bool
    ignored: str


@cache
def rules() -> Mapping[str, Rule]:
    """Domain -> its rule. Domains that no provider speaks for are not there: nothing of them is folded."""
    table = toml_of((Path(__file__).parent / "mailboxes.toml").read_text(encoding="utf-8"))
    return {
        domain: Rule(
            domain if provider.get("separate", False) else provider["domains"][0],
            provider.get("tags", False),
            provider.get("ignored", ""),
        )
        for provider in table["provider"]
        for domain in provider["domains"]
    }


def mailbox(address: str) -> str:
    """The address that stands for the mailbox of a normalised address; the address itself where no provider says more.

    >>> mailbox("li.si+news@googlemail.com"), mailbox("li.si+news@example.com")
    ('lisi@gmail.com', 'li.si+news@example.com')
    """
    local, _, domain = address.rpartition("@")
    rule = rules().get(domain)
    if rule is None:
        return address
    if rule.tags:
        local = local.partition("+")[0] or local
    bare = local.translate({ord(mark): None for mark in rule.ignored})
    return f"{bare or local}@{rule.domain}"


@cache
def folded_pattern() -> str:
    """A regular expression (RE2) for normalised addresses that may be folded: `mailbox` decides."""
    arms = []
    for domain, rule in sorted(rules().items()):
        marks = rule.ignored + ("+" if rule.tags else "")
        if rule.domain != domain:
            arms.append(f"@{re.escape(domain)}$")
        elif marks:
            arms.append(f"[{re.escape(marks)}].*@{re.escape(domain)}$")
    return "|".join(arms)


_IN_LOCAL = r"a-z0-9_%&'*/=?^`{|}~!#$+-"
_LOCAL = rf"[{_IN_LOCAL}]+(?:\.[{_IN_LOCAL}]+)*"
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)"
_ADDRESS = re.compile(rf"{_LOCAL}@{_DOMAIN}")
# A possible beginning of an address begins no second one, so that long cells are read once. Chinese comes before and
# after an address without a blank: an ending is of Latin letters alone, or of none.
_SEARCH = re.compile(
    rf"(?<![.{_IN_LOCAL}]){_LOCAL}@(?:[\w-]+\.)+(?:(?:xn--[a-z0-9-]+|[a-z]{{2,}})(?![a-z0-9_-])|[^\W\d_a-z]{{2,}})"
)
_JUNK_LOCAL = r"(?:no-?reply|do-?not-?reply|postmaster|mailer-daemon|null|none|test|abuse)"
_JUNK = re.compile(rf"{_JUNK_LOCAL}(?:\+[^@]*)?@|.*@(?:example\.invalid|test\.test|localhost)$")
_LONGEST = 320
"""Letters of an address at most: 64, the @, 255."""
_MASKED = re.compile(r"[^@\s]*(?:[*•●]|x{3}|\.{3})[^@\s]*@[^@\s]+|[^@\s]+@[^@\s]*[*•●][^@\s]*")
_SQL_ADDRESS = r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"

JUNK = Reading(None, "junk", "", "not a person's address")
MASKED = Reading(None, "masked", "", "masked")
INVALID = Reading(None, "invalid", "", "no e-mail address")


def fast_sql(text: str, region: str) -> str:  # noqa: ARG001 - the signature of all kinds
    """SQL: the key of a plain address that is its own mailbox, otherwise NULL."""
    folded = f"lower(trim({text}))"
    plain = f"regexp_full_match({folded}, '{_SQL_ADDRESS}')"
    special = f"regexp_matches({folded}, '^{_JUNK_LOCAL}@|xxx|@(?:example\\.invalid|test\\.test|localhost)$')"
    several = f"regexp_matches({folded}, '{folded_pattern()}')"
    return f"CASE WHEN {plain} AND NOT {special} AND NOT {several} THEN {text_key_sql(EMAIL_BASE, folded)} END"


def read_email_cell(raw: str, region: str) -> tuple[Reading, ...]:  # noqa: ARG001 - the signature of all kinds
    """All addresses of one cell (parted by anything), each with its mailbox behind it where that is another; at least
    one reading.
    """
    text = unwrap(fold(raw)).lower()
    if not text:
        return (EMPTY,)
    if text in PLACEHOLDERS:
        return (PLACEHOLDER,)
    hashed = re.fullmatch(HASH, text)
    if hashed is not None and re.search("[a-f]", hashed[1]):
        return (reading_of(hashed[1], "an address"),)
    if len(text) <= _LONGEST and _MASKED.fullmatch(text):
        return (MASKED,)
    readings: list[Reading] = []
    for candidate in _SEARCH.findall(text):
        address = normalise(candidate)
        if address is None:
            continue
        if _JUNK.match(address):
            readings.append(JUNK)
            continue
        folded = mailbox(address)
        kind = "email" if folded == address else "email_tagged"
        readings.append(Reading(text_key(EMAIL_BASE, address), "ok", kind, ""))
        if folded != address:
            readings.append(Reading(text_key(EMAIL_BASE, folded), "ok", "email_folded", ""))
    return tuple(dict.fromkeys(readings)) or (INVALID,)


def normalise(text: str) -> str | None:
    """An address in lower case, its domain in ASCII (IDNA); None where it is not an address."""
    address = unwrap(fold(text)).lower().removeprefix("mailto:").rstrip(".")
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            return None
    address = f"{local}@{domain}"
    return address if _ADDRESS.fullmatch(address) and len(address) <= 254 else None


def mailbox_key(text: str) -> int | None:
    """The key of the mailbox that an address means; None where it is not an address."""
    address = normalise(text)
    return None if address is None else text_key(EMAIL_BASE, mailbox(address))


def email_key(text: str) -> int | None:
    """The key of an address as written (tag kept); None where it is not an address."""
    address = normalise(text)
    return None if address is None else text_key(EMAIL_BASE, address)
