"""What is asked of `tracer release`: design of the marks, recipients and their terms, and what is wrong with them.

The design says how many marks of which kind each copy has, what they cost, and how who gets which is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations, count
from math import comb
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tracer.case.memory import memory_case
from tracer.case.store import registered_tables
from tracer.clock import today
from tracer.dossier.vocabulary import ID_PATTERN, LAWFUL_BASES, is_day, refuse, word_problem
from tracer.errors import InputRefused
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.lists.read.words import shown_headings
from tracer.marking.detection.gate import gaps_left
from tracer.marking.persona.draws import KeyedDraw, flags_of
from tracer.marking.persona.maker import Identity
from tracer.marking.persona.source_list import SourceList
from tracer.resources import sql_next_to
from tracer.visible import shape

BIASES: Mapping[str, tuple[float, ...]] = {"mix": (0.15, 0.5), "0.2": (0.2,), "0.5": (0.5,)}
"""Probabilities with which pool canaries are given to a copy, in turn. 0.2 is near the best where copies are merged,
0.5 where they are compared; the mix has the best worst case, and the attack is not known beforehand."""
MOST_WITHHELD = 0.05  # Share of a list that a copy may lack: more is not a mark, it is another list.
DENIED = 0.3
"""Withheld rows are drawn from a secret part of the list, of which each copy lacks each row with this probability. So
some are withheld from several copies, and stay away where three compare theirs and keep what most of them have."""
ENOUGH, SELDOM = 40, 0.01
"""Rows that each copy lacks where nothing is said: enough for a thousand copies, and no more than one in a hundred."""
LEAST_WITHHELD = 10  # Fewer rows say too little to leave people out for them.
_SEPARATELY, _NAMED = 3, 10
"""Unknown parties up to the first number have a line each; more are one line, which names so many of them."""
_HEADINGS = {
    "party": ("party", "party id", "recipient", "to", "id", "vendor", "接收方", "收件方", "合作方", "供应商", "机构"),
    "date": ("date", "day", "日期", "交付日期"),
    "ends": ("ends", "end", "until", "到期", "到期日", "到期日期", "截止", "截止日期"),
    "purpose": ("purpose", "用途", "目的"),
    "use_basis": ("use_basis", "use", "basis", "使用依据", "合法依据", "依据"),
}
"""Columns of a file of recipients and their headings, in lower case."""
_TITLES = 10  # Rows at the top among which the headings are looked for.


@dataclass(frozen=True)
class Design:
    """Marks of each kind."""

    unique: int = 5
    reserve: int = 0  # Canaries of the kind `reserve`, known to few: they are in one copy alone too, for each copy.
    pool: int = 0
    bias: str = "mix"  # How they are shared: a key of `BIASES`.
    pairs: bool = False  # Whether every two copies share a canary that no third has.
    withhold: float | None = 0.0
    """Share of the rows that each copy lacks; None: so many as are of use (`withheld_by_default`)."""
    choices: bool = False  # Whether cells that the list writes in two ways are written in one of them by a code.

    def canaries(self, copies: int) -> int:
        """Identities of the kind `canary` that so many copies cost."""
        return copies * self.unique + self.pool + (comb(copies, 2) if self.pairs else 0)

    @property
    def coded(self) -> bool:
        """Whether anything but own canaries distinguishes the copies."""
        return self.pool > 0 or self.pairs or bool(self.withhold) or self.choices

    def problems(self, copies: int) -> list[InputRefused]:
        """What is wrong with the design."""
        found = [
            InputRefused(f"invalid number of {what} canaries {count}", remedy=f"give --{what} 0 or more")
            for what, count in (("unique", self.unique), ("reserve", self.reserve), ("pool", self.pool))
            if count < 0
        ]
        if self.bias not in BIASES:
            found.append(InputRefused(f"invalid bias {self.bias!r}", remedy=f"one of: {', '.join(BIASES)}"))
        if self.withhold is not None and not 0.0 <= self.withhold <= MOST_WITHHELD:
            remedy = f"give --withhold a share from 0 to {MOST_WITHHELD:g}, 0.005 for half a per cent"
            found.append(InputRefused(f"invalid share of withheld rows {self.withhold:g}", remedy=remedy))
        if self.pairs and copies < 2:
            remedy = "name more recipients, or leave --pairs out"
            found.append(InputRefused("pair canaries need two copies", remedy=remedy))
        return found


def withheld_by_default(copies: int, contacts: int) -> float:
    """Share of the rows that each copy lacks where nothing is said: none where copies cannot be compared, or it would
    be more than `SELDOM` of them."""
    return min(SELDOM, ENOUGH / contacts) if copies > 1 and contacts * SELDOM >= LEAST_WITHHELD else 0.0


@dataclass(frozen=True)
class Allotted:
    """One canary and the copies that get it."""

    identity: Identity
    scheme: str
    bias: float  # Probability with which each copy was to get it.
    copies: tuple[int, ...]


def allot(
    draw: KeyedDraw, design: Design, copies: int, canaries: Sequence[Identity], reserves: Sequence[Identity]
) -> list[Allotted]:
    """Draw who gets which canary. `canaries` and `reserves`: exactly as many as the design costs.

    Own canaries and pair canaries are allotted without replacement; each copy gets each pool canary with its bias,
    independently of all else, so some pool canaries may be in all copies or in none.
    """
    order = draw.shuffled(canaries)
    own = copies * design.unique
    pool, shared = order[own : own + design.pool], order[own + design.pool :]
    found = [
        Allotted(item, scheme, 1.0 / copies, (at % copies,))
        for scheme, items in (("unique", order[:own]), ("reserve", draw.shuffled(reserves)))
        for at, item in enumerate(items)
    ]
    for at, item in enumerate(pool):
        bias = BIASES[design.bias][at % len(BIASES[design.bias])]
        given = draw.flags(copies, bias)
        found.append(Allotted(item, "pool", bias, tuple(int(j) for j in given.nonzero()[0])))
    if design.pairs:
        both = combinations(range(copies), 2)
        found += [Allotted(item, "pair", 2.0 / copies, pair) for item, pair in zip(shared, both, strict=True)]
    return found


@dataclass(frozen=True)
class Terms:
    """What holds for one copy; None: nothing of its own."""

    ends: date | None = None
    purpose: str | None = None
    use_basis: str | None = None
    day: date | None = None


@dataclass(frozen=True)
class ReleaseRequest:
    """What is asked for."""

    dataset: str
    recipients: tuple[str, ...]
    folder: Path
    design: Design = field(default_factory=Design)
    ends: date | None = None
    purpose: str | None = None
    use_basis: str | None = None
    day: date | None = None
    evidence: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    only_reachable: bool = False
    """Whether copies leave out the rows that have neither number nor address in the other columns."""
    accept_detectable: bool = False  # Whether the copies are wanted even where their canaries stand out.
    terms: Mapping[str, Terms] = field(default_factory=dict)  # Recipient → what holds for its copy alone.

    def terms_of(self, recipient: str) -> Terms:
        """What holds for a recipient's copy: its own terms, else those of all; the day is today where none is said."""
        own = self.terms.get(recipient, Terms())
        ends, day = own.ends if own.ends is not None else self.ends, own.day or self.day or today()
        return Terms(ends, own.purpose or self.purpose, own.use_basis or self.use_basis, day)


def refuse_request(con: duckdb.DuckDBPyConnection, request: ReleaseRequest) -> None:
    """Raise all that is wrong with the words of a request, together."""
    twice = sorted(recipient for recipient, times in Counter(request.recipients).items() if times > 1)
    problems = [InputRefused(f"{r} is named twice", remedy="name each recipient once") for r in twice]
    known = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    problems += unknown_parties([r for r in dict.fromkeys(request.recipients) if r not in known])
    if not request.recipients:
        problems.append(InputRefused("the recipient is missing", remedy="name one with --to"))
    problems += request.design.problems(len(request.recipients))
    if request.only_reachable and request.design.choices:
        remedy = (
            "save the rows that are to be handed out as a list of their own, load that and release it with --choices"
        )
        problems.append(InputRefused("--choices cannot go with --only-reachable", remedy=remedy))
    every = [request.terms_of(recipient) for recipient in request.recipients]
    early = {(one.ends, one.day) for one in every if one.ends is not None and one.day and one.ends < one.day}
    problems += [
        InputRefused(f"the release ends on {ends}, before it begins", remedy="give a later --ends")
        for ends, _ in sorted(early)
    ]
    refuse(problems)


def unknown_parties(unknown: Sequence[str]) -> list[InputRefused]:
    """What is wrong with recipients that the case does not know: a line each, or one where they are many."""
    if len(unknown) <= _SEPARATELY:
        return [InputRefused(f"unknown party {r!r}", remedy="add it with `tracer party add`") for r in unknown]
    more = len(unknown) - _NAMED
    named = ", ".join(unknown[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
    remedy = "add each with `tracer party add ID`, or all of them as [[party]] of a manifest (tracer help manifest)"
    return [InputRefused(f"{len(unknown):,} unknown parties: {named}", remedy=remedy)]


def release_id(taken: set[str], dataset: str, recipient: str, day: date | None) -> str:
    """`dataset@recipient@date`, with `#2` and so on behind it where that is taken."""
    base = f"{dataset}@{recipient}@{day}" if day is not None else f"{dataset}@{recipient}"
    return next(name for n in count(1) if (name := base if n == 1 else f"{base}#{n}") not in taken)


def read_recipients(path: Path) -> dict[str, Terms]:
    """Party -> what holds for its copy, in the order of a list (csv, txt, xlsx …) with a column `party`, and with date,
    ends, purpose and use_basis where they differ.

    A file of one column alone holds parties, with a heading or without. Raises `InputRefused` with all that is wrong
    in it, each with its row; whether the parties are known is for the case to say.
    """
    with memory_case() as case:
        read = read_file(case.con, path, ReadOptions(has_header=False))
        rows = [row for part in read.parts for row in _rows(case.con, part, path)]
    problems, terms, first = list[InputRefused](), dict[str, Terms](), dict[str, int]()
    for number, cells in rows:
        where = f"{path}, row {number}"
        days = dict[str, date | None]()
        for name in ("date", "ends"):
            days[name] = _day(cells.get(name, ""))
            if cells.get(name) and days[name] is None:
                what = f"invalid day {cells[name]!r} in {name}"
                problems.append(InputRefused(what, where=where, remedy="write it like 2026-05-01"))
        basis = cells.get("use_basis") or None
        wrong = word_problem(basis, LAWFUL_BASES, "lawful basis", where)
        problems += [] if wrong is None else [wrong]
        party = cells.get("party", "")
        if not ID_PATTERN.match(party):
            what = f"no id of a party ({shape(party)})" if party else "missing party"
            problems.append(InputRefused(what, where=where, remedy="write the id of a party, as in `tracer party add`"))
        elif party in first:
            what = f"{party} is already in row {first[party]}"
            problems.append(InputRefused(what, where=where, remedy="name each party once"))
        else:
            first[party] = number
            terms[party] = Terms(days["ends"], cells.get("purpose") or None, basis, days["date"])
    refuse(problems)
    if not first:
        raise InputRefused("no recipients", where=str(path), remedy="write one party id in each row")
    return terms


def _rows(con: duckdb.DuckDBPyConnection, part: PartRead, path: Path) -> Sequence[tuple[int, Mapping[str, str]]]:
    """(row of the file, column → cell) of a part; rows without a cell are left out."""
    names = ", ".join(f"c{i}" for i in range(len(part.columns)))
    cells_of = con.execute(f"SELECT {names} FROM {part.raw_table} ORDER BY row").fetchall()
    table = [(number, [(cell or "").strip() for cell in cells]) for number, cells in enumerate(cells_of, 1)]
    table = [(number, cells) for number, cells in table if any(cells)]
    for place, (_, heading) in enumerate(table[:_TITLES]):
        at = dict[str, int]()
        for position, text in enumerate(heading):
            for name, words in _HEADINGS.items():
                if text.casefold() in words:
                    at.setdefault(name, position)  # the first of two columns with one heading
        if "party" in at:
            return [(number, {name: cells[i] for name, i in at.items()}) for number, cells in table[place + 1 :]]
    filled = [i for i in range(len(part.columns)) if any(cells[i] for _, cells in table)]
    if len(filled) > 1:
        raise InputRefused("missing column of parties", where=str(path), remedy="head it party")
    return [(number, {"party": cells[i]}) for i in filled for number, cells in table]


def _day(text: str) -> date | None:
    """The day that a cell says, a midnight behind it or not; None where it says none."""
    try:
        day = date.fromisoformat(text.removesuffix("00:00:00").rstrip(" T").replace("/", "-"))
    except ValueError:
        return None
    return day if is_day(day) else None


# What copies leave out of a list: columns that are named, rows without number or address, contacts by a code.
#
# Every canary has a number or address. Where rows have none, or lose the only one that they have with a column, these
# are surely no canaries, and an attacker has fewer rows to look through: so they can be left out. Contacts that a
# copy lacks by a code mark it; they cost no identity, and cannot be seen in one copy.

Ints = NDArray[np.int64]

statement = sql_next_to(__file__)  # Name -> text of `sql/<name>.sql`.
EVERYBODY = "what everybody must get, a recall say, goes out by your own list, or by copies with --withhold 0"
"""What the sender must know, since people are missing from the copies."""


def as_handed_out(con: duckdb.DuckDBPyConnection, source: SourceList, request: ReleaseRequest) -> SourceList:
    """The list without the columns and rows that a request leaves out. Raises `InputRefused` where nothing is left."""
    source = without(con, source, request.without)
    return reachable(con, source) if request.only_reachable else source


def without(con: duckdb.DuckDBPyConnection, source: SourceList, columns: Sequence[str]) -> SourceList:
    """The list without the columns that have these headings, in all of its parts.

    Raises `InputRefused` for a heading that the list has not, and where no column of numbers or addresses is left.
    """
    if not columns:
        return source
    held = {name.strip().casefold() for part in source.parts for name in part.headers}
    remedy = f"one of: {', '.join(name for name in shown_headings(source.main.headers) if name)}"
    unknown = [name for name in columns if name.strip().casefold() not in held or not name.strip()]
    refuse(InputRefused(f"the list has no column {name!r}", where=source.id, remedy=remedy) for name in unknown)
    wanted = {name.strip().casefold() for name in columns}
    kept, gone = dict[int, list[int]](), dict[int, tuple[int, ...]]()
    tables, parts = {}, []
    for part in source.parts:
        gone[part.part] = tuple(i for i, name in enumerate(part.headers) if name.strip().casefold() in wanted)
        kept[part.part] = [i for i in range(len(part.headers)) if i not in gone[part.part]]
        view = f"left_of_{source.no}_{part.part}"
        cells = "".join(f", c{i} AS c{at}" for at, i in enumerate(kept[part.part]))
        con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT row{cells} FROM {source.tables[part.part]}")
        tables[part.part] = f"temp.{view}"
        parts.append(replace(part, headers=tuple(part.headers[i] for i in kept[part.part])))
    roles = {no: tuple(found[i] for i in kept[no]) for no, found in source.roles.items()}
    pieces = {no: tuple(found[i] for i in kept[no]) for no, found in source.pieces.items()}
    if not {"phone", "email"} & set(roles[source.main.part]):
        what = "no column of numbers or addresses would be left"
        raise InputRefused(what, where=source.id, remedy="leave fewer columns out")
    return replace(
        source, parts=tuple(parts), tables=tables, roles=roles, pieces=pieces, all_rows=tables, left_out=gone
    )


def reachable(con: duckdb.DuckDBPyConnection, source: SourceList) -> SourceList:
    """The list without the rows that have neither number nor address, of parts with columns of such."""
    tables, kept, parts = dict(source.tables), dict[int, Ints](), []
    for part in source.parts:
        held = [i for i, role in enumerate(source.roles[part.part]) if role in ("phone", "email")]
        table, name = source.tables[part.part], f"reachable_of_{source.no}_{part.part}"
        some = " OR ".join(f"coalesce(c{i}, '') <> ''" for i in held)
        rows = con.execute(f"SELECT row FROM {table} WHERE {some or 'true'} ORDER BY row").fetchnumpy()["row"]
        if len(rows) == part.rows:
            parts.append(part)
            continue
        cells = "".join(f", c{i}" for i in range(len(part.headers)))
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT CAST(row_number() OVER (ORDER BY row) AS BIGINT) AS row"
            f"{cells} FROM {table} WHERE {some} ORDER BY 1"
        )
        tables[part.part], kept[part.part] = f"temp.{name}", np.asarray(rows, dtype=np.int64)
        parts.append(replace(part, rows=len(rows)))
    if not kept:
        return source
    if not sum(part.rows for part in parts):
        raise InputRefused("no row has a number or address", where=source.id, remedy="leave --only-reachable out")
    return replace(source, parts=tuple(parts), tables=tables, kept_rows=kept)


def unreachable_rows(source: SourceList) -> dict[int, frozenset[int]]:
    """Part -> data rows of the original that no copy has."""
    sizes = {part.part: part.rows for part in source.whole}
    return {
        part: frozenset(np.setdiff1d(np.arange(1, sizes[part] + 1), rows, assume_unique=True).tolist())
        for part, rows in source.kept_rows.items()
    }


def dataset_rows(source: SourceList) -> Ints | None:
    """Rows of the dataset that copies have, rising; None where they have all."""
    if not source.kept_rows:
        return None
    every = [
        source.first_rows[part.part] - 1 + source.kept_rows.get(part.part, np.arange(1, part.rows + 1))
        for part in source.parts
    ]
    return np.sort(np.concatenate(every))


@dataclass(frozen=True)
class Contacts:
    """The ordinary contacts of a dataset, those of canaries left out."""

    keys: Ints  # (contacts,): strongest identifier of each, rising.
    row: Ints  # (rows,): data rows of the dataset that name an ordinary contact …
    of_row: Ints  # (rows,): … and the number of that contact.

    def rows_of(self, numbers: Ints) -> Ints:
        """Data rows of the dataset that name one of these contacts, rising."""
        chosen = np.zeros(len(self.keys), dtype=np.bool_)
        chosen[numbers] = True
        return np.unique(self.row[chosen[self.of_row]])


def read_contacts(con: duckdb.DuckDBPyConnection, source: SourceList) -> Contacts:
    """Read the ordinary contacts of a list, of the rows that copies have."""
    table = con.execute(statement("contact_rows"), {"no": source.no}).to_arrow_table()
    contact, row = table["contact"].to_numpy(), table["row"].to_numpy().astype(np.int64)
    rows = dataset_rows(source)
    if rows is not None:
        held = np.isin(row, rows)
        contact, row = contact[held], row[held]
    keys, of_row = np.unique(contact, return_inverse=True)
    return Contacts(keys.astype(np.int64), row, of_row.astype(np.int64))


def with_design(con: duckdb.DuckDBPyConnection, source: SourceList, request: ReleaseRequest) -> ReleaseRequest:
    """The request with how many rows are withheld, where it does not say: none where their absence would show, be it as
    gaps in ids or as rows of other sheets that refer to them."""
    if request.design.withhold is not None:
        return request
    share = 0.0
    if len(source.whole) == 1 and not gaps_left(con, source):
        share = withheld_by_default(len(request.recipients), len(read_contacts(con, source).keys))
    return replace(request, design=replace(request.design, withhold=share))


def draw_withheld(draw: KeyedDraw, share: float, copies: int, contacts: Contacts | None) -> tuple[bytes, list[Ints]]:
    """The seed by which contacts are in the part that may be withheld (`flags_of`), and for each copy the numbers of
    those that it lacks, rising: each of the part with probability `DENIED`, independently of all else."""
    if contacts is None:
        return b"", [np.zeros(0, dtype=np.int64)] * copies
    seed = draw.seed()
    part = np.flatnonzero(flags_of(contacts.keys, seed, share / DENIED))
    return seed, [part[draw.flags(len(part), DENIED)] for _ in range(copies)]


def enter_withheld(
    con: duckdb.DuckDBPyConnection, releases: Sequence[str], withheld: Sequence[Ints], contacts: Contacts
) -> None:
    """Put on record which contacts each release lacks."""
    if not any(len(numbers) for numbers in withheld):
        return
    of = np.repeat(np.arange(len(releases)), [len(numbers) for numbers in withheld])
    names = pa.DictionaryArray.from_arrays(pa.array(of), pa.array(list(releases))).cast(pa.string())
    with registered_tables(
        con, withheld_now=pa.table([names, contacts.keys[np.concatenate(withheld)]], ["release", "key"])
    ):
        con.execute("INSERT INTO withheld SELECT release, key, true FROM withheld_now ORDER BY release, key")
