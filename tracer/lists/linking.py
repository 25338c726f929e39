"""Rows to memberships: which identifiers a dataset holds, which rows they share, and why the others have none.

Works on scratch relations named `load_…` that `link_rows` makes and drops. All is set-based; the steps that few
datasets need (hotlines, aliases, several keys a row) run only where a count says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import duckdb

from tracer.case.key import derive
from tracer.case.registered import united
from tracer.case.schema import read_meta
from tracer.errors import TracerError
from tracer.identify.cell import sql_literal
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
from tracer.identify.normalise import KINDS, drop_reading, kind_of, read_column
from tracer.identify.number_forms import country, forms_of
from tracer.identify.phone import fold_sql
from tracer.identify.sealed import LONGEST_SEAL, PURPOSE, seal_column
from tracer.lists.keys_together import drop_keys, keys_of, read_keys
from tracer.lists.read.identifiers import SEALED_ROLES
from tracer.lists.read.landing import cells_of, in_pieces
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.words import column_named
from tracer.lists.row_countries import rows_of
from tracer.lists.shortfall import Shortfall, unread_columns
from tracer.resources import statements_beside

# The columns of a part whose cells are kept as keyed hashes alone, replaced before anything else is done with it.


def seal_part(con: duckdb.DuckDBPyConnection, part: PartRead) -> PartRead:
    """The part, with the numbers of people's documents and accounts in its raw table replaced by their hashes."""
    columns = [column for column in part.columns if column.role in SEALED_ROLES]
    if not columns:
        return part
    secret = derive(bytes.fromhex(read_meta(con, "root_secret")), PURPOSE)
    cells = cells_of(con, part.raw_table)
    for column in columns:
        seal_column(con, cells, column.position, column.role, column.variant or "", secret)
    return replace(part, longest_cell=part.longest_cell and max(part.longest_cell, LONGEST_SEAL))


# Masked numbers of a loaded list, each in one form: for statistics alone, they never link. Chinese mobile numbers
# have eleven characters, * for each hidden digit. All others begin with + and the country's code: `+1312***0175`
# where the country's numbers have one length and the mask shows it, `+4930…567` elsewhere, since so many stars do not
# say how many digits they hide. Codes and lengths are libphonenumber's; a number without a code is of the list's
# region.

_COLUMNS = ("fronts", "codes", "digits", "trunks")
_MOSTLY = 0.5
"""Share of masks in the common Chinese form from which a list's are Chinese, whatever one's own lists are."""
_CHINA = "86"
"""What is masked of its numbers is read as mobile numbers are, or not at all."""


def keep_masks(
    con: duckdb.DuckDBPyConnection, dataset: int, region: str, *, find_region: bool = False
) -> tuple[str, ...]:
    """Write the masks among the rejected cells (`load_bad`) of a dataset whose bare numbers are of `region`.

    `find_region`: no region was given, and masks show none: that of one's own lists counts, where they have one. Notes
    that it did.
    """
    home = region
    region = _of_own_lists(con, home) if find_region else home
    con.execute("CREATE OR REPLACE TEMP TABLE load_mask AS " + _statement("read_masks").format(folded=fold_sql("raw")))
    con.execute(_statement("load_masks"), {"dataset": dataset, "china": forms_of(region).masks})
    fronts = con.execute(
        "SELECT DISTINCT CASE WHEN plus THEN regexp_extract(substr(stars, 1, 3), '^[0-9]*') ELSE '' END"
        " FROM temp.load_mask WHERE NOT regexp_matches(stars, '^86')"
    ).fetchall()
    countries = [row for (front,) in fronts if (row := _country(str(front), region)) is not None]
    if countries:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE load_mask_country AS SELECT unnest($fronts::VARCHAR[]) AS front,"
            " unnest($codes::VARCHAR[]) AS code, unnest($digits::INTEGER[]) AS digits,"
            " unnest($trunks::VARCHAR[]) AS trunk",
            {name: list(column) for name, column in zip(_COLUMNS, zip(*countries, strict=True), strict=True)},
        )
        con.execute(_statement("load_masks_abroad"), {"dataset": dataset})
        con.execute("DROP TABLE temp.load_mask_country")
    con.execute("DROP TABLE temp.load_mask")
    if region == home:
        return ()
    read_as = f"{country(region).name} ({region})"
    return (f"masked numbers without a country code are read as those of {read_as}, as your own list's are; --region"
            " overrides",)  # fmt: skip


def _of_own_lists(con: duckdb.DuckDBPyConnection, home: str) -> str:
    own = con.execute("SELECT DISTINCT region FROM dataset WHERE current AND origin = 'own'").fetchall()
    if len(own) != 1 or own[0][0] is None:
        return home
    chinese = con.execute(
        "SELECT avg(CAST(regexp_full_match(raw, '1[3-9][0-9][*]{4}[0-9]{4}') AS DOUBLE)) FROM load_bad"
        " WHERE status = 'masked'"
    ).fetchone()
    return home if chinese is None or (chinese[0] or 0.0) > _MOSTLY else str(own[0][0])


@lru_cache(maxsize=1024)
def _country(front: str, region: str) -> tuple[str, str, int, str] | None:
    """What numbers that begin so are: (front, country code, digits of each national number or 0, trunk prefix); None
    where they have no line. `front`: the digits behind a plus, three at most; empty for a number without one."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata, country_code_for_region

    code = 0
    if not front:
        code = 0 if forms_of(region).masks else country_code_for_region(region)
        if not code:
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

MOST_OF_A_DOMAIN = 4
"""Addresses of one list at a domain, above which it is a firm's or a provider's and not one person's."""
_END = 9
"""Characters at the end of a domain by which those of relays are found."""
_SEVERAL = 5
"""People who write a word as a tag, from which it is looked for before the @ as well."""


def keep_labels(con: duckdb.DuckDBPyConnection, dataset: int, readings: Sequence[str]) -> int:
    """Fill `address_label` of a dataset; returns how many lines it has.

    readings: relations (row, position, raw) of its columns of addresses, each with what `read_column` has made of it.
    """
    if not readings:
        return 0
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

    endings = {domain[-_END:] for domain in relays}
    common = {domain[-_END:] for domain in table.providers if len(domain) >= _END} - endings
    run("load_label_cell", known=sorted(names), endings=sorted(endings), common=sorted(common))
    if _any(con, "load_label_cell"):
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
        bound = {"relays": relays, "providers": list(table.providers), "most": MOST_OF_A_DOMAIN}
        if _any(con, "load_label_cell WHERE NOT contains(raw, '+')"):
            run("load_labels_own", dataset=dataset, known=sorted(names | words), **bound)
    con.execute("DROP TABLE load_label_cell")
    return _number(con, "SELECT count(*) FROM address_label WHERE dataset = $no", {"no": dataset})


def _any(con: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return con.execute(f"SELECT 1 FROM {rows} LIMIT 1").fetchone() is not None


HOTLINE_NAMES = 20
"""An identifier with more distinct names than this in one dataset is a switchboard's, not a person's."""
SHARED_BY = 5
"""A device, car, account or document of more numbers and addresses than this in one dataset is not a person's."""
_statement = statements_beside(__file__)
_ROLES = tuple(kind.role for kind in KINDS)
_MANY = 16
"""Columns of one role that are read each by itself."""


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
    short: tuple[Shortfall, ...] = ()


def link_rows(
    con: duckdb.DuckDBPyConnection,
    dataset: int,
    parts: Sequence[tuple[PartRead, int]],
    region: str,
    *,
    find_region: bool = False,
) -> Linked:
    """Write membership, duplicate, contact_alias, address_label, reject and junk of a dataset.

    `parts`: as read, each with the dataset's row number of its first row; `find_region`: no region was given.
    """
    _drop(con)
    readings: list[str] = []
    # The columns that are read together, by the name of their relation: those of one role and region.
    found = {
        (column.role, _own(column, region)) for part, _ in parts for column in part.columns if column.role in _ROLES
    }
    said = _said_by_rows(con, parts, region) if find_region else {}
    found |= {("phone", code) for _, values in said.values() for code in values.values()}
    for name, (role, own) in {
        f"load_{role}" if own == region else f"load_{role}_{own.lower()}": (role, own)
        for role, own in sorted(found, key=lambda each: (_ROLES.index(each[0]), each[1] != region, each[1]))
    }.items():
        # SQL: (row, position, raw) of all filled cells of the columns with a role and numbers of a region.
        selects = []
        for part, first in parts:
            columns = _columns(part, (role,))
            positions = [column.position for column in columns if _own(column, region) == own]
            by_rows = [column.position for column in columns if (first, column.position) in said]
            for piece in in_pieces(con, part.raw_table, part.rows) if positions or by_rows else ():
                selects += _arms(piece, first, [at for at in positions if at not in by_rows])
                for at in by_rows:
                    selects += _arms(_rows_of(piece, *said[first, at], own, here=at in positions), first, [at])
        if not selects:
            continue
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {' UNION ALL '.join(selects)}")
        read_column(con, name, "raw", name, kind_of(role), own)
        readings.append(name)
    notes = (*read_keys(con, parts, region, readings), *_told_of_rows(parts, said))
    _make_views(con, readings, parts)
    linked = _link(con, {"dataset": dataset}, sum(part.rows for part, _ in parts), _several_a_row(con, readings, parts))
    if linked.masked:
        notes = (*notes, *keep_masks(con, dataset, region, find_region=find_region))
    short = unread_columns(con, parts, readings)
    addresses = [name for name in readings if name.startswith("load_email") and not name.startswith("load_email_hash")]
    labels = keep_labels(con, dataset, addresses)
    _drop(con, readings)
    return replace(linked, short=short, notes=notes, labels=labels)


_Said = dict[tuple[int, int], tuple[int, dict[str, str]]]
"""First row of a part and position of a column of numbers → the column that says the country, and its values'."""


def _said_by_rows(con: duckdb.DuckDBPyConnection, parts: Sequence[tuple[PartRead, int]], region: str) -> _Said:
    """The columns of numbers whose rows are of several countries, as another column says."""
    said = {
        (first, column.position): rows_of(con, part, column.position, _own(column, region))
        for part, first in parts
        for column in _columns(part, ("phone",))
    }
    return {place: (at, values) for place, (at, values) in said.items() if values}


def _rows_of(piece: str, at: int, values: dict[str, str], own: str, *, here: bool) -> str:
    """SQL: the rows of a piece that are of a country; `here`: whether it is that of all rows that say no other."""
    named = [value for value, code in values.items() if code == own]
    chosen = f"list_contains([{', '.join(map(sql_literal, named))}]::VARCHAR[], coalesce(c{at}, ''))"
    others = f"NOT list_contains([{', '.join(map(sql_literal, values))}]::VARCHAR[], coalesce(c{at}, ''))"
    return f"(SELECT * FROM {piece} WHERE {others if here else chosen})"


def _told_of_rows(parts: Sequence[tuple[PartRead, int]], said: _Said) -> tuple[str, ...]:
    columns = {first: part.columns for part, first in parts}
    return tuple(
        f"{column_named([column.header for column in columns[first]], position)}: read as numbers of the country that"
        f" {column_named([column.header for column in columns[first]], at)} names, where they fit"
        f" ({', '.join(sorted(set(values.values())))}); --region overrides"
        for (first, position), (at, values) in said.items()
    )


def _own(column: ColumnRole, region: str) -> str:
    """Whose numbers a column's are: of a region, or of a service."""
    return column.variant if column.role == "handle" and column.variant else column.region or region


def _link(con: duckdb.DuckDBPyConnection, bound: dict[str, int], rows: int, several: bool) -> Linked:
    _run(con, "load_keys")
    keys = _number(con, "SELECT count(*) FROM load_keys")
    con.execute(f"CREATE TEMP VIEW load_distinct AS {united(con, 'key, row', 'load_keys', keys)}")
    hotlines = _find_hotlines(con)
    _run(con, "load_membership", bound)
    if _number(con, "SELECT count(*) FROM load_keys WHERE n > 1"):
        _run(con, "load_duplicates", bound)
    con.execute("CREATE TEMP TABLE load_alias (key BIGINT, contact BIGINT)")
    if several:
        _find_aliases(con)
        con.execute("INSERT INTO contact_alias SELECT $dataset, key, contact FROM load_alias ORDER BY ALL", bound)
    # Make load_kept(row): rows that have a usable identifier and a cell that gives none.
    possible = several or hotlines > 0
    con.execute("CREATE TEMP TABLE load_kept (row BIGINT)")
    if possible:
        con.execute(
            "INSERT INTO load_kept SELECT DISTINCT row FROM load_link"
            " WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = load_link.key)"
            " AND (row IN (SELECT row FROM load_bad)"
            " OR row IN (SELECT row FROM load_link JOIN load_hotline USING (key)))"
        )
    _run(con, "load_rejects", bound)
    if hotlines:
        ends = {"further_base": FURTHER_BASE, "email_base": EMAIL_BASE}
        _run(con, "load_hotline_rejects", {**bound, **ends})
        _run(con, "load_hotline_junk", {**bound, **ends})
    if _number(con, "SELECT count(*) FROM load_bad WHERE status = 'junk'"):
        _run(con, "load_junk", bound)
    return _count(con, bound, rows, several)


def _columns(part: PartRead, roles: Sequence[str]) -> tuple[ColumnRole, ...]:
    return tuple(column for column in part.columns if column.role in roles)


def _arms(table: str, first: int, positions: Sequence[int]) -> list[str]:
    """SQL, each (row, position, raw) of the filled cells of some columns of (a piece of) a part.

    A column by itself is read fastest, but hundreds of them are planned for longer than they are read: beyond
    `_MANY` they are unfolded by one arm.
    """
    row = f"row + {first - 1} AS row"
    if len(positions) <= _MANY:
        return [
            f"SELECT {row}, {at}::INTEGER AS position, c{at} AS raw FROM {table} WHERE c{at} <> ''" for at in positions
        ]
    places, cells = ", ".join(map(str, positions)), ", ".join(f"c{at}" for at in positions)
    unfolded = f"SELECT {row}, unnest([{places}]::INTEGER[]) AS position, unnest([{cells}]) AS raw FROM {table}"
    return [f"SELECT row, position, raw FROM ({unfolded}) WHERE raw <> ''"]


def _names(parts: Sequence[tuple[PartRead, int]]) -> str:
    """SQL: (row, name) by which a row's contact is called: names, or organisations where no column has names."""
    selects = []
    for part, first in parts:
        names = _columns(part, ("name",))
        columns = [column for column in names if column.piece is None]
        if not columns and names:  # given and family name apart are one name, not two
            whole = ", ' ', ".join(f"trim(c{column.position})" for column in names)
            arms = [f"SELECT row + {first - 1} AS row, concat({whole}) AS raw FROM {part.raw_table}"]
        else:
            held = columns or _columns(part, ("organisation",))
            arms = _arms(part.raw_table, first, [column.position for column in held])
        selects += [f"SELECT row, lower(trim(raw)) AS name FROM ({arm}) WHERE trim(raw) <> ''" for arm in arms]
    return " UNION ALL ".join(selects) or _nothing("row BIGINT, name VARCHAR")


def _blank_rows(parts: Sequence[tuple[PartRead, int]]) -> str:
    """SQL: (row, reason) of rows whose identifying cells are all empty, or that have none."""
    selects = []
    for part, first in parts:
        columns = tuple(column for column in part.columns if column.role in _ROLES or column.part_of)
        empty = " AND ".join(f"coalesce(c{column.position}, '') = ''" for column in columns) or "true"
        reason = "empty" if columns else "no column with identifiers"
        selects.append(f"SELECT row + {first - 1} AS row, '{reason}' AS reason FROM {part.raw_table} WHERE {empty}")
    return " UNION ALL ".join(selects) or _nothing("row BIGINT, reason VARCHAR")


def _make_views(con: duckdb.DuckDBPyConnection, readings: Sequence[str], parts: Sequence[tuple[PartRead, int]]) -> None:
    """load_link and load_place: where keys are; load_bad: cells without one; load_cell, load_name, load_blank."""
    seen = {name: _number(con, f"SELECT count(*) FROM {name}_seen") for name in readings}
    plain = "row, position, key, false AS folded, false AS tagged"
    links = [
        united(con, plain, f"{name}_seen", seen[name], "key IS NOT NULL")
        + f" UNION ALL SELECT row, position, key, kind = 'email_folded', kind = 'email_tagged' FROM {name}_read"
        " WHERE key IS NOT NULL"
        for name in readings
    ]
    bad = [f"SELECT row, position, raw, status, reason FROM {name}_read WHERE key IS NULL" for name in readings]
    cells = [f"SELECT row, position, raw FROM {name}" for name in readings]
    for view, selects, columns in (
        ("link", links, "row BIGINT, position INTEGER, key BIGINT, folded BOOLEAN, tagged BOOLEAN"),
        ("bad", bad, "row BIGINT, position INTEGER, raw VARCHAR, status VARCHAR, reason VARCHAR"),
        ("cell", cells, "row BIGINT, position INTEGER, raw VARCHAR"),
    ):
        con.execute(f"CREATE TEMP VIEW load_{view} AS {' UNION ALL '.join(selects) or _nothing(columns)}")
    con.execute(f"CREATE TEMP VIEW load_name AS {_names(parts)}")
    con.execute(f"CREATE TEMP VIEW load_blank AS {_blank_rows(parts)}")


def _nothing(columns: str) -> str:
    """SQL of no rows with these columns, for files without a column that identifies."""
    typed = (column.split() for column in columns.split(", "))
    return f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in typed)} WHERE false"


def _several_a_row(
    con: duckdb.DuckDBPyConnection, readings: Sequence[str], parts: Sequence[tuple[PartRead, int]]
) -> bool:
    """Whether a row may have more than one key, or one next to a value that gives none: several columns, or values in a
    cell."""
    if any(len(_columns(part, _ROLES)) + len(keys_of(part)) > 1 for part, _ in parts):
        return True
    return any(
        con.execute(f"SELECT 1 FROM {name}_read GROUP BY row HAVING count(*) > 1 LIMIT 1").fetchone()
        for name in readings
    )


def _find_hotlines(con: duckdb.DuckDBPyConnection) -> int:
    """Make load_hotline(key, rows, names): identifiers of more than `HOTLINE_NAMES` names; returns their number."""
    bound = {
        "most": HOTLINE_NAMES, "few": SHARED_BY, "further_base": FURTHER_BASE, "email_base": EMAIL_BASE,
        "key_base": KEY_BASE, "hash_base": HASH_BASE,
    }  # fmt: skip
    frequent = "n > $most OR (n > $few AND key BETWEEN $base AND $end)"
    asked = {"most": HOTLINE_NAMES, "few": SHARED_BY, "base": FURTHER_BASE, "end": EMAIL_BASE - 1}
    if _number(con, f"SELECT count(*) FROM load_keys WHERE {frequent}", asked) == 0:
        con.execute("CREATE TEMP TABLE load_hotline (key BIGINT, rows BIGINT, names BIGINT)")
        return 0
    _run(con, "load_hotline", bound)
    return _number(con, "SELECT count(*) FROM load_hotline")


def _find_aliases(con: duckdb.DuckDBPyConnection) -> None:
    """Fill load_alias: keys that are not the strongest of their row, with the one that is, through all rows.

    A step leads to a key of lower rank or, within a rank, a smaller one, so that the steps end. An address without its
    tag comes before the tagged one: what is a tag in one row is one in all.
    """
    ranks = ", ".join(
        f"min(key) FILTER (NOT tagged AND {contact_rank_sql('key')} = {rank})" for rank in range(CONTACT_RANKS)
    )
    con.execute(
        "INSERT INTO load_alias WITH link AS ("
        " SELECT row, key, bool_or(tagged) AS tagged FROM load_link"
        " WHERE NOT EXISTS (SELECT 1 FROM load_hotline AS hotline WHERE hotline.key = load_link.key) GROUP BY row, key"
        f"), anchor AS (SELECT row, coalesce({ranks}, min(key)) AS contact FROM link GROUP BY row HAVING count(*) > 1)"
        " SELECT DISTINCT link.key, anchor.contact FROM link JOIN anchor USING (row) WHERE link.key <> anchor.contact"
    )
    while _number(con, "SELECT count(*) FROM load_alias WHERE contact IN (SELECT key FROM load_alias)") > 0:
        con.execute(
            "CREATE OR REPLACE TEMP TABLE load_alias AS"
            " SELECT DISTINCT near.key, coalesce(far.contact, near.contact) AS contact"
            " FROM load_alias AS near LEFT JOIN load_alias AS far ON far.key = near.contact"
        )


def _count(con: duckdb.DuckDBPyConnection, bound: dict[str, int], rows: int, several: bool) -> Linked:
    keys = _number(con, "SELECT count(*) FROM load_keys") - _number(con, "SELECT count(*) FROM load_hotline")
    folded = _number(con, "SELECT count(*) FROM load_keys WHERE folded")
    rejected = _number(con, "SELECT count(DISTINCT row) FROM reject WHERE dataset = $dataset AND NOT row_kept", bound)
    masked = _number(con, "SELECT count(DISTINCT row) FROM load_bad WHERE status = 'masked'")
    ends = {"first": HASH_BASE, "end": HASH_END}
    hashes = _number(con, "SELECT count(*) FROM load_keys WHERE key >= $first AND key < $end", ends)
    # Where no row has two keys, each line of load_link is a row, and the first row of each key is another.
    firsts, counted = keys, "count(*)"
    if several:
        firsts, counted = _number(con, _statement("load_first_rows")), "count(DISTINCT row)"
    accepted = _number(con, f"SELECT {counted} FROM load_link ANTI JOIN load_hotline USING (key)")
    if accepted + rejected != rows:
        raise TracerError(
            f"of {rows:,} rows {accepted:,} were accepted and {rejected:,} rejected: nothing was kept",
            remedy="report this fault with a file that shows it",
        )
    return Linked(
        identifiers=keys - folded,
        contacts=keys - _number(con, "SELECT count(DISTINCT key) FROM load_alias"),
        rejected=rejected,
        duplicates=accepted - firsts,
        junk=_number(con, "SELECT count(*) FROM junk WHERE dataset = $dataset", bound),
        hashes=hashes,
        masked=masked,
        seen=keys > 0 or masked > 0 or _number(con, "SELECT count(*) FROM load_hotline") > 0,
    )


def _number(con: duckdb.DuckDBPyConnection, query: str, bound: dict[str, int] | None = None) -> int:
    row = con.execute(query, bound or {}).fetchone()
    return 0 if row is None else int(row[0])


def _run(con: duckdb.DuckDBPyConnection, name: str, bound: dict[str, int] | None = None) -> None:
    con.execute(_statement(name), bound or {})


def _drop(con: duckdb.DuckDBPyConnection, readings: Sequence[str] = ()) -> None:
    names = dict.fromkeys((*(f"load_{role}" for role in _ROLES), *readings))
    for view in (*(f"load_{view}" for view in ("link", "bad", "cell", "name", "blank", "distinct")), *names):
        con.execute(f"DROP VIEW IF EXISTS temp.{view}")
    for table in ("keys", "hotline", "alias", "kept"):
        con.execute(f"DROP TABLE IF EXISTS temp.load_{table}")
    for name in names:
        drop_reading(con, name)
    drop_keys(con)
