"""`tracer probe plan`: the next sheet of questions, drawn from the case's secret and journaled before it is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.findings.probes.campaign import (
    ProbeCampaign,
    askable,
    asked_of,
    number_of,
    own_marks,
    pool_marks,
    read_campaign,
    state_of,
)
from tracer.findings.probes.people import AskedFor, contacts_of, identity, ordinary_keys, person, withheld_keys
from tracer.findings.sightings import RegisteredMarks, Release, read_marks
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.probe.choice import ProbeDesign, SheetSize, least_answers, next_sheet, power, questions_needed

PROBE = b"probe"
"""Purpose of the case's secret that questions and their order are drawn from."""
CONTROLS = 2
"""Controlled identities that were never handed out, in the first sheet."""


@dataclass(frozen=True)
class ProbeRequest:
    """What is asked for."""

    releases: tuple[str, ...] = ()
    """Ids of copies, or patterns with `*`; none where an earlier sheet goes on."""
    service: str | None = None
    after: str | None = None
    by: str | None = None
    """phone, email or name: what the service takes; found out where it is not said."""
    names: bool = True
    most: int = 60
    ordinary: int = 12
    withheld: int = 8
    """Withheld people of the copy that the answers favour, at most."""
    wrong: float = 0.05
    alpha: float = 0.01
    """Family-wise error over all campaigns about the service and list."""
    reason: str | None = None
    """Why people of the list may be shown to the service; needed where any may be asked for."""
    agreed: frozenset[int] | None = None
    """Keys of people who agreed to be asked for; None where everybody may be."""


@dataclass(frozen=True)
class Asked:
    """One line of the sheet; it does not say what the question is for."""

    id: str
    who: AskedFor


@dataclass(frozen=True)
class PlannedProbe:
    """A sheet, and what can be expected of it."""

    plan: str
    campaign: str
    stage: int
    service: str
    by: str
    questions: tuple[Asked, ...]
    suspects: int
    people: int
    left: int
    power: float | None
    """How often the copy is named where the service holds half of one; None in later sheets."""
    needed: int | None
    """The fewest questions that name it in 95 of 100 cases, where these are too few; None where no number does."""
    least: int | None
    """Answers about planted records that it takes on average, however they are chosen; None where names are shown."""
    own: int
    """Marks of its own that the copy with the fewest has."""
    pool: int
    controls: int


def plan_probe(case: Case, request: ProbeRequest) -> PlannedProbe:
    """Draw the next sheet, keep its key and journal it. Call it outside a transaction.

    Raises `InputRefused`: unknown copies or parties, copies of several lists, nothing left to ask, a sheet before that
    has no answers, people without a reason.
    """
    marks = read_marks(case.con)
    after = request.after
    begun = _begin(case.con, marks, request) if after is None else _go_on(case.con, marks, after, request.agreed)
    state = state_of(case.con, marks, begun)
    sheet = next_sheet(state, begun.errors(), begun.alpha, int(begun.settings["most"]))
    plan = f"p{_count(case.con) + 1}"  # sheets that were removed count: an id never means another sheet
    draw = KeyedDraw(case.secret(PROBE), f"{begun.service} {begun.dataset} {plan}")
    drawn = _Drawing(case.con, marks, begun, draw, request.agreed).questions(sheet, first=request.after is None)
    if not any(kind not in ("control", "home") for kind, *_ in drawn):
        raise InputRefused(
            "nothing is left to ask that would settle more", where=begun.id,
            remedy="see what the answers say: tracer probe show, or plan a new probe with more --most",
        )  # fmt: skip
    order = draw.shuffled(drawn)
    asked = tuple(Asked(f"{plan}-{no}", _who(case.con, begun, item)) for no, item in enumerate(order, 1))
    _enter(case, plan, begun, order)
    people = sum(kind in ("ordinary", "withheld") for kind, *_ in order)
    expected, needed = _expected(begun, state.own, pool_marks(case.con, begun.suspects), draw, request)
    return PlannedProbe(
        plan, begun.id or plan, len(begun.plans) + 1, begun.service, str(begun.settings["by"]), asked,
        len(begun.suspects), people, state.left - len(order), expected, needed,
        None if begun.by_name else least_answers(len(begun.suspects), begun.errors(), begun.alpha),
        int(state.own.min()) if len(state.own) else 0, state.pool_left,
        sum(kind in ("control", "home") for kind, *_ in order),
    )  # fmt: skip


def _expected(
    begun: ProbeCampaign, own: Any, pool: dict[int, float], draw: KeyedDraw, request: ProbeRequest
) -> tuple[float | None, int | None]:
    if begun.plans:
        return None, None
    biases = draw.shuffled(list(pool.values()))

    def design(most: int) -> ProbeDesign:
        return ProbeDesign(own, biases, most, CONTROLS, request.ordinary, request.withheld)

    expected = power(design(request.most), begun.errors(), begun.alpha)
    return expected, None if expected >= 0.95 else questions_needed(design, begun.errors(), begun.alpha)


def _count(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT count(*) FROM probe_plan").fetchone()
    return 0 if row is None else int(row[0])


def _begin(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, request: ProbeRequest) -> ProbeCampaign:
    problems: list[InputRefused] = []
    suspects = _suspects(marks, request.releases, problems)
    parties = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    if request.service is None:
        problems.append(InputRefused("the service is missing", remedy="name it with --service PARTY"))
    elif request.service not in parties:
        problems.append(InputRefused(f"unknown party {request.service!r}", remedy="add it with `tracer party add`"))
    datasets = sorted({release.dataset for release in suspects})
    if len(datasets) > 1:
        problems.append(
            InputRefused(f"copies of {len(datasets)} lists: {', '.join(datasets)}", remedy="probe one list at a time")
        )
    elif suspects and suspects[0].source is None:
        problems.append(
            InputRefused(f"the case does not hold {datasets[0]}", remedy="load the list that the copies are of")
        )
    if request.reason is None and request.ordinary + request.withheld > 0:
        problems.append(
            InputRefused(
                "people of the list would be shown to the service, and no reason is given",
                remedy='give --reason "…", or --ordinary 0 --withheld 0 (then no copy is named)',
            )
        )
    if problems:
        raise InputRefused.many(problems)
    settings = {
        "by": request.by or _by(marks, suspects), "names": request.names, "most": request.most,
        "ordinary": request.ordinary, "withheld": request.withheld, "wrong": request.wrong, "alpha": request.alpha,
        "reason": request.reason, "agreed": request.agreed is not None,
    }  # fmt: skip
    service, dataset = str(request.service), datasets[0]
    return ProbeCampaign("", service, dataset, suspects, settings, (), (), number_of(con, service, dataset))


def _suspects(marks: RegisteredMarks, named: Sequence[str], problems: list[InputRefused]) -> tuple[Release, ...]:
    chosen: dict[str, Release] = {}
    for pattern in named:
        found = [release for release in marks.releases if fnmatchcase(release.id, pattern)]
        if not found:
            near = ", ".join(release.id for release in marks.releases[:5])
            problems.append(InputRefused(f"unknown release {pattern!r}", remedy=f"the case has {near or 'none'}"))
        chosen |= {release.id: release for release in found}
    if not named:
        problems.append(InputRefused("the copies are missing", remedy="name releases, or a pattern such as 'list@*'"))
    return tuple(chosen[one] for one in sorted(chosen))


def _by(marks: RegisteredMarks, suspects: Sequence[Release]) -> str:
    """What most marks of the copies have."""
    mine = frozenset[int]().union(*(release.canaries for release in suspects))
    counts = {by: sum(askable(marks, no, by) for no in mine) for by in ("phone", "email", "name")}
    return max(counts, key=lambda by: counts[by])


def _go_on(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, after: str, agreed: Collection[int] | None
) -> ProbeCampaign:
    begun = read_campaign(con, after, marks)
    if begun.settings.get("agreed") and agreed is None:
        raise InputRefused(
            "this probe asks only for people who agreed, and their file is missing", where=begun.id,
            remedy="give it again: --agreed FILE",
        )  # fmt: skip
    last = begun.plans[-1]
    if not any(question.found is not None for question in begun.questions if question.plan == last):
        raise InputRefused(
            f"the sheet {last} has no answers yet", where=last,
            remedy=f"load them first: tracer probe load FILE; where it was never asked: tracer probe remove {last}",
        )  # fmt: skip
    return begun


Drawn = tuple[str, int | None, int | None, str | None, float | None]
"""kind, canary, key, release, share."""


@dataclass(frozen=True)
class _Drawing:
    """Draws the questions of one sheet."""

    con: duckdb.DuckDBPyConnection
    marks: RegisteredMarks
    campaign: ProbeCampaign
    draw: KeyedDraw
    agreed: Collection[int] | None

    def questions(self, sheet: SheetSize, *, first: bool) -> list[Drawn]:
        """What is asked, in no order yet."""
        campaign, by = self.campaign, str(self.campaign.settings["by"])
        asked = asked_of(self.con, campaign)
        pool = pool_marks(self.con, campaign.suspects)
        free = [no for no in sorted(pool) if no not in asked and askable(self.marks, no, by)]
        found: list[Drawn] = [("pool", no, None, None, None) for no in self.draw.shuffled(free)[: sheet.pool]]
        for j, release in enumerate(campaign.suspects):
            if sheet.own[j]:
                left = [no for no in own_marks(self.marks, release, frozenset(pool), by) if no not in asked]
                share = sheet.shares.get(j, self._share(release.id))
                found += [("own", no, None, release.id, share) for no in self.draw.shuffled(left)[: sheet.own[j]]]
        found += self._people(sheet, by)
        return [*found, *(self._controls(asked, by) if first else [])]

    def _share(self, release: str) -> float | None:
        return next(
            (one.share for one in self.campaign.questions if one.release == release and one.kind == "own"), None
        )

    def _people(self, sheet: SheetSize, by: str) -> list[Drawn]:
        leader = self.campaign.suspects[sheet.leader]
        dataset = leader.source
        if dataset is None:
            return []
        denied = {
            contact
            for (contact,) in self.con.execute(
                "SELECT key FROM withheld WHERE release = $release", {"release": leader.id}
            ).fetchall()
        }
        asked = sorted(asked_of(self.con, self.campaign, "key"))
        before = set(contacts_of(self.con, dataset, asked).values())
        ordinary = ordinary_keys(self.con, self.draw, dataset, sheet.ordinary, by, before | denied, self.agreed)
        withheld = withheld_keys(self.con, self.draw, dataset, leader.id, sheet.withheld, by, before, self.agreed)
        return [
            *(("ordinary", None, key, leader.id, None) for key in ordinary),
            *(("withheld", None, key, leader.id, None) for key in withheld),
        ]

    def _controls(self, asked: set[int], by: str) -> list[Drawn]:
        """Controlled identities that were never handed out: a home canary where there are several, controls, unused
        canaries."""
        used = {no for release in self.marks.releases for no in release.canaries}
        groups: dict[str, list[int]] = {"home": [], "control": [], "canary": []}
        for no, canary in sorted(self.marks.canaries.items()):
            if no not in used | asked and canary.kind in groups and askable(self.marks, no, by):
                groups[canary.kind].append(no)
        homes = self.draw.shuffled(groups["home"])[: 1 if len(groups["home"]) > 1 else 0]
        rest = [*self.draw.shuffled(groups["control"]), *self.draw.shuffled(groups["canary"])][: CONTROLS - len(homes)]
        return [
            *(("home", no, None, None, None) for no in homes), *(("control", no, None, None, None) for no in rest),
        ]  # fmt: skip


def _who(con: duckdb.DuckDBPyConnection, campaign: ProbeCampaign, item: Drawn) -> AskedFor:
    _, canary, key, _, _ = item
    if canary is not None:
        return identity(con, canary)
    dataset = campaign.suspects[0].source
    if dataset is None or key is None:
        raise ValueError("people are drawn from the list that the case holds")
    return person(con, dataset, key)


def _enter(case: Case, plan: str, begun: ProbeCampaign, order: Sequence[Drawn]) -> None:
    """Keep the key of the sheet, and journal its digest before anything is asked."""
    digest = hashlib.sha256(case.secret(PROBE) + json.dumps([plan, *order]).encode()).hexdigest()
    with case.transaction():
        case.con.execute(
            "INSERT INTO probe_plan"
            " VALUES ($plan, $campaign, $stage, $service, $dataset, $suspects, $settings, $digest, $at)",
            {
                "plan": plan, "campaign": begun.id or plan, "stage": len(begun.plans) + 1, "service": begun.service,
                "dataset": begun.dataset, "suspects": [release.id for release in begun.suspects],
                "settings": json.dumps(begun.settings, sort_keys=True), "digest": digest, "at": now(),
            },
        )  # fmt: skip
        for no, (kind, canary, key, release, share) in enumerate(order, 1):
            case.con.execute(
                "INSERT INTO probe_question"
                " VALUES ($plan, $no, $kind, $canary, $key, $release, $share, NULL, NULL, NULL)",
                {"plan": plan, "no": no, "kind": kind, "canary": canary, "key": key, "release": release,
                 "share": share},
            )  # fmt: skip
        case.journal.append(
            command="probe plan", result=digest,
            detail={
                "plan": plan, "campaign": begun.id or plan, "service": begun.service, "dataset": begun.dataset,
                "copies": len(begun.suspects), "questions": len(order),
                "people": sum(kind in ("ordinary", "withheld") for kind, *_ in order),
                "reason": begun.settings["reason"],
            },
        )  # fmt: skip


def remove_probe(case: Case, plan: str) -> None:
    """Remove a sheet that was never asked, and journal it. Raises `InputRefused` where it has answers, another
    goes on from it, or the case has it no longer."""
    campaign = read_campaign(case.con, plan)
    if any(question.found is not None for question in campaign.questions if question.plan == plan):
        raise InputRefused(
            f"the probe {plan} has answers", where=plan, remedy="what was asked stays asked: the service knows of it"
        )
    with case.transaction():
        case.con.execute("DELETE FROM probe_question WHERE plan = $plan", {"plan": plan})
        case.journal.append(command="probe remove", detail={"plan": plan, "campaign": campaign.id})
