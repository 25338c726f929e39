"""Which addresses mean one mailbox, by `mailboxes.toml`: only for comparing, never in what is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracer.documents import toml_of


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
            provider.get("tags", False), provider.get("ignored", ""),
        )
        for provider in table["provider"]
        for domain in provider["domains"]
    }  # fmt: skip


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
