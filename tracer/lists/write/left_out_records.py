"""Items of json and cards of vCard files without some keys and properties: what is left is as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tracer.documents import json_of
from tracer.lists.write.delimited import codec_of
from tracer.lists.write.json_records import JsonTemplate
from tracer.lists.write.model import SourcePart

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
