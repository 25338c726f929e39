"""Mail addresses that the tool makes up under a domain, or in a mailbox, of one's own: as many canaries as are wanted;
and home canaries as rows of one's own list, to be entered into the database that the list comes from.

Nothing needs to be set up for each address: a catch-all domain takes mail for every one, a mailbox for every tag after
its name. Names and the forms of addresses are a list's own, so that they fit it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from tracer.case.case import Case
from tracer.clock import now, today
from tracer.dossier.vocabulary import listed_names, refuse
from tracer.errors import InputRefused
from tracer.identify.email import email_key, normalise, rules
from tracer.identify.person import personal_names
from tracer.marking.canary.intake import DEAD, ImportedIdentity, add_canaries, next_number, seen_in_any, statement
from tracer.marking.persona.contacts import Identity
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.persona.maker import PersonaMaker
from tracer.marking.persona.names import ListNames, LocalParts
from tracer.marking.persona.source_list import read_sample, read_source_list
from tracer.marking.release.identities import goes_by_mail, keep_personas

_MAKE, _HOME = b"canary make", b"canary export"
"""Purposes of the case's secret that names and addresses are drawn from: who has the list cannot draw them again."""
MOST = 10_000  # Addresses of one call.


@dataclass(frozen=True)
class AddressRequest:
    """What addresses are to be made."""

    count: int
    domains: Sequence[str] = ()  # Domains that take mail for every address; each gets a like share.
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
    under: tuple[str, ...]  # Domains, or the mailbox.
    like: str | None
    seen_before: int
    """Of those, addresses that are in a loaded dataset. None is, unless an address of the domain was in use."""
    tags: bool
    again: bool  # Whether the case had addresses there before: then what was said of them is not repeated.

    def to_json(self) -> dict[str, object]:
        """The row that the command prints."""
        found: dict[str, object] = {"made": self.made, "kind": self.kind, "under": list(self.under)}
        return found | {"like": self.like, "seen_before": self.seen_before}

    @property
    def notes(self) -> tuple[str, ...]:
        """What to do next, and what can go wrong; said once for each domain."""
        if self.again:
            return ()
        notes = [f"Mail for every address at {listed_names(self.under)} must arrive: send one as a test."]
        if self.tags:
            notes = [
                "Mail for every tag must arrive: send one as a test.",
                "A person who takes the tags off makes one address of them all, and no copy can be named by it:"
                " a domain of your own is stronger (--domain).",
            ]
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
    under, con = _checked_domains(case.con, request), case.con
    with case.transaction():
        draw = KeyedDraw(case.secret(_MAKE), f"after {next_number(con) - 1}")
        like = request.like or only_list(con)
        if like is None:  # people with common English names
            usual, people, forms = personal_names(), list[tuple[str | None, str, str]](), LocalParts((), draw)
            tables = [usual[kind].split() for kind in ("given", "surnames")]
            for _ in range(request.count):
                one, two = (draw.choice(table).title() for table in tables)
                people.append((f"{one} {two}", one, two))
        else:
            people, forms = _like(con, like, request.count, draw)
        taken = _taken_addresses(con, under)
        known = all(_taken_addresses(con, [home]) for home in under)
        identities = []
        for at, (name, given, family) in enumerate(people):
            home = under[at % len(under)]
            # What an address says of a name, every sender knows: where a greeting is to tell a leak, it says less.
            local = forms.invent(given[:1] if request.kind in ("home", "control") else given, family, taken)
            before, _, domain = home.rpartition("@")
            address = f"{before}+{local}@{domain}" if before else f"{local}@{domain}"
            key = email_key(address)
            if key is None:  # a form that the list has and no rule of mail allows
                raise InputRefused(f"{address!r} is not an address", remedy="take another list with --like")
            one = ImportedIdentity(at + 1, None, key, None, address, name, kind=request.kind, state="new")
            identities.append(replace(one, since=request.since, until=request.until, consent=f"own: {home}"))
        numbers = add_canaries(con, identities, now())
        detail = {"made": len(numbers), "kind": request.kind, "under": list(under), "like": like}
        case.journal.append(command="canary make", detail=detail)
        seen = seen_in_any(con, numbers)
    return MadeAddresses(len(numbers), request.kind, under, like, seen, request.mailbox is not None, known)


def make_home(case: Case, request: AddressRequest) -> tuple[list[dict[str, str | None]], tuple[str, ...]]:
    """Home canaries and as many controls, in one transaction: the rows to enter, and what to mind.

    Raises as `make_addresses`.
    """
    with case.transaction():
        like = request.like or only_list(case.con)
        holds = like is not None and bool(read_source_list(case.con, like).places("email"))
        if request.like is not None and not holds:
            raise _unheld(request.like, "mail addresses")
        made = make_addresses(case, replace(request, kind="home"))
        newest = case.con.execute(
            "SELECT name, email_raw FROM canary WHERE kind = 'home' ORDER BY no DESC LIMIT $n", {"n": made.made}
        ).fetchall()
        make_addresses(case, replace(request, kind="control"))
        if made.like is not None and holds:  # those of an earlier call are entered, or can be exported
            fresh = {str(address).lower() for _, address in newest}
            rows, first = home_rows_of(case, made.like)
            rows = [row for row in rows if fresh & {str(cell).lower() for cell in row.values()}] or rows
        else:
            first = ("Enter them into your own database, as customers like others.",)
            if like is not None:
                first = (*first, f"{like} has no column for mail addresses, so that the rows are not in its columns.")
            rows = [{"name": name, "email": address} for name, address in reversed(newest)]
    watch = "Then watch them: tracer watch --mailbox imaps://USER@HOST/INBOX --tell mail:YOU@YOUR-FIRM"
    file = "As a file: -f csv -o home.csv, from the first call on, or tracer canary export LIST."
    return rows, (*first, file, *made.notes, f"{made.made} controls were made besides: enter those nowhere.", watch)


def home_rows_of(case: Case, dataset: str) -> tuple[list[dict[str, str | None]], tuple[str, ...]]:
    """The rows of the home canaries that the list has not, by its headings, and what to mind; journaled.

    A row's persona stays its own: a later export gives the same name. Columns of ids are blank, since the database
    gives those. Raises `InputRefused` where no home canary is left to be entered.
    """
    with case.transaction():
        source = read_source_list(case.con, dataset)
        # Those that are alive and that the list has not; of one number the first persona.
        first: dict[object, Identity] = {}
        bound = {"dead": list(DEAD), "day": today(), "no": source.no}
        for row in case.con.execute(statement("home_waiting"), bound).fetchall():
            first.setdefault(row[1] if row[1] is not None else row[3], Identity(*row))
        if not first:
            remedy = "import or make some: `tracer canary import --kind home`, `tracer canary make --kind home`"
            raise InputRefused("no home canary is left to be entered", where=dataset, remedy=remedy)
        # A row without the canary's number or address would be a customer like any other.
        by_number, by_mail = bool(source.places("phone")), bool(source.places("email"))
        unheld = [no for no, one in first.items() if not ((by_number and one.phone) or (by_mail and one.email_raw))]
        if len(unheld) == len(first):
            raise _unheld(dataset, "mail addresses" if by_number else "numbers" if by_mail else "numbers or addresses")
        first = {key: one for key, one in first.items() if key not in unheld}
        sample = read_sample(case.con, source, f"{dataset} home")
        draw = KeyedDraw(case.secret(_HOME), f"{source.id} {source.no}")
        maker = PersonaMaker(case.con, source, sample, draw)
        numbered = [each for each in first.values() if each.phone is not None]
        bare = [each for each in first.values() if each.phone is None]
        # Where every row has a number, an address alone would show: it is lent to a number.
        lends = numbered and source.places("phone") and not goes_by_mail(case.con, source)
        made = maker.rows_for(numbered, bare) if lends else maker.rows_for(first.values())
        keep_personas(case.con, source, made)
        case.journal.append(command="canary export", detail={"dataset": dataset, "rows": len(made)})
    roles = source.roles[source.main.part]
    ids = {i for i in sample.numbering if roles[i] not in ("phone", "email")}
    # Columns without a heading, and doubles, are numbered.
    headings: list[str] = []
    for at, heading in enumerate(source.main.headers, 1):
        text = (heading or "").strip() or f"column {at}"
        headings.append(text if text not in headings else f"{text} ({at})")
    rows = [
        {heading: None if i in ids else row.cells[i] for i, heading in enumerate(headings)} for row in made.values()
    ]
    notes = [f"Enter them, and load {dataset} again then: copies made of it leave these rows out."]
    if unheld:
        some = "1 home canary is" if len(unheld) == 1 else f"{len(unheld)} home canaries are"
        known = "it is" if len(unheld) == 1 else "they are"
        notes.append(f"{some} not among them: the list has no column for what {known} known by.")
    if ids:
        blank = ", ".join(headings[i] for i in sorted(ids))
        notes.append(f"Left blank, since your database gives them: {blank}.")
    return rows, tuple(notes)


def _unheld(dataset: str, lacks: str) -> InputRefused:
    """The refusal of a list whose columns cannot hold what its home canaries are known by."""
    others = {"mail addresses": "numbers of your own", "numbers": "mail addresses of your own"}.get(lacks)
    remedy = "name another list with --like, or its column of them as you load it (--map)"
    if others:
        remedy = f"import home canaries with {others} (tracer canary import --kind home); or {remedy}"
    return InputRefused(f"it has no column for {lacks}, by which home canaries are known", where=dataset, remedy=remedy)


def _checked_domains(con: duckdb.DuckDBPyConnection, request: AddressRequest) -> tuple[str, ...]:
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
    found, problems = dict[str, None](), []
    for domain in request.domains:
        plain = domain.strip().removeprefix("@")
        whole = normalise(f"x@{plain}")
        if whole is None or "@" in plain:
            problems.append(InputRefused(f"no domain is written {domain!r}", remedy="write it like mail.example.com"))
        elif whole[2:] in rules():
            remedy = "give a domain of your own, or your mailbox there with --mailbox"
            problems.append(
                InputRefused(f"{whole[2:]} is a provider's: its addresses are other people's", remedy=remedy)
            )
        else:
            found[whole[2:]] = None
    refuse(problems)
    return tuple(found)


def _taken_addresses(con: duckdb.DuckDBPyConnection, under: Sequence[str]) -> set[str]:
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


def _like(
    con: duckdb.DuckDBPyConnection, dataset: str, count: int, draw: KeyedDraw
) -> tuple[list[tuple[str | None, str, str]], LocalParts]:
    """(whole name, given, family) of as many people who would fit the list, and its forms of local parts."""
    source = read_source_list(con, dataset)
    sample = read_sample(con, source, f"{dataset} {draw.below(1 << 62)}")
    columns = ListNames(source)
    maker = PersonaMaker(con, source, sample, draw)
    anybody = [Identity(no) for no in range(count)]
    people = [columns.of_row(row.cells) for row in maker.rows_for(anybody).values()]
    known = []
    for _, cells in sorted(sample.rows.items()):
        address = next((text for i in source.places("email") if (text := cells[i])), None)
        if address is not None and normalise(address) is not None:
            known.append((*columns.of_row(cells)[1:], address))
    return people, LocalParts(known, draw)
