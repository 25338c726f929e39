"""From findings to stories: each copy that lists came from which should not have, then each chain that is new in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from tracer.dossier.vocabulary import did_you_mean
from tracer.errors import UsageError
from tracer.export.gate import FindingRow
from tracer.export.outgoing import Outgoing
from tracer.export.story.chains import chain_stories
from tracer.export.story.copies import copy_story
from tracer.export.story.gathered import gathered
from tracer.export.story.model import Story
from tracer.export.story.sources import StorySources
from tracer.graph.model import GRADES, at_least


def stories(leaving: Outgoing) -> list[Story]:
    """All of them, the strongest first: what a recipient kept, what others had of a copy, then chains."""
    sources = StorySources(leaving)
    found = [story for rows in by_copy(sources.rows("retention")) if (story := copy_story(rows, sources)) is not None]
    known = {step for story in found for step in _steps(story)}
    reached = {end for story in found for end in _reached(story)}
    reached |= {(str(row["client"]), str(row["seen_in"])) for row in sources.rows("retention") if _lawful(row)}
    for story in chain_stories(sources):
        new = _steps(story) - known
        end = (story.events[0].party, story.events[-1].ref)
        public = story.roles[story.events[0].party] == "public_source"
        if 2 * len(new) > len(_steps(story)) and end not in reached and not public:
            known |= new
            reached |= _reached(story)
            found.append(story)
    return found


def story_of(leaving: Outgoing, named: Sequence[str]) -> Story | None:
    """The story of the finding that is named by its ids, the strongest where none is; None where there is none at all.

    A name is a copy, the list or party that it was seen with, or two lists or more of a chain.

    Raises:
        UsageError: ids of no finding.
    """
    found = stories(leaving)
    together = gathered(found)
    if not named:
        return together[0] if together else None
    for story in (*found, *together):
        if tuple(named) == story.names:
            return story
    for story in found:
        if set(named) <= {*story.names, *story.roles, *(one.ref for one in story.events)}:
            return story
    known = [" ".join(story.names) for story in found]
    remedy = did_you_mean(" ".join(named), known) if known else "none was found: tracer query retention"
    raise UsageError(f"no finding of {' '.join(named)!r}", where="figure story", remedy=remedy)


def by_copy(retentions: Sequence[FindingRow]) -> list[list[FindingRow]]:
    """Retentions that are more than lawful holding, at G2 or better, by copy, the earliest of each first: the copies
    that the recipient itself kept before others, then by grade."""
    copies: dict[str, list[FindingRow]] = defaultdict(list)
    for row in retentions:
        if row.get("reading") in {"retained", "passed_on"} and at_least(str(row["grade"]), "G2"):
            copies[str(row["release"])].append(row)
    found = [sorted(rows, key=_seen) for _, rows in sorted(copies.items())]
    return sorted(found, key=_weight)


def _lawful(row: FindingRow) -> bool:
    return row.get("reading") == "held"


def _seen(row: FindingRow) -> tuple[str, str]:
    return str(row.get("first_seen") or "9999"), str(row["seen_in"])


def _weight(rows: Sequence[FindingRow]) -> tuple[bool, int]:
    kept = any(row["reading"] == "retained" for row in rows)
    return not kept, -max(GRADES.index(str(row["grade"])) for row in rows)


def _reached(story: Story) -> set[tuple[str, str]]:
    """Whose data are in which lists."""
    return {(story.events[0].party, one.ref) for one in story.events}


def _steps(story: Story) -> set[tuple[str, str]]:
    """Who had it from whom."""
    return {
        (story.events[one.source].party, one.party)
        for one in story.events
        if one.source is not None and story.events[one.source].party != one.party
    }
