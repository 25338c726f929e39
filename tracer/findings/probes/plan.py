"""`tracer probe plan`: the next sheet of questions, drawn from the case's secret and journaled before it is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.findings.probes.campaign import (
    ProbeCampaign,
    askable,
    asked_of,
    number_of,
    pool_marks,
    read_campaign,
    state_of,
)
from tracer.findings.probes.people import AskedFor, PeopleOfList, contacts_of, identity, person
from tracer.findings.sightings import RegisteredMarks, Release, read_marks
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.probe.choice import ProbeDesign, SheetSize, least_answers, next_sheet, power, questions_needed

_PROBE = b"probe"
"""Purpose of the case's secret that questions and their order are drawn from."""
_CONTROLS = 2
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
    wrong: float = 0.05
    alpha: float = 0.01
    """Family-wise error over all campaigns about the service and list."""
    reason: str | None = None
    """Why people of the list may be shown to the service; needed where any may be asked for."""
    agreed: frozenset[int] | None = None


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
    pool: int
    controls: int


def plan_probe(case: Case, request: ProbeRequest) -> PlannedProbe:
    """Draw the next sheet, keep its key and journal it. Call it outside a transaction.

    Raises `InputRefused`: unknown copies or parties, copies of several lists, nothing left to ask, a sheet before that
    has no answers, people without a reason.
    """
    con, marks, after = case.con, read_marks(case.con), request.after
    begun = _begin(con, marks, request) if after is None else _go_on(con, marks, after, request.agreed)
    state, errors, suspects = state_of(con, marks, begun), begun.errors(), len(begun.suspects)
    sheet = next_sheet(state, errors, begun.alpha, int(begun.settings["most"]))
    sheets = int(con.execute("SELECT count(*) FROM probe_plan").fetchall()[0][0])
    plan = f"p{sheets + 1}"  # sheets that were removed count: an id never means another sheet
    draw = KeyedDraw(case.secret(_PROBE), f"{begun.service} {begun.dataset} {plan}")
    drawn = _SheetDraw(con, marks, begun, draw, request.agreed).questions(sheet, first=after is None)
    if not any(kind not in ("control", "home") for kind, *_ in drawn):
        remedy = "see what the answers say: tracer probe show, or plan a new probe with more --most"
        raise InputRefused("nothing is left to ask that would settle more", where=begun.id, remedy=remedy)
    order = draw.shuffled(drawn)
    asked = tuple(Asked(f"{plan}-{no}", _who(con, begun, item)) for no, item in enumerate(order, 1))
    people = sum(kind in ("ordinary", "withheld") for kind, *_ in order)
    _enter(case, plan, begun, order, people)
    expected, needed = None, None
    if not begun.plans:
        biases = draw.shuffled(list(pool_marks(con, begun.suspects).values()))

        def design(most: int) -> ProbeDesign:
            return ProbeDesign(state.own, biases, most, _CONTROLS, request.ordinary, request.withheld)

        expected = power(design(request.most), errors, begun.alpha)
        needed = None if expected >= 0.95 else questions_needed(design, errors, begun.alpha)
    return PlannedProbe(
        plan=plan,
        campaign=begun.id or plan,
        stage=len(begun.plans) + 1,
        service=begun.service,
        by=begun.by,
        questions=asked,
        suspects=suspects,
        people=people,
        left=state.left - len(order),
        power=expected,
        needed=needed,
        least=None if begun.by_name else least_answers(suspects, errors, begun.alpha),
        own=int(state.own.min()) if len(state.own) else 0,
        pool=state.pool_left,
        controls=sum(kind in ("control", "home") for kind, *_ in order),
    )


def _begin(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, request: ProbeRequest) -> ProbeCampaign:
    problems: list[InputRefused] = []

    def refuse(what: str, remedy: str) -> None:
        problems.append(InputRefused(what, remedy=remedy))

    chosen: dict[str, Release] = {}
    for pattern in request.releases:
        found = [release for release in marks.releases if fnmatchcase(release.id, pattern)]
        if not found:
            near = ", ".join(release.id for release in marks.releases[:5])
            refuse(f"unknown release {pattern!r}", f"the case has {near or 'none'}")
        chosen |= {release.id: release for release in found}
    if not request.releases:
        refuse("the copies are missing", "name releases, or a pattern such as 'list@*'")
    suspects = tuple(chosen[one] for one in sorted(chosen))
    parties = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    if request.service is None:
        refuse("the service is missing", "name it with --service PARTY")
    elif request.service not in parties:
        refuse(f"unknown party {request.service!r}", "add it with `tracer party add`")
    datasets = sorted({release.dataset for release in suspects})
    if len(datasets) > 1:
        refuse(f"copies of {len(datasets)} lists: {', '.join(datasets)}", "probe one list at a time")
    elif suspects and suspects[0].source is None:
        refuse(f"the case does not hold {datasets[0]}", "load the list that the copies are of")
    if request.reason is None and request.ordinary + request.withheld > 0:
        remedy = 'give --reason "…", or --ordinary 0 --withheld 0 (then no copy is named)'
        refuse("people of the list would be shown to the service, and no reason is given", remedy)
    if problems:
        raise InputRefused.many(problems)
    settings = {name: getattr(request, name) for name in ("names", "most", "ordinary", "withheld", "wrong", "alpha")}
    settings |= {"by": request.by or _by(marks, suspects), "reason": request.reason}
    settings |= {"agreed": request.agreed is not None}
    service, dataset = str(request.service), datasets[0]
    return ProbeCampaign("", service, dataset, suspects, settings, (), (), number_of(con, service, dataset))


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
        what, remedy = (
            "this probe asks only for people who agreed, and their file is missing",
            "give it again: --agreed FILE",
        )
        raise InputRefused(what, where=begun.id, remedy=remedy)
    last = begun.plans[-1]
    if not any(question.found is not None for question in begun.questions if question.plan == last):
        remedy = f"load them first: tracer probe load FILE; where it was never asked: tracer probe remove {last}"
        raise InputRefused(f"the sheet {last} has no answers yet", where=last, remedy=remedy)
    return begun


Drawn = tuple[str, int | None, int | None, str | None, float | None]
"""kind, canary, key, release, share."""


@dataclass(frozen=True)
class _SheetDraw:
    """Draws the questions of one sheet."""

    con: duckdb.DuckDBPyConnection
    marks: RegisteredMarks
    campaign: ProbeCampaign
    draw: KeyedDraw
    agreed: Collection[int] | None

    def questions(self, sheet: SheetSize, *, first: bool) -> list[Drawn]:
        """What is asked, in no order yet."""
        campaign, draw = self.campaign, self.draw
        asked, pool = asked_of(self.con, campaign), pool_marks(self.con, campaign.suspects)
        free = [no for no in sorted(pool) if no not in asked and askable(self.marks, no, campaign.by)]
        found: list[Drawn] = [("pool", no, None, None, None) for no in draw.shuffled(free)[: sheet.pool]]
        before = {one.release: one.share for one in reversed(campaign.questions) if one.kind == "own"}
        for j, release in enumerate(campaign.suspects):
            if sheet.own[j]:
                left = [no for no in campaign.own_marks(self.marks, release, pool) if no not in asked]
                share = sheet.shares.get(j, before.get(release.id))
                found += [("own", no, None, release.id, share) for no in draw.shuffled(left)[: sheet.own[j]]]
        return [*found, *self._people(sheet), *(self._controls(asked) if first else [])]

    def _people(self, sheet: SheetSize) -> list[Drawn]:
        leader = self.campaign.suspects[sheet.leader]
        dataset = leader.source
        if dataset is None:
            return []
        lacked = self.con.execute("SELECT key FROM withheld WHERE release = $release", {"release": leader.id})
        denied = {contact for (contact,) in lacked.fetchall()}
        asked = sorted(asked_of(self.con, self.campaign, "key"))
        before = set(contacts_of(self.con, dataset, asked).values())
        people = PeopleOfList(self.con, self.draw, dataset, self.campaign.by, self.agreed)
        ordinary = people.ordinary(sheet.ordinary, before | denied)
        withheld = people.withheld(leader.id, sheet.withheld, before)
        found: list[Drawn] = [("ordinary", None, key, leader.id, None) for key in ordinary]
        return found + [("withheld", None, key, leader.id, None) for key in withheld]

    def _controls(self, asked: set[int]) -> list[Drawn]:
        """Controlled identities that were never handed out: a home canary where there are several, controls, unused
        canaries."""
        used = {no for release in self.marks.releases for no in release.canaries}
        groups: dict[str, list[int]] = {"home": [], "control": [], "canary": []}
        for no, canary in sorted(self.marks.canaries.items()):
            if no not in used | asked and canary.kind in groups and askable(self.marks, no, self.campaign.by):
                groups[canary.kind].append(no)
        homes = self.draw.shuffled(groups["home"])[: 1 if len(groups["home"]) > 1 else 0]
        rest = [*self.draw.shuffled(groups["control"]), *self.draw.shuffled(groups["canary"])][: _CONTROLS - len(homes)]
        found: list[Drawn] = [("home", no, None, None, None) for no in homes]
        return found + [("control", no, None, None, None) for no in rest]


def _who(con: duckdb.DuckDBPyConnection, campaign: ProbeCampaign, item: Drawn) -> AskedFor:
    _, canary, key, _, _ = item
    if canary is not None:
        return identity(con, canary)
    dataset = campaign.suspects[0].source
    if dataset is None or key is None:
        raise ValueError("people are drawn from the list that the case holds")
    return person(con, dataset, key)


def _enter(case: Case, plan: str, begun: ProbeCampaign, order: Sequence[Drawn], people: int) -> None:
    """Keep the key of the sheet, and journal its digest before anything is asked."""
    digest = hashlib.sha256(case.secret(_PROBE) + json.dumps([plan, *order]).encode()).hexdigest()
    about = {"plan": plan, "campaign": begun.id or plan, "service": begun.service, "dataset": begun.dataset}
    bound = about | {"suspects": [release.id for release in begun.suspects], "stage": len(begun.plans) + 1}
    bound |= {"settings": json.dumps(begun.settings, sort_keys=True), "digest": digest, "at": now()}
    columns = ("kind", "canary", "key", "release", "share")
    with case.transaction():
        case.con.execute(
            "INSERT INTO probe_plan"
            " VALUES ($plan, $campaign, $stage, $service, $dataset, $suspects, $settings, $digest, $at)",
            bound,
        )
        for no, item in enumerate(order, 1):
            case.con.execute(
                "INSERT INTO probe_question"
                " VALUES ($plan, $no, $kind, $canary, $key, $release, $share, NULL, NULL, NULL)",
                {"plan": plan, "no": no, **dict(zip(columns, item, strict=True))},
            )
        counts = {"copies": len(begun.suspects), "questions": len(order), "people": people}
        detail = about | counts | {"reason": begun.settings["reason"]}
        case.journal.append(command="probe plan", result=digest, detail=detail)


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
