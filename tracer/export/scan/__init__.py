"""Looks through finished files for what must not leave: a number, an address or a name that is in a list.

What can be somebody's is taken out of the file, in whatever form it is written, and looked up in the case. So the scan
knows nothing of how the file came about, and does not trust the masks before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from string import ascii_letters, digits
from typing import Any, TypeAlias, TypeVar

import duckdb
import phonenumbers

from tracer.case.key import derive
from tracer.case.schema import read_meta
from tracer.case.store import distinct_values
from tracer.errors import InputRefused
from tracer.export.scan.candidates import (
    emails,
    hashes,
    named_stretches,
    normalised_name,
    numbers,
    plain,
    tokens,
    whole_cells,
)
from tracer.export.scan.unpack import DEEPEST, UnpackedText, texts_in
from tracer.identify.devices import FORMS, ad_id_of, handle_of, imei_of, plate_of, vin_of
from tracer.identify.email import mailbox
from tracer.identify.email import normalise as normalise_email
from tracer.identify.keys import EMAIL_BASE, FURTHER, FURTHER_BASE, HASH_BASE, KEY_BASE, further_key, text_keys
from tracer.identify.national_ids import PURPOSE, SCHEMES, key_of_seal, seal_of
from tracer.policy import mask_text
from tracer.resources import sql_next_to
from tracer.spellings.escapes import SeenStretches, TextReading, encoded_contents, readings
from tracer.spellings.names import FoundName, NameFinder
from tracer.wording import LANGUAGES
from tracer.wording.catalogue_files import unbroken_text

FEW_BEARERS = 20
"""A name that is in as many rows or more points at no single person."""

_statement = sql_next_to(__file__)


def phone_keys(digits: str, country: str) -> set[int]:
    """The keys that digits written in a text can mean: with and without exit code, country code and trunk zero."""
    national = digits.removeprefix("00")
    forms = {national, national.removeprefix(country) if country else national}
    texts = {form.lstrip("0") for form in forms} | {country + form.lstrip("0") for form in forms}
    return {int(text) for text in texts if 8 <= len(text) <= 15}


def national(digits: str, country: str) -> str:
    """Digits without exit code, the country's code and trunk zero, as callers are compared."""
    return digits.removeprefix("00").removeprefix(country).lstrip("0")


_METHODS = {32: "md5", 40: "sha1", 64: "sha256"}
"""Hexadecimal digits of a hash → what makes it."""


def bearers(con: duckdb.DuckDBPyConnection, candidates: Collection[str]) -> set[str]:
    """Which candidates are a name or an address of fewer than `FEW_BEARERS` rows of the current lists."""
    tables = "SELECT 'raw.' || table_name FROM information_schema.tables WHERE table_schema = 'raw'"
    there = {name for (name,) in con.execute(f"{tables} AND table_catalog = current_database()").fetchall()}
    cells = con.execute(_statement("cells")).fetchall()
    every = [f"SELECT c{at} AS cell FROM {raw}" for raw, places in cells if raw in there for at in places]
    if not every:
        return set()
    statement = _statement("bearers").replace("{cells}", " UNION ALL ".join(every))
    return {row[0] for row in _answered_candidates(con, statement, candidates, few=FEW_BEARERS)}


def _answered_candidates(
    con: duckdb.DuckDBPyConnection, statement: str, candidates: Collection[int] | Collection[str], **bound: int
) -> list[tuple[Any, ...]]:
    if not candidates:
        return []
    return con.execute(statement, {"candidates": distinct_values(candidates), **bound}).fetchall()


# Which devices, cars, accounts and documents a word of a file can be, where the case holds such kinds.

SPACED = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?"
    r"|\d{2,6}(?:[ \-./]\d{2,8}){1,4}[A-Z0-9]?)"
)
"""IBANs and numbers of people in groups."""
_LEAST = 6
"""Digits of a number of a person, at least."""
_READERS = {"imei": imei_of, "ad_id": ad_id_of, "vin": vin_of, "plate": plate_of}


class FurtherKeys:
    """The keys that a word can mean, of the kinds that a case holds."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        bound = {"first": FURTHER_BASE, "end": EMAIL_BASE}
        held = {base for (base,) in con.execute(_statement("further_kinds"), bound).fetchall()}
        self.kinds = frozenset(kind for kind, base in FURTHER.items() if base in held)
        root = read_meta(con, "root_secret") if self.kinds & {"national_id", "iban"} else ""
        self._secret = derive(bytes.fromhex(root), PURPOSE) if root else b""

    def of(self, word: str) -> Iterator[int]:
        """The keys that a word, or groups of digits, can mean."""
        for kind, read in _READERS.items():
            if kind in self.kinds and (text := read(word)) is not None and not (kind == "plate" and text.isdigit()):
                yield further_key(kind, text)
        if "handle" in self.kinds:
            yield from {further_key("handle", text) for service in FORMS if (text := handle_of(word, service))}
        sealed = [("iban", "")] if "iban" in self.kinds else []
        if "national_id" in self.kinds and sum(char.isdigit() for char in word) >= _LEAST:
            sealed += [("national_id", scheme) for scheme in SCHEMES]
        for role, scheme in sealed:
            if (key := key_of_seal(seal_of(word, role, scheme, self._secret), role)) is not None:
                yield key


# The parts of a file's texts that were not searched yet: a page says most of what it says several times. Nothing that
# the scan looks for has `<` or `>` inside it. So a text is cut before these signs, and each distinct part is searched
# once, whichever reading of the text it is in. A leak is shown where it is in the whole text.

_PART = re.compile("[<>][^<>]*|[^<>]+")
_STROKE = "\u0338"
"""Written behind `<` or `>` it makes another sign of them, which is inside whatever is around it."""


def fresh_parts(text: str, seen: set[str]) -> str:
    """The parts of a text that were not seen, in their order, as one text; they are seen from now on."""
    if _STROKE in text:
        return text
    fresh = [part for part in dict.fromkeys(_PART.findall(text)) if part not in seen]
    seen.update(fresh)
    return "".join(fresh)


@dataclass(frozen=True)
class SearchedText:
    """The new parts of one reading of a text."""

    where: str
    reading: str
    fresh: str
    running: bool

    @cached_property
    def content(self) -> str:
        """What is searched."""
        return plain(self.fresh)

    @cached_property
    def whole_text(self) -> str:
        """All that the reading says, in the form in which its parts are searched."""
        return plain(self.reading)

    def in_whole(self, place: int) -> int:
        """Where in `whole` a place of `content` is: each new part is where it is first."""
        if self.fresh is self.reading:
            return place
        starts, firsts = self._parts
        at = bisect_right(starts, place) - 1
        return firsts[at] + place - starts[at]

    @cached_property
    def _parts(self) -> tuple[list[int], list[int]]:
        """Where each new part begins in `content`, and where it is first in `whole`: looked up for every leak."""
        first, end = dict[str, int](), 0
        for part in _PART.findall(self.reading):
            first.setdefault(part, end)
            end += len(plain(part))
        new = _PART.findall(self.fresh)
        return [0, *accumulate(len(plain(part)) for part in new)][: len(new)], [first[part] for part in new]


K = TypeVar("K", int, str)
PROTECTED = "the name of a protected party"
_MOST_LISTED = 12
"""Leaks that an error lists; the rest is counted."""
_AROUND = 24
"""Characters on either side that are shown, masked."""
_NAMED = re.compile("\0+")
_DRAWN, _LONG, _NEAR = f"{ascii_letters}{digits}+/", 24, 64
"""Signs of ids and packed bytes, how many of them are a long stretch, and how far it is looked at."""
_OF_A_SOURCE = (
    "nothing was written; the tool replaces names in what the case says, not in packed files: "
    "use other words there, or name the source in full (tracer party edit ID --name …)"
)
_OF_A_LIST = (
    "nothing was written; put it in other words where the case says it (a claim, reply, note, name or id), or let it "
    "out for a reason with --reveal --reason"
)


@dataclass(frozen=True)
class ScanHit:
    """Something that must not leave."""

    what: str
    """`an identifier of a list`, `a caller's number`, …"""
    where: str
    file: str
    shown: str
    text: str
    """What it is, in clear: never printed, only counted and compared."""

    @property
    def names_protected(self) -> bool:
        """Whether it names a protected party: no reason lets that out."""
        return self.what == PROTECTED


Place: TypeAlias = tuple[UnpackedText | SearchedText, int, int]


Places: TypeAlias = defaultdict[K, dict[str, Place]]
"""Candidates → file → where each is first in it: one look-up serves every file."""


@dataclass
class _Found:
    """Candidates of all files."""

    keys: Places[int] = field(default_factory=lambda: defaultdict(dict))
    digits: Places[str] = field(default_factory=lambda: defaultdict(dict))
    hashes: Places[str] = field(default_factory=lambda: defaultdict(dict))
    names: Places[str] = field(default_factory=lambda: defaultdict(dict))
    secrets: Places[str] = field(default_factory=lambda: defaultdict(dict))
    searched: set[tuple[str, str, bool, int]] = field(default_factory=set)
    """File, text, whether it runs, and depth: what gave its candidates once adds nothing the second time."""
    seen: defaultdict[str, SeenStretches] = field(default_factory=lambda: defaultdict(SeenStretches))
    """File → its stretches that were looked at: readings of a text share most of them."""
    fragments: defaultdict[tuple[str, bool, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    """File, whether it runs, and depth → the parts of its texts that were looked at."""
    unpacked: defaultdict[tuple[str, int], SeenStretches] = field(default_factory=lambda: defaultdict(SeenStretches))
    """File and depth → its encoded stretches whose contents were looked at."""


class Scan:
    """The scan of one case's exports; candidates of several files are looked up together."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, *, own: str | Callable[[], str] = "", secrets: NameFinder | None = None
    ) -> None:
        """`own`: the words that the tool and the case's parties may say, or what gives them where a name is found.

        `secrets`: names of protected parties.
        """
        row = con.execute("SELECT value FROM meta WHERE name = 'region'").fetchone()
        # The digits that come before a national number of the region, `86` for CN.
        country = phonenumbers.country_code_for_region(str(row[0]) if row is not None else "CN")
        self._con, self._country = con, str(country or "")
        self._given, self._secrets, self._further = own, secrets, FurtherKeys(con)
        self._named = dict[str, list[FoundName]]()

    @cached_property
    def _own(self) -> str:
        return (self._given if isinstance(self._given, str) else self._given()).lower()

    def leaks(self, files: Mapping[str, bytes]) -> list[ScanHit]:
        """All that must not leave, by file and place; empty where the files may go.

        Raises:
            InputRefused: a file that cannot be looked through.
        """
        found = _Found()
        for name, content in files.items():
            for text in texts_in(name, content):
                self._gather(text, name, found, 0)
        return sorted(self._looked_up(found), key=lambda leak: (leak.where, leak.what, leak.shown))

    def _gather(self, text: UnpackedText, file: str, found: _Found, depth: int) -> None:
        once = (file, text.content, text.running, depth)
        if once in found.searched:
            return
        found.searched.add(once)
        said = readings(text.content) if text.running else [TextReading(text.content)]
        fragments = found.fragments[file, text.running, depth]
        new = [fresh_parts(reading.text, fragments) for reading in said]
        if self._secrets is not None and text.running and self._secrets.are_in_parts(new):
            for name in self._secrets.find(text.content, said):
                if _is_drawn(text.content, name.start, name.end):
                    continue
                found.secrets[text.content[name.start : name.end]].setdefault(file, (text, name.start, name.end))
        for reading, fresh in zip(said, new, strict=True):
            self._candidates(SearchedText(text.where, reading.text, fresh, text.running), file, found)
            if depth < DEEPEST:
                for content in encoded_contents(fresh, found.unpacked[file, depth]):
                    for inner in texts_in(f"{text.where} (encoded)", content, depth + 1):
                        self._gather(inner, file, found, depth + 1)

    def _candidates(self, text: SearchedText, file: str, found: _Found) -> None:
        content = text.content
        drawn = "=" in text.reading and "<" in text.reading
        for number in numbers(content, running=text.running, drawn=drawn):
            place = (text, number.start, number.end)
            found.digits[number.digits].setdefault(file, place)
        hashed = list(hashes(content))
        for one, key in zip(hashed, text_keys(HASH_BASE, hashed), strict=True):
            place = (text, at := content.lower().find(one), at + len(one))
            found.hashes[one].setdefault(file, place)
            found.keys[key].setdefault(file, place)
        if not text.running:
            return
        seen = found.seen[file]
        for match in emails(content):
            if (address := normalise_email(match.group(0))) is not None:
                for key in text_keys(EMAIL_BASE, {address, mailbox(address)}):
                    found.keys[key].setdefault(file, (text, match.start(), match.end()))
        words = list(tokens(content, seen))
        for (token, at), key in zip(words, text_keys(KEY_BASE, [token for token, _ in words]), strict=True):
            found.keys[key].setdefault(file, (text, at, at + len(token)))
        if self._further.kinds:  # words that can be a device, a car, an account or a document
            words += ((match.group(0), match.start()) for match in seen.new(SPACED, content))
            for word, at in words:
                for key in self._further.of(word):
                    found.keys[key].setdefault(file, (text, at, at + len(word)))
        for finder in (named_stretches, whole_cells):
            for name, at in finder(content, seen):
                found.names[name].setdefault(file, (text, at, at + len(name)))

    def _looked_up(self, found: _Found) -> Iterator[ScanHit]:
        by_key: Places[int] = defaultdict(dict, found.keys)
        for number, places in found.digits.items():
            for key in phone_keys(number, self._country):
                for file, place in places.items():
                    by_key[key].setdefault(file, place)
        for key, what in dict(_answered_candidates(self._con, _statement("identifiers"), by_key)).items():
            yield from self._leaks(what, by_key[key], str(key))
        short: Places[str] = defaultdict(dict)
        for number, places in found.digits.items():
            for file, place in places.items():
                short[national(number, self._country)].setdefault(file, place)
        callers = _statement("callers").replace("{country}", self._country)
        for (number,) in sorted({*_answered_candidates(self._con, callers, short)}):
            yield from self._leaks("a caller's number", short[number])
        known = {str(row[0]).lower() for row in self._con.execute(_statement("known_hashes")).fetchall()}
        leaking = set[str]()  # hashes, none of the case's own files, that are those of a number in a list
        for length, method in _METHODS.items():
            unknown = {digits for digits in found.hashes if len(digits) == length} - known
            leaking |= {
                row[0]
                for row in _answered_candidates(self._con, _statement("hashed").replace("{hash}", method), unknown)
            }
        for one in sorted(leaking):
            yield from self._leaks("the hash of a number in a list", found.hashes[one])
        for name in sorted(bearers(self._con, found.names) if found.names else ()):
            if name not in self._own:
                yield from self._leaks("a person's name or address in a list", found.names[name], name)
        for name, places in sorted(found.secrets.items()):
            yield from self._leaks(PROTECTED, places, name)

    def _leaks(self, what: str, places: Mapping[str, Place], name: str | None = None) -> Iterator[ScanHit]:
        for file, (text, start, end) in places.items():
            where = text.where
            if self._secrets is not None:
                where = self._secrets.replace(where, lambda _, __: "[…]")
            hidden = text.content[start:end] if name is None else name
            yield ScanHit(what, where, file, self._around(text, start, end), hidden)

    def _around(self, text: UnpackedText | SearchedText, start: int, end: int) -> str:
        """The text around a leak, masked, and without names of protected parties: they are in no error."""
        content = text.content
        if isinstance(text, SearchedText):
            content, start, end = text.whole_text, text.in_whole(start), text.in_whole(end - 1) + 1
        if self._secrets is not None and content not in self._named:
            self._named[content] = self._secrets.find(content)
        for name in self._named.get(content, ()):
            if name.end > start - _AROUND and name.start < end + _AROUND:  # a name that is cut is a name
                content = content[: name.start] + "\0" * (name.end - name.start) + content[name.end :]
        before, after = content[max(0, start - _AROUND) : start], content[end : end + _AROUND]
        return " ".join(_NAMED.sub("[…]", f"{mask_text(before)}[…]{mask_text(after)}").split())


def _is_drawn(content: str, start: int, end: int) -> bool:
    """Whether a name is within a long stretch in which letters and digits take turns: an id, or a packed font, has some
    of three letters by chance. What is packed in it is looked at unpacked."""
    before, after = content[max(0, start - _NEAR) : start], content[end : end + _NEAR]
    stretch = before[len(before.rstrip(_DRAWN)) :] + content[start:end]
    stretch += after[: len(after) - len(after.lstrip(_DRAWN))]
    turns = sum(one.isdigit() != other.isdigit() for one, other in pairwise(stretch))
    return len(stretch) >= _LONG and turns >= len(stretch) / 8 and not stretch.strip(_DRAWN)


def names_any(name: str, content: bytes, named: NameFinder) -> bool:
    """Whether a file, in whatever form, holds what the finder finds. Raises `InputRefused` as `Scan.leaks`."""
    return any(named.stand_in(text.content) for text in texts_in(name, content))


def refuse(leaks: list[ScanHit]) -> InputRefused:
    """The error that stops an export: each leak with its place, masked, and what to do."""
    problems = []
    for leak in leaks[:_MOST_LISTED]:
        said, remedy = f"holds {leak.what}: {leak.shown}", _OF_A_SOURCE if leak.names_protected else _OF_A_LIST
        problems.append(InputRefused(said, where=leak.where, remedy=remedy))
    if len(leaks) > _MOST_LISTED:
        said, remedy = f"and {len(leaks) - _MOST_LISTED:,} more", "nothing was written; correct these first"
        problems.append(InputRefused(said, where="scan", remedy=remedy))
    return InputRefused.many(problems)


def tool_words() -> list[str]:
    """The words of findings, page, figures and report."""
    return [unbroken_text(lang) for lang in LANGUAGES]


def allowlist_text(con: duckdb.DuckDBPyConnection) -> str:
    """The words of page and report, and every name, alias, province and id of the case, as names are compared."""
    said = tool_words()
    said += [str(row[0]) for row in con.execute(_statement("allowlist")).fetchall()]
    return "\n".join(normalised_name(text) for text in said)
