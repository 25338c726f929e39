"""Reads text that is not a table: each number or address found in it becomes a row, with its line."""

from __future__ import annotations

import re
from dataclasses import replace

from tracer.identify.number_forms import forms_of
from tracer.lists.read import cells
from tracer.lists.read.dialect import separate
from tracer.lists.read.landing import drop_raw
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.number_plan import looks_like_number
from tracer.lists.read.reading import SourceReading
from tracer.resources import statements_beside

_SPREAD = statements_beside(__file__)("spread_numbers")
_WITHIN_TEXT = (
    r"(?i)((?:\b(?:pass(?:word|wd|wort|code)|pwd|kennwort|contrase[ñn]a|senha|mot de passe)|parola|şifre|пароль|密码"
    r"|密碼|口令|パスワード|비밀번호)[\"']?[ \t]*(?:[:：=]|是|为|->|=>)[ \t]*)\S+"
)
"""What is written as a password within a sentence."""
EMAIL = r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"


def has_colons(text: str) -> bool:
    """Whether colons part the addresses of most lines from what else is in them: tables have others between cells."""
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    parted = sum(":" in line and "@" in line for line in lines)
    return 2 * parted > len(lines) and separate(text).delimiter in ("", " ")


def is_prose(text: str, region: str) -> bool:
    """Whether a text is neither a table nor one value a line: its lines hold words around the numbers."""
    separation = separate(text)
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    if separation.delimiter not in ("", "，", ",", " ") or not lines:
        return False
    whole = sum(
        1
        for line in lines
        if cells.is_phone(line, region)
        or looks_like_number(line)
        or (cells.is_email(line) and ":" not in line)  # a colon parts an address from what else the line holds
        or cells.is_hash(line)
    )
    if separation.delimiter == "":
        return whole * 2 < len(lines) - 1 and any(c.isdigit() or c == "@" for line in lines for c in line)
    if separation.delimiter == " ":
        return has_colons(text)
    # Commas also divide sentences: in a table some cell of most lines is a value by itself.
    pieces = [line.split(separation.delimiter) for line in lines]
    telling = sum(
        1 for row in pieces if any(cells.is_phone(c, region) or cells.is_email(c) or cells.is_hash(c) for c in row)
    )
    widths = {len(row) for row in pieces}
    # A number that touches words on both sides is one all the same, however even the lines are.
    within = sum(1 for line in lines if re.search(forms_of(region).prose, line))
    return telling * 4 < len(lines) and (len(widths) > 1 or within * 2 >= len(lines))


def spread_numbers(reading: SourceReading, lines: PartRead) -> PartRead:
    """One row for each number or address of each line: columns phone, e-mail, line. Lines without either stay, once.

    `lines`: a part with the line in `c0`; its table is dropped.
    """
    con, table = reading.con, reading.namer()
    kind = "TEMP TABLE" if table.startswith("temp.") else "TABLE"
    pattern = f"({EMAIL})|(?:{forms_of(reading.options.region).prose})"
    con.execute(
        f"CREATE {kind} {table} AS {_SPREAD.replace('{source}', lines.raw_table)}",
        {"pattern": pattern, "secret": _WITHIN_TEXT},
    )
    drop_raw(con, lines.raw_table)
    counted = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    roles = ("phone", "email", "other")
    rows = counted[0] if counted is not None else 0
    account = lines.account and replace(lines.account, rows=rows, further=rows - lines.rows)
    return replace(
        lines,
        format="txt",
        delimiter=None,
        header=("", "", ""),
        header_row=None,
        rows=rows,
        account=account,
        raw_table=table,
        columns=tuple(ColumnRole(i, "", role, "content") for i, role in enumerate(roles)),
    )
