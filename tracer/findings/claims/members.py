"""The claim `members_only`: messages go to members. A canary is not a member, so a message to one contradicts it.

Whose a message is follows from its sender, where that is a number of the party's lines, or from its text, where that
names the party. Both can be forged. What reached a control is background: that number was given to no one.
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.disclosure import Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import ClaimRow, ClaimVerdict, statement, untestable
from tracer.identify.organisation import parse

_SHORTEST = 2
"""Signs of a name that can be looked for in a text."""
_PLAIN = ("短信", "sms", "message")
"""Words of a claim that speak of any message, not of flash SMS alone."""


def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict on a party whose messages, it is said, go to members only; needs the tables of `LineEvents`."""
    con = facts.con
    text = f"{claim.value or ''} {claim.quote or ''}".casefold()
    plain = any(word in text for word in _PLAIN)
    flash = not plain and ("闪信" in text or "flash" in text)
    channels = ["flash_sms"] if flash else ["flash_sms", "sms"]
    rows = con.execute(
        statement("messages"), {"party": claim.about, "names": _names(con, claim.about), "channels": channels}
    ).fetchall()
    theirs = [row for row in rows if row[3]]
    hits, controls = [r for r in theirs if r[1] != "control"], [r for r in theirs if r[1] == "control"]
    plain_sms = con.execute(
        statement("messages"), {"party": claim.about, "names": _names(con, claim.about), "channels": ["sms"]}
    ).fetchall()
    numbers: dict[str, Any] = {
        "channels": channels, "messages": len(hits), "canaries": len({row[0] for row in hits}),
        "messages_to_controls": len(controls), "others_messages": len(rows) - len(theirs),
        "first": str(min(row[2] for row in hits).date()) if hits else None,
        "sms_of_the_same_sender": sum(row[3] and row[1] != "control" for row in plain_sms) if flash else None,
    }  # fmt: skip
    numbers = {name: value for name, value in numbers.items() if value is not None}
    if hits and not controls:
        alternatives = (Reason.of("claim-message-forged"), Reason.of("claim-entered-as-member"))
        return ClaimVerdict("contradicted", None, numbers, alternatives, "G1")
    if hits:
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-controls-reached"),), "G1")
    if numbers.get("sms_of_the_same_sender"):
        return ClaimVerdict("consistent", None, numbers, (Reason.of("claim-only-plain-messages"),))
    if rows:
        return untestable(Reason.of("claim-sender-unknown"), numbers)
    return untestable(Reason.of("claim-no-message"), numbers)


def _names(con: duckdb.DuckDBPyConnection, party: str) -> list[str]:
    """What a text may call the party: its names and aliases, and what distinguishes them from others."""
    rows = con.execute(
        "SELECT name FROM party WHERE id = $id AND name IS NOT NULL"
        " UNION SELECT alias FROM party_alias WHERE party = $id ORDER BY 1", {"id": party},
    ).fetchall()  # fmt: skip
    parsed = [parse(name) for (name,) in rows]
    cores = [found.core for found in parsed if found is not None]
    return sorted({name for name in (*(name for (name,) in rows), *cores) if len(name) >= _SHORTEST})
