"""Copies of json, ndjson, vCard and parquet: records are cut and joined as they are written; new ones follow a model's.

Keys, properties and columns are left out in the same way: what is left is as it was written.
"""

from __future__ import annotations

import io
import json
import quopri
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Context, Decimal
from functools import cached_property
from itertools import combinations
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tracer.documents import NotADocument, json_of, object_at
from tracer.lists.read.records import documents_in, text_column
from tracer.lists.write.delimited import TextRecords, codec_of
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, spliced, stretches, unwritable

# json and ndjson: a new item is its model's text with other values, so that layout, numbers and escapes are the list's.


_SAMPLE = 1_000
"""Items whose values are looked at."""
_BLANK = (None, "null", '""', "[]", "{}")


class JsonTemplate(Template):
    """A json document with one array of objects, or objects one a line. Raises `InputRefused` for anything else."""

    def __init__(self, content: bytes, part: SourcePart, where: str) -> None:
        self.part = part
        self.suffix = f".{part.format}"
        codec = codec_of(content, part.encoding)
        mark = "\ufeff" if content.decode(codec).startswith("\ufeff") else ""
        text = content.decode(codec)[len(mark) :]
        if text.encode(codec) != content[len(mark.encode(codec)) :]:
            raise unwritable("its text does not survive decoding", where, "load a clean export of it and release that")
        self.codec, self.mark, self.text = codec, mark, text
        lines = ((found.start(), found.end()) for found in re.finditer(r"[^\s][^\r\n]*", text))
        spans = [
            (a, b)
            for a, b in (lines if part.format == "ndjson" else _array_spans(text))
            if _has_value(json_of(text[a:b]))
        ]
        if len(spans) != part.rows:
            raise unwritable(
                "its items cannot be told apart as they were read", where, "load a clean export of it and release that"
            )
        self.spans = spans
        self._examples: dict[str, list[str]] = {}
        self._rows: dict[str, tuple[list[int], list[int]]] = {}

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edit = edits.get(self.part.part, PartEdit())
        items = spliced([self.text[a:b] for a, b in self.spans], edit, self._written)
        between = "\n" if self.part.format == "ndjson" else ",\n"
        if len(self.spans) > 1:
            between = self.text[self.spans[0][1] : self.spans[1][0]]
        body = between.join(items) if edit.removed or edit.added else self.text[self.spans[0][0] : self.spans[-1][1]]
        whole = self.text[: self.spans[0][0]] + body + self.text[self.spans[-1][1] :]
        return (self.mark + whole).encode(self.codec)

    def without(self, gone: frozenset[int]) -> bytes:
        """See `Template`."""
        names, pieces, at = frozenset(self.part.headers[i] or "" for i in gone), [self.mark], 0
        for begin, end in self.spans:
            pieces += [self.text[at:begin], _item_without(self.text[begin:end], names)]
            at = end
        return "".join([*pieces, self.text[at:]]).encode(self.codec)

    def _written(self, new: NewRow) -> str:
        """A new item: its model's text with other values."""
        item = self.text[slice(*self.spans[new.like - 1])]
        for i, name in enumerate(self.part.headers):
            donor, cell = new.taken[i], new.cells[i]
            if donor is None and cell is None:
                # Blank as an item near by is: without the key, null, or an empty text.
                blanks = self._rows_of(name)[1]
                near = min(blanks, key=lambda row: abs(row - new.like)) if blanks else None
                held = "null" if near is None else _written_at(self._item(near), name)
                item = item if near is None and _written_at(item, name) is None else _with_value(item, name, held)
                continue
            filled = self._rows_of(name)[0]
            like = item if donor is None and not filled else self._item(donor or filled[0])
            value = self._value_like(cell, name, _value_at(item, name)) if donor is None else _value_at(like, name)
            item = _with_value(item, name, value, like)
        return item

    def _item(self, row: int) -> str:
        return self.text[slice(*self.spans[row - 1])]

    def _rows_of(self, name: str) -> tuple[list[int], list[int]]:
        """The rows that have a value under a name, and those that are blank there; the first items are looked at."""
        if name not in self._rows:
            values = [_written_at(self.text[a:b], name) for a, b in self.spans[:_SAMPLE]]
            filled = [row for row, value in enumerate(values, 1) if value not in _BLANK]
            self._rows[name] = filled, [row for row, value in enumerate(values, 1) if value in (None, "null", '""')]
        return self._rows[name]

    def _value_like(self, cell: str | None, name: str, model: str | None) -> str | None:
        """A new text written as a value is, its model or the first that is filled; None for no value."""
        if cell is None:
            return None
        if name not in self._examples:
            values = [_value_at(self.text[a:b], name) for a, b in self.spans[:_SAMPLE]]
            self._examples[name] = [value for value in values if value is not None and value != "[]"]
        examples = self._examples[name]
        if model is None or model == "[]":
            model = next(iter(examples), model or '""')
        if model in ("true", "false") and cell in ("true", "false"):
            return cell
        if re.match(r"-?\d", model) and re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", cell):
            number = cell if "." in cell else str(int(cell))
            places = {len(value.partition(".")[2]) for value in (model, *examples)}
            if len(places) == 1 and places != {0}:  # all have so many decimals, with zeros at the end
                whole, _, decimals = number.partition(".")
                number = f"{whole}.{decimals.ljust(places.pop(), '0')}"
            return number
        written = json.dumps(cell, ensure_ascii="\\u" in self.text and self.text.isascii())
        if "\\/" in self.text:
            written = written.replace("/", "\\/")
        items = re.fullmatch(r"(\[\s*).*?(\s*\])", model, re.DOTALL)
        return written if items is None else f"{items.group(1)}{written}{items.group(2)}"


def _has_value(node: Any) -> bool:
    """Whether there is a value in a node: the reader leaves out items that have none."""
    if isinstance(node, dict | list):
        return any(map(_has_value, node.values() if isinstance(node, dict) else node))
    return node is not None and node != ""


def _array_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the items of the document's longest array of objects, or of the documents one after another."""
    documents = documents_in(text)
    flat = (isinstance(one, dict) and not any(isinstance(v, list) for v in one.values()) for one, *_ in documents)
    if all(flat):
        return [(begin, end) for _, begin, end in documents]
    best = list[tuple[int, int]]()
    for opened in re.finditer(r"\[\s*(?=\{)", text):
        if best and opened.start() < best[-1][1]:
            continue
        position, spans = opened.end(), list[tuple[int, int]]()
        while True:
            try:
                _, end = object_at(text, position)
            except NotADocument:
                spans = []
                break
            spans.append((position, end))
            step = re.compile(r"\s*(,?)\s*").match(text, end)
            if step is None or not step.group(1):
                break
            position = step.end()
        best = max(best, spans, key=len)
    return best


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')


def _members(item: str) -> list[tuple[str, int, int, int]]:
    """The keys of an object as it is written, each with where it begins, where its value does, and where that ends."""
    members, depth, key, value, end = list[tuple[str, int, int, int]](), 0, None, None, 0
    for token in _TOKEN.finditer(item):
        sign = token.group()
        if depth == 1 and sign in ",}":
            if key is not None and value is not None:
                members.append((str(json_of(key.group())), key.start(), value, end))
            key, value = None, None
        elif depth == 1 and key is None:
            key = token
        elif depth == 1 and value is None and sign != ":":
            value = token.start()
        depth += (sign in "{[") - (sign in "}]")
        end = token.end()
    return members


def _written_at(item: str, name: str) -> str | None:
    """What is written under a dotted name, None for no such key; a key with a dot of its own comes first."""
    held = {key: item[value:end] for key, _, value, end in _members(item)} if item[:1] == "{" else {}
    outer, _, inner = name.partition(".")
    return _written_at(held.get(outer, ""), inner) if inner and name not in held else held.get(name)


def _value_at(item: str, name: str) -> str | None:
    """The value under a dotted name as it is written; None for none."""
    found = _written_at(item, name)
    return None if found == "null" else found


def _with_value(item: str, name: str, written: str | None, like: str = "{}") -> str:
    """An object with another value under a dotted name, without the key where that is None. A key that it has not
    comes where `like`, an object that has it, has it."""
    members, (outer, _, inner) = _members(item), name.partition(".")
    held = {key: (value, end) for key, _, value, end in members}
    if written is None:
        left = _item_without(item, frozenset({name}))
        return left if _written_at(left, outer) != "{}" else _item_without(left, frozenset({outer}))
    if name in held:
        value, end = held[name]
        return item[:value] + written + item[end:]
    if inner and outer in held and item[held[outer][0]] == "{":
        value, end = held[outer]
        return (
            item[:value] + _with_value(item[value:end], inner, written, _written_at(like, outer) or "{}") + item[end:]
        )
    around = _written_at(like, outer) if inner and _written_at(like, outer) is not None else None
    if around is not None and around[0] == "{" and outer not in held:
        others = frozenset(key for key, *_ in _members(around)) - {inner}
        written, name = _with_value(_item_without(around, others), inner, written), outer
    if not members:
        return item
    order = [key for key, *_ in _members(like)]
    before = order[: order.index(name)] if name in order else order
    at = max((i for i, (key, *_) in enumerate(members) if key in before), default=len(members) - 1)
    _, begin, value, end = members[at]
    colon = item[begin:value].rpartition('"')[2]
    blank = item[members[at - 1][3] + 1 : begin] if at else item[1:begin]
    return f"{item[:end]},{blank or colon[1:]}{json.dumps(name, ensure_ascii=False)}{colon}{written}{item[end:]}"


def _item_without(item: str, names: frozenset[str]) -> str:
    """An object as it is written, without these keys; `a.b` is the key b within a's value."""
    members = _members(item)
    if not members:
        return item
    text, kept = item[: members[0][1]], 0
    for at, (name, begin, value, end) in enumerate(members):
        if name in names:
            continue
        text += item[members[at - 1][3] : begin] if kept else ""
        kept += 1
        inner = frozenset(each.removeprefix(f"{name}.") for each in names if each.startswith(f"{name}."))
        held = item[value:end]
        text += item[begin:value] + (_item_without(held, inner) if inner and held[0] == "{" else held)
    return text + item[members[-1][3] :]


# vCard: new cards follow a model card line by line.

_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})
"""What belongs to the model's own person."""
_STRUCTURE = frozenset({"BEGIN", "END", "VERSION"})
_PARTS, _ADDRESSES = 7, 3_000
"""Parts of an address, and addresses that new ones are held against."""
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class CardTemplate(Template):
    """A vCard source, cut into cards once. Raises `InputRefused` where cards and rows do not agree."""

    suffix = ".vcf"

    def __init__(self, content: bytes, part: SourcePart, where: str) -> None:
        self.part, self.codec = part, codec_of(content, part.encoding)
        begins = [found.start() for found in re.finditer(rb"(?im)^(?:\xef\xbb\xbf)?BEGIN:VCARD", content)]
        if len(begins) != part.rows:
            raise unwritable("its cards cannot be told apart", where, "load a clean export of it and release that")
        newline = b"\r\n" if b"\r\n" in content else b"\n"
        closed = content.endswith(newline)
        data = content if closed else content + newline
        ends = np.array([*begins[1:], len(data)], dtype=np.int64)
        self.records = TextRecords(data, np.array(begins, dtype=np.int64), ends, newline, closed)
        self._width: int | None = None
        self._addresses: list[list[str]] | None = None

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        return self.records.splice(edits.get(self.part.part, PartEdit()), self._written)

    def without(self, gone: frozenset[int]) -> bytes:
        """See `Template`; without FN its cards have no N either, which the name may come from."""
        names = {self.part.headers[i] or "" for i in gone}
        names |= {"N"} if "FN" in names else set()
        kept = bytearray()
        dropped = soft = quoted = False
        for found in re.finditer(rb"[^\r\n]*(?:\r\n|\n|\r|$)", self.records.data):
            line = found.group()
            text = line.decode(self.codec, "replace").strip("\ufeff")
            goes_on = soft or text[:1] in (" ", "\t")
            if not goes_on:
                head = text.partition(":")[0]
                dropped = head.strip().split(";")[0].rpartition(".")[2].upper() in names
                quoted = "QUOTED-PRINTABLE" in head.upper()
            soft = quoted and text.rstrip("\r\n").endswith("=")
            kept += b"" if dropped else line
        return self.records.ended([bytes(kept)])

    def _lines(self, row: int) -> Iterator[tuple[str, str, str]]:
        """The lines of a card: the property, what is before its value, and the whole as it is written, folds too."""
        text = re.sub(r"\r\n?", "\n", self.records.record(row).decode(self.codec).strip("\ufeff"))
        whole = list[str]()
        for line in text.split("\n"):
            soft = bool(whole) and whole[-1].endswith("=") and "QUOTED-PRINTABLE" in whole[-1].partition(":")[0].upper()
            if whole and (soft or line[:1] in (" ", "\t")):
                whole[-1] += f"\n{line}"
            else:
                whole.append(line)
        for line in whole:
            head = line.partition(":")[0]
            yield head.split(";")[0].rpartition(".")[2].upper(), head, line

    def _written(self, new: NewRow) -> bytes:
        """A new card: its model's properties in their order; those that the model lacks where other cards have them."""
        held = {name: (cell, donor) for name, cell, donor in zip(self.part.headers, new.cells, new.taken, strict=False)}
        model = list(self._lines(new.like))
        names = [name for name, _, _ in model]
        lines, done = list[tuple[str, str]](), set[str]()
        for name, head, line in model:
            cell, donor = held.get("FN" if name == "N" else name, (None, new.like))
            if name in _LEFT_OUT or name in done:
                continue
            if donor == new.like or name in _STRUCTURE:
                lines.append((name, line))
            else:
                done.add(name)
                lines += [(name, each) for each in self._property(name, (head, line), cell, donor)]
        for name, (cell, donor) in held.items():
            # A label belongs to the lines of its group.
            if cell is None or name in names or name in ("N", *_LEFT_OUT) or name.startswith("X-AB"):
                continue
            if name == "FN" and "N" in names:
                continue
            other = list(self._lines(donor or self._nearest_with(name, new.like)))
            at = next(i for i, each in enumerate(other) if each[0] == name)
            made = self._property(name, (other[at][1], other[at][2]), cell, donor)
            # Where most cards that have both have it before or behind the others.
            wrong = [
                sum(self._order[name, each] > self._order[each, name] for each, _ in lines[:place])
                + sum(self._order[each, name] > self._order[name, each] for each, _ in lines[place:])
                for place in range(1, len(lines))
            ]
            place = len(wrong) - wrong[::-1].index(min(wrong))
            lines[place:place] = [(name, line) for line in made]
        text = "\n".join(line for _, line in lines)
        return text.replace("\n", self.records.newline.decode()).encode(self.codec)

    @cached_property
    def _order(self) -> Counter[tuple[str, str]]:
        """Pairs of properties -> cards in which the first is before the second."""
        rows = range(1, self.part.rows + 1, max(1, self.part.rows // _SAMPLE))
        return Counter(pair for row in rows for pair in combinations([name for name, _, _ in self._lines(row)], 2))

    def _nearest_with(self, name: str, row: int) -> int:
        """The card next to a row that has a property."""
        order = sorted(range(1, self.part.rows + 1), key=lambda other: abs(other - row))
        return next(other for other in order if any(each == name for each, _, _ in self._lines(other)))

    def _property(self, name: str, like: tuple[str, str], cell: str | None, donor: int | None) -> list[str]:
        """The lines of a property: those of the card that it is taken from, or a new one written like another."""
        if donor is not None:
            return [line for other, _, line in self._lines(donor) if other == name]
        if cell is None:
            return []
        head, before = like[0], like[1].partition(":")[2]
        cell = cell.replace("\n", "\\n")
        if name == "ADR":
            text = ";".join(self._address(cell))
        elif name == "N":  # family name; given name
            plain = cell.replace(";", " ")
            given, _, family = plain.rpartition(" ")
            parts = (plain[:1], plain[1:]) if _CHINESE.match(plain) else (family, given)
            text = ";".join([*parts, *[""] * max(0, before.count(";") - 1)])
        else:
            text = cell if name in ("TEL", "EMAIL") else cell.replace(";", "\\;")
            text += ";" if name == "ORG" and before.endswith(";") else ""
        if "QUOTED-PRINTABLE" in head.upper():
            charset = re.search(r"CHARSET=([^;:]+)", head, re.IGNORECASE)
            data = text.encode(charset.group(1).strip('"') if charset else "utf-8")
            return [f"{head}:" + quopri.encodestring(data, quotetabs=True).decode("ascii").replace("=\n", "")]
        if b"\\," in self.records.data and name not in ("TEL", "EMAIL"):
            text = text.replace(",", "\\,")
        return [self._folded(f"{head}:{'tel:' * ('VALUE=URI' in head.upper() and name == 'TEL')}{text}")]

    def _folded(self, line: str) -> str:
        """A line of at most as many bytes as the list's folded ones have."""
        if self._width is None:
            found = re.findall(rb"([^\r\n]+)\r?\n[ \t]", self.records.data)
            self._width = max(map(len, found), default=0)
        pieces, size = [""], 0
        for char in line if self._width > 1 else ():
            bytes_of_it = len(char.encode(self.codec))
            if size + bytes_of_it > self._width:
                pieces, size = [*pieces, ""], 1
            pieces[-1] += char
            size += bytes_of_it
        return "\n ".join(pieces) if self._width > 1 else line

    def _address(self, cell: str) -> list[str]:
        """A new address in its parts (box, further, street, town, region, postcode, country), as the card's that is
        another in one part; otherwise as its pieces look, with region and country of another card of its town."""
        if self._addresses is None:
            rows = range(1, self.part.rows + 1, max(1, self.part.rows // _ADDRESSES))
            lines = [line for row in rows for name, _, line in self._lines(row) if name == "ADR"]
            plain = [re.sub(r"\n[ \t]", "", line).partition(":") for line in lines]
            raw = [value.split(";") for head, _, value in plain if "QUOTED" not in head.upper() and "\\;" not in value]
            self._addresses = [[part.replace("\\,", ",") for part in parts] for parts in raw if len(parts) == _PARTS]
        chinese = _CHINESE.search(cell) is not None
        best, found = 0, list[str]()
        for parts in self._addresses:
            filled = [i for i in range(_PARTS) if parts[i]]
            order, between, rest = filled[::-1] if chinese else filled, "" if chinese else ", ", cell
            while len(order) > 1 and rest.endswith(between + parts[order[-1]]):
                rest = rest.removesuffix(between + parts[order.pop()])
            while len(order) > 1 and rest.startswith(parts[order[0]] + between):
                rest = rest.removeprefix(parts[order.pop(0)] + between)
            if len(order) == 1 and rest and len(cell) - len(rest) > best:
                best, found = len(cell) - len(rest), [rest if i == order[0] else part for i, part in enumerate(parts)]
        if found or chinese:
            found = found or ["", "", cell, *[""] * 4]
        else:
            pieces = [piece for piece in cell.split(", ") if piece]
            found = ["", "", pieces[0], *[""] * 4] if pieces else [""] * _PARTS
            for piece in pieces[1:]:
                coded = re.fullmatch(r"(?=.*\d)[A-Z0-9][A-Z0-9 -]{2,9}", piece) is not None and not found[5]
                at = 5 if coded else next((i for i in (3, 4, 6) if not found[i]), 2)
                found[at] = f"{found[at]}, {piece}" if found[at] else piece
            town = [parts for parts in self._addresses if found[3] and parts[3].casefold() == found[3].casefold()]
            found = [mine or (town[0][i] if town and i in (4, 6) else "") for i, mine in enumerate(found)]
        return [part.replace(";", " ") for part in found]


# parquet: rows go in and out of the table, under the same schema, compression and row groups.

_SECOND_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
_EXACTLY = Context(prec=76)  # digits of the widest decimals


class ParquetTemplate(Template):
    """A parquet source. Raises `InputRefused` where its rows are not those that were read, or cells are nested."""

    suffix = ".parquet"

    def __init__(self, content: bytes, part: SourcePart, where: str) -> None:
        file = pq.ParquetFile(io.BytesIO(content))
        table = file.read()
        filled = [i for i, row in enumerate(_filled_rows(table)) if row]
        if len(filled) != part.rows or any(pa.types.is_nested(kind) for kind in table.schema.types):
            raise unwritable(
                "its rows are nested or cannot be told apart", where, "load a flat export of it and release that"
            )
        self.part, self.table, self.filled, self.where = part, table, filled, where
        self.layout = _layout_of(file)
        self._blanks: dict[int, list[int]] = {}

    def check(self, edits: Sequence[Mapping[int, PartEdit]]) -> None:
        """See `Template`: a new cell that its column's type cannot take is refused."""
        refused = dict[str, None]()
        for new in dict.fromkeys(new for edit in edits for new in edit.get(self.part.part, PartEdit()).added):
            for i, field in enumerate(self.table.schema):
                try:
                    self._cell(new, i)
                except (pa.ArrowException, ArithmeticError, ValueError, OverflowError):
                    refused[f"{field.name!r} ({field.type})"] = None
        if refused:
            what = f"a planted record needs a cell that its column's type cannot have: {', '.join(refused)}"
            remedy = "give canaries that fit the column, leave it out with --without, or release the list as csv"
            raise unwritable(what, self.where, remedy)

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edit = edits.get(self.part.part, PartEdit())
        sink, count, schema = io.BytesIO(), self.table.num_rows, self.table.schema
        pieces = [
            self.table.slice(piece.start, piece.stop - piece.start)
            if isinstance(piece, slice)
            else pa.Table.from_arrays([self._cell(piece, i) for i in range(len(schema))], schema=schema)
            for piece in stretches(edit, self.filled, [row + 1 for row in self.filled], count, count)
        ]
        pq.write_table(pa.concat_tables(pieces).unify_dictionaries(), sink, **self.layout)
        return sink.getvalue()

    def _cell(self, new: NewRow, i: int) -> pa.ChunkedArray:
        """A new row's cell of column i: another row's as it is there, or a new one of the column's type."""
        column, donor, cell = self.table.column(i), new.taken[i], new.cells[i]
        if donor is None and cell is None:
            # Blank as the nearest blank cell is: null, an empty text, not a number.
            if i not in self._blanks:
                texts = text_column(column).take(self.filled).to_pylist()
                self._blanks[i] = [row for row, text in enumerate(texts, 1) if not text]
            blanks = self._blanks[i]
            donor = min(blanks, key=lambda row: abs(row - new.like)) if blanks else None
        if donor is not None:
            return column.slice(self.filled[donor - 1], 1)
        if cell is None and not self.table.schema.field(i).nullable:
            raise ValueError
        return pa.chunked_array([_new_cell(cell, column.type)])


def _new_cell(cell: str | None, kind: pa.DataType) -> pa.Array:
    """A text as one cell of a type, in its resolution. Raises `ArrowException`, `ArithmeticError` or `ValueError`."""
    types, value, made_of = pa.types, cast(Any, cell), kind
    if cell is None:
        return pa.nulls(1, kind)
    if types.is_dictionary(kind):
        return _new_cell(cell, kind.value_type).cast(kind)
    if types.is_decimal(kind):
        value = Decimal(cell).quantize(Decimal(1).scaleb(-kind.scale), context=_EXACTLY)
    elif types.is_integer(kind) or types.is_duration(kind):
        value = int(Decimal(cell).to_integral_value())
    elif types.is_floating(kind):
        value, made_of = float(cell), pa.float64()
    elif types.is_time(kind) or types.is_timestamp(kind):
        whole, _, fraction = cell.partition(".")
        # The reader gives moments in UTC, whatever their zone.
        moment = datetime.fromisoformat(whole if types.is_timestamp(kind) else f"1970-01-01 {whole}")
        digits = _SECOND_DIGITS[kind.unit]
        value = (moment - datetime(1970, 1, 1)) // timedelta(seconds=1) * 10**digits
        value += int(fraction[:digits].ljust(digits, "0") or 0)
        made_of = pa.int32() if types.is_time32(kind) else pa.int64()
    else:
        made_of = pa.string()
    return pa.array([value], made_of).cast(kind)


def table_without(content: bytes, gone: frozenset[int]) -> bytes:
    """A parquet file without these columns."""
    file, sink = pq.ParquetFile(io.BytesIO(content)), io.BytesIO()
    kept = file.read()
    kept = kept.select([i for i in range(kept.num_columns) if i not in gone])
    pq.write_table(kept, sink, **_layout_of(file))
    return sink.getvalue()


def _layout_of(file: pq.ParquetFile) -> dict[str, Any]:
    """How a file is packed, and how many rows are together, for writing another like it."""
    group = file.metadata.row_group(0)
    compression = str(group.column(0).compression).lower()
    return {
        "compression": "none" if compression == "uncompressed" else compression,
        "row_group_size": max(int(group.num_rows), 1),
    }


def _filled_rows(table: pa.Table) -> list[bool]:
    """Whether each row has a cell that is neither null nor empty."""
    rows = [False] * table.num_rows
    for column in table.columns:
        rows = [
            before or (value is not None and value != "")
            for before, value in zip(rows, column.to_pylist(), strict=True)
        ]
        if all(rows):
            break
    return rows
