"""What loading a dataset takes and gives: the facts about it, where it came from, and the account of its rows."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from tracer.clock import today
from tracer.errors import InputRefused
from tracer.lists.read.model import Account, PartRead
from tracer.lists.read.words import column_named, program_of, role_of_heading, set_aside, shown_headings
from tracer.records import DatasetFacts as DatasetFacts  # noqa: PLC0414 - other rooms import it from here

DAYS = ("created", "exported", "obtained")
"""The days of a dataset in the order in which they come."""


def later_than_today(facts: DatasetFacts) -> tuple[str, ...]:
    """That a day on which the list was there already has not come yet: findings about time would rest on it."""
    return tuple(
        f"{name} on {day}, which is in the future: correct the day, or the clock"
        for name in reversed(DAYS)
        if (day := getattr(facts, name)) is not None and day > today()
    )


def days_problems(facts: Mapping[str, Any], where: str) -> list[InputRefused]:
    """The days of a dataset that lie before one that comes first; days that are not known are passed over."""
    known = [(name, facts[name]) for name in DAYS if facts[name] is not None]
    return [
        InputRefused(f"{later} ({b}) lies before {first} ({a})", where=where, remedy="correct one of the days")
        for (first, a), (later, b) in pairwise(known)
        if b < a
    ]


def known_exports(parts: Sequence[PartRead]) -> tuple[str, ...]:
    """That parts are exports of well-known programs."""
    programs: dict[str, list[str]] = {}
    for part in parts:
        name = program_of(part.header)
        if name is not None:
            aside = [each for each in set_aside(part.header) if role_of_heading(each) in ("phone", "email")]
            programs.setdefault(name, []).extend(aside)
    return tuple(
        f"an export of {name}, by its headings"
        + (f"; not the contact's own, and left aside: {', '.join(dict.fromkeys(aside))}" if aside else "")
        for name, aside in programs.items()
    )


_NAMED = 5  # columns that are named in a note; the rest is counted


def not_understood(parts: Sequence[PartRead]) -> tuple[str, ...]:
    """That headings name columns of which neither they nor the cells tell what they hold."""
    places: list[str] = []
    for part in parts:
        headings = shown_headings([column.header for column in part.columns])
        for column, shown in zip(part.columns, headings, strict=True):
            unknown = column.role in ("other", "id") and column.how == "content"
            unknown = unknown and not column.perhaps_phone
            if unknown and role_of_heading(column.header) is None:
                places += [shown or f"column {column.position + 1}"] if column.header else []
    names = list(dict.fromkeys(places))
    if not names:
        return ()
    listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
    return (f"not understood: {listed}; say what they hold with --map, as in --map name=HEADING",)


def perhaps_numbers(parts: Sequence[PartRead]) -> tuple[str, ...]:
    """That columns are not read as telephone numbers although they could be some."""
    notes: list[str] = []
    for part in parts:
        headings = [column.header for column in part.columns]
        for column, shown in zip(part.columns, shown_headings(headings), strict=True):
            if column.perhaps_phone:
                option = shown or str(column.position + 1)
                where = ": ".join(filter(None, (part.place, column_named(headings, column.position))))
                map_, key = f"--map phone={shlex.quote(option)}", json.dumps(option, ensure_ascii=False)
                notes.append(
                    f"{where}: not read as telephone numbers, though most cells have the length of one; if they are,"
                    f" use {map_}, or columns = {{ phone = {key} }} in a manifest"
                )
    return tuple(dict.fromkeys(notes))


@dataclass(frozen=True)
class Origin:
    """The file that a dataset came from; the default stands for a table that never was a file."""

    path: str = ""
    """Where it was loaded from, absolute."""
    sha256: str = ""
    bytes: int = 0
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Loaded:
    """The account of a loaded dataset. Counts are exact; rows = accepted + rejected."""

    dataset: str
    no: int
    version: int
    """1 for the first load of the id."""
    path: str
    format: str
    encoding: str | None
    rows: int
    identifiers: int
    contacts: int
    rejected: int
    duplicates: int
    reasons: Mapping[str, int]
    """Why cells were refused: reason → cells, in rows kept and rejected alike."""
    junk: int
    hashes: int
    masked: int
    """Rows with a masked number or address: counted, never un-masked, never linked."""
    parts: tuple[PartRead, ...] = field(repr=False)
    """As read, with the columns' roles; `to_json` has what may be shown of them."""
    secrets: int | None
    """Secrets that were dropped at the door; None where no column holds any."""
    secret_hashes: bool
    """Whether keyed hashes of them were kept."""
    notes: tuple[str, ...]
    account: Account | None = None
    """What became of the file's lines; None for a table that never was a file."""
    aside: tuple[tuple[str, str], ...] = ()
    """(member, why) of an archive's members that could not be read (`ReadOptions.part_by_part`)."""

    def to_json(self) -> dict[str, object]:
        """The row that `tracer load -f json` prints; no personal data."""
        # How likely the encoding of the least sure part is, to two digits.
        sure = [part.encoding_sure for part in self.parts if part.encoding_sure is not None]
        counts = "identifiers", "contacts", "rejected", "duplicates", "junk", "hashes", "masked", "secrets"
        columns: list[dict[str, object]] = []
        for number, part in enumerate(self.parts, 1):
            place: dict[str, object] = {"part": number, "member": part.member, "sheet": part.sheet}
            place["profile"] = program_of(part.header)
            headings = shown_headings([column.header for column in part.columns])
            for column, header in zip(part.columns, headings, strict=True):
                what = {"header": header, "role": column.holds, "how": column.how, "region": column.region}
                columns.append(place | {"column": column.position + 1} | what)
        return {
            "dataset": self.dataset,
            "path": self.path,
            "rows": self.rows,
            **{name: getattr(self, name) for name in counts},
            "account": None if self.account is None else asdict(self.account),
            "format": self.format,
            "encoding": self.encoding,
            "encoding_sure": round(min(sure), 2) if sure else None,
            "version": self.version,
            "reasons": dict(self.reasons),
            "columns": columns,
            "notes": list(self.notes),
        }
