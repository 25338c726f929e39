"""Reads what thieves of passwords trade: stealers' logs and combination lists, one row an entry, no secret kept."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from tracer.documents import toml_of
from tracer.identify.number_forms import forms_of
from tracer.lists.read import cells
from tracer.lists.read.delimited import batches_of, lines_of
from tracer.lists.read.encoding import text_head
from tracer.lists.read.landing import Landing, SourceReading
from tracer.lists.read.model import Account, PartRead
from tracer.lists.read.secret_columns import kept_of
from tracer.lists.read.words import names_a_column, plain

# The registrable host that an address of a site or an app belongs to: `https://login.shop.co.uk/a?b=c` →
# `shop.co.uk`. Nothing else of an address is kept: paths and queries hold names and tokens. Where a country has a
# second level of its own (`co.uk`, `com.br`), the third counts; which have one is known by the usual names of such
# levels alone, so a host under a rarer one is cut too short.

_TABLE = toml_of((Path(__file__).parent / "stolen_words.toml").read_text("utf-8"))
_SECOND, _PAIRS = (frozenset(_TABLE.pop(name).split()) for name in ("second_levels", "second_levels_of_few"))
_URL = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]{0,20})://)?(.*)", re.DOTALL)
_HOST_NAME = re.compile(r"(?:[\w\-]{1,63}\.)+[^\W\d_][\w\-]{1,62}\.?")
_PACKAGE = re.compile(r"[A-Za-z][\w\-]*(?:\.[\w\-]+)+")
_LONGEST_HOST = 253


@lru_cache(maxsize=65_536)
def site_of(address: str) -> str | None:
    """The registrable host, in lower case; of an app's address that of who made it; None where there is none."""
    found = _URL.match(address.strip().strip("\"'<>"))
    if found is None:
        return None
    scheme, rest = (found[1] or "").lower(), found[2]
    if scheme in ("android", "androidapp", "ios"):
        package = _PACKAGE.match(rest.rsplit("@", 1)[-1])
        return None if package is None else registrable(".".join(reversed(package[0].split("."))))
    host = re.split(r"[/?#\\\s]", rest, maxsplit=1)[0].rsplit("@", 1)[-1]
    if host.startswith("["):
        return _numeric(host[1:].split("]", 1)[0])
    return registrable(host.split(":", 1)[0])


def registrable(host: str) -> str | None:
    """The part of a host that somebody registered; a numeric address as it is; None for anything else."""
    text = host.strip(".").lower()
    numeric = _numeric(text)
    if numeric is not None:
        return numeric
    if len(text) > _LONGEST_HOST or _HOST_NAME.fullmatch(text) is None:
        return None
    labels = text.split(".")
    second = len(labels[-1]) == 2 and (labels[-2] in _SECOND or ".".join(labels[-2:]) in _PAIRS)
    most = 3 if len(labels) > 2 and second else 2
    return ".".join(labels[-most:])


def _numeric(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


# What is kept of an entry of a stolen log or a combination list: site, login, program, and a mark for the secret.

_PLAIN = {"site": "site", "user": "other", "application": "other", "secret": "secret", "unread": "other"}
_EMAIL = re.compile(r"[^\s@:;|,<>\"']+@[^\s@:;|,<>\"']+\.[^\s@:;|,<>\"'.]{2,}")
_CODED = re.compile(r"(?:\+|00)[1-9][\d ().\-]{7,18}\d")
_BARE = re.compile(r"\(?0?\d[\d ().\-]{7,14}\d")
_LONGEST = 254


class Login(NamedTuple):
    """One entry, in the order of its columns."""

    site: str | None = None
    email: str | None = None
    phone: str | None = None
    user: str | None = None
    application: str | None = None
    secret: str | None = None
    unread: str | None = None


@dataclass
class Entries:
    """What is kept of entries, and the account of their lines."""

    key: bytes | None
    """Key of the hashes that are kept of secrets."""
    region: str
    counts: Counter[str] = field(default_factory=Counter)

    def login_without_secret(self, address: str, login: str, secret: str, program: str | None = None) -> Login:
        """An entry whose login is an address, a number, or another name; its secret is gone."""
        self.counts["rows"] += 1
        kept = kept_of(secret, self.key) if secret else None
        said = Login(site_of(address), application=program or None, secret=kept)
        text = login.strip()
        if len(text) > _LONGEST:
            return said
        if _EMAIL.fullmatch(text):
            return said._replace(email=text)
        return said._replace(phone=text) if is_number(text, self.region) else said._replace(user=text or None)


def is_number(text: str, region: str) -> bool:
    """Whether a login may be a telephone number."""
    if not text or text[0] not in "+0123456789(":
        return False
    if _CODED.fullmatch(text) is not None or cells.is_phone(text):  # a Chinese number is known as such anywhere
        return True
    return not forms_of(region).by_rule and _BARE.fullmatch(text) is not None and not cells.is_date(text)


# Reads a stealer's log: blocks of lines `URL:`, `Username:`, `Password:`, `Application:` become rows, one an entry.
# An entry ends at a line of signs, at a blank line after its secret, or where a line begins that it has already. A
# line that begins with nothing known goes on with the one above it, a secret of several lines for instance; it is not
# kept. The site of the address is kept, and what `secret_columns` keeps of the secret.

_KINDS = {plain(word): kind for kind, words in _TABLE.items() for word in words.split(",") if plain(word)}
_LINE = re.compile(r"[\s\W_]{0,6}?([^\W_][^:：=|>\r\n]{0,30}?)\s*(?:[:：]|=>?|->|\|)(?!//)[ \t]?(.*)")
_BRACKETS = re.compile(r"\s*\[\s*\"?([^\"\]]*)\"?\s*=\s*\"?([^\"\]]*)\"?\s*\]\s*")
_RULE = re.compile(r"[\s\W_]{3,}")
_INLINE = re.compile(
    r"(?:^|[\s|,;]+)(?=(?:url|host|site|soft|application|browser|user(?:name)?|login|e-?mail|pass(?:word)?)\s*[:：])",
    re.I,
)
"""Where the parts of an entry begin that is written in one line."""
_ENOUGH_LINES = 0.5
"""Share of lines that must begin with a known word: banners, and secrets of several lines, are between them."""


def is_stolen_log(lines: Iterable[str]) -> bool:
    """Whether lines are those of a stealer's log: addresses or logins and secrets, a line each, and little else."""
    some = list(islice((line for line in lines if line.strip() and not _RULE.fullmatch(line)), _LOOKED_AT))
    kinds = Counter(kind for line in some for kind, _ in _labelled_parts(line))
    fewer, more = sorted((kinds["secret"], kinds["login"]))
    said = fewer >= (1 if kinds["site"] or kinds["program"] else 2)
    return said and 2 * fewer >= more and len(some) - kinds[""] >= _ENOUGH_LINES * len(some)


def _labelled_parts(line: str) -> list[tuple[str, str]]:
    """What a line says, one pair a part; several where an entry is in one line."""
    parted = line.count(":") + line.count("：") > 2
    pieces = [piece for piece in _INLINE.split(line) if piece.strip()] if parted else []
    if len(pieces) > 2:
        several = [_kind(piece) for piece in pieces]
        if {"login", "secret"} <= {kind for kind, _ in several}:
            return [pair for pair in several if pair[0]]
    return [_kind(line)]


_plain = lru_cache(maxsize=1_024)(plain)


def _kind(line: str) -> tuple[str, str]:
    """What a line says, and the value; an empty kind for one that begins with nothing known."""
    found = _LINE.match(line)
    kind = None if found is None else _KINDS.get(_plain(found[1]))
    if found is not None and kind is not None:
        return kind, found[2].strip()
    bracketed = _BRACKETS.fullmatch(line)
    return ("program", bracketed[1]) if bracketed is not None else ("", "")


def log_entries(lines: Iterable[str], entries: Entries) -> Iterator[Login]:
    """The entries of a log."""
    counts = entries.counts
    # The entry while its lines come in: what it says, and how many they are.
    entry: dict[str, str] = {}
    begun = 0
    for line in chain(lines, [None]):
        said = _labelled_parts(line) if line and line.strip() else []
        kind = said[0][0] if said else ""
        counts["lines"] += line is not None
        if not kind and line is not None:
            # A blank line ends an entry that has its secret, a line of signs any; others go on with the line above.
            rule = bool(said) and _RULE.fullmatch(line) is not None
            counts["blank" if rule or not said else "continued" if begun else "title"] += 1
            ended = rule or (not said and "secret" in entry)
        else:
            # A line of what the entry has already begins another; an address may be said twice, before the login.
            ended = kind != "profile" and kind in entry
            ended = ended and (kind not in ("site", "program") or bool(entry.keys() & {"login", "secret"}))
        if (ended or line is None) and begun:
            if entry.keys() & {"site", "login", "secret"}:
                counts["continued"] += begun - 1
                yield entries.login_without_secret(
                    entry.get("site", ""), entry.get("login", ""), entry.get("secret", ""), entry.get("program")
                )
            else:
                counts["title"] += begun
        if ended:
            entry, begun = {}, 0
        if kind:
            begun += 1
            for name, value in said:
                entry[name] = value or entry.get(name, "")


# Reads a combination list: a line an entry, of an address of a site (where it is there), a login and a secret.
# `mail:pass`, `number----pass`, `url:mail:pass`, `mail|pass|url` and the like, with any of the usual separators and
# with ports in the addresses. A line that cannot be read leaves its shape, never its text.

SEPARATORS = (":", "|", ";", "----", ",", "\t")
_IN_TABLES = ("|", ";", ",", "\t")
"""Separators of which a line of headings may speak: then it is a table like any other."""
_MAIL = r"[^\s:;|,@/\"'<>()]{1,64}@[A-Za-z0-9][A-Za-z0-9.\-]{0,250}\.[A-Za-z]{2,24}"
_IS_MAIL = re.compile(_MAIL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}://")
_APP = re.compile(r"android://(?:[^@\s]*@)?[A-Za-z][\w\-]*(?:\.[\w\-]+)*/?")
_HOST = re.compile(r"(?:[\w\-]{1,63}\.)+[^\W\d_][\w\-]{1,62}(?:/\S*)?|\d{1,3}(?:\.\d{1,3}){3}(?:/\S*)?")
_NUMERIC_HOST = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_PORT = re.compile(r"\d{1,5}(?:[/?#].*)?")
_AUTHORITY = re.compile(r"[^/:;|,]+(?::\d{1,5})?(?:/|\Z)")
_LOOKED_AT = 400
_ENOUGH = 0.8
_STRONG = 0.5
_TELLING = 0.25  # share of the secrets that no name, word or number is like
_LONGEST_SECRET = 128
_NAME = re.compile(r"[A-Z][a-z]+(?:[ \-][A-Z][a-z]+)*")
_MIXED = re.compile(r"(?=.*[^\W\d_])(?=.*[\d_!@#$%^&*?+=.~-])\S{3,128}")


class WrittenEntry(NamedTuple):
    """One line as it is written."""

    address: str
    login: str
    secret: str

    @property
    def sure(self) -> bool:
        """Whether it says of a site or an address whose secret it is."""
        return bool(self.address) or _IS_MAIL.fullmatch(self.login) is not None


def written_entry(line: str, separator: str) -> WrittenEntry | None:
    """What a line says; None where it says no login with a secret."""
    text = line.strip()
    if not _SCHEME.match(text):
        pieces = [piece.strip() for piece in text.split(separator)]
        return _without_scheme(pieces, separator) if len(pieces) > 1 else None
    # A line that begins with an address that names its scheme.
    app = _APP.match(text)
    if app is not None:
        address, pieces = app[0], text[app.end() :].strip().removeprefix(separator).split(separator)
    else:
        address, pieces = _divided_entry(text, text.index("://") + 3, separator)
    pieces = [piece.strip() for piece in pieces]
    if len(pieces) < 2 or not pieces[0]:
        return None
    return WrittenEntry(address, pieces[0], separator.join(pieces[1:]))


def _without_scheme(pieces: list[str], separator: str) -> WrittenEntry | None:
    """A line of several pieces that begins with a login, or with a host."""
    first, second, rest = pieces[0], pieces[1], separator.join(pieces[1:])
    further = separator.join(pieces[2:])
    if not first or not rest or " " in first:
        return None
    if _IS_MAIL.fullmatch(first):
        leads = _SCHEME.match(further) or _HOST.fullmatch(further)
        return WrittenEntry(further, first, second) if leads else WrittenEntry("", first, rest)
    if further and _HOST.fullmatch(first):
        after = pieces[2:] if _PORT.fullmatch(second) and len(pieces) > 3 else pieces[1:]
        return WrittenEntry(first, after[0], separator.join(after[1:])) if after[0] else None
    if _IS_MAIL.fullmatch(second):  # which of the two is the secret is not known: only an address is kept
        return WrittenEntry("", second, first)
    return WrittenEntry("", first, rest)


def _divided_entry(text: str, start: int, separator: str) -> tuple[str, list[str]]:
    """An address, and what comes after it: the separator may be in the address too, before a port or in its path."""
    blank = text.find(" ", start)
    if blank > 0 and _AUTHORITY.match(text[start:blank]):
        rest = text[blank:].strip().removeprefix(separator).strip()
        return text[:blank], rest.split(separator) if separator in rest else rest.split(" ", 1)
    pieces = text[start:].split(separator)
    taken = 2 if len(pieces) > 3 and separator == ":" and _PORT.fullmatch(pieces[1]) else 1
    taken = next((at for at in range(taken, len(pieces) - 1) if _IS_MAIL.fullmatch(pieces[at].strip())), taken)
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
    for separator in SEPARATORS if some else ():
        if sum(separator in line for line in some) < _ENOUGH * len(some):
            continue
        if separator in _IN_TABLES and any(_is_heading(cell) for cell in some[0].split(separator)):
            continue
        said = [one for line in some if (one := written_entry(line, separator)) is not None]
        strong = sum(one.sure or is_number(one.login, "CN") for one in said)
        enough = len(said) >= _ENOUGH * len(some) and strong >= _STRONG * len(said)
        if enough and _are_secrets([one.secret for one in said], separator):
            return separator
    return None


def _is_heading(cell: str) -> bool:
    return "@" not in cell and "/" not in cell and not re.search(r"\d{3}", cell) and names_a_column(cell.strip())


def _are_secrets(secrets: Sequence[str], separator: str) -> bool:
    """Whether texts after logins are secrets: no names, days, numbers, addresses or places, and few with blanks."""
    count, tables = len(secrets), separator in _IN_TABLES
    if tables and sum(separator in secret for secret in secrets) > count // 10:
        return False  # a table of more columns
    tests: tuple[Callable[[str], object], ...] = (
        *(cells.is_person, cells.is_date, cells.is_email, cells.is_firm, cells.is_place, cells.is_mask),
        lambda each: _SCHEME.match(each) or _NUMERIC_HOST.fullmatch(each),
    )
    if any(sum(bool(test(secret)) for secret in secrets) * 2 > count for test in tests):
        return False
    if 5 * sum(" " in secret.strip() or len(secret) > _LONGEST_SECRET for secret in secrets) > count:
        return False
    if tables:
        telling = sum(1 for secret in secrets if _MIXED.fullmatch(secret) and not cells.is_phone(secret))
        return telling >= _TELLING * count
    # Behind a colon hardly anything else is written than a secret, a name or a number.
    return 2 * sum(1 for secret in secrets if _NAME.fullmatch(secret) or cells.is_phone(secret)) <= count


def combination_entries(lines: Iterable[str], separator: str, entries: Entries) -> Iterator[Login]:
    """The entries of a combination list, one a line that is not blank. Lines above the first entry are titles."""
    counts, others = entries.counts, [one for one in SEPARATORS if one != separator]
    for line in lines:
        counts["lines"] += 1
        if not line.strip():
            counts["blank"] += 1
            continue
        said = written_entry(line, separator)
        if said is None or not said.secret:
            tried = (written_entry(line, one) for one in others if one in line)
            said = next((one for one in tried if one is not None and one.sure), said)
        if said is not None and not counts["rows"] and _is_heading(said.login):
            counts["header"] += 1
        elif said is not None:
            yield entries.login_without_secret(said.address, said.login, said.secret)
        elif not counts["rows"]:
            counts["title"] += 1
        else:
            counts["rows"] += 1
            counts["unread"] += 1
            # A line without what it says.
            text = re.sub(r"\d+", "#", line.strip()[:400])
            yield Login(unread=re.sub(r"[^\W\d_]+", "a", text)[:60])


_SAMPLE = 1 << 17


def read_stolen(reading: SourceReading) -> PartRead | None:
    """A text as one part where it is a stealer's log or a combination list; None where it is neither."""
    options = reading.options
    if options.has_header is not None:  # who speaks of a header means a table
        return None
    head, _ = text_head(reading.source, reading.encoding)
    some = head[:_SAMPLE].splitlines()[: 2 * _LOOKED_AT]
    is_log = is_stolen_log(some)
    separator = None if is_log else separator_of(some)
    if not is_log and separator is None:
        return None
    decoded = reading.text()
    entries = Entries(options.secret_key, options.region)
    lines = (line.rstrip("\r\n").replace("\0", "") for line in lines_of(decoded))
    landing = Landing.begun(reading.con, reading.namer(), len(Login._fields))
    for batch in batches_of(
        log_entries(lines, entries) if separator is None else combination_entries(lines, separator, entries)
    ):
        landing.append(batch)
    counts = entries.counts
    if separator is None:
        reading.note("read as a stealer's log, one row an entry")
    else:
        shown = "tab" if separator == "\t" else f"'{separator}'"
        reading.note(
            f"read as a combination list of logins and secrets, separated by {shown}; --no-header reads it as a table"
        )
    if counts["unread"]:
        reading.note(f"{counts['unread']:,} lines are not entries; their shape alone is kept")
    reading.note_replaced(decoded.replaced)
    account = Account(**{kind: counts[kind] for kind in ("lines", "header", "title", "rows", "blank", "continued")})
    format_name = "stealer-log" if is_log else "combinations"
    part = reading.part(landing, Login._fields, format_name, account, encoding=reading.encoding, delimiter=separator)
    # The columns have the roles that entries have, where the user has given none.
    columns = (
        replace(column, role=_PLAIN[column.header], how="format")
        if column.how != "map" and column.header in _PLAIN
        else column
        for column in part.columns
    )
    return replace(part, columns=tuple(columns))
