"""Reads vCard 2.1, 3.0 and 4.0: one row a card, one column a property; several numbers of a card share one cell.

Written for what phones and address books really export: quoted-printable with a charset per property and soft line
breaks (2.1), folded lines (3.0, 4.0), `tel:` and `mailto:` (4.0), grouped properties (`item1.TEL`).
"""

from __future__ import annotations

import quopri
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from tracer.lists.read.encoding import Decoded, find_encoding, public_name, text_codec
from tracer.lists.read.landing import Landing, SourceReading, refuse_width
from tracer.lists.read.model import Account, PartRead

_LEFT_OUT = frozenset({"PHOTO", "LOGO", "SOUND", "KEY"})  # pictures and the like
_STRUCTURE = frozenset({"BEGIN", "END", "VERSION"})
_FIRST = ("FN", "TEL", "EMAIL", "ORG", "TITLE", "ADR")
_BATCH = 20_000
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def read_vcards(reading: SourceReading) -> PartRead:
    """A vCard source as one part; notes what was left out. Raises InputRefused for text that does not decode."""
    source, options, notes = reading.source, reading.options, reading.notes
    encoding = find_encoding(source, options.encoding)
    text = Decoded(source, encoding, strict=options.encoding is not None)
    order: dict[str, int] = {name: i for i, name in enumerate(_FIRST)}
    landing = Landing(reading.con, reading.namer(), len(order))
    held: list[dict[str, str]] = []
    left_out = unfinished = 0
    counts = Counter[str]()
    for card, complete, skipped in _cards(_lines(text), counts):
        held.append(card)
        left_out += skipped
        unfinished += not complete
        for name in card:
            order.setdefault(name, len(order))
        if len(held) == _BATCH:
            landing.append(_table(held, order))
            held = []
    refuse_width(len(order), reading.limits, source.where)
    if held:
        landing.append(_table(held, order))
    if left_out:
        notes.append(f"{source.where}: {left_out:,} pictures, sounds and keys left out")
    if counts["outside"]:
        notes.append(f"{source.where}: {counts['outside']:,} lines are outside of cards and are left out")
    if unfinished:
        notes.append(f"{source.where}: {unfinished:,} cards do not end; read as far as they go")
    account = Account(counts["BEGIN"], rows=landing.rows, blank=landing.blank)
    header = tuple(order)[: landing.width]
    return reading.part(landing, header, "vcf", account, encoding=public_name(encoding.name))


def _table(cards: list[dict[str, str]], order: dict[str, int]) -> pa.Table:
    columns = [pa.array([card.get(name) for card in cards], pa.string()) for name in order]
    return pa.Table.from_arrays(columns, names=[str(i) for i in range(len(order))])


def _lines(text: Iterable[str]) -> Iterator[str]:
    """Logical lines without their ends: folded ones joined, and quoted-printable ones with their soft breaks.

    A property's own charset is in quoted-printable, so the file's encoding does for all.
    """

    def physical() -> Iterator[str]:
        held = ""
        for piece in text:
            rows = re.split(r"\r\n|\n|\r(?=.)", held + piece)
            held = rows.pop()
            yield from rows
        yield held.rstrip("\r")

    current: str | None = None
    for line in physical():
        soft = current is not None and current.endswith("=") and "QUOTED-PRINTABLE" in current.split(":", 1)[0].upper()
        if current is not None and soft:
            current = current[:-1] + line.lstrip()
        elif current is not None and line[:1] in (" ", "\t"):
            current += line[1:]
        else:
            if current is not None:
                yield current
            current = line
    if current is not None:
        yield current


@dataclass
class _Card:
    """A card that has begun."""

    values: dict[str, str] = field(default_factory=dict)
    skipped: int = 0
    agent: bool = False
    """Whether the property above holds a card of its own, as vCard 2.1 writes an assistant's."""


def _cards(lines: Iterator[str], counts: Counter[str]) -> Iterator[tuple[dict[str, str], bool, int]]:
    """Each card as property to text, whether it ended, and how many properties were left out.

    `counts` gets how many cards began (`BEGIN`), and the lines outside of cards.
    """
    cards: list[_Card] = []  # an agent's card is within another's
    for line in lines:
        head, _, value = line.partition(":")
        name, *parameters = head.strip().split(";")
        name = name.rpartition(".")[2].upper()
        if name == "AGENT" and value.strip().upper() == "BEGIN:VCARD" and cards:
            cards[-1].agent, name, value = True, "BEGIN", "VCARD"
        if name == "BEGIN" and value.strip().upper() == "VCARD":
            counts["BEGIN"] += 1
            if cards and not cards[-1].agent:
                yield _ended(cards.pop(), complete=False)
            cards.append(_Card())
        elif not cards:
            counts["outside"] += bool(line.strip())
        elif name == "END":
            yield _ended(cards.pop(), complete=True)
            if cards:
                cards[-1].agent = False
        elif name and name not in _STRUCTURE:
            _put(cards[-1], name, parameters, value)
    while cards:
        yield _ended(cards.pop(), complete=False)


def _put(card: _Card, name: str, parameters: list[str], value: str) -> None:
    if name in _LEFT_OUT:
        card.skipped += 1
        return
    card.agent = name == "AGENT" and not value.strip()
    text = _value(name, [parameter.upper() for parameter in parameters], value)
    if text:
        card.values[name] = f"{card.values[name]};{text}" if name in card.values else text


def _ended(card: _Card, *, complete: bool) -> tuple[dict[str, str], bool, int]:
    values = card.values
    if "FN" not in values and "N" in values:  # called as its parts say
        values = {"FN": values["N"], **values}
    return values, complete, card.skipped


def _value(name: str, parameters: list[str], raw: str) -> str:
    """A property's value as text."""
    if any(parameter in ("QUOTED-PRINTABLE", "ENCODING=QUOTED-PRINTABLE") for parameter in parameters):
        charset = next((p.partition("=")[2] for p in parameters if p.startswith("CHARSET=")), "UTF-8").strip('"')
        data = quopri.decodestring(raw.encode("latin-1", "replace"))
        text = data.decode(text_codec(charset) or "utf-8", "replace")
    else:
        text = raw
    pieces = [_unescaped(piece) for piece in re.split(r"(?<!\\);", text)]
    if name in ("TEL", "EMAIL"):
        return re.sub(r"^(?:tel|mailto):", "", _unescaped(text).strip(), flags=re.IGNORECASE)
    if name == "N":  # as it is said: family name first and without blanks in Chinese and Japanese
        family, given, middle, *rest = (*pieces, "", "", "")
        if _CJK.search(family + given):
            return family + given + middle
        pieces = [given, middle, family, *rest]
    if name == "ADR":
        filled = [piece for piece in pieces if piece]
        return "".join(reversed(filled)) if _CJK.search(text) else ", ".join(filled)
    return " ".join(piece for piece in pieces if piece)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\,;:nN])", lambda m: "\n" if m[1] in "nN" else m[1], text).strip()
