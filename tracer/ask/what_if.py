"""What else it could be: the best explanation of a pair, the next one, how much less likely it is, and what would tell.

"Cannot be told" is an answer: where the two likeliest explanations are within 3 : 1 of each other. Then it is said
which evidence is missing that would tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import duckdb

from tracer.disclosure import (
    Count,
    DatasetRef,
    Measure,
    PartyRef,
    Probability,
    Reason,
    Ref,
    ReleaseRef,
    Times,
    Word,
    number_json,
)
from tracer.findings.statements import headlines
from tracer.policy import view_rows
from tracer.resources import sql_next_to

Row = Mapping[str, Any]

statement = sql_next_to(__file__)
TELLING = 3.0
"""Odds between the two likeliest explanations from which one is named."""
PLAIN = 20.0
"""Odds from which no further evidence is asked for."""
ABOUT_EVEN = 1.15
"""Odds below which two explanations are called equally likely."""
PAIRS = 4
"""Pairs of datasets that two parties' answer looks at."""
BEYOND = 0.001
"""p-value of an overlap from which it is more than chance gives."""
_BOTH = 1.5
"""Two copies whose probabilities sum to this are both sources with .5 at least: no alternatives to one another."""
_BY_LIST = ("through", "common", "states")
"""Explanations by way of a list that is loaded."""
_SIGNAL = 0.3
"""Nats from which a signal says anything."""
_KEPT = ("kind", "through", "probability")
_ASKED = 4
"""Pieces of evidence that are named."""


def what_if(con: duckdb.DuckDBPyConnection, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One answer for each pair of datasets that the sections of `why` tell of, the best explained pair first.

    Each: `a`, `b`, `best` and `next` (`said`, `kind`, `through`, `probability`; `next` may be None), `odds` of the best
    over the next, `told` (whether they are far enough apart), `answer`, `would_tell`. `said`, `answer` and what is in
    `would_tell` are reasons, to be said by `in_words`.
    """
    copies = _copies(found)
    if copies is not None:
        return [copies]
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in found.get("explanations", []):
        pairs.setdefault((min(row["giver"], row["taker"]), max(row["giver"], row["taker"])), []).append(row)
    overlaps: list[Row] = found.get("overlaps", [])
    common = {(min(row["a"], row["b"]), max(row["a"], row["b"])): row["shared"] or 0 for row in overlaps}
    copied = {
        pair: max((float(row["probability"]) for row in rows if row["kind"] == "copied"), default=0.0)
        for pair, rows in pairs.items()
    }
    # Pairs of two parties' lists in the order in which a copy explains the most contacts.
    ranked = sorted(pairs, key=lambda pair: (-copied[pair] * common.get(pair, 0), pair))[:PAIRS]
    edges = found.get("derivations", [])
    if ranked or "derivations" in found:
        return [_compared_explanations(pair, pairs[pair], partial(_would_tell, con, pair, edges)) for pair in ranked]
    return [_pairs_without_explanation(row) for row in overlaps[:PAIRS]]


def _copies(found: Mapping[str, Any]) -> dict[str, Any] | None:
    """A copy and a list: whether it came from this copy, or another; None for other pairs.

    The client itself and all other recipients are named in what speaks against the copy.
    """
    ends = {found["a"], found["b"]}
    copy = next((row for row in found.get("releases", []) if row["release"] in ends), None)
    known = (row["dataset"] for row in found.get("dates", []) if copy and row["dataset"] != copy["dataset"])
    dataset = next(known, None)
    if copy is None or dataset is None:
        return None
    name, pair = copy["release"], (copy["release"], dataset)
    mine = [row for row in found.get("retention", []) if (row["release"], row["seen_in"]) == pair]
    release = {"kind": "release", "giver": dataset}
    rows = [
        release
        | {"through": row["release"], "probability": float(row["probability"]), "judged": headlines.judgement_said(row)}
        for row in (*mine, *found.get("other_copies", []))
    ]
    own, others = rows[: len(mine)], rows[len(mine) :]
    if not rows:
        none = Reason.of("which-copy-none", dataset=DatasetRef(dataset), release=ReleaseRef(name))
        return _answer_of(pair, told=True, answer=none, asked=_copy_would_tell(copy, found))
    likely = own[0]["probability"] if own else _BOTH
    also = tuple(ReleaseRef(row["through"]) for row in others if own and row["probability"] >= _BOTH - likely)
    if also:
        both = Reason.of(
            "which-copy-both",
            dataset=DatasetRef(dataset),
            release=ReleaseRef(name),
            probability=Probability(likely),
            also=also,
        )
        return _answer_of(pair, own[0], others[0], told=True, answer=both)
    rows.sort(key=lambda row: (-row["probability"], row not in own))
    return _compared_explanations(pair, rows, lambda *_: _copy_would_tell(copy, found))


def _copy_would_tell(copy: Row, found: Mapping[str, Any]) -> Iterator[Reason]:
    """What would tell copies of one client apart."""
    release = ReleaseRef(copy["release"])
    if not copy["canaries"]:
        yield Reason.of("which-copy-ask-canaries", release=release)
    if not found.get("vintages"):
        yield Reason.of("which-copy-ask-history")
    if copy["date"] is None:
        yield Reason.of("which-copy-ask-day", release=release)
    if not copy["withheld"]:
        yield Reason.of("which-copy-ask-file", release=release)


def _compared_explanations(
    pair: tuple[str, str], rows: Sequence[Row], would_tell: Callable[[Row, Row | None], Iterator[Reason]]
) -> dict[str, Any]:
    """The best explanation and the next one. rows: likeliest first."""
    best = rows[0]
    # An error of the method cannot be looked into; it counts where there is no other.
    rest = [row for row in rows[1:] if row["kind"] != "other"] or list(rows[1:])
    following = rest[0] if rest else None
    odds = None if following is None else float(best["probability"]) / max(float(following["probability"]), 1e-6)
    told = (odds is None or odds >= TELLING) and best["kind"] != "other"
    asked = () if told and (odds is None or odds >= PLAIN) else would_tell(best, following)
    return _answer_of(
        pair, best, following, odds, told=told, answer=_sentence(best, following, told, odds), asked=asked
    )


def _answer_of(
    pair: tuple[str, str],
    best: Row | None = None,
    following: Row | None = None,
    odds: float | None = None,
    *,
    told: bool,
    answer: Reason,
    asked: Iterable[Reason] = (),
) -> dict[str, Any]:
    def said(row: Row | None) -> dict[str, Any] | None:
        return None if row is None else {"said": number_json(explanation(row)), **{name: row[name] for name in _KEPT}}

    return {
        "a": pair[0],
        "b": pair[1],
        "best": said(best),
        "next": said(following),
        "odds": odds,
        "told": told,
        "answer": number_json(answer),
        "would_tell": [number_json(reason) for reason in islice(asked, _ASKED)],
    }


def explanation(row: Row) -> Reason:
    """One explanation of a pair: a row of the view `explanations`, or a copy that a list may have come from."""
    if row["kind"] == "release":
        return Reason.of(
            "which-copy-came-from",
            dataset=DatasetRef(row["giver"]),
            release=ReleaseRef(row["through"]),
            probability=row.get("judged") or Probability(row["probability"]),
        )
    through = None if row["through"] is None else (DatasetRef if row["kind"] in _BY_LIST else Ref)(row["through"])
    return headlines.list_relation(str(row["kind"]), DatasetRef(row["giver"]), DatasetRef(row["taker"]), through)


def _sentence(best: Row, following: Row | None, told: bool, odds: float | None) -> Reason:
    if following is None or odds is None:
        return Reason.of("what-if-only", best=explanation(best))
    if told:
        return Reason.of("what-if-told", best=explanation(best), next=explanation(following), times=Times(odds))
    if {best["kind"], following["kind"]} == {"copied"}:
        datasets = (DatasetRef(best["giver"]), DatasetRef(best["taker"]))
        return Reason.of("what-if-direction", datasets=datasets, odds=odds_phrase(odds))
    if best["kind"] == "other":
        return Reason.of("what-if-unnamed", next=explanation(following))
    return Reason.of("what-if-open", best=explanation(best), next=explanation(following), odds=odds_phrase(odds))


def odds_phrase(odds: float) -> Times | None:
    """Odds that are too small to tell by; None where both are about as likely."""
    return None if odds < ABOUT_EVEN else Times(odds)


def _pairs_without_explanation(row: Row) -> dict[str, Any]:
    """Pairs that are not worth an explanation: too little in common, or no more than chance gives."""
    a, b = DatasetRef(row["a"]), DatasetRef(row["b"])
    if row["small"]:
        answer = Reason.of("what-if-too-few", a=a, b=b)
    else:
        more = float(row["p_value"] or 1.0) < BEYOND
        answer = Reason.of(
            "what-if-chance",
            a=a,
            b=b,
            shared=Count(row["shared"]),
            expected=Measure(float(row["expected"])),
            than=Word("more" if more else "alike"),
        )
    return _answer_of((row["a"], row["b"]), told=False, answer=answer)


def _would_tell(
    con: duckdb.DuckDBPyConnection, pair: tuple[str, str], edges: Sequence[Row], best: Row, following: Row | None
) -> Iterator[Reason]:
    """Evidence that is missing for the pair and would separate the two explanations, the strongest first."""
    both = (best, following or best)
    kinds = {row["kind"] for row in both}
    links = sorted({row["through"] for row in both if row["kind"] in _BY_LIST})
    signals = {
        step["signal"]
        for edge in edges
        if {edge["parent"], edge["child"]} == set(pair)
        for step in edge["weights"]
        if abs(float(step["weight"])) >= _SIGNAL
    }
    rows = view_rows(con, statement("what_tells"), {"names": [*pair, *links]})
    facts = {DatasetRef(row["dataset"]): row for row in rows}
    lists = [name for name in map(DatasetRef, pair) if name in facts]
    if "register" in kinds:
        yield Reason.of("what-if-ask-register")
    if "hidden" in kinds:
        yield Reason.of("what-if-ask-third")
    for link in links:
        yield Reason.of("what-if-ask-link", link=DatasetRef(link), datasets=tuple(map(DatasetRef, pair)))
    if kinds <= {"copied", "exchange", *_BY_LIST}:
        for name in map(DatasetRef, (*pair, *links)):
            if name in facts and not facts[name]["made_known"]:
                known = Word("obtained" if facts[name]["obtained_known"] else "nothing")
                yield Reason.of("what-if-ask-made", dataset=name, known=known)
        # Where both have a day, it decides whether more came in after it: then the day bounds nothing that came later.
        dated = all(facts[name]["made_known"] for name in lists)
        for name in (name for name in lists if dated and not facts[name]["living_known"]):
            asked = Word("living" if facts[name]["exported_known"] else "living-and-exported")
            yield Reason.of("what-if-ask-living", dataset=name, asked=asked)
    for name in lists:
        if not facts[name]["has_texts"]:
            yield Reason.of("what-if-ask-texts", dataset=name, loaded=_loaded_part(facts[name]))
    if "release" not in signals and kinds & {"copied", "through"}:
        holders = dict.fromkeys(facts[name]["holder"] for name in lists)  # by the lists: ids say nothing by their place
        yield Reason.of("what-if-ask-handover", holders=tuple(map(PartyRef, holders)))
    if "chance" in kinds:
        yield Reason.of("what-if-ask-more")


def _loaded_part(row: Row) -> Word:
    """What is loaded of a list that has no texts to compare."""
    if row["has_others"]:
        return Word("unknown-columns")
    if row["has_phones"]:
        return Word("numbers-and-addresses" if row["has_mails"] else "numbers")
    return Word("addresses" if row["has_mails"] else "nothing")
