"""Copies of json, ndjson, vCard and parquet: records are cut and joined as they are written; new ones follow a model's.

Keys, properties and columns are left out in the same way: what is left is as it was written.
"""

from __future__ import annotations

import io
import json
import quopri
import re
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tracer.documents import NotADocument, json_of, object_at
from tracer.lists.read.records import documents_in, unfolded_lines
from tracer.lists.write.delimited import TextRecords, codec_of
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, spliced, unwritable

# json and ndjson: new items follow the layout of a model item.


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
        spans = [(a, b) for a, b in (lines if part.format == "ndjson" else _array_spans(text)) if _has_value(text[a:b])]
        if len(spans) != part.rows:
            raise unwritable(
                "its items cannot be told apart as they were read", where, "load a clean export of it and release that"
            )
        self.spans = spans

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

    def _written(self, new: NewRow) -> str:
        """A new item with the keys, order, spacing and escapes of its model."""
        a, b = self.spans[new.like - 1]
        model = self.text[a:b]
        item = json_of(model)
        for i, name in enumerate(self.part.headers):
            donor = new.taken[i]
            if donor is not None:
                value = _at(json_of(self.text[slice(*self.spans[donor - 1])]), name)
            else:
                value = _as_type_of(new.cells[i], _at(item, name))
            _put_value(item, name, value)
        # JSON with the model's separators, indent and escapes: the way that reproduces the model itself, if one does.
        parsed = json_of(model)
        outer = re.search(r"\n([ \t]*)\}$", model)
        base = outer.group(1) if outer is not None else ""
        inner = re.match(r"\{\s*\n([ \t]*)", model)
        indent = inner.group(1)[len(base) :] if inner is not None else None
        for ascii_only, colon, comma in product((False, True), (": ", ":"), (", ", ",")):
            separators = (comma if indent is None else ",", colon)
            made = [
                json.dumps(node, ensure_ascii=ascii_only, separators=separators, indent=indent).replace(
                    "\n", "\n" + base
                )
                for node in (parsed, item)
            ]
            if made[0] == model:
                return made[1]
        return json.dumps(item, ensure_ascii="\\u" in model)


def _has_value(item: str) -> bool:
    """Whether an item has a value: the reader leaves blank ones out."""

    def value(node: Any) -> bool:
        if isinstance(node, dict):
            return any(value(inner) for inner in node.values())
        if isinstance(node, list):
            return any(value(inner) for inner in node)
        return node is not None and node != ""

    return value(json_of(item))


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


def _at(item: Any, name: str) -> Any:
    """The value under a dotted name as the reader makes them; a key with a dot of its own comes first."""
    if isinstance(item, dict):
        if name in item:
            return item[name]
        outer, _, inner = name.partition(".")
        return _at(item.get(outer), inner) if inner else None
    return None


def _put_value(item: dict[str, Any], name: str, value: Any) -> None:
    outer, _, inner = name.partition(".")
    if name not in item and inner and isinstance(item.get(outer), dict):
        _put_value(item[outer], inner, value)
    elif value is not None or name in item:
        item[name] = value


def _as_type_of(cell: str | None, model: Any) -> Any:
    """A new text as the type that its model has."""
    if cell is None:
        return None
    if isinstance(model, list):
        return [cell]
    if isinstance(model, (int, float)) and not isinstance(model, bool) and re.fullmatch(r"-?\d{1,15}", cell):
        return int(cell)
    return cell


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')


def items_without(content: bytes, part: SourcePart, names: frozenset[str], where: str) -> bytes:
    """A json or ndjson document whose items have none of these keys; `a.b` is the key b within a's value. What is left
    is as it was written.

    Raises `InputRefused` where its items cannot be told apart.
    """
    document = JsonTemplate(content, part, where)
    pieces, at = [], 0
    for begin, end in document.spans:
        pieces += [document.text[at:begin], _item_without(document.text[begin:end], names)]
        at = end
    return (document.mark + "".join(pieces) + document.text[at:]).encode(document.codec)


def _item_without(item: str, names: frozenset[str]) -> str:
    # The keys of the object with their values: (name, where the key begins, the value, where that ends).
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

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edit = edits.get(self.part.part, PartEdit())
        return self.records.splice(edit, [self._written(new) for new in edit.added])

    def _written(self, new: NewRow) -> bytes:
        newline = self.records.newline.decode()
        cells = dict(zip(self.part.headers, new.cells, strict=False))
        lines, done = [], set[str]()
        text = re.sub(r"\r\n?", "\n", self.records.record(new.like).decode(self.codec).strip("\ufeff"))
        for line in unfolded_lines([text]):
            head, _, _ = line.partition(":")
            name = head.split(";")[0].rpartition(".")[2].upper()
            wanted = "FN" if name == "N" else name
            if name in _LEFT_OUT or not line.strip():
                continue
            if wanted not in cells or name in ("BEGIN", "END", "VERSION"):
                lines.append(line)
            elif cells[wanted] is not None and name not in done:
                done.add(name)
                lines.append(f"{head}:{_value(name, head, str(cells[wanted]))}")
        return newline.join(lines).encode(self.codec)


def _value(name: str, head: str, cell: str) -> str:
    """A cell as the value of a property, written as the model's parameters say."""
    if name in ("N", "ADR"):
        plain = cell.replace(";", " ")
        text = f"{plain[:1]};{plain[1:]};;;" if name == "N" else f";;{plain};;;;"
    else:
        text = cell if name in ("TEL", "EMAIL") else cell.replace(";", "\\;")
    if "QUOTED-PRINTABLE" in head.upper():
        charset = re.search(r"CHARSET=([^;:]+)", head, re.IGNORECASE)
        data = text.encode(charset.group(1).strip('"') if charset else "utf-8")
        return quopri.encodestring(data, quotetabs=True).decode("ascii").replace("=\n", "")
    return f"tel:{text}" if "VALUE=URI" in head.upper() and name == "TEL" else text


def cards_without(content: bytes, part: SourcePart, names: frozenset[str]) -> bytes:
    """A vCard file without these properties; without FN its cards have no N either, which the name may come from."""
    gone = {*names, *({"N"} if "FN" in names else ())}
    codec, kept = codec_of(content, part.encoding), bytearray()
    dropped = soft = quoted = False
    for found in re.finditer(rb"[^\r\n]*(?:\r\n|\n|\r|$)", content):
        line = found.group()
        text = line.decode(codec, "replace").strip("\ufeff")
        goes_on = soft or text[:1] in (" ", "\t")
        if not goes_on:
            head = text.partition(":")[0]
            dropped = head.strip().split(";")[0].rpartition(".")[2].upper() in gone
            quoted = "QUOTED-PRINTABLE" in head.upper()
        soft = quoted and text.rstrip("\r\n").endswith("=")
        kept += b"" if dropped else line
    return bytes(kept)


# parquet: rows go in and out of the table, under the same schema, compression and row groups.


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
        self.part, self.table, self.filled = part, table, filled
        self.layout = _layout_of(file)

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edit = edits.get(self.part.part, PartEdit())
        pieces: list[pa.Table] = []
        position = 0
        removed = {self.filled[row - 1] for row in edit.removed}
        added: dict[int, list[NewRow]] = {}
        for new in edit.added:
            at = self.filled[new.before - 1] if new.before <= len(self.filled) else self.table.num_rows
            added.setdefault(at, []).append(new)
        for at in sorted(removed | set(added)):
            pieces += [self.table.slice(position, at - position), *(self._written(new) for new in added.get(at, []))]
            position = at + (at in removed)
        pieces.append(self.table.slice(position))
        sink = io.BytesIO()
        whole = pa.concat_tables(pieces)
        pq.write_table(whole, sink, **self.layout)
        return sink.getvalue()

    def _written(self, new: NewRow) -> pa.Table:
        arrays = []
        for i, field in enumerate(self.table.schema):
            donor = new.taken[i]
            value: Any = new.cells[i]
            if donor is not None:
                value = self.table.column(i)[self.filled[donor - 1]].as_py()
            arrays.append(pa.array([value], pa.string() if isinstance(value, str) else field.type).cast(field.type))
        return pa.Table.from_arrays(arrays, schema=self.table.schema)


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
