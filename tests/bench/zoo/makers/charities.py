"""Charities' donor files: reciprocal swaps, rented names, a co-operative pool, agencies, house-file mergers, a bureau.

Some people can be reached by number, some by mail, some by both; a couple may share one number, and then is one row.
Files grow in appeals (Advent, disasters that move the same generous people to give to many charities in the same
weeks). The day of a row is its last gift: it moves with every answer, and a copy carries the day that the giver had.
Rented names stay only with those who keep what they should use once; a pool hands out people whom two members share,
never the taker's own; whoever has died or moved is taken out by matching a bureau's file, which gives nothing to
anybody. Seeds are British when odd, German when even.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from tests.bench.zoo.makers.market_case import COUNTRIES, STYLES, Dating, Numbers, date_text, slip
from tests.bench.zoo.makers.market_play import NEVER, UNDATED, Database, Market, Person, Row
from tests.bench.zoo.makers.market_play import Setting as Common
from tests.bench.zoo.makers.market_truth import Specimen, Step, Upload
from tests.bench.zoo.truth import Truth

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "standard": {},
    "undated": UNDATED,
    "wrong-order": {"dating": Dating(lag=30, turned=0.95, straight=0.0, exported=0.15, created=0.2)},
    "heavy-merge": {"charities": 7, "pool_members": 6, "swaps": 7, "rentals": 8, "mergers": 2, "twice": 0.4,
                    "keep_rented": 0.9},
    "rented-once": {"keep_rented": 0.0, "rentals": 12, "swaps": 3, "pool_members": 2},
    "hidden-traders": {"observe_traders": 0.0, "observe": 0.95, "callers": 8, "charities": 5, "rentals": 9},
    "scrubbed": {"scrub": 1.0, "cut": 0.6},
}  # fmt: skip
PEOPLE = 13_000
CAUSES = ("animals", "hunger", "children", "health", "church", "rivers", "heritage", "refuge")
COLUMNS = "given family phone email street town postcode first last amount own source"
OPTIONAL = {"street": 0.5, "town": 0.5, "postcode": 0.7, "amount": 0.35, "own": 0.4, "source": 0.2}
NAMES = ("Lanternfield", "Greywater", "Ninebarrow", "Saltmarsh", "Hollin", "Amberley Down", "Starrow", "Foxglove")
KINDS = ("Trust", "Relief", "Fund", "Guild", "Hilfe", "Stiftung")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Setting(Common):
    """How many there are of whom, and what they do."""

    charities: int = 6
    callers: int = 3
    pool_members: int = 3
    swaps: int = 4
    rentals: int = 5
    mergers: int = 1
    keep_rented: float = 0.6  # charities that keep every rented name; the others keep those who answer
    scrub: float = 0.5


class HouseFile(Database):
    """A file of donors: gifts, bought rows, merges, retirement."""

    def __init__(self, name: str, role: str, label: str, market: Charities) -> None:
        super().__init__(name, role, label, market)
        rng = self.rng
        self.own = rng.choice((1, 1000, 40_000))
        self.typos = rng.uniform(0.002, 0.015)
        self.newest_wins = rng.random() < 0.5
        self.style = rng.choice(STYLES)
        reach = rng.choice((["phone", "email"],) * 5 + (["phone"], ["email"]))
        when = [rng.choice(("last", "last", "first"))] if rng.random() < market.setting.dates else []
        rest = [c for c, share in OPTIONAL.items() if rng.random() < share]
        columns = (["given", "family"] if rng.random() < 0.9 else []) + reach + rest + when
        self.columns = rng.sample(columns, len(columns)) if rng.random() < 0.3 else columns
        self.founded = -1

    def new(self, person: Person, cells: dict[str, str], day: int, source: str, *, warm: bool) -> Row:
        """A row for somebody whom nobody here matches."""
        self.own += 1
        row = Row(self.market.serial(), person, cells, [], day, day, self.own, day, source=source, warm=warm)
        self.put(row)
        return row

    def copied(self, theirs: Row, day: int, how: str) -> Row:
        row = self.new(theirs.person, dict(theirs.cells), day, how, warm=False)
        row.last = theirs.last
        return row

    def gift(self, donor: Person, day: int) -> None:
        """Somebody answers: a row of one's own, or news on the one that is there. Answering makes no new way."""
        phone, email = donor.on(day)
        if self.rng.random() < self.typos and phone:
            phone = slip(self.rng, phone)
        cells = {
            "given": donor.given, "family": donor.family, "phone": phone, "email": email, "street": donor.street,
            "town": COUNTRIES[self.market.country]["towns"][donor.town], "postcode": donor.postcode,
        }  # fmt: skip
        if phone and email and self.rng.random() < 0.25:
            cells[self.rng.choice(("phone", "email"))] = ""
        row = self.find((*donor.on(day), *donor.reach))
        if row is None:
            row = self.new(donor, cells, day, "", warm=True)
            row.ways = [Step(self.name, row.number, day)]
        elif self.rng.random() < 0.5:
            self.told(row, cells)
        row.first = row.first if row.warm else day
        row.last, row.amount, row.warm = day, self.rng.choice((5, 10, 10, 20, 25, 50, 100)), True

    def lapse(self, day: int) -> None:
        """Out goes who gave nothing for two years, or was bought in and never gave to us for more than one."""
        self.drop(lambda r: r.last < day - (700 if r.warm else 420))

    def scrub(self, bureau: HouseFile) -> None:
        """Rows whose number or address stands in the bureau's file go: the bureau knows the old ones."""
        self.drop(lambda r: bureau.find(r.ids()) is not None)

    def export(self, day: int, rows: list[Row]) -> Specimen:
        rng, country = self.rng, self.market.country
        how = rng.choice(("own", "own", "own", "name", "code", "last", "shuffled"))
        if how == "shuffled":
            rng.shuffle(rows)
        elif how == "name":
            rows.sort(key=lambda r: (r.cells["family"], r.cells["given"], r.own))
        elif how == "code":
            rows.sort(key=lambda r: (r.cells["postcode"], r.own))
        else:
            rows.sort(key=lambda r: (-r.last if how == "last" else 0, r.own))
        style = rng.choice(("iso", "slash" if country == "GB" else "dot"))

        def cells(r: Row) -> Mapping[str, str]:
            first = date_text(r.first, style) if r.warm else ""
            more = {"amount": str(r.amount or ""), "own": str(r.own), "source": r.source}
            return {"first": first, "last": date_text(r.last, style), **more}

        return self.shown(day, rows, COLUMNS, cells)


class Charities(Market[HouseFile]):
    """The trade of one country."""

    trade, countries, end, traders = "charities", ("DE", "GB"), 760, ("pool", "broker", "raffle")
    ripe, early = (150, 0), (120, 200)
    setting: Setting

    def __init__(self, seed: int, setting: Setting) -> None:
        super().__init__(seed, setting)
        rng, self.numbers = self.rng, Numbers(self.rng, self.country)
        self.tail = rng.uniform(0.5, 1.2)  # of generosity, whose weight differs from seed to seed
        self.people: list[Person] = []
        while len(self.people) < PEOPLE:
            self.household()
        self.likes = {
            c: list(accumulate(p.keen * (1.0 if rng.random() < 0.3 else 0.08) for p in self.people)) for c in CAUSES
        }
        self.disasters = sorted(rng.sample(range(40, self.end - 60), 3))
        self.labels = iter(rng.sample([f"{name} {kind}" for name in NAMES for kind in KINDS], 40))
        self.bureau = self.open("bureau", "public_source", "Register of the Departed")
        self.bureau.founded, self.bureau.origin = -30, "register" if seed % 4 < 2 else None
        for day in range(0, self.end, 30):
            self.at(day, self.notice, day)
        self.plan()

    def household(self) -> None:
        """People of one family and address, some of whom share one number."""
        rng, told = self.rng, COUNTRIES[self.country]
        town = rng.randrange(9)
        family = rng.choice(told["heads"]) + rng.choice(told["tails"])
        shared = self.numbers.draw(town) if rng.random() < 0.15 else ""
        if self.country == "GB":  # postcodes that no place has
            postcode = f"Q{'ABCDEFGHJ'[town]}{rng.randrange(1, 29)} {rng.randrange(1, 9)}ZZ"
            street = f"{rng.randrange(1, 140)} {rng.choice(told['streets'])}"
        else:
            postcode = f"00{town + 1}{rng.randrange(10, 99)}"
            street = f"{rng.choice(told['streets'])} {rng.randrange(1, 140)}"
        for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
            given, old = rng.choice(told["given"]), rng.random() < 0.45
            phone = (shared or self.numbers.draw(town)) if rng.random() < (0.9 if old else 0.7) else ""
            email = "" if phone and rng.random() < (0.6 if old else 0.15) else self.mail(given, family)
            new_phone = phone if rng.random() < 0.4 else self.numbers.draw()
            then = new_phone, email if rng.random() < 0.7 else self.mail(given, family)
            moves = rng.randrange(-200, self.end) if rng.random() < 0.14 else NEVER
            dies = rng.randrange(0, self.end) if old and rng.random() < 0.12 else NEVER
            keen = rng.paretovariate(1.2) ** self.tail
            self.people.append(
                Person(given, family, town, (phone, email), moves, then, keen, street, postcode, dies=dies)
            )

    def mail(self, given: str, family: str) -> str:
        """A new address."""
        provider = self.rng.choice(("brightpost", "fernmail", "quillbox", "tidewire"))
        plain = f"{given}.{family}".lower().translate(UMLAUTS)
        return f"{plain}{self.rng.randrange(1, 99_999)}@{provider}.example"

    def open(self, name: str, role: str, label: str) -> HouseFile:
        """A new holder."""
        self.bases[name] = HouseFile(name, role, label, self)
        return self.bases[name]

    def select(self, rows: Sequence[Row], how: str, n: int) -> list[Row]:
        """How this trade cuts a list: by recency, by value, by postcode areas, or every k-th name (`nth`)."""
        if how == "nth":
            step = max(2, round(len(rows) / max(1, n)))
            return list(rows[self.rng.randrange(step) :: step])
        towns = self.rng.sample(range(9), 9) if how == "towns" else []

        def rank(r: Row) -> tuple[int, int]:
            return towns[r.person.town] if towns else -r.last if how == "recent" else -r.amount, r.number

        return sorted(rows, key=rank)[:n]

    def part(self, rows: list[Row]) -> list[Row]:
        how = self.rng.choice(("recent", "towns", "nth"))
        return self.select(rows, how, int(len(rows) * self.rng.uniform(0.45, 0.9)))

    def hand_over(
        self, giver: HouseFile, taker: HouseFile, day: int, *, how: str, n: int, keep: float = 1.0, known: bool = False
    ) -> None:  # fmt: skip
        """keep: share that the taker keeps of names rented for one use. known: also whom the taker has."""

        def choose(rows: list[Row]) -> list[Row]:
            rows = [r for r in rows if known or taker.find(r.ids()) is None]
            rows = self.select(rows, how, min(n, len(rows)))
            if keep < 1:
                rows = sorted(rows, key=lambda r: self.rng.random() / r.person.keen)[: int(keep * len(rows))]
            return rows

        self.copy(giver, taker, day, choose, f"{giver.name[:2].upper()}{day:03d}{how[0].upper()}", least=120)

    def swap(self, a: HouseFile, b: HouseFile, day: int, n: int) -> None:
        """Name for name, each cleared of whom the other has, both chosen before either arrives."""

        def deliver() -> None:
            if min(a.quiet, b.quiet) > day:
                give, take = (
                    [r for r in one.rows.values() if r.warm and other.find(r.ids()) is None]
                    for one, other in ((a, b), (b, a))
                )
                k = min(n, len(give), len(take))
                give, take = self.select(give, "recent", k), self.select(take, "recent", k)
                b.receive(a, give, day, f"SW{day:03d}")
                a.receive(b, take, day, f"SW{day:03d}")

        self.at(day, deliver)
        a.ready, b.ready = max(a.ready, day), max(b.ready, day)

    def share(self, f: HouseFile, pool: HouseFile) -> None:
        """A member gives to the pool first. Then it takes people whom at least two members gave, none of its own."""
        for day in range(self.rng.randrange(80, 140), 560, 150):
            self.hand_over(f, pool, day, how="recent", n=2500, known=True)

        def choose(rows: list[Row]) -> list[Row]:
            least = min(2, self.setting.pool_members - 1)
            givers = [(r, {w.before.holder for w in r.ways if w.before is not None} - {f.name}) for r in rows]
            rows = [r for r, others in givers if len(others) >= least and f.find(r.ids()) is None]
            return self.select(rows, "recent", self.rng.randrange(350, 1000))

        for day in self.rng.sample(range(330, 640), self.rng.choice((1, 2))):
            self.copy(pool, f, day, choose, f"CO{day:03d}")

    def notice(self, day: int) -> None:
        """The bureau hears of most who died or moved in the last month."""
        for p in self.people:
            if day - 30 <= min(p.dies, p.changes) < day and self.rng.random() < 0.85:
                self.bureau.gift(replace(p, changes=NEVER), day)

    def appeals(self, f: HouseFile, most: int, start: tuple[int, int], *, relief: bool = False) -> None:
        """Growth in appeals, more in Advent; a disaster brings all relief charities the same generous people."""
        rng = self.rng
        size, likes = rng.randrange(1200, most), self.likes[rng.choice(CAUSES)]
        f.founded = rng.randrange(*start)
        days = [(d, 2.5 if (d + 60) % 365 > 320 else 1.0) for d in range(f.founded, self.end, rng.randrange(35, 70))]
        days += [(d + rng.randrange(2, 20), 4.0) for d in self.disasters if relief and d > f.founded]
        whole = sum(w for _, w in days) + 6

        def appeal(day: int, n: int) -> None:
            if f.quiet <= day:
                return
            for p in rng.choices(self.people, cum_weights=likes, k=n):
                if p.dies > day:
                    f.gift(p, day)
            for row in list(f.rows.values()):
                if row.person.dies > day and rng.random() < 0.05 * min(2.0, row.person.keen):
                    f.gift(row.person, day)

        for day, weight in [(f.founded, 6), *days]:
            self.at(day, appeal, day, int(size * weight / whole))

    def plan(self) -> None:
        """Everything that will happen."""
        s, rng, labels = self.setting, self.rng, self.labels
        charities = [self.open(f"charity{n}", "client", next(labels)) for n in range(s.charities)]
        for n, f in enumerate(charities):
            self.appeals(f, 3900, (-200, 120), relief=n % 2 == 0)
        for n in range(2):
            self.appeals(self.open(f"alone{n}", "platform", next(labels)), 3900, (-200, 100), relief=n == 0)
        raffles = [self.open(f"raffle{n}", "platform", next(labels) + " Lottery") for n in range(2)]
        for f in raffles:
            self.appeals(f, 3600, (-100, 50))
        broker = self.open("broker0", "data_trader", next(labels) + " Lists")
        agencies = [self.open(f"agency{n}", "system_vendor", next(labels) + " Mailing House") for n in range(3)]
        callers = [self.open(f"caller{n}", "contractor", next(labels) + " Telephone") for n in range(s.callers)]
        pool = self.open("pool", "data_platform", "Commonwell Co-operative")
        for f in (broker, *agencies, *callers, pool):
            f.founded = 60
        for f in rng.sample(charities, 3) + rng.sample(raffles, 1):  # who lets names, loaded again every half year
            for day in range(rng.randrange(60, 160), 420, 180):
                how = rng.choice(("recent", "value"))
                self.hand_over(f, broker, day, how=how, n=rng.randrange(500, 1500), known=True)
        for n, a in enumerate(agencies):
            self.campaigns(a, charities, callers, keeps=n % 2 == 0)
        for f in rng.sample(charities, min(s.pool_members, len(charities))):
            self.share(f, pool)
        for _ in range(s.swaps):
            a, b = rng.sample(charities, 2)
            self.swap(a, b, rng.randrange(150, 560), rng.randrange(150, 700))
        for f in (rng.choice(charities) for _ in range(s.rentals)):
            keep = 1.0 if rng.random() < s.keep_rented else rng.uniform(0.06, 0.2)
            giver, day = rng.choice([broker, *raffles]), rng.randrange(200, 600)
            how = rng.choice(("nth", "towns", "value"))
            self.hand_over(giver, f, day, how=how, n=rng.randrange(300, 1200), keep=keep)
        for n, f in enumerate(callers):  # lots that do not live; a caller may sell its lot on, months later
            f.lives, f.founded = False, rng.randrange(330, 470)
            for _ in range(rng.choice((1, 1, 2))):
                giver = rng.choice([broker, *raffles, *agencies[::2], *callers[:n]])
                how = rng.choice(("nth", "towns", "recent"))
                self.hand_over(giver, f, f.founded, how=how, n=rng.randrange(400, 1600))
        self.retire(charities)

    def campaigns(
        self, agency: HouseFile, charities: Sequence[HouseFile], callers: Sequence[HouseFile], *, keeps: bool
    ) -> None:
        """Clients' files for a campaign. keeps: the agency does not delete them, and hands some on to somebody else."""
        rng = self.rng
        clients = rng.sample(charities, rng.choice((1, 2, 2)))
        for f in clients:
            day = rng.randrange(90, 260)
            u = Upload(f.name, agency.name, day, day + rng.randrange(50, 140), rng.random() < 0.75)
            self.uploads.append(u)
            self.hand_over(f, agency, day, how="recent", n=4000, known=True)
            if not keeps:
                self.at(u.ends, agency.forget, f.name)
        if keeps:
            other = rng.choice([f for f in (*charities, *callers) if f not in clients])
            self.hand_over(agency, other, rng.randrange(420, 560), how="nth", n=rng.randrange(400, 1100))

    def retire(self, charities: Sequence[HouseFile]) -> None:
        """Files end in others, and rows go when they are old or the bureau has them."""
        rng = self.rng
        for _ in range(self.setting.mergers):  # both lists exist, the older one stops
            a, b = rng.sample(charities, 2)
            if a.quiet == b.quiet == NEVER:
                day = rng.randrange(480, 620)
                self.hand_over(b, a, day, how="recent", n=9999, known=True)
                self.at(day, setattr, b, "quiet", day)
        for f in charities:
            if rng.random() < self.setting.scrub:
                for day in range(rng.randrange(200, 300), self.end, 180):
                    self.at(day, f.scrub, self.bureau)
            for day in range(400, self.end, 120):
                self.at(day, f.lapse, day)


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Write `case.toml`, `lists/*` and `truth.json`."""
    return Charities(seed, Setting(**settings)).play().publish(folder)
