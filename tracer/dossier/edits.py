"""Changing what people said, and taking it back.

An edit goes through the same checks as an addition. What others rest on is not taken away under them: a removal names
what does. Findings are computed again by the next trace, and those that rested on it are superseded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import duckdb

from tracer.dossier.parties import PARTY_COLUMNS, add_party, resolve, stored_party
from tracer.dossier.statements import add_claim, add_relation, add_reply
from tracer.dossier.stored import R, evidence_problems, stored
from tracer.dossier.vocabulary import did_you_mean, listed, refuse
from tracer.errors import InputRefused, UsageError
from tracer.records import Claim, Evidence, Outcome, Relation, Reply

Connection = duckdb.DuckDBPyConnection
_CITING = ("party", "relation", "claim", "dataset", "release")
"""Tables whose rows cite evidence."""
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


@dataclass(frozen=True)
class Edit:
    """What is to be changed in a record."""

    facts: Mapping[str, Any]
    """Field -> its new value; for fields of several values, those that are added."""
    clear: Collection[str] = ()
    """Fields that are to be empty again."""


def edit_party(con: Connection, party: str, edit: Edit) -> Outcome:
    """Change a party. Its name, role and so on are replaced, aliases and evidence added, or cleared.

    Raises `UsageError` for an unknown party or field, `InputRefused` for what an addition refuses.
    """
    old = stored_party(con, party)
    if old is None:
        raise _unknown(con, "party", party)
    new = _edited(old, edit)
    refuse(evidence_problems(con, new.evidence, f"party {party}"))
    if "aliases" in edit.clear:
        con.execute("DELETE FROM party_alias WHERE party = $id", {"id": party})
    if "evidence" in edit.clear:
        con.execute("UPDATE party SET evidence = [] WHERE id = $id", {"id": party})
    outcome = add_party(con, new, change=True)
    return Outcome.CHANGED if edit.clear and new != old else outcome


def edit_claim(con: Connection, claim: str, edit: Edit) -> Outcome:
    """Change a claim; raises as `edit_party`."""
    old = stored(con, Claim, "id = $id", {"id": claim})
    if not old:
        raise _unknown(con, "claim", claim)
    return add_claim(con, _edited(old[0], edit), change=True)[1]


def edit_relation(con: Connection, number: int, edit: Edit) -> Outcome:
    """Change the day, basis or evidence of a relation by its number; raises as `edit_party`."""
    old = stored(con, Relation, "no = $no", {"no": number})
    if not old:
        raise _unknown(con, "relation", str(number), "no")
    new = _edited(old[0], edit)
    if new == old[0]:
        return Outcome.SAME
    # Its day is part of what makes it the same relation: put in as another one, it gets its number back.
    con.execute("DELETE FROM relation WHERE no = $no", {"no": number})
    add_relation(con, new)
    ends = {"from_party": resolve(con, new.from_party), "to_party": resolve(con, new.to_party)}
    con.execute(
        "UPDATE relation SET no = $no WHERE kind = $kind AND from_party = $from_party AND to_party = $to_party"
        " AND date IS NOT DISTINCT FROM $date",
        {"no": number, "kind": new.kind, "date": new.date, **ends},
    )
    return Outcome.CHANGED


def edit_reply(con: Connection, party: str, edit: Edit) -> Outcome:
    """Change a reply, where there are several the one of the day `asked` of the edit; raises as `edit_party`."""
    old = _reply(con, party, edit.facts.get("asked"))
    facts = {name: value for name, value in edit.facts.items() if name != "asked"}
    return add_reply(con, _edited(old, Edit(facts, edit.clear)), change=True)


def edit_evidence(con: Connection, evidence: str, edit: Edit) -> Outcome:
    """Change what is said of a piece of evidence: its kind, day and finder. Its bytes never change; raises as
    `edit_party`."""
    old = stored(con, Evidence, "id = $id", {"id": evidence})
    if not old:
        raise _unknown(con, "evidence", evidence)
    new = _edited(old[0], edit)
    if new == old[0]:
        return Outcome.SAME
    con.execute(
        "UPDATE evidence SET kind = $kind, acquired = $acquired, by_whom = $by_whom WHERE id = $id",
        {"kind": new.kind, "acquired": new.acquired, "by_whom": new.by_whom, "id": evidence},
    )
    return Outcome.CHANGED


def remove_party(con: Connection, party: str) -> None:
    """Take a party out on which nothing rests. Raises `UsageError` where it is unknown, `InputRefused` with what rests
    on it."""
    old = stored_party(con, party)
    if old is None:
        raise _unknown(con, "party", party)
    if old.protected:
        why = "it is protected, and pseudonyms of it are in the journal"
        raise InputRefused(why, where=f"party {party}", remedy="keep it")
    columns: dict[str, list[str]] = {}
    for table, column in (*PARTY_COLUMNS, ("party", "merged_into"), ("judgement", "a"), ("judgement", "b")):
        columns.setdefault(table, []).append(f"{column} = $id")
    found = [text for table, named in columns.items() for text in naming(con, table, " OR ".join(named), party)]
    if found:
        remedy = "remove or edit these first, or merge it: tracer party merge"
        raise InputRefused(f"named by {listed(found)}", where=f"party {party}", remedy=remedy)
    for statement in (
        "DELETE FROM party_alias WHERE party = $id",
        "DELETE FROM party_suggestion WHERE a = $id OR b = $id",
        "DELETE FROM party WHERE id = $id",
    ):
        con.execute(statement, {"id": party})


def remove_claim(con: Connection, claim: str) -> None:
    """Take a claim out; its verdict goes with the next trace. Raises `UsageError` where it is unknown."""
    _delete(con, "claim", "id", claim)


def remove_relation(con: Connection, number: int) -> None:
    """Take a relation out, by its number. Raises `UsageError` where it is unknown."""
    _delete(con, "relation", "no", number)


def remove_reply(con: Connection, party: str, asked: Any = None) -> None:
    """Take a reply out, the one asked for on a day where there are several. Raises `UsageError` where it is unknown."""
    old = _reply(con, party, asked)
    con.execute(
        "DELETE FROM reply WHERE party = $party AND asked IS NOT DISTINCT FROM $asked",
        {"party": old.party, "asked": old.asked},
    )


def remove_evidence(con: Connection, evidence: str) -> str | None:
    """Take a piece of evidence out that nothing cites; the hash of its original, where nothing else has the same.

    Raises `UsageError` where it is unknown, `InputRefused` with what cites it.
    """
    row = con.execute("SELECT sha256, path FROM evidence WHERE id = $id", {"id": evidence}).fetchone()
    if row is None:
        raise _unknown(con, "evidence", evidence)
    found = [text for table in _CITING for text in naming(con, table, "list_contains(evidence, $id)", evidence)]
    if found:
        raise InputRefused(
            f"cited by {listed(found)}", where=f"evidence {evidence}", remedy="edit or remove these first"
        )
    con.execute("DELETE FROM evidence WHERE id = $id", {"id": evidence})
    others = con.execute(
        "SELECT 1 FROM (SELECT sha256 FROM evidence UNION ALL SELECT sha256 FROM signal_file"
        " UNION ALL SELECT sha256 FROM dataset WHERE purged_at IS NULL) WHERE sha256 = $sha256 LIMIT 1",
        {"sha256": row[0]},
    ).fetchone()
    if row[1] is None or others is not None:
        return None
    con.execute("DELETE FROM original WHERE sha256 = $sha256", {"sha256": row[0]})
    return str(row[0])


def naming(con: Connection, table: str, condition: str, named: str) -> list[str]:
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


def _edited(old: R, edit: Edit) -> R:
    names = {field.name for field in fields(old)}
    wrong = sorted(set(edit.clear) - names)
    if wrong:
        raise UsageError(f"unknown field {wrong[0]!r}", where="--clear", remedy=did_you_mean(wrong[0], sorted(names)))
    had: dict[str, Any] = {name: getattr(old, name) for name in names}
    changed: dict[str, Any] = {name: () if isinstance(had[name], tuple) else None for name in edit.clear}
    for name in edit.facts:
        given: Any = edit.facts[name]
        if isinstance(had.get(name), tuple):  # of several values, what is given is added
            before: tuple[str, ...] = had[name] if name not in edit.clear else ()
            changed[name] = tuple(dict.fromkeys((*before, *(given or ()))))
        elif given is not None:
            changed[name] = given
    needed = {"id", "party", "kind", "from_party", "to_party"}
    missing = sorted(name for name in needed & changed.keys() if changed[name] is None)
    if missing and not (isinstance(old, Evidence) and missing == ["kind"]):
        raise UsageError(f"{missing[0]} cannot be empty", where="--clear", remedy="give another value instead")
    return replace(old, **changed)


def _reply(con: Connection, party: str, asked: Any) -> Reply:
    which = "party = $party AND ($asked IS NULL OR asked = $asked)"
    found = stored(con, Reply, which, {"party": resolve(con, party), "asked": asked})
    where = f"reply {party}"
    if not found:
        raise UsageError("the party was not asked", where=where, remedy="list them: tracer reply list")
    if len(found) > 1:
        days = ", ".join(str(one.asked) for one in found)
        raise UsageError(f"the party was asked {len(found)} times ({days})", where=where, remedy="give --asked")
    return found[0]


def _delete(con: Connection, table: str, column: str, value: str | int) -> None:
    gone = con.execute(f"DELETE FROM {table} WHERE {column} = $value", {"value": value}).fetchall()[0][0]
    if not gone:
        raise _unknown(con, table, str(value), column)


def _unknown(con: Connection, table: str, value: str, column: str = "id") -> UsageError:
    known = [str(row[0]) for row in con.execute(f"SELECT {column} FROM {table} ORDER BY 1").fetchall()]
    return UsageError(
        f"the case has no {table} {value!r}", remedy=did_you_mean(value, known) or f"list them: tracer {table} list"
    )
