"""Reads delimited text into a raw table: what the text is (encoding, separator, header), and what it says."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from tracer.case.store import files_connection
from tracer.lists.read.dialect import LONE, ParsedRows, Separation, batches, records, separate
from tracer.lists.read.encoding import (
    Decoded,
    Encoding,
    TextFacts,
    find_encoding,
    piped,
    public_name,
    refuse_undecodable,
    scan,
    text_head,
    utf8_breaks,
)
from tracer.lists.read.landing import (
    HeaderPlan,
    SourceReading,
    create_numbered,
    doubtful_titles,
    drop_raw,
    find_header,
    land_batches,
    refuse_width,
    scratch_name,
)
from tracer.lists.read.model import Account, Limits, PartRead, ReadOptions, Source
from tracer.lists.read.roles import door_of, named_columns
from tracer.resources import statements_beside

# Lands delimited text in a raw table: by DuckDB's parser at full speed, by our own where DuckDB's cannot. The file is
# parsed on a connection of its own, which sees no case; its rows come over as Arrow batches. A failed statement
# aborts the caller's transaction, so whatever may fail (a text with quotes) is tried first. Ragged rows: short ones
# are padded; when some are too long the table gets as many columns as the longest needs.

_MAX_LINE = 16_000_000  # bytes of one record; DuckDB's own limit of 2 MB is below what a remark column can hold
_BUFFER = 1 << 25  # bytes, twice the longest line; DuckDB's parallel parser loses rows where it is not a multiple of 32
_ROW_GROUP = 122_880  # rows of a batch: DuckDB's unit of storage, so that none has to be written again
_PAD = -2
_WITHIN = statements_beside(__file__)("within_cells")
_CHECKED = 40  # first rows compared with Python's reading of them


@dataclass(frozen=True)
class LandingJob:
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
    account: Account


def quote_of(separation: Separation, facts: TextFacts) -> str:
    """The quote character to parse by; none where the text has none, which is fastest and cannot go wrong."""
    return separation.quote if facts.quotes or separation.quote == "'" else ""


@dataclass(frozen=True)
class _Rehearsed:
    """What a parse without keeping has shown."""

    width: int
    pad: bool = True


def land(job: LandingJob, width: int) -> Landed:
    """Lands the text; see the module. Raises InputRefused when too much of it cannot be decoded."""
    quote = quote_of(job.separation, job.facts)
    expected: _Rehearsed | None = _Rehearsed(width)
    if quote:
        expected = _rehearse(job, width, quote)
    for _ in range(3):  # once; again when rows are longer than the sample's; again when the bytes are not UTF-8
        if expected is None:
            break
        refuse_width(expected.width, job.limits, job.source.where)
        outcome = _by_duckdb(job, expected, quote)
        if isinstance(outcome, Landed):
            return outcome
        drop_raw(job.con, job.table)
        if outcome is None:
            break
        if outcome == 0:
            if job.strict:
                deque(Decoded(job.source, job.encoding, strict=True), maxlen=0)  # raises: a byte does not decode
            job = replace(job, encoding=replace(job.encoding, certain=False))
        else:
            expected = replace(expected, width=outcome)
    # Lands by our own parser (`ParsedRows`).
    decoded = Decoded(job.source, job.encoding, strict=job.strict)
    rows = ParsedRows(decoded, job.separation.delimiter, quote_of(job.separation, job.facts), job.separation.width)
    landing, plan, account = land_batches(job.con, batches(rows), job.table, job.options, job.limits, job.source.where)
    refuse_undecodable(job.source, job.encoding, decoded.replaced)
    account = replace(account, lines=job.facts.lines, continued=rows.continued)
    return Landed(landing.rows, landing.width, plan, decoded.replaced, True, account)


@contextmanager
def _input(job: LandingJob, quote: str) -> Iterator[tuple[str, Decoded | None]]:
    """The path DuckDB reads from: the file itself where it is UTF-8 with plain line ends, else a pipe."""
    plain = job.encoding.name == "utf-8" and job.encoding.certain and job.source.path is not None
    if plain and (quote or not job.facts.returns):
        with job.source.open() as stream:
            yield f"/dev/fd/{stream.fileno()}", None
        return
    decoded = Decoded(job.source, job.encoding, strict=job.strict)
    with piped(decoded, fold_returns=not quote) as path:
        yield path, decoded


def _csv(
    job: LandingJob, path: str, width: int, quote: str, *, pad: bool, rejects: str, one_thread: bool = False
) -> str:
    """The read_csv call. Everything pasted in is made by us: a descriptor's number, a known separator, our column
    names.
    """
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    literal = quote.replace("'", "''")
    parallel = not one_thread and not (pad and quote)
    return (
        f"read_csv('{path}', auto_detect = false, header = false, skip = {job.plan.skip}, all_varchar = true, "
        f"delim = '{job.separation.delimiter or LONE}', quote = '{literal}', escape = '{literal}', comment = '', "
        f"columns = {{{columns}}}, null_padding = {str(pad).lower()}, parallel = {str(parallel).lower()}, "
        f"strict_mode = true, store_rejects = true, "
        f"rejects_table = '{rejects}_errors', rejects_scan = '{rejects}_scans', "
        f"max_line_size = {_MAX_LINE}, buffer_size = {_BUFFER})"
    )


def _rejected_width(con: duckdb.DuckDBPyConnection, rejects: str, job: LandingJob, quote: str) -> int | None:
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


def _rehearse(job: LandingJob, width: int, quote: str) -> _Rehearsed | None:
    """Parses a text with quotes without keeping it. None where DuckDB cannot parse it.

    Rehearsed without padding: its padding parser drops a record whose quote never closes without a word, the other
    one rejects it.
    """
    with files_connection() as cursor:
        for _ in range(3):
            refuse_width(width, job.limits, job.source.where)
            # The columns are named so that their encoding is checked.
            counts = f"count(*), count(coalesce({_names(width)}))"
            tried = _try(job, cursor, width, quote, counts)
            if tried is None:
                return None
            (count, *_), asked = tried
            # As many records as lines: none is lost, no cell holds a line end, so none can hold a row.
            if asked is not None and count != _lines(job):
                # SQL for whether any cell holds, behind a line end, what may be a whole row: a sign of a quote that
                # never closed.
                delimiter = re.escape(job.separation.delimiter or LONE)
                row = rf"[\n\r](?:[^\n\r]*?{delimiter}){{{max(1, min(width - 1, 200))}}}"
                swallowed = " OR ".join(
                    f"((contains(c{i}, chr(10)) OR contains(c{i}, chr(13))) AND regexp_matches(c{i}, '{row}'))"
                    for i in range(width)
                )
                asked_for = f"{counts}, coalesce(bool_or({swallowed}), false)"
                tried = _try(job, cursor, width, quote, asked_for, one_thread=True)
                if tried is None or tried[0][2]:
                    return None
                asked = tried[1]
            if asked is None:
                return None
            if asked <= 0:
                return _Rehearsed(width, asked == _PAD)
            width = asked
    return None


def _try(
    job: LandingJob, cursor: duckdb.DuckDBPyConnection, width: int, quote: str, wanted: str, *, one_thread: bool = False
) -> tuple[tuple[Any, ...], int | None] | None:
    """Some aggregates of the text as DuckDB parses it, and what its rejects ask for; None where it cannot."""
    rejects = scratch_name("try")
    try:
        with _input(job, quote) as (path, _):
            call = _csv(job, path, width, quote, pad=False, rejects=rejects, one_thread=one_thread)
            found: tuple[Any, ...] = cursor.execute(f"SELECT {wanted} FROM {call}").fetchall()[0]
    except duckdb.Error:
        return None
    return found, _rejected_width(cursor, rejects, job, quote)


def _names(width: int) -> str:
    return ", ".join(f"c{i}" for i in range(width))


def _lines(job: LandingJob) -> int:
    """Lines below the header."""
    return job.facts.lines - job.plan.skip


def _by_duckdb(job: LandingJob, expected: _Rehearsed, quote: str) -> Landed | int | None:
    """Lands by DuckDB's parser. What else is needed otherwise: 0 another decoding, n columns, None our own parser."""
    rejects, width, pad = scratch_name("rejects"), expected.width, expected.pad
    door = door_of(job.plan.names, job.options)
    with files_connection() as reader:
        with _input(job, quote) as (path, decoded):
            filled = f"{f'coalesce({_names(width)})' if width > 1 else 'c0'} IS NOT NULL"
            call = _csv(job, path, width, quote, pad=pad, rejects=rejects)
            rows = reader.execute(f"SELECT {_names(width)} FROM {call} WHERE {filled}").to_arrow_reader(_ROW_GROUP)
            create_numbered(job.con, job.table, width, door.reader(rows))
        asked = _rejected_width(reader, rejects, job, quote)
    if asked is None or asked >= 0:
        return asked
    if asked == _PAD and not pad:
        return None
    counted = job.con.execute(f"SELECT count(*) FROM {job.table}").fetchone()
    rows = counted[0] if counted is not None else 0
    account = _account(job, expected, quote, rows) if _agrees(job, width) else None
    if account is None:
        return None
    replaced = decoded.replaced if decoded is not None else 0
    refuse_undecodable(job.source, job.encoding, replaced)
    return Landed(rows, width, job.plan, replaced, False, account)


def _account(job: LandingJob, expected: _Rehearsed, quote: str, rows: int) -> Account | None:
    """The account of a text that DuckDB has parsed; None where lines are missing: its parsers lose rows without a word.

    Lines and empty ones were counted as bytes, line ends within cells are counted in the cells.
    """
    plan, above = job.plan, job.head[: job.plan.skip]
    inside = sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for record in above for cell in record)
    empty = job.facts.empty_lines - sum(1 for record in above if not record)
    below = _lines(job) - inside
    continued = 0
    if quote and rows != below - empty:
        # Line ends within the landed cells, and how many lines within one cell are empty.
        statement = _WITHIN.replace("{table}", job.table).replace("{cells}", _names(expected.width))
        continued, hollow = map(int, job.con.execute(statement).fetchall()[0])
        empty -= hollow
    begun = below - continued
    if rows != begun - empty:  # there are rows of nothing but separators, or rows were lost
        counted, full = _counted(job, expected, quote)
        if full != rows or counted not in (begun, begun - empty):
            return None
    blank = begun - rows + plan.preamble - plan.titles
    account = Account(job.facts.lines, plan.depth, plan.titles, rows, blank, continued + inside)
    return account if account.adds_up else None


def _counted(job: LandingJob, expected: _Rehearsed, quote: str) -> tuple[int, int]:
    """Records below the header as one thread of DuckDB's parser finds them, and those that are not blank."""
    rejects = scratch_name("count")
    with files_connection() as reader:
        with _input(job, quote) as (path, _):
            call = _csv(job, path, expected.width, quote, pad=expected.pad, rejects=rejects, one_thread=True)
            counts = f"count(*), count(coalesce({_names(expected.width)}))"
            (count, full) = reader.execute(f"SELECT {counts} FROM {call}").fetchall()[0]
        _rejected_width(reader, rejects, job, quote)
    return int(count), int(full)


def _agrees(job: LandingJob, width: int) -> bool:
    """Whether the first rows landed as Python's csv module reads them: the guard against a parser's surprise."""
    door = door_of(job.plan.names, job.options)
    expected = [door.row(row) for row in job.head[job.plan.skip :] if any(row)][:_CHECKED]
    landed = job.con.execute(
        f"SELECT {_names(width)} FROM (SELECT * FROM {job.table} LIMIT $n) ORDER BY row", {"n": len(expected)}
    ).fetchall()
    padded = [tuple(cell or None for cell in row) + (None,) * (width - len(row)) for row in expected]
    return [tuple(row[:width]) for row in padded] == landed


def read_delimited(reading: SourceReading, format_hint: str | None = None, *, lines: bool = False) -> PartRead:
    """Reads a delimited text (or one column of lines) as one part.

    `format_hint`: the format's name where the separator does not show it (`txt`); `lines`: one column, without a
    header, whatever separators are in it. Notes what was replaced.
    Raises InputRefused for a text that does not decode, and for too many columns.
    """
    source, options = reading.source, reading.options
    encoding = find_encoding(source, options.encoding)
    facts = scan(source, encoding)
    # Whether bytes behind the sample are not UTF-8. Files that DuckDB reads itself are judged by its own check.
    if (
        options.encoding is None
        and encoding.name == "utf-8"
        and encoding.certain
        and (source.path is None and encoding.bom == 0 and utf8_breaks(source))
    ):
        encoding = replace(encoding, certain=False)
    text, whole = text_head(source, encoding)
    if lines:
        separation, facts, options = (
            Separation("", "", 1),
            replace(facts, quotes=False),
            replace(options, has_header=False),
        )
    else:
        separation = separate(text)
    head = records(text[: 1 << 18], separation.delimiter, quote_of(separation, facts))
    if not whole and len(head) > 1:
        head.pop()
    width = max((len(row) for row in head), default=1)
    plan = find_header(head, width, options.region, options.has_header, named_columns(options.columns))
    strict, table = options.encoding is not None, reading.namer()
    job = LandingJob(
        reading.con, source, encoding, strict, facts, separation, plan, head, table, reading.limits, options
    )
    landed = land(job, max(width, 1))
    if landed.replaced:
        reading.notes.append(
            f"{source.where}: {landed.replaced:,} places are not {public_name(encoding.name)}"
            " and were replaced by U+FFFD"
        )
    reading.notes.extend(doubtful_titles(landed.plan, source.where))
    if landed.repaired:
        reading.notes.append(f"{source.where}: irregular quotes or line ends; read by the tolerant parser")
    delimiter = separation.delimiter
    # No cell exceeds its line where none goes on over a line end. A byte of another encoding, or one that is replaced,
    # becomes three of UTF-8 at most.
    longest = 3 * facts.longest_line if not facts.quotes and not facts.returns else None
    return reading.part(
        table, landed, landed.plan.names, format_hint or ("tsv" if delimiter == "\t" else "csv"), landed.account,
        encoding=public_name(encoding.name), delimiter=delimiter or None,
        header_row=landed.plan.skip if landed.plan.depth else None, longest_cell=longest,
    )  # fmt: skip
