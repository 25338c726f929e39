"""Names next to masked numbers: which rows agree with a persona, and which are a released list's own contacts.

A name agrees in clear or as lists mask it: 张*, 张某, 张先生, *三, J*** S****, J. Smith, the surname or the given name
alone. How long a mask is says nothing: rows of all lengths agree, which makes chance larger, never smaller.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from tracer.findings.sightings.statements import statement

_TITLES = ("先生", "女士", "小姐", "总", "经理", "老师")
ENDING_SQL = "CASE WHEN contains(mask, '…') THEN regexp_extract(mask, '[0-9*]{0,4}$') ELSE right(mask, 4) END"
"""The last characters of the column `mask`, four at most, as far as nothing uncertain lies before them."""
_MOBILE, _MOBILE_END = 86_130_0000_0000, 86_199_9999_9999
"""Keys of Chinese mobile numbers."""
_LONGEST = 15
"""Digits of a number with its country's code."""


@dataclass(frozen=True)
class MaskedRows:
    """Contacts of a released list next to those of a masked one."""

    contacts: int
    """Contacts of the released list with a number and a name."""
    shown: int
    """Those of which the masked list has the mask with the name."""
    expected: float


@contextmanager
def named_masks(con: duckdb.DuckDBPyConnection, dataset: int) -> Iterator[bool]:
    """While it lasts, masked_row(row, mask, role, text) holds the masks of a dataset with what is written next to them;
    whether there is such a column."""
    con.execute("CREATE OR REPLACE TEMP TABLE masked_row (row BIGINT, mask VARCHAR, role VARCHAR, text VARCHAR)")
    try:
        cells = _cells(con, dataset)
        for table, first_row, role, text in cells:
            con.execute(
                f"INSERT INTO temp.masked_row SELECT m.row, m.mask, '{role}', {_folded(text)} FROM {table} AS r"
                " JOIN mask AS m ON m.dataset = $dataset AND m.row = r.row + $first_row - 1",
                {"dataset": dataset, "first_row": first_row},
            )
        yield bool(cells)
    finally:
        con.execute("DROP TABLE temp.masked_row")


def agreeing_masks(con: duckdb.DuckDBPyConnection, personas: Sequence[tuple[int, str, str]]) -> None:
    """Make agreeing_mask(canary, mask): masks whose rows agree with (canary, role, text); needs `named_masks`."""
    con.execute("CREATE OR REPLACE TEMP TABLE persona (id INTEGER, role VARCHAR, text VARCHAR)")
    con.execute(
        "INSERT INTO temp.persona SELECT unnest($ids::INTEGER[]), unnest($roles::VARCHAR[]), unnest($texts::VARCHAR[])",
        {
            "ids": [no for no, _, _ in personas], "roles": [role for _, role, _ in personas],
            "texts": [text for _, _, text in personas],
        },
    )  # fmt: skip
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE name_form AS SELECT id, role, unnest({_forms('w')}) AS form"
        f" FROM (SELECT id, role, {_words('text')} AS w FROM temp.persona WHERE role = 'name')"
        f" UNION ALL SELECT id, role, {_folded('text')} FROM temp.persona WHERE role <> 'name'"
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE agreeing_mask AS {statement('agreeing_mask')}")
    con.execute("DROP TABLE temp.name_form")
    con.execute("DROP TABLE temp.persona")


def rows_in_common(con: duckdb.DuckDBPyConnection, source: int, kinds: Mapping[str, float]) -> MaskedRows:
    """The contacts of a released list (its number) by mask and name; needs `named_masks`. `kinds`: of the masks, each
    with the endings that it can have."""
    con.execute("CREATE OR REPLACE TEMP TABLE source_row (key BIGINT, form VARCHAR)")
    for table, first_row, role, text in _cells(con, source):
        if role == "name":
            con.execute(
                f"INSERT INTO temp.source_row SELECT key, unnest({_forms('w')}) FROM ("
                f"SELECT m.key, {_words(text)} AS w FROM {table} AS r"
                " JOIN membership AS m ON m.dataset = $source AND m.row = r.row + $first_row - 1"
                " WHERE m.key BETWEEN 1 AND $end"
                " AND NOT EXISTS (SELECT 1 FROM canary AS c WHERE c.phone = m.key))",
                {"source": source, "first_row": first_row, "end": 10**_LONGEST},
            )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE mask_kind AS"
        " SELECT unnest($kinds::VARCHAR[]) AS kind, unnest($rooms::DOUBLE[]) AS room",
        {"kinds": list(kinds), "rooms": list(kinds.values())},
    )
    text = statement("masked_rows_in_common").format(mask=_behind_sql("k.kind", "s.key"), ending=ENDING_SQL)
    row = con.execute(text).fetchone()
    con.execute("DROP TABLE temp.mask_kind")
    con.execute("DROP TABLE temp.source_row")
    return MaskedRows(0, 0, 0.0) if row is None else MaskedRows(int(row[0]), int(row[1]), float(row[2]))


def _behind_sql(kind: str, key: str) -> str:
    """SQL: the number `key` behind a kind of mask; NULL where that is none of such a number."""
    digits = f"{key}::VARCHAR"
    starred = " || ".join(
        f"CASE substr({kind}, {at}, 1) WHEN '9' THEN substr(n.digits, {at} + n.before, 1)"
        f" ELSE substr({kind}, {at}, 1) END"
        for at in range(1, _LONGEST + 2)
    )
    return (
        f"(SELECT CASE WHEN contains({kind}, '…') THEN CASE WHEN length({kind}) - 2 < length(n.digits)"
        f" THEN '+' || left(n.digits, n.head) || '…' || right(n.digits, n.tail) END"
        f" WHEN length({kind}) = length(n.digits) - n.before"
        f" AND (n.abroad OR {key} BETWEEN {_MOBILE} AND {_MOBILE_END})"
        f" THEN {starred} END"
        f" FROM (SELECT {digits} AS digits, starts_with({kind}, '+') AS abroad,"
        f" CASE WHEN starts_with({kind}, '+') THEN -1 ELSE 2 END AS before,"
        f" strpos({kind}, '…') - 2 AS head, length({kind}) - strpos({kind}, '…') AS tail) AS n)"
    )


def _cells(con: duckdb.DuckDBPyConnection, dataset: int) -> list[tuple[str, int, str, str]]:
    """(table, first row, role, SQL of the text) of a dataset's names and firms; parts of a name are joined."""
    parts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    found = []
    for table, first_row, position, role, piece in con.execute(
        statement("name_columns"), {"dataset": dataset}
    ).fetchall():
        if piece in ("given_name", "family_name"):
            parts[table, first_row].setdefault(piece, position)
        elif piece is None and role in ("name", "organisation"):
            found.append((table, first_row, role, f"r.c{position}"))
    for (table, first_row), pieces in sorted(parts.items()):
        names = [f"coalesce(r.c{pieces[piece]}, '')" for piece in ("given_name", "family_name") if piece in pieces]
        found.append((table, first_row, "name", " || ' ' || ".join(names)))
    return found


def _folded(text: str) -> str:
    """SQL: without case, white space and points, each run of hidden letters as one star."""
    plain = f"regexp_replace(translate(lower({text}), '＊●○×•某', '******'), '[\\s,，.]+', '', 'g')"
    return f"regexp_replace({plain}, '\\*+', '*', 'g')"


def _words(text: str) -> str:
    """SQL: a list of the words of a name, in small letters."""
    return f"list_filter(string_split_regex(lower(trim({text})), '[\\s,，.]+'), lambda word: word <> '')"


def _forms(w: str) -> str:
    """SQL: a list of the forms in which the name of the words `w` (a column) is written, folded, each once."""
    one = [f"{w}[1]", f"{w}[1][1] || '*'", f"{w}[1][1]", f"'*' || {w}[1][2:]", f"'*' || {w}[1][-1:]"]
    one += [f"{w}[1][1] || '*' || {w}[1][-1:]", *(f"{w}[1][1] || '{title}'" for title in _TITLES)]
    first, last = ([f"{w}[{at}]", f"{w}[{at}][1] || '*'", f"{w}[{at}][1]"] for at in (1, -1))
    many = [*(f"{a} || {b}" for a in first for b in last), *(f"{b} || {a}" for a in first for b in last), *first, *last]
    return (
        f"list_distinct(CASE len({w}) WHEN 0 THEN []::VARCHAR[] WHEN 1 THEN [{', '.join(one)}]"
        f" ELSE [{', '.join(many)}] END)"
    )
