"""The tables and keys of a manifest, as data: what each key holds, and which are required."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from tracer.dossier.vocabulary import (
    CANARY_KINDS,
    CHANNELS,
    EVIDENTIAL_BASES,
    LAWFUL_BASES,
    ORIGINS,
    RELATION_KINDS,
    ROLES,
    claim_kinds,
)


class Kind(Enum):
    """What a key holds."""

    TEXT = "a text"
    """Any text that is not empty."""
    ID = "an id"
    PARTY = "a party's id"
    DATASET = "a dataset's id"
    EVIDENCE = "a list of evidence ids"
    DATE = "a date like 2026-05-01, without quotes (1900 to 2200)"
    BOOLEAN = "true or false"
    INTEGER = "a whole number up to 2,147,483,647"
    SCALAR = "a number, a text, a date, or true or false (numbers up to 10^15)"
    ROWS = "a list of row numbers from 1, like [12, 380]"
    TEXTS = "a list of texts"
    MAPPING = 'a table like { phone = "手机号" }'
    LANGUAGE = "a language like zh or en"
    TRANSLATION = 'a table like { en = "…" }'
    FILE = "a path"
    FILES = "a path or a glob"


@dataclass(frozen=True)
class Key:
    """One key of a table."""

    kind: Kind
    says: str
    """What it means, for people: editors show it while a manifest is written."""
    required: bool = False
    words: tuple[str, ...] | Callable[[], Iterable[str]] = ()
    """The only words allowed, where there is a list; a function where the list takes time to load."""
    of: str = ""
    pattern: str = ""
    least: int | None = None
    remedy: str = ""

    def allowed(self) -> tuple[str, ...]:
        """The only words allowed; none where every text is."""
        return tuple(sorted(self.words())) if callable(self.words) else self.words


def _regions() -> Iterable[str]:
    from phonenumbers import SUPPORTED_REGIONS

    return SUPPORTED_REGIONS


def _signal_formats() -> Iterable[str]:
    from tracer.signals.formats import format_names

    return format_names()


LINE_NUMBER = r"^[- ]*(?:\+[- ]*)?(?:[0-9][- ]*)+\*?$(?!\n)"
"""A number of a line, or the beginning of numbers: `025*`. In some languages `$` is also before the end of a line."""
ONE_OF: Mapping[str, tuple[str, str]] = {"evidence": ("path", "text")}
"""Tables that have exactly one of two keys."""
ONCE = ("case",)
"""Tables that are there once; all others may be repeated."""

_EVIDENCE = Key(Kind.EVIDENCE, "ids of [[evidence]] that show it")
_COLLECTED = Key(Kind.TEXT, "lawful basis on which it was collected", words=LAWFUL_BASES, of="lawful basis")
_USED = Key(Kind.TEXT, "lawful basis on which it was used", words=LAWFUL_BASES, of="lawful basis")


def _region(says: str) -> Key:
    return Key(Kind.TEXT, says, words=_regions, of="region", remedy="write CN, JP, US …")


TABLES: Mapping[str, Mapping[str, Key]] = {
    "case": {
        "name": Key(Kind.TEXT, "name of the case"),
        "region": _region("country of numbers without a country code; found out where it is not given"),
        "segments": Key(
            Kind.FILE, "a table of number segments in place of the built-in one (segment, province, city, carrier)"
        ),
        "rules": Key(Kind.FILE, "calling rules in place of those that ship"),
    },
    "party": {
        "id": Key(Kind.ID, "the party's id, by which other tables name it", True),
        "name": Key(Kind.TEXT, "its name, in any language", True),
        "name_en": Key(Kind.TEXT, "its name as English readers see it"),
        "name_zh": Key(Kind.TEXT, "its name as Chinese readers see it"),
        "registration": Key(Kind.TEXT, "its number in a company register"),
        "role": Key(Kind.TEXT, "what it does", words=ROLES, of="party role"),
        "aliases": Key(Kind.TEXTS, "other names; exports look for them as well"),
        "province": Key(Kind.TEXT, "where it is"),
        "industry": Key(Kind.TEXT, "its industry"),
        "protected": Key(Kind.BOOLEAN, "true: a pseudonym in every export"),
        "evidence": _EVIDENCE,
    },
    "dataset": {
        "id": Key(Kind.ID, "the list's id; made from the file's name where absent"),
        "path": Key(Kind.FILES, "the file, relative to the manifest; a glob (lists/*.csv) where no id is given", True),
        "holder": Key(Kind.PARTY, "id of the party that it was obtained from"),
        "obtained": Key(Kind.DATE, "day it was obtained: it existed by then"),
        "created": Key(Kind.DATE, "day it came into being, where known; not the day of an export or a file"),
        "exported": Key(Kind.DATE, "day of this export, where known"),
        "living": Key(Kind.BOOLEAN, "whether the list went on after its first day, as a customer database does"),
        "origin": Key(
            Kind.TEXT,
            "own: the client's own list; obtained; refusals: people who refused; register: public; offer: not bought",
            words=ORIGINS,
            of="origin",
        ),
        "columns": Key(Kind.MAPPING, "which column is what, by its heading; detected otherwise"),
        "encoding": Key(Kind.TEXT, "text encoding, where it is detected wrongly: utf-8, gb18030, big5, utf-16 …"),
        "region": _region("country of this list's numbers without a country code"),
        "sheet": Key(Kind.TEXT, "the only sheet of a workbook to read"),
        "table": Key(Kind.TEXT, "the table of a database or dump to read; all with identifiers otherwise"),
        "collected_under": _COLLECTED,
        "used_under": _USED,
        "evidence": _EVIDENCE,
        "title": Key(Kind.TEXT, "what readers see; the id otherwise"),
        "title_en": Key(Kind.TEXT, "what English readers see"),
        "title_zh": Key(Kind.TEXT, "what Chinese readers see"),
        "keep_secret_hash": Key(Kind.BOOLEAN, "true: keep keyed hashes of passwords, which are dropped otherwise"),
        "keep_original": Key(Kind.BOOLEAN, "true: keep the file itself although it holds passwords"),
    },
    "canaries": {
        "path": Key(
            Kind.FILE,
            "a table with phone and/or email; also name, organisation, kind, state, since, until, consent, note",
            True,
        ),
        "kind": Key(
            Kind.TEXT,
            "canary: in certain releases only; home: in the client's own database; control: given to no one",
            words=CANARY_KINDS,
            of="kind of canary",
        ),
    },
    "release": {
        "id": Key(Kind.ID, "the copy's id; dataset@recipient@date where absent"),
        "dataset": Key(Kind.DATASET, "id of the list that was handed out", True),
        "to": Key(Kind.PARTY, "id of the party that received it", True),
        "date": Key(Kind.DATE, "day it was handed over"),
        "ends": Key(Kind.DATE, "day after which the recipient may hold nothing"),
        "purpose": Key(Kind.TEXT, "what it was handed over for"),
        "use_basis": _USED,
        "path": Key(Kind.FILE, "the copy itself; all rows of the list where absent"),
        "canary_rows": Key(Kind.ROWS, "data rows of the copy that are canaries, from 1"),
        "evidence": _EVIDENCE,
    },
    "claim": {
        "id": Key(Kind.ID, "the claim's id; numbered where absent"),
        "party": Key(Kind.PARTY, "id of the party that says it", True),
        "about": Key(
            Kind.PARTY, "id of the party whose list, platform or lines it is about; the party itself where absent"
        ),
        "speaker": Key(Kind.TEXT, "who said it, by function"),
        "channel": Key(Kind.TEXT, "how it was said", words=CHANNELS, of="channel"),
        "kind": Key(Kind.TEXT, "what is claimed", True, words=claim_kinds, of="claim kind"),
        "value": Key(Kind.SCALAR, "what is claimed: a number, of stopped the day"),
        "dataset": Key(Kind.DATASET, "id of the list that it is about"),
        "said": Key(Kind.DATE, "day it was said"),
        "quote": Key(Kind.TEXT, "in the speaker's words"),
        "evidence": _EVIDENCE,
    },
    "relation": {
        "kind": Key(Kind.TEXT, "what joins the two", True, words=RELATION_KINDS, of="relation kind"),
        "from": Key(Kind.PARTY, "id of the party that does it", True),
        "to": Key(Kind.PARTY, "id of the party that it is done to", True),
        "date": Key(Kind.DATE, "day from which it is known"),
        "basis": Key(Kind.TEXT, "how it is known", words=EVIDENTIAL_BASES, of="basis"),
        "evidence": _EVIDENCE,
    },
    "line": {
        "id": Key(Kind.ID, "the line's id", True),
        "numbers": Key(Kind.TEXTS, "its numbers, or how they begin: 025*", pattern=LINE_NUMBER),
        "path": Key(Kind.FILE, "a file with its numbers, one a line"),
        "vendor": Key(Kind.PARTY, "id of the party that sells it"),
        "carrier": Key(Kind.PARTY, "id of the carrier"),
        "province": Key(Kind.TEXT, "where it is"),
        "hand": Key(
            Kind.INTEGER,
            "through how many hands it was bought: 1 for first hand",
            least=1,
            remedy="give 1 for first hand, 2 for second, …",
        ),
    },
    "signals": {
        "path": Key(Kind.FILE, "call, SMS or mail records that reached canaries", True),
        "format": Key(
            Kind.TEXT, "format of the records; detected otherwise", words=_signal_formats, of="format of signals"
        ),
    },
    "complaints": {"path": Key(Kind.FILE, "a table with at, caller, called, text", True)},
    "reply": {
        "party": Key(Kind.PARTY, "id of the party that was asked", True),
        "asked": Key(Kind.DATE, "day it was asked"),
        "deadline": Key(Kind.DATE, "day by which it was to answer"),
        "answered": Key(Kind.DATE, "day it answered; no reply where absent"),
        "text": Key(Kind.TEXT, "what it answered"),
        "language": Key(Kind.LANGUAGE, "language of the text"),
        "translation": Key(Kind.TRANSLATION, "the text in other languages, shown where readers read another"),
    },
    "evidence": {
        "id": Key(Kind.ID, "the id by which other tables cite it", True),
        "path": Key(Kind.FILE, "the file; either this or text"),
        "text": Key(Kind.TEXT, "a statement; either this or path"),
        "kind": Key(Kind.TEXT, "what it is: receipt, contract, screenshot …"),
        "acquired": Key(Kind.DATE, "day it was acquired"),
        "by": Key(Kind.TEXT, "who acquired it"),
    },
}
"""Table → key → what it holds. `case` occurs once, every other table as often as needed."""
TABLE_SAYS: Mapping[str, str] = {
    "case": "The case itself",
    "party": "An organisation, or a protected human source; never a person of a list",
    "dataset": "One list, as it was obtained from one holder on one day",
    "canaries": "A file of numbers and addresses that you control",
    "release": "One copy of a list, handed to one recipient on one day",
    "claim": "What a party says",
    "relation": "What is known between two parties",
    "line": "A line that calls are made from",
    "signals": "A file of calls, SMS and mails that reached canaries",
    "complaints": "A file of complaints",
    "reply": "A party's reply to questions, or that it gave none",
    "evidence": "A file or a statement, with how it was acquired",
}
"""Table → what it is, for people."""
