"""The short answer of `why`: one sentence that could be printed, how sure, what it rests on, what speaks against it,
and what would settle it. Everything else that is known of the pair is under `--details`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from tracer.policy import Narrowed
from tracer.wording import Voice, headlines
from tracer.wording.claims import claim
from tracer.wording.names import Introduced, names_of
from tracer.wording.sections import Block, Paragraph, Points

# What ties two ends, as one conclusion: a claim that was asked for, a copy and where it was seen, who copied from
# whom, whose hands it went through, what is said of both, or that nothing ties them.

LIKELY = 0.5
"""Probability from which a finding is the answer."""
_READINGS = ("retained", "passed_on", "held")
_RARE = 0.01
"""Probability from which what no list explains is named."""
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


def conclude(found: Row, ends: Ends) -> Conclusion:
    """The first of these that there is: a claim that was asked for, a copy and where it was seen, a copy that is named
    by its planted records, who copied from whom, whose hands it went through, what is said of both; else that nothing
    ties them.
    """
    lists_alone = all(isinstance(end, DatasetRef) for end in ends.refs)
    first = (_explained, _named) if lists_alone else (_named, _explained)
    for look in (_claim, _copy_and_list, _retention, *first, _chain, _hidden, _addresses, _relation, _overlap):
        concluded = look(found, ends)
        if concluded is not None:
            return concluded
    a, b = ends.refs
    return Conclusion(Reason.of("why-nothing", a=a, b=b), open=True)


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
    mine = 0.0 if answer["best"] is None else float(answer["best"]["probability"])
    other = "" if answer["next"] is None else str(answer["next"]["through"])
    most = 0.0 if answer["next"] is None else float(answer["next"]["probability"])
    if answer["told"] and max(mine, most) >= LIKELY:
        return None if mine >= most else _other_copy(answer, other, most, ends)
    against = [row["against"] for row in _seen(found["retention"], answer["a"], answer["b"])] if mine else [[]]
    return Conclusion(
        reason_of(answer["answer"]), against=against[0], settle=answer["would_tell"],
        open=answer["best"] is None and answer["next"] is None,
    )  # fmt: skip


def _other_copy(answer: Row, other: str, probability: float, ends: Ends) -> Conclusion:
    """The list came from another copy of the same client."""
    rows = _seen(ends.rows("SELECT * FROM views.retention ORDER BY release, seen_in"), other, answer["b"])
    said = Reason.of(
        "why-other-copy", dataset=DatasetRef(answer["b"]), release=ReleaseRef(answer["a"]), other=ReleaseRef(other)
    )
    return Conclusion(
        said, _sure(probability), rows[0]["reasons"] if rows else (), rows[0]["against"] if rows else (),
        answer["would_tell"],
    )  # fmt: skip


def _seen(rows: Sequence[Row], release: str, dataset: str) -> list[Row]:
    return [row for row in rows if (row["release"], row["seen_in"]) == (release, dataset)]


def _retention(found: Row, ends: Ends) -> Conclusion | None:
    """A copy that a list came from: what its recipient kept before what was passed on."""
    rows = [row for row in found.get("retention", []) if row["probability"] >= LIKELY]
    if not rows:
        return None
    row = min(rows, key=lambda one: (_READINGS.index(one["reading"]), -one["probability"], one["release"]))
    copy = ends.copies.get(row["release"], {})
    answers = [one for one in found["what_if"] if one["best"] is not None and one["best"]["kind"] == "release"]
    answer = next((one for one in answers if one["b"] == row["seen_in"]), None)
    also = [answer["answer"]] if answer is not None and _code(answer["answer"]) == "which-copy-both" else []
    asked = [] if answer is None else answer["would_tell"]
    return Conclusion(
        _held(row, copy.get("ends")), _sure(row["probability"]), row["reasons"], [*also, *row["against"]],
        asked or [_record(row, copy.get("ends"))],
        parties=[row["vendor"], row["seen_with"]] if row["reading"] != "held" else [],
    )  # fmt: skip


def _record(row: Row, ends: date | None) -> Reason:
    """What paper would settle a copy that is as good as certain."""
    if row["reading"] == "retained":
        return Reason.of("why-ask-kept", vendor=PartyRef(row["vendor"]), ends=ends)
    holders = dict.fromkeys((row["vendor"], row["seen_with"]))
    return Reason.of("what-if-ask-handover", holders=tuple(PartyRef(holder) for holder in holders))


def _held(row: Row, ends: date | None) -> Reason:
    """The finding in one sentence."""
    if row["reading"] == "retained":
        return headlines.retention({**row, "ends": ends})
    return Reason.of(
        "why-copy-behind",
        seen=DatasetRef(row["seen_in"]), holder=PartyRef(row["seen_with"]), day=row["first_seen"],
        client=PartyRef(row["client"]), dataset=DatasetRef(row["dataset"]), vendor=PartyRef(row["vendor"]),
        held=Word("no" if row["reading"] != "held" else "in-time" if row["after_end"] is False else "no-end"),
    )  # fmt: skip


def _named(found: Row, ends: Ends) -> Conclusion | None:
    """A copy that its planted records or its draw name, where nothing is known of who kept it."""
    row = next((row for row in found.get("attributions", []) if row["accused"]), None)
    if row is None:
        return None
    holder = ends.lists.get(row["dataset"], {}).get("holder")
    _, error = deciding(row["p_value"], row["chance"])
    sure = None if error is None else Reason.of("why-error", error=PValue(error))
    return Conclusion(
        headlines.attribution(row, holder), sure, row["reasons"], row["against"],
        parties=[row["recipient"]],
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
    edges = [row for row in found.get("derivations", []) if {row["parent"], row["child"]} == pair]
    edge = next((row for row in edges if row["parent"] == best["giver"]), None)
    rests = list(_shared(found, pair, best)) if edge is None else _without_ratio(edge)
    reasons = [*_steps(best, ends), *rests]
    against = [] if edge is None else [one for one in edge["against"] if _code(one) != "derivation-alternative"]
    settle = answer["would_tell"]
    named = [ends.lists[name] for name in sorted(pair) if name in ends.lists]
    handed = [row["holder"] for row in named if row["origin"] not in {"own", "register"}]
    holders = handed if best["kind"] in _BY_HAND else []
    if not answer["told"]:
        return Conclusion(
            _open(answer, best), _odds(answer), rests, against, settle, parties=holders,
        )  # fmt: skip
    if following is not None:
        next_one = Reason.of(
            "why-next", next=reason_of(following["said"]), times=Times(max(float(answer["odds"] or 0.0), 1.0))
        )
        against = [next_one, *against]
    against = [*_unlisted(rows, following), *against]
    return Conclusion(_copied(best, edge, ends), _sure(best["probability"]), reasons, against, settle, parties=holders)


def _unlisted(rows: Sequence[Row], following: Row | None) -> Iterator[Reason]:
    """What no list explains, where that is likelier than the next explanation: it cannot be looked into, and counts."""
    least = _RARE if following is None else max(_RARE, float(following["probability"]))
    for row in rows[1:]:
        if row["kind"] == "other" and float(row["probability"]) >= least:
            yield Reason.of("why-unlisted", probability=Probability(float(row["probability"])))


def _copied(best: Row, edge: Row | None, ends: Ends) -> Reason:
    """Who copied whose list, with its days."""
    giver, taker = best["giver"], best["taker"]
    if best["kind"] == "copied" and edge is not None and edge.get("kind") == "version":
        return headlines.derivation({**edge, "direction": "told"})
    link = best["through"]
    through = None if link is None else DatasetRef(link) if link in ends.lists else Ref(link)
    return Reason.of(
        "why-explained", kind=Word(best["kind"]), taker=ends.held(taker), through=through,
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
                yield Reason.of(
                    "retention-copied", dataset=DatasetRef(taker), parent=DatasetRef(giver),
                    probability=Probability(row["probability"]), grade=Ref(row["grade"]),
                )  # fmt: skip


def _without_ratio(edge: Row) -> list[object]:
    """What an edge rests on: the contacts in common, and the rest by weight; what it is worth on other lists is a
    detail."""
    return [one for one in edge["reasons"] if _code(one) != "derivation-ratio"]


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


def _chain(found: Row, _: Ends) -> Conclusion | None:
    """Through whose hands data went from one end to the other."""
    row = next(iter(found.get("chains", [])), None)
    if row is None:
        return None
    return Conclusion(headlines.chain(row), reasons=[headlines.chain_by(row)], parties=row["parties"])


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


def _code(reason: object) -> str:
    return getattr(headlines.said(reason), "code", "")


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
        return [] if concluded.open else [Reason.of("why-against-none")]
    more = len(found) - REASONS
    return [*found[:REASONS], *([Reason.of("why-against-more", n=more)] if more > 0 else [])]


def _settle(concluded: Conclusion, ends: Ends) -> list[object]:
    asked = list(ends.unanswered(concluded.parties))
    return [*_distinct(concluded.settle)[:REASONS], *asked][: REASONS + 1]
