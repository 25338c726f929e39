"""What people say and what documents show: each kind of fact is one record, and each field is declared here, once.

The manifest's keys and their JSON Schema, the help of options, the columns of the store's tables, and which of them
hold words that are masked are read from these declarations. What is checked beyond the form of a value is `dossier/`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Annotated, get_args, get_origin, get_type_hints


class Outcome(Enum):
    """What became of a record that was put into the case."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


class Kind(Enum):
    """What a field holds."""

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


_BY_TYPE = {tuple: Kind.TEXTS, dt.date: Kind.DATE, bool: Kind.BOOLEAN, int: Kind.INTEGER}


@dataclass(frozen=True)
class Declared:
    """What a field of a record is, next to its type: `Annotated[Text, Declared("what it deals in")]`."""

    says: str
    """What it means, for people: editors and `--help` show it."""
    kind: Kind = Kind.TEXT
    """By the type of the field, unless that is a text."""
    required: bool = False
    """Whether a manifest must give it."""
    words: str = ""
    """The vocabulary that it is a word of, as `vocabulary.words_named` knows it; any text where there is none."""
    key: str = ""
    """The manifest's key, where it is called otherwise than the field."""
    column: str | None = None
    """The column of the store, likewise; empty: it is kept elsewhere."""
    masked: bool = False
    """Whether these are somebody's words, in which phone numbers and addresses are masked wherever they are shown."""
    names: bool = False
    """Whether it says who a party is: of a protected one it is replaced in every export."""
    pattern: str = ""
    least: int | None = None
    remedy: str = ""


Text = str | None
Day = dt.date | None
Citing = Annotated[tuple[str, ...], Declared("ids of [[evidence]] that show it", Kind.EVIDENCE)]
LawfulUse = Annotated[Text, Declared("lawful basis on which it was used", words="lawful basis")]


@dataclass(frozen=True)
class Party:
    """An organisation, or a protected human source; never a person of a list."""

    id: Annotated[str, Declared("the party's id, by which other tables name it", Kind.ID, required=True, names=True)]
    name: Annotated[Text, Declared("its name, in any language", required=True, names=True)] = None
    """None for a party that was named but never described."""
    role: Annotated[Text, Declared("what it does", words="party role")] = None
    aliases: Annotated[tuple[str, ...], Declared("other names; exports look for them as well", column="")] = ()
    province: Annotated[Text, Declared("where it is registered", masked=True)] = None
    industry: Annotated[Text, Declared("what it deals in", masked=True)] = None
    protected: Annotated[bool, Declared("true: a pseudonym in every export")] = False
    evidence: Citing = ()
    name_en: Annotated[Text, Declared("its name as English readers see it", names=True)] = None
    name_zh: Annotated[Text, Declared("its name as Chinese readers see it", names=True)] = None
    registration: Annotated[Text, Declared("its number in a company register", names=True)] = None


@dataclass(frozen=True)
class DatasetFacts:
    """What is said about a list, apart from its contents."""

    id: Annotated[str, Declared("the list's id; made from the file's name where absent", Kind.ID)]
    holder: Annotated[str, Declared("id of the party that it was obtained from", Kind.PARTY)]
    obtained: Annotated[Day, Declared("day it was obtained: it existed by then")] = None
    created: Annotated[Day, Declared("day it came into being, where known; not the day of an export or a file")] = None
    origin: Annotated[
        Text,
        Declared(
            "own: the client's own list; obtained; refusals: people who refused; register: public; offer: not bought",
            words="origin",
        ),
    ] = None
    """None: not said, and `recognised` or `obtained`."""
    collected_under: Annotated[Text, Declared("lawful basis on which it was collected", words="lawful basis")] = None
    used_under: LawfulUse = None
    evidence: Citing = ()
    title: Annotated[Text, Declared("what readers see; the id otherwise", column="list_title", masked=True)] = None
    title_en: Annotated[Text, Declared("what English readers see", masked=True)] = None
    title_zh: Annotated[Text, Declared("what Chinese readers see", masked=True)] = None
    exported: Annotated[Day, Declared("day of this export, where known")] = None
    living: Annotated[
        bool | None, Declared("whether the list went on after its first day, as a customer database does")
    ] = None


@dataclass(frozen=True)
class ReleaseFacts:
    """What is said about a copy that was handed to one recipient on one day."""

    id: Annotated[str, Declared("the copy's id; dataset@recipient@date where absent", Kind.ID)]
    dataset: Annotated[str, Declared("id of the list that was handed out", Kind.DATASET, required=True)]
    recipient: Annotated[str, Declared("id of the party that received it", Kind.PARTY, required=True, key="to")]
    date: Annotated[Day, Declared("day it was handed over")] = None
    ends: Annotated[Day, Declared("day after which the recipient may hold nothing")] = None
    purpose: Annotated[Text, Declared("what it was handed over for", masked=True)] = None
    use_basis: LawfulUse = None
    evidence: Citing = ()
    canary_rows: Annotated[tuple[int, ...], Declared("data rows of the copy that are canaries, from 1", Kind.ROWS)] = ()
    """Without having been imported."""


@dataclass(frozen=True)
class Claim:
    """What a party says about a dataset, a platform or a line."""

    party: Annotated[str, Declared("id of the party that says it", Kind.PARTY, required=True)]
    kind: Annotated[str, Declared("what is claimed", required=True, words="claim kind")]
    id: Annotated[Text, Declared("the claim's id; numbered where absent", Kind.ID)] = None
    about: Annotated[
        Text,
        Declared(
            "id of the party whose list, platform or lines it is about; the party itself where absent", Kind.PARTY
        ),
    ] = None
    speaker: Annotated[Text, Declared("who said it, by function", masked=True)] = None
    channel: Annotated[Text, Declared("how it was said", words="channel", masked=True)] = None
    value: Annotated[Text, Declared("what is claimed: a number, of stopped the day", Kind.SCALAR, masked=True)] = None
    dataset: Annotated[Text, Declared("id of the list that it is about", Kind.DATASET)] = None
    said: Annotated[Day, Declared("day it was said")] = None
    quote: Annotated[Text, Declared("in the speaker's words", masked=True)] = None
    evidence: Citing = ()


@dataclass(frozen=True)
class Relation:
    """What is known between two parties, as stated or documented."""

    kind: Annotated[str, Declared("what joins the two", required=True, words="relation kind")]
    from_party: Annotated[str, Declared("id of the party that does it", Kind.PARTY, required=True, key="from")]
    to_party: Annotated[str, Declared("id of the party that it is done to", Kind.PARTY, required=True, key="to")]
    date: Annotated[Day, Declared("day from which it is known")] = None
    basis: Annotated[Text, Declared("how it is known", words="basis")] = None
    evidence: Citing = ()


LINE_NUMBER = r"^[- ().]*(?:\+[- ().]*)?(?:[0-9][- ().]*)+\*?$(?!\n)"
"""A number of a line, or the beginning of numbers: `025*`. In some languages `$` is also before the end of a line."""


@dataclass(frozen=True)
class Line:
    """A telephone line or a block of them."""

    id: Annotated[str, Declared("the line's id", Kind.ID, required=True)]
    numbers: Annotated[tuple[str, ...], Declared("its numbers, or how they begin: 025*", pattern=LINE_NUMBER)] = ()
    vendor: Annotated[Text, Declared("id of the party that sells it", Kind.PARTY)] = None
    carrier: Annotated[Text, Declared("id of the carrier", Kind.PARTY)] = None
    province: Annotated[Text, Declared("where it is", masked=True)] = None
    hand: Annotated[
        int | None,
        Declared(
            "through how many hands it was bought: 1 for first hand",
            least=1,
            remedy="give 1 for first hand, 2 for second, …",
        ),
    ] = None


@dataclass(frozen=True)
class Reply:
    """What a party answered to questions, or that it was asked and has not."""

    party: Annotated[str, Declared("id of the party that was asked", Kind.PARTY, required=True)]
    asked: Annotated[Day, Declared("day it was asked")] = None
    deadline: Annotated[Day, Declared("day by which it was to answer")] = None
    answered: Annotated[Day, Declared("day it answered; no reply where absent")] = None
    text: Annotated[Text, Declared("what it answered", masked=True)] = None
    language: Annotated[Text, Declared("language of the text", Kind.LANGUAGE)] = None
    translation: Annotated[
        Text,
        Declared("the text in other languages, shown where readers read another", Kind.TRANSLATION),
    ] = None
    """JSON: language to the text in it, as `dossier.vocabulary.kept_translation` writes it."""


@dataclass(frozen=True)
class Evidence:
    """A file or a statement, with how it was acquired. Exactly one of `path` and `text` is given."""

    id: Annotated[str, Declared("the id by which other tables cite it", Kind.ID, required=True)]
    kind: Annotated[Text, Declared("what it is: receipt, contract, screenshot …", masked=True)] = None
    path: Annotated[Text, Declared("the file; either this or text", Kind.FILE, masked=True)] = None
    text: Annotated[Text, Declared("a statement; either this or path", masked=True)] = None
    acquired: Annotated[Day, Declared("day it was acquired")] = None
    by_whom: Annotated[Text, Declared("who acquired it", key="by", masked=True)] = None


STORED = (Party, Evidence, Relation, Claim, Reply, Line)
"""Records whose fields are columns of a table of the same name."""


_READ: dict[type, dict[str, Declared]] = {}


def declared_fields(record: type) -> dict[str, Declared]:
    """The fields of a record with their declarations, of which kind, key and column are filled in."""
    if record in _READ:
        return _READ[record]
    found = _READ[record] = {}
    hints = get_type_hints(record, include_extras=True)
    for one in fields(record):
        own = next((part for part in get_args(hints[one.name])[1:] if isinstance(part, Declared)), None)
        if own is not None:
            made_of = _types(hints[one.name])
            by_type = next((kind for type_, kind in _BY_TYPE.items() if type_ in made_of), Kind.TEXT)
            found[one.name] = replace(
                own,
                kind=by_type if own.kind is Kind.TEXT else own.kind,
                key=own.key or one.name,
                column=one.name if own.column is None else own.column,
            )
    return found


def _types(hint: object) -> set[object]:
    """A type with what it is made of: of `tuple[str, ...] | None` also `tuple`, `str` and `None`."""
    return {hint, get_origin(hint)}.union(*map(_types, get_args(hint)))


def columns_of(record: type) -> str:
    """The columns of a record's table, as SQL declares them."""
    needed = {one.name for one in fields(record) if one.default is not None and one.default != ()}
    made: list[str] = []
    for name, field in declared_fields(record).items():
        if not field.column:
            continue
        match field.kind:
            case Kind.ID:
                made.insert(0, f"{field.column} VARCHAR PRIMARY KEY")
            case Kind.EVIDENCE | Kind.TEXTS:
                made.append(f"{field.column} VARCHAR[] NOT NULL DEFAULT []")
            case Kind.BOOLEAN:
                made.append(f"{field.column} BOOLEAN NOT NULL DEFAULT false")
            case Kind.DATE | Kind.INTEGER:
                made.append(f"{field.column} {field.kind.name}")
            case _:
                made.append(f"{field.column} VARCHAR{' NOT NULL' if name in needed else ''}")
    return ", ".join(made)


def naming_columns() -> str:
    """Columns of `party` that say who it is, as SQL lists them; other names have a table of their own."""
    return ", ".join(field.column or name for name, field in declared_fields(Party).items() if field.names)


def masked_columns() -> Iterator[str]:
    """Columns of tables and views that hold somebody's words."""
    for record in (*STORED, DatasetFacts, ReleaseFacts):
        for name, field in declared_fields(record).items():
            if field.masked:
                yield from (name, field.column or name)
