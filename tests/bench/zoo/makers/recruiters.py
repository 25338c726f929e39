"""Recruiters' candidate databases: job boards, bought CV access, a scraped register, leavers with the data, vendors.

Copies drip (weekly downloads of whoever logged in lately, or a running synchronisation), they are refreshed, a new
agency starts with the rows that a leaver brought along, a register is copied by runs of the alphabet or by city,
candidates delete their account while the copies stay. The day of a row is the last login, the import or the licence.
The address that somebody gives a register is often that of the employer, a job board gets the private one: two lists
of the same people may agree in the number alone. Whoever changes details changes them where they log in next, and
nowhere else. Seeds give the countries in turn: France, the United States, India, Brazil.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any, Self

from tests.bench.zoo.makers.market_case import COUNTRIES, STYLES, Dating, Numbers, date_text, slip
from tests.bench.zoo.makers.market_play import NEVER, UNDATED, Choice, Database, Market, Person, Row
from tests.bench.zoo.makers.market_play import Setting as Common
from tests.bench.zoo.makers.market_truth import Specimen, Step, Upload
from tests.bench.zoo.truth import Truth

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "standard": {},
    "undated": UNDATED,
    "wrong-order": {"dating": Dating(lag=25, turned=0.95, straight=0.0, exported=0.15, created=0.2)},
    "heavy-merge": {"access": (2, 3), "dealers": 2, "lots": 4, "reciprocal": 3, "twice": 0.4, "scraping": 0.5},
    "register": {"boards": 2, "scrapers": 4, "scraping": 0.7, "access": (0, 1), "leavers": 1},
    "leavers": {"agencies": 4, "leavers": 6, "vendors": 1, "lots": 1, "access": (0, 1)},
    "hidden-boards": {"boards": 4, "agencies": 6, "observe_traders": 0.0, "access": (1, 2), "leavers": 1},
    "thin": {"one_identifier": 0.7, "cut": 0.7},
}
PEOPLE, END = 12_000, 640
CITY = ("Alvora", "Bramont", "Cordel", "Dessau-Port", "Elmina", "Fontane", "Garval", "Hestia")
REGULATED = 3  # the first three professions stand in the public register
COLUMNS = "name phone email profession city licence last first since own desk"
OPTIONAL = {"profession": 0.6, "city": 0.6, "own": 0.4, "desk": 0.2, "licence": 0.2}
NAMES = ("Orbis", "Talenta", "Kestrel", "Vireo", "Nordhaven", "Quayle", "Sable", "Tessel")
KINDS = ("Staffing", "People", "Careers", "Search", "Works", "Match")
ORDERS: Mapping[str, Callable[[Row], tuple[str | int, ...]]] = {
    "own": lambda r: (r.own,),
    "name": lambda r: (r.person.family, r.person.given, r.own),
    "last": lambda r: (-r.last, r.own),
    "city": lambda r: (r.person.town, r.own),
    "licence": lambda r: (r.cells["licence"], r.own),
    "first": lambda r: (-r.first, r.own),
}
ASCII = str.maketrans("áàâãäçéèêëíîïóôõöúûüÉÍ", "aaaaaceeeeiiioooouuuEI")


@dataclass(frozen=True)
class Setting(Common):
    """How many there are of whom, and what they do."""

    boards: int = 3
    agencies: int = 5
    scrapers: int = 1
    vendors: int = 2
    dealers: int = 1
    lots: int = 3
    leavers: int = 2
    access: tuple[int, int] = (0, 2)  # boards whose CVs an agency buys
    scraping: float = 0.2  # agencies that scrape the register themselves
    reciprocal: int = 1  # pairs of agencies that share fees, and candidates, a few a month
    one_identifier: float = 0.2  # lists that show numbers or addresses only


class TalentBase(Database):
    """A database of candidates."""

    order: str

    def __init__(self, name: str, role: str, label: str, market: Recruiters) -> None:
        super().__init__(name, role, label, market)
        rng = self.rng
        self.newest_wins = rng.random() < 0.55
        self.style = rng.choice(STYLES)
        self.typos, self.own = rng.uniform(0.001, 0.012), rng.choice((0, 5000, 700_000))
        self.desks = rng.choice((1, 3, 4))
        self.fields: set[int] = set()

    def new(self, person: Person, cells: dict[str, str], day: int, active: int) -> Row:
        """A row for somebody whom nobody here matches."""
        self.own += self.rng.choice((1, 1, 1, 2))
        number = self.market.serial()
        row = Row(number, person, cells, [], day, active, self.own, day, self.rng.randrange(self.desks))
        self.put(row)
        return row

    def copied(self, theirs: Row, day: int, how: str) -> Row:
        """how: `import` where the rows do not bring the giver's days of activity but get that of the import."""
        row = self.new(theirs.person, dict(theirs.cells), day, day if how == "import" else theirs.last)
        row.desk = theirs.desk % self.desks
        return row

    def contact(self, p: Person, day: int, *, work_mail: float = 0.0, active: int | None = None) -> None:
        """The candidate's own doing: a sign-up, an application, a login, a renewal. No new way for a known row."""
        phone, mail = p.on(day)
        mail = p.work_mail if self.rng.random() < work_mail else mail
        phone = slip(self.rng, phone) if self.rng.random() < self.typos else phone
        cells = {
            "name": f"{p.given} {p.family}", "email": mail, "phone": phone,
            "licence": p.licence if p.licensed is not None else "",
        }  # fmt: skip
        lacks = self.rng.random()
        if lacks < 0.2:
            cells["phone" if lacks < 0.12 else "email"] = ""
        row = self.find((mail, phone, *p.reach[::-1]))
        if row is None:
            row = self.new(p, cells, day, day)
            row.ways = [Step(self.name, row.number, day)]
        else:
            self.told(row, cells)
        row.last, row.touched = day if active is None else active, day

    def export(self, day: int, rows: list[Row]) -> Specimen:
        country = self.market.country
        rows = sorted(rows, key=ORDERS[self.order]) if self.order in ORDERS else self.rng.sample(rows, len(rows))
        style = ("us" if country == "US" else "slash") if self.rng.random() < 0.5 else "iso"
        professions = COUNTRIES[country]["professions"]

        def cells(r: Row) -> Mapping[str, str]:
            since = "" if r.person.licensed is None else date_text(r.person.licensed, style)
            days = {"last": date_text(r.last, style), "first": date_text(r.first, style), "since": since}
            own = {"own": str(r.own), "desk": f"D{r.desk + 1}"}
            return {**days, **own, "profession": professions[r.person.profession], "city": CITY[r.person.town]}

        return self.shown(day, rows, COLUMNS, cells)


def pages(rows: list[Row], low: float, share: float) -> list[Row]:
    """What a scraper gets of a directory that is paged by surname: one run of the alphabet, from `low` (0 to 1) on."""
    by_name = sorted(rows, key=lambda r: (r.person.family, r.number))
    return by_name[int(low * len(by_name)) : int((low + share) * len(by_name))]


def those(what: str, among: Container[int]) -> Choice:
    """The rows of which something is among these."""
    told = attrgetter(what)
    return lambda rows: [r for r in rows if told(r) in among]


class Recruiters(Market[TalentBase]):
    """The trade of one country."""

    trade, countries, end, traders = "recruiters", ("FR", "US", "IN", "BR"), END, ("board",)
    ripe, early = (60, 150), (40, 180)
    setting: Setting

    def __init__(self, seed: int, setting: Setting) -> None:
        super().__init__(seed, setting)
        rng = self.rng
        self.people = population(rng, self.country)
        self.starting: dict[int, list[Person]] = defaultdict(list)  # fortnight -> whose search begins
        for p in self.people:
            for start, _ in p.spells:
                self.starting[start // 14].append(p)
        self.labels = iter(rng.sample([f"{name} {kind}" for name in NAMES for kind in KINDS], 48))
        self.register = self.open("register", "public_source", -900, ("since",), ("licence", "name"))
        self.register.label = "Chamber of Registered Professions"
        self.register.columns = [*dict.fromkeys(["licence", *self.register.columns])]
        self.register.origin = "register" if seed % 8 < 4 else None
        for day in range(-300, END, 30):
            self.at(day, self.enrol, day)
        self.plan()

    def open(
        self, name: str, role: str, founded: int, days: Sequence[str] = ("last", "first", "first"),
        orders: Sequence[str] = ("own", "own", "name", "city", "shuffled", "last"), kind: str = "",
    ) -> TalentBase:  # fmt: skip
        """A new holder. days: of which it may show one; kind: what its name ends with."""
        rng, s = self.rng, self.setting
        label = "" if name == "register" else next(self.labels) + kind
        self.bases[name] = b = TalentBase(name, role, label, self)
        b.founded = founded
        reach = [rng.choice(("phone", "phone", "email"))] if rng.random() < s.one_identifier else ["phone", "email"]
        rest = [c for c, share in OPTIONAL.items() if rng.random() < share]
        when = [rng.choice(days)] if rng.random() < s.dates else []
        b.columns = (["name"] if rng.random() < 0.9 else []) + reach + rest + when
        b.order = rng.choice(orders)
        b.fields = set(rng.sample(range(8), rng.choice((2, 3))))
        return b

    def enrol(self, day: int) -> None:
        """Who got a licence enters the register, and renews once a year."""
        for p in self.people:
            if p.licensed is not None and p.licensed < day:
                enters = p.licensed >= day - 30 or day == -300
                if enters or (self.rng.random() < 0.6 and (day - p.licensed) % 365 < 30):
                    self.register.contact(p, day, work_mail=0.6, active=p.licensed)

    def grow_board(self, b: TalentBase) -> None:
        """Some who begin to look sign up, log in while looking, and may delete the account when it is over."""
        rng, share = self.rng, self.rng.uniform(0.12, 0.4)

        def fortnight(day: int) -> None:
            for p in self.starting[day // 14 - 1]:
                if rng.random() < share * min(1.6, 0.5 + p.keen / 3):
                    b.contact(p, day)
            for r in list(b.rows.values()):
                if any(start <= day < over for start, over in r.person.spells) and rng.random() < 0.2:
                    b.contact(r.person, day)
                elif r.last < day - 120 and rng.random() < 0.01:
                    del b.rows[r.number]

        for day in range(b.founded // 14 * 14 + 14, END, 14):
            self.at(day, fortnight, day)

    def grow_agency(self, b: TalentBase, low: int, high: int) -> None:
        """Applications each fortnight from people who look for work in the agency's professions."""
        rng, applicants = self.rng, self.rng.randrange(low, high)
        begin = {n: [p for p in ps if p.profession in b.fields] for n, ps in sorted(self.starting.items())}
        pace = rng.choice((0.0, 0.0, 1.5))  # steady, or more each year

        def fortnight(day: int) -> None:
            near = [p for n in range(day // 14 - 9, day // 14) for p in begin.get(n, [])]
            able = [p for p in near if any(start <= day < over for start, over in p.spells)]
            n = int(applicants * 14 / (END + 200) * (1 + pace * max(0, day) / END))
            if able:
                for p in rng.choices(able, [p.keen for p in able], k=n):
                    b.contact(p, day)

        for day in range(b.founded, END, 14):
            self.at(day, fortnight, day)

    def cv_access(self, board: TalentBase, b: TalentBase) -> None:
        """Each week up to a quota of those who logged in within 45 days, in the agency's professions."""
        start, weeks, quota = self.rng.randrange(60, 330), self.rng.randrange(6, 26), self.rng.randrange(25, 110)

        def fit(rows: list[Row], day: int) -> list[Row]:
            able = [r for r in rows if r.last > day - 45 and r.person.profession in b.fields]
            new = [r for r in able if (mine := b.find(r.ids())) is None or (b.newest_wins and mine.last < r.last)]
            return sorted(new, key=lambda r: (-r.last, r.number))[:quota]

        for day in range(start, start + 7 * weeks, 7):
            self.copy(board, b, day, partial(fit, day=day), "" if self.rng.random() < 0.3 else "import")

    def part(self, rows: list[Row], low: float = 0.45, high: float = 0.9) -> list[Row]:
        """How lots are cut here: the last active, the longest silent, some cities, some professions, or by chance."""
        rng = self.rng
        n = int(len(rows) * rng.uniform(low, high))
        cities, professions = rng.sample(range(8), 8), rng.sample(range(8), 8)
        keys: Sequence[Callable[[Row], float]] = (
            lambda r: -r.last, lambda r: r.last, lambda r: cities[r.person.town],
            lambda r: professions[r.person.profession], lambda _: rng.random(),
        )  # fmt: skip
        return sorted(rows, key=rng.choice(keys))[:n]

    def plan(self) -> None:
        """Everything that will happen."""
        s, rng = self.setting, self.rng
        days = ("last", "last", "first")
        boards = [
            self.open(f"board{n}", "platform", rng.randrange(-300, -60), days, ("last", "own", "first"), " Jobs")
            for n in range(s.boards)
        ]
        for b in boards:
            self.grow_board(b)
        agencies = [self.open(f"agency{n}", "client", rng.randrange(-150, 60)) for n in range(s.agencies)]
        for b in agencies:
            self.grow_agency(b, 900, 3200)
            for board in rng.sample(boards, min(len(boards), rng.randint(*s.access))):
                self.cv_access(board, b)
            if rng.random() < s.scraping:
                run = partial(pages, low=rng.uniform(0, 0.7), share=rng.uniform(0.1, 0.3))
                self.copy(self.register, b, rng.randrange(100, 420), run, "import")
        for n in range(2):
            self.grow_agency(self.open(f"alone{n}", "client", rng.randrange(-150, 0)), 1000, 3600)
        scrapers = [self.open(f"scraper{n}", "data_platform", 40, kind=" Data") for n in range(s.scrapers)]
        for b in scrapers:
            self.scrape(b, boards)
        vendors = [self.open(f"ats{n}", "system_vendor", 50, kind=" ATS") for n in range(s.vendors)]
        for n, b in enumerate(vendors):
            self.synchronise(b, agencies, keeps=n % 2 == 0)
        for b in vendors[::2]:  # the back end becomes a "talent pool" for somebody else
            others = [a for a in agencies if all((u.client, u.vendor) != (a.name, b.name) for u in self.uploads)]
            if others and rng.random() < 0.7:
                other, day = rng.choice(others), rng.randrange(400, 500)
                self.copy(b, other, day, partial(self.part, low=0.3, high=0.8), "" if rng.random() < 0.5 else "import")
        self.leave(agencies)
        for _ in range(s.reciprocal):
            self.exchange(*rng.sample(agencies, 2))
        self.sell([*boards, *scrapers, *vendors[::2]])

    def play(self) -> Self:
        super().play()
        scrapers = [name for name in self.bases if name.startswith("scraper") and self.rng.random() < 0.4]
        self.relations = [{"kind": "scrapes", "from": one, "to": "register", "basis": "documented"} for one in scrapers]
        return self

    def scrape(self, b: TalentBase, boards: Sequence[TalentBase]) -> None:
        """A part of the register, sometimes again later, and sometimes a part of a board."""
        rng = self.rng
        share, first = rng.uniform(0.25, 0.7), rng.randrange(40, 250)
        cities, run = those("person.town", rng.sample(range(8), 4)), rng.uniform(0, 1 - share)
        query = cities if rng.random() < 0.4 else partial(pages, low=run, share=share)
        self.copy(self.register, b, first, query)
        if rng.random() < 0.5:  # the second time brings whoever came since, and new details
            self.copy(self.register, b, first + 150, query)
        if rng.random() < 0.6:
            self.copy(rng.choice(boards), b, first + 60, partial(self.part, low=0.2, high=0.5))

    def synchronise(self, vendor: TalentBase, agencies: Sequence[TalentBase], *, keeps: bool) -> None:
        """Everything at the start of a contract, then every three weeks what has changed. keeps: what is there stays
        when the contract ends."""
        rng = self.rng
        for b in rng.sample(agencies, rng.choice((1, 2, 2))):
            start = rng.randrange(50, 220)
            u = Upload(b.name, vendor.name, start, start + rng.randrange(90, 220), rng.random() < 0.75)
            self.uploads.append(u)
            for day in range(start, u.ends, 21):
                since = -999 if day == start else day - 21
                self.copy(b, vendor, day, those("touched", range(since, END)))
            if not keeps:
                self.at(u.ends, vendor.forget, b.name)

    def leave(self, agencies: Sequence[TalentBase]) -> None:
        """Leavers found agencies with the rows of their desk or with all; some leave what another leaver founded."""
        rng, started = self.rng, list[TalentBase]()
        for n in range(self.setting.leavers):
            old = rng.choice([*agencies, *(b for b in started if b.founded < 330)])
            day = rng.randrange(max(150, old.founded + 80), 440)
            b = self.open(f"startup{n}", "client", day)
            b.fields = old.fields
            desks = [rng.randrange(old.desks)] if rng.random() < 0.5 else range(old.desks)
            self.copy(old, b, day, those("desk", desks))
            if rng.random() < 0.25:  # the friend who stayed sends what is new
                self.copy(old, b, day + 70, those("first", range(day, END)))
            self.grow_agency(b, 500, 2500)
            started.append(b)

    def exchange(self, a: TalentBase, b: TalentBase) -> None:
        """Two agencies send each other a few rows a month."""
        rng, size = self.rng, self.rng.choice((6, 12, 40))
        for day in range(rng.randrange(100, 200), 460, 30):
            for giver, taker in ((a, b), (b, a)):
                self.copy(giver, taker, day, lambda rows: rng.sample(rows, min(size, len(rows))), "import")

    def sell(self, sources: Sequence[TalentBase]) -> None:
        """Dealers collect; lots are put together once and do not live, may have lain for long, and may be sold on."""
        rng, s = self.rng, self.setting
        dealers = [self.open(f"dealer{n}", "data_trader", 200, kind=" Lists") for n in range(s.dealers)]
        for b in dealers:
            for source in rng.sample(sources, 2):
                self.copy(source, b, rng.randrange(200, 400), partial(self.part, low=0.3, high=0.9))
        lots: list[TalentBase] = []
        for n in range(s.lots):
            day = rng.randrange(380, 500)
            b = self.open(f"lot{n}", rng.choice(("contractor", "other")), day, kind=" Outreach")
            b.lives = False
            older = [x for x in lots if x.founded < day]
            for source in rng.sample([*dealers, *sources, *older], rng.choice((1, 1, 2))):
                self.copy(source, b, day, partial(self.part, low=0.25, high=0.8))
            lots.append(b)


def population(rng: Random, country: str) -> list[Person]:
    """People who look for work in spells."""
    numbers, people = Numbers(rng, country), list[Person]()
    given_names, heads, tails = (COUNTRIES[country][part] for part in ("given", "heads", "tails"))
    tail = rng.uniform(0.4, 1.0)
    for k, licensed in enumerate(sorted(rng.randrange(-900, END) for _ in range(PEOPLE))):
        given, family = rng.choice(given_names), rng.choice(heads) + rng.choice(tails)
        plain, profession, city = f"{given}.{family}".lower().translate(ASCII), rng.randrange(8), rng.randrange(8)

        def mail(plain: str = plain) -> str:
            return f"{plain}{rng.randrange(1, 99_999)}@{rng.choice(('novamail', 'lettra', 'inboxia'))}.example"

        employer = f"{rng.choice(tails)}{rng.randrange(80)}-works.example".translate(ASCII)
        work = f"{plain[0]}{plain.split('.')[1]}{rng.randrange(1, 999)}@{employer}"
        start = rng.randrange(-300, END)
        spells = [(start, start + rng.randrange(40, 160))]
        start = rng.randrange(0, END)
        if rng.random() < 0.4:
            spells.append((start, start + rng.randrange(30, 120)))
        regulated = profession < REGULATED and rng.random() < 0.92
        phone, old = numbers.draw(city), mail()
        changes = rng.randrange(0, END) if rng.random() < 0.18 else NEVER
        both = changes < END and rng.random() < 0.4  # US 555-01xx has no numbers to waste
        new_phone = numbers.draw(city) if changes < END and (both or rng.random() < 0.5) else phone
        then = new_phone, mail() if both or rng.random() < 0.4 else old
        p = Person(given, family, city, (phone, old), changes, then, rng.paretovariate(1.3) ** tail)
        p.profession, p.work_mail, p.spells = profession, work, spells
        p.licensed, p.licence = licensed if regulated else None, f"R{profession}{100_000 + k}"
        people.append(p)
    rng.shuffle(people)
    return people


def build(folder: Path, seed: int, **settings: Any) -> Truth:
    """Write `case.toml`, `lists/*` and `truth.json`."""
    return Recruiters(seed, Setting(**settings)).play().publish(folder)
