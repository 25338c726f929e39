"""Whom the headlines of an export name: who must have been asked before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tracer.disclosure import parties_in
from tracer.export.drawing.story import Story, stories, story_of
from tracer.export.outgoing import Outgoing
from tracer.findings.statements import Statement

NEXT = 6
"""Findings that a page shows after the first."""


def named_in_headlines(leaving: Outgoing, noun: str, to: str) -> list[str]:
    """Ids of parties, in the order in which they are named.

    A page and a story have the headlines of their stories, findings and a report that of every finding. Pictures
    without a sentence, documents and formats for other programs have none.
    """
    headlines = [one.id for one in parties_in(*(story.headline for story in told_in(leaving, noun, to)))]
    said: Iterable[Statement] = leaving.statements if noun in ("findings", "report") else ()
    if (noun, to) == ("graph", "html") and not (leaving.choice.embed or leaving.choice.audience):
        said = _on_page(leaving)
    return list(dict.fromkeys([*headlines, *_of_statements(leaving, said)]))


def told_in(leaving: Outgoing, noun: str, to: str) -> list[Story]:
    """The stories whose headlines an export shows."""
    if (noun, to) == ("graph", "html") and leaving.choice.embed != "graph":
        return stories(leaving)[: 1 if leaving.choice.embed else 1 + NEXT]
    if noun == "figure" and leaving.of[:1] in {("story",), ("card",)}:
        story = story_of(leaving, leaving.of[1:])
        return [] if story is None else [story]
    return []


def _on_page(leaving: Outgoing) -> list[Statement]:
    """What the part for experts of a page says of copies."""
    return [one for one in leaving.statements if one.kind == "retention"]


def _of_statements(leaving: Outgoing, found: Iterable[Statement]) -> Iterator[str]:
    for one in found:
        yield from leaving.named_in(one)
