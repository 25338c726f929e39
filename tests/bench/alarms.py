"""Bars of the alarm: leaks that are told at their third hit, and false alarms in years of noise. Fixed seeds.

Run: python -m tests.bench.alarms [--years 50] [--leaks 40]

Noise at planted addresses, as in real mailboxes: strangers who mistyped their address subscribe it to newsletters (each
goes on, with the address and sometimes a greeting made of it in the text), single spam, and runs that try many
addresses of a domain within hours or days. Addresses that are made of a name get more of it. A leak mails some of a
copy's or of the home canaries' addresses within three weeks, in one or two mailings.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from tests.bench import frame
from tests.inserted import append, insert, insert_list
from tracer.case.memory import memory_case
from tracer.findings.campaigns import SignalReadings, read_signals
from tracer.findings.campaigns.leaks import SourceInUse, leaks_of
from tracer.identify.email import email_key

START, DAYS = datetime(2026, 1, 1), 182
_GIVEN = ("Anna", "Jonas", "Marta", "Ewa", "Paul", "Nina", "Olga", "Tim", "Lea", "Jan", "Rosa", "Emil")
_FAMILY = ("Keller", "Brandt", "Mazur", "Vogt", "Hahn", "Sand", "Rau", "Winter", "Falk", "Busch", "Lang", "Roth")
_OFFERS = tuple(
    "Solar ohne Anzahlung|Kredit in 24 Stunden|Gewinnen Sie jetzt|Neue Mode|Rezepte der Woche|Wein".split("|")
)
TESTING = 7_000_000
"""First seed of what was not looked at while the method was made."""


@dataclass(frozen=True)
class Setup:
    """A case, and what reaches it."""

    copies: int
    homes: int
    controls: int
    loud: float
    """Mails of strangers a month and address."""


SETUPS = {
    "copies and controls": Setup(10, 6, 12, 0.15), "copies, noisy": Setup(10, 6, 12, 0.6),
    "copies, no controls": Setup(10, 6, 0, 0.15), "home alone, quiet": Setup(0, 8, 0, 0.02),
    "home alone": Setup(0, 8, 0, 0.15), "home and controls": Setup(0, 8, 8, 0.15),
}  # fmt: skip

Mail = tuple[datetime, int, str, str]
"""When, to which canary, sender, text."""


class Mailbox:
    """Case after case in one store."""

    def __init__(self) -> None:
        self.case = memory_case()
        self.con = self.case.con

    def plant(self, setup: Setup, rng: np.random.Generator) -> None:
        for table in ("canary", "release", "release_canary", "dataset", "membership", "party"):
            self.con.execute(f"DELETE FROM {table}")
        kinds = ["canary"] * (6 * setup.copies) + ["home"] * setup.homes + ["control"] * setup.controls
        self.names = [f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}" for _ in kinds]
        self.shown = rng.choice(["whole", "part", "none"], len(kinds), p=[0.45, 0.33, 0.22])
        self.addresses = [
            f"{_local(name, shown, no)}@post.example"
            for no, (name, shown) in enumerate(zip(self.names, self.shown, strict=True))
        ]  # fmt: skip
        self.kinds, nos = np.array(kinds), range(1, len(kinds) + 1)
        keys = [email_key(address) for address in self.addresses]
        append(self.con, "canary (no, email, email_raw, name, kind, imported_at)", {
            "no": nos, "email": keys, "email_raw": self.addresses, "name": self.names, "kind": kinds,
            "imported_at": [START] * len(kinds),
        })  # fmt: skip
        own = [key or 0 for key, kind in zip(keys, kinds, strict=True) if kind == "home"]
        insert_list(self.con, 1, "own", own, "firma", origin="own", loaded_at=START)
        insert(self.con, "party", id="firma", name="Ahornhof")
        for copy in range(setup.copies):
            facts = {"dataset": "own", "recipient": f"v{copy}", "date": "2025-12-01", "drawn": True}
            insert(self.con, "release", id=f"r{copy}", **facts, registered_at=START)
            held = {"release": [f"r{copy}"] * 6, "canary": range(6 * copy + 1, 6 * copy + 7), "scheme": ["unique"] * 6}
            append(self.con, "release_canary (release, canary, scheme)", held)

    def read(self, mails: Sequence[Mail]) -> tuple[SignalReadings, list[SourceInUse]]:
        self.con.execute("DELETE FROM signal")
        self.con.execute("DELETE FROM signal_file")
        rows = sorted(mails)
        at, canaries, senders, texts = zip(*rows, strict=True) if rows else ((),) * 4
        n = len(rows)
        where = {"file": [1] * n, "row": range(1, n + 1), "at": pa.array(at, pa.timestamp("us")), "zone": ["UTC"] * n}
        who = {"channel": ["email"] * n, "caller": senders, "canary": canaries, "text": texts}
        if rows:
            append(self.con, 'signal (file, row, "at", zone, channel, caller, canary, text)', where | who)
        days = {"loaded_at": START, "first_at": START, "last_at": START + timedelta(days=DAYS)}
        insert(self.con, "signal_file", no=1, path="x", sha256="x", format="mbox", rows=n, rejected=0, **days)
        reading = read_signals(self.con)
        return reading, leaks_of(reading)

    def noise(self, setup: Setup, rng: np.random.Generator) -> list[Mail]:
        liked = np.array([{"whole": 3.0, "part": 1.6, "none": 0.25}[shown] for shown in self.shown])
        liked *= np.exp(rng.normal(0, 0.7, liked.size))
        mails: list[Mail] = []
        for place in range(liked.size):
            strangers = rng.poisson(setup.loud * liked[place] * DAYS / 30.4 / 2.0)
            for _ in range(strangers):
                first, sender = rng.uniform(0, DAYS), f"a{rng.integers(10**9)}@s{rng.integers(10**4)}.example"
                every = rng.choice([0.0, 0.0, 7.0, 14.0])
                for day in np.arange(first, DAYS, every) if every else [first]:
                    mails.append((_at(day), place + 1, sender, self._strange(place, rng)))
        for _ in range(rng.poisson(setup.loud * 2.5)):  # runs over the domain, and by some again
            sender, first = f"x{rng.integers(10**9)}@bulk.example", rng.uniform(0, DAYS)
            share = rng.choice([0.05, 0.2, 0.5])
            span, text = rng.choice([0.01, 0.1, 2.0, 5.0]), str(rng.choice(_OFFERS))
            guessed = np.array([{"whole": 1.0, "part": 0.6, "none": 0.06}[shown] for shown in self.shown])
            for found in np.flatnonzero(rng.random(liked.size) < share * guessed).tolist():
                at, said = _at(first + rng.uniform(0, span)), f"{text}\nHallo,\n{text}, nur heute"
                mails.append((at, found + 1, sender, said))
        return [mail for mail in mails if mail[0] < START + timedelta(days=DAYS)]

    def _strange(self, place: int, rng: np.random.Generator) -> str:
        address, offer = self.addresses[place], rng.choice(_OFFERS)
        local = address.partition("@")[0]
        named = local, rng.choice(_GIVEN)
        hello = rng.choice(["Hallo,", *(f"Hallo {one}," for one in named), f"Hi {local.split('.')[0].title()},"])
        return f"{offer}\n{hello}\n{offer}: jetzt ansehen.\nSie erhalten diese Mail an {address}. Abmelden"

    def leak(self, numbers: Sequence[int], knows: str, rng: np.random.Generator) -> list[Mail]:
        first, span = rng.uniform(40, DAYS - 22), rng.uniform(2, 21)
        reached = rng.choice(numbers, rng.integers((len(numbers) + 1) // 2, len(numbers) + 1), replace=False)
        mailings, mails = int(rng.integers(1, 3)), list[Mail]()
        for number, no in enumerate(reached.tolist()):
            offer, name = _OFFERS[number % mailings], self.names[no - 1]
            said = {"name": f"Guten Tag {name},", "client": "Als Kunde von Ahornhof:", "nothing": "Guten Tag,"}[knows]
            sender = f"l{number % mailings}@leak.example"
            mails.append((_at(first + rng.uniform(0, span)), no, sender, f"{offer}\n{said}\n{offer}"))
        return sorted(mails)


def _local(name: str, shown: str, no: int) -> str:
    given, family = name.lower().split()
    return {"whole": f"{given}.{family}{no}", "part": f"{family}{no}", "none": f"kunde{no * 37}"}[shown]


def _at(day: float) -> datetime:
    return (START + timedelta(days=float(day))).replace(microsecond=0)


def false_alarms(box: Mailbox, setup: Setup, seeds: range) -> tuple[int, int]:
    """Half-years of noise in which something was told, and copies that a campaign named at 95 % or more."""
    told = blamed = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        box.plant(setup, rng)
        reading, leaks = box.read(box.noise(setup, rng))
        told += bool(leaks)
        blamed += sum(probability >= 0.95 for verdict in reading.verdicts for probability in verdict.copies.values())
    return told, blamed


def told_by(box: Mailbox, setup: Setup, knows: str, seeds: range, hits: int) -> float:
    """Share of leaks that are told when their first `hits` hits have come."""
    told = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        box.plant(setup, rng)
        noise = box.noise(setup, rng)
        copy = int(rng.integers(max(setup.copies, 1)))
        mine = range(6 * copy + 1, 6 * copy + 7) if setup.copies else (np.flatnonzero(box.kinds == "home") + 1).tolist()
        leak = box.leak(mine, knows, rng)[:hits]
        reading, leaks = box.read([*(mail for mail in noise if mail[0] <= leak[-1][0]), *leak])
        rows = {(hit.row, hit.number.no) for hit in reading.facts.hits if (hit.caller or "").endswith("@leak.example")}
        told += any(rows & {(row, no) for _, row, no in one.hits} for one in leaks)
    return told / len(seeds)


def main(*, years: int = 50, leaks: int = 40) -> bool:
    """Print the table; 1 where there are more false alarms than one in 100 years, or a vendor is named in noise."""
    box, alarms, blames = Mailbox(), 0, 0
    print(f"{'setup':24} false alarms   named   told at hit 3 / 5: by name      by client      silent")
    for number, (what, setup) in enumerate(SETUPS.items()):
        began, first = time.perf_counter(), TESTING + 100_000 * number
        told, blamed = false_alarms(box, setup, range(first, first + 2 * years))
        alarms, blames = alarms + told, blames + blamed
        seeds = range(first + 50_000, first + 50_000 + leaks)
        shares = [
            " / ".join(f"{told_by(box, setup, knows, seeds, hits):.2f}" for hits in (3, 5))
            for knows in ("name", "client", "nothing")
        ]
        print(f"{what:24} {told:4} in {years} y   {blamed:4}   {'':20}{'    '.join(shares)}"
              f"   {time.perf_counter() - began:.0f} s", flush=True)  # fmt: skip
    whole = len(SETUPS) * years
    met = alarms <= whole / 100 and blames == 0
    bars = f"bars: {alarms} false alarms in {whole} years (one in 100 years), {blames} copies named:"
    print(bars, "met" if met else "MISSED")
    return met


if __name__ == "__main__":
    frame.run(main)
