"""`tracer probe`: the sheet in words, and what its answers say, in words and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from tracer.ask.story import Teller
from tracer.disclosure import PartyRef, PValue, Reason, Ref, ReleaseRef, Text
from tracer.errors import UsageError
from tracer.findings.probes import ProbeCampaign, ProbeFinding, probe_findings
from tracer.findings.probes.plan import PlannedProbe
from tracer.lists.write.new_workbook import workbook
from tracer.marking.probe import FRAMED, as_dialled
from tracer.visible import defused
from tracer.wording import Voice

BOM = b"\xef\xbb\xbf"
SHOWN = 10
"""Copies that a table shows; every format for programs has them all."""


def sheet_file(planned: PlannedProbe, path: Path, region: str, voice: Voice) -> bytes:
    """The sheet to fill in, as csv or xlsx by the name of the file. It does not say what a question is for.

    Raises `UsageError` for another ending.
    """
    heads = "line ask international question found name note".split()
    rows = [[voice.say(Reason(f"probe-head-{head}")) for head in heads]]
    for line, who in planned.questions.items():
        whole = ""
        if planned.by == "phone" and who.phone is not None:
            typed, whole = as_dialled(who.phone, region), f"+{who.phone}"
            question = Reason.of("probe-question-phone", asked=Text(typed))
        elif planned.by == "email":
            typed = who.email or ""
            question = Reason.of("probe-question-email", asked=Text(typed))
        else:
            typed = ", ".join(filter(None, (who.name, who.address)))
            question = Reason.of("probe-question-name", asked=Text(typed))
        rows.append([line, typed, whole, voice.say(question), "", "", ""])
    if path.suffix.lower() == ".xlsx":
        return workbook([(planned.plan, rows)])
    if path.suffix.lower() != ".csv":
        raise UsageError(f"invalid ending {path.suffix!r}", where=str(path), remedy="name a file .csv or .xlsx")
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(map(defused, row) for row in rows)
    return BOM + text.getvalue().encode("utf-8", "replace")


def plan_notes(planned: PlannedProbe) -> Iterator[Reason]:
    """What the person who asks should know of a sheet."""
    service = PartyRef(planned.service)
    yield Reason.of(
        "probe-planned",
        questions=len(planned.questions),
        service=service,
        copies=planned.suspects,
        plan=Ref(planned.plan),
        left=max(0, planned.left),
    )
    if planned.power is not None:
        weak = planned.power < 0.95
        yield Reason.of("probe-power", cases=round(100 * planned.power))
        if planned.needed is not None:
            yield Reason.of("probe-needed", questions=planned.needed)
        elif weak:
            yield Reason.of("probe-design", own=planned.own, pool=planned.pool)
        if weak and planned.least is not None:
            yield Reason.of("probe-yes-no", copies=planned.suspects, least=planned.least)
    if planned.stage == 1 and planned.controls == 0:
        yield Reason.of("probe-no-controls")
    if planned.people:
        yield Reason.of("probe-people", people=planned.people, service=service)
    yield Reason.of("probe-logged", service=service)


def findings_of(
    con: duckdb.DuckDBPyConnection, plan: str, voice: Voice, *, shown: int | None
) -> tuple[list[dict[str, object]], list[str]]:
    """Rows of a campaign, and the sentences that sum them up. `shown`: how many copies at most; None: all."""
    campaign, found = probe_findings(con, plan)
    named = Teller(con, voice.lang).voice()
    rows: list[dict[str, object]] = [
        {name: value for name, value in vars(one).items() if name != "likelihood"}
        | {"reasons": list(map(voice.say, one.reasons)), "against": list(map(voice.say, one.against))}
        | {"campaign": campaign.id}
        for one in found
        if shown is None or one.named or one.marks_asked or one.pool_found
    ]
    return rows[:shown], [named.say(note) for note in _summary(campaign, found)]


def _summary(campaign: ProbeCampaign, found: Sequence[ProbeFinding]) -> Iterator[Reason]:
    service = PartyRef(campaign.service)
    named = [one for one in found if one.named]
    copies = tuple(
        Reason.of("attribution-named-copy", release=ReleaseRef(one.release), recipient=PartyRef(one.recipient))
        for one in named
    )
    if named:
        doubt = max(one.doubt for one in named)
        settled = all(one.planted <= FRAMED for one in named)
        code = "probe-named" if settled else "probe-named-open"
        yield Reason.of(code, service=service, chance=PValue(doubt), copies=copies)
    else:
        yield Reason.of("probe-none", service=service, copies=len(found))
    blank = sum(question.found is None for question in campaign.questions)
    if blank:
        yield Reason.of("probe-blank", blank=blank)
    left = int(campaign.settings["most"]) - len(campaign.questions)
    if left > 0 and not (named and all(one.grade == "G3" for one in named)):
        command = Ref(f"tracer probe plan --after {campaign.plans[-1]} -o FILE")
        yield Reason.of("probe-next", left=left, command=command)
