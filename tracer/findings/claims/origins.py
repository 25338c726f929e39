"""The claims `first_hand` and `own_collection`, which a copying from another party's list contradicts, and
`stated_origin` ("we got it from X on day D", as answers to requests for access say), which one from X's list supports.

What decides is a derivation at 95 % or more of grade G2 (direction supported), or a copy that is named by canaries. Of
lines, `first_hand` is held against who supplies whom (`findings.lines.hands`).
"""

from __future__ import annotations

from typing import Any

import duckdb

from tracer.disclosure import DatasetRef, PartyRef, Probability, Reason, Text
from tracer.dossier.claim_values import claimed_day, claimed_origin
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import SURE, ClaimRow, ClaimVerdict, over_lists, statement, told, untestable, usable
from tracer.findings.intervals import rounded
from tracer.findings.lines import Hand, supply_chain_depth

LIKELY = 0.5
"""Probability from which a list was likelier copied than not, and the share of a list from which another may be all of
its source."""


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


def assess_stated(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`stated_origin`: it came from the party, or the list, that the value names, on the day that it may name."""
    return over_lists(facts.con, claim, lambda dataset, _: _stated(facts.con, claim, dataset))


def _stated(con: duckdb.DuckDBPyConnection, claim: ClaimRow, dataset: str) -> ClaimVerdict:
    _, why_not = usable(con, dataset)
    name, day = claimed_origin(claim.value), claimed_day(claim.value)
    known = con.execute(statement("stated_giver"), {"name": name}).fetchone()
    if why_not is not None or known is None:
        return untestable(why_not or Reason.of("claim-origin-unknown", name=Text(name)))
    giver, listed = known
    there, contacts = con.execute(
        "SELECT least(created, exported, obtained), contacts FROM dataset WHERE id = $id AND current", {"id": dataset}
    ).fetchall()[0]
    if day is not None and there is not None and there < day:
        before = Reason.of("claim-origin-before", dataset=DatasetRef(dataset), there=there, day=day)
        return ClaimVerdict("contradicted", None, {"contacts": contacts, "day": there.isoformat()}, (before,))
    given = con.execute(statement("stated_copies"), {"dataset": dataset, "giver": giver}).fetchall()
    if given:
        release, grade = given[0]
        numbers = {"contacts": contacts, "release": release}
        return ClaimVerdict("supported", None, numbers, (Reason.of("claim-copy-named"),), grade)
    others = con.execute(statement("foreign_parents"), {"dataset": dataset, "party": claim.about}).fetchall()
    others = [row for row in others if row[1] != giver and row[0] != listed and row[2] >= SURE and row[3] >= "G2"]
    lists = con.execute(statement("stated_lists"), {"dataset": dataset, "giver": giver, "listed": listed}).fetchall()
    if not lists:
        no_list = Reason.of("claim-origin-no-list", party=PartyRef(giver))
        return untestable(no_list, {"contacts": contacts}, *_elsewhere(others))
    return _from_lists(giver, lists, others, dataset, contacts)


def _from_lists(
    giver: str, lists: list[tuple[Any, ...]], others: list[tuple[Any, ...]], dataset: str, contacts: int
) -> ClaimVerdict:
    """The verdict by the giver's lists, the likeliest source first, and the sure sources of others."""
    source, shared, along, grade, back, backwards = lists[0]
    numbers = {"contacts": contacts, "source": source, "shared": told(shared or 0), "lists_compared": len(lists)}
    if along >= LIKELY:
        sure = grade >= "G2"
        doubt = Reason.of("claim-perhaps-copied", source=DatasetRef(source), probability=Probability(along))
        numbers |= {"probability": rounded(along)}
        return ClaimVerdict("supported" if sure else "consistent", None, numbers, () if sure else (doubt,), grade)
    if back >= SURE and backwards >= "G2":
        why = Reason.of("claim-origin-reverse", source=DatasetRef(source), dataset=DatasetRef(dataset))
        return ClaimVerdict("contradicted", None, {**numbers, "probability": rounded(back)}, (why,), backwards)
    unseen = Reason.of("claim-origin-unseen", party=PartyRef(giver))
    if others and (shared or 0) < LIKELY * contacts:
        other, holder, probability, grade = others[0]
        numbers |= {"source": other, "holder": holder, "probability": rounded(probability)}
        return ClaimVerdict("contradicted", None, numbers, (unseen,), grade)
    return untestable(Reason.of("claim-origin-open", party=PartyRef(giver)), numbers, unseen, *_elsewhere(others))


def _elsewhere(others: list[tuple[Any, ...]]) -> tuple[Reason, ...]:
    """The surest of the lists of others that it was copied from."""
    return tuple(
        Reason.of("claim-perhaps-copied", source=DatasetRef(one[0]), probability=Probability(one[2]))
        for one in others[:1]
    )


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
