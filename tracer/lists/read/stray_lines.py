"""Lines unlike the table that they are in: each decides for itself, and gives the numbers and addresses that it holds.

Chats, notes between rows, several tables one after another, rows with other separators: a text is read as the table
that most of its lines are, and a line that has its number elsewhere would be lost. Where there are such lines, what
they hold is put into columns of its own, and rows of headings further down are taken for what they are. A table whose
rows are all alike is left as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import zip_longest

import duckdb
import pyarrow as pa

from tracer.case.store import registered_tables
from tracer.identify.number_forms import forms_of
from tracer.identify.phone import candidates, numbers_in_text
from tracer.lists.read import cells
from tracer.lists.read.delimited import separate
from tracer.lists.read.landing import SourceReading, create_table, drop_raw, identifies, sample_columns, scratch_name
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.region import looks_like_number, with_regions
from tracer.lists.read.words import is_never_ours, names_a_column, role_of_heading
from tracer.resources import sql_next_to

# Reads text that is not a table: each number or address found in it becomes a row, with its line.

_SPREAD = sql_next_to(__file__)("spread_numbers")
_WITHIN_TEXT = (
    r"(?i)((?:\b(?:pass(?:word|wd|wort|code)|pwd|kennwort|contrase[ñn]a|senha|mot de passe)|parola|şifre|пароль|密码"
    r"|密碼|口令|パスワード|비밀번호)[\"']?[ \t]*(?:[:：=]|是|为|->|=>)[ \t]*)\S+"
)
"""What is written as a password within a sentence."""
EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"


_SET_WORDS = 3  # words of a sentence that a table would have in a column each, the same in every row


def has_colons(text: str) -> bool:
    """Whether colons part the addresses of most lines from what else is in them: tables have others between cells."""
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    parted = sum(":" in line and "@" in line for line in lines)
    return 2 * parted > len(lines) and separate(text).delimiter in ("", " ")


def is_prose(text: str, region: str) -> bool:
    """Whether a text is neither a table nor one value a line: its lines hold words around the numbers."""
    delimiter = separate(text).delimiter
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    if delimiter not in ("", "，", ",", ";", " ") or not lines:
        return False
    if delimiter == "":
        values = sum(
            cells.is_phone(line, region)
            or looks_like_number(line)
            or (cells.is_email(line) and ":" not in line)  # a colon parts an address from what else the line holds
            or cells.is_hash(line)
            for line in lines
        )
        return values * 2 < len(lines) - 1 and any(c.isdigit() or c == "@" for line in lines for c in line)
    if delimiter == " ":
        # One sentence with other names and numbers in it: several words are the same in most lines.
        words = zip_longest(*(line.casefold().split(" ") for line in lines), fillvalue="")
        commonest = (Counter(column).most_common(1)[0] for column in words)
        same = sum(word.strip(".,;:()").isalpha() and 2 * n > len(lines) for word, n in commonest)
        return has_colons(text) or same >= _SET_WORDS
    # Commas also divide sentences: in a table some cell of most lines is a value by itself.
    pieces = [line.split(delimiter) for line in lines]
    telling = sum(any(identifies(cell.strip('" '), region) for cell in row) for row in pieces)
    # A number that touches words on both sides is one all the same, however even the lines are.
    within = sum(next(candidates(line), None) is not None for line in lines)
    return telling * 4 < len(lines) and (len({len(row) for row in pieces}) > 1 or within * 2 >= len(lines))


def spread_numbers(reading: SourceReading, lines: PartRead) -> PartRead:
    """One row for each number or address of each line: columns phone, e-mail, line. Lines without either stay, once.

    `lines`: a part with the line in `c0`; its table is dropped.
    """
    con, table = reading.con, reading.namer()
    phone = _country(reading, lines, [0])
    region = phone.region or next(iter(phone.doubt), reading.options.region)
    text = _SPREAD.replace("{source}", lines.raw_table)
    bound = {"secret": _WITHIN_TEXT}
    with ExitStack() as stack:
        if forms_of(region).by_rule:
            tokens, bound["pattern"] = "regexp_extract_all(c0, $pattern)", f"({EMAIL})|(?:{forms_of(region).prose})"
        else:
            numbers = stack.enter_context(_found(con, f"SELECT c0 FROM {lines.raw_table}", region)).format(text="c0")
            tokens, bound["email"] = f"list_concat(regexp_extract_all(c0, $email), {numbers})", EMAIL
        con.execute(f"{create_table(table)} AS {text.replace('{tokens}', tokens)}", bound)
    drop_raw(con, lines.raw_table)
    (rows,) = con.execute(f"SELECT count(*) FROM {table}").fetchall()[0]
    account = lines.account and replace(lines.account, rows=rows, further=rows - lines.rows)
    part = replace(lines, format="txt", delimiter=None, header=("", "", ""), header_row=None)
    columns = (phone, ColumnRole(1, "", "email", "content"), ColumnRole(2, "", "other", "content"))
    return replace(part, rows=rows, account=account, raw_table=table, columns=columns)


def _country(reading: SourceReading, part: PartRead, open_: Sequence[int]) -> ColumnRole:
    """A column, as the first, of the numbers amid the text of some columns: of the country that they and it speak for,
    where none was given."""
    phone = ColumnRole(0, "", "phone", "content")
    if not reading.options.find_region:
        return phone
    sample = sample_columns(reading.con, part.raw_table, part.rows, len(part.header))
    texts = [cell for at in open_ for cell in sample[at]]
    numbers = [number for text in texts for number in candidates(text)]
    words = [word for text in texts for word in re.findall(r"[^\W\d_]{3,}", text)]
    roles = (phone, ColumnRole(1, "", "other", "content"))
    cells = list(dict.fromkeys((*texts[:_SIGNS], *words)))
    return with_regions(roles, ("", ""), [numbers, cells], reading.options, reading.source.where)[0]


_SIGNS = 60  # lines that are looked through for signs of a country as a whole; their words are as well
_BATCH = 50_000


@contextmanager
def _found(con: duckdb.DuckDBPyConnection, texts: str, region: str) -> Iterator[str]:
    """SQL, with `{text}` for a text: the list of the numbers in it, of those that `texts` selects; bare ones are of
    `region`. Only distinct texts with digits enough go through Python."""
    found = scratch_name("found")
    con.execute(f"CREATE TEMP TABLE {found} (line VARCHAR, numbers VARCHAR[])")
    many = con.execute(
        "SELECT DISTINCT line FROM (" + texts + ") AS texts(line)"
        " WHERE regexp_matches(line, '([0-9][^0-9]{0,3}){7}') ORDER BY line"
    ).to_arrow_table()["line"]
    for start in range(0, len(many), _BATCH):
        piece = many.slice(start, _BATCH)
        numbers = [numbers_in_text(line, region) for line in piece.to_pylist()]
        held = pa.table({"line": piece, "numbers": pa.array(numbers, pa.list_(pa.string()))})
        with registered_tables(con, lines_now=held):
            con.execute(f"INSERT INTO {found} SELECT * FROM lines_now")
    try:
        yield f"coalesce((SELECT numbers FROM {found} WHERE line = {{text}}), [])"
    finally:
        con.execute(f"DROP TABLE {found}")


LEAST, SHARE = 3, 0.02
"""Lines with a number elsewhere, and their share of the rows, from which they are read."""
_STRAYS = sql_next_to(__file__)("stray_lines")
_BY_PATTERN = "regexp_extract_all(regexp_replace(open, $email || '|[0-9]{16,}', ' ', 'g'), $number)"
"""SQL: numbers amid the text of a row's open columns, by a country's rules."""
_NAMED = r"(?:[0-9][^0-9A-Za-z@]{0,2}){7}|@|\*{3}|[0-9a-fA-F]{16}"
"""What a line that is like the table has in a column of numbers, addresses or hashes, right or wrong."""
_SAMPLED, _FEWER = 20_000, 0.01
"""Rows from which every so many are looked at first, and the share of stray ones among them from which all are."""
_SPLIT = re.compile(r"[\n,;|\t，、]")
_CLOSED = ("other", "id", "date", "created", "deleted", "secret", "site")
"""Roles of headings under which a number is a remark, or not a telephone's."""
_HEADINGS = 2_000  # kinds of rows without a digit that are looked through for headings


def with_strays(reading: SourceReading, part: PartRead) -> PartRead:
    """The part, with what its stray lines hold; the part itself where it has too few of them."""
    con, width = reading.con, len(part.header)
    open_ = [column.position for column in part.columns if _is_open(column)]
    if not part.rows or not open_ or any(column.how in ("map", "key") for column in part.columns):
        return part
    table, named = reading.namer(), _joined_columns([column.position for column in part.columns if column.identifies])
    phone = next((one for one in part.columns if one.role == "phone" and one.region), None)
    text = _STRAYS.replace("{named}", named).replace("{open}", _joined_columns(open_))
    prose = forms_of((phone and phone.region) or reading.options.region).prose
    bound = {"email": EMAIL, "number": prose, "named": _NAMED}

    def strays_of(rows: str) -> int:
        """How many rows of a relation are stray and hold something."""
        found = text.replace("{source}", rows).replace("{numbers}", _BY_PATTERN)
        counted = f"SELECT count(*) FROM ({found}) WHERE phone IS NOT NULL OR email IS NOT NULL"
        return int(con.execute(counted, bound).fetchall()[0][0])

    if part.rows > _SAMPLED:
        every = part.rows // (_SAMPLED // 10)
        some = strays_of(f"(SELECT * FROM {part.raw_table} WHERE row % {every} = 0)")
        if some < _FEWER * part.rows / every:
            return part
    strays = strays_of(part.raw_table)
    if strays < max(LEAST, SHARE * part.rows):
        return part
    headings = _heading_rows(reading, part)
    phone = replace(phone or _country(reading, part, open_), position=width, header="", how="line", piece=None)
    with ExitStack() as stack:
        region, numbers = phone.region or next(iter(phone.doubt), reading.options.region), _BY_PATTERN
        if not forms_of(region).by_rule:
            stray = (
                f"SELECT {_joined_columns(open_)} FROM {part.raw_table} WHERE NOT regexp_matches({named}, '{_NAMED}')"
            )
            numbers = stack.enter_context(_found(con, stray, region)).format(text="open")
            del bound["number"]
        found = text.replace("{source}", part.raw_table).replace("{numbers}", numbers)
        con.execute(
            f"{create_table(table)} AS SELECT row_number() OVER (ORDER BY row) AS row,"
            f" {', '.join(f'c{i}' for i in range(width))}, phone AS c{width}, email AS c{width + 1}"
            f" FROM ({found}) WHERE NOT list_contains($headings::BIGINT[], row) ORDER BY row",
            {**bound, "headings": headings},
        )
    drop_raw(con, part.raw_table)
    reading.note(
        f"{strays:,} lines are unlike the table; the numbers and addresses in them are read too"
        + (f", and {len(headings):,} rows of headings among them count as such" if headings else "")
    )
    rows = part.rows - len(headings)
    account = part.account and replace(part.account, rows=rows, header=part.account.header + len(headings))
    columns = (*part.columns, phone, ColumnRole(width + 1, "", "email", "line"))
    header = (*part.header, "", "")
    return replace(part, raw_table=table, rows=rows, account=account, header=header, columns=columns)


def _is_open(column: ColumnRole) -> bool:
    """Whether a number in this column may be one of a line that is unlike the table."""
    if not column.header or column.how == "content":
        return not column.header or not is_never_ours(column.header)
    return column.role not in _CLOSED and role_of_heading(column.header) not in ("other",)


def _joined_columns(positions: Sequence[int]) -> str:
    """SQL: the cells of some columns as one text."""
    cells = ", ".join(f"c{at}" for at in positions)
    return f"concat_ws(chr(31), {cells})" if positions else "''"


def _heading_rows(reading: SourceReading, part: PartRead) -> list[int]:
    """The rows below the first that are made of heading words alone, two of them at least."""
    places = range(len(part.header))
    rows = reading.con.execute(
        f"SELECT list(row ORDER BY row), {', '.join(f'c{i}' for i in places)} FROM {part.raw_table}"
        f" WHERE NOT regexp_matches({_joined_columns(places)}, '[0-9@]') GROUP BY ALL ORDER BY min(row)"
        f" LIMIT {_HEADINGS}"
    ).fetchall()
    found = list[int]()
    for at, *filled in rows:
        text = "\n".join(cell for cell in filled if cell)
        pieces = [unicodedata.normalize("NFKC", piece) for piece in _SPLIT.split(text) if piece.strip()]
        if len(pieces) > 1 and all(names_a_column(piece.strip()) for piece in pieces):
            found += at
    return sorted(found)
