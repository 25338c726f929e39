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
from dataclasses import replace
from itertools import islice
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tracer.case.store import files_connection
from tracer.documents import NotADocument, json_of, object_at
from tracer.errors import InputRefused
from tracer.lists.read.delimited import batches_of
from tracer.lists.read.encoding import Decoded, Encoding, scan, text_codec, utf8_pipe
from tracer.lists.read.landing import HEAD_ROWS, Landing, SourceReading, drop_raw, identifies, table_of_rows
from tracer.lists.read.model import Account, PartRead, Source, bytes_source
from tracer.lists.read.roles import door_of
from tracer.resources import sql_next_to

_OBJECT_BYTES = 64 << 20  # one record
_PATHS = sql_next_to(__file__)("json_paths")
BAD_LINE = "no JSON"
"""Heading of what is kept of lines that cannot be read."""
_DEPTH = 3  # how deep the one array of a document is looked for
_LEAF = re.compile(r'[^"\[\]{},:\s][^"\[\]{},]*')
"""A value in a JSON text, or a key."""
_TAIL = 100  # characters in which an array ends
_NEARLY_ALL = 0.9  # share of an object's values that are objects, where it keeps them by their keys


def read_records(reading: SourceReading, kind: str) -> PartRead:
    """A json or ndjson source as one part. Raises InputRefused for what is damaged or holds no array of objects."""
    encoding, table = reading.encoding, reading.namer()
    try:
        header, landing, account = (_document if kind == "json" else _lines)(reading, encoding, table)
    except duckdb.Error as error:
        # DuckDB names the line of a bad record, and then quotes it: that stays out of the message.
        line = re.search(r"in (?:record/value|line) (\d+)|line (\d+)", str(error))
        place = f"{reading.source.where}, line {line[1] or line[2]}" if line is not None else reading.source.where
        raise InputRefused("the JSON is damaged or cut off", where=place, remedy="get it again") from error
    return reading.part(landing, header or ("",), kind, account, encoding=encoding)


_UTF8 = Encoding("utf-8", 0, True)


def _document(reading: SourceReading, encoding: Encoding, table: str) -> tuple[tuple[str, ...], Landing, Account]:
    """The one array of a document; the account counts all its objects that are in arrays."""
    source = reading.source
    data = source.read_all(reading.options.limits)
    try:
        arrays = arrays_in(data[encoding.bom :].decode(encoding.name), reading.options.region)
    except UnicodeDecodeError as error:
        raise source.refusal("the JSON cannot be read", "name its --encoding") from error
    except NotADocument as error:
        place = f"{source.where}, line {error.line_number}" if error.line_number else source.where
        what = f"the JSON is damaged, cut off or none ({error.what})"
        raise InputRefused(what, where=place, remedy="get it again") from error
    if not arrays:
        raise source.refusal("no array of objects in it", 'give it as [{"phone": …}, …] or one object a line')
    items, *more = arrays
    others = sum(map(len, more))
    if others:
        reading.note(f"{others:,} objects in other arrays of the document are left out")
    if items and all(isinstance(item, list) for item in items):  # rows, as of any table
        landing, plan, account = reading.land(batches_of([list(map(_cell, item)) for item in items]), table=table)
        reading.note_titles(plan)
        return plan.names, landing, replace(account, lines=len(items) + others, left_out=others)
    objects = _text(source, (_as_json(_as_object(item)) for item in items))
    header, landing = _land_records(reading, objects, _UTF8, table)
    blank = landing.blank if header else len(items)
    return header, landing, Account(len(items) + others, rows=landing.rows, blank=blank, left_out=others)


def arrays_in(text: str, region: str) -> list[list[Any]]:
    """The arrays of a text's documents, the one first that is read as a list. Raises `NotADocument`."""
    documents = [document for document, _, _ in documents_in(text)]
    arrays = _arrays_of(_joined(documents, region) if len(documents) > 1 else documents[0])
    return sorted(arrays, key=lambda items: (_identifies(items, region), len(items)), reverse=True)


_BETWEEN = re.compile(r"[\s,]*")
_LAST_COMMA = re.compile(r",(\s*\]\s*)$")


def documents_in(text: str) -> list[tuple[Any, int, int]]:
    """The JSON documents of a text, and where each begins and ends: one, or several one after another, as `jq` writes
    them, with commas between them or none. A comma after the last item of an array counts for none.

    Raises `NotADocument`.
    """
    text = text[:-_TAIL] + _LAST_COMMA.sub(r" \1", text[-_TAIL:])
    found, at = list[tuple[Any, int, int]](), 0
    while not found or at < len(text):
        begin = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing as well
        document, end = object_at(text, begin)
        found.append((document, begin, end))
        at = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]  # as above
    return found


def _joined(documents: list[Any], region: str) -> list[Any]:
    """The items of several documents: these themselves, or what is in their arrays, as answers over several pages."""
    own = [{k: v for k, v in each.items() if not isinstance(v, list)} for each in documents if isinstance(each, dict)]
    if _identifies(own, region):
        return documents
    pages = [max(arrays, key=len) for arrays in map(_arrays_of, documents) if arrays]
    return [item for page in pages for item in (page if page and isinstance(page[0], (dict, list)) else [page])]


def _identifies(items: list[Any], region: str) -> bool:
    """Whether the first items of an array hold a number or an address."""
    return any(identifies(text, region) for text in _LEAF.findall(_as_json(items[:HEAD_ROWS])))


def _cell(value: Any) -> str:
    """A value in a row of an array, as one in an object is written."""
    if isinstance(value, list):
        return ";".join(_cell(each) for each in value if each is not None)
    text = value if isinstance(value, str) else "" if value is None else _as_json(value)
    return text.encode("utf-8", "replace").decode()


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


def _lines(reading: SourceReading, encoding: Encoding, table: str) -> tuple[tuple[str, ...], Landing, Account]:
    """One object a line; lines that are not JSON, or hold more than one object, are kept as objects with their text
    under `BAD_LINE`. Raises `duckdb.Error` where most are not JSON."""
    source = reading.source
    facts = scan(source, encoding)
    damage = duckdb.Error()
    try:
        header, landing = _land_records(reading, source, encoding, table)
        read = landing.rows + landing.blank
        if read in (facts.lines, facts.lines - facts.empty_lines) and header:
            return header, landing, Account(facts.lines, rows=landing.rows, blank=facts.lines - landing.rows)
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
    header, landing = _land_records(reading, _text(source, filled), _UTF8, table)
    blank = facts.lines - len(filled) + (landing.blank if header else len(filled))
    return header, landing, Account(facts.lines, rows=landing.rows, blank=blank)


def _land_records(
    reading: SourceReading, lines: Source, encoding: Encoding, table: str
) -> tuple[tuple[str, ...], Landing]:
    """The columns' headings, and the rows in a raw table. Raises `duckdb.Error` for a line that is not JSON."""
    with files_connection() as cursor:
        # The columns as paths of one or two keys, in the order in which they first appear.
        with _objects(lines, encoding) as objects:
            keys = cursor.execute(_PATHS.replace("{relation}", objects)).fetchall()
        paths = [(key,) if sub is None else (key, sub) for key, sub in keys]
        reading.refuse_width(len(paths))
        header = tuple(map(".".join, paths))
        door = door_of(header, reading.options, also=(BAD_LINE,))
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
    return header, landing


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


def _arrays_of(document: Any) -> list[list[Any]]:
    """The document if it is an array; else the arrays of objects or of rows in it; else the object itself as the only
    record. Objects that are kept by their keys are an array, too."""
    if isinstance(document, dict):
        document = _keyed_rows(document) or document
    if isinstance(document, list):
        return [document]
    if not isinstance(document, dict):
        return []
    found: list[list[Any]] = []

    def look(node: dict[str, Any], left: int) -> None:
        for value in node.values():
            items = _keyed_rows(value) or value if isinstance(value, dict) else value
            if isinstance(items, list) and items and isinstance(items[0], (dict, list)):
                found.append(items)
            elif isinstance(items, dict) and left > 1:
                look(items, left - 1)

    look(document, _DEPTH)
    alone = document and not any(isinstance(value, list) for value in document.values())
    return found or ([[document]] if alone else [])


def _keyed_rows(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects that an object keeps by their ids, as Firebase exports them, with the ids; of columns by the numbers
    of their rows, as pandas writes them, the rows. Empty where it keeps neither."""
    records = _alike(node)
    inner = sum(1 for record in records if _alike(record))
    if 2 * inner >= len(records):  # kept further down: users and admins, each by their ids
        return []
    keys = dict.fromkeys(key for record in records for key in record)
    if all(map(str.isdigit, keys)) and not any(map(str.isdigit, node)):
        return [{name: column.get(key) for name, column in node.items() if isinstance(column, dict)} for key in keys]
    name = "key" if "id" in keys else "id"
    return [{name: key, **_as_object(value)} for key, value in node.items()]


def _alike(node: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects in an object if nearly all its values are some, and most of what they hold is under keys that most of
    them have."""
    records = [value for value in node.values() if isinstance(value, dict)]
    if len(records) < 2 or len(records) < _NEARLY_ALL * len(node):
        return []
    keys = Counter(key for record in records for key in record)
    shared = sum(times for times in keys.values() if 2 * times > len(records))
    return records if 2 * shared > keys.total() else []


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
                columns = [text_column(column.combine_chunks()) for column in flat.columns]
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


def text_column(column: pa.Array | pa.ChunkedArray) -> pa.Array:  # noqa: PLR0911 - one answer a type
    """A column of any type as text: whole floats without `.0`, days and moments as ISO 8601 (in UTC, with 3, 6 or 9
    digits of a second where it is not a whole one), nested values as JSON-like text.
    """
    kind = column.type
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    if pa.types.is_dictionary(kind):
        return text_column(column.dictionary_decode())
    if pa.types.is_floating(kind):
        wide = column.cast(pa.float64())
        written = (
            column.cast(pa.float32()) if pa.types.is_float16(kind) else column
        )  # the shortest text of its own width
        finite = pc.if_else(pc.is_finite(wide), wide, None)  # NaN is how pandas writes an empty cell
        whole = pc.and_(pc.equal(pc.floor(finite), finite), pc.less_equal(pc.abs(finite), _EXACT))
        integers = pc.if_else(whole, finite, None).cast(pa.int64()).cast(pa.string())
        return pc.coalesce(integers, pc.if_else(pc.is_finite(wide), written, None).cast(pa.string()))
    if pa.types.is_timestamp(kind):
        moments = column.cast(pa.timestamp(kind.unit))
        days = pc.floor_temporal(moments, unit="day")
        only_days = pc.if_else(pc.equal(days, moments), moments.cast(pa.date32(), safe=False).cast(pa.string()), None)
        return pc.coalesce(only_days, pc.replace_substring_regex(moments.cast(pa.string()), r"\.?(?:000)+$", ""))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = text_column(column.flatten())
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
