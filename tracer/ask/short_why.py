"""The short answer of `why`: one sentence that could be printed, how sure, what it rests on, what speaks against it,
and what would settle it. Everything else that is known of the pair is under `--details`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from tracer.ask.ends import Ends, Row
from tracer.ask.what_if import odds_phrase
from tracer.disclosure import (
    Count,
    DatasetRef,
    Measure,
    PartyRef,
    Probability,
    PValue,
    Reason,
    Ref,
    ReleaseRef,
    Times,
    Word,
    reason_of,
)
from tracer.findings.deciding import deciding
from tracer.findings.statements import Statement, headlines
from tracer.findings.statements.headlines import claim
from tracer.policy import Narrowed
from tracer.wording import Voice
from tracer.wording.names import Introduced, names_of
from tracer.wording.sections import Block, Paragraph, Points

# What ties two ends, as one conclusion: a claim that was asked for, a copy and where it was seen, who copied from
# whom, whose hands it went through, what is said of both, or that nothing ties them.

LIKELY = 0.5
"""Probability from which a finding is the answer."""
_READINGS = ("retained", "passed_on", "held")
MOST_DIRECT = 2
"""Lists of a chain that is one step."""
_BY_HAND = ("copied", "through", "common", "hidden")
"""Explanations in which somebody handed a list over."""


@dataclass(frozen=True)
class Conclusion:
    """What is answered."""

    answer: Reason
    sure: Reason | None = None
    """How sure; None where the answer itself says it."""
    reasons: Sequence[object] = ()
    """Reasons, as values or as the store holds them, the strongest first."""
    against: Sequence[object] = ()
    settle: Sequence[object] = ()
    parties: Sequence[str] = ()
    open: bool = False
    told: bool = True
    """Whether it is stated, and not one of several that cannot be told apart: then that nothing speaks against it would
    be no answer."""
    also: Sequence[Reason] = ()
    """What is said right behind how sure it is."""


def conclude(found: Row, ends: Ends) -> Conclusion:
    """The first of these that there is: a claim that was asked for, a copy and where it was seen, a copy that is named
    by its planted records, who copied from whom, whose hands it went through, what is said of both; else that nothing
    ties them.
    """
    lists_alone = all(isinstance(end, DatasetRef) for end in ends.refs)
    first = (_explained, _named) if lists_alone else (_named, _explained)
    looks = (_claim, _copy_and_list, _retention, _chain_between, *first)
    for look in (*looks, _chain, _hidden, _addresses, _relation, _overlap):
        concluded = look(found, ends)
        if concluded is not None:
            return replace(concluded, also=(*concluded.also, *_ruled_out(found)))
    a, b = ends.refs
    return Conclusion(Reason.of("why-nothing", a=a, b=b), open=True)


def _ruled_out(found: Row) -> Iterator[Reason]:
    """Copyings that a person has ruled out, with what they would be otherwise."""
    for row in found.get("derivations", []):
        by = headlines.judged(row)
        if by is not None and row["judgement"] not in (None, "confirm"):
            yield Reason.of(
                "why-ruled-out", parent=DatasetRef(row["parent"]), child=DatasetRef(row["child"]), judged=by
            )


def _claim(found: Row, _: Ends) -> Conclusion | None:
    """What a party said, where one of the ends is what it said."""
    asked = {found["a"], found["b"]}
    row = next((row for row in found.get("claims", []) if row["claim"] in asked), None)
    if row is None:
        return None
    return Conclusion(claim({**row, "quote": None}), against=row["alternatives"] or (), parties=[row["party"]])


# ---------------------------------------------------------------- copies
def _copy_and_list(found: Row, ends: Ends) -> Conclusion | None:
    """A copy and a list of which it cannot be told that the one came from the other, or that came from another copy."""
    answer = next((row for row in found["what_if"] if row["best"] is None or row["best"]["kind"] == "release"), None)
    if answer is None or (found["a"] not in ends.copies and found["b"] not in ends.copies):
        return None
    best = answer["best"]
    if answer["told"] and best is not None and float(best["probability"]) >= LIKELY:
        asked = {found["a"], found["b"]}
        return None if best["through"] in asked else _other_copy(answer, ends)
    rows = [row for row in found.get("retention", []) if (row["release"], row["seen_in"]) == (answer["a"], answer["b"])]
    return Conclusion(
        reason_of(answer["answer"]), against=rows[0]["against"] if rows else (), settle=answer["would_tell"],
        open=best is None, told=bool(answer["told"]),
    )  # fmt: skip


def _other_copy(answer: Row, ends: Ends) -> Conclusion:
    """The list came from another copy of the same client."""
    other, dataset = answer["best"]["through"], answer["b"]
    known = (ends.found(kind, other, dataset) for kind in ("retention", "held"))
    stated = next((one for one in known if one is not None), None)
    said = Reason.of(
        "why-other-copy", dataset=DatasetRef(dataset), release=ReleaseRef(answer["a"]), other=ReleaseRef(other)
    )
    sure, reasons, against = _sure(answer["best"]["probability"]), (), ()
    return Conclusion(
        said, sure, reasons if stated is None else stated.reasons, against if stated is None else stated.against,
        answer["would_tell"],
    )  # fmt: skip


def _retention(found: Row, ends: Ends) -> Conclusion | None:
    """A copy that a list came from: what its recipient kept before what was passed on."""
    rows = [row for row in found.get("retention", []) if row["probability"] >= LIKELY]
    if not rows:
        return None
    row = min(rows, key=lambda one: (_READINGS.index(one["reading"]), -one["probability"], one["release"]))
    copy = ends.copies.get(row["release"], {})
    answers = [one for one in found["what_if"] if one["best"] is not None and one["best"]["kind"] == "release"]
    answer = next((one for one in answers if one["b"] == row["seen_in"]), None)
    also = [answer["answer"]] if answer is not None and headlines.code_of(answer["answer"]) == "which-copy-both" else []
    asked = [] if answer is None else answer["would_tell"]
    stated = ends.stated("held" if row["reading"] == "held" else "retention", row["release"], row["seen_in"])
    return Conclusion(
        stated.said, stated.sure[0], stated.reasons, [*also, *stated.against],
        asked or [_record(row, copy.get("ends"))],
        parties=[row["vendor"], row["seen_with"]] if row["reading"] != "held" else [], also=_by_chain(found, ends),
    )  # fmt: skip


def _record(row: Row, ends: date | None) -> Reason:
    """What paper would settle a copy that is as good as certain."""
    if row["reading"] == "retained":
        return Reason.of("why-ask-kept", vendor=PartyRef(row["vendor"]), ends=ends)
    holders = dict.fromkeys((row["vendor"], row["seen_with"]))
    return Reason.of("what-if-ask-handover", holders=tuple(PartyRef(holder) for holder in holders))


def _named(found: Row, ends: Ends) -> Conclusion | None:
    """A copy that its planted records or its draw name, where nothing is known of who kept it."""
    row = next((row for row in found.get("attributions", []) if row["accused"]), None)
    if row is None:
        return None
    stated = ends.stated("attribution", row["release"], row["dataset"])
    _, error = deciding(row["p_value"], row["chance"])
    sure = None if error is None else Reason.of("why-error", error=PValue(error))
    return Conclusion(
        stated.said, sure, stated.reasons, stated.against, parties=[row["recipient"]],
    )  # fmt: skip


# ---------------------------------------------------------------- lists
def _explained(found: Row, ends: Ends) -> Conclusion | None:
    """Who copied from whom, by the best explanation of the pair, or that it cannot be told."""
    answer = next((row for row in found["what_if"] if row["best"] is not None), None)
    if answer is None or answer["best"]["kind"] == "release":
        return None
    pair = {answer["a"], answer["b"]}
    rows = [row for row in found.get("explanations", []) if {row["giver"], row["taker"]} == pair]
    best, following = rows[0], answer["next"]
    stated = ends.derived(best["giver"], best["taker"]) if best["kind"] in ("copied", "exchange") else None
    named = [ends.lists[name] for name in sorted(pair) if name in ends.lists]
    handed = [row["holder"] for row in named if row["origin"] not in {"own", "register"}]
    holders = handed if best["kind"] in _BY_HAND else []
    if stated is not None and answer["told"]:
        return Conclusion(
            _copied(best, stated.row, ends), stated.sure_alone, _without_ratio(stated.reasons), stated.against,
            answer["would_tell"], parties=holders,
        )  # fmt: skip
    rests = [*_steps(best, ends), *(_shared(found, pair, best) if stated is None else _without_ratio(stated.reasons))]
    if not answer["told"]:
        against = (
            ()
            if stated is None
            else [one for one in stated.against if headlines.code_of(one) != "derivation-alternative"]
        )
        return Conclusion(
            _open(answer, best), _odds(answer), rests, against, answer["would_tell"], parties=holders, told=False
        )
    next_one = [] if following is None else [Reason.of(
        "why-next", next=reason_of(following["said"]), times=Times(max(float(answer["odds"] or 0.0), 1.0))
    )]  # fmt: skip
    return Conclusion(
        _copied(best, None, ends), _sure(best["probability"]), rests, next_one,
        answer["would_tell"], parties=holders,
    )  # fmt: skip


def _copied(best: Row, edge: Row | None, ends: Ends) -> Reason:
    """Who copied whose list, with its days."""
    giver, taker = best["giver"], best["taker"]
    if best["kind"] == "copied" and edge is not None and edge.get("kind") == "version":
        return headlines.derivation({**edge, "direction": "told"})
    link = best["through"]
    through = None if link is None else DatasetRef(link) if link in ends.lists else Ref(link)
    return Reason.of(
        "why-explained", kind=Word(best["kind"]), sure=headlines.firm(best if edge is None else edge),
        taker=ends.held(taker), through=through,
        giver=ends.held(giver, inside=best["kind"] != "copied"),
    )  # fmt: skip


def _open(answer: Row, best: Row) -> Reason:
    """That it cannot be told, and what it lies between."""
    following = answer["next"]
    if best["kind"] == "other" or following is None:
        return reason_of(answer["answer"])
    if {best["kind"], following["kind"]} == {"copied"}:
        return Reason.of("why-open-direction", datasets=(DatasetRef(answer["a"]), DatasetRef(answer["b"])))
    return Reason.of("why-open", best=reason_of(best["said"]), next=reason_of(following["said"]))


def _odds(answer: Row) -> Reason:
    odds = None if answer["odds"] is None else odds_phrase(float(answer["odds"]))
    return Reason.of("why-odds", odds=odds)


def _steps(best: Row, ends: Ends) -> Iterator[Reason]:
    """The copies that a way through another list is made of."""
    if best["kind"] != "through":
        return
    for giver, taker in ((best["giver"], best["through"]), (best["through"], best["taker"])):
        for row in ends.rows("SELECT * FROM views.derivations WHERE probability >= .05 ORDER BY parent, child"):
            if (row["parent"], row["child"]) == (giver, taker):
                firm = headlines.firm(row).code == "firm"
                yield Reason.of(
                    "retention-copied" if firm else "retention-copied-perhaps", dataset=DatasetRef(taker),
                    parent=DatasetRef(giver),
                    probability=Probability(row["probability"]), grade=Ref(row["grade"]),
                )  # fmt: skip


def _without_ratio(reasons: Sequence[object]) -> list[object]:
    """What an edge rests on: the contacts in common, and the rest by weight; what it is worth on other lists is a
    detail."""
    return [one for one in reasons if headlines.code_of(one) != "derivation-ratio"]


def _shared(found: Row, pair: set[str], best: Row) -> Iterator[Reason]:
    """What the two lists have in common, and what chance would give, where no edge says so."""
    for row in found.get("overlaps", []):
        if {row["a"], row["b"]} == pair and not row["small"] and row["shared"] is not None:
            child, parent = (row["a"], row["b"]) if row["a"] == best["taker"] else (row["b"], row["a"])
            whole = row["a_contacts"] if child == row["a"] else row["b_contacts"]
            yield Reason.of(
                "derivation-shared",
                shared=Count(row["shared"]), whole=Count(whole, across_lists=False), child=DatasetRef(child),
                parent=DatasetRef(parent), expected=Measure(float(row["expected"])),
            )  # fmt: skip


def _chain(found: Row, ends: Ends) -> Conclusion | None:
    """Through whose hands data went from one end to the other."""
    row = next(iter(found.get("chains", [])), None)
    return None if row is None else _of_chain(ends.stated("chain", *row["datasets"]), found)


def _between(found: Row, ends: Ends) -> Iterator[Statement]:
    """Chains that begin with one end and stop with the other."""
    asked = {found["a"], found["b"]}
    for row in found.get("chains", []):
        tips = ({row[name][0], row[name][-1]} for name in ("datasets", "parties"))
        if len(row["datasets"]) > MOST_DIRECT and asked in tips:
            yield ends.stated("chain", *row["datasets"])


def _chain_between(found: Row, ends: Ends) -> Conclusion | None:
    """Such a chain, whose number is that of all its steps."""
    return next((_of_chain(one, found) for one in _between(found, ends)), None)


def _by_chain(found: Row, ends: Ends) -> list[Reason]:
    """How sure the chain between the ends is, where the answer is surer than that."""
    return [_all_steps(one) for one in list(_between(found, ends))[:1]]


def _of_chain(stated: Statement, found: Row) -> Conclusion:
    first, last = stated.lists[0], stated.lists[-1]
    ways = {(row["ancestor"], row["dataset"]): float(row["probability"]) for row in found.get("ways", [])}
    surest = max(ways.get((first, last), 0.0), stated.probability or 0.0)
    any_way = Reason.of("why-any-way", first=DatasetRef(first), last=DatasetRef(last), probability=Probability(surest))
    also = [_all_steps(stated), any_way]
    return Conclusion(stated.said, stated.sure_alone, against=stated.against, parties=stated.parties, also=also)


def _all_steps(stated: Statement) -> Reason:
    return Reason.of("why-all-steps", by=stated.sure[0])


def _hidden(found: Row, _: Ends) -> Conclusion | None:
    """A list that was never obtained."""
    row = next(iter(found.get("hidden", [])), None)
    if row is None or row["contacts"] is None:
        return None
    answer = Reason.of("why-hidden", hidden=Ref(row["hidden"]), datasets=tuple(map(DatasetRef, row["children"])))
    return Conclusion(answer, _sure(row["probability"]), row["reasons"])


def _addresses(found: Row, _: Ends) -> Conclusion | None:
    """What addresses of a list name, where nothing else ties the two."""
    row = next(iter(found.get("alias_origins", [])), None)
    if row is None:
        return None
    names, *others = row["reasons"]
    return Conclusion(reason_of(names), reasons=others, against=row["against"])


def _relation(found: Row, _: Ends) -> Conclusion | None:
    """What is said of two parties; it is not a finding."""
    row = next(iter(found.get("relations", [])), None)
    if row is None:
        return None
    kind, basis = headlines.kebab(row["kind"]), str(row["basis"] or "alleged")
    stated = Reason(f"relation-{kind}", {"a": PartyRef(row["from_party"]), "b": PartyRef(row["to_party"])})
    return Conclusion(
        Reason.of("why-stated", relation=stated, day=row["date"], basis=Word(basis)),
        parties=[row["from_party"], row["to_party"]],
    )


def _overlap(found: Row, _: Ends) -> Conclusion | None:
    """Too little in common, or no more than chance gives."""
    answer = next((row for row in found["what_if"] if row["best"] is None), None)
    return None if answer is None else Conclusion(reason_of(answer["answer"]), settle=answer["would_tell"], open=True)


def _sure(probability: float) -> Reason:
    return Reason.of("headline-sure", probability=Probability(float(probability)))


REASONS = 3
"""Reasons that are given, the strongest first; as many of what speaks against it and of what would settle it."""


def short_why(
    con: duckdb.DuckDBPyConnection, found: Row, lang: str, *, narrowed: Narrowed = dict, untraced: str = ""
) -> tuple[Block, ...]:
    """The answer of `why.tied` as blocks.

    untraced: that findings are not those of the case as it is now, in words.
    """
    ends = Ends(con, found, narrowed)
    voice = Voice(lang, Introduced(names_of(con, lang, narrowed), lang))
    concluded = conclude(found, ends)
    if untraced and concluded.open:  # nothing was looked for: what is not shown is not ruled out
        return (Paragraph(untraced), Paragraph(voice.say(Reason.of("why-more"))))
    blocks: list[Block] = [Paragraph(untraced)] if untraced else []
    blocks.append(Paragraph(voice.say(concluded.answer)))
    if concluded.sure is not None:
        blocks.append(Paragraph(voice.say(Reason.of("why-how-sure", sure=concluded.sure))))
    blocks += [Paragraph(voice.say(one)) for one in concluded.also]
    for title, said in (
        (Reason.of("why-rests-on"), _first(concluded.reasons)),
        (Reason.of("why-speaks-against"), _against(concluded)),
        (Reason.of("why-would-settle"), _settle(concluded, ends)),
    ):
        texts = tuple(voice.show(headlines.said(one)) for one in said)
        if texts:
            blocks += [Paragraph(voice.say(title), "label"), Points(texts)]
    blocks += _named_by_addresses(found, concluded, voice)
    return (*blocks, Paragraph(voice.say(Reason.of("why-more"))))


def _named_by_addresses(found: Row, concluded: Conclusion, voice: Voice) -> list[Block]:
    """What addresses of a list name, where the conclusion rests on something else."""
    rows = [row for row in found.get("alias_origins", []) if reason_of(row["reasons"][0]) != concluded.answer]
    if not rows:
        return []
    said = [one for row in rows[:REASONS] for one in (row["reasons"][0], *row["against"][:1])]
    texts = tuple(voice.show(headlines.said(one)) for one in said)
    return [Paragraph(voice.say(Reason.of("why-title-alias-origins")), "label"), Points(texts)]


def _first(reasons: Sequence[object]) -> list[object]:
    """The first ones, none twice."""
    return _distinct(reasons)[:REASONS]


def _distinct(reasons: Sequence[object]) -> list[object]:
    kept: dict[str, object] = {}
    for one in reasons:
        kept.setdefault(str(one), one)
    return list(kept.values())


def _against(concluded: Conclusion) -> list[object]:
    """What speaks against it, the weightiest first; that nothing does is said too."""
    found = _distinct(concluded.against)
    if not found:
        return [] if concluded.open or not concluded.told else [Reason.of("why-against-none")]
    more = len(found) - REASONS
    return [*found[:REASONS], *([Reason.of("why-against-more", n=more)] if more > 0 else [])]


def _settle(concluded: Conclusion, ends: Ends) -> list[object]:
    asked = list(ends.unanswered(concluded.parties))
    return [*_distinct(concluded.settle)[:REASONS], *asked][: REASONS + 1]
