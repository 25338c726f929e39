"""A market of lists whose people give services addresses of their own, made without a look at what finds them.

Who writes such addresses, how, and how often people give an old one to a new service is drawn for each person; what a
list holds follows from whose customers it has. Shops have invented names; addresses lie at reserved domains or at
providers whose rules matter, with invented local parts.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_PARTS, _NOISE = (
    line.split()
    for line in ("bal tor quin vex mo lun kri zed fal dro pem wix gar hob nul syr",
                 "spam newsletter test junk shop web 2019 2021 news x 1 promo stuff reg")
)  # fmt: skip
_ENDS = ("ora", "ify", "mart", "eca", "welt", "hub", "ino", "azon", "etta", "works")
POPULAR = ("amazon", "paypal", "facebook", "netflix", "ebay", "google", "spotify", "linkedin")
MIDDLING = ("ikea", "zalando", "fiverr", "udemy", "strava", "etsy", "booking", "decathlon", "patreon", "vinted")
_PROVIDERS = ("gmail.com", "outlook.com", "fastmail.com", "proton.me", "gmx.de", "web.de", "icloud.com")


def shops(rng: random.Random, n: int) -> tuple[str, ...]:
    """Invented names."""
    found: dict[str, None] = {}
    while len(found) < n:
        found[rng.choice(_PARTS) + rng.choice(_PARTS) + rng.choice(_ENDS)] = None
    return tuple(found)


@dataclass(frozen=True)
class MadeList:
    """A list with what is true of it."""

    kind: str
    rows: list[str]
    shares: Mapping[str, float]
    """Service -> share of the rows that it collected; those that nobody tags too."""
    framed: str = ""
    silent: frozenset[str] = field(default_factory=frozenset)


class Market:
    """Draws people and lists; `seed` decides everything."""

    def __init__(self, seed: int, n_shops: int = 40) -> None:
        self.rng = random.Random(seed)
        self.shops = shops(self.rng, n_shops)
        self._circle = {shop: self.rng.randrange(8) for shop in self.shops}
        self._serial = 0

    def _label(self, service: str) -> str:
        """How somebody writes a service's name."""
        rng = self.rng
        ways = (
            service, f"{service}.{rng.choice(('com', 'de', 'co.uk', 'net'))}", f"{service}{rng.randrange(10, 2026)}",
            f"20{rng.randrange(14, 26)}-0{rng.randrange(1, 9)}-1{rng.randrange(9)}-{service}",
            f"{rng.choice(('news', 'reg', 'shop'))}-{service}", service[: rng.randrange(2, 5)],
            service[:-1] + rng.choice("aeiou"),
        )  # fmt: skip
        return rng.choices(ways, (62, 10, 8, 6, 5, 4, 5))[0]

    def _written(self, label: str) -> str:
        """An address of a person that nobody else has, with that label."""
        self._serial += 1
        rng = self.rng
        who = f"{rng.choice('bcdfgklmnprst')}{rng.choice('aeiou')}{rng.choice('lmnrst')}{self._serial}"
        way = rng.random()
        if way < 0.62:
            return f"{who}+{label}@{rng.choice(_PROVIDERS)}"
        if way < 0.72:
            return f"me+{label}@{who}.example"
        if way < 0.88:
            return f"{label}@{who}.example"
        if way < 0.94:
            return f"{label}.{rng.choice(('otter', 'maple', 'krill'))}{rng.randrange(100)}@simplelogin.com"
        if way < 0.97:
            return f"{label}@{who}.anonaddy.com"
        return f"{who}x{rng.randrange(10**6)}@privaterelay.appleid.com"

    def _noise(self) -> str:
        rng = self.rng
        if rng.random() < 0.7:
            return rng.choice(_NOISE)
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randrange(3, 9)))

    def _reused(self, service: str, circle: float) -> str:
        """The service that somebody first gave an address to who now gives it to another. `circle`: how often the other
        is one that the same people go to."""
        rng, way = self.rng, self.rng.random()
        near = [one for one in self.shops if one != service and self._circle[one] == self._circle.get(service)]
        if near and way < circle:
            return near[0] if rng.random() < 0.5 else rng.choice(near)
        if way < circle + 0.45:
            return rng.choice(POPULAR)
        return rng.choice((*MIDDLING, *self.shops))

    def _part(self, service: str, tagged: int, own_name: float, circle: float) -> list[str]:
        """Addresses of a service's customers that say something; so many of them."""
        found = []
        for _ in range(tagged):
            way = self.rng.random()
            if way < own_name:
                label = self._label(service)
            elif way < own_name + (1 - own_name) * 0.5:
                label = self._noise()
            else:
                label = self._label(self._reused(service, circle))
            found.append(self._written(label))
        return found

    def _habits(self) -> tuple[float, float]:
        """How often a service's customers write its own name, and how often they go to the same others."""
        return self.rng.uniform(0.4, 0.85), self.rng.uniform(0.0, 0.25)

    def _mixed(self, rows: list[str], plain: int) -> list[str]:
        """Them among so many addresses that say nothing."""
        self._serial += plain
        rows += [f"p{self._serial - i}@{self.rng.choice(_PROVIDERS)}" for i in range(plain)]
        self.rng.shuffle(rows)
        return rows

    def of_one(self, tagged: int, service: str | None = None) -> MadeList:
        """A list that one service collected."""
        shop = service or self.rng.choice((*self.shops, *MIDDLING, *POPULAR[:4]))
        own_name, circle = self._habits()
        return MadeList("one", self._mixed(self._part(shop, tagged, own_name, circle), 4 * tagged), {shop: 1.0})

    def of_silent(self, tagged: int) -> MadeList:
        """A list of a service that nobody tags: its people give it addresses that they have for others."""
        _, circle = self._habits()
        shop = self.rng.choice(self.shops)
        rows = self._mixed(self._part(shop, tagged, 0.0, circle), 4 * tagged)
        return MadeList("silent", rows, {shop: 1.0}, silent=frozenset((shop,)))

    def of_several(self, tagged: int, n: int = 2, silent: bool = False) -> MadeList:
        """A merged list, or one that was resold inside another; with `silent`, the last part is of one nobody tags."""
        chosen = self.rng.sample((*self.shops, *MIDDLING), n)
        weights = [self.rng.uniform(0.25, 1.0) for _ in chosen]
        if n == 2:
            weights[0] = self.rng.choice((weights[0], 3.0))
        rates = [self.rng.lognormvariate(0.0, 0.4) for _ in chosen]
        size = sum(weights)
        people = sum(weight * rate for weight, rate in zip(weights, rates, strict=True))
        rows, muted = list[str](), frozenset(chosen[-1:]) if silent else frozenset[str]()
        for shop, weight, rate in zip(chosen, weights, rates, strict=True):
            own_name, circle = self._habits()
            mine = 0 if shop in muted else max(1, round(tagged * weight * rate / people))
            rows += self._mixed(self._part(shop, mine, own_name, circle), round(4 * tagged * weight / size))
        if self.rng.random() < 0.5:
            self.rng.shuffle(rows)
        shares = {shop: weight / size for shop, weight in zip(chosen, weights, strict=True)}
        return MadeList("several", rows, shares, silent=muted)

    def framing(self, tagged: int, planted: int) -> MadeList:
        """A list of one service into which somebody put addresses that name another."""
        made = self.of_one(tagged)
        victim = self.rng.choice([shop for shop in self.shops if shop not in made.shares])
        at = self.rng.randrange(len(made.rows))
        rows = [*made.rows[:at], *(self._written(victim) for _ in range(planted)), *made.rows[at:]]
        return MadeList("framed", rows, made.shares, framed=victim)


def in_turn(market: Market, n: int, tagged: Sequence[int]) -> list[MadeList]:
    """Lists of all kinds, so many of each."""
    made = []
    for i in range(n):
        size = tagged[i % len(tagged)]
        made += [market.of_one(size), market.of_silent(size), market.of_several(size, 2 + i % 2)]
        made += [market.framing(size, 25), market.of_several(size, 2, silent=True)]
    return made
