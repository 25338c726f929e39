"""Reads json, ndjson, parquet and vCards: records become rows, their keys columns; nested ones one level deep, with
dotted names. Lists of values are joined by `;`, as several numbers in one cell are written.

DuckDB's JSON reader does the work on the connection for files, where a failed statement aborts no transaction of the
caller's; its rows come over as Arrow batches.

One object a line is how logs and dumps are kept, and they are cut off and copied wrongly: a line that is not JSON is
kept as a row of its own, in a column that says so, as long as most lines are good.
"""

from __future__ import annotations

import io
import json
import quopri
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tracer.case.store import files_connection
from tracer.documents import NotADocument, json_of
from tracer.errors import InputRefused
from tracer.lists.read.encoding import Decoded, Encoding, scan, text_codec, utf8_pipe
from tracer.lists.read.landing import Landing, SourceReading, drop_raw, table_of_rows
from tracer.lists.read.model import Account, PartRead, Source, bytes_source
from tracer.lists.read.roles import door_of
from tracer.resources import sql_next_to

_OBJECT_BYTES = 64 << 20  # one record
_PATHS = sql_next_to(__file__)("json_paths")
BAD_LINE = "no JSON"
"""Heading of what is kept of lines that cannot be read."""
_DEPTH = 3  # how deep the one array of a document is looked for


def read_records(reading: SourceReading, kind: str) -> PartRead:
    """A json or ndjson source as one part. Raises InputRefused for what is damaged or holds no array of objects."""
    encoding, table = reading.encoding, reading.namer()
    try:
        paths, landing, account = (_document if kind == "json" else _lines)(reading, encoding, table)
    except duckdb.Error as error:
        # DuckDB names the line of a bad record, and then quotes it: that stays out of the message.
        line = re.search(r"in (?:record/value|line) (\d+)|line (\d+)", str(error))
        place = f"{reading.source.where}, line {line[1] or line[2]}" if line is not None else reading.source.where
        raise InputRefused("the JSON is damaged or cut off", where=place, remedy="get it again") from error
    header = tuple(".".join(path) for path in paths) or ("",)
    return reading.part(landing, header, kind, account, encoding=encoding)


_UTF8 = Encoding("utf-8", 0, True)
_Paths = list[tuple[str, ...]]


def _document(reading: SourceReading, encoding: Encoding, table: str) -> tuple[_Paths, Landing, Account]:
    """The one array of a document; the account counts all its objects that are in arrays."""
    source = reading.source
    data = source.read_all(reading.options.limits)
    try:
        arrays = arrays_of(json_of(data[encoding.bom :].decode(encoding.name)))
    except UnicodeDecodeError as error:
        raise source.refusal("the JSON cannot be read", "name its --encoding") from error
    except NotADocument as error:
        place = f"{source.where}, line {error.line_number}" if error.line_number else source.where
        what = f"the JSON is damaged, cut off or none ({error.what})"
        raise InputRefused(what, where=place, remedy="get it again") from error
    if not arrays:
        raise source.refusal("no array of objects in it", 'give it as [{"phone": …}, …] or one object a line')
    items = max(arrays, key=len)
    others = sum(map(len, arrays)) - len(items)
    if others:
        reading.note(f"{others:,} objects in other arrays of the document are left out")
    paths, landing = _land_records(reading, _text(source, (_as_json(_as_object(item)) for item in items)), _UTF8, table)
    blank = landing.blank if paths else len(items)
    return paths, landing, Account(len(items) + others, rows=landing.rows, blank=blank, left_out=others)


def _as_object(item: Any) -> dict[str, Any]:
    if isinstance(item, dict):
        return item
    return {str(place): value for place, value in enumerate(item, 1)} if isinstance(item, list) else {"value": item}


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _text(source: Source, lines: Iterable[str]) -> Source:
    """Lines as what is read in place of a source."""
    text = "\n".join(lines).encode("utf-8", "replace")
    return bytes_source(text, source.where, source.name, source.member)


def _lines(reading: SourceReading, encoding: Encoding, table: str) -> tuple[_Paths, Landing, Account]:
    """One object a line; lines that are not JSON, or hold more than one object, are kept as objects with their text
    under `BAD_LINE`. Raises `duckdb.Error` where most are not JSON."""
    source = reading.source
    facts = scan(source, encoding)
    damage = duckdb.Error()
    try:
        paths, landing = _land_records(reading, source, encoding, table)
        read = landing.rows + landing.blank
        if read in (facts.lines, facts.lines - facts.empty_lines) and paths:
            return paths, landing, Account(facts.lines, rows=landing.rows, blank=facts.lines - landing.rows)
    except duckdb.Error as error:
        damage = error
    text = source.read_all(reading.options.limits)[encoding.bom :].decode(encoding.name, "replace")
    filled, bad = list[str](), list[int]()
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if line.strip():
            try:
                json_of(line, strictly=True)
                filled.append(line)
            except NotADocument:
                bad.append(number)
                filled.append(_as_json({BAD_LINE: line}))
    if 2 * len(bad) > len(filled):
        raise damage
    if bad:
        reading.note(
            f"{len(bad):,} of {len(filled):,} lines are not JSON (the first is line {bad[0]:,}); "
            f"they are kept as rows with column {BAD_LINE!r} alone"
        )
    drop_raw(reading.con, table)
    paths, landing = _land_records(reading, _text(source, filled), _UTF8, table)
    blank = facts.lines - len(filled) + (landing.blank if paths else len(filled))
    return paths, landing, Account(facts.lines, rows=landing.rows, blank=blank)


def _land_records(reading: SourceReading, lines: Source, encoding: Encoding, table: str) -> tuple[_Paths, Landing]:
    """The columns' paths, and the rows in a raw table. Raises `duckdb.Error` for a line that is not JSON."""
    with files_connection() as cursor:
        # The columns as paths of one or two keys, in the order in which they first appear.
        with _objects(lines, encoding) as objects:
            keys = cursor.execute(_PATHS.replace("{relation}", objects)).fetchall()
        paths: _Paths = [(key,) if sub is None else (key, sub) for key, sub in keys]
        reading.refuse_width(len(paths))
        door = door_of([".".join(path) for path in paths], reading.options, also=(BAD_LINE,))
        landing = Landing.begun(reading.con, table, len(paths), door)
        columns = ", ".join(
            f"CASE json_type(json, $p{i}) WHEN 'ARRAY' THEN array_to_string(list_filter("
            f"json_extract_string(json_extract(json, $p{i}), '$[*]'), lambda x: x IS NOT NULL), ';')"
            f" WHEN 'OBJECT' THEN NULL ELSE json_extract_string(json, $p{i}) END AS c{i}"
            for i in range(len(paths))
        )
        pointers = ("".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path) for path in paths)
        bound = {f"p{i}": pointer for i, pointer in enumerate(pointers)}
        if paths:
            with _objects(lines, encoding) as objects:
                for batch in cursor.execute(f"SELECT {columns} FROM {objects}", bound).to_arrow_reader(100_000):
                    landing.append(pa.Table.from_batches([batch]))
    return paths, landing


@contextmanager
def _objects(source: Source, encoding: Encoding) -> Iterator[str]:
    """SQL: a relation (json) of the lines of a source."""
    relation = (
        "(SELECT json FROM read_json_objects('{}', format = 'newline_delimited', compression = 'uncompressed',"
        f" maximum_object_size = {_OBJECT_BYTES}))"
    )
    if source.path is not None and encoding.name == "utf-8" and encoding.certain and encoding.bom == 0:
        with source.open() as stream:
            yield relation.format(f"/dev/fd/{stream.fileno()}")
    else:
        with utf8_pipe(Decoded(source, encoding, strict=True), fold_returns=False) as path:
            yield relation.format(path)


def arrays_of(document: Any) -> list[list[Any]]:
    """The document if it is an array; else the arrays of objects in it; else the object itself as the only record."""
    if isinstance(document, list):
        return [document]
    if not isinstance(document, dict):
        return []
    found: list[list[Any]] = []

    def look(node: dict[str, Any], left: int) -> None:
        for value in node.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                found.append(value)
            elif isinstance(value, dict) and left > 1:
                look(value, left - 1)

    look(document, _DEPTH)
    alone = document and not any(isinstance(value, list) for value in document.values())
    return found or ([[document]] if alone else [])


# Parquet: every column as text.

_BATCH = 100_000
_EXACT = float(1 << 53)  # whole floats up to it keep every digit


def read_parquet(reading: SourceReading) -> PartRead:
    """A parquet source as one part. Raises InputRefused for what is damaged or unpacks beyond the limits."""
    source, limits = reading.source, reading.options.limits
    try:
        opened = io.BytesIO(source.read_all(limits)) if source.path is None else source.open()
        with opened, pq.ParquetFile(opened) as file:
            meta = file.metadata
            unpacked = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
            # Run lengths can claim any number of rows in a few bytes; each row costs at least its number.
            if unpacked > limits.member_bytes or meta.num_rows * 8 > limits.member_bytes:
                what = f"it unpacks to {meta.num_rows:,} rows and {unpacked:,} bytes: more than the limit"
                raise source.refusal(what, "split it")
            lines = int(meta.num_rows)
            header = tuple(_flat(file.schema_arrow.empty_table()).column_names)
            landing = reading.landing(header)
            for batch in file.iter_batches(_BATCH):
                flat = _flat(pa.Table.from_batches([batch]))
                columns = [_text_column(column.combine_chunks()) for column in flat.columns]
                texts = pa.Table.from_arrays(columns, names=[str(i) for i in range(len(columns))])
                # Arrow does not look at what a file calls text; the store would fail on it halfway.
                texts.validate(full=True)
                landing.append(texts)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise source.refusal("the parquet file is damaged or cut off", "get it again") from error
    account = Account(lines, rows=landing.rows, blank=landing.blank)
    return reading.part(landing, header or ("",), "parquet", account)


def _flat(table: pa.Table) -> pa.Table:
    return table.flatten() if any(pa.types.is_struct(field.type) for field in table.schema) else table


def _text_column(column: pa.Array | pa.ChunkedArray) -> pa.Array:  # noqa: PLR0911 - one answer a type
    """A column of any type as text: whole floats without `.0`, days and moments as ISO 8601, nested values as
    JSON-like text.
    """
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    if pa.types.is_dictionary(kind):
        return _text_column(column.dictionary_decode())
    if pa.types.is_floating(kind):
        wide = column.cast(pa.float64())
        finite = pc.if_else(pc.is_finite(wide), wide, None)  # NaN is how pandas writes an empty cell
        whole = pc.and_(pc.equal(pc.floor(finite), finite), pc.less_equal(pc.abs(finite), _EXACT))
        integers = pc.if_else(whole, finite, None).cast(pa.int64()).cast(pa.string())
        return pc.coalesce(integers, finite.cast(pa.string()))
    if pa.types.is_timestamp(kind):
        seconds = pc.floor_temporal(column, unit="second").cast(pa.timestamp("s"))
        days = pc.floor_temporal(seconds, unit="day")
        only_days = pc.if_else(pc.equal(days, seconds), seconds.cast(pa.date32()).cast(pa.string()), None)
        return pc.coalesce(only_days, seconds.cast(pa.string()))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = _text_column(column.flatten())
        offsets = pc.subtract(column.offsets, column.offsets[0]) if len(column) else column.offsets
        lists = pa.ListArray.from_arrays(offsets.cast(pa.int32()), pc.fill_null(inner, ""))
        return pc.binary_join(lists, ";")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.array([None if v is None else v.decode("utf-8", "replace") for v in column.to_pylist()], pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())


# vCard 2.1, 3.0 and 4.0: one row a card, one column a property; several numbers of a card share one cell. Written for
# what phones and address books really export: quoted-printable with a charset per property and soft line breaks (2.1),
# folded lines (3.0, 4.0), `tel:` and `mailto:` (4.0), grouped properties (`item1.TEL`).

_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})  # pictures and the like
_STRUCTURE = frozenset({"BEGIN", "END", "VERSION"})
_FIRST = ("FN", "TEL", "EMAIL", "ORG", "TITLE", "ADR")
_CARDS = 20_000
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def read_vcards(reading: SourceReading) -> PartRead:
    """A vCard source as one part; notes what was left out. Raises InputRefused for text that does not decode."""
    order: dict[str, int] = {name: i for i, name in enumerate(_FIRST)}
    landing = Landing.begun(reading.con, reading.namer(), len(order))
    counts = Counter[str]()
    cards = _cards(unfolded_lines(reading.text()), counts)
    while held := list(islice(cards, _CARDS)):
        for card in held:
            for name in card:
                order.setdefault(name, len(order))
        reading.refuse_width(len(order))
        landing.append(table_of_rows([[card.get(name) for name in order] for card in held]))
    for kind, what in (
        ("left out", "pictures, sounds and keys left out"),
        ("outside", "lines are outside of cards and are left out"),
        ("unfinished", "cards do not end; read as far as they go"),
    ):
        if counts[kind]:
            reading.note(f"{counts[kind]:,} {what}")
    account = Account(counts["begun"], rows=landing.rows, blank=landing.blank)
    header = tuple(order)[: landing.width]
    return reading.part(landing, header, "vcf", account, encoding=reading.encoding)


def unfolded_lines(text: Iterable[str]) -> Iterator[str]:
    """Logical lines without their ends: folded ones joined, and quoted-printable ones with their soft breaks.

    A property's own charset is in quoted-printable, so the file's encoding does for all.
    """

    def physical() -> Iterator[str]:
        held = ""
        for piece in text:
            rows = re.split(r"\r\n|\n|\r(?=.)", held + piece)
            held = rows.pop()
            yield from rows
        yield held.rstrip("\r")

    current: str | None = None
    for line in physical():
        if current is None:
            current = line
        elif current.endswith("=") and "QUOTED-PRINTABLE" in current.split(":", 1)[0].upper():
            current = current[:-1] + line.lstrip()
        elif line[:1] in (" ", "\t"):
            current += line[1:]
        else:
            yield current
            current = line
    if current is not None:
        yield current


def _cards(lines: Iterator[str], counts: Counter[str]) -> Iterator[dict[str, str]]:
    """Each card as property to text. `counts` gets how many cards have begun, how many of them are unfinished, the
    lines outside of cards, and the properties that are left out."""
    cards: list[dict[str, str]] = []  # an agent's card is within another's
    agents: list[bool] = []  # whether the property above holds a card of its own, as vCard 2.1 writes an assistant's

    def ended() -> dict[str, str]:
        agents.pop()
        card = cards.pop()
        # Called as its parts say where it does not say how.
        return {"FN": card["N"], **card} if "FN" not in card and "N" in card else card

    for line in lines:
        head, _, value = line.partition(":")
        name, *parameters = head.strip().split(";")
        name = name.rpartition(".")[2].upper()
        if name == "AGENT" and value.strip().upper() == "BEGIN:VCARD" and cards:
            agents[-1], name, value = True, "BEGIN", "VCARD"
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            counts["begun"] += 1
            if cards and not agents[-1]:
                counts["unfinished"] += 1
                yield ended()
            cards.append({})
            agents.append(False)
        elif not cards:
            counts["outside"] += bool(line.strip())
        elif name == "END":
            yield ended()
            if agents:
                agents[-1] = False
        elif name in _LEFT_OUT:
            counts["left out"] += 1
        elif name and name not in _STRUCTURE:
            agents[-1] = name == "AGENT" and not value.strip()
            text = _value(name, [parameter.upper() for parameter in parameters], value)
            if text:
                cards[-1][name] = f"{cards[-1][name]};{text}" if name in cards[-1] else text
    while cards:
        counts["unfinished"] += 1
        yield ended()


def _value(name: str, parameters: list[str], raw: str) -> str:
    """A property's value as text."""
    text = raw
    if any(parameter in ("QUOTED-PRINTABLE", "ENCODING=QUOTED-PRINTABLE") for parameter in parameters):
        charset = next((p.partition("=")[2] for p in parameters if p.startswith("CHARSET=")), "UTF-8").strip('"')
        data = quopri.decodestring(raw.encode("latin-1", "replace"))
        text = data.decode(text_codec(charset) or "utf-8", "replace")
    if name in ("TEL", "EMAIL"):
        return re.sub(r"^(?:tel|mailto):", "", _unescaped_value(text).strip(), flags=re.IGNORECASE)
    pieces = [_unescaped_value(piece) for piece in re.split(r"(?<!\\);", text)]
    if name == "N":  # as it is said: family name first and without blanks in Chinese and Japanese
        family, given, middle, *rest = (*pieces, "", "", "")
        if _CJK.search(family + given):
            return family + given + middle
        pieces = [given, middle, family, *rest]
    filled = [piece for piece in pieces if piece]
    if name == "ADR":
        return "".join(reversed(filled)) if _CJK.search(text) else ", ".join(filled)
    return " ".join(filled)


def _unescaped_value(text: str) -> str:
    return re.sub(r"\\([\\,;:nN])", lambda m: "\n" if m[1] in "nN" else m[1], text).strip()
