"""What is asked of `tracer release`: design of the marks, recipients and their terms, and what is wrong with them.

The design says how many marks of which kind each copy has, what they cost, and how who gets which is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, count
from math import comb
from pathlib import Path

import duckdb

from tracer.case.memory import memory_case
from tracer.clock import today
from tracer.dossier.vocabulary import ID_PATTERN, LAWFUL_BASES, is_day, word_problem
from tracer.errors import InputRefused
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity
from tracer.visible import shape

BIASES: Mapping[str, tuple[float, ...]] = {"mix": (0.15, 0.5), "0.2": (0.2,), "0.5": (0.5,)}
"""Probabilities with which pool canaries are given to a copy, in turn. 0.2 is near the best where copies are merged,
0.5 where they are compared; the mix has the best worst case, and the attack is not known beforehand."""
MOST_WITHHELD = 0.05
"""Share of a list that a copy may lack: more is not a mark, it is another list."""
DENIED = 0.3
"""Withheld rows are drawn from a secret part of the list, of which each copy lacks each row with this probability. So
some are withheld from several copies, and stay away where three compare theirs and keep what most of them have."""
ENOUGH, SELDOM = 40, 0.01
"""Rows that each copy lacks where nothing is said: enough for a thousand copies, and no more than one in a hundred."""
LEAST_WITHHELD = 10
"""Fewer rows say too little to leave people out for them."""
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
_TITLES = 10
"""Rows at the top among which the headings are looked for."""


@dataclass(frozen=True)
class Design:
    """Marks of each kind."""

    unique: int = 5
    reserve: int = 0
    """Canaries of the kind `reserve`, known to few: they are in one copy alone too, for each copy."""
    pool: int = 0
    bias: str = "mix"
    """How they are shared: a key of `BIASES`."""
    pairs: bool = False
    """Whether every two copies share a canary that no third has."""
    withhold: float | None = 0.0
    """Share of the rows that each copy lacks; None: so many as are of use (`withheld_by_default`)."""
    choices: bool = False
    """Whether cells that the list writes in two ways are written in one of them by a code."""

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
    bias: float
    """Probability with which each copy was to get it."""
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
    accept_detectable: bool = False
    """Whether the copies are wanted even where their canaries stand out."""
    terms: Mapping[str, Terms] = field(default_factory=dict)
    """Recipient → what holds for its copy alone."""

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
    if problems:
        raise InputRefused.many(problems)


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


@dataclass(frozen=True)
class Recipients:
    """What a file of recipients says."""

    parties: tuple[str, ...]
    terms: Mapping[str, Terms]
    """Party → what the file says of its copy."""


def read_recipients(path: Path) -> Recipients:
    """Read a list (csv, txt, xlsx …) with a column `party`, and date, ends, purpose and use_basis where they differ.

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
    if problems:
        raise InputRefused.many(problems)
    if not first:
        raise InputRefused("no recipients", where=str(path), remedy="write one party id in each row")
    return Recipients(tuple(first), terms)


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
