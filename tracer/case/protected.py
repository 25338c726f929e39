"""Who is protected in a case, and how what names them is found in a text: ids, names, aliases, their documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

import duckdb

_SQL = Path(__file__).parent / "sql"
_BETWEEN = r"[\s._·-]{0,3}"
"""What may stand between the words of one name: a file's name writes them otherwise than a register."""
_WITHIN = r"[\s·._-]?"
"""What may stand between two Chinese characters of one name."""
_SEPARATORS = re.compile(r"[\s._·-]+")
_ANYWHERE = 6
"""Letters from which a name is looked for inside other words too; shorter ones would be found by accident."""


def folded(text: str) -> str:
    """A name as names are compared: compatible forms, lower case, nothing between its words."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Protected:
    """What must not leave, and what stands in its place."""

    shown: Mapping[str, str] = field(default_factory=dict)
    """Every id, name, alias, document and document's file, as it stands in the case → its pseudonym."""
    parties: frozenset[str] = frozenset()
    """Ids, names and aliases of the protected parties."""
    documents: frozenset[str] = frozenset()
    """Ids of documents that are left out."""

    def pattern(self) -> re.Pattern[str] | None:
        """Finds what is named in a text; None where there is nothing to find."""
        names = sorted({name for name in self.shown if self._telling(name)}, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(self._as_pattern, names))) if names else None

    def pseudonyms(self) -> dict[str, str]:
        """`shown` by the folded form, in which what the pattern found is looked up."""
        return {folded(name): shown for name, shown in self.shown.items()}

    def _telling(self, name: str) -> bool:
        """A document called `photo` is not found in every sentence; a party is, whatever it is called."""
        plain = folded(name)
        return len(plain) > 1 and (name in self.parties or not plain.isascii() or not plain.isalpha())

    def _as_pattern(self, name: str) -> str:
        if not name.isascii():
            letters = [re.escape(letter) for letter in unicodedata.normalize("NFC", name) if not letter.isspace()]
            return f"(?i:{_WITHIN.join(letters)})"
        words = [re.escape(word) for word in _SEPARATORS.split(name) if word]
        body = _BETWEEN.join(words)
        if len(folded(name)) >= _ANYWHERE and name in self.parties:
            return f"(?i:{body})"
        inner = f"(?i:{body})" if len(folded(name)) > 3 else body
        return f"{_edge(name.strip('._- ')[0], '<!')}{inner}{_edge(name.strip('._- ')[-1], '!')}"


def _edge(letter: str, look: str) -> str:
    """A border of a short name: no letter beside a letter, no digit beside a digit."""
    kind = "A-Za-z" if letter.isalpha() else "0-9" if letter.isdigit() else ""
    return f"(?{look}[{kind}])" if kind else ""


class Substitution:
    """Puts pseudonyms in the place of what is named."""

    def __init__(self, protected: Protected, *, apart: Callable[[str], str] | None = None) -> None:
        """`apart`: a keyed ending for what is written otherwise than the id, so that no two texts become one."""
        self._pattern, self._shown, self._exact = protected.pattern(), protected.pseudonyms(), protected.shown
        self._apart = apart

    def __call__(self, text: str) -> str:
        """The text without the names."""
        if text in self._exact:
            return self._in_place(text)
        return text if self._pattern is None else self._pattern.sub(lambda match: self._in_place(match.group(0)), text)

    def _in_place(self, found: str) -> str:
        shown = self._shown.get(folded(found), "source")
        return shown if self._apart is None else f"{shown}-{self._apart(found)}"


def protected_in(con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str]) -> Protected:
    """Reads from the case who is protected; `pseudonym` is keyed (`pseudonym.keyed_pseudonym`)."""
    named = con.execute((_SQL / "protected.sql").read_text(encoding="utf-8")).fetchall()
    if not named:
        return Protected()
    names = {str(name): f"source-{pseudonym(f'party {party}')}" for party, name in named}
    found = con.execute(
        (_SQL / "protected_documents.sql").read_text(encoding="utf-8"),
        {"names": sorted(names), "folded": sorted({name.lower() for name in names})},
    ).fetchall()
    documents = {
        name: f"document-{pseudonym(f'document {document}')}"
        for document, path in found
        for name in (str(document), *_file_names(path))
    }
    return Protected(documents | names, frozenset(names), frozenset(str(document) for document, _ in found))


def _file_names(path: str | None) -> Iterator[str]:
    """The name of a document's file, with and without its ending."""
    if path:
        yield PurePath(path).name
        yield PurePath(path).stem
