"""Reads a combination list: a line an entry, of an address of a site (where it is there), a login and a secret.

`mail:pass`, `number----pass`, `url:mail:pass`, `mail|pass|url` and the like, with any of the usual separators and with
ports in the addresses. A line that cannot be read leaves its shape, never its text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from tracer.lists.read import cells
from tracer.lists.read.account import Account
from tracer.lists.read.logins import Login, is_number, login_columns
from tracer.lists.read.secret_columns import kept_of
from tracer.lists.read.sites import site_of
from tracer.lists.read.words import names_a_column

SEPARATORS = (":", "|", ";", "----", ",", "\t")
_IN_TABLES = ("|", ";", ",", "\t")
"""Separators of which a line of headings may speak: then it is a table like any other."""
_MAIL = r"[^\s:;|,@/\"'<>()]{1,64}@[A-Za-z0-9][A-Za-z0-9.\-]{0,250}\.[A-Za-z]{2,24}"
_IS_MAIL = re.compile(_MAIL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://")
_APP = re.compile(r"android://(?:[^@\s]*@)?[A-Za-z][\w\-]*(?:\.[\w\-]+)*/?")
_HOST = re.compile(r"(?:[\w\-]{1,63}\.)+[^\W\d_][\w\-]{1,62}(?:/\S*)?|\d{1,3}(?:\.\d{1,3}){3}(?:/\S*)?")
_PORT = re.compile(r"\d{1,5}(?:[/?#].*)?")
_AUTHORITY = re.compile(r"[^/:;|,]+(?::\d{1,5})?(?:/|\Z)")
_LOOKED_AT = 400
_ENOUGH = 0.8
_STRONG = 0.5
_TELLING = 0.25
"""Share of the secrets that no name, word or number is like."""
_LONGEST_SECRET = 128
_NAME = re.compile(r"[A-Z][a-z]+(?:[ \-][A-Z][a-z]+)*")
_MIXED = re.compile(r"(?=.*[^\W\d_])(?=.*[\d_!@#$%^&*?+=.~-])\S{3,128}")


@dataclass(frozen=True)
class WrittenEntry:
    """One line as it is written."""

    address: str
    login: str
    secret: str


def written(line: str, separator: str) -> WrittenEntry | None:
    """What a line says; None where it says no login with a secret."""
    text = line.strip()
    if _SCHEME.match(text):
        return _with_address(text, separator)
    pieces = [piece.strip() for piece in text.split(separator)]
    return _without_scheme(pieces, separator) if len(pieces) > 1 else None


def _without_scheme(pieces: list[str], separator: str) -> WrittenEntry | None:
    """A line of several pieces that begins with a login, or with a host."""
    first, second, rest = pieces[0], pieces[1], separator.join(pieces[1:])
    behind = separator.join(pieces[2:])
    if not first or not rest or " " in first:
        return None
    if _IS_MAIL.fullmatch(first):
        return WrittenEntry(behind, first, second) if _is_address(behind) else WrittenEntry("", first, rest)
    if behind and _HOST.fullmatch(first):
        after = pieces[2:] if _PORT.fullmatch(second) and len(pieces) > 3 else pieces[1:]
        return WrittenEntry(first, after[0], separator.join(after[1:])) if after[0] else None
    if _IS_MAIL.fullmatch(second):  # which of the two is the secret is not known: only an address is kept
        return WrittenEntry("", second, first)
    return WrittenEntry("", first, rest)


def _is_address(text: str) -> bool:
    return _SCHEME.match(text) is not None or _HOST.fullmatch(text) is not None


def _with_address(text: str, separator: str) -> WrittenEntry | None:
    """A line that begins with an address that names its scheme."""
    start = text.index("://") + 3
    app = _APP.match(text)
    if app is not None:
        address, rest = app[0], text[app.end() :].strip()
        pieces = rest.removeprefix(separator).split(separator)
    else:
        address, pieces = _divided(text, start, separator)
    pieces = [piece.strip() for piece in pieces]
    if len(pieces) < 2 or not pieces[0]:
        return None
    return WrittenEntry(address, pieces[0], separator.join(pieces[1:]))


def _divided(text: str, start: int, separator: str) -> tuple[str, list[str]]:
    """An address, and what comes behind it: the separator may be in the address too, before a port or in its path."""
    blank = text.find(" ", start)
    if blank > 0 and _AUTHORITY.match(text[start:blank]):
        rest = text[blank:].strip().removeprefix(separator).strip()
        parts = rest.split(separator) if separator in rest else rest.split(" ", 1)
        return text[:blank], parts
    pieces = text[start:].split(separator)
    taken = 1
    if len(pieces) > 3 and separator == ":" and _PORT.fullmatch(pieces[1]):
        taken = 2
    mail = next((at for at in range(taken, len(pieces) - 1) if _IS_MAIL.fullmatch(pieces[at].strip())), None)
    if mail is not None:
        taken = mail
    while taken < len(pieces) - 2 and pieces[taken].startswith("//"):  # an address within the address
        taken += 1
    return text[:start] + separator.join(pieces[:taken]), pieces[taken:]


def separator_of(lines: Sequence[str]) -> str | None:
    """The separator of a combination list; None where the lines are none.

    A list of people with something else than a secret, a name or a day for instance, is none; nor is a table whose
    first line names its columns.
    """
    some = [line for line in lines if line.strip()][:_LOOKED_AT]
    while some and not any(separator in some[0] for separator in SEPARATORS):
        some = some[1:]  # banners
    for separator in SEPARATORS:
        if sum(separator in line for line in some) < _ENOUGH * len(some) or not some:
            continue
        if separator in _IN_TABLES and any(_is_heading(cell) for cell in some[0].split(separator)):
            continue
        if _is_list(some, separator):
            return separator
    return None


def _is_heading(cell: str) -> bool:
    return "@" not in cell and "/" not in cell and not re.search(r"\d{3}", cell) and names_a_column(cell.strip())


def _is_list(lines: Sequence[str], separator: str) -> bool:
    said = [one for one in (written(line, separator) for line in lines) if one is not None]
    if len(said) < _ENOUGH * len(lines):
        return False
    strong = sum(1 for one in said if one.address or _IS_MAIL.fullmatch(one.login) or is_number(one.login, "CN"))
    if strong < _STRONG * len(said):
        return False
    secrets = [one.secret for one in said]
    return _are_secrets(secrets, tables=separator in _IN_TABLES, separator=separator)


def _are_secrets(secrets: Sequence[str], *, tables: bool, separator: str) -> bool:
    """Whether texts behind logins are secrets: no names, days, numbers, addresses or places, and few with blanks."""
    count = len(secrets)
    if tables and sum(separator in secret for secret in secrets) > count // 10:
        return False  # a table of more columns
    tests = (
        cells.is_person,
        cells.is_date,
        cells.is_email,
        cells.is_firm,
        cells.is_place,
        cells.is_mask,
        _is_place_on_net,
    )
    if any(sum(map(test, secrets)) * 2 > count for test in tests):
        return False
    if 5 * sum(" " in secret.strip() or len(secret) > _LONGEST_SECRET for secret in secrets) > count:
        return False
    if tables:
        telling = sum(1 for secret in secrets if _MIXED.fullmatch(secret) and not cells.is_phone(secret))
        return telling >= _TELLING * count
    # Behind a colon hardly anything else is written than a secret, a name or a number.
    others = sum(1 for secret in secrets if _NAME.fullmatch(secret) or cells.is_phone(secret))
    return 2 * others <= count


def _is_place_on_net(text: str) -> bool:
    return _SCHEME.match(text) is not None or re.fullmatch(r"\d{1,3}(?:\.\d{1,3}){3}", text) is not None


def _shape(line: str) -> str:
    """A line without what it says."""
    text = re.sub(r"\d+", "#", line.strip()[:400])
    return re.sub(r"[^\W\d_]+", "a", text)[:60]


@dataclass
class ListWalk:
    """The entries of a combination list; its account when they have been walked through."""

    lines: Iterable[str]
    separator: str
    key: bytes | None
    region: str
    counts: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Login]:
        """One login a line that is not blank; secrets are gone from it. Lines above the first entry are titles."""
        others = [one for one in SEPARATORS if one != self.separator]
        for line in self.lines:
            self.counts["lines"] += 1
            if not line.strip():
                self.counts["blank"] += 1
                continue
            said = written(line, self.separator)
            if said is None or not said.secret:
                tried = (written(line, one) for one in others if one in line)
                said = next((one for one in tried if one is not None and _is_sure(one)), said)
            if said is None:
                if not self.counts["rows"]:
                    self.counts["title"] += 1
                    continue
                self.counts["rows"] += 1
                self.counts["unread"] += 1
                yield Login(unread=_shape(line))
                continue
            if not self.counts["rows"] and _is_heading(said.login):
                self.counts["header"] += 1
                continue
            self.counts["rows"] += 1
            secret = kept_of(said.secret, self.key) if said.secret else None
            yield login_columns(site_of(said.address) if said.address else None, said.login, secret, self.region)

    @property
    def account(self) -> Account:
        """What became of the lines."""
        counts = self.counts
        return Account(
            counts["lines"], header=counts["header"], title=counts["title"], rows=counts["rows"],
            blank=counts["blank"],
        )  # fmt: skip


def _is_sure(one: WrittenEntry) -> bool:
    return bool(one.address) or _IS_MAIL.fullmatch(one.login) is not None


def first_lines(text: str) -> list[str]:
    """The first lines of a text, without their ends."""
    return list(islice(text.splitlines(), 2 * _LOOKED_AT))
