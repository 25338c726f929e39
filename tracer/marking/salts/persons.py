"""Invented persons for a list that has neither numbers nor mail addresses, none of whom the case knows.

A person is refused, and another is drawn, where the list or any other loaded list has the key, where another canary has
it, where the list has the name at the address in whatever spelling, where the list lacks a word of the name,
or where the list would not read a key at all.

The keys of rows that a list does not have are read exactly as a load would read them if it had them. How a column's
days are read, and which days were filled in, depends on the whole column: so the new rows are read together with the
list's own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from tracer.case.registered import registered
from tracer.clock import now
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.identify.normalise import drop_reading, normalise_as
from tracer.lists.linking import drop_keys, read_keys
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.roles import key_columns
from tracer.lists.write.model import NewRow
from tracer.marking.canary.identity_file import ImportedIdentity
from tracer.marking.canary.intake import add_canaries
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.source_list import SourceList

_ROWS = "salt_rows"


@dataclass(frozen=True)
class RowKeys:
    """What identifies one row."""

    own: frozenset[int]
    """Keys that a list with this row has for it: those of several columns where the list has such ones, else those of
    columns mapped as `key`."""
    looked_up: frozenset[int]
    """Those, and further ones by which the same person would be found: the name with the address."""


def identifying_keys(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[tuple[int, ...], ...]:
    """The list's keys of several columns, each by the positions of its columns in the main part."""
    row = con.execute("SELECT options FROM dataset WHERE no = $no", {"no": source.no}).fetchone()
    named = json_of(row[0] if row and row[0] else "{}").get("columns", {}).get("key", ())
    keys, _ = key_columns(source.main.headers, named)
    return tuple(key for key in keys if len(key) > 1)


def keys_of_rows(
    con: duckdb.DuckDBPyConnection, source: SourceList, rows: Mapping[int, Sequence[str | None]]
) -> tuple[dict[int, RowKeys], frozenset[int]]:
    """Number -> keys of its row; and the numbers of rows that share a key with one of the list's own."""
    joined = identifying_keys(con, source)
    places = (*source.holding("family_name"), *source.holding("given_name")) or tuple(source.places("name"))
    further = _further(places, tuple(source.places("address")), joined)
    found: dict[int, tuple[set[int], set[int]]] = {no: (set(), set()) for no in rows}
    met = set[int]()
    if joined or further:
        _together(con, source, rows, (*joined, *further), len(joined), found, met)
    if not joined:
        _mapped(con, source, rows, found, met)
    return {no: RowKeys(frozenset(own), frozenset(own | more)) for no, (own, more) in found.items()}, frozenset(met)


def _further(
    names: tuple[int, ...], addresses: tuple[int, ...], joined: Sequence[tuple[int, ...]]
) -> tuple[tuple[int, ...], ...]:
    """The columns of the name with the address, where they are not a key of the list anyway."""
    both = (*names, *addresses)
    return () if not names or not addresses or set(both) in [set(key) for key in joined] else (both,)


def _together(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, Sequence[str | None]],
    keys: Sequence[tuple[int, ...]],
    own: int,
    found: Mapping[int, tuple[set[int], set[int]]],
    met: set[int],
) -> None:
    """Enter the keys of several columns; the first `own` of `keys` are the list's."""
    main = source.main
    width = len(main.headers)
    names = ", ".join(f"c{i}" for i in range(width))
    table = pa.table(
        {"no": pa.array(list(rows), pa.int64())}
        | {f"c{i}": pa.array([cells[i] for cells in rows.values()], pa.string()) for i in range(width)}
    )
    columns = tuple(
        replace(
            ColumnRole(i, main.headers[i] or "", "other", "key"),
            part_of=tuple(number for number, key in enumerate(keys) if i in key),
        )
        for i in range(width)
    )
    part = PartRead(
        None, None, False, main.format, None, None, tuple(h or "" for h in main.headers), None, main.rows,
        f"temp.{_ROWS}", columns,
    )  # fmt: skip
    made = list[str]()
    with registered(con, salt_rows_now=table):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT row, {names} FROM {source.tables[main.part]}"
            f" UNION ALL SELECT {main.rows} + 1 + no - (SELECT min(no) FROM salt_rows_now), {names} FROM salt_rows_now"
        )
    try:
        read_keys(con, [(part, 1)], source.region, made, judged=False)
        first = min(rows)
        for number, name in enumerate(made):
            for row, key, shared in con.execute(
                f"SELECT s.row, s.key, EXISTS (SELECT 1 FROM {name}_seen AS o WHERE o.key = s.key AND o.row <= $rows)"
                f" FROM {name}_seen AS s WHERE s.row > $rows AND s.key IS NOT NULL ORDER BY s.row",
                {"rows": main.rows},
            ).fetchall():
                no = int(row) - main.rows - 1 + first
                found[no][number >= own].add(int(key))
                if shared:
                    met.add(no)
    finally:
        drop_keys(con)
        con.execute(f"DROP TABLE IF EXISTS temp.{_ROWS}")


def _mapped(
    con: duckdb.DuckDBPyConnection,
    source: SourceList,
    rows: Mapping[int, Sequence[str | None]],
    found: Mapping[int, tuple[set[int], set[int]]],
    met: set[int],
) -> None:
    """Enter the keys of columns mapped as `key`."""
    for i in source.places("key"):
        cells = [(no, row[i]) for no, row in rows.items() if row[i]]
        table = pa.table({
            "row": pa.array([no for no, _ in cells], pa.int64()), "position": pa.array([i] * len(cells), pa.int32()),
            "cell": pa.array([cell for _, cell in cells], pa.string()),
        })  # fmt: skip
        with registered(con, salt_cells=table):
            normalise_as(con, "(SELECT * FROM salt_cells)", "cell", "salt_read", "key", source.region)
        for no, key in con.execute("SELECT row, key FROM salt_read WHERE key IS NOT NULL ORDER BY row").fetchall():
            found[int(no)][0].add(int(key))
        drop_reading(con, "salt_read")
        con.execute("DROP TABLE IF EXISTS temp.salt_read")
    held = {key for own, _ in found.values() for key in own}
    known = defaultdict(list)
    for no, (own, _) in found.items():
        for key in own:
            known[key].append(no)
    for (key,) in con.execute(
        "SELECT key FROM membership WHERE dataset = $no AND key IN (SELECT unnest($keys::BIGINT[])) ORDER BY key",
        {"no": source.no, "keys": sorted(held)},
    ).fetchall():
        met.update(known[key])


# How likely it is that a stranger has an invented person's key, bounded from above by the list's own frequencies. A
# key is a name and a birthday, say. With n of the list's N rows that have a cell, the share of people who have it is
# taken as (n + 1) / (N + 1), Laplace's rule: a cell that only the invented person has is not impossible. The cells
# are multiplied, and the product is taken `TOGETHER` times: names go with years of birth, regions and each other.

TOGETHER = 10.0
"""How many times as often as by their product the cells of a key come together at most. A given name is at most eight
times as frequent in the decade of its fashion as in all; an independent list is of other people of the same kind."""


def stranger_rates(
    con: duckdb.DuckDBPyConnection, source: SourceList, keys: Sequence[tuple[int, ...]], rows: Mapping[int, NewRow]
) -> dict[int, float]:
    """Number -> bound on the probability that one stranger has any of its row's keys. `keys`: columns of each.

    Without keys of several columns it is 1: numbers of members are given out by every club from 1 on.
    """
    if not keys:
        return dict.fromkeys(rows, 1.0)
    shares = {i: _shares(con, source, i, rows) for i in sorted({i for key in keys for i in key})}
    found = {}
    for no in rows:
        rate = 0.0
        for key in keys:
            product = TOGETHER
            for i in key:
                product *= shares[i][no]
            rate += product
        found[no] = min(1.0, rate)
    return found


def _shares(con: duckdb.DuckDBPyConnection, source: SourceList, i: int, rows: Mapping[int, NewRow]) -> dict[int, float]:
    """Number -> share of people with its cell of column `i`."""
    main = source.main
    statement = (
        "SELECT w.no, count(r.cell) FROM (SELECT unnest($nos::BIGINT[]) AS no,"
        f" {_plain('unnest($cells::VARCHAR[])')} AS cell) AS w"
        f" LEFT JOIN (SELECT {_plain(f'c{i}')} AS cell FROM {source.tables[main.part]}) AS r ON r.cell = w.cell"
        " GROUP BY w.no"
    )
    bound = {"nos": list(rows), "cells": [row.cells[i] for row in rows.values()]}
    counts = dict(con.execute(statement, bound).fetchall())
    return {no: (counts.get(no, 0) + 1) / (main.rows + 1) for no in rows}


def _plain(text: str) -> str:
    """SQL for a cell without white space and case."""
    return f"lower(regexp_replace({text}, '\\s+', '', 'g'))"


# Whether an invented name is made of words that are names: a word that the list has nowhere shows to the eye.

_APART = r"[\s,.()\[\]/-]+"
_WRITTEN_TOGETHER = re.compile(r"[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u0e00-\u0e7f]")
"""Scripts that part names by no blank: any of their characters is a name's."""


class NameWords:
    """The words of a list's names."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: SourceList) -> None:
        self.con, self.table, self.places = con, source.tables[source.main.part], source.places("name")

    def strange(self, rows: Mapping[int, Sequence[str | None]]) -> frozenset[int]:
        """Numbers of the rows with a word in a name that no name of the same column has."""
        found = set[int]()
        for i in self.places:
            words = {
                no: [word for word in re.split(_APART, (cells[i] or "").lower()) if word] for no, cells in rows.items()
            }
            asked = sorted({word for own in words.values() for word in own if not _WRITTEN_TOGETHER.search(word)})
            known = {
                word
                for (word,) in self.con.execute(
                    f"SELECT DISTINCT word FROM (SELECT unnest(string_split_regex(lower(c{i}), '{_APART}')) AS word"
                    f" FROM {self.table}) WHERE word IN (SELECT unnest($asked::VARCHAR[])) ORDER BY word",
                    {"asked": asked},
                ).fetchall()
            }
            strange = set(asked) - known
            found |= {no for no, own in words.items() if strange & set(own)}
        return frozenset(found)


NOTE = "an invented person, made for the copies of a list without numbers"
"""Note of canaries that the tool made: no identity was imported for them."""
_ROUNDS = 12
"""Times that persons are drawn again for those that were refused."""


@dataclass(frozen=True)
class MadePersons:
    """Persons with their rows."""

    rows: Mapping[int, NewRow]
    """Number -> its row."""
    keys: Mapping[int, tuple[int, ...]]
    """Number -> keys by which a list with the row is recognised, rising."""
    rates: Mapping[int, float]
    """Number -> bound on the probability that one stranger has any of them."""


def needs_persons(con: duckdb.DuckDBPyConnection, source: SourceList) -> bool:
    """Whether a list's canaries are to be invented persons: it has keys, and neither numbers nor mail addresses."""
    if source.places("phone") or source.places("email"):
        return False
    return bool(source.places("key")) or bool(identifying_keys(con, source))


def new_persons(con: duckdb.DuckDBPyConnection, count: int) -> list[Identity]:
    """So many identities that nothing is known of yet, with the numbers that the register will give them."""
    row = con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchone()
    first = 1 if row is None else int(row[0]) + 1
    return [Identity(first + at, None, None, None, None, None, None) for at in range(count)]


def made_persons(
    con: duckdb.DuckDBPyConnection, source: SourceList, maker: PersonaMaker, identities: Sequence[Identity]
) -> MadePersons:
    """Rows for the identities, each with a key that no list of the case has.

    Raises `InputRefused` where the list's columns give too few new keys.
    """
    rows: dict[int, NewRow] = {}
    keys: dict[int, RowKeys] = {}
    wanted, names = list(identities), NameWords(con, source)
    for _ in range(_ROUNDS):
        if not wanted:
            break
        drawn = maker.rows_for(wanted)
        read, met = keys_of_rows(con, source, {no: row.cells for no, row in drawn.items()})
        known = met | _known(con, read) | _twice({**keys, **read}, frozenset(read))
        strange = names.strange({no: row.cells for no, row in drawn.items()})
        fresh = {no for no, found in read.items() if found.own and no not in known | strange}
        rows |= {no: drawn[no] for no in drawn if no in fresh}
        keys |= {no: read[no] for no in fresh}
        wanted = [each for each in wanted if each.no not in fresh]
    if wanted:
        raise InputRefused(
            f"{len(wanted)} of {len(identities)} invented persons have a key that is in a list already, or none",
            where=source.id, remedy="load the list with a key that says more, as in --map key=NAME,BIRTHDAY",
        )  # fmt: skip
    return MadePersons(
        {each.no: rows[each.no] for each in sorted(identities, key=lambda each: (rows[each.no].before, each.no))},
        {no: tuple(sorted(found.own)) for no, found in keys.items()},
        stranger_rates(con, source, identifying_keys(con, source), rows),
    )


def _known(con: duckdb.DuckDBPyConnection, read: Mapping[int, RowKeys]) -> frozenset[int]:
    """Persons of whom a list or the register has a key."""
    pairs = [(no, key) for no, found in read.items() for key in sorted(found.looked_up)]
    found = con.execute(
        "SELECT DISTINCT p.no FROM (SELECT unnest($nos::BIGINT[]) AS no, unnest($keys::BIGINT[]) AS key) AS p"
        " WHERE p.key IN (SELECT key FROM membership WHERE key IN (SELECT unnest($keys::BIGINT[])))"
        " OR p.key IN (SELECT key FROM canary_key) ORDER BY p.no",
        {"nos": [no for no, _ in pairs], "keys": [key for _, key in pairs]},
    ).fetchall()
    return frozenset(int(no) for (no,) in found)


def _twice(read: Mapping[int, RowKeys], drawn: frozenset[int]) -> frozenset[int]:
    """Persons drawn who share a key with another one."""
    often = Counter(key for found in read.values() for key in found.looked_up)
    return frozenset(no for no in drawn if any(often[key] > 1 for key in read[no].looked_up))


def enter_persons(
    con: duckdb.DuckDBPyConnection, persons: MadePersons, kinds: Mapping[int, str], texts: Sequence[Identity]
) -> None:
    """Put the persons into the register as canaries of `kinds`, in the caller's transaction. `texts`: all of them."""
    order = sorted(texts, key=lambda each: each.no)
    numbers = add_canaries(con, [_identity(at, kinds[each.no]) for at, each in enumerate(order, 1)], now())
    if numbers != [each.no for each in order]:
        raise RuntimeError("the register has grown while persons were drawn")
    pairs = [(no, key) for no in sorted(persons.keys) for key in persons.keys[no]]
    con.execute(
        "INSERT INTO canary_key SELECT unnest($nos::INTEGER[]), unnest($keys::BIGINT[]), unnest($rates::DOUBLE[])",
        {
            "nos": [no for no, _ in pairs], "keys": [key for _, key in pairs],
            "rates": [persons.rates[no] for no, _ in pairs],
        },
    )  # fmt: skip


def _identity(row: int, kind: str) -> ImportedIdentity:
    return ImportedIdentity(row, None, None, None, None, None, None, None, kind, None, None, None, None, NOTE)


def forget_persons(con: duckdb.DuckDBPyConnection, draws: str, bound: Mapping[str, object]) -> None:
    """Take the persons of draws that no recipient has out of the register. `draws`: SQL of the draws' names."""
    made = (
        f"(SELECT p.canary FROM code_position AS p JOIN canary AS c ON c.no = p.canary WHERE p.draw IN {draws}"
        " AND c.phone IS NULL AND c.email IS NULL)"
    )
    con.execute(f"DELETE FROM canary_key WHERE canary IN {made}", bound)
    con.execute(f"DELETE FROM canary WHERE no IN {made}", bound)
