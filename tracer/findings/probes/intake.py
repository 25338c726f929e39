"""`tracer probe load`: the filled-in sheet, all of it or nothing; the names that were shown are compared, not kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.case.case import Case
from tracer.clock import now, today
from tracer.errors import InputRefused
from tracer.findings.probes.campaign import ProbeCampaign, ProbeQuestion, read_campaign
from tracer.findings.probes.people import identity, person
from tracer.lists.read.file import read_file
from tracer.lists.read.model import PartRead, ReadOptions
from tracer.marking.probe.answers import compare_names, read_answer

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


def take_answers(case: Case, path: Path) -> TakenAnswers:
    """Load a filled-in sheet in one transaction and journal it.

    Raises `InputRefused`, with nothing kept: no column of answers, answers that are neither yes nor no, lines that no
    sheet has, an answer that differs from the one loaded before.
    """
    path = path.absolute()
    con = case.con
    with case.transaction():
        stored = case.vault.store(path)
        problems: list[InputRefused] = []
        lines = _lines(con, path, problems)
        campaigns = {plan: read_campaign(con, plan) for plan in dict.fromkeys(line.plan for line in lines)}
        fresh = list(_fresh(con, lines, campaigns, problems, path))
        if problems:
            raise InputRefused.many(problems[:_SHOWN])
        for line, question, campaign in fresh:
            _keep(con, line, question, campaign)
        _mark_asked(con, fresh)
        plans = sorted(campaigns, key=lambda plan: int(plan[1:]))
        whole = con.execute(
            "SELECT count(*), count(*) FILTER (WHERE found IS NULL) FROM probe_question"
            " WHERE plan IN (SELECT unnest($plans))",
            {"plans": plans},
        ).fetchone() or (0, 0)
        taken = TakenAnswers(plans[-1], whole[0], len(fresh), len(lines) - len(fresh), whole[1])
        case.journal.append(
            command="probe load", inputs={path: stored.sha256},
            detail={"plans": plans, "answered": taken.answered, "found": sum(line.found for line, _, _ in fresh)},
        )  # fmt: skip
    return taken


def _lines(con: duckdb.DuckDBPyConnection, path: Path, problems: list[InputRefused]) -> list[_AnsweredLine]:
    """The answered lines of a file; what is wrong with them is added to `problems`."""
    found: dict[tuple[str, int], _AnsweredLine] = {}
    ids = 0
    for part in read_file(con, path, ReadOptions(has_header=True)).parts:
        places = _places(con, part)
        if places is None:
            continue
        line_at, found_at, name_at = places
        columns = f"c{line_at}, c{found_at}, {'NULL' if name_at is None else f'c{name_at}'}"
        for written, answer, name in con.execute(f"SELECT {columns} FROM {part.raw_table} ORDER BY row").fetchall():
            known = _ID.fullmatch(written or "")
            if known is None:
                continue
            ids += 1
            plan, no = known[1].lower(), int(known[2])
            line = _line(plan, no, answer, name, path, problems)
            if line is not None and found.setdefault((plan, no), line) != line:
                problems.append(
                    InputRefused("answered twice, in two ways", where=f"{path}, {plan}-{no}", remedy="keep one answer")
                )
        con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
    if not ids:
        problems.append(
            InputRefused(
                "no line of a probe with a column of answers", where=str(path),
                remedy="fill in the sheet that `tracer probe plan` wrote; keep its first column",
            )
        )  # fmt: skip
    elif not found and not problems:
        problems.append(
            InputRefused("no line is answered", where=str(path), remedy="write yes or no into the column of answers")
        )
    return list(found.values())


def _places(con: duckdb.DuckDBPyConnection, part: PartRead) -> tuple[int, int, int | None] | None:
    """Positions of the lines' ids, the answers, and the names that were shown."""
    heads = [column.header for column in part.columns]
    answers = [i for i, head in enumerate(heads) if _FOUND.search(head)]
    if not answers:
        return None
    names = [i for i, head in enumerate(heads) if _NAME.search(head) and i not in answers]
    for i in range(len(heads)):
        row = con.execute(f"SELECT c{i} FROM {part.raw_table} WHERE c{i} IS NOT NULL ORDER BY row LIMIT 1").fetchone()
        if row is not None and _ID.fullmatch(row[0]):
            return i, answers[0], names[0] if names else None
    return None


def _line(
    plan: str, no: int, answer: str | None, name: str | None, path: Path, problems: list[InputRefused]
) -> _AnsweredLine | None:
    where = f"{path}, {plan}-{no}"
    shown = (name or "").strip() or None
    if shown is not None and len(shown) > _LONGEST_NAME:
        problems.append(InputRefused("the name is too long", where=where, remedy="write the name alone"))
        return None
    try:
        found = read_answer(answer)
    except ValueError:
        problems.append(
            InputRefused(
                f"invalid answer {str(answer)[:40]!r}", where=where,
                remedy="yes or no, 是 or 否; leave blank what was not asked",
            )
        )  # fmt: skip
        return None
    if found is None and shown is None:
        return None
    if found is False and shown is not None:
        problems.append(
            InputRefused("not found, but a name was shown", where=where, remedy="correct the answer or the name")
        )
        return None
    return _AnsweredLine(plan, no, found is not False, shown)


def _fresh(
    con: duckdb.DuckDBPyConnection, lines: Sequence[_AnsweredLine], campaigns: dict[str, ProbeCampaign],
    problems: list[InputRefused], path: Path,
) -> Iterator[tuple[_AnsweredLine, ProbeQuestion, ProbeCampaign]]:  # fmt: skip
    """Lines that were not answered before, about whom no other sheet asked the service: it may know them from there."""
    asked: dict[str, set[tuple[int | None, int | None]]] = {}
    for service, canary, key in con.execute(
        "SELECT p.service, q.canary, q.key FROM probe_question AS q JOIN probe_plan AS p ON p.id = q.plan"
        " WHERE q.found IS NOT NULL"
    ).fetchall():
        asked.setdefault(service, set()).add((canary, key))
    known = {
        (question.plan, question.no): question
        for campaign in campaigns.values()
        for question in campaign.questions
    }  # fmt: skip
    for line in lines:
        where = f"{path}, {line.plan}-{line.no}"
        question = known.get((line.plan, line.no))
        if question is None:
            problems.append(InputRefused("no question of this sheet", where=where, remedy="keep the first column"))
        elif question.found is None:
            who, before = (question.canary, question.key), asked.setdefault(campaigns[line.plan].service, set())
            if who in before:
                continue
            before.add(who)
            yield line, question, campaigns[line.plan]
        elif question.found is not line.found:
            problems.append(
                InputRefused(
                    f"answered {'yes' if question.found else 'no'} before", where=where,
                    remedy="answers stay once they are loaded; a note in the file can say more",
                )
            )  # fmt: skip


def _keep(
    con: duckdb.DuckDBPyConnection, line: _AnsweredLine, question: ProbeQuestion, campaign: ProbeCampaign
) -> None:
    agrees = None
    if line.name is not None:
        agrees = compare_names(line.name, _known_name(con, question, campaign) or "")
    con.execute(
        "UPDATE probe_question SET found = $found, agrees = $agrees, answered_at = $at WHERE plan = $plan AND no = $no",
        {"found": line.found, "agrees": agrees, "at": now(), "plan": line.plan, "no": line.no},
    )


def _known_name(con: duckdb.DuckDBPyConnection, question: ProbeQuestion, campaign: ProbeCampaign) -> str | None:
    if question.canary is not None:
        return identity(con, question.canary).name
    dataset = campaign.suspects[0].source if campaign.suspects else None
    return None if dataset is None or question.key is None else person(con, dataset, question.key).name


def _mark_asked(
    con: duckdb.DuckDBPyConnection, fresh: Sequence[tuple[_AnsweredLine, ProbeQuestion, ProbeCampaign]]
) -> None:
    """A service knows whom it was asked for: those identities are burnt, and their note says since when."""
    services: dict[str, list[int]] = {}
    for _, question, campaign in fresh:
        if question.canary is not None:
            services.setdefault(campaign.service, []).append(question.canary)
    for service, numbers in services.items():
        con.execute(
            "UPDATE canary SET state = 'burnt', note = concat_ws('; ', note, $note)"
            " WHERE no IN (SELECT unnest($numbers::INTEGER[]))",
            {"numbers": sorted(numbers), "note": f"asked of {service}, {today().isoformat()}"},
        )
