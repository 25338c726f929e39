"""A source without some of its columns, as bytes: what is left is as it was written."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tracer.documents import json_of
from tracer.lists.write.delimited import codec_of, raw_fields, read_records
from tracer.lists.write.json_records import JsonTemplate
from tracer.lists.write.model import SourcePart, unwritable
from tracer.lists.write.new_workbook import REWRITTEN

# Items of json and cards of vCard files without some keys and properties: what is left is as it was written.

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+')
_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|$)")


@dataclass(frozen=True)
class _KeyAndValue:
    """A key of an object with its value, as spans of a text."""

    name: str
    begin: int
    value: int
    end: int


def items_without(content: bytes, part: SourcePart, names: frozenset[str], where: str) -> bytes:
    """A json or ndjson document whose items have none of these keys; `a.b` is the key b within a's value.

    Raises `InputRefused` where its items cannot be told apart.
    """
    document = JsonTemplate(content, part, where)
    pieces, at = [], 0
    for begin, end in document.spans:
        pieces += [document.text[at:begin], _item_without(document.text[begin:end], names)]
        at = end
    return (document.mark + "".join(pieces) + document.text[at:]).encode(document.codec)


def _item_without(item: str, names: frozenset[str]) -> str:
    members = list(_members(item))
    if not members:
        return item
    kept = [at for at, member in enumerate(members) if member.name not in names]
    text = item[: members[0].begin]
    for rank, at in enumerate(kept):
        member = members[at]
        if rank:
            text += item[members[at - 1].end : member.begin]
        before = f"{member.name}."
        inner = frozenset(name.removeprefix(before) for name in names if name.startswith(before))
        value = item[member.value : member.end]
        value = _item_without(value, inner) if inner and value[0] == "{" else value
        text += item[member.begin : member.value] + value
    return text + item[members[-1].end :]


def _members(item: str) -> Iterator[_KeyAndValue]:
    """The keys of the object that a text is, in order."""
    depth, key, value = 0, None, None
    end = 0
    for token in _TOKEN.finditer(item):
        sign = token.group()
        if depth == 1 and sign in ",}":
            if key is not None and value is not None:
                yield _KeyAndValue(str(json_of(key.group())), key.start(), value, end)
            key, value = None, None
        elif depth == 1 and key is None:
            key = token
        elif depth == 1 and value is None and sign != ":":
            value = token.start()
        depth += (sign in "{[") - (sign in "}]")
        end = token.end()


def cards_without(content: bytes, part: SourcePart, names: frozenset[str]) -> bytes:
    """A vCard file without these properties; without FN its cards have no N either, which the name may come from."""
    gone = {*names, *({"N"} if "FN" in names else ())}
    codec, kept = codec_of(content, part.encoding), bytearray()
    dropped = soft = quoted = False
    for found in _LINES.finditer(content):
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


_RECORDS = frozenset({"json", "ndjson", "vcf"})
_TEXT = frozenset({"csv", "tsv", "txt"})


def without_columns(
    content: bytes, parts: Sequence[SourcePart], columns: Sequence[Sequence[int]], where: str
) -> tuple[bytes, tuple[SourcePart, ...]]:
    """The original without these columns (positions, for each part), and its parts as they then are.

    Formats whose copies are written as new workbooks stay as they are. Raises `InputRefused` for a format that
    columns are not taken out of: in a workbook formulas, charts and filters refer to them.
    """
    left = tuple(
        replace(part, headers=tuple(name for i, name in enumerate(part.headers) if i not in gone))
        for part, gone in zip(parts, columns, strict=True)
    )
    part, kind = parts[0], parts[0].format
    if kind in REWRITTEN:
        return content, left
    if kind == "xlsx" and part.member is None:
        raise unwritable(
            "columns cannot be left out of a copy of a workbook: formulas, tables, charts and rules may refer to them",
            where,
            "delete the columns in the program that made it, so that it adjusts these, or save the sheet as csv; load"
            " that and release it",
        )
    if not can_leave_out(parts):
        raise unwritable(
            f"columns cannot be left out of a copy of {'an archive' if part.member is not None else kind}",
            where,
            "take them out of the file itself or save it as csv, load that and release it",
        )
    if kind in _RECORDS:
        names = frozenset(part.headers[i] or "" for i in columns[0])
        if kind == "vcf":
            return cards_without(content, part, names), left
        return items_without(content, part, names, where), left
    if kind == "parquet":
        return _parquet(content, frozenset(columns[0])), left
    return _text(content, part, frozenset(columns[0]), where), left


def can_leave_out(parts: Sequence[SourcePart]) -> bool:
    """Whether columns can be taken out of copies of a source."""
    kind = parts[0].format
    return kind in REWRITTEN or (len(parts) == 1 and parts[0].member is None and kind in {*_TEXT, *_RECORDS, "parquet"})


def _text(content: bytes, part: SourcePart, gone: frozenset[int], where: str) -> bytes:
    codec = codec_of(content, part.encoding)
    records, quote = read_records(content, part, codec, where)
    delimiter = part.delimiter or ""
    pieces = [_cut_titles(records.data[: int(records.starts[0])], part, gone, codec, quote)]
    for row in range(1, len(records.starts) + 1):
        record = records.record(row)
        fields = raw_fields(record.decode(codec), delimiter, quote)
        kept = delimiter.join(field for i, field in enumerate(fields) if i not in gone)
        end = records.data[int(records.starts[row - 1]) + len(record) : int(records.ends[row - 1])]
        pieces += [kept.encode(codec), end]
    pieces.append(records.data[int(records.ends[-1]) :])
    whole = b"".join(pieces)
    return whole if records.closed or not whole.endswith(records.newline) else whole[: -len(records.newline)]


def _cut_titles(above: bytes, part: SourcePart, gone: frozenset[int], codec: str, quote: str) -> bytes:
    """What is above the data: the row of headings without the columns, titles as they are."""
    text, delimiter = above.decode(codec), part.delimiter or ""
    lines = text.splitlines(keepends=True)
    for at in range(len(lines) - 1, -1, -1):
        body = lines[at].rstrip("\r\n")
        bom = "\ufeff" if body.startswith("\ufeff") else ""
        fields = raw_fields(body.removeprefix(bom), delimiter, quote)
        if len(fields) == len(part.headers):
            kept = delimiter.join(field for i, field in enumerate(fields) if i not in gone)
            lines[at] = bom + kept + lines[at][len(body) :]
            break
    return "".join(lines).encode(codec)


def _parquet(content: bytes, gone: frozenset[int]) -> bytes:
    import pyarrow.parquet as pq

    from tracer.lists.write.parquet import layout_of

    file = pq.ParquetFile(io.BytesIO(content))
    table, sink = file.read(), io.BytesIO()
    kept = table.select([i for i in range(table.num_columns) if i not in gone])
    pq.write_table(kept, sink, **layout_of(file))
    return sink.getvalue()
