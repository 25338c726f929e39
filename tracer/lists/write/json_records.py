"""Copies of json and ndjson: items are cut and joined as they are written; new ones follow a model item's layout."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from tracer.documents import NotADocument, json_of, object_at
from tracer.lists.write.delimited import codec_of
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, unwritable


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
        spans = [(a, b) for a, b in (lines if part.format == "ndjson" else _array_spans(text)) if _filled(text[a:b])]
        if len(spans) != part.rows:
            raise unwritable(
                "its items cannot be told apart as they were read", where, "load a clean export of it and release that"
            )
        self.spans = spans

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        edit = edits.get(self.part.part, PartEdit())
        written: dict[int, list[str]] = {}
        for new in edit.added:
            written.setdefault(new.before, []).append(self._written(new))
        items: list[str] = []
        for row, (a, b) in enumerate(self.spans, 1):
            items += written.get(row, [])
            if row not in edit.removed:
                items.append(self.text[a:b])
        items += written.get(len(self.spans) + 1, [])
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
                value = _typed(new.cells[i], _at(item, name))
            _put(item, name, value)
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


def _filled(item: str) -> bool:
    """Whether an item has a value: the reader leaves blank ones out."""

    def value(node: Any) -> bool:
        if isinstance(node, dict):
            return any(value(inner) for inner in node.values())
        if isinstance(node, list):
            return any(value(inner) for inner in node)
        return node is not None and node != ""

    return value(json_of(item))


def _array_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the items of the document's longest array of objects."""
    document = json_of(text)
    best = list[tuple[int, int]]()
    if isinstance(document, dict) and not any(isinstance(value, list) for value in document.values()):
        return [(len(text) - len(text.lstrip()), len(text.rstrip()))]
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


def _put(item: dict[str, Any], name: str, value: Any) -> None:
    outer, _, inner = name.partition(".")
    if name not in item and inner and isinstance(item.get(outer), dict):
        _put(item[outer], inner, value)
    elif value is not None or name in item:
        item[name] = value


def _typed(cell: str | None, model: Any) -> Any:
    """A new text as the type that its model has."""
    if cell is None:
        return None
    if isinstance(model, list):
        return [cell]
    if isinstance(model, (int, float)) and not isinstance(model, bool) and re.fullmatch(r"-?\d{1,15}", cell):
        return int(cell)
    return cell
