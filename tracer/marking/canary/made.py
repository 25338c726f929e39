"""Mail addresses that the tool makes up under a domain, or in a mailbox, of one's own: as many canaries as are wanted.

Nothing needs to be set up for each: a catch-all domain takes mail for every address, a mailbox for every tag behind its
name. Names and the forms of addresses are a list's own, so that they fit it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.dossier.vocabulary import listed
from tracer.errors import InputRefused
from tracer.identify.email import email_key, normalise, rules
from tracer.identify.person import personal_names
from tracer.marking.canary.identity_file import ImportedIdentity
from tracer.marking.canary.intake import add_canaries, seen_in_any
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import Identity, PersonaMaker
from tracer.marking.persona.names import ListNames, LocalParts
from tracer.marking.persona.source_list import RowsOfList, Sample, SourceList, read_sample, read_source_list
from tracer.marking.persona.written_numbers import NumberRegions

_MAKE = b"canary make"
"""Purpose of the case's secret that names and addresses are drawn from: who has the list cannot draw them again."""
MOST = 10_000
"""Addresses of one call."""


@dataclass(frozen=True)
class AddressRequest:
    """What addresses are to be made."""

    count: int
    domains: Sequence[str] = ()
    """Domains that take mail for every address; each gets a like share."""
    mailbox: str | None = None
    like: str | None = None
    """The dataset that names and forms are taken from; None: the only list of one's own, if any."""
    kind: str = "canary"
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class MadeAddresses:
    """What was made."""

    made: int
    kind: str
    under: tuple[str, ...]
    like: str | None
    seen_before: int
    """Of those, addresses that are in a loaded dataset. None is, unless an address of the domain was in use."""
    tags: bool
    again: bool = False
    """Whether the case had addresses there before: then what was said of them is not repeated."""

    def to_json(self) -> dict[str, object]:
        """The row that the command prints."""
        return {
            "made": self.made, "kind": self.kind, "under": list(self.under), "like": self.like,
            "seen_before": self.seen_before,
        }  # fmt: skip

    @property
    def notes(self) -> tuple[str, ...]:
        """What to do next, and what can go wrong; said once for each domain."""
        if self.again:
            return ()
        first = f"Mail for every address at {listed(self.under)} must arrive: send one as a test."
        notes = ["Mail for every tag must arrive: send one as a test." if self.tags else first]
        if self.tags:
            notes.append(
                "A person who takes the tags off makes one address of them all, and no copy can be named by it:"
                " a domain of your own is stronger (--domain)."
            )
        elif len(self.under) == 1 and self.made > 1:
            notes.append(
                "All have one domain, which is seen in a list whose addresses are at a few large providers. Several"
                " domains (--domain again) help; tracer release --plan says how much it shows."
            )
        if self.like is None:
            notes.append("Their names are common English ones: --like LIST makes them of your list's names.")
        return tuple(notes)


def make_addresses(case: Case, request: AddressRequest) -> MadeAddresses:
    """Make addresses, with names that fit a list, as identities of the case; journaled, without the addresses.

    Raises `InputRefused` for a domain or mailbox that cannot serve, a number out of range and an unknown list.
    """
    under = _checked(case.con, request)
    with case.transaction():
        row = case.con.execute("SELECT coalesce(max(no), 0) FROM canary").fetchone()
        draw = KeyedDraw(case.secret(_MAKE), f"after {0 if row is None else row[0]}")
        like = request.like or only_list(case.con)
        named, forms = _common(request.count, draw) if like is None else _like(case.con, like, request.count, draw)
        taken = _taken(case.con, under)
        known = all(_taken(case.con, [home]) for home in under)
        identities = []
        for at, (name, given, family) in enumerate(named):
            home = under[at % len(under)]
            # What an address says of a name, every sender knows: where a greeting is to tell a leak, it says less.
            local = forms.drawn(given[:1] if request.kind in ("home", "control") else given, family, taken)
            before, _, domain = home.rpartition("@")
            address = f"{before}+{local}@{domain}" if before else f"{local}@{domain}"
            identities.append(_identity(at + 1, address, name, request, home))
        numbers = add_canaries(case.con, identities, now())
        case.journal.append(
            command="canary make",
            detail={"made": len(numbers), "kind": request.kind, "under": list(under), "like": like},
        )
        seen = seen_in_any(case.con, numbers)
    return MadeAddresses(len(numbers), request.kind, under, like, seen, request.mailbox is not None, known)


def make_home(case: Case, request: AddressRequest) -> tuple[list[dict[str, str | None]], tuple[str, ...]]:
    """Home canaries and as many controls, in one transaction: the rows to enter, and what to mind.

    Raises as `make_addresses`.
    """
    from tracer.marking.canary.home_rows import home_rows_of

    with case.transaction():
        made = make_addresses(case, replace(request, kind="home"))
        fresh = {
            address
            for (address,) in case.con.execute(
                "SELECT email_raw FROM canary WHERE kind = 'home' ORDER BY no DESC LIMIT $n", {"n": made.made}
            ).fetchall()
        }
        make_addresses(case, replace(request, kind="control"))
        if made.like is not None:  # those of an earlier call are entered, or can be exported
            rows, first = home_rows_of(case, made.like)
            rows = [row for row in rows if fresh & set(row.values())] or rows
        else:
            first = ("Enter them into your own database, as customers like others.",)
            found = case.con.execute(
                "SELECT name, email_raw FROM canary WHERE kind = 'home' ORDER BY no DESC LIMIT $n", {"n": made.made}
            ).fetchall()
            rows = [{"name": name, "email": address} for name, address in reversed(found)]
    watch = "Then watch them: tracer watch --mailbox imaps://USER@HOST/INBOX --tell mail:YOU@YOUR-FIRM"
    file = "As a file: -f csv -o home.csv, from the first call on, or tracer canary export LIST."
    return rows, (*first, file, *made.notes, f"{made.made} controls were made besides: enter those nowhere.", watch)


def _checked(con: duckdb.DuckDBPyConnection, request: AddressRequest) -> tuple[str, ...]:
    """The domains, or the mailbox, in lower case."""
    if bool(request.domains) == (request.mailbox is not None):
        raise InputRefused("neither a domain nor a mailbox, or both", remedy="give --domain or --mailbox")
    if not 1 <= request.count <= MOST:
        raise InputRefused(f"{request.count} addresses", remedy=f"ask for 1 to {MOST:,}")
    if request.mailbox is not None:
        box = normalise(request.mailbox)
        if box is None or "+" in box:
            raise InputRefused(f"no mailbox is written {request.mailbox!r}", remedy="give its address without a tag")
        if con.execute("SELECT 1 FROM canary WHERE email = $key", {"key": email_key(box)}).fetchone() is not None:
            raise InputRefused(
                "the mailbox itself is an identity of the case, and its tags mean the same mailbox",
                remedy="use another mailbox, or a domain",
            )
        return (box,)
    found, problems = [], []
    for domain in request.domains:
        whole = normalise(f"x@{domain.strip().removeprefix('@')}")
        if whole is None or "@" in domain.strip().removeprefix("@"):
            problems.append(InputRefused(f"no domain is written {domain!r}", remedy="write it like mail.example.com"))
        elif whole[2:] in rules():
            problems.append(
                InputRefused(
                    f"{whole[2:]} is a provider's: its addresses are other people's",
                    remedy="give a domain of your own, or your mailbox there with --mailbox",
                )
            )
        elif whole[2:] not in found:
            found.append(whole[2:])
    if problems:
        raise InputRefused.many(problems)
    return tuple(found)


def _identity(row: int, address: str, name: str | None, request: AddressRequest, under: str) -> ImportedIdentity:
    key = email_key(address)
    if key is None:  # a form that the list has and no rule of mail allows
        raise InputRefused(f"{address!r} is not an address", remedy="take another list with --like")
    return ImportedIdentity(
        row, None, key, None, address, name, None, None, request.kind, "new", request.since, request.until,
        f"own: {under}", None,
    )  # fmt: skip


def _taken(con: duckdb.DuckDBPyConnection, under: Sequence[str]) -> set[str]:
    """Local parts, or tags, that identities have there already."""
    taken = set()
    for (address,) in con.execute("SELECT email_raw FROM canary WHERE email_raw IS NOT NULL").fetchall():
        local, _, domain = str(address).lower().rpartition("@")
        box, _, tag = local.partition("+")
        taken |= {local} if domain in under else {tag} if f"{box}@{domain}" in under else set()
    return taken


def only_list(con: duckdb.DuckDBPyConnection) -> str | None:
    """The dataset of one's own, where there is just one that can be copied."""
    rows = con.execute(
        "SELECT id FROM dataset WHERE current AND origin = 'own' AND purged_at IS NULL"
        " AND json_extract(options, '$.original_kept') IS NULL"
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else None


def _common(count: int, draw: KeyedDraw) -> tuple[list[tuple[str | None, str, str]], LocalParts]:
    table = personal_names()
    given, family = table["given"].split(), table["surnames"].split()
    people = [(draw.choice(given).title(), draw.choice(family).title()) for _ in range(count)]
    return [(f"{one} {two}", one, two) for one, two in people], LocalParts((), draw)


def _like(
    con: duckdb.DuckDBPyConnection, dataset: str, count: int, draw: KeyedDraw
) -> tuple[list[tuple[str | None, str, str]], LocalParts]:
    """(whole name, given, family) of as many people who would fit the list, and its forms of local parts."""
    source = read_source_list(con, dataset)
    sample = read_sample(con, source, f"{dataset} {draw.below(1 << 62)}")
    columns = ListNames.of(source)
    maker = PersonaMaker(source, sample, draw, NumberRegions.of_case(con), RowsOfList(con, source))
    anybody = [Identity(no, None, None, None, None, None, None) for no in range(count)]
    people = [columns.of_row(row.cells) for row in maker.rows_for(anybody).values()]
    return people, LocalParts(_people(source, sample, columns), draw)


def _people(source: SourceList, sample: Sample, columns: ListNames) -> list[tuple[str, str, str]]:
    found = []
    for row in sorted(sample.rows):
        cells = sample.rows[row]
        address = next((text for i in source.places("email") if (text := cells[i])), None)
        if address is not None and normalise(address) is not None:
            _, given, family = columns.of_row(cells)
            found.append((given, family, address))
    return found
