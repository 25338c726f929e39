"""Whom the headlines of an export name: who must have been asked before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tracer.disclosure import parties_in
from tracer.export.outgoing import Outgoing
from tracer.export.story.front import NEXT
from tracer.export.story.gathered import gathered
from tracer.export.story.tell import stories, story_of
from tracer.findings.statements import Statement


def named_in_headlines(leaving: Outgoing, noun: str, to: str) -> list[str]:
    """Ids of parties, in the order in which they are named.

    A page and a story have the headlines of their stories, findings and a report that of every finding. Pictures
    without a sentence, documents and formats for other programs have none.
    """
    if (noun, to) == ("graph", "html"):
        told = gathered(stories(leaving))[: 1 + NEXT]
        cover = [] if leaving.choice.embed else _on_page(leaving)
        headlines = [] if leaving.choice.embed == "graph" else [story.headline for story in told]
        found = [*(one.id for one in parties_in(*headlines)), *_of_statements(leaving, cover)]
    elif noun == "figure" and leaving.of[:1] == ("story",):
        story = story_of(leaving, leaving.of[1:])
        found = [] if story is None else [one.id for one in parties_in(story.headline)]
    elif noun in ("findings", "report"):
        found = [*_of_statements(leaving, leaving.statements)]
    else:
        found = []
    return list(dict.fromkeys(found))


def _on_page(leaving: Outgoing) -> list[Statement]:
    """What the cover of a page says of copies."""
    return [one for one in leaving.statements if one.kind == "retention"]


def _of_statements(leaving: Outgoing, found: Iterable[Statement]) -> Iterator[str]:
    for one in found:
        yield from leaving.named_in(one)
