"""Reads a stealer's log: blocks of lines `URL:`, `Username:`, `Password:`, `Application:` become rows, one an entry.

An entry ends at a line of signs, at a blank line behind its secret, or where a line begins that it has already.
A line that begins with nothing known goes on with the one above it, a secret of several lines for instance; it is not
kept. The site of the address is kept, and what `secret_columns` keeps of the secret.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tracer.documents import toml_of
from tracer.lists.read.account import Account
from tracer.lists.read.languages import plain
from tracer.lists.read.logins import Login, login_columns
from tracer.lists.read.secret_columns import kept_of
from tracer.lists.read.sites import site_of

_TABLE = toml_of((Path(__file__).parent / "stolen_words.toml").read_text("utf-8"))
_KINDS = {plain(word): kind for kind, words in _TABLE.items() for word in words.split(",") if plain(word)}
_LINE = re.compile(r"[\s\W_]{0,6}?([^\W_][^:：=|>\r\n]{0,30}?)\s*(?:[:：]|=>?|->|\|)(?!//)[ \t]?(.*)")
_BRACKETS = re.compile(r"\s*\[\s*\"?([^\"\]]*)\"?\s*=\s*\"?([^\"\]]*)\"?\s*\]\s*")
_RULE = re.compile(r"[\s\W_]{3,}")
_INLINE = re.compile(
    r"(?:^|[\s|,;]+)(?=(?:url|host|site|soft|application|browser|user(?:name)?|login|e-?mail|pass(?:word)?)\s*[:：])",
    re.I,
)
"""Where the parts of an entry begin that is written in one line."""
_LOOKED_AT = 400
_ENOUGH_LINES = 0.5
"""Share of lines that must begin with a known word: banners, and secrets of several lines, are between them."""


def is_stolen_log(lines: Iterable[str]) -> bool:
    """Whether lines are those of a stealer's log: addresses or logins and secrets, a line each, and little else."""
    kinds = Counter[str]()
    filled = 0
    for line in lines:
        if not line.strip() or _RULE.fullmatch(line):
            continue
        filled += 1
        kinds.update(kind for kind, _ in _said(line))
        if filled == _LOOKED_AT:
            break
    known = filled - kinds[""]
    fewer, more = sorted((kinds["secret"], kinds["login"]))
    said = fewer >= (1 if kinds["site"] or kinds["program"] else 2)
    return said and 2 * fewer >= more and known >= _ENOUGH_LINES * filled


def _said(line: str) -> list[tuple[str, str]]:
    """What a line says, one pair a part; several where an entry is in one line."""
    parted = line.count(":") + line.count("：") > 2
    pieces = [piece for piece in _INLINE.split(line) if piece.strip()] if parted else []
    if len(pieces) > 2:
        several = [_kind(piece) for piece in pieces]
        if {"login", "secret"} <= {kind for kind, _ in several}:
            return [pair for pair in several if pair[0]]
    return [_kind(line)]


@lru_cache(maxsize=1_024)
def _kind_of(word: str) -> str | None:
    """What follows behind a word; None for an unknown one."""
    return _KINDS.get(plain(word))


def _kind(line: str) -> tuple[str, str]:
    """What a line says, and the value; an empty kind for one that begins with nothing known."""
    found = _LINE.match(line)
    if found is not None:
        kind = _kind_of(found[1])
        if kind is not None:
            return kind, found[2].strip()
    bracketed = _BRACKETS.fullmatch(line)
    return ("program", bracketed[1]) if bracketed is not None else ("", "")


@dataclass
class _LogEntry:
    """An entry while its lines come in."""

    said: dict[str, str] = field(default_factory=dict)
    lines: int = 0


@dataclass
class LogWalk:
    """The entries of a log; its account when they have been walked through."""

    lines: Iterable[str]
    key: bytes | None
    region: str
    counts: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Login]:
        """One login an entry; secrets are gone from it."""
        entry = _LogEntry()
        for line in self.lines:
            self.counts["lines"] += 1
            if not line.strip():
                self.counts["blank"] += 1
                if "secret" in entry.said:
                    yield from self._ended(entry)
                    entry = _LogEntry()
                continue
            said = _said(line)
            if not said[0][0]:
                if _RULE.fullmatch(line):
                    self.counts["blank"] += 1
                    yield from self._ended(entry)
                    entry = _LogEntry()
                else:
                    self.counts["continued" if entry.lines else "title"] += 1
                continue
            if self._begins(entry, said[0][0]):
                yield from self._ended(entry)
                entry = _LogEntry()
            entry.lines += 1
            for kind, value in said:
                entry.said[kind] = value or entry.said.get(kind, "")
        yield from self._ended(entry)

    @staticmethod
    def _begins(entry: _LogEntry, kind: str) -> bool:
        """Whether a line of this kind begins another entry. An address may be said twice, before the login."""
        had = entry.said
        if kind == "profile" or kind not in had:
            return False
        return kind not in ("site", "program") or bool(had.keys() & {"login", "secret"})

    def _ended(self, entry: _LogEntry) -> Iterator[Login]:
        said = entry.said
        if not entry.lines:
            return
        if not said.keys() & {"site", "login", "secret"}:
            self.counts["title"] += entry.lines
            return
        self.counts["rows"] += 1
        self.counts["continued"] += entry.lines - 1
        secret = said.get("secret", "")
        yield login_columns(
            site_of(said.get("site", "")), said.get("login", ""), kept_of(secret, self.key) if secret else None,
            self.region, said.get("program"),
        )  # fmt: skip

    @property
    def account(self) -> Account:
        """What became of the lines."""
        counts = self.counts
        return Account(
            counts["lines"], title=counts["title"], rows=counts["rows"], blank=counts["blank"],
            continued=counts["continued"],
        )  # fmt: skip
