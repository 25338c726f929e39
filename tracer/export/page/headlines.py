"""What was found, first of all: each copy that a list came from that should not have, and where it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from tracer.disclosure import Reason
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.page.cells import texts_of
from tracer.export.page.facts import Cell, Index
from tracer.export.story.tell import by_copy
from tracer.graph.model import Node
from tracer.wording import LANGUAGES, Voice, conclusions
from tracer.wording.headlines import sure, sureness

Voices: TypeAlias = Sequence[Voice]
"""One for English and one for Chinese."""


@dataclass(frozen=True)
class Sighting:
    """One list that came from the copy."""

    reading: str
    grade: str
    seen_in: Cell
    seen_with: Cell
    date: tuple[str, str]
    after_end: bool
    sure: tuple[str, str]
    reasons: list[str]
    against: list[str]


@dataclass(frozen=True)
class Headline:
    """One copy, who gave it to whom, and the lists that came from it, by date."""

    conclusions: list[tuple[str, str]]
    release: Cell
    client: Cell
    vendor: Cell
    reply: Node | None
    kind: str
    """`retained` where the vendor itself held it, else `passed_on`."""
    sightings: list[Sighting]
    opened: int
    """Which of the sightings is shown with its reasons at first: what the vendor kept, else the best founded."""


def headlines(leaving: Outgoing, index: Index) -> list[Headline]:
    """Retentions that are more than lawful holding, at G2 or better, by copy: those that the vendor kept first."""
    voices = [Voice(lang, leaving.called(lang)) for lang in LANGUAGES]
    return [_headline(rows, index, voices) for rows in by_copy(leaving.findings.get("retention", ()))]


def _headline(ordered: list[FindingRow], index: Index, voices: Voices) -> Headline:
    first = ordered[0]
    vendor, copy = index.node(first["vendor"], "party"), index.node(first["release"], "release")
    whole = [{**row, "ends": None if copy is None else copy["until"]} for row in ordered]
    found = [*conclusions.kept(whole), *conclusions.passed_on(whole)]
    return Headline(
        [_said(voices, reason, sureness(probability)) for reason, probability in found],
        index.link(first["release"], "release"),
        index.link(first["client"], "party"),
        index.link(first["vendor"], "party"),
        vendor,
        "retained" if any(row["reading"] == "retained" for row in ordered) else "passed_on",
        [_sighting(row, index, voices) for row in ordered],
        max(
            range(len(ordered)),
            key=lambda place: (ordered[place]["reading"] == "retained", str(ordered[place]["grade"]), -place),
        ),
    )


def _sighting(row: FindingRow, index: Index, voices: Voices) -> Sighting:
    return Sighting(
        str(row["reading"]),
        str(row["grade"]),
        index.link(row["seen_in"], "dataset"),
        index.link(row["seen_with"], "party"),
        _day(row.get("first_seen"), voices),
        row.get("after_end") is True,
        _said(voices, sure(row)),
        texts_of(row.get("reasons")),
        texts_of(row.get("against")),
    )


def _said(voices: Voices, *reasons: Reason) -> tuple[str, str]:
    """Sentences in English and in Chinese."""
    english, chinese = voices
    return " ".join(map(english.say, reasons)), "".join(map(chinese.say, reasons))


def _day(value: object, voices: Voices) -> tuple[str, str]:
    if not value:
        return "–", "–"
    english, chinese = (voice.show(date.fromisoformat(str(value)[:10])) for voice in voices)
    return english, chinese
