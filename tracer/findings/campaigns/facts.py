"""What the reading of signals is about: controlled numbers, the releases they are in, and the hits that reached
them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb

from tracer.findings.sightings import RegisteredMarks, read_marks
from tracer.identify.callers import ANONYMOUS, read_callers
from tracer.resources import sql_next_to
from tracer.signals.formats import OWN
from tracer.signals.records import clock_of, region_of_calls

statement = sql_next_to(__file__)
_RECYCLED_STATES = ("recycled", "second-hand", "二次号", "二次放号", "回收号")
Key = tuple[int, int, int]
"""What distinguishes one hit from another: file, row, and the number that it reached."""


@dataclass(frozen=True)
class Number:
    """One controlled identity: a number, an address, or both. The same number under two personas is one."""

    no: int
    """The canary's number; the lowest where several personas share the number."""
    kind: str
    phone: int | None
    """Key of its number."""
    email: int | None
    """Key of its address."""
    personas: tuple[tuple[str | None, str | None], ...]
    releases: frozenset[str]
    clients: frozenset[str]
    """Whose it is: the clients of its releases; of a home canary the holders of the own lists that hold it. Where none
    is known it counts for every owner (`SignalFacts.owners`)."""
    known: date
    """The day on which it was imported: from then on it is watched."""
    since: date | None
    until: date | None
    state: str
    address: str = ""
    """Its mail address as it was imported: what every sender knows of it."""

    def has(self, medium: str) -> bool:
        """Whether it can be reached by `phone` or `email`."""
        return (self.email if medium == "email" else self.phone) is not None

    @property
    def recycled(self) -> bool:
        """Whether somebody else had it before."""
        return self.state in _RECYCLED_STATES


@dataclass(frozen=True)
class Hit:
    """One signal."""

    file: int
    row: int
    at: datetime
    """UTC."""
    day: date
    """By the clock of the case's region, or of the number reached (`clock_of`)."""
    channel: str
    caller: str | None
    """The number that a call or message showed (`identify.callers.read_callers`), or a name in small letters; a mail's
    sender as written. None where nothing was shown."""
    number: Number
    duration: float | None
    """Seconds."""
    text: str
    canaries: tuple[int, ...]
    """All canaries that share the number, as the signals name them."""

    @property
    def medium(self) -> str:
        """`phone` or `email`: what can be reached by it."""
        return "email" if self.channel == "email" else "phone"

    @property
    def shows_number(self) -> bool:
        """Whether a call or message shows a number, not a name or nothing."""
        return self.medium == "phone" and (self.caller or "").removeprefix("+").isdigit()

    @property
    def key(self) -> Key:
        """What distinguishes it from another hit."""
        return self.file, self.row, self.number.no


@dataclass(frozen=True)
class CallingWindow:
    """Days on which the holder of a copy may call as agreed."""

    release: str
    channel: str | None
    first: date
    last: date
    stated: bool
    """Whether the client has named this campaign; otherwise it follows from the release's purpose and end."""

    def reaches(self, number: Number) -> bool:
        """Whether the campaign reaches a number: of a copy its records, of the owner's own those at home."""
        return number.kind == "home" if self.release == OWN else self.release in number.releases

    def covers(self, hit: Hit) -> bool:
        """Whether the holder of the copy, or the owner, may have made this call as agreed."""
        channels = (self.channel, "flash_sms") if self.channel == "sms" else (self.channel,)
        by_channel = self.channel is None or hit.channel in channels
        return self.reaches(hit.number) and by_channel and self.first <= hit.day <= self.last


@dataclass(frozen=True)
class SignalFacts:
    """The register, and all signals that reached it."""

    region: str
    """The country of numbers without a country code, in texts and as callers."""
    marks: RegisteredMarks
    numbers: Mapping[int, Number]
    hits: tuple[Hit, ...]
    windows: tuple[CallingWindow, ...]
    names: Mapping[str, tuple[str, ...]]
    observed: Mapping[str, tuple[datetime, datetime]]
    """Medium → first and last record of all files that cover it."""
    owners: tuple[str, ...]
    """Whose records are planted: clients of releases, holders of home canaries, else of own lists; else "", unnamed."""
    strays: tuple[tuple[datetime, str | None, int], ...]
    """When, sender and key of mails to unwatched addresses of the canaries' domains."""
    asked: Mapping[int, datetime]
    """Canary → when a look-up service was to be asked for it: from then on the question itself may bring calls."""


_PURPOSES = {
    "call": ("dial", "call", "phone", "voice", "telemarketing", "外呼", "拨打", "电话", "回访", "语音", "呼叫"),
    "sms": ("sms", "text", "短信"),
    "email": ("mail", "邮件"),
}
"""Channel → words of a release's purpose that allow it."""


def read_facts(con: duckdb.DuckDBPyConnection) -> SignalFacts:
    """Read the register and the signals. Orders are by number, time, file and row. Leaves temp table `campaign_caller`
    (`read_callers`), which `read_signals` drops."""
    marks = read_marks(con)
    numbers, chief = _numbers(con, marks)
    names: dict[str, list[str]] = defaultdict(list)
    for party, name in con.execute(statement("client_names")).fetchall():
        names[party].append(name)
    owners = {release.client for release in marks.releases if release.client is not None}
    owners |= {client for number in numbers.values() for client in number.clients}
    if not owners:
        rows = con.execute("SELECT DISTINCT holder FROM dataset WHERE current AND origin = 'own'").fetchall()
        owners = {holder for (holder,) in rows if holder is not None}
    rows = con.execute(statement("windows")).fetchall()
    windows = [CallingWindow(release, channel, first, last, stated=True) for release, channel, first, last in rows]
    windows += [
        CallingWindow(release, channel, first, last, stated=False)
        for release, purpose, first, last in con.execute(statement("purposes")).fetchall()
        for channel, words in _PURPOSES.items()
        if any(word in purpose.casefold() for word in words)
    ]
    # Once for each number that a record reached.
    region = region_of_calls(con)
    read_callers(con, statement("callers"), "campaign_caller", region)
    hits, clocks = dict[Key, Hit](), dict[int | None, ZoneInfo]()
    for file, line, at, channel, shown, called_by, canary, duration, text in con.execute(statement("hits")).fetchall():
        number = numbers[chief[canary]]
        had = hits.get((file, line, number.no))
        canaries = (*(had.canaries if had is not None else ()), canary)
        caller = called_by or (shown if channel == "email" else (shown or "").strip().casefold())
        caller = None if (caller or "").strip().casefold() in ANONYMOUS else caller
        if number.phone not in clocks:
            clocks[number.phone] = clock_of(region, number.phone) or ZoneInfo("UTC")
        day = at.replace(tzinfo=UTC).astimezone(clocks[number.phone]).date()
        hit = Hit(file, line, at, day, channel, caller, number, duration, text or "", canaries)
        hits[hit.key] = hit
    return SignalFacts(
        region=region,
        marks=marks,
        numbers=numbers,
        hits=tuple(sorted(hits.values(), key=lambda hit: (hit.at, *hit.key))),
        windows=tuple(windows),
        names={party: tuple(found) for party, found in names.items()},
        observed={medium: (first, last) for medium, first, last in con.execute(statement("observed")).fetchall()},
        owners=tuple(sorted(owners)) or ("",),
        strays=tuple(con.execute(statement("strays")).fetchall()),
        asked=dict(con.execute(statement("asked")).fetchall()),
    )


def _numbers(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks) -> tuple[dict[int, Number], dict[int, int]]:
    """Controlled numbers by their lowest canary, and canary → that lowest one."""
    homes: dict[int, set[str]] = defaultdict(set)
    for canary, holder in con.execute(statement("home_clients")).fetchall():
        homes[canary].add(holder)
    client = {release.id: release.client for release in marks.releases}
    chief: dict[int, int] = {}
    by_key: dict[int, int] = {}
    found: dict[int, Number] = {}
    rows = con.execute(statement("numbers")).fetchall()
    for no, kind, phone, email, name, firm, since, known, until, state, address in rows:
        chief[no] = next((by_key[key] for key in (phone, email) if key in by_key), no)
        by_key.update({key: chief[no] for key in (phone, email) if key is not None})
        held = marks.standing.get(no, frozenset())
        owners = frozenset(c for release in held if (c := client[release]) is not None) | homes[no]
        had, persona, mail = found.get(chief[no]), ((name, firm),), address or ""
        if had is None:
            found[no] = Number(no, kind, phone, email, persona, held, owners, known, since, until, state, mail)
        else:
            found[chief[no]] = replace(
                had,
                phone=had.phone if had.phone is not None else phone,
                email=had.email if had.email is not None else email,
                personas=had.personas + persona,
                releases=had.releases | held,
                clients=had.clients | owners,
                address=had.address or mail,
            )
    return found, chief
