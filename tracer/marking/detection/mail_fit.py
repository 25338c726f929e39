"""Whether identities' addresses can be like a list's: in one of firms' contacts most are at the contact's own firm.

No canary can have such an address, and its own at another firm, or at a provider where few have theirs, shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracer.marking.detection.signs import heading_of
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import SourceList

_LEAST = 0.2
"""Share, or difference of shares, below which few records can be told by it."""
_FIRMS = 3
"""Firms whose contacts have addresses of one domain from which on it is a provider's."""
_SHOWN = 3


@dataclass(frozen=True)
class MailFit:
    """How a list's addresses go with its firms, and which identities have such."""

    columns: tuple[str, ...]
    of_firms: float
    """Share of the addresses at a domain that contacts of one firm alone have."""
    providers: tuple[str, ...]
    """Domains at which contacts of several firms have theirs, the commonest first."""
    fitting: int
    identities: int
    form: str

    def what(self) -> str:
        """What is the matter, in a sentence."""
        shown = ", ".join(self.providers[:_SHOWN])
        some = f" ({shown})" if shown else ""
        return (
            f"{self.of_firms:.0%} of the list's addresses are at the contact's own firm, where no canary has one;"
            f" {self.fitting:,} of {self.identities:,} identities have theirs at a provider that its contacts use{some}"
        )

    def advice(self) -> str:
        """What helps."""
        asked = " ".join(f'--without "{heading}"' for heading in self.columns)
        if self.form == "xlsx":
            return f"save the list as csv, load that, and leave the addresses out of all copies with {asked}"
        return f"leave the addresses out of all copies with {asked}; identities then need a number alone"


def mail_fit(con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]) -> MailFit | None:
    """How identities' addresses fit; None where a list has no firms or addresses, or its addresses are not at firms."""
    mails, firms = source.places("email"), source.places("organisation")
    if not mails or not firms or not source.places("phone"):
        return None
    table = source.tables[source.main.part]
    rows = con.execute(
        f"SELECT domain, count(*), count(DISTINCT firm) FROM (SELECT lower(split_part(c{mails[0]}, '@', -1)) AS domain,"
        f" c{firms[0]} AS firm FROM {table} WHERE c{mails[0]} LIKE '%@%' AND c{firms[0]} <> '')"
        " GROUP BY domain ORDER BY count(*) DESC, domain"
    ).fetchall()
    total = sum(count for _, count, _ in rows)
    providers = tuple(domain for domain, _, held in rows if held >= _FIRMS)
    of_firms = sum(count for _, count, held in rows if held < _FIRMS and count > 1) / max(1, total)
    known = frozenset(providers)
    own = [each.email_raw.rpartition("@")[2].strip().lower() for each in identities if each.email_raw]
    headings = tuple(heading_of(source, i) for i in mails)
    if of_firms < _LEAST:
        return None
    fitting = sum(domain in known for domain in own)
    return MailFit(headings, of_firms, providers, fitting, len(identities), source.main.format)
