"""Columns that promise identifiers and give few: counted while a list is linked, and always said, never with a value.
And columns of numbers whose country is in doubt.

A cell is unread where none of the readings it got is an identifier. Cells that say nothing (empty, `N/A`) do not count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import duckdb

from tracer.errors import InputRefused
from tracer.identify.cell import PLACEHOLDERS, fold
from tracer.identify.number_forms import country
from tracer.identify.phone import INTERNATIONAL
from tracer.lists.read.model import FURTHER_ROLES, SEALED_ROLES, ColumnRole, PartRead
from tracer.lists.read.region import looks_like_number
from tracer.lists.read.roles import promised_kind
from tracer.lists.read.words import column_named, is_vague, role_of_heading, set_aside
from tracer.resources import sql_next_to

_SAID_FROM = 0.2  # share of a column's filled cells, or of a list's rows, from which what was not read is said
_LEFT_FROM = 0.5  # share of unread cells from which a column counts as not read
_LOOKED_AT = 200  # unread cells whose commonest shape is shown
_LONGEST_SHAPE = 28
_LEAST, _ALL_LIKE = 5, 0.9
"""Cells under an unknown heading, and the share of them that must look like numbers, before it is asked about."""
_SHORT = 5  # signs up to which a word or figure is neither a number nor an address, cut off or not
_COUNTRY_NAMED = 3  # columns of a country that are named; the rest is counted
_AMID_TEXT = "the numbers amid its text"
_HASHES = {"phone_hash": "hashes of numbers", "email_hash": "hashes of mail addresses"}
_FURTHER = {"imei": "IMEIs", "ad_id": "device ids", "vin": "VINs", "plate": "plates", "handle": "accounts"}
_SEALED = {"national_id": "identity numbers", "iban": "IBANs"}
_PROMISES = {"phone": "numbers", "phone_mask": "numbers", "email": "mail addresses", "key": "keys"}
_PROMISES |= _HASHES | _FURTHER | _SEALED
_statement = sql_next_to(__file__)


@dataclass(frozen=True)
class UnreadColumn:
    """A column of which more cells were not read than `_SAID_FROM` lets pass."""

    name: str
    """How people find the column."""
    column: int
    """From 1; 0 for numbers amid text, which the file has no column of."""
    promised: str
    filled: int
    unread: int
    reasons: tuple[tuple[str, int], ...]
    shape: str
    left: bool = False
    """Whether the column was not taken for what its heading promises."""
    likely: tuple[str, ...] = ()

    @property
    def remedy(self) -> str:
        """What helps."""
        off = f"--map other={self.column} switches the column off" if self.column else ""
        if self.promised != "numbers":
            return off
        some = " or ".join(f"--region {code}" for code in self.likely) or "--region and its two letters"
        return "; ".join(filter(None, (f"if they are numbers of another country, name it with {some}", off)))

    def line(self) -> str:
        """One line for people."""
        why = ", ".join(f"{reason}: {cells:,}" for reason, cells in self.reasons)
        example = f", as in '{self.shape}'" if self.shape else ""
        mostly = "NOT READ: " if self.left or self.unread > _LEFT_FROM * self.filled else ""
        what = f"{self.unread:,} of {self.filled:,} cells give none of the {self.promised} they should hold"
        return f"{mostly}{self.name}: {what} ({why}{example}); {self.remedy}"


def shape(cell: str) -> str:
    """A cell without what it says: digits as `#`, letters as `a`, long runs cut."""
    text = re.sub(r"\d", "#", cell.strip()[:200])
    text = re.sub(r"[^\W\d_]", "a", text)
    text = re.sub(r"a{4,}", "aaa…", text)
    text = re.sub(r"[\x00-\x1f\x7f]+", " ", text)
    return text if len(text) <= _LONGEST_SHAPE else f"{text[:_LONGEST_SHAPE]}…"


def commonest_shape(cells: Iterable[str]) -> str:
    """The shape that most of the cells have; of equally common ones the first in the alphabet."""
    shapes = Counter(shape(cell) for cell in cells)
    return min(shapes, key=lambda one: (-shapes[one], one)) if shapes else ""


def unread_columns(
    con: duckdb.DuckDBPyConnection, parts: Sequence[tuple[PartRead, int]], readings: Sequence[str]
) -> tuple[UnreadColumn, ...]:
    """The columns whose cells were read into `readings` (`…_read` of each) and gave too little.

    `parts`: each with the dataset's row number of its first row.
    """
    if not readings:
        return ()
    lines = " UNION ALL ".join(f"SELECT row, position, raw, key, status, reason FROM {name}_read" for name in readings)
    con.execute(_statement("unread_cells").format(lines=lines))
    short: list[UnreadColumn] = []
    for number, (part, first) in enumerate(parts, 1):
        rows = {"first": first, "last": first + part.rows - 1}
        counted = con.execute(_statement("unread_reasons"), rows).fetchall()
        for column in part.columns:
            reasons = [(reason, n) for at, reason, silent, n in counted if at == column.position and not silent]
            unread = sum(n for _, n in reasons)
            if not unread or column.role not in ("phone", "email", *FURTHER_ROLES):
                continue
            empty = sum(n for at, _, silent, n in counted if at == column.position and silent)
            filled = _filled_cells(con, part, column) - empty
            if unread <= _SAID_FROM * filled:
                continue
            like = ""
            if column.role not in SEALED_ROLES:
                examples = {**rows, "at": column.position, "most": _LOOKED_AT}
                cells = con.execute(_statement("unread_examples"), examples).fetchall()
                like = commonest_shape(cell for (cell,) in cells)
            found, what = _found_at(part, number, len(parts), column), _PROMISES[column.role]
            short.append(UnreadColumn(*found, what, filled, unread, tuple(reasons[:3]), like))
    con.execute("DROP TABLE temp.load_unread")
    return tuple(short)


def broken_promises(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead]) -> tuple[UnreadColumn, ...]:
    """The filled columns whose heading promises numbers or addresses, and that were taken for something else; and those
    of numbers, as people write them, under a heading that is not known."""
    short: list[UnreadColumn] = []
    for number, part in enumerate(parts, 1):
        aside = set_aside(part.header)
        for column in part.columns:
            if column.role in _PROMISES or column.how == "map" or column.header in aside:
                continue
            named = role_of_heading(column.header) if column.header else None
            promised = named if named in ("phone", "email") else promised_kind(column.header)
            unknown = not (named or promised) and bool(column.header) and column.how == "content"
            if not (promised or column.doubt or unknown):
                continue
            cells = con.execute(
                f"SELECT c{column.position} FROM {part.raw_table} WHERE c{column.position} <> ''"
                f" ORDER BY row LIMIT {_LOOKED_AT}"
            ).fetchall()
            texts = [cell for (cell,) in cells if fold(cell).lower() not in PLACEHOLDERS]
            if unknown and not column.doubt and not _are_written_numbers(texts):
                continue
            if not texts or (is_vague(column.header) and all(sum(map(str.isdigit, text)) < 7 for text in texts)):
                continue
            if all(text.isalnum() and len(text) <= _SHORT for text in map(str.strip, texts)):
                continue  # yes, Y or 3 under "Email OK" or "Number of gifts": whether, or how many
            why = f"taken for {'something else' if column.role == 'other' else column.role}"
            if column.doubt or unknown:
                why = "their country is not clear" if column.doubt else "its heading is not known"
            filled = _filled_cells(con, part, column)
            found, what = _found_at(part, number, len(parts), column), _PROMISES[promised or "phone"]
            like, reasons = commonest_shape(texts), ((why, filled),)
            short.append(UnreadColumn(*found, what, filled, filled, reasons, like, left=True, likely=column.doubt))
    return tuple(short)


def _found_at(part: PartRead, number: int, parts: int, column: ColumnRole) -> tuple[str, int]:
    """How people find a column of a part, one (from 1) of several, and the column's number: 0 where it is none of the
    file's, but what was found amid its text."""
    spread = part.format == "txt" and part.delimiter is None and len(part.columns) == 3 and not any(part.header)
    amid_text = spread or column.how == "line"
    name = _AMID_TEXT if amid_text else column_named([each.header for each in part.columns], column.position)
    where = (part.place or f"part {number}") if parts > 1 else ""
    return ": ".join(filter(None, (where, name))), 0 if amid_text else column.position + 1


def column_label(part: PartRead, number: int, parts: int, column: ColumnRole) -> str:
    """How people find a column of a part, one (from 1) of several."""
    return _found_at(part, number, parts, column)[0]


def _are_written_numbers(texts: Sequence[str]) -> bool:
    """Whether the cells are telephone numbers as people write them, with something between the digits."""
    like = [text for text in texts if looks_like_number(text)]
    parted = [text for text in like if not text.strip().lstrip("+").isdigit()]
    return len(texts) >= _LEAST and len(like) >= _ALL_LIKE * len(texts) and 2 * len(parted) >= len(like)


def _filled_cells(con: duckdb.DuckDBPyConnection, part: PartRead, column: ColumnRole) -> int:
    name = f"c{column.position}"
    return int(con.execute(f"SELECT count(*) FROM {part.raw_table} WHERE {name} <> ''").fetchall()[0][0])


def many_rejected(con: duckdb.DuckDBPyConnection, no: int, rows: int, rejected: int) -> tuple[str, ...]:
    """That more of the rows than `_SAID_FROM` have no usable identifier, why, and the shape of an example."""
    if rejected <= _SAID_FROM * rows:
        return ()
    shown = []
    for reason, count in con.execute(_statement("rejected_reasons"), {"no": no}).fetchall():
        examples = {"no": no, "reason": reason, "most": _LOOKED_AT}
        cells = con.execute(_statement("rejected_examples"), examples).fetchall()
        like = commonest_shape(cell for (cell,) in cells)
        shown.append(f"{count:,} {reason}" + (f" ('{like}')" if like.strip() else ""))
    share = f"{100 * rejected / rows:.0f} %"
    return (f"{rejected:,} of {rows:,} rows ({share}) are rejected: {', '.join(shown)}; see tracer query rejects",)


# Columns of numbers and their countries, as a load goes by them: settled, left out, or asked about.


class Undecided(InputRefused):
    """The country of a list's numbers must be said: by the lists around it, or by a person."""

    def __init__(self, columns: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        """`columns`: file, column as people find it, likeliest countries; of one list, or of all that are in doubt."""
        self.columns = tuple(columns)
        files = list(dict.fromkeys(where for where, _, _ in columns))
        codes = list(dict.fromkeys(code for _, _, likely in columns for code in likely))
        options = " or ".join(f"--region {code}" for code in codes)
        if len(files) == 1:
            names = f"of {' and '.join(name for _, name, _ in columns)}".replace(f"of {_AMID_TEXT}", "amid its text")
            what = f"the numbers {names} have no country code, and may be those of {_either(codes)}"
            remedy = f'say which: {options} (in a manifest: region = "{codes[0]}")'
            super().__init__(what, where=files[0], remedy=remedy)
            return
        asked = "; ".join(f"{PurePath(where).name}, {name}: {_either(likely)}" for where, name, likely in columns)
        super().__init__(
            f"the numbers of {len(columns)} columns have no country code, and may be those of several countries:"
            f" {asked}",
            where=f"{len(files)} files",
            remedy=f"load these {len(files)} files by themselves, each with its country ({options}), and the others"
            " without",
        )

    @classmethod
    def together(cls, several: Sequence[Undecided]) -> Undecided:
        """One question for all."""
        return several[0] if len(several) == 1 else cls([column for one in several for column in one.columns])


def _either(codes: Sequence[str]) -> str:
    return " or ".join(f"{country(code).name} ({code})" for code in codes)


def without_doubtful_columns(parts: Sequence[PartRead], where: str, *, last: bool = True) -> tuple[PartRead, ...]:
    """The parts, with columns left aside whose country is in doubt, if others identify.

    Raises `Undecided` where nothing else does: somebody must say the country; unless it is the `last` time that the
    list is read, wherever there is a doubt.
    """
    columns = [(number, part, column) for number, part in enumerate(parts, 1) for column in part.columns]
    doubtful = [
        (where, column_label(part, number, len(parts), column), column.doubt)
        for number, part, column in columns
        if column.doubt
    ]
    if doubtful and not (last and any(column.identifies and not column.doubt for _, _, column in columns)):
        raise Undecided(doubtful)
    return tuple(
        replace(part, columns=tuple(replace(each, role="other") if each.doubt else each for each in part.columns))
        for part in parts
    )


def used_regions(parts: Sequence[PartRead], home: str) -> tuple[str, ...]:
    """Notes on the columns whose numbers were read as those of a country that was not given."""
    by_country: dict[str, list[str]] = {}
    for number, part in enumerate(parts, 1):
        for column in part.columns:
            if column.role == "phone" and column.region not in (None, home):
                label = column_label(part, number, len(parts), column)
                by_country.setdefault(str(column.region), []).append(label)
    notes = []
    for code, names in by_country.items():
        named = names if len(names) <= _COUNTRY_NAMED + 1 else names[:_COUNTRY_NAMED]
        listed = "; ".join(named) + (f" and {len(names) - len(named)} more columns" if named != names else "")
        read_as = f"numbers of {country(code).name} ({code})"
        read_as = "full numbers without their plus" if code == INTERNATIONAL else read_as
        notes.append(f"{listed}: read as {read_as}; --region overrides")
    return tuple(notes)


def region_of(parts: Sequence[PartRead], home: str) -> str:
    """The region of most columns of numbers; of equally many the first; `home` where no column has one."""
    counted = Counter(column.region or home for part in parts for column in part.columns if column.role == "phone")
    return max(counted, key=counted.__getitem__, default=home)
