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
from math import prod

import duckdb
import pyarrow as pa

from tracer.case.store import registered_tables
from tracer.clock import now
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.identify.normalise import drop_reading, normalise_as
from tracer.lists.linking import drop_scratch, read_keys
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.roles import key_columns
from tracer.lists.write.model import NewRow
from tracer.marking.canary.intake import ImportedIdentity, add_canaries, next_number
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.maker import PersonaMaker
from tracer.marking.persona.names import UNSPACED
from tracer.marking.persona.source_list import SourceList

TOGETHER = 10.0
"""How many times as often as by their product the cells of a key come together at most. A given name is at most eight
times as frequent in the decade of its fashion as in all; an independent list is of other people of the same kind."""
NOTE = "an invented person, made for the copies of a list without numbers"
"""Note of canaries that the tool made: no identity was imported for them."""
_ROUNDS = 12  # Times that persons are drawn again for those that were refused.
_BETWEEN_WORDS = r"[\s,.()\[\]/-]+"

_Cells = Mapping[int, Sequence[str | None]]  # Number of a person -> cells of its row.


@dataclass(frozen=True)
class MadePersons:
    """Persons with their rows."""

    rows: Mapping[int, NewRow]  # Number -> its row.
    keys: Mapping[int, tuple[int, ...]]  # Number -> keys by which a list with the row is recognised, rising.
    rates: Mapping[int, float]  # Number -> bound on the probability that one stranger has any of them.


def identifying_keys(con: duckdb.DuckDBPyConnection, source: SourceList) -> tuple[tuple[int, ...], ...]:
    """The list's keys of several columns, each by the positions of its columns in the main part."""
    row = con.execute("SELECT options FROM dataset WHERE no = $no", {"no": source.no}).fetchone()
    named = json_of(row[0] if row and row[0] else "{}").get("columns", {}).get("key", ())
    keys, _ = key_columns(source.main.headers, named)
    return tuple(key for key in keys if len(key) > 1)


def needs_persons(con: duckdb.DuckDBPyConnection, source: SourceList) -> bool:
    """Whether a list's canaries are to be invented persons: it has keys, and neither numbers nor mail addresses."""
    if source.places("phone") or source.places("email"):
        return False
    return bool(source.places("key")) or bool(identifying_keys(con, source))


def new_persons(con: duckdb.DuckDBPyConnection, count: int) -> list[Identity]:
    """So many identities that nothing is known of yet, with the numbers that the register will give them."""
    first = next_number(con)
    return [Identity(no) for no in range(first, first + count)]


def made_persons(
    con: duckdb.DuckDBPyConnection, source: SourceList, maker: PersonaMaker, identities: Sequence[Identity]
) -> MadePersons:
    """Rows for the identities, each with a key that no list of the case has.

    Raises `InputRefused` where the list's columns give too few new keys.
    """
    joined = identifying_keys(con, source)
    rows: dict[int, NewRow] = {}
    own: dict[int, set[int]] = {}
    times = Counter[int]()  # How many of the persons are found by a key.
    wanted = list(identities)
    for _ in range(_ROUNDS):
        if not wanted:
            break
        drawn = maker.rows_for(wanted)
        cells = {no: row.cells for no, row in drawn.items()}
        keys, looked_up, met = _keys_of_rows(con, source, cells, joined)
        times.update(key for found in looked_up.values() for key in found)
        twice = {no for no, found in looked_up.items() if any(times[key] > 1 for key in found)}
        # Persons of whom a list or the register has a key.
        pairs = [(no, key) for no, found in looked_up.items() for key in sorted(found)]
        known = con.execute(
            "SELECT DISTINCT p.no FROM (SELECT unnest($nos::BIGINT[]) AS no, unnest($keys::BIGINT[]) AS key) AS p"
            " WHERE p.key IN (SELECT key FROM membership WHERE key IN (SELECT unnest($keys::BIGINT[])))"
            " OR p.key IN (SELECT key FROM canary_key)",
            {"nos": [no for no, _ in pairs], "keys": [key for _, key in pairs]},
        ).fetchall()
        refused = met | twice | {no for (no,) in known} | _strangely_named(con, source, cells)
        fresh = {no for no in drawn if keys[no] and no not in refused}
        times.subtract(key for no, found in looked_up.items() if no not in fresh for key in found)
        rows |= {no: drawn[no] for no in drawn if no in fresh}
        own |= {no: keys[no] for no in drawn if no in fresh}
        wanted = [each for each in wanted if each.no not in fresh]
    if wanted:
        raise InputRefused(
            f"{len(wanted)} of {len(identities)} invented persons have a key that is in a list already, or none",
            where=source.id,
            remedy="load the list with a key that says more, as in --map key=NAME,BIRTHDAY",
        )
    order = sorted(rows, key=lambda no: (rows[no].before, no))
    kept = {no: tuple(sorted(found)) for no, found in own.items()}
    return MadePersons({no: rows[no] for no in order}, kept, _stranger_rates(con, source, joined, rows))


def _keys_of_rows(
    con: duckdb.DuckDBPyConnection, source: SourceList, rows: _Cells, joined: Sequence[tuple[int, ...]]
) -> tuple[dict[int, set[int]], dict[int, set[int]], set[int]]:
    """For each row its keys as a list with it has them (those of several columns, `joined`, where the list has such
    ones, else those of columns mapped as `key`), and those with further ones by which the same person would be found:
    the name with the address; and the numbers of rows that share a key with one of the list's own."""
    own: dict[int, set[int]] = {no: set() for no in rows}
    further: dict[int, set[int]] = {no: set() for no in rows}
    met = set[int]()
    names = (*source.columns_of("family_name"), *source.columns_of("given_name")) or tuple(source.places("name"))
    at_home = (*names, *source.places("address"))
    keys = list(joined)
    if names and len(at_home) > len(names) and set(at_home) not in [set(key) for key in joined]:
        keys.append(at_home)
    if keys:
        for number, no, key, shared in _read_together(con, source, rows, keys):
            (further if number >= len(joined) else own)[no].add(key)
            met |= {no} if shared else set()
    if not joined:
        for i in source.places("key"):
            cells = {no: cell for no, row in rows.items() if (cell := row[i])}
            nos, texts = pa.array(list(cells), pa.int64()), pa.array(list(cells.values()), pa.string())
            table = pa.table({"row": nos, "position": pa.array([i] * len(cells), pa.int32()), "cell": texts})
            with registered_tables(con, salt_cells=table):
                normalise_as(con, "(SELECT * FROM salt_cells)", "cell", "salt_read", "key", source.region)
            for no, key in con.execute("SELECT row, key FROM salt_read WHERE key IS NOT NULL ORDER BY row").fetchall():
                own[int(no)].add(int(key))
            drop_reading(con, "salt_read")
            con.execute("DROP TABLE IF EXISTS temp.salt_read")
        holders = defaultdict(list)
        for no, found in own.items():
            for key in found:
                holders[key].append(no)
        for (key,) in con.execute(
            "SELECT key FROM membership WHERE dataset = $no AND key IN (SELECT unnest($keys::BIGINT[])) ORDER BY key",
            {"no": source.no, "keys": sorted(holders)},
        ).fetchall():
            met.update(holders[key])
    return own, {no: own[no] | further[no] for no in rows}, met


def _read_together(
    con: duckdb.DuckDBPyConnection, source: SourceList, rows: _Cells, keys: Sequence[tuple[int, ...]]
) -> list[tuple[int, int, int, bool]]:
    """The keys of several columns of each row: (number of the key's columns in `keys`, number of the row, key, whether
    a row of the list has it)."""
    main, width, first = source.main, len(source.main.headers), min(rows)
    names = ", ".join(f"c{i}" for i in range(width))
    table = pa.table(
        {"no": pa.array(list(rows), pa.int64())}
        | {f"c{i}": pa.array([cells[i] for cells in rows.values()], pa.string()) for i in range(width)}
    )
    columns = []
    for i, heading in enumerate(main.headers):
        part_of = tuple(number for number, key in enumerate(keys) if i in key)
        columns.append(replace(ColumnRole(i, heading or "", "other", "key"), part_of=part_of))
    headers, target = tuple(column.header for column in columns), "temp.salt_rows"
    part = PartRead(None, None, False, main.format, None, None, headers, None, main.rows, target, tuple(columns))
    with registered_tables(con, salt_rows_now=table):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE salt_rows AS SELECT row, {names} FROM {source.tables[main.part]}"
            f" UNION ALL SELECT {main.rows} + 1 + no - {first}, {names} FROM salt_rows_now"
        )
    made, found = list[str](), list[tuple[int, int, int, bool]]()
    try:
        read_keys(con, [(part, 1)], source.region, made, judged=False)
        for number, name in enumerate(made):
            for row, key, shared in con.execute(
                f"SELECT s.row, s.key, EXISTS (SELECT 1 FROM {name}_seen AS o WHERE o.key = s.key AND o.row <= $rows)"
                f" FROM {name}_seen AS s WHERE s.row > $rows AND s.key IS NOT NULL ORDER BY s.row",
                {"rows": main.rows},
            ).fetchall():
                found.append((number, int(row) - main.rows - 1 + first, int(key), bool(shared)))
    finally:
        drop_scratch(con)
        con.execute(f"DROP TABLE IF EXISTS {target}")
    return found


def _strangely_named(con: duckdb.DuckDBPyConnection, source: SourceList, rows: _Cells) -> set[int]:
    """Persons with a word in a name that no name of the same column has: such a word shows to the eye."""
    found = set[int]()
    for i in source.places("name"):
        words = {no: re.split(_BETWEEN_WORDS, (cells[i] or "").lower()) for no, cells in rows.items()}
        words = {no: [one for one in own if one and not UNSPACED.search(one)] for no, own in words.items()}
        known = con.execute(
            f"SELECT DISTINCT word FROM (SELECT unnest(string_split_regex(lower(c{i}), '{_BETWEEN_WORDS}')) AS word"
            f" FROM {source.tables[source.main.part]}) WHERE word IN (SELECT unnest($asked::VARCHAR[])) ORDER BY word",
            {"asked": sorted({word for own in words.values() for word in own})},
        ).fetchall()
        found |= {no for no, own in words.items() if {*own} - {word for (word,) in known}}
    return found


def _stranger_rates(
    con: duckdb.DuckDBPyConnection, source: SourceList, keys: Sequence[tuple[int, ...]], rows: Mapping[int, NewRow]
) -> dict[int, float]:
    """Number -> bound on the probability that one stranger has any of its row's keys. `keys`: columns of each.

    The bound is by the list's own frequencies. A key is a name and a birthday, say. With n of the list's N rows that
    have a cell, the share of people who have it is taken as (n + 1) / (N + 1), Laplace's rule: a cell that only the
    invented person has is not impossible. The cells are multiplied, and the product is taken `TOGETHER` times: names go
    with years of birth, regions and each other. Without keys of several columns it is 1: numbers of members are given
    out by every club from 1 on.
    """
    main, shares = source.main, dict[tuple[int, int], float]()
    plain = "lower(regexp_replace({}, '\\s+', '', 'g'))"  # a cell without white space and case
    for i in sorted({i for key in keys for i in key}):
        counts = con.execute(
            f"SELECT w.no, count(r.cell) FROM (SELECT unnest($nos::BIGINT[]) AS no,"
            f" {plain.format('unnest($cells::VARCHAR[])')} AS cell) AS w"
            f" LEFT JOIN (SELECT {plain.format(f'c{i}')} AS cell FROM {source.tables[main.part]}) AS r"
            " ON r.cell = w.cell GROUP BY w.no",
            {"nos": list(rows), "cells": [row.cells[i] for row in rows.values()]},
        ).fetchall()
        shares |= {(no, i): (count + 1) / (main.rows + 1) for no, count in counts}
    if not keys:
        return dict.fromkeys(rows, 1.0)
    return {no: min(1.0, sum(prod([shares[no, i] for i in key], start=TOGETHER) for key in keys)) for no in rows}


def enter_persons(
    con: duckdb.DuckDBPyConnection, persons: MadePersons, kinds: Mapping[int, str], texts: Sequence[Identity]
) -> None:
    """Put the persons into the register as canaries of `kinds`, in the caller's transaction. `texts`: all of them."""
    order = sorted(each.no for each in texts)
    made = [ImportedIdentity(at, kind=kinds[no], note=NOTE) for at, no in enumerate(order, 1)]
    if add_canaries(con, made, now()) != order:
        raise RuntimeError("the register has grown while persons were drawn")
    pairs = [(no, key, persons.rates[no]) for no in sorted(persons.keys) for key in persons.keys[no]]
    nos, keys, rates = ([pair[at] for pair in pairs] for at in (0, 1, 2))
    con.execute(
        "INSERT INTO canary_key SELECT unnest($nos::INTEGER[]), unnest($keys::BIGINT[]), unnest($rates::DOUBLE[])",
        {"nos": nos, "keys": keys, "rates": rates},
    )


def forget_persons(con: duckdb.DuckDBPyConnection, draws: str, bound: Mapping[str, object]) -> None:
    """Take the persons of draws that no recipient has out of the register. `draws`: SQL of the draws' names."""
    made = (
        f"(SELECT p.canary FROM code_position AS p JOIN canary AS c ON c.no = p.canary WHERE p.draw IN {draws}"
        " AND c.phone IS NULL AND c.email IS NULL)"
    )
    con.execute(f"DELETE FROM canary_key WHERE canary IN {made}", bound)
    con.execute(f"DELETE FROM canary WHERE no IN {made}", bound)
