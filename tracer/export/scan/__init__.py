"""Looks through finished files for what must not leave: a number, an address or a name that stands in a list.

What can be somebody's is taken out of the file, in whatever form it is written, and looked up in the case. So the scan
knows nothing of how the file came about, and does not trust the masks before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import duckdb

from tracer.errors import InputRefused
from tracer.export.mask import mask_text
from tracer.export.scan import lookup
from tracer.export.scan.names import names, pieces, tokens
from tracer.export.scan.numbers import hashes, numbers, plain
from tracer.export.scan.unescape import encoded, readings
from tracer.export.scan.unpack import DEEPEST, Text, texts_in

_EMAIL = re.compile(r"[\w.+%&'*/=?^`{|}~!#$-]{1,64}@(?:[\w-]+\.)+[\w-]{2,}")
PROTECTED = "the name of a protected party"
_TOLD = 12
"""Leaks that an error lists; the rest is counted."""
_AROUND = 24
"""Characters on either side that are shown, masked."""


@dataclass(frozen=True)
class Leak:
    """Something that must not leave."""

    what: str
    """`an identifier of a list`, `a caller's number`, …"""
    where: str
    """File, and member or page within it."""
    shown: str
    """What stands around it, masked."""
    text: str
    """What it is, in clear: never printed, only counted and compared."""

    @property
    def protected(self) -> bool:
        """Whether it names a protected party: no reason lets that out."""
        return self.what == PROTECTED


@dataclass
class _Found:
    """Candidates of all files → where each stands first."""

    keys: dict[int, tuple[Text, int, int]] = field(default_factory=dict)
    digits: dict[str, tuple[Text, int, int]] = field(default_factory=dict)
    hashes: dict[str, tuple[Text, int, int]] = field(default_factory=dict)
    names: dict[str, tuple[Text, int, int]] = field(default_factory=dict)
    secrets: dict[str, tuple[Text, int, int]] = field(default_factory=dict)


class Scan:
    """The scan of one case's exports; candidates of several files are looked up together."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, *, own: str = "", secrets: re.Pattern[str] | None = None
    ) -> None:
        """`own`: the words that the tool and the case's parties may say. `secrets`: names of protected parties."""
        row = con.execute("SELECT value FROM meta WHERE name = 'region'").fetchone()
        self._con, self._country = con, lookup.country_code(str(row[0]) if row is not None else "CN")
        self._own, self._secrets = own.lower(), secrets

    def leaks(self, files: Mapping[str, bytes]) -> list[Leak]:
        """All that must not leave, by file and place; empty where the files may go.

        Raises:
            InputRefused: a file that cannot be looked through.
        """
        found = _Found()
        for name, content in files.items():
            for text in texts_in(name, content):
                self._gather(text, found, 0)
        return sorted(self._looked_up(found), key=lambda leak: (leak.where, leak.what, leak.shown))

    def _gather(self, text: Text, found: _Found, depth: int) -> None:
        for reading in readings(text.content) if text.running else [text.content]:
            said = Text(text.where, plain(reading), text.running)
            self._candidates(said, found)
            if depth < DEEPEST:
                for content in encoded(reading):
                    for inner in texts_in(f"{text.where} (encoded)", content, depth + 1):
                        self._gather(inner, found, depth + 1)

    def _candidates(self, text: Text, found: _Found) -> None:
        content = text.content
        for number in numbers(content, running=text.running):
            place = (text, number.start, number.end)
            found.digits.setdefault(number.digits, place)
        for digits in hashes(content):
            place = (text, at := content.lower().find(digits), at + len(digits))
            found.hashes.setdefault(digits, place)
            found.keys.setdefault(lookup.hash_key(digits), place)
        if not text.running:
            return
        for match in _EMAIL.finditer(content):
            for key in lookup.email_keys(match.group(0)):
                found.keys.setdefault(key, (text, match.start(), match.end()))
        for token, at in tokens(content):
            found.keys.setdefault(lookup.value_key(token), (text, at, at + len(token)))
        for finder in (names, pieces):
            for name, at in finder(content, self._own):
                found.names.setdefault(name, (text, at, at + len(name)))
        if self._secrets is not None:
            for match in self._secrets.finditer(content):
                found.secrets.setdefault(match.group(0), (text, match.start(), match.end()))

    def _looked_up(self, found: _Found) -> Iterator[Leak]:
        by_key = dict(found.keys)
        for digits, place in found.digits.items():
            for key in lookup.phone_keys(digits, self._country):
                by_key.setdefault(key, place)
        for key, what in lookup.identifiers(self._con, by_key).items():
            yield _leak(what, by_key[key], str(key))
        short = {lookup.national(digits): place for digits, place in found.digits.items()}
        for digits in sorted(lookup.callers(self._con, short)):
            yield _leak("a caller's number", short[digits])
        for digits in sorted(lookup.hashed(self._con, found.hashes)):
            yield _leak("the hash of a number in a list", found.hashes[digits])
        for name in sorted(lookup.bearers(self._con, found.names)):
            yield _leak("a person's name or address in a list", found.names[name], name)
        for name, place in sorted(found.secrets.items()):
            yield _leak(PROTECTED, place, name)


def _leak(what: str, place: tuple[Text, int, int], name: str | None = None) -> Leak:
    text, start, end = place
    hidden = text.content[start:end] if name is None else name
    before, after = text.content[max(0, start - _AROUND) : start], text.content[end : end + _AROUND]
    shown = " ".join(f"{mask_text(before)}[…]{mask_text(after)}".split())
    return Leak(what, text.where, shown, hidden)


def refuse(leaks: list[Leak]) -> InputRefused:
    """The error that stops an export: each leak with its place, masked."""
    problems = [
        InputRefused(f"holds {leak.what}: {leak.shown}", where=leak.where, remedy="nothing was written")
        for leak in leaks[:_TOLD]
    ]
    if len(leaks) > _TOLD:
        problems.append(InputRefused(f"and {len(leaks) - _TOLD:,} more", where="scan", remedy="nothing was written"))
    return InputRefused.many(problems)
