"""Changing what people said, and taking it back.

An edit goes through the same checks as an addition. What others rest on is not taken away under them: a removal names
what does. Findings are computed again by the next trace, and those that rested on it are superseded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import duckdb

from tracer.dossier.parties import PARTY_COLUMNS, add_party, resolve, stored_party
from tracer.dossier.statements import add_statement
from tracer.dossier.stored import evidence_problems, stored_records
from tracer.dossier.vocabulary import did_you_mean, listed_names, refuse
from tracer.errors import InputRefused, UsageError
from tracer.records import Claim, Evidence, Outcome, Party, Relation, Reply

Connection = duckdb.DuckDBPyConnection
Record = Party | Evidence | Claim | Relation | Reply
_RECORDS: Mapping[str, type[Record]] = {
    "party": Party,
    "evidence": Evidence,
    "claim": Claim,
    "relation": Relation,
    "reply": Reply,
}
_CITING = ("party", "relation", "claim", "dataset", "release")
"""Tables whose rows cite evidence."""
_NEEDED = frozenset({"id", "party", "kind", "from_party", "to_party"})
"""Fields that cannot be cleared; the kind of a piece of evidence can."""
_NAMED_BY: Mapping[str, tuple[str, str, str | None]] = {
    "party": ("party", "parties", "id"),
    "relation": ("relation", "relations", "no"),
    "claim": ("claim", "claims", "id"),
    "reply": ("reply", "replies", None),
    "line": ("line", "lines", "id"),
    "dataset": ("dataset", "datasets", "id"),
    "release": ("copy", "copies", "id"),
    "withdrawn_release": ("withdrawn copy", "withdrawn copies", "id"),
    "blind_exchange": ("blind comparison", "blind comparisons", None),
    "judgement": ("decision", "decisions", "no"),
}
"""Table -> what one row and several are called, and the column by which people name one."""
_SHOWN_IDS = 3
"""Ids that a refusal names of each table."""


def edit(
    con: Connection, kind: str, named: str | int, facts: Mapping[str, Any], clear: Collection[str] = ()
) -> Outcome:
    """Change a record of a kind (`party`, `evidence`, `claim`, `relation`, `reply`), by its id, number or party.

    facts: field to its new value; of fields of several values, those that are added. clear: fields to be empty again.
    `asked` names the day where a party was asked several times. The bytes of evidence never change.

    Raises:
        UsageError: the case does not have it, or a field cannot be cleared.
        InputRefused: what an addition refuses.
    """
    old = _record(con, kind, named, facts.get("asked") if kind == "reply" else None)
    had = {field.name: getattr(old, field.name) for field in fields(old)}
    wrong = sorted(set(clear) - had.keys())
    if wrong:
        raise UsageError(f"unknown field {wrong[0]!r}", where="--clear", remedy=did_you_mean(wrong[0], sorted(had)))
    changed: dict[str, Any] = {name: () if isinstance(had[name], tuple) else None for name in clear}
    for name, given in facts.items():
        if isinstance(had.get(name), tuple):  # of several values, what is given is added
            changed[name] = tuple(dict.fromkeys((*(had[name] if name not in clear else ()), *(given or ()))))
        elif given is not None and not (isinstance(old, Reply) and name == "asked"):
            changed[name] = given
    missing = sorted(name for name in _NEEDED & changed.keys() if changed[name] is None)
    if missing and not (isinstance(old, Evidence) and missing == ["kind"]):
        raise UsageError(f"{missing[0]} cannot be empty", where="--clear", remedy="give another value instead")
    new = replace(old, **changed)
    match new:
        case Party():
            refuse(evidence_problems(con, new.evidence, f"party {named}"))
            if "aliases" in clear:
                con.execute("DELETE FROM party_alias WHERE party = $id", {"id": named})
            if "evidence" in clear:
                con.execute("UPDATE party SET evidence = [] WHERE id = $id", {"id": named})
            outcome = add_party(con, new, change=True)
            return Outcome.CHANGED if clear and new != old else outcome
        case Claim() | Reply():
            return add_statement(con, new, change=True)[1]
    if new == old:
        return Outcome.SAME
    if isinstance(new, Relation):
        # Its day is part of what makes it the same relation: put in as another one, it gets its number back.
        con.execute("DELETE FROM relation WHERE no = $no", {"no": named})
        add_statement(con, new)
        parties = {"from_party": resolve(con, new.from_party), "to_party": resolve(con, new.to_party)}
        con.execute(
            "UPDATE relation SET no = $no WHERE kind = $kind AND from_party = $from_party AND to_party = $to_party"
            " AND date IS NOT DISTINCT FROM $date",
            {"no": named, "kind": new.kind, "date": new.date, **parties},
        )
    else:
        con.execute(
            "UPDATE evidence SET kind = $kind, acquired = $acquired, by_whom = $by_whom WHERE id = $id",
            {"kind": new.kind, "acquired": new.acquired, "by_whom": new.by_whom, "id": named},
        )
    return Outcome.CHANGED


def remove(con: Connection, kind: str, named: str | int, asked: date | None = None) -> str | None:
    """Take a record out on which nothing rests; see `edit`. What a trace found of it goes with the next one.

    Returns the hash of the original of a piece of evidence, where nothing else has the same.

    Raises:
        UsageError: the case does not have it.
        InputRefused: a protected party, whose pseudonyms are in the journal; or with what names or cites it.
    """
    old, key = _record(con, kind, named, asked), {"id": named}
    match old:
        case Reply():
            con.execute(
                "DELETE FROM reply WHERE party = $party AND asked IS NOT DISTINCT FROM $asked",
                {"party": old.party, "asked": old.asked},
            )
        case Claim():
            con.execute("DELETE FROM claim WHERE id = $id", key)
        case Relation():
            con.execute("DELETE FROM relation WHERE no = $id", key)
        case Party():
            if old.protected:
                why = "it is protected, and pseudonyms of it are in the journal"
                raise InputRefused(why, where=f"party {named}", remedy="keep it")
            columns: dict[str, list[str]] = {}
            for table, column in (*PARTY_COLUMNS, ("party", "merged_into"), ("judgement", "a"), ("judgement", "b")):
                columns.setdefault(table, []).append(f"{column} = $id")
            found = [text for table, by in columns.items() for text in rows_naming(con, table, " OR ".join(by), old.id)]
            if found:
                remedy = "remove or edit these first, or merge it: tracer party merge"
                raise InputRefused(f"named by {listed_names(found)}", where=f"party {named}", remedy=remedy)
            con.execute("DELETE FROM party_alias WHERE party = $id", key)
            con.execute("DELETE FROM party_suggestion WHERE a = $id OR b = $id", key)
            con.execute("DELETE FROM party WHERE id = $id", key)
        case Evidence():
            found = [
                text for table in _CITING for text in rows_naming(con, table, "list_contains(evidence, $id)", old.id)
            ]
            if found:
                remedy = "edit or remove these first"
                raise InputRefused(f"cited by {listed_names(found)}", where=f"evidence {named}", remedy=remedy)
            (gone,) = con.execute("DELETE FROM evidence WHERE id = $id RETURNING sha256", key).fetchall()
            others = con.execute(
                "SELECT 1 FROM (SELECT sha256 FROM evidence UNION ALL SELECT sha256 FROM signal_file"
                " UNION ALL SELECT sha256 FROM dataset WHERE purged_at IS NULL) WHERE sha256 = $sha256 LIMIT 1",
                {"sha256": gone[0]},
            ).fetchone()
            if old.path is not None and others is None:
                con.execute("DELETE FROM original WHERE sha256 = $sha256", {"sha256": gone[0]})
                return str(gone[0])
    return None


def rows_naming(con: Connection, table: str, condition: str, named: str) -> list[str]:
    """The rows of a table that name something, as one text (`3 claims (a, b, c)`); nothing where none does.

    condition: what is true of them, of the parameter `$id`, which is `named`.
    """
    one, several, key = _NAMED_BY[table]
    counted = "*" if key is None else f"DISTINCT {key}"  # a dataset has a row for each version
    ids = "[]" if key is None else f"list(DISTINCT {key}::VARCHAR ORDER BY {key}::VARCHAR)[:{_SHOWN_IDS}]"
    count, shown = con.execute(
        f"SELECT count({counted}), {ids} FROM {table} WHERE {condition}", {"id": named}
    ).fetchall()[0]
    if not count:
        return []
    more = ", …" if count > len(shown) else ""
    return [f"{count} {one if count == 1 else several}" + (f" ({', '.join(shown)}{more})" if shown else "")]


def _record(con: Connection, kind: str, named: str | int, asked: date | None = None) -> Record:
    """The record of that name; of a party's replies the one asked for on a day. Raises `UsageError`."""
    if kind == "reply":
        which, where = "party = $party AND ($asked IS NULL OR asked = $asked)", f"reply {named}"
        found = stored_records(con, Reply, which, {"party": resolve(con, str(named)), "asked": asked})
        if not found:
            raise UsageError("the party was not asked", where=where, remedy="list them: tracer reply list")
        if len(found) > 1:
            days = ", ".join(str(one.asked) for one in found)
            raise UsageError(f"the party was asked {len(found)} times ({days})", where=where, remedy="give --asked")
        return found[0]
    column = "no" if kind == "relation" else "id"
    if kind == "party" and (party := stored_party(con, str(named))) is not None:
        return party
    for one in stored_records(con, _RECORDS[kind], f"{column} = $named", {"named": named}):
        return one
    known = [str(row[0]) for row in con.execute(f"SELECT {column} FROM {kind} ORDER BY 1").fetchall()]
    remedy = did_you_mean(str(named), known) or f"list them: tracer {kind} list"
    raise UsageError(f"the case has no {kind} {str(named)!r}", remedy=remedy)
