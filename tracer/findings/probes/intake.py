"""`tracer probe load`: the filled-in sheet, all of it or nothing; the names that were shown are compared, not kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now, today
from tracer.errors import InputRefused
from tracer.findings.probes import ProbeCampaign, ProbeQuestion, read_campaign
from tracer.findings.probes.people import asked_for
from tracer.lists.read.file import read_file
from tracer.lists.read.model import ReadOptions
from tracer.marking.probe import compare_names, read_answer

_ID = re.compile(r"\s*(p[0-9]+)-([0-9]+)\s*", re.IGNORECASE)
_FOUND = re.compile(
    r"found|answer|result|hit|查到|结果|结论|答复|回答|gefunden|trouv|encontrad|trovat|найден|ergebnis|resultado",
    re.IGNORECASE,
)
_NAME = re.compile(r"name|姓名|名字|名称|nom\b|nombre|nome|имя|фио", re.IGNORECASE)
_SHOWN = 10
_LONGEST_NAME = 200


@dataclass(frozen=True)
class TakenAnswers:
    """The account of a filled-in sheet."""

    plan: str
    questions: int
    answered: int
    known: int
    blank: int


@dataclass(frozen=True)
class _AnsweredLine:
    plan: str
    no: int
    found: bool
    name: str | None


_Refuse = Callable[..., None]
"""(what is wrong, what helps, plan and number of the line): all of a sheet is refused at once."""


def take_answers(case: Case, path: Path) -> TakenAnswers:
    """Load a filled-in sheet in one transaction and journal it.

    Raises `InputRefused`, with nothing kept: no column of answers, answers that are neither yes nor no, lines that no
    sheet has, an answer that differs from the one loaded before."""
    path, con, problems = path.absolute(), case.con, list[InputRefused]()

    def refuse(what: str, remedy: str, plan: str | None = None, no: int = 0) -> None:
        where = str(path) if plan is None else f"{path}, {plan}-{no}"
        problems.append(InputRefused(what, where=where, remedy=remedy))

    with case.transaction():
        stored = case.vault.store(path)
        lines = _answered_lines(con, path, refuse)
        if not lines and not problems:
            refuse("no line is answered", "write yes or no into the column of answers")
        campaigns = {plan: read_campaign(con, plan) for plan in dict.fromkeys(line.plan for line in lines)}
        fresh = list(_fresh(con, lines, campaigns, refuse))
        if problems:
            raise InputRefused.many(problems[:_SHOWN])
        asked: dict[str, list[int]] = defaultdict(list)
        for line, question in fresh:
            campaign, agrees = campaigns[line.plan], None
            if question.canary is not None:
                asked[campaign.service].append(question.canary)
            if line.name is not None:
                known = asked_for(con, campaign.source, question.canary, question.key)
                agrees = compare_names(line.name, known.name or "")
            con.execute(
                "UPDATE probe_question SET found = ?, agrees = ?, answered_at = ? WHERE plan = ? AND no = ?",
                [line.found, agrees, now(), line.plan, line.no],
            )
        # A service knows whom it was asked for: those identities are burnt, and their note says since when.
        for service, numbers in asked.items():
            con.execute(
                "UPDATE canary SET state = 'burnt', note = concat_ws('; ', note, $note)"
                " WHERE no IN (SELECT unnest($numbers::INTEGER[]))",
                {"numbers": sorted(numbers), "note": f"asked of {service}, {today().isoformat()}"},
            )
        plans = sorted(campaigns, key=lambda plan: int(plan[1:]))
        questions, blank = con.execute(
            "SELECT count(*), count(*) FILTER (WHERE found IS NULL) FROM probe_question"
            " WHERE plan IN (SELECT unnest($plans))",
            {"plans": plans},
        ).fetchall()[0]
        detail = {"plans": plans, "answered": len(fresh), "found": sum(line.found for line, _ in fresh)}
        case.journal.append(command="probe load", inputs={path: stored.sha256}, detail=detail)
    return TakenAnswers(plans[-1], questions, len(fresh), len(lines) - len(fresh), blank)


def _answered_lines(con: duckdb.DuckDBPyConnection, path: Path, refuse: _Refuse) -> list[_AnsweredLine]:
    found: dict[tuple[str, int], _AnsweredLine] = {}
    ids = 0
    for part in read_file(con, path, ReadOptions(has_header=True)).parts:
        # Which columns have the lines' ids, the answers, and the names that were shown.
        heads = [column.header for column in part.columns]
        answers = [i for i, head in enumerate(heads) if _FOUND.search(head)]
        names = [i for i, head in enumerate(heads) if _NAME.search(head) and i not in answers]
        for i in range(len(heads)) if answers else ():
            text = f"SELECT c{i} FROM {part.raw_table} WHERE c{i} IS NOT NULL ORDER BY row LIMIT 1"
            first = con.execute(text).fetchone()
            if first is not None and _ID.fullmatch(first[0]):
                columns = f"c{i}, c{answers[0]}, {f'c{names[0]}' if names else 'NULL'}"
                break
        else:
            continue
        rows = con.execute(f"SELECT {columns} FROM {part.raw_table} ORDER BY row").fetchall()
        for written, answer, shown in rows:
            if (known := _ID.fullmatch(written or "")) is None:
                continue
            ids += 1
            plan, no, name = known[1].lower(), int(known[2]), (shown or "").strip() or None
            if name is not None and len(name) > _LONGEST_NAME:
                refuse("the name is too long", "write the name alone", plan, no)
                continue
            try:
                said = read_answer(answer)
            except ValueError:
                remedy = "yes or no, 是 or 否; leave blank what was not asked"
                refuse(f"invalid answer {str(answer)[:40]!r}", remedy, plan, no)
                continue
            line = _AnsweredLine(plan, no, said is not False, name)
            if said is False and name is not None:
                refuse("not found, but a name was shown", "correct the answer or the name", plan, no)
            elif (said is not None or name is not None) and found.setdefault((plan, no), line) != line:
                refuse("answered twice, in two ways", "keep one answer", plan, no)
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if not ids:
        remedy = "fill in the sheet that `tracer probe plan` wrote; keep its first column"
        refuse("no line of a probe with a column of answers", remedy)
    return list(found.values())


def _fresh(
    con: duckdb.DuckDBPyConnection,
    lines: Sequence[_AnsweredLine],
    campaigns: Mapping[str, ProbeCampaign],
    refuse: _Refuse,
) -> Iterator[tuple[_AnsweredLine, ProbeQuestion]]:
    """Lines that were not answered before, about whom no other sheet asked the service: it may know them from there."""
    asked = set(
        con.execute(
            "SELECT p.service, q.canary, q.key FROM probe_question AS q JOIN probe_plan AS p ON p.id = q.plan"
            " WHERE q.found IS NOT NULL"
        ).fetchall()
    )
    known = {(one.plan, one.no): one for campaign in campaigns.values() for one in campaign.questions}
    for line in lines:
        question = known.get((line.plan, line.no))
        if question is None:
            refuse("no question of this sheet", "keep the first column", line.plan, line.no)
        elif question.found is None:
            who = (campaigns[line.plan].service, question.canary, question.key)
            if who not in asked or who[1:] == (None, None):  # a person of a list that was purged: each is another
                asked.add(who)
                yield line, question
        elif question.found is not line.found:
            remedy = "answers stay once they are loaded; a note in the file can say more"
            refuse(f"answered {'yes' if question.found else 'no'} before", remedy, line.plan, line.no)
