"""Rows to memberships: which identifiers a dataset holds, which rows they share, and why the others have none.

Works on scratch relations named `load_…` that `link_rows` makes and drops. All is set-based; the steps that few
datasets need (hotlines, aliases, several keys a row) run only where a count says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import duckdb

from tracer.case.key import derive
from tracer.case.schema import read_meta
from tracer.case.store import rows_of_parts, sql_literal
from tracer.errors import InputRefused, TracerError
from tracer.identify.composite import FoldedColumn, fold_column, read_composite
from tracer.identify.email import name_in_addresses, service_names
from tracer.identify.keys import (
    CONTACT_RANKS,
    EMAIL_BASE,
    FURTHER_BASE,
    HASH_BASE,
    HASH_END,
    KEY_BASE,
    contact_rank_sql,
    text_key_sql,
)
from tracer.identify.national_ids import LONGEST_SEAL, PURPOSE, seal_column
from tracer.identify.normalise import KINDS, kind_of, read_column
from tracer.identify.number_forms import country, forms_of
from tracer.identify.phone import fold_sql
from tracer.lists.read.landing import cells_of, row_relations
from tracer.lists.read.model import SEALED_ROLES, ColumnRole, PartRead
from tracer.lists.read.region import CELLS, country_named, fit, is_bare, looks_like_number
from tracer.lists.read.words import column_named
from tracer.lists.unread_columns import UnreadColumn, unread_columns
from tracer.resources import sql_next_to

HOTLINE_NAMES = 20
"""An identifier with more distinct names than this in one dataset is a switchboard's, not a person's."""
SHARED_BY = 5
"""A device, car, account or document of more numbers and addresses than this in one dataset is not a person's."""
_statement = sql_next_to(__file__)
_ROLES = tuple(kind.role for kind in KINDS)
_MANY = 16  # columns of one role that are read each by itself
_FURTHER = {"further_base": FURTHER_BASE, "email_base": EMAIL_BASE}

Parts = Sequence[tuple[PartRead, int]]
"""Parts as read, each with the dataset's row number of its first row."""


@dataclass(frozen=True)
class Linked:
    """Counts of a dataset whose rows were linked."""

    identifiers: int
    contacts: int
    rejected: int
    duplicates: int
    """Accepted rows that are not the first row of any contact."""
    junk: int
    hashes: int
    masked: int
    seen: bool
    """Whether there was a single identifier, hash or mask of one."""
    notes: tuple[str, ...] = ()
    """What a person should know about keys of several columns."""
    labels: int = 0
    """Addresses that say something of themselves (`address_label`)."""
    short: tuple[UnreadColumn, ...] = ()


def hash_document_numbers(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part, with the numbers of people's documents and accounts in its raw table replaced by their keyed hashes."""
    columns = [column for column in part.columns if column.role in SEALED_ROLES]
    if not columns:
        return part
    secret = derive(bytes.fromhex(read_meta(con, "root_secret")), PURPOSE)
    cells = cells_of(con, part.raw_table)
    for column in columns:
        seal_column(con, cells, column.position, column.role, column.variant or "", secret)
    return replace(part, longest_cell=part.longest_cell and max(part.longest_cell, LONGEST_SEAL))


def link_rows(
    con: duckdb.DuckDBPyConnection, dataset: int, parts: Parts, region: str, *, find_region: bool = False
) -> Linked:
    """Write membership, duplicate, contact_alias, address_label, reject and junk of a dataset.

    `find_region`: no region was given. A column of numbers whose rows are of several countries, as another column
    says, is read by each row's country then.
    """
    drop_scratch(con)
    columns = [(part, first, column) for part, first in parts for column in part.columns if column.role in _ROLES]
    by_rows: dict[tuple[int, int], tuple[int, dict[str, str]]] = {}
    for part, first, column in columns:
        if find_region and column.role == "phone":
            at, values = _countries_of_rows(con, part, column.position, _region_of(column, region))
            if values:
                by_rows[first, column.position] = at, values

    # The columns of one role and region are read together: a view (row, position, raw) of all their filled cells.
    found = {(column.role, _region_of(column, region)) for _, _, column in columns}
    found |= {("phone", code) for _, values in by_rows.values() for code in values.values()}
    readings: list[str] = []
    for role, own in sorted(found, key=lambda each: (_ROLES.index(each[0]), each[1] != region, each[1])):
        name = f"load_{role}" if own == region else f"load_{role}_{own.lower()}"
        selects = []
        for part, first in parts:
            of_role = [column for column in part.columns if column.role == role]
            positions = [column.position for column in of_role if _region_of(column, region) == own]
            split = [column.position for column in of_role if (first, column.position) in by_rows]
            for piece in row_relations(con, part.raw_table, part.rows) if positions or split else ():
                selects += _cells_of_columns(piece, first, [at for at in positions if at not in split])
                for position in split:
                    at, values = by_rows[first, position]
                    named = [value for value, code in values.items() if position in positions or code == own]
                    listed = f"list_contains([{', '.join(map(sql_literal, named))}]::VARCHAR[], coalesce(c{at}, ''))"
                    chosen = f"NOT {listed}" if position in positions else listed
                    selects += _cells_of_columns(f"(SELECT * FROM {piece} WHERE {chosen})", first, [position])
        if selects:
            con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(selects)}")
            read_column(con, name, "raw", name, kind_of(role), own)
            readings.append(name)
    notes = [*read_keys(con, parts, region, readings)]
    headings = {first: [column.header for column in part.columns] for part, first in parts}
    notes += [
        f"{column_named(headings[first], position)}: read as numbers of the country that"
        f" {column_named(headings[first], at)} names, where they fit"
        f" ({', '.join(sorted(set(values.values())))}); --region overrides"
        for (first, position), (at, values) in by_rows.items()
    ]

    _make_views(con, readings, parts)
    # Whether a row may have more than one key, or one next to a value that gives none.
    several = any(len(_with_role(part, _ROLES)) + len(_keys_of(part)) > 1 for part, _ in parts) or any(
        con.execute(f"SELECT 1 FROM {name}_read GROUP BY row HAVING count(*) > 1 LIMIT 1").fetchone()
        for name in readings
    )
    linked = _link(con, {"dataset": dataset}, sum(part.rows for part, _ in parts), several)
    if linked.masked:
        notes += _keep_masks(con, dataset, region, find_region=find_region)
    short = unread_columns(con, parts, readings)
    addresses = [name for name in readings if name.startswith("load_email") and not name.startswith("load_email_hash")]
    labels = _keep_labels(con, dataset, addresses) if addresses else 0
    drop_scratch(con)
    return replace(linked, short=short, notes=tuple(notes), labels=labels)


def _region_of(column: ColumnRole, region: str) -> str:
    """Whose numbers a column's are: of a region, or of a service."""
    return column.variant if column.role == "handle" and column.variant else column.region or region


def _with_role(part: PartRead, roles: Sequence[str]) -> list[ColumnRole]:
    return [column for column in part.columns if column.role in roles]


def _cells_of_columns(table: str, first: int, positions: Sequence[int]) -> list[str]:
    """SQL, each (row, position, raw) of the filled cells of some columns of (a piece of) a part.

    A column by itself is read fastest, but hundreds of them are planned for longer than they are read: beyond
    `_MANY` they are unfolded by one statement.
    """
    row = f"row + {first - 1} AS row"
    if len(positions) <= _MANY:
        return [
            f"SELECT {row}, {at}::INTEGER AS position, c{at} AS raw FROM {table} WHERE c{at} <> ''" for at in positions
        ]
    places, cells = ", ".join(map(str, positions)), ", ".join(f"c{at}" for at in positions)
    unfolded = f"SELECT {row}, unnest([{places}]::INTEGER[]) AS position, unnest([{cells}]) AS raw FROM {table}"
    return [f"SELECT row, position, raw FROM ({unfolded}) WHERE raw <> ''"]


def _make_views(con: duckdb.DuckDBPyConnection, readings: Sequence[str], parts: Parts) -> None:
    """load_link: where keys are; load_bad: cells without one; load_cell; load_name: what a row's contact is called, by
    names, or by organisations where no column has names; load_blank: rows whose identifying cells are all empty."""
    links, bad, cells, names, blank = list[str](), list[str](), list[str](), list[str](), list[str]()
    for name in readings:
        plain = "row, position, key, false AS folded, false AS tagged"
        seen = rows_of_parts(
            con, plain, f"{name}_seen", _number(con, f"SELECT count(*) FROM {name}_seen"), "key IS NOT NULL"
        )
        links.append(
            f"{seen} UNION ALL SELECT row, position, key, kind = 'email_folded', kind = 'email_tagged' FROM {name}_read"
            " WHERE key IS NOT NULL"
        )
        bad.append(f"SELECT row, position, raw, status, reason FROM {name}_read WHERE key IS NULL")
        cells.append(f"SELECT row, position, raw FROM {name}")
    for part, first in parts:
        named = _with_role(part, ("name",))
        whole = [column for column in named if column.piece is None]
        if named and not whole:  # given and family name in two columns are one name, not two
            joined = ", ' ', ".join(f"trim(c{column.position})" for column in named)
            called = [f"SELECT row + {first - 1} AS row, concat({joined}) AS raw FROM {part.raw_table}"]
        else:
            held = whole or _with_role(part, ("organisation",))
            called = _cells_of_columns(part.raw_table, first, [column.position for column in held])
        names += [f"SELECT row, lower(trim(raw)) AS name FROM ({one}) WHERE trim(raw) <> ''" for one in called]
        identifying = [column for column in part.columns if column.role in _ROLES or column.part_of]
        empty = " AND ".join(f"coalesce(c{column.position}, '') = ''" for column in identifying) or "true"
        reason = "empty" if identifying else "no column with identifiers"
        blank.append(f"SELECT row + {first - 1} AS row, '{reason}' AS reason FROM {part.raw_table} WHERE {empty}")
    for view, selects, columns in (
        ("link", links, "row BIGINT, position INTEGER, key BIGINT, folded BOOLEAN, tagged BOOLEAN"),
        ("bad", bad, "row BIGINT, position INTEGER, raw VARCHAR, status VARCHAR, reason VARCHAR"),
        ("cell", cells, "row BIGINT, position INTEGER, raw VARCHAR"),
        ("name", names, "row BIGINT, name VARCHAR"),
        ("blank", blank, "row BIGINT, reason VARCHAR"),
    ):
        typed = (column.split() for column in columns.split(", "))
        none = f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in typed)} WHERE false"
        con.execute(f"CREATE TEMP VIEW load_{view} AS {' UNION ALL '.join(selects) or none}")


def _link(con: duckdb.DuckDBPyConnection, bound: dict[str, int], rows: int, several: bool) -> Linked:
    """Write what the views say, and count it. `several`: a row may have several keys, or one and a value without."""

    def run(name: str, further: dict[str, int] | None = None) -> None:
        con.execute(_statement(name), {**bound, **(further or {})})

    con.execute(_statement("load_keys"))
    keys = _number(con, "SELECT count(*) FROM load_keys")
    con.execute(f"CREATE TEMP VIEW load_distinct AS {rows_of_parts(con, 'key, row', 'load_keys', keys)}")
    # load_hotline(key, rows, names): identifiers of more than `HOTLINE_NAMES` names.
    limits = {"most": HOTLINE_NAMES, "few": SHARED_BY, **_FURTHER}
    frequent = "n > $most OR (n > $few AND key >= $further_base AND key < $email_base)"
    hotlines = _number(con, f"SELECT count(*) FROM load_keys WHERE {frequent}", limits)
    if hotlines:
        con.execute(_statement("load_hotline"), {**limits, "key_base": KEY_BASE, "hash_base": HASH_BASE})
        hotlines = _number(con, "SELECT count(*) FROM load_hotline")
    else:
        con.execute("CREATE TEMP TABLE load_hotline (key BIGINT, rows BIGINT, names BIGINT)")
    run("load_membership")
    if _number(con, "SELECT count(*) FROM load_keys WHERE n > 1"):
        run("load_duplicates")
    con.execute("CREATE TEMP TABLE load_alias (key BIGINT, contact BIGINT)")
    if several:
        least = "min(key) FILTER (NOT tagged AND {} = {})"
        ranks = ", ".join(least.format(contact_rank_sql("key"), rank) for rank in range(CONTACT_RANKS))
        con.execute(_statement("load_aliases").format(ranks=ranks))
        while _number(con, "SELECT count(*) FROM load_alias WHERE contact IN (SELECT key FROM load_alias)"):
            con.execute(_statement("load_alias_step"))
        con.execute("INSERT INTO contact_alias SELECT $dataset, key, contact FROM load_alias ORDER BY ALL", bound)
    con.execute("CREATE TEMP TABLE load_kept (row BIGINT)")
    if several or hotlines:
        con.execute(_statement("load_kept"))
    run("load_rejects")
    if hotlines:
        run("load_hotline_rejects", _FURTHER)
        run("load_hotline_junk", _FURTHER)
    if _number(con, "SELECT count(*) FROM load_bad WHERE status = 'junk'"):
        run("load_junk")

    counts = _statement("load_counts").format(rows="count(DISTINCT row)" if several else "count(*)")
    counted = con.execute(counts, {**bound, "hash_base": HASH_BASE, "hash_end": HASH_END}).fetchall()[0]
    folded, hashes, aliases, rejected, junk, masked, accepted = map(int, counted)
    if accepted + rejected != rows:
        raise TracerError(
            f"of {rows:,} rows {accepted:,} were accepted and {rejected:,} rejected: nothing was kept",
            remedy="report this fault with a file that shows it",
        )
    usable = keys - hotlines
    # Where no row has two keys, the first row of each key is another.
    firsts = _number(con, _statement("load_first_rows")) if several else usable
    return Linked(
        identifiers=usable - folded,
        contacts=usable - aliases,
        rejected=rejected,
        duplicates=accepted - firsts,
        junk=junk,
        hashes=hashes,
        masked=masked,
        seen=usable > 0 or masked > 0 or hotlines > 0,
    )


def _number(con: duckdb.DuckDBPyConnection, query: str, bound: dict[str, int] | None = None) -> int:
    return int(con.execute(query, bound or {}).fetchall()[0][0])


def drop_scratch(con: duckdb.DuckDBPyConnection) -> None:
    """Drop the scratch relations of this module, also what a load that failed has left."""
    left = con.execute(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_catalog = 'temp'"
        " AND starts_with(table_name, 'load_') ORDER BY table_type DESC, table_name"
    ).fetchall()
    for table, kind in left:
        con.execute(f"DROP {'VIEW' if kind == 'VIEW' else 'TABLE'} temp.{table}")


# Tables in which a column says each row's country: whose numbers without a country code its cells are.

_ROWS_LOOKED_AT, _NAME_COUNTRIES = 200, 0.9
"""First rows of a column, and the share of its cells that must name countries for it to be one of countries."""
_VALUES = 400  # different values from which a column does not name countries
_VALID, _SAID = 0.6, 3.0
"""Share of a country's cells that must be its numbers, and nats for the country that the row says."""


def _countries_of_rows(
    con: duckdb.DuckDBPyConnection, part: PartRead, position: int, region: str
) -> tuple[int, dict[str, str]]:
    """The column that says whose numbers a column's are, and its values with the country of each, `region` left out:
    only those whose cells are numbers of that country rather than of `region`."""
    open_ = [each.position for each in part.columns if not each.identifies]
    if not open_:
        return -1, {}
    head = con.execute(
        f"SELECT {', '.join(f'c{at}' for at in open_)} FROM {part.raw_table} LIMIT {_ROWS_LOOKED_AT}"
    ).fetchall()
    for at, cells in zip(open_, zip(*head, strict=True), strict=True):
        named = [country_named(cell) for cell in cells if cell]
        if len(named) < 2 or len({*named}) < 2 or sum(map(bool, named)) < _NAME_COUNTRIES * len(named):
            continue
        values, numbers = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for value, held in con.execute(
            f"SELECT c{at}, list(DISTINCT c{position})[:{2 * CELLS}] FROM {part.raw_table}"
            f" WHERE c{at} <> '' AND c{position} <> '' GROUP BY 1 ORDER BY 1 LIMIT {_VALUES}"
        ).fetchall():
            code = country_named(value)
            if code is not None and code != region:
                values[code].append(value)
                numbers[code] += [cell for cell in sorted(held) if is_bare(cell) and looks_like_number(cell)]
        agreed: dict[str, str] = {}
        for code, held in numbers.items():
            own = fit(held[:CELLS], code) if held else None
            if own is not None and own.valid >= _VALID and own.nats + _SAID > fit(held[:CELLS], region).nats:
                agreed |= dict.fromkeys(values[code], code)
        return at, agreed
    return -1, {}


# Keys of several columns: the columns of each are read together, and judged by how well they distinguish people.

_SAID_FROM, _REFUSED_FROM = 0.001, 0.02
"""Share of the keys that strangers would have too, from which that is said, and from which the key is refused."""


def _keys_of(part: PartRead) -> list[list[ColumnRole]]:
    """The keys of several columns that a part has, each by its columns in their order."""
    numbers = sorted({number for column in part.columns for number in column.part_of})
    return [[column for column in part.columns if number in column.part_of] for number in numbers]


def read_keys(
    con: duckdb.DuckDBPyConnection, parts: Parts, region: str, readings: list[str], *, judged: bool = True
) -> tuple[str, ...]:
    """Read the keys of several columns of all parts and add their relations, named `load_composite_…` and of the form
    that `normalise.read_column` gives, to `readings`; returns what a person should know.

    Raises `InputRefused` for a key that distinguishes too few people, unless it is not to be `judged`.
    """
    notes = list[str]()
    for at, (part, first) in enumerate(parts):
        headings = [column.header for column in part.columns]
        for number, columns in enumerate(_keys_of(part)):
            name = f"load_composite_{at}_{number}"
            source, folds = f"{name}_cells", [f"{name}_fold{i}" for i in range(len(columns))]
            cells = ", ".join(f"nullif(trim(c{column.position}), '') AS c{i}" for i, column in enumerate(columns))
            con.execute(f"CREATE TEMP TABLE {source} AS SELECT row + {first - 1} AS row, {cells} FROM {part.raw_table}")
            folded: list[FoldedColumn] = []
            for i, column in enumerate(columns):
                filled = f"SELECT c{i} AS raw FROM {source} WHERE c{i} IS NOT NULL"
                folded.append(fold_column(con, filled, column.position, region, folds[i]))
            keys, by_chance = read_composite(con, source, folded, folds, name)
            for table in (source, *folds, f"{name}_popular"):
                con.execute(f"DROP TABLE temp.{table}")
            con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT row, position, raw FROM {name}_read")
            readings.append(name)
            notes += [  # that a column does not say which of two numbers is the day
                f"{column_named(headings, column.position)}: read with the"
                f" {'day first, as in 31/12/1999' if column.order.day_first else 'month first, as in 12/31/1999'};"
                " no cell shows it, --region US or GB decides"
                for column in folded
                if column.days and not column.order.sure
            ]
            if not judged or by_chance < _SAID_FROM:
                continue
            named = " and ".join(column_named(headings, column.position) for column in columns)
            share = f"{100 * by_chance:.1f} % of its {keys:,} keys would be met"
            if by_chance >= _REFUSED_FROM:
                raise InputRefused(
                    f"the key of {named} distinguishes too few people: {share} in a list of strangers as long as this"
                    " one",
                    where=part.place,
                    remedy="add a column that namesakes differ in, as in --map key=姓名,生日",
                )
            notes.append(f"the key of {named}: {share} by chance in a list of strangers as long as this one")
    return tuple(notes)


# Masked numbers of a loaded list, each in one form: for statistics alone, they never link. Chinese mobile numbers
# have eleven characters, * for each hidden digit. All others begin with + and the country's code: `+1312***0175`
# where the country's numbers have one length and the mask shows it, `+4930…567` elsewhere, since so many stars do not
# say how many digits they hide. Codes and lengths are libphonenumber's; a number without a code is of the list's
# region.

_MOSTLY = 0.5  # share of masks in the common Chinese form from which a list's are Chinese, whatever one's own lists are
_CHINA = "86"  # what is masked of its numbers is read as mobile numbers are, or not at all


def _keep_masks(con: duckdb.DuckDBPyConnection, dataset: int, home: str, *, find_region: bool) -> list[str]:
    """Write the masks among the rejected cells (`load_bad`) of a dataset whose bare numbers are of region `home`.

    `find_region`: no region was given. Where masks show none either, that of one's own lists counts, if they have one;
    a note says so.
    """
    region = home
    if find_region:
        own = con.execute("SELECT DISTINCT region FROM dataset WHERE current AND origin = 'own'").fetchall()
        if len(own) == 1 and own[0][0] is not None:
            chinese = con.execute(
                "SELECT avg(CAST(regexp_full_match(raw, '1[3-9][0-9][*]{4}[0-9]{4}') AS DOUBLE)) FROM load_bad"
                " WHERE status = 'masked'"
            ).fetchone()
            region = home if chinese is None or (chinese[0] or 0.0) > _MOSTLY else str(own[0][0])
    con.execute("CREATE OR REPLACE TEMP TABLE load_mask AS " + _statement("read_masks").format(folded=fold_sql("raw")))
    con.execute(_statement("load_masks"), {"dataset": dataset, "china": forms_of(region).masks})
    fronts = con.execute(
        "SELECT DISTINCT CASE WHEN plus THEN regexp_extract(substr(stars, 1, 3), '^[0-9]*') ELSE '' END"
        " FROM temp.load_mask WHERE NOT regexp_matches(stars, '^86')"
    ).fetchall()
    countries = [row for (front,) in fronts if (row := _country_of_mask(str(front), region)) is not None]
    if countries:
        columns = map(list, zip(*countries, strict=True))
        named = dict(zip(("fronts", "codes", "digits", "trunks"), columns, strict=True))
        con.execute(_statement("load_mask_country"), named)
        con.execute(_statement("load_masks_abroad"), {"dataset": dataset})
        con.execute("DROP TABLE temp.load_mask_country")
    con.execute("DROP TABLE temp.load_mask")
    if region == home:
        return []
    read_as = f"{country(region).name} ({region}), as your own list's are; --region overrides"
    return [f"masked numbers without a country code are read as those of {read_as}"]


@lru_cache(maxsize=1024)
def _country_of_mask(front: str, region: str) -> tuple[str, str, int, str] | None:
    """What numbers that begin so are: (front, country code, digits of each national number or 0, trunk prefix); None
    where they have no line. `front`: the digits after a plus, three at most; empty for a number without one."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, country_code_for_region

    code = 0 if front or forms_of(region).masks else country_code_for_region(region)
    if not front and not code:
        return None
    for end in range(1, len(front) + 1):
        if int(front[:end]) in COUNTRY_CODE_TO_REGION_CODE and front[0] != "0":
            code = int(front[:end])
            region = COUNTRY_CODE_TO_REGION_CODE[code][0]
    if not code:
        return (front, "", 0, "")
    if str(code) == _CHINA:
        return None
    plan = PhoneMetadata.metadata_for_region(region, None)
    kinds = [] if plan is None else [kind for kind in (plan.fixed_line, plan.mobile) if kind is not None]
    lengths = {length for kind in kinds for length in kind.possible_length}
    return (front, str(code), lengths.pop() if len(lengths) == 1 else 0, (plan and plan.national_prefix) or "")


# What addresses say of themselves: `anna+shop@…`, `shop@anna.example`, `shop.k3f@` a relay. Kept for each list when
# it is loaded: the label as written, whose address it is, and the first row. Which labels name a service is decided
# when findings are computed (`findings/alias_origins`): what is kept here is never shown.

_MOST_OF_A_DOMAIN = 4
"""Addresses of one list at a domain, above which it is a firm's or a provider's and not one person's."""
_END = 9  # characters at the end of a domain by which those of relays are found
_SEVERAL = 5  # people who write a word as a tag, from which it is looked for before the @ as well


def _keep_labels(con: duckdb.DuckDBPyConnection, dataset: int, readings: Sequence[str]) -> int:
    """Fill `address_label` of a dataset; returns how many lines it has.

    readings: relations (row, position, raw) of its columns of addresses, each with what `read_column` has made of it.
    """
    table = service_names()
    relays = sorted({domain for domains in table.relays.values() for domain in domains})
    # How people would write the parties that are known by now.
    parties = con.execute(
        "SELECT unnest([id, name, name_en]) FROM party UNION SELECT alias FROM party_alias"
        " UNION SELECT holder FROM dataset"
    ).fetchall()
    written = {name for (one,) in parties if one and (name := name_in_addresses(one)) is not None}
    names = {*table.names, *written} - table.generic
    sources = {
        "cells": " UNION ALL ".join(f"SELECT row, raw FROM {name}" for name in readings),
        "odd": " UNION ALL ".join(f"SELECT row, raw FROM {name}_read" for name in readings),
        "person": text_key_sql(EMAIL_BASE, "person"),
    }

    def run(name: str, **bound: object) -> None:
        statement = _statement(name)
        for source, sql in sources.items():
            statement = statement.replace(f"{{{source}}}", sql)
        con.execute(statement, bound)

    def has(rows: str) -> bool:
        return con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchone() is not None

    endings = {domain[-_END:] for domain in relays}
    common = {domain[-_END:] for domain in table.providers if len(domain) >= _END} - endings
    run("load_label_cell", known=sorted(names), endings=sorted(endings), common=sorted(common))
    if has("load_label_cell"):
        groups = {group: list(table.relays[group]) for group in ("opaque", "below")}
        run("load_labels_tagged", dataset=dataset, names=list(table.relays["name"]), **groups)
        # Words that several people of this list write as a tag.
        rows = con.execute(
            "SELECT label FROM address_label WHERE dataset = $no AND regexp_full_match(label, '[a-z]{3,}')"
            " GROUP BY label HAVING count(DISTINCT person) >= $several ORDER BY label",
            {"no": dataset, "several": _SEVERAL},
        ).fetchall()
        words = {label for (label,) in rows} - names - table.generic
        if words:
            run("load_label_named", words=sorted(words))
        bound = {"relays": relays, "providers": list(table.providers), "most": _MOST_OF_A_DOMAIN}
        if has("load_label_cell WHERE NOT contains(raw, '+')"):
            run("load_labels_own", dataset=dataset, known=sorted(names | words), **bound)
    con.execute("DROP TABLE load_label_cell")
    return _number(con, "SELECT count(*) FROM address_label WHERE dataset = $no", {"no": dataset})
