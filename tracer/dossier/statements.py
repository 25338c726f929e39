"""What is said and shown: claims, relations, lines, replies, and a person's judgements.

Ids of parties are resolved on entry: what is said about a merged party is kept under the party it turned out to be.
Repeating a statement changes nothing; other facts under the same identity replace the old ones only with `change`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from tracer.dossier.claim_values import value_problem
from tracer.dossier.parties import ensure_party, resolve
from tracer.dossier.records import Claim, Line, Outcome, Relation, Reply
from tracer.dossier.vocabulary import (
    CHANNELS,
    EVIDENTIAL_BASES,
    JUDGEMENTS,
    RELATION_KINDS,
    claim_kinds,
    did_you_mean,
    id_problem,
    refuse,
    word_problem,
)
from tracer.errors import InputRefused, UsageError

# What makes two claims without an id the same statement; channel, quote and evidence may be corrected later.
_CLAIM_IDENTITY = ("party", "about", "kind", "dataset", "said", "speaker", "value")


def evidence_problems(con: duckdb.DuckDBPyConnection, evidence: Iterable[str], where: str) -> list[InputRefused]:
    """A refusal for every id of `evidence` that the case does not hold."""
    known = [row[0] for row in con.execute("SELECT id FROM evidence ORDER BY id").fetchall()]
    return [
        InputRefused(f"unknown evidence {cited!r}", where=where, remedy=did_you_mean(cited, known) or "add it first")
        for cited in evidence
        if cited not in known
    ]


def add_claim(con: duckdb.DuckDBPyConnection, claim: Claim, *, change: bool = False) -> tuple[str, Outcome]:
    """Put a claim in and return its id. Without an id, the claim that says the same is taken, or the next number.

    Raises:
        InputRefused: bad id, kind, channel or value; unknown dataset or evidence; or the id is taken without `change`.
    """
    where = f"claim {claim.id or 'of ' + claim.party}"
    refuse(
        [
            None if claim.id is None else id_problem(claim.id, "claim", where),
            word_problem(claim.kind, claim_kinds(), "claim kind", where),
            word_problem(claim.channel, CHANNELS, "channel", where),
            value_problem(claim.kind, claim.value, where),
            *([] if claim.dataset is None else [_dataset_problem(con, claim.dataset, where)]),
            *evidence_problems(con, claim.evidence, where),
        ]
    )
    for party in {claim.party, claim.about or claim.party}:
        ensure_party(con, party, where)
    row = _columns(claim, party=resolve(con, claim.party), about=resolve(con, claim.about or claim.party))
    del row["id"]
    if claim.id is not None:
        return claim.id, _put(con, "claim", {"id": claim.id}, row, where, change=change)
    named = " AND ".join(f"{column} IS NOT DISTINCT FROM ${column}" for column in _CLAIM_IDENTITY)
    found = con.execute(
        f"SELECT id FROM claim WHERE {named} AND starts_with(id, 'claim-') ORDER BY id LIMIT 1",
        {column: row[column] for column in _CLAIM_IDENTITY},
    ).fetchone()
    if found is not None:
        return str(found[0]), _put(con, "claim", {"id": found[0]}, row, where, change=True)
    number = con.execute(
        "SELECT coalesce(max(try_cast(regexp_extract(id, '^claim-(\\d+)$', 1) AS INTEGER)), 0) + 1 FROM claim"
    ).fetchone()
    made = f"claim-{number[0] if number is not None else 1}"
    return made, _put(con, "claim", {"id": made}, row, where, change=change)


def add_relation(con: duckdb.DuckDBPyConnection, relation: Relation, *, change: bool = False) -> Outcome:
    """Put a relation in. Kind, both parties and the date make it the same one.

    Raises:
        InputRefused: bad kind or basis, unknown evidence, a party related to itself, or other facts without `change`.
    """
    where = f"relation {relation.from_party} {relation.kind} {relation.to_party}"
    refuse(
        [
            word_problem(relation.kind, RELATION_KINDS, "relation kind", where),
            word_problem(relation.basis, EVIDENTIAL_BASES, "basis", where),
            *evidence_problems(con, relation.evidence, where),
        ]
    )
    for party in (relation.from_party, relation.to_party):
        ensure_party(con, party, where)
    source, target = resolve(con, relation.from_party), resolve(con, relation.to_party)
    if source == target:
        raise InputRefused(f"{source!r} cannot be related to itself", where=where, remedy="name two parties")
    row = _columns(relation, from_party=source, to_party=target)
    identity = {name: row.pop(name) for name in ("kind", "from_party", "to_party", "date")}
    return _put(con, "relation", identity, row, where, change=change)


def add_line(con: duckdb.DuckDBPyConnection, line: Line, *, change: bool = False) -> Outcome:
    """Put a line in.

    Raises:
        InputRefused: bad id, an invalid number or prefix, a hand under 1, or other facts without `change`.
    """
    where = f"line {line.id}"
    problems = [id_problem(line.id, "line", where)]
    for number in line.numbers:
        digits = number.removesuffix("*").replace("-", "").replace(" ", "").removeprefix("+")
        if not digits.isascii() or not digits.isdigit():
            problems.append(
                InputRefused(f"invalid number {number!r}", where=where, remedy="write digits, or a prefix like 025*")
            )
    if line.hand is not None and line.hand < 1:
        problems.append(
            InputRefused(f"invalid hand {line.hand}", where=where, remedy="give 1 for first hand, 2 for second, …")
        )
    refuse(problems)
    row = _columns(line)
    for role in ("vendor", "carrier"):
        if row[role] is not None:
            ensure_party(con, row[role], where)
            row[role] = resolve(con, row[role])
    return _put(con, "line", {"id": row.pop("id")}, row, where, change=change)


def add_reply(con: duckdb.DuckDBPyConnection, reply: Reply, *, change: bool = False) -> Outcome:
    """Put in what a party replied, or that it was asked. The party and the day of the question make it the same one.

    Raises:
        InputRefused: answered before asked, a deadline before the question, or other facts without `change`.
    """
    where = f"reply of {reply.party}"
    if reply.asked is not None:
        for what, day in (("the deadline", reply.deadline), ("the answer", reply.answered)):
            if day is not None and day < reply.asked:
                raise InputRefused(
                    f"{what} ({day}) is before the question ({reply.asked})", where=where, remedy="check both days"
                )
    ensure_party(con, reply.party, where)
    row = _columns(reply, party=resolve(con, reply.party))
    identity = {name: row.pop(name) for name in ("party", "asked")}
    return _put(con, "reply", identity, row, where, change=change)


@dataclass(frozen=True)
class Judged:
    """A decision as it was written down."""

    number: int
    overrules: int | None = None
    """Number of the one on the same edge that held until now and said otherwise."""
    overruled: str | None = None


def add_judgement(
    con: duckdb.DuckDBPyConnection, a: str, b: str, verdict: str, *, note: str | None, at: datetime, who: str | None
) -> Judged:
    """Write down a person's decision on the edge between `a` and `b`; the newest holds, later runs keep it.

    `a` and `b` are ids of datasets, releases, parties or claims, or proposed hidden datasets.

    Raises:
        UsageError: an id the case does not hold.
        InputRefused: an unknown verdict; or that a list was copied from another, where the reverse is confirmed.
    """
    known = [row[0] for row in con.execute(_KNOWN_IDS).fetchall()]
    for name in (a, b):
        if name not in known:
            raise UsageError(f"the case has nothing called {name!r}", where="judge", remedy=did_you_mean(name, known))
    refuse([word_problem(verdict, JUDGEMENTS, "judgement", "judge")])
    reverse = _standing(con, b, a)
    if verdict == reverse[1] == "confirm" and a != b and _both_lists(con, a, b):
        raise InputRefused(
            f"judgement {reverse[0]} confirms the reverse, {b} → {a}, and one list is not copied from the other in both"
            " directions", where="judge", remedy=f"reject that first: tracer judge {b} {a} reject",
        )  # fmt: skip
    before, said = _standing(con, a, b)
    number = con.execute("SELECT coalesce(max(no), 0) + 1 FROM judgement").fetchone()
    assert number is not None  # noqa: S101 - an aggregate always gives a row
    con.execute(
        "INSERT INTO judgement VALUES ($no, $a, $b, $verdict, $note, $at, $who)",
        {"no": number[0], "a": a, "b": b, "verdict": verdict, "note": note, "at": at, "who": who},
    )
    return Judged(int(number[0]), *((before, said) if said not in (None, verdict) else ()))


def _standing(con: duckdb.DuckDBPyConnection, a: str, b: str) -> tuple[int | None, str | None]:
    """Number and verdict of the decision that holds on an edge, in this direction."""
    row = con.execute(
        "SELECT no, verdict FROM judgement WHERE a = $a AND b = $b ORDER BY no DESC LIMIT 1", {"a": a, "b": b}
    ).fetchone()
    return (None, None) if row is None else (int(row[0]), str(row[1]))


def _both_lists(con: duckdb.DuckDBPyConnection, a: str, b: str) -> bool:
    """Whether both are lists: parties may give to each other, a list is copied one way."""
    lists = con.execute("SELECT count(DISTINCT id) FROM dataset WHERE id IN ($a, $b)", {"a": a, "b": b}).fetchall()
    return bool(lists == [(2,)])


_KNOWN_IDS = (
    "SELECT id FROM party UNION SELECT id FROM dataset UNION SELECT id FROM release UNION SELECT id FROM claim "
    "UNION SELECT id FROM hidden ORDER BY id"
)


def _dataset_problem(con: duckdb.DuckDBPyConnection, dataset: str, where: str) -> InputRefused | None:
    known = [row[0] for row in con.execute("SELECT DISTINCT id FROM dataset ORDER BY id").fetchall()]
    if dataset in known:
        return None
    return InputRefused(
        f"unknown dataset {dataset!r}", where=where, remedy=did_you_mean(dataset, known) or "load it first"
    )


def _columns(record: Claim | Relation | Line | Reply, **resolved: str) -> dict[str, Any]:
    """A record as a row of its table: columns are named as its fields are."""
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(record).items()}
    return facts | resolved


def _put(
    con: duckdb.DuckDBPyConnection,
    table: str,
    identity: dict[str, Any],
    facts: dict[str, Any],
    where: str,
    *,
    change: bool,
) -> Outcome:
    """Insert a row, or make the row of this identity say these facts. Table and column names are the code's own."""
    named = " AND ".join(f"{column} IS NOT DISTINCT FROM ${column}" for column in identity)
    columns = ", ".join(facts)
    old = con.execute(f"SELECT {columns} FROM {table} WHERE {named}", identity).fetchone()
    if old is None:
        row = {**identity, **facts}
        if table == "relation":  # numbered: it has no id of its own
            number = con.execute("SELECT coalesce(max(no), 0) + 1 FROM relation").fetchone()
            row["no"] = 1 if number is None else number[0]
        names = ", ".join(row)
        values = ", ".join(f"${column}" for column in row)
        con.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", row)
        return Outcome.ADDED
    if list(old) == list(facts.values()):
        return Outcome.SAME
    if not change:
        raise InputRefused(
            "it already exists with other facts", where=where, remedy="change it in the manifest, or use another id"
        )
    sets = ", ".join(f"{column} = ${column}" for column in facts)
    con.execute(f"UPDATE {table} SET {sets} WHERE {named}", {**identity, **facts})
    return Outcome.CHANGED
