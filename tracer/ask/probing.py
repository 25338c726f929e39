"""`tracer probe`: the sheet in words, and what its answers say, in words and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import duckdb

from tracer.disclosure import PartyRef, PValue, Reason, Ref, ReleaseRef, Text
from tracer.errors import UsageError
from tracer.findings.probes import PlannedProbe, ProbeFinding, probe_findings
from tracer.findings.probes.campaign import ProbeCampaign
from tracer.lists.write.new_workbook import workbook
from tracer.marking.probe.answers import dialled
from tracer.marking.probe.choice import FRAMED
from tracer.visible import defused
from tracer.wording import Voice
from tracer.wording.names import Introduced, names_of

BOM = b"\xef\xbb\xbf"
SHOWN = 10
"""Copies that a table shows; every format for programs has them all."""


def sheet_file(planned: PlannedProbe, path: Path, region: str, voice: Voice) -> bytes:
    """The sheet to fill in, as csv or xlsx by the name of the file. It does not say what a question is for.

    Raises `UsageError` for another ending.
    """
    rows = _rows(planned, region, voice)
    if path.suffix.lower() == ".xlsx":
        return workbook([(planned.plan, rows)])
    if path.suffix.lower() != ".csv":
        raise UsageError(f"invalid ending {path.suffix!r}", where=str(path), remedy="name a file .csv or .xlsx")
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([defused(cell) for cell in row] for row in rows)
    return BOM + text.getvalue().encode("utf-8", "replace")


def _rows(planned: PlannedProbe, region: str, voice: Voice) -> list[list[str]]:
    heads = (
        Reason.of("probe-head-line"), Reason.of("probe-head-ask"), Reason.of("probe-head-international"),
        Reason.of("probe-head-question"), Reason.of("probe-head-found"), Reason.of("probe-head-name"),
        Reason.of("probe-head-note"),
    )  # fmt: skip
    rows = [[voice.say(head) for head in heads]]
    for asked in planned.questions:
        who = asked.who
        if planned.by == "phone" and who.phone is not None:
            typed, whole = dialled(who.phone, region), f"+{who.phone}"
            question = Reason.of("probe-question-phone", asked=Text(typed))
        elif planned.by == "email":
            typed, whole = who.email or "", ""
            question = Reason.of("probe-question-email", asked=Text(typed))
        else:
            typed, whole = ", ".join(filter(None, (who.name, who.address))), ""
            question = Reason.of("probe-question-name", asked=Text(typed))
        rows.append([asked.id, typed, whole, voice.say(question), "", "", ""])
    return rows


def plan_notes(planned: PlannedProbe) -> list[Reason]:
    """What the person who asks should know of a sheet."""
    notes = [
        Reason.of(
            "probe-planned", questions=len(planned.questions), service=PartyRef(planned.service),
            copies=planned.suspects, plan=Ref(planned.plan), left=max(0, planned.left),
        )
    ]  # fmt: skip
    if planned.power is not None:
        notes.append(Reason.of("probe-power", cases=round(100 * planned.power)))
        if planned.needed is not None:
            notes.append(Reason.of("probe-needed", questions=planned.needed))
        elif planned.power < 0.95:
            notes.append(Reason.of("probe-design", own=planned.own, pool=planned.pool))
        if planned.power < 0.95 and planned.least is not None:
            notes.append(Reason.of("probe-yes-no", copies=planned.suspects, least=planned.least))
    if planned.stage == 1 and planned.controls == 0:
        notes.append(Reason.of("probe-no-controls"))
    if planned.people:
        notes.append(Reason.of("probe-people", people=planned.people, service=PartyRef(planned.service)))
    notes.append(Reason.of("probe-logged", service=PartyRef(planned.service)))
    return notes


def findings_of(
    con: duckdb.DuckDBPyConnection, plan: str, voice: Voice, *, shown: int | None
) -> tuple[list[dict[str, object]], list[str]]:
    """Rows of a campaign, and the sentences that sum them up. `shown`: how many copies at most; None: all."""
    campaign, found = probe_findings(con, plan)
    named = Voice(voice.lang, Introduced(names_of(con, voice.lang), voice.lang))
    notes = [named.say(note) for note in _summary(campaign, found)]
    rows = [one for one in found if shown is None or one.named or one.marks_asked or one.pool_found][:shown]
    return [_row(campaign, one, voice) for one in rows], notes


def _row(campaign: ProbeCampaign, one: ProbeFinding, voice: Voice) -> dict[str, object]:
    return {
        "service": one.service, "release": one.release, "recipient": one.recipient, "named": one.named,
        "p_value": one.p_value, "p_bound": one.p_bound, "chance": one.chance, "chance_bound": one.chance_bound,
        "marks_found": one.marks_found, "marks_asked": one.marks_asked, "pool_found": one.pool_found,
        "pool_held": one.pool_held, "ordinary_found": one.ordinary_found, "ordinary_asked": one.ordinary_asked,
        "withheld_found": one.withheld_found, "withheld_asked": one.withheld_asked, "planted": one.planted,
        "grade": one.grade, "reasons": [voice.say(reason) for reason in one.reasons],
        "against": [voice.say(reason) for reason in one.against], "campaign": campaign.id,
    }  # fmt: skip


def _summary(campaign: ProbeCampaign, found: Sequence[ProbeFinding]) -> list[Reason]:
    service = PartyRef(campaign.service)
    named = [one for one in found if one.named]
    blank = sum(question.found is None for question in campaign.questions)
    left = int(campaign.settings["most"]) - len(campaign.questions)
    notes = [
        Reason.of(
            "probe-named", service=service, error=PValue(campaign.alpha),
            copies=tuple(
                Reason.of(
                    "attribution-named-copy", release=ReleaseRef(one.release), recipient=PartyRef(one.recipient)
                )
                for one in named
            ),
        )
        if named
        else Reason.of("probe-none", service=service, copies=len(found))
    ]  # fmt: skip
    notes += [
        Reason.of("probe-planted", chance=PValue(one.planted), asked=one.withheld_asked)
        for one in named
        if one.planted > FRAMED
    ]
    if blank:
        notes.append(Reason.of("probe-blank", blank=blank))
    settled = named and all(one.grade == "G3" for one in named)
    if left > 0 and not settled:
        command = Ref(f"tracer probe plan --after {campaign.plans[-1]} -o FILE")
        notes.append(Reason.of("probe-next", left=left, command=command))
    return notes
