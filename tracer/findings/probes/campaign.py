"""A campaign: all that one service was asked in sheets that go on from each other, and what it answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from tracer.documents import json_of
from tracer.errors import InputRefused
from tracer.findings.sightings import RegisteredMarks, Release, read_marks
from tracer.marking.probe.answers import FULL, MASKED
from tracer.marking.probe.choice import AnswerErrors, Ints, ProbeState

NAMED_SHARE = 0.8
"""Share of the answers that found somebody which show a name: then only a name that agrees counts."""
BY_CHANCE = {FULL: 0.05, MASKED: 0.2}
"""How often the name of a wrong answer agrees with the one that the list has, at most: common names are rarer."""
FIRST_CAMPAIGN = 0.8
"""Part of the error that the first campaign about one service and list spends; each later one has .2 of the one
before."""


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
    """The answer; None while there is none."""
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
    def alpha(self) -> float:
        """The error that this campaign may spend."""
        return float(self.settings["alpha"]) * FIRST_CAMPAIGN * (1.0 - FIRST_CAMPAIGN) ** (self.number - 1)

    @property
    def by_name(self) -> bool:
        """Whether answers count by the name that they show: most that found somebody show one."""
        found = [question for question in self.questions if question.found]
        if self.settings["by"] == "name":
            return False
        if not found:
            return bool(self.settings["names"])
        return sum(question.agrees is not None for question in found) >= NAMED_SHARE * len(found)

    def errors(self) -> AnswerErrors:
        """How often the service answers wrongly, at most, as it was stated."""
        wrong = float(self.settings["wrong"])
        if not self.by_name:
            return AnswerErrors(wrong, wrong)
        masked = any(question.agrees == MASKED for question in self.questions)
        return AnswerErrors(wrong * BY_CHANCE[MASKED if masked else FULL], wrong)

    def shown(self, question: ProbeQuestion) -> bool:
        """Whether the answer shows the very person who was asked for."""
        return bool(question.found) and (not self.by_name or question.agrees in (FULL, MASKED))

    def answered(self, *kinds: str, release: str | None = None) -> list[ProbeQuestion]:
        """Questions of these kinds that have an answer."""
        return [
            question
            for question in self.questions
            if question.kind in kinds
            and question.found is not None
            and (release is None or question.release == release)
        ]

    def count(self, questions: Sequence[ProbeQuestion]) -> int:
        """How many of them were shown."""
        return sum(map(self.shown, questions))


def own_marks(marks: RegisteredMarks, release: Release, pool: frozenset[int], by: str) -> list[int]:
    """Canaries that are in this copy alone and can be asked for, in order."""
    return sorted(no for no in release.unique - pool if askable(marks, no, by))


def askable(marks: RegisteredMarks, canary: int, by: str) -> bool:
    """Whether an identity has what the service is asked by."""
    identity = marks.canaries[canary]
    return {"phone": identity.phone, "email": identity.email, "name": identity.name}[by] is not None


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
        row[0], service, dataset, tuple(known_releases[one] for one in suspects if one in known_releases),
        json_of(settings), tuple(one[0] for one in plans), tuple(ProbeQuestion(*one) for one in questions),
        number_of(con, service, dataset, row[0]),
    )  # fmt: skip


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
    suspects, by = campaign.suspects, str(campaign.settings["by"])
    pool = pool_marks(con, suspects)
    asked_before = asked_of(con, campaign)
    own = [own_marks(marks, release, frozenset(pool), by) for release in suspects]
    asked_pool = campaign.answered("pool")
    shown = {question.canary: campaign.shown(question) for question in asked_pool}
    held = np.array([[no in release.canaries for no in shown] for release in suspects], dtype=np.bool_)
    held = held.reshape(len(suspects), len(shown))
    flags = np.array(list(shown.values()), dtype=np.bool_)
    mine = [campaign.answered("own", release=release.id) for release in suspects]
    shares = {question.release: question.share for question in campaign.questions if question.kind == "own"}
    ordinary, withheld = campaign.answered("ordinary"), campaign.answered("withheld")
    controls = campaign.answered("control", "home")
    return ProbeState(
        own=_ints(len(one) for one in own),
        own_left=_ints(sum(no not in asked_before for no in one) for one in own),
        pool_found=(held & flags).sum(axis=1), pool_missed=(held & ~flags).sum(axis=1),
        pool_asked=len(asked_pool), pool_shown=campaign.count(asked_pool),
        own_asked=_ints(map(len, mine)), own_found=_ints(map(campaign.count, mine)),
        left=int(campaign.settings["most"]) - len(campaign.questions), stage=len(campaign.plans) + 1,
        pool_left=sum(no not in asked_before and askable(marks, no, by) for no in pool),
        shares={j: float(shares[one.id] or 0.0) for j, one in enumerate(suspects) if one.id in shares},
        ordinary=int(campaign.settings["ordinary"]),
        ordinary_asked=len(ordinary), ordinary_found=campaign.count(ordinary),
        withheld=int(campaign.settings["withheld"]),
        withheld_asked=len(withheld), withheld_found=campaign.count(withheld),
        controls_asked=len(controls), controls_found=campaign.count(controls),
    )  # fmt: skip


def _ints(numbers: Any) -> Ints:
    return np.fromiter(numbers, dtype=np.int64)


def asked_of(con: duckdb.DuckDBPyConnection, campaign: ProbeCampaign, what: str = "canary") -> set[int]:
    """Controlled identities, or keys of people, that a service was asked for: those of which an answer was loaded, and
    the rest of this campaign's sheets, which can be loaded still."""
    found = con.execute(
        f"SELECT DISTINCT {what} FROM probe_question WHERE {what} IS NOT NULL AND plan IN (SELECT id FROM probe_plan"
        " WHERE service = $service) AND (found IS NOT NULL OR list_contains($plans::VARCHAR[], plan))",
        {"service": campaign.service, "plans": list(campaign.plans)},
    ).fetchall()
    return {one for (one,) in found}
