"""Who is protected in a case, how what names them is found in a text (ids, names, aliases, their documents), and the
keyed pseudonyms that stand for them: the same one in every export of a case, and none outside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import duckdb

from tracer.case.key import derive
from tracer.case.schema import read_meta
from tracer.records import naming_columns
from tracer.resources import sql_next_to
from tracer.spellings.names import NameFinder, joined_words, length

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


_statement = sql_next_to(__file__)
LEAST = 2
"""Letters and digits of a name that is looked for in texts: one alone is in every sentence."""
_LEAST_DIGITS = 5
"""Digits of a name of digits alone: fewer are counts, days and places in every export."""


def too_short_to_find(name: str) -> bool:
    """Whether a name cannot be looked for in texts, because everything would be taken for it."""
    plain = joined_words(name)
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
        names = [name for name in self.parties if not too_short_to_find(name)]
        files = [name for name in self.shown if name not in self.parties]
        # A document called `photo`, or `client-list`, is not found in every sentence that has these words.
        everyday = {name for name in files if (plain := joined_words(name)).isascii() and plain.isalpha()}
        distinct = [name for name in files if not too_short_to_find(name) and name not in everyday]
        exact = [name for name in files if name not in distinct and _SIGN.search(name)]
        return NameFinder(names, distinct, exact) if names or files else None

    def too_short_to_find(self) -> list[str]:
        """Ids, names and aliases that are replaced only where they are whole words."""
        return sorted(filter(too_short_to_find, self.parties))

    def pseudonyms(self) -> dict[str, str]:
        """`shown` by the folded form, in which what was found is looked up."""
        return {joined_words(name): shown for name, shown in self.shown.items()}


_SIGN = re.compile(r"\w[^\w\s]\w")
"""Within `insider-statement.txt`: as it is written, it is in no sentence by accident."""


class Substitution:
    """Puts pseudonyms in the place of what is named."""

    def __init__(self, protected: Protected, *, ending: Callable[[str], str] | None = None) -> None:
        """`ending`: a keyed ending for what is written otherwise than the id, so that no two texts become one."""
        self._finder, self._shown, self._exact = protected.finder(), protected.pseudonyms(), protected.shown
        self._ending = ending

    def __call__(self, text: str) -> str:
        """The text without the names."""
        if text in self._exact:
            return self._in_place(text, joined_words(text))
        return text if self._finder is None else self._finder.replace(text, self._in_place)

    def each(self, texts: Sequence[str]) -> list[str]:
        """Several texts without the names."""
        found = texts if self._finder is None else self._finder.replace_each(texts, self._in_place)
        return [
            self._in_place(text, joined_words(text)) if text in self._exact else hidden
            for text, hidden in zip(texts, found, strict=True)
        ]

    def _in_place(self, found: str, name: str) -> str:
        shown = self._shown.get(name, "source")
        return shown if self._ending is None else f"{shown}-{self._ending(found)}"


def protected_in(con: duckdb.DuckDBPyConnection, pseudonym: Callable[[str], str]) -> Protected:
    """Reads from the case who is protected; `pseudonym` is keyed (`keyed_pseudonym`)."""
    named = names_of_parties(con, protected=True)
    if not named:
        return Protected()
    names = {name: f"source-{pseudonym(f'party {party}')}" for party, name in named}
    sheltered = Protected(names, frozenset(names))
    found = list(_documents(con, names, sheltered.finder()))
    documents = {}
    for document, path, sha256 in found:  # its file as it was given, the file's name, and that without its ending
        files = (path, PurePath(path).name, PurePath(path).stem) if path else ()
        for name in filter(None, (document, *files, sha256)):
            documents[name] = f"document-{pseudonym(f'document {document}')}"
    return Protected(documents | names, sheltered.parties, frozenset(document for document, _, _ in found))


def documents_naming(con: duckdb.DuckDBPyConnection, parties: Collection[str]) -> frozenset[str]:
    """Ids of documents that could show who some of the protected parties are; `parties`: their ids."""
    named = names_of_parties(con, protected=True)
    roots = {party for party, name in named if name in parties}
    names = frozenset(name for party, name in named if party in roots)
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


# Pseudonyms in the journal for what must not be in it: files' names, protected parties, numbers, addresses.
# Everything that is journaled goes through here. Each text that changes is kept with its clear one in the encrypted
# store, so that only the owner of the key reads the journal as it was meant. A pseudonym is keyed, holds no digits,
# and two texts never become one.

_NO_DIGITS = str.maketrans("234567", "uvwxyz")
_DAY = r"(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)"
_PRIVATE = re.compile(
    rf"""
    (?P<kept>{_DAY}(?:T[\d:.]+Z?)?|(?<![0-9A-Za-z])[0-9a-f]{{32,}}(?![0-9A-Za-z]))
    |(?P<mail>[\w.+%-]+[@＠](?:[\w-]+\.)+[A-Za-z\u3400-\u9fff]{{2,}})
    |(?P<number>\d{{5,}}|(?<!\d)\d(?:[ .\-()]{{1,3}}?\d|\d){{6,}}(?!\d))
    """,
    re.VERBOSE,
)
"""A day and a hash stay; addresses, digits of five and more, and digits in groups that may be a telephone's do not."""
JOURNALED_WORDS = frozenset({"inputs", "detail", "result"})
"""Parts of an entry in which names may be; its number, command, version and so on stay."""
_DRAW, _DRAWN = "draw", re.compile(r"[0-9a-f]{16}")
"""The id of a register, drawn at random: its digits look like a number's, and the register has it in clear."""
_ENDING = re.compile(r"\.[a-z][a-z0-9]{0,7}")


class JournalNames:
    """What is in one case's journal in the place of names, numbers and addresses."""

    def __init__(self, pseudonym: Callable[[str], str], own: Callable[[], str] = str) -> None:
        """`own`: recognises the case's id, which was drawn at random and names no person, whatever digits are in it."""
        self.pseudonym, self._own = pseudonym, own
        self._clear = dict[str, str]()
        """Text as it is journaled → the clear one, of texts that the store does not hold yet."""

    def hide(self, entry: Mapping[str, object], protected: Protected) -> dict[str, object]:
        """The entry as it may be written to the journal; its keys, numbers and what names the entry itself stay."""
        names = Substitution(protected, ending=self._letters)
        return {key: self._value(value, names) if key in JOURNALED_WORDS else value for key, value in entry.items()}

    def keep(self, con: duckdb.DuckDBPyConnection) -> None:
        """Tell the store what stands for what."""
        for shown, clear in sorted(self._clear.items()):
            con.execute(
                "INSERT INTO journal_name VALUES ($shown, $clear) ON CONFLICT DO NOTHING",
                {"shown": shown, "clear": clear},
            )
        self._clear.clear()

    def _value(self, value: Any, names: Substitution) -> Any:
        if isinstance(value, PurePath):
            ending = _ENDING.fullmatch(value.suffix.lower())
            shown = f"file-{self._letters(f'file {value}')}{ending[0] if ending else ''}"
            return self._keep_shown(str(value), shown)
        if isinstance(value, str):
            return value if value == self._own() else self._keep_shown(value, _PRIVATE.sub(self._private, names(value)))
        if isinstance(value, Mapping):
            value = {self._key(name, names): one for name, one in value.items()}
            drawn = {name for name, one in value.items() if name == _DRAW and _DRAWN.fullmatch(str(one))}
            return {name: one if name in drawn else self._value(one, names) for name, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(one, names) for one in value]
        return value

    def _key(self, name: Any, names: Substitution) -> Any:
        """A key as it may be written; of `evidence:ID` the id is one that is protected under an everyday word too."""
        kind, _, ref = name.partition(":") if isinstance(name, str) else ("", "", "")
        if not ref:
            return self._value(name, names)
        return self._keep_shown(name, ":".join(_PRIVATE.sub(self._private, names(part)) for part in (kind, ref)))

    def _keep_shown(self, clear: str, shown: str) -> str:
        if shown != clear:
            self._clear[shown] = clear
        return shown

    def _private(self, match: re.Match[str]) -> str:
        if match.lastgroup == "kept":
            return match.group(0)
        return f"{match.lastgroup}-{self._letters(match.group(0))}"

    def _letters(self, text: str) -> str:
        return self.pseudonym(f"journal {text}").translate(_NO_DIGITS)
