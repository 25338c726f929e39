"""What else it could be: the best explanation of a pair, the next one, how much less likely it is, and what would tell.

"Cannot be told" is an answer: where the two likeliest explanations are within 3 : 1 of each other. Then it is said
which evidence is missing that would tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import duckdb

from tracer.resources import statements_beside

Row = Mapping[str, Any]

statement = statements_beside(__file__)
TELLING = 3.0
"""Odds between the two likeliest explanations from which one is told."""
PLAIN = 20.0
"""Odds from which no further evidence is asked for."""
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
    over the next, `told` (whether they are far enough apart), `answer` (a sentence), `would_tell` (sentences).
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
    # An error of the method is no explanation that anybody could look into; it counts where there is no other.
    rest = [row for row in rows[1:] if row["kind"] != "other"] or list(rows[1:])
    following = rest[0] if rest else None
    odds = None if following is None else float(best["probability"]) / max(float(following["probability"]), 1e-6)
    told = (odds is None or odds >= TELLING) and best["kind"] != "other"
    asked = [] if told and (odds is None or odds >= PLAIN) else list(_would_tell(con, pair, best, following, edges))
    return {
        "a": pair[0], "b": pair[1], "best": _said(best), "next": None if following is None else _said(following),
        "odds": odds, "told": told, "answer": _sentence(best, following, told, odds), "would_tell": asked[:_ASKED],
    }  # fmt: skip


def _said(row: Row) -> dict[str, Any]:
    return {
        "said": explained(row), "kind": row["kind"], "through": row["through"], "probability": row["probability"],
    }  # fmt: skip


def explained(row: Row) -> str:
    """One explanation in words."""
    giver, taker, through = row["giver"], row["taker"], row["through"]
    proposed = f" (proposed as {through})" if through else ""
    return {
        "copied": f"{taker} was copied from {giver}",
        "through": f"{taker} came from {giver} through {through}",
        "common": f"both came from {through}",
        "register": "both were collected from one register or public source, not from one another",
        "hidden": f"both came from a list that nobody has obtained{proposed}",
        "chance": "what they share is popular contacts or a common public source",
        "other": "in another way that no list of the case shows, or the method errs",
    }[str(row["kind"])]


def _sentence(best: Row, following: Row | None, told: bool, odds: float | None) -> str:
    if following is None or odds is None:
        return f"{_capital(explained(best))}; no other explanation is likely."
    if told:
        return f"{_capital(explained(best))}. Next best: {explained(following)}, {times(odds)} less likely."
    if {best["kind"], following["kind"]} == {"copied"}:
        return (
            f"It cannot be told which of {best['giver']} and {best['taker']} was copied from the other ({even(odds)})."
        )
    if best["kind"] == "other":
        return f"It cannot be told: nothing that can be named is likely. Next best: {explained(following)}."
    return f"It cannot be told: {explained(best)}, or {explained(following)} ({even(odds)})."


def times(odds: float) -> str:
    """Odds in words."""
    return f"{odds:,.0f} times" if odds >= 9.5 else f"{odds:.1f} times"


def even(odds: float) -> str:
    """Odds that are too small to tell by, in words."""
    return "both about as likely" if odds < 1.15 else f"odds of {odds:.1f} : 1"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith(("both", "what", "in another")) else text


def _unexplained(row: Row) -> dict[str, Any] | None:
    """Pairs that are not worth an explanation: too little in common, or no more than chance gives."""
    if row["small"]:
        answer = "They have fewer than 20 contacts in common: too few to tell anything."
    else:
        expected = float(row["expected"])
        by_chance = f"{expected:,.0f}" if expected >= 9.5 else f"{expected:.1f}"
        more = float(row["p_value"] or 1.0) < BEYOND
        answer = (
            f"They have {row['shared']:,} contacts in common, and lists like these have about {by_chance} by chance: "
            + ("that is more, but too little to tell how it came about." if more else "there is nothing to explain.")
        )
    return {
        "a": row["a"], "b": row["b"], "best": None, "next": None, "odds": None, "told": False, "answer": answer,
        "would_tell": [],
    }  # fmt: skip


def _would_tell(
    con: duckdb.DuckDBPyConnection, pair: tuple[str, str], best: Row, following: Row | None, edges: Sequence[Row]
) -> Iterator[str]:
    """Evidence that is missing for the pair and would tell the two explanations apart, the most telling first."""
    kinds = {best["kind"]} | ({following["kind"]} if following is not None else set())
    links = sorted({row["through"] for row in (best, following or best) if row["kind"] in ("through", "common")})
    signals = {
        step["signal"]
        for edge in edges if {edge["parent"], edge["child"]} == set(pair)
        for step in edge["weights"] if abs(float(step["weight"])) >= _SIGNAL
    }  # fmt: skip
    facts = _facts(con, [*pair, *links])
    if "register" in kinds:
        yield "the register or public source itself: whether they share rows, or errors, that it lacks"
    if "hidden" in kinds:
        yield "a further list of the same origin: which of the two it shares its rows with tells what went through whom"
    for link in links:
        yield f"{link} whole, as it was at the time: rows of {pair[0]} and {pair[1]} that it lacks went another way"
    if kinds <= {"copied", "through", "common"}:
        yield from _dates([*pair, *links], facts)
    yield from _cells(pair, facts)
    if "release" not in signals and kinds & {"copied", "through"}:
        holders = " or ".join(sorted({facts[name]["holder"] for name in pair if name in facts}))
        yield f"a record of how a list was handed over (a contract, a delivery, a message), from {holders}"
    if "chance" in kinds:
        yield "more of either list: popular contacts are many people's, a copy goes on where they end"


def _dates(names: Sequence[str], facts: Mapping[str, Row]) -> Iterator[str]:
    for name in names:
        if name in facts and not facts[name]["made_known"]:
            known = "; only the day on which it was obtained is known" if facts[name]["obtained_known"] else ""
            yield f"the day on which {name} was made{known}"


def _cells(pair: tuple[str, str], facts: Mapping[str, Row]) -> Iterator[str]:
    for name in pair:
        if name in facts and not facts[name]["has_texts"]:
            told = _alone(facts[name])
            yield f"names and addresses beside the contacts of {name}: {told}; a copy keeps its source's slips"


def _alone(row: Row) -> str:
    """Why a list has no texts to compare."""
    if row["has_others"]:
        return "none of its columns is known to hold any (say which does with --map when it is loaded)"
    kinds = [word for word, has in (("numbers", "has_phones"), ("mail addresses", "has_mails")) if row[has]]
    return f"its {' and '.join(kinds)} alone are loaded" if kinds else "none are loaded"


def _facts(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, Row]:
    cursor = con.execute(statement("what_tells"), {"names": list(names)})
    columns = [column[0] for column in cursor.description or []]
    return {str(row[0]): dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}
