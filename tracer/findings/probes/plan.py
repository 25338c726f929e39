"""`tracer probe plan`: the next sheet of questions, drawn from the case's secret and journaled before it is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from typing import NamedTuple

import duckdb

from tracer.case.case import Case
from tracer.clock import now
from tracer.errors import InputRefused
from tracer.findings.probes import ProbeCampaign, askable, asked_of, number_of, pool_marks, read_campaign, state_of
from tracer.findings.probes.people import AskedFor, asked_for, contacts_of, person
from tracer.findings.sightings import RegisteredMarks, Release, read_marks
from tracer.identify.keys import EMAIL_BASE, KEY_BASE, PHONE_END
from tracer.marking.persona.draws import KeyedDraw
from tracer.marking.probe import ProbeDesign, SheetSize, least_answers, next_sheet, power, questions_needed

_PROBE = b"probe"
"""Purpose of the case's secret that questions and their order are drawn from."""
_CONTROLS = 2
"""Controlled identities that were never handed out, in the first sheet."""
_TRIES = 60
"""Rows drawn for each person that is wanted: some are canaries, doubles, without a name, or were withheld."""
_RANGES = {"phone": (0, PHONE_END), "email": (EMAIL_BASE, KEY_BASE), "name": (0, 1 << 62)}
"""Keys of what a service is asked by; any for a name, which the row has."""


@dataclass(frozen=True)
class ProbeRequest:
    """What is asked for."""

    releases: tuple[str, ...]
    """Ids of copies, or patterns with `*`; none where an earlier sheet goes on."""
    service: str | None
    after: str | None
    by: str | None
    """phone, email or name: what the service takes; found out where it is not said."""
    names: bool
    most: int
    ordinary: int
    withheld: int
    wrong: float
    alpha: float
    """Family-wise error over all campaigns about the service and list."""
    reason: str | None
    """Why people of the list may be shown to the service; needed where any may be asked for."""
    agreed: frozenset[int] | None
    """Keys of people who agreed to be asked for; None where everybody may be."""


@dataclass(frozen=True)
class PlannedProbe:
    """A sheet, and what can be expected of it."""

    plan: str
    campaign: str
    stage: int
    service: str
    by: str
    questions: Mapping[str, AskedFor]
    """Line of the sheet -> who is asked for; it does not say what the question is for."""
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


class QuestionDrawn(NamedTuple):
    """One question before it has its number."""

    kind: str
    canary: int | None = None
    key: int | None = None
    release: str | None = None
    share: float | None = None


def plan_probe(case: Case, request: ProbeRequest) -> PlannedProbe:
    """Draw the next sheet, keep its key and journal it.

    Raises `InputRefused`: unknown copies or parties, copies of several lists, nothing left to ask, a sheet before that
    has no answers, people without a reason."""
    con, marks, after = case.con, read_marks(case.con), request.after
    begun = _begin(con, marks, request) if after is None else _go_on(con, marks, after, request.agreed)
    state, errors, suspects = state_of(con, marks, begun), begun.errors(), len(begun.suspects)
    sheet = next_sheet(state, errors, begun.alpha, int(begun.settings["most"]))
    sheets = int(con.execute("SELECT count(*) FROM probe_plan").fetchall()[0][0])
    plan = f"p{sheets + 1}"  # sheets that were removed count: an id never means another sheet
    draw = KeyedDraw(case.secret(_PROBE), f"{begun.service} {begun.dataset} {plan}")
    drawn = _SheetDraw(con, marks, begun, draw, request.agreed).questions(sheet, first=after is None)
    if not any(one.kind not in ("control", "home") for one in drawn):
        remedy = "see what the answers say: tracer probe show, or plan a new probe with more --most"
        raise InputRefused("nothing is left to ask that would settle more", where=begun.id, remedy=remedy)
    order = draw.shuffled(drawn)
    asked = {f"{plan}-{no}": asked_for(con, begun.source, one.canary, one.key) for no, one in enumerate(order, 1)}
    people = sum(one.kind in ("ordinary", "withheld") for one in order)
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
        controls=sum(one.kind in ("control", "home") for one in order),
    )


def _begin(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, request: ProbeRequest) -> ProbeCampaign:
    wrong: list[tuple[str, str]] = []
    chosen: dict[str, Release] = {}
    for pattern in request.releases:
        found = [release for release in marks.releases if fnmatchcase(release.id, pattern)]
        if not found:
            near = ", ".join(release.id for release in marks.releases[:5])
            wrong.append((f"unknown release {pattern!r}", f"the case has {near or 'none'}"))
        chosen |= {release.id: release for release in found}
    if not request.releases:
        wrong.append(("the copies are missing", "name releases, or a pattern such as 'list@*'"))
    suspects = tuple(chosen[one] for one in sorted(chosen))
    parties = {row[0] for row in con.execute("SELECT id FROM party").fetchall()}
    if request.service is None:
        wrong.append(("the service is missing", "name it with --service PARTY"))
    elif request.service not in parties:
        wrong.append((f"unknown party {request.service!r}", "add it with `tracer party add`"))
    datasets = sorted({release.dataset for release in suspects})
    if len(datasets) > 1:
        wrong.append((f"copies of {len(datasets)} lists: {', '.join(datasets)}", "probe one list at a time"))
    elif suspects and suspects[0].source is None:
        wrong.append((f"the case does not hold {datasets[0]}", "load the list that the copies are of"))
    if request.reason is None and request.ordinary + request.withheld > 0:
        what = "people of the list would be shown to the service, and no reason is given"
        wrong.append((what, 'give --reason "…", or --ordinary 0 --withheld 0 (then no copy is named)'))
    if wrong:
        raise InputRefused.many([InputRefused(what, remedy=remedy) for what, remedy in wrong])
    # What most marks of the copies have.
    mine = frozenset[int]().union(*(release.canaries for release in suspects))
    counts = {by: sum(askable(marks, no, by) for no in mine) for by in ("phone", "email", "name")}
    settings = {name: getattr(request, name) for name in ("names", "most", "ordinary", "withheld", "wrong", "alpha")}
    settings |= {"by": request.by or max(counts, key=lambda by: counts[by]), "reason": request.reason}
    settings |= {"agreed": request.agreed is not None}
    service, dataset = str(request.service), datasets[0]
    return ProbeCampaign("", service, dataset, suspects, settings, (), (), number_of(con, service, dataset))


def _go_on(
    con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, after: str, agreed: Collection[int] | None
) -> ProbeCampaign:
    begun = read_campaign(con, after, marks)
    if begun.settings.get("agreed") and agreed is None:
        what = "this probe asks only for people who agreed, and their file is missing"
        raise InputRefused(what, where=begun.id, remedy="give it again: --agreed FILE")
    last = begun.plans[-1]
    if not any(question.found is not None for question in begun.questions if question.plan == last):
        remedy = f"load them first: tracer probe load FILE; where it was never asked: tracer probe remove {last}"
        raise InputRefused(f"the sheet {last} has no answers yet", where=last, remedy=remedy)
    return begun


@dataclass(frozen=True)
class _SheetDraw:
    """Draws the questions of one sheet."""

    con: duckdb.DuckDBPyConnection
    marks: RegisteredMarks
    campaign: ProbeCampaign
    draw: KeyedDraw
    agreed: Collection[int] | None

    def questions(self, sheet: SheetSize, *, first: bool) -> list[QuestionDrawn]:
        """What is asked, in no order yet."""
        campaign, draw = self.campaign, self.draw
        asked, pool = asked_of(self.con, campaign), pool_marks(self.con, campaign.suspects)
        free = [no for no in sorted(pool) if no not in asked and askable(self.marks, no, campaign.by)]
        found = [QuestionDrawn("pool", no) for no in draw.shuffled(free)[: sheet.pool]]
        before = {one.release: one.share for one in reversed(campaign.questions) if one.kind == "own"}
        for j, release in enumerate(campaign.suspects):
            if sheet.own[j]:
                left = [no for no in campaign.own_marks(self.marks, release, pool) if no not in asked]
                share = sheet.shares.get(j, before.get(release.id))
                chosen = draw.shuffled(left)[: sheet.own[j]]
                found += [QuestionDrawn("own", no, release=release.id, share=share) for no in chosen]
        leader = campaign.suspects[sheet.leader]
        if campaign.source:
            lacked = self.con.execute("SELECT key FROM withheld WHERE release = $release", {"release": leader.id})
            denied = {contact for (contact,) in lacked.fetchall()}
            known = sorted(asked_of(self.con, campaign, "key"))
            had = set(contacts_of(self.con, campaign.source, known).values())
            ordinary = self._ordinary_rows(sheet.ordinary, had | denied)
            withheld = self._withheld(leader.id, sheet.withheld, had)
            found += [QuestionDrawn("ordinary", key=key, release=leader.id) for key in ordinary]
            found += [QuestionDrawn("withheld", key=key, release=leader.id) for key in withheld]
        if not first:
            return found
        # Controlled identities that were never handed out: a home canary where there are several, controls, unused
        # canaries.
        used = {no for release in self.marks.releases for no in release.canaries}
        groups: dict[str, list[int]] = {"home": [], "control": [], "canary": []}
        for no, canary in sorted(self.marks.canaries.items()):
            if no not in used | asked and canary.kind in groups and askable(self.marks, no, campaign.by):
                groups[canary.kind].append(no)
        homes = draw.shuffled(groups["home"])[: 1 if len(groups["home"]) > 1 else 0]
        rest = [*draw.shuffled(groups["control"]), *draw.shuffled(groups["canary"])][: _CONTROLS - len(homes)]
        found += [QuestionDrawn("home", no) for no in homes]
        return found + [QuestionDrawn("control", no) for no in rest]

    def _ordinary_rows(self, count: int, without: Collection[int]) -> list[int]:
        """People drawn at random, each by a key of the kind that is asked: no canary, no contact of `without`."""
        source, by = self.campaign.source, self.campaign.by
        ((rows,),) = self.con.execute("SELECT rows FROM dataset WHERE no = $no", {"no": source}).fetchall()
        if count == 0 or rows == 0:
            return []
        tries = count * _TRIES if self.agreed is None else rows
        drawn = list(dict.fromkeys(1 + self.draw.below(rows) for _ in range(tries)))
        low, high = _RANGES[by]
        found = self.con.execute(
            "SELECT m.key FROM (SELECT unnest($rows) AS row, generate_subscripts($rows, 1) AS place) AS d"
            " JOIN membership AS m ON m.dataset = $no AND m.row = d.row WHERE m.key >= $low AND m.key < $high"
            " AND m.key NOT IN (SELECT phone FROM canary WHERE phone IS NOT NULL)"
            " AND m.key NOT IN (SELECT email FROM canary WHERE email IS NOT NULL)"
            " AND m.key NOT IN (SELECT key FROM canary_key) ORDER BY d.place, m.key",
            {"rows": drawn, "no": source, "low": low, "high": high},
        ).fetchall()
        keys = dict.fromkeys(key for (key,) in found if self.agreed is None or key in self.agreed)
        # The first key of each.
        one_each = {contact: key for key, contact in reversed(contacts_of(self.con, source, keys).items())}
        able = (key for contact, key in reversed(one_each.items()) if contact not in without)
        return self._able(able, count)

    def _withheld(self, release: str, count: int, without: Collection[int]) -> list[int]:
        """Those whom a copy lacks, drawn at random from those that the tool withheld, each by a key of the kind that is
        asked: `withheld` has one identifier of each, and the list has the others."""
        if count == 0:
            return []
        low, high = _RANGES[self.campaign.by]
        found = self.con.execute(
            "SELECT coalesce(a.contact, m.key) AS contact, min(m.key) FROM membership AS m"
            " LEFT JOIN contact_alias AS a ON a.dataset = m.dataset AND a.key = m.key"
            " WHERE m.dataset = $no AND m.key >= $low AND m.key < $high"
            " AND coalesce(a.contact, m.key) IN (SELECT key FROM withheld WHERE release = $release AND drawn)"
            " GROUP BY ALL ORDER BY ALL",
            {"release": release, "no": self.campaign.source, "low": low, "high": high},
        ).fetchall()
        keys = [key for contact, key in found if contact not in without and (self.agreed is None or key in self.agreed)]
        return self._able(self.draw.shuffled(keys), count)

    def _able(self, keys: Iterable[int], count: int) -> list[int]:
        """The first of these who have what the service is asked by."""
        source, by = self.campaign.source, self.campaign.by
        return list(islice((key for key in keys if getattr(person(self.con, source, key), by) is not None), count))


def _enter(case: Case, plan: str, begun: ProbeCampaign, order: Sequence[QuestionDrawn], people: int) -> None:
    """Keep the key of the sheet, and journal its digest before anything is asked."""
    digest = hashlib.sha256(case.secret(_PROBE) + json.dumps([plan, *order]).encode()).hexdigest()
    about = {"plan": plan, "campaign": begun.id or plan, "service": begun.service, "dataset": begun.dataset}
    bound = about | {"suspects": [release.id for release in begun.suspects], "stage": len(begun.plans) + 1}
    bound |= {"settings": json.dumps(begun.settings, sort_keys=True), "digest": digest, "at": now()}
    with case.transaction():
        case.con.execute(
            "INSERT INTO probe_plan"
            " VALUES ($plan, $campaign, $stage, $service, $dataset, $suspects, $settings, $digest, $at)",
            bound,
        )
        case.con.executemany(
            "INSERT INTO probe_question VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
            [(plan, no, *one) for no, one in enumerate(order, 1)],
        )
        counts = {"copies": len(begun.suspects), "questions": len(order), "people": people}
        detail = about | counts | {"reason": begun.settings["reason"]}
        case.journal.append(command="probe plan", result=digest, detail=detail)


def remove_probe(case: Case, plan: str) -> None:
    """Remove a sheet that was never asked, and journal it. Raises `InputRefused` where it has answers, another
    goes on from it, or the case has it no longer."""
    campaign = read_campaign(case.con, plan)
    if any(question.found is not None for question in campaign.questions if question.plan == plan):
        remedy = "what was asked stays asked: the service knows of it"
        raise InputRefused(f"the probe {plan} has answers", where=plan, remedy=remedy)
    with case.transaction():
        case.con.execute("DELETE FROM probe_question WHERE plan = $plan", {"plan": plan})
        case.journal.append(command="probe remove", detail={"plan": plan, "campaign": campaign.id})
