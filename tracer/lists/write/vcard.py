"""Copies of vCard files: cards are cut and joined as they are written; new ones follow a model card line by line."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping

import numpy as np

from tracer.lists.write.delimited import TextRecords, codec_of
from tracer.lists.write.model import NewRow, PartEdit, SourcePart, Template, unwritable

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
        return self.records.spliced(edit, [self._written(new) for new in edit.added])

    def _written(self, new: NewRow) -> bytes:
        newline = self.records.newline.decode()
        cells = dict(zip(self.part.headers, new.cells, strict=False))
        lines, done = [], set[str]()
        for line in _logical(self.records.record(new.like).decode(self.codec).strip("\ufeff")):
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


def _logical(text: str) -> Iterator[str]:
    """Lines with folded ones and soft breaks joined."""
    held: str | None = None
    for line in re.split(r"\r\n|\n|\r", text):
        if held is not None and held.endswith("=") and "QUOTED-PRINTABLE" in held.split(":", 1)[0].upper():
            held = held[:-1] + line.lstrip()
        elif held is not None and line[:1] in (" ", "\t"):
            held += line[1:]
        else:
            if held is not None:
                yield held
            held = line
    if held is not None:
        yield held


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
