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
from tracer.dossier.replies import language_problem
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
    refuse([language_problem(reply.language, reply.translation, where)])
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
    """Number of the one on the same edge that held until now and said otherwise; of a withdrawal, what it takes back.
    """
    overruled: str | None = None
    a: str = ""
    """The giver, as it is kept: of a copy and a list the copy, whichever was named first."""
    b: str = ""


def add_judgement(
    con: duckdb.DuckDBPyConnection, a: str, b: str, verdict: str, *, note: str | None, at: datetime, who: str | None
) -> Judged:
    """Write down a person's decision on the edge between `a` and `b`; the newest holds, later runs keep it.

    `a` and `b` are ids of two datasets, or of a release and the dataset in which it was found. `independent` is of both
    directions; `withdraw` takes back what is in force, so that the data alone count again.

    Raises:
        UsageError: an id the case does not hold.
        InputRefused: an unknown verdict; ids on which nothing rests; that a list was copied from another, where the
            reverse is confirmed; or nothing is in force that could be withdrawn.
    """
    kinds = dict(con.execute(_KINDS).fetchall())
    for name in (a, b):
        if name not in kinds:
            remedy = did_you_mean(name, sorted(kinds))
            raise UsageError(f"the case has nothing called {name!r}", where="judge", remedy=remedy)
    refuse([word_problem(verdict, JUDGEMENTS, "judgement", "judge")])
    if (kinds[a], kinds[b]) == ("dataset", "release"):
        a, b = b, a
    before, said = _standing(con, a, b)
    if verdict == "withdraw":
        if before is None:
            raise _nothing_stands(con, a, b)
    else:
        refuse([_without_effect(con, a, b, (kinds[a], kinds[b]))])
        reverse = _standing(con, b, a)
        if verdict == reverse[1] == "confirm":
            raise InputRefused(
                f"judgement {reverse[0]} confirms the reverse, {b} → {a}, and one list is not copied from the other in"
                " both directions", where="judge", remedy=f"reject that first: tracer judge {b} {a} reject",
            )  # fmt: skip
        if verdict == "independent" and before is None:
            before, said = reverse
    number = con.execute("SELECT coalesce(max(no), 0) + 1 FROM judgement").fetchone()
    assert number is not None  # noqa: S101 - an aggregate always gives a row
    con.execute(
        'INSERT INTO judgement (no, a, b, verdict, note, "at", who, withdraws)'
        " VALUES ($no, $a, $b, $verdict, $note, $at, $who, $withdraws)",
        {
            "no": number[0], "a": a, "b": b, "verdict": verdict, "note": note, "at": at, "who": who,
            "withdraws": before if verdict == "withdraw" else None,
        },
    )  # fmt: skip
    if said in (None, verdict):
        before = said = None
    return Judged(int(number[0]), before, said, a, b)


def _standing(con: duckdb.DuckDBPyConnection, a: str, b: str) -> tuple[int | None, str | None]:
    """Number and verdict of the decision that holds on an edge, in this direction."""
    row = con.execute("SELECT no, verdict FROM views._judged WHERE a = $a AND b = $b", {"a": a, "b": b}).fetchone()
    return (None, None) if row is None else (int(row[0]), str(row[1]))


def _nothing_stands(con: duckdb.DuckDBPyConnection, a: str, b: str) -> InputRefused:
    reverse, said = _standing(con, b, a)
    remedy = 'tracer sql "SELECT * FROM views.judgements" lists what was judged'
    if reverse is not None:
        remedy = f"judgement {reverse} ({said}) is of the reverse: tracer judge {b} {a} withdraw"
    return InputRefused(f"no judgement on {a} → {b} is in force", where="judge", remedy=remedy)


def _without_effect(con: duckdb.DuckDBPyConnection, a: str, b: str, kinds: tuple[str, str]) -> InputRefused | None:
    """Why nothing rests on a decision about these two, and what to judge instead."""
    if a == b:
        return InputRefused(f"{a} is both ends", where="judge", remedy="name two lists, or a copy and a list")
    if kinds == ("dataset", "dataset"):
        return None
    if kinds == ("release", "dataset"):
        row = con.execute("SELECT dataset = $b FROM release WHERE id = $a", {"a": a, "b": b}).fetchone()
        if row != (True,):
            return None
        return InputRefused(
            f"{a} was made from {b}: that is on record and is not judged", where="judge",
            remedy=f"judge the copy and the list in which it was found: tracer judge {a} LIST confirm",
        )  # fmt: skip
    odd = next(name for name, kind in zip((a, b), kinds, strict=True) if kind != "dataset")
    kind = {"dataset": "list", "release": "copy"}.get(kinds[(a, b).index(odd)], kinds[(a, b).index(odd)])
    if kind == "claim":
        remedy = f"correct it, or take it back: tracer claim edit {odd}"
    elif kind == "copy":
        remedy = f"judge the copy and the list in which it was found: tracer judge {odd} LIST confirm"
    elif kind == "hidden":
        ends = con.execute(
            "SELECT parents[1], children[1] FROM hidden WHERE id = $id ORDER BY run DESC LIMIT 1", {"id": odd}
        ).fetchone()
        between = "LIST LIST" if ends is None else f"{ends[0]} {ends[1]}"
        kind, remedy = "proposed list", f"judge the lists that it lies between: tracer judge {between} independent"
    else:
        remedy = _their_lists(con, a, b)
    return InputRefused(
        f"a judgement is on two lists, or on a copy and a list; {odd} is a {kind}", where="judge", remedy=remedy
    )


def _their_lists(con: duckdb.DuckDBPyConnection, a: str, b: str) -> str:
    """What to judge in the place of parties: the lists that they hold."""
    held = [
        [row[0] for row in con.execute(
            "SELECT id FROM dataset WHERE current AND $of IN (holder, id) ORDER BY id", {"of": end}
        ).fetchall()]
        for end in (a, b)
    ]  # fmt: skip
    if not all(held):
        return "name two lists: tracer judge LIST LIST confirm"
    several = "; ".join(f"of {end}: {', '.join(lists[:5])}" for end, lists in zip((a, b), held, strict=True))
    return f"judge their lists ({several}): tracer judge {held[0][0]} {held[1][0]} confirm"


_KINDS = """
SELECT id, arg_min(kind, place) FROM (
    SELECT id, 'dataset' AS kind, 1 AS place FROM dataset UNION ALL SELECT id, 'release', 2 FROM release
    UNION ALL SELECT id, 'party', 3 FROM party UNION ALL SELECT id, 'claim', 4 FROM claim
    UNION ALL SELECT id, 'hidden', 5 FROM hidden
) GROUP BY id ORDER BY id
"""


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
