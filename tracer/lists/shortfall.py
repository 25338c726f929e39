"""Columns that promise identifiers and give few: counted while a list is linked, and always said, never with a value.

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
from tracer.identify.phone_rules import INTERNATIONAL
from tracer.lists.read.identifiers import FURTHER_ROLES, SEALED_ROLES, promised_kind
from tracer.lists.read.model import ColumnRole, PartRead
from tracer.lists.read.region import looks_like_number
from tracer.lists.read.words import column_named, is_vague, role_of_heading, set_aside, shown_headings
from tracer.resources import statements_beside

TOLD_FROM = 0.2
"""Share of a column's filled cells, or of a list's rows, from which what was not read is said."""
_LEFT_FROM = 0.5
"""Share of unread cells from which a column counts as not read."""
_LOOKED_AT = 200
"""Unread cells whose commonest shape is shown."""
_LONGEST_SHAPE = 28
_PROMISES = {
    "phone": "numbers", "phone_mask": "numbers", "email": "mail addresses", "phone_hash": "hashes of numbers",
    "email_hash": "hashes of mail addresses", "key": "keys", "imei": "IMEIs", "ad_id": "device ids", "vin": "VINs",
    "plate": "plates", "handle": "accounts", "national_id": "identity numbers", "iban": "IBANs",
}  # fmt: skip
_statement = statements_beside(__file__)


@dataclass(frozen=True)
class Shortfall:
    """A column of which more cells were not read than `TOLD_FROM` lets pass."""

    part: str
    column: int
    """From 1; 0 for numbers amid text, which the file has no column of."""
    heading: str
    """As it may be shown; empty where it may not."""
    promised: str
    filled: int
    unread: int
    reasons: tuple[tuple[str, int], ...]
    shape: str
    left: bool = False
    """Whether the column was not taken for what its heading promises."""
    likely: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How people find the column."""
        shown = f"column {self.column}" + (f", {self.heading!r}" if self.heading else "") if self.column else _AMID
        return f"{self.part}: {shown}" if self.part else shown

    @property
    def mostly(self) -> bool:
        """Whether fewer than half of its cells were read."""
        return self.left or self.unread > _LEFT_FROM * self.filled

    @property
    def remedy(self) -> str:
        """What helps."""
        off = f"; --map other={self.column} switches the column off" if self.column else ""
        if self.promised != "numbers":
            return off.removeprefix("; ")
        some = " or ".join(f"--region {code}" for code in self.likely) or "--region and its two letters"
        return f"if they are numbers of another country, name it with {some}{off}"

    def told(self) -> str:
        """One line for people."""
        why = ", ".join(f"{reason}: {cells:,}" for reason, cells in self.reasons)
        example = f", as in '{self.shape}'" if self.shape else ""
        front = "NOT READ: " if self.mostly else ""
        what = f"{self.unread:,} of {self.filled:,} cells give none of the {self.promised} they should hold"
        return f"{front}{self.name}: {what} ({why}{example}); {self.remedy}"


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
) -> tuple[Shortfall, ...]:
    """The columns whose cells were read into `readings` (`…_read` of each) and gave too little.

    `parts`: each with the dataset's row number of its first row.
    """
    if not readings:
        return ()
    lines = " UNION ALL ".join(f"SELECT row, position, raw, key, status, reason FROM {name}_read" for name in readings)
    con.execute(_statement("unread_cells").format(lines=lines))
    try:
        return tuple(
            found
            for number, (part, first) in enumerate(parts, 1)
            for found in _of_part(con, part, first, place(parts, number))
        )
    finally:
        con.execute("DROP TABLE temp.load_unread")


def _of_part(con: duckdb.DuckDBPyConnection, part: PartRead, first: int, where: str) -> list[Shortfall]:
    rows = {"first": first, "last": first + part.rows - 1}
    counted = con.execute(
        "SELECT position, reason, silent, count(*) FROM temp.load_unread WHERE row BETWEEN $first AND $last"
        " GROUP BY position, reason, silent ORDER BY position, count(*) DESC, reason",
        rows,
    ).fetchall()
    short: list[Shortfall] = []
    headings = shown_headings([column.header for column in part.columns])
    for column in part.columns:
        reasons = [(reason, n) for at, reason, silent, n in counted if at == column.position and not silent]
        unread = sum(n for _, n in reasons)
        if not unread or column.role not in ("phone", "email", *FURTHER_ROLES):
            continue
        empty = sum(n for at, _, silent, n in counted if at == column.position and silent)
        filled = _filled(con, part, column) - empty
        if unread <= TOLD_FROM * filled:
            continue
        cells = con.execute(
            "SELECT raw FROM temp.load_unread WHERE row BETWEEN $first AND $last AND position = $at AND NOT silent"
            f" AND raw IS NOT NULL ORDER BY row, raw LIMIT {_LOOKED_AT}",
            {**rows, "at": column.position},
        ).fetchall()
        short.append(
            Shortfall(
                where, _column_of(part, column), headings[column.position], _PROMISES[column.role], filled, unread,
                tuple(reasons[:3]), "" if column.role in SEALED_ROLES else commonest_shape(cell for (cell,) in cells),
            )
        )  # fmt: skip
    return short


_LEAST, _ALL_LIKE = 5, 0.9
"""Cells under an unknown heading, and the share of them that must look like numbers, before it is asked about."""
_SHORT = 5
"""Signs up to which a word or figure is neither a number nor an address, cut off or not."""


def broken_promises(con: duckdb.DuckDBPyConnection, parts: Sequence[PartRead]) -> tuple[Shortfall, ...]:
    """The filled columns whose heading promises numbers or addresses, and that were taken for something else; and those
    of numbers, as people write them, under a heading that is not known."""
    short: list[Shortfall] = []
    numbered = [(part, 0) for part in parts]
    for number, part in enumerate(parts, 1):
        headings = shown_headings([column.header for column in part.columns])
        aside = set_aside(part.header)
        for column in part.columns:
            promised = role_of_heading(column.header) if column.header else None
            if column.role in _PROMISES or column.how == "map":
                continue
            further = promised_kind(column.header) if promised not in ("phone", "email") else None
            unknown = promised is None and further is None and bool(column.header) and column.how == "content"
            asked = further is not None or promised in ("phone", "email") or bool(column.doubt) or unknown
            if not asked or column.header in aside:
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
            filled = _filled(con, part, column)
            why = f"taken for {'something else' if column.role == 'other' else column.role}"
            if column.doubt or unknown:
                why = "their country is not clear" if column.doubt else "its heading is not known"
            short.append(
                Shortfall(
                    place(numbered, number), _column_of(part, column), headings[column.position],
                    _PROMISES[further or (promised if promised in ("phone", "email") else "phone")], filled, filled,
                    ((why, filled),), commonest_shape(texts), left=True, likely=column.doubt,
                )
            )  # fmt: skip
    return tuple(short)


_AMID = "the numbers amid its text"


def _column_of(part: PartRead, column: ColumnRole) -> int:
    """The number of a column in the file, from 1; 0 for what was found amid text."""
    spread = part.format == "txt" and part.delimiter is None and len(part.columns) == 3 and not any(part.header)
    return 0 if spread or column.how == "line" else column.position + 1


def _are_written_numbers(texts: Sequence[str]) -> bool:
    """Whether the cells are telephone numbers as people write them, with something between the digits."""
    like = [text for text in texts if looks_like_number(text)]
    parted = [text for text in like if not text.strip().lstrip("+").isdigit()]
    return len(texts) >= _LEAST and len(like) >= _ALL_LIKE * len(texts) and 2 * len(parted) >= len(like)


def place(parts: Sequence[tuple[PartRead, int]], number: int) -> str:
    """How a part is called among several; empty where there is one."""
    if len(parts) == 1:
        return ""
    return parts[number - 1][0].place or f"part {number}"


def _filled(con: duckdb.DuckDBPyConnection, part: PartRead, column: ColumnRole) -> int:
    name = f"c{column.position}"
    row = con.execute(f"SELECT count(*) FROM {part.raw_table} WHERE {name} <> ''").fetchone()
    return 0 if row is None else int(row[0])


def many_rejected(con: duckdb.DuckDBPyConnection, no: int, rows: int, rejected: int) -> tuple[str, ...]:
    """That more of the rows than `TOLD_FROM` have no usable identifier, why, and the shape of an example."""
    if rejected <= TOLD_FROM * rows:
        return ()
    counted = con.execute(
        "SELECT reason, count(DISTINCT row) FROM reject WHERE dataset = $no AND NOT row_kept"
        " GROUP BY reason ORDER BY count(DISTINCT row) DESC, reason LIMIT 3",
        {"no": no},
    ).fetchall()
    told = []
    for reason, count in counted:
        cells = con.execute(
            "SELECT raw FROM reject WHERE dataset = $no AND NOT row_kept AND reason = $reason AND raw IS NOT NULL"
            f" ORDER BY row, raw LIMIT {_LOOKED_AT}",
            {"no": no, "reason": reason},
        ).fetchall()
        like = commonest_shape(cell for (cell,) in cells)
        told.append(f"{count:,} {reason}" + (f" ('{like}')" if like.strip() else ""))
    share = f"{100 * rejected / rows:.0f} %"
    return (f"{rejected:,} of {rows:,} rows ({share}) are rejected: {', '.join(told)}; see tracer query rejects",)


# Columns of numbers and their countries, as a load goes by them: settled, left out, or asked about.

_NAMED = 3
"""Columns of a country that are named; the rest is counted."""


class Undecided(InputRefused):
    """The country of a list's numbers must be said: by the lists around it, or by a person."""

    def __init__(self, columns: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        """`columns`: file, column as people find it, likeliest countries; of one list, or of all that are in doubt."""
        self.columns = tuple(columns)
        files = list(dict.fromkeys(where for where, _, _ in columns))
        codes = list(dict.fromkeys(code for _, _, likely in columns for code in likely))
        options = " or ".join(f"--region {code}" for code in codes)
        if len(files) == 1:
            super().__init__(
                f"the numbers of {' and '.join(name for _, name, _ in columns)}".replace(f"of {_AMID}", "amid its text")
                + " have no country code, and may be those"
                f" of {_or(codes)}",
                where=files[0], remedy=f"say which: {options} (in a manifest: region = \"{codes[0]}\")",
            )  # fmt: skip
            return
        asked = "; ".join(f"{PurePath(where).name}, {name}: {_or(likely)}" for where, name, likely in columns)
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


def _or(codes: Sequence[str]) -> str:
    return " or ".join(f"{country(code).name} ({code})" for code in codes)


def settled(parts: Sequence[PartRead], where: str, *, last: bool = True) -> tuple[PartRead, ...]:
    """The parts, with columns left aside whose country is in doubt, if others identify.

    Raises `Undecided` where nothing else does: somebody must say the country; unless it is the `last` time that the
    list is read, wherever there is a doubt.
    """
    columns = [column for part in parts for column in part.columns]
    if not any(column.doubt for column in columns):
        return tuple(parts)
    if not last or not any(column.identifies and not column.doubt for column in columns):
        raise Undecided([
            (where, name, column.doubt)
            for part, names in zip(parts, _names(parts), strict=True)
            for name, column in zip(names, part.columns, strict=True)
            if column.doubt
        ])  # fmt: skip
    return tuple(
        replace(part, columns=tuple(replace(each, role="other") if each.doubt else each for each in part.columns))
        for part in parts
    )


def used_regions(parts: Sequence[PartRead], home: str) -> tuple[str, ...]:
    """Notes on the columns whose numbers were read as those of a country that was not given."""
    by_country: dict[str, list[str]] = {}
    for part, names in zip(parts, _names(parts), strict=True):
        for name, column in zip(names, part.columns, strict=True):
            if column.role == "phone" and column.region not in (None, home):
                by_country.setdefault(str(column.region), []).append(name)
    return tuple(
        f"{_listed(names)}: read as "
        + ("full numbers without their plus" if code == INTERNATIONAL else f"numbers of {country(code).name} ({code})")
        + "; --region overrides"
        for code, names in by_country.items()
    )


def _listed(names: Sequence[str]) -> str:
    named = names if len(names) <= _NAMED + 1 else names[:_NAMED]
    return "; ".join(named) + (f" and {len(names) - len(named)} more columns" if named != names else "")


def region_of(parts: Sequence[PartRead], home: str) -> str:
    """The region of most columns of numbers; of equally many the first; `home` where no column has one."""
    counted = Counter(column.region or home for part in parts for column in part.columns if column.role == "phone")
    return max(counted, key=lambda region: counted[region]) if counted else home


def _names(parts: Sequence[PartRead]) -> list[list[str]]:
    """How people find each column of each part."""
    placed = [(part, 0) for part in parts]
    named = []
    for number, part in enumerate(parts, 1):
        front = f"{place(placed, number)}: " if len(parts) > 1 else ""
        headings = [column.header for column in part.columns]
        named.append([
            front + (column_named(headings, column.position) if _column_of(part, column) else _AMID)
            for column in part.columns
        ])  # fmt: skip
    return named
