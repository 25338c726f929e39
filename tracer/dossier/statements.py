"""What is said and shown: claims, relations, lines, replies, and a person's judgements.

Ids of parties are resolved on entry: what is said about a merged party is kept under the party it turned out to be.
Repeating a statement changes nothing; other facts under the same identity replace the old ones only with `change`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from tracer.dossier.claim_values import value_problem
from tracer.dossier.parties import ensure_party, resolve
from tracer.dossier.replies import language_problem
from tracer.dossier.stored import insert, problems, put, row_of
from tracer.dossier.vocabulary import JUDGEMENTS, did_you_mean, id_problem, refuse, word_problem
from tracer.errors import InputRefused, UsageError
from tracer.records import Claim, Line, Outcome, Relation, Reply, declared

# What makes two claims without an id the same statement; channel, quote and evidence may be corrected later.
_CLAIM_IDENTITY = ("party", "about", "kind", "dataset", "said", "speaker", "value")


def add_claim(con: duckdb.DuckDBPyConnection, claim: Claim, *, change: bool = False) -> tuple[str, Outcome]:
    """Put a claim in and return its id. Without an id, the claim that says the same is taken, or the next number.

    Raises:
        InputRefused: bad id, kind, channel or value; unknown dataset or evidence; or the id is taken without `change`.
    """
    where = f"claim {claim.id or 'of ' + claim.party}"
    malformed = None if claim.id is None else id_problem(claim.id, "claim", where)
    refuse([malformed, *problems(con, claim, where), value_problem(claim.kind, claim.value, where)])
    for party in {claim.party, claim.about or claim.party}:
        ensure_party(con, party, where)
    row = row_of(claim, party=resolve(con, claim.party), about=resolve(con, claim.about or claim.party))
    del row["id"]
    if claim.id is not None:
        return claim.id, put(con, "claim", {"id": claim.id}, row, where, change=change)
    named = " AND ".join(f"{column} IS NOT DISTINCT FROM ${column}" for column in _CLAIM_IDENTITY)
    found = con.execute(
        f"SELECT id FROM claim WHERE {named} AND starts_with(id, 'claim-') ORDER BY id LIMIT 1",
        {column: row[column] for column in _CLAIM_IDENTITY},
    ).fetchone()
    if found is not None:
        return str(found[0]), put(con, "claim", {"id": found[0]}, row, where, change=True)
    number = con.execute(
        "SELECT coalesce(max(try_cast(regexp_extract(id, '^claim-(\\d+)$', 1) AS INTEGER)), 0) + 1 FROM claim"
    ).fetchall()[0][0]
    return f"claim-{number}", put(con, "claim", {"id": f"claim-{number}"}, row, where, change=change)


def add_relation(con: duckdb.DuckDBPyConnection, relation: Relation, *, change: bool = False) -> Outcome:
    """Put a relation in. Kind, both parties and the date make it the same one.

    Raises:
        InputRefused: bad kind or basis, unknown evidence, a party related to itself, or other facts without `change`.
    """
    where = f"relation {relation.from_party} {relation.kind} {relation.to_party}"
    refuse(problems(con, relation, where))
    for party in (relation.from_party, relation.to_party):
        ensure_party(con, party, where)
    source, target = resolve(con, relation.from_party), resolve(con, relation.to_party)
    if source == target:
        raise InputRefused(f"{source!r} cannot be related to itself", where=where, remedy="name two parties")
    row = row_of(relation, from_party=source, to_party=target)
    identity = {name: row.pop(name) for name in ("kind", "from_party", "to_party", "date")}
    return put(con, "relation", identity, row, where, change=change)


def add_line(con: duckdb.DuckDBPyConnection, line: Line, *, change: bool = False) -> Outcome:
    """Put a line in.

    Raises:
        InputRefused: bad id, an invalid number or prefix, a hand under 1, or other facts without `change`.
    """
    where, wrong = f"line {line.id}", list[InputRefused]()
    for number in line.numbers:
        digits = number.removesuffix("*").replace("-", "").replace(" ", "").removeprefix("+")
        if not digits.isascii() or not digits.isdigit():
            remedy = "write digits, or a prefix like 025*"
            wrong.append(InputRefused(f"invalid number {number!r}", where=where, remedy=remedy))
    if line.hand is not None and line.hand < 1:
        wrong.append(InputRefused(f"invalid hand {line.hand}", where=where, remedy=declared(Line)["hand"].remedy))
    refuse([id_problem(line.id, "line", where), *wrong])
    row = row_of(line)
    for role in ("vendor", "carrier"):
        if row[role] is not None:
            ensure_party(con, row[role], where)
            row[role] = resolve(con, row[role])
    return put(con, "line", {"id": row.pop("id")}, row, where, change=change)


def add_reply(con: duckdb.DuckDBPyConnection, reply: Reply, *, change: bool = False) -> Outcome:
    """Put in what a party replied, or that it was asked. The party and the day of the question make it the same one.

    Raises:
        InputRefused: answered before asked, a deadline before the question, or other facts without `change`.
    """
    where = f"reply of {reply.party}"
    refuse([language_problem(reply.language, reply.translation, where)])
    for what, day in (("the deadline", reply.deadline), ("the answer", reply.answered)):
        if reply.asked is not None and day is not None and day < reply.asked:
            wrong = f"{what} ({day}) is before the question ({reply.asked})"
            raise InputRefused(wrong, where=where, remedy="check both days")
    ensure_party(con, reply.party, where)
    row = row_of(reply, party=resolve(con, reply.party))
    identity = {name: row.pop(name) for name in ("party", "asked")}
    return put(con, "reply", identity, row, where, change=change)


@dataclass(frozen=True)
class Judged:
    """A decision as it was written down."""

    number: int
    overrules: int | None
    """Number of the one on the same edge that held until now and said otherwise; of a withdrawal, what it takes back.
    """
    overruled: str | None
    a: str
    """The giver, as it is kept: of a copy and a list the copy, whichever was named first."""
    b: str


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
    before, said = _in_force(con, a, b)
    of_reverse, said_of_reverse = _in_force(con, b, a)
    if verdict == "withdraw" and before is None:
        remedy = 'tracer sql "SELECT * FROM views.judgements" lists what was judged'
        if of_reverse is not None:
            remedy = f"judgement {of_reverse} ({said_of_reverse}) is of the reverse: tracer judge {b} {a} withdraw"
        raise InputRefused(f"no judgement on {a} → {b} is in force", where="judge", remedy=remedy)
    if verdict != "withdraw":
        refuse([_without_effect(con, a, b, kinds[a], kinds[b])])
        if verdict == said_of_reverse == "confirm":
            raise InputRefused(
                f"judgement {of_reverse} confirms the reverse, {b} → {a}, and one list is not copied from the other in"
                " both directions",
                where="judge",
                remedy=f"reject that first: tracer judge {b} {a} reject",
            )
        if verdict == "independent" and before is None:
            before, said = of_reverse, said_of_reverse
    number = int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM judgement").fetchall()[0][0])
    withdrawn = before if verdict == "withdraw" else None
    judgement = {"no": number, "a": a, "b": b, "verdict": verdict, "note": note, "at": at, "who": who}
    insert(con, "judgement", judgement | {"withdraws": withdrawn})
    if said in (None, verdict):
        before = said = None
    return Judged(number, before, said, a, b)


def _in_force(con: duckdb.DuckDBPyConnection, a: str, b: str) -> tuple[int | None, str | None]:
    """Number and verdict of the decision that holds on an edge, in this direction."""
    row = con.execute("SELECT no, verdict FROM views._judged WHERE a = $a AND b = $b", {"a": a, "b": b}).fetchone()
    return (None, None) if row is None else (int(row[0]), str(row[1]))


def _without_effect(con: duckdb.DuckDBPyConnection, a: str, b: str, kind_a: str, kind_b: str) -> InputRefused | None:
    """Why nothing rests on a decision about these two, and what to judge instead."""
    if a == b:
        return InputRefused(f"{a} is both ends", where="judge", remedy="name two lists, or a copy and a list")
    if kind_a == kind_b == "dataset":
        return None
    if (kind_a, kind_b) == ("release", "dataset"):
        row = con.execute("SELECT dataset = $b FROM release WHERE id = $a", {"a": a, "b": b}).fetchone()
        if row != (True,):
            return None
        remedy = f"judge the copy and the list in which it was found: tracer judge {a} LIST confirm"
        return InputRefused(f"{a} was made from {b}: that is on record and is not judged", where="judge", remedy=remedy)
    odd, kind = (a, kind_a) if kind_a != "dataset" else (b, kind_b)
    shown = {"release": "copy", "hidden": "proposed list"}.get(kind, kind)
    if kind == "claim":
        remedy = f"correct it, or take it back: tracer claim edit {odd}"
    elif kind == "release":
        remedy = f"judge the copy and the list in which it was found: tracer judge {odd} LIST confirm"
    elif kind == "hidden":
        ends = con.execute(
            "SELECT parents[1], children[1] FROM hidden WHERE id = $id ORDER BY run DESC LIMIT 1", {"id": odd}
        ).fetchone()
        between = "LIST LIST" if ends is None else f"{ends[0]} {ends[1]}"
        remedy = f"judge the lists that it lies between: tracer judge {between} independent"
    else:  # a party: what to judge in its place are lists that it holds
        held = "SELECT id FROM dataset WHERE current AND $of IN (holder, id) ORDER BY id"
        lists = {end: [row[0] for row in con.execute(held, {"of": end}).fetchall()] for end in (a, b)}
        remedy = "name two lists: tracer judge LIST LIST confirm"
        if lists[a] and lists[b]:
            several = "; ".join(f"of {end}: {', '.join(ids[:5])}" for end, ids in lists.items())
            remedy = f"judge their lists ({several}): tracer judge {lists[a][0]} {lists[b][0]} confirm"
    return InputRefused(
        f"a judgement is on two lists, or on a copy and a list; {odd} is a {shown}", where="judge", remedy=remedy
    )


_KINDS = """
SELECT id, arg_min(kind, place) FROM (
    SELECT id, 'dataset' AS kind, 1 AS place FROM dataset UNION ALL SELECT id, 'release', 2 FROM release
    UNION ALL SELECT id, 'party', 3 FROM party UNION ALL SELECT id, 'claim', 4 FROM claim
    UNION ALL SELECT id, 'hidden', 5 FROM hidden
) GROUP BY id ORDER BY id
"""
