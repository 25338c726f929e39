"""The parts of a workbook's package: which there are, and which belong to which sheet."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass

from defusedxml import ElementTree

from tracer.lists.write.archive import GBK_NAMES

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
