"""What identities lack to be like a list's rows, asked where planted records give themselves away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.source_list import SourceList
from tracer.marking.persona.written_numbers import kind_of, number_form

_LEAST = 0.2
"""Share, or difference of shares, below which few records can be told by it."""
_FIRMS = 3
"""Firms whose contacts have addresses of one domain from which on it is a provider's."""
_SHOWN = 3
_ROWS = 1_000
"""Rows whose numbers are looked at."""
_CALLED = {"mobile": "mobiles", "fixed": "fixed lines"}


@dataclass(frozen=True)
class Lack:
    """One thing that a list's rows have and identities have not."""

    what: str
    advice: str
    """What helps."""

    def __str__(self) -> str:
        """Both in one sentence."""
        return f"{self.what}; {self.advice}"


def lacks(con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]) -> tuple[Lack, ...]:
    """All that they lack."""
    found = (_own_domains(con, source, identities), _kinds_of_numbers(con, source, identities))
    return tuple(each for each in found if each is not None)


def _own_domains(con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]) -> Lack | None:
    """In a list of firms' contacts most addresses are at the contact's own firm, where no canary has one."""
    mails, firms = source.places("email"), source.places("organisation")
    if not mails or not firms:
        return None
    rows = con.execute(
        f"SELECT domain, count(*), count(DISTINCT firm) FROM (SELECT lower(split_part(c{mails[0]}, '@', -1)) AS domain,"
        f" c{firms[0]} AS firm FROM {source.tables[source.main.part]}"
        f" WHERE c{mails[0]} LIKE '%@%' AND c{firms[0]} <> '') GROUP BY domain ORDER BY count(*) DESC, domain"
    ).fetchall()
    providers = [domain for domain, _, held in rows if held >= _FIRMS]
    share = sum(count for _, count, held in rows if held < _FIRMS and count > 1) / max(1, sum(row[1] for row in rows))
    own = Counter(each.email_raw.rpartition("@")[2].strip().lower() for each in identities if each.email_raw)
    fitting = sum(count for domain, count in own.items() if domain in providers or count == 1)
    if share < _LEAST or fitting > (1 - _LEAST) * len(identities):
        return None
    some = f" ({', '.join(providers[:_SHOWN])})" if providers else ""
    return Lack(
        f"{share:.0%} of the list's addresses are at the contact's own firm; {fitting:,} of {len(identities):,}"
        f" identities have theirs at a domain of their own, or at a provider that its contacts use{some}",
        "give identities addresses at domains of their own, one for each, as of a firm",
    )


def _kinds_of_numbers(
    con: duckdb.DuckDBPyConnection, source: SourceList, identities: Sequence[Identity]
) -> Lack | None:
    """All mobiles show where a third are fixed lines."""
    columns = [f"c{i}" for i in source.places("phone")]
    drawn = con.execute(
        f"SELECT {', '.join(columns)} FROM {source.tables[source.main.part]} ORDER BY md5('{source.no} ' || CAST(row AS"
        f" VARCHAR)), row LIMIT {_ROWS}"
    ).fetchall() if columns else []  # fmt: skip
    forms = [number_form(cell, source.region) for row in drawn for cell in row if cell]
    held = Counter(kind_of(form[1]) for form in forms if form is not None)
    own = Counter(each.kind for each in identities if each.phone is not None)
    if not held.total() or not own.total():
        return None
    apart = {kind: held[kind] / held.total() - own[kind] / own.total() for kind in _CALLED}
    most = max(apart, key=lambda kind: apart[kind])
    if apart[most] < _LEAST:
        return None
    kind, share = _CALLED[most], held[most] / held.total()
    return Lack(
        f"{share:.0%} of the list's numbers are {kind}; {own[most]:,} of the {own.total():,} identities with a number"
        " have one",
        f"import identities with {kind} as well, about {share:.0%} of them",
    )
