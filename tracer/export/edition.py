"""An edition: what a publication shows of a case, in its own words, colours and fonts.

Every picture and page asks it, and shows the tool's own where it has no answer. The records here are the tables of
`edition.toml`: its reader, its check and the file that is written for an editor follow their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

from tracer.wording import LANGUAGES


class Holds(Enum):
    """What a key of an edition holds."""

    TEXT = "a text"
    WORDS = 'a text, or one for each language: { en = "…", de = "…" }'
    FLAG = "true or false"
    PLACE = "a whole number from 1"
    IDS = 'a list of ids, like ["chenxi-hengtu"]'
    NOTES = 'a list of { at = "id of a list or copy", text = "…" }'


def _key(holds: Holds, says: str, usual: Any = None, *, made: Callable[[], Any] | None = None) -> Any:
    """A key of a table: what it holds, and what it means, which an editor reads in a new file."""
    meta = {"holds": holds, "says": says}
    return field(default_factory=made, metadata=meta) if made else field(default=usual, metadata=meta)


def _words(says: str) -> Any:
    return _key(Holds.WORDS, says, made=dict)


@dataclass(frozen=True)
class EditedStory:
    """One story as it is published."""

    of: tuple[str, ...] = _key(Holds.IDS, "the ids that `tracer export figure story` takes", ())
    hide: bool = _key(
        Holds.FLAG, "true: it is not shown as a story; its finding stays in tables and report", usual=False
    )
    place: int | None = _key(Holds.PLACE, "its place among the stories, 1 the first")
    headline: Mapping[str, str] = _words("by language")
    dek: Mapping[str, str] = _words("the sentence below the headline")
    alt: Mapping[str, str] = _words("what the picture shows, for who does not see it; in any language")
    annotations: Mapping[str, Mapping[str, str]] = _key(Holds.NOTES, "written at a list or copy", made=dict)
    """Id of a list or copy -> language -> what is written there."""
    own_language: str = ""
    """The language of these words for readers of any; empty where each has that of its reader."""


@dataclass(frozen=True)
class EditedParty:
    """One party as readers know it."""

    id: str = _key(Holds.TEXT, "", "")
    name: Mapping[str, str] = _words("in place of every name, alias and id of it")
    hide: bool = _key(Holds.FLAG, "true: it is left out, with all that is said of it", usual=False)


@dataclass(frozen=True)
class EditedList:
    """One list as readers know it."""

    id: str = _key(Holds.TEXT, "", "")
    title: Mapping[str, str] = _words("in place of its titles and its id")
    hide: bool = _key(Holds.FLAG, "true: it is left out, with its copies and all that is said of them", usual=False)


@dataclass(frozen=True)
class EditedReply:
    """What a party answered, in other languages."""

    party: str = _key(Holds.TEXT, "", "")
    text: Mapping[str, str] = _words("the answer in other languages")


@dataclass(frozen=True)
class EditedQuote:
    """What somebody said, in other languages."""

    claim: str = _key(Holds.TEXT, "", "")
    text: Mapping[str, str] = _words("the quote in other languages")


TABLES: Mapping[str, type[Any]] = {
    "story": EditedStory,
    "party": EditedParty,
    "list": EditedList,
    "reply": EditedReply,
    "quote": EditedQuote,
}
"""Table of the file -> its record. The first field names what it is about."""


@dataclass(frozen=True)
class Edition:
    """What a publication shows."""

    stories: tuple[EditedStory, ...] = ()
    title: str = _key(Holds.TEXT, "of page and report", "")
    credit: str = _key(Holds.TEXT, "who made it", "")
    source: str = _key(Holds.TEXT, "in place of the source line of pictures", "")
    image: str = _key(Holds.TEXT, "address of the picture that services show for a link to the page (https://…)", "")
    parties: tuple[EditedParty, ...] = ()
    lists: tuple[EditedList, ...] = ()
    replies: tuple[EditedReply, ...] = ()
    quotes: tuple[EditedQuote, ...] = ()
    light: Mapping[str, str] = field(default_factory=dict)
    """Role of `looks.Theme` -> colour on paper."""
    dark: Mapping[str, str] = field(default_factory=dict)
    families: str = ""
    """Fonts of the house, as CSS lists them."""
    font: Path | None = None
    """A font file for pictures and PDFs."""
    languages: tuple[str, ...] = ()

    def story(self, names: Sequence[str]) -> EditedStory:
        """What it says of a story, nothing where it does not: of exactly these ids first, then of some of them."""
        wanted = set(names)
        exact = (one for one in self.stories if set(one.of) == wanted)
        part = (one for one in self.stories if set(one.of) <= wanted)
        one = next(exact, None) or next(part, EditedStory(tuple(names)))
        if not self.own_language:
            return one
        notes = {at: self._first(words) for at, words in one.annotations.items()}
        headline, dek, alt = map(self._first, (one.headline, one.dek, one.alt))
        return replace(one, headline=headline, dek=dek, alt=alt, annotations=notes, own_language=self.own_language)

    def hides(self, names: Sequence[str]) -> bool:
        """Whether it hides a story: by exactly its ids, by some of them, or by more."""
        wanted = set(names)
        return any(set(one.of) <= wanted or set(one.of) >= wanted for one in self.stories if one.hide)

    @property
    def own_language(self) -> str:
        """The language of its words where that is none of the tool's: the first of `languages`."""
        return next((lang for lang in self.languages[:1] if lang not in LANGUAGES), "")

    def _first(self, words: Mapping[str, str]) -> Mapping[str, str]:
        """The words in its own language for readers of any, where there are some."""
        own = words.get(self.own_language)
        return words if own is None else {self.own_language: own, **dict.fromkeys(LANGUAGES, own)}

    def colours(self, theme: str) -> Mapping[str, str]:
        """Role -> colour in a theme; greys are not a house's."""
        return {"light": self.light, "dark": self.dark}.get(theme, {})


AS_FOUND = Edition()
"""The case as the tool shows it."""
