"""The world of the maker `abroad`: who lives in Brazil and the United Kingdom, and the lists that come about there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Rows: TypeAlias = npt.NDArray[np.void]
Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

LAST = 1_150  # day until which platforms are kept
LARGE = 6_000  # rows of a list that is sold
ROW = np.dtype(
    [(name, "i8") for name in ("person", "name", "right", "mail", "serial", "chain")]
    + [(name, "f8") for name in ("signed", "added", "deleted", "corrected")]
)
# name, right: the name as it was entered and as it is corrected, of World.names; chain: of World.chains, the lists
# through which the row came to where it is.


class Country(NamedTuple):
    """Places with the beginnings of their numbers, and what people and columns are called."""

    places: Sequence[tuple[str, str]]
    shares: Sequence[float] | None
    first: str
    last: str
    headers: Mapping[str, Sequence[str]]
    words: tuple[str, str, str]  # region, list, party


COUNTRIES = {
    "br": Country(
        (("São Paulo", "11"), ("Rio de Janeiro", "21"), ("Curitiba", "41"), ("Porto Alegre", "51"), ("Salvador", "71"),
         ("Recife", "81"), ("Belo Horizonte", "31"), ("Fortaleza", "85")),
        (0.3, 0.18, 0.09, 0.08, 0.09, 0.08, 0.1, 0.08),
        "Ana Bruna Caio Davi Elisa Fabio Gilda Heitor Iara Jonas Karina Leandro Marta Nilo Olavia Paulo Quim Renata "
        "Saulo Tais Ugo Vera Wilma Xico Yara Zeca",
        "Albarim Bentuva Carvoso Duravel Estremiz Fontaneda Guarilho Horizal Imbatero Jacundino Lavrador Morovel "
        "Nogatti Outeiral Pedrosim Quintavo Ribamonte Salvaterro Tavirez Urucante Vasquim Xavantino Zanterra",
        {"tel": ("Telefone", "Celular", "Fone", "Tel. contato"), "name": ("Nome", "Nome completo", "Cliente"),
         "mail": ("E-mail", "Email"), "city": ("Cidade", "Município"), "day": ("Data de cadastro", "Cadastrado em"),
         "serial": ("Código", "ID")},
        ("BR", "lista", "parte"),
    ),
    "uk": Country(
        (("Leeds", "0113496"), ("Sheffield", "0114496"), ("Nottingham", "0115496"), ("Leicester", "0116496"),
         ("Bristol", "0117496"), ("Reading", "0118496"), ("Birmingham", "0121496"), ("Edinburgh", "0131496"),
         ("Glasgow", "0141496"), ("Liverpool", "0151496"), ("Manchester", "0161496"), ("London", "0207946"),
         ("Tyneside", "0191498"), ("Belfast", "02896496"), ("Cardiff", "0292018"), ("Unterland", "01632960"),
         ("Mobile", "07700900")),
        None,
        "Alfie Beth Colin Daisy Edwin Fern Gareth Hattie Ivor Jodie Keith Lottie Moira Niall Owen Poppy Quentin Rhys "
        "Sian Tess Una Vince Wendy Yvette Zara",
        "Ashbourn Birtwick Cravendale Dunmoor Ellerbeck Farthwaite Grimsdyke Holloway-Pike Inglethorpe Jarvisson "
        "Kettlewick Lowmere Marblethwaite Netherby Oakhanger Pennistow Quarrendon Rushwick Stavelock Thornaby Ulverson "
        "Wetherlam Yarrowby",
        {"tel": ("Telephone", "Phone No.", "Contact number", "Tel"), "name": ("Name", "Full name", "Customer"),
         "mail": ("E-mail", "Email address"), "city": ("Town", "Post town"), "day": ("Date added", "Registered"),
         "serial": ("Ref", "ID")},
        ("GB", "list", "party"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """Where the market is, how large, how much of it is found, and what the manifest says of it."""

    country: str = "br"
    people: int = 60_000
    steep: float = 1.2  # how differently often people are met
    collectors: tuple[int, int] = (2, 4)
    platforms: tuple[int, int] = (1, 1)
    sales: tuple[int, int] = (6, 9)
    merge: float = 0.25  # how often a seller buys two or three lists
    hidden: float = 0.2  # share of the lists of which nothing is found
    created: float = 0.6  # share of the lists of which it is said when they were made
    wrong: float = 0.0  # share of those days that are wrong
    lacking: float = 0.15  # share of the lists of which it is not said when they were obtained
    cells: bool = True  # whether there is anything but numbers
    own: bool = False  # whether some platforms say that their list is their own


@dataclass(eq=False)
class Listing:
    """A list in the hands of somebody."""

    at: int
    role: str
    holder: int
    born: int
    style: int  # in which names are entered
    rows: Rows = field(default_factory=lambda: np.zeros(0, ROW))
    living: bool = False
    sources: list[tuple[int, int]] = field(default_factory=list)  # lists, and the days on which they were taken
    serials: bool = False
    days: bool = False

    def state(self, day: float) -> Rows:
        """What the list shows on a day."""
        rows = np.compress((self.rows["added"] <= day) & (self.rows["deleted"] > day), self.rows)
        corrected = rows["corrected"] <= day
        rows["name"] = np.where(corrected, rows["right"], rows["name"])
        rows["corrected"], rows["deleted"] = np.where(corrected, np.inf, rows["corrected"]), np.inf
        return rows


class World:
    """Everybody who can be in a list, and the lists."""

    def __init__(self, setting: Setting, rng: np.random.Generator) -> None:
        self.setting, self.rng, self.country = setting, rng, COUNTRIES[setting.country]
        count, places = setting.people, self.country.places
        self.fame = rng.lognormal(0, setting.steep, count)
        if self.country.shares:  # 90 and seven digits: a block of mobile numbers that was not allotted
            self.place = rng.choice(len(places), count, p=self.country.shares)
            tails = [f"90{number}" for number in rng.choice(9_000_000, count, replace=False) + 1_000_000]
        else:  # the numbers that are set aside for films, a thousand in each place
            numbers = rng.permutation(1_000 * len(places))[:count]
            self.place = numbers // 1_000
            tails = [f"{number % 1_000:0{11 - len(places[number // 1_000][1])}}" for number in numbers.tolist()]
        self.numbers = [places[place][1] + tail for place, tail in zip(self.place.tolist(), tails, strict=True)]
        first, last = self.country.first.split(), self.country.last.split()
        self.first = rng.choice(first, count).tolist()
        self.middle, self.last = rng.choice(last, (2, count)).tolist()
        self.names: list[str] = []
        self.chains: list[tuple[int, ...]] = []
        self.lists: list[Listing] = []

    def add(self, role: str, holder: int, born: int) -> Listing:
        """A list that comes up on a day."""
        one = Listing(len(self.lists), role, holder, born, int(self.rng.integers(4)))
        self.lists.append(one)
        return one

    def draw(self, count: int, by_place: bool = True) -> Ints:
        """As many people, the known first, as one collects them: with a taste for places, at times in one half."""
        weights = self.fame
        if by_place:
            weights = weights * self.rng.dirichlet(np.full(len(self.country.places), 1.5))[self.place]
        if self.rng.random() < 0.4:
            weights = weights * (self.rng.random(len(weights)) < 0.5)
        ranks = self.rng.exponential(1, len(weights)) / (weights + 1e-12)
        return np.argsort(ranks)[: min(count, len(weights) // 3)]

    def named(self, texts: Iterable[str]) -> Ints:
        """Where the names are kept from now on."""
        before = len(self.names)
        self.names += texts
        return np.arange(before, len(self.names))

    def name(self, person: int, style: int) -> str:
        """A person's name in one of the ways of entering it."""
        first, middle, last = self.first[person], self.middle[person], self.last[person]
        return (f"{first} {middle} {last}", f"{first} {last}", f"{last}, {first}", f"{first} {middle[0]}. {last}")[
            style
        ]

    def mail(self, person: int) -> str:
        """A person's mail address."""
        name = f"{self.first[person]}.{self.last[person]}{person}".lower()
        return f"{name}@example.{('com', 'org', 'net')[person % 3]}"

    def slip(self, text: str) -> str:
        """The text with a letter left out, turned round or mistaken."""
        at, how = int(self.rng.integers(1, len(text) - 1)), self.rng.random()
        if how < 0.4:
            return text[:at] + text[at + 1 :]
        if how < 0.7:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        return text[:at] + "aeiourstln"[self.rng.integers(10)] + text[at + 1 :]

    def slipped(self, names: Ints, share: float) -> Ints:
        """The names, some of them mistyped."""
        names, slips = names.copy(), self.rng.random(len(names)) < share
        names[slips] = self.named([self.slip(self.names[name]) for name in names[slips].tolist()])
        return names

    def entered(self, one: Listing, who: Ints, days: Floats, start: int, mail: float) -> Rows:
        """Rows of people who come into a list on these days."""
        rows = np.zeros(len(who), ROW)
        right = self.named([self.name(person, one.style) for person in who.tolist()])
        rows["person"], rows["name"], rows["signed"], rows["added"] = who, self.slipped(right, 0.025), days, days
        rows["right"], rows["mail"] = rows["name"], self.rng.random(len(who)) < mail
        rows["serial"], rows["deleted"], rows["corrected"] = start + np.arange(len(who)), np.inf, np.inf
        self.chains.append((one.at,))
        rows["chain"] = len(self.chains) - 1
        return rows

    def collect(self, holder: int) -> None:
        """Somebody gathers a list once."""
        rng = self.rng
        one = self.add("data_platform", holder, int(rng.integers(30, 500)))
        who = self.draw(int(np.exp(rng.uniform(np.log(1_500), np.log(5_000)))))
        one.rows = self.entered(one, who, np.full(len(who), float(one.born)), 1, rng.uniform(0, 0.6))
        if rng.random() < 0.3:
            one.days, one.rows["signed"] = True, one.born - rng.integers(0, 200, len(who))

    def open(self, holder: int) -> None:
        """A platform which people join, leave, and tell their right names."""
        rng, one = self.rng, self.add("platform", holder, 0)
        one.living = one.serials = one.days = True
        who = self.draw(int(rng.uniform(4_500, 9_000)))
        days = np.sort(LAST * rng.random(len(who)) ** rng.uniform(0.8, 1.3))
        one.rows = self.entered(one, who, days, 100_000, rng.uniform(0.2, 0.8))
        leave, correct = (rng.random(len(who)) < rng.uniform(*often) for often in ((0.1, 0.4), (0.05, 0.15)))
        one.rows["deleted"] = np.where(leave, days + rng.exponential(500, len(who)), np.inf)
        one.rows["corrected"] = np.where(correct, days + rng.exponential(400, len(who)), np.inf)
        one.rows["right"][correct] = self.named([self.name(person, one.style) for person in who[correct].tolist()])

    def sell(self, day: int, holder: int) -> bool:
        """Somebody buys and makes a list of it for sale; whether there was anything to buy."""
        rng = self.rng
        offered = [one for one in self.lists if one.born <= day - 5 and len(one.state(day)) > 800]
        if not offered:
            return False
        weights = np.array([1.0 + len(one.sources) for one in offered])
        count = 1 if rng.random() > self.setting.merge else min(int(rng.integers(2, 4)), len(offered))
        bought = rng.choice(len(offered), count, replace=False, p=weights / weights.sum()).tolist()
        one = self.add("data_trader", holder, day + int(rng.integers(1, 25)))
        rows = np.concatenate([self.taken(offered[which], one, day) for which in bought])
        one.rows = self.worked(one, rows)
        if rng.random() < 0.2:
            self.keep(one)
        return True

    def taken(self, source: Listing, one: Listing, day: int) -> Rows:
        """What is bought of a list: all, a sample, a lot of some months, or places."""
        rng, state, how = self.rng, source.state(day), self.rng.random()
        rows = state
        if 0.35 <= how < 0.6:
            rows = np.compress(rng.random(len(rows)) < rng.uniform(0.2, 0.8), rows)
        elif 0.6 <= how < 0.8:
            part = rng.uniform(0.25, 0.7)
            start = int(rng.uniform(0, 1 - part) * len(rows))
            rows = rows[np.lexsort([rows["serial"], rows["signed"]])][start : start + int(part * len(rows))]
        elif how >= 0.8:
            places = len(self.country.places)
            wanted = rng.choice(places, max(2, int(places * rng.uniform(0.3, 0.6))), replace=False)
            rows = np.compress(np.isin(self.place[rows["person"]], wanted), rows)
        rows = (rows if len(rows) >= 400 else state).copy()
        rows["corrected"] = np.inf  # what is corrected at the source later is not corrected here
        one.sources.append((source.at, day))
        if rng.random() < 0.4:
            one.serials |= source.serials
        else:
            rows["serial"] = 0
        one.days |= source.days and bool(rng.random() < 0.7)
        known, chain = np.unique(rows["chain"], return_inverse=True)
        rows["chain"] = len(self.chains) + chain
        self.chains += [(*self.chains[number], one.at) for number in known.tolist()]
        return rows

    def worked(self, one: Listing, rows: Rows) -> Rows:
        """What a seller makes of the rows that it bought."""
        rng = self.rng
        if len(rows) > LARGE:
            rows = np.compress(rng.random(len(rows)) < LARGE / len(rows), rows)
        if rng.random() < 0.75:
            rows = np.take(rows, np.sort(np.unique(rows["person"], return_index=True)[1]))
        if rng.random() < 0.4:
            customers = self.draw(int(rng.uniform(500, 3_000)), by_place=False)
            rows = np.compress(~np.isin(rows["person"], customers), rows)
        if rng.random() < 0.5:
            rows = np.append(rows, self.newcomers(one, rows, rng.uniform(0.02, 0.35)))
        if rng.random() < 0.3:
            cased = str.upper if rng.random() < 0.5 else str.title
            for column in ("name", "right"):
                rows[column] = self.named([cased(self.names[name]) for name in rows[column].tolist()])
        if rng.random() < 0.3:
            rows["name"] = self.slipped(rows["name"], 0.01)
        if rng.random() < 0.2:
            rows["mail"] = 0
        rows["added"] = one.born
        return rows

    def newcomers(self, one: Listing, rows: Rows, share: float) -> Rows:
        """Rows of people who are not in the list yet, as a share of it."""
        who = self.draw(int(share * len(rows)))
        who = who[~np.isin(who, rows["person"])]
        return self.entered(one, who, np.full(len(who), float(one.born)), 900_000, 0.3)

    def keep(self, one: Listing) -> None:
        """From now on the list is a database, which people leave and join."""
        rng, count = self.rng, len(one.rows)
        leave = rng.random(count) < 0.2
        one.rows["deleted"] = np.where(leave, one.born + rng.exponential(500, count), one.rows["deleted"])
        new = self.newcomers(one, one.rows, rng.uniform(0.1, 0.5))
        new["added"] = new["signed"] = np.sort(rng.uniform(one.born, LAST, len(new)))
        one.rows, one.living = np.append(one.rows, new), True
