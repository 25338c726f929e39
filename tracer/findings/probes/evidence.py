"""What the answers of a service say about each copy: named or not, at which error, and what speaks against it.

Two tests share the error of a campaign. The code: who got which pool mark was drawn, so the answers of a service that
did not get a copy do not depend on it; the tail is exact whatever the service does. The copy's own marks: who does not
hold them shows each by a wrong answer alone, and these are bounded by what was stated. Neither names a copy whose
ordinary rows are not found, or whose withheld rows are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from tracer.disclosure import PartyRef, PValue, Reason, ReleaseRef, Share, Word
from tracer.findings.probes.campaign import ProbeCampaign, pool_marks, read_campaign, state_of
from tracer.findings.probes.people import contacts_of
from tracer.findings.sightings import Release, read_marks
from tracer.marking.codes import Code, Leak, weigh
from tracer.marking.probe.choice import BLUFFED, CONTRADICTED, FRAMED, OWN_PART, AnswerErrors, ProbeState, tail

G3_ALPHA = 0.01
"""The contract's family-wise error of G3."""


@dataclass(frozen=True)
class ProbeFinding:
    """One copy."""

    service: str
    release: str
    recipient: str
    named: bool
    p_value: float
    p_bound: float
    chance: float
    chance_bound: float
    """0 where none was asked."""
    marks_asked: int
    marks_found: int
    pool_held: int
    pool_found: int
    """Pool marks that were asked, that the copy holds, and that were found."""
    ordinary_asked: int
    ordinary_found: int
    withheld_asked: int
    withheld_found: int
    planted: float
    """Chance of such a difference between ordinary and withheld rows for a service without the copy."""
    doubt: float
    """Chance, at most, that a service without the copy looks like this: by wrong answers, or with planted records that
    were stolen from it and the same people from elsewhere. The larger of the two; every sentence gives this one."""
    likelihood: float
    """Relative weight of the copy among those asked about: for order, never for a verdict."""
    grade: str
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]


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
        self,
        con: duckdb.DuckDBPyConnection,
        campaign: ProbeCampaign,
        state: ProbeState,
        errors: AnswerErrors,
    ) -> None:
        self.con, self.campaign, self.state, self.errors = con, campaign, state, errors
        self.p_values = self._code()
        self.p_bound = campaign.alpha * (1.0 - OWN_PART) / max(1, len(campaign.suspects))
        self.by_marks = frozenset(state.named(errors, campaign.alpha)) | {
            j for j, p in enumerate(self.p_values) if p <= self.p_bound
        }
        self.chances = state.chances(errors)

    def _code(self) -> list[float]:
        """Exact tails of the code over the pool marks that were answered."""
        suspects, bias = self.campaign.suspects, pool_marks(self.con, self.campaign.suspects)
        asked = [question for question in self.campaign.answered("pool") if question.canary in bias]
        blank = sum(question.kind == "pool" and question.found is None for question in self.campaign.questions)
        if not asked or (blank and len(self.campaign.plans) == 1):  # looked at once, when all is there
            return [1.0] * len(suspects)
        none = np.zeros(len(suspects), dtype=np.int64)
        held = np.array([[q.canary in release.canaries for q in asked] for release in suspects], dtype=np.bool_)
        code = Code(
            tuple(release.id for release in suspects), none, np.array([bias[q.canary or 0] for q in asked]), held
        )  # fmt: skip
        shown = np.array([self.campaign.shown(q) for q in asked], dtype=np.bool_)
        wrong = (self.errors.false_yes, self.errors.false_no)
        leak = Leak(shown, none, np.zeros(0, dtype=np.bool_), wrong=wrong)
        level = self.campaign.alpha * (1.0 - OWN_PART)
        return [float(p) for p in weigh(code, [leak], level, len(suspects)).p_values]

    def finding(self, j: int, release: Release) -> ProbeFinding:
        """What is said of one copy."""
        state, errors = self.state, self.errors
        of_rows = self._rows(release)
        named = j in self.by_marks and of_rows.of_copy(j, errors)
        held = int(state.pool_found[j])
        return ProbeFinding(
            self.campaign.service, release.id, release.recipient, named, self.p_values[j], self.p_bound,
            state.own_chance(j, errors),
            self.campaign.alpha * OWN_PART * state.shares.get(j, 0.0),
            int(state.own_asked[j]), int(state.own_found[j]), held + int(state.pool_missed[j]), held,
            of_rows.ordinary_asked, of_rows.ordinary_found, of_rows.withheld_asked, of_rows.withheld_found,
            of_rows.planted(), self._doubt(of_rows), float(self.chances[j]), self._grade(j, of_rows),
            tuple(self._reasons(j, release, of_rows)), tuple(self._against(j, release, of_rows)),
        )  # fmt: skip

    def _rows(self, release: Release) -> ProbeState:
        """The state with the rows of this copy: ordinary ones that it holds, and those that it lacks."""
        people = self.campaign.answered("ordinary", "withheld")
        contacts = contacts_of(self.con, release.source or 0, [one.key for one in people if one.key is not None])
        lacked = self.con.execute(
            "SELECT key FROM withheld WHERE release = $release AND key IN (SELECT unnest($contacts::BIGINT[]))",
            {"release": release.id, "contacts": list(contacts.values())},
        ).fetchall()
        denied = {key for key, contact in contacts.items() if (contact,) in lacked}
        # Rows that another copy lacks are not of those that were meant to be asked of this one: the tail counts these.
        ordinary = [one for one in people if one.kind == "ordinary" and one.key not in denied]
        lacking = [one for one in people if one.key in denied]
        return replace(
            self.state, ordinary_asked=len(ordinary), ordinary_found=self.campaign.count(ordinary),
            withheld_asked=len(lacking), withheld_found=self.campaign.count(lacking),
        )  # fmt: skip

    def _doubt(self, rows: ProbeState) -> float:
        return max(rows.planted(), self.campaign.alpha)

    def _homes(self) -> int:
        return self.campaign.count(self.campaign.answered("home"))

    def _siblings(self, j: int) -> tuple[int, int]:
        """Own marks found of copies that are not named, and asked."""
        others = [k for k in range(len(self.campaign.suspects)) if k != j and k not in self.by_marks]
        return int(self.state.own_found[others].sum()), int(self.state.own_asked[others].sum())

    def _grade(self, j: int, rows: ProbeState) -> str:
        if j not in self.by_marks or not rows.of_copy(j, self.errors) or self._homes():
            return "G1" if rows.rows_shown(j, self.errors) else "G0"
        found, asked = self._siblings(j)
        sound = tail(found, asked, self.errors.false_yes) > CONTRADICTED
        settled = self.campaign.settings["alpha"] <= G3_ALPHA and rows.is_settled(j, self.errors)
        return "G3" if sound and settled else "G2"

    def _reasons(self, j: int, release: Release, rows: ProbeState) -> Iterator[Reason]:
        state, service, copy = self.state, PartyRef(self.campaign.service), ReleaseRef(release.id)
        if state.own_asked[j]:
            yield Reason.of(
                "probe-own", service=service, found=int(state.own_found[j]), asked=int(state.own_asked[j]),
                release=copy, recipient=PartyRef(release.recipient),
                chance=PValue(state.own_chance(j, self.errors)),
            )  # fmt: skip
        held, total = int(state.pool_found[j] + state.pool_missed[j]), len(self.campaign.answered("pool"))
        if total:
            found = self.campaign.count(self.campaign.answered("pool"))
            yield Reason.of(
                "probe-pool", found=int(state.pool_found[j]), held=held, others=found - int(state.pool_found[j]),
                lacking=total - held, chance=PValue(self.p_values[j]),
            )  # fmt: skip
        if rows.ordinary_asked:
            yield Reason.of("probe-ordinary", found=rows.ordinary_found, asked=rows.ordinary_asked)
        if rows.withheld_asked:
            yield Reason.of("probe-withheld", found=rows.withheld_found, asked=rows.withheld_asked)

    def _against(self, j: int, release: Release, rows: ProbeState) -> Iterator[Reason]:
        by_marks, errors = j in self.by_marks, self.errors
        controls = self.state.controls_asked
        if by_marks and not rows.rows_shown(j, errors):
            yield Reason.of("probe-rows-missing", asked=rows.ordinary_asked, recipient=PartyRef(release.recipient))
        elif by_marks and not rows.of_copy(j, errors):
            yield Reason.of("probe-withheld-held", found=rows.withheld_found, asked=rows.withheld_asked)
        elif by_marks and rows.planted() > FRAMED:
            yield Reason.of("probe-planted", chance=PValue(self._doubt(rows)))
        if self._homes():
            yield Reason.of("probe-home", n=self._homes())
        found, asked = self._siblings(j)
        if by_marks and tail(found, asked, errors.false_yes) <= CONTRADICTED:
            yield Reason.of("probe-siblings", found=found, asked=asked)
        if controls and tail(self.state.controls_found, controls, errors.false_yes) <= CONTRADICTED:
            yield Reason.of("probe-controls", found=self.state.controls_found, asked=controls)
        if self.state.own_found[j] and not self.campaign.by_name:
            seen = self.state.above_strangers(j, int(self.state.own_found[j]), int(self.state.own_asked[j]), errors)
            bluff = Word("yes" if seen > BLUFFED else "no")
            yield Reason.of("probe-no-names", wrong=Share(errors.false_yes), bluff=bluff)
