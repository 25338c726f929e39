"""`tracer check`: a list that is offered, held against what the case has, before anything of it is used.

It is read as `load` reads, over the case and not into it (`case.memory`), compared by the stages of a trace, and
gone. What stays is a line of the journal: a keyed hash of the file, its rows, the day, and who asked.

Counts are of people across lists: from 20 on they are exact, and lists that share fewer with it share none. All lists
of refusals count as one: who refused is not asked by list. Who checks two files that differ
in one row can see whether that row's person is in a list that shares 20 or more with both, as by two loads; each check
is in the journal.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import chain, count
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from tracer.ask.attributing import attributions_of
from tracer.case.case import Case
from tracer.case.memory import overlay, see_all
from tracer.clock import now, today
from tracer.disclosure import Count, DatasetRef, Measure, PartyRef, Reason, ReleaseRef, Share, Text, Word, shown_count
from tracer.dossier.parties import resolve
from tracer.dossier.vocabulary import did_you_mean, id_problem, nearest, refuse, value_problem
from tracer.errors import InputRefused
from tracer.findings import attribution, derivation, overlap
from tracer.findings.attribution import at_home, attribute
from tracer.findings.case_facts import CaseFacts, EarlierAnswers
from tracer.findings.claims import KINDS
from tracer.findings.claims.verdict import SURE, ClaimRow, ClaimVerdict, untestable
from tracer.findings.sightings import held_identifiers
from tracer.findings.statements import headlines
from tracer.identify.segments import ensure_segments
from tracer.input_files import sha256_of
from tracer.lists.load import read_list
from tracer.lists.loaded import DatasetFacts, Loaded
from tracer.lists.read.file import check_path
from tracer.lists.read.model import ReadOptions
from tracer.meter import SILENT, Meter
from tracer.policy import SHOWN_FROM, mask_text, view_rows
from tracer.resources import sql_next_to
from tracer.stages import STAGES, tool
from tracer.wording import Voice
from tracer.wording.names import names_of

T = TypeVar("T")
_statement = sql_next_to(__file__)
_TRACED = [table for stage in STAGES if stage.name in ("overlaps", "derivations") for table in stage.tables]
"""Findings that are computed again with the list among the others."""
OFFERED = "offer"
"""Origin of the list while it is checked."""
CLAIMS = ("random", "business_only", "public_sources", "size", "fresh", "first_hand", "own_collection", "consented")
"""What a seller may say of a list. `size` and `fresh` are of this list, `consented` of the use that a buyer makes of
it; the others are tested as the case's claims are."""
_ENOUGH_OF_SIZE = 0.98
"""Share of the claimed number that a list must have: sellers round, and a few rows are always repeated."""
_UNREAD = 0.2
"""Share of the rows that could not be compared from which that is said first."""
_OLD = 1 / 3
"""Share of a list from which it is old by the people in it. Lists that were collected apart share up to a fifth."""


@dataclass(frozen=True)
class Offer:
    """What is checked."""

    path: Path
    seller: str | None
    day: date
    """On which it was offered: lists of later days are not looked at."""
    claims: Mapping[str, str | None]
    """What the seller says: a kind of `CLAIMS`, and its value."""
    options: ReadOptions


@dataclass(frozen=True)
class Met:
    """How many people of the list are in a list of the case, from 20 on."""

    no: int
    id: str
    holder: str
    origin: str
    since: date | None
    made: bool
    """Whether that is the day on which it was made; else on which it was obtained."""
    people: int

    def row(self, whole: int) -> dict[str, Any]:
        """As programs read it."""
        by = self.since and ("created" if self.made else "obtained")
        row = {"dataset": self.id, "holder": self.holder, "origin": self.origin, "since": self.since, "since_by": by}
        return row | {"contacts": self.people, "share": round(self.people / whole, 6)}


@dataclass(frozen=True)
class Record:
    """What was checked, and when: as the page keeps it, not the case."""

    file: str
    sha256: str
    bytes: int
    at: str
    entry: int
    """Number of the journal's entry."""
    before: Sequence[str]
    """Days on which this file was checked before."""


@dataclass(frozen=True)
class Checked:
    """What was found; a reason of it is said, a number is shown."""

    loaded: Loaded
    offer: Offer
    seller: str
    unknown: str
    """What is said of a seller whom the case does not know; empty where it does."""
    same: Sequence[tuple[str, str]]
    """Lists that are this very file, with their holders."""
    offers: Sequence[str]
    """Loaded offers that are this very file; it is not compared with them."""
    record: Record
    voice: Voice
    met: Sequence[Met] = ()
    """Lists that share people with it, of most people first; not those of people who refused."""
    held: frozenset[str] = frozenset()
    """Origins of the case's lists."""
    people: Mapping[str, int] = field(default_factory=dict)
    """People of the list by what holds them: `recycled` (lists that parties had), `own`, `refused`, `register`,
    `older` than the seller says."""
    canaries: Sequence[Mapping[str, Any]] = ()
    home: bool = False
    """Whether some of them are in the client's own database alone."""
    copies: Sequence[Mapping[str, Any]] = ()
    """Rows of `attributions`."""
    copies_said: Sequence[str] = ()
    """Which copies it comes from, in sentences."""
    sources: Sequence[Mapping[str, Any]] = ()
    """Rows of `derivations`: lists that it was likelier copied from than not."""
    claims: Sequence[tuple[ClaimRow, ClaimVerdict]] = ()

    @property
    def whole(self) -> int:
        """Its contacts, and masked rows, which may be anybody's."""
        return self.loaded.contacts + self.loaded.masked

    @property
    def is_compared(self) -> bool:
        """Whether it is long enough to be compared."""
        return self.loaded.contacts >= SHOWN_FROM

    @property
    def unseen(self) -> int:
        """Contacts and masked rows that may be in lists of the case all the same: hashes are compared with lists of the
        case's own alone."""
        others = self.held - {"own", "refusals", "register"}
        hashes = min(self.loaded.hashes, self.loaded.contacts - self.people["recycled"]) if others else 0
        return self.loaded.masked + hashes

    @property
    def new(self) -> int:
        """Contacts that are in no list of the case, less planted records."""
        planted = sum(1 for one in self.canaries if one["kind"] != "home")
        return max(0, self.whole - self.people["recycled"] - self.unseen - planted)

    @property
    def recycled_share(self) -> tuple[float, float]:
        """Share of people who are in lists that parties had: at least, and where all that is not compared is, too."""
        n = self.people["recycled"]
        return n / max(1, self.whole), (n + self.unseen) / max(1, self.whole)

    @property
    def named_copies(self) -> list[Mapping[str, Any]]:
        """Copies that it comes from."""
        return [row for row in self.copies if row["accused"]]

    @property
    def because(self) -> tuple[Reason, ...]:
        """What speaks against its use."""
        found = []
        if self.people["refused"]:
            found.append(Reason.of("check-because-refused", n=Count(self.people["refused"])))
        if self.named_copies:
            parties = tuple(dict.fromkeys(PartyRef(str(row["recipient"])) for row in self.named_copies))
            found.append(Reason.of("check-because-copy", recipients=parties))
        elif self.home:
            found.append(Reason.of("check-because-planted", n=len(self.canaries)))
        if kinds := tuple(claim_name(claim) for claim, verdict in self.claims if verdict.verdict == "contradicted"):
            found.append(Reason.of("check-because-claims", kinds=kinds))
        return tuple(found)

    @property
    def first(self) -> tuple[Reason, ...]:
        """What is to be known before the price."""
        found, loaded = [], self.loaded
        if self.canaries and not (self.named_copies or self.home):  # one may be there by chance
            found.append(Reason.of("check-because-planted", n=len(self.canaries)))
        if self.people["own"]:
            found.append(Reason.of("check-first-own", n=Count(self.people["own"])))
        if self.same:
            found.append(Reason.of("check-first-same", datasets=tuple(DatasetRef(one) for one, _ in self.same)))
        rejected = max(0, loaded.rejected - loaded.masked)  # rows with a mask alone are rejected, too
        if (n := self.unseen + rejected) >= _UNREAD * max(1, self.whole + rejected):
            found.append(Reason.of("check-first-unread", n=n))
        if any("NOT READ" in note for note in loaded.notes):
            found.append(Reason.of("check-first-columns"))
        return tuple(found)

    @property
    def reading(self) -> tuple[Reason, ...]:
        """What to make of it, in sentences; the first decides."""
        least, most = self.recycled_share
        said = []
        if self.because:
            said.append(Reason.of("check-do-not-use", reasons=self.because))
        elif not self.is_compared:
            said.append(Reason.of("check-small", least=SHOWN_FROM))
        elif not self.held:
            said.append(Reason.of("check-no-lists"))
        if self.first:
            said.append(Reason.of("check-look-first", reasons=self.first))
        if least > 0 and not self.because:
            said.append(Reason.of("check-not-new", low=Share(least), hidden=exact_or_range(least, most)))
        if not (self.because or self.first) and self.is_compared and self.held:
            said.append(Reason.of("check-nothing-else" if said else "check-nothing"))
        return tuple(said)

    def sentence(self, reason: Reason) -> str:
        """The sentence; one that begins with the list's title begins with a capital."""
        text = self.voice.say(reason)
        return text[:1].upper() + text[1:]

    @property
    def cannot(self) -> Iterator[Reason]:
        """What was not or cannot be looked at."""
        loaded = self.loaded
        if loaded.rejected:
            yield Reason.of("check-cannot-rejected", n=loaded.rejected)
        if loaded.masked:
            yield Reason.of("check-cannot-masked", n=loaded.masked)
        if loaded.hashes:
            yield Reason.of("check-cannot-hashed", n=loaded.hashes)
        if self.unknown:
            near = None if self.unknown == "–" else Text(self.unknown)
            yield Reason.of("check-cannot-seller", seller=Text(self.seller), near=near)
        if self.is_compared and "refusals" not in self.held:
            yield Reason.of("check-cannot-refused")
        if self.is_compared and "own" not in self.held:
            yield Reason.of("check-cannot-own")
        if not self.copies and not self.canaries:
            yield Reason.of("check-cannot-copies")
        if any(one.since is None for one in self.met):
            yield Reason.of("check-cannot-days")
        yield Reason.of("check-cannot-small", least=SHOWN_FROM)
        yield Reason.of("check-cannot-elsewhere")

    @property
    def notes(self) -> Iterator[str]:
        """How it was read."""
        if self.loaded.account is not None:
            yield self.loaded.account.line()
        yield from (one.replace("; see tracer query rejects", "") for one in self.loaded.notes)

    def to_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        loaded, whole, say, (least, most) = self.loaded, self.whole, self.sentence, self.recycled_share
        n, exact, new = self.people["recycled"], max(1, loaded.contacts), self.new

        def part(contacts: int | str, *shares: float) -> dict[str, Any]:
            rounded = (round(one, 6) for one in shares)
            return {"contacts": contacts, **dict(zip(("share", "low", "high"), rounded, strict=True))}

        def people(held: str) -> int | str:
            return shown_count(Count(self.people[held]))

        names = ("rows", "contacts", "identifiers", "rejected", "duplicates", "hashes", "masked", "format", "encoding")
        home = sum(one["kind"] == "home" for one in self.canaries)
        low, high = (shown / max(1, whole) for shown in (new, new + self.unseen))
        own = [one.row(whole) for one in self.met if one.origin == "own"]
        return {
            "dataset": loaded.dataset,
            "seller": self.seller,
            "day": self.offer.day,
            "reading": self.reading[0].code.removeprefix("check-"),
            "said": ("" if self.voice.lang == "zh" else " ").join(map(say, self.reading)),
            "because": [one.code.removeprefix("check-because-") for one in self.because],
            "first": [one.code.rpartition("-")[2] for one in self.first],
            **{name: getattr(loaded, name) for name in names},
            "compared": self.is_compared,
            "same": [one for one, _ in self.same],
            "offers": list(self.offers),
            "record": asdict(self.record),
            "recycled": part(people("recycled"), n / exact, least, most),
            "new": part(new, new / exact, low, high),
            "not_compared": self.unseen,
            "lists": [one.row(whole) for one in self.met],
            "refused": {"people": people("refused")},
            "own": {"people": people("own"), "lists": own},
            "canaries": {"seen": len(self.canaries), "home": home, "which": list(self.canaries)},
            "copies": list(self.copies),
            "copies_said": [one[:1].upper() + one[1:] for one in self.copies_said],
            "sources": list(self.sources),
            "claims": [
                {"claim": claim.kind, "value": claim.value, "verdict": verdict.verdict, "p_value": verdict.p_value}
                | {"numbers": dict(verdict.numbers), "why": [say(one) for one in verdict.alternatives]}
                for claim, verdict in self.claims
            ],
            "cannot": [say(one) for one in self.cannot],
            "notes": list(self.notes),
        }


def exact_or_range(least: float, most: float) -> Word:
    """Whether a share is exact or a range."""
    return Word("exact" if least == most else "range")


_NAMED = {"fresh": "check-claim-fresh", "first_hand": "check-claim-first-hand"}
"""Claims that are called otherwise of a list."""


def claim_name(claim: ClaimRow) -> Reason:
    """What is claimed, in a word or two."""
    kind = headlines.claim_kind(claim.kind) if claim.kind not in _NAMED else Reason.of(_NAMED[claim.kind])
    if claim.value is None:
        return kind
    value = Text(claim.value) if claim.number is None or claim.kind == "fresh" else Text(f"{claim.number:,.0f}")
    return Reason.of("check-claim-value", kind=kind, value=value)


def read_claims(said: Sequence[str], day: date) -> dict[str, str | None]:
    """Claims as they are written (`random`, `size=100000`, `fresh=2026-05`): a kind, and its value.

    Raises `InputRefused`: a kind that is not among `CLAIMS`, or a value that it cannot have; all at once.
    """
    claims, problems = dict[str, str | None](), list[InputRefused | None]()
    for one in (part.strip() for text in said for part in text.split(",")):
        kind, equals, value = one.partition("=")
        kind = kind.strip().replace("-", "_")
        if kind not in CLAIMS:
            problems.append(InputRefused(f"invalid claim {one!r}", where="--claims", remedy=did_you_mean(kind, CLAIMS)))
        elif kind in claims:
            problems.append(InputRefused(f"{kind} is said twice", where="--claims", remedy="say it once"))
        elif kind == "size" and not equals:
            problems.append(InputRefused("the size is missing", where="--claims", remedy="write size=100000"))
        elif kind == "fresh":
            if _month(value or f"{day:%Y-%m}") is None:
                remedy = "write a month or a day, like fresh=2026-05"
                problems.append(InputRefused(f"invalid value {value!r} of fresh", where="--claims", remedy=remedy))
            claims[kind] = value or f"{day:%Y-%m}"
        else:
            problems.append(value_problem(kind, value or None, "--claims"))
            claims[kind] = value or None
    refuse(problems)
    return claims


def _month(text: str) -> date | None:
    """The day, or the first day of the month or year."""
    try:
        return date.fromisoformat(f"{text}-01-01"[:10] if len(text) < 7 else f"{text}-01"[:10])
    except ValueError:
        return None


def check(case: Case, offer: Offer, lang: str, made: Callable[[Checked], T], meter: Meter = SILENT) -> T:
    """Read the list next to the case, compare it, and forget it; the case may be open for reading alone.

    made: what becomes of the answer, while the list is still there to be looked through for.

    Raises `InputRefused`: a file that cannot be read, or holds no identifier; a seller's id that cannot be.
    """
    con, path = case.con, offer.path.absolute()
    check_path(path)
    if offer.day > today():
        raise InputRefused(f"{offer.day} is in the future", where="--on", remedy="correct the day, or the clock")
    sha256 = sha256_of(path)
    digest = hmac.new(case.secret(b"check"), sha256.encode(), hashlib.sha256).hexdigest()
    with overlay(con, _TRACED):
        seller, unknown = _seller(con, offer.seller)
        id_ = _free(con, "dataset", OFFERED)
        facts = DatasetFacts(id_, seller, offer.day, origin=OFFERED, title_en="this list", title_zh="本名单")
        _, loaded = read_list(con, path, facts, offer.options, meter=meter, by_numbers=True)
        same = con.execute(  # nothing is said of others to a list that is too short to be compared
            "SELECT id, holder, origin = $offer FROM dataset WHERE current AND purged_at IS NULL"
            " AND views._enough(contacts) AND sha256 = $sha256"
            " AND (origin = $offer OR coalesce(created, obtained, $day) <= $day) ORDER BY id",
            {"sha256": sha256, "offer": OFFERED, "day": offer.day},
        ).fetchall()
        con.execute(
            "UPDATE dataset SET current = false WHERE no <> $no AND (origin = $offer AND sha256 = $sha256"
            " OR origin <> 'refusals' AND coalesce(created, obtained) > $day)",
            {"no": loaded.no, "offer": OFFERED, "sha256": sha256, "day": offer.day},
        )
        # Where these bytes were loaded before: canaries that were imported since then ask nothing about them.
        con.execute("UPDATE dataset SET sha256 = $sha256 WHERE no = $no", {"sha256": sha256, "no": loaded.no})
        see_all(con)
        ensure_segments(con)
        # What the page keeps of the check, whose entry is the journal's next.
        last, before = 0, dict[str, None]()
        for entry in case.journal.entries():
            last = entry["no"]
            if entry.get("command") == "check" and digest in dict(entry.get("inputs") or {}).values():
                before[str(entry["at"])[:10]] = None
        at, length = f"{now():%Y-%m-%d %H:%M:%S} UTC", path.stat().st_size
        record = Record(mask_text(path.name), sha256, length, at, last + 1, list(before))
        found = Checked(
            loaded=loaded,
            offer=offer,
            seller=seller,
            unknown=unknown,
            same=[(one, holder) for one, holder, offered in same if not offered],
            offers=[one for one, _, offered in same if offered],
            record=record,
            voice=Voice(lang, names_of(con, lang)),
        )
        with CaseFacts(con, earlier=EarlierAnswers(con, tool())) as all_facts:
            found = _compared_with_case(all_facts, found)
        answer = made(found)
    detail = {"rows": loaded.rows, "day": offer.day.isoformat()}
    case.journal.append(command="check", inputs={"list": digest}, detail=detail)
    return answer


def _seller(con: duckdb.DuckDBPyConnection, named: str | None) -> tuple[str, str]:
    """The seller's id, with a row for one that the case does not know, and what is said of such a one."""
    if named is None:
        seller = _free(con, "party", "seller")
        con.execute("INSERT INTO party (id, name_en, name_zh) VALUES ($id, 'the seller', '卖方')", {"id": seller})
        return seller, ""
    refuse([id_problem(named, "party", "--seller")])
    known = [one for (one,) in con.execute("SELECT id FROM party ORDER BY id").fetchall()]
    con.execute("INSERT INTO party (id) VALUES ($id) ON CONFLICT DO NOTHING", {"id": named})
    seller = resolve(con, named)
    return seller, "" if named in known or seller != named else nearest(named, known) or "–"


def _free(con: duckdb.DuckDBPyConnection, table: str, name: str) -> str:
    """The name, numbered where the case uses it."""
    taken = {row[0] for row in con.execute(f"SELECT id FROM {table}").fetchall()}
    return next(one for one in chain([name], (f"{name}-{n}" for n in count(2))) if one not in taken)


def _compared_with_case(facts: CaseFacts, checked: Checked) -> Checked:
    """The list, which is there to be seen, held against all others."""
    con, loaded, seller, day = facts.con, checked.loaded, checked.seller, checked.offer.day
    id_ = loaded.dataset
    others = con.execute(
        "SELECT no, origin, hashes, id IN (SELECT dataset FROM release) FROM dataset"
        " WHERE current AND purged_at IS NULL AND views._enough(contacts) AND no <> $no ORDER BY no",
        {"no": loaded.no},
    ).fetchall()
    # People who refused are looked for in hashes, too; where the list holds hashes, those whom the case may hash.
    hashed = [no for no, origin, hashes, _ in others if origin == "refusals" and hashes]
    ours = [no for no, origin, _, released in others if origin in ("own", "refusals") or released]
    with held_identifiers(
        con, [*hashed, *([loaded.no] if loaded.hashes else [])], [loaded.no, *(ours if loaded.hashes else [])]
    ):
        con.execute(_statement("check_met"), {"dataset": loaded.no})
    met, people = _met(con, checked)
    overlap.compute(facts, 1)
    derivation.compute(facts, 1)
    found = attribute(con, id_)
    attribution.write(con, 1, found)
    copies = attributions_of(con, id_, voice=checked.voice, known=found)
    sources = view_rows(
        con,
        "SELECT d.parent, d.child, d.probability, d.grade, d.kind, d.direction FROM views.derivations AS d"
        " WHERE d.child = $id AND d.probability >= 0.5 ORDER BY d.probability DESC, d.parent",
        {"id": id_},
    )
    checked = replace(
        checked,
        met=met,
        held=frozenset(origin for _, origin, _, _ in others),
        people=people,
        canaries=view_rows(con, _statement("check_canaries"), {"id": id_}),
        home=any(dataset == id_ for dataset, _ in at_home(con)),
        copies=list(copies.rows()),
        copies_said=copies.notes,
        sources=[row for row in sources if row["parent"] not in dict(checked.same)],
    )
    said = checked.offer.claims.items()
    claims = [ClaimRow(kind, seller, seller, kind, value, id_, day, None) for kind, value in said]
    return replace(checked, claims=[(claim, _verdict(facts, checked, claim)) for claim in claims])


def _met(con: duckdb.DuckDBPyConnection, checked: Checked) -> tuple[list[Met], dict[str, int]]:
    """Lists that share people with it, and how many people are in which lists together."""
    offer = checked.offer
    if not checked.is_compared:
        con.execute("DELETE FROM temp.check_met")
    con.execute(_statement("check_lists"), {"day": offer.day})
    rows = con.execute("SELECT * FROM temp.check_list ORDER BY people DESC, id").fetchall()
    older = _month(offer.claims.get("fresh") or "9999") or offer.day
    market = "origin NOT IN ('refusals', 'register')"
    parts = {
        "recycled": market,
        "own": "origin = 'own'",
        "refused": "origin = 'refusals'",
        "register": "origin = 'register'",
        "others": f"{market} AND holder <> $seller",
        "older": f"{market} AND since < DATE '{older}'",
    }
    counts = ", ".join(
        f"least(count(DISTINCT contact) FILTER ({part}), count(DISTINCT theirs) FILTER ({part}))"
        for part in parts.values()
    )
    joined = f"SELECT {counts} FROM temp.check_met JOIN temp.check_list USING (no)"
    (found,) = con.execute(joined, {"seller": checked.seller}).fetchall()
    con.execute("DROP TABLE temp.check_met; DROP TABLE temp.check_list")
    people = {part: n if n >= SHOWN_FROM else 0 for part, n in zip(parts, found, strict=True)}
    met = [one for row in rows if (one := Met(*row)).people >= SHOWN_FROM and one.origin != "refusals"]
    return met, people


def _verdict(facts: CaseFacts, checked: Checked, claim: ClaimRow) -> ClaimVerdict:
    """What the data say of a claim, with what decides it first."""
    if claim.kind in _OF_THE_OFFER:
        return _OF_THE_OFFER[claim.kind](checked, claim)
    theirs = tuple(DatasetRef(one) for one, holder in checked.same if holder != checked.seller)
    if theirs and claim.kind in ("first_hand", "own_collection"):
        return ClaimVerdict("contradicted", None, {}, (Reason.of("check-same-file", datasets=theirs),), "G1")
    verdict = KINDS[claim.kind](facts, claim)
    if verdict.verdict == "contradicted":
        return replace(verdict, alternatives=(*_decides(verdict.numbers), *verdict.alternatives))
    others = checked.people["others"]
    if claim.kind != "random" or verdict.verdict == "untestable" or others < _OLD * checked.loaded.contacts:
        return verdict
    # The test leaves out lists that may have been made from this one, and cannot acquit one that is largely in them.
    why = Reason.of("check-claim-held", n=Count(others)), Reason.of("check-claim-resold")
    return replace(verdict, verdict="untestable", alternatives=why, numbers={**verdict.numbers, "held": others})


def _decides(numbers: Mapping[str, Any]) -> Iterator[Reason]:
    """Why a claim is contradicted, by the numbers of its test."""
    shared = numbers.get("shared", numbers.get("shared_with_consumers"))
    if isinstance(shared, int) and "expected" in numbers:
        expected = Measure(numbers["expected"])
        yield Reason.of("check-claim-shared", n=Count(shared), expected=expected)
    if "release" in numbers:
        yield Reason.of("check-claim-release", release=ReleaseRef(str(numbers["release"])))
    elif "source" in numbers:
        yield Reason.of("check-claim-source", source=DatasetRef(str(numbers["source"])))


def _size(checked: Checked, claim: ClaimRow) -> ClaimVerdict:
    """How many different contacts it has: rows that repeat others are not counted, rows without any might be some."""
    loaded, claimed = checked.loaded, claim.number or 1.0
    numbers = {"rows": loaded.rows, "contacts": loaded.contacts, "repeated": loaded.duplicates}
    enough = _ENOUGH_OF_SIZE * claimed
    why = (Reason.of("check-claim-counted", n=Count(loaded.contacts, across_lists=False), rows=loaded.rows),)
    most = "contradicted" if checked.whole + loaded.rejected < enough else "consistent"
    return ClaimVerdict("supported" if loaded.contacts >= enough else most, None, numbers, why)


def _fresh(checked: Checked, claim: ClaimRow) -> ClaimVerdict:
    """Whether it was in lists of parties before the day from which it is said to be collected: by many of its people,
    or by a copy or list that it comes from. Some people are in every list, so a few show nothing."""
    older, day = checked.people["older"], _month(str(claim.value)) or date.max
    if older:
        dated = {one.id: one.since for one in checked.met if one.origin != "register" and one.since}
        first = min(dated.values())
        copied = any(row["probability"] >= SURE and dated.get(row["parent"], day) < day for row in checked.sources)
        known = copied or checked.named_copies or older >= _OLD * checked.loaded.contacts
        why = (Reason.of("check-claim-older", n=Count(older), day=first),)
        numbers = {"older": older, "first": first.isoformat()}
        return ClaimVerdict("contradicted" if known else "consistent", None, numbers, why)
    if not checked.is_compared or not checked.held & {"own", "obtained"}:
        return untestable(Reason.of("check-claim-no-lists"))
    return ClaimVerdict("consistent", None, {}, (Reason.of("check-claim-not-older"),))


def _consent_verdict(checked: Checked, _: ClaimRow) -> ClaimVerdict:
    """Whether people of it have refused, or gave what is in it to somebody else."""
    refused = checked.people["refused"]
    if refused:
        why = Reason.of("check-claim-refused", n=Count(refused)), Reason.of("claim-agreed-again")
        return ClaimVerdict("contradicted", None, {"refused": refused}, why, "G1")
    if checked.named_copies or checked.home:
        return ClaimVerdict("contradicted", None, {}, (Reason.of("check-claim-given-to-you"),), "G1")
    if "refusals" not in checked.held or not checked.is_compared:
        return untestable(Reason.of("claim-no-basis"))
    return ClaimVerdict("consistent", None, {}, (Reason.of("claim-nobody-refused"),))


_OF_THE_OFFER: Mapping[str, Callable[[Checked, ClaimRow], ClaimVerdict]] = {
    "size": _size,
    "fresh": _fresh,
    "consented": _consent_verdict,
}
