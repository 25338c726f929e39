"""What is said and shown: claims, relations, lines, replies, evidence, and a person's judgements.

Ids of parties are resolved on entry: what is said about a merged party is kept under the party it turned out to be.
Repeating a statement changes nothing; other facts under the same identity replace the old ones only with `change`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from tracer.case.case import CaseVault
from tracer.clock import today
from tracer.documents import json_of
from tracer.dossier.parties import ensure_party, resolve
from tracer.dossier.stored import Connection, insert, problems, put_row, row_of
from tracer.dossier.vocabulary import (
    JUDGEMENTS,
    did_you_mean,
    id_problem,
    is_language,
    refuse,
    value_problem,
    word_problem,
)
from tracer.errors import InputRefused, UsageError
from tracer.input_files import sha256_of
from tracer.records import LINE_NUMBER, Claim, Evidence, Kind, Line, Outcome, Relation, Reply, declared_fields

Statement = Claim | Relation | Line | Reply
_IDENTITY: Mapping[type[Statement], tuple[str, ...]] = {
    Claim: ("id",),
    Relation: ("kind", "from_party", "to_party", "date"),
    Line: ("id",),
    Reply: ("party", "asked"),
}
"""Kind of record → the columns that make two of them the same one."""
_SAME_CLAIM = ("party", "about", "kind", "dataset", "said", "speaker", "value")
"""What does so where a claim has no id; channel, quote and evidence may be corrected later."""


def add_statement(con: Connection, record: Statement, *, change: bool = False) -> tuple[str, Outcome]:
    """Put in a claim, relation, line or reply; what it is called, and what became of it.

    A claim without an id is the one that says the same, or gets the next number.

    Raises `InputRefused`: a bad id, word, number, value or day; unknown dataset or evidence; a party related to itself;
    or the case has it with other facts, without `change`.
    """
    match record:
        case Claim():
            named, where = record.id or "", f"claim {record.id or 'of ' + record.party}"
            record = replace(record, about=record.about or record.party)
        case Relation():
            named = f"{record.from_party} {record.kind} {record.to_party}"
            where = f"relation {named}"
        case Line():
            named, where = record.id, f"line {record.id}"
        case Reply():
            named, where = record.party, f"reply of {record.party}"
    refuse(_wrong(con, record, where))
    row, table = row_of(record), type(record).__name__.lower()
    for column in [name for name, field in declared_fields(type(record)).items() if field.kind is Kind.PARTY]:
        if row[column] is not None:  # what is said about a merged party is kept under the one that it is now
            ensure_party(con, row[column], where)
            row[column] = resolve(con, row[column])
    if isinstance(record, Relation) and row["from_party"] == row["to_party"]:
        # What became one of a party with itself by a merge may be said again, by the manifest that the case is made of.
        known = "SELECT 1 FROM relation WHERE (kind, from_party, to_party) = ($kind, $party, $party)"
        known += " AND date IS NOT DISTINCT FROM $date"
        held = con.execute(known, {"kind": record.kind, "party": row["to_party"], "date": record.date}).fetchone()
        if held is None or record.from_party == record.to_party:
            what = f"{row['from_party']!r} cannot be related to itself"
            raise InputRefused(what, where=where, remedy="name two parties")
    identity = {column: row.pop(column) for column in _IDENTITY[type(record)]}
    if not named:
        same = " AND ".join(f"{column} IS NOT DISTINCT FROM ${column}" for column in _SAME_CLAIM)
        found = con.execute(
            f"SELECT id FROM claim WHERE {same} AND starts_with(id, 'claim-') ORDER BY id LIMIT 1",
            {column: row[column] for column in _SAME_CLAIM},
        ).fetchone()
        number = "SELECT coalesce(max(try_cast(regexp_extract(id, '^claim-(\\d+)$', 1) AS INTEGER)), 0) + 1 FROM claim"
        named = str(found[0]) if found else f"claim-{con.execute(number).fetchall()[0][0]}"
        identity, change = {"id": named}, change or found is not None
    return named, put_row(con, table, identity, row, where, change=change)


def _wrong(con: Connection, record: Statement, where: str) -> Iterator[InputRefused | None]:
    if not isinstance(record, Relation | Reply) and record.id is not None:
        yield id_problem(record.id, type(record).__name__.lower(), where)
    yield from problems(con, record, where)
    match record:
        case Claim():
            yield value_problem(record.kind, record.value, where)
        case Line():
            for number in record.numbers:
                if re.search(LINE_NUMBER, number) is None:
                    remedy = "write digits, or a prefix like 025*"
                    yield InputRefused(f"invalid number {number!r}", where=where, remedy=remedy)
            if record.hand is not None and record.hand < 1:
                remedy = declared_fields(Line)["hand"].remedy
                yield InputRefused(f"invalid hand {record.hand}", where=where, remedy=remedy)
        case Reply():
            for language in (record.language, *json_of(record.translation or "{}")):
                if language and not is_language(language):
                    yield InputRefused(f"invalid language {language!r}", where=where, remedy="write zh, en …")
            for what, day in (("the deadline", record.deadline), ("the answer", record.answered)):
                if record.asked is not None and day is not None and day < record.asked:
                    wrong = f"{what} ({day}) is before the question ({record.asked})"
                    yield InputRefused(wrong, where=where, remedy="check both days")


STATES = ("answered", "no_reply", "asked", "not_asked")
"""Answered; asked, and the deadline has passed; asked, and it has not; not asked."""


def reply_state(asked: date | None, deadline: date | None, answered: date | None) -> str:
    """One of `STATES`. A deadline has passed by the clock's day, so that a stopped clock repeats a run."""
    if answered is not None:
        return "answered"
    if deadline is not None and deadline < today():
        return "no_reply"
    return "not_asked" if asked is None and deadline is None else "asked"


def add_evidence(
    con: Connection,
    vault: CaseVault,
    evidence: Evidence,
    *,
    file: Path | None = None,
    change: bool = False,
    replace: bool = False,
) -> Outcome:
    """Put evidence in: a `file` (whose name as acquired is `evidence.path`), or the text of a statement.

    Raises `InputRefused`: bad id, neither or both of file and text, an unreadable file, or other facts without
    `change`. Other bytes under the same id are refused even then, unless `replace`: the old ones stay in the vault.
    """
    where = f"evidence {evidence.id}"
    refuse([id_problem(evidence.id, "piece of evidence", where)])
    if (file is None) == (evidence.text is None):
        raise InputRefused(
            "evidence must be either a file or a text", where=where, remedy="give exactly one of path and text"
        )
    if file is not None and not file.is_file():
        raise InputRefused("no such file", where=f"{where}, {file}", remedy="check the path")
    said = (evidence.text or "").encode()
    row = row_of(evidence, sha256=hashlib.sha256(said).hexdigest(), bytes=len(said))
    if file is not None:
        row |= {"sha256": sha256_of(file), "bytes": file.stat().st_size}
    old = con.execute(f"SELECT {', '.join(row)} FROM evidence WHERE id = $id", {"id": evidence.id}).fetchone()
    same_bytes = old is not None and old[-2] == row["sha256"]
    if old is not None and not same_bytes and not replace:
        what = "the id already exists with other bytes, and evidence is never overwritten"
        raise InputRefused(what, where=where, remedy="use another id")
    if old == tuple(row.values()):
        return Outcome.SAME
    if old is not None and not (change or replace):
        raise InputRefused("the evidence already exists with other facts", where=where, remedy="use another id")
    if file is not None and not same_bytes and vault.store(file).sha256 != row["sha256"]:
        raise InputRefused("the file changed while it was read", where=f"{where}, {file}", remedy="try again")
    insert(con, "evidence", row, replace=True)
    return Outcome.ADDED if old is None else Outcome.CHANGED


def original_of(con: Connection, name: str) -> str:
    """The SHA-256 under which the original behind a piece of evidence or a dataset lies in the vault.

    Raises `UsageError`: the case has no such evidence or dataset, or it has no file.
    """
    row = con.execute(
        "SELECT o.sha256 FROM (SELECT id, sha256, 0 AS version FROM evidence"
        " UNION ALL SELECT id, sha256, version FROM dataset) AS named"
        " JOIN original AS o ON o.sha256 = named.sha256 WHERE named.id = $id ORDER BY version DESC LIMIT 1",
        {"id": name},
    ).fetchone()
    left = con.execute(
        "SELECT 1 FROM dataset WHERE id = $id AND current AND json_extract(options, '$.original_kept') = 'false'",
        {"id": name},
    ).fetchone()
    if row is None and left is not None:
        remedy = "load the file again with --replace --keep-original"
        raise UsageError(f"the original of {name!r} holds secrets and was not kept", remedy=remedy)
    if row is None:
        known = con.execute("SELECT id FROM evidence UNION SELECT id FROM dataset ORDER BY id").fetchall()
        raise UsageError(
            f"the case keeps no file of {name!r}", remedy=did_you_mean(name, [found[0] for found in known])
        )
    return str(row[0])


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
    con: Connection, a: str, b: str, verdict: str, *, note: str | None, at: datetime, who: str | None
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
            what = (
                f"judgement {of_reverse} confirms the reverse, {b} → {a}, and one list is not copied from the other in"
            )
            remedy = f"reject that first: tracer judge {b} {a} reject"
            raise InputRefused(f"{what} both directions", where="judge", remedy=remedy)
        if verdict == "independent" and before is None:
            before, said = of_reverse, said_of_reverse
    number = int(con.execute("SELECT coalesce(max(no), 0) + 1 FROM judgement").fetchall()[0][0])
    withdrawn = before if verdict == "withdraw" else None
    judgement = {"no": number, "a": a, "b": b, "verdict": verdict, "note": note, "at": at, "who": who}
    insert(con, "judgement", judgement | {"withdraws": withdrawn})
    if said in (None, verdict):
        before = said = None
    return Judged(number, before, said, a, b)


def _in_force(con: Connection, a: str, b: str) -> tuple[int | None, str | None]:
    """Number and verdict of the decision that holds on an edge, in this direction."""
    row = con.execute("SELECT no, verdict FROM views._judged WHERE a = $a AND b = $b", {"a": a, "b": b}).fetchone()
    return (None, None) if row is None else (int(row[0]), str(row[1]))


def _without_effect(con: Connection, a: str, b: str, kind_a: str, kind_b: str) -> InputRefused | None:
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
