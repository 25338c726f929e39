"""Single people who were handed on or called after they had refused: numbers in clear, only for a reason, journaled."""

from __future__ import annotations

from tracer.case.case import Case
from tracer.case.protected import PURPOSE, keyed_pseudonym
from tracer.errors import refuse_short
from tracer.findings.consent import refused_rows
from tracer.identify.keys import is_phone


def refused_people(case: Case, reason: str) -> list[dict[str, object]]:
    """(refusals, row, refused on, what, of, day, number) of every such person and event; addresses are left out.

    Journaled with the reason, how many rows, and keyed pseudonyms of the people, before anything is returned.

    Raises:
        UsageError: the reason is too short.
    """
    refuse_short(reason, "say who asked for the numbers, and why")
    rows: list[dict[str, object]] = [
        {
            "refusals": refusals,
            "row": row,
            "refused": refused and refused.isoformat(),
            "what": what,
            "of": of,
            "day": day and day.isoformat(),
            "number": f"+{key}",
        }
        for refusals, row, refused, what, of, day, key in refused_rows(case.con)
        if is_phone(key)
    ]
    pseudonym = keyed_pseudonym(case.secret(PURPOSE))
    who = sorted({pseudonym(f"revealed {row['number']}") for row in rows})
    case.journal.append(command="refusals", detail={"revealed": {"reason": reason, "rows": len(rows), "who": who}})
    return rows
