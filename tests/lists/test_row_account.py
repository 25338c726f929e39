"""Rows are accepted or rejected, the accepted the first of a contact or duplicates: never one too many or too few."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from tests.lists.tables import read_parts, read_table
from tracer.case.case import Case
from tracer.case.memory import memory_case
from tracer.errors import TracerError
from tracer.lists import linking
from tracer.lists.load import DatasetFacts, store_parts

_GOOD = [f"1400000000{i}" for i in range(6)]
_BAD = ["无", "n/a", "123", "140****0000", "", None, "待查", "0", "99999999999", "  ", "a@b", "1.38E+10"]
_MAIL = ["a@example.com", "a+x@example.com", "b@example.com"]


def _cell(rng: random.Random) -> str | None:
    pieces = [
        rng.choice([rng.choice(_GOOD), rng.choice(_BAD), rng.choice(_MAIL)]) or ""
        for _ in range(rng.choice((1, 1, 2, 3)))
    ]
    return rng.choice([";", "/", "、", " ", ","]).join(pieces) if rng.random() < 0.95 else None


@pytest.mark.parametrize(
    "columns", [("phone",), ("email",), ("phone", "phone 2"), ("phone", "email", "name"), ("key",)]
)
@pytest.mark.parametrize("seed", range(2))
def test_rows_add_up_whatever_the_cells_hold(columns: tuple[str, ...], seed: int) -> None:
    rng = random.Random(f"{columns} {seed}")
    case = memory_case()
    for number in range(6):
        rows = rng.choice((1, 2, 5, 40))
        cells = {column: [_cell(rng) for _ in range(rows)] for column in columns}
        cells[columns[0]][0] = _GOOD[0] if columns[0] != "email" else _MAIL[0]
        part = read_table(case.con, cells, f"made_{number}")
        loaded = store_parts(case.con, read_parts(part), DatasetFacts(f"d{number}", "x"))
        accepted = _accepted(case, loaded.no)
        assert loaded.rows == rows == accepted + loaded.rejected, cells
        assert 0 <= loaded.duplicates < max(accepted, 1), cells


def _accepted(case: Case, dataset: int) -> int:
    """Rows that stand in the store with an identifier, counted a second way."""
    found = case.con.execute(
        "SELECT count(*) FROM (SELECT row FROM membership WHERE dataset = $no"
        " UNION SELECT row FROM duplicate WHERE dataset = $no)",
        {"no": dataset},
    ).fetchall()
    return int(found[0][0])


def test_a_number_beside_a_mask_in_one_cell_is_one_accepted_row() -> None:
    case = memory_case()
    part = read_table(case.con, {"phone": ["14000000001;无", "14000000002/140****0000", "14000000003"]})
    loaded = store_parts(case.con, read_parts(part), DatasetFacts("d", "x"))
    assert (loaded.rows, loaded.rejected, loaded.duplicates) == (3, 0, 0)


def test_rows_that_do_not_add_up_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    case = memory_case()
    part = read_table(case.con, {"phone": [*_GOOD, "无"]})
    true = linking._run

    def losing(con: duckdb.DuckDBPyConnection, name: str, bound: dict[str, int] | None = None) -> None:
        if name != "load_rejects":
            true(con, name, bound)

    monkeypatch.setattr(linking, "_run", losing)
    with pytest.raises(TracerError, match="of 7 rows 6 were accepted and 0 rejected"):
        store_parts(case.con, read_parts(part), DatasetFacts("d", "x"))


def test_the_store_keeps_the_account(tmp_path: Path) -> None:
    from tracer.lists.load import load_dataset
    from tracer.lists.read.model import ReadOptions

    path = tmp_path / "a.csv"
    path.write_text("名单\n\n姓名,手机号\n甲,14000000001\n乙,14000000002\n", encoding="utf-8")
    case = memory_case()
    loaded = load_dataset(case, path, DatasetFacts("d", "x"), ReadOptions(), dry_run=True)
    assert loaded.to_json()["account"] == {
        "lines": 5, "header": 1, "title": 1, "rows": 2, "blank": 1, "continued": 0, "further": 0, "left_out": 0,
    }  # fmt: skip
