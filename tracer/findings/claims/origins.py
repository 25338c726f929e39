"""The claims `first_hand` and `own_collection`: a copying from another party's list contradicts them.

What decides is a derivation at 95 % or more of grade G2 (direction supported), or a copy that is named by canaries. Of
lines, `first_hand` is held against who supplies whom (`findings.lines.hands`).
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.disclosure import DatasetRef, Probability, Reason
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import SURE, ClaimRow, ClaimVerdict, over_lists, statement, untestable, usable
from tracer.findings.intervals import rounded
from tracer.findings.lines.hands import Hand, supply_chain_depth


def assess_own(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`own_collection`: it came from no other party's list."""
    return over_lists(facts.con, claim, lambda dataset, _: _copied(facts.con, claim, dataset))


def assess_first_hand(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`first_hand`, of a list or of lines: of lines where the claim names no list and the party sells lines."""
    lines = facts.con.execute(
        "SELECT id, carrier, hand FROM line WHERE vendor = $party ORDER BY id", {"party": claim.about}
    ).fetchall()
    role = facts.con.execute("SELECT role FROM party WHERE id = $party", {"party": claim.about}).fetchone()
    if claim.dataset is None and (lines or (role is not None and role[0] == "line_vendor")):
        return _line(facts.con, claim.about, lines)
    return over_lists(facts.con, claim, lambda dataset, _: _copied(facts.con, claim, dataset))


def _copied(con: duckdb.DuckDBPyConnection, claim: ClaimRow, dataset: str) -> ClaimVerdict:
    _, why_not = usable(con, dataset)
    if why_not is not None:
        return untestable(why_not)
    parents = con.execute(statement("foreign_parents"), {"dataset": dataset, "party": claim.about}).fetchall()
    copies = con.execute(statement("foreign_copies"), {"dataset": dataset, "party": claim.about}).fetchall()
    if copies:
        release, client, grade, _ = copies[0]
        numbers: dict[str, Any] = {"release": release, "client": client, "copies": len(copies)}
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-copy-named"),), grade)
    sure = [row for row in parents if row[2] >= SURE and row[3] >= "G2"]
    if sure:
        parent, holder, probability, grade = sure[0]
        numbers = {"source": parent, "holder": holder, "probability": rounded(probability), "sources": len(sure)}
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-partly-own"),), grade)
    if parents:
        parent, holder, probability, grade = parents[0]
        numbers = {"source": parent, "holder": holder, "probability": rounded(probability)}
        doubt = Reason.of("claim-perhaps-copied", source=DatasetRef(parent), probability=Probability(probability))
        return ClaimVerdict("consistent", None, numbers, (doubt,), grade)
    others = con.execute(
        "SELECT count(*) FROM dataset WHERE current AND views._enough(contacts) AND id <> $id AND holder <> $party",
        {"id": dataset, "party": claim.about},
    ).fetchall()[0][0]
    if others == 0:
        return untestable(Reason.of("claim-no-other-list"))
    return ClaimVerdict("consistent", None, {"lists_compared": others}, (Reason.of("claim-source-unseen"),))


def _line(con: duckdb.DuckDBPyConnection, vendor: str, lines: list[tuple[Any, ...]]) -> ClaimVerdict:
    hand = max(
        (
            found
            for found in (supply_chain_depth(con, vendor, carrier) for _, carrier, _ in lines or [(None, None, None)])
            if found is not None
        ),
        key=lambda found: (found.whole, found.hand),
        default=None,
    )
    claimed = [(number, line) for line, _, number in lines if number is not None]
    numbers: dict[str, Any] = {"lines": [line for line, _, _ in lines]}
    if hand is not None:
        numbers |= {"hand": hand.hand, "path": list(hand.path), "basis": hand.basis}
        if hand.hand >= 2:
            least = () if hand.whole else (Reason.of("claim-chain-longer"),)
            return ClaimVerdict("contradicted", None, numbers, (*least, _RELATIONS), _grade(hand))
    if claimed and max(claimed)[0] >= 2:
        numbers |= {"stated_hand": max(claimed)[0], "line": max(claimed)[1]}
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-stated-hand"),))
    if hand is not None and hand.whole:
        return ClaimVerdict("supported", None, numbers, (_RELATIONS,), _grade(hand))
    return untestable(Reason.of("claim-supplier-unknown"), numbers)


_RELATIONS = Reason.of("claim-relations")


def _grade(hand: Hand) -> str:
    return "G5" if hand.basis == "documented" else "G0"
