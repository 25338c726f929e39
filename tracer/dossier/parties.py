"""Parties: put in, found, merged; and merges that are suggested but wait for a person.

A party that is named before it is described is kept bare (no name, no role). A merge moves everything the merged party
did to the party it turned out to be; the caller journals the returned moves, which are what a reader needs to see the
statements as they were made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import duckdb

from tracer.case.protected import documents_naming, too_short_to_find
from tracer.documents import json_of
from tracer.dossier.stored import insert, row_of, stored_records
from tracer.dossier.vocabulary import ROLES, did_you_mean, id_problem, nearest, refuse, word_problem
from tracer.errors import InputRefused
from tracer.records import Kind, Outcome, Party, declared_fields, naming_columns
from tracer.resources import sql_next_to
from tracer.spellings.names import NameFinder, joined_words

# Every base-table column that names a party: a merge moves them all. Findings are made again by the next trace.
PARTY_COLUMNS = tuple(
    (table, column)
    for table, columns in {
        "relation": "from_party to_party",
        "claim": "party about",
        "reply": "party",
        "line": "vendor carrier",
        "dataset": "holder",
        "release": "recipient",
        "withdrawn_release": "recipient",
        "blind_exchange": "party",
    }.items()
    for column in columns.split()
)
_KNOWN_BY = {
    "relation": "no",
    "dataset": "no",
    "blind_exchange": "concat_ws('|', id, side)",
    "reply": "concat_ws('|', asked, deadline, answered, text)",
}
"""Table to what its rows are known by again after a merge, where that is not their id."""
_statement = sql_next_to(__file__)
_HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
_BEFORE, _AFTER = "老小阿", "某总工哥姐"
"""What people write before and after a family name."""
_TITLES = ("先生", "女士", "经理", "老师")
_WORD_BREAK = re.compile(r"[-_.]")
_LONG_WORD = 5
"""Letters of a word in which one differing letter is more likely a slip than another name."""


@dataclass(frozen=True)
class Merged:
    """What a merge did."""

    merged: str
    into: str
    moved: Mapping[str, int]
    """Rows moved, by `table.column`; columns without a row are left out."""


@dataclass(frozen=True)
class Unmerged:
    """What taking a merge apart did."""

    party: str
    out_of: str
    moved: Mapping[str, int]
    """Rows moved back, by `table.column`."""
    stays_protected: bool
    """Whether the party that it was in is protected only since the merge, and stays so."""


def resolve(con: duckdb.DuckDBPyConnection, party: str) -> str:
    """The id that stands for `party` now: itself, or what it was merged into. Unknown ids come back unchanged."""
    row = con.execute("SELECT merged_into FROM party WHERE id = $id", {"id": party}).fetchone()
    return party if row is None or row[0] is None else str(row[0])


def party_ids(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The ids of all parties, merged ones too, in order."""
    return [row[0] for row in con.execute("SELECT id FROM party ORDER BY id").fetchall()]


def protected_names(con: duckdb.DuckDBPyConnection, party: str) -> list[str]:
    """The ids, names and aliases of a protected party, and of what was merged into it; none of another."""
    found = con.execute(
        f"""
        SELECT unnest([{naming_columns()}]) FROM party
        WHERE protected AND id = $party OR merged_into = $party AND (SELECT protected FROM party WHERE id = $party)
        UNION ALL
        SELECT alias FROM party_alias JOIN party ON id = party WHERE protected AND id = $party
        """,
        {"party": party},
    ).fetchall()
    return sorted({name for (name,) in found if name})


def stored_party(con: duckdb.DuckDBPyConnection, party: str) -> Party | None:
    """What the case has of a party; None where it has no such party."""
    for one in stored_records(con, Party, "id = $id", {"id": party}):
        aliases = con.execute(
            "SELECT alias FROM party_alias WHERE party = $id ORDER BY alias", {"id": party}
        ).fetchall()
        return replace(one, aliases=tuple(alias for (alias,) in aliases))
    return None


def add_party(con: duckdb.DuckDBPyConnection, party: Party, *, change: bool = False) -> Outcome:
    """Put a party in, or say more of one: what it lacks, and that it is protected. Others are replaced with `change`.

    Raises `InputRefused`: bad id or role; the case has the party with other facts and `change` is False; or it is
    protected under an id or a name that cannot be looked for.
    """
    where = f"party {party.id}"
    refuse([id_problem(party.id, "party", "party"), word_problem(party.role, ROLES, "party role", where)])
    old = stored_party(con, party.id)
    if old is None:
        outcome = Outcome.ADDED
        insert(con, "party", row_of(party))
    elif party == Party(party.id):
        return Outcome.SAME
    else:
        outcome = Outcome.ADDED if old == Party(party.id) else Outcome.CHANGED
        if not change:
            # What it lacks is filled in. Only a command adds protection: a manifest may take it away.
            single = [name for name, field in declared_fields(Party).items() if field.kind is Kind.TEXT]
            said, had = ({name: getattr(one, name) for name in single} for one in (party, old))
            other = [name for name in single if said[name] is not None and had[name] not in (None, said[name])]
            if other:
                what = f"the party already exists with other facts ({', '.join(other)})"
                change_them = f"change them: tracer party edit {old.id}, or in the manifest"
                raise InputRefused(what, where=where, remedy=f"use another id, leave those out, or {change_them}")
            filled = {name: had[name] if value is None else value for name, value in said.items()}
            party = replace(party, **filled, protected=party.protected or old.protected)
        holds = con.execute("SELECT 1 FROM party WHERE merged_into = $id AND protected LIMIT 1", {"id": party.id})
        party = replace(party, protected=party.protected or holds.fetchone() is not None)
        # Aliases and evidence only grow: a merge may have brought some.
        several: dict[str, Any] = {"aliases": (), "evidence": ()}
        if (
            replace(party, **several) == replace(old, **several)
            and set(party.aliases) <= set(old.aliases)
            and set(party.evidence) <= set(old.evidence)
        ):
            return Outcome.SAME
        row = row_of(party)
        sets = ", ".join(f"{column} = ${column}" for column in row if column not in ("id", "evidence"))
        grown = "evidence = list_sort(list_distinct(list_concat(evidence, $evidence)))"
        con.execute(f"UPDATE party SET {sets}, {grown} WHERE id = $id", row)
    for alias in party.aliases:
        con.execute(
            "INSERT INTO party_alias SELECT $party, $alias WHERE NOT EXISTS "
            "(SELECT 1 FROM party_alias WHERE party = $party AND alias = $alias)",
            {"party": party.id, "alias": alias},
        )
    _refuse_unsought(con, party.id)
    return outcome


def _refuse_unsought(con: duckdb.DuckDBPyConnection, party: str) -> None:
    """Protection that would not hold in a sentence is refused, not promised."""
    what = "cannot be protected: its id, name or alias {!r} is too short to be found in texts"
    remedy = "protect it under an id of two letters or more and its name in full (digits alone: five or more), "
    remedy += "and leave out what is shorter"
    short = filter(too_short_to_find, protected_names(con, party))
    refuse(InputRefused(what.format(name), where=f"party {party}", remedy=remedy) for name in short)


def ensure_party(con: duckdb.DuckDBPyConnection, party: str, where: str = "") -> bool:
    """Make a bare party of an id that is named but not declared. True where one was made.

    Raises `InputRefused`: the id is malformed, or so near to a known one that it is taken for a slip.
    """
    known = party_ids(con)
    if party in known:
        return False
    refuse([id_problem(party, "party", where)])
    near = near_slip(party, known)
    if near is not None:
        remedy = f"did you mean {near!r}? (declare the party if both exist)"
        raise InputRefused(f"unknown party {party!r}", where=where, remedy=remedy)
    return make_bare_party(con, party)


def make_bare_party(con: duckdb.DuckDBPyConnection, party: str) -> bool:
    """Make a party of an id alone, slip or not (a manifest is checked before). True where one was made."""
    if party in party_ids(con):
        return False
    refuse([id_problem(party, "party")])
    con.execute("INSERT INTO party (id) VALUES ($id)", {"id": party})
    return True


def new_parties(con: duckdb.DuckDBPyConnection, known: Sequence[str], *, also: Sequence[str] = ()) -> tuple[str, ...]:
    """That a party was made of an id alone, with the id of those `known` before that is most like it, if one is.

    also: ids that would be made.
    """
    near = {party: nearest(party, known) for party in dict.fromkeys((*party_ids(con), *also)) if party not in known}
    return tuple(
        f"party {party} is new, without name and role" + (f"; did you mean {other!r}?" if other else "")
        for party, other in near.items()
    )


def near_slip(party: str, known: list[str]) -> str | None:
    """The known id of which `party` looks like a slip of the pen.

    The same but for case and dashes; or one edit away within a word of five letters or more. Ids that differ in a
    digit or in a short word (`client-1`, `client-2`; `vendor-a`, `vendor-b`) are siblings, not slips.
    """
    from rapidfuzz.distance import OSA

    words = _WORD_BREAK.split(party)
    plain = _WORD_BREAK.sub("", party.casefold())
    for other in sorted(known):
        if _WORD_BREAK.sub("", other.casefold()) == plain:
            return other
        others = _WORD_BREAK.split(other)
        if len(others) != len(words):
            continue
        differing = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
        if len(differing) == 1 and min(map(len, differing[0])) >= _LONG_WORD:
            mine, theirs = differing[0]
            digits = [[character for character in word if character.isdigit()] for word in (mine, theirs)]
            if digits[0] == digits[1] and mine[0] == theirs[0] and OSA.distance(mine, theirs) <= 1:
                return other
    return None


def merge_parties(con: duckdb.DuckDBPyConnection, merged: str, into: str) -> Merged:
    """Merge party `merged` into party `into`: names become aliases, and all that `merged` held or said moves.

    Raises `InputRefused`: one of them is not in the case, both are the same, or `merged` was merged before.
    """
    known = party_ids(con)
    where, listing = "party merge", "list them: tracer query parties"
    refuse(
        InputRefused(f"unknown party {party!r}", where=where, remedy=did_you_mean(party, known) or listing)
        for party in (merged, into)
        if party not in known
    )
    target, before = resolve(con, into), resolve(con, merged)
    if before != merged:
        raise InputRefused(f"{merged!r} is already merged into {before!r}", where=where, remedy="nothing is left to do")
    if merged == target:
        raise InputRefused(f"{merged!r} and {into!r} are the same party", where=where, remedy="name two parties")
    names = {"merged": merged, "into": target}
    # What is about to move is written down by what each row is known by, so that it can be taken apart.
    evidence, protected, within = con.execute(
        "SELECT list_filter(a.evidence, one -> NOT list_contains(b.evidence, one)), a.protected AND NOT b.protected,"
        " (SELECT coalesce(list(id ORDER BY id), []) FROM party WHERE merged_into = $merged)"
        " FROM party a, party b WHERE a.id = $merged AND b.id = $into",
        names,
    ).fetchall()[0]
    added = [
        row[0] for row in con.execute(f"INSERT INTO party_alias {_ALIASES_ADDED} RETURNING alias", names).fetchall()
    ]
    rows: dict[str, list[str]] = {}
    for table, column in PARTY_COLUMNS:
        found = con.execute(
            f"SELECT CAST({_KNOWN_BY.get(table, 'id')} AS VARCHAR) FROM {table} WHERE {column} = $merged ORDER BY 1",
            {"merged": merged},
        ).fetchall()
        if found:
            rows[f"{table}.{column}"] = [row[0] for row in found]
            con.execute(f"UPDATE {table} SET {column} = $into WHERE {column} = $merged", names)
    kept = {"rows": rows, "aliases": added, "evidence": evidence, "protected": protected, "within": within}
    con.execute(
        "INSERT INTO party_merge VALUES ($merged, $into, $moved)",
        names | {"moved": json.dumps(kept, ensure_ascii=False)},
    )
    con.execute(
        "UPDATE party SET evidence = list_sort(list_distinct(list_concat(evidence, "
        "(SELECT evidence FROM party WHERE id = $merged)))), "
        "protected = protected OR (SELECT protected FROM party WHERE id = $merged) WHERE id = $into",
        names,
    )
    con.execute("UPDATE party SET merged_into = $into WHERE id = $merged OR merged_into = $merged", names)
    con.execute("DELETE FROM party_suggestion WHERE a = $merged OR b = $merged", {"merged": merged})
    _refuse_unsought(con, target)
    return Merged(merged, target, {place: len(moved) for place, moved in rows.items()})


def unmerge_party(con: duckdb.DuckDBPyConnection, party: str) -> Unmerged:
    """Take the merge of a party apart: what moved goes back, aliases and documents too; what came since stays.

    Raises `InputRefused`: it is not in the case or was not merged; the party that it is in was itself merged since; or
    an earlier version of tracer merged it, which did not keep what moved.
    """
    where, known = "party unmerge", party_ids(con)
    if party not in known:
        remedy = did_you_mean(party, known) or "list them: tracer party list"
        raise InputRefused(f"unknown party {party!r}", where=where, remedy=remedy)
    if resolve(con, party) == party:
        raise InputRefused(f"{party!r} is not merged into another party", where=where, remedy="nothing is left to do")
    kept = con.execute(
        "SELECT into_party, moved FROM party_merge WHERE merged = $id ORDER BY rowid DESC LIMIT 1", {"id": party}
    ).fetchone()
    if kept is None:
        remedy = "add it again under another id, and edit what is its own"
        raise InputRefused(
            "an earlier version of tracer merged it and did not keep what moved", where=where, remedy=remedy
        )
    target, moved = str(kept[0]), json_of(kept[1])
    later = resolve(con, target)
    if later != target:
        remedy = f"take that apart first: tracer party unmerge {target}"
        raise InputRefused(f"{target!r}, which it is in, was merged into {later!r} since", where=where, remedy=remedy)
    back: dict[str, int] = {}
    for table, column in PARTY_COLUMNS:  # not what the row names: a case may come from a stranger
        place = f"{table}.{column}"
        if place not in moved["rows"]:
            continue
        found = con.execute(
            f"UPDATE {table} SET {column} = $party"
            f" WHERE {column} = $into AND CAST({_KNOWN_BY.get(table, 'id')} AS VARCHAR) IN (SELECT unnest($rows))",
            {"party": party, "into": target, "rows": moved["rows"][place]},
        ).fetchall()
        if found[0][0]:
            back[place] = int(found[0][0])
    con.execute(
        "DELETE FROM party_alias WHERE party = $into AND alias IN (SELECT unnest($aliases::VARCHAR[]))",
        {"into": target, "aliases": moved["aliases"]},
    )
    con.execute(
        "UPDATE party SET evidence = list_filter(evidence, one -> NOT list_contains($evidence::VARCHAR[], one))"
        " WHERE id = $into",
        {"into": target, "evidence": moved["evidence"]},
    )
    con.execute(
        "UPDATE party SET merged_into = CASE WHEN id = $party THEN NULL ELSE $party END"
        " WHERE id = $party OR id IN (SELECT unnest($within::VARCHAR[])) AND merged_into = $into",
        {"party": party, "into": target, "within": moved["within"]},
    )
    con.execute("DELETE FROM party_merge WHERE merged = $id", {"id": party})
    return Unmerged(party, target, back, bool(moved["protected"]))


_ALIASES_ADDED = (
    "SELECT $into, alias FROM (SELECT name AS alias FROM party WHERE id = $merged "
    "UNION SELECT alias FROM party_alias WHERE party = $merged) WHERE alias IS NOT NULL "
    "AND alias NOT IN (SELECT alias FROM party_alias WHERE party = $into "
    "UNION ALL SELECT name FROM party WHERE id = $into AND name IS NOT NULL) ORDER BY alias"
)
"""Names of a party that the one it is merged into does not have yet."""


def suggest_merges(con: duckdb.DuckDBPyConnection, alike: Callable[[str, str], float | None]) -> int:
    """Write afresh which parties may be one (`party_suggestion`), and return how many pairs there are. Merges nothing.

    `alike` scores two names from 0 to 1, or says None where they are apart: `tracer.identify.organisation.same`.
    Protected sources take no part: their names must not be compared aloud.
    """
    rows = con.execute(
        "SELECT p.id, n.name FROM party p "
        "JOIN (SELECT id, name FROM party UNION SELECT party, alias FROM party_alias) n "
        "ON n.id = p.id WHERE p.merged_into IS NULL AND NOT p.protected AND n.name IS NOT NULL ORDER BY p.id, n.name"
    ).fetchall()
    best: dict[tuple[str, str], tuple[float, str]] = {}
    for (a, a_name), (b, b_name) in combinations(rows, 2):
        score = None if a == b else alike(a_name, b_name)
        if score is not None and score > best.get((a, b), (0.0, ""))[0]:
            best[a, b] = (float(score), f"{a_name} and {b_name} may be one name")
    con.execute("DELETE FROM party_suggestion")
    for pair, scored in sorted(best.items()):
        con.execute("INSERT INTO party_suggestion VALUES (?, ?, ?, ?)", [*pair, *scored])
    return len(best)


# Parts of a protected party's names in what others wrote. Its whole names are replaced in all that leaves. A part of
# one (the given name, `old Shen`) names somebody to those who know them, and is replaced only where it counts as a
# name itself: then it is one more alias.


@dataclass(frozen=True)
class Mention:
    """A part of a name in one field of one record."""

    place: str
    field: str
    part: str


def parts_of(names: Iterable[str]) -> list[str]:
    """The words of names; of a Chinese name its given name, and its family name as people use it."""
    whole = {joined_words(name) for name in names}
    parts = {part for name in names for part in _parts(name) if not too_short_to_find(part)}
    return sorted(part for part in parts if joined_words(part) not in whole)


def _parts(name: str) -> Iterator[str]:
    for word in re.split(r"[^\w\u0300-\u036f\u0900-\u0dff]+|_|\d+", name):
        yield word
        if _HAN.fullmatch(word):
            for size in range(2, len(word)):
                yield from (word[at : at + size] for at in range(len(word) - size + 1))
            yield from (f"{sign}{word[0]}" for sign in _BEFORE)
            yield from (f"{word[0]}{sign}" for sign in (*_AFTER, *_TITLES))


def mentions(con: duckdb.DuckDBPyConnection, party: str) -> list[Mention]:
    """Parts of the names of a protected party in what others wrote; its own statements, and documents that could show
    who it is, leave in no export and are not looked through."""
    names = protected_names(con, party)
    parts = {joined_words(part): part for part in parts_of(names)}
    if not parts:
        return []
    whole, finder, hidden = NameFinder(names), NameFinder(parts.values()), documents_naming(con, {party})
    return [
        Mention(place, field, parts.get(found, found))
        for place, field, by, words in con.execute(_statement("mentions")).fetchall()
        if words and by != party and place.removeprefix("document ") not in hidden
        for found in sorted({one.name for one in finder.find(whole.replace(words, lambda *_: " | "))})
    ]
