"""What a case finds, as statements: the only thing that is shown. Every outlet chooses among them, shortens their lists
from the weak end, and places them; none computes, grades, counts or orders.

A statement is made from the row of a named query, which has gone through the rules of what may be shown; the rows that
leave a case have gone through the gate as well. Replies and judgements are there from the moment they are recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import groupby
from typing import Any, TypeAlias

from tracer.disclosure import Number, PValue, Reason, sure_word
from tracer.findings.deciding import COPY_UNKNOWN, UNNAMED
from tracer.findings.statements import headlines
from tracer.findings.statements.headlines import Row

Rows: TypeAlias = Callable[[str], Sequence[Mapping[str, Any]]]
"""Name of a query → its rows, reasons as values."""
LIKELY = 0.5
"""Probability from which something is stated; what is weaker is counted, and left to the queries."""
_KINDS = (
    "retention held refusal chain attribution unnamed campaign derivation vintage claim contradiction sale inside line"
)
KINDS = tuple(_KINDS.split())
"""Kinds of statements, the weightiest first."""
_DOUBTS = ("attribution-would-tell", "attribution-too-late")
_AFTER, _UNDATED = ("called", "complained", "released", "listed"), ("inside", "later")
"""What people had refused before it happened; where they are, though nothing says that they had refused before."""


@dataclass(frozen=True)
class Statement:
    """One thing that is found."""

    kind: str
    """One of `KINDS`."""
    about: tuple[str, ...]
    """Ids by which it is asked for: of a copy and a list, of the two lists, of the lists of a chain, of the claim."""
    said: Reason
    """Who or what, to whom or what, when."""
    row: Mapping[str, Any] = field(repr=False)
    """The row of the query that it was made from."""
    grade: str = ""
    """G0 to G5; empty where it has none."""
    sure: tuple[Reason, ...] = ()
    """In a word and per cents, or by whom it was judged; of a copy the error of its test as well."""
    reasons: tuple[Number, ...] = ()
    """What it rests on, the weightiest first; that a person has judged it is how sure it is."""
    against: tuple[Number, ...] = ()
    """What speaks against it, the weightiest first."""
    parties: tuple[str, ...] = ()
    """Whom it says something about, in the order in which they are named."""
    lists: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    """Documents."""
    mark: Mapping[str, Any] | None = field(default=None, repr=False)
    """The row of the attribution, where planted records or a draw name the same copy."""

    @cached_property
    def probability(self) -> float | None:
        """None where nothing measures it."""
        known = self.row.get("probability")
        return None if known is None or self.kind in ("sale", "attribution", "unnamed") else float(known)

    @property
    def sure_alone(self) -> Reason | None:
        """How sure, in words and number alone."""
        return None if self.probability is None else headlines.sure(self.row)

    @property
    def sureness(self) -> Reason | None:
        """How sure, as a sentence of its own."""
        return None if self.probability is None else headlines.sureness(self.row)

    def of(self, *kinds: str) -> bool:
        """Whether it is one of these."""
        return self.kind in kinds


def statements(rows: Rows, kinds: Iterable[str] = KINDS, least: float = LIKELY) -> list[Statement]:
    """All statements of these kinds, the weightiest first; the same order wherever they are shown.

    least: probability of those that have one.
    """
    asked = set(kinds)
    found = (one for kind in KINDS if kind in asked for one in _MAKERS[kind](rows))
    return [one for one in found if one.probability is None or one.probability >= least]


def _made(kind: str, row: Row, said: Reason, about: str | tuple[str, ...], **more: Any) -> Statement:
    """A statement whose ids are in these columns of the row, a column's list one after the other, each once."""
    ids = {name: _ids(row, more.pop(name, "")) for name in ("parties", "lists", "copies", "cited")}
    why = {name: _numbers(row.get(name)) for name in ("reasons", "against")}
    named = _ids(row, about) if isinstance(about, str) else about
    return Statement(kind, named, said, row, **{"grade": str(row.get("grade") or ""), **ids, **why, **more})


def _ids(row: Row, columns: str) -> tuple[str, ...]:
    values = [row[name] for name in columns.split()]
    several = [value if isinstance(value, list | tuple) else (value,) for value in values]
    return tuple(dict.fromkeys(str(one) for value in several for one in value if one is not None))


def _copies(rows: Rows) -> Iterator[Statement]:
    """Copy by copy: what was held after the end before what was passed on, better grades first; of each copy what its
    recipient itself held, then by day."""
    marks = {(row["release"], row["dataset"]): row for row in rows("attributions") if row["accused"]}
    by_copy: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows("retention"):
        if row["reading"] != "held":
            by_copy.setdefault(str(row["release"]), []).append(row)
    for seen in by_copy.values():
        seen.sort(key=lambda row: (row["reading"] != "retained", str(row["first_seen"] or "9"), str(row["seen_in"])))

    def best_first(seen: Sequence[Row]) -> tuple[bool, int, str]:
        row = seen[0]
        return row["reading"] != "retained", -int(str(row["grade"])[1:]), str(row["release"])

    for row in (row for seen in sorted(by_copy.values(), key=best_first) for row in seen):
        mark = marks.get((row["release"], row["seen_in"]))
        why: dict[str, list[Number]] = {"reasons": [], "against": []}
        for name, found in why.items():
            # Each once, in their order: reasons hold mappings, so that they can only be compared.
            for number in (*_numbers(row[name]), *_numbers(None if mark is None else mark.get(name))):
                if number not in found:
                    found.append(number)
        reasons, against = (tuple(found) for found in why.values())
        ids = {"parties": "vendor seen_with client", "lists": "dataset seen_in", "copies": "release"}
        about, more = "release seen_in", {"reasons": reasons, "against": against, "mark": mark}
        yield _made("retention", row, headlines.retention(row), about, sure=(headlines.sure(row),), **ids, **more)


def _held_copies(rows: Rows) -> Iterator[Statement]:
    """Copies that recipients held while they might."""
    ids = {"parties": "vendor client", "lists": "dataset seen_in", "copies": "release"}
    for row in rows("retention"):
        if row["reading"] == "held":
            yield _made("held", row, headlines.retention(row), "release seen_in", sure=(headlines.sure(row),), **ids)


def _chains(rows: Rows) -> Iterator[Statement]:
    for row in rows("resale-chains"):
        more = {"sure": (headlines.chain_by(row),), "against": headlines.against_chain(row)}
        yield _made("chain", row, headlines.chain(row), "datasets", parties="chain", lists="datasets", **more)


def _named_copies(rows: Rows) -> Iterator[Statement]:
    """Copies that planted records or a draw name; the same copy may be stated by who held it as well."""
    ids = {"parties": "recipient", "lists": "dataset", "copies": "release"}
    for row in rows("attributions"):
        if row["accused"]:
            sure, said = tuple(headlines.marks(row)), headlines.attribution(row)
            yield _made("attribution", row, said, "release dataset", sure=sure, mark=row, **ids)


def _unnamed_sources(rows: Rows) -> Iterator[Statement]:
    """Lists that hold a client's rows or marks and name no copy, once a list and client.

    Hashes that a copy's recipient likely has from it are stated with the copy.
    """
    found: dict[tuple[str, str], Statement] = {}
    known = {(row["seen_in"], row["client"]) for row in rows("retention") if row["probability"] >= LIKELY}
    for row in rows("attributions"):
        codes = [one.code for one in _numbers(row["reasons"]) if isinstance(one, Reason)]
        code = next((code for code in UNNAMED if code in codes), None)
        settled = code == COPY_UNKNOWN and (row["dataset"], row["client"]) in known
        if not row["accused"] and code is not None and not settled:
            about = str(row["dataset"]), str(row["client"])
            doubts = [one for one in _numbers(row["against"]) if isinstance(one, Reason) and one.code in _DOUBTS]
            found.setdefault(
                about, _made("unnamed", row, headlines.no_copy_named(row, code), about, against=tuple(doubts))
            )
    yield from found.values()


def _campaigns(rows: Rows) -> Iterator[Statement]:
    found = [row for row in rows("campaigns") if headlines.code_of(row["reading"]) != "campaign-background"]
    for row in sorted(found, key=lambda row: (not row["releases"], -row["probability"], len(row["campaign"]))):
        sure = (headlines.sure(row),)
        yield _made("campaign", row, headlines.campaign(row), "campaign", sure=sure, copies="releases")


def _derivations(rows: Rows) -> Iterator[Statement]:
    """Who copied from whom, the likeliest first; an exchange is one statement."""
    for row in rows("derivations"):
        if row.get("kind") != "exchange" or row["parent"] < row["child"]:
            sure, lists = (headlines.derivation_sure(row),), "parent child"
            yield _made("derivation", row, headlines.derivation(row), lists, sure=sure, lists=lists)


def _vintages(rows: Rows) -> Iterator[Statement]:
    for row in rows("vintage"):
        lists, more = "source dataset", {"parties": "client", "copies": "releases"}
        yield _made("vintage", row, headlines.vintage(row), lists, sure=(headlines.sure(row),), lists=lists, **more)


def _claims(rows: Rows) -> Iterator[Statement]:
    """Claims with a verdict, those that the data contradict first."""
    found = [row for row in rows("claims") if row["verdict"] not in ("untested", "untestable")]
    for row in sorted(found, key=lambda row: (row["verdict"] != "contradicted", -int(row["grade"][1:]), row["claim"])):
        error = () if row["p_value"] is None else (Reason.of("story-test-error", error=PValue(float(row["p_value"]))),)
        ids = {"parties": "party about", "lists": "dataset", "cited": "evidence"}
        against = _numbers(row["alternatives"])
        yield _made("claim", row, headlines.claim(row), "claim", sure=error, against=against, **ids)


def _contradictions(rows: Rows) -> Iterator[Statement]:
    """What parties say that does not go together."""
    found = [row for row in rows("contradictions") if row["what"] != "claim against data"]
    for row in sorted(found, key=lambda row: (str(row["about"]), str(row["claim_a"]))):
        times, said = headlines.times_apart(row), headlines.contradiction(row)
        sure, parties = () if times is None else (times,), "party_a party_b about"
        yield _made("contradiction", row, said, "claim_a claim_b", sure=sure, parties=parties)


def _sales(rows: Rows) -> Iterator[Statement]:
    for row in rows("sales"):
        parties, more = "seller buyer", {"lists": "parent child", "cited": "evidence"}
        against = headlines.against_sale(row)
        yield _made("sale", row, headlines.sale(row), parties, parties=parties, against=against, **more)


def _refusals(rows: Rows, what: Sequence[str] = _AFTER) -> Iterator[Statement]:
    """Refusals of people who were called, handed on or listed later: calls first, then those of the party
    that was refused itself, and of most people first."""
    found = [row for row in rows("after-refusal") if row["what"] in what]
    kind = "refusal" if what is _AFTER else "inside"
    for row in sorted(found, key=lambda row: (what.index(row["what"]), row["own"] is not True, -row["people"])):
        lists = "refusals" if row["what"] in _AFTER[:-1] else "refusals of"
        ids = {"parties": "party client", "lists": lists, "copies": "of" if row["what"] == "released" else ""}
        bases, about = headlines.refusal_bases(row), "refusals what of party"
        yield _made(kind, row, headlines.refusal(row), about, sure=bases, **ids)


def _lines(rows: Rows) -> Iterator[Statement]:
    """Lines of which there is something to tell, of most complaints first; the query has a row for each rule."""
    rates = {str(rate["name"]): rate for rate in rows("complaint-rates") if rate["dimension"] == "line"}
    by_line: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows("lines"):
        by_line.setdefault(str(row["line"]), []).append(row)
    for line in sorted(by_line, key=lambda line: (-rates[line]["complaints"] if line in rates else 0, line)):
        rules = by_line[line]
        said = headlines.line(rules[0], rates.get(line), rules)
        if said is not None:
            yield _made("line", rules[0], said, "line", parties="vendor carrier")


_OF_COPIES = (_copies, _held_copies, _refusals, _chains, _named_copies, _unnamed_sources, _campaigns)
_OF_OTHERS = (_derivations, _vintages, _claims, _contradictions, _sales, partial(_refusals, what=_UNDATED), _lines)
_MAKERS: Mapping[str, Callable[[Rows], Iterator[Statement]]] = dict(zip(KINDS, (*_OF_COPIES, *_OF_OTHERS), strict=True))


def _numbers(values: object) -> tuple[Number, ...]:
    """Reasons of a row, as values or as sentences that were written already."""
    listed = values if isinstance(values, list | tuple) else ()
    return tuple(one for value in listed if (one := headlines.reason_or_text(value)) is not None)


def judged(found: Iterable[Statement]) -> list[tuple[Reason, Reason]]:
    """What rests on a person's judgement, each with what it would be without that."""
    rests = [
        (one.said, headlines.decided_by(one.against) if headlines.judgement_said(one.row) is None else one.sureness)
        for one in found
    ]
    return [(said, by) for said, by in rests if by is not None]


# What the statements on one copy come to, each as one sentence with how sure it is.


def by_copy(found: Iterable[Statement], least: str = "G0") -> list[list[Statement]]:
    """Statements on copies at the grade `least` or better, copy by copy."""
    graded = (one for one in found if one.grade >= least)
    return [list(seen) for _, seen in groupby(graded, key=lambda one: one.copies)]


def best_kept(found: Sequence[Statement]) -> Iterator[tuple[Reason, Reason | None]]:
    """What the recipient itself had after the end, where it is surest."""
    mine = [one for one in found if one.row["reading"] == "retained"]
    if mine:
        best = max(mine, key=lambda one: one.probability or 0.0)
        yield best.said, best.sureness


def all_passed_on(found: Sequence[Statement]) -> Iterator[tuple[Reason, Reason | None]]:
    """Everybody else who had it, of those of whom it is as sure as of the surest; no surer than of each of them."""
    others: dict[str, Statement] = {}
    for one in found:
        if one.row["reading"] == "passed_on":
            had = others.setdefault(str(one.row["seen_with"]), one)
            others[str(one.row["seen_with"])] = max(had, one, key=lambda one: one.probability or 0.0)
    if not others:
        return
    words = {name: sure_word(one.probability or 0.0) for name, one in others.items()}
    surest = max(others, key=lambda name: others[name].probability or 0.0)
    named = [one for name, one in others.items() if words[name] == words[surest]]
    said = named[0].said if len(named) == 1 else headlines.passed_on([one.row for one in named])
    yield said, min(named, key=lambda one: one.probability or 0.0).sureness
