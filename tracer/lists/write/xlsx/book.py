"""A workbook that was read: the members of its file, the links of its rows, and all of its sheets."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr, unescape

from defusedxml import ElementTree

from tracer.lists.write.model import GBK_NAMES, PartEdit, SourcePart
from tracer.lists.write.xlsx.cells import NumberFormats, SharedStrings, SheetCell, attribute
from tracer.lists.write.xlsx.references import RowMoves, cell_range, formula_text, tokens
from tracer.lists.write.xlsx.sheet import ELSEWHERE, BookTable, Sheet

_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_ID = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?/>")
_NO_STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0" uniqueCount="0"></sst>'


class PartRelation(NamedTuple):
    """What a part names as related."""

    id: str
    kind: str
    target: str


class Package:
    """The members of an xlsx file."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content), metadata_encoding=GBK_NAMES)
        self.names = tuple(self._archive.namelist())
        self._by_lower = {name.lower(): name for name in self.names}
        documents = (each.target for each in self.relations("") if each.kind == "officeDocument")
        self.workbook_path = next(documents, "xl/workbook.xml")
        self.workbook = self.read(self.workbook_path)

    def read(self, name: str) -> bytes:
        """A member's bytes; none where it has no such member."""
        return self._archive.read(self._by_lower[name.lower()]) if name.lower() in self._by_lower else b""

    def find(self, pattern: str) -> list[str]:
        """Members whose whole path, in lower case, fits a regular expression."""
        return [name for name in self.names if re.fullmatch(pattern, name.lower())]

    def relations(self, path: str) -> list[PartRelation]:
        """What a part is related to; a blank path is the package itself."""
        xml, found = self.read(relations_path(path)), []
        for item in ElementTree.fromstring(xml) if xml else ():
            target = item.get("Target", "")
            if item.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + posixpath.dirname(path), target)).lstrip("/")
                target = self._by_lower.get(target.lower(), target)
            found.append(PartRelation(item.get("Id", ""), item.get("Type", "").rpartition("/")[2], target))
        return found

    def related_paths(self, path: str, *kinds: str) -> list[str]:
        """Paths of what a part is related to in these ways."""
        found = (each.target for each in self.relations(path) if each.kind in kinds)
        return [target for target in found if target.lower() in self._by_lower]

    def sheets(self) -> dict[str, str]:
        """Name of each worksheet -> path, in the order of the tabs. Sheets that are charts alone are not among them."""
        sheets = self.related_paths(self.workbook_path, "worksheet")
        targets = {each.id: each.target for each in self.relations(self.workbook_path) if each.target in sheets}
        named = {
            item.get("name", ""): targets.get(item.get(_RELATION_ID) or item.get(_STRICT_ID) or "")
            for item in ElementTree.fromstring(self.workbook).iter()
            if item.tag.rpartition("}")[2] == "sheet"
        }
        return {name: path for name, path in named.items() if path is not None}

    def without_order(self) -> dict[str, bytes | None]:
        """The parts that change where the order of computing is left out: the program makes it again."""
        chains = self.related_paths(self.workbook_path, "calcChain")
        if not chains:
            return {}
        place, types = relations_path(self.workbook_path), self.read("[Content_Types].xml")
        for chain in chains:
            named = rb"<(?:\w+:)?Override\b[^>]*?PartName=\"/" + re.escape(chain.encode()) + rb'"[^>]*?/>'
            types = re.sub(named, b"", types, flags=re.IGNORECASE)
        left = re.sub(rb'<(?:\w+:)?Relationship\b[^>]*?Type="[^"]*/calcChain"[^>]*?/>', b"", self.read(place))
        return {place: left, "[Content_Types].xml": types, **dict.fromkeys(chains)}


def relations_path(path: str) -> str:
    """Where the relations of a part are."""
    folder, name = posixpath.split(path)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def computed_on_load(workbook: bytes) -> bytes:
    """The workbook's XML, which asks for all results to be computed when it is opened."""
    found = re.search(rb"<(?:\w+:)?calcPr\b[^>]*?(?=\s*/?>)", workbook)
    if found is not None:
        tag = re.sub(rb'\sfullCalcOnLoad="[^"]*"', b"", found.group()) + b' fullCalcOnLoad="1"'
        return workbook[: found.start()] + tag + workbook[found.end() :]
    # ECMA-376, 18.2.27: behind names, sheets and links to other workbooks.
    for name in (b"definedNames", b"externalReferences", b"functionGroups", b"sheets"):
        found = re.search(rb"<((?:\w+:)?)" + name + rb"\b[^>]*?/>|</((?:\w+:)?)" + name + rb">", workbook)
        if found is not None:
            p = found.group(1) or found.group(2) or b""
            return workbook[: found.end()] + b'<%bcalcPr fullCalcOnLoad="1"/>' % p + workbook[found.end() :]
    return workbook


class SheetLinks:
    """Links of single rows: a mail address that leads to itself. They are numbered for a copy in the order in which its
    cells name them, since new ones at the end would be the rows that came in."""

    def __init__(self, relations: bytes) -> None:
        self.xml = relations
        lines = {(attribute(each, b"Id") or b""): each for each in _RELATION.findall(relations)}
        self.lines = {k: each for k, each in lines.items() if (attribute(each, b"Type") or b"").endswith(b"/hyperlink")}
        self._others = lines.keys() - self.lines.keys()
        quotes = {"&quot;": '"', "&apos;": "'"}
        self.targets = {
            key: unescape((attribute(each, b"Target") or b"").decode(), quotes) for key, each in self.lines.items()
        }

    def renumber(self, sheet: bytes, new: Mapping[bytes, str]) -> tuple[bytes, bytes]:
        """The sheet's XML and its relations. `new`: mark that is put for a relation -> target."""
        order: dict[bytes, bytes] = {}
        numbers = (each for n in range(1, 1 << 40) if (each := b"rId%d" % n) not in self._others)
        targets = {**self.targets, **new}

        def renamed(found: re.Match[bytes]) -> bytes:
            old = found.group(2)
            if old in targets and old not in order:
                order[old] = next(numbers)
            return found.group(1) + order.get(old, old)

        sheet = re.sub(rb'(<(?:\w+:)?hyperlink\b[^>]*?\s\w+:id=")([^"]*)(?=")', renamed, sheet)
        model, lines = next(iter(self.lines.values()), b""), []
        for old, number in order.items():
            before, _, behind = re.split(rb'(\sTarget="[^"]*")', model, maxsplit=1)
            line = before + b" Target=" + quoteattr(targets[old]).encode() + behind
            lines.append(re.sub(rb'\sId="[^"]*"', b' Id="' + number + b'"', line))
        # All of them where the first was.
        kept, own = iter([b"".join(lines)]), {*self.lines.values()}
        return sheet, _RELATION.sub(lambda f: next(kept, b"") if f.group() in own else f.group(), self.xml)


def target_for(target: str, old: str, new: str) -> str | None:
    """A link's target for another text of its cell; None where the target does not come from the text."""
    forms: tuple[Callable[[str], str], ...] = (str, quote, lambda text: quote(text, safe=""), escape)
    form = next((form for form in forms if old and form(old) in target), None)
    return None if form is None else target.replace(form(old), form(new))


class Book:
    """All worksheets of a workbook. Raises `InputRefused` where the rows of a sheet are not those that were read."""

    def __init__(self, content: bytes, parts: Sequence[SourcePart], where: str) -> None:
        self.package, self.where = Package(content), where
        package = self.package
        self.strings_path = next(iter(package.related_paths(package.workbook_path, "sharedStrings")), None)
        self.strings = SharedStrings(_NO_STRINGS if self.strings_path is None else package.read(self.strings_path))
        styles = next(iter(package.related_paths(package.workbook_path, "styles")), "")
        is_1904 = re.search(rb'\sdate1904="(?:1|true)"', package.workbook) is not None
        self.formats = NumberFormats(package.read(styles), from_1904=is_1904)
        items = (
            i for i in ElementTree.fromstring(package.workbook).iter() if i.tag.rpartition("}")[2] == "definedName"
        )
        self.names = {item.get("name", "").casefold(): item.text or "" for item in items}
        """Name, casefolded -> its formula."""
        self.paths = package.sheets()
        self.tables = dict(self._tables())
        of_sheet = {str(part.sheet): part for part in parts}
        self.sheets = [
            Sheet(package.read(path), name, of_sheet.get(name), self.strings.empty, where)
            for name, path in self.paths.items()
        ]
        for sheet in self.sheets:
            sheet.tables = {key: each for key, each in self.tables.items() if each.sheet == sheet.name.casefold()}
        self.by_part = {sheet.part.part: sheet for sheet in self.sheets if sheet.part is not None}

    def _tables(self) -> Iterator[tuple[str, BookTable]]:
        for name, path in self.paths.items():
            for xml in map(self.package.read, self.package.related_paths(path, "table")):
                table = ElementTree.fromstring(xml)
                cells = cell_range(table.get("ref", ""))
                columns = (each.get("name", "") for each in table.iter() if each.tag.endswith("}tableColumn"))
                if cells is not None:
                    found = BookTable(name.casefold(), cells.columns[0], tuple(each.casefold() for each in columns))
                    yield from ((table.get(key, "").casefold(), found) for key in ("name", "displayName"))

    def moves(self, edits: Mapping[int, PartEdit]) -> dict[str, RowMoves]:
        """Name of each sheet that changes, casefolded -> where its rows go."""
        found = {}
        for part, edit in edits.items():
            sheet = self.by_part[part]
            if edit.removed or edit.added:
                numbers = [row.number for row in sheet.rows[: sheet.body]]
                removed = sorted(numbers[row - 1] for row in edit.removed if row <= sheet.body)
                places = [*numbers, numbers[-1] + 1]
                points = sorted(places[min(new.before, len(places)) - 1] for new in edit.added)
                found[sheet.name.casefold()] = RowMoves(numbers[0], numbers[-1], removed, points)
        return found

    def sheets_named(self, formula: str, sheet: str = "") -> set[str]:
        """The sheets that a formula of a sheet names, casefolded, names and tables followed."""
        found, waiting, seen = set[str](), [formula], set[str]()
        order = [each.name.casefold() for each in self.sheets]
        while waiting:
            for token in tokens(waiting.pop()):
                named = (token.sheet or sheet).casefold()
                text = token.text.casefold()
                if token.kind == "cells":
                    first, colon, last = named.partition(":")
                    several = colon and {first, last} <= {*order}
                    found |= {*order[order.index(first) : order.index(last) + 1]} if several else {named}
                elif token.kind == "table":
                    table = self.tables.get(text.partition("[")[0])
                    found.add(named if table is None else table.sheet)
                elif token.kind == "name" and text in self.tables:
                    found.add(self.tables[text].sheet)
                elif token.kind == "name" and text in self.names and text not in seen:
                    seen.add(text)
                    waiting.append(self.names[text])
                elif token.kind == "function" and token.text.upper() in ELSEWHERE:
                    found |= {*order}
        return found

    def stale(self, edited: Collection[str]) -> frozenset[str]:
        """Sheets with results that may be others once rows of the edited ones have changed, these among them."""
        reach = {
            sheet.name.casefold(): set().union(*(self.sheets_named(f.text, sheet.name) for f in sheet.around(edited)))
            for sheet in self.sheets
        }
        found = set(edited)
        while more := {name for name, named in reach.items() if name not in found and named & found}:
            found |= more
        return frozenset(found)

    def text(self, cell: SheetCell | None) -> str | None:
        """What a cell shows, as far as it is a text or a plain number."""
        if cell is None or cell.kind == "":
            return None
        if cell.kind == "s":
            return self.strings.text(int(cell.value or 0))
        if cell.kind == "inlineStr":
            return "".join(formula_text(text) for text in re.findall(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<", cell.xml))
        return None if cell.value is None else formula_text(cell.value)
