"""The short answer of `why`: one sentence that could be printed, how sure, what it rests on, what speaks against it,
and what would settle it. Everything else that is known of the pair is under `--details`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import duckdb

from tracer.ask.story import Teller
from tracer.ask.what_if import Row, odds_phrase
from tracer.ask.why import ends_of
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
from tracer.findings.deciding import COPY_UNKNOWN, deciding_test
from tracer.findings.statements import Statement, headlines, statements
from tracer.policy import Narrowed
from tracer.wording.sections import Block, Paragraph, Points

# What ties two ends, as one conclusion: a claim that was asked for, a copy and where it was seen, who copied from
# whom, whose hands it went through, what is said of both, or that nothing ties them.

LIKELY = 0.5
"""Probability from which a finding is the answer."""
REASONS = 3
"""Reasons that are given, the strongest first; as many of what speaks against it and of what would settle it."""
MOST_DIRECT = 2
"""Lists of a chain that is one step."""
_READINGS = ("retained", "passed_on", "held")
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


class AskedStatements:
    """The two ends of a question, what ties them, and what is known of the lists and copies that an answer names."""

    def __init__(self, teller: Teller, found: Row) -> None:
        """found: the answer of `explained_edge`."""
        self.teller, self.found, self._known = teller, found, dict[str, dict[tuple[str, ...], Statement]]()
        self.a, self.b = (end.ref for end in ends_of(teller.con, found["a"], found["b"]))
        self.asked = {self.a.id, self.b.id}

    def section(self, name: str) -> Sequence[Row]:
        """Rows of what ties them."""
        rows: Sequence[Row] = self.found.get(name, ())
        return rows

    def find(self, kind: str, *about: str) -> Statement | None:
        """The statement of a kind about these, likely or not; None where there is none."""
        if kind not in self._known:
            self._known[kind] = {one.about: one for one in statements(self.teller.queried, (kind,), 0.0)}
        return self._known[kind].get(tuple(dict.fromkeys(about)))

    def get(self, kind: str, *about: str) -> Statement:
        """One that is there, because its row is."""
        known = self.find(kind, *about)
        assert known is not None  # noqa: S101 - rows and statements are of one case
        return known

    def chains_between(self) -> Iterator[Statement]:
        """Chains that begin with one end and stop with the other."""
        for row in self.section("chains"):
            tips = ({row[name][0], row[name][-1]} for name in ("datasets", "parties"))
            if len(row["datasets"]) > MOST_DIRECT and self.asked in tips:
                yield self.get("chain", *row["datasets"])


def conclude(ends: AskedStatements) -> Conclusion:
    """The first of these that there is: a claim that was asked for, a copy and where it was seen, a copy that is named
    by its planted records, who copied from whom, whose hands it went through, what is said of both; else that nothing
    ties them.
    """
    concluded = next(_conclusions(ends), None)
    if concluded is None:
        return Conclusion(Reason.of("why-nothing", a=ends.a, b=ends.b), open=True)
    # Copyings that a person has ruled out, with what they would be otherwise.
    ruled_out = [
        Reason.of("why-ruled-out", parent=DatasetRef(row["parent"]), child=DatasetRef(row["child"]), judged=by)
        for row in ends.section("derivations")
        if (by := headlines.judgement_said(row)) is not None and row["judgement"] not in (None, "confirm")
    ]
    return replace(concluded, also=(*concluded.also, *ruled_out))


def _conclusions(ends: AskedStatements) -> Iterator[Conclusion]:
    for row in ends.section("claims"):
        if row["claim"] in ends.asked:
            said = headlines.claim({**row, "quote": None})
            yield Conclusion(said, against=row["alternatives"] or (), parties=[row["party"]])
    # People who refused, in the other list: what these two have in common says nothing else.
    for stated in (*ends.teller.of("refusal"), *ends.teller.of("inside")):
        if ends.asked == {*stated.lists, *stated.copies}:
            yield Conclusion(stated.said, also=stated.sure, parties=[stated.row["party"]])
    found, unnamed = [*_copy_and_list(ends)], [*_unnamed(ends)]
    yield from (one for one in found if not one.open or not unnamed)
    yield from _retention(ends)
    yield from (_of_chain(stated, ends) for stated in ends.chains_between())
    # Records planted only in somebody's own database, in a list of somebody else.
    for row in ends.section("at_home"):
        yield Conclusion(reason_of(row["said"]), parties=[row["client"]] if row["client"] else [], told=False)
    lists_alone = isinstance(ends.a, DatasetRef) and isinstance(ends.b, DatasetRef)
    for look in (_best_explanation, _named_copies) if lists_alone else (_named_copies, _best_explanation):
        yield from look(ends)
    yield from unnamed
    yield from (_of_chain(ends.get("chain", *row["datasets"]), ends) for row in ends.section("chains"))
    for row in ends.section("hidden")[:1]:
        if row["contacts"] is not None:
            answer = Reason.of(
                "why-hidden", hidden=Ref(row["hidden"]), datasets=tuple(map(DatasetRef, row["children"]))
            )
            yield Conclusion(answer, headlines.sure(row), row["reasons"])
    # What addresses of a list name, where nothing else ties the two.
    for row in ends.section("alias_origins"):
        names, *others = row["reasons"]
        yield Conclusion(reason_of(names), reasons=others, against=row["against"])
    # What is said of two parties; it is not a finding.
    for row in ends.section("relations"):
        parties = row["from_party"], row["to_party"]
        basis = Word(str(row["basis"] or "alleged"))
        said = Reason.of("why-stated", relation=headlines.relation(row["kind"], *parties), day=row["date"], basis=basis)
        yield Conclusion(said, parties=parties)
    # Too little in common, or no more than chance gives.
    for row in ends.section("what_if"):
        if row["best"] is None:
            yield Conclusion(reason_of(row["answer"]), settle=row["would_tell"], open=True)


# ---------------------------------------------------------------- copies
def _copy_and_list(ends: AskedStatements) -> Iterator[Conclusion]:
    """A copy and a list of which it cannot be told that the one came from the other, or that came from another copy."""
    answers = (row for row in ends.section("what_if") if row["best"] is None or row["best"]["kind"] == "release")
    answer = next(answers, None)
    if answer is None or ends.asked.isdisjoint(ends.teller.copies):
        return
    copy, dataset, best = answer["a"], answer["b"], answer["best"]
    if answer["told"] and best is not None and float(best["probability"]) >= LIKELY:
        other = best["through"]
        if other not in ends.asked:
            stated = ends.find("retention", other, dataset) or ends.find("held", other, dataset)
            copies = {"release": ReleaseRef(copy), "other": ReleaseRef(other)}
            sure = headlines.firmness(best["probability"])
            said = Reason.of("why-other-copy", dataset=DatasetRef(dataset), sure=sure, **copies)
            reasons, against = ((), ()) if stated is None else (stated.reasons, stated.against)
            yield Conclusion(said, headlines.sure(best), reasons, against, answer["would_tell"])
        return
    rows = [row for row in ends.section("retention") if (row["release"], row["seen_in"]) == (copy, dataset)]
    yield Conclusion(
        reason_of(answer["answer"]),
        against=rows[0]["against"] if rows else (),
        settle=answer["would_tell"],
        open=best is None,
        told=bool(answer["told"]),
    )


def _retention(ends: AskedStatements) -> Iterator[Conclusion]:
    """A copy that a list came from: what its recipient kept before what was passed on."""
    rows = [row for row in ends.section("retention") if row["probability"] >= LIKELY]
    for row in sorted(rows, key=lambda one: (_READINGS.index(one["reading"]), -one["probability"], one["release"])):
        answers = [one for one in ends.section("what_if") if one["best"] and one["best"]["kind"] == "release"]
        answer = next((one for one in answers if one["b"] == row["seen_in"]), None)
        both = [] if answer is None or headlines.code_of(answer["answer"]) != "which-copy-both" else [answer["answer"]]
        parties = list(dict.fromkeys((row["vendor"], row["seen_with"])))
        # What paper would settle a copy that is as good as certain.
        paper = Reason.of("what-if-ask-handover", holders=tuple(map(PartyRef, parties)))
        if row["reading"] == "retained":
            copy = ends.teller.copies.get(row["release"], {})
            paper = Reason.of("why-ask-kept", vendor=PartyRef(row["vendor"]), ends=copy.get("ends"))
        held = row["reading"] == "held"
        stated = ends.get("held" if held else "retention", row["release"], row["seen_in"])
        yield Conclusion(
            stated.said,
            stated.sure[0],
            stated.reasons,
            [*both, *stated.against],
            (None if answer is None else answer["would_tell"]) or [paper],
            parties=[] if held else parties,
            also=[
                said
                for chain in islice(ends.chains_between(), 1)
                for said in _of_steps(chain, ends, row["probability"] if row["seen_in"] == chain.lists[-1] else 0.0)
            ],
        )


def _named_copies(ends: AskedStatements) -> Iterator[Conclusion]:
    """A copy that its planted records or its draw name, where nothing is known of who kept it."""
    for row in ends.section("attributions"):
        if row["accused"]:
            stated = ends.get("attribution", row["release"], row["dataset"])
            _, error = deciding_test(row["p_value"], row["chance"])
            sure = None if error is None else Reason.of("why-error", error=PValue(error))
            yield Conclusion(stated.said, sure, stated.reasons, stated.against, parties=[row["recipient"]])


def _unnamed(ends: AskedStatements) -> Iterator[Conclusion]:
    """Whose records a list holds as hashes, where none of the copies is named."""
    for row in ends.section("attributions"):
        if any(headlines.code_of(one) == COPY_UNKNOWN for one in row["reasons"]):
            client = ends.teller.holders[ends.teller.copies[row["release"]]["dataset"]]
            stated = ends.find("unnamed", row["dataset"], client)
            if stated is not None:
                yield Conclusion(stated.said, reasons=row["reasons"], against=stated.against, parties=[row["holder"]])


# ---------------------------------------------------------------- lists
def _best_explanation(ends: AskedStatements) -> Iterator[Conclusion]:
    """Who copied from whom, by the best explanation of the pair, or that it cannot be told."""
    answer = next((row for row in ends.section("what_if") if row["best"] is not None), None)
    if answer is None or answer["best"]["kind"] == "release":
        return
    pair = {answer["a"], answer["b"]}
    best = next(row for row in ends.section("explanations") if {row["giver"], row["taker"]} == pair)
    stated = None
    if best["kind"] in ("copied", "exchange"):  # an exchange is stated in either order
        along, back = (
            ends.find("derivation", *one) for one in ((best["giver"], best["taker"]), (best["taker"], best["giver"]))
        )
        stated = along or (back if back is not None and back.row["kind"] == "exchange" else None)
    known = [ends.teller.lists[name] for name in sorted(pair) if name in ends.teller.lists and best["kind"] in _BY_HAND]
    holders = [row["holder"] for row in known if row["origin"] not in {"own", "register"}]
    if stated is None:
        rests, against = list[object](_rests_on(best, ends)), list[object]()
    else:  # what an edge is worth on other lists is a detail
        rests = [one for one in stated.reasons if headlines.code_of(one) != "derivation-ratio"]
        against = list(stated.against)
    if not answer["told"]:
        against = [one for one in against if headlines.code_of(one) != "derivation-alternative"]
        odds = Reason.of("why-odds", odds=None if answer["odds"] is None else odds_phrase(float(answer["odds"])))
        yield Conclusion(
            _undecided_reason(answer, best), odds, rests, against, answer["would_tell"], parties=holders, told=False
        )
        return
    if stated is None and answer["next"] is not None:
        times = Times(max(float(answer["odds"] or 0.0), 1.0))
        against = [Reason.of("why-next", next=reason_of(answer["next"]["said"]), times=times)]
    sure = headlines.sure(best) if stated is None else stated.sure_alone
    yield Conclusion(_copied_reason(best, stated, ends), sure, rests, against, answer["would_tell"], parties=holders)


def _copied_reason(best: Row, stated: Statement | None, ends: AskedStatements) -> Reason:
    """Who copied whose list, with its days."""
    if best["kind"] == "copied" and stated is not None and stated.row.get("kind") == "version":
        return headlines.derivation({**stated.row, "direction": "told"})

    def held(dataset: str, *, inside: bool) -> Reason:
        """A list with its holder and its day; `inside`: the sentence goes on behind it."""
        row = ends.teller.lists.get(dataset, {})
        holder = None if row.get("holder") is None else PartyRef(row["holder"])
        day = headlines.day_of_list(row.get("origin"), row.get("obtained"), row.get("created"))
        place = Word("inside" if inside else "end")
        return Reason.of("why-list", dataset=DatasetRef(dataset), holder=holder, day=day, place=place)

    link = best["through"]
    through = None if link is None else DatasetRef(link) if link in ends.teller.lists else Ref(link)
    sure = headlines.firm(best if stated is None else stated.row).code
    giver, taker = held(best["giver"], inside=best["kind"] != "copied"), held(best["taker"], inside=True)
    return headlines.relation_sentence(headlines.list_relation(best["kind"], giver, taker, through, sure))


def _undecided_reason(answer: Row, best: Row) -> Reason:
    """That it cannot be told, and what it lies between."""
    following = answer["next"]
    if best["kind"] == "other" or following is None:
        return reason_of(answer["answer"])
    if {best["kind"], following["kind"]} == {"copied"}:
        either = headlines.firmness(best["probability"] + following["probability"]).code
        lists = DatasetRef(answer["a"]), DatasetRef(answer["b"])
        sure = "open" if either == "firm" else "open-perhaps"
        return headlines.relation_sentence(headlines.list_relation("copied", *lists, sure=sure))
    return Reason.of("why-open", best=reason_of(best["said"]), next=reason_of(following["said"]))


def _rests_on(best: Row, ends: AskedStatements) -> Iterator[Reason]:
    """Where no edge says so: the copies that a way through another list is made of; what the two lists have in common,
    and what chance would give."""
    ways = ((best["giver"], best["through"]), (best["through"], best["taker"])) if best["kind"] == "through" else ()
    for giver, taker in ways:
        for edge in ends.teller.rows("SELECT * FROM views.derivations WHERE probability >= .05 ORDER BY parent, child"):
            if (edge["parent"], edge["child"]) == (giver, taker):
                step = headlines.list_relation(
                    "copied", DatasetRef(giver), DatasetRef(taker), sure=headlines.firm(edge).code
                )
                likely, grade = Probability(edge["probability"]), Ref(edge["grade"])
                yield Reason.of("retention-step", relation=step, probability=likely, grade=grade)
    for row in ends.section("overlaps"):
        if {row["a"], row["b"]} == {best["giver"], best["taker"]} and not row["small"] and row["shared"] is not None:
            child, parent = ("a", "b") if row["a"] == best["taker"] else ("b", "a")
            yield Reason.of(
                "derivation-shared",
                shared=Count(row["shared"]),
                whole=Count(row[f"{child}_contacts"], across_lists=False),
                child=DatasetRef(row[child]),
                parent=DatasetRef(row[parent]),
                expected=Measure(float(row["expected"])),
            )


# ---------------------------------------------------------------- chains
def _of_chain(stated: Statement, ends: AskedStatements) -> Conclusion:
    also = _of_steps(stated, ends)
    return Conclusion(stated.said, stated.sure_alone, against=stated.against, parties=stated.parties, also=also)


def _of_steps(chain: Statement, ends: AskedStatements, least: float = 0.0) -> list[Reason]:
    """How sure a chain is, and that the data went by any way from its first list to its last, which is never less sure.

    least: probability of one way that is known.
    """
    first, last = chain.lists[0], chain.lists[-1]
    ways = {(row["ancestor"], row["dataset"]): float(row["probability"]) for row in ends.section("ways")}
    surest = Probability(max(ways.get((first, last), 0.0), chain.probability or 0.0, least))
    any_way = Reason.of("why-any-way", first=DatasetRef(first), last=DatasetRef(last), probability=surest)
    return [Reason.of("why-all-steps", by=chain.sure[0]), any_way]


def short_why(
    con: duckdb.DuckDBPyConnection, found: Row, lang: str, *, narrowed: Narrowed = dict, untraced: str = ""
) -> tuple[Block, ...]:
    """The answer of `explained_edge` as blocks.

    untraced: that findings are not those of the case as it is now, in words.
    """
    ends = AskedStatements(Teller(con, lang, narrowed), found)
    voice = ends.teller.voice()
    concluded = conclude(ends)
    blocks: list[Block] = [Paragraph(untraced)] if untraced else []
    if not untraced or not concluded.open:  # otherwise nothing was looked for: what is not shown is not ruled out
        sure = [] if concluded.sure is None else [Reason.of("why-how-sure", sure=concluded.sure)]
        blocks += [Paragraph(voice.say(one)) for one in (concluded.answer, *sure, *concluded.also)]
        # What addresses of a list name, where the conclusion rests on something else.
        rows = [row for row in found.get("alias_origins", []) if reason_of(row["reasons"][0]) != concluded.answer]
        # What would settle it; parties that were not heard yet are asked as well.
        known = ends.teller.replies
        states = {
            party: known[party].state if party in known else "not_asked" for party in dict.fromkeys(concluded.parties)
        }
        asked = [
            Reason.of("why-ask-party", party=PartyRef(party), state=Word(headlines.kebab(state)))
            for party, state in states.items()
            if state in ("not_asked", "asked")
        ]
        for title, said in (
            (Reason.of("why-rests-on"), _distinct(concluded.reasons)[:REASONS]),
            (Reason.of("why-speaks-against"), _against(concluded)),
            (Reason.of("why-would-settle"), [*_distinct(concluded.settle)[:REASONS], *asked][: REASONS + 1]),
            (
                Reason.of("why-title-alias-origins"),
                [one for row in rows[:REASONS] for one in (row["reasons"][0], *row["against"][:1])],
            ),
        ):
            if texts := tuple(voice.show(headlines.reason_or_text(one)) for one in said):
                blocks += [Paragraph(voice.say(title), "label"), Points(texts)]
    return (*blocks, Paragraph(voice.say(Reason.of("why-more"))))


def _distinct(reasons: Sequence[object]) -> list[object]:
    """Each once."""
    return list({str(one): one for one in reversed(reasons)}.values())[::-1]


def _against(concluded: Conclusion) -> list[object]:
    """What speaks against it, the weightiest first; that nothing does is said too."""
    found = _distinct(concluded.against)
    if not found:
        return [] if concluded.open or not concluded.told else [Reason.of("why-against-none")]
    more = len(found) - REASONS
    return [*found[:REASONS], *([Reason.of("why-against-more", n=more)] if more > 0 else [])]
