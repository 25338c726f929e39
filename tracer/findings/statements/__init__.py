"""What a case finds, as statements: the only thing that is shown. Every outlet chooses among them, shortens their lists
from the weak end, and places them; none computes, grades, counts or orders.

A statement is made from the row of a named query, which has gone through the rules of what may be shown; the rows that
leave a case have gone through the gate as well. Replies and judgements are there from the moment they are recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tracer.disclosure import Number, PValue, Reason
from tracer.findings.deciding import UNNAMED
from tracer.findings.statements import headlines
from tracer.findings.statements.headlines import Row

Rows: TypeAlias = Callable[[str], Sequence[Mapping[str, Any]]]
"""Name of a query → its rows, reasons as values."""
LIKELY = 0.5
"""Probability from which something is stated; what is weaker is counted, and left to the queries."""
KINDS = (
    "retention", "held", "refusal", "chain", "attribution", "unnamed", "campaign", "derivation", "vintage", "claim",
    "contradiction", "sale", "inside", "line",
)  # fmt: skip
"""Kinds of statements, the weightiest first."""


@dataclass(frozen=True)
class Statement:
    """One thing that is found."""

    kind: str
    """One of `KINDS`."""
    about: tuple[str, ...]
    """Ids by which it is asked for: of the copy and the list, of the two lists, of the lists of a chain, of the claim.
    """
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

    @property
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


def _made(kind: str, row: Row, said: Reason, about: Iterable[object], **more: Any) -> Statement:
    read = {name: _numbers(row.get(name)) for name in ("reasons", "against")}
    return Statement(kind, _each(*about), said, row, **{"grade": str(row.get("grade") or ""), **read, **more})


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
    for seen in sorted(by_copy.values(), key=lambda seen: (seen[0]["reading"] != "retained", *_best_first(seen[0]))):
        for row in seen:
            mark = marks.get((row["release"], row["seen_in"]))
            also = {} if mark is None else mark
            yield _made(
                "retention", row, headlines.retention(row), (row["release"], row["seen_in"]),
                sure=(headlines.sure(row),), reasons=_distinct(_numbers(row["reasons"]), _numbers(also.get("reasons"))),
                against=_distinct(_numbers(row["against"]), _numbers(also.get("against"))),
                parties=_each(row["vendor"], row["seen_with"], row["client"]),
                lists=_each(row["dataset"], row["seen_in"]), copies=_each(row["release"]), mark=mark,
            )  # fmt: skip


def _best_first(row: Row) -> tuple[int, str]:
    return -int(str(row["grade"])[1:]), str(row.get("release"))


def _held(rows: Rows) -> Iterator[Statement]:
    """Copies that recipients held while they might."""
    for row in rows("retention"):
        if row["reading"] == "held":
            yield _made(
                "held", row, headlines.retention(row), (row["release"], row["seen_in"]), sure=(headlines.sure(row),),
                parties=_each(row["vendor"], row["client"]), lists=_each(row["dataset"], row["seen_in"]),
                copies=_each(row["release"]),
            )  # fmt: skip


def _chains(rows: Rows) -> Iterator[Statement]:
    for row in rows("resale-chains"):
        yield _made(
            "chain", row, headlines.chain(row), row["datasets"], sure=(headlines.chain_by(row),),
            against=headlines.against_chain(row), parties=_each(*row["chain"]), lists=_each(*row["datasets"]),
        )  # fmt: skip


def _named(rows: Rows) -> Iterator[Statement]:
    """Copies that planted records or a draw name; the same copy may be stated by who held it as well."""
    for row in rows("attributions"):
        if row["accused"]:
            yield _made(
                "attribution", row, headlines.attribution(row), (row["release"], row["dataset"]),
                sure=tuple(headlines.marks(row)), parties=_each(row["recipient"]), lists=_each(row["dataset"]),
                copies=_each(row["release"]), mark=row,
            )  # fmt: skip


_DOUBTS = ("attribution-would-tell", "attribution-too-late")


def _unnamed(rows: Rows) -> Iterator[Statement]:
    """Lists that hold a client's rows or marks and name no copy, once a list and client."""
    found: dict[tuple[str, str], Statement] = {}
    for row in rows("attributions"):
        codes = [one.code for one in _numbers(row["reasons"]) if isinstance(one, Reason)]
        code = next((code for code in UNNAMED if code in codes), None)
        if not row["accused"] and code is not None:
            about = str(row["dataset"]), str(row["client"])
            doubts = [one for one in _numbers(row["against"]) if isinstance(one, Reason) and one.code in _DOUBTS]
            found.setdefault(about, _made("unnamed", row, headlines.unnamed(row, code), about, against=tuple(doubts)))
    yield from found.values()


def _campaigns(rows: Rows) -> Iterator[Statement]:
    found = [row for row in rows("campaigns") if headlines.code_of(row["reading"]) != "campaign-background"]
    for row in sorted(found, key=lambda row: (not row["releases"], -row["probability"], len(row["campaign"]))):
        yield _made(
            "campaign", row, headlines.campaign(row), (row["campaign"],), sure=(headlines.sure(row),),
            copies=_each(*row["releases"]),
        )  # fmt: skip


def _derivations(rows: Rows) -> Iterator[Statement]:
    """Who copied from whom, the likeliest first; an exchange is one statement."""
    for row in rows("derivations"):
        if row.get("kind") != "exchange" or row["parent"] < row["child"]:
            yield _made(
                "derivation", row, headlines.derivation(row), (row["parent"], row["child"]),
                sure=(headlines.derivation_sure(row),), lists=_each(row["parent"], row["child"]),
            )  # fmt: skip


def _vintages(rows: Rows) -> Iterator[Statement]:
    for row in rows("vintage"):
        yield _made(
            "vintage", row, headlines.vintage(row), (row["source"], row["dataset"]), sure=(headlines.sure(row),),
            parties=_each(row["client"]), lists=_each(row["source"], row["dataset"]), copies=_each(*row["releases"]),
        )  # fmt: skip


def _claims(rows: Rows) -> Iterator[Statement]:
    """Claims with a verdict, those that the data contradict first."""
    found = [row for row in rows("claims") if row["verdict"] not in ("untested", "untestable")]
    for row in sorted(found, key=lambda row: (row["verdict"] != "contradicted", -int(row["grade"][1:]), row["claim"])):
        error = () if row["p_value"] is None else (Reason.of("story-test-error", error=PValue(float(row["p_value"]))),)
        yield _made(
            "claim", row, headlines.claim(row), (row["claim"],), sure=error, against=_numbers(row["alternatives"]),
            parties=_each(row["party"], row["about"]), lists=_each(row["dataset"]), cited=_each(*row["evidence"]),
        )  # fmt: skip


def _contradictions(rows: Rows) -> Iterator[Statement]:
    """What parties say that does not go together."""
    found = [row for row in rows("contradictions") if row["what"] != "claim against data"]
    for row in sorted(found, key=lambda row: (str(row["about"]), str(row["claim_a"]))):
        times = headlines.times_apart(row)
        yield _made(
            "contradiction", row, headlines.contradiction(row), (row["claim_a"], row["claim_b"]),
            sure=() if times is None else (times,), parties=_each(row["party_a"], row["party_b"], row["about"]),
        )  # fmt: skip


def _sales(rows: Rows) -> Iterator[Statement]:
    for row in rows("sales"):
        yield _made(
            "sale", row, headlines.sale(row), (row["seller"], row["buyer"]), against=headlines.against_sale(row),
            parties=_each(row["seller"], row["buyer"]), lists=_each(row["parent"], row["child"]),
            cited=_each(*row["evidence"]),
        )  # fmt: skip


_AFTER = ("called", "complained", "released", "listed")


def _refusals(rows: Rows, what: Sequence[str] = _AFTER) -> Iterator[Statement]:
    """Refusals of people who were called, handed on or listed later: calls first, then those of the party
    that was refused itself, and of most people first."""
    found = [row for row in rows("after-refusal") if row["what"] in what]
    for row in sorted(found, key=lambda row: (what.index(row["what"]), row["own"] is not True, -row["people"])):
        of = _each(row["of"])
        yield _made(
            "refusal" if what is _AFTER else "inside", row, headlines.refusal(row),
            (row["refusals"], row["what"], row["of"], row["party"]),
            sure=headlines.refusal_bases(row), parties=_each(row["party"], row["client"]),
            lists=_each(row["refusals"], *(() if row["what"] in _AFTER[:-1] else of)),
            copies=of if row["what"] == "released" else (),
        )  # fmt: skip


def _inside(rows: Rows) -> Iterator[Statement]:
    """People in lists who refused, where it is not known that they had refused before."""
    return _refusals(rows, ("inside", "later"))


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
            yield _made("line", rules[0], said, (line,), parties=_each(rules[0]["vendor"], rules[0]["carrier"]))


_MAKERS: Mapping[str, Callable[[Rows], Iterator[Statement]]] = dict(
    zip(KINDS, (
        _copies, _held, _refusals, _chains, _named, _unnamed, _campaigns, _derivations, _vintages, _claims,
        _contradictions, _sales, _inside, _lines,
    ), strict=True)
)  # fmt: skip


def _numbers(values: object) -> tuple[Number, ...]:
    """Reasons of a row, as values or as sentences that were written already."""
    listed = values if isinstance(values, list | tuple) else ()
    return tuple(one for value in listed if (one := headlines.said(value)) is not None)


def _distinct(*several: Iterable[Number]) -> tuple[Number, ...]:
    """Each once, in their order: reasons hold mappings, so that they can only be compared."""
    found: list[Number] = []
    for number in (one for numbers in several for one in numbers):
        if number not in found:
            found.append(number)
    return tuple(found)


def _each(*names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(name) for name in names if name is not None))
