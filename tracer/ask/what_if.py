"""What else it could be: the best explanation of a pair, the next one, how much less likely it is, and what would tell.

"Cannot be told" is an answer: where the two likeliest explanations are within 3 : 1 of each other. Then it is said
which evidence is missing that would tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from tracer.disclosure import Count, DatasetRef, Measure, PartyRef, Reason, Ref, Times, Word, disclosed
from tracer.resources import statements_beside

Row = Mapping[str, Any]

statement = statements_beside(__file__)
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
_SIGNAL = 0.3
"""Nats from which a signal says anything."""
_ASKED = 4
"""Pieces of evidence that are named."""


def what_if(con: duckdb.DuckDBPyConnection, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One answer for each pair of datasets that the sections of `why` tell of, the best explained pair first.

    Each: `a`, `b`, `best` and `next` (`said`, `kind`, `through`, `probability`; `next` may be None), `odds` of the best
    over the next, `told` (whether they are far enough apart), `answer`, `would_tell`. `said`, `answer` and what is in
    `would_tell` are reasons, to be said by `in_words`.
    """
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in found.get("explanations", []):
        pairs.setdefault((min(row["giver"], row["taker"]), max(row["giver"], row["taker"])), []).append(row)
    ranked = sorted(pairs, key=lambda pair: (-_copied(pairs[pair]), pair))[:PAIRS]
    answers = [_answer(con, pair, pairs[pair], found.get("derivations", [])) for pair in ranked]
    if not answers and "derivations" not in found:
        answers = [told for row in found.get("overlaps", [])[:PAIRS] if (told := _unexplained(row)) is not None]
    return answers


def _copied(rows: Sequence[Row]) -> float:
    return max((float(row["probability"]) for row in rows if row["kind"] == "copied"), default=0.0)


def _answer(
    con: duckdb.DuckDBPyConnection, pair: tuple[str, str], rows: Sequence[Row], edges: Sequence[Row]
) -> dict[str, Any]:
    best = rows[0]
    # An error of the method cannot be looked into; it counts where there is no other.
    rest = [row for row in rows[1:] if row["kind"] != "other"] or list(rows[1:])
    following = rest[0] if rest else None
    odds = None if following is None else float(best["probability"]) / max(float(following["probability"]), 1e-6)
    told = (odds is None or odds >= TELLING) and best["kind"] != "other"
    asked = [] if told and (odds is None or odds >= PLAIN) else list(_would_tell(con, pair, best, following, edges))
    return {
        "a": pair[0], "b": pair[1], "best": _said(best), "next": None if following is None else _said(following),
        "odds": odds, "told": told, "answer": disclosed(_sentence(best, following, told, odds)),
        "would_tell": [disclosed(reason) for reason in asked[:_ASKED]],
    }  # fmt: skip


def _said(row: Row) -> dict[str, Any]:
    return {
        "said": disclosed(explanation(row)),
        "kind": row["kind"],
        "through": row["through"],
        "probability": row["probability"],
    }


def explanation(row: Row) -> Reason:
    """One explanation of a pair: a row of the view `explanations`."""
    return Reason.of(
        "derivation-explanation",
        kind=Word(str(row["kind"])),
        giver=DatasetRef(row["giver"]),
        taker=DatasetRef(row["taker"]),
        through=None if row["through"] is None else Ref(row["through"]),
    )


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


def _unexplained(row: Row) -> dict[str, Any] | None:
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
    return {
        "a": row["a"],
        "b": row["b"],
        "best": None,
        "next": None,
        "odds": None,
        "told": False,
        "answer": disclosed(answer),
        "would_tell": [],
    }


def _would_tell(
    con: duckdb.DuckDBPyConnection, pair: tuple[str, str], best: Row, following: Row | None, edges: Sequence[Row]
) -> Iterator[Reason]:
    """Evidence that is missing for the pair and would separate the two explanations, the strongest first."""
    kinds = {best["kind"]} | ({following["kind"]} if following is not None else set())
    links = sorted({row["through"] for row in (best, following or best) if row["kind"] in ("through", "common")})
    signals = {
        step["signal"]
        for edge in edges if {edge["parent"], edge["child"]} == set(pair)
        for step in edge["weights"] if abs(float(step["weight"])) >= _SIGNAL
    }  # fmt: skip
    facts = _facts(con, [*pair, *links])
    if "register" in kinds:
        yield Reason.of("what-if-ask-register")
    if "hidden" in kinds:
        yield Reason.of("what-if-ask-third")
    for link in links:
        yield Reason.of("what-if-ask-link", link=DatasetRef(link), datasets=tuple(DatasetRef(name) for name in pair))
    if kinds <= {"copied", "through", "common"}:
        yield from _dates([*pair, *links], facts)
        yield from _living(pair, facts)
    yield from _cells(pair, facts)
    if "release" not in signals and kinds & {"copied", "through"}:
        holders = sorted({facts[name]["holder"] for name in pair if name in facts})
        yield Reason.of("what-if-ask-handover", holders=tuple(PartyRef(holder) for holder in holders))
    if "chance" in kinds:
        yield Reason.of("what-if-ask-more")


def _dates(names: Sequence[str], facts: Mapping[str, Row]) -> Iterator[Reason]:
    for name in names:
        if name in facts and not facts[name]["made_known"]:
            known = Word("obtained" if facts[name]["obtained_known"] else "nothing")
            yield Reason.of("what-if-ask-made", dataset=DatasetRef(name), known=known)


def _living(pair: tuple[str, str], facts: Mapping[str, Row]) -> Iterator[Reason]:
    """Where both have a day, it decides whether more came in after it: then the day bounds nothing that came later."""
    if all(facts[name]["made_known"] for name in pair if name in facts):
        for name in pair:
            if name in facts and not facts[name]["living_known"]:
                asked = Word("living" if facts[name]["exported_known"] else "living-and-exported")
                yield Reason.of("what-if-ask-living", dataset=DatasetRef(name), asked=asked)


def _cells(pair: tuple[str, str], facts: Mapping[str, Row]) -> Iterator[Reason]:
    for name in pair:
        if name in facts and not facts[name]["has_texts"]:
            yield Reason.of("what-if-ask-texts", dataset=DatasetRef(name), loaded=_loaded(facts[name]))


def _loaded(row: Row) -> Word:
    """What is loaded of a list that has no texts to compare."""
    if row["has_others"]:
        return Word("unknown-columns")
    if row["has_phones"]:
        return Word("numbers-and-addresses" if row["has_mails"] else "numbers")
    return Word("addresses" if row["has_mails"] else "nothing")


def _facts(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, Row]:
    cursor = con.execute(statement("what_tells"), {"names": list(names)})
    columns = [column[0] for column in cursor.description or []]
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
