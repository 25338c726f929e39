"""The headline of each kind of finding, made from its row: who, what, when.

Rows have the contract's keys, as views, queries and exports give them: days as dates or as ISO 8601, hidden counts as
None or hidden, reasons as the store holds them or in words already.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from tracer.disclosure import (
    Count,
    DatasetRef,
    Number,
    PartyRef,
    Probability,
    PValue,
    Reason,
    Ref,
    ReleaseRef,
    Text,
    Times,
    Word,
    is_reason,
    reason_of,
    sure_word,
)
from tracer.documents import json_of
from tracer.dossier.vocabulary import FIRST_NUMBERS, claimed_day, claimed_origin
from tracer.policy import FEW

Row: TypeAlias = Mapping[str, object]
Day = TypeVar("Day")

_DAYS, _WEEKS = 14, 91
"""Days from which a span is given in weeks, and from which in months."""
_MONTH = 365.25 / 12
_FIRM = ("sure-certain", "sure-very-likely", "sure-likely")
"""Words of `voice.SURE` with which a headline says that something is so; with the others, that it may be."""
_LISTS = 3
"""Lists that a headline names."""
_DUE = " by the deadline"
OWN = ("own", "refusals", "register")
"""Origins of lists that the holder made itself."""


# ---------------------------------------------------------------- values of rows
def _numbers(row: Row, columns: str) -> dict[str, Number]:
    """Columns of a row as the numbers of a reason, `name=column` where these differ; None where nothing is known."""
    found: dict[str, Number] = {}
    for pair in columns.split():
        name, _, column = pair.rpartition("=")
        value = row.get(column)
        found[name or column] = None if value in (None, "") else _MADE[column](value)
    return found


def kebab(word: object) -> str:
    """A word of the data as codes have it."""
    return str(word).replace("_", "-").replace(" ", "-")


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _float(value: object) -> float:
    return float(str(value))


def _whole_number(value: object) -> int:
    return int(_float(value))


def _count(value: object) -> Count:
    """A count of people as a row gives it: a hidden one stays hidden, a shown one is not secret."""
    return Count(0) if value is None or value == FEW else Count(_whole_number(value), across_lists=False)


_COLUMNS: Mapping[Callable[[Any], Number], str] = {
    PartyRef: "vendor client recipient seen_with party about party_a party_b seller buyer",
    DatasetRef: "dataset seen_in parent child refusals",
    ReleaseRef: "release",
    _day: "first_seen last_seen ends date first_at last_at first_day last_day",
    lambda value: Probability(_float(value)): "probability opposite",
    lambda value: Times(_float(value)): "factor",
    _whole_number: "canaries_planted counted calls complaints needed violations examined hand inferred hits numbers",
}
"""What makes a number of a column's value → the columns."""
_MADE = {column: made for made, columns in _COLUMNS.items() for column in columns.split()}


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else []


def _lists(value: object) -> tuple[DatasetRef, ...]:
    return tuple(DatasetRef(str(one)) for one in _as_list(value))


def _first_and_last(first: object, last: object) -> dict[str, Number]:
    start, end = _day(first), _day(last)
    return {"first": start, "last": Word("same") if start is not None and start == end else end}


def span_between(start: date | None, end: date | None) -> Reason | None:
    """How long after one day another is, in the unit that people would use; None where it is not after it."""
    days = (end - start).days if start is not None and end is not None else 0
    if days <= 0:
        return None
    if days < _DAYS:
        return Reason.of("span-days", n=days)
    return Reason.of("span-weeks", n=days // 7) if days < _WEEKS else Reason.of("span-months", n=int(days / _MONTH))


def day_of_list(origin: object, obtained: Day | None, created: Day | None) -> Day | None:
    """The day of a list wherever one is shown: the holder's own from when it was made, any other from when it was
    obtained."""
    days = (created, obtained) if origin in OWN else (obtained, created)
    return days[1] if days[0] is None else days[0]


def reason_or_text(value: object) -> Reason | Text | None:
    """A reason as it arrives: as a value, as the store holds it, or a sentence already."""
    if value is None or isinstance(value, Reason):
        return value
    return reason_of(value) if isinstance(value, Mapping) and is_reason(value) else Text(str(value))


def code_of(value: object) -> str:
    """The code of a reason as it arrives; empty for a sentence."""
    return getattr(reason_or_text(value), "code", "")


# ---------------------------------------------------------------- how sure, and by whose judgement
def firm(row: Row) -> Word:
    """`perhaps` where the row is less than likely: its headline says no more than "may". What a person has judged is
    said as surely as it would be without that."""
    known = row.get("probability") if row.get("without_judgement") is None else row["without_judgement"]
    return firmness(None if known is None else _float(known))


def firmness(known: float | None) -> Word:
    """`firm` where something is at least likely, or documented."""
    return Word("firm" if known is None or sure_word(float(known)) in _FIRM else "perhaps")


def judgement_said(row: Row) -> Reason | None:
    """By whom it was judged, on which day and why, and what it would be without that; None where it was not."""
    without = row.get("without_judgement")
    return None if without is None else _as_judged(row, Probability(_float(without)))


def decided_by_judgement(row: Row, without: str) -> Reason:
    """That something rests on a judgement, and what there would be without: a verdict, the state of a sale, or
    `another way` of a chain."""
    return Reason.of("decided-by-judgement", judged=_as_judged(row, Reason.of("otherwise", state=Word(kebab(without)))))


def decided_by(against: Sequence[object]) -> Reason | None:
    """The same among what speaks against something, which it is the first of; None where no judgement decides it."""
    first = against[0] if against else None
    return first if isinstance(first, Reason) and first.code == "decided-by-judgement" else None


def _as_judged(row: Row, without: Number) -> Reason:
    who, note = (None if row.get(name) is None else Text(str(row[name])) for name in ("judged_by", "note"))
    verdict, day = Word(str(row.get("judgement") or "reverse")), _day(row.get("judged_on"))
    return Reason.of("as-judged", verdict=verdict, who=who, day=day, note=note, without=without)


def _probability(row: Row) -> Probability | Reason:
    """How likely a row is, or that a person has judged it; of what only rests on what was judged, both."""
    likely, by = Probability(_float(row["probability"])), judgement_said(row)
    return likely if by is None else by if "parent" in row else Reason.of("counting-judged", likely=likely, judged=by)


def sure(row: Row) -> Reason:
    """How sure a row is, in the word and the number."""
    return Reason.of("headline-sure", probability=_probability(row))


def sureness(row: Row) -> Reason:
    """The same as a sentence of its own, without the number where no person has judged it."""
    by = judgement_said(row)
    if by is not None:
        return Reason.of("sureness-judged", judged=by)
    return Reason.of("sureness", word=Word(sure_word(_float(row["probability"])).removeprefix("sure-")))


# ---------------------------------------------------------------- a copy, where it was seen
def retention(row: Row) -> Reason:
    """A list that came from a copy; `ends`, where the row has it, is the last day on which the copy might be held."""
    seen, copy = _day(row.get("first_seen")), {"sure": firm(row), **_numbers(row, "vendor client dataset")}
    if row["reading"] == "retained":
        return Reason.of("headline-retained", **copy, day=seen, span=span_between(_day(row.get("ends")), seen))
    within = Word("before-end" if row.get("after_end") is False else "not-known")
    code = "headline-held" if row["reading"] == "held" else "headline-passed-on"
    return Reason(code, {**copy, **_numbers(row, "holder=seen_with seen=seen_in"), "day": seen, "when": within})


def passed_on(rows: Sequence[Row]) -> Reason:
    """All holders of what comes from one copy, in one sentence."""
    days = sorted({day for row in rows if (day := _day(row.get("first_seen"))) is not None})
    holders = tuple(PartyRef(name) for name in dict.fromkeys(str(row["seen_with"]) for row in rows))
    ends = {"first": days[0] if days else None, "last": days[-1] if len(days) > 1 else None}
    copy = _numbers(rows[0], "vendor client dataset")
    return Reason.of("headline-passed-on-all", sure=firm(rows[0]), **copy, holders=holders, **ends)


def copy_given(row: Row) -> Reason:
    """Who was given which copy; what comes from it follows."""
    return Reason.of("headline-given", **_numbers(row, "vendor client dataset release ends"))


def list_seen(row: Row) -> Reason:
    """One list that came from the copy."""
    found = _numbers(row, "seen=seen_in holder=seen_with day=first_seen")
    return Reason.of("headline-seen", **found, reading=reading(row), probability=_probability(row))


def reading(row: Row) -> Reason:
    """What a retention is, in two or three words."""
    ended = row.get("after_end") is False
    if row["reading"] == "retained":
        return Reason.of("reading-retained")
    if row["reading"] == "held":
        return Reason.of("reading-held" if ended else "reading-held-no-end")
    return Reason.of("reading-passed-on-before-end" if ended else "reading-passed-on")


def reading_sure(row: Row) -> Reason:
    """The same with how sure it is."""
    return Reason.of("tree-reading", reading=reading(row), probability=_probability(row))


def attribution(row: Row) -> Reason:
    """An attribution that names a copy."""
    holds = Word("yes" if row["holder"] == row["recipient"] else "no")
    return Reason.of("headline-named", **_numbers(row, "dataset release recipient"), holds=holds)


def marks(row: Row) -> Iterator[Reason]:
    """How many planted records were seen, and the error of the test that decides."""
    there = None if row["canaries_seen"] in (None, FEW) else _whole_number(row["canaries_seen"])
    yield Reason.of("headline-marks", seen=there, **_numbers(row, "planted=canaries_planted"))
    test, error = row.get("test"), row.get("error")
    if test is not None and error is not None:
        by_canaries = test == "canaries"
        yield Reason.of("error-canaries" if by_canaries else "error-draw", error=PValue(_float(error)))


def no_copy_named(row: Row, code: str) -> Reason:
    """What is known of a list that names no copy: by the code of the reason that says so."""
    return Reason(f"headline-{code.removeprefix('attribution-')}", _numbers(row, "dataset client recipient"))


# ---------------------------------------------------------------- claims
_AMOUNTS = frozenset({"size", "daily-growth", "pool-size", "complaint-rate"})
"""Kinds that say how many or how much."""
_WHOLE = 10.0**15


def claim(row: Row) -> Reason:
    """A claim, in its own words too where they are known, and its verdict."""
    verdict, numbers, quote = kebab(row["verdict"]), numbers_of(row), row.get("quote")
    # `a statement` in a case that an earlier version traced
    if verdict == "contradicted" and numbers.get("against") in ("statement", "a statement"):
        verdict = "contradicted-by-statement"
    if verdict == "consistent" and _is_doubted(row, numbers):
        verdict = "doubted"
    lists = _lists(numbers.get("found_in"))
    words = {"says": _says(row), "quote": Text(str(quote).rstrip(" .。")) if quote else None}
    found = {"lists": lists[:_LISTS] or None, "more": max(0, len(lists) - _LISTS)}
    return Reason.of("headline-claim", **words, verdict=Word(verdict), **found)


def _is_doubted(row: Row, numbers: Mapping[str, object]) -> bool:
    """Whether the data speak against a claim that they do not contradict: a list was likelier copied from another
    party's than not, or what a party had after the end of a copy may be that copy."""
    kind = str(row["kind"])
    copied = kind in ("own_collection", "first_hand") and numbers.get("probability") is not None
    return copied or (kind == "not_retained" and numbers.get("seen_in") is not None)


def _says(row: Row) -> Reason:
    """What is claimed."""
    kind, value, numbers = kebab(row["kind"]), row.get("value"), _numbers(row, "party about")
    if row.get("about") == row["party"]:
        numbers["about"] = None
    if str(row["kind"]) not in FIRST_NUMBERS or (kind in _AMOUNTS and value is None):
        return Reason.of("claim-says-on", **numbers, kind=claim_kind(row["kind"]))
    numbers |= _numbers(row, "dataset") | {"value": _value(value, rate=kind == "complaint-rate")}
    if kind == "stated-origin":
        origin = None if value is None else str(value)
        numbers |= {"value": None if origin is None else PartyRef(claimed_origin(origin)), "day": claimed_day(origin)}
    return Reason(f"claim-says-{kind}", numbers)


def contradiction(row: Row) -> Reason:
    """Two statements that do not go together."""
    values = (row["value_a"], row["value_b"])
    a, b = map(claim_kind if row.get("what") == "two origins" else _value, values)
    numbers = _numbers(row, "about a=party_a b=party_b times=factor")
    kind = claim_kind(row.get("claim_kind", row.get("kind")))
    return Reason.of("headline-contradiction", **numbers, kind=kind, value_a=a, value_b=b)


def times_apart(row: Row) -> Reason | None:
    """How many times the larger of two contradicting numbers is the smaller."""
    times = _numbers(row, "times=factor")
    return None if times["times"] is None else Reason.of("headline-times-apart", **times)


def claim_kind(kind: object) -> Reason:
    """A kind of claim, in a word or two."""
    if str(kind).replace("-", "_") not in FIRST_NUMBERS:
        return Reason.of("claim-kind-added", kind=Text(str(kind)))
    return Reason(f"page-claim-{kebab(kind)}")


def numbers_of(row: Row) -> Mapping[str, object]:
    """The numbers of a claim, which a view gives as JSON."""
    numbers = row.get("numbers")
    if isinstance(numbers, str):
        numbers = json_of(numbers)
    return numbers if isinstance(numbers, Mapping) else {}


def _value(value: object, *, rate: bool = False) -> Number:
    """A claimed value as people read it; anything but a number or a day stays as it was said."""
    if value is None:
        return None
    text = str(value)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        plain = float(text)
    except ValueError:
        plain = math.nan
    if rate and 0 < plain < 1 and abs(1 / plain - round(1 / plain)) < 1e-6 / plain:
        return Reason.of("rate-one-in", n=round(1 / plain))
    if not math.isfinite(plain):
        return Text(text)
    return int(plain) if abs(plain) < _WHOLE and plain == int(plain) else Text(f"{plain:g}")


# ---------------------------------------------------------------- lists
_MAY_BE = ("copied", "version", "exchange", "through", "common")
_KINDS = (*_MAY_BE, "states", "register", "hidden", "chance", "other")
"""Relations; those that are said of as "may have": what else there may be is said as one of several anyway."""


def derivation(row: Row) -> Reason:
    """A list that was copied from another, or is a later version of it."""
    kind = "copied" if row.get("kind") in (None, "copy") else str(row["kind"])
    certain = "open" if row.get("direction") == "not_told" and kind != "exchange" else firm(row).code
    lists = _numbers(row, "parent child")
    return relation_sentence(list_relation(kind, lists["parent"], lists["child"], sure=certain))


def derivation_sure(row: Row) -> Reason:
    """How sure that is, and the contacts in common."""
    return Reason.of("headline-sure-shared", probability=_probability(row), shared=_count(row["shared"]))


def relation_sentence(relation: Reason) -> Reason:
    """A relation as a sentence."""
    return Reason.of("stated", relation=relation)


def list_relation(kind: str, giver: Number, taker: Number, through: Number = None, sure: str = "firm") -> Reason:
    """What is between two lists, in the words of `relations.ftl`: the kind of an explanation, or `version`.

    sure: `firm`, `perhaps` where it is less than likely, `open` or `open-perhaps` where the direction cannot be told.
    """
    kind = kind if kind in _KINDS else "other"
    code = f"lists-{kind}"
    if kind == "hidden":
        code += "" if through is None else "-proposed"
    elif sure.startswith("open") or (sure == "perhaps" and kind in _MAY_BE):
        code += f"-{sure}"
    return Reason(code, {"giver": giver, "taker": taker} | ({} if through is None else {"through": through}))


def relation(kind: object, giver: str, taker: str) -> Reason:
    """What is stated of two parties."""
    return Reason(f"relation-{kebab(kind)}", {"a": PartyRef(giver), "b": PartyRef(taker)})


def chain(row: Row) -> Reason:
    """From whom data came to whom, through whose hands, and of which days the lists are."""
    giver, *through, taker = (PartyRef(str(one)) for one in _as_list(row.get("parties", row.get("chain"))))
    days = [day for name in ("first_seen", "last_seen") if (day := _day(row.get(name))) is not None]
    ends = {"first": days[0] if days else None, "last": days[-1] if len(set(days)) > 1 else None}
    return Reason.of("headline-chain", sure=firm(row), giver=giver, taker=taker, through=tuple(through) or None, **ends)


def chain_by(row: Row) -> Reason:
    """How sure a chain is, and through which lists it goes."""
    likely = None if row.get("probability") is None else _probability(row)
    return Reason.of("headline-chain-by", probability=likely, datasets=_lists(row["datasets"]))


def against_chain(row: Row) -> tuple[Reason, ...]:
    """What speaks against a chain."""
    way = row.get("judgement") is not None and row.get("without_judgement") is None
    return (*((decided_by_judgement(row, "another way"),) if way else ()), Reason.of("chain-steps"))


def vintage(row: Row) -> Reason:
    """In which window a client's records in a list were exported."""
    days = _first_and_last(row.get("from_day"), row.get("to_day"))
    return Reason.of("headline-dated", **_numbers(row, "client dataset"), **days)


def warning_reason(row: Row) -> Reason:
    """What does not fit together: a row of the query `warnings`, which gives the numbers itself."""
    return reason_of({"code": kebab(row["kind"]), "numbers": row["numbers"]})


def sale(row: Row) -> Reason:
    """A documented or alleged sale, and what the lists say of it: a row of the query `sales`."""
    documents: Number = tuple(Ref(str(one)) for one in _as_list(row["evidence"]))
    if row.get("basis") == "alleged":
        documents = Reason.of("sale-alleged", documents=documents or None)
    numbers = _numbers(row, "seller buyer day=date") | {"documents": documents}
    state = "reversed" if row["state"] == "disagrees" else kebab(row["state"])
    return Reason(f"sale-{state}", numbers | _numbers(row, "parent child probability opposite"))


def against_sale(row: Row) -> tuple[Reason, ...]:
    """What speaks against what is stated of a sale."""
    without = row.get("state_without_judgement")
    return () if without is None else (decided_by_judgement(row, str(without)),)


# ---------------------------------------------------------------- lines, refusals, campaigns, replies
def line(row: Row, rate: Row | None, rules: Sequence[Row]) -> Reason | None:
    """One line with its complaints, broken rules and hands; None where there is nothing to tell.

    `row`: of the query `lines`; `rate`: its row of `complaint-rates`; `rules`: its rows of `lines` with a rule.
    """
    facts = []
    if rate is not None and rate.get("rate") is not None:
        rates = {name: Text(f"{_float(rate[name]) * 10_000:.3g}") for name in ("rate", "low", "high")}
        facts.append(Reason.of("line-rate", **_numbers(rate, "counted calls"), **rates))
    elif rate is not None and rate["complaints"]:
        facts.append(Reason.of("line-rate-unknown", **_numbers(rate, "complaints needed")))
    for rule in rules:
        if rule.get("violations"):
            name, bound = Ref(str(rule["rule"])), Text(str(rule["bound"]))
            facts.append(Reason.of("line-rule", **_numbers(rule, "violations examined"), rule=name, bound=bound))
    if not facts and row.get("inferred") is None:  # a mere claim about a line is not a finding
        return None
    if row.get("hand") is not None:
        facts.append(Reason.of("line-hand", **_numbers(row, "hand")))
    if row.get("inferred") is not None:
        code = "line-hand-inferred" if bool(row["whole"]) else "line-hand-at-least"
        facts.append(Reason(code, _numbers(row, "hand=inferred")))
    named_line = Ref(str(row["line"]))
    return Reason.of("headline-line", line=named_line, facts=tuple(facts), **_numbers(row, "vendor"))


def refusal(row: Row) -> Reason:
    """One row of `after-refusal`. Who was refused is named where that one has the list: the holder of a list of
    refusals is often a register, through which one refuses everybody."""
    what, of = str(row["what"]), row.get("of")
    by: Number = Reason.of("refused-any")
    if row.get("own"):
        by = _numbers(row, "client")["client"]
    elif row.get("refusals") is not None:
        by = Reason.of("refused-by-list", **_numbers(row, "list=refusals"))
    who: dict[str, Number] = {"people": _count(row["people"]), "by": by, **_numbers(row, "party")}
    if what in ("released", "called", "complained"):
        first, last = _day(row.get("first_day")), _day(row.get("last_day"))
        kind = None if of is None else ReleaseRef(str(of)) if what == "released" else Ref(str(of))
        days: dict[str, Number] = {"first": first, "last": Word("same") if first == last else last}
        return Reason.of("headline-refusal", what=Word(what), events=_count(row["events"]), **days, of=kind, **who)
    days = _first_and_last(row.get("refused_from"), row.get("refused_to")) | _numbers(row, "day=first_day")
    known = Word(str(row.get("known_by") or "none"))
    return Reason(f"headline-refused-{what}", {"dataset": DatasetRef(str(of)), **days, "known": known, **who})


def refusal_bases(row: Row) -> tuple[Reason, ...]:
    """What a list that holds people who had refused says of its legal bases; nothing for any other row."""
    if row["what"] != "listed" or row.get("refusals") is None:
        return ()
    collected, used = (
        None if row.get(name) in (None, "unknown") else Reason(f"page-basis-{kebab(row[name])}")
        for name in ("collected_under", "used_under")
    )
    return (Reason.of("refusal-bases", collected=collected, used=used),)


def campaign(row: Row) -> Reason:
    """Hits that belong together, and what they show."""
    channels, counts = _as_list(row["channels"]), _numbers(row, "hits numbers first=first_at last=last_at")
    if counts["first"] == counts["last"]:
        counts["last"] = None
    channel = Word(str(channels[0]) if len(channels) == 1 else "several")
    return Reason.of("headline-campaign", **counts, channel=channel, reading=reason_or_text(row.get("reading")))


def reply_state(state: str) -> Reason:
    """A state of the right of reply, as `views.replies` says it."""
    return Reason(f"reply-{kebab(state.removesuffix(_DUE))}")
