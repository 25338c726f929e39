"""Copies of xlsx workbooks: the sheets' XML is edited, all other members of the package stay as they are.

New strings are appended to the workbook's shared strings. Formulas are not moved; a copy of such a list says so.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from defusedxml import ElementTree

from tracer.lists.write.archive import rewritten
from tracer.lists.write.model import PartEdit, SourcePart
from tracer.lists.write.sheet import Sheet, moved_ranges

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class WorkbookTemplate:
    """An xlsx source. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    suffix = ".xlsx"

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.content = content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.names = frozenset(archive.namelist())
            paths = _sheet_paths(archive)
            self.strings_path = next((n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
            self.strings = archive.read(self.strings_path) if self.strings_path is not None else _NO_STRINGS
            empty, self.count = _empty_strings(self.strings)
            self.sheets = [
                Sheet(archive.read(paths[str(part.sheet)]), paths[str(part.sheet)], part, empty, where)
                for part in parts
            ]
            self.tables = {sheet.path: _tables(archive, sheet.path) for sheet in self.sheets}
            formulas = any(re.search(rb"<(?:\w+:)?f\b", sheet.xml) for sheet in self.sheets)
        self.notes: tuple[str, ...] = ("formulas keep the cells they name though rows have moved",) if formulas else ()

    def render(self, edits: Mapping[int, PartEdit]) -> bytes:
        """See `Template`."""
        changed: dict[str, bytes] = {}
        new: dict[str, int] = {}

        def shared(text: str) -> int:
            return new.setdefault(text, self.count + len(new))

        for sheet in self.sheets:
            edit = edits.get(sheet.part.part)
            if edit is None or not (edit.removed or edit.added):
                continue
            changed[sheet.path], moved = sheet.rendered(edit, shared if self.strings_path is not None else None)
            changed |= {path: moved_ranges(xml, moved) for path, xml in self.tables[sheet.path].items()}
        if new:
            changed |= self._with_strings(list(new))
        return rewritten(self.content, changed) if changed else self.content

    def _with_strings(self, texts: Sequence[str]) -> dict[str, bytes]:
        if self.strings_path is None:
            return {}
        prefix = re.search(rb"<((?:\w+:)?)sst\b", self.strings)
        p = b"" if prefix is None else prefix.group(1)
        items = b"".join(
            b'<%bsi><%bt xml:space="preserve">%b</%bt></%bsi>' % (p, p, escape(text).encode(), p, p)
            if text != text.strip() else b"<%bsi><%bt>%b</%bt></%bsi>" % (p, p, escape(text).encode(), p, p)
            for text in texts
        )  # fmt: skip

        def more(found: re.Match[bytes]) -> bytes:
            return found.group(1) + str(int(found.group(2)) + len(texts)).encode()

        head, _, tail = self.strings.rpartition(b"</" + p + b"sst>")
        opened = head.index(b">", head.index(b"sst"))
        head = re.sub(rb'(\b(?:uniqueCount|count)=")(\d+)(?=")', more, head[:opened]) + head[opened:]
        return {self.strings_path: head + items + b"</" + p + b"sst>" + tail}


_NO_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0" uniqueCount="0"></sst>'


def _empty_strings(xml: bytes) -> tuple[frozenset[int], int]:
    """Indexes of the shared strings without text, and how many strings there are."""
    empty, count = set(), 0
    for found in re.finditer(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", xml, re.DOTALL):
        if not re.search(rb"<(?:\w+:)?t\b[^>]*>[^<]+</", found.group(1) or b""):
            empty.add(count)
        count += 1
    return frozenset(empty), count


def _relations(archive: zipfile.ZipFile, path: str) -> dict[str, str]:
    """Relation id -> path, of one document of the workbook."""
    folder, name = posixpath.split(path)
    place = f"{folder}/_rels/{name}.rels"
    if place not in archive.namelist():
        return {}
    root = ElementTree.fromstring(archive.read(place))
    return {
        item.get("Id", ""): posixpath.normpath(posixpath.join(folder, item.get("Target", ""))).lstrip("/")
        if not item.get("Target", "").startswith("/") else item.get("Target", "").lstrip("/")
        for item in root
    }  # fmt: skip


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> path of its XML."""
    root = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = _relations(archive, "xl/workbook.xml")
    return {
        item.get("name", ""): targets[item.get(_REL, "")]
        for item in root.iter()
        if item.tag.rpartition("}")[2] == "sheet" and item.get(_REL, "") in targets
    }


def _tables(archive: zipfile.ZipFile, sheet: str) -> dict[str, bytes]:
    """The tables that lie over a sheet."""
    return {path: archive.read(path) for path in sorted(_relations(archive, sheet).values()) if "/tables/" in path}
