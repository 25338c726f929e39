"""Claims that other stages settle: `first_hand` and `own_collection`, which a copying from another party's list
contradicts, `stated_origin` ("we got it from X on day D", as answers to requests for access say), which one from X's
list supports, `not_retained` and `consented`.

What decides of origins is a derivation at 95 % or more of grade G2 (direction supported), or a copy that is named by
canaries. Where lines are sold, `first_hand` is held against who supplies whom (`findings.lines`).
"""

from __future__ import annotations

from typing import Any

from tracer.disclosure import DatasetRef, PartyRef, Probability, Reason, ReleaseRef, Text
from tracer.dossier.claim_values import claimed_day, claimed_origin
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.verdict import (
    SURE,
    ClaimedList,
    ClaimRow,
    ClaimVerdict,
    of_lists,
    shown_count,
    statement,
    untestable,
)
from tracer.findings.intervals import rounded
from tracer.findings.lines import Hand, supply_chain_depth
from tracer.policy import SHOWN_FROM

_LIKELY = 0.5
"""Probability from which a list was likelier copied than not, and the share of a list from which another may be all of
its source."""
_RELATIONS = Reason.of("claim-relations")


@of_lists
def assess_own(facts: CaseFacts, claim: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`own_collection`: it came from no other party's list."""
    con, bound = facts.con, {"dataset": listed.id, "party": claim.about}
    copies = con.execute(statement("foreign_copies"), bound).fetchall()
    if copies:
        release, client, grade, _ = copies[0]
        numbers: dict[str, Any] = {"release": release, "client": client, "copies": len(copies)}
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-copy-named"),), grade)
    parents = con.execute(statement("foreign_parents"), bound).fetchall()
    sure = [row for row in parents if row[2] >= SURE and row[3] >= "G2"]
    if parents:
        parent, holder, probability, grade = (sure or parents)[0]
        numbers = {"source": parent, "holder": holder, "probability": rounded(probability)}
        if sure:
            why = (Reason.of("claim-partly-own"),)
            return ClaimVerdict("contradicted", None, {**numbers, "sources": len(sure)}, why, grade)
        return ClaimVerdict("consistent", None, numbers, _perhaps_copied(parents), grade)
    others = con.execute(
        "SELECT count(*) FROM dataset"
        " WHERE current AND views._enough(contacts) AND id <> $dataset AND holder <> $party",
        bound,
    ).fetchall()[0][0]
    if others == 0:
        return untestable(Reason.of("claim-no-other-list"))
    return ClaimVerdict("consistent", None, {"lists_compared": others}, (Reason.of("claim-source-unseen"),))


def assess_first_hand(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`first_hand`, of a list or of lines: of lines where the claim names no list and the party sells lines."""
    con, party = facts.con, {"party": claim.about}
    lines = con.execute("SELECT id, carrier, hand FROM line WHERE vendor = $party ORDER BY id", party).fetchall()
    role = con.execute("SELECT role FROM party WHERE id = $party", party).fetchone()
    if claim.dataset is not None or not (lines or (role is not None and role[0] == "line_vendor")):
        return assess_own(facts, claim)
    carriers = [carrier for _, carrier, _ in lines] or [None]
    depths = [depth for carrier in carriers if (depth := supply_chain_depth(con, claim.about, carrier)) is not None]
    hand = max(depths, key=lambda depth: (depth.whole, depth.hand), default=None)
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


def _grade(hand: Hand) -> str:
    return "G5" if hand.basis == "documented" else "G0"


@of_lists
def assess_stated(facts: CaseFacts, claim: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`stated_origin`: it came from the party, or the list, that the value names, on the day that it may name."""
    con, name, day, dataset = facts.con, claimed_origin(claim.value), claimed_day(claim.value), listed.id
    known = con.execute(statement("stated_giver"), {"name": name}).fetchone()
    if known is None:
        return untestable(Reason.of("claim-origin-unknown", name=Text(name)))
    giver, named_list = known
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
    others = [row for row in others if row[1] != giver and row[0] != named_list and row[2] >= SURE and row[3] >= "G2"]
    bound = {"dataset": dataset, "giver": giver, "listed": named_list}
    lists = con.execute(statement("stated_lists"), bound).fetchall()
    if not lists:
        no_list = Reason.of("claim-origin-no-list", party=PartyRef(giver))
        return untestable(no_list, {"contacts": contacts}, *_perhaps_copied(others))
    return _from_lists(giver, lists, others, dataset, contacts)


def _from_lists(
    giver: str, lists: list[tuple[Any, ...]], others: list[tuple[Any, ...]], dataset: str, contacts: int
) -> ClaimVerdict:
    """The verdict by the giver's lists, the likeliest source first, and the sure sources of others."""
    source, shared, along, grade, back, backwards = lists[0]
    numbers = {"contacts": contacts, "source": source, "shared": shown_count(shared or 0), "lists_compared": len(lists)}
    if along >= _LIKELY:
        numbers |= {"probability": rounded(along)}
        if grade >= "G2":
            return ClaimVerdict("supported", None, numbers, (), grade)
        doubt = Reason.of("claim-perhaps-copied", source=DatasetRef(source), probability=Probability(along))
        return ClaimVerdict("consistent", None, numbers, (doubt,), grade)
    if back >= SURE and backwards >= "G2":
        why = Reason.of("claim-origin-reverse", source=DatasetRef(source), dataset=DatasetRef(dataset))
        return ClaimVerdict("contradicted", None, {**numbers, "probability": rounded(back)}, (why,), backwards)
    unseen = Reason.of("claim-origin-unseen", party=PartyRef(giver))
    if others and (shared or 0) < _LIKELY * contacts:
        other, holder, probability, grade = others[0]
        numbers |= {"source": other, "holder": holder, "probability": rounded(probability)}
        return ClaimVerdict("contradicted", None, numbers, (unseen,), grade)
    open_ = Reason.of("claim-origin-open", party=PartyRef(giver))
    return untestable(open_, numbers, unseen, *_perhaps_copied(others))


def _perhaps_copied(parents: list[tuple[Any, ...]]) -> tuple[Reason, ...]:
    """That the list may come from the surest of these."""
    return tuple(
        Reason.of("claim-perhaps-copied", source=DatasetRef(parent), probability=Probability(probability))
        for parent, _, probability, _ in parents[:1]
    )


def assess_not_retained(facts: CaseFacts, claim: ClaimRow) -> ClaimVerdict:
    """`not_retained`: a copy that its recipient itself held after the end contradicts it (stage `retention`)."""
    con = facts.con
    rows = con.execute(statement("kept"), {"vendor": claim.about, "dataset": claim.dataset}).fetchall()
    kept = [row for row in rows if row[1] == "retained" and row[2] and row[3] >= SURE and row[4] >= "G2"]
    passed = [row for row in rows if row[1] == "passed_on" and row[3] >= SURE]
    copies_kept, passed_on = len({row[0] for row in kept}), len({row[0] for row in passed})
    numbers: dict[str, Any] = {"copies_kept": copies_kept, "copies_passed_on": passed_on}
    if kept:
        release, _, _, probability, grade, seen_in, first_seen, ends = kept[0]
        numbers |= {"release": release, "ends": str(ends), "seen_in": seen_in, "first_seen": str(first_seen)}
        numbers |= {"probability": rounded(probability)}
        others = Reason.of("claim-other-holders", release=ReleaseRef(release), dataset=DatasetRef(seen_in))
        return ClaimVerdict("contradicted", None, numbers, (others,), grade)
    if passed:
        more = Reason.of("claim-passed-on", release=ReleaseRef(passed[0][0]))
        return ClaimVerdict("consistent", None, {**numbers, "release": passed[0][0]}, (more,), passed[0][4])
    copies, ended, seen_later = con.execute(statement("ended"), {"vendor": claim.about}).fetchall()[0]
    numbers |= {"copies": copies, "copies_ended": ended}
    if copies and ended and seen_later:
        unseen = Reason.of("claim-kept-elsewhere")
        return ClaimVerdict("consistent", None, {**numbers, "lists_held_later": seen_later}, (unseen,))
    why = Reason.of("claim-no-copy" if copies == 0 else "claim-no-end" if ended == 0 else "claim-no-later-list")
    return untestable(why, numbers)


@of_lists
def assess_consented(facts: CaseFacts, _: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`consented`: whether the people of a list agreed, as far as refusals and stated bases tell.

    No data can show consent. What can be shown is its absence: people who had refused the same party before the list's
    day, or a stated basis that is none. Consent that was bundled into terms is a state of its own, and not consent to
    be called.
    """
    bound = {"dataset": listed.id}
    row = facts.con.execute(statement("bases"), bound).fetchall()[0]
    collected, used, releases, without, refused_lists = row
    inside = facts.con.execute(
        "SELECT people, before, own FROM refused_inside WHERE superseded IS NULL AND dataset = $dataset", bound
    ).fetchall()
    before = max((count or 0 for _, count, _ in inside), default=0)
    own = max((count or 0 for _, count, to_party in inside if to_party), default=0)
    numbers: dict[str, Any] = {"collected_under": collected or "unknown", "used_under": used or "unknown"}
    numbers |= {"copies": releases, "copies_without_basis": without, "lists_of_refusals": refused_lists}
    if refused_lists:
        people = max((count for count, _, _ in inside), default=0)
        numbers |= {"refused": shown_count(people), "refused_before": shown_count(before)}
    stated = {collected or "unknown", used or "unknown"}
    if own >= SHOWN_FROM:
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-agreed-again"),), "G1")
    if stated & {"none", "refused"}:
        return ClaimVerdict("contradicted", None, numbers, (Reason.of("claim-stated-basis"),))
    if refused_lists == 0 and stated == {"unknown"} and not without:
        return untestable(Reason.of("claim-no-basis"), numbers)
    why = Reason.of("claim-nobody-refused" if before < SHOWN_FROM else "claim-refused-others")
    if without:
        why = Reason.of("claim-copies-without-basis")
    elif "bundled_in_terms" in stated:
        why = Reason.of("claim-bundled-consent")
    return ClaimVerdict("consistent", None, numbers, (why,))
