"""Who is protected in a case, how what names them is found in a text (ids, names, aliases, their documents), and the
keyed pseudonyms that stand for them: the same one in every export of a case, and none outside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

import duckdb

from tracer.case.key import derive
from tracer.case.schema import read_meta
from tracer.records import naming_columns
from tracer.resources import statements_beside
from tracer.spellings.names import NameFinder, joined, length

PURPOSE = b"export pseudonyms"
"""The purpose under which the case derives the key: `case.secret(PURPOSE)`."""
_LETTERS = 8


def keyed_pseudonym(secret: bytes) -> Callable[[str], str]:
    """A function from a text to eight letters and digits (40 bits of HMAC-SHA256 under `secret`).

    Without the secret names cannot be tried out against it, which a plain hash would allow.
    """

    def pseudonym(text: str) -> str:
        digest = hmac.new(secret, text.encode("utf-8"), hashlib.sha256).digest()
        return base64.b32encode(digest).decode("ascii").lower()[:_LETTERS]

    return pseudonym


def keyed_digest(con: duckdb.DuckDBPyConnection, digest: str) -> str:
    """What stands for a hash over findings or facts in what leaves and in the journal (HMAC-SHA-256, hexadecimal).

    The hash itself is over the ids of protected parties too: who knows all the rest could try them out.
    """
    secret = derive(bytes.fromhex(read_meta(con, "root_secret")), b"digests")
    return hmac.new(secret, digest.encode(), hashlib.sha256).hexdigest()


_statement = statements_beside(__file__)
LEAST = 2
"""Letters and digits of a name that is looked for in texts: one alone is in every sentence."""
_LEAST_DIGITS = 5
"""Digits of a name of digits alone: fewer are counts, days and places in every export."""


def unsought(name: str) -> bool:
    """Whether a name cannot be looked for in texts, because everything would be taken for it."""
    plain = joined(name)
    return length(name) < LEAST or (plain.isdecimal() and len(plain) < _LEAST_DIGITS)


@dataclass(frozen=True)
class Protected:
    """What must not leave, and what replaces it."""

    shown: Mapping[str, str] = field(default_factory=dict)
    """Every id, name, alias, document, document's file and SHA-256, as written in the case → its pseudonym."""
    parties: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def finder(self) -> NameFinder | None:
        """Finds what is named in a text; None where there is nothing to find."""
        names = [name for name in self.parties if not unsought(name)]
        files = [name for name in self.shown if name not in self.parties]
        telling = [name for name in files if _telling(name)]
        exact = [name for name in files if name not in telling and _SIGN.search(name)]
        return NameFinder(names, telling, exact) if names or files else None

    def unsought(self) -> list[str]:
        """Ids, names and aliases that are replaced only where they are whole words."""
        return sorted(filter(unsought, self.parties))

    def pseudonyms(self) -> dict[str, str]:
        """`shown` by the folded form, in which what was found is looked up."""
        return {joined(name): shown for name, shown in self.shown.items()}


_SIGN = re.compile(r"\w[^\w\s]\w")
"""Within `insider-statement.txt`: as it is written, it is in no sentence by accident."""


def _telling(name: str) -> bool:
    """A document called `photo`, or `client-list`, is not found in every sentence that has these words."""
    plain = joined(name)
    return not unsought(name) and not (plain.isascii() and plain.isalpha())


class Substitution:
    """Puts pseudonyms in the place of what is named."""

    def __init__(self, protected: Protected, *, apart: Callable[[str], str] | None = None) -> None:
        """`apart`: a keyed ending for what is written otherwise than the id, so that no two texts become one."""
        self._finder, self._shown, self._exact = protected.finder(), protected.pseudonyms(), protected.shown
        self._apart = apart

    def __call__(self, text: str) -> str:
        """The text without the names."""
        if text in self._exact:
            return self._in_place(text, joined(text))
        return text if self._finder is None else self._finder.replaced(text, self._in_place)

    def _in_place(self, found: str, name: str) -> str:
        shown = self._shown.get(name, "source")
        return shown if self._apart is None else f"{shown}-{self._apart(found)}"


def protected_in(con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str]) -> Protected:
    """Reads from the case who is protected; `pseudonym` is keyed (`pseudonym.keyed_pseudonym`)."""
    named = names_of_parties(con, protected=True)
    if not named:
        return Protected()
    names = {name: f"source-{pseudonym(f'party {party}')}" for party, name in named}
    sheltered = Protected(names, frozenset(names))
    found = list(_documents(con, names, sheltered.finder()))
    documents = {
        name: f"document-{pseudonym(f'document {document}')}"
        for document, path, sha256 in found
        for name in (document, *_file_names(path), *([sha256] if sha256 else []))
    }
    return Protected(documents | names, sheltered.parties, frozenset(document for document, _, _ in found))


def documents_naming(con: duckdb.DuckDBPyConnection, parties: Collection[str]) -> frozenset[str]:
    """Ids of documents that could show who some of the protected parties are; `parties`: their ids."""
    roots = {party for party, name in names_of_parties(con, protected=True) if name in parties}
    names = frozenset(name for party, name in names_of_parties(con, protected=True) if party in roots)
    return frozenset(document for document, _, _ in _documents(con, names, Protected(parties=names).finder()))


def names_of_parties(con: duckdb.DuckDBPyConnection, *, protected: bool) -> list[tuple[str, str]]:
    """(party, name) of every name of every party that is protected, or of every one that is not; merged parties are
    one, protected where one of them is."""
    rows = con.execute(_statement("party_names").replace("{names}", naming_columns())).fetchall()
    return [(str(party), str(name)) for party, name, sheltered in rows if sheltered is protected]


def _documents(
    con: duckdb.DuckDBPyConnection, names: Iterable[str], finder: NameFinder | None
) -> Iterator[tuple[str, str | None, str | None]]:
    """(id, file, SHA-256) of documents that could show who a protected party is, those among them that name it."""
    rows = con.execute(_statement("protected_documents"), {"names": sorted(names)}).fetchall()
    for document, path, sha256, certain, words in rows:
        if certain or (finder is not None and finder.stand_in(words)):
            yield str(document), path, sha256


def _file_names(path: str | None) -> Iterator[str]:
    """A document's file as it was given, its name, and that without its ending."""
    if path:
        yield path
        yield PurePath(path).name
        yield PurePath(path).stem
