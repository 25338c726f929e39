"""The claim `not_retained`: a copy that its recipient itself held after the end contradicts it (stage `retention`)."""

from __future__ import annotations

from typing import Any

from tracer.disclosure import DatasetRef, Reason, ReleaseRef
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import SURE, ClaimRow, ClaimVerdict, statement, untestable
from tracer.findings.intervals import rounded


def assess(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """The verdict on a recipient of copies that says to keep nothing."""
    con = facts.con
    rows = con.execute(statement("kept"), {"vendor": claim.about, "dataset": claim.dataset}).fetchall()
    kept = [row for row in rows if row[1] == "retained" and row[2] and row[3] >= SURE and row[4] >= "G2"]
    passed = [row for row in rows if row[1] == "passed_on" and row[3] >= SURE]
    numbers: dict[str, Any] = {
        "copies_kept": len({row[0] for row in kept}),
        "copies_passed_on": len({row[0] for row in passed}),
    }
    if kept:
        release, _, _, probability, grade, seen_in, first_seen, ends = kept[0]
        numbers |= {
            "release": release, "ends": str(ends), "seen_in": seen_in, "first_seen": str(first_seen),
            "probability": rounded(probability),
        }  # fmt: skip
        others = Reason.of("claim-other-holders", release=ReleaseRef(release), dataset=DatasetRef(seen_in))
        return ClaimVerdict("contradicted", None, numbers, (others,), grade)
    if passed:
        more = Reason.of("claim-passed-on", release=ReleaseRef(passed[0][0]))
        return ClaimVerdict("consistent", None, {**numbers, "release": passed[0][0]}, (more,), passed[0][4])
    known = con.execute(statement("ended"), {"vendor": claim.about}).fetchall()[0]
    copies, ended, seen_later = known
    numbers |= {"copies": copies, "copies_ended": ended}
    if copies == 0:
        return untestable(Reason.of("claim-no-copy"), numbers)
    if ended == 0:
        return untestable(Reason.of("claim-no-end"), numbers)
    if seen_later == 0:
        return untestable(Reason.of("claim-no-later-list"), numbers)
    unseen = Reason.of("claim-kept-elsewhere")
    return ClaimVerdict("consistent", None, {**numbers, "lists_held_later": seen_later}, (unseen,))
