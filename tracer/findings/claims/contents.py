"""The claims `business_only` and `public_sources`: what kind of contacts a list holds.

Business contacts that were collected from public sources have no reason to be in a list of consumers, beyond what
any two lists of live numbers share. Null, for the numbers that no public source explains: they and the consumers'
lists are drawn among the live numbers of their blocks independently (`Overlap.among_live`: at least 1,000 of 10^4
live). The second test is of canaries: a consumer's persona, or in public sources any, is in no such list. Each
has half of the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracer.disclosure import Count, DatasetRef, Number, PartyRef, Probability, Reason, ReleaseRef, Text
from tracer.dossier.vocabulary import claimed_day, claimed_origin
from tracer.findings.case_facts import CaseFacts
from tracer.findings.claims.blocks import canaries_inside, mobiles_in, other_ranges_in, overlap_with, ranges_in
from tracer.findings.claims.verdict import (
    SURE,
    ClaimedList,
    ClaimRow,
    ClaimVerdict,
    numbers_known,
    of_lists,
    shown_count,
    statement,
    untestable,
)
from tracer.findings.deciding import COPY_UNKNOWN
from tracer.findings.lines import Hand, supply_chain_depth
from tracer.findings.overlap.close import close_to
from tracer.findings.tails import four_digits, rounded_up
from tracer.policy import SHOWN_FROM

_ALPHA = 0.001
"""Error at which a list is contradicted, as for `random`: a case may hold many lists."""
_WHOLE = 0.995
"""Share of a list that public sources must explain for the claim to be supported; the rest may be misread rows."""
_FIRMS = 3
"""Firms under which a mobile number must be to be reported: an agent's, or a filler."""


@of_lists
def assess_business(facts: CaseFacts, _: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`business_only`, on the list that the claim names or on all that the party holds."""
    public = [no for no, _ in _public_lists(facts, listed)]
    p_value, untold, numbers = _against_consumers(facts, listed, public, consumers=True)
    numbers = _firms(facts, listed.no, close_to(facts.con, listed.no, public)) | numbers
    printed = None if p_value is None else rounded_up(p_value)
    if p_value is not None and p_value <= _ALPHA / listed.lists:
        why = (Reason.of("claim-owners-are-consumers"), *_live(facts, listed.no))
        return ClaimVerdict("contradicted", printed, numbers, why, "G1")
    if untold is not None:
        return untestable(untold, numbers)
    if p_value is None and "firms" not in numbers:
        return untestable(Reason.of("claim-no-companies"), numbers)
    return ClaimVerdict("consistent", printed, numbers, (Reason.of("claim-staff-numbers"),))


@of_lists
def assess_public(facts: CaseFacts, _: ClaimRow, listed: ClaimedList) -> ClaimVerdict:
    """`public_sources`, on the list that the claim names or on all that the party holds."""
    public = _public_lists(facts, listed)
    lists = [no for no, _ in public]
    p_value, untold, numbers = _against_consumers(facts, listed, lists, consumers=False)
    bound = {"dataset": listed.no, "public": close_to(facts.con, listed.no, lists)}
    contacts, explained = facts.con.execute(statement("explained"), bound).fetchall()[0]
    residue = contacts - explained
    if public:
        shown = min(explained, residue) >= SHOWN_FROM or residue == 0
        names = [name for _, name in public]
        counts = {"public_lists": names, "explained": shown_count(explained), "residue": shown_count(residue)}
        numbers = counts | {"share_explained": four_digits(explained / contacts) if shown else None} | numbers
    numbers, printed = numbers_known(numbers), None if p_value is None else rounded_up(p_value)
    if p_value is not None and p_value <= _ALPHA / listed.lists:
        why = (Reason.of("claim-published-elsewhere"), *_live(facts, listed.no))
        return ClaimVerdict("contradicted", printed, numbers, why, "G1")
    if public and explained >= _WHOLE * contacts:
        return ClaimVerdict("supported", None, numbers, (Reason.of("claim-public-not-taken"),), "G1")
    if untold is not None:
        return untestable(untold, numbers)
    if not public and p_value is None:
        return untestable(Reason.of("claim-no-public-source"), numbers)
    return ClaimVerdict("consistent", printed, numbers, (Reason.of("claim-other-public-sources"),))


def _live(facts: CaseFacts, no: int) -> tuple[Reason, ...]:
    """How many live numbers a block in use is taken to have, of each plan of which the list has numbers."""
    taken = dict.fromkeys(
        (round(each.live * each.block), each.block) for each in [*ranges_in(facts, no), *other_ranges_in(facts, no)]
    )
    return tuple(Reason.of("claim-live-numbers", live=live, block=block) for live, block in taken)


def _public_lists(facts: CaseFacts, listed: ClaimedList) -> list[tuple[int, str]]:
    return facts.con.execute(statement("public_lists"), {"dataset": listed.id}).fetchall()


def _against_consumers(
    facts: CaseFacts, listed: ClaimedList, public: Sequence[int], *, consumers: bool
) -> tuple[float | None, Reason | None, dict[str, Any]]:
    """(p of both tests together or None where neither can be made, why what it shares with consumers cannot be tested,
    what was counted)."""
    con, no = facts.con, listed.no
    found = con.execute(statement("consumer_lists"), {"dataset": listed.id}).fetchall()
    # A contact card has room for a firm, whether or not one is named.
    columns = con.execute(statement("firm_columns"), {"lists": [number for number, _ in found]}).fetchall()
    filled = "SELECT 1 FROM {} WHERE trim(c{}) <> '' LIMIT 1"
    of_firms = {number for number, at, _, table in columns if con.execute(filled.format(table, at)).fetchall()}
    lists = [(number, name) for number, name in found if number not in of_firms]
    p_values, untold, numbers = list[float](), None, dict[str, Any]()
    if lists:
        others = [number for number, _ in lists]
        overlap = overlap_with(facts, no, others, public, everywhere=True)
        bound = {"dataset": no, "others": close_to(con, no, others), "without": close_to(con, no, public)}
        shared = con.execute(statement("with_consumers"), bound).fetchall()[0][0]
        numbers |= {"consumer_lists": [name for _, name in lists], "shared_with_consumers": shown_count(shared)}
        # Chance has no say in an address that two lists have in common: whose it is may be an owner, too.
        compared = overlap.rows >= SHOWN_FROM and overlap.known_numbers > 0
        if overlap.rows >= SHOWN_FROM > shared and not compared:
            untold = Reason.of("claim-consumers-elsewhere")
        elif not compared or shared - overlap.shared >= SHOWN_FROM:
            untold = Reason.of("claim-consumers-untold")
        if compared:
            null = overlap.among_live()
            p_values.append(null.tail(overlap.shared))
            numbers |= {"expected": four_digits(null.mean), "p_consumers": rounded_up(p_values[0])}
    p_canaries, canaries = canaries_inside(facts, no, consumers=consumers)
    if canaries["canaries_seen"] != 0:
        p_values.append(p_canaries)
        numbers |= canaries
    # Two tests are made wherever they can be; the family is both, whichever was decisive.
    return (min(1.0, 2 * min(p_values)) if p_values else None), untold, numbers


def _firms(facts: CaseFacts, no: int, public: list[int]) -> dict[str, Any]:
    """Mobile numbers, those with a firm, those under several, and agreement with what the firms have published.

    Where landlines look like mobile numbers nothing is said of mobile ones.
    """
    con, (mobile, mobiles) = facts.con, mobiles_in(facts, no)
    contacts = con.execute("SELECT contacts FROM dataset WHERE no = $no", {"no": no}).fetchall()[0][0]
    numbers: dict[str, Any] = {"contacts": contacts}
    if mobiles is not None:
        numbers["share_of_mobiles"] = four_digits(mobiles / max(contacts, 1))
    con.execute("CREATE OR REPLACE TEMP TABLE claim_firm (dataset INTEGER, row BIGINT, firm VARCHAR)")
    columns = con.execute(statement("firm_columns"), {"lists": [no, *public]}).fetchall()
    for dataset, position, first_row, raw_table in columns:
        text = statement("firm_texts").replace("raw.list", raw_table).replace("c_text", f"c{position}")
        con.execute(text, {"dataset": dataset, "shift": first_row - 1})
    text = statement("firms").format(mobile=mobile.replace("key", "s.key"))
    firms, named, several = con.execute(text, {"dataset": no, "least": _FIRMS}).fetchall()[0]
    if firms:
        numbers["firms"] = firms
        if mobiles is not None:
            with_a_firm = four_digits(named / max(mobiles, 1))
            numbers |= {"mobiles_with_a_firm": with_a_firm, "mobiles_under_three_firms": several}
        compared, agree = con.execute(statement("published"), {"dataset": no, "public": public}).fetchall()[0]
        if compared >= SHOWN_FROM:
            numbers |= {"published_compared": compared, "published_agree": shown_count(agree)}
    con.execute("DROP TABLE temp.claim_firm")
    return numbers


# Claims that other stages settle: `first_hand` and `own_collection`, which a copying from another party's list
# contradicts, `stated_origin` ("we got it from X on day D", as answers to requests for access say), which one from X's
# list supports, `not_retained` and `consented`.
#
# What decides of origins is a derivation at 95 % or more of grade G2 (direction supported), or a copy that is named by
# canaries. Where lines are sold, `first_hand` is held against who supplies whom (`findings.lines`).

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
        numbers = {"source": parent, "holder": holder, "probability": four_digits(probability)}
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
        numbers |= {"probability": four_digits(along)}
        if grade >= "G2":
            return ClaimVerdict("supported", None, numbers, (), grade)
        doubt = Reason.of("claim-perhaps-copied", source=DatasetRef(source), probability=Probability(along))
        return ClaimVerdict("consistent", None, numbers, (doubt,), grade)
    if back >= SURE and backwards >= "G2":
        why = Reason.of("claim-origin-reverse", source=DatasetRef(source), dataset=DatasetRef(dataset))
        return ClaimVerdict("contradicted", None, {**numbers, "probability": four_digits(back)}, (why,), backwards)
    unseen = Reason.of("claim-origin-unseen", party=PartyRef(giver))
    if others and (shared or 0) < _LIKELY * contacts:
        other, holder, probability, grade = others[0]
        numbers |= {"source": other, "holder": holder, "probability": four_digits(probability)}
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
    """`not_retained`: a copy that its recipient itself held after the end contradicts it (stage `retention`).

    One of which that is likelier than not speaks against it, as do a copy's rows that are there as hashes.
    """
    con, bound = facts.con, {"vendor": claim.about, "dataset": claim.dataset}
    rows = con.execute(statement("kept"), bound).fetchall()
    had = [row for row in rows if row[1] == "retained" and row[2] and row[3] >= _LIKELY]
    kept = [row for row in had if row[3] >= SURE and row[4] >= "G2"]
    passed = [row for row in rows if row[1] == "passed_on" and row[3] >= SURE]
    copies_kept, passed_on = len({row[0] for row in kept}), len({row[0] for row in passed})
    numbers: dict[str, Any] = {"copies_kept": copies_kept, "copies_passed_on": passed_on}
    if kept:
        release, _, _, probability, grade, seen_in, first_seen, ends = kept[0]
        numbers |= {"release": release, "ends": str(ends), "seen_in": seen_in, "first_seen": str(first_seen)}
        numbers |= {"probability": four_digits(probability)}
        others = Reason.of("claim-other-holders", release=ReleaseRef(release), dataset=DatasetRef(seen_in))
        return ClaimVerdict("contradicted", None, numbers, (others,), grade)
    if had:
        release, _, _, probability, grade, seen_in, first_seen, ends = had[0]
        numbers |= {"release": release, "ends": str(ends), "seen_in": seen_in, "first_seen": str(first_seen)}
        named: dict[str, Number] = {
            "release": ReleaseRef(release),
            "dataset": DatasetRef(seen_in),
            "seen": first_seen,
            "ends": ends,
        }
        perhaps = Reason.of("claim-kept-perhaps", **named, probability=Probability(probability))
        return ClaimVerdict("consistent", None, {**numbers, "probability": four_digits(probability)}, (perhaps,), grade)
    hashed = con.execute(statement("hashed"), {**bound, "unknown": COPY_UNKNOWN}).fetchall()
    if hashed:
        seen_in, release, seen, ends, client, matched, grade = hashed[0]
        numbers |= {"release": release, "ends": str(ends), "seen_in": seen_in, "first_seen": str(seen)}
        named = {"release": ReleaseRef(release), "dataset": DatasetRef(seen_in), "seen": seen, "ends": ends}
        as_hashes = Reason.of("claim-kept-hashed", **named, client=PartyRef(client), matched=Count(matched))
        return ClaimVerdict("consistent", None, numbers, (as_hashes,), grade)
    if passed:
        more = Reason.of("claim-passed-on", release=ReleaseRef(passed[0][0]))
        return ClaimVerdict("consistent", None, {**numbers, "release": passed[0][0]}, (more,), passed[0][4])
    copies, ended, seen_later = con.execute(statement("ended"), {"vendor": claim.about}).fetchall()[0]
    numbers |= {"copies": copies, "copies_ended": ended}
    if copies and ended and seen_later:
        why = [Reason.of("claim-kept-elsewhere")]
        for _, reading, after, probability, _, seen_in, *_ in rows:
            if reading == "retained" and after and probability >= _LIKELY:
                vendor, dataset = PartyRef(claim.about), DatasetRef(seen_in)
                likely = Probability(probability)
                why.insert(0, Reason.of("claim-perhaps-kept", vendor=vendor, dataset=dataset, probability=likely))
                break
        return ClaimVerdict("consistent", None, {**numbers, "lists_held_later": seen_later}, tuple(why))
    unknown = Reason.of("claim-no-copy" if copies == 0 else "claim-no-end" if ended == 0 else "claim-no-later-list")
    return untestable(unknown, numbers)


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
