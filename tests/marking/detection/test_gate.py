"""The gate refuses what an attacker can strip, names what he goes by, and passes what is like the list."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.marking.hand_lists import CANARIES, ROWS, Material, load_table, material
from tracer.case.case import Case
from tracer.errors import InputRefused
from tracer.lists.write.model import NewRow
from tracer.marking.detection.gate import LEAST, SHOWN, Examined, Verdict, refuse_detectable, verdict_on
from tracer.marking.detection.signs import look
from tracer.marking.persona.source_list import SourceList, read_source_list

HEAD = ["姓名", "手机号", "公司", "城市"]
COPIES = {f"v{k}": tuple(range(20 * k, 20 * k + 20)) for k in range(CANARIES // 20)}


def people(m: Material, begin: int, end: int) -> list[list[str]]:
    return [[m.people[i], str(m.numbers[i]), m.firms[i], m.city(i)] for i in range(begin, end)]


def listed_people(folder: Path, seed: int, *, times: int = 1) -> tuple[Material, Case, SourceList]:
    """A list of them in a case."""
    m = material(seed)
    case = load_table(folder, [HEAD, *people(m, 0, ROWS) * times], "utf-8", m)
    return m, case, read_source_list(case.con, "own")


def true_rows(m: Material) -> list[NewRow]:
    """People like the list's, at random places: what a perfect planted record is."""
    return [
        NewRow(int(m.rng.integers(1, ROWS + 2)), 1, tuple(row), (None,) * 4) for row in people(m, ROWS, ROWS + CANARIES)
    ]


def judged(case: Case, source: SourceList, rows: list[NewRow]) -> Verdict:
    return verdict_on(case.con, source, dict(enumerate(rows)), COPIES)


@pytest.mark.slow("twenty lists")
def test_people_like_the_lists_are_refused_at_most_once_in_a_hundred(tmp_path: Path) -> None:
    verdicts = []
    for seed in range(200, 220):
        m, case, source = listed_people(tmp_path, seed)
        verdicts.append(judged(case, source, true_rows(m)))
    assert not any(one.refuses for one in verdicts), "2 of 20 at 1 % have probability .02"
    gained = [one.stripped - one.control for one in verdicts]
    assert abs(float(np.mean(gained))) < 0.02, "what is stripped is what rows in their place lose"


@pytest.mark.parametrize("column", HEAD)
def test_what_gives_records_away_is_named_with_how_much(tmp_path: Path, column: str) -> None:
    m, case, source = listed_people(tmp_path, 41)
    good = true_rows(m)
    rows = {
        "姓名": [replace(row, cells=(f"Anna Muster{k}", *row.cells[1:])) for k, row in enumerate(good)],
        "手机号": [replace(row, cells=(row.cells[0], f"179{k:08d}", *row.cells[2:])) for k, row in enumerate(good)],
        "公司": [replace(row, cells=(*row.cells[:2], None, row.cells[3])) for row in good],
        "城市": [replace(row, cells=(*row.cells[:3], f"{row.cells[3]}市")) for row in good],
    }[column]
    verdict = judged(case, source, rows)
    assert verdict.refuses
    assert verdict.stripped > 0.9
    assert any(column in each.named for each in verdict.giveaways[:3])
    with pytest.raises(InputRefused, match="nothing was written, and no identity was used") as refused:
        refuse_detectable(Examined(verdict, (), ("another list",)), "own")
    assert f"({verdict.giveaways[0].stripped:.0%})" in str(refused.value)
    assert "--accept-detectable" in str(refused.value.remedy)


def test_two_columns_that_do_not_go_together_and_a_sum_that_is_wrong_are_seen(tmp_path: Path) -> None:
    """Rules of thumb: each value is an ordinary one, the row is none."""
    m = material(43)
    rng = np.random.default_rng(3)

    def more(row: list[str], line: str) -> list[str]:
        gross, part = int(rng.integers(200, 9_000)), int(rng.integers(10, 150))
        return [*row, line, f"{line}-{int(rng.integers(10**5)):05d}", str(gross), str(part), str(gross - part)]

    lines = ["KFZ", "PHV", "HAUS", "UNF"]
    table = [more(row, lines[int(rng.integers(4))]) for row in people(m, 0, ROWS)]
    head = [*HEAD, "Sparte", "Vertrag", "Brutto", "Abzug", "Netto"]
    case = load_table(tmp_path, [head, *table], "utf-8", m)
    source = read_source_list(case.con, "own")
    good = [more(row, lines[int(rng.integers(4))]) for row in people(m, ROWS, ROWS + CANARIES)]
    wrong_line = [[*row[:4], lines[(lines.index(row[4]) + 1) % 4], *row[5:]] for row in good]
    wrong_sum = [[*row[:8], str(int(row[8]) + 7)] for row in good]
    verdicts = [
        judged(case, source, [NewRow(int(rng.integers(1, ROWS)), 1, tuple(row), (None,) * 9) for row in rows])
        for rows in (good, wrong_line, wrong_sum)
    ]
    assert [one.refuses for one in verdicts] == [False, True, True]
    named = ["; ".join(each.named for each in verdict.giveaways[:SHOWN]) for verdict in verdicts]
    assert "Sparte with Vertrag" in named[1] or "Vertrag with Sparte" in named[1]
    assert "Netto" in named[2]


def test_a_value_that_every_record_has_gives_away_nothing_where_many_rows_have_it(tmp_path: Path) -> None:
    """A planted record counts itself: what it shares with many rows is as often there for these."""
    m, case, source = listed_people(tmp_path, 44)
    often = people(m, 0, 1)[0][3]
    rows = [replace(row, cells=(*row.cells[:3], often)) for row in true_rows(m)]
    looked = look(case.con, source, rows, np.arange(len(rows)) % 6)
    at = next(at for at, sign in enumerate(looked.signs) if sign.columns == (3,) and "value" in sign.what)
    assert float(looked.planted[:, at].max()) <= float(looked.ordinary[:, at].max())


def test_of_few_records_nothing_is_said(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 42)
    verdict = verdict_on(case.con, source, dict(enumerate(true_rows(m)[: LEAST - 1])), {"v0": range(LEAST - 1)})
    assert not verdict.refuses
    assert "nothing can be said" in verdict.note()
    assert verdict.figures()["stripped"] is None


def test_a_list_with_fewer_rows_than_records_is_looked_at_as_far_as_it_goes(tmp_path: Path) -> None:
    m = material(45)
    for rows in (3, 30):
        folder = tmp_path / str(rows)
        folder.mkdir()
        case = load_table(folder, [HEAD, *people(m, 0, rows)], "utf-8", m)
        records = dict(enumerate(replace(row, before=1) for row in true_rows(m)))
        verdict = verdict_on(case.con, read_source_list(case.con, "own"), records, COPIES)
        assert verdict.records == (3 if rows == 3 else CANARIES)


def test_a_long_list_takes_seconds(tmp_path: Path) -> None:
    m, case, source = listed_people(tmp_path, 43, times=33)
    begin = time.process_time()
    judged(case, source, true_rows(m))
    assert time.process_time() - begin < 15, "3 s on an idle core"
