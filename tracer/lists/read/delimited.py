"""Reads delimited text into a raw table: what the text is (encoding, separator, header), and what it says."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice

import duckdb
import pyarrow as pa

from tracer.case.store import files_connection
from tracer.errors import InputRefused
from tracer.lists.read import cells
from tracer.lists.read.encoding import (
    Decoded,
    Encoding,
    TextFacts,
    scan,
    text_head,
    utf8_pipe,
)
from tracer.lists.read.landing import (
    HeaderPlan,
    Landing,
    SourceReading,
    create_numbered,
    drop_raw,
    find_header,
    scratch_name,
    table_of_rows,
    without_blanks,
)
from tracer.lists.read.model import Account, PartRead
from tracer.lists.read.roles import door_of, named_columns
from tracer.lists.read.words import names_a_column
from tracer.resources import sql_next_to

# The separator and the quote character, from the first lines. Every candidate separator is tried; what decides is how
# evenly it divides the rows, how many columns that gives, and whether the pieces are whole phone numbers, addresses or
# heading words. DuckDB's sniffer is not used: it can end in zero rows without an error on ragged files.

# In order of preference where two do equally well. `----` and the full-width comma are customs of the Chinese trade.
DELIMITERS = (",", "\t", ";", "|", "----", "，", "\x01", "^", "~", " ")
LONE = "\x1f"
"""The separator given to DuckDB for a text of one column: the unit separator, which is in no list."""
_ROWS = 200
_ENCLOSED_IN = 50_000  # characters in which enclosed fields are counted
_MAY_TELL = re.compile(r"[\d@]|[^\x00-\x7f]")  # what a number, an address or a date cannot do without
csv.field_size_limit(1 << 28)


@dataclass(frozen=True)
class Separation:
    """How the records of a text are divided."""

    delimiter: str
    quote: str
    """`"` or `'`, also where none was seen: one may come later in the file. Empty where the whole text has none: that
    is fastest, and cannot go wrong."""
    width: int
    escaped: bool = False
    """Whether a backslash keeps a quote from closing its cell, as MySQL writes it; then the text is `unescaped`."""

    def plain(self, pieces: Iterable[str]) -> Iterable[str]:
        """The text with quotes in cells doubled, whatever was in front of them."""
        return unescaped(pieces) if self.escaped else pieces

    @property
    def mark(self) -> str:
        """What is between two cells, as a parser is given it."""
        return self.delimiter or LONE

    def records(self, text: str, most: int | None = None, *, strict: bool = False) -> list[list[str]]:
        """The text's records by Python's csv module, at most so many, blank lines as empty lists. Raises `csv.Error`
        where it is to be strict and quotes are where they should not be."""
        separator = self.mark
        if len(separator) > 1:
            text, separator = text.replace(separator, LONE), LONE
        stream, quote = io.StringIO(text, newline=""), self.quote or None
        if quote is None:
            rows = csv.reader(stream, delimiter=separator, quotechar=None, quoting=csv.QUOTE_NONE)
        else:
            rows = csv.reader(stream, delimiter=separator, quotechar=quote, strict=strict)
        return list(islice(rows, most))


def separate(text: str) -> Separation:
    """The separation that fits the sampled text best."""
    text = "\n".join(re.split(r"\r\n|\r|\n", text)) if "\r" in text else text
    best, best_score = Separation("", _quote(text, ""), 1), 0.0
    lines = [line for line in text.split("\n", 2 * _ROWS)[: 2 * _ROWS] if line.strip()]
    for rank, delimiter in enumerate(DELIMITERS):
        if not any(delimiter in line for line in lines):
            continue
        tried = Separation(delimiter, _quote(text, delimiter), 1)
        rows = [row for row in tried.records(text, 2 * _ROWS) if any(c.strip() for c in row)][:_ROWS]
        score = _score(rows, delimiter) - rank * 1e-6
        if score > best_score:
            best, best_score = replace(tried, width=max(map(len, rows))), score
    return best


def _score(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    """Evenness squared times the gain of columns, and a bonus for cells that are whole numbers, addresses or
    headings; 0 for no fit.
    """
    widths = Counter(len(row) for row in rows)
    width, _ = max(((w, n) for w, n in widths.items() if w > 1), key=lambda item: (item[1], item[0]), default=(1, 0))
    if width == 1:
        return 0.0

    def is_whole(cell: str) -> bool:
        if not _MAY_TELL.search(cell) or re.search(r"[,;|\t，]", cell):
            return False
        return cells.is_phone(cell) or cells.is_email(cell) or cells.is_date(cell)

    even = widths[width] / len(rows)
    divided = sum(n for w, n in widths.items() if w > 1) / len(rows)
    whole = sum(1 for row in rows if len(row) > 1 and any(map(is_whole, row))) / len(rows)
    headings = max(sum(1 for cell in row if names_a_column(cell)) for row in rows[:20])
    padded = sum(1 for row in rows if not set(row).isdisjoint(DELIMITERS))
    if delimiter == " " and (even < 0.9 or whole < 0.5 or 2 * padded > len(rows)):
        return 0.0  # blanks divide prose as well, and are around other separators
    if headings < 2 and (divided < 0.3 or delimiter == " "):  # a heading may be one word of several
        headings = 0
    if divided < 0.3 and headings == 0:
        return 0.0
    return even * even * (1 - 1 / width) + whole + min(headings, 4) / 2


def _quote(text: str, delimiter: str) -> str:
    start, edge = text[:_ENCLOSED_IN], re.escape(delimiter or LONE)

    def enclosed(quote: str) -> int:
        """How many fields begin and end with the quote character."""
        inside = rf"{quote}(?:[^{quote}\n]|{quote}{quote}){{0,300}}{quote}"
        return len(re.findall(rf"(?:^|{edge}|\n){inside}(?={edge}|\n|$)", start)) if quote in text else 0

    # '13800138000 is Excel's mark for text; a quoting file encloses at least one field in every other line.
    return "'" if not enclosed('"') and enclosed("'") * 2 >= max(2, start.count("\n")) else '"'


# Backslashes as MySQL's SELECT … INTO OUTFILE and Spark write them. The text is rewritten with doubled quotes before it
# is parsed: DuckDB's own option would take `\N` for a text, and drop the backslashes of paths.

_ESCAPE = re.compile(r"""\\(["\\\r\n0]|N\b)""")
_MEANT = {'"': '""', "0": "\0", "N": ""}
_UNDECIDED = re.compile(r"\\+N?$")


def unescaped(pieces: Iterable[str]) -> Iterator[str]:
    """The text with doubled quotes in place of escaped ones, and nothing for NULL."""
    held = ""
    for piece in pieces:
        text = held + piece
        cut = _UNDECIDED.search(text)
        end = len(text) if cut is None else cut.start()
        held = text[end:]
        yield _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), text[:end])
    yield _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), held)


def has_escapes(lines: str) -> bool:
    """Whether these lines are the more even table where a backslash keeps a quote from closing its cell."""

    def alike(text: str) -> int:
        """Rows of the commonest width whose quotes are where they should be."""
        rows = ParsedRows([text], separate(text))
        widths = Counter(map(len, rows))
        return max(widths.values(), default=0) - rows.irregular

    return bool(lines) and alike("".join(unescaped([lines]))) > alike(lines)


# Lands delimited text in a raw table: by DuckDB's parser at full speed, by our own where DuckDB's cannot. The file is
# parsed on a connection of its own, which sees no case; its rows come over as Arrow batches. A failed statement
# aborts the caller's transaction, so none fails amid the rows. Ragged rows: short ones are padded; when some are too
# long the table gets as many columns as the longest needs.

_MAX_LINE = 16_000_000  # bytes of one record; DuckDB's own limit of 2 MB is below what a remark column can hold
_BUFFER = 1 << 25  # bytes, twice the longest line; DuckDB's parallel parser loses rows where it is not a multiple of 32
_ROW_GROUP = 122_880  # rows of a batch: DuckDB's unit of storage, so that none has to be written again
_PAD = -2
_WITHIN = sql_next_to(__file__)("within_cells")
_CHECKED = 40  # first rows compared with Python's reading of them


@dataclass(frozen=True)
class LandingJob:
    """One text to be landed."""

    reading: SourceReading
    encoding: Encoding
    facts: TextFacts
    separation: Separation
    plan: HeaderPlan
    head: list[list[str]]
    table: str

    @property
    def lines_below_header(self) -> int:
        """Lines below the header."""
        return self.facts.lines - self.plan.skip


def read_delimited(reading: SourceReading, format_hint: str | None = None, *, lines: bool = False) -> PartRead:
    """Reads a delimited text (or one column of lines) as one part.

    `format_hint`: the format's name where the separator does not show it (`txt`); `lines`: one column, without a
    header, whatever separators are in it. Notes what was replaced.
    Raises InputRefused for a text that does not decode, and for too many columns.
    """
    source, encoding = reading.source, reading.encoding
    facts = scan(source, encoding)
    # Whether bytes after the sample are not UTF-8. Files that DuckDB reads itself are judged by its own check.
    supposed = reading.options.encoding is None and encoding.name == "utf-8" and encoding.certain and encoding.bom == 0
    if supposed and source.path is None:
        try:
            deque(Decoded(source, encoding, strict=True), maxlen=0)
        except InputRefused:
            encoding = replace(encoding, certain=False)
    text, whole = text_head(source, encoding)
    if lines:
        separation, facts = Separation("", "", 1), replace(facts, quotes=False)
        reading = replace(reading, options=replace(reading.options, has_header=False))
    else:
        escaped = has_escapes(facts.escapes)
        text = "".join(unescaped([text])) if escaped else text
        separation = replace(separate(text), escaped=escaped)
        if not facts.quotes and separation.quote == '"':
            separation = replace(separation, quote="")
    options = reading.options
    head = separation.records(text[: 1 << 18])
    if not whole and len(head) > 1:
        head.pop()
    width = max(1, *map(len, head)) if head else 1
    plan = find_header(head, width, options.region, options.has_header, named_columns(options.columns))
    job = LandingJob(reading, encoding, facts, separation, plan, head, reading.namer())
    landing, plan, account, repaired = _land_rows(job, width)
    reading.note_titles(plan)
    if repaired:
        reading.note("irregular quotes or line ends; read by the tolerant parser")
    return reading.part(
        landing,
        plan.names,
        format_hint or ("tsv" if separation.delimiter == "\t" else "csv"),
        account,
        encoding=encoding,
        delimiter=separation.delimiter or None,
        header_row=plan.skip if plan.depth else None,
        # No cell exceeds its line where none goes on over a line end. A byte of another encoding, or one that is
        # replaced, becomes three of UTF-8 at most.
        longest_cell=3 * facts.longest_line if not facts.quotes and not facts.returns else None,
    )


def _land_rows(job: LandingJob, width: int) -> tuple[Landing, HeaderPlan, Account, bool]:
    """The rows, the header above them, the account, and whether our own parser read it. Notes what was replaced. Raises
    InputRefused when too much of it cannot be decoded."""
    reading = job.reading
    # A text with quotes is read without padding first: DuckDB's padding parser drops a record whose quote never closes
    # without a word, the other one rejects it.
    unsure = bool(job.separation.quote)
    pad = not unsure
    for _ in range(5):  # once; again when rows are longer than the sample's, or short; when the bytes are not UTF-8
        reading.refuse_width(width)
        outcome = _by_duckdb(job, width, pad, unsure=unsure)
        if isinstance(outcome, tuple):
            account, replaced = outcome
            reading.note_replaced(replaced)
            return Landing(reading.con, job.table, width, rows=account.rows), job.plan, account, False
        drop_raw(reading.con, job.table)
        if outcome is None or (outcome == _PAD and not unsure):
            break
        if outcome == _PAD:
            pad, unsure = True, False
        elif outcome == 0:
            if reading.options.encoding is not None:
                deque(reading.text(), maxlen=0)  # raises: a byte does not decode
            job, unsure = replace(job, encoding=replace(job.encoding, certain=False)), False
        else:
            width = outcome
    decoded = reading.text()
    rows = ParsedRows(job.separation.plain(decoded), job.separation)
    landing, plan, account = reading.land(batches_of(rows), table=job.table)
    reading.note_replaced(decoded.replaced)
    return landing, plan, replace(account, lines=job.facts.lines, continued=rows.continued), True


@contextmanager
def _input(job: LandingJob) -> Iterator[tuple[str, Decoded | None]]:
    """The path DuckDB reads from: the file itself where it is UTF-8 with plain line ends, else a pipe."""
    source = job.reading.source
    plain = job.encoding.name == "utf-8" and job.encoding.certain and source.path is not None
    plain = plain and not job.separation.escaped
    if plain and (job.separation.quote or not job.facts.returns):
        with source.open() as stream:
            yield f"/dev/fd/{stream.fileno()}", None
        return
    decoded = job.reading.text()
    with utf8_pipe(job.separation.plain(decoded), fold_returns=not job.separation.quote) as path:
        yield path, decoded


def _csv(job: LandingJob, path: str, width: int, *, pad: bool, rejects: str) -> str:
    """The read_csv call. Everything pasted in is made by us: a descriptor's number, a known separator, our column
    names.
    """
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    literal = job.separation.quote.replace("'", "''")
    parallel = not (pad and literal)
    return (
        f"read_csv('{path}', auto_detect = false, header = false, skip = {job.plan.skip}, all_varchar = true, "
        f"delim = '{job.separation.mark}', quote = '{literal}', escape = '{literal}', comment = '', "
        f"columns = {{{columns}}}, null_padding = {str(pad).lower()}, parallel = {str(parallel).lower()}, "
        f"strict_mode = true, store_rejects = true, "
        f"rejects_table = '{rejects}_errors', rejects_scan = '{rejects}_scans', "
        f"max_line_size = {_MAX_LINE}, buffer_size = {_BUFFER})"
    )


def _asked_for(con: duckdb.DuckDBPyConnection, rejects: str, job: LandingJob) -> int | None:
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
        long = f"FROM {rejects}_errors WHERE error_type::VARCHAR = 'TOO MANY COLUMNS'"
        mark, quote = job.separation.mark, job.separation.quote
        plain, unknown = con.execute(
            "SELECT max((length(csv_line) - length(replace(csv_line, $d, ''))) // length($d) + 1),"
            f" bool_or(csv_line IS NULL) {long} AND ($q = '' OR NOT contains(csv_line, $q))",
            {"d": mark, "q": quote},
        ).fetchall()[0]
        quoted = con.execute(f"SELECT csv_line {long} AND $q <> '' AND contains(csv_line, $q)", {"q": quote}).fetchall()
        wide = [len(row) for (line,) in quoted for row in job.separation.records(line)]
        answer = None if unknown else max([plain or 0, *wide])
    elif "MISSING COLUMNS" in kinds:
        answer = _PAD
    con.execute(f"DROP TABLE {rejects}_errors; DROP TABLE {rejects}_scans")
    return answer


def _by_duckdb(job: LandingJob, width: int, pad: bool, *, unsure: bool) -> tuple[Account, int] | int | None:
    """Lands by DuckDB's parser: the account, and how many places were replaced. Where something else is needed: `_PAD`
    padding, 0 another decoding, n columns, None our own parser.

    `unsure`: whether a quote that never closes may have swallowed rows.
    """
    rejects, con, failures = scratch_name("rejects"), job.reading.con, list[Exception]()
    door, names = door_of(job.plan.names, job.reading.options), ", ".join(f"c{i}" for i in range(width))
    kept = blank = 0
    schema = pa.schema([(f"c{i}", pa.string()) for i in range(width)])
    with files_connection() as reader:
        with _input(job) as (path, decoded):
            call = _csv(job, path, width, pad=pad, rejects=rejects)

            def batches() -> Iterator[pa.RecordBatch]:
                nonlocal kept, blank
                # Where the parser fails the rows end: raised amid the statement that stores them, the error would abort
                # the caller's transaction.
                try:
                    for batch in reader.execute(f"FROM {call}").to_arrow_reader(_ROW_GROUP):
                        filled, hollow = without_blanks(pa.Table.from_batches([batch]))
                        kept, blank = kept + filled.num_rows, blank + hollow
                        yield from door.batch(filled).rename_columns(schema.names).to_batches()
                except (duckdb.Error, pa.ArrowException, OSError) as error:  # amid the rows it is Arrow that raises
                    failures.append(error)

            create_numbered(con, job.table, width, pa.RecordBatchReader.from_batches(schema, batches()))
        asked = None if failures else _asked_for(reader, rejects, job)
    (rows,) = con.execute(f"SELECT count(*) FROM {job.table}").fetchall()[0]
    # As many rows as lines: no cell holds a line end, so none can hold a row.
    if asked is not None and unsure and rows + job.facts.empty_lines != job.lines_below_header:
        # A whole row after a line end in a cell is a sign of a quote that never closed.
        row = rf"[\n\r](?:[^\n\r]*?{re.escape(job.separation.mark)}){{{max(1, min(width - 1, 200))}}}"
        swallowed = " OR ".join(
            f"((contains(c{i}, chr(10)) OR contains(c{i}, chr(13))) AND regexp_matches(c{i}, '{row}'))"
            for i in range(width)
        )
        if con.execute(f"SELECT 1 FROM {job.table} WHERE {swallowed} LIMIT 1").fetchone() is not None:
            return None
    if asked is None or asked >= 0 or (asked == _PAD and not pad):
        return asked
    # The first rows must have landed as Python's csv module reads them: the guard against a parser's surprise.
    expected = [door.row(row) for row in job.head[job.plan.skip :] if any(row)][:_CHECKED]
    padded = [(*(cell or None for cell in row[:width]), *[None] * (width - len(row))) for row in expected]
    first = f"SELECT {names} FROM (SELECT * FROM {job.table} LIMIT $n) ORDER BY row"
    if con.execute(first, {"n": len(expected)}).fetchall() != padded:
        return None
    account = _account(job, names, rows, blank) if rows == kept else None
    return None if account is None else (account, 0 if decoded is None else decoded.replaced)


def _account(job: LandingJob, names: str, rows: int, blank: int) -> Account | None:
    """The account of a text of which DuckDB has read so many rows, and records of nothing but separators; None where
    lines are missing: its parsers lose rows without a word.

    Lines and empty ones were counted as bytes, line ends within cells are counted in the cells.
    """
    plan, above, con = job.plan, job.head[: job.plan.skip], job.reading.con
    in_header = sum(cell.count("\n") + cell.count("\r") - cell.count("\r\n") for record in above for cell in record)
    empty = job.facts.empty_lines - sum(1 for record in above if not record)
    below, continued = job.lines_below_header - in_header, 0
    if job.separation.quote and rows != below - empty:
        # Line ends within the landed cells, and how many lines within one cell are empty.
        statement = _WITHIN.replace("{table}", job.table).replace("{cells}", names)
        continued, hollow = map(int, con.execute(statement).fetchall()[0])
        empty -= hollow
    begun = below - continued
    if rows + blank not in (begun, begun - empty):  # empty lines are records where there is but one column
        return None
    blank = begun - rows + plan.preamble - plan.titles
    account = Account(job.facts.lines, plan.depth, plan.titles, rows, blank, continued + in_header)
    return account if account.adds_up else None


# Parses delimited text that DuckDB cannot: mixed line ends around quoted ones, stray quotes, quotes that never close.
# Rule: a line without the quote character is split at the separator. A line with it is read by the csv module; when
# its quotes do not close, the following lines are joined to it as long as that makes a record of which no single cell
# holds what would be whole rows; failing that the line's quotes are plain characters. So a quote that never closes
# costs no further row.

_JOINED_LINES = 500  # a cell of more lines is a quote that never closed
_JOINED_CHARS = 1 << 20
_ATTEMPTS = 12  # lines with a quote that may close the cell; each costs a parse of all joined lines
_IDENTIFIER = re.compile(r"\d{7}|@|\*{3}")  # what a row of a list holds and a remark seldom
_PARSED_BATCH = 50_000


def lines_of(pieces: Iterable[str]) -> Iterator[str]:
    """The lines of a text, each with its own end, whatever that is."""
    held = ""
    for piece in pieces:
        rows = io.StringIO(held + piece, newline="").readlines()
        # The last line may go on in the next piece; so may a \r\n that was cut in two.
        held = rows.pop() if rows else ""
        yield from rows
    yield from io.StringIO(held, newline="").readlines()


class ParsedRows:
    """The records of a text, blank lines as `['']`; iterated once."""

    def __init__(self, pieces: Iterable[str], separation: Separation) -> None:
        self._lines, self._separation = lines_of(pieces), separation
        self._waiting: deque[str] = deque()
        """Lines that were looked at, and are not read yet."""
        self.continued = 0
        """Lines so far that go on with the record of the line above."""
        self.irregular = 0
        """Records so far whose quotes are not where they should be."""

    def __iter__(self) -> Iterator[list[str]]:
        mark, quote = self._separation.mark, self._separation.quote
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._lines, None)
            if line is None:
                return
            yield self._quoted_record(line) if quote and quote in line else _without_end(line).split(mark)

    def _quoted_record(self, line: str) -> list[str]:
        """The record that begins with a line in which a quote is, and takes lines from those that wait."""
        separation, quote = self._separation, self._separation.quote
        record = self._strict(line)
        if record is not None:
            return record
        if line.count(quote) % 2 == 0:
            # Quotes close but are where they should not be: as other programs read it.
            loose = separation.records(_without_end(line))
            if len(loose) == 1 and "\n" not in "".join(loose[0]):
                self.irregular += 1
                return loose[0]
        joined, attempts = line, 0
        seen = len(self._waiting)
        for used, extra in enumerate(itertools.chain(list(self._waiting), self._lines), 1):
            if used > seen:
                self._waiting.append(extra)
            joined += extra
            if quote not in extra:
                if _is_row(extra, separation):
                    break
            elif joined.count(quote) % 2 == 0:
                attempts += 1
                record = self._strict(joined)
                if record is not None and not _swallows(record, separation):
                    self.continued += used
                    for _ in range(used):
                        self._waiting.popleft()
                    return record
            if record is not None or attempts == _ATTEMPTS or used == _JOINED_LINES or len(joined) > _JOINED_CHARS:
                break
        self.irregular += 1
        return _without_end(line).split(separation.mark)

    def _strict(self, text: str) -> list[str] | None:
        try:
            rows = self._separation.records(_without_end(text), strict=True)
        except csv.Error:
            return None
        return rows[0] if len(rows) == 1 else None


def _without_end(line: str) -> str:
    return line.rstrip("\r\n") if line.endswith(("\n", "\r")) else line


def _swallows(record: list[str], separation: Separation) -> bool:
    """Whether a cell holds, after a line end, a line that is a row: as many separators, and a number or an address."""
    return any(
        _is_row(line, separation)
        for cell in record
        if "\n" in cell or "\r" in cell
        for line in re.split(r"[\r\n]+", cell)[1:]
    )


def _is_row(line: str, separation: Separation) -> bool:
    return line.count(separation.mark) >= max(separation.width - 1, 1) and _IDENTIFIER.search(line) is not None


def batches_of(rows: Iterable[Sequence[str | None]]) -> Iterator[pa.Table]:
    """Records as Arrow tables of up to 50,000 rows."""
    stream = iter(rows)
    while piece := list(islice(stream, _PARSED_BATCH)):
        yield table_of_rows(piece)
