"""`tracer probe load`: the filled-in sheet, all of it or nothing; the names that were shown are compared, not kept."""

from __future__ import annotations

import re
from collections import defaultdict
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
        reading = _SheetReading(con, path, [])
        lines = reading.lines()
        campaigns = {plan: read_campaign(con, plan) for plan in dict.fromkeys(line.plan for line in lines)}
        fresh = list(reading.fresh(lines, campaigns))
        if reading.problems:
            raise InputRefused.many(reading.problems[:_SHOWN])
        asked: dict[str, list[int]] = defaultdict(list)
        for line, question, campaign in fresh:
            _keep(con, line, question, campaign)
            if question.canary is not None:
                asked[campaign.service].append(question.canary)
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
        detail = {"plans": plans, "answered": len(fresh), "found": sum(line.found for line, _, _ in fresh)}
        case.journal.append(command="probe load", inputs={path: stored.sha256}, detail=detail)
    return TakenAnswers(plans[-1], questions, len(fresh), len(lines) - len(fresh), blank)


@dataclass(frozen=True)
class _SheetReading:
    """Reads a filled-in sheet; what is wrong with it is added to `problems`."""

    con: duckdb.DuckDBPyConnection
    path: Path
    problems: list[InputRefused]

    def _refuse(self, what: str, remedy: str, line: str | None = None) -> None:
        where = str(self.path) if line is None else f"{self.path}, {line}"
        self.problems.append(InputRefused(what, where=where, remedy=remedy))

    def lines(self) -> list[_AnsweredLine]:
        """The answered lines."""
        found: dict[tuple[str, int], _AnsweredLine] = {}
        ids = 0
        for part in read_file(self.con, self.path, ReadOptions(has_header=True)).parts:
            places = self._places(part)
            if places is None:
                continue
            columns = ", ".join("NULL" if at is None else f"c{at}" for at in places)
            rows = self.con.execute(f"SELECT {columns} FROM {part.raw_table} ORDER BY row").fetchall()
            for written, answer, name in rows:
                known = _ID.fullmatch(written or "")
                if known is None:
                    continue
                ids += 1
                line = self._line(known[1].lower(), int(known[2]), answer, (name or "").strip() or None)
                if line is not None and found.setdefault((line.plan, line.no), line) != line:
                    self._refuse("answered twice, in two ways", "keep one answer", f"{line.plan}-{line.no}")
            self.con.execute(f"DROP TABLE IF EXISTS {part.raw_table}")
        if not ids:
            remedy = "fill in the sheet that `tracer probe plan` wrote; keep its first column"
            self._refuse("no line of a probe with a column of answers", remedy)
        elif not found and not self.problems:
            self._refuse("no line is answered", "write yes or no into the column of answers")
        return list(found.values())

    def _places(self, part: PartRead) -> tuple[int, int, int | None] | None:
        """Positions of the lines' ids, the answers, and the names that were shown."""
        heads = [column.header for column in part.columns]
        answers = [i for i, head in enumerate(heads) if _FOUND.search(head)]
        names = [i for i, head in enumerate(heads) if _NAME.search(head) and i not in answers]
        for i in range(len(heads)) if answers else ():
            text = f"SELECT c{i} FROM {part.raw_table} WHERE c{i} IS NOT NULL ORDER BY row LIMIT 1"
            row = self.con.execute(text).fetchone()
            if row is not None and _ID.fullmatch(row[0]):
                return i, answers[0], names[0] if names else None
        return None

    def _line(self, plan: str, no: int, answer: str | None, shown: str | None) -> _AnsweredLine | None:
        line = f"{plan}-{no}"
        if shown is not None and len(shown) > _LONGEST_NAME:
            self._refuse("the name is too long", "write the name alone", line)
            return None
        try:
            found = read_answer(answer)
        except ValueError:
            remedy = "yes or no, 是 or 否; leave blank what was not asked"
            self._refuse(f"invalid answer {str(answer)[:40]!r}", remedy, line)
            return None
        if found is False and shown is not None:
            self._refuse("not found, but a name was shown", "correct the answer or the name", line)
            return None
        return None if found is None and shown is None else _AnsweredLine(plan, no, found is not False, shown)

    def fresh(
        self, lines: Sequence[_AnsweredLine], campaigns: dict[str, ProbeCampaign]
    ) -> Iterator[tuple[_AnsweredLine, ProbeQuestion, ProbeCampaign]]:
        """Lines that were not answered before, about whom no other sheet asked the service: it may know them from
        there."""
        asked: dict[str, set[tuple[int | None, int | None]]] = defaultdict(set)
        for service, canary, key in self.con.execute(
            "SELECT p.service, q.canary, q.key FROM probe_question AS q JOIN probe_plan AS p ON p.id = q.plan"
            " WHERE q.found IS NOT NULL"
        ).fetchall():
            asked[service].add((canary, key))
        known = {(one.plan, one.no): one for campaign in campaigns.values() for one in campaign.questions}
        for line in lines:
            question, where = known.get((line.plan, line.no)), f"{line.plan}-{line.no}"
            if question is None:
                self._refuse("no question of this sheet", "keep the first column", where)
            elif question.found is None:
                who, before = (question.canary, question.key), asked[campaigns[line.plan].service]
                if who not in before:
                    before.add(who)
                    yield line, question, campaigns[line.plan]
            elif question.found is not line.found:
                remedy = "answers stay once they are loaded; a note in the file can say more"
                self._refuse(f"answered {'yes' if question.found else 'no'} before", remedy, where)


def _keep(
    con: duckdb.DuckDBPyConnection, line: _AnsweredLine, question: ProbeQuestion, campaign: ProbeCampaign
) -> None:
    agrees = None
    if line.name is not None:
        dataset, known = campaign.suspects[0].source if campaign.suspects else None, None
        if question.canary is not None:
            known = identity(con, question.canary).name
        elif dataset is not None and question.key is not None:
            known = person(con, dataset, question.key).name
        agrees = compare_names(line.name, known or "")
    con.execute(
        "UPDATE probe_question SET found = $found, agrees = $agrees, answered_at = $at WHERE plan = $plan AND no = $no",
        {"found": line.found, "agrees": agrees, "at": now(), "plan": line.plan, "no": line.no},
    )
