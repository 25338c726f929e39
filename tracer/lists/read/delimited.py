"""Reads delimited text into a raw table: by DuckDB's parser at full speed, by our own where DuckDB's cannot.

A failed statement aborts the caller's transaction, so whatever may fail (a text with quotes) is tried first on a
second connection. Ragged rows: short ones are padded; when some are too long the table gets as many columns as the
longest needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import duckdb

from tracer.errors import InputRefused
from tracer.lists.read.dialect import LONE, Separation, records, separate
from tracer.lists.read.encoding import Encoding, public_name
from tracer.lists.read.header import HeaderPlan, find_header
from tracer.lists.read.landing import TableNamer, land_batches, refuse_width, scratch_name
from tracer.lists.read.model import Dialect, Limits, PartRead, ReadOptions
from tracer.lists.read.repair import batches, parse_rows
from tracer.lists.read.roles import assign_roles, sample_columns
from tracer.lists.read.source import Source
from tracer.lists.read.text import Decoded, TextFacts, find_encoding, piped, scan, text_head, utf8_breaks

_MAX_LINE = 16_000_000  # bytes of one record; DuckDB's own limit of 2 MB is below what a remark column can hold
_PAD = -2
_CHECKED = 40  # first rows compared with Python's reading of them


@dataclass(frozen=True)
class _Job:
    """One text to be landed."""

    con: duckdb.DuckDBPyConnection
    source: Source
    encoding: Encoding
    strict: bool
    facts: TextFacts
    separation: Separation
    plan: HeaderPlan
    head: list[list[str]]
    table: str
    limits: Limits
    options: ReadOptions


@dataclass(frozen=True)
class Landed:
    """A landed text."""

    rows: int
    width: int
    plan: HeaderPlan
    replaced: int
    """Undecodable bytes that were replaced."""
    repaired: bool
    """Whether DuckDB's parser could not be used."""


def read_delimited(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    options: ReadOptions,
    namer: TableNamer,
    limits: Limits,
    notes: list[str],
    format_hint: str | None = None,
    *,
    lines: bool = False,
) -> PartRead:
    """Reads a delimited text (or one column of lines) as one part.

    `format_hint`: the format's name where the separator does not tell (`txt`); `lines`: one column, without a header,
    whatever separators stand in it. Appends to `notes` what was replaced.
    Raises InputRefused for a text that does not decode, and for too many columns.
    """
    encoding = find_encoding(source, options.encoding)
    facts = scan(source)
    if (
        options.encoding is None
        and encoding.name == "utf-8"
        and encoding.certain
        and utf8_is_doubtful(source, encoding)
    ):
        encoding = replace(encoding, certain=False)
    text, whole = text_head(source, encoding)
    if lines:
        separation, facts, options = (
            Separation("", "", "none", 1),
            replace(facts, quotes=False),
            replace(options, has_header=False),
        )
    else:
        separation = separate(text)
    head = records(text[: 1 << 18], separation.delimiter, _quote(separation, facts))
    if not whole and len(head) > 1:
        head.pop()
    width = max((len(row) for row in head), default=1)
    plan = find_header(head, width, options.region, options.has_header)
    table = namer()
    job = _Job(
        con, source, encoding, options.encoding is not None, facts, separation, plan, head, table, limits, options
    )
    landed = land(job, max(width, 1))
    _note(landed, encoding, source, notes)
    header = landed.plan.names + ("",) * (landed.width - len(landed.plan.names))
    sample = sample_columns(con, table, landed.rows, landed.width)
    delimiter = separation.delimiter
    return PartRead(
        member=source.member,
        sheet=None,
        hidden=False,
        format=format_hint or ("tsv" if delimiter == "\t" else "csv"),
        encoding=public_name(encoding.name),
        delimiter=delimiter or None,
        header=header,
        header_row=landed.plan.skip if landed.plan.depth else None,
        rows=landed.rows,
        raw_table=table,
        columns=assign_roles(header, sample, options, source.where),
        dialect=Dialect(
            delimiter=delimiter,
            quote=separation.quote if separation.quoting != "none" else "",
            quoting=separation.quoting,
            newline=_newline(text),
            encoding=encoding.name,
            bom=encoding.bom > 0,
            trailing_newline=facts.ends_with_newline,
            preamble=landed.plan.preamble,
            header_rows=landed.plan.depth,
        ),
    )


def _quote(separation: Separation, facts: TextFacts) -> str:
    """The quote character to parse by; none where the text has none, which is fastest and cannot go wrong."""
    return separation.quote if facts.quotes or separation.quote == "'" else ""


def utf8_is_doubtful(source: Source, encoding: Encoding) -> bool:
    """Whether bytes behind the sample are not UTF-8. Files that DuckDB reads itself are judged by its own check."""
    return source.path is None and encoding.bom == 0 and utf8_breaks(source)


def _newline(text: str) -> str:
    for index, char in enumerate(text):
        if char == "\n":
            return "\n"
        if char == "\r":
            return "\r\n" if text[index + 1 : index + 2] == "\n" else "\r"
    return "\n"


def _note(landed: Landed, encoding: Encoding, source: Source, notes: list[str]) -> None:
    if landed.replaced:
        notes.append(
            f"{source.where}: {landed.replaced:,} places are not {public_name(encoding.name)}"
            " and were replaced by U+FFFD"
        )
    if landed.repaired:
        notes.append(f"{source.where}: irregular quotes or line ends; read by the tolerant parser")


def land(job: _Job, width: int) -> Landed:
    """Lands the text; see the module. Raises InputRefused when too much of it cannot be decoded."""
    quote = _quote(job.separation, job.facts)
    pad = True
    if quote:
        tried = _rehearse(job, width, quote)
        if tried is None:
            return _repair(job)
        width, pad = tried
    for _ in range(3):  # once; again when rows are longer than the sample's; again when the bytes are not UTF-8
        refuse_width(width, job.limits, job.source.where)
        outcome = _by_duckdb(job, width, quote, pad=pad)
        if isinstance(outcome, Landed):
            return outcome
        job.con.execute(f"DROP TABLE IF EXISTS {job.table}")
        if outcome is None:
            return _repair(job)
        if outcome == 0:
            if job.strict:
                _raise_undecodable(job)
            job = replace(job, encoding=replace(job.encoding, certain=False))
        else:
            width = outcome
    return _repair(job)


def _raise_undecodable(job: _Job) -> None:
    for _ in Decoded(job.source, job.encoding, strict=True):
        pass


@contextmanager
def _input(job: _Job, quote: str) -> Iterator[tuple[str, Decoded | None]]:
    """The path DuckDB reads from: the file itself where it is UTF-8 with plain line ends, else a pipe."""
    plain = job.encoding.name == "utf-8" and job.encoding.certain and job.source.path is not None
    if plain and (quote or not job.facts.returns):
        with job.source.open() as stream:
            yield f"/dev/fd/{stream.fileno()}", None
        return
    decoded = Decoded(job.source, job.encoding, strict=job.strict)
    with piped(decoded, fold_returns=not quote) as path:
        yield path, decoded


def _csv(job: _Job, path: str, width: int, quote: str, *, pad: bool, rejects: str) -> str:
    """The read_csv call. Everything pasted in is made by us: a descriptor's number, a known separator, our column
    names.
    """
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    literal = quote.replace("'", "''")
    return (
        f"read_csv('{path}', auto_detect = false, header = false, skip = {job.plan.skip}, all_varchar = true, "
        f"delim = '{job.separation.delimiter or LONE}', quote = '{literal}', escape = '{literal}', comment = '', "
        f"columns = {{{columns}}}, null_padding = {str(pad).lower()}, parallel = {str(not (pad and quote)).lower()}, "
        f"strict_mode = true, store_rejects = true, "
        f"rejects_table = '{rejects}_errors', rejects_scan = '{rejects}_scans', "
        f"max_line_size = {_MAX_LINE})"
    )


def _rejected_width(con: duckdb.DuckDBPyConnection, rejects: str, job: _Job, quote: str) -> int | None:
    """What the rejects ask for: -1 nothing, `_PAD` padding, 0 another decoding, n columns, None our own parser. Drops
    the reject tables.
    """
    kinds = dict(con.execute(f"SELECT error_type::VARCHAR, count(*) FROM {rejects}_errors GROUP BY 1").fetchall())
    answer: int | None = -1
    if "INVALID ENCODING" in kinds:
        answer = 0
    elif set(kinds) - {"TOO MANY COLUMNS", "MISSING COLUMNS"}:
        answer = None
    elif "TOO MANY COLUMNS" in kinds:
        delimiter = job.separation.delimiter or LONE
        lines = con.execute(
            f"SELECT max((length(csv_line) - length(replace(csv_line, $d, ''))) // length($d) + 1),"
            f" bool_or(csv_line IS NULL)"
            f" FROM {rejects}_errors WHERE error_type::VARCHAR = 'TOO MANY COLUMNS'"
            " AND ($q = '' OR NOT contains(csv_line, $q))",
            {"d": delimiter, "q": quote},
        ).fetchone()
        plain, unknown = lines if lines is not None else (None, True)
        quoted = con.execute(
            f"SELECT csv_line FROM {rejects}_errors WHERE error_type::VARCHAR = 'TOO MANY COLUMNS' AND $q <> ''"
            " AND contains(csv_line, $q)",
            {"q": quote},
        ).fetchall()
        wide = [len(row) for (line,) in quoted for row in records(line, job.separation.delimiter, quote)]
        answer = None if unknown else max([plain or 0, *wide])
    elif "MISSING COLUMNS" in kinds:
        answer = _PAD
    con.execute(f"DROP TABLE {rejects}_errors; DROP TABLE {rejects}_scans")
    return answer


def _rehearse(job: _Job, width: int, quote: str) -> tuple[int, bool] | None:
    """Parses a text with quotes without keeping it: the columns it needs and whether rows must be padded.

    None where DuckDB cannot parse it. Rehearsed without padding: its padding parser drops a record whose quote never
    closes without a word, the other one rejects it.
    """
    with job.con.cursor() as cursor:
        for _ in range(3):
            refuse_width(width, job.limits, job.source.where)
            rejects = scratch_name("try")
            try:
                with _input(job, quote) as (path, _):
                    call = _csv(job, path, width, quote, pad=False, rejects=rejects)
                    swallowed = cursor.execute(f"SELECT {_swallowed(job, width)} FROM {call}").fetchall()[0][0]
            except duckdb.Error:
                return None
            asked = _rejected_width(cursor, rejects, job, quote)
            if asked is None or swallowed:
                return None
            if asked <= 0:
                return width, asked == _PAD
            width = asked
    return None


def _swallowed(job: _Job, width: int) -> str:
    """SQL for whether any cell holds, behind a line end, what may be a whole row: a sign of a quote that never
    closed.
    """
    delimiter = re.escape(job.separation.delimiter or LONE)
    row = rf"[\n\r](?:[^\n\r]*?{delimiter}){{{max(1, min(width - 1, 200))}}}"
    cells = " OR ".join(
        f"((contains(c{i}, chr(10)) OR contains(c{i}, chr(13))) AND regexp_matches(c{i}, '{row}'))"
        for i in range(width)
    )
    return f"coalesce(bool_or({cells}), false)"


def _by_duckdb(job: _Job, width: int, quote: str, *, pad: bool) -> Landed | int | None:
    """Lands by DuckDB's parser. What else is needed otherwise: 0 another decoding, n columns, None our own parser."""
    rejects = scratch_name("rejects")
    names = ", ".join(f"c{i}" for i in range(width))
    kind = "TEMP TABLE" if job.table.startswith("temp.") else "TABLE"
    with _input(job, quote) as (path, decoded):
        call = _csv(job, path, width, quote, pad=pad, rejects=rejects)
        job.con.execute(
            f"CREATE {kind} {job.table} AS SELECT row_number() OVER () AS row, {names} FROM {call}"
            f" WHERE coalesce({names}) IS NOT NULL"
            if width > 1
            else f"CREATE {kind} {job.table} AS SELECT row_number() OVER () AS row, c0 FROM {call} WHERE c0 IS NOT NULL"
        )
    asked = _rejected_width(job.con, rejects, job, quote)
    if asked is None or asked >= 0:
        return asked
    if asked == _PAD and not pad:
        return None
    if not _agrees(job, width):
        return None
    counted = job.con.execute(f"SELECT count(*) FROM {job.table}").fetchone()
    replaced = decoded.replaced if decoded is not None else 0
    refuse_undecodable(job, replaced)
    return Landed(counted[0] if counted is not None else 0, width, job.plan, replaced, False)


def _agrees(job: _Job, width: int) -> bool:
    """Whether the first rows landed as Python's csv module reads them: the guard against a parser's surprise."""
    expected = [row for row in job.head[job.plan.skip :] if any(row)][:_CHECKED]
    names = ", ".join(f"c{i}" for i in range(width))
    landed = job.con.execute(
        f"SELECT {names} FROM {job.table} WHERE row <= $n ORDER BY row", {"n": len(expected)}
    ).fetchall()
    padded = [tuple(cell or None for cell in row) + (None,) * (width - len(row)) for row in expected]
    return [tuple(row[:width]) for row in padded] == landed


def _repair(job: _Job) -> Landed:
    """Lands by our own parser (see `repair`)."""
    decoded = Decoded(job.source, job.encoding, strict=job.strict)
    rows = parse_rows(decoded, job.separation.delimiter, job.separation.quote, job.separation.width)
    landing, plan = land_batches(job.con, batches(rows), job.table, job.options, job.limits, job.source.where)
    refuse_undecodable(job, decoded.replaced)
    return Landed(landing.rows, landing.width, plan, decoded.replaced, True)


def refuse_undecodable(job: _Job, replaced: int) -> None:
    """Raises InputRefused when more than one in a hundred bytes could not be decoded: the encoding was not found."""
    if replaced * 100 > job.source.size:
        raise InputRefused(
            f"{replaced:,} bytes cannot be decoded as {public_name(job.encoding.name)}",
            where=job.source.where,
            remedy="name its encoding with --encoding",
        )
