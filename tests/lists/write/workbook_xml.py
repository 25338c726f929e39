"""A marked workbook's raw XML, read by somebody who looks for rows that are unlike others; and what Excel refuses."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

from tracer.lists.write.model import PartEdit, places

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst"
)
"""Elements of a worksheet in the order that ECMA-376 (18.3.1.99) asks for."""


def shape(row: Element) -> tuple[object, list[tuple[object, ...]]]:
    """What a row looks like apart from its content: its attributes, and of each cell column, attributes, what is in it,
    and its formula with `#` for its own row, but not in texts and quoted names of sheets."""
    number, cells = row.get("r", ""), list[tuple[object, ...]]()
    for cell in row.findall(f"{MAIN}c"):
        column = re.sub(r"\d", "", cell.get("r", ""))
        attributes = tuple(sorted((key, value) for key, value in cell.attrib.items() if key != "r"))
        formula = cell.find(f"{MAIN}f")
        pieces = re.split(r"""("(?:[^"]|"")*"|'(?:[^']|'')*'!)""", "" if formula is None else formula.text or "")
        pieces[::2] = [re.sub(rf"(?<=[A-Za-z]){number}(?!\d)", "#", piece) for piece in pieces[::2]]
        extra = () if formula is None else tuple(sorted(formula.attrib))
        cells.append((column, attributes, tuple(child.tag for child in cell), "".join(pieces), extra))
    return tuple(sorted((key, value) for key, value in row.attrib.items() if key != "r")), cells


def differences(copy: Path, edit: PartEdit, part: int = 1, member: str = "") -> Iterator[str]:
    """What tells new rows from ordinary ones in a copy, and what Excel would refuse of it."""
    with zipfile.ZipFile(copy) as archive:
        names = archive.namelist()
        yield from refused_by_excel(archive)
        path = member or next(name for name in names if re.fullmatch(r"xl/worksheets/sheet1\.xml", name))
        rows = ElementTree.fromstring(archive.read(path)).findall(f".//{MAIN}row")
    filled = [row for row in rows if any(len(cell) for cell in row)]
    head = next(i for i, row in enumerate(filled) if len(row.findall(f"{MAIN}c")) > 4)
    at = set(places({part: edit}).values())
    ordinary = [shape(row) for i, row in enumerate(filled[head + 1 :], 1) if i not in at]
    attributes, cells = {own for own, _ in ordinary}, {cell for _, own in ordinary for cell in own}
    for i in sorted(at):
        own, of_row = shape(filled[head + i])
        if own not in attributes:
            yield f"new row {i} has attributes {own} that none other has"
        yield from (f"new row {i} has a cell {cell} like that of no other row" for cell in of_row if cell not in cells)


def refused_by_excel(archive: zipfile.ZipFile) -> Iterator[str]:
    """What Excel repairs or refuses: broken order, doubled cells, relations to nothing, leftovers."""
    names = archive.namelist()
    if len(names) != len(set(names)):
        yield "a member comes twice"
    if any("calcChain" in name for name in names):
        yield "a chain of computing is left"
    parts = re.findall(r'PartName="/([^"]*)"', archive.read("[Content_Types].xml").decode())
    yield from (f"content types name {part}, which is missing" for part in parts if part not in names)
    for name in names:
        if name.endswith((".xml", ".rels", ".vml")):
            try:
                ElementTree.fromstring(archive.read(name))
            except ParseError as error:
                yield f"{name}: {error}"
    used: list[int] = []
    for name in sorted(name for name in names if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)):
        root = ElementTree.fromstring(archive.read(name))
        yield from (f"{name}: {what}" for what in _sheet(root))
        rels = name.replace("worksheets/", "worksheets/_rels/") + ".rels"
        ids = set(re.findall(rb'\sId="([^"]*)"', archive.read(rels))) if rels in names else set()
        if set(re.findall(rb'\sr:id="([^"]*)"', archive.read(name))) - ids:
            yield f"{name}: a relation is missing"
        used += [int(cell.findtext(f"{MAIN}v", "-1")) for cell in root.iter(f"{MAIN}c") if cell.get("t") == "s"]
    if "xl/sharedStrings.xml" in names:
        xml = archive.read("xl/sharedStrings.xml")
        held = len(re.findall(rb"<si\b", xml))
        # Strings that no cell names would be the rows that went out; out of order, the rows that came in.
        if list(dict.fromkeys(used)) != list(range(held)):
            yield f"{held} shared strings, of which cells name {len(set(used))}, or not in their order"
        for name, count in (("count", len(used)), ("uniqueCount", held)):
            said = re.search(rf'\b{name}="(\d+)"'.encode(), xml[:400])
            if said is not None and int(said.group(1)) != count:
                yield f"shared strings: {name} is wrong"


def _sheet(root: Element) -> Iterator[str]:
    tags = [child.tag.rpartition("}")[2] for child in root]
    order = [ORDER.split().index(tag) for tag in tags if tag in ORDER.split()]
    if order != sorted(order):
        yield f"elements in the wrong order: {tags}"
    numbers = [int(row.get("r", 0)) for row in root.iter(f"{MAIN}row")]
    if numbers != sorted(set(numbers)):
        yield "rows out of order"
    for row in root.iter(f"{MAIN}row"):
        cells = [cell.get("r", "") for cell in row]
        if len(cells) != len(set(cells)) or any(re.sub(r"\D", "", cell) != row.get("r") for cell in cells if cell):
            yield f"cells of row {row.get('r')} are doubled or elsewhere: {cells}"
    formulas = list(root.iter(f"{MAIN}f"))
    masters = {f.get("si") for f in formulas if f.get("t") == "shared" and f.text}
    if any(f.get("si") not in masters for f in formulas if f.get("t") == "shared"):
        yield "a shared formula without its first cell"
    for parent, child in (("mergeCells", "mergeCell"), ("dataValidations", "dataValidation")):
        for element in root.iter(f"{MAIN}{parent}"):
            if element.get("count") not in (None, str(len(element.findall(f"{MAIN}{child}")))):
                yield f"{parent} counts wrongly"
