"""What `charities` and `recruiters` have in common: rows that are merged, and days on which something happens.

A holder's database matches what comes in by the identifiers of its rows. A name that was given away and comes home
makes no new way, neither does an answer from the person. Where the newest wins, the last delivery is the first way.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeAlias, TypeVar

from tests.bench.zoo.makers.market_case import COUNTRIES, Dating, calendar, set_days, write_list, written
from tests.bench.zoo.makers.market_truth import Line, Specimen, Step, Upload, trace
from tests.bench.zoo.truth import Truth, write_manifest

NEVER = 9_999
UNDATED: Mapping[str, object] = {
    "dates": 0.0, "dating": Dating(one_day=True, unknown=0.3, exported=0.0, created=0.0, lives=0.1)
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who gives, or who looks for work."""

    given: str
    family: str
    town: int
    reach: tuple[str, str]  # number and address; a donor may lack one
    changes: int  # the day of a new number or address
    then: tuple[str, str]
    keen: float
    street: str = ""
    postcode: str = ""
    dies: int = NEVER
    profession: int = 0
    work_mail: str = ""
    licence: str = ""
    licensed: int | None = None
    spells: Sequence[tuple[int, int]] = ()

    def on(self, day: int) -> tuple[str, str]:
        """Number and address on a day."""
        return self.reach if day < self.changes else self.then


@dataclass(slots=True, eq=False)
class Row:
    """A person in one database."""

    number: int
    person: Person
    cells: dict[str, str]
    ways: list[Step]
    first: int  # of a donor's gifts; the day on which a candidate was put in
    last: int  # the person's last activity, as far as the holder knows: a copy carries the day that the giver had
    own: int  # the holder's own number
    touched: int  # the day on which the holder last changed it
    desk: int = 0
    amount: int = 0
    source: str = ""
    warm: bool = False  # has given to this holder

    def ids(self) -> list[str]:
        """What the row is matched by: first that which stands first among the cells."""
        return [v for k, v in self.cells.items() if v and k in ("phone", "email")]


Choice: TypeAlias = Callable[[list[Row]], list[Row]]


class Delivery(NamedTuple):
    """Rows that went from one database to another on a day; from these no truth is counted, they are for tests. Each:
    their row, my row, and what it did there: `new`, `first` (my cells come from there now), `further` (one more
    witness) or `nothing` (known, or our own row)."""

    day: int
    giver: str
    taker: str
    rows: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Setting:
    """What both trades can vary."""

    observe: float = 0.85
    observe_traders: float = 0.75  # of holders from whom many others have their rows
    twice: float = 0.15  # holders of whom a second, later export was obtained
    cut: float = 0.3  # exports that are a part of the database
    dates: float = 0.7  # exports with a column of days
    dating: Dating = field(default_factory=Dating)


class Database:
    """One holder's rows, and how it shows them. newest_wins: a copy that is more recent replaces the cells."""

    newest_wins: bool
    style: str
    own: int
    typos: float
    columns: Sequence[str]

    def __init__(self, name: str, role: str, label: str, market: Market[Any]) -> None:
        self.name, self.role, self.label, self.market, self.rng = name, role, label, market, market.rng
        self.rows: dict[int, Row] = {}
        self.index: dict[str, int] = {}
        self.quiet = NEVER  # from this day on nothing goes in or out: merged away
        self.lives, self.founded = True, 0
        self.origin: str | None = None
        self.ready = 0  # the day of the last delivery that comes in

    def find(self, ids: Iterable[str]) -> Row | None:
        """The row of the first of these identifiers that is known."""
        return next((self.rows[self.index[i]] for i in ids if self.index.get(i) in self.rows), None)

    def put(self, row: Row) -> None:
        """Keep a row under its identifiers of now; it is still found by those that it had."""
        self.rows[row.number] = row
        self.index.update(dict.fromkeys(row.ids(), row.number))

    def told(self, row: Row, cells: Mapping[str, str]) -> None:
        """Put in what is not empty."""
        row.cells |= {k: v for k, v in cells.items() if v}
        self.put(row)

    def copied(self, theirs: Row, day: int, how: str) -> Row:
        """A new row for one that nobody here matches."""
        raise NotImplementedError

    def receive(self, giver: Database, rows: Iterable[Row], day: int, how: str = "") -> None:
        """Merge rows of another database in: new rows, rows that take over the cells, witnesses. how: what the trade
        notes of the delivery."""
        log: list[tuple[int, int, str]] = []
        for r in rows:
            row = self.find(r.ids())
            if row is None:
                row, what = self.copied(r, day, how), "new"
                row.ways = [Step(self.name, row.number, day, w) for w in r.ways]
            else:
                known, own = {w.before for w in row.ways}, row.number
                back = [w for w in r.ways if any(s.row == own for s in w.back())]  # our own row comes home: no news
                fresh = [Step(self.name, own, day, w) for w in r.ways if w not in known and w not in back]
                ways, what = [*fresh, *row.ways], "further" if fresh else "nothing"
                if self.newest_wins and r.last > row.last and r.ways[0] not in back:
                    row.last, row.touched, what = r.last, day, "first"
                    first = [w for w in ways if w.before is r.ways[0]]
                    row.ways = first + [w for w in ways if w not in first]
                    self.told(row, r.cells)
                else:
                    row.ways += fresh
            log.append((r.number, row.number, what))
        self.market.deliveries.append(Delivery(day, giver.name, self.name, tuple(log)))

    def drop(self, gone: Callable[[Row], bool]) -> None:
        """Take rows out."""
        self.rows = {n: r for n, r in self.rows.items() if not gone(r)}

    def forget(self, client: str) -> None:
        """The contract ends: what the client handed over goes."""
        self.drop(lambda r: r.ways[0].before is not None and r.ways[0].before.holder == client)

    def export(self, day: int, rows: list[Row]) -> Specimen:
        """The rows as a file of this holder: its columns, its order, its way of writing."""
        raise NotImplementedError

    def shown(
        self, day: int, rows: Iterable[Row], all_columns: str, cells: Callable[[Row], Mapping[str, str]]
    ) -> Specimen:
        """The rows that have an identifier to show. cells: what a row says beside its own cells."""
        heads = dict(zip(all_columns.split(), COUNTRIES[self.market.country]["headings"], strict=True))
        lines = list[Line]()
        for r in rows:
            ids = frozenset(r.cells[c] for c in ("phone", "email") if c in self.columns and r.cells[c])
            if ids:
                v = {**r.cells, **cells(r), "phone": written(r.cells["phone"], self.market.country, self.style)}
                lines.append(Line(r.number, tuple(r.ways), ids, tuple(v[c] for c in self.columns)))
        return Specimen(self.name, day, lines, [heads[c] for c in self.columns], self.founded, self.lives, self.origin)


D = TypeVar("D", bound=Database)


class Market(Generic[D]):
    """Who is there and what happens on which day. A trade opens its databases and plans what comes; then play it."""

    trade: ClassVar[str]
    countries: ClassVar[tuple[str, ...]]  # of the seeds in turn
    end: ClassVar[int]
    traders: ClassVar[tuple[str, ...]]
    """How the names of those begin from whom many others have their rows."""
    ripe: ClassVar[tuple[int, int]]
    early: ClassVar[tuple[int, int]]
    """Exports are made from this day of the database on, and from this day of the market; some early, which do not show
    what came in later."""

    def __init__(self, seed: int, setting: Setting) -> None:
        self.seed, self.rng = seed, Random(f"{self.trade}/{seed}")
        self.country = self.countries[seed % len(self.countries)]
        self.bases: dict[str, D] = {}
        self.events: list[tuple[int, int, Callable[[], None]]] = []
        self.specimens: list[Specimen] = []
        self.deliveries: list[Delivery] = []
        self.uploads: list[Upload] = []
        self.relations: list[Mapping[str, object]] = []
        self.count = 0
        self.setting = setting

    def serial(self) -> int:
        """The number of a new row."""
        self.count += 1
        return self.count

    def at(self, day: int, action: Callable[..., None], *arguments: object) -> None:
        """Something happens on a day, after what was planned for it before."""
        self.events.append((day, len(self.events), partial(action, *arguments)))

    def copy(self, giver: D, taker: D, day: int, choose: Choice, how: str = "", least: int = 0) -> None:
        """Rows go from one database to another. choose: which of the giver's, who has `least` rows or gives nothing."""

        def deliver() -> None:
            if min(giver.quiet, taker.quiet) > day and len(giver.rows) >= least:
                taker.receive(giver, choose(list(giver.rows.values())), day, how)

        self.at(day, deliver)
        taker.ready = max(taker.ready, day)

    def part(self, rows: list[Row]) -> list[Row]:
        """What somebody exports who does not export all."""
        raise NotImplementedError

    def play(self) -> Self:
        """Let it all happen; `specimens` are what is found of it."""
        rng, s, end = self.rng, self.setting, self.end

        def take(b: D, day: int) -> None:
            rows = list(b.rows.values())
            x = b.export(day, self.part(rows) if rng.random() < s.cut and len(rows) > 900 else rows)
            if len(x.lines) >= 300:
                self.specimens.append(x)

        for b in self.bases.values():
            if rng.random() < (s.observe_traders if b.name.startswith(self.traders) else s.observe):
                low = min(max(b.ready + 5, b.founded + self.ripe[0], self.ripe[1]), end - 20)
                if rng.random() < 0.25:
                    low = min(low, max(b.founded + self.early[0], self.early[1]))
                days = [rng.randrange(low, end)]
                if rng.random() < s.twice and b.lives and days[0] < end - 60:
                    days.append(rng.randrange(days[0] + 50, end))
                for day in days:
                    self.at(day, take, b, day)
        for _, _, action in sorted(self.events, key=lambda e: e[:2]):
            action()
        while len(self.specimens) > 22:
            self.specimens.pop(rng.randrange(len(self.specimens)))
        return self

    def publish(self, folder: Path) -> Truth:
        """Name the lists so that the name tells nothing, write them with the manifest and `truth.json`."""
        rng, dating = Random(f"{self.trade}/{self.seed}/files"), self.setting.dating
        (folder / "lists").mkdir(parents=True, exist_ok=True)
        rng.shuffle(self.specimens)
        for n, x in enumerate(self.specimens, 1):
            x.id = f"list-{n:02d}"
        told = self.truth = trace(self.specimens, self.uploads)
        set_days(rng, self.specimens, told["edges"], dating)
        for x in self.specimens:
            write_list(x, folder, rng)
        write_manifest(
            folder, name=f"{self.trade} {self.seed}", region=self.country,
            parties=[{"id": b.name, "name": b.label, "role": b.role} for b in self.bases.values()],
            datasets=[self._dataset(x, told=rng.random() < dating.lives) for x in self.specimens],
            releases=filter(None, map(self._release, self.uploads)), relations=self.relations,
        )  # fmt: skip
        (folder / "truth.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return Truth(frozenset(told["edges"]), frozenset(told["possible"]))

    def _dataset(self, x: Specimen, *, told: bool) -> Mapping[str, object]:
        facts: dict[str, object] = {"id": x.id, "path": x.path, "holder": x.holder, "obtained": calendar(x.obtained)}
        facts |= {"created": calendar(x.created), "exported": calendar(x.exported), "origin": x.origin}
        facts["living"] = x.lives if told else None
        return facts

    def _release(self, u: Upload) -> Mapping[str, object] | None:
        own = [x for x in self.specimens if x.holder == u.client]
        if not u.documented or not own:
            return None
        days = {"date": calendar(u.day), "ends": calendar(u.ends), "purpose": "processing"}
        return {"dataset": min(own, key=lambda x: (abs(x.day - u.day), x.id)).id, "to": u.vendor, **days}
