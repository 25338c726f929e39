"""A workbook that was read, with all that a copy needs to know of it: its parts, its sheets, their links."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr, unescape

from defusedxml import ElementTree

from tracer.lists.write.archive import GBK_NAMES
from tracer.lists.write.model import NewRow, PartEdit, SourcePart
from tracer.lists.write.xlsx.cells import NumberFormats, SharedStrings, SheetCell
from tracer.lists.write.xlsx.references import RowMoves, column_number, unescaped
from tracer.lists.write.xlsx.sheet import Sheet

# The parts of a workbook's package: which there are, and which belong to which sheet.

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_NAME = re.compile(rb"(<(?:\w+:)?definedName\b([^>]*)>)([^<]*)(?=</)")


@dataclass(frozen=True)
class PartRelation:
    """What a part names as related."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """The members of an xlsx file."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content), metadata_encoding=GBK_NAMES)
        self.names = tuple(self._archive.namelist())
        self._by_lower = {name.lower(): name for name in self.names}
        self.workbook_path = next(
            (r.target for r in self.relations("") if r.kind == "officeDocument"), "xl/workbook.xml"
        )
        self.workbook = self.read(self.workbook_path)

    def read(self, name: str) -> bytes:
        """A member's bytes."""
        return self._archive.read(self._by_lower.get(name.lower(), name))

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name.lower() in self._by_lower

    def find(self, pattern: str) -> list[str]:
        """Members whose whole path, in lower case, fits a regular expression."""
        return [name for name in self.names if re.fullmatch(pattern, name.lower())]

    def relations(self, path: str) -> list[PartRelation]:
        """What a part is related to; a blank path is the package itself."""
        place = relations_path(path)
        if not self.has(place):
            return []
        folder = posixpath.dirname(path)
        found = []
        for item in ElementTree.fromstring(self.read(place)):
            target, external = item.get("Target", ""), item.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                target = self._by_lower.get(target.lower(), target)
            found.append(PartRelation(item.get("Id", ""), item.get("Type", "").rpartition("/")[2], target, external))
        return found

    def related(self, path: str, kind: str) -> list[str]:
        """Paths of what a part is related to in this way."""
        return [each.target for each in self.relations(path) if each.kind == kind and self.has(each.target)]

    def sheets(self) -> dict[str, str]:
        """Name of each worksheet -> path, in the order of the tabs. Sheets that are charts alone are not among them."""
        targets = {each.id: each for each in self.relations(self.workbook_path)}
        found = {}
        for item in ElementTree.fromstring(self.workbook).iter():
            if item.tag.rpartition("}")[2] == "sheet":
                relation = targets.get(item.get(_RELATION_ID) or item.get(_STRICT_ID) or "")
                if relation is not None and relation.kind == "worksheet" and self.has(relation.target):
                    found[item.get("name", "")] = relation.target
        return found

    def defined_names(self) -> dict[str, str]:
        """Name, casefolded -> its formula."""
        found = {}
        for item in ElementTree.fromstring(self.workbook).iter():
            if item.tag.rpartition("}")[2] == "definedName":
                found[item.get("name", "").casefold()] = item.text or ""
        return found

    @property
    def strings_path(self) -> str | None:
        """The shared strings; None where there are none."""
        return next(iter(self.related(self.workbook_path, "sharedStrings")), None)

    @property
    def styles(self) -> bytes:
        """The cell formats' XML."""
        found = self.related(self.workbook_path, "styles")
        return self.read(found[0]) if found else b""


def relations_path(path: str) -> str:
    """Where the relations of a part are."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def without_part(types: bytes, path: str) -> bytes:
    """The list of content types without a part."""
    return re.sub(
        rb"<(?:\w+:)?Override\b[^>]*?PartName=\"/" + re.escape(path.encode()) + rb'"[^>]*?/>', b"", types,
        flags=re.IGNORECASE,
    )  # fmt: skip


def without_relation(relations: bytes, kind: bytes) -> bytes:
    """A part's relations without those of a kind."""
    return re.sub(rb'<(?:\w+:)?Relationship\b[^>]*?Type="[^"]*/' + kind + rb'"[^>]*?/>', b"", relations)


def on_load(workbook: bytes) -> bytes:
    """The workbook's XML, which asks for all results to be computed when it is opened."""
    found = re.search(rb"<(?:\w+:)?calcPr\b[^>]*?/?>", workbook)
    if found is not None:
        tag = re.sub(rb'\sfullCalcOnLoad="[^"]*"', b"", found.group())
        end = b"/>" if tag.endswith(b"/>") else b">"
        tag = tag[: -len(end)].rstrip() + b' fullCalcOnLoad="1"' + end
        return workbook[: found.start()] + tag + workbook[found.end() :]
    # ECMA-376, 18.2.27: behind names, sheets and links to other workbooks.
    for name in (b"definedNames", b"externalReferences", b"functionGroups", b"sheets"):
        found = re.search(rb"<((?:\w+:)?)" + name + rb"\b[^>]*?/>|</((?:\w+:)?)" + name + rb">", workbook)
        if found is not None:
            p = found.group(1) or found.group(2) or b""
            return workbook[: found.end()] + b'<%bcalcPr fullCalcOnLoad="1"/>' % p + workbook[found.end() :]
    return workbook


# Links of single rows: a mail address that leads to itself, a page of the record.

_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?/>")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


class SheetLinks:
    """The links of one sheet, numbered for a copy in the order in which its cells name them."""

    def __init__(self, relations: bytes) -> None:
        self.xml = relations
        self.targets = {
            _value(found, b"Id"): unescape(_value(found, b"Target"), _QUOTES)
            for found in _RELATION.findall(relations)
            if _value(found, b"Type").endswith("/hyperlink")
        }
        self._others = {_value(found, b"Id") for found in _RELATION.findall(relations)} - self.targets.keys()

    def renumbered(self, sheet: bytes, new: Mapping[bytes, str]) -> tuple[bytes, bytes]:
        """The sheet's XML and its relations. `new`: mark that is put for a relation -> target."""
        order: dict[bytes, bytes] = {}
        numbers = (b"rId%d" % n for n in range(1, 1 << 40) if f"rId{n}" not in self._others)

        def renamed(found: re.Match[bytes]) -> bytes:
            old = found.group(2)
            if old not in new and old.decode() not in self.targets:
                return found.group()
            if old not in order:
                order[old] = next(numbers)
            return found.group(1) + order[old]

        sheet = re.sub(rb'(<(?:\w+:)?hyperlink\b[^>]*?\s\w+:id=")([^"]*)(?=")', renamed, sheet)
        model = next((found for found in _RELATION.findall(self.xml) if _value(found, b"Id") in self.targets), b"")
        lines = []
        for old, number in order.items():
            target = new[old] if old in new else self.targets[old.decode()]
            line = re.sub(rb'\sId="[^"]*"', b' Id="' + number + b'"', model)
            before, _, behind = re.split(rb'(\sTarget="[^"]*")', line, maxsplit=1)
            lines.append(before + b" Target=" + quoteattr(target).encode() + behind)
        return sheet, self._with_links(lines)

    def _with_links(self, lines: list[bytes]) -> bytes:
        found = list(_RELATION.finditer(self.xml))
        links = [each for each in found if _value(each.group(), b"Id") in self.targets]
        if not links:
            return self.xml
        pieces, position, placed = [], 0, False
        for each in found:
            pieces.append(self.xml[position : each.start()])
            position = each.end()
            if _value(each.group(), b"Id") not in self.targets:
                pieces.append(each.group())
            elif not placed:
                pieces.append(b"".join(lines))
                placed = True
        return b"".join([*pieces, self.xml[position:]])


def target_for(target: str, old: str, new: str) -> str | None:
    """A link's target for another text of its cell; None where the target does not come from the text."""
    forms: tuple[Callable[[str], str], ...] = (str, quote, lambda text: quote(text, safe=""), escape)
    for form in forms:
        if old and form(old) in target:
            return target.replace(form(old), form(new))
    return None


def _value(relation: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'="([^"]*)"', relation)
    return "" if found is None else found.group(1).decode()


_LINKS = 200
"""Links of a column that are looked at."""
NO_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0" uniqueCount="0"></sst>'


class Book:
    """All worksheets of a workbook. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.package, self.where = Package(content), where
        self.strings_path = self.package.strings_path
        self.strings = SharedStrings(NO_STRINGS if self.strings_path is None else self.package.read(self.strings_path))
        self.formats = NumberFormats(
            self.package.styles, from_1904=re.search(rb'\sdate1904="(?:1|true)"', self.package.workbook) is not None
        )
        of_sheet = {str(part.sheet): part for part in parts}
        self.sheets = [
            Sheet(self.package.read(path), path, name, of_sheet.get(name), self.strings.empty, where)
            for name, path in self.package.sheets().items()
        ]
        self.by_part = {sheet.part.part: sheet for sheet in self.sheets if sheet.part is not None}

    @cached_property
    def has_formulas(self) -> bool:
        """Whether any cell has a formula."""
        return any(sheet.formulas for sheet in self.sheets)

    def moves(self, edits: Mapping[int, PartEdit]) -> dict[str, RowMoves]:
        """Name of each sheet that changes, casefolded -> where its rows go."""
        found = {}
        for part, edit in edits.items():
            sheet = self.by_part[part]
            if edit.removed or edit.added:
                first, last = sheet.span
                removed = sorted(sheet.rows[row - 1].number for row in edit.removed)
                points = sorted(
                    sheet.rows[new.before - 1].number if new.before <= sheet.body else last + 1 for new in edit.added
                )
                found[sheet.name.casefold()] = RowMoves(first, last, removed, points)
        return found

    def link_target(self, sheet: Sheet, new: NewRow, cell: bytes, target: str) -> str | None:
        """Where the link of a new row leads, like that of its model's `cell`; None where that does not come from the
        cell's text."""
        i = column_number(re.sub(rb"[^A-Z]", b"", cell.split(b":")[0]).decode()) - sheet.left
        text = new.cells[i] if 0 <= i < len(new.cells) else None
        old = self.text(sheet.data_cells(new.like).get(i))
        return None if text is None or old is None else target_for(target, old, text)

    def text(self, cell: SheetCell | None) -> str | None:
        """What a cell shows, as far as it is a text or a plain number."""
        if cell is None or cell.kind == "":
            return None
        if cell.kind == "s":
            return self.strings.text(int(cell.value or 0))
        if cell.kind == "inlineStr":
            return "".join(unescaped(text) for text in re.findall(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<", cell.xml))
        return None if cell.value is None else unescaped(cell.value)

    def links_follow(self, sheet: Sheet, column: bytes) -> bool:
        """Whether the links of a column's cells lead where their texts say: a mail address, a site."""
        place = relations_path(sheet.path)
        targets = SheetLinks(self.package.read(place)).targets if self.package.has(place) else {}
        name = re.sub(rb"[^A-Z]", b"", column.split(b":")[0])
        i = column_number(name.decode()) - sheet.left
        looked = followed = 0
        pattern = rb'<(?:\w+:)?hyperlink\b[^>]*?\sref="' + name + rb'(\d+)[":][^>]*>'
        for found in list(re.finditer(pattern, sheet.xml))[:_LINKS]:
            row = sheet.data_of.get(int(found.group(1)))
            relation = re.search(rb'\s\w+:id="([^"]*)"', found.group())
            if row is None or relation is None:
                continue
            text = self.text(sheet.data_cells(row).get(i))
            looked += 1
            followed += (
                text is not None and target_for(targets.get(relation.group(1).decode(), ""), text, "") is not None
            )
        return followed >= 0.98 * looked
