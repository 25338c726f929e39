"""Probes: a look-up service is asked for marks and rows of copies; its answers name a copy, or none. A campaign is all
that one service was asked in sheets that go on from each other, what it answered, and what that says of each copy:
named or not, at which error, and what speaks against it.

Two tests share the error of a campaign. The code: who got which pool mark was drawn, so the answers of a service that
did not get a copy do not depend on it; the tail is exact whatever the service does. The copy's own marks: who does not
hold them shows each by a wrong answer alone, and these are bounded by what was stated. Neither names a copy whose
ordinary rows are not found, or whose withheld rows are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np

from tracer.disclosure import PartyRef, PValue, Reason, ReleaseRef, Share, Word
from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.findings.probes.people import contacts_of
from tracer.findings.sightings import RegisteredMarks, Release, read_marks
from tracer.marking.codes import Code, Leak, weigh
from tracer.marking.probe import BLUFFED, CONTRADICTED, FRAMED, FULL, MASKED, OWN_PART, AnswerErrors, ProbeState, tail

_NAMED_SHARE = 0.8
"""Share of the answers that found somebody which show a name: then only a name that agrees counts."""
_BY_CHANCE = {FULL: 0.05, MASKED: 0.2}
"""How often the name of a wrong answer agrees with the one that the list has, at most: common names are rarer."""
_FIRST_CAMPAIGN = 0.8
"""Part of the error that the first campaign about one service and list spends; each later one has .2 of the one
before."""
_G3_ALPHA = 0.01
"""The contract's family-wise error of G3."""


@dataclass(frozen=True)
class ProbeQuestion:
    """One question of a sheet."""

    plan: str
    no: int
    kind: str
    canary: int | None
    key: int | None
    release: str | None
    share: float | None
    found: bool | None
    agrees: str | None
    """The name that was shown: full, masked, other; None where none was."""


@dataclass(frozen=True)
class ProbeCampaign:
    """What was asked of one service, and of which copies."""

    id: str
    service: str
    dataset: str
    suspects: tuple[Release, ...]
    settings: dict[str, Any]
    plans: tuple[str, ...]
    questions: tuple[ProbeQuestion, ...]
    number: int
    """Which campaign about this service and list it is, from 1."""

    @property
    def source(self) -> int:
        """Number of the list that all the copies are of; 0 where the case does not hold it."""
        return next((release.source for release in self.suspects), None) or 0

    @property
    def by(self) -> str:
        """phone, email or name: what the service is asked by."""
        return str(self.settings["by"])

    @property
    def alpha(self) -> float:
        """The error that this campaign may spend."""
        return float(self.settings["alpha"]) * _FIRST_CAMPAIGN * (1.0 - _FIRST_CAMPAIGN) ** (self.number - 1)

    @property
    def by_name(self) -> bool:
        """Whether answers count by the name that they show: most that found somebody show one."""
        found = [question for question in self.questions if question.found]
        if self.by == "name":
            return False
        if not found:
            return bool(self.settings["names"])
        return sum(question.agrees is not None for question in found) >= _NAMED_SHARE * len(found)

    def errors(self) -> AnswerErrors:
        """How often the service answers wrongly, at most, as it was stated."""
        wrong = float(self.settings["wrong"])
        if not self.by_name:
            return AnswerErrors(wrong, wrong)
        masked = any(question.agrees == MASKED for question in self.questions)
        return AnswerErrors(wrong * _BY_CHANCE[MASKED if masked else FULL], wrong)

    def shows_person(self, question: ProbeQuestion) -> bool:
        """Whether the answer shows the very person who was asked for."""
        return bool(question.found) and (not self.by_name or question.agrees in (FULL, MASKED))

    def answered_questions(self, *kinds: str, release: str | None = None) -> list[ProbeQuestion]:
        """Questions of these kinds that have an answer."""
        given = (question for question in self.questions if question.kind in kinds and question.found is not None)
        return [question for question in given if release in (None, question.release)]

    def count(self, questions: Sequence[ProbeQuestion]) -> int:
        """How many of them were shown."""
        return sum(map(self.shows_person, questions))

    def own_marks(self, marks: RegisteredMarks, release: Release, pool: Mapping[int, float]) -> list[int]:
        """Canaries that are in this copy alone and can be asked for, in order."""
        return sorted(no for no in release.unique.difference(pool) if askable(marks, no, self.by))


def askable(marks: RegisteredMarks, canary: int, by: str) -> bool:
    """Whether an identity has what the service is asked by."""
    return getattr(marks.canaries[canary], by) is not None


def pool_marks(con: duckdb.DuckDBPyConnection, suspects: Sequence[Release]) -> dict[int, float]:
    """Pool canary -> probability with which each copy got it; none where the copies come from several draws."""
    draws = {release.draw for release in suspects}
    if len(draws) != 1 or None in draws:
        return {}
    found = con.execute(
        "SELECT canary, bias FROM code_position WHERE draw = $draw AND scheme = 'pool' ORDER BY canary",
        {"draw": draws.pop()},
    ).fetchall()
    return dict(found)


def read_campaign(con: duckdb.DuckDBPyConnection, plan: str, marks: RegisteredMarks | None = None) -> ProbeCampaign:
    """The campaign that a sheet belongs to. Raises `InputRefused` where the case has no such sheet, or it was removed:
    then its questions are gone, and it stays on record, so that no other gets its name."""
    marks = marks or read_marks(con)
    row = con.execute("SELECT campaign FROM probe_plan WHERE id = $id", {"id": plan}).fetchone()
    if row is None:
        known = [one for (one,) in con.execute("SELECT id FROM probe_plan ORDER BY planned_at, id").fetchall()]
        raise InputRefused(
            f"the case has no probe {plan!r}",
            remedy=f"it has {', '.join(known[-5:])}" if known else "plan one: tracer probe plan",
        )
    plans = con.execute(
        "SELECT id, service, dataset, suspects, settings FROM probe_plan WHERE campaign = $id"
        " AND id IN (SELECT plan FROM probe_question) ORDER BY stage, planned_at, id",
        {"id": row[0]},
    ).fetchall()
    if plan not in [one[0] for one in plans]:
        remedy = f"plan another: tracer probe plan{f' --after {plans[-1][0]}' if plans else ''}"
        raise InputRefused(f"the probe {plan} was removed", remedy=remedy)
    _, service, dataset, suspects, settings = plans[0]
    known_releases = {release.id: release for release in marks.releases}
    questions = con.execute(
        "SELECT plan, no, kind, canary, key, release, share, found, agrees FROM probe_question"
        " WHERE plan IN (SELECT id FROM probe_plan WHERE campaign = $id) ORDER BY plan, no",
        {"id": row[0]},
    ).fetchall()
    return ProbeCampaign(
        row[0],
        service,
        dataset,
        tuple(known_releases[one] for one in suspects if one in known_releases),
        json_of(settings),
        tuple(one[0] for one in plans),
        tuple(ProbeQuestion(*one) for one in questions),
        number_of(con, service, dataset, row[0]),
    )


def number_of(con: duckdb.DuckDBPyConnection, service: str, dataset: str, campaign: str = "") -> int:
    """Which campaign about a service and list one is: those before it whose first answers came before its own."""
    answered = con.execute(
        "SELECT p.campaign FROM probe_plan AS p JOIN probe_question AS q ON q.plan = p.id AND q.found IS NOT NULL"
        " WHERE p.service = $service AND p.dataset = $dataset GROUP BY p.campaign"
        " ORDER BY min(q.answered_at), length(p.campaign), p.campaign",
        {"service": service, "dataset": dataset},
    ).fetchall()
    earlier = [one for (one,) in answered]
    return 1 + (earlier.index(campaign) if campaign in earlier else len(earlier))


def state_of(con: duckdb.DuckDBPyConnection, marks: RegisteredMarks, campaign: ProbeCampaign) -> ProbeState:
    """The campaign as numbers: what was asked, what was found, what may still be asked."""
    suspects = campaign.suspects
    pool, asked_before = pool_marks(con, suspects), asked_of(con, campaign)
    own = [campaign.own_marks(marks, release, pool) for release in suspects]
    asked_pool = campaign.answered_questions("pool")
    shown = {question.canary: campaign.shows_person(question) for question in asked_pool}
    held = np.array([[no in release.canaries for no in shown] for release in suspects], dtype=np.bool_)
    held = held.reshape(len(suspects), len(shown))
    flags = np.array(list(shown.values()), dtype=np.bool_)
    mine = [campaign.answered_questions("own", release=release.id) for release in suspects]
    shares = {question.release: question.share for question in campaign.questions if question.kind == "own"}
    ordinary, withheld = campaign.answered_questions("ordinary"), campaign.answered_questions("withheld")
    controls = campaign.answered_questions("control", "home")

    def each(numbers: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.array(numbers, dtype=np.int64)

    return ProbeState(
        own=each([len(one) for one in own]),
        own_left=each([sum(no not in asked_before for no in one) for one in own]),
        pool_found=(held & flags).sum(axis=1),
        pool_missed=(held & ~flags).sum(axis=1),
        pool_asked=len(asked_pool),
        pool_shown=campaign.count(asked_pool),
        own_asked=each([len(one) for one in mine]),
        own_found=each([campaign.count(one) for one in mine]),
        left=int(campaign.settings["most"]) - len(campaign.questions),
        stage=len(campaign.plans) + 1,
        pool_left=sum(no not in asked_before and askable(marks, no, campaign.by) for no in pool),
        shares={j: float(shares[one.id] or 0.0) for j, one in enumerate(suspects) if one.id in shares},
        ordinary=int(campaign.settings["ordinary"]),
        ordinary_asked=len(ordinary),
        ordinary_found=campaign.count(ordinary),
        withheld=int(campaign.settings["withheld"]),
        withheld_asked=len(withheld),
        withheld_found=campaign.count(withheld),
        controls_asked=len(controls),
        controls_found=campaign.count(controls),
    )


def asked_of(con: duckdb.DuckDBPyConnection, campaign: ProbeCampaign, what: str = "canary") -> set[int]:
    """Controlled identities, or keys of people, that a service was asked for: those of which an answer was loaded, and
    the rest of this campaign's sheets, which can be loaded still."""
    found = con.execute(
        f"SELECT DISTINCT {what} FROM probe_question WHERE {what} IS NOT NULL AND plan IN (SELECT id FROM probe_plan"
        " WHERE service = $service) AND (found IS NOT NULL OR list_contains($plans::VARCHAR[], plan))",
        {"service": campaign.service, "plans": list(campaign.plans)},
    ).fetchall()
    return {one for (one,) in found}


@dataclass(frozen=True)
class ProbeFinding:
    """What the answers say of one copy: the fields up to `against` are its row in a table, in this order."""

    service: str
    release: str
    recipient: str
    named: bool
    p_value: float
    p_bound: float
    chance: float
    chance_bound: float
    marks_found: int
    marks_asked: int
    pool_found: int
    """Pool marks that were asked, that the copy holds, and that were found."""
    pool_held: int
    ordinary_found: int
    ordinary_asked: int
    withheld_found: int
    withheld_asked: int
    planted: float
    """Chance of such a difference between ordinary and withheld rows for a service without the copy."""
    doubt: float
    """Chance, at most, that a service without the copy looks like this: by wrong answers, or with planted records that
    were stolen from it and the same people from elsewhere. The larger of the two; every sentence gives this one."""
    grade: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    likelihood: float
    """Relative weight of the copy among those asked about: for order, never for a verdict."""


def probe_findings(con: duckdb.DuckDBPyConnection, plan: str) -> tuple[ProbeCampaign, list[ProbeFinding]]:
    """The campaign of a sheet, and a finding for each of its copies: named ones first, then the likeliest."""
    marks = read_marks(con)
    campaign = read_campaign(con, plan, marks)
    state = state_of(con, marks, campaign)
    weighing = _Weighing(con, campaign, state, campaign.errors())
    found = [weighing.finding(j, release) for j, release in enumerate(campaign.suspects)]
    return campaign, sorted(found, key=lambda one: (not one.named, -one.likelihood, one.release))


class _Weighing:
    """Weighs the copies of a campaign."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, campaign: ProbeCampaign, state: ProbeState, errors: AnswerErrors
    ) -> None:
        self.con, self.campaign, self.state, self.errors = con, campaign, state, errors
        self.p_values = self._code()
        self.p_bound = campaign.alpha * (1.0 - OWN_PART) / max(1, len(campaign.suspects))
        self.by_marks = set(state.named_copies(errors, campaign.alpha))
        self.by_marks |= {j for j, p in enumerate(self.p_values) if p <= self.p_bound}
        self.chances = state.chances(errors)
        self.homes = campaign.count(campaign.answered_questions("home"))

    def _code(self) -> list[float]:
        """Exact tails of the code over the pool marks that were answered."""
        suspects, bias = self.campaign.suspects, pool_marks(self.con, self.campaign.suspects)
        asked = [question for question in self.campaign.answered_questions("pool") if question.canary in bias]
        blank = sum(question.kind == "pool" and question.found is None for question in self.campaign.questions)
        if not asked or (blank and len(self.campaign.plans) == 1):  # looked at once, when all is there
            return [1.0] * len(suspects)
        none, ids = np.zeros(len(suspects), dtype=np.int64), tuple(release.id for release in suspects)
        held = np.array([[q.canary in release.canaries for q in asked] for release in suspects], dtype=np.bool_)
        code = Code(ids, none, np.array([bias[q.canary or 0] for q in asked]), held)
        shown = np.array([self.campaign.shows_person(q) for q in asked], dtype=np.bool_)
        wrong = (self.errors.false_yes, self.errors.false_no)
        leak = Leak(shown, none, np.zeros(0, dtype=np.bool_), wrong=wrong)
        level = self.campaign.alpha * (1.0 - OWN_PART)
        return [float(p) for p in weigh(code, [leak], level, len(suspects)).p_values]

    def finding(self, j: int, release: Release) -> ProbeFinding:
        """What is said of one copy."""
        state, rows = self.state, self._rows(release)
        found = int(state.pool_found[j])
        # Own marks found of copies that are not named, and asked.
        others = [k for k in range(len(self.campaign.suspects)) if k != j and k not in self.by_marks]
        siblings = int(state.own_found[others].sum()), int(state.own_asked[others].sum())
        sound = tail(*siblings, self.errors.false_yes) > CONTRADICTED
        doubt = max(rows.chance_of_planted(), self.campaign.alpha)
        grade = "G1" if rows.rows_shown(j, self.errors) else "G0"
        if j in self.by_marks and rows.of_copy(j, self.errors) and not self.homes:
            settled = self.campaign.settings["alpha"] <= _G3_ALPHA and rows.is_settled(j, self.errors)
            grade = "G3" if sound and settled else "G2"
        return ProbeFinding(
            service=self.campaign.service,
            release=release.id,
            recipient=release.recipient,
            named=j in self.by_marks and rows.of_copy(j, self.errors),
            p_value=self.p_values[j],
            p_bound=self.p_bound,
            chance=state.own_chance(j, self.errors),
            chance_bound=self.campaign.alpha * OWN_PART * state.shares.get(j, 0.0),
            marks_asked=int(state.own_asked[j]),
            marks_found=int(state.own_found[j]),
            pool_held=found + int(state.pool_missed[j]),
            pool_found=found,
            ordinary_asked=rows.ordinary_asked,
            ordinary_found=rows.ordinary_found,
            withheld_asked=rows.withheld_asked,
            withheld_found=rows.withheld_found,
            planted=rows.chance_of_planted(),
            doubt=doubt,
            likelihood=float(self.chances[j]),
            grade=grade,
            reasons=tuple(self._reasons(j, release, rows)),
            against=tuple(self._counter_reasons(j, release, rows, None if sound else siblings, doubt)),
        )

    def _rows(self, release: Release) -> ProbeState:
        """The state with the rows of this copy: ordinary ones that it holds, and those that it lacks."""
        people = self.campaign.answered_questions("ordinary", "withheld")
        contacts = contacts_of(self.con, self.campaign.source, [one.key for one in people if one.key is not None])
        lacked = self.con.execute(
            "SELECT key FROM withheld WHERE release = $release AND key IN (SELECT unnest($contacts::BIGINT[]))",
            {"release": release.id, "contacts": list(contacts.values())},
        ).fetchall()
        denied = {key for key, contact in contacts.items() if (contact,) in lacked}
        # Rows that another copy lacks are not of those that were meant to be asked of this one: the tail counts these.
        ordinary = [one for one in people if one.kind == "ordinary" and one.key not in denied]
        lacking = [one for one in people if one.key in denied]
        return replace(
            self.state,
            ordinary_asked=len(ordinary),
            ordinary_found=self.campaign.count(ordinary),
            withheld_asked=len(lacking),
            withheld_found=self.campaign.count(lacking),
        )

    def _reasons(self, j: int, release: Release, rows: ProbeState) -> Iterator[Reason]:
        state = self.state
        if state.own_asked[j]:
            yield Reason.of(
                "probe-own",
                service=PartyRef(self.campaign.service),
                found=int(state.own_found[j]),
                asked=int(state.own_asked[j]),
                release=ReleaseRef(release.id),
                recipient=PartyRef(release.recipient),
                chance=PValue(state.own_chance(j, self.errors)),
            )
        pool = self.campaign.answered_questions("pool")
        if pool:
            mine, held = int(state.pool_found[j]), int(state.pool_found[j] + state.pool_missed[j])
            others, lacking, chance = self.campaign.count(pool) - mine, len(pool) - held, PValue(self.p_values[j])
            yield Reason.of("probe-pool", found=mine, held=held, others=others, lacking=lacking, chance=chance)
        if rows.ordinary_asked:
            yield Reason.of("probe-ordinary", found=rows.ordinary_found, asked=rows.ordinary_asked)
        if rows.withheld_asked:
            yield Reason.of("probe-withheld", found=rows.withheld_found, asked=rows.withheld_asked)

    def _counter_reasons(
        self, j: int, release: Release, rows: ProbeState, siblings: tuple[int, int] | None, doubt: float
    ) -> Iterator[Reason]:
        by_marks, errors, state = j in self.by_marks, self.errors, self.state
        if by_marks and not rows.rows_shown(j, errors):
            yield Reason.of("probe-rows-missing", asked=rows.ordinary_asked, recipient=PartyRef(release.recipient))
        elif by_marks and not rows.of_copy(j, errors):
            yield Reason.of("probe-withheld-held", found=rows.withheld_found, asked=rows.withheld_asked)
        elif by_marks and rows.chance_of_planted() > FRAMED:
            yield Reason.of("probe-planted", chance=PValue(doubt))
        if self.homes:
            yield Reason.of("probe-home", n=self.homes)
        if by_marks and siblings is not None:
            yield Reason.of("probe-siblings", found=siblings[0], asked=siblings[1])
        controls = state.controls_asked
        if controls and tail(state.controls_found, controls, errors.false_yes) <= CONTRADICTED:
            yield Reason.of("probe-controls", found=state.controls_found, asked=controls)
        if state.own_found[j] and not self.campaign.by_name:
            seen = state.chance_above_strangers(j, int(state.own_found[j]), int(state.own_asked[j]), errors)
            bluff = Word("yes" if seen > BLUFFED else "no")
            yield Reason.of("probe-no-names", wrong=Share(errors.false_yes), bluff=bluff)
